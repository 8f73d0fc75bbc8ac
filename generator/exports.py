"""Briefing, evidence, chart tables -> the files that readers can take away, by path below the site's root, as bytes.

The same briefing gives the same bytes: no clock, no machine, line feeds (CSV: as RFC 4180 has them), UTF-8.

    data/facts.json            everything, as facts.schema.json (JSON Schema 2020-12) describes it
    data/facts.csv, sources.csv, citations.csv
    data/sources.csl.json, sources.bib, sources.ris
    data/charts/ID.json, ID.csv    the rows of a chart
    data/cite/…                the citations of single things, for the pages' script: see `slices`
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cache, partial
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from generator import columns, safe, styles
from generator import slices as parts
from generator.columns import CHART_ROW, Case, Column
from generator.model import Briefing, Chart, Citation, Fact, FactBase, Record, Source
from generator.stock import Stock
from generator.tables import ChartTable

_T = TypeVar("_T")

FOLDER = "data/"
"""Where all of it stands, below the site's root."""
SCHEMA = "facts.schema.json"
VERSION = 1
"""That of the form of `facts.json`: it grows when a key changes its meaning or goes."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the whole briefing."""

    path: str
    """From the site's root."""
    label: str
    says: str
    """What it holds, in a sentence."""
    media_type: str

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]


_CSV, _JSON = "text/csv", "application/json"
DOWNLOADS = tuple(
    Download(f"{FOLDER}{name}", label, says, media_type)
    for name, label, says, media_type in (
        (
            "facts.json",
            "Everything, as JSON",
            "The briefing, its facts with their quotes and proofs, sources, measures, charts, judgments, corrections.",
            _JSON,
        ),
        (SCHEMA, "Schema of the JSON", "What each key of it means, as a JSON Schema.", "application/schema+json"),
        ("facts.csv", "Facts, as a table", "A row for each fact, those that were withdrawn among them.", _CSV),
        ("citations.csv", "Quotes, as a table", "A row for each quote, with what is known of its proof.", _CSV),
        ("sources.csv", "Sources, as a table", "A row for each page that was read.", _CSV),
        ("sources.csl.json", "Sources, as CSL-JSON", "For Zotero, pandoc and citation processors.", _JSON),
        ("sources.bib", "Sources, as BibTeX", "For LaTeX, with BibTeX or biblatex.", "application/x-bibtex"),
        (
            "sources.ris",
            "Sources, as RIS",
            "For EndNote, Mendeley and other reference managers.",
            "application/x-research-info-systems",
        ),
    )
)
"""The files of the whole briefing, in the order in which readers are offered them."""

NOTES = tuple(
    " ".join(note.split())
    for note in (
        """
        All files are in UTF-8 and have the same bytes as often as they are made from the same briefing. A column or key
        without a value is empty or left out: what is not known has no stand-in, and zero is a number.
        """,
        """
        Dates are written in EDTF, level one: a day, a month or a year, with `~` where it is approximate, `?` where it
        is uncertain, `%` where it is both, and two with a slash between for a stretch. Beside them stand their words,
        and the first and the last day that they can mean.
        """,
        """
        The tables are CSV with commas, every cell in quotation marks, and begin with the mark by which spreadsheets
        know UTF-8. Where a cell would begin with a sign that a spreadsheet takes for the start of a formula (`=`, `+`,
        `-`, `@`, also in their wide forms) or with an apostrophe, an apostrophe stands before it; take one away from
        each cell that begins with one, and the text is as it was. Numbers keep their minus. Lists have a semicolon
        between their items; where an item may hold one itself, take the JSON.
        """,
        """
        The JSON keeps every digit of a number and holds all lists and records as such; its schema says what each key
        means. Addresses of this site in it count from the folder above the one that holds the file, where the site does
        not know its own address.
        """,
    )
)
"""How the files are written, for readers; `code` in backticks."""


def make(case: Case) -> Stock[bytes]:
    """Every file, by its path. Those of the whole briefing are held once made; slices, where nothing is kept."""
    pieces = _Pieces(case)
    references = {"csl.json": "csl", "bib": "bibtex", "ris": "ris"}
    whole: dict[str, Callable[[], bytes]] = {
        "facts.json": partial(_facts, case, pieces),
        SCHEMA: _written_schema,
        "facts.csv": partial(pieces.table, _names(Fact), "rows of facts"),
        "citations.csv": partial(pieces.table, [*CITATION_HEADS, *_names(Citation)], "rows of quotes"),
        "sources.csv": partial(pieces.table, _names(Source), "rows of sources"),
        **{f"sources.{suffix}": partial(_references, case, key) for suffix, key in references.items()},
        **{f"charts/{name}.csv": partial(_rows_of_chart, case, table) for name, table in case.tables.items()},
        **{f"charts/{name}.json": partial(_chart, case, table) for name, table in case.tables.items()},
    }
    parts = slices(case)
    held = {**whole, **({} if case.content else parts)}
    return Stock(
        {f"{FOLDER}{name}": cache(made) if name in held else made for name, made in {**whole, **parts}.items()}
    )


def pieces(case: Case) -> Iterator[tuple[int, Callable[[], object]]]:
    """What of the files can be worked out by itself, and is kept, with how many facts it is made of."""
    yield from _Pieces(case).each()
    for made in slices(case).values():
        yield _PER_SLICE, made


_PER_PIECE = 64
"""So many records are worked out, and remembered, at a time."""
_OF_FACTS, _OF_SOURCES = ("lines of facts", "rows of facts", "rows of quotes"), ("lines of sources", "rows of sources")
"""What is made at once of some facts, and of some sources: lines of JSON, and rows of the tables."""


class _Pieces:
    """The records that are many, some at a time, as they stand in the files."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._waiting: dict[tuple[str, int], bytes] = {}
        """What was made along with what was asked for, until it is asked for itself."""

    def table(self, names: Sequence[str], kind: str) -> bytes:
        """All rows of a kind as a table with these columns."""
        return b"".join([_head(names), *self.all(kind)])

    def all(self, kind: str) -> Iterator[bytes]:
        """What all records of a kind are in a file, in their order."""
        briefing = self._case.briefing
        if kind in _OF_SOURCES:
            for start, sources in _cut(briefing.base.sources):
                hangs = [fact for source in sources for fact in briefing.by_source.get(source.id, ())]
                yield self._case.kept(f"{kind} {start}", hangs, partial(self._taken, kind, start))
        else:
            for start, facts in _cut(briefing.base.facts):
                yield self._case.kept(kind, facts, partial(self._taken, kind, start))

    def each(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """What works out some facts in all their forms, with how many these are."""
        for start, facts in _cut(self._case.briefing.base.facts):
            yield len(facts), partial(self._work_out, start, facts)

    def _work_out(self, start: int, facts: Sequence[Fact]) -> None:
        for kind in _OF_FACTS:
            self._case.kept(kind, facts, partial(self._taken, kind, start))

    def _taken(self, kind: str, start: int) -> bytes:
        if (kind, start) not in self._waiting:
            made = self._of_sources(start) if kind in _OF_SOURCES else self._of_facts(start)
            self._waiting |= {(name, start): text.encode() for name, text in made.items()}
        return self._waiting.pop((kind, start))

    def _of_facts(self, start: int) -> dict[str, str]:
        facts = self._case.briefing.base.facts[start : start + _PER_PIECE]
        held = [columns.values(self._case, columns.columns_of(Fact), fact) for fact in facts]
        rows = _rows_of(_cells(columns.in_table(Fact), each) for each in held)
        return dict(zip(_OF_FACTS, (_lines(held), rows, _rows_of(_quotes(held))), strict=True))

    def _of_sources(self, start: int) -> dict[str, str]:
        sources = self._case.briefing.base.sources[start : start + _PER_PIECE]
        held = [columns.values(self._case, columns.columns_of(Source), source) for source in sources]
        rows = _rows_of(_cells(columns.in_table(Source), each) for each in held)
        return dict(zip(_OF_SOURCES, (_lines(held), rows), strict=True))


def _cut(records: Sequence[_T]) -> Iterator[tuple[int, Sequence[_T]]]:
    return ((start, records[start : start + _PER_PIECE]) for start in range(0, len(records), _PER_PIECE))


def _references(case: Case, key: str) -> bytes:
    """All sources in a style; what is known of them hangs on no fact."""

    def made() -> bytes:
        works = [*map(styles.of_source, case.briefing.base.sources)]
        return styles.STYLES[key].joined(styles.written(key, works)).encode()

    return case.kept(f"references {key}", (), made)


def of_chart(chart: str) -> tuple[str, str]:
    """The paths of a chart's data, as CSV and as JSON."""
    return f"{FOLDER}charts/{chart}.csv", f"{FOLDER}charts/{chart}.json"


def tables(*, has_charts: bool) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """For each table its name, what a row of it is, and its columns with what they mean."""

    def heads(told: Iterable[Column]) -> list[tuple[str, str]]:
        return [(column.name, column.says) for column in told]

    return [
        ("facts.csv", "a row for each fact", heads(columns.in_table(Fact))),
        (
            "citations.csv",
            "a row for each quote",
            [*CITATION_HEADS.items(), *heads(columns.in_table(Citation))],
        ),
        ("sources.csv", "a row for each source", heads(columns.in_table(Source))),
        *([("charts/….csv", "a row for each fact that a chart shows", heads(CHART_ROW))] if has_charts else ()),
    ]


# -- JSON -----------------------------------------------------------------------------------------------------------

_NUMBER, _NUMBERS = "\ue001", re.compile('"\ue001(-?[0-9.]+)"')
"""Marks a number while JSON is written, so that each of its digits is kept; no text of a briefing can hold the sign."""


def _dumped(value: Any) -> str:  # noqa: ANN401 - any value of JSON
    """One line of JSON, numbers exactly as they were written."""
    return _NUMBERS.sub(r"\1", json.dumps(value, ensure_ascii=False, default=_exact))


def _exact(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_NUMBER}{columns.plain_digits(value)}"
    raise TypeError(f"{type(value).__name__} has no place in JSON")


_NEXT = b",\n"


def _facts(case: Case, pieces: _Pieces) -> bytes:
    """All of the fact base, a record to a line."""
    told = columns.columns_of(FactBase)
    many = {"facts": "lines of facts", "sources": "lines of sources"}
    own = columns.values(case, told, replace(case.briefing.base, facts=(), sources=()))
    head = {"$schema": SCHEMA, "version": VERSION, **({"site": case.site} if case.site else {})}
    texts = [text for name, value in head.items() for text in (_NEXT, _listed(name, value))]
    for each in told:
        if each.name == "facts" or (each.name in many and case.briefing.base.sources):
            items = (text for piece in pieces.all(many[each.name]) for text in (_NEXT, piece))
            texts += (_NEXT, f"{_dumped(each.name)}: [\n".encode(), *islice(items, 1, None), b"\n]")
        elif each.name in own:
            texts += (_NEXT, _listed(each.name, own[each.name]))
    texts[0] = b"{\n"
    return b"".join([*texts, b"\n}\n"])  # all at once: each step in between would be as large as the file


def _chart(case: Case, table: ChartTable) -> bytes:
    """The words of a chart, and its rows, each with the quotes on which it rests."""
    rows = []
    for row in _rows(case, table):
        cited = [
            each for base in case.briefing.evidence_of(case.briefing.facts[row["fact"]]) for each in base.citations
        ]
        citations = [columns.values(case, columns.columns_of(Citation), each) for each in cited]
        told = {name: value for name, value in row.items() if name not in ("sources", "quotes")}
        rows.append({**told, "citations": citations})
    chart = columns.values(case, columns.columns_of(Chart), table.chart)
    parts = [_listed(name, value) for name, value in (("version", VERSION), ("chart", chart), ("rows", rows))]
    return b"".join([b"{\n", _NEXT.join(parts), b"\n}\n"])


def _listed(name: str, value: Any) -> bytes:  # noqa: ANN401 - as above
    """A key with its value as JSON: each, and each item of a list, begins a line."""
    told = f"[\n{_lines(value)}\n]" if isinstance(value, list) else _dumped(value)
    return f"{_dumped(name)}: {told}".encode()


def _lines(values: Iterable[Any]) -> str:
    return ",\n".join(map(_dumped, values))


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `facts.json`."""
    found = columns.definitions()
    whole = found.pop(FactBase.NOUN.replace(" ", "-"))
    head = {
        "$schema": {"const": SCHEMA, "description": "The file that describes this one"},
        "version": {"const": VERSION, "description": "That of this form"},
        "site": {
            "type": "string",
            "format": "uri",
            "description": "The address of the site, from which every address in it begins; without it, they count"
            " from the folder above the one in which this file stands",
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A briefing",
        **whole,
        "properties": {**head, **whole["properties"]},
        "required": ["$schema", "version", *whole["required"]],
        "$defs": found,
    }


def _written_schema() -> bytes:
    return f"{json.dumps(schema(), ensure_ascii=False, indent=1)}\n".encode()


# -- CSV ------------------------------------------------------------------------------------------------------------

_BOM = "\ufeff"
"""Tells spreadsheets that what follows is UTF-8; without it Excel shows other letters. Other readers pass over it."""
_RISKY = frozenset("'=+-@\t\r\n＝＋－＠")
"""How a cell begins that a spreadsheet may take for a formula (OWASP, CSV injection), and our own sign before it."""
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what begins as a formula, or with an apostrophe itself.

    A plain number keeps its minus. Taking away one apostrophe from each cell that begins with one gives back the text.
    """
    return f"'{cell}" if cell[:1] in _RISKY and not _PLAIN_NUMBER.fullmatch(cell) else cell


def _head(names: Sequence[str]) -> bytes:
    """What stands before the rows of a table: UTF-8's mark, and the names of its columns."""
    return f"{_BOM}{_rows_of([names], guard=str)}".encode()


def _names(cls: type[Record]) -> list[str]:
    return [column.name for column in columns.in_table(cls)]


def _rows_of(rows: Iterable[Iterable[str]], guard: Callable[[str], str] = guarded) -> str:
    """Rows as RFC 4180 has them; quotation marks hold what other countries separate by."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([*map(guard, row)] for row in rows)
    return out.getvalue()


Values = Mapping[str, Any]
"""The values of a record, as `columns.values` gives them."""


def _cells(told: Sequence[Column], record: Values) -> list[str]:
    return [columns.cell(column, record.get(column.name)) for column in told]


CITATION_HEADS = {
    "fact": "The fact that rests on it",
    "place": "Its place among the quotes of that fact, from one",
}
"""What the table of quotes has before the fields of a quote."""


def _quotes(facts: Iterable[Values]) -> Iterator[list[str]]:
    """The rows of the quotes of facts."""
    told = columns.in_table(Citation)
    for fact in facts:
        for place, each in enumerate(fact.get("citations", ()), 1):
            yield [fact["id"], f"{place}", *_cells(told, each)]


def _rows_of_chart(case: Case, table: ChartTable) -> bytes:
    head = _head([column.name for column in CHART_ROW])
    return head + _rows_of(_cells(CHART_ROW, each) for each in _rows(case, table)).encode()


def _rows(case: Case, table: ChartTable) -> list[Values]:
    """The rows of a chart, in the order in which its page lists them."""
    found = (*table.figures, *table.events, *table.totals)
    return [columns.values(case, CHART_ROW, (table, row)) for row in found]


# -- citations for the pages' script --------------------------------------------------------------------------------

_CITE = "cite/"
_PER_SLICE = 25
"""Records of a slice, about: some ten kilobytes as a server sends them."""
_LISTS = {"fact": "facts", "source": "sources", "chart": "charts"}


def count(briefing: Briefing) -> int:
    """How many slices of citations there are."""
    records = 1 + sum(len(getattr(briefing.base, each)) for each in _LISTS.values())
    return -(-records // _PER_SLICE)


def slice_of(briefing: Briefing, key: str) -> str:
    """The path of the slice that holds the citation of `fact/ID`, `source/ID`, `chart/ID` or `briefing`."""
    return f"{FOLDER}{_CITE}{parts.number(key, count(briefing))}.js"


def slices(case: Case) -> dict[str, Callable[[], bytes]]:
    """The citations of everything in every style, as plain scripts by their path below `data/`.

    Each calls a function that a page's script has defined before it loads the slice, so that it works from disk and
    under `script-src 'self'`:

        briefing.cite({
          "styles": [{"key", "label", "suffix", "opening", "between", "closing"}, …],
          "records": {"fact/ID": {"texts": {STYLE: text, …}, "sources": ["source/ID", …]}, …}
        });

    Records are named `fact/ID`, `source/ID`, `chart/ID` and `briefing`; a record stands in `data/cite/N.js`, where N is
    the FNV-1a hash (32 bits) of its name modulo the number of slices (`slices`, `count`). `styles` are in the order for
    readers. The `texts` of a record are its own citation; `sources` are the records on which it rests, in order. The
    whole citation in a style is `opening`, then the record's own text and those of its sources with `between` among
    them, then `closing`. Where the address of the site is not known, the character U+E000 stands before every address
    of the site, and nowhere else: the script puts the address of the site's root, with its slash, in its place (from
    disk nothing, as the address of a file is of no use to others).
    """
    briefing, site = case.briefing, case.site or styles.HERE
    base = briefing.base
    cited: tuple[_Citable, ...] = (briefing, *base.facts, *base.charts, *base.sources)
    number = count(briefing)
    held: list[list[_Citable]] = [[] for _ in range(number)]
    for each in cited:
        held[parts.number(_key(each), number)].append(each)
    return {f"{_CITE}{place}.js": partial(_kept_slice, case, site, slice_) for place, slice_ in enumerate(held)}


_Citable: TypeAlias = Briefing | Fact | Chart | Source
"""What can be cited; of many records nothing else is held until their citations are made."""


def _key(cited: _Citable) -> str:
    return "briefing" if isinstance(cited, Briefing) else f"{cited.NOUN}/{cited.id}"


def _work(case: Case, site: str, cited: _Citable) -> styles.Work:
    match cited:
        case Briefing():
            return styles.of_briefing(cited, site)
        case Chart():
            return styles.of_chart(case.briefing, cited, site)
        case Source():
            return styles.of_source(cited)
        case _:
            return styles.of_fact(case.briefing, case.evidence, cited, site)


def _rests_on(briefing: Briefing, cited: _Citable) -> Sequence[Fact]:
    if isinstance(cited, Chart):
        return briefing.drawn(cited)
    return (cited,) if isinstance(cited, Fact) else ()


def _kept_slice(case: Case, site: str, slice_: Sequence[_Citable]) -> bytes:
    hangs = [fact for each in slice_ for fact in _rests_on(case.briefing, each)]
    name = f"citations {' '.join(map(_key, slice_))}"
    return case.kept(name, hangs, partial(_slice, case, site, slice_))


def _slice(case: Case, site: str, slice_: Sequence[_Citable]) -> bytes:
    texts = styles.cite_all([_work(case, site, each) for each in slice_])
    records = {}
    for each, told in zip(slice_, texts, strict=True):
        sources = [f"source/{one.id}" for one in styles.sources_of(case.briefing, _rests_on(case.briefing, each))]
        records[_key(each)] = {"texts": told, "sources": sources}
    return _script(records)


def _script(records: Mapping[str, Any]) -> bytes:
    """A slice, without the sign that could end an element; a script is read in the encoding of its page, UTF-8."""
    told = f'{{"styles": {_styles()}, "records": {_json(records)}}}'
    return f"briefing.cite({safe.in_script(told)});\n".encode()


@cache
def _styles() -> str:
    """The styles, as each slice has them."""
    return _json([asdict(style) for style in styles.STYLES.values()])


_json: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False).encode
"""A value as JSON; the encoder is made once."""
