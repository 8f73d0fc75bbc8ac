"""A name -> what was kept under it between runs, in the user's own cache folder; where that cannot be used, nothing.

Whatever reads from here looks at what it gets: it may be another's, half of it may be lost, and all of it may go at any
time. Nothing but time depends on it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path


def recall(kind: str, name: str) -> bytes | None:
    """What was kept under a name by any run of this user, or nothing."""
    with contextlib.suppress(OSError, RuntimeError):
        path = folder() / kind / name
        content = path.read_bytes()
        os.utime(path)
        return content
    return None


def keep(kind: str, name: str, content: bytes, most: int) -> None:
    """Keep something for later runs: whole or not at all, and without a word where the disk refuses.

    Of its kind so many are kept at most: those that were last used. Runs at once may keep the same: whoever comes last
    replaces what is there in one step.
    """
    with contextlib.suppress(OSError, RuntimeError):
        target = folder() / kind / name
        target.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(target, content)
        ages = sorted((path.stat().st_mtime, path) for path in target.parent.iterdir())
        for _, path in ages[:-most]:
            path.unlink(missing_ok=True)


def write(target: Path, content: bytes) -> None:
    """Write a file of the cache, whole or not at all, for nobody else to read.

    Raises:
        OSError: the disk refused.

    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{target.name}-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as fresh:
            is_free(fresh.fileno())  # so that no other run takes it for litter; the lock goes with the process
            fresh.write(content)
            fresh.flush()
            if sys.platform != "win32":
                Path(name).replace(target)
        if sys.platform == "win32":  # which moves no file that is open, nor removes one
            Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def sweep() -> None:
    """Remove what killed runs left half written among what is kept between runs; what a run is writing stays."""
    with contextlib.suppress(OSError, RuntimeError):
        for litter in folder().rglob("*.tmp"):
            with contextlib.suppress(OSError), litter.open("rb") as file:
                if is_free(file.fileno()):
                    litter.unlink()


def is_free(descriptor: int) -> bool:
    """Whether nobody else has locked a file; now we have. On Windows a file that is open cannot be removed anyway."""
    if sys.platform == "win32":
        return True
    import fcntl  # noqa: PLC0415 - there is none on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def folder() -> Path:
    """The folder of what is kept between runs.

    Raises:
        RuntimeError: the user has no home.

    """
    named = os.environ.get("BRIEFING_CACHE")
    if named:
        found = Path(named)
    elif sys.platform == "win32":
        found = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "briefing"
    else:
        found = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "briefing"
    return found
