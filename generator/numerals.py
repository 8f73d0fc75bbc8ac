"""Numbers in English text: text in, exact quantities with their places out; and numbers back into words for readers.

`70,000`, `1.2 million`, `four`, `twenty-five`, `20%` are numbers; `tens of thousands` is a range with the
conventional bounds 20,000 to 99,999. Ordinals (`second`, `3rd`) and the pronoun `one` are not counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_UNITS = {word: Decimal(value) for value, word in enumerate(_SMALL)}
_TENS = {
    word: Decimal(value * 10)
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SCALES = {"hundred": Decimal(100), "thousand": Decimal(1000), "million": Decimal(10**6), "billion": Decimal(10**9)}
VAGUE = {
    "dozens": (24, 99),
    "scores": (40, 99),
    "tens": (20, 99),
    "hundreds": (200, 999),
    "thousands": (2_000, 9_999),
    "millions": (2_000_000, 9_999_999),
    "tens of thousands": (20_000, 99_999),
    "hundreds of thousands": (200_000, 999_999),
    "tens of millions": (20_000_000, 99_999_999),
}
"""Conventional bounds, printed on the method page: at least two of the unit, fewer than a full next one."""
_TIMES = {"once": Decimal(1), "twice": Decimal(2)}

_WORD = "|".join((*_UNITS, *_TENS))
_SCALE = "|".join(_SCALES)
_VAGUE_WORDS = "|".join(sorted(VAGUE, key=len, reverse=True)).replace(" ", r"\s+")
_PATTERN = re.compile(
    rf"""
    (?P<vague>\b(?:{_VAGUE_WORDS})\b)
    |(?P<digits>(?<![\w.,])[+\-−]?\d+(?:[.,]\d+)*)(?P<tail>\s?%|\s+per\s?cent\b|(?:st|nd|rd|th)\b)?(?:[\s-]+(?P<scale>{_SCALE})\b)?
    |(?P<glued>\d+(?:[.,]\d+)*)
    |(?P<words>\b(?:{_WORD})\b(?:(?:[\s-]+(?:and\s+)?)(?:{_WORD}|{_SCALE})\b)*)
    |(?P<times>\b(?:{"|".join(_TIMES)})\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or a range of numbers, as it stands in a text."""

    low: Decimal
    high: Decimal
    text: str
    start: int
    """Where it starts in the text, in characters from 0."""
    percent: bool = False

    @property
    def bounds(self) -> tuple[Decimal, Decimal, bool]:
        """What makes two quantities the same: both ends, and whether they are per cent."""
        return self.low, self.high, self.percent


def quantities(text: str) -> Iterator[Quantity]:
    """Every number of a text, in order, with its exact value; ordinals and a lone `one` are passed over."""
    for match in _PATTERN.finditer(text):
        found = _quantity(match)
        if found:
            yield found


def _quantity(match: re.Match[str]) -> Quantity | None:
    text, start = match[0], match.start()
    if match["vague"]:
        low, high = VAGUE[" ".join(text.lower().split())]
        return Quantity(Decimal(low), Decimal(high), text, start)
    if match["times"]:
        return Quantity(_TIMES[text.lower()], _TIMES[text.lower()], text, start)
    if match["words"]:
        value = _from_words(text)
        return None if value is None else Quantity(value, value, text, start)
    tail = (match["tail"] or "").strip().lower()
    if tail in {"st", "nd", "rd", "th"}:
        return None
    value = _from_digits(match["digits"] or match["glued"]) * _SCALES.get((match["scale"] or "").lower(), Decimal(1))
    return Quantity(value, value, text, start, percent=bool(tail))


def _from_digits(text: str) -> Decimal:
    """Read digits as English writes them; `3,5` and `1.234.567` as the rest of the world does."""
    plain = text.replace("−", "-")
    if _GROUPED.fullmatch(plain) or (plain.count(",") > 1 and "." not in plain):
        plain = plain.replace(",", "")
    elif plain.count(".") > 1:
        plain = plain.replace(".", "")
    whole, mark, rest = plain.replace(",", ".").rpartition(".")
    return Decimal(f"{whole.replace('.', '')}{mark}{rest}")


def _from_words(text: str) -> Decimal | None:
    """`two hundred and five thousand` -> 205000; None for the pronoun `one`."""
    words = [word for word in re.split(r"[\s-]+", text.lower()) if word != "and"]
    if words == ["one"]:
        return None
    total = group = Decimal(0)
    for word in words:
        if word == "hundred":
            group = max(group, Decimal(1)) * 100
        elif word in _SCALES:
            total, group = total + max(group, Decimal(1)) * _SCALES[word], Decimal(0)
        else:
            group += _UNITS.get(word, _TENS.get(word, Decimal(0)))
    return total + group


def in_digits(value: Decimal) -> str:
    """A number for readers: `70,000`, `1.5`, `−3`; exact, with a thousands comma and a true minus sign."""
    text = f"{value:,f}" if value != value.to_integral_value() else f"{value.to_integral_value():,f}"
    return text.replace("-", "−")
