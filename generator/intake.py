"""A page that was read -> its source record and its fingerprint, and what these would change of what is there.

Nothing is made up: what the page does not say of itself stays empty, and `check` asks the curator for it. Nothing that
a curator wrote is replaced; where the page says otherwise, that is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator import blocks, edtf, layout, nodes, quotes
from generator.extract import Extracted
from generator.model import Citation, FactBase, Source
from generator.problems import UnusableInputError

_COMPARED = ("title", "author", "publisher", "published", "language", "url")
"""Fields of which a page says something; the rest is the curator's alone."""


class IntakeError(Exception):
    """The record cannot be put into the fact base by itself; the message says why."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A quote that the fingerprint proved and the new one does not."""

    fact: str
    quote: str


def record(page: Extracted, source: str, *, url: str, seen: str, language: str = "") -> dict[str, str]:
    """The fields of a source record, in their order; those that are required and not known are empty."""
    said = {name: each.value for name, each in page.says.items()}
    known: dict[str, str] = {
        **said,
        "id": source,
        "kind": said.get("kind", "report" if page.kind == "pdf" else ""),
        "url": url or said.get("url", ""),
        "date_basis": f"Date in the page’s own data ({page.says['published'].where})." if "published" in said else "",
        "accessed": seen,
        "language": language or said.get("language", ""),
    }
    fields: dict[str, str] = {}
    for name, spec in Source.specs().items():
        value = known.get(name, "")
        if len(value) > spec.longest and spec.type == "text":
            value = ""  # what has no end is no title
        if value or spec.required:
            fields[name] = value
    if fields.get("language") == Source.language:
        del fields["language"]
    return fields


def as_yaml(fields: Mapping[str, str]) -> str:
    """A record as an item of the list of sources."""
    rows = [f"{name}: {layout.written(value)}".rstrip() for name, value in fields.items()]
    listed = "sources:\n  - " + "\n    ".join(rows) + "\n"
    return layout.formatted("the record", listed).removeprefix("sources:\n")


def appended(path: str, text: str, item: str) -> str:
    """The text of a fact base with a record at the end of its sources; all else stays to the letter.

    Raises:
        IntakeError: there is no list of sources to which it could be added.
        UnusableInputError: the text cannot be read.

    """
    root, _ = blocks.parse(path, text)
    if not isinstance(root, nodes.Mapping):
        raise IntakeError(f"{path} holds no sections")
    keys = [key for key, _ in root.items]
    at = next((number for number, key in enumerate(keys) if key.text == "sources"), None)
    listed = root.items[at][1] if at is not None else None
    if at is None or not isinstance(listed, nodes.Sequence) or not listed.items or listed.line == keys[at].line:
        raise IntakeError(f"{path} has no list of sources, a line for each, to which it could be added")
    ends = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(ends)
    stop = keys[at + 1].line - 1 if at + 1 < len(keys) else len(lines)
    while not lines[stop - 1].strip() or lines[stop - 1].startswith("#"):
        stop -= 1
    margin = " " * (listed.column - 1)
    added = ["", *(margin + line[2:] if line else "" for line in item.removesuffix("\n").split("\n"))]
    new = ends.join([*lines[:stop], *added, *lines[stop:]])
    if not new.endswith(ends):
        new += ends
    _compare(path, root, new)
    return new


def _compare(path: str, before: nodes.Mapping, text: str) -> None:
    """Whether a text says the same as before, and has one source more."""
    try:
        after, _ = blocks.parse(path, text)
    except UnusableInputError:
        after = None
    if not isinstance(after, nodes.Mapping) or _told(before) != _told(after, without_last=True):
        raise IntakeError(f"the list of sources in {path} is written in an unusual way")


def _told(root: nodes.Mapping, *, without_last: bool = False) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    for key, value in root.items:
        if key.text == "sources" and without_last and isinstance(value, nodes.Sequence):
            value = nodes.Sequence(value.line, value.column, value.items[:-1])  # noqa: PLW2901 - the same, but shorter
        told.append((key.text, layout.meaning(value)))
    return told


def differences(source: Source, fields: Mapping[str, str]) -> list[str]:
    """Where a page says otherwise than the record that a curator wrote, one sentence each."""
    found: list[str] = []
    for name in _COMPARED:
        new, old = fields.get(name, ""), getattr(source, name)
        written = ("" if old == edtf.UNKNOWN else str(old)) if isinstance(old, edtf.Edtf) else old
        if new and _plain(new) != _plain(written):
            yours = f"the record has “{written}”" if written else "the record has none"
            found.append(f"{name}: the page has “{new}”, {yours}")
    return found


def _plain(text: str) -> list[str]:
    return quotes.tokens(text)


def lost(base: FactBase, old: quotes.Fingerprint | None, new: quotes.Fingerprint) -> list[Lost]:
    """The quotes of a source that its fingerprint proves and a new one would not."""
    if old is None:
        return []
    cited = ((fact.id, each) for fact in base.facts for each in fact.citations if each.source == new.id)
    return [Lost(fact, each.quote) for fact, each in cited if _proves(old, each) and not _proves(new, each)]


def _proves(fingerprint: quotes.Fingerprint, citation: Citation) -> bool:
    return bool(quotes.stands(fingerprint, quotes.tokens(citation.quote)))
