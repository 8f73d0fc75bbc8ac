"""Days of which few reports were read -> bands behind a drawing, with their words in them or in its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from generator.charts.axes import TimeAxis
from generator.charts.canvas import Canvas, Sheet
from generator.charts.key import KeyItem
from generator.lettering import text_width, wrapped
from generator.tables import ThinSpan

_MOST_LINES = 4
"""Of the words in a band; where they take more, they stand in the key."""
_INSET = 6
"""From the edge of a band to its words."""


@dataclass(frozen=True)
class Bands:
    """The bands of a drawing, and where their words are: in all of them, or in the key."""

    spans: tuple[ThinSpan, ...]
    lines: tuple[tuple[str, ...], ...]
    """What is written in each: its words, the letter by which the key names it, or nothing."""
    room: float
    """The height that they take up above all marks."""
    key: tuple[KeyItem, ...] = ()

    def draw(self, canvas: Canvas, days: TimeAxis, top: float, bottom: float) -> None:
        """Draw the bands over a panel, each from its room above the marks down to the axis."""
        for span, lines in zip(self.spans, self.lines, strict=True):
            left, right = days.edges(span.first, span.last)
            canvas.band(left, top - self.room, right, bottom)
            at = left + _INSET if self.key == () else (left + right) / 2
            canvas.write("axis", (at, top - self.room + 2), lines, "center" if self.key else "left")


def bands_of(spans: tuple[ThinSpan, ...], panels: Sequence[TimeAxis], sheet: Sheet) -> Bands:
    """Words stand once: in the bands if each has room for its own and there is one panel, else in the key.

    In the key a text is told from another by a letter, which its bands have too.
    """
    if not spans:
        return Bands((), (), 0)
    days = panels[0]
    inside = [_within(span.note, *days.edges(span.first, span.last), sheet.letter) for span in spans]
    if len(panels) == 1 and all(inside):
        return Bands(spans, tuple(inside), max(map(len, inside)) * sheet.line + 6)
    notes = [*dict.fromkeys(span.note for span in spans)]
    letters = dict.fromkeys(notes, "") if len(notes) == 1 else dict(zip(notes, _letters(len(notes)), strict=True))
    key = tuple(KeyItem.band(letters[note], note) for note in notes)
    lines = tuple((letters[span.note],) if letters[span.note] else () for span in spans)
    return Bands(spans, lines, sheet.line + 4 if any(lines) else 0, key)


def _within(words: str, left: float, right: float, letter: float) -> tuple[str, ...]:
    """The words in lines that a band can hold; none where it cannot, or only by cutting a word."""
    width = right - left - 2 * _INSET
    lines = wrapped(words, width, letter)
    fits = len(lines) <= _MOST_LINES and all(text_width(word, letter) <= width for word in words.split())
    return lines if fits else ()


def _letters(number: int) -> list[str]:
    """Names as short as may be: `a`, `b`, `c`; beyond the alphabet `a2`, `b2`."""
    rounds, all_of = range(1, 2 + number // len(ascii_lowercase)), ascii_lowercase
    return [f"{each}{around if around > 1 else ''}" for around in rounds for each in all_of][:number]
