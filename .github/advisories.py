"""Locks of packages -> which of them have known vulnerabilities: `python .github/advisories.py requirements/*.txt`.

pip-audit asks the database, which is a service on the net. Its exit code is the same whether it found something or
reached nobody, so what counts here is the report that it writes: without one, nothing is known, and that is an error.
Exits with 0 where no vulnerability is known, with 1 where one is, with 2 where nobody could be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

_SECONDS = 900
Ask = Callable[[Path, Path], str]
"""Has a lock looked up, and the report written; its last words."""


def main(locks: Sequence[str], ask: Ask | None = None) -> int:
    """Look the locks up, and tell of each."""
    if not locks:
        print("name the locks: requirements/*.txt")
        return 2
    codes = [_told(Path(name), ask or _ask) for name in locks]
    return max(codes)


def _told(lock: Path, ask: Ask) -> int:
    with tempfile.TemporaryDirectory(prefix="advisories-") as name:
        report = Path(name) / "report.json"
        last = ask(lock, report)
        try:
            packages = json.loads(report.read_bytes())["dependencies"]
        except (OSError, ValueError, KeyError, TypeError):
            print(f"{lock}: nobody could be asked, so nothing is known of its packages: {last}")
            return 2
    skipped = [f"{each['name']} ({each['skip_reason']})" for each in packages if "skip_reason" in each]
    if skipped or not packages:
        print(f"{lock}: not looked up: {', '.join(skipped) or 'any package'}")
        return 2
    found = [*_found(packages)]
    for line in found:
        print(f"{lock}: {line}")
    if not found:
        print(f"{lock}: no vulnerability is known of its {len(packages)} packages")
    return 1 if found else 0


def _found(packages: Sequence[dict[str, Any]]) -> Iterator[str]:
    for each in packages:
        for known in each["vulns"]:
            fixed = f"mended in {', '.join(known['fix_versions'])}" if known["fix_versions"] else "not mended yet"
            yield f"{each['name']} {each['version']}: {known['id']}, {fixed}"


def _ask(lock: Path, report: Path) -> str:
    """Ask by pip-audit; nothing is installed or resolved, since the lock is complete."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--strict"]
    command += ["--progress-spinner", "off", "--format", "json", "--output", str(report), "--requirement", str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return f"no answer within {_SECONDS} seconds"
    return (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1][:300]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
