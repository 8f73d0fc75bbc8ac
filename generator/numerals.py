"""Numbers in text: text and its language in, exact quantities with their places out; and numbers back into words.

`70,000`, `1.2 million`, `four`, `a dozen`, `20%` are numbers; `60,000 to 70,000` is a range, and so is `tens of
thousands`, with the conventional bounds 20,000 to 99,999. Digits of every script are read, in the groups that the
language of the text writes; number words only in English. Ordinals (`second`, `3rd`), the pronoun `one`, decades, times
of day and names (`Resolution 1701`, `F-35`) are not counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from functools import cache, lru_cache

_EXACT = Context(prec=100_000)
"""In which nothing is rounded: the usual context keeps 28 digits."""

# -- words ----------------------------------------------------------------------------------------------------------

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_UNITS = {word: Decimal(value) for value, word in enumerate(_SMALL)}
_TENS = {
    word: Decimal(value * 10)
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SCALES = {
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "million": Decimal(10**6),
    "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}
VAGUE = {
    "dozens": (24, 99),
    "scores": (40, 99),
    "tens": (20, 99),
    "hundreds": (200, 999),
    "thousands": (2_000, 9_999),
    "millions": (2_000_000, 9_999_999),
    "billions": (2_000_000_000, 9_999_999_999),
    "tens of thousands": (20_000, 99_999),
    "hundreds of thousands": (200_000, 999_999),
    "tens of millions": (20_000_000, 99_999_999),
    "hundreds of millions": (200_000_000, 999_999_999),
    "tens of billions": (20_000_000_000, 99_999_999_999),
    "hundreds of billions": (200_000_000_000, 999_999_999_999),
}
"""Conventional bounds, printed on the method page: at least two of the unit, fewer than a full next one."""
_PLURALS = {
    **{scale: f"{scale}s" for scale in ("dozen", "hundred", "thousand", "million", "billion")},
    **{f"hundred {scale}": f"hundreds of {scale}s" for scale in ("thousand", "million", "billion")},
}
"""`several hundred` is as many as `hundreds`."""
_TIMES = {"once": Decimal(1), "twice": Decimal(2), "thrice": Decimal(3)}
_PARTS = {
    "half": Decimal(2),
    "third": Decimal(3),
    "quarter": Decimal(4),
    "fifth": Decimal(5),
    "sixth": Decimal(6),
    "seventh": Decimal(7),
    "eighth": Decimal(8),
    "ninth": Decimal(9),
    "tenth": Decimal(10),
}
_ORDINALS = "|".join(
    (
        *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
        *("twelfth", r"\w+teenth", r"\w{2,5}ieth", "hundredth"),
    )
)

# -- other languages ------------------------------------------------------------------------------------------------

_GROUPS_BY_POINT = frozenset(
    (
        *("az", "bs", "ca", "da", "de", "el", "es", "eu", "gl", "hr", "id"),
        *("is", "it", "nl", "pt", "ro", "sl", "sq", "sr", "tr", "vi"),
    )
)
_GROUPS_BY_SPACE = frozenset(
    (
        *("be", "bg", "cs", "et", "fi", "fr", "hu", "hy", "ka", "kk", "ky"),
        *("lt", "lv", "nb", "nn", "no", "pl", "ru", "sk", "sv", "uk", "uz"),
    )
)
_GROUPS_BY_BOTH = frozenset(["ar", "ckb", "es", "fa", "ps", "ur"])
"""Where point and comma are both met: what looks like a group is one."""
_AS_ENGLISH = frozenset(f"es-{land}" for land in ("419", "do", "gt", "hn", "mx", "ni", "pa", "pe", "pr", "sv", "us"))

# codespell:off - words of other languages
_FOREIGN_SCALES: dict[str, dict[str, int]] = {
    "ar": {"ألف": 3, "الف": 3, "آلاف": 3, "ألفا": 3, "مليون": 6, "ملايين": 6, "مليار": 9, "مليارات": 9},
    "de": {
        "tausend": 3,
        "millionen": 6,
        "million": 6,
        "mio.": 6,
        "mio": 6,
        "milliarden": 9,
        "milliarde": 9,
        "mrd.": 9,
        "mrd": 9,
    },
    "es": {"mil": 3, "millón": 6, "millones": 6},
    "fa": {"هزار": 3, "میلیون": 6, "میلیارد": 9},
    "fr": {"mille": 3, "million": 6, "millions": 6, "milliard": 9, "milliards": 9},
    "he": {"אלף": 3, "אלפים": 3, "מיליון": 6, "מיליארד": 9},
    "it": {"mila": 3, "milione": 6, "milioni": 6, "miliardo": 9, "miliardi": 9},
    "nl": {"duizend": 3, "miljoen": 6, "miljard": 9},
    "pt": {"mil": 3, "milhão": 6, "milhões": 6, "bilhão": 9, "bilhões": 9},
    "ru": {
        **dict.fromkeys(("тысяч", "тысячи", "тысяча", "тысячу", "тыс.", "тыс"), 3),
        **dict.fromkeys(("миллион", "миллиона", "миллионов", "млн"), 6),
        **dict.fromkeys(("миллиард", "миллиарда", "миллиардов", "млрд"), 9),
    },
    "tr": {"bin": 3, "milyon": 6, "milyar": 9},
    "uk": {"тисяч": 3, "тисячі": 3, "тис.": 3, "мільйон": 6, "мільйонів": 6, "млн": 6, "млрд": 9},
}
"""Words after digits, as powers of ten; nowhere are they anything else there."""
_FOREIGN_RANGES: dict[str, tuple[str, str, str]] = {
    # language: what stands before a pair, its `and`, its `to`
    "ar": ("بين", "و", "إلى|الى"),
    "de": ("zwischen", "und", "bis"),
    "en": ("between", "and", "to|till|until"),
    "es": ("entre", "y", "a"),
    "fr": ("entre", "et", "à"),
    "it": ("tra", "e", "a"),
    "nl": ("tussen", "en", "tot"),
    "pt": ("entre", "e", "a"),
    "ru": ("между", "и", "до"),
}
_PERCENT_WORDS = (
    *("per\\s?cent", "percent", "pct", "por\\s?ciento", "por\\s?cento", "per\\s?cento", "pour\\s?cent", "prozent"),
    *("процент\\w*", "відсотк\\w*", "procent\\w*", "אחוז\\w*", "درصد"),
    *("في\\s?المئة", "في\\s?المائة", "بالمئة", "بالمائة"),
)

# codespell:on - and English again

# -- what the patterns are made of ----------------------------------------------------------------------------------

_SPACES = "\u00a0\u202f\u2009\u2007"
"""Spaces that part nothing but groups of digits, in any language."""
_DECIMAL, _GROUP = "\u066b", "\u066c"
"""The Arabic decimal and thousands separators, which mean the same in every text."""
_NUMBER = (
    rf"(?:(?<!\d)\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)(?:[.,{_DECIMAL}]\d+)?"
    # A plain space groups where the language does so, or where a group begins with a zero, as no number does.
    r"|(?<!\d)\d{1,3}(?=(?:\ \d{3})*\ 0\d\d(?!\d))(?:\ \d{3})+(?!\d)(?:[.,]\d+)?"
    r"|SPACED"
    rf"|(?<!\d)\d{{1,3}}(?:['’]\d{{3}})+(?!\d)(?:\.\d+)?"
    rf"|\d+(?:[.,{_DECIMAL}{_GROUP}]\d+)*)"
)
_SPACED = r"(?<!\d)\d{1,3}(?:\ \d{3})+(?!\d)(?:[.,]\d+)?"
_GLYPHS = "¼½¾⅐-⅞"

_UNIT = "|".join(_SMALL[1:10])
_TEEN = "|".join(_SMALL[10:])
_TEN = "|".join(_TENS)
_SCALE = "|".join(_SCALES)
_BIG = "|".join([*_SCALES][1:])
_GAP = r"[\s-]+"
_BELOW_100 = rf"(?:(?:{_TEN})(?:{_GAP}(?:{_UNIT})\b)?|{_TEEN}|{_UNIT})"
_HUNDREDS = rf"(?:(?:{_BELOW_100}|an?){_GAP}hundred\b(?:{_GAP}(?:and{_GAP})?{_BELOW_100}\b)?)"
_POWER = rf"(?:(?:{_HUNDREDS}|{_BELOW_100}|an?){_GAP}(?:{_BIG})\b)"
_WORDS = (
    rf"(?:{_POWER}(?:{_GAP}{_POWER})*(?:{_GAP}(?:and{_GAP})?(?:{_HUNDREDS}|{_BELOW_100})\b)?"
    rf"|{_HUNDREDS}|{_BELOW_100}|zero)\b"
)
_VAGUE_WORDS = "|".join(sorted(VAGUE, key=len, reverse=True)).replace(" ", r"\s+")
_PART = "|".join([*_PARTS][1:])
_OWN = r"(?:of|the|its|their|his|her|our|all|that|those|this|these)"
_CLOCK = (
    r"\d{1,2}:\d{2}(?::\d{2})?(?!\d)(?:\s?[ap]\.?m\b)?|\d{1,2}(?:\.\d{2})?\s?[ap]\.?m\b"
    rf"|(?:\d{{1,2}}|{_BELOW_100})\s+o['’]clock\b"
)
_PEOPLE = "people|persons|men|women|children|civilians|residents|refugees|voters|users|homes|households|families|jobs"
_SHORT = {"k": 3, "mn": 6, "bn": 9, "tn": 12}
_PER_CENT_WORD = "|".join(_PERCENT_WORDS)
_PERCENT = (
    rf"(?P<percent>\s?[%٪％]|[\s-]+(?:{_PER_CENT_WORD})\b)|(?P<mille>\s?‰)|(?P<points>[\s-]+percentage\s+points?\b)"
)
_SHARES = (
    rf"(?P<half>\bhalf{_GAP}an?{_GAP}(?!(?:{_SCALE}|dozen)\b)(?=\w))"
    rf"|(?P<share>\b(?:(?:an?|one){_GAP}(?:half|(?:{_PART})(?=\s+of\b)|(?<=-)(?:{_PART}))\b"
    rf"|one-(?:{_PART})\b|(?:{_UNIT}){_GAP}(?:halves|(?:{_PART})s)\b|half(?=\s+{_OWN}\b))(?!-))"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or a range of numbers, as it stands in a text."""

    low: Decimal
    high: Decimal
    text: str
    start: int
    """Where it starts in the text, in characters from 0."""
    kind: str = ""
    """`per cent`, `per mille` or `percentage points`; `share` for a part of something (`a third of`); else empty."""

    @property
    def end(self) -> int:
        """Where the text goes on behind it."""
        return self.start + len(self.text)

    @property
    def percent(self) -> bool:
        """Whether it is per cent."""
        return self.kind == "per cent"

    @property
    def bounds(self) -> tuple[Decimal, Decimal, bool]:
        """Both ends, and whether they are per cent."""
        return self.low, self.high, self.percent

    @property
    def worth(self) -> tuple[Decimal, Decimal, str]:
        """What makes two quantities the same: both ends, and what kind of number they are."""
        return self.low, self.high, self.kind


@dataclass(frozen=True, slots=True)
class Name:
    """A name with a number in it, which counts nothing: `Resolution 1701`, `F-35`."""

    text: str
    start: int
    key: str
    """What makes two names the same: its words without case, in English where a word like `Resolution` is known."""


# -- names ----------------------------------------------------------------------------------------------------------

_LABELS = {
    **{
        word: word
        for word in (
            *("resolution", "article", "channel", "unit", "route", "highway", "section", "chapter", "annex", "flight"),
            *("phase", "page", "paragraph", "clause", "protocol", "directive", "brigade", "battalion", "squadron"),
        )
    },
    **dict.fromkeys(("resolución", "résolution", "resolução", "risoluzione", "resolutie"), "resolution"),
    **dict.fromkeys(("резолюция", "резолюции", "резолюцию", "القرار", "قرار", "החלטה", "resolusi"), "resolution"),
    **dict.fromkeys(("artículo", "artigo", "articolo", "artikel", "статья", "статьи", "المادة", "סעיף"), "article"),
    **dict.fromkeys(("canal", "canale", "kanal", "канал", "القناة", "قناة", "ערוץ"), "channel"),
    **dict.fromkeys(("unidad", "unidade", "unité", "unità", "الوحدة", "وحدة", "יחידה"), "unit"),
}
"""Words before the number of a name, in any case, and their English."""
_TITLES = (
    *("Apartment", "Apollo", "Area", "Block", "Boeing", "Book", "Camp", "Category", "Class", "Division", "Figure"),
    *("Form", "Gate", "Group", "Kan", "Law", "Level", "Line", "Mark", "Model", "Page", "Part", "Platform", "Point"),
    *("Room", "Sector", "Stage", "Suite", "Table", "Terminal", "Tier", "Track", "Type", "Volume", "Zone"),
)
"""The same with a capital alone: `Zone 3` is a name, `in the zone 3 people` a count."""
_PREFIXES = (
    *("early", "ex", "late", "mid", "minus", "nearly", "non", "over", "plus", "post", "pre", "some", "sub", "the"),
    *("top", "under", "up"),
    *("jan", "feb", "mar", "apr", "may", "jun", "june", "jul", "july", "aug", "sep", "sept", "oct", "nov", "dec"),
    *("january", "february", "march", "april", "august", "september", "october", "november", "december"),
    *_SMALL,
    *_TENS,
)
"""What stands before a hyphen and a number without making a name of it: `Mid-2024`."""
_MONEY = "aud|cad|chf|eur|gbp|ils|inr|nis|rs|sar|tl|usd"
_NUMBERED = r"\d+(?:[./]\d+)*[A-Za-z]?(?![\w]|[.,]\d|%)"
_NAME_HINT = r"(?<![\w-])(?=(?:[^\W\d_]++[.°]?|№)[\s-]?\d)"
"""So begins every name: letters, at most a mark and a space, and a digit. To ask that first is quick."""
_NAME = re.compile(
    rf"""{_NAME_HINT}(?:
    (?<![\w-])(?P<label>(?i:{"|".join(sorted(_LABELS, key=len, reverse=True))})(?P<plural>s?)|(?:{"|".join(_TITLES)}))
        \s(?P<numbers>{_NUMBERED}(?:(?:,\s|,?\s(?:and|or|y|et|und|و)\s?){_NUMBERED})*)(?!\s(?:{_PEOPLE})\b)
    |(?<![\w-])(?i:(?:no|nos|nr)\.\s?|nº\s?|n°\s?|№\s?|number\s)(?P<place>{_NUMBERED})
    |(?<![\w-])(?P<code>(?!(?i:{"|".join(_PREFIXES)})-|(?i:{_MONEY})\d)
        (?:[A-Z][A-Za-z]{{0,11}}-\d+[A-Za-z]{{0,3}}|[A-Za-z]{{1,8}}\d+[A-Za-z\d]*|(?i:covid)-\d+)(?![\w]|[.,]\d|%))
    )""",
    re.VERBOSE,
)


_DIGIT = re.compile("[0-9]")


def names(text: str) -> Iterator[Name]:
    """Every name of a text that has a number in it, in order: `Articles 2 and 51` are two."""
    return iter(_names(text))


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[Name, ...]:
    return tuple(_read_names(text))


def _read_names(text: str) -> Iterator[Name]:
    plain = _ascii_digits(text)
    if not _DIGIT.search(plain):
        return
    for match in _NAME.finditer(plain):
        if match["code"]:
            key = re.sub(r"(?<=\d)s$", "", match["code"]).casefold()
            yield Name(text[match.start() : match.end()], match.start(), key)
        elif match["place"]:
            yield Name(text[match.start() : match.end()], match.start(), f"number {match['place'].casefold()}")
        elif match["label"][0].isupper() or not match["plural"] or "," in match["numbers"] or " " in match["numbers"]:
            yield from _listed(match, text)


def _listed(match: re.Match[str], text: str) -> Iterator[Name]:
    label = match["label"].casefold()
    label = _LABELS.get(label) or _LABELS.get(label.removesuffix("s")) or label
    start = match.start()
    for each in re.finditer(_NUMBERED, match["numbers"]):
        end = match.start("numbers") + each.end()
        yield Name(text[start:end], start, f"{label} {each[0].casefold()}")
        start = match.start("numbers") + each.end()


# -- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A quantity before ranges are joined, and whether a scale (`million`) has been read with it."""

    quantity: Quantity
    scale: Decimal = Decimal(1)


def quantities(text: str, language: str = "en") -> Iterator[Quantity]:
    """Every number of a text in a language (a BCP 47 tag), in order, with its exact value."""
    return iter(_quantities(text, language))


@lru_cache(maxsize=4096)
def _quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """The same; several rules ask for those of one text."""
    return tuple(_read_all(text, language))


def _read_all(text: str, language: str) -> Iterator[Quantity]:
    plain = _lower(_ascii_digits(text))
    primary = language.partition("-")[0].lower()
    if not _may_hold(plain, primary):
        return
    for name in names(text):
        plain = f"{plain[: name.start]}{'·' * len(name.text)}{plain[name.start + len(name.text) :]}"
    found = [
        each
        for match in _pattern(primary).finditer(plain)
        if (each := _read(match, plain, language.lower())) is not None
        and not (match[0] == "once" and text[match.end() + 1 : match.end() + 2].isupper())  # `once Rome agrees`
    ]
    for quantity in _joined(found, plain, primary):
        yield replace(quantity, text=text[quantity.start : quantity.end])


_FIGURE = re.compile(rf"[\d{_GLYPHS}]")
_LETTERS = re.compile(r"[a-z]+")
ANY_WORD = frozenset(
    (
        *(*_UNITS, *_TENS, *_SCALES, *_TIMES, "dozen", "half", "halves", "several", "few", "couple"),
        *(word for vague in VAGUE for word in vague.split()),
        *(part + end for part in _PARTS for end in ("", "s")),
    )
)
"""Of a text without a digit, one of these is part of every number."""


def _may_hold(plain: str, primary: str) -> bool:
    return bool(_FIGURE.search(plain)) or (primary == "en" and not ANY_WORD.isdisjoint(_LETTERS.findall(plain)))


def _ascii_digits(text: str) -> str:
    """The same text, character by character, with the digits of all scripts as 0 to 9."""
    return text if text.isascii() else _NOT_ASCII.sub(_ascii_digit, text)


_NOT_ASCII = re.compile(r"[^\x00-\x7F]")


def _ascii_digit(match: re.Match[str]) -> str:
    char = match[0]
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _lower(text: str) -> str:
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


_BEGINNINGS = (
    *(*_UNITS, *_TENS, *_TIMES, "a", "an", "several", "half", "dozen"),
    *(word for vague in VAGUE for word in vague.split()),
)
"""With one of these words begins every number that begins with a word, and what is skipped."""


def starting(words: Iterable[str]) -> str:
    """A pattern of the first two letters of some words: to ask for it is much quicker than to ask for the words."""
    seconds: dict[str, set[str]] = {}
    for word in words:
        seconds.setdefault(word[0], set()).add(word[1:2])
    return "|".join(
        re.escape(first) if "" in each else f"{re.escape(first)}[{''.join(map(re.escape, sorted(each)))}]"
        for first, each in sorted(seconds.items())
    )


_HINT = rf"(?:(?=[\d{_GLYPHS}+\-−])|\b(?={starting(_BEGINNINGS)}))"
"""So begins whatever the pattern matches."""


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """What a number can look like in a language; each alternative is a named group."""
    number = _NUMBER.replace("SPACED", _SPACED if language in _GROUPS_BY_SPACE | {"es", "pt"} else r"(?!)")
    foreign = "|".join(sorted(map(re.escape, _FOREIGN_SCALES.get(language, ())), key=len, reverse=True)) or r"(?!)"
    scales = (
        rf"(?P<scales>(?:[\s-]+(?:{_SCALE})\b)+)" if language == "en" else rf"(?P<scales>(?:\s?(?:{foreign})(?!\w))+)"
    )
    plurals = "|".join(sorted(_PLURALS, key=len, reverse=True)).replace(" ", _GAP)
    short = rf"\s?(?P<short>{'|'.join(_SHORT)})\b|(?P<meant>m)(?=\s+(?:{_PEOPLE})\b)"
    words = rf"""
    |(?P<several>\b(?:several|a\s+few|a\s+couple\s+of){_GAP}(?P<of>{plurals})\b)
    |(?P<vague>\b(?:{_VAGUE_WORDS})\b)
    |{_SHARES}
    |(?P<dozen>\b(?:half{_GAP}an?{_GAP}|(?:{_BELOW_100}|an?){_GAP})?dozen\b)
    |(?P<halved>\bhalf{_GAP}(?:an?{_GAP})?(?P<halved_of>{_SCALE})\b)
    |(?P<mixed>\b(?:{_BELOW_100}){_GAP}and{_GAP}a{_GAP}half\b(?:{_GAP}(?P<mixed_of>{_SCALE})\b)?)
    |(?P<words>\b{_WORDS})(?:{_PERCENT.replace("?P<", "?P<w_")})?
    |(?P<times>\b(?:{"|".join(_TIMES)})\b)"""
    return re.compile(
        rf"""
        {_HINT}(?:
        (?P<skipped>(?<![\w.,:]){_CLOCK}
            |(?<![\w.,])\d+(?:,\d{{3}})*(?:st|nd|rd|th|s)\b
            |\b(?:{_WORDS}-(?:{_ORDINALS})|(?:{_TEN})\s(?:{_ORDINALS}))s?\b)
        |(?P<digits>(?:(?<![\w.,'’])[+\-−])?{number})(?P<glyph>[{_GLYPHS}])?(?P<and_half>\s+and\s+a\s+half\b)?
            (?:{scales}|{short})?(?:{_PERCENT})?
        |(?P<glyph_alone>[{_GLYPHS}])
        {words if language == "en" else ""}
        )""",
        re.VERBOSE,
    )


def _read(match: re.Match[str], plain: str, language: str) -> _Found | None:
    if match["skipped"]:
        return None
    if match["digits"]:
        return _read_digits(match, plain, language)
    if match["glyph_alone"]:
        return _found(match, _glyph(match["glyph_alone"]))
    return _read_words(match, plain)


def _found(match: re.Match[str], value: Decimal, kind: str = "", scale: Decimal = Decimal(1)) -> _Found:
    return _Found(Quantity(value, value, match[0].rstrip(), match.start(), kind), scale)


def _read_digits(match: re.Match[str], plain: str, language: str) -> _Found | None:
    value = _from_digits(match["digits"], language)
    if value is None:
        return None
    if match["glyph"]:
        value = _EXACT.add(value, _glyph(match["glyph"]))
    if match["and_half"]:
        value = _EXACT.add(value, Decimal("0.5"))
    scale = Decimal(1)
    known = _FOREIGN_SCALES.get(language.partition("-")[0], {})
    for word in re.split(r"[\s-]+", (match["scales"] or "").strip()):
        scale *= _SCALES.get(word, Decimal(10) ** known.get(word, 0)) if word else 1
    if match["short"]:
        scale = Decimal(10) ** _SHORT[match["short"]]
    elif match["meant"]:
        scale = Decimal(10**6)
    kind = _kind(match, "")
    text = match[0]
    if plain[match.start() - 1 : match.start()] in tuple("$€£₪") and re.match(r"m\b", plain[match.end() :]):
        scale, text = Decimal(10**6), f"{text}m"
    elif language.startswith("tr") and re.search(r"(?:%|yüzde\s)$", _before(plain, match.start())):
        kind = "per cent"
    value = _EXACT.multiply(value, scale)
    return _Found(Quantity(value, value, text, match.start(), kind), scale)


def _before(plain: str, at: int) -> str:
    """What stands before a number, as far as it can matter: of a long text all of it would take minutes."""
    return plain[max(0, at - _NEAR) : at]


def _kind(match: re.Match[str], prefix: str) -> str:
    for group, kind in (("percent", "per cent"), ("mille", "per mille"), ("points", "percentage points")):
        if match[prefix + group]:
            return kind
    return ""


def _read_words(match: re.Match[str], plain: str) -> _Found | None:
    read = next(reader for group, reader in _READERS.items() if match[group])
    return read(match, plain)


def _read_vague(match: re.Match[str], _: str) -> _Found:
    low, high = VAGUE[" ".join(match[0].split())]
    return _Found(Quantity(Decimal(low), Decimal(high), match[0], match.start()))


def _read_several(match: re.Match[str], _: str) -> _Found:
    low, high = VAGUE[_PLURALS[" ".join(re.split(r"[\s-]+", match["of"]))]]
    return _Found(Quantity(Decimal(low), Decimal(high), match[0], match.start()))


def _read_dozen(match: re.Match[str], _: str) -> _Found:
    count = match[0].removesuffix("dozen").strip("- \t\n")
    return _found(match, Decimal(6) if count.startswith("half") else 12 * (_from_words(count) or Decimal(1)))


def _read_mixed(match: re.Match[str], _: str) -> _Found:
    scale = _SCALES.get(match["mixed_of"] or "", Decimal(1))
    whole = _from_words(re.split(r"[\s-]+and[\s-]", match[0])[0])
    return _found(match, (whole + Decimal("0.5")) * scale, "", scale)


def _read_times(match: re.Match[str], plain: str) -> _Found | None:
    return _found(match, _TIMES[match[0]]) if match[0] != "once" or _counts_once(plain, match) else None


def _read_number_words(match: re.Match[str], plain: str) -> _Found | None:
    kind = _kind(match, "w_")
    if match["words"] == "one" and not kind and not _counts_one(plain, match):
        return None
    scale = max((_SCALES[each] for each in re.split(r"[\s-]+", match["words"]) if each in _SCALES), default=Decimal(1))
    return _found(match, _from_words(match["words"]), kind, scale)


_READERS: dict[str, Callable[[re.Match[str], str], _Found | None]] = {
    "several": _read_several,
    "vague": _read_vague,
    "half": lambda match, _: _found(match, Decimal("0.5")),
    "share": lambda match, _: _found(match, _share(match[0]), "share"),
    "dozen": _read_dozen,
    "halved": lambda match, _: _found(match, _SCALES[match["halved_of"]] / 2),
    "mixed": _read_mixed,
    "words": _read_number_words,
    "times": _read_times,
}
"""The named groups of the pattern that are words, and what reads each."""


_NOT_AFTER_ONE = (
    *("about", "after", "against", "among", "and", "another", "as", "at", "because", "before", "being", "between"),
    *("but", "by", "can", "cannot", "conducted", "could", "day", "did", "do", "does", "final", "for", "from", "given"),
    *("had", "hand", "has", "he", "held", "i", "if", "in", "into", "is", "it", "last", "made", "may", "might", "more"),
    *("must", "not", "of", "off", "on", "over", "point", "seen", "she", "should", "side", "sided", "so", "such"),
    *("taken", "than", "that", "they", "thing", "time", "to", "under", "used", "was", "way", "we", "were", "when"),
    *("where", "which", "while", "who", "whom", "whose", "will", "with", "without", "would", "you"),
)
"""What follows the pronoun; what follows the count is a noun or its adjective."""
_BEFORE_ONE = ("no", "any", "every", "some", "each", "this", "that", "which", "the", "another", "what", "whichever")
_ONE_COUNTS = re.compile(rf"[\s-]+(?!(?:{'|'.join(_NOT_AFTER_ONE)})\b)[^\W\d_]|\s+or\s")
_NOT_ONE = re.compile(rf"\b(?:{'|'.join(_BEFORE_ONE)})[\s-]+(?:\w+[\s-]+)?$")


_PERIODS = "second|minute|hour|day|night|week|fortnight|month|quarter|season|year|decade|century|generation"
_PERIOD = re.compile(rf"[\s-]+(?:{_PERIODS})s?\b")


def _counts_one(plain: str, match: re.Match[str]) -> bool:
    """Whether `one` is a count (`one person`) and no pronoun (`one of them`, `the one that`)."""
    before = _before(plain, match.start())[-30:]
    if before.endswith("the "):  # `the one that came`, `the one Rome made`; but `in the one month`
        return bool(_PERIOD.match(plain, match.end()))
    return bool(_ONE_COUNTS.match(plain, match.end())) and not _NOT_ONE.search(before)


_FORMERLY = re.compile(
    rf"\s+(?:more|again|upon|home|known|the|an?\s+(?!(?:{_PERIODS})\b)|all|both|this|that|these|those|there|he|she|it|they|we"
    r"|you|i|his|her|its|their|our|your|in\s+place|they're|it's)\b|-(?!\w+ly\b)\w"
)


def _counts_once(plain: str, match: re.Match[str]) -> bool:
    """Whether `once` is a count (`spoke once`) and neither `formerly` nor `as soon as`."""
    before = _before(plain, match.start())[-20:]
    if re.search(r"\b(?:at|for|was|were|is|are|has|had|have)\s+$", before):
        return False
    return bool(re.search(r"\bthan\s+$", before)) or not _FORMERLY.match(plain, match.end())


def _share(text: str) -> Decimal:
    """`a third` -> 1/3; `two fifths` -> 0.4."""
    words = re.split(r"[\s-]+", text)
    part = "half" if words[-1] in ("half", "halves") else words[-1].removesuffix("s")
    return _UNITS.get(words[0], Decimal(1)) / _PARTS[part]


def _glyph(char: str) -> Decimal:
    above, _, below = unicodedata.normalize("NFKD", char).partition("\u2044")
    return Decimal(above) / Decimal(below)


def _joined(found: list[_Found], plain: str, language: str) -> Iterator[Quantity]:
    """The quantities with the two ends of a range made one: `60,000 to 70,000`, `between 5 and 10 per cent`."""
    waiting = [*found]
    while waiting:
        first = waiting.pop(0)
        second = _as_range(first, waiting[0], plain, language) if waiting else None
        if second is None:
            yield first.quantity
        else:
            waiting.pop(0)
            yield second


_DASH = re.compile(r"[-–‐‑−]|\s[-–]\s")
_NEAR = 200
"""Characters before a number among which words say what it is: twice as many as the widest pattern takes."""
_CHANGES = re.compile(
    r"\b(?:rose|rise|risen|rising|fell|fall|fallen|falling|grew|grow|grown|growing|increased?|increasing|decreased?|cut|up"
    r"|down|raised?|raising|dropp?(?:ed|ing)?|climb(?:ed|ing)?|went|jump(?:ed|ing)?|widened|reduced?|expanded|doubled|tripled"
    r"|declined?|shrank|soared|surged?|surging|changed?|moved?|swelled|plunged|slid|slipped)\b[^.;]{0,40}\bfrom\s+$"
)


def _as_range(first: _Found, second: _Found, plain: str, language: str) -> Quantity | None:
    one, two = first.quantity, second.quantity
    if one.low != one.high or two.low != two.high:
        return None
    opening, both, to = _FOREIGN_RANGES.get(language, ("(?!)", "(?!)", "(?!)"))
    between, before = plain[one.end : two.start], _before(plain, one.start)
    noun = r"(?:\s+[^\W\d_]+){0,3}?"
    is_pair = re.search(rf"\b(?:{opening})\s+[$€£₪]?$", before) and re.fullmatch(rf"{noun}\s+(?:{both})\s*", between)
    gap = noun if re.search(r"\bfrom\s+$", before) else ""
    is_span = re.fullmatch(rf"{gap}\s+(?:{to})\s+[$€£₪]?", between) and not _CHANGES.search(before)
    if not (_DASH.fullmatch(between) or is_pair or is_span):
        return None
    if one.kind and one.kind != two.kind:
        return None
    low, high = one.low, two.high
    if first.scale == 1 and second.scale != 1 and low * second.scale < high:
        low *= second.scale
    return Quantity(low, high, plain[one.start : two.end], one.start, two.kind) if low < high else None


# -- digits and words -----------------------------------------------------------------------------------------------

_CANDIDATE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_REPEATED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")


def _from_digits(text: str, language: str = "en") -> Decimal | None:
    """Read digits as a language writes them; None where they are no number, as in `7.10.2023`."""
    sign = "-" if text[0] in "-−" else ""
    plain = re.sub(rf"[\s{_GROUP}'’]", "", text.lstrip("+-−"))
    if _DECIMAL in plain:
        plain = re.sub(r"[.,]", "", plain).replace(_DECIMAL, ".")
        return Decimal(f"{sign}{plain}") if plain.count(".") == 1 else None
    marks = re.findall(r"[.,]", plain)
    if len(marks) == 1 and _is_group(plain, marks[0], language):
        plain = plain.replace(marks[0], "")
    elif len(set(marks)) == 1 and len(marks) > 1:
        if not _REPEATED.fullmatch(plain):
            return None
        plain = plain.replace(marks[0], "")
    elif len(marks) > 1:
        whole, rest = plain[: plain.rindex(marks[-1])], plain[plain.rindex(marks[-1]) + 1 :]
        if marks[-1] in whole:
            return None
        plain = f"{whole.replace(marks[0], '')}.{rest}"
    return Decimal(sign + plain.replace(",", "."))


def _is_group(plain: str, mark: str, language: str) -> bool:
    """Whether a single point or comma parts thousands."""
    if not _CANDIDATE.fullmatch(plain):
        return False
    primary = language.partition("-")[0]
    if primary in _GROUPS_BY_BOTH:
        return True
    by_point = primary in _GROUPS_BY_POINT | _GROUPS_BY_SPACE and language not in _AS_ENGLISH
    return mark == ("." if by_point else ",")


def _from_words(text: str) -> Decimal:
    """`two hundred and five thousand` -> 205000."""
    total = group = Decimal(0)
    for word in re.split(r"[\s-]+", text):
        if word == "hundred":
            group = max(group, Decimal(1)) * 100
        elif word in _SCALES:
            total, group = total + max(group, Decimal(1)) * _SCALES[word], Decimal(0)
        elif word in ("a", "an"):
            group += 1
        else:
            group += _UNITS.get(word, _TENS.get(word, Decimal(0)))
    return total + group


def in_digits(value: Decimal) -> str:
    """A number for readers: `70,000`, `1.5`, `−3`; exact, with a thousands comma and a true minus sign."""
    text = f"{value:,f}" if value != value.to_integral_value() else f"{value.to_integral_value():,f}"
    return text.replace("-", "−")
