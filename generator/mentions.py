"""Numbers, dates and quotation marks in English prose: text in, every one of them out, with its place.

`numerals` says what a number is worth; here the question is what a reader takes for a number, a date or a quotation.
So this reads more: `half`, `a dozen`, `doubled`, `½` and `12:30` are numbers without an exact value, and `on Sunday`
is a date. Ordinals (`second`, `3rd`) and a lone `one` or `once` are no numbers.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from generator.numerals import ANY_WORD, Quantity, quantities, starting

# -- numbers --------------------------------------------------------------------------------------------------------

_COUNTS = (
    *("zero", "nought", "naught", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty"),
    *(
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "thousand",
        "million",
        "billion",
        "trillion",
    ),
    *("dozen", "dozens", "scores", "tens", "hundreds", "thousands", "millions", "billions", "trillions"),
    *(
        "twice",
        "thrice",
        "half",
        "halves",
        "halved",
        "halving",
        "doubled",
        "doubling",
        "tripled",
        "tripling",
        "trebled",
    ),
    *("quadrupled", "twofold", "threefold", "fourfold", "fivefold", "tenfold", "hundredfold"),
)
_ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_PARTS = "third|quarter|fifth|sixth|eighth|tenth|hundredth|thousandth"
_OTHERS = ("a", "an", "one", "couple", "pair", "double", "triple", "treble", "quadruple")
"""What may be part of a number, with the words behind it."""
_GLYPHS = "\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2080-\u2089\u2150-\u2189\u2460-\u24ff\u2776-\u2793"
_TOKEN_HINT = rf"(?:(?=[\d{_GLYPHS}+\-−])|\b(?={starting((*_COUNTS, *_OTHERS))}))"
"""So begins every token. To ask that first is quick."""
_TOKEN_PATTERN = rf"""{_TOKEN_HINT}(?:
    (?:(?<![\w.,])[+\-−])?\d+(?:[.,:]\d+)*(?:(?P<ordinal>(?:st|nd|rd|th)\b)|%)?
    |[{_GLYPHS}]
    |\b(?:{"|".join(_COUNTS)})\b(?!-(?:{_ORDINALS}|hearted)\b)
    |\b(?:an?|one)[\s-](?:{_PARTS})\b(?=\s+of\b)
    |\bone[\s-](?:{_PARTS})\b
    |\b(?:couple|pair)\b(?=\s+of\b)
    |\b(?:double|triple|treble|quadruple)\b(?=\s+(?:the|that|this|what|its|their|his|her)\b)
    )"""
_TOKEN = re.compile(_TOKEN_PATTERN, re.VERBOSE | re.IGNORECASE)
_LOWER_TOKEN = re.compile(_TOKEN_PATTERN, re.VERBOSE)
"""The same for a text in lower case, in half the time."""
_LONE = frozenset({"one", "once"})
_ORDINAL_TAIL = re.compile(rf"-(?:{_ORDINALS})\b", re.IGNORECASE)
_WORDS = frozenset((*_COUNTS, *_PARTS.split("|"), "couple", "pair", "double", "triple", "treble", "quadruple"))
_EITHER = _WORDS | ANY_WORD
_FIGURE = re.compile(rf"[\d{_GLYPHS}]")
_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Number:
    """What a reader takes for a number."""

    text: str
    start: int
    """Where it starts, in characters from 0."""
    quantity: Quantity | None = None
    """What it is worth; None where that is not exact (`half`) or not known (`12:30`)."""


def numbers(text: str) -> list[Number]:
    """Every number of a text that is no part of a date, in order."""
    return _numbers(blanked(text, ((each.start, each.text) for each in dates(text))))


def _numbers(text: str) -> list[Number]:
    found = [
        Number(each.text, each.start, each)
        for each in quantities(text)
        if each.text.lower() not in _LONE and not _ORDINAL_TAIL.match(text, each.start + len(each.text))
    ]
    rest = blanked(text, ((each.start, each.text) for each in found))
    found += [Number(match[0], match.start()) for match in _TOKEN.finditer(rest) if not match["ordinal"]]
    return sorted(found, key=lambda each: each.start)


def tokens(text: str, *, ordinals: bool = False) -> list[str]:
    """The numbers of a text word by word, as they are written but for case: `seventy-two` -> `seventy`, `two`.

    Digits of dates are among them. A token of a phrase stays the same wherever a line is broken.
    """
    return [match[0] for match in _LOWER_TOKEN.finditer(text.lower()) if ordinals or not match["ordinal"]]


def may_count(text: str) -> bool:
    """Whether a text can hold a number: quick, and sometimes wrong when it says yes."""
    return bool(_FIGURE.search(text)) or not _WORDS.isdisjoint(_LETTERS.findall(text.lower()))


def may_say(text: str) -> bool:
    """The same of what `numerals` reads in an English text too: both are asked at once of thousands of statements."""
    return bool(_FIGURE.search(text)) or not _EITHER.isdisjoint(_LETTERS.findall(text.lower()))


def blanked(text: str, spans: Iterable[tuple[int, str]]) -> str:
    """A text with passages replaced by as many spaces."""
    for start, passage in spans:
        text = f"{text[:start]}{' ' * len(passage)}{text[start + len(passage) :]}"
    return text


# -- dates ----------------------------------------------------------------------------------------------------------

_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_WEEKDAYS = {name: number for number, name in enumerate(calendar.day_name, 1)}
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY = r"(?<!\d)(?<!\d[.,])\d{1,2}(?:st|nd|rd|th)?"
_TO = r"\s*(?:to|and|or|until|[-–])\s*"
_YEAR = r"(?:1[5-9]|2[01])\d\d"
_HINT = rf"(?:(?=[\d’'])|\b(?=(?i:{'|'.join(name[:3] for name in (*_MONTHS, *_WEEKDAYS))})))"
"""So begins every date: with a digit, the mark of a year, a month or a weekday. To ask that first is quick."""
_DATE = re.compile(
    rf"""{_HINT}(?:
    \b\d{{4}}-\d{{2}}(?:-\d{{2}})?\b
    |\b\d{{1,2}}([/.])\d{{1,2}}\1\d{{2,4}}\b
    |(?i:{_DAY}(?:{_TO}{_DAY})?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?(?!\w))
    |(?i:\b{_MONTH}\s+{_DAY}(?!\d)(?:{_TO}{_DAY}(?!\d))?(?:,?\s+\d{{4}})?(?!\w))
    |(?i:\b{_MONTH},?\s+(?:of\s+)?\d{{4}}\b)
    |\b(?:{"|".join(name for name in _MONTHS if name != "May")})\b
    |(?i:\b(?:{"|".join(_WEEKDAYS)})s?\b)
    |(?<![\w.,])(?<!\d[-–])[’']?{_YEAR}(?:s\b)?(?![\w]|[.,]\d)
    )""",
    re.VERBOSE,
)
_NAMED_MONTH = re.compile(rf"\b({'|'.join(name[:3] for name in _MONTHS)})", re.IGNORECASE)


# codespell:off - names of months in other languages
_FOREIGN_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre"),
    *("diciembre", "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre"),
    *("novembre", "décembre", "januar", "februar", "märz", "juni", "juli", "oktober", "dezember", "يناير", "فبراير"),
    *("مارس", "أبريل", "ابريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر", "نيسان"),
    *(
        "أيار",
        "حزيران",
        "تموز",
        "آب",
        "أيلول",
        "تشرين",
        "كانون",
        "شباط",
        "آذار",
        "января",
        "февраля",
        "марта",
        "апреля",
    ),
    *("мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря", "ינואר", "פברואר", "מרץ", "אפריל"),
    *("מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר", "ocak", "şubat", "nisan", "mayıs"),
    *("haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık", "gennaio", "febbraio", "aprile", "maggio"),
    *("giugno", "luglio", "settembre", "ottobre", "dicembre", "janeiro", "fevereiro", "março", "maio", "junho"),
    *("julho", "setembro", "outubro", "novembro", "dezembro"),
)
# codespell:on - and English again
_FOREIGN_DATE = re.compile(
    rf"(?<![\w.,])\d{{1,2}}[.ºer]{{0,2}}\s+(?:de\s+|d['’]|ב)?(?:{'|'.join(_FOREIGN_MONTHS)})"
    r"(?:\s+(?:الأول|الثاني))?(?:,?\s+(?:de\s+|del\s+)?\d{4})?(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as a text names it; 0 stands for what it leaves open."""

    text: str
    start: int
    year: int = 0
    month: int = 0
    days: tuple[int, ...] = ()
    weekday: int = 0
    """From Monday, 1, to Sunday, 7."""

    def spans(self, years: Iterable[int]) -> list[tuple[dt.date, dt.date]]:
        """The first and last day that it can mean, in its own year or in each of these."""
        found = []
        for year in [self.year] if self.year else [*years]:
            try:
                first = dt.date(year, self.month or 1, self.days[0] if self.days else 1)
                month = self.month or 12
                last = dt.date(year, month, self.days[-1] if self.days else calendar.monthrange(year, month)[1])
            except ValueError:
                continue
            found.append((first, last))
        return found


def dates(text: str) -> Iterator[DateMention]:
    """Every date of a text; `May` without a day or a year is a verb more often."""
    return iter(_dates(text))


@lru_cache(maxsize=4096)
def _dates(text: str) -> tuple[DateMention, ...]:
    """The same; several rules ask for those of one text."""
    return tuple(_read(match[0], match.start()) for match in _DATE.finditer(text))


def foreign_dates(text: str) -> Iterator[tuple[int, str]]:
    """Where a day with a month of another language stands, and its words: `7 de octubre`, `٦ أبريل`."""
    return ((match.start(), match[0]) for match in _FOREIGN_DATE.finditer(text))


def _read(text: str, start: int) -> DateMention:
    weekday = _WEEKDAYS.get(text.removesuffix("s").capitalize(), 0)
    if weekday:
        return DateMention(text, start, weekday=weekday)
    if iso := re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text):
        year, month, day = (int(each or 0) for each in iso.groups())
        return DateMention(text, start, year, month, (day,) if day else ())
    year_of = re.search(r"\d{4}", text)
    named = _NAMED_MONTH.search(text)
    month = next((number for name, number in _MONTHS.items() if named and name[:3] == named[1].capitalize()), 0)
    days = tuple(int(each) for each in re.findall(r"(?<!\d)\d{1,2}(?!\d)", text)) if month else ()
    return DateMention(text, start, int(year_of[0]) if year_of else 0, month, days)


# -- quotations -----------------------------------------------------------------------------------------------------

_QUOTATION = re.compile(
    r"""
    “[^“”]*”|„[^“”]*[“”]|«[^«»]*»|»[^«»]*«|‹[^‹›]*›|「[^「」]*」|"[^"]*"
    |(?<!\w)‘(?=\S)[^‘]*?(?<=\S)’(?!\w)
    |(?<!\w)'(?=\w)[^'\n]*(?:'\w[^'\n]*)*'(?!\w)
    |["“”„«»‹›「」]
    """,
    re.VERBOSE,
)


def quotations(text: str) -> Iterator[re.Match[str]]:
    """Every passage in quotation marks, with its marks; and every mark that stands alone."""
    return _QUOTATION.finditer(text)
