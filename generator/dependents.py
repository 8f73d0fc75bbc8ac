"""A briefing -> what rests on each of its facts: derived figures, judgments, charts and places of prose, with the path.

A change of a fact is felt wherever something rests on it, so a dispute or a withdrawal is traced from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.model import Briefing, Call, Judgment
from generator.problems import Place


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that rests on a fact, directly or through what lies between."""

    kind: str
    """`fact` (a derived figure), `judgment`, `chart` or `page`."""
    name: str
    """Its id; of a page, its path within `content/`."""
    place: Place
    """Where it names what it rests on."""
    through: tuple[str, ...] = ()
    """What lies between, nearest to the fact first: `fact total`, `judgment a`."""

    def words(self) -> str:
        """`judgment a (facts.yaml:12:5) through fact total`."""
        through = f" through {' and '.join(self.through)}" if self.through else ""
        name = f"{self.place}" if self.kind == "page" else f"{self.kind} {self.name} ({self.place})"
        return name + through


@dataclass(frozen=True)
class Dependents:
    """What rests on what; made once for a briefing."""

    direct: Mapping[tuple[str, str], tuple[Dependent, ...]]
    """By kind and id of what is rested on."""

    def on(self, fact_id: str) -> list[Dependent]:
        """Everything that rests on a fact, the nearest first, each once."""
        return self.of("fact", fact_id)

    def of(self, kind: str, name: str) -> list[Dependent]:
        """Everything that rests on a fact, a chart or a judgment, the nearest first, each once."""
        found: dict[tuple[str, str, Place], Dependent] = {}
        waiting: list[tuple[tuple[str, str], tuple[str, ...]]] = [((kind, name), ())]
        for key, through in waiting:
            for each in self.direct.get(key, ()):
                new = each.kind, each.name, each.place
                if new not in found and (each.kind, each.name) != (kind, name):
                    found[new] = Dependent(each.kind, each.name, each.place, through)
                    waiting.append(((each.kind, each.name), (*through, f"{each.kind} {each.name}")))
        return [*found.values()]


def of(briefing: Briefing) -> Dependents:
    """What rests on what in a briefing."""
    direct: dict[tuple[str, str], list[Dependent]] = {}
    for base, dependent in _all(briefing):
        direct.setdefault(base, []).append(dependent)
    return Dependents({key: tuple(dict.fromkeys(found)) for key, found in direct.items()})


def _all(briefing: Briefing) -> Iterator[tuple[tuple[str, str], Dependent]]:
    """What is rested on, and what rests on it."""
    base = briefing.base
    for figure in base.facts:
        for each in briefing.bases(figure):
            yield ("fact", each.id), Dependent("fact", figure.id, figure.where.place("derived"))
    for judgment in base.judgments:
        yield from _judged(judgment)
    for chart in base.charts:
        for fact in briefing.drawn(chart):
            yield ("fact", fact.id), Dependent("chart", chart.id, chart.where.place("select"))
    for page in briefing.pages:
        for call in page.calls:
            for key in _called(briefing, call):
                yield key, Dependent("page", page.path, call.place)


def _judged(judgment: Judgment) -> Iterator[tuple[tuple[str, str], Dependent]]:
    for field in ("based_on", "contrary"):
        for number, each in enumerate(getattr(judgment, field)):
            place = judgment.where.place(f"{field}.{number}")
            yield ("fact", each), Dependent("judgment", judgment.id, place)


def _called(briefing: Briefing, call: Call) -> list[tuple[str, str]]:
    """What a call of prose puts into its page: a chart, a judgment, or facts."""
    if call.name in ("chart", "preview", "judgment"):
        return [("judgment" if call.name == "judgment" else "chart", each) for each in call.args]
    if call.name in ("source", "count"):
        return []
    return [("fact", fact.id) for fact in briefing.shown_by(call)]
