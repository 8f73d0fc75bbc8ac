"""Names of packages -> the versions that are at work, by the names of the folders that installers leave.

These are as PyPA's “Recording installed projects” has them; to read all the metadata takes as long as a small build.
"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache

_FOLDER = re.compile(r"(?P<name>[^-]+(?:-[^-]*[^-0-9][^-]*)*?)-(?P<version>[^-]+)\.dist-info")


def version(name: str) -> str:
    """The version of a package; empty where it is not installed."""
    return _found(tuple(sys.path), _changed()).get(_normal(name), "") or _told(name)


def _normal(name: str) -> str:
    """A name as the index compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _changed() -> tuple[int, ...]:
    """When a package last came or went."""
    found = []
    for folder in sys.path:
        try:
            found.append(os.stat(folder or ".").st_mtime_ns)  # noqa: PTH116 - many, and this is quick
        except OSError:
            found.append(0)
    return tuple(found)


@lru_cache(maxsize=2)
def _found(folders: tuple[str, ...], _: tuple[int, ...]) -> dict[str, str]:
    """All versions, by normal names; what stands first on the path is what is imported."""
    found: dict[str, str] = {}
    for folder in folders:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - as above
        except OSError:  # a zip, or nothing
            continue
        for each in names:
            if match := _FOLDER.fullmatch(each):
                found.setdefault(_normal(match["name"]), match["version"])
    return found


def _told(name: str) -> str:
    """The same of what was installed in another way."""
    from importlib import metadata  # noqa: PLC0415 - this is what takes its time

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
