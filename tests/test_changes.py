"""What changed: mistakes apart from news, on a page and in a feed that any reader of feeds can read."""

from __future__ import annotations

import re
from pathlib import Path

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from generator import feed, news
from generator.load import assemble, load_facts
from generator.model import Briefing
from tests.making import BASE, changed, codes, judge, line_of
from tests.sites import judged
from tests.valley import VALLEY

CORRECTED = f"""{BASE}corrections:
  - fact: sacks-lost
    date: 2031-05-20
    was: <b>1,300</b> & more
    now: 1,200 sacks
    why: A slip in copying
updates:
  - id: loss-known
    date: 2031-05-28
    what: The owners put the loss at around 1,200 sacks
    facts: [sacks-lost]
  - id: hydrants
    date: 2031-05-30
    what: The mayor came
    facts: [mayor-visit]
"""


def _briefing(text: str) -> Briefing:
    base, declared, problems = load_facts("facts.yaml", text)
    assert problems == []
    return assemble(base, [], declared)


def test_what_changed_is_told_newest_first() -> None:
    briefing = _briefing(CORRECTED)
    assert [each.id for each in news.updates(briefing)] == ["hydrants", "loss-known"]
    assert [(each.kind, each.title, each.date.text) for each in feed.entries(briefing)] == [
        ("new information", "The mayor came.", "2031-05-30"),
        ("new information", "The owners put the loss at around 1,200 sacks.", "2031-05-28"),
        ("correction", "Corrected: Around 1,200 sacks of flour burnt.", "2031-05-20"),
        ("became known", "Around 1,200 sacks of flour burnt.", "2031-05-04"),
        ("became known", "The mayor met the mill owners on 3 May 2031.", "2031-05-04"),
    ]


def test_the_feed_can_be_read_and_is_the_same_whenever_it_is_made() -> None:
    made = feed.make(_briefing(CORRECTED))
    assert made == feed.make(_briefing(CORRECTED))
    headers = {"content-location": "https://any.example/below/feed.xml", "content-type": "application/atom+xml"}
    read = feedparser.parse(made, response_headers=headers)
    assert not read.bozo
    assert read.version == "atom10"
    assert (read.feed.title, read.feed.updated) == ("What changed: The mill fire", "2031-06-01T00:00:00Z")
    assert [each.href for each in read.feed.links] == [
        "https://any.example/below/feed.xml",
        "https://any.example/below/changes.html",
    ]
    correction = read.entries[2]
    assert correction.summary == "It said “<b>1,300</b> & more” and says “1,200 sacks”. A slip in copying."
    assert correction.summary_detail.type == "text/plain"
    assert (correction.updated, correction.tags[0].term) == ("2031-05-20T00:00:00Z", "correction")
    assert correction.link == "https://any.example/below/facts/losses.html#sacks-lost"
    assert read.entries[0].link == "https://any.example/below/changes.html#update-hydrants"
    ids = [each.id for each in read.entries]
    assert len({*ids, read.feed.id}) == len(ids) + 1
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) for each in ids)


def test_an_entry_keeps_its_id_when_its_words_change_and_others_come() -> None:
    before = _briefing(CORRECTED)
    after = _briefing(changed("what: The mayor came\n", "what: The mayor came twice\n", CORRECTED))
    assert feed.make(before) != feed.make(after)
    ids = [re.findall(rb"<id>(.*)</id>", feed.make(each)) for each in (before, after)]
    assert ids[0] == ids[1]


def test_every_entry_of_the_feed_leads_to_a_place_of_the_site(valley_site: Path) -> None:
    read = feedparser.parse((valley_site / "feed.xml").read_bytes())
    assert len(read.entries) > 10
    for each in read.entries:
        name, _, anchor = each.link.partition("#")
        page = LexborHTMLParser((valley_site / name).read_text(encoding="utf-8"))
        assert page.css_first(f"[id='{anchor}']") is not None, each.link


def test_every_page_names_the_feed(valley_site: Path) -> None:
    for path in valley_site.rglob("*.html"):
        links = LexborHTMLParser(path.read_text(encoding="utf-8")).css("link[type='application/atom+xml']")
        (link,) = links
        assert link.attributes["rel"] == "alternate"
        assert str(link.attributes["href"]).endswith("feed.xml")


def test_the_page_tells_mistakes_apart_from_news(valley_site: Path, briefing_site: Path) -> None:
    page = LexborHTMLParser((valley_site / "changes.html").read_text(encoding="utf-8"))
    heads = [re.sub(r"\s*#$", "", each.text()) for each in page.css("h2")]
    assert heads == ["Corrections and withdrawals", "New information", "Became known last"]
    assert [str(each.attributes["data-correction"]) for each in page.css(".cures > li[data-correction]")] == [
        "level-at-old-bridge"
    ]
    assert [str(each.attributes["data-fact"]) for each in page.css(".cures > li[data-fact]")] == ["wall-broke-5-april"]
    assert [str(each.attributes["data-update"]) for each in page.css(".updates > li[data-update]")] == ["second-wave"]
    # what a base without a mistake says is true of it
    own = LexborHTMLParser((briefing_site / "changes.html").read_text(encoding="utf-8"))
    (said,) = own.css("p.cures")
    assert said.text() == "No mistake in a fact that was published here is known, and none was withdrawn."


FLOUR = "source: herald\n        quote: around 1,200 sacks of flour"


@pytest.mark.parametrize(
    ("citations", "known"),
    [
        (f"- {FLOUR}", "2031-05-04"),
        ("- source: undated\n        quote: around 1,200 sacks", ""),
        (
            f"- source: undated\n        quote: around 1,200 sacks\n      - {FLOUR}",
            "2031-05-04",
        ),
        (
            f"- {FLOUR}\n      - source: earlier\n        quote: around 1,200 sacks",
            "2031-05",
        ),
        (
            f"- {FLOUR}\n      - source: first\n        quote: no sacks\n        stance: disputes",
            "2031-05-04",
        ),
    ],
    ids=["one source", "no day", "one with a day", "a month counts to its end", "what disputes it proves nothing"],
)
def test_a_fact_is_known_since_the_first_of_its_sources_was_published(citations: str, known: str) -> None:
    sources = "".join(
        changed("  - id: herald\n", f"  - id: {name}\n", HERALD).replace("    published: 2031-05-04\n", day)
        for name, day in (
            ("undated", ""),
            ("first", "    published: 2031-05-01\n"),
            ("earlier", "    published: 2031-05\n"),
        )
    )
    text = changed("measures:\n", f"{sources}measures:\n")
    text = changed(f"- {FLOUR}", citations, text)
    briefing = _briefing(text)
    found = briefing.known_since(briefing.facts["sacks-lost"])
    expected = "2031-05-04" if known == "2031-05" else known  # the end of the month is later than the fourth
    assert found.text == expected


HERALD = BASE[BASE.index("  - id: herald") : BASE.index("measures:")]


def test_a_computed_figure_is_known_when_the_last_of_its_bases_is() -> None:
    briefing = judged(VALLEY).briefing
    computed = briefing.facts["displaced-together-1-april"]
    bases = briefing.bases(computed)
    assert len(bases) == 2
    assert briefing.known_since(computed).last == max(briefing.known_since(each).last for each in bases)


def test_an_update_is_of_no_later_day_and_says_no_other_number() -> None:
    text = changed("what: The mayor came\n", "what: The mayor came 7 times\n", CORRECTED)
    text = changed("date: 2031-05-30", "date: 2031-06-30", text)
    found = [each for each in codes(judge(text)) if each[1].startswith("update")]
    line = line_of("    date: 2031-06-30", text)
    assert found == [(line, "update-date"), (line + 1, "update-text")]
