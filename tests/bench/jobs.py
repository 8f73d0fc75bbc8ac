"""A job, a size and the tools -> those that take turns at it: what each does before, and what of it is measured."""

from __future__ import annotations

import http.client
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import bases, measure, peers
from tests.bench.measure import Command, Contender, FailedError, Spent

_MANY = 1_000
"""One fact in so many is changed for `review`."""
_SERVED_WITHIN = 120.0


@dataclass
class Place:
    """Where the projects of one size stand, each made when it is first asked for."""

    base: bases.Base
    size: int
    folder: Path
    limit: float = measure.LIMIT
    _changes: int = 0
    _laid: dict[str, Path] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """What the last command printed."""
        return self.folder / "last.log"

    def project(self, peer: peers.Peer) -> Path:
        """The project of a tool."""
        if peer.name not in self._laid:
            folder = self.folder / peer.name
            peer.lay(self.base, folder)
            self._laid[peer.name] = folder
        return self._laid[peer.name]

    def changed(self) -> str:
        """The facts with one changed as it never was before, so that nobody's memory has it."""
        self._changes += 1
        return bases.changed(self.base.facts, [self.size // 2], self._changes)


def _cold(place: Place, peer: peers.Peer) -> Contender:
    project = place.project(peer)

    def turn(_: int) -> Spent:
        for name in (peer.output, *peer.caches):
            _gone(project / name)
        return measure.run_all(peer.commands(project), place.log, place.limit)

    return Contender(peer.name, turn, project / peer.output)


def _again(place: Place, peer: peers.Peer, before: Callable[[Path], object]) -> Contender:
    """Build where a finished site and what the last run left are there, after something was done to the project."""
    project = place.project(peer)

    def turn(_: int) -> Spent:
        if not (project / peer.output).is_dir():
            measure.run_all(peer.commands(project), place.log, place.limit)
        before(project)
        return measure.run_all(peer.commands(project), place.log, place.limit)

    return Contender(peer.name, turn, project / peer.output)


def _changed(place: Place, peer: peers.Peer) -> Contender:
    return _again(place, peer, lambda project: peer.put(project, place.changed()))


def _unchanged(place: Place, peer: peers.Peer) -> Contender:
    return _again(place, peer, lambda _: None)


def _gone(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


# -- ours alone -----------------------------------------------------------------------------------------------------


def _check(place: Place, *, warm: bool) -> Iterator[Contender]:
    folder = place.base.write(place.folder / "check")
    command = peers.ours(folder, "check", "--root", str(folder))

    def turn(_: int) -> Spent:
        _gone(folder / "cache")
        if warm:
            measure.run(command, place.log, place.limit)
        return measure.run(command, place.log, place.limit)

    yield Contender("ours", turn)


def _review(place: Place) -> Iterator[Contender]:
    """Two commits of a repository: what changed of a fact in a thousand, in sentences, and what git counts."""
    folder = place.base.write(place.folder / "review")

    def git(*words: str) -> Command:
        who = ("-c", "user.name=A. Miller", "-c", "user.email=miller@mill.example")
        return Command(("git", *who, *words), folder)

    setup = [git("init", "-q"), git("add", "facts.yaml", "sources.lock", "content"), git("commit", "-q", "-m", "First")]
    measure.run_all(setup, place.log)
    among = range(place.size // 2 % _MANY, place.size, _MANY) or [place.size // 2]
    peers.one_file(folder, bases.changed(place.base.facts, among, 1))
    measure.run(git("commit", "-q", "-a", "-m", "Second"), place.log)
    ours = peers.ours(folder, "review", "--root", str(folder), "HEAD^", "HEAD")
    theirs = git("diff", "--stat", "HEAD^", "HEAD")
    for name, command in (("ours", ours), ("git", theirs)):
        yield Contender(name, lambda _, command=command: measure.run(command, place.log, place.limit))  # type: ignore[misc]


# -- serve ----------------------------------------------------------------------------------------------------------


@contextmanager
def serving(place: Place) -> Iterator[Contender]:
    """Our `serve` on an invented briefing: from the moment its facts are replaced until the new page is sent."""
    folder = place.base.write(place.folder / "serve")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = peers.ours(folder, "serve", "--root", str(folder), "--site", str(folder / "site"), "--port", str(port))
    with place.log.open("wb") as log:
        child = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env={**measure.surroundings(), **dict(command.env)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        measure.until(lambda: _page(port, "index.html") is not None, place.limit, pause=0.1)
        path = _page_of(folder / "site", bases.statement(place.base.facts, place.size // 2))

        def turn(_: int) -> Spent:
            facts = place.changed()
            told = bases.statement(facts, place.size // 2).encode()
            peers.one_file(folder, facts)
            # seldom enough not to be what keeps it busy: a browser asks once, and is told
            shown = measure.until(lambda: told in (_page(port, path) or b""), _SERVED_WITHIN, pause=0.03)
            return Spent(shown, 0, 0)

        yield Contender("ours", turn)
    finally:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _page(port: int, path: str) -> bytes | None:
    """What the server sends for a page; None while it does not."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SERVED_WITHIN)
    try:
        connection.request("GET", f"/{path}")
        answer = connection.getresponse()
        body = answer.read()
    except OSError:
        return None
    finally:
        connection.close()
    return body if answer.status == http.client.OK else None


def _page_of(site: Path, told: str) -> str:
    """The page that shows a statement, in the list of all facts."""
    for path in sorted((site / "facts").glob("*.html")):
        if told in path.read_text(encoding="utf-8"):
            return path.relative_to(site).as_posix()
    raise FailedError(f"no page shows the statement {told!r}")


# -- all of them ----------------------------------------------------------------------------------------------------

OF_ALL = {"cold": _cold, "changed": _changed, "unchanged": _unchanged}
"""Jobs that all tools can do."""
NAMES = (*OF_ALL, "check", "check-warm", "review", "serve")


@contextmanager
def contenders(job: str, place: Place, tools: Sequence[peers.Peer]) -> Iterator[list[Contender]]:
    """Those that take turns at a job.

    Raises:
        measure.FailedError: what it needs could not be made.

    """
    if job == "serve":
        with serving(place) as ours:
            yield [ours]
    elif job == "review":
        yield [*_review(place)]
    elif job in {"check", "check-warm"}:
        yield [*_check(place, warm=job == "check-warm")]
    else:
        yield [OF_ALL[job](place, each) for each in tools if job == "cold" or each.changes]
