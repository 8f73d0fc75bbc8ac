"""Dates: each rests on something, and none contradicts another."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from generator import quotes
from generator.checks.engine import Case, fact_rule, finding, rule
from generator.edtf import Edtf
from generator.model import Fact, Judgment
from generator.problems import Level, Problem

_MONTH = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS = (*calendar.month_name[1:],)
_NAMES = "|".join(_MONTHS)
_MENTION = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:\s+(?:to|and|or)\s+(?P<last>\d{{1,2}}))?\s+)?(?P<month>{_NAMES})(?:\s+(?P<year>\d{{4}}))?\b"
)


_YEAR = re.compile(r"(?:19|20)\d\d")


def _mentions(text: str) -> Iterator[re.Match[str]]:
    """Dates written as `17 September 2024`, `17 September`, `September 2024`; `May` alone is a verb more often."""
    return iter(_mentioned(text))


@lru_cache(maxsize=4096)
def _mentioned(text: str) -> tuple[re.Match[str], ...]:
    """The same; several rules ask for those of one text."""
    if not any(name in text for name in _MONTHS):  # as in most texts, and the pattern takes ten times as long
        return ()
    return tuple(match for match in _MENTION.finditer(text) if match["day"] or match["year"])


def _days(mention: re.Match[str]) -> list[tuple[int, int, int]]:
    """Each day of a mention as (year, month, day), 0 for what it leaves open."""
    days = [int(each) for each in (mention["day"], mention["last"]) if each] or [0]
    return [(int(mention["year"] or 0), _MONTH[mention["month"].lower()], day) for day in days]


def _agrees(mention: re.Match[str], fact: Fact) -> bool:
    """Whether each day of the mention lies within the fact's date, or stands in one of its quotes."""
    return all(_lies_within(day, fact) or _is_quoted(day, fact) for day in _days(mention))


def _lies_within(day: tuple[int, int, int], fact: Fact) -> bool:
    """Whether a day or month that a statement names can be the fact's date.

    Of a span that is known to the day, only its first and last day, or their months, can be named so; one between them
    needs a quote.
    """
    if not fact.date:
        return True
    year, month, number = day
    first, last = fact.date.first, fact.date.last
    years = [year] if year else sorted(_years(fact))
    if fact.date.is_interval and _known_to_the_day(fact.date):
        ends = {(end.year, end.month, end.day if number else 0) for end in (first, last)}
        return any((each, month, number) in ends for each in years)
    low, high = (first.day, last.day) if number else (0, 31)
    return any(
        (first.year, first.month, low) <= (each, month, number) <= (last.year, last.month, high) for each in years
    )


def _known_to_the_day(date: Edtf) -> bool:
    return all(point is not None and point.precision == "day" for point in (date.start, date.end))


def _is_quoted(day: tuple[int, int, int], fact: Fact) -> bool:
    """`7 October` is proven by a quote with `Oct. 7`; a year stands there too, or is the year of the fact."""
    year, month, number = day
    years = _years(fact)
    name = calendar.month_name[month].lower()
    for citation in fact.citations:
        words = quotes.tokens(citation.quote)
        # a quote that has a year speaks of that year; one that has none, of a year of the fact
        of = {int(word) for word in words if _YEAR.fullmatch(word)} or years
        has_year = not year or year in of
        has_day = not number or str(number) in words
        if has_year and has_day and any(len(word) >= 3 and name.startswith(word) for word in words):  # noqa: PLR2004 - `Oct`
            return True
    return False


def without_dates(text: str, fact: Fact) -> str:
    """A statement with its agreeing dates blanked out, so that what numbers remain are counts."""
    for match in reversed([*_mentions(text)]):
        if _agrees(match, fact):
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    for year in _years(fact):
        if f"{year}" in text:
            text = re.sub(rf"\b{year}\b", "    ", text)
    return text


def _years(fact: Fact) -> set[int]:
    """The years that the fact's date names; an open end names none."""
    points = (fact.date.start, fact.date.end)
    return {day.year for point in points if point is not None for day in (point.first, point.last)}


@fact_rule()
def date_without_basis(_: Case, fact: Fact) -> Iterator[Problem]:
    """A date says what it rests on, unless a quote states it.

    Articles say `Monday` or `this week`; the calendar date is then the authors' inference, and `date_basis` says from
    what: the page's date, another source, an event that is dated elsewhere.

    Bad:
        facts:
          - id: sacks-lost
            date_basis: null

    Good:
        facts:
          - id: sacks-lost
            date_basis: The day before the mayor's visit.
    """
    if fact.date and not fact.date_basis and not _states_date(fact):
        yield finding(
            fact.where.place("date"),
            f"{fact.date.words()}, which none of the quotes states",
            "`date_basis`: what the date rests on",
            "write it in a sentence, or quote the words that give the date",
            fact.subject,
        )


def _states_date(fact: Fact) -> bool:
    points = [point for point in (fact.date.start, fact.date.end) if point]
    return all(
        _is_quoted((0, point.first.month, point.first.day if point.precision == "day" else 0), fact) for point in points
    )


@fact_rule()
def date_in_statement(_: Case, fact: Fact) -> Iterator[Problem]:
    """A date in a fact's statement agrees with the fact's date, or stands in one of its quotes.

    Bad:
        facts:
          - id: mayor-visit
            statement: The mayor met the mill owners on 4 May 2031

    Good:
        facts:
          - id: mayor-visit
            statement: The mayor met the mill owners on 3 May 2031
    """
    for mention in _mentions(fact.statement):
        if not _agrees(mention, fact):
            yield finding(
                fact.where.place("statement"),
                f"the statement says {mention[0]!r}; the fact's date is {fact.date.words()}",
                "one date, or a quote that holds the other",
                "correct one of the two",
                fact.subject,
            )


@fact_rule()
def date_after_publication(case: Case, fact: Fact) -> Iterator[Problem]:
    """Nothing is reported before it happened, and nothing happens after the briefing's own date.

    A fact that begins after its source was published has a wrong date somewhere.

    Bad:
        facts:
          - id: mayor-visit
            date: 2031-05-13
            statement: The mayor met the mill owners
            date_basis: A slip of the finger.

    Good:
        facts:
          - id: mayor-visit
            date: 2031-05-03
    """
    as_of = case.briefing.base.briefing.as_of
    if not fact.date or fact.date.start is None:
        return
    if as_of and fact.date.first > as_of.last:
        yield finding(
            fact.where.place("date"),
            f"the fact is of {fact.date.words()}; the briefing is as of {as_of.words()}",
            "no fact later than the briefing",
            "correct the date, or move `as_of`",
            fact.subject,
        )
    for citation in fact.citations:
        source = case.briefing.sources.get(citation.source)
        if source and source.published and citation.stance == "supports" and fact.date.first > source.published.last:
            yield finding(
                fact.where.place("date"),
                f"the fact is of {fact.date.words()}; {source.publisher} published on {source.published.words()}",
                "a fact no later than its source",
                "correct the date, or cite a later source",
                fact.subject,
            )


@rule()
def access_before_publication(case: Case) -> Iterator[Problem]:
    """A source was read on or after the day on which it was published.

    Bad:
        sources:
          - id: herald
            accessed: 2031-05-03

    Good:
        sources:
          - id: herald
            accessed: 2031-05-20
    """
    for source in case.briefing.base.sources:
        if source.published and source.accessed and source.published.first > source.accessed.last:
            yield finding(
                source.where.place("accessed"),
                f"{source.publisher} was read on {source.accessed.words()}, published on {source.published.words()}",
                "a source read after it was published",
                "correct one of the two",
                source.subject,
            )


@rule(Level.WARNING)
def review_overdue(case: Case) -> Iterator[Problem]:
    """A fact or judgment is looked at again by the day that its `review_by` names.

    The briefing's own date is the only clock: what should have been reviewed by then is reported, and readers see it.

    Bad:
        facts:
          - id: sacks-lost
            review_by: 2031-05-25

    Good:
        facts:
          - id: sacks-lost
            review_by: 2031-12-31
    """
    base = case.briefing.base
    records: tuple[Fact | Judgment, ...] = (*base.facts, *base.judgments)
    for record in records:
        if record.review_by and base.briefing.as_of and record.review_by.last < base.briefing.as_of.first:
            yield finding(
                record.where.place("review_by"),
                f"to be reviewed by {record.review_by.words()}; the briefing is as of {base.briefing.as_of.words()}:"
                f" “{record.statement}”",
                "a review no later than that day",
                "look whether it still holds, then move `review_by`, correct it or withdraw it",
                record.subject,
            )


_WEEKDAYS = {name: number for number, name in enumerate(calendar.day_name, 1)}
_NAMED_DAY = re.compile(
    rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)})(?:,|\s+the)?\s+(?:is\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?"
    rf"(?P<month>{_NAMES})\s+(?P<year>\d{{4}})\b"
)


@fact_rule()
def weekday_wrong(case: Case, fact: Fact) -> Iterator[Problem]:
    """A day of the week that stands before a full date is the one that the calendar gives.

    `Monday 18 December 2023` in a statement, a note or the basis of a date is counted out; articles name weekdays, and
    a date that was worked out from one is easily a week or a day off.

    Bad:
        facts:
          - id: sacks-lost
            date_basis: The fire was on Thursday 2 May 2031.

    Good:
        facts:
          - id: sacks-lost
            date_basis: The fire was on Friday 2 May 2031.
    """
    for field in ("statement", "date_basis", "note"):
        text = getattr(fact, field)
        for match in _NAMED_DAY.finditer(text) if "day" in text else ():
            try:
                day = dt.date(int(match["year"]), _MONTH[match["month"].lower()], int(match["day"]))
            except ValueError:
                continue  # no calendar has it: another rule's, where it is the fact's own
            if day.isoweekday() != _WEEKDAYS[match["weekday"]]:
                yield finding(
                    case.locate(fact.where.place(field), text, match.start()),
                    f"{match[0]!r} in “{text}”; that day was a {calendar.day_name[day.weekday()]}",
                    "the weekday that the calendar gives",
                    "correct the weekday or the date",
                    fact.subject,
                )


@rule(waivable=False)
def day_not_exact(case: Case) -> Iterator[Problem]:
    """The briefing's own date, and the day on which a source was read, are single days that somebody knows.

    They are the authors' own doing: `as_of` is the only clock that the build has.

    Bad:
        briefing:
          as_of: 2031-06

    Good:
        briefing:
          as_of: 2031-06-01
    """
    about = case.briefing.base.briefing
    own = [(about.as_of, about.where.place("as_of"), "")]
    own += [(each.accessed, each.where.place("accessed"), each.subject) for each in case.briefing.base.sources]
    for date, place, subject in own:
        if date and not date.is_exact_day:
            yield finding(
                place, f"{date.words()}, which is no single day", "a day, as YYYY-MM-DD", "write the day", subject
            )
