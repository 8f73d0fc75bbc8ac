"""Chart tables and cards -> finished SVG and PNG, by a process of its own: what crashes there is a sentence here.

One character that XML does not have makes vl-convert abort the whole process, and a label without end keeps it busy
for minutes; both happen to a child that can be waited for and replaced. This module is both ends: imported, it starts
the child; run as `python -m generator.draw`, it is the child, and only there are Altair, pandas and vl-convert loaded.

What was drawn once is kept by a hash of all that it was made from, and not drawn again; of what is kept only what is
whole is used. Where all is kept, no child is started.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import ModuleType
from typing import Self
from xml.etree import ElementTree as ET

from generator import installed, pictures
from generator.pictures import Card, Imprint
from generator.tables import ChartTable

VEGA_LITE = "6.4"
"""The release of Vega-Lite that draws: vl-convert carries several."""
WIDTHS = ("wide", "narrow", "small")
_LEAST, _EACH = 60, 6
"""Seconds for all drawings, and for each besides: a slow machine takes half of that."""
SHARP = 2
"""Pixels of a PNG for one of the drawing."""

_DRAWN_BY = ("altair", "pandas", "vl-convert-python", "zopfli")
"""The packages whose releases may change a picture."""
_CODE = (
    *(
        "charts",
        "colours",
        "draw",
        "edtf",
        "glyphs",
        "hedges",
        "installed",
        "legend",
        "lettering",
        "numerals",
        "pictures",
        "tables",
    ),
    *("fields", "formula", "model", "problems"),
)
"""The modules by whose code a picture is made; a test compares them with what the child loads."""
_HOME = Path(__file__).resolve().parent.parent
_DRAWING = "drawing chart "
"""Opens the line by which the child says what it has in hand."""


@dataclass(frozen=True)
class Drawing:
    """A chart as finished inline `<svg>` elements, for a wide and a narrow screen and in small, and to download."""

    wide: str
    narrow: str
    small: str
    """For one of several side by side."""
    sheet: str
    """SVG that needs nothing around it."""
    png: bytes
    """The same in dots."""


@dataclass(frozen=True)
class Edition:
    """The briefing that pictures are of: what all of them say of it, and the cards of its pages by name."""

    imprint: Imprint = field(default_factory=Imprint)
    cards: Mapping[str, Card] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """All pictures of a run."""

    drawings: dict[str, Drawing] = field(default_factory=dict)
    """By id of the chart, in the order of the tables."""
    cards: dict[str, bytes] = field(default_factory=dict)
    """PNG by the name under which each was asked for."""


@dataclass(frozen=True)
class Memory:
    """Where pictures are kept from run to run, each under a name made of hexadecimal digits."""

    recall: Callable[[str], bytes | None] = lambda _: None
    """What was kept under a name, or nothing. It need not be what was given: it is looked at before it is used."""
    keep: Callable[[str, bytes], None] = lambda _name, _content: None


@dataclass(frozen=True)
class _Work:
    """What the child is to draw. Everything in it has a `repr` that tells it from another."""

    tables: Sequence[ChartTable]
    cards: Mapping[str, tuple[Card, ChartTable | None]]
    imprint: Imprint
    fonts: str
    """The folder of fonts."""


class DrawingError(Exception):
    """The charts could not be drawn; the message says what happened, to which chart, and what to do."""

    def __init__(self, message: str, chart: str = "") -> None:
        self.chart = chart
        """Its id, where it is known."""
        super().__init__(message)


# -- this end: start the child, wait, judge what came back ----------------------------------------------------------


def draw(
    tables: Sequence[ChartTable],
    fonts: Path,
    *,
    edition: Edition | None = None,
    memory: Memory | None = None,
    seconds: float = 0,
) -> Drawn:
    """Draw all charts and cards of a run, or none, and wait for them; see `Pictures`."""
    with Pictures(tables, fonts, edition=edition, memory=memory, seconds=seconds) as asked:
        return asked.finish()


def recalled(tables: Sequence[ChartTable], fonts: Path, edition: Edition, memory: Memory) -> dict[str, Drawing]:
    """The charts that were drawn before, by id; see `Pictures` for what is asked."""
    keys = _keys(_Work(tables, {}, edition.imprint, str(fonts.resolve())))
    entries = {name: _read(key, memory.recall(key), "chart") for (_, name), key in keys.items()}
    return {name: _unpacked(entry) for name, entry in entries.items() if entry}


class Pictures:
    """All charts and cards of a run while they are drawn, beside whatever else is done; leave it when all is done."""

    def __init__(
        self,
        tables: Sequence[ChartTable],
        fonts: Path,
        *,
        edition: Edition | None = None,
        memory: Memory | None = None,
        seconds: float = 0,
    ) -> None:
        """Begin.

        Args:
            tables: the charts.
            fonts: the folder of our fonts; those for readers are in `assets/fonts` beside it.
            edition: the briefing, with the cards of its pages.
            memory: what was drawn before; whatever is not whole, or was made from anything else, is drawn again.
            seconds: how long to wait for what is not drawn yet; if not said, a minute, and more where there is much.

        Raises:
            DrawingError: what draws cannot be started.

        """
        by_id = {table.chart.id: table for table in tables}
        edition = edition or Edition()
        asked = {name: (card, by_id.get(card.chart)) for name, card in edition.cards.items()}
        work = _Work(tables, asked, edition.imprint, str(fonts.resolve()))
        self._memory = memory or Memory()
        self._keys = _keys(work)
        recall = self._memory.recall
        self._entries = {name: found for name, key in self._keys.items() if (found := _read(key, recall(key), name[0]))}
        missing = _Work(
            [table for table in tables if ("chart", table.chart.id) not in self._entries],
            {name: each for name, each in asked.items() if ("card", name) not in self._entries},
            work.imprint,
            work.fonts,
        )
        number = len(missing.tables) + len(missing.cards)
        self._seconds = seconds or _LEAST + number * _EACH
        self._charts, self._cards = tuple(by_id), tuple(asked)
        self._child = _started(missing) if number else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def finish(self) -> Drawn:
        """Wait for the pictures; asked again, they are the same.

        Raises:
            DrawingError: a chart could not be drawn, or not in the given time.

        """
        if self._child is not None:
            fresh = {(kind, name): entry for kind, name, entry in _answer(self._waited(self._child))}
            self._child = None
            self._entries |= fresh
            for name, entry in fresh.items():
                self._memory.keep(self._keys[name], _written(self._keys[name], entry))
        drawings = {each: _unpacked(self._entries["chart", each]) for each in self._charts}
        return Drawn(drawings, {name: base64.b64decode(self._entries["card", name][_DOTS]) for name in self._cards})

    def _waited(self, child: subprocess.Popen[bytes]) -> subprocess.CompletedProcess[bytes]:
        try:
            said, told = child.communicate(timeout=self._seconds)
        except subprocess.TimeoutExpired as error:
            chart = _in_hand(error.stderr or b"")
            raise DrawingError(
                f"the charts were not drawn within {self._seconds:g} seconds{_at(chart)}; build again on a quieter"
                " machine, or shorten the chart's labels or its selection",
                chart,
            ) from error
        return subprocess.CompletedProcess(child.args, child.returncode, said, told)


def _started(work: _Work) -> subprocess.Popen[bytes]:
    """The child at work. It reads from a file, since a pipe would keep us until it has read all."""
    try:
        with tempfile.TemporaryFile() as told:
            pickle.dump(work, told)
            told.seek(0)
            return subprocess.Popen(
                [sys.executable, "-m", "generator.draw"],
                stdin=told,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=_HOME,
                env=_environment(os.environ),
            )
    except OSError as error:
        raise DrawingError(
            f"the process that draws charts could not be started: {error}; is Python still installed?"
        ) from error


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    """What the child may know of this machine: nothing that shows in a drawing or keeps Altair from loading."""
    unwanted = {"PYTHONOPTIMIZE", "PYTHONSAFEPATH", "PYTHONSTARTUP", "PYTHONWARNINGS"}
    kept = {name: value for name, value in own.items() if name not in unwanted}
    return kept | {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}


def _answer(done: subprocess.CompletedProcess[bytes]) -> list[tuple[str, str, _Entry]]:
    chart = _in_hand(done.stderr)
    if done.returncode < 0:
        raise DrawingError(
            f"the process that draws charts was ended by {_signal_name(-done.returncode)}{_at(chart)}; look in the"
            " labels of that chart for a character that is no text, and build again",
            chart,
        )
    try:
        answer = json.loads(done.stdout)
        drawn, problem = [(kind, name, dict(entry)) for kind, name, entry in answer["drawn"]], answer["problem"]
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
    return drawn


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


# -- what was drawn before -------------------------------------------------------------------------------------------

_Name = tuple[str, str]
"""`chart` or `card`, and which."""
_Entry = dict[str, str]
"""A picture as text: SVG as it is, PNG in base64."""
_DOTS = "png"
_PARTS = {"chart": frozenset(each.name for each in fields(Drawing)), "card": frozenset({_DOTS})}


def _keys(work: _Work) -> dict[_Name, str]:
    """For each picture a hash of all that it is made from: the facts, our code and fonts, and what draws it."""
    fonts, package = Path(work.fonts), Path(__file__).parent
    code = (path for each in _CODE for path in sorted([package / f"{each}.py", *(package / each).glob("*.py")]))
    made_by = [sys.version, repr(work.imprint), *(f"{each} {installed.version(each)}" for each in _DRAWN_BY)]
    files = filter(Path.is_file, (*code, *sorted(fonts.glob("*.ttf")), *_web_fonts(fonts).values()))
    made_by += [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    common = "\n".join(made_by)
    named: dict[_Name, object] = {("chart", table.chart.id): table for table in work.tables}
    named |= {("card", name): each for name, each in work.cards.items()}
    return {name: hashlib.sha256(f"{common}\n{name[0]}\n{each!r}".encode()).hexdigest() for name, each in named.items()}


def _written(key: str, entry: _Entry) -> bytes:
    """A picture as bytes, behind a hash of it and of its key."""
    content = json.dumps(entry, sort_keys=True).encode()
    return hashlib.sha256(key.encode() + content).hexdigest().encode() + b"\n" + content


def _read(key: str, kept: bytes | None, kind: str) -> _Entry:
    """What `_written` wrote under this key; nothing where a single byte is another, or the picture another's."""
    told, _, content = (kept or b"").partition(b"\n")
    if told != hashlib.sha256(key.encode() + content).hexdigest().encode():
        return {}
    entry: _Entry = json.loads(content)
    return entry if entry.keys() == _PARTS[kind] else {}


def _unpacked(entry: _Entry) -> Drawing:
    return Drawing(entry["wide"], entry["narrow"], entry["small"], entry["sheet"], base64.b64decode(entry[_DOTS]))


def _web_fonts(fonts: Path) -> dict[str, Path]:
    """The fonts for readers, by the names of their faces."""
    found = {name: fonts.parent / "assets" / "fonts" / f"{name}.woff2" for name in pictures.FACES}
    return {name: path for name, path in found.items() if path.is_file()}


# -- the other end: draw ---------------------------------------------------------------------------------------------


def _child() -> None:
    """Read the work, write the pictures or the one problem in their way. Nothing else may reach the answer."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what others print must not get into it
    work: _Work = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    drawn: list[tuple[str, str, _Entry]] = []
    problem = ""
    try:
        drawn = [*_drawn(work)]
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent says it in a sentence
        problem = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    with answer:
        json.dump({"drawn": drawn, "problem": problem}, answer)


def _drawn(work: _Work) -> Iterator[tuple[str, str, _Entry]]:
    # the parent must not load this: it takes longer than all the rest of a build
    import vl_convert  # noqa: PLC0415
    from zopfli import png as dots  # noqa: PLC0415

    def small(png: bytes) -> str:
        """A PNG of the same dots in fewer bytes, and of the same bytes whatever zlib a machine has."""
        made: bytes = dots.optimize(png, filter_strategies="0", use_zopfli=False)
        return base64.b64encode(made).decode()

    folder = Path(work.fonts)
    if not any(folder.glob("*.ttf")):
        raise FileNotFoundError(f"there is no font in {folder}; restore the folder from git")
    vl_convert.register_font_directory(work.fonts)
    fonts = {name: path.read_bytes() for name, path in _web_fonts(folder).items()}
    made: list[tuple[str, str, _Entry, Future[str]]] = []
    with ThreadPoolExecutor(os.cpu_count()) as others:
        for table in work.tables:
            _say(table)
            wide, narrow, small_one = (_svg(table, width) for width in WIDTHS)
            png = vl_convert.svg_to_png(pictures.sheet(table, wide, work.imprint, {}), scale=SHARP)
            sheet = pictures.sheet(table, wide, work.imprint, fonts)
            svgs = {"wide": wide, "narrow": narrow, "small": small_one, "sheet": sheet}
            made.append(("chart", table.chart.id, svgs, others.submit(small, png)))
        for name, (card, shown) in work.cards.items():
            _say(shown)
            png = vl_convert.svg_to_png(pictures.card(card, _svg(shown, "card") if shown else "", work.imprint))
            made.append(("card", name, {}, others.submit(small, png)))
    for kind, name, svgs, smaller in made:
        yield kind, name, svgs | {_DOTS: smaller.result()}


def _say(table: ChartTable | None) -> None:
    """Tell the parent which chart is in hand."""
    print(f"{_DRAWING}{table.chart.id if table else ''}", file=sys.stderr, flush=True)  # noqa: T201 - it listens


def _svg(table: ChartTable, width: str) -> str:
    """The drawing of a chart, as a page can hold it."""
    # title cards do without these
    import vl_convert  # noqa: PLC0415

    from generator import charts  # noqa: PLC0415

    spec = charts.spec(table, charts.SHEETS[width])
    return finished(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]), table, width, charts)


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
    # A group, as an image could not hold the links of its marks (WAI-ARIA: the children of `img` are presentational).
    named = {
        "class": f"chart__svg chart__svg--{width}",
        "role": "group",
        "aria-labelledby": f"{name}-title {name}-desc",
    }
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
