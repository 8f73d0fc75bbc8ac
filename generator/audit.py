"""Finished HTML -> what is missing from it: whatever rendered the pages, every fact and word stands where it should.

What must stand in the site is worked out from the briefing, not from the pages that were generated, so that a fault of
the templates or of MkDocs cannot hide itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import ChainMap, Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property, partial
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator import (
    cards,
    crew,
    feed,
    files,
    listing,
    manifest,
    news,
    pages,
    promises,
    rulebook,
    search,
    shelves,
    shown,
    traces,
)
from generator.model import Briefing, Fact
from generator.pages import PDF, Wiring, mark_name
from generator.problems import Place, Problem
from generator.promises import PagePromises, Promise
from generator.prose import CALLS
from generator.tables import ChartTable
from generator.views import FEED_URL, SOURCES_URL, Views, page_url

_LOADING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
    "image": "href",
    "use": "href",
}
"""Elements that make a browser load something, and the attribute that says what."""
_LOADS = ", ".join(f"{tag}[{attribute}]" for tag, attribute in _LOADING.items())
_CALL = re.compile(rf"{{{{\s*(?:{'|'.join(CALLS)})\s*\(")
"""A call of prose that reached a page; other braces are somebody's text."""
_SENDING = "[formaction], [ping], [srcset], [poster], [background], base, meta[http-equiv=refresh]"
"""What else makes a browser ask for something or go somewhere; the theme and the templates need none of it."""
_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", re.IGNORECASE)
"""How a style asks for something from elsewhere."""
_NOT_FOUND = "404.html"
_AROUND = 100
"""Characters of a text that a message shows."""
_CONTEXT = 4
"""Words on either side of a difference that a message shows."""
_MOST = 3000
"""Pieces that are compared one by one where a page differs; behind so many, one cause has had all its effects."""
_SPEED = 2_000
"""Bytes of a page that are looked at in a millisecond, about."""
_PASSIVE_LINKS = frozenset({"canonical", "prev", "next", "alternate", "author", "license"})


@dataclass(frozen=True)
class Expectations:
    """What the site must hold."""

    pages: Mapping[str, PagePromises]
    """What each page must show, by the name of its file."""
    title: str
    """The briefing's title, with which that of each page ends."""
    colophon: tuple[str, ...]
    """What every page must show at its end."""
    addresses: frozenset[str]
    """Where links may lead outside the site: the addresses of the sources, and of the zips of editions."""
    carried: traces.Carried
    """What numbers facts, sources and charts carry."""
    files: Mapping[str, bytes]
    """The files that readers can take away, by path."""
    linked: Mapping[str, str]
    """What pages tell programs, by the name of their file."""


def expectations(wiring: Wiring) -> Expectations:
    """What must stand in the site of a briefing."""
    base = wiring.briefing.base
    return Expectations(
        pages=promises.Promised(wiring),
        title=base.briefing.title,
        colophon=tuple(promises.colophon(wiring)),
        addresses=frozenset(
            urldefrag(address).url
            for address in (
                *(address for source in base.sources for address in (source.url, source.archive)),
                *(edition.url for edition in wiring.briefing.editions if edition.url),
            )
        ),
        carried=traces.Carried(wiring),
        files=wiring.files,
        linked=wiring.linked,
    )


def audit(
    folder: Path, expected: Expectations, made: Mapping[str, bytes] | None = None, listed: bytes = b""
) -> list[Problem]:
    """Everything that is missing from a finished site, or stands there without right.

    `made` is what `data` gave of this very folder, and `listed` what `manifest_of` did, where that is known.
    """
    site = Site(folder, expected)
    problems: list[Problem] = []
    for name in expected.pages:
        if name not in site.trees:
            wanted = "a page for every page of content/, every topic, the rules and the sources"
            problems.append(_problem(name, "audit-page", "the page is not there", wanted))
    wiring = expected.carried.wiring
    slices = [*_cards(folder, wiring), *_listing(folder, wiring)]
    found = site.seen([each for each in slices if not wiring.ledger.recall(each.key)])
    web = site.web()
    site.is_whole = bool(wiring.ledger.recall(web))
    for name in site.trees:
        problems += site.audited(name)
    if not problems:
        wiring.ledger.keep(web, b"good")
    for each, wrong in found:
        problems += wrong
        if not wrong:
            wiring.ledger.keep(each.key, b"good")
    problems += _files(folder, expected.files)
    for path in sorted(folder.rglob("*.css")):
        if asked := _ELSEWHERE.search(path.read_text(encoding="utf-8")):
            problems.append(_request(path.relative_to(folder).as_posix(), f"a style asks for {asked[0]}..."))
    if not problems:  # what is made of the pages can only be asked of good ones
        made = data(folder, expected.carried.wiring) if made is None else made
        problems = [*_changed(folder, made)]
    told = {problem.place.path for problem in problems}
    others = _unlisted(folder, expected.carried.wiring, listed)
    return [*problems, *(each for each in others if each.place.path not in told)]


def manifest_of(folder: Path, wiring: Wiring) -> bytes:
    """The manifest of the finished site within a folder."""
    about = wiring.briefing.base.briefing
    # what a browser prints depends on the browser and on the fonts of the machine
    return manifest.make(wiring.origin, about.title, about.as_of, files.listed(folder), unsteady=[PDF])


def _unlisted(folder: Path, wiring: Wiring, listed: bytes) -> Iterator[Problem]:
    """How the files are not those of the manifest, and how it is not the one of this site."""
    path = folder / manifest.PATH
    if not path.is_file():
        yield _problem(manifest.PATH, "audit-manifest", "the file is not there", "a list of all files of the site")
        return
    raw = path.read_bytes()
    if raw == (listed or manifest_of(folder, wiring)):
        return
    try:
        said = manifest.read(raw)
    except manifest.ManifestError as error:
        yield _problem(manifest.PATH, "audit-manifest", f"{error}", "a list of all files of the site")
        return
    others = [*manifest.differences(files.listed(folder), said.files)]
    for name, found, wanted in others:
        yield _problem(name, "audit-manifest", found, wanted)
    inputs = [*manifest.differences(said.inputs, wiring.origin.inputs)]
    if inputs:
        found = f"other inputs: {', '.join(name for name, *_ in inputs)}"
        yield _problem(manifest.PATH, "audit-manifest", found, "the inputs of this site; build it again")
    elif not others:
        yield _problem(manifest.PATH, "audit-manifest", "it says something else of the site", "what the build writes")


def _changed(folder: Path, made: Mapping[str, bytes]) -> Iterator[Problem]:
    """What scripts load and is not what was made."""
    for name, content in made.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            yield _problem(
                name, "audit-data", "another content" if path.is_file() else "no file", "what the pages give"
            )


def data(folder: Path, wiring: Wiring) -> dict[str, bytes]:
    """What the scripts of a site load: made of the briefing and of the finished pages, which are within a folder."""
    urls = (page_url(page.path) for page in wiring.briefing.pages)
    texts = {url: (folder / url).read_text(encoding="utf-8") for url in urls if (folder / url).is_file()}
    briefing = wiring.briefing
    beside = {FEED_URL: feed.make(briefing), "data/changes.js": news.as_script(briefing)}
    beside |= shelves.files(briefing)
    return beside | search.files(wiring.briefing, wiring.evidence, texts, wiring.kept)


def _files(folder: Path, expected: Mapping[str, bytes]) -> Iterator[Problem]:
    """The files for readers that are not there, or not as the briefing makes them, byte for byte."""
    for name, content in expected.items():
        path = folder / name
        if not path.is_file():
            yield _problem(name, "audit-export", "the file is not there", "a file with what the briefing holds")
        elif (found := path.read_bytes()) != content:
            place = next((at for at, (one, other) in enumerate(zip(found, content, strict=False)) if one != other), -1)
            place = place if place >= 0 else min(len(found), len(content))
            around = content[max(0, place - _AROUND // 2) : place + _AROUND // 2].decode(errors="replace")
            had = found[max(0, place - _AROUND // 2) : place + _AROUND // 2].decode(errors="replace")
            yield _problem(name, "audit-export", f"“{' '.join(had.split())}”", f"“{' '.join(around.split())}”")


class Trees(Mapping[str, LexborHTMLParser]):
    """The pages of a site by name; each is parsed when it is asked for, and not kept: all of them are much."""

    def __init__(self, folder: Path) -> None:
        self._paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.html"))}

    def text(self, name: str) -> str:
        """A page as it is written."""
        return self._paths[name].read_text(encoding="utf-8")

    def size(self, name: str) -> int:
        """How many bytes a page has."""
        return self._paths[name].stat().st_size

    def __getitem__(self, name: str) -> LexborHTMLParser:
        return LexborHTMLParser(self.text(name))

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@dataclass(frozen=True, slots=True)
class _Ways:
    """What on a page has a name, what it loads, and where it leads; each list in the order of the page."""

    ids: tuple[str, ...]
    loaded: tuple[tuple[str, str, bool], ...]
    """Tag, address, and whether a browser asks for it only when a reader does."""
    links: tuple[str, ...]
    """Each once."""
    sent: tuple[str, ...]
    """Where forms send what is written into them."""

    @classmethod
    def of(cls, tree: LexborHTMLParser) -> _Ways:
        nodes = [(node.tag or "", node.attributes) for node in tree.css(_LOADS)]
        loaded = (
            (tag, held.get(_LOADING[tag]) or "", tag == "link" and _is_passive(held.get("rel") or ""))
            for tag, held in nodes
        )
        links = (node.attributes["href"] or "" for node in tree.css("a[href], area[href]"))
        sent = (node.attributes.get("action") or "" for node in tree.css("form"))
        return cls(tuple(_ids(tree)), tuple(loaded), tuple(dict.fromkeys(links)), tuple(sent))


def _is_passive(relations: str) -> bool:
    return not _PASSIVE_LINKS.isdisjoint(relations.split())


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is to be known of a page that was found good: what others may lead to, and where it leads itself."""

    ids: frozenset[str]
    targets: tuple[str, ...]

    @classmethod
    def of(cls, ways: _Ways) -> _Verdict:
        everything = dict.fromkeys([*(address for _, address, _ in ways.loaded), *ways.links, *ways.sent])
        within = (each for each in everything if not _scheme(each) and not each.startswith("//"))
        return cls(frozenset(ways.ids), tuple(within))

    @classmethod
    def read(cls, written: bytes) -> _Verdict:
        ids, targets = json.loads(written)
        return cls(frozenset(ids), tuple(targets))

    def written(self) -> bytes:
        return json.dumps([sorted(self.ids), self.targets]).encode()


class Site:
    """The pages of a finished site, and what is expected of them."""

    def __init__(self, folder: Path, expected: Expectations) -> None:
        self.trees = Trees(folder)
        self._folder = folder
        self._expected = expected
        self._wiring = expected.carried.wiring
        self._hanging = pages.hanging(self._wiring) if self._wiring.ledger.is_open else {}
        self._keys = {name: self._key(name) for name in self.trees}
        recall = self._wiring.ledger.recall
        self._known = {name: known for name, key in self._keys.items() if (known := recall(key))}
        self._good = {name: _Verdict.read(known) for name, known in self._known.items()}
        self.is_whole = False
        """Whether all links of good pages are known to lead somewhere."""

    def seen(self, slices: Sequence[_Slice] = ()) -> list[tuple[_Slice, list[Problem]]]:
        """Look at all pages that are not known to be good, and at slices; returns what is wrong with these.

        Much is looked at by several processes at once. What one of them cannot know is where links into other pages
        lead; that is asked when all ids are known.
        """
        new = [name for name in self.trees if name not in self._good]
        pieces: list[Callable[[], bytes | list[Problem]]] = [
            *(partial(self._seen, name) for name in new),
            *(each.look for each in slices),
        ]
        sizes = [*map(self.trees.size, new), *(each.size for each in slices)]
        made = crew.shared(pieces, [size / _SPEED for size in sizes])
        self._known |= {name: each for name, each in zip(new, made, strict=False) if isinstance(each, bytes) and each}
        self._good |= {name: _Verdict.read(self._known[name]) for name in new if name in self._known}
        return [(one, found) for one, found in zip(slices, made[len(new) :], strict=True) if isinstance(found, list)]

    def web(self) -> bytes:
        """The verdict on all links goes by this: all ids, where pages lead, and which files there are.

        Empty where a page is not good.
        """
        ledger = self._wiring.ledger
        if not ledger.is_open or len(self._good) < len(self.trees):
            return b""
        told = hashlib.sha256()
        for name in self.trees:
            told.update(hashlib.sha256(name.encode() + b"\0" + self._known[name]).digest())
        for path in sorted(each.relative_to(self._folder).as_posix() for each in self._folder.rglob("*")):
            told.update(hashlib.sha256(path.encode()).digest())
        return ledger.key(f"links {told.hexdigest()}", (), self._wiring.briefing)

    def _seen(self, name: str) -> bytes:
        """The verdict on a page as far as it is known without the others; empty where it is not good."""
        tree = self.trees[name]
        ways = _Ways.of(tree)
        alone = replace(self._strays({name: frozenset(ways.ids)}), is_alone=True)
        return b"" if next(self._judged(name, tree, ways, alone), None) else _Verdict.of(ways).written()

    @cached_property
    def _anchors(self) -> dict[str, frozenset[str]]:
        """The ids of every page, by which links are judged."""
        found = {
            name: self._good[name].ids if name in self._good else frozenset(_ids(self.trees[name]))
            for name in self.trees
        }
        if SOURCES_URL in found:  # its script leads on to the pages that hold them
            found[SOURCES_URL] |= shelves.pages(self._wiring.briefing).keys()
        return found

    def _key(self, name: str) -> bytes:
        """The verdict on a page goes by this: its bytes, but for the digest of all inputs, and what it hangs on."""
        if name not in self._hanging:
            return b""
        ledger, digest = self._wiring.ledger, self._wiring.origin.digest
        text = self.trees.text(name).replace(digest, "").replace(digest[: manifest.SHORT], "")
        hangs = self._hanging[name]
        return ledger.key(f"good page {name} {hangs.beside}\n{text}", hangs.facts, self._wiring.briefing)

    def audited(self, name: str) -> list[Problem]:
        """What is wrong with a page, as far as it is not known to be good."""
        if name in self._good:
            strays = self._strays(self._anchors)
            if self.is_whole or all(strays.exists(name, each) for each in self._good[name].targets):
                self._wiring.ledger.keep(self._keys[name], self._known[name])
                return []
        return [*self.judged(name, self.trees[name])]

    def _strays(self, ids: Mapping[str, frozenset[str]]) -> _Strays:
        return _Strays(self._folder, ids, self._expected.addresses, urlsplit(self._wiring.site).path or "/")

    def judged(self, name: str, tree: LexborHTMLParser) -> Iterator[Problem]:
        """What is wrong with a page: the one that stands there, or another in its place."""
        ways = _Ways.of(tree)
        return self._judged(name, tree, ways, self._strays(ChainMap({name: frozenset(ways.ids)}, self._anchors)))

    def _judged(self, name: str, tree: LexborHTMLParser, ways: _Ways, strays: _Strays) -> Iterator[Problem]:
        page, carried = self._expected.pages.get(name), self._expected.carried
        if page is not None:
            yield from _broken(name, tree, page)
            yield from _frame(name, tree, page, self._expected)
            if not (self._folder / page.card).is_file():
                yield _problem(name, "audit-link", f"no picture for links: {page.card}", "a file of the site")
            for kind, charts in (("chart", page.charts), ("preview", page.previews)):
                for each in charts:
                    yield from _chart(name, tree, f"{kind}-{each}", carried.wiring.tables[each], carried.wiring)
        yield from _linked(name, tree, self._expected.linked.get(name, ""))
        yield from strays.on(name, tree, ways)
        if name != _NOT_FOUND:  # its number is the theme's
            yield from _untraced(name, tree, carried)


_OURS = "a fault of the templates or of the renderer: the last good site stands"


def _problem(name: str, code: str, found: str, wanted: str, subject: str = "") -> Problem:
    return Problem(Place(f"site/{name}"), code, found, wanted, _OURS, subject)


def _request(name: str, found: str) -> Problem:
    return _problem(name, "audit-request", found, "nothing from outside the site")


def _scheme(address: str) -> str:
    """The scheme of an address; most have no colon, so most need not be read."""
    return urlsplit(address).scheme if ":" in address else ""


def _ids(tree: LexborHTMLParser) -> Iterator[str]:
    return (str(node.attributes["id"]) for node in tree.css("[id]") if node.attributes.get("id"))


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text(deep=True).split()) if node is not None else ""


def _clipped(text: str) -> str:
    return text if len(text) <= _AROUND else f"{text[: _AROUND - 1]}…"


def _untraced(name: str, tree: LexborHTMLParser, carried: traces.Carried) -> Iterator[Problem]:
    for each in traces.strays(tree, carried, is_sources=name == SOURCES_URL or name.startswith("sources/")):
        found = f"the number {each.number!r} in “{_clipped(each.around)}”"
        yield _problem(name, "audit-number", f"{found}: {each.why}", "numbers that lead to a fact")


# -- what a page shows, against what it must show -------------------------------------------------------------------


def _broken(name: str, tree: LexborHTMLParser, page: PagePromises) -> Iterator[Problem]:
    """Where a page does not show what it must: of each promise the first place."""
    found = shown.content(tree)
    if found is None:
        yield _problem(name, "audit-page", "no content that could be read", f"an element {shown.CONTENT}")
        return
    told: set[int] = set()
    wanted = [piece for promise in page.promises for piece in promise.pieces]
    for (start, end), (first, last) in _differences(found, wanted) if found != wanted else ():
        for number, (begin, stop) in _promised(page.promises, first, last):
            if number not in told:
                told.add(number)
                promise = page.promises[number]
                shows = _passage(found, start if begin == first else end, end)
                yield _problem(name, promise.code, shows, _passage(wanted, begin, stop), promise.subject)


def _differences(found: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The stretches in which two lists differ, as places in the one and in the other."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(found, wanted, strict=False)))
    rest = zip(reversed(found[same:]), reversed(wanted[same:]), strict=False)
    behind = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], rest))
    ours, theirs = found[same : len(found) - behind], wanted[same : len(wanted) - behind]
    matcher = SequenceMatcher(None, ours[:_MOST], theirs[:_MOST])
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            yield (same + start, same + end), (same + first, same + last)


def _promised(promised: Sequence[Promise], first: int, last: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """The promises that a stretch of what is wanted belongs to, and each one's part of it; of nothing, that before."""
    end = 0
    for number, promise in enumerate(promised):
        begin, end = end, end + len(promise.pieces)
        if begin < last and first < end:
            yield number, (max(first, begin), min(last, end))
        elif first == last and (begin < first <= end or (not first and not begin)):
            yield number, (first, last)


def _passage(pieces: Sequence[str], start: int, end: int) -> str:
    """A stretch with some words on either side."""
    before = [each for each in pieces[max(0, start - 2 * _CONTEXT) : start] if not each.startswith("<")][-_CONTEXT:]
    after = [each for each in pieces[end : end + 2 * _CONTEXT] if not each.startswith("<")][:_CONTEXT]
    told = [each for each in pieces[start:end] if each != shown.END]
    within = _clipped(_joined(told)) if told or start == end else "the end of an element"
    return f"“{_joined([*before, f'[{within}]', *after])}”"


def _joined(pieces: Sequence[str]) -> str:
    return re.sub(r"(?<=[“‘(]) | (?=[”’.,;:!?)])", "", " ".join(pieces))


def _frame(name: str, tree: LexborHTMLParser, page: PagePromises, expected: Expectations) -> Iterator[Problem]:
    """What the theme shows of a page around its content: titles and summaries for others, the colophon."""
    title = f"{page.label or page.title} – {expected.title}" if page.url != page_url("index.md") else expected.title
    for place, found, wanted in (
        ("title", shown.text(_words(tree.css_first("head > title"))), shown.text(title)),
        ("description", shown.text(_meta(tree, "name=description")), shown.text(page.summary)),
        ("title for links", shown.text(_meta(tree, "property='og:title'")), shown.text(page.title)),
        ("description for links", shown.text(_meta(tree, "property='og:description'")), shown.text(page.summary)),
        ("colophon", shown.text(_words(tree.css_first(".colophon"))), [*expected.colophon]),
    ):
        if found != wanted:
            here, there = next(_differences(found, wanted))
            yield _problem(name, "audit-head", _passage(found, *here), _passage(wanted, *there), f"{place} of the page")
    picture = _meta(tree, "property='og:image'")
    path = unquote(urlsplit(picture if urlsplit(picture).scheme else urljoin(f"/{name}", picture)).path)
    if not path.endswith(f"/{page.card}"):
        yield _problem(name, "audit-head", f"the picture “{picture}”", page.card, "picture for links to the page")


def _meta(tree: LexborHTMLParser, which: str) -> str:
    """What the head of a page says of it to others."""
    node = tree.css_first(f"head > meta[{which}]")
    return str(node.attributes.get("content") or "") if node is not None else ""


def _linked(name: str, tree: LexborHTMLParser, wanted: str) -> Iterator[Problem]:
    """What a page tells programs, against what the briefing tells them of it; only the head tells them anything."""
    found = [node.text(deep=True) for node in tree.css('script[type="application/ld+json" i]')]
    own = [node.text(deep=True) for node in tree.css('head > script[type="application/ld+json"]')]
    if found != own or own != ([wanted] if wanted else []):
        says = f"JSON-LD: {_clipped(' '.join(found)) or 'none'}"
        yield _problem(name, "audit-export", says, f"{_clipped(wanted) or 'none'}", "JSON-LD of the page")


# -- charts ---------------------------------------------------------------------------------------------------------


def _chart(name: str, tree: LexborHTMLParser, place: str, table: ChartTable, wiring: Wiring) -> Iterator[Problem]:
    """The drawings of a chart, in the build also against those that were made."""
    subject, drawn = table.chart.subject, wiring.drawings.get(table.chart.id)
    figure = next((each for each in tree.css("figure") if each.attributes.get("id") == place), None)
    drawings = figure.css("svg") if figure is not None else []
    if len(drawings) != 2:  # noqa: PLR2004 - wide and narrow
        yield _problem(name, "audit-chart", f"{len(drawings)} drawings", "two: wide and narrow", subject)
    for drawing in drawings:
        for found, wanted in (
            *_untold(drawing, table),
            *_unlinked(drawing, wiring.briefing, Views(wiring.briefing, wiring.evidence, name)),
            *traces.misdrawn(drawing, table),
        ):
            yield _problem(name, "audit-chart", found, wanted, subject)
    first = drawn and (drawn.small if place.startswith("preview-") else drawn.wide)
    for drawing, svg in zip(drawings, (first, drawn.narrow) if drawn and first else (), strict=False):
        made = LexborHTMLParser(svg).css_first("svg")
        if made is not None and traces.written(drawing) != traces.written(made):
            yield _problem(name, "audit-chart", "other words in a drawing", "those that were drawn", subject)


def _untold(drawing: LexborNode, table: ChartTable) -> Iterator[tuple[str, str]]:
    """What a drawing does not tell those who do not see it, and the facts that it does not mark once each."""
    for tag, text in (("title", table.chart.title), ("desc", table.alt)):
        said = " ".join(_words(each) for each in drawing.css(tag))
        if said != " ".join(text.split()):
            yield f"a drawing with the <{tag}> “{_clipped(said)}”", f"“{_clipped(text)}”, with every value"
    marks = Counter(str(mark.attributes["data-fact"]) for mark in drawing.css("[data-fact]"))
    for each in dict.fromkeys([*marks, *table.fact_ids]):
        if marks[each] != (each in table.fact_ids):
            yield f"{marks[each]} marks for {each}", "one mark for every fact, and no other"


def _unlinked(drawing: LexborNode, briefing: Briefing, views: Views) -> Iterator[tuple[str, str]]:
    """The marks of a drawing that do not lead to their facts, or under another name."""
    for mark in drawing.css("[data-fact]"):
        fact, link = briefing.facts.get(str(mark.attributes["data-fact"])), mark.parent
        if fact is None:
            continue  # told above
        wanted = (views.fact_href(fact), mark_name(fact, briefing))
        is_link = link is not None and link.tag == "a"
        found = (link.attributes.get("href"), link.attributes.get("aria-label")) if link and is_link else ("", "")
        if found != wanted:
            shown_there, promised = (" as ".join(str(each) for each in pair) for pair in (found, wanted))
            yield f"a mark of {fact.id} that leads to {_clipped(shown_there)}", _clipped(promised)


# -- cards ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Slice:
    """A slice of what scripts load, to be looked at."""

    key: bytes
    """The verdict on it goes by this."""
    size: int
    look: Callable[[], list[Problem]]
    """What is wrong with it."""

    @classmethod
    def of(
        cls, path: Path, facts: Sequence[Fact], wiring: Wiring, look: Callable[[], Iterable[Problem]], about: str = ""
    ) -> _Slice:
        """The slice in a file; `about` is what its verdict hangs on besides its bytes and its facts."""
        is_there = path.is_file()
        key = _slice_key(path, facts, wiring, about) if is_there and wiring.ledger.is_open else b""
        return cls(key, path.stat().st_size if is_there else 0, lambda: [*look()])


def _cards(folder: Path, wiring: Wiring) -> Iterator[_Slice]:
    """The slices of cards."""
    for number, facts in enumerate(cards.slices(wiring.briefing)):
        name = cards.path(number)
        yield _Slice.of(folder / name, facts, wiring, partial(_wrong_cards, folder, name, facts, wiring))


def _wrong_cards(folder: Path, name: str, facts: Sequence[Fact], wiring: Wiring) -> Iterator[Problem]:
    """The cards of a slice that do not show what is known of their facts, or are not there."""
    held = _slice(folder / name)
    if held is None or [*held] != [fact.id for fact in facts]:
        found = "no slice of cards that can be read" if held is None else "cards of other facts"
        yield _problem(name, "audit-card", found, f"the cards of {len(facts)} facts")
        return
    for fact in facts:
        body = LexborHTMLParser(held[fact.id]).body
        shown_there, wanted = shown.pieces((body and body.html) or ""), [*promises.card(wiring, fact)]
        if shown_there != wanted:
            here, there = next(_differences(shown_there, wanted))
            yield _problem(name, "audit-card", _passage(shown_there, *here), _passage(wanted, *there), fact.subject)


def _slice(file: Path) -> dict[str, str] | None:
    """The cards of a slice, by fact; None where it is not there or no slice."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    if not (text.startswith(cards.OPENING) and text.endswith(cards.CLOSING)):
        return None
    try:
        held = json.loads(text[len(cards.OPENING) : -len(cards.CLOSING)])
    except ValueError:
        return None
    return held if isinstance(held, dict) and all(isinstance(each, str) for each in held.values()) else None


# -- the list of all facts in slices --------------------------------------------------------------------------------


def _listing(folder: Path, wiring: Wiring) -> Iterator[_Slice]:
    """The slices of the list of all facts."""
    about = listing.numbered(wiring)
    for name, facts, index in promises.list_index(wiring):
        look = partial(_wrong_index, folder, name, index)
        yield _Slice.of(folder / listing.path(name), facts, wiring, look, about)
    for name, facts in promises.list_items(wiring):
        look = partial(_items, folder, name, facts, wiring)
        yield _Slice.of(folder / listing.path(name), facts, wiring, look, about)


def _wrong_index(folder: Path, name: str, index: Callable[[], object]) -> Iterator[Problem]:
    if _listed(folder, name) != index():
        yield _problem(listing.path(name), "audit-data", "another index of the list", "by what each fact is found")


def _items(folder: Path, name: str, facts: Sequence[Fact], wiring: Wiring) -> Iterator[Problem]:
    """The facts of a slice that do not tell what is known of them, or are not there."""
    held = _listed(folder, name)
    if not isinstance(held, list) or [*map(type, held)] != [str] * len(facts):
        found = f"no slice with {len(facts)} facts"
        yield _problem(listing.path(name), "audit-data", found, "each fact of the list of all facts")
        return
    for html, fact in zip(held, facts, strict=True):
        body = LexborHTMLParser(html).body
        shown_there, wanted = shown.pieces((body and body.html) or ""), promises.list_item(wiring, fact)
        if shown_there != wanted:
            here, there = next(_differences(shown_there, wanted))
            found, right = _passage(shown_there, *here), _passage(wanted, *there)
            yield _problem(listing.path(name), "audit-fact", found, right, fact.subject)


def _slice_key(path: Path, facts: Sequence[Fact], wiring: Wiring, about: str) -> bytes:
    """The verdict on a slice goes by this: its bytes, its facts, and what else it hangs on."""
    kind = f"good slice {path.name} {about}\n{path.read_text(encoding='utf-8')}"
    return wiring.ledger.key(kind, facts, wiring.briefing)


def _listed(folder: Path, name: str) -> object:
    """What a slice of the list holds; None where it is not there, is none, or is another."""
    try:
        said, data = listing.read((folder / listing.path(name)).read_bytes())
    except (OSError, ValueError):
        return None
    return data if said == name else None


# -- what stands there without right --------------------------------------------------------------------------------


def _unread(tree: LexborHTMLParser) -> list[str]:
    """The first call that stands on a page without right; where a rule is shown, those in its own text have one."""
    found = Counter(_CALL.findall(_words(tree.body)))
    for node in tree.css("[data-rule]") if found else ():
        rule = rulebook.VIEWS.get(str(node.attributes["data-rule"]))
        own = Counter(_CALL.findall(" ".join(rule.texts))) if rule else Counter()
        found -= own & Counter(_CALL.findall(_words(node)))
    return [*found][:1]


@dataclass(frozen=True)
class _Strays:
    """Finds what leads out of a site, or nowhere."""

    folder: Path
    ids: Mapping[str, frozenset[str]]
    addresses: frozenset[str]
    root: str
    """The path of the site's root on its server, with its slashes: the page of what is not found begins there."""
    is_alone: bool = False
    """Whether only the page itself is known: then what leads out of it is taken to lead somewhere."""
    _found: dict[tuple[str, str], str | bool] = field(default_factory=dict, compare=False, repr=False)
    """Where addresses lead from a folder, which many links share: to a page, or whether there is anything."""

    def on(self, name: str, tree: LexborHTMLParser, ways: _Ways) -> Iterator[Problem]:
        """What stands on a page without right: something loaded from elsewhere, a dead link, an unread call."""
        for tag, target, is_passive in ways.loaded:
            if _scheme(target) not in ("", "data") or target.startswith("//"):
                if not is_passive:
                    yield _request(name, f"<{tag}> loads {target}")
            elif target and not target.startswith(("#", "data:")):
                if not self.exists(name, target):
                    found = f"<{tag}> loads {target}, which is not there"
                    yield _problem(name, "audit-link", found, "a file of the site")
                elif not is_passive and self._is_page(name, target):  # of what is not there, a template may write "."
                    found = f"<{tag}> loads {target}, which is a page"
                    yield _problem(name, "audit-link", found, "a style, a script, a picture or a font of the site")
        yield from self._active(name, tree, ways)
        yield from self._anchors(name, tree, ways)
        for href in ways.links:
            yield from self._link(name, href)
        for unread in _unread(tree):
            yield _problem(name, "audit-call", f"a call that was not read: {unread}", "its text in its place")

    def _anchors(self, name: str, tree: LexborHTMLParser, ways: _Ways) -> Iterator[Problem]:
        """Anchors that stand twice, or not at all where another element has its name from them."""
        seen: set[str] = set()
        for each in ways.ids:
            if each in seen:
                hint = "where it is the id of a fact or source, a heading of the page has the same: rename the record"
                yield replace(_problem(name, "audit-id", f"the id {each!r} twice", "each id once on a page"), hint=hint)
            seen.add(each)
        for node in tree.css(f"{shown.CONTENT} [aria-labelledby]"):
            for each in str(node.attributes["aria-labelledby"]).split():
                if each not in seen:
                    yield _problem(name, "audit-id", f"a name from {each!r}, which is not there", "an id on the page")

    def _active(self, name: str, tree: LexborHTMLParser, ways: _Ways) -> Iterator[Problem]:
        """What would send a reader or a request away, or run on its own."""
        for target in ways.sent:
            if _scheme(target) or target.startswith("//") or not self.exists(name, target):
                yield _request(name, f"<form> that sends to {target or 'its own page'}")
        for node in tree.css(_SENDING):
            yield _request(name, f"<{node.tag}> with {', '.join(sorted(node.attributes))}")
        for node in tree.css("[style]"):
            if _ELSEWHERE.search(str(node.attributes["style"])):
                yield _request(name, f"the style of <{node.tag}> asks for something")
        if _HANDLER.search(tree.html or ""):  # in the text of an attribute it is harmless, so look again
            for node in tree.css("*"):
                if handlers := [each for each in node.attributes if each.lower().startswith("on")]:
                    yield _problem(name, "audit-script", f"<{node.tag}> with {handlers[0]}", "no script of its own")

    def _link(self, name: str, href: str) -> Iterator[Problem]:
        scheme = _scheme(href)
        if scheme in ("http", "https") or href.startswith("//"):
            if urldefrag(href).url not in self.addresses:
                yield _problem(name, "audit-link", f"a link to {href}", "links to sources only")
        elif scheme:
            yield _problem(name, "audit-link", f"a link to {href}", "links within the site and to sources")
        elif not self.exists(name, href):
            wanted = "a page of the site, and an id on it"
            hint = "if a page of content/ has this link, mend it there; if none has, the templates are at fault"
            yield replace(_problem(name, "audit-link", f"a link to {href}, which is not there", wanted), hint=hint)

    def exists(self, name: str, href: str) -> bool:
        """Whether an address within the site leads to a file, and its anchor to an element."""
        way, _, anchor = href.partition("#")
        address = way.partition("?")[0]  # what is asked of a page is no part of where it stands
        place = (name.rpartition("/")[0] if address else name), address
        found = self._found.get(place)
        if found is None:
            found = self._found[place] = self._leads(name, address)
        if isinstance(found, bool) or not anchor:
            return bool(found)
        return unquote(anchor) in self.ids[found] or anchor.startswith((":~:", "__"))

    def _is_page(self, name: str, address: str) -> bool:
        return urlsplit(urljoin(f"{self.root}{name}", address)).path.endswith(("/", ".html"))

    def _leads(self, name: str, address: str) -> str | bool:
        """The page to which an address leads, or whether there is any other file."""
        path = unquote(urlsplit(urljoin(f"{self.root}{name}", address)).path)
        if not path.startswith(self.root):
            return False
        path = path.removeprefix(self.root).lstrip("/")
        if not path or path.endswith("/"):
            path += "index.html"
        return path if path in self.ids else self.is_alone or (self.folder / path).is_file()
