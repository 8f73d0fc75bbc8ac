"""`python -m generator`. A run that has nothing to do says so before anything that builds or judges is loaded.

Before that, too, git begins to read what a review compares.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from generator import unchanged

if TYPE_CHECKING:
    from generator import git

_HOME = Path(__file__).parent.parent
_LARGE = ("facts.yaml", "sources.lock")
"""The files of which git takes long to read a version."""


def _answered(arguments: list[str]) -> int | None:
    """The exit code of a run that has nothing to do, of which all is told; None where it may have something to do."""
    return _built(arguments) if arguments[:1] == ["build"] else _checked(arguments)


def _built(arguments: list[str]) -> int | None:
    """Of a build that would change nothing."""
    started = time.perf_counter()
    named = _options(arguments, "build", {"--root", "--site"})
    if named is None:
        return None
    root = Path(named.get("--root", "."))
    target = Path(named["--site"]) if "--site" in named else root / "site"
    try:
        said = unchanged.answer(root, target, _HOME)
    except OSError:
        return None
    if said is None or not _can_print(said[0]):
        return None
    return _told(0, said[0], f"{target}: nothing has changed since it was built: {said[1]}", started)


def _checked(arguments: list[str]) -> int | None:
    """Of a check that would say what the last one said.

    Not of one with `--no-memo`, nor with `--base`: what that names may mean something else by now.
    """
    started = time.perf_counter()
    named = _options(arguments, "check", {"--root", "--format"})
    if named is None:
        return None
    said = unchanged.check(Path(named.get("--root", ".")), _HOME, named.get("--format", "text"))
    if said is None or not _can_print(said.printed):
        return None
    return _told(said.code, said.printed, said.told, started)


def _options(arguments: list[str], command: str, known: set[str]) -> dict[str, str] | None:
    """The options of a command; None where it is another, or where they are for who reads all of them."""
    if arguments[:1] != [command] or len(arguments) % 2 == 0:
        return None
    named = dict(zip(arguments[1::2], arguments[2::2], strict=True))
    return named if named.keys() <= known and all(named.values()) else None


def _can_print(text: str) -> bool:
    """Whether the output takes a text as it is; where it does not, `click` knows what to do."""
    return None not in (sys.stdout, sys.stderr) and (text.isascii() or sys.stdout.encoding.lower() in ("utf-8", "utf8"))


def _told(code: int, printed: str, told: str, started: float) -> int:
    """Print what a run would print, and the seconds that it took."""
    try:
        sys.stdout.write(printed)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has seen enough: `click` ends in the same way
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    if told:
        sys.stderr.write(f"{told} ({time.perf_counter() - started:.2f} s)\n")
    return code


def _ahead(arguments: list[str]) -> git.Ahead | None:
    """The large files of both versions of a review, which git reads meanwhile; None where nothing is compared.

    What is no revision git does not find, and who reads the arguments in earnest asks for what is not there.
    """
    if arguments[:1] != ["review"]:
        return None
    from generator import git  # noqa: PLC0415 - the others start without it

    root = next((value for option, value in pairwise(arguments) if option == "--root"), ".")
    names = [each for each in arguments[1:] if not each.startswith("-") and each != root and ".." not in each]
    return git.Ahead(Path(root), [f"{name}:./{path}" for name in names[:2] for path in _LARGE])


def _leave(code: object) -> None:
    """End at once: to free what a large briefing holds takes a tenth of its time, and the system does it as well."""
    watched = sys.gettrace() or sys.getprofile() or sys.flags.interactive or "coverage" in sys.modules
    if watched or not isinstance(code, int) or None in (sys.stdout, sys.stderr):
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # which Python tells in its own way
        return
    os._exit(code)


_code = _answered(sys.argv[1:])
if _code is None:
    _begun = _ahead(sys.argv[1:])
    from generator.cli import main

    try:
        main(prog_name="python -m generator", obj=_begun)
    except SystemExit as end:
        _leave(end.code)
        raise
else:
    sys.exit(_code)
