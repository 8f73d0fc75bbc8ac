"""The documents tell the truth: what is made from the code is current, what is pasted works, what is named exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from generator import checks, quotes
from generator.cli import main
from generator.hedges import HEDGES
from generator.model import FACT_KINDS, FactBase, PageMeta, Record
from generator.prose import CALLS
from tests import manual
from tests.sites import ROOT

MANUAL = manual.MANUAL.read_text(encoding="utf-8")
README = manual.README.read_text(encoding="utf-8")
CODES = re.compile(
    r'"((?:yaml|key|value|type|id|choice|date|number|url|text|input|lock|page|prose|call|not|audit|chart)-[a-z0-9-]+)"'
)


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
    for name, command in main.commands.items():
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


def test_every_code_that_a_message_can_carry_is_explained() -> None:
    sources = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "generator").rglob("*.py")))
    codes = {code for text in sources for code in CODES.findall(text)} - {"text-anchor"}  # SVG's, not ours
    assert len(codes) > 25
    assert {code for code in codes if f"`{code}`" not in MANUAL} == set()


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


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *(each for each in project["dependency-groups"]["dev"] if isinstance(each, str)),
    ]
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for each in wanted:
        name = re.split(r"[=><]", each)[0]
        assert f"| {name} | " in text, name


def test_the_lines_of_python_in_the_manual_make_a_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [block for block in re.findall(r"```python\n(.*?)```", MANUAL, flags=re.DOTALL) if "quotes" in block]
    assert blocks
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.lock").touch()
    for name in re.findall(r"""["']([\w./-]+\.txt)["']""", "".join(blocks)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("One two three four.\nFive six seven.\n", encoding="utf-8")
    for block in blocks:
        exec(compile(block, "manual.md", "exec"), {})  # noqa: S102 - the manual is ours
    made = [each for _, each in quotes.load((tmp_path / "sources.lock").read_text(encoding="utf-8"))]
    assert made
    assert all(isinstance(each, quotes.Fingerprint) for each in made)


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
