"""A few of the many mutated briefings, and what such briefings once broke."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest

from generator import nodes, reports, site
from generator.problems import Place, Problem, UnusableInputError
from generator.prose import CALLS
from tests import fuzz
from tests.making import BASE, INDEX, changed, codes, inputs, judge

FRONT = "---\ntitle: A\nsummary: B\n---\n"


def test_the_seeds_have_no_errors_and_every_kind_of_fact() -> None:
    for one in fuzz.seeds():
        judged = fuzz.look(one.inputs)
        assert [each for each in judged.problems if each.level == "error"] == []
        assert {each.kind for each in judged.briefing.facts.values()} == {"event", "figure", "statement"}


def test_a_case_is_the_same_each_time_and_cases_differ() -> None:
    of = fuzz.seeds()
    made = [fuzz.case(number, 1, of) for number in range(40)]
    assert made == [fuzz.case(number, 1, fuzz.seeds()) for number in range(40)]
    assert len({(each.facts, *each.pages.values(), each.lock) for each in made}) > 35


def test_nothing_but_problems_comes_of_some_hundred_cases() -> None:
    of = fuzz.seeds()
    for number in range(200_000, 200_200):
        fuzz.look(fuzz.case(number, 2031, of), is_thorough=number % 10 == 0)


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Place("elsewhere"), "yaml-syntax", "a", "b"),
        Problem(Place("facts.yaml", 0), "yaml-syntax", "a", "b"),
        Problem(Place("facts.yaml"), "no-code", "a", "b"),
        Problem(Place("facts.yaml"), "yaml-syntax", " ", "b"),
    ],
)
def test_a_problem_that_nobody_can_use_would_be_found(problem: Problem) -> None:
    with pytest.raises(fuzz.BrokenError):
        fuzz.look(replace(inputs(), refused=(problem,)))


def test_every_kind_of_change_changes_something() -> None:
    chance = random.Random(1)  # noqa: S311 - the same in every run
    for change in {*fuzz.OF_TEXT, fuzz._called}:
        assert any(change(chance, BASE) != BASE for _ in range(9)), change
    assert all(any(name in text for text in fuzz.CALLED) for name in CALLS)


# -- found by them --------------------------------------------------------------------------------------------------


def test_an_actor_without_a_name_is_a_problem_and_no_error_of_ours() -> None:
    problems = judge(changed("    name: The mayor\n    kind: office\n", "    name: ''\n    kind: person\n"))
    assert "value-missing" in {each.code for each in problems}


@pytest.mark.parametrize("sign", ["\x1b", "\x7f", "\x9b", "\u2028", "\u202e", "\u200b", "\x00"])
def test_no_message_moves_the_terminal_or_hides_what_it_shows(sign: str) -> None:
    problem = Problem(Place("facts.yaml"), "type-wrong", f"a{sign}b", f"c{sign}", f"d{sign}", f"fact {sign}")
    for name, write in reports.FORMATS.items():
        assert sign not in write([problem]), name
        assert ascii(sign)[1:-1].replace("\\", "\\\\" if name in ("json", "sarif") else "\\") in write([problem]), name


def test_no_message_is_without_end() -> None:
    problem = Problem(Place("facts.yaml"), "type-wrong", "a" * 10_000_000, "b")
    assert len(reports.as_text([problem])) < 2_200
    assert "…" in reports.as_text([problem])


def test_a_call_that_is_not_closed_is_a_problem_where_it_begins() -> None:
    found = judge(pages={"index.md": INDEX + 'More. {{ fact("sacks-lost")\n\nAnd all that follows.\n'})
    assert [(str(each.place), each.code, each.found) for each in found if each.code == "prose-syntax"] == [
        ("content/index.md:7:7", "prose-syntax", "a call that is not closed")
    ]


@pytest.mark.parametrize(
    "piece",
    ["{{ ' }}\n", "{# \n", "{{ fact( \n", '{{ fact("sacks-lost") }}.\n\n', "[a]: b\n", "½", "1,200 ", "“a” ", "<a "],
)
def test_a_page_of_one_thing_takes_the_time_that_its_length_asks(piece: str) -> None:
    line = piece if "\n" in piece else piece * (40_000 // len(piece)) + "\n"
    took = []
    for size in (30_000, 120_000):
        started = time.process_time()
        judge(pages={"index.md": FRONT + line * (size // len(line.encode()))})
        took.append(time.process_time() - started)
    assert took[1] < 8 * took[0] + 1, "four times as long a page takes about four times as long"


def test_a_thousand_problems_of_form_are_enough() -> None:
    problems = judge(BASE + "".join(f"k{number}: x\n" for number in range(5_000)))
    assert [each.code for each in problems].count("key-unknown") == 1_000
    (last,) = [each for each in problems if each.code == "form-hopeless"]
    assert (last.place.path, last.found) == (
        "facts.yaml",
        "1,000 problems of form up to here; what follows was not read",
    )
    many = judge(pages={"index.md": FRONT + "<b> " * 3_000})
    assert [each.code for each in many].count("prose-html") == 1_001
    assert [each.found for each in many if "not listed" in each.found] == [
        "1,000 of these up to here, and more that are not listed"
    ]


@pytest.mark.parametrize(
    ("text", "found", "line"),
    [
        ("a" * 100_001, "the line has more than 100,000 bytes", 1),
        ("a: b\n\n" + "c" * 100_001 + "\n", "the line has more than 100,000 bytes", 3),
        ("\n" * 500_001, "the file has more than 500,000 lines", 500_001),
        (" " * nodes.MAX_BYTES + " ", "the file has more than 20,971,520 bytes", 1),
    ],
)
def test_what_is_too_long_is_refused_at_its_line(text: str, found: str, line: int) -> None:
    with pytest.raises(UnusableInputError) as caught:
        nodes.decode("facts.yaml", text.encode())
    (problem,) = caught.value.problems
    assert (problem.code, problem.found, problem.place.line) == ("input-too-large", found, line)


def test_what_is_just_short_enough_is_read() -> None:
    assert nodes.decode("facts.yaml", b"a" * 100_000 + b"\n" + b"a" * 100_000)
    assert nodes.decode("sources.lock", b"a" * 1_000_000)
    assert nodes.decode("facts.yaml", b"\n" * 500_000)


def test_more_values_than_a_briefing_has_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "MAX_NODES", 10)
    with pytest.raises(UnusableInputError) as caught:
        nodes.parse("facts.yaml", "a: [1, 2, 3, 4, 5, 6, 7, 8]\n")
    assert [(str(each.place), each.found) for each in caught.value.problems] == [
        ("facts.yaml:1:26", "the file has more than 10 values")
    ]


def test_locks_end_after_a_thousand_problems_too() -> None:
    made = replace(inputs(), lock=b"x\n" * 5_000, reviews=b"x\n" * 5_000)
    found = codes([*site.judge(made).problems])
    assert [code for _, code in found].count("lock-broken") == 1_000
    assert [code for _, code in found].count("seal-broken") == 1_001
