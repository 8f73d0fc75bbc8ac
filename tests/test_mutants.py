"""The briefing's own fact base: every fact in turn is broken, and the gate names its line and its id.

The harness works on the text of `facts.yaml`, as a curator would: it finds the fact's block, changes one thing, and
judges the whole base again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from generator import files, site
from generator.model import Fact, Figure

ROOT = Path(__file__).parents[1]
INPUTS = files.read_inputs(ROOT)
CLEAN = site.judge(INPUTS)
TEXT = (INPUTS.facts or b"").decode()
LINES = TEXT.splitlines(keepends=True)
FIRST = LINES.index("facts:\n") + 1
FACTS = [*CLEAN.briefing.base.facts]


def _judged(text: str) -> list[tuple[str, str, int]]:
    """Code, subject and line of each error of a changed fact base; the pages and charts are not of interest here."""
    judged = site.judge(site.Inputs(text.encode(), {}, INPUTS.lock))
    return [(each.code, each.subject, each.place.line) for each in judged.problems if each.level == "error"]


@cache
def _block(fact_id: str) -> tuple[int, int]:
    """The lines of a fact: from its `- id:` up to the next item or section."""
    start = next(number for number in range(FIRST, len(LINES)) if LINES[number].rstrip() == f"  - id: {fact_id}")
    end = next(
        (number for number in range(start + 1, len(LINES)) if re.match(r"  - id: |[a-z]", LINES[number])), len(LINES)
    )
    return start, end


def _with(fact: Fact, start: int, end: int, replacement: str) -> str:
    """The fact base with lines of one fact replaced; the other facts are left empty, to the same number of lines."""
    first, last = _block(fact.id)
    assert first <= start <= end <= last
    blank = ["\n"] * (first - FIRST)
    return "".join([*LINES[:FIRST], *blank, *LINES[first:start], replacement, *LINES[end:last]])


def _field_line(fact: Fact, pattern: str) -> Iterator[int]:
    first, last = _block(fact.id)
    return (number for number in range(first, last) if re.match(pattern, LINES[number]))


def test_the_fact_base_itself_is_clean() -> None:
    assert [each for each in CLEAN.problems if each.level != "note"] == []
    assert len(FACTS) >= 70


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_fact_without_its_citations_is_named_with_its_line(fact: Fact) -> None:
    (start,) = _field_line(fact, r"    citations:")
    _, end = _block(fact.id)
    found = _judged(_with(fact, start, end, ""))
    assert ("fact-without-citation", fact.subject, _block(fact.id)[0] + 1) in found
    emptied = _judged(_with(fact, start, end, "    citations: []\n"))
    assert ("fact-without-citation", fact.subject, start + 1) in emptied


def _digits(text: str) -> Iterator[tuple[int, str]]:
    """Each digit's position, and the digit that replaces it."""
    return ((match.start(), str((int(match[0]) + 1) % 10)) for match in re.finditer(r"[0-9]", text))


@pytest.mark.parametrize("fact", [each for each in FACTS if isinstance(each, Figure)], ids=lambda fact: fact.id)
def test_one_changed_digit_of_a_figure_is_named_with_its_line(fact: Figure) -> None:
    mutants = 0
    for number in _field_line(fact, r"    (value|low|high): "):
        line = LINES[number]
        for position, digit in _digits(line):
            found = _judged(_with(fact, number, number + 1, line[:position] + digit + line[position + 1 :]))
            places = {
                (subject, place)
                for code, subject, place in found
                if code in ("number-not-in-quote", "figure-without-value")
            }
            start, end = _block(fact.id)
            assert any(subject == fact.subject and start < place <= end for subject, place in places), line
            assert any(place == number + 1 for _, place in places) or "high" in line
            mutants += 1
    assert mutants


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_one_changed_digit_or_word_of_a_quote_is_named_with_its_line(fact: Fact) -> None:
    for number in _field_line(fact, r"        quote: "):
        line = LINES[number].rstrip("\n")
        body = line.index("quote: ") + len("quote: ")
        words = [match for match in re.finditer(r"[^\W_]+", line) if match.start() >= body]
        changes = [
            line[:position] + digit + line[position + 1 :] for position, digit in _digits(line) if position >= body
        ]
        changes += [line[: each.start()] + "zebra" + line[each.end() :] for each in words]
        for changed in changes:
            found = _judged(_with(fact, number, number + 1, changed + "\n"))
            assert ("quote-not-found", fact.subject, number + 1) in found, changed


@pytest.mark.parametrize("fact", [each for each in FACTS if re.search(r"\d", each.statement)], ids=lambda fact: fact.id)
def test_one_changed_digit_of_a_statement_is_named(fact: Fact) -> None:
    first, last = _block(fact.id)
    start = next(_field_line(fact, r"    statement: "))
    end = next(number for number in range(start + 1, last) if re.match(r"    [a-z_]+:", LINES[number]))
    passage = "".join(LINES[start:end])
    for position, digit in _digits(passage):
        found = _judged(_with(fact, start, end, passage[:position] + digit + passage[position + 1 :]))
        named = {(code, subject) for code, subject, _ in found}
        assert named & {("number-not-in-quote", fact.subject), ("date-in-statement", fact.subject)}, passage
    assert first < start
