"""Briefing -> the rows that charts, tables and alternative texts all show, in their final order, words and units."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from generator.edtf import Edtf
from generator.hedges import Firmness, firmness
from generator.model import Briefing, Chart, Event, Fact, Figure, Statement
from generator.numerals import VAGUE, in_digits


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure as it is drawn and listed."""

    id: str
    date: Edtf
    date_words: str
    low: Decimal
    high: Decimal
    """Equal to `low` unless the figure is a range."""
    firmness: Firmness
    label: str
    """The number with its hedge and without its unit: `around 70,000`."""
    unit: str
    series: str
    """What colour and shape tell apart, as the legend names it."""
    panel: str
    """The heading of its panel; empty where there is one panel."""
    side: str
    measure: str
    attribution: str
    is_disputed: bool = False
    """Whether another fact, or words in a source, contradict it."""
    is_running: bool = False
    """Whether it is what had come together by its date (a stock), not what its date covers."""

    @property
    def beside(self) -> str:
        """What stands beside its mark: the number, and whether it is contested."""
        return f"{self.label}, disputed" if self.is_disputed else self.label

    @property
    def named(self) -> str:
        """The same with the name of its series."""
        return f"{self.series}: {self.beside}"

    @property
    def in_sum(self) -> str:
        """What stands beside its bar or mark, where it is known only in sum."""
        return f"{with_unit(self.label, self.unit)} in all" + (", disputed" if self.is_disputed else "")


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it is drawn and listed: one mark each."""

    id: str
    date: Edtf
    date_words: str
    statement: str
    attribution: str

    @property
    def is_dated(self) -> bool:
        """Whether the event is known to the day."""
        return self.date.is_exact_day


@dataclass(frozen=True, slots=True)
class ThinSpan:
    """Days of which few reports were read, as they are drawn and told."""

    first: dt.date
    last: dt.date
    """Both days included."""
    date_words: str
    note: str


@dataclass(frozen=True, slots=True)
class ChartTable:
    """All that a chart shows, as values: what is drawn, and what is written around it."""

    chart: Chart
    figures: tuple[FigureRow, ...]
    """The rows of a `figures` chart."""
    events: tuple[EventRow, ...]
    """The rows of a `frequency` chart."""
    totals: tuple[FigureRow, ...]
    """Counts known only in sum: never added to the events."""
    first: dt.date
    last: dt.date
    """The time axis, both days included."""
    series: tuple[str, ...]
    """The names that colours stand for, in the order of the fact base."""
    panels: tuple[str, ...]
    source_line: str
    alt: str
    joined: tuple[tuple[str, str], ...] = ()
    """The pairs of figures, by id, between which a line runs."""
    thin: tuple[ThinSpan, ...] = ()
    """The periods of which few reports were read, in order; no two meet."""

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """Every fact that the chart shows, in the order of its table."""
        rows: tuple[FigureRow | EventRow, ...] = (*self.figures, *self.events, *self.totals)
        return tuple(row.id for row in rows)


def figure_label(fact: Figure) -> str:
    """The number of a figure in words, with its hedge and without its unit: `tens of thousands`, `around 70,000`."""
    if fact.value is not None:
        return f"{fact.hedge} {in_digits(fact.value)}".strip()
    if fact.low is None or fact.high is None:
        return fact.hedge
    if fact.hedge.lower() in VAGUE:
        return fact.hedge
    ends = f"{in_digits(fact.low)} to {in_digits(fact.high)}"
    return ends if fact.hedge.lower() in ("", "between", "from") else f"{fact.hedge} {ends}"


def with_unit(label: str, unit: str) -> str:
    """A number with its unit as a sentence says it: `around 70,000 people`, but `tens of thousands of people`."""
    return f"{label} {unit}" if any(char.isdigit() for char in label) else f"{label} of {unit}"


def by_date(facts: Iterable[Fact]) -> list[Fact]:
    """Facts in the order of their dates; of one day, the more exact first, then as in the file."""
    return sorted(facts, key=lambda fact: (fact.date.first, fact.date.last))


def chart_table(briefing: Briefing, chart: Chart) -> ChartTable:
    """The rows of a chart, its axis and its words. The chart has passed the checks: it selects what its kind draws."""
    chosen = by_date(briefing.select(chart.select))
    figures = tuple(_figure_row(briefing, chart, fact) for fact in chosen if isinstance(fact, Figure))
    events = tuple(
        EventRow(fact.id, fact.date, fact.date.words(), fact.statement, fact.attribution)
        for fact in chosen
        if isinstance(fact, Event)
    )
    total_facts = by_date(briefing.select(chart.totals)) if chart.totals else []
    totals = tuple(_figure_row(briefing, chart, fact) for fact in total_facts if isinstance(fact, Figure))
    shown = [*chosen, *total_facts]
    first, last = axis_of(briefing, chart)
    thin = tuple(_thin(chart))
    return ChartTable(
        chart=chart,
        figures=figures,
        events=events,
        totals=totals,
        first=first,
        last=last,
        series=_in_file_order(briefing, chart.encoding.colour, {row.series for row in figures}),
        panels=_in_file_order(briefing, chart.encoding.panel, {row.panel for row in figures}),
        source_line=_source_line(briefing, shown),
        alt=_alt(chart, figures, events, totals, thin),
        joined=tuple(_joined(briefing, chart, [fact for fact in chosen if isinstance(fact, Figure)])),
        thin=thin,
    )


LONGEST_GAP = 31
"""Days that a line may span where neither the chart nor a figure says otherwise."""


def _joined(briefing: Briefing, chart: Chart, figures: list[Figure]) -> Iterator[tuple[str, str]]:
    """The pairs of figures, in order of date, that one counter counted, on exact days, with no gap between.

    `contiguous` bridges a gap or an inexact date, never a change of counter; of rival figures none is on a line, since
    a line would choose between them.
    """
    if chart.encoding.line != "joined":
        return
    longest = chart.encoding.longest_gap if chart.encoding.longest_gap is not None else Decimal(LONGEST_GAP)
    lines: dict[tuple[str, str], list[Figure]] = {}
    for fact in figures:
        lines.setdefault((fact.measure, fact.side), []).append(fact)
    for line in lines.values():
        for before, after in pairwise(line):
            is_one_counter = not set(briefing.origins(before)).isdisjoint(briefing.origins(after))
            is_plain = before.value is not None and after.value is not None
            rivals = {other.id for each in (before, after) for other, _ in briefing.rivals(each)}
            is_rival = any(each.id in rivals for each in line)
            is_near = (
                before.date.is_exact_day
                and after.date.is_exact_day
                and (after.date.first - before.date.first).days <= longest
            )
            if is_one_counter and is_plain and not is_rival and (is_near or after.contiguous):
                yield before.id, after.id


def per_period(
    dates: Iterable[Edtf], of: str, axis: tuple[dt.date, dt.date] = (dt.date.min, dt.date.max)
) -> dict[str, int]:
    """How many dates lie within each `day` or `month` of an axis; those that may belong to several are left out."""
    counts: dict[str, int] = {}
    length = len("2024-09-17" if of == "day" else "2024-09")
    for date in dates:
        first, last = max(date.first, axis[0]).isoformat()[:length], min(date.last, axis[1]).isoformat()[:length]
        if first == last:
            counts[first] = counts.get(first, 0) + 1
    return counts


def _label(briefing: Briefing, key: str, fact: Fact) -> str:
    """The label of a fact's side or measure."""
    if not key:
        return ""
    record = briefing.index(f"{key}s").get(getattr(fact, key, ""))
    return record.label if record else ""


def _figure_row(briefing: Briefing, chart: Chart, fact: Figure) -> FigureRow:
    measure = briefing.measures[fact.measure]
    if fact.value is not None:
        low = high = fact.value
    else:
        low, high = fact.low or Decimal(0), fact.high or Decimal(0)
    return FigureRow(
        id=fact.id,
        date=fact.date,
        date_words=fact.date.words(),
        low=low,
        high=high,
        firmness=firmness(fact.hedge, is_range=fact.value is None),
        label=figure_label(fact),
        unit=measure.unit,
        series=_label(briefing, chart.encoding.colour, fact),
        panel=_label(briefing, chart.encoding.panel, fact),
        side=_label(briefing, "side", fact),
        measure=measure.label,
        attribution=fact.attribution,
        is_disputed=briefing.is_disputed(fact),
        is_running=measure.nature == "stock",
    )


def _in_file_order(briefing: Briefing, key: str, labels: set[str]) -> tuple[str, ...]:
    if not key:
        return ()
    return tuple(record.label for record in getattr(briefing.base, f"{key}s") if record.label in labels)


def axis_of(briefing: Briefing, chart: Chart) -> tuple[dt.date, dt.date]:
    """The days that the chart declares, or those of its facts; open ends stop at the briefing's own day."""
    facts, as_of = briefing.drawn(chart), briefing.base.briefing.as_of
    first = (
        chart.since.first
        if chart.since
        else min((fact.date.first for fact in facts if fact.date.start), default=as_of.first)
    )
    last = (
        chart.until.last
        if chart.until
        else max((fact.date.last for fact in facts if fact.date.end), default=as_of.last)
    )
    return first, max(last, first)


def _thin(chart: Chart) -> Iterator[ThinSpan]:
    for period in sorted(chart.thin, key=lambda each: each.since.first):
        first, last = period.since.words(), period.until.words()
        words = first if first == last else f"{first} to {last}"
        yield ThinSpan(period.since.first, period.until.last, words, period.note)


_NAMED = 6
"""Origins, and pages of each, that a source line names; where there are more, the table names them all."""


def _source_line(briefing: Briefing, facts: list[Fact]) -> str:
    """The origins of what is shown, each with the pages that carried it; of many, those of most facts first."""
    carried: dict[str, dict[str, None]] = {}
    weight: Counter[str] = Counter()
    for fact in (each for shown in facts for each in briefing.evidence_of(shown)):
        for citation in fact.citations:
            source = briefing.sources.get(citation.source)
            if source and citation.stance == "supports":
                origin = citation.origin or source.first_published_by
                carried.setdefault(origin, {})[source.publisher] = None
                weight[origin] += 1
    many = len(carried) > _NAMED
    named = sorted(carried, key=lambda origin: -weight[origin])[:_NAMED] if many else [*carried]
    parts = [origin + _via(origin, [*carried[origin]]) for origin in named]
    return "; ".join(parts) + (f"; and {len(carried) - _NAMED} more, named in the table" if many else "")


def _via(origin: str, publishers: list[str]) -> str:
    """` (via Upland Mirror and 3 others)`; nothing where the origin published it alone."""
    others = [each for each in publishers if each != origin]
    if not others:
        return ""
    more = f" and {len(others) - _NAMED} others" if len(others) > _NAMED + 1 else ""
    return f" (via {', '.join(others[:_NAMED] if more else others)}{more})"


def _alt(
    chart: Chart,
    figures: tuple[FigureRow, ...],
    events: tuple[EventRow, ...],
    totals: tuple[FigureRow, ...],
    thin: tuple[ThinSpan, ...],
) -> str:
    """The text alternative: kind, message and every value, from the data (WCAG 1.1.1)."""
    sentences = [chart.alt.rstrip(".") or f"Chart: {chart.title.rstrip('.')}", chart.subtitle.rstrip(".")]
    if figures:
        sentences += [f"{row.series or row.measure}, {row.date_words}: {_said(row)}" for row in figures]
    if events:
        counted: dict[str, int] = {}
        for row in events:
            counted[row.date_words] = counted.get(row.date_words, 0) + 1
        sentences.append("Dated one by one: " + "; ".join(f"{words}, {number}" for words, number in counted.items()))
    if totals:
        sentences.append("Told in sum: " + "; ".join(f"{_said(row)}, {row.date_words}" for row in totals))
    sentences += [f"Shaded, {span.date_words}: {span.note.rstrip('.')}" for span in thin]
    return ". ".join(sentences) + "."


def _said(row: FigureRow) -> str:
    return with_unit(row.label, row.unit) + (" (disputed)" if row.is_disputed else "")


def speakers(briefing: Briefing, fact: Fact) -> str:
    """The names of who says, holds or wants it, or of who took part."""
    ids = fact.speaker if isinstance(fact, Statement) else fact.participants if isinstance(fact, Event) else ()
    actors = briefing.index("actors")
    return ", ".join(actors[each].name for each in ids if each in actors)
