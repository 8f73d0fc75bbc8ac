"""How one field of a record is read: what it is for, its type, what is allowed; used by the model to describe itself.

The loader, the error messages and the manual are all made from these descriptions.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from generator.edtf import UNKNOWN


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """The description of a field."""

    purpose: str
    """What it is for, as the manual prints it."""
    type: str
    """`text`, `id`, `ref`, `refs`, `words`, `date`, `number`, `choice`, `choices`, `url`, `record` or `records`."""
    required: bool = False
    target: str = ""
    """For references: the list in the fact base that the id must stand in."""
    choices: tuple[str, ...] = ()
    record: Any = None
    """For records: their class. (Any: in this class `type` is a field.)"""
    longest: int = 300
    """Characters allowed in a text."""


def _field(spec: FieldSpec, default: object) -> Any:
    # Any, as in `dataclasses.field` itself: the annotation at the use says what the value is.
    return dataclasses.field(default=default, metadata={"spec": spec})


def text(purpose: str, *, required: bool = False, longest: int = 300, default: str = "") -> Any:
    """One line of plain text."""
    return _field(FieldSpec(purpose, "text", required, longest=longest), default)


def identifier(purpose: str) -> Any:
    """The permanent name of a record, unique in its list."""
    return _field(FieldSpec(purpose, "id", required=True, longest=80), "")


def ref(purpose: str, target: str, *, required: bool = False) -> Any:
    """The id of a record in the list `target`."""
    return _field(FieldSpec(purpose, "ref", required, target), "")


def refs(purpose: str, target: str, *, required: bool = False) -> Any:
    """A list of ids of records in the list `target`."""
    return _field(FieldSpec(purpose, "refs", required, target), ())


def words(purpose: str) -> Any:
    """A list of short texts."""
    return _field(FieldSpec(purpose, "words", longest=40), ())


def date(purpose: str, *, required: bool = False) -> Any:
    """A date of EDTF level 1."""
    return _field(FieldSpec(purpose, "date", required), UNKNOWN)


def number(purpose: str) -> Any:
    """An exact decimal number, written in plain digits."""
    return _field(FieldSpec(purpose, "number", longest=40), None)


def choice(purpose: str, *choices: str, required: bool = False, default: str = "") -> Any:
    """A word out of a fixed list."""
    return _field(FieldSpec(purpose, "choice", required, choices=choices), default)


def choices(purpose: str, *allowed: str) -> Any:
    """A list of words, each out of a fixed list."""
    return _field(FieldSpec(purpose, "choices", choices=allowed), ())


def url(purpose: str, *, required: bool = False) -> Any:
    """An absolute http or https address."""
    return _field(FieldSpec(purpose, "url", required, longest=2000), "")


def record(purpose: str, cls: type[Any], *, required: bool = False, default: object = None) -> Any:
    """One nested record."""
    return _field(FieldSpec(purpose, "record", required, record=cls), default)


def records(purpose: str, cls: type[Any], *, required: bool = False) -> Any:
    """A list of nested records."""
    return _field(FieldSpec(purpose, "records", required, record=cls), ())
