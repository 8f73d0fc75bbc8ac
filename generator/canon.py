"""A record -> its values in one plain form, the same however its keys, lists and lines are arranged.

Two records with one form say the same; what differs between two forms is a change of meaning or of words, never of
layout. A hash of the form stays valid through any reformatting of the file.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from generator.model import Record

Plain = str | list[Any] | dict[str, Any]
"""Text, or lists and mappings of it."""


def form(record: Record) -> dict[str, Plain]:
    """The fields of a record that are written, by name; what has its default is as if it were not written."""
    found: dict[str, Plain] = {}
    for name, spec in record.specs().items():
        value = getattr(record, name)
        if value or isinstance(value, Decimal | Record):
            found[name] = plain(value)
        elif spec.required:
            found[name] = ""
    return found


def plain(value: object) -> Plain:
    """One value: a number without needless zeros, a date as it is written, a list in an order of its own."""
    match value:
        case Record():
            return form(value)
        case tuple():
            return sorted((plain(each) for each in value), key=_key)
        case Decimal():
            return number(value)
        case _:
            return str(value)


def number(value: Decimal) -> str:
    """A number in plain digits: 4.20 and 4.2 are one."""
    written = f"{value:f}"
    return (written.rstrip("0").rstrip(".") or "0") if "." in written else written


def digest(values: object) -> str:
    """SHA-256 of plain values, in hexadecimal."""
    return hashlib.sha256(_key(values).encode()).hexdigest()


def _key(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
