"""Where sources stand when there are too many for one page: together by origin, and moved by few that come."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import frames, pages, promises, shelves, shown, slices
from generator.shelves import Held
from generator.views import Views, source_url
from tests import large
from tests.sites import judged
from tests.valley import VALLEY

FULL = 100


held_things = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=6),
    st.tuples(st.sampled_from([f"publisher {at}" for at in range(30)]), st.integers(5, 25)),
    max_size=120,
).map(lambda found: [Held(name, group, weight) for name, (group, weight) in found.items()])


@given(held_things)
def test_everything_has_a_page_and_none_is_too_full(held: list[Held]) -> None:
    found = shelves.placed(held, FULL)
    assert found.keys() == {each.name for each in held}
    weight, number = Counter[str](), Counter(found.values())
    for each in held:
        weight[found[each.name]] += each.weight
    assert [page for page in weight if weight[page] > FULL and number[page] > 1] == []


@given(held_things)
def test_those_of_one_group_stand_together_unless_they_fill_a_page(held: list[Held]) -> None:
    found = shelves.placed(held, FULL)
    for group in {each.group for each in held}:
        own = [each for each in held if each.group == group]
        if sum(each.weight for each in own) <= FULL:
            assert len({found[each.name] for each in own}) == 1
            assert {found[each.name] for each in own}.isdisjoint(
                found[each.name] for each in held if "-" in found[each.name]
            )
        elif len(own) > 1:
            assert {found[each.name].partition("-")[0] for each in own} == {
                f"{slices.hashed(group):08x}",
            }


@given(held_things, st.integers(5, 25))
def test_what_comes_moves_those_of_one_page_at_most(held: list[Held], weight: int) -> None:
    before = shelves.placed(held, FULL)
    after = shelves.placed([*held, Held("new", "publisher unknown", weight)], FULL)
    assert len({before[name] for name in before if after[name] != before[name]}) <= 1


@given(held_things, st.randoms())
def test_the_order_in_which_they_come_is_nothing(held: list[Held], chance: random.Random) -> None:
    mixed = [*held]
    chance.shuffle(mixed)
    assert shelves.placed(mixed, FULL) == shelves.placed(held, FULL)


def test_the_pages_of_some_names_are_these_for_good() -> None:
    held = [Held(f"source-{at}", f"publisher {at % 5}", 30 if at % 5 else 60) for at in range(12)]
    assert shelves.placed(held, FULL) == {
        "source-0": "2e7c1187-1",
        "source-1": "00",
        "source-2": "10",
        "source-3": "01",
        "source-4": "11",
        "source-5": "2e7c1187-01110",
        "source-6": "00",
        "source-7": "10",
        "source-8": "01",
        "source-9": "11",
        "source-10": "2e7c1187-01111",
        "source-11": "00",
    }


def test_a_small_briefing_has_one_page_and_one_list() -> None:
    briefing = judged(VALLEY).briefing
    assert (shelves.pages(briefing), shelves.files(briefing), shelves.is_listed_in_parts(briefing)) == ({}, {}, False)
    assert {source_url(briefing, each).partition("#")[0] for each in briefing.base.sources} == {"sources.html"}


def test_a_page_finds_each_source_in_the_table_of_its_hash() -> None:
    briefing = large.wiring(large.base()).briefing
    tables = shelves.tables(briefing)
    assert {name: page for table in tables for name, page in table.items()} == shelves.pages(briefing)
    assert len(tables) == 16  # as `sources.js` has it
    for place, table in enumerate(tables):
        assert {slices.number(name, 16) for name in table} <= {place}


def test_of_many_facts_some_stand_below_a_source_with_the_way_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "LISTED", 3)
    monkeypatch.setattr(shelves, "SOURCES", 1)
    wiring = large.wiring(large.base())
    briefing = wiring.briefing
    source = max(briefing.base.sources, key=lambda each: len(briefing.by_source[each.id]))
    here = source_url(briefing, source).partition("#")[0]
    views = Views(briefing, wiring.evidence, here)
    view = views.source(source)
    citing = briefing.by_source[source.id]
    assert (len(view.facts), view.number) == (3, len(citing))
    assert view.all_facts == f"../facts/index.html?source={source.id}"
    written = wiring.templates.get_template("sources.html").render(sources=[view])
    assert shown.pieces(written) == promises._source(views, source)
    assert f"{len(citing)}</span> facts rest on it" in written
    assert frames.plain(pages._shelf_page(wiring, here[len("sources/") : -len(".html")])).count(source.id) > 3
