"""The page of the whole briefing: all parts in order, one numbering of notes, everything once, and links that hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator import build, pages
from generator import site as sites
from tests.making import BASE, inputs, lock
from tests.sites import judged
from tests.valley import VALLEY

JUDGMENT = """\
judgments:
  - id: mill-was-full
    statement: The mill was full
    likelihood: likely
    confidence: low
    because: One report.
    based_on: [sacks-lost]
    would_change: A second report.
"""
PAGES = {
    "index.md": """\
---
title: The mill fire
label: Overview
order: 1
summary: What is known.
---
{{ fact("sacks-lost") }}. More in [the second](second.md), [its part](second.md#what-burnt), [the chart](#chart-losses),
[the judgment](judgments.md#judgment-mill-was-full), [all judgments](judgments.md), [here](#then),
[a fact](facts/losses.md#sacks-lost).

{{ chart("losses") }}

{{ judgment("mill-was-full") }}

## Then

{{ fact("mayor-visit") }}.
""",
    "method.md": """\
---
title: A method
order: 2
group: Evidence
about: briefing
summary: How it was done.
---
On {{ source("herald") }}.
""",
    "second.md": """\
---
title: A second page
order: 3
summary: More.
---
## What burnt

{{ fact("mayor-visit") }}, and {{ fact("sacks-lost") }}.

### In sacks

{{ chart("losses") }}

{{ judgment("mill-was-full") }}

Back to [the first](index.md#then).
""",
}


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> LexborNode:
    """The page of a small briefing, whose pages show the same chart and the same judgment."""
    folder = tmp_path_factory.mktemp("mill")
    given = sites.judge(inputs(BASE + JUDGMENT, PAGES, lock()))
    assert build.build(given, folder, folder / "site", lambda _: None).problems == []
    return _page(folder / "site")


@pytest.fixture(scope="module")
def valley(valley_site: Path) -> LexborNode:
    """The page of the second briefing."""
    return _page(valley_site)


def _page(site: Path) -> LexborNode:
    found = LexborHTMLParser((site / "whole.html").read_text(encoding="utf-8")).css_first("div.whole")
    assert found is not None
    return found


def _text(node: LexborNode | None) -> str:
    assert node is not None
    return " ".join(node.text().split())


def _headings(page: LexborNode) -> list[tuple[str, str]]:
    return [(str(each.tag), _text(each).removesuffix("#").strip()) for each in page.css("h1, h2, h3, h4, h5, h6")]


def test_pages_stand_in_the_order_of_the_navigation_and_their_headings_a_level_lower(mill: LexborNode) -> None:
    assert _headings(mill) == [
        ("h1", "The mill fire"),
        ("h2", "Overview"),  # its title is that of the whole
        ("h3", "Then"),
        ("h2", "A second page"),
        ("h3", "What burnt"),
        ("h4", "In sacks"),
        ("h2", "A method"),
        ("h2", "Judgments"),
        ("h2", "Notes"),
        ("h2", "Sources"),
    ]


def test_its_contents_lead_to_every_part(mill: LexborNode) -> None:
    assert [(_text(each), each.attributes["href"]) for each in mill.css(".whole__contents a")] == [
        ("Overview", "#part-index"),
        ("A second page", "#part-second"),
        ("A method", "#part-method"),
        ("Judgments", "#judgments"),
        ("Notes", "#notes"),
        ("Sources", "#sources"),
    ]


def test_links_from_page_to_page_lead_within_and_all_others_to_the_site(mill: LexborNode) -> None:
    links = {_text(each): each.attributes["href"] for each in mill.css("section p > a")}
    assert {name: links[name] for name in ("the second", "its part", "the chart", "the judgment")} == {
        "the second": "#part-second",
        "its part": "#part-second--what-burnt",
        "the chart": "#chart-losses",
        "the judgment": "#judgment-mill-was-full",
    }
    assert {name: links[name] for name in ("all judgments", "here", "a fact", "the first")} == {
        "all judgments": "#judgments",
        "here": "#part-index--then",
        "a fact": "facts/losses.html#sacks-lost",
        "the first": "#part-index--then",
    }


def test_a_chart_and_a_judgment_are_shown_once_and_named_afterwards(mill: LexborNode) -> None:
    assert [each.attributes["id"] for each in mill.css("figure, article")] == [
        "chart-losses",
        "judgment-mill-was-full",
    ]
    again = [(_text(each), each.css("a")[0].attributes["href"]) for each in mill.css("p.again")]
    named = ("See the judgment The mill was full. further up.", "#judgment-mill-was-full")
    assert again == [("See the chart Flour was lost further up.", "#chart-losses"), named, named]


@pytest.mark.parametrize("name", ["mill", "valley"])
def test_notes_are_numbered_through_in_order_of_first_use_and_lead_back_there(
    name: str, request: pytest.FixtureRequest
) -> None:
    page: LexborNode = request.getfixturevalue(name)
    markers = [int(_text(each)) for each in page.css("a.cite")]
    notes = [str(each.attributes["id"]) for each in page.css("li.note")]
    assert [*dict.fromkeys(markers)] == [*range(1, len(notes) + 1)]
    assert notes == [f"note-{number}" for number in range(1, len(notes) + 1)]
    first = [each.attributes["id"] for each in page.css("a.cite[id]")]
    assert first == [f"ref-{number}" for number in range(1, len(notes) + 1)]
    assert len({each.attributes["data-fact"] for each in page.css("li.note")}) == len(notes)


@pytest.mark.parametrize("name", ["mill", "valley"])
def test_every_id_is_there_once_and_every_link_within_leads_to_one(name: str, request: pytest.FixtureRequest) -> None:
    page: LexborNode = request.getfixturevalue(name)
    ids = Counter(str(each.attributes["id"]) for each in page.css("[id]"))
    assert {each for each, number in ids.items() if number > 1} == set()
    within = {str(each.attributes["href"])[1:] for each in page.css("a[href^='#']")}
    assert len(within) > 5
    assert within - {*ids} == set()


def test_the_sources_of_all_notes_and_those_that_prose_names_are_listed_by_name(valley: LexborNode) -> None:
    cited = {str(each.attributes["href"]) for each in valley.css(".citation__source a, a.source-name")}
    listed = valley.css("ul.bibliography > li")
    assert cited == {f"#{each.attributes['id']}" for each in listed}
    names = [judged(VALLEY).briefing.sources[str(each.attributes["data-source"])].short for each in listed]
    assert names == sorted(names, key=str.casefold)
    assert len(names) == 5


def test_a_source_in_the_list_is_told_with_its_language_its_address_and_its_copy(valley: LexborNode) -> None:
    arabic = valley.css_first("#source-al-wadi-20310407-water-before-warning")
    copied = valley.css_first("#source-valley-courier-20310409-council-counts-again .bibliography__archive a")
    assert arabic is not None
    assert copied is not None
    assert arabic.css("bdi")[0].attributes == {"lang": "ar"}
    assert _text(arabic.css_first(".source__url")).startswith("https://al-wadi.example/2031/04/07/")
    assert _text(copied) == copied.attributes["href"] == "https://keeper.example/20310410/council-counts-again"


def test_pages_in_groups_come_behind_the_others_and_the_evidence_last() -> None:
    briefing = judged(VALLEY).briefing
    assert [page.path for page in pages.reading_order(briefing)] == ["index.md", "gates.md", "reading.md"]
