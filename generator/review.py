"""Two inputs -> what a reviewer of the change has to see: every change with its reach, its questions and its faults.

What reviewers see is ordered: first what breaks a rule, then what is claimed, then words, then what is new, then the
rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from generator import changes, checks, delta, dependents, questions, seals
from generator.changes import Change, Changes, Weight
from generator.checks import changes as published
from generator.checks import conflicts, derivations, references, waivers
from generator.delta import Version
from generator.dependents import Dependent
from generator.model import Briefing, Call, Chart, Event, Fact, FactBase, Figure, Statement, Text
from generator.problems import Level, Place, Problem
from generator.prose import CALLS
from generator.questions import Question
from generator.site import Inputs

_RULES = (
    *(each for each in checks.RULES if each.alone and each.level is Level.ERROR),
    *(each for each in checks.RULES if each.judge.__module__ == derivations.__name__ and not each.alone),
    conflicts.figures_conflict,
    conflicts.dispute_hollow,
    conflicts.withdrawn_used,
    references.reference_unknown,
    published.correction_wrong,
    published.withdrawal_date,
)
"""What can be asked of a part of the facts. `check` asks all rules, of all facts."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a page that names a fact."""

    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What rests on what was changed, before or now."""

    charts: tuple[tuple[str, str], ...] = ()
    """Each chart with what becomes of it: `draws it`, `draws it from now on`, `draws it no longer`."""
    pages: tuple[str, ...] = ()
    """Their paths within `content/`."""
    figures: tuple[str, ...] = ()
    """Figures that are computed from it."""
    judgments: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    facts: tuple[str, ...] = ()
    """Facts that name it: of a source those that cite it, of a measure its figures."""
    entered: tuple[str, ...] = ()
    """Facts that a chart draws from now on."""
    left: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    """Contradictions that were opened or closed, in words."""
    corroboration: tuple[str, ...] = ()
    """What became of the number of independent origins, in words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change with all that a reviewer needs to judge it."""

    change: Change
    reach: Reach
    questions: tuple[Question, ...]
    breaks: tuple[Problem, ...]
    """The rules that are broken since."""
    seal: str = ""
    """Whose review it voids, in words."""

    @property
    def rank(self) -> int:
        """How early it is shown; 0 comes first."""
        is_renamed = self.change.action == "renamed"
        if any(not is_renamed or each.code != published.fact_erased.code for each in self.breaks):
            return 0
        return 4 if self.change.action == "renamed" else int(self.change.weight) + (self.change.weight is Weight.REST)

    @property
    def title(self) -> str:
        """The heading under which it is shown."""
        return TITLES[self.rank]


TITLES = ("Breaks a rule", "Changes what is claimed", "Changes words", "New", "Renamed", "The rest")


@dataclass(frozen=True)
class Review:
    """All changes from one version to another, the gravest first."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    """What breaks a rule and belongs to no entry."""
    seals: str = ""
    """What became of the record of reviews, in words."""
    before: Version | None = None
    after: Version | None = None

    @property
    def is_broken(self) -> bool:
        """Whether a change breaks a rule."""
        return bool(self.problems) or any(each.breaks for each in self.entries)

    @property
    def broken(self) -> int:
        """How many changes break a rule, and how many faults belong to none."""
        return len(self.problems) + sum(bool(each.breaks) for each in self.entries)

    @cached_property
    def summary(self) -> str:
        """`2 facts changed, 1 added; 1 source changed; 1 change breaks a rule`."""
        counts = Counter((each.change.noun, each.change.action) for each in self.entries)
        parts = []
        for noun in dict.fromkeys(("fact", *(noun for noun, _ in counts))):
            actions = [(action, counts[noun, action]) for action in _ACTIONS if counts[noun, action]]
            if actions:
                first, *more = actions
                plural = "" if first[1] == 1 else "s"
                words = [f"{first[1]} {noun}{plural} {first[0]}", *(f"{count} {action}" for action, count in more)]
                parts.append(", ".join(words))
            elif noun == "fact":
                parts.append("no change of facts")
        if self.broken:
            parts.append("1 breaks a rule" if self.broken == 1 else f"{self.broken} break rules")
        return "; ".join(parts + ([self.seals] if self.seals else []))

    @property
    def charts(self) -> list[str]:
        """The charts of which something may look otherwise."""
        own = [each.change.id for each in self.entries if each.change.noun == "chart"]
        return [*dict.fromkeys([*own, *(name for each in self.entries for name, _ in each.reach.charts)])]


_ACTIONS = ("changed", "added", "withdrawn", "restored", "erased", "renamed")


def review(before: Inputs, after: Inputs) -> Review:
    """Two inputs -> what a reviewer of the change from one to the other has to see.

    Raises:
        UnusableInputError: a file of one of them cannot be read at all.

    """
    old, new = delta.between(before, after)
    found = changes.between(old.briefing, new.briefing, (old.evidence, new.evidence))
    return _Reviewing(old, new, found).review()


class _Reviewing:
    def __init__(self, old: Version, new: Version, found: Changes) -> None:
        self._old, self._new, self._found = old, new, found
        self._facts = found.renames["facts"]
        self._was = {now: was for was, now in self._facts.items()}
        self._rests = dependents.of(old.briefing), dependents.of(new.briefing)

    def review(self) -> Review:
        problems = self._problems()
        entries = []
        owners = {id(each): _owner(each, self._found.found) or self._cause(each) for each in problems}
        for change in self._found.found:
            reach = self._reach(change)
            own = [each for each in problems if owners[id(each)] is change]
            asked = questions.asked(self._matter(change, reach))
            entries.append(Entry(change, reach, tuple(asked), tuple(own), self._seal(change)))
        ordered = sorted(entries, key=lambda each: (each.rank, _order(each.change)))
        rest = tuple(each for each in problems if owners[id(each)] is None)
        return Review(tuple(ordered), rest, self._seals(), self._old, self._new)

    def _matter(self, change: Change, reach: Reach) -> questions.Matter:
        before = self._found.before.get(change.id) if change.noun == "fact" else None
        after = self._new.briefing.facts.get(change.id) if change.noun == "fact" else None
        lost = next((each for each in reach.corroboration if each.startswith("now")), "")
        return questions.Matter(change, before, after, reach.judgments, len(reach.facts), lost)

    # -- rules

    def _problems(self) -> list[Problem]:
        """The errors that are there now and were not there before."""
        known = Counter(_identity(each, self._facts) for each in self._old.problems)
        found = [each for each in self._new.problems if each.level is Level.ERROR]
        changed = [each.id for each in self._found.found if each.noun == "fact"]
        judged = self._judged(self._new, self._with_computed(1, changed))
        if judged:
            names = self._with_computed(0, [self._was.get(each, each) for each in changed])
            known.update(_identity(each, self._facts) for each in self._judged(self._old, names))
        fresh = []
        for each in (*found, *judged):
            if known[_identity(each, {})] > 0:
                known[_identity(each, {})] -= 1
            else:
                fresh.append(each)
        return [*fresh, *self._published()]

    def _cause(self, problem: Problem) -> Change | None:
        """The change of a fact from which the figure is computed that a problem is of."""
        noun, _, name = problem.subject.partition(" ")
        if noun != "fact":
            return None
        changed = (each for each in self._found.found if each.noun == "fact")
        return next((each for each in changed if name in self._with_computed(1, [each.id])), None)

    def _with_computed(self, side: int, names: Sequence[str]) -> list[str]:
        """Some facts, and the figures that are computed from them: nobody touched these, and they may be wrong now."""
        resting = [each.name for name in names for each in self._rests[side].of("fact", name) if each.kind == "fact"]
        return [*dict.fromkeys([*names, *resting])]

    def _judged(self, version: Version, names: Iterable[str]) -> list[Problem]:
        """What the rules find in some facts; waived, what a waiver sets aside."""
        briefing = version.briefing
        facts = [briefing.facts[each] for each in names if each in briefing.facts]
        case = checks.Case(briefing, version.evidence, facts, rules=_BY_CODE)
        found = [
            problem for each in _RULES for problem in each.run(case) if not problem.found.endswith(references.NO_EVENT)
        ]
        return waivers.apply(case, found, _BY_CODE)

    def _published(self) -> Iterator[Problem]:
        """What was published is not erased, and no figure changed in silence."""
        base, briefing = self._old.briefing.base, self._new.briefing
        fresh = tuple(fact for fact in briefing.base.facts if fact.id in self._found.before)
        corrections = tuple(changes.translated(each, self._found.renames) for each in base.corrections)
        was = FactBase(facts=tuple(self._found.before.values()), corrections=corrections)
        part = replace(briefing, base=replace(briefing.base, facts=fresh))
        yield from published.correction_missing.run(checks.Case(part, self._new.evidence, (), before=was))
        yield from published.fact_erased.run(checks.Case(briefing, self._new.evidence, (), before=base))

    # -- reach

    def _reach(self, change: Change) -> Reach:
        match change.noun:
            case "fact":
                return self._of_fact(change)
            case "source" | "measure" | "actor" | "fingerprint":
                return self._of_named(change)
            case "chart":
                return self._of_chart(change)
            case "judgment":
                return self._resting([("judgment", change.id)], [("judgment", change.was or change.id)])
            case _:
                return Reach()

    def _resting(self, now: Sequence[tuple[str, str]], was: Sequence[tuple[str, str]]) -> Reach:
        """What rests on some things as they are, or rested on them as they were."""
        before = [each for key in was for each in self._rests[0].of(*key)]
        after = [each for key in now for each in self._rests[1].of(*key)]
        return Reach(
            charts=tuple(self._charts(before, after)),
            pages=tuple(dict.fromkeys(each.name for each in (*after, *before) if each.kind == "page")),
            figures=_named("fact", (*after, *before), self._facts),
            judgments=_named("judgment", (*after, *before), self._found.renames["judgments"]),
            sentences=tuple(self._sentences(before, after)),
        )

    def _charts(self, before: Sequence[Dependent], after: Sequence[Dependent]) -> Iterator[tuple[str, str]]:
        renamed = self._found.renames["charts"]
        old = {renamed.get(each.name, each.name) for each in before if each.kind == "chart"}
        new = dict.fromkeys(each.name for each in after if each.kind == "chart")
        for name in new:
            yield name, "draws it" if name in old else "draws it from now on"
        for name in sorted(old - new.keys()):
            yield name, "draws it no longer"

    def _sentences(self, before: Sequence[Dependent], after: Sequence[Dependent]) -> Iterator[Sentence]:
        """The sentences that name it; those of before only where it is named nowhere now."""
        for version, found in ((self._new, after), (self._old, before)):
            places = dict.fromkeys(each.place for each in found if each.kind == "page" and not each.through)
            named = [each for place in places if (each := _sentence(version.briefing, place)) is not None]
            if named:
                yield from named
                return

    def _of_fact(self, change: Change) -> Reach:
        name, was = change.id, change.was or change.id
        reach = self._resting([("fact", name)], [("fact", was)])
        return replace(
            reach,
            conflicts=tuple(self._conflicts(name, was)),
            corroboration=tuple(self._corroboration([name])),
        )

    def _of_named(self, change: Change) -> Reach:
        """What rests on the facts that name a source, a measure or an actor."""
        noun = "source" if change.noun == "fingerprint" else change.noun
        was = next((old for old, new in self._found.renames[f"{noun}s"].items() if new == change.id), change.id)
        now = [fact.id for fact in self._new.briefing.base.facts if _names(fact, noun, change.id)]
        then = [fact.id for fact in self._old.briefing.base.facts if _names(fact, noun, was)]
        reach = self._resting([("fact", each) for each in now], [("fact", each) for each in then])
        facts = dict.fromkeys([*now, *(self._facts.get(each, each) for each in then)])
        told = [f"{name}: {words}" for name in now for words in self._corroboration([name])] if noun == "source" else []
        return replace(reach, facts=tuple(facts), sentences=(), corroboration=tuple(told))

    def _of_chart(self, change: Change) -> Reach:
        reach = self._resting([("chart", change.id)], [("chart", change.was or change.id)])
        if not any(each.name.startswith(("select", "totals")) for each in change.differences):
            return reach
        old, new = self._old.whole, self._new.whole
        before = {self._facts.get(each, each): None for each in _drawn(old, change.was or change.id)}
        after = dict.fromkeys(_drawn(new, change.id))
        entered = tuple(each for each in after if each not in before)
        return replace(reach, entered=entered, left=tuple(each for each in before if each not in after))

    def _conflicts(self, name: str, was: str) -> Iterator[str]:
        old, new = self._old.briefing, self._new.briefing
        before = {self._facts.get(other.id, other.id): other for other in _rivals(old, was)}
        after = {other.id: other for other in _rivals(new, name)}
        for each, other in after.items():
            if each not in before:
                yield f"a conflict was opened with {each}: “{other.statement}”"
        for each, other in before.items():
            if each not in after:
                yield f"a conflict was closed with {each}: “{other.statement}”"

    def _corroboration(self, names: Iterable[str]) -> Iterator[str]:
        old, new = self._old.briefing, self._new.briefing
        for name in names:
            before, after = old.facts.get(self._was.get(name, name)), new.facts.get(name)
            if before is None or after is None:
                continue
            was, now = old.origins(before), new.origins(after)
            if len(now) < len(was):
                yield f"now {_origins(now)}; before, {_origins(was)}"
            elif len(now) > len(was):
                yield f"gained: {_origins(now)}; before, {_origins(was)}"

    # -- seals

    def _seal(self, change: Change) -> str:
        """Whose review of a fact no longer holds."""
        before = self._old.briefing.facts.get(change.was or change.id) if change.noun == "fact" else None
        if before is None:
            return ""
        after = self._new.briefing.facts.get(change.id)
        still = {each.by for each in seals.valid(self._new.briefing, after)} if after else set[str]()
        lost = [each for each in seals.valid(self._old.briefing, before) if each.by not in still]
        return (
            f"no longer holds: {'; '.join(f'reviewed by {each.by} on {seals.day(each.on)}' for each in lost)}"
            if lost
            else ""
        )

    def _seals(self) -> str:
        before, after = (
            {(each.fact, each.by, each.digest, each.on) for each in version.briefing.seals or ()}
            for version in (self._old, self._new)
        )
        given, gone = len(after - before), len(before - after)
        return ", ".join(
            f"{count} seal{'' if count == 1 else 's'} {action}"
            for count, action in ((given, "given"), (gone, "gone"))
            if count
        )


_BY_CODE = {each.code: each for each in checks.RULES}
_ORDER = ("value", "unit", "measure", "date", "stance", "attribution", "voices", "speaker", "source", "quote")


def _order(change: Change) -> tuple[int, int]:
    """Within a rank: facts first, and of these the numbers."""
    names = [each.name for each in change.differences if each.weight is Weight.MEANING]
    gravest = min((_ORDER.index(each) for each in names if each in _ORDER), default=len(_ORDER))
    return change.noun != "fact", gravest


def _owner(problem: Problem, found: Sequence[Change]) -> Change | None:
    """The change to which a problem belongs: that of its subject, else one of which it speaks."""
    own = next((each for each in found if _is_of(problem, each)), None)
    if own is not None:
        return own
    spoken = set(_WORD.findall(problem.found))
    return next((each for each in found if each.noun == "fact" and spoken & {each.id, each.was}), None)


_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+", re.ASCII)


def _is_of(problem: Problem, change: Change) -> bool:
    """Whether a problem is one of what was changed."""
    if change.noun == "page":
        return problem.place.path in (f"content/{change.id}", change.place.path)
    return problem.subject in (change.subject, f"{change.noun} {change.was}", f"correction of {change.id}") and bool(
        problem.subject
    )


_LINE = re.compile(r" \([^\s()]+:\d+:\d+\)|(?<= on line )\d+")
"""Where something else stands, in what is said of a problem: it moves with every line above it."""


def _identity(problem: Problem, renames: Mapping[str, str]) -> tuple[str, str, str]:
    noun, _, name = problem.subject.partition(" ")
    said = _WORD.sub(lambda word: renames.get(word[0], word[0]), _LINE.sub("", problem.found))
    return problem.code, f"{noun} {renames.get(name, name)}", said


def _named(kind: str, found: Iterable[Dependent], renames: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(renames.get(each.name, each.name) for each in found if each.kind == kind))


def _names(fact: Fact, noun: str, name: str) -> bool:
    match noun:
        case "source":
            return name in fact.cited
        case "measure":
            return isinstance(fact, Figure) and fact.measure == name
        case _:
            named = fact.said_by
            if isinstance(fact, Event):
                named = (*named, *fact.participants)
            elif isinstance(fact, Statement):
                named = (*named, *fact.speaker, *fact.audience)
            return name in named


def _drawn(briefing: Briefing, name: str) -> list[str]:
    chart: Chart | None = briefing.charts.get(name)
    return [fact.id for fact in briefing.drawn(chart)] if chart else []


def _rivals(briefing: Briefing, name: str) -> list[Fact]:
    fact = briefing.facts.get(name)
    return [other for other, _ in briefing.rivals(fact)] if fact else []


def _origins(found: Sequence[str]) -> str:
    count = "one origin" if len(found) == 1 else f"{len(found) or 'no'} origins"
    return f"{count} ({', '.join(found)})" if found else count


# -- sentences ------------------------------------------------------------------------------------------------------


_BEGIN = re.compile(r"[.?!]\s+|\n\n+|\n(?=[-*#] )")
_END = re.compile(r"[.?!](?=\s|\Z)|\n\n|\n(?=[-*#] )")


def _sentence(briefing: Briefing, place: Place) -> Sentence | None:
    """The sentence of a page in which a call stands, with calls as what they name; None of a call that is a block."""
    for page in briefing.pages:
        for number, part in enumerate(page.parts):
            if isinstance(part, Call) and part.place == place and part.name in CALLS and not CALLS[part.name].is_block:
                before, after = (_said(parts) for parts in (page.parts[:number], page.parts[number + 1 :]))
                begin = max((match.end() for match in _BEGIN.finditer(before)), default=0)
                end = _END.search(after)
                words = before[begin:] + _said([part]) + after[: end.end() if end else len(after)]
                return Sentence(place, " ".join(words.split()))
    return None


def _said(parts: Sequence[Text | Call]) -> str:
    return "".join(
        part.text if isinstance(part, Text) else f"[{' '.join((part.name, *part.args))}]" if part.args else ""
        for part in parts
    )
