"""What the last build read and made -> whether the next one has anything to do, decided before anything else is loaded.

A file with the size and the time that it had is as it was. One that was written about when it was looked at may have
changed within the same tick of the clock, and one with another time may hold the same: of both the bytes decide.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator import cache

_KIND, _MOST = "builds", 64
_FORM = 1
"""That of a record; it grows when a key changes its meaning."""
_TICK = 2_000_000_000
"""Nanoseconds within which a file may change twice and keep its time: what the coarsest file systems count in."""

Stats = dict[str, tuple[int, int]]
"""Size and time of change of files, by their absolute paths."""


@dataclass(frozen=True)
class Sight:
    """What a build is about to read, as it lies there."""

    files: Stats
    surroundings: str
    """The Python and its packages."""
    at: int
    """Nanoseconds since 1970."""

    @classmethod
    def of(cls, root: Path, home: Path) -> Sight:
        """Look at a briefing and at the checkout that builds it."""
        return cls({**_stats(_inputs(root)), **_stats(_product(home))}, _surroundings(), time.time_ns())


def keep(sight: Sight, target: Path, hashes: Mapping[Path, str], said: tuple[str, str]) -> None:
    """Keep what a build read and made, for the next one.

    Args:
        sight: what was there before it was read.
        target: the finished site.
        hashes: the SHA-256 of the files as they were read.
        said: what was printed, and in a few words what was built.

    """
    record = {
        "form": _FORM,
        "surroundings": sight.surroundings,
        "at": sight.at,
        "files": {path: [*stat, hashes.get(Path(path), "")] for path, stat in sight.files.items()},
        "site": {name: [*stat] for name, stat in _site(target).items()},
        "said": [*said],
    }
    cache.keep(_KIND, _name(target), json.dumps(record).encode(), _MOST)


def answer(root: Path, target: Path, home: Path) -> tuple[str, str] | None:
    """What the last build said, where building again would change nothing; None where it might."""
    record = _read(cache.recall(_KIND, _name(target)))
    if not record or record["surroundings"] != _surroundings():
        return None
    sight = Sight.of(root, home)
    known: dict[str, list[Any]] = record["files"]
    if sight.files.keys() != known.keys() or {name: [*stat] for name, stat in _site(target).items()} != record["site"]:
        return None
    for path, stat in sight.files.items():
        size, changed, digest = known[path]
        if ((size, changed) != stat or changed > record["at"] - _TICK) and not _holds(Path(path), digest):
            return None
    printed, built = record["said"]
    return printed, built


def _inputs(root: Path) -> Iterator[Path]:
    """Whatever in the folder of a briefing may be read: its own files, and the pages."""
    with os.scandir(root) as found:
        yield from (Path(each.path) for each in found if each.name.endswith((".yaml", ".yml", ".lock")))
    yield from _below(root / "content")


def _product(home: Path) -> Iterator[Path]:
    yield from (path for path in _below(home / "generator") if path.suffix == ".py")
    yield from _below(home / "site_templates")
    yield from (home / "mkdocs.yml", home / "requirements" / "site.txt")


def _below(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(where, name) for name in names)


def _stats(paths: Iterator[Path]) -> Stats:
    found = {}
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            continue  # what cannot be looked at is judged by who reads it
        found[str(path.absolute())] = stat.st_size, stat.st_mtime_ns
    return found


def _site(target: Path) -> Stats:
    """The files of a site by their names in it."""
    found = {}
    for where, _, names in os.walk(target):
        for name in names:
            path = os.path.join(where, name)  # noqa: PTH118 - many, and this is quick
            stat = os.lstat(path)
            found[os.path.relpath(path, target)] = stat.st_size, stat.st_mtime_ns
    return found


def _surroundings() -> str:
    """What runs: another Python, or one into which a package came or from which one went, is another."""
    packages = sysconfig.get_path("purelib")
    try:
        changed = os.stat(packages).st_mtime_ns  # noqa: PTH116 - as above
    except OSError:
        changed = 0
    return f"{sys.version} {sys.prefix} {packages} {changed}"


def _name(target: Path) -> str:
    return hashlib.sha256(os.fsencode(target.absolute())).hexdigest()[:32]


def _holds(path: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False


def _read(kept: bytes | None) -> dict[str, Any]:
    """A record; nothing where there is none, or where it is broken."""
    try:
        record: dict[str, Any] = json.loads(kept or b"{}")
        if record["form"] == _FORM and all(len(each) == 3 for each in record["files"].values()):  # noqa: PLR2004
            printed, built = record["said"]
            whole = record["site"] and record["surroundings"] and isinstance(record["at"], int)
            return record if whole and isinstance(printed, str) and isinstance(built, str) else {}
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    return {}
