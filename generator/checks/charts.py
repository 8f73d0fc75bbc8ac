"""Charts: each draws something, and only what its kind can draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from generator import edtf
from generator.checks.engine import Case, finding, rule
from generator.glyphs import COVERED
from generator.model import Chart, Event, Fact, Figure, Record, Selection, Side, ThinPeriod
from generator.problems import Place, Problem
from generator.tables import axis_of

_DRAWN: dict[str, type[Fact]] = {"figures": Figure, "frequency": Event}

_SERIES = 4
"""The shapes and colours that a reader can tell apart in one panel."""


def _selections(chart: Chart) -> Iterator[tuple[str, Selection, type[Fact]]]:
    if chart.kind in _DRAWN:
        yield "select", chart.select, _DRAWN[chart.kind]
    if chart.totals is not None:
        yield "totals", chart.totals, Figure


@rule(waivable=False)
def chart_selection(case: Case) -> Iterator[Problem]:
    """A chart selects at least one fact, and only facts that its kind can draw.

    A `figures` chart draws figures; a `frequency` chart counts events, and beside them figures known only in sum
    (`totals`), which are never added to the events.

    Bad:
        charts:
          - id: losses
            select:
              kinds: [event]

    Good:
        charts:
          - id: losses
            select:
              kinds: [figure]
    """
    for chart in case.briefing.base.charts:
        if chart.totals is not None and chart.kind == "figures":
            yield finding(
                chart.where.place("totals"),
                "totals in a chart of figures",
                "totals beside events only",
                "put the figures under `select`",
                chart.subject,
            )
        for name, selection, wanted in _selections(chart):
            chosen = case.briefing.select(selection) if selection.narrowing else []
            wrong = [fact.id for fact in chosen if not isinstance(fact, wanted)]
            if not chosen:
                yield finding(
                    chart.where.place(name),
                    f"{name} admits no fact",
                    f"at least one {wanted.KIND}",
                    "each key narrows the choice: leave one out",
                    chart.subject,
                )
            elif wrong:
                yield finding(
                    chart.where.place(name),
                    f"{name} admits {wrong[0]!r}" + (f" and {len(wrong) - 1} more" if wrong[1:] else ""),
                    f"{wanted.KIND}s only",
                    f"add `kinds: [{wanted.KIND}]`",
                    chart.subject,
                )


@rule(waivable=False)
def chart_encoding(case: Case) -> Iterator[Problem]:
    """What a chart tells apart by colour or panel is known of every fact it draws, and it has an axis to draw on.

    A figure without a side cannot be coloured by side, and one whose date has no bounds has no place on the axis.

    Bad:
        facts:
          - id: sacks-lost
            side: null

    Good:
        facts:
          - id: sacks-lost
            side: mill
    """
    for chart in case.briefing.base.charts:
        if chart.kind != "figures":
            continue
        keys = {key for key in (chart.encoding.colour, chart.encoding.panel) if key}
        for fact in case.briefing.select(chart.select):
            lacking = sorted(key for key in keys if not getattr(fact, key, ""))
            if lacking:
                yield finding(
                    fact.where.place(),
                    f"no {lacking[0]}, by which chart {chart.id!r} tells facts apart",
                    f"`{lacking[0]}:` in every fact of the chart",
                    "add it, or narrow the chart's selection",
                    fact.subject,
                )
    for chart in case.briefing.base.charts:
        if chart.since and chart.until and chart.since.first >= chart.until.last:
            yield finding(
                chart.where.place("until"),
                f"an axis from {chart.since.words()} to {chart.until.words()}",
                "a last day after the first",
                "swap the two",
                chart.subject,
            )


@rule(waivable=False)
def chart_label(case: Case) -> Iterator[Problem]:
    """Every character that a chart draws is in the project's own font.

    A missing character would be drawn in whatever font the machine has: other bytes and other widths elsewhere.

    Bad:
        sides:
          - id: mill
            label: मिल

    Good:
        sides:
          - id: mill
            label: Mühle
    """
    for chart in case.briefing.base.charts:
        lacking: dict[Place, tuple[str, str]] = {
            each.where.place("note"): (each.note, chart.subject)
            for each in chart.thin
            if not COVERED.issuperset(each.note)
        }
        for _, selection, _ in _selections(chart):
            for fact in case.briefing.select(selection):
                for record, field, text in _labels(case, fact):
                    if not COVERED.issuperset(text):
                        lacking[record.where.place(field)] = text, record.subject
        for place, (text, subject) in lacking.items():
            missing = next(char for char in text if char not in COVERED)
            yield finding(
                place,
                f"the character {missing!r} (U+{ord(missing):04X}), which the chart font does not have",
                "letters of the Latin script",
                "write the label in Latin letters",
                subject,
            )


def _labels(case: Case, fact: Fact) -> Iterator[tuple[Record, str, str]]:
    """What a chart writes of a fact: the record and its field in which it stands, and the text."""
    side: Side | None = case.briefing.index("sides").get(fact.side)
    if side:
        yield side, "label", side.label
    if isinstance(fact, Figure):
        measure = case.briefing.measures.get(fact.measure)
        if measure:
            yield measure, "label", measure.label + measure.unit
        yield fact, "hedge", fact.hedge


@rule(waivable=False)
def chart_axis(case: Case) -> Iterator[Problem]:
    """Every fact that a chart selects lies on its time axis, and a panel has no more series than can be told apart.

    A fact outside `since` and `until` would be cut off, and the chart would claim less than its facts.

    Bad:
        charts:
          - id: losses
            since: 2031-06-01

    Good:
        charts:
          - id: losses
            since: 2031-05-01
    """
    for chart in case.briefing.base.charts:
        for _, selection, _ in _selections(chart):
            for fact in case.briefing.select(selection) if chart.since or chart.until else ():
                before = chart.since and fact.date and fact.date.last < chart.since.first
                after = chart.until and fact.date and fact.date.first > chart.until.last
                if before or after:
                    found = f"{fact.date.words()} lies outside chart {chart.id!r}"
                    hint = "move the axis, or narrow the chart's selection"
                    yield finding(
                        fact.where.place("date"), found, "a date between `since` and `until`", hint, fact.subject
                    )
        told = {getattr(fact, chart.encoding.colour, "") for fact in case.briefing.select(chart.select)}
        is_named = chart.encoding.panel == chart.encoding.colour  # each panel then says by its heading what it holds
        if chart.kind == "figures" and not is_named and len(told) > _SERIES:
            by = chart.encoding.colour
            yield finding(
                chart.where.place("encoding"),
                f"{len(told)} {by}s in one panel" if not chart.encoding.panel else f"{len(told)} {by}s to tell apart",
                f"at most {_SERIES}",
                f"give each a panel with `panel: {by}`, name fewer under `select`, or make a second chart of the rest",
                chart.subject,
            )


@rule(waivable=False)
def chart_thin(case: Case) -> Iterator[Problem]:
    """A period of `thin` ends after it starts, lies on the time axis of its chart, and meets no other.

    The band says for which days the chart cannot speak. Beyond the axis nobody could see it, and where two lie upon
    each other nobody could tell whose words hold.

    Bad:
        charts:
          - id: losses
            since: 2031-05-01
            until: 2031-05-31
            thin:
              - since: 2031-04-20
                until: 2031-05-10
                note: Few papers of these days were read.

    Good:
        charts:
          - id: losses
            since: 2031-05-01
            until: 2031-05-31
            thin:
              - since: 2031-05-01
                until: 2031-05-10
                note: Few papers of these days were read.
    """
    for chart in case.briefing.base.charts:
        periods = sorted((each for each in chart.thin if each.since and each.until), key=lambda each: each.since.first)
        for before, period in zip([None, *periods], periods, strict=False):
            fault = _thin_fault(chart, axis_of(case.briefing, chart), before, period)
            if fault:
                field, found, wanted, hint = fault
                yield finding(period.where.place(field), found, wanted, hint, chart.subject)


def _thin_fault(
    chart: Chart, axis: tuple[dt.date, dt.date], before: ThinPeriod | None, period: ThinPeriod
) -> tuple[str, str, str, str] | None:
    """The field that is wrong, what was found, what was wanted, and what to do."""
    if period.until.last < period.since.first:
        found = f"a period from {period.since.words()} to {period.until.words()}"
        return "until", found, "a last day that is not before the first", "swap the two"
    for field, is_off in (("since", period.since.first < axis[0]), ("until", axis[1] < period.until.last)):
        if is_off:
            found = f"{getattr(period, field).words()} lies outside chart {chart.id!r}"
            wanted = f"days of its axis, {edtf.parse(f'{axis[0]}/{axis[1]}').words()}"
            return field, found, wanted, f"shorten the period, or move the axis by `{field}` of the chart"
    if before and period.since.first <= before.until.last:
        found = f"{period.since.words()} lies in the period that ends with {before.until.words()}"
        return "since", found, "periods that do not meet", "join the two, or shorten one"
    return None
