"""A record of the briefing -> the values that every export gives of it, under one name each, and what each name means.

The fields that people write come from the model, with the words by which the model describes them; what is worked out
from several records, such as whether a quote is proven, is described here. CSV heads, JSON keys, the JSON Schema and
the tables on the page of downloads are all made from these columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from generator import safe, styles
from generator.edtf import Edtf
from generator.evidence import Evidence
from generator.fields import FieldSpec
from generator.model import (
    FACT_KINDS,
    Briefing,
    Chart,
    Citation,
    Fact,
    FactBase,
    Figure,
    Judgment,
    Record,
    Source,
)
from generator.tables import ChartTable, EventRow, FigureRow, figure_label, with_unit
from generator.views import JUDGMENTS_URL, PROOF, SOURCES_URL, Views, fact_url


@dataclass(frozen=True)
class Case:
    """What is exported."""

    briefing: Briefing
    evidence: Evidence
    tables: Mapping[str, ChartTable]
    site: str = ""
    """The address of the site's root with its slash, where it is known; other addresses count from the root."""
    content: Callable[[str, Sequence[Fact], Callable[[], bytes]], bytes] | None = None
    """What depends on some facts, and on all that is no fact, where that is kept from build to build."""

    @cached_property
    def views(self) -> Views:
        """What readers are told of facts, with addresses from the site's root."""
        return Views(self.briefing, self.evidence, "")

    @cached_property
    def facts_on(self) -> Mapping[str, list[str]]:
        """The ids of the facts that cite a source, by its id; a fact that was withdrawn is not among them."""
        return {source: [fact.id for fact in facts] for source, facts in self.briefing.by_source.items()}

    def kept(self, kind: str, facts: Sequence[Fact], make: Callable[[], bytes]) -> bytes:
        """What depends on some facts, and on all that is no fact: recalled, or made."""
        return self.content(kind, facts, make) if self.content else make()

    def address(self, path: str) -> str:
        """A place of the site."""
        return f"{self.site}{path}"


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a record, in all exports."""

    name: str
    form: str
    """`text`, `list`, `date` (EDTF), `day`, `number`, `count`, `yes`, `record` or `records`."""
    says: str
    read: Callable[[Case, Any], Any]
    is_always: bool = False
    """Whether every record has it."""
    of: str = ""
    """For records: the kind of record, by its name in the model."""
    choices: tuple[str, ...] = ()


def _added(name: str, form: str, says: str, read: Callable[[Case, Any], Any], *, is_always: bool = False) -> Column:
    return Column(name, form, says, read, is_always)


# -- what is written ------------------------------------------------------------------------------------------------

_FORMS = {
    "text": "text",
    "id": "text",
    "ref": "text",
    "url": "text",
    "choice": "text",
    "refs": "list",
    "words": "list",
    "choices": "list",
    "date": "date",
    "number": "number",
    "record": "record",
    "records": "records",
}


def _written(name: str, spec: FieldSpec) -> Column:
    def read(_: Case, record: object) -> Any:  # noqa: ANN401 - what the model has there
        return getattr(record, name, None)

    of = spec.record.NOUN if spec.record else ""
    return Column(name, _FORMS[spec.type], spec.purpose, read, spec.required, of, spec.choices)


_FACTS: tuple[type[Record], ...] = (Fact, *FACT_KINDS.values())
"""What facts have in common, and what each kind has of its own: exports have one form for all."""


def columns_of(cls: type[Record]) -> tuple[Column, ...]:
    """The columns of a kind of record: its own fields in their order, then what is worked out."""
    if cls not in _MADE:
        _MADE[cls] = _columns_of(cls)
    return _MADE[cls]


_MADE: dict[type[Record], tuple[Column, ...]] = {}
"""The columns of each kind, made once."""


def _columns_of(cls: type[Record]) -> tuple[Column, ...]:
    if cls is not Fact:
        return (*(_written(name, spec) for name, spec in cls.specs().items()), *ADDED.get(cls, ()))
    specs = {name: spec for kind in _FACTS for name, spec in kind.specs().items()}
    written = (_written(name, spec) for name, spec in specs.items())  # a number has a measure, other facts have none
    return (*(replace(each, is_always=each.is_always and each.name in Fact.specs()) for each in written), *ADDED[Fact])


# -- what is worked out ---------------------------------------------------------------------------------------------


def _first_day(date: Edtf) -> dt.date | None:
    return date.first if date and date.start else None


def _last_day(date: Edtf) -> dt.date | None:
    return date.last if date and date.end else None


def _words(date: Edtf) -> str:
    return date.words() if date else ""


def _number(case: Case, fact: Fact) -> str:
    if not isinstance(fact, Figure):
        return ""
    return with_unit(figure_label(fact), case.briefing.measures[fact.measure].unit)


def _proven(case: Case, fact: Fact) -> tuple[int, int]:
    return case.evidence.counts(case.briefing.evidence_of(fact))


def _proof(case: Case, citation: Citation) -> str:
    verdict = case.evidence.verdict(citation)
    return PROOF[verdict.status].format(verdict.paragraph)


def _source_of(case: Case, citation: Citation) -> Source:
    return case.briefing.sources[citation.source]


ADDED: dict[type[Record], tuple[Column, ...]] = {
    Fact: (
        _added("date_words", "text", "The date in words", lambda _, fact: fact.date.words(), is_always=True),
        _added("first_day", "day", "The earliest day that the date can mean", lambda _, fact: _first_day(fact.date)),
        _added("last_day", "day", "The latest day that the date can mean", lambda _, fact: _last_day(fact.date)),
        _added("number", "text", "The number in words, with its hedge and its unit", _number),
        _added(
            "marks",
            "list",
            "What a reader should know before trusting it: disputed, unnamed voices only, and the like",
            lambda case, fact: tuple(case.views.marks(fact)),
        ),
        _added(
            "contradicted_by",
            "list",
            "The facts that contradict it, in either direction",
            lambda case, fact: tuple(dict.fromkeys(other.id for other, _ in case.briefing.rivals(fact))),
        ),
        _added(
            "origins",
            "list",
            "Those who first published what supports it; two reports with one origin are one",
            lambda case, fact: case.briefing.origins(fact),
        ),
        _added(
            "quotes_proven",
            "count",
            "How many of its quotes were found word for word in the text of their sources as it was read",
            lambda case, fact: _proven(case, fact)[0],
            is_always=True,
        ),
        _added(
            "quotes_unproven",
            "count",
            "How many of its quotes were not found or could not be looked up",
            lambda case, fact: _proven(case, fact)[1],
            is_always=True,
        ),
        _added(
            "address",
            "text",
            "Its permanent address, from the root of the site where that is not known",
            lambda case, fact: case.address(fact_url(fact)),
            is_always=True,
        ),
    ),
    Source: (
        _added(
            "published_words", "text", "The day of publication in words", lambda _, source: _words(source.published)
        ),
        _added(
            "coverage",
            "text",
            "How much of it was read: the whole text or an excerpt; nothing where it was not archived",
            lambda case, source: getattr(case.evidence.fingerprints.get(source.id), "coverage", ""),
        ),
        _added(
            "facts",
            "list",
            "The facts that cite it, less those that were withdrawn",
            lambda case, source: tuple(case.facts_on.get(source.id, ())),
        ),
        _added(
            "address",
            "text",
            "Its place on the page of sources, from the root of the site where that is not known",
            lambda case, source: case.address(f"{SOURCES_URL}#{source.id}"),
            is_always=True,
        ),
    ),
    Citation: (
        _added(
            "first_published_by",
            "text",
            "Who first published these words",
            lambda case, citation: citation.origin or _source_of(case, citation).first_published_by,
            is_always=True,
        ),
        _added(
            "language",
            "text",
            "The language of the quote, as a BCP tag",
            lambda case, citation: _source_of(case, citation).language,
            is_always=True,
        ),
        _added(
            "status",
            "text",
            "What is known of the quote: proven, absent, unknown, no fingerprint or unreadable",
            lambda case, citation: case.evidence.verdict(citation).status.value,
            is_always=True,
        ),
        _added("proof", "text", "The same in a sentence", _proof, is_always=True),
        _added(
            "paragraph",
            "count",
            "The paragraph, of the text as it was read, in which it was found; none where it was not",
            lambda case, citation: case.evidence.verdict(citation).paragraph or None,
        ),
        _added(
            "words_url",
            "text",
            "The address of the source, opened at these words",
            lambda case, citation: safe.at_words(_source_of(case, citation).url, citation.quote),
            is_always=True,
        ),
    ),
    Chart: (
        _added(
            "facts",
            "list",
            "The facts that it shows, in the order of its table",
            lambda case, chart: case.tables[chart.id].fact_ids,
        ),
        _added("alternative", "text", "All that it shows, in words", lambda case, chart: case.tables[chart.id].alt),
        _added(
            "source_line",
            "text",
            "The origins of what it shows, as the page prints them",
            lambda case, chart: case.tables[chart.id].source_line,
        ),
        _added(
            "address",
            "text",
            "Its place on the first page that shows it",
            lambda case, chart: case.address(styles.chart_url(case.briefing, chart)),
        ),
    ),
    Judgment: (
        _added(
            "address",
            "text",
            "Its permanent address, from the root of the site where that is not known",
            lambda case, judgment: case.address(f"{JUDGMENTS_URL}#judgment-{judgment.id}"),
            is_always=True,
        ),
    ),
}

Row = tuple[ChartTable, FigureRow | EventRow]
"""A row of a chart, with the table that it stands in."""


def _of_figure(name: str) -> Callable[[Case, Row], Any]:
    return lambda _, row: getattr(row[1], name, None)


def _row_fact(case: Case, row: Row) -> Fact:
    return case.briefing.facts[row[1].id]


def _row_number(case: Case, row: Row) -> str:
    return _number(case, _row_fact(case, row))


def _own(name: str) -> Callable[[Case, Row], Any]:
    """A field of the row's fact."""
    return lambda case, row: getattr(_row_fact(case, row), name, None)


def _what(_: Case, row: Row) -> str:
    return row[1].measure if isinstance(row[1], FigureRow) else row[1].statement


CHART_ROW: tuple[Column, ...] = (
    _added("fact", "text", "The fact that the row shows", lambda _, row: row[1].id, is_always=True),
    _added("date", "date", "Its date, as EDTF", lambda _, row: row[1].date, is_always=True),
    _added("date_words", "text", "The date in words", lambda _, row: row[1].date_words, is_always=True),
    _added("first_day", "day", "The earliest day that the date can mean", lambda _, row: _first_day(row[1].date)),
    _added("last_day", "day", "The latest day that the date can mean", lambda _, row: _last_day(row[1].date)),
    _added("what", "text", "What is counted, or what happened", _what, is_always=True),
    _added("value", "number", "The number; none where it is a range", _own("value")),
    _added("low", "number", "The lower end of a range", _own("low")),
    _added("high", "number", "The upper end of a range", _own("high")),
    _added("hedge", "text", "The source's own words of doubt or range", _own("hedge")),
    _added("number", "text", "The number in words, with its hedge and its unit", _row_number),
    _added("unit", "text", "The unit, in the plural", _of_figure("unit")),
    _added("series", "text", "What its colour and shape stand for", _of_figure("series")),
    _added("panel", "text", "The heading of its panel, where there are several", _of_figure("panel")),
    _added("side", "text", "The side it is about", _of_figure("side")),
    _added("attribution", "text", "Who says so", lambda _, row: row[1].attribution, is_always=True),
    _added(
        "disputed",
        "yes",
        "Whether another fact, or words in a source, contradict it",
        lambda case, row: case.briefing.is_disputed(_row_fact(case, row)),
    ),
    _added(
        "only_in_sum",
        "yes",
        "Whether it is known only in sum, and drawn apart from what is dated",
        lambda _, row: row[1] in row[0].totals,
    ),
    _added(
        "sources",
        "list",
        "The sources that it cites, also through the figures from which it is computed",
        lambda case, row: tuple(each.id for each in styles.sources_of(case.briefing, [_row_fact(case, row)])),
    ),
    _added(
        "quotes",
        "list",
        "The words of those sources that carry the proof",
        lambda case, row: tuple(
            each.quote for base in case.briefing.evidence_of(_row_fact(case, row)) for each in base.citations
        ),
    ),
    _added(
        "address",
        "text",
        "The permanent address of the fact, from the root of the site where that is not known",
        lambda case, row: case.address(fact_url(_row_fact(case, row))),
        is_always=True,
    ),
)
"""What the data of a chart give of each of its rows."""


# -- records --------------------------------------------------------------------------------------------------------


def values(case: Case, columns: Iterable[Column], record: object) -> dict[str, Any]:
    """The values of a record that are there, by name, as JSON has them, but for a `Decimal`: see `exports`."""
    found = {}
    for column in columns:
        value = column.read(case, record)
        if column.form in _AS_TEXT:  # most are
            if value:
                found[column.name] = f"{value}"
        elif (told := _value(case, column, value)) is not None:
            found[column.name] = told
    return found


_AS_TEXT = frozenset({"text", "date", "day"})


def _value(case: Case, column: Column, value: Any) -> Any:  # noqa: ANN401 - any value of the model
    match column.form:
        case "number" | "count":
            return value
        case "yes":
            return True if value else None
        case "list":
            return [*value] if value else None
        case "record":
            return (values(case, columns_of(type(value)), value) or None) if value is not None else None
        case "records":
            return [values(case, columns_of(_listed(each)), each) for each in value] if value else None
        case _:
            raise ValueError(column.form)


def _listed(record: Record) -> type[Record]:
    """The class that describes a record: all kinds of fact are one."""
    return Fact if isinstance(record, Fact) else type(record)


def cell(column: Column, value: Any) -> str:  # noqa: ANN401 - as above
    """A value as a cell of a table: a list with semicolons between, a number in plain digits."""
    if value is None or value is False:
        return ""
    match column.form:
        case "yes":
            return "yes"
        case "list":
            return "; ".join(value)
        case "number":
            return plain_digits(value)
        case _:
            return f"{value}"


def plain_digits(value: Decimal) -> str:
    """A number without an exponent, exactly as it was written."""
    return f"{value:f}"


# -- their schema ---------------------------------------------------------------------------------------------------

_EDTF = "a date of EDTF level 1 (ISO 8601-2): a day, month or year, perhaps with ~, ? or %, or two of them with a slash"
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1},
    "list": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "date": {"type": "string", "minLength": 1, "$comment": _EDTF},
    "day": {"type": "string", "format": "date"},
    "number": {"type": "number"},
    "count": {"type": "integer", "minimum": 0},
    "yes": {"const": True},
}


def schema_of(columns: Iterable[Column], says: str) -> dict[str, Any]:
    """The JSON Schema of a record; further records that it holds stand under `$defs`."""
    listed = [*columns]
    return {
        "description": says,
        "type": "object",
        "properties": {column.name: {"description": column.says, **_schema(column)} for column in listed},
        "required": [column.name for column in listed if column.is_always],
        "additionalProperties": False,
    }


def _schema(column: Column) -> dict[str, Any]:
    if column.form == "record":
        return {"$ref": f"#/$defs/{_name(column.of)}"}
    if column.form == "records":
        return {"type": "array", "items": {"$ref": f"#/$defs/{_name(column.of)}"}, "minItems": 1}
    if column.choices and column.form == "text":
        return {"enum": [*column.choices]}
    return _SCHEMAS[column.form]


def _name(noun: str) -> str:
    return noun.replace(" ", "-")


def definitions() -> dict[str, Any]:
    """The schema of every kind of record, by its name in the model."""
    found: dict[str, Any] = {}
    waiting: list[type[Record]] = [FactBase]
    while waiting:
        cls: type[Record] = waiting.pop(0)
        if _name(cls.NOUN) not in found:
            says = " ".join((cls.__doc__ or "").split())
            found[_name(cls.NOUN)] = schema_of(columns_of(cls), says)
            kinds = _FACTS if cls is Fact else (cls,)
            waiting += [spec.record for each in kinds for spec in each.specs().values() if spec.record]
    return found


def in_table(cls: type[Record]) -> tuple[Column, ...]:
    """The columns of a table of records: what holds records of its own stands in the JSON alone."""
    if cls not in _TABLES:
        _TABLES[cls] = tuple(column for column in columns_of(cls) if column.form not in ("record", "records"))
    return _TABLES[cls]


_TABLES: dict[type[Record], tuple[Column, ...]] = {}
"""The same, made once."""
