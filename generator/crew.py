"""Pieces of work -> their results in order, by all processors of the machine where that is quicker.

Processes are forked, so a piece sees all that is known here without a copy, and only its result is sent back. A process
that is alone with its pieces cannot be left over: when this one is gone, there is nobody to write to, and it ends. That
is why this is no pool of the standard library, whose workers wait for each other's ends when their parent is killed.
Where nothing can be forked, the same pieces are done here one after the other; the results are the same.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

_WORTH = 150
"""Milliseconds of work from which on a second process pays: to fork and to hear from it takes some twenty."""
_FAILED = object()


def shared(pieces: Sequence[Callable[[], T]], costs: Sequence[float]) -> list[T]:
    """Do all pieces, and return their results in the order of the pieces.

    Args:
        pieces: what is to be done. A piece may be done in another process, so its result can be pickled, and nothing
            else that it does is seen here.
        costs: about how many milliseconds each piece takes.

    Raises:
        Exception: what a piece raises; which one, where several do, is not said.

    """
    shares = _shares(costs, _processors()) if sum(costs) >= _WORTH and _can_fork() else []
    if len(shares) < 2:  # noqa: PLR2004 - one is this process
        return [piece() for piece in pieces]
    results: list[Any] = [_FAILED] * len(pieces)
    others: list[_Other] = []
    try:
        others += [_Other(share, pieces) for share in shares[1:]]
        for number in shares[0]:
            results[number] = pieces[number]()
        for other in others:
            for number, result in other.results().items():
                results[number] = result
    finally:
        for other in others:
            other.end()
    # what came to grief elsewhere is done here, so that it is told as if nothing were shared
    return [pieces[number]() if result is _FAILED else result for number, result in enumerate(results)]


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
    """A process that does a share."""

    def __init__(self, share: Sequence[int], pieces: Sequence[Callable[[], object]]) -> None:
        self._reading, writing = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:  # no room for another process: what it would have done is done here
            os.close(writing)
            self._pid = 0
            return
        if not self._pid:
            _do(share, pieces, writing, self._reading)
        os.close(writing)

    def results(self) -> dict[int, object]:
        """What it made, by the number of the piece; nothing of it where it came to grief."""
        if not self._pid:
            return {}
        with open(self._reading, "rb", closefd=False) as sent:
            try:
                found: dict[int, object] = pickle.load(sent)  # noqa: S301 - from a copy of ourselves
            except (EOFError, pickle.UnpicklingError):
                return {}
        return found

    def end(self) -> None:
        """See it off, whether or not it is done."""
        os.close(self._reading)
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0


def _do(share: Sequence[int], pieces: Sequence[Callable[[], object]], writing: int, reading: int) -> None:
    """Be the other process, and never return: nothing of what this one has begun may be done twice."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who waits for the command is told once, by the first process
        os.close(reading)
        made = pickle.dumps({number: pieces[number]() for number in share}, pickle.HIGHEST_PROTOCOL)
        with open(writing, "wb") as sent:
            sent.write(made)
        code = 0
    except BaseException:  # noqa: BLE001, S110 - the first process does it again, and tells what is wrong
        pass
    finally:
        os._exit(code)
