"""Dates of EDTF level 1: what is read, what is refused, and how it is said."""

from __future__ import annotations

import datetime as dt

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from generator import edtf

READ = [
    ("2024-09-17", "17 September 2024", "2024-09-17", "2024-09-17"),
    ("2024-09", "September 2024", "2024-09-01", "2024-09-30"),
    ("2024-02", "February 2024", "2024-02-01", "2024-02-29"),
    ("2024", "2024", "2024-01-01", "2024-12-31"),
    ("202X", "the 2020s", "2020-01-01", "2029-12-31"),
    ("2024-09-XX", "September 2024", "2024-09-01", "2024-09-30"),
    ("2024-XX-XX", "2024", "2024-01-01", "2024-12-31"),
    ("2024-09-17~", "around 17 September 2024", "2024-09-17", "2024-09-17"),
    ("2024-09?", "September 2024 (uncertain)", "2024-09-01", "2024-09-30"),
    ("2024-09%", "around September 2024 (uncertain)", "2024-09-01", "2024-09-30"),
    ("2024-09-15/2024-09-19", "15 to 19 September 2024", "2024-09-15", "2024-09-19"),
    ("2024-08-30/2024-09-02", "30 August to 2 September 2024", "2024-08-30", "2024-09-02"),
    ("2023-12-30/2024-01-02", "30 December 2023 to 2 January 2024", "2023-12-30", "2024-01-02"),
    ("2023-10/2023-12", "October to December 2023", "2023-10-01", "2023-12-31"),
    ("2023-10-07/2024-06", "7 October 2023 to June 2024", "2023-10-07", "2024-06-30"),
    ("2023-10~/2023-12-18", "around October 2023 to 18 December 2023", "2023-10-01", "2023-12-18"),
    ("../2024-09-19", "until 19 September 2024", "0001-01-01", "2024-09-19"),
    ("2023-10-07/..", "since 7 October 2023", "2023-10-07", "9999-12-31"),
    ("2023-10-07/", "since 7 October 2023", "2023-10-07", "9999-12-31"),
]


@pytest.mark.parametrize(("text", "words", "first", "last"), READ)
def test_a_date_has_words_and_calendar_bounds(text: str, words: str, first: str, last: str) -> None:
    date = edtf.parse(text)
    assert (date.words(), date.first.isoformat(), date.last.isoformat()) == (words, first, last)


REFUSED = [
    ("2024-02-30", "February 2024 has 29 days"),
    ("2023-02-29", "February 2023 has 28 days"),
    ("2024-13", "there is no month 13"),
    ("2024-00-10", "there is no month 00"),
    ("0000-01-01", "the calendar here starts with the year 0001"),
    ("17.09.2024", "is not written as YYYY"),
    ("2024-9-1", "is not written as YYYY"),
    ("20240917", "is not written as YYYY"),
    ("2024-09-17T12:00", "is not written as YYYY"),
    ("٢٠٢٤-٠٩-١٧", "is not written as YYYY"),
    ("", "is not written as YYYY"),
    ("2024-XX-05", "a day of an unspecified month"),
    ("202X-05", "a month of an unspecified year"),
    ("2024-09-19/2024-09-15", "ends (2024-09-15) before it starts (2024-09-19)"),
    ("2024/2025/2026", "an interval has one slash"),
    ("../..", "needs at least a start or an end"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_no_date_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(edtf.EdtfError) as error:
        edtf.parse(text)
    assert reason in str(error.value)


def test_only_a_plain_day_is_an_exact_day() -> None:
    exact = [text for text, *_ in READ if edtf.parse(text).is_exact_day]
    assert exact == ["2024-09-17"]


@given(st.dates(dt.date(1000, 1, 1)), st.sampled_from(["", "~", "?", "%"]), st.sampled_from([4, 7, 10]))
def test_points_have_the_bounds_that_the_edtf_library_gives(day: dt.date, mark: str, length: int) -> None:
    text = day.isoformat()[:length] + mark
    ours, theirs = edtf.parse(text), parse_edtf(text)
    bounds = tuple(dt.date(*each[:3]) for each in (theirs.lower_strict(), theirs.upper_strict()))
    assert (ours.first, ours.last) == bounds


@given(st.text(max_size=30) | st.from_regex(r"[0-9X/.~?%-]{1,22}", fullmatch=True))
def test_no_text_ends_in_anything_but_a_date_or_a_reason(text: str) -> None:
    try:
        date = edtf.parse(text)
    except edtf.EdtfError as error:
        assert str(error)
    else:
        assert date.first <= date.last
        assert date.words()
