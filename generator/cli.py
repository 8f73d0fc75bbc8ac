"""Arguments in, exit code out. 0: clean. 1: problems. 2: unusable input or usage.

Nothing prints but this module, `desk` for the curator's commands, and `console` for both.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator import files, memo, reports, site, unchanged
from generator.console import CLEAN as _CLEAN
from generator.console import PROBLEMS as _PROBLEMS
from generator.console import ROOT as _ROOT
from generator.console import UNUSABLE as _UNUSABLE
from generator.console import print_problems as _print_problems
from generator.console import say as _say
from generator.problems import Level, Problem, UnusableInputError, did_you_mean, has_errors

if TYPE_CHECKING:
    from generator import git
    from generator import verify as verifying


_HOME = Path(__file__).parent.parent
"""The checkout."""


class _Commands(click.Group):
    """Commands whose list in the help says the whole sentence of each, in lines as wide as the terminal."""

    def every(self) -> dict[str, click.Command]:
        """All commands by their names, those of the curator last."""
        from generator import desk  # noqa: PLC0415 - the others start without what only these need

        return {**self.commands, **desk.COMMANDS}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return sorted(self.every())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self.every().get(cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; whatever input it cannot use at all, it ends with what is wrong, never with a traceback."""
        try:
            return super().invoke(ctx)
        except UnusableInputError as error:
            _print_problems(error.problems, "text")
            ctx.exit(_UNUSABLE)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        with formatter.section("Commands"):
            formatter.write_dl([(name, (each.help or "").strip()) for name, each in sorted(self.every().items())])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
    sight = unchanged.Sight.of(root, _HOME)
    judged, code = _judged(root, style, notes=True, base=base, recall=recall)
    if judged is None:
        return code
    told = ""
    if style == "text":
        of = "; the rest was not judged" if judged.unusable else f" in {_size(judged)}"
        told = f"{reports.summary(judged.problems)}{of}"
        _say(f"{told} ({time.perf_counter() - started:.2f} s)")
    # what follows is for the next run, and nobody waits for it
    if recall and not base and not judged.inputs.refused:
        said = unchanged.Said(code, reports.FORMATS[style](judged.problems), told)
        unchanged.keep_check(sight, style, judged.inputs.written(), said)
    _memorise(root, judged)
    return code


def _memorise(root: Path, judged: site.Judged) -> None:
    """Keep what the next run may recall."""
    new = judged.memorised()
    if new:
        files.write_memo(root, new)


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

    Notes are for who works on the facts: only `check` prints them. To `recall` what was judged the last time gives the
    same answer sooner.
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
    _print_problems(judged.problems if notes else _for_readers(judged.problems), style)
    if judged.unusable:
        return judged, _UNUSABLE
    return judged, _PROBLEMS if has_errors(judged.problems) else _CLEAN


def _for_readers(problems: Sequence[Problem]) -> list[Problem]:
    """The problems that stand in the way of readers: notes are for who works on the facts."""
    return [each for each in problems if each.level is not Level.NOTE]


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
    """Build the site, audit it, and exchange it for the last good one in a single step; with --pdf always anew."""
    sys.exit(_build(root, target or root / "site", pdf=pdf))


def _build(root: Path, target: Path, *, pdf: bool = False) -> int:
    """Build once, tell what came of it, and return the exit code."""
    from generator import build as building  # noqa: PLC0415 - check starts without what only a build needs
    from generator import paper  # noqa: PLC0415 - the same

    started = time.perf_counter()
    sight = unchanged.Sight.of(root, building.HOME)
    judged, code = _judged(root, recall=True)
    if judged is None or code:
        _say(_unwritten(target))
        return code
    try:
        built = building.build(judged, root, target, _progress, with_pdf=pdf)
    except files.DiskError as error:
        _say(f"not published: {error}")
        return _UNUSABLE
    except paper.PaperError as error:
        _say(f"not published, the last good site stands: {error}")
        return _UNUSABLE
    except UnusableInputError as error:  # a template, which is no input of the briefing
        _print_problems(error.problems, "text")
        _say(_unwritten(target))
        return _UNUSABLE
    finally:
        _progress("")
    _print_problems(built.problems, "text")
    if built.problems:
        _say(f"{reports.summary(built.problems)}: the last good site stands")
        return _PROBLEMS
    told = f"{built.pages} pages, {_size(judged)}"
    _say(f"{target}: {told} ({time.perf_counter() - started:.1f} s)")
    if built.changed:
        _say(f"{', '.join(built.changed)} changed meanwhile: the site is of the earlier state, so build it again")
    elif not pdf:
        printed = reports.FORMATS["text"](_for_readers(judged.problems))
        unchanged.keep(sight, target, building.hashes(built.origin, root), (printed, told))
    _memorise(root, judged)  # for the next run, and nobody waits for it
    return _CLEAN


def _unwritten(target: Path) -> str:
    return "nothing was written" + (", the last good site stands" if target.is_dir() else "")


@main.command()
@_ROOT
@_SITE
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="The port on this machine."
)
def serve(root: Path, target: Path | None, port: int) -> None:
    """Build, show the site in a browser on this machine, and build again whenever an input changes."""
    from generator import serve as serving  # noqa: PLC0415 - as above

    folder = target or root / "site"
    try:
        server = serving.Server(folder, port)
    except serving.PortError as error:
        _say(str(error))
        sys.exit(_UNUSABLE)
    _say(f"http://{serving.HOST}:{port}/ - stop with Ctrl+C")
    serving.serve(server, serving.Workshop(server, root, folder, _print_for_readers, _say))


def _print_for_readers(problems: Sequence[Problem]) -> None:
    _print_problems(_for_readers(problems), "text")


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
    problems = building.look_over(judged, root, folder)
    if target is not None:  # which may have any name
        named = (f"{target.as_posix()}/{each.place.path.removeprefix('site/')}" for each in problems)
        problems = [
            replace(each, place=replace(each.place, path=path)) for each, path in zip(problems, named, strict=True)
        ]
    _print_problems(problems, "text")
    _say(f"{reports.summary(problems)} in {folder} ({time.perf_counter() - started:.1f} s)")
    sys.exit(_PROBLEMS if has_errors(problems) else _CLEAN)


@main.command()
@click.argument("copy", metavar="FOLDER-ZIP-or-URL")
@click.option("--rebuild", is_flag=True, help="Build the site once more from its inputs, too, and compare every byte.")
@_ROOT
def verify(copy: str, rebuild: bool, root: Path) -> None:
    """Compare a site, in a folder, the zip of an edition or on the web, with its manifest; nothing else is needed."""
    from generator import verify as verifying  # noqa: PLC0415 - as above

    try:
        sys.exit(_verify(copy, root if rebuild else None))
    except verifying.VerifyError as error:
        _say(f"not verified: {error}")
        sys.exit(_UNUSABLE)
    finally:
        _progress("")


def _verify(name: str, root: Path | None) -> int:
    from generator import fetch, manifest  # noqa: PLC0415 - as above
    from generator import verify as verifying  # noqa: PLC0415

    is_far = fetch.is_address(name)
    copy = verifying.of_address(name, _progress) if is_far else verifying.of_path(Path(name))
    problems = verifying.with_itself(copy)
    if root is not None:
        judged, code = _judged(root)
        if judged is None or code:
            _say("not verified: these inputs build no site")
            return code
        with tempfile.TemporaryDirectory(prefix="verify-") as work:
            fresh, code = _rebuilt_for(judged, root, Path(work) / "site", has_pdf="briefing.pdf" in copy.files)
        if fresh is None:
            return code
        told = {each.place.path for each in problems}
        problems += [each for each in verifying.with_build(copy, fresh) if each.place.path not in told]
    _progress("")
    _print_problems(problems, "text")
    listed = len(copy.said.files)
    count = f"{listed} file{'' if listed == 1 else 's'}"
    if problems:
        _say(f"{reports.summary(problems)} in {name}, of which the manifest lists {count}")
        return _PROBLEMS
    _say(f"{name}: {count} as {manifest.PATH} lists them" + (", and as the inputs build them" if root else ""))
    _say(f"site   {copy.said.digest}\ninputs {copy.said.built_from}")
    if is_far:
        _say("a file that the manifest does not list cannot be seen from here; compare a copy in a folder")
    return _CLEAN


def _rebuilt_for(judged: site.Judged, root: Path, target: Path, *, has_pdf: bool) -> tuple[verifying.Copy | None, int]:
    """A site that is built to compare another with; a PDF is not printed, since no two machines print the same."""
    from generator import build as building  # noqa: PLC0415 - as above
    from generator import verify as verifying  # noqa: PLC0415

    try:
        built = building.build(judged, root, target, _progress, printed=b"" if has_pdf else None, clean=True)
    except files.DiskError as error:
        _say(f"not verified: {error}")
        return None, _UNUSABLE
    finally:
        _progress("")
    if built.problems:
        _print_problems(built.problems, "text")
        _say("not verified: these inputs build no site")
        return None, _PROBLEMS
    return verifying.of_folder(target), _CLEAN


@main.command()
@_ROOT
def sbom(root: Path) -> None:
    """Print the bill of materials of the site as CycloneDX: every package of the lock, with its hashes."""
    from generator import build as building  # noqa: PLC0415 - as above
    from generator import sbom as bill  # noqa: PLC0415

    judged, code = _judged(root)
    if judged is None or code:
        _say("there is no bill of what builds no site")
        sys.exit(code)
    origin = building.origin(judged.inputs)
    click.echo(bill.make(origin.lock, origin.digest, judged.briefing.base.briefing.as_of.last), nl=False)


@main.command()
@_ROOT
@_SITE
@click.option("--remote", default="origin", show_default=True, help="The remote, as `git remote` names it.")
@click.option("--branch", default="gh-pages", show_default=True, help="The branch of the remote that holds the site.")
@click.option("--replace", is_flag=True, help="Let go what on that branch is of no site of ours; its history stays.")
@click.option("--rehearse", is_flag=True, help="Do everything but the push.")
def publish(root: Path, target: Path | None, remote: str, branch: str, replace: bool, rehearse: bool) -> None:
    """Push the finished site to a branch, if it is to the byte what the last commit builds, and audited."""
    from generator import publish as publishing  # noqa: PLC0415 - as above

    try:
        sys.exit(_publish(root, target or root / "site", (remote, branch), replace=replace, rehearse=rehearse))
    except publishing.PublishError as error:
        _say(f"not published: {error}")
        sys.exit(_UNUSABLE)


def _publish(root: Path, site: Path, place: tuple[str, str], *, replace: bool, rehearse: bool) -> int:
    """Look at everything that could stand in the way before the long steps, and push last."""
    from generator import build as building  # noqa: PLC0415 - as above
    from generator import publish as publishing  # noqa: PLC0415

    if not (site / "index.html").is_file():
        _say(f"not published: there is no site in {site}; build it, and look at it, first: nox -s build")
        return _UNUSABLE
    made = publishing.source(root, site, building.HOME)
    to = publishing.target(made, *place, replace=replace)
    with tempfile.TemporaryDirectory(prefix="publish-") as work:
        fresh = Path(work) / "site"
        _say(f"building {made.commit[:12]} anew, to compare")
        code = _build(root, fresh)
        if code:
            return code
        ways = publishing.differences(site, fresh)
        if ways:
            _differs(root, site, made.commit, ways)
            return _PROBLEMS
        done = publishing.publish(fresh, made, to, rehearse=rehearse)
    where = f"{to.branch} of {to.remote}"
    if not done.commit:
        _say(f"{where} holds this very site already; nothing was pushed")
        return _CLEAN
    size = f"{done.added} files new, {done.changed} changed, {done.removed} removed"
    _say(f"{where}: {size}, " + ("not pushed" if rehearse else f"pushed as {done.commit[:12]}"))
    if not publishing.is_pushed(made, to.remote):
        _say(f"no branch of {to.remote} is known to hold {made.commit[:12]}, of which the site is built: push that too")
    return _CLEAN


@main.command()
@click.argument("day", metavar="[DATE]", type=click.DateTime(["%Y-%m-%d"]), required=False)
@_ROOT
@_SITE
def release(day: dt.datetime | None, root: Path, target: Path | None) -> None:
    """Freeze the finished site and its inputs as a dated edition, one zip, and list what changed since the last one."""
    from generator import publish as publishing  # noqa: PLC0415 - as above
    from generator import release as releasing  # noqa: PLC0415

    try:
        sys.exit(_release(root, target or root / "site", day.date() if day else None))
    except (publishing.PublishError, releasing.ReleaseError, files.DiskError) as error:
        _say(f"no edition was made: {error}")
        sys.exit(_UNUSABLE)
    finally:
        _progress("")


def _release(root: Path, folder: Path, day: dt.date | None) -> int:
    """Look at everything that could stand in the way, build once more to compare, and write last."""
    from generator import build as building  # noqa: PLC0415 - as above
    from generator import editions, pages  # noqa: PLC0415
    from generator import publish as publishing  # noqa: PLC0415
    from generator import release as releasing  # noqa: PLC0415

    if not (folder / "index.html").is_file():
        _say(f"no edition was made: there is no site in {folder}; build it, and look at it, first: nox -s build")
        return _UNUSABLE
    judged, code = _judged(root)
    if judged is None or code:
        _say("no edition was made: these inputs build no site")
        return code
    planned = releasing.plan(judged, root, day)
    if planned is None:
        last = judged.briefing.editions[-1]
        _say(f"the briefing is as in its edition of {last.date.text}; nothing was written")
        return _CLEAN
    made = publishing.source(root, folder, building.HOME)
    printed = (folder / pages.PDF).read_bytes() if (folder / pages.PDF).is_file() else None
    with tempfile.TemporaryDirectory(prefix="release-") as work:
        fresh = Path(work) / "site"
        _say(f"building {made.commit[:12]} anew, to compare")
        built = building.build(judged, root, fresh, _progress, printed=printed)
        _progress("")
        if built.problems:
            _print_problems(built.problems, "text")
            _say("no edition was made: these inputs build no site")
            return _PROBLEMS
        ways = publishing.differences(folder, fresh)
        if ways:
            _differs(root, folder, made.commit, ways, "release")
            return _PROBLEMS
        done = releasing.write(root, judged, fresh, made.commit, planned)
    changed = editions.counted(done.entry.changes, done.entry.also) or "nothing that readers see"
    since = f"; since {planned.last.date.text}: {changed}" if planned.last else ", the first edition"
    _say(f"{done.path}: {done.entry.size:,} bytes, SHA-256 {done.entry.zip}{since}")
    _say(f"{site.EDITIONS} tells of it: commit that, add the url once the zip is where readers get it, and build again")
    return _CLEAN


def _differs(root: Path, site: Path, commit: str, ways: Sequence[str], then: str = "publish") -> None:
    """Tell how a site is not what its commit builds: what the audit says of it, then the files."""
    from generator import build as building  # noqa: PLC0415 - as above

    judged, code = _judged(root)
    if judged is not None and not code:
        _print_problems(building.look_over(judged, root, site), "text")
    _say(f"{'not published' if then == 'publish' else 'no edition was made'}: {site} is not what {commit[:12]} builds")
    for way in ways:
        _say(f"    {way}")
    _say(f"build it again, look at it, then {then}: nox -s build")


def _progress(step: str) -> None:
    """Show the current step on a terminal, on one line that the next step overwrites; say nothing in a log."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{step}…" if step else "\r\x1b[K", err=True, nl=False)


@main.command()
@click.argument("base")
@click.argument("head", default="", metavar="[HEAD]")
@_ROOT
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "html", "json", "github"]),
    default="text",
    show_default=True,
    help="How the review is written: for a terminal, a pull request, a browser, other tools, or as annotations.",
)
@click.pass_obj
def review(ahead: git.Ahead | None, base: str, head: str, root: Path, style: str) -> None:
    """Tell what changed between two folders or git revisions, in sentences, with its evidence, reach and questions."""
    sys.exit(_review(root, base, head, style, ahead))


@site.no_garbage_collection()
def _review(root: Path, base: str, head: str, style: str, ahead: git.Ahead | None) -> int:
    from generator import comments, versions  # noqa: PLC0415 - as elsewhere
    from generator import review as reviewing  # noqa: PLC0415

    started = time.perf_counter()
    try:
        before, *given = versions.read_all(root, *filter(None, (base, head)), ahead=ahead)
        after = given[0] if given else files.read_inputs(root)
    except versions.VersionError as error:
        _say(str(error))
        return _UNUSABLE
    if after.facts is None and not after.refused:
        _say(f"there is no {site.FACTS} in {root.resolve()}; name the folder of the briefing with --root")
        return _UNUSABLE
    try:
        found = reviewing.review(before, after)
    except UnusableInputError as error:
        _print_problems(error.problems, "text")
        names = ((base, before), (head or str(root), after))
        torn = [name for name, inputs in names if site.judge(inputs).unusable]
        which = " and ".join(torn) if torn else "one of the two versions"
        _say(f"{which} cannot be read, so nothing can be said of the change")
        return _UNUSABLE
    if style == "html":
        from generator import build as building  # noqa: PLC0415
        from generator import sheet  # noqa: PLC0415

        click.echo(sheet.page(found, building.TEMPLATES), nl=False)
    else:
        click.echo(comments.FORMATS[style](found), nl=False)
    if style == "text":
        _say(f"compared in {time.perf_counter() - started:.2f} s")
    return _PROBLEMS if found.is_broken else _CLEAN


@main.command()
@click.argument("facts", nargs=-1, required=True, metavar="FACT...")
@_ROOT
@click.option("--by", required=True, help="The reviewer, by the name that readers see.")
@click.option(
    "--date",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="DAY",
    help="The day of the review, as YYYY-MM-DD. Default: today.",
)
def seal(facts: Sequence[str], root: Path, by: str, on: dt.datetime | None) -> None:
    """Record in reviews.lock that somebody reviewed facts as they stand. It is a record, no signature."""
    sys.exit(_seal(root, facts, by, on.date() if on else dt.datetime.now(tz=dt.UTC).astimezone().date()))


def _seal(root: Path, names: Sequence[str], by: str, on: dt.date) -> int:
    from generator import seals  # noqa: PLC0415

    inputs = files.read_inputs(root)
    judged = site.judge(inputs)
    errors = [each for each in judged.problems if each.level is Level.ERROR]
    if errors:
        _print_problems(errors, "text")
        why = "what cannot be read" if judged.unusable else "a fact that breaks a rule"
        _say(f"nothing was sealed: {why} is not what a reviewer saw")
        return _UNUSABLE if judged.unusable else _PROBLEMS
    if not seals.is_name(by):
        _say(f"{by!r} is no name that a line can hold: at most {seals.LONGEST_NAME} visible characters, without tabs")
        return _UNUSABLE
    known = judged.briefing.facts
    for name in names:
        if name not in known:
            _say(f"there is no fact {name!r}: {did_you_mean(name, known, 'see facts.yaml for the ids')}")
            return _UNUSABLE
    given = seals.sealed(judged.briefing, [known[name] for name in dict.fromkeys(names)], by, on)
    try:
        files.replace_file(root / site.REVIEWS, seals.dump(given).encode(), instead_of=inputs.reviews)
    except files.DiskError as error:
        _say(f"nothing was sealed: {error}")
        return _UNUSABLE
    count = f"{len(dict.fromkeys(names))} fact{'' if len(dict.fromkeys(names)) == 1 else 's'}"
    _say(f"{site.REVIEWS}: {count} reviewed by {by} on {seals.day(on)} (a record, no signature)")
    return _CLEAN


@main.command()
@click.argument("code", default="")
def explain(code: str) -> None:
    """Show the page of a code: what must hold, why, and a bad and a good example; without one, list them all."""
    if not code:
        click.echo(reports.as_list())
        return
    if code not in reports.EXPLAINED:
        _say(f"no problem has the code {code!r}: {did_you_mean(code, reports.EXPLAINED, 'see the list below')}\n")
        _say(reports.as_list())
        sys.exit(_UNUSABLE)
    click.echo(reports.as_page(reports.EXPLAINED[code]), nl=False)
