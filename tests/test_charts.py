"""Figures and events are drawn as firmly as they are known, legibly, and always the same."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from generator import charts, checks, edtf
from generator.charts import COLOURS, FACT, KINDS, NARROW, WIDE, ChartError
from generator.charts.axes import TimeAxis
from generator.charts.bands import _letters
from generator.charts.figures import LINE
from generator.charts.marks import ARROWS
from generator.charts.placing import Box, Field, Label, Line, placed
from generator.checks import Case
from generator.colours import GRID, MUTED, PAPER, SERIES, TEXT, TINT
from generator.evidence import Evidence
from generator.hedges import Firmness
from generator.legend import DATED, DISPUTED, FORMS, IN_SUM, NOT_EXACT, RUNNING, SPANNING
from generator.lettering import text_width, wrapped
from generator.model import (
    About,
    Briefing,
    Chart,
    Citation,
    Dispute,
    Encoding,
    Event,
    Fact,
    FactBase,
    Figure,
    Measure,
    Selection,
    Side,
    Source,
    ThinPeriod,
)
from generator.tables import ChartTable, chart_table
from tests.making import changed, judge, line_of

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "site_templates" / "fonts"


@cache
def spec(drawn: ChartTable, *, narrow: bool) -> dict[str, Any]:
    """A drawing for a wide or a narrow screen; many tests look at the same ones."""
    return charts.spec(drawn, charts.NARROW if narrow else charts.WIDE)


BOTH = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])

# -- invented tables: two valleys under water ------------------------------------------------------------------------

SIDES = ("Upper valley", "Lower valley", "Delta", "Coast", "Islands")


def figure(
    name: str,
    date: str,
    value: float | str | tuple[int, int],
    hedge: str = "",
    *,
    origin: str = "",
    rival: str = "",
    **more: str,
) -> Figure:
    """A number of flooded households, or a range of them; by whom it was counted, and which other it contradicts."""
    low, high = (Decimal(each) for each in value) if isinstance(value, tuple) else (None, None)
    number = None if low is not None else Decimal(str(value))
    place: dict[str, Any] = {"side": "upper-valley", "measure": "flooded", **more}
    if origin:
        place["citations"] = (Citation(source="bulletin", origin=origin),)
    if rival:
        place["disputes"] = (Dispute(fact=rival),)
    return Figure(id=name, date=edtf.parse(date), value=number, low=low, high=high, hedge=hedge, **place)


def warning(name: str, date: str) -> Event:
    """A flood warning that was given."""
    return Event(id=name, date=edtf.parse(date), type="warning")


def thin(first: str, last: str, note: str) -> ThinPeriod:
    """Days of which few reports were read."""
    return ThinPeriod(since=edtf.parse(first), until=edtf.parse(last), note=note)


def table(*facts: Fact, totals: tuple[Figure, ...] = (), **chart: Any) -> ChartTable:  # noqa: ANN401
    """The table of a chart of these facts."""
    briefing = briefing_of(*facts, totals=totals, **chart)
    return chart_table(briefing, briefing.base.charts[0])


def briefing_of(*facts: Fact, totals: tuple[Figure, ...] = (), **chart: Any) -> Briefing:  # noqa: ANN401
    """A briefing of these facts, with a chart of them."""
    chart = {"id": "flood", "kind": "figures", "title": "Water in the <valleys> & beyond", "subtitle": "Count"} | chart
    drawn = Chart(
        select=Selection(facts=tuple(fact.id for fact in facts)),
        totals=Selection(facts=tuple(fact.id for fact in totals)) if totals else None,
        **chart,
    )
    base = FactBase(
        briefing=About(as_of=edtf.parse("2031-12-31")),
        sides=tuple(Side(id=side.lower().replace(" ", "-"), label=side) for side in SIDES),
        measures=(
            Measure(id="flooded", label="Flooded homes", unit="households"),
            Measure(id="estimated", label="Flooded homes, as the mayor puts it", unit="households"),
            Measure(id="calls", unit="warnings"),
            Measure(id="running", unit="warnings", nature="stock"),
        ),
        sources=(Source(id="bulletin", publisher="The bulletin"),),
        facts=(*facts, *totals),
        charts=(drawn,),
    )
    return Briefing(base, ())


def valleys() -> ChartTable:
    """Figures of all firmnesses, on days, about days and over a month."""
    return table(
        figure("first", "2031-03-02", 1200),
        figure("near", "2031-03-09~", 2400, "around"),
        figure("more", "2031-03-20", 3100, "at least", side="lower-valley"),
        figure("less", "2031-04-02", 2800, "up to", side="lower-valley"),
        figure("vague", "2031-04-20", (2000, 9999), "thousands"),
        figure("month", "2031-05", 900, side="lower-valley"),
        since=edtf.parse("2031-02-15"),
        until=edtf.parse("2031-06-15"),
    )


def warnings(unit: str = "day") -> ChartTable:
    """Warnings on days, about a day and within days, and two sums of them."""
    return table(
        warning("one", "2031-03-03"),
        warning("two", "2031-03-04"),
        warning("three", "2031-03-04"),
        warning("roughly", "2031-03-04~"),
        warning("between", "2031-03-02/2031-03-04"),
        totals=(
            figure("sum", "2031-03-02/2031-03-05", 5, measure="calls"),
            figure("since", "2031-03-06/..", (24, 99), "dozens", measure="calls"),
        ),
        id="warnings",
        kind="frequency",
        encoding=Encoding(bin=unit),
        since=edtf.parse("2031-03-01"),
        until=edtf.parse("2031-03-08"),
    )


def surge() -> ChartTable:
    """Sixty figures in two panels, of which one rises beyond a million."""
    day = dt.date(2030, 10, 5)
    rows = []
    for number in range(30):
        date, hedge = f"{day + dt.timedelta(days=14 * number)}", ("", "around", "", "more than", "nearly")[number % 5]
        rise = max(0, number - 20) * 120_000
        rows.append(figure(f"upper-{number}", date, 20_000 + 900 * number + rise, hedge))
        rows.append(figure(f"lower-{number}", date, 60_000 + 500 * (15 - abs(15 - number)), hedge, side="lower-valley"))
    return table(*rows, id="surge", encoding=Encoding(panel="side"))


def crowd() -> ChartTable:
    """Twelve figures of four places, most within a week, one on top of another."""
    days = ("01-05", "01-06", "01-08", "01-08", "01-14", "01-17", "01-20", "01-21", "02-10", "02-11", "03-28", "03-30")
    values = (100, 104, 90, 110, 100, 101, 99, 40, 62, 62, 5, 100)
    hedges = ("", "around", "at least", "at most", "about", "", "an estimated", "", "", "", "", "nearly")
    sides = ("upper-valley", "lower-valley", "delta", "coast")
    rows = zip(days, values, hedges, sides * 3, strict=True)
    return table(
        *(figure(f"f{n}", f"2031-{day}", value, hedge, side=side) for n, (day, value, hedge, side) in enumerate(rows)),
        since=edtf.parse("2031-01-01"),
        until=edtf.parse("2031-03-31"),
    )


def months() -> ChartTable:
    """Seventy warnings over fifteen months, up to fifteen a month, and eleven sums."""
    counts = (9, 4, 3, 2, 4, 3, 6, 5, 3, 1, 5, 7, 15, 2, 1)
    events = [
        warning(
            f"w{year}-{month}-{number}", f"{year}-{month:02d}-{1 + number:02d}" if number else f"{year}-{month:02d}"
        )
        for offset, count in enumerate(counts)
        for year, month in [(2030 + (9 + offset) // 12, (9 + offset) % 12 + 1)]
        for number in range(count)
    ]
    ends = ("2030-10-09", "2030-11", "2031-01", "2031-03-15", "2031-06", "2031-07~", "2031-08", "2031-09", "2031-10")
    sums = [figure(f"sum-{end}", f"2030-10-07/{end}", 125, "more than", measure="calls") for end in ends]
    late = [figure(f"late-{day}", f"2031-10-0{day}/2031-10-19", 6, measure="calls") for day in (1, 2)]
    return table(*events, totals=(*sums, *late), id="months", kind="frequency", until=edtf.parse("2031-12-31"))


def september() -> ChartTable:
    """Warnings of a month day by day, on some days a dozen, with days that are not sure, sums, and thin days."""
    counts = {3: 1, 10: 2, 15: 1, 17: 13, 18: 12, 19: 12, 20: 9, 22: 2, 27: 1, 30: 11}
    events = [
        warning(f"w{day}-{number}", f"2031-09-{day:02d}{'~' if number % 5 == 4 else ''}")
        for day, count in counts.items()
        for number in range(count)
    ]
    spans = ("2031-09-03/2031-09-05", "2031-09-04/2031-09-12", "2031-09", "2031-09-28/2031-09-29")
    events += [warning(f"about-{number}", span) for number, span in enumerate(spans)]
    return table(
        *events,
        totals=(
            figure("more", "../2031-09-16", 40, "more than", measure="calls"),
            figure("over", "2031-08-07/2031-09-29", 125, "over", measure="calls", rival="about"),
            figure("about", "2031-08-07/..", 80, "about", measure="calls"),
            figure("vague", "2031-09-16", (24, 99), "dozens", measure="calls"),
        ),
        id="september",
        kind="frequency",
        encoding=Encoding(bin="day"),
        since=edtf.parse("2031-09-01"),
        until=edtf.parse("2031-09-30"),
        thin=(
            thin("2031-09-28", "2031-09-29", "Nothing was read of this weekend but a single letter, at second hand."),
            thin("2031-09-06", "2031-09-09", "Few reports of these days were read."),
        ),
    )


def rivals() -> ChartTable:
    """Figures of one day with the same number or nearly: of two counters, of three, of ranges, at the axis's end."""
    other = {"side": "lower-valley"}
    return table(
        figure("edge", "2031-03-01", 50),
        figure("edge-too", "2031-03-01", 50, **other),
        figure("one", "2031-06-20", 70),
        figure("two", "2031-06-20", 70, **other),
        figure("three", "2031-06-20~", 71, "around", side="delta"),
        figure("loose", "2031-03-20", (20, 99), "tens", rival="loose-too"),
        figure("loose-too", "2031-03-20", (20, 99), "tens", **other),
        figure("high", "2031-03-28", 100, rival="high-too"),
        figure("high-too", "2031-03-28", 99, "nearly", **other),
        figure("apart", "2031-04-05", 10),
        figure("apart-too", "2031-04-05", 90, **other),
        *(figure(f"day-{day}", f"2031-05-{day}", 30, "about" if day == 11 else "") for day in (10, 11, 12)),
        id="rivals",
        since=edtf.parse("2031-03-01"),
        until=edtf.parse("2032-03-31"),
    )


def counted() -> ChartTable:
    """A year of one counter, flat, then eightfold within weeks; beside it the mayor's, of which some are disputed."""
    first, flood = dt.date(2030, 10, 5), dt.date(2031, 9, 24)
    days = [first + dt.timedelta(16 * number) for number in range(21)] + [
        flood + dt.timedelta(6 * number) for number in range(10)
    ]
    rows = []
    for number, day in enumerate(days):
        value = 20_000 + 4_600 * number if day < flood else 200_000 + 78_000 * (number - 21) + 137
        date, hedge = (f"{day}~", "about") if number % 9 == 5 else (f"{day}", "over" if number % 9 == 8 else "")
        rows.append(figure(f"board-{number}", date, value, hedge, origin="Water board"))
    for number in range(9):
        date, value = f"{flood + dt.timedelta(2 + 6 * number)}", 1_000_000 + 200_000 * (number % 5)
        near = f"board-{21 + number}"
        rival = {"rival": near} if number % 3 == 0 else {}
        rows.append(figure(f"mayor-{number}", date, value, "nearly", measure="estimated", origin="The mayor", **rival))
    return table(
        *rows,
        id="counted",
        encoding=Encoding(colour="measure", line="joined"),
        until=edtf.parse("2031-12-31"),
        thin=(thin("2030-10-01", "2031-07-31", "Few reports of these months were read."),),
    )


TABLES = [valleys(), warnings(), warnings("month"), surge(), crowd(), months(), september(), rivals(), counted()]
NAMES = ["valleys", "days", "part-month", "surge", "crowd", "months", "september", "rivals", "counted"]
EVERY = pytest.mark.parametrize("drawn", TABLES, ids=NAMES)


# -- reading a specification -----------------------------------------------------------------------------------------


def layers(drawn: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
    """For each layer its mark, its channels and its rows."""
    for layer in drawn["layer"]:
        yield layer["mark"], layer["encoding"], drawn["datasets"][layer["data"]["name"]]


def marks(drawn: dict[str, Any]) -> dict[str, list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]]:
    """For each fact its marks: what is drawn, by which channels, of which row. The key's own have no fact."""
    found: dict[str, list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]] = {}
    for mark, channels, rows in layers(drawn):
        for row in rows if "description" in channels else []:
            if row["fact"]:
                found.setdefault(row["fact"].removeprefix(FACT), []).append((mark, channels, row))
    return found


def texts(drawn: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every text with its mark."""
    for mark, _, rows in layers(drawn):
        yield from ((mark, row) for row in rows if mark["type"] == "text")


def words(drawn: dict[str, Any]) -> list[str]:
    """Every text, its lines joined."""
    return [row["text"].replace("\n", " ") for _, row in texts(drawn)]


def boxes(drawn: dict[str, Any], *, labels: bool) -> list[Box]:
    """What each text takes up, or each label alone: those have a seam in the colour of the paper."""
    found = []
    for mark, row in texts(drawn):
        if labels and "stroke" not in mark:
            continue
        lines = row["text"].split("\n")
        width = max(text_width(line, mark["fontSize"], bold="fontWeight" in mark) for line in lines)
        left = row["x"] - {"left": 0.0, "center": 0.5, "right": 1.0}[row["align"]] * width
        top = row["y"] - 0.75 * mark["fontSize"]
        found.append(Box(left, top, left + width, row["y"] + (len(lines) - 1) * mark["lineHeight"]))
    return found


# -- time and numbers ------------------------------------------------------------------------------------------------


@EVERY
@BOTH
def test_time_is_utc_wherever_there_is_time(drawn: ChartTable, narrow: bool) -> None:  # noqa: FBT001
    scales = [
        channels["x"]["scale"]
        for _, channels, _ in layers(spec(drawn, narrow=narrow))
        if channels["x"]["type"] == "temporal"
    ]
    assert scales
    for scale in scales:
        assert scale["type"] == "utc"
        assert scale["domain"] == [f"{drawn.first}T00:00:00+00:00", f"{drawn.last + dt.timedelta(1)}T00:00:00+00:00"]


def test_a_day_is_drawn_in_its_middle_and_a_month_over_all_its_days() -> None:
    found = marks(spec(valleys(), narrow=False))
    assert found["first"][0][2]["at"] == "2031-03-02T12:00:00+00:00"
    row = found["month"][0][2]
    assert (row["start"], row["end"]) == ("2031-05-01T00:00:00+00:00", "2031-06-01T00:00:00+00:00")


def test_a_date_that_is_not_exact_stands_out_on_both_sides_of_its_mark() -> None:
    stretches = [
        row["fact"]
        for mark, channels, rows in layers(spec(valleys(), narrow=False))
        for row in rows
        if mark["type"] == "rule" and channels["x"]["field"] == "start" and row.get("form") != "range"
    ]
    assert stretches == ["", "fact:near", "fact:month"]  # the first is the key's


@EVERY
@BOTH
def test_numbers_are_counted_from_zero(drawn: ChartTable, narrow: bool) -> None:  # noqa: FBT001
    domains = {
        tuple(channels["y"]["scale"]["domain"])
        for _, channels, _ in layers(spec(drawn, narrow=narrow))
        if channels["y"]["scale"]
    }
    assert len(domains) == 1, "panels share one scale"
    assert domains.pop()[0] == 0


def test_numbers_below_zero_have_room_and_zero_keeps_its_line() -> None:
    frost = table(figure("frost", "2031-01-05", -12), figure("thaw", "2031-01-20", 7))
    drawn = spec(frost, narrow=False)
    low, high = marks(drawn)["frost"][0][1]["y"]["scale"]["domain"]
    assert low < -12
    assert high > 7
    assert {"−10", "0", "5"} <= {*words(drawn)}
    zero = next(row["y"] for _, row in texts(drawn) if row["text"] == "0")
    dark = [row for mark, _, rows in layers(drawn) for row in rows if mark.get("stroke") == MUTED]
    assert any(abs(row["y"] - zero) < 8 and row["y"] == row["y2"] for row in dark)


@pytest.mark.parametrize(
    ("first", "last", "width", "names"),
    [
        ("2031-09-14", "2031-09-16", 690, [("14 Sep", "2031"), ("15 Sep", ""), ("16 Sep", "")]),
        ("2031-09-29", "2031-10-02", 130, [("29", "Sep 2031"), ("30", ""), ("1", "Oct"), ("2", "")]),
        ("2031-08-31", "2031-09-02", 100, [("31", ""), ("1", "Sep 2031"), ("2", "")]),
        ("2031-01-20", "2031-02-20", 300, [("22 Jan", "2031"), ("1 Feb", ""), ("8 Feb", ""), ("15 Feb", "")]),
        ("2030-11-05", "2031-02-20", 200, [("Dec", "2030"), ("Jan", "2031"), ("Feb", "")]),
        ("2030-10-01", "2031-12-31", 280, [("Oct", "2030"), ("Jan", "2031"), ("Apr", ""), ("Jul", ""), ("Oct", "")]),
        ("2029-10-01", "2031-12-31", 170, [("Jan", "2030"), ("Jul", ""), ("Jan", "2031"), ("Jul", "")]),
        ("2019-10-01", "2023-12-31", 180, [("2020", ""), ("2021", ""), ("2022", ""), ("2023", "")]),
        ("1990-01-01", "2031-12-31", 300, [("1990", ""), ("1995", ""), ("2000", "")]),
        ("1901-01-01", "2031-12-31", 300, [("1925", ""), ("1950", ""), ("1975", ""), ("2000", ""), ("2025", "")]),
        ("2031-03-02", "2031-03-02", 300, [("2 Mar", "2031")]),
        ("2031-03-02", "2031-05-30", 10, [("Apr", "2031")]),
        ("2031-03-02", "2031-03-07", 10, [("2031", "")]),
    ],
)
def test_the_time_axis_is_named_as_finely_as_there_is_room(
    first: str, last: str, width: int, names: list[tuple[str, str]]
) -> None:
    axis = TimeAxis(dt.date.fromisoformat(first), dt.date.fromisoformat(last), 0, width)
    assert [name for _, name in axis.ticks(13)][: len(names)] == names


def test_months_that_are_columns_are_named_in_their_middle_also_where_one_is_not_whole() -> None:
    axis = TimeAxis(dt.date(2030, 10, 21), dt.date(2030, 12, 31), 0, 720)
    assert axis.ticks(14, columns="month") == [(55.0, ("Oct", "2030")), (260.0, ("Nov", "")), (565.0, ("Dec", ""))]


# -- firmness --------------------------------------------------------------------------------------------------------


@EVERY
@BOTH
def test_every_fact_has_one_mark(drawn: ChartTable, narrow: bool) -> None:  # noqa: FBT001
    found = marks(spec(drawn, narrow=narrow))
    assert sorted(found) == sorted(drawn.fact_ids)
    assert {len(each) for each in found.values()} == {1}


def test_a_number_is_filled_and_one_that_is_only_near_is_hollow() -> None:
    found = marks(spec(valleys(), narrow=False))
    assert {name: row["form"] == "around" for name, [(mark, _, row)] in found.items() if mark["type"] == "point"} == {
        "first": False,
        "near": True,
        "more": False,
        "less": False,
        "month": False,
    }
    _, channels, _ = found["near"][0]
    hollow = "(datum.form === 'around')"
    assert channels["fill"]["condition"] == {"test": hollow, "value": PAPER}
    assert channels["fill"]["field"] == channels["stroke"]["condition"]["field"] == "series"
    assert channels["stroke"]["condition"]["test"] == hollow
    assert channels["stroke"]["value"] == PAPER


def test_a_range_is_a_bar_between_its_ends_and_never_a_point() -> None:
    drawn = spec(valleys(), narrow=False)
    mark, channels, row = marks(drawn)["vague"][0]
    assert (mark["type"], channels["y"]["field"], channels["y2"]["field"]) == ("rect", "low", "high")
    assert (row["low"], row["high"]) == (2000, 9999)
    points = [row for mark, _, rows in layers(drawn) for row in rows if mark["type"] == "point"]
    assert not [row for row in points if row["form"] == "range"]
    assert "Upper valley: thousands" in words(drawn)


def test_an_arrow_points_to_where_the_true_number_lies() -> None:
    arrows = {
        row["fact"]: mark["shape"]
        for mark, _, rows in layers(spec(valleys(), narrow=False))
        for row in rows
        if mark["type"] == "point" and "shape" in mark and row["fact"]
    }
    assert arrows == {
        "fact:more": ARROWS[Firmness.AT_LEAST],
        "fact:less": ARROWS[Firmness.AT_MOST],
    }
    assert arrows["fact:more"].startswith("M0,-1"), "up"


@EVERY
@BOTH
def test_a_line_joins_two_facts_only_where_the_table_says_so(drawn: ChartTable, narrow: bool) -> None:  # noqa: FBT001
    made = spec(drawn, narrow=narrow)
    assert {mark["type"] for mark, _, _ in layers(made)} <= {"point", "rect", "rule", "text"}
    lines = [row for _, channels, rows in layers(made) for row in rows if channels["x"]["field"] == "from"]
    assert len(lines) == len(drawn.joined)


@BOTH
def test_the_key_explains_what_is_there_and_nothing_else(narrow: bool) -> None:  # noqa: FBT001
    said = words(spec(valleys(), narrow=narrow))
    assert {*FORMS.values(), NOT_EXACT, "Upper valley", "Lower valley"} <= {*said}
    plain = words(spec(table(figure("a", "2031-03-02", 5), figure("b", "2031-03-12", 9)), narrow=narrow))
    assert not {*FORMS.values(), NOT_EXACT, "Upper valley"} & {*plain}
    near = words(spec(table(figure("a", "2031-03-02", 5, "around")), narrow=narrow))
    assert FORMS[Firmness.AROUND] in near
    assert FORMS[Firmness.EXACT] not in near


def test_series_differ_in_colour_and_in_shape() -> None:
    scales = [
        (channels["shape"]["scale"], channels["fill" if "fill" in channels else "stroke"]["scale"])
        for _, channels, _ in layers(spec(crowd(), narrow=False))
        if "shape" in channels
    ]
    assert scales
    for shape, colour in scales:
        assert shape["domain"] == colour["domain"] == [*SIDES[:4], ""]
        assert len({*shape["range"][:4]}) == len({*colour["range"][:4]}) == 4


# -- marks on one spot, and what is disputed -------------------------------------------------------------------------


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _spot(mark: tuple[dict[str, Any], dict[str, Any], dict[str, Any]], ends: str) -> tuple[float, float]:
    """Where the mark of a figure stands, in pixels; of a range the end that is asked for."""
    _, channels, row = mark
    x, y = (channels[each]["scale"] for each in "xy")
    first, last = map(_moment, x["domain"])
    share = (_moment(row["at"]) - first) / (last - first)
    high = (row[ends] - y["domain"][0]) / (y["domain"][1] - y["domain"][0])
    return (
        x["range"][0] + share * (x["range"][1] - x["range"][0]),
        y["range"][0] + high * (y["range"][1] - y["range"][0]),
    )


@EVERY
@BOTH
def test_no_mark_of_a_figure_hides_another(drawn: ChartTable, narrow: bool) -> None:  # noqa: FBT001
    if drawn.chart.kind != "figures":
        return
    rows = {row.id: row for row in drawn.figures}
    found = {name: each for name, [each] in marks(spec(drawn, narrow=narrow)).items()}
    radius = 5 if len(drawn.figures) / max(1, len(drawn.panels)) <= 12 else 3.5
    for one, two in combinations(found, 2):
        kinds = {found[each][0]["type"] for each in (one, two)}
        if len(kinds) == 1 and rows[one].panel == rows[two].panel:
            (x, y), (u, v) = _spot(found[one], "low"), _spot(found[two], "low")
            (_, top), (_, other_top) = _spot(found[one], "high"), _spot(found[two], "high")
            level = max(abs(y - v), abs(top - other_top))
            assert math.hypot(x - u, level) > 0.65 * radius, (one, two)
            if rows[one].date.first == rows[two].date.first and level < 1.4 * radius:
                assert abs(x - u) > 2.1 * radius, f"{one} and {two}, side by side"


@BOTH
def test_marks_of_one_date_stand_side_by_side_about_it_and_all_others_at_theirs(narrow: bool) -> None:  # noqa: FBT001
    drawn = rivals()
    found = {name: each for name, [each] in marks(spec(drawn, narrow=narrow)).items()}
    aside: dict[str, dt.timedelta] = {}
    for row in drawn.figures:
        own = dt.datetime.combine(row.date.first, dt.time(12), dt.UTC)
        aside[row.id] = _moment(found[row.id][2]["at"]) - own
    second = dt.timedelta(seconds=3)
    assert {name for name, moved in aside.items() if not moved} >= {"apart", "apart-too"}
    for names in (("one", "two", "three"), ("loose", "loose-too"), ("high", "high-too")):
        assert abs(sum((aside[name] for name in names), dt.timedelta())) < second, "their middle is their date"
        assert sorted(names, key=aside.__getitem__) == [*names], "in the order of the table"
    assert abs(aside["two"]) < second
    scale = found["edge"][1]["x"]["scale"]
    assert _spot(found["edge"], "low")[0] >= scale["range"][0], "on the axis"
    order = [_moment(found[f"day-{day}"][2]["at"]) for day in (10, 11, 12)]
    assert order == sorted(order)


def test_marks_are_drawn_in_the_order_of_their_dates_hollow_or_filled() -> None:
    drawn = rivals()
    points = [
        row["fact"].removeprefix(FACT)
        for mark, channels, rows in layers(spec(drawn, narrow=True))
        for row in rows
        if mark["type"] == "point" and "description" in channels and row["fact"]
    ]
    assert points == [row.id for row in drawn.figures if not row.id.startswith("loose")]


@EVERY
@BOTH
def test_what_is_disputed_has_a_ring_and_the_key_says_so(drawn: ChartTable, narrow: bool) -> None:  # noqa: FBT001
    made = spec(drawn, narrow=narrow)
    rings = [row["fact"] for mark, _, rows in layers(made) for row in rows if mark.get("stroke") == TEXT]
    disputed = [f"{FACT}{row.id}" for row in drawn.figures if row.is_disputed]
    assert sorted(rings) == sorted(["", *disputed] if disputed else [])
    assert (DISPUTED in words(made)) is bool(disputed)


def test_a_ring_goes_around_its_mark_whatever_its_shape_and_around_the_middle_of_a_range() -> None:
    made = spec(rivals(), narrow=False)
    sizes = {
        mark["size"]: mark.get("stroke")
        for mark, _, _ in layers(made)
        if mark["type"] == "point" and "shape" not in mark
    }
    ring = next(size for size, stroke in sizes.items() if stroke == TEXT)
    disc = next(size for size, stroke in sizes.items() if stroke is None)
    assert ring > 2 * disc, "a square's corner is further out than its side"
    row = next(row for mark, _, rows in layers(made) for row in rows if row.get("fact") == f"{FACT}loose")
    assert row["mid"] == (20 + 99) / 2


# -- lines -----------------------------------------------------------------------------------------------------------

BOARD = {"origin": "Water board"}
LINES: dict[str, tuple[list[Figure], dict[str, Any], list[tuple[str, str]]]] = {
    "exact days of one counter": (
        [figure("a", "2031-01-05", 1, **BOARD), figure("b", "2031-01-20", 2, "over", **BOARD)],
        {},
        [("a", "b")],
    ),
    "the order of dates, not of the file": (
        [figure("b", "2031-01-20", 2, **BOARD), figure("a", "2031-01-05", 1, **BOARD)],
        {},
        [("a", "b")],
    ),
    "31 days are no gap": (
        [figure("a", "2031-01-05", 1, **BOARD), figure("b", "2031-02-05", 2, **BOARD)],
        {},
        [("a", "b")],
    ),
    "32 days are": ([figure("a", "2031-01-05", 1, **BOARD), figure("b", "2031-02-06", 2, **BOARD)], {}, []),
    "unless the chart says how long one is": (
        [figure("a", "2031-01-05", 1, **BOARD), figure("b", "2031-02-06", 2, **BOARD)],
        {"longest_gap": Decimal(40)},
        [("a", "b")],
    ),
    "or the counter": (
        [figure("a", "2031-01-05", 1, **BOARD), figure("b", "2031-09-06", 2, contiguous="yes", **BOARD)],
        {},
        [("a", "b")],
    ),
    "a date that is not exact": (
        [
            figure(each, date, 1, **BOARD)
            for each, date in (("a", "2031-01-05"), ("b", "2031-01-08~"), ("c", "2031-01-12"))
        ],
        {},
        [],
    ),
    "a date that is not exact, bridged": (
        [figure("a", "2031-01-05", 1, **BOARD), figure("b", "2031-02", 2, contiguous="yes", **BOARD)],
        {},
        [("a", "b")],
    ),
    "a change of counter breaks it, also where it is bridged": (
        [
            figure("a", "2031-01-05", 1, **BOARD),
            figure("b", "2031-01-12", 2, origin="The mayor"),
            figure("c", "2031-01-15", 2, origin="The mayor"),
            figure("d", "2031-01-20", 2, contiguous="yes", **BOARD),
        ],
        {},
        [("b", "c")],
    ),
    "rivals are on none": (
        [
            figure("a", "2031-01-05", 1, **BOARD),
            figure("b", "2031-01-12", 2, rival="c", **BOARD),
            figure("c", "2031-01-12", 3, **BOARD),
            figure("d", "2031-01-20", 4, **BOARD),
            figure("e", "2031-01-25", 4, **BOARD),
        ],
        {},
        [("d", "e")],
    ),
    "a range is on none": (
        [
            figure("a", "2031-01-05", 1, **BOARD),
            figure("b", "2031-01-12", (2, 5), "between", **BOARD),
            figure("c", "2031-01-20", 4, **BOARD),
        ],
        {},
        [],
    ),
    "each measure and side has its own": (
        [
            figure("a", "2031-01-05", 1, **BOARD),
            figure("b", "2031-01-06", 2, side="delta", **BOARD),
            figure("c", "2031-01-07", 3, measure="estimated", **BOARD),
            figure("d", "2031-01-12", 4, **BOARD),
            figure("e", "2031-01-13", 5, side="delta", **BOARD),
            figure("f", "2031-01-14", 6, measure="estimated", **BOARD),
        ],
        {},
        [("a", "d"), ("b", "e"), ("c", "f")],
    ),
}


@pytest.mark.parametrize(("facts", "encoding", "pairs"), LINES.values(), ids=LINES)
def test_a_line_joins_what_one_counter_counted_and_nothing_else(
    facts: list[Figure], encoding: dict[str, Any], pairs: list[tuple[str, str]]
) -> None:
    assert table(*facts).joined == (), "not asked for"
    assert table(*facts, encoding=Encoding(line="joined", **encoding)).joined == tuple(pairs)


@BOTH
def test_lines_lie_beneath_the_marks_and_run_from_one_to_the_next(narrow: bool) -> None:  # noqa: FBT001
    drawn = counted()
    made = spec(drawn, narrow=narrow)
    at = {name: row["at"] for name, [(_, _, row)] in marks(made).items()}
    order = [channels["x"]["field"] if mark["type"] == "rule" else mark["type"] for mark, channels, _ in layers(made)]
    assert order.index("from") < len(order) - 1 - order[::-1].index("point")
    ((mark, rows),) = [(mark, rows) for mark, channels, rows in layers(made) if channels["x"]["field"] == "from"]
    assert [(row["from"], row["to"]) for row in rows] == [(at[one], at[two]) for one, two in drawn.joined]
    assert len(rows) > 15
    assert mark["strokeWidth"] * mark["opacity"] > 1, "seen"


# -- days of few reports ---------------------------------------------------------------------------------------------


def _bands(made: dict[str, Any]) -> list[dict[str, Any]]:
    mark, _, rows = next(layers(made))
    return rows if (mark["type"], mark.get("fill"), mark.get("opacity")) == ("rect", MUTED, TINT) else []


@BOTH
def test_a_thin_period_is_a_band_behind_all_else_from_its_first_midnight_to_its_last(narrow: bool) -> None:  # noqa: FBT001
    made = spec(counted(), narrow=narrow)
    (band,) = _bands(made)
    _, channels, _ = next(iter(marks(made).values()))[0]
    left, right = channels["x"]["scale"]["range"]
    days = (counted().last - counted().first).days + 1
    assert band["x"] == left, "it begins before the axis: there it is cut"
    length = (dt.date(2031, 8, 1) - counted().first).days
    assert band["x2"] == pytest.approx(left + (right - left) * length / days)
    bottom, top = channels["y"]["scale"]["range"]
    assert band["y"] < top, "its words stand above all marks"
    assert band["y2"] == bottom
    edges = [row for mark, _, rows in layers(made) for row in rows if mark.get("stroke") == MUTED and "x2" in row]
    for x in (band["x"], band["x2"]):
        assert [row for row in edges if row["x"] == row["x2"] == x and (row["y"], row["y2"]) == (band["y"], bottom)]


@BOTH
def test_the_words_of_a_band_stand_in_it_once(narrow: bool) -> None:  # noqa: FBT001
    made = spec(counted(), narrow=narrow)
    (band,) = _bands(made)
    note = "Few reports of these months were read."
    assert words(made).count(note) == 1
    number = words(made).index(note)
    inside = Box(band["x"], band["y"], band["x2"], next(iter(marks(made).values()))[0][1]["y"]["scale"]["range"][1])
    assert inside.holds(boxes(made, labels=False)[number])


@BOTH
def test_the_words_of_narrow_bands_stand_in_the_key_by_their_letters(narrow: bool) -> None:  # noqa: FBT001
    made = spec(september(), narrow=narrow)
    said = words(made)
    for note in (each.note for each in september().thin):
        assert said.count(note) == 1
    assert [row["text"] for _, row in texts(made) if row["text"] in ("a", "b")] == ["a", "b", "a", "b"]
    assert len(_bands(made)) == 4, "two, and the key's"
    assert september().thin[0].note.startswith("Few"), "in the order of days"


@BOTH
def test_the_words_of_bands_stand_once_in_the_key_where_there_are_panels(narrow: bool) -> None:  # noqa: FBT001
    note = "Few reports were read of these months; what is not shown may have been."
    one, two = thin("2030-11", "2030-12", note), thin("2031-03", "2031-05", note)
    rows = [figure(f"f{day}", f"2031-01-{day}", 5, side=side) for day, side in ((10, "delta"), (11, "coast"))]
    drawn = table(*rows, encoding=Encoding(panel="side"), since=edtf.parse("2030-10"), thin=(one, two))
    made = spec(drawn, narrow=narrow)
    assert words(made).count(note) == 1
    assert not {"a", "b"} & {*words(made)}, "one text needs no letter"
    assert len(_bands(made)) == 5


def test_more_bands_than_letters_have_numbers_too() -> None:
    names = _letters(28)
    assert [*names[:2], *names[25:]] == ["a", "b", "z", "a2", "b2"]


def test_the_alternative_text_tells_of_thin_periods() -> None:
    assert counted().alt.endswith(" Shaded, 1 October 2030 to 31 July 2031: Few reports of these months were read.")
    one = table(warning("a", "2031-03-01"), kind="frequency", thin=(thin("2031-03-01", "2031-03-01", "Little read"),))
    assert one.alt.endswith("Dated one by one: 1 March 2031, 1. Shaded, 1 March 2031: Little read.")


THIN = """\
    since: 2031-05-01
    until: 2031-05-31
    thin:
      - since: {}
        until: {}
        note: {}
    encoding:"""


@pytest.mark.parametrize(
    ("first", "last", "more", "at", "found"),
    [
        ("2031-05-01", "2031-05-31", "", "", ""),
        ("2031-05-09", "2031-05-09", "", "", ""),
        ("2031-05-12", "2031-05-10", "", "until: 2031-05-10", "a period from 12 May 2031 to 10 May 2031"),
        ("2031-04", "2031-05-10", "", "since: 2031-04\n", "April 2031 lies outside chart 'losses'"),
        ("2031-05-10", "2031-06", "", "until: 2031-06\n", "June 2031 lies outside chart 'losses'"),
        (
            "2031-05-10",
            "2031-05-12",
            "      - {since: 2031-05-12, until: 2031-05-14, note: Little.}\n",
            "- {since: 2031-05-12",
            "12 May 2031 lies in the period that ends with 12 May 2031",
        ),
        ("2031-05-10", "2031-05-12", "      - {since: 2031-05-13, until: 2031-05-14, note: Little.}\n", "", ""),
    ],
)
def test_a_thin_period_lies_on_the_axis_ends_after_it_starts_and_meets_no_other(
    first: str, last: str, more: str, at: str, found: str
) -> None:
    text = changed(
        "    encoding:", THIN.format(first, last, "Little was read.").replace("    encoding:", f"{more}    encoding:")
    )
    problems = judge(text)
    wanted = [(line_of(at, text), "chart-thin", found)] if found else []
    assert [(each.place.line, each.code, each.found) for each in problems] == wanted


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("The 1,300 sacks are not in it.", "chart-text-number"),
        ("Nothing was read before 7 March 2031.", "chart-text-number"),
        ("Nothing was read of “the great loss”.", "prose-quotation"),
        ("مطحنة", "chart-label"),
        ("x" * 121, "text-too-long"),
        ("Around 1,200 sacks alone were told of.", ""),
    ],
)
def test_the_note_of_a_thin_period_is_held_to_the_rules_of_the_words_around_a_chart(note: str, code: str) -> None:
    text = changed("    encoding:", THIN.format("2031-05-01", "2031-05-10", note))
    found = [(each.place.line, each.code) for each in judge(text)]
    assert found == ([(line_of("        note:", text), code)] if code else [])


# -- events and sums -------------------------------------------------------------------------------------------------


@BOTH
def test_sums_stand_apart_and_are_never_added(narrow: bool) -> None:  # noqa: FBT001
    drawn = spec(warnings(), narrow=narrow)
    found = marks(drawn)
    columns = {
        name: (row["low"], row["high"])
        for name, [(_, channels, row)] in found.items()
        if channels["y"]["field"] == "low"
    }
    assert sorted(columns) == ["one", "roughly", "three", "two"]
    assert {round(high) for _, high in columns.values()} == {1, 2, 3}
    said = words(drawn)
    assert {"1", "3"} <= {*said}
    assert "5 warnings in all" in said
    assert "dozens of warnings in all" in said
    heading = {row["text"]: row["y"] for _, row in texts(drawn)}
    lowest_column = max(
        channels["y"]["scale"]["range"][0] for [(_, channels, _)] in found.values() if channels["y"]["scale"]
    )
    assert heading[IN_SUM] > lowest_column
    assert found["sum"][0][2]["top"] > lowest_column


def test_an_event_is_filled_when_its_day_is_known_and_hollow_when_not() -> None:
    found = marks(spec(warnings(), narrow=False))
    assert [found[name][0][0]["fill"] for name in ("one", "two", "three")] == [SERIES[0]] * 3
    assert [found[name][0][0]["fill"] for name in ("roughly", "between")] == [PAPER] * 2


def test_an_event_that_may_belong_to_several_days_belongs_to_none() -> None:
    drawn = spec(warnings(), narrow=False)
    row = marks(drawn)["between"][0][2]
    assert (row["start"], row["end"]) == ("2031-03-02T00:00:00+00:00", "2031-03-05T00:00:00+00:00")
    assert SPANNING in words(drawn)
    assert SPANNING not in words(spec(warnings("month"), narrow=False)), "in the month there is no doubt"


def test_events_of_which_no_day_is_sure_have_no_columns() -> None:
    drawn = spec(
        table(warning("a", "2031-03-01/2031-03-04"), kind="frequency", encoding=Encoding(bin="day")), narrow=False
    )
    assert [mark["fill"] for [(mark, _, _)] in marks(drawn).values()] == [PAPER]
    assert "1" not in words(drawn)


def test_a_sum_that_goes_on_beyond_the_axis_has_no_cap_there() -> None:
    caps = [
        (channels["x"]["field"], row["fact"])
        for mark, channels, rows in layers(spec(warnings(), narrow=False))
        for row in rows
        if mark.get("stroke") == SERIES[1]
    ]
    assert caps == [("start", "fact:sum"), ("start", "fact:since"), ("end", "fact:sum")]


def test_events_alone_have_no_headings_and_empty_days_are_empty() -> None:
    drawn = spec(
        table(warning("a", "2031-03-01"), warning("b", "2031-03-03"), kind="frequency", encoding=Encoding(bin="day")),
        narrow=False,
    )
    assert DATED not in words(drawn)
    assert words(drawn).count("1") == 2
    assert "0" not in words(drawn)


@BOTH
def test_many_months_and_many_sums_fit(narrow: bool) -> None:  # noqa: FBT001
    drawn = spec(months(), narrow=narrow)
    assert words(drawn).count("more than 125 warnings in all") == 9
    assert {"15", "9"} <= {*words(drawn)}
    assert drawn["height"] < 750


def test_each_column_has_its_number_and_where_two_would_meet_the_higher_one_has() -> None:
    wide, narrow = (words(spec(september(), narrow=narrow)) for narrow in (False, True))
    for count, columns, kept in (("13", 1, 1), ("12", 2, 1), ("11", 1, 1), ("9", 1, 1), ("2", 2, 2), ("1", 3, 3)):
        assert (wide.count(count), narrow.count(count)) == (columns, kept)


@BOTH
def test_bars_of_a_month_are_stacked_in_rows_that_do_not_meet(narrow: bool) -> None:  # noqa: FBT001
    found = {name: each for name, [(_, _, each)] in marks(spec(september(), narrow=narrow)).items() if "top" in each}
    assert sorted(found) == ["about", "about-0", "about-1", "about-2", "about-3", "more", "over", "vague"]
    for one, two in combinations(found.values(), 2):
        beside = one["end"] <= two["start"] or two["end"] <= one["start"]
        assert beside or one["bottom"] < two["top"] or two["bottom"] < one["top"]
    said = words(spec(september(), narrow=narrow))
    assert {"more than 40 warnings in all", "dozens of warnings in all"} <= {*said}
    assert {"over 125 warnings in all, disputed", "about 80 warnings in all, disputed"} <= {*said}


@BOTH
def test_a_sum_whose_words_are_longer_than_all_room_has_them_above_its_bar(narrow: bool) -> None:  # noqa: FBT001
    facts = [warning("a", "2031-03-01"), warning("b", "2031-03-31")]
    total = figure("sum", "2031-03-14/2031-03-16", 12345678901234567890123456789012345, "an estimated")
    drawn = spec(table(*facts, totals=(total,), kind="frequency"), narrow=narrow)
    label = next(row for _, row in texts(drawn) if row["text"].startswith("an estimated"))
    assert label["y"] < marks(drawn)["sum"][0][2]["top"]


# -- legibility ------------------------------------------------------------------------------------------------------


@EVERY
@BOTH
def test_no_label_meets_another_and_none_leaves_the_sheet(drawn: ChartTable, narrow: bool) -> None:  # noqa: FBT001
    made = spec(drawn, narrow=narrow)
    labels = boxes(made, labels=True)
    assert not [pair for pair in combinations(labels, 2) if pair[0].meets(pair[1])]
    sheet = Box(-0.5, 0, made["width"] + 0.5, made["height"])
    assert not [box for box in boxes(made, labels=False) if not sheet.holds(box)]


@BOTH
def test_no_two_texts_of_any_kind_meet(narrow: bool) -> None:  # noqa: FBT001
    for drawn in (valleys(), warnings(), months(), september(), rivals(), counted()):
        found = boxes(spec(drawn, narrow=narrow), labels=False)
        assert not [pair for pair in combinations(found, 2) if pair[0].meets(pair[1])]


def test_all_of_a_few_figures_are_labelled_also_where_they_crowd() -> None:
    said = {each.rpartition(": ")[2] for each in words(spec(crowd(), narrow=False))}
    assert not [row.label for row in crowd().figures if row.label not in said]


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        (Line(0, 0, 100, 100), True),
        (Line(100, 100, 0, 0), True),
        (Line(50, 0, 50, 100), True),
        (Line(0, 50, 45, 50), True),
        (Line(45, 45, 55, 55), True),
        (Line(0, 0, 100, 10), False),
        (Line(0, 50, 39, 50), False),
        (Line(40, 0, 40, 100), False),
        (Line(0, 70, 70, 0), False),
        (Line(0, 90, 90, 0), True),
    ],
)
def test_a_line_runs_through_a_box_where_a_part_of_it_lies_inside(line: Line, runs: bool) -> None:  # noqa: FBT001
    assert line.runs_through(Box(40, 40, 60, 60)) is runs


def test_a_label_keeps_off_a_line_while_any_spot_is_free_of_it() -> None:
    body, room = Box(45, 45, 55, 55), Box(0, 0, 200, 100)
    label = Label(("a label",), 50, 50, body)
    [(_, plain)] = placed([label], Field(room, [body]), WIDE)
    across = Line(0, plain.box.top + 5, 200, plain.box.top + 5)
    [(_, off)] = placed([label], Field(room, [body], [across]), WIDE)
    assert off.box != plain.box
    assert not across.runs_through(off.box)
    everywhere = [Line(0, y, 200, y) for y in range(0, 100, 5)]
    [(_, still)] = placed([label], Field(room, [body], everywhere), WIDE)
    assert still.box == plain.box, "a label with a line through it is better than none"
    assert placed([replace(label, may_be_crossed=False)], Field(room, [body], everywhere), WIDE) == []


def test_a_label_is_folded_where_it_has_no_room_in_one_line() -> None:
    body, room = Box(45, 45, 55, 55), Box(0, 0, 100, 100)
    label = Label(("more than enough words",), 50, 50, body, ("more than", "enough words"))
    [(_, spot)] = placed([label], Field(room, [body]), WIDE)
    assert spot.lines == ("more than", "enough words")
    [(_, spot)] = placed([label], Field(Box(0, 0, 300, 100), [body]), WIDE)
    assert spot.lines == ("more than enough words",)


@BOTH
def test_of_a_crowded_line_no_label_stands_on_the_line(narrow: bool) -> None:  # noqa: FBT001
    drawn = spec(counted(), narrow=narrow)
    lines = []
    for mark, channels, rows in layers(drawn):
        if mark["type"] == "rule" and mark.get("opacity") == LINE:
            x, y = (channels[name]["scale"] for name in ("x", "y"))
            first, last = (dt.datetime.fromisoformat(each) for each in x["domain"])
            (left, right), (low, high), (bottom, top) = x["range"], y["domain"], y["range"]
            for row in rows:
                ends = [
                    (
                        left + (right - left) * ((dt.datetime.fromisoformat(row[at]) - first) / (last - first)),
                        bottom + (top - bottom) * (row[value] - low) / (high - low),
                    )
                    for at, value in (("from", "low"), ("to", "high"))
                ]
                lines.append(Line(*ends[0], *ends[1]))
    assert len(lines) == len(counted().joined)
    on_a_line = [box for box in boxes(drawn, labels=True) if any(line.runs_through(box.smaller(2)) for line in lines)]
    assert on_a_line == []


def test_the_highest_figure_of_each_series_has_its_name_beside_it_where_that_is_short() -> None:
    said = words(spec(valleys(), narrow=False))
    assert {"Upper valley: thousands", "Lower valley: at least 3,100"} <= {*said}
    assert [each for each in said if "mayor" in each and ":" in each] == []
    assert [each for each in words(spec(counted(), narrow=False)) if "puts it:" in each] == [], "a long one"


@BOTH
def test_a_panel_with_one_thing_of_its_own_says_above_it_what_that_is_and_the_key_does_not(narrow: bool) -> None:  # noqa: FBT001
    plain = Encoding(colour="measure", panel="side")
    rows = (figure("a", "2031-03-02", 5), figure("b", "2031-03-12", 9, side="delta", measure="estimated"))
    drawn = spec(table(*rows, encoding=plain), narrow=narrow)
    at = {row["text"].replace("\n", " "): row for _, row in texts(drawn)}
    for heading, name in (("Upper valley", "Flooded homes"), ("Delta", "Flooded homes, as the mayor puts it")):
        assert at[name]["x"] == at[heading]["x"]
        assert 0 < at[name]["y"] - at[heading]["y"] < 25
        assert words(drawn).count(name) == 1
    # where a panel has two, or two panels have the same, the key tells them
    both = spec(table(*rows, figure("c", "2031-03-20", 7, measure="estimated"), encoding=plain), narrow=narrow)
    at = {row["text"].replace("\n", " "): row for _, row in texts(both)}
    assert at["Flooded homes"]["y"] < at["Upper valley"]["y"]


def test_forms_have_a_row_of_the_key_of_their_own() -> None:
    at = {row["text"]: row["y"] for _, row in texts(spec(valleys(), narrow=False))}
    assert at["Upper valley"] == at["Lower valley"] < min(at[words] for words in FORMS.values())


# -- sums until a day -------------------------------------------------------------------------------------------------


def running() -> ChartTable:
    """Warnings, a sum of those within some days, and three sums of all until a day, one of them not exact."""
    return table(
        warning("one", "2031-03-03"),
        totals=(
            figure("within", "2031-03-02/2031-03-05", 5, measure="calls"),
            figure("until", "2031-03-06", 40, "more than", measure="running"),
            figure("about", "2031-03-07~", (24, 99), "dozens", measure="running"),
            figure("edge", "2031-03-31", 90, measure="running", rival="until"),
        ),
        id="running",
        kind="frequency",
        encoding=Encoding(bin="day"),
        since=edtf.parse("2031-03-01"),
        until=edtf.parse("2031-03-31"),
    )


@BOTH
def test_a_sum_of_all_until_a_day_is_a_mark_at_that_day_and_no_bar_of_it(narrow: bool) -> None:  # noqa: FBT001
    drawn = spec(running(), narrow=narrow)
    found = marks(drawn)
    kinds = {name: each[0][0]["type"] for name, each in found.items()}
    assert kinds == {"one": "rect", "within": "rect", "until": "point", "about": "point", "edge": "point"}
    row = found["until"][0][2]
    assert row["at"] == "2031-03-06T12:00:00+00:00"
    assert not row["stretched"]
    stretches = [row for mark, channels, rows in layers(drawn) for row in rows if "middle" in str(channels.get("y"))]
    assert [row["fact"] for row in stretches if row["stretched"]].count(f"{FACT}about") == 2, "a line, and its mark"
    assert {found["until"][0][0]["shape"], found["until"][0][0]["fill"]} == {"diamond", SERIES[1]}


@BOTH
def test_sums_of_days_and_sums_until_a_day_stand_under_headings_of_their_own(narrow: bool) -> None:  # noqa: FBT001
    drawn = spec(running(), narrow=narrow)
    at = {row["text"].replace("\n", " "): row["y"] for _, row in texts(drawn)}
    assert at[IN_SUM] < at["5 warnings in all"] < at[RUNNING] < at["more than 40 warnings in all, disputed"]
    assert at[RUNNING] < at["90 warnings in all, disputed"]
    sheet = NARROW if narrow else WIDE
    for box in boxes(drawn, labels=False):
        assert box.left >= -0.5
        assert box.right <= sheet.width + 0.5
    assert IN_SUM not in words(spec(_without_days(), narrow=narrow))


def _without_days() -> ChartTable:
    given = running()
    return replace(given, totals=given.totals[1:])


def test_of_many_figures_the_first_the_last_and_the_highest_are_labelled() -> None:
    rows = {row.id: row for row in surge().figures}
    seams = [row["text"].replace("\n", " ") for mark, row in texts(spec(surge(), narrow=False)) if "stroke" in mark]
    telling = ("upper-0", "upper-29", "lower-0", "lower-15", "lower-29")  # that of the upper valley rises to the last
    assert sorted(seams) == sorted(rows[name].label for name in telling)


@BOTH
def test_of_many_figures_the_disputed_are_labelled_too_where_there_is_room(narrow: bool) -> None:  # noqa: FBT001
    drawn = counted()
    seams = {row["text"].replace("\n", " ") for mark, row in texts(spec(drawn, narrow=narrow)) if "stroke" in mark}
    telling = {"board-0", "board-30", "mayor-0", "mayor-4", "mayor-8"}
    allowed = {row.beside for row in drawn.figures if row.is_disputed or row.id in telling}
    assert seams <= allowed
    first, highest = drawn.figures[0].beside, next(row.beside for row in drawn.figures if row.id == "mayor-4")
    assert {first, highest} <= seams
    assert [words for words in seams if words.endswith(", disputed")]


def test_a_label_without_any_room_is_left_out() -> None:
    body, room = Box(40, 40, 60, 60), Box(0, 0, 100, 100)
    label = Label(("a label far too long for its room",), 50, 50, body)
    assert placed([label], Field(room, [body]), WIDE) == []


@BOTH
def test_panels_stand_side_by_side_or_below_each_other(narrow: bool) -> None:  # noqa: FBT001
    headings = [row for mark, row in texts(spec(surge(), narrow=narrow)) if "fontWeight" in mark]
    assert [row["text"] for row in headings] == [*SIDES[:2]]
    assert (headings[0]["y"] == headings[1]["y"]) is not narrow


def test_text_is_as_wide_as_the_font_says_and_a_little_less_than_reckoned() -> None:
    sentences = ("around 70,000", "Wednesday, 17 September", "tens of thousands", "Jan Feb Mar Apr May", "Überschwemmt")
    for face, bold in (("Regular", False), ("Bold", True)):
        font = TTFont(FONTS / f"BriefingSans-{face}.ttf")
        names, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        for char in map(chr, range(32, 127)):
            assert text_width(char, em, bold=bold) >= advances[names[ord(char)]][0]
        for sentence in sentences:
            width = sum(advances[names[ord(char)]][0] for char in sentence)
            assert width <= text_width(sentence, em, bold=bold) <= 1.2 * width


def test_long_text_is_broken_between_words_and_a_long_word_wherever_it_must() -> None:
    assert wrapped("two short lines", 60, 13) == ("two short", "lines")
    assert wrapped("uninterrupted", 40, 13) == ("uninte", "rrupte", "d")
    assert wrapped("", 40, 13) == ()
    assert wrapped("ab", 1, 13) == ("a", "b")


@BOTH
def test_long_names_and_numbers_stay_on_the_sheet(narrow: bool) -> None:  # noqa: FBT001
    long = table(
        figure("a", "2031-01-20", "12345678901234567890.25", "an estimated", measure="calls"),
        figure("b", "2031-02-20", 3, side="lower-valley"),
    )
    made = spec(long, narrow=narrow)
    assert "households / warnings" in words(made) or "warnings / households" in words(made)
    assert boxes(made, labels=False)
    sheet = Box(-0.5, 0, made["width"] + 0.5, made["height"])
    assert all(sheet.holds(box) for box in boxes(made, labels=True))


# -- sameness, refusals, colours -------------------------------------------------------------------------------------


def test_the_same_table_gives_the_same_specification_under_any_hash_seed_and_time_zone() -> None:
    tables = (valleys(), warnings())
    here = json.dumps([spec(drawn, narrow=True) for drawn in tables])
    assert here == json.dumps([charts.spec(drawn, NARROW) for drawn in tables])
    code = (
        "import json; from tests.test_charts import spec, valleys, warnings;"
        "print(json.dumps([spec(drawn, narrow=True) for drawn in (valleys(), warnings())]))"
    )
    env = os.environ | {"PYTHONHASHSEED": "1", "TZ": "America/Los_Angeles"}
    elsewhere = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=True, text=True
    )
    assert elsewhere.stdout.strip() == here


def test_the_keys_of_a_specification_are_in_order() -> None:
    drawn = spec(valleys(), narrow=False)
    assert json.dumps(drawn) == json.dumps(drawn, sort_keys=True)


def test_more_series_than_stay_distinct_are_refused_unless_each_has_its_panel() -> None:
    rows = [figure(f"f{n}", "2031-03-02", n, side=side.lower().replace(" ", "-")) for n, side in enumerate(SIDES)]
    with pytest.raises(ChartError, match="5 things to tell apart by colour, of which 4 stay distinct"):
        spec(table(*rows), narrow=False)
    assert len(marks(spec(table(*rows, encoding=Encoding(panel="side")), narrow=False))) == 5


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        (Encoding(), "5 sides in one panel"),
        (Encoding(panel="measure"), "5 sides to tell apart"),
        (Encoding(panel="side"), ""),
        (Encoding(colour="measure"), ""),
    ],
)
def test_what_would_be_refused_in_drawing_is_found_before_with_what_to_do(encoding: Encoding, found: str) -> None:
    rows = [figure(f"f{n}", "2031-03-02", n, side=side.lower().replace(" ", "-")) for n, side in enumerate(SIDES)]
    problems = [*checks.charts.chart_axis.run(Case(briefing_of(*rows, encoding=encoding), Evidence({}), ()))]
    assert [each.found for each in problems] == ([found] if found else [])
    for each in problems:
        assert each.wanted == "at most 4"
        assert each.hint.startswith("give each a panel with `panel: side`, name fewer under `select`, or make a second")
    if not found:
        assert spec(table(*rows, encoding=encoding), narrow=False)


def test_a_fact_beside_the_time_axis_is_refused() -> None:
    late = table(figure("late", "2031-03-02", 1), figure("in", "2031-01-02", 1), until=edtf.parse("2031-01-31"))
    with pytest.raises(ChartError, match="the fact 'late' lies outside its time axis"):
        spec(late, narrow=False)


def test_every_kind_of_chart_can_be_drawn() -> None:
    assert tuple(KINDS) == Chart.specs()["kind"].choices


def _schemes() -> tuple[dict[str, str], dict[str, str]]:
    """The colours that the style sheet sets, in the light and in the dark scheme."""
    css = (ROOT / "site_templates" / "assets" / "charts.css").read_text(encoding="utf-8")
    found = re.findall(r"(--[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", css)
    return {name: light for name, light, _ in found}, {name: dark for name, _, dark in found}


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours, after WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_a_page_sets_every_colour_in_both_schemes_and_the_light_one_is_the_drawings_own() -> None:
    light, dark = _schemes()
    assert light == {name: colour for colour, name in COLOURS.items()}
    assert dark.keys() == light.keys()


def test_text_and_marks_stand_out_from_the_paper_in_both_schemes() -> None:
    for scheme in _schemes():
        names = scheme.keys() - {"--chart-paper", "--chart-grid"}
        faint = {name for name in names if _contrast(scheme[name], scheme["--chart-paper"]) < 4.5}
        assert not faint
    assert GRID in COLOURS, "the grid alone may be faint: it says nothing that labels do not"


def _blended(over: str, under: str, share: float) -> str:
    """A colour that lets some of another through."""
    parts = ((int(over[at : at + 2], 16), int(under[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * two):02x}" for one, two in parts)


def test_a_band_is_told_from_the_paper_by_its_edges_and_all_upon_it_stays_legible_in_both_schemes() -> None:
    for scheme in _schemes():
        paper, muted = scheme["--chart-paper"], scheme["--chart-muted"]
        tint = _blended(muted, paper, TINT)
        assert tint != paper
        assert min(_contrast(muted, paper), _contrast(muted, tint)) >= 3, "edges"
        for name in ("--chart-text", "--chart-muted"):
            assert _contrast(scheme[name], tint) >= 4.5, name
        for number in range(1, 5):
            series = scheme[f"--chart-{number}"]
            assert _contrast(series, tint) >= 3
            for ground in (paper, tint):
                assert _contrast(_blended(series, ground, LINE), ground) >= 3, "a line"


def test_no_text_is_smaller_than_twelve_pixels_where_a_drawing_has_shrunk() -> None:
    css = (ROOT / "site_templates" / "assets" / "charts.css").read_text(encoding="utf-8")
    switch = int(re.findall(r"@container \(min-width: (\d+)px\)", css)[0])
    assert WIDE.letter * switch / WIDE.width >= 12
    assert NARROW.letter * 288 / NARROW.width >= 12, "a screen of 320 px, less the page's margins"
