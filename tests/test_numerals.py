"""Numbers in text are read as numbers, and written for readers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.numerals import in_digits, quantities

READ: list[tuple[str, list[tuple[str, str, bool]]]] = [
    ("around 70,000 people", [("70000", "70000", False)]),
    ("70.000 personas", [("70.000", "70.000", False)]),
    ("1.2 million", [("1200000", "1200000", False)]),
    ("1,234,567.8", [("1234567.8", "1234567.8", False)]),
    ("60,000-70,000", [("60000", "60000", False), ("70000", "70000", False)]),
    ("−4.5 degrees", [("-4.5", "-4.5", False)]),
    ("20% and 5 per cent and 7 percent", [("20", "20", True), ("5", "5", True), ("7", "7", True)]),
    ("four times", [("4", "4", False)]),
    ("twenty-five of two hundred and five thousand", [("25", "25", False), ("205000", "205000", False)]),
    ("one hundred", [("100", "100", False)]),
    ("one of them", []),
    ("the second, the 3rd, the fourth and the 21st", []),
    ("tensions in the tent of sevenoaks", []),
    ("once or twice", [("1", "1", False), ("2", "2", False)]),
    ("tens of thousands of people", [("20000", "99999", False)]),
    ("Tens of  thousands", [("20000", "99999", False)]),
    (
        "hundreds of thousands, dozens, hundreds",
        [("200000", "999999", False), ("24", "99", False), ("200", "999", False)],
    ),
    ("80 thousand", [("80000", "80000", False)]),
    ("F16", [("16", "16", False)]),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_every_number_of_a_text_is_found_with_its_exact_value(text: str, expected: list[tuple[str, str, bool]]) -> None:
    found = [(each.low, each.high, each.percent) for each in quantities(text)]
    assert found == [(Decimal(low), Decimal(high), percent) for low, high, percent in expected]


@given(st.decimals(min_value=0, max_value=10**9, places=2).map(lambda each: each.normalize()))
def test_a_number_written_for_readers_is_read_back_as_the_same_number(value: Decimal) -> None:
    (read,) = quantities(in_digits(value))
    assert read.low == read.high == value


@given(st.text())
def test_any_text_has_numbers_or_none_but_never_an_error(text: str) -> None:
    for each in quantities(text):
        assert text[each.start : each.start + len(each.text)] == each.text
