"""Changes: what readers have seen is corrected in the open and withdrawn with a reason, never erased."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.checks.engine import Case, finding, rule
from generator.model import Correction, Fact, Figure
from generator.numerals import quantities
from generator.problems import Place, Problem
from generator.tables import figure_label


@rule()
def correction_wrong(case: Case) -> Iterator[Problem]:
    """A correction tells what was wrong and what is right now, and is no later than the briefing.

    `was` and `now` differ, every number in `now` is one that the fact has now, and none of the fact's own numbers
    stands only in `was`. The day lies between the fact and the briefing's own date.

    Bad:
        corrections:
          - fact: sacks-lost
            date: 2031-05-28
            was: around 1,300 sacks
            now: around 1,500 sacks
            why: A slip in copying.

    Good:
        corrections:
          - fact: sacks-lost
            date: 2031-05-28
            was: around 1,300 sacks
            now: around 1,200 sacks
            why: A slip in copying.
    """
    latest: dict[str, Correction] = {}
    for each in case.briefing.base.corrections:
        known = latest.get(each.fact)
        if known is None or (each.date and known.date and each.date.first >= known.date.first):
            latest[each.fact] = each
    as_of = case.briefing.base.briefing.as_of
    for each in case.briefing.base.corrections:
        fact = case.briefing.facts.get(each.fact)
        if each.was and each.was == each.now:
            yield _wrong(each, "now", f"`was` and `now` are the same: “{each.now}”", "what it said, and what it says")
        if each.date and as_of and each.date.first > as_of.last:
            said = f"a correction of {each.date.words()}; the briefing is as of {as_of.words()}"
            yield _wrong(each, "date", said, "a day no later than the briefing")
        if fact is None or latest[each.fact] is not each or fact.withdrawn is not None:
            continue
        has = _numbers(fact)
        for quantity in quantities(each.now):
            if not {quantity.low, quantity.high} <= has:
                said = f"now {quantity.text!r}, which fact {fact.id} does not have: “{fact.statement}”"
                yield _wrong(each, "now", said, "what the fact says now")


def _wrong(each: Correction, field: str, found: str, wanted: str) -> Problem:
    return finding(
        each.where.place(field), found, wanted, "correct the entry, or the fact", f"correction of {each.fact}"
    )


def _numbers(fact: Fact) -> set[Decimal]:
    """Every number that a fact has: its value, those of its statement, and the days and years of its date."""
    found = {end for each in quantities(fact.statement) for end in (each.low, each.high)}
    if isinstance(fact, Figure):
        found |= {end for end in (fact.value, fact.low, fact.high) if end is not None}
        found |= {end for each in quantities(figure_label(fact)) for end in (each.low, each.high)}
    found |= {Decimal(number) for day in (fact.date.first, fact.date.last) for number in (day.day, day.year)}
    return found | {end for each in quantities(fact.date.words()) for end in (each.low, each.high)}


@rule()
def withdrawal_date(case: Case) -> Iterator[Problem]:
    """A fact is withdrawn on a day no later than the briefing's own date.

    Bad:
        facts:
          - id: mayor-visit
            withdrawn:
              date: 2031-06-02
              why: The mayor was elsewhere.

    Good:
        facts:
          - id: mayor-visit
            withdrawn:
              date: 2031-05-30
              why: The mayor was elsewhere.
    """
    as_of = case.briefing.base.briefing.as_of
    for fact in case.briefing.base.facts:
        if fact.withdrawn is not None and fact.withdrawn.date and as_of and fact.withdrawn.date.first > as_of.last:
            yield finding(
                fact.withdrawn.where.place("date"),
                f"withdrawn on {fact.withdrawn.date.words()}; the briefing is as of {as_of.words()}",
                "a day no later than the briefing",
                "correct the day, or move `as_of`",
                fact.subject,
            )


@rule()
def update_date(case: Case) -> Iterator[Problem]:
    """New information came into the briefing on a day no later than the briefing's own date.

    Bad:
        updates:
          - id: loss-known
            date: 2031-06-02
            what: The owners have told their loss
            facts: [sacks-lost]

    Good:
        updates:
          - id: loss-known
            date: 2031-05-28
            what: The owners have told their loss
            facts: [sacks-lost]
    """
    as_of = case.briefing.base.briefing.as_of
    for update in case.briefing.base.updates:
        if update.date and as_of and update.date.first > as_of.last:
            yield finding(
                update.where.place("date"),
                f"new on {update.date.words()}; the briefing is as of {as_of.words()}",
                "a day no later than the briefing",
                "correct the day, or move `as_of`",
                update.subject,
            )


@rule(waivable=False)
def fact_erased(case: Case) -> Iterator[Problem]:
    """A fact once published stays in the fact base; one that no longer holds is withdrawn with a reason.

    Asked where an earlier version is given (`check --base`). Readers may have cited its permanent address.

    Bad:
        before:
          facts:
            - id: sacks-counted
              kind: event
              statement: The sacks were counted
              topic: losses
              date: 2031-05-02
              date_basis: The day before the mayor's visit.
              attribution: The Herald, in its own words
              type: count
              citations:
                - source: herald
                  quote: around 1,200 sacks of flour

    Good:
        before:
          facts:
            - id: sacks-lost
    """
    if case.before is None:
        return
    for old in case.before.facts:
        if old.id not in case.briefing.declared.get("facts", frozenset()):
            yield finding(
                Place(case.briefing.base.where.path or "facts.yaml"),
                f"fact {old.id} is gone, which an earlier version had: “{old.statement}”",
                "every fact that was published",
                "put it back, with `withdrawn:` (date, why)",
                old.subject,
            )


@rule()
def correction_missing(case: Case) -> Iterator[Problem]:
    """A published figure changes only with an entry under `corrections`.

    Asked where an earlier version is given (`check --base`): value, ends of a range, hedge, measure, side and date.
    New information is a new fact with a date of its own, not another value for the old one.

    Bad:
        before:
          facts:
            - id: sacks-lost
              value: 1300
              statement: Around 1,300 sacks of flour burnt

    Good:
        before:
          facts:
            - id: sacks-lost
              value: 1200
    """
    if case.before is None:
        return
    old_entries = {(each.fact, each.date.text, each.now) for each in case.before.corrections}
    fresh = {
        each.fact for each in case.briefing.base.corrections if (each.fact, each.date.text, each.now) not in old_entries
    }
    before = {fact.id: fact for fact in case.before.facts}
    for fact in case.briefing.base.facts:
        old = before.get(fact.id)
        if not isinstance(fact, Figure) or not isinstance(old, Figure) or fact.withdrawn is not None:
            continue
        changed = [
            name
            for name in ("value", "low", "high", "hedge", "measure", "side", "date")
            if getattr(fact, name) != getattr(old, name)
        ]
        if changed and fact.id not in fresh:
            yield finding(
                fact.where.place(changed[0]),
                f"{', '.join(changed)} of a published figure changed: {figure_label(old)} ({old.date.words()}) was,"
                f" {figure_label(fact)} ({fact.date.words()}) is: “{fact.statement}”",
                "an entry under `corrections`, with date, was, now and why",
                "add it; or put the old figure back, and give the new one a fact of its own",
                fact.subject,
            )
