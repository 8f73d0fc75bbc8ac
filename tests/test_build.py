"""A build: the same bytes wherever it runs, and either a whole new site or the last one, untouched."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from generator import build
from tests.sites import BRIEFING, PRODUCT, ROOT, built, copied, judged, replaced, run, tree
from tests.valley import VALLEY

NOWHERE = str(Path(tempfile.gettempdir(), "no-such-home"))
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if name in {"PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "PYTHONPATH", "HOME"} or name.startswith("COVERAGE")
}


@pytest.fixture
def valley(tmp_path: Path) -> Path:
    """A copy of the second briefing, to change."""
    return copied(BRIEFING, VALLEY, tmp_path / "valley")


# -- the same bytes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "umask"),
    [
        pytest.param({"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242"}, 0o002, id="zone and hash seed"),
        pytest.param({"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, 0o022, id="no UTF-8"),
        pytest.param(
            {"SOURCE_DATE_EPOCH": "1", "CI": "true", "TERM": "dumb", "HOME": NOWHERE}, 0o077, id="clock, home and umask"
        ),
    ],
)
def test_a_build_gives_the_same_bytes_and_modes(
    env: dict[str, str], umask: int, tmp_path: Path, valley_site: Path
) -> None:
    cold = {"BRIEFING_CACHE": str(tmp_path / "cache")}  # nothing that was drawn elsewhere
    done = run("build", "--root", VALLEY, "--site", tmp_path / "site", env=PLAIN | env | cold, umask=umask)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "site") == tree(valley_site)


def test_a_copy_elsewhere_under_other_skies_builds_the_same_site(tmp_path: Path, briefing_site: Path) -> None:
    elsewhere = copied(PRODUCT + BRIEFING, ROOT, tmp_path / "with space" / "ü’s")
    for path in elsewhere.rglob("*"):
        os.utime(path, (978307200, 978307200))
    env = PLAIN | {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": NOWHERE}
    env |= {"BRIEFING_CACHE": str(tmp_path / "cache")}
    done = run("build", cwd=elsewhere, env=env, umask=0o077)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(elsewhere / "site") == tree(briefing_site)


def test_every_file_can_be_read_by_a_web_server_and_written_by_its_owner_alone(valley_site: Path) -> None:
    assert {(" " not in held, held.partition(" ")[0]) for held in tree(valley_site).values()} == {
        (True, "755"),
        (False, "644"),
    }


def test_the_only_clock_is_the_date_of_the_briefing(valley_site: Path) -> None:
    sitemap = LexborHTMLParser((valley_site / "sitemap.xml").read_text(encoding="utf-8"))
    assert {each.text() for each in sitemap.css("lastmod")} <= {"2031-04-10"}
    front = (valley_site / "index.html").read_text(encoding="utf-8")
    assert 'As of <time datetime="2031-04-10">10 April 2031</time>' in front


def test_nothing_stands_in_the_site_that_readers_do_not_need(briefing_site: Path) -> None:
    names = {Path(name).name for name in tree(briefing_site)}
    assert "sitemap.xml" in names
    assert "sitemap.xml.gz" not in names
    assert [name for name in names if name.endswith((".map", ".md", ".yml", ".yaml", ".lock", ".py", ".tmp"))] == []


def test_no_path_of_this_machine_stands_in_any_file(briefing_site: Path) -> None:
    paths = {str(ROOT), tempfile.gettempdir() + os.sep, str(Path.home()) + os.sep, sys.prefix, str(briefing_site)}
    found = [
        (path.relative_to(briefing_site).as_posix(), each)
        for path in sorted(briefing_site.rglob("*"))
        if path.is_file()
        for each in paths
        if each.encode() in path.read_bytes()
    ]
    assert found == []


# -- where, and in which order --------------------------------------------------------------------------------------


def _navigation(page: Path) -> list[tuple[str, str]]:
    links = LexborHTMLParser(page.read_text(encoding="utf-8")).css(".menu a, .menu summary, .menu .menu__title")
    return [(" ".join(each.text().split()), str(each.attributes.get("href") or "")) for each in links]


def test_the_navigation_shows_the_pages_in_their_order_then_the_evidence_and_the_facts_by_topic(
    valley_site: Path,
) -> None:
    assert _navigation(valley_site / "index.html") == [
        ("Overview", "index.html"),
        ("Gates", "gates.html"),
        ("Evidence", ""),
        ("All facts", "facts/index.html"),
        ("Sources", "sources.html"),
        ("Data and reuse", "data.html"),
        ("Judgments", "judgments.html"),
        ("What changed", "changes.html"),
        ("Reading", "reading.html"),
        ("How facts are checked", "rules.html"),
        ("Glossary", "glossary.html"),
        ("Search", "search.html"),
        ("The whole briefing", "whole.html"),
        ("Facts by topic", ""),
        ("Homes", "facts/homes.html"),
        ("Dam gates", "facts/gates.html"),
        ("Warnings", "facts/warnings.html"),
    ]


def test_the_site_stands_where_the_option_says_and_nowhere_else(
    valley: Path, tmp_path: Path, valley_site: Path
) -> None:
    before = tree(valley)
    site = built(valley, tmp_path / "a" / "b" / "my site")
    assert tree(site) == tree(valley_site)
    assert tree(valley) == before
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["my site"]


def test_without_the_option_it_stands_beside_the_inputs_and_follows_every_change_of_them(valley: Path) -> None:
    built(valley, valley / "site")
    shutil.copyfile(ROOT / "mkdocs.yml", valley / "mkdocs.yml")
    with (valley / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("copyright: In nobody’s name\n")
    (valley / "content" / "reading.md").rename(valley / "content" / "method.md")
    replaced(valley / "content" / "method.md", "order: 3", "order: 1.5")
    replaced(valley / "content" / "method.md", "group: Evidence", "group: On this briefing")
    replaced(valley / "content" / "index.md", "(reading.md)", "(method.md)")
    (valley / "site" / "left-by-hand.txt").write_text("x", encoding="utf-8")

    done = run("build", "--root", valley)

    assert done.returncode == 0, done.stderr
    assert [address for _, address in _navigation(valley / "site" / "index.html")][:2] == ["index.html", "gates.html"]
    assert ("On this briefing", "") in _navigation(valley / "site" / "index.html")
    assert "In nobody’s name" in (valley / "site" / "index.html").read_text(encoding="utf-8")
    assert [name for name in ("reading", "left-by-hand.txt") if [*(valley / "site").glob(f"{name}*")]] == []
    assert {path.name for path in valley.iterdir()} == {*BRIEFING, "mkdocs.yml", "site"}


def test_a_site_that_knows_its_address_says_it_on_paper_and_stands_below_it(valley: Path) -> None:
    shutil.copyfile(ROOT / "mkdocs.yml", valley / "mkdocs.yml")
    with (valley / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("site_url: https://example.org/flood/\n")
    site = built(valley, valley / "site")
    feet = {
        name: LexborHTMLParser((site / name).read_text(encoding="utf-8")).css(".foot__address")
        for name in ("facts/gates.html", "404.html")
    }
    assert [each.text() for each in feet["facts/gates.html"]] == ["Address: https://example.org/flood/facts/gates.html"]
    assert feet["404.html"] == []
    assert 'href="/flood/index.html"' in (site / "404.html").read_text(encoding="utf-8")
    replaced(site / "404.html", 'class="masthead__name" href="/flood/', 'class="masthead__name" href="/flod/')
    assert [(each.place.path, each.found) for each in build.look_over(judged(valley), valley, site)] == [
        ("site/404.html", "a link to /flod/index.html, which is not there")
    ]


def test_the_foot_of_every_printed_page_names_the_briefing_and_its_day(valley_site: Path) -> None:
    (path,) = (valley_site / "assets").glob("print.*.css")
    style = path.read_text(encoding="utf-8")
    assert '@bottom-left { content: "The flood in the Orn valley. As of 10 April 2031."; ' in style
    with pytest.raises(ValueError, match=r"print\.css has no content"):
        build._with_foot(b"@page { margin: 1cm; }", "The flood")


# -- or nothing -----------------------------------------------------------------------------------------------------

FACTS, INDEX = "facts.yaml", "content/index.md"


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "said"),
    [
        pytest.param(FACTS, "value: 1200", "value: 1201", 1, "number-not-in-quote", id="a number its quote lacks"),
        pytest.param(
            FACTS, "now out of their", "not out of their", 1, "quote-not-found", id="a quote its source lacks"
        ),
        pytest.param(INDEX, '"hay-unpaid"', '"hay-paid"', 1, "reference-unknown", id="a fact that is not listed"),
        pytest.param(FACTS, "briefing:", "briefing: [", 2, "yaml", id="facts that are not YAML"),
        pytest.param(INDEX, "order: 1\n", "order: [1\n", 2, "yaml", id="front matter that is not YAML"),
        pytest.param(INDEX, "---\ntitle", "title", 2, "page-front-matter", id="a page without front matter"),
    ],
)
def test_what_cannot_be_built_leaves_the_last_site_byte_for_byte(
    name: str, old: str, new: str, code: int, said: str, valley: Path, valley_site: Path
) -> None:
    shutil.copytree(valley_site, valley / "site")
    before = tree(valley / "site")
    replaced(valley / name, old, new)
    done = run("build", "--root", valley)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr
    assert "the last good site stands" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert tree(valley / "site") == before
    assert {path.name for path in valley.iterdir()} == {*BRIEFING, "site"}


@pytest.mark.parametrize(
    ("broken", "code", "said"),
    [
        (lambda root: (root / "facts.yaml").unlink(), 2, "there is no facts.yaml"),
        (lambda root: (root / "facts.yaml").write_bytes(b"\xff\xfe\x00"), 2, "facts.yaml"),
        (lambda root: (root / "facts.yaml").write_bytes(b""), 2, "the file is empty"),
        (lambda root: (root / "sources.lock").unlink(), 1, "there is no sources.lock"),
        (lambda root: (root / "sources.lock").write_bytes(b"{}\n"), 1, "lock-broken"),
        (lambda root: shutil.rmtree(root / "content"), 1, "no front page"),
        (lambda root: (root / "content" / "facts.md").write_bytes(b"---\ntitle: a\nsummary: b\n---\n"), 1, "page-name"),
    ],
    ids=["no facts", "no text", "no words", "no lock", "no fingerprints", "no pages", "a name that is taken"],
)  # fmt: skip
def test_a_missing_or_unreadable_input_leaves_the_last_site_byte_for_byte(
    broken: object, code: int, said: str, valley: Path, valley_site: Path
) -> None:
    assert callable(broken)
    shutil.copytree(valley_site, valley / "site")
    before = tree(valley / "site")
    broken(valley)
    done = run("build", "--root", valley)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert tree(valley / "site") == before


def test_a_dead_anchor_of_a_page_that_nobody_wrote_leaves_the_last_site_byte_for_byte(
    valley: Path, valley_site: Path
) -> None:
    shutil.copytree(valley_site, valley / "site")
    before = tree(valley / "site")
    replaced(
        valley / INDEX,
        "[the gates](gates.md#all-that-is-known)",
        "[the gates](glossary.md#nothing)",
    )
    done = run("build", "--root", valley)
    said = (
        "site/index.html:1:1: error audit-link",
        "    found:  a link to glossary.html#nothing, which is not there",
        "    wanted: a page of the site, and an id on it",
        "    next:   if a page of content/ has this link, mend it there; if none has, the templates are at fault",
        "",
        "site/whole.html:1:1: error audit-link",
        "    found:  a link to glossary.html#nothing, which is not there",
    )
    assert (done.returncode, done.stderr) == (1, "2 errors: the last good site stands\n")
    assert done.stdout.splitlines()[: len(said)] == [*said]
    assert tree(valley / "site") == before
    assert {path.name for path in valley.iterdir()} == {*BRIEFING, "site"}


def test_a_dead_anchor_of_a_page_of_prose_is_told_with_its_line_before_anything_is_built(valley: Path) -> None:
    wrong = "[the gates](gates.md#all-that-is-know)"
    replaced(valley / INDEX, "[the gates](gates.md#all-that-is-known)", wrong)
    line = next(
        number
        for number, text in enumerate((valley / INDEX).read_text().splitlines(), 1)
        if "#all-that-is-know)" in text
    )
    done = run("build", "--root", valley)
    said = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1, "nothing was written\n")
    assert said[0].startswith(f"content/index.md:{line}:")
    assert said[1:4] == [
        "    found:  a link to gates.md#all-that-is-know, which is not there",
        "    wanted: a heading of the page, in small letters with hyphens",
        "    next:   did you mean 'all-that-is-known'?",
    ]


@pytest.mark.parametrize(
    "arguments",
    [("build", "--rot", "."), ("build", "--root", "no-such-folder"), ("build", "extra"), ("bild",)],
    ids=" ".join,
)
def test_a_command_that_is_not_understood_exits_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: python -m generator" in done.stderr


# -- what a link to a page shows elsewhere ---------------------------------------------------------------------------


def _said(page: Path) -> dict[str, str]:
    """What a page says to those who show links to it (The Open Graph protocol)."""
    nodes = LexborHTMLParser(page.read_text(encoding="utf-8")).css("head > meta[property^='og:'], meta[name^=twitter]")
    return {
        str(each.attributes.get("property") or each.attributes["name"]): str(each.attributes["content"])
        for each in nodes
    }


def test_a_link_shows_title_summary_and_card_of_its_page(valley_site: Path) -> None:
    assert _said(valley_site / "gates.html") == {
        "og:type": "article",
        "og:site_name": "The flood in the Orn valley",
        "og:title": "When the gates were opened",
        "og:description": "Each opening with its day, where a day is known, and what the river did.",
        "og:image": "assets/cards/gates.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "When the gates were opened: The dam was opened at least once every few days (a chart)",
        "twitter:card": "summary_large_image",
    }
    front = _said(valley_site / "index.html")
    assert (front["og:type"], front["og:image"]) == ("website", "assets/cards/index.png")
    assert _said(valley_site / "sources.html")["og:image"] == "assets/cards/index.png"
    assert sorted(path.name for path in (valley_site / "assets" / "cards").iterdir()) == [
        "gates.png",
        "index.png",
        "reading.png",
    ]
    assert _said(valley_site / "404.html") == {}


def test_with_an_address_of_the_site_a_link_names_its_card_in_full(valley: Path, tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "mkdocs.yml", valley / "mkdocs.yml")
    with (valley / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("site_url: https://flood.example/briefing\n")
    site = built(valley, tmp_path / "site")
    for page, card in (("gates.html", "gates"), ("sources.html", "index"), ("index.html", "index")):
        assert _said(site / page)["og:image"] == f"https://flood.example/briefing/assets/cards/{card}.png"


def test_search_engines_may_read_all_and_are_told_of_the_map_where_the_address_is_known(valley_site: Path) -> None:
    assert (valley_site / "robots.txt").read_bytes() == b"User-agent: *\nAllow: /\n"
    assert build._robots("https://a.example/b/").endswith(b"\nSitemap: https://a.example/b/sitemap.xml\n")


def test_each_chart_can_be_taken_along(valley_site: Path) -> None:
    found = {}
    for page in ("index.html", "gates.html"):
        tree_of = LexborHTMLParser((valley_site / page).read_text(encoding="utf-8"))
        for link in tree_of.css(".chart__files a[download]"):
            path = (valley_site / page).parent / str(link.attributes["href"])
            found[path.resolve().relative_to(valley_site.resolve()).as_posix()] = " ".join(link.text().split())
    charts = ("river-level", "people-out-of-home", "gate-openings")
    begins = {"svg": b"<svg", "png": b"\x89PNG", "csv": b"\xef\xbb\xbf", "json": b"{"}
    assert sorted(found) == sorted(f"data/charts/{chart}.{ending}" for chart in charts for ending in begins)
    assert len({*found.values()}) == 12, "each link says of which chart it is"
    for name in found:
        assert (valley_site / name).read_bytes().startswith(begins[name.rpartition(".")[2]])
