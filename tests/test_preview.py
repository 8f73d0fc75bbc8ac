"""What is shown before it is built is, byte for byte, what the build makes; what cannot be known yet is not guessed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from generator import build, cards, files, listing, memo, render, site
from generator.preview import NotYetError, Preview
from tests.sites import BRIEFING, copied, replaced
from tests.valley import VALLEY

STATEMENT = "Around 1,200 people had left their homes in Eastholm by 1 April 2031"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A briefing, built as it is."""
    folder = copied(BRIEFING, VALLEY, tmp_path_factory.mktemp("preview"))
    _build(folder)
    return folder


@pytest.fixture
def root(folder: Path) -> Iterator[Path]:
    """The same, to be edited; afterwards it is as it was."""
    held = files.read_inputs(folder).written()
    yield folder
    for name, raw in held.items():
        (folder / name).write_bytes(raw)
    _build(folder)


def _judged(root: Path, last: memo.Last | None = None) -> site.Judged:
    judged = site.judge(files.read_inputs(root), last)
    assert not [each for each in judged.problems if each.level == "error"]
    return judged


def _build(root: Path) -> None:
    built = build.build(_judged(root), root, root / "site", lambda _: None)
    assert built.problems == []


def _learnt(root: Path) -> render.Known:
    with closing(Preview(_judged(root), root)) as preview:
        known = preview.learnt()
    assert known is not None
    return known


def _all(root: Path, known: render.Known | None, last: memo.Last | None = None) -> tuple[dict[str, bytes], set[str]]:
    """The files that a preview knows, by path, and the paths of those that it does not know yet."""
    found: dict[str, bytes] = {}
    waiting = set()
    with closing(Preview(_judged(root, last), root, known)) as preview:
        for path in (each.relative_to(root / "site").as_posix() for each in (root / "site").rglob("*.*")):
            try:
                content = preview.file(path)
            except NotYetError:
                waiting.add(path)
            else:
                found |= {} if content is None else {path: content}
    return found, waiting


def _built(root: Path, paths: dict[str, bytes]) -> dict[str, bytes]:
    """What a build makes of the same files, without anything that is known from before."""
    target = root.parent / "clean"
    built = build.build(_judged(root), root, target, lambda _: None, clean=True)
    assert built.problems == []
    made = {path: (target / path).read_bytes() for path in paths}
    shutil.rmtree(target)
    return made


PAGES = 15
"""All pages of the valley but that of what is not there."""
QUOTE = """\
      - source: valley-courier-20310402-river-takes-meadows
        quote: Around 1,200 people had left their homes in Eastholm
"""
EDITS = {
    "nothing": (STATEMENT, STATEMENT),
    "a statement": (STATEMENT, f"{STATEMENT}, as the town council told"),
    "a shorter quote": (QUOTE, QUOTE.replace(" in Eastholm", "")),
    "a note": (f"{STATEMENT}\n", f"{STATEMENT}\n    note: The council counted them by households.\n"),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_page_is_shown_as_the_build_makes_it(name: str, root: Path) -> None:
    known = _learnt(root)
    replaced(root / "facts.yaml", *EDITS[name])
    found, waiting = _all(root, known)
    assert waiting == set()
    assert sum(path.endswith(".html") for path in found) == PAGES
    assert {"data/facts.json", "data/citations.csv"} <= found.keys()
    assert found == _built(root, found)


def test_what_is_recalled_by_a_memo_is_shown_alike(root: Path) -> None:
    judged = _judged(root, memo.Last(b"this code"))
    written = judged.memorised()
    assert written
    known = _learnt(root)
    replaced(root / "facts.yaml", STATEMENT, f"{STATEMENT}, as was told")
    found, waiting = _all(root, known, memo.Last(b"this code", written))
    assert waiting == set()
    assert found == _built(root, found)


def test_a_page_with_a_chart_that_was_not_drawn_waits_for_the_build(root: Path) -> None:
    known = _learnt(root)
    replaced(root / "facts.yaml", "title: The river rose and fell", "title: The river rose, and then it fell")
    found, waiting = _all(root, known)
    assert waiting == {"index.html", "gates.html", "whole.html"}
    with closing(Preview(_judged(root), root, known)) as preview:
        assert preview.learnt() is known, "nobody has drawn it yet"
    assert found == _built(root, found)
    _build(root)
    known = _learnt(root)
    found, waiting = _all(root, known)
    assert waiting == set()
    assert found == _built(root, found)


def test_a_page_with_another_heading_waits_for_the_build(root: Path) -> None:
    known = _learnt(root)
    text = (root / "content" / "gates.md").read_text(encoding="utf-8")
    (root / "content" / "gates.md").write_text(f"{text}\n## And then\n", encoding="utf-8", newline="\n")
    found, waiting = _all(root, known)
    assert waiting == {"gates.html"}
    assert found == _built(root, found)


def test_another_name_in_the_menu_makes_all_pages_wait(root: Path) -> None:
    known = _learnt(root)
    replaced(root / "content" / "gates.md", "label: Gates", "label: The gates")
    found, waiting = _all(root, known)
    assert len(waiting) == PAGES
    assert not [path for path in found if path.endswith(".html")]
    assert found == _built(root, found)


def test_before_anything_is_known_all_pages_wait(root: Path) -> None:
    found, waiting = _all(root, None)
    assert len(waiting) == PAGES
    assert found == _built(root, found)


def test_what_a_build_remembers_is_learnt_and_nothing_where_it_is_forgotten(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = _learnt(root)
    monkeypatch.setattr(files, "recall_frames", lambda _: None)
    with closing(Preview(_judged(root), root)) as preview:
        assert preview.learnt() is None
    with closing(Preview(_judged(root), root, known)) as preview:
        assert preview.learnt() is known


def test_a_preview_of_parts_knows_cards_and_lists(root: Path) -> None:
    with closing(Preview(_judged(root), root)) as preview:
        wired = preview._wired
        for path, content in {**cards.files(wired), **listing.files(wired)}.items():
            assert preview.file(path) == content
        assert preview.file("assets/nothing.css") is None
        assert preview.file("nothing.html") is None
