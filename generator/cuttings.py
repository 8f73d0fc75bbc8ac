"""The bytes of a fact base -> its facts and sources as bytes, unread: which differ, and which hold a word.

So much of a large file can be told by its lines, in a fraction of the time that it takes to read them as YAML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from generator import nodes

_HEAD = {
    key: re.compile(rb"^%s:(?: *+| ++#[^\n]*+)\r?\n(?: *+(?:#[^\n]*+)?\r?\n)*+( *- )" % key, re.MULTILINE)
    for key in (b"facts", b"sources")
}
"""The key of a list, up to and with the dash of the first item."""
_TAIL = re.compile(rb"\n(?=[^ \r\n#-])")
"""Before the next top-level key."""
_JUDGING = re.compile(rb"^(?!charts:|judgments:|corrections:|updates:)[^\s#-]", re.MULTILINE)
"""A top-level key on which the judgment of a single fact may hang, such as `sources`."""
_ID = re.compile(rb"(?:\A|\n {2,12})id: *([a-z0-9-]+) *\r?(?:\n|\Z)")
_ODD = (
    re.compile(rb"\\"),
    re.compile(rb"measure(?: +:|:(?! [a-z0-9]))"),
    re.compile(rb"\?(?<=[\n -]\?)[ \r\n]"),
    re.compile(rb":(?:(?<=[\"']:)|(?<=[\"' ] :))"),
)
"""A key in quotes, with a space behind it, and the like: each of them makes the lines of a fact such that an id may
stand in other letters, or a measure in another place. They begin with what they look for, which is quick to find."""
WORD = re.compile(rb"[a-z0-9-]+")
"""A run of what ids are made of."""
_ENDING = re.compile(rb"[\w-]")


class Cut(NamedTuple):
    """The bytes of a fact base: those before the first fact with the dash of it, those of each fact, and the rest.

    In the same way it may be cut into its sources.
    """

    head: bytes
    dash: bytes
    items: list[bytes]
    tail: bytes

    @property
    def about(self) -> bytes:
        """What facts are judged by: all before them, and all behind them where it is more than what rests on them."""
        return self.head + (self.tail if _JUDGING.search(self.tail) else b"")

    @classmethod
    def of(cls, raw: bytes, key: bytes = b"facts") -> Cut | None:
        """Cut a file at the items of a list, `facts` or `sources`; None where it is not in the usual style."""
        head = _HEAD[key].search(raw)
        if head is None or len(raw) > nodes.MAX_BYTES:
            return None
        begin = head.end()
        tail = _TAIL.search(raw, begin)
        end = tail.start() if tail else len(raw)
        return cls(raw[:begin], head[1], raw[begin:end].split(b"\n" + head[1]), raw[end:])


class Text:
    """The bytes of a fact base, cut into facts; without any where it is not in the usual style."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._like: Text | None = None
        self._own: set[int] = set()
        self._gone: set[int] = set()
        self.cut = Cut.of(raw) or Cut(raw, b"", [], b"")

    def is_like(self, other: Text, own: set[int], gone: set[int]) -> None:
        """From now on what is asked of the lines of most facts is asked of the other text, which has the same.

        `own` are the facts that have lines of their own, `gone` those of the other text whose lines are not here.
        """
        self._like, self._own, self._gone = other, own, gone

    @property
    def items(self) -> list[bytes]:
        """The lines of each fact."""
        return self.cut.items

    @cached_property
    def count(self) -> int:
        """How many facts there are; 0 where nobody counted."""
        return len(self.items)

    @cached_property
    def starts(self) -> list[int]:
        """Where each fact begins."""
        gap = len(self.cut.dash) + 1
        return [*accumulate((len(item) + gap for item in self.items[:-1]), initial=len(self.cut.head))]

    @cached_property
    def end(self) -> int:
        """Where the last fact ends."""
        return len(self.raw) - len(self.cut.tail)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all facts, as far as they stand in the usual way."""
        if self._like is None:
            return _names(self.items)
        gone = _names([self._like.items[number] for number in self._gone])
        return (self._like.ids - gone) | _names([self.items[number] for number in self._own])

    @cached_property
    def lines(self) -> list[int]:
        """The line on which each fact begins."""
        first = self.cut.head.count(b"\n") + 1
        return [*accumulate((item.count(b"\n") + 1 for item in self.items[:-1]), initial=first)]

    def holding(self, words: Iterable[str]) -> set[int]:
        """The facts whose lines hold one of some words, as a word of its own; odd ones too, which might."""
        return self.matching(_sought(words))

    def matching(self, sought: Sequence[re.Pattern[bytes]]) -> set[int]:
        """The same for words of which it is known what finds them."""
        if self._like is None:
            begin = self.starts[0] if self.starts else 0
            return {*self.odd, *(self._at(at) for each in sought for at in _places(each, self.raw, begin, self.end))}
        own = (number for number in self._own if any(_is_in(each, self.items[number]) for each in sought))
        return {*self.odd, *self._alike(self._like.matching(sought)), *own}

    @cached_property
    def odd(self) -> frozenset[int]:
        """The facts that are not written in the plainest way."""
        if self._like is None:
            begin = self.starts[0] if self.starts else 0
            found = (match for each in _ODD for match in each.finditer(self.raw, begin, self.end))
            return frozenset(self._at(match.start()) for match in found)
        lines = ((number, b" " + self.items[number] + b"\n") for number in self._own)
        own = (number for number, item in lines if any(each.search(item) for each in _ODD))
        return frozenset({*self._alike(self._like.odd), *own})

    def _at(self, place: int) -> int:
        """The fact that stands at a place of the file."""
        return bisect_right(self.starts, place) - 1

    def _alike(self, numbers: Iterable[int]) -> Iterator[int]:
        """The facts with the lines of some facts of the other text."""
        lines = {self._like.items[number] for number in numbers} if self._like else set[bytes]()
        return (number for number, item in enumerate(self.items) if item in lines) if lines else iter(())

    @cached_property
    def sources(self) -> Cut | None:
        """What stands before the facts, cut into the sources; None where these stand elsewhere."""
        return Cut.of(self.cut.head, b"sources") if self.items else None

    @cached_property
    def source_ids(self) -> dict[bytes, int]:
        """The ids of the sources and their numbers, as far as they stand in the usual way."""
        return _ids(self.source_items)

    @property
    def source_items(self) -> list[bytes]:
        """The lines of each source."""
        return self.sources.items if self.sources else []

    @property
    def has_usual_ids(self) -> bool:
        """Whether every fact and source has an id of its own, as far as can be told without reading them."""
        return len(self.ids) == len(self.items) and len(self.source_ids) == len(self.source_items)

    def blanked(self, facts: set[int], sources: set[int]) -> bytes:
        """The file with all but some facts and sources left blank, line for line."""
        head = _blanked(self.sources, sources) if self.sources else self.cut.head
        return _blanked(self.cut._replace(head=head), facts)

    def only(self, sources: set[int]) -> bytes:
        """The file as far as its last source, with all but some sources left blank, line for line."""
        if self.sources is None:
            return b""
        key = self.sources.head.rfind(b"\nsources:") + 1
        head = b"\n" * self.sources.head.count(b"\n", 0, key) + self.sources.head[key:]
        return _blanked(self.sources._replace(head=head, tail=b"\n"), sources)


def _blanked(cut: Cut, wanted: set[int]) -> bytes:
    """A text with all but some items, and the first, left blank, line for line."""
    text = [cut.head]
    for number, item in enumerate(cut.items):
        if not number:
            text.append(item)
        elif number in wanted:
            text.append(b"\n" + cut.dash + item)
        else:
            text.append(b"\n#" * (item.count(b"\n") + 1))
    return b"".join([*text, cut.tail])


_ALIKE = 5
"""Words that begin with as many letters alike are sought together."""


def _sought(words: Iterable[str]) -> list[re.Pattern[bytes]]:
    """Some words -> what finds them, and what only begins with them or ends with them.

    Each pattern begins with letters that have to stand there, which makes it several times as quick.
    """
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        found.setdefault(word[:_ALIKE], []).append(re.escape(word[_ALIKE:]))
    return [re.compile(rf"{re.escape(begin)}(?:{'|'.join(rests)})(?![\w-])".encode()) for begin, rests in found.items()]


def _places(word: re.Pattern[bytes], text: bytes, begin: int, end: int) -> Iterator[int]:
    """Where a word stands, and is not the end of another."""
    for match in word.finditer(text, begin, end):
        at = match.start()
        if not _ENDING.match(text, at - 1, at):
            yield at


def _is_in(word: re.Pattern[bytes], item: bytes) -> bool:
    lines = b" " + item
    return any(True for _ in _places(word, lines, 0, len(lines)))


def _ids(items: Sequence[bytes]) -> dict[bytes, int]:
    """The ids of some items and their numbers; of one without, or with the id of another, there is none."""
    found = ((_ID.search(item), number) for number, item in enumerate(items))
    return {match[1]: number for match, number in found if match}


def _names(items: Sequence[bytes]) -> frozenset[str]:
    return frozenset(each.decode() for each in _ids(items))


def differing(items: Sequence[bytes], others: Sequence[bytes]) -> tuple[set[int], set[int]]:
    """The numbers of those of two lists whose lines are not in the other, or are there less often."""
    begin, end = 0, min(len(items), len(others))
    while begin < end and items[begin] == others[begin]:
        begin += 1
    behind = 0
    while behind < end - begin and items[-1 - behind] == others[-1 - behind]:
        behind += 1
    one: Sequence[int] = range(begin, len(items) - behind)
    other: Sequence[int] = range(begin, len(others) - behind)
    if len(one) == len(other):  # most of them stand where they stood
        one = other = [number for number in one if items[number] != others[number]]
    return _unmatched(items, one, others, other), _unmatched(others, other, items, one)


def _unmatched(items: Sequence[bytes], of: Iterable[int], others: Sequence[bytes], amid: Iterable[int]) -> set[int]:
    left = Counter(others[number] for number in amid)
    found = set[int]()
    for number in of:
        if left[items[number]] > 0:
            left[items[number]] -= 1
        else:
            found.add(number)
    return found
