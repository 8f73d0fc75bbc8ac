"""A number -> an invented briefing with so many facts, the same for the same number, that passes every check.

`python -m tests.bench.bases 10000 FOLDER` writes one. Its measures are those of the peers' workload: facts of some 25
words, 50 to a topic, one source for every 5, of which a fact cites one or two, and three charts. Words are made of
syllables and as rare as words are (Zipf), so that an index of a search grows as it does with real ones.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator import quotes

FIRST, LAST = dt.date(2020, 1, 1), dt.date(2029, 12, 31)
"""When the facts are of; the sources are of the year after."""
AS_OF = dt.date(2031, 4, 10)
OF_TOPIC, OF_SOURCE = 50, 5
"""How many facts stand in a topic, and how many facts there are for each source."""
SIDES, ACTORS, MEASURES, CHARTS, CHARTED = 3, 40, 12, 3, 18
"""How many of these there are; and how many figures a chart draws."""
_OF_FILE = 200
"""So many sources stand in a file where facts are split over many."""
_SYLLABLES = "ba be bi bo da de di do fa fe fo ga ge go ka ke ko la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se so ta ti to va ve vo".split()  # noqa: E501, SIM905 - a list of words
_COMMON = "the of and to in that for was on as with by from this have which more their into than then where when after".split()  # noqa: E501, SIM905 - a list of words


@dataclass
class _Source:
    id: str
    published: dt.date
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Base:
    """An invented briefing, as the files of its folder."""

    facts: str
    lock: str
    pages: dict[str, str]

    def write(self, folder: Path) -> Path:
        """Write it into a folder, which is made as needed."""
        (folder / "content").mkdir(parents=True, exist_ok=True)
        told = {"facts.yaml": self.facts, "sources.lock": self.lock}
        for name, text in told.items() | {(f"content/{name}", text) for name, text in self.pages.items()}:
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        return folder


def make(number: int) -> Base:
    """An invented briefing of so many facts."""
    chance = random.Random(42)  # noqa: S311 - the same numbers every time are what is wanted
    words = _Words(chance)
    topics = max(1, number // OF_TOPIC)
    sources = [
        _Source(f"gazette-{at:06d}", LAST + dt.timedelta(chance.randrange(1, 400)))
        for at in range(1, max(2, number // OF_SOURCE) + 1)
    ]
    facts = [_fact(chance, words, at, topics, sources) for at in range(number)]
    head = "\n".join([*_about(), *_topics(words, topics), *_people(words), *_sources(words, sources)])
    text = "\n".join([head, *_measures(words), "facts:", "\n\n".join(facts), "", *_charts(number)]) + "\n"
    lock = quotes.dump(
        {
            each.id: quotes.make(
                each.id, "\n\n".join(each.lines) or words.some(12), coverage=quotes.WHOLE, seen="2031-04-01"
            )
            for each in sources
        }
    )
    return Base(text, lock, {"index.md": _index(number)})


def statement(facts: str, at: int) -> str:
    """What the fact of a number states, in the text of `facts.yaml`."""
    start, end = _statement(facts, at)
    return facts[start:end]


def changed(facts: str, among: Iterable[int], turn: int) -> str:
    """The text of `facts.yaml` in which some facts end with a word more; in each turn it is another word."""
    word = "".join(_SYLLABLES[int(digit)] for digit in str(turn))
    parts, last = [], 0
    for at in sorted(among):
        end = _statement(facts, at)[1]
        parts += [facts[last:end], f" na{word}"]
        last = end
    return "".join([*parts, facts[last:]])


def split(facts: str) -> dict[str, str]:
    """The text of `facts.yaml` as many files of the same YAML, by path: a topic's facts, 200 sources, and the rest."""
    parts = dict(zip(*[iter(re.split(r"(?m)^(\w+):\n", facts)[1:])] * 2, strict=True))
    entries = {name: re.split(r"(?m)^(?=  - id: )", parts.pop(name))[1:] for name in ("facts", "sources")}
    found = {"rest.yaml": "".join(f"{name}:\n{text}" for name, text in parts.items())}
    for at in range(0, len(entries["sources"]), _OF_FILE):
        found[f"sources/page-{at // _OF_FILE + 1:04d}.yaml"] = "".join(entries["sources"][at : at + _OF_FILE])
    of_topic: dict[str, list[str]] = {}
    for entry in entries["facts"]:
        topic = entry[entry.index("    topic: ") + 11 :].partition("\n")[0]
        of_topic.setdefault(topic, []).append(entry)
    return found | {f"facts/{topic}.yaml": "".join(texts) for topic, texts in of_topic.items()}


def _statement(facts: str, at: int) -> tuple[int, int]:
    """Where in the text the statement of a fact begins and ends."""
    field = "    statement: "
    start = facts.index(field, facts.index(f"  - id: fact-{at + 1:06d}\n")) + len(field)
    return start, facts.index("\n", start)


class _Words:
    """Words that nobody knows, each as common as its rank says."""

    def __init__(self, chance: random.Random) -> None:
        made: dict[str, None] = {}
        while len(made) < 6000:
            made["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))] = None
        self._words = [*_COMMON, *made]
        self._weights = [1 / (rank + 10) for rank in range(len(self._words))]
        self._names = [each.capitalize() for each in made]
        self._chance = chance

    def some(self, count: int) -> str:
        """So many words."""
        return " ".join(self._chance.choices(self._words, self._weights, k=count))

    def name(self, at: int) -> str:
        """The name of a place or a person, by its number."""
        return self._names[-1 - at % 5000]


def _about() -> Iterator[str]:
    yield "briefing:"
    yield "  title: An invented briefing, to be measured"
    yield "  short_title: Invented briefing"
    yield "  summary: Made by a program to measure how long building takes; nothing in it is true."
    yield "  source_summary: All of them are invented, and none is worth anything."
    yield f"  as_of: {AS_OF}"
    yield "  language: en"
    yield ""


def _topics(words: _Words, topics: int) -> Iterator[str]:
    yield "topics:"
    for at in range(1, topics + 1):
        yield f"  - id: topic-{at:05d}"
        yield f"    label: {words.name(at)} {_roman(at)}"
        yield f"    summary: What is told of {words.name(at)} {_roman(at)}."
    yield ""


def _roman(at: int) -> str:
    """A number in letters, so that no label has a digit that wants a source."""
    return "".join(chr(ord("A") + int(digit)) for digit in str(at))


def _people(words: _Words) -> Iterator[str]:
    yield "sides:"
    for at in range(1, SIDES + 1):
        yield from (f"  - id: side-{at}", f"    label: {words.name(3000 + at)}", "    party: yes")
    yield ""
    yield "actors:"
    for at in range(1, ACTORS + 1):
        yield from (f"  - id: actor-{at:02d}", f"    name: {words.name(4000 + at)}", "    kind: person")
        yield f"    side: side-{at % SIDES + 1}"
    yield ""


def _sources(words: _Words, sources: list[_Source]) -> Iterator[str]:
    yield "sources:"
    for at, source in enumerate(sources):
        publisher = f"The {words.name(2000 + at % 60)} Gazette"
        yield from (f"  - id: {source.id}", f"    title: {words.some(8).capitalize()}", f"    publisher: {publisher}")
        yield from ("    kind: article", f"    url: https://gazette.example/{at // 100}/{source.id}.html")
        yield from (f"    published: {source.published}", "    date_basis: Date printed on the page.")
        yield from (
            "    accessed: 2031-04-01",
            f"    descriptor: Invented for a measurement, and read in full. It tells of {words.some(9)}.",
        )
    yield ""


def _measures(words: _Words) -> Iterator[str]:
    yield "measures:"
    for at in range(1, MEASURES + 1):
        yield from (f"  - id: measure-{at:02d}", f"    label: Households counted in {words.name(1000 + at)}")
        yield from (
            "    unit: households",
            "    nature: stock",
            f"    population: households of {words.name(1000 + at)}",
        )
        yield "    counted_by: not stated"
    yield ""


def _fact(chance: random.Random, words: _Words, at: int, topics: int, sources: list[_Source]) -> str:
    kind = ("figure", "event", "event", "statement", "statement")[at % 5]
    topic = min(at // OF_TOPIC, topics - 1) + 1
    actor = chance.randrange(1, ACTORS + 1)
    own = at // OF_SOURCE % len(sources)
    cited = sorted({own, chance.choice((own, chance.randrange(len(sources))))})
    day = FIRST + dt.timedelta(chance.randrange((LAST - FIRST).days))
    value = chance.randrange(1_000, 900_000)
    told = words.some(chance.randint(14, 20))
    lines = [f"  - id: fact-{at + 1:06d}", f"    kind: {kind}"]
    if kind == "figure":
        day = FIRST + dt.timedelta(at // 5 // MEASURES)  # so no two speak of the same
        quoted = f"counted {value:,} households {words.some(4)}"
        statement = f"{value:,} households were counted {told}"
    else:
        quoted = words.some(7)
        statement = f"{words.name(4000 + actor)} {told}"
    lines += [f"    statement: {statement}", f"    topic: topic-{topic:05d}", f"    side: side-{at % SIDES + 1}"]
    lines += [
        f"    date: {day}",
        "    date_basis: The source tells the day.",
        "    attribution: The Gazette, in its own words",
    ]
    match kind:
        case "figure":
            lines += [f"    measure: measure-{at // 5 % MEASURES + 1:02d}", f"    value: {value}"]
        case "event":
            lines += ["    type: meeting", f"    participants: [actor-{actor:02d}]"]
        case _:
            lines += [f"    speaker: [actor-{actor:02d}]"]
    lines.append("    citations:")
    for each in cited:
        sources[each].lines.append(f"{words.some(6).capitalize()} {quoted} {words.some(8)}.")
        lines += [f"      - source: {sources[each].id}", f"        quote: {quoted}"]
    return "\n".join(lines)


def _charts(number: int) -> Iterator[str]:
    """Each draws the first figures of a measure."""
    yield "charts:"
    for at in range(_charted(number)):
        drawn = range(5 * at, min(number, 5 * MEASURES * CHARTED), 5 * MEASURES)
        yield from (f"  - id: chart-{at + 1}", "    kind: figures", f"    title: Households, part {_roman(at)}")
        yield from ("    subtitle: Households that were counted, by side", "    select:")
        yield f"      facts: [{', '.join(f'fact-{each + 1:06d}' for each in drawn)}]"
        yield from ("    encoding:", "      colour: side")


def _charted(number: int) -> int:
    """How many charts have something to draw."""
    return min(CHARTS, -(-number // 5))


def _index(number: int) -> str:
    shown = "\n\n".join(f'{{{{ chart("chart-{at}") }}}}' for at in range(1, _charted(number) + 1))
    return f"""---
title: An invented briefing
summary: Some charts, and the facts of the first topic.
---

{shown}

{{{{ timeline(topics=["topic-00001"]) }}}}
"""


if __name__ == "__main__":
    make(int(sys.argv[1])).write(Path(sys.argv[2]))
