"""The page of a review: whole in one file, without a script, safe whatever facts hold, with its charts side by side."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from selectolax.lexbor import LexborHTMLParser

from generator import files, review, sheet
from generator.build import TEMPLATES
from generator.changes import Change, Difference, Weight
from generator.problems import Place, Problem
from generator.questions import Question
from generator.review import Entry, Reach, Review, Sentence
from tests.test_hostile import HOSTILE
from tests.valley import VALLEY

VALLEY_INPUTS = files.read_inputs(VALLEY)


@pytest.fixture(scope="module")
def page() -> str:
    """The page of a change with a chart, words and a rename in it."""
    text = (VALLEY_INPUTS.facts or b"").decode()
    for old, new in (
        ("value: 4.2", "value: 4.3"),
        ("before each opening, not after it", "before each opening"),
        ("  - id: level-3-april\n", "  - id: level-on-3-april\n"),
        ("فتح المهندسون بوابات السد مرة أخرى يوم", "المهندسون بوابات السد مرة أخرى يوم"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return sheet.page(review.review(VALLEY_INPUTS, replace(VALLEY_INPUTS, facts=text.encode())), TEMPLATES)


def _complaints(page: Page) -> list[str]:
    """What the browser says of a page from now on: it should be nothing."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url[:80]))
    return said


def test_the_page_needs_nothing_but_itself(page: str) -> None:
    tree = LexborHTMLParser(page)
    assert tree.css("script, link, img, iframe, object, embed, form, base") == []
    assert not re.search(r"<[^>]+\s(?:on\w+|style|src)=", page)
    outside = {each.attributes["href"] for each in tree.css("[href]")} | set(
        re.findall(r"url\(\"?([^)\"]{0,20})", page)
    )
    assert {each for each in outside if not (each or "").startswith(("#", "data:font/woff2"))} == set()


def test_the_policy_admits_the_style_of_the_page_and_nothing_else(page: str) -> None:
    tree = LexborHTMLParser(page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    (policy,) = tree.css('meta[http-equiv="Content-Security-Policy"]')
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    )


def test_the_page_has_a_language_headings_in_order_and_tables_with_heads(page: str) -> None:
    tree = LexborHTMLParser(page)
    assert [each.attributes.get("lang") for each in tree.css("html")] == ["en"]
    levels = [int((each.tag or "h0")[1]) for each in tree.css("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {each.attributes.get("scope") for each in tree.css("th")} == {"row", "col"}
    ids = Counter(each.attributes["id"] for each in tree.css("[id]"))
    assert [name for name, count in ids.items() if count > 1] == []
    named = {
        each for node in tree.css("[aria-labelledby]") for each in (node.attributes["aria-labelledby"] or "").split()
    }
    assert named <= set(ids)


def test_the_page_shows_words_that_went_and_came_and_the_language_of_quotes(page: str) -> None:
    tree = LexborHTMLParser(page)
    assert [each.text() for each in tree.css("del")] == ["فتح ", ", not after it"]
    assert tree.css('span[lang="ar"][dir="auto"] del') != []


def test_a_chart_stands_as_it_was_beside_as_it_is(page: str) -> None:
    tree = LexborHTMLParser(page)
    before, after = tree.css(".pair figure")
    assert (before.text(deep=True).startswith("Before"), after.text(deep=True).startswith("After")) == (True, True)
    assert ("4.2" in before.text(), "4.3" in before.text()) == (True, False)
    assert ("4.2" in after.text(), "4.3" in after.text()) == (False, True)
    assert [each.attributes["role"] for each in tree.css(".pair svg")] == ["group", "group"]


def test_a_chart_that_is_drawn_as_before_is_not_shown() -> None:
    text = (VALLEY_INPUTS.facts or b"").decode().replace("before each opening, not after it", "before each opening")
    found = sheet.page(review.review(VALLEY_INPUTS, replace(VALLEY_INPUTS, facts=text.encode())), TEMPLATES)
    assert "<svg" not in found
    assert "font-face" not in found


def test_charts_of_a_broken_version_are_left_out_with_a_word() -> None:
    text = (VALLEY_INPUTS.facts or b"").decode().replace("value: 4.2\n", "value: 4.3\n")
    text = text.replace("      colour: measure\n", "      panel: measure\n", 1).replace(
        "  - id: river-level\n    label", "  - id: x\n    label", 1
    )
    found = sheet.page(review.review(VALLEY_INPUTS, replace(VALLEY_INPUTS, facts=text.encode())), TEMPLATES)
    assert "The charts are not drawn: one of the two versions has errors." in found


def test_the_page_opens_from_disk_without_a_complaint_in_both_schemes(
    page: str, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "review.html").write_text(page, encoding="utf-8")
    for scheme in ("light", "dark"):
        for width in (1280, 390):
            context = browser.new_context(
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
                java_script_enabled=True,
            )
            opened = context.new_page()
            said = _complaints(opened)
            opened.goto((tmp_path / "review.html").as_uri())
            assert said == []
            assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            paper = opened.evaluate("getComputedStyle(document.body).backgroundColor")
            assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 26)"}[scheme]
            assert opened.locator(".pair svg[role=group]").count() == 2
            assert opened.get_by_role("rowheader").count() > 2
            context.close()


def test_hostile_text_shows_as_the_text_that_it_is(browser: Browser, tmp_path: Path) -> None:
    place = Place("facts.yaml", 1, 1)
    entries = []
    for number, text in enumerate([*HOSTILE, "\u202ereversed"]):
        difference = Difference(text, text, f"now {text}", Weight.WORDING, place, text, is_text=True)
        change = Change("fact", f"a-{number}", "changed", text, place, differences=(difference,))
        reach = Reach(pages=(text,), sentences=(Sentence(place, text),), conflicts=(text,))
        entries.append(Entry(change, reach, (Question("a", text),), (Problem(place, "code", text, ""),), text))
    (tmp_path / "review.html").write_text(sheet.page(Review(tuple(entries), ()), TEMPLATES), encoding="utf-8")
    opened = browser.new_page()
    said = _complaints(opened)
    opened.goto((tmp_path / "review.html").as_uri())
    assert said == []
    assert opened.evaluate("window.hit === undefined")
    shown = opened.inner_text("body")
    assert "<script>window.hit=true</script>" in shown
    assert "‹U+202E›reversed" in shown
    assert "\u202e" not in shown
    assert opened.locator("script, img, iframe, base, a:not([href^='#'])").count() == 0
    opened.close()
