"""A briefing and its finished pages -> an index that a browser searches, in slices: what can be found, and by what.

There is no server to ask and, opened from disk, nothing may be fetched; so the index is plain scripts that call a
function with data. A query loads the slices of its words, and of what was found the slices of what is shown. Words are
folded (NFKD, without accents, lower case), here and in `search.js` in the same way; a test holds the two to that.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator import glossary, shown
from generator.evidence import Evidence
from generator.model import Briefing, Fact, Judgment, Page, Source
from generator.views import (
    GLOSSARY_URL,
    JUDGMENTS_URL,
    KINDS,
    SEARCH_URL,
    SOURCE_KINDS,
    Views,
    date_view,
    page_url,
    sentence,
)

FOLDER = "data/search"
"""Where the slices are, below the site's root."""

_SLICE = 24_000
"""Bytes of a slice at most, but for a word that alone has more: what a query of ten results costs stays small."""
_SMALL = frozenset(
    (
        *("a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before", "but"),
        *("by", "for", "from", "had", "has", "have", "he", "her", "his", "if", "in", "into", "is", "it", "its", "no"),
        *("not", "of", "on", "or", "our", "s", "she", "so", "such", "than", "that", "the", "their", "them", "then"),
        *("there", "these", "they", "this", "to", "was", "we", "were", "what", "when", "where", "which", "who"),
        *("will", "with", "would", "you"),
    )
)
"""Words of the site's language that are nearly everywhere, and so find nothing."""
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""Five bits each; one that is followed by more has the sixth, too."""

# -- words ----------------------------------------------------------------------------------------------------------

_SEPARATED = re.compile(r"(?<=\d)[,’'\u00a0\u2009\u202f](?=\d{3}(?!\d))")
"""Between thousands."""
_INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}")
_POSSESSIVE = re.compile(r"['’]s(?![^\W_])")
_SILENT = re.compile(r"['’‘ʼʻʿʾ`]")
_CHUNK = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:[-\u2010][^\W_]+)*")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


class _Folding(dict[int, int | str | None]):
    """What stands for each character, worked out when it first comes: nothing for an accent."""

    def __missing__(self, code: int) -> int | str | None:
        found = self[code] = None if unicodedata.category(chr(code)) == "Mn" else _LETTERS.get(code, code)
        return found


_FOLDING = _Folding()


def words(text: str) -> list[str]:
    """The words of a text as they are looked for: `U.S.` is `us`, `70,000` is `70000`, `Zürich’s` is `zurich`.

    A word with hyphens is there in parts and as one: `cease-fire` is `cease`, `fire` and `ceasefire`.
    """
    found = list[str]()
    for chunk in _chunks(text):
        if "-" in chunk or "\u2010" in chunk:
            parts = chunk.replace("\u2010", "-").split("-")
            found += (*parts, "".join(parts))
        else:
            found.append(chunk)
    return found


def _chunks(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", _SEPARATED.sub("", text)).lower()
    if not folded.isascii():
        folded = folded.translate(_FOLDING)
    folded = _INITIALS.sub(lambda match: f"{match[0].replace('.', '')} ", folded)
    return _CHUNK.findall(_SILENT.sub("", _POSSESSIVE.sub("", folded)))


# -- what can be found ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found, with a permanent place."""

    kind: str
    """What it is, in a word: `Figure`, `Source`."""
    href: str
    """Its place, as the page of the search writes it."""
    title: str
    line: str
    """When and where it belongs: date and topic."""
    body: str
    """What else is known of it; shown where a word stands there and not in the title."""
    unseen: str = ""
    """What it is found by besides, and nobody reads."""


def entries(briefing: Briefing, evidence: Evidence, pages: Mapping[str, str]) -> list[Entry]:
    """All that can be found: facts, and then the others; the sources last.

    `pages` holds the finished HTML of the prose pages, by address: what is found there is what readers see.
    """
    views = Views(briefing, evidence, SEARCH_URL)
    facts = (_fact(views, briefing, each) for each in briefing.base.facts)
    sources = (_source(views, each) for each in briefing.base.sources)
    return [*facts, *_beside(views, briefing, pages), *sources]


def _beside(views: Views, briefing: Briefing, pages: Mapping[str, str]) -> Iterator[Entry]:
    """What is neither fact nor source: judgments, the sections of prose pages, the glossary."""
    yield from (_judgment(views, each) for each in briefing.base.judgments)
    for page in briefing.pages:
        yield from _sections(page, pages.get(page_url(page.path), ""))
    yield from (_word(views, group.title, entry) for group in glossary.groups(briefing) for entry in group.entries)


def _fact(views: Views, briefing: Briefing, fact: Fact) -> Entry:
    quotes = (f"“{each.quote}” ({briefing.sources[each.source].short})" for each in fact.citations)
    said = (*(text for _, text in views.details(fact)), *quotes)
    topic = briefing.index("topics")[fact.topic].label
    line = " · ".join((date_view(fact.date).words, topic, *views.marks(fact)))
    title = sentence(fact.statement)
    return Entry(KINDS[fact.kind], views.fact_href(fact), title, line, " · ".join(said), unseen=fact.date.text)


def _judgment(views: Views, judgment: Judgment) -> Entry:
    view = views.judgment(judgment)
    href = views.relative(f"{JUDGMENTS_URL}#judgment-{view.id}")
    body = " ".join(each for each in (view.because, view.weighed, view.would_change) if each)
    return Entry("Judgment", href, view.statement, f"{view.likelihood} · {view.confidence} confidence", body)


def _word(views: Views, group: str, entry: glossary.Entry) -> Entry:
    body = " · ".join(text for _, text in entry.details)
    line = " · ".join((group, *([entry.counted] if entry.facts else ())))
    return Entry("Glossary", views.relative(f"{GLOSSARY_URL}#{entry.id}"), entry.name, line, body)


def _source(views: Views, source: Source) -> Entry:
    carries = f", first published by {source.origin}" if source.origin not in ("", source.publisher) else ""
    by = f"{SOURCE_KINDS[source.kind]} by {source.publisher}{carries}"
    line = " · ".join((by, *([source.published.words()] if source.published else ())))
    body = " · ".join(each for each in (source.author, source.descriptor) if each)
    title = source.title or "Page without a title seen"
    return Entry("Source", views.source_href(source), title, line, body, unseen=source.published.text)


_PASSED_OVER = (
    "sup.marker, .headerlink, .hidden, .dateline, svg, .table-wrap, ol.timeline, ul.claims, nav, form, "
    "article.judgment, ol.notes, script, style"
)
"""What of a page of prose is no prose: numbers of notes, drawings, and lists of facts, which are found themselves."""


def _sections(page: Page, markup: str) -> Iterator[Entry]:
    """A page of prose, cut where a heading has an address."""
    content = LexborHTMLParser(markup).css_first(shown.CONTENT) if markup else None
    if content is None:
        return
    for node in content.css(_PASSED_OVER):
        node.decompose()
    url, name = page_url(page.path), page.meta.title
    title, line, href, texts = name, "", url, list[str]()
    for node in content.iter():
        if node.tag == "h2" and node.attributes.get("id"):
            yield Entry("Page", href, title, line, " ".join(texts))
            if node.attributes["id"] == "notes":
                return
            title, line, href, texts = _text(node), name, f"{url}#{node.attributes['id']}", []
        elif node.tag != "h1":
            texts.append(_text(node))
    yield Entry("Page", href, title, line, " ".join(texts))


def _text(node: LexborNode) -> str:
    return " ".join(node.text(deep=True, separator="").split())


# -- slices ---------------------------------------------------------------------------------------------------------


Kept = Callable[[str, Sequence[Fact], Callable[[], str]], str]
"""What depends on some facts, and on all that is no fact: it may be known from the last build."""
_PER_PIECE = 64
"""So many facts are worked out, and remembered, at a time."""
_PIECES = 8
"""Of so many pieces the words are put together, and remembered."""


class _Row(NamedTuple):
    """An entry as it is written, and by which words it is found: those of its title, and all others."""

    written: str
    title: list[str]
    more: list[str]


class _Run(NamedTuple):
    """Where a word stands among some entries that follow each other, counted from the first of these."""

    first: int
    """Twice the number of the first entry that has it, and one more where it is in its title."""
    rest: str
    """The steps from there to all others."""
    last: int
    """The number of the last entry that has it."""


class _Part(NamedTuple):
    """Entries that follow each other."""

    written: list[str]
    runs: dict[str, _Run]


def files(
    briefing: Briefing,
    evidence: Evidence,
    pages: Mapping[str, str],
    kept: Kept = lambda _kind, _facts, make: make(),
) -> dict[str, bytes]:
    """The slices of the index as scripts, by path below the site's root, and `index.js`, which says what is where."""
    texts, index = _index(_in_parts(Views(briefing, evidence, SEARCH_URL), briefing, pages, kept))
    by_word = sorted(index, key=_as_a_browser_compares)
    word_slices = [*_sliced(f'{_json(word)}:"{index[word]}"' for word in by_word)]
    text_slices = [*_sliced(texts)]
    made = {f"words-{number:03}": f"{{{','.join(each)}}}" for number, each in enumerate(word_slices)}
    made |= {f"texts-{number:03}": f"[{','.join(each)}]" for number, each in enumerate(text_slices)}
    made["index"] = _json(
        {
            "entries": len(texts),
            "sources": len(texts) - len(briefing.base.sources),
            "small": sorted(_SMALL),
            "words": [by_word[place] for place in _starts(word_slices)],
            "texts": _starts(text_slices),
        }
    )
    return {f"{FOLDER}/{name}.js": f"briefing.index({_json(name)},{data});\n".encode() for name, data in made.items()}


def _in_parts(views: Views, briefing: Briefing, pages: Mapping[str, str], kept: Kept) -> Iterator[_Part]:
    """All entries, some at a time: the facts, what hangs on all of them, and the sources, which hang on none."""
    for some in _cut(briefing.base.facts):
        yield _part_of(kept("words of the search", some, partial(_put_together, views, briefing, some, kept)))
    yield _part(map(_row, _beside(views, briefing, pages)))
    yield _part_of(kept("sources of the search", (), partial(_put_sources, views, briefing.base.sources)))


def pieces(briefing: Briefing, evidence: Evidence, kept: Kept) -> Iterator[tuple[int, Callable[[], object]]]:
    """What of the index can be worked out by itself, and is kept, with how many facts it is made of."""
    views = Views(briefing, evidence, SEARCH_URL)
    for some in _cut(briefing.base.facts):
        yield len(some), partial(kept, "words of the search", some, partial(_put_together, views, briefing, some, kept))


def _cut(facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    size = _PER_PIECE * _PIECES
    return (facts[start : start + size] for start in range(0, len(facts), size))


def _put_together(views: Views, briefing: Briefing, facts: Sequence[Fact], kept: Kept) -> str:
    rows = list[_Row]()
    for start in range(0, len(facts), _PER_PIECE):
        piece = facts[start : start + _PER_PIECE]
        told = kept("rows of the search", piece, partial(_piece, views, briefing, piece))
        rows += [_Row(*row) for row in json.loads(told)]
    return _json(_part(rows))


def _put_sources(views: Views, sources: Sequence[Source]) -> str:
    return _json(_part(_row(_source(views, each)) for each in sources))


def _piece(views: Views, briefing: Briefing, facts: Sequence[Fact]) -> str:
    return _json([_row(_fact(views, briefing, each)) for each in facts])


def _row(entry: Entry) -> _Row:
    written = _json([entry.kind, entry.href, entry.title, entry.line, entry.body])
    more = words(f"{entry.kind} {entry.line} {entry.body} {entry.unseen}")
    return _Row(written, [*dict.fromkeys(words(entry.title))], [*dict.fromkeys(more)])


def _part(rows: Iterable[_Row]) -> _Part:
    """Entries, and for each word in them where it stands."""
    written, places = list[str](), dict[str, dict[int, int]]()
    for number, (text, title, more) in enumerate(rows):
        written.append(text)
        for word in more:
            places.setdefault(word, {})[number] = 0
        for word in title:
            places.setdefault(word, {})[number] = 1
    return _Part(written, {word: _run(held) for word, held in places.items() if word not in _SMALL})


def _part_of(told: str) -> _Part:
    written, runs = json.loads(told)
    return _Part(written, runs)  # each run is a list now, which is read by its places all the same


def _run(places: Mapping[int, int]) -> _Run:
    """Steps from entry to entry, doubled, and one more where the word is in the title."""
    first, rest, number = -1, list[str](), 0
    for other, is_title in places.items():  # entry by entry, as they came
        if first < 0:
            first = 2 * other + is_title
        else:
            rest.append(_number(2 * (other - number) + is_title))
        number = other
    return _Run(first, "".join(rest), number)


def _index(parts: Iterable[_Part]) -> tuple[list[str], dict[str, str]]:
    """All entries as they are written, and for each word the steps from entry to entry that have it."""
    texts, steps, last = list[str](), dict[str, list[str]](), dict[str, int]()
    for written, runs in parts:
        start = len(texts)
        for word, (first, rest, end) in runs.items():
            told = steps.get(word)
            if told is None:
                steps[word] = [_number(first + 2 * start), rest]
            else:
                told += (_number(first + 2 * (start - last[word])), rest)
            last[word] = start + end
        texts += written
    return texts, {word: "".join(told) for word, told in steps.items()}


@lru_cache(maxsize=4096)
def _number(value: int) -> str:
    text = ""
    while value >= 32:  # noqa: PLR2004 - what five bits hold
        text += _DIGITS[32 | (value & 31)]
        value >>= 5
    return text + _DIGITS[value]


def _as_a_browser_compares(word: str) -> bytes:
    return word.encode("utf-16-be", "surrogatepass")


def _sliced(items: Iterable[str]) -> Iterator[list[str]]:
    """Items in their order, as many in a slice as it may hold."""
    held, size = list[str](), 0
    for item in items:
        length = (len(item) if item.isascii() else len(item.encode("utf-8", "surrogatepass"))) + 1
        if held and size + length > _SLICE:
            yield held
            held, size = [], 0
        held.append(item)
        size += length
    if held:
        yield held


def _starts(slices: Sequence[Sequence[str]]) -> list[int]:
    """The number of the first item of each slice."""
    return [*accumulate(map(len, slices), initial=0)][: len(slices)]


_json: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A value as JSON, without a space; the encoder is made once."""
