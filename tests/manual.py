"""The model, the rules and the commands -> those parts of the documents that say what they are.

In a document such a part stands between `<!-- made: NAME ARGUMENT -->` and `<!-- end -->`; a test compares it with what
is made here. `python -m tests.manual` writes all of them anew.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import click

import generator
from generator import assets, checks, edtf, forms, numerals, quotes, render, reports, schema, site, units
from generator.cli import main
from generator.fields import FieldSpec
from generator.hedges import HEDGES, Firmness
from generator.model import FACT_KINDS, Fact, FactBase, PageMeta, Record
from generator.numerals import in_digits
from generator.prose import CALLS, CallSpec
from tests.sites import ROOT

README, MANUAL = ROOT / "README.md", ROOT / "docs" / "manual.md"
DOCUMENTS = (
    README,
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
)
_PART = re.compile(r"(<!-- made: (\S+)(?: (\S+))? -->\n).*?(<!-- end -->)", re.DOTALL)
_FILE = re.compile(r"<!-- file: (\S+) -->\n+```\w+\n(.*?)```", re.DOTALL)


def rewritten(text: str) -> str:
    """A document with its made parts made anew."""
    return _PART.sub(lambda match: f"{match[1]}\n{PARTS[match[2]](match[3] or '')}\n{match[4]}", text)


def shown_files() -> dict[str, str]:
    """The small files that README and manual show as examples, by name."""
    return {name: text for path in (README, MANUAL) for name, text in _FILE.findall(path.read_text(encoding="utf-8"))}


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


# -- the fact base --------------------------------------------------------------------------------------------------

_RECORDS: dict[str, type[Record]] = {
    "fact-base": FactBase,
    "page": PageMeta,
    **{cls.NOUN: cls for cls in schema._records_within(FactBase)},
    **FACT_KINDS,
}


def _fields(noun: str) -> str:
    cls = _RECORDS[noun]
    common = Fact.specs() if noun in FACT_KINDS else {}
    rows = [
        (f"`{name}`", "yes" if spec.required else "", _form(spec), spec.purpose)
        for name, spec in cls.specs().items()
        if name not in common
    ]
    return _table(("Field", "Required", "Form", "What it holds"), rows)


def _form(spec: FieldSpec) -> str:
    match spec.type:
        case "text" | "words":
            return f"{'texts' if spec.type == 'words' else 'text'}, at most {spec.longest}"
        case "ref" | "refs":
            return f"{'id' if spec.type == 'ref' else 'ids'} of {_linked(spec.target)}"
        case "choice" | "choices":
            return ("some of " if spec.type == "choices" else "") + _listed(spec.choices)
        case "record" | "records":
            return _linked(spec.record.NOUN if spec.type == "record" else f"{spec.record.NOUN}s")
        case "url":
            return "web address"
        case _:
            return f"[{spec.type}](#{_ANCHORS[spec.type]})"


_ANCHORS = {"id": "ids", "date": "dates", "number": "numbers-and-hedges"}


def _linked(name: str) -> str:
    return f"[{name}](#{name})"


# -- dates and numbers ----------------------------------------------------------------------------------------------

_DATES = (
    *("2024-09-17", "2024-09", "2024", "2024-09-17~", "2024-09?", "2024-09-17%", "2024-09-XX", "202X"),
    *("2024-09-15/2024-09-19", "2024-09-17~/2024-09-19", "2023-12/2024-09", "2024-09-17/..", "../2024-09"),
)
_NUMBERS = (
    *(
        "70,000",
        "70 000",
        "1.2 million",
        "seventy thousand",
        "twenty-five",
        "two and a half million",
        "a dozen",
        "3.5%",
    ),
    *("−3", "twice", "one call", "a third of", "60,000 to 70,000", "60-70 thousand", "tens of thousands"),
    *("several hundred", "٧٠٬٠٠٠"),
)
_FOREIGN = (
    ("de", "70.000"),
    ("es", "3,5 millones"),
    ("fr", "70 000"),
    ("ru", "1,2 млн"),
    ("ar", "70 ألف"),
    ("tr", "%5"),
)
_DRAWN = {
    Firmness.EXACT: "a filled mark",
    Firmness.AROUND: "a hollow mark",
    Firmness.AT_LEAST: "a filled mark with an arrow upwards",
    Firmness.AT_MOST: "a filled mark with an arrow downwards",
    Firmness.RANGE: "a block from the lower to the upper end",
}


def _dates(_: str) -> str:
    def end(date: edtf.Edtf, *, last: bool) -> str:
        if (date.end if last else date.start) is None:
            return "open"
        return str(date.last if last else date.first)

    rows = [
        (f"`{text}`", date.words(), end(date, last=False), end(date, last=True))
        for text in _DATES
        for date in [edtf.parse(text)]
    ]
    return _table(("Written", "Read by the site's readers as", "First day", "Last day"), rows)


def _numbers(_: str) -> str:
    rows = []
    for language, text in (*(("en", text) for text in _NUMBERS), *_FOREIGN):
        (quantity,) = numerals.quantities(text, language)
        ends = dict.fromkeys(in_digits(round(end, 4).normalize()) for end in (quantity.low, quantity.high))
        kind = {"share": " of it", "": ""}.get(quantity.kind, f" {quantity.kind}")
        rows.append((text, language, " to ".join(ends) + kind))
    return _table(("In a text", "Language", "Is the number"), rows)


def _units(_: str) -> str:
    known: dict[str, dict[str, str]] = {}
    for unit in units.UNITS.values():
        factor = f" ({float(unit.factor):.10g})" if unit.factor is not None and unit.factor != 1 else ""
        known.setdefault(unit.dimension, {})[unit.name] = f"{unit.name}{factor}"
    rows = [(dimension or "what is counted", ", ".join(names.values())) for dimension, names in known.items()]
    return _table(("Of", "Units, with their factor to the one without"), rows)


def _hedges(_: str) -> str:
    rows = [
        (", ".join(hedge for hedge, meant in HEDGES.items() if meant is each) or "(no hedge)", str(each), _DRAWN[each])
        for each in Firmness
    ]
    return _table(("Hedge", "Means", "In a chart of figures"), rows)


def _vague(_: str) -> str:
    rows = [(word, in_digits_of(low), in_digits_of(high)) for word, (low, high) in numerals.VAGUE.items()]
    return _table(("Words", "`low`", "`high`"), rows)


def in_digits_of(number: int) -> str:
    """An integer as the fact base writes it."""
    return f"`{number}`"


# -- prose, rules, commands -----------------------------------------------------------------------------------------


def _calls(_: str) -> str:
    rows = [
        (
            f"`{{{{ {name}({_example(spec)}) }}}}`",
            _takes(spec),
            spec.purpose + (", as a block" if spec.is_block else ""),
        )
        for name, spec in CALLS.items()
    ]
    return _table(("Call", "Takes", "Puts into the page"), rows)


def _example(spec: CallSpec) -> str:
    if spec.selects:
        return 'topics=["id"]'
    if spec.words:
        return f'"{spec.words[0]}"'
    return "" if not spec.target else '"id", "id"' if spec.many else '"id"'


def _takes(spec: CallSpec) -> str:
    if spec.selects:
        return "a [selection](#selection)"
    if spec.words:
        return f"one of {_listed(spec.words)}"
    if not spec.target:
        return "nothing"
    return f"{'ids' if spec.many else 'an id'} of {_linked(spec.target)}"


def _rules(_: str) -> str:
    return _table(
        ("Code", "Level", "What must hold"), [(f"`{rule.code}`", str(rule.level), rule.reason) for rule in checks.RULES]
    )


def _forms(found_by: str) -> str:
    """The codes that are no rule's, of what the inputs or of what builds can have wrong."""
    listed = {"inputs": forms.OF_INPUTS, "builds": forms.OF_BUILDS}[found_by]
    rows = [(f"`{each.code}`", _within_the_manual(f"{each.reason} {each.text}")) for each in listed]
    return _table(("Code", "What must hold, and what to do"), rows)


def _within_the_manual(text: str) -> str:
    """A text that sends people to a part of the manual, as it stands in the manual itself."""
    return re.sub(r"“([^”]+)” in the manual", lambda part: f"[{part[1]}](#{part[1].lower().replace(' ', '-')})", text)


def _options(command: click.Command) -> list[click.Option]:
    return [each for each in command.params if isinstance(each, click.Option)]


def _usage(option: click.Option) -> str:
    kind = option.type
    value = "|".join(kind.choices) if isinstance(kind, click.Choice) else kind.name.upper()
    return option.opts[0] + ("" if option.is_flag else f" {value}")


def _commands(_: str) -> str:
    rows = []
    for name, command in main.every().items():
        arguments = [each.human_readable_name for each in command.params if isinstance(each, click.Argument)]
        options = [f"`{_usage(option)}`" for option in _options(command)]
        rows.append((f"`{' '.join([name, *arguments])}`", command.help or "", " ".join(options)))
    return _table(("Command", "What it does", "Options"), rows)


def _option_table(_: str) -> str:
    rows: dict[tuple[str, str], None] = {}
    for command in main.every().values():
        for option in _options(command):
            default = f" Default: {option.default}." if option.show_default else ""
            rows[f"`{_usage(option)}`", f"{option.help}{default}"] = None
    return _table(("Option", "What it says"), rows)


def sessions() -> Iterator[tuple[str, str, bool]]:
    """The nox sessions: name, first line of the docstring, and whether `nox` alone runs it."""
    for node in ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            by_default = "default=False" not in ast.unparse(node.decorator_list[0])
            yield node.name.rstrip("_"), (ast.get_docstring(node) or "").partition("\n")[0], by_default


def _sessions(_: str) -> str:
    rows = [(f"`nox -s {name}`", says, "yes" if alone else "") for name, says, alone in sessions()]
    return _table(("Session", "What it does", "Part of `nox` alone"), rows)


# -- what is said at a mistake, and the map -------------------------------------------------------------------------

MISTAKES = (("value: 1200", "value: 1300"), ("flour were lost", "flour were burnt"))
"""What the README breaks in its example."""


def broken(text: str) -> str:
    """The example of the README with two mistakes."""
    for right, wrong in MISTAKES:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    return text


def example(facts: str) -> site.Inputs:
    """The example of the README as inputs, with the fingerprint that the manual takes."""
    shown = shown_files()
    lock = quotes.dump(
        {"herald-fire": quotes.make("herald-fire", shown["page.txt"], coverage=quotes.WHOLE, seen="2031-05-20")}
    )
    return site.Inputs(facts.encode(), {"index.md": shown["content/index.md"].encode()}, lock.encode())


def _error(_: str) -> str:
    problems = site.judge(example(broken(shown_files()["facts.yaml"]))).problems
    return f"```text\n{reports.as_text(problems)}```\n"


def _map(_: str) -> str:
    floors = (generator.__doc__ or "").partition("true):\n\n")[2]
    return f"```text\n{floors.rstrip()}\n```\n"


# -- servers --------------------------------------------------------------------------------------------------------


def _server(name: str) -> str:
    """The settings of a web server that send what `_headers` says."""
    fields = assets.always(render.POLICY).items()
    if name == "apache":
        lines = [
            *(f'Header always set {field} "{value}"' for field, value in fields),
            f'Header set Cache-Control "{assets.AGAIN}"',
            f'<FilesMatch "{assets.PATTERN}">',
            f'    Header set Cache-Control "{assets.FOR_GOOD}"',
            "</FilesMatch>",
        ]
    else:
        lines = [
            "map $uri $how_long {",
            f'    default "{assets.AGAIN}";',
            f'    "~{assets.PATTERN}" "{assets.FOR_GOOD}";',
            "}",
            "server {",
            "    # listen, server_name, root; then",
            *(f'    add_header {field} "{value}" always;' for field, value in fields),
            "    add_header Cache-Control $how_long;",
            "    error_page 404 /404.html;",
            "}",
        ]
    return "\n".join(("```text", *lines, "```", ""))


PARTS: dict[str, Callable[[str], str]] = {
    "calls": _calls,
    "commands": _commands,
    "dates": _dates,
    "error": _error,
    "fields": _fields,
    "forms": _forms,
    "hedges": _hedges,
    "map": _map,
    "numbers": _numbers,
    "options": _option_table,
    "rules": _rules,
    "server": _server,
    "sessions": _sessions,
    "units": _units,
    "vague": _vague,
}
"""What stands in the documents under each name."""


def write(documents: Sequence[Path] = DOCUMENTS) -> None:
    """Write the made parts of the documents anew."""
    for path in documents:
        path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
