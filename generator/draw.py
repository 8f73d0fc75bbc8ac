"""Chart tables -> finished SVG, by a process of its own: what crashes or hangs there is a sentence here.

One character that XML does not have makes vl-convert abort the whole process, and a label without end keeps it busy
for minutes; both happen to a child that can be waited for and replaced. This module is both ends: imported, it starts
the child; run as `python -m generator.draw`, it is the child, and only there are Altair, pandas and vl-convert loaded.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

from generator.tables import ChartTable

VEGA_LITE = "6.4"
"""The release of Vega-Lite that draws: vl-convert carries several."""
WIDTHS = ("wide", "narrow")

_HOME = Path(__file__).resolve().parent.parent
_DRAWING = "drawing chart "
"""Opens the line by which the child says what it has in hand."""


@dataclass(frozen=True)
class Drawing:
    """A chart as finished inline `<svg>` elements, for a wide and for a narrow screen."""

    wide: str
    narrow: str


class DrawingError(Exception):
    """The charts could not be drawn; the message says what happened, to which chart, and what to do."""

    def __init__(self, message: str, chart: str = "") -> None:
        self.chart = chart
        """Its id, where it is known."""
        super().__init__(message)


# -- this end: start the child, wait, judge what came back ----------------------------------------------------------


def draw(tables: Sequence[ChartTable], fonts: Path, *, seconds: float = 60) -> dict[str, Drawing]:
    """Draw all charts of a run, or none: by id of the chart, in the order of the tables.

    Raises:
        DrawingError: a chart could not be drawn, or not in the given time.

    """
    if not tables:
        return {}
    order = pickle.dumps((list(tables), str(fonts.resolve())))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "generator.draw"],
            input=order,
            capture_output=True,
            check=False,
            cwd=_HOME,
            env=_environment(os.environ),
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        chart = _in_hand(error.stderr or b"")
        raise DrawingError(
            f"the charts were not drawn within {seconds:g} seconds{_at(chart)}; build again on a quieter machine, or"
            " shorten the chart's labels or its selection",
            chart,
        ) from error
    except OSError as error:
        raise DrawingError(
            f"the process that draws charts could not be started: {error}; is Python still installed?"
        ) from error
    return {name: Drawing(**svgs) for name, svgs in _answer(done).items()}


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    """What the child may know of this machine: nothing that shows in a drawing or keeps Altair from loading."""
    unwanted = {"PYTHONOPTIMIZE", "PYTHONSAFEPATH", "PYTHONSTARTUP", "PYTHONWARNINGS"}
    kept = {name: value for name, value in own.items() if name not in unwanted}
    return kept | {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}


def _answer(done: subprocess.CompletedProcess[bytes]) -> dict[str, dict[str, str]]:
    chart = _in_hand(done.stderr)
    if done.returncode < 0:
        raise DrawingError(
            f"the process that draws charts was ended by {_signal_name(-done.returncode)}{_at(chart)}; look in the"
            " labels of that chart for a character that is no text, and build again",
            chart,
        )
    try:
        answer = json.loads(done.stdout)
        drawings, problem = answer["drawings"], answer["problem"]
    except (ValueError, LookupError, TypeError) as error:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["it printed nothing"])[-1]
        raise DrawingError(
            f"the process that draws charts broke off{_at(chart)}: {last}; if a package is missing, install"
            " requirements/site.txt anew",
            chart,
        ) from error
    if problem:
        raise DrawingError(
            f"chart {chart!r} cannot be drawn: {problem}" if chart else f"no chart can be drawn: {problem}", chart
        )
    return dict(drawings)


def _in_hand(said: bytes) -> str:
    """The id of the chart at which the child was last."""
    lines = said.decode(errors="replace").splitlines()
    return next((line.removeprefix(_DRAWING) for line in reversed(lines) if line.startswith(_DRAWING)), "")


def _at(chart: str) -> str:
    return f" at chart {chart!r}" if chart else ""


def _signal_name(number: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


# -- the other end: draw ---------------------------------------------------------------------------------------------


def _child() -> None:
    """Read tables, write drawings or the one problem that stands in their way. Nothing else may reach the answer."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what others print must not get into it
    tables, fonts = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    drawings: dict[str, dict[str, str]] = {}
    problem = ""
    try:
        drawings = dict(_drawn(tables, fonts))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent says it in a sentence
        problem = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    with answer:
        json.dump({"drawings": drawings, "problem": problem}, answer)


def _drawn(tables: Sequence[ChartTable], fonts: str) -> Iterator[tuple[str, dict[str, str]]]:
    # the parent must not load these: they take longer than all the rest of a build
    import vl_convert  # noqa: PLC0415

    from generator import charts  # noqa: PLC0415

    if not any(Path(fonts).glob("*.ttf")):
        raise FileNotFoundError(f"there is no font in {fonts}; restore the folder from git")
    vl_convert.register_font_directory(fonts)
    for table in tables:
        print(f"{_DRAWING}{table.chart.id}", file=sys.stderr, flush=True)  # noqa: T201 - the parent listens
        svgs = {}
        for width in WIDTHS:
            spec = charts.spec(table, narrow=width == "narrow")
            raw = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
            svgs[width] = finished(raw, table, width, charts)
        yield table.chart.id, svgs


# -- Vega's SVG -> ours ----------------------------------------------------------------------------------------------

_SVG = "http://www.w3.org/2000/svg"
_TAGS = frozenset(("svg", "g", "path", "line", "text", "tspan"))
_TEXT = ("dy", "font-family", "font-size", "font-weight", "text-anchor", "x")
_PAINT = ("fill", "fill-opacity", "opacity", "stroke", "stroke-linejoin", "stroke-width")
_ATTRIBUTES = frozenset(("d", "transform", "x2", "y2", *_TEXT, *_PAINT))
"""What shows. Vega's classes, and its roles and labels for parts of the picture, are of no use to a reader."""
_DEFAULTS = {"opacity": "1", "x2": "0", "y2": "0"}
_DECIMAL = re.compile(r"-?\d+(?:\.\d+(?:e-\d+)?|e-\d+)")


def finished(raw: str, table: ChartTable, width: str, charts: ModuleType) -> str:
    """A drawing as Vega prints it -> as a page can hold it: named, coloured by the page, each mark with its fact.

    Raises:
        ValueError: the drawing holds something that no page can take over, or lacks a fact.

    """
    root = ET.fromstring(raw)  # noqa: S314 - our own drawing
    name = f"chart-{table.chart.id}--{width}"
    size = {each: root.attrib[each] for each in ("viewBox", "width", "height")}
    named = {"class": f"chart__svg chart__svg--{width}", "role": "img", "aria-labelledby": f"{name}-title {name}-desc"}
    content = [part for node in root for part in _cleaned(node, charts)]
    root.clear()
    root.attrib = {**named, **size, "font-family": charts.FONT}
    for tag, text in (("title", table.chart.title), ("desc", table.alt)):
        ET.SubElement(root, f"{{{_SVG}}}{tag}", {"id": f"{name}-{tag}"}).text = text
    root.extend(content)
    marks = [node.attrib["data-fact"] for node in root.iter() if "data-fact" in node.attrib]
    if sorted(marks) != sorted(table.fact_ids):
        raise ValueError(f"its {width} drawing marks {len(marks)} facts, not each of {len(table.fact_ids)} once")
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _cleaned(node: ET.Element, charts: ModuleType) -> list[ET.Element]:
    """What remains of a part of the drawing: nothing of an empty frame, its content of a group that changes nothing."""
    tag = node.tag.rpartition("}")[2]
    if tag == "rect":  # the sheet itself: the page is paper enough
        return []
    if tag not in _TAGS:
        raise ValueError(f"it has a <{tag}>, which might meet its like in another drawing of the page")
    if node.get("class") in ("background", "foreground"):
        return []
    content = [part for child in node for part in _cleaned(child, charts)]
    attributes = _attributes(node, charts)
    if tag == "g" and (not content or not attributes or attributes == {"transform": "translate(0,0)"}):
        return content
    kept = ET.Element(node.tag, attributes)
    kept.text = node.text
    kept.extend(content)
    return [kept]


def _attributes(node: ET.Element, charts: ModuleType) -> dict[str, str]:
    """The attributes that show, in round numbers and the page's colours, and the fact that it stands for."""
    attributes = {
        name: _DECIMAL.sub(_rounded, value)
        for name, value in node.attrib.items()
        if name in _ATTRIBUTES and value != _DEFAULTS.get(name)
    }
    if attributes.pop("font-family", charts.FONT) != charts.FONT:
        raise ValueError(f"it has text in another font than {charts.FONT}")
    for name in ("fill", "stroke"):
        colour = attributes.get(name, "none")
        if colour != "none" and colour not in charts.COLOURS:
            raise ValueError(f"it has the colour {colour}, which no page can change")
        if colour != "none":
            attributes[name] = f"var({charts.COLOURS[colour]})"
    if "stroke" in attributes and node.tag.endswith("text"):
        attributes["paint-order"] = "stroke"
    label = node.get("aria-label", "")
    if label.startswith(charts.FACT):
        attributes["data-fact"] = label.removeprefix(charts.FACT)
    return attributes


def _rounded(number: re.Match[str]) -> str:
    """Two decimals: a fiftieth of what an eye can tell apart. Adding 0 makes -0 a 0."""
    return f"{round(float(number[0]), 2) + 0:g}"


if __name__ == "__main__":
    _child()
