"""Inputs -> the site as Markdown and assets, or the problems that stand in its way: the whole way in two functions.

Pure: reading the inputs, drawing the charts, rendering the Markdown and writing are handed in or done by others.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from generator import blocks, checks, configuration, load, nodes, seals
from generator.evidence import Evidence
from generator.memo import Last, Memo
from generator.model import Briefing, Edition, FactBase, Page, Seal
from generator.problems import Place, Problem, UnusableInputError, in_file_order

FACTS, LOCK, REVIEWS, CONTENT, CONFIGURATION = "facts.yaml", "sources.lock", seals.FILE, "content", "mkdocs.yml"
EDITIONS = "editions.yaml"


@dataclass(frozen=True)
class Inputs:
    """What people wrote, as bytes: the files of one run, read once."""

    facts: bytes | None
    """`facts.yaml`; None where there is none."""
    pages: Mapping[str, bytes] = field(default_factory=dict)
    """The files of `content/`, by path relative to it."""
    lock: bytes | None = None
    """`sources.lock`; None where there is none."""
    refused: Sequence[Problem] = ()
    """The files that are there and could not be read."""
    before: bytes | None = None
    """`facts.yaml` of an earlier version, to compare with; None where none was asked for."""
    reviews: bytes | None = None
    """`reviews.lock`; None where nobody keeps it."""
    configuration: bytes | None = None
    """`mkdocs.yml`; None where the briefing brings none of its own."""
    editions: bytes | None = None
    """`editions.yaml`; None where no edition was made."""

    def written(self) -> dict[str, bytes]:
        """Every file that was read, by path."""
        own = {
            FACTS: self.facts,
            LOCK: self.lock,
            REVIEWS: self.reviews,
            EDITIONS: self.editions,
            CONFIGURATION: self.configuration,
        }
        return {
            **{name: raw for name, raw in own.items() if raw is not None},
            **{f"{CONTENT}/{name}": raw for name, raw in self.pages.items()},
        }


@dataclass(frozen=True)
class Judged:
    """What was read, and every problem of it, in the order of the files."""

    briefing: Briefing
    evidence: Evidence
    problems: Sequence[Problem]
    unusable: bool = False
    """Whether an input could not be read at all, so that not everything was judged."""
    waived: Sequence[Problem] = ()
    """What waivers set aside."""
    quotes: tuple[int, int] = (0, 0)
    """How many quotes are proven, and how many are not."""
    memo: Memo | None = field(default=None, compare=False, repr=False)
    """What the next run may recall of this one."""
    inputs: Inputs = field(default_factory=lambda: Inputs(None), compare=False, repr=False)
    """What was read."""

    def read_all(self) -> None:
        """Read what was only recalled, for who is going to ask for most of it."""
        if self.memo:
            self.memo.read_all(self.briefing.base.facts)

    def memorised(self) -> bytes | None:
        """The memo for the next run; None where it has none, or the last one will do."""
        if self.memo is None or self.unusable:
            return None
        with no_garbage_collection():
            return self.memo.written(self.briefing.base.facts, (*self.problems, *self.waived), self.evidence)


def judge(inputs: Inputs, last: Last | None = None) -> Judged:
    """Read the inputs and judge them: all problems of a run at once. With the memo of the last run, in less time."""
    with no_garbage_collection():
        return _judge(inputs, last)


def _judge(inputs: Inputs, last: Last | None) -> Judged:
    reading = _Reading(inputs.refused)
    memo = Memo(FACTS, inputs.facts, (inputs.lock, inputs.reviews), last) if last and inputs.facts is not None else None
    base = reading.facts(inputs.facts, memo)
    recalled = memo.recalled if memo else None
    pages = [page for name in sorted(inputs.pages) if (page := reading.page(name, inputs.pages[name]))]
    evidence = reading.lock(inputs.lock)
    if recalled:
        evidence.recall(recalled.statuses)
    reading.configuration(inputs.configuration)
    reviews, editions = reading.reviews(inputs.reviews), reading.editions(inputs.editions)
    briefing = load.assemble(base or FactBase(), pages, reading.declared, reviews, editions)
    problems = reading.problems
    new = recalled.new if recalled else briefing.base.facts
    known = recalled.problems if recalled else ()
    case = checks.Case(briefing, evidence, new, known, reading.texts, before=reading.earlier(inputs.before))
    if base is not None:
        problems = [*problems, *checks.check(case)]
    order = (FACTS, *(f"{CONTENT}/{name}" for name in sorted(inputs.pages)), LOCK, REVIEWS, EDITIONS, CONFIGURATION)
    return Judged(
        briefing,
        evidence,
        in_file_order(problems, order),
        unusable=reading.unusable,
        waived=in_file_order(case.waived, order),
        quotes=evidence.counts(briefing.base.facts),
        memo=memo,
        inputs=inputs,
    )


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Judging makes millions of values that all stay; to look through them takes a fifth of the time (measured).

    Nor are they looked through afterwards, until there are twice as many: who builds again and again waits for it once
    in a while, and what went in circles goes then.
    """
    was_on = gc.isenabled()
    if was_on and _frozen.values > max(2 * _frozen.settled, _FEW):
        gc.unfreeze()
        gc.collect()
        _frozen.values = _frozen.settled = len(gc.get_objects())
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            _frozen.values += gc.get_count()[0]
            gc.freeze()
            gc.enable()


@dataclass
class _Frozen:
    """How many values the collector leaves alone; to ask it takes longer than to read a small briefing (measured)."""

    values: int = 0
    """Those that were made and stayed, each time that it was off."""
    settled: int = 0
    """How many there were when they were last looked through."""


_frozen = _Frozen()
_FEW = 1_000_000
"""So many values may stay before they are looked through for the first time: those of twenty thousand facts."""


def fact_base(raw: bytes | None) -> FactBase:
    """The records of a `facts.yaml`, as far as they can be read, unjudged; none where there is no file.

    Raises:
        UnusableInputError: nothing can be read.

    """
    return FactBase() if raw is None else load.load_facts(FACTS, nodes.decode(FACTS, raw))[0]


class _Reading:
    """Reads the files one after the other; what is unusable in one does not hide the problems of the next."""

    def __init__(self, refused: Sequence[Problem] = ()) -> None:
        self.problems: list[Problem] = [*refused]
        self._refused = {each.place.path for each in refused}
        self.texts: dict[str, nodes.Written] = {}
        self.declared: dict[str, frozenset[str]] = {}
        self.unusable = bool(refused)

    def _try(self, read: Callable[[], None]) -> None:
        try:
            read()
        except UnusableInputError as error:
            self.unusable = True
            self.problems += error.problems

    def facts(self, raw: bytes | None, memo: Memo | None) -> FactBase | None:
        """The fact base: read, or as far as it is known, recalled."""
        found: list[FactBase] = []

        def read() -> None:
            if raw is None:
                raise UnusableInputError(
                    []
                    if FACTS in self._refused
                    else [
                        _missing(
                            FACTS,
                            "the fact base",
                            "run the command in the folder of the briefing, or name it with --root;"
                            " `python -m generator new FOLDER` makes a first one",
                        )
                    ]
                )
            written = self.texts[FACTS] = nodes.Written(FACTS, raw)
            if memo and (recalled := memo.recall()):
                self.declared = recalled.declared
                found.append(recalled.base)
                return
            parse = memo.parse if memo else blocks.parse
            base, self.declared, problems = load.load_facts(FACTS, written.text, parse)
            self.problems += problems
            found.append(base)

        self._try(read)
        return found[0] if found else None

    def earlier(self, raw: bytes | None) -> FactBase | None:
        """An earlier version of the fact base: what was wrong with it then is not asked now."""
        if raw is None:
            return None
        try:
            return load.load_facts(FACTS, nodes.decode(FACTS, raw))[0]
        except UnusableInputError as error:
            self.problems += [
                Problem(
                    Place(FACTS),
                    "base-unusable",
                    f"the earlier version cannot be read: {each.found} ({each.place})",
                    "an earlier version that can be read",
                    "name another version with --base",
                )
                for each in error.problems
            ]
            return None

    def page(self, name: str, raw: bytes) -> Page | None:
        found: list[Page] = []
        path = f"{CONTENT}/{name}"

        def read() -> None:
            written = self.texts[path] = nodes.Written(path, raw)
            page, problems = load.load_page(path, name, written.text)
            self.problems += problems
            found.append(page)

        self._try(read)
        return found[0] if found else None

    def lock(self, raw: bytes | None) -> Evidence:
        if raw is None:
            if LOCK not in self._refused:
                self.problems.append(_missing(LOCK, "the fingerprints that prove the quotes", "restore it from git"))
            return Evidence({}, is_known=False)
        found: list[Evidence] = []

        def read() -> None:
            fingerprints, places, problems = load.load_lock(LOCK, nodes.decode(LOCK, raw))
            self.problems += problems
            found.append(Evidence(fingerprints, places))

        self._try(read)
        return found[0] if found else Evidence({}, is_known=False)

    def configuration(self, raw: bytes | None) -> None:
        """An own `mkdocs.yml`, which is not read here, but must not bring what runs."""

        def read() -> None:
            if raw is not None:
                self.problems += configuration.judge(CONFIGURATION, raw)

        self._try(read)

    def reviews(self, raw: bytes | None) -> tuple[Seal, ...] | None:
        if raw is None:
            return None
        found: list[Seal] = []

        def read() -> None:
            given, problems = seals.load(REVIEWS, nodes.decode(REVIEWS, raw))
            self.problems += problems
            found.extend(given)

        self._try(read)
        return tuple(found)

    def editions(self, raw: bytes | None) -> tuple[Edition, ...]:
        found: list[Edition] = []

        def read() -> None:
            if raw is not None:
                editions, problems = load.load_editions(EDITIONS, nodes.decode(EDITIONS, raw))
                self.problems += problems
                found.extend(editions)

        self._try(read)
        return tuple(found)


def _missing(path: str, what: str, hint: str) -> Problem:
    return Problem(Place(path), "input-missing", f"there is no {path}", f"{path}: {what}", hint)
