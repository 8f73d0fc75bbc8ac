"""Pieces of work -> their results in order, by all processors of the machine where that is quicker.

Processes are forked, so a piece sees all that is known here without a copy, and only its result comes back, through a
file without a name, so that no process holds the results of all. A process that is left alone ends after the piece in
hand. That is why this is no pool of the standard library, whose workers wait for each other's ends when their parent is
killed. Where nothing can be forked, the same pieces are done here one after the other; the results are the same.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import pickle
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, TypeVar

T = TypeVar("T")

_WORTH = 150
"""Milliseconds of work from which on a second process pays: to fork and to hear from it takes some twenty."""


def shared(pieces: Sequence[Callable[[], T]], costs: Sequence[float]) -> list[T]:
    """Do all pieces, and return their results in the order of the pieces; see `done`."""
    results: list[Any] = [None] * len(pieces)
    for number, result in done(pieces, costs):
        results[number] = result
    return results


def done(pieces: Sequence[Callable[[], T]], costs: Sequence[float]) -> Iterator[tuple[int, T]]:
    """Do all pieces, and give the result of each with its number, in any order, one after the other.

    Args:
        pieces: what is to be done. A piece may be done in another process, so its result can be pickled, and nothing
            else that it does is seen here.
        costs: about how many milliseconds each piece takes.

    Raises:
        Exception: what a piece raises; which one, where several do, is not said.

    """
    shares = _shares(costs, _processors()) if sum(costs) >= _WORTH and _can_fork() else []
    if len(shares) < 2:  # noqa: PLR2004 - one is this process
        yield from ((number, piece()) for number, piece in enumerate(pieces))
        return
    others: list[_Other] = []
    try:
        others += [_Other(share, pieces) for share in shares[1:]]
        left = {number for share in shares[1:] for number in share}
        for number in shares[0]:
            yield number, pieces[number]()
        for other in others:
            for number, result in other.results():
                left.discard(number)
                yield number, result
    finally:
        for other in others:
            other.end()
    # what came to grief elsewhere is done here, so that it is told as if nothing were shared
    yield from ((number, pieces[number]()) for number in sorted(left))


def _shares(costs: Sequence[float], number: int) -> list[list[int]]:
    """Which pieces each process does: the dearest first, each for who has least to do so far."""
    load = [(0.0, place) for place in range(number)]
    shares: list[list[int]] = [[] for _ in range(number)]
    for piece in sorted(range(len(costs)), key=lambda each: (-costs[each], each)):
        so_far, place = heapq.heappop(load)
        shares[place].append(piece)
        heapq.heappush(load, (so_far + costs[piece], place))
    return [sorted(share) for share in shares if share]


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _can_fork() -> bool:
    """Whether a copy of this process would be whole: one of several threads would miss the others."""
    return sys.platform == "linux" and threading.active_count() == 1


class _Other:
    """A process that does a share, and writes what it makes, one piece after the other, into a file without a name."""

    def __init__(self, share: Sequence[int], pieces: Sequence[Callable[[], object]]) -> None:
        self._pid = 0
        self._made: IO[bytes] | None = None
        try:
            self._made = tempfile.TemporaryFile()  # noqa: SIM115 - `end` closes it
            first = os.getpid()
            self._pid = os.fork()
        except OSError:  # no room for another process: what it would have done is done here
            return
        if not self._pid:
            _do(share, pieces, self._made, first)

    def results(self) -> Iterator[tuple[int, Any]]:
        """What it made, with the number of each piece, once it is done; as much as it could."""
        if not self._pid or self._made is None:
            return
        os.waitpid(self._pid, 0)
        self._pid = 0
        self._made.seek(0)
        with contextlib.suppress(EOFError, pickle.UnpicklingError):
            while True:
                yield pickle.load(self._made)  # noqa: S301 - from a copy of ourselves

    def end(self) -> None:
        """See it off, whether or not it is done."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0
        if self._made is not None:
            self._made.close()


def _do(share: Sequence[int], pieces: Sequence[Callable[[], object]], made: IO[bytes], first: int) -> None:
    """Be the other process, and never return: nothing of what this one has begun may be done twice."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who waits for the command is told once, by the first process
        for number in share:
            if os.getppid() != first:
                break
            pickle.dump((number, pieces[number]()), made, pickle.HIGHEST_PROTOCOL)
        made.flush()
    except BaseException:  # noqa: BLE001, S110 - the first process does the rest, and tells what is wrong
        pass
    finally:
        os._exit(0)
