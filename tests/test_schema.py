"""The schema says to an editor what the loader says to the command line; neither knows a field that the other lacks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner

from generator import edtf, load, nodes, schema, site
from generator.cli import main
from generator.model import FACT_KINDS, Fact, FactBase, Record
from tests.making import BASE, changed, judge
from tests.sites import ROOT
from tests.valley import VALLEY

SCHEMA = schema.schema()
CORE: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"|~|null|Null|NULL"), lambda _: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
)
"""What an unquoted scalar is by the core schema of YAML 1.2, where it is no text."""
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def as_an_editor_sees_it(text: str) -> Any:  # noqa: ANN401 - JSON values
    """The values of a YAML text as editors read it: a date is a text, an unquoted 2024 is a number."""
    root, problems = nodes.parse("facts.yaml", text)
    assert root is not None
    assert not problems
    return _value(root)


def _value(node: nodes.Node) -> Any:  # noqa: ANN401
    match node:
        case nodes.Mapping():
            return {key.text: _value(value) for key, value in node.items}
        case nodes.Sequence():
            return [_value(item) for item in node.items]
        case nodes.Scalar(plain=True):
            return next((read(node.text) for pattern, read in CORE if pattern.fullmatch(node.text)), node.text)
        case _:
            return node.text


def _errors(text: str) -> list[Any]:
    return [*VALIDATOR.iter_errors(as_an_editor_sees_it(text))]


def _base(text: str) -> FactBase:
    return site.fact_base(text.encode())


def test_the_committed_schema_is_the_one_that_the_model_and_the_fact_base_give() -> None:
    facts = (ROOT / "facts.yaml").read_text(encoding="utf-8")
    assert (ROOT / schema.FILE).read_text(encoding="utf-8") == schema.dump(_base(facts)), (
        "bring it up to date: python -m generator schema --write"
    )


def test_the_first_line_of_the_fact_base_names_the_schema_for_editors() -> None:
    first = (ROOT / "facts.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={schema.FILE}"


@pytest.mark.parametrize("base", [FactBase(), _base(BASE)], ids=["of the model", "with ids"])
def test_the_schema_is_one(base: FactBase) -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema(base))
    assert json.loads(schema.dump(base)) == schema.schema(base)


@pytest.mark.parametrize("root", [ROOT, VALLEY], ids=lambda root: root.name)
def test_a_fact_base_that_passes_the_checks_has_the_form_that_the_schema_says(root: Path) -> None:
    assert _errors((root / "facts.yaml").read_text(encoding="utf-8")) == []


def test_the_small_fact_base_and_its_looser_spellings_are_taken_by_both() -> None:
    assert _errors(BASE) == []
    for old, new in [
        ("losses\n    label: Losses", "1984\n    label: 1984"),
        ("date: 2031-05-02", "date: 2031"),
        ("date: 2031-05-02", "date: '2031-05-02'"),
        ("value: 1200", "value: '1200'"),
        ("sides:\n  - id: mill\n    label: Mill\n", "sides:\n"),
    ]:
        text = changed(old, new)
        form = {"key", "value", "type", "id", "date", "number", "choice", "text", "url"}
        assert not [each for each in judge(text) if each.code.partition("-")[0] in form], new
        assert _errors(text) == [], new


BROKEN = [
    # old, new, the loader's code, where in the file the schema sees it
    ("    hedge: around", "    hegde: around", "key-unknown", "facts.0"),
    ("type: meeting", "type: meeting\n    value: 3", "key-unknown", "facts.1"),
    ("    type: meeting\n", "", "key-missing", "facts.1"),
    ("    attribution: The mill owners\n", "", "key-missing", "facts.0"),
    ("    publisher: The Herald\n", "", "key-missing", "sources.0"),
    ("topics:\n  - id: losses\n    label: Losses\n    summary: What was lost.\n", "", "key-missing", ""),
    ("    type: meeting", "    type:", "value-missing", "facts.1.type"),
    ("    type: meeting", "    type: ''", "value-missing", "facts.1.type"),
    ("    side: mill\n    date", "    side:\n    date", "value-missing", "facts.0.side"),
    ("    encoding:\n      colour: side", "    encoding:", "value-missing", "charts.0.encoding"),
    ("kind: figure\n", "kind: figur\n", "choice-unknown", "facts.0.kind"),
    ("kind: article", "kind: artcle", "choice-unknown", "sources.0.kind"),
    ("    value: 1200", "    value: [1200]", "type-wrong", "facts.0.value"),
    ("    participants: [mayor]", "    participants: mayor", "type-wrong", "facts.1.participants"),
    ("  - id: mill\n    label: Mill", "  - mill", "type-wrong", "sides.0"),
    ("    encoding:\n      colour: side", "    encoding: side", "type-wrong", "charts.0.encoding"),
    ("flour burnt", "flour " + "x" * 300, "text-too-long", "facts.0.statement"),
    ("id: mayor-visit", "id: Mayor's visit", "id-form", "facts.1.id"),
    ("topic: losses\n    side", "topic: Losses\n    side", "id-form", "facts.0.topic"),
    ("participants: [mayor]", "participants: [The Mayor]", "id-form", "facts.1.participants.0"),
    ("2031-05-02", "2 May 2031", "date-form", "facts.0.date"),
    ("2031-05-02", "2031-13-02", "date-form", "facts.0.date"),
    ("    value: 1200", "    value: 1,200", "number-form", "facts.0.value"),
    ("https://herald.example/fire", "herald.example/fire", "url-form", "sources.0.url"),
    ("https://herald.example/fire", "javascript:alert(1)", "url-form", "sources.0.url"),
]


@pytest.mark.parametrize(("old", "new", "code", "where"), BROKEN)
def test_a_mistake_of_form_is_refused_by_the_loader_and_by_the_schema(
    old: str, new: str, code: str, where: str
) -> None:
    text = changed(old, new)
    (problem,) = [each for each in judge(text) if each.code == code]
    errors = _errors(text)
    assert [".".join(map(str, each.absolute_path)) for each in errors] == [where]
    if errors[0].validator == "pattern":
        assert errors[0].schema["patternErrorMessage"] == f"Wanted: {problem.wanted}"


def test_every_field_of_the_model_is_in_the_schema_and_no_other() -> None:
    assert {*SCHEMA["properties"]} == {*FactBase.specs()}
    seen: set[type[Record]] = set()

    def walk(cls: type[Record]) -> None:
        for spec in cls.specs().values():
            if spec.record and spec.record not in seen:
                seen.add(spec.record)
                described = SCHEMA["$defs"][spec.record.NOUN]
                assert {*described["properties"]} == {*spec.record.specs()}
                assert described["required"] == [name for name, each in spec.record.specs().items() if each.required]
                for name, each in spec.record.specs().items():
                    assert described["properties"][name]["description"].startswith(each.purpose)
                walk(spec.record)

    walk(FactBase)
    for kind, cls in FACT_KINDS.items():
        own = {name: each for name, each in cls.specs().items() if name not in Fact.specs()}
        described = SCHEMA["$defs"][kind]
        assert {*described["properties"]} == {*cls.specs()}
        assert described["required"] == [name for name, each in own.items() if each.required]


def test_every_record_of_the_schema_refuses_unknown_keys() -> None:
    for name, described in SCHEMA["$defs"].items():
        assert name.startswith("id-of-") or described.get("additionalProperties") is False or name == "fact", name
    assert _errors(changed("hedge: around", "hedge: around\n    kinds: x"))


def test_ids_and_numbers_have_the_loaders_own_patterns() -> None:
    assert (load._ID.pattern, load._NUMBER.pattern) == (schema._ID, schema._NUMBER)


def test_every_date_that_can_be_read_has_the_form_of_the_schema_and_the_form_leaves_only_the_calendar_to_judge() -> (
    None
):
    points = [
        year + month + day + mark
        for year, month, day, mark in product(
            ("2024", "202X", "20XX", "0000", "2XXX", "24"),
            ("", "-09", "-13", "-00", "-XX", "-9"),
            ("", "-17", "-31", "-32", "-00", "-XX"),
            ("", "?", "~", "%", "!"),
        )
    ]
    intervals = ["/".join(pair) for pair in product(("2024", "2024-09-15~", "2X", "..", ""), repeat=2)]
    for text in [*points, *intervals, "", "2024/2025/2026"]:
        try:
            said = "" if edtf.parse(text) else "empty"
        except edtf.EdtfError as error:
            said = str(error)
        has_form = re.search(schema._date(Fact.specs()["date"])["pattern"], text) is not None
        of_the_calendar = any(words in said for words in (" has ", "the calendar here", "before it starts"))
        assert has_form if not said else of_the_calendar or not has_form, (text, said)


def _run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["schema", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


# -- ids ------------------------------------------------------------------------------------------------------------


def _suggested(base: FactBase) -> dict[str, list[tuple[str, str]]]:
    """The ids that editors suggest, by list, each with what they say of it."""
    return {
        name.removeprefix("id-of-"): [(each["label"], each.get("description", "")) for each in form["defaultSnippets"]]
        for name, form in schema.schema(base)["$defs"].items()
        if "defaultSnippets" in form
    }


def test_editors_suggest_every_id_with_its_name_and_facts_by_their_ids_alone() -> None:
    assert _suggested(_base(BASE)) == {
        "actors": [("mayor", "The mayor")],
        "facts": [("mayor-visit", ""), ("sacks-lost", "")],
        "measures": [("sacks", "Sacks of flour lost")],
        "sides": [("mill", "Mill")],
        "sources": [("herald", "The Herald, “Fire at the mill”")],
        "topics": [("losses", "Losses")],
    }


def test_every_reference_of_the_model_leads_to_the_ids_of_its_list() -> None:
    defs = schema.schema(_base(BASE))["$defs"]
    classes: list[type[Record]] = [FactBase, *schema._records_within(FactBase), *FACT_KINDS.values()]
    for cls in classes:
        described = defs.get(getattr(cls, "KIND", "") or cls.NOUN, SCHEMA)
        for name, spec in cls.specs().items():
            if spec.target and isinstance(described["properties"][name], dict):
                form = described["properties"][name]
                assert form.get("items", form)["$ref"] == f"#/$defs/id-of-{spec.target}"
                assert f"id-of-{spec.target}" in defs


def test_an_id_that_the_schema_does_not_know_yet_is_no_mistake() -> None:
    validator = jsonschema.Draft202012Validator(schema.schema(_base(BASE)))
    new = changed("source: herald\n        quote: On 3 May", "source: not-known-yet\n        quote: On 3 May")
    assert [*validator.iter_errors(as_an_editor_sees_it(new))] == []


def test_ids_that_are_broken_or_double_are_not_suggested_twice_or_at_all() -> None:
    text = changed("  - id: mill\n    label: Mill\n", "  - id: mill\n    label: A\n  - id: mill\n  - id: The Mill\n")
    assert _suggested(_base(text))["sides"] == [("mill", "")]


def test_the_schema_is_the_same_whatever_the_order_of_the_records_and_has_a_line_for_each_id() -> None:
    one, other = "  - id: a\n    label: A\n", "  - id: b\n    label: B\n"
    side = "  - id: mill\n    label: Mill\n"
    first, second = (schema.dump(_base(changed(side, both))) for both in (one + other, other + one))
    assert first == second
    assert '        {"label": "a", "description": "A", "body": "a"},\n' in first
    assert len(set(first.splitlines()) - set(schema.dump(_base(changed(side, one))).splitlines())) == 2


# -- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with nothing but a fact base."""
    (tmp_path / "facts.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def test_the_command_prints_the_schema_of_the_folder(folder: Path) -> None:
    assert _run("--root", folder) == (0, schema.dump(_base(BASE)), "")
    (folder / "facts.yaml").unlink()
    assert _run("--root", folder) == (0, schema.dump(), "")


def test_the_command_writes_the_schema_and_leaves_a_current_one_alone(folder: Path) -> None:
    assert _run("--write", "--root", folder) == (0, "", "")
    assert (folder / schema.FILE).read_text(encoding="utf-8") == schema.dump(_base(BASE))
    before = (folder / schema.FILE).stat().st_mtime_ns
    assert _run("--write", "--root", folder) == (0, "", "")
    assert (folder / schema.FILE).stat().st_mtime_ns == before


@pytest.mark.parametrize("option", ["--write", "--check", None])
def test_a_fact_base_that_cannot_be_read_leaves_the_schema_as_it_was(folder: Path, option: str | None) -> None:
    (folder / schema.FILE).write_text("old", encoding="utf-8")
    (folder / "facts.yaml").write_text("facts: [", encoding="utf-8")
    code, said, told = _run(*([option] if option else []), "--root", folder)
    assert (code, said) == (2, "")
    assert told.startswith("facts.yaml:2:1: error yaml-syntax")
    assert told.endswith("\nthe ids of facts.yaml cannot be read; facts.schema.json is as it was\n")
    assert (folder / schema.FILE).read_text(encoding="utf-8") == "old"


def test_the_command_tells_whether_the_file_is_current(folder: Path) -> None:
    file = folder / schema.FILE
    how = "bring it up to date: python -m generator schema --write\n"
    assert _run("--check", "--root", folder) == (1, "", f"{file} is not there; {how}")
    file.write_bytes(schema.dump(_base(BASE)).replace("\n", "\r\n").encode())
    assert _run("--check", "--root", folder) == (0, "", "")
    (folder / "facts.yaml").write_text(BASE.replace("  - id: mill\n", "  - id: mills\n"), encoding="utf-8")
    assert _run("--check", "--root", folder) == (1, "", f"{file} is not what the model and facts.yaml say; {how}")
