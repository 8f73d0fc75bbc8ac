"""The lock is installed from wheels alone, and its packages are looked up; where nobody answers, that is an error."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.sites import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.fixture(scope="module")
def advisories() -> ModuleType:
    """The script."""
    spec = importlib.util.spec_from_file_location("advisories", ROOT / ".github" / "advisories.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _answering(report: object, last: str = "") -> Callable[[Path, Path], str]:
    def ask(_: Path, path: Path) -> str:
        if isinstance(report, bytes):
            path.write_bytes(report)
        elif report is not None:
            path.write_text(json.dumps(report), encoding="utf-8")
        return last

    return ask


def _package(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as in JSON
    return {"name": name, "version": "1.0", "vulns": [], **more}


KNOWN = {"id": "CVE-2031-1", "fix_versions": ["1.1", "2.0"]}


@pytest.mark.parametrize(
    ("report", "code", "said"),
    [
        ({"dependencies": [_package("a"), _package("b")]}, 0, "no vulnerability is known of its 2 packages"),
        ({"dependencies": [_package("a", vulns=[KNOWN])]}, 1, "a 1.0: CVE-2031-1, mended in 1.1, 2.0"),
        (
            {"dependencies": [_package("a", vulns=[{**KNOWN, "fix_versions": []}])]},
            1,
            "a 1.0: CVE-2031-1, not mended yet",
        ),
        (None, 2, "nobody could be asked, so nothing is known of its packages: no route"),
        (b"", 2, "nobody could be asked, so nothing is known of its packages: no route"),
        (b"[]", 2, "nobody could be asked, so nothing is known of its packages: no route"),
        ({"dependencies": []}, 2, "not looked up: any package"),
        ({"dependencies": [_package("a"), {"name": "b", "skip_reason": "why"}]}, 2, "not looked up: b (why)"),
    ],
)
def test_what_is_known_is_told_and_what_is_not_known_never_passes(
    report: object, code: int, said: str, advisories: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert advisories.main(["x.txt"], _answering(report, "no route")) == code
    assert capsys.readouterr().out == f"x.txt: {said}\n"


def test_one_lock_that_is_not_known_is_enough(advisories: ModuleType) -> None:
    good = {"dependencies": [_package("a")]}

    def ask(lock: Path, path: Path) -> str:
        return _answering(good if lock.name == "good.txt" else None)(lock, path)

    assert advisories.main(["good.txt", "bad.txt"], ask) == 2
    assert advisories.main(["good.txt"], ask) == 0
    assert advisories.main([]) == 2


INSTALLING = (
    *("README.md", "noxfile.py", ".ci/run", ".ci/hook"),
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))),
)


@pytest.mark.parametrize("name", INSTALLING)
def test_whatever_installs_takes_wheels_alone_by_their_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if re.search(r"(pip install|\"install\") ?", row)]
    assert rows or name.endswith("review.yml")
    for row in rows:
        assert re.search(r"--only-binary(\", \"| ):all:(\", \"| )--require-hashes", row), row


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_hashes_and_comes_from_the_registry(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    packages = re.findall(
        r"^([a-z0-9][^\s;]*)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE
    )
    named = re.findall(r"^[a-z0-9][^\n]*", text, re.MULTILINE)
    assert len(packages) == len(named) > 0
    assert all(re.fullmatch(r"[a-z0-9._-]+(?:\[[a-z,-]+\])?==[\w.!+]+", name) for name, _ in packages)
    assert [row for row in named if "://" in row or row.startswith("-")] == []
