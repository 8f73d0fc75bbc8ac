"""Charts become SVG that a page can hold, the same on every machine; what goes wrong there is a sentence here."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from generator import charts, draw, traces
from generator.draw import Drawing, DrawingError
from generator.pictures import Card, Imprint
from generator.tables import ChartTable
from tests.test_charts import (
    FONTS,
    ROOT,
    SIDES,
    counted,
    figure,
    rivals,
    running,
    september,
    surge,
    table,
    valleys,
    warnings,
)

TABLES = [valleys(), warnings(), surge(), september(), rivals(), counted(), running()]
IMPRINT = Imprint("The flood in the Orn valley", "As of 10 April 2031")
EDITION = draw.Edition(IMPRINT)
TAG = "{http://www.w3.org/2000/svg}"


def _broken(label: str) -> ChartTable:
    """A table with this text in one of its labels."""
    return replace(valleys(), series=(label, *SIDES[1:2]))


def _read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


@pytest.fixture(scope="module")
def drawings() -> dict[str, Drawing]:
    """The drawings of all tables; one child draws them, in a zone and with a seed of the machine's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Kiritimati")
        patch.setenv("PYTHONHASHSEED", "7")
        patch.setenv("PYTHONOPTIMIZE", "2")  # with which Altair does not load
        return draw.draw(TABLES, FONTS, edition=EDITION).drawings


@pytest.fixture(scope="module")
def svgs(drawings: dict[str, Drawing]) -> dict[str, str]:
    """Each drawing by the name of its chart and its width."""
    return {f"{name}-{width}": getattr(both, width) for name, both in drawings.items() for width in draw.WIDTHS}


# -- what a page gets ------------------------------------------------------------------------------------------------


def test_each_chart_is_drawn_twice_in_the_order_of_the_tables(drawings: dict[str, Drawing]) -> None:
    assert list(drawings) == [each.chart.id for each in TABLES]
    for both in drawings.values():
        assert both.wide != both.narrow
    assert draw.draw([], FONTS) == draw.Drawn()


def test_drawings_are_the_same_under_another_time_zone_and_hash_seed(drawings: dict[str, Drawing]) -> None:
    env = os.environ | {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "1"}
    order = pickle.dumps(draw._Work(TABLES[:2], {}, IMPRINT, str(FONTS)))
    # the child alone, without the environment that `draw` gives it
    child = [sys.executable, "-m", "generator.draw"]
    done = subprocess.run(child, input=order, capture_output=True, check=True, cwd=ROOT, env=env)
    answer = json.loads(done.stdout)
    assert answer["problem"] == ""
    assert {name: draw._unpacked(entry) for _, name, entry in answer["drawn"]} == {
        name: drawings[name] for name in ("flood", "warnings")
    }


def test_a_drawing_is_an_image_with_a_name_and_every_value_in_words(svgs: dict[str, str]) -> None:
    tables = {each.chart.id: each for each in TABLES}
    for name, svg in svgs.items():
        root, drawn = _read(svg), tables[name.rpartition("-")[0]]
        assert root.get("role") == "group"
        named = {node.get("id"): node.text for node in root if node.tag in (f"{TAG}title", f"{TAG}desc")}
        assert [*named] == str(root.get("aria-labelledby")).split()
        assert [*named.values()] == [drawn.chart.title, drawn.alt]
        inside = {key for node in root.iter() if node is not root for key in node.attrib}
        assert not [key for key in inside if key.startswith("aria") or key in ("role", "class")]


def test_every_fact_has_one_mark_in_each_drawing(svgs: dict[str, str]) -> None:
    for name, svg in svgs.items():
        wanted = next(each.fact_ids for each in TABLES if each.chart.id == name.rpartition("-")[0])
        assert sorted(re.findall(r'data-fact="([^"]+)"', svg)) == sorted(wanted)


@pytest.mark.parametrize("table_of", TABLES, ids=lambda each: str(each.chart.id))
def test_the_audit_accounts_for_every_word_and_number_of_a_drawing_and_misses_a_heading(
    table_of: ChartTable, svgs: dict[str, str]
) -> None:
    for width in draw.WIDTHS:
        svg = svgs[f"{table_of.chart.id}-{width}"]
        drawing = LexborHTMLParser(svg).css_first("svg")
        assert drawing is not None
        assert [*traces.misdrawn(drawing, table_of)] == []
        assert [*traces._drawn_strays(drawing, table_of)] == []
        if table_of.totals:
            lost = LexborHTMLParser(svg.replace("Told in sum", "Known")).css_first("svg")
            assert lost is not None
            assert [*traces.misdrawn(lost, table_of)]


Point = tuple[float, float]


def _at(node: ET.Element) -> Point:
    """Where a part of a drawing is moved to."""
    x, _, y = node.attrib["transform"].removeprefix("translate(").removesuffix(")").partition(",")
    return float(x), float(y)


@pytest.mark.parametrize("width", draw.WIDTHS)
def test_the_drawing_holds_the_segments_of_its_lines_each_from_mark_to_mark_and_beneath_them(
    svgs: dict[str, str], width: str
) -> None:
    drawn = counted()
    nodes = [*_read(svgs[f"counted-{width}"]).iter()]
    marks = {node.attrib["data-fact"]: _at(node) for node in nodes if "data-fact" in node.attrib}
    lines = [node for node in nodes if node.tag == f"{TAG}line" and "opacity" in node.attrib]
    ends: list[tuple[Point, Point]] = []
    for node in lines:
        x, y = _at(node)
        ends.append(((x, y), (x + float(node.get("x2", 0)), y + float(node.get("y2", 0)))))
    # of an upright or level line Vega may begin at either end
    found = sorted(tuple(sorted((round(x, 1), round(y, 1)) for x, y in each)) for each in ends)
    wanted = sorted(tuple(sorted((round(x, 1), round(y, 1)) for x, y in (marks[a], marks[b]))) for a, b in drawn.joined)
    assert len(found) == len(wanted)
    for one, two in zip(found, wanted, strict=True):
        for (x, y), (u, v) in zip(one, two, strict=True):
            assert abs(x - u) < 0.25
            assert abs(y - v) < 0.25
    assert {node.get("stroke") for node in lines} == {"var(--chart-1)", "var(--chart-2)"}
    first_mark = next(number for number, node in enumerate(nodes) if "data-fact" in node.attrib)
    assert all(nodes.index(node) < first_mark for node in lines)


def test_marks_of_one_day_and_number_are_two_in_the_drawing(svgs: dict[str, str]) -> None:
    for width in draw.WIDTHS:
        marks = {
            node.attrib["data-fact"]: _at(node)
            for node in _read(svgs[f"rivals-{width}"]).iter()
            if "data-fact" in node.attrib and "transform" in node.attrib
        }
        for one, two in (("one", "two"), ("edge", "edge-too")):
            assert marks[one][1] == marks[two][1]
            assert abs(marks[one][0] - marks[two][0]) > 7


def test_a_drawing_scales_to_the_page(svgs: dict[str, str]) -> None:
    for name, svg in svgs.items():
        root = _read(svg)
        width = charts.SHEETS[name.rpartition("-")[2]].width
        assert root.get("width") == f"{width}"
        assert root.get("viewBox") == f"0 0 {width} {root.get('height')}"
        assert root.get("class") == f"chart__svg chart__svg--{name.rpartition('-')[2]}"


def test_the_page_sets_every_colour_and_the_font_is_ours(svgs: dict[str, str]) -> None:
    known = {f"var({name})" for name in charts.COLOURS.values()} | {"none"}
    for svg in svgs.values():
        assert {*re.findall(r'(?:fill|stroke)="([^"]*)"', svg)} <= known
        assert re.findall(r'font-family="([^"]*)"', svg) == ["Briefing Sans"]
        assert "#" not in svg
        assert "style=" not in svg, "a strict policy of a site forbids it"


def test_no_text_is_smaller_than_twelve_pixels(svgs: dict[str, str]) -> None:
    for svg in svgs.values():
        sizes = re.findall(r'font-size="([^"]*)px"', svg)
        assert len(sizes) == svg.count("<text")
        assert min(map(float, sizes)) >= 12


def test_ids_are_unique_over_all_drawings_of_a_page(svgs: dict[str, str]) -> None:
    ids = re.findall(r' id="([^"]*)"', "".join(svgs.values()))
    assert len(ids) == len({*ids}) == 2 * len(svgs)
    assert all("url(" not in svg for svg in svgs.values())


def test_numbers_are_short(svgs: dict[str, str]) -> None:
    for svg in svgs.values():
        marks = re.sub(r"<(title|desc).*?</\1>|>[^<]*<", "", svg)
        assert not re.findall(r"\d+\.\d{3,}|\d[eE]-?\d", marks)


# -- what was drawn before -------------------------------------------------------------------------------------------

CARDS = {"a": Card("The gates", "Each opening."), "b": Card("The flood", "Water rose.", "flood")}
WITH_CARDS = draw.Edition(IMPRINT, CARDS)


@pytest.fixture(scope="module")
def kept() -> dict[str, bytes]:
    """What a build keeps of two charts and two cards."""
    found: dict[str, bytes] = {}
    draw.draw(TABLES[:2], FONTS, edition=WITH_CARDS, memory=draw.Memory(found.get, found.__setitem__))
    return found


def _again(
    kept: dict[str, bytes], tables: list[ChartTable], edition: draw.Edition = WITH_CARDS
) -> tuple[draw.Drawn, dict[str, bytes]]:
    """What is drawn by one who remembers, and what he keeps in addition."""
    fresh: dict[str, bytes] = {}
    return draw.draw(tables, FONTS, edition=edition, memory=draw.Memory(kept.get, fresh.__setitem__)), fresh


def test_what_was_drawn_is_not_drawn_again_and_is_the_same(
    kept: dict[str, bytes], drawings: dict[str, Drawing], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(kept) == 4
    monkeypatch.setattr(sys, "executable", "/nowhere/python")  # no child could be started
    warm, fresh = _again(kept, TABLES[:2])
    assert fresh == {}
    assert warm.drawings == {name: drawings[name] for name in ("flood", "warnings")}
    assert [*warm.cards] == ["a", "b"]
    assert all(png.startswith(b"\x89PNG") for png in warm.cards.values())


@pytest.mark.parametrize(
    "damaged",
    [
        lambda _: b"",
        lambda content: content[:-1],
        lambda content: content.replace(b"</svg>", b"</svg >", 1) if b"</svg>" in content else content + b" ",
        lambda content: content.partition(b"\n")[2],
        lambda _: b"{}",
        lambda _: b"\xff\xfe" * 40,
    ],
)
def test_what_is_damaged_is_drawn_again_and_kept_anew(
    kept: dict[str, bytes], damaged: Callable[[bytes], bytes]
) -> None:
    hurt = {name: damaged(content) for name, content in kept.items()}
    drawn, fresh = _again(hurt, TABLES[:2])
    assert fresh == kept
    assert drawn == _again(kept, TABLES[:2])[0]


def test_a_picture_under_the_name_of_another_is_not_used(kept: dict[str, bytes]) -> None:
    names = sorted(kept)
    swapped = dict(zip(names, [kept[names[-1]], *(kept[name] for name in names[:-1])], strict=True))
    drawn, fresh = _again(swapped, TABLES[:2])
    assert fresh == kept
    assert drawn == _again(kept, TABLES[:2])[0]


def test_only_what_changed_is_drawn_again(kept: dict[str, bytes]) -> None:
    flood, other = TABLES[:2]
    renamed = replace(other, chart=replace(other.chart, title="Another title"))
    _, fresh = _again(kept, [flood, renamed])
    assert [_kind(each) for each in fresh.values()] == ["chart"]
    moved = replace(flood, last=flood.last + dt.timedelta(days=1))
    _, fresh = _again(kept, [moved, other])
    assert sorted(_kind(each) for each in fresh.values()) == ["card", "chart"], "the chart, and the card that shows it"
    cards = {**CARDS, "a": Card("The gates", "Another text.")}
    _, fresh = _again(kept, TABLES[:2], draw.Edition(IMPRINT, cards))
    assert [_kind(each) for each in fresh.values()] == ["card"]
    _, fresh = _again(kept, TABLES[:2], draw.Edition(Imprint("Another name", ""), CARDS))
    assert len(fresh) == 4, "every picture says of which briefing it is"


def _kind(content: bytes) -> str:
    return "chart" if b'"wide"' in content else "card"


def test_other_fonts_or_another_release_of_what_draws_make_other_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def names(fonts: Path = FONTS) -> dict[tuple[str, str], str]:
        return draw._keys(draw._Work(TABLES[:1], {}, IMPRINT, str(fonts)))

    before = names()
    shutil.copytree(FONTS, tmp_path / "fonts")
    assert names(tmp_path / "fonts") != before, "without the fonts for readers, no font is part of the picture"
    monkeypatch.setattr("generator.installed.version", lambda package: f"{package} 0")
    assert names() != before


def test_a_picture_depends_on_the_code_of_every_module_that_makes_it() -> None:
    code = (
        "import sys, generator.draw, generator.charts;"
        "print(*{name.split('.')[1] for name in sys.modules if name.startswith('generator.')})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert set(done.stdout.split()) == set(draw._CODE)


def test_a_title_card_is_drawn_without_altair(kept: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "altair.py").write_text("raise SystemExit('Altair was loaded')")
    work = draw._Work([], {"a": (CARDS["a"], None)}, IMPRINT, str(FONTS))
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    child = [sys.executable, "-m", "generator.draw"]
    done = subprocess.run(child, input=pickle.dumps(work), capture_output=True, check=True, cwd=ROOT, env=env)
    [(kind, name, entry)] = json.loads(done.stdout)["drawn"]
    assert (kind, name, base64.b64decode(entry["png"])) == ("card", "a", _again(kept, TABLES[:2])[0].cards["a"])


# -- what goes wrong -------------------------------------------------------------------------------------------------


def test_importing_the_parents_end_loads_nothing_that_draws() -> None:
    code = "import sys, generator.draw; print({'altair', 'pandas', 'vl_convert', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "set()"


def test_a_crash_becomes_a_sentence_with_the_chart_in_hand() -> None:
    broken = _broken("Upper\0valley")
    with pytest.raises(DrawingError, match=r"was ended by SIG\w+ at chart 'flood'; look in the labels") as caught:
        draw.draw([warnings(), broken], FONTS)
    assert caught.value.chart == "flood"


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(DrawingError, match=r"were not drawn within 0\.05 seconds; build again") as caught:
        draw.draw([valleys()], FONTS, seconds=0.05)
    assert caught.value.chart == ""


def test_a_chart_that_cannot_be_drawn_truthfully_is_named_and_none_is_drawn() -> None:
    crowd = [figure(f"f{n}", "2031-03-02", n, side=side.lower().replace(" ", "-")) for n, side in enumerate(SIDES)]
    with pytest.raises(DrawingError, match=r"^chart 'many' cannot be drawn: it has 5 things to tell apart") as caught:
        draw.draw([valleys(), table(*crowd, id="many")], FONTS)
    assert caught.value.chart == "many"


def test_a_missing_font_is_said_before_a_chart_is_drawn_in_another(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match=r"^no chart can be drawn: there is no font in ") as caught:
        draw.draw([valleys()], tmp_path)
    assert caught.value.chart == ""


def test_a_python_that_is_not_there_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(DrawingError, match="could not be started"):
        draw.draw([valleys()], FONTS)


@pytest.mark.parametrize(
    ("code", "out", "said", "sentence"),
    [
        (
            1,
            b"",
            b"Traceback\nModuleNotFoundError: No module named 'altair'",
            "broke off: ModuleNotFoundError: No module",
        ),
        (0, b"{}", b"drawing chart a\ndrawing chart b\n", "broke off at chart 'b': drawing chart b"),
        (0, b"[]", b"", "broke off: it printed nothing"),
        (-9, b"", b"drawing chart a\n", "was ended by SIGKILL at chart 'a'"),
        (-99, b"", b"", "was ended by signal 99; look"),
        (0, b'{"drawn": [], "problem": "no"}', b"drawing chart a\n", "chart 'a' cannot be drawn: no"),
    ],
)
def test_whatever_the_child_leaves_behind_becomes_a_sentence(code: int, out: bytes, said: bytes, sentence: str) -> None:
    with pytest.raises(DrawingError, match=re.escape(sentence)):
        draw._answer(subprocess.CompletedProcess([], code, out, said))


# -- what a page could not take over ---------------------------------------------------------------------------------

FRAME = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><g fill="none">{}</g></svg>'


def _finished(content: str) -> str:
    bare = table(figure("a", "2031-03-02", 5))
    return draw.finished(FRAME.format(content), bare, "wide", charts)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('<path d="M0,0" fill="#123456"/>', "it has the colour #123456, which no page can change"),
        ('<line y2="1" stroke="red"/>', "it has the colour red"),
        ('<text font-family="Arial">a</text>', "it has text in another font than Briefing Sans"),
        ('<clipPath id="clip1"><path d="M0,0"/></clipPath>', "it has a <clipPath>, which might meet its like"),
        ('<path d="M0,0"/>', "its wide drawing marks 0 facts, not each of 1 once"),
        ('<path aria-label="fact:a" d="M0,0"/><path aria-label="fact:a" d="M0,0"/>', "marks 2 facts"),
    ],
)
def test_a_drawing_that_no_page_can_take_over_is_refused(content: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        _finished(content)


def test_what_shows_is_kept_and_the_rest_is_dropped() -> None:
    svg = _finished(
        '<g class="mark-group" aria-roledescription="group"><path class="background" d="M0,0h9v9h-9Z"/>'
        '<g><path aria-label="fact:a" role="graphics-symbol" transform="translate(1.23456,-0.001)" d="M0,-4.999L1e-7,5"'
        ' fill="#1d5fa6" opacity="1"/></g><g transform="translate(0,0)"/>'
        '<text font-family="Briefing Sans" fill="#1c2126" stroke="#ffffff">1 &lt; 2</text></g>'
    )
    head, _, drawn = svg.partition("</desc>")
    assert "1 &lt; 2" in drawn
    assert "Water in the &lt;valleys&gt; &amp; beyond" in head
    assert drawn == (
        '<g fill="none"><path transform="translate(1.23,0)" d="M0,-5L0,5" fill="var(--chart-1)" data-fact="a" />'
        '<text fill="var(--chart-text)" stroke="var(--chart-paper)" paint-order="stroke">1 &lt; 2</text></g></svg>'
    )
