"""A briefing -> by what readers can narrow the list of all facts: the choices, and what is true of each fact.

Topics, sides, kinds, voices, origins and states are lists of words; each fact carries its own as attributes, which a
script compares. Without one, the list is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.model import Actor, Briefing, Fact, Figure, Statement
from generator.views import KINDS, is_overdue, known_day

STATES: dict[str, str] = {
    "disputed": "Disputed",
    "unnamed": "From unnamed voices only",
    "party": "From a party only",
    "computed": "Computed by the authors",
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
    "overdue": "Review overdue",
}
"""What may be the matter with a fact, and the words for it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A control: what is chosen from, and its words with their values."""

    name: str
    """As the address of a filtered list has it."""
    label: str
    options: tuple[tuple[str, str], ...]
    """Value and label of each."""


@dataclass(frozen=True)
class Facets:
    """By what the facts of a briefing can be told apart."""

    briefing: Briefing

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The controls that would leave something out: those with more than one word."""
        base = self.briefing.base
        actors: Mapping[str, Actor] = self.briefing.index("actors")
        said = {each for fact in base.facts for each in voices_of(fact)}
        voices = sorted(said, key=lambda each: (actors[each].name, each))  # two may have one name
        kinds = {fact.kind for fact in base.facts}
        sides = {fact.side for fact in base.facts}
        states = {state for fact in base.facts for state in self.states(fact)}
        made = (
            Choice("topic", "Topic", tuple((each.id, each.label) for each in base.topics)),
            Choice("side", "Side", tuple((each.id, each.label) for each in base.sides if each.id in sides)),
            Choice("kind", "Kind", tuple((each, label) for each, label in KINDS.items() if each in kinds)),
            Choice("who", "Who says so", tuple((each, actors[each].name) for each in voices)),
            Choice("origin", "Origin of the source", tuple((each, each) for each in self._origins)),
            Choice("state", "State", tuple((each, label) for each, label in STATES.items() if each in states)),
        )
        return tuple(each for each in made if each.options)

    @cached_property
    def _origins(self) -> dict[str, int]:
        """Everybody who published first, in the order of the alphabet, with a number that is short."""
        found = {origin for fact in self.briefing.base.facts for origin in self.briefing.origins(fact)}
        return {origin: number for number, origin in enumerate(sorted(found, key=lambda each: (each.casefold(), each)))}

    def states(self, fact: Fact) -> Iterator[str]:
        """What is the matter with a fact."""
        briefing = self.briefing
        found = {
            "disputed": briefing.is_disputed(fact),
            "unnamed": briefing.is_anonymous(fact),
            "party": briefing.is_partisan(fact),
            "computed": isinstance(fact, Figure) and bool(fact.derived),
            "corrected": fact.id in self._corrected,
            "withdrawn": fact.withdrawn is not None,
            "overdue": is_overdue(fact.review_by, briefing.base.briefing.as_of),
        }
        return (state for state, holds in found.items() if holds)

    @cached_property
    def _corrected(self) -> frozenset[str]:
        return frozenset(each.fact for each in self.briefing.base.corrections)

    def of(self, fact: Fact) -> dict[str, str]:
        """What a fact carries, by attribute; what is empty is not written."""
        briefing = self.briefing
        days = dict.fromkeys((fact.date.first.isoformat(), fact.date.last.isoformat()))
        carried = {
            "data-topic": fact.topic,
            "data-kind": fact.kind,
            "data-side": fact.side,
            "data-days": "/".join(days),
            "data-who": _listed(voices_of(fact)),
            "data-origins": _listed(f"{self._origins[each]}" for each in briefing.origins(fact)),
            "data-state": _listed(self.states(fact)),
            "data-known": known_day(briefing, fact),
        }
        return {name: value for name, value in carried.items() if value}


def voices_of(fact: Fact) -> tuple[str, ...]:
    """The ids of those who say it, as far as the fact names them: by attribution, and as whose position it is."""
    speakers = fact.speaker if isinstance(fact, Statement) else ()
    return tuple(dict.fromkeys((*speakers, *fact.said_by)))


def _listed(words: Iterable[str]) -> str:
    return " ".join(words)
