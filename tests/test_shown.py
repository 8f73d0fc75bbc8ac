"""Two passages of HTML are the same for the audit when they show the same and say the same of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from selectolax.lexbor import LexborHTMLParser

from generator import shown


def _pieces(markup: str) -> list[str]:
    tree = LexborHTMLParser(markup)
    assert tree.body is not None
    return shown.pieces(tree.body.html or "")


CASES: list[tuple[str, str, list[str]]] = [
    (
        "words and signs",
        "<p>a 1,200% of_it &amp; &lt;b&gt;</p>",
        ["a", "1", ",", "200", "%", "of", "_", "it", "&", "<", "b", ">"],
    ),
    ("blocks and classes say nothing", '<div class="x"><p>a</p><ul><li>b</li></ul></div>', ["a", "b"]),
    ("a quote has its language", '<q lang="ar" dir="rtl">a</q>', ["<q dir=rtl lang=ar>", "a", "</>"]),
    ("a link has its address", '<a class="x" href="./b/?c&amp;d#e" rel="y">a</a>', ["<a href=b/?c&d#e>", "a", "</>"]),
    ("a page goes by one address", '<a href="./">a</a>', ["<a href=>", "a", "</>"]),
    ("a record has its name", '<li data-fact="f" data-x="y" id="n">a</li>', ["<data-fact=f id=n>", "a", "</>"]),
    ("a heading's anchor is the renderer's", '<h2 id="a">a</h2>', ["a"]),
    ("so is its link to itself", '<h2>a<a class="headerlink" href="#a" title="b">#</a></h2>', ["a"]),
    ("but no word in that", '<h2>a<a class="headerlink" href="#a">b</a></h2>', ["a", "b"]),
    ("nor the same elsewhere", '<p><a class="headerlink" href="#a">#</a></p>', ["<a href=#a>", "#", "</>"]),
    ("what is only heard is said to be", '<i class="b hidden">a</i>', ["<class=hidden>", "a", "</>"]),
    ("what is hidden too", '<i hidden style="x: y">a</i>', ["<hidden= style=x: y>", "a", "</>"]),
    ("struck out is not plain", "<s>a</s> <del>b</del>", ["<s>", "a", "</>", "<del>", "b", "</>"]),
    (
        "of a drawing, that it is there",
        '<svg id="a"><g><text>b</text><svg></svg></g></svg>c',
        ["<svg id=a>", "</>", "c"],
    ),
    ("a picture shows something", '<img alt="a  b" src="c"><br>', ["<img alt=a b>", "</>"]),
    ("neither scripts nor remarks do", "<script>if (a<b) x</script><!-- <p>c</p> -->a", ["a"]),
    ("markup in an attribute is none", '<i title="<b>x</b>">a</i>', ["<title=<b>x</b>>", "a", "</>"]),
]


@pytest.mark.parametrize(("markup", "wanted"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_what_html_shows(markup: str, wanted: list[str]) -> None:
    assert _pieces(markup) == wanted


def test_what_is_wanted_is_written_as_it_is_found() -> None:
    wanted = shown.element(
        "li", shown.element("q", shown.text("a b."), lang="", dir="rtl"), data_fact="f", aria_label="c"
    )
    assert wanted == _pieces('<li data-fact="f" aria-label="c"><q dir="rtl" class="d">a b.</q></li>')


@given(st.text(), st.text())
def test_any_text_is_found_as_it_is_wanted(first: str, second: str) -> None:
    markup = f"<body><p>{escape(first)}</p><i title='{escape(second)}'>{escape(second)}</i></body>"
    clean = not {*first, *second} & {chr(code) for code in (0, 13)}  # which no HTML can hold
    wanted = [*shown.text(first), *shown.element("i", shown.text(second), title=second)]
    assert not clean or not second or _pieces(markup) == wanted
