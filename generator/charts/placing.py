"""Labels and what stands in their way -> a free spot for each, or for those that matter most."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

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
class Line:
    """A straight line of the drawing, from one point to another."""

    x: float
    y: float
    x2: float
    y2: float

    def runs_through(self, box: Box) -> bool:
        """Whether a part of it lies within a box (clipped at its sides, after Liang and Barsky)."""
        across, down = self.x2 - self.x, self.y2 - self.y
        enters, leaves = 0.0, 1.0
        for speed, way in (
            (-across, self.x - box.left),
            (across, box.right - self.x),
            (-down, self.y - box.top),
            (down, box.bottom - self.y),
        ):
            if speed < 0:
                enters = max(enters, way / speed)
            elif speed > 0:
                leaves = min(leaves, way / speed)
            elif way <= 0:
                return False
        return enters < leaves


@dataclass(frozen=True, slots=True)
class Field:
    """Where labels may stand, and what stands there already."""

    room: Box
    bodies: Sequence[Box]
    """What marks take up."""
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A text that belongs to a mark."""

    lines: tuple[str, ...]
    x: float
    y: float
    """The middle of the mark."""
    body: Box
    """What the mark takes up."""
    folded: tuple[str, ...] = ()
    """The text in more and shorter lines, for where those find room and the others do not."""
    may_be_crossed: bool = True
    """Whether it is better with a line of the drawing through it than not there."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a label: its box, how its lines are aligned, and the line that leads to it from afar."""

    box: Box
    align: str
    leader: Box | None = None
    lines: tuple[str, ...] = ()

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


def placed(labels: Sequence[Label], field: Field, sheet: Sheet) -> list[tuple[Label, Spot]]:
    """Give each label in turn the best spot that is free, or that others, one after the other, can make free.

    A label for which there is neither is left out, so those that matter most come first. A line of the drawing runs
    through one only where it has no other spot, and would be missed.
    """
    fitting = [
        [
            spot
            for spot in _spots(label, field.room, sheet)
            if field.room.holds(spot.box) and not spot.covers(field.bodies)
        ]
        for label in labels
    ]
    clear = [
        [spot for spot in spots if not any(line.runs_through(spot.box) for line in field.lines)] for spots in fitting
    ]
    found: dict[int, Spot] = {}
    moves = 2 if len(labels) <= _FEW else 1
    for number, label in enumerate(labels):
        found = _settled(number, found, clear, moves) or found
        if number not in found and label.may_be_crossed:  # for its sake no other gets a line through it
            crossed = [*clear[:number], fitting[number], *clear[number + 1 :]]
            found = _settled(number, found, crossed, moves) or found
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
    """Where a label may stand, best first: beside its mark as it is, then folded; then ever further, with a line."""
    ways = [_Way(label, lines, room, sheet) for lines in (label.lines, label.folded) if lines]
    for way in ways:
        yield from way.near()
    for away in range(10, min(_FURTHEST, math.ceil(room.bottom - room.top)), 12):
        for way in ways:
            yield from way.far(away)


@dataclass(frozen=True)
class _Way:
    """A label in these lines, and its places."""

    label: Label
    lines: tuple[str, ...]
    room: Box
    sheet: Sheet

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        width = max(text_width(line, self.sheet.letter) for line in self.lines) + 4
        return width, self.sheet.line * len(self.lines)

    def _level(self, top: float, leader: Box | None = None) -> Iterator[Spot]:
        """Over or under its mark: about the middle, to the right, to the left."""
        (width, height), x, room = self.size, self.label.x, self.room
        for align, start in (("center", x - width / 2), ("left", x - 8), ("right", x - width + 8)):
            left = max(room.left, min(start, room.right - width))
            yield Spot(Box(left, top, left + width, top + height), align, leader, self.lines)

    def near(self) -> Iterator[Spot]:
        """Above, beside, below."""
        (width, height), body = self.size, self.label.body
        yield from self._level(body.top - height - 1)
        for shift in (0, -height / 2, height / 2):
            top = self.label.y - height / 2 + shift
            yield Spot(Box(body.right + 2, top, body.right + 2 + width, top + height), "left", None, self.lines)
            yield Spot(Box(body.left - 2 - width, top, body.left - 2, top + height), "right", None, self.lines)
        yield from self._level(body.bottom + 1)

    def far(self, away: float) -> Iterator[Spot]:
        """So many pixels above and below, with a line to the mark."""
        height, body, x = self.size[1], self.label.body, self.label.x
        above, below = body.top - height - away, body.bottom + away
        yield from self._level(above, Box(x - 1, above + height, x + 1, body.top - 2))
        yield from self._level(below, Box(x - 1, body.bottom + 2, x + 1, below))
