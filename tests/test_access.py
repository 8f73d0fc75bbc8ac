"""The pages for everybody: WCAG 2.2 AA as far as a machine can tell, the keyboard, large text, and paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.serving import serving

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS: dict[str, dict[str, Any]] = {
    "wide and light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "narrow and dark": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "on paper": {"viewport": {"width": 700, "height": 900}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def valley(valley_site: Path) -> Iterator[str]:
    """The address of the second briefing's site."""
    with serving(valley_site) as address:
        yield address


@pytest.fixture(scope="module")
def names(valley_site: Path) -> list[str]:
    """All of its pages."""
    return [path.relative_to(valley_site).as_posix() for path in sorted(valley_site.rglob("*.html"))]


@pytest.mark.parametrize("view", VIEWS)
def test_no_page_breaks_a_rule_of_axe(browser: Browser, valley: str, names: list[str], view: str) -> None:
    context = browser.new_context(**VIEWS[view])
    page, axe = context.new_page(), Axe()
    page.emulate_media(media="print" if view == "on paper" else "screen")
    broken = []
    for name in names:
        page.goto(valley + name)
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        options = {"runOnly": RULES, "rules": {"target-size": {"enabled": view != "on paper"}}}
        found = axe.run(page, options={**options, "resultTypes": ["violations"]}).response
        assert len(found["passes"]) > 10
        broken += [(name, each["id"], node["html"]) for each in found["violations"] for node in each["nodes"]]
    context.close()
    assert broken == []


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_no_page_scrolls_sideways_where_the_text_is_twice_as_large(
    browser: Browser, valley: str, names: list[str], width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700})
    page = context.new_page()
    wide = {}
    for name in names:
        page.goto(valley + name)
        usual = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        page.evaluate(f"document.documentElement.style.fontSize = '{2 * usual}px'")
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {name: found for name, found in wide.items() if found > width} == {}


# -- the keyboard ---------------------------------------------------------------------------------------------------

FOCUSED = """() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect();
  const seen = box.width > 0 && box.left >= 0 && box.top >= 0 && box.right <= innerWidth;
  return [focused.textContent.trim(), seen && getComputedStyle(focused).outlineStyle !== "none"];
}"""


def _press(page: Page, *keys: str) -> tuple[str, bool]:
    """What has the focus after some keys, and whether that can be seen."""
    for key in keys:
        page.keyboard.press(key)
    said, seen = page.evaluate(FOCUSED)
    return said, seen


def test_the_first_stop_skips_to_the_content(browser: Browser, valley: str, names: list[str]) -> None:
    context = browser.new_context()
    page = context.new_page()
    for name in names:
        page.goto(valley + name)
        said, seen = _press(page, "Tab")
        assert (said, seen) == ("Skip to content", True), name
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector(':target').closest('.md-content') !== null"), name
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.masthead') === null"), name
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_on_a_narrow_screen_keys_open_the_menu_walk_it_and_close_it(
    browser: Browser, valley: str, *, scripts: bool
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(valley)
    page.locator("button.masthead__menu").focus()
    assert _press(page, "Enter", "Tab") == ("Close", True)
    assert _press(page, "Tab") == ("Overview", True)
    assert _press(page, "Tab", "Tab") == ("Evidence", True)
    assert _press(page, "Enter", "Tab") == ("All facts", True)
    _press(page, "Escape", "Escape")  # the group, where a script listens, then the menu
    assert not page.locator("nav.menu").is_visible()
    assert _press(page) == ("Menu", True)
    _press(page, "Enter", "Tab", "Enter")  # by its button, too
    assert not page.locator("nav.menu").is_visible()
    assert _press(page) == ("Menu", True)
    context.close()


def test_on_a_wide_screen_keys_open_a_group_of_the_menu_and_escape_leads_back(browser: Browser, valley: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(valley)
    page.locator("summary").first.focus()
    assert _press(page, "Enter", "Tab") == ("All facts", True)
    assert _press(page, "Escape") == ("Evidence", True)
    assert not page.locator(".menu__sub").first.is_visible()
    context.close()


def test_nothing_moves_for_who_asked_for_that(browser: Browser, valley: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    for name in ("index.html", "facts/gates.html", "whole.html"):
        page.goto(valley + name)
        moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter((each) => {
          const style = getComputedStyle(each);
          return style.animationName !== "none" || style.scrollBehavior === "smooth"
            || (style.transitionProperty !== "none" && parseFloat(style.transitionDuration) > 0);
        }).map((each) => each.outerHTML.slice(0, 80))""")
        assert moving == [], name
    context.close()


# -- paper ----------------------------------------------------------------------------------------------------------

ON_PAPER = """() => {
  const shown = (each) => each.checkVisibility({visibilityProperty: true}) && each.getClientRects().length > 0;
  const all = (what) => [...document.querySelectorAll(what)];
  return {
    colours: [getComputedStyle(document.documentElement).colorScheme, getComputedStyle(document.body).color],
    screen: all("header, nav:not(.whole__contents), button, input, .headerlink, .md-skip, .note__back")
      .filter(shown).length,
    closed: all("details tr, details li").filter((each) => each.closest("main") && !shown(each)).length,
    rows: all("details tr, details li").filter((each) => each.closest("main")).length,
    quotes: all("main q").filter((each) => !shown(each)).length,
    addresses: all("a[data-address]").filter((each) =>
      getComputedStyle(each, "::after").content.includes(": ")).length,
    external: all("a[data-address]").length,
    foot: all(".foot__address").map((each) => each.innerText),
  };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_on_paper_in_light_colours_and_whole_and_without_what_is_of_the_screen(
    browser: Browser, valley: str, names: list[str], scheme: str
) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('briefing-scheme', '{scheme}')")
    page.emulate_media(media="print")
    rows = external = 0
    for name in names:
        page.goto(valley + name)
        seen = page.evaluate(ON_PAPER)
        assert seen["colours"] == ["light", "rgb(22, 25, 29)"], name
        assert (seen["screen"], seen["closed"], seen["quotes"]) == (0, 0, 0), name
        assert seen["addresses"] == (0 if name == "whole.html" else seen["external"]), name
        assert seen["foot"] == ([] if name == "404.html" else [f"Page of this briefing: {name}"])
        rows, external = rows + seen["rows"], external + seen["external"]
    context.close()
    assert rows > 20
    assert external > 40


@pytest.mark.parametrize(("paper", "width"), [("A4", 210), ("Letter", 215.9)])
def test_a_drawing_is_as_wide_as_the_paper_and_no_wider(
    browser: Browser, valley: str, paper: str, width: float
) -> None:
    context = browser.new_context(viewport={"width": round((width - 34) / 25.4 * 96), "height": 1000})
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(f"{valley}gates.html")
    drawn = page.evaluate("""() => [...document.querySelectorAll("figure svg")]
      .filter((each) => each.getClientRects().length)
      .map((each) => [each.classList.contains("chart__svg--wide"), each.getBoundingClientRect().right <= innerWidth])
    """)
    assert drawn == [[True, True], [True, True]], paper
    context.close()
