"""A checkout of the YAML test suite -> how the two readers do on it: `python -m tests.yaml_suite FOLDER`.

The suite (github.com/yaml/yaml-test-suite, MIT) is not part of this repository. Of each case that is an error both
readers must tell a problem, with its place; of each that is none, a problem, or the values that its events say. What
is a problem here need not be one of YAML: anchors, tags and second documents are refused on purpose.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generator import blocks, nodes, site
from generator.problems import Problem, UnusableInputError

_SIGNS = str.maketrans({"␣": " ", "»": "\t", "↵": "", "←": "\r", "⇔": "\ufeff", "—": ""})
Outcome = tuple[object, list[Problem]]
LENIENT = {
    "9C9N.0": "a bracket list goes on at the column of its key",
    "9JBA.0": "a comment right behind a bracket",
    "CVW2.0": "a comment right behind a comma",
    "DK95.1": "a tab before the second line of a text in quotes",
    "G5U8.0": "a lone dash in brackets",
    "MUS6.0": "a comment right behind %YAML",
    "QB6E.0": "a text in quotes goes on at the column of its key",
    "S98Z.0": "an empty first line of a block has more spaces than the next",
    "SU5Z.0": "a comment right behind a text in quotes",
    "X4QW.0": "a comment right behind the sign of a block",
    "Y79Y.3": "a tab before a word in brackets",
    "YJV2.0": "a lone dash in brackets",
}
"""Errors that libyaml reads all the same, in the only way in which they can be meant."""
OTHERWISE = {
    "652Z.0": "a question mark begins a key in braces",
    "HM87.1": "a question mark begins a word in brackets",
    "JEF9.2": "a block ends with spaces and no line break",
    "L24T.1": "the same",
}
"""What libyaml reads in a way of its own, as version 1.1 of YAML did."""


@dataclass(frozen=True)
class Case:
    """A case of the suite."""

    name: str
    text: str
    is_error: bool
    events: tuple[str, ...]
    """What a parser makes of it, as the suite writes it; of an error, as far as it comes."""


def cases(folder: Path) -> Iterator[Case]:
    """The cases of a checkout."""
    for path in sorted((folder / "src").glob("*.yaml")):
        last: dict[str, Any] = {}
        for number, given in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            last = {**{key: value for key, value in last.items() if key != "fail"}, **given}
            if last.get("skip"):
                continue
            text = str(last["yaml"]).replace("∎\n", "").translate(_SIGNS)
            rows = str(last.get("tree", "")).splitlines()
            yield Case(
                f"{path.stem}.{number}", text, bool(last.get("fail")), tuple(row.strip() for row in rows if row.strip())
            )


def read(parse: Callable[[str, str], tuple[nodes.Node | None, list[Problem]]], text: str) -> Outcome:
    """What a reader makes of a text: its nodes, or nothing, and its problems."""
    try:
        # as from a file: what is no UTF-8, and what is too long, is the first thing that is looked at
        return parse(site.FACTS, nodes.decode(site.FACTS, text.encode("utf-8", "surrogatepass")))
    except UnusableInputError as error:
        return None, error.problems


def values(node: object) -> object:
    """The values of a node, without their places."""
    match node:
        case nodes.Scalar():
            return node.text
        case nodes.Sequence():
            return [values(each) for each in node.items]
        case nodes.Mapping():
            return [(values(key), values(value)) for key, value in node.items]
        case _:
            return None


def said(events: tuple[str, ...]) -> object:
    """The same of the events that the suite lists, where there is no anchor, tag or alias."""
    stack: list[list[Any]] = [[]]
    kinds: list[str] = []
    for event in events:
        sign, _, rest = event.partition(" ")
        if sign in ("+MAP", "+SEQ"):
            stack.append([])
            kinds.append(sign)
        elif sign in ("-MAP", "-SEQ"):
            items = stack.pop()
            is_map = kinds.pop() == "+MAP"
            stack[-1].append([*zip(items[::2], items[1::2], strict=True)] if is_map else items)
        elif sign == "=VAL":
            stack[-1].append(_unescaped(rest.removeprefix("<!> ").replace("␣", " ").replace("»", "\t")[1:]))
    return stack[0][0] if stack[0] else None


def _unescaped(text: str) -> str:
    names = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "\\": "\\"}
    made, signs = "", iter(text)
    for sign in signs:
        made += names[next(signs)] if sign == "\\" else sign
    return made


def judge(case: Case) -> str:
    """What is wrong with how the two readers do on a case; empty where nothing is."""
    strict, fast = read(nodes.parse, case.text), read(blocks.parse, case.text)
    if strict != fast:
        return "the two readers differ"
    root, problems = strict
    if any(each.place.line < 1 or each.place.column < 1 or each.place.path != site.FACTS for each in problems):
        return "a problem without a place"
    if case.is_error:
        return "" if problems else "an error that is read"
    if problems:
        return ""
    return "" if values(root) == said(case.events) else f"other values: {values(root)!r} for {said(case.events)!r}"


def main() -> int:
    """Judge all cases; 1 if one of them is wrong."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path, help="a checkout of the suite, with its folder src/")
    given = asked.parse_args()
    counts: Counter[str] = Counter()
    wrong = 0
    for case in cases(given.folder):
        found = judge(case)
        kind = "errors" if case.is_error else "valid"
        refused = bool(read(nodes.parse, case.text)[1])
        counts[f"{kind}, {'refused' if refused else 'read'}"] += 1
        known = LENIENT | OTHERWISE
        if found and case.name in known and found != "the two readers differ":
            counts["known of libyaml"] += 1
        elif found or case.name in known:
            wrong += 1
            print(f"{case.name}: {found or 'is no exception any longer'}")
    if not counts:
        print(f"there are no cases in {given.folder / 'src'}")
        return 2
    print(f"{counts.total() - counts['known of libyaml']} cases: {dict(sorted(counts.items()))}; {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
