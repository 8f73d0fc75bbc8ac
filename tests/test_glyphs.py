"""The list of characters that charts may draw is that of the font's own files."""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

from generator.glyphs import COVERED

FONTS = Path(__file__).parents[1] / "site_templates" / "fonts"


def test_the_chart_font_has_every_character_that_charts_may_draw_and_no_other_is_listed() -> None:
    faces = [TTFont(FONTS / f"BriefingSans-{face}.ttf") for face in ("Regular", "Bold")]
    shared = set.intersection(*({chr(code) for code in face.getBestCmap()} for face in faces))
    assert shared == COVERED
