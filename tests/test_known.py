"""As known on a day: what no source had published by then is left out; what shows no day of publication, never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from selectolax.lexbor import LexborHTMLParser

from generator import news
from generator.pages import is_long
from generator.tables import by_date
from generator.views import known_day
from tests.serving import serving
from tests.sites import ROOT, judged
from tests.valley import VALLEY

BRIEFING = judged(VALLEY).briefing
KNOWN = {fact.id: known_day(BRIEFING, fact) for fact in BRIEFING.base.facts}
ITEMS = "article :is(li, tr)[data-known]"


def test_every_item_of_a_list_table_and_timeline_carries_since_when_it_is_known(valley_site: Path) -> None:
    found = 0
    for name in ("index", "gates", "reading", "facts/index"):
        page = LexborHTMLParser((valley_site / f"{name}.html").read_text(encoding="utf-8"))
        for item in page.css("article :is(ul.claims > li, tbody > tr[data-fact], li.timeline__item)"):
            assert item.attributes["data-known"] == KNOWN[str(item.attributes["data-fact"])]
            found += 1
    assert found > 40


def test_a_fact_whose_sources_show_no_day_was_not_known_before_it_was_so() -> None:
    unknown = [fact for fact in BRIEFING.base.facts if not BRIEFING.known_since(fact)]
    assert unknown
    assert all(KNOWN[fact.id] == f"{fact.date.first.isoformat()}?" for fact in unknown)


def test_a_fact_says_since_when_it_is_known(valley_site: Path) -> None:
    page = LexborHTMLParser((valley_site / "facts/gates.html").read_text(encoding="utf-8"))
    card = page.css_first("article#level-at-old-bridge")
    assert card is not None
    details = {each.css_first("dt").text(): each.css_first("dd").text() for each in card.css("dl > div")}  # type: ignore[union-attr]
    assert details["Known since"] == "2 April 2031, when the first of its sources was published"
    assert "not told: none of its sources shows" in (valley_site / "facts/warnings.html").read_text(encoding="utf-8")


def test_what_was_said_before_a_correction_or_withdrawal_stands_beside_the_pages() -> None:
    written = news.as_script(BRIEFING).decode()
    data = json.loads(written.removeprefix("briefing.known.changed(").removesuffix(");\n"))
    assert data == {
        "corrected": [
            {"fact": "level-at-old-bridge", "date": "2031-04-06", "day": "6 April 2031", "was": "4.4 metres"}
        ],
        "withdrawn": [{"fact": "wall-broke-5-april", "date": "2031-04-10", "day": "10 April 2031"}],
    }


def test_a_long_timeline_has_a_heading_for_each_month_and_a_way_to_it(briefing_site: Path) -> None:
    briefing = judged(ROOT).briefing
    headed = 0
    for page in briefing.pages:
        calls = [call for call in page.calls if call.name == "timeline"]
        tree = LexborHTMLParser((briefing_site / page.path.replace(".md", ".html")).read_text(encoding="utf-8"))
        months, anchors = [], []
        for facts in (by_date(briefing.select(call.selection)) for call in calls):
            if is_long(facts):
                months += [*dict.fromkeys(f.date.first.isoformat()[:7] for f in facts if f.date.start)]
        for section in tree.css("div.month"):
            name = section.css_first("h3 time")
            assert name is not None
            anchors.append(str(section.attributes["aria-labelledby"]))
            days = [str(each.attributes.get("datetime") or "") for each in section.css(".timeline__date time")]
            assert all(day.startswith(str(name.attributes["datetime"])) for day in days if len(day) > 4)
        assert [anchor[-7:] for anchor in anchors] == months
        links = [str(each.attributes["href"]) for each in tree.css("nav.months a")]
        assert links == [f"#{each}" for each in anchors]
        headed += len(months)
    assert headed > 10


# -- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["served", "from disk"])
def address(request: pytest.FixtureRequest, valley_site: Path) -> Iterator[str]:
    """The address of the second briefing's site: on a server, and as a folder."""
    if request.param == "from disk":
        yield f"{valley_site.as_uri()}/"
    else:
        with serving(valley_site) as found:
            yield found


def _items(page: Page) -> dict[bool, list[str]]:
    """The facts of a page's lists, tables and timelines, by whether they are shown."""
    found: list[tuple[str, bool]] = page.evaluate(
        f"[...document.querySelectorAll('{ITEMS}')].map((each) => [each.dataset.fact, each.checkVisibility()])"
    )
    return {shown: [fact for fact, is_shown in found if is_shown is shown] for shown in (True, False)}


@pytest.mark.parametrize("name", ["index.html", "gates.html", "reading.html", "facts/index.html"])
def test_only_what_was_known_on_the_day_is_shown(browser: Browser, address: str, name: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}{name}")
    assert _items(page)[False] == []
    field = page.get_by_label("As known on")
    field.fill("2031-04-05")
    field.press("Tab")
    page.wait_for_function("location.search === '?known=2031-04-05'")
    items = _items(page)
    assert all(KNOWN[each][:10] <= "2031-04-05" for each in items[True])
    assert all(KNOWN[each][:10] > "2031-04-05" for each in items[False])
    assert items[False]
    unknown = [each for each in items[True] if KNOWN[each].endswith("?")]
    expect(page.locator(".known__note", has_text="publication date unknown")).to_have_count(len(unknown))
    assert page.locator("section:visible, li.timeline__day:visible").evaluate_all(
        "(all) => all.every((each) => [...each.querySelectorAll('[data-known]')].some((item) => item.checkVisibility())"
        " || !each.querySelector('[data-known]'))"
    )
    page.go_back()
    assert _items(page)[False] == []
    assert page.locator(".known__note").count() == 0
    page.close()


def test_no_month_is_offered_of_which_nothing_was_known(browser: Browser, briefing_site: Path) -> None:
    page = browser.new_page()
    page.goto(f"{briefing_site.as_uri()}/timeline.html")
    links, navs = page.locator("nav.months a"), page.locator("nav.months")
    before = [links.count(), navs.count()]
    assert before[0] > 5
    page.goto(f"{briefing_site.as_uri()}/timeline.html?known=2024-10-01")
    said = links.evaluate_all(
        "found => found.map((each) => [each.checkVisibility(), document.querySelector(each.hash).checkVisibility()])"
    )
    assert len(said) == before[0]
    assert all(offered == there for offered, there in said)
    assert {offered for offered, _ in said} == {True, False}
    assert 0 < navs.filter(visible=True).count() < before[1]
    assert page.locator(".months__year").filter(visible=True).count() == navs.locator("p").filter(visible=True).count()
    page.close()


def test_what_was_corrected_later_is_shown_as_it_was(browser: Browser, address: str) -> None:
    page = browser.new_page()
    for day, said in (("2031-04-03", ["then shown as “4.4 metres”, corrected on 6 April 2031"]), ("2031-04-06", [])):
        page.goto(f"{address}gates.html?known={day}")
        row = page.locator("tr[data-fact=level-at-old-bridge]").first
        expect(row).to_be_visible()
        expect(row.locator(".known__note")).to_have_text(said)
    page.goto(f"{address}facts/index.html?known=2031-04-09")
    gone = page.locator("li[data-fact=wall-broke-5-april]")
    expect(gone.locator(".known__note")).to_have_text("not withdrawn until 10 April 2031")
    page.close()


def test_a_drawing_that_would_show_more_than_was_known_is_left_out(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}gates.html?known=2031-04-03")
    chart = page.locator("#chart-river-level")
    expect(chart.locator(".chart__drawing")).to_be_hidden()
    expect(chart.locator(".known__drawing")).to_have_text(
        "The drawing also holds what became known later, so it is left out here. The table shows what was known."
    )
    page.get_by_role("button", name="Show all").click()
    expect(chart.locator(".chart__drawing")).to_be_visible()
    expect(chart.locator(".known__drawing")).to_have_count(0)
    assert _items(page)[False] == []
    page.close()


def test_a_table_that_stood_in_for_a_drawing_is_closed_again(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}gates.html")
    table = page.locator("#chart-river-level details")
    for is_open in (False, True):
        table.evaluate("(table, isOpen) => { table.open = isOpen; }", is_open)
        page.get_by_label("As known on").fill("2031-04-03")
        expect(table).to_have_attribute("open", "")
        page.get_by_role("button", name="Show all").click()
        expect(page.locator("#chart-river-level .chart__drawing")).to_be_visible()
        assert table.evaluate("(table) => table.open") is is_open
    page.close()
