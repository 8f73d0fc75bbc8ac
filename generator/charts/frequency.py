"""A table of events -> a column of marks for each period, on a canvas, and bars for what has no period of its own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import altair as alt
import pandas as pd

from generator.charts.axes import Period, TimeAxis, ValueAxis, middle_of, name_days
from generator.charts.bands import bands_of
from generator.charts.bars import HOLLOW, Bar, draw_strip
from generator.charts.canvas import FACT, Canvas
from generator.charts.key import KeyItem, draw_key
from generator.charts.marks import Look
from generator.charts.placing import Box
from generator.colours import GRID, MUTED, SERIES
from generator.hedges import Firmness
from generator.legend import DATED, IN_SUM, NOT_EXACT, RUNNING, SPANNING, TO_THE_DAY
from generator.lettering import text_width
from generator.tables import ChartTable, EventRow

Columns = dict[Period, list[EventRow]]

_FILLED = alt.MarkDef(type="rect", fill=SERIES[0])


def draw_frequency(table: ChartTable, canvas: Canvas) -> float:
    """Events per period, a mark each; below them, never added, the counts that are known only in sum."""
    sheet, unit_of_time = canvas.sheet, table.chart.encoding.bin
    days = TimeAxis(table.first, table.last, 0, sheet.width)
    columns, spanning = _columns(table.events, days, days.periods(unit_of_time))
    ticks = days.ticks(sheet.letter, columns=unit_of_time)
    guides = [days.at(start) for start, _ in columns] if len(columns) * 16 < sheet.width else [x for x, _ in ticks]

    bands = bands_of(table.thin, (days,), sheet)
    signs: list[KeyItem] = []
    if not all(row.is_dated for rows in columns.values() for row in rows):
        signs = [KeyItem("", Firmness.EXACT, TO_THE_DAY), KeyItem("", Firmness.AROUND, NOT_EXACT)]
    top = draw_key(canvas, Look(("",), radius=6, shapes=("square",)), [[*signs, *bands.key]])
    strips = {
        SPANNING: [Bar(row.id, row.date, "") for row in spanning],
        IN_SUM: [Bar(row.id, row.date, row.in_sum) for row in table.totals if not row.is_running],
        RUNNING: [Bar(row.id, row.date, row.in_sum, is_mark=True) for row in table.totals if row.is_running],
    }
    if any(strips.values()):
        canvas.write("heading", (0, top), [DATED])
        top += sheet.line
    above = top + bands.room + sheet.line + 4
    bottom = _stacks(canvas, days, columns, above)
    bands.draw(canvas, days, above - sheet.line - 4, bottom)
    name_days(canvas, ticks, bottom)
    bottom += sheet.axis
    for title, bars in strips.items():
        if bars:
            canvas.write("heading", (0, bottom + 4), [title])
            top = bottom + sheet.line + 10
            bottom = draw_strip(canvas, days, bars, top)
            # few bars lie near enough to the axis; of a mark it is the place alone that tells the day
            for x in guides if bars[0].is_mark or bottom - top > 4 * sheet.line else ():
                canvas.rule(GRID, x, top - 2, x, bottom)
            bottom += sheet.line / 2
    return bottom


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
        middle = middle_of(period)
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
    _counts(canvas, days, columns, counts)
    canvas.rule(MUTED, days.left, counts.bottom, days.right, counts.bottom)
    if records:
        frame = pd.DataFrame(records)
        channels = (days.x("start"), alt.X2("end"), counts.y("low"), alt.Y2("high"), alt.Description("fact:N"))
        drawn = ((frame[frame["dated"]], _FILLED), (frame[~frame["dated"]], HOLLOW))
        canvas.marks += [alt.Chart(rows, mark=mark).encode(*channels) for rows, mark in drawn if len(rows)]
    return counts.bottom


def _counts(canvas: Canvas, days: TimeAxis, columns: Columns, counts: ValueAxis) -> None:
    """A number above each column; where two would meet, only above the higher, and the table has the other."""
    sheet = canvas.sheet
    taken: list[Box] = []
    for period, rows in sorted(columns.items(), key=lambda column: (-len(column[1]), column[0])):
        words = f"{len(rows)}"
        half, above = text_width(words, sheet.letter) / 2, counts.at(Decimal(len(rows))) - sheet.line - 1
        x = min(max(days.at(middle_of(period)), half), sheet.width - half)
        box = Box(x - half, above, x + half, above + sheet.line)
        if rows and not any(box.meets(other) for other in taken):
            taken.append(box)
            canvas.write("label", (x, above), [words], "center")
