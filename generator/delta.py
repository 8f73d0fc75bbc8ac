"""Two inputs -> the facts that differ and those that they touch, as two small briefings; the others stay unread.

A large fact base is cut into its facts without being read (`memo`). What has the same lines in both versions is the
same; the rest is read, and with it every fact whose lines hold the id of something that changed: what is computed from
it, disputes it, cites it, counts the same. Of sources and fingerprints those are read that differ or that something of
this names. So all that follows from a change can be asked of the small briefings, as of whole ones. Where a file is not
in the usual style, or an id stands in it twice, all of it is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from generator import blocks, edtf, formula, load, nodes, seals
from generator.cuttings import WORD, Text, differing
from generator.evidence import Evidence
from generator.model import Briefing, Fact, FactBase, Figure, Page, Seal, Source
from generator.problems import Problem, UnusableInputError
from generator.site import CONTENT, FACTS, LOCK, REVIEWS, Inputs

_DATE = re.compile(rb"\n {2,12}date: *([^ \r\n]+)")
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
    _text: Text = field(repr=False, compare=False)

    @cached_property
    def whole(self) -> Briefing:
        """The same with every fact, read when first asked for."""
        if len(self.briefing.base.facts) == self.facts:
            return self.briefing
        base, declared, _ = load.load_facts(FACTS, nodes.decode(FACTS, self._text.raw))
        return load.assemble(base, self.briefing.pages, declared, self.briefing.seals)


def between(before: Inputs, after: Inputs) -> tuple[Version, Version]:
    """Two inputs -> both versions, as far as they differ.

    Raises:
        UnusableInputError: a file of one of them cannot be read at all.

    """
    texts = Text(_raw(before)), Text(_raw(after))
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


def _all_declared(declared: Mapping[str, frozenset[str]], text: Text) -> dict[str, frozenset[str]]:
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
        own = [set[bytes](), set[bytes]()]
        if old != new:
            one, other = map(set, self._lines)
            own = [one - other, other - one]
        self.reread = {name for lines in own for line in lines if (name := _source_of(line)) is not None}
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


class _ManyError(Exception):
    """So much differs that reading all is quicker, or an id is such that only who reads all can judge it."""


class _Parts:
    """Finds and reads what differs between two texts, and what that touches."""

    def __init__(self, old: Text, new: Text, pages: Sequence[bytes]) -> None:
        self._texts = old, new
        self._pages = pages
        self._reader = load.fact_reader(FACTS)
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
        one, other = (load.load_facts(FACTS, nodes.decode(FACTS, each.raw)) for each in self._texts)
        return one, other

    def _parts(self, reread: set[str]) -> tuple[_Base, _Base]:
        old, new = self._texts
        own = differing(old.items, new.items)
        old.is_like(new, *own)
        if not (old.has_usual_ids and new.has_usual_ids):
            raise _ManyError
        sources = self._sources_at_first()
        is_alike = _is_around_alike(old, new)
        after = self._with_head(1, {0, *own[1]}, sources[1])
        is_alike = is_alike and not after[2]
        if is_alike:  # then what stands around the facts need not be read twice, unless it might tell of old faults
            before: _Base = after[0], after[1], []
            self._take(0, own[0])
        else:
            before = self._with_head(0, {0, *own[0]}, sources[0])
        moved = [self._taken[side][number] for side in (0, 1) for number in own[side]]
        touched = reread | _touched(before[0], after[0])
        self._follow({each.id for each in moved} | touched)
        if touched:  # what is computed from a fact that cites a changed source holds no id of the source
            for side in (1, 0):
                self._take(side, self._texts[side].holding(["derived"]))
        for side in (1, 0):
            self._take(side, self._peers(side, moved))
        for side in (1, 0):
            self._take(side, self._mates(side, own))
        more = self._sources_named(reread | touched, sources)
        listed = self._read_sources(1, sources[1], after[0], more[1])
        earlier = listed if is_alike else self._read_sources(0, sources[0], before[0], more[0])
        return self._with_facts(before, 0, earlier), self._with_facts(after, 1, listed)

    def _with_head(self, side: int, numbers: set[int], sources: set[int]) -> _Base:
        """Some facts, some sources, and all else that stands around the facts."""
        text = self._texts[side]
        base, declared, problems = load.load_facts(
            FACTS, nodes.decode(FACTS, text.blanked(numbers, sources)), blocks.parse_plain
        )
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
        return self._sources_alike(differing(old, new), {*old[:1], *new[:1]})

    def _sources_alike(self, own: Sequence[set[int]], lines: set[bytes]) -> tuple[set[int], set[int]]:
        """Of either version the numbers of sources with some lines, beside those that differ."""
        old, new = (
            own[side] | {number for number, item in enumerate(self._texts[side].source_items) if item in lines}
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
        words = {each.encode() for each in more}.union(*map(WORD.findall, written))
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
            words = set[bytes]().union(*map(WORD.findall, written))
        return self._sources_alike(known, lines)

    def _read_sources(self, side: int, known: set[int], base: FactBase, wanted: set[int]) -> tuple[Source, ...]:
        """The sources that were read, and some more."""
        fresh = wanted - known
        if not fresh:
            return base.sources
        read = load.load_facts(FACTS, nodes.decode(FACTS, self._texts[side].only(fresh)), blocks.parse_plain)[0].sources
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
            taken[number] = known or self._fact(side, number)
            self._known[item] = taken[number]
        return [taken[number] for number in fresh]

    def _fact(self, side: int, number: int) -> Fact:
        """A fact, read from its own lines."""
        text = self._texts[side]
        return self._reader((text.cut.dash + text.items[number] + b"\n").decode(), text.lines[number])

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

    def _mates(self, side: int, own: tuple[set[int], set[int]]) -> Iterator[int]:
        """What has the same lines as a fact that was read of the other version: what is in one has to be in both."""
        there = self._texts[1 - side].items
        wanted = {there[number] for number in self._taken[1 - side] if number not in own[1 - side]}
        return (number for number, item in enumerate(self._texts[side].items) if item in wanted)


def _is_around_alike(old: Text, new: Text) -> bool:
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
