"""The cards of facts: each fact has one, in the slice in which the script of a page looks for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import build, cards, slices
from generator.pages import Wiring
from tests.sites import judged
from tests.valley import VALLEY


@pytest.fixture(scope="module")
def wiring() -> Wiring:
    """The second briefing, ready to be written."""
    return build.wiring(judged(VALLEY))


def _read(raw: bytes) -> dict[str, str]:
    text = raw.decode()
    assert (text.startswith(cards.OPENING), text.endswith(cards.CLOSING)) == (True, True)
    return dict(json.loads(text[len(cards.OPENING) : -len(cards.CLOSING)]))


def test_every_fact_has_its_card_once_with_its_evidence_and_addresses_from_the_front_page(wiring: Wiring) -> None:
    written = [_read(raw) for raw in cards.files(wiring).values()]
    held = {name: html for each in written for name, html in each.items()}
    facts = wiring.briefing.base.facts
    assert sum(map(len, written)) == len(held) == len(facts)
    for fact in facts:
        html = held[fact.id]
        assert f'href="facts/{fact.topic}.html#{fact.id}"' in html
        assert html.count("<q ") == len(fact.citations)


@pytest.mark.parametrize(
    ("text", "value"), [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)], ids=["empty", "a", "foobar"]
)
def test_the_slice_of_a_fact_follows_from_its_id_by_the_published_hash(text: str, value: int) -> None:
    # the test vectors of draft-eastlake-fnv, appendix C
    assert slices.hashed(text) == value


@given(st.text())
def test_the_hash_has_thirty_two_bits(text: str) -> None:
    assert 0 <= slices.hashed(text) < 2**32


def test_the_same_facts_give_the_same_bytes(wiring: Wiring) -> None:
    assert cards.files(wiring) == cards.files(build.wiring(judged(VALLEY)))


def test_a_site_holds_the_slices_and_no_others(valley_site: Path, wiring: Wiring) -> None:
    held = {path.relative_to(valley_site).as_posix() for path in (valley_site / "data" / "cards").iterdir()}
    assert held == {cards.path(number) for number in range(cards.count(wiring.briefing))}
