"""The three articles that the briefing began with: every sentence is covered by a fact whose quote lies in it.

`tests/data/coverage.yaml` says which fact covers which sentence. The articles stand beside the checkout in CI; they are
not ours to keep, so on a user's machine only the part of the test that needs no article is run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import files, quotes, site

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
COVERAGE: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "data" / "coverage.yaml").read_text(encoding="utf-8"))
FACTS = site.judge(files.read_inputs(ROOT)).briefing.facts
ENDS = re.compile(r"(?<![A-Z])(?<! Oct)[.?!][”\"]?\s+(?=[A-Z“\"]|in total)")
"""Where a sentence of the articles ends: not after the U and S of `U.S.`, nor after `Oct.`; one remnant
of a lost sentence begins in lower case."""


def test_every_fact_that_covers_a_sentence_exists_and_cites_that_article() -> None:
    for article in COVERAGE:
        for sentence in article["sentences"]:
            assert sentence["facts"] or sentence["reason"], sentence
            for fact_id in sentence.get("facts", ()):
                assert article["source"] in {citation.source for citation in FACTS[fact_id].citations}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the articles stand beside the checkout in CI, not on a user's machine")
@pytest.mark.parametrize("article", COVERAGE, ids=lambda article: article["seed"])
def test_every_sentence_of_an_article_is_covered_by_a_quote_that_lies_in_it(article: dict[str, Any]) -> None:
    lines = [line for line in (SEEDS / article["seed"]).read_text(encoding="utf-8").splitlines() if line.strip()]
    split = {
        (number, part): text
        for number, line in enumerate(lines, 1)
        for part, text in enumerate(ENDS.split(line.strip()), 1)
    }
    listed = {(each["paragraph"], each["sentence"]): each for each in article["sentences"]}
    assert listed.keys() == split.keys()
    for key, sentence in listed.items():
        assert split[key].startswith(sentence["starts"]), key
        words = quotes.tokens(split[key])
        for fact_id in sentence.get("facts", ()):
            cited = [quotes.tokens(each.quote) for each in FACTS[fact_id].citations if each.source == article["source"]]
            assert any(words[at : at + len(quote)] == quote for quote in cited for at in range(len(words))), (
                key,
                fact_id,
            )


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the articles stand beside the checkout in CI, not on a user's machine")
def test_no_sentence_of_an_article_is_taken_over() -> None:
    run = 8
    theirs: set[tuple[str, ...]] = set()
    for path in SEEDS.glob("*.txt"):
        words = quotes.tokens(path.read_text(encoding="utf-8"))
        theirs.update(tuple(words[at : at + run]) for at in range(len(words) - run + 1))
    texts = [f"{fact.statement}\n{fact.note}\n{fact.date_basis}" for fact in FACTS.values()]
    texts += [path.read_text(encoding="utf-8") for path in sorted((ROOT / "content").glob("*.md"))]
    for text in texts:
        words = quotes.tokens(text)
        assert not [words[at : at + run] for at in range(len(words)) if tuple(words[at : at + run]) in theirs]


def test_quotes_of_the_articles_have_three_to_eight_words() -> None:
    articles = {article["source"] for article in COVERAGE}
    cited = (each for fact in FACTS.values() for each in fact.citations if each.source in articles)
    assert {len(quotes.tokens(each.quote)) for each in cited} <= {*range(3, 9)}
