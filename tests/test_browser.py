"""The finished sites in a real browser: nothing fails, nothing leaves the site, and all can be read without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pybtex.database
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.serving import serving
from tests.sites import ROOT, judged

WIDTHS = {"wide": 1280, "narrow": 390}


@pytest.fixture(scope="module", params=["briefing", "valley"])
def served(request: pytest.FixtureRequest, briefing_site: Path, valley_site: Path) -> Iterator[tuple[str, Path]]:
    """A site's address and its folder."""
    folder = briefing_site if request.param == "briefing" else valley_site
    with serving(folder) as address:
        yield address, folder


@pytest.fixture(scope="module")
def briefing(briefing_site: Path) -> Iterator[str]:
    """The address of the site of this checkout's briefing."""
    with serving(briefing_site) as address:
        yield address


@pytest.fixture(scope="module")
def valley(valley_site: Path) -> Iterator[str]:
    """The address of the site of the second briefing."""
    with serving(valley_site) as address:
        yield address


def _pages(folder: Path) -> list[str]:
    """The address of every page, relative to the site."""
    names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.html")))
    return [name for name in names if name != "404.html"]


def _context(browser: Browser, width: int = 1280, **more: Any) -> BrowserContext:  # noqa: ANN401 - Playwright's options
    return browser.new_context(viewport={"width": width, "height": 900}, **more)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_page_loads_without_an_error_and_without_leaving_the_site(
    browser: Browser, served: tuple[str, Path], width: int, scheme: str
) -> None:
    address, folder = served
    context = _context(browser, width, color_scheme=scheme)
    wrong: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # A request that is under way when the test moves on to the next page ends as aborted; that is the test's doing.
    page.on("requestfailed", lambda each: None if each.failure == "net::ERR_ABORTED" else wrong.append(each.url))
    page.on("response", lambda each: wrong.append(f"{each.status}: {each.url}") if each.status >= 400 else None)
    page.on("request", lambda each: None if each.url.startswith((address, "data:")) else wrong.append(each.url))
    for name in _pages(folder):
        page.goto(address + name, wait_until="load")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{name} is {wider} px wider than the screen"
    context.close()
    assert wrong == []


def test_no_page_scrolls_sideways_on_the_smallest_phone(browser: Browser, served: tuple[str, Path]) -> None:
    address, folder = served
    context = _context(browser, 320)
    page = context.new_page()
    wide = {}
    for name in _pages(folder):
        page.goto(address + name)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {name: width for name, width in wide.items() if width > 320} == {}


WHAT_IS_SEEN = """() => {
  const seen = (node) => {
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && style.opacity !== "0";
  };
  const text = (svg) => [...svg.querySelectorAll("text")].filter(seen).map(
    (each) => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a);
  return {
    charts: [...document.querySelectorAll("figure.chart:not(.chart--preview)")].map((chart) => ({
      drawings: [...chart.querySelectorAll("svg")].filter(seen).map((svg) => ({
        marks: svg.querySelectorAll("[data-fact]").length,
        smallest: Math.min(...text(svg)),
        title: document.getElementById(svg.getAttribute("aria-labelledby").split(" ")[0]).textContent,
      })),
      rows: [...chart.querySelectorAll("tbody tr")].filter(seen).length,
      hiddenRows: [...chart.querySelectorAll("tbody tr")].filter((row) => !seen(row)).length,
    })),
    unseenMarkers: [...document.querySelectorAll("a.cite")].filter((each) => !seen(each)).length,
    deadMarkers: [...document.querySelectorAll("a.cite")].filter((each) => {
      const note = document.querySelector(each.getAttribute("href"));
      const evidence = note ? [...note.querySelectorAll("q, .note__worked")] : [];
      return !evidence.length || !seen(note) || !evidence.every(seen);
    }).length,
    markers: document.querySelectorAll("a.cite").length,
    unseenQuotes: [...document.querySelectorAll("article q, ol.notes q")].filter((each) => !seen(each)).length,
    ways: [...document.querySelectorAll("nav a[href], header a[href], footer a[href]")].filter(
      (each) => seen(each) && each.innerText.trim() && each.getBoundingClientRect().left < innerWidth).length,
  };
}"""


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_without_scripts_every_chart_table_note_and_quote_can_be_read(
    browser: Browser, served: tuple[str, Path], width: int
) -> None:
    address, folder = served
    context = _context(browser, width, java_script_enabled=False)
    page = context.new_page()
    charts = markers = 0
    for name in _pages(folder):
        page.goto(address + name)
        seen = page.evaluate(WHAT_IS_SEEN)
        for chart in seen["charts"]:
            (drawing,) = chart["drawings"]
            assert drawing["marks"] == chart["rows"] > 0, name
            assert drawing["smallest"] >= 11, name
            assert drawing["title"], name
            assert chart["hiddenRows"] == 0, name
        assert (seen["unseenMarkers"], seen["deadMarkers"], seen["unseenQuotes"]) == (0, 0, 0), name
        assert seen["ways"] >= 2, name
        charts += len(seen["charts"])
        markers += seen["markers"]
    context.close()
    assert charts >= 2
    assert markers >= 5


SEEN_LINKS = """() => [...document.querySelectorAll("a[href]:not([download])")].filter((each) => {
  const box = each.getBoundingClientRect(), style = getComputedStyle(each);
  return box.width > 0 && box.height > 0 && box.left >= 0 && box.right <= innerWidth
    && style.visibility !== "hidden" && style.opacity !== "0";
}).map((each) => (each.href.baseVal ? new URL(each.href.baseVal, location).href : each.href).split(/[#?]/)[0])"""


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_without_scripts_links_that_can_be_seen_lead_from_the_front_page_to_every_page(
    browser: Browser, served: tuple[str, Path], width: int
) -> None:
    address, folder = served
    context = _context(browser, width, java_script_enabled=False)
    page = context.new_page()
    to_visit, visited = [f"{address}index.html"], set[str]()
    while to_visit:
        here = to_visit.pop()
        if here.startswith(address) and here.endswith(".html") and here not in visited:  # not the feed
            visited.add(here)
            page.goto(here)
            to_visit += page.evaluate(SEEN_LINKS)
    context.close()
    assert visited == {address + name for name in _pages(folder)}


FOCUS = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return null;
  // the theme shows the focus of its switch for colours on the label behind it
  const shown = focused.matches("input.md-option") ? focused.nextElementSibling : focused;
  const hit = [...shown.getClientRects()].some((box) => {
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const top = box.width >= 1 && box.height >= 1 && document.elementFromPoint(x, y);
    return top && (shown.contains(top) || (top.contains(shown) && !top.matches("html, body")));
  });
  const style = getComputedStyle(shown);
  const seen = hit && style.visibility !== "hidden" && style.opacity !== "0";
  return {seen: seen && getComputedStyle(focused).outlineStyle !== "none", what: focused.outerHTML.slice(0, 100)};
}"""


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_tab_key_stops_only_where_the_focus_can_be_seen(
    browser: Browser, valley: str, width: int, *, scripts: bool
) -> None:
    context = _context(browser, width, java_script_enabled=scripts, reduced_motion="reduce")
    page = context.new_page()
    unseen, stops = [], 0
    for name in ("", "facts/gates.html", "sources.html"):
        page.goto(valley + name)
        for key in ("Tab", "Shift+Tab"):
            page.keyboard.press(key)
            while focus := page.evaluate(FOCUS):
                if not focus["seen"]:  # what the theme shows on focus, it may show a moment later
                    page.wait_for_timeout(100)
                    focus = page.evaluate(FOCUS)
                unseen += [] if focus["seen"] else [(name, key, focus["what"])]
                stops += 1
                page.keyboard.press(key)
    context.close()
    assert unseen == []
    assert stops > 200


def test_every_fact_of_the_briefing_can_be_read_at_its_permanent_address(browser: Browser, briefing: str) -> None:
    context = _context(browser, java_script_enabled=False)
    page = context.new_page()
    facts = judged(ROOT).briefing.facts
    for topic in dict.fromkeys(fact.topic for fact in facts.values()):
        page.goto(f"{briefing}facts/{topic}.html")
        for fact in (each for each in facts.values() if each.topic == topic):
            shown = page.locator(f"[id='{fact.id}']")
            assert shown.is_visible(), fact.id
            assert fact.statement.rstrip(".") in shown.inner_text(), fact.id
    context.close()


def _card_is_open(page: Page) -> bool:
    return bool(page.evaluate("document.querySelector('.card')?.matches(':popover-open') ?? false"))


OPENED = ".card:popover-open"


@pytest.fixture(params=["served", "from disk"])
def valley_front(request: pytest.FixtureRequest, valley: str, valley_site: Path) -> str:
    """The front page of the second briefing, over HTTP and as a file."""
    return f"{valley}index.html" if request.param == "served" else (valley_site / "index.html").as_uri()


def test_a_card_opens_under_the_pointer_stays_when_entered_and_leads_to_the_words(
    browser: Browser, valley_front: str
) -> None:
    context = _context(browser)
    page = context.new_page()
    page.goto(valley_front)
    page.locator("a.value").first.hover()
    page.locator(OPENED).wait_for()
    card = page.locator(".card")
    words = card.locator("a[rel~=external]").first
    assert "#:~:text=" in (words.get_attribute("href") or "")
    assert card.locator("q").first.is_visible()
    words.hover()
    page.wait_for_timeout(500)
    assert _card_is_open(page), "it stays when entered (WCAG 2.2, 1.4.13)"
    place = card.locator(".fact__link").get_attribute("href") or ""
    page.keyboard.press("Escape")
    assert not _card_is_open(page)
    page.goto(place)
    page.locator("article.fact:target").wait_for()
    context.close()


def test_a_card_opens_with_the_focus_is_entered_with_enter_and_left_with_escape(
    browser: Browser, valley_front: str
) -> None:
    context = _context(browser)
    page = context.new_page()
    page.goto(valley_front)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('cite')"):
            break
    page.locator(OPENED).wait_for()
    page.keyboard.press("Enter")
    page.locator(".card:focus").wait_for()
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.card a[rel~=external]')"):
            break
    assert page.evaluate("document.activeElement.matches('.card a[rel~=external]')")
    page.keyboard.press("Escape")
    assert not _card_is_open(page)
    assert page.evaluate("document.activeElement.classList.contains('cite')"), "the focus is where it was"
    context.close()


def test_the_tab_key_leads_through_a_card_and_on_behind_its_link(browser: Browser, valley: str) -> None:
    context = _context(browser)
    page = context.new_page()
    page.goto(f"{valley}index.html")
    page.locator("a.value").first.focus()
    page.keyboard.press("Enter")
    page.locator(".card:focus").wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.closest('.card')"):
            break
    follows = "document.querySelectorAll('a.value')[0].compareDocumentPosition(document.activeElement)"
    assert page.evaluate(f"{follows} & Node.DOCUMENT_POSITION_FOLLOWING")
    context.close()


def test_the_mark_of_a_fact_stays_with_the_word_before_it_and_code_with_the_colours_of_the_page(
    browser: Browser, briefing: str
) -> None:
    context = _context(browser, 390, color_scheme="dark")
    page = context.new_page()
    for name, marks in (("judgments.html", ".judgment__facts .marker a"), ("whole.html", ".figures .marker a")):
        page.goto(briefing + name)
        parted = page.eval_on_selector_all(
            marks,
            """(marks) => marks.filter((mark) => {
                const range = document.createRange();
                range.selectNodeContents(mark.closest("sup").previousElementSibling);
                return [...range.getClientRects()].at(-1).right > mark.getBoundingClientRect().left + 1;
            }).map((mark) => mark.href)""",
        )
        assert page.locator(marks).count() > 0
        assert parted == []
    page.goto(briefing + "data.html")
    brightness = page.eval_on_selector_all(
        "article code", "(all) => all.map((each) => getComputedStyle(each).backgroundColor)"
    )
    assert brightness
    assert set(brightness) <= {"rgba(0, 0, 0, 0)", "rgb(29, 33, 37)"}
    context.close()


def test_a_tap_opens_a_card_and_another_beside_it_closes_it(browser: Browser, valley: str) -> None:
    context = _context(browser, 390, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{valley}index.html")
    page.locator("a.value").first.tap()
    page.locator(OPENED).wait_for()
    box = page.locator(".card").bounding_box()
    assert box is not None
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 900)
    page.locator("h1").tap()
    assert not _card_is_open(page)
    context.close()


def test_the_marks_of_a_chart_have_cards_by_pointer_and_by_arrow_keys(browser: Browser, valley: str) -> None:
    context = _context(browser)
    page = context.new_page()
    page.goto(f"{valley}gates.html")
    drawing = page.locator("#chart-gate-openings svg:visible")
    drawing.locator("a").first.focus()
    names, places = [], []
    page.keyboard.press("Home")
    for _ in range(drawing.locator("a").count()):
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        places.append(page.evaluate("(box => box.x + box.width / 2)(document.activeElement.getBoundingClientRect())"))
        page.keyboard.press("ArrowRight")
    page.locator(OPENED).wait_for()
    assert len(set(names)) >= 3
    assert places == sorted(places), "from left to right, which is from early to late"
    assert drawing.locator("a[tabindex='0']").count() == 1
    page.keyboard.press("Escape")
    box = drawing.locator("a").nth(1).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] + 9, box["y"] + box["height"] / 2)  # near is near enough
    page.locator(OPENED).wait_for()
    context.close()


@pytest.mark.parametrize(
    ("name", "where", "saved"),
    [
        ("gates.html", ".chart__files .cite-button >> nth=0", "gate-openings.bib"),
        ("facts/gates.html", "#opening-6-april .cite-button", "opening-6-april.bib"),
        (
            "sources.html",
            "#hollin-water-board-notice-of-opening .cite-button",
            "hollin-water-board-notice-of-opening.bib",
        ),
        ("index.html", ".colophon .cite-button", "briefing.bib"),
        ("search.html", ".colophon .cite-button", "briefing.bib"),
    ],
    ids=["chart", "fact", "source", "briefing", "briefing-beside-the-search"],
)
def test_what_can_be_cited_gives_its_citation_in_the_style_that_the_reader_chose(
    browser: Browser, valley: str, name: str, where: str, saved: str
) -> None:
    context = _context(browser)
    page = context.new_page()
    page.goto(valley + name)
    page.locator(where).click()
    text = page.locator(".citing textarea")
    text.wait_for()
    assert text.input_value().count("\ue000") == 0
    page.get_by_label("Style").select_option("bibtex")
    record = pybtex.database.parse_string(text.input_value(), "bibtex")
    assert len(record.entries) >= 1
    with page.expect_download() as download:
        page.get_by_text("Save as a file").click()
    assert download.value.suggested_filename == saved
    assert Path(download.value.path()).read_text(encoding="utf-8") == text.input_value()
    page.keyboard.press("Escape")
    assert page.locator(".citing[open]").count() == 0
    context.close()


def test_without_scripts_a_mark_and_a_number_are_links_to_their_facts(browser: Browser, valley: str) -> None:
    context = _context(browser, java_script_enabled=False)
    page = context.new_page()
    for name, link in (
        ("index.html", "a.value >> nth=0"),
        ("gates.html", "#chart-gate-openings svg:visible a >> nth=0"),
    ):
        page.goto(valley + name)
        page.locator(link).click(force=True)
        page.locator("article.fact:target").wait_for()
    context.close()


def test_the_switch_turns_the_colours_round_and_is_remembered(browser: Browser, valley: str) -> None:
    context = _context(browser, color_scheme="light")
    page = context.new_page()
    page.goto(f"{valley}index.html")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(paper) == "rgb(20, 23, 26)"
    page.goto(f"{valley}gates.html")
    assert page.evaluate(paper) == "rgb(20, 23, 26)"
    context.close()


def test_the_menu_of_a_narrow_screen_opens_and_closes_by_keyboard_without_a_script(
    browser: Browser, valley: str
) -> None:
    context = _context(browser, 390, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{valley}index.html")
    assert not page.locator(".menu").is_visible()
    page.locator(".masthead__menu").focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".menu").is_visible()
    context.close()


def test_a_page_that_is_not_there_says_so_in_the_site_s_own_dress(browser: Browser, briefing: str) -> None:
    context = _context(browser)
    page = context.new_page()
    response = page.goto(f"{briefing}no-such-page.html")
    assert response is not None
    assert response.status == 404
    assert "There is no such page" in page.inner_text("body")
    context.close()
