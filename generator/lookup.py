"""Words and the fingerprints of all sources -> where the words stand, or what comes nearest and which slip it may be.

A fingerprint holds no words, so a slip is found by trial: one word left out, two exchanged, one put in or replaced by
another that the briefing knows. What is proposed has been looked up, and does stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

from generator import quotes
from generator.model import FactBase

_MOST = 3
"""Slips that are named."""
_LONGEST = 50
"""Words among which a slip is looked for: twice what a quote may have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of words in a source."""

    tokens: tuple[str, ...]
    """The words as they are compared."""
    paragraphs: tuple[int, ...] = ()
    """Where they stand, from 1; empty where they do not."""
    stretches: tuple[quotes.Stretch, ...] = ()
    """The parts of them that do stand there, where the whole does not."""
    slips: tuple[str, ...] = ()
    """What would make them stand there, each in a clause: `without “the” they stand in paragraph 3`."""
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    """Other sources in which the words stand, each with the first paragraph that has them."""

    @property
    def longest(self) -> quotes.Stretch | None:
        """The longest part that stands there; the first of several."""
        return max(self.stretches, key=lambda each: each.stop - each.start, default=None)


def look_up(source: str, words: str, fingerprints: Mapping[str, quotes.Fingerprint], known: Iterable[str]) -> Answer:
    """Look words up in a source that has a fingerprint; `known` are the tokens that a slip may be cured with.

    Raises:
        ValueError: there are too few words to look up.

    """
    fingerprint, tokens = fingerprints[source], quotes.tokens(words)
    finding = quotes.find(fingerprint, words)
    if finding.paragraphs:
        return Answer((*tokens,), finding.paragraphs)
    stretches = quotes.stretches(fingerprint, tokens)
    found = ((name, quotes.stands(each, tokens)) for name, each in sorted(fingerprints.items()) if name != source)
    elsewhere = {name: paragraphs[0] for name, paragraphs in found if paragraphs}
    slips = _slips(fingerprint, tokens, stretches, frozenset(known)) if stretches else ()
    return Answer((*tokens,), (), (*stretches,), slips, elsewhere)


def vocabulary(base: FactBase) -> Iterator[str]:
    """The tokens of all that a fact base says and quotes."""
    for fact in base.facts:
        for text in (fact.statement, fact.attribution, *(each.quote for each in fact.citations)):
            yield from quotes.tokens(text)
    for source in base.sources:
        yield from quotes.tokens(source.title)


def _slips(
    fingerprint: quotes.Fingerprint, tokens: list[str], stretches: list[quotes.Stretch], known: frozenset[str]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for says, changed in _changes(tokens, stretches, known):
        paragraphs = quotes.stands(fingerprint, changed)
        if paragraphs:
            found[f"{says} they stand in paragraph {paragraphs[0]}"] = None
        if len(found) == _MOST:
            break
    return (*_over_an_end(tokens, stretches), *found)


def _over_an_end(tokens: list[str], stretches: list[quotes.Stretch]) -> Iterator[str]:
    """Words that begin in one paragraph and end in the next; each part is long enough to be looked up."""
    for one, other in pairwise(stretches):
        if one.start == 0 and one.stop == other.start and other.stop == len(tokens):
            first, last = (" ".join(tokens[each.start : each.stop]) for each in (one, other))
            yield f"quote “{first}” of paragraph {one.paragraph}, or “{last}” of paragraph {other.paragraph}"


def _changes(
    tokens: list[str], stretches: list[quotes.Stretch], known: frozenset[str]
) -> Iterator[tuple[str, list[str]]]:
    """Each small change of the words, in words and done; the likelier first."""
    if len(tokens) > _LONGEST:
        return
    breaks = sorted({at for each in stretches for at in (each.start - 1, each.stop) if 0 <= at < len(tokens)})
    for at in breaks:
        yield f"without “{tokens[at]}”", [*tokens[:at], *tokens[at + 1 :]]
    for at in range(len(tokens) - 1):
        one, other = tokens[at : at + 2]
        yield f"with “{other} {one}” for “{one} {other}”", [*tokens[:at], other, one, *tokens[at + 2 :]]
    for at in breaks:
        for word in sorted(known, key=lambda word: (-_alike(word, tokens[at]), word)):
            yield f"with “{word}” for “{tokens[at]}”", [*tokens[:at], word, *tokens[at + 1 :]]
    for at in sorted({each.stop for each in stretches if each.stop < len(tokens)}):
        for word in sorted(known):
            yield f"with “{word}” between “{tokens[at - 1]}” and “{tokens[at]}”", [*tokens[:at], word, *tokens[at:]]


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).quick_ratio()
