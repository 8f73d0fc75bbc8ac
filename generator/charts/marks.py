"""Figures as rows of data -> their marks, each as firm as its number, and what a mark takes up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import altair as alt
import pandas as pd

from generator.charts.axes import Period, TimeAxis, ValueAxis, middle_of
from generator.charts.canvas import FACT
from generator.charts.placing import Box
from generator.colours import MUTED, PAPER, SERIES, TEXT
from generator.hedges import Firmness
from generator.tables import FigureRow

SHAPES = ("circle", "square", "diamond", "triangle-up")
ARROWS = {
    Firmness.AT_LEAST: "M0,-1L0,-3.4M-1.1,-2.3L0,-3.4L1.1,-2.3",
    Firmness.AT_MOST: "M0,1L0,3.4M-1.1,2.3L0,3.4L1.1,2.3",
}
"""To where the true number lies, seen from the one that is known; in radii of its mark."""
_REACH = 3.4
"""How far an arrow goes."""
_RING = 3
"""Pixels from a mark to the ring around it that says that its number is disputed."""


@dataclass(frozen=True)
class Look:
    """What tells series apart, colour and shape, and how large marks are."""

    series: tuple[str, ...]
    radius: float = 5
    """About half of a mark's width."""
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


def _stretch(row: FigureRow, days: TimeAxis, radius: float) -> Period:
    """From where to where a date is drawn: one that is not exact stands out on both sides of its mark."""
    return days.span(row.date, least=2.4 * radius if row.date.is_exact_day else 4 * radius + 6)


def record_of(row: FigureRow, days: TimeAxis, radius: float, aside: float = 0) -> dict[str, Any]:
    """A figure as a row of data, so many pixels aside of its date."""
    start, end = (moment + days.lasting(aside) for moment in _stretch(row, days, radius))
    left, right = (moment + days.lasting(aside) for moment in days.span(row.date, least=2.4 * radius))
    return {
        "fact": FACT + row.id,
        "series": row.series,
        "form": row.firmness.value,
        "stretched": not row.date.is_exact_day,
        "disputed": row.is_disputed,
        "start": start,
        "left": left,
        "at": middle_of((start, end)),
        "right": right,
        "end": end,
        "low": float(row.low),
        "mid": float((row.low + row.high) / 2),
        "high": float(row.high),
    }


def body_of(row: FigureRow, axes: tuple[TimeAxis, ValueAxis], radius: float, aside: float = 0) -> Box:
    """What the mark of a figure takes up, with its arrow, its ring and the stretch of its date."""
    days, values = axes
    start, end = (days.at(moment) + aside for moment in _stretch(row, days, radius))
    ring = radius + _RING + 1 if row.is_disputed else 0
    round_it = ring if row.low == row.high else 0  # around the middle of a range, it stays within its height
    up, down = (max(round_it, radius * (_REACH if row.firmness is arrow else 1)) + 1 for arrow in ARROWS)
    at = (start + end) / 2
    return Box(min(start, at - ring), values.at(row.high) - up, max(end, at + ring), values.at(row.low) + down)


def marks_of(frame: pd.DataFrame, x: Callable[[str], alt.X], y: Callable[[str], alt.Y], look: Look) -> list[alt.Chart]:
    """The marks of figures, each as firm as its number; those of the key too, which so shows what it explains."""
    stroke, fill, shape = look.channels()
    fact, size = alt.Description("fact:N"), 4.4 * look.radius**2
    is_range = frame["form"] == Firmness.RANGE
    ranges, points = frame[is_range], frame[~is_range]
    point, stretch = (x("at"), y("low")), (x("start"), alt.X2("end"))
    block = (x("left"), alt.X2("right"), y("low"), alt.Y2("high"))
    edge = alt.MarkDef(type="rule", aria=False, strokeWidth=2.5)
    thin = alt.MarkDef(type="rule", aria=False, strokeWidth=2)
    drawn: list[tuple[pd.DataFrame, alt.MarkDef, tuple[Any, ...]]] = [
        (ranges, alt.MarkDef(type="rect", opacity=0.3), (*block, fill, fact)),
        *((ranges, edge, (*stretch, y(end), stroke)) for end in ("low", "high")),
        (points[points["stretched"]], thin, (*stretch, y("low"), stroke)),
    ]
    for form, arrow in ARROWS.items():
        mark = alt.MarkDef(type="point", aria=False, shape=arrow, size=size, strokeWidth=1.8, opacity=1)
        drawn.append((frame[frame["form"] == form], mark, (*point, stroke)))
    around = 4 * (look.radius + _RING) ** 2
    ring = alt.MarkDef(type="point", aria=False, stroke=TEXT, size=around, strokeWidth=1.2, opacity=1)
    drawn.append((frame[frame["disputed"]], ring, (x("at"), y("mid"))))
    # one layer, in the order of dates, whether hollow or filled: of what a later one covers in part, a part is seen
    is_hollow = alt.datum.form == Firmness.AROUND.value
    paint: dict[str, Any] = {
        "fill": alt.condition(is_hollow, alt.value(PAPER), fill),
        "stroke": alt.condition(is_hollow, stroke, alt.value(PAPER)),
        "strokeWidth": alt.condition(is_hollow, alt.value(2), alt.value(1)),
    }
    symbols = alt.Chart(points, mark=alt.MarkDef(type="point", size=size, opacity=1))
    layers = [alt.Chart(rows, mark=mark).encode(*channels) for rows, mark, channels in drawn if len(rows)]
    return [*layers, *([symbols.encode(*point, shape, fact, **paint)] if len(points) else [])]
