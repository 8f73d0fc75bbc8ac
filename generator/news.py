"""A briefing -> what changed: mistakes and their cures, new information, and what became known last, newest first.

New information is no mistake, so the two stand apart. What the authors tell of it is a record of its own (`updates`);
what became known last follows from the days on which the sources were published.
"""

from __future__ import annotations

import json

from generator.model import Briefing, Correction, Fact, Update

LATEST = 30
"""So many facts at most are told as what became known last."""


def corrections(briefing: Briefing) -> list[Correction]:
    """The corrections of facts."""
    return sorted(briefing.base.corrections, key=lambda each: each.date.first, reverse=True)


def withdrawn(briefing: Briefing) -> list[Fact]:
    """The facts that were withdrawn."""
    gone = [(fact.withdrawn.date.first, fact) for fact in briefing.base.facts if fact.withdrawn is not None]
    return [fact for _, fact in sorted(gone, key=lambda each: each[0], reverse=True)]


def updates(briefing: Briefing) -> list[Update]:
    """What the authors tell of new information."""
    return sorted(briefing.base.updates, key=lambda each: each.date.first, reverse=True)


def latest(briefing: Briefing) -> list[Fact]:
    """The facts whose first source was published last; of those of one day, in the order of the file."""
    known: list[Fact] | None = briefing.__dict__.get("_latest")  # made once, like a briefing's indexes
    if known is None:
        told = ((briefing.known_since(fact), fact) for fact in briefing.standing)
        dated = [(date.last, fact) for date, fact in told if date]
        found = sorted(dated, key=lambda each: each[0], reverse=True)[:LATEST]
        known = briefing.__dict__.setdefault("_latest", [fact for _, fact in found])
    return known


def as_script(briefing: Briefing) -> bytes:
    """What was said of facts before they were corrected or withdrawn, for pages that show what was known on a day."""
    cures = [
        {"fact": each.fact, "date": each.date.first.isoformat(), "day": each.date.words(), "was": each.was}
        for each in sorted(briefing.base.corrections, key=lambda each: each.date.first)
    ]
    gone = [
        {"fact": fact.id, "date": fact.withdrawn.date.first.isoformat(), "day": fact.withdrawn.date.words()}
        for fact in briefing.base.facts
        if fact.withdrawn is not None
    ]
    data = json.dumps({"corrected": cures, "withdrawn": gone}, ensure_ascii=False, separators=(",", ":"))
    return f"briefing.known.changed({data});\n".encode()
