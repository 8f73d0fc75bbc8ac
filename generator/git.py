"""git, alone: a question or an order to a repository -> what git answers, or why it refuses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple, TypeAlias

_File: TypeAlias = "IO[bytes] | int"
_SECONDS = 60
"""How long git may take for an answer."""
_FAR = 600
"""How long it may take where a remote is asked."""


class GitError(Exception):
    """Git refused, is not there or did not end; the message is its own last word."""


def ask(root: Path, *arguments: str) -> bytes | None:
    """What git answers to a question about the repository that holds `root`; None where it refuses or is not there."""
    try:
        return _run(root, arguments, {"GIT_TERMINAL_PROMPT": "0"}, _SECONDS)
    except GitError:
        return None


def say(root: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """What git answers to an order, without the white space around it.

    Raises:
        GitError: git refused.

    """
    answer = _run(root, arguments, {"GIT_TERMINAL_PROMPT": "0", **(env or {})}, _SECONDS)
    return answer.decode("utf-8", "replace").strip()


def reach(root: Path, *arguments: str) -> str:
    """As `say`, of an order that asks a remote: it may take longer, and may ask a person at a terminal who they are.

    Raises:
        GitError: git or the remote refused.

    """
    prompt = "1" if sys.stdin is not None and sys.stdin.isatty() else "0"
    return _run(root, arguments, {"GIT_TERMINAL_PROMPT": prompt}, _FAR).decode("utf-8", "replace").strip()


class Object(NamedTuple):
    """What git holds under a name."""

    id: str
    kind: str
    """`blob`, `tree`, `commit` or `tag`."""
    content: bytes


_HEADER = re.compile(rb"([0-9a-f]{40,64}) (blob|tree|commit|tag) ([0-9]+)\n")
_UNASKABLE = frozenset("\n\0")
"""What no name holds, and what would end a question in its midst."""
_ENTRY = re.compile(rb"([0-7]+) ([^\0]+)\0", re.DOTALL)


class Objects:
    """The objects of the repository that holds a folder: each question is a line to one process, which all share."""

    def __init__(self, process: subprocess.Popen[bytes] | None, known: Iterable[Object] = ()) -> None:
        self._process = process
        self._known = {each.id: each for each in known}

    @classmethod
    @contextmanager
    def of(cls, root: Path, ahead: Ahead | None = None) -> Iterator[Objects]:
        """Begin to ask; where there is no git, nothing has an answer. What was read ahead need not be asked for."""
        try:
            process = _reading(root, subprocess.PIPE, subprocess.PIPE)
        except (OSError, ValueError):
            yield cls(None)
            return
        with process:
            try:
                yield cls(process, ahead.objects() if ahead else ())
            finally:
                process.kill()  # it waits for the next line
                with suppress(OSError):  # what it was asked and did not read
                    if process.stdin is not None:
                        process.stdin.close()

    def get(self, name: str) -> Object | None:
        """What stands under a name, such as `HEAD^{tree}` or `HEAD:facts.yaml`; None where nothing does."""
        found = self._known.get(name)
        if found is None and self._process is not None and _UNASKABLE.isdisjoint(name):
            watch = threading.Timer(_SECONDS, self._process.kill)
            watch.start()
            try:
                found = self._asked(self._process, name)
            finally:
                watch.cancel()
            if found is not None:
                self._known[found.id] = found
        return found

    def entries(self, tree: Object) -> Iterator[tuple[str, str, str]]:
        """What stands in a tree: of each thing the mode, the name, and the id of its object."""
        width, at = len(tree.id) // 2, 0
        while found := _ENTRY.match(tree.content, at):
            at = found.end() + width
            yield found[1].decode(), found[2].decode("utf-8", "surrogateescape"), tree.content[found.end() : at].hex()

    @staticmethod
    def _asked(process: subprocess.Popen[bytes], name: str) -> Object | None:
        if process.stdin is None or process.stdout is None:
            return None
        with suppress(OSError, ValueError):  # it ended, since this is no repository, or since it took too long
            process.stdin.write(os.fsencode(name) + b"\n")
            process.stdin.flush()
            return _read_object(process.stdout, process.stdout.readline())
        return None


class Ahead:
    """Objects that git reads while nobody waits for them, into a file that goes when it is closed."""

    def __init__(self, root: Path, names: Iterable[str]) -> None:
        """Have git begin; where it cannot, or has no such object, there will be less."""
        self._begun: tuple[subprocess.Popen[bytes], IO[bytes]] | None = None
        with suppress(OSError, ValueError), tempfile.TemporaryFile() as asked:
            asked.write(b"".join(os.fsencode(name) + b"\n" for name in names if _UNASKABLE.isdisjoint(name)))
            asked.seek(0)
            held = tempfile.TemporaryFile()  # noqa: SIM115 - git writes on
            try:
                self._begun = _reading(root, asked, held), held
            except (OSError, ValueError):
                held.close()

    def objects(self) -> Iterator[Object]:
        """What git has read, when it has read all; once."""
        begun, self._begun = self._begun, None
        if begun is None:
            return
        process, answers = begun
        with answers, suppress(OSError, ValueError):
            try:
                process.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            answers.seek(0)
            while line := answers.readline():
                found = _read_object(answers, line)
                if found is not None:
                    yield found


def _reading(root: Path, asked: _File, answers: _File) -> subprocess.Popen[bytes]:
    """A process to which each line is a question for an object."""
    return subprocess.Popen(
        ["git", "-C", str(root), "cat-file", "--batch"],  # noqa: S607 - as below
        stdin=asked,
        stdout=answers,
        stderr=subprocess.DEVNULL,
        env=_settings({"GIT_TERMINAL_PROMPT": "0"}),
    )


def _read_object(answers: IO[bytes], line: bytes) -> Object | None:
    """An object from its first line and what follows; None where git has none, or the answer is torn."""
    header = _HEADER.fullmatch(line)
    if header is not None:
        size = int(header[3])
        content = answers.read(size)
        if len(content) == size and answers.read(1) == b"\n":
            return Object(header[1].decode(), header[2].decode(), content)
    return None


def _settings(env: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the user's git settings that runs programs of its own is wanted: no pager, no needless locks."""
    return {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat", "LC_ALL": "C", **env}


def _run(root: Path, arguments: tuple[str, ...], env: Mapping[str, str], seconds: int) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],  # noqa: S607 - git is where the user's PATH has it
            capture_output=True,
            check=False,
            env=_settings(env),
            stdin=subprocess.DEVNULL,
            timeout=seconds,
        )
    except FileNotFoundError as error:
        raise GitError("there is no git on this machine") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {arguments[0]} did not end within {seconds} seconds") from error
    except (OSError, ValueError) as error:
        raise GitError(f"git {arguments[0]}: {error}") from error
    if done.returncode:
        raise GitError(_gist(done.stderr.decode("utf-8", "replace")) or f"git {arguments[0]} said no")
    return done.stdout


def _gist(words: str) -> str:
    """The lines of git's complaint that say why, without its hints and its leading words."""
    lines = [line.strip() for line in words.splitlines() if line.strip() and not line.startswith("hint:")]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", "!"))] or lines
    return "; ".join(line.removeprefix("fatal:").removeprefix("error:").strip() for line in telling[:4])
