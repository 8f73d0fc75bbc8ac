"""Signs and what they stand for -> the key of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from generator.charts.canvas import Canvas, pixel_x, pixel_y
from generator.charts.lettering import text_width, wrapped
from generator.charts.marks import Look, marks_of
from generator.hedges import Firmness


@dataclass(frozen=True, slots=True)
class KeyItem:
    """A sign and what it stands for."""

    series: str
    form: Firmness
    words: str
    is_stretched: bool = False


def draw_key(canvas: Canvas, look: Look, items: Sequence[KeyItem]) -> float:
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
    canvas.marks += marks_of(pd.DataFrame(records), pixel_x, pixel_y, replace(look, radius=5))
    return y + sheet.line + 14
