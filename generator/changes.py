"""Two briefings -> what was changed from one to the other, record by record, each difference named and in words.

The layout of the files plays no part: records are matched by id, what was renamed by its content, and compared in
their plain form (`canon`). A reference that only follows a renamed id is no change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from enum import IntEnum
from typing import Any, NamedTuple

from generator import canon, quotes, wording
from generator.edtf import UNKNOWN, Edtf
from generator.evidence import Evidence, Status
from generator.model import (
    About,
    Actor,
    Briefing,
    Call,
    Chart,
    Citation,
    Correction,
    Dispute,
    Fact,
    Figure,
    Judgment,
    Measure,
    Page,
    Record,
    Side,
    Source,
    ThinPeriod,
    Topic,
    Waiver,
    Withdrawal,
)
from generator.numerals import in_digits
from generator.problems import Place
from generator.prose import CALLS
from generator.quotes import Fingerprint
from generator.tables import figure_label

COLLECTIONS = ("sides", "topics", "actors", "sources", "measures", "facts", "charts", "judgments")
"""The lists whose records have ids, so that those which others name come first."""


class Weight(IntEnum):
    """How much a difference matters; the gravest is the smallest."""

    MEANING = 1
    """What is claimed: number, unit, date, stance, attribution, source, quote."""
    WORDING = 2
    NEW = 3
    REST = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs in a record."""

    name: str
    """What it is, in a word or two: `value`, `unit`, `date`, `wording`, `attribution`, `source`, `quote`, `stance`."""
    before: str
    """As it was, in words; empty where there was nothing."""
    after: str
    """As it is, in words; empty where there is nothing."""
    weight: Weight
    place: Place
    """Where it stands now, or where it stood."""
    note: str = ""
    """What else there is to say of it: `verified in paragraph 8`, `typography only`."""
    is_text: bool = False
    """Whether both are texts, to be compared word by word."""
    language: str = "en"
    kind: str = ""
    """What kind of difference it is: `quote-dropped`, `typography`; `kept` is none, `told` is told elsewhere."""

    @property
    def words(self) -> str:
        """In a sentence without its full stop: `source changed from A to B`."""
        before, after = (f"“{each}”" if self.is_text and each else each for each in (self.before, self.after))
        if self.kind == "kept":
            said = f"{self.name} unchanged"
        elif self.kind in ("told", "moved"):
            said = f"{self.name} {self.action}"
        elif not before or not after:
            said = f"{self.name} {self.action}: {before or after}"
        elif self.name == "value":
            said = f"{before} -> {after}"
        elif self.is_text:
            said = f"{self.name} changed: {before} -> {after}"
        else:
            said = f"{self.name} changed from {before} to {after}"
        return f"{said} ({self.note})" if self.note else said

    @property
    def action(self) -> str:
        """What was done: `changed`, `added`, `dropped` or `moved`."""
        if self.kind == "moved":
            return "moved"
        return "changed" if self.before and self.after else "added" if self.after else "dropped"


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed about one record."""

    noun: str
    """What it is: `fact`, `source`, `page`, `fingerprint`."""
    id: str
    """Its id, as it is now; empty where it has none."""
    action: str
    """`added`, `changed`, `renamed`, `withdrawn`, `restored` or `erased`."""
    title: str
    """What readers know it by: statement, label, title."""
    place: Place
    """Where it stands now, or where it stood."""
    was: str = ""
    """The id that it had, where it was renamed."""
    about: str = ""
    """What a figure counts, where and when: `Sacks of flour lost, Mill, May 2031`."""
    differences: tuple[Difference, ...] = ()

    @property
    def subject(self) -> str:
        """`fact some-id`."""
        return f"{self.noun} {self.id}".rstrip()

    @property
    def weight(self) -> Weight:
        """That of its gravest difference."""
        if self.action in ("erased", "withdrawn", "restored"):
            return Weight.MEANING
        if self.action == "added":
            return Weight.NEW
        return min((each.weight for each in self.differences), default=Weight.REST)

    @property
    def words(self) -> str:
        """All of it in a sentence: `Sacks of flour lost: around 1,300 -> 1,200; source changed from A to B`."""
        renamed = [f"renamed from {self.was} to {self.id}"] if self.was else []
        head = self.about or (f"“{self.title}”" if self.noun in ("fact", "judgment") else self.title)
        is_reworded = not self.about and any(each.name == "wording" for each in self.differences)
        match self.action:
            case "added":
                return f"{self.noun} added: {head}"
            case "erased":
                return f"{self.noun} erased: {head}"
            case "withdrawn" | "restored":
                return "; ".join([f"{self.noun} {self.action}: {head}", *renamed, *self._said()])
            case _:
                said = "; ".join([*renamed, *self._said()])
                return said if is_reworded else f"{head}: {said}"

    def _said(self) -> list[str]:
        return [each.words for each in self.differences]


@dataclass(frozen=True)
class Changes:
    """All that was changed, in the order of the lists and files, and what was renamed."""

    found: tuple[Change, ...]
    renames: Mapping[str, Mapping[str, str]]
    """For each list the ids that were changed: old -> new."""
    before: Mapping[str, Fact]
    """The facts that are gone or changed, by the id that they have now, as they were, in the ids of now."""


def between(old: Briefing, new: Briefing, proofs: tuple[Evidence, Evidence]) -> Changes:
    """What was changed from one briefing to another, and in what is proven of it."""
    renames = _renames(old, new)
    return _Comparison(old, new, proofs, renames).all()


# -- renames --------------------------------------------------------------------------------------------------------


def translated(record: Any, renames: Mapping[str, Mapping[str, str]]) -> Any:  # noqa: ANN401 - any record, as it came
    """A record with the ids that it names as they are now; its own id too."""
    if not any(renames.values()):
        return record
    changed: dict[str, Any] = {}
    for name, spec in record.specs().items():
        value = getattr(record, name)
        known = renames.get(spec.target, {})
        if not value:
            continue
        if spec.type == "ref":
            changed[name] = known.get(value, value)
        elif spec.type == "refs":
            changed[name] = tuple(known.get(each, each) for each in value)
        elif spec.type == "record":
            changed[name] = translated(value, renames)
        elif spec.type == "records":
            changed[name] = tuple(translated(each, renames) for each in value)
        elif name == "derived":
            changed[name] = _ID.sub(lambda match: renames.get("facts", {}).get(match[0], match[0]), value)
    collection = _COLLECTION.get(record.NOUN, "")
    if getattr(record, "id", "") in renames.get(collection, {}):
        changed["id"] = renames[collection][record.id]
    changed = {name: value for name, value in changed.items() if value != getattr(record, name)}
    return replace(record, **changed) if changed else record


_ID = re.compile(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)*(?![\w-])", re.ASCII)
_RECORDS: tuple[type[Record], ...] = (Side, Topic, Actor, Source, Measure, Fact, Chart, Judgment)
_COLLECTION = {cls.NOUN: name for name, cls in zip(COLLECTIONS, _RECORDS, strict=True)}


def _renames(old: Briefing, new: Briefing) -> dict[str, dict[str, str]]:
    """For each list the ids that were changed while the record stayed, or nearly."""
    renames: dict[str, dict[str, str]] = {}
    for collection in COLLECTIONS:
        before, after = old.index(collection), new.index(collection)
        gone = [translated(each, renames) for name, each in before.items() if name not in after]
        come = [each for name, each in after.items() if name not in before]
        renames[collection] = dict(_matches(gone, come)) if gone and come else {}
    return renames


def _matches(gone: Sequence[Any], come: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """The ids of records that are gone, each with that of its new self: first of what is equal, then what is like."""
    taken: set[str] = set()
    for key_of in (_whole, _same_words, _same_proof):
        waiting: dict[object, list[Any]] = {}
        for each in come:
            if each.id not in taken and (key := key_of(each)) is not None:
                waiting.setdefault(key, []).append(each)
        rest = []
        for each in gone:
            others = waiting.get(key_of(each), ())
            found = next((other for other in others if other.id not in taken and _may_be(each, other, key_of)), None)
            if found is None:
                rest.append(each)
                continue
            taken.add(found.id)
            yield each.id, found.id
        gone = rest


_LIKE = 0.75
"""How alike two statements must be to be one and the same fact under another id, where the quotes are the same."""


def _may_be(one: Any, other: Any, key_of: object) -> bool:  # noqa: ANN401
    return key_of is not _same_proof or wording.likeness(one.statement, other.statement) >= _LIKE


def _whole(record: Any) -> object:  # noqa: ANN401
    """The whole record but for its id, and for the other facts that it names, which may have been renamed too."""
    apart = ("id", "disputes", "derived") if isinstance(record, Fact) else ("id",)
    return canon.digest({name: value for name, value in canon.form(record).items() if name not in apart})


_NAMES = {"sources": "url", "actors": "name", "charts": "title", "judgments": "statement"}


def _same_words(record: Any) -> object:  # noqa: ANN401
    """What readers know it by; of a fact also its kind and its day, of which a statement says nothing."""
    if isinstance(record, Fact):
        return record.kind, record.date.text, record.side, *_folded(record.statement)
    collection = _COLLECTION[record.NOUN]
    return _folded(getattr(record, _NAMES.get(collection, "label")))


def _same_proof(record: Any) -> object:  # noqa: ANN401
    if not isinstance(record, Fact) or not record.citations:
        return None
    return record.kind, tuple(sorted((each.source, *_folded(each.quote)) for each in record.citations))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(quotes.tokens(text)) or (text,)


# -- comparing ------------------------------------------------------------------------------------------------------

_NAMED = {
    "statement": "wording",
    "said_by": "voices",
    "withdrawn": "withdrawal",
    "disputes": "dispute",
    "counted_by": "counter",
    "url": "address",
    "published": "date of publication",
    "accessed": "day of reading",
    "thin": "thin period",
    "waivers": "waiver",
}
"""What a reviewer calls a field, where that is not its own name."""
_GRAVE = frozenset(
    {
        *("unit", "population", "counted_by", "origin", "publisher", "name", "attribution", "derived", "converted"),
        *("type", "place", "unproven", "was", "now"),
    }
)
"""Fields of text on which a meaning hangs; choices, dates, numbers and references are so anyway."""
_NAMES_ONLY = frozenset(
    {
        *(
            "unit",
            "population",
            "counted_by",
            "origin",
            "publisher",
            "author",
            "name",
            "label",
            "office",
            "type",
            "place",
        ),
        *("converted", "derived", "short_title", "language"),
    }
)
"""Fields of text that hold a name or a few words, which are compared as a whole."""
_LIGHT = frozenset(
    {"accessed", "archive", "review_by", "topic", "language", "order", "panel", "bin", "colour", "about", "contiguous"}
)
"""Fields of other types on which none hangs."""
_PROOF = {
    Status.PROVEN: "verified in paragraph {}",
    Status.UNKNOWN: "not verified: only an excerpt was read",
    Status.ABSENT: "not found in the source",
    Status.NO_FINGERPRINT: "not verified: no fingerprint",
    Status.UNREADABLE: "not verified: too short",
}


def title(record: Record) -> str:
    """What readers know a record by."""
    if isinstance(record, Source):
        return f"{record.short}, {record.title}" if record.title else record.short
    return next(
        (value for name in ("statement", "label", "name", "title") if (value := getattr(record, name, ""))), record.NOUN
    )


def about(briefing: Briefing, record: Record) -> str:
    """What a figure counts, where and when: `Sacks of flour lost, Mill, May 2031`; empty of other records."""
    if not isinstance(record, Figure):
        return ""
    side = label(briefing, "sides", record.side) if record.side else ""
    return ", ".join(filter(None, (label(briefing, "measures", record.measure), side, record.date.words())))


def label(briefing: Briefing, collection: str, name: str) -> str:
    """What readers know a record by, from its id; the id itself where there is no such record."""
    record = briefing.index(collection).get(name)
    if record is None or isinstance(record, Fact | Judgment):
        return name
    return record.short if isinstance(record, Source) else title(record)


class _Comparison:
    """Compares two briefings; all that is said of the old one is said in the ids of the new."""

    def __init__(
        self,
        old: Briefing,
        new: Briefing,
        proofs: tuple[Evidence, Evidence],
        renames: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._old, self._new = old, new
        self._proofs = proofs
        self._renames = renames
        self._was = {now: was for was, now in renames["sources"].items()}
        self._language = new.base.briefing.language
        self._before: dict[str, Fact] = {}
        self._reread = {each.id for each in self._fingerprints()}

    def all(self) -> Changes:
        """Every change, in the order of the lists and files."""
        found = [
            *self._about(),
            *(change for collection in COLLECTIONS for change in self._collection(collection)),
            *self._corrections(),
            *self._fingerprints(),
            *self._pages(),
        ]
        return Changes(tuple(found), self._renames, self._before)

    def _about(self) -> Iterator[Change]:
        old, new = self._old.base.briefing, self._new.base.briefing
        found = tuple(self._fields(old, new, About.specs()))
        if found:
            yield Change("briefing", "", "changed", new.title, found[0].place, differences=found)

    def _collection(self, collection: str) -> Iterator[Change]:
        renamed = self._renames[collection]
        before = {renamed.get(name, name): each for name, each in self._old.index(collection).items()}
        after = self._new.index(collection)
        for name, each in after.items():
            if name not in before:
                yield self._simple(each, "added", self._new)
                continue
            is_reread = isinstance(each, Fact) and not self._reread.isdisjoint(each.cited)
            if each != before[name] or is_reread:
                yield from self._changed(before[name], each)
        for name, each in before.items():
            if name not in after:
                if isinstance(each, Fact):
                    self._before[name] = translated(each, self._renames)
                yield self._simple(each, "erased", self._old)

    def _simple(self, record: Any, action: str, briefing: Briefing) -> Change:  # noqa: ANN401 - any record with an id
        return Change(
            record.NOUN, record.id, action, title(record), record.where.place(), about=about(briefing, record)
        )

    def _changed(self, old: Any, new: Any) -> Iterator[Change]:  # noqa: ANN401
        """The change of a record that is in both, if there is any."""
        was = old.id if old.id != new.id else ""
        own, old = old, translated(old, self._renames)
        found: tuple[Difference, ...] = ()
        if canon.form(new) not in (canon.form(old), canon.form(own)):  # what names an old id still is not changed
            found = tuple(self._of_fact(old, new) if isinstance(new, Fact) else self._fields(old, new, new.specs()))
        if isinstance(new, Fact):
            found = (*found, *self._proofs_lost(old, new))
        if not found and not was:
            return
        action = "changed" if found else "renamed"
        if isinstance(new, Fact):
            self._before[new.id] = old
            if (old.withdrawn is None) != (new.withdrawn is None):
                action = "withdrawn" if new.withdrawn else "restored"
        gravest = min(found, key=lambda each: each.weight, default=None)
        place = gravest.place if gravest else new.where.place("id")
        yield Change(new.NOUN, new.id, action, title(new), place, was, about(self._new, new), found)

    # -- fields

    def _fields(self, old: Any, new: Any, names: Iterable[str], within: str = "") -> Iterator[Difference]:  # noqa: ANN401
        """What differs in the named fields of two records; one may lack a field that the other has."""
        for name in names:
            spec = (new.specs().get(name) or old.specs()[name]) if name != "id" else None
            before, after = getattr(old, name, None), getattr(new, name, None)
            if spec is None or _same(before, after):
                continue
            said = f"{within}{_NAMED.get(name, name.replace('_', ' '))}"
            place = (new if name in new.specs() else old).where.place(name)
            if isinstance(before or after, Withdrawal) and not (before and after):
                gone, come = (_in_words(each) if each else "" for each in (before, after))
                yield Difference(said, gone, come, Weight.MEANING, place)
            elif spec.type == "record":
                empty = spec.record()
                yield from self._fields(before or empty, after or empty, spec.record.specs(), f"{said}: ")
            elif spec.type == "records":
                yield from self._records(before or (), after or (), said, place)
            elif spec.type == "text":
                yield self._text(name, said, (before or "", after or ""), place)
            else:
                weight = Weight.REST if name in _LIGHT else Weight.MEANING
                words = (self._words(self._old, spec, before), self._words(self._new, spec, after))
                yield Difference(said, *words, weight, place)

    def _text(self, name: str, said: str, texts: tuple[str, str], place: Place) -> Difference:
        weight = Weight.MEANING if name in _GRAVE else Weight.WORDING
        if name in _NAMES_ONLY and not wording.is_typography(*texts, self._language):
            return Difference(said, *texts, weight, place)
        if name == "statement" and _says_otherwise(*texts, self._language):
            weight = Weight.MEANING
        return self._as_text(said, texts, weight, (place, self._language))

    @staticmethod
    def _as_text(
        said: str, texts: tuple[str, str], weight: Weight, where: tuple[Place, str], note: str = ""
    ) -> Difference:
        """A difference of two texts in a language; one of typography alone is named so, and hardly matters."""
        place, language = where
        kind = ""
        if all(texts) and wording.is_typography(*texts, language):
            weight, kind = Weight.REST, "typography"
            note = f"typography only; {note}" if note else "typography only"
        return Difference(said, *texts, weight, place, note, is_text=True, language=language, kind=kind)

    @staticmethod
    def _words(briefing: Briefing, spec: Any, value: Any) -> str:  # noqa: ANN401 - whatever the field holds
        """A value as a reviewer reads it; references by what readers know them by."""
        if not value and not isinstance(value, Decimal):
            return ""
        if spec.type in ("ref", "refs"):
            named = (value,) if spec.type == "ref" else value
            return "; ".join(sorted(label(briefing, spec.target, each) for each in named))
        if isinstance(value, tuple):
            return ", ".join(sorted(value))
        if isinstance(value, Edtf):
            return value.words()
        return canon.number(value) if isinstance(value, Decimal) else str(value)

    def _records(self, before: Sequence[Any], after: Sequence[Any], said: str, place: Place) -> Iterator[Difference]:
        """Records without ids within a record: waivers, disputes, thin periods."""
        gone, come = _apart(before, after)
        for old in gone:
            new = next((each for each in come if _key(each) == _key(old)), None)
            if new is None:
                yield Difference(said, _in_words(old), "", Weight.MEANING, place, kind=f"{old.NOUN}-dropped")
                continue
            come.remove(new)
            yield from self._fields(old, new, new.specs(), f"{said} {_key(new)}: ".replace("dispute ", "dispute of "))
        for new in come:
            yield Difference(said, "", _in_words(new), Weight.MEANING, new.where.place(), kind=f"{new.NOUN}-added")

    # -- facts

    def _of_fact(self, old: Fact, new: Fact) -> Iterator[Difference]:
        """What differs in a fact: first what is claimed, then its proof, then the rest."""
        if isinstance(old, Figure) and isinstance(new, Figure):
            yield from self._figure(old, new)
        names = [*dict.fromkeys((*new.specs(), *old.specs()))]
        first = ("kind", "date", "side", "attribution", "said_by", "speaker", "derived", "converted", "withdrawn")
        done = (
            {"id", "citations", *_FIGURE}
            if isinstance(new, Figure) and isinstance(old, Figure)
            else {"id", "citations"}
        )
        yield from self._fields(old, new, (name for name in first if name in names))
        yield from self._citations(old, new)
        yield from self._fields(old, new, (name for name in names if name not in {*first, *done}))

    def _figure(self, old: Figure, new: Figure) -> Iterator[Difference]:
        if _worth(old) != _worth(new):
            before, after = figure_label(old), figure_label(new)
            if before == after:
                before, after = (f"{figure_label(each)} ({_ends(each)})" for each in (old, new))
            field = next(
                name for name in ("value", "low", "high", "hedge") if not _same(getattr(old, name), getattr(new, name))
            )
            place = new.where.place(field) if field in new.where.fields else new.where.place("value")
            yield Difference("value", before, after, Weight.MEANING, place)
        if old.measure != new.measure:
            measures = self._old.measures, self._new.measures
            before, after = (
                known[each.measure].unit if each.measure in known else ""
                for known, each in zip(measures, (old, new), strict=True)
            )
            place = new.where.place("measure")
            if before != after:
                yield Difference("unit", before, after, Weight.MEANING, place)
            names = label(self._old, "measures", old.measure), label(self._new, "measures", new.measure)
            yield Difference("measure", *names, Weight.MEANING, place)

    def _citations(self, old: Fact, new: Fact) -> Iterator[Difference]:
        gone, come = _apart(old.citations, new.citations)
        pairs = list(_paired(gone, come))
        for before, after in pairs:
            if before is None:
                yield self._single(after, "quote", is_new=True)
            elif after is None:
                yield self._single(before, "quote", is_new=False)
            else:
                yield from self._citation(before, after)
        is_figure = isinstance(old, Figure) and isinstance(new, Figure) and _worth(old) != _worth(new)
        if is_figure and not pairs and new.citations:
            first = new.citations[0]
            yield Difference(
                "quote",
                first.quote,
                first.quote,
                Weight.REST,
                first.where.place("quote"),
                f"“{first.quote}”, {self._proof(first)}",
                kind="kept",
            )

    def _single(self, citation: Citation, said: str, *, is_new: bool) -> Difference:
        briefing = self._new if is_new else self._old
        language = self._quoted_in(briefing, citation)
        place = citation.where.place("quote")
        disputing = ", disputing" if citation.stance == "disputes" else ""
        source = f"{label(briefing, 'sources', citation.source)}{disputing}"
        if is_new:
            note = f"{source}; {self._proof(citation)}"
            texts, kind = ("", citation.quote), "quote-added"
        else:
            texts, kind, note = (citation.quote, ""), "quote-dropped", source
        return Difference(said, *texts, Weight.MEANING, place, note, is_text=True, language=language, kind=kind)

    def _citation(self, old: Citation, new: Citation) -> Iterator[Difference]:
        if old.source != new.source:
            names = label(self._old, "sources", old.source), label(self._new, "sources", new.source)
            if names[0] == names[1]:
                names = f"{names[0]} ({old.source})", f"{names[1]} ({new.source})"
            yield Difference("source", *names, Weight.MEANING, new.where.place("source"))
        language = self._quoted_in(self._new, new)
        place = new.where.place("quote")
        if old.quote != new.quote:
            yield self._as_text("quote", (old.quote, new.quote), Weight.MEANING, (place, language), self._proof(new))
        elif old.source != new.source:
            yield Difference("quote", new.quote, new.quote, Weight.REST, place, self._proof(new), kind="kept")
        yield from self._fields(old, new, ("stance", "origin", "note", "unproven"))

    def _quoted_in(self, briefing: Briefing, citation: Citation) -> str:
        source = briefing.sources.get(citation.source)
        return source.language if source else self._language

    def _proof(self, citation: Citation) -> str:
        verdict = self._proofs[1].verdict(citation)
        return _PROOF[verdict.status].format(verdict.paragraph) if self._proofs[1].is_known else "not verified: no lock"

    def _proofs_lost(self, old: Fact, new: Fact) -> Iterator[Difference]:
        """The quotes that stood in their source before, were not changed, and do not stand there any longer."""
        before = {(each.source, each.quote) for each in old.citations}
        for each in new.citations:
            if each.source not in self._reread or (each.source, each.quote) not in before:
                continue
            was = replace(each, source=self._was.get(each.source, each.source))
            if self._proofs[0].verdict(was).status is not Status.PROVEN:
                continue
            verdict = self._proofs[1].verdict(each)
            if verdict.status is not Status.PROVEN:
                words = _PROOF[Status.PROVEN].format(self._proofs[0].verdict(was).paragraph)
                place = each.where.place("quote")
                yield Difference(
                    f"proof of “{each.quote}”", words, self._proof(each), Weight.MEANING, place, kind="proof-lost"
                )

    # -- corrections, fingerprints

    def _corrections(self) -> Iterator[Change]:
        before = [translated(each, self._renames) for each in self._old.base.corrections]
        gone, come = _apart(before, self._new.base.corrections)
        for each in gone:
            new = next((other for other in come if (other.fact, other.date.text) == (each.fact, each.date.text)), None)
            if new is None:
                yield self._correction(each, "erased")
                continue
            come.remove(new)
            found = tuple(self._fields(each, new, new.specs()))
            yield replace(self._correction(new, "changed"), differences=found, place=found[0].place)
        for each in come:
            yield self._correction(each, "added")

    @staticmethod
    def _correction(each: Correction, action: str) -> Change:
        words = f"{each.fact}, {each.date.words()}: “{each.was}” -> “{each.now}”"
        return Change("correction", each.fact, action, words, each.where.place())

    def _fingerprints(self) -> Iterator[Change]:
        """What was read again; a fingerprint that came or went with its source is no change of its own."""
        old, new = self._proofs
        if old is new and not self._renames["sources"]:
            return
        before = {self._renames["sources"].get(name, name): each for name, each in old.fingerprints.items()}
        for name, each in new.fingerprints.items():
            place = new.places.get(name, Place("sources.lock"))
            known = label(self._new, "sources", name)
            was = before.get(name)
            if was is None:
                if name in self._old.sources:
                    yield Change("fingerprint", name, "added", known, place)
                continue
            found = tuple(_reread(was, each, place))
            if found:
                yield Change("fingerprint", name, "changed", known, place, differences=found)
        for name in before:
            if name not in new.fingerprints and name in self._new.sources:
                place = Place("sources.lock")
                yield Change("fingerprint", name, "erased", label(self._new, "sources", name), place)

    # -- pages

    def _pages(self) -> Iterator[Change]:
        before = {page.path: page for page in self._old.pages}
        after = {page.path: page for page in self._new.pages}
        for path, page in after.items():
            if path not in before:
                yield Change("page", path, "added", page.meta.title, page.meta.where.place())
                continue
            was = before[path]
            found = (
                *self._fields(was.meta, page.meta, page.meta.specs()),
                *self._paragraphs(was, page),
            )
            if found:
                gravest = min(found, key=lambda each: each.weight)
                yield Change("page", path, "changed", page.meta.title, gravest.place, differences=found)
        for path, page in before.items():
            if path not in after:
                yield Change("page", path, "erased", page.meta.title, page.meta.where.place())

    def _paragraphs(self, was: Page, now: Page) -> Iterator[Difference]:
        new = _paragraphs(now, {})
        known = {each.text for each in new}
        both = zip(_paragraphs(was, {}), _paragraphs(was, self._renames), strict=True)
        old = [own if own.text in known else renamed for own, renamed in both]  # as in records
        matcher = SequenceMatcher(None, [each.text for each in old], [each.text for each in new], autojunk=False)
        gone: list[_Paragraph] = []
        come: list[_Paragraph] = []
        pairs: list[tuple[_Paragraph, _Paragraph]] = []
        for name, first, last, start, stop in matcher.get_opcodes():
            if name != "equal":
                left, right = old[first:last], new[start:stop]
                for each in left:
                    like = max(right, key=lambda other: wording.likeness(each.text, other.text), default=None)
                    if like is not None and wording.likeness(each.text, like.text) >= _SAME_PARAGRAPH:
                        pairs.append((each, like))
                        right.remove(like)
                    else:
                        gone.append(each)
                come += right
        for before, after in pairs:
            yield self._paragraph(before, after)
        for before in gone:
            moved = next((each for each in come if each.text == before.text), None)
            if moved is not None:
                come.remove(moved)
                yield Difference(
                    "paragraph", before.text, before.text, Weight.REST, moved.place, is_text=True, kind="moved"
                )
            else:
                note = f"cited {', '.join(before.cited)}" if before.cited else ""
                place = now.meta.where.place()
                yield self._as_text("paragraph", (before.text, ""), Weight.WORDING, (place, self._language), note)
        for after in come:
            note = f"cites {', '.join(after.cited)}" if after.cited else ""
            yield self._as_text("paragraph", ("", after.text), Weight.WORDING, (after.place, self._language), note)

    def _paragraph(self, before: _Paragraph, after: _Paragraph) -> Difference:
        notes = [f"cites {', '.join(after.cited)}"] if after.cited else []
        lost = [each for each in before.cited if each not in after.cited]
        notes += [f"no longer {', '.join(lost)}"] if lost else []
        grave = bool(lost) or _says_otherwise(before.text, after.text, self._language)
        weight = Weight.MEANING if grave else Weight.WORDING
        texts = before.text, after.text
        return self._as_text("paragraph", texts, weight, (after.place, self._language), "; ".join(notes))


# -- parts of records -----------------------------------------------------------------------------------------------

_FIGURE = ("value", "low", "high", "hedge", "measure")
_LIKE_QUOTE = 0.6
_SAME_PARAGRAPH = 0.4


def _same(before: Any, after: Any) -> bool:  # noqa: ANN401 - two values of one field
    """Whether two values say the same; an empty text, list or date says nothing, as no value does."""
    if before is None or after is None:
        return (before in (None, "", ()) or before == UNKNOWN) and (after in (None, "", ()) or after == UNKNOWN)
    return before == after or canon.plain(before) == canon.plain(after)


def _says_otherwise(before: str, after: str, language: str) -> bool:
    """Whether more than the wording of a sentence changed: a number, a doubt, or who says it."""
    return bool(
        wording.numbers(before, language) != wording.numbers(after, language)
        or wording.dropped_doubts(before, after)
        or wording.dropped_voices(before, after)
        or wording.firmer_words(before, after)
    )


def _worth(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.low, figure.high, figure.hedge


def _ends(figure: Figure) -> str:
    return " to ".join(in_digits(end) for end in (figure.low, figure.high) if end is not None)


def _apart(before: Sequence[Any], after: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """What is only in the one list, and only in the other; each as often as it is there more."""
    gone, come = list(before), []
    forms = [canon.digest(canon.form(each)) for each in gone]
    for each in after:
        own = canon.digest(canon.form(each))
        if own in forms:
            at = forms.index(own)
            del forms[at], gone[at]
        else:
            come.append(each)
    return gone, come


def _paired(gone: Sequence[Citation], come: Sequence[Citation]) -> Iterator[tuple[Any, Any]]:
    """Citations that went and came, each with its like, if it has one; last, what is left, in turn."""
    old, new = list(gone), list(come)
    scored = sorted(
        ((_score(one, other), number, place) for number, one in enumerate(old) for place, other in enumerate(new)),
        key=lambda each: (-each[0], each[1], each[2]),
    )
    pairs: dict[int, int] = {}
    for score, number, place in scored:
        if score > 0 and number not in pairs and place not in pairs.values():
            pairs[number] = place
    for number in range(len(old)):  # what was replaced as a whole is one change, not two
        if number not in pairs:
            free = [place for place in range(len(new)) if place not in pairs.values()]
            if free:
                pairs[number] = free[0]
    for number, one in enumerate(old):
        yield one, new[pairs[number]] if number in pairs else None
    for place, other in enumerate(new):
        if place not in pairs.values():
            yield None, other


def _score(one: Citation, other: Citation) -> float:
    like = wording.likeness(one.quote, other.quote)
    return (like if like >= _LIKE_QUOTE else 0) * 2 + (one.source == other.source)


def _key(record: Record) -> str:
    """By what a record without an id is known within its list."""
    match record:
        case Waiver():
            return record.rule
        case Dispute():
            return record.fact
        case ThinPeriod():
            return f"{record.since.text} to {record.until.text}"
        case _:
            return ""


def _in_words(record: Record) -> str:
    match record:
        case Waiver():
            return f"{record.rule} until {record.until.words()}, {record.by}: {record.because}"
        case Dispute():
            return f"{record.fact}: {record.note}"
        case ThinPeriod():
            return f"{_key(record)}: {record.note}"
        case Withdrawal():
            return f"{record.date.words()}, {record.why}"
        case _:
            return title(record)


def _reread(was: Fingerprint, now: Fingerprint, place: Place) -> Iterator[Difference]:
    def size(each: Fingerprint) -> str:
        return f"{each.tokens} words in {len(each.packed)} paragraphs"

    if was.sha256 != now.sha256:
        before, after = size(was), size(now)
        note = "the text is another one" if before == after else ""
        yield Difference("text of the source", before, after, Weight.MEANING, place, note, kind="reread")
    elif was.id == now.id and was.packed != now.packed:
        words = "hashes of the text", "other hashes of the same text"
        yield Difference("fingerprint", *words, Weight.MEANING, place, "written by hand?", kind="hashes")
    if was.coverage != now.coverage:
        yield Difference("coverage", was.coverage, now.coverage, Weight.MEANING, place)
    if was.seen != now.seen:
        yield Difference("day of reading", was.seen, now.seen, Weight.REST, place)


class _Paragraph(NamedTuple):
    text: str
    place: Place
    cited: tuple[str, ...]


_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s|#|>|\|")


def _paragraphs(page: Page, renames: Mapping[str, Mapping[str, str]]) -> list[_Paragraph]:
    """A page as its paragraphs, items and headings, each in a line of Markdown with its calls."""
    lines: list[tuple[Place, str, tuple[str, ...]]] = []
    open_line = False
    for part in page.parts:
        if isinstance(part, Call):
            text, cited = call_in_words(part, renames)
            pieces = [text]
        else:
            pieces, cited = part.text.split("\n"), ()
        for number, piece in enumerate(pieces):
            if number or not open_line:
                column = part.place.column if not number else 1
                lines.append((Place(part.place.path, part.place.line + number, column), piece, cited))
            else:
                place, text, others = lines[-1]
                lines[-1] = place, text + piece, (*others, *cited)
            open_line = True
    found: list[_Paragraph] = []
    is_open = False
    for place, text, cited in lines:
        if not text.strip():
            is_open = False
            continue
        words = " ".join(text.split())
        if is_open and not _ITEM.match(text.lstrip()):
            last = found[-1]
            found[-1] = _Paragraph(f"{last.text} {words}", last.place, (*last.cited, *cited))
        else:
            found.append(_Paragraph(words, place, cited))
        is_open = True
    return [each._replace(cited=tuple(dict.fromkeys(each.cited))) for each in found]


def call_in_words(call: Call, renames: Mapping[str, Mapping[str, str]]) -> tuple[str, tuple[str, ...]]:
    """A call as it is written in its plainest form, and the facts that it names."""
    target = CALLS[call.name].target if call.name in CALLS else ""
    names = tuple(renames.get(target, {}).get(each, each) for each in call.args)
    selection = canon.form(translated(call.selection, renames))
    given = [f'"{each}"' for each in names] + [f"{name}={value}" for name, value in selection.items()]
    return f"{{{{ {call.name}({', '.join(given)}) }}}}", names if target == "facts" else ()
