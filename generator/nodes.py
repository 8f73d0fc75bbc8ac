"""Text of a YAML file -> a tree of nodes that keeps every place, every duplicate key and every scalar as written.

Built from libyaml's event stream with a stack of our own, so that depth costs no recursion, an alias is refused
where it stands instead of being expanded, and `no`, `12:30`, `010` and `1.10` stay the text that somebody wrote.
"""

from __future__ import annotations

import importlib
import os
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.problems import Place, Problem, UnusableInputError

if TYPE_CHECKING:
    import yaml
else:

    class _Late:
        """A module that is loaded when it is first asked for something: most texts are read without it."""

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
            found = getattr(importlib.import_module("yaml"), name)
            setattr(self, name, found)
            return found

    yaml = _Late()

LIMITS = "BRIEFING_LIMITS"
"""The variable of the environment that says how many times as high the limits of a file shall be, from 1 to 10."""
_asked = os.environ.get(LIMITS, "")
_TIMES = min(10, max(1, int(_asked))) if _asked.isdecimal() else 1

MAX_BYTES = _TIMES * 20 * 1024 * 1024
"""A file, and all pages together: ten thousand facts take three quarters of it."""
MAX_PAGE = 128 * 1024
"""A page: twenty thousand words."""
MAX_LINES = _TIMES * 500_000
"""In a file: ten thousand facts have 350,000."""
MAX_LINE = 100_000
"""Bytes of a line of what people write; nothing in a fact base or a page is a tenth as long."""
MAX_NODES = _TIMES * 1_000_000
"""Texts, lists and mappings in a file: ten thousand facts have two thirds of them, and each takes memory."""
MAX_DEPTH = 12
"""A fact base nests four deep; anything deeper than this is a mistake or an attack."""
EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
"""What says `no value` where it is written without quotes."""
_SPLIT = f"split the briefing, or set {LIMITS}=10 if you know who wrote it"
_MAX_PROBLEMS = 200


class Scalar(NamedTuple):
    """A text as written, quotes and folds resolved."""

    text: str
    line: int
    column: int
    plain: bool
    """Written without quotes, so that an empty one means `no value`."""


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order of the file; a key may stand twice."""

    line: int
    column: int
    items: list[tuple[Scalar, Node]]


@dataclass(slots=True)
class Sequence:
    """Items in the order of the file."""

    line: int
    column: int
    items: list[Node]


Node = Scalar | Mapping | Sequence


def limit(path: str) -> int:
    """How many bytes an input file may have; nobody needs to read one more than this and another."""
    return MAX_PAGE if path.endswith(".md") else MAX_BYTES


def decode(path: str, raw: bytes) -> str:
    """Bytes of an input file -> text.

    Raises:
        UnusableInputError: too large, or not UTF-8.

    """
    most = limit(path)
    if len(raw) > most:
        raise _unusable(
            Place(path),
            "input-too-large",
            f"the file has more than {most:,} bytes",
            f"at most {most:,} bytes",
            "split the page" if most == MAX_PAGE else _SPLIT,
        )
    if raw.count(b"\n") > MAX_LINES:
        raise _unusable(
            Place(path, MAX_LINES + 1),
            "input-too-large",
            f"the file has more than {MAX_LINES:,} lines",
            f"at most {MAX_LINES:,} lines",
            _SPLIT,
        )
    if not path.endswith(".lock") and (line := _longest(raw)):
        raise _unusable(
            Place(path, line),
            "input-too-large",
            f"the line has more than {MAX_LINE:,} bytes",
            f"lines of at most {MAX_LINE:,} bytes",
            "break the line, and look for what should not be there",
        )
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _unusable(
            Place(path),
            "not-utf-8",
            "the file is written in UTF-16",
            "a text in UTF-8",
            "save it again as UTF-8 in your editor",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        found = f"byte 0x{raw[error.start]:02X} is not UTF-8 ({error.reason})"
        raise _unusable(
            Place(path, line, column), "not-utf-8", found, "a text in UTF-8", "save the file as UTF-8 in your editor"
        ) from None


def _longest(raw: bytes) -> int:
    """The number of the first line that is too long; 0 where none is. It looks at few of the line breaks."""
    begin = 0
    while len(raw) - begin > MAX_LINE:
        found = raw.rfind(b"\n", begin, begin + MAX_LINE + 1)
        if found < 0:
            return raw.count(b"\n", 0, begin) + 1
        begin = found + 1
    return 0


def parse(path: str, text: str, first_line: int = 1, inside: int = 0) -> tuple[Node | None, list[Problem]]:
    """Text of one YAML document -> its root node (None when empty), and what is refused but can be passed over.

    `first_line` is the line of the file on which the text starts, for front matter; `inside` says how many collections
    are already open there, for a piece of a text.

    Raises:
        UnusableInputError: the text is not YAML, nests too deep, or holds more than one document.

    """
    builder = _Builder(path, first_line - 1, inside)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", None) or yaml.SafeLoader):
            builder.take(event)
    except yaml.reader.ReaderError as error:
        raise _unusable(
            _reader_place(path, text, error, first_line),
            "yaml-character",
            f"the character {_name(error.character)} cannot stand in YAML",
            "printable text",
            "remove it",
        ) from None
    except yaml.MarkedYAMLError as error:
        raise _broken(path, error, first_line - 1) from None
    return builder.root, builder.problems


class Written:
    """An input file as it is written; its bytes become a text when somebody asks for it."""

    def __init__(self, path: str, raw: bytes) -> None:
        self._path, self._raw = path, raw

    @cached_property
    def text(self) -> str:
        """The text; raises what `decode` raises."""
        return decode(self._path, self._raw)

    @cached_property
    def _begins(self) -> list[int]:
        """Where each line begins."""
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]

    def place_within(self, place: Place, value: str, offset: int) -> Place:
        """Where a character of a scalar's value stands; the scalar's own place where it is written otherwise.

        `place` is the beginning of the scalar, `value` its text with single spaces.
        """
        text = self.text
        begin = self._begins[min(place.line, len(self._begins)) - 1]
        at = begin + place.column - 1
        done = value.rfind(" ", 0, offset) + 1
        *before, word = [*value[:done].split(), value[done:].partition(" ")[0]]
        for each in before:
            at = text.find(each, at)
            if at < 0:
                return place
            at += len(each)
        at = text.find(word, at)
        if at < 0:
            return place
        at += offset - done
        return Place(place.path, place.line + text.count("\n", begin, at), at - text.rfind("\n", 0, at))


class _Builder:
    """Takes libyaml's events in turn; keeps the open collections on a stack."""

    def __init__(self, path: str, offset: int, inside: int) -> None:
        self.path = path
        self.offset = offset
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[Mapping | Sequence] = []
        self._keys: list[Scalar | None] = []
        self._documents = self._nodes = 0
        self._deepest = MAX_DEPTH - inside

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._refuse_marks(event)
                line, column = self._at(event)
                self._add(Scalar(event.value, line, column, not event.style))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_marks(event)
                node = (Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence)(*self._at(event), [])
                self._add(node)
                self._open.append(node)
                self._keys.append(None)
                if len(self._open) > self._deepest:
                    raise _unusable(
                        self._place(event),
                        "yaml-too-deep",
                        f"the file nests deeper than {MAX_DEPTH} levels",
                        "facts, their citations and their fields",
                        "look for a wrong indentation or a stray bracket above",
                    )
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
                self._keys.pop()
            case yaml.AliasEvent():
                self._problem(
                    event,
                    "yaml-alias",
                    f"the alias *{event.anchor}",
                    "each value written out where it stands",
                    "copy the text here: a reviewer reads one fact at a time",
                )
                self._add(Scalar("", *self._at(event), plain=True))
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _unusable(
                        self._place(event),
                        "yaml-documents",
                        "a second document starts here (---)",
                        "one document",
                        "remove the line or move its content up",
                    )
                if event.tags:
                    self._problem(event, "yaml-tag", "a %TAG directive", "plain values", "remove the directive")
            case _:
                pass

    def _refuse_marks(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor:
            self._problem(
                event,
                "yaml-alias",
                f"the anchor &{event.anchor}",
                "each value written out where it stands",
                f"remove &{event.anchor}",
            )
        if event.tag not in (None, "!"):
            self._problem(
                event,
                "yaml-tag",
                f"the tag {event.tag}",
                "plain values: their type is known from their key",
                "remove the tag",
            )

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _unusable(
                Place(self.path, node.line, node.column),
                "input-too-large",
                f"the file has more than {MAX_NODES:,} values",
                f"at most {MAX_NODES:,} texts, lists and mappings",
                _SPLIT,
            )
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is not None:
            parent.items.append((key, node))
            self._keys[-1] = None
        elif isinstance(node, Scalar):
            self._keys[-1] = node
        else:
            self._keys[-1] = Scalar("", node.line, node.column, plain=True)
            self.problems.append(
                Problem(
                    Place(self.path, node.line, node.column),
                    "yaml-key",
                    "a key that is a list or mapping",
                    "a key that is a word",
                    "check the indentation and the colons here",
                )
            )

    def _at(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        assert mark is not None  # noqa: S101 - every event that libyaml reports has a place
        return mark.line + 1 + self.offset, mark.column + 1

    def _place(self, event: yaml.Event) -> Place:
        return Place(self.path, *self._at(event))

    def _problem(self, event: yaml.Event, code: str, found: str, wanted: str, hint: str) -> None:
        if len(self.problems) >= _MAX_PROBLEMS:
            raise UnusableInputError(self.problems)
        self.problems.append(Problem(self._place(event), code, found, wanted, hint))


def _unusable(place: Place, code: str, found: str, wanted: str, hint: str) -> UnusableInputError:
    return UnusableInputError([Problem(place, code, found, wanted, hint)])


def _broken(path: str, error: yaml.MarkedYAMLError, offset: int) -> UnusableInputError:
    """Libyaml's own words, with the place; the context (where the broken thing began) goes into the next step."""
    mark = error.problem_mark or error.context_mark
    place = Place(path, mark.line + 1 + offset, mark.column + 1) if mark else Place(path)
    found = (
        " ".join(part for part in (error.problem, f"({error.context})" if error.context else "") if part)
        or "the text is not YAML"
    )
    began = (
        f"it belongs to what starts on line {error.context_mark.line + 1 + offset}; "
        if error.context_mark and mark and error.context_mark.line != mark.line
        else ""
    )
    hint = f"{began}look for a missing quote, a colon inside an unquoted text, a tab, or a wrong indentation"
    return _unusable(place, "yaml-syntax", found, "YAML", hint)


def _reader_place(path: str, text: str, error: yaml.reader.ReaderError, first_line: int) -> Place:
    """The C loader counts bytes, the Python loader characters: so look for the character itself."""
    code = error.character if isinstance(error.character, int) else ord(error.character[:1] or "\0")
    before = text[: max(text.find(chr(code)), 0)]
    return Place(path, before.count("\n") + first_line, len(before.rpartition("\n")[2]) + 1)


def _name(character: object) -> str:
    code = character if isinstance(character, int) else ord(str(character)[:1] or "\0")
    return f"U+{code:04X} {unicodedata.name(chr(code), 'control character')}"
