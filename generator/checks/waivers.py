"""Waivers: leave to break a rule for a time, beside the record that breaks it. Problems in, those that stand out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.checks.engine import Case, Rule, finding, rule
from generator.model import Record, Waiver
from generator.problems import Level, Problem, did_you_mean


@dataclass(frozen=True, slots=True)
class _Granted:
    """A waiver, and the record beside which it stands."""

    waiver: Waiver
    subject: str
    """Of a record with an id; empty for a page."""
    path: str
    """The file of a page; empty for a record of the fact base."""

    def covers(self, problem: Problem) -> bool:
        """Whether the problem is one of the rule, about the record."""
        if problem.code != self.waiver.rule:
            return False
        return problem.place.path == self.path if self.path else problem.subject == self.subject


def _granted(case: Case) -> Iterator[_Granted]:
    base = case.briefing.base
    records: tuple[Record, ...] = (*base.sources, *base.measures, *base.facts, *base.charts, *base.judgments)
    for record in records:
        for waiver in getattr(record, "waivers", ()):
            yield _Granted(waiver, record.subject, "")
    for page in case.briefing.pages:
        for waiver in page.meta.waivers:
            yield _Granted(waiver, "", page.meta.where.path)


def _holds(case: Case, waiver: Waiver) -> bool:
    """Whether the waiver has not run out; the briefing's own date is the only clock."""
    as_of = case.briefing.base.briefing.as_of
    return bool(waiver.until and as_of) and waiver.until.last >= as_of.first


def apply(case: Case, found: list[Problem], rules: Mapping[str, Rule]) -> list[Problem]:
    """The problems that no waiver sets aside; those set aside are kept in the case, to be counted."""
    granted = [
        each
        for each in _granted(case)
        if each.waiver.rule in rules and rules[each.waiver.rule].waivable and _holds(case, each.waiver)
    ]
    if not granted:
        return found
    standing = []
    for problem in found:
        covering = [each for each in granted if each.covers(problem)]
        if covering:
            case.waived.append(problem)
            case.used.update(each.waiver.where.place() for each in covering)
        else:
            standing.append(problem)
    return standing


@rule(waivable=False)
def waiver_unknown(case: Case) -> Iterator[Problem]:
    """A waiver names a rule that there is, and that may be waived.

    Nobody can waive that a fact has a citation, that its quote stands in the source, or what the site needs in order to
    be built.

    Bad:
        facts:
          - id: sacks-lost
            waivers:
              - rule: hedge-droped
                because: The owners gave no other word.
                by: A. Miller
                until: 2031-12-31

    Good:
        facts:
          - id: sacks-lost
            hedge: null
            waivers:
              - rule: hedge-dropped
                because: The owners later withdrew the word, by letter.
                by: A. Miller
                until: 2031-12-31
    """
    for each in _granted(case):
        code = each.waiver.rule
        known = case.rules.get(code)
        if code and (known is None or not known.waivable):
            waivable = [name for name, rule in case.rules.items() if rule.waivable]
            yield finding(
                each.waiver.where.place("rule"),
                f"a waiver of {code!r}, " + ("which is no rule" if known is None else "which nobody can waive"),
                "the code of a rule that may be waived",
                did_you_mean(code, waivable, "see the list of rules: python -m generator explain rules")
                if known is None
                else "mend what the rule finds",
                each.subject,
            )


@rule(waivable=False)
def waiver_expired(case: Case) -> Iterator[Problem]:
    """A waiver holds up to its last day, and not longer.

    The clock is the briefing's own date, `as_of`: who moves that date looks at the waivers again.

    Bad:
        facts:
          - id: sacks-lost
            hedge: null
            waivers:
              - rule: hedge-dropped
                because: The owners later withdrew the word, by letter.
                by: A. Miller
                until: 2031-05-31

    Good:
        facts:
          - id: sacks-lost
            hedge: null
            waivers:
              - rule: hedge-dropped
                because: The owners later withdrew the word, by letter.
                by: A. Miller
                until: 2031-12-31
    """
    as_of = case.briefing.base.briefing.as_of
    for each in _granted(case):
        if each.waiver.until and as_of and not _holds(case, each.waiver):
            yield finding(
                each.waiver.where.place("until"),
                f"the waiver of {each.waiver.rule!r} by {each.waiver.by} ran out on {each.waiver.until.words()}:"
                f" “{each.waiver.because}”",
                f"a waiver that holds on {as_of.words()}, the briefing's own date",
                "mend what it excused, or let the same person renew it",
                each.subject,
            )


@rule(Level.WARNING, waivable=False)
def waiver_unused(case: Case) -> Iterator[Problem]:
    """A waiver sets something aside; one that no longer does is taken away.

    Left standing, it would silently excuse a later mistake.

    Bad:
        facts:
          - id: sacks-lost
            waivers:
              - rule: hedge-dropped
                because: The owners later withdrew the word, by letter.
                by: A. Miller
                until: 2031-12-31

    Good:
        facts:
          - id: sacks-lost
            hedge: null
            waivers:
              - rule: hedge-dropped
                because: The owners later withdrew the word, by letter.
                by: A. Miller
                until: 2031-12-31
    """
    for each in _granted(case):
        known = case.rules.get(each.waiver.rule)
        if known and known.waivable and _holds(case, each.waiver) and each.waiver.where.place() not in case.used:
            yield finding(
                each.waiver.where.place(),
                f"the waiver of {each.waiver.rule!r} by {each.waiver.by} sets nothing aside",
                "a waiver of something that the rule finds here",
                "remove the waiver",
                each.subject,
            )
