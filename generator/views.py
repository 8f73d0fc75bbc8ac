"""Briefing -> what templates may use: one documented value per template, every field with its words already chosen.

A template sees these fields and nothing else, so what a page can show is written here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from generator import formula, safe, seals, shelves
from generator.edtf import Edtf
from generator.evidence import Evidence, Status
from generator.model import (
    LIKELIHOODS,
    Actor,
    Briefing,
    Citation,
    Correction,
    Event,
    Fact,
    Figure,
    Judgment,
    Measure,
    Source,
    Statement,
    Update,
    Waiver,
)
from generator.tables import figure_label, with_unit

FACTS_URL, SOURCES_URL = "facts/index.html", "sources.html"
JUDGMENTS_URL, CHANGES_URL, SEARCH_URL = "judgments.html", "changes.html", "search.html"
GLOSSARY_URL, FEED_URL, DATA_URL, WHOLE_URL = "glossary.html", "feed.xml", "data.html", "whole.html"
EDITIONS_URL = "editions.html"


def topic_url(topic: str) -> str:
    """The address of a topic's page, relative to the site's root."""
    return f"facts/{topic}.html"


def fact_url(fact: Fact) -> str:
    """The permanent place of a fact, relative to the site's root."""
    return f"{topic_url(fact.topic)}#{fact.id}"


def source_url(briefing: Briefing, source: Source) -> str:
    """The page that holds a source, relative to the site's root, with its anchor there."""
    return f"{shelf_url(shelves.pages(briefing).get(source.id, ''))}#{source.id}"


def shelf_url(page: str) -> str:
    """The address of a page of sources, by its name; that of the page of all sources by none."""
    return f"sources/{page}.html" if page else SOURCES_URL


def page_url(path: str) -> str:
    """The address of a Markdown page, relative to the site's root: a file, so that a folder opened from disk works."""
    return f"{path.removesuffix('.md')}.html"


def relative(target: str, here: str) -> str:
    """An address as a page at `here` writes it, so that the site works below any path and from disk."""
    path, mark, anchor = target.partition("#")
    if path == here and mark:
        return f"#{anchor}"
    return f"{_way(path, here)}{mark}{anchor}"


@cache
def _way(path: str, here: str) -> str:
    """From page to page: there are few, and many links."""
    return posixpath.relpath(path, posixpath.dirname(here) or ".")


@dataclass(frozen=True, slots=True)
class DateView:
    """A date for readers and for machines."""

    words: str
    machine: str
    """For `<time datetime>`: only where the date is a plain day or month; empty otherwise."""
    text: str
    """As it is written in the fact base."""


@dataclass(frozen=True, slots=True)
class CitationView:
    """A quote and where it stands."""

    quote: str
    language: str
    """The language of the quote, where it is not the briefing's; empty otherwise."""
    direction: str
    """`rtl` for quotes in scripts that run from right to left; empty otherwise."""
    source: str
    """How a note names the source: `Upland Mirror, carrying Harbour Wire`."""
    title: str
    source_href: str
    """The source's place, on the page that holds it."""
    words_href: str
    """The source itself, opened at the quoted words."""
    address: str
    """Where the source is, as paper shows it."""
    published: DateView
    paragraph: int
    proof: str
    """What is known of the quote, in words."""
    is_proven: bool
    disputes: bool
    note: str


@dataclass(frozen=True, slots=True)
class RivalView:
    """A fact that contradicts another, as a card of that other shows it."""

    id: str
    statement: str
    href: str
    note: str
    """What is said of the contradiction."""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A mistake that readers have seen, and its cure."""

    fact: str
    """The id of the fact."""
    href: str
    date: DateView
    was: str
    now: str
    why: str


@dataclass(frozen=True, slots=True)
class UpdateView:
    """What the authors tell of new information."""

    id: str
    date: DateView
    what: str
    facts: tuple[tuple[str, str, str], ...]
    """Id, statement and address of each fact that says so."""


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact with everything that a reader needs to judge it."""

    id: str
    kind: str
    statement: str
    """A sentence, with its full stop."""
    date: DateView
    href: str
    """Its permanent place, as this page writes it."""
    topic: str
    details: tuple[tuple[str, str], ...]
    """Label and text of what else is known: value, who says so, what the date rests on."""
    known: str
    """The day since when it is known, for machines; with `?` where no source shows when it was published."""
    citations: tuple[CitationView, ...]
    origins: str
    """How many independent origins, and which."""
    used_on: tuple[tuple[str, str], ...]
    """Title and address of the pages that use it."""
    marks: tuple[str, ...]
    """What a reader should know before trusting it, in a few words each: `disputed`, `unnamed voices only`."""
    rivals: tuple[RivalView, ...]
    corrections: tuple[CorrectionView, ...]
    withdrawn: DateView | None
    """The day of its withdrawal; None for a fact that stands."""
    why_withdrawn: str
    review: str
    """Who reviewed it and when, or that nobody did; empty where the briefing keeps no record of reviews."""


@dataclass(frozen=True, slots=True)
class ListedView:
    """A fact as an item of the list of all facts, which leads to the rest."""

    id: str
    kind: str
    statement: str
    """A sentence, with its full stop."""
    date: DateView
    href: str
    """Its permanent place, as this page writes it."""
    withdrawn: DateView | None
    """The day of its withdrawal; None for a fact that stands."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note at the end of a page: one fact, its number on this page, and its evidence."""

    number: int
    fact: FactView


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with its descriptors and the facts that rest on it."""

    id: str
    title: str
    publisher: str
    origin: str
    """Empty where the publisher is the origin."""
    href: str
    author: str
    kind: str
    published: DateView
    date_basis: str
    accessed: DateView
    language: str
    descriptor: str
    read: str
    """How much of it was read, in words."""
    original: tuple[str, str]
    """Name and address of the source whose text it carries; empty where it carries none that was read."""
    archive: str
    """The address of a copy at an archive; empty where there is none."""
    waivers: tuple[str, ...]
    permanent: str
    """Its address for good; of a large briefing the page of sources, which leads on to the page that holds it now."""
    facts: tuple[tuple[str, str, str], ...]
    """Id, statement and address of each fact that cites it, up to the number that is listed."""
    number: int
    """How many cite it."""
    all_facts: str
    """Where all of them are listed; empty where they are here."""


@dataclass(frozen=True, slots=True)
class JudgmentView:
    """What the authors conclude, with all that a reader needs to weigh it."""

    id: str
    likelihood: str
    """`Likely (55 to 80 per cent)`."""
    statement: str
    confidence: str
    because: str
    would_change: str
    weighed: str
    review: str
    """When it is looked at again; empty where no day is named."""
    doubts: tuple[str, ...]
    """What is disputed of that on which it rests."""


KINDS = {"figure": "Figure", "event": "Event", "statement": "Statement"}
"""The kinds of fact, and the words for them."""
_RTL = frozenset(
    (
        *("ar", "arc", "arz", "azb", "ckb", "dv", "fa", "glk", "he", "iw", "ks", "mzn", "nqo", "pnb", "prs", "ps"),
        *("sd", "syr", "ug", "ur", "yi"),
    )
)
"""Languages that are written from right to left where their tag names no script."""
_RTL_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "samr", "syrc", "thaa"})
SOURCE_KINDS = {
    "article": "Article",
    "repost": "Repost",
    "wire": "Wire report",
    "readout": "Official readout",
    "statement": "Official statement",
    "report": "Report",
    "dataset": "Data set",
    "social": "Social media post",
    "video": "Video",
}


def date_view(date: Edtf) -> DateView:
    """A date as words, and as HTML's `datetime` where HTML has a form for it."""
    is_plain = date and not date.is_interval and date.start is not None and not date.start.mark and "X" not in date.text
    return DateView(date.words(), date.text if is_plain else "", date.text)


def known_day(briefing: Briefing, fact: Fact) -> str:
    """The day since when a fact is known, as `2031-05-04`.

    Where no source shows when it was published, its own first day, before which nobody knew: `2031-05-02?`.
    """
    known = briefing.known_since(fact)
    return known.last.isoformat() if known else f"{fact.date.first.isoformat()}?"


@cache
def direction(language: str) -> str:
    """`rtl` for a language tag (BCP 47) whose script runs from right to left; else empty."""
    first, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")  # noqa: PLR2004 - RFC 5646, 2.2.3
    return "rtl" if (script in _RTL_SCRIPTS if script else first in _RTL) else ""


class Views:
    """Makes the views of one page; addresses are relative to it."""

    def __init__(self, briefing: Briefing, evidence: Evidence, here: str) -> None:
        self._briefing = briefing
        self._evidence = evidence
        self._here = here

    def relative(self, target: str) -> str:
        """An address of the site as this page writes it."""
        return relative(target, self._here)

    def file_href(self, path: str) -> str:
        """The place of a file of the site."""
        return posixpath.relpath(path, posixpath.dirname(self._here) or ".")

    def fact_href(self, fact: Fact) -> str:
        """The permanent place of a fact."""
        return self.relative(fact_url(fact))

    def source_href(self, source: Source) -> str:
        """The place of a source, on the page that holds it."""
        return self.relative(source_url(self._briefing, source))

    def fact(self, fact: Fact) -> FactView:
        """Everything about a fact."""
        return FactView(
            id=fact.id,
            kind=KINDS[fact.kind],
            statement=sentence(fact.statement),
            date=date_view(fact.date),
            href=self.fact_href(fact),
            topic=self._briefing.index("topics")[fact.topic].label,
            details=tuple(self.details(fact)),
            known=known_day(self._briefing, fact),
            citations=tuple(self._citation(citation) for citation in fact.citations),
            origins=origins_in_words(self._briefing.origins(fact)),
            used_on=tuple(
                (page.meta.label or page.meta.title, self.relative(page_url(page.path)))
                for page in self._briefing.pages_with(fact)
            ),
            marks=tuple(self.marks(fact)),
            rivals=tuple(
                RivalView(other.id, sentence(other.statement), self.fact_href(other), dispute.note)
                for other, dispute in self._briefing.rivals(fact)
            ),
            corrections=tuple(self.correction(each) for each in self._briefing.corrected.get(fact.id, ())),
            withdrawn=date_view(fact.withdrawn.date) if fact.withdrawn else None,
            why_withdrawn=fact.withdrawn.why if fact.withdrawn else "",
            review=seals.in_words(self._briefing, fact),
        )

    def listed(self, fact: Fact) -> ListedView:
        """What the list of all facts shows of a fact."""
        return ListedView(
            id=fact.id,
            kind=KINDS[fact.kind],
            statement=sentence(fact.statement),
            date=date_view(fact.date),
            href=self.fact_href(fact),
            withdrawn=date_view(fact.withdrawn.date) if fact.withdrawn else None,
        )

    def marks(self, fact: Fact) -> Iterable[str]:
        """What a reader should know before trusting a fact, the gravest first."""
        briefing = self._briefing
        if fact.withdrawn:
            yield "withdrawn"
        if briefing.is_disputed(fact):
            yield "disputed"
        if briefing.is_anonymous(fact):
            yield "unnamed voices only"
        if briefing.is_partisan(fact):
            yield "a party to the conflict only"
        if isinstance(fact, Figure) and fact.derived:
            yield "computed by the authors"
        if is_overdue(fact.review_by, briefing.base.briefing.as_of):
            yield "review overdue"

    def correction(self, each: Correction) -> CorrectionView:
        """Everything about a correction."""
        fact = self._briefing.facts[each.fact]
        return CorrectionView(fact.id, self.fact_href(fact), date_view(each.date), each.was, each.now, each.why)

    def update(self, each: Update) -> UpdateView:
        """Everything about new information."""
        facts = (self._briefing.facts[name] for name in each.facts)
        said = tuple((fact.id, sentence(fact.statement), self.fact_href(fact)) for fact in facts)
        return UpdateView(each.id, date_view(each.date), sentence(each.what), said)

    def judgment(self, judgment: Judgment) -> JudgmentView:
        """Everything about a judgment but the notes of its facts."""
        briefing = self._briefing
        low, high = LIKELIHOODS[judgment.likelihood]
        based = [briefing.facts[each] for each in judgment.based_on]
        return JudgmentView(
            id=judgment.id,
            likelihood=f"{judgment.likelihood[:1].upper()}{judgment.likelihood[1:]} ({low} to {high} per cent)",
            statement=sentence(judgment.statement),
            confidence=judgment.confidence,
            because=sentence(judgment.because),
            would_change=sentence(judgment.would_change),
            weighed=sentence(judgment.weighed) if judgment.weighed else "",
            review=_review_in_words(judgment.review_by, briefing.base.briefing.as_of),
            doubts=tuple(sentence(fact.statement) for fact in based if briefing.is_disputed(fact)),
        )

    def details(self, fact: Fact) -> Iterable[tuple[str, str]]:
        """Label and text of what is known of a fact besides its statement and citations."""
        match fact:
            case Figure():
                yield from self._measured(fact)
            case Event() if fact.participants:
                yield "Taking part", self._names(fact.participants)
            case Statement():
                yield "Position of", self._names(fact.speaker)
                if fact.audience:
                    yield "Said to", self._names(fact.audience)
            case _:
                pass
        if isinstance(fact, Event) and fact.place:
            yield "Place", fact.place
        yield from self._standing(fact)

    def _standing(self, fact: Fact) -> Iterable[tuple[str, str]]:
        """Label and text of who says so, of what the date rests on, and of what a careful reader must know."""
        briefing = self._briefing
        yield "Who says so", fact.attribution
        if fact.side:
            yield "Side", briefing.index("sides")[fact.side].label
        if fact.date_basis:
            yield "Date rests on", fact.date_basis
        known = briefing.known_since(fact)
        told = f"{known.words()}, when the first of its sources was published" if known else ""
        yield "Known since", told or "not told: none of its sources shows when it was published"
        if fact.note:
            yield "Note", fact.note
        if briefing.is_anonymous(fact):
            yield "Voices", f"Only unnamed ones: {self._names(fact.said_by)}"
        if briefing.is_partisan(fact):
            party = briefing.index("sides")[briefing.voices(fact)[0].side].label
            yield "Party", f"Only a party to the conflict says so: {party}"
        if review := seals.in_words(briefing, fact):
            yield "Review", review
        if fact.review_by:
            yield "Review", _review_in_words(fact.review_by, briefing.base.briefing.as_of)
        for text in waivers_in_words(fact.waivers):
            yield "Waiver", text

    def _measured(self, fact: Figure) -> Iterable[tuple[str, str]]:
        """What is known of a number: of what it is, and how it was worked out, where no source says it so."""
        measure: Measure = self._briefing.measures[fact.measure]
        yield "Figure", with_unit(figure_label(fact), measure.unit)
        yield "Measure", f"{measure.label} ({measure.nature}; counted by: {measure.counted_by})"
        if fact.derived:
            yield "Computed", formula.in_words(fact.derived, self._as_base)
        if fact.converted:
            yield "Converted", f"from {fact.converted}, as the source has it"

    def _as_base(self, fact_id: str) -> str:
        """A figure as a formula shows it: `around 70,000 (displaced-in-may)`."""
        base = self._briefing.facts.get(fact_id)
        return f"{figure_label(base)} ({base.id})" if isinstance(base, Figure) else fact_id

    def _names(self, ids: Sequence[str]) -> str:
        actors: dict[str, Actor] = self._briefing.index("actors")
        return "; ".join(
            f"{actor.name}, {actor.office}" if actor.office else actor.name for actor in (actors[each] for each in ids)
        )

    def _citation(self, citation: Citation) -> CitationView:
        source = self._briefing.sources[citation.source]
        verdict = self._evidence.verdict(citation)
        foreign = source.language != self._briefing.base.briefing.language
        return CitationView(
            quote=citation.quote,
            language=source.language if foreign else "",
            direction=direction(source.language),
            source=source.short,
            title=source.title,
            source_href=self.source_href(source),
            words_href=safe.at_words(source.url, citation.quote),
            address=safe.on_paper(source.url),
            published=date_view(source.published),
            paragraph=verdict.paragraph,
            proof=PROOF[verdict.status].format(verdict.paragraph),
            is_proven=verdict.status is Status.PROVEN,
            disputes=citation.stance == "disputes",
            note=citation.note,
        )

    def source(self, source: Source) -> SourceView:
        """Everything about a source."""
        fingerprint = self._evidence.fingerprints[source.id]
        citing = self._briefing.by_source.get(source.id, [])
        listed = citing[: shelves.shown_below(self._briefing, source)]
        return SourceView(
            id=source.id,
            title=source.title,
            publisher=source.publisher,
            origin=source.origin if source.origin != source.publisher else "",
            href=source.url,
            author=source.author,
            kind=SOURCE_KINDS[source.kind],
            published=date_view(source.published),
            date_basis=source.date_basis,
            accessed=date_view(source.accessed),
            language=source.language,
            descriptor=source.descriptor,
            read=f"{fingerprint.coverage}, {_counted(len(fingerprint.packed), 'paragraph')}",
            original=self._original(source),
            archive=source.archive,
            waivers=waivers_in_words(source.waivers),
            permanent=self.relative(f"{SOURCES_URL}#{source.id}"),
            facts=tuple((fact.id, sentence(fact.statement), self.fact_href(fact)) for fact in listed),
            number=len(citing),
            all_facts=f"{self.relative(FACTS_URL)}?source={source.id}" if len(listed) < len(citing) else "",
        )

    def _original(self, source: Source) -> tuple[str, str]:
        original = self._briefing.sources.get(source.relays)
        return (original.short, self.source_href(original)) if original else ("", "")


class WholeViews(Views):
    """Makes the views of the page that holds the whole briefing: the sources stand on it."""

    def __init__(self, briefing: Briefing, evidence: Evidence) -> None:
        super().__init__(briefing, evidence, WHOLE_URL)

    def source_href(self, source: Source) -> str:
        """The place of a source in the list at the end of the page."""
        return f"#source-{source.id}"


def is_overdue(review_by: Edtf, as_of: Edtf) -> bool:
    """Whether the day on which somebody should have looked is over."""
    return bool(review_by) and review_by.last < as_of.first


def _review_in_words(review_by: Edtf, as_of: Edtf) -> str:
    if not review_by:
        return ""
    return f"due by {review_by.words()}" + ("; overdue" if is_overdue(review_by, as_of) else "")


def waivers_in_words(waivers: Iterable[Waiver]) -> tuple[str, ...]:
    """`hedge-dropped until 31 December 2031, A. Miller: the owners withdrew the word`, for each waiver."""
    return tuple(f"{each.rule} until {each.until.words()}, {each.by}: {each.because}" for each in waivers)


PROOF = {
    Status.PROVEN: "found word for word in paragraph {} of the text as read",
    Status.UNKNOWN: "not verified: only an excerpt of the page was read, and the words are not in it",
    Status.ABSENT: "not found in the text as read",
    Status.NO_FINGERPRINT: "not verified: the page was not archived",
    Status.UNREADABLE: "not verified: too short to look up",
}
"""What readers are told of a quote; a number stands for the paragraph."""


def sentence(statement: str) -> str:
    """A statement with a full stop."""
    return statement if statement.endswith((".", "!", "?", "…", ".”", ".’")) else f"{statement}."


def origins_in_words(origins: Sequence[str]) -> str:
    """`1 origin: Harbour Wire`; two reports with one origin are one."""
    return f"{_counted(len(origins), 'origin')}: {', '.join(origins)}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
