"""Model and fact base -> the JSON Schema of `facts.yaml`, with which editors complete, explain and underline.

It says of the form what the loader says, as far as a schema can say it; calendars, references and evidence are judged
by `check` alone. An editor sees an unquoted 2024 as a number where the loader sees a text, so a text may be either.

The ids of a fact base are suggestions (`defaultSnippets`, a word of editors that others pass over): they are completed,
each with its name, and an id that the schema does not know yet is no mistake. Measured with yaml-language-server on
four hundred sources, the other ways do worse: `enum` and `examples` print all the ids whenever the mouse rests on one,
and a choice of `const` keeps the editor busy for more than a minute.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.fields import FieldSpec
from generator.model import FACT_KINDS, Actor, Fact, FactBase, Record, Source

FILE = "facts.schema.json"
"""Where it stands beside `facts.yaml`, whose first line names it."""

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_NUMBER = r"-?\d+(?:\.\d+)?"
_DAY = r"-(?:0[1-9]|[12]\d|3[01]|XX)"
_POINT = rf"(?:\d{{4}}(?:-(?:0[1-9]|1[0-2])(?:{_DAY})?|-XX(?:-XX)?)?|\d{{3}}X|\d{{2}}XX)[?~%]?"
_DATE = rf"{_POINT}(?:/(?:{_POINT}|\.\.)?)?|(?:\.\.)?/{_POINT}"
_URL = r"[Hh][Tt][Tt][Pp][Ss]?://[!#-&(-;=?-\[\]_a-z~]+"

Form = dict[str, Any]


def dump(base: FactBase | None = None) -> str:
    """The schema as the text of `facts.schema.json`; with the ids of a fact base, one a line, in order."""
    return _written(schema(base)) + "\n"


def _written(value: object, margin: str = "\n") -> str:
    """JSON as people indent it, with each suggestion in a line of its own."""
    match value:
        case {"body": _}:
            pass
        case dict() if value:
            within = f",{margin}  ".join(
                f"{json.dumps(key, ensure_ascii=False)}: {_written(each, f'{margin}  ')}" for key, each in value.items()
            )
            return f"{{{margin}  {within}{margin}}}"
        case list() if value:
            within = f",{margin}  ".join(_written(each, f"{margin}  ") for each in value)
            return f"[{margin}  {within}{margin}]"
        case _:
            pass
    return json.dumps(value, ensure_ascii=False)


def schema(base: FactBase | None = None) -> Form:
    """The schema of a whole fact base, as JSON values; with the ids of one, for editors to suggest."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made from the model: python -m generator schema",
        **_record(FactBase),
        "$defs": {
            **{_name(cls): _fact() if cls is Fact else _record(cls) for cls in _records_within(FactBase)},
            **{kind: _kind(cls) for kind, cls in FACT_KINDS.items()},
            **{_id_of(target): _known_ids(base, target) for target in _targets()},
        },
    }


def _targets() -> list[str]:
    """The lists of the fact base that references lead to."""
    classes: list[type[Record]] = [FactBase, *_records_within(FactBase), *FACT_KINDS.values()]
    return sorted({spec.target for cls in classes for spec in cls.specs().values() if spec.target})


def _id_of(target: str) -> str:
    return f"id-of-{target}"


def _known_ids(base: FactBase | None, target: str) -> Form:
    """The form of an id, and those that the list has.

    They stand in order of the alphabet, so that of two branches each adds its lines where they belong.
    """
    records = {each.id: each for each in (getattr(base, target) if base else ()) if re.fullmatch(_ID, each.id)}
    known = [{"label": name, **_told(records[name]), "body": name} for name in sorted(records)]
    return {**_an_id(), **({"defaultSnippets": known} if known else {})}


def _told(record: Record) -> Form:
    """What an editor shows beside an id.

    Nothing of facts: their ids are telling, and their sentences change so often that the schema would never be current.
    """
    match record:
        case Source():
            told = record.short + (f", “{record.title}”" if record.title else "")
        case Actor():
            told = record.name
        case _:
            told = str(getattr(record, "label", ""))
    return {"description": told} if told else {}


def _records_within(cls: type[Record]) -> list[type[Record]]:
    """The classes of all records that a record can hold, at any depth, each once."""
    found: dict[type[Record], None] = {}
    for spec in cls.specs().values():
        if spec.record:
            found |= dict.fromkeys([spec.record, *_records_within(spec.record)])
    return [*found]


def _name(cls: type[Record]) -> str:
    return cls.NOUN.replace(" ", "-")


def _record(cls: type[Record]) -> Form:
    """A mapping with the fields of a class and no others."""
    return {**_titled(cls.NOUN, cls), "type": "object", **_fields(cls, cls.specs()), "additionalProperties": False}


def _fact() -> Form:
    """What all facts have, and a condition for each `kind` that leads to the rest.

    A choice of forms (`oneOf`) would say the same, but of a choice an editor blames every form at once.
    """
    by_kind = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"$ref": f"#/$defs/{kind}"},
        }
        for kind in FACT_KINDS
    ]
    return {**_titled(Fact.NOUN, Fact), "type": "object", **_fields(Fact, Fact.specs()), "allOf": by_kind}


def _kind(cls: type[Fact]) -> Form:
    """The fields of one kind of fact; those that all facts have are described there."""
    common = Fact.specs()
    own = _fields(cls, [name for name in cls.specs() if name not in common])
    own["properties"] = dict.fromkeys(common, True) | own["properties"]
    return {**_titled(cls.KIND, cls), **own, "additionalProperties": False}


def _titled(title: str, cls: type[Record]) -> Form:
    return {"title": title, "description": (inspect.getdoc(cls) or "").replace("\n", " ")}


def _fields(cls: type[Record], names: Iterable[str]) -> Form:
    """`properties` and `required`, for some fields of a class."""
    specs, defaults = cls.specs(), {each.name: each.default for each in dataclasses.fields(cls)}
    properties: dict[str, Any] = {}
    for name in names:
        properties[name] = {"description": _described(specs[name]), **_FORMS[specs[name].type](specs[name])}
        if defaults[name] and isinstance(defaults[name], str):
            properties[name]["default"] = defaults[name]
    return {"properties": properties, "required": [name for name in properties if specs[name].required]}


def _described(spec: FieldSpec) -> str:
    if not spec.target:
        return spec.purpose
    return f"{spec.purpose}: {'an id' if spec.type == 'ref' else 'ids'} listed under `{spec.target}`"


# -- types ----------------------------------------------------------------------------------------------------------


def _text(spec: FieldSpec) -> Form:
    least = {"minLength": 1} if spec.required else {}
    return {"type": ["string", "number"], **least, "maxLength": spec.longest}


def _id(_: FieldSpec) -> Form:
    return _an_id()


def _ref(spec: FieldSpec) -> Form:
    return {"$ref": f"#/$defs/{_id_of(spec.target)}"}


def _an_id() -> Form:
    wanted = "lower-case letters a to z, digits and single hyphens, at most 80"
    return {"type": ["string", "number"], **_pattern(_ID, wanted), "maxLength": 80}


def _date(_: FieldSpec) -> Form:
    wanted = "a date of EDTF level 1: 2024-09-17, 2024-09, 2024-09-17~, 2024-09-15/2024-09-19"
    return {"type": ["string", "integer"], **_pattern(_DATE, wanted), "minimum": 1, "maximum": 9999}


def _number(spec: FieldSpec) -> Form:
    wanted = "a number in plain digits, such as 70000 or 1.5"
    return {"type": ["number", "string"], **_pattern(_NUMBER, wanted), "maxLength": spec.longest}


def _url(spec: FieldSpec) -> Form:
    wanted = "an absolute http or https address, with other characters percent-encoded"
    return {"type": "string", **_pattern(_URL, wanted), "maxLength": spec.longest}


def _pattern(pattern: str, wanted: str) -> Form:
    """A pattern, and what editors say where it is not met (a word of theirs that others pass over)."""
    return {"pattern": f"^(?:{pattern})$", "patternErrorMessage": f"Wanted: {wanted}"}


def _choice(spec: FieldSpec) -> Form:
    return {"enum": [*spec.choices]}


def _record_there(spec: FieldSpec) -> Form:
    return {"$ref": f"#/$defs/{_name(spec.record)}"}


def _records(spec: FieldSpec) -> Form:
    # `charts:` with nothing below it is an empty list
    return {"type": "array" if spec.required else ["array", "null"], "items": _record_there(spec)}


def _list_of(item: Callable[[FieldSpec], Form]) -> Callable[[FieldSpec], Form]:
    return lambda spec: {"type": "array", "items": item(spec)}


_FORMS: Mapping[str, Callable[[FieldSpec], Form]] = {
    "text": _text,
    "id": _id,
    "ref": _ref,
    "refs": _list_of(_ref),
    "words": _list_of(_text),
    "choice": _choice,
    "choices": _list_of(_choice),
    "date": _date,
    "number": _number,
    "url": _url,
    "record": _record_there,
    "records": _records,
}
"""For each type of field, what a value of it looks like to an editor."""
