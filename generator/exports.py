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
from functools import partial
from typing import Any, NamedTuple

from generator import columns, safe, styles
from generator import slices as parts
from generator.columns import CHART_ROW, Case, Column
from generator.model import Briefing, Chart, Citation, Fact, FactBase, Source
from generator.tables import ChartTable

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


def make(case: Case) -> dict[str, bytes]:
    """Every file, by its path."""
    told = columns.columns_of(FactBase)
    own = columns.values(case, told, replace(case.briefing.base, facts=()))
    base = {each.name: own.get(each.name, []) for each in told if each.name in own or each.name == "facts"}
    lines, rows, quotes = zip(*_pieces(case), strict=True) if case.briefing.base.facts else ((), (), ())
    works = [*map(styles.of_source, case.briefing.base.sources)]
    references = {"csl.json": "csl", "bib": "bibtex", "ris": "ris"}
    cited = styles.cite_all(works)
    texts = {
        "facts.json": _facts(case, base, lines),
        SCHEMA: f"{json.dumps(schema(), ensure_ascii=False, indent=1)}\n",
        "facts.csv": _csv([column.name for column in columns.in_table(Fact)], rows),
        "citations.csv": _csv([*CITATION_HEADS, *(column.name for column in columns.in_table(Citation))], quotes),
        "sources.csv": _table(columns.in_table(Source), base["sources"]),
        **{
            f"sources.{suffix}": styles.STYLES[key].joined(each[key] for each in cited)
            for suffix, key in references.items()
        },
        **{f"charts/{name}.csv": _table(CHART_ROW, _rows(case, table)) for name, table in case.tables.items()},
        **{f"charts/{name}.json": _chart(case, table) for name, table in case.tables.items()},
        **slices(case),
    }
    return {f"{FOLDER}{name}": text.encode() for name, text in texts.items()}


_PER_PIECE = 64
"""So many facts are worked out, and remembered, at a time."""


def _pieces(case: Case) -> Iterator[tuple[str, str, str]]:
    """Facts in their order, some at a time: their lines of JSON, their rows, the rows of their quotes."""
    facts = case.briefing.base.facts
    for start in range(0, len(facts), _PER_PIECE):
        piece = facts[start : start + _PER_PIECE]
        lines, rows, quotes = json.loads(case.kept("rows of facts", piece, partial(_piece, case, piece)))
        yield lines, rows, quotes


def _piece(case: Case, facts: Sequence[Fact]) -> str:
    held = [columns.values(case, columns.columns_of(Fact), fact) for fact in facts]
    told = columns.in_table(Fact)
    lines = ",\n".join(map(_dumped, held))
    return json.dumps([lines, _rows_of(_cells(told, each) for each in held), _rows_of(_quotes(held))])


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


def _facts(case: Case, base: Mapping[str, Any], lines: Sequence[str]) -> str:
    """All of the fact base, a record to a line."""
    head = {"$schema": SCHEMA, "version": VERSION, **({"site": case.site} if case.site else {})}
    return _listed({**head, **base}, facts=",\n".join(lines))


def _chart(case: Case, table: ChartTable) -> str:
    """The words of a chart, and its rows, each with the quotes on which it rests."""
    rows = []
    for row in _rows(case, table):
        cited = [
            each for base in case.briefing.evidence_of(case.briefing.facts[row["fact"]]) for each in base.citations
        ]
        citations = [columns.values(case, columns.columns_of(Citation), each) for each in cited]
        told = {name: value for name, value in row.items() if name not in ("sources", "quotes")}
        rows.append({**told, "citations": citations})
    return _listed(
        {"version": VERSION, "chart": columns.values(case, columns.columns_of(Chart), table.chart), "rows": rows}
    )


def _listed(keys: Mapping[str, Any], **known: str) -> str:
    """A mapping as JSON: each key, and each item of its lists, begins a line. The items of some may be known."""
    parts = []
    for name, value in keys.items():
        items = known.get(name) or (",\n".join(map(_dumped, value)) if isinstance(value, list) else "")
        parts.append(f"{_dumped(name)}: " + (f"[\n{items}\n]" if isinstance(value, list) else _dumped(value)))
    return "{\n" + ",\n".join(parts) + "\n}\n"


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


# -- CSV ------------------------------------------------------------------------------------------------------------

_BOM = "\ufeff"
"""Tells spreadsheets that what follows is UTF-8; without it Excel shows other letters. Other readers pass over it."""
_RISKY = re.compile(r"['=+\-@\t\r\n＝＋－＠]")
"""How a cell begins that a spreadsheet may take for a formula (OWASP, CSV injection), and our own sign before it."""
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what begins as a formula, or with an apostrophe itself.

    A plain number keeps its minus. Taking away one apostrophe from each cell that begins with one gives back the text.
    """
    return f"'{cell}" if _RISKY.match(cell) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def _csv(heads: Sequence[str], rows: Iterable[str]) -> str:
    """A table as RFC 4180 has it, with UTF-8's mark in front, from rows that are written already."""
    return f"{_BOM}{_rows_of([heads], guard=str)}{''.join(rows)}"


def _rows_of(rows: Iterable[Iterable[str]], guard: Callable[[str], str] = guarded) -> str:
    """Rows as RFC 4180 has them; quotation marks hold what other countries separate by."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([*map(guard, row)] for row in rows)
    return out.getvalue()


Values = Mapping[str, Any]
"""The values of a record, as `columns.values` gives them."""


def _table(told: Sequence[Column], records: Iterable[Values]) -> str:
    return _csv([column.name for column in told], [_rows_of(_cells(told, record) for record in records)])


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


def slices(case: Case) -> dict[str, str]:
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
    cited: list[_Cited] = [
        _Cited("briefing", partial(styles.of_briefing, briefing, site)),
        *(
            _Cited(f"fact/{each.id}", partial(styles.of_fact, briefing, case.evidence, each, site), (each,))
            for each in base.facts
        ),
        *(
            _Cited(f"chart/{each.id}", partial(styles.of_chart, briefing, each, site), briefing.drawn(each))
            for each in base.charts
        ),
        *(_Cited(f"source/{each.id}", partial(styles.of_source, each)) for each in base.sources),
    ]
    number = count(briefing)
    held: list[list[_Cited]] = [[] for _ in range(number)]
    for each in cited:
        held[parts.number(each.key, number)].append(each)
    return {
        f"{_CITE}{place}.js": case.kept(
            f"citations {' '.join(each.key for each in slice_)}",
            [fact for each in slice_ for fact in each.rests_on],
            partial(_slice, briefing, slice_),
        )
        for place, slice_ in enumerate(held)
    }


class _Cited(NamedTuple):
    """What can be cited."""

    key: str
    work: Callable[[], styles.Work]
    rests_on: Sequence[Fact] = ()


def _slice(briefing: Briefing, slice_: Sequence[_Cited]) -> str:
    texts = styles.cite_all([each.work() for each in slice_])
    records = {}
    for each, told in zip(slice_, texts, strict=True):
        sources = [f"source/{one.id}" for one in styles.sources_of(briefing, each.rests_on)]
        records[each.key] = {"texts": told, "sources": sources}
    return _script(records)


def _script(records: Mapping[str, Any]) -> str:
    """A slice, without the sign that could end an element; a script is read in the encoding of its page, UTF-8."""
    told = {"styles": [asdict(style) for style in styles.STYLES.values()], "records": records}
    return f"briefing.cite({safe.in_script(json.dumps(told, ensure_ascii=False))});\n"
