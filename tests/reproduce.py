"""A briefing -> its site, built under one condition after the other in fresh folders; every byte and mode compared.

`python -m tests.reproduce` builds the briefing of this checkout, `--root DIR` another one; `nox -s reproduce` does so
in virtual environments that it makes of the lock, one for each Python that is at hand. A base is built first. Each
variation then changes one thing about it, the last one all at once.

A condition that does not take hold proves nothing. So before each build a witness runs under the very condition, and
what it sees must be other than what it saw under the base: else the variation is told of as not at hand. So is every
tool and Python that this machine does not have; none of that is a failure. A byte that differs is one, and a build
that fails.

Only the standard library is needed, so any Python from 3.11 on can run it; the builds run with those it is given.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
PRODUCT = ("generator", "site_templates", "requirements", "mkdocs.yml")
"""What of the checkout makes a site of a briefing."""
BRIEFING = ("facts.yaml", "content", "sources.lock", "reviews.lock", "editions.yaml", "mkdocs.yml")
"""What a briefing is; the last three only where it has them."""
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
"""The Pythons under which a site must be the same."""
SKEWED = Path(__file__).parent / "skewed"
_DAYS = 400
"""So far ahead the clock is set: another year, whatever the day."""
_SECONDS = 900
"""How long one build may take."""
_EXPLAINED = 3
"""So many files that differ are explained for each variation; the others are named."""
_NAMED = 12


class ReproduceError(Exception):
    """There is nothing to compare; the message says why."""


@dataclass(frozen=True)
class Condition:
    """Under what a build runs: what is not named is as in the base."""

    name: str
    seen: tuple[str, ...] = ()
    """What the witness must see otherwise than under the base."""
    env: Mapping[str, str | None] = field(default_factory=dict)
    """Variables of the environment; None for one that is not set."""
    python: Path | None = None
    folder: str = "b"
    """The folder of the build, below a fresh one."""
    umask: int = 0o022
    age: float | None = None
    """When all inputs were written, in seconds since 1970."""
    is_turned: bool = False
    """Whether folders list their files in another order."""
    is_alone: bool = False
    """Whether the build has one processor for itself."""
    is_warm: bool = False
    """Whether what the base kept for later builds is there."""
    is_upon_another: bool = False
    """Whether a site of other facts stands there, made by a build that went before."""

    def but(self, other: Condition) -> Condition:
        """This one, with what another changes."""
        return Condition(
            self.name,
            (*self.seen, *(each for each in other.seen if each not in self.seen)),
            {**self.env, **other.env},
            other.python or self.python,
            other.folder if other.folder != BASE.folder else self.folder,
            other.umask if other.umask != BASE.umask else self.umask,
            other.age or self.age,
            self.is_turned or other.is_turned,
            self.is_alone or other.is_alone,
            self.is_warm or other.is_warm,
            self.is_upon_another or other.is_upon_another,
        )


BASE = Condition("the base")


@dataclass(frozen=True)
class Outcome:
    """What came of one variation."""

    name: str
    files: int = 0
    """How many files were compared."""
    differing: tuple[str, ...] = ()
    """Those that differ, that are missing or that are more."""
    explained: tuple[str, ...] = ()
    """How they differ, line by line."""
    failed: str = ""
    """Why there is nothing to compare."""
    absent: str = ""
    """Why the variation could not be tried."""


# -- what this machine has -------------------------------------------------------------------------------------------


def pythons() -> dict[str, Path]:
    """The Pythons of this machine under which a site must be the same: one of each version, by version."""
    return {version: path for version in SUPPORTED if (path := _python(version)) is not None}


def _python(version: str) -> Path | None:
    """A Python of a version: the one that runs this, one of the user's PATH, or one that pyenv keeps."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser())
    named = shutil.which(f"python{version}")
    kept = sorted(pyenv.glob(f"versions/{version}.*/bin/python"), key=lambda path: [*map(int, _digits(path))])
    for path in (Path(sys.executable), *([Path(named)] if named else []), *kept[::-1]):
        if version_of(path).startswith(f"{version}."):  # a shim of pyenv is there also where its Python is not
            return path
    return None


def _digits(path: Path) -> list[str]:
    return re.findall(r"\d+", path.parent.parent.name)


def version_of(python: Path) -> str:
    """`3.11.7`; empty where it does not run."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        order = [f"{python}", "-c", "import platform; print(platform.python_version())"]
        return subprocess.run(order, capture_output=True, check=True, encoding="utf-8", timeout=60).stdout.strip()
    return ""


def faketime() -> Path | None:
    """The library that sets the clock of whole programs, where it is installed."""
    places = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime")
    found = (path for place in places for path in sorted(Path("/").glob(f"{place[1:]}/libfaketimeMT.so.1")))
    return next(found, None)


def _locales() -> list[str]:
    """Locales of this machine that write numbers or letters in another way than English does."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        listed = subprocess.run(["locale", "-a"], capture_output=True, check=True, encoding="utf-8").stdout.split()
        return [each for each in listed if re.match(r"(tr_TR|de_DE)\.utf-?8$", each, re.IGNORECASE)]
    return []


# -- what is varied --------------------------------------------------------------------------------------------------


def conditions(tools: Path, base: Path, others: Iterable[Path], *, by_disorderfs: bool) -> list[Condition]:
    """Every condition beside the base, one change each, and one with all; `tools` is a folder for their files."""
    nowhere = {"HOME": f"{os.devnull}/nobody", "BRIEFING_CACHE": None, "XDG_CACHE_HOME": None}
    plain = {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    single = [
        Condition("nothing but another folder and a cold cache", ("folder",)),
        Condition("a longer folder, with spaces and ü", ("folder",), folder=f"{'a long way below/' * 4}ü’s"),
        Condition("no home", ("home",), nowhere),
        Condition("time zone UTC+14", ("zone",), {"TZ": "Pacific/Kiritimati"}),
        Condition("time zone UTC-12", ("zone",), {"TZ": "Etc/GMT+12"}),
        Condition("locale C without UTF-8", ("locale",), plain),
        *(Condition(f"locale {each}", ("locale",), {"LC_ALL": each, "LANG": each}) for each in _locales()),
        Condition("PYTHONHASHSEED 4242", ("seed",), {"PYTHONHASHSEED": "4242"}),
        Condition("PYTHONHASHSEED random", ("seed",), {"PYTHONHASHSEED": "random"}),
        Condition("umask 077", ("umask",), umask=0o077),
        Condition("inputs written in 1980", ("age",), age=315_532_800),
        _clock(),
        _order(by_disorderfs=by_disorderfs),
        Condition("one processor", ("processors",), is_alone=True),
        Condition("no fonts of the system", ("fonts",), {"FONTCONFIG_FILE": f"{_without_fonts(tools)}"}),
        Condition("a warm cache", ("kept",), is_warm=True),
        Condition("upon a site of other facts, and back", is_upon_another=True),
    ]
    own = version_of(base)
    versions = sorted(((version_of(each), each) for each in others), key=lambda each: each[0] != own)
    single += [
        Condition(f"Python {version} in another environment", ("environment",), python=python)
        if version == own
        else Condition(f"Python {version}", ("python", "environment"), python=python)
        for version, python in versions  # one of another version last, so that all at once is with that
    ]
    every = Condition("all of it at once")
    for each in single:
        every = every.but(each)
    # no cache can be warm where there is no home, and a random seed may be any
    seen = tuple(each for each in every.seen if each != "kept")
    return [*single, replace(every, is_warm=False, seen=seen)]


def _clock() -> Condition:
    """A clock that is ahead: for whole programs where libfaketime is installed, and else for Python alone."""
    library = faketime()
    if library is not None:
        env = {"LD_PRELOAD": f"{library}", "FAKETIME": f"+{_DAYS}d"}
        return Condition(f"clock {_DAYS} days ahead, by libfaketime", ("year",), env)
    env = {"SKEWED_DAYS": f"{_DAYS}", "PYTHONPATH": f"{SKEWED}"}
    return Condition(f"clock {_DAYS} days ahead, by sitecustomize", ("year",), env)


def _order(*, by_disorderfs: bool) -> Condition:
    """Folders that list their files from the last to the first: all of them, or those that Python asks."""
    if by_disorderfs:
        return Condition("files in reverse order, by disorderfs", ("order",), is_turned=True)
    env = {"SKEWED_ORDER": "reversed", "PYTHONPATH": f"{SKEWED}"}
    return Condition("files in reverse order, by sitecustomize", ("order",), env)


def _without_fonts(tools: Path) -> Path:
    """A configuration of fontconfig by which the machine has no fonts."""
    (tools / "fonts").mkdir(parents=True, exist_ok=True)
    written = tools / "fonts.conf"
    head = '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
    written.write_text(f"{head}<fontconfig><dir>{tools / 'fonts'}</dir></fontconfig>\n", encoding="utf-8")
    return written


# -- a build ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """A site, and under what it was built."""

    site: Path
    cache: Path
    seen: Mapping[str, object]
    files: Mapping[str, str]
    """The hash and the mode of each file, by path."""


def build(inputs: Path, base: Path, condition: Condition, work: Path, warm: Path | None = None) -> Built:
    """Build what was `taken` in a fresh folder below `work`, with the Python `base` unless the condition names another.

    `warm` is a cache to start with, where the condition asks for one.

    Raises:
        ReproduceError: the build failed.

    """
    place, cache = work / condition.folder, work / "cache"
    shutil.copytree(inputs, place, copy_function=shutil.copyfile)
    if condition.age is not None:
        for path in (place, *place.rglob("*")):
            os.utime(path, (condition.age, condition.age))
    (work / "home").mkdir()
    if condition.is_warm and warm is not None:
        shutil.copytree(warm, cache)
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
    ours = {"HOME": f"{work / 'home'}", "BRIEFING_CACHE": f"{cache}", "TZ": "UTC", "PYTHONHASHSEED": "0"}
    ours |= {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    surroundings: dict[str, str | None] = {**kept, **ours, **condition.env}
    env = {name: value for name, value in surroundings.items() if value is not None}
    between: Mapping[str, str] = {}
    with _turned(place, condition, work) as within, _alone(condition):

        def run(*arguments: str | Path) -> str:
            return _run([condition.python or base, *arguments], within, env, condition.umask)

        seen = json.loads(run(SKEWED / "witness.py"))
        if condition.is_upon_another:
            facts = place / "briefing" / "facts.yaml"
            as_it_is = facts.read_bytes()
            facts.write_bytes(otherwise(as_it_is))
            run(*_BUILD)
            between = tree(place / "site")
            facts.write_bytes(as_it_is)
            if condition.age is not None:
                os.utime(facts, (condition.age, condition.age))
        run(*_BUILD)
    built = Built(place / "site", cache, seen, tree(place / "site"))
    if between == built.files:
        raise ReproduceError("another statement of a fact made the same site, so nothing was shown")
    return built


_BUILD = ("-m", "generator", "build", "--root", "briefing", "--site", "site")


def taken(root: Path, target: Path) -> Path:
    """Program and briefing in a folder of their own, as they are now: who goes on working changes no build."""
    skip = shutil.ignore_patterns("__pycache__", ".*")
    for source, names, place in ((CHECKOUT, PRODUCT, target), (root, BRIEFING, target / "briefing")):
        place.mkdir(parents=True)
        for name in names:
            if (source / name).is_dir():
                shutil.copytree(source / name, place / name, ignore=skip, copy_function=shutil.copyfile)
            elif (source / name).is_file():
                shutil.copyfile(source / name, place / name)
    return target


def otherwise(facts: bytes) -> bytes:
    """A fact base in which the first fact says the same in a word more.

    Raises:
        ReproduceError: no statement of a fact was found.

    """
    begin = re.search(rb"^facts:", facts, re.MULTILINE)
    # a block (`>-`) has its words on the next line; a quotation mark stays in front of them
    said = re.compile(rb"""^ *(?:- )?statement: *(?:[>|][-+0-9]*\s*\n +)?["']?""", re.MULTILINE)
    found = said.search(facts, begin.end()) if begin else None
    if found is None:
        raise ReproduceError("no fact with a statement was found in facts.yaml")
    return facts[: found.end()] + b"Indeed, " + facts[found.end() :]


def _run(order: Sequence[str | Path], where: Path, env: Mapping[str, str], umask: int) -> str:
    try:
        done = subprocess.run(
            order, cwd=where, env=env, umask=umask, capture_output=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ReproduceError(f"{error}") from error
    if done.returncode:
        words = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        raise ReproduceError(f"exit code {done.returncode}: {words[-1500:] or 'it said nothing'}")
    return done.stdout.decode("utf-8", "replace")


@contextlib.contextmanager
def _turned(place: Path, condition: Condition, work: Path) -> Iterator[Path]:
    """Where a build finds its folder: itself, or as disorderfs shows it."""
    if not condition.is_turned:
        yield place
        return
    shown = work / "shown" / condition.folder
    shown.mkdir(parents=True)
    if not _mounted(place, shown):
        raise ReproduceError("disorderfs did not show the folder")
    try:
        yield shown
    finally:
        _unmounted(shown)


def _mounted(place: Path, shown: Path) -> bool:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        order = ["disorderfs", "--reverse-dirents=yes", "--shuffle-dirents=no", f"{place}", f"{shown}"]
        return subprocess.run(order, capture_output=True, check=False, timeout=30).returncode == 0
    return False


def _unmounted(shown: Path) -> None:
    subprocess.run(["fusermount", "-u", shown], capture_output=True, check=True, timeout=30)


def has_disorderfs(tools: Path) -> bool:
    """Whether disorderfs is installed and may show folders here; in many containers it may not."""
    here, there = tools / "order", tools / "shown"
    for folder in (here, there):
        folder.mkdir(parents=True)
    if not _mounted(here, there):
        return False
    _unmounted(there)
    return True


@contextlib.contextmanager
def _alone(condition: Condition) -> Iterator[None]:
    """All that is started meanwhile has one processor, where the system can give it."""
    if not condition.is_alone or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def tree(folder: Path) -> dict[str, str]:
    """Every file and folder below a folder, with its mode and, of a file, the SHA-256 of its bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        held = "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
        found[path.relative_to(folder).as_posix()] = f"{path.stat().st_mode & 0o7777:o} {held}".rstrip()
    return found


# -- comparing -------------------------------------------------------------------------------------------------------


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """The paths at which two trees differ."""
    return tuple(path for path in sorted({*one, *other}) if one.get(path) != other.get(path))


def explained(one: Built, other: Built, paths: Iterable[str]) -> Iterator[str]:
    """How the files at some paths differ: in the words of diffoscope where it is at hand, else in a few of our own."""
    for path in paths:
        has, wants = (each.files.get(path, "") for each in (other, one))
        if not has or not wants:
            yield f"{path}: {'not there' if wants else 'a file more'}"
            continue
        if has.split()[0] != wants.split()[0]:
            yield f"{path}: its mode is {has.split()[0]}, {wants.split()[0]} in the base"
        if has.split()[1:] != wants.split()[1:]:
            yield f"{path}:"
            yield from (f"    {line}" for line in _compared(one.site / path, other.site / path))


def _compared(one: Path, other: Path) -> list[str]:
    program = shutil.which("diffoscope")
    if program:
        order = [program, "--text", "-", "--no-progress", "--max-text-report-size", "4000", f"{one}", f"{other}"]
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(order, capture_output=True, check=False, encoding="utf-8", timeout=300)
            if done.returncode == 1:  # what it says of two files that differ
                return done.stdout.splitlines()
    return [*_by_hand(one.read_bytes(), other.read_bytes())]


def _by_hand(one: bytes, other: bytes) -> Iterator[str]:
    """The first lines that differ of a text, or the first byte that does."""
    try:
        before, after = (each.decode("utf-8").splitlines() for each in (one, other))
    except UnicodeDecodeError:
        same = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
        first = min(len(one), len(other)) if same is None else same
        yield f"{len(one)} bytes, and {len(other)}; the first that differs is byte {first + 1}"
        return
    lines = difflib.unified_diff(before, after, n=0, lineterm="")
    changes = [each for each in lines if not each.startswith(("---", "+++"))]
    yield from (each if len(each) <= _WIDE else f"{each[:_WIDE]}…" for each in changes[:8])


_WIDE = 300


def compared(root: Path, python: Path, chosen: Sequence[Condition], work: Path) -> Iterator[Outcome]:
    """Build the base, then under each condition, and compare; the first outcome is that of the base.

    Raises:
        ReproduceError: the base cannot be built.

    """
    inputs = taken(root, work / "taken")
    try:
        base = build(inputs, python, BASE, work / "base")
    except ReproduceError as error:
        raise ReproduceError(f"the base was not built: {error}") from error
    yield Outcome(f"{BASE.name}: Python {version_of(python)}", _count(base.files))
    for number, condition in enumerate(chosen, 1):
        own = work / f"{number}"
        own.mkdir()
        try:
            yield _outcome(base, build(inputs, python, condition, own, base.cache), condition)
        except ReproduceError as error:
            yield Outcome(condition.name, failed=f"{error}")
        shutil.rmtree(own, ignore_errors=True)


def _count(files: Mapping[str, str]) -> int:
    return sum(" " in held for held in files.values())


def _outcome(base: Built, built: Built, condition: Condition) -> Outcome:
    idle = [each for each in condition.seen if built.seen[each] == base.seen[each]]
    paths = differing(base.files, built.files)
    said = tuple(explained(base, built, paths[:_EXPLAINED]))
    absent = f"a program saw the same {' and '.join(idle)} as under the base" if idle else ""
    return Outcome(condition.name, _count({**base.files, **built.files}), paths, said, absent=absent)


# -- telling ---------------------------------------------------------------------------------------------------------


def rows(outcome: Outcome) -> Iterator[str]:
    """A line of the table, and below it what differs."""
    if outcome.failed:
        yield f"{outcome.name:<44} failed"
        yield from (f"    {line}" for line in outcome.failed.splitlines())
        return
    is_base = outcome.name.startswith(f"{BASE.name}:")
    yield f"{outcome.name:<44} {outcome.files:>7} {'' if is_base else len(outcome.differing):>7}".rstrip()
    if outcome.differing:
        rest = len(outcome.differing) - _NAMED
        yield f"    {', '.join(outcome.differing[:_NAMED])}{f' and {rest} more' if rest > 0 else ''}"
        yield from (f"    {line}" for line in outcome.explained)


def not_at_hand(given: Iterable[Path], *, by_disorderfs: bool) -> Iterator[str]:
    """What this machine does not have, and what is done without it, a line for each."""
    versions = {version_of(each).rpartition(".")[0] for each in given}
    yield from (f"Python {each}: no build with it" for each in SUPPORTED if each not in versions)
    if faketime() is None:
        yield "libfaketime: sitecustomize sets the clock of Python alone"
    if not by_disorderfs:
        yield "disorderfs: sitecustomize turns the order of files round for Python alone"
    if not shutil.which("diffoscope"):
        yield "diffoscope: differences are told in a few words of our own"
    if not _locales():
        yield "the locales tr_TR.UTF-8 and de_DE.UTF-8: only the locale C is varied"


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.reproduce",
        description="Build a briefing under one condition after the other, and compare every byte.",
    )
    add = parser.add_argument
    add("--root", type=Path, default=CHECKOUT, help="the folder of the briefing; default: this checkout")
    add("--python", type=Path, action="append", help="a Python that can build; the first one builds the base")
    add("--only", action="append", metavar="WORDS", help="only the variations that have these words in their names")
    add("--pythons", action="store_true", help="list the Pythons of this machine, by version, and end")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, compare and tell. 0: no byte differs. 1: one does, or a build failed. 2: there is nothing to compare."""
    asked = _asked(arguments)
    if asked.pythons:
        print("\n".join(f"{version} {path}" for version, path in pythons().items()))
        return 0
    given = [each.absolute() for each in asked.python or [Path(sys.executable)]]  # as named: a link is an environment
    with tempfile.TemporaryDirectory(prefix="reproduce-", ignore_cleanup_errors=True) as folder:
        work = Path(folder).resolve()
        by_disorderfs = has_disorderfs(work / "tools")
        every = conditions(work / "tools", given[0], given[1:], by_disorderfs=by_disorderfs)
        chosen = [each for each in every if not asked.only or any(words in each.name for words in asked.only)]
        if not chosen:
            print(f"no variation is named so; there are: {'; '.join(each.name for each in every)}", file=sys.stderr)
            return 2
        outcomes = []
        print(f"{'variation':<44} {'files':>7} {'differ':>7}", flush=True)
        try:
            for outcome in compared(asked.root, given[0], chosen, work):
                outcomes.append(outcome)
                print("\n".join(rows(outcome)), flush=True)
        except ReproduceError as error:
            print(error, file=sys.stderr)
            return 2
    absent = [*not_at_hand(given, by_disorderfs=by_disorderfs)]
    absent += [f"{each.name}: {each.absent}" for each in outcomes if each.absent]
    print("\n".join([*(f"not at hand: {line}" for line in absent), summary(outcomes)]))
    return 1 if any(each.failed or each.differing for each in outcomes) else 0


def summary(outcomes: Sequence[Outcome]) -> str:
    """`18 builds beside the base: 0 files differ, 0 builds failed`."""
    tried = [each for each in outcomes[1:] if not each.absent]
    files = {path for each in outcomes for path in each.differing}
    failed = sum(1 for each in outcomes if each.failed)
    return f"{len(tried)} variations: {len(files)} files differ, {failed} builds failed"


if __name__ == "__main__":
    sys.exit(main())
