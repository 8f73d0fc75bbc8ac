"""Rules -> what the page of rules shows of them, group by group, and the texts that must stand there.

Readers see the same pages that `explain` shows to authors: what must hold, why, and what breaks and what keeps it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from generator import checks, safe

URL = "rules.html"
PATH = "rules.md"
TITLE = "How facts are checked"
SUMMARY = "The rules that a program holds against every fact, chart and page before this site is built."
LEADS = (
    (
        "While an error stands, nothing is built, and the last good site stays. A program compares words and numbers,"
        " not sense: whether a source tells the truth, and whether a sentence says what its quote means, is for people"
        " to judge."
    ),
    (
        "The examples are changes to a small briefing on a mill fire that never was: records go by their ids and pages"
        " by their names, and “null” takes something away. Each is shown as it breaks the rule, and mended."
    ),
)
"""What readers are told before the rules, paragraph by paragraph."""

_LEVELS = {
    "error": "Error: nothing is published until it is mended",
    "warning": "Warning: published, if the authors decide so",
    "note": "Note: the authors are told, and no more",
}


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule for readers."""

    code: str
    """Its name, and its anchor."""
    level: str
    """What comes of breaking it, in words."""
    reason: Markup
    paragraphs: tuple[Markup, ...]
    """The rest of its page."""
    bad: str
    good: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All that must stand at its anchor, in this order, as plain text."""
        written = (self.reason, *self.paragraphs)
        return (self.code, self.level, *(each.striptags() for each in written), self.bad, self.good)


@dataclass(frozen=True, slots=True)
class GroupView:
    """The rules on one subject, which is a module of `checks`."""

    title: str
    lead: str
    """What they have in common, in a sentence."""
    rules: tuple[RuleView, ...]


def view(rule: checks.Rule) -> RuleView:
    """A rule for readers, from its docstring."""
    reason, *rest = rule.manual.split("\n\n")
    level = _LEVELS.get(str(rule.level), str(rule.level).capitalize())
    return RuleView(
        rule.code, level, safe.light(reason), tuple(map(safe.light, rest)), rule.bad.rstrip(), rule.good.rstrip()
    )


VIEWS: Mapping[str, RuleView] = {rule.code: view(rule) for rule in checks.RULES}
"""Every rule for readers, by code."""


def groups() -> list[GroupView]:
    """All rules by subject, in the order of the manual."""
    by_module: dict[str, list[RuleView]] = {}
    says: dict[str, str] = {}
    for rule in checks.RULES:
        name = rule.judge.__module__
        by_module.setdefault(name, []).append(VIEWS[rule.code])
        says[name] = inspect.cleandoc(getattr(inspect.getmodule(rule.judge), "__doc__", None) or "")
    return [_group(name.rpartition(".")[2].capitalize(), says[name], rules) for name, rules in by_module.items()]


def _group(title: str, says: str, rules: list[RuleView]) -> GroupView:
    """`Dates: each rests on something.` says below the heading `Dates` that each rests on something."""
    lead = says.partition("\n\n")[0].replace("\n", " ").removeprefix(f"{title}: ")
    return GroupView(title.replace("_", " "), lead[:1].upper() + lead[1:], tuple(rules))
