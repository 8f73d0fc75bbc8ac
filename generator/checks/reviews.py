"""Reviews: what a reviewer approved is what stands there."""

from __future__ import annotations

from collections.abc import Iterator

from generator import seals
from generator.checks.engine import Case, fact_rule, finding, rule
from generator.model import Fact
from generator.problems import Level, Place, Problem

_NAMED = 12
"""Facts that a message names; the rest are counted."""


@fact_rule(Level.WARNING)
def seal_void(case: Case, fact: Fact) -> Iterator[Problem]:
    """A fact that was reviewed is as the reviewer saw it.

    A seal in `reviews.lock` holds for the fact with its quotes, the sources that it cites and the measure by which it
    counts. Whatever of these changes, voids it; the layout of the file does not. A seal is a record, no signature.
    In the example, `sealed` is the briefing as the reviewer saw it.

    Bad:
        sealed:
          facts:
            - id: sacks-lost
              statement: Around 1,200 sacks of flour were lost

    Good:
        sealed:
          facts:
            - id: sacks-lost
              statement: Around 1,200 sacks of flour burnt
            - id: mayor-visit
    """
    given = seals.of(case.briefing, fact)
    if given and not seals.valid(case.briefing, fact):
        last = given[-1]
        yield finding(
            fact.where.place(),
            f"the fact, a quote, a source or the measure changed since {last.by} reviewed it on {seals.day(last.on)}",
            "a review of the fact as it is",
            f"have it reviewed again: python -m generator seal {fact.id} --by NAME",
            fact.subject,
        )


@rule(Level.NOTE)
def seal_missing(case: Case) -> Iterator[Problem]:
    """Where facts are reviewed, each is.

    Asked only of a briefing with a `reviews.lock`, and answered in a single note.

    Bad:
        sealed:
          facts:
            - id: sacks-lost

    Good:
        sealed:
          facts:
            - id: sacks-lost
            - id: mayor-visit
    """
    if case.briefing.seals is None:
        return
    known = {each.fact for each in case.briefing.seals}
    missing = [fact.id for fact in case.briefing.standing if fact.id not in known]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        yield finding(
            Place(seals.FILE),
            f"{len(missing)} of {len(case.briefing.standing)} facts have no seal: {', '.join(missing[:_NAMED])}{more}",
            "a review of each fact",
            "review them, then: python -m generator seal FACT... --by NAME",
        )


@rule(Level.WARNING)
def seal_unknown(case: Case) -> Iterator[Problem]:
    """A seal names a fact that is there.

    After a fact was renamed, its seal names nothing, and what was reviewed counts as not reviewed.

    Bad:
        sealed:
          facts:
            - id: sacks-lost
            - id: mayor-visit
            - id: sacks-found

    Good:
        sealed:
          facts:
            - id: sacks-lost
            - id: mayor-visit
    """
    for each in case.briefing.seals or ():
        if each.fact not in case.briefing.declared.get("facts", frozenset()):
            yield finding(
                each.place,
                f"a seal of {each.fact}, which is no fact of this briefing",
                "the id of a fact",
                "remove the line; a fact under another id is reviewed and sealed anew",
            )
