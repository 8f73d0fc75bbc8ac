"""Text of facts stays text, wherever it lands."""

from __future__ import annotations

import html

import markdown
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from generator import safe

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"]), min_size=1)


SIGNS = st.text(alphabet="_*`~=^[]()<>{}#|!&;\\:.+-\"' ab1", min_size=1)
"""Little but what Markdown reads as markup, so that pairs of it meet."""
MARKS = str.maketrans("", "", "`*")


@given(TEXTS | SIGNS)
@example("so _slanted_ a word")
def test_an_inline_text_comes_out_of_markdown_as_the_text_that_went_in(text: str) -> None:
    rendered = markdown.markdown(f"a {safe.inline(text)} b", extensions=["tables", "toc", "fenced_code"])
    tree = LexborHTMLParser(rendered)
    assert tree.body is not None
    assert [node.tag for node in tree.body.traverse(include_text=False)] == ["body", "p"]
    assert tree.body.text().split() == ["a", *text.split(), "b"]


@given(TEXTS)
def test_an_inline_text_is_its_own_html(text: str) -> None:
    assert html.unescape(str(safe.inline(text))).split() == text.split()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("a `quote` of *three* words", "a <code>quote</code> of <em>three</em> words"),
        ("`a < b` & <b>c</b>", "<code>a &lt; b</code> &amp; &lt;b&gt;c&lt;/b&gt;"),
        ("`{{ ours() }}` and `*x*`", "<code>{{ ours() }}</code> and <code>*x*</code>"),
        ("*<i>*", "<em>&lt;i&gt;</em>"),
        ("`+ - * /` and 2 * 3 * 4", "<code>+ - * /</code> and 2 * 3 * 4"),
        ("a lone ` and a lone *", "a lone ` and a lone *"),
    ],
)
def test_a_light_text_has_code_and_italics_and_nothing_else(text: str, written: str) -> None:
    assert safe.light(text) == written


@given(TEXTS | SIGNS)
def test_a_light_text_comes_out_as_the_text_that_went_in_but_for_the_marks(text: str) -> None:
    tree = LexborHTMLParser(f"<p>{safe.light(text)}</p>")
    assert tree.body is not None
    assert {node.tag for node in tree.body.traverse(include_text=False)} <= {"body", "p", "code", "em"}
    assert tree.body.text().translate(MARKS).split() == text.translate(MARKS).split()


def test_the_address_of_words_encodes_what_is_syntax_there() -> None:
    url = "https://a.example/x?y=1#top"
    assert safe.at_words(url, "well-known, “70,000” & more") == (
        "https://a.example/x?y=1#:~:text=well%2Dknown%2C%20%E2%80%9C70%2C000%E2%80%9D%20%26%20more"
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.a.example/", "a.example"),
        ("http://a.example/x/?y=1#top", "a.example/x/?y=1"),
        ("https://a.example/https://www.b.example/c", "a.example/https://www.b.example/c"),
    ],
)
def test_an_address_on_paper_is_what_has_to_be_typed(url: str, shown: str) -> None:
    assert safe.on_paper(url) == shown


def test_a_string_of_a_style_sheet_holds_nothing_that_could_end_it() -> None:
    assert safe.css_string('a "b" \\ c\n d; } */ é “e”') == r'"a \22 b\22  \5c  c d; \7d  \2a \2f  é “e”"'
