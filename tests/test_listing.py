"""A large briefing: its list of all facts in slices, its sources on pages of their own, and none of its pages heavy."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from selectolax.lexbor import LexborHTMLParser

from generator import audit, build, glossary, listing, pages, shelves
from generator.facets import Facets
from generator.pages import Wiring
from generator.problems import Problem
from generator.views import source_url
from tests import large
from tests.bench import bases
from tests.serving import serving
from tests.sites import built_once, judged
from tests.test_access import RULES, VIEWS
from tests.test_audit_words import MAKERS
from tests.valley import VALLEY

LIST, SOURCES = "facts/index.html", "sources.html"
PAGE_LIMIT, SHELF_LIMIT, SLICE_LIMIT, VISIT_LIMIT = 150_000, 100_000, 40_000, 400_000
"""Bytes, packed."""


@pytest.fixture(scope="session")
def site(shared: Path) -> Path:
    """The finished site of the large briefing; nobody changes it."""
    return built_once(shared, "large", large.written(shared / "large"))


@pytest.fixture(scope="module")
def wiring() -> Wiring:
    """The same briefing, ready to be written."""
    return large.wiring(large.base())


def _packed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


# -- what it weighs -------------------------------------------------------------------------------------------------


def test_every_page_and_slice_stays_light(site: Path) -> None:
    weights = {path.relative_to(site).as_posix(): _packed(path.read_bytes()) for path in site.rglob("*.*")}
    limits = [("facts/", ".html", PAGE_LIMIT), ("sources/", ".html", SHELF_LIMIT), ("data/facts/", ".js", SLICE_LIMIT)]
    limits += [("", ".html", PAGE_LIMIT), ("data/sources/", ".js", SLICE_LIMIT), ("data/cards/", ".js", SLICE_LIMIT)]
    for start, end, limit in limits:
        held = {name: weight for name, weight in weights.items() if name.startswith(start) and name.endswith(end)}
        assert held
        assert [name for name, weight in held.items() if weight > limit] == []


def test_the_pages_of_two_thousand_five_hundred_facts_stay_light() -> None:
    wiring = large.wiring(bases.make(2500))
    made = pages.headed(wiring, _without_prose(wiring))
    own = {name: text for name, text in made.items() if name.startswith(("facts/", "sources", "glossary"))}
    assert len([name for name in own if name.startswith("sources/")]) > 3
    room = 20_000  # for what the theme adds
    assert [name for name, text in own.items() if _packed(text.encode()) > PAGE_LIMIT - room] == []
    shelf = [name for name in own if name.startswith("sources/")]
    assert [name for name in shelf if _packed(own[name].encode()) > SHELF_LIMIT - room] == []
    slices = {**listing.files(wiring), **shelves.files(wiring.briefing)}
    assert [name for name, content in slices.items() if _packed(content) > SLICE_LIMIT] == []


def _without_prose(wiring: Wiring) -> Mapping[str, str]:
    """The pages that hold facts and sources, without those of prose, whose charts would have to be drawn."""
    return pages.make(replace(wiring, briefing=replace(wiring.briefing, pages=())))


def test_a_cold_visit_to_a_fact_costs_little(site: Path) -> None:
    for name in ("facts/topic-00001.html", "sources/0.html", LIST):
        tree = LexborHTMLParser((site / name).read_text(encoding="utf-8"))
        loaded = [*tree.css("script[src]"), *tree.css("link[rel=stylesheet], link[rel=preload], link[rel=icon]")]
        paths = {site / name} | {
            (site / name).parent / str(each.attributes.get("src") or each.attributes["href"]) for each in loaded
        }
        paths |= {*site.glob("assets/fonts/*.woff2")}  # those that are not asked for in advance, too
        assert len(paths) > 8
        assert sum(_packed(path.resolve().read_bytes()) for path in paths) < VISIT_LIMIT, name


def test_an_entry_of_the_glossary_has_fewer_facts_where_there_are_many(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers() -> list[int]:
        entries = [entry for group in glossary.groups(replace(wiring.briefing)) for entry in group.entries]
        assert all(len(each.latest) == min(each.most, len(each.facts)) for each in entries)
        (most,) = {each.most for each in entries}
        assert all(f"{most} of" in each.counted for each in entries if 1 < most < len(each.facts))
        return [most, sum(len(each.latest) for each in entries)]

    whole = numbers()
    assert whole[0] == glossary.LATEST
    monkeypatch.setattr(glossary, "MOST", whole[1] - 1)
    assert numbers()[0] == 20
    monkeypatch.setattr(glossary, "MOST", 10)
    assert numbers()[0] == 1


# -- what it holds --------------------------------------------------------------------------------------------------


def _slices(site: Path, kind: str) -> list[object]:
    found = [listing.read(path.read_bytes()) for path in sorted((site / "data" / "facts").glob(f"{kind}-*.js"))]
    assert [name for name, _ in found] == [listing.name(kind, number) for number in range(len(found))]
    return [data for _, data in found]


def test_the_slices_hold_every_fact_once_those_withdrawn_last(site: Path, wiring: Wiring) -> None:
    items = [LexborHTMLParser(html).css_first("li") for held in _slices(site, "items") for html in held]  # type: ignore[attr-defined]
    found = [str(item.attributes["data-fact"]) for item in items if item is not None]
    topics = [topic.id for topic in wiring.briefing.base.topics]
    standing = sorted(wiring.briefing.standing, key=lambda fact: topics.index(fact.topic))
    assert found == [*(fact.id for fact in standing), large.WITHDRAWN]
    assert [item.css_first("del") is not None for item in items if item is not None] == [False] * 1099 + [True]


def test_the_index_tells_by_what_each_fact_is_found(site: Path, wiring: Wiring) -> None:
    facets, order = Facets(wiring.briefing), listing.order(wiring.briefing)
    place = 0
    for part in _slices(site, "index"):
        assert isinstance(part, dict)
        assert (part.pop("slices"), part.pop("facts"), part.pop("items")) == (2, large.NUMBER, listing.IN_ITEMS)
        rows = [*zip(*part.values(), strict=True)]
        for row in rows:
            told = {f"data-{name}": word for name, word in zip(part, row, strict=True) if word}
            sources = told.pop("data-sources").split()
            assert told == facets.of(order[place])
            assert sources == [*dict.fromkeys(each.source for each in order[place].citations)]
            place += 1
    assert place == large.NUMBER


def test_every_source_stands_once_on_the_page_to_which_its_address_leads(site: Path, wiring: Wiring) -> None:
    found: dict[str, str] = {}
    for path in sorted((site / "sources").iterdir()):
        for each in LexborHTMLParser(path.read_text(encoding="utf-8")).css("article.source"):
            assert each.attributes["id"] not in found
            found[str(each.attributes["id"])] = f"sources/{path.name}"
    sources = wiring.briefing.base.sources
    assert found == {each.id: source_url(wiring.briefing, each).partition("#")[0] for each in sources}
    page = LexborHTMLParser((site / SOURCES).read_text(encoding="utf-8"))
    names = [each.text() for each in page.css("li > a.origin:first-child")]
    assert names == sorted({each.first_published_by for each in sources}, key=str.casefold)
    counts = [int(each.text()) for each in page.css("li > .claims__date")]
    assert sum(counts) == len(sources)
    assert page.css("article.source") == []


# -- the audit ------------------------------------------------------------------------------------------------------

ITEMS, INDEX = "data/facts/items-003.js", "data/facts/index-001.js"
Change = Callable[[str], str]
BREAKS: list[tuple[str, str, Change, str]] = [
    ("a statement has another word", ITEMS, lambda text: re.sub(r"(?<=\">)[A-Z]\w+", "Zebra", text, count=1), "fact"),
    ("a fact leads elsewhere", ITEMS, lambda text: text.replace("#fact-", "#fact-9", 1), "fact"),
    ("a fact is known since another day", ITEMS, lambda text: text.replace('known=\\"20', 'known=\\"21', 1), "fact"),
    ("a fact is hidden", ITEMS, lambda text: text.replace("<li ", "<li hidden ", 1), "fact"),
    ("a fact is gone", ITEMS, lambda text: re.sub(r'"<li .*?</li>",', "", text, count=1), "data"),
    ("a slice has another's name", ITEMS, lambda text: text.replace("items-003", "items-004", 1), "data"),
    ("a slice cannot be read", ITEMS, lambda text: text[:-4], "data"),
    ("a slice runs something else", ITEMS, lambda text: text.replace("briefing.listing", "alert", 1), "data"),
    ("a slice is gone", ITEMS, lambda _: "", "data"),
    ("a fact is found by another kind", INDEX, lambda text: text.replace('"event"', '"figure"', 1), "data"),
    ("a fact rests on another source", INDEX, lambda text: re.sub(r"gazette-0001", "gazette-0002", text), "data"),
    ("the index says that it ends", INDEX, lambda text: text.replace('"slices":2', '"slices":1'), "data"),
]


@pytest.mark.parametrize(("name", "change", "code"), [each[1:] for each in BREAKS], ids=[each[0] for each in BREAKS])
def test_what_is_wrong_in_a_slice_is_noticed(
    site: Path, wiring: Wiring, tmp_path: Path, name: str, change: Change, code: str
) -> None:
    shutil.copytree(site / "data" / "facts", tmp_path / "data" / "facts")
    assert [wrong for each in audit._listing(tmp_path, wiring) for wrong in each.look()] == []
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert change(text) != text
    (tmp_path / name).write_text(change(text), encoding="utf-8", newline="\n")
    found = [wrong for each in audit._listing(tmp_path, wiring) for wrong in each.look()]
    assert {(each.place.path, each.code) for each in found} == {(f"site/{name}", f"audit-{code}")}


OF_PAGES: list[tuple[str, str, Change, str]] = [
    (
        "a publisher has another number",
        SOURCES,
        lambda text: re.sub(r"(origin/[^>]*>)\d+", r"\g<1>77", text, count=1),
        "audit-source audit-number",
    ),
    (
        "a publisher is gone",
        SOURCES,
        lambda text: re.sub(r'<li><a class="origin".*?</li>', "", text, count=1),
        "audit-source",
    ),
    (
        "a publisher leads to another page",
        SOURCES,
        lambda text: text.replace("sources/0.html", "sources/1.html", 1),
        "audit-source audit-link",
    ),
    (
        "the words above are others",
        SOURCES,
        lambda text: text.replace("Each with the number of", "All with the number of", 1),
        "audit-source",
    ),
    (
        "a source is gone",
        "sources/1.html",
        lambda text: re.sub(r'<article class="source".*?</article>', "", text, count=1, flags=re.DOTALL),
        "audit-source audit-link",
    ),
    (
        "another way back",
        "sources/1.html",
        lambda text: text.replace("../sources.html", "../index.html"),
        "audit-head audit-link audit-source",
    ),
    (
        "a page tells programs of other sources",
        "sources/1.html",
        lambda text: text.replace('"@id":"#gazette', '"@id":"#x', 1),
        "audit-export",
    ),
    ("another heading", "sources/1.html", lambda text: text.replace("Sources: The", "Sources: A", 9), "audit-head"),
    (
        "a topic has another number",
        LIST,
        lambda text: re.sub(r'(data-count="facts/topic-00002">)50', r"\g<1>49", text),
        "audit-fact audit-number",
    ),
    (
        "the field of the source is gone",
        LIST,
        lambda text: re.sub(r"<div><label for=\"filter-source.*?</div>", "", text),
        "audit-head",
    ),
    (
        "what was withdrawn leads elsewhere",
        LIST,
        lambda text: text.replace('<a href="../changes.html">what', '<a href="../rules.html">what'),
        "audit-fact",
    ),
]


@pytest.fixture(scope="module")
def finished(site: Path, wiring: Wiring) -> audit.Site:
    """The good site, as the command `audit` sees it."""
    return audit.Site(site, audit.expectations(wiring))


@pytest.mark.parametrize(
    ("name", "change", "codes"), [each[1:] for each in OF_PAGES], ids=[each[0] for each in OF_PAGES]
)
def test_what_is_wrong_on_a_page_of_many_is_noticed(
    finished: audit.Site, name: str, change: Change, codes: str
) -> None:
    text = finished.trees[name].html or ""
    changed = change(text)
    assert changed != text

    def told(page: str) -> list[Problem]:
        return [*finished.judged(name, LexborHTMLParser(page))]

    assert told(text) == []
    found = {each.code for each in told(changed)}
    assert found
    assert found <= {*codes.split()}


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[audit.Site]:
    """The second briefing as if it were large, finished: it has what the invented ones lack, such as words of doubt."""
    folder = tmp_path_factory.mktemp("parted") / "site"
    with pytest.MonkeyPatch.context() as patch:
        for name, number in (("FACTS", 0), ("SOURCES", 0), ("FULL", 12), ("LISTED", 1)):
            patch.setattr(shelves, name, number)
        held = judged(VALLEY)
        assert build.build(held, VALLEY, folder, lambda _: None).problems == []
        yield audit.Site(folder, audit.expectations(build.wiring(held)))


@pytest.mark.parametrize("of", MAKERS)
@pytest.mark.parametrize("name", [LIST, SOURCES, "sources/0.html"])
def test_every_change_of_a_page_in_parts_is_noticed(parted: audit.Site, name: str, of: str) -> None:
    text = parted.trees[name].html or ""
    assert [*parted.judged(name, LexborHTMLParser(text))] == []
    mutants = [*MAKERS[of](LIST if name == LIST else SOURCES, text)]
    assert len(mutants) > 10
    missed = [each.what for each in mutants if not [*parted.judged(name, LexborHTMLParser(each.page))]]
    assert missed == []


# -- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["served", "from disk"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """The address of the site, on a server and as a folder."""
    if request.param == "from disk":
        yield f"{site.as_uri()}/"
    else:
        with serving(site) as found:
            yield found


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """The address of the site on a server."""
    with serving(site) as found:
        yield found


def _shown(page: Page) -> list[str]:
    seen: list[str] = page.evaluate(
        "[...document.querySelectorAll('section.topic li')].filter((each) => each.checkVisibility())"
        ".map((each) => each.dataset.fact)"
    )
    return seen


def _topics(page: Page) -> list[str]:
    seen: list[str] = page.evaluate(
        "[...document.querySelectorAll('section.topic')].filter((each) => each.checkVisibility())"
        ".map((each) => each.querySelector('.topic__count').textContent)"
    )
    return seen


def _found(wiring: Wiring, **wanted: str) -> list[str]:
    facets = Facets(wiring.briefing)
    return [
        fact.id
        for fact in listing.order(wiring.briefing)
        if all(word in facets.of(fact).get(f"data-{name}", "").split() for name, word in wanted.items())
    ]


def test_what_is_chosen_is_listed_page_by_page(browser: Browser, address: str, wiring: Wiring) -> None:
    page = browser.new_page()
    page.goto(address + LIST)
    said = page.locator(".filter__said")
    assert (_shown(page), _topics(page)) == ([], ["50"] * 20 + ["49", "50", "1"])
    page.get_by_label("Kind").select_option("figure")
    found = _found(wiring, kind="figure")
    assert len(found) == 220
    expect(said).to_have_text("220 of 1100 facts found, the first 100 shown")
    assert _shown(page) == found[:100]
    assert _topics(page) == ["10 of 50"] * 10
    more = page.get_by_role("button", name="Show more (120)")
    more.focus()
    page.keyboard.press("Enter")
    expect(said).to_have_text("220 of 1100 facts found, the first 200 shown")
    assert _shown(page) == found[:200]
    assert page.evaluate("document.activeElement.closest('li').dataset.fact") == found[100]
    page.get_by_role("button", name="Show more (20)").click()
    expect(said).to_have_text("220 of 1100 facts shown")
    assert _shown(page) == found
    expect(page.locator(".search__more")).to_be_hidden()
    page.get_by_label("Topic").select_option("topic-00003")
    expect(said).to_have_text("10 of 1100 facts shown")
    assert _shown(page) == _found(wiring, kind="figure", topic="topic-00003")
    assert page.url == f"{address}{LIST}?kind=figure&topic=topic-00003"
    page.go_back()
    expect(said).to_have_text("220 of 1100 facts found, the first 100 shown")
    page.get_by_role("button", name="Clear").click()
    assert (_shown(page), _topics(page)) == ([], ["50"] * 20 + ["49", "50", "1"])
    expect(said).to_have_text("All topics shown")
    assert page.url == address + LIST
    page.close()


def test_the_facts_of_a_source_are_found_by_its_id(browser: Browser, address: str, wiring: Wiring) -> None:
    page = browser.new_page()
    source = "gazette-000164"
    page.goto(f"{address}{LIST}?source={source}")
    citing = [fact.id for fact in wiring.briefing.by_source[source]]
    expect(page.locator(".filter__said")).to_have_text(f"{len(citing)} of 1100 facts shown")
    assert sorted(_shown(page)) == sorted(citing)
    expect(page.get_by_label("Source (its id)")).to_have_value(source)
    page.get_by_label("Source (its id)").fill("no-such-source")
    page.keyboard.press("Enter")
    expect(page.locator(".filter__said")).to_have_text("No fact matches all of these choices. Undo one of them.")
    assert (_shown(page), _topics(page)) == ([], [])
    page.close()


def test_what_was_known_on_a_day_is_listed_with_what_was_said_then(
    browser: Browser, address: str, wiring: Wiring
) -> None:
    page = browser.new_page()
    page.goto(f"{address}{LIST}?known=2031-04-01&state=withdrawn")
    said = page.locator(".filter__said")
    expect(said).to_have_text("1 of 1100 facts shown")
    assert _shown(page) == [large.WITHDRAWN]
    expect(page.locator(".known__note")).to_have_text("not withdrawn until 5 April 2031")
    page.goto(f"{address}{LIST}?known=2031-04-01&state=corrected")
    expect(page.locator(".known__note")).to_have_text("then shown as “another place”, corrected on 8 April 2031")
    day = "2030-03-01"
    page.goto(f"{address}{LIST}?known={day}")
    facets = Facets(wiring.briefing)
    known = [fact for fact in listing.order(wiring.briefing) if facets.of(fact)["data-known"] <= day]
    assert 100 < len(known) < large.NUMBER
    expect(said).to_have_text(f"{len(known)} of 1100 facts found, the first 100 shown")
    assert _shown(page) == [fact.id for fact in known[:100]]
    page.close()


def test_while_the_list_is_loaded_the_page_says_how_much_is_there_and_what_fails_is_told(
    browser: Browser, served: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(served + LIST)
    said = page.locator(".filter__said")
    page.route("**/index-001.js", lambda route: route.abort())
    page.get_by_label("Kind").select_option("event")
    expect(said).to_have_text("The list could not be loaded. Load the page again, or open a topic below.")
    assert len(_topics(page)) == 23
    page.unroute("**/index-001.js")
    waiting: list[Route] = []
    page.route("**/index-001.js", lambda route: waiting.append(route))  # noqa: PLW0108 - it wants a function
    page.get_by_label("Kind").select_option("figure")
    expect(said).to_have_text("Loading the list: 1 of 2 parts")
    assert said.get_attribute("role") == "status"
    for _ in range(500):
        if waiting:
            break
        page.wait_for_timeout(20)  # the page may say so before the browser tells us that it asked
    waiting[0].continue_()
    expect(said).to_have_text("220 of 1100 facts found, the first 100 shown")
    page.route("**/items-*.js", lambda route: route.abort())
    page.get_by_label("Topic").select_option("topic-00020")
    expect(said).to_have_text("The list could not be loaded. Load the page again, or open a topic below.")
    assert (_shown(page), len(_topics(page))) == ([], 23)  # nothing of what was chosen before
    context.close()


def test_a_choice_asks_for_what_it_needs_and_no_more(browser: Browser, served: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(served)))
    page.goto(served + LIST)
    assert [each for each in asked if each.startswith("data/")] == []
    page.get_by_label("Topic").select_option("topic-00004")
    expect(page.locator(".filter__said")).to_have_text("50 of 1100 facts shown")
    assert sorted(each for each in asked if each.startswith("data/")) == [
        "data/facts/index-000.js",
        "data/facts/index-001.js",
        "data/facts/items-003.js",
    ]
    context.close()


def test_without_a_script_every_fact_and_source_is_two_steps_away(
    browser: Browser, address: str, wiring: Wiring
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + LIST)
    assert not page.get_by_label("Topic").is_visible()
    assert _links(page, "section.topic h2 a") == [f"{each.id}.html" for each in wiring.briefing.base.topics]
    page.locator("section.topic h2 a").nth(20).click()
    expect(page.locator(f"#{large.WITHDRAWN}")).to_be_visible()
    page.goto(address + SOURCES)
    page.get_by_role("link", name=wiring.briefing.base.sources[5].first_published_by).first.click()
    expect(page.locator("article.source:target")).to_have_count(1)
    context.close()


def _links(page: Page, which: str) -> list[str]:
    found: list[str] = page.locator(which).evaluate_all("(all) => all.map((each) => each.getAttribute('href'))")
    return found


def test_the_address_that_a_source_always_had_leads_to_its_page(browser: Browser, address: str, wiring: Wiring) -> None:
    page = browser.new_page()
    sources = wiring.briefing.base.sources
    for source in (sources[0], sources[-1]):
        page.goto("about:blank")
        page.goto(f"{address}{SOURCES}#{source.id}")
        page.wait_for_url(f"{address}{source_url(wiring.briefing, source)}")
        link = page.locator("article.source:target").get_by_role("link", name=f"#{source.id}", exact=True)
        assert link.get_attribute("href") == f"../{SOURCES}#{source.id}"
        link.click()
        page.wait_for_url(f"{address}{source_url(wiring.briefing, source)}")
    page.goto(f"{address}{SOURCES}#no-such-source")
    expect(page.get_by_role("status")).to_have_text(
        "No source of this briefing has that address. Those who published first are listed below."
    )
    expect(page.get_by_role("status")).to_be_in_viewport()
    page.goto(f"{address}{SOURCES}#who-published-first")
    expect(page.get_by_role("heading", name="Who published first")).to_be_in_viewport()
    assert page.url == f"{address}{SOURCES}#who-published-first"
    page.close()


def test_the_page_on_which_a_source_once_stood_leads_to_it_too(browser: Browser, served: str, wiring: Wiring) -> None:
    source = wiring.briefing.base.sources[7]
    page = browser.new_page()
    page.goto(f"{served}sources/010.html#{source.id}")
    page.wait_for_url(f"{served}{source_url(wiring.briefing, source)}")
    page.goto(f"{served}nowhere.html#{source.id}")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert page.url == f"{served}nowhere.html#{source.id}"
    page.close()


@pytest.mark.parametrize("view", ["wide and light", "narrow and dark"])
def test_no_page_of_many_breaks_a_rule_of_axe(browser: Browser, served: str, view: str) -> None:
    context = browser.new_context(**VIEWS[view])
    page, axe = context.new_page(), Axe()
    broken = []
    for name in (LIST, f"{LIST}?kind=figure", f"{SOURCES}#no-such-source", "sources/0.html"):
        page.goto(served + name)
        if "?" in name:
            expect(page.locator(".filter__said")).to_contain_text("220 of 1100")
        page.evaluate("document.querySelectorAll('form.filter details').forEach((each) => { each.open = true; })")
        found = axe.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response
        assert len(found["passes"]) > 10
        broken += [(name, each["id"], node["html"]) for each in found["violations"] for node in each["nodes"]]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    context.close()
    assert broken == []
