"""Words for what can be wrong and where: a place in a file, a problem with its code, and nothing that prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_LONGEST_SLIP = 200
"""Characters of what may be a slip of a name: to compare longer texts takes time, and none of them is one."""


class Level(StrEnum):
    """How grave a problem is."""

    ERROR = "error"
    """The build stops: nothing is written."""
    WARNING = "warning"
    """The build goes on; the reviewer decides."""
    NOTE = "note"
    """Nothing to do: something that whoever changes the record should know."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in an input file; line and column count from 1, columns in characters."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        """`path:line:column`, the form that editors and terminals turn into a link."""
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: what was found, what was wanted, and the next step, each a sentence for a person."""

    place: Place
    code: str
    """The rule's stable name; the rule itself leaves it empty and the engine writes it."""
    found: str
    wanted: str
    hint: str = ""
    subject: str = ""
    """What it is about, e.g. `fact mayor-asks-for-warning`; empty when it is about the file."""
    level: Level = Level.ERROR


class UnusableInputError(Exception):
    """The inputs cannot be read at all (not YAML, not UTF-8, missing): nothing else can be judged."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{each.place}: {each.found}" for each in self.problems))


def in_file_order(problems: Iterable[Problem], files: Iterable[str] = ()) -> list[Problem]:
    """Sort problems by file (in the order of `files`, then by name), then by place, then by code."""
    rank = {path: number for number, path in enumerate(files)}
    last = len(rank)
    return sorted(
        problems,
        key=lambda each: (rank.get(each.place.path, last), each.place, each.code, each.found, each.hint),
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems stops the build."""
    return any(problem.level is Level.ERROR for problem in problems)


def did_you_mean(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """The next step for a misspelt name: the nearest known one, or `otherwise` when none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - who makes no slip need not wait for it

    if len(wrong) > _LONGEST_SLIP:
        return otherwise
    near = get_close_matches(wrong, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else otherwise
