"""Extended Date/Time Format, level 1, for days, months, years and intervals: text in, calendar bounds and words out.

Follows the Library of Congress specification of EDTF (ISO 8601-2:2019), level 1, less what a briefing of recent
events never needs: times of day, years of more or fewer than four digits, and seasons. The `edtf` package reads more
but costs 85 ms at import, accepts level 2, and raises on open intervals; the tests use it as an oracle instead.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

_POINT = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?(?P<mark>[?~%]?)\Z", re.ASCII
)
_OPEN = {"..": "open", "": "unknown"}
_MONTHS = tuple(calendar.month_name[i] for i in range(13))
_FIRST, _LAST = dt.date.min, dt.date.max


class EdtfError(ValueError):
    """The text is not a date of EDTF level 1, or names a day that no calendar has."""


@dataclass(frozen=True, slots=True)
class Point:
    """A day, month or year, perhaps uncertain (`?`), approximate (`~`) or both (`%`)."""

    first: dt.date
    last: dt.date
    precision: str
    """`day`, `month`, `year`, or `decade`/`century` where digits are unspecified (`202X`)."""
    mark: str = ""

    def words(self) -> str:
        """The point in English words: `around 17 September 2024`, `September 2024`."""
        match self.precision:
            case "day":
                plain = f"{self.first.day} {_MONTHS[self.first.month]} {self.first.year}"
            case "month":
                plain = f"{_MONTHS[self.first.month]} {self.first.year}"
            case "year":
                plain = f"{self.first.year}"
            case "decade":
                plain = f"the {self.first.year}s"
            case _:
                plain = f"the years {self.first.year} to {self.last.year}"
        return {"": plain, "~": f"around {plain}", "?": f"{plain} (uncertain)", "%": f"around {plain} (uncertain)"}[
            self.mark
        ]


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date as written, with the first and last calendar day that it can mean.

    An empty text is the placeholder of a date that could not be read: it is false, and its bounds are the whole
    calendar. It never leaves the loader without a problem beside it.
    """

    text: str
    start: Point | None = None
    """None where the interval is open or its start unknown."""
    end: Point | None = None
    is_interval: bool = False

    def __bool__(self) -> bool:
        """False for the placeholder only."""
        return bool(self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def first(self) -> dt.date:
        """The earliest day that the date can mean; `date.min` when open."""
        return self.start.first if self.start else _FIRST

    @property
    def last(self) -> dt.date:
        """The latest day that the date can mean; `date.max` when open."""
        return self.end.last if self.end else _LAST

    @property
    def is_exact_day(self) -> bool:
        """Whether it names one day, without doubt."""
        return (
            self.start is not None and self.start == self.end and self.start.precision == "day" and not self.start.mark
        )

    def words(self) -> str:
        """The date in English words, with day, month and year in that order: `15 to 19 September 2024`."""
        if not self.is_interval:
            return self.start.words() if self.start else "unknown date"
        if self.start is None:
            return f"until {self.end.words()}" if self.end else "unknown date"
        if self.end is None:
            return f"since {self.start.words()}"
        return _shortened(self.start, self.end)


def _shortened(start: Point, end: Point) -> str:
    """`15 to 19 September 2024` instead of naming the same month and year twice."""
    full = f"{start.words()} to {end.words()}"
    if start.mark or end.mark or start.precision != end.precision or start.first.year != end.first.year:
        return full
    if start.precision == "day" and start.first.month == end.first.month:
        return f"{start.first.day} to {end.words()}"
    if start.precision == "day":
        return f"{start.first.day} {_MONTHS[start.first.month]} to {end.words()}"
    if start.precision == "month":
        return f"{_MONTHS[start.first.month]} to {end.words()}"
    return full


@lru_cache(maxsize=4096)
def parse(text: str) -> Edtf:
    """Read a date of EDTF level 1.

    Raises:
        EdtfError: with one sentence that says what is wrong with this text.

    """
    parts = text.split("/")
    if len(parts) == 1:
        point = _point(text)
        return Edtf(text, point, point)
    if len(parts) != 2:  # noqa: PLR2004 - an interval has a start and an end
        msg = "an interval has one slash: START/END"
        raise EdtfError(msg)
    start, end = (None if part in _OPEN else _point(part) for part in parts)
    if start is None and end is None:
        msg = "an interval needs at least a start or an end"
        raise EdtfError(msg)
    if start and end and start.first > end.last:
        msg = f"the interval ends ({parts[1]}) before it starts ({parts[0]})"
        raise EdtfError(msg)
    return Edtf(text, start, end, is_interval=True)


def _point(text: str) -> Point:
    match = _POINT.match(text)
    if not match:
        forms = "YYYY, YYYY-MM or YYYY-MM-DD, with ~ (approximate), ? (uncertain) or % (both) at its end"
        msg = f"{text!r} is not written as {forms}"
        raise EdtfError(msg)
    year, month, day, mark = match["year"], match["month"], match["day"], match["mark"]
    if "X" in year:
        if month:
            msg = f"{text!r} gives a month of an unspecified year"
            raise EdtfError(msg)
        return _years(
            text,
            int(year.replace("X", "0")),
            int(year.replace("X", "9")),
            mark,
            "decade" if year.count("X") == 1 else "century",
        )
    if month in (None, "XX"):
        if day not in (None, "XX"):
            msg = f"{text!r} gives a day of an unspecified month"
            raise EdtfError(msg)
        return _years(text, int(year), int(year), mark, "year")
    return _within_year(text, int(year), int(month), day, mark)


def _years(text: str, first: int, last: int, mark: str, precision: str) -> Point:
    if first < 1:
        msg = f"{text!r}: the calendar here starts with the year 0001"
        raise EdtfError(msg)
    return Point(dt.date(first, 1, 1), dt.date(last, 12, 31), precision, mark)


def _within_year(text: str, year: int, month: int, day: str | None, mark: str) -> Point:
    if year < 1 or not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        msg = (
            f"{text!r}: there is no month {month:02d}"
            if year
            else f"{text!r}: the calendar here starts with the year 0001"
        )
        raise EdtfError(msg)
    length = calendar.monthrange(year, month)[1]
    if day in (None, "XX"):
        return Point(dt.date(year, month, 1), dt.date(year, month, length), "month", mark)
    if not 1 <= int(day) <= length:
        msg = f"{text!r}: {_MONTHS[month]} {year} has {length} days"
        raise EdtfError(msg)
    exact = dt.date(year, month, int(day))
    return Point(exact, exact, "day", mark)


UNKNOWN = Edtf("")
"""The placeholder that stands where a date could not be read."""
