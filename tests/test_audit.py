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
from generator.problems import Problem
from tests.sites import ASSETS, expected
from tests.valley import VALLEY

EXPECTED = expected(VALLEY)
PAGE = next(name for name, page in EXPECTED.pages.items() if page.charts)
CHART = EXPECTED.pages[PAGE].charts[0]
FIRST = EXPECTED.carried.wiring.briefing.base.facts[0]
FACT, STATEMENT = FIRST.id, f"{FIRST.statement}."
FACTS, SOURCES = f"facts/{FIRST.topic}.html", "sources.html"
RULES = "rules.html"
CARDS = "data/cards/0.js"
CHART_DATA, CITED = f"data/charts/{CHART}.json", "data/cite/0.js"
LINKED = '<script type="application/ld+json">'
STYLE = ASSETS["assets/briefing.css"]


@pytest.fixture
def copy(valley_site: Path, tmp_path: Path) -> Path:
    """A copy of the good site, to be broken."""
    return Path(shutil.copytree(valley_site, tmp_path / "site"))


def _audited(folder: Path) -> list[Problem]:
    """What the audit says of a broken site, but that its files are not those of its manifest, as is known."""
    return [each for each in audit.audit(folder, EXPECTED) if each.code != "audit-manifest"]


def _found(folder: Path) -> set[tuple[str, str]]:
    return {(each.place.path, each.code) for each in _audited(folder)}


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
OUT = "</article>"
"""Behind it nothing was promised on the front page, and whatever stands there is judged for itself."""
BREAKS: list[tuple[str, str, Callable[[str], str], str]] = [
    ("a fact is gone", FACTS, lambda text: text.replace(f'id="{FACT}"', 'id="another"'), "audit-fact audit-link"),
    (
        "a statement lost a word",
        FACTS,
        lambda text: text.replace(STATEMENT, STATEMENT[:-6] + "."),
        "audit-fact audit-export",
    ),
    ("a quote is gone", FACTS, _cut(r"<q class=.*?</q>"), "audit-fact"),
    ("a note is gone", PAGE, _cut(r'<li id="note-2".*?</ul>\s*</li>'), "audit-note audit-link"),
    ("a note proves another fact", PAGE, _cut(r"(?<=class=\"note\" data-fact=\")[a-z]"), "audit-note audit-number"),
    (
        "nothing leads to a note",
        PAGE,
        lambda text: text.replace('href="#note-1"', 'href="#note-2"'),
        "audit-claim audit-table audit-number",
    ),
    ("a file of a chart is offered no more", PAGE, _cut(r'<a href="[^"]*\.png" download.*?</a>'), "audit-chart"),
    (
        "a chart's file is another's",
        PAGE,
        lambda text: re.sub(r'(?<=/)[a-z-]+(?=\.svg" d)', "x", text),
        "audit-chart audit-link",
    ),
    ("a link shows another title", PAGE, _cut(r'(?<="og:title" content=")\w+'), "audit-head"),
    ("a link shows another summary", PAGE, _cut(r'(?<="og:description" content=")\w+'), "audit-head"),
    ("a link shows another picture", PAGE, lambda text: text.replace("assets/cards/", "assets/"), "audit-head"),
    ("a drawing is gone", PAGE, _cut(r"<svg[^>]*chart__svg.*?</svg>"), "audit-chart"),
    ("a chart is gone", PAGE, lambda text: text.replace(f'id="chart-{CHART}"', 'id="chart-x"'), "audit-chart"),
    ("a chart's title changed", PAGE, _cut(r"(?<=--title\">)[A-Z]"), "audit-chart"),
    ("a chart has no alternative text", PAGE, _cut(r"<desc.*?</desc>"), "audit-chart audit-id"),
    ("a mark is gone", PAGE, _cut(r' data-fact="[a-z0-9-]*"(?= />)'), "audit-chart"),
    ("a mark leads elsewhere", PAGE, _cut(r'html#[a-z0-9-]*(?=" tabindex="-1")'), "audit-chart audit-link"),
    ("a mark has no name", PAGE, _cut(r'(?<=tabindex="-1") aria-label="[^"]*"'), "audit-chart"),
    ("a card lost a quote", CARDS, _cut(r"<q class=.*?</q>"), "audit-card"),
    ("a card says more", CARDS, lambda text: text.replace("</article>", "More.</article>", 1), "audit-card"),
    ("a card is gone", CARDS, _cut(r'(?<=\{\n)"[^\n]*\n'), "audit-card"),
    ("a table has another number", "data/facts.csv", lambda text: text.replace('"1200"', '"1300"', 1), "audit-export"),
    ("a table lost its mark", "data/facts.csv", lambda text: text.removeprefix("\ufeff"), "audit-export"),
    ("the data of a chart go on", CHART_DATA, lambda text: text + "{}", "audit-export"),
    ("a citation lost a source", CITED, _cut(r'"source/[a-z0-9-]*"'), "audit-export"),
    ("a page tells programs something else", FACTS, _put('"@type":"Claim","', "x"), "audit-export"),
    ("a page tells programs nothing", FACTS, _cut(r'<script type="application/ld.json">.*?</script>'), "audit-export"),
    (
        "a page tells programs more",
        FACTS,
        _put(OUT, '<script type="application/LD+JSON">{"@type":"ClaimReview"}</script>'),
        "audit-export",
    ),
    ("a page that tells programs nothing does", RULES, _put("<head>", f"{LINKED}{{}}</script>"), "audit-export"),
    (
        "another size of a file",
        "data.html",
        _put('data-count="size/data/facts.csv">', "1"),
        "audit-number audit-export",
    ),
    ("a file of no page", "data.html", _put('data-count="size/data/', "x"), "audit-number audit-export"),
    (
        "a column means something else",
        "data.html",
        lambda text: text.replace("The number, in", "The year, in", 1),
        "audit-export",
    ),
    ("the cards cannot be read", CARDS, lambda text: text[:-4], "audit-card"),
    ("the cards run something else", CARDS, lambda text: text.replace("briefing.cards", "alert", 1), "audit-card"),
    ("a row is gone", PAGE, _cut(r"<tr data-fact=.*?</tr>"), "audit-table audit-link"),
    ("two rows are swapped", PAGE, _swap_rows, "audit-table"),
    ("a source lost its publisher", SOURCES, _cut(r'<p class="source__line">.*?</p>'), "audit-source"),
    ("a rule is gone", RULES, lambda text: text.replace('id="quote-length"', 'id="x"'), "audit-rule audit-link"),
    ("a rule lost its reason", RULES, lambda text: text.replace("A quote has 3 to 25 words.", ""), "audit-rule"),
    ("a rule lost a paragraph", RULES, _cut(r'<p class="rule__text">.*?</p>'), "audit-rule"),
    ("a rule lost an example", RULES, _cut(r"<pre><code>.*?</code></pre>"), "audit-rule"),
    (
        "a rule has another number",
        RULES,
        lambda text: text.replace("3 to 25 words", "3 to 26 words"),
        "audit-rule audit-number",
    ),
    ("a number beside the rules", RULES, _put('<h2 id="citations">', "26 "), "audit-number audit-rule"),
    ("another number of rules", RULES, _put('data-count="rules">', "1"), "audit-number audit-head"),
    ("a number of no rule", PAGE, _put(TOP, '<i data-rule="quote-lenght">25</i>'), "audit-number audit-head"),
    ("a call beside the rules", RULES, _put('<h2 id="citations">', '{{ cite("x") }} '), "audit-call audit-rule"),
    ("a call too many in a rule", RULES, _put('<p class="rule__name">', '{{ quote("x") }} '), "audit-call audit-rule"),
    ("a call of no rule", PAGE, _put(TOP, '<i data-rule="quote-length">{{ fact("x") }}</i>'), "audit-call audit-head"),
    ("a call was not read", PAGE, _put(OUT, '{{ fact("x") }}'), "audit-call"),
    ("an id stands twice", PAGE, _put(OUT, '<i id="note-1"></i>'), "audit-id"),
    ("a script from elsewhere", PAGE, _put(OUT, '<script src="https://cdn.example/x.js"></script>'), "audit-request"),
    ("a picture from elsewhere", PAGE, _put(OUT, '<img src="//cdn.example/x.png">'), "audit-request"),
    (
        "a style from elsewhere",
        PAGE,
        _put("<head>", '<link rel="stylesheet" href="https://x.example/">'),
        "audit-request",
    ),
    ("a script that is not there", PAGE, _put(OUT, '<script src="x.js"></script>'), "audit-link"),
    ("a script that is a page", PAGE, _put(OUT, '<script src="."></script>'), "audit-link"),
    ("a style that is a page", RULES, _put("<head>", '<link rel="stylesheet" href="index.html">'), "audit-link"),
    ("a dead link", PAGE, _put(OUT, '<a href="nowhere/">x</a>'), "audit-link"),
    ("a dead anchor", PAGE, _put(OUT, '<a href="#nowhere">x</a>'), "audit-link"),
    ("a link to what is no source", PAGE, _put(OUT, '<a href="https://x.example/">x</a>'), "audit-link"),
    ("a link that runs", PAGE, _put(OUT, '<a href="javascript:alert(1)">x</a>'), "audit-link"),
    ("a map to elsewhere", PAGE, _put(OUT, '<map name="m"><area href="https://x.example/"></map>'), "audit-link"),
    ("a page that leaves", PAGE, _put("<head>", '<meta http-equiv="refresh" content="0;url=//x">'), "audit-request"),
    ("another base", PAGE, _put("<head>", '<base href="https://x.example/">'), "audit-request"),
    ("a form that sends away", PAGE, _put(OUT, '<form action="https://x.example/"></form>'), "audit-request"),
    ("a form that sends beside", PAGE, _put(OUT, '<form action="//x.example/"></form>'), "audit-request"),
    ("a form that runs", PAGE, _put(OUT, '<form action="javascript:x()"></form>'), "audit-request"),
    ("a form that sends nowhere", PAGE, _put(OUT, '<form action="gone.html"></form>'), "audit-request"),
    ("a picture in sizes", PAGE, _put(OUT, '<img srcset="https://x.example/a.png 2x">'), "audit-request"),
    ("a film's first picture", PAGE, _put(OUT, '<video poster="https://x.example/a.png"></video>'), "audit-request"),
    ("a background", PAGE, _put(OUT, '<i style="background: url( //x.example/a.png)"></i>'), "audit-request"),
    ("a font from elsewhere", STYLE, lambda text: '@import "https://x.example/a.css";' + text, "audit-request"),
    ("a slice of the search changed", "data/search/words-000.js", _put('"eastholm":"', "A"), "audit-data"),
    ("the search finds another place", "data/search/texts-000.js", _put("facts/homes.html#", "x"), "audit-data"),
    ("a handler", PAGE, _put(OUT, '<i class="x" onclick="x()">a</i>'), "audit-script"),
]


@pytest.mark.parametrize(("name", "break_it", "code"), [row[1:] for row in BREAKS], ids=[row[0] for row in BREAKS])
def test_a_broken_page_is_named_with_what_is_wrong(
    copy: Path, name: str, break_it: Callable[[str], str], code: str
) -> None:
    path = copy / name
    text = path.read_bytes().decode()  # with the ends of its lines
    broken = break_it(text)
    assert broken != text, "the test broke nothing"
    path.write_bytes(broken.encode())
    found = _found(copy)
    assert {each for _, each in found} == {*code.split()}
    assert (f"site/{name}", code.partition(" ")[0]) in found


HARMLESS: list[tuple[str, Callable[[str], str]]] = [
    ("a handler's name in the text of an attribute", _put(OUT, '<i title="x <b onclick=x()>">a</i>')),
    ("an address in running text", _put(OUT, "https://x.example/ and url(https://x.example/a.png)")),
    ("braces that are no call", _put(OUT, "{{ x * y }}")),
    ("a link to the words in a source", _put(OUT, '<a href="https://al-wadi.example/2031/04/07/%D8%A7%D9%84%D9%85%D8%A7%D8%A1#:~:text=a">x</a>')),
]  # fmt: skip


@pytest.mark.parametrize("add", [row[1] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_what_only_looks_like_a_fault_is_none(copy: Path, add: Callable[[str], str]) -> None:
    text = (copy / PAGE).read_text(encoding="utf-8")
    (copy / PAGE).write_text(add(text), encoding="utf-8")
    assert add(text) != text
    assert _found(copy) == set()


def test_an_id_that_a_heading_has_too_is_told_with_the_way_out(copy: Path) -> None:
    text = (copy / SOURCES).read_text(encoding="utf-8")
    (copy / SOURCES).write_text(text.replace("</body>", '<i id="harbour-wire"></i></body>'), encoding="utf-8")
    (problem,) = _audited(copy)
    assert (problem.code, problem.found) == ("audit-id", "the id 'harbour-wire' twice")
    assert problem.hint.endswith("a heading of the page has the same: rename the record")


def test_a_file_for_readers_that_is_gone_is_named_and_one_that_differs_with_the_place(copy: Path) -> None:
    (copy / CHART_DATA).unlink()
    path = copy / "data" / "sources.bib"
    path.write_bytes(path.read_bytes().replace(b"{{Tam Orrel}}", b"{{Tim Orrel}}"))
    told = [each for each in audit.audit(copy, EXPECTED) if each.code == "audit-export"]
    gone, other = sorted(told, key=lambda each: each.place.path)
    assert (gone.place.path, gone.code, gone.found) == (f"site/{CHART_DATA}", "audit-export", "the file is not there")
    assert (other.place.path, other.code) == ("site/data/sources.bib", "audit-export")
    assert "author = {{Tim Orrel}}" in other.found
    assert "author = {{Tam Orrel}}" in other.wanted


@pytest.mark.parametrize("name", [PAGE, FACTS, SOURCES, RULES, "data.html"])
def test_a_page_that_is_gone_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert (f"site/{name}", "audit-page") in _found(copy)


def test_a_slice_of_the_search_that_is_gone_is_named(copy: Path) -> None:
    (copy / "data/search/index.js").unlink()
    (problem,) = _audited(copy)
    assert (problem.place.path, problem.code) == ("site/data/search/index.js", "audit-data")
    assert (problem.found, problem.wanted) == ("no file", "what the pages give")


def test_the_command_tells_what_is_missing_and_exits_1(copy: Path) -> None:
    def run() -> tuple[int, str]:
        result = CliRunner().invoke(main, ["audit", "--root", str(VALLEY), "--site", str(copy)])
        return result.exit_code, result.stdout

    assert run() == (0, "")
    (copy / SOURCES).unlink()
    code, said = run()
    assert code == 1
    assert f"\n{copy.as_posix()}/{SOURCES}:1:1: error audit-page" in f"\n{said}", (
        "the folder by the name that was given"
    )


def test_the_command_needs_a_site(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["audit", "--root", str(VALLEY), "--site", str(tmp_path / "none")])
    assert result.exit_code == 2
