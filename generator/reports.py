"""Problems -> text for a terminal, JSON and SARIF for tools, annotations for GitHub; a code -> its page.

Nothing here prints.
"""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import generator
from generator import checks, forms
from generator.problems import Level, Place, Problem

Explained = checks.Rule | forms.Form
"""What has a page: a rule, or a code of form."""
_ALL: tuple[Explained, ...] = (*checks.RULES, *forms.FORMS)
EXPLAINED: Mapping[str, Explained] = {each.code: each for each in _ALL}
"""Every code that a problem can have, with its page: the rules, then the codes of form."""
_INDENT = "    "


_LONGEST = 2_000
"""Characters that a part of a message has at most; what somebody else wrote may have millions."""


def _plain(each: Problem) -> Problem:
    """A problem as it can be told anywhere: no part without end, no character that a terminal would obey."""
    parts = each.found, each.wanted, each.hint, each.subject
    found, wanted, hint, subject = told = tuple(map(_told, parts))
    return each if told == parts else replace(each, found=found, wanted=wanted, hint=hint, subject=subject)


def _told(part: str) -> str:
    if len(part) > _LONGEST:
        part = f"{part[: _LONGEST - 1]}…"
    if part.isprintable():
        return part
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign) not in _OBEYED else ascii(sign)[1:-1] for sign in part
    )


_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Kinds of characters that nobody sees and a terminal may act on: they are written as Python writes them."""


def as_text(problems: Sequence[Problem]) -> str:
    """For a person at a terminal: place, rule and subject, then what was found, what was wanted, the next step."""
    return "\n".join(_paragraph(_plain(each)) for each in problems)


def _paragraph(each: Problem) -> str:
    head = f"{each.place}: {each.level} {each.code}" + (f" [{each.subject}]" if each.subject else "")
    body = {"found": each.found, "wanted": each.wanted, "next": each.hint}
    return "\n".join([head, *(f"{_INDENT}{name + ':':8}{text}" for name, text in body.items() if text)]) + "\n"


def as_json(problems: Sequence[Problem]) -> str:
    """For other tools: a list of objects with path, line, column, level, code, subject, found, wanted and next."""
    rows = [
        {
            "path": each.place.path,
            "line": each.place.line,
            "column": each.place.column,
            "level": str(each.level),
            "code": each.code,
            "subject": each.subject,
            "found": each.found,
            "wanted": each.wanted,
            "next": each.hint,
        }
        for each in map(_plain, problems)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


# -- the page of a code ---------------------------------------------------------------------------------------------


def as_page(each: Explained) -> str:
    """The page of a code for a person at a terminal: what must hold, why, and a bad and a good example."""
    examples = (f"\n{name}:\n\n{textwrap.indent(text.rstrip(), _INDENT)}\n" for name, text in _examples(each))
    return "".join([f"{each.code} ({each.level})\n\n{each.manual.rstrip()}\n", *examples])


def _examples(each: Explained) -> list[tuple[str, str]]:
    return [(name, text) for name, text in (("Bad", each.bad), ("Good", each.good)) if text.strip()]


def as_list() -> str:
    """Every code with its reason, in a line each."""
    groups: dict[str, tuple[Explained, ...]] = {
        "Rules, which judge what is written": checks.RULES,
        "Form, without which no rule can judge": forms.OF_INPUTS,
        "What only a build or an audit finds": forms.OF_BUILDS,
    }
    width = max(map(len, EXPLAINED)) + 2
    return "\n".join(
        "\n".join([f"{name}:", *(f"  {each.code:{width}}{each.reason}" for each in group), ""])
        for name, group in groups.items()
    )


# -- SARIF ----------------------------------------------------------------------------------------------------------

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_NAME = "briefing-generator"
_BASE = "%SRCROOT%"
"""How SARIF names a folder that whoever reads the log knows: here that of the briefing."""
_CALL = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_LINE = re.compile(r"\bline \d+")
_SUBJECT = re.compile(r"(\S+) ([a-z0-9-]+)", re.ASCII)


def as_sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0, which code hosts and editors read: one run, with the page of every code that occurs."""
    indexes = {code: index for index, code in enumerate(dict.fromkeys(each.code for each in problems))}
    seen: Counter[str] = Counter()
    results = []
    for each in map(_plain, problems):
        identity = _identity(each)
        results.append(_result(each, indexes[each.code], f"{identity}\n{seen[identity]}"))
        seen[identity] += 1
    driver = {"name": _NAME, "version": generator.__version__, "rules": [_descriptor(code) for code in indexes]}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder of the briefing."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"version": "2.1.0", "$schema": _SCHEMA, "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _result(each: Problem, index: int, identity: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(each.place.path, errors="surrogateescape"), "uriBaseId": _BASE},
            "region": {"startLine": each.place.line, "startColumn": each.place.column},
        }
    }
    if each.subject:
        kind, name = match.groups() if (match := _SUBJECT.fullmatch(each.subject)) else ("", each.subject)
        logical = {"name": name, "fullyQualifiedName": each.subject, "kind": kind}
        location["logicalLocations"] = [{key: text for key, text in logical.items() if text}]
    return {
        "ruleId": each.code,
        "ruleIndex": index,
        "level": str(each.level),  # SARIF has the same words
        "message": {"text": _plain_message(f"Found: {_message(each)}")},
        "locations": [location],
        "partialFingerprints": {"problem/v1": hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()},
    }


def _identity(each: Problem) -> str:
    """What stays the same when lines move: code, subject (or file, where there is none) and what was found."""
    return "\n".join((each.code, each.subject or each.place.path, _LINE.sub("line", each.found)))


def _plain_message(text: str) -> str:
    """A text in which SARIF finds neither a placeholder, `{0}`, nor a link, `[x](y)`.

    SARIF has braces doubled, and in a viewer that does not know it an author would copy four of them into a page. So
    the braces of a call are left out, `cite("id")`, and only others are doubled.
    """
    plain = _CALL.sub(r"\1", text)
    return plain.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _descriptor(code: str) -> dict[str, Any]:
    """A code as SARIF describes a rule."""
    each = EXPLAINED.get(code)
    if each is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": each.reason},
        "fullDescription": {"text": each.manual.rstrip()},
        "help": {"text": as_page(each), "markdown": _as_markdown(each)},
        "defaultConfiguration": {"level": str(each.level)},
    }


def _as_markdown(each: Explained) -> str:
    examples = (f"\n{name}:\n\n```yaml\n{text.rstrip()}\n```\n" for name, text in _examples(each))
    return "".join([f"{each.manual.rstrip()}\n", *examples])


# -- GitHub ---------------------------------------------------------------------------------------------------------

_GITHUB_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_GITHUB_PROPERTY_ESCAPES = {**_GITHUB_ESCAPES, ":": "%3A", ",": "%2C"}
_GITHUB_LEVELS = {"note": "notice"}
"""What GitHub calls a level, where it has another word."""
_GITHUB_LIMIT = 10
"""Annotations of one level that GitHub shows for a step, and 50 for a job; it drops the rest without a word."""


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands for GitHub Actions: errors first, at most ten of a level, the rest counted in one notice."""
    return annotated(
        [
            Annotation(
                each.level, each.place, f"{each.code}: {each.subject}" if each.subject else each.code, _message(each)
            )
            for each in map(_plain, problems)
        ],
        "run `python -m generator check` to read them",
    )


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something to be said at a line."""

    level: Level
    place: Place
    title: str
    message: str


def annotated(said: Sequence[Annotation], rest: str) -> str:
    """The same of anything that is said at lines; `rest` tells how to read what is only counted."""
    by_level = {level: [each for each in said if each.level is level] for level in Level}
    is_cut = any(len(each) > _GITHUB_LIMIT for each in by_level.values())
    shown: list[Annotation] = []
    left: list[str] = []
    for level, each in by_level.items():
        takes_the_rest = is_cut and _github_level(level) == "notice"  # the count is a notice as well
        limit = _GITHUB_LIMIT - 1 if takes_the_rest else _GITHUB_LIMIT
        shown += each[:limit]
        left += [_counted(len(each) - limit, f"more {level}")] if each[limit:] else []
    lines = [_annotation(each) for each in shown]
    if left:
        lines.append(f"::notice::{_listed(left)}: {rest}")
    return "".join(f"{line}\n" for line in lines)


def _github_level(level: Level) -> str:
    return _GITHUB_LEVELS.get(str(level), str(level))


def _annotation(each: Annotation) -> str:
    place = each.place
    properties = {"file": place.path, "line": str(place.line), "col": str(place.column), "title": each.title}
    shown = ",".join(f"{name}={_escaped(value, _GITHUB_PROPERTY_ESCAPES)}" for name, value in properties.items())
    return f"::{_github_level(each.level)} {shown}::{_escaped(each.message, _GITHUB_ESCAPES)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)


# -- words ----------------------------------------------------------------------------------------------------------


def _message(each: Problem) -> str:
    """What was found, what was wanted and the next step, in a line of sentences."""
    parts = (each.found, f"Wanted: {each.wanted}", f"Next: {each.hint}" if each.hint else "")
    return " ".join(part if part.endswith((".", "!", "?", "…")) else f"{part}." for part in parts if part)


def summary(problems: Sequence[Problem]) -> str:
    """`3 errors, 2 warnings and 1 note`."""
    counts = [(sum(each.level is level for each in problems), str(level)) for level in Level]
    return _listed([_counted(count, name) for count, name in counts if count]) or "no problems"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
