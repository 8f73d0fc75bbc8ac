"""Problems -> text for a terminal, JSON for tools, annotations for GitHub; a code -> its page. Nothing here prints."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence

from generator import checks, forms
from generator.problems import Level, Problem

Explained = checks.Rule | forms.Form
"""What has a page: a rule, or a code of form."""
_ALL: tuple[Explained, ...] = (*checks.RULES, *forms.FORMS)
EXPLAINED: Mapping[str, Explained] = {each.code: each for each in _ALL}
"""Every code that a problem can have, with its page: the rules, then the codes of form."""
_INDENT = "    "
_GITHUB_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_GITHUB_PROPERTY_ESCAPES = {**_GITHUB_ESCAPES, ":": "%3A", ",": "%2C"}
_GITHUB_LIMIT = 10
"""Annotations of one level that GitHub shows for a step; it drops the rest without a word."""


def as_text(problems: Sequence[Problem]) -> str:
    """For a person at a terminal: place, rule and subject, then what was found, what was wanted, the next step."""
    return "\n".join(_paragraph(each) for each in problems)


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
        for each in problems
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands for GitHub Actions: errors first, at most ten of a level, the rest counted in a notice."""
    lines: list[str] = []
    for level in Level:
        of_level = [each for each in problems if each.level is level]
        lines += [_annotation(each) for each in of_level[:_GITHUB_LIMIT]]
        if of_level[_GITHUB_LIMIT:]:
            lines.append(
                f"::notice::{len(of_level) - _GITHUB_LIMIT} more {level}s: see the log of `python -m generator check`"
            )
    return "".join(f"{line}\n" for line in lines)


def _annotation(each: Problem) -> str:
    message = " ".join(
        text
        for text in (f"{each.found}.", f"Wanted: {each.wanted}.", f"Next: {each.hint}." if each.hint else "")
        if text
    )
    title = f"{each.code}: {each.subject}" if each.subject else each.code
    properties = {"file": each.place.path, "line": str(each.place.line), "col": str(each.place.column), "title": title}
    shown = ",".join(f"{name}={_escaped(value, _GITHUB_PROPERTY_ESCAPES)}" for name, value in properties.items())
    return f"::{each.level} {shown}::{_escaped(message, _GITHUB_ESCAPES)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {"text": as_text, "json": as_json, "github": as_github}


def summary(problems: Sequence[Problem]) -> str:
    """`3 errors and 1 warning`."""
    counts = [(sum(each.level is level for each in problems), str(level)) for level in Level]
    return (
        " and ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count) or "no problems"
    )


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
