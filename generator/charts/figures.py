"""A table of figures -> panels over time, with a key, on a canvas; the height that they take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from generator.charts.apart import asides
from generator.charts.axes import Moment, TimeAxis, ValueAxis, middle_of, name_days
from generator.charts.bands import bands_of
from generator.charts.canvas import Canvas
from generator.charts.errors import ChartError
from generator.charts.key import KeyItem, draw_key
from generator.charts.marks import Look, body_of, marks_of, record_of
from generator.charts.placing import Box, Field, Label, Line, placed
from generator.colours import GRID, MUTED, SERIES
from generator.hedges import Firmness
from generator.legend import DISPUTED, FORMS, NOT_EXACT
from generator.lettering import text_width, wrapped
from generator.numerals import in_digits
from generator.tables import ChartTable, FigureRow

FEW = 12
"""Up to so many marks in a panel, each has its label; of more, only those that tell most and the disputed."""
LINE = 0.8
"""How opaque a line is: less than the marks that it joins."""
_SHORT = 16
"""Characters of a name that stands beside a mark as well as in the key."""
_EDGE, _BETWEEN = 10, 24
"""Free space right of the last panel, and between two."""


@dataclass(frozen=True)
class _Panel:
    """The figures of a panel on its axes, and how far each steps aside."""

    rows: Sequence[FigureRow]
    axes: tuple[TimeAxis, ValueAxis]
    aside: Mapping[str, float]

    def moment_of(self, row: FigureRow) -> Moment:
        """Where the mark of a figure is drawn."""
        days = self.axes[0]
        return middle_of(days.span(row.date)) + days.lasting(self.aside[row.id])


def draw_figures(table: ChartTable, canvas: Canvas) -> float:
    """Figures over time, from zero; panels share the scale. A line joins two only where the table says that it may."""
    sheet, panels = canvas.sheet, table.panels or ("",)
    if len(table.series) > len(SERIES) and table.series != panels:
        raise ChartError(
            f"it has {len(table.series)} things to tell apart by colour, of which {len(SERIES)} stay distinct at most;"
            " select less, give each its own panel, or make a second chart of the rest"
        )
    rows = {name: [row for row in table.figures if row.panel == name] for name in panels}
    look = Look(table.series or ("",), radius=5 if max(map(len, rows.values())) <= FEW else 3.5)
    columns = len(panels) if len(panels) <= sheet.columns else min(2, sheet.columns)
    values = ValueAxis.over(table.figures, sheet.plot if len(panels) == 1 else sheet.small_plot)
    gutter = max(text_width(in_digits(tick), sheet.letter) for tick in values.ticks) + 8
    width = (sheet.width - gutter - _EDGE - _BETWEEN * (columns - 1)) / columns
    headings = [wrapped(name, width, sheet.letter, bold=True) for name in panels]
    direct = _named_by_panel(table)
    wider = [
        width if number % columns else width + gutter for number in range(len(panels))
    ]  # the first begin further left
    below = [wrapped(direct.get(name, ""), room, sheet.letter) for name, room in zip(panels, wider, strict=True)]
    is_told = len(table.series) > 1 and table.series != table.panels and not direct
    series = [KeyItem(name, Firmness.EXACT, name) for name in table.series] if is_told else []
    unit = wrapped(" / ".join(dict.fromkeys(row.unit for row in table.figures)), width, sheet.letter)
    starts = [gutter + (width + _BETWEEN) * (number % columns) for number in range(len(panels))]
    axes = [TimeAxis(table.first, table.last, left, left + width) for left in starts]
    bands = bands_of(table.thin, axes, sheet)
    above = sheet.line * (max(map(len, headings)) + max(map(len, below)) + len(unit)) + 6
    each = above + bands.room + values.bottom + sheet.axis

    top = draw_key(canvas, look, [series, [*_key_items(table, look), *bands.key]])
    for number, (name, heading) in enumerate(zip(panels, headings, strict=True)):
        column, start = number % columns, top + number // columns * (each + sheet.line / 2)
        left = starts[number] if column else 0
        canvas.write("heading", (left, start), heading)
        canvas.write("key", (left, start + sheet.line * len(heading)), below[number])
        if column == 0:
            canvas.write("axis", (0, start + above - 6 - sheet.line * len(unit)), unit)
        days, panel = axes[number], values.moved(start + above + bands.room)
        bands.draw(canvas, days, panel.top, panel.bottom)
        _grid(canvas, days, panel, names=column == 0)
        drawn = _Panel(rows[name], (days, panel), asides(rows[name], (days, panel), look.radius))
        _marks(canvas, drawn, look, _lines(canvas, drawn, table.joined, look))
    return top + math.ceil(len(panels) / columns) * (each + sheet.line / 2) - sheet.line / 2


def _named_by_panel(table: ChartTable) -> dict[str, str]:
    """What each panel shows, where each has a single thing of its own: it then stands above it, and not in the key."""
    found = {name: {row.series for row in table.figures if row.panel == name} for name in table.panels}
    names = [name for each in found.values() for name in each]
    is_plain = len(names) == len(found) == len({*names}) > 1 and table.series != table.panels
    return {panel: name for panel, each in found.items() for name in each} if is_plain else {}


def _key_items(table: ChartTable, look: Look) -> list[KeyItem]:
    """What forms stand for, of those that are there and say nothing by themselves."""
    forms = [form for form in Firmness if any(row.firmness is form for row in table.figures)]
    items: list[KeyItem] = []
    if forms != [Firmness.EXACT]:
        items += [KeyItem(look.common, form, FORMS[form]) for form in forms]
    if not all(row.date.is_exact_day for row in table.figures):
        items.append(KeyItem(look.common, forms[0], NOT_EXACT, is_stretched=True))
    if any(row.is_disputed for row in table.figures):
        items.append(KeyItem(look.common, forms[0], DISPUTED, is_disputed=True))
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


def _lines(canvas: Canvas, panel: _Panel, joined: Sequence[tuple[str, str]], look: Look) -> list[Line]:
    """Draw the lines of a panel, beneath its marks and from mark to mark. Returns where they run."""
    days, values = panel.axes
    by_id = {row.id: row for row in panel.rows}
    pairs = [(by_id[first], by_id[second]) for first, second in joined if first in by_id and second in by_id]
    if pairs:
        records = [
            {
                "series": first.series,
                "from": panel.moment_of(first),
                "to": panel.moment_of(second),
                "low": float(first.low),
                "high": float(second.low),
            }
            for first, second in pairs
        ]
        line = alt.MarkDef(type="rule", aria=False, strokeWidth=1.5, opacity=LINE)
        ends = (days.x("from"), alt.X2("to"), values.y("low"), alt.Y2("high"))
        canvas.marks.append(alt.Chart(pd.DataFrame(records), mark=line).encode(*ends, look.channels()[0]))
    ends_of = ([(days.at(panel.moment_of(row)), values.at(row.low)) for row in pair] for pair in pairs)
    return [Line(*one, *other) for one, other in ends_of]


def _marks(canvas: Canvas, panel: _Panel, look: Look, lines: Sequence[Line]) -> None:
    """The marks of a panel, and as many of their labels as find room, off its lines where that can be."""
    sheet, (days, values), aside = canvas.sheet, panel.axes, panel.aside
    records = [record_of(row, days, look.radius, aside[row.id]) for row in panel.rows]
    canvas.marks += marks_of(pd.DataFrame(records), days.x, values.y, look)
    widest = max(130, 0.4 * (days.right - days.left))
    named, telling = _named_beside(panel.rows), _telling(panel.rows)
    labels = {
        row.id: Label(
            words := wrapped(row.named if row.id in named else row.beside, widest, sheet.letter),
            days.at(panel.moment_of(row)),
            values.at((row.low + row.high) / 2),
            body_of(row, panel.axes, look.radius, aside[row.id]),
            _folded(words, sheet.letter),
            len(panel.rows) <= FEW or row.id in telling,
        )
        for row in panel.rows
    }
    bodies = [label.body for label in labels.values()]
    room = Box(days.left, values.top, days.right + _EDGE, values.bottom - 1)
    wanted = [labels[each] for each in _labelled(panel.rows)]
    for label, spot in placed(wanted, Field(room, bodies, lines), sheet):
        canvas.write("label", spot.anchor, spot.lines, spot.align)
        if spot.leader:
            canvas.rule(MUTED, label.x, spot.leader.top, label.x, spot.leader.bottom)


def _folded(lines: tuple[str, ...], letter: float) -> tuple[str, ...]:
    """A label in a line more than it has, if its words allow; nothing where they do not."""
    words = " ".join(lines)
    longest = max(text_width(word, letter) for word in words.split())
    found = wrapped(words, max(longest, text_width(words, letter) / (len(lines) + 1) * 1.25), letter)
    return found if len(found) == len(lines) + 1 else ()


def _named_beside(rows: Sequence[FigureRow]) -> frozenset[str]:
    """The ids of the figures that have the name of their series beside them: of each the highest, where it is short."""
    names = dict.fromkeys(row.series for row in rows)
    if len(names) == 1 or max(map(len, names)) > _SHORT:
        return frozenset()
    return frozenset(max((row for row in rows if row.series == name), key=lambda row: row.high).id for name in names)


def _labelled(rows: Sequence[FigureRow]) -> list[str]:
    """The ids of the figures to label, the most telling first; then the disputed, and, where there are few, all others.

    What finds no room is in the table.
    """
    disputed = dict.fromkeys(row.id for row in rows if row.is_disputed)
    return [*(_telling(rows) | disputed | dict.fromkeys(row.id for row in rows if len(rows) <= FEW))]


def _telling(rows: Sequence[FigureRow]) -> dict[str, None]:
    """The ids of the most telling figures, in order: of each series the highest, last and first."""
    found: dict[str, None] = {}
    for name in dict.fromkeys(row.series for row in rows):
        own = [row for row in rows if row.series == name]
        found |= dict.fromkeys((max(own, key=lambda row: row.high).id, own[-1].id, own[0].id))
    return found
