"""A briefing and its evidence -> how many there are of what a name asks for: facts, origins, facts of one origin ...

One name, one number: pages print it, and the audit of the finished site asks for it again by the same name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from generator import quotes
from generator.evidence import Evidence, Status
from generator.model import Briefing, Event, Fact, Figure, Page, Source, Statement

OF_FACTS: dict[str, str] = {
    "facts": "Facts",
    "origins": "Origins",
    "corroborated": "Of several origins",
    "anonymous": "From unnamed voices only",
    "partisan": "From a party only",
    "disputed": "Disputed",
    "unproven": "With an unproven quote",
}
"""What is counted of the facts of a page, and the words for it."""


@dataclass(frozen=True)
class Tallies:
    """The counts of a briefing; each is worked out when it is first asked for."""

    briefing: Briefing
    evidence: Evidence
    _known: dict[str, int | None] = field(default_factory=dict, compare=False, repr=False)
    _grouped: dict[str, Counter[str]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, name: str) -> int | None:
        """The count of a name: `facts`, `facts/TOPIC`, `sources/kind/KIND`, `side/SIDE/facts`; None for no name."""
        if name not in self._known:
            self._known[name] = self._counted(name)
        return self._known[name]

    def _counted(self, name: str) -> int | None:
        kind, _, rest = name.partition("/")
        match kind:
            case "page":
                path, _, what = rest.rpartition("/")
                pages = {page.path: page for page in self.briefing.pages}
                return self._of_facts(self.used(pages[path]), what) if path in pages else None
            case "side":
                side, _, what = rest.partition("/")
                return self._of_facts([fact for fact in self.briefing.standing if fact.side == side], what)
            case "facts" if rest:
                return sum(fact.withdrawn is None for fact in self.briefing.by_topic.get(rest, ()))
            case "sources" if rest:
                return self._of_sources(rest)
            case _:
                return self._of_all(name)

    def used(self, page: Page) -> list[Fact]:
        """The facts that a page uses, each once."""
        facts = {fact.id: fact for call in page.calls for fact in self.briefing.shown_by(call)}
        return [fact for fact in facts.values() if fact.withdrawn is None]

    def _of_all(self, name: str) -> int | None:
        base, facts = self.briefing.base, self.briefing.standing
        classes = {"figures": Figure, "events": Event, "statements": Statement}
        if name in classes:
            return sum(isinstance(fact, classes[name]) for fact in facts)
        if name in ("quotes", "excerpts"):
            wanted = Status.PROVEN if name == "quotes" else Status.UNKNOWN
            return sum(each is wanted for fact in facts for each in self.evidence.statuses(fact))
        if name == "withdrawn":
            return len(base.facts) - len(facts)
        if name in OF_FACTS:
            return self._of_facts(facts, name)
        return len(getattr(base, name)) if name in ("sources", "charts", "judgments", "corrections") else None

    def _of_facts(self, facts: Iterable[Fact], what: str) -> int | None:
        briefing = self.briefing
        asked: Mapping[str, Callable[[Fact], bool]] = {
            "facts": lambda _: True,
            "corroborated": lambda fact: len(briefing.origins(fact)) > 1,
            "anonymous": briefing.is_anonymous,
            "partisan": briefing.is_partisan,
            "disputed": briefing.is_disputed,
            "unproven": self._is_unproven,
        }
        if what == "origins":
            return len({origin for fact in facts for origin in briefing.origins(fact)})
        if what == "sources":
            return len({source for fact in facts for source in fact.cited})
        return sum(map(asked[what], facts)) if what in asked else None

    def _is_unproven(self, fact: Fact) -> bool:
        return any(each is not Status.PROVEN for each in self.evidence.statuses(fact))

    def _of_sources(self, what: str) -> int | None:
        group, _, value = what.partition("/")
        if value:
            return self._counts(group)[value]
        return len(self.briefing.by_source.get(what, ()))

    def _counts(self, group: str) -> Counter[str]:
        """How many sources belong to each group of a sort."""
        if group not in self._grouped:
            sources = self.briefing.base.sources
            self._grouped[group] = Counter(each for source in sources for each in self._groups(source, group))
        return self._grouped[group]

    def _groups(self, source: Source, group: str) -> Iterator[str]:
        """The group to which a source belongs: its kind, its language, how much of it was read."""
        if group in ("kind", "language"):
            yield getattr(source, group)
        elif group == "read" and source.id in self.evidence.fingerprints:
            yield "whole" if self.evidence.fingerprints[source.id].coverage == quotes.WHOLE else "excerpt"
        elif group == "origin":
            yield source.first_published_by
        elif group == "copy":
            yield "yes" if source.origin and source.origin != source.publisher else "no"
