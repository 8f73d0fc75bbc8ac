"""What a program sees of the conditions under which it runs, as JSON: the proof that a condition took hold.

It runs in the folder of a build, with the build's own Python and environment.
"""

import contextlib
import hashlib
import json
import locale
import os
import sys
import time
from pathlib import Path


def seen() -> dict[str, object]:
    """Each condition by its name."""
    try:
        spoken = locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        spoken = "C"  # what a program falls back to that asks for a locale that the machine does not have
    mask = os.umask(0o022)
    named = os.environ.get("BRIEFING_CACHE")
    return {
        "python": sys.version,
        "environment": sys.prefix,
        "folder": f"{Path.cwd()}",
        "home": f"{Path('~').expanduser()}",
        "zone": time.strftime("%z"),
        "locale": [spoken, locale.getpreferredencoding(do_setlocale=False)],
        "seed": hash("a"),
        "umask": mask,
        "year": time.gmtime().tm_year,
        "order": os.listdir(),  # noqa: PTH208 - in the order in which the folder lists them
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "age": Path("briefing/facts.yaml").stat().st_mtime,
        "kept": sum(1 for path in Path(named).rglob("*") if path.is_file()) if named else None,
        "fonts": _drawn(),
    }


def _drawn() -> str:
    """What the library that draws charts makes of letters for which it has no font of ours."""
    with contextlib.suppress(ImportError):
        import vl_convert  # noqa: PLC0415 - only the environment of a build has it

        text = '<text y="30" font-family="{}">mm中ا</text>'
        word = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">{text}</svg>'
        drawn = b"".join(vl_convert.svg_to_png(word.format(family)) for family in ("serif", "monospace", "DejaVu Sans"))
        return hashlib.sha256(drawn).hexdigest()
    return ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(seen()))
