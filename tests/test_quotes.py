"""A quote is proven by a fingerprint, and only by the very words and numbers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import quotes

DOSSIER = Path(__file__).parents[2] / "shared" / "dossier"
TEXT = "Around 70,000 people left, the mayor said.\n\nThe river rose by 1.5 metres, or 20%, on Oct. 7; he’d seen it."
PRINT = quotes.make("a", TEXT, coverage=quotes.WHOLE, seen="2031-01-01")

TOKENS = [
    ("“Around 70,000 People”", ["around", "70000", "people"]),
    ("60,000–70,000", ["60000", "70000"]),
    ("-3.5% −4", ["-3.5%", "-4"]),
    ("don’t stop", ["don't", "stop"]),
    ("s1701 B52s", ["s", "1701", "b", "52", "s"]),
    ("\u0661\u0662 ألف", ["12", "ألف"]),
    ("1,5 1,50,000", ["1,5", "1,50,000"]),
    ("\u00a0thin\u2009space\u00a0", ["thin", "space"]),
    ("５０", ["50"]),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS)
def test_tokens_fold_shapes_and_keep_what_a_figure_hangs_on(text: str, expected: list[str]) -> None:
    assert quotes.tokens(text) == expected


FOUND = [
    ("around 70,000 people", (1,)),
    ("“Around 70000 PEOPLE left", (1,)),
    ("rose by 1.5 metres", (2,)),
    ("or 20% on Oct 7 he'd", (2,)),
]
NOT_FOUND = [
    ("around 70.000 people", 0, (), ""),
    ("Around 71,000 people left, the mayor", 1, ("people", "left", "the", "mayor"), "71000"),
    ("rose by 15 metres", 0, (), ""),
    ("The river rose by -1.5 metres", 2, ("the", "river", "rose", "by"), "-1.5"),
    ("metres, or 20, on", 0, (), ""),
    ("mayor said the river", 0, (), ""),
    ("the mayor said so", 1, ("the", "mayor", "said"), "so"),
]


@pytest.mark.parametrize(("quote", "paragraphs"), FOUND)
def test_words_that_stand_in_the_source_are_found_in_their_paragraph(quote: str, paragraphs: tuple[int, ...]) -> None:
    assert quotes.find(PRINT, quote) == quotes.Finding(paragraphs)


@pytest.mark.parametrize(("quote", "paragraph", "near", "broken"), NOT_FOUND)
def test_words_that_do_not_stand_there_are_not_found_and_the_break_is_shown(
    quote: str, paragraph: int, near: tuple[str, ...], broken: str
) -> None:
    assert quotes.find(PRINT, quote) == quotes.Finding((), paragraph, near, broken)


def test_two_words_prove_nothing() -> None:
    with pytest.raises(ValueError, match="needs at least 3 words, 'two words' has 2"):
        quotes.find(PRINT, "two words")


def test_the_id_salts_the_fingerprint() -> None:
    other = quotes.make("b", TEXT, coverage=quotes.WHOLE, seen="2031-01-01")
    assert set(PRINT.packed).isdisjoint(other.packed)
    assert PRINT.sha256 == other.sha256


def test_a_lock_reads_back_as_what_was_written_sorted_by_id() -> None:
    prints = {each: quotes.make(each, TEXT, coverage=quotes.WHOLE, seen="2031-01-01") for each in ("b", "a")}
    read = [each for _, each in quotes.load(quotes.dump(prints))]
    assert read == [prints["a"], prints["b"]]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"id": 1}', "null", '"x"', "9" * 5000, "[" * 100_000])
def test_a_broken_line_of_a_lock_is_reported_with_its_number(line: str) -> None:
    ((number, found),) = quotes.load(f"\n{line}\n")
    assert number == 2
    assert isinstance(found, quotes.LockError)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = quotes.tokens(text)
    assert quotes.tokens(" ".join(once)) == once


@given(
    st.lists(
        st.sampled_from(["the", "river", "rose", "by", "1.5", "metres", "or", "20%", "-7", "km"]),
        min_size=3,
        max_size=30,
    ),
    st.data(),
)
def test_every_run_of_a_text_is_proven_by_its_fingerprint(words: list[str], data: st.DataObject) -> None:
    length = data.draw(st.integers(3, len(words)))
    start = data.draw(st.integers(0, len(words) - length))
    made = quotes.make("x", " ".join(words), coverage=quotes.WHOLE, seen="2031-01-01")
    assert quotes.find(made, " ".join(words[start : start + length])).paragraphs == (1,)


_HASH = st.sampled_from([b"aaaaaa", b"aaaaab", b"baaaaa", b"bbbbbb"])


@given(st.lists(_HASH, max_size=12), st.lists(_HASH, min_size=1, max_size=3))
def test_hashes_match_only_where_hashes_begin(have: list[bytes], run: list[bytes]) -> None:
    stands = any(have[start : start + len(run)] == run for start in range(len(have)))
    assert quotes._holds(b"".join(have), b"".join(run)) == stands


def test_a_fingerprint_is_that_of_the_reference_implementation_to_the_byte() -> None:
    made = quotes.make(
        "vector",
        "It rained for 40 days.\nAbout 1,200–1,300 sheep (−2.5%) were “lost”.",
        coverage=quotes.WHOLE,
        seen="2031-01-01",
    )
    # Written down from the reference implementation that this algorithm was handed down in.
    assert (made.tokens, made.sha256, made.packed) == (
        12,
        "80c57eb6a5bc75c902dcc984ae64cf963af6e9670a24a81d8d848cac20ec0fe7",
        ("gPVzLY+n+XpQ1yLlKAmkLEDU", "TEGez7sA2doKg+MW7uFuG/NOb6O369PORdROQewP"),
    )


@pytest.mark.skipif(
    not DOSSIER.is_dir(), reason="the dossier stands beside the checkout in CI, not on a user's machine"
)
def test_fingerprints_equal_those_of_the_reference_implementation() -> None:
    spec = importlib.util.spec_from_file_location("reference", DOSSIER / "fingerprint.py")
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    rows = [json.loads(line) for line in (DOSSIER / "fingerprints.jsonl").read_text(encoding="utf-8").splitlines()]
    ours = {
        each.id: each
        for _, each in quotes.load((DOSSIER / "fingerprints.jsonl").read_text(encoding="utf-8"))
        if isinstance(each, quotes.Fingerprint)
    }
    assert len(ours) == len(rows) == 501
    for path, source in SEEDS.items():
        # The collector put the page's date before one article; the words are not the page's.
        text = (DOSSIER.parent / "seeds" / path).read_text(encoding="utf-8").replace(" date 2023-12-20", "", 1)
        made = quotes.make(source, text, coverage=quotes.WHOLE, seen="2026-11-21")
        assert made == ours[source]
        row = next(row for row in rows if row["id"] == source)
        assert reference.make(source, text)["paragraphs"] == row["paragraphs"] == [*made.packed]
        for paragraph in reference.paragraphs(text):
            words = paragraph.split()
            for start in range(0, len(words) - 8, 5):
                quote = " ".join(words[start : start + 8])
                assert [*quotes.find(made, quote).paragraphs] == reference.find(row, quote)


SEEDS = {
    "000_71941f567286cde2.txt": "yalibnan-20231220-hezbollah-pushed-6-miles",
    "001_5a1b95aa0883fd1f.txt": "prosperplanetpulse-202406-guarantees-all-out-war",
    "004_01e2ac1a1c46a918.txt": "highlightreview-202409-pentagon-no-us-support-offensive",
}
