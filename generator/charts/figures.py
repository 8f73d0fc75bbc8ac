"""A table of figures -> panels over time, with a key, on a canvas; the height that they take."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from generator.charts.axes import TimeAxis, ValueAxis, middle_of, name_days
from generator.charts.canvas import Canvas
from generator.charts.colours import GRID, MUTED, SERIES
from generator.charts.errors import ChartError
from generator.charts.key import KeyItem, draw_key
from generator.charts.lettering import text_width, wrapped
from generator.charts.marks import Look, body_of, marks_of, record_of
from generator.charts.placing import Box, Label, placed
from generator.hedges import Firmness
from generator.legend import FORMS, NOT_EXACT
from generator.numerals import in_digits
from generator.tables import ChartTable, FigureRow

FEW = 12
"""Up to so many marks in a panel, each has its label; of more, the first, the last and the highest of each series."""
_EDGE, _BETWEEN = 10, 24
"""Free space right of the last panel, and between two."""


def draw_figures(table: ChartTable, canvas: Canvas) -> float:
    """Figures over time, from zero; panels share the scale. A line joins two only where the table says that it may."""
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

    top = draw_key(canvas, look, _key_items(table, look))
    for number, (name, heading) in enumerate(zip(panels, headings, strict=True)):
        column, start = number % columns, top + number // columns * (each + sheet.line / 2)
        left = gutter + (width + _BETWEEN) * column
        canvas.write("heading", (left if column else 0, start), heading)
        if column == 0:
            canvas.write("axis", (0, start + above - 6 - sheet.line * len(unit)), unit)
        days = TimeAxis(table.first, table.last, left, left + width)
        panel = values.moved(start + above)
        _grid(canvas, days, panel, names=column == 0)
        _lines(canvas, table, rows[name], (days, panel), look)
        _panel(canvas, rows[name], (days, panel), look)
    return top + math.ceil(len(panels) / columns) * (each + sheet.line / 2) - sheet.line / 2


def _key_items(table: ChartTable, look: Look) -> list[KeyItem]:
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


def _grid(canvas: Canvas, days: TimeAxis, values: ValueAxis, *, names: bool) -> None:
    """A light line for each round number and a darker one for zero; the names of days, and of numbers if wanted."""
    letter = canvas.sheet.letter
    for tick in values.ticks:
        y = values.at(tick)
        canvas.rule(GRID if tick else MUTED, days.left, y, days.right, y)
        if names:
            canvas.write("axis", (days.left - 8, y - letter * 0.53), [in_digits(tick)], "right")
    name_days(canvas, days.ticks(letter), values.bottom)


def _lines(
    canvas: Canvas, table: ChartTable, rows: Sequence[FigureRow], axes: tuple[TimeAxis, ValueAxis], look: Look
) -> None:
    """The lines of a panel, beneath its marks."""
    days, values = axes
    by_id = {row.id: row for row in rows}
    pairs = [(by_id[first], by_id[second]) for first, second in table.joined if first in by_id and second in by_id]
    if pairs:
        frame = pd.DataFrame(
            [
                {
                    "series": first.series,
                    "from": middle_of(days.span(first.date)),
                    "to": middle_of(days.span(second.date)),
                    "low": float(first.low),
                    "high": float(second.low),
                }
                for first, second in pairs
            ]
        )
        line = alt.MarkDef(type="rule", aria=False, strokeWidth=1.5, opacity=0.7)
        ends = (days.x("from"), alt.X2("to"), values.y("low"), alt.Y2("high"))
        canvas.marks.append(alt.Chart(frame, mark=line).encode(*ends, look.channels()[0]))


def _panel(canvas: Canvas, rows: Sequence[FigureRow], axes: tuple[TimeAxis, ValueAxis], look: Look) -> None:
    """The marks of a panel, and as many of their labels as find room."""
    sheet, (days, values) = canvas.sheet, axes
    canvas.marks += marks_of(pd.DataFrame([record_of(row, days, look.radius) for row in rows]), days.x, values.y, look)
    widest = max(130, 0.4 * (days.right - days.left))
    labels = {
        row.id: Label(
            wrapped(row.beside, widest, sheet.letter),
            days.at(middle_of(days.span(row.date))),
            values.at((row.low + row.high) / 2),
            body_of(row, axes, look.radius),
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
