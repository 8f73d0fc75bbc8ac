"""Texts of `facts.yaml`, `content/`, `sources.lock`, `editions.yaml` -> briefing and evidence, all problems at once.

The only door: behind it every value has its type and its place, and nobody asks again. A record with a mistake is
still built, with empty placeholders, so that the rest of it is checked in the same run; since a problem stops the
build, a placeholder never reaches a reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import urlsplit

from generator import blocks, edtf, nodes, prose, quotes
from generator.fields import FieldSpec
from generator.model import (
    FACT_KINDS,
    Briefing,
    Edition,
    Editions,
    Fact,
    FactBase,
    Page,
    PageMeta,
    Record,
    Seal,
    Selection,
    Where,
)
from generator.problems import Place, Problem, UnusableInputError, did_you_mean

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
MOST_PROBLEMS = 1_000
"""So many are told of a file; reading ends with the next one."""
_GONE = nodes.Scalar("", 0, 0, plain=False)
"""Stands in a list of nodes for one that was read."""
_HIDDEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
_REFUSED = frozenset({"Cc", "Cs", "Co", "Cn"})
R = TypeVar("R", bound=Record)


def is_id(text: str) -> bool:
    """Whether a text is well formed as the id of a record."""
    return bool(_ID.fullmatch(text)) and len(text) <= 80  # noqa: PLR2004 - a file name and an anchor must hold it


def load_facts(
    path: str, text: str, parse: Callable[[str, str], tuple[nodes.Node | None, list[Problem]]] = blocks.parse
) -> tuple[FactBase, dict[str, frozenset[str]], list[Problem]]:
    """Text of a fact base -> its records, the ids declared in each list, and every problem of its form.

    Raises:
        UnusableInputError: nothing can be read: not YAML, empty, or not a mapping; and what `parse` raises.

    """
    root, problems = parse(path, text)
    if root is None or (isinstance(root, nodes.Scalar) and not root.text.strip()):
        found = "the file is empty" if not text.strip() else "the file holds nothing but comments"
        raise UnusableInputError(
            [
                Problem(
                    Place(path),
                    "input-empty",
                    found,
                    "briefing, topics, sources and facts",
                    "start from the example in the README",
                )
            ]
        )
    if not isinstance(root, nodes.Mapping):
        raise UnusableInputError(
            [
                Problem(
                    Place(path, root.line, root.column),
                    "type-wrong",
                    f"the file holds {_kind(root)}",
                    "keys: briefing, topics, sources, facts",
                    "begin with `briefing:`",
                )
            ]
        )
    reader = _Reader(path)
    base = reader.record(FactBase, root)
    return base, {name: frozenset(ids) for name, ids in reader.declared.items()}, [*problems, *reader.problems]


def load_fact(path: str, item: str, line: int) -> Fact:
    """One fact of a fact base that had no problem of form, from its own lines, the first of which has this number."""
    return fact_reader(path)(item, line)


def fact_reader(path: str) -> Callable[[str, int], Fact]:
    """The same for many facts: what has to be known of their fields is found out once."""
    reader = _Reader(path)

    def read(item: str, line: int) -> Fact:
        root = blocks.parse_item(path, item, line)
        (fact,) = reader.facts(root) if root else ()
        return fact

    return read


def load_page(path: str, name: str, text: str) -> tuple[Page, list[Problem]]:
    """Text of a page in `content/` -> its front matter, texts and calls, and every problem of its form.

    `path` is the file as messages name it, `name` the same relative to `content/`.

    Raises:
        UnusableInputError: the front matter is missing or not YAML.

    """
    front, body, body_line = _split_front_matter(path, text)
    root, problems = blocks.parse(path, front, first_line=2)
    reader = _Reader(path)
    meta = PageMeta()
    if isinstance(root, nodes.Mapping):
        meta = reader.record(PageMeta, root)
    else:
        problems.append(
            Problem(
                Place(path, 2),
                "type-wrong",
                "front matter without keys",
                "title and summary",
                "write `title: ...` and `summary: ...`",
            )
        )
    parts, prose_problems = prose.parse(path, body, body_line, reader.selection)
    if len(prose_problems) > MOST_PROBLEMS:
        raise UnusableInputError([*prose_problems[:MOST_PROBLEMS], hopeless(prose_problems[MOST_PROBLEMS].place)])
    return Page(name, meta, parts), [*problems, *reader.problems, *prose_problems]


def load_lock(path: str, text: str) -> tuple[dict[str, quotes.Fingerprint], dict[str, Place], list[Problem]]:
    """Text of `sources.lock` -> fingerprint by source id, its place, and problems."""
    found: dict[str, quotes.Fingerprint] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for line, each in quotes.load(text):
        place = Place(path, line)
        if len(problems) >= MOST_PROBLEMS:
            problems.append(hopeless(place))
            break
        if isinstance(each, quotes.LockError):
            problems.append(
                Problem(
                    place,
                    "lock-broken",
                    each.found,
                    "one fingerprint a line, as written by the generator",
                    "restore the line from git or archive the source again",
                )
            )
        elif each.id in found:
            problems.append(
                Problem(
                    place,
                    "id-duplicate",
                    f"a second fingerprint of {each.id!r}; the first is on line {places[each.id].line}",
                    "one fingerprint a source",
                    "keep the newer one",
                )
            )
        else:
            found[each.id], places[each.id] = each, place
    return found, places, problems


def hopeless(place: Place) -> Problem:
    """What ends the list of the problems of a file."""
    return Problem(
        place,
        "form-hopeless",
        f"{MOST_PROBLEMS:,} problems of form up to here; what follows was not read",
        "a file of which most can be read",
        "mend the first ones; mostly one slip makes many",
    )


_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def load_editions(path: str, text: str) -> tuple[tuple[Edition, ...], list[Problem]]:
    """Text of `editions.yaml` -> its editions, and every problem of its form.

    Raises:
        UnusableInputError: nothing can be read: not YAML, empty, or not a mapping.

    """
    root, problems = nodes.parse(path, text)
    if not isinstance(root, nodes.Mapping):
        is_empty = root is None or (isinstance(root, nodes.Scalar) and not root.text.strip())
        found = "the file holds no edition" if is_empty or root is None else f"the file holds {_kind(root)}"
        place = Place(path) if root is None else Place(path, root.line, root.column)
        hint = "restore it from git; where there is no edition yet, remove it"
        raise UnusableInputError([Problem(place, "edition-broken", found, "the key: editions", hint)])
    reader = _Reader(path)
    read = reader.record(Editions, root).editions
    return read, [*problems, *reader.problems, *_broken_editions(read)]


def _broken_editions(editions: Sequence[Edition]) -> Iterator[Problem]:
    """What the form of a field does not tell: hashes, sizes, and days that follow each other."""
    hint = "restore the entry from git: `release` wrote it"
    last: Edition | None = None
    for each in editions:
        for name in ("zip", "site", "inputs"):
            value = getattr(each, name)
            if value and not _HASH.fullmatch(value):
                place = each.where.place(name)
                yield Problem(place, "edition-broken", f"{value!r} as {name!r}", "64 hexadecimal digits", hint)
        if each.size is None or each.size != int(each.size) or each.size < 1:
            found = "no size" if each.size is None else f"{each.size} as 'size'"
            yield Problem(each.where.place("size"), "edition-broken", found, "the number of bytes", hint)
        if each.date and not each.date.is_exact_day:
            found = f"{each.date.text} as 'date'"
            yield Problem(each.where.place("date"), "edition-broken", found, "a day, as YYYY-MM-DD", hint)
        elif each.date and last is not None and each.date.first <= last.date.first:
            found = f"an edition of {each.date.text} behind one of {last.date.text}"
            yield Problem(each.where.place("date"), "edition-broken", found, "the oldest first, one for a day", hint)
        last = each if each.date and each.date.is_exact_day else last


def assemble(
    base: FactBase,
    pages: Iterable[Page],
    declared: Mapping[str, frozenset[str]],
    seals: tuple[Seal, ...] | None = None,
    editions: tuple[Edition, ...] = (),
) -> Briefing:
    """Fact base, pages, seals and editions -> the briefing, pages in the order of the navigation."""
    last = Decimal("Infinity")
    ordered = sorted(
        pages,
        key=lambda page: (page.path != "index.md", page.meta.order if page.meta.order is not None else last, page.path),
    )
    return Briefing(base, tuple(ordered), declared, seals, editions)


def _split_front_matter(path: str, text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line on which the body starts."""
    lines = text.splitlines(keepends=True)
    wanted, hint = "front matter between two lines of ---, with title and summary", "add it at the top of the page"
    if not text.strip():
        raise UnusableInputError([Problem(Place(path), "input-empty", "the page is empty", wanted, hint)])
    if lines[0].rstrip() != "---":
        raise UnusableInputError(
            [Problem(Place(path), "page-front-matter", "the page starts without ---", wanted, hint)]
        )
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == "---":
            return "".join(lines[1 : number - 1]), "".join(lines[number:]), number + 1
    raise UnusableInputError(
        [
            Problem(
                Place(path), "page-front-matter", "the front matter has no end", wanted, "close it with a line of ---"
            )
        ]
    )


def _kind(node: nodes.Node) -> str:
    match node:
        case nodes.Mapping():
            return "a mapping (key: value)"
        case nodes.Sequence():
            return "a list"
        case _:
            return f"the text {_clip(node.text)!r}" if node.text else "nothing"


def _clip(text: str, length: int = 60) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _is_refused(char: str) -> bool:
    return char in _HIDDEN or unicodedata.category(char) in _REFUSED


def _single(node: nodes.Mapping, name: str) -> nodes.Scalar | None:
    """The first single value with this key."""
    for key, value in node.items:
        if key.text == name and isinstance(value, nodes.Scalar):
            return value
    return None


def _made(cls: type[R], values: dict[str, Any]) -> R:
    """What `cls(**values)` makes, in one step: a frozen dataclass of itself takes one for each of its fields.

    What is not among the values is found in the class, as its default; a test sees to it that it stands there.
    """
    record = cls.__new__(cls)
    record.__dict__.update(values)
    return record


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the records of a class are read: made once, followed for each of them."""

    fields: Mapping[str, tuple[str, FieldSpec, Callable[[FieldSpec, str, nodes.Node], Any]]]
    required: tuple[str, ...]


class _Reader:
    """Reads nodes as records; gathers problems and declared ids on the way."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.declared: dict[str, set[str]] = {}
        self._first: dict[tuple[str, str], nodes.Scalar] = {}
        self._subject = ""
        self._plans: dict[type[Record], _Plan] = {}
        self._shapes: dict[tuple[Any, ...], Mapping[str, tuple[int, int]]] = {}
        self._well_formed: set[str] = set()
        """The ids seen so far that are written as ids are; most are named again and again."""
        self._readers: dict[str, Callable[[FieldSpec, str, nodes.Node], Any]] = {
            "text": self._text,
            "id": self._id,
            "ref": self._id,
            "refs": self._list(self._id),
            "words": self._list(self._text),
            "choice": self._choice,
            "choices": self._list(self._choice),
            "date": self._date,
            "number": self._number,
            "url": self._url,
            "record": self._record,
            "records": self._records,
        }

    def _problem(self, node: nodes.Node, code: str, found: str, wanted: str, hint: str = "") -> None:
        self.problems.append(
            Problem(Place(self.path, node.line, node.column), code, found, wanted, hint, self._subject)
        )
        if len(self.problems) > MOST_PROBLEMS:
            raise UnusableInputError([*self.problems[:-1], hopeless(Place(self.path, node.line, node.column))])

    def _plan_of(self, cls: type[Record]) -> _Plan:
        plan = self._plans.get(cls)
        if plan is None:
            fields = {name: (name, spec, self._readers[spec.type]) for name, spec in cls.specs().items()}
            plan = self._plans[cls] = _Plan(fields, tuple(name for name, spec in cls.specs().items() if spec.required))
        return plan

    def record(self, cls: type[R], node: nodes.Mapping) -> R:
        """Read a mapping as a record of a class; unknown, double and missing keys are problems."""
        plan = self._plan_of(cls)
        places: list[str | int] = []
        own = node.line
        values: dict[str, Any] = {}
        seen: dict[str, nodes.Scalar] = {}
        for key, value in node.items:
            field = plan.fields.get(key.text)
            if field is None or key.text in seen:
                self._wrong_key(cls, key, seen)
                continue
            name, spec, read = field
            seen[name] = key
            places += (name, value.line - own, value.column)
            if isinstance(value, nodes.Scalar):
                if value.plain and value.text in nodes.EMPTY:
                    self._no_value(spec, name, value)
                    continue
            elif isinstance(value, nodes.Sequence):
                for number, item in enumerate(value.items):
                    places += (f"{name}.{number}", item.line - own, item.column)
            found = read(spec, name, value)
            if found is not None:
                values[name] = found
        for name in plan.required:
            if name not in seen:
                purpose = plan.fields[name][1].purpose
                self._problem(node, "key-missing", f"a {cls.NOUN} without {name!r}", purpose, f"add `{name}:`")
        values["where"] = Where(self.path, own, node.column, self._shape(tuple(places)))
        return _made(cls, values)

    def _shape(self, places: tuple[Any, ...]) -> Mapping[str, tuple[int, int]]:
        """Name, line below the record and column of each field, one after the other -> what `Where` has of them.

        Most records have the shape of another, and to say so for each took a tenth of the memory of all (measured).
        """
        known = self._shapes.get(places)
        if known is None:
            each = iter(places)
            known = self._shapes[places] = {
                name: (below, column) for name, below, column in zip(each, each, each, strict=True)
            }
        return known

    def _wrong_key(self, cls: type[Record], key: nodes.Scalar, seen: dict[str, nodes.Scalar]) -> None:
        name = key.text
        if name in seen:
            self._problem(
                key,
                "key-duplicate",
                f"the key {name!r} a second time; the first is on line {seen[name].line}",
                f"each key once in a {cls.NOUN}",
                "remove one of the two",
            )
            return
        seen[name] = key
        specs = cls.specs()
        self._problem(
            key,
            "key-unknown",
            f"the key {_clip(name)!r} in a {cls.NOUN}",
            f"one of: {', '.join(specs)}",
            did_you_mean(name, specs, "remove it, or see the manual for the keys"),
        )

    def _no_value(self, spec: FieldSpec, name: str, node: nodes.Scalar) -> None:
        found = f"{name!r} has no value"
        if spec.required:
            self._problem(node, "value-missing", found, spec.purpose, "write it after the colon")
        elif spec.type != "records":
            self._problem(
                node,
                "value-missing",
                found,
                "a value, or no key: what is unknown is left out",
                f"remove the line, or write the {name.replace('_', ' ')}",
            )

    def _record(self, spec: FieldSpec, name: str, node: nodes.Node) -> Any:  # noqa: ANN401 - the class is data
        if not isinstance(node, nodes.Mapping):
            self._problem(
                node,
                "type-wrong",
                f"{_kind(node)} as {name!r}",
                f"keys: {', '.join(spec.record.specs())}",
                "write key: value pairs, indented below it",
            )
            return spec.record()
        return self.record(spec.record, node)

    def _records(self, spec: FieldSpec, name: str, node: nodes.Node) -> tuple[Any, ...]:
        if not isinstance(node, nodes.Sequence):
            self._problem(
                node,
                "type-wrong",
                f"{_kind(node)} as {name!r}",
                "a list: each item starts with a dash",
                f"write `- ` before each {spec.record.NOUN}",
            )
            return ()
        if spec.required and not node.items:
            self._problem(node, "value-missing", f"{name!r} is an empty list", spec.purpose, "write at least one")
        read: list[Record] = []
        for number, item in enumerate(node.items):
            node.items[number] = _GONE  # thousands of nodes need as much memory as what is made of them
            if isinstance(item, nodes.Mapping):
                read.append(self._item(spec.record, name, item))
            else:
                self._problem(
                    item,
                    "type-wrong",
                    f"{_kind(item)} in the list of {spec.record.NOUN}s",
                    f"a {spec.record.NOUN} with its keys",
                    "write `- id: ...` and the other keys below it",
                )
        return tuple(read)

    def _item(self, cls: type[Record], collection: str, node: nodes.Mapping) -> Record:
        if "id" not in self._plan_of(cls).fields:
            return self.record(cls, node)
        outer = self._subject
        self._declare(cls, collection, node)
        read = self.record(self._fact_class(node) if cls is Fact else cls, node)
        self._subject = outer
        return read

    def _declare(self, cls: type[Record], collection: str, node: nodes.Mapping) -> None:
        """Note the id of an item, before anything else of it is read; complain of a second one."""
        key = _single(node, "id")
        self._subject = f"{cls.NOUN} {_clip(key.text) if key and key.text else 'without id'}"
        if key is None or not key.text:
            return
        first = self._first.setdefault((collection, key.text), key)
        if first is not key:
            self._problem(
                key,
                "id-duplicate",
                f"the id {_clip(key.text)!r} a second time; the first is on line {first.line}",
                f"an id of its own for each of the {collection}",
                "rename the newer one",
            )
        self.declared.setdefault(collection, set()).add(key.text)

    def _fact_class(self, node: nodes.Mapping) -> type[Fact]:
        """The class of its kind; of an unknown kind the one with most of its keys, so that no key is blamed for it."""
        kind = _single(node, "kind")
        if kind is not None and kind.text in FACT_KINDS:
            return FACT_KINDS[kind.text]
        written = {key.text for key, _ in node.items}
        return max(FACT_KINDS.values(), key=lambda cls: len(written & cls.specs().keys()))

    def facts(self, node: nodes.Node) -> tuple[Fact, ...]:
        """Read a list of facts."""
        return self._records(FactBase.specs()["facts"], "facts", node)

    def selection(self, node: nodes.Mapping) -> Selection:
        """Read the selection of a call in prose."""
        return self.record(Selection, node)

    # -- single values: each returns None after reporting a problem

    def _not_single(self, name: str, node: nodes.Node, wanted: str) -> None:
        self._problem(node, "type-wrong", f"{_kind(node)} as {name!r}", wanted, "write a single value after the colon")

    def _text(self, spec: FieldSpec, name: str, node: nodes.Node) -> str | None:
        if not isinstance(node, nodes.Scalar):
            self._not_single(name, node, "a text")
            return None
        written = node.text
        if len(written) > 4 * spec.longest + 1_000:  # to compose and to clean it could take minutes
            self._too_long(name, node, len(written), spec.longest)
            return None
        text = written if written.isascii() else unicodedata.normalize("NFC", written)
        if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
            text = " ".join(text.split())
            bad = None if text.isprintable() else next(filter(_is_refused, text), None)
            if bad is not None:
                self._hidden(name, node, bad)
                return None
        if len(text) > spec.longest:
            self._too_long(name, node, len(text), spec.longest)
            return None
        if not text and spec.required:
            self._problem(
                node, "value-missing", f"{name!r} is an empty text", spec.purpose, "write it between the quotes"
            )
        return text

    def _too_long(self, name: str, node: nodes.Node, length: int, longest: int) -> None:
        self._problem(
            node,
            "text-too-long",
            f"{length:,} characters in {name!r}",
            f"at most {longest:,}",
            "say it shorter, or in two records",
        )

    def _hidden(self, name: str, node: nodes.Node, bad: str) -> None:
        title = unicodedata.name(bad, "control or unassigned character")
        self._problem(
            node,
            "text-character",
            f"the character U+{ord(bad):04X} ({title}) in {name!r}",
            "visible characters: hidden ones change what a reader sees",
            "delete it and type the text again around it",
        )

    def _id(self, spec: FieldSpec, name: str, node: nodes.Node) -> str | None:
        if not isinstance(node, nodes.Scalar):
            self._not_single(name, node, "an id")
            return None
        written = node.text
        if written in self._well_formed:
            return written
        if not is_id(written):
            self._problem(
                node,
                "id-form",
                f"{_clip(written)!r} as {name!r}",
                "lower-case letters a to z, digits and single hyphens, at most 80",
                f"write {_as_id(written)!r}" if _as_id(written) else "choose an id",
            )
            return written if spec.type == "id" else None
        self._well_formed.add(written)
        return written

    def _choice(self, spec: FieldSpec, name: str, node: nodes.Node) -> str | None:
        if not isinstance(node, nodes.Scalar):
            self._not_single(name, node, " or ".join(spec.choices))
            return None
        written = node.text
        if written in spec.choices:
            return written
        self._problem(
            node,
            "choice-unknown",
            f"{_clip(written)!r} as {name!r}",
            f"one of: {', '.join(spec.choices)}",
            did_you_mean(written, spec.choices, "take one of these"),
        )
        return None

    def _date(self, _: FieldSpec, name: str, node: nodes.Node) -> edtf.Edtf | None:
        if not isinstance(node, nodes.Scalar):
            self._not_single(name, node, "a date, as YYYY-MM-DD")
            return None
        written = node.text
        try:
            return edtf.parse(_clip(written.strip()))
        except edtf.EdtfError as error:
            self._problem(
                node,
                "date-form",
                f"{name}: {error}",
                "a date of EDTF level 1: 2024-09-17, 2024-09, 2024-09-17~, 2024-09-15/2024-09-19",
                "see “Dates” in the manual",
            )
            return None

    def _number(self, spec: FieldSpec, name: str, node: nodes.Node) -> Decimal | None:
        if not isinstance(node, nodes.Scalar):
            self._not_single(name, node, "a number")
            return None
        written = node.text
        try:
            if _NUMBER.fullmatch(written) and len(written) <= spec.longest:
                return Decimal(written)
        except InvalidOperation:  # pragma: no cover - the pattern admits only what Decimal reads
            pass
        self._problem(
            node,
            "number-form",
            f"{_clip(written)!r} as {name!r}",
            "a number in plain digits, such as 70000 or 1.5",
            "no thousands comma, no unit, no word: those go into hedge and measure",
        )
        return None

    def _url(self, spec: FieldSpec, name: str, node: nodes.Node) -> str | None:
        written = self._text(spec, name, node)
        if written is None:
            return None
        try:
            parts = urlsplit(written)
            good = (
                parts.scheme in ("http", "https")
                and bool(parts.hostname)
                and written.isascii()
                and not re.search(r"[\s\"'<>\\^`{|}]", written)
            )
            _ = parts.port
        except ValueError:
            good = False
        if good:
            return written
        self._problem(
            node,
            "url-form",
            f"{_clip(written)!r} as {name!r}",
            "an absolute http or https address, with other characters percent-encoded",
            "copy it from the browser's address bar",
        )
        return None

    def _list(
        self, read: Callable[[FieldSpec, str, nodes.Node], Any]
    ) -> Callable[[FieldSpec, str, nodes.Node], tuple[Any, ...]]:
        def read_list(spec: FieldSpec, name: str, node: nodes.Node) -> tuple[Any, ...]:
            if not isinstance(node, nodes.Sequence):
                self._problem(
                    node,
                    "type-wrong",
                    f"{_kind(node)} as {name!r}",
                    "a list",
                    f"write `{name}: [{node.text}]`"
                    if isinstance(node, nodes.Scalar)
                    else "start each item with a dash",
                )
                return ()
            if spec.required and not node.items:
                self._problem(node, "value-missing", f"{name!r} is an empty list", spec.purpose, "name at least one")
            items = (read(spec, name, item) for item in node.items)
            return tuple(item for item in items if item is not None)

        return read_list


def _as_id(text: str) -> str:
    """The nearest well-formed id, for the message."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:80].strip("-")
