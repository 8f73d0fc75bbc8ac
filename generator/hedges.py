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


# codespell:off (words of other languages)
TRANSLATIONS: dict[str, dict[str, str]] = {
    "ar": {"نحو": "about", "حوالي": "around", "أكثر من": "more than", "قرابة": "close to", "ما لا يقل عن": "at least"},
    "de": {
        "rund": "around",
        "etwa": "about",
        "circa": "about",
        "ungefähr": "about",
        "mehr als": "more than",
        "über": "over",
        "fast": "almost",
        "knapp": "nearly",
        "mindestens": "at least",
        "bis zu": "up to",
        "weniger als": "less than",
    },
    "es": {
        "más de": "more than",
        "alrededor de": "around",
        "cerca de": "close to",
        "aproximadamente": "approximately",
        "unos": "some",
        "unas": "some",
        "casi": "almost",
        "al menos": "at least",
        "menos de": "less than",
        "hasta": "up to",
    },
    "fa": {"حدود": "about", "بیش از": "more than", "نزدیک به": "close to", "دست کم": "at least"},
    "fr": {
        "plus de": "more than",
        "environ": "about",
        "près de": "close to",
        "quelque": "some",
        "au moins": "at least",
        "presque": "almost",
        "moins de": "less than",
        "jusqu'à": "up to",
        "autour de": "around",
        "dépassé": "over",
    },
    "he": {"כ": "about", "לפחות": "at least", "מעל": "over", "כמעט": "almost", "יותר מ": "more than", "עד": "up to"},
    "it": {
        "più di": "more than",
        "oltre": "over",
        "circa": "about",
        "quasi": "almost",
        "almeno": "at least",
        "meno di": "less than",
        "fino a": "up to",
    },
    "nl": {"ongeveer": "about", "meer dan": "more than", "bijna": "almost", "minstens": "at least", "ruim": "over"},
    "pt": {
        "mais de": "more than",
        "cerca de": "about",
        "quase": "almost",
        "pelo menos": "at least",
        "aproximadamente": "approximately",
        "menos de": "less than",
        "até": "up to",
    },
    "ru": {
        "более": "more than",
        "около": "about",
        "почти": "almost",
        "не менее": "at least",
        "свыше": "over",
        "примерно": "about",
        "до": "up to",
        "менее": "less than",
    },
    "tr": {"yaklaşık": "about", "en az": "at least", "neredeyse": "almost"},
}
# codespell:on (ours again)
"""Hedges of other languages, each with the English one that a fact carries in its place."""


def spoken(hedge: str, language: str) -> tuple[str, ...]:
    """The words of a language that stand for an English hedge: `plus de` for `more than`, `rund` for any `around`."""
    own = TRANSLATIONS.get(language.partition("-")[0].lower(), {})
    is_around = HEDGES.get(hedge.lower()) is Firmness.AROUND
    return tuple(
        word
        for word, english in own.items()
        if english == hedge.lower() or (is_around and HEDGES[english] is Firmness.AROUND)
    )


def firmness(hedge: str, *, is_range: bool) -> Firmness:
    """How a figure with this hedge is meant; `is_range` where it has two ends."""
    if is_range:
        return Firmness.RANGE
    return HEDGES.get(hedge.lower(), Firmness.EXACT)
