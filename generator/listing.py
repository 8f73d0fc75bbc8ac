"""Facts -> the list of all facts in slices, for a page that loads what a reader asks for, where one page were too much.

Slices are scripts that call `briefing.listing` with their name and data: a script is all that a page opened from disk
may load. Those of the index say by what each fact can be found (`facets`), in columns, so that a filter reads all facts
without their words; those of items hold what is then shown, as the list of a small briefing has it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from generator.facets import Facets
from generator.model import Briefing, Fact
from generator.pages import Wiring, attributes
from generator.shelves import is_listed_in_parts
from generator.stock import Stock
from generator.views import FACTS_URL, Views

FOLDER = "data/facts"
OPENING, CLOSING = "briefing.listing(", ");\n"
"""What stands around the JSON of a slice."""
IN_INDEX, IN_ITEMS = 1000, 50
"""So many facts stand in a slice of the index, and in one of items: some 11 kB and 5 kB, packed."""
COLUMNS = ("topic", "kind", "side", "days", "who", "origins", "state", "known")
"""What the index tells of each fact, beside its sources: what its item carries as `data-topic` and so on."""


def order(briefing: Briefing) -> list[Fact]:
    """The facts as they are listed: topic by topic, in the order of the file; those withdrawn last, as there."""
    standing = (fact for topic in briefing.base.topics for fact in briefing.by_topic.get(topic.id, ()))
    gone = (fact for fact in briefing.base.facts if fact.withdrawn is not None)
    return [*(fact for fact in standing if fact.withdrawn is None), *gone]


def row(facets: Facets, fact: Fact) -> tuple[str, ...]:
    """What the index tells of a fact: a word for each column, and the ids of its sources."""
    carried = facets.of(fact)
    return (*(carried.get(f"data-{name}", "") for name in COLUMNS), " ".join(fact.cited))


def name(kind: str, number: int) -> str:
    """The name of a slice of the `index` or of the `items`."""
    return f"{kind}-{number:03}"


def path(slice_name: str) -> str:
    """Where a slice stands."""
    return f"{FOLDER}/{slice_name}.js"


def files(wiring: Wiring) -> Stock[bytes]:
    """The slices, by path within the site; none where one page lists all facts."""
    briefing = wiring.briefing
    if not is_listed_in_parts(briefing):
        return Stock({})
    facets, views = wiring.facets, Views(briefing, wiring.evidence, FACTS_URL)
    template = wiring.templates.get_template("listed.html")
    facts = order(briefing)
    indexes, items = [*_cut(facts, IN_INDEX)], [*_cut(facts, IN_ITEMS)]

    def index(number: int, held: list[Fact]) -> bytes:
        columns = dict(zip((*COLUMNS, "sources"), zip(*(row(facets, fact) for fact in held), strict=True), strict=True))
        told = {"slices": len(indexes), "facts": len(facts), "items": IN_ITEMS, **columns}
        return _script(name("index", number), told)

    def item(number: int, held: list[Fact]) -> bytes:
        shown = [template.render(fact=views.listed(fact), carried=attributes(facets.of(fact))) for fact in held]
        return _script(name("items", number), shown)

    choices = numbered(wiring)
    made = {}
    for number, held in enumerate(indexes):
        kind = f"index of facts {number} {len(indexes)} {len(facts)} {choices}"
        made[path(name("index", number))] = partial(wiring.content, kind, held, partial(index, number, held))
    for number, held in enumerate(items):
        kind = f"items of facts {number} {choices}"
        made[path(name("items", number))] = partial(wiring.content, kind, held, partial(item, number, held))
    return Stock(made)


def numbered(wiring: Wiring) -> str:
    """What the numbers stand for by which facts are found: these follow from all facts, so slices hang on them."""
    return hashlib.sha256(repr(wiring.facets.choices).encode()).hexdigest()


def read(content: bytes) -> tuple[str, Any]:
    """The name and the data of a slice.

    Raises:
        ValueError: it is none.

    """
    text = content.decode()
    if not (text.startswith(OPENING) and text.endswith(CLOSING)):
        msg = "no slice of the list of facts"
        raise ValueError(msg)
    said, data = json.loads(f"[{text[len(OPENING) : -len(CLOSING)]}]")
    return said, data


def _script(slice_name: str, data: object) -> bytes:
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{OPENING}{json.dumps(slice_name)},{written}{CLOSING}".encode()


def _cut(facts: list[Fact], size: int) -> Iterator[list[Fact]]:
    return (facts[start : start + size] for start in range(0, len(facts), size))
