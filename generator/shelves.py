"""A briefing -> which pages hold its sources, and whether one lists its facts: what is too much stands in parts.

A small briefing has one page of all its sources. Of a large one they stand on pages that split in two when they are
full, as the buckets of extendible hashing do (Fagin and others, 1979): the bits of a hash of who published first lead
to a page, as many of them as it takes. So sources of one origin stand together, a new source moves those of one page at
most, and which source stands where follows from the sources alone, whatever stood there before. An origin that fills a
page by itself has pages of its own, by the hashes of its sources' ids.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.model import Briefing, Source
from generator.slices import hashed, number

FACTS = 600
"""So many facts are listed on one page: some 50 kB, packed. With more it would be slow to come and to narrow."""
SOURCES = 2_700
"""So much do sources weigh that stand on one page: some 140 kB, packed. A source weighs as five facts below it do."""
FULL = 1_600
"""So much do they weigh on one of many pages: some 80 kB."""
LISTED = 20
"""So many facts are listed below a source at most, where the list of all facts knows the others by their source."""
_SOURCE = 5
_BITS = 32
_TABLES = 16
"""In so many parts a page finds where a source stands; it loads one of them."""


@dataclass(frozen=True, slots=True)
class Held:
    """Something that stands on a page, beside others of its group."""

    name: str
    group: str
    weight: int


def is_listed_in_parts(briefing: Briefing) -> bool:
    """Whether there are too many facts for a list on one page."""
    return len(briefing.base.facts) > FACTS


def shown_below(briefing: Briefing, source: Source) -> int:
    """How many of the facts that rest on a source are listed below it."""
    rest = len(briefing.by_source.get(source.id, ()))
    return min(rest, LISTED) if is_listed_in_parts(briefing) else rest


def pages(briefing: Briefing) -> Mapping[str, str]:
    """The page of each source, by its id; none where one page holds them all."""
    known: Mapping[str, str] | None = briefing.__dict__.get("_shelves")  # made once, like a briefing's indexes
    if known is None:
        held = [
            Held(each.id, each.first_published_by, _SOURCE + shown_below(briefing, each))
            for each in briefing.base.sources
        ]
        found = placed(held, FULL) if sum(each.weight for each in held) > SOURCES else {}
        known = briefing.__dict__.setdefault("_shelves", {each.name: found[each.name] for each in held if found})
    return known


def on_page(briefing: Briefing, page: str) -> list[Source]:
    """The sources of a page, in the order of the file."""
    held: dict[str, list[Source]] | None = briefing.__dict__.get("_on_shelves")
    if held is None:
        held = briefing.__dict__.setdefault("_on_shelves", {})
        known = pages(briefing)
        for each in briefing.base.sources:
            held.setdefault(known.get(each.id, ""), []).append(each)
    return held.get(page, [])


def tables(briefing: Briefing) -> list[dict[str, str]]:
    """The page of each source by its id, in parts by the hash of the id; nothing where one page holds them all."""
    known = pages(briefing)
    found: list[dict[str, str]] = [{} for _ in range(_TABLES)] if known else []
    for name, page in known.items():
        found[number(name, _TABLES)][name] = page
    return found


def files(briefing: Briefing) -> dict[str, bytes]:
    """These parts as scripts, which the page of all sources loads, by path below the site's root."""
    return {
        f"data/sources/{place}.js": f"briefing.sources({json.dumps(table, separators=(',', ':'))});\n".encode()
        for place, table in enumerate(tables(briefing))
    }


def placed(held: Sequence[Held], full: int) -> dict[str, str]:
    """Name -> page, of which none weighs more than `full` where it holds more than one thing."""
    groups: dict[str, list[Held]] = {}
    for each in held:
        groups.setdefault(each.group, []).append(each)
    own = {name for name, of in groups.items() if len(of) > 1 and _weight(of) > full}
    shared = [each for each in held if each.group not in own]
    found = dict(_split(shared, full, lambda each: hashed(each.group)))
    for name in sorted(own):
        start = f"{hashed(name):08x}-"
        found |= {each: start + page for each, page in _split(groups[name], full, lambda each: hashed(each.name))}
    return found


def _split(held: Sequence[Held], full: int, key: Callable[[Held], int], bits: str = "") -> Iterator[tuple[str, str]]:
    """Each name with its page: the bits that it shares with the others of the page, the lowest first."""
    if len(held) < 2 or _weight(held) <= full or len(bits) == _BITS:  # noqa: PLR2004 - one has nothing to part from
        yield from ((each.name, bits or "all") for each in held)
        return
    for bit in (0, 1):
        half = [each for each in held if key(each) >> len(bits) & 1 == bit]
        yield from _split(half, full, key, f"{bits}{bit}")


def _weight(held: Sequence[Held]) -> int:
    return sum(each.weight for each in held)
