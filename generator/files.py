"""The disk, alone: a folder -> the inputs of a run; a finished folder -> exchanged for the last one in one step."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.problems import Place, Problem, UnusableInputError
from generator.site import CONTENT, FACTS, LOCK, Inputs

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class DiskError(Exception):
    """The disk refused: full, read-only, busy. The message says what, where, and that nothing was lost."""


def read_inputs(root: Path) -> Inputs:
    """Read the files of a briefing, each once.

    Raises:
        UnusableInputError: a file is there but cannot be read.

    """
    problems: list[Problem] = []

    def read(path: Path) -> bytes | None:
        name = path.relative_to(root).as_posix()
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            problems.append(
                Problem(
                    Place(name),
                    "input-unreadable",
                    f"{error.strerror or error}",
                    "a file that can be read",
                    "check its permissions",
                )
            )
            return None

    content = root / CONTENT
    pages: dict[str, bytes] = {}
    for path in sorted(content.rglob("*.md")) if content.is_dir() else []:
        raw = read(path)
        if raw is not None:
            pages[path.relative_to(content).as_posix()] = raw
    inputs = Inputs(read(root / FACTS), pages, read(root / LOCK))
    if problems:
        raise UnusableInputError(problems)
    return inputs


def write_tree(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, by relative path; folders are made as needed."""
    made: set[Path] = set()
    for name, content in files.items():
        path = folder / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(content)


def same_modes(folder: Path) -> None:
    """Give every file 644 and every folder 755, whatever the umask: a web server has to read them."""
    for where, _, names in os.walk(folder):
        Path(where).chmod(0o755)
        for name in names:
            (Path(where) / name).chmod(0o644)


@contextlib.contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A fresh folder to work in, beside `target` on the same file system, so that `publish` is one step.

    However the block ends, the folder is removed; if the process is killed, the next run sweeps it away. Two runs at
    once take turns.

    Raises:
        DiskError: the disk refused to write or to exchange; `target` is as it was.

    """
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _turn(target):
            _sweep(target)
            work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".tmp", dir=target.parent))
            try:
                yield work
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise DiskError(_in_words(error, target)) from error


def publish(fresh: Path, target: Path) -> None:
    """Put a finished folder, made within `staged`, in the place of `target`, in one step.

    Afterwards `fresh` holds what stood there before, and goes with the staging folder.
    """
    same_modes(fresh)
    _sync(fresh)
    _exchange(fresh, target.absolute())


def _in_words(error: OSError, target: Path) -> str:
    what = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your quota of the disk is used up",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "writing is not permitted",
        errno.EPERM: "writing is not permitted",
    }.get(error.errno or 0, error.strerror or str(error))
    return f"{what} ({error.filename or target}); {target.name}/ and the inputs are as they were"


@contextlib.contextmanager
def _turn(target: Path) -> Iterator[None]:
    """Hold the lock of this target. The lock goes with the process, so a killed run leaves none behind."""
    with (target.parent / f".{target.name}.lock").open("wb") as handle:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - there is none elsewhere

            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - there is none on Windows

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sweep(target: Path) -> None:
    """Remove what a killed run left beside the target. We hold its lock, so nobody is using it."""
    for litter in target.parent.glob(f".{target.name}-*.tmp"):
        shutil.rmtree(litter, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Have everything on the disk before the exchange, so that a power cut cannot leave an empty new site."""
    if sys.platform == "win32":
        return
    for where, _, names in os.walk(folder):
        for path in (*(Path(where) / name for name in names), Path(where)):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _exchange(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`; afterwards `fresh` holds what was there before."""
    if not target.exists():
        fresh.rename(target)
    elif not _renameat2(fresh, target):
        # No exchange on this system: two renames, with an instant between them in which there is no site.
        aside = fresh.with_name(f"{fresh.name}-before")
        target.rename(aside)
        try:
            fresh.rename(target)
        except OSError:
            aside.rename(target)
            raise


def _renameat2(fresh: Path, target: Path) -> bool:
    """Exchange two folders in one step, where the system can (Linux 3.15, most file systems)."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(target))
