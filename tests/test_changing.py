"""Inputs that change while they are read or used: the site is of one state of them, and the message says of which."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator import build, cache, draw, files
from generator.cli import main
from tests.sites import BRIEFING, PRODUCT, ROOT, copied, replaced, tree
from tests.valley import VALLEY

PICTURES = draw.Pictures
TITLE = ("  title: The flood in the Orn valley", "  title: Another flood in the Orn valley")


@pytest.fixture
def valley(tmp_path: Path) -> Path:
    """A copy of the second briefing."""
    return copied(BRIEFING, VALLEY, tmp_path / "valley")


def _while_drawing(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Have something happen amid a build: after all inputs were read, before anything is rendered."""

    def drawn(*given: Any, **named: Any) -> draw.Pictures:  # noqa: ANN401 - as the class that it stands for
        change()
        return PICTURES(*given, **named)

    monkeypatch.setattr(draw, "Pictures", drawn)


def _build(root: Path) -> Result:
    return CliRunner().invoke(main, ["build", "--root", str(root), "--site", str(root.parent / "site")])


CHANGES: dict[str, Callable[[Path], object]] = {
    "facts.yaml": lambda root: replaced(root / "facts.yaml", *TITLE),
    "content/gates.md": lambda root: replaced(root / "content" / "gates.md", "title:", "title: New,"),
    "content/index.md": lambda root: (root / "content" / "index.md").unlink(),
    "content/more.md": lambda root: (root / "content" / "more.md").write_bytes(b"---\n"),
    "sources.lock": lambda root: (root / "sources.lock").write_bytes(b""),
    "reviews.lock": lambda root: (root / "reviews.lock").unlink(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_input_that_changes_amid_a_build_is_named_and_the_site_is_of_the_earlier_state(
    name: str, valley: Path, valley_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _while_drawing(monkeypatch, lambda: CHANGES[name](valley))
    done = _build(valley)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.endswith(f"\n{name} changed meanwhile: the site is of the earlier state, so build it again\n")
    assert tree(valley.parent / "site") == tree(valley_site)


def test_a_configuration_that_appears_amid_a_build_stops_it(
    valley: Path, valley_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(valley_site, valley.parent / "site")
    before = tree(valley.parent)
    _while_drawing(monkeypatch, lambda: shutil.copyfile(ROOT / "mkdocs.yml", valley / "mkdocs.yml"))
    done = _build(valley)
    assert (done.exit_code, done.stderr) == (1, "1 error: the last good site stands\n")
    assert done.stdout == (
        "mkdocs.yml:1:1: error changed-meanwhile\n"
        "    found:  it changed while the site was built\n"
        "    wanted: one state of the program, its templates and mkdocs.yml\n"
        "    next:   build again; the site is as it was\n"
    )
    (valley / "mkdocs.yml").unlink()
    assert tree(valley.parent) == before


def test_a_template_that_changes_amid_a_build_stops_it(
    valley: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copied(PRODUCT, ROOT, tmp_path / "home")
    monkeypatch.setattr(build, "HOME", home)
    monkeypatch.setattr(build, "TEMPLATES", home / "site_templates")
    changed = home / "site_templates" / "pages" / "table.html"
    _while_drawing(monkeypatch, lambda: changed.write_bytes(changed.read_bytes() + b"\n"))
    done = _build(valley)
    assert done.exit_code == 1
    assert done.stdout.startswith("site_templates/pages/table.html:1:1: error changed-meanwhile\n")
    assert not (tmp_path / "site").exists()


# -- while it is read -----------------------------------------------------------------------------------------------


def _growing(monkeypatch: pytest.MonkeyPatch, path: Path, times: int) -> list[int]:
    """Have somebody write into a file whenever it has been read, so many times."""
    read, calls = files._first, list[int]()

    def first(file: object, most: int) -> bytes:
        found = read(file, most)  # type: ignore[arg-type]
        calls.append(len(found))
        if len(calls) <= times:
            with path.open("ab") as more:
                more.write(b"x")
            os.utime(path, ns=(calls[-1], 1_000 + len(calls)))
        return found

    monkeypatch.setattr(files, "_first", first)
    monkeypatch.setattr(files, "_PAUSE", 0)
    return calls


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write_tree(tmp_path, {"facts.yaml": b"a"})
    calls = _growing(monkeypatch, tmp_path / "facts.yaml", 2)
    found = files.read_inputs(tmp_path)
    assert (found.facts, found.refused, calls) == (b"axx", (), [1, 2, 3])


def test_a_file_that_never_holds_still_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write_tree(tmp_path, {"facts.yaml": b"a"})
    calls = _growing(monkeypatch, tmp_path / "facts.yaml", 99)
    found = files.read_inputs(tmp_path)
    assert (found.facts, len(calls)) == (None, 5)
    assert [(str(each.place), each.code, each.found) for each in found.refused] == [
        ("facts.yaml:1:1", "input-changing", "it changed each of 5 times that it was read")
    ]


def test_a_file_that_was_put_in_the_place_of_another_meanwhile_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write_tree(tmp_path, {"facts.yaml": b"old", "new": b"newer"})
    read = files._first

    def first(file: object, most: int) -> bytes:
        if (tmp_path / "new").exists():
            (tmp_path / "new").replace(tmp_path / "facts.yaml")
        return read(file, most)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "_first", first)
    assert files.read_inputs(tmp_path).facts == (b"old" if sys.platform != "win32" else b"newer")
    assert files.changed_since(tmp_path, files.read_inputs(tmp_path)) == []


# -- nothing from outside -------------------------------------------------------------------------------------------

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder with a briefing, beside it what is not for the public."""
    files.write_tree(tmp_path / "secret", {"page.md": b"secret", "deep/page.md": b"secret", "facts.yaml": b"secret"})
    files.write_tree(tmp_path / "root", {"content/index.md": b"index", "notes/own.md": b"own"})
    return tmp_path


@pytest.mark.parametrize(
    ("link", "to", "found"),
    [
        ("facts.yaml", "../secret/facts.yaml", "a link that leads out of the folder of the briefing"),
        ("sources.lock", "/etc/passwd", "a link that leads out of the folder of the briefing"),
        ("mkdocs.yml", "../secret/facts.yaml", "a link that leads out of the folder of the briefing"),
        ("content/page.md", "../../secret/page.md", "a link that leads out of the folder of the briefing"),
        ("content/page.md", "nowhere.md", "a link that leads nowhere"),
        ("content/page.md", "../notes/../../secret/page.md", "a link that leads out of the folder of the briefing"),
        ("content/more", "../../secret", "a link to a folder"),
        ("content/more", "..", "a link to a folder"),
        ("content/more.md", "../../secret", "a link to a folder"),
        ("content/page.md", "page.md", None),
        ("content/page.md", "/dev/zero", "a link that leads out of the folder of the briefing"),
    ],
)
def test_a_link_that_leads_out_or_round_is_refused_and_not_read(
    link: str, to: str, found: str | None, outside: Path
) -> None:
    (outside / "root" / link).symlink_to(to)
    read = files.read_inputs(outside / "root")
    assert b"secret" not in [*read.written().values()]
    assert [*read.pages] == ["index.md"]
    (problem,) = {each.place.path: each for each in read.refused}.values()
    assert (problem.place.path, problem.code) == (link, "input-outside" if found else "input-unreadable")
    assert found in (None, problem.found)


def test_a_link_within_the_folder_is_followed(outside: Path) -> None:
    (outside / "root" / "content" / "own.md").symlink_to("../notes/own.md")
    (outside / "linked").symlink_to("root")
    read = files.read_inputs(outside / "linked")
    assert (read.pages, read.refused) == ({"index.md": b"index", "own.md": b"own"}, ())


def test_what_is_no_file_is_refused_and_not_waited_for(outside: Path) -> None:
    os.mkfifo(outside / "root" / "content" / "pipe.md")
    (outside / "root" / "content" / "folder.md").mkdir()
    read = files.read_inputs(outside / "root")
    assert [*read.pages] == ["index.md"]
    assert [(each.place.path, each.code) for each in read.refused] == [
        ("content/folder.md", "input-unreadable"),
        ("content/pipe.md", "input-unreadable"),
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"\xff.md", "\\udcff.md"),
        (b"a\nb.md", "a\\nb.md"),
        (b"\x1b[31m.md", "\\x1b[31m.md"),
        ("\u202e.md".encode(), "\\u202e.md"),
    ],
)
def test_a_name_that_no_message_can_hold_is_refused(name: bytes, shown: str, outside: Path) -> None:
    Path(os.fsdecode(os.fsencode(outside / "root" / "content") + b"/" + name)).write_bytes(b"x")
    read = files.read_inputs(outside / "root")
    assert [*read.pages] == ["index.md"]
    assert [(each.place.path, each.code, each.found) for each in read.refused] == [
        ("content", "input-name", f"a file named {shown}")
    ]


def test_more_pages_than_a_briefing_has_are_not_read(outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_PAGES", 3)
    files.write_tree(outside / "root" / "content", {f"p{number}.md": b"x" for number in range(9)})
    read = files.read_inputs(outside / "root")
    assert [(each.place.path, each.code, each.found) for each in read.refused] == [
        ("content", "input-too-large", "more than 3 pages")
    ]
    assert len(read.pages) == 3


# -- what killed runs leave in the cache ----------------------------------------------------------------------------


def test_what_a_killed_run_left_half_written_is_swept_and_what_is_being_written_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    files.write_tree(
        tmp_path / "cache", {"pictures/ab-x.tmp": b"half", "cd.memo-y.tmp": b"half", "pictures/ab": b"whole"}
    )
    with (tmp_path / "cache" / "busy-z.tmp").open("wb") as busy:
        assert cache.is_free(busy.fileno())
        with files.staged(tmp_path / "site"):
            pass
        left = sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())
        assert left == ["ab", "busy-z.tmp"]
    cache.sweep()
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == ["ab"]
