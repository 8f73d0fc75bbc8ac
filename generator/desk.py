"""The curator's commands: arguments in, exit code out, as in `cli`.

`archive` reads a source and takes its fingerprint, `quote` says whether words stand in one, `format` lays `facts.yaml`
out, `schema` tells editors its form and its ids, and `new` begins a briefing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from generator import files, layout, load, lookup, nodes, quotes, reports, site
from generator import schema as schemas
from generator.console import CLEAN, PROBLEMS, ROOT, UNUSABLE, print_problems, say
from generator.problems import UnusableInputError, did_you_mean

_MOST = 3
"""Other sources that are named."""

# -- schema ---------------------------------------------------------------------------------------------------------


@click.command()
@ROOT
@click.option(
    "--check", "compare", is_flag=True, help="Print nothing; tell whether facts.schema.json in the folder is current."
)
@click.option("--write", "keep", is_flag=True, help="Print nothing; bring facts.schema.json in the folder up to date.")
def schema(root: Path, *, compare: bool, keep: bool) -> None:
    """Print the JSON Schema of facts.yaml, with its ids, by which editors complete, explain and underline."""
    inputs = files.read_inputs(root)
    try:
        current = schemas.dump(site.fact_base(inputs.facts))
    except UnusableInputError as error:
        say(reports.as_text(error.problems))  # the standard output may be the file itself
        say("the ids of facts.yaml cannot be read; facts.schema.json is as it was")
        sys.exit(UNUSABLE)
    file = root / schemas.FILE
    if keep:
        _refresh(file, current)
    elif not compare:
        click.echo(current, nl=False)
    elif not file.is_file() or file.read_bytes().replace(b"\r\n", b"\n") != current.encode():
        found = "is not what the model and facts.yaml say" if file.is_file() else "is not there"
        say(f"{file} {found}; bring it up to date: python -m generator schema --write")
        sys.exit(PROBLEMS)


def _refresh(file: Path, current: str) -> None:
    """Write the schema where it is not current."""
    _write(file, file.read_bytes() if file.is_file() else None, current.encode())


def _write(file: Path, old: bytes | None, new: bytes) -> None:
    """Write a file that changed, or leave with the words of the disk."""
    if new == old:
        return
    try:
        files.replace_file(file, new, instead_of=old)
    except files.DiskError as error:
        say(f"not written: {error}")
        sys.exit(UNUSABLE)


# -- format ---------------------------------------------------------------------------------------------------------


@click.command(name="format")
@ROOT
@click.option(
    "--check", "compare", is_flag=True, help="Write nothing; tell whether facts.yaml has its canonical layout."
)
def format_(root: Path, *, compare: bool) -> None:
    """Put facts.yaml into canonical order and layout: every value, every comment and the order of records stay."""
    file = root / site.FACTS
    old = _read(file)
    try:
        text = nodes.decode(site.FACTS, old)
        new = layout.formatted(site.FACTS, text).encode()
    except UnusableInputError as error:
        print_problems(error.problems)
        say(f"{file} is as it was")
        sys.exit(UNUSABLE)
    except layout.LayoutError as error:
        say(f"{file} is as it was: {error}; that is a fault of this command, please report it with the file")
        sys.exit(UNUSABLE)
    if new == old:
        say(f"{file} has its canonical layout")
    elif compare:
        say(f"{file} has another layout than the canonical one; lay it out: python -m generator format")
        sys.exit(PROBLEMS)
    else:
        _write(file, old, new)
        say(f"{file} is laid out anew; every value and every comment is as it was")


def _read(file: Path) -> bytes:
    """The bytes of an input that the command cannot do without."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        say(f"there is no {file}; run the command in the folder of the briefing, or name it with --root")
    except OSError as error:
        say(f"{file} cannot be read: {error.strerror or error}")
    sys.exit(UNUSABLE)


# -- quote ----------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("source", metavar="ID")
@click.argument("words")
@ROOT
def quote(source: str, words: str, root: Path) -> None:
    """Say whether words stand in a source, and in which paragraph, or what comes nearest; `-` reads them from stdin."""
    try:
        said = nodes.decode("stdin", sys.stdin.buffer.read()) if words == "-" else words
    except UnusableInputError as error:
        print_problems(error.problems)
        sys.exit(UNUSABLE)
    sys.exit(_quote(root, source, " ".join(said.split())))


def _quote(root: Path, source: str, words: str) -> int:
    inputs = files.read_inputs(root)
    fingerprints = _fingerprints(inputs.lock)
    fingerprint = fingerprints.get(source)
    if fingerprint is None:
        guess = did_you_mean(source, fingerprints, "take it: python -m generator archive ID FILE-or-URL")
        say(f"no source with the id {source!r} has a fingerprint; {guess}")
        return UNUSABLE
    try:
        known = {*lookup.vocabulary(site.fact_base(inputs.facts))}
    except UnusableInputError:  # the words of the fact base would help to find a slip, no more
        known = set()
    try:
        answer = lookup.look_up(source, words, fingerprints, known)
    except ValueError as error:
        say(str(error))
        return UNUSABLE
    click.echo("\n".join(_answer(answer, fingerprint, words)))
    return CLEAN if answer.paragraphs else PROBLEMS


def _answer(answer: lookup.Answer, fingerprint: quotes.Fingerprint, words: str) -> list[str]:
    where = f"{fingerprint.id} ({fingerprint.coverage}, read {fingerprint.seen})"
    if answer.paragraphs:
        lines = [f"proven: the words stand in paragraph {_listed(answer.paragraphs)} of {where}"]
    elif fingerprint.coverage == quotes.WHOLE:
        lines = [f"not proven: the words do not stand in {where}"]
    else:
        lines = [f"not proven: the words do not stand in the part that was read of {where}"]
    compared = " ".join(answer.tokens)
    if compared != words:
        lines.append(f"    compared: {compared}")
        lines.append("              (case, shapes of quotation marks and dashes, spaces and punctuation do not count)")
    longest = answer.longest
    if longest:
        run = " ".join(answer.tokens[longest.start : longest.stop])
        lines.append(f"    nearest:  paragraph {longest.paragraph} has “{run}”")
    elif not answer.paragraphs:
        lines.append("    nearest:  no three of the words stand there in a row")
    lines += [f"    next:     {each}" for each in answer.slips]
    elsewhere = [*answer.elsewhere.items()][:_MOST]
    lines += [f"    next:     the words stand in paragraph {number} of {name}" for name, number in elsewhere]
    return lines


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _fingerprints(raw: bytes | None) -> dict[str, quotes.Fingerprint]:
    """The fingerprints of a lock; of one that is broken, none, and the command ends."""
    try:
        found, _, problems = load.load_lock(site.LOCK, nodes.decode(site.LOCK, raw or b""))
    except UnusableInputError as error:
        problems, found = error.problems, {}
    if problems:
        print_problems(problems)
        sys.exit(UNUSABLE)
    return found


COMMANDS = (quote, format_, schema)
"""In the order of the help."""
