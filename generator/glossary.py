"""A briefing -> who is who, where, and what is counted: entries with what is known and the facts that name each."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from generator.facets import voices_of
from generator.model import Briefing, Event, Fact, Figure, Side, Statement
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


def groups(briefing: Briefing) -> Sequence[Group]:
    """All entries, by sort and in the order of the alphabet; a sort without any is left out."""
    known: Sequence[Group] | None = briefing.__dict__.get("_glossary")  # made once, like a briefing's indexes
    return known if known is not None else briefing.__dict__.setdefault("_glossary", _made(briefing))


def _made(briefing: Briefing) -> tuple[Group, ...]:
    facts = [*reversed(by_date(briefing.standing))]
    actors = _actors(briefing, facts)
    made = [
        *(_group(*words, actors.get(kind, ())) for kind, words in _OF_ACTORS.items()),
        _group("Sides", "Parties and places that facts are about.", _sides(briefing, facts)),
        _group("Places", "Where events took place, as the facts name it.", _places(briefing, facts)),
        _group("Measures", "What figures count; only figures of one measure are compared.", _measures(briefing, facts)),
        _group("Kinds of source", "What sort of page a source is.", _kinds(briefing)),
    ]
    numbers = [len(entry.facts) for group in made for entry in group.entries]
    most = next((each for each in _FEWER if sum(min(each, number) for number in numbers) <= MOST), _FEWER[-1])
    return tuple(
        replace(each, entries=tuple(replace(entry, most=most) for entry in each.entries))
        for each in made
        if each.entries
    )


def _group(title: str, lead: str, entries: Iterable[Entry]) -> Group:
    return Group(title, lead, tuple(sorted(entries, key=lambda each: (each.name.casefold(), each.id))))


def _named(fact: Fact) -> Iterator[str]:
    """The ids of all actors that a fact names, in whatever part, each once."""
    also: tuple[str, ...] = ()
    if isinstance(fact, Event):
        also = fact.participants
    elif isinstance(fact, Statement):
        also = fact.audience
    return iter(dict.fromkeys((*voices_of(fact), *also)))


def _by(pairs: Iterable[tuple[str, Fact]]) -> dict[str, list[Fact]]:
    """The facts that go by each name, in the order in which they came."""
    found: dict[str, list[Fact]] = {}
    for name, fact in pairs:
        found.setdefault(name, []).append(fact)
    return found


def _actors(briefing: Briefing, latest: Sequence[Fact]) -> dict[str, list[Entry]]:
    """The entries of actors, by their kind."""
    sides: dict[str, Side] = briefing.index("sides")
    naming = _by((name, fact) for fact in latest for name in _named(fact))
    said = Counter(name for fact in latest for name in voices_of(fact))
    found: dict[str, list[Entry]] = {}
    for actor in briefing.base.actors:
        known = (("Office", actor.office), ("Side", sides[actor.side].label if actor.side else ""))
        details = tuple((label, text) for label, text in (*known, ("Note", actor.note)) if text)
        listed = Listed("Says so in", f"?who={actor.id}", said[actor.id]) if said[actor.id] else None
        entry = Entry(f"actor-{actor.id}", actor.name, details, tuple(naming.get(actor.id, ())), listed)
        found.setdefault(actor.kind, []).append(entry)
    return found


def _sides(briefing: Briefing, latest: Sequence[Fact]) -> Iterator[Entry]:
    about = _by((fact.side, fact) for fact in latest)
    for side in briefing.base.sides:
        facts = tuple(about.get(side.id, ()))
        party = "a party to the conflict" if side.party == "yes" else "no party to the conflict"
        listed = Listed("About it", f"?side={side.id}", len(facts)) if facts else None
        yield Entry(f"side-{side.id}", side.label, (("Stands as", party),), facts, listed)


def _places(briefing: Briefing, latest: Sequence[Fact]) -> Iterator[Entry]:
    found = _by((fact.place, fact) for fact in latest if isinstance(fact, Event) and fact.place)
    first = dict.fromkeys(fact.place for fact in briefing.standing if isinstance(fact, Event) and fact.place)
    taken: dict[str, int] = {}
    for name in first:  # an anchor that two names would have is that of the one that comes first in the file
        anchor = f"place-{_slug(name)}"
        taken[anchor] = taken.get(anchor, 0) + 1
        number = taken[anchor]
        yield Entry(anchor if number == 1 else f"{anchor}--{number}", name, (), tuple(found[name]))


def _slug(name: str) -> str:
    """A name as part of an anchor; one of another script by its characters' numbers."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(each))
    kept = "".join(each if each.isascii() or not each.isalnum() else f"-{ord(each):x}-" for each in plain)
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-") or "unnamed"


def _measures(briefing: Briefing, latest: Sequence[Fact]) -> Iterator[Entry]:
    counting = _by((fact.measure, fact) for fact in latest if isinstance(fact, Figure))
    for each in briefing.base.measures:
        known = (
            ("Unit", each.unit),
            ("Nature", f"{each.nature}: {_NATURES[each.nature]}"),
            ("Of whom or what", each.population),
            ("Counted by", each.counted_by),
            ("Note", each.note),
        )
        facts = tuple(counting.get(each.id, ()))
        yield Entry(f"measure-{each.id}", each.label, tuple(pair for pair in known if pair[1]), facts)


def _kinds(briefing: Briefing) -> Iterator[Entry]:
    numbers = Counter(source.kind for source in briefing.base.sources)
    for kind, label in SOURCE_KINDS.items():
        if number := numbers[kind]:
            yield Entry(f"kind-{kind}", label, (("Means", _KINDS[kind]), ("Sources", f"{number}")))
