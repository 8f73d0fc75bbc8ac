"""Voices: those who say so, and those who took part, are named where a reader can see it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.checks.engine import Case, fact_rule, finding
from generator.model import Actor, Fact
from generator.problems import Level, Problem

_UNNAMED = re.compile(
    r"(?<!without a )\b(?:officials?|sources?|aides?|people familiar|spokes(?:m[ae]n|wom[ae]n|person|people)|unnamed"
    r"|anonymous)\b",
    re.IGNORECASE,
)

_UNNAMED_PARTS = ("official", "source", "aide", "people familiar", "spokes", "unnamed", "anonymous")
"""One of these stands in whatever the pattern finds; most attributions have none."""


@fact_rule(Level.WARNING)
def attribution_unlinked(case: Case, fact: Fact) -> Iterator[Problem]:
    """A fact whose attribution speaks of officials or sources names them in `said_by`.

    Only so can the site mark what rests on unnamed voices alone, or on a party to the conflict alone.

    Bad:
        facts:
          - id: sacks-lost
            attribution: Unnamed officials, to the Herald

    Good:
        actors:
          - id: town-officials
            name: Officials of the town
            kind: group
        facts:
          - id: sacks-lost
            attribution: Unnamed officials, to the Herald
            said_by: [town-officials]
    """
    if fact.said_by:
        return
    attribution = fact.attribution.casefold()
    if any(each in attribution for each in _UNNAMED_PARTS) and (match := _UNNAMED.search(fact.attribution)):
        of_outlets = " ".join(
            case.briefing.sources[each.source].short for each in fact.citations if each.source in case.briefing.sources
        )
        if match[0] not in of_outlets:
            yield finding(
                fact.where.place("attribution"),
                f"the attribution “{fact.attribution}” speaks of “{match[0]}”, and `said_by` names nobody",
                "`said_by`: the ids of those who say so",
                "name them as actors; a group that the source does not name has `kind: group`",
                fact.subject,
            )


@fact_rule(Level.WARNING)
def person_not_named(case: Case, fact: Fact) -> Iterator[Problem]:
    """A person who says so, speaks or takes part is named in the fact's own words or in its quotes.

    The surname or the office stands in the statement, the attribution, the note or a quote. An id alone is easily
    confused with another, and nobody would see it.

    Bad:
        actors:
          - id: ada-miller
            name: Ada Miller
            kind: person
        facts:
          - id: mayor-visit
            participants: [ada-miller]

    Good:
        actors:
          - id: ada-miller
            name: Ada Miller
            kind: person
        facts:
          - id: mayor-visit
            note: The mayor is Ada Miller.
            participants: [ada-miller]
    """
    actors: dict[str, Actor] = case.briefing.index("actors")
    for field in ("said_by", "speaker", "participants"):
        for number, each in enumerate(getattr(fact, field, ())):
            actor = actors.get(each)
            if actor and actor.kind == "person" and not _is_named(actor, fact):
                yield finding(
                    fact.where.place(f"{field}.{number}"),
                    f"{actor.name} in `{field}`, and neither name nor office in the words of “{fact.statement}”",
                    "persons who are named where a reader sees it",
                    "correct the id, or name the person in the statement, the attribution or the note",
                    fact.subject,
                )


def _is_named(actor: Actor, fact: Fact) -> bool:
    text = " ".join([fact.statement, fact.attribution, fact.note, *(each.quote for each in fact.citations)]).casefold()
    names = [*actor.name.split()[-1:], *([actor.office] if actor.office else ())]
    return any(name.casefold() in text for name in names)
