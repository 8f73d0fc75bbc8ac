"""Files by path -> one zip, the same bytes everywhere; a zip from anywhere -> what its files hold, within limits.

Two programs pack the same bytes in different ways: what deflate gives depends on the zlib that a Python was built with.
So the files are stored as they are, in the order of their paths, with one day and one mode for all (APPNOTE.TXT 6.3.10,
method 0). A zip that is read may be anybody's: its names stay below the folder, nothing in it is a link, encrypted or
there twice, and it holds no more files and bytes than a briefing may have.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from generator.manifest import Held, stays_within

MOST_FILES = 50_000
MOST_BYTES = 2 * 1024**3
"""Of all files, unpacked: a briefing of ten thousand facts has a tenth of either."""
_FIRST, _LAST = dt.date(1980, 1, 1), dt.date(2107, 12, 31)
"""The days that a zip can say."""
_MODE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3
_PIECE = 1 << 20


class BundleError(Exception):
    """It is no zip of ours; the message says what is wrong with it."""


def make(files: Mapping[str, bytes], day: dt.date) -> bytes:
    """The zip of these files: every one with this day, as far as a zip can say it."""
    said = min(max(day, _FIRST), _LAST)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, (said.year, said.month, said.day, 0, 0, 0))
            entry.create_system, entry.external_attr = _UNIX, _MODE  # else those of the machine
            archive.writestr(entry, files[path])
    return packed.getvalue()


def held(file: IO[bytes]) -> dict[str, Held]:
    """What each file of a zip holds, by path; nothing is unpacked to the disk.

    Raises:
        BundleError: it is no zip, or one that may not be read.

    """
    found = {}
    with _opened(file) as archive:
        for entry in _entries(archive):
            hashed, size = hashlib.sha256(), 0
            with archive.open(entry) as content:
                while piece := content.read(_PIECE):
                    hashed.update(piece)
                    size += len(piece)
            found[entry.filename] = Held(hashed.hexdigest(), size)
    return found


def content(file: IO[bytes], below: str, most: int = MOST_BYTES) -> dict[str, bytes]:
    """The files of a zip below a folder, by path relative to it: at most so many bytes.

    Raises:
        BundleError: it is no zip, one that may not be read, or there is more.

    """
    with _opened(file) as archive:
        chosen = [entry for entry in _entries(archive) if entry.filename.startswith(below)]
        total = sum(entry.file_size for entry in chosen)
        if total > most:
            raise BundleError(f"{below or 'it'} holds {total:,} bytes, and {most:,} are read at most")
        return {entry.filename.removeprefix(below): archive.read(entry) for entry in chosen}


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError) as error:
        raise BundleError(f"it is no zip, or a broken one: {error}") from error
    except (NotImplementedError, RuntimeError, ValueError) as error:
        raise BundleError(f"it cannot be unpacked: {error}") from error


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of a zip, all of which may be read; folders hold nothing, and are passed over."""
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_FILES or total > MOST_BYTES:
        raise BundleError(f"it holds {len(entries):,} files of {total:,} bytes: too much to be a briefing")
    seen: set[str] = set()
    for entry in entries:
        name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
        # zipfile cuts a name at a NUL and turns backslashes round: what others would unpack is the name as written
        if not stays_within(entry.orig_filename.removesuffix("/")) or entry.orig_filename != name:
            raise BundleError(f"a name that leads elsewhere, or nowhere: {entry.orig_filename!r}")
        if name in seen:
            raise BundleError(f"it holds {name} twice")
        if entry.flag_bits & 1:
            raise BundleError(f"{name} is encrypted")
        if kind not in (0, stat.S_IFREG) and not (kind == stat.S_IFDIR and entry.is_dir()):
            raise BundleError(f"{name} is a link, or no file")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BundleError(f"{name} is packed by method {entry.compress_type}; stored and deflated files are read")
        if entry.is_dir() and entry.file_size:
            raise BundleError(f"{name} is a folder that holds bytes")
        seen.add(name)
    return [entry for entry in entries if not entry.is_dir()]
