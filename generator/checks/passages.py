"""A page -> its passages as readers see them: paragraphs, list items, headings, fields; every character has its place.

Markdown's own signs are taken away where they are surely signs; what could reach a reader stays, so that nothing typed
is missed. Blocks part as in Python-Markdown: at blank lines, at headings and at the items of a list.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generator.model import Call, Page, Record, Text
from generator.problems import Place
from generator.prose import CALLS

CALL = "\ufffc"
"""Stands for a call in a passage's text."""

_ITEM = re.compile(r"[ ]{0,3}(?:[*+-]|\d+\.)[ ]+(?=\S)")
_NESTED_ITEM = re.compile(r"[ ]{4,7}(?:[*+-]|\d+\.)[ ]+(?=\S)")
_HEADING = re.compile(r"#{1,6}")
_UNDERLINE = re.compile(r"(?:=+|-+)[ ]*")
_RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ ]*){3,}|(?:-[ ]*){3,}|(?:_[ ]*){3,})")
_TABLE_LINE = re.compile(r"[ ]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*")
_REFERENCE = re.compile(r"[ ]{0,3}\[[^\[\]\n]+\]:[ ]*[^\s\"']+[ ]*")
_LINK = re.compile(r"\[[^\[\]]*\](\([ ]*[^\s()<>\"'`\\]+[ ]*\))")
_FENCE = re.compile(r"^[ >]*(?:```|~~~)", re.MULTILINE)
_ENTITY = re.compile(r"&(?:#\w+|[A-Za-z]\w*);")
_UNSEEN = frozenset("*_`\\")
"""Signs that a reader does not see within a word: they are taken away before a text is searched."""


@dataclass(frozen=True)
class Passage:
    """A piece of prose as a reader sees it."""

    text: str
    """Calls are `CALL`; signs of emphasis, addresses of links and list markers are gone."""
    kind: str
    """`paragraph`, `item`, `heading`, `table`, `quote`, `call` (of a block), `sign` (nothing to read) or `field`."""
    place: Callable[[int], Place]
    """The place of a character of the text."""
    calls: tuple[Call, ...] = ()
    """One for each `CALL` of the text, in order."""
    links: int = 0
    """How many links it holds."""


def of_page(page: Page) -> list[Passage]:
    """The passages of a page's body, in order."""
    return _Body(page.parts).passages()


def of_field(record: Record, field: str, locate: Callable[[Place, str, int], Place]) -> Passage:
    """A text of a record; `locate` finds the place of a character of a value."""
    value = str(getattr(record, field))
    at = record.where.place(field)
    return Passage(value, "field", lambda offset: locate(at, value, offset))


class _Body:
    """The parts of a page as one text, in which every stretch knows its place."""

    def __init__(self, parts: Sequence[Text | Call]) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self.calls: dict[int, Call] = {}
        self._starts: list[int] = []
        self._places: list[Place] = []
        for part in parts:
            if isinstance(part, Text):
                self._add(part.text, part.place)
                continue
            around = "\n\n" if _is_block(part) else ""
            self._add(around, part.place)
            self.calls[self._length] = part
            self._add(CALL, part.place)
            self._add(around, part.place)
        self.text = "".join(self._pieces)
        self._called = [*self.calls]
        self._breaks = [match.start() for match in re.finditer("\n", self.text)]
        self._has_code = bool(_FENCE.search(self.text))

    def _add(self, text: str, place: Place) -> None:
        if text:
            self._starts.append(self._length)
            self._places.append(place)
            self._pieces.append(text)
            self._length += len(text)

    def place(self, offset: int) -> Place:
        number = bisect_right(self._starts, offset) - 1
        if number < 0:
            return Place("")
        start, place = self._starts[number], self._places[number]
        if start in self.calls:
            return place
        number = bisect_left(self._breaks, offset)
        breaks = number - bisect_left(self._breaks, start)
        column = offset - self._breaks[number - 1] if breaks else place.column + offset - start
        return Place(place.path, place.line + breaks, column)

    def passages(self) -> list[Passage]:
        found: list[Passage] = []
        in_list = False
        for match in re.finditer(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*", self.text):
            lines = _lines(match[0], match.start())
            is_indented = match[0].startswith("    ")
            in_list = bool(_ITEM.match(match[0])) or (in_list and is_indented)
            for kind, group in _grouped(lines, in_list=in_list and is_indented):
                found.append(self._passage(kind, group))
        return found

    def _passage(self, kind: str, lines: Sequence[tuple[int, str]]) -> Passage:
        start = lines[0][0]
        raw = "\n".join(line for _, line in lines)
        within = slice(bisect_left(self._called, start), bisect_left(self._called, start + len(raw)))
        calls = tuple(self.calls[at] for at in self._called[within])
        if kind == "paragraph" and raw.strip() == CALL and calls and _is_block(calls[0]):
            kind = "call"
        # In code, and behind a backslash, what looks like a link or an entity is shown as it is written.
        is_plain = not self._has_code and "`" not in raw and not raw.startswith(("    ", "\t"))
        links = [*_LINK.finditer(raw)] if is_plain and "\\" not in raw else []
        marker = (_NESTED_ITEM.match(raw) or _ITEM.match(raw)) if kind == "item" and not self._has_code else None
        hidden = {at for match in links for at in range(*match.span(1))}
        hidden.update(range(marker.end() if marker else 0))
        if kind == "heading":
            hidden.update(range(len(raw) - len(raw.lstrip("#"))))
        entities = {match.start(): match for match in _ENTITY.finditer(raw)} if is_plain else {}
        hidden.update(at for match in entities.values() for at in range(match.start() + 1, match.end()))
        kept = [
            (at, char)
            for at, written in enumerate(raw)
            if at not in hidden and written not in _UNSEEN
            for char in (html.unescape(entities[at][0]) if at in entities else written)
            if char.isascii() or unicodedata.category(char) != "Cf"
        ]
        offsets = [start + at for at, _ in kept] or [start]
        text = "".join(char for _, char in kept)
        return Passage(text, kind, lambda offset: self.place(offsets[min(offset, len(offsets) - 1)]), calls, len(links))


def _is_block(call: Call) -> bool:
    return call.name in CALLS and CALLS[call.name].is_block


def _lines(block: str, start: int) -> list[tuple[int, str]]:
    found = []
    for line in block.split("\n"):
        found.append((start, line))
        start += len(line) + 1
    return found


def _grouped(lines: list[tuple[int, str]], *, in_list: bool) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """The lines of a block -> its paragraphs, items, headings and so on, each with its lines."""
    texts = [line for _, line in lines]
    if len(texts) > 1 and "|" in texts[0] + texts[1] and "-" in texts[1] and _TABLE_LINE.fullmatch(texts[1]):
        yield "table", lines
        return
    if len(texts) > 1 and _UNDERLINE.fullmatch(texts[1]):
        yield "heading", lines[:2]
        if lines[2:]:
            yield from _grouped(lines[2:], in_list=in_list)
        return
    is_list = bool(_ITEM.match(texts[0]) or (in_list and _NESTED_ITEM.match(texts[0])))
    group: list[tuple[int, str]] = []
    kind = ""
    for start, line in lines:
        new = _kind(line, is_list=is_list)
        if group and new:
            yield kind, group
            group = []
        if not group:
            kind = new or "paragraph"
        group.append((start, line))
        if kind in ("heading", "sign"):
            yield kind, group
            group = []
    if group:
        yield kind, group


def _kind(line: str, *, is_list: bool) -> str:
    """What a line begins; nothing where it goes on with what came before."""
    if _RULE.fullmatch(line) or _REFERENCE.fullmatch(line):
        return "sign"
    if _HEADING.match(line):
        return "heading"
    if is_list and (_ITEM.match(line) or _NESTED_ITEM.match(line)):
        return "item"
    if line.lstrip().startswith(">"):
        return "quote"
    return ""
