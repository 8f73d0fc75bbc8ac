"""The curator's commands: arguments in, exit code out, as in `cli`.

`archive` reads a source and takes its fingerprint, `quote` says whether words stand in one, `format` lays `facts.yaml`
out, `schema` tells editors its form and its ids, and `new` begins a briefing.
"""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from generator import extract, files, intake, layout, load, lookup, nodes, quotes, reports, site
from generator import schema as schemas
from generator.console import CLEAN, PROBLEMS, ROOT, UNUSABLE, print_problems, say
from generator.model import FactBase
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
        say(reports.as_text(error.problems).rstrip())  # the standard output may be the file itself
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


def _read(
    file: Path, otherwise: str = "run the command in the folder of the briefing, or name it with --root"
) -> bytes:
    """The bytes of a file that the command cannot do without, or the next step."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        say(f"there is no {file}; {otherwise}")
    except OSError as error:
        look = "look at its permissions, and whether it is a file at all"
        say(f"{file} cannot be read: {error.strerror or error}; {look}")
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


# -- archive --------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("source", metavar="ID")
@click.argument("page", metavar="FILE-or-URL")
@ROOT
@click.option(
    "--whole/--excerpt",
    default=None,
    help="Whether the text was read from beginning to end, or only a part of it; only you can know.",
)
@click.option("--seen", metavar="DAY", default="", help="The day on which it was read. Default: today.")
@click.option("--language", metavar="TAG", default="", help="The language of the page, where the page does not say.")
@click.option("--write", "keep", is_flag=True, help="Add the proposed record to the sources of facts.yaml.")
@click.option("--force", is_flag=True, help="Replace a fingerprint even where quotes would no longer be proven.")
def archive(
    source: str, page: str, root: Path, *, whole: bool | None, seen: str, language: str, keep: bool, force: bool
) -> None:
    """Read a page (HTML, PDF or text), take its fingerprint and propose its record; the text stays in archive/."""
    if whole is None:
        say("was it read from beginning to end (--whole), or only a part of it (--excerpt)? Only you can know.")
        sys.exit(UNUSABLE)
    if not load.is_id(source):
        say(f"{source!r} is no id; wanted: lower-case letters a to z, digits and single hyphens, at most 80")
        sys.exit(UNUSABLE)
    day = _day(seen)
    inputs = files.read_inputs(root)
    base, known = _base(inputs.facts), _fingerprints(inputs.lock)
    url, found = _extracted(page)
    fresh = quotes.make(source, found.text, coverage=quotes.WHOLE if whole else "excerpt", seen=day)
    if fresh.tokens < quotes.GRAM:
        words = f"{fresh.tokens} word{'' if fresh.tokens == 1 else 's'}"
        say(f"its text has only {words}, too few to prove anything; save its text as a file, and name that")
        sys.exit(UNUSABLE)
    _spare(intake.lost(base, known.get(source), fresh), force=force)
    _write_text(root, source, found.text)
    _write(root / site.LOCK, inputs.lock, quotes.dump({**known, source: fresh}).encode())
    count = f"{len(fresh.packed)} paragraph{'' if len(fresh.packed) == 1 else 's'}"
    say(f"{source}: {count}, {fresh.tokens:,} words, {fresh.coverage}, read {day}")
    notes = [*found.notes, f"the text is in {root / _TEXTS / source}.txt, for your eyes; it belongs to its publisher"]
    say("\n".join(f"    {each}" for each in notes))
    fields = intake.record(found, source, url=url, seen=day, language=language)
    listed = {each.id: each for each in base.sources}.get(source)
    if listed:
        for each in intake.differences(listed, fields):
            say(f"    {each}; the record is as it was")
        return
    item = intake.as_yaml(fields)
    say(f"    for you to write: {', '.join(name for name, value in fields.items() if not value)}")
    if keep and inputs.facts is not None:
        _add(root, inputs.facts, item)
    else:
        click.echo(item, nl=False)


def _base(raw: bytes | None) -> FactBase:
    """The fact base, without which nobody knows what rests on a source."""
    try:
        return site.fact_base(raw)
    except UnusableInputError as error:
        print_problems(error.problems)
        say("nothing was written: what rests on this source could not be read")
        sys.exit(UNUSABLE)


def _spare(lost: Sequence[intake.Lost], *, force: bool) -> None:
    """Name the quotes that a new fingerprint would not prove, and leave, unless somebody insists."""
    if not lost:
        return
    count = f"{len(lost)} quote{'' if len(lost) == 1 else 's'}"
    say(f"this text lacks {count} that the last one proves:")
    say("\n".join(f"    fact {each.fact}: “{each.quote}”" for each in lost))
    if not force:
        say("nothing was written; read the page again, or replace the fingerprint all the same with --force")
        sys.exit(PROBLEMS)


_TEXTS = "archive"
"""The folder of the texts that were read; it tells git to pass it over."""
_PASSED_OVER = "# the texts of sources belong to their publishers\n*\n"


def _day(seen: str) -> str:
    """The day of reading, as an ISO date; today where it is not said."""
    try:
        return (dt.date.fromisoformat(seen) if seen else dt.datetime.now().astimezone().date()).isoformat()
    except ValueError:
        say(f"{seen!r} is no day; wanted: a date such as 2031-05-20")
        sys.exit(UNUSABLE)


def _extracted(page: str) -> tuple[str, extract.Extracted]:
    """The address of a page, if it has one, and what was found on it."""
    from generator import fetch  # noqa: PLC0415 - no other command waits for what a network needs

    try:
        if fetch.is_address(page):
            came = fetch.fetch(page)
            if came.url != page:
                say(f"the page stands at {came.url}")
            return came.url, extract.extract(came.raw, media=came.type, charset=came.charset)
        raw = _read(Path(page), "name a file that is there, or an address that begins with https://")
        if len(raw) > fetch.MOST:
            say(f"{page} has more than {fetch.MOST // 1024**2} megabytes; save the part that is needed as a text")
            sys.exit(UNUSABLE)
        return "", extract.extract(raw)
    except (fetch.FetchError, extract.ExtractError) as error:
        say(f"{page}: {error}")
        sys.exit(UNUSABLE)


def _write_text(root: Path, source: str, text: str) -> None:
    """Keep a text where its reader finds it and git does not."""
    folder = root / _TEXTS
    for name, content in ((".gitignore", _PASSED_OVER), (f"{source}.txt", f"{text}\n")):
        file = folder / name
        _write(file, file.read_bytes() if file.is_file() else None, content.encode())


def _add(root: Path, facts: bytes, item: str) -> None:
    """Add a record to the fact base, and its id to the schema, if there is one."""
    file = root / site.FACTS
    text = nodes.decode(site.FACTS, facts)
    mark = facts[: len(facts) - len(text.encode())]  # of the byte order, where an editor wrote one
    try:
        new = intake.appended(site.FACTS, text, item)
    except intake.IntakeError as error:
        say(f"{error}; paste the record yourself:")
        click.echo(item, nl=False)
        sys.exit(PROBLEMS)
    _write(file, facts, mark + new.encode())
    say(f"    the record was added to {file}")
    if (root / schemas.FILE).is_file():
        _refresh(root / schemas.FILE, schemas.dump(site.fact_base(new.encode())))


# -- new ------------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a small briefing of your own that can be built at once: an example to write over."""
    try:
        files.copy_tree(_TEMPLATE, folder, {schemas.FILE: _schema_of_the_template()})
    except files.DiskError as error:
        say(f"nothing was made: {error}")
        sys.exit(UNUSABLE)
    where = shlex.quote(str(folder))
    say(f"{folder} holds a briefing; README.md in it tells what to write over. Next:")
    for command in ("check", "serve", "archive my-first-source FILE-or-URL --whole --write"):
        click.echo(f"    python -m generator {command} --root {where}")


_TEMPLATE = Path(__file__).parent.parent / "site_templates" / "new"


def _schema_of_the_template() -> bytes:
    return schemas.dump(site.fact_base((_TEMPLATE / site.FACTS).read_bytes())).encode()


COMMANDS = {"new": new, "archive": archive, "quote": quote, "format": format_, "schema": schema}
"""By their names, in the order of the manual."""
