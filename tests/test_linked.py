"""What pages tell programs is JSON-LD that a processor reads without asking any other site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pyld import jsonld
from selectolax.lexbor import LexborHTMLParser

from generator import exports, linked
from generator.views import SOURCES_URL, page_url, sentence, topic_url
from tests.test_exports import CASE, _hostile, case_of

SCHEMA = "https://schema.org/"
AT = "https://briefing.example/orn/"
MADE = linked.of_site(CASE)
FRONT = page_url("index.md")


def _no_other_site(url: str, _: object) -> NoReturn:
    pytest.fail(f"{url} was asked for")


def read(url: str, text: str) -> dict[str, dict[str, Any]]:
    """The nodes of a page as a processor finds them, by their full address or the place in which they stand."""
    options = {"base": f"{AT}{url}", "documentLoader": _no_other_site}
    flat = jsonld.flatten(json.loads(text), None, options)
    return {node["@id"]: node for node in flat}


def said(node: dict[str, Any], name: str) -> list[str]:
    """The values of a property of schema.org."""
    return [each.get("@value") or each["@id"] for each in node.get(f"{SCHEMA}{name}", ())]


def test_the_front_page_tells_of_the_data_set_and_where_its_files_are() -> None:
    nodes = read(FRONT, MADE[FRONT])
    dataset = nodes[f"{AT}{FRONT}#briefing"]
    about = CASE.briefing.base.briefing
    assert dataset["@type"] == [f"{SCHEMA}Dataset"]
    assert {name: said(dataset, name) for name in ("name", "description", "dateModified", "temporalCoverage")} == {
        "name": [about.title],
        "description": [about.summary],
        "dateModified": ["2031-04-10"],
        "temporalCoverage": ["2031-03-20/2031-04-30"],
    }
    (creator,) = said(dataset, "creator")
    assert said(nodes[creator], "name") == [about.authors]
    files = [nodes[each] for each in said(dataset, "distribution")]
    assert [(said(each, "contentUrl"), said(each, "encodingFormat")) for each in files] == [
        ([f"{AT}{each.path}"], [each.media_type]) for each in exports.DOWNLOADS
    ]
    measured = [said(nodes[each], "name") for each in said(dataset, "variableMeasured")]
    assert measured == [[each.label] for each in CASE.briefing.base.measures]


def test_a_topic_tells_of_each_of_its_facts_with_the_words_that_support_it_and_where_they_stand() -> None:
    told: set[str] = set()
    for topic in CASE.briefing.base.topics:
        url = topic_url(topic.id)
        nodes = read(url, MADE[url])
        for name, node in nodes.items():
            if node.get("@type") != [f"{SCHEMA}Claim"]:
                continue
            fact = CASE.briefing.facts[name.removeprefix(f"{AT}{url}#")]
            told.add(fact.id)
            assert fact.topic == topic.id
            assert said(node, "text") == [sentence(fact.statement)]
            assert said(node, "creditText") == [fact.attribution]
            marks = "; ".join(CASE.views.marks(fact))
            assert said(node, "creativeWorkStatus") == ([marks] if marks else [])
            quotes = [nodes[each] for each in said(node, "citation")]
            assert [(said(each, "text"), said(each, "isPartOf")) for each in quotes] == [
                ([each.quote], [f"{AT}{SOURCES_URL}#{each.source}"])
                for each in fact.citations
                if each.stance == "supports"
            ]
    assert told == {fact.id for fact in CASE.briefing.standing}
    assert len(told) < len(CASE.briefing.facts)


def test_the_page_of_sources_tells_what_was_seen_of_each_and_no_more() -> None:
    nodes = read(SOURCES_URL, MADE[SOURCES_URL])
    for source in CASE.briefing.base.sources:
        node = nodes[f"{AT}{SOURCES_URL}#{source.id}"]
        assert said(node, "url") == [source.url]
        assert said(node, "name") == ([source.title] if source.title else [])
        assert said(node, "datePublished") == ([source.published.text] if source.published else [])
        assert said(node, "archivedAt") == ([source.archive] if source.archive else [])
        assert [said(nodes[each], "name") for each in said(node, "publisher")] == [[source.publisher]]
        assert [said(nodes[each], "name") for each in said(node, "author")] == ([[source.author]] * bool(source.author))
        assert bool(said(node, "isBasedOn")) == bool(source.first_published_by != source.publisher or source.relays)


def test_nothing_is_told_as_a_review_of_a_claim() -> None:
    assert not [url for url, text in MADE.items() if "ClaimReview" in text or "reviewRating" in text]


def test_a_claim_is_short() -> None:
    of_topics = [text for url, text in MADE.items() if url.startswith("facts/")]
    assert sum(map(len, of_topics)) / len(CASE.briefing.standing) < 700


def test_hostile_texts_are_told_as_they_are_and_end_no_element() -> None:
    held = case_of(_hostile())
    made = linked.of_site(held)
    for url, text in made.items():
        assert not {*"<>&"} & {*text}, url
        tree = LexborHTMLParser(f'<head><script type="application/ld+json">{text}</script></head><p>after</p>')
        (node,) = tree.css("script")
        assert node.text(deep=True) == text
    ((url, nodes),) = [(url, read(url, text)) for url, text in made.items() if url.startswith("facts/")]
    for fact in held.briefing.standing:
        assert said(nodes[f"{AT}{url}#{fact.id}"], "text") == [sentence(fact.statement)]


def test_the_finished_pages_hold_it_in_their_heads(valley_site: Path) -> None:
    found = {
        path.relative_to(valley_site).as_posix(): [
            node.text(deep=True)
            for node in LexborHTMLParser(path.read_text(encoding="utf-8")).css('head > script[type$="ld+json"]')
        ]
        for path in sorted(valley_site.rglob("*.html"))
    }
    assert {url: texts for url, texts in found.items() if texts} == {url: [text] for url, text in MADE.items()}
