"""The audit of the finished HTML notices whatever is missing from a site, or stands there without right."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator import audit
from generator.cli import main
from tests.sites import expected
from tests.valley import VALLEY

EXPECTED = expected(VALLEY)
PROSE = next(page for page in EXPECTED.pages if page.charts)
TOPIC = next(page for page in EXPECTED.pages if page.facts)
FACT, STATEMENT = next(iter(TOPIC.facts.items()))
CHART = next(iter(PROSE.charts))
PAGE, FACTS, SOURCES = f"{PROSE.url}index.html", f"{TOPIC.url}index.html", "sources/index.html"


@pytest.fixture
def copy(valley_site: Path, tmp_path: Path) -> Path:
    """A copy of the good site, to be broken."""
    return Path(shutil.copytree(valley_site, tmp_path / "site"))


def _found(folder: Path) -> set[tuple[str, str]]:
    return {(each.place.path, each.code) for each in audit.audit(folder, EXPECTED)}


def test_the_good_site_has_nothing_missing(valley_site: Path) -> None:
    assert audit.audit(valley_site, EXPECTED) == []


def _cut(pattern: str) -> Callable[[str], str]:
    """Take the first match out of a page."""
    return lambda text: re.sub(pattern, "", text, count=1, flags=re.DOTALL)


def _put(after: str, more: str) -> Callable[[str], str]:
    """Put something behind the first place where a text stands."""
    return lambda text: text.replace(after, after + more, 1)


def _swap_rows(text: str) -> str:
    rows = re.findall(r"<tr data-fact=.*?</tr>", text, flags=re.DOTALL)
    return text.replace(rows[0], "ROW").replace(rows[1], rows[0]).replace("ROW", rows[1])


TOP = '<p class="dateline">'
BREAKS: list[tuple[str, str, Callable[[str], str], str]] = [
    ("a fact is gone", FACTS, lambda text: text.replace(f'id="{FACT}"', 'id="another"'), "audit-fact"),
    ("a statement lost a word", FACTS, lambda text: text.replace(STATEMENT, STATEMENT[:-6] + "."), "audit-fact"),
    ("a quote is gone", FACTS, _cut(r"<q class=.*?</q>"), "audit-fact"),
    ("a note is gone", PAGE, _cut(r'<li id="note-2".*?</ul>\s*</li>'), "audit-note"),
    ("a note proves another fact", PAGE, _cut(r"(?<=class=\"note\" data-fact=\")[a-z]"), "audit-note"),
    ("nothing leads to a note", PAGE, lambda text: text.replace('href="#note-1"', 'href="#note-2"'), "audit-note"),
    ("a drawing is gone", PAGE, _cut(r"<svg[^>]*chart__svg.*?</svg>"), "audit-chart"),
    ("a chart is gone", PAGE, lambda text: text.replace(f'id="chart-{CHART}"', 'id="chart-x"'), "audit-chart"),
    ("a chart's title changed", PAGE, _cut(r"(?<=--title\">)[A-Z]"), "audit-chart"),
    ("a chart has no alternative text", PAGE, _cut(r"<desc.*?</desc>"), "audit-chart"),
    ("a mark is gone", PAGE, _cut(r' data-fact="[a-z0-9-]*"(?= />)'), "audit-chart"),
    ("a row is gone", PAGE, _cut(r"<tr data-fact=.*?</tr>"), "audit-table"),
    ("two rows are swapped", PAGE, _swap_rows, "audit-table"),
    ("a source lost its publisher", SOURCES, _cut(r'<p class="source__line">.*?</p>'), "audit-source"),
    ("a call was not read", PAGE, _put(TOP, '{{ fact("x") }}'), "audit-call"),
    ("an id stands twice", PAGE, _put(TOP, '<i id="note-1"></i>'), "audit-id"),
    ("a script from elsewhere", PAGE, _put(TOP, '<script src="https://cdn.example/x.js"></script>'), "audit-request"),
    ("a picture from elsewhere", PAGE, _put(TOP, '<img src="//cdn.example/x.png">'), "audit-request"),
    (
        "a style from elsewhere",
        PAGE,
        _put("<head>", '<link rel="stylesheet" href="https://x.example/">'),
        "audit-request",
    ),
    ("a script that is not there", PAGE, _put(TOP, '<script src="x.js"></script>'), "audit-link"),
    ("a dead link", PAGE, _put(TOP, '<a href="nowhere/">x</a>'), "audit-link"),
    ("a dead anchor", PAGE, _put(TOP, '<a href="#nowhere">x</a>'), "audit-link"),
    ("a link to what is no source", PAGE, _put(TOP, '<a href="https://x.example/">x</a>'), "audit-link"),
    ("a link that runs", PAGE, _put(TOP, '<a href="javascript:alert(1)">x</a>'), "audit-link"),
]


@pytest.mark.parametrize(("name", "break_it", "code"), [row[1:] for row in BREAKS], ids=[row[0] for row in BREAKS])
def test_a_broken_page_is_named_with_what_is_wrong(
    copy: Path, name: str, break_it: Callable[[str], str], code: str
) -> None:
    path = copy / name
    text = path.read_text(encoding="utf-8")
    broken = break_it(text)
    assert broken != text, "the test broke nothing"
    path.write_text(broken, encoding="utf-8")
    assert (f"site/{name}", code) in _found(copy)


@pytest.mark.parametrize("name", [PAGE, FACTS, SOURCES])
def test_a_page_that_is_gone_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert (f"site/{name}", "audit-page") in _found(copy)


def test_the_command_tells_what_is_missing_and_exits_1(copy: Path) -> None:
    def run() -> tuple[int, str]:
        result = CliRunner().invoke(main, ["audit", "--root", str(VALLEY), "--site", str(copy)])
        return result.exit_code, result.stdout

    assert run() == (0, "")
    (copy / SOURCES).unlink()
    code, said = run()
    assert code == 1
    assert f"site/{SOURCES}:1:1: error audit-page" in said


def test_the_command_needs_a_site(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["audit", "--root", str(VALLEY), "--site", str(tmp_path / "none")])
    assert result.exit_code == 2
