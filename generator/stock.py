"""Paths -> contents, each made when it is asked for: the files of a large site need not be in memory all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

_T = TypeVar("_T")


class Stock(Mapping[str, _T]):
    """Contents by path; who asks for one twice has it made twice, unless its maker remembers."""

    def __init__(self, makers: Mapping[str, Callable[[], _T]]) -> None:
        self._makers = makers

    def __getitem__(self, path: str) -> _T:
        return self._makers[path]()

    def __contains__(self, path: object) -> bool:
        return path in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def with_more(self, makers: Mapping[str, Callable[[], _T]]) -> Stock[_T]:
        """The same and some others."""
        return Stock({**self._makers, **makers})
