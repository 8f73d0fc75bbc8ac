"""Citations: every fact has one, every quote stands in its source, every source was read."""

from __future__ import annotations

from collections.abc import Iterator

from generator import quotes
from generator.checks.engine import Case, fact_rule, finding, rule
from generator.evidence import Status, Verdict
from generator.model import Fact, Figure
from generator.problems import Level, Problem

SHORTEST, LONGEST = 3, 25
"""Words of a quote: three can be looked up, and more than 25 would republish the source."""


def _cited(case: Case) -> set[str]:
    return set().union(*(fact.cited for fact in case.briefing.base.facts))


def _title(case: Case, source_id: str) -> str:
    source = case.briefing.sources.get(source_id)
    if source is None:
        return source_id
    return f"{source.short}, “{source.title}”" if source.title else source.short


@fact_rule(waivable=False)
def fact_without_citation(_: Case, fact: Fact) -> Iterator[Problem]:
    """Every fact rests on at least one citation that supports it, or is computed from facts that do.

    A citation is a source and the few words in it that prove the fact. A fact that nothing supports is an assertion
    of the authors and has no place among the facts (Wikipedia: Verifiability; ICD 206, sourcing of every statement).
    The evidence of a figure with `derived` is that of the figures in its formula.

    Bad:
        facts:
          - id: sacks-lost
            citations: []

    Good:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
    """
    is_derived = isinstance(fact, Figure) and bool(fact.derived)
    if not is_derived and not any(citation.stance == "supports" for citation in fact.citations):
        found = "a fact without citations" if not fact.citations else "a fact whose citations all dispute it"
        place = fact.where.place("citations")
        yield finding(
            place,
            f"{found}: “{fact.statement}”",
            "at least one citation: a source and the words in it that say so",
            "add `citations:` with `- source:` and `quote:`, or withdraw the fact",
            fact.subject,
        )


@fact_rule()
def quote_length(_: Case, fact: Fact) -> Iterator[Problem]:
    """A quote has 3 to 25 words.

    Fewer than three cannot be proven by a fingerprint; more than 25 are not needed to prove a fact, and a source's
    sentences belong to its publisher.

    Bad:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: 1,200 sacks

    Good:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks
    """
    for citation in fact.citations:
        count = len(quotes.tokens(citation.quote))
        if citation.quote and not SHORTEST <= count <= LONGEST:
            yield finding(
                citation.where.place("quote"),
                f"a quote of {count} words: “{citation.quote}”",
                f"{SHORTEST} to {LONGEST} consecutive words of the source",
                "quote the words that carry the proof, no more",
                fact.subject,
            )


@fact_rule(waivable=False)
def quote_not_found(case: Case, fact: Fact) -> Iterator[Problem]:
    """A quote stands in its source, word for word, in one paragraph.

    The words are looked up in the source's fingerprint in `sources.lock`. Case, shapes of quotation marks and dashes,
    spaces and punctuation between words do not matter; a number's sign, decimals and per cent sign do. The message
    shows the longest part that does stand there and the word at which the match breaks.

    Of some sources only an excerpt was read. A quote that does not stand in the excerpt is not wrong but unknown; it
    may be kept where `unproven` says why, and the site then shows it as not verified.

    Bad:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 bags of flour

    Good:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: Around 1200 sacks of flour
    """
    for citation in fact.citations:
        verdict = case.evidence.verdict(citation)
        if verdict.status is Status.ABSENT or (verdict.status is Status.UNKNOWN and not citation.unproven):
            of = "the excerpt that was read of " if verdict.status is Status.UNKNOWN else ""
            yield finding(
                citation.where.place("quote"),
                f"“{citation.quote}” does not stand in {of}{_title(case, citation.source)}",
                "consecutive words of one paragraph of the source, as they stand there",
                _next_step(verdict),
                fact.subject,
            )


def _next_step(verdict: Verdict) -> str:
    near = verdict.finding
    if near.near:
        return f"paragraph {near.near_paragraph} has “{' '.join(near.near)}”; the match breaks at “{near.broken}”"
    if verdict.status is Status.UNKNOWN:
        return "read and archive the whole page, or say in `unproven` why the quote is kept"
    return "no three words of it stand there in a row: is it the right source?"


@fact_rule(Level.WARNING)
def unproven_needless(case: Case, fact: Fact) -> Iterator[Problem]:
    """Only a quote that could not be looked up is marked `unproven`.

    The mark is for quotes that may stand in the unread rest of a page. Where the words were found, it makes good
    evidence look bad.

    Bad:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
                unproven: Only the beginning of the page was read.

    Good:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
    """
    for citation in fact.citations:
        if citation.unproven and case.evidence.verdict(citation).status is Status.PROVEN:
            yield finding(
                citation.where.place("unproven"),
                f"“{citation.quote}” is marked as unproven and stands in {_title(case, citation.source)}",
                "no mark on a quote that is proven",
                "remove `unproven`",
                fact.subject,
            )


@rule(waivable=False)
def source_without_fingerprint(case: Case) -> Iterator[Problem]:
    """Every source that a fact cites has a fingerprint in `sources.lock`.

    Without one nobody can check offline that its quotes stand in it.

    Bad:
        sources:
          - id: gazette
            publisher: The Gazette
            kind: article
            url: https://gazette.example/mill
            date_basis: None shown on the page.
            accessed: 2031-05-20
            descriptor: A weekly, read in part; its report came out after that of the Herald.
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
              - source: gazette
                quote: the mill has burnt

    Good:
        facts:
          - id: sacks-lost
            citations:
              - source: herald
                quote: around 1,200 sacks of flour
    """
    used = _cited(case) if case.evidence.is_known else set()
    for source in case.briefing.base.sources:
        if source.id in used and source.id not in case.evidence.fingerprints:
            yield finding(
                source.where.place("id"),
                f"{source.publisher} was never archived: no fingerprint in sources.lock",
                f"a line for {source.id!r} in sources.lock",
                "take its fingerprint from the text that was read",
                source.subject,
            )


@rule(Level.WARNING)
def source_unused(case: Case) -> Iterator[Problem]:
    """Every listed source is cited by a fact.

    A source on which nothing rests makes the list look longer than the evidence is.

    Bad:
        sources:
          - id: gazette
            publisher: The Gazette
            kind: article
            url: https://gazette.example/mill
            date_basis: None shown on the page.
            accessed: 2031-05-20
            descriptor: A weekly, read in part; its report came out after that of the Herald.

    Good:
        sources:
          - id: herald
    """
    used = _cited(case)
    for source in case.briefing.base.sources:
        if source.id and source.id not in used:
            yield finding(
                source.where.place("id"),
                f"no fact cites {source.publisher or source.id}",
                "a source that some fact rests on",
                "cite it or remove it",
                source.subject,
            )


@rule(Level.WARNING)
def fingerprint_unused(case: Case) -> Iterator[Problem]:
    """Every fingerprint in `sources.lock` belongs to a listed source.

    Bad:
        lock: [herald, gazette]

    Good:
        lock: [herald]
    """
    listed = case.briefing.declared.get("sources", frozenset())
    for source_id, place in case.evidence.places.items():
        if source_id not in listed:
            yield finding(
                place,
                f"a fingerprint of {source_id!r}, which is not listed",
                "an id listed under `sources`",
                "remove the line, or list the source",
            )
