"""Text of a fact base in the plain style of YAML -> the nodes that `nodes.parse` makes of it, several times as fast.

The text is cut into pieces that stand alone: an item of a list below a top-level key, or all of a top-level key that
holds something else. A piece is read with one regular expression, row by row. Whatever is unusual in it (an escape, an
anchor, a tag, a flow mapping, odd indentation) is not understood here: the piece is left to libyaml, and where libyaml
does not like the piece either, the whole text is, whose words about it are the only ones. So this module may give up,
but it never refuses, and never reads anything in a way of its own; tests compare the two readers.
"""

from __future__ import annotations

import re
from typing import TypeVar

from generator import nodes
from generator.nodes import Mapping, Node, Scalar, Sequence
from generator.problems import Problem, UnusableInputError

_USUAL = re.compile(r"[\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*+")
"""No tab, no line break of another kind, and nothing that cannot stand in YAML at all."""
_NOTHING = re.compile(r"(?: *+(?:#.*+)?+\n)*+")
"""Empty lines and comments."""
_SECTION = re.compile(r"\n(?=[^ \n#-])")
"""Before each line that is not indented; a dash there belongs to the list of the key above."""
_LETTER = re.compile(r"[A-Za-z_]")
"""Begins a line that stands alone. `? ` and `: ` do not: they are two halves of one entry."""
_LIST = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,60}):(?: *| +#.*)\n((?: *+(?:#.*+)?+\n)*+)( *- )")
"""The beginning of a top-level key with a list below it: key, empty lines and comments, indentation and dash."""
_QUESTION = re.compile(r"\?[ \n]")
"""A key written in this way without a value has its value where the next piece begins."""
_ROW = re.compile(
    r"((?:\n| *+#.*+\n)*+)"  # lead: empty lines and comments
    r"( *+)"  # indent
    r"(- ++)?+"  # dash
    r"(?:([A-Za-z_][A-Za-z0-9_]{0,60}+):(?: ( *+)|(?=\n)))?+"  # key, gap
    r"(?:([^\n #].*+)((?:\n++(?(3)\2   |\2 ).*+)*+))?+"  # value: its first line; its tail, the deeper lines below it
    r"(?:#.*+)?+(?:\n|\Z)"  # a comment after a key
)
"""One entry. It matches at any place, so that nothing is passed over, and gives nothing back, so that it is fast."""
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
"""What has a meaning of its own at the beginning of a scalar, or may have one."""
_DOUBLE = re.compile(r'"([^"\\]*+)"( +#.*)?')
_SINGLE = re.compile(r"'((?:[^']|'')*+)'( +#.*)?")
_WORDS = re.compile(r"\[ *(?:[a-z0-9][\w.-]*(?: *, *[a-z0-9][\w.-]*)* *)?\](?: *| +#.*)", re.ASCII | re.IGNORECASE)
_BLOCKS = frozenset({">", ">-", "|", "|-"})
_EVEN = re.compile(r"(\n +)[^ \n].*+(?:\1[^ \n].*+)*+")
"""Lines of one indentation."""
_STRAY = re.compile(r"\n(?![\n\0])|\0(?=[\n\0]|\Z)")
"""In a block whose lines begin with NUL: a line with less than its indentation, or with nothing but that."""
_DEEPEST = nodes.MAX_DEPTH // 2
"""Collections within each other that are read here; what is too deep is for `nodes` to say."""
_ODD = 20_000
"""More braces than this, and many pieces are flow mappings: libyaml reads the whole sooner than so many pieces."""
_make = tuple.__new__
"""Makes a scalar in half the time that the class itself takes, and there are hundreds of thousands of them."""


_C = TypeVar("_C", Mapping, Sequence)


class OddError(Exception):
    """Here stands something that this module does not understand."""


def parse(path: str, text: str, *, first_line: int = 1) -> tuple[Node | None, list[Problem]]:
    """Text of one YAML document -> its root node, and what is refused but can be passed over; as `nodes.parse`.

    Raises:
        UnusableInputError: as `nodes.parse`.

    """
    try:
        return parse_plain(path, text, first_line=first_line)
    except (OddError, UnusableInputError):
        return nodes.parse(path, text, first_line=first_line)


def parse_plain(path: str, text: str, *, first_line: int = 1) -> tuple[Node | None, list[Problem]]:
    """The same, of a text of which each piece can be read by itself.

    Raises:
        OddError: one cannot.
        UnusableInputError: one is not YAML, or the text as a whole is not.

    """
    return _document(path, text.replace("\r\n", "\n"), first_line), []


def parse_item(path: str, text: str, line: int) -> Node | None:
    """An item of a list below a top-level key, which `parse_plain` has read before, and its line -> a list of it."""
    return _piece(path, text.replace("\r\n", "\n"), line)


def _document(path: str, text: str, first_line: int) -> Mapping:
    """Cut a text into sections, each from a line that is not indented to the next."""
    nothing = _NOTHING.match(text)
    if nothing is None or not _USUAL.fullmatch(text) or not text.endswith("\n"):
        raise OddError
    if text.count("{") > _ODD or text.count(",") + text.count("\n") > nodes.MAX_NODES:
        raise OddError
    begin = nothing.end()
    line = text.count("\n", 0, begin) + first_line
    root = Mapping(line, 1, [])
    for end in (*(match.end() for match in _SECTION.finditer(text, begin)), len(text)):
        if not _LETTER.match(text, begin):
            raise OddError
        header = _LIST.match(text, begin, end)
        if header is None:
            piece = _piece(path, text[begin:end], line)
            if not isinstance(piece, Mapping):
                raise OddError
            root.items.extend(piece.items)
        else:
            root.items.append(_list(path, text, line, header, end))
        line += text.count("\n", begin, end)
        begin = end
    return root


def _list(path: str, text: str, line: int, header: re.Match[str], end: int) -> tuple[Scalar, Sequence]:
    """Cut a section that is a list into its items."""
    key, between, dash = header.groups()
    name = Scalar(key, line, 1, plain=True)
    line += 1 + between.count("\n")
    listed = Sequence(line, len(dash) - 1, [])
    begin = header.start(3)
    while begin < end:
        stop = text.find(f"\n{dash}", begin, end) + 1 or end
        item = text[begin:stop]
        piece = _piece(path, item, line)
        if not isinstance(piece, Sequence) or piece.column != listed.column:
            raise OddError
        listed.items.extend(piece.items)
        line += item.count("\n")
        begin = stop
    return name, listed


def _piece(path: str, text: str, line: int) -> Node | None:
    """Read a piece here if it can be, else have libyaml read it."""
    try:
        return _Rows().read(text, line)
    except OddError:
        if _QUESTION.search(text):
            raise
        root, problems = nodes.parse(path, text, first_line=line, inside=1)
        if problems:
            raise
        return root


class _Rows:
    """Reads the rows of a piece one after the other; keeps the open collections on a stack."""

    def __init__(self) -> None:
        self._root: Mapping | Sequence | None = None
        self._open: list[Mapping | Sequence] = []
        self._waiting: Scalar | None = None
        """A key whose value has to stand in the rows below it."""

    def read(self, text: str, line: int) -> Mapping | Sequence | None:
        """Read a text whose first line has this number.

        Raises:
            OddError: there is something unusual in it.

        """
        level = -1
        """The column, from 0, of a key that may follow without opening or closing anything."""
        entries: list[tuple[Scalar, Node]] = []
        for lead, indent, dash, key, gap, first, tail in _ROW.findall(text):
            if lead:
                line += lead.count("\n")
            column = len(indent)
            if not key:
                if first or indent or dash:  # a line of spaces may be amid a block: that is for libyaml to say
                    self._list(line, column, dash).items.append(_value(first, tail, line, column + 3))
                level = -1
            else:
                if dash or column != level:
                    mapping = self._mapping(line, column, dash)
                    entries = mapping.items
                    column = level = mapping.column - 1
                name = _make(Scalar, (key, line, column + 1, True))
                if first:
                    start = column + len(key) + len(gap) + 3
                    if tail or first[0] in _INDICATORS or ": " in first or " #" in first or first[-1] in ": ":
                        entries.append((name, _value(first, tail, line, start)))
                    else:
                        entries.append((name, _make(Scalar, (first, line, start, True))))
                else:
                    self._waiting = name
                    level = -1
            line += 1 + tail.count("\n") if tail else 1
        if self._waiting is not None:
            raise OddError
        return self._root

    def _mapping(self, line: int, column: int, dash: str) -> Mapping:
        """The mapping to which a key belongs; the first key opens it."""
        if dash:
            item = Mapping(line, column + 3, [])
            self._list(line, column, dash).items.append(item)
            self._open.append(item)
            return item
        if self._waiting is not None or not self._open:
            return self._opened(Mapping(line, column + 1, []))
        found = self._back(column)
        if isinstance(found, Sequence):  # a list may stand at the column of the key that holds it
            self._open.pop()
            found = self._back(column)
        if not isinstance(found, Mapping):
            raise OddError
        return found

    def _list(self, line: int, column: int, dash: str) -> Sequence:
        """The list to which an item belongs; the first item opens it."""
        if dash != "- ":
            raise OddError
        if self._waiting is not None or not self._open:
            return self._opened(Sequence(line, column + 1, []))
        found = self._back(column)
        if not isinstance(found, Sequence):
            raise OddError
        return found

    def _back(self, column: int) -> Mapping | Sequence:
        """Close what is deeper than a column; the collection that begins there."""
        column += 1
        stack = self._open
        while stack and stack[-1].column > column:
            stack.pop()
        if not stack or stack[-1].column != column:
            raise OddError
        return stack[-1]

    def _opened(self, node: _C) -> _C:
        """Open a collection: the root, an item of a list, or the value of the key that waits for one."""
        if not self._open:
            self._root = node
        else:
            parent = self._open[-1]
            if isinstance(parent, Sequence):
                parent.items.append(node)
            elif self._waiting is not None and node.column >= parent.column + isinstance(node, Mapping):
                parent.items.append((self._waiting, node))
                self._waiting = None
            else:
                raise OddError
        self._open.append(node)
        if len(self._open) > _DEEPEST:
            raise OddError
        return node


def _value(first: str, tail: str, line: int, column: int) -> Node:
    """What stands after a key or a dash: its first line, and the deeper lines below it."""
    mark = first[:1]
    if mark not in _INDICATORS:
        return Scalar(_plain(first, tail), line, column, plain=True)
    match mark:
        case ">" | "|":
            text = _block(first, tail)
        case '"':
            text = _quoted(_DOUBLE, first, tail)
        case "'":
            text = _quoted(_SINGLE, first, tail).replace("''", "'")
        case "[" if not tail:
            return _words(first, line, column)
        case _:
            raise OddError
    return Scalar(text, line, column, plain=False)


def _plain(first: str, tail: str) -> str:
    """A text without quotes, perhaps with a comment, perhaps over several lines."""
    if not tail:
        first = first.partition(" #")[0]
    lines = [each.strip(" ") for each in f"{first}{tail}".split("\n")]
    text = " ".join(lines)
    if ": " in text or " #" in text or text.endswith(":") or not all(lines):
        raise OddError
    return text


def _quoted(form: re.Pattern[str], first: str, tail: str) -> str:
    """A text in quotes, perhaps over several lines, perhaps with a comment after it."""
    if tail:
        lines = [each.strip(" ") for each in f"{first}{tail}".split("\n")]
        first = " ".join(lines) if all(lines) else ""
    found = form.fullmatch(first.rstrip(" "))
    if found is None or (tail and found[2]):
        raise OddError
    return found[1]


def _block(header: str, tail: str) -> str:
    """A folded or literal text, in the lines below its header."""
    if header == ">-" and (even := _EVEN.fullmatch(tail)):  # as nearly all are
        return tail[even.end(1) :].replace(even[1], " ")
    margin = tail[: len(tail) - len(tail.lstrip("\n "))]
    body = tail.replace(margin, "\0") if margin else ""
    if header not in _BLOCKS or margin.count("\n") != 1 or _STRAY.search(body):
        raise OddError
    if header[0] == "|":
        text = body[1:].replace("\0", "\n")
    elif "\0 " in body:  # a line that is indented more keeps its break
        raise OddError
    else:
        text = body[1:].replace("\n\0", "\n").replace("\0", " ")
    return text if header[1:] else f"{text}\n"


def _words(text: str, line: int, column: int) -> Sequence:
    """A list of plain words in brackets."""
    if not _WORDS.fullmatch(text):
        raise OddError
    begin, items = column, list[Node]()
    for each in text[1 : text.index("]")].split(","):
        word = each.strip(" ")
        if word:
            items.append(_make(Scalar, (word, line, column + 1 + each.index(word), True)))
        column += len(each) + 1
    return Sequence(line, begin, items)
