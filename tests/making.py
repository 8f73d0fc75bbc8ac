"""Small fact bases for tests: a text with one change -> inputs, problems."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from generator import load, quotes, seals, site
from generator.problems import Problem

SOURCE_TEXT = (
    "The mill owners said around 1,200 sacks of flour were lost in the fire.\n"
    "On 3 May 2031 the mayor met the mill owners twice and promised more than 40 new hydrants.\n"
    "Tens of thousands of visitors are expected, roughly 5.5% more than before.\n"
    "The hoses are 40 feet long, and the ladder reaches 9 metres."
)
"""An invented article; the fact base below rests on it."""

BASE = """\
briefing:
  title: The mill fire
  summary: What is known of a fire in a mill.
  as_of: 2031-06-01
  language: en
topics:
  - id: losses
    label: Losses
    summary: What was lost.
sides:
  - id: mill
    label: Mill
actors:
  - id: mayor
    name: The mayor
    kind: office
sources:
  - id: herald
    title: Fire at the mill
    publisher: The Herald
    kind: article
    url: https://herald.example/fire
    published: 2031-05-04
    date_basis: The page's date line.
    accessed: 2031-05-20
    descriptor: A local newspaper, read in full; it names the mill owners but not their number.
measures:
  - id: sacks
    label: Sacks of flour lost
    unit: sacks
    nature: flow
    population: flour in the mill
    counted_by: the mill owners
facts:
  - id: sacks-lost
    kind: figure
    statement: Around 1,200 sacks of flour burnt
    topic: losses
    side: mill
    date: 2031-05-02
    date_basis: The day before the mayor's visit.
    attribution: The mill owners
    measure: sacks
    value: 1200
    hedge: around
    citations:
      - source: herald
        quote: around 1,200 sacks of flour
  - id: mayor-visit
    kind: event
    statement: The mayor met the mill owners on 3 May 2031
    topic: losses
    date: 2031-05-03
    attribution: The Herald, in its own words
    type: meeting
    participants: [mayor]
    citations:
      - source: herald
        quote: On 3 May 2031 the mayor met
charts:
  - id: losses
    kind: figures
    title: Flour was lost
    subtitle: Sacks of flour
    select:
      measures: [sacks]
    encoding:
      colour: side
"""

INDEX = """\
---
title: The mill fire
summary: What is known.
---

{{ fact("sacks-lost") }}.
"""


def lock(text: str = SOURCE_TEXT, source: str = "herald", coverage: str = quotes.WHOLE) -> str:
    """A lock for the invented source."""
    return quotes.dump({source: quotes.make(source, text, coverage=coverage, seen="2031-05-20")})


def inputs(facts: str | bytes = BASE, pages: Mapping[str, str] | None = None, locked: str | None = None) -> site.Inputs:
    """The inputs of a run, from texts."""
    return site.Inputs(
        facts=facts if isinstance(facts, bytes) else facts.encode(),
        pages={name: text.encode() for name, text in (pages or {"index.md": INDEX}).items()},
        lock=(lock() if locked is None else locked).encode(),
    )


def changed(old: str, new: str, text: str = BASE) -> str:
    """The base with one passage replaced; the passage must stand there exactly once."""
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def judge(
    facts: str | bytes = BASE, pages: Mapping[str, str] | None = None, locked: str | None = None
) -> list[Problem]:
    """Every problem of a fact base."""
    return [*site.judge(inputs(facts, pages, locked)).problems]


def codes(problems: list[Problem]) -> list[tuple[int, str]]:
    """Line and code of each problem."""
    return [(each.place.line, each.code) for each in problems]


def line_of(passage: str, text: str = BASE) -> int:
    """The line on which a passage starts."""
    return text[: text.index(passage)].count("\n") + 1


def overlaid(example: str) -> site.Inputs:
    """The sample briefing with a rule's example laid over it.

    Records are matched by their ids, and their fields replaced; `null` takes a field (or page) away. `pages` holds
    bodies by name, `lock` the ids of the sources that have a fingerprint, `before` what an earlier version had
    otherwise, `sealed` the facts that were reviewed, as they were then.
    """
    changes: dict[str, Any] = yaml.load(example, Loader=_Overlay) or {}  # noqa: S506 - a loader that makes text only
    pages: dict[str, str | None] = {"index.md": INDEX.partition("---\n\n")[2], **changes.pop("pages", {})}
    locked = changes.pop("lock", ["herald"])
    before = changes.pop("before", None)
    sealed = changes.pop("sealed", None)
    base: dict[str, Any] = yaml.load(BASE, Loader=_Overlay)  # noqa: S506
    earlier = None if before is None else _text(_laid(before, base)).encode()
    made = inputs(
        _text(_laid(changes, base)),
        {name: f"---\ntitle: A\nsummary: B\n---\n{body}\n" for name, body in pages.items() if body is not None},
        "".join(lock(source=each) for each in locked),
    )
    return replace(made, before=earlier, reviews=None if sealed is None else _sealed(sealed, base).encode())


def _sealed(sealed: dict[str, Any], base: dict[str, Any]) -> str:
    """The seals of some facts of a briefing that is laid over another."""
    read, declared, _ = load.load_facts("facts.yaml", _text(_laid(sealed, base)))
    briefing = load.assemble(read, (), declared)
    given = (briefing.facts[each["id"]] for each in sealed["facts"])
    return seals.dump(seals.sealed(briefing, given, "A. Miller", dt.date(2031, 5, 30)))


def _text(tree: object) -> str:
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=200)


class _Overlay(yaml.BaseLoader):
    """Every scalar is text, and `null` is nothing."""


_Overlay.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("null"), ["n"])
_Overlay.add_constructor("tag:yaml.org,2002:null", lambda _loader, _node: None)


def _laid(change: Any, base: Any) -> Any:  # noqa: ANN401 - trees of text
    if isinstance(change, dict) and isinstance(base, dict):
        merged = {**base, **{key: _laid(value, base.get(key)) for key, value in change.items()}}
        return {key: value for key, value in merged.items() if value is not None}
    if (
        isinstance(change, list)
        and isinstance(base, list)
        and all(isinstance(each, dict) and "id" in each for each in base)
    ):
        by_id = {each["id"]: each for each in base}
        for each in change:
            by_id[each["id"]] = _laid(each, by_id.get(each["id"], {}))
        return [*by_id.values()]
    return change
