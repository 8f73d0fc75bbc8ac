"""The list of all facts: whole without a script, narrowed with one, by an address that others can open."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from selectolax.lexbor import LexborHTMLParser

from generator.facets import Facets
from tests.serving import serving
from tests.sites import judged
from tests.valley import VALLEY

LIST = "facts/index.html"
BRIEFING = judged(VALLEY).briefing


def test_every_fact_carries_by_what_it_can_be_found() -> None:
    facets = Facets(BRIEFING)
    facts = BRIEFING.facts
    assert facets.of(facts["displaced-eastholm-1-april-by-residents"]) == {
        "data-topic": "homes",
        "data-kind": "figure",
        "data-side": "eastholm",
        "data-days": "2031-04-01",
        "data-who": "westholm-residents",
        "data-origins": "3",
        "data-state": "disputed unnamed party overdue",
        "data-known": "2031-04-09",
    }
    assert facets.of(facts["wall-broke-5-april"])["data-state"].split()[-1] == "withdrawn"
    for correction in BRIEFING.base.corrections:
        assert "corrected" in facets.of(facts[correction.fact])["data-state"].split()
    for fact in facts.values():
        first, _, last = facets.of(fact)["data-days"].partition("/")
        assert (first, last or first) == (fact.date.first.isoformat(), fact.date.last.isoformat())


def test_the_choices_are_those_that_some_fact_has() -> None:
    choices = {each.name: dict(each.options) for each in Facets(BRIEFING).choices}
    assert choices["topic"] == {"homes": "Homes", "gates": "Dam gates", "warnings": "Warnings"}
    assert choices["side"] == {"eastholm": "Eastholm", "westholm": "Westholm"}
    assert choices["kind"] == {"figure": "Figure", "event": "Event", "statement": "Statement"}
    assert [*choices["origin"]] == ["Al-Wadi", "Harbour Wire", "Hollin Water Board", "Valley Courier"]
    named = {actor for fact in BRIEFING.base.facts for actor in (*fact.said_by, *getattr(fact, "speaker", ()))}
    assert {*choices["who"]} == named
    assert [*choices["who"].values()] == sorted(choices["who"].values())
    assert [*choices["state"]] == ["disputed", "unnamed", "party", "computed", "corrected", "withdrawn", "overdue"]


def test_the_list_is_whole_and_the_withdrawn_stand_apart(valley_site: Path) -> None:
    page = LexborHTMLParser((valley_site / LIST).read_text(encoding="utf-8"))
    listed = [str(each.attributes["data-fact"]) for each in page.css("section.topic li")]
    assert sorted(listed) == sorted(BRIEFING.facts)
    struck = [str(each.parent.attributes["data-fact"]) for each in page.css("section.topic li > del") if each.parent]
    assert struck == [fact.id for fact in BRIEFING.base.facts if fact.withdrawn]


def test_the_page_stays_light(briefing_site: Path) -> None:
    assert len(gzip.compress((briefing_site / LIST).read_bytes())) < 150_000


# -- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["served", "from disk"])
def address(request: pytest.FixtureRequest, valley_site: Path) -> Iterator[str]:
    """The address of the list, on a server and as a file."""
    if request.param == "from disk":
        yield f"{valley_site.as_uri()}/{LIST}"
    else:
        with serving(valley_site) as found:
            yield f"{found}{LIST}"


def _shown(page: Page) -> set[str]:
    seen: list[str] = page.evaluate(
        "[...document.querySelectorAll('section.topic li')].filter((each) => each.checkVisibility())"
        ".map((each) => each.dataset.fact)"
    )
    return {*seen}


def _ids(**wanted: str) -> set[str]:
    """The facts that have a word among those of each attribute."""
    facets = Facets(BRIEFING)
    return {
        fact.id
        for fact in BRIEFING.base.facts
        if all(word in facets.of(fact).get(f"data-{name}", "").split() for name, word in wanted.items())
    }


def test_choices_narrow_the_list_and_the_address_keeps_them(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    said = page.get_by_role("status")
    assert _shown(page) == {*BRIEFING.facts}
    page.get_by_label("Topic").select_option("homes")
    page.get_by_label("State").select_option("disputed")
    found = _ids(topic="homes", state="disputed")
    assert 1 < len(found) < len(_ids(topic="homes"))
    expect(said).to_have_text(f"{len(found)} of {len(BRIEFING.facts)} facts shown")
    assert _shown(page) == found
    assert page.url == f"{address}?topic=homes&state=disputed"
    page.go_back()
    assert _shown(page) == _ids(topic="homes")
    expect(page.get_by_label("State")).to_have_value("All")
    page.go_forward()
    assert _shown(page) == found
    page.get_by_role("button", name="Clear").click()
    assert _shown(page) == {*BRIEFING.facts}
    assert page.url == address
    page.close()


def test_an_address_with_choices_opens_the_narrowed_list(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}?origin=Harbour+Wire&from=2031-04-01&to=2031-04-30&side=no-such-side")
    expect(page.get_by_label("Origin of the source")).to_have_value("Harbour Wire")
    expect(page.get_by_label("Side")).to_have_value("All")
    wanted = {fact.id for fact in BRIEFING.base.facts if "Harbour Wire" in BRIEFING.origins(fact)}
    assert wanted
    assert _shown(page) == {each for each in wanted if BRIEFING.facts[each].date.last.isoformat() >= "2031-04-01"}
    page.get_by_label("Kind").select_option("event")
    page.get_by_label("State").select_option("computed")
    expect(page.get_by_role("status")).to_have_text("No fact matches all of these choices. Undo one of them.")
    assert _shown(page) == set()
    page.close()


def test_the_link_to_the_narrowed_list_can_be_copied(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}?kind=event")
    page.evaluate(
        "navigator.clipboard ? navigator.clipboard.writeText = async (text) => { window.copied = text; }"
        " : document.addEventListener('copy', () => { window.copied = getSelection().toString(); })"
    )
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status")).to_have_text("Link copied")
    assert page.evaluate("window.copied") == f"{address}?kind=event"
    context.close()


def test_without_a_script_there_are_no_controls_and_the_list_is_whole(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}?kind=event")
    assert page.get_by_label("Topic").count() == 1
    assert not page.get_by_label("Topic").is_visible()
    assert page.locator("section.topic li:visible").count() == len(BRIEFING.facts)
    context.close()
