"""An invented briefing that is too large for one list of its facts and one page of its sources."""

from __future__ import annotations

from pathlib import Path

from generator import build
from generator.pages import Wiring
from generator.site import Inputs, judge
from tests.bench import bases

NUMBER = 1100
"""So many facts: a few more than are too many, for facts and for sources."""
WITHDRAWN, CORRECTED = "fact-001003", "fact-001008"
"""A fact that was withdrawn, and one that was corrected."""


def base() -> bases.Base:
    """The briefing, with something of each kind that the invented ones lack."""
    made = bases.make(NUMBER)
    head, mark, rest = made.facts.partition(f"  - id: {WITHDRAWN}\n")
    fact, end, after = rest.partition("\n\n")
    gone = "\n    withdrawn:\n      date: 2031-04-05\n      why: The paper took it back."
    text = f"{head}{mark}{fact}{gone}{end}{after}"
    cure = (
        f"corrections:\n  - fact: {CORRECTED}\n    date: 2031-04-08\n    was: another place\n"
        "    now: the right place\n    why: A slip in copying.\n"
    )
    return bases.Base(f"{text}\n{cure}", made.lock, made.pages)


def inputs(made: bases.Base) -> Inputs:
    """A briefing as the commands read it, without a disk."""
    return Inputs(made.facts.encode(), {name: text.encode() for name, text in made.pages.items()}, made.lock.encode())


def wiring(made: bases.Base) -> Wiring:
    """A briefing without a problem, ready to be written."""
    judged = judge(inputs(made))
    assert [*judged.problems] == []
    return build.wiring(judged)


def written(folder: Path) -> Path:
    """The briefing as files in a folder."""
    return base().write(folder)
