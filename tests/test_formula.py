"""Formulas are read by a grammar of their own, computed exactly, and their mistakes are told with the column."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import formula
from generator.formula import FormulaError, Interval

WORTH = {
    "a": Interval(Fraction(6), Fraction(6)),
    "b-c": Interval(Fraction(4), Fraction(4)),
    "zero": Interval(Fraction(0), Fraction(0)),
    "wide": Interval(Fraction(2), Fraction(5)),
    "around-zero": Interval(Fraction(-1), Fraction(1)),
    "7-october": Interval(Fraction(7), Fraction(7)),
}
COMPUTED = [
    ("a + b-c", "10", "10"),
    ("a - b-c", "2", "2"),
    ("a * b-c / 2", "12", "12"),
    ("a - b-c - 1", "1", "1"),
    ("a + b-c * 2", "14", "14"),
    ("(a + b-c) * 2", "20", "20"),
    ("(a - b-c) / b-c * 100", "50", "50"),
    ("a / 7-october", "6/7", "6/7"),
    ("0.1 + 0.2", "0.3", "0.3"),
    ("round(a / 7-october, 2)", "0.86", "0.86"),
    ("round(25 * 1, -1)", "30", "30"),
    ("round(0 - 2.5, 0)", "-3", "-3"),
    ("sum(a, b-c, 1)", "11", "11"),
    ("max(a, b-c)", "6", "6"),
    ("min(a, wide)", "2", "5"),
    ("a + wide", "8", "11"),
    ("a - wide", "1", "4"),
    ("0 - wide", "-5", "-2"),
    ("a * (0 - wide)", "-30", "-12"),
    ("a / wide", "6/5", "3"),
    ("sum(a)", "6", "6"),
]


@pytest.mark.parametrize(("text", "low", "high"), COMPUTED)
def test_a_formula_is_computed_exactly(text: str, low: str, high: str) -> None:
    assert formula.evaluate(formula.parse(text), WORTH) == Interval(Fraction(low), Fraction(high))


BROKEN = [
    ("", 1, "the formula ends where a number or an id is wanted", ""),
    ("a +", 4, "the formula ends where a number or an id is wanted", ""),
    ("a -b-c", 3, "'-' without spaces around it", "an operator has a space before and behind it: `a - b`"),
    ("a- b-c", 1, "unexpected 'a-'", "an operator has a space before and behind it: `a - b`"),
    ("a+b-c", 2, "'+' without spaces around it", "an operator has a space before and behind it: `a - b`"),
    ("a − b-c", 3, "unexpected '−'", "the operators are + - * /"),
    ("a × 2", 3, "unexpected '×'", "the operators are + - * /"),
    ("a ** 2", 3, "'*' without spaces around it", "an operator has a space before and behind it: `a - b`"),
    ("a * * 2", 5, "unexpected '*'", "wanted: a number or an id"),
    ("a b-c", 3, "unexpected 'b-c'", "wanted: an operator or the end"),
    ("70,000 + a", 3, "unexpected ','", "numbers have no thousands comma"),
    ("1.2.3", 1, "unexpected '1.2.3'", "wanted: a number or an id"),
    ("A + 1", 1, "unexpected 'A'", "wanted: a number or an id"),
    ("(a + 1", 1, "a bracket that is not closed", "write `)`"),
    ("a + 1)", 6, "unexpected ')'", "wanted: an operator or the end"),
    ("round(a)", 1, "round without digits", "write `round(…, 1)`: digits behind the point"),
    ("round(a, 1.5)", 10, "digits of round that are no small whole number", "-12 to 12"),
    ("round(a, 99)", 10, "digits of round that are no small whole number", "-12 to 12"),
    ("sum()", 5, "unexpected ')'", "wanted: a number or an id"),
    ("__import__('os')", 1, "unexpected \"__import__('os')\"", "wanted: a number or an id"),
    ("(" * 21 + "a" + ")" * 21, 21, "more than 20 brackets within brackets", "compute it in steps"),
    ("a + " * 100 + "a", 401, "401 characters", "at most 400"),
]


@pytest.mark.parametrize(("text", "column", "found", "hint"), BROKEN)
def test_a_mistake_is_told_with_its_column(text: str, column: int, found: str, hint: str) -> None:
    with pytest.raises(FormulaError) as told:
        formula.parse(text)
    assert (told.value.column, told.value.found, told.value.hint) == (column, found, hint)


@pytest.mark.parametrize(("text", "column"), [("a / zero", 3), ("a + 1 / (b-c - 4)", 7), ("a / around-zero", 3)])
def test_what_is_or_may_be_zero_divides_nothing(text: str, column: int) -> None:
    with pytest.raises(FormulaError, match="a division by zero") as told:
        formula.evaluate(formula.parse(text), WORTH)
    assert told.value.column == column


def test_a_formula_names_its_ids_and_numbers() -> None:
    text = "sum(a, b-c) / a * 100"
    assert formula.ids(text) == ("a", "b-c")
    assert [(each.id, each.column) for each in formula.references(formula.parse(text))] == [
        ("a", 5),
        ("b-c", 8),
        ("a", 15),
    ]
    assert [*formula.numbers(formula.parse(text))] == [Decimal(100)]
    assert formula.ids("a -") == ()


def test_a_formula_is_said_with_its_figures() -> None:
    assert (
        formula.in_words("(a - b-c) / a * 100", {"a": "six", "b-c": "four"}.__getitem__) == "(six - four) / six * 100"
    )
    assert formula.in_words("a -", str) == "a -"


@given(st.one_of(st.text(), st.text(st.sampled_from("ab-1.5 +*/(),roundsm"), max_size=60)))
def test_any_text_is_computed_or_refused(text: str) -> None:
    try:
        tree = formula.parse(text)
        formula.evaluate(tree, {each.id: WORTH["a"] for each in formula.references(tree)})
    except FormulaError as error:
        assert 1 <= error.column <= len(text) + 1
