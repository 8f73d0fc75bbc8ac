"""A folder -> the briefings in it, as the matrix of a workflow: `[{"name": ..., "path": ...}, ...]`.

A briefing is a folder with a facts.yaml; its name becomes that of an artifact. Python's standard library is enough.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

MOST = 256
"""So many jobs GitHub makes of a matrix."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def matrix(folder: Path) -> list[dict[str, str]]:
    """The briefings in a folder, by name.

    Raises:
        ValueError: there is none, there are too many, or one has a name that no artifact may have; it says which.

    """
    found = sorted(path.parent.name for path in folder.glob("*/facts.yaml"))
    if not found:
        raise ValueError(f"{folder}: found no folder with a facts.yaml, wanted one for each briefing")
    if len(found) > MOST:
        raise ValueError(
            f"{folder}: found {len(found)} briefings, wanted at most {MOST}; spread them over more folders"
        )
    if wrong := [name for name in found if not _NAME.fullmatch(name)]:
        raise ValueError(f"{folder}/{wrong[0]}: found a name with other signs, wanted letters, digits, dots and dashes")
    return [{"name": name, "path": (folder / name).as_posix()} for name in found]


if __name__ == "__main__":
    try:
        print(json.dumps(matrix(Path(sys.argv[1]))))
    except ValueError as error:
        print(f"::error::{error}", file=sys.stderr)
        sys.exit(1)
