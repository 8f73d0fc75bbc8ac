"""A build that has nothing to do says so at once; whatever changed is seen, and a record that is broken is none."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import cache, unchanged
from tests.sites import BRIEFING, ROOT, copied, replaced, run, tree
from tests.valley import VALLEY

OLD = 1_900_000_000 * 10**9
"""Long before any record is written."""


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    """A briefing, its site and a checkout that never built it; a record says that it did."""
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    root, home = tmp_path / "root", tmp_path / "home"
    for name in ("root/facts.yaml", "root/content/index.md", "root/site/index.html", "home/generator/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    _keep(root, home)
    return root, root / "site", home


def _keep(root: Path, home: Path, said: tuple[str, str] = ("a warning\n", "3 pages")) -> None:
    sight = unchanged.Sight.of(root, home)
    hashes = {Path(path): hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in sight.files}
    unchanged.keep(sight, root / "site", hashes, said)


def _write(path: str, text: str = "x") -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")

    return change


def _rewritten_in_the_same_tick(folder: Path) -> None:
    path = folder / "root/facts.yaml"
    stat = path.stat()
    path.write_text("ROOT/facts.yaml", encoding="utf-8")  # as long as it was
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_where_nothing_changed_the_last_answer_stands(given: tuple[Path, Path, Path]) -> None:
    assert unchanged.answer(*given) == ("a warning\n", "3 pages")


@pytest.mark.parametrize(
    "change",
    [
        _write("root/facts.yaml"),
        _write("root/facts.yaml", "ROOT/facts.yaml"),
        _write("root/content/index.md"),
        _write("root/content/more.md"),
        _write("root/content/deep/er.md"),
        _write("root/sources.lock"),
        _write("root/mkdocs.yml"),
        _write("root/site/index.html"),
        _write("root/site/more.html"),
        _write("home/generator/a.py"),
        _write("home/generator/b.py"),
        _write("home/site_templates/pages/a.html"),
        _write("home/mkdocs.yml"),
        _write("home/requirements/site.txt"),
        _rewritten_in_the_same_tick,
        lambda folder: (folder / "root/content/index.md").unlink(),
        lambda folder: (folder / "root/facts.yaml").unlink(),
        lambda folder: (folder / "root/site/index.html").unlink(),
        lambda folder: shutil.rmtree(folder / "root/site"),
        lambda folder: shutil.rmtree(folder / "cache"),
    ],
)
def test_every_change_of_what_is_read_or_made_is_seen(
    given: tuple[Path, Path, Path], tmp_path: Path, change: Callable[[Path], None]
) -> None:
    change(tmp_path)
    assert unchanged.answer(*given) is None


@pytest.mark.parametrize(
    "change",
    [
        _write("root/facts.yaml", "root/facts.yaml"),
        lambda folder: os.utime(folder / "root/facts.yaml", ns=(OLD, OLD)),
        _write("root/notes.txt"),
        _write("root/archive/text.txt"),
        _write("home/tests/test_a.py"),
        _write("home/generator/__pycache__/a.pyc"),
        _write("home/generator/a.txt"),
    ],
)
def test_a_file_that_was_only_touched_or_that_no_build_reads_is_no_change(
    given: tuple[Path, Path, Path], tmp_path: Path, change: Callable[[Path], None]
) -> None:
    change(tmp_path)
    assert unchanged.answer(*given) == ("a warning\n", "3 pages")


def test_a_file_of_long_ago_is_known_by_its_size_and_time_alone(
    given: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, target, home = given
    for path in [*root.rglob("*"), *home.rglob("*")]:
        os.utime(path, ns=(OLD, OLD))
    monkeypatch.setattr("time.time_ns", lambda: OLD + 10**12)
    _keep(root, home)
    monkeypatch.setattr(unchanged, "_holds", None)
    assert unchanged.answer(root, target, home) == ("a warning\n", "3 pages")


def test_another_python_or_other_packages_are_another_build(
    given: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.version", "4.0")
    assert unchanged.answer(*given) is None


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b"null", b"7", b'{"form": 1}', b'{"form": 2}', b"\xff", b'{"form": 1, "files": {"a": 1}}'],
)
def test_a_broken_record_is_none(given: tuple[Path, Path, Path], broken: bytes) -> None:
    (path,) = (cache.folder() / "builds").iterdir()
    path.write_bytes(broken)
    assert unchanged.answer(*given) is None


def test_a_record_that_lacks_a_key_is_none(given: tuple[Path, Path, Path]) -> None:
    (path,) = (cache.folder() / "builds").iterdir()
    whole = json.loads(path.read_bytes())
    for key in whole:
        path.write_text(json.dumps({name: value for name, value in whole.items() if name != key}), encoding="utf-8")
        assert unchanged.answer(*given) is None, key


# -- from the command line --------------------------------------------------------------------------------------------


def test_a_second_build_has_nothing_to_do_and_loads_nothing_that_builds(tmp_path: Path) -> None:
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    first = run("build", "--root", root)
    assert first.returncode == 0
    site = tree(root / "site")
    command = [sys.executable, "-X", "importtime", "-m", "generator", "build", "--root", str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout) == (0, first.stdout)
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"{root}/site: nothing has changed since it was built: 15 pages, 22 facts, 5 sources")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not {"click", "yaml", "jinja2", "generator.site", "generator.build", "generator.model"} & loaded
    assert "generator.unchanged" in loaded

    replaced(root / "facts.yaml", "title: The flood in the Orn valley", "title: A flood in the Orn valley")
    changed = run("build", "--root", root)
    assert "nothing has changed" not in changed.stderr
    assert tree(root / "site") != site
    replaced(root / "facts.yaml", "title: A flood in the Orn valley", "title: The flood in the Orn valley")
    assert run("build", "--root", root).returncode == 0
    assert tree(root / "site") == site


def test_a_build_that_failed_is_not_taken_for_one_that_stands(tmp_path: Path) -> None:
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    assert run("build", "--root", root).returncode == 0
    replaced(root / "facts.yaml", "value: 1200", "value: 1300")
    assert [run("build", "--root", root).returncode for _ in range(2)] == [1, 1]
    replaced(root / "facts.yaml", "value: 1300", "value: 1200")
    assert "nothing has changed" in run("build", "--root", root).stderr


@pytest.mark.parametrize("more", [["--format", "x"], ["--site"], ["--pdf", "--nothing"]])
def test_arguments_that_are_wrong_are_told_as_ever(tmp_path: Path, more: list[str]) -> None:
    assert run("build", "--root", tmp_path, *more).returncode == 2
