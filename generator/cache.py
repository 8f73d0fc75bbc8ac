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
            fresh.write(content)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


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
