"""ChartTable -> Vega-Lite specification, by Altair and pandas: every fact a mark, drawn no firmer than it is known.

All places are worked out here, in pixels, so that no label meets another and one table always gives one drawing.
Only the drawing process imports this package: Altair and pandas are slow to load.

From a table to its drawing, floor by floor; a module imports only from floors below its own, those before it here:

    errors      why a table is refused

    canvas      lines, marks and texts in pixels -> one chart

    axes        days and numbers -> places, and the names of some
    placing     labels -> free spots for them

    marks       figures -> marks as firm as they are
    bars        facts over periods -> bars in rows

    key         signs and their words -> the key
    apart       marks that would hide each other -> how far each steps aside

    bands       days of few reports -> bands behind a drawing, and their words

    figures     a whole drawing of figures
    frequency   a whole drawing of events
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from generator.charts.canvas import CARD, FACT, NARROW, SMALL, WIDE, Canvas, Sheet
from generator.charts.errors import ChartError
from generator.charts.figures import draw_figures
from generator.charts.frequency import draw_frequency
from generator.colours import COLOURS
from generator.lettering import FONT
from generator.tables import ChartTable, EventRow, FigureRow

__all__ = ["COLOURS", "FACT", "FONT", "KINDS", "NARROW", "SHEETS", "WIDE", "ChartError", "spec"]

KINDS: dict[str, Callable[[ChartTable, Canvas], float]] = {"figures": draw_figures, "frequency": draw_frequency}
"""How each kind of chart is drawn on a canvas; each tells the height that it has taken."""

SHEETS: dict[str, Sheet] = {"wide": WIDE, "narrow": NARROW, "small": SMALL, "card": CARD}
"""What a table is drawn for, by name."""


def spec(table: ChartTable, sheet: Sheet) -> dict[str, Any]:
    """The drawing of a table as Vega-Lite, its keys in order, for a sheet.

    Raises:
        ChartError: the table cannot be drawn truthfully.

    """
    rows: list[FigureRow | EventRow] = [*table.figures, *table.events, *table.totals]
    for row in rows:
        if row.date.last < table.first or row.date.first > table.last:
            raise ChartError(f"the fact {row.id!r} lies outside its time axis; move `since` or `until`, or select less")
    canvas = Canvas(sheet)
    height = KINDS[table.chart.kind](table, canvas)
    ordered: dict[str, Any] = json.loads(json.dumps(canvas.chart(height).to_dict(), sort_keys=True))
    return ordered
