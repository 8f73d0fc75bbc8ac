"""The generator knows no subject: a second briefing on something else builds with the same code, and shows its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator.model import Briefing
from tests.sites import ROOT, judged, tree
from tests.valley import VALLEY, lock_of, source_texts

SUBJECT = (
    *("Israel", "Lebanon", "Lebanese", "Hezbollah", "Hizballah", "Hamas", "Gaza", "Beirut", "Tel Aviv", "Washington"),
    *("Pentagon", "Austin", "Gallant", "Netanyahu", "Dermer", "Hanegbi", "Biden", "Blinken", "Sullivan", "McGurk"),
    *("Hochstein", "Singh", "Axios", "CNN", "Al Arabiya", "Ya Libnan", "Prosper Planet", "Highlight Review"),
    *("Anadolu", "NPR", "diploma", "offensive", "all-out war", "evacuat"),
)
"""Words of the first briefing, by which it would be known anywhere."""
VALLEY_WORDS = ("Orn valley", "Eastholm", "Westholm", "Hollin", "Ilse Varn")
IMAGES = frozenset({".ttf", ".woff2", ".png", ".pyc"})


def _code() -> list[Path]:
    """Every text of the product that is not a briefing; the fonts' licence speaks for itself."""
    folders = [ROOT / "generator", ROOT / "site_templates"]
    inside = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        *(path for path in inside if path.suffix not in IMAGES and path.name != "OFL.txt"),
        *(ROOT / "mkdocs.yml", ROOT / "noxfile.py"),
    ]


def _words(text: str) -> str:
    return " ".join(text.split())


def _lines(node: LexborNode) -> list[str]:
    """The lines of a node, as its line breaks part them."""
    return [_words(LexborHTMLParser(part).text()) for part in (node.html or "").split("<br>")]


def _page(site: Path, url: str) -> LexborHTMLParser:
    return LexborHTMLParser((site / f"{url}.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def valley() -> Briefing:
    """The second briefing."""
    return judged(VALLEY).briefing


def test_the_lock_of_the_second_briefing_is_made_of_its_invented_texts() -> None:
    assert (VALLEY / "sources.lock").read_text(encoding="utf-8") == lock_of(source_texts()), (
        "run python -m tests.valley"
    )


def test_the_second_briefing_is_clean() -> None:
    found = judged(VALLEY)
    assert {each.code for each in found.problems} == {"fact-disputed", "seal-missing"}
    assert {
        name: len(getattr(found.briefing.base, name)) for name in ("facts", "sources", "charts", "sides", "topics")
    } == {"facts": 22, "sources": 5, "charts": 3, "sides": 2, "topics": 3}
    assert sorted(each.code for each in found.waived) == ["hedge-dropped", "review-overdue"]


def test_the_second_briefing_becomes_a_site_of_its_own_pages(valley_site: Path, valley: Briefing) -> None:
    pages = {name for name in tree(valley_site) if name.endswith(".html")}
    topics = {f"facts/{topic.id}.html" for topic in valley.base.topics}
    own = {"index.html", "gates.html", "reading.html"}
    generated = {
        f"{name}.html"
        for name in (
            *("404", "rules", "facts/index", "sources", "judgments", "changes", "glossary", "data", "search"),
            "whole",
        )
    }
    assert pages == {*own, *generated, *topics}


def test_every_fact_stands_at_its_address_with_its_own_words(valley_site: Path, valley: Briefing) -> None:
    for fact in valley.facts.values():
        place = _page(valley_site, f"facts/{fact.topic}").css_first(f"article#{fact.id}")
        assert place is not None, fact.id
        said = place.css_first(".fact__statement")
        assert said is not None
        assert said.text() == f"{fact.statement}.", fact.id
        assert [each.text() for each in place.css("q.quoted")] == [each.quote for each in fact.citations]


def test_every_source_stands_at_its_address_with_title_and_origin(valley_site: Path) -> None:
    page = _page(valley_site, "sources")
    shown = {
        str(each.attributes["id"]): [_words(part.text()) for part in each.css(".source__title, .source__line")]
        for each in page.css("article.source")
    }
    assert shown == {
        "valley-courier-20310402-river-takes-meadows": [
            "River takes the meadows",
            "Article by Valley Courier (Tam Orrel), 2 April 2031",
        ],
        "valley-courier-20310409-council-counts-again": [
            "Council counts again",
            "Article by Valley Courier, 9 April 2031",
        ],
        "upland-mirror-20310409-second-wave": [
            "Second wave: “nobody sleeps by the water”",
            "Repost by Upland Mirror, first published by Harbour Wire, 9 April 2031",
        ],
        "al-wadi-20310407-water-before-warning": ["الماء قبل التحذير", "Article by Al-Wadi, 7 April 2031"],
        "hollin-water-board-notice-of-opening": ["Notice of opening", "Official statement by Hollin Water Board"],
    }


def test_an_arabic_quote_says_its_language_and_runs_from_right_to_left_wherever_it_stands(valley_site: Path) -> None:
    quote = "الماء دخل البيوت قبل وصول أي تحذير"
    for url in ("index", "gates", "facts/warnings"):
        shown = [each for each in _page(valley_site, url).css("q.quoted") if each.text() == quote]
        assert shown, url
        assert {(each.attributes.get("lang"), each.attributes.get("dir")) for each in shown} == {("ar", "rtl")}, url


def test_an_english_quote_needs_neither(valley_site: Path) -> None:
    shown = [each for each in _page(valley_site, "gates").css("q.quoted") if each.text().isascii()]
    assert len(shown) > 5
    assert {(each.attributes.get("lang"), each.attributes.get("dir")) for each in shown} == {(None, None)}


def test_a_quote_that_disputes_a_fact_is_shown_as_such(valley_site: Path) -> None:
    fact = _page(valley_site, "facts/warnings").css_first("article#no-warning-in-westholm")
    assert fact is not None
    assert [_lines(each) for each in fact.css("li.citation")] == [
        [
            "الماء دخل البيوت قبل وصول أي تحذير Al-Wadi, 7 April 2031",
            (
                "found word for word in paragraph 2 of the text as read"
                " · open the page at these words (no-warning-in-westholm, citation 1)"
            ),
        ],
        [
            "a siren sounds in both towns before every opening Hollin Water Board disputes this",
            "A rule, which does not say that it was kept.",
            (
                "found word for word in paragraph 2 of the text as read"
                " · open the page at these words (no-warning-in-westholm, citation 2)"
            ),
        ],
    ]


def test_the_page_on_a_repost_names_its_origin(valley_site: Path) -> None:
    front = _page(valley_site, "index").css_first("#chart-people-out-of-home .chart__source")
    assert front is not None
    assert _words(front.text()) == "Source: Valley Courier; Harbour Wire (via Upland Mirror)."


def test_the_words_that_are_looked_for_are_words_of_the_first_briefing() -> None:
    inputs = [ROOT / "facts.yaml", *sorted((ROOT / "content").glob("*.md"))]
    written = " ".join(_words(path.read_text(encoding="utf-8")) for path in inputs).casefold()
    assert [word for word in SUBJECT if word.casefold() not in written] == []


@pytest.mark.parametrize("path", _code(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_code_template_or_setting_names_a_subject(path: Path) -> None:
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, SUBJECT + VALLEY_WORDS))})", re.IGNORECASE)
    found = [
        f"{path.name}:{number}: {match[0]}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in pattern.finditer(line)
    ]
    assert found == []


def test_the_site_of_the_second_briefing_holds_no_word_of_the_first(valley_site: Path) -> None:
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in SUBJECT[:28]), re.IGNORECASE)
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(valley_site.rglob("*.html"))}
    assert len(pages) == 16
    assert [(path.name, match[0]) for path, text in pages.items() for match in pattern.finditer(text)] == []


def _text(node: LexborNode | None) -> str:
    assert node is not None
    return _words(node.text())


def test_a_judgment_is_shown_with_likelihood_and_confidence_apart_and_with_what_speaks_against_it(
    valley_site: Path,
) -> None:
    card = _page(valley_site, "judgments").css_first("article#judgment-eastholm-number")
    assert card is not None
    assert _text(card.css_first(".judgment__likelihood")) == "Very likely (80 to 95 per cent)"
    assert "confidence" not in _text(card.css_first(".judgment__statement")).lower()
    said = {_text(each.css_first("dt")): _text(each.css_first("dd")) for each in card.css("dl > div")}
    assert said["Confidence"] == "moderate. The council is the only counter, and a party."
    assert said["Rests on"].startswith("Around 1,200 people had left their homes in Eastholm by 1 April 2031.")
    assert said["Rests on"].endswith("disputed")
    assert said["Speaks against it"].startswith("People of Westholm speak of 1,500 people")
    assert said["Why it holds"] == "The council keeps a list of names, the residents do not."
    assert said["Would change it"] == "A list kept by the residents."
    placed = _page(valley_site, "gates").css("article.judgment")
    assert [each.attributes["data-judgment"] for each in placed] == ["openings-outpaced-warnings"]


def test_rival_figures_are_both_shown_in_note_card_chart_and_table(valley_site: Path) -> None:
    council, residents = "displaced-eastholm-1-april", "displaced-eastholm-1-april-by-residents"
    topic = _page(valley_site, "facts/homes")
    for fact, rival in ((council, residents), (residents, council)):
        card = topic.css_first(f"article#{fact}")
        assert card is not None
        assert [each.attributes["data-fact"] for each in card.css("p.rival")] == [rival]
        assert "The council counted 1,200 and the residents 1,500" in _text(card.css_first("p.rival"))
    front = _page(valley_site, "index")
    rows = [str(row.attributes["data-fact"]) for row in front.css("#chart-people-out-of-home tbody > tr")]
    assert {council, residents} <= {*rows}
    drawn = _text(front.css_first("#chart-people-out-of-home svg"))
    assert "around 1,200, disputed" in drawn
    assert "1,500, disputed" in drawn


def test_what_only_the_unnamed_or_a_party_say_is_marked_so(valley_site: Path) -> None:
    card = _page(valley_site, "facts/homes").css_first("article#displaced-eastholm-1-april-by-residents")
    assert card is not None
    marks = [_words(each.text()) for each in card.css(".marks .mark")]
    assert marks == ["disputed", "unnamed voices only", "a party to the conflict only", "review overdue"]
    details = {_text(each.css_first("dt")): _text(each.css_first("dd")) for each in card.css("dl > div")}
    assert details["Voices"] == "Only unnamed ones: Residents of Westholm"
    assert details["Party"] == "Only a party to the conflict says so: Westholm"
    assert details["Review"] == "due by 5 April 2031; overdue"
    assert details["Waiver"].startswith("review-overdue until 31 May 2031, T. Orrel: ")


def test_a_withdrawn_fact_keeps_its_address_and_leaves_lists_counts_and_timelines(valley_site: Path) -> None:
    topic = _page(valley_site, "facts/gates")
    card = topic.css_first("article#wall-broke-5-april")
    assert card is not None
    assert _text(card.css_first("del")) == "The meadow wall broke on 5 April 2031."
    assert _text(card.css_first(".fact__withdrawn")).startswith(
        "Withdrawn on 10 April 2031: The agency puts the breach"
    )
    assert "The meadow wall broke on 5 April" not in _text(_page(valley_site, "gates").body)
    assert _text(_page(valley_site, "index").css_first('.dateline [data-count="facts"]')) == "21"
    corrections = _text(_page(valley_site, "changes").css_first("article"))
    assert "10 April 2031: withdrawn The meadow wall broke on 5 April 2031." in corrections
    assert "4.4 metres 4.2 metres A slip in copying." in corrections


def test_sources_are_summed_up_in_the_authors_words_and_in_counts(valley_site: Path) -> None:
    page = _page(valley_site, "sources")
    assert _text(page.css_first('[data-about="source_summary"]')).startswith("The daily is the only witness")
    counts = {str(each.attributes["data-count"]): _words(each.text()) for each in page.css("[data-count]")}
    assert counts["sources"] == "5"
    assert counts["origins"] == "4"
    assert counts["sources/kind/article"] == "3"
    assert counts["sources/language/ar"] == "1"
    assert counts["sources/read/excerpt"] == "1"
    assert counts["sources/copy/yes"] == "1"
    assert counts["page/gates.md/facts"] == "12"


def test_the_record_of_each_side_is_counted(valley_site: Path) -> None:
    table = next(each for each in _page(valley_site, "reading").css("table") if "each side" in each.text())
    rows = [[_words(cell.text()) for cell in row.css("th, td")] for row in table.css("tbody > tr")]
    heads = [_words(cell.text()) for cell in table.css("thead th")]
    eastholm, westholm = (dict(zip(heads, row, strict=True)) for row in rows)
    assert (eastholm["Side"], eastholm["Facts"], eastholm["Sources"], eastholm["Latest day"]) == (
        *("Eastholm", "4", "3", "1 April 2031"),
    )
    assert (westholm["Facts"], westholm["From unnamed voices only"], westholm["Latest day"]) == (
        "8",
        "0",
        "8 April 2031",
    )
