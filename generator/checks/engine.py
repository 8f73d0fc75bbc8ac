"""A rule is a function with a code, a level and a manual page; the engine runs them all and sorts what they find."""

from __future__ import annotations

import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from generator.checks import passages
from generator.checks.passages import Passage
from generator.crew import shared
from generator.evidence import Evidence
from generator.model import Briefing, Fact, FactBase, Page
from generator.nodes import Written
from generator.problems import Level, Place, Problem


@dataclass(frozen=True, slots=True)
class Case:
    """What rules judge: everything people wrote, and the proof of it."""

    briefing: Briefing
    evidence: Evidence
    new: Sequence[Fact]
    """The facts of which nothing is known from an earlier run: rules that judge a fact alone are asked of these."""
    known: Sequence[Problem] = ()
    """What those rules found of the other facts."""
    texts: Mapping[str, Written] = field(default_factory=dict)
    """The input files as they are written, to point at a word within a value."""
    before: FactBase | None = None
    """An earlier version of the fact base, to compare with; None where none was given."""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """Every rule by its code, for those that judge waivers."""
    waived: list[Problem] = field(default_factory=list, compare=False)
    """What waivers set aside."""
    used: set[Place] = field(default_factory=set, compare=False)
    """The places of the waivers that set something aside."""
    _passages: dict[str, list[Passage]] = field(default_factory=dict, compare=False, repr=False)

    def passages(self, page: Page) -> list[Passage]:
        """The passages of a page, which are made once for all rules."""
        if page.path not in self._passages:
            self._passages[page.path] = passages.of_page(page)
        return self._passages[page.path]

    def locate(self, place: Place, value: str, offset: int) -> Place:
        """The place of a character of a value that begins at a place."""
        text = self.texts.get(place.path)
        return place if text is None else text.place_within(place, value, offset)


MOST = 1_000
"""So many problems of a rule on the whole are told: a page can have hundreds of thousands."""
Judge = Callable[[Case], Iterator[Problem]]
FactJudge = Callable[[Case, Fact], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its name and its manual page."""

    code: str
    level: Level
    reason: str
    """Why it is there, in a line: the first sentence of its page."""
    manual: str
    """Its page: what is asked, and why."""
    bad: str
    """An example that it refuses: YAML that is laid over a good briefing, `null` taking a field away."""
    good: str
    """The same, mended."""
    judge: Judge
    waivable: bool = True
    """Whether a waiver may set it aside; what later floors rely on, and what nobody may do without, never."""
    alone: bool = False
    """Whether it judges each fact by itself, its sources, measure and actors: what it finds holds while these stand."""

    def run(self, case: Case) -> Iterator[Problem]:
        """The problems that the rule finds, stamped with its code and level.

        A rule that judges each fact by itself goes on to the end, since what it did not find is remembered, too.
        """
        for number, problem in enumerate(self.judge(case)):
            found = (
                problem.found
                if number < MOST or self.alone
                else f"{MOST:,} of these up to here, and more that are not listed"
            )
            yield dataclasses.replace(problem, code=self.code, level=self.level, found=found)
            if number >= MOST and not self.alone:
                return


def rule(level: Level = Level.ERROR, *, waivable: bool = True) -> Callable[[Judge], Rule]:
    """Make a rule of a function: its name becomes the code, its docstring the manual page and the examples."""
    return lambda judge: _made(judge, judge, level, waivable=waivable)


def fact_rule(level: Level = Level.ERROR, *, waivable: bool = True, alone: bool = True) -> Callable[[FactJudge], Rule]:
    """Make a rule of a function that judges one fact at a time.

    A withdrawn fact is not asked: nothing rests on it any longer, and its fault may be why it was withdrawn. A function
    that looks at other facts, at charts, judgments, pages or an earlier version does not judge the fact `alone`.
    """

    def make(judge: FactJudge) -> Rule:
        def all_facts(case: Case) -> Iterator[Problem]:
            for fact in case.new if alone else case.briefing.base.facts:
                if fact.withdrawn is None:
                    yield from judge(case, fact)

        return _made(judge, all_facts, level, waivable=waivable, alone=alone)

    return make


def _made(written: Callable[..., object], judge: Judge, level: Level, *, waivable: bool, alone: bool = False) -> Rule:
    manual, _, examples = (inspect.getdoc(written) or "").partition("\n\nBad:\n")
    bad, _, good = (textwrap.dedent(each) for each in examples.partition("\n\nGood:\n"))
    reason = manual.partition("\n\n")[0].replace("\n", " ")
    code = getattr(written, "__name__", "").replace("_", "-")
    return Rule(code, level, reason, manual, bad, good, judge, waivable, alone)


def finding(place: Place, found: str, wanted: str, hint: str = "", subject: str = "") -> Problem:
    """A problem as a rule reports it: the engine adds code and level."""
    return Problem(place, "", found, wanted, hint, subject)


def run(rules: Iterable[Rule], case: Case) -> list[Problem]:
    """Every problem that any of the rules finds, rule by rule; where there are many facts, by all processors.

    What the quotes of facts prove, which rules find out elsewhere, is known to the evidence of the case afterwards.
    """
    asked = [*rules]
    alone = [each for each in asked if each.alone]
    parts = [case.new[start : start + _PART] for start in range(0, len(case.new) if alone else 0, _PART)]
    rest = [each for each in asked if not each.alone]
    pieces = [partial(_of_part, alone, dataclasses.replace(case, new=part)) for part in parts]
    costs = [len(part) * _EACH for part in parts]
    whole, *found = shared([partial(_of_part, rest, case), *pieces], [len(case.briefing.base.facts) * _ALL, *costs])
    for part, (_, proven) in zip(parts, found, strict=True):
        case.evidence.learn(part, proven)
    of_rule: dict[str, list[Problem]] = {}
    for these, (problems, _) in ((rest, whole), *((alone, each) for each in found)):
        for each, its in zip(these, problems, strict=True):
            of_rule.setdefault(each.code, []).extend(its)
    return [problem for each in asked for problem in of_rule.get(each.code, ())]


_PART = 500
"""Facts that are judged in one piece."""
_EACH, _ALL = 0.12, 0.03
"""Milliseconds that a fact takes with the rules that judge it alone, and with those on the whole."""


def _of_part(rules: Sequence[Rule], case: Case) -> tuple[list[list[Problem]], list[tuple[int, ...]]]:
    """What each of some rules finds, and what is proven of the facts that they were asked of."""
    found = [[*each.run(case)] for each in rules]
    return found, case.evidence.proven(case.new) if any(each.alone for each in rules) else []
