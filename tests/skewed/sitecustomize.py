"""Other conditions for whatever Python runs with this folder on its path, where the machine has no better means.

`SKEWED_ORDER=reversed` turns the order round in which folders list their files; `SKEWED_DAYS=400` sets the clock ahead.
`tests.reproduce` sets them where disorderfs or libfaketime are not at hand. Programs that are no Python see neither.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from typing import Any, Self


class _Reversed:
    """What `os.scandir` gives, from the last to the first."""

    def __init__(self, entries: Any) -> None:  # noqa: ANN401 - the type has no name that can be called
        with entries:
            self._rest = iter([*entries][::-1])

    def __iter__(self) -> Iterator[Any]:
        return self._rest

    def __next__(self) -> Any:  # noqa: ANN401
        return next(self._rest)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give no more."""
        self._rest = iter(())


def _reverse() -> None:
    listdir, scandir = os.listdir, os.scandir
    os.listdir = lambda *arguments: listdir(*arguments)[::-1]  # type: ignore[assignment]
    os.scandir = lambda *arguments: _Reversed(scandir(*arguments))  # type: ignore[assignment]


def _shift(seconds: int) -> None:
    """Every way in which Python asks for the time of day, but not those by which it measures how long things take."""
    now, real, day = time.time, dt.datetime, dt.date
    time.time = lambda: now() + seconds
    time.time_ns = lambda: int((now() + seconds) * 1_000_000_000)
    for name in ("gmtime", "localtime", "ctime"):
        setattr(time, name, _from_now(getattr(time, name)))
    strftime = time.strftime
    time.strftime = lambda form, *when: strftime(form, *(when or (time.localtime(),)))

    class AnyMoment(type):
        """A moment that was made in another way is one, too."""

        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, real)

    class Moment(dt.datetime, metaclass=AnyMoment):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:  # noqa: ANN401 - as elsewhere `Self`
            return cls.fromtimestamp(time.time(), tz)

        @classmethod
        def today(cls) -> Any:  # noqa: ANN401
            return cls.now()

        @classmethod
        def utcnow(cls) -> Any:  # noqa: ANN401
            return cls.now(dt.UTC).replace(tzinfo=None)

    class AnyDay(type):
        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, day)

    class Day(dt.date, metaclass=AnyDay):
        @classmethod
        def today(cls) -> Any:  # noqa: ANN401
            return cls.fromtimestamp(time.time())

    Moment.__name__, Day.__name__ = "datetime", "date"
    dt.datetime, dt.date = Moment, Day  # type: ignore[misc]


def _from_now(function: Callable[[float], Any]) -> Callable[..., Any]:
    """A function of a moment that means the present one where it gets none."""
    return lambda moment=None: function(time.time() if moment is None else moment)


if os.environ.get("SKEWED_ORDER") == "reversed":
    _reverse()
if os.environ.get("SKEWED_DAYS"):
    _shift(int(os.environ["SKEWED_DAYS"]) * 86_400)
