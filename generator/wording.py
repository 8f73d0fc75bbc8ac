"""Two texts -> the words that went and came, numbers taken as numbers, and what the difference amounts to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from generator import quotes
from generator.hedges import HEDGES, Firmness
from generator.numerals import quantities

_TOKEN = re.compile(r"\w+(?:['’.-]\w+)*|\.\.\.|[^\w\s]")
_DIGIT = re.compile(r"\d")
_SHAPES = {"'": "‘’ʼ‚‛", '"': "“”„‟", "-": "–—‑‐−־", "...": "…", " ": "\u00a0\u202f\u2009\u2007\u2002\u2003"}
_FOLD = str.maketrans({shape: plain for plain, shapes in _SHAPES.items() for shape in shapes})
_MANY = 4_000_000
"""Pairs of words beyond which two texts are told apart as wholes."""

_DOUBTS = (
    *("allegedly", "alleged", "apparently", "appears", "claimed", "claims", "could", "estimated", "expected", "may"),
    *("might", "perhaps", "planned", "possible", "possibly", "probably", "proposed", "purportedly", "reportedly"),
    *("seemingly", "seems", "suggests", "suspected", "unconfirmed", "believed", "likely"),
)
"""Words that keep a sentence from being plain fact: where one goes, the sentence says more than before."""
_VOICES = re.compile(
    r"\b(?:according to|accus\w+|announc\w+|argu\w+|claim\w+|described|reported(?!ly)|reports|said|say|saying|says"
    r"|speaks? of|stated|states|tells|told)\b",
    re.IGNORECASE,
)
"""Words that leave a sentence to who said it."""
_FIRM = (
    *("admitted", "all", "always", "certainly", "clearly", "completely", "confirmed", "confirms", "definitely"),
    *("entirely", "every", "must", "never", "none", "proved", "proven", "proves", "undoubtedly", "will"),
)
"""Words that leave no doubt: where one comes, the sentence says more than before."""


class Piece(NamedTuple):
    """A stretch of text: kept (`=`), gone (`-`) or come (`+`)."""

    mark: str
    text: str
    was: str = ""
    """Of what was kept, as it was: its spaces and shapes may be others now."""


class _Token(NamedTuple):
    key: object
    text: str
    """With the space behind it."""


def pieces(before: str, after: str, language: str = "en") -> tuple[Piece, ...]:
    """Two texts -> stretches that were kept, went and came, word by word; a number is one word, however it is written.

    A kept stretch is shown as it is now.
    """
    old, new = _tokens(before, language), _tokens(after, language)
    if len(old) * len(new) > _MANY:
        return tuple(piece for piece in (Piece("-", before), Piece("+", after)) if piece.text)
    matcher = SequenceMatcher(None, [each.key for each in old], [each.key for each in new], autojunk=False)
    found: list[Piece] = []
    for name, first, last, start, stop in matcher.get_opcodes():
        if name == "equal":
            found.append(Piece("=", _text(new[start:stop]), _text(old[first:last])))
        else:
            lead = " " if found and found[-1].was.endswith(" ") and not found[-1].text.endswith(" ") else ""
            found += [Piece("-", lead + _text(old[first:last]))] if last > first else []
            found += [Piece("+", _text(new[start:stop]))] if stop > start else []
    return tuple(found)


def clipped(found: Sequence[Piece], around: int = 10) -> tuple[Piece, ...]:
    """The same with `…` for what was kept further than some words from any change."""
    short: list[Piece] = []
    for number, piece in enumerate(found):
        if piece.mark == "=":
            ends = 0 if number == 0 else around, 0 if number == len(found) - 1 else around
            piece = Piece("=", *(_clipped(text, *ends) for text in (piece.text, piece.was)))  # noqa: PLW2901
        short.append(piece)
    return tuple(short)


def _clipped(text: str, head: int, tail: int) -> str:
    words = text.split(" ")
    if len(words) <= head + tail + 2:
        return text
    return " ".join([*words[:head], "…", *words[len(words) - tail :]])


def _tokens(text: str, language: str) -> list[_Token]:
    spans = [
        (each.start, each.end, ("number", each.worth))
        for each in quantities(text, language)
        if _DIGIT.search(each.text)
    ]
    found: list[_Token] = []
    done = 0
    for start, end, worth in [*spans, (len(text), len(text), None)]:
        found += (_Token(text[a:b].translate(_FOLD), text[a:b]) for a, b in _words(text, done, start))
        if worth is not None:
            found.append(_Token(worth, text[start:end]))
        done = end
    return _spaced(found, text)


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _TOKEN.finditer(text, start, end):
        yield match.span()


def _spaced(tokens: list[_Token], text: str) -> list[_Token]:
    """Give each token the space that stands behind it."""
    found: list[_Token] = []
    at = 0
    for number, token in enumerate(tokens):
        start = text.index(token.text, at)
        end = start + len(token.text)
        following = text.index(tokens[number + 1].text, end) if number + 1 < len(tokens) else len(text)
        found.append(_Token(token.key, text[start:end] + (" " if following > end else "")))
        at = end
    return found


def _text(tokens: Sequence[_Token]) -> str:
    return "".join(each.text for each in tokens)


# -- what the difference amounts to ---------------------------------------------------------------------------------


def is_typography(before: str, after: str, language: str = "en") -> bool:
    """Whether two texts differ in shapes alone: of quotation marks, dashes, spaces, and of commas within numbers."""
    if before == after:
        return False
    old, new = (_tokens(text, language) for text in (before, after))
    return [each.key for each in old] == [each.key for each in new] and _gaps(old) == _gaps(new)


def _gaps(tokens: Sequence[_Token]) -> list[bool]:
    """Where spaces stand: `now here` is not `nowhere`."""
    return [each.text.endswith(" ") for each in tokens[:-1]]


def numbers(text: str, language: str = "en") -> Counter[tuple[object, ...]]:
    """Every number of a text, as what it is worth."""
    return Counter(each.worth for each in quantities(text, language))


def is_shortened(before: str, after: str) -> bool:
    """Whether a quote is a part of what it was: what the words around it said is lost."""
    old, new = quotes.tokens(before), quotes.tokens(after)
    if not new or len(new) >= len(old):
        return False
    rest = iter(old)
    return all(word in rest for word in new)


def likeness(before: str, after: str) -> float:
    """How alike two texts are, from 0 to 1, by their words."""
    old, new = quotes.tokens(before), quotes.tokens(after)
    if old == new:
        return 1.0
    if not old or not new:
        return 0.0
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def dropped_doubts(before: str, after: str) -> list[str]:
    """The words of doubt that a text had and has no longer, hedges before numbers among them."""
    gone = _hedges(before) - _hedges(after) + (_among(before, _DOUBTS) - _among(after, _DOUBTS))
    return sorted(gone)


def dropped_voices(before: str, after: str) -> list[str]:
    """The words that left a text to who said it, if none is left."""
    if _VOICES.search(after):
        return []
    return [*dict.fromkeys(match[0].lower() for match in _VOICES.finditer(before))]


def firmer_words(before: str, after: str) -> list[str]:
    """The words without doubt that a text has and had not."""
    return sorted(_among(after, _FIRM) - _among(before, _FIRM))


def _among(text: str, words: Sequence[str]) -> Counter[str]:
    """A capital within a sentence makes a name of a word: May, Will."""
    found = (match[0] if match.start() else match[0].lower() for match in re.finditer(r"[A-Za-z]+", text))
    return Counter(word for word in found if word in words)


def _hedges(text: str) -> Counter[str]:
    return Counter(match[1].lower() for match in _HEDGE.finditer(text))


_BEFORE_NUMBERS = sorted((word for word, meant in HEDGES.items() if meant is not Firmness.RANGE), key=len, reverse=True)
_HEDGE = re.compile(
    rf"\b({'|'.join(_BEFORE_NUMBERS)})"
    r"\s+(?=[\d(]|an?\s|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b|hundred|thousand|million)",
    re.IGNORECASE,
)
"""A hedge before what may be a number."""
