"""YAML is read with every place and as written; what could surprise is refused where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import nodes
from generator.problems import UnusableInputError


def test_scalars_stay_as_written_and_know_their_place() -> None:
    root, problems = nodes.parse("f.yaml", "a: no\nb:\n  - 1.10\n  - 12:30\n  - 010\nc: 'x'\n")
    assert not problems
    assert root == nodes.Mapping(
        1,
        1,
        [
            (nodes.Scalar("a", 1, 1, plain=True), nodes.Scalar("no", 1, 4, plain=True)),
            (
                nodes.Scalar("b", 2, 1, plain=True),
                nodes.Sequence(
                    3,
                    3,
                    [
                        nodes.Scalar("1.10", 3, 5, plain=True),
                        nodes.Scalar("12:30", 4, 5, plain=True),
                        nodes.Scalar("010", 5, 5, plain=True),
                    ],
                ),
            ),
            (nodes.Scalar("c", 6, 1, plain=True), nodes.Scalar("x", 6, 4, plain=False)),
        ],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: 2\n", [(1, 4, "yaml-alias")]),
        ("a: &x 1\nb: *x\n", [(1, 4, "yaml-alias"), (2, 4, "yaml-alias")]),
        ("a: !!python/object:os.system x\n", [(1, 4, "yaml-tag")]),
        ("a: !!set {x}\n", [(1, 4, "yaml-tag")]),
        ("? [a]\n: b\n", [(1, 3, "yaml-key")]),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", [(1, 1, "yaml-tag")]),
    ],
)
def test_anchors_tags_and_odd_keys_are_problems_with_a_place(text: str, expected: list[tuple[int, int, str]]) -> None:
    _, problems = nodes.parse("f.yaml", text)
    assert [(each.place.line, each.place.column, each.code) for each in problems] == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("a: 'x\n", 2, 1, "yaml-syntax"),
        ("a: b: c\n", 1, 5, "yaml-syntax"),
        ("a: 1\n\t- b\n", 2, 1, "yaml-syntax"),
        ("a: [1\n", 2, 1, "yaml-syntax"),
        ("a: 1\nb\n", 3, 1, "yaml-syntax"),
        ("a: 1\n---\nb: 2\n", 2, 1, "yaml-documents"),
        ("a: x\x00\n", 1, 5, "yaml-character"),
        ("a: é\x07\n", 1, 5, "yaml-character"),
        ("- " * 100 + "a", 1, 25, "yaml-too-deep"),
        ("[" * 50_000, 1, 13, "yaml-too-deep"),
        ("a: *nothing\n" * 300, 201, 4, "yaml-alias"),
    ],
)
def test_what_is_not_usable_yaml_is_refused_with_its_place(text: str, line: int, column: int, code: str) -> None:
    with pytest.raises(UnusableInputError) as error:
        nodes.parse("f.yaml", text)
    last = error.value.problems[-1]
    if code == "yaml-alias":
        assert len(error.value.problems) == 200
    else:
        assert (last.place.line, last.place.column, last.code) == (line, column, code)


def test_an_alias_bomb_costs_nothing() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    _, problems = nodes.parse("f.yaml", bomb)
    assert {each.code for each in problems} == {"yaml-alias"}


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [(b"a: 1\nb: \xff\n", 2, 4), ("a: é".encode("latin-1"), 1, 4), ("a: 1".encode("utf-16"), 1, 1)],
)
def test_bytes_that_are_not_utf_8_are_refused_with_their_place(raw: bytes, line: int, column: int) -> None:
    with pytest.raises(UnusableInputError) as error:
        nodes.decode("f.yaml", raw)
    (problem,) = error.value.problems
    assert (problem.place.line, problem.place.column, problem.code) == (line, column, "not-utf-8")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert nodes.decode("f.yaml", b"\xef\xbb\xbfa: 1") == "a: 1"


def test_a_file_of_a_hundred_megabytes_is_refused_before_it_is_read_as_yaml() -> None:
    with pytest.raises(UnusableInputError) as error:
        nodes.decode("f.yaml", b" " * 100_000_000)
    assert error.value.problems[0].code == "input-too-large"


@given(st.text() | st.text(alphabet=" \n\t:-?[]{}&*!|>'\"%@`#,ab\x85\u2028", max_size=60))
def test_any_text_has_nodes_or_a_problem_but_never_another_error(text: str) -> None:
    try:
        nodes.parse("f.yaml", text)
    except UnusableInputError as error:
        assert error.problems
