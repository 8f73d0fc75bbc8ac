"""ChartTable -> Vega-Lite specification, by Altair and pandas: every fact a mark, drawn no firmer than it is known.

All places are worked out here, in pixels, so that no label meets another and one table always gives one drawing.
Only the drawing process imports this module: Altair and pandas are slow to load.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import cycle, islice, pairwise
from typing import Any

import altair as alt
import pandas as pd

from generator.edtf import Edtf
from generator.hedges import Firmness
from generator.numerals import in_digits
from generator.tables import ChartTable, EventRow, FigureRow

FONT = "Briefing Sans"

SERIES = ("#1d5fa6", "#b5440f", "#0b766a", "#7d3c98")
SHAPES = ("circle", "square", "diamond", "triangle-up")
TEXT, MUTED, GRID, PAPER = "#1c2126", "#586169", "#dfe3e6", "#ffffff"
COLOURS = {
    **{colour: f"--chart-{number}" for number, colour in enumerate(SERIES, 1)},
    TEXT: "--chart-text",
    MUTED: "--chart-muted",
    GRID: "--chart-grid",
    PAPER: "--chart-paper",
}
"""Every colour of a drawing that stands alone, and the name by which a page sets it."""

FACT = "fact:"
"""Opens the description of a mark that stands for a fact; the fact's id follows."""

FORMS = {
    Firmness.EXACT: "this number",
    Firmness.AROUND: "around this number",
    Firmness.AT_LEAST: "this number or more",
    Firmness.AT_MOST: "this number or less",
    Firmness.RANGE: "between these numbers",
}
TO_THE_DAY, NOT_EXACT = "dated to the day", "date not exact"
DATED, SPANNING, IN_SUM = "Dated one by one", "Dated only roughly", "Known only in sum"
"""All words of a drawing that do not come from its table."""

FEW = 12
"""Up to so many marks in a panel, each has its label; of more, the first, the last and the highest of each series."""

Moment = dt.datetime
Period = tuple[Moment, Moment]


class ChartError(Exception):
    """The table cannot be drawn truthfully; the message says why, and what to do."""


def spec(table: ChartTable, *, narrow: bool) -> dict[str, Any]:
    """The drawing of a table as Vega-Lite, its keys in order, for a wide or a narrow screen.

    Raises:
        ChartError: the table cannot be drawn truthfully.

    """
    rows: list[FigureRow | EventRow] = [*table.figures, *table.events, *table.totals]
    for row in rows:
        if row.date.last < table.first or row.date.first > table.last:
            raise ChartError(f"the fact {row.id!r} lies outside its time axis; move `since` or `until`, or select less")
    canvas = Canvas(NARROW if narrow else WIDE)
    height = KINDS[table.chart.kind](table, canvas)
    ordered: dict[str, Any] = json.loads(json.dumps(canvas.chart(height).to_dict(), sort_keys=True))
    return ordered


# -- text -----------------------------------------------------------------------------------------------------------

_ADVANCES = {
    "|il'j ,.:;’": 0.26,
    "I!f()[]{}-t": 0.34,
    'rJ/\\*szxcvyk?"–': 0.5,
    "0123456789+−<>=~$#^": 0.5,
    "eLFYXgaEVn_": 0.55,
    "SThuZAbdpoq`": 0.56,
    "CPRKBDG&": 0.62,
    "UNHOQ": 0.665,
    "wMWm%@—": 0.85,
}
"""The width of characters as a share of their size, rounded up; a test compares it with the font."""
_ADVANCE = {char: advance for chars, advance in _ADVANCES.items() for char in chars}
_OTHERS, _BOLDER = 0.7, 1.07


def text_width(text: str, letter: float, *, bold: bool = False) -> float:
    """How wide a text is at most. A letter with an accent is as wide as without."""
    plain = (unicodedata.normalize("NFD", char)[0] for char in text)
    return sum(_ADVANCE.get(char, _OTHERS) for char in plain) * letter * (_BOLDER if bold else 1)


def wrapped(text: str, room: float, letter: float, *, bold: bool = False) -> tuple[str, ...]:
    """A text in lines that fit; a word too long for a line is cut."""
    lines = [""]
    for word in text.split():
        rest = word
        while rest:
            longer = f"{lines[-1]} {rest}".strip()
            fits = next((at for at in range(len(rest), 1, -1) if text_width(rest[:at], letter, bold=bold) <= room), 1)
            if text_width(longer, letter, bold=bold) <= room:
                lines[-1], rest = longer, ""
            else:
                lines.append(rest[:fits])
                rest = rest[fits:]
    return tuple(filter(None, lines))


# -- the canvas -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """What a drawing is made for, in pixels."""

    width: int
    letter: int
    """The size of its text: nothing is smaller."""
    plot: int
    """The height of a panel that is alone; of columns of events, at most."""
    small_plot: int
    """The height of a panel among several."""
    columns: int
    """How many panels stand side by side, at most."""
    event: int
    """The height of the mark of one event, at most."""

    @property
    def line(self) -> int:
        """From one line of text to the next."""
        return round(self.letter * 1.25)

    @property
    def axis(self) -> int:
        """What ticks and their names take up below an axis."""
        return 2 * self.line + 14


# text stays at 12 px or more where the wide drawing has shrunk to 640 px, and the narrow one to 288 px
WIDE = Sheet(width=720, letter=14, plot=270, small_plot=240, columns=3, event=30)
NARROW = Sheet(width=336, letter=14, plot=260, small_plot=190, columns=1, event=26)

_STYLES: dict[str, dict[str, Any]] = {
    "axis": {"fill": MUTED},
    "heading": {"fill": TEXT, "fontWeight": "bold"},
    "key": {"fill": TEXT},
    "label": {"fill": TEXT, "stroke": PAPER, "strokeWidth": 3, "strokeJoin": "round"},
}


@dataclass
class Canvas:
    """A drawing in the making: thin lines at the bottom, marks above them, and on top the texts."""

    sheet: Sheet
    lines: dict[str, list[tuple[float, ...]]] = field(default_factory=lambda: {GRID: [], MUTED: []})
    marks: list[alt.Chart] = field(default_factory=list)
    texts: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {style: [] for style in _STYLES})

    def rule(self, colour: str, *ends: float) -> None:
        """Draw a thin straight line, from (x, y) to (x2, y2)."""
        self.lines[colour].append(ends)

    def write(self, style: str, at: tuple[float, float], lines: Sequence[str], align: str = "left") -> None:
        """Write lines below each other, the top of the first at a point."""
        if lines:
            x, baseline = round(at[0], 1), round(at[1] + self.sheet.letter * 0.86, 1)
            self.texts[style].append({"x": x, "y": baseline, "align": align, "text": "\n".join(lines)})

    def chart(self, height: float) -> alt.LayerChart:
        """The finished drawing. Each layer brings its own scales, so panels need no views of their own."""
        sheet, align = self.sheet, alt.expr("datum.align")
        form: dict[str, Any] = {"aria": False, "fontSize": sheet.letter, "lineHeight": sheet.line, "lineBreak": "\n"}
        lines = [
            alt.Chart(
                pd.DataFrame(ends, columns=["x", "y", "x2", "y2"]),
                mark=alt.MarkDef(type="rule", aria=False, stroke=colour),
            ).encode(_pixel_x("x"), alt.X2("x2"), _pixel_y("y"), alt.Y2("y2"))
            for colour, ends in self.lines.items()
            if ends
        ]
        texts = [
            alt.Chart(
                pd.DataFrame(rows),
                mark=alt.MarkDef(type="text", align=align, baseline="alphabetic", **form, **_STYLES[style]),
            ).encode(_pixel_x("x"), _pixel_y("y"), alt.Text("text:N"))
            for style, rows in self.texts.items()
            if rows
        ]
        # all at once: each method that would add a part copies the whole chart
        return alt.LayerChart(
            layer=[*lines, *self.marks, *texts],
            width=sheet.width,
            height=math.ceil(height),
            padding=0,
            autosize="none",
            background=PAPER,
            resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent")),
            config=alt.Config(font=FONT, view=alt.ViewConfig(stroke=None)),
        )


def _pixel_x(name: str) -> alt.X:
    return alt.X(f"{name}:Q", scale=None, axis=None)


def _pixel_y(name: str) -> alt.Y:
    return alt.Y(f"{name}:Q", scale=None, axis=None)


# -- axes -----------------------------------------------------------------------------------------------------------

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = dt.timedelta(days=1)
_MOST_LINES = 6
"""Lines for round numbers above zero, at most."""


def _midnight(day: dt.date) -> Moment:
    return Moment(day.year, day.month, day.day, tzinfo=dt.UTC)


def _middle(period: Period) -> Moment:
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

    def at(self, moment: Moment) -> float:
        """The place of a moment."""
        return self.left + (moment - _midnight(self.first)) / self.pixel

    def span(self, date: Edtf, least: float = 0) -> Period:
        """From when to when a date lasts, as far as the axis goes; at least so many pixels, about its middle."""
        start, end = _midnight(max(date.first, self.first)), _midnight(min(date.last, self.last)) + _DAY
        lacking = max(dt.timedelta(), least * self.pixel - (end - start)) / 2
        lacking -= lacking % dt.timedelta(seconds=1)
        return start - lacking, end + lacking

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
            places = [self.at(start if begins else _middle((start, end))) for start, end in named]
            if places and all(later - x > text_width(each.sample, letter) + 8 for x, later in pairwise(places)):
                return [*zip(places, each.names([start.date() for start, _ in named]), strict=True)]
        return [(self.at(_middle(periods[0])), (f"{self.first.year}", ""))]


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
        """An axis that holds zero and every number, with room for a mark and a label beyond the outermost."""
        zero = Decimal(0)
        lowest, highest = min(zero, *(row.low for row in rows)), max(zero, *(row.high for row in rows))
        room = (highest - lowest or Decimal(1)) * Decimal(28 / (height - 56))
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


def _name_days(canvas: Canvas, ticks: Sequence[tuple[float, tuple[str, ...]]], y: float) -> None:
    """Ticks below an axis, with their names."""
    sheet = canvas.sheet
    for x, lines in ticks:
        canvas.rule(MUTED, x, y, x, y + 5)
        for number, line in enumerate(lines):
            half = text_width(line, sheet.letter) / 2
            centre = min(max(x, half), sheet.width - half)
            canvas.write("axis", (centre, y + 9 + number * sheet.line), [line] if line else [], "center")


# -- placing labels -------------------------------------------------------------------------------------------------


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

    @property
    def anchor(self) -> tuple[float, float]:
        """Where its lines begin, have their middle or end, and their top."""
        middle = (self.box.left + self.box.right) / 2
        return {"left": self.box.left, "center": middle, "right": self.box.right}[self.align], self.box.top


def placed(labels: Sequence[Label], bodies: Sequence[Box], room: Box, sheet: Sheet) -> list[tuple[Label, Spot]]:
    """Give each label in turn the best spot that is free, or that one other label can make free.

    A label for which there is neither is left out, so those that matter most come first.
    """
    fitting = [
        [spot for spot in _spots(label, room, sheet) if room.holds(spot.box) and not spot.meets(bodies)]
        for label in labels
    ]
    found: dict[int, Spot] = {}
    for number in range(len(labels)):
        found = _settled(number, found, fitting, may_move=True) or found
    return [(labels[number], spot) for number, spot in sorted(found.items())]


def _settled(
    number: int, found: dict[int, Spot], fitting: Sequence[Sequence[Spot]], *, may_move: bool
) -> dict[int, Spot] | None:
    """The spots with that of one more label, for which another may have to move; None where nothing helps."""
    in_the_way = [[other for other, taken in found.items() if spot.meets(taken.parts)] for spot in fitting[number]]
    for spot, others in zip(fitting[number], in_the_way, strict=True):
        if not others:
            return found | {number: spot}
    for spot, others in zip(fitting[number], in_the_way, strict=True):
        if may_move and len(others) == 1:
            rest = {other: taken for other, taken in found.items() if other != others[0]}
            moved = _settled(others[0], rest | {number: spot}, fitting, may_move=False)
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
    for away in range(10, math.ceil(room.bottom - room.top), 12):
        above, below = body.top - height - away, body.bottom + away
        yield from level(above, Box(x - 1, above + height, x + 1, body.top - 2))
        yield from level(below, Box(x - 1, body.bottom + 2, x + 1, below))


# -- figures over time ----------------------------------------------------------------------------------------------

_EDGE, _BETWEEN = 10, 24
"""Free space right of the last panel, and between two."""
_ARROWS = {
    Firmness.AT_LEAST: "M0,-1L0,-3.4M-1.1,-2.3L0,-3.4L1.1,-2.3",
    Firmness.AT_MOST: "M0,1L0,3.4M-1.1,2.3L0,3.4L1.1,2.3",
}
"""To where the true number lies, seen from the one that is known; in radii of its mark."""
_REACH = 3.4


@dataclass(frozen=True)
class Look:
    """What tells series apart, colour and shape, and how large marks are."""

    series: tuple[str, ...]
    radius: float = 5
    shapes: tuple[str, ...] = SHAPES

    @property
    def common(self) -> str:
        """The series whose colour the key gives to what holds of all: the only one, or none."""
        return self.series[0] if len(self.series) == 1 else ""

    def channels(self) -> tuple[alt.Stroke, alt.Fill, alt.Shape]:
        """Colour, of lines and of areas, and shape."""
        names = [*self.series]
        colours, shapes = ([*islice(cycle(signs), len(names))] for signs in (SERIES, self.shapes))
        if len(names) > 1:
            names, colours, shapes = [*names, self.common], [*colours, MUTED], [*shapes, "circle"]
        scale = alt.Scale(domain=names, range=colours)
        return (
            alt.Stroke("series:N", scale=scale, legend=None),
            alt.Fill("series:N", scale=scale, legend=None),
            alt.Shape("series:N", scale=alt.Scale(domain=names, range=shapes), legend=None),
        )


def figures(table: ChartTable, canvas: Canvas) -> float:
    """Figures over time, from zero; panels share the scale. No line joins two: nothing says that they go on."""
    sheet, panels = canvas.sheet, table.panels or ("",)
    if len(table.series) > len(SERIES) and table.series != panels:
        raise ChartError(
            f"it has {len(table.series)} things to tell apart by colour, of which {len(SERIES)} stay distinct at most;"
            " select less, or give each its own panel"
        )
    rows = {name: [row for row in table.figures if row.panel == name] for name in panels}
    look = Look(table.series or ("",), radius=5 if max(map(len, rows.values())) <= FEW else 3.5)
    columns = len(panels) if len(panels) <= sheet.columns else min(2, sheet.columns)
    values = ValueAxis.over(table.figures, sheet.plot if len(panels) == 1 else sheet.small_plot)
    gutter = max(text_width(in_digits(tick), sheet.letter) for tick in values.ticks) + 8
    width = (sheet.width - gutter - _EDGE - _BETWEEN * (columns - 1)) / columns
    headings = [wrapped(name, width, sheet.letter, bold=True) for name in panels]
    unit = wrapped(" / ".join(dict.fromkeys(row.unit for row in table.figures)), width, sheet.letter)
    above = sheet.line * (max(map(len, headings)) + len(unit)) + 6
    each = above + values.bottom + sheet.axis

    top = _key(canvas, look, _figures_key(table, look))
    for number, (name, heading) in enumerate(zip(panels, headings, strict=True)):
        column, start = number % columns, top + number // columns * (each + sheet.line / 2)
        left = gutter + (width + _BETWEEN) * column
        canvas.write("heading", (left if column else 0, start), heading)
        if column == 0:
            canvas.write("axis", (0, start + above - 6 - sheet.line * len(unit)), unit)
        days = TimeAxis(table.first, table.last, left, left + width)
        panel = values.moved(start + above)
        _grid(canvas, days, panel, names=column == 0)
        _panel(canvas, rows[name], (days, panel), look)
    return top + math.ceil(len(panels) / columns) * (each + sheet.line / 2) - sheet.line / 2


def _grid(canvas: Canvas, days: TimeAxis, values: ValueAxis, *, names: bool) -> None:
    """A light line for each round number and a darker one for zero; the names of days, and of numbers if wanted."""
    letter = canvas.sheet.letter
    for tick in values.ticks:
        y = values.at(tick)
        canvas.rule(GRID if tick else MUTED, days.left, y, days.right, y)
        if names:
            canvas.write("axis", (days.left - 8, y - letter * 0.53), [in_digits(tick)], "right")
    _name_days(canvas, days.ticks(letter), values.bottom)


def _panel(canvas: Canvas, rows: Sequence[FigureRow], axes: tuple[TimeAxis, ValueAxis], look: Look) -> None:
    """The marks of a panel, and as many of their labels as find room."""
    sheet, (days, values) = canvas.sheet, axes
    canvas.marks += _marks(pd.DataFrame([_record(row, days, look.radius) for row in rows]), days.x, values.y, look)
    widest = max(90, 0.4 * (days.right - days.left))
    labels = {
        row.id: Label(
            wrapped(row.label, widest, sheet.letter),
            days.at(_middle(days.span(row.date))),
            values.at((row.low + row.high) / 2),
            _body(row, axes, look.radius),
        )
        for row in rows
    }
    bodies = [label.body for label in labels.values()]
    room = Box(days.left, values.top, days.right + _EDGE, values.bottom - 1)
    for label, spot in placed([labels[each] for each in _labelled(rows)], bodies, room, sheet):
        canvas.write("label", spot.anchor, label.lines, spot.align)
        if spot.leader:
            canvas.rule(MUTED, label.x, spot.leader.top, label.x, spot.leader.bottom)


def _labelled(rows: Sequence[FigureRow]) -> list[str]:
    """The ids of the figures to label, the most telling first: of each series the highest, last and first."""
    telling: dict[str, None] = {}
    for name in dict.fromkeys(row.series for row in rows):
        own = [row for row in rows if row.series == name]
        telling |= dict.fromkeys((max(own, key=lambda row: row.high).id, own[-1].id, own[0].id))
    return [*(telling | dict.fromkeys(row.id for row in rows if len(rows) <= FEW))]


def _stretch(row: FigureRow, days: TimeAxis, radius: float) -> Period:
    """From where to where a date is drawn: one that is not exact stands out on both sides of its mark."""
    return days.span(row.date, least=2.4 * radius if row.date.is_exact_day else 4 * radius + 6)


def _record(row: FigureRow, days: TimeAxis, radius: float) -> dict[str, Any]:
    """A figure as a row of data."""
    start, end = _stretch(row, days, radius)
    left, right = days.span(row.date, least=2.4 * radius)
    return {
        "fact": FACT + row.id,
        "series": row.series,
        "form": row.firmness.value,
        "stretched": not row.date.is_exact_day,
        "start": start,
        "left": left,
        "at": _middle((start, end)),
        "right": right,
        "end": end,
        "low": float(row.low),
        "high": float(row.high),
    }


def _body(row: FigureRow, axes: tuple[TimeAxis, ValueAxis], radius: float) -> Box:
    """What the mark of a figure takes up, with its arrow and the stretch of its date."""
    days, values = axes
    start, end = (days.at(moment) for moment in _stretch(row, days, radius))
    up, down = (radius * (_REACH if row.firmness is arrow else 1) + 1 for arrow in _ARROWS)
    return Box(start, values.at(row.high) - up, end, values.at(row.low) + down)


def _marks(frame: pd.DataFrame, x: Callable[[str], alt.X], y: Callable[[str], alt.Y], look: Look) -> list[alt.Chart]:
    """The marks of figures, each as firm as its number; those of the key too, which so shows what it explains."""
    stroke, fill, shape = look.channels()
    fact, size = alt.Description("fact:N"), 4.4 * look.radius**2
    is_range, is_hollow = frame["form"] == Firmness.RANGE, frame["form"] == Firmness.AROUND
    ranges, hollow, filled = frame[is_range], frame[is_hollow], frame[~is_range & ~is_hollow]
    point, stretch = (x("at"), y("low")), (x("start"), alt.X2("end"))
    block = (x("left"), alt.X2("right"), y("low"), alt.Y2("high"))
    edge = alt.MarkDef(type="rule", aria=False, strokeWidth=2.5)
    thin = alt.MarkDef(type="rule", aria=False, strokeWidth=2)
    drawn: list[tuple[pd.DataFrame, alt.MarkDef, tuple[Any, ...]]] = [
        (ranges, alt.MarkDef(type="rect", opacity=0.3), (*block, fill, fact)),
        *((ranges, edge, (*stretch, y(end), stroke)) for end in ("low", "high")),
        (frame[~is_range & frame["stretched"]], thin, (*stretch, y("low"), stroke)),
    ]
    for form, arrow in _ARROWS.items():
        mark = alt.MarkDef(type="point", aria=False, shape=arrow, size=size, strokeWidth=1.8, opacity=1)
        drawn.append((frame[frame["form"] == form], mark, (*point, stroke)))
    ring = alt.MarkDef(type="point", fill=PAPER, size=size, strokeWidth=2, opacity=1)
    disc = alt.MarkDef(type="point", stroke=PAPER, size=size, strokeWidth=1, opacity=1)
    drawn += [(hollow, ring, (*point, stroke, shape, fact)), (filled, disc, (*point, fill, shape, fact))]
    return [alt.Chart(rows, mark=mark).encode(*channels) for rows, mark, channels in drawn if len(rows)]


# -- events per period ----------------------------------------------------------------------------------------------


def frequency(table: ChartTable, canvas: Canvas) -> float:
    """Events per period, a mark each; below them, never added, the counts that are known only in sum."""
    sheet, unit_of_time = canvas.sheet, table.chart.encoding.bin
    days = TimeAxis(table.first, table.last, 0, sheet.width)
    columns, spanning = _columns(table.events, days, days.periods(unit_of_time))
    ticks = days.ticks(sheet.letter, columns=unit_of_time)
    guides = [days.at(start) for start, _ in columns] if len(columns) * 16 < sheet.width else [x for x, _ in ticks]

    top = 0.0
    if not all(row.is_dated for rows in columns.values() for row in rows):
        signs = ((Firmness.EXACT, TO_THE_DAY), (Firmness.AROUND, NOT_EXACT))
        look = Look(("",), radius=6, shapes=("square",))
        top = _key(canvas, look, [KeyItem("", form, words) for form, words in signs])
    strips = {
        SPANNING: [Bar(row.id, row.date, "") for row in spanning],
        IN_SUM: [Bar(row.id, row.date, _in_all(row)) for row in table.totals],
    }
    if any(strips.values()):
        canvas.write("heading", (0, top), [DATED])
        top += sheet.line
    bottom = _stacks(canvas, days, columns, top + sheet.line + 4)
    _name_days(canvas, ticks, bottom)
    bottom += sheet.axis
    for title, bars in strips.items():
        if bars:
            canvas.write("heading", (0, bottom + 4), [title])
            top = bottom + sheet.line + 10
            bottom = _strip(canvas, days, bars, top)
            for x in guides if bottom - top > 4 * sheet.line else ():  # few rows lie near enough to the axis
                canvas.rule(GRID, x, top - 2, x, bottom)
            bottom += sheet.line / 2
    return bottom


Columns = dict[Period, list[EventRow]]


def _columns(events: Sequence[EventRow], days: TimeAxis, periods: Sequence[Period]) -> tuple[Columns, list[EventRow]]:
    """The events of each period, the firmest first, and those that may belong to several."""
    columns: Columns = {period: [] for period in periods}
    spanning: list[EventRow] = []
    for row in sorted(events, key=lambda row: not row.is_dated):
        start, end = days.span(row.date)
        period = next((period for period in periods if period[0] <= start and end <= period[1]), None)
        (spanning if period is None else columns[period]).append(row)
    return columns, spanning


def _stacks(canvas: Canvas, days: TimeAxis, columns: Columns, top: float) -> float:
    """A mark for each event, stacked in its period: filled when its day is known, hollow when not. Returns the end."""
    most = max(1, *(len(rows) for rows in columns.values()))
    unit = max(6, min(canvas.sheet.event, canvas.sheet.plot / most))
    counts = ValueAxis(Decimal(0), Decimal(most), Decimal(1), top, top + most * unit)
    half = min(0.4 * (days.right - days.left) / len(columns), 0.7 * unit) * days.pixel
    records = []
    for period, rows in columns.items():
        middle = _middle(period)
        for number, row in enumerate(rows):
            inset = 1 if row.is_dated else 2  # pixels: a hollow mark's line is drawn on both sides of its edge
            start, end = middle - half + inset * days.pixel, middle + half - inset * days.pixel
            low, high = number + inset / unit, number + 1 - inset / unit
            record = {
                "fact": FACT + row.id,
                "dated": row.is_dated,
                "start": start,
                "end": end,
                "low": low,
                "high": high,
            }
            records.append(record)
        if rows:
            above = counts.at(Decimal(len(rows))) - canvas.sheet.line - 1
            canvas.write("label", (days.at(middle), above), [f"{len(rows)}"], "center")
    canvas.rule(MUTED, days.left, counts.bottom, days.right, counts.bottom)
    if records:
        frame = pd.DataFrame(records)
        channels = (days.x("start"), alt.X2("end"), counts.y("low"), alt.Y2("high"), alt.Description("fact:N"))
        drawn = ((frame[frame["dated"]], _FILLED), (frame[~frame["dated"]], _HOLLOW))
        canvas.marks += [alt.Chart(rows, mark=mark).encode(*channels) for rows, mark in drawn if len(rows)]
    return counts.bottom


_FILLED = alt.MarkDef(type="rect", fill=SERIES[0])
_HOLLOW = alt.MarkDef(type="rect", fill=PAPER, stroke=SERIES[0], strokeWidth=2)
_BENEATH = alt.MarkDef(type="rect", aria=False, fill=PAPER)
_TINTED = alt.MarkDef(type="rect", fill=SERIES[1], opacity=0.2)
_CAP = alt.MarkDef(type="rule", aria=False, stroke=SERIES[1], strokeWidth=2.5)


@dataclass(frozen=True, slots=True)
class Bar:
    """A fact that covers a period, drawn apart from the columns: with a label a total, without one an event."""

    fact: str
    date: Edtf
    label: str


def _in_all(row: FigureRow) -> str:
    """`4 calls in all`, `dozens of calls in all`."""
    link = " " if any(char.isdigit() for char in row.label) else " of "
    return f"{row.label}{link}{row.unit} in all"


@dataclass(frozen=True, slots=True)
class Laid:
    """A bar with its label: beside or inside it on one line, or above it on lines of its own."""

    bar: Bar
    left: float
    right: float
    """How far bar and label reach."""
    lines: tuple[str, ...]
    x: float
    align: str = "left"
    style: str = "label"
    is_above: bool = False

    def fits_beside(self, others: Sequence[Laid]) -> bool:
        """Whether it can share a row."""
        return not any(
            self.is_above or other.is_above or (self.left < other.right + 8 and other.left < self.right + 8)
            for other in others
        )


def _laid(bar: Bar, days: TimeAxis, letter: float) -> Laid:
    """The label stands inside its bar, else right or left of it, else above."""
    left, right = (days.at(moment) for moment in days.span(bar.date, least=8))
    width = text_width(bar.label, letter)
    if width + 16 <= right - left or not bar.label:
        return Laid(bar, left, right, (bar.label,), left + 8, style="key")
    if right + 6 + width <= days.right:
        return Laid(bar, left, right + 6 + width, (bar.label,), right + 6)
    if left - 6 - width >= days.left:
        return Laid(bar, left - 6 - width, right, (bar.label,), left - 6, "right")
    lines = wrapped(bar.label, days.right - days.left, letter)
    widest = max(text_width(line, letter) for line in lines)
    return Laid(bar, left, right, lines, max(days.left, min(left, days.right - widest)), is_above=True)


def _strip(canvas: Canvas, days: TimeAxis, bars: Sequence[Bar], top: float) -> float:
    """Bars over the days they cover, each on the first row that has room. Returns where they end."""
    sheet, thick = canvas.sheet, canvas.sheet.line + 2
    rows: list[list[Laid]] = []
    for bar in bars:
        laid = _laid(bar, days, sheet.letter)
        row = next((row for row in rows if laid.fits_beside(row)), None)
        if row is None:
            rows.append(row := [])
        row.append(laid)
    y, records = top, []
    for row in rows:
        text_top = y + 1
        y += len(row[0].lines) * sheet.line if row[0].is_above else 0
        for laid in row:
            start, end = days.span(laid.bar.date, least=8)
            goes_on = {"before": laid.bar.date.first < days.first, "after": laid.bar.date.last > days.last}
            position = {"start": start, "end": end, "top": y, "bottom": y + thick}
            records.append({"fact": FACT + laid.bar.fact, "total": bool(laid.bar.label)} | goes_on | position)
            canvas.write(laid.style, (laid.x, text_top), [line for line in laid.lines if line], laid.align)
        y += thick + 5
    canvas.marks += _bars(pd.DataFrame(records), days)
    return y - 3


def _bars(frame: pd.DataFrame, days: TimeAxis) -> list[alt.Chart]:
    """A total is a tinted bar with a cap at each end, but none where it goes on beyond the axis; an event is hollow."""
    sides = (_pixel_y("top"), alt.Y2("bottom"))
    edges = (days.x("start"), alt.X2("end"), *sides)
    fact = alt.Description("fact:N")
    totals, events = frame[frame["total"]], frame[~frame["total"]]
    drawn: list[tuple[pd.DataFrame, alt.MarkDef, tuple[Any, ...]]] = [
        (events, _HOLLOW, (*edges, fact)),
        (totals, _BENEATH, edges),
        (totals, _TINTED, (*edges, fact)),
        (totals[~totals["before"]], _CAP, (days.x("start"), *sides)),
        (totals[~totals["after"]], _CAP, (days.x("end"), *sides)),
    ]
    return [alt.Chart(rows, mark=mark).encode(*channels) for rows, mark, channels in drawn if len(rows)]


# -- the key --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyItem:
    """A sign and what it stands for."""

    series: str
    form: Firmness
    words: str
    is_stretched: bool = False


def _figures_key(table: ChartTable, look: Look) -> list[KeyItem]:
    """What colours and forms stand for, of those that are there and say nothing by themselves."""
    forms = [form for form in Firmness if any(row.firmness is form for row in table.figures)]
    items: list[KeyItem] = []
    if len(table.series) > 1 and table.series != table.panels:
        items += [KeyItem(name, Firmness.EXACT, name) for name in table.series]
    if forms != [Firmness.EXACT]:
        items += [KeyItem(look.common, form, FORMS[form]) for form in forms]
    if not all(row.date.is_exact_day for row in table.figures):
        items.append(KeyItem(look.common, forms[0], NOT_EXACT, is_stretched=True))
    return items


def _key(canvas: Canvas, look: Look, items: Sequence[KeyItem]) -> float:
    """Draw the key, each sign before its words, in as many rows as it takes. Returns its height."""
    if not items:
        return 0
    sheet, sign = canvas.sheet, 30
    x, y, records = 0.0, 4.0, []
    for item in items:
        lines = wrapped(item.words, sheet.width - sign, sheet.letter)
        width = sign + max(text_width(line, sheet.letter) for line in lines)
        if x and x + width > sheet.width:
            x, y = 0.0, y + sheet.line + 8
        middle = y + sheet.letter * 0.53
        at = middle + {Firmness.AT_LEAST: 6, Firmness.AT_MOST: -6}.get(item.form, 0)
        low, high = (middle + 8, middle - 8) if item.form is Firmness.RANGE else (at, at)
        reach = 12 if item.is_stretched else 6
        places = {"start": x + 14 - reach, "left": x + 8, "at": x + 14, "right": x + 20, "end": x + 14 + reach}
        what = {"fact": "", "series": item.series, "form": item.form.value, "stretched": item.is_stretched}
        records.append(what | places | {"low": low, "high": high})
        canvas.write("key", (x + sign, y), lines)
        # after an item of several lines, the next one starts on a row of its own
        x, y = x + width + 14 if len(lines) == 1 else sheet.width, y + sheet.line * (len(lines) - 1)
    canvas.marks += _marks(pd.DataFrame(records), _pixel_x, _pixel_y, replace(look, radius=5))
    return y + sheet.line + 14


KINDS: dict[str, Callable[[ChartTable, Canvas], float]] = {"figures": figures, "frequency": frequency}
"""How each kind of chart is drawn on a canvas; each tells the height that it has taken."""
