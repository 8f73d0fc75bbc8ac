"""Labels and what stands in their way -> a free spot for each, or for those that matter most."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.charts.canvas import Sheet
from generator.lettering import text_width

_FEW = 12
"""Up to so many labels, it is worth the time to try more than one move."""
_FURTHEST = 80
"""Pixels that a line may lead from a mark to its label: beyond, the label would seem to be another's."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the drawing that something takes up."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two boxes have a point inside in common."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def smaller(self, by: float) -> Box:
        """The box without its outermost pixels; never less than its middle."""
        across, down = min(by, (self.right - self.left) / 2), min(by, (self.bottom - self.top) / 2)
        return Box(self.left + across, self.top + down, self.right - across, self.bottom - down)

    def holds(self, other: Box) -> bool:
        """Whether another box lies wholly in this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Label:
    """A text that belongs to a mark."""

    lines: tuple[str, ...]
    x: float
    y: float
    """The middle of the mark."""
    body: Box
    """What the mark takes up."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a label: its box, how its lines are aligned, and the line that leads to it from afar."""

    box: Box
    align: str
    leader: Box | None = None

    @property
    def parts(self) -> list[Box]:
        """All that it takes up."""
        return [self.box, self.leader] if self.leader else [self.box]

    def meets(self, boxes: Sequence[Box]) -> bool:
        """Whether any of the boxes is in its way."""
        return any(part.meets(box) for part in self.parts for box in boxes)

    def covers(self, bodies: Sequence[Box]) -> bool:
        """Whether it would stand on a mark, or its line run through one: along the edge of one it may."""
        return any(self.box.meets(body) or (self.leader and self.leader.meets(body.smaller(3))) for body in bodies)

    @property
    def anchor(self) -> tuple[float, float]:
        """Where its lines begin, have their middle or end, and their top."""
        middle = (self.box.left + self.box.right) / 2
        return {"left": self.box.left, "center": middle, "right": self.box.right}[self.align], self.box.top


def placed(labels: Sequence[Label], bodies: Sequence[Box], room: Box, sheet: Sheet) -> list[tuple[Label, Spot]]:
    """Give each label in turn the best spot that is free, or that others, one after the other, can make free.

    A label for which there is neither is left out, so those that matter most come first.
    """
    fitting = [
        [spot for spot in _spots(label, room, sheet) if room.holds(spot.box) and not spot.covers(bodies)]
        for label in labels
    ]
    found: dict[int, Spot] = {}
    moves = 2 if len(labels) <= _FEW else 1
    for number in range(len(labels)):
        found = _settled(number, found, fitting, moves) or found
    return [(labels[number], spot) for number, spot in sorted(found.items())]


def _settled(
    number: int, found: dict[int, Spot], fitting: Sequence[Sequence[Spot]], moves: int
) -> dict[int, Spot] | None:
    """The spots with that of one more label, for which so many may have to move; None where nothing helps."""
    in_the_way = [[other for other, taken in found.items() if spot.meets(taken.parts)] for spot in fitting[number]]
    for spot, others in zip(fitting[number], in_the_way, strict=True):
        if not others:
            return found | {number: spot}
    for spot, others in zip(fitting[number], in_the_way, strict=True):
        if moves and len(others) == 1:
            rest = {other: taken for other, taken in found.items() if other != others[0]}
            moved = _settled(others[0], rest | {number: spot}, fitting, moves - 1)
            if moved:
                return moved
    return None


def _spots(label: Label, room: Box, sheet: Sheet) -> Iterator[Spot]:
    """Where a label may stand, best first: above, beside, below; then ever further above and below, with a line."""
    width = max(text_width(line, sheet.letter) for line in label.lines) + 4
    height = sheet.line * len(label.lines)
    body, x, y = label.body, label.x, label.y
    starts = {"center": x - width / 2, "left": x - 8, "right": x - width + 8}

    def level(top: float, leader: Box | None = None) -> Iterator[Spot]:
        for align, start in starts.items():
            left = max(room.left, min(start, room.right - width))
            yield Spot(Box(left, top, left + width, top + height), align, leader)

    yield from level(body.top - height - 1)
    for shift in (0, -height / 2, height / 2):
        top = y - height / 2 + shift
        yield Spot(Box(body.right + 2, top, body.right + 2 + width, top + height), "left")
        yield Spot(Box(body.left - 2 - width, top, body.left - 2, top + height), "right")
    yield from level(body.bottom + 1)
    for away in range(10, min(_FURTHEST, math.ceil(room.bottom - room.top)), 12):
        above, below = body.top - height - away, body.bottom + away
        yield from level(above, Box(x - 1, above + height, x + 1, body.top - 2))
        yield from level(below, Box(x - 1, body.bottom + 2, x + 1, below))
