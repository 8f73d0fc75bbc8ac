"""Every fact, source, chart and page of the briefing in turn is broken, and the gate names the rule and the line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.mutants import CLEAN, FACTS, Mutant, mutants

OPERATORS = mutants()
WANTED = 1500


def test_the_fact_base_itself_is_clean() -> None:
    assert [each for each in CLEAN.problems if each.level != "note"] == []
    assert len(FACTS) >= 70


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=[*OPERATORS])
def test_every_mutant_is_caught_by_the_right_rule_on_the_right_line(operator: Callable[[], Iterator[Mutant]]) -> None:
    made = [*operator()]
    assert made
    assert [said for each in made if (said := each.survives())] == []


def test_there_are_mutants_enough() -> None:
    assert sum(1 for operator in OPERATORS.values() for _ in operator()) >= WANTED
