"""The invented briefings that are measured: the same for the same number, without a problem, as large as they say."""

from __future__ import annotations

import pytest

from generator import site
from tests.bench import bases


@pytest.mark.parametrize("number", [7, 100, 640])
def test_an_invented_briefing_has_no_problem_and_so_many_facts(number: int) -> None:
    base = bases.make(number)
    pages = {name: text.encode() for name, text in base.pages.items()}
    judged = site.judge(site.Inputs(base.facts.encode(), pages, base.lock.encode()))
    assert [*judged.problems] == []
    facts = judged.briefing.base.facts
    assert len(facts) == number
    assert judged.quotes == (sum(len(fact.citations) for fact in facts), 0)
    cited = {each.source for fact in facts for each in fact.citations}
    assert cited == {source.id for source in judged.briefing.base.sources}
    assert {fact.topic for fact in facts} == {topic.id for topic in judged.briefing.base.topics}


def test_it_is_the_same_for_the_same_number() -> None:
    assert bases.make(90) == bases.make(90)
