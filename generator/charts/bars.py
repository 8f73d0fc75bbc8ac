"""Facts that cover a period -> bars over their days, sums until a day -> marks at it, each on the first free row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from generator.charts.axes import Period, TimeAxis, middle_of
from generator.charts.canvas import FACT, Canvas, pixel_y
from generator.colours import PAPER, SERIES
from generator.edtf import Edtf
from generator.lettering import text_width, wrapped

HOLLOW = alt.MarkDef(type="rect", fill=PAPER, stroke=SERIES[0], strokeWidth=2)
_BENEATH = alt.MarkDef(type="rect", aria=False, fill=PAPER)
_TINTED = alt.MarkDef(type="rect", fill=SERIES[1], opacity=0.2)
_SLIM = 12
"""The height of a bar without a label."""
_CAP = alt.MarkDef(type="rule", aria=False, stroke=SERIES[1], strokeWidth=2.5)
_MARK = alt.MarkDef(type="point", shape="diamond", fill=SERIES[1], stroke=PAPER, strokeWidth=1, size=130, opacity=1)
_HALF = 7
"""Of the width of a mark, about."""
_UNTIL = alt.MarkDef(type="rule", aria=False, stroke=SERIES[1], strokeWidth=2)


@dataclass(frozen=True, slots=True)
class Bar:
    """A fact that covers a period, drawn apart from the columns: with a label a total, without one an event."""

    fact: str
    date: Edtf
    label: str
    is_mark: bool = False
    """Whether it is drawn as a mark at its date: a sum of all until then covers no days of its own."""

    def span(self, days: TimeAxis) -> Period:
        """From when to when it is drawn."""
        least = (2 * _HALF if self.date.is_exact_day else 4 * _HALF) if self.is_mark else 8
        return days.span(self.date, least=least)


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
    left, right = (days.at(moment) for moment in bar.span(days))
    width = text_width(bar.label, letter)
    if not bar.label or (width + 16 <= right - left and not bar.is_mark):
        return Laid(bar, left, right, (bar.label,), left + 8, style="key")
    if right + 6 + width <= days.right:
        return Laid(bar, left, right + 6 + width, (bar.label,), right + 6)
    if left - 6 - width >= days.left:
        return Laid(bar, left - 6 - width, right, (bar.label,), left - 6, "right")
    lines = wrapped(bar.label, days.right - days.left, letter)
    widest = max(text_width(line, letter) for line in lines)
    return Laid(bar, left, right, lines, max(days.left, min(left, days.right - widest)), is_above=True)


def draw_strip(canvas: Canvas, days: TimeAxis, bars: Sequence[Bar], top: float) -> float:
    """Bars over the days they cover, each on the first row that has room. Returns where they end."""
    sheet = canvas.sheet
    rows: list[list[Laid]] = []
    for bar in bars:
        laid = _laid(bar, days, sheet.letter)
        row = next((row for row in rows if laid.fits_beside(row)), None)
        if row is None:
            rows.append(row := [])
        row.append(laid)
    y, records = top, []
    for row in rows:
        text_top, thick = y + 1, sheet.line + 2 if any(laid.bar.label for laid in row) else _SLIM
        y += len(row[0].lines) * sheet.line if row[0].is_above else 0
        for laid in row:
            start, end = laid.bar.span(days)
            goes_on = {"before": laid.bar.date.first < days.first, "after": laid.bar.date.last > days.last}
            position = {"start": start, "end": end, "top": y, "bottom": y + thick}
            middle = {"at": middle_of((start, end)), "middle": y + thick / 2}
            form = "mark" if laid.bar.is_mark else "total" if laid.bar.label else "event"
            stretched = not laid.bar.date.is_exact_day
            records.append(
                {"fact": FACT + laid.bar.fact, "form": form, "stretched": stretched} | goes_on | position | middle
            )
            canvas.write(laid.style, (laid.x, text_top), [line for line in laid.lines if line], laid.align)
        y += thick + 5
    canvas.marks += _bars(pd.DataFrame(records), days)
    return y - 3


def _bars(frame: pd.DataFrame, days: TimeAxis) -> list[alt.Chart]:
    """A total is a tinted bar with a cap at each end, but none where it goes on beyond the axis; an event is hollow.

    A sum of all until a day is a mark, with a line to both sides where that day is not exact.
    """
    sides = (pixel_y("top"), alt.Y2("bottom"))
    edges = (days.x("start"), alt.X2("end"), *sides)
    fact = alt.Description("fact:N")
    totals, events, sums = (frame[frame["form"] == form] for form in ("total", "event", "mark"))
    drawn: list[tuple[pd.DataFrame, alt.MarkDef, tuple[Any, ...]]] = [
        (events, HOLLOW, (*edges, fact)),
        (totals, _BENEATH, edges),
        (totals, _TINTED, (*edges, fact)),
        (totals[~totals["before"]], _CAP, (days.x("start"), *sides)),
        (totals[~totals["after"]], _CAP, (days.x("end"), *sides)),
        (sums[sums["stretched"]], _UNTIL, (days.x("start"), alt.X2("end"), pixel_y("middle"))),
        (sums, _MARK, (days.x("at"), pixel_y("middle"), fact)),
    ]
    return [alt.Chart(rows, mark=mark).encode(*channels) for rows, mark, channels in drawn if len(rows)]
