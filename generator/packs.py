"""Keys -> contents that are kept between runs in a few files, each read when it is asked for and written as it comes.

Contents stand one behind the other in packs, which nobody changes once they are finished: a run adds one with what is
new, and an index that says where everything stands, so that what stays as it was is neither read nor written. A content
is looked at when it is read: where a byte of it is another, it is as if it had not been kept. Packs that hold little of
use are folded into the new one. Where the disk refuses, contents are held in memory for the run, and nothing is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from generator import cache

_FORM = b"packs 1\n"
_INDEX, _PACK = ".index", ".pack"
_DIGEST = 16
"""Bytes of a content's SHA-256 that are kept: for faults of disks, half of it is plenty."""
_MANY = 16
"""So many packs at most; behind that all but the largest are folded into one."""


class _Place(NamedTuple):
    """Where a content stands, and what it has to be."""

    pack: str
    """The name of a file; empty for the one that is being written."""
    start: int
    length: int
    digest: str


@dataclass
class Packs:
    """The contents that go by one name in a folder; without a folder they are held in memory, and not kept."""

    folder: Path | None = None
    name: str = ""
    most: int = 1
    """So many names are kept in the folder: those that were last used."""
    _known: dict[str, _Place] = field(default_factory=dict)
    """What the last run kept."""
    _new: dict[str, _Place] = field(default_factory=dict)
    """What this run wrote."""
    _held: dict[str, bytes] = field(default_factory=dict)
    """What could not be written."""
    _open: dict[str, io.FileIO | None] = field(default_factory=dict)
    _fresh: io.FileIO | None = None
    _size: int = 0
    """That of the fresh pack."""
    _is_over: bool = False
    """Whether all files were let go of: what is put then is held in memory, and nothing is read."""
    _writer: int = field(default_factory=os.getpid)
    """The process that may write, if any; copies of it hold what they put in memory."""

    @classmethod
    def of(cls, folder: Path, name: str, most: int) -> Packs:
        """What is kept under a name (letters and digits); nothing where there is nothing, or its index is broken."""
        return cls(folder, name, most, _read(folder / f"{name}{_INDEX}", name))

    @property
    def is_copy(self) -> bool:
        """Whether this is a copy of the process that may write."""
        return os.getpid() != self._writer

    def read_only(self) -> Packs:
        """The same for who only looks: what is put is held in memory, and nothing is kept."""
        return Packs(self.folder, self.name, self.most, self._known, _writer=0)

    def get(self, key: bytes) -> bytes | None:
        """What goes by a key; None where there is nothing, or where a byte of it is another."""
        named = key.hex()
        held = self._held.get(named)
        if held is not None:
            return held
        place = self._new.get(named) or self._known.get(named)
        return self._content(place) if place else None

    def pop(self, key: bytes) -> bytes | None:
        """What goes by a key and was held in memory, where it then is no more."""
        return self._held.pop(key.hex(), None)

    def put(self, key: bytes, content: bytes) -> None:
        """Have something go by a key."""
        written = 0
        with contextlib.suppress(OSError):
            if self.is_copy:
                raise OSError  # a copy of the process would write over what the other one writes
            fresh = self._started()
            fresh.seek(self._size)
            written = fresh.write(content)
        if self._fresh is None or written != len(content):  # a full disk takes a part
            self._held[key.hex()] = content
            return
        self._new[key.hex()] = _Place("", self._size, written, _digest(content))
        self._size += written

    def keep(self, keys: Iterable[bytes]) -> None:
        """Keep what goes by these keys for the next run, and nothing else; where the disk refuses, all is as it was."""
        if self.folder is not None and not self._held:
            with contextlib.suppress(OSError):
                self._keep([key.hex() for key in keys], self.folder)
        self.close()

    def _keep(self, keys: list[str], folder: Path) -> None:
        places = {key: place for key in keys if (place := self._new.get(key) or self._known.get(key))}
        folded = {*_to_fold(places.values(), self._sizes())}
        for key, place in places.items():
            if place.pack in folded:
                content = self._content(place)
                if content is not None:
                    self.put(bytes.fromhex(key), content)
                    places[key] = self._new[key]
        if self._fresh is not None:
            finished = self._finished(folder)
            places = {key: place if place.pack else place._replace(pack=finished) for key, place in places.items()}
        body = json.dumps([[key, *place] for key, place in places.items()]).encode()
        cache.write(folder / f"{self.name}{_INDEX}", _FORM + hashlib.sha256(body).digest() + body)
        self.close()  # some systems remove nothing that is open
        _sweep(folder, self.name, {place.pack for place in places.values()}, self.most)

    def close(self) -> None:
        """Let go of all files; a pack that was begun and not kept goes."""
        for each in (*self._open.values(), self._fresh):
            if each is not None:
                each.close()
        if self._fresh is not None:
            with contextlib.suppress(OSError):
                Path(os.fsdecode(self._fresh.name)).unlink(missing_ok=True)
        self._open, self._fresh, self._is_over = {}, None, True

    def _started(self) -> io.FileIO:
        """The pack that is being written."""
        if self.folder is None or self._is_over:
            raise OSError
        if self._fresh is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(prefix=f"{self.name}-", suffix=".tmp", dir=self.folder)
            os.close(handle)
            self._fresh = io.FileIO(path, "r+b")
            cache.is_free(self._fresh.fileno())  # so that no other run takes it for litter; the lock goes with us
        return self._fresh

    def _finished(self, folder: Path) -> str:
        """Give the fresh pack its name, under which nobody changes it any more."""
        assert self._fresh is not None  # noqa: S101 - asked for by who calls
        path = Path(os.fsdecode(self._fresh.name))
        finished = f"{path.stem}{_PACK}"
        if sys.platform == "win32":  # which moves no file that is open
            self._fresh.close()
        path.replace(folder / finished)
        self._fresh.close()
        self._fresh = None
        return finished

    def _content(self, place: _Place) -> bytes | None:
        file = self._fresh if not place.pack else self._opened(place.pack)
        if file is None:
            return None
        try:
            content = _at(file, place)
        except OSError:
            return None
        return content if content is not None and _digest(content) == place.digest else None

    def _opened(self, pack: str) -> io.FileIO | None:
        if pack not in self._open:
            self._open[pack] = None
            if self.folder is not None and not self._is_over:
                with contextlib.suppress(OSError):
                    self._open[pack] = io.FileIO(self.folder / pack, "rb")
        return self._open[pack]

    def _sizes(self) -> dict[str, int]:
        """How long the packs are that the last run named."""
        found = {}
        for name in {place.pack for place in self._known.values()}:
            file = self._opened(name)
            found[name] = os.fstat(file.fileno()).st_size if file is not None else 0
        return found


def _to_fold(places: Iterable[_Place], sizes: dict[str, int]) -> Iterator[str]:
    """The packs of which the rest is to be written into the new one: the small of too many; all where most is dead."""
    used = dict.fromkeys(sizes, 0)
    for place in places:
        if place.pack:
            used[place.pack] += place.length
    living = {name: size for name, size in used.items() if size}
    if sum(sizes[name] for name in living) > 2 * sum(living.values()):
        yield from living
    elif len(living) >= _MANY:
        largest = max(living, key=lambda name: (living[name], name))
        yield from (name for name in living if name != largest)


def _at(file: io.FileIO, place: _Place) -> bytes | None:
    """What stands at a place; read without moving in the file, where copies of the process read it, too."""
    if sys.platform != "win32":
        return os.pread(file.fileno(), place.length, place.start)
    file.seek(place.start)
    return file.read(place.length)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).digest()[:_DIGEST].hex()


def _read(path: Path, name: str) -> dict[str, _Place]:
    """An index; nothing where there is none, or where a byte of it is another."""
    is_own = re.compile(rf"{name}-\w+{re.escape(_PACK)}").fullmatch
    start = len(_FORM) + hashlib.sha256().digest_size
    try:
        raw = path.read_bytes()
        os.utime(path)
        if not raw.startswith(_FORM) or hashlib.sha256(raw[start:]).digest() != raw[len(_FORM) : start]:
            return {}
        return {key: _Place(pack, *place) for key, pack, *place in json.loads(raw[start:]) if is_own(pack)}
    except (OSError, ValueError, TypeError):
        return {}


def _sweep(folder: Path, name: str, packs: set[str], most: int) -> None:
    """Remove the packs that no index names any more, and the names that were not used for long."""
    ages = sorted(((each.stat().st_mtime, each.stem) for each in folder.glob(f"*{_INDEX}")), reverse=True)
    names = {each for _, each in ages[:most]} | {name}
    for path in folder.iterdir():
        owner, is_pack = path.stem.partition("-")[0], path.suffix == _PACK
        is_used = (
            path.name in packs if is_pack and owner == name else owner in names and (is_pack or path.suffix == _INDEX)
        )
        if not is_used and path.suffix != ".tmp":  # those are swept by `cache`, where nobody writes them
            path.unlink(missing_ok=True)
