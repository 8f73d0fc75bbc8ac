"""What is exported -> JSON-LD in the words of schema.org, for each page that has something to tell programs.

The front page tells of the briefing as a `Dataset` with its downloads, a topic's page of each fact as a `Claim` with
the words in sources that it cites, the page that holds a source of it. No `ClaimReview`: nothing here rates a claim.
The context stands within the page, so that a program needs no other site to read it, and addresses count from the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from generator import exports, safe, shelves
from generator.columns import Case
from generator.model import Fact, Measure, Source
from generator.stock import Stock
from generator.views import SOURCES_URL, date_view, page_url, relative, sentence, source_url, topic_url

Node = dict[str, Any]

_ADDRESS = {"@type": "@id"}
CONTEXT: Node = {"@vocab": "https://schema.org/", **dict.fromkeys(("url", "contentUrl", "archivedAt"), _ADDRESS)}
_TYPES = {
    "article": "NewsArticle",
    "repost": "NewsArticle",
    "wire": "NewsArticle",
    "report": "Report",
    "dataset": "Dataset",
    "social": "SocialMediaPosting",
    "video": "VideoObject",
}
"""What schema.org calls a kind of source; other kinds are works and no more."""


def of_site(case: Case) -> Stock[str]:
    """The JSON-LD of each page that has some, by the page's address, as text that a `<script>` can hold."""

    def kept(kind: str, url: str, facts: Sequence[Fact], make: Callable[[], list[Node]]) -> Callable[[], str]:
        def made() -> bytes:
            return _written({"@graph": make()}).encode()

        content = partial(case.kept, f"what {kind} at {url} tell programs", facts, made)
        return (lambda: content().decode()) if case.content else cache(lambda: made().decode())

    base = case.briefing.base
    front = page_url("index.md")
    by_topic: dict[str, list[Fact]] = {topic.id: [] for topic in base.topics}
    for fact in case.briefing.standing:
        by_topic.setdefault(fact.topic, []).append(fact)
    by_shelf: dict[str, list[Source]] = {} if shelves.pages(case.briefing) else {SOURCES_URL: []}
    for source in base.sources:
        by_shelf.setdefault(source_url(case.briefing, source).partition("#")[0], []).append(source)
    makers: dict[str, Callable[[], str]] = {
        front: cache(lambda: _written(_without_gaps({"@type": "Dataset", **_dataset(case, front)})))
    }
    for topic, facts in by_topic.items():
        if facts:
            url = topic_url(topic)
            makers[url] = kept("facts", url, facts, partial(_claims, case, facts, url))
    for url, sources in by_shelf.items():
        makers[url] = kept("sources", url, (), partial(_sources, case, sources, url))
    return Stock(makers)


def _written(node: Node) -> str:
    return safe.in_script(json.dumps({"@context": CONTEXT, **node}, ensure_ascii=False, separators=(",", ":")))


def _without_gaps(node: Node) -> Node:
    """What is known, and nothing else."""
    return {name: value for name, value in node.items() if value}


def _dataset(case: Case, here: str) -> Node:
    about = case.briefing.base.briefing
    return {
        "@id": relative(f"{here}#briefing", here),
        "name": about.title,
        "alternateName": about.short_title,
        "description": about.summary,
        "inLanguage": about.language,
        "dateModified": date_view(about.as_of).machine,
        "temporalCoverage": _covered(case),
        "creator": {"name": about.authors} if about.authors else None,
        "variableMeasured": [_variable(measure) for measure in case.briefing.base.measures],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": each.label,
                "encodingFormat": each.media_type,
                "contentUrl": relative(each.path, here),
            }
            for each in exports.DOWNLOADS
        ],
    }


def _covered(case: Case) -> str:
    """The first and the last day of all facts that stand, less those of which an end is open (ISO 8601 interval)."""
    dates = [fact.date for fact in case.briefing.standing if fact.date.start and fact.date.end]
    return f"{min(each.first for each in dates)}/{max(each.last for each in dates)}" if dates else ""


def _variable(measure: Measure) -> Node:
    return {
        "@type": "PropertyValue",
        "name": measure.label,
        "unitText": measure.unit,
        "description": f"Of {measure.population}; counted by: {measure.counted_by}",
    }


def _claims(case: Case, facts: Sequence[Fact], here: str) -> list[Node]:
    return [_claim(case, fact, here) for fact in facts]


def _sources(case: Case, sources: Sequence[Source], here: str) -> list[Node]:
    return [_source(case, source, here) for source in sources]


def _claim(case: Case, fact: Fact, here: str) -> Node:
    """A fact, short: a page may hold hundreds. Words that dispute it are not among those that it cites."""
    quotations = (
        {
            "@type": "Quotation",
            "text": each.quote,
            "isPartOf": {"@id": relative(source_url(case.briefing, case.briefing.sources[each.source]), here)},
        }
        for each in fact.citations
        if each.stance == "supports"
    )
    return _without_gaps(
        {
            "@type": "Claim",
            "@id": f"#{fact.id}",
            "text": sentence(fact.statement),
            "temporalCoverage": date_view(fact.date).machine,
            "creditText": fact.attribution,
            "creativeWorkStatus": "; ".join(case.views.marks(fact)),
            "citation": [*quotations],
        }
    )


def _source(case: Case, source: Source, here: str) -> Node:
    return _without_gaps(dict(_told_of(case, source, here)))


def _told_of(case: Case, source: Source, here: str) -> Iterator[tuple[str, Any]]:
    yield "@type", _TYPES.get(source.kind, "CreativeWork")
    yield "@id", f"#{source.id}"
    yield "url", source.url
    yield "name", source.title
    yield "author", {"name": source.author} if source.author else None
    yield "publisher", {"name": source.publisher}
    yield "datePublished", date_view(source.published).machine
    yield "inLanguage", source.language
    yield "archivedAt", source.archive
    if source.relays:
        original = case.briefing.sources[source.relays]
        yield "isBasedOn", {"@id": relative(source_url(case.briefing, original), here)}
    elif source.first_published_by != source.publisher:
        yield "isBasedOn", {"@type": "CreativeWork", "publisher": {"name": source.origin}}
