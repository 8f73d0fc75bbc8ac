"""Formatting changes layout and nothing else: every value stays, every comment stays with its record."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from generator import blocks, layout, nodes
from generator.cli import main
from generator.model import Event, FactBase, Figure, Statement
from generator.problems import UnusableInputError
from tests.making import BASE
from tests.sites import ROOT
from tests.valley import VALLEY


def laid_out(text: str) -> str:
    """The text in canonical layout, which must then be stable."""
    new = layout.formatted("facts.yaml", text)
    assert layout.formatted("facts.yaml", new) == new
    return new


def values(text: str) -> Any:  # noqa: ANN401 - a tree of texts
    """What a YAML text says, by PyYAML's own loader that leaves every scalar a text; mappings compare in any order."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes text only


# -- order ----------------------------------------------------------------------------------------------------------


def test_sections_and_fields_stand_in_the_order_of_the_model_and_records_in_the_curators() -> None:
    assert laid_out(
        "facts:\n"
        "  - citations:\n"
        "      - quote: a b c\n"
        "        source: s\n"
        "    value: 3\n"
        "    note: N\n"
        "    kind: figure\n"
        "    id: b\n"
        "  - kind: event\n"
        "    type: call\n"
        "    id: a\n"
        "briefing:\n"
        "  language: en\n"
        "  title: T\n"
    ) == (
        "briefing:\n"
        "  title: T\n"
        "  language: en\n"
        "\n"
        "facts:\n"
        "  - id: b\n"
        "    kind: figure\n"
        "    note: N\n"
        "    value: 3\n"
        "    citations:\n"
        "      - source: s\n"
        "        quote: a b c\n"
        "  - id: a\n"
        "    kind: event\n"
        "    type: call\n"
    )


def test_the_fields_of_a_kind_stand_before_the_citations() -> None:
    for cls, own in ((Figure, "measure"), (Event, "type"), (Statement, "speaker")):
        order = layout.order_of(cls)
        assert sorted(order) == sorted(cls.specs())
        assert order.index("note") < order.index(own) < order.index("citations")
    assert layout.order_of(FactBase) == [*FactBase.specs()]


def test_what_the_model_does_not_know_stays_behind_what_it_knows_in_its_own_order() -> None:
    text = "topics:\n  - zeta: 1\n    label: L\n    alpha: 2\n    id: a\n"
    assert laid_out(text) == "topics:\n  - id: a\n    label: L\n    zeta: 1\n    alpha: 2\n"


def test_a_key_that_stands_twice_stays_twice_for_check_to_tell() -> None:
    text = "topics:\n  - label: L\n    id: a\n    label: M\n"
    assert laid_out(text) == "topics:\n  - id: a\n    label: L\n    label: M\n"


# -- layout ---------------------------------------------------------------------------------------------------------

LONG = "word " * 30 + "end"
LAYOUTS = {
    "odd indentation": ("briefing:\n        title:    T\n", "briefing:\n  title: T\n"),
    "dashes at the margin": ("topics:\n- id: a\n- id: b\n", "topics:\n  - id: a\n  - id: b\n"),
    "a flow mapping": ("briefing: {title: T, language: en}\n", "briefing:\n  title: T\n  language: en\n"),
    "the whole as one flow mapping": ('{"briefing": {"title": "T"}}\n', '"briefing":\n  "title": "T"\n'),
    "a list of words stays in brackets": ("facts:\n  - said_by: [ a,b ,c ]\n", "facts:\n  - said_by: [a, b, c]\n"),
    "a list of lines stays lines": ("facts:\n  - said_by:\n    - a\n", "facts:\n  - said_by:\n      - a\n"),
    "texts in brackets become lines": ("x: ['a b', c]\n", "x:\n  - 'a b'\n  - c\n"),
    "nothing in brackets": ("topics: [ ]\nx: { }\n", "topics: []\n\nx: {}\n"),
    "no value": ("sides:\nx:   \n", "sides:\n\nx:\n"),
    "quotation marks are kept": ("x: \"a\"\ny: 'b'\nz: c\n", "x: \"a\"\n\ny: 'b'\n\nz: c\n"),
    "an escape that is not needed": ('x: "th\\u00e9 \\x41"\n', 'x: "thé A"\n'),
    "quotation marks within": ('x: "say \\"it\'s\\""\n', "x: 'say \"it''s\"'\n"),
    "an escape that is needed": ('x: "a\\tb\\n"\n', 'x: "a\\tb\\n"\n'),
    "a plain text over lines": ("x: one\n  two\n  three\n", "x: one two three\n"),
    "a quoted text over lines": ("x: \"one\n  two\"\ny: 'a\n  b'\n", "x: \"one two\"\n\ny: 'a b'\n"),
    "breaks in a folded text stay": ("x: >-\n     one\n     two\n", "x: >-\n  one\n  two\n"),
    "paragraphs stay": ("x: >\n  one\n\n\n  two\n", "x: >\n  one\n\n\n  two\n"),
    "a literal text stays": ("x: |-\n  one\n    two\n\n  three\n", "x: |-\n  one\n    two\n\n  three\n"),
    "an indentation that is written out": ("x: |2-\n   one\n  two\n", 'x: " one\\ntwo"\n'),
    "line ends that are kept": ("x: |+\n  one\n\ny: a\n", 'x: "one\\n\\n"\n\ny: a\n'),
    "a key with a question mark": ("? x\n: one\n? y\n: two\n", "x: one\n\ny: two\n"),
    "a document with marks": ("---\nx: one\n...\n", "x: one\n"),
    "line ends of Windows": ("x: >-\r\n  one\r\n  two\r\ny: z\r\n", "x: >-\n  one\n  two\n\ny: z\n"),
    "empty lines at the end": ("x: one\n\n\n", "x: one\n"),
    "more than one empty line": ("topics:\n  - id: a\n\n\n\n  - id: b\n", "topics:\n  - id: a\n\n  - id: b\n"),
    "a line without an end": ("x: one", "x: one\n"),
    "a long plain text": (f"x: {LONG}\n", f"x: >-\n  {'word ' * 22}word\n  {'word ' * 7}end\n"),
    "a long quoted text": (f'x: "{LONG}"\n', f"x: >-\n  {'word ' * 22}word\n  {'word ' * 7}end\n"),
    "a folded line that is too long": (f"x: >-\n  {LONG}\n", f"x: >-\n  {'word ' * 22}word\n  {'word ' * 7}end\n"),
    "a quote stays on its line": (f"- quote: {LONG}\n", f"- quote: {LONG}\n"),
    "a long word stays": (f"x: {'w' * 200}\n", f"x: {'w' * 200}\n"),
    "a long item": (f"x:\n  - {LONG}\n", f"x:\n  - >-\n      {'word ' * 22}word\n      {'word ' * 7}end\n"),
    "two spaces are no place to break": (f"x: '{'a  b ' * 30}'\n", f"x: '{'a  b ' * 30}'\n"),
    "lists within lists": ("x:\n- - a\n  - b\n-\n  - c\n", "x:\n  - - a\n    - b\n  - - c\n"),
}


@pytest.mark.parametrize(("written", "wanted"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_each_way_of_writing_has_one_layout_and_says_the_same(written: str, wanted: str) -> None:
    if written.startswith("- "):
        written, wanted = (f"citations:\n{text}" for text in (written, wanted))
        wanted = wanted.replace("\n- ", "\n  - ")
    assert laid_out(written) == wanted
    assert values(wanted) == values(written)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "[]\n", "just words\n", "{}\n"])
def test_what_is_no_fact_base_is_left_as_it_is(text: str) -> None:
    assert layout.formatted("facts.yaml", text) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x: [\n", "yaml-syntax"),
        ("x: &a one\ny: *a\n", "yaml-alias"),
        ("x: !!str one\n", "yaml-tag"),
        ("x: a\n---\ny: b\n", "yaml-documents"),
        ("[a]: b\n", "yaml-key"),
        ("x: \x07\n", "yaml-character"),
        ("x: " + "[" * 40 + "]" * 40 + "\n", "yaml-too-deep"),
    ],
)
def test_what_cannot_be_read_or_kept_is_refused_with_the_problems_of_check(text: str, code: str) -> None:
    with pytest.raises(UnusableInputError) as error:
        layout.formatted("facts.yaml", text)
    assert code in {each.code for each in error.value.problems}


# -- comments -------------------------------------------------------------------------------------------------------

COMMENTS = {
    "above and beside": ("topics:\n# a\n- id: a   # b\n", "topics:\n  # a\n  - id: a  # b\n"),
    "beside a key": ("topics: # a\n  - id: a\n", "topics:  # a\n  - id: a\n"),
    "after a dash": ("topics:\n  - # a\n    id: a\n", "topics:\n  # a\n  - id: a\n"),
    "between a key and its value": ("x:\n  # a\n  one\n", "# a\nx: one\n"),
    "in the header of a block": ("x: >- # a\n  one\n", "# a\nx: >-\n  one\n"),
    "below a block": ("x: >-\n  one\n# a\n\n\ny: z\n", "x: >-\n  one\n\n# a\n\ny: z\n"),
    "within brackets": ("x: [a, # one\n  b, # two\n  c] # three\n", "# one\n# two\nx: [a, b, c]  # three\n"),
    "within braces": ("x: {a: 1, # one\n  b: 2}\ny: z\n", "# one\nx:\n  a: 1\n  b: 2\n\ny: z\n"),
    "at the end of a record": (
        "topics:\n  - id: a\n    # deep\n  # next\n  - id: b\n    # end of b\n  # end of topics\n# end\n",
        "topics:\n  - id: a\n    # deep\n  # next\n  - id: b\n    # end of b\n  # end of topics\n# end\n",
    ),
    "with a field that moves": (
        "topics:\n  - label: L  # beside\n    # of id\n    id: a\n",
        "topics:\n  # of id\n  - id: a\n    label: L  # beside\n",
    ),
    "with a section that moves": (
        "# of the file\n\n# of facts\nfacts:\n  - id: f\n# of topics\ntopics:\n  - id: t\n",
        "# of the file\n\n# of topics\ntopics:\n  - id: t\n\n# of facts\nfacts:\n  - id: f\n",
    ),
    "that names the schema": (
        "# yaml-language-server: $schema=facts.schema.json\nfacts:\n  - id: f\ntopics:\n  - id: t\n",
        "# yaml-language-server: $schema=facts.schema.json\n\ntopics:\n  - id: t\n\nfacts:\n  - id: f\n",
    ),
    "that is none": ("x: 'a # b'\ny: a#b\nz: |-\n  # c\n", "x: 'a # b'\n\ny: a#b\n\nz: |-\n  # c\n"),
    "beside a text that is folded": (f"x: {LONG}  # a\n", f"# a\nx: >-\n  {'word ' * 22}word\n  {'word ' * 7}end\n"),
    "with trailing space": ("x: a  # b  \n", "x: a  # b\n"),
}


@pytest.mark.parametrize(("written", "wanted"), COMMENTS.values(), ids=COMMENTS.keys())
def test_a_comment_stays_where_it_belongs(written: str, wanted: str) -> None:
    assert laid_out(written) == wanted
    assert values(wanted) == values(written)
    assert sorted(layout.comments(wanted)) == sorted(layout.comments(written))


def test_if_a_comment_or_a_value_were_lost_nothing_would_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = layout._laid_out

    def without(broken: str) -> Callable[..., Any]:
        return lambda *given: (line.replace(broken, "") for line in whole(*given))

    for broken, said in (("# b", "comments"), ("one", "values"), ("x: ", "could not be read|values")):
        monkeypatch.setattr(layout, "_laid_out", without(broken))
        with pytest.raises(layout.LayoutError, match=said):
            layout.formatted("facts.yaml", "x:   one # b\n")


# -- properties -----------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(["a", "mill", "1200", "2031-05-02", "no", "~", "x-1", "é", "1.10", "null", "٣", "&", "it's"])
_ODD = st.text(st.sampled_from("ab '\"\\:#-[]{},&*!|>%@`\té\u00a0\u2028\n"), max_size=12)
_TEXTS = st.one_of(
    _WORDS,
    st.lists(_WORDS, min_size=1, max_size=40).map(" ".join),
    _ODD,
    st.lists(st.lists(_WORDS, min_size=1, max_size=6).map(" ".join), min_size=2, max_size=3).map("\n".join),
)
_KEYS = st.sampled_from(["id", "kind", "note", "label", "citations", "quote", "value", "facts", "topics", "odd key"])
_TREES: st.SearchStrategy[Any] = st.recursive(
    _TEXTS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4), st.lists(_WORDS, max_size=4)
    ),
    max_leaves=12,
)
_BASES = st.dictionaries(_KEYS, _TREES, min_size=1, max_size=5)


class _Writer:
    """Writes a tree as YAML in a layout of chance, with comments that each have a number."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data
        self.comments: list[str] = []

    def _one_of(self, *choices: Any) -> Any:  # noqa: ANN401 - whatever is chosen among
        return self._data.draw(st.sampled_from(choices))

    def _comment(self) -> str:
        self.comments.append(f"# c{len(self.comments)}: 'and' \"so\" - on")
        return self.comments[-1]

    def _beside(self) -> str:
        """The rest of a line."""
        return f"{self._one_of(lambda: '', lambda: '', lambda: '  ', lambda: f' {self._comment()}')()}\n"

    def _above(self, indent: int) -> str:
        """Empty lines and comments above a line, or at the end of a collection."""
        return "".join(
            self._one_of(lambda: "\n", lambda: f"{' ' * max(0, indent + self._one_of(-3, -2, 0))}{self._comment()}\n")()
            for _ in range(self._one_of(0, 0, 0, 1, 2))
        )

    def block(self, tree: Any, indent: int) -> str:  # noqa: ANN401 - a tree
        """A collection with an entry a line."""
        margin = " " * indent
        entries = tree.items() if isinstance(tree, dict) else [(None, each) for each in tree]
        lines = ""
        for key, value in entries:
            lines += self._above(indent) + margin + (f"{key}:" if key else "-") + self._value(value, indent)
        return lines + (f"{margin}{self._comment()}\n" if self._one_of(0, 0, 1) else "")

    def _value(self, tree: Any, indent: int) -> str:  # noqa: ANN401 - a tree
        """What stands after a key or a dash, to the end of its last line."""
        if isinstance(tree, str):
            return str(self._one_of(*self._scalars(tree, indent))())
        if not tree or self._one_of(0, 0, 1):
            return f" {self._flow(tree, indent)}{self._beside()}"
        return self._beside() + self.block(tree, indent + self._one_of(1, 2, 2, 4))

    def _flow(self, tree: Any, indent: int) -> str:  # noqa: ANN401 - a tree
        if isinstance(tree, str):
            return self._escaped(tree)
        gap = self._one_of(
            lambda: " ", lambda: f"\n{' ' * (indent + 1)}", lambda: f" {self._comment()}\n{' ' * (indent + 1)}"
        )
        if isinstance(tree, dict):
            inner = [f"{key}: {self._flow(each, indent)}," for key, each in tree.items()]
        else:
            inner = [f"{self._flow(each, indent)}," for each in tree]
        opening, closing = "{}" if isinstance(tree, dict) else "[]"
        return f"{opening}{''.join(gap() + each for each in inner)}{gap()}{closing}"

    def _escaped(self, text: str) -> str:
        dumped = yaml.dump(text, default_style='"', allow_unicode=bool(self._one_of(1, 0)), width=9999)
        return str(dumped).strip()

    def _scalars(self, text: str, indent: int) -> Iterator[Callable[[], str]]:
        """The ways to write a text; most need one that is simple."""
        margin = f"\n{' ' * (indent + self._one_of(1, 2, 5))}"
        yield lambda: f" {self._escaped(text)}{self._beside()}"
        if not re.fullmatch(r"\w[\w.é-]*([ \n]\w[\w.é-]*)*", text):
            return
        if "\n" not in text:
            over_lines = text.replace(" ", margin)
            yield lambda: f" {text}{self._beside()}"
            yield lambda: f" '{text}'{self._beside()}"
            yield lambda: f' "{over_lines}"{self._beside()}'
            yield lambda: f" {over_lines}{self._beside()}"
            yield lambda: f"{self._beside()}{margin[1:]}{text}{self._beside()}"
        for style, lines in (("|", text.split("\n")), (">", text.replace("\n", "\n\n").split("\n"))):
            chomp = self._one_of("", "-", "+")
            yield (
                lambda style=style, lines=lines, chomp=chomp: (  # type: ignore[misc]
                    f" {style}{chomp}{self._beside()}"
                    + "".join(f"{margin[1:]}{each}\n" if each else "\n" for each in lines)
                )
            )


@given(_BASES, st.data(), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=150, deadline=None)
def test_whatever_the_layout_only_layout_changes(tree: dict[str, Any], data: st.DataObject, ends: str) -> None:
    writer = _Writer(data)
    text = writer.block(tree, 0).replace("\n", ends)
    new = laid_out(text)
    assert values(new) == values(text)
    assert [new.count(each) for each in writer.comments] == [1] * len(writer.comments)
    assert len(re.findall(r"# c\d+:", new)) == len(writer.comments)
    assert "\r" not in new
    assert all(line == line.rstrip(" ") for line in new.splitlines() if "# c" in line)


_PLAIN = st.lists(st.sampled_from(["mill", "1200", "no", "é", "1.10"]), min_size=1, max_size=40).map(" ".join)
_RECORDS = st.lists(st.dictionaries(st.sampled_from(["id", "note", "label", "zeta"]), _PLAIN, min_size=1), min_size=1)


@given(st.dictionaries(st.sampled_from(["topics", "facts", "sides"]), _RECORDS, min_size=1), st.data())
@settings(max_examples=60, deadline=None)
def test_what_comes_out_is_in_the_plain_style_and_a_library_for_round_trips_finds_nothing_to_change(
    tree: dict[str, Any], data: st.DataObject
) -> None:
    new = laid_out(_Writer(data).block(tree, 0))
    root, _ = blocks.parse_plain("facts.yaml", new)  # which gives up on what is not plain
    assert root == nodes.parse("facts.yaml", new)[0]
    assert _round_trip(new) == new


def _round_trip(text: str) -> str:
    """A text through ruamel.yaml, which keeps the comments and marks of a text that it does not change."""
    library = YAML()
    library.preserve_quotes = True
    library.width = 4096
    library.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    library.dump(library.load(text), out)
    return out.getvalue()


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=6, unique=True), st.data())
def test_comments_move_with_their_record_and_field(names: list[str], data: st.DataObject) -> None:
    fields = data.draw(st.permutations(["id", "label", "summary"]))
    text = "topics:\n"
    for name in names:
        text += f"  # above {name}\n"
        for number, each in enumerate(fields):
            above = f"    # {each} of {name}\n" if number else ""
            text += f"{above}{'    ' if number else '  - '}{each}: {name}  # beside {each} of {name}\n"
        text += f"    # end of {name}\n"
    lines = laid_out(text).splitlines()
    for name in names:
        begin, end = lines.index(f"  # above {name}"), lines.index(f"    # end of {name}")
        assert {line[-1] for line in lines[begin : end + 1]} == {name}
        for each in ("label", "summary"):
            at = lines.index(f"    {each}: {name}  # beside {each} of {name}")
            assert fields[0] == each or lines[at - 1] == f"    # {each} of {name}"


@pytest.mark.parametrize("root", [ROOT, VALLEY], ids=lambda root: root.name)
def test_our_own_briefings_stay_what_they_are(root: Path) -> None:
    text = (root / "facts.yaml").read_text(encoding="utf-8")
    new = laid_out(text)
    assert values(new) == values(text)
    assert sorted(layout.comments(new)) == sorted(layout.comments(text))
    assert len(layout.comments(text)) == sum(line.lstrip().startswith("#") for line in text.splitlines())
    blocks.parse_plain("facts.yaml", new)
    if root == VALLEY:
        assert new == text, "lay it out: python -m generator format --root tests/briefings/valley-flood"


# -- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A fact base in canonical layout, in a folder of its own."""
    path = tmp_path / "facts.yaml"
    path.write_text(laid_out(BASE), encoding="utf-8")
    return path


def _run(file: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["format", "--root", str(file.parent), *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_file_that_has_its_layout_is_not_touched(file: Path) -> None:
    before = file.stat()
    for arguments in ((), ("--check",)):
        assert _run(file, *arguments) == (0, "", f"{file} has its canonical layout\n")
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert file.stat().st_ino == before.st_ino


def test_check_writes_nothing_and_the_command_itself_does(file: Path) -> None:
    wanted, loose = file.read_bytes(), BASE.replace("    label: Losses", "    label:    Losses").encode()
    file.write_bytes(loose)
    told = f"{file} has another layout than the canonical one; lay it out: python -m generator format\n"
    assert _run(file, "--check") == (1, "", told)
    assert file.read_bytes() == loose
    file.chmod(0o640)
    assert _run(file) == (0, "", f"{file} is laid out anew; every value and every comment is as it was\n")
    assert file.read_bytes() == wanted
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["facts.yaml"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"facts: [", "yaml-syntax"),
        (b"facts: \xff", "not-utf-8"),
        ("facts: x".encode("utf-16"), "not-utf-8"),
        (b"facts: &a b", "yaml-alias"),
    ],
)
def test_a_broken_file_is_left_as_it_is_and_its_problems_are_told(file: Path, raw: bytes, code: str) -> None:
    file.write_bytes(raw)
    status, said, told = _run(file)
    assert (status, told) == (2, f"{file} is as it was\n")
    assert f" error {code}\n" in said
    assert file.read_bytes() == raw


def test_a_mark_at_the_beginning_and_line_ends_of_windows_go(file: Path) -> None:
    wanted = file.read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + wanted.replace(b"\n", b"\r\n"))
    assert _run(file)[0] == 0
    assert file.read_bytes() == wanted


def test_no_file_and_a_folder_in_its_place_are_told(file: Path) -> None:
    file.unlink()
    told = f"there is no {file}; run the command in the folder of the briefing, or name it with --root\n"
    assert _run(file) == (2, "", told)
    file.mkdir()
    look = "look at its permissions, and whether it is a file at all"
    assert _run(file) == (2, "", f"{file} cannot be read: Is a directory; {look}\n")


def test_when_the_disk_refuses_the_file_is_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(BASE, encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert _run(file) == (2, "", f"not written: the disk is full ({file}); facts.yaml is as it was\n")
    assert file.read_text(encoding="utf-8") == BASE
    assert [path.name for path in file.parent.iterdir()] == ["facts.yaml"]


def test_what_somebody_saved_meanwhile_is_not_overwritten(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(BASE, encoding="utf-8")
    whole = layout.formatted

    def slow(path: str, text: str) -> str:
        file.write_text("saved: meanwhile\n", encoding="utf-8")
        return whole(path, text)

    monkeypatch.setattr(layout, "formatted", slow)
    told = f"not written: {file} was changed by somebody else meanwhile; nothing was written, run it again\n"
    assert _run(file) == (2, "", told)
    assert file.read_text(encoding="utf-8") == "saved: meanwhile\n"
