"""Pages: the ones that must be there are, and prose stays prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from generator import safe
from generator.checks import passages
from generator.checks.engine import Case, finding, rule
from generator.model import Call, Figure, Page, Text
from generator.problems import Place, Problem, did_you_mean
from generator.prose import CALLS

RESERVED = (
    *("facts", "sources", "rules", "judgments", "corrections", "changes", "glossary", "search"),
    *("whole", "editions", "assets", "charts", "data", "404"),
)
"""Names of generated pages and folders, which no page of `content/` may take."""
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.md", re.ASCII)
_HTML = re.compile(r"<(?=[A-Za-z/!?])")
_LINK = re.compile(
    r"\]\(\s*<?([^)\s>]*)|^[ ]{0,3}\[[^\]]+\]:\s*(\S+)|<([a-z][a-z0-9+.-]*:[^>\s]*)>", re.MULTILINE | re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:|//", re.IGNORECASE)


def _matches(page: Page, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Place]]:
    for part in page.parts:
        if isinstance(part, Text):
            breaks = done = 0
            for match in pattern.finditer(part.text):
                at = match.start()
                breaks += part.text.count("\n", done, at)
                done = at
                column = at - part.text.rfind("\n", 0, at) if breaks else part.place.column + at
                yield match, Place(part.place.path, part.place.line + breaks, column)


@rule(waivable=False)
def page_missing(case: Case) -> Iterator[Problem]:
    """There is a page `content/index.md`: the front page.

    Bad:
        pages:
          index.md: null
          other.md: The mill burnt{{ cite("sacks-lost") }}.

    Good:
        pages:
          index.md: The mill burnt{{ cite("sacks-lost") }}.
    """
    if not any(page.path == "index.md" for page in case.briefing.pages):
        yield finding(
            Place("content/index.md"),
            "no front page",
            "content/index.md",
            "write it: its first paragraph is the bottom line",
        )


@rule(waivable=False)
def page_name(case: Case) -> Iterator[Problem]:
    """A page's file name makes a good address, and is not that of a generated page.

    Bad:
        pages:
          Sources of our own.md: They are few{{ cite("sacks-lost") }}.

    Good:
        pages:
          our-sources.md: They are few{{ cite("sacks-lost") }}.
    """
    for page in case.briefing.pages:
        if not _NAME.fullmatch(page.path):
            yield finding(
                page.meta.where.place(),
                f"the file name {page.path!r}",
                "lower-case letters, digits and single hyphens, ending in .md, directly in content/",
                "rename the file",
            )
        elif page.path.removesuffix(".md") in RESERVED:
            yield finding(
                page.meta.where.place(),
                f"the file name {page.path!r}",
                f"a name other than {', '.join(RESERVED)}, which the generator uses",
                "rename the file",
            )


@rule(waivable=False)
def prose_html(case: Case) -> Iterator[Problem]:
    """Prose holds no HTML.

    Markup in prose could hide text, load something from elsewhere, or imitate a citation.

    Bad:
        pages:
          index.md: The mill <b>has</b> burnt{{ cite("sacks-lost") }}.

    Good:
        pages:
          index.md: The mill **has** burnt{{ cite("sacks-lost") }}.
    """
    for page in case.briefing.pages:
        for match, place in _matches(page, _HTML):
            shown = match.string[match.start() : match.start() + 20].splitlines()[0]
            yield finding(
                place, f"HTML: {shown}", "Markdown and calls", "write it in Markdown; for a less-than sign write &lt;"
            )


@rule()
def prose_link(case: Case) -> Iterator[Problem]:
    """Links in prose lead to pages of the briefing; other addresses are sources, and are cited.

    A link does not replace a citation (ICS 206-01): it gives no date, no origin and no quote.

    Bad:
        pages:
          index.md: See [the Herald](https://herald.example/fire).

    Good:
        pages:
          index.md: See {{ source("herald") }}.
    """
    for page in case.briefing.pages:
        for match, place in _matches(page, _LINK):
            target = next(group for group in (*match.groups(), "") if group is not None)
            if _SCHEME.match(target):
                yield finding(
                    place,
                    f"a link to {target}",
                    'a page of content/, or {{ source("id") }}',
                    "list the page under `sources` and cite it",
                )


@rule(waivable=False)
def value_kind(case: Case) -> Iterator[Problem]:
    """The calls `value` and `figures` name figures: only figures have a value.

    Bad:
        pages:
          index.md: There were {{ value("mayor-visit") }} visits.

    Good:
        pages:
          index.md: There were {{ value("sacks-lost") }} sacks.
    """
    for page in case.briefing.pages:
        for call in page.calls:
            if call.name not in ("value", "figures"):
                continue
            for wanted, place in zip(call.args, call.places, strict=True):
                fact = case.briefing.facts.get(wanted)
                if fact is not None and not isinstance(fact, Figure):
                    found = f"{call.name} of {wanted!r}, which is no figure but {_article(fact.kind)}"
                    yield finding(place, found, "the id of a figure", 'write {{ fact("...") }} instead', fact.subject)


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


@rule(waivable=False)
def language_unsupported(case: Case) -> Iterator[Problem]:
    """The briefing is in a language that the site's own words are in: English, so far.

    Quotes may be in any language; each source names its own.

    Bad:
        briefing:
          language: xx

    Good:
        briefing:
          language: en
    """
    about = case.briefing.base.briefing
    if about.language and about.language.lower() != "en":
        yield finding(
            about.where.place("language"), f"the language {about.language!r}", "en", "write the pages in English"
        )


@rule(waivable=False)
def link_dead(case: Case) -> Iterator[Problem]:
    """A link in prose leads to a page that there is, and to a place on it.

    Links are written to the file, as in `[the method](method.md)`; the pages of the facts are `facts/index.md` and
    `facts/TOPIC.md`; those of the sources, the downloads, the judgments, the rules, what changed, the glossary, the
    search, the whole and the editions are `sources.md`, `data.md`, `judgments.md`, `rules.md`, `changes.md`,
    `glossary.md`, `search.md`, `whole.md` and `editions.md`. There are no pictures but the charts. What follows a `#`
    is a heading of the page in small letters with hyphens, or on a page of facts the id of one of its facts.

    Bad:
        pages:
          index.md: See [the method](nowhere.md).

    Good:
        pages:
          index.md: See [all facts](facts/index.md).
    """
    topics = (f"facts/{topic.id}.md" for topic in case.briefing.base.topics)
    made = ("sources", "data", "rules", "changes", "glossary", "search", "whole", "facts/index")
    judged = ("judgments.md",) if case.briefing.base.judgments else ()
    frozen = ("editions.md",) if case.briefing.editions else ()
    known = {*(f"{each}.md" for each in made), *judged, *frozen, *topics, *(page.path for page in case.briefing.pages)}
    for page in case.briefing.pages:
        for match, place in _matches(page, _LINK):
            target = next(group for group in (*match.groups(), "") if group is not None)
            name, _, anchor = target.partition("#")
            if _SCHEME.match(target):
                continue
            if name and name not in known:
                yield finding(
                    place, f"a link to {target}", "a page of the briefing", did_you_mean(name, known, "write the page")
                )
            elif anchor:
                yield from _dead_anchor(case, place, name or page.path, unquote(anchor))


def _dead_anchor(case: Case, place: Place, name: str, anchor: str) -> Iterator[Problem]:
    """An anchor that surely leads nowhere; what else a generated page has, the audit knows."""
    found = f"a link to {name}#{anchor}, which is not there"
    fact = case.briefing.facts.get(anchor)
    page = next((each for each in case.briefing.pages if each.path == name), None)
    if page is not None:
        headings = _headings(page)
        if headings is not None and anchor not in headings and not _MADE.match(anchor):
            hint = did_you_mean(anchor, headings, "leave out the # and what follows, or mend it")
            yield finding(place, found, "a heading of the page, in small letters with hyphens", hint)
    elif name.startswith("facts/") and name != "facts/index.md" and anchor not in _OF_FACTS:
        topic = name.removeprefix("facts/").removesuffix(".md")
        of_topic = [each.id for each in case.briefing.by_topic.get(topic, ())]
        if anchor not in of_topic:
            moved = f"it stands at facts/{fact.topic}.md#{anchor}" if fact else ""
            yield finding(
                place, found, "the id of a fact of that topic", moved or did_you_mean(anchor, of_topic, "mend the id")
            )


_MADE = re.compile(r"(?:note|ref|month|chart|preview|judgment)-|notes$")
"""Anchors that calls make on a page of prose."""
_OF_FACTS = frozenset({"figures", "events", "statements", "withdrawn"})
"""The headings of a page of facts."""


def _headings(page: Page) -> set[str] | None:
    """The anchors of a page's headings, as Markdown makes them; None where a call stands in one of them."""
    import markdown  # noqa: PLC0415 - few pages have links to headings

    parts = (each.text if isinstance(each, Text) else _stand_in(each) for each in page.parts)
    reader = markdown.Markdown(extensions=["toc", "tables", "fenced_code"])
    reader.convert(f"# {safe.inline(page.meta.title)}\n\n{''.join(parts)}")
    found: set[str] = set()
    left: list[Any] = [*reader.toc_tokens]
    while left:
        heading = left.pop()
        if passages.CALL in heading["name"]:
            return None
        found.add(heading["id"])
        left += heading["children"]
    return found


def _stand_in(call: Call) -> str:
    is_block = call.name in CALLS and CALLS[call.name].is_block
    return f"\n\n{passages.CALL}\n\n" if is_block else passages.CALL


@rule(waivable=False)
def call_not_alone(case: Case) -> Iterator[Problem]:
    """A chart, table, timeline or list of facts stands on a line of its own, and a chart once on a page.

    Within a sentence it would tear the sentence apart; twice on a page, its address would name two places.

    Bad:
        pages:
          index.md: Here {{ chart("losses") }} it is.

    Good:
        pages:
          index.md: '{{ chart("losses") }}'
    """
    for page in case.briefing.pages:
        charts: set[str] = set()
        for number, part in enumerate(page.parts):
            if not isinstance(part, Call) or part.name not in CALLS or not CALLS[part.name].is_block:
                continue
            before, after = (page.parts[at] if 0 <= at < len(page.parts) else None for at in (number - 1, number + 1))
            if not _ends_line(before) or not _starts_line(after):
                yield finding(
                    part.place, f"{part.name} within a line", "a line of its own", "put empty lines around it"
                )
            for each, place in zip(part.args, part.places, strict=True) if part.name in ("chart", "preview") else ():
                if each in charts:
                    found = f"the chart {each!r} a second time"
                    yield finding(place, found, "once on a page", "take one of the two away")
                charts.add(each)


def _ends_line(part: Text | Call | None) -> bool:
    """Whether a call that follows this stands at the beginning of a line."""
    return part is None or (isinstance(part, Text) and not part.text.rpartition("\n")[2].strip())


def _starts_line(part: Text | Call | None) -> bool:
    """Whether a call that this follows stands at the end of a line."""
    return part is None or (isinstance(part, Text) and not part.text.partition("\n")[0].strip())


@rule(waivable=False)
def preview_without_chart(case: Case) -> Iterator[Problem]:
    """A preview of a chart leads to a page that has the whole chart: its notes, its table, its citations.

    Bad:
        pages:
          index.md: '{{ preview("losses") }}'

    Good:
        pages:
          index.md: '{{ preview("losses") }}'
          second.md: '{{ chart("losses") }}'
    """
    for page in case.briefing.pages:
        for call in page.calls:
            for each, place in zip(call.args, call.places, strict=True) if call.name == "preview" else ():
                if each in case.briefing.charts and case.briefing.page_of_chart(each) is None:
                    found = f"a preview of the chart {each!r}, which no page has"
                    wanted = "a page with the whole chart"
                    yield finding(place, found, wanted, f'write {{{{ chart("{each}") }}}} on one page')


@rule(waivable=False)
def call_empty(case: Case) -> Iterator[Problem]:
    """A timeline, table or list of facts in prose selects at least one fact.

    Bad:
        pages:
          index.md: '{{ timeline(topics=["losses"], kinds=["statement"]) }}'

    Good:
        pages:
          index.md: '{{ timeline(topics=["losses"], kinds=["event"]) }}'
    """
    for page in case.briefing.pages:
        for call in page.calls:
            if call.name in CALLS and CALLS[call.name].selects and not case.briefing.select(call.selection):
                yield finding(
                    call.place,
                    f"{call.name} selects no fact",
                    "at least one fact",
                    "each word narrows the choice: leave one out",
                )
