"""Conflicts: figures that cannot both be true say so, and what rests on a doubtful fact is named."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import dependents
from generator.checks.engine import Case, fact_rule, finding, rule
from generator.hedges import Firmness, firmness
from generator.model import Fact, Figure
from generator.problems import Level, Problem
from generator.tables import figure_label

_Bounds = tuple[Decimal, Decimal]
_MANY = 12
"""Places that a message lists; the rest are counted."""


@rule()
def figures_conflict(case: Case) -> Iterator[Problem]:
    """Figures of the same measure, side and date agree, or one disputes the other with a note.

    Figures agree where a number can satisfy both: `more than 40` and 45 do, `around 70,000` and 68,500 do not. Where
    they disagree, both stay: `disputes` in one of them names the other and says where they differ, and readers see
    both, in text, chart and table. Dates are the same when they mean the same days.

    Bad:
        facts:
          - id: sacks-by-the-mayor
            kind: figure
            statement: More than 40 sacks burnt
            topic: losses
            side: mill
            date: 2031-05-02
            date_basis: The day before the mayor's visit.
            attribution: The mayor
            measure: sacks
            value: 40
            citations:
              - source: herald
                quote: promised more than 40 new
            hedge: more than
          - id: sacks-lost
            statement: Around 1,200 sacks of flour burnt
          - id: sacks-by-the-guests
            kind: figure
            statement: Tens of thousands of sacks burnt
            topic: losses
            side: mill
            date: 2031-05-02
            date_basis: The day before the mayor's visit.
            attribution: The guests
            measure: sacks
            low: 20000
            high: 99999
            hedge: tens of thousands
            citations:
              - source: herald
                quote: Tens of thousands of visitors

    Good:
        facts:
          - id: sacks-by-the-mayor
            kind: figure
            statement: More than 40 sacks burnt
            topic: losses
            side: mill
            date: 2031-05-02
            date_basis: The day before the mayor's visit.
            attribution: The mayor
            measure: sacks
            value: 40
            hedge: more than
            citations:
              - source: herald
                quote: promised more than 40 new
    """
    groups: dict[tuple[object, ...], list[Figure]] = {}
    for fact in case.briefing.base.facts:
        if isinstance(fact, Figure) and fact.withdrawn is None and fact.date and fact.measure:
            groups.setdefault((fact.measure, fact.side, fact.date.first, fact.date.last), []).append(fact)
    for group in groups.values():
        if len(group) > 1:
            yield from _conflicts(case, group)


def _conflicts(case: Case, group: list[Figure]) -> Iterator[Problem]:
    """For each figure of a group the first earlier one that it contradicts without a word."""
    said: dict[_Bounds, list[Figure]] = {}
    for fact in group:
        bounds = _bounds(fact)
        if bounds is None:  # what has no value is another rule's
            continue
        settled = {other.id for other, _ in case.briefing.rivals(fact)}
        settled |= {base.id for base in case.briefing.bases(fact)}  # what is computed from a figure is no rival of it
        for other_bounds, others in said.items():
            if not _agree(bounds, other_bounds) and settled.isdisjoint(each.id for each in others):
                other = others[0]
                yield finding(
                    fact.where.place("value" if fact.value is not None else "low"),
                    f"{figure_label(fact)} for the same measure, side and date for which fact {other.id}"
                    f" ({other.where.place()}) has {figure_label(other)}: “{fact.statement}”",
                    "figures that agree, or one that disputes the other",
                    f"add `disputes:` with `- fact: {other.id}` and a note, or correct measure, side, date or value",
                    fact.subject,
                )
                break
        said.setdefault(bounds, []).append(fact)


def _agree(one: _Bounds, other: _Bounds) -> bool:
    """Whether a number can satisfy both."""
    return one[0] <= other[1] and other[0] <= one[1]


def _bounds(fact: Figure) -> _Bounds | None:
    if fact.value is None:
        return (fact.low, fact.high) if fact.low is not None and fact.high is not None else None
    match firmness(fact.hedge, is_range=False):
        case Firmness.AT_LEAST:
            return fact.value, Decimal("Infinity")
        case Firmness.AT_MOST:
            return Decimal("-Infinity"), fact.value
        case _:
            return fact.value, fact.value


@fact_rule(alone=False)
def dispute_hollow(case: Case, fact: Fact) -> Iterator[Problem]:
    """A fact disputes another fact, once, and one that still stands.

    A contradiction is told in one of the two facts, and readers see it with both; told twice, it would have two notes.

    Bad:
        facts:
          - id: sacks-lost
            disputes:
              - fact: sacks-lost
                note: It contradicts itself.

    Good:
        facts:
          - id: sacks-lost
            disputes: []
    """
    seen: set[str] = set()
    for dispute in fact.disputes:
        other = case.briefing.facts.get(dispute.fact)
        found = ""
        if dispute.fact == fact.id:
            found = "a fact that disputes itself"
        elif dispute.fact in seen:
            found = f"{dispute.fact!r} disputed a second time"
        elif (
            other is not None
            and any(each.fact == fact.id for each in other.disputes)
            and other.where.place() < fact.where.place()
        ):
            found = f"a contradiction that fact {other.id} ({other.where.place()}) tells already"
        elif other is not None and other.withdrawn is not None:
            found = f"a dispute of {dispute.fact!r}, which was withdrawn"
        seen.add(dispute.fact)
        if found:
            yield finding(
                dispute.where.place("fact"),
                f"{found}: “{fact.statement}”",
                "another fact, named once, that was not withdrawn",
                "correct the id, or remove the dispute",
                fact.subject,
            )


@rule(Level.NOTE, waivable=False)
def fact_disputed(case: Case) -> Iterator[Problem]:
    """Whatever rests on a disputed fact is listed, so that whoever writes it knows.

    A note, not a fault: both sides are shown to readers wherever the fact is used. The path leads from the fact to
    each derived figure, judgment, chart and place of prose.

    Bad:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
              - source: herald
                quote: promised more than 40 new
                stance: disputes

    Good:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
    """
    disputed = [each for each in case.briefing.base.facts if not each.withdrawn and case.briefing.is_disputed(each)]
    resting = dependents.of(case.briefing) if disputed else None
    for fact in disputed:
        found = resting.on(fact.id) if resting else []
        if found:
            rivals = [f"fact {other.id}" for other, _ in case.briefing.rivals(fact)]
            rivals += [f"“{each.quote}”" for each in fact.citations if each.stance == "disputes"]
            yield finding(
                fact.where.place(),
                f"“{fact.statement}” is disputed by {', '.join(rivals)}; on it rest: {_listed(found)}",
                "each of these to hold whichever side is right",
                "read them again when the dispute changes",
                fact.subject,
            )


def _listed(found: list[dependents.Dependent]) -> str:
    shown = "; ".join(each.words() for each in found[:_MANY])
    return shown + (f"; and {len(found) - _MANY} more" if found[_MANY:] else "")


@rule(waivable=False)
def withdrawn_used(case: Case) -> Iterator[Problem]:
    """Nothing rests on a withdrawn fact: no figure, judgment or sentence.

    Selections of charts, tables and timelines leave withdrawn facts out by themselves; what names one by its id is
    found here, with everything that rests on it in turn.

    Bad:
        facts:
          - id: sacks-lost
            withdrawn:
              date: 2031-05-30
              why: The owners counted again.
        charts:
          - id: losses
            select:
              kinds: [figure]

    Good:
        facts:
          - id: sacks-lost
            withdrawn: null
    """
    withdrawn = [each for each in case.briefing.base.facts if each.withdrawn is not None]
    resting = dependents.of(case.briefing) if withdrawn else None
    for fact in withdrawn:
        for each in resting.on(fact.id) if resting else ():
            yield finding(
                each.place,
                f"{each.words()} rests on fact {fact.id}, which was withdrawn on {fact.withdrawn.date.words()}"  # type: ignore[union-attr]
                f" ({fact.withdrawn.why}): “{fact.statement}”",  # type: ignore[union-attr]
                "facts that stand",
                "name another fact, or take the sentence away",
                fact.subject,
            )
