"""Two unpacked packages of Adobe's Source fonts -> the faces this project draws and serves.

Run it only to change the coverage or to follow a new release of the originals; the results are committed.
In any empty folder, outside the checkout:

    npm pack source-sans@3.52.0 source-serif@4.5.1
    mkdir sans serif
    tar -xzf source-sans-3.52.0.tgz -C sans --strip-components 1
    tar -xzf source-serif-4.5.1.tgz -C serif --strip-components 1
    python3 -m venv venv
    venv/bin/python -m pip install fonttools==4.68.0 brotli==1.2.1
    venv/bin/python CHECKOUT/site_templates/fonts/make.py sans serif

The same originals and the same two libraries give the same bytes, so `git status` is clean afterwards when
nothing was meant to change.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program

HERE = Path(__file__).resolve().parent
WEB = HERE.parent / "assets" / "fonts"

# Where a range holds characters the originals lack, the face simply goes without; see MUST_HAVE.
LATIN = (
    range(0x0020, 0x007F),  # Basic Latin
    range(0x00A0, 0x0180),  # Latin-1, Latin Extended-A
    range(0x02BB, 0x02C0),  # modifier letters: the ayn and hamza of transliterated Arabic
    range(0x2000, 0x2070),  # General Punctuation, with its spaces and non-breaking hyphen
    range(0x20A0, 0x20D0),  # currency
    range(0x2212, 0x2213),  # the minus sign
)
# What stands in names, labels and tables beyond that: all of Latin, and the marks of charts.
LATIN_AND_SIGNS = (
    *LATIN,
    range(0x0180, 0x0250),  # Latin Extended-B
    range(0x02C6, 0x02DE),  # spacing accents
    range(0x1E00, 0x1F00),  # Latin Extended Additional: transliteration, Vietnamese
    range(0x2070, 0x20A0),  # superscript and subscript figures
    range(0x2116, 0x2117),  # numero
    range(0x2122, 0x2123),  # trade mark
    range(0x2150, 0x2160),  # fractions
    range(0x2190, 0x2196),  # arrows
    range(0x2248, 0x2249),  # almost equal
    range(0x2260, 0x2266),  # unequal, at most, at least
    range(0x25A0, 0x2600),  # geometric shapes: the legend keys of charts and tables
)
# A new release of the originals that drops one of these must not pass unseen.
MUST_HAVE_ANYWHERE = "ʾʿʼ‐‑–—‘’“”†‡•…‰′″€£¥₴₹₺₽−×÷±·½²³©«»¿¡ßæœøłğşžčḥṭ"
MUST_HAVE_IN_CHARTS = MUST_HAVE_ANYWHERE + "←↑→↓↔≈≠≤≥~■□▲△▼●○◆⁰¹⁴⁵⁶⁷⁸⁹⁻⁺₂№™⅓"

# Figures are lining and all of one width unless `pnum` asks otherwise; the sans has no `tnum` to ask for.
SANS_FEATURES = ("kern", "pnum", "sups")
SERIF_FEATURES = ("kern", "liga", "lnum", "pnum", "tnum")


@dataclass(frozen=True)
class Face:
    """One face: where its outlines come from, what it is called here, how much of it is kept."""

    original: str
    family: str
    style: str
    weight: int
    coverage: tuple[range, ...]
    must_have: str
    features: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The name of its files, without a suffix; also its PostScript name."""
        return f"{self.family.replace(' ', '')}-{self.style}"

    @property
    def is_bold(self) -> bool:
        """Whether `font-weight: bold` selects it."""
        return self.style == "Bold"

    @property
    def is_italic(self) -> bool:
        """Whether `font-style: italic` selects it."""
        return self.style == "Italic"


def _sans(original: str, style: str, weight: int) -> Face:
    return Face(original, "Briefing Sans", style, weight, LATIN_AND_SIGNS, MUST_HAVE_IN_CHARTS, SANS_FEATURES)


# The semibolds are our bolds, and say so to the last bit: renderers choose a face by weight class and style bits, and
# charts only know `font-weight: bold`.
SANS = (
    _sans("TTF/SourceSans3-Regular.ttf", "Regular", 400),
    _sans("TTF/SourceSans3-Semibold.ttf", "Bold", 700),
    _sans("TTF/SourceSans3-It.ttf", "Italic", 400),
)
SERIF = (
    Face(
        "TTF/SourceSerif4Display-Semibold.ttf",
        "Briefing Serif",
        "Bold",
        700,
        (*LATIN, range(0x1E00, 0x1F00)),
        MUST_HAVE_ANYWHERE,
        SERIF_FEATURES,
    ),
)

WINDOWS, UNICODE, ENGLISH = 3, 1, 0x409


class Name(IntEnum):
    """What a font says about itself, by the numbers of its `name` table."""

    COPYRIGHT = 0
    FAMILY = 1
    STYLE = 2
    UNIQUE = 3
    FULL = 4
    VERSION = 5
    POSTSCRIPT = 6
    DESCRIPTION = 10
    LICENCE = 13
    LICENCE_URL = 14


KEPT_NAMES = (Name.COPYRIGHT, Name.LICENCE, Name.LICENCE_URL)


def _subset(font: TTFont, face: Face) -> None:
    options = subset.Options()
    options.layout_features = list(face.features)
    options.name_IDs = [*KEPT_NAMES, Name.VERSION]
    options.name_languages = [ENGLISH]
    options.notdef_outline = True
    options.glyph_names = False
    options.hinting = False  # a third of the size, for screens that few readers still have
    options.drop_tables = [*options.drop_tables, "DSIG"]  # it signs the original
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chain.from_iterable(face.coverage))
    subsetter.subset(font)


def _rename(font: TTFont, face: Face) -> None:
    """Give the face its own name everywhere: "Source" is reserved to the originals by their licence."""
    names = font["name"]
    release = names.getDebugName(Name.VERSION).split(";")[0]
    texts = {
        **{number: names.getDebugName(number) for number in KEPT_NAMES},
        Name.FAMILY: face.family,
        Name.STYLE: face.style,
        Name.UNIQUE: f"{release};{face.file_name}",
        Name.FULL: face.family if face.style == "Regular" else f"{face.family} {face.style}",
        Name.VERSION: release,
        Name.POSTSCRIPT: face.file_name,
        Name.DESCRIPTION: f"Subset of {Path(face.original).stem}, renamed; made by site_templates/fonts/make.py.",
    }
    names.names = []
    for number, text in texts.items():
        names.setName(text, number, WINDOWS, UNICODE, ENGLISH)


def _restyle(font: TTFont, face: Face) -> None:
    os2 = font["OS/2"]
    os2.usWeightClass = face.weight
    os2.achVendID = "NONE"  # the vendor of the originals did not make these
    if face.is_bold:
        os2.panose.bWeight = 8
    bold, italic, regular = 1 << 5, 1 << 0, 1 << 6
    os2.fsSelection &= ~(bold | italic | regular)
    os2.fsSelection |= bold * face.is_bold | italic * face.is_italic | regular * (face.style == "Regular")
    font["head"].macStyle = 1 * face.is_bold | 2 * face.is_italic


def _smooth(font: TTFont) -> None:
    """Ask for smoothing at every size: without hints, Windows would otherwise draw small sizes jagged."""
    font["gasp"] = newTable("gasp")
    font["gasp"].version = 1
    font["gasp"].gaspRange = {0xFFFF: 0b1111}
    font["prep"] = newTable("prep")
    font["prep"].program = Program()
    font["prep"].program.fromAssembly(["PUSHW[]", "511", "SCANCTRL[]", "PUSHB[]", "4", "SCANTYPE[]"])


def _missing(font: TTFont, wanted: Iterable[str]) -> list[str]:
    has = font.getBestCmap()
    return [f"{character} (U+{ord(character):04X})" for character in wanted if ord(character) not in has]


def make(face: Face, package: Path) -> TTFont:
    """One face of ours from its original."""
    # recalcTimestamp off keeps the dates of the original; with it on, every run would differ
    font = TTFont(package / face.original, recalcTimestamp=False)
    _subset(font, face)
    _rename(font, face)
    _restyle(font, face)
    _smooth(font)
    if missing := _missing(font, face.must_have):
        sys.exit(f"{face.original} has no {', '.join(missing)}; see MUST_HAVE_ANYWHERE and MUST_HAVE_IN_CHARTS")
    return font


def main() -> None:
    """Write every face: TTF for charts and pictures, WOFF2 of the same outlines for readers."""
    parser = argparse.ArgumentParser(description="Make the fonts of this project.")
    parser.add_argument("sans", type=Path, help="the unpacked npm package source-sans")
    parser.add_argument("serif", type=Path, help="the unpacked npm package source-serif")
    given = parser.parse_args()
    WEB.mkdir(parents=True, exist_ok=True)
    for package, faces in ((given.sans, SANS), (given.serif, SERIF)):
        for face in faces:
            font = make(face, package)
            font.save(HERE / f"{face.file_name}.ttf")
            font.flavor = "woff2"
            font.save(WEB / f"{face.file_name}.woff2")
            size = (WEB / f"{face.file_name}.woff2").stat().st_size
            print(f"{face.file_name}: {len(font.getBestCmap())} characters, {size} bytes as WOFF2")


if __name__ == "__main__":
    main()
