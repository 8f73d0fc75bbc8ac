"""A briefing -> who is who, where, and what is counted: entries with what is known and the facts that name each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from generator.facets import voices_of
from generator.model import Actor, Briefing, Event, Fact, Figure, Side, Statement
from generator.tables import by_date
from generator.views import SOURCE_KINDS

LATEST = 50
"""So many facts at most stand with an entry, the latest first."""
_FEWER = (LATEST, 20, 10, 5, 2, 1)
MOST = 2000
"""So many stand on the page, some 120 kB, packed; where there would be more, fewer stand with each entry."""

_OF_ACTORS = {
    "person": ("People", "Who is named, with the office at the time of the facts."),
    "office": ("Offices", "Who speaks or acts by an office, whoever holds it."),
    "organisation": ("Organisations", "Bodies, forces and companies that say or do something."),
    "group": ("Groups", "Those whom the sources describe without a name."),
}
_NATURES = {
    "stock": "counted at a moment",
    "flow": "counted over a period",
    "level": "neither at a moment nor over a period, such as a distance",
}
_KINDS = {
    "article": "A text that a medium or site published as its own.",
    "repost": "A page that carries what another published.",
    "wire": "A report of a news agency.",
    "readout": "The official account of a call or meeting.",
    "statement": "Words that an office or organisation published itself.",
    "report": "A longer document of an organisation or of experts.",
    "dataset": "Figures as a table or file.",
    "social": "A post on a social network.",
    "video": "A recording or broadcast.",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of all facts, narrowed."""

    label: str
    """What the facts of an entry have to do with it."""
    query: str
    number: int

    @property
    def words(self) -> str:
        """How many facts it has."""
        return f"{self.number} {'fact' if self.number == 1 else 'facts'}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A name or word of the briefing, and what is known of it."""

    id: str
    """Its permanent anchor."""
    name: str
    details: tuple[tuple[str, str], ...]
    """Label and text."""
    facts: tuple[Fact, ...] = ()
    """The facts that name it, the latest first."""
    listed: Listed | None = None
    """Where more facts of it stand; None where no list has them apart."""
    most: int = LATEST
    """So many of them stand here."""

    @property
    def latest(self) -> tuple[Fact, ...]:
        """The facts that stand here."""
        return self.facts[: self.most]

    @property
    def counted(self) -> str:
        """How many facts name it, and how many of these stand here, in words."""
        number = len(self.facts)
        if number > self.most:
            return f"The latest {self.most} of {number} facts" if self.most > 1 else f"The latest of {number} facts"
        return f"{number} {'fact' if number == 1 else 'facts'}"


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one sort."""

    title: str
    lead: str
    entries: tuple[Entry, ...]


def groups(briefing: Briefing) -> list[Group]:
    """All entries, by sort and in the order of the alphabet; a sort without any is left out."""
    base = briefing.base
    made = [
        *(_group(*words, _actors(briefing, kind)) for kind, words in _OF_ACTORS.items()),
        _group("Sides", "Parties and places that facts are about.", (_side(briefing, each) for each in base.sides)),
        _group("Places", "Where events took place, as the facts name it.", _places(briefing)),
        _group("Measures", "What figures count; only figures of one measure are compared.", _measures(briefing)),
        _group("Kinds of source", "What sort of page a source is.", _kinds(briefing)),
    ]
    numbers = [len(entry.facts) for group in made for entry in group.entries]
    most = next((each for each in _FEWER if sum(min(each, number) for number in numbers) <= MOST), _FEWER[-1])
    return [
        replace(each, entries=tuple(replace(entry, most=most) for entry in each.entries))
        for each in made
        if each.entries
    ]


def _group(title: str, lead: str, entries: Iterable[Entry]) -> Group:
    return Group(title, lead, tuple(sorted(entries, key=lambda each: (each.name.casefold(), each.id))))


def _latest(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(reversed(by_date(facts)))


def _named(fact: Fact) -> set[str]:
    """The ids of all actors that a fact names, in whatever part."""
    also: tuple[str, ...] = ()
    if isinstance(fact, Event):
        also = fact.participants
    elif isinstance(fact, Statement):
        also = fact.audience
    return {*voices_of(fact), *also}


def _actors(briefing: Briefing, kind: str) -> Iterator[Entry]:
    sides: dict[str, Side] = briefing.index("sides")
    naming: dict[str, list[Fact]] = {}
    for fact in briefing.standing:
        for name in _named(fact):
            naming.setdefault(name, []).append(fact)
    actors: list[Actor] = [each for each in briefing.base.actors if each.kind == kind]
    for actor in actors:
        known = (("Office", actor.office), ("Side", sides[actor.side].label if actor.side else ""))
        details = tuple((label, text) for label, text in (*known, ("Note", actor.note)) if text)
        facts = _latest(naming.get(actor.id, ()))
        said = sum(actor.id in voices_of(fact) for fact in facts)
        listed = Listed("Says so in", f"?who={actor.id}", said) if said else None
        yield Entry(f"actor-{actor.id}", actor.name, details, facts, listed)


def _side(briefing: Briefing, side: Side) -> Entry:
    facts = _latest(fact for fact in briefing.standing if fact.side == side.id)
    party = "a party to the conflict" if side.party == "yes" else "no party to the conflict"
    listed = Listed("About it", f"?side={side.id}", len(facts)) if facts else None
    return Entry(f"side-{side.id}", side.label, (("Stands as", party),), facts, listed)


def _places(briefing: Briefing) -> Iterator[Entry]:
    found: dict[str, list[Fact]] = {}
    for fact in briefing.standing:
        if isinstance(fact, Event) and fact.place:
            found.setdefault(fact.place, []).append(fact)
    taken: dict[str, int] = {}
    for name, facts in found.items():
        anchor = f"place-{_slug(name)}"
        taken[anchor] = taken.get(anchor, 0) + 1
        number = taken[anchor]
        yield Entry(anchor if number == 1 else f"{anchor}--{number}", name, (), _latest(facts))


def _slug(name: str) -> str:
    """A name as part of an anchor; one of another script by its characters' numbers."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(each))
    kept = "".join(each if each.isascii() or not each.isalnum() else f"-{ord(each):x}-" for each in plain)
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-") or "unnamed"


def _measures(briefing: Briefing) -> Iterator[Entry]:
    figures = [fact for fact in briefing.standing if isinstance(fact, Figure)]
    for each in briefing.base.measures:
        known = (
            ("Unit", each.unit),
            ("Nature", f"{each.nature}: {_NATURES[each.nature]}"),
            ("Of whom or what", each.population),
            ("Counted by", each.counted_by),
            ("Note", each.note),
        )
        facts = _latest(fact for fact in figures if fact.measure == each.id)
        yield Entry(f"measure-{each.id}", each.label, tuple(pair for pair in known if pair[1]), facts)


def _kinds(briefing: Briefing) -> Iterator[Entry]:
    for kind, label in SOURCE_KINDS.items():
        if number := sum(source.kind == kind for source in briefing.base.sources):
            yield Entry(f"kind-{kind}", label, (("Means", _KINDS[kind]), ("Sources", f"{number}")))
