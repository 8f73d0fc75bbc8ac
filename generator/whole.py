"""Prose, charts, judgments, notes and sources -> one page that holds the whole briefing, to read through or to print.

The authors' pages stand in the order of the navigation, a level of headings lower; the notes are numbered through, in
order of first use; a chart or a judgment is shown once, and named where it would come again. A link from page to page
leads to the part that the page has become. Every id begins with what it is of: `part-`, `note-`, `chart-`, `source-`.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions.toc import TocExtension, slugify
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from generator import frames
from generator.model import LIKELIHOODS, Briefing, Call, Judgment, Page, Source, Text
from generator.pages import (
    JUDGMENTS,
    PDF,
    WHOLE,
    WHOLE_SUMMARY,
    Wiring,
    Writer,
    front_matter,
    hanging_whole,
    reading_order,
)
from generator.views import (
    FACTS_URL,
    JUDGMENTS_URL,
    SOURCES_URL,
    WHOLE_URL,
    Views,
    WholeViews,
    date_view,
    page_url,
    sentence,
)

PATH = f"{WHOLE_URL.removesuffix('.html')}.md"
"""Where the page is made, below MkDocs' folder of documents."""
_BEFORE_HEADINGS = 10
"""The priority at which links are read: after Markdown has found them, before it makes links of its own to headings."""


@dataclass(frozen=True, slots=True)
class PartView:
    """A page of the authors' as a part of the whole."""

    id: str
    title: str
    summary: str
    body: Markup


@dataclass(frozen=True, slots=True)
class ConclusionView:
    """A judgment in the list of all: its card, or where that stands already."""

    id: str
    statement: str
    card: Markup
    """Empty where an earlier part shows it."""


def make(wiring: Wiring) -> str:
    """The page, as Markdown that is one block of finished HTML."""
    hangs = hanging_whole(wiring)
    return wiring.kept(f"whole {hangs.beside}", hangs.facts, lambda: _made(wiring))


def _made(wiring: Wiring) -> str:
    about = wiring.briefing.base.briefing
    writer = _Writer(wiring)
    parts = [writer.part(page) for page in reading_order(wiring.briefing)]
    conclusions = [writer.conclusion(each) for each in wiring.briefing.base.judgments]
    body = wiring.templates.get_template("whole.html").render(
        about=about,
        as_of=date_view(about.as_of),
        facts=len(wiring.briefing.standing),
        sources=len(wiring.briefing.base.sources),
        facts_href=writer.views.relative(FACTS_URL),
        sources_href=writer.views.relative(SOURCES_URL),
        pdf=PDF if wiring.has_pdf else "",
        parts=parts,
        judgments_summary=JUDGMENTS[1],
        scale=LIKELIHOODS,
        conclusions=conclusions,
        notes=writer.notes.all(),
        bibliography=[writer.views.source(each) for each in writer.cited()],
    )
    return f"{front_matter(WHOLE, WHOLE_SUMMARY)}{frames.block(body)}\n"


def heading(page: Page, briefing: Briefing) -> str:
    """What a part is called: as its page, but for one that has the name of the whole."""
    meta = page.meta
    return meta.label or meta.title if meta.title == briefing.base.briefing.title else meta.title


class _Writer(Writer):
    """Writes the calls of all pages, one after the other, into one."""

    def __init__(self, wiring: Wiring) -> None:
        super().__init__(wiring, WHOLE_URL)
        self._shown: set[tuple[str, str]] = set()
        self._named: set[str] = set()

    def _views(self, _: str) -> Views:
        return WholeViews(self.wiring.briefing, self.wiring.evidence)

    def part(self, page: Page) -> PartView:
        """A page of the authors'."""
        name = page.path.removesuffix(".md")
        body = frames.plain("".join(part.text if isinstance(part, Text) else self.call(part) for part in page.parts))
        html = _read(body, name, self.views, self.wiring.briefing)
        return PartView(f"part-{name}", heading(page, self.wiring.briefing), page.meta.summary, html)

    def _preview(self, _: Call) -> str:
        return ""  # the charts come in full, on the page that has them

    def conclusion(self, judgment: Judgment) -> ConclusionView:
        """A judgment in the list of all."""
        is_new = self._is_new("judgment", judgment.id)
        card = Markup(self.judgment(judgment)) if is_new else Markup()  # noqa: S704 - by a template that escapes
        return ConclusionView(judgment.id, sentence(judgment.statement), card)

    def cited(self) -> list[Source]:
        """The sources of all notes, and those that prose names, by name and date."""
        noted = {citation.source for note in self.notes.facts for citation in note.citations}
        sources = [each for each in self.wiring.briefing.base.sources if each.id in noted | self._named]
        return sorted(sources, key=lambda each: (each.short.casefold(), each.published.text, each.id))

    def _is_new(self, kind: str, name: str) -> bool:
        is_new = (kind, name) not in self._shown
        self._shown.add((kind, name))
        return is_new

    def _chart(self, call: Call) -> str:
        if self._is_new("chart", call.args[0]):
            return super()._chart(call)
        chart = self.wiring.tables[call.args[0]].chart
        return self._render("again.html", kind="chart", id=chart.id, name=chart.title)

    def _judgment(self, call: Call) -> str:
        if self._is_new("judgment", call.args[0]):
            return super()._judgment(call)
        judgment: Judgment = self.wiring.briefing.judgments[call.args[0]]
        return self._render("again.html", kind="judgment", id=judgment.id, name=sentence(judgment.statement))

    def _source(self, call: Call) -> Markup:
        self._named.add(call.args[0])
        return super()._source(call)


# -- Markdown -------------------------------------------------------------------------------------------------------


def _read(body: str, name: str, views: Views, briefing: Briefing) -> Markup:
    """The prose of a page as HTML, with its headings a level lower under ids of its own."""
    headings = TocExtension(
        baselevel=2,
        slugify=lambda text, sign: f"part-{name}--{slugify(text, sign)}",
        permalink="#",  # as mkdocs.yml has it for the pages
        permalink_title="Link to this section",
    )
    reader = markdown.Markdown(extensions=[headings, "tables", "fenced_code"])
    reader.treeprocessors.register(_Links(reader, name, views, briefing), "whole-links", _BEFORE_HEADINGS)
    return Markup(reader.convert(body))  # noqa: S704 - prose holds no HTML, and what calls wrote is escaped


class _Links(Treeprocessor):  # type: ignore[misc]  # Markdown has no types
    """Turns the links of prose, which lead from file to file, into links within the page."""

    def __init__(self, reader: markdown.Markdown, name: str, views: Views, briefing: Briefing) -> None:
        super().__init__(reader)
        self._here = name
        self._views = views
        self._parts = {page.path for page in briefing.pages}
        self._ids = {f"chart-{each.id}" for each in briefing.base.charts}
        self._ids |= {f"judgment-{each.id}" for each in briefing.base.judgments}

    def run(self, root: Element) -> None:
        """Change every link of a page."""
        for link in root.iter("a"):
            link.set("href", self._within(link.get("href", "")))

    def _within(self, href: str) -> str:
        path, _, anchor = href.partition("#")
        path = path or f"{self._here}.md"
        if not path.endswith(".md"):
            return href
        if anchor in self._ids:
            return f"#{anchor}"
        if path in self._parts:
            return f"#part-{path.removesuffix('.md')}" + (f"--{anchor}" if anchor else "")
        if page_url(path) == JUDGMENTS_URL:
            return "#judgments"
        return self._views.relative(page_url(path) + (f"#{anchor}" if anchor else ""))
