"""A briefing -> what each page must show: its facts with their evidence and its prose, word by word and in order.

Everything is worked out from what people wrote, without the templates, MkDocs or the theme, so that a fault of theirs
cannot hide itself. Prose is read by Markdown alone, with a sign where each call stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import groupby, zip_longest

import markdown
from selectolax.lexbor import LexborHTMLParser

from generator import editions, exports, glossary, manifest, news, pages, rulebook, safe, shelves
from generator.cards import HERE as CARDS_HERE
from generator.edtf import parse
from generator.facets import Facets
from generator.listing import IN_INDEX as LIST_IN_INDEX
from generator.listing import IN_ITEMS as LIST_IN_ITEMS
from generator.model import (
    LIKELIHOODS,
    Briefing,
    Call,
    Chart,
    EditionChange,
    Event,
    Fact,
    Figure,
    Judgment,
    Page,
    Source,
    Statement,
    Text,
    Topic,
)
from generator.pages import Wiring
from generator.prose import CALLS, CITING
from generator.shown import END, FACETS, element, pieces, text
from generator.tables import by_date, figure_label, with_unit
from generator.tallies import OF_FACTS
from generator.views import (
    CHANGES_URL,
    DATA_URL,
    EDITIONS_URL,
    FACTS_URL,
    FEED_URL,
    GLOSSARY_URL,
    JUDGMENTS_URL,
    SEARCH_URL,
    SOURCES_URL,
    WHOLE_URL,
    CitationView,
    CorrectionView,
    DateView,
    FactView,
    RivalView,
    Views,
    WholeViews,
    date_view,
    known_day,
    page_url,
    relative,
    sentence,
    shelf_url,
    topic_url,
)

Pieces = list[str]

_CALL = "\ufffc"
"""Stands for a call while Markdown is read."""
_EXTENSIONS = ("toc", "tables", "fenced_code")
"""What MkDocs adds to Markdown of its own accord."""
_FILES = {"svg": "SVG", "png": "PNG", "csv": "CSV", "json": "JSON"}
"""How the files of a chart end, and what the link to each says."""
_ATTRIBUTION, _WORDS = "Who says so", "Words in the source"
"""Columns that keep their name on a narrow screen."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A stretch of a page: what it must show, and the problem where it does not."""

    code: str
    subject: str
    pieces: tuple[str, ...]


@dataclass(slots=True)
class PagePromises:
    """What a page must show, from its heading to its last note."""

    url: str
    title: str
    summary: str
    promises: list[Promise] = field(default_factory=list)
    label: str = ""
    """Its name in the navigation, where that is another."""
    charts: list[str] = field(default_factory=list)
    """The ids of its charts."""
    previews: list[str] = field(default_factory=list)
    """The ids of the charts that it shows without their tables."""
    card: str = "assets/cards/index.png"
    """The picture of links to it: that of the first page, where it has none of its own."""

    def add(self, code: str, subject: str, *content: Iterable[str]) -> None:
        """Go on with what comes next on the page."""
        found = tuple(piece for each in content for piece in each)
        if found:
            self.promises.append(Promise(code, subject, found))


class Promised(Mapping[str, PagePromises]):
    """What every page of a briefing must show, by its address; worked out whenever it is asked for, and not kept."""

    def __init__(self, wiring: Wiring) -> None:
        briefing = wiring.briefing
        self._makers: dict[str, Callable[[], PagePromises]] = {
            **{page_url(page.path): partial(_prose_page, wiring, page) for page in briefing.pages},
            rulebook.URL: _rules_page,
            FACTS_URL: partial(_facts_page, wiring),
            **{topic_url(topic.id): partial(_topic_page, wiring, topic) for topic in briefing.base.topics},
            SOURCES_URL: partial(_sources_page, wiring),
            **{shelf_url(name): partial(_shelf, wiring, name) for name in {*shelves.pages(briefing).values()}},
            **({JUDGMENTS_URL: partial(_judgments_page, wiring)} if pages.has_judgments(briefing) else {}),
            CHANGES_URL: partial(_changes_page, wiring),
            **({EDITIONS_URL: partial(_editions_page, wiring)} if briefing.editions else {}),
            GLOSSARY_URL: partial(_glossary_page, wiring),
            DATA_URL: partial(_data_page, wiring),
            SEARCH_URL: partial(_search_page, wiring),
            WHOLE_URL: partial(_whole_page, wiring),
        }

    def __getitem__(self, url: str) -> PagePromises:
        return self._makers[url]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def colophon(wiring: Wiring) -> Pieces:
    """What stands below every page."""
    about = wiring.briefing.base.briefing
    return text(
        f"{about.title}. As of {about.as_of.words()}."
        " Every number leads to the words in its source; a build that cannot prove one is refused."
        f" Built from inputs {wiring.origin.digest[: manifest.SHORT]}."
    )


# -- parts of many pages --------------------------------------------------------------------------------------------


def _when(date: DateView) -> Pieces:
    return element("time", text(date.words), datetime=date.machine, data_date="" if date.machine else date.text)


def _link(words: str, href: str) -> Pieces:
    return element("a", text(words), href=href)


def _count(name: str, number: int | None) -> Pieces:
    return element("span", text(f"{number}"), data_count=name)


def _marks(marks: Iterable[str]) -> Pieces:
    return [piece for mark in marks for piece in text(mark)]


def _month(fact: Fact) -> str:
    """The month in which a fact begins, as `2031-05`."""
    return fact.date.first.isoformat()[:7]


def _heard(words: str) -> Pieces:
    return element("span", text(words), **{"class": "hidden"})


def _detail(label: str, *content: Iterable[str]) -> Pieces:
    return [*text(label), *(piece for each in content for piece in each)]


def _quoted(citation: CitationView) -> Pieces:
    return element("q", text(citation.quote), lang=citation.language, dir=citation.direction)


def _cited(citation: CitationView) -> Pieces:
    """A quote with its source, and whether it disputes the fact."""
    published = [",", *_when(citation.published)] if citation.published.machine else []
    disputes = text("disputes this") if citation.disputes else []
    return [*_quoted(citation), *_link(citation.source, citation.source_href), *published, *disputes]


def _proven(citation: CitationView, within: str) -> Pieces:
    """What is known of a quote, and the link that opens its source there."""
    there = {"href": citation.words_href, "data_address": citation.address}
    opened = element("a", text("open the page at these words"), _heard(within), **there)
    return [*text(citation.proof), "·", *opened]


def _number(number: int, citations: Sequence[CitationView]) -> str:
    return f", citation {number}" if len(citations) > 1 else ""


def _contradicted(rival: RivalView) -> Pieces:
    return [*text("Contradicted by"), *_link(rival.statement, rival.href)]


def _corrected(each: CorrectionView) -> Pieces:
    return [*element("del", text(each.was)), *element("ins", text(each.now))]


class _Notes:
    """Numbers the facts of a page in the order in which it names them."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}
        self._numbers: dict[str, int] = {}

    def marker(self, fact: Fact) -> Pieces:
        """The number of a fact's note."""
        anchor = "" if fact.id in self.facts else f"ref-{len(self.facts) + 1}"
        self.facts[fact.id] = fact
        number = self._numbers.setdefault(fact.id, len(self.facts))
        link = element("a", text(f"{number}"), id=anchor, href=f"#note-{number}", aria_label=f"Note {number}")
        return element("sup", link)

    def promise(self, page: PagePromises, views: Views) -> None:
        """The notes at the end of a page."""
        for number, fact in enumerate(self.facts.values(), 1):
            page.add("audit-note", fact.subject, _note(number, views.fact(fact)))


def _note(number: int, fact: FactView) -> Pieces:
    back = element("a", text("↑"), href=f"#ref-{number}", aria_label=f"Back to where note {number} is used")
    head = [*_link(fact.statement, fact.href), *_when(fact.date), *text(f". {fact.origins}."), *_marks(fact.marks)]
    citations = (
        [*_cited(each), *_proven(each, f" of note {number}{_number(place, fact.citations)}")]
        for place, each in enumerate(fact.citations, 1)
    )
    rivals = (element("p", _contradicted(each), text(each.note), data_fact=each.id) for each in fact.rivals)
    worked = (text(f"{label}: {words}.") for label, words in fact.details if label in ("Computed", "Converted"))
    return element("li", head, back, *worked, *citations, *rivals, id=f"note-{number}", data_fact=fact.id)


# -- the authors' pages ---------------------------------------------------------------------------------------------


def _prose_page(wiring: Wiring, source: Page) -> PagePromises:
    meta = source.meta
    card = f"assets/cards/{source.path.removesuffix('.md')}.png"
    page = PagePromises(page_url(source.path), meta.title, meta.summary, label=meta.label, card=card)
    writer = _Writer(wiring, page)
    subject = f"page content/{source.path}"
    title, *stretches = _stretches(_read(source, page.url))
    page.add("audit-head", subject, title, *_head(wiring, page, writer.views))
    writer.prose(source, stretches)
    writer.notes.promise(page, writer.views)
    return page


def _stretches(shown: Pieces) -> Iterator[Pieces]:
    """What stands before, between and behind the calls."""
    begin = 0
    for place, piece in enumerate(shown):
        if piece == _CALL:
            yield shown[begin:place]
            begin = place + 1
    yield shown[begin:]


def _head(wiring: Wiring, page: PagePromises, views: Views) -> Iterator[Pieces]:
    """Summary and date of a page of prose, with how much the briefing holds."""
    base, facts = wiring.briefing.base, len(wiring.briefing.standing)
    yield text(page.summary)
    yield [*text("As of"), *_when(date_view(base.briefing.as_of)), "·"]
    yield element("a", _count("facts", facts), text("facts"), href=views.relative(FACTS_URL))
    yield ["·"]
    yield element("a", _count("sources", len(base.sources)), text("sources"), href=views.relative(SOURCES_URL))


@cache
def _markdown() -> markdown.Markdown:
    return markdown.Markdown(extensions=[*_EXTENSIONS])


def _read(page: Page, here: str) -> Pieces:
    """What Markdown makes of a page, with a sign for each call and for what stands between title and prose."""
    body = "".join(_stand_in(part) for part in page.parts).strip()
    has_notes = any(
        call.name in CITING or call.name in ("chart", "judgment") or CALLS[call.name].selects for call in page.calls
    )
    notes = "## Notes" if has_notes else ""
    whole = f"# {safe.inline(page.meta.title)}\n\n{_CALL}\n\n{body}\n\n{notes}"
    return _converted(whole, lambda href: _address(href, here))


def _converted(written: str, address: Callable[[str], str]) -> Pieces:
    """What Markdown makes of a text, with its links as the page has them."""
    tree = LexborHTMLParser(_markdown().reset().convert(written))
    for link in tree.css("a[href]"):
        link.attrs["href"] = address(str(link.attributes["href"]))
    return pieces(tree.body.html or "") if tree.body is not None else []


def _stand_in(part: Text | Call) -> str:
    if isinstance(part, Text):
        return part.text
    return f"\n\n{_CALL}\n\n" if CALLS[part.name].is_block else _CALL


def _address(href: str, here: str) -> str:
    """A link from file to file as one from page to page."""
    target, mark, anchor = href.partition("#")
    return f"{relative(page_url(target), here)}{mark}{anchor}" if target.endswith(".md") else href


class _Writer:
    """What stands in the place of each call of one page."""

    def __init__(self, wiring: Wiring, page: PagePromises) -> None:
        self.wiring = wiring
        self.page = page
        self.views = Views(wiring.briefing, wiring.evidence, page.url)
        self.notes = _Notes()
        self.timelines = 0

    def prose(self, source: Page, stretches: Iterable[Pieces]) -> None:
        """Promise the prose of a page, with what its calls show."""
        for call, stretch in zip_longest((None, *source.calls), stretches, fillvalue=None):
            if call is not None:
                self.call(call)
            self.page.add("audit-prose", f"page content/{source.path}", stretch or [])

    def call(self, call: Call) -> None:
        """Promise what a call shows."""
        match call.name:
            case "chart":
                self._chart(call.args[0])
            case "preview":
                for name in call.args:
                    self._preview(name)
            case "balance":
                self.page.add("audit-table", "call balance", _balance(self.wiring))
            case "judgment":
                self.judgment(self.wiring.briefing.judgments[call.args[0]])
            case "timeline":
                self._timeline(by_date(self._selected(call)))
            case "table":
                facts = by_date(self._selected(call))
                self._table(facts, f"{len(facts)} facts with their sources")
            case "facts" | "figures":
                told = self._figure if call.name == "figures" else self._listed
                for fact in self.wiring.briefing.shown_by(call):
                    self.page.add("audit-claim", fact.subject, told(fact))
            case _:
                of = CALLS[call.name].target.removesuffix("s") or "call"
                self.page.add("audit-claim", f"{of} {', '.join(call.args) or call.name}", *self._inline(call))

    def _selected(self, call: Call) -> list[Fact]:
        return self.wiring.briefing.select(call.selection)

    def _inline(self, call: Call) -> Iterator[Pieces]:
        """A call within a sentence."""
        briefing = self.wiring.briefing
        match call.name:
            case "ours":
                yield text("authors’ judgment")
            case "count":
                number = self.wiring.tallies.of(call.args[0]) or 0
                yield element("span", text(f"{number:,}"), data_count=call.args[0])
            case "source":
                source = briefing.sources[call.args[0]]
                href = self.views.source_href(source)
                yield element("a", text(source.short), data_source=source.id, href=href)
            case "cite":
                yield from (self.notes.marker(briefing.facts[each]) for each in call.args)
            case _:
                yield from self._of_fact(call.name, briefing.facts[call.args[0]])

    def _of_fact(self, name: str, fact: Fact) -> Iterator[Pieces]:
        """The statement, the number, the date or the first quote of a fact."""
        href = self.views.fact_href(fact)
        match name:
            case "fact":
                yield element("span", text(sentence(fact.statement).removesuffix(".")), data_fact=fact.id)
            case "value":
                label = figure_label(fact) if isinstance(fact, Figure) else ""
                yield element("a", text(label), data_fact=fact.id, href=href)
            case "date":
                yield element("a", text(fact.date.words()), data_fact=fact.id, href=href)
            case _:
                first = self.views.fact(fact).citations[0]
                yield element("q", text(first.quote), data_fact=fact.id, lang=first.language, dir=first.direction)
        if name != "date":
            yield self.notes.marker(fact)

    def _claim(self, fact: Fact) -> Pieces:
        return [*text(sentence(fact.statement)), *self.notes.marker(fact)]

    def _listed(self, fact: Fact) -> Pieces:
        date = element("a", _when(date_view(fact.date)), href=self.views.fact_href(fact))
        known = known_day(self.wiring.briefing, fact)
        return element("li", self._claim(fact), date, data_fact=fact.id, data_known=known)

    def _timeline(self, facts: Sequence[Fact]) -> None:
        if not pages.is_long(facts):
            self._days(facts)
            return
        self.timelines += 1
        prefix = "month-" if self.timelines == 1 else f"month-{self.timelines}-"
        months = dict.fromkeys(_month(fact) for fact in facts if fact.date.start)
        jumps: Pieces = []
        for year, of_year in groupby(months, key=lambda month: month[:4]):
            jumps += element("span", text(year), data_date=year)
            for month in of_year:
                name, href = parse(month).words(), f"#{prefix}{month}"
                jumps += element("a", text(name[:3]), _heard(f" {year}"), href=href, data_date=month)
        letter = f" {chr(ord('A') + self.timelines - 1)}" if self.timelines > 1 else ""
        named = element("nav", jumps, aria_label=f"Months of the timeline{letter}")
        self.page.add("audit-claim", "months of the timeline", named)
        for month, of_month in groupby(facts, key=lambda fact: _month(fact) if fact.date.start else ""):
            if month:
                opening = element("div", aria_labelledby=f"{prefix}{month}")[:-1]
                heading = element("time", text(parse(month).words()), datetime=month)
                self.page.add("audit-claim", "month of the timeline", opening, heading)
            self._days([*of_month])
            self.page.add("audit-claim", "month of the timeline", [END] if month else [])

    def _days(self, facts: Sequence[Fact]) -> None:
        for date, of_day in groupby(facts, key=lambda fact: date_view(fact.date)):
            day = _when(date)
            for fact in of_day:
                statement = _heard(f": {sentence(fact.statement)}")
                evidence = element("a", text("Evidence"), statement, href=self.views.fact_href(fact))
                known = known_day(self.wiring.briefing, fact)
                item = element("li", self._claim(fact), evidence, data_fact=fact.id, data_known=known)
                self.page.add("audit-claim", fact.subject, day, item)
                day = []

    # -- charts and tables

    def _chart(self, name: str) -> None:
        table = self.wiring.tables[name]
        chart = table.chart
        self.page.charts.append(name)
        label = f"chart-{name}--title"
        opening = element("figure", id=f"chart-{name}", data_chart=name, aria_labelledby=label)[:-1]
        above = [*element("p", text(chart.title), id=label), *text(chart.subtitle)]
        drawings = (f"chart-{name}--wide", f"chart-{name}--narrow")
        drawn = (element("svg", aria_labelledby=f"{each}-title {each}-desc") for each in drawings)
        below = map(text, (chart.comparability, chart.note, f"Source: {table.source_line}."))
        files = self._downloads(chart)
        self.page.add("audit-chart", chart.subject, opening, above, *drawn, *below, files, text("Data and citations"))
        self._table([self.wiring.briefing.facts[each] for each in table.fact_ids], f"Data: {chart.subtitle}")
        self.page.add("audit-chart", chart.subject, [END])

    def _preview(self, name: str) -> None:
        """A chart without its table, and the way to the whole of it."""
        chart = self.wiring.tables[name].chart
        page = self.wiring.briefing.page_of_chart(name)
        label = f"preview-{name}--title"
        drawings = (f"chart-{name}--small", f"chart-{name}--narrow")
        drawn = (element("svg", aria_labelledby=f"{each}-title {each}-desc") for each in drawings)
        way = self.views.relative(f"{page_url(page.path)}#chart-{name}") if page else ""
        more = element("a", text("Data, notes and citations"), _heard(f" of the chart “{chart.title}”"), href=way)
        said = (element("p", text(chart.title), id=label), text(chart.subtitle), *drawn, more)
        whole = element("figure", *said, id=f"preview-{name}", data_chart=name, aria_labelledby=label)
        self.page.previews.append(name)
        self.page.add("audit-chart", chart.subject, whole)

    def _figure(self, fact: Fact) -> Pieces:
        """A key figure: number, measure, date."""
        view = self.views.fact(fact)
        measure = self.wiring.briefing.measures[fact.measure] if isinstance(fact, Figure) else None
        label = with_unit(figure_label(fact), measure.unit) if isinstance(fact, Figure) and measure else ""
        said = [*text(measure.label if measure else ""), ",", *_when(view.date), *_marks(view.marks)]
        return element("li", _link(label, view.href), self.notes.marker(fact), said, data_fact=fact.id)

    def _downloads(self, chart: Chart) -> Pieces:
        """The links to the files of a chart; each says of which chart, to those who hear it alone."""
        of = f" of the chart “{chart.title}”"
        files = [(words, self.views.file_href(f"data/charts/{chart.id}.{ending}")) for ending, words in _FILES.items()]
        links = [element("a", text(words), _heard(of), href=href) for words, href in files]
        return [*text("Download:"), *links[0], *(piece for link in links[1:] for piece in ("·", *link))]

    def _table(self, facts: Sequence[Fact], caption: str) -> None:
        add, subject = self.page.add, f"table {caption}"
        has_numbers = any(isinstance(fact, Figure) for fact in facts)
        heads = ["Date", "What", *(["Number"] if has_numbers else ()), _ATTRIBUTION, _WORDS]
        add("audit-table", subject, element("div", data_count="rows", aria_label=caption)[:-1])
        add("audit-table", subject, text(caption), *map(text, heads))
        for fact in facts:
            add(
                "audit-table",
                fact.subject,
                element("tr", *self._row(fact), data_fact=fact.id, data_known=known_day(self.wiring.briefing, fact)),
            )
        add("audit-table", subject, [END])

    def _row(self, fact: Fact) -> Iterator[Pieces]:
        """Date, what, number, who says so, and the words with their source and the number of the note."""
        view = self.views.fact(fact)
        yield _when(view.date)
        what, label = view.statement, ""
        if isinstance(fact, Figure):
            measure = self.wiring.briefing.measures[fact.measure]
            what, label = measure.label, with_unit(figure_label(fact), measure.unit)
        yield _link(what, view.href)
        yield _marks(view.marks)
        yield text(label)
        yield element("td", text(fact.attribution), data_label=_ATTRIBUTION)
        words = text("computed")
        if view.citations:
            first = view.citations[0]
            words = [*_quoted(first), *_link(first.source, first.source_href)]
        yield element("td", words, self.notes.marker(fact), data_label=_WORDS)

    # -- judgments

    def judgment(self, judgment: Judgment) -> None:
        """Promise the card of a judgment."""
        view, name = self.views.judgment(judgment), f"judgment-{judgment.id}"
        opening = element("article", id=name, data_judgment=judgment.id, aria_labelledby=f"{name}--statement")[:-1]
        head = [*text(view.likelihood), *element("p", text(view.statement), id=f"{name}--statement")]
        add, subject = self.page.add, judgment.subject
        add("audit-judgment", subject, opening, head, _detail("Confidence", text(f"{view.confidence}. {view.because}")))
        for label, ids in (("Rests on", judgment.based_on), ("Speaks against it", judgment.contrary)):
            add("audit-judgment", subject, text(label) if ids else [])
            for fact in (self.wiring.briefing.facts[each] for each in ids):
                marked = _marks(self.views.marks(fact))
                add("audit-judgment", fact.subject, element("li", self._claim(fact), marked, data_fact=fact.id))
        rest = (("Why it holds", view.weighed), ("Would change it", view.would_change), ("Review", view.review))
        details = (_detail(label, text(words)) for label, words in rest if words)
        add("audit-judgment", subject, *details, _detail("Permanent link", _link(f"#{name}", f"#{name}")), [END])


# -- generated pages ------------------------------------------------------------------------------------------------


def _rules_page() -> PagePromises:
    page = PagePromises(rulebook.URL, rulebook.TITLE, rulebook.SUMMARY)
    head = [*_count("rules", len(rulebook.VIEWS)), *text(rulebook.SUMMARY.removeprefix("The "))]
    page.add("audit-head", "", text(rulebook.TITLE), head)
    page.add("audit-rule", "", *map(text, rulebook.LEADS))
    for group in rulebook.groups():
        page.add("audit-rule", f"rules {group.title}", text(group.title), text(group.lead))
        for rule in group.rules:
            page.add("audit-rule", f"rule {rule.code}", _rule(rule))
    return page


def _rule(rule: rulebook.RuleView) -> Pieces:
    examples = (("Breaks it", rule.bad), ("Keeps it", rule.good))
    return element(
        "article",
        _link(rule.code, f"#{rule.code}"),
        text(rule.level),
        *(pieces(str(each)) for each in (rule.reason, *rule.paragraphs)),
        *(_detail(name, text(example)) for name, example in examples if example),
        id=rule.code,
        data_rule=rule.code,
        aria_labelledby=f"{rule.code}--reason",
    )


def _facts_page(wiring: Wiring) -> PagePromises:
    """The index of all facts."""
    briefing, facets = wiring.briefing, wiring.facets
    views = Views(briefing, wiring.evidence, FACTS_URL)
    page = PagePromises(FACTS_URL, *pages.ALL_FACTS)
    told = (
        "facts, each in a sentence of the authors’ own, with its date, who says so, and the words in a source that"
        " prove it."
    )
    page.add("audit-head", "", text(page.title), _count("facts", len(briefing.standing)), text(told))
    page.add("audit-head", "filter", *_filter(facets, is_parted=shelves.is_listed_in_parts(briefing)))

    is_parted = shelves.is_listed_in_parts(briefing)
    page.add(
        "audit-head", "", text("Each topic has a page with its facts and all their evidence.") if is_parted else []
    )

    def list_all(facts: Iterable[Fact]) -> None:
        for fact in () if is_parted else facts:
            page.add("audit-fact", fact.subject, _listed(facets, views, fact))

    for topic in briefing.base.topics:
        facts = [fact for fact in briefing.by_topic.get(topic.id, ()) if fact.withdrawn is None]
        opening = element("section", aria_labelledby=f"topic-{topic.id}")[:-1]
        heading = [*_link(topic.label, views.relative(topic_url(topic.id))), *_count(f"facts/{topic.id}", len(facts))]
        page.add("audit-fact", topic.subject, opening, heading, text(topic.summary))
        list_all(facts)
        page.add("audit-fact", topic.subject, [END])
    if gone := [fact for fact in briefing.base.facts if fact.withdrawn]:
        opening = element("section", aria_labelledby="withdrawn-facts")[:-1]
        page.add("audit-fact", "", opening, text("Withdrawn"), _count("withdrawn", len(gone)))
        page.add("audit-fact", "", text("Once published here, and no longer held to be so; each with its reason."))
        elsewhere = [*text("All of them stand in"), *_link("what changed", "../changes.html"), "."]
        page.add("audit-fact", "", elsewhere if is_parted else [])
        list_all(gone)
        page.add("audit-fact", "", [END])
    return page


def _listed(facets: Facets, views: Views, fact: Fact) -> Pieces:
    """A fact in the list of all, with what it can be found by."""
    view = views.fact(fact)
    link = _link(view.statement, view.href)
    item = (element("del", link) if fact.withdrawn else link, text(f"{view.kind},"), _when(view.date))
    carried = {name.replace("-", "_"): value for name, value in facets.of(fact).items()}
    return element("li", *item, data_fact=fact.id, **carried)


def _in_order(briefing: Briefing) -> list[Fact]:
    """The facts as the list has them: by the order of their topics, those withdrawn behind all others."""
    places = {topic.id: place for place, topic in enumerate(briefing.base.topics)}
    gone = [fact for fact in briefing.base.facts if fact.withdrawn]
    return sorted(briefing.standing, key=lambda fact: places[fact.topic]) + gone


def list_index(wiring: Wiring) -> Iterator[tuple[str, list[Fact], Callable[[], dict[str, object]]]]:
    """Where the list of all facts is in slices, those that say by what facts are found: name, facts, what it holds."""
    facts = _in_order(wiring.briefing) if shelves.is_listed_in_parts(wiring.briefing) else []
    size, number = LIST_IN_INDEX, -(-len(facts) // LIST_IN_INDEX)
    about = {"slices": number, "facts": len(facts), "items": LIST_IN_ITEMS}
    for place in range(number):
        held = facts[place * size : (place + 1) * size]
        yield f"index-{place:03}", held, partial(_index, wiring.facets, held, about)


def _index(facets: Facets, facts: Sequence[Fact], about: Mapping[str, int]) -> dict[str, object]:
    told = [facets.of(fact) for fact in facts]
    columns = {name: [each.get(f"data-{name}", "") for each in told] for name in FACETS}
    columns["sources"] = [" ".join(fact.cited) for fact in facts]
    return {**about, **columns}


def list_items(wiring: Wiring) -> Iterator[tuple[str, list[Fact]]]:
    """The same of those that hold what is shown: name, and its facts."""
    facts = _in_order(wiring.briefing) if shelves.is_listed_in_parts(wiring.briefing) else []
    for place, start in enumerate(range(0, len(facts), LIST_IN_ITEMS)):
        yield f"items-{place:03}", facts[start : start + LIST_IN_ITEMS]


def list_item(wiring: Wiring, fact: Fact) -> Pieces:
    """What stands there of a fact."""
    return _listed(wiring.facets, Views(wiring.briefing, wiring.evidence, FACTS_URL), fact)


def _filter(facets: Facets, *, is_parted: bool) -> Iterator[Pieces]:
    """The controls that narrow the list of all facts."""
    yield element("form", aria_label="Filter the facts")[:-1]
    yield text("Filter")
    for choice in facets.choices:
        options = (element("option", text(label), value=value) for value, label in choice.options)
        yield [*text(choice.label), *element("select", text("All"), *options, id=f"filter-{choice.name}")]
    own = (("source", "Source (its id)"),) if is_parted else ()
    for name, label in (*own, ("from", "From"), ("to", "To"), ("known", "As known on")):
        yield [*text(label), *element("input", id=f"filter-{name}")]
    lead = "Choose something, and the facts that have it are listed here, from all topics."
    yield text(lead) if is_parted else []
    yield [*element("button", text("Clear")), *element("button", text("Copy link")), END]


def _topic_page(wiring: Wiring, topic: Topic) -> PagePromises:
    views = Views(wiring.briefing, wiring.evidence, topic_url(topic.id))
    page = PagePromises(topic_url(topic.id), topic.label, topic.summary)
    page.add("audit-head", topic.subject, text(topic.label), text(topic.summary))
    facts = by_date(wiring.briefing.by_topic.get(topic.id, ()))
    standing = [each for each in facts if not each.withdrawn]
    groups: dict[str, list[Fact]] = {
        "Figures": [each for each in standing if isinstance(each, Figure)],
        "Events": [each for each in standing if isinstance(each, Event)],
        "Statements": [each for each in standing if isinstance(each, Statement)],
        "Withdrawn": [each for each in facts if each.withdrawn],
    }
    for heading, chosen in groups.items():
        page.add("audit-head", topic.subject, text(heading) if chosen else [])
        for fact in chosen:
            page.add("audit-fact", fact.subject, _place(views.fact(fact)))
    return page


def _place(fact: FactView) -> Pieces:
    """A fact at its permanent address."""
    label = f"{fact.id}--statement"
    return element("article", *_evidence(fact), id=fact.id, data_fact=fact.id, aria_labelledby=label)


def card(wiring: Wiring, fact: Fact) -> tuple[str, ...]:
    """What the card of a fact must show, with addresses as the front page writes them."""
    view = Views(wiring.briefing, wiring.evidence, CARDS_HERE).fact(fact)
    name = "card--statement"
    return tuple(element("article", *_evidence(view, name), data_fact=fact.id, aria_labelledby=name))


def _evidence(fact: FactView, name: str = "") -> Iterator[Pieces]:
    """All that is known of a fact; its statement has an id of its own, unless it is a heading."""
    yield [*text(fact.kind), "·", *_when(fact.date)]
    statement = element("del", text(fact.statement)) if fact.withdrawn else text(fact.statement)
    yield element("p", statement, id=name) if name else statement
    yield _marks(fact.marks)
    if fact.withdrawn:
        yield [*text("Withdrawn on"), *_when(fact.withdrawn), *text(f": {fact.why_withdrawn}")]
    for place, each in enumerate(fact.citations, 1):
        within = f" ({fact.id}{_number(place, fact.citations)})"
        yield [*_cited(each), *text(each.note), *_proven(each, within)]
    for rival in fact.rivals:
        yield element("p", _contradicted(rival), text(rival.note), data_fact=rival.id)
    for correction in fact.corrections:
        yield _correction_of(correction)
    yield from _details(fact)


def _correction_of(each: CorrectionView) -> Pieces:
    said = (text("Corrected on"), _when(each.date), [":"], _corrected(each), text(f". {each.why}"))
    return element("p", *said, data_correction=each.fact)


def _details(fact: FactView) -> Iterator[Pieces]:
    for label, words in fact.details:
        yield _detail(label, text(words))
    yield _detail("Corroboration", text(fact.origins))
    if fact.used_on:
        links = [piece for title, href in fact.used_on for piece in (*_link(title, href), ",")]
        yield _detail("Used on", links[:-1])
    yield _detail("Permanent link", _link(f"#{fact.id}", fact.href))


def _sources_page(wiring: Wiring) -> PagePromises:
    views = Views(wiring.briefing, wiring.evidence, SOURCES_URL)
    page = PagePromises(SOURCES_URL, *pages.SOURCES)
    page.add("audit-head", "", text(page.title), text(page.summary))
    page.add("audit-source", "", text("What the sources are worth"), *_worth(wiring, views))
    if shelves.pages(wiring.briefing):
        _publishers(wiring, page, views)
    else:
        _by_origin(page, views, wiring.briefing.base.sources)
    return page


def _by_origin(page: PagePromises, views: Views, sources: Iterable[Source]) -> None:
    """Sources below the names of those who first published them."""
    by_origin: dict[str, list[Source]] = {}
    for source in sources:
        by_origin.setdefault(source.first_published_by, []).append(source)
    for origin, held in by_origin.items():
        page.add("audit-source", f"origin {origin}", text(origin))
        for source in held:
            page.add("audit-source", source.subject, _source(views, source))


def _publishers(wiring: Wiring, page: PagePromises, views: Views) -> None:
    """Those who first published, with the number of their sources and a way to each page that holds some."""
    told = "Each with the number of its sources, and the way to them. Reports that go back to one publisher have one"
    page.add("audit-source", "publishers", text("Who published first"), text(f"{told} origin."))
    sources = wiring.briefing.base.sources
    for name in sorted({each.first_published_by for each in sources}, key=lambda each: (each.casefold(), each)):
        own = [each for each in sources if each.first_published_by == name]
        on_pages: dict[str, Source] = {}
        for each in own:
            on_pages.setdefault(shelves.pages(wiring.briefing)[each.id], each)
        first, *others = map(views.source_href, on_pages.values())
        further = (element("a", text("further"), _heard(f" of {name}"), href=href) for href in others)
        item = element("li", _link(name, first), _count(f"sources/origin/{name}", len(own)), *further)
        page.add("audit-source", f"origin {name}", item)


def _shelf(wiring: Wiring, name: str) -> PagePromises:
    """One of the pages that hold the sources where there are too many for one."""
    url = f"sources/{name}.html"
    sources = shelves.on_page(wiring.briefing, name)
    page = PagePromises(url, pages.shelf_title(sources), pages.SHELF)
    lead = text("Sources of others, and what all of them are worth:")
    page.add("audit-head", "", text(page.title), text(page.summary))
    page.add("audit-head", "", lead, _link("all sources", "../sources.html"), ["."])
    _by_origin(page, Views(wiring.briefing, wiring.evidence, url), sources)
    return page


def _worth(wiring: Wiring, views: Views) -> Iterator[Pieces]:
    """The authors' own words on the sources, and the counts beside them."""
    worth = pages.worth(wiring, views)
    summary = wiring.briefing.base.briefing.source_summary
    yield element("p", text(summary), data_about="source_summary") if summary else []
    said = (
        *(("sources", "pages go back to"), ("origins", "origins. Of"), ("facts", "facts,")),
        ("corroborated", "have more than a single origin,"),
        ("anonymous", "come from unnamed voices only, and"),
        ("partisan", "from a single party to the conflict only."),
    )
    for name, words in said:
        yield [*_count(name, worth.totals[name]), *text(words)]
    for heading, counts in worth.groups:
        told = (piece for label, name, number in counts for piece in (*text(f"{label}:"), *_count(name, number), ";"))
        yield _detail(heading, [*told][:-1])
    if worth.rows:
        rows = [piece for row in worth.rows for piece in _worth_of(*row)]
        caption = "How well each page is supported"
        order = text(f"{caption}: the strongest first, by the share of its facts that have several origins")
        yield element("div", order, text("Page"), *map(text, OF_FACTS.values()), rows, aria_label=caption)


def _worth_of(title: str, href: str, counts: list[tuple[str, int | None]]) -> Pieces:
    return [*_link(title, href), *_counted(OF_FACTS, counts)]


def _counted(heads: Mapping[str, str], counts: list[tuple[str, int | None]]) -> Pieces:
    """Counts in the cells of a row, each with the head of its column."""
    cells = zip(heads.values(), counts, strict=True)
    return [piece for head, count in cells for piece in element("td", _count(*count), data_label=head)]


def _balance(wiring: Wiring) -> Pieces:
    """How much the record holds on each side."""
    caption, latest = "How much the record holds on each side", "Latest day"
    heads = ("Side", *pages.OF_SIDES.values(), latest)
    rows = [
        [*text(label), *_counted(pages.OF_SIDES, counts), *element("td", _when(day) if day else [], data_label=latest)]
        for label, counts, day in pages.balance(wiring)
    ]
    told = text(f"{caption}; a fact that is about none in particular is not counted here")
    return element("div", told, *map(text, heads), *rows, aria_label=caption)


def _source(views: Views, source: Source) -> Pieces:
    view = views.source(source)
    title = element("bdi", text(view.title), lang=view.language) if view.title else text("Page without a title seen")
    line = f"{view.kind} by {view.publisher}"
    line += f" ({view.author})" if view.author else ""
    line += f", first published by {view.origin}" if view.origin else ""
    published = [",", *_when(view.published)] if view.published.machine else []
    archive = element("a", text("a copy at an archive"), _heard(f" of {view.id}"), href=view.archive)
    facts = (element("li", _link(statement, href), data_fact=name) for name, statement, href in view.facts)
    rests, more = "fact rests on it" if view.number == 1 else "facts rest on it", view.all_facts
    return element(
        "article",
        element("a", title, href=view.href),
        [*text(line), *published],
        text(view.descriptor),
        _detail("Date rests on", text(view.date_basis)),
        _detail("Read", _when(view.accessed), text(f": {view.read}")),
        _detail("Carries", _link(*view.original)) if view.original[0] else [],
        _detail("Archive", archive) if view.archive else [],
        *(_detail("Waiver", text(each)) for each in view.waivers),
        _detail("Language", text(view.language)),
        _detail("Address", text(view.href)),
        _detail("Permanent link", _link(f"#{view.id}", view.permanent)),
        [*_count(f"sources/{view.id}", view.number), *text(rests)],
        *facts,
        element("a", text("All facts that rest on it"), _heard(f" ({view.id})"), href=more) if more else [],
        id=view.id,
        data_source=view.id,
        aria_labelledby=f"{view.id}--title",
    )


def _judgments_page(wiring: Wiring) -> PagePromises:
    page = PagePromises(JUDGMENTS_URL, *pages.JUDGMENTS)
    page.add("audit-head", "", text(page.title), text(page.summary))
    page.add("audit-judgment", "scale of likelihood", _scale())
    writer = _Writer(wiring, page)
    for judgment in wiring.briefing.base.judgments:
        writer.judgment(judgment)
    if writer.notes.facts:
        page.add("audit-head", "", text("Notes"))
        writer.notes.promise(page, writer.views)
    return page


def _scale() -> Pieces:
    caption = (
        "The scale of likelihood. Confidence says how well the record supports a judgment, and is told apart from it."
    )
    words = (text(f"{word} {low} to {high} per cent") for word, (low, high) in LIKELIHOODS.items())
    return element("table", text(caption), text("Word"), text("Means"), *words, data_scale="likelihood")


def _changes_page(wiring: Wiring) -> PagePromises:
    briefing = wiring.briefing
    views = Views(briefing, wiring.evidence, CHANGES_URL)
    page = PagePromises(CHANGES_URL, *pages.CHANGES)
    page.add("audit-head", "", text(page.title), text(page.summary))
    told = (
        "A correction says what was wrong here. New information is not a correction: what stood here before was what"
        " was known then. Both can be followed as an"
    )
    page.add("audit-head", "", text(told), _link("Atom feed", FEED_URL), ["."])
    page.add("audit-head", "", text("Corrections and withdrawals"))
    corrections, gone = news.corrections(briefing), news.withdrawn(briefing)
    if not corrections and not gone:
        none = "No mistake in a fact that was published here is known, and none was withdrawn."
        page.add("audit-correction", "", text(none))
    for each in map(views.correction, corrections):
        said = (_when(each.date), [":"], _link(each.fact, each.href), _corrected(each), text(each.why))
        page.add("audit-correction", f"fact {each.fact}", element("li", *said, data_correction=each.fact))
    for fact in map(views.fact, gone):
        day = _when(fact.withdrawn) if fact.withdrawn else []
        struck = element("del", _link(fact.statement, fact.href))
        told_of = [*day, *text(": withdrawn"), *struck, *text(fact.why_withdrawn)]
        page.add("audit-correction", f"fact {fact.id}", element("li", told_of, data_fact=fact.id))
    _new(page, briefing, views)
    return page


def _data_page(wiring: Wiring) -> PagePromises:
    """What can be taken away, how it is cited, and what its columns mean."""
    page = PagePromises(DATA_URL, *pages.DATA)
    view, authors = pages.reuse(wiring), wiring.briefing.base.briefing.authors
    add = page.add
    add("audit-head", "", text(page.title), text(page.summary))
    add("audit-export", "downloads", text("Downloads"), _about(*map(_download, view.downloads)))
    if view.charts:
        add("audit-export", "data of charts", text("The data of each chart"))
        for chart in view.charts:
            files = (
                element("a", text(kind), _heard(f" of {chart.title}"), href=href)
                for kind, href in (("CSV", chart.csv), ("JSON", chart.json))
            )
            first, second = files
            listed = (text(f"{chart.title}:"), first, [","], second)
            add("audit-export", f"chart {chart.id}", element("li", *listed, data_chart=chart.id))
    where = "" if wiring.site else "; add the address at which you read it"
    add("audit-export", "citation of the briefing", text("How to cite"))
    lead = "Every fact, chart and source has a permanent address of its own. The briefing as a whole is cited so"
    add("audit-export", "citation of the briefing", text(f"{lead}{where}:"))
    add(
        "audit-export",
        "citation of the briefing",
        _about(*(_detail(name, text(said)) for name, said in view.citations)),
    )
    plain = (pieces(str(safe.light(each))) for each in exports.NOTES)
    add("audit-export", "form of the files", text("How the files are written"), _about(*plain))
    tables = (
        [*text(f"{name}: {says}"), *(piece for column, meaning in heads for piece in text(f"{column} {meaning}"))]
        for name, says, heads in view.tables
    )
    told = text("Each site says what it is made of and what it was made from:")
    beside = (_link("the manifest", "manifest.json"), [","], _link("the bill of materials", "sbom.cdx.json"), ["."])
    ways = (pieces(str(safe.light(each))) for each in manifest.NOTES)
    add("audit-export", "how to verify", text("How to verify this site"), told, *beside, _about(*ways))
    add("audit-export", "columns", text("What the columns mean"), _about(*tables))
    add("audit-export", "terms", text("What may be done with them"), *_terms(authors))
    return page


def _about(*content: Iterable[str]) -> Pieces:
    return element("div", *content, data_about="data")


def _download(each: pages.DownloadView) -> Pieces:
    size = element("span", text(f"{each.kilobytes:,}"), data_count=each.counted)
    link = _link(each.label, each.href)
    return [*link, "(", *text(f"{each.name},"), *size, *text("kB)"), *text(each.says)]


def _terms(authors: str) -> Iterator[Pieces]:
    if authors:
        yield _about(
            text(
                f"For the words and the data of this briefing its authors answer: {authors}. They name no licence for"
                " them here; ask them before you publish more than a citation or a few facts."
            )
        )
    else:
        yield text(
            "For the words and the data of this briefing no licence is named here, and no author; publish no more of"
            " them than a citation or a few facts without asking whoever gave you this site."
        )
    yield text(
        "The quotes are a few words each from works of others, which belong to their publishers. Take them as"
        " quotations: word for word, with the name of their source. The text of the sources is in none of these files."
    )
    yield text(
        "The licence of the program that made this site covers the program, and neither the facts nor the quotes."
    )


def _new(page: PagePromises, briefing: Briefing, views: Views) -> None:
    """New information: what the authors tell of it, and what became known last."""
    page.add("audit-head", "", text("New information"))
    if not briefing.base.updates:
        none = "The authors have singled out nothing so far. What became known last stands below."
        page.add("audit-update", "", text(none))
    for each in news.updates(briefing):
        view = views.update(each)
        facts = (element("li", _link(statement, href), data_fact=name) for name, statement, href in view.facts)
        said = (_when(view.date), [":"], text(view.what), *facts)
        page.add("audit-update", each.subject, element("li", *said, id=f"update-{each.id}", data_update=each.id))
    page.add("audit-head", "", text("Became known last"))
    what = "The facts whose first source was published last, among the sources that were read."
    page.add("audit-update", "", text(what))
    for fact in news.latest(briefing):
        day, shown = _when(date_view(briefing.known_since(fact))), views.fact(fact)
        item = element("li", day, [":"], _link(shown.statement, shown.href), _marks(shown.marks), data_fact=fact.id)
        page.add("audit-update", fact.subject, item)


def _editions_page(wiring: Wiring) -> PagePromises:
    """Each edition with its hashes and what was changed since the one before, the newest first."""
    page = PagePromises(EDITIONS_URL, *pages.EDITIONS)
    page.add("audit-head", "", text(page.title), text(page.summary))
    told = (
        "An edition is a zip that holds the finished site and what it was built from. Unpack it and open index.html in"
        " its folder site: pages, charts and search work from disk, and nothing has to be built. With the program,"
        " python -m generator verify FILE.zip compares it with its own manifest."
    )
    page.add("audit-head", "", text(told))
    views = Views(wiring.briefing, wiring.evidence, page.url)
    oldest = wiring.briefing.editions[0]
    for each in reversed(wiring.briefing.editions):
        size = f"{int(each.size or 0):,} bytes"
        got = (
            [*_link("The zip of this edition", each.url), *text(f", {size}")]
            if each.url
            else text(f"A zip of {size}; where it can be had is not said here, so ask whoever gave you this site.")
        )
        digests = {
            "SHA-256 of the zip": each.zip,
            "Digest of the site": each.site,
            "Digest of what people had written": each.inputs,
            "Built from the commit": each.commit,
        }
        hashes = (text(f"{name} {value}") for name, value in digests.items() if value)
        many = editions.counted(each.changes, each.also)
        since = f"Since the edition before: {many}." if many else _UNSEEN_CHANGES
        said = (
            _when(date_view(each.date)),
            text(each.title),
            got,
            text("The first edition." if each is oldest else since),
            *(_edited(change, wiring.briefing, views) for change in each.changes),
            *hashes,
        )
        page.add(
            "audit-edition", f"edition of {each.date.text}", element("section", *said, data_edition=each.date.text)
        )
    return page


_UNSEEN_CHANGES = "Since the edition before, only what readers do not see was changed."


def _edited(change: EditionChange, briefing: Briefing, views: Views) -> Pieces:
    fact = briefing.facts.get(change.fact)
    says = text(change.says) if fact is None else _link(change.says, views.fact_href(fact))
    return [*text(f"Fact {change.action}:"), *says]


def _glossary_page(wiring: Wiring) -> PagePromises:
    views = Views(wiring.briefing, wiring.evidence, GLOSSARY_URL)
    page = PagePromises(GLOSSARY_URL, *pages.GLOSSARY)
    page.add("audit-head", "", text(page.title), text(page.summary))
    for group in glossary.groups(wiring.briefing):
        page.add("audit-glossary", group.title, text(group.title), text(group.lead))
        for entry in group.entries:
            page.add("audit-glossary", f"entry {entry.id}", _entry(views, entry))
    return page


def _entry(views: Views, entry: glossary.Entry) -> Pieces:
    """A name or word, with what is known of it and the facts that name it."""
    listed = entry.listed
    facts = (
        element("li", _link(sentence(fact.statement), views.fact_href(fact)), data_fact=fact.id)
        for fact in entry.facts[: entry.most]
    )
    return element(
        "article",
        text(entry.name),
        *(_detail(label, text(words)) for label, words in entry.details),
        _detail(listed.label, _link(listed.words, f"{views.relative(FACTS_URL)}{listed.query}")) if listed else [],
        _detail("Permanent link", _link(f"#{entry.id}", f"#{entry.id}")),
        text(entry.counted) if entry.facts else [],
        *facts,
        id=entry.id,
        data_entry=entry.id,
        aria_labelledby=f"{entry.id}--name",
    )


def _search_page(wiring: Wiring) -> PagePromises:
    views = Views(wiring.briefing, wiring.evidence, SEARCH_URL)
    page = PagePromises(SEARCH_URL, *pages.SEARCH)
    field = (text("Words to look for"), element("input", id="search-words"), element("button", text("Search")))
    ways = (_link("list of all facts", views.relative(FACTS_URL)), _link("sources", views.relative(SOURCES_URL)))
    page.add("audit-head", "", text(page.title), text(page.summary), *field)
    page.add("audit-head", "", text("The search needs a script, and none runs here."))
    told = (text("All that there is can also be found in the"), ways[0], text("and among the"), ways[1], ["."])
    page.add("audit-head", "", *told)
    return page


# -- the whole briefing ---------------------------------------------------------------------------------------------


def _whole_page(wiring: Wiring) -> PagePromises:
    """All pages as one: each chart and each judgment once, the notes numbered through, the sources at the end."""
    briefing, about = wiring.briefing, wiring.briefing.base.briefing
    page = PagePromises(WHOLE_URL, pages.WHOLE, pages.WHOLE_SUMMARY)
    writer = _WholeWriter(wiring, page)
    parts = {f"part-{each.path.removesuffix('.md')}": each for each in pages.reading_order(briefing)}
    names = {
        name: part.meta.label if part.meta.label and part.meta.title == about.title else part.meta.title
        for name, part in parts.items()
    }
    page.add("audit-head", "", element("h1", text(about.title), data_about="title"))
    page.add("audit-head", "", element("p", text(about.summary), data_about="summary"))
    _, *line = _head(wiring, page, writer.views)
    page.add("audit-head", "", *line)
    page.add("audit-head", "", _link("This document as a PDF", pages.PDF) if wiring.has_pdf else [])
    contents = len(page.promises)
    for name, part in parts.items():
        page.add("audit-head", f"page content/{part.path}", text(names[name]), text(part.meta.summary))
        body = "".join(map(_stand_in, part.parts))
        writer.prose(part, _stretches(_converted(body, partial(writer.address, path=part.path))))
    if briefing.base.judgments:
        page.add("audit-head", "", text("Judgments"), text(pages.JUDGMENTS[1]))
        page.add("audit-judgment", "scale of likelihood", _scale())
        for judgment in briefing.base.judgments:
            writer.judgment(judgment)
    if writer.notes.facts:
        page.add("audit-head", "", text("Notes"))
        writer.notes.promise(page, writer.views)
    bibliography = sorted(writer.cited(), key=lambda each: (each.short.casefold(), each.published.text, each.id))
    page.add("audit-head", "", text("Sources") if bibliography else [])
    for source in bibliography:
        page.add("audit-source", source.subject, _cited_source(writer.views, source))
    names |= {"judgments": "Judgments"} if briefing.base.judgments else {}
    names |= {"notes": "Notes"} if writer.notes.facts else {}
    names |= {"sources": "Sources"} if bibliography else {}
    links = (element("li", _link(words, f"#{name}")) for name, words in names.items())
    listed = element("nav", *links, aria_label="Parts of this document")
    page.promises.insert(contents, Promise("audit-head", "", tuple(listed)))
    return page


class _WholeWriter(_Writer):
    """What stands in the place of each call where all pages are one."""

    def __init__(self, wiring: Wiring, page: PagePromises) -> None:
        super().__init__(wiring, page)
        self.views = WholeViews(wiring.briefing, wiring.evidence)
        self._judged: set[str] = set()
        self._named: set[str] = set()

    def address(self, href: str, path: str) -> str:
        """A link from file to file as one to the part that the file has become."""
        target, mark, anchor = href.partition("#")
        target = target or path
        kind, _, name = anchor.partition("-")
        if not target.endswith(".md"):
            return href
        if (kind == "chart" and name in self.wiring.tables) or (
            kind == "judgment" and name in self.wiring.briefing.judgments
        ):
            return f"#{anchor}"
        if any(each.path == target for each in self.wiring.briefing.pages):
            return f"#part-{target.removesuffix('.md')}" + (f"--{anchor}" if mark else "")
        return "#judgments" if target == "judgments.md" else _address(href, WHOLE_URL)

    def call(self, call: Call) -> None:
        """Promise what a call shows."""
        if call.name == "source":
            self._named.add(call.args[0])
        super().call(call)

    def cited(self) -> Iterator[Source]:
        """The sources of all notes, and those that prose names."""
        cited = {each.source for fact in self.notes.facts.values() for each in fact.citations}
        return (each for each in self.wiring.briefing.base.sources if each.id in cited or each.id in self._named)

    def _preview(self, name: str) -> None:
        """Nothing: the chart comes in full."""

    def _chart(self, name: str) -> None:
        if name not in self.page.charts:
            super()._chart(name)
            return
        chart = self.wiring.tables[name].chart
        self.page.add("audit-chart", chart.subject, _again("chart", name, chart.title))

    def judgment(self, judgment: Judgment) -> None:
        """Promise the card of a judgment, the first time."""
        if judgment.id not in self._judged:
            self._judged.add(judgment.id)
            super().judgment(judgment)
            return
        again = _again("judgment", judgment.id, sentence(judgment.statement))
        self.page.add("audit-judgment", judgment.subject, again)


def _again(kind: str, name: str, words: str) -> Pieces:
    link = _link(words, f"#{kind}-{name}")
    return element("p", text(f"See the {kind}"), link, text("further up."), **{f"data_{kind}": name})


def _cited_source(views: Views, source: Source) -> Pieces:
    """A source in the list at the end of the whole."""
    view = views.source(source)
    title = element("bdi", text(view.title), lang=view.language) if view.title else text("Page without a title seen")
    line = f". {view.kind} by {view.publisher}"
    line += f" ({view.author})" if view.author else ""
    line += f", first published by {view.origin}" if view.origin else ""
    return element(
        "li",
        element("a", title, href=view.href),
        [*text(line), *([",", *_when(view.published)] if view.published.machine else []), "."],
        text(view.descriptor),
        [*text("Read"), *_when(view.accessed), *text(f": {view.read}.")],
        text(view.href),
        [*text("Archive:"), *_link(view.archive, view.archive)] if view.archive else [],
        id=f"source-{view.id}",
        data_source=view.id,
    )
