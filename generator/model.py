"""What a briefing is: frozen records with a place for every value. No YAML, no disk, nothing about any one subject.

Each record class is also its own documentation: a field says what it holds, whether it is required and how it is
read, and the loader, the error messages and the manual are made from that.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, ClassVar, TypeVar

from generator import fields as has
from generator import formula
from generator.edtf import UNKNOWN, Edtf
from generator.problems import Place

_T = TypeVar("_T")

ACTIONS = ("added", "changed", "renamed", "withdrawn", "restored", "erased")
"""What can be done to a record."""


# -- records --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Where:
    """Where a record stands in its file, and each of its fields and list items (`citations`, `participants.1`)."""

    path: str
    line: int = 1
    column: int = 1
    fields: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    """For each how many lines below the record it stands, and its column; records of one shape share it."""

    def place(self, field: str = "") -> Place:
        """The place of a field's value, or of the record where the field is not written."""
        below, column = self.fields.get(field, (0, self.column))
        return Place(self.path, self.line + below, column)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What all records have: the place they come from. Their fields are read from YAML as their `FieldSpec` says."""

    where: Where = dataclasses.field(default=Where(""), compare=False, repr=False)

    NOUN: ClassVar[str] = "record"
    """What messages call it."""

    @property
    def subject(self) -> str:
        """What messages say they are about: `fact some-id`."""
        return f"{self.NOUN} {getattr(self, 'id', '')}".rstrip()

    @classmethod
    @cache
    def specs(cls) -> dict[str, has.FieldSpec]:
        """The fields that may stand in YAML, in the order of the class."""
        return {each.name: each.metadata["spec"] for each in dataclasses.fields(cls) if "spec" in each.metadata}


@dataclass(frozen=True, kw_only=True)
class Waiver(Record):
    """Leave to break a rule for a time: why, on whose word, until when."""

    NOUN = "waiver"
    rule: str = has.text("The code of the rule", required=True, longest=60)
    because: str = has.text("Why the rule does not fit here", required=True, longest=400)
    by: str = has.text("The person who answers for it", required=True, longest=120)
    until: Edtf = has.date("The last day on which it holds", required=True)


def _waivers() -> Any:  # noqa: ANN401 - as the fields themselves: the annotation at the use says what the value is
    return has.records("Rules that may be broken here for a time", Waiver)


@dataclass(frozen=True, kw_only=True)
class About(Record):
    """The briefing as a whole."""

    NOUN = "briefing"
    title: str = has.text("The briefing's name, as the front page shows it", required=True, longest=120)
    short_title: str = has.text("A shorter name for narrow screens", longest=40)
    summary: str = has.text("What the briefing is, in one or two sentences", required=True, longest=500)
    as_of: Edtf = has.date("The day up to which the facts were collected; the only clock the build has", required=True)
    language: str = has.text("Language of the briefing, as a BCP 47 tag", required=True, longest=35)
    authors: str = has.text("Who answers for it")
    source_summary: str = has.text(
        "The authors' own words on the strengths and weaknesses of the sources, beside the generated counts",
        longest=1500,
    )


@dataclass(frozen=True, kw_only=True)
class Topic(Record):
    """A heading under which facts are listed."""

    NOUN = "topic"
    id: str = has.identifier("Permanent name, part of the address of the topic's page")
    label: str = has.text("The heading", required=True, longest=80)
    summary: str = has.text("What this topic holds", required=True, longest=400)


@dataclass(frozen=True, kw_only=True)
class Side(Record):
    """A party or place that facts are about, so that like can be shown beside like."""

    NOUN = "side"
    id: str = has.identifier("Permanent name")
    label: str = has.text("Name as readers see it", required=True, longest=60)
    party: str = has.choice(
        "Whether it is a party to the conflict: what only a party says is marked so", "yes", "no", default="no"
    )


@dataclass(frozen=True, kw_only=True)
class Actor(Record):
    """A person, an office, an organisation, or a group that a source only describes."""

    NOUN = "actor"
    id: str = has.identifier("Permanent name")
    name: str = has.text("Name as readers see it", required=True, longest=120)
    kind: str = has.choice("What it is", "person", "office", "organisation", "group", required=True)
    office: str = has.text("Office or role at the time of the facts")
    side: str = has.ref("The side it speaks or acts for", "sides")
    note: str = has.text("What a reader should know", longest=600)


@dataclass(frozen=True, kw_only=True)
class Source(Record):
    """A page, document or file that was read, and what is known of it (after ICD 206 and ICS 206-01)."""

    NOUN = "source"
    id: str = has.identifier("Permanent name; the salt of its fingerprint, so it cannot change later")
    title: str = has.text("The title as seen on the page; left out where none was seen")
    author: str = has.text("Who wrote it, as named there")
    publisher: str = has.text("Who published the page that was read", required=True, longest=120)
    kind: str = has.choice(
        "What kind of page it is",
        *("article", "repost", "wire", "readout", "statement", "report", "dataset", "social", "video"),
        required=True,
    )
    url: str = has.url("Where it was read", required=True)
    published: Edtf = has.date("Day of publication; left out where unknown")
    date_basis: str = has.text("What that date rests on, or why there is none", required=True, longest=400)
    accessed: Edtf = has.date("The day it was read", required=True)
    origin: str = has.text(
        "Who first published the information, where that is not the publisher (a repost, a wire)", longest=120
    )
    language: str = has.text("Language of the page, as a BCP 47 tag", longest=35, default="en")
    descriptor: str = has.text(
        "Access, quality, bias and known faults, in the authors' words", required=True, longest=900
    )
    relays: str = has.ref("The source whose text this page carries, where that was read too", "sources")
    archive: str = has.url("A copy of the page at an archive")
    waivers: tuple[Waiver, ...] = _waivers()

    @property
    def first_published_by(self) -> str:
        """The origin that corroboration counts: two reports with one origin are one."""
        return self.origin or self.publisher

    @property
    def short(self) -> str:
        """How a note names it: `Upland Mirror, carrying Harbour Wire`."""
        return (
            f"{self.publisher}, carrying {self.origin}"
            if self.origin and self.origin != self.publisher
            else self.publisher
        )


@dataclass(frozen=True, kw_only=True)
class Measure(Record):
    """What a figure counts; figures are compared only within one measure."""

    NOUN = "measure"
    id: str = has.identifier("Permanent name")
    label: str = has.text("What is counted, as an axis or table names it", required=True, longest=120)
    unit: str = has.text("The unit, in the plural", required=True, longest=40)
    nature: str = has.choice(
        "Counted at a moment, over a period, or neither (a distance)", "stock", "flow", "level", required=True
    )
    population: str = has.text("Of whom or of what", required=True)
    counted_by: str = has.text("Who counts; `not stated` where the sources do not say", required=True)
    note: str = has.text("What a reader should know before comparing", longest=600)
    waivers: tuple[Waiver, ...] = _waivers()


@dataclass(frozen=True, kw_only=True)
class Citation(Record):
    """The words in a source on which a fact rests."""

    NOUN = "citation"
    source: str = has.ref("The page that was read", "sources", required=True)
    quote: str = has.text(
        "Consecutive words of the source that carry the proof, exactly as they stand", required=True, longest=400
    )
    origin: str = has.text(
        "Who first published this information, where that differs from the source's own origin", longest=120
    )
    stance: str = has.choice(
        "Whether the words support the fact or dispute it", "supports", "disputes", default="supports"
    )
    note: str = has.text("What this citation adds, where there are several", longest=400)
    unproven: str = has.text("Why a quote is kept that only the unread rest of an excerpt can hold", longest=400)


@dataclass(frozen=True, kw_only=True)
class Dispute(Record):
    """Another fact that this one contradicts."""

    NOUN = "dispute"
    fact: str = has.ref("The fact that is contradicted", "facts", required=True)
    note: str = has.text("Where the two differ, and what may explain it", required=True, longest=400)


@dataclass(frozen=True, kw_only=True)
class Withdrawal(Record):
    """The end of a fact that was published: it stays readable, and nothing may rest on it any longer."""

    NOUN = "withdrawal"
    date: Edtf = has.date("The day on which it was withdrawn", required=True)
    why: str = has.text("The reason, for readers", required=True, longest=400)


@dataclass(frozen=True, kw_only=True)
class Fact(Record):
    """One claim in one sentence, dated, attributed and cited. Its `kind` decides which further fields it has."""

    NOUN = "fact"
    KIND: ClassVar[str] = ""
    id: str = has.identifier("Permanent name; part of the fact's permanent address")
    kind: str = has.choice("What sort of claim it is", "figure", "event", "statement", required=True)
    statement: str = has.text("The fact in one sentence of the authors' own words", required=True)
    topic: str = has.ref("The topic under which it is listed", "topics", required=True)
    side: str = has.ref("The side it is about", "sides")
    date: Edtf = has.date("When it was so, happened or was said", required=True)
    date_basis: str = has.text("What the date rests on, where the cited words do not state it", longest=500)
    attribution: str = has.text("Who says so, named or described as the source does", required=True)
    said_by: tuple[str, ...] = has.refs(
        "Those whom the attribution names: with them, what only the unnamed or only a party say is marked so", "actors"
    )
    note: str = has.text("What a careful reader must know", longest=600)
    citations: tuple[Citation, ...] = has.records("The words in sources on which the fact rests", Citation)
    disputes: tuple[Dispute, ...] = has.records("Facts that this one contradicts", Dispute)
    review_by: Edtf = has.date("The day by which somebody should look whether it still holds")
    withdrawn: Withdrawal | None = has.record("Why and when it was withdrawn; a fact is never erased", Withdrawal)
    waivers: tuple[Waiver, ...] = _waivers()

    @cached_property
    def cited(self) -> tuple[str, ...]:
        """The ids of the sources that it cites, each once, in the order of its citations."""
        return tuple(dict.fromkeys([each.source for each in self.citations]))

    @cached_property
    def backing(self) -> tuple[tuple[str, str], ...]:
        """The source of each citation that supports it, and the origin that the citation names, if it names one."""
        return tuple([(each.source, each.origin) for each in self.citations if each.stance == "supports"])

    @cached_property
    def is_denied(self) -> bool:
        """Whether words in a source dispute it."""
        return "disputes" in [each.stance for each in self.citations]


@dataclass(frozen=True, kw_only=True)
class Figure(Fact):
    """A number: of what, of whom, how sure."""

    KIND = "figure"
    measure: str = has.ref("What is counted", "measures", required=True)
    value: Decimal | None = has.number("The number, in plain digits")
    low: Decimal | None = has.number("The lower end of a range")
    high: Decimal | None = has.number("The upper end of a range")
    hedge: str = has.text(
        "The source's own words of doubt or range: `around`, `more than`, `tens of thousands`", longest=40
    )
    derived: str = has.text(
        "How it was computed from other figures: their ids, numbers, `+ - * /`, brackets and `round(…, digits)`",
        longest=400,
    )
    converted: str = has.text(
        "The number and unit of the source, where the figure is in another unit: `6 miles`", longest=40
    )
    contiguous: str = has.choice(
        "`yes` where the counter says that the line from its last figure may run on to this one, over a gap or to a"
        " date that is not exact",
        "yes",
    )


@dataclass(frozen=True, kw_only=True)
class Event(Fact):
    """Something that happened."""

    KIND = "event"
    type: str = has.text("The kind of event, in a word: `call`, `meeting`, `attack`", required=True, longest=40)
    participants: tuple[str, ...] = has.refs("Who took part", "actors")
    place: str = has.text("Where", longest=120)


@dataclass(frozen=True, kw_only=True)
class Statement(Fact):
    """Something that somebody said, holds or wants."""

    KIND = "statement"
    speaker: tuple[str, ...] = has.refs("Who says, holds or wants it", "actors", required=True)
    audience: tuple[str, ...] = has.refs("To whom it was said", "actors")


FACT_KINDS: dict[str, type[Fact]] = {each.KIND: each for each in (Figure, Event, Statement)}


@dataclass(frozen=True, kw_only=True)
class Selection(Record):
    """Which facts: each field narrows the choice, the words within a field widen it."""

    NOUN = "selection"
    kinds: tuple[str, ...] = has.choices("Kinds of fact", *FACT_KINDS)
    topics: tuple[str, ...] = has.refs("Topics", "topics")
    sides: tuple[str, ...] = has.refs("Sides", "sides")
    measures: tuple[str, ...] = has.refs("Measures", "measures")
    types: tuple[str, ...] = has.words("Types of event")
    participants: tuple[str, ...] = has.refs("Actors who all took part", "actors")
    speakers: tuple[str, ...] = has.refs("Actors of whom one says it", "actors")
    sources: tuple[str, ...] = has.refs("Sources of which one is cited", "sources")
    facts: tuple[str, ...] = has.refs("Single facts", "facts")
    since: Edtf = has.date("Only facts that begin on or after the first day of this date")
    until: Edtf = has.date("Only facts that end on or before the last day of this date")

    @property
    def narrowing(self) -> list[tuple[str, frozenset[str]]]:
        """The fields that are written, each with its words; a date is a word of its own."""
        written = ((name, getattr(self, name)) for name in self.specs())
        return [(name, frozenset((f"{it}",) if isinstance(it, Edtf) else it)) for name, it in written if it]


_SINGLE = {
    "kinds": "kind",
    "topics": "topic",
    "sides": "side",
    "measures": "measure",
    "types": "type",
    "facts": "id",
}
"""Fields of a selection, and the field of a fact that must be one of their words."""


def _admits(selection: Selection, name: str, wanted: frozenset[str], fact: Fact) -> bool:
    if name in _SINGLE:
        return getattr(fact, _SINGLE[name], "") in wanted
    match name:
        case "since":  # all days that the date can mean are within those of the selection
            return fact.date.first >= selection.since.first
        case "until":
            return fact.date.last <= selection.until.last
        case "participants":
            return wanted <= set(getattr(fact, "participants", ()))
        case "speakers":
            return not wanted.isdisjoint(getattr(fact, "speaker", ()))
        case _:
            return not wanted.isdisjoint(fact.cited)


@dataclass(frozen=True, kw_only=True)
class Encoding(Record):
    """How rows become marks."""

    NOUN = "encoding"
    colour: str = has.choice("What colour and shape tell apart", "side", "measure", default="side")
    panel: str = has.choice("What each panel holds; one panel where left out", "side", "measure")
    bin: str = has.choice("The period of one column of a frequency chart", "day", "month", default="month")
    line: str = has.choice(
        "`joined`: a line joins the figures of one measure and side, where nothing forbids it", "joined"
    )
    longest_gap: Decimal | None = has.number("The most days that a line may span without `contiguous`; 31 if not said")


@dataclass(frozen=True, kw_only=True)
class ThinPeriod(Record):
    """Days of which few reports were read, so that little shown there does not mean that little happened."""

    NOUN = "period"
    since: Edtf = has.date("Its first day", required=True)
    until: Edtf = has.date("Its last day", required=True)
    note: str = has.text("What readers are told of it, on the drawing itself", required=True, longest=120)


@dataclass(frozen=True, kw_only=True)
class Chart(Record):
    """A chart as data: which facts, drawn how, under which titles."""

    NOUN = "chart"
    id: str = has.identifier("Permanent name; its anchor in the page")
    kind: str = has.choice(
        "`figures`: figures over time; `frequency`: events per period", "figures", "frequency", required=True
    )
    title: str = has.text("The message, as a sentence", required=True, longest=140)
    subtitle: str = has.text("What is measured: unit, population, period", required=True)
    select: Selection = has.record("The facts drawn", Selection, required=True, default=Selection())
    totals: Selection | None = has.record("Figures known only in sum, drawn apart from dated events", Selection)
    encoding: Encoding = has.record("How rows become marks", Encoding, default=Encoding())
    since: Edtf = has.date("First day of the time axis")
    until: Edtf = has.date("Last day of the time axis")
    thin: tuple[ThinPeriod, ...] = has.records(
        "Periods of which few reports were read: a tinted band with its note, behind what is drawn", ThinPeriod
    )
    comparability: str = has.text(
        "Printed with the chart where its figures are of several measures: what may be compared, and what not",
        longest=400,
    )
    note: str = has.text("Printed below the chart: caveats, comparability", longest=600)
    alt: str = has.text("A sentence that opens the text alternative; the rest is made from the data", longest=400)
    waivers: tuple[Waiver, ...] = _waivers()


LIKELIHOODS: dict[str, tuple[int, int]] = {
    "almost no chance": (1, 5),
    "very unlikely": (5, 20),
    "unlikely": (20, 45),
    "roughly even chance": (45, 55),
    "likely": (55, 80),
    "very likely": (80, 95),
    "almost certain": (95, 99),
}
"""The one scale of likelihood, each word with its bounds in per cent (ICD 203, as restated publicly)."""


@dataclass(frozen=True, kw_only=True)
class Judgment(Record):
    """What the authors conclude from facts, apart from the facts (ICD 203)."""

    NOUN = "judgment"
    id: str = has.identifier("Permanent name; part of its permanent address")
    statement: str = has.text("The conclusion in one sentence, without words of likelihood", required=True)
    topic: str = has.ref("The topic under which it is listed", "topics")
    based_on: tuple[str, ...] = has.refs("The facts on which it rests", "facts", required=True)
    contrary: tuple[str, ...] = has.refs("Facts that speak against it", "facts")
    likelihood: str = has.choice("How likely it is, on the one scale", *LIKELIHOODS, required=True)
    confidence: str = has.choice("How well the record supports it", "low", "moderate", "high", required=True)
    because: str = has.text("What that confidence rests on", required=True, longest=500)
    would_change: str = has.text("What would change the judgment", required=True, longest=500)
    weighed: str = has.text("Why the contrary facts do not overturn it", longest=500)
    review_by: Edtf = has.date("The day by which the authors look at it again")
    waivers: tuple[Waiver, ...] = _waivers()


@dataclass(frozen=True, kw_only=True)
class Correction(Record):
    """A mistake that readers have seen, and its cure; new information is no correction."""

    NOUN = "correction"
    fact: str = has.ref("The fact that was wrong", "facts", required=True)
    date: Edtf = has.date("The day of the correction", required=True)
    was: str = has.text("What it said", required=True)
    now: str = has.text("What it says", required=True)
    why: str = has.text("How the mistake came about", required=True, longest=400)


@dataclass(frozen=True, kw_only=True)
class Update(Record):
    """What the authors tell of new information; a mistake is a correction, and no update."""

    NOUN = "update"
    id: str = has.identifier("Permanent name; part of its permanent address")
    date: Edtf = has.date("The day on which it came into the briefing", required=True)
    what: str = has.text("What is new, in a sentence or two", required=True, longest=400)
    facts: tuple[str, ...] = has.refs("The facts that say so", "facts", required=True)


@dataclass(frozen=True, kw_only=True)
class EditionChange(Record):
    """What was changed about a fact from one edition to the next."""

    NOUN = "change"
    fact: str = has.ref("The fact, by the id that it had in this edition", "facts", required=True)
    action: str = has.choice("What was done", *ACTIONS, required=True)
    says: str = has.text("The change in words", required=True, longest=1200)


@dataclass(frozen=True, kw_only=True)
class Edition(Record):
    """A briefing as it was on a day, frozen as a zip that nobody has to build again."""

    NOUN = "edition"
    date: Edtf = has.date("The day up to which its facts were collected; its name", required=True)
    title: str = has.text("The briefing's title then", required=True, longest=120)
    zip: str = has.text("The SHA-256 of the zip", required=True, longest=64)
    size: Decimal | None = has.number("The size of the zip in bytes")
    site: str = has.text("The digest of the site in it, as its manifest says", required=True, longest=64)
    inputs: str = has.text(
        "The digest of what people had written, but for the list of editions", required=True, longest=64
    )
    commit: str = has.text("The commit that it was built from", longest=64)
    url: str = has.url("Where readers get the zip; yours to add, once it is there")
    changes: tuple[EditionChange, ...] = has.records(
        "What was changed about facts since the edition before", EditionChange
    )
    also: tuple[str, ...] = has.words("What else was changed since then, in counts")


@dataclass(frozen=True, kw_only=True)
class Editions(Record):
    """The whole of `editions.yaml`."""

    NOUN = "list of editions"
    editions: tuple[Edition, ...] = has.records("The editions, the oldest first", Edition, required=True)


@dataclass(frozen=True, kw_only=True)
class PageMeta(Record):
    """The front matter of a page in `content/`."""

    NOUN = "page"
    title: str = has.text("The page's heading", required=True, longest=120)
    label: str = has.text("Its name in the navigation, where shorter", longest=40)
    order: Decimal | None = has.number("Its place in the navigation")
    group: str = has.text(
        "The group of the navigation that holds it, such as `Evidence`, where the generated pages are; a page without"
        " one stands in the first row",
        longest=40,
    )
    summary: str = has.text(
        "What the page says, in a sentence; shown below the heading and to search engines", required=True
    )
    about: str = has.choice(
        "What it speaks of: the `subject`, whose statements need citations, or the `briefing` itself, as a page on the"
        " method does",
        *("subject", "briefing"),
        default="subject",
    )
    waivers: tuple[Waiver, ...] = _waivers()


@dataclass(frozen=True, kw_only=True)
class FactBase(Record):
    """The whole of `facts.yaml`."""

    NOUN = "fact base"
    briefing: About = has.record("The briefing as a whole", About, required=True, default=About())
    topics: tuple[Topic, ...] = has.records("Headings under which facts are listed, in order", Topic, required=True)
    sides: tuple[Side, ...] = has.records("Parties and places that facts are about", Side)
    actors: tuple[Actor, ...] = has.records("People, offices, organisations and described groups", Actor)
    sources: tuple[Source, ...] = has.records("The pages that were read", Source, required=True)
    measures: tuple[Measure, ...] = has.records("What figures count", Measure)
    facts: tuple[Fact, ...] = has.records("The facts", Fact, required=True)
    judgments: tuple[Judgment, ...] = has.records("What the authors conclude from the facts", Judgment)
    corrections: tuple[Correction, ...] = has.records("Mistakes that readers have seen, and their cures", Correction)
    updates: tuple[Update, ...] = has.records("What the authors tell of new information", Update)
    charts: tuple[Chart, ...] = has.records("The charts", Chart)


# -- prose and the whole --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """A call in prose, `{{ name("argument", key=["value"]) }}`, with its place."""

    name: str
    args: tuple[str, ...]
    selection: Selection
    place: Place
    places: tuple[Place, ...] = ()
    """The place of each argument."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of Markdown between calls, with the place of its first character."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Page:
    """A page of `content/`: its front matter, and its Markdown as texts and calls in turn."""

    path: str
    """Relative to `content/`, e.g. `method.md`."""
    meta: PageMeta
    parts: tuple[Text | Call, ...]

    @property
    def calls(self) -> Iterator[Call]:
        """The calls of the page, in order."""
        return (part for part in self.parts if isinstance(part, Call))


@dataclass(frozen=True, slots=True)
class Seal:
    """A line of `reviews.lock`: that somebody reviewed a fact as it was on a day. A record, no signature."""

    fact: str
    by: str
    on: dt.date
    digest: str
    """The hash of what was reviewed."""
    place: Place = Place("reviews.lock")


@dataclass(frozen=True)
class Briefing:
    """Everything that people wrote: the fact base and the pages, with look-up by id."""

    base: FactBase
    pages: tuple[Page, ...]
    declared: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    """Every id written in each list, also of records that could not be read in full."""
    seals: tuple[Seal, ...] | None = None
    """Who reviewed what; None where the briefing keeps no such record."""
    editions: tuple[Edition, ...] = ()
    """The editions that were made of it, the oldest first."""

    def index(self, collection: str) -> dict[str, Any]:
        """Id -> record, for one of the lists of the fact base."""
        return _index(self, collection)

    @property
    def facts(self) -> dict[str, Fact]:
        """Fact by id, in the order of the file."""
        return self.index("facts")

    @cached_property
    def standing(self) -> list[Fact]:
        """The facts that were not withdrawn, in the order of the file."""
        return [fact for fact in self.base.facts if fact.withdrawn is None]

    @cached_property
    def by_topic(self) -> Mapping[str, list[Fact]]:
        """The facts of each topic that has any, those that were withdrawn too, in the order of the file."""
        return _grouped((fact.topic, fact) for fact in self.base.facts)

    @cached_property
    def by_source(self) -> Mapping[str, list[Fact]]:
        """The facts that cite each source and were not withdrawn, each once, in the order of the file."""
        cited = ((each, fact) for fact in self.standing for each in fact.cited)
        return _grouped(cited)

    @cached_property
    def corrected(self) -> Mapping[str, list[Correction]]:
        """The corrections of each fact that has any, in the order of the file."""
        return _grouped((each.fact, each) for each in self.base.corrections)

    @property
    def sources(self) -> dict[str, Source]:
        """Source by id, in the order of the file."""
        return self.index("sources")

    @property
    def measures(self) -> dict[str, Measure]:
        """Measure by id."""
        return self.index("measures")

    @property
    def charts(self) -> dict[str, Chart]:
        """Chart by id."""
        return self.index("charts")

    def select(self, selection: Selection) -> list[Fact]:
        """The facts that a selection admits, in the order of the file; one that was withdrawn, never."""
        return [*_selected(self, selection)]

    def drawn(self, chart: Chart) -> list[Fact]:
        """The facts that a chart shows, those known only in sum last."""
        return [*self.select(chart.select), *(self.select(chart.totals) if chart.totals else ())]

    def shown_by(self, call: Call) -> list[Fact]:
        """The facts that a call of prose puts into its page."""
        if call.name in ("chart", "preview"):
            return [fact for each in call.args if each in self.charts for fact in self.drawn(self.charts[each])]
        if call.name == "judgment" and call.args[0] in self.judgments:
            judgment = self.judgments[call.args[0]]
            return [self.facts[each] for each in (*judgment.based_on, *judgment.contrary) if each in self.facts]
        if call.selection.narrowing:
            return self.select(call.selection)
        return [self.facts[each] for each in call.args if each in self.facts]

    def page_of_chart(self, name: str) -> Page | None:
        """The first page that has a chart with its table; None where none has."""
        calls = ((page, call) for page in self.pages for call in page.calls)
        return next((page for page, call in calls if call.name == "chart" and name in call.args), None)

    def pages_with(self, fact: Fact) -> list[Page]:
        """The pages that use a fact, in a call, a chart, a table or a timeline."""
        return _pages_with(self).get(fact.id, [])

    @property
    def judgments(self) -> dict[str, Judgment]:
        """Judgment by id."""
        return self.index("judgments")

    def rivals(self, fact: Fact) -> list[tuple[Fact, Dispute]]:
        """The facts that contradict a fact or are contradicted by it, each with what is said of it, in file order."""
        return _rivals(self).get(fact.id, [])

    def is_disputed(self, fact: Fact) -> bool:
        """Whether another fact, or words in a source, contradict it."""
        return fact.is_denied or bool(self.rivals(fact))

    def voices(self, fact: Fact) -> tuple[Actor, ...]:
        """Those who say so, as far as the fact names them."""
        actors: dict[str, Actor] = self.index("actors")
        return tuple(actors[each] for each in fact.said_by if each in actors)

    def is_anonymous(self, fact: Fact) -> bool:
        """Whether all who say so are only described by the sources, and not named."""
        return _repute(self, fact)[0]

    def is_partisan(self, fact: Fact) -> bool:
        """Whether all who say so speak for a party to the conflict, and for the same one."""
        return _repute(self, fact)[1]

    def bases(self, fact: Fact) -> list[Fact]:
        """The facts from which a figure is computed, in the order of its formula; none for a fact with quotes alone."""
        named = formula.ids(fact.derived) if isinstance(fact, Figure) and fact.derived else ()
        return [self.facts[each] for each in named if each in self.facts]

    def evidence_of(self, fact: Fact) -> list[Fact]:
        """The fact and all those from which it is computed, step by step, each once: their quotes are its evidence."""
        if not (isinstance(fact, Figure) and fact.derived):
            return [fact]
        found: dict[str, Fact] = {fact.id: fact}
        waiting = self.bases(fact)
        while waiting:  # a circle of formulas is walked once
            base = waiting.pop(0)
            if base.id not in found:
                found[base.id] = base
                waiting += self.bases(base)
        return [*found.values()]

    def known_since(self, fact: Fact) -> Edtf:
        """When the first of the sources that support a fact was published; false where none of them says when.

        A computed figure is known when the last of its bases is.
        """
        return _once(self, "_known_since", _known_since, fact)

    def origins(self, fact: Fact) -> tuple[str, ...]:
        """The independent origins of the supporting citations of a fact, in order of first mention."""
        return _once(self, "_origins", _origins, fact)


def _grouped(pairs: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    """What goes by each name, in the order in which it came."""
    found: dict[str, list[_T]] = {}
    for name, each in pairs:
        found.setdefault(name, []).append(each)
    return found


def _once(briefing: Briefing, name: str, work_out: Callable[[Briefing, Fact], _T], fact: Fact) -> _T:
    """What is worked out of a fact, once for each briefing: pages, exports and the audit ask it again and again."""
    known: dict[int, tuple[Fact, _T]] = briefing.__dict__.setdefault(name, {})
    found = known.get(id(fact))
    if found is None:
        found = known[id(fact)] = (fact, work_out(briefing, fact))  # it stays, so that nothing else gets its number
    return found[1]


def _repute(briefing: Briefing, fact: Fact) -> tuple[bool, bool]:
    """Whether all who say so are only described, and whether all speak for one party; asked of each fact many times."""
    known: dict[tuple[str, ...], tuple[bool, bool]] = briefing.__dict__.setdefault("_reputes", {})
    found = known.get(fact.said_by)
    if found is None:
        sides: dict[str, Side] = briefing.index("sides")
        voices = briefing.voices(fact)
        named = {actor.side for actor in voices}
        found = known[fact.said_by] = (
            bool(voices) and all(actor.kind == "group" for actor in voices),
            len(named) == 1 and all(each in sides and sides[each].party == "yes" for each in named),
        )
    return found


def _known_since(briefing: Briefing, fact: Fact) -> Edtf:
    latest: Edtf = UNKNOWN
    all_sources = briefing.sources
    for each in briefing.evidence_of(fact):
        sources = [all_sources.get(source) for source, _ in each.backing]
        dates = [source.published for source in sources if source is not None and source.published]
        if not dates and each.cited:
            return UNKNOWN
        first = min(dates, key=lambda date: date.last, default=latest)
        latest = first if not latest or first.last > latest.last else latest
    return latest


def _origins(briefing: Briefing, fact: Fact) -> tuple[str, ...]:
    sources = briefing.sources
    found = (
        origin or sources[source].first_published_by
        for each in briefing.evidence_of(fact)
        for source, origin in each.backing
        if source in sources
    )
    return tuple(dict.fromkeys(found))


def _selected(briefing: Briefing, selection: Selection) -> list[Fact]:
    """What a selection admits; many rules ask it of each chart."""
    known: dict[Selection, list[Fact]] = briefing.__dict__.setdefault("_selected", {})
    if selection not in known:
        found = briefing.standing
        for name, wanted in selection.narrowing:
            found = [fact for fact in found if _admits(selection, name, wanted, fact)]
        known[selection] = found
    return known[selection]


def _rivals(briefing: Briefing) -> dict[str, list[tuple[Fact, Dispute]]]:
    """For each contradicted or contradicting fact, the others; made once for each briefing, like its indexes."""
    known: dict[str, list[tuple[Fact, Dispute]]] | None = briefing.__dict__.get("_rivals")
    if known is None:
        known = briefing.__dict__.setdefault("_rivals", {})
        facts = briefing.facts
        for fact in briefing.base.facts:
            for dispute in fact.disputes:
                other = facts.get(dispute.fact)
                if other is not None and other is not fact and not (fact.withdrawn or other.withdrawn):
                    known.setdefault(fact.id, []).append((other, dispute))
                    known.setdefault(other.id, []).append((fact, dispute))
    return known


def _pages_with(briefing: Briefing) -> dict[str, list[Page]]:
    """For each fact the pages that use it, in order; made once for each briefing too."""
    known: dict[str, list[Page]] | None = briefing.__dict__.get("_pages_with")
    if known is None:
        known = briefing.__dict__.setdefault("_pages_with", {})
        for page in briefing.pages:
            for each in {shown.id for call in page.calls for shown in briefing.shown_by(call)}:
                known.setdefault(each, []).append(page)
    return known


def _index(briefing: Briefing, collection: str) -> dict[str, Any]:
    """Indexes are made once for each briefing; frozen dataclasses have no place of their own for them."""
    cache: dict[str, dict[str, Any]] = briefing.__dict__.setdefault("_indexes", {})
    if collection not in cache:
        cache[collection] = {each.id: each for each in getattr(briefing.base, collection)}
    return cache[collection]
