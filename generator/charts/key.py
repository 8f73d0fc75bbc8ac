"""Signs and what they stand for -> the key of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from generator.charts.canvas import Canvas, pixel_x, pixel_y
from generator.charts.marks import Look, marks_of
from generator.hedges import Firmness
from generator.lettering import text_width, wrapped


@dataclass(frozen=True, slots=True)
class KeyItem:
    """A sign and what it stands for."""

    series: str
    form: Firmness
    words: str
    is_stretched: bool = False
    is_disputed: bool = False
    letter: str | None = None
    """Of a band, which has no mark: what is written in it."""

    @classmethod
    def band(cls, letter: str, words: str) -> KeyItem:
        """A tinted band, with the letter that tells it from others, if it needs one."""
        return cls("", Firmness.EXACT, words, letter=letter)


def draw_key(canvas: Canvas, look: Look, groups: Sequence[Sequence[KeyItem]]) -> float:
    """Draw the key, each sign before its words, each group from a row of its own. Returns its height."""
    if not any(groups):
        return 0
    sheet, sign = canvas.sheet, 30
    x, y, records = 0.0, 4.0, []
    firsts = [group[0] for group in groups if group]
    for item in (each for group in groups for each in group):
        lines = wrapped(item.words, sheet.width - sign, sheet.letter)
        width = sign + max(text_width(line, sheet.letter) for line in lines)
        if x and (x + width > sheet.width or any(item is first for first in firsts)):
            x, y = 0.0, y + sheet.line + 8
        middle = y + sheet.letter * 0.53
        canvas.write("key", (x + sign, y), lines)
        if item.letter is not None:
            canvas.band(x + 2, y - 2, x + 22, y + sheet.line - 1)
            canvas.write("axis", (x + 12, y), [item.letter] if item.letter else [], "center")
        else:
            records.append(_record(item, x, middle))
        # after an item of several lines, the next one starts on a row of its own
        x, y = x + width + 14 if len(lines) == 1 else sheet.width, y + sheet.line * (len(lines) - 1)
    if records:
        canvas.marks += marks_of(pd.DataFrame(records), pixel_x, pixel_y, replace(look, radius=5))
    return y + sheet.line + 14


def _record(item: KeyItem, x: float, middle: float) -> dict[str, Any]:
    """A sign as a row of data, as wide as its place."""
    at = middle + {Firmness.AT_LEAST: 6, Firmness.AT_MOST: -6}.get(item.form, 0)
    low, high = (middle + 8, middle - 8) if item.form is Firmness.RANGE else (at, at)
    reach = 12 if item.is_stretched else 6
    places = {"start": x + 14 - reach, "left": x + 8, "at": x + 14, "right": x + 20, "end": x + 14 + reach}
    said = {"series": item.series, "form": item.form.value, "stretched": item.is_stretched}
    return (
        {"fact": "", "disputed": item.is_disputed} | said | places | {"low": low, "mid": (low + high) / 2, "high": high}
    )
