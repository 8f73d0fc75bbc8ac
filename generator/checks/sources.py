"""Sources: described by themselves, with their author and title as seen, and pointed to the text that they carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from generator import quotes
from generator.checks.engine import Case, fact_rule, finding, rule
from generator.model import Fact, Source
from generator.problems import Level, Problem

_LEAST = 8
"""Words of a descriptor: fewer cannot tell access, quality and bias."""
_MANY_SOURCES = 10
"""From so many sources on, the authors say in their own words what the sources are worth (ICD 206)."""
_NEAR = 4
"""Days between a report and the copy that carries it."""
REFUSED = ("archive.today", "archive.is", "archive.ph", "archive.fo", "archive.li", "archive.md", "archive.vn")
"""Archives that are no proof: archive.today and its mirrors changed captures (Wikipedia, 2026)."""
_REFUSED_ONION = "archiveiya74codqgiixo33q62qlrqtkgmcitqx5u2oeqnmn5bpcbiyd.onion"
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def _plain(name: str) -> str:
    return " ".join(name.casefold().removeprefix("the ").split())


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().removeprefix("www.").rstrip(".")
    except ValueError:
        return ""


@rule()
def descriptor_thin(case: Case) -> Iterator[Problem]:
    """A descriptor says something of its own about access, quality or bias.

    At least eight words, more than the title, publisher and origin over again, and not what another source's descriptor
    says word for word (ICD 206: credibility, bias and quality of each source).

    Bad:
        sources:
          - id: herald
            descriptor: Fire at the mill, an article published by The Herald.

    Good:
        sources:
          - id: herald
            descriptor: A local newspaper, read in full; it names the mill owners but not their number.
    """
    seen: dict[tuple[str, ...], Source] = {}
    for source in case.briefing.base.sources:
        words = quotes.tokens(source.descriptor)
        if not words:
            continue
        said = {
            *quotes.tokens(f"{source.title} {source.publisher} {source.origin} {source.author} {source.kind}"),
            *_SMALL,
        }
        own = [word for word in words if word not in said]
        first = seen.setdefault(tuple(words), source)
        found = ""
        if len(words) < _LEAST:
            found = f"a descriptor of {len(words)} words: “{source.descriptor}”"
        elif len(own) < _LEAST // 2:
            found = f"a descriptor that repeats title and publisher: “{source.descriptor}”"
        elif first is not source:
            found = f"the descriptor of {first.id} ({first.where.place()}) word for word: “{source.descriptor}”"
        if found:
            yield finding(
                source.where.place("descriptor"),
                found,
                "access, quality, bias and known faults of this page, in at least eight words of your own",
                "say what a reader should know before trusting it: whose voice it is, how much was read, what lacks",
                source.subject,
            )


_SMALL = frozenset(
    (
        *("a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "that", "the"),
        *("this", "to", "was", "with", "page", "published", "publisher", "source", "text"),
    )
)


@rule(waivable=False)
def archive_refused(case: Case) -> Iterator[Problem]:
    """No source is read at, or kept by, an archive that is known to change what it shows.

    archive.today and its mirrors are refused as proof; a fingerprint of one's own and another archive are not.

    Bad:
        sources:
          - id: herald
            archive: https://archive.ph/abcde

    Good:
        sources:
          - id: herald
            archive: https://web.archive.org/web/20310520/https://herald.example/fire
    """
    for source in case.briefing.base.sources:
        for field in ("url", "archive"):
            host = _host(getattr(source, field))
            if any(host == each or host.endswith(f".{each}") for each in (*REFUSED, _REFUSED_ONION)):
                yield finding(
                    source.where.place(field),
                    f"{source.short} at {host}",
                    "the page itself, or an archive that keeps it as it was",
                    "read it where it was published, or at another archive",
                    source.subject,
                )


@rule()
def author_is_host(case: Case) -> Iterator[Problem]:
    """An author is a person or body who wrote the page, not the publisher or the site again.

    Bad:
        sources:
          - id: herald
            author: The Herald

    Good:
        sources:
          - id: herald
            author: A. Miller
    """
    for source in case.briefing.base.sources:
        host = _host(source.url)
        author, *hosts = (_plain(each) for each in (source.author, source.publisher, source.origin, host))
        if author and (author in hosts or re.fullmatch(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+/?\S*", source.author)):
            yield finding(
                source.where.place("author"),
                f"the author is {source.author!r}, the publisher {source.publisher!r}, the site {host}",
                "who wrote it, as named on the page",
                "leave `author` out where the page names none",
                source.subject,
            )


@rule()
def title_not_seen(case: Case) -> Iterator[Problem]:
    """A title is the one that stands on the page, not one read off its address.

    Words joined by hyphens or underscores, or an address, are no title. Where none was seen, there is none.

    Bad:
        sources:
          - id: herald
            title: fire-at-the-mill

    Good:
        sources:
          - id: herald
            title: Fire at the mill
    """
    for source in case.briefing.base.sources:
        title = source.title
        slugs = {part for part in re.split(r"[/?#=&]", unquote(source.url)) if part}
        is_slug = bool(title) and (
            title in slugs or re.fullmatch(r"(?:https?:)?//\S+|[\w%]+(?:[-_][\w%]+){2,}(?:\.html?)?", title)
        )
        if is_slug:
            yield finding(
                source.where.place("title"),
                f"the title {title!r}, which looks like an address",
                "the title as seen on the page",
                "leave `title` out where none was seen",
                source.subject,
            )


@rule()
def source_summary_missing(case: Case) -> Iterator[Problem]:
    """Where a briefing rests on more than ten sources, its authors sum up what they are worth.

    `source_summary` tells strengths and weaknesses, which sources carry the most, and which agree or clash (ICD 206).
    The counts beside it are made from the sources; the words are the authors' own, and hold no numbers.

    Bad:
        briefing:
          source_summary: null
        sources:
          - {id: s1, publisher: One, kind: article, url: "https://a.example/1", date_basis: None.,
             accessed: 2031-05-20, descriptor: The first of many pages that nobody has cited so far.}
          - {id: s2, publisher: Two, kind: article, url: "https://a.example/2", date_basis: None.,
             accessed: 2031-05-20, descriptor: The second of many pages that nobody has cited so far.}
          - {id: s3, publisher: Three, kind: article, url: "https://a.example/3", date_basis: None.,
             accessed: 2031-05-20, descriptor: The third of many pages that nobody has cited so far.}
          - {id: s4, publisher: Four, kind: article, url: "https://a.example/4", date_basis: None.,
             accessed: 2031-05-20, descriptor: The fourth of many pages that nobody has cited so far.}
          - {id: s5, publisher: Five, kind: article, url: "https://a.example/5", date_basis: None.,
             accessed: 2031-05-20, descriptor: The fifth of many pages that nobody has cited so far.}
          - {id: s6, publisher: Six, kind: article, url: "https://a.example/6", date_basis: None.,
             accessed: 2031-05-20, descriptor: The sixth of many pages that nobody has cited so far.}
          - {id: s7, publisher: Seven, kind: article, url: "https://a.example/7", date_basis: None.,
             accessed: 2031-05-20, descriptor: The seventh of many pages that nobody has cited so far.}
          - {id: s8, publisher: Eight, kind: article, url: "https://a.example/8", date_basis: None.,
             accessed: 2031-05-20, descriptor: The eighth of many pages that nobody has cited so far.}
          - {id: s9, publisher: Nine, kind: article, url: "https://a.example/9", date_basis: None.,
             accessed: 2031-05-20, descriptor: The ninth of many pages that nobody has cited so far.}
          - {id: s10, publisher: Ten, kind: article, url: "https://a.example/10", date_basis: None.,
             accessed: 2031-05-20, descriptor: The tenth of many pages that nobody has cited so far.}

    Good:
        briefing:
          source_summary: A single local newspaper, close to the events and to the owners.
    """
    base = case.briefing.base
    if len(base.sources) > _MANY_SOURCES and not base.briefing.source_summary:
        yield finding(
            base.briefing.where.place(),
            f"{len(base.sources)} sources, and nothing that sums up what they are worth",
            "`source_summary` in `briefing`: strengths, weaknesses, which carry the most, which agree or clash",
            "write it in a few sentences, without numbers: those are counted for you",
            base.briefing.subject,
        )


# -- copies and their originals -------------------------------------------------------------------------------------


@rule(waivable=False)
def relay_circular(case: Case) -> Iterator[Problem]:
    """No source relays itself, directly or through others.

    If a page carries the text of another, that other was there first. A circle would let two copies prove each other.

    Bad:
        sources:
          - id: herald
            relays: herald

    Good:
        sources:
          - id: herald
            relays: null
    """
    sources = case.briefing.sources
    for source in case.briefing.base.sources:
        path = [source.id]
        while (following := sources.get(path[-1])) and following.relays and following.relays not in path:
            path.append(following.relays)
        if following and following.relays == source.id:
            yield finding(
                source.where.place("relays"),
                f"a circle: {' -> '.join([*path, source.id])}",
                "copies that lead to an original",
                "find out which was first, and remove its `relays`",
                source.subject,
            )


@rule()
def relay_mismatch(case: Case) -> Iterator[Problem]:
    """A relay names the publisher of its original as `origin`, and is not older than it.

    Bad:
        sources:
          - id: gazette
            publisher: The Gazette
            kind: repost
            url: https://gazette.example/mill
            published: 2031-05-03
            date_basis: The page's date line.
            accessed: 2031-05-20
            origin: The Herald
            relays: herald
            descriptor: A weekly that took over the text of the daily, without its pictures.
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
              - source: gazette
                quote: around 1,200 sacks of flour
        lock: [herald, gazette]

    Good:
        sources:
          - id: gazette
            publisher: The Gazette
            kind: repost
            url: https://gazette.example/mill
            published: 2031-05-06
            date_basis: The page's date line.
            accessed: 2031-05-20
            origin: The Herald
            relays: herald
            descriptor: A weekly that took over the text of the daily, without its pictures.
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
              - source: gazette
                quote: around 1,200 sacks of flour
        lock: [herald, gazette]
    """
    for source in case.briefing.base.sources:
        original = case.briefing.sources.get(source.relays)
        if original is None or original is source:
            continue
        if source.first_published_by != original.first_published_by:
            yield finding(
                source.where.place("origin" if source.origin else "relays"),
                f"{source.publisher} relays {original.short}, and names {source.first_published_by!r} as the first",
                f"`origin: {original.first_published_by}`, as the original has it",
                "correct `origin` or `relays`: two reports with one origin must count as one",
                source.subject,
            )
        if source.published and original.published and source.published.last < original.published.first:
            yield finding(
                source.where.place("published"),
                f"{source.publisher} published on {source.published.words()}, the original in {original.publisher} on"
                f" {original.published.words()}",
                "a copy no older than its original",
                "correct one of the two dates, or `relays`",
                source.subject,
            )


@rule(Level.WARNING)
def relay_unlinked(case: Case) -> Iterator[Problem]:
    """A copy whose original is among the sources points to it.

    A source that names another source's publisher as `origin`, and came out within four days of it under the same
    title, is taken for its copy.

    Bad:
        sources:
          - id: gazette
            title: Fire at the mill
            publisher: The Gazette
            kind: repost
            url: https://gazette.example/mill
            published: 2031-05-05
            date_basis: The page's date line.
            accessed: 2031-05-20
            origin: The Herald
            descriptor: A weekly that took over the text of the daily, without its pictures.
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
              - source: gazette
                quote: around 1,200 sacks of flour
        lock: [herald, gazette]

    Good:
        sources:
          - id: gazette
            title: Fire at the mill
            publisher: The Gazette
            kind: repost
            url: https://gazette.example/mill
            published: 2031-05-05
            date_basis: The page's date line.
            accessed: 2031-05-20
            origin: The Herald
            relays: herald
            descriptor: A weekly that took over the text of the daily, without its pictures.
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
              - source: gazette
                quote: around 1,200 sacks of flour
        lock: [herald, gazette]
    """
    originals: dict[tuple[str, tuple[str, ...]], Source] = {}
    for source in case.briefing.base.sources:
        if source.title and source.first_published_by == source.publisher:
            originals.setdefault((source.publisher, tuple(quotes.tokens(source.title))), source)
    for source in case.briefing.base.sources:
        if source.relays or not source.origin or source.origin == source.publisher:
            continue
        original = originals.get((source.origin, tuple(quotes.tokens(source.title))))
        if original is not None and _is_near(source, original):
            yield finding(
                source.where.place("origin"),
                f"{source.publisher} carries {source.origin}, and the original is among the sources:"
                f" {original.id}, “{original.title}”",
                "a copy that points to its original",
                f"add `relays: {original.id}`",
                source.subject,
            )


def _is_near(copy: Source, original: Source) -> bool:
    if not copy.published or not original.published:  # readouts of many days have one title
        return False
    return -_NEAR <= (copy.published.first - original.published.first).days <= _NEAR


@fact_rule(Level.WARNING)
def relay_without_original(case: Case, fact: Fact) -> Iterator[Problem]:
    """A fact that rests on a copy cites the original too, where that was read.

    The most original source is the best one (ICD 206); a copy may have lost or changed words.

    Bad:
        sources:
          - id: gazette
            title: Fire at the mill
            publisher: The Gazette
            kind: repost
            url: https://gazette.example/mill
            published: 2031-05-05
            date_basis: The page's date line.
            accessed: 2031-05-20
            origin: The Herald
            relays: herald
            descriptor: A weekly that took over the text of the daily, without its pictures.
        facts:
          - id: sacks-lost
            citations:
              - source: gazette
                quote: around 1,200 sacks of flour
        lock: [herald, gazette]

    Good:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
    """
    for citation in fact.citations:
        source = case.briefing.sources.get(citation.source)
        if (
            source
            and source.relays in case.briefing.sources
            and source.relays != source.id
            and source.relays not in fact.cited
        ):
            original = case.briefing.sources[source.relays]
            yield finding(
                citation.where.place("source"),
                f"“{fact.statement}” cites {source.short}, a copy of {original.id}, and not the original",
                "the original, or both",
                f"quote the words from {original.id}",
                fact.subject,
            )


@fact_rule(Level.WARNING)
def origins_on_one_page(case: Case, fact: Fact) -> Iterator[Problem]:
    """Words from one page have one origin, unless the page itself tells of several.

    Readers are told how many origins a fact has. Quotes of one page with an origin each would make two witnesses of a
    single one; that a page adds words of its own to what it carries does not confirm it. Where it does carry the words
    of two who know for themselves, a waiver says so.

    Bad:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
                origin: Mill owners
              - source: herald
                quote: The mill owners said around

    Good:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
                origin: Mill owners
              - source: herald
                quote: The mill owners said around
                origin: Mill owners
    """
    pages = {source for source, _ in fact.backing}
    page = case.briefing.sources.get(pages.pop()) if len(pages) == 1 else None
    if page is None or len(fact.backing) == 1:
        return
    first, *others = dict.fromkeys(origin or page.first_published_by for _, origin in fact.backing)
    if others:
        yield finding(
            fact.where.place("citations"),
            f"{len(others) + 1} origins, all by the word of {page.short}: {', '.join([first, *others])}",
            "one origin for what a single page tells",
            f"write `origin: {first}` with each, cite a page of {others[0]}, or waive it where the page carries both",
            fact.subject,
        )
