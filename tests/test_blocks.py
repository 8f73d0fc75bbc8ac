"""The fast reader of YAML gives what libyaml gives, for any text: the same nodes, or the same problems."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import blocks, nodes
from generator.problems import UnusableInputError
from tests.making import BASE

ROOT = Path(__file__).parents[1]
FILES = (ROOT / "facts.yaml", *sorted((ROOT / "tests" / "briefings").glob("*/facts.yaml")))

PLAIN = """\
# A head.

briefing:
  title: "A # b: c"  # a comment
  summary: 'it''s'
  note: one, [two] {three}
    four
  clip: >
    six

    seven
  literal: |-
    eight
      nine

    # ten

sides: # a list at the column of its key
- id: a
  words: [b, c-d,e]
  deep:
    more:
      - x: 12:30
        y: >-
          folded ‘𝒳’ text
          # of two lines
      - z
    none: []
- 'b'

facts:
  # the first
  - id: f
    quoted: "over
      two lines"
    url: https://a.example/b#c

    refs:
    - one
    - two
  - plain text  # so it is
"""
"""All that the fast reader knows."""

PIECES = (*"-:?,[]{}#&*!|>'\"%@`~= \n\\aé𝒳\t\r\x85\u2028\ufeff\x00", *("  ", "    ", "\n  ", "\n    ", "\n      "))
PIECES += (
    "- ",
    ": ",
    " #",
    "''",
    "\n\n",
    "\n- ",
    "\n  - ",
    "|-",
    ">-",
    ">+",
    "|2",
    "&a ",
    "*a",
    "!t ",
    "? ",
    "\n---\n",
)
PIECES += ("\n...\n", "%YAML 1.1\n", "[a, b]", "{}", '"x"', "key:", "key: v", "  key: v\n", "# c\n", "x y", "a" * 1030)


def _outcome(parse: Any, text: str) -> Any:  # noqa: ANN401 - nodes, or what was refused
    try:
        return parse("f.yaml", text)
    except UnusableInputError as error:
        return error.problems


def _both(text: str) -> None:
    assert _outcome(blocks.parse, text) == _outcome(nodes.parse, text)
    fast, strict = partial(blocks.parse, first_line=7), partial(nodes.parse, first_line=7)  # as front matter
    assert _outcome(fast, text) == _outcome(strict, text)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that libyaml is asked to read."""
    texts: list[str] = []
    libyaml = nodes.parse

    def parse(path: str, text: str, **options: int) -> Any:  # noqa: ANN401
        texts.append(text)
        return libyaml(path, text, **options)

    monkeypatch.setattr(nodes, "parse", parse)
    return texts


@pytest.mark.parametrize("path", FILES, ids=str)
def test_the_project_s_own_files_are_read_alike_and_without_libyaml(path: Path, asked: list[str]) -> None:
    text = path.read_text(encoding="utf-8")
    read = blocks.parse("f.yaml", text)
    assert not asked
    assert read == nodes.parse("f.yaml", text)


@pytest.mark.parametrize("text", [PLAIN, BASE, PLAIN.replace("\n", "\r\n")], ids=["plain", "base", "windows"])
def test_the_plain_style_is_read_alike_and_without_libyaml(text: str, asked: list[str]) -> None:
    read = blocks.parse("f.yaml", text)
    assert not asked
    assert read == nodes.parse("f.yaml", text)


@pytest.mark.parametrize(
    "entry",
    [
        r'x: "an \"escape\""',
        "x: {a: b}",
        "x: -5",
        "x:",
        "x: >-\n\n      a\n       b",
        "x: &a 1",
        "'x': 1",
        "? x",
        "x: [a,\n      b]",
    ],
)
def test_an_unusual_item_is_left_to_libyaml_and_the_others_are_not(entry: str, asked: list[str]) -> None:
    text = f"facts:\n  - id: a\n  - id: b\n    {entry}\n  - id: c\n"
    read = blocks.parse("f.yaml", text)
    item = f"  - id: b\n    {entry}\n"
    assert asked == ([text] if entry == "? x" else [item, text] if "&" in entry else [item])
    assert read == nodes.parse("f.yaml", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# nothing\n",
        "a: b",
        "a: |\n  b",
        "- a\n",
        "text\n",
        " a: b\n",
        "a: b\n c: d\n",
        "a:\n  b\nc: d\n",
        "a: b\n---\nc: d\n",
        "a: b\n...\nc: d\n",
        "a:\n  - b\n...\nc: d\n",
        "? a\n: b\n",
        "a:\n  - ? b\n  - c\n",
        "a: 'b\nc: d'\n",
        "a:\n  - 'b\n  - c'\n",
        'a:\n  - "b\n# c"\n',
        "a:\n  - |1\n   b\n",
        "a:\n  - b\n - c\n",
        "a:\n- b\n: c\n",
        "a:\n  - b\n  c: d\n",
        "a:\n  b: c\n    d: e\n",
        "a:\n  b: c\n # d\n  e: f\n",
        "a: >-\n  b\n \n  c\n",
        "a: >-\n  b\n   \n  c\n",
        "a:\n  b: >-\n    c\n  \n    # d\n  e: f\n",
        "a:\n  b: >-\n    c\n\n    # d\n  e: f\n",
        "a:\n  b: >-\n    c\n  # d\n    # e\n  f: g\n",
        "a:\n  b: c\n  \n    # d\n  e: f\n",
        "a: b\n  \n",
        "a: |-\n  b\n   \nc: d\n",
        "a: >-\n    b\n  # c\n    d\n",
        "a: >-\n    b\n  # c\nd: e\n",
        "a: b #c\n",
        "a: b#c\n",
        "a:#b\n",
        "a: #b\n",
        "a: b:\n",
        "a: b: c\n",
        "a: b : c\n",
        "a: b\n  : c\n",
        "a: b\n  - c\n",
        "a: b\n  # c\n  d\n",
        "a: ''''\n",
        "a: 'b' 'c'\n",
        "a: 'b\n  ''c'\n",
        'a: "b" c\n',
        'a: "b"#c\n',
        'a: "b" # c\n  d\n',
        'a: "  b  \n    c "\n',
        "a: [b c]\n",
        "a: [b, ]\n",
        "a: [b]c\n",
        "a: [b] # ]\n",
        "a: [ ]\n",
        "a: [b:c]\n",
        "a:  b\n",
        "a : b\n",
        "a:\tb\n",
        "- - a\n",
        "a:\n  -  b: c\n     d: e\n",
        "a:\n  - b: c\n     d: e\n",
        "a:\n  -\n    b: c\n  - d\n",
        "a:\n  - # b\n    c: d\n",
        "a:\n  - b\n    c\n",
        "a:\n  - >-\n    b\n",
        "a:\n  - b:\n    - c\n",
        "a:\n  - b:\n  - c\n",
        "a: 1\na: 2\n",
        "a:\n  b: 1\n  b: 2\n",
        f"{'a' * 1030}: b\n",
        "a:\n" + "".join(f"{'  ' * depth}b:\n" for depth in range(1, 12)) + f"{'  ' * 12}c: d\n",
        "a:\n" + "".join(f"{'  ' * depth}b:\n" for depth in range(1, 11)) + f"{'  ' * 11}c: d\n",
        "a:\n  - b: " + "[" * 9 + "]" * 9 + "\n",
        "a:\n  - b: " + "[" * 10 + "]" * 10 + "\n",
        "a:\r\n  b: c\r\rd: e\r\n",
        "a: b\x85c: d\n",
        "a: b\xa0c\n",
        "a: ‘𝒳’ # b\n",
    ],
)
def test_what_is_subtle_in_yaml_is_read_alike(text: str) -> None:
    _both(text)


@pytest.mark.parametrize("line", ["", "# x", "x: y", "- x", "- x: y", "x y", '"'], ids=repr)
def test_a_line_more_at_any_place_and_depth_is_read_alike(line: str) -> None:
    lines = PLAIN.splitlines(keepends=True)
    for place in range(len(lines) + 1):
        for depth in range(9):
            _both("".join([*lines[:place], f"{' ' * depth}{line}\n", *lines[place:]]))


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_any_text_is_read_alike(text: str) -> None:
    _both(text)
    _both(f"a: b\nc:\n  - d: e\n    {text}\n  - f\n")


@given(st.data())
def test_a_fact_base_with_slips_is_read_alike(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([PLAIN, BASE, *PLAIN.split("\n\n")]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = f"{text[:at]}{data.draw(st.sampled_from(PIECES))}{text[at + data.draw(st.integers(0, 3)) :]}"
    _both(text)
