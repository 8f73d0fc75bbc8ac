"""`python -m generator`. A build that has nothing to do says so before anything that builds is loaded."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from generator import unchanged

_OPTIONS = {"--root", "--site"}


def _standing(arguments: list[str]) -> bool:
    """Whether the arguments ask for a build that would change nothing; if so, it is told."""
    started = time.perf_counter()
    named = dict(zip(arguments[1::2], arguments[2::2], strict=False))
    if arguments[:1] != ["build"] or len(arguments) % 2 == 0 or not named.keys() <= _OPTIONS:
        return False
    root = Path(named.get("--root", "."))
    target = Path(named["--site"]) if "--site" in named else root / "site"
    try:
        said = unchanged.answer(root, target, Path(__file__).parent.parent)
    except OSError:
        return False
    if said is None:
        return False
    sys.stdout.write(said[0])
    seconds = time.perf_counter() - started
    sys.stderr.write(f"{target}: nothing has changed since it was built: {said[1]} ({seconds:.2f} s)\n")
    return True


if not _standing(sys.argv[1:]):
    from generator.cli import main

    main(prog_name="python -m generator")
