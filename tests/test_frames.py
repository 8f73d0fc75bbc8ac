"""Finished HTML passes by Markdown, and a filled frame is what Markdown makes of the whole page."""

from __future__ import annotations

import re
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import frames, render
from generator.edtf import parse
from tests.sites import ROOT

DIGEST, SHORT = "d" * 64, "d" * 12


def _rendered(text: str) -> str:
    return str(markdown.markdown(text, extensions=["toc", "tables"]))


def _filled(page: str) -> str:
    frame = frames.Frame.of(page)
    return frame.filled(_rendered(frame.text), DIGEST, SHORT)


LINE = frames.inline('<a class="value" href="x.html#a_b">70&#44;000</a><sup>1</sup>')
BLOCK = frames.block('<ul class="claims">\n\n<li>a *b* _c_</li>\n\n</ul>\n')


@pytest.mark.parametrize(
    "page",
    [
        f"There were {LINE} of them, *{LINE}*, and **{LINE}{LINE}**.\n",
        f"- {LINE}\n- a_{LINE}_b\n\n> {LINE}: it is said\n",
        f"| a | b |\n|---|---|\n| {LINE} | {LINE} |\n",
        f"# A title with {LINE}\n\n{LINE} begins.\n",
        f"{LINE} is a title\n===\n\nText {LINE}\n---\n",
        f"Before.\n\n{BLOCK}\n\nAfter {LINE}.\n",
        f"{BLOCK}\n\n{BLOCK}",
        "Nothing to fill.",
    ],
)
def test_a_filled_frame_is_what_markdown_makes_of_the_whole_page(page: str) -> None:
    def without_gaps(html: str) -> str:
        return re.sub(r"\s*\n\s*", "\n", html).strip()

    assert without_gaps(_filled(page)) == without_gaps(_rendered(frames.plain(page)))


def test_what_is_filled_in_is_not_read_as_markdown() -> None:
    hostile = "<p>[c](javascript:x) {: onclick=y } ![](z) # h</p>"
    filled = _filled(f"a\n\n{frames.block(hostile)}\n\nb")
    assert filled.split("\n") == ["<p>a</p>", hostile, "", "<p>b</p>"]


def test_a_frame_does_not_depend_on_what_is_filled_in() -> None:
    one, other = (
        frames.Frame.of(f"A {frames.inline(each)}.\n\n{frames.block(each)}") for each in ("<b>1</b>", "<i>2</i>")
    )
    assert one.text == other.text
    assert (one.fills, other.fills) == ((b"<b>1</b>", b"<b>1</b>"), (b"<i>2</i>", b"<i>2</i>"))


def test_a_value_of_the_front_matter_reaches_the_head_as_it_was() -> None:
    told = '{"a": "</b>\\\\ \\" é"}'
    frame = frames.Frame.of(f"---\njsonld: {frames.data(told)}\n---\n\ntext")
    assert frame.text == "---\njsonld: zfill0fillz\n---\n\ntext"
    assert frame.filled("<script>zfill0fillz</script>", DIGEST, SHORT) == f"<script>{told}</script>"


def test_the_digest_of_the_inputs_is_filled_in_last() -> None:
    text = f"<a title={frames.DIGEST}>{frames.SHORT_DIGEST}</a>"
    assert frames.signed(text, DIGEST, SHORT) == f"<a title={DIGEST}>{SHORT}</a>"


def test_marks_within_marks_are_one_mark() -> None:
    assert frames.plain(frames.block(f"<div>{LINE}</div>")) == f"<div>{frames.plain(LINE)}</div>"
    assert len(frames.Frame.of(frames.block(f"<div>{LINE}</div>")).fills) == 1


@pytest.mark.parametrize("rendered", ["", "zfill0fillz zfill0fillz", "zfill1fillz", "zfill0fillz zfill1fillz"])
def test_a_word_that_is_not_found_exactly_once_is_an_error(rendered: str) -> None:
    with pytest.raises(frames.FrameError):
        frames.Frame("", (b"a",)).filled(rendered, DIGEST, SHORT)


@given(st.text(st.characters(exclude_categories=["Co", "Cs"])))
def test_a_page_without_marks_is_its_own_frame(page: str) -> None:
    assert frames.Frame.of(page) == frames.Frame(page, ())


# -- rendered by MkDocs -----------------------------------------------------------------------------------------------


def _order(pages: dict[str, str], digest: str = DIGEST) -> render.Order:
    return render.Order(
        pages=pages,
        assets={"assets/a.css": b"a{}", "robots.txt": b"x"},
        config=ROOT / "mkdocs.yml",
        theme=ROOT / "site_templates" / "theme",
        title="T",
        name="N",
        description="D",
        language="en",
        nav=[{"Start": "index.md"}, {"More": "more.md"}],
        as_of=parse("2031-04-10"),
        cards=1,
        citations=1,
        built_from=digest,
    )


def _page(text: str) -> str:
    return f"---\ntitle: A\n---\n\n# A\n\n{text}\n"


def _tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_frames_that_are_known_are_not_rendered_again_and_the_site_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, bytes] = {}

    def made(name: str, text: str, digest: str = DIGEST) -> dict[str, bytes]:
        work = tmp_path / name
        work.mkdir()
        pages = {"index.md": _page(text), "more.md": _page(BLOCK)}
        with render.Rendering(_order(pages, digest), work, kept.get, kept.__setitem__) as rendering:
            return _tree(rendering.finish())

    cold = made("cold", f"It is {LINE}.")
    assert len(kept) == 1
    assert b"70&#44;000" in cold["index.html"]
    assert (cold["assets/a.css"], cold["robots.txt"]) == (b"a{}", b"x")
    assert DIGEST.encode() in cold["404.html"]
    with monkeypatch.context() as without_mkdocs:
        without_mkdocs.setattr(render, "_started", None)
        assert made("warm", f"It is {LINE}.") == cold
        other = made("other", f"It is {frames.inline('<b>8</b>')}.", "e" * 64)
    assert b"It is <b>8</b>." in other["index.html"]
    assert b"d" * 12 not in other["index.html"]
    changed = made("prose", f"It was {LINE}.")
    assert b"It was <a" in changed["index.html"]
    assert len(kept) == 2
    broken = {name: content[: len(content) // 2] for name, content in kept.items()}
    kept.update(broken)
    assert made("broken", f"It is {LINE}.") == cold


def test_where_an_author_wrote_the_word_of_a_frame_the_whole_page_is_rendered(tmp_path: Path) -> None:
    pages = {"index.md": _page(f"zfill0fillz {LINE}"), "more.md": _page("x")}
    found = _tree(render.render(_order(pages), tmp_path))
    assert f"<p>zfill0fillz {frames.plain(LINE)}</p>".encode() in found["index.html"]
    assert DIGEST.encode() in found["index.html"]
