"""The canary sees every difference that a reader would, and tells the known from the new."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from tests import canary, laid
from tests.canary import Difference, FailedError, Renderer
from tests.making import BASE, INDEX, lock

PAGE = """<html><head><title>Weir – The mill</title></head><body><header><a href="#weir">Skip</a></header>
<article class="md-content__inner"><h1>Weir</h1><p>The weir broke on <q>Sunday</q>.</p></article>
<footer>As of May</footer></body></html>"""


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    """A small briefing."""
    (tmp_path / "mill" / "content").mkdir(parents=True)
    for name, text in (("facts.yaml", BASE), ("content/index.md", INDEX), ("sources.lock", lock())):
        (tmp_path / "mill" / name).write_text(text, encoding="utf-8")
    return tmp_path / "mill"


def pages(**texts: str) -> dict[str, LexborHTMLParser]:
    """Pages by their names."""
    return {f"{name}.html": LexborHTMLParser(text) for name, text in texts.items()}


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("broke", "held", [Difference("a.html", "content", "broke", "held")]),
        ("<q>Sunday</q>", "Sunday", [Difference("a.html", "content", "<q>"), Difference("a.html", "content", "</>")]),
        ("As of May", "As of June", [Difference("a.html", "frame", "May", "June")]),
        ("#weir", "#__skip", [Difference("a.html", "frame", "<a href=#weir>", "<a href=#__skip>")]),
        ("<title>Weir – The", "<title>The", [Difference("a.html", "title", "Weir –")]),
        ('<article class="md-content__inner">', "<article>", None),
        ("<p>The", '<p class="other">The', []),
        ("</footer>", "</footer>\n<script>let words = 1</script>", []),
    ],
)
def test_what_a_reader_sees_is_compared(right: str, wrong: str, found: list[Difference] | None) -> None:
    assert right in PAGE
    told = [*canary.compared(pages(a=PAGE), pages(a=PAGE.replace(right, wrong)))]
    if found is None:  # without its element, all of the content is gone, and stands in the frame
        assert {each.part for each in told} == {"content", "frame"}
    else:
        assert told == found


def test_a_page_that_is_missing_or_too_many_is_told() -> None:
    told = [*canary.compared(pages(a=PAGE, b=PAGE), pages(a=PAGE, c=PAGE))]
    assert [each.words() for each in told] == [
        "b.html, page: missing",
        "c.html, page: with 'a page that MkDocs does not make'",
    ]


def test_known_differences_are_told_with_their_reasons_and_new_ones_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        canary,
        "KNOWN",
        (
            canary.Known("reed", "frame", r"<a href=#\S+>", "", "it has no such link"),
            canary.Known("reed", "title", "", "x", "it adds one", r"index\.html"),
            canary.Known("rush", "content", ".*", ".*", "it may do what it likes"),
        ),
    )
    link, word = Difference("a.html", "frame", "<a href=#weir>"), Difference("a.html", "content", "broke", "held")
    title = Difference("a.html", "title", "", "x")
    assert canary.told("reed", [link], 2) == (
        [
            "reed: known, frame of 1 page: it has no such link",
            "reed: no longer seen, take it from the list: it adds one",
            "reed: 2 pages, none with a difference that is not known",
        ],
        True,
    )
    lines, good = canary.told("reed", [link, word, title], 2)
    assert not good
    assert lines[:2] == ["reed: a.html, content: without 'broke', with 'held'", "reed: a.html, title: with 'x'"]
    assert lines[-1] == "reed: 2 pages, 1 with a difference that is not known"


def test_what_is_rendered_stands_in_one_folder_that_may_be_moved(mill: Path, tmp_path: Path) -> None:
    laid.lay(mill, tmp_path / "laid")
    said = yaml.safe_load((tmp_path / "laid" / "mkdocs.yml").read_text(encoding="utf-8"))
    assert (said["docs_dir"], said["site_dir"], said["theme"]["custom_dir"]) == ("docs", "site", "theme")
    assert str(tmp_path) not in (tmp_path / "laid" / "mkdocs.yml").read_text(encoding="utf-8")
    assert {"index.md", "sources.md", "assets", "data"} <= {each.name for each in (tmp_path / "laid/docs").iterdir()}


MKDOCS = (sys.executable, "-m", "mkdocs", "build", "-f", "mkdocs.yml")
SLIP = """
import pathlib, subprocess, sys
done = subprocess.run([sys.executable, '-m', 'mkdocs', 'build', '-f', 'mkdocs.yml'])
page = pathlib.Path('site/sources.html')
page.write_text(page.read_text().replace('Sources', 'Springs'))
"""


def test_a_renderer_that_makes_the_same_passes_and_one_that_slips_does_not(
    mill: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = [Renderer("mkdocs", MKDOCS), Renderer("reed", MKDOCS)]
    monkeypatch.setattr(canary, "renderers", lambda: chosen)
    assert canary.main(mill) == 0
    assert capsys.readouterr().out == "reed: 11 pages, none with a difference that is not known\n"
    chosen[1:] = [
        Renderer("reed", (sys.executable, "-c", SLIP)),
        Renderer("rush", (sys.executable, "-c", "raise SystemExit('out of ink')")),
        Renderer("sedge", ("no-such-renderer",)),
    ]
    assert canary.main(mill) == 2
    told = capsys.readouterr().out
    assert "reed: sources.html, content: without 'Sources', with 'Springs'\n" in told
    assert "reed: 11 pages, 1 with a difference that is not known\n" in told
    assert "rush failed:\nout of ink\n" in told
    assert "sedge is not installed: run `nox -s peers`\n" in told
    chosen[2:] = []
    assert canary.main(mill) == 1


def test_a_renderer_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary, "LIMIT", 0.5)
    (tmp_path / "source").mkdir()
    slow = Renderer("reed", (sys.executable, "-c", "import time; time.sleep(60)"))
    with pytest.raises(FailedError, match=r"reed took more than 0\.5 s"):
        canary.rendered(slow, tmp_path / "source", tmp_path / "copy")


def test_what_is_known_is_of_renderers_that_are_compared() -> None:
    first, *others = (each.name for each in canary.renderers())
    assert first == "mkdocs"
    assert {each.renderer for each in canary.KNOWN} <= {*others}
    assert all(each.part in {"title", "frame"} for each in canary.KNOWN), "the content is the same everywhere"
