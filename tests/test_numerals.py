"""Numbers in text are read as numbers, and written for readers."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import mentions, numerals
from generator.numerals import Name, Quantity, in_digits, names, quantities

READ: list[tuple[str, str]] = [
    # text, its quantities as `low to high kind`
    ("around 70,000 people", "70000"),
    ("1.2 million", "1200000"),
    ("1,234,567.8", "1234567.8"),
    ("1,500.5 or 1.500,5", "1500.5; 1500.5"),
    ("−4.5 degrees, -3 and (+2)", "-4.5; -3; 2"),
    ("four times", "4"),
    ("twenty-five of two hundred and five thousand", "25; 205000"),
    ("one hundred, a hundred, a thousand and two hundred", "100; 100; 1200"),
    ("three and four officials", "3; 4"),
    ("80 thousand, 3 hundred thousand, 3bn, 70k", "80000; 300000; 3000000000; 70000"),
    ("two and a half million, 2 and a half, 2½, half a million", "2500000; 2.5; 2.5; 500000"),
    ("$5m, 1.2m people and 5m wide", "5000000; 1200000; 5"),
    ("a dozen, two dozen, half a dozen", "12; 24; 6"),
    ("12 000 people, 70’000", "12000; 70000"),
    ("tensions in the tent of sevenoaks", ""),
    ("1.2.3 and 7.10.2023", ""),
    # kinds
    (
        "20%, 5 per cent, seven percent, 3‰, 2 percentage points",
        "20 per cent; 5 per cent; 7 per cent; 3 per mille; 2 percentage points",
    ),
    ("half of the homes, a quarter of it, two fifths", "0.5 share; 0.25 share; 0.4 share"),
    ("half a mile, half-hearted, the second half", "0.5"),
    # ranges
    ("60,000-70,000 or 60,000–70,000", "60000 to 70000; 60000 to 70000"),
    ("60,000 to 70,000", "60000 to 70000"),
    ("between 60,000 and 70,000", "60000 to 70000"),
    ("between 60,000 people and 70,000 people", "60000 to 70000"),
    ("between five and ten per cent", "5 to 10 per cent"),
    ("60-70 thousand, five to ten thousand, 1 to 2 million", "60000 to 70000; 5000 to 10000; 1000000 to 2000000"),
    ("500 to 2 million", "500 to 2000000"),
    ("from 10 people to 20", "10 to 20"),
    ("rose from 10 to 20, and up to 30", "10; 20; 30"),
    ("60,000 and 70,000", "60000; 70000"),
    ("a score of 3-2", "3; 2"),
    ("tens of thousands of people", "20000 to 99999"),
    ("Tens of  thousands", "20000 to 99999"),
    ("hundreds of thousands, dozens, hundreds", "200000 to 999999; 24 to 99; 200 to 999"),
    ("hundreds of millions", "200000000 to 999999999"),
    ("several hundred, a few dozen", "200 to 999; 24 to 99"),
    # what counts nothing
    ("one of them, no one, the one that came, this one time", ""),
    ("one person, one opening, one or two, in the one month", "1; 1; 1; 2; 1"),
    ("the second, the 3rd, the fourth, the 21st, the twenty-first and the thirty second", ""),
    ("once more, once the deal is made, once a friend, once Rome agrees, at once, was once rich", ""),
    ("spoke once, once a week, only once, more than once", "1; 1; 1; 1"),
    ("once or twice", "1; 2"),
    ("the 1990s, at 12:30, at 5 pm, at 5.30 p.m., at two o’clock", ""),
    ("Resolution 1701, Resolutions 1559 and 1680, Article 51, Channel 12, Unit 8200, Route 4", ""),
    ("an F-35, two S-300s, COVID-19, F16, No. 5", "2"),
    ("in Zone 3; in the zone 3 people wait", "3"),
    ("a pre-1967 line of 20-year-old men", "1967; 20"),
]
FOREIGN: list[tuple[str, str, str]] = [
    ("es", "70.000 personas, 3,5, 1.500", "70000; 3.5; 1500"),
    ("es", "70 mil, 3,5 millones, 2 mil millones", "70000; 3500000; 2000000000"),
    ("es", "entre 60.000 y 70.000", "60000 to 70000"),
    ("es", "once de ellas", ""),
    ("es-US", "1,500", "1500"),
    ("de", "1.234.567,8 und 70 Tausend, 5 Prozent", "1234567.8; 70000; 5 per cent"),
    ("de-CH", "70'000", "70000"),
    ("fr", "70 000 personnes, 3,5 pour cent, 2 millions", "70000; 3.5 per cent; 2000000"),
    ("fr", "en 2023 300 personnes", "2023; 300"),
    ("ru", "70 тысяч, 1,2 млн", "70000; 1200000"),
    ("ar", "٧٠٬٠٠٠ شخص, ٣٫٥, ٥٪", "70000; 3.5; 5 per cent"),
    ("ar", "70 ألف شخص, 1.2 مليون", "70000; 1200000"),
    ("ar", "بين ٥٠ و٦٠", "50 to 60"),
    ("ar", "القرار ١٧٠١", ""),
    ("fa", "۷۰ هزار", "70000"),
    ("hi", "७०,००० और 1,00,000", "70000; 100000"),
    ("he", "כ-70 אלף", "70000"),
    ("tr", "70 bin, %5", "70000; 5 per cent"),
    ("pl", "70 000, 70\u00a0000, 70\u202f000, 70\u2009000", "70000; 70000; 70000; 70000"),
    ("en", "70\u00a0123, 70\u202f123, 70\u2009123", "70123; 70123; 70123"),
    ("en", "70.000 and 3,5", "70; 3.5"),
    ("en", "70 123", "70; 123"),
]


def _said(text: str, language: str) -> str:
    def plain(value: Decimal) -> str:
        return f"{value.normalize():f}"

    return "; ".join(
        " ".join([" to ".join(dict.fromkeys(map(plain, (each.low, each.high)))), each.kind]).strip()
        for each in quantities(text, language)
    )


@pytest.mark.parametrize(("text", "expected"), READ)
def test_every_number_of_a_text_is_found_with_its_exact_value(text: str, expected: str) -> None:
    assert _said(text, "en") == expected


@pytest.mark.parametrize(("language", "text", "expected"), FOREIGN)
def test_a_number_is_read_as_its_language_writes_it(language: str, text: str, expected: str) -> None:
    assert _said(text, language) == expected


def test_nothing_of_a_long_number_is_rounded_away() -> None:
    (read,) = quantities("1234567890123456789012345678901234567.5 million")
    assert f"{read.low:f}" == "1234567890123456789012345678901234567500000.0"


NAMES = [
    ("Resolution 1701 and resolution 1701", ["resolution 1701", "resolution 1701"]),
    ("Resolutions 1559 and 1680", ["resolution 1559", "resolution 1680"]),
    ("القرار ١٧٠١", ["resolution 1701"]),
    ("two F-35s, an F-35 and covid-19", ["f-35", "f-35", "covid-19"]),
    ("Zone 3, in the zone 3 people, in resolution 12 people", ["zone 3"]),
    ("No. 5 and number 5", ["number 5", "number 5"]),
    ("Mid-2024, Oct-7, USD5 and 70,000", []),
]


@pytest.mark.parametrize(("text", "keys"), NAMES)
def test_a_name_with_a_number_is_found_by_its_words(text: str, keys: list[str]) -> None:
    found = [*names(text)]
    assert [each.key for each in found] == keys
    assert all(text[each.start :].startswith(each.text) for each in found)


@given(st.decimals(min_value=0, max_value=10**9, places=2).map(lambda each: each.normalize()))
def test_a_number_written_for_readers_is_read_back_as_the_same_number(value: Decimal) -> None:
    (read,) = quantities(in_digits(value))
    assert read.low == read.high == value


_LIKELY = st.text(st.sampled_from("0123456789.,-–%  ٫٬٧½ſKİonetwhalfdzmilsuxyF"), max_size=30)


@given(st.one_of(st.text(), _LIKELY), st.sampled_from(["en", "de", "fr", "ar", "tr", "es-US"]))
def test_any_text_has_numbers_or_none_but_never_an_error(text: str, language: str) -> None:
    found: list[Quantity | Name] = [*quantities(text, language), *names(text)]
    for each in found:
        assert text[each.start : each.start + len(each.text)] == each.text


_SAID = st.one_of(
    st.sampled_from([text for text, *_ in READ] + [text for text, _ in NAMES]),
    st.sampled_from(
        [
            *numerals._BEGINNINGS,
            *numerals._SCALES,
            *numerals._PARTS,
            *numerals._LABELS,
            *numerals._TITLES,
            *mentions._WORDS,
        ]
    ),
    st.sampled_from([*mentions._MONTHS, *mentions._WEEKDAYS, "Sept.", "may", "ſunday", "No.", "№ ", "nº ", "Number "]),
    st.sampled_from(["2031", "’31", "1/2/2031", "2031-04-03", "3rd", "17", "0", "F-", "S1", "covid-19", "½", "٧"]),
    st.sampled_from(["few", "couple of", "a", "an", "of", "the", "per cent", "%", "o'clock", "st", "s", "k", "m"]),
)
_TALK = st.lists(st.tuples(_SAID, st.sampled_from(["", " ", "-", ", ", "'", ".", "\n"])), max_size=6).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
_HINTED = [
    (numerals._NAME, numerals._NAME_HINT),
    (mentions._DATE, mentions._HINT),
    (mentions._TOKEN, mentions._TOKEN_HINT),
    (mentions._LOWER_TOKEN, mentions._TOKEN_HINT),
    *((numerals._pattern(language), numerals._HINT) for language in ("en", "de", "fr", "ru")),
]


@settings(max_examples=500)
@given(st.one_of(st.text(), _LIKELY, _TALK, _TALK.map(str.lower)))
def test_what_is_asked_first_to_be_quick_never_hides_what_a_pattern_finds(text: str) -> None:
    for pattern, hint in _HINTED:
        assert pattern.pattern.count(hint) == 1
        slow = re.compile(pattern.pattern.replace(hint, ""), pattern.flags)
        assert [each.span() for each in pattern.finditer(text)] == [each.span() for each in slow.finditer(text)]
