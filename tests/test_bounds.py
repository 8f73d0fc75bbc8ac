"""What is far too large, deep or odd is refused with a clear problem, in bounded time and memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import bounds
from tests.sites import ROOT
from tests.valley import VALLEY

QUICK = [
    name
    for name in bounds.CASES
    if name.startswith(
        ("U+00", "an alias", "490,000 empty", "20 MB of accents", "20 MB in", "5 GB", "100,000", "50 MB of c")
    )
    or name in {"a page of calls", "a page of comments that do not end", "a page of fractions", "a page of references"}
]
"""Those that once took minutes, and one of each kind; `nox -s bounds` measures all."""


@pytest.mark.skipif(sys.platform != "linux", reason="what a child took is told in other units elsewhere")
@pytest.mark.parametrize("name", QUICK)
def test_it_is_refused_in_bounded_time_and_memory_and_never_with_a_traceback(name: str) -> None:
    found = bounds.measure(bounds.CASES[name](), limit=20)
    assert found.code in (0, 1, 2), found.said[-300:]
    assert "Traceback" not in found.said
    assert found.megabytes < bounds.MEGABYTES
    assert found.seconds < 4 * bounds.SECONDS, "a busy machine may take longer than a quiet one, not many times as long"
    assert found.said.strip()


HEAVY = ("altair", "mkdocs", "pandas", "vl_convert", "trafilatura", "pikepdf", "playwright")


@pytest.mark.parametrize(
    "command",
    [
        ["check", "--root", str(VALLEY)],
        ["check", "--root", str(VALLEY), "--base", str(VALLEY), "--format", "sarif"],
        ["review", str(VALLEY), str(VALLEY)],
        ["review", str(VALLEY), str(VALLEY), "--format", "markdown"],
        ["explain"],
    ],
    ids=" ".join,
)
def test_check_and_review_import_nothing_that_only_a_build_needs(command: list[str]) -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "generator", *command],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert told.returncode == 0, told.stderr[-500:]
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines() if "|" in line}
    assert "generator" in imported
    assert sorted(imported.intersection(HEAVY)) == []
