"""What was worked out of which facts -> the same again, from build to build, without working it out.

A text that only depends on some facts, and on everything that is no fact, goes by a key: a hash of those facts as they
are written, of the facts that they contradict, are contradicted by or are computed from, and of all else that a site is
made from. Whatever changes, changes the keys of what hangs on it; so what goes by a key is never stale.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from generator.manifest import Origin
from generator.memo import Cut
from generator.model import Briefing, Fact

_KEY = 16
"""Bytes of a key: no two of a million things meet."""
_LENGTH = 4
_FORM = b"ledger 1\n"


@dataclass
class Ledger:
    """What is known from the last build, and what of it, or besides, was needed in this one."""

    _common: bytes = b""
    """A hash of all that is no fact; empty where nothing can be kept."""
    _own: Mapping[str, bytes] = field(default_factory=dict)
    """The hash of each fact as it is written, by its id."""
    _known: Mapping[bytes, bytes] = field(default_factory=dict)
    _used: dict[bytes, bytes] = field(default_factory=dict)

    @classmethod
    def of(
        cls, briefing: Briefing, origin: Origin, facts: bytes, path: str, written: bytes | None, *about: str
    ) -> Ledger:
        """The ledger of a build.

        Args:
            briefing: what is built.
            origin: what it is built from.
            facts: the fact base as it is written.
            path: its name among the inputs.
            written: the ledger of the last build, as bytes; None where there is none.
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
        return cls(common, own, _unpacked(written))

    @property
    def is_open(self) -> bool:
        """Whether anything can be kept."""
        return bool(self._common)

    def key(self, kind: str, facts: Iterable[Fact], briefing: Briefing) -> bytes:
        """What some facts make of a kind goes by this; empty where nothing can be kept."""
        if not self._common:
            return b""
        key = hashlib.sha256(self._common + kind.encode())
        for fact in facts:
            for each in (*briefing.evidence_of(fact), *(rival for rival, _ in briefing.rivals(fact))):
                key.update(self._own[each.id])
            key.update(b"\n")
        return key.digest()[:_KEY]

    def recall(self, key: bytes) -> bytes | None:
        """What goes by a key, if it is known."""
        found = self._used.get(key) or self._known.get(key)
        if found is not None and key:
            self._used[key] = found
        return found

    def keep(self, key: bytes, content: bytes) -> None:
        """Have something go by a key."""
        if key:
            self._used[key] = content

    def text(self, kind: str, facts: Iterable[Fact], briefing: Briefing, make: Callable[[], str]) -> str:
        """What some facts make of a kind, recalled or made."""
        key = self.key(kind, facts, briefing)
        known = self.recall(key)
        if known is not None:
            return known.decode()
        made = make()
        self.keep(key, made.encode())
        return made

    def written(self) -> bytes | None:
        """What was needed in this build, as bytes for the next; None where nothing can be kept."""
        if not self._common:
            return None
        parts = [key + len(content).to_bytes(_LENGTH, "big") + content for key, content in self._used.items()]
        packed = b"".join(parts)
        return _FORM + hashlib.sha256(packed).digest() + packed


def _own(briefing: Briefing, cut: Cut) -> dict[str, bytes] | None:
    """The hash of each fact as it is written; None where the pieces are not the facts."""
    if len(cut.items) != len(briefing.base.facts):
        return None
    found, line = {}, cut.head.count(b"\n") + 1
    for fact, item in zip(briefing.base.facts, cut.items, strict=True):
        if fact.where.line != line:
            return None
        found[fact.id] = hashlib.sha256(item).digest()
        line += item.count(b"\n") + 1
    return found


def _unpacked(written: bytes | None) -> dict[bytes, bytes]:
    """What a ledger holds; nothing where a byte of it is another."""
    if not written or not written.startswith(_FORM):
        return {}
    digest, packed = written[len(_FORM) : len(_FORM) + 32], written[len(_FORM) + 32 :]
    if hashlib.sha256(packed).digest() != digest:
        return {}
    found, at = {}, 0
    while at < len(packed):
        content = at + _KEY + _LENGTH
        end = content + int.from_bytes(packed[at + _KEY : content], "big")
        found[packed[at : at + _KEY]] = packed[content:end]
        at = end
    return found
