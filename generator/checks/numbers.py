"""Numbers are compared as numbers: what a fact states must stand in its quotes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import quotes
from generator.checks.dates import without_dates
from generator.checks.engine import Case, fact_rule, finding
from generator.hedges import HEDGES, Firmness
from generator.model import Fact, Figure
from generator.numerals import VAGUE, Quantity, in_digits, quantities
from generator.problems import Problem, did_you_mean

Bounds = tuple[Decimal, Decimal, bool]


def _quoted(fact: Fact) -> list[Quantity]:
    return [
        quantity
        for citation in fact.citations
        if citation.stance == "supports"
        for quantity in quantities(citation.quote)
    ]


@fact_rule(waivable=False)
def figure_without_value(_: Case, fact: Fact) -> Iterator[Problem]:
    """A figure has a value, or the low and high end of a range, and not both.

    Missing is not zero: what the source does not number is no figure but a statement or an event.

    Bad:
        facts:
          - id: sacks-lost
            value: null

    Good:
        facts:
          - id: sacks-lost
            value: 1200
    """
    if not isinstance(fact, Figure):
        return
    ends = fact.low is not None, fact.high is not None
    if fact.value is None and not all(ends):
        yield finding(
            fact.where.place("low" if ends[0] else "high" if ends[1] else ""),
            "a figure without a value" if not any(ends) else "a range with one end",
            "`value`, or `low` and `high`",
            "add what is missing; `more than 40` is value 40 with the hedge `more than`",
            fact.subject,
        )
    elif fact.value is not None and any(ends):
        yield finding(
            fact.where.place("value"),
            "a figure with a value and a range",
            "`value`, or `low` and `high`",
            "keep one of the two",
            fact.subject,
        )
    elif fact.value is not None and fact.hedge.lower() in VAGUE:
        low, high = VAGUE[fact.hedge.lower()]
        yield finding(
            fact.where.place("value"),
            f"a value with the hedge {fact.hedge!r}, which is a range",
            "`low` and `high`",
            f"write low: {low} and high: {high}",
            fact.subject,
        )
    elif fact.low is not None and fact.high is not None and fact.low >= fact.high:
        yield finding(
            fact.where.place("low"),
            f"a range from {fact.low} to {fact.high}",
            "a low end below the high end",
            "swap the two, or write a value",
            fact.subject,
        )


@fact_rule()
def number_not_in_quote(_: Case, fact: Fact) -> Iterator[Problem]:
    """Every number that a fact states stands in one of its supporting quotes.

    Digits, number words and vague numbers are read as exact quantities: `four` proves 4, `70,000` proves 70000,
    `tens of thousands` proves the range 20000 to 99999 and nothing else. Sign, decimals and per cent count. A date
    that agrees with the fact's own date is no number here.

    Bad:
        facts:
          - id: sacks-lost
            value: 1300

    Good:
        facts:
          - id: sacks-lost
            value: 1200
    """
    quoted = {quantity.bounds for quantity in _quoted(fact)}
    if isinstance(fact, Figure):
        yield from _value_not_in_quote(fact, quoted)
    for quantity in quantities(without_dates(fact.statement, fact)):
        if quantity.bounds not in quoted:
            yield finding(
                fact.where.place("statement"),
                f"the statement says {quantity.text!r}; {_has(quoted)}",
                "the same number in a supporting quote",
                "correct the number, or quote the words that hold it",
                fact.subject,
            )


def _value_not_in_quote(fact: Figure, quoted: set[Bounds]) -> Iterator[Problem]:
    exact = {low for low, high, _ in quoted if low == high}
    ranges = {(low, high) for low, high, _ in quoted}
    if fact.value is not None and fact.value not in exact:
        yield finding(
            fact.where.place("value"),
            f"the value is {in_digits(fact.value)}; {_has(quoted)}",
            "the same number in a supporting quote",
            "correct the value, or quote the words that hold it",
            fact.subject,
        )
    if fact.low is None or fact.high is None or (fact.low, fact.high) in ranges:
        return
    for name, end in (("low", fact.low), ("high", fact.high)):
        if end not in exact:
            yield finding(
                fact.where.place(name),
                f"the {name} end is {in_digits(end)}; {_has(quoted)}",
                "a range or two numbers in a supporting quote",
                "correct it, or quote the words that hold it",
                fact.subject,
            )


def _has(quoted: set[Bounds]) -> str:
    if not quoted:
        return "its quotes hold no number"
    shown = (
        in_digits(low) if low == high else f"{in_digits(low)} to {in_digits(high)}" for low, high, _ in sorted(quoted)
    )
    return f"its quotes hold {', '.join(shown)}"


@fact_rule(waivable=False)
def hedge_unknown(_: Case, fact: Fact) -> Iterator[Problem]:
    """A hedge is one that the generator knows how to draw.

    `around` is drawn hollow, `more than` with an arrow upward, a range as a bar; a word it does not know could only be
    dropped, and a figure would look firmer than its source.

    Bad:
        facts:
          - id: sacks-lost
            hedge: arround

    Good:
        facts:
          - id: sacks-lost
            hedge: around
    """
    if not isinstance(fact, Figure):
        return
    if fact.hedge and fact.hedge.lower() not in HEDGES:
        yield finding(
            fact.where.place("hedge"),
            f"the hedge {fact.hedge!r}",
            f"one of: {', '.join(HEDGES)}",
            did_you_mean(fact.hedge.lower(), HEDGES, "take the nearest in meaning, and quote the source's own words"),
            fact.subject,
        )


@fact_rule()
def hedge_not_in_quote(_: Case, fact: Fact) -> Iterator[Problem]:
    """A figure's hedge stands in a supporting quote, and so in the source.

    A hedge added or dropped by the authors changes how firm a figure looks.

    Bad:
        facts:
          - id: sacks-lost
            hedge: at least

    Good:
        facts:
          - id: sacks-lost
            hedge: around
    """
    if not isinstance(fact, Figure):
        return
    words = quotes.tokens(fact.hedge)
    texts = [quotes.tokens(citation.quote) for citation in fact.citations if citation.stance == "supports"]
    if (
        words
        and fact.citations
        and not any(words == text[start : start + len(words)] for text in texts for start in range(len(text)))
    ):
        yield finding(
            fact.where.place("hedge"),
            f"the hedge {fact.hedge!r} stands in none of the quotes",
            "the source's own word, within a quote",
            "extend the quote to the hedge, or correct it",
            fact.subject,
        )


_BEFORE_NUMBERS = tuple(word for word, meant in HEDGES.items() if meant is not Firmness.RANGE)


@fact_rule()
def hedge_dropped(_: Case, fact: Fact) -> Iterator[Problem]:
    """A figure keeps the hedge that its quote has before the number.

    `around 70,000` in the source and 70,000 in the fact is a stronger claim than anybody made.

    Bad:
        facts:
          - id: sacks-lost
            hedge: null

    Good:
        facts:
          - id: sacks-lost
            hedge: around
    """
    if not isinstance(fact, Figure):
        return
    if fact.hedge or fact.value is None:
        return
    for quantity, word in _hedged(fact):
        if quantity.low == quantity.high == fact.value:
            yield finding(
                fact.where.place("value"),
                f"the value is {in_digits(fact.value)}; its source says “{word} {quantity.text}”",
                "the source's own hedge",
                f"write `hedge: {word}`",
                fact.subject,
            )


def _hedged(fact: Fact) -> Iterator[tuple[Quantity, str]]:
    """The numbers in a fact's supporting quotes that have a hedge directly before them, with it."""
    for citation in fact.citations:
        for quantity in quantities(citation.quote) if citation.stance == "supports" else ():
            before = f" {' '.join(quotes.tokens(citation.quote[: quantity.start]))}"
            word = next((each for each in _BEFORE_NUMBERS if before.endswith(f" {each}")), "")
            if word:
                yield quantity, word
