"""Like with like: what stands on one chart can be compared, and a line joins only what one counter counted."""

from __future__ import annotations

from collections.abc import Iterator

from generator.checks.engine import Case, finding, rule
from generator.model import Chart, Fact, Figure
from generator.problems import Problem
from generator.tables import by_date


def _figures(case: Case, chart: Chart) -> list[Figure]:
    chosen = case.briefing.select(chart.select) if chart.kind == "figures" else []
    return [fact for fact in chosen if isinstance(fact, Figure) and fact.measure in case.briefing.measures]


@rule()
def chart_measures_mixed(case: Case) -> Iterator[Problem]:
    """Figures on one chart share a measure, or the chart says how they may be compared.

    What is counted, of whom and by whom differs between measures. `comparability` says in a sentence or two what may be
    compared and what not, and is printed with the chart.

    Bad:
        measures:
          - id: sacks-by-the-mayor
            label: Sacks of flour lost, as the mayor counts
            unit: sacks
            nature: flow
            population: flour in the mill
            counted_by: the mayor
        facts:
          - id: sacks-seen
            kind: figure
            statement: More than 40 sacks burnt
            topic: losses
            side: mill
            date: 2031-05-03
            attribution: The mayor
            measure: sacks-by-the-mayor
            value: 40
            hedge: more than
            citations:
              - source: herald
                quote: On 3 May 2031 the mayor met
              - source: herald
                quote: promised more than 40 new
        charts:
          - id: losses
            select:
              measures: [sacks, sacks-by-the-mayor]

    Good:
        measures:
          - id: sacks-by-the-mayor
            label: Sacks of flour lost, as the mayor counts
            unit: sacks
            nature: flow
            population: flour in the mill
            counted_by: the mayor
        facts:
          - id: sacks-seen
            kind: figure
            statement: More than 40 sacks burnt
            topic: losses
            side: mill
            date: 2031-05-03
            attribution: The mayor
            measure: sacks-by-the-mayor
            value: 40
            hedge: more than
            citations:
              - source: herald
                quote: On 3 May 2031 the mayor met
              - source: herald
                quote: promised more than 40 new
        charts:
          - id: losses
            select:
              measures: [sacks, sacks-by-the-mayor]
            comparability: The owners and the mayor counted apart, on different days.
    """
    for chart in case.briefing.base.charts:
        measures = dict.fromkeys(fact.measure for fact in _figures(case, chart))
        if len(measures) > 1 and not chart.comparability:
            labels = (f"“{case.briefing.measures[each].label}” ({each})" for each in measures)
            yield finding(
                chart.where.place("select"),
                f"figures of {len(measures)} measures on one chart: {', '.join(labels)}",
                "one measure, or `comparability:` with what may be compared and what not",
                "write the note, or give each measure a chart of its own",
                chart.subject,
            )


@rule(waivable=False)
def chart_units_mixed(case: Case) -> Iterator[Problem]:
    """Figures on one scale have one unit, and stocks are not drawn with flows.

    People and families, or a number at a moment and a number over a period, would share an axis that is true for one of
    them only; panels share their scale too.

    Bad:
        measures:
          - id: hydrants
            label: New hydrants promised
            unit: hydrants
            nature: flow
            population: hydrants of the town
            counted_by: the mayor
        facts:
          - id: hydrants-promised
            kind: figure
            statement: The mayor promised more than 40 new hydrants
            topic: losses
            side: mill
            date: 2031-05-03
            attribution: The mayor
            measure: hydrants
            value: 40
            hedge: more than
            citations:
              - source: herald
                quote: On 3 May 2031 the mayor met
              - source: herald
                quote: promised more than 40 new hydrants
        charts:
          - id: losses
            select:
              measures: null
              kinds: [figure]
            comparability: Nothing of it.

    Good:
        charts:
          - id: losses
            select:
              measures: [sacks]
    """
    for chart in case.briefing.base.charts:
        measures = [case.briefing.measures[each] for each in {fact.measure: None for fact in _figures(case, chart)}]
        for name in ("unit", "nature"):
            said = dict.fromkeys(getattr(each, name) for each in measures)
            if len(said) > 1:
                yield finding(
                    chart.where.place("select"),
                    f"figures with {len(said)} different values of `{name}` on one scale: {', '.join(said)}",
                    f"one {name} on a chart",
                    "give each a chart of its own",
                    chart.subject,
                )


@rule()
def contiguous_unsupported(case: Case) -> Iterator[Problem]:
    """A figure is `contiguous` only with a figure before it that the same counter counted.

    The mark lets a line run over a gap, or to a date that is not exact. It never lets a line run from one counter to
    another: those are two lines. The counter is the origin of the citations.

    Bad:
        facts:
          - id: sacks-lost
            contiguous: yes

    Good:
        facts:
          - id: sacks-lost
            contiguous: null
    """
    lines: dict[tuple[str, str], list[Fact]] = {}
    marked: list[Figure] = []
    for fact in case.briefing.base.facts:
        if isinstance(fact, Figure) and fact.withdrawn is None and fact.date:
            lines.setdefault((fact.measure, fact.side), []).append(fact)
            marked += [fact] if fact.contiguous else []
    ordered = {key: by_date(lines[key]) for key in {(fact.measure, fact.side) for fact in marked}}
    for fact in marked:
        line = ordered[fact.measure, fact.side]
        at = next(number for number, each in enumerate(line) if each is fact)
        before = line[at - 1] if at else None
        if before is None:
            found = "no figure of its measure and side before it"
        elif set(case.briefing.origins(before)).isdisjoint(case.briefing.origins(fact)):
            found = f"another counter before it: {', '.join(case.briefing.origins(before))} (fact {before.id})"
        else:
            continue
        yield finding(
            fact.where.place("contiguous"),
            f"`contiguous` on “{fact.statement}”, with {found}",
            "an earlier figure of the same measure and side with the same origin",
            "remove the mark, or name the counter as `origin` of both",
            fact.subject,
        )
