"""MkDocs in a process of its own: the theme's markup is cured to the letter, and what MkDocs says comes through."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from generator import edtf, render

PAGE = "<p>a</p>".join(render.UNWANTED)
TIDY = "<p>a</p>" * (len(render.UNWANTED) - 1)


def _pages(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}


def test_nothing_that_the_theme_hides_is_left_on_any_page(valley_site: Path) -> None:
    pages = _pages(valley_site)
    assert len(pages) == 16
    for markup in render.UNWANTED:
        assert {name for name, text in pages.items() if markup in text} == set()


def test_tidying_takes_out_nothing_but_what_is_unwanted() -> None:
    assert render._tidied({"index.html": f"é{PAGE}\n<p>x</p>"}) == {"index.html": f"é{TIDY}\n<p>x</p>"}


@pytest.mark.parametrize("markup", render.UNWANTED)
def test_what_is_not_found_to_be_taken_out_stops_the_build(markup: str) -> None:
    with pytest.raises(render.RenderError) as caught:
        render._tidied({"a/index.html": PAGE, "b/index.html": PAGE.replace(markup, "")})
    assert str(caught.value) == (
        f"the theme's markup has changed: {markup!r} stands b/index.html: 0 times; mend UNWANTED in render.py"
    )


def test_what_is_found_twice_stops_the_build() -> None:
    with pytest.raises(render.RenderError, match=r"index\.html: 2 times"):
        render._tidied({"index.html": PAGE + PAGE})


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("INFO - Building\nWARNING -  A link\nAborted with 1 warnings in strict mode!\n", "WARNING -  A link"),
        ("INFO - x\nError: No theme\n", "Error: No theme"),
        ("WARNING -  in /w/docs/a.md\nERROR -  b\n", "WARNING -  in docs/a.md\nERROR -  b"),
        ("a\nTraceback (most recent call last):\n  File x\nKeyError: 'y'\n", None),
        ("", ""),
    ],
)
def test_what_mkdocs_complains_of_is_told_without_the_temporary_folder(log: str, said: str | None) -> None:
    wanted = "Traceback (most recent call last):\n  File x\nKeyError: 'y'" if said is None else said
    assert render._said(log, Path("/w")) == wanted


@pytest.mark.parametrize(
    ("log", "number"),
    [
        ("Traceback (most recent call last):\nOSError: [Errno 28] No space left on device: '/a/b'\n", errno.ENOSPC),
        ("PermissionError: [Errno 13] Permission denied: '/a/b'\n", errno.EACCES),
        ("FileNotFoundError: [Errno 2] No such file or directory: '/a/b'\n", 0),
        ("WARNING -  Doc file 'a.md' says OSError: [Errno 28]\n", 0),
        ("", 0),
    ],
)
def test_an_error_of_the_disk_is_told_apart_from_one_of_the_pages(log: str, number: int) -> None:
    assert render._refused(log) == number


def test_mkdocs_sees_a_clock_zone_locale_and_hash_seed_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {"TZ": "Asia/Tokyo", "LC_ALL": "tr_TR", "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "7"}
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    seen = render._surroundings(edtf.parse("2031-04"))
    assert {name: seen[name] for name in theirs} == {
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "SOURCE_DATE_EPOCH": "1935273600",  # 30 April 2031
        "PYTHONHASHSEED": "0",
    }
