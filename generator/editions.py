"""A briefing, its site and the edition before -> the next edition: one zip, and its entry in `editions.yaml`.

What an edition is: the finished site, below `site/`, and what people had written, below `inputs/`, in one zip. Nobody
has to build it again: it opens from disk, and its manifest says what it was made from. The entry says what readers have
to know of it: day, size, hashes, and in sentences what was changed about which fact since the edition before.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from generator import bundle, edtf, manifest, site
from generator.changes import Change, Weight, between
from generator.evidence import Evidence
from generator.model import Briefing, Edition, EditionChange
from generator.views import sentence

SITE, INPUTS = "site/", "inputs/"
"""The folders of a zip."""
HEAD = (
    "# The editions of this briefing, the oldest first. `python -m generator release` adds them; `url`, where readers\n"
    "# get a zip, is yours to add.\n"
    "editions:\n"
)
"""What stands at the top of the file."""
_LONGEST = 1000
"""Characters of a change; what is longer is told by the facts themselves."""
_PASSED_OVER = ("fact", "fingerprint", "briefing")
"""What is told apart, what readers never see, and what every edition changes: its day."""


def digest(written: Mapping[str, bytes]) -> str:
    """That of what people wrote, by path, but for the list of editions: a list of an edition cannot be in it."""
    return manifest.digest({path: manifest.held(raw) for path, raw in written.items() if path != site.EDITIONS})


def make(files: Mapping[str, bytes], written: Mapping[str, bytes], day: edtf.Edtf) -> bytes:
    """The zip of an edition, of the files of the site and of what people wrote."""
    held = {f"{SITE}{path}": raw for path, raw in files.items()} | {
        f"{INPUTS}{path}": raw for path, raw in written.items()
    }
    return bundle.make(held, day.first)


def entry(packed: bytes, written: Mapping[str, bytes], files: Mapping[str, bytes], told: Edition) -> Edition:
    """The entry of an edition with this zip; day, title, commit and changes are those of `told`.

    Raises:
        manifest.ManifestError: the site has no manifest, or one that cannot be read.

    """
    held = manifest.held(packed)
    said = manifest.read(files.get(manifest.PATH, b""))
    return Edition(
        date=told.date,
        title=told.title,
        zip=held.sha256,
        size=Decimal(held.size),
        site=said.digest,
        inputs=digest(written),
        commit=told.commit,
        changes=told.changes,
        also=told.also,
    )


def account(
    old: tuple[Briefing, Evidence], new: tuple[Briefing, Evidence]
) -> tuple[tuple[EditionChange, ...], tuple[str, ...]]:
    """What was changed from one briefing to another: of facts each in a sentence, of all else how many."""
    found = between(old[0], new[0], (old[1], new[1])).found
    facts = tuple(
        EditionChange(fact=each.id, action=each.action, says=_clipped(_said(each, old[0], new[0])))
        for each in sorted((each for each in found if each.noun == "fact"), key=lambda each: _ORDER[each.action])
    )
    others = Counter((each.noun, each.action) for each in found if each.noun not in _PASSED_OVER)
    return facts, tuple(
        f"{number} {noun}{'' if number == 1 else 's'} {action}" for (noun, action), number in others.items()
    )


_ORDER = {name: place for place, name in enumerate(("withdrawn", "restored", "erased", "changed", "renamed", "added"))}
"""The gravest first."""


def _said(change: Change, old: Briefing, new: Briefing) -> str:
    """A change for readers: the statement as it is in this edition, and what about it is another."""
    fact = new.facts.get(change.id) or old.facts.get(change.id)
    statement = sentence(fact.statement if fact is not None else change.title)
    if change.action in ("added", "erased", "restored"):
        return statement
    if change.action == "withdrawn":
        return f"{statement} {sentence(fact.withdrawn.why)}" if fact is not None and fact.withdrawn else statement
    grave = [each for each in change.differences if each.weight is not Weight.REST] or [*change.differences]
    reworded = [each.before for each in grave if each.name == "wording"]
    ways = [f"renamed from {change.was}"] if change.was else []
    ways += [each.words.replace(" -> ", " → ") for each in grave if each.name != "wording"]
    before = [f"Before: “{each}”." for each in reworded]
    return " ".join([statement, *before, *([f"What differs: {'; '.join(ways)}."] if ways else [])])


def _clipped(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


# -- the file -------------------------------------------------------------------------------------------------------


def appended(written: bytes | None, made: Edition) -> bytes:
    """`editions.yaml` with one entry more at its end; what stands there stays as it is, to the byte."""
    before = HEAD.encode() if written is None else written
    if not before.endswith(b"\n"):
        before += b"\n"
    return before + "".join(f"{line}\n" for line in _lines(made)).encode()


def _lines(made: Edition) -> Iterator[str]:
    """An entry as YAML; texts in quotation marks as JSON writes them, which YAML 1.2 reads as they are."""
    yield f"  - date: {made.date.text}"
    yield f"    title: {_text(made.title)}"
    yield f"    zip: {_text(made.zip)}"
    yield f"    size: {made.size}"
    yield f"    site: {_text(made.site)}"
    yield f"    inputs: {_text(made.inputs)}"
    if made.commit:
        yield f"    commit: {_text(made.commit)}"
    if made.changes:
        yield "    changes:"
    for each in made.changes:
        yield f"      - fact: {each.fact}"
        yield f"        action: {each.action}"
        yield f"        says: {_text(each.says)}"
    if made.also:
        yield "    also:"
        yield from (f"      - {_text(each)}" for each in made.also)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# -- for readers ----------------------------------------------------------------------------------------------------


def newest_first(editions: Sequence[Edition]) -> Iterator[tuple[Edition, bool]]:
    """The editions as readers want them, and whether each is the first that there was."""
    for place in range(len(editions) - 1, -1, -1):
        yield editions[place], place == 0


def counted(changes: Iterable[EditionChange], also: Iterable[str]) -> str:
    """`2 facts changed, 1 fact added, 1 source added`; empty where nothing was changed."""
    numbers = Counter(each.action for each in changes)
    facts = (f"{numbers[name]} fact{'' if numbers[name] == 1 else 's'} {name}" for name in _ORDER if numbers[name])
    return ", ".join((*facts, *also))
