"""A text and the size of its letters -> how wide it is, and the lines into which it breaks."""

from __future__ import annotations

import unicodedata

FONT = "Briefing Sans"

_ADVANCES = {
    "|il'j ,.:;’": 0.26,
    "I!f()[]{}-t": 0.34,
    'rJ/\\*szxcvyk?"–': 0.5,
    "0123456789+−<>=~$#^": 0.5,
    "eLFYXgaEVn_": 0.55,
    "SThuZAbdpoq`": 0.56,
    "CPRKBDG&": 0.62,
    "UNHOQ": 0.665,
    "wMWm%@—": 0.85,
}
"""The width of characters as a share of their size, rounded up; a test compares it with the font."""
_ADVANCE = {char: advance for chars, advance in _ADVANCES.items() for char in chars}
_OTHERS, _BOLDER = 0.7, 1.07


def text_width(text: str, letter: float, *, bold: bool = False) -> float:
    """How wide a text is at most. A letter with an accent is as wide as without."""
    plain = (unicodedata.normalize("NFD", char)[0] for char in text)
    return sum(_ADVANCE.get(char, _OTHERS) for char in plain) * letter * (_BOLDER if bold else 1)


def wrapped(text: str, room: float, letter: float, *, bold: bool = False) -> tuple[str, ...]:
    """A text in lines that fit; a word too long for a line is cut."""
    lines = [""]
    for word in text.split():
        rest = word
        while rest:
            longer = f"{lines[-1]} {rest}".strip()
            fits = next((at for at in range(len(rest), 1, -1) if text_width(rest[:at], letter, bold=bold) <= room), 1)
            if text_width(longer, letter, bold=bold) <= room:
                lines[-1], rest = longer, ""
            else:
                lines.append(rest[:fits])
                rest = rest[fits:]
    return tuple(filter(None, lines))
