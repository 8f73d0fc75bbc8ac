"""Pictures stand alone: all their words, our own fonts, every fact's mark, and nothing from elsewhere."""

from __future__ import annotations

import base64
import re
import struct
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont

from generator import draw, pictures
from generator.colours import COLOURS, MUTED, PAPER, TEXT
from generator.draw import Drawing
from generator.glyphs import COVERED, SERIF_COVERED
from generator.lettering import text_width
from generator.pictures import CARD_HEIGHT, CARD_WIDTH, Card, Imprint
from generator.tables import ChartTable
from tests.test_charts import FONTS, _contrast, counted, surge, valleys, warnings

WEB_FONTS = FONTS.parent / "assets" / "fonts"
TAG = "{http://www.w3.org/2000/svg}"
IMPRINT = Imprint("The flood in the Orn valley", "As of 10 April 2031")
TABLES = [
    replace(each, chart=replace(each.chart, note="Few < many & others.", comparability="Not compared."))
    for each in (valleys(), warnings(), surge(), counted())
]
BY_ID = {table.chart.id: table for table in TABLES}
LONG = "A page of which the title is so long that its letters have to be smaller than those of others, and yet fits"
CARDS = {
    "plain": Card("The gates", "Each opening with its day."),
    "long": Card(LONG, "And its summary goes on. " * 40),
    "chart": Card("The flood", "Water rose in both valleys", "flood"),
    "strange": Card("मिल and mill", "An Ĳ, a\tमिल"),
}


@pytest.fixture(scope="module")
def drawn() -> draw.Drawn:
    """All pictures, drawn by one child."""
    return draw.draw(TABLES, FONTS, edition=draw.Edition(IMPRINT, CARDS))


@pytest.fixture(scope="module", params=[*BY_ID])
def chart(request: pytest.FixtureRequest, drawn: draw.Drawn) -> tuple[ChartTable, Drawing]:
    """A chart, and its pictures."""
    return BY_ID[request.param], drawn.drawings[request.param]


def _read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own picture


def _words(svg: str) -> str:
    return " ".join("".join(node.itertext()) for node in _read(svg).iter(f"{TAG}text"))


def _size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, as its header says (ISO/IEC 15948)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


# -- what stands in them ---------------------------------------------------------------------------------------------


def test_a_chart_for_download_has_every_word_that_stands_around_it(chart: tuple[ChartTable, Drawing]) -> None:
    table, pictured = chart
    words = _words(pictured.sheet)
    for each in (
        table.chart.title,
        table.chart.subtitle,
        "Not compared. Few < many & others.",
        f"Source: {table.source_line}.",
        "The flood in the Orn valley · As of 10 April 2031",
    ):
        assert each in words
    root = _read(pictured.sheet)
    assert root.get("role") == "img"
    said = {node.get("id"): node.text for node in root if node.tag in (f"{TAG}title", f"{TAG}desc")}
    assert [*said] == str(root.get("aria-labelledby")).split()
    assert [*said.values()] == [table.chart.title, table.alt]


def test_its_drawing_is_that_of_the_page_in_the_colours_of_paper(chart: tuple[ChartTable, Drawing]) -> None:
    table, pictured = chart
    by_name = {f"var({name})": colour for colour, name in COLOURS.items()}
    content = pictured.wide.partition("</desc>")[2].removesuffix("</svg>")
    for name, colour in by_name.items():
        content = content.replace(name, colour)
    assert content in pictured.sheet
    assert sorted(re.findall(r'data-fact="([^"]+)"', pictured.sheet)) == sorted(table.fact_ids)
    assert "var(" not in pictured.sheet


def test_it_needs_nothing_around_it(chart: tuple[ChartTable, Drawing]) -> None:
    sheet = chart[1].sheet
    assert re.findall(r"(?:href|src)=|@import|url\((?!data:font/woff2;base64,)", sheet) == []
    assert set(re.findall(r"https?://[^\"<]*", sheet)) == {"http://www.w3.org/2000/svg"}
    faces = re.findall(r'font-family:"([^"]+)";font-weight:(\d+)[^;]*;src:url\(data:font/woff2;base64,([^)]+)\)', sheet)
    assert [each[:2] for each in faces] == [
        ("Briefing Sans", "400"),
        ("Briefing Sans", "600"),
        ("Briefing Serif", "600"),
    ]
    names = ("BriefingSans-Regular", "BriefingSans-Bold", "BriefingSerif-Bold")
    served = [(WEB_FONTS / f"{name}.woff2").read_bytes() for name in names]
    assert [base64.b64decode(encoded) for *_, encoded in faces] == served


def test_no_text_runs_over_the_edge_or_into_the_next_line(chart: tuple[ChartTable, Drawing]) -> None:
    root = _read(chart[1].sheet)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    before = 0.0
    for node in root.findall(f"{TAG}text"):  # those of the drawing stand in a group
        size, serif = float(node.attrib["font-size"].removesuffix("px")), "Serif" in node.get("font-family", "")
        bold = node.get("font-weight") == "bold"
        assert size >= 12
        assert float(node.attrib["x"]) + text_width(node.text or "", size, bold=bold, serif=serif) <= width - 24
        top = float(node.attrib["y"]) - size
        assert top >= before - 0.25 * size
        before = float(node.attrib["y"])
    assert before < height - 8


def test_dots_are_twice_as_many_as_the_drawing_has_and_few_bytes(chart: tuple[ChartTable, Drawing]) -> None:
    root = _read(chart[1].sheet)
    assert _size(chart[1].png) == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))
    assert len(chart[1].png) < 250_000


def test_words_have_the_contrast_of_text_on_paper() -> None:
    assert _contrast(TEXT, PAPER) >= 7
    assert _contrast(MUTED, PAPER) >= 4.5


# -- cards -----------------------------------------------------------------------------------------------------------


def test_cards_are_small_and_of_the_size_that_links_ask_for(drawn: draw.Drawn) -> None:
    assert [*drawn.cards] == [*CARDS]
    for png in drawn.cards.values():
        assert _size(png) == (CARD_WIDTH, CARD_HEIGHT) == (1200, 630)
        assert len(png) < 100_000
    assert len({*drawn.cards.values()}) == len(CARDS)


@pytest.mark.parametrize("name", ["plain", "long", "strange"])
def test_a_title_card_keeps_its_words_on_itself_and_the_foot_free(name: str) -> None:
    root = _read(pictures.card(CARDS[name], "", IMPRINT))
    *lines, foot = root.findall(f"{TAG}text")
    for node in (*lines, foot):
        size, serif = float(node.attrib["font-size"].removesuffix("px")), "Serif" in node.get("font-family", "")
        assert float(node.attrib["x"]) + text_width(node.text or "", size, serif=serif) <= CARD_WIDTH - 56
    bottom, rule = float(lines[-1].attrib["y"]), max(float(node.attrib["y"]) for node in root.findall(f"{TAG}rect"))
    assert bottom < rule < float(foot.attrib["y"]) < CARD_HEIGHT - 20
    assert foot.text == "The flood in the Orn valley · As of 10 April 2031"


def test_a_text_without_room_ends_with_an_ellipsis_and_a_title_never() -> None:
    words = _words(pictures.card(CARDS["long"], "", IMPRINT))
    assert words.startswith(LONG)
    assert "goes on…" in words.removesuffix(IMPRINT.line) or "And…" in words or "summary…" in words


def test_the_card_of_the_briefing_itself_does_not_say_its_name_twice() -> None:
    words = _words(pictures.card(Card(IMPRINT.name, "What is known."), "", IMPRINT))
    assert words == "The flood in the Orn valley What is known. As of 10 April 2031"


def test_a_card_shows_the_drawing_of_its_chart_within_its_edges(drawn: draw.Drawn) -> None:
    wide = drawn.drawings["flood"].wide
    root = _read(pictures.card(CARDS["chart"], wide, IMPRINT))
    group = root.find(f"{TAG}g")
    assert group is not None
    found = re.fullmatch(r"translate\(([\d.]+),([\d.]+)\) scale\(([\d.]+)\)", group.attrib["transform"])
    assert found
    x, y, scale = map(float, found.groups())
    size = _read(wide).attrib
    assert x >= 56 + 420
    assert x + scale * float(size["width"]) <= 1200 - 56 + 0.1
    assert y + scale * float(size["height"]) <= 560
    assert "Water rose in both valleys" in _words(pictures.card(CARDS["chart"], wide, IMPRINT))


# -- characters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "set_in_ours"),
    [
        ("Mühle", "Mühle"),
        ("Mu\u0308hle", "Mühle"),
        ("a  b\nc\td", "a b c d"),
        ("ﬁre", "fire"),
        ("मिल", "□□□"),
        ("Ξ 5", "□ 5"),
    ],
)
def test_what_our_fonts_lack_is_a_box_or_a_plainer_letter(given: str, set_in_ours: str) -> None:
    assert pictures.printable(given) == set_in_ours
    assert COVERED.issuperset(set_in_ours)


def test_a_headline_that_the_serif_cannot_write_is_set_in_the_sans() -> None:
    title = "From → to"
    assert not SERIF_COVERED.issuperset(title)
    assert "Serif" not in pictures.card(Card(title, "x"), "", IMPRINT)
    assert "Serif" in pictures.card(Card("From to", "x"), "", IMPRINT)


def test_a_drawing_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="does not begin with its size and its words"):
        pictures.sheet(TABLES[0], "<svg></svg>", IMPRINT, {})


# -- the same everywhere ---------------------------------------------------------------------------------------------


def test_fonts_and_settings_of_a_machine_change_no_byte(
    drawn: draw.Drawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = tmp_path / ".local" / "share" / "fonts"
    foreign.mkdir(parents=True)
    for family in ("sans-serif", "serif", "Georgia", "Arial"):  # what a picture falls back to, were it not for ours
        font = TTFont(FONTS / "BriefingSerif-Bold.ttf")
        for number in (1, 4, 16):
            font["name"].setName(family, number, 3, 1, 0x409)
        font.save(foreign / f"{family}.ttf")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(foreign.parent))
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "none.conf"))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "99")
    again = draw.draw(TABLES[:1], FONTS, edition=draw.Edition(IMPRINT, CARDS))
    assert again.cards == drawn.cards
    assert again.drawings["flood"] == drawn.drawings["flood"]
