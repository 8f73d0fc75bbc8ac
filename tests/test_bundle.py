"""A zip of an edition: the same bytes whoever packs it, and a stranger's is read within limits or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import bundle
from generator.bundle import BundleError
from generator.manifest import held
from tests.sites import ROOT

FILES = {"site/ü.html": "Grüße".encode(), "site/a/b.css": b"a {}" * 500, "inputs/facts.yaml": b""}
DAY = dt.date(2031, 6, 1)


def test_a_zip_holds_the_files_as_they_are_in_the_order_of_their_paths_with_one_day_and_mode() -> None:
    packed = bundle.make(FILES, DAY)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert [each.filename for each in archive.infolist()] == sorted(FILES)
        assert {each.filename: archive.read(each) for each in archive.infolist()} == FILES
        assert {(each.date_time, each.compress_type, each.external_attr >> 16) for each in archive.infolist()} == {
            ((2031, 6, 1, 0, 0, 0), zipfile.ZIP_STORED, stat.S_IFREG | 0o644)
        }
    assert bundle.make(dict(reversed(FILES.items())), DAY) == packed
    assert bundle.held(io.BytesIO(packed)) == {path: held(raw) for path, raw in FILES.items()}
    assert bundle.content(io.BytesIO(packed), "site/") == {
        "ü.html": FILES["site/ü.html"],
        "a/b.css": FILES["site/a/b.css"],
    }


@pytest.mark.parametrize(("day", "said"), [(dt.date(1946, 1, 1), (1980, 1, 1)), (dt.date(2200, 5, 5), (2107, 12, 31))])
def test_a_day_that_no_zip_can_say_is_the_nearest_that_one_can(day: dt.date, said: tuple[int, int, int]) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle.make(FILES, day))) as archive:
        assert {each.date_time[:3] for each in archive.infolist()} == {said}


def test_another_environment_packs_the_same_bytes() -> None:
    program = f"""
import datetime, hashlib
from generator import bundle
print(hashlib.sha256(bundle.make({FILES!r}, datetime.date(2031, 6, 1))).hexdigest())
"""
    env = os.environ | {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=env,
        umask=0o077,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.strip() == hashlib.sha256(bundle.make(FILES, DAY)).hexdigest()


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip that somebody else made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, raw in entries:
            archive.writestr(name, raw)
    return packed.getvalue()


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    """An entry with a mode of Unix."""
    made = zipfile.ZipInfo(name)
    made.create_system, made.external_attr = 3, mode << 16
    return made


def patched(raw: bytes, place: int, form: str, value: int) -> bytes:
    """A zip with one number of the entry of its directory changed."""
    changed = bytearray(raw)
    struct.pack_into(form, changed, raw.index(b"PK\x01\x02") + place, value)
    return bytes(changed)


def _twice() -> bytes:
    return zipped(("site/a", b"1"), ("site/b", b"2")).replace(b"site/b", b"site/a")


PLAIN = zipped(("site/a", b"a" * 5000))
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "up": (lambda: zipped(("../a", b"")), r"a name that leads elsewhere, or nowhere: '\.\./a'"),
    "up below": (lambda: zipped(("site/../../a", b"")), "a name that leads elsewhere"),
    "root": (lambda: zipped(("/etc/passwd", b"")), "a name that leads elsewhere"),
    "drive": (lambda: zipped(("C:/a", b"")), "a name that leads elsewhere"),
    "backslash": (lambda: zipped(("site/a", b"")).replace(b"site/a", b"..\\a\\b"[:6]), "a name that leads elsewhere"),
    "nul": (lambda: zipped(("site/axb", b"")).replace(b"site/axb", b"site/a\0b"), "a name that leads elsewhere"),
    "hidden": (lambda: zipped(("site/a\u202eb", b"")), "a name that leads elsewhere"),
    "no name": (lambda: zipped(("/", b"")), "a name that leads elsewhere"),
    "twice": (_twice, "it holds site/a twice"),
    "a link": (lambda: zipped((entry("site/a", stat.S_IFLNK | 0o777), b"/etc/passwd")), "site/a is a link, or no file"),
    "a pipe": (lambda: zipped((entry("site/a", stat.S_IFIFO | 0o644), b"")), "site/a is a link, or no file"),
    "a file as a folder": (
        lambda: zipped((entry("site/a", stat.S_IFDIR | 0o755), b"")),
        "site/a is a link, or no file",
    ),
    "a full folder": (lambda: zipped((entry("site/a/", stat.S_IFDIR | 0o755), b"x")), "is a folder that holds bytes"),
    "encrypted": (lambda: patched(PLAIN, 8, "<H", 1), "site/a is encrypted"),
    "another method": (lambda: zipped(("site/a", b"a"), method=zipfile.ZIP_BZIP2), "packed by method 12"),
    "too large": (lambda: patched(PLAIN, 24, "<I", 2**31 + 1), r"1 files of 2,147,483,649 bytes: too much"),
    "larger than said": (lambda: patched(PLAIN, 24, "<I", 10), "it is no zip, or a broken one: Bad CRC"),
    "another content": (lambda: zipped(("a", b"xy"), method=0).replace(b"xy", b"xz"), "a broken one: Bad CRC"),
    "cut off": (lambda: PLAIN[:-30], "it is no zip, or a broken one"),
    "no zip": (lambda: b"PK\x03\x04 and so on", "it is no zip, or a broken one"),
    "nothing": (bytes, "it is no zip, or a broken one"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_zip_that_could_do_harm_is_not_read(name: str) -> None:
    make, why = HOSTILE[name]
    with pytest.raises(BundleError, match=why):
        bundle.held(io.BytesIO(make()))
    with pytest.raises(BundleError, match=why):
        bundle.content(io.BytesIO(make()), "")


def test_a_zip_of_too_many_files_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST_FILES", 2)
    assert len(bundle.held(io.BytesIO(zipped(("a", b""), ("b", b""))))) == 2
    with pytest.raises(BundleError, match="3 files of 0 bytes: too much"):
        bundle.held(io.BytesIO(zipped(("a", b""), ("b", b""), ("c", b""))))


def test_of_a_zip_no_more_is_unpacked_than_was_asked_for() -> None:
    raw = io.BytesIO(zipped(("site/a", b"a" * 100), ("inputs/b", b"b" * 5), ("inputs/", b"")))
    assert bundle.content(raw, "inputs/", most=5) == {"b": b"bbbbb"}
    with pytest.raises(BundleError, match="site/ holds 100 bytes, and 99 are read at most"):
        bundle.content(raw, "site/", most=99)


def test_an_ordinary_zip_of_another_program_is_read(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a").write_bytes(b"a" * 5000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "site", "site")
        archive.write(tmp_path / "site" / "a", "site/a")
    with (tmp_path / "a.zip").open("rb") as file:
        assert bundle.held(file) == {"site/a": held(b"a" * 5000)}
