"""Marks of figures that would hide each other -> how far each steps aside, so that all are seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, product

from generator.charts.axes import TimeAxis, ValueAxis, middle_of
from generator.tables import FigureRow

_NEAR = 1.5
"""Marks of one date whose numbers are no further apart, in radii, stand side by side."""
_SEEN = 0.7
"""Marks of different dates are both seen when they are so many radii apart."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark at the place of its date."""

    row: FigureRow
    x: float
    high: float
    low: float
    """The places of the numbers between which it reaches."""

    def is_level(self, other: _Mark, least: float) -> bool:
        """Whether two marks, of single numbers or of ranges, are as high as each other, but for some pixels."""
        is_alike = (self.row.low == self.row.high) is (other.row.low == other.row.high)
        return is_alike and max(abs(self.high - other.high), abs(self.low - other.low)) < least

    def is_of_date(self, other: _Mark) -> bool:
        """Whether two figures are of the same days."""
        one, two = self.row.date, other.row.date
        return (one.first, one.last) == (two.first, two.last)

    def gap(self, other: _Mark, radius: float) -> float:
        """How far apart two marks stand of which one would hide the other; of one date, beside each other."""
        if not self.is_of_date(other):
            return _SEEN * radius
        return 2.1 * radius + (4 if self.row.is_disputed or other.row.is_disputed else 1.5)  # a ring takes room

    def hides(self, other: _Mark, apart: float, radius: float) -> bool:
        """Whether one of two marks hides much of the other when they stand so far apart sideways."""
        gap = self.gap(other, radius) - 0.01  # places that were made so far apart are not too near
        least = _NEAR * radius if self.is_of_date(other) else math.sqrt(max(0, gap**2 - apart**2))
        return apart < gap and self.is_level(other, least)


def asides(rows: Sequence[FigureRow], axes: tuple[TimeAxis, ValueAxis], radius: float) -> dict[str, float]:
    """How many pixels each mark steps aside, by id of its figure: none where it hides no other and is not hidden.

    Of one date and nearly one number, marks stand side by side about their date; of different dates, they keep as far
    apart as it takes to see both. What has to move at all moves as little as possible.
    """
    days, values = axes
    marks = [
        _Mark(row, days.at(middle_of(days.span(row.date))), values.at(row.high), values.at(row.low)) for row in rows
    ]
    order = {mark.row.id: (mark.x, mark.row.date.first, mark.row.date.last, at) for at, mark in enumerate(marks)}
    groups = [[mark] for mark in marks]
    while True:
        placed = [[*zip(group, _spread(group, days, radius), strict=True)] for group in groups]
        met = next(_meeting(placed, radius), None)
        if met is None:
            return {mark.row.id: x - mark.x for group in placed for mark, x in group}
        one, two = met
        groups[one] = sorted([*groups[one], *groups.pop(two)], key=lambda mark: order[mark.row.id])


def _meeting(placed: Sequence[Sequence[tuple[_Mark, float]]], radius: float) -> Iterator[tuple[int, int]]:
    """The groups of which a mark hides one of the other, each pair by its numbers, the lower first."""
    for two, later in enumerate(placed):
        for one, earlier in enumerate(placed[:two]):
            pairs = product(earlier, later)
            if any(mark.hides(other, abs(x - other_x), radius) for (mark, x), (other, other_x) in pairs):
                yield one, two


def _spread(group: Sequence[_Mark], days: TimeAxis, radius: float) -> list[float]:
    """The places of marks that would hide each other: in order, with gaps, and all in all as near as can be."""
    gaps = [mark.gap(other, radius) for mark, other in pairwise(group)]
    offsets = [*accumulate(gaps, initial=0.0)]
    # what remains when the gaps are taken away must not fall: neighbours that do are given their mean
    blocks: list[tuple[float, int]] = []
    for mark, offset in zip(group, offsets, strict=True):
        blocks.append((mark.x - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (low, many), (high, more) = blocks.pop(), blocks.pop()
            blocks.append(((low * many + high * more) / (many + more), many + more))
    places = [mean + offset for mean, offset in zip((m for m, n in blocks for _ in range(n)), offsets, strict=True)]
    if len(group) > 1:  # one alone stands at its date, wherever that is
        inwards = max(0.0, days.left - places[0]) - max(0.0, places[-1] - days.right)
        places = [place + inwards for place in places]
    return places
