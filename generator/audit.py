"""Finished HTML -> what is missing from it: whatever rendered the pages, every fact, note, chart and table is there.

What must stand in the site is worked out from the briefing, not from the pages that were generated, so that a fault of
the templates or of MkDocs cannot hide itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator import rulebook, traces
from generator.model import Briefing, Call, Fact, Page
from generator.pages import Wiring, has_corrections, has_judgments
from generator.problems import Place, Problem
from generator.prose import CALLS
from generator.tables import by_date
from generator.views import CORRECTIONS_URL, JUDGMENTS_URL, SOURCES_URL, page_url, sentence, topic_url

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
_CALL = re.compile(rf"{{{{\s*(?:{'|'.join(CALLS)})\s*\(")
"""A call of prose that reached a page; other braces are somebody's text."""
_SENDING = "form[action], [formaction], [ping], [srcset], [poster], [background], base, meta[http-equiv=refresh]"
"""What else makes a browser ask for something or go somewhere; the theme and the templates need none of it."""
_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", re.IGNORECASE)
"""How a style asks for something from elsewhere."""
_NOT_FOUND = "404.html"
_AROUND = 100
"""Characters of the text around a number that a message shows."""
_PASSIVE_LINKS = frozenset({"canonical", "prev", "next", "alternate", "author", "license"})


@dataclass(frozen=True)
class PageExpectation:
    """What one page of the site must hold."""

    url: str
    facts: dict[str, str] = field(default_factory=dict)
    """Permanent anchors and the statement that must stand within each."""
    notes: tuple[str, ...] = ()
    """Ids of the facts in the notes, in order of their numbers."""
    quotes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For each fact of the notes or anchors, the quotes that must stand with it."""
    charts: dict[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    """For each chart its title, its alternative text, and the ids of its table's rows, in order."""
    sources: dict[str, str] = field(default_factory=dict)
    """Anchors of sources, and the publisher that must stand there."""
    rules: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Anchors of rules, and the texts that must stand there."""


@dataclass(frozen=True)
class Expectations:
    """What the site must hold."""

    pages: tuple[PageExpectation, ...]
    addresses: frozenset[str]
    """Where links may lead outside the site: the addresses of the sources."""
    carried: traces.Carried
    """What numbers facts, sources and charts carry."""


def expectations(wiring: Wiring) -> Expectations:
    """What must stand in the site of a briefing."""
    briefing = wiring.briefing
    topics = (
        PageExpectation(
            topic_url(topic.id), facts={fact.id: sentence(fact.statement) for fact in facts}, quotes=_quotes(facts)
        )
        for topic in briefing.base.topics
        for facts in [[fact for fact in briefing.base.facts if fact.topic == topic.id]]
    )
    sources = PageExpectation(SOURCES_URL, sources={source.id: source.publisher for source in briefing.base.sources})
    rules = PageExpectation(rulebook.URL, rules={code: view.texts for code, view in rulebook.VIEWS.items()})
    prose = (_of_prose(wiring, page) for page in briefing.pages)
    return Expectations(
        pages=(*prose, rules, PageExpectation("facts/"), *topics, sources, *_of_authors(wiring)),
        addresses=frozenset(
            urldefrag(address).url for source in briefing.base.sources for address in (source.url, source.archive)
        ),
        carried=traces.Carried(wiring),
    )


def _of_authors(wiring: Wiring) -> Iterator[PageExpectation]:
    """The pages of judgments and of corrections, where there are any."""
    briefing = wiring.briefing
    if has_judgments(briefing):
        noted = [briefing.facts[each] for one in briefing.base.judgments for each in (*one.based_on, *one.contrary)]
        yield PageExpectation(
            JUDGMENTS_URL,
            facts={f"judgment-{one.id}": sentence(one.statement) for one in briefing.base.judgments},
            notes=tuple(dict.fromkeys(fact.id for fact in noted)),
            quotes=_quotes(noted) | {f"judgment-{one.id}": () for one in briefing.base.judgments},
        )
    if has_corrections(briefing):
        yield PageExpectation(CORRECTIONS_URL)


def _quotes(facts: Sequence[Fact]) -> dict[str, tuple[str, ...]]:
    return {fact.id: tuple(citation.quote for citation in fact.citations) for fact in facts}


def _of_prose(wiring: Wiring, page: Page) -> PageExpectation:
    facts = [fact for call in page.calls for fact in _noted(wiring, call)]
    noted = tuple(dict.fromkeys(fact.id for fact in facts))
    tables = {call.args[0]: wiring.tables[call.args[0]] for call in page.calls if call.name == "chart"}
    return PageExpectation(
        page_url(page.path),
        notes=noted,
        quotes=_quotes([wiring.briefing.facts[each] for each in noted]),
        charts={name: (table.chart.title, table.alt, table.fact_ids) for name, table in tables.items()},
    )


def _noted(wiring: Wiring, call: Call) -> list[Fact]:
    """The facts that a call puts into the notes, in the order in which it names them."""
    briefing: Briefing = wiring.briefing
    match call.name:
        case "fact" | "value" | "quote" | "cite":
            return [briefing.facts[each] for each in call.args]
        case "judgment":
            return briefing.shown_by(call)
        case "chart":
            return [briefing.facts[each] for each in wiring.tables[call.args[0]].fact_ids]
        case "timeline" | "table":
            return by_date(briefing.select(call.selection))
        case "facts":
            return briefing.select(call.selection)
        case _:
            return []


def audit(folder: Path, expected: Expectations) -> list[Problem]:
    """Everything that is missing from a finished site, or stands there without right."""
    trees: dict[str, LexborHTMLParser] = {}
    for path in sorted(folder.rglob("*.html")):
        trees[path.relative_to(folder).as_posix()] = LexborHTMLParser(path.read_text(encoding="utf-8"))
    site = _Site(folder, trees, {name: frozenset(_ids(tree)) for name, tree in trees.items()}, expected.addresses)
    problems: list[Problem] = []
    for page in expected.pages:
        name = f"{page.url}index.html"
        if name not in trees:
            problems.append(
                _problem(
                    name,
                    "audit-page",
                    "the page is not there",
                    "a page for every page of content/, every topic, the rules and the sources",
                )
            )
            continue
        problems += _missing(name, trees[name], page)
    for name, tree in trees.items():
        problems += site.stray(name, tree)
        if name != _NOT_FOUND:  # its number is the theme's
            problems += _untraced(name, tree, expected.carried)
    for path in sorted(folder.rglob("*.css")):
        if found := _ELSEWHERE.search(path.read_text(encoding="utf-8")):
            problems.append(_request(path.relative_to(folder).as_posix(), f"a style asks for {found[0]}..."))
    return problems


def _untraced(name: str, tree: LexborHTMLParser, carried: traces.Carried) -> Iterator[Problem]:
    for each in traces.strays(tree, carried, is_sources=name == f"{SOURCES_URL}index.html"):
        around = each.around if len(each.around) <= _AROUND else f"{each.around[: _AROUND - 1]}…"
        found = f"the number {each.number!r} in “{around}”"
        yield _problem(name, "audit-number", f"{found}: {each.why}", "numbers that lead to a fact")


_OURS = "a fault of the templates or of the renderer: the last good site stands"


def _problem(name: str, code: str, found: str, wanted: str, subject: str = "") -> Problem:
    return Problem(Place(f"site/{name}"), code, found, wanted, _OURS, subject)


def _request(name: str, found: str) -> Problem:
    return _problem(name, "audit-request", found, "nothing from outside the site")


def _ids(tree: LexborHTMLParser) -> Iterator[str]:
    return (str(node.attributes["id"]) for node in tree.css("[id]") if node.attributes.get("id"))


def _words(node: LexborNode) -> str:
    return " ".join(node.text(deep=True).split())


def _unread(tree: LexborHTMLParser) -> list[str]:
    """The first call that stands on a page without right; where a rule is shown, those in its own text have one."""
    found = Counter(_CALL.findall(_words(tree.body))) if tree.body is not None else Counter()
    for node in tree.css("[data-rule]") if found else ():
        rule = rulebook.VIEWS.get(str(node.attributes["data-rule"]))
        own = Counter(_CALL.findall(" ".join(rule.texts))) if rule else Counter()
        found -= own & Counter(_CALL.findall(_words(node)))
    return [*found][:1]


def _by_id(tree: LexborHTMLParser, anchor: str) -> LexborNode | None:
    return next((node for node in tree.css("[id]") if node.attributes.get("id") == anchor), None)


def _missing(name: str, tree: LexborHTMLParser, page: PageExpectation) -> Iterator[Problem]:
    by_id = {str(node.attributes["id"]): node for node in tree.css("[id]")}
    for anchor, statement in page.facts.items():
        yield from _holds(name, "audit-fact", by_id.get(anchor), anchor, (statement,))
        yield from _quotes_stand(name, "audit-fact", by_id.get(anchor), anchor, page.quotes[anchor])
    notes = [str(node.attributes.get("data-fact")) for node in tree.css("ol.notes > li.note")]
    if tuple(notes) != page.notes:
        yield _problem(name, "audit-note", f"notes of the facts {notes}", f"notes, in this order, of {[*page.notes]}")
    for number, fact_id in enumerate(page.notes, 1):
        note = by_id.get(f"note-{number}")
        yield from _holds(name, "audit-note", note, f"note-{number}", ())
        yield from _quotes_stand(name, "audit-note", note, f"note-{number}", page.quotes[fact_id])
        if not tree.css(f'a.cite[href="#note-{number}"]'):
            yield _problem(
                name,
                "audit-note",
                f"nothing on the page leads to note {number}",
                "a marker for every note",
                f"fact {fact_id}",
            )
    for chart_id, chart in page.charts.items():
        yield from _chart(name, by_id.get(f"chart-{chart_id}"), chart_id, chart)
    for anchor, publisher in page.sources.items():
        yield from _holds(name, "audit-source", by_id.get(anchor), anchor, (publisher,))
    for anchor, texts in page.rules.items():
        yield from _holds(name, "audit-rule", by_id.get(anchor), anchor, texts)


def _holds(name: str, code: str, node: LexborNode | None, anchor: str, texts: Sequence[str]) -> Iterator[Problem]:
    """An element is there, and the texts stand in it, each behind the one before."""
    if node is None:
        yield _problem(name, code, f"no element has the id {anchor!r}", "its permanent place on the page", anchor)
        return
    rest = _words(node)
    wanted = f"the text as it is in {'the rule' if code == 'audit-rule' else 'facts.yaml'}"
    for text in texts:
        _, there, behind = rest.partition(" ".join(text.split()))
        rest = behind if there else rest
        if not there:
            yield _problem(name, code, f"“{text}” does not stand there", wanted, anchor)


def _quotes_stand(
    name: str, code: str, node: LexborNode | None, anchor: str, quotes: Sequence[str]
) -> Iterator[Problem]:
    """Each quote is there as a quote: the same words in the running text would be ours, not the source's."""
    quoted = {_words(each) for each in node.css("q")} if node is not None else set()
    for quote in quotes:
        if node is not None and " ".join(quote.split()) not in quoted:
            yield _problem(
                name, code, f"the quote “{quote}” is not there", "every quote of the fact, as a quote", anchor
            )


def _chart(
    name: str, node: LexborNode | None, chart_id: str, chart: tuple[str, str, tuple[str, ...]]
) -> Iterator[Problem]:
    title, alt, rows = chart
    subject = f"chart {chart_id}"
    if node is None:
        yield _problem(name, "audit-chart", "the chart is not there", "a figure with the chart's id", subject)
        return
    yield from _holds(name, "audit-chart", node.css_first(".chart__title"), subject, (title,))
    drawings = node.css("svg")
    if len(drawings) != 2:  # noqa: PLR2004 - wide and narrow
        yield _problem(name, "audit-chart", f"{len(drawings)} drawings", "two: wide and narrow", subject)
    for drawing in drawings:
        described = drawing.css_first("desc")
        if described is None or _words(described) != " ".join(alt.split()):
            yield _problem(
                name, "audit-chart", "a drawing without its alternative text", "a <desc> with every value", subject
            )
        marks = {str(mark.attributes.get("data-fact")) for mark in drawing.css("[data-fact]")}
        if lacking := [each for each in rows if each not in marks]:
            yield _problem(name, "audit-chart", f"no mark for {', '.join(lacking)}", "a mark for every fact", subject)
    listed = tuple(str(row.attributes.get("data-fact")) for row in node.css("tbody > tr"))
    if listed != rows:
        yield _problem(name, "audit-table", f"a table of {[*listed]}", f"a table of {[*rows]}", subject)


@dataclass(frozen=True)
class _Site:
    folder: Path
    trees: dict[str, LexborHTMLParser]
    ids: dict[str, frozenset[str]]
    addresses: frozenset[str]

    def stray(self, name: str, tree: LexborHTMLParser) -> Iterator[Problem]:
        """What stands on a page without right: something loaded from elsewhere, a dead link, an unread call."""
        for tag, attribute in _LOADING.items():
            for node in tree.css(f"{tag}[{attribute}]"):
                target = str(node.attributes.get(attribute) or "")
                passive = tag == "link" and _PASSIVE_LINKS.intersection(str(node.attributes.get("rel") or "").split())
                if urlsplit(target).scheme not in ("", "data") or target.startswith("//"):
                    if not passive:
                        yield _request(name, f"<{tag}> loads {target}")
                elif target and not target.startswith(("#", "data:")) and not self._exists(name, target):
                    yield _problem(
                        name, "audit-link", f"<{tag}> loads {target}, which is not there", "a file of the site"
                    )
        yield from self._active(name, tree)
        seen: set[str] = set()
        for each in _ids(tree):
            if each in seen:
                hint = "where it is the id of a fact or source, a heading of the page has the same: rename the record"
                yield replace(_problem(name, "audit-id", f"the id {each!r} twice", "each id once on a page"), hint=hint)
            seen.add(each)
        for node in tree.css("a[href], area[href]"):
            yield from self._link(name, str(node.attributes.get("href") or ""))
        for unread in _unread(tree):
            yield _problem(name, "audit-call", f"a call that was not read: {unread}", "its text in its place")

    def _active(self, name: str, tree: LexborHTMLParser) -> Iterator[Problem]:
        """What would send a reader or a request away, or run on its own."""
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
        parts = urlsplit(href)
        if parts.scheme in ("http", "https") or href.startswith("//"):
            if urldefrag(href).url not in self.addresses:
                yield _problem(name, "audit-link", f"a link to {href}", "links to sources only")
        elif parts.scheme:
            yield _problem(name, "audit-link", f"a link to {href}", "links within the site and to sources")
        elif not self._exists(name, href):
            yield _problem(
                name, "audit-link", f"a link to {href}, which is not there", "a page of the site, and an id on it"
            )

    def _exists(self, name: str, href: str) -> bool:
        """Whether an address within the site leads to a file, and its anchor to an element."""
        path, anchor = urldefrag(urljoin(f"/{name}", href))
        path = unquote(urlsplit(path).path).lstrip("/")
        if not path or path.endswith("/"):
            path += "index.html"
        if path in self.ids:
            return not anchor or unquote(anchor) in self.ids[path] or anchor.startswith((":~:", "__"))
        return (self.folder / path).is_file()
