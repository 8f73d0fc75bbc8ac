"""Facts -> the cards that open wherever a fact is used, in slices that a page loads when a reader asks for one.

A card is the fact's permanent place in small: the same template, the same words. A slice is a script that calls
`briefing.cards` with the HTML of some thirty facts by id: a script is all that a page opened from disk may load.
Which slice holds a fact, a page works out from its id (FNV-1a, 32 bits), so that no page needs a list of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial

from generator.model import Briefing, Fact
from generator.pages import Wiring
from generator.slices import number as slice_number
from generator.stock import Stock
from generator.views import Views

HERE = "index.html"
"""The page from which the addresses on a card are written; another page works out its own."""
OPENING, CLOSING = "briefing.cards(", ");\n"
"""What stands around the JSON of a slice."""
_PER_SLICE = 32


def count(briefing: Briefing) -> int:
    """How many slices there are."""
    return -(-len(briefing.base.facts) // _PER_SLICE)


def path(number: int) -> str:
    """Where a slice stands."""
    return f"data/cards/{number}.js"


def slices(briefing: Briefing) -> list[list[Fact]]:
    """The facts of each slice, in the order of the fact base; those withdrawn too, to which old links lead."""
    found: list[list[Fact]] = [[] for _ in range(count(briefing))]
    for fact in briefing.base.facts:
        found[slice_number(fact.id, len(found))].append(fact)
    return found


def files(wiring: Wiring) -> Stock[bytes]:
    """The slices, by path within the site."""
    views = Views(wiring.briefing, wiring.evidence, HERE)
    template = wiring.templates.get_template("card.html")

    def slice_of(facts: list[Fact]) -> bytes:
        return _slice((fact.id, template.render(fact=views.fact(fact))) for fact in facts).encode()

    return Stock(
        {
            path(number): partial(wiring.content, "slice of cards", facts, partial(slice_of, facts))
            for number, facts in enumerate(slices(wiring.briefing))
        }
    )


def _slice(cards: Iterable[tuple[str, str]]) -> str:
    # one a line: what a new fact changes can be read
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(html, ensure_ascii=False)}" for name, html in cards)
    return f"{OPENING}{{\n{lines}\n}}{CLOSING}"
