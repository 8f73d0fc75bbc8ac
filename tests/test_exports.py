"""What readers take away is all that the briefing holds, in forms that their own programs read back."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import rispy
from csl_reference import Reference
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright
from pybtex.database import parse_string

from generator import columns, edtf, exports, render, site, styles
from generator.columns import Case
from generator.model import Fact, Figure, Source
from generator.tables import chart_table
from generator.views import fact_url
from tests.browser import ensure_browser, launch_args
from tests.making import BASE, changed, inputs
from tests.serving import serving
from tests.sites import BRIEFING as BRIEFING_FILES
from tests.sites import ROOT, built, copied, judged
from tests.test_hostile import HOSTILE
from tests.valley import VALLEY


def case_of(held: site.Judged, address: str = "") -> Case:
    """What is exported of a briefing."""
    briefing = held.briefing
    return Case(
        briefing, held.evidence, {each.id: chart_table(briefing, each) for each in briefing.base.charts}, address
    )


CASE = case_of(judged(VALLEY))
BRIEFING, EVIDENCE = CASE.briefing, CASE.evidence
FILES = exports.make(CASE)


def rows(content: bytes) -> list[dict[str, str]]:
    """A table as Python's own reader has it, its apostrophes taken away again as the page of downloads says."""
    plain = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    return [{name: re.sub("^'", "", cell) for name, cell in row.items()} for row in plain]


def whole(files: Mapping[str, bytes]) -> Any:  # noqa: ANN401 - JSON
    """`facts.json`, with its numbers as they are written."""
    return json.loads(files["data/facts.json"], parse_float=Decimal, parse_int=Decimal)


# -- the files ------------------------------------------------------------------------------------------------------


def test_every_file_is_there_and_is_told_of() -> None:
    cite = {name for name in FILES if name.startswith("data/cite/")}
    charts = {path for chart in BRIEFING.base.charts for path in exports.of_chart(chart.id)}
    assert {*FILES} == {each.path for each in exports.DOWNLOADS} | charts | cite
    assert cite == {f"data/cite/{number}.js" for number in range(exports.count(BRIEFING))}
    assert len(cite) > 1


def test_the_same_briefing_gives_the_same_bytes_and_they_are_utf_8_with_their_own_ends_of_lines() -> None:
    assert exports.make(case_of(judged(VALLEY))) == FILES
    for name, content in FILES.items():
        text = content.decode()
        assert text.endswith("\n"), name
        ends = {*re.findall(r"\r?\n|\r", text)}
        assert ends == ({"\r\n"} if name.endswith(".csv") else {"\n"}), name
        assert text.startswith("\ufeff") == name.endswith(".csv"), name


# -- JSON -----------------------------------------------------------------------------------------------------------


def _schema() -> Any:  # noqa: ANN401 - JSON
    schema = json.loads(FILES["data/facts.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def test_the_json_is_as_its_schema_says() -> None:
    checker = jsonschema.Draft202012Validator(_schema(), format_checker=jsonschema.FormatChecker())
    assert [each.message for each in checker.iter_errors(json.loads(FILES["data/facts.json"]))] == []
    with_address = exports.make(case_of(judged(VALLEY), "https://briefing.example/orn/"))
    assert [each.message for each in checker.iter_errors(json.loads(with_address["data/facts.json"]))] == []
    assert whole(with_address)["facts"][0]["address"].startswith("https://briefing.example/orn/facts/")


def _broken(path: str, value: object) -> Any:  # noqa: ANN401 - JSON
    tree = json.loads(FILES["data/facts.json"])
    *way, last = path.split(".")
    place = tree
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return tree


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", 2),
        ("briefing.title", None),
        ("briefing.colour", "red"),
        ("facts.0.value", "1200"),
        ("facts.0.kind", "rumour"),
        ("facts.0.citations.0.quote", None),
        ("facts.0.citations.0.paragraph", -1),
        ("facts.0.origins", []),
        ("facts.0.date_words", ""),
        ("sources.0.accessed", None),
        ("measures.0.nature", "fast"),
        ("judgments.0.likelihood", "sure"),
    ],
)
def test_the_schema_refuses_what_the_json_never_holds(path: str, value: object) -> None:
    checker = jsonschema.Draft202012Validator(_schema())
    assert [*checker.iter_errors(_broken(path, value))], path


def test_every_key_of_the_json_is_described() -> None:
    for definition in (_schema(), *_schema()["$defs"].values()):
        assert definition["description"]
        for name, key in definition["properties"].items():
            assert key["description"], name


def test_the_json_holds_every_record_with_its_values_and_proofs() -> None:
    held = whole(FILES)
    for name in ("topics", "sides", "actors", "sources", "measures", "facts", "charts", "judgments", "corrections"):
        assert len(held[name]) == len(getattr(BRIEFING.base, name)), name
    assert held["facts"][0] == {
        "id": "displaced-eastholm-1-april",
        "kind": "figure",
        "statement": "Around 1,200 people had left their homes in Eastholm by 1 April 2031",
        "topic": "homes",
        "side": "eastholm",
        "date": "2031-04-01",
        "date_basis": "The article of 2 April 2031 says “Tuesday evening”.",
        "attribution": "Eastholm town council",
        "citations": [
            {
                "source": "valley-courier-20310402-river-takes-meadows",
                "quote": "Around 1,200 people had left their homes in Eastholm",
                "stance": "supports",
                "first_published_by": "Valley Courier",
                "language": "en",
                "status": "proven",
                "proof": "found word for word in paragraph 2 of the text as read",
                "paragraph": 2,
                "words_url": "https://valley-courier.example/2031/04/02/river-takes-the-meadows?edition=late"
                "#:~:text=Around%201%2C200%20people%20had%20left%20their%20homes%20in%20Eastholm",
            }
        ],
        "measure": "displaced",
        "value": 1200,
        "hedge": "around",
        "date_words": "1 April 2031",
        "first_day": "2031-04-01",
        "last_day": "2031-04-01",
        "number": "around 1,200 people",
        "marks": ["disputed"],
        "contradicted_by": ["displaced-eastholm-1-april-by-residents"],
        "origins": ["Valley Courier"],
        "quotes_proven": 1,
        "quotes_unproven": 0,
        "address": fact_url(BRIEFING.base.facts[0]),
    }
    (withdrawn,) = (each for each in held["facts"] if "withdrawn" in each)
    assert withdrawn["withdrawn"]["date"] == "2031-04-10"
    assert "withdrawn" in withdrawn["marks"]


def test_a_field_of_the_model_is_missing_in_no_export() -> None:
    held = whole(FILES)
    for fact, told in zip(BRIEFING.base.facts, held["facts"], strict=True):
        written = {name for name in type(fact).specs() if getattr(fact, name) not in ("", (), None, edtf.UNKNOWN)}
        assert written <= {*told}, fact.id


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_a_number_keeps_every_digit(number: Decimal) -> None:
    written = exports._dumped({"value": number})
    assert json.loads(written, parse_float=Decimal)["value"] == number
    assert written == f'{{"value": {number:f}}}'


def test_a_text_that_looks_like_a_number_stays_a_text() -> None:
    assert exports._dumped({"a": "1200", "b": '"1200"', "c": Decimal("1.10")}) == (
        '{"a": "1200", "b": "\\"1200\\"", "c": 1.10}'
    )


# -- CSV ------------------------------------------------------------------------------------------------------------


def test_the_tables_hold_what_the_json_holds() -> None:
    held = whole(FILES)
    for name, cls in (("facts", Fact), ("sources", Source)):
        table = rows(FILES[f"data/{name}.csv"])
        told = columns.in_table(cls)
        assert [*table[0]] == [column.name for column in told]
        for row, record in zip(table, held[name], strict=True):
            assert row == {column.name: columns.cell(column, record.get(column.name)) for column in told}
    quotes = [
        {"fact": fact["id"], "place": f"{place}", **{key: f"{value}" for key, value in each.items()}}
        for fact in held["facts"]
        for place, each in enumerate(fact.get("citations", ()), 1)
    ]
    found = rows(FILES["data/citations.csv"])
    assert [{name: cell for name, cell in row.items() if cell} for row in found] == quotes


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "-", "=cmd|'/C calc'!A0"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_begins_as_a_formula(cell: str) -> None:
    assert exports.guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1200", "-0.5", "0", "1200", "", "a=b", "4 to 6", "2031-05-04~", "„=“"])
def test_plain_numbers_and_other_texts_stay_as_they_are(cell: str) -> None:
    assert exports.guarded(cell) == cell


@given(st.text(max_size=20) | st.sampled_from([*FORMULAS, *HOSTILE, "'", "''=1", "-1", 'a"b', "a;=b", "a,b\n=c"]))
def test_one_apostrophe_less_gives_back_any_text_and_no_spreadsheet_sees_a_formula(text: str) -> None:
    content = exports._head(["a", "b"]).decode() + exports._rows_of([[text, "end"]])
    (row,) = csv.DictReader(io.StringIO(content.removeprefix("\ufeff"), newline=""), strict=True)
    assert row["b"] == "end"
    assert re.sub("^'", "", row["a"]) == text
    assert not re.match(r"[=+\-@\t\r＝＋－＠]", row["a"]) or re.fullmatch(r"-[0-9]+(\.[0-9]+)?", row["a"])


# -- charts ---------------------------------------------------------------------------------------------------------


def test_the_data_of_a_chart_are_its_rows_in_their_order_with_their_citations() -> None:
    for table in CASE.tables.values():
        csv_path, json_path = exports.of_chart(table.chart.id)
        cells, held = rows(FILES[csv_path]), json.loads(FILES[json_path])
        assert [row["fact"] for row in cells] == [row["fact"] for row in held["rows"]] == [*table.fact_ids]
        assert (held["chart"]["title"], held["chart"]["alternative"]) == (table.chart.title, table.alt)
        for row, told in zip(cells, held["rows"], strict=True):
            fact = BRIEFING.facts[row["fact"]]
            evidence = [each for base in BRIEFING.evidence_of(fact) for each in base.citations]
            assert [each["quote"] for each in told["citations"]] == [each.quote for each in evidence]
            assert row["quotes"] == "; ".join(each.quote for each in evidence)
            assert row["date"] == fact.date.text
            assert row["disputed"] == ("yes" if BRIEFING.is_disputed(fact) else "")
            if isinstance(fact, Figure):
                ends = [fact.value, fact.low, fact.high]
                assert [row[name] for name in ("value", "low", "high")] == [f"{x:f}" if x else "" for x in ends]
                assert row["hedge"] == fact.hedge


def test_what_is_known_only_in_sum_is_told_apart() -> None:
    held = case_of(judged(ROOT))
    table = next(each for each in held.tables.values() if each.totals)
    found = rows(exports.make(held)[exports.of_chart(table.chart.id)[0]])
    assert [row["fact"] for row in found if row["only_in_sum"]] == [row.id for row in table.totals]


# -- the formats of reference managers ------------------------------------------------------------------------------


def test_every_source_is_in_every_list_of_references() -> None:
    ids = [each.id for each in BRIEFING.base.sources]
    items = json.loads(FILES["data/sources.csl.json"])
    assert [each["id"] for each in items] == ids
    assert [Reference.model_validate(each).csl_dump(mode="json") for each in items] == items
    assert [*parse_string(FILES["data/sources.bib"].decode(), "bibtex").entries] == ids
    assert [each["id"] for each in rispy.loads(FILES["data/sources.ris"].decode())] == ids


# -- citations for the pages' script --------------------------------------------------------------------------------


def _called(script: bytes) -> dict[str, Any]:
    text = script.decode()
    assert text.startswith("briefing.cite({")
    assert text.endswith("});\n")
    return dict(json.loads(text.removeprefix("briefing.cite(").removesuffix(");\n")))


def test_each_record_is_in_the_slice_in_which_a_script_looks_for_it_and_so_are_its_sources() -> None:
    base = BRIEFING.base
    named = {"briefing": styles.of_briefing(BRIEFING, styles.HERE)}
    named |= {f"fact/{each.id}": styles.of_fact(BRIEFING, EVIDENCE, each, styles.HERE) for each in base.facts}
    named |= {f"chart/{each.id}": styles.of_chart(BRIEFING, each, styles.HERE) for each in base.charts}
    named |= {f"source/{each.id}": styles.of_source(each) for each in base.sources}
    held = {name: _called(content) for name, content in FILES.items() if "/cite/" in name}
    for key, work in named.items():
        record = held[exports.slice_of(BRIEFING, key)]["records"][key]
        assert record["texts"] == styles.cite(work)
        for source in record["sources"]:
            assert source in held[exports.slice_of(BRIEFING, source)]["records"]
    fact = next(each for each in base.facts if len(each.cited) > 1)
    record = held[exports.slice_of(BRIEFING, f"fact/{fact.id}")]["records"][f"fact/{fact.id}"]
    assert record["sources"] == [f"source/{each.source}" for each in fact.citations]
    assert sum(len(each["records"]) for each in held.values()) == len(named)
    for each in held.values():
        assert [style["key"] for style in each["styles"]] == [*styles.STYLES]


def test_many_records_are_cut_into_slices_of_which_none_is_long() -> None:
    held = case_of(judged(ROOT))
    files = [content for name, content in exports.make(held).items() if "/cite/" in name]
    assert len(files) == exports.count(held.briefing) > 30
    assert max(len(_called(content)["records"]) for content in files) < 2 * exports._PER_SLICE


PAGE = """<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'"><title>x</title>
<script src="before.js"></script><script src="data/cite/0.js"></script>"""


@pytest.mark.parametrize("over", ["http", "disk"])
def test_a_slice_runs_from_disk_and_under_a_strict_policy_and_gives_its_texts_whole(tmp_path: Path, over: str) -> None:
    (tmp_path / "data" / "cite").mkdir(parents=True)
    hostile = exports.make(case_of(_hostile()))["data/cite/0.js"]
    (tmp_path / "data" / "cite" / "0.js").write_bytes(hostile)
    (tmp_path / "before.js").write_text("globalThis.briefing = {cite: (slice) => { globalThis.held = slice; }};")
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    with sync_playwright() as playwright, serving(tmp_path) as address:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=launch_args())
        page = browser.new_page()
        page.goto(f"{address}index.html" if over == "http" else (tmp_path / "index.html").as_uri())
        found = page.evaluate("globalThis.held")
        browser.close()
    assert found == _called(hostile)
    assert len(found["records"]) > 1


# -- the address of the site ----------------------------------------------------------------------------------------


def test_a_site_that_knows_its_address_names_it_wherever_it_is_cited(tmp_path: Path) -> None:
    root = copied(BRIEFING_FILES, VALLEY, tmp_path / "briefing")
    own = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (root / "mkdocs.yml").write_text(f"site_url: https://briefing.example/orn\n{own}", encoding="utf-8")
    out = built(root, tmp_path / "site")
    address = "https://briefing.example/orn/"
    assert {path: (out / path).read_bytes() for path in FILES} == exports.make(case_of(judged(root), address))
    assert f"as of 10 April 2031. {address}" in (out / "data.html").read_text(encoding="utf-8")
    called = [_called(path.read_bytes()) for path in sorted((out / "data" / "cite").iterdir())]
    fact = BRIEFING.base.facts[0]
    (record,) = (each["records"][f"fact/{fact.id}"] for each in called if f"fact/{fact.id}" in each["records"])
    assert record["texts"]["plain"].endswith(f" {address}{fact_url(fact)}")
    assert styles.HERE not in json.dumps(called, ensure_ascii=False)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("site_url: https://a.example/b", "https://a.example/b/"),
        ("site_url: https://a.example/b/", "https://a.example/b/"),
        ("site_url: ''", ""),
        ("site_url:", ""),
        ("theme: {name: material}", ""),
        ("- a list", ""),
        ("site_url: [", ""),
        ("", ""),
    ],
)
def test_the_address_is_that_of_mkdocs_own_setting(tmp_path: Path, written: str, address: str) -> None:
    (tmp_path / "mkdocs.yml").write_text(written, encoding="utf-8")
    assert render.address(tmp_path / "mkdocs.yml") == address


def test_a_setting_that_is_not_there_names_no_address(tmp_path: Path) -> None:
    assert not render.address(tmp_path / "mkdocs.yml")


# -- hostile texts, and many ----------------------------------------------------------------------------------------


def _hostile() -> site.Judged:
    """The tests' briefing with a hostile text in every field that takes one; quotes are not proven then."""
    held = site.judge(inputs())
    base = held.briefing.base
    texts = [" ".join(text.split()) for text in HOSTILE]

    def of(names: tuple[str, ...], text: str) -> dict[str, Any]:
        return dict.fromkeys(names, text)

    facts = tuple(
        replace(
            base.facts[0],
            id=f"hostile-{number}",
            **of(("statement", "attribution", "note", "date_basis", "hedge"), text),
            citations=tuple(replace(each, quote=text, note=text) for each in base.facts[0].citations),
        )
        for number, text in enumerate(texts)
    )
    sources = tuple(
        replace(
            base.sources[0],
            id=f"source-{number}",
            **of(("title", "author", "publisher", "descriptor"), text),
        )
        for number, text in enumerate(texts)
    )
    about = replace(base.briefing, title=texts[0], authors=texts[1], summary=texts[2])
    chart = replace(base.charts[0], title=texts[1], subtitle=texts[2], note=texts[3])
    hostile = replace(
        base, briefing=about, facts=(*base.facts, *facts), sources=(*base.sources, *sources), charts=(chart,)
    )
    return replace(held, briefing=replace(held.briefing, base=hostile))


def test_hostile_texts_come_back_from_every_file_as_they_were_written() -> None:
    held = case_of(_hostile())
    files, base = exports.make(held), held.briefing.base
    statements = [each.statement for each in base.facts]
    titles = [each.title for each in base.sources]
    assert [row["statement"] for row in rows(files["data/facts.csv"])] == statements
    assert [row["title"] for row in rows(files["data/sources.csv"])] == titles
    assert [row["quote"] for row in rows(files["data/citations.csv"])] == [
        each.quote for fact in base.facts for each in fact.citations
    ]
    assert [each["statement"] for each in whole(files)["facts"]] == statements
    assert [each["title"] for each in json.loads(files["data/sources.csl.json"])] == titles
    assert [each["title"] for each in rispy.loads(files["data/sources.ris"].decode())] == titles
    assert len(parse_string(files["data/sources.bib"].decode(), "bibtex").entries) == len(titles)
    raw = csv.reader(io.StringIO(files["data/facts.csv"].decode("utf-8-sig"), newline=""))
    assert not [cell for row in raw for cell in row if re.match(r"[=+@\t\r]|-(?!\d)", cell)]
    for name, content in files.items():
        if name.endswith(".js"):
            assert b"<" not in content, name


def test_a_range_below_zero_keeps_its_minus_in_every_file() -> None:
    held = case_of(site.judge(inputs(changed("value: 1200\n    hedge: around", "low: -5.50\n    high: 3", BASE))))
    files = exports.make(held)
    (row, *_), (told, *_) = rows(files["data/facts.csv"]), whole(files)["facts"]
    assert (row["low"], row["high"], row["value"]) == ("-5.50", "3", "")
    assert (told["low"], told["high"], "value" in told) == (Decimal("-5.50"), 3, False)
    assert b'"low": -5.50,' in files["data/facts.json"]


def test_ten_thousand_facts_are_written_in_seconds() -> None:
    held = judged(VALLEY)
    base = held.briefing.base
    times = 10_000 // len(base.facts) + 1
    facts = tuple(replace(fact, id=f"{fact.id}-{n}") for n in range(times) for fact in base.facts)
    many = replace(held, briefing=replace(held.briefing, base=replace(base, facts=(*base.facts, *facts))))
    started = time.perf_counter()
    files = exports.make(case_of(many))
    assert time.perf_counter() - started < 60  # measured: see docs/architecture.md; a quiet machine takes a tenth
    assert len(whole(files)["facts"]) > 10_000
