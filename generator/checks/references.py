"""References between records, and from prose to records: every id that is named is listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter

from generator.checks.engine import Case, finding, rule
from generator.model import FACT_KINDS, Call, Event, Fact, Record, Selection
from generator.problems import Place, Problem, did_you_mean
from generator.prose import CALLS

NO_EVENT = "which no event has"
"""Ends what is said of a type; who asks the rule of a part of the facts does not want to hear it."""


@rule(waivable=False)
def reference_unknown(case: Case) -> Iterator[Problem]:
    """Every id that is named anywhere is listed where it belongs.

    A fact names its topic, side, measure, speakers and sources by id; a chart names the facts it draws; a page names
    facts, charts and sources in its calls. A misspelt id would silently drop a citation or a point from a chart, so
    each one must be the id of a record in its list: `sources`, `facts`, `measures` and so on.

    Bad:
        facts:
          - id: sacks-lost
            measure: sack

    Good:
        facts:
          - id: sacks-lost
            measure: sacks
    """
    base = case.briefing.base
    for record, subject in _records(replace(base, facts=tuple(_suspects(case))), ""):
        yield from _unknown_in(case, record, subject)
    for page in case.briefing.pages:
        for call in page.calls:
            if call.name in CALLS:
                yield from _unknown_arguments(case, call)
                yield from _unknown_in(case, call.selection, "")


def _unknown_in(case: Case, record: Record, subject: str) -> Iterator[Problem]:
    """The references of one record, without those of the records within it."""
    for field, spec in record.specs().items():
        value = getattr(record, field)
        if spec.type == "ref" and value:
            yield from _unknown(case, record.where.place(field), (field, value, spec.target), subject)
        elif spec.type == "refs":
            for number, each in enumerate(value):
                yield from _unknown(case, record.where.place(f"{field}.{number}"), (field, each, spec.target), subject)
    if isinstance(record, Selection) and record.types:
        yield from _unknown_types(case, record, subject)


def _suspects(case: Case) -> Iterator[Fact]:
    """The facts that name something unlisted: looked for field by field, since there are many facts and few slips."""
    found: set[str] = set()
    listed = case.briefing.declared
    for cls in FACT_KINDS.values():
        facts = [fact for fact in case.briefing.base.facts if isinstance(fact, cls)]
        named = ((name, spec.target) for name, spec in cls.specs().items() if spec.target)
        for name, target in (*named, ("cited", "sources")):
            ids = attrgetter(name)
            known = {*listed.get(target, ()), ""}
            wrong = {
                each for each in {*map(ids, facts)} if not known.issuperset((each,) if isinstance(each, str) else each)
            }
            found.update(fact.id for fact in facts if wrong and ids(fact) in wrong)
    for fact in case.briefing.base.facts:
        if fact.id in found or any(each.fact not in listed.get("facts", ()) for each in fact.disputes):
            yield fact


def _unknown_types(case: Case, selection: Selection, subject: str) -> Iterator[Problem]:
    """Types of events are no ids, but a type that no event has selects nothing, and nobody would notice."""
    known = {fact.type for fact in case.briefing.base.facts if isinstance(fact, Event)}
    for number, each in enumerate(selection.types):
        if each not in known:
            found, wanted = f"types names {each!r}, {NO_EVENT}", "the type of an event"
            hint = did_you_mean(each, known, "add an event of this type, or take the word away")
            yield finding(selection.where.place(f"types.{number}"), found, wanted, hint, subject)


def _unknown_arguments(case: Case, call: Call) -> Iterator[Problem]:
    spec = CALLS[call.name]
    for wanted, place in zip(call.args, call.places, strict=True):
        if spec.target:
            yield from _unknown(case, place, (call.name, wanted, spec.target), "")
        elif spec.words and wanted not in spec.words:
            known = ", ".join(spec.words)
            hint = did_you_mean(wanted, spec.words, "take one of these")
            yield finding(place, f"{call.name} of {wanted!r}", f"one of: {known}", hint)


def _unknown(case: Case, place: Place, reference: tuple[str, str, str], subject: str) -> Iterator[Problem]:
    """A reference is what names (a field or call), the id it names, and the list that should have it."""
    name, wanted, target = reference
    known = case.briefing.declared.get(target, frozenset())
    if wanted not in known:
        found = f"{name} names {wanted!r}, which is not listed"
        hint = did_you_mean(wanted, known, f"add it under `{target}`")
        yield finding(place, found, f"an id listed under `{target}`", hint, subject)


def _records(record: Record, subject: str) -> Iterator[tuple[Record, str]]:
    """A record and all records within it, each with the nearest record that has an id."""
    if getattr(record, "id", ""):
        subject = record.subject
    yield record, subject
    for field, spec in record.specs().items():
        value = getattr(record, field)
        if spec.type == "record" and value is not None:
            yield from _records(value, subject)
        elif spec.type == "records":
            for each in value:
                yield from _records(each, subject)
