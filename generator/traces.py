"""Numbers and drawings in finished HTML -> the numbers that lead to no fact, the words that no chart has.

A reader's number stands within an element that says what it is: `data-fact` and `data-source` name the record that
carries it, `data-chart` the chart, `data-rule` a rule of ours, `data-count` what was counted, `datetime` or `data-date`
the day, and a marker the note. What stands outside of these was typed by somebody. What stands within must be a number
of that record, and in a narrower element, such as a claim, a value or a quote, one of that very text. What each record
carries is worked out from the briefing and the rules, not from the pages.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from string import ascii_lowercase

from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator import editions, edtf, glossary, rulebook
from generator.hedges import Firmness
from generator.legend import DATED, DISPUTED, FORMS, IN_SUM, NOT_EXACT, RUNNING, SPANNING, TO_THE_DAY
from generator.mentions import may_count, tokens
from generator.model import LIKELIHOODS, Edition, Fact, Figure, Judgment, Update
from generator.pages import Wiring, kilobytes, reuse
from generator.shown import CONTENT
from generator.tables import ChartTable, figure_label, per_period, with_unit
from generator.views import Views, origins_in_words, sentence

_READ_ALOUD = ("aria-label", "alt", "title")
"""Attributes that reach readers."""
_PARTS = {
    "claim": "statement",
    "fact__statement": "statement",
    "timeline__link": "statement",
    "note__fact": "statement",
    "value": "value",
    "figures__value": "value with unit",
    "figures__what": "measure",
    "figures__when": "date and origins",
    "data__number": "value with unit",
    "quoted": "quotes",
    "note__who": "date and origins",
    "citation__source": "sources",
    "data__source": "sources",
    "citation__note": "sources",
    "citation__more": "proof",
    "fact__kind": "date and origins",
    "claims__date": "date and origins",
    "claims__known": "known",
    "fact__details": "details",
    "fact__withdrawn": "withdrawal",
    "rival__note": "contradictions",
}
"""Classes of narrower elements within a fact, and the part of it whose numbers may stand there."""
_DATES = ("datetime", "data-date")
_RECORDS = (
    *(
        "data-fact",
        "data-source",
        "data-chart",
        "data-rule",
        "data-judgment",
        "data-correction",
        "data-update",
        "data-edition",
        "data-entry",
        "data-scale",
    ),
    "data-about",
)


@dataclass(frozen=True, slots=True)
class Stray:
    """A number that leads to no fact."""

    number: str
    around: str
    """The words in which it stands."""
    why: str


# -- what the records carry -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Carried:
    """What numbers the records of a briefing carry; each is worked out when it is first asked for."""

    wiring: Wiring
    _known: dict[tuple[str, str], dict[str, frozenset[str]]] = field(default_factory=dict, compare=False, repr=False)
    _same: dict[frozenset[str], frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    """Each set that was worked out, once: thousands of records carry the numbers of others, such as a year."""

    def numbers(self, attribute: str, name: str, part: str) -> frozenset[str]:
        """The numbers of a record, or of a part of a fact; none where there is no such record."""
        key = attribute, name
        if key not in self._known:
            found = ((each, _tokens(texts)) for each, texts in self._texts(attribute, name).items())
            self._known[key] = {each: self._same.setdefault(held, held) for each, held in found if held}
        parts = self._known[key]
        return parts.get(part, frozenset()) if part else frozenset().union(*parts.values())

    def _texts(self, attribute: str, name: str) -> Mapping[str, Iterable[str]]:
        briefing, tables = self.wiring.briefing, self.wiring.tables
        if attribute == "data-fact" and name in briefing.facts:
            return self._of_fact(briefing.facts[name])
        if attribute == "data-source" and name in briefing.sources:
            return {"": self._of_source(name)}
        if attribute == "data-chart" and name in tables:
            table = tables[name]
            chart = table.chart
            return {"": (chart.title, chart.subtitle, chart.note, chart.comparability, table.source_line)}
        if attribute == "data-rule" and name in rulebook.VIEWS:
            return {"": rulebook.VIEWS[name].texts}
        return {"": self._of_whole(attribute, name)}

    def _of_whole(self, attribute: str, name: str) -> Iterable[str]:
        """The texts of a judgment, of the corrections of a fact, of the scale of likelihood, of the briefing itself."""
        briefing = self.wiring.briefing
        views = Views(briefing, self.wiring.evidence, "")
        if attribute == "data-judgment" and name in briefing.judgments:
            judgment: Judgment = briefing.judgments[name]
            view = views.judgment(judgment)
            said = (view.likelihood, view.statement, view.because, view.would_change, view.weighed, view.review)
            return (*said, f"judgment-{name}")
        if attribute == "data-correction":
            corrections = [views.correction(each) for each in briefing.corrected.get(name, ())]
            return [text for each in corrections for text in (each.date.words, each.was, each.now, each.why, each.fact)]
        if attribute in ("data-update", "data-edition"):
            of_updates = (text for each in briefing.base.updates if each.id == name for text in _of_update(each))
            frozen = (text for each in briefing.editions if each.date.text == name for text in _of_edition(each))
            return of_updates if attribute == "data-update" else frozen
        if attribute == "data-entry":
            return self._entries.get(name, ())
        if attribute == "data-scale":
            return [f"{low} to {high}" for low, high in LIKELIHOODS.values()]
        return self._of_itself(name) if attribute == "data-about" else []

    def _of_itself(self, name: str) -> Iterable[str]:
        """What the briefing says of itself: its files and terms, or what its sources are worth."""
        about = self.wiring.briefing.base.briefing
        if name == "data":
            return (*reuse(self.wiring).texts, about.authors)
        told = {"title": about.title, "summary": about.summary, "source_summary": about.source_summary}
        return [told.get(name, "")]

    @cached_property
    def _entries(self) -> Mapping[str, Iterable[str]]:
        """The texts of each entry of the glossary."""
        return {
            each.id: (each.id, each.name, each.counted, *_listed(each), *(text for _, text in each.details))
            for group in glossary.groups(self.wiring.briefing)
            for each in group.entries
        }

    def _of_fact(self, fact: Fact) -> Mapping[str, Iterable[str]]:
        briefing, evidence = self.wiring.briefing, self.wiring.evidence
        label, measured = "", ["", ""]
        if isinstance(fact, Figure):
            measure = briefing.measures[fact.measure]
            label = figure_label(fact)
            measured = [with_unit(label, measure.unit), measure.label]
        origins = origins_in_words(briefing.origins(fact))
        sources = [briefing.sources[each.source] for each in fact.citations]
        return {
            "statement": [sentence(fact.statement)],
            "withdrawal": [fact.withdrawn.date.words(), fact.withdrawn.why] if fact.withdrawn else [],
            "contradictions": [dispute.note for _, dispute in briefing.rivals(fact)],
            "value": [label, fact.date.words()],
            "value with unit": measured[:1],
            "measure": measured[1:],
            "quotes": [each.quote for each in fact.citations],
            "date and origins": [fact.date.words(), origins],
            "known": [briefing.known_since(fact).words()],
            "sources": [
                *(text for each in sources for text in (each.short, each.published.words())),
                *(each.note for each in fact.citations),
            ],
            "proof": [
                fact.id,
                *(f"{evidence.verdict(each).paragraph}" for each in fact.citations),
                *(f"{number}" for number, _ in enumerate(fact.citations, 1)),
            ],
            "details": [
                *(text for _, text in Views(briefing, evidence, "").details(fact)),
                origins,
                fact.id,
                *(page.meta.label or page.meta.title for page in briefing.pages),
            ],
        }

    def _of_source(self, name: str) -> Iterable[str]:
        source = self.wiring.briefing.sources[name]
        view = Views(self.wiring.briefing, self.wiring.evidence, "").source(source)
        own = (view.title, view.publisher, view.origin, view.author, view.descriptor, view.date_basis, view.read)
        more = (*view.waivers, view.original[0])
        return (
            *own,
            *more,
            source.id,
            source.short,
            source.url,
            source.archive,
            view.published.words,
            view.accessed.words,
        )

    def counted(self, what: str) -> int | None:
        """How many there are of what a name asks for: what the tallies count, the rules, or kilobytes of a file."""
        kind, _, path = what.partition("/")
        if kind == "size":
            return kilobytes(self.wiring.files[path]) if path in self.wiring.files else None
        return len(rulebook.VIEWS) if what == "rules" else self.wiring.tallies.of(what)

    def is_dated(self, text: str) -> bool:
        """Whether this is a date of the briefing, of one of its facts or of one of its sources."""
        if ("", "dates") not in self._known:
            base = self.wiring.briefing.base
            sources = [date for each in base.sources for date in (each.published, each.accessed)]
            changes = [each.date for each in base.corrections] + [each.date for each in base.updates]
            changes += [each.date for each in self.wiring.briefing.editions]
            changes += [fact.withdrawn.date for fact in base.facts if fact.withdrawn]
            days = (base.briefing.as_of, *(fact.date for fact in base.facts), *sources, *changes)
            firsts = {fact.date.first.isoformat() for fact in base.facts}
            months = {text for first in firsts for text in (first[:7], first[:4])}
            self._known["", "dates"] = {"": frozenset(date.text for date in days) | months}
        return text in self._known["", "dates"][""]

    def choices(self) -> frozenset[str]:
        """The numbers in the words by which the list of facts is narrowed."""
        if ("", "choices") not in self._known:
            labels = (label for each in self.wiring.facets.choices for _, label in each.options)
            self._known["", "choices"] = {"": _tokens(labels)}
        return self._known["", "choices"][""]

    def names(self) -> frozenset[str]:
        """The numbers in the names of those who published first, which head the page of sources."""
        return _tokens(source.first_published_by for source in self.wiring.briefing.base.sources)


def _of_update(each: Update) -> tuple[str, str]:
    return each.date.words(), each.what


def _of_edition(each: Edition) -> Iterator[str]:
    yield from (each.date.words(), each.title, f"{each.size:,}", each.commit, editions.counted(each.changes, each.also))
    yield from (f"SHA-256 {digest}" for digest in (each.zip, each.site, each.inputs))
    yield from (change.says for change in each.changes)


def _listed(entry: glossary.Entry) -> tuple[str, ...]:
    return (entry.listed.words,) if entry.listed else ()


def _tokens(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(token for text in texts if may_count(text) for token in tokens(text, ordinals=True))


# -- a page ---------------------------------------------------------------------------------------------------------


def strays(tree: LexborHTMLParser, carried: Carried, *, is_sources: bool = False) -> Iterator[Stray]:
    """The numbers in the content of a page that lead to no fact; pages of sources have names as headings and links."""
    names = carried.names() if is_sources else frozenset()
    for content in tree.css(CONTENT):
        figures = content.css("figure[data-chart]")
        drawings = {drawing.mem_id for figure in figures for drawing in figure.css("svg")}
        for text, node in _texts_within(content, drawings):
            if found := tokens(text, ordinals=True):
                yield from _strays_of(text, found, node, carried, names if _names_origin(node) else frozenset())
        for figure in figures:
            table = carried.wiring.tables.get(str(figure.attributes["data-chart"]))
            for drawing in figure.css("svg"):
                if table:
                    yield from _drawn_strays(drawing, table)


def _names_origin(node: LexborNode) -> bool:
    """Whether pages of sources name here who published first."""
    parent = node.parent
    classes = {*_classes(node), *(_classes(parent) if parent is not None else ())}
    return node.tag in ("h1", "h2") or "origin" in classes


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _strays_of(
    text: str, found: list[str], node: LexborNode, carried: Carried, names: frozenset[str]
) -> Iterator[Stray]:
    mark = _mark(node)
    allowed, why = _allowed(mark, carried)
    if not mark.says and node.tag == "option":
        allowed = carried.choices()
    elif not mark.says:  # an ordinal is no number of somebody's
        found, allowed = tokens(text), names
    for number in found:
        if number not in allowed:
            yield Stray(number, " ".join(text.split()), why)


def _texts_within(content: LexborNode, drawings: set[int]) -> Iterator[tuple[str, LexborNode]]:
    """Each text that may hold a number, with the element in which it stands; drawings are judged row by row."""
    stack = [content]
    while stack:
        node = stack.pop()
        if node.mem_id in drawings:
            continue
        for name, value in node.attributes.items():
            if value and name in _READ_ALOUD and may_count(value):
                yield value, node
        for child in node.iter(include_text=True):
            if child.tag != "-text":
                stack.append(child)
            elif may_count(text := child.text_content or ""):
                yield text, node


@dataclass(slots=True)
class _Mark:
    """What the elements around a text say of the numbers in it."""

    part: str = ""
    """The part of a fact in which it stands."""
    note: str = ""
    """The number of the note in which it stands."""
    marker: str = ""
    date: str = ""
    counted: str = ""
    rows: int = -1
    record: tuple[str, str] = "", ""

    @property
    def says(self) -> bool:
        """Whether anything marks it."""
        return bool(self.marker or self.date or self.counted or self.rows >= 0 or self.record[0])


def _mark(node: LexborNode | None) -> _Mark:
    """Look from a text outwards, up to the nearest record."""
    mark = _Mark()
    while node is not None and not mark.record[0]:
        attributes = node.attributes
        classes = (attributes.get("class") or "").split()
        mark.part = mark.part or next((_PARTS[each] for each in classes if each in _PARTS), "")
        if "cite" in classes:
            mark.marker = (attributes.get("href") or "").removeprefix("#note-")
        if attributes.get("data-count") == "rows":
            mark.rows = len(node.css("tbody > tr"))
        else:
            mark.counted = mark.counted or attributes.get("data-count") or ""
        mark.date = mark.date or next((str(attributes[each]) for each in _DATES if attributes.get(each)), "")
        mark.record = next(((each, str(attributes[each])) for each in _RECORDS if attributes.get(each)), ("", ""))
        if mark.record[0] and "note" in classes:
            mark.note = (attributes.get("id") or "").removeprefix("note-")
        node = node.parent
    if mark.record[0] != "data-fact":
        mark.part = ""
    return mark


def _allowed(mark: _Mark, carried: Carried) -> tuple[frozenset[str], str]:
    """The numbers that may stand where they are marked so, and why no other may."""
    attribute, name = mark.record
    if mark.marker:
        return frozenset({mark.marker}), "a marker shows the number of its note"
    if mark.counted:
        number = carried.counted(mark.counted)
        return frozenset({f"{number}", f"{number or 0:,}"}), f"{mark.counted}: there are {number}"
    own = carried.numbers(attribute, name, mark.part) if name else frozenset()
    if mark.note and mark.part in ("statement", "proof"):
        own |= {mark.note}
    if mark.rows >= 0:
        own |= {f"{mark.rows}"}
    if mark.date:
        words = _tokens([edtf.parse(mark.date).words()]) if carried.is_dated(mark.date) else frozenset()
        return words & own if name else words, f"it is marked as the date {mark.date}"
    kind = attribute.removeprefix("data-")
    of = f"the {mark.part} of {kind} {name}" if mark.part else f"{kind} {name}"
    return own, f"{of} does not carry it" if name else "nothing says where it comes from"


# -- a drawing ------------------------------------------------------------------------------------------------------

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ROUND = frozenset({"1", "2", "25", "5"})
"""The digits of an axis's steps: 10, 20, 25, 50 and their tenfolds."""


def _drawn_strays(drawing: LexborNode, table: ChartTable) -> Iterator[Stray]:
    """The numbers in a drawing that neither its rows carry nor its axes name."""
    written = [(node.tag, _own_words(node)) for node in drawing.css("title, desc, text")]
    around, labels, days = _tokens([table.chart.title, table.alt]), _labels(table), _days(table)
    alone: dict[Decimal, str] = {}
    for tag, words in written:
        value = _value(words) if tag == "text" else None
        if value is not None:
            alone[value] = words
        elif tag != "text" or words not in days:
            allowed = labels if tag == "text" else around
            for number in tokens(words, ordinals=True):
                if number not in allowed:
                    yield Stray(number, words, "the rows of the chart do not carry it")
    unsaid = [value for value, words in alone.items() if words not in labels and words not in days]
    for value in _off_axis(unsaid, alone, table):
        yield Stray(alone[value], alone[value], "neither the rows of the chart nor its axes carry it")


def written(drawing: LexborNode) -> list[str]:
    """The texts of a drawing, in order; a word too long for a line is in two, so all are without spaces."""
    return [_own_words(node).replace(" ", "") for node in drawing.css("text")]


def misdrawn(drawing: LexborNode, table: ChartTable) -> Iterator[tuple[str, str]]:
    """Words of a drawing that neither its table, its axes nor its key account for, and those that are not there."""
    least, most = _phrases(table)
    spelt = {phrase.replace(" ", ""): phrase for phrase in most}
    texts = Counter(spelt.get(text, text) for text in written(drawing) if _is_word(text))
    months = _months(table)
    for text, number in texts.items():
        if number > most[text] and not (text not in spelt.values() and _NAMED.sub("", text) in months):
            yield f"“{text}” {number} times in a drawing", f"{most[text]} times, as its rows and its key have it"
    for phrase in least:
        if texts[phrase] < least[phrase]:
            yield f"“{phrase}” {texts[phrase]} times in a drawing", f"at least {least[phrase]} times"


_NAMED = re.compile(r"^\d{1,2}(?=[A-Z])|(?<=[a-z])\d{4}$")
"""The day before the name of a month on an axis, and the year behind it; which they may be, the numbers tell."""


def _months(table: ChartTable) -> frozenset[str]:
    """The names that a time axis may have for its months."""
    first, last = (12 * day.year + day.month - 1 for day in (table.first, table.last))
    return frozenset(_MONTHS[number % 12] for number in range(first, last + 1))


def _phrases(table: ChartTable) -> tuple[Counter[str], Counter[str]]:
    """All that a drawing says in words, as often as it must at least, and as it may at most."""
    always = Counter([*_of_figures(table), *_of_events(table)])
    units = " / ".join(dict.fromkeys(row.unit for row in table.figures))
    often = Counter({units: max(1, len(table.panels))}) if table.figures else Counter[str]()
    labels = Counter(each for row in table.figures for each in (row.beside, row.named))  # as many as find room
    notes = Counter(span.note for span in table.thin)  # each in its bands, or once in the key
    letters = Counter(
        {letter: 1 + len(table.thin) for letter in ascii_lowercase[: len(notes)]} if len(notes) > 1 else ()
    )
    least, most = always + Counter([*often, *notes]), always + often + labels + notes + letters
    return Counter({each: number for each, number in least.items() if _is_word(each)}), most


def _of_figures(table: ChartTable) -> Iterator[str]:
    """The headings of panels, and the words of the key."""
    if not table.figures:
        return
    yield from table.panels
    if len(table.series) > 1 and table.series != table.panels:
        yield from table.series
    forms = {row.firmness for row in table.figures}
    if forms != {Firmness.EXACT}:
        yield from (FORMS[form] for form in forms)
    if not all(row.date.is_exact_day for row in table.figures):
        yield NOT_EXACT
    if any(row.is_disputed for row in table.figures):
        yield DISPUTED


def _of_events(table: ChartTable) -> Iterator[str]:
    """The key of events and the headings over what has no day, with the labels of sums."""
    axis, unit = (table.first, table.last), table.chart.encoding.bin
    spanning = [row for row in table.events if not per_period([row.date], unit, axis)]
    if any(not row.is_dated for row in table.events if row not in spanning):
        yield from (TO_THE_DAY, NOT_EXACT)
    if spanning or table.totals:
        yield DATED
    if spanning:
        yield SPANNING
    for heading, running in ((IN_SUM, False), (RUNNING, True)):
        if any(row.is_running is running for row in table.totals):
            yield heading
    yield from (row.in_sum for row in table.totals)


def _is_word(text: str) -> bool:
    return any(each.isalpha() for each in text)


def _own_words(node: LexborNode) -> str:
    lines = (each.text_content or "" for each in node.traverse(include_text=True) if each.tag == "-text")
    return " ".join(" ".join(lines).split())


def _labels(table: ChartTable) -> frozenset[str]:
    """The numbers that a drawing says of its rows."""
    rows = [*table.figures, *table.totals]
    said = [text for row in rows for text in (with_unit(row.label, row.unit), row.series, row.panel)]
    said += [span.note for span in table.thin]
    counts = per_period((row.date for row in table.events), table.chart.encoding.bin, (table.first, table.last))
    return _tokens([*said, *(f"{number}" for number in counts.values())])


def _days(table: ChartTable) -> frozenset[str]:
    """The names that a time axis may have for its days: `15 Sep`, `15`, `Sep 2024`, `2024`."""
    names: set[str] = set()
    for number in range(table.first.toordinal(), table.last.toordinal() + 1):
        day = dt.date.fromordinal(number)
        month = _MONTHS[day.month - 1]
        names |= {f"{day.day} {month}", f"{day.day}", f"{month} {day.year}", f"{day.year}"}
    return frozenset(names)


def _value(words: str) -> Decimal | None:
    """A number that stands alone, as an axis writes it."""
    try:
        return Decimal(words.replace("−", "-").replace(",", "")) if words[-1:].isdigit() else None
    except InvalidOperation:
        return None


def _off_axis(values: list[Decimal], alone: Iterable[Decimal], table: ChartTable) -> list[Decimal]:
    """Those of some numbers that are not on an axis, on which every multiple of a round step is named, from zero."""
    there = set(alone)
    furthest = 2 * max((abs(end) for row in table.figures for end in (row.low, row.high)), default=Decimal(0))

    def is_on(value: Decimal, step: Decimal) -> bool:
        steps = int(abs(value) / step) if abs(value) <= furthest and not value % step else 0
        return 0 < steps <= len(there) and all(step.copy_sign(value) * each in there for each in range(1, steps + 1))

    unnamed = [each for each in values if each]
    strange = ([each for each in unnamed if not is_on(each, step)] for step in there if step > 0 and _is_round(step))
    return min(strange, key=len, default=unnamed)


def _is_round(value: Decimal) -> bool:
    return f"{abs(value).normalize():f}".replace(".", "").strip("0") in _ROUND
