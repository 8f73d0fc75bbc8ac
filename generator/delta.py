"""Two inputs -> the facts that differ and those that they touch, as two small briefings; the others stay unread.

A large fact base is cut into its facts without being read (`memo`). What has the same lines in both versions is the
same; the rest is read, and with it every fact whose lines hold the id of something that changed: what is computed from
it, disputes it, cites it, counts the same. So all that follows from a change can be asked of the small briefings, as of
whole ones. Where a file is not in the usual style, all of it is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from generator import blocks, edtf, formula, load, nodes, seals
from generator.evidence import Evidence
from generator.memo import Cut
from generator.model import Briefing, Fact, FactBase, Figure, Page, Seal
from generator.problems import Problem, UnusableInputError
from generator.site import CONTENT, FACTS, LOCK, REVIEWS, Inputs

_ID = re.compile(rb"(?:\A|\n {2,12})id: *([a-z0-9-]+) *\r?(?:\n|\Z)")
_ODD: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (b"\\", re.compile(rb"\\")),
    (b"measure", re.compile(rb"measure(?: +:|:(?! [a-z0-9]))")),
    (b"?", re.compile(rb"(?<=[\n -])\?[ \r\n]")),
    (b'":', re.compile(b'":')),
    (b"':", re.compile(b"':")),
    (b" :", re.compile(rb"(?<=[\"' ]) :")),
)
"""What begins it, which is quick to find, and all of it: a key in quotes, with a space behind it, and the like.
Each of them makes the lines of a fact such that an id may stand in other letters, or a measure in another place."""
_DATE = re.compile(rb"\n {2,12}date: *([^ \r\n]+)")
_MANY = 3_000
"""Facts from which on it is quicker to read all."""
_TOUCHED = ("sources", "measures", "actors")
"""The lists of which a changed record touches the facts that name it."""


@dataclass(frozen=True)
class Version:
    """One of two versions, as far as it was read."""

    briefing: Briefing
    """Its facts are those that matter for the difference; everything else is whole."""
    evidence: Evidence
    problems: Sequence[Problem]
    """What is wrong with the form of what was read."""
    facts: int
    """How many facts there are in all."""
    _text: _Text = field(repr=False, compare=False)

    @cached_property
    def whole(self) -> Briefing:
        """The same with every fact, read when first asked for."""
        if len(self.briefing.base.facts) == self.facts:
            return self.briefing
        base, declared, _ = load.load_facts(FACTS, self._text.text)
        return load.assemble(base, self.briefing.pages, declared, self.briefing.seals)


def between(before: Inputs, after: Inputs) -> tuple[Version, Version]:
    """Two inputs -> both versions, as far as they differ.

    Raises:
        UnusableInputError: a file of one of them cannot be read at all.

    """
    texts = _Text(_raw(before)), _Text(_raw(after))
    parts = _Parts(*texts)
    pages = [_pages(before), _pages(after)] if before.pages != after.pages else [_pages(after)] * 2
    locks = [_lock(before.lock), _lock(after.lock)] if before.lock != after.lock else [_lock(after.lock)] * 2
    reviews = [_reviews(each.reviews) for each in (before, after)]
    reread = {
        name
        for one, other in ((locks, locks[::-1]) if locks[0] is not locks[1] else ())
        for name, each in one[0].fingerprints.items()
        if name not in other[0].fingerprints or other[0].fingerprints[name] != each
    }
    bases = parts.read(reread)
    old, new = (
        Version(
            load.assemble(base, read, {**declared, "facts": declared.get("facts", frozenset()) | text.ids}, given),
            evidence,
            [*problems, *wrong, *broken, *torn, *refused],
            text.count or len(base.facts),
            text,
        )
        for (base, declared, problems), (read, wrong), (evidence, broken), (given, torn), refused, text in zip(
            bases, pages, locks, reviews, (before.refused, after.refused), texts, strict=True
        )
    )
    return old, new


def _raw(inputs: Inputs) -> bytes:
    if inputs.facts is None:
        raise UnusableInputError(inputs.refused)
    return inputs.facts


def _pages(inputs: Inputs) -> tuple[list[Page], list[Problem]]:
    found: list[Page] = []
    problems: list[Problem] = []
    for name in sorted(inputs.pages):
        path = f"{CONTENT}/{name}"
        try:
            page, wrong = load.load_page(path, name, nodes.decode(path, inputs.pages[name]))
        except UnusableInputError as error:
            problems += error.problems
            continue
        found.append(page)
        problems += wrong
    return found, problems


def _lock(raw: bytes | None) -> tuple[Evidence, list[Problem]]:
    if raw is None:
        return Evidence({}, is_known=False), []
    fingerprints, places, problems = load.load_lock(LOCK, nodes.decode(LOCK, raw))
    return Evidence(fingerprints, places), problems


def _reviews(raw: bytes | None) -> tuple[tuple[Seal, ...] | None, list[Problem]]:
    return (None, []) if raw is None else seals.load(REVIEWS, nodes.decode(REVIEWS, raw))


# -- reading no more than differs -----------------------------------------------------------------------------------

_Base = tuple[FactBase, dict[str, frozenset[str]], list[Problem]]


class _Text:
    """The bytes of a fact base, cut into facts; without any where it is not in the usual style."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._like: _Text | None = None
        self._own: set[int] = set()
        self.cut = Cut.of(raw) or Cut(raw, b"", [], b"")
        self._read = load.fact_reader(FACTS)

    def is_like(self, other: _Text, own: set[int]) -> None:
        """From now on what is asked of the lines of most facts is asked of the other text, which has the same.

        `own` are the facts that have lines of their own.
        """
        self._like, self._own = other, own

    @cached_property
    def text(self) -> str:
        """The whole file; UnusableInputError where it is no UTF-8."""
        return nodes.decode(FACTS, self.raw)

    @property
    def items(self) -> list[bytes]:
        return self.cut.items

    @cached_property
    def count(self) -> int:
        """How many facts there are; 0 where nobody counted."""
        return len(self.items)

    @cached_property
    def starts(self) -> list[int]:
        """Where each fact begins."""
        at, gap, found = len(self.cut.head), len(self.cut.dash) + 1, list[int]()
        for item in self.items:
            found.append(at)
            at += len(item) + gap
        return found

    @cached_property
    def end(self) -> int:
        """Where the last fact ends."""
        return len(self.raw) - len(self.cut.tail)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all facts, as far as they stand in the usual way."""
        found = (_ID.search(item) for item in self.items)
        return frozenset(match[1].decode() for match in found if match)

    @cached_property
    def lines(self) -> list[int]:
        """The line on which each fact begins."""
        at, found = self.cut.head.count(b"\n") + 1, list[int]()
        for item in self.items:
            found.append(at)
            at += item.count(b"\n") + 1
        return found

    def holding(self, words: Sequence[bytes]) -> set[int]:
        """The facts whose lines hold one of some words, as a word of its own; odd ones too, which might."""
        whole = [(word, re.compile(rb"(?<![\w-])" + re.escape(word) + rb"(?![\w-])")) for word in words]
        if self._like is None:
            return {*self.odd, *self._with(whole)}
        return {*self.odd, *self._alike(self._like.holding(words)), *self._of_own(whole)}

    @cached_property
    def odd(self) -> frozenset[int]:
        """The facts that are not written in the plainest way."""
        if self._like is None:
            return frozenset(self._with(_ODD))
        return frozenset({*self._alike(self._like.odd), *self._of_own(_ODD)})

    def _with(self, wanted: Sequence[tuple[bytes, re.Pattern[bytes]]]) -> Iterator[int]:
        """The facts that have what one of some patterns describes, each with that with which it begins."""
        for word, pattern in wanted:
            at = self.raw.find(word, self.starts[0] if self.starts else 0, self.end)
            while at >= 0:
                if pattern.match(self.raw, at):
                    yield bisect_right(self.starts, at) - 1
                at = self.raw.find(word, at + 1, self.end)

    def _of_own(self, wanted: Sequence[tuple[bytes, re.Pattern[bytes]]]) -> Iterator[int]:
        """The same of the facts that have other lines than all of the other text."""
        for number in self._own:
            lines = b" " + self.items[number] + b"\n"
            if any(word in lines and pattern.search(lines) for word, pattern in wanted):
                yield number

    def _alike(self, numbers: Iterable[int]) -> Iterator[int]:
        """The facts with the lines of some facts of the other text."""
        lines = {self._like.items[number] for number in numbers} if self._like else set[bytes]()
        return (number for number, item in enumerate(self.items) if item in lines) if lines else iter(())

    def blanked(self, wanted: Iterable[int]) -> str:
        """The file with all but some facts left blank, line for line."""
        kept = set(wanted)
        text = [self.cut.head]
        for number, item in enumerate(self.items):
            if number in kept:
                text.append(b"\n" + self.cut.dash + item if number else item)
            else:
                text.append(b"\n#" * (item.count(b"\n") + 1))
        return nodes.decode(FACTS, b"".join([*text, self.cut.tail]))

    def fact(self, number: int) -> Fact:
        """One fact, read from its own lines."""
        item = (self.cut.dash + self.items[number]).decode()
        return self._read(f"{item}\n", self.lines[number])


class _ManyError(Exception):
    """So much differs that reading all is quicker."""


class _Parts:
    """Finds and reads what differs between two texts, and what that touches."""

    def __init__(self, old: _Text, new: _Text) -> None:
        self._texts = old, new
        self._taken: tuple[dict[int, Fact], dict[int, Fact]] = {}, {}
        """The facts of either version that were read, by their number."""
        self._known: dict[bytes, Fact] = {}
        """The facts of the new version that were read, by their lines; in the old one they need not be read again."""

    def read(self, reread: set[str]) -> tuple[_Base, _Base]:
        """Both fact bases; `reread` are sources whose text is another than it was."""
        old, new = self._texts
        if old.items and new.items:
            with suppress(blocks.OddError, UnusableInputError, ValueError, _ManyError):
                return self._parts(reread)
        one, other = (load.load_facts(FACTS, each.text) for each in self._texts)
        return one, other

    def _parts(self, reread: set[str]) -> tuple[_Base, _Base]:
        old, new = self._texts
        differing = _differing(old.items, new.items), _differing(new.items, old.items)
        old.is_like(new, differing[0])
        after = self._with_head(1, {0, *differing[1]})
        if _is_around_alike(old, new):  # then what stands around the facts need not be read twice
            before: _Base = after[0], after[1], []
            self._take(0, differing[0])
        else:
            before = self._with_head(0, {0, *differing[0]})
        moved = [self._taken[side][number] for side in (0, 1) for number in differing[side]]
        touched = reread | _touched(before[0], after[0])
        self._follow({each.id for each in moved} | touched)
        if touched:  # what is computed from a fact that cites a changed source holds no id of the source
            for side in (1, 0):
                self._take(side, self._texts[side].holding([b"derived"]))
        for side in (1, 0):
            self._take(side, self._peers(side, moved))
        for side in (1, 0):
            self._take(side, self._mates(side, differing))
        return self._with_facts(before, 0), self._with_facts(after, 1)

    def _with_head(self, side: int, numbers: set[int]) -> _Base:
        """Some facts, and all that stands around the facts."""
        text = self._texts[side]
        base, declared, problems = load.load_facts(FACTS, text.blanked(numbers), blocks.parse_plain)
        self._taken[side].update(zip(sorted(numbers), base.facts, strict=True))
        return base, declared, problems

    def _with_facts(self, base: _Base, side: int) -> _Base:
        found, declared, problems = base
        taken = self._taken[side]
        return replace(found, facts=tuple(taken[number] for number in sorted(taken))), declared, problems

    def _take(self, side: int, numbers: Iterable[int]) -> list[Fact]:
        """Read some facts; those that were not read before."""
        taken = self._taken[side]
        fresh = sorted(set(numbers) - taken.keys())
        if len(taken) + len(fresh) > _MANY:
            raise _ManyError
        for number in fresh:
            item = self._texts[side].items[number]
            known = None if side else self._known.get(item)
            taken[number] = known or self._texts[side].fact(number)
            self._known[item] = taken[number]
        return [taken[number] for number in fresh]

    def _follow(self, words: set[str]) -> None:
        """Read what names something of these ids, what is computed from that, and from what it is computed."""
        wanted, done = words, set[str]()
        while wanted:
            done |= wanted
            searched = [each.encode() for each in sorted(wanted)]
            fresh = [fact for side in (1, 0) for fact in self._take(side, self._texts[side].holding(searched))]
            fresh += [fact for taken in self._taken for fact in taken.values()] if wanted is words else []
            bases = {fact.id: formula.ids(fact.derived) for fact in fresh if isinstance(fact, Figure) and fact.derived}
            wanted = {name for name, named in bases.items() if not words.isdisjoint(named)}
            words = words | wanted
            wanted = (wanted | {each for named in bases.values() for each in named}) - done

    def _peers(self, side: int, moved: Sequence[Fact]) -> Iterator[int]:
        """The figures that count the same as one that moved, on the same days: they may contradict it."""
        text = self._texts[side]
        days: dict[str, set[tuple[object, object]]] = {}
        for each in moved:
            if isinstance(each, Figure) and each.measure:
                days.setdefault(each.measure, set()).add((each.date.first, each.date.last))
        for measure, wanted in days.items():
            for number in text.holding([measure.encode()]):
                item = text.items[number]
                if number in text.odd or (f"measure: {measure}".encode() in item and _is_of(item, wanted)):
                    yield number

    def _mates(self, side: int, differing: tuple[set[int], set[int]]) -> Iterator[int]:
        """What has the same lines as a fact that was read of the other version: what is in one has to be in both."""
        there = self._texts[1 - side].items
        wanted = {there[number] for number in self._taken[1 - side] if number not in differing[1 - side]}
        return (number for number, item in enumerate(self._texts[side].items) if item in wanted)


def _differing(items: Sequence[bytes], others: Sequence[bytes]) -> set[int]:
    """The numbers of the facts whose lines are not among the others, or are there less often."""
    left = Counter(others)
    found = set[int]()
    for number, item in enumerate(items):
        if left[item] > 0:
            left[item] -= 1
        else:
            found.add(number)
    return found


def _is_around_alike(old: _Text, new: _Text) -> bool:
    return old.cut.head == new.cut.head and old.cut.tail == new.cut.tail


def _touched(old: FactBase, new: FactBase) -> set[str]:
    """The ids of records that differ and are named by facts on whose meaning they have a say."""
    found = set[str]()
    for name in _TOUCHED if old is not new else ():
        one, other = ({each.id: each for each in getattr(base, name)} for base in (old, new))
        for key in one.keys() | other.keys():
            if one.get(key) != other.get(key):
                found.add(key)
    return found


def _is_of(item: bytes, days: set[tuple[object, object]]) -> bool:
    """Whether a fact may be of one of some days, to judge by its lines."""
    written = [each.decode("utf-8", "replace") for each in _DATE.findall(item)]
    for text in written:
        with suppress(edtf.EdtfError):
            date = edtf.parse(text)
            if (date.first, date.last) in days:
                return True
            continue
        return True
    return not written
