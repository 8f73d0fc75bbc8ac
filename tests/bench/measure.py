"""Commands -> what whole processes take: wall, CPU and memory, with all their children; and folders -> bytes and files.

A command is started by a small process that does nothing else (`_WATCH`): the peak of memory that the system tells of a
child begins with that of the process from which it was forked, which with a large fact base in memory would say
nothing of the child.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

_WATCH = """
import json, os, sys, time
log, *command = sys.argv[1:]
started = time.perf_counter()
child = os.fork()
if not child:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.setpgid(0, 0)  # so that all of it can be ended, and nothing else
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(error, file=sys.stderr)
    os._exit(127)
print(child, flush=True)
_, status, used = os.wait4(child, 0)
wall, cpu = time.perf_counter() - started, used.ru_utime + used.ru_stime
print(json.dumps([wall, cpu, used.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""
_ONE_K = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in: bytes on macOS, else KiB."""
LIMIT = 3600.0
"""Seconds that a command may take."""


class FailedError(Exception):
    """A command failed, or took too long; the message is its last line."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run took."""

    wall: float
    """Seconds, from the start of the first command to the end of the last."""
    cpu: float
    """Seconds of all processes."""
    memory: int
    """Bytes of the largest process at its largest."""

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


@dataclass(frozen=True, slots=True)
class Command:
    """A command and where it runs."""

    words: tuple[str, ...]
    folder: Path
    env: tuple[tuple[str, str], ...] = ()
    """What is added to the environment."""


def run(command: Command, log: Path, limit: float = LIMIT) -> Spent:
    """Run a command to its end; what it prints goes to `log`.

    Raises:
        FailedError: it ended with another code than 0, or not in time.

    """
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCH, str(log), *command.words],
        cwd=command.folder,
        env={**surroundings(), **dict(command.env)},
        stdout=subprocess.PIPE,
        text=True,
    ) as watch:
        assert watch.stdout is not None  # a pipe, as asked for
        child = int(watch.stdout.readline())
        try:
            told, _ = watch.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(child, 9)
            watch.communicate()
            raise FailedError(f"took more than {limit:.0f} s") from None
        except BaseException:
            os.killpg(child, 9)
            raise
    wall, cpu, memory, code = json.loads(told)
    if code:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["failed without a word"]
        raise FailedError(f"exit {code}: {said[-1]}")
    return Spent(wall, cpu, int(memory) * _ONE_K)


def run_all(commands: Iterable[Command], log: Path, limit: float = LIMIT) -> Spent:
    """Run commands one after the other, as one.

    Raises:
        FailedError: one of them failed; the others were not started.

    """
    return reduce(Spent.__add__, (run(each, log, limit) for each in commands), Spent(0, 0, 0))


def surroundings() -> Mapping[str, str]:
    """The environment without what would have tools talk of other things, talk to others, or read themselves anew."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **own,
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "DO_NOT_TRACK": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


def size(folder: Path) -> tuple[int, int]:
    """The bytes and the number of the files below a folder."""
    sizes = [path.lstat().st_size for path in folder.rglob("*") if path.is_file()]
    return sum(sizes), len(sizes)


@dataclass
class Contender:
    """One of those that take turns."""

    name: str
    turn: Callable[[int], Spent]
    """Does what is measured once, and what has to be done before, unmeasured; it is told which turn it is."""
    output: Path | None = None
    """The folder that it fills, where it fills one."""


@dataclass
class Taken:
    """What a contender took, turn by turn."""

    name: str
    runs: list[Spent]
    bytes: int = 0
    files: int = 0
    failed: str = ""
    """What it said when it failed; it had no further turn."""


def in_turns(contenders: Sequence[Contender], rounds: int, *, warm: bool, say: Callable[[str], None]) -> list[Taken]:
    """Let each have its turn, round by round, so that what slows the machine for a while slows all of them alike.

    With `warm` there is a round before the first that does not count. Whoever fails has no further turn.
    """
    taken = {each.name: Taken(each.name, []) for each in contenders}
    for turn in range(-1 if warm else 0, rounds):
        for each in contenders:
            own = taken[each.name]
            if own.failed:
                continue
            try:
                spent = each.turn(turn)
            except FailedError as error:
                own.failed = str(error)
                say(f"{each.name}: {error}")
                continue
            if turn >= 0:
                own.runs.append(spent)
            if each.output is not None:
                own.bytes, own.files = size(each.output)
            say(f"{each.name}: {spent.wall:.3f} s, CPU {spent.cpu:.3f} s{'' if turn >= 0 else ' (does not count)'}")
    return [*taken.values()]


def until(done: Callable[[], bool], limit: float, pause: float = 0.005) -> float:
    """Wait until something holds; returns the seconds that it took.

    Raises:
        FailedError: it did not in time.

    """
    started = time.perf_counter()
    while not done():
        if time.perf_counter() - started > limit:
            raise FailedError(f"nothing came within {limit:.0f} s")
        time.sleep(pause)
    return time.perf_counter() - started
