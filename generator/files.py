"""The disk, alone: a folder -> the inputs of a run; a finished folder -> exchanged for the last one in one step.

Beside it the memo of a run and the pictures of many, in the user's own cache folder; where that cannot be read or
written, there are none.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import glob
import hashlib
import io
import os
import shutil
import stat
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator import cache, nodes
from generator.manifest import Held
from generator.memo import Last
from generator.packs import Packs
from generator.problems import Place, Problem
from generator.site import CONFIGURATION, CONTENT, EDITIONS, FACTS, LOCK, REVIEWS, Inputs

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_ASIDE = "-before"
"""Ends the name of a site that was moved aside and may have to come back."""


class DiskError(Exception):
    """The disk refused: full, read-only, busy. The message says what, where, and that nothing was lost."""


MOST_PAGES = 2_000
"""So many pages are read; each is a file in `content/`."""
_TRIES, _PAUSE = 5, 0.05
"""How often a file is read that changes meanwhile, and how many seconds after the last time."""


def read_inputs(root: Path) -> Inputs:
    """Read the files of a briefing, each once; what is there but cannot or must not be read is told of, and left out.

    Nothing outside the folder is read, whatever links there are within it; no file is read further than it may be
    long; one that changes while it is read is read again.
    """
    reading = _Reading(root.resolve())
    names, left = _pages(root / CONTENT)
    reading.problems += left
    pages: dict[str, bytes] = {}
    size = 0
    for name in names:
        raw = reading.read(f"{CONTENT}/{name}")
        if raw is not None:
            size += len(raw)
            if size > nodes.MAX_BYTES:
                reading.problems.append(_too_much(f"pages of more than {nodes.MAX_BYTES:,} bytes together"))
                break
            pages[name] = raw
    others = (FACTS, LOCK, REVIEWS, CONFIGURATION, EDITIONS)
    facts, lock, reviews, own, made = (reading.read(name) for name in others)
    refused = tuple(reading.problems)
    return Inputs(facts, pages, lock, refused=refused, reviews=reviews, configuration=own, editions=made)


def changed_since(root: Path, inputs: Inputs) -> list[str]:
    """The files of a briefing that are not, or no longer, what they were when they were read."""
    now = read_inputs(root)
    then = inputs.written()
    return sorted(name for name in then.keys() | now.written().keys() if then.get(name) != now.written().get(name))


def readable_name(name: str) -> Problem | None:
    """What is wrong with the name of a page, by its path in `content/`, if it cannot be written in a message."""
    if name.isprintable():
        return None
    shown = ascii(name)[1:-1]
    return Problem(
        Place(CONTENT),
        "input-name",
        f"a file named {shown}",
        "a name of visible characters in UTF-8",
        "rename the file: lower-case letters, digits and single hyphens",
    )


def _pages(content: Path) -> tuple[list[str], list[Problem]]:
    """The pages in `content/`, by path relative to it and in order, and what there can be no page."""
    names: list[str] = []
    problems: list[Problem] = []
    for where, folders, files in os.walk(content):
        within = Path(where).relative_to(content)
        linked = [name for name in folders if (Path(where) / name).is_symlink()]
        dots = [
            name for name in folders if name.endswith(".md") and name not in linked
        ]  # no file, which is for the reader to say
        names += [(within / name).as_posix() for name in (*files, *dots) if name.endswith(".md")]
        for name in linked:
            shown = (within / name).as_posix()
            problems.append(readable_name(shown) or _outside(f"{CONTENT}/{shown}", "a link to a folder"))
        if len(names) > MOST_PAGES:
            problems.append(_too_much(f"more than {MOST_PAGES:,} pages"))
            break
    problems += [problem for name in names if (problem := readable_name(name))]
    return sorted(name for name in names if name.isprintable())[:MOST_PAGES], problems[:MOST_PAGES]


def _too_much(found: str) -> Problem:
    wanted = f"at most {MOST_PAGES:,} pages, and {nodes.MAX_BYTES:,} bytes together"
    return Problem(Place(CONTENT), "input-too-large", found, wanted, "split the briefing")


def _outside(path: str, found: str) -> Problem:
    return Problem(
        Place(path), "input-outside", found, "a file within the folder of the briefing", "put the file itself there"
    )


class _Reading:
    """Reads files below a folder, each as it is at one moment, and keeps what is wrong."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.problems: list[Problem] = []

    def read(self, name: str) -> bytes | None:
        """A file's bytes, one more than it may have at most; None where there is none, or it must not be read."""
        path = self._root / name
        try:
            real = path.resolve(strict=True)
            if not real.is_relative_to(self._root):
                self.problems.append(_outside(name, "a link that leads out of the folder of the briefing"))
                return None
            raw = _steady(real, nodes.limit(name) + 1)
        except FileNotFoundError:
            if path.is_symlink():
                self.problems.append(_outside(name, "a link that leads nowhere"))
            return None
        except (OSError, RuntimeError) as error:  # the latter is a circle of links
            said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            wanted, hint = "a file that can be read", "check its permissions"
            self.problems.append(Problem(Place(name), "input-unreadable", said, wanted, hint))
            return None
        if raw is None:
            found, hint = f"it changed each of {_TRIES} times that it was read", "run it again when nobody writes there"
            self.problems.append(Problem(Place(name), "input-changing", found, "a file that stays as it is", hint))
        return raw


def _steady(path: Path, most: int) -> bytes | None:
    """A file's first bytes, as they are at one moment; None where it never holds still.

    What has no end of its own, as a pipe, is not waited for.
    """
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        with open(path, "rb", buffering=0, opener=_opened) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise OSError(errno.EINVAL, "it is no file", str(path))
            raw = _first(file, most)
            after = os.fstat(file.fileno())
        # a file that was put in its place meanwhile has another number; this one was whole, and is a state
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and (
            len(raw) == after.st_size or len(raw) == most
        ):
            return raw
    return None


def _first(file: io.FileIO, most: int) -> bytes:
    """As many bytes as there are, at most so many; one call of the system may give fewer."""
    pieces: list[bytes] = []
    while most > 0 and (piece := file.read(most)):
        pieces.append(piece)
        most -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _opened(path: str, flags: int) -> int:
    """Open without waiting for who writes into a pipe, and no link that somebody put there since it was looked at."""
    return os.open(
        path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    )


def read_product(home: Path) -> dict[str, bytes]:
    """Read what of a checkout makes a site: the code, the templates and the lock, by path relative to it."""
    code = (path for path in (home / "generator").rglob("*.py"))
    templates = (path for path in (home / "site_templates").rglob("*") if path.is_file())
    found = {path.relative_to(home): path for path in (*code, *templates, home / PACKAGES) if path.is_file()}
    return {
        relative.as_posix(): path.read_bytes()
        for relative, path in sorted(found.items())
        if not any(part.startswith((".", "__pycache__")) for part in relative.parts)  # what systems and editors leave
    }


PACKAGES = "requirements/site.txt"
"""The lock of what builds a site, in the checkout."""


def listed(folder: Path) -> dict[str, Held]:
    """What each file below a folder holds, by relative path; a link is followed nowhere, and holds nothing."""
    found: dict[str, Held] = {}
    for where, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        for path in (Path(where) / name for name in (*names, *links)):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file():
                found[name] = Held("", 0)
                continue
            with path.open("rb") as file:
                found[name] = Held(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
    return found


# -- what is kept between runs ---------------------------------------------------------------------------------------


def read_memo(root: Path) -> Last:
    """The memo of the last run on this folder, if there is one, and what identifies the code that is running."""
    try:
        return Last(_code(), _memo(root).read_bytes())
    except (OSError, RuntimeError):
        return Last(_code())


def write_memo(root: Path, content: bytes) -> None:
    """Keep a memo for the next run: whole or not at all, and without a word where the disk refuses."""
    with contextlib.suppress(OSError, RuntimeError):
        cache.write(_memo(root), content)


_PICTURES, _FRAMES, _LEDGERS = 400, 8, 8
"""So many pictures, sets of frames and ledgers are kept at most: those that were last used."""


def recall_picture(name: str) -> bytes | None:
    """The picture that was kept under a name by any build of this user, or nothing."""
    return cache.recall("pictures", name)


def keep_picture(name: str, content: bytes) -> None:
    """Keep a picture for later builds."""
    cache.keep("pictures", name, content, _PICTURES)


def recall_frames(name: str) -> bytes | None:
    """The frames of a site that were kept under a name by any build of this user, or nothing."""
    return cache.recall("frames", name)


def keep_frames(name: str, content: bytes) -> None:
    """Keep the frames of a site for later builds."""
    cache.keep("frames", name, content, _FRAMES)


def ledger(root: Path) -> Packs:
    """What builds of a folder keep for the next, or nothing where nothing can be kept."""
    try:
        return Packs.of(cache.folder() / "ledgers", _of_folder(root), _LEDGERS)
    except RuntimeError:
        return Packs()


def _of_folder(root: Path) -> str:
    return hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:32]


def _memo(root: Path) -> Path:
    """Where the memo of a folder lies; RuntimeError where the user has no home."""
    return cache.folder() / f"{_of_folder(root)}.memo"


def _code() -> bytes:
    """What identifies the code that is running: the files of this package, and the Python that runs them."""
    package = Path(__file__).parent
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(package.rglob("*.py")):
        found.update(f"{path.relative_to(package)}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.digest()


# -- one file -------------------------------------------------------------------------------------------------------


def replace_file(path: Path, content: bytes, *, instead_of: bytes | None) -> None:
    """Put new content in the place of a file's, in one step; a link stays a link, and the file keeps its mode.

    If the process is killed, the file is as it was, and the next call sweeps up.

    Raises:
        DiskError: the disk refused, or the file does not hold what it did (`instead_of`, None for no file) when it was
            read; it is as it was.

    """
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _turn(target):
            for litter in target.parent.glob(f".{glob.escape(target.name)}-*.tmp"):
                litter.unlink(missing_ok=True)
            if _held(target) != instead_of:
                raise DiskError(f"{path} was changed by somebody else meanwhile; nothing was written, run it again")
            _swap(target, content)
    except OSError as error:
        raise DiskError(_in_words(error, target, "it was")) from error


def copy_tree(source: Path, target: Path, more: Mapping[str, bytes]) -> None:
    """Copy a folder to a place where there is none, or an empty one, with some files more: whole or not at all.

    Raises:
        DiskError: something stands there, or the disk refused; what was there is as it was.

    """
    place = target.resolve()
    try:
        if place.exists() and not place.is_dir():
            raise DiskError(f"{target} is a file; name a new folder")
        if place.exists() and any(place.iterdir()):
            raise DiskError(f"{target} is not empty; name a new folder")
        place.parent.mkdir(parents=True, exist_ok=True)
        with _turn(place):
            _sweep(place)
            work = Path(tempfile.mkdtemp(prefix=f".{place.name}-", suffix=".tmp", dir=place.parent))
            try:
                fresh = work / place.name
                shutil.copytree(source, fresh, copy_function=shutil.copyfile)
                write_tree(fresh, more)
                if place.exists():  # it may be the folder that somebody is in: it stays, and is filled
                    for each in sorted(fresh.iterdir()):
                        each.rename(place / each.name)
                else:
                    fresh.rename(place)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except shutil.Error as error:  # what it gathers is not an error of the system by itself
        raise DiskError(f"{error.args[0][0][2]}; {target} is as it was") from error
    except OSError as error:
        raise DiskError(_in_words(error, target, "it was")) from error


def _held(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _swap(target: Path, content: bytes) -> None:
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".tmp", dir=target.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


# -- a site ---------------------------------------------------------------------------------------------------------


def write_tree(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, by relative path; folders are made as needed."""
    made: set[Path] = set()
    for name, content in files.items():
        path = folder / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(content)


Shared = dict[str, int]
"""The files of a new site that are those of the one that stands, by path, with the time of their last change."""
_MODE = 0o644
"""That of every file of a site."""
_QUIET = 2_000_000_000
"""Nanoseconds for which a file must not have been touched: another change would show by another time, on any system."""


def lay_tree(folder: Path, files: Mapping[str, bytes], last: Path) -> Shared:
    """Write files below a folder; one that the last site holds byte for byte is taken from there, by a hard link.

    Most of a large site is as it was when a fact has changed: it is neither written nor flushed again, and keeps its
    time, by which servers and copies know it. Nobody sees the last site change: a file of a site is written once, with
    a name of its own, and gets no other content; then one site or the other loses the name. So that what somebody else
    writes into the last site never reaches the new one, a file is shared only if it is a plain one of ours that has no
    other name and has not just been touched, and `publish` looks once more whether it was.
    """
    made: dict[Path, bool] = {}
    shared: Shared = {}
    for name, content in files.items():
        path, own = folder / name, last / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made[path.parent] = own.parent.is_dir() and own.parent.resolve() == last.resolve() / Path(name).parent
        changed = _linked(own, path, content) if made[path.parent] else None
        if changed is None:
            path.write_bytes(content)
        else:
            shared[name] = changed
    return shared


def _linked(own: Path, path: Path, content: bytes) -> int | None:
    """Give a file that holds this content another name; None where it does not, or where it is better not to."""
    if sys.platform == "win32":
        return None
    try:
        with open(own, "rb", buffering=0, opener=_opened) as file:
            found = os.fstat(file.fileno())
            is_plain = found.st_mode == stat.S_IFREG | _MODE  # or to give it our mode would change the last site
            is_ours = is_plain and found.st_uid == os.geteuid() and found.st_nlink == 1
            is_quiet = found.st_mtime_ns < time.time_ns() - _QUIET
            if not (
                is_ours and is_quiet and found.st_size == len(content) and _first(file, len(content) + 1) == content
            ):
                return None
        os.link(own, path, follow_symlinks=False)
    except OSError:  # it is not there, or this file system has no hard links
        return None
    if path.lstat().st_ino == found.st_ino:
        return found.st_mtime_ns
    path.unlink()  # somebody put another in its place meanwhile
    return None


def move_tree(source: Path, target: Path) -> None:
    """Move all files below a folder to the same places below another on the same file system."""
    for where, _, names in os.walk(source):
        place = target / Path(where).relative_to(source)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            (Path(where) / name).replace(place / name)


def same_modes(folder: Path) -> None:
    """Give every file 644 and every folder 755, whatever the umask: a web server has to read them."""
    for where, _, names in os.walk(folder):
        Path(where).chmod(0o755)
        for name in names:
            (Path(where) / name).chmod(_MODE)


@contextlib.contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A fresh folder to work in, beside `target` on the same file system, so that `publish` is one step.

    However the block ends, the folder is removed; if the process is killed, the next run sweeps it away. Two runs at
    once take turns.

    Raises:
        DiskError: the disk refused to write or to exchange, or `target` holds something else than a site; it is as it
            was.

    """
    target = target.resolve()
    try:
        if not _may_go(target):
            raise DiskError(f"{target} holds something else than a site, which would be lost; name another folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        cache.sweep()
        with _turn(target):
            _sweep(target)
            work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".tmp", dir=target.parent))
            try:
                yield work
            finally:
                shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise DiskError(_in_words(error, target)) from error


def publish(fresh: Path, target: Path, shared: Shared | None = None) -> None:
    """Put a finished folder, made within `staged`, in the place of `target`, in one step.

    Afterwards `fresh` holds what stood there before, and goes with the staging folder. What it has from there already
    (`shared`, from `lay_tree`) is on the disk.

    Raises:
        DiskError: somebody wrote into the site that stands, and so into what was shared.

    """
    same_modes(fresh)
    _sync(fresh, shared or {})
    for name, changed in (shared or {}).items():
        if (fresh / name).stat().st_mtime_ns != changed:
            raise DiskError(
                f"{target / name} was changed by somebody else meanwhile; build again, {target.name}/ stands"
            )
    _exchange(fresh, target.resolve())


def _may_go(target: Path) -> bool:
    """Whether nothing but a site of ours, or nothing at all, would be lost: `--site .` must not cost the inputs."""
    if not target.exists():
        return True
    names = {path.name for path in target.iterdir()}
    return not names or ({"index.html", "404.html", "sitemap.xml"} <= names and not {FACTS, CONTENT, ".git"} & names)


def _in_words(error: OSError, target: Path, kept: str = "") -> str:
    what = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your quota of the disk is used up",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "writing is not permitted",
        errno.EPERM: "writing is not permitted",
    }.get(error.errno or 0, error.strerror or str(error))
    stands = f"{target.name} is as {kept}" if kept else f"{target.name}/ and the inputs are as they were"
    return f"{what} ({error.filename or target}); {stands}"


@contextlib.contextmanager
def _turn(target: Path) -> Iterator[None]:
    """Hold the lock of the folder that holds the target; it goes with the process, so a killed run leaves none.

    Where a folder can be locked, no lock file is needed; Windows locks files only, and keeps one among the temporary.
    """
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there is none elsewhere

        with (Path(tempfile.gettempdir()) / f"briefing-{zlib.crc32(os.fsencode(target)):08x}.lock").open(
            "wb"
        ) as handle:
            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
            yield
        return
    import fcntl  # noqa: PLC0415 - there is none on Windows

    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(target: Path) -> None:
    """Remove what a killed run left beside the target. We hold its lock, so nobody is using it."""
    for litter in target.parent.glob(f".{glob.escape(target.name)}-*.tmp"):
        for aside in litter.glob(f"*{_ASIDE}"):
            if not target.exists():  # killed between two renames
                aside.rename(target)
        shutil.rmtree(litter, ignore_errors=True)


def _sync(folder: Path, shared: Shared) -> None:
    """Have everything on the disk before the exchange, so that a power cut cannot leave an empty new site.

    Many files are asked for at once: a disk then writes them together, and not one after the other.
    """
    if sys.platform == "win32":
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - who only reads need not wait for it

    paths: list[Path] = []
    for where, _, names in os.walk(folder):
        within = Path(where).relative_to(folder)
        paths += (Path(where) / name for name in names if (within / name).as_posix() not in shared)
        paths.append(Path(where))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(_flush, paths):
            pass


_AT_ONCE = 16
"""So many files are flushed at the same time."""


def _flush(path: Path) -> None:
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
        aside = fresh.with_name(f"{fresh.name}{_ASIDE}")
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
