"""Numbers are compared as numbers: what a fact states must stand in its quotes, with its unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache

from generator import formula, mentions, quotes, units
from generator.checks.dates import without_dates
from generator.checks.engine import Case, fact_rule, finding
from generator.formula import Interval
from generator.hedges import HEDGES, TRANSLATIONS, Firmness, spoken
from generator.model import Citation, Fact, Figure
from generator.numerals import VAGUE, Quantity, in_digits, names, quantities
from generator.problems import Place, Problem, did_you_mean
from generator.units import Unit

Worth = tuple[Decimal, Decimal, str]
_EXACT = Context(prec=1_000)

# -- what quotes hold -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """A number that proves others: in a quote, or of a figure from which another is computed."""

    worth: Worth
    said: str
    """The number and its unit as they stand there."""
    unit: Unit | None = None
    """What it is a number of, where that is known."""
    dated: bool = False
    """Whether it is part of a date, and so counts nothing."""


def _supporting(case: Case, fact: Fact) -> Iterator[tuple[Citation, str]]:
    """The citations that support a fact, each with the language of its source."""
    for citation in fact.citations:
        if citation.stance == "supports":
            source = case.briefing.sources.get(citation.source)
            yield citation, source.language if source else "en"


def _declared(case: Case) -> tuple[str, ...]:
    return tuple(measure.unit for measure in case.briefing.base.measures)


def _unit(text: str, quantity: Quantity, declared: Iterable[str]) -> units.Found | None:
    """The unit of a number in a text: per cent, a currency before it, or the words behind it."""
    if quantity.kind in units.UNITS:
        return units.Found(units.UNITS[quantity.kind], "")
    return units.before(text, quantity.start) or units.behind(text, quantity.end, declared)


def _said(quantity: Quantity, unit: units.Found | None) -> str:
    return quantity.text if unit is None else f"{quantity.text} {unit.text}".strip()


def _dates(text: str, declared: Iterable[str]) -> list[tuple[int, str]]:
    """Where a text names a date, and its words; a bare year before a unit is a count (`2031 people`)."""
    text = mentions.blanked(text, ((each.start, each.text) for each in names(text)))
    found = [
        (each.start, each.text)
        for each in mentions.dates(text)
        if not (each.text.isdigit() and units.behind(text, each.start + len(each.text), declared))
    ]
    return [*found, *mentions.foreign_dates(text)]


def _quoted(case: Case, fact: Fact) -> list[_Seen]:
    """Every number of the supporting quotes of a fact."""
    declared = _declared(case)
    return [
        each for citation, language in _supporting(case, fact) for each in _held(citation.quote, language, declared)
    ]


@lru_cache(maxsize=10_000)
def _held(quote: str, language: str, declared: tuple[str, ...]) -> tuple[_Seen, ...]:
    """Every number of a quote; several rules ask for those of the same one."""
    found = []
    dates = _dates(quote, declared)
    for quantity in quantities(mentions.blanked(quote, dates), language):
        unit = _unit(quote, quantity, declared)
        found.append(_Seen(quantity.worth, _said(quantity, unit), unit.unit if unit else None))
    for start, words in dates:
        held = quantities(f"{' ' * start}{words}", language)
        found += [_Seen(each.worth, each.text, None, dated=True) for each in held]
    return tuple(found)


def measure_unit(case: Case, figure: Figure) -> Unit | None:
    """The unit of a figure's measure; None where the measure is not listed or names none."""
    measure = case.briefing.measures.get(figure.measure)
    return units.named(measure.unit) if measure and measure.unit else None


def _own(case: Case, figure: Figure) -> list[_Seen]:
    """What a figure itself is worth: its value, or its ends and the range between them."""
    pairs = [(end, end) for end in (figure.value, figure.low, figure.high) if end is not None]
    if figure.low is not None and figure.high is not None:
        pairs.append((figure.low, figure.high))
    return _measured(measure_unit(case, figure), pairs)


def _measured(unit: Unit | None, pairs: Iterable[tuple[Decimal, Decimal]]) -> list[_Seen]:
    kind = unit.name if unit and unit.dimension == "share" else ""
    name = unit.name if unit else ""
    return [_Seen((low, high, kind), f"{_range(low, high)} {name}".strip(), unit) for low, high in pairs]


def _converted(case: Case, figure: Figure, text: str) -> list[_Seen]:
    """The numbers of a statement that its figure's conversion gives, however they are rounded."""
    original, unit = _original(figure), measure_unit(case, figure)
    if original is None or unit is None:
        return []
    try:
        exact = units.converted(original.number, original.unit, unit)
    except ValueError:  # another rule says why
        return []
    return [
        _Seen(each.worth, f"{each.text} {unit.name}", unit)
        for each in quantities(text)
        if each.low == each.high and _agrees(each.low, exact)
    ]


def _range(low: Decimal, high: Decimal) -> str:
    return in_digits(low) if low == high else f"{in_digits(low)} to {in_digits(high)}"


# -- computed figures -----------------------------------------------------------------------------------------------


def worth(figure: Figure) -> Interval | None:
    """What a figure is worth in a formula: its value, or all from its low to its high end."""
    low = figure.value if figure.value is not None else figure.low
    high = figure.value if figure.value is not None else figure.high
    return None if low is None or high is None else Interval(Fraction(low), Fraction(high))


def usable_bases(case: Case, fact: Figure) -> dict[str, Figure]:
    """The figures that a formula names, by id, without those that cannot be used."""
    return {
        each.id: each
        for each in case.briefing.bases(fact)
        if isinstance(each, Figure) and each.withdrawn is None and worth(each) is not None
    }


def result_of(case: Case, fact: Figure) -> Interval | None:
    """What a formula gives; None where another rule says why it gives nothing."""
    bases = usable_bases(case, fact)
    try:
        tree = formula.parse(fact.derived)
        if fact.id in bases or not {each.id for each in formula.references(tree)} <= bases.keys():
            return None
        return formula.evaluate(tree, {name: known for name, each in bases.items() if (known := worth(each))})
    except formula.FormulaError:
        return None


def _computed(case: Case, figure: Figure) -> list[_Seen]:
    """The numbers that may stand in the statement of a computed figure: its own, those of its bases and its formula."""
    found = _own(case, figure)
    for base in case.briefing.bases(figure):
        found += _own(case, base) if isinstance(base, Figure) else []
    given = result_of(case, figure)
    if given is not None and ends(given.low) and ends(given.high):
        low, high = decimal(given.low), decimal(given.high)
        found += _measured(measure_unit(case, figure), {(low, low), (high, high), (low, high)})
    written = formula.numbers(formula.parse(figure.derived)) if formula.ids(figure.derived) else ()
    return [*found, *(_Seen((each, each, kind), f"{each}") for each in written for kind in ("", "per cent"))]


def ends(value: Fraction) -> bool:
    """Whether a number can be written with digits that end."""
    below = value.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    return below == 1


def decimal(value: Fraction) -> Decimal:
    """A number with digits that end, exactly."""
    return _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(_EXACT)


# -- values ---------------------------------------------------------------------------------------------------------


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
def number_not_in_quote(case: Case, fact: Fact) -> Iterator[Problem]:
    """Every number that a fact states stands in one of its supporting quotes.

    Digits of any script, number words and vague numbers are read as exact quantities, in the language of the source:
    `four` proves 4, `70,000` proves 70000, in Spanish `70.000` does. `60,000 to 70,000` proves that range and neither
    of its ends alone, `tens of thousands` the range 20000 to 99999. Sign, decimals and per cent count.

    What counts nothing proves no count, and no count proves it: dates, ordinals, times of day, and names such as
    `Resolution 1701`. Those of a statement stand in a quote as they are. A date that agrees with the fact's own date
    is no number here.

    The numbers of a figure with `derived` are its own, those of the figures in its formula, and what its quotes hold;
    the value of a figure with `converted` follows from the number of the source.

    Bad:
        facts:
          - id: sacks-lost
            value: 1300

    Good:
        facts:
          - id: sacks-lost
            value: 1200
    """
    if _says_no_number(fact):
        return
    seen = _quoted(case, fact)
    if isinstance(fact, Figure) and not fact.derived and not fact.converted:
        yield from _value_not_in_quote(case, fact, [each for each in seen if not each.dated])
    unreadable = isinstance(fact, Figure) and bool(fact.derived) and not formula.ids(fact.derived)
    for quantity, _, proofs in _stated(case, fact, seen):
        if not proofs and not unreadable:
            yield _unproven(
                case, fact, quantity.start, f"the statement says {quantity.text!r}; {_has(seen, fact)}", "number"
            )
    yield from _other_tokens(case, fact)


def _says_no_number(fact: Fact) -> bool:
    """Whether there is nothing to prove: most facts are no figures and hold no number, and this is seen at once."""
    return not isinstance(fact, Figure) and not _may_say(fact.statement)


_may_say = lru_cache(maxsize=4096)(mentions.may_say)
"""Two rules ask it of each statement."""


def _at(case: Case, fact: Fact, offset: int) -> Place:
    return case.locate(fact.where.place("statement"), fact.statement, offset)


def _unproven(case: Case, fact: Fact, offset: int, found: str, what: str) -> Problem:
    return finding(
        _at(case, fact, offset),
        found,
        f"the same {what} in a supporting quote",
        f"correct the {what}, or quote the words that hold it",
        fact.subject,
    )


def _stated(case: Case, fact: Fact, seen: list[_Seen]) -> Iterator[tuple[Quantity, units.Found | None, list[_Seen]]]:
    """The numbers of a statement that are no agreeing dates, each with its unit and what proves it."""
    declared = _declared(case)
    text = without_dates(fact.statement, fact)
    stated = [*quantities(text)]
    if not stated:
        return
    dates = _dates(text, declared)
    known = [*seen]
    if isinstance(fact, Figure) and fact.derived:
        known += _computed(case, fact)
    elif isinstance(fact, Figure) and fact.converted:
        known += [*_own(case, fact), *_converted(case, fact, text)]
    for quantity in stated:
        in_date = any(start <= quantity.start < start + len(words) for start, words in dates)
        proofs = [each for each in known if each.worth == quantity.worth and (in_date or not each.dated)]
        yield quantity, None if in_date else _unit(text, quantity, declared), proofs


_TOKEN = re.compile(r"\d[\d.,:/]*[^\W_]*|\d+")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def _other_tokens(case: Case, fact: Fact) -> Iterator[Problem]:
    """What has digits in a statement and is no count, and number words without a value: each stands in a quote so."""
    if not mentions.may_count(fact.statement):
        return
    rest = without_dates(fact.statement, fact)
    held = [citation.quote for citation, _ in _supporting(case, fact)]
    named = {name.key for quote in held for name in names(quote)}
    for name in names(rest):
        rest = mentions.blanked(rest, [(name.start, name.text)])
        if name.key not in named and not _holds(held, name.text):
            others = ", ".join(sorted(named))
            has = f"its quotes name {others}" if others else "its quotes name nothing with a number"
            yield _unproven(case, fact, name.start, f"the statement names {name.text.strip()!r}; {has}", "name")
    rest = mentions.blanked(rest, [(each.start, each.text) for each in quantities(rest)])
    tokens = {match.start(): match[0].rstrip(".,:/") for match in _TOKEN.finditer(rest)}
    tokens |= {each.start: each.text for each in mentions.numbers(rest) if each.start not in tokens}
    for start, token in sorted(tokens.items()):
        ordinal = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", token)
        spelled = _ORDINALS[int(ordinal[1]) - 1] if ordinal and 0 < int(ordinal[1]) <= len(_ORDINALS) else token
        if not _holds(held, token) and not _holds(held, spelled):
            yield _unproven(case, fact, start, f"the statement says {token!r}, which none of its quotes says", "words")


def _holds(texts: Iterable[str], words: str) -> bool:
    """Whether any of the texts has the words, whatever their case."""
    wanted = re.compile(rf"(?<![\w.,]){re.escape(words.strip(' ,').casefold())}(?!\w|[.,]\d)")
    return any(wanted.search(text.casefold()) for text in texts)


def _value_not_in_quote(case: Case, fact: Figure, seen: list[_Seen]) -> Iterator[Problem]:
    exact = {each.worth[0] for each in seen if each.worth[0] == each.worth[1]}
    if fact.value is not None and fact.value not in exact:
        yield finding(
            fact.where.place("value"),
            f"the value is {in_digits(fact.value)}; {_has(seen, fact)}",
            "the same number in a supporting quote",
            "correct the value, or quote the words that hold it",
            fact.subject,
        )
    if fact.low is None or fact.high is None:
        return
    ranges = [each.worth[:2] for each in seen if each.worth[0] < each.worth[1]]
    if fact.hedge.lower() in VAGUE:
        ends = VAGUE[fact.hedge.lower()]
        ranges = [pair for pair in ranges if pair == (Decimal(ends[0]), Decimal(ends[1]))]
    if (fact.low, fact.high) in ranges or _is_fenced(fact, case):
        return
    lows, highs = {low for low, _ in ranges}, {high for _, high in ranges}
    wrong = [
        (name, end)
        for name, end, other, known in (("low", fact.low, fact.high, lows), ("high", fact.high, fact.low, highs))
        if end not in known or (other in (lows | highs) and len(ranges) > 1)
    ]
    for name, end in wrong or [("low", fact.low)]:
        yield finding(
            fact.where.place(name),
            f"the {name} end is {in_digits(end)}; {_has(seen, fact)}",
            "the same range in a supporting quote",
            "correct it, or quote the words that hold it; two numbers that are no range are two figures",
            fact.subject,
        )


def _is_fenced(fact: Figure, case: Case) -> bool:
    """Whether one quote gives the ends apart: `at least 60,000 and at most 70,000`."""
    ends: dict[str, dict[Firmness, set[Decimal]]] = {}
    for quote, quantity, word in _hedges_before(fact, case):
        if quantity.low == quantity.high:
            ends.setdefault(quote, {}).setdefault(HEDGES[word], set()).add(quantity.low)
    return any(
        fact.low in each.get(Firmness.AT_LEAST, set()) and fact.high in each.get(Firmness.AT_MOST, set())
        for each in ends.values()
    )


def _has(seen: list[_Seen], fact: Fact) -> str:
    counts = sorted({each.worth for each in seen if not each.dated})
    if not any(citation.stance == "supports" for citation in fact.citations):
        is_derived = isinstance(fact, Figure) and bool(fact.derived)
        return "neither its value nor its formula holds it" if is_derived else "it has no quote that holds it"
    if not counts:
        return "its quotes hold no number"
    shown = (f"{_range(low, high)} {kind}".strip() for low, high, kind in counts)
    return f"its quotes hold {', '.join(shown)}"


# -- units ----------------------------------------------------------------------------------------------------------


@fact_rule()
def unit_not_in_quote(case: Case, fact: Fact) -> Iterator[Problem]:
    """A number is a number of the same thing in the fact and in the quote that proves it.

    Where a known unit follows the number in the quote (`6 miles`, `100,000 people`, `5 per cent`), it is the unit of
    the figure's measure, and the one that follows the number in the statement. Units of length, area, mass and time are
    known, money, per cent, and what is often counted: people, families, homes, villages, calls. `Soldiers` are
    `people`, but `families` are not. A figure in another unit than its source says so under `converted`.

    Bad:
        facts:
          - id: sacks-lost
            statement: Around 1,200 tonnes of flour burnt

    Good:
        facts:
          - id: sacks-lost
            statement: Around 1,200 sacks of flour burnt
    """
    if _says_no_number(fact):
        return
    seen = [each for each in _quoted(case, fact) if not each.dated]
    if isinstance(fact, Figure) and not fact.derived and not fact.converted:
        yield from _unit_of_value(case, fact, seen)
    for quantity, found, proofs in _stated(case, fact, seen):
        if found is None or not proofs:
            continue
        others = [each for each in proofs if each.unit is not None]
        if isinstance(fact, Figure) and not any(each.unit and units.same(found.unit, each.unit) for each in proofs):
            others += [each for each in _own(case, fact) if each.worth == quantity.worth and each.unit]
        if others and not any(each.unit and units.same(found.unit, each.unit) for each in others):
            yield finding(
                _at(case, fact, quantity.start),
                f"the statement says “{_said(quantity, found)}”: {found.unit.name}; proven is “{others[0].said}”:"
                f" {others[0].unit.name if others[0].unit else ''}",
                "the same unit in both",
                "correct the unit, or quote the words that hold the number with it",
                fact.subject,
            )


def _unit_of_value(case: Case, fact: Figure, seen: list[_Seen]) -> Iterator[Problem]:
    unit = measure_unit(case, fact)
    ends = {end for end in (fact.value, fact.low, fact.high) if end is not None}
    proving = [each for each in seen if each.unit and {*each.worth[:2]} <= ends]
    if unit is None or not proving or any(each.unit and units.same(unit, each.unit) for each in proving):
        return
    first = proving[0]
    hint = "choose the measure that counts this, or quote the words that hold the number with its unit"
    if unit.dimension and first.unit and first.unit.dimension == unit.dimension and fact.value is not None:
        hint = f"keep the unit of the source, or convert: `converted: {first.said}`"
    yield finding(
        fact.where.place("value" if fact.value is not None else "low"),
        f"the measure {fact.measure!r} is in {unit.name}; the quote says “{first.said}”:"
        f" {first.unit.name if first.unit else ''}",
        "the unit of the measure behind the number in the quote",
        hint,
        fact.subject,
    )


# -- conversions ----------------------------------------------------------------------------------------------------

_MOST_OFF = Fraction(5, 100)
"""How far rounding may take a converted value from the exact one."""


@dataclass(frozen=True, slots=True)
class _Original:
    """The number and unit of the source, from which a figure is converted."""

    number: Decimal
    unit: Unit


def _original(fact: Figure) -> _Original | None:
    """What `converted` says; None where it is not a number and a unit."""
    read = [*quantities(fact.converted)]
    if len(read) != 1 or read[0].low != read[0].high or read[0].start:
        return None
    found = units.behind(fact.converted, read[0].end)
    if found is None or fact.converted[read[0].end :].strip(" -") != found.text:
        return None
    return _Original(read[0].low, found.unit)


@fact_rule()
def conversion_wrong(case: Case, fact: Fact) -> Iterator[Problem]:
    """A converted figure follows exactly from the number and unit that its source has.

    `converted: 6 miles` says that the source has 6 miles where the figure is in kilometres. That number stands in a
    quote, with that unit where a unit follows it; both units measure the same thing; and the value is the exact result,
    rounded to as many digits as it is written with: 9.66, 9.7 or 10 kilometres, never more than 5 per cent off.

    Bad:
        measures:
          - id: hoses
            label: Length of the hoses
            unit: metres
            nature: level
            population: the hoses of the fire brigade
            counted_by: the mayor
        facts:
          - id: hose-length
            kind: figure
            statement: The hoses are 13 metres long
            topic: losses
            date: 2031-05-03
            date_basis: The day of the visit.
            attribution: The mayor
            measure: hoses
            value: 13
            converted: 40 feet
            citations:
              - source: herald
                quote: The hoses are 40 feet long

    Good:
        measures:
          - id: hoses
            label: Length of the hoses
            unit: metres
            nature: level
            population: the hoses of the fire brigade
            counted_by: the mayor
        facts:
          - id: hose-length
            kind: figure
            statement: The hoses are 12 metres long
            topic: losses
            date: 2031-05-03
            date_basis: The day of the visit.
            attribution: The mayor
            measure: hoses
            value: 12
            converted: 40 feet
            citations:
              - source: herald
                quote: The hoses are 40 feet long
    """
    if not isinstance(fact, Figure) or not fact.converted:
        return
    at, wanted, hint = fact.where.place("converted"), "", ""
    original, unit = _original(fact), measure_unit(case, fact)
    if fact.derived:
        found, wanted = "a figure that is computed and converted", "one of the two"
        hint = "put the conversion into a figure of its own, and compute from that"
    elif original is None:
        found, wanted = f"{fact.converted!r}, which is not a number and a known unit", "such as `6 miles`"
        hint = "write the number and the unit of the source"
    elif fact.value is None:
        found, wanted = "a range with `converted`", "a value"
        hint = "ranges are not converted: write two figures, or keep the unit of the source"
    elif unit is None:
        return
    else:
        yield from _conversion(case, fact, original, unit)
        return
    yield finding(at, found, wanted, hint, fact.subject)


def _conversion(case: Case, fact: Figure, original: _Original, unit: Unit) -> Iterator[Problem]:
    at = fact.where.place("converted")
    numbers = [each for each in _quoted(case, fact) if each.worth[:2] == (original.number,) * 2 and not each.dated]
    if not any(each.unit is None or each.unit.name == original.unit.name for each in numbers):
        said = f"the quote says “{numbers[0].said}”" if numbers else _has(_quoted(case, fact), fact)
        yield finding(
            at,
            f"converted from {fact.converted}; {said}",
            "the number and unit that stand in a supporting quote",
            "write them as the source has them, or quote the words that hold them",
            fact.subject,
        )
        return
    try:
        exact = units.converted(original.number, original.unit, unit)
    except ValueError as error:
        yield finding(
            at,
            f"{error}: the measure {fact.measure!r} is in {unit.name}",
            "two units of one dimension, each with an exact factor",
            "choose the measure, or say which unit it is (short tons or tonnes)",
            fact.subject,
        )
        return
    if original.unit.name == unit.name:
        yield finding(
            at,
            f"converted from {original.unit.name}, in which the measure {fact.measure!r} is",
            "two units",
            "remove `converted`, or choose the measure in the other unit",
            fact.subject,
        )
    elif not _agrees(fact.value or Decimal(0), exact):
        yield finding(
            fact.where.place("value"),
            f"the value is {in_digits(fact.value or Decimal(0))}; {fact.converted} are {shown(exact)} {unit.name}",
            "the exact result, rounded to the digits that the value is written with, at most 5 per cent off",
            f"write {shown(exact, 1)}, or as many digits as you need",
            fact.subject,
        )


def shown(value: Fraction, digits: int = 6) -> str:
    """An exact number for a message, cut where it does not end."""
    scaled = value * 10**digits
    whole = Decimal(round(scaled)).scaleb(-digits)
    text = in_digits(whole.normalize() if whole else Decimal(0))
    return text if scaled.denominator == 1 or digits < 6 else f"{text}…"  # noqa: PLR2004 - the digits of the default


def _agrees(value: Decimal, exact: Fraction) -> bool:
    """Whether a value is a number rounded to the digits that it is written with; final zeros may be rounding."""
    off = abs(Fraction(value) - exact)
    if off > abs(exact) * _MOST_OFF:
        return False
    exponent = int(value.as_tuple().exponent)
    digits = f"{value:f}".lstrip("-")
    zeros = len(digits) - len(digits.rstrip("0")) if exponent >= 0 else 0
    return off * 2 <= Fraction(10) ** (exponent + zeros)


# -- hedges ---------------------------------------------------------------------------------------------------------


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
def hedge_not_in_quote(case: Case, fact: Fact) -> Iterator[Problem]:
    """A figure's hedge stands in a supporting quote, and so in the source.

    A hedge added or dropped by the authors changes how firm a figure looks. In a quote of another language a word that
    means the same stands for it: `plus de`, `rund`, `más de`.

    Bad:
        facts:
          - id: sacks-lost
            hedge: at least

    Good:
        facts:
          - id: sacks-lost
            hedge: around
    """
    if not isinstance(fact, Figure) or fact.derived:  # the hedge of a computed figure follows from its formula
        return
    stands = (
        f" {' '.join(quotes.tokens(word))} " in f" {' '.join(quotes.tokens(citation.quote))} "
        for citation, language in _supporting(case, fact)
        for word in (fact.hedge, *spoken(fact.hedge, language))
    )
    if quotes.tokens(fact.hedge) and fact.citations and not any(stands):
        yield finding(
            fact.where.place("hedge"),
            f"the hedge {fact.hedge!r} stands in none of the quotes",
            "the source's own word, within a quote",
            "extend the quote to the hedge, or correct it",
            fact.subject,
        )


_BEFORE_NUMBERS = tuple(word for word, meant in HEDGES.items() if meant is not Firmness.RANGE)


@fact_rule()
def hedge_dropped(case: Case, fact: Fact) -> Iterator[Problem]:
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
    if not isinstance(fact, Figure) or fact.hedge or fact.value is None or fact.derived:
        return
    original = _original(fact) if fact.converted else None
    wanted = original.number if original else fact.value
    for _, quantity, word in _hedges_before(fact, case):
        if quantity.low == quantity.high == wanted:
            yield finding(
                fact.where.place("value"),
                f"the value is {in_digits(fact.value)}; its source says “{word} {quantity.text}”",
                "the source's own hedge",
                f"write `hedge: {word}`",
                fact.subject,
            )


def _hedges_before(fact: Fact, case: Case) -> Iterator[tuple[str, Quantity, str]]:
    """The numbers in a fact's supporting quotes that have a hedge directly before them: quote, number and hedge."""
    for citation, language in _supporting(case, fact):
        own = TRANSLATIONS.get(language.partition("-")[0].lower(), {})
        known = _in_tokens((*own, *_BEFORE_NUMBERS))  # a page in any language may hold a caption in English
        for quantity in quantities(citation.quote, language):
            before = f" {' '.join(quotes.tokens(citation.quote[: quantity.start]))}"
            if before.endswith(tuple(known)):
                word = next(word for each, word in known.items() if before.endswith(each))
                yield citation.quote, quantity, own.get(word, "") or word


@cache
def _in_tokens(words: tuple[str, ...]) -> dict[str, str]:
    """Some words as they stand in the tokens of a text, each with a space before it; of two alike the first."""
    found: dict[str, str] = {}
    for each in words:
        found.setdefault(f" {' '.join(quotes.tokens(each))}", each)
    return found
