"""A text and the size of its letters -> how wide it is, and the lines into which it breaks."""

from __future__ import annotations

import unicodedata

FONT, SERIF = "Briefing Sans", "Briefing Serif"

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
_SERIF_ADVANCES = {
    "‘’' ": 0.2,
    ",.:;·!jil|-": 0.3,
    "t/[\\]fI{}J()": 0.34,
    '"“”?s`r*z': 0.43,
    "ceaxvyS$0123456789_–g": 0.49,
    "^+<=>~−FZoLqk": 0.525,
    "PdE#pbu": 0.55,
    "BhnCTY": 0.595,
    "GVXARK": 0.625,
    "DOQUN": 0.655,
    "&Hw…": 0.715,
    "—M%m@W": 0.895,
    "‰\u2003": 1.18,
}
_ADVANCE = {char: advance for chars, advance in _ADVANCES.items() for char in chars}
_SERIF_ADVANCE = {char: advance for chars, advance in _SERIF_ADVANCES.items() for char in chars}
_OTHERS, _SERIF_OTHERS, _BOLDER = 0.7, 0.87, 1.07


def text_width(text: str, letter: float, *, bold: bool = False, serif: bool = False) -> float:
    """How wide a text is at most, in the sans or in the serif, which is bold. An accent takes no room of its own."""
    plain = (unicodedata.normalize("NFD", char)[0] for char in text)
    if serif:
        return sum(_SERIF_ADVANCE.get(char, _SERIF_OTHERS) for char in plain) * letter
    return sum(_ADVANCE.get(char, _OTHERS) for char in plain) * letter * (_BOLDER if bold else 1)


def wrapped(text: str, room: float, letter: float, *, bold: bool = False, serif: bool = False) -> tuple[str, ...]:
    """A text in lines that fit; a word too long for a line is cut."""

    def fit(words: str) -> bool:
        return text_width(words, letter, bold=bold, serif=serif) <= room

    lines = [""]
    for word in text.split():
        rest = word
        while rest:
            longer = f"{lines[-1]} {rest}".strip()
            if fit(longer):
                lines[-1], rest = longer, ""
            else:
                fits = next((at for at in range(len(rest), 1, -1) if fit(rest[:at])), 1)
                lines.append(rest[:fits])
                rest = rest[fits:]
    return tuple(filter(None, lines))
