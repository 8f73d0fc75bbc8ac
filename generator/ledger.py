"""What was worked out of which facts -> the same again, from build to build, without working it out.

A text that only depends on some facts, and on everything that is no fact, goes by a key: a hash of those facts as they
are written, of the facts that they contradict, are contradicted by or are computed from, and of all else that a site is
made from. Whatever changes, changes the keys of what hangs on it; so what goes by a key is never stale.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from generator import crew
from generator.cuttings import Cut
from generator.manifest import Origin
from generator.model import Briefing, Fact
from generator.packs import Packs

_KEY = 16
"""Bytes of a key: no two of a million things meet."""


@dataclass
class Ledger:
    """What is known from the last build, and what of it, or besides, was needed in this one."""

    _common: bytes = b""
    """A hash of all that is no fact; empty where nothing can be kept."""
    _own: Mapping[str, bytes] = field(default_factory=dict)
    """The hash of each fact as it is written, by its id."""
    _packs: Packs = field(default_factory=Packs)
    _used: dict[bytes, None] = field(default_factory=dict)
    _told: dict[str, bytes] = field(default_factory=dict)
    """The hashes of each fact and of those that it hangs together with."""

    @classmethod
    def of(cls, briefing: Briefing, origin: Origin, facts: bytes, path: str, packs: Packs, *about: str) -> Ledger:
        """The ledger of a build.

        Args:
            briefing: what is built.
            origin: what it is built from.
            facts: the fact base as it is written.
            path: its name among the inputs.
            packs: what was kept by the last build, and will be by this one.
            about: what else the site depends on.

        """
        cut = Cut.of(facts)
        own = _own(briefing, cut) if cut else None
        if cut is None or own is None:
            return cls()
        others = (f"{name} {held.sha256}" for name, held in sorted(origin.inputs.items()) if name != path)
        packages = (f"{name}=={version}" for name, version in sorted(origin.packages.items()))
        said = "\n".join([sys.version, *others, *packages, *about])
        common = hashlib.sha256(b"\0".join([said.encode(), cut.head, cut.tail])).digest()
        return cls(common, own, packs)

    @property
    def is_open(self) -> bool:
        """Whether anything can be kept."""
        return bool(self._common)

    def key(self, kind: str, facts: Iterable[Fact], briefing: Briefing) -> bytes:
        """What some facts make of a kind goes by this; empty where nothing can be kept."""
        if not self._common:
            return b""
        told = b"".join([self._told.get(fact.id) or self._hashed(fact, briefing) for fact in facts])
        return hashlib.sha256(self._common + hashlib.sha256(kind.encode()).digest() + told).digest()[:_KEY]

    def _hashed(self, fact: Fact, briefing: Briefing) -> bytes:
        """The hash of a fact, and of those from which it is computed and with which it is at odds."""
        linked = (*briefing.evidence_of(fact), *(rival for rival, _ in briefing.rivals(fact)))
        hashes = b"".join([self._own[each.id] for each in linked])
        found = self._told[fact.id] = hashes if len(linked) == 1 else hashlib.sha256(hashes).digest()
        return found

    def recall(self, key: bytes) -> bytes | None:
        """What goes by a key, if it is known."""
        found = self._packs.get(key) if key else None
        if found is not None:
            self._used[key] = None
        return found

    def keep(self, key: bytes, content: bytes) -> None:
        """Have something go by a key."""
        if key:
            self._packs.put(key, content)
            self._used[key] = None

    def content(self, kind: str, facts: Iterable[Fact], briefing: Briefing, make: Callable[[], bytes]) -> bytes:
        """What some facts make of a kind, recalled or made."""
        key = self.key(kind, facts, briefing)
        known = self.recall(key)
        if known is not None:
            return known
        made = make()
        self.keep(key, made)
        return made

    def text(self, kind: str, facts: Iterable[Fact], briefing: Briefing, make: Callable[[], str]) -> str:
        """The same of a text."""
        if not self._common:
            return make()
        return self.content(kind, facts, briefing, lambda: make().encode()).decode()

    @property
    def is_new(self) -> bool:
        """Whether the last build left nothing that is of use here, so that all has to be made."""
        return self.is_open and self._packs.get(self._mark) is None

    @property
    def _mark(self) -> bytes:
        """The key that says that there was a build with the same of all that is no fact."""
        return hashlib.sha256(self._common + b"was built").digest()[:_KEY]

    def prepare(self, pieces: Sequence[Callable[[], object]], costs: Sequence[float]) -> None:
        """Do pieces of work by all processors, for what they keep: who asks for that afterwards need not make it.

        Args:
            pieces: what asks for contents; what it returns does not matter.
            costs: about how many milliseconds each takes.

        """
        for _, kept in crew.done([partial(self._kept_by, piece) for piece in pieces], costs):
            for key, content in kept.items():
                self.keep(key, content)

    def _kept_by(self, piece: Callable[[], object]) -> dict[bytes, bytes]:
        """What a piece of work keeps, where it is done by a copy of this process, which can keep nothing itself."""
        before = len(self._used)
        piece()
        new = [*islice(self._used, before, None)] if self._packs.is_copy else []
        return {key: content for key in new if (content := self._packs.pop(key)) is not None}

    def write(self) -> None:
        """Keep what was needed in this build for the next."""
        if self._common:
            if self.is_new:
                self._packs.put(self._mark, b".")
            self._packs.keep((*self._used, self._mark))

    def close(self) -> None:
        """Let go of what was not written."""
        self._packs.close()


def _own(briefing: Briefing, cut: Cut) -> dict[str, bytes] | None:
    """The hash of each fact as it is written; None where the pieces are not the facts."""
    if len(cut.items) != len(briefing.base.facts):
        return None
    found, line = {}, cut.head.count(b"\n") + 1
    for number, (fact, item) in enumerate(zip(briefing.base.facts, cut.items, strict=True)):
        if briefing.base.where.place(f"facts.{number}").line != line:
            return None
        found[fact.id] = hashlib.sha256(item).digest()
        line += item.count(b"\n") + 1
    return found
