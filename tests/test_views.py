"""What templates are given: addresses that work below any path, words for every state."""

from __future__ import annotations

import pytest

from generator import site, views
from generator.edtf import UNKNOWN, parse
from generator.model import Selection
from generator.tallies import Tallies
from tests.making import BASE, INDEX, changed, inputs, lock


@pytest.mark.parametrize(
    ("target", "here", "expected"),
    [
        ("facts/losses.html#a", "index.html", "facts/losses.html#a"),
        ("facts/losses.html#a", "facts/losses.html", "#a"),
        ("facts/losses.html", "facts/index.html", "losses.html"),
        ("facts/losses.html#a", "facts/gains.html", "losses.html#a"),
        ("sources.html#s", "facts/losses.html", "../sources.html#s"),
        ("index.html", "facts/losses.html", "../index.html"),
        ("index.html", "index.html", "index.html"),
        ("method.html", "index.html", "method.html"),
    ],
)
def test_an_address_is_written_relative_to_the_page_that_holds_it(target: str, here: str, expected: str) -> None:
    assert views.relative(target, here) == expected


@pytest.mark.parametrize(
    ("path", "url"),
    [("index.md", "index.html"), ("facts/index.md", "facts/index.html"), ("facts/losses.md", "facts/losses.html")],
)
def test_a_page_has_the_address_that_mkdocs_gives_it(path: str, url: str) -> None:
    assert views.page_url(path) == url


@pytest.mark.parametrize(
    ("date", "machine"),
    [("2024-09-17", "2024-09-17"), ("2024-09", "2024-09"), ("2024-09~", ""), ("2024/2025", ""), ("2024-09-XX", "")],
)
def test_only_plain_dates_are_given_to_machines(date: str, machine: str) -> None:
    assert views.date_view(parse(date)).machine == machine


def test_a_fact_is_shown_with_all_that_is_known_of_it() -> None:
    judged = site.judge(inputs())
    view = views.Views(judged.briefing, judged.evidence, "facts/losses.html").fact(judged.briefing.facts["sacks-lost"])
    assert view.details == (
        ("Figure", "around 1,200 sacks"),
        ("Measure", "Sacks of flour lost (flow; counted by: the mill owners)"),
        ("Who says so", "The mill owners"),
        ("Side", "Mill"),
        ("Date rests on", "The day before the mayor's visit."),
        ("Known since", "4 May 2031, when the first of its sources was published"),
    )
    assert view.known == "2031-05-04"
    assert (view.origins, view.used_on) == ("1 origin: The Herald", (("The mill fire", "../index.html"),))
    (citation,) = view.citations
    assert citation.proof == "found word for word in paragraph 1 of the text as read"
    assert citation.words_href == "https://herald.example/fire#:~:text=around%201%2C200%20sacks%20of%20flour"
    assert (citation.language, citation.direction) == ("", "")


def test_a_quote_in_another_language_says_so_and_runs_its_own_way() -> None:
    judged = site.judge(inputs(changed("    accessed:", "    language: ar-LB\n    accessed:")))
    view = views.Views(judged.briefing, judged.evidence, "").fact(judged.briefing.facts["sacks-lost"])
    assert (view.citations[0].language, view.citations[0].direction) == ("ar-LB", "rtl")


def test_two_reports_with_one_origin_count_once() -> None:
    source = BASE[BASE.index("  - id: herald") : BASE.index("measures:\n")].replace("id: herald", "id: echo")
    source = source.replace(
        "A local newspaper, read in full; it names", "A copy of the daily, read in full; it names too"
    )
    text = changed(
        "measures:\n  - id", source.replace("    kind:", "    origin: The Herald\n    kind:") + "measures:\n  - id"
    )
    quote = "        quote: around 1,200 sacks of flour\n"
    text = changed(quote, f"{quote}      - source: echo\n{quote}", text)
    judged = site.judge(inputs(text, locked=lock() + lock(source="echo")))
    assert not judged.problems
    view = views.Views(judged.briefing, judged.evidence, "").fact(judged.briefing.facts["sacks-lost"])
    assert view.origins == "1 origin: The Herald"
    tallies = Tallies(judged.briefing, judged.evidence)
    counts = {what: tallies.of(what) for what in ("facts", "figures", "events", "statements")}
    assert counts == {"facts": 2, "figures": 1, "events": 1, "statements": 0}
    assert [tallies.of(what) for what in ("sources", "origins", "quotes", "excerpts")] == [
        2,
        1,
        3,
        0,
    ]


def test_a_statement_ends_with_one_full_stop() -> None:
    assert [views.sentence(each) for each in ("It burnt", "It burnt.", "Did it?", "He said “no.”")] == [
        "It burnt.",
        "It burnt.",
        "Did it?",
        "He said “no.”",
    ]


def test_a_fact_names_every_page_that_shows_it_in_a_sentence_a_chart_or_a_list() -> None:
    body = "---\ntitle: {0}\nsummary: x\n---\n{1}\n"
    calls = {"chart.md": '{{ chart("losses") }}', "list.md": '{{ table(kinds=["figure"]) }}', "none.md": "Nothing."}
    shown = {
        "index.md": INDEX,
        **{name: body.replace("{0}", name).replace("{1}", text) for name, text in calls.items()},
    }
    judged = site.judge(inputs(pages=shown))
    view = views.Views(judged.briefing, judged.evidence, "").fact(judged.briefing.facts["sacks-lost"])
    assert [title for title, _ in view.used_on] == ["The mill fire", "chart.md", "list.md"]


@pytest.mark.parametrize(
    ("since", "until", "chosen"),
    [
        ("2031-05-03", "", ["mayor-visit"]),
        ("", "2031-05-02", ["sacks-lost"]),
        ("2031-05", "2031-05", ["sacks-lost", "mayor-visit"]),
        ("2031-05-04", "", []),
    ],
)
def test_a_selection_by_days_holds_the_facts_that_lie_within_them(since: str, until: str, chosen: list[str]) -> None:
    briefing = site.judge(inputs()).briefing
    selection = Selection(since=parse(since) if since else UNKNOWN, until=parse(until) if until else UNKNOWN)
    assert [fact.id for fact in briefing.select(selection)] == chosen


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        *(("ar", "rtl"), ("he", "rtl"), ("ar-LB", "rtl"), ("ug", "rtl"), ("pa-Arab-PK", "rtl"), ("HE", "rtl")),
        *(("fr", ""), ("en-GB", ""), ("ar-Latn", ""), ("uz-Cyrl", ""), ("zh-Hant", "")),
    ],
)
def test_a_language_runs_as_its_script_does(language: str, direction: str) -> None:
    assert views.direction(language) == direction
