"""Days and numbers -> where they stand in a drawing, and which of them are named."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import altair as alt

from generator.charts.canvas import Canvas
from generator.colours import MUTED
from generator.edtf import Edtf
from generator.lettering import text_width
from generator.tables import FigureRow

Moment = dt.datetime
Period = tuple[Moment, Moment]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = dt.timedelta(days=1)
_MOST_LINES = 6
"""Lines for round numbers above zero, at most."""
_BEYOND = 40
"""Pixels beyond the outermost number."""


def _midnight(day: dt.date) -> Moment:
    return Moment(day.year, day.month, day.day, tzinfo=dt.UTC)


def middle_of(period: Period) -> Moment:
    """The moment halfway through a period."""
    return period[0] + (period[1] - period[0]) / 2


@dataclass(frozen=True, slots=True)
class Ticks:
    """Which days of a time axis are named, and how."""

    sample: str
    """A name as wide as any."""
    of: str
    """What a tick is named by: `date`, `day`, `month` or `year`."""
    wants: Callable[[dt.date], bool]

    def names(self, days: Sequence[dt.date]) -> Iterator[tuple[str, str]]:
        """For each day two lines: the second tells month or year at the first tick, and where they change."""
        before = (0, 0)
        for number, day in enumerate(days):
            month, year = _MONTHS[day.month - 1], f"{day.year}" if day.year != before[0] else ""
            if self.of == "day" and number == 0 and any(next_day.month != day.month for next_day in days[1:2]):
                yield f"{day.day}", ""  # the name of its month would run into that of the next
                continue
            match self.of:
                case "date":
                    yield f"{day.day} {month}", year
                case "day":
                    yield f"{day.day}", f"{month} {year}".strip() if (day.year, day.month) != before else ""
                case "month":
                    yield month, year
                case _:
                    yield year, ""
            before = (day.year, day.month)


_TICKS = (
    Ticks("30 May", "date", lambda _: True),
    Ticks("Sep", "day", lambda _: True),
    Ticks("30 May", "date", lambda day: day.day in (1, 8, 15, 22)),
    Ticks("Sep", "day", lambda day: day.day in (1, 8, 15, 22)),
    Ticks("May", "month", lambda day: day.day == 1),
    Ticks("2024", "month", lambda day: day.day == 1 and day.month in (1, 4, 7, 10)),
    Ticks("2024", "month", lambda day: day.day == 1 and day.month in (1, 7)),
    Ticks("2024", "year", lambda day: day.day == day.month == 1),
    Ticks("2024", "year", lambda day: day.day == day.month == 1 and day.year % 5 == 0),
    Ticks("2024", "year", lambda day: day.day == day.month == 1 and day.year % 25 == 0),
)
"""From fine to coarse."""


@dataclass(frozen=True)
class TimeAxis:
    """Days, from the midnight before the first to the midnight after the last, on a stretch of the drawing."""

    first: dt.date
    last: dt.date
    left: float
    right: float

    @property
    def pixel(self) -> dt.timedelta:
        """How long a pixel is."""
        return (self.last + _DAY - self.first) / (self.right - self.left)

    @property
    def days(self) -> list[dt.date]:
        """Every day, in order."""
        return [self.first + _DAY * number for number in range((self.last - self.first).days + 1)]

    def lasting(self, pixels: float) -> dt.timedelta:
        """How long so many pixels are, in whole seconds."""
        length = pixels * self.pixel
        return length - length % dt.timedelta(seconds=1)

    def at(self, moment: Moment) -> float:
        """The place of a moment."""
        return self.left + (moment - _midnight(self.first)) / self.pixel

    def span(self, date: Edtf, least: float = 0) -> Period:
        """From when to when a date lasts, as far as the axis goes; at least so many pixels, about its middle."""
        start, end = _midnight(max(date.first, self.first)), _midnight(min(date.last, self.last)) + _DAY
        lacking = max(dt.timedelta(), least * self.pixel - (end - start)) / 2
        lacking -= lacking % dt.timedelta(seconds=1)
        return start - lacking, end + lacking

    def edges(self, first: dt.date, last: dt.date) -> tuple[float, float]:
        """The places where a stretch of days begins and ends, as far as the axis goes."""
        return self.at(_midnight(max(first, self.first))), self.at(_midnight(min(last, self.last)) + _DAY)

    def x(self, name: str) -> alt.X:
        """The channel of a field of moments."""
        ends = [moment.isoformat() for moment in (_midnight(self.first), _midnight(self.last) + _DAY)]
        scale = alt.Scale(type="utc", domain=ends, range=[self.left, self.right], nice=False)
        return alt.X(f"{name}:T", scale=scale, axis=None)

    def periods(self, of: str) -> list[Period]:
        """Its days, or its months, of which the first and the last may not be whole."""
        starts = [_midnight(day) for day in self.days if of == "day" or day.day == 1 or day == self.first]
        return [*pairwise([*starts, _midnight(self.last) + _DAY])]

    def ticks(self, letter: float, *, columns: str = "day") -> list[tuple[float, tuple[str, str]]]:
        """The places that are named, as finely as there is room, and their names.

        A day is named in its middle and a month where it begins; where months are columns, they alone are named, each
        in its middle.
        """
        periods = self.periods(columns)
        for each in (each for each in _TICKS if columns == "day" or each.of in ("month", "year")):
            named = [(start, end) for start, end in periods if each.wants(_opening(start, columns))]
            begins = columns == "day" and each.of == "month"
            places = [self.at(start if begins else middle_of((start, end))) for start, end in named]
            if places and all(later - x > text_width(each.sample, letter) + 8 for x, later in pairwise(places)):
                return [*zip(places, each.names([start.date() for start, _ in named]), strict=True)]
        return [(self.at(middle_of(periods[0])), (f"{self.first.year}", ""))]


def _opening(start: Moment, columns: str) -> dt.date:
    """The day by which a period is named: also a month that is not whole has its first."""
    return start.date().replace(day=1) if columns == "month" else start.date()


@dataclass(frozen=True)
class ValueAxis:
    """Numbers, from zero, on a stretch of the drawing from its bottom up."""

    low: Decimal
    high: Decimal
    step: Decimal
    top: float
    bottom: float

    @classmethod
    def over(cls, rows: Sequence[FigureRow], height: float) -> ValueAxis:
        """An axis that holds zero and every number, with room for a mark and two lines beyond the outermost."""
        zero = Decimal(0)
        lowest, highest = min(zero, *(row.low for row in rows)), max(zero, *(row.high for row in rows))
        room = (highest - lowest or Decimal(1)) * Decimal(_BEYOND / (height - 2 * _BEYOND))
        low, high = lowest - room if lowest < 0 else zero, highest + room
        is_whole = all(number == number.to_integral_value() for row in rows for number in (row.low, row.high))
        steps = (Decimal(digits).scaleb(power) for power in range(-9, 41) for digits in (10, 20, 25, 50))
        step = next(each for each in steps if (high - low) / each <= _MOST_LINES and not (is_whole and each % 1))
        return cls(low, high, step, 0, height)

    @property
    def ticks(self) -> list[Decimal]:
        """The round numbers that have a line."""
        first, last = math.ceil(self.low / self.step), math.floor(self.high / self.step)
        return [self.step * number for number in range(first, last + 1)]

    def at(self, value: Decimal) -> float:
        """The place of a number."""
        return self.bottom - float((value - self.low) / (self.high - self.low)) * (self.bottom - self.top)

    def y(self, name: str) -> alt.Y:
        """The channel of a field of numbers."""
        scale = alt.Scale(domain=[float(self.low), float(self.high)], range=[self.bottom, self.top], nice=False)
        return alt.Y(f"{name}:Q", scale=scale, axis=None)

    def moved(self, down: float) -> ValueAxis:
        """The same axis further down."""
        return replace(self, top=self.top + down, bottom=self.bottom + down)


def name_days(canvas: Canvas, ticks: Sequence[tuple[float, tuple[str, ...]]], y: float) -> None:
    """Ticks below an axis, with their names."""
    sheet = canvas.sheet
    for x, lines in ticks:
        canvas.rule(MUTED, x, y, x, y + 5)
        for number, line in enumerate(lines):
            half = text_width(line, sheet.letter) / 2
            centre = min(max(x, half), sheet.width - half)
            canvas.write("axis", (centre, y + 9 + number * sheet.line), [line] if line else [], "center")
