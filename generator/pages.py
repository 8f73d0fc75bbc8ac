"""Prose, views and drawings -> Markdown pages for MkDocs: the authors' pages, the rules, the facts, the sources.

What reaches MkDocs is Markdown with blocks of finished HTML. Text of facts is data: within a line it is written in
numeric entities, within a block it is escaped by the templates, and MkDocs never reads it as markup.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from itertools import groupby
from typing import Any

import jinja2
from markupsafe import Markup, escape

from generator import (
    columns,
    editions,
    exports,
    frames,
    glossary,
    linked,
    manifest,
    news,
    rulebook,
    safe,
    sbom,
    shelves,
    styles,
)
from generator.edtf import parse
from generator.evidence import Evidence
from generator.facets import Facets
from generator.ledger import Ledger
from generator.model import (
    LIKELIHOODS,
    Briefing,
    Call,
    Chart,
    Event,
    Fact,
    Figure,
    Judgment,
    Page,
    Selection,
    Source,
    Statement,
    Text,
)
from generator.pictures import Card
from generator.prose import CALLS
from generator.stock import Stock
from generator.tables import ChartTable, by_date, figure_label, with_unit
from generator.tallies import OF_FACTS, Tallies
from generator.views import (
    CHANGES_URL,
    DATA_URL,
    EDITIONS_URL,
    FACTS_URL,
    FEED_URL,
    GLOSSARY_URL,
    JUDGMENTS_URL,
    SEARCH_URL,
    SOURCE_KINDS,
    SOURCES_URL,
    WHOLE_URL,
    DateView,
    FactView,
    JudgmentView,
    ListedView,
    NoteView,
    Views,
    date_view,
    known_day,
    page_url,
    sentence,
    shelf_url,
    topic_url,
)

ALL_FACTS = ("All facts", "Every fact of this briefing by topic, each with its permanent address.")
SOURCES = ("Sources", "Every page on which a fact rests, who first published it, and what is to be known of it.")
SHELF = "Pages on which facts rest, by who first published them, with what is to be known of each."
JUDGMENTS = (
    "Judgments",
    "What the authors conclude: how likely it is, how well it is known, and what speaks against it.",
)
CHANGES = ("What changed", "Mistakes and what was withdrawn, and apart from them new information.")
EDITIONS = (
    "Editions",
    "This briefing as it was on certain days, each as one file to keep, and what changed from one to the next.",
)
GLOSSARY = (
    "Glossary",
    "Who is who in the facts, where events took place, what is counted, and what sorts of source there are.",
)
DATA = ("Data and reuse", "The whole briefing as files, what is in them, and how to cite it.")
SEARCH = ("Search", "Find facts, judgments, pages and sources by the words in them.")
"""Titles of generated pages, and what each is in a sentence."""
WHOLE = "The whole briefing"
"""The name of the page that holds it all."""
WHOLE_SUMMARY = "All pages of this briefing as one document with its notes and sources, to read through or to print."
PDF = "briefing.pdf"
"""Where that page lies as a PDF, on request."""
EVIDENCE = "Evidence"
"""The group of the navigation that holds what proves the briefing; pages of authors may join it."""

_MARK = re.compile(r'<path\b[^<>]* data-fact="(?P<id>[^"]*)"[^<>]*/>')
"""A mark of a drawing, as `draw` writes it."""
DOWNLOADS = {"svg": "SVG", "png": "PNG", "csv": "CSV", "json": "JSON"}
"""How the files of a chart end that readers may take with them, and what the link to each says."""

_HEADING = re.compile(r"^(## [^\n]*\n)", re.MULTILINE)
_DATED = frozenset({"timeline", "table", "facts", "chart"})
"""Calls whose facts can be shown as they were known on a day."""
_ALONE = ("navigation",)
"""What the theme hides on a page without sisters: a side bar with nothing but the page's own name."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as finished SVG, for wide and for narrow screens, and in small for one of several side by side."""

    wide: str
    narrow: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a table of facts: what, when, how much, who says so, on what evidence."""

    date: DateView
    what: str
    label: str
    """The number with its hedge and unit; empty for what is no figure."""
    attribution: str
    fact: FactView
    marker: Markup
    """The number of its note."""


@dataclass(frozen=True, slots=True)
class CardView:
    """The picture of a link to a page, and where it stands in the site."""

    path: str
    card: Card

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        return f"{self.card.title}: {self.card.text}" + (" (a chart)" if self.card.chart else "")


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart with all that stands around it."""

    id: str
    title: str
    subtitle: str
    note: str
    comparability: str
    source_line: str
    wide: Markup
    narrow: Markup
    rows: tuple[RowView, ...]
    caption: str
    downloads: tuple[tuple[str, str], ...]
    """What each link to a file of it says, and where that is."""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A fact as an item of a list or a timeline."""

    id: str
    date: DateView
    statement: str
    href: str
    kind: str
    marker: Markup
    known: str
    """The day since when it is known, for machines; with `?` where no source shows when it was published."""


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month of a timeline: its days, each with its facts."""

    anchor: str
    """Empty where the timeline is too short for headings, or the days have no beginning."""
    date: DateView
    days: list[tuple[DateView, list[ClaimView]]]


@dataclass(frozen=True)
class Wiring:
    """What all pages of a run share."""

    briefing: Briefing
    evidence: Evidence
    tables: Mapping[str, ChartTable]
    drawings: Mapping[str, Drawing]
    templates: jinja2.Environment
    site: str = ""
    """The address of the site's root with its slash, where it is known."""
    has_pdf: bool = False
    """Whether the site holds the whole briefing as a PDF, too."""
    origin: manifest.Origin = field(default_factory=manifest.Origin)
    """What it is built from."""
    ledger: Ledger = field(default_factory=Ledger)
    """What is known from the last build."""

    def block(self, template: str, **fields: object) -> str:
        """Finished HTML that stands by itself in a page, by a template."""
        return frames.block(self.templates.get_template(template).render(**fields))

    def kept(self, kind: str, facts: Sequence[Fact], make: Callable[[], str]) -> str:
        """What depends on these facts, and on everything that is no fact: recalled from the last build, or made."""
        return self.ledger.text(kind, facts, self.briefing, make)

    def content(self, kind: str, facts: Sequence[Fact], make: Callable[[], bytes]) -> bytes:
        """The same of a file."""
        return self.ledger.content(kind, facts, self.briefing, make)

    def mixed(self, template: str, **fields: object) -> str:
        """Finished HTML with headings in Markdown between, by a template."""
        pieces = _HEADING.split(self.templates.get_template(template).render(**fields))
        return "".join(
            each if _HEADING.fullmatch(each) or not each.strip() else f"\n{frames.block(each)}\n" for each in pieces
        )

    @cached_property
    def case(self) -> columns.Case:
        """What is exported."""
        kept = self.content if self.ledger.is_open else None
        return columns.Case(self.briefing, self.evidence, self.tables, self.site, kept)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The files that readers can take away, by path below the site's root."""
        bill = sbom.make(self.origin.lock, self.origin.digest, self.briefing.base.briefing.as_of.last)
        return exports.make(self.case).with_more({sbom.PATH: lambda: bill})

    @cached_property
    def linked(self) -> Mapping[str, str]:
        """What pages tell programs, by the page's address."""
        return linked.of_site(self.case)

    @cached_property
    def hanging_sources(self) -> Hanging:
        """What the page of all sources depends on: what it shows of them and of the facts below them, and counts."""
        views, briefing = Views(self.briefing, self.evidence, SOURCES_URL), self.briefing
        shown = [] if shelves.pages(briefing) else [views.source(each) for each in briefing.base.sources]
        return Hanging([], _hashed([worth(self, views), shown]))

    @cached_property
    def hanging_glossary(self) -> Hanging:
        """What the glossary depends on: what it shows of its entries, and of the facts below them."""
        shown = [
            (group.title, replace(entry, facts=()), len(entry.facts), [_named(fact) for fact in entry.latest])
            for group in glossary.groups(self.briefing)
            for entry in group.entries
        ]
        return Hanging([], _hashed(shown))

    @cached_property
    def facets(self) -> Facets:
        """By what facts are narrowed, worked out once for all pages."""
        return Facets(self.briefing)

    @cached_property
    def tallies(self) -> Tallies:
        """The counts of the briefing, made once for all pages."""
        return Tallies(self.briefing, self.evidence)


def download(chart: str, ending: str) -> str:
    """The path of a file of a chart that readers may take with them."""
    return f"data/charts/{chart}.{ending}"


HOME = "index.md"
"""The page whose card those pages share that nobody wrote."""


def cards(briefing: Briefing) -> dict[str, CardView]:
    """The pictures of links, by the path of the page: each page of prose has its own, with its first chart."""
    made = {}
    for page in briefing.pages:
        chart = next((briefing.charts[call.args[0]] for call in page.calls if call.name in ("chart", "preview")), None)
        title, text = page.meta.title, page.meta.summary
        card = Card(title, chart.title, chart.id) if chart else Card(title, text)
        made[page.path] = CardView(f"assets/cards/{page.path.removesuffix('.md')}.png", card)
    return made


def make(wiring: Wiring) -> Stock[str]:
    """Every page of the site, as Markdown, by path below MkDocs' folder of documents.

    What is kept from build to build is read again when it is asked for again; all else is held once it is made.
    """
    briefing = wiring.briefing
    kept: dict[str, Callable[[], str]] = {page.path: partial(_prose_page, wiring, page) for page in briefing.pages}
    made: dict[str, Callable[[], str]] = {
        rulebook.PATH: partial(_rules_page, wiring),
        "facts/index.md": partial(_facts_page, wiring),
    }
    kept |= {topic_path(topic.id): partial(_topic_page, wiring, topic.id) for topic in briefing.base.topics}
    made["sources.md"] = partial(_sources_page, wiring)
    names = sorted({*shelves.pages(briefing).values()})
    kept |= {f"sources/{name}.md": partial(_shelf_page, wiring, name) for name in names}
    if has_judgments(briefing):
        made["judgments.md"] = partial(_judgments_page, wiring)
    made["changes.md"] = partial(_changes_page, wiring)
    if briefing.editions:
        made["editions.md"] = partial(_editions_page, wiring)
    made["glossary.md"] = partial(_glossary_page, wiring)
    made["data.md"] = partial(_data_page, wiring)
    made["search.md"] = partial(_search_page, wiring)
    if not wiring.ledger.is_open:
        made, kept = {**kept, **made}, {}
    return Stock({**kept, **{path: cache(make) for path, make in made.items()}})


def topic_path(topic: str) -> str:
    """The path of the page of a topic."""
    return f"facts/{topic}.md"


def headed(wiring: Wiring, pages: Mapping[str, str]) -> Stock[str]:
    """Pages with what stands in their heads for others: the picture of links to them, what they tell programs."""
    own = cards(wiring.briefing)

    def with_head(path: str) -> str:
        return _carded(_telling(wiring.linked.get(page_url(path), ""), pages[path]), own.get(path) or own[HOME])

    return Stock({path: partial(with_head, path) for path in pages})


def _telling(linked_data: str, page: str) -> str:
    """A page with what it tells programs in its front matter, from which the theme puts it into the head."""
    return page.replace("---\n", f"---\njsonld: {frames.data(linked_data)}\n", 1) if linked_data else page


def _carded(page: str, card: CardView) -> str:
    """A page whose front matter names the picture of links to it."""
    rows = {"card": card.path, "card_alt": _title(card.alt)}
    said = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in rows.items())
    return page.replace("---\n", f"---\n{said}", 1)


@dataclass(frozen=True, slots=True)
class Hanging:
    """What a page depends on besides everything that is no fact."""

    facts: Sequence[Fact]
    beside: str = ""
    """What else is on it: what is counted, which hangs on all facts, and its drawings."""


def hanging(wiring: Wiring) -> dict[str, Hanging]:
    """The pages that depend on some facts alone, by address."""
    briefing = wiring.briefing
    names = {*shelves.pages(briefing).values()}
    return {
        **{page_url(page.path): _hanging_prose(wiring, [page]) for page in briefing.pages},
        **{topic_url(topic.id): Hanging(briefing.by_topic.get(topic.id, [])) for topic in briefing.base.topics},
        **{shelf_url(name): Hanging(_citing(briefing, shelves.on_page(briefing, name))) for name in names},
        rulebook.URL: Hanging([]),
        SEARCH_URL: Hanging([]),
        SOURCES_URL: wiring.hanging_sources,
        GLOSSARY_URL: wiring.hanging_glossary,
        WHOLE_URL: hanging_whole(wiring),
    }


def hanging_whole(wiring: Wiring) -> Hanging:
    """What the page of the whole depends on: all prose, and the judgments."""
    briefing = wiring.briefing
    judged = [briefing.facts[each] for one in briefing.base.judgments for each in (*one.based_on, *one.contrary)]
    prose = _hanging_prose(wiring, briefing.pages)
    return Hanging([*prose.facts, *judged], prose.beside)


def _hanging_prose(wiring: Wiring, pages: Iterable[Page]) -> Hanging:
    briefing = wiring.briefing
    calls = [call for page in pages for call in page.calls]
    facts = [fact for call in calls for fact in briefing.shown_by(call)]
    if any(call.name == "balance" for call in calls):
        facts = [*facts, *briefing.base.facts]
    counted = [wiring.tallies.of(call.args[0]) for call in calls if call.name == "count"]
    charts = [name for call in calls if call.name in ("chart", "preview") for name in call.args]
    drawn = _hashed([wiring.drawings.get(name) for name in charts])
    return Hanging(facts, json.dumps([len(briefing.standing), len(briefing.base.sources), *counted, drawn]))


def _named(fact: Fact) -> tuple[str, str, str]:
    """A fact as far as a list of links shows it: which one, where it stands, and what it says."""
    return fact.id, fact.topic, fact.statement


def _hashed(shown: object) -> str:
    """A hash of what a page shows; whatever is in it has a `repr` that tells it from another."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def has_judgments(briefing: Briefing) -> bool:
    """Whether there is a page of judgments."""
    return bool(briefing.base.judgments)


def navigation(briefing: Briefing) -> list[Any]:
    """MkDocs' `nav`: the authors' pages in their order, then their groups; the last one is that of the evidence."""
    top: list[Any] = []
    groups: dict[str, list[Any]] = {}
    for page in briefing.pages:
        held = groups.setdefault(page.meta.group, []) if page.meta.group else top
        held.append({_title(page.meta.label or page.meta.title): page.path})
    topics = [{_title(topic.label): f"facts/{topic.id}.md"} for topic in briefing.base.topics]
    evidence = [
        {ALL_FACTS[0]: "facts/index.md"},
        {"Sources": "sources.md"},
        {DATA[0]: "data.md"},
        *([{"Judgments": "judgments.md"}] if has_judgments(briefing) else ()),
        {CHANGES[0]: "changes.md"},
        *([{EDITIONS[0]: "editions.md"}] if briefing.editions else ()),
        *groups.pop(EVIDENCE, ()),
        {rulebook.TITLE: rulebook.PATH},
        {GLOSSARY[0]: "glossary.md"},
        {SEARCH[0]: "search.md"},
        {WHOLE: f"{WHOLE_URL.removesuffix('.html')}.md"},
        *([{"Facts by topic": topics}] if len(topics) <= FEW else ()),
    ]
    return [*top, *({_title(name): held} for name, held in groups.items()), {EVIDENCE: evidence}]


FEW = 30
"""So many topics have their names in the navigation, which stands on every page; more are found by the list of all
facts alone, since with every topic there would be a longer list on more pages."""


def mark_name(fact: Fact, briefing: Briefing) -> str:
    """What the link of a mark says of its fact: date and number, or date and statement."""
    said = sentence(fact.statement)
    if isinstance(fact, Figure):
        said = with_unit(figure_label(fact), briefing.measures[fact.measure].unit)
    return f"{date_view(fact.date).words}: {said}"


def reading_order(briefing: Briefing) -> list[Page]:
    """The authors' pages in the order of the navigation: those in no group, then group by group, the evidence last."""
    groups = ["", *(page.meta.group for page in briefing.pages if page.meta.group not in ("", EVIDENCE)), EVIDENCE]
    return sorted(briefing.pages, key=lambda page: groups.index(page.meta.group))


def _title(text: str) -> str:
    """A title for MkDocs, which writes titles into pages as they are."""
    return str(escape(text))


def front_matter(title: str, description: str, **more: object) -> str:
    """What a page tells MkDocs of itself, at its head."""
    rows = {"title": _title(title), "description": _title(description), **more}
    return (
        "---\n"
        + "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in rows.items())
        + "---\n\n"
    )


class Notes:
    """Numbers the facts of one page in the order of first use; remembers which markers were already placed."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._numbers: dict[str, int] = {}
        self.facts: list[Fact] = []
        """The facts that have a note, in order."""

    def marker(self, fact: Fact) -> Markup:
        """The number of a fact's note, as a link to it; the first one on the page is where the note leads back to."""
        is_first = fact.id not in self._numbers
        if is_first:
            self._numbers[fact.id] = len(self._numbers) + 1
            self.facts.append(fact)
        number = self._numbers[fact.id]
        anchor = Markup(' id="ref-{}"').format(number) if is_first else Markup("")
        return Markup('<sup class="marker"><a class="cite"{} href="#note-{}" aria-label="Note {}">{}</a></sup>').format(
            anchor, number, number, number
        )

    def all(self) -> list[NoteView]:
        """The notes of the page, in order."""
        return [NoteView(number, self._views.fact(fact)) for number, fact in enumerate(self.facts, 1)]


class Writer:
    """Writes the calls of one page."""

    def __init__(self, wiring: Wiring, here: str) -> None:
        self.wiring = wiring
        self.views = self._views(here)
        self.notes = Notes(self.views)
        self._timelines = 0

    def _views(self, here: str) -> Views:
        return Views(self.wiring.briefing, self.wiring.evidence, here)

    def call(self, call: Call) -> str:
        """The text that stands in the page where the call stood."""
        written = self.html(call)
        return f"\n\n{frames.block(written)}\n\n" if CALLS[call.name].is_block else frames.inline(written)

    def html(self, call: Call) -> str:
        """The finished HTML of a call."""
        return str(getattr(self, f"_{call.name}")(call))

    def _the_fact(self, call: Call) -> Fact:
        return self.wiring.briefing.facts[call.args[0]]

    def _fact(self, call: Call) -> Markup:
        fact = self._the_fact(call)
        said = safe.inline(sentence(fact.statement).removesuffix("."))
        return Markup('<span class="claim" data-fact="{}">{}</span>{}').format(fact.id, said, self.notes.marker(fact))

    def _value(self, call: Call) -> Markup:
        fact = self._the_fact(call)
        label = safe.inline(figure_label(fact)) if isinstance(fact, Figure) else ""
        return Markup('<a class="value" data-fact="{}" href="{}">{}</a>{}').format(
            fact.id, self.views.fact_href(fact), label, self.notes.marker(fact)
        )

    def _date(self, call: Call) -> Markup:
        fact = self._the_fact(call)
        shown = date_view(fact.date)
        return Markup('<a class="value" data-fact="{}" href="{}">{}</a>').format(
            fact.id, self.views.fact_href(fact), safe.inline(shown.words)
        )

    def _quote(self, call: Call) -> Markup:
        fact = self._the_fact(call)
        view = self.views.fact(fact).citations[0]
        language = Markup(' lang="{}"').format(view.language) if view.language else ""
        direction = Markup(' dir="{}"').format(view.direction) if view.direction else ""
        return Markup('<q class="quoted" data-fact="{}"{}{}>{}</q>{}').format(
            fact.id, language, direction, safe.inline(view.quote), self.notes.marker(fact)
        )

    def _cite(self, call: Call) -> Markup:
        return Markup("").join(self.notes.marker(self.wiring.briefing.facts[each]) for each in call.args)

    def _source(self, call: Call) -> Markup:
        source = self.wiring.briefing.sources[call.args[0]]
        return Markup('<a class="source-name" data-source="{}" href="{}">{}</a>').format(
            source.id, self.views.source_href(source), safe.inline(source.short)
        )

    def _ours(self, _: Call) -> Markup:
        return Markup('<span class="ours">authors’ judgment</span>')

    def _count(self, call: Call) -> Markup:
        number = self.wiring.tallies.of(call.args[0]) or 0
        return Markup('<span data-count="{}">{:,}</span>').format(call.args[0], number)

    def _chart(self, call: Call) -> str:
        table = self.wiring.tables[call.args[0]]
        rows = tuple(self._row(self.wiring.briefing.facts[each]) for each in table.fact_ids)
        return self._render("chart.html", chart=self._chart_view(table, rows))

    def _preview(self, call: Call) -> str:
        charts = []
        for name in call.args:
            page = self.wiring.briefing.page_of_chart(name)
            where = f"{page_url(page.path)}#chart-{name}" if page else ""
            view = replace(
                self._chart_view(self.wiring.tables[name], ()), wide=self._linked(self.wiring.drawings[name].small)
            )
            charts.append((view, self.views.relative(where)))
        return self._render("preview.html", charts=charts)

    def _figures(self, call: Call) -> str:
        return self._render("figures.html", rows=[self._row(self.wiring.briefing.facts[each]) for each in call.args])

    def _chart_view(self, table: ChartTable, rows: tuple[RowView, ...]) -> ChartView:
        chart: Chart = table.chart
        drawing = self.wiring.drawings[chart.id]
        return ChartView(
            id=chart.id,
            title=chart.title,
            subtitle=chart.subtitle,
            note=chart.note,
            comparability=chart.comparability,
            source_line=table.source_line,
            wide=self._linked(drawing.wide),
            narrow=self._linked(drawing.narrow),
            rows=rows,
            caption=f"Data: {chart.subtitle}",
            downloads=tuple(
                (words, self.views.file_href(download(chart.id, ending))) for ending, words in DOWNLOADS.items()
            ),
        )

    def _linked(self, drawing: str) -> Markup:
        """A drawing in which each mark is a link to its fact, named as a row of the table would be."""

        def link(mark: re.Match[str]) -> str:
            fact = self.wiring.briefing.facts[mark["id"]]
            href, name = escape(self.views.fact_href(fact)), escape(mark_name(fact, self.wiring.briefing))
            return f'<a href="{href}" tabindex="-1" aria-label="{name}">{mark[0]}</a>'

        return Markup(_MARK.sub(link, drawing))  # noqa: S704 - our own drawing, escaped where it was made

    def _judgment(self, call: Call) -> str:
        return self.judgment(self.wiring.briefing.judgments[call.args[0]])

    def judgment(self, judgment: Judgment) -> str:
        """The card of a judgment, with the notes of the facts for and against it."""
        facts = self.wiring.briefing.facts
        based, contrary = (
            [(self._claim(facts[each]), self.views.fact(facts[each]).marks) for each in ids]
            for ids in (judgment.based_on, judgment.contrary)
        )
        view: JudgmentView = self.views.judgment(judgment)
        return self._render("judgment.html", judgment=view, based=based, contrary=contrary)

    def _row(self, fact: Fact) -> RowView:
        what, label = sentence(fact.statement), ""
        if isinstance(fact, Figure):
            measure = self.wiring.briefing.measures[fact.measure]
            what, label = measure.label, with_unit(figure_label(fact), measure.unit)
        return RowView(
            date_view(fact.date), what, label, fact.attribution, self.views.fact(fact), self.notes.marker(fact)
        )

    def _selected(self, selection: Selection) -> list[Fact]:
        return self.wiring.briefing.select(selection)

    def _claim(self, fact: Fact) -> ClaimView:
        return ClaimView(
            fact.id,
            date_view(fact.date),
            sentence(fact.statement),
            self.views.fact_href(fact),
            fact.kind,
            self.notes.marker(fact),
            known_day(self.wiring.briefing, fact),
        )

    def _balance(self, _: Call) -> str:
        return self._render("balance.html", heads=[*OF_SIDES.values()], rows=balance(self.wiring))

    def _timeline(self, call: Call) -> str:
        facts = by_date(self._selected(call.selection))
        months: list[MonthView] = []
        prefix = self._month_prefix() if is_long(facts) else ""
        for fact in facts:
            month = fact.date.first.isoformat()[:7] if prefix and fact.date.start else ""
            anchor = f"{prefix}{month}" if month else ""
            if not months or months[-1].anchor != anchor:
                months.append(MonthView(anchor, date_view(parse(month)) if month else DateView("", "", ""), []))
            claim, days = self._claim(fact), months[-1].days
            if not days or days[-1][0] != claim.date:
                days.append((claim.date, []))
            days[-1][1].append(claim)
        headed = groupby((each for each in months if each.anchor), key=lambda each: each.date.machine[:4])
        years = [(year, [*of_year]) for year, of_year in headed]
        letter = f" {chr(ord('A') + self._timelines - 1)}" if self._timelines > 1 else ""  # landmarks differ by name
        return self._render("timeline.html", months=months, years=years, letter=letter)

    def _month_prefix(self) -> str:
        """What the anchors of a long timeline begin with; there may be several on a page."""
        self._timelines += 1
        return "month-" if self._timelines == 1 else f"month-{self._timelines}-"

    def _facts(self, call: Call) -> str:
        return self._render("claims.html", claims=[self._claim(fact) for fact in self._selected(call.selection)])

    def _table(self, call: Call) -> str:
        facts = by_date(self._selected(call.selection))
        return self._render(
            "table.html", rows=[self._row(fact) for fact in facts], caption=f"{len(facts)} facts with their sources"
        )

    def _render(self, template: str, **fields: object) -> str:
        return self.wiring.templates.get_template(template).render(**fields)


LONG = 24
"""A timeline of so many facts has headings, where they are of three months or more."""


def is_long(facts: Sequence[Fact]) -> bool:
    """Whether a timeline has a heading for every month, and a list of them to jump from."""
    return len(facts) >= LONG and len({fact.date.first.replace(day=1) for fact in facts}) > 2  # noqa: PLR2004


OF_SIDES = {"facts": "Facts", "sources": "Sources"} | {key: head for key, head in OF_FACTS.items() if key != "facts"}
"""What is counted of each side, and the words for it."""


def balance(wiring: Wiring) -> list[tuple[str, list[tuple[str, int | None]], DateView | None]]:
    """For each side its name, its counts, each with the name by which it can be counted again, and its latest day."""
    briefing, tallies = wiring.briefing, wiring.tallies
    rows = []
    for side in briefing.base.sides:
        days = [fact.date for fact in briefing.standing if fact.side == side.id and fact.date.is_exact_day]
        latest = date_view(max(days, key=lambda day: day.last)) if days else None
        counts = [(f"side/{side.id}/{each}", tallies.of(f"side/{side.id}/{each}")) for each in OF_SIDES]
        if counts[0][1]:  # a side that no fact is about is one of speakers only
            rows.append((side.label, counts, latest))
    return rows


def _prose_page(wiring: Wiring, page: Page) -> str:
    hangs = _hanging_prose(wiring, [page])
    return wiring.kept(f"page {page.path} {hangs.beside}", hangs.facts, lambda: _made_prose_page(wiring, page))


def _made_prose_page(wiring: Wiring, page: Page) -> str:
    writer = Writer(wiring, page_url(page.path))
    body = "".join(part.text if isinstance(part, Text) else writer.call(part) for part in page.parts)
    head = wiring.block(
        "head.html",
        summary=page.meta.summary,
        as_of=date_view(wiring.briefing.base.briefing.as_of),
        facts=len(wiring.briefing.standing),
        sources=len(wiring.briefing.base.sources),
        facts_href=writer.views.relative(FACTS_URL),
        sources_href=writer.views.relative(SOURCES_URL),
    )
    has_lists = any(call.name in _DATED for call in page.calls)
    more = {"scripts": ["known"]} if has_lists else {}
    front = front_matter(page.meta.title, page.meta.summary, hide=_ALONE, **more)
    title = safe.inline(page.meta.title)
    return f"{front}# {title}\n\n{head}\n\n{body.strip()}\n\n{_notes(wiring, writer.notes)}"


def _notes(wiring: Wiring, notes: Notes) -> str:
    shown = notes.all()
    return f"## Notes\n\n{wiring.block('notes.html', notes=shown)}\n" if shown else ""


def _rules_page(wiring: Wiring) -> str:
    parts = [
        f"{front_matter(rulebook.TITLE, rulebook.SUMMARY, hide=_ALONE)}# {rulebook.TITLE}\n",
        wiring.block("rules_head.html", total=len(rulebook.VIEWS), leads=rulebook.LEADS),
    ]
    for group in rulebook.groups():
        parts.append(f"\n## {safe.inline(group.title)}\n\n{safe.inline(group.lead)}\n")
        parts.append(wiring.block("rules.html", rules=group.rules))
    return "\n".join(parts)


def _facts_page(wiring: Wiring) -> str:
    briefing, facets = wiring.briefing, wiring.facets
    views = Views(briefing, wiring.evidence, FACTS_URL)
    is_parted = shelves.is_listed_in_parts(briefing)

    def listed(facts: Iterable[Fact]) -> list[tuple[ListedView, Markup]]:
        return [] if is_parted else [(views.listed(fact), attributes(facets.of(fact))) for fact in facts]

    by_topic = [
        (topic, views.relative(topic_url(topic.id)), len(facts), listed(facts))
        for topic in briefing.base.topics
        for facts in [[fact for fact in briefing.by_topic.get(topic.id, ()) if fact.withdrawn is None]]
    ]
    gone = [fact for fact in briefing.base.facts if fact.withdrawn is not None]
    title, summary = ALL_FACTS
    body = wiring.block(
        "facts.html",
        topics=by_topic,
        total=len(briefing.standing),
        gone=len(gone),
        withdrawn=listed(gone),
        choices=facets.choices,
        is_parted=is_parted,
        changes_href=views.relative(CHANGES_URL),
    )
    return f"{front_matter(title, summary, scripts=['known', 'facts'])}# {title}\n\n{body}\n"


def attributes(values: Mapping[str, str]) -> Markup:
    """Attributes as a tag has them, each behind a space."""
    written = (f' {escape(name)}="{escape(value)}"' for name, value in values.items())
    return Markup("".join(written))  # noqa: S704 - all of it was escaped


def _topic_page(wiring: Wiring, topic_id: str) -> str:
    facts = wiring.briefing.by_topic.get(topic_id, [])
    return wiring.kept(f"topic page {topic_id}", facts, lambda: _made_topic_page(wiring, topic_id, facts))


def _made_topic_page(wiring: Wiring, topic_id: str, facts: Sequence[Fact]) -> str:
    topic = wiring.briefing.index("topics")[topic_id]
    views = Views(wiring.briefing, wiring.evidence, topic_url(topic_id))
    parts = [
        f"{front_matter(topic.label, topic.summary)}# {safe.inline(topic.label)}\n",
        f'<p class="standfirst">{escape(topic.summary)}</p>\n',
    ]
    standing = [fact for fact in facts if fact.withdrawn is None]
    headings: list[tuple[str, list[Fact]]] = [
        ("Figures", [fact for fact in standing if isinstance(fact, Figure)]),
        ("Events", [fact for fact in standing if isinstance(fact, Event)]),
        ("Statements", [fact for fact in standing if isinstance(fact, Statement)]),
        ("Withdrawn", [fact for fact in facts if fact.withdrawn is not None]),
    ]
    for heading, of_kind in headings:
        chosen = [views.fact(fact) for fact in by_date(of_kind)]
        if chosen:
            parts.append(f"## {heading}\n\n{wiring.block('fact.html', facts=chosen)}\n")
    return "\n".join(parts)


def _sources_page(wiring: Wiring) -> str:
    return wiring.kept(f"sources page {wiring.hanging_sources.beside}", [], lambda: _made_sources_page(wiring))


def _made_sources_page(wiring: Wiring) -> str:
    views = Views(wiring.briefing, wiring.evidence, SOURCES_URL)
    title, summary = SOURCES
    is_parted = bool(shelves.pages(wiring.briefing))
    more = {"scripts": ["sources"]} if is_parted else {}
    below = _publishers(wiring, views) if is_parted else _by_origin(wiring, views, wiring.briefing.base.sources)
    head = (
        f'{front_matter(title, summary, hide=_ALONE, **more)}# {title}\n\n<p class="standfirst">{escape(summary)}</p>'
    )
    return f"{head}\n\n## What the sources are worth\n\n{_worth(wiring, views)}\n\n{below}"


def _by_origin(wiring: Wiring, views: Views, sources: Iterable[Source]) -> str:
    """Sources, by who first published them."""
    origins: dict[str, list[Any]] = {}
    for source in sources:
        origins.setdefault(source.first_published_by, []).append(views.source(source))
    return "".join(
        f"## {safe.inline(origin)}\n\n{wiring.block('sources.html', sources=of)}\n\n" for origin, of in origins.items()
    )


def _publishers(wiring: Wiring, views: Views) -> str:
    """All who published first, each with the first of its sources on every page that holds some."""
    firsts: dict[str, dict[str, str]] = {}
    for source in wiring.briefing.base.sources:
        href = views.source_href(source)
        firsts.setdefault(source.first_published_by, {}).setdefault(href.partition("#")[0], href)
    rows = []
    for name in sorted(firsts, key=lambda each: (each.casefold(), each)):
        counted = f"sources/origin/{name}"
        first, *others = firsts[name].values()
        rows.append((name, counted, wiring.tallies.of(counted), first, others))
    return f"## Who published first\n\n{wiring.block('publishers.html', publishers=rows)}\n"


def shelf_title(sources: Sequence[Source]) -> str:
    """The title of a page that holds some of the sources: the first names on it."""
    names = sorted({each.first_published_by for each in sources}, key=lambda each: (each.casefold(), each))
    return f"Sources: {', '.join(names[:2])}" + (" and others" if len(names) > 2 else "")  # noqa: PLR2004 - those named


def _shelf_page(wiring: Wiring, name: str) -> str:
    """A page of some of the sources."""
    sources = shelves.on_page(wiring.briefing, name)
    facts = _citing(wiring.briefing, sources)
    return wiring.kept(f"shelf {name}", facts, lambda: _made_shelf_page(wiring, name, sources))


def _citing(briefing: Briefing, sources: Iterable[Source]) -> list[Fact]:
    """The facts that cite sources, source by source."""
    return [fact for source in sources for fact in briefing.by_source.get(source.id, ())]


def _made_shelf_page(wiring: Wiring, name: str, sources: Sequence[Source]) -> str:
    views = Views(wiring.briefing, wiring.evidence, shelf_url(name))
    title = shelf_title(sources)
    head = wiring.block("shelf.html", summary=SHELF, sources_href=views.relative(SOURCES_URL))
    front = front_matter(title, SHELF, hide=_ALONE)
    return f"{front}# {safe.inline(title)}\n\n{head}\n\n{_by_origin(wiring, views, sources)}"


_Row = tuple[str, str, list[tuple[str, int | None]]]


@dataclass(frozen=True, slots=True)
class WorthView:
    """What the sources are worth, in counts: a name by which each can be counted again, and the number."""

    totals: Mapping[str, int | None]
    groups: list[tuple[str, list[tuple[str, str, int | None]]]]
    """Heading, and for each group its label, name and count."""
    rows: list[_Row]
    """Title and address of each page, the best supported first, and its counts."""


def worth(wiring: Wiring, views: Views) -> WorthView:
    """The counts of all sources and facts, and page by page."""
    base, tallies = wiring.briefing.base, wiring.tallies
    groups = [
        (heading, [(label, f"sources/{name}", tallies.of(f"sources/{name}")) for name, label in values])
        for heading, values in (
            ("Kind", [(f"kind/{each}", SOURCE_KINDS[each]) for each in _written(base.sources, "kind")]),
            ("Language", [(f"language/{each}", each) for each in _written(base.sources, "language")]),
            ("Read", [("read/whole", "the whole text"), ("read/excerpt", "an excerpt")]),
            ("Copies", [("copy/yes", "carry what another published"), ("copy/no", "publish their own")]),
        )
    ]
    rows = [
        (
            page.meta.label or page.meta.title,
            views.relative(page_url(page.path)),
            [(f"page/{page.path}/{what}", tallies.of(f"page/{page.path}/{what}")) for what in OF_FACTS],
        )
        for page in wiring.briefing.pages
        if tallies.used(page)
    ]
    totals = {what: tallies.of(what) for what in ("sources", *OF_FACTS)}
    return WorthView(totals, groups, _by_strength(rows))


def _worth(wiring: Wiring, views: Views) -> str:
    """The authors' own words on the sources, and the counts beside them."""
    view = worth(wiring, views)
    return wiring.block(
        "worth.html",
        summary=wiring.briefing.base.briefing.source_summary,
        totals=view.totals,
        groups=view.groups,
        heads=[*OF_FACTS.values()],
        rows=view.rows,
    )


def _written(sources: Sequence[Source], field: str) -> list[str]:
    """The values of a field, each once, the commonest first."""
    return [value for value, _ in Counter(getattr(source, field) for source in sources).most_common()]


def _by_strength(rows: list[_Row]) -> list[_Row]:
    """Pages with the best supported first: by the share of their facts that have several origins."""
    names = [*OF_FACTS]

    def weakness(row: _Row) -> tuple[float, float]:
        counts = dict(zip(names, (number or 0 for _, number in row[2]), strict=True))
        return -counts["corroborated"] / counts["facts"], (counts["anonymous"] + counts["unproven"]) / counts["facts"]

    return sorted(rows, key=weakness)


def _judgments_page(wiring: Wiring) -> str:
    title, summary = JUDGMENTS
    writer = Writer(wiring, JUDGMENTS_URL)
    cards = "\n\n".join(frames.block(writer.judgment(each)) for each in wiring.briefing.base.judgments)
    scale = wiring.block("scale.html", scale=LIKELIHOODS)
    head = f'<p class="standfirst">{escape(summary)}</p>'
    return f"{front_matter(title, summary)}# {title}\n\n{head}\n\n{scale}\n\n{cards}\n\n{_notes(wiring, writer.notes)}"


def _changes_page(wiring: Wiring) -> str:
    title, summary = CHANGES
    briefing, views = wiring.briefing, Views(wiring.briefing, wiring.evidence, CHANGES_URL)
    body = wiring.mixed(
        "changes.html",
        summary=summary,
        feed_href=views.relative(FEED_URL),
        corrections=[views.correction(each) for each in news.corrections(briefing)],
        withdrawn=[views.fact(fact) for fact in news.withdrawn(briefing)],
        updates=[views.update(each) for each in news.updates(briefing)],
        latest=[(date_view(briefing.known_since(fact)), views.fact(fact)) for fact in news.latest(briefing)],
    )
    return f"{front_matter(title, summary)}# {title}\n\n{body}\n"


def _editions_page(wiring: Wiring) -> str:
    title, summary = EDITIONS
    facts, views = wiring.briefing.facts, Views(wiring.briefing, wiring.evidence, EDITIONS_URL)
    shown = [
        {
            "name": each.date.text,
            "date": date_view(each.date),
            "title": each.title,
            "url": each.url,
            "size": f"{each.size:,}",
            "hashes": [("SHA-256 of the zip", each.zip), ("Digest of the site", each.site)],
            "inputs": each.inputs,
            "commit": each.commit,
            "is_first": is_first,
            "counted": editions.counted(each.changes, each.also),
            "changes": [
                (change.action, change.says, views.fact_href(facts[change.fact]) if change.fact in facts else "")
                for change in each.changes
            ],
        }
        for each, is_first in editions.newest_first(wiring.briefing.editions)
    ]
    body = wiring.block("editions.html", summary=summary, editions=shown)
    return f"{front_matter(title, summary, hide=_ALONE)}# {title}\n\n{body}\n"


def _glossary_page(wiring: Wiring) -> str:
    return wiring.kept(f"glossary {wiring.hanging_glossary.beside}", [], lambda: _made_glossary_page(wiring))


def _made_glossary_page(wiring: Wiring) -> str:
    title, summary = GLOSSARY
    views = Views(wiring.briefing, wiring.evidence, GLOSSARY_URL)

    def shown(entry: glossary.Entry) -> tuple[glossary.Entry, list[tuple[str, str, str]], str]:
        facts = [(fact.id, sentence(fact.statement), views.fact_href(fact)) for fact in entry.latest]
        return entry, facts, f"{views.relative(FACTS_URL)}{entry.listed.query}" if entry.listed else ""

    groups = [
        {"title": each.title, "lead": each.lead, "entries": [shown(entry) for entry in each.entries]}
        for each in glossary.groups(wiring.briefing)
    ]
    body = wiring.mixed("glossary.html", summary=summary, groups=groups)
    return f"{front_matter(title, summary)}# {title}\n\n{body}\n"


@dataclass(frozen=True, slots=True)
class DownloadView:
    """A file of the whole briefing."""

    href: str
    name: str
    label: str
    says: str
    counted: str
    """The name by which its size can be asked for again."""
    kilobytes: int


@dataclass(frozen=True, slots=True)
class ChartFilesView:
    """The files of a chart."""

    id: str
    title: str
    csv: str
    json: str


@dataclass(frozen=True, slots=True)
class ReuseView:
    """What the page of downloads shows besides its own words."""

    downloads: list[DownloadView]
    charts: list[ChartFilesView]
    citations: list[tuple[str, str]]
    """Label and text of each style, for the briefing as a whole."""
    tables: list[tuple[str, str, list[tuple[str, str]]]]
    """Name of a table, what a row of it is, and its columns with what they mean."""

    @property
    def texts(self) -> list[str]:
        """All of it, for the audit of the numbers in it."""
        named = [text for each in self.downloads for text in (each.label, each.name, each.says)]
        cited = [text for pair in self.citations for text in pair]
        told = [text for _, says, heads in self.tables for text in (says, *(each for pair in heads for each in pair))]
        return [*named, *cited, *told, *exports.NOTES, *manifest.NOTES]


def kilobytes(content: bytes) -> int:
    """The size of a file for readers: what it begins counts whole."""
    return -(-len(content) // 1000)


def reuse(wiring: Wiring) -> ReuseView:
    """The files, the citation of the briefing, and the columns of the tables."""
    views = Views(wiring.briefing, wiring.evidence, DATA_URL)
    base = wiring.briefing.base
    cited = styles.cite(styles.of_briefing(wiring.briefing, wiring.site))
    return ReuseView(
        [
            DownloadView(
                views.relative(each.path),
                each.name,
                each.label,
                each.says,
                f"size/{each.path}",
                kilobytes(wiring.files[each.path]),
            )
            for each in exports.DOWNLOADS
        ],
        [
            ChartFilesView(chart.id, chart.title, *map(views.relative, exports.of_chart(chart.id)))
            for chart in base.charts
        ],
        [(style.label, cited[style.key]) for style in styles.STYLES.values()],
        exports.tables(has_charts=bool(base.charts)),
    )


def _data_page(wiring: Wiring) -> str:
    title, summary = DATA
    view = reuse(wiring)
    body = wiring.mixed(
        "data.html",
        summary=summary,
        downloads=view.downloads,
        charts=view.charts,
        citations=view.citations,
        tables=view.tables,
        notes=[*map(safe.light, exports.NOTES)],
        verify=[*map(safe.light, manifest.NOTES)],
        manifest=manifest.PATH,
        bill=sbom.PATH,
        has_address=bool(wiring.site),
        authors=wiring.briefing.base.briefing.authors,
    )
    return f"{front_matter(title, summary)}# {title}\n\n{body}\n"


def _search_page(wiring: Wiring) -> str:
    title, summary = SEARCH
    views = Views(wiring.briefing, wiring.evidence, SEARCH_URL)
    body = wiring.block(
        "search.html", summary=summary, facts_href=views.relative(FACTS_URL), sources_href=views.relative(SOURCES_URL)
    )
    return f"{front_matter(title, summary, hide=_ALONE, scripts=['search'])}# {title}\n\n{body}\n"
