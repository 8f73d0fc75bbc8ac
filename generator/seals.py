"""`reviews.lock` -> who reviewed which fact, and when; a fact -> the hash of what was reviewed.

A seal says that a person read a fact as it is written, with its quotes and sources. It is a record, kept beside the
facts and judged by the same eyes; it is no signature, and proves nothing of who wrote it. What a seal is worth, the
history of the file and the rights to change it decide.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence

from generator import canon, edtf
from generator.model import Briefing, Fact, Figure, Seal
from generator.problems import Place, Problem

FILE = "reviews.lock"
HEAD = (
    "# Who reviewed which fact, and when: fact, day, hash of the fact with its quotes and sources, reviewer.\n"
    "# A record, not a signature. `python -m generator seal FACT... --by NAME` writes it.\n"
)
"""What stands at the top of the file."""
_MOST = 1_000
"""So many problems are told of the file."""
LONGEST_NAME = 120
_LINE = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*) (\d{4}-\d\d-\d\d) ([0-9a-f]{64}) (\S(?:.*\S)?)", re.ASCII)


def digest(briefing: Briefing, fact: Fact) -> str:
    """The hash of a fact with its quotes, of the sources that it cites and of the measure by which it counts.

    It is of what they say: order of keys and lists, line breaks and comments play no part.
    """
    cited = (briefing.sources[each] for each in sorted(fact.cited) if each in briefing.sources)
    measure = briefing.measures.get(fact.measure) if isinstance(fact, Figure) else None
    return canon.digest(
        {
            "fact": canon.form(fact),
            "sources": [canon.form(each) for each in cited],
            "measure": canon.form(measure) if measure else {},
        }
    )


def load(path: str, text: str) -> tuple[tuple[Seal, ...], list[Problem]]:
    """Text of `reviews.lock` -> its seals, and every line that is none."""
    found: dict[tuple[str, str], Seal] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place = Place(path, number)
        if len(problems) >= _MOST:
            problems.append(_broken(place, f"{_MOST:,} such lines; what follows was not read", "a file of seals"))
            break
        seal = _read(line.rstrip(), place)
        if seal is None:
            problems.append(_broken(place, "the line is no seal", "fact, day, hash and reviewer, with a space between"))
        elif (seal.fact, seal.by) in found:
            first = found[seal.fact, seal.by].place.line
            said = f"a second seal of {seal.fact} by {seal.by}; the first is on line {first}"
            problems.append(_broken(place, said, "one for each fact and reviewer"))
        else:
            found[seal.fact, seal.by] = seal
    return tuple(found.values()), problems


def _broken(place: Place, found: str, wanted: str) -> Problem:
    return Problem(place, "seal-broken", found, wanted, "remove the line, and have `seal` write it anew")


def _read(line: str, place: Place) -> Seal | None:
    match = _LINE.fullmatch(line)
    if match is None or not is_name(match[4]):
        return None
    try:
        return Seal(match[1], match[4], dt.date.fromisoformat(match[2]), match[3], place)
    except ValueError:
        return None


def is_name(text: str) -> bool:
    """Whether a reviewer can be named so: on one line, without characters that nobody sees."""
    return text.isprintable() and text == " ".join(text.split()) and 0 < len(text) <= LONGEST_NAME


def dump(seals: Iterable[Seal]) -> str:
    """`reviews.lock`: one seal a line, by fact and reviewer, so that a new one is one new line."""
    ordered = sorted(seals, key=lambda each: (each.fact, each.by))
    return HEAD + "".join(f"{each.fact} {each.on.isoformat()} {each.digest} {each.by}\n" for each in ordered)


def sealed(briefing: Briefing, facts: Iterable[Fact], by: str, on: dt.date) -> tuple[Seal, ...]:
    """The seals of a briefing, with those that a reviewer gives now; an older one of theirs is replaced."""
    fresh = {(fact.id, by): Seal(fact.id, by, on, digest(briefing, fact)) for fact in facts}
    return (*(each for each in briefing.seals or () if (each.fact, each.by) not in fresh), *fresh.values())


def of(briefing: Briefing, fact: Fact) -> list[Seal]:
    """All seals of a fact, also those that no longer hold, in the order of their days."""
    known: dict[str, list[Seal]] | None = briefing.__dict__.get("_seals")  # made once, like a briefing's indexes
    if known is None:
        known = briefing.__dict__.setdefault("_seals", {})
        for each in sorted(briefing.seals or (), key=lambda each: (each.on, each.by)):
            known.setdefault(each.fact, []).append(each)
    return known.get(fact.id, [])


def valid(briefing: Briefing, fact: Fact) -> list[Seal]:
    """The seals of a fact that were given to it as it is."""
    found = of(briefing, fact)
    own = digest(briefing, fact) if found else ""
    return [each for each in found if each.digest == own]


def in_words(briefing: Briefing, fact: Fact) -> str:
    """`Reviewed by T. Orrel on 9 April 2031`, or `Not reviewed`; empty where the briefing keeps no seals at all."""
    if briefing.seals is None:
        return ""
    known: dict[int, tuple[Fact, str]] = briefing.__dict__.setdefault("_reviewed", {})
    if id(fact) not in known:  # what was reviewed is hashed, and every card, list and page asks
        found = [*_signed(valid(briefing, fact))]
        known[id(fact)] = fact, f"Reviewed {' and '.join(found)}" if found else "Not reviewed"
    return known[id(fact)][1]


def _signed(seals: Sequence[Seal]) -> Iterator[str]:
    for each in seals:
        yield f"by {each.by} on {day(each.on)}"


def day(date: dt.date) -> str:
    """`9 April 2031`."""
    return edtf.parse(date.isoformat()).words()
