"""A fact base as somebody wrote it -> the same in canonical order and layout: the plain style that is read fast.

Only layout changes: the order of sections and of fields, indentation, quotation marks where they are not needed to be
understood, lines that are too long. Every value stays to the letter, every comment stays with its record, and the
records keep their order. Line breaks within a text stay where somebody put them as long as the lines fit, so that a
changed word is a changed line. What comes out is read again and compared with what went in.

Places are libyaml's, and what stands between its scalars is white space, marks and comments: so no comment can be
missed. (ruamel.yaml, the library that others use to keep comments, drops those within a list in brackets and those
between a key and its value, and leaves the comment above a field with the field before it, so that it would move to
the wrong one; the tests have it as a second opinion.)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import yaml

from generator import blocks, nodes
from generator.model import FACT_KINDS, Fact, FactBase, Record
from generator.problems import UnusableInputError

WIDTH = 120
"""Characters of a line, its indentation included."""
_VERBATIM = frozenset({"quote"})
"""Fields that stay on one line, however long: whoever looks for the words of a source in the file shall find them."""
_MODELINE = "# yaml-language-server:"
"""Opens the line by which editors find the schema."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLOCKS = (">", "|")
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
"""What libyaml takes for the end of a line."""
_COMMENT = re.compile(r"(?<!\S)(#[^\n\r\x85\u2028\u2029]*)|^[ \t]*(?=\r?\n)", re.MULTILINE)
"""A comment, or an empty line."""
_HEADER = re.compile(r"[>|][0-9+-]*[ \t]+(#[^\n\r\x85\u2028\u2029]*)")
_WORD = re.compile(r"[a-z0-9][\w.-]*", re.ASCII | re.IGNORECASE)
_ONE_LINE = re.compile(r"[ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
"""What can be written without an escape, on one line."""
_SPACE = re.compile(r"(?<=[^ ]) (?=[^ ])")
"""A space at which a line can be broken, since a folded break is read as one space."""


_GAP = "\0"
"""An empty line between entries, until they are joined; no YAML can hold this character."""


class LayoutError(Exception):
    """What came out does not say what went in. Nothing that is known leads here; it is better not to write then."""


# -- what was written, with its comments ----------------------------------------------------------------------------


@dataclass
class _Value:
    """Something written, from one place of the text to another."""

    begin: int
    end: int
    column: int


@dataclass
class _Text(_Value):
    """A scalar: its text, `'`, `"`, `>`, `|` or nothing, and how it is written."""

    text: str
    style: str
    raw: str


@dataclass
class _Group(_Value):
    """A mapping or a list; `after` are the comments at its end, below its last entry."""

    is_list: bool
    flow: bool
    entries: list[_Entry] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass
class _Entry:
    """A key with its value, or an item of a list, which has no key; and the comments above it and beside it."""

    key: _Text | None
    value: _Text | _Group
    column: int
    before: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)

    @property
    def begin(self) -> int:
        """Where it begins; an item, after its dash."""
        return self.key.begin if self.key else self.value.begin

    @property
    def ends(self) -> int:
        """Where its value ends; the entries of a block have ends of their own."""
        value = self.value
        return value.end if isinstance(value, _Text) or value.flow else self.begin


def formatted(path: str, text: str) -> str:
    """The text of a fact base in its canonical form; of one that has it, the same text.

    Raises:
        UnusableInputError: the text cannot be read, or holds what cannot be kept as it is: an alias, a tag.
        LayoutError: the result would not say the same.

    """
    root, problems = blocks.parse(path, text)
    if problems:
        raise UnusableInputError(problems)
    if not isinstance(root, nodes.Mapping) or not root.items:
        return text  # what is empty, or no fact base at all, has no layout
    new = "\n".join(_spaced(_laid_out(_read(text), FactBase, 0))) + "\n"
    if new != text:
        _compare(path, root, new, text)
    return new


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    """Lines with one empty line for gaps in a row, and none at the beginning and the end; those of texts are theirs."""
    gap, is_first = False, True
    for line in lines:
        if line == _GAP:
            gap = not is_first
            continue
        if gap:
            yield ""
        yield line
        gap = is_first = False


def _compare(path: str, root: nodes.Mapping, new: str, old: str) -> None:
    try:
        again, problems = blocks.parse(path, new)
    except UnusableInputError as error:
        raise LayoutError(f"the result could not be read: {error}") from error
    if problems or again is None or meaning(again) != meaning(root):
        raise LayoutError("the values would not be the same")
    if sorted(comments(new)) != sorted(comments(old)):
        raise LayoutError("the comments would not be the same")


def meaning(node: nodes.Node) -> object:
    """What a node says, whatever the order of its keys; of two equal keys the order counts."""
    match node:
        case nodes.Mapping():
            items = ((key.text, meaning(each)) for key, each in node.items)
            return {"keys": sorted(items, key=lambda item: item[0])}
        case nodes.Sequence():
            return [meaning(each) for each in node.items]
        case _:
            return node.text, node.plain and node.text in nodes.EMPTY


def comments(text: str) -> list[str]:
    """Every comment of a YAML text, in order, without the white space around it."""
    return [mark.text for mark in _marks(text, _Lines(text), _scalars(text, _Lines(text))) if mark.text]


# -- reading --------------------------------------------------------------------------------------------------------


class _Lines:
    """Where the lines of a text begin, as libyaml counts them."""

    def __init__(self, text: str) -> None:
        self.begins = [0, *(match.end() for match in _BREAK.finditer(text))]
        self.begins.append(len(text))  # libyaml ends a last line that has no end

    def at(self, mark: Any) -> Any:  # noqa: ANN401 - libyaml's class or Python's, with integers
        """The place of a mark."""
        assert mark is not None  # noqa: S101 - every event that libyaml reports has a place
        return self.begins[mark.line] + mark.column

    def begin_of(self, place: int) -> int:
        """Where the line begins in which a place is."""
        return self.begins[bisect_right(self.begins, place, hi=len(self.begins) - 1) - 1]


class _Mark(NamedTuple):
    """A comment, or as an empty text an empty line."""

    begin: int
    alone: bool
    """Whether nothing but a dash stands before it in its line."""
    column: int
    """How deep its line is indented."""
    text: str


def _scalars(text: str, lines: _Lines) -> list[_Text]:
    """Every scalar of a text, in order."""
    return [
        _text(text, lines, event) for event in yaml.parse(text, Loader=_LOADER) if isinstance(event, yaml.ScalarEvent)
    ]


def _text(text: str, lines: _Lines, event: yaml.ScalarEvent) -> _Text:
    begin = lines.at(event.start_mark)
    raw = text[begin : lines.at(event.end_mark)]
    if event.style in _BLOCKS:  # libyaml counts the empty lines below a block as its own
        raw = raw.rstrip()
    return _Text(begin, begin + len(raw), begin - lines.begin_of(begin), event.value, event.style or "", raw)


def _marks(text: str, lines: _Lines, scalars: Sequence[_Text]) -> list[_Mark]:
    """All comments and empty lines, in order. They stand between the scalars, and in the header of a block."""
    found: list[_Mark] = []
    gap = 0
    for begin, end in [*((each.begin, each.end) for each in scalars), (len(text), len(text))]:
        found += _between(text, lines, gap, begin)
        header = _HEADER.match(text, begin, end)
        if header:
            found.append(_Mark(header.start(1), alone=False, column=0, text=header[1].rstrip()))
        gap = end
    return found


def _between(text: str, lines: _Lines, gap: int, stop: int) -> Iterator[_Mark]:
    """The comments and empty lines of a stretch without scalars."""
    for match in _COMMENT.finditer(text, gap, stop):
        begin = match.start()
        before = text[lines.begin_of(begin) : begin]
        if match[1]:
            column = len(before) - len(before.lstrip())
            yield _Mark(match.start(1), not before.strip(" -\t"), column, match[1].rstrip())
        elif not before:
            yield _Mark(begin, alone=True, column=0, text="")


def _read(text: str) -> _Group:
    """The whole text as a tree, each comment with the entry that it is about."""
    lines = _Lines(text)
    root = _tree(text, lines)
    places = [*_entries(root, [])]
    passed = -1  # the last entry that begins before the mark
    waiting: list[_Mark] = []
    for mark in _marks(text, lines, _scalars(text, lines)):
        before = passed
        while passed + 1 < len(places) and places[passed + 1].entry.begin < mark.begin:
            passed += 1
        if passed != before:
            _settle(waiting, places, before, root)
        bearer = places[passed].bearer if passed >= 0 else None
        if bearer and mark.begin < bearer.ends:  # within a value, or before it: it is about the whole entry
            bearer.before += [mark.text] if mark.text else []
        elif bearer and not mark.alone:
            bearer.beside.append(mark.text)
        else:
            waiting.append(mark)
    _settle(waiting, places, passed, root)
    return root


def _tree(text: str, lines: _Lines) -> _Group:
    """Libyaml's events as a tree; aliases, tags, second documents and keys that are no words were refused before."""
    top = _Group(0, len(text), -1, is_list=True, flow=False)
    stack: list[_Group] = [top]
    keys: list[_Text | None] = [None]
    for event in yaml.parse(text, Loader=_LOADER):
        match event:
            case yaml.ScalarEvent():
                value = _text(text, lines, event)
                if stack[-1].is_list or keys[-1]:
                    _add(stack[-1], keys, value)
                else:
                    keys[-1] = value
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                begin = lines.at(event.start_mark)
                is_list = isinstance(event, yaml.SequenceStartEvent)
                column = begin - lines.begin_of(begin)
                group = _Group(begin, begin, column, is_list=is_list, flow=bool(event.flow_style))
                _add(stack[-1], keys, group)
                stack.append(group)
                keys.append(None)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                keys.pop()
                group = stack.pop()
                group.end = lines.at(event.end_mark)
            case _:
                pass
    root = top.entries[0].value
    assert isinstance(root, _Group)  # noqa: S101 - `formatted` asked before
    return root


def _add(group: _Group, keys: list[_Text | None], value: _Text | _Group) -> None:
    key, keys[-1] = keys[-1], None
    group.entries.append(_Entry(key, value, key.column if key else group.column))


class _Place(NamedTuple):
    """An entry in the order of the text."""

    entry: _Entry
    around: Sequence[_Group]
    """The collections that are open there, the outermost first."""
    bearer: _Entry
    """The entry that bears its comments: itself, or the one that holds the brackets in which it stands."""


def _entries(group: _Group, within: Sequence[_Group], bearer: _Entry | None = None) -> Iterator[_Place]:
    around = [*within, group]
    for entry in group.entries:
        bears = bearer or entry
        yield _Place(entry, around, bears)
        if isinstance(entry.value, _Group):
            yield from _entries(entry.value, around, bearer or (entry if entry.value.flow else None))


def _settle(waiting: list[_Mark], places: Sequence[_Place], passed: int, root: _Group) -> None:
    """Comments between two entries: those that stand deeper than the next one end what is open before it."""
    following = places[passed + 1] if passed + 1 < len(places) else None
    column = following.entry.column if following else -1
    closed = [
        each
        for each in (places[passed].around if passed >= 0 else ())
        if not each.flow and not (following and any(each is other for other in following.around))
    ]
    before: list[str] = []
    for mark in waiting:
        ended = next((each for each in reversed(closed) if each.column <= mark.column), None)
        if mark.text and ended and mark.column > column and not any(before):
            ended.after += [*before, mark.text]
            before.clear()
        else:
            before.append(mark.text)
    waiting.clear()
    (following.entry.before if following else root.after).extend(before)


# -- writing --------------------------------------------------------------------------------------------------------


def _laid_out(group: _Group, cls: type[Record] | None, indent: int) -> Iterator[str]:
    """The lines of a collection in canonical layout, the first of them indented like the rest."""
    margin = " " * indent
    if indent == 0:
        yield from _head(group)
    for number, entry in enumerate(_in_order(group, cls)):
        if indent == 0 and number:
            yield _GAP  # a section stands apart
        yield from _noted(entry.before, margin)
        first, *rest = _entry(entry, cls, indent)
        has_room = entry.key is not None if isinstance(entry.value, _Group) else not rest
        if has_room and len(entry.beside) == 1:
            first = f"{first}  {entry.beside[0]}"
        else:
            yield from _noted(entry.beside, margin)
        yield first
        yield from rest
    yield from _noted(group.after, margin)


def _noted(notes: Iterable[str], margin: str) -> Iterator[str]:
    return (f"{margin}{each}" if each else _GAP for each in notes)


def _head(group: _Group) -> Iterator[str]:
    """What stands above the first section and apart from it is about the file, whichever section comes first."""
    notes = group.entries[0].before
    apart = max((number for number, each in enumerate(notes) if not each), default=0)
    if not apart and notes[:1] and notes[0].startswith(_MODELINE):
        apart = 1
    head, notes[:] = notes[:apart], notes[apart:]
    yield from _noted(head, "")
    yield _GAP


def _in_order(group: _Group, cls: type[Record] | None) -> list[_Entry]:
    """The entries of a mapping in the order of the model, those that it does not know last; of a list, as they are."""
    if group.is_list or cls is None:
        return group.entries
    rank = {name: number for number, name in enumerate(order_of(cls))}
    return sorted(group.entries, key=lambda each: rank.get(each.key.text if each.key else "", len(rank)))


def order_of(cls: type[Record]) -> list[str]:
    """The fields of a record in the order in which they are written.

    It is that of the class, but for a fact: what only its kind has stands before the citations, which are long.
    """
    names = [*cls.specs()]
    if not issubclass(cls, Fact):
        return names
    common = [*Fact.specs()]
    split = common.index("citations")
    return [*common[:split], *(name for name in names if name not in common), *common[split:]]


def _class_within(entry: _Entry, cls: type[Record] | None) -> type[Record] | None:
    """The class of the record that a field holds, or of those in its list; of an item, its own."""
    if entry.key:
        spec = cls.specs().get(entry.key.text) if cls else None
        return spec.record if spec else None
    if cls is Fact and isinstance(entry.value, _Group):
        for each in entry.value.entries:
            if each.key and each.key.text == "kind" and isinstance(each.value, _Text):
                return FACT_KINDS.get(each.value.text, Fact)
    return cls


def _entry(entry: _Entry, cls: type[Record] | None, indent: int) -> Iterator[str]:
    """The lines of an entry, without its comments."""
    margin, value = " " * indent, entry.value
    opening = f"{margin}{_key(entry.key)}:" if entry.key else f"{margin}-"
    room = WIDTH - len(opening) - 1
    if isinstance(value, _Text):
        deeper = indent + (2 if entry.key else 4)
        is_verbatim = entry.key is not None and entry.key.text in _VERBATIM
        first, *rest = _scalar(value, room, WIDTH - deeper, verbatim=is_verbatim)
        yield f"{opening} {first}" if first else opening
        yield from (" " * deeper + each if each else "" for each in rest)
        return
    in_brackets, inner = _in_brackets(value, room), _class_within(entry, cls)
    if in_brackets:
        yield f"{opening} {in_brackets}"
    elif entry.key:
        yield opening
        yield from _laid_out(value, inner, indent + 2)
    else:
        yield from _item(value, inner, indent)


def _item(value: _Group, cls: type[Record] | None, indent: int) -> Iterator[str]:
    """A collection as an item of a list: its first line after the dash, comments above that before it."""
    lines = _laid_out(value, cls, indent + 2)
    for line in lines:
        if line != _GAP and not line.lstrip().startswith("#"):
            yield f"{' ' * indent}- {line[indent + 2 :]}"
            break
        yield line.removeprefix("  ")
    yield from lines


def _key(key: _Text) -> str:
    is_plain = not key.style and key.raw and not _BREAK.search(key.raw)
    return key.raw if is_plain else _quoted(key.text, "'" if key.style == "'" else '"')


def _in_brackets(group: _Group, room: int) -> str:
    """A list of words in brackets, if it was written so and fits; brackets alone for what holds nothing."""
    if not group.entries:
        return "[]" if group.is_list else "{}"
    if not (group.is_list and group.flow):
        return ""
    words = [each.value.text for each in group.entries if isinstance(each.value, _Text) and not each.value.style]
    line = f"[{', '.join(words)}]"
    are_words = len(words) == len(group.entries) and all(map(_WORD.fullmatch, words))
    return line if are_words and len(line) <= room else ""


def _scalar(value: _Text, room: int, width: int, *, verbatim: bool) -> list[str]:
    """A text as it is written after its key: one line, or the header of a block and its lines."""
    if value.style in _BLOCKS:
        block = _block(value, width)
        if block:
            return block
        line = _quoted(value.text, '"')
    else:
        line = _one_line(value)
    if len(line) <= room or verbatim:
        return [line]
    return _folded(value.text, width) or [line]


def _one_line(value: _Text) -> str:
    """A text in one line, with the quotation marks that somebody chose where it has any."""
    if not _BREAK.search(value.raw) and (value.style != '"' or "\\" not in value.raw):
        return value.raw
    if not value.style and _ONE_LINE.fullmatch(value.text):
        return value.text
    return _quoted(value.text, value.style)


def written(text: str) -> str:
    """A text as a value in one line: plain where YAML reads it as it is, else in quotation marks; nothing for none."""
    if not text:
        return ""
    try:
        read = yaml.load(f"x: {text}\n", Loader=yaml.BaseLoader) if _ONE_LINE.fullmatch(text) else None  # noqa: S506
    except yaml.YAMLError:
        read = None
    return text if read == {"x": text} and text not in nodes.EMPTY else _quoted(text, '"')


def _quoted(text: str, style: str) -> str:
    """A text in quotation marks, in one line, with escapes only where nothing else will do."""
    if not _ONE_LINE.fullmatch(text):
        return yaml.dump(text, default_style='"', allow_unicode=True, width=float("inf")).rstrip("\n")
    if style == "'" or '"' in text or "\\" in text:
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return f'"{text}"'


def _folded(text: str, width: int) -> list[str]:
    """A text as a folded block of one paragraph; nothing where there is no place to break it, or it needs escapes."""
    lines = _wrapped(text, width)
    is_plain = _ONE_LINE.fullmatch(text) and text == text.strip(" ")
    return [">-", *lines] if is_plain and len(lines) > 1 else []


def _wrapped(text: str, width: int) -> list[str]:
    """A text in lines that fit, as far as it has spaces: of two in a row, neither is a place to break."""
    first, *words = _SPACE.split(text)
    lines = [first]
    for word in words:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _block(value: _Text, width: int) -> list[str]:
    """A folded or literal block with the line breaks that it has; nothing where it would not be read as it was."""
    body = value.text.removesuffix("\n")
    if not all(map(_ONE_LINE.fullmatch, body.split("\n"))):
        return []
    header = value.style + ("-" if body == value.text else "")
    if value.style == "|":
        lines = body.split("\n")
        is_kept = lines[0] == lines[0].lstrip(" ") != "" and lines[-1].strip(" ") != ""
        return [header, *lines] if is_kept else []
    lines = [each.strip(" ") for each in _BREAK.split(value.raw)[1:]]
    if _unfolded(lines) != body:
        return []
    paragraphs = (list(group) for _, group in groupby(lines, bool))
    return [header, *(line for each in paragraphs for line in _fitted(each, width))]


def _unfolded(lines: Sequence[str]) -> str:
    """What the lines of a folded block say: a break is a space, and each empty line a break."""
    said = ""
    for line in lines:
        space = "" if not said or said.endswith("\n") else " "
        said += f"{space}{line}" if line else "\n"
    return said


def _fitted(lines: list[str], width: int) -> list[str]:
    """The lines of a paragraph as they are where they fit, else broken anew."""
    if all(len(each) <= width for each in lines):
        return lines
    return _wrapped(" ".join(lines), width)
