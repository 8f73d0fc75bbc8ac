"""Units behind numbers are known by their spellings, told apart by what they count, and converted exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import units
from generator.numerals import quantities

BEHIND = [
    ("6 miles from the town", "miles"),
    ("a 6-mile strip", "miles"),
    ("6km, 5 homes", "kilometres; homes"),
    ("5 sq km, 5 km² and 5 square miles", "square kilometres; square kilometres; square miles"),
    ("7 nautical miles", "nautical miles"),
    ("60 km/h and 60 miles an hour", "kilometres per hour; miles per hour"),
    ("four calls a week, four calls a friend made", "calls per week; calls"),
    ("a 48-hour wait of 20-year-old men", "hours; years"),
    ("100,000 people, 70,000 Russians, 300 Italian homes", "people; people; homes"),
    ("tens of thousands of its citizens", "people"),
    ("three U.S. officials, three Italian and other officials", "officials; -"),
    ("four phone calls", "calls"),
    ("spoke four times this week, one of four this week", "-; -"),
    ("70,000 fled homes", "-"),
    ("2 hours. Days later", "hours"),
    ("12 openings, 12 opening", "openings; openings"),
    ("10 كيلومتر", "kilometres"),
    ("10 kilómetros", "kilometres"),
    ("5 M", "-"),
]


@pytest.mark.parametrize(("text", "expected"), BEHIND)
def test_the_unit_behind_a_number_is_found(text: str, expected: str) -> None:
    found = [units.behind(text, each.end, ["openings"]) for each in quantities(text)]
    assert "; ".join(each.unit.name if each else "-" for each in found) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("$5", "dollars"), ("US$ 5", "dollars"), ("USD 5", "dollars"), ("€5", "euros"), ("a 5", "")]
)
def test_a_currency_stands_before_its_number(text: str, expected: str) -> None:
    found = units.before(text, text.index("5"))
    assert (found.unit.name if found else "") == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("people", "people"),
        ("people displaced", "people"),
        ("displaced people", "people"),
        ("km", "kilometres"),
        ("US dollars", "dollars"),
        ("%", "per cent"),
        ("per cent of households", "per cent"),
        ("kilometres per hour", "kilometres per hour"),
        ("Sacks", "sacks"),
    ],
)
def test_a_measure_names_a_unit(text: str, name: str) -> None:
    assert units.named(text).name == name


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("miles", "mi", True),
        ("miles", "kilometres", False),
        ("people", "civilians", True),
        ("people", "soldiers", True),
        ("soldiers", "officials", False),
        ("people", "families", False),
        ("homes", "houses", True),
        ("homes", "households", False),
        ("per cent", "percentage points", False),
        ("calls per week", "calls", True),
        ("calls per week", "calls per day", False),
        ("pounds", "pounds sterling", True),
        ("tons", "tonnes", False),
        ("sacks", "Sacks", True),
    ],
)
def test_units_are_the_same_or_not(one: str, other: str, is_same: bool) -> None:  # noqa: FBT001 - a column
    assert units.same(units.named(one), units.named(other)) is is_same
    assert units.same(units.named(other), units.named(one)) is is_same


@pytest.mark.parametrize(
    ("value", "source", "target", "exact"),
    [
        ("6", "miles", "km", "9.656064"),
        ("1", "nautical mile", "metres", "1852"),
        ("2.5", "square kilometres", "hectares", "250"),
        ("1", "acre", "dunams", "4.0468564224"),
        ("1", "short ton", "tonnes", "0.90718474"),
        ("2", "days", "hours", "48"),
    ],
)
def test_a_conversion_is_exact(value: str, source: str, target: str, exact: str) -> None:
    assert units.converted(Decimal(value), units.named(source), units.named(target)) == Fraction(exact)


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("miles", "hours", "miles cannot be converted into hours"),
        ("tons", "tonnes", "tons have no exact factor"),
        ("dollars", "euros", "dollars have no exact factor"),
        ("months", "days", "months have no exact factor"),
    ],
)
def test_what_has_no_exact_factor_is_not_converted(source: str, target: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        units.converted(Decimal(1), units.named(source), units.named(target))


@given(st.text())
def test_any_text_has_a_unit_or_none(text: str) -> None:
    units.behind(text, 0, [text])
    units.before(text, len(text))
    assert units.named(text).name == units.named(text.strip()).name
