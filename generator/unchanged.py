"""What the last run read and made or said -> whether the next one has anything to do, decided before it is loaded.

A file with the size and the times that it had is as it was. One that was written about when it was looked at may have
changed within the same tick of the clock, and one with other times may hold the same: of both the bytes decide. Where
among the inputs there is a link, or anything else that is no plain file, nothing is passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from generator import cache

_BUILDS, _CHECKS, _MOST = "builds", "checks", 64
_FORM = 2
"""That of a record; it grows when a key changes its meaning."""
_TICK = 2_000_000_000
"""Nanoseconds within which a file may change twice and keep its time: what the coarsest file systems count in."""

_LIMITS = "BRIEFING_LIMITS"
"""What of the environment decides what may be read; `nodes` tells more, and takes too long to load."""

Stats = dict[str, tuple[int, ...]]
"""Size and times of change of files, by their paths: that of the bytes and, of inputs, that of anything about them."""


@dataclass(frozen=True)
class Sight:
    """What a run is about to read, as it lies there."""

    root: Path
    """The folder of the briefing."""
    home: Path
    """The checkout that runs."""
    files: Stats
    surroundings: str
    """The Python and its packages."""
    at: int
    """Nanoseconds since 1970."""
    is_plain: bool = True
    """Whether all inputs are files that stand where they are named."""

    @classmethod
    def of(cls, root: Path, home: Path) -> Sight:
        """Look at a briefing and at the checkout that builds it."""
        at = time.time_ns()
        try:
            inputs = [*_inputs(root)]
            is_plain = all(stat.S_ISREG(path.lstat().st_mode) for path in inputs)
        except OSError:  # what cannot be looked at is judged by who reads it
            return cls(root, home, {}, _surroundings(), at, is_plain=False)
        files = {**_stats(inputs), **_stats(_product(home))}
        return cls(root, home, files, _surroundings(), at, is_plain)


class Said(NamedTuple):
    """What a `check` ended with."""

    code: int
    printed: str
    """On the standard output."""
    told: str
    """To the person at the terminal, but for the seconds; nothing where nothing was told."""


def keep(sight: Sight, target: Path, hashes: Mapping[Path, str], said: tuple[str, str]) -> None:
    """Keep what a build read and made, for the next one.

    Args:
        sight: what was there before it was read.
        target: the finished site.
        hashes: the SHA-256 of the files as they were read.
        said: what was printed, and in a few words what was built.

    """
    _keep(_BUILDS, _name(target), sight, hashes, {"site": _listed(_site(target)), "said": [*said]})


def answer(root: Path, target: Path, home: Path) -> tuple[str, str] | None:
    """What the last build said, where building again would change nothing; None where it might."""
    record = _recalled(_BUILDS, _name(target), root, home)
    try:
        if not record or not record["site"] or _listed(_site(target)) != record["site"]:
            return None
        printed, built = record["said"]
    except (LookupError, TypeError, ValueError):
        return None
    return (printed, built) if isinstance(printed, str) and isinstance(built, str) else None


def keep_check(sight: Sight, style: str, written: Mapping[str, bytes], said: Said) -> None:
    """Keep what a `check` said, for the next one.

    Args:
        sight: what was there before it was read.
        style: how problems were written.
        written: every file of the briefing that was read, by path relative to its folder.
        said: what it ended with.

    """
    try:
        product = [path for path in _product(sight.home) if path.is_file()]
        hashes = {path.absolute(): hashlib.sha256(path.read_bytes()).hexdigest() for path in product}
    except OSError:
        return
    if _stats(product).items() - sight.files.items():
        return  # the program is not what it was when it began: nobody knows what judged
    hashes |= {(sight.root / name).absolute(): hashlib.sha256(raw).hexdigest() for name, raw in written.items()}
    _keep(_CHECKS, _name(sight.root, style), sight, hashes, {"said": [*said]})


def check(root: Path, home: Path, style: str) -> Said | None:
    """What the last `check` said, where another would say the same; None where it might not."""
    record = _recalled(_CHECKS, _name(root, style), root, home)
    try:
        code, printed, told = record["said"]
    except (LookupError, TypeError, ValueError):
        return None
    known = code in (0, 1, 2) and isinstance(printed, str) and isinstance(told, str)
    return Said(code, printed, told) if known else None


def _keep(kind: str, name: str, sight: Sight, hashes: Mapping[Path, str], more: Mapping[str, Any]) -> None:
    if not sight.is_plain:
        return
    record = {
        "form": _FORM,
        "surroundings": sight.surroundings,
        "at": sight.at,
        "files": {path: [*times, hashes.get(Path(path), "")] for path, times in sight.files.items()},
        **more,
    }
    cache.keep(kind, name, json.dumps(record).encode(), _MOST)


def _recalled(kind: str, name: str, root: Path, home: Path) -> dict[str, Any]:
    """The record of a run after which nothing that it read has changed; nothing where something might have."""
    record = _read(cache.recall(kind, name))
    if not record or record["surroundings"] != _surroundings():
        return {}
    sight = Sight.of(root, home)
    known: dict[str, list[Any]] = record["files"]
    if not sight.is_plain or sight.files.keys() != known.keys():
        return {}
    latest = record["at"] - _TICK
    for path, times in sight.files.items():
        *before, digest = known[path]
        if ([*times] != before or max(times[1:]) > latest) and not _holds(Path(path), digest):
            return {}
    return record


def _inputs(root: Path) -> Iterator[Path]:
    """Whatever in the folder of a briefing may be read: its own files, the pages, and folders that seem to be pages."""
    with os.scandir(root) as found:
        yield from (Path(each.path) for each in found if each.name.endswith((".yaml", ".yml", ".lock")))
    content = root / "content"
    if content.is_symlink():
        yield content
    for where, folders, names in os.walk(content):
        odd = [name for name in folders if name.endswith(".md") or Path(where, name).is_symlink()]
        yield from (Path(where, name) for name in (*names, *odd))


def _product(home: Path) -> Iterator[Path]:
    yield from (path for path in _below(home / "generator") if path.suffix == ".py")
    yield from _below(home / "site_templates")
    yield from (home / "mkdocs.yml", home / "requirements" / "site.txt")


def _below(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(where, name) for name in names)


def _stats(paths: Iterable[Path]) -> Stats:
    found: Stats = {}
    for path in paths:
        try:
            seen = path.stat()
        except OSError:
            continue  # as above
        found[str(path.absolute())] = seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns
    return found


def _site(target: Path) -> Stats:
    """The files of a site by their names in it."""
    found: Stats = {}
    for where, _, names in os.walk(target):
        for name in names:
            path = os.path.join(where, name)  # noqa: PTH118 - many, and this is quick
            seen = os.lstat(path)
            found[os.path.relpath(path, target)] = seen.st_size, seen.st_mtime_ns
    return found


def _listed(stats: Stats) -> dict[str, list[int]]:
    """The same as JSON gives it back."""
    return {name: [*each] for name, each in stats.items()}


def _surroundings() -> str:
    """What runs, within which limits: another Python, or one into which a package came or from which one went."""
    packages = sysconfig.get_path("purelib")
    try:
        changed = os.stat(packages).st_mtime_ns  # noqa: PTH116 - as above
    except OSError:
        changed = 0
    return f"{sys.version} {sys.prefix} {packages} {changed} {os.environ.get(_LIMITS, '')}"


def _name(folder: Path, style: str = "") -> str:
    return hashlib.sha256(os.fsencode(folder.absolute()) + b"\0" + style.encode()).hexdigest()[:32]


def _holds(path: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False


def _read(kept: bytes | None) -> dict[str, Any]:
    """A record; nothing where there is none, or where it is broken."""
    try:
        record: dict[str, Any] = json.loads(kept or b"{}")
        files = all(
            isinstance(each[-1], str) and len(each) == 4 and all(isinstance(time, int) for time in each[:-1])  # noqa: PLR2004
            for each in record["files"].values()
        )
        if record["form"] == _FORM and files and record["surroundings"] and isinstance(record["at"], int):
            return record
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass
    return {}
