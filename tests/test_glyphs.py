"""The list of characters that charts may draw is that of the font's own files."""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

from generator.glyphs import COVERED, SERIF_COVERED
from generator.lettering import text_width

FONTS = Path(__file__).parents[1] / "site_templates" / "fonts"


def test_the_chart_font_has_every_character_that_charts_may_draw_and_no_other_is_listed() -> None:
    faces = [TTFont(FONTS / f"BriefingSans-{face}.ttf") for face in ("Regular", "Bold")]
    shared = set.intersection(*({chr(code) for code in face.getBestCmap()} for face in faces))
    assert shared == COVERED


def test_the_serif_has_every_character_that_headlines_of_pictures_may_have() -> None:
    assert {chr(code) for code in TTFont(FONTS / "BriefingSerif-Bold.ttf").getBestCmap()} == SERIF_COVERED


def test_no_character_of_the_serif_is_wider_than_its_estimate() -> None:
    font = TTFont(FONTS / "BriefingSerif-Bold.ttf")
    em, names = font["head"].unitsPerEm, font.getBestCmap()
    wider = [char for char in SERIF_COVERED if font["hmtx"][names[ord(char)]][0] > text_width(char, em, serif=True)]
    assert wider == []
    sentence = "US diplomacy and what it was that each side wanted in September 2024"
    width = sum(font["hmtx"][names[ord(char)]][0] for char in sentence)
    assert width <= text_width(sentence, em, serif=True) <= 1.1 * width
