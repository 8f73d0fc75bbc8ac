"""A review -> one HTML page that opens from disk: every change, and its charts as they were and as they are.

The page needs no script and loads nothing: its style stands in it, and its content security policy admits that style
and nothing else. What facts hold is escaped by the template.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from generator import comments, draw, files, safe
from generator.changes import Difference
from generator.model import Briefing
from generator.review import Entry, Review
from generator.tables import ChartTable, chart_table
from generator.templates import environment
from generator.wording import Piece

_SCHEME = re.compile(r'\[data-md-color-scheme="slate"\] (\{[^}]*\})')
_FONTS = {"Regular": 400, "Bold": 700}


@dataclass(frozen=True, slots=True)
class Row:
    """A difference as a row of a table."""

    name: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    note: str
    language: str


@dataclass(frozen=True, slots=True)
class Section:
    """A change as a section of the page."""

    subject: str
    action: str
    place: str
    words: str
    rows: tuple[Row, ...]
    breaks: tuple[tuple[str, str], ...]
    seal: str
    questions: tuple[str, ...]
    reach: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A chart before and after."""

    id: str
    title: str
    before: Markup
    """Empty where there was none."""
    after: Markup


def page(review: Review, templates: Path) -> str:
    """A review as a page; its charts are drawn where they changed.

    `templates` is the folder of templates, styles and fonts.
    """
    pairs, undrawn = _charts(review, templates)
    style = _style(templates, with_fonts=bool(pairs))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    made = environment(templates, templates.parent)
    groups = [
        (title, [_section(each) for each in group]) for title, group in groupby(review.entries, lambda it: it.title)
    ]
    return made.get_template("review/page.html").render(
        summary=safe.visible(review.summary),
        style=Markup(style),  # noqa: S704 - our own
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'",
        problems=[(each.code, f"{each.place}: {safe.visible(each.found)}") for each in review.problems],
        groups=groups,
        pairs=pairs,
        undrawn=undrawn,
    )


def _section(entry: Entry) -> Section:
    change = entry.change
    return Section(
        safe.visible(change.subject),
        change.action,
        f"{change.place}",
        safe.visible(comments.headline(entry)),
        tuple(_row(each) for each in change.differences if each.kind != "kept"),
        tuple((each.code, safe.visible(each.found)) for each in entry.breaks),
        safe.visible(entry.seal),
        tuple(safe.visible(each.words) for each in entry.questions),
        tuple((label, safe.visible(words)) for label, words in comments.reached(entry.reach)),
    )


def _row(each: Difference) -> Row:
    if each.is_text:
        pieces = comments.shown(each)
        before = tuple(Piece("=", piece.was) if piece.mark == "=" else piece for piece in pieces if piece.mark != "+")
        after = tuple(piece for piece in pieces if piece.mark != "-")
    else:
        before, after = ((Piece("=", safe.visible(text)),) if text else () for text in (each.before, each.after))
    return Row(safe.visible(each.name), before, after, safe.visible(each.note), each.language)


# -- charts ---------------------------------------------------------------------------------------------------------


def _charts(review: Review, templates: Path) -> tuple[list[Pair], str]:
    """The charts that changed, drawn; or why they could not be."""
    if not review.charts or review.before is None or review.after is None:
        return [], ""
    try:
        changed = list(_changed(review.charts, review.before.whole, review.after.whole))
    except (LookupError, ValueError, TypeError, AttributeError):
        return [], "The charts are not drawn: one of the two versions has errors. Run `check` on both."
    tables = [
        _named(table, name) for each in changed for name, table in zip(("before", "after"), each, strict=True) if table
    ]
    try:
        drawn = draw.draw(tables, templates / "fonts", memory=draw.Memory(files.recall_picture, files.keep_picture))
    except draw.DrawingError as error:
        return [], f"The charts are not drawn: {safe.visible(str(error))}"
    return [_pair(before, after, drawn.drawings) for before, after in changed], ""


def _changed(
    names: Sequence[str], old: Briefing, new: Briefing
) -> Iterator[tuple[ChartTable | None, ChartTable | None]]:
    for name in names:
        before, after = (chart_table(each, each.charts[name]) if name in each.charts else None for each in (old, new))
        if before != after:
            yield before, after


def _named(table: ChartTable, when: str) -> ChartTable:
    """A table whose drawing has names of its own on the page; no id has a dot in it."""
    return replace(table, chart=replace(table.chart, id=f"{table.chart.id}.{when}"))


def _pair(before: ChartTable | None, after: ChartTable | None, drawn: Mapping[str, draw.Drawing]) -> Pair:
    chart = (after or before).chart  # type: ignore[union-attr]
    svgs = [
        Markup(drawn[f"{chart.id}.{when}"].narrow) if table else Markup()  # noqa: S704 - drawn by us
        for when, table in (("before", before), ("after", after))
    ]
    return Pair(chart.id, safe.visible(chart.title), *svgs)


# -- style ----------------------------------------------------------------------------------------------------------


def _style(templates: Path, *, with_fonts: bool) -> str:
    """The style of the page; with charts their colours, and the font in which they were laid out."""
    own = (templates / "review" / "page.css").read_text(encoding="utf-8")
    if not with_fonts:
        return own
    colours = (templates / "assets" / "charts.css").read_text(encoding="utf-8")
    colours = _SCHEME.sub(r"@media (prefers-color-scheme: dark) { :root \1 }", colours)
    return "".join([*(_face(templates, *each) for each in _FONTS.items()), colours, own])


def _face(templates: Path, name: str, weight: int) -> str:
    raw = (templates / "assets" / "fonts" / f"BriefingSans-{name}.woff2").read_bytes()
    data = base64.b64encode(raw).decode()
    return (
        f'@font-face {{ font-family: "Briefing Sans"; font-weight: {weight};'
        f' src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
    )
