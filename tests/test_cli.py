"""The commands: what goes in, what is printed where, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator import checks, forms, reports
from generator.cli import main
from tests.making import BASE, INDEX, lock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small briefing on disk."""
    (tmp_path / "content").mkdir()
    (tmp_path / "facts.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "content" / "index.md").write_text(INDEX, encoding="utf-8")
    (tmp_path / "sources.lock").write_text(lock(), encoding="utf-8")
    return tmp_path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_check_of_a_clean_briefing_prints_nothing_but_its_size_and_exits_0(folder: Path) -> None:
    result = _run("check", "--root", folder)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("no problems in 2 facts, 1 source, 1 page and 2 quotes, all proven (")


def test_check_prints_every_problem_and_exits_1(folder: Path) -> None:
    (folder / "facts.yaml").write_text(BASE.replace("value: 1200", "value: 1201"), encoding="utf-8")
    result = _run("check", "--root", folder)
    assert result.exit_code == 1
    assert result.stdout == (
        "facts.yaml:44:12: error number-not-in-quote [fact sacks-lost]\n"
        "    found:  the value is 1,201; its quotes hold 1,200\n"
        "    wanted: the same number in a supporting quote\n"
        "    next:   correct the value, or quote the words that hold it\n"
    )


@pytest.mark.parametrize("raw", [b"", b"a: [", b"\xff\xfe", b"a: *b", "x: \u0000".encode()])
def test_check_of_what_cannot_be_read_exits_2_or_1_and_never_with_a_traceback(folder: Path, raw: bytes) -> None:
    (folder / "facts.yaml").write_bytes(raw)
    result = _run("check", "--root", folder)
    assert result.exit_code == (1 if raw == b"a: *b" else 2)
    assert result.stdout.startswith("facts.yaml:")
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_check_of_an_empty_folder_says_what_is_missing_and_exits_2(tmp_path: Path) -> None:
    result = _run("check", "--root", tmp_path)
    assert result.exit_code == 2
    assert "there is no facts.yaml" in result.stdout


def test_check_of_a_folder_where_a_file_should_be_says_so(folder: Path) -> None:
    (folder / "facts.yaml").unlink()
    (folder / "facts.yaml").mkdir()
    result = _run("check", "--root", folder)
    assert result.exit_code == 2
    assert result.stdout.startswith("facts.yaml:1:1: error input-unreadable")


def test_a_file_that_cannot_be_read_does_not_hide_the_problems_of_the_others(folder: Path) -> None:
    (folder / "sources.lock").unlink()
    (folder / "sources.lock").mkdir()
    facts = (folder / "facts.yaml").read_text(encoding="utf-8")
    (folder / "facts.yaml").write_text(facts.replace("value: 1200", "value: 1300"), encoding="utf-8")
    result = _run("check", "--root", folder, "--format", "json")
    found = [(each["path"], each["code"]) for each in json.loads(result.stdout)]
    assert (result.exit_code, found) == (
        2,
        [("facts.yaml", "number-not-in-quote"), ("sources.lock", "input-unreadable")],
    )


def test_json_is_the_only_thing_on_standard_output(folder: Path) -> None:
    result = _run("check", "--root", folder, "--format", "json")
    assert (result.exit_code, json.loads(result.stdout), result.stderr) == (0, [], "")


def test_sarif_is_the_only_thing_on_standard_output(folder: Path) -> None:
    result = _run("check", "--root", folder, "--format", "sarif")
    assert (result.exit_code, json.loads(result.stdout)["version"], result.stderr) == (0, "2.1.0", "")
    (folder / "facts.yaml").write_text("a: [", encoding="utf-8")
    result = _run("check", "--root", folder, "--format", "sarif")
    (run,) = json.loads(result.stdout)["runs"]
    assert (result.exit_code, [each["ruleId"] for each in run["results"]]) == (2, ["yaml-syntax"])


def test_github_annotations_are_printed_one_a_line(folder: Path) -> None:
    (folder / "facts.yaml").write_text(BASE.replace("value: 1200", "value: 1201"), encoding="utf-8")
    result = _run("check", "--root", folder, "--format", "github")
    assert result.stdout.startswith("::error file=facts.yaml,line=44,col=12,")
    assert result.stdout.count("\n") == 1


def test_a_wrong_option_is_a_usage_error_and_exits_2(folder: Path) -> None:
    assert _run("check", "--root", folder, "--format", "xml").exit_code == 2
    assert _run("chekc").exit_code == 2


@pytest.mark.parametrize("each", [*checks.RULES, *forms.FORMS], ids=lambda each: str(each.code))
def test_explain_shows_the_page_of_every_code(each: checks.Rule | forms.Form) -> None:
    result = _run("explain", each.code)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{each.code} ({each.level})\n\n{each.manual}\n")


def test_explain_of_nothing_lists_every_code() -> None:
    result = _run("explain")
    assert (result.exit_code, result.stdout) == (0, f"{reports.as_list()}\n")


def test_explain_shows_a_bad_and_a_good_example_where_there_is_one() -> None:
    assert _run("explain", "key-unknown").stdout == (
        "key-unknown (error)\n"
        "\n"
        "A record has only the keys of its kind.\n"
        "\n"
        "A misspelt key would lose its value without a word. It may also be a field of another kind of fact: events"
        " have no\nvalue, figures no place.\n"
        "\n"
        "Bad:\n"
        "\n"
        "    hegde: around\n"
        "\n"
        "Good:\n"
        "\n"
        "    hedge: around\n"
    )
    assert _run("explain", "not-utf-8").stdout.endswith("in your editor.\n")


@pytest.mark.parametrize(("wrong", "near"), [("quote-not-fond", "quote-not-found"), ("audit-numbers", "audit-number")])
def test_explain_of_no_code_guesses_and_lists_them_all(wrong: str, near: str) -> None:
    result = _run("explain", wrong)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"no problem has the code {wrong!r}: did you mean {near!r}?\n")
    assert all(f"  {each.code} " in result.stderr for each in reports.EXPLAINED.values())
