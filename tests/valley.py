"""The second briefing, on a flood that never was: where it is, and its locks from what its sources and facts are.

`python -m tests.valley` writes its `sources.lock` and `reviews.lock` anew, after a change of `texts/` or its facts.
"""

import datetime as dt
from pathlib import Path

from generator import load, quotes, seals

VALLEY = Path(__file__).parent / "briefings" / "valley-flood"
SEEN = "2031-04-10"
EXCERPTS = frozenset({"hollin-water-board-notice-of-opening"})
"""Sources of which only the beginning is known."""


def source_texts() -> dict[str, str]:
    """The text of each source, by the source's id."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((VALLEY / "texts").glob("*.txt"))}


def lock_of(texts: dict[str, str]) -> str:
    """The `sources.lock` that proves quotes from these texts."""
    return quotes.dump(
        {
            name: quotes.make(name, text, coverage="excerpt" if name in EXCERPTS else quotes.WHOLE, seen=SEEN)
            for name, text in texts.items()
        }
    )


SEALED = {
    "T. Orrel": ("displaced-eastholm-1-april", "mayor-asks-for-warning", "level-3-april"),
    "Ilse Varn": ("displaced-eastholm-1-april",),
}
"""Who reviewed which facts."""


def reviews_of(facts: str) -> str:
    """The `reviews.lock` of a fact base in which these facts were reviewed as they stand there."""
    base, declared, _ = load.load_facts("facts.yaml", facts)
    briefing = load.assemble(base, (), declared, ())
    found = (
        each
        for by, names in SEALED.items()
        for each in seals.sealed(briefing, (briefing.facts[name] for name in names), by, dt.date(2031, 4, 9))
    )
    return seals.dump(found)


if __name__ == "__main__":
    facts = (VALLEY / "facts.yaml").read_text(encoding="utf-8")
    (VALLEY / "reviews.lock").write_text(reviews_of(facts), encoding="utf-8", newline="\n")
    (VALLEY / "sources.lock").write_text(lock_of(source_texts()), encoding="utf-8", newline="\n")
