"""Hedges: the words with which sources say how sure a number is -> what they mean for a drawing and a sentence."""

from __future__ import annotations

from enum import StrEnum

from generator.numerals import VAGUE


class Firmness(StrEnum):
    """How a number is meant."""

    EXACT = "exact"
    AROUND = "around"
    """Near the number, on either side."""
    AT_LEAST = "at least"
    """The number or more."""
    AT_MOST = "at most"
    """The number or less."""
    RANGE = "range"
    """Between two ends."""


HEDGES: dict[str, Firmness] = {
    **dict.fromkeys(
        ("around", "about", "roughly", "approximately", "some", "close to", "an estimated", "estimated"),
        Firmness.AROUND,
    ),
    **dict.fromkeys(("more than", "over", "at least", "upwards of", "not less than"), Firmness.AT_LEAST),
    **dict.fromkeys(
        ("less than", "fewer than", "under", "up to", "at most", "nearly", "almost", "as many as"),
        Firmness.AT_MOST,
    ),
    **dict.fromkeys(("between", "from", *VAGUE), Firmness.RANGE),
}
"""Every hedge that a figure may carry. A new one is a word here; how it is drawn follows from its firmness."""


def firmness(hedge: str, *, is_range: bool) -> Firmness:
    """How a figure with this hedge is meant; `is_range` where it has two ends."""
    if is_range:
        return Firmness.RANGE
    return HEDGES.get(hedge.lower(), Firmness.EXACT)
