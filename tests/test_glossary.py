"""The glossary: everybody and everything that the fact base names has an entry, with the facts that name it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from generator import glossary
from generator.model import Event, Statement
from tests.sites import judged
from tests.valley import VALLEY

BRIEFING = judged(VALLEY).briefing
ENTRIES = {entry.id: entry for group in glossary.groups(BRIEFING) for entry in group.entries}


def test_every_actor_side_place_measure_and_kind_of_source_has_an_entry() -> None:
    base = BRIEFING.base
    places = {fact.place for fact in base.facts if isinstance(fact, Event) and fact.place and not fact.withdrawn}
    assert {each for each in ENTRIES if not each.startswith("place-")} == {
        *(f"actor-{each.id}" for each in base.actors),
        *(f"side-{each.id}" for each in base.sides),
        *(f"measure-{each.id}" for each in base.measures),
        *(f"kind-{each.kind}" for each in base.sources),
    }
    assert {each.name for key, each in ENTRIES.items() if key.startswith("place-")} == places


def test_an_entry_says_what_is_known_and_has_the_facts_the_latest_first() -> None:
    mayor = ENTRIES["actor-ilse-varn"]
    assert (mayor.name, mayor.details) == (
        "Ilse Varn",
        (("Office", "Mayor of Eastholm"), ("Side", "Eastholm")),
    )
    for actor in BRIEFING.base.actors:
        naming = {
            fact.id
            for fact in BRIEFING.standing
            if actor.id in (*fact.said_by, *getattr(fact, "speaker", ()), *getattr(fact, "participants", ()))
            or (isinstance(fact, Statement) and actor.id in fact.audience)
        }
        entry = ENTRIES[f"actor-{actor.id}"]
        assert {fact.id for fact in entry.facts} == naming
        days = [fact.date.first for fact in entry.facts]
        assert days == sorted(days, reverse=True)
        said = sum(actor.id in (*fact.said_by, *getattr(fact, "speaker", ())) for fact in BRIEFING.standing)
        assert entry.listed == (glossary.Listed("Says so in", f"?who={actor.id}", said) if said else None)
    assert dict(ENTRIES["measure-river-level"].details) == {
        "Unit": "metres",
        "Nature": "level: neither at a moment nor over a period, such as a distance",
        "Of whom or what": "the river Orn",
        "Counted by": "Eastholm town council",
    }
    assert dict(ENTRIES["kind-article"].details)["Sources"] == "3"
    assert dict(ENTRIES["side-eastholm"].details) == {"Stands as": "a party to the conflict"}


def test_an_entry_of_many_facts_says_how_many_are_left_out() -> None:
    fact = BRIEFING.base.facts[0]
    entry = replace(
        ENTRIES["side-eastholm"], facts=(fact,) * (glossary.LATEST + 3), listed=glossary.Listed("About it", "", 53)
    )
    assert entry.listed is not None
    assert (entry.counted, entry.listed.words) == ("The latest 50 of 53 facts", "53 facts")
    assert replace(entry, facts=(fact,)).counted == "1 fact"


@pytest.mark.parametrize(
    ("names", "anchors"),
    [
        (["Beit Élan, the north"], ["place-beit-elan-the-north"]),
        (["the north", "The North!"], ["place-the-north", "place-the-north--2"]),
        (["الوادي"], ["place-627-644-648-627-62f-64a"]),
        (["…"], ["place-unnamed"]),
    ],
    ids=["accents", "alike", "another script", "signs alone"],
)
def test_a_place_has_an_anchor_of_its_own(names: list[str], anchors: list[str]) -> None:
    event = next(fact for fact in BRIEFING.base.facts if isinstance(fact, Event))
    facts = tuple(replace(event, id=f"event-{number}", place=name) for number, name in enumerate(names))
    found = glossary.groups(replace(BRIEFING, base=replace(BRIEFING.base, facts=facts)))
    (places,) = (group for group in found if group.title == "Places")
    assert sorted(each.id for each in places.entries) == sorted(anchors)


def test_the_page_has_every_entry_at_its_anchor(valley_site: Path) -> None:
    page = LexborHTMLParser((valley_site / "glossary.html").read_text(encoding="utf-8"))
    assert [str(each.attributes["id"]) for each in page.css("article.entry")] == [*ENTRIES]
    for entry in ENTRIES.values():
        card = page.css_first(f"[id='{entry.id}']")
        assert card is not None
        assert [str(each.attributes["data-fact"]) for each in card.css("li")] == [fact.id for fact in entry.facts]
        listed = [str(each.attributes["href"]) for each in card.css("dl a[href^='facts/']")]
        assert listed == ([f"facts/index.html{entry.listed.query}"] if entry.listed else [])
