"""Does this quote stand in that source? Text -> tokens -> fingerprint; quote and fingerprint -> a finding.

A fingerprint proves a short quote without keeping the source's text, which belongs to its publisher: for each
paragraph it holds the hashes of every run of three consecutive tokens, in order, salted with the source's id.

What is folded away, because it carries no meaning: case, shapes of quotation marks and dashes, kinds of space,
thousands commas, digits of other scripts, punctuation between words. What is kept, because a figure hangs on it:
a number's sign, its decimals, its per cent sign.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

GRAM = 3
"""Tokens in one hashed run; a quote needs at least this many."""
WHOLE = "whole text"
"""The coverage of a source that was read from beginning to end."""
_WIDTH = 6
"""Bytes kept of each SHA-256: 48 bits, one false match in some 10^9 quotes of one article."""

_SHAPES = {"'": "‘’ʼ", '"': "“”", "-": "–—‑−־"}
_FOLD = str.maketrans({shape: plain for plain, shapes in _SHAPES.items() for shape in shapes})
_TOKEN = re.compile(
    r"(?<![\w.,])[+-]?\d+(?:[.,]\d+)*%?"  # a number that stands alone keeps its sign
    r"|\d+(?:[.,]\d+)*%?"  # one glued to letters or in a range has none: 60-80, s1701
    r"|[^\W\d_]+(?:'[^\W\d_]+)*"  # a word, in any script that separates words
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?")


def tokens(text: str) -> list[str]:
    """Split a text into folded tokens, numbers whole: `“60,000–70,000” People` -> `60000 70000 people`."""
    return [*_tokens(text)]


@lru_cache(maxsize=2**16)
def _tokens(text: str) -> tuple[str, ...]:
    # Every quote is split by several rules, one rule after the other: so a cache has to hold them all.
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", text).translate(_FOLD).casefold()
        if not folded.isascii():
            folded = "".join(map(_ascii_digit, folded))
    found: list[str] = _TOKEN.findall(folded)
    return tuple(token.replace(",", "") if "," in token and _GROUPED.fullmatch(token) else token for token in found)


def _ascii_digit(char: str) -> str:
    digit = unicodedata.digit(char, None) if char.isdigit() and not char.isascii() else None
    return char if digit is None else str(digit)


def _grams(words: list[str], salt: str) -> list[bytes]:
    runs = (" ".join(words[start : start + GRAM]) for start in range(len(words) - GRAM + 1))
    return [hashlib.sha256(f"{salt}\n{run}".encode()).digest()[:_WIDTH] for run in runs]


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of one source: enough to prove a quote and its paragraph, too little to read the text."""

    id: str
    coverage: str
    """`whole text`, or `excerpt` where only a part was read: absence then proves nothing."""
    seen: str
    """The day the text was read, as an ISO date."""
    sha256: str
    tokens: int
    packed: tuple[str, ...]
    """Each paragraph's hashes, in order, as base64."""

    @cached_property
    def paragraphs(self) -> tuple[bytes, ...]:
        """Each paragraph's hashes, one after the other; unpacked when first asked for."""
        return tuple(base64.b64decode(each) for each in self.packed)


def _split(raw: bytes) -> list[bytes]:
    return [raw[start : start + _WIDTH] for start in range(0, len(raw), _WIDTH)]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a quote stands in a source: the paragraphs' numbers, from 1, or how far the nearest match came."""

    paragraphs: tuple[int, ...] = ()
    near_paragraph: int = 0
    """The paragraph with the longest matching part; 0 where nothing matches."""
    near: tuple[str, ...] = ()
    """The tokens of the quote that do stand there, in a row."""
    broken: str = ""
    """The token of the quote at which the match breaks."""


def find(fingerprint: Fingerprint, quote: str) -> Finding:
    """Look a quote up in a fingerprint.

    Raises:
        ValueError: the quote has fewer than `GRAM` tokens, so no run of it was ever hashed.

    """
    words = tokens(quote)
    wanted = _grams(words, fingerprint.id)
    if not wanted:
        msg = f"a quote needs at least {GRAM} words, {quote!r} has {len(words)}"
        raise ValueError(msg)
    found = _holding(fingerprint, b"".join(wanted))
    return Finding(found) if found else _nearest(fingerprint, words, wanted)


def stands(fingerprint: Fingerprint, words: list[str]) -> tuple[int, ...]:
    """The numbers, from 1, of the paragraphs in which these tokens stand in a row; none for fewer than `GRAM`."""
    return _holding(fingerprint, b"".join(_grams(words, fingerprint.id)))


def _holding(fingerprint: Fingerprint, run: bytes) -> tuple[int, ...]:
    """The numbers of the paragraphs in which some hashes stand in a row; of no hashes, none."""
    return tuple(number for number, have in enumerate(fingerprint.paragraphs, 1) if run and _holds(have, run))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens of a text that stand in a paragraph of a source in a row: `words[start:stop]`."""

    paragraph: int
    start: int
    stop: int


def stretches(fingerprint: Fingerprint, words: list[str]) -> list[Stretch]:
    """All the parts of a text, as long as can be, that stand in the source in a row, in the order of the text."""
    wanted = _grams(words, fingerprint.id)
    found: dict[tuple[int, int], int] = {}
    for number, have in enumerate(fingerprint.paragraphs, 1):
        for start, length in _runs(_split(have), wanted):
            found.setdefault((start, start + length + GRAM - 1), number)
    spans = sorted(found, key=lambda span: (span[0], -span[1]))
    kept: list[Stretch] = []
    for start, stop in spans:  # one that lies within another says nothing more
        if not kept or stop > kept[-1].stop:
            kept.append(Stretch(found[start, stop], start, stop))
    return kept


def _holds(have: bytes, run: bytes) -> bool:
    """Whether hashes stand in a row, each where a hash begins: a search of bytes is many times that of a list."""
    at = have.find(run)
    while at >= 0 and at % _WIDTH:
        at = have.find(run, at + 1)
    return at >= 0


def _runs(have: list[bytes], wanted: list[bytes]) -> Iterator[tuple[int, int]]:
    """The parts of `wanted` that stand in `have` in a row, as far as each goes: (start in `wanted`, length)."""
    places: dict[bytes, list[int]] = {}
    for position, gram in enumerate(have):
        places.setdefault(gram, []).append(position)
    for start in range(len(wanted)):
        for position in places.get(wanted[start], ()):
            length = 1
            while start + length < len(wanted) and have[position + length : position + length + 1] == [
                wanted[start + length]
            ]:
                length += 1
            yield start, length


def _longest_run(have: list[bytes], wanted: list[bytes]) -> tuple[int, int]:
    """The longest part of `wanted` that stands in `have` in a row; the first of several; (0, 0) for none."""
    return max(_runs(have, wanted), key=lambda run: run[1], default=(0, 0))


def _nearest(fingerprint: Fingerprint, words: list[str], wanted: list[bytes]) -> Finding:
    best, paragraph = (0, 0), 0
    for number, have in enumerate(fingerprint.paragraphs, 1):
        run = _longest_run(_split(have), wanted)
        if run[1] > best[1]:
            best, paragraph = run, number
    if not paragraph:
        return Finding()
    start, length = best
    stop = start + length + GRAM - 1
    broken = words[stop] if stop < len(words) else words[start - 1]
    return Finding((), paragraph, tuple(words[start:stop]), broken)


def make(source_id: str, text: str, *, coverage: str, seen: str) -> Fingerprint:
    """Take the fingerprint of a text, one paragraph a line (empty lines do not count)."""
    split = [tokens(line) for line in text.splitlines() if line.strip()]
    whole = "\n".join(" ".join(words) for words in split)
    packed = tuple(base64.b64encode(b"".join(_grams(words, source_id))).decode("ascii") for words in split)
    return Fingerprint(
        source_id, coverage, seen, hashlib.sha256(whole.encode()).hexdigest(), sum(map(len, split)), packed
    )


def dump(fingerprints: Mapping[str, Fingerprint]) -> str:
    """`sources.lock`: one JSON object a line, sorted by id, so that a change of one source is one changed line."""
    return "".join(_line(fingerprints[key]) for key in sorted(fingerprints))


def _line(each: Fingerprint) -> str:
    row = {
        "id": each.id,
        "coverage": each.coverage,
        "seen": each.seen,
        "sha256": each.sha256,
        "tokens": each.tokens,
        "paragraphs": each.packed,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class LockError:
    """A line of a lock that cannot be used, and why."""

    line: int
    found: str


def load(text: str) -> Iterator[tuple[int, Fingerprint | LockError]]:
    """Read `sources.lock`: for each line its number, and the fingerprint or what is wrong with the line."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, _read_line(number, line)


def _read_line(number: int, line: str) -> Fingerprint | LockError:
    try:
        row = json.loads(line)
        packed = tuple(row["paragraphs"])
        unpacked = tuple(base64.b64decode(each, validate=True) for each in packed)
        found = Fingerprint(
            str(row["id"]), str(row["coverage"]), str(row["seen"]), str(row["sha256"]), int(row["tokens"]), packed
        )
        vars(found)["paragraphs"] = unpacked  # the bytes are at hand: nobody has to unpack them again
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return LockError(number, f"the line is not a fingerprint ({type(error).__name__}: {error})")
    return found
