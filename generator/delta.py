"""Two inputs -> the facts that differ and those that they touch, as two small briefings; the others stay unread.

A large fact base is cut into its facts without being read (`memo`). What has the same lines in both versions is the
same; the rest is read, and with it every fact whose lines hold the id of something that changed: what is computed from
it, disputes it, cites it, counts the same. Of sources and fingerprints those are read that differ or that something of
this names. So all that follows from a change can be asked of the small briefings, as of whole ones. Where a file is not
in the usual style, or an id stands in it twice, all of it is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate

from generator import blocks, edtf, formula, load, nodes, seals
from generator.evidence import Evidence
from generator.memo import Cut
from generator.model import Briefing, Fact, FactBase, Figure, Page, Seal, Source
from generator.problems import Problem, UnusableInputError
from generator.site import CONTENT, FACTS, LOCK, REVIEWS, Inputs

_ID = re.compile(rb"(?:\A|\n {2,12})id: *([a-z0-9-]+) *\r?(?:\n|\Z)")
_ODD = (
    re.compile(rb"\\"),
    re.compile(rb"measure(?: +:|:(?! [a-z0-9]))"),
    re.compile(rb"\?(?<=[\n -]\?)[ \r\n]"),
    re.compile(rb":(?:(?<=[\"']:)|(?<=[\"' ] :))"),
)
"""A key in quotes, with a space behind it, and the like: each of them makes the lines of a fact such that an id may
stand in other letters, or a measure in another place. They begin with what they look for, which is quick to find."""
_DATE = re.compile(rb"\n {2,12}date: *([^ \r\n]+)")
_WORD = re.compile(rb"[a-z0-9-]+")
_ENDING = re.compile(rb"[\w-]")
_OF_SOURCE = re.compile(rb'\{"id": "([a-z0-9-]+)", ')
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
    parts = _Parts(*texts, [*before.pages.values(), *after.pages.values()])
    pages = [_pages(before), _pages(after)] if before.pages != after.pages else [_pages(after)] * 2
    reviews = [_reviews(each.reviews) for each in (before, after)]
    proofs = _Locks(before.lock, after.lock)
    bases = parts.read(proofs.reread)
    locks = proofs.read({name for base, _, _ in bases for name in _sources_of(base)})
    old, new = (
        Version(
            load.assemble(base, read, _all_declared(declared, text), given),
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


def _all_declared(declared: Mapping[str, frozenset[str]], text: _Text) -> dict[str, frozenset[str]]:
    """The ids that were read and those that were not, by list."""
    unread = {"facts": text.ids, "sources": frozenset(each.decode() for each in text.source_ids)}
    return {**declared, **{name: declared.get(name, frozenset()) | ids for name, ids in unread.items()}}


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


def _sources_of(base: FactBase) -> Iterator[str]:
    """The ids of the sources that were read, and of those that are cited, whether they are listed or not."""
    yield from (each.id for each in base.sources)
    for fact in base.facts:
        yield from fact.cited


def _reviews(raw: bytes | None) -> tuple[tuple[Seal, ...] | None, list[Problem]]:
    return (None, []) if raw is None else seals.load(REVIEWS, nodes.decode(REVIEWS, raw))


# -- reading no more than differs -----------------------------------------------------------------------------------


class _Locks:
    """The fingerprints of two versions, of which few are read."""

    def __init__(self, old: bytes | None, new: bytes | None) -> None:
        self._raw = old, new
        self._lines = [(raw or b"").split(b"\n") for raw in self._raw]
        differing = [set[bytes](), set[bytes]()]
        if old != new:
            one, other = map(set, self._lines)
            differing = [one - other, other - one]
        self.reread = {name for lines in differing for line in lines if (name := _source_of(line)) is not None}
        """The sources whose fingerprint is another than it was."""

    def read(self, sources: set[str]) -> list[tuple[Evidence, list[Problem]]]:
        """Of either version the fingerprints of some sources, and all that differ."""
        wanted = {None, *sources, *self.reread}
        new = self._read(1, wanted)
        return [new if self._raw[0] == self._raw[1] else self._read(0, wanted), new]

    def _read(self, side: int, wanted: set[str | None]) -> tuple[Evidence, list[Problem]]:
        if self._raw[side] is None:
            return Evidence({}, is_known=False), []
        names = [_source_of(line) for line in self._lines[side]]
        count = Counter(name for name in names if name is not None)
        wanted = wanted | {name for name, times in count.items() if times > 1}
        text = b"\n".join(line if name in wanted else b"" for line, name in zip(self._lines[side], names, strict=True))
        fingerprints, places, problems = load.load_lock(LOCK, nodes.decode(LOCK, text))
        return Evidence(fingerprints, places), problems


def _source_of(line: bytes) -> str | None:
    """The source that a line of a lock is of; None where it does not begin as usual."""
    found = _OF_SOURCE.match(line)
    return found and found[1].decode()


_Base = tuple[FactBase, dict[str, frozenset[str]], list[Problem]]


class _Text:
    """The bytes of a fact base, cut into facts; without any where it is not in the usual style."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._like: _Text | None = None
        self._own: set[int] = set()
        self._gone: set[int] = set()
        self.cut = Cut.of(raw) or Cut(raw, b"", [], b"")
        self._read = load.fact_reader(FACTS)

    def is_like(self, other: _Text, own: set[int], gone: set[int]) -> None:
        """From now on what is asked of the lines of most facts is asked of the other text, which has the same.

        `own` are the facts that have lines of their own, `gone` those of the other text whose lines are not here.
        """
        self._like, self._own, self._gone = other, own, gone

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
        return self.sources.items if self.sources else []

    @property
    def has_usual_ids(self) -> bool:
        """Whether every fact and source has an id of its own, as far as can be told without reading them."""
        return len(self.ids) == len(self.items) and len(self.source_ids) == len(self.source_items)

    def blanked(self, facts: set[int], sources: set[int]) -> str:
        """The file with all but some facts and sources left blank, line for line."""
        head = _blanked(self.sources, sources) if self.sources else self.cut.head
        return nodes.decode(FACTS, _blanked(self.cut._replace(head=head), facts))

    def only(self, sources: set[int]) -> str:
        """The file as far as its last source, with all but some sources left blank, line for line."""
        if self.sources is None:
            return ""
        key = self.sources.head.rfind(b"\nsources:") + 1
        head = b"\n" * self.sources.head.count(b"\n", 0, key) + self.sources.head[key:]
        return nodes.decode(FACTS, _blanked(self.sources._replace(head=head, tail=b"\n"), sources))

    def fact(self, number: int) -> Fact:
        """One fact, read from its own lines."""
        item = (self.cut.dash + self.items[number]).decode()
        return self._read(f"{item}\n", self.lines[number])


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


class _ManyError(Exception):
    """So much differs that reading all is quicker, or an id is such that only who reads all can judge it."""


class _Parts:
    """Finds and reads what differs between two texts, and what that touches."""

    def __init__(self, old: _Text, new: _Text, pages: Sequence[bytes]) -> None:
        self._texts = old, new
        self._pages = pages
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
        differing = _differing(old.items, new.items)
        old.is_like(new, *differing)
        if not (old.has_usual_ids and new.has_usual_ids):
            raise _ManyError
        sources = self._sources_at_first()
        is_alike = _is_around_alike(old, new)
        after = self._with_head(1, {0, *differing[1]}, sources[1])
        if is_alike:  # then what stands around the facts need not be read twice
            before: _Base = after[0], after[1], []
            self._take(0, differing[0])
        else:
            before = self._with_head(0, {0, *differing[0]}, sources[0])
        moved = [self._taken[side][number] for side in (0, 1) for number in differing[side]]
        touched = reread | _touched(before[0], after[0])
        self._follow({each.id for each in moved} | touched)
        if touched:  # what is computed from a fact that cites a changed source holds no id of the source
            for side in (1, 0):
                self._take(side, self._texts[side].holding(["derived"]))
        for side in (1, 0):
            self._take(side, self._peers(side, moved))
        for side in (1, 0):
            self._take(side, self._mates(side, differing))
        more = self._sources_named(reread | touched, sources)
        listed = self._read_sources(1, sources[1], after[0], more[1])
        earlier = listed if is_alike else self._read_sources(0, sources[0], before[0], more[0])
        return self._with_facts(before, 0, earlier), self._with_facts(after, 1, listed)

    def _with_head(self, side: int, numbers: set[int], sources: set[int]) -> _Base:
        """Some facts, some sources, and all else that stands around the facts."""
        text = self._texts[side]
        base, declared, problems = load.load_facts(FACTS, text.blanked(numbers, sources), blocks.parse_plain)
        self._taken[side].update(zip(sorted(numbers), base.facts, strict=True))
        return base, declared, problems

    def _with_facts(self, base: _Base, side: int, sources: tuple[Source, ...]) -> _Base:
        found, declared, problems = base
        taken = self._taken[side]
        facts = tuple(taken[number] for number in sorted(taken))
        return replace(found, facts=facts, sources=sources), declared, problems

    # -- sources: there may be thousands, of which few are named by what was read

    def _sources_at_first(self) -> tuple[set[int], set[int]]:
        """Of either version the sources that differ; and the first, so that there is a list."""
        old, new = (text.source_items for text in self._texts)
        return self._sources_alike(_differing(old, new), {*old[:1], *new[:1]})

    def _sources_alike(self, differing: Sequence[set[int]], lines: set[bytes]) -> tuple[set[int], set[int]]:
        """Of either version the numbers of sources with some lines, beside those that differ."""
        old, new = (
            differing[side] | {number for number, item in enumerate(self._texts[side].source_items) if item in lines}
            for side in (0, 1)
        )
        return old, new

    def _sources_named(self, more: set[str], known: tuple[set[int], set[int]]) -> tuple[set[int], set[int]]:
        """Of either version the sources that stand as a word in what was read, and those that they name in turn."""
        written = [*self._pages]
        for side, text in enumerate(self._texts):
            around = (text.sources.head, text.sources.tail) if text.sources else (text.cut.head,)
            written += [*around, text.cut.tail, *(text.items[number] for number in self._taken[side])]
            written += [text.source_items[number] for number in known[side]]
        words = {each.encode() for each in more}.union(*map(_WORD.findall, written))
        lines = set[bytes]()
        while written:
            if any(b"\\" in each for each in written):  # an id may be written in other letters
                lines.update(*(text.source_items for text in self._texts))
                break
            fresh = {
                text.source_items[number]
                for text in self._texts
                for name in words & text.source_ids.keys()
                if text.source_items[number := text.source_ids[name]] not in lines
            }
            lines |= fresh
            written = [*fresh]
            words = set[bytes]().union(*map(_WORD.findall, written))
        return self._sources_alike(known, lines)

    def _read_sources(self, side: int, known: set[int], base: FactBase, wanted: set[int]) -> tuple[Source, ...]:
        """The sources that were read, and some more."""
        fresh = wanted - known
        if not fresh:
            return base.sources
        read = load.load_facts(FACTS, self._texts[side].only(fresh), blocks.parse_plain)[0].sources
        by_line = {each.where.line: each for each in (*read, *base.sources)}
        return tuple(by_line[line] for line in sorted(by_line))

    # -- facts

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
            fresh = [fact for side in (1, 0) for fact in self._take(side, self._texts[side].holding(wanted))]
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
            for number in text.holding([measure]):
                item = text.items[number]
                if number in text.odd or (f"measure: {measure}".encode() in item and _is_of(item, wanted)):
                    yield number

    def _mates(self, side: int, differing: tuple[set[int], set[int]]) -> Iterator[int]:
        """What has the same lines as a fact that was read of the other version: what is in one has to be in both."""
        there = self._texts[1 - side].items
        wanted = {there[number] for number in self._taken[1 - side] if number not in differing[1 - side]}
        return (number for number, item in enumerate(self._texts[side].items) if item in wanted)


def _differing(items: Sequence[bytes], others: Sequence[bytes]) -> tuple[set[int], set[int]]:
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


def _is_around_alike(old: _Text, new: _Text) -> bool:
    """Whether the same stands around the facts, on the same lines."""
    is_alike = old.cut.head == new.cut.head and old.cut.tail == new.cut.tail
    return is_alike and old.raw.count(b"\n") == new.raw.count(b"\n")


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
