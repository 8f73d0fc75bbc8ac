"""Lines, marks and texts, each at its place in pixels -> one Vega-Lite chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import pandas as pd

from generator.colours import GRID, MUTED, PAPER, TEXT, TINT
from generator.lettering import FONT

FACT = "fact:"
"""Opens the description of a mark that stands for a fact; the fact's id follows."""


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
WIDE = Sheet(width=720, letter=14, plot=290, small_plot=260, columns=3, event=30)
NARROW = Sheet(width=336, letter=14, plot=280, small_plot=210, columns=1, event=26)
# one of several side by side, where a briefing is seen at a glance; on a phone the narrow one takes its place
SMALL = Sheet(width=448, letter=13, plot=180, small_plot=132, columns=2, event=15)
# the picture of a link is looked at when it has shrunk to half or a third
CARD = Sheet(width=620, letter=19, plot=300, small_plot=230, columns=2, event=28)

_STYLES: dict[str, dict[str, Any]] = {
    "axis": {"fill": MUTED},
    "heading": {"fill": TEXT, "fontWeight": "bold"},
    "key": {"fill": TEXT},
    "label": {"fill": TEXT, "stroke": PAPER, "strokeWidth": 3, "strokeJoin": "round"},
}


@dataclass
class Canvas:
    """A drawing in the making: bands at the bottom, thin lines and marks above them, and on top the texts."""

    sheet: Sheet
    lines: dict[str, list[tuple[float, ...]]] = field(default_factory=lambda: {GRID: [], MUTED: []})
    bands: list[tuple[float, float, float, float]] = field(default_factory=list)
    marks: list[alt.Chart] = field(default_factory=list)
    texts: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {style: [] for style in _STYLES})

    def rule(self, colour: str, *ends: float) -> None:
        """Draw a thin straight line, from (x, y) to (x2, y2)."""
        self.lines[colour].append(ends)

    def band(self, left: float, top: float, right: float, bottom: float) -> None:
        """Tint a part of the drawing, behind all else, between two edges."""
        self.bands.append((left, top, right, bottom))
        for x in (left, right):
            self.rule(MUTED, x, top, x, bottom)

    def write(self, style: str, at: tuple[float, float], lines: Sequence[str], align: str = "left") -> None:
        """Write lines below each other, the top of the first at a point."""
        if lines:
            x, baseline = round(at[0], 1), round(at[1] + self.sheet.letter * 0.86, 1)
            self.texts[style].append({"x": x, "y": baseline, "align": align, "text": "\n".join(lines)})

    def chart(self, height: float) -> alt.LayerChart:
        """The finished drawing. Each layer brings its own scales, so panels need no views of their own."""
        sheet, align = self.sheet, alt.expr("datum.align")
        form: dict[str, Any] = {"aria": False, "fontSize": sheet.letter, "lineHeight": sheet.line, "lineBreak": "\n"}
        tint = alt.MarkDef(type="rect", aria=False, fill=MUTED, opacity=TINT)
        bands = [
            alt.Chart(pd.DataFrame(self.bands, columns=["x", "y", "x2", "y2"]), mark=tint).encode(
                pixel_x("x"), alt.X2("x2"), pixel_y("y"), alt.Y2("y2")
            )
        ]
        lines = [
            alt.Chart(
                pd.DataFrame(ends, columns=["x", "y", "x2", "y2"]),
                mark=alt.MarkDef(type="rule", aria=False, stroke=colour),
            ).encode(pixel_x("x"), alt.X2("x2"), pixel_y("y"), alt.Y2("y2"))
            for colour, ends in self.lines.items()
            if ends
        ]
        texts = [
            alt.Chart(
                pd.DataFrame(rows),
                mark=alt.MarkDef(type="text", align=align, baseline="alphabetic", **form, **_STYLES[style]),
            ).encode(pixel_x("x"), pixel_y("y"), alt.Text("text:N"))
            for style, rows in self.texts.items()
            if rows
        ]
        # all at once: each method that would add a part copies the whole chart
        return alt.LayerChart(
            layer=[*(bands if self.bands else ()), *lines, *self.marks, *texts],
            width=sheet.width,
            height=math.ceil(height),
            padding=0,
            autosize="none",
            background=PAPER,
            resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent")),
            config=alt.Config(font=FONT, view=alt.ViewConfig(stroke=None)),
        )


def pixel_x(name: str) -> alt.X:
    """The channel of a field of pixels from the left."""
    return alt.X(f"{name}:Q", scale=None, axis=None)


def pixel_y(name: str) -> alt.Y:
    """The channel of a field of pixels from the top."""
    return alt.Y(f"{name}:Q", scale=None, axis=None)
