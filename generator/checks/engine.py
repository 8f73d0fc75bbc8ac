"""A rule is a function with a code, a level and a manual page; the engine runs them all and sorts what they find."""

from __future__ import annotations

import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from generator.checks import passages
from generator.checks.passages import Passage
from generator.evidence import Evidence
from generator.model import Briefing, Page
from generator.nodes import place_within
from generator.problems import Level, Place, Problem


@dataclass(frozen=True, slots=True)
class Case:
    """What rules judge: everything people wrote, and the proof of it."""

    briefing: Briefing
    evidence: Evidence
    texts: Mapping[str, str] = field(default_factory=dict)
    """The input files as they are written, to point at a word within a value."""
    _passages: dict[str, list[Passage]] = field(default_factory=dict, compare=False, repr=False)

    def passages(self, page: Page) -> list[Passage]:
        """The passages of a page, which are made once for all rules."""
        if page.path not in self._passages:
            self._passages[page.path] = passages.of_page(page)
        return self._passages[page.path]

    def locate(self, place: Place, value: str, offset: int) -> Place:
        """The place of a character of a value that begins at a place."""
        text = self.texts.get(place.path)
        return place if text is None else place_within(text, place, value, offset)


Judge = Callable[[Case], Iterator[Problem]]


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

    def run(self, case: Case) -> Iterator[Problem]:
        """The problems that the rule finds, stamped with its code and level."""
        for problem in self.judge(case):
            yield dataclasses.replace(problem, code=self.code, level=self.level)


def rule(level: Level = Level.ERROR) -> Callable[[Judge], Rule]:
    """Make a rule of a function: its name becomes the code, its docstring the manual page and the examples."""

    def make(judge: Judge) -> Rule:
        manual, _, examples = (inspect.getdoc(judge) or "").partition("\n\nBad:\n")
        bad, _, good = (textwrap.dedent(each) for each in examples.partition("\n\nGood:\n"))
        reason = manual.partition("\n\n")[0].replace("\n", " ")
        return Rule(judge.__name__.replace("_", "-"), level, reason, manual, bad, good, judge)

    return make


def finding(place: Place, found: str, wanted: str, hint: str = "", subject: str = "") -> Problem:
    """A problem as a rule reports it: the engine adds code and level."""
    return Problem(place, "", found, wanted, hint, subject)


def run(rules: Iterable[Rule], case: Case) -> list[Problem]:
    """Every problem that any of the rules finds."""
    return [problem for each in rules for problem in each.run(case)]
