"""What was judged the last time -> what need not be read and judged again: bytes in, bytes out.

Most runs find one fact changed among thousands. So a large fact base is cut, without being read, into its head, its
facts and its tail. Of a fact whose lines are those of the last run, the memo has a few values, by which facts are
selected and compared, and what rules said that judge a fact alone. Should somebody ask for more of it, its lines are
read then and there. All else is read and judged as in any run: new facts, head, tail, pages, and the base as a whole.

The answer is the same as without a memo; tests compare the two. For this, a memo is used by the very code that wrote
it, beside the very head and lock for which it was written; only what was read without a problem of form is put into it;
and where anything is unusual, nothing is recalled.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from generator import blocks, checks, edtf, load, nodes
from generator.cuttings import Cut
from generator.edtf import Edtf
from generator.evidence import Evidence, Status
from generator.model import FACT_KINDS, Fact, FactBase
from generator.problems import Level, Place, Problem, UnusableInputError

LARGE = 1_000_000
"""Bytes of a fact base from which on a memo pays; a smaller one is judged at once."""
MANY = 64
"""With so many new facts the memo is written again; fewer are judged in each run, which is cheaper than writing."""

_SAFE = {(each.__module__, each.__name__): each for each in (Decimal,)}
"""The classes of values; with no other can a memo make anything, so reading one runs no code of its own."""
_UNFIT = (AttributeError, LookupError, TypeError, ValueError)
"""What comes of a memo that only seems to be one."""
_UNSAID = frozenset({"attribution", "date_basis", "note", "citations"})
"""What is long, and asked of few facts only."""


_Found = tuple[int, int, str, str, str, str, str, str]
"""A problem: its line within the fact, its column, its words and its level."""


class _Row(NamedTuple):
    """What is known of a fact with certain lines."""

    kind: str
    lines: int
    values: tuple[Any, ...]
    """Of the fields of its kind, as `_held` names them: the short ones, then the long ones, with `_UNREAD`."""
    problems: list[_Found]
    quotes: tuple[str, ...]
    """What is known of each: one of `Status`."""
    is_computed: bool
    """Whether it is computed from other facts."""


@dataclass(frozen=True)
class Last:
    """The memo of the last run, as bytes, and the code that reads and writes it now."""

    code: bytes
    written: bytes = b""


@dataclass(frozen=True)
class Recalled:
    """A fact base of which most facts were not read."""

    base: FactBase
    declared: dict[str, frozenset[str]]
    new: Sequence[Fact]
    """The facts that were read, and have to be judged."""
    problems: Sequence[Problem]
    """What is known of the others."""
    statuses: Mapping[str, tuple[Status, ...]]
    """What is known of the quotes of each of the others, by its id."""


class Memo:
    """A large fact base, cut, and what is known of its facts."""

    def __init__(self, path: str, raw: bytes, locks: Sequence[bytes | None], last: Last) -> None:
        self._path = path
        self._cut = Cut.of(raw)
        head = hashlib.sha256(self._cut.about).digest() if self._cut else b""
        proofs = (b"" if each is None else b"\1" + hashlib.sha256(each).digest() for each in locks)
        self._key = hashlib.sha256(b"\0".join([last.code, head, *proofs])).digest()
        self._rows = _unpacked(last.written, self._key) if self._cut and last.written else {}
        self._is_plain = False
        self.recalled: Recalled | None = None
        """What was recalled in this run."""

    @cached_property
    def _digests(self) -> list[bytes]:
        return [hashlib.sha256(item).digest() for item in self._cut.items] if self._cut else []

    def parse(self, path: str, text: str) -> tuple[nodes.Node | None, list[Problem]]:
        """Read the whole file, as `blocks.parse`: what was not read piece by piece cannot be recalled so."""
        with suppress(blocks.OddError, UnusableInputError):
            found = blocks.parse_plain(path, text)
            self._is_plain = True
            return found
        return nodes.parse(path, text)

    def recall(self) -> Recalled | None:
        """The fact base with what is known of it; None where it has to be read and judged as a whole."""
        if self._cut and self._rows:
            with suppress(blocks.OddError, UnusableInputError, *_UNFIT):
                self.recalled = self._recall(self._cut)
                self._is_plain = self.recalled is not None
        return self.recalled

    def _recall(self, cut: Cut) -> Recalled | None:
        """Read the file with the known facts blanked out, so that all places are right, and put them back."""
        text = [cut.head]
        facts: list[Fact | None] = []
        lines: list[int] = []
        problems: list[Problem] = []
        statuses: dict[str, tuple[Status, ...]] = {}
        line = cut.head.count(b"\n") + 1
        for item, digest in zip(cut.items, self._digests, strict=True):
            row = self._rows.get(digest) if facts else None  # the first is always read, so that there is a list
            if row is not None and row.is_computed:
                row = None  # what is computed from other facts may be wrong since one of them changed
            lines.append(line)
            if row is None:
                text.append(b"\n" + cut.dash + item if facts else item)
                facts.append(None)
                line += item.count(b"\n") + 1
            else:
                text.append(b"\n#" * row.lines)
                fact = _known(row, _Lines(self._path, cut.dash, item, line))
                facts.append(fact)
                problems += (_problem(self._path, line, each) for each in row.problems)
                statuses[fact.id] = _statuses(row.quotes)
                line += row.lines
        text.append(cut.tail)
        base, declared, wrong = load.load_facts(
            self._path, nodes.decode(self._path, b"".join(text)), parse=blocks.parse_plain
        )
        new = [at for at, fact in zip(lines, facts, strict=True) if fact is None]
        if wrong or new != [fact.where.line for fact in base.facts]:
            return None
        read = iter(base.facts)
        whole = tuple(next(read) if fact is None else fact for fact in facts)
        ids = frozenset(fact.id for fact in whole)
        if len(ids) < len(whole):
            return None
        column = len(cut.dash) + 1
        fields = {name: at for name, at in base.where.fields.items() if not name.startswith("facts.")}
        fields |= {f"facts.{number}": (at - base.where.line, column) for number, at in enumerate(lines)}
        return Recalled(
            replace(base, facts=whole, where=replace(base.where, fields=fields)),
            {**declared, "facts": ids},
            base.facts,
            problems,
            statuses,
        )

    def read_all(self, facts: Sequence[Fact]) -> None:
        """Read those of all facts that were recalled; one by one, as they are asked for, they take longer."""
        if self._cut is None or self.recalled is None:
            return
        whole = self._cut.head + (b"\n" + self._cut.dash).join(self._cut.items) + self._cut.tail
        read = load.load_facts(self._path, nodes.decode(self._path, whole))[0].facts
        for fact, of_all in zip(facts, read, strict=True):
            if "_lines" in vars(fact):
                _complete(fact, of_all)

    def written(self, facts: Sequence[Fact], problems: Iterable[Problem], evidence: Evidence) -> bytes | None:
        """The memo of this run, as bytes; None where it would be of no use, or the last one still is.

        `problems` are those of the whole run, also what was waived.
        """
        if self._cut is None or not self._is_plain or (self.recalled and len(self.recalled.new) < MANY):
            return None
        about: dict[str, list[Problem]] = {}
        for each in problems:
            if each.code in checks.ALONE:
                about.setdefault(each.subject, []).append(each)
            elif each.code not in checks.CODES and each.place.path == self._path:
                return None
        rows: dict[bytes, _Row] = {}
        line = self._cut.head.count(b"\n") + 1
        for fact, item, digest in zip(facts, self._cut.items, self._digests, strict=True):
            row = self._rows.get(digest) or _row(
                fact, line, item, about.get(fact.subject, ()) if about else (), evidence
            )
            if row is None:
                return None
            rows[digest] = row
            line += row.lines
        return _packed(rows, self._key)


# -- facts that are known -------------------------------------------------------------------------------------------


class _Lines(NamedTuple):
    """Where the lines of a fact are, which were not read."""

    path: str
    dash: bytes
    item: bytes
    line: int


class _Unread:
    """Stands for a value that was not put into the memo: whoever asks for it has the fact read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, fact: Fact | None, owner: type) -> Any:  # noqa: ANN401 - whatever the field holds
        if fact is None:
            return self
        lines: _Lines | None = vars(fact).get("_lines")
        if lines:  # or somebody else has read it meanwhile
            _complete(fact, load.load_fact(lines.path, f"{(lines.dash + lines.item).decode()}\n", lines.line))
        return getattr(fact, self._name)


_KNOWN: Mapping[str, type[Fact]] = {
    kind: type(cls.__name__, (cls,), {name: _Unread() for name in ("where", *cls.specs())})
    for kind, cls in FACT_KINDS.items()
}
"""For each kind of fact a class that reads what it lacks; what it has stands in the fact itself, and is found first."""


def _known(row: _Row, lines: _Lines) -> Fact:
    fact = object.__new__(_KNOWN[row.kind])
    held = _held(row.kind)
    values = vars(fact)
    values.update(zip(held.names[: held.short], row.values, strict=False))
    for name in held.dates:
        values[name] = _date(values[name])
    for name, value in zip(held.names[held.short :], row.values[held.short :], strict=True):
        if value is not _UNREAD:
            values[name] = value
    values["_lines"] = lines
    return fact


def _complete(fact: Fact, read: Fact) -> None:
    """Give a fact that was recalled all that was read of it: from now on it is like any other."""
    vars(fact).update(vars(read))
    object.__setattr__(fact, "__class__", type(read))
    vars(fact).pop("_lines", None)


_UNREAD = True
"""Stands for a long value; what is nothing says so itself."""
_COMPUTED = ("cited", "backing", "is_denied")
"""What a fact tells of itself beside its fields."""


class _Held(NamedTuple):
    """What a memo holds of a kind of fact."""

    names: tuple[str, ...]
    """Of its values, the short ones first."""
    short: int
    """How many are short."""
    dates: tuple[str, ...]
    """Those that are held as they are written: as records they take a third of the time to write all (measured)."""
    of_short: Callable[[Fact], tuple[Any, ...]]
    of_long: Callable[[Fact], tuple[Any, ...]]


@cache
def _held(kind: str) -> _Held:
    specs = FACT_KINDS[kind].specs()
    long = tuple(name for name, spec in specs.items() if name in _UNSAID or spec.type in ("record", "records"))
    short = (*(name for name in specs if name not in long), *_COMPUTED)
    dates = tuple(name for name in short if name in specs and specs[name].type == "date")
    asked = (f"{name}.text" if name in dates else name for name in short)
    return _Held((*short, *long), len(short), dates, attrgetter(*asked), attrgetter(*long))


@cache
def _date(text: str) -> Edtf:
    return edtf.parse(text) if text else edtf.UNKNOWN


def _values(fact: Fact) -> tuple[Any, ...]:
    """What a memo says of a fact: everything that is short, and of the rest only that there is nothing."""
    held = _held(fact.KIND)
    return (*held.of_short(fact), *[_UNREAD if each else each for each in held.of_long(fact)])


def _row(fact: Fact, line: int, item: bytes, problems: Sequence[Problem], evidence: Evidence) -> _Row | None:
    """What there is to know of a fact; None where its lines or a problem's place are not where they should be."""
    lines = item.count(b"\n") + 1
    found = []
    for each in problems:
        below = each.place.line - line
        if each.place.path != fact.where.path or not 0 <= below < lines:
            return None
        found.append(
            (below, each.place.column, each.code, each.found, each.wanted, each.hint, each.subject, str(each.level))
        )
    if fact.where.line != line:
        return None
    quotes = _words(evidence.statuses(fact))
    return _Row(fact.KIND, lines, _values(fact), found, quotes, bool(getattr(fact, "derived", "")))


@cache
def _words(statuses: tuple[Status, ...]) -> tuple[str, ...]:
    return tuple(map(str, statuses))


@cache
def _statuses(words: tuple[str, ...]) -> tuple[Status, ...]:
    """What is known of quotes; a few sorts of it are known of thousands of facts."""
    return tuple(map(Status, words))


def _problem(path: str, line: int, row: _Found) -> Problem:
    below, column, code, found, wanted, hint, subject, level = row
    return Problem(Place(path, line + below, column), code, found, wanted, hint, subject, Level(level))


# -- bytes ----------------------------------------------------------------------------------------------------------


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as the class it extends
        return _SAFE[module, name]


def _packed(rows: Mapping[bytes, _Row], key: bytes) -> bytes:
    packed = pickle.dumps({digest: tuple(row) for digest, row in rows.items()}, protocol=5)
    return hashlib.sha256(key + packed).digest() + packed


def _unpacked(written: bytes, key: bytes) -> dict[bytes, _Row]:
    """What a memo holds; nothing where it is broken, or was not written by this code, for this head and this lock."""
    digest, packed = written[:32], written[32:]
    if digest != hashlib.sha256(key + packed).digest():
        return {}
    try:
        return {name: _Row(*row) for name, row in _Unpickler(io.BytesIO(packed)).load().items()}
    except Exception:  # noqa: BLE001 - who knows what somebody put there
        return {}
