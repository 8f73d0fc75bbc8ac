"""A drawing and the words around it -> a picture that stands alone: SVG to download, and cards for links to pages.

The words are set here in the project's own fonts and broken by their widths, so that a picture is the same wherever it
is made. A character that the fonts lack is a box: no font of a machine may take its place.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.colours import COLOURS, MUTED, PAPER, TEXT
from generator.glyphs import COVERED, SERIF_COVERED
from generator.lettering import FONT, SERIF, text_width, wrapped
from generator.tables import ChartTable

CARD_WIDTH, CARD_HEIGHT = 1200, 630
"""Of a card in pixels: the size that readers of links ask for (The Open Graph protocol leaves it open)."""
FACES = {
    "BriefingSans-Regular": (FONT, "400"),
    "BriefingSans-Bold": (FONT, "600 700"),
    "BriefingSerif-Bold": (SERIF, "600 700"),
}
"""The faces of pictures by the names of their files, each with its family and weight."""

_SVG = "http://www.w3.org/2000/svg"
_FAMILIES = {False: f"{FONT}, sans-serif", True: f"{SERIF}, Georgia, serif"}
_BOX = "\u25a1"
"""Stands for a character that no face of ours has."""
_COLOURS = {name: colour for colour, name in COLOURS.items()}
_MARGIN = 24
"""Around a picture for download."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every picture says of the briefing that it is of."""

    name: str = ""
    as_of: str = ""
    """`As of 10 April 2031`."""

    @property
    def line(self) -> str:
        """Both in a line."""
        return " · ".join(filter(None, (self.name, self.as_of)))


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on the picture of a link to a page."""

    title: str
    text: str
    """The summary of the page, or the message of its chart."""
    chart: str = ""
    """The id of the chart that it shows, if it shows one."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How a passage is set."""

    size: float
    fill: str = TEXT
    serif: bool = False
    bold: bool = False
    leading: float = 1.35

    @property
    def line(self) -> float:
        """From one line to the next."""
        return round(self.size * self.leading, 1)

    def broken(self, words: str, room: float) -> tuple[str, ...]:
        """A passage in lines, in characters that its face has."""
        return wrapped(printable(words), room, self.size, bold=self.bold, serif=self.in_serif(words))

    def in_serif(self, words: str) -> bool:
        """Whether a passage is set in the serif: where that has all of its letters."""
        return self.serif and SERIF_COVERED.issuperset(printable(words))


def printable(words: str) -> str:
    """A text in characters that our fonts have: a letter without its accent where need be, else a box."""
    return "".join(_covered(char) for char in " ".join(unicodedata.normalize("NFC", words).split()))


def _covered(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char)
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return next((each for each in (char, bare) if each and COVERED.issuperset(each)), "" if not bare else _BOX)


# -- a picture for download -----------------------------------------------------------------------------------------


def sheet(table: ChartTable, drawing: str, imprint: Imprint, fonts: Mapping[str, bytes]) -> str:
    """A chart as SVG that needs nothing around it: its titles, its drawing, its notes, its sources and the briefing.

    Args:
        table: the chart, with the words that stand around it.
        drawing: its drawing as a page holds it.
        imprint: the briefing.
        fonts: WOFF2 by name of the face; those that are used are part of the picture. None, and it has none.

    """
    chart = table.chart
    width, height, content = _taken(drawing)
    notes = _Style(13, MUTED, leading=1.4)
    parts: list[str] = []
    y = _MARGIN + 3.0
    above = ((_Style(22, serif=True, bold=True, leading=1.22), chart.title, 8), (_Style(15, MUTED), chart.subtitle, 3))
    for style, words, gap in above:
        y = _set(parts, style, words, (_MARGIN, y + gap), width)
    y += 16
    parts.append(f'<g transform="translate({_MARGIN},{y:g})">{content}</g>')
    y += height + 6
    for words in (" ".join(filter(None, (chart.comparability, chart.note))), f"Source: {table.source_line}."):
        y = _set(parts, notes, words, (_MARGIN, y + 6), width) if words else y
    y += 12
    parts.append(_rule(_MARGIN, y, width, 1, MUTED))
    y = _set(parts, _Style(13, bold=True), imprint.line, (_MARGIN, y + 6), width)
    size = (width + 2 * _MARGIN, round(y + _MARGIN - 8))
    parts.insert(0, _rule(_MARGIN, _MARGIN, width, 3, TEXT))
    return _picture(size, f"chart-{chart.id}", (chart.title, table.alt), "".join(parts), fonts)


# -- a card ---------------------------------------------------------------------------------------------------------

_EDGE = 56
"""Of a card, to what stands on it."""
_COLUMN = 420
"""The width of the words on a card with a chart."""


def card(of: Card, drawing: str, imprint: Imprint) -> str:
    """The picture of a link as SVG, to be drawn with our fonts: a title card, or one with a chart where it has one."""
    foot = CARD_HEIGHT - _EDGE + 6
    room, high = (_COLUMN if drawing else CARD_WIDTH - 2 * _EDGE), foot - 34 - (_EDGE + 4)
    parts = [_rule(0, 0, CARD_WIDTH, 12, TEXT)]
    titles, texts = (
        ((46, 42, 38, 34, 30, 27), (25, 23, 21, 19)) if drawing else ((76, 68, 60, 54, 48), (32, 29, 26, 24))
    )
    heading, below = _largest(of, room, high, titles, texts)
    y = _set(parts, heading, of.title, (_EDGE, _EDGE + 4), room)
    y += heading.size * 0.4
    most = max(1, int((_EDGE + 4 + high - y) / below.line))
    _set(parts, below, _shortened(below, of.text, room, most), (_EDGE, y), room)
    if drawing:
        left = _EDGE + _COLUMN + 48
        parts.append(_fitted(drawing, left, _EDGE + 6, CARD_WIDTH - _EDGE - left, high))
    parts.append(_rule(_EDGE, foot - 18, CARD_WIDTH - 2 * _EDGE, 1, MUTED))
    line = imprint.as_of if of.title == imprint.name else imprint.line
    small = _Style(22, MUTED, bold=True)
    _set(parts, small, _shortened(small, line, CARD_WIDTH - 2 * _EDGE, 1), (_EDGE, foot - 8), CARD_WIDTH - 2 * _EDGE)
    return _picture((CARD_WIDTH, CARD_HEIGHT), "card", (of.title, of.text), "".join(parts), {})


def _largest(of: Card, room: float, high: float, titles: Sequence[int], texts: Sequence[int]) -> tuple[_Style, _Style]:
    """The largest letters in which title and text have room; where none are small enough, the smallest."""
    sizes = sorted(((title, text) for title in titles for text in texts), key=lambda both: (-both[0], -both[1]))
    styles = [
        (_Style(title, serif=True, bold=True, leading=1.14), _Style(text, MUTED, leading=1.4)) for title, text in sizes
    ]
    for heading, below in styles:
        lines, more = heading.broken(of.title, room), below.broken(of.text, room)
        whole = all(text_width(word, heading.size, serif=True) <= room for word in printable(of.title).split())
        if whole and len(lines) * heading.line + heading.size * 0.4 + len(more) * below.line <= high:
            return heading, below
    return styles[-1]


def _shortened(style: _Style, words: str, room: float, lines: int) -> str:
    """A text as far as so many lines go, with an ellipsis where it is cut."""
    kept = words.split()
    while kept and len(style.broken(" ".join(kept) + ("" if kept == words.split() else "…"), room)) > lines:
        kept.pop()
    return words if kept == words.split() else f"{' '.join(kept).rstrip(',;:–')}…"


def _fitted(drawing: str, left: float, top: float, room: float, high: float) -> str:
    """A drawing as large as there is room, at most as large as it was made."""
    width, height, content = _taken(drawing)
    scale = min(1, room / width, high / height)
    x, y = left + (room - width * scale) / 2, top + (high - height * scale) / 2
    return f'<g transform="translate({x:.1f},{y:.1f}) scale({scale:.4f})">{content}</g>'


# -- parts of both --------------------------------------------------------------------------------------------------


def _picture(size: tuple[int, int], name: str, said: tuple[str, str], content: str, fonts: Mapping[str, bytes]) -> str:
    """The root of a picture, with its name and its words for those who do not see it."""
    width, height = size
    faces = "".join(_faces(content, fonts))
    title, told = (html.escape(each, quote=False) for each in said)
    return (
        f'<svg xmlns="{_SVG}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc" font-family="{_FAMILIES[False]}">'
        f'<title id="{name}-title">{title}</title><desc id="{name}-desc">{told}</desc>'
        f"{faces}{_rule(0, 0, width, height, PAPER)}{content}</svg>\n"
    )


def _faces(content: str, fonts: Mapping[str, bytes]) -> Iterator[str]:
    """The fonts that a picture uses, as a style within it: whoever opens it needs not have them."""
    used = {
        "BriefingSans-Regular": True,
        "BriefingSans-Bold": "bold" in content,
        "BriefingSerif-Bold": SERIF in content,
    }
    rules = [
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f'src:url(data:font/woff2;base64,{base64.b64encode(fonts[name]).decode()}) format("woff2")}}'
        for name, (family, weight) in FACES.items()
        if name in fonts and used[name]
    ]
    if rules:
        yield f"<style>{''.join(rules)}</style>"


def _set(parts: list[str], style: _Style, words: str, at: tuple[float, float], room: float) -> float:
    """Set a passage from a point down, line by line. Returns where it ends."""
    x, y = at
    for line in style.broken(words, room):
        family = f' font-family="{_FAMILIES[True]}"' if style.in_serif(words) else ""
        weight = ' font-weight="bold"' if style.bold else ""
        baseline = y + style.size * 0.9 + (style.line - style.size) / 2
        parts.append(
            f'<text x="{x:g}" y="{baseline:.1f}" font-size="{style.size:g}px"{family}{weight}'
            f' fill="{style.fill}">{html.escape(line, quote=False)}</text>'
        )
        y += style.line
    return y


def _rule(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{colour}"/>'


_OPENING = re.compile(r'<svg[^>]* width="(?P<width>\d+)" height="(?P<height>\d+)"[^>]*>\s*<title.*?</desc>', re.DOTALL)
_SET = re.compile(r"var\((--[a-z0-9-]+)\)")


def _taken(drawing: str) -> tuple[int, int, str]:
    """Width, height and content of a drawing that a page would colour, in the colours of paper."""
    opening = _OPENING.match(drawing)
    if opening is None:
        raise ValueError("its drawing does not begin with its size and its words")
    content = drawing[opening.end() :].removesuffix("</svg>")
    coloured = _SET.sub(lambda found: _COLOURS[found[1]], content)
    return int(opening["width"]), int(opening["height"]), coloured
