"""Arguments in, exit code out; the only place that prints. 0: clean. 1: problems. 2: unusable input or usage."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from generator import files, memo, reports, site
from generator import schema as schemas
from generator.problems import Level, Problem, did_you_mean, has_errors

_ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="The folder of the briefing: facts.yaml, content/, sources.lock. Default: this folder.",
)
_CLEAN, _PROBLEMS, _UNUSABLE = 0, 1, 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Turn a checked fact base into a briefing site."""


@main.command()
@_ROOT
@click.option(
    "--format", "style", type=click.Choice([*reports.FORMATS]), default="text", help="How problems are written."
)
@click.option(
    "--base",
    default="",
    metavar="VERSION",
    help="An earlier version, as a folder or a git revision: no fact of it may be gone, no figure changed in silence.",
)
@click.option("--no-memo", is_flag=True, help="Judge every fact, also those that are as they were in the last run.")
def check(root: Path, style: str, base: str, no_memo: bool) -> None:
    """Judge the facts, the prose and the evidence: every problem, in file order, with its line and the next step."""
    sys.exit(_check(root, style, base, recall=not no_memo))


@site.no_garbage_collection()
def _check(root: Path, style: str, base: str, *, recall: bool) -> int:
    started = time.perf_counter()
    judged, code = _judged(root, style, notes=True, base=base, recall=recall)
    if judged is not None and style == "text":
        _say(f"{reports.summary(judged.problems)} in {_size(judged)} ({time.perf_counter() - started:.2f} s)")
    new = judged.memorised() if judged else None
    if new:  # after the answer, which somebody waits for
        files.write_memo(root, new)
    return code


def _size(judged: site.Judged) -> str:
    """`94 facts, 14 sources, 6 pages and 185 quotes, all proven`."""
    proven, unproven = judged.quotes
    counts = {
        "fact": len(judged.briefing.facts),
        "source": len(judged.briefing.sources),
        "page": len(judged.briefing.pages),
    }
    counted = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items()]
    quoted = f"{proven + unproven} quote{'' if proven + unproven == 1 else 's'}"
    waived = f"; {len(judged.waived)} waived" if judged.waived else ""
    return f"{', '.join(counted)} and {quoted}, " + (f"{unproven} not proven" if unproven else "all proven") + waived


def _judged(
    root: Path, style: str = "text", *, notes: bool = False, base: str = "", recall: bool = False
) -> tuple[site.Judged | None, int]:
    """Read and judge; problems are printed at once. Returns what was judged, if it could be read, and the exit code.

    Notes are for who works on the facts: only `check` prints them. It also recalls what it judged the last time.
    """
    inputs = files.read_inputs(root)
    if base:
        from generator import versions  # noqa: PLC0415 - as elsewhere

        try:
            inputs = replace(inputs, before=versions.read(root, base).facts)
        except versions.VersionError as error:
            _say(str(error))
            return None, _UNUSABLE
    is_large = len(inputs.facts or b"") >= memo.LARGE
    judged = site.judge(inputs, files.read_memo(root) if recall and is_large else None)
    _print_problems([each for each in judged.problems if notes or each.level is not Level.NOTE], style)
    if judged.unusable:
        return judged, _UNUSABLE
    return judged, _PROBLEMS if has_errors(judged.problems) else _CLEAN


def _print_problems(problems: Sequence[Problem], style: str) -> None:
    click.echo(reports.FORMATS[style](problems), nl=False)


def _say(text: str) -> None:
    """Tell the person at the terminal; not part of a command's output."""
    click.echo(text, err=True)


_SITE = click.option(
    "--site",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="The folder of the finished site. Default: site/ in the folder of the briefing.",
)


@main.command()
@_ROOT
@_SITE
@click.option(
    "--pdf",
    is_flag=True,
    help="Have a Chromium print the whole briefing, too; the variable BRIEFING_CHROMIUM names one that is not found.",
)
def build(root: Path, target: Path | None, pdf: bool) -> None:
    """Build the site, audit it, and exchange it for the last good one in a single step."""
    sys.exit(_build(root, target or root / "site", pdf=pdf))


def _build(root: Path, target: Path, *, pdf: bool = False) -> int:
    """Build once, tell what came of it, and return the exit code."""
    from generator import build as building  # noqa: PLC0415 - check starts without what only a build needs
    from generator import paper  # noqa: PLC0415 - the same

    started = time.perf_counter()
    judged, code = _judged(root)
    if judged is None or code:
        _say("nothing was written, the last good site stands")
        return code
    try:
        built = building.build(judged, root, target, _progress, with_pdf=pdf)
    except files.DiskError as error:
        _say(f"not published: {error}")
        return _UNUSABLE
    except paper.PaperError as error:
        _say(f"not published, the last good site stands: {error}")
        return _UNUSABLE
    finally:
        _progress("")
    _print_problems(built.problems, "text")
    if built.problems:
        _say(f"{reports.summary(built.problems)}: the last good site stands")
        return _PROBLEMS
    _say(f"{target}: {built.pages} pages, {_size(judged)} ({time.perf_counter() - started:.1f} s)")
    return _CLEAN


@main.command()
@_ROOT
@_SITE
@click.option("--port", default=8000, show_default=True, help="The port on this machine.")
def serve(root: Path, target: Path | None, port: int) -> None:
    """Build, show the site in a browser on this machine, and build again whenever an input changes."""
    from generator import build as building  # noqa: PLC0415 - as above
    from generator import serve as serving  # noqa: PLC0415

    folder = target or root / "site"
    _build(root, folder)
    server = serving.Server(lambda: _rebuilt(root, folder), folder, port)
    _say(f"http://{serving.HOST}:{port}/ - stop with Ctrl+C")
    try:
        serving.serve(server, serving.inputs(root, building.HOME))
    except serving.PortError as error:
        _say(str(error))
        sys.exit(_UNUSABLE)


def _rebuilt(root: Path, folder: Path) -> None:
    _say("an input changed")
    _build(root, folder)


@main.command()
@_ROOT
@_SITE
def audit(root: Path, target: Path | None) -> None:
    """Compare a finished site, word by word, with all that the facts promise it, whatever rendered it."""
    from generator import build as building  # noqa: PLC0415 - as above

    started = time.perf_counter()
    judged, code = _judged(root)
    if judged is None or code:
        _say("the site was not looked at: what it must hold is not known")
        sys.exit(code)
    folder = target or root / "site"
    if not folder.is_dir():
        _say(f"there is no folder {folder}; build the site, or name its folder with --site")
        sys.exit(_UNUSABLE)
    problems = building.look_over(judged, folder)
    _print_problems(problems, "text")
    _say(f"{reports.summary(problems)} in {folder} ({time.perf_counter() - started:.1f} s)")
    sys.exit(_PROBLEMS if has_errors(problems) else _CLEAN)


def _progress(step: str) -> None:
    """Show the current step on a terminal, on one line that the next step overwrites; say nothing in a log."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{step}…" if step else "\r\x1b[K", err=True, nl=False)


@main.command()
@click.argument("code")
def explain(code: str) -> None:
    """Show the page of a code: what must hold, why, and a bad and a good example."""
    if code not in reports.EXPLAINED:
        _say(f"no problem has the code {code!r}: {did_you_mean(code, reports.EXPLAINED, 'see the list below')}\n")
        _say(reports.as_list())
        sys.exit(_UNUSABLE)
    click.echo(reports.as_page(reports.EXPLAINED[code]), nl=False)


@main.command()
@_ROOT
@click.option(
    "--check", "compare", is_flag=True, help="Print nothing; tell whether facts.schema.json in the folder is current."
)
def schema(root: Path, compare: bool) -> None:
    """Print the JSON Schema of facts.yaml, with which editors complete, explain and underline."""
    if not compare:
        click.echo(schemas.dump(), nl=False)
        return
    file = root / schemas.FILE
    if not file.is_file() or file.read_bytes().replace(b"\r\n", b"\n") != schemas.dump().encode():
        found = "is not what the model says" if file.is_file() else "is not there"
        _say(f"{file} {found}; write it anew: python -m generator schema > {schemas.FILE}")
        sys.exit(_PROBLEMS)
