"""What was measured -> medians, ratios, growth exponents and goals, as a table for people, Markdown, or JSON."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.bench.measure import Spent, Taken

FORM = 1
"""Of the JSON; it grows by one when a reader of the last form could misread the next."""
OURS = "ours"


@dataclass(frozen=True)
class Row:
    """What one tool took for one job at one size."""

    job: str
    size: int
    tool: str
    runs: tuple[Spent, ...]
    bytes: int = 0
    files: int = 0
    failed: str = ""

    @property
    def wall(self) -> float:
        """The median of the seconds."""
        return statistics.median(each.wall for each in self.runs)

    @property
    def cpu(self) -> float:
        """The median of the seconds of all processors."""
        return statistics.median(each.cpu for each in self.runs)

    @property
    def memory(self) -> float:
        """The median of the peaks, in bytes."""
        return statistics.median(each.memory for each in self.runs)

    def of(self, what: str) -> float:
        """A value by its name: `wall`, `cpu`, `memory`, `bytes`."""
        return float(getattr(self, what))


@dataclass(frozen=True)
class Result:
    """All that a run of the measurement found."""

    rows: tuple[Row, ...]
    versions: Mapping[str, str]
    """Of each tool that was at hand."""
    machine: Mapping[str, str | int]
    rounds: int
    missing: tuple[str, ...] = ()
    """The tools that were asked for and are not at hand."""
    notes: tuple[str, ...] = field(default=())

    def row(self, job: str, size: int, tool: str) -> Row | None:
        """What a tool took for a job at a size, where it has done it."""
        return next((each for each in self.rows if (each.job, each.size, each.tool) == (job, size, tool)), None)

    def value(self, job: str, size: int, tool: str, what: str) -> float | None:
        """A median, where there is one."""
        row = self.row(job, size, tool)
        return row.of(what) if row is not None and row.runs else None


def rows(job: str, size: int, taken: Iterable[Taken]) -> list[Row]:
    """What was taken, as rows."""
    return [Row(job, size, each.name, tuple(each.runs), each.bytes, each.files, each.failed) for each in taken]


def exponent(small: tuple[float, float], large: tuple[float, float]) -> float:
    """How something grows between two points (size, value): 1 is in step with the size, 2 with its square."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


# -- goals ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Goal:
    """What is aimed at: a value of ours, alone or as a ratio to another tool's, that shall be at most so much."""

    job: str
    size: int
    what: str
    most: float
    over: str = ""
    """The tool by whose value ours is divided; empty for the value itself."""
    upto: int = 0
    """Where given, it is the growth exponent from `size` to this size that is meant."""
    stretch: bool = False
    """Whether to miss it is no failure."""

    def words(self) -> str:
        """The goal in a line."""
        if self.upto:
            return f"{self.job}: growth of {self.what} from {self.size:,} to {self.upto:,} facts"
        return f"{self.job} at {self.size:,}: {self.what}{f' over {self.over}' if self.over else ''}"

    def found(self, result: Result) -> float | None:
        """The value that was reached; None where it was not measured."""
        ours = result.value(self.job, self.size, OURS, self.what)
        if self.upto:
            later = result.value(self.job, self.upto, OURS, self.what)
            return exponent((self.size, ours), (self.upto, later)) if ours and later else None
        if not self.over:
            return ours
        theirs = result.value(self.job, self.size, self.over, self.what)
        return ours / theirs if ours is not None and theirs else None


_SIZES = (100, 1_000, 10_000, 100_000)
_MB = 1e6
GOALS = (
    Goal("cold", 10_000, "wall", 0.35, "plain"),
    Goal("cold", 100_000, "wall", 0.10, "plain"),
    *(Goal("cold", size, "wall", 1.0, tool) for tool in ("plain", "zensical", "properdocs") for size in _SIZES),
    Goal("cold", 10_000, "wall", 1.0, "hugo", stretch=True),
    Goal("changed", 10_000, "wall", 0.6, "hugo"),
    Goal("changed", 10_000, "wall", 0.1, "plain"),
    Goal("unchanged", 10_000, "wall", 0.15, "hugo"),
    Goal("check", 10_000, "wall", 1.5),
    Goal("check-warm", 10_000, "wall", 0.15),
    Goal("review", 10_000, "wall", 5.0, "git"),
    Goal("serve", 1_000, "wall", 0.3),
    Goal("cold", 10_000, "cpu", 1.05, upto=100_000),
    Goal("cold", 10_000, "bytes", 1.05, upto=100_000),
    Goal("cold", 10_000, "memory", 200 * _MB),
    Goal("cold", 100_000, "memory", 1000 * _MB),
)
"""In seconds, bytes, or ratios of medians."""


@dataclass(frozen=True)
class Verdict:
    """A goal and what was reached."""

    goal: Goal
    found: float | None

    @property
    def met(self) -> bool | None:
        """Whether it is met; None where it was not measured."""
        return None if self.found is None else self.found <= self.goal.most

    def words(self) -> str:
        """The verdict in a word or three."""
        if self.met is None:
            return "not measured"
        return "met" if self.met else "missed (a stretch)" if self.goal.stretch else "MISSED"


def verdicts(result: Result, goals: Sequence[Goal] = GOALS) -> list[Verdict]:
    """What came of each goal."""
    return [Verdict(each, each.found(result)) for each in goals]


# -- JSON -----------------------------------------------------------------------------------------------------------


def to_json(result: Result) -> dict[str, Any]:
    """A result as JSON: every run, so that anybody may work out something else than the median."""
    return {
        "form": FORM,
        "machine": dict(result.machine),
        "versions": dict(result.versions),
        "missing": [*result.missing],
        "rounds": result.rounds,
        "notes": [*result.notes],
        "rows": [{**asdict(each), "runs": [asdict(run) for run in each.runs]} for each in result.rows],
        "goals": [
            {"goal": each.goal.words(), "most": each.goal.most, "found": each.found, "met": each.met}
            for each in verdicts(result)
        ],
    }


def from_json(read: Mapping[str, Any]) -> Result:
    """A result from its JSON.

    Raises:
        ValueError: it is of another form.

    """
    if read.get("form") != FORM:
        raise ValueError(f"found a result of form {read.get('form')!r}, wanted {FORM}: measure again")
    return Result(
        tuple(Row(**{**each, "runs": tuple(Spent(**run) for run in each["runs"])}) for each in read["rows"]),
        read["versions"],
        read["machine"],
        read["rounds"],
        tuple(read["missing"]),
        tuple(read["notes"]),
    )


# -- tables ---------------------------------------------------------------------------------------------------------

_HEADS = tuple("job facts tool s least-most CPU-s MB out-MB files s/ref CPU/ref ^s ^CPU ^out".split())  # noqa: SIM905
_LEFT = 3
"""So many columns at the left are words."""
_REFERENCES = {"review": "git"}
"""What ratios are to, where it is not what was asked for."""


def cells(result: Result, reference: str) -> Iterator[tuple[str, ...]]:
    """The rows of the table: medians, ratios to the reference of the same job and size, growth since the size before.

    A tool that failed has its message after its name.
    """
    for row in result.rows:
        head = (row.job, f"{row.size:,}", row.tool)
        if row.failed:
            yield (*head, f"failed: {row.failed}")
            continue
        walls = [each.wall for each in row.runs]
        before, other = _before(result, row), _REFERENCES.get(row.job, reference)
        yield (
            *head,
            _seconds(row.wall),
            f"{_seconds(min(walls))}-{_seconds(max(walls))}",
            _seconds(row.cpu) if row.cpu else "",
            f"{row.memory / _MB:,.0f}" if row.memory else "",
            f"{row.bytes / _MB:,.1f}" if row.files else "",
            f"{row.files:,}" if row.files else "",
            *(_over(row, result.value(row.job, row.size, other, what), what) for what in ("wall", "cpu")),
            *(_growth(before, row, what) for what in ("wall", "cpu", "bytes")),
        )


def _before(result: Result, row: Row) -> Row | None:
    """What the same tool took for the same job at the next smaller size."""
    smaller = [
        each
        for each in result.rows
        if (each.job, each.tool) == (row.job, row.tool) and each.size < row.size and each.runs
    ]
    return max(smaller, key=lambda each: each.size, default=None)


def _over(row: Row, reference: float | None, what: str) -> str:
    return f"{row.of(what) / reference:.2f}" if reference and row.of(what) else ""


def _growth(before: Row | None, row: Row, what: str) -> str:
    if before is None or not before.of(what) or not row.of(what):
        return ""
    return f"{exponent((before.size, before.of(what)), (row.size, row.of(what))):.2f}"


def _seconds(value: float) -> str:
    """Three digits that count, so that a hundredth of a second and a hundred seconds can be read alike."""
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def text(result: Result, reference: str) -> str:
    """The table for a terminal, with the goals below it."""
    table = [_HEADS, *cells(result, reference)]
    whole = [line for line in table if len(line) == len(_HEADS)]
    widths = [max(len(line[at]) for line in (whole if at >= _LEFT else table)) for at in range(len(_HEADS))]
    lines = [
        "  ".join(
            cell.ljust(width) if at < _LEFT or len(line) < len(_HEADS) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=False))
        )
        for line in table
    ]
    goals = [f"  {_reached(each)}" for each in verdicts(result)]
    told = [*_about(result, reference), "", *(line.rstrip() for line in lines), "", "goals:", *goals]
    return "\n".join(told) + "\n"


def _about(result: Result, reference: str) -> list[str]:
    machine = ", ".join(f"{name} {value}" for name, value in result.machine.items())
    versions = ", ".join(f"{name} {value}" for name, value in result.versions.items())
    return [
        f"medians of {result.rounds} interleaved rounds; {machine}",
        f"ref: {reference}; ^: the exponent with which something grew since the size before",
        versions,
        *(f"not at hand: {name}" for name in result.missing),
        *result.notes,
    ]


def _reached(verdict: Verdict) -> str:
    goal = verdict.goal
    unit, scale, digits = {"memory": (" MB", _MB, 0), "wall": (" s", 1, 3)}.get(goal.what, ("", 1, 2))
    if goal.over or goal.upto:
        unit, scale, digits = "", 1, 2
    reached = "" if verdict.found is None else f", {verdict.found / scale:.{digits}f}{unit}"
    return f"{goal.words()}: at most {goal.most / scale:g}{unit}{reached}: {verdict.words()}"


def markdown(result: Result, reckoned: int = 1_000_000) -> str:
    """The table of the manual: what ours takes at each size that was measured, and reckoned at one beyond.

    What is reckoned goes on as it grew from the last size but one to the last; such a row says so.
    """
    sizes = sorted({each.size for each in result.rows if each.tool == OURS})
    heads = ("Facts", *(head for _, _, head in _SHOWN))
    measured = [
        (f"{size:,}", *(_shown(result.value(job, size, OURS, what), what) for job, what, _ in _SHOWN)) for size in sizes
    ]
    beyond = (_reckoned(result, job, what, (*sizes[-2:], reckoned)) for job, what, _ in _SHOWN)
    last = [(f"{reckoned:,} (reckoned)", *beyond)] if len(sizes) > 1 else []
    return "".join(f"| {' | '.join(line)} |\n" for line in [heads, ["---"] * len(heads), *measured, *last])


_SHOWN = (
    ("cold", "wall", "Cold, s"),
    ("cold", "cpu", "CPU, s"),
    ("cold", "memory", "Memory, MB"),
    ("cold", "bytes", "Output, MB"),
    ("changed", "wall", "One changed, s"),
    ("unchanged", "wall", "None changed, s"),
    ("check", "wall", "`check`, s"),
    ("check-warm", "wall", "Again, s"),
)


def _shown(value: float | None, what: str) -> str:
    if not value:
        return "-"
    return f"{value / _MB:,.0f}" if what in {"memory", "bytes"} else _seconds(value)


def _reckoned(result: Result, job: str, what: str, sizes: tuple[int, ...]) -> str:
    small, large, beyond = sizes
    values = [result.value(job, size, OURS, what) for size in (small, large)]
    if not values[0] or not values[1]:
        return "-"
    grows = exponent((small, values[0]), (large, values[1]))
    return _shown(values[1] * (beyond / large) ** grows, what)
