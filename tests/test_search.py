"""The search: words are folded alike on both sides, all can be found, and a query of a large base stays cheap."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from generator import search
from generator.evidence import Evidence
from generator.load import assemble, load_facts
from generator.views import page_url
from tests.making import BASE
from tests.serving import serving
from tests.sites import judged
from tests.valley import VALLEY

FOLDED = {
    "Around 1,200 people": ["around", "1200", "people"],
    "70,000 70’000 70'000 70\u00a0000 70\u202f000 70000": ["70000"] * 6,
    "1,20 and 4.2 metres": ["1", "20", "and", "4.2", "metres"],
    "U.S. and U.N.-led, e.g. the E.U.": ["us", "and", "un", "led", "eg", "the", "eu"],
    "Zürich’s Élysée, Łódź, Straße, Cœur": ["zurich", "elysee", "lodz", "strasse", "coeur"],
    "a cease-fire; the 2024-09-17": ["a", "cease", "fire", "ceasefire", "the", "2024", "09", "17", "20240917"],
    "Hezbollah's ‘Aql, don’t": ["hezbollah", "aql", "dont"],
    "الماء قَبْلَ التحذير": ["الماء", "قبل", "التحذير"],
    "ﬁne ＡＢＣ ① x²": ["fine", "abc", "1", "x2"],
    "snake_case <b>&amp;": ["snake", "case", "b", "amp"],
    "": [],
    " … – ’s - ": [],
}


@pytest.mark.parametrize("text", FOLDED)
def test_words_are_folded(text: str) -> None:
    assert search.words(text) == FOLDED[text]


def _slices(made: dict[str, bytes]) -> dict[str, Any]:
    """The data of each script, by its name."""
    found = {}
    for path, content in made.items():
        call = re.fullmatch(r'briefing\.index\("([a-z]+(?:-\d{3})?)",(.*)\);\n', content.decode(), flags=re.DOTALL)
        assert call is not None
        assert path == f"data/search/{call[1]}.js"
        found[call[1]] = json.loads(call[2])
    return found


def _places(text: str) -> list[tuple[int, bool]]:
    """What a word's places are, read by the description of their form."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    found, number = [], 0
    for each in re.findall(r"[g-z0-9_-]*[A-Za-f]", text):
        value = sum((digits.index(char) & 31) << 5 * place for place, char in enumerate(each))
        number += value >> 1
        found.append((number, bool(value & 1)))
    return found


@pytest.fixture(scope="module")
def valley_pages(valley_site: Path) -> dict[str, str]:
    """The finished prose pages of the second briefing."""
    pages = (page_url(page.path) for page in judged(VALLEY).briefing.pages)
    return {url: (valley_site / url).read_text(encoding="utf-8") for url in pages}


def test_the_index_leads_from_every_word_to_each_entry_that_has_it_and_to_no_other(
    valley_pages: dict[str, str],
) -> None:
    given = judged(VALLEY)
    found = search.entries(given.briefing, given.evidence, valley_pages)
    slices = _slices(search.files(given.briefing, given.evidence, valley_pages))
    index = slices["index"]
    texts = [each for name in sorted(slices) if name.startswith("texts") for each in slices[name]]
    assert texts == [[each.kind, each.href, each.title, each.line, each.body] for each in found]
    held = {word: text for name, held in slices.items() if name.startswith("words") for word, text in held.items()}
    for word, text in held.items():
        with_it = [
            (number, word in search.words(each.title))
            for number, each in enumerate(found)
            if word in search.words(f"{each.kind} {each.title} {each.line} {each.body} {each.unseen}")
        ]
        assert _places(text) == with_it, word
    assert not {*index["small"]} & {*held}
    assert (index["entries"], found[index["sources"]].kind, found[index["sources"] - 1].kind) == (
        *(len(found), "Source", "Glossary"),
    )


def test_facts_judgments_sections_and_sources_can_be_found(valley_pages: dict[str, str]) -> None:
    given = judged(VALLEY)
    found = search.entries(given.briefing, given.evidence, valley_pages)
    base = given.briefing.base
    by_kind = {kind: [each for each in found if each.kind == kind] for kind in {each.kind for each in found}}
    assert {kind: len(each) for kind, each in by_kind.items() if kind not in ("Page", "Glossary")} == {
        "Figure": sum(fact.kind == "figure" for fact in base.facts),
        "Event": sum(fact.kind == "event" for fact in base.facts),
        "Statement": sum(fact.kind == "statement" for fact in base.facts),
        "Judgment": len(base.judgments),
        "Source": len(base.sources),
    }
    one = next(each for each in found if each.href == "facts/homes.html#displaced-eastholm-1-april")
    assert (one.title, one.line, one.unseen) == (
        "Around 1,200 people had left their homes in Eastholm by 1 April 2031.",
        "1 April 2031 · Homes · disputed",
        "2031-04-01",
    )
    assert one.body.startswith("around 1,200 people · People out of their homes (stock; counted by: ")
    assert "“Around 1,200 people had left their homes in Eastholm” (Valley Courier)" in one.body
    source = next(each for each in found if each.href == "sources.html#upland-mirror-20310409-second-wave")
    assert source.line == "Repost by Upland Mirror, first published by Harbour Wire · 9 April 2031"
    sections = {each.href: each for each in by_kind["Page"]}
    assert {"index.html", "gates.html", "gates.html#all-that-is-known"} <= {*sections}
    assert sections["gates.html#all-that-is-known"].line == sections["gates.html"].title
    assert not any("#notes" in href for href in sections)
    for each in found:
        assert not re.search(r"[{}]|&#\d", each.title + each.body), each


def test_a_query_of_ten_thousand_facts_costs_less_than_150_kilobytes() -> None:
    base, _, problems = load_facts("facts.yaml", BASE)
    assert problems == []
    chance = random.Random(7)  # noqa: S311 - not for secrets
    syllables = [a + b for a in "bcdfghjklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
    # as in a language: few words are everywhere, and most are rare
    vocabulary = ["".join(chance.choices(syllables, k=1 + number % 4)) for number in range(12_000)]
    weights = [*accumulate(1 / (rank + 8) for rank in range(len(vocabulary)))]

    def sentence(length: int) -> str:
        return " ".join(chance.choices(vocabulary, cum_weights=weights, k=length))

    first = base.facts[0]
    facts = tuple(
        replace(first, id=f"fact-{number}", statement=sentence(14), attribution=sentence(5), note=sentence(22))
        for number in range(10_000)
    )
    made = search.files(assemble(replace(base, facts=facts), [], {}), Evidence({}, is_known=False), {})
    packed = {path.removeprefix("data/search/"): len(gzip.compress(content)) for path, content in made.items()}
    assert max(map(len, made.values())) < 50_000
    index = _slices({"data/search/index.js": made["data/search/index.js"]})["index"]
    starts = index["words"]
    costs = {}
    for word in (*vocabulary[:5], *(word[:2] for word in vocabulary[:20]), "1200"):
        held = [
            number
            for number, start in enumerate(starts)
            if start <= f"{word}\uffff" and (number + 1 == len(starts) or word < starts[number + 1])
        ]
        ten_results = sorted((size for name, size in packed.items() if name.startswith("texts")), reverse=True)[:10]
        costs[word] = packed["index.js"] + sum(packed[f"words-{number:03}.js"] for number in held) + sum(ten_results)
    assert len(packed) > 200
    assert {word: cost for word, cost in costs.items() if cost > 150_000} == {}


# -- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["served", "from disk"])
def address(request: pytest.FixtureRequest, valley_site: Path) -> Iterator[str]:
    """The address of the second briefing's site: on a server, and as a folder."""
    if request.param == "from disk":
        yield f"{valley_site.as_uri()}/"
    else:
        with serving(valley_site) as found:
            yield found


def _titles(page: Page) -> list[str]:
    return [" ".join(each.split()) for each in page.locator(".search__title").all_inner_texts()]


def test_what_is_typed_is_found_from_any_page_and_kept_in_the_address(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}facts/homes.html")
    page.get_by_role("searchbox", name="Search facts and sources").fill("1,200 EASTHOLM")
    page.keyboard.press("Enter")
    said = page.get_by_role("status")
    expect(said).to_have_text(re.compile(r"\d+ results"))
    assert page.url == f"{address}search.html?q=1%2C200+EASTHOLM"
    assert _titles(page)[0] == "Around 1,200 people had left their homes in Eastholm by 1 April 2031."
    assert page.locator(".search__title").first.locator("mark").all_inner_texts() == ["1,200", "Eastholm"]
    field = page.get_by_role("searchbox")
    field.fill("% - \\")
    expect(said).to_have_text("There is no word and no number in this to search for.")
    field.fill("")
    expect(said).to_have_text("")
    field.fill("wave sleeps")
    expect(said).to_have_text("1 result")
    assert _titles(page) == ["Second wave: “nobody sleeps by the water”"]
    page.wait_for_function("location.search === '?q=wave+sleeps'")
    field.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources.html#upland-mirror-20310409-second-wave")
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("1 result")
    page.close()


def test_whole_words_come_before_beginnings_titles_before_texts_and_facts_before_sources(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}search.html?q=eastholm")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"\d+ results"))
    assert "Eastholm" in _titles(page)[0]
    kinds = [each.partition(" ·")[0] for each in page.locator(".search__kind").all_inner_texts()]
    assert kinds[0] in ("Figure", "Event", "Statement")
    for ask, found in (("eas", True), ("e", False), ("eastholmx", False)):
        page.get_by_role("searchbox").fill(ask)
        page.wait_for_function("(q) => location.search === `?q=${q}`", arg=ask)
        expect(page.get_by_role("status")).to_have_text(re.compile(r"results$" if found else "^Nothing has all"))
    page.get_by_role("searchbox").fill("the of")
    expect(page.get_by_role("status")).to_have_text(re.compile("nearly everywhere"))
    page.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Eastholmx", "eastholm"),  # a letter too many
        ("Esatholm", "eastholm"),  # two in each other's place
        ("homes, Easthlm", "homes, eastholm"),
        ("nobody slepes", "nobody sleeps"),
        ("Eastholm qqqqqqq", ""),  # nothing is near
        ("Upland9", ""),  # a number is what it is
    ],
)
def test_a_slip_is_mended_where_that_finds_something(browser: Browser, address: str, typed: str, meant: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}search.html")
    page.get_by_role("searchbox").fill(typed)
    said = page.get_by_role("status")
    if meant:
        expect(said).to_have_text(f"Nothing has all of these words. Did you mean {meant}?")
        said.get_by_role("link", name=meant).click()
        expect(page.get_by_role("searchbox")).to_have_value(meant)
        expect(page.get_by_role("status")).to_have_text(re.compile(r"\d+ results?$"))
    else:
        expect(said).to_have_text(re.compile("^Nothing has all of these words. Try fewer words"))
    page.close()


def test_more_results_come_when_asked_for(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}search.html?q=2031")
    more = page.get_by_role("button", name="Show more")
    expect(more).to_be_visible()
    total = int(page.get_by_role("status").inner_text().split()[0])
    assert page.locator(".search__result").count() == 10
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".search__result")).to_have_count(min(20, total))
    expect(page.locator(".search__result").nth(10).locator("a")).to_be_focused()
    page.close()


def test_a_browser_folds_words_as_the_index_does(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}search.html")
    assert {text: page.evaluate("(text) => briefing.words(text)", text) for text in FOLDED} == FOLDED
    page.close()


def test_without_a_script_the_page_says_so_and_leads_on(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}search.html")
    assert page.get_by_text("The search needs a script").is_visible()
    assert page.get_by_role("searchbox").count() == 0
    page.get_by_role("link", name="list of all facts").click()
    page.wait_for_url("**/facts/index.html")
    context.close()
