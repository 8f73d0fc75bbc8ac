"""A run that has nothing to do says so at once; whatever changed is seen, and a record that is broken is none."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import cache, nodes, unchanged
from tests.sites import BRIEFING, ROOT, copied, replaced, run, tree
from tests.valley import VALLEY

OLD = 1_900_000_000 * 10**9
"""Long before any record is written."""


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    """A briefing, its site and a checkout that neither judged nor built it; records say that it did."""
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    root, home = tmp_path / "root", tmp_path / "home"
    for name in ("root/facts.yaml", "root/content/index.md", "root/site/index.html", "home/generator/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    _keep(root, home)
    return root, root / "site", home


BUILT = "a warning\n", "3 pages"
CHECKED = unchanged.Said(1, "a problem: “three”\n", "1 problem")


def _keep(root: Path, home: Path) -> None:
    sight = unchanged.Sight.of(root, home)
    hashes = {Path(path): hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in sight.files}
    unchanged.keep(sight, root / "site", hashes, BUILT)
    names = ("facts.yaml", "content/index.md")
    written = {name: (root / name).read_bytes() for name in names}
    unchanged.keep_check(sight, "text", written, CHECKED)


def _answers(given: tuple[Path, Path, Path]) -> tuple[object, object]:
    """What the last build and the last check said."""
    root, target, home = given
    return unchanged.answer(root, target, home), unchanged.check(root, home, "text")


def _write(path: str, text: str = "x") -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")

    return change


def _linked(path: str, to: str = "") -> Callable[[Path], None]:
    """Put a link in the place of a file or folder, which stands elsewhere from then on."""

    def change(folder: Path) -> None:
        if not to:
            (folder / path).rename(folder / "elsewhere")
        (folder / path).symlink_to(folder / (to or "elsewhere"))

    return change


def _replaced_by_the_same(folder: Path) -> None:
    shutil.copyfile(folder / "root/facts.yaml", folder / "root/facts.new")
    (folder / "root/facts.new").replace(folder / "root/facts.yaml")


def _rewritten_in_the_same_tick(folder: Path) -> None:
    path = folder / "root/facts.yaml"
    stat = path.stat()
    path.write_text("ROOT/facts.yaml", encoding="utf-8")  # as long as it was
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_where_nothing_changed_the_last_answer_stands(given: tuple[Path, Path, Path]) -> None:
    assert _answers(given) == (BUILT, CHECKED)
    assert unchanged.check(given[0], given[2], "json") is None


_OF_INPUTS: list[Callable[[Path], object]] = [
    _write("root/facts.yaml"),
    _write("root/facts.yaml", "ROOT/facts.yaml"),
    _write("root/content/index.md"),
    _write("root/content/more.md"),
    _write("root/content/deep/er.md"),
    _write("root/sources.lock"),
    _write("root/mkdocs.yml"),
    _write("home/generator/a.py"),
    _write("home/generator/b.py"),
    _write("home/site_templates/pages/a.html"),
    _write("home/mkdocs.yml"),
    _write("home/requirements/site.txt"),
    _rewritten_in_the_same_tick,
    _linked("root/facts.yaml"),
    _linked("root/content/index.md"),
    _linked("root/content"),
    _linked("root/sources.lock", "root/facts.yaml"),
    _linked("root/content/more", "root/content"),
    lambda folder: (folder / "root/content/more.md").mkdir(),
    lambda folder: os.mkfifo(folder / "root/content/more.md"),
    lambda folder: (folder / "root/content/index.md").unlink(),
    lambda folder: (folder / "root/facts.yaml").unlink(),
    lambda folder: shutil.rmtree(folder / "root"),
    lambda folder: shutil.rmtree(folder / "cache"),
]
_OF_SITES: list[Callable[[Path], object]] = [
    _write("root/site/index.html"),
    _write("root/site/more.html"),
    lambda folder: (folder / "root/site/index.html").unlink(),
    lambda folder: shutil.rmtree(folder / "root/site"),
]


@pytest.mark.parametrize("change", _OF_INPUTS)
def test_every_change_of_what_is_read_is_seen(
    given: tuple[Path, Path, Path], tmp_path: Path, change: Callable[[Path], None]
) -> None:
    change(tmp_path)
    assert _answers(given) == (None, None)


@pytest.mark.parametrize("change", _OF_SITES)
def test_every_change_of_a_site_is_seen_by_builds_and_is_nothing_to_a_check(
    given: tuple[Path, Path, Path], tmp_path: Path, change: Callable[[Path], None]
) -> None:
    change(tmp_path)
    assert _answers(given) == (None, CHECKED)


@pytest.mark.parametrize(
    "change",
    [
        _write("root/facts.yaml", "root/facts.yaml"),
        lambda folder: os.utime(folder / "root/facts.yaml", ns=(OLD, OLD)),
        lambda folder: (folder / "root/facts.yaml").chmod(0o600),
        _replaced_by_the_same,
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
    assert _answers(given) == (BUILT, CHECKED)


def test_a_file_of_long_ago_is_known_by_its_size_and_time_alone(
    given: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, target, home = given
    for path in [*root.rglob("*"), *home.rglob("*")]:
        os.utime(path, ns=(OLD, OLD))
    monkeypatch.setattr("time.time_ns", lambda: OLD + 10**12)
    _keep(root, home)
    monkeypatch.setattr(unchanged, "_holds", None)
    assert _answers((root, target, home)) == (BUILT, CHECKED)


@pytest.mark.parametrize(("later", "answers"), [(0, (None, None)), (10**12, (BUILT, CHECKED))])
def test_what_has_its_times_may_have_changed_within_the_tick_in_which_it_was_looked_at_and_not_later(
    given: tuple[Path, Path, Path], tmp_path: Path, later: int, answers: tuple[object, object]
) -> None:
    root, _, home = given
    _rewritten_in_the_same_tick(tmp_path)
    now = unchanged.Sight.of(root, home).files
    for path in _records():
        record = json.loads(path.read_bytes())
        record["files"] = {name: [*now[name], kept[-1]] for name, kept in record["files"].items()}
        record["at"] += later
        path.write_text(json.dumps(record), encoding="utf-8")
    assert _answers(given) == answers


def test_another_python_or_other_packages_are_another_build(
    given: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.version", "4.0")
    assert _answers(given) == (None, None)


def test_within_other_limits_everything_is_read_again(
    given: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(nodes.LIMITS, "10")
    assert _answers(given) == (None, None)


@pytest.mark.parametrize("changed", ["home/generator/a.py", "home/mkdocs.yml"])
def test_a_program_that_changes_while_it_judges_leaves_nothing(
    given: tuple[Path, Path, Path], tmp_path: Path, changed: str
) -> None:
    root, target, home = given
    shutil.rmtree(tmp_path / "cache")
    sight = unchanged.Sight.of(root, home)
    _write(changed, "something else")(tmp_path)
    unchanged.keep_check(sight, "text", {}, CHECKED)
    assert _answers((root, target, home)) == (None, None)
    assert not (tmp_path / "cache").exists()


def test_a_fact_base_that_changed_after_it_was_looked_at_is_judged_again(
    given: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    root, _, home = given
    sight = unchanged.Sight.of(root, home)
    read = (root / "facts.yaml").read_bytes()
    _rewritten_in_the_same_tick(tmp_path)
    unchanged.keep_check(sight, "text", {"facts.yaml": read}, CHECKED)
    assert unchanged.check(root, home, "text") is None


def test_where_the_cache_refuses_everything_is_judged_and_nothing_is_said(
    given: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "root/facts.yaml/cache"))
    _keep(given[0], given[2])
    assert _answers(given) == (None, None)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"[" * 100_000,
        b'{"form": 1}',
        b'{"form": 2}',
        b"\xff",
        b'{"form": 2, "at": 1, "surroundings": "a", "files": {"a": 1}}',
    ],
)
def test_a_broken_record_is_none(given: tuple[Path, Path, Path], broken: bytes) -> None:
    for path in _records():
        path.write_bytes(broken)
    assert _answers(given) == (None, None)


def test_a_record_that_lacks_a_key_or_holds_something_odd_is_none(given: tuple[Path, Path, Path]) -> None:
    for path in _records():
        whole = json.loads(path.read_bytes())
        for key in whole:
            for odd in ({}, {key: None}, {key: ["a"]}, {key: {"a": [1, 2, 3, 4]}}):
                kept = {name: value for name, value in whole.items() if name != key} | odd
                path.write_text(json.dumps(kept), encoding="utf-8")
                assert None in _answers(given), (path.parent.name, key, odd)
        path.write_text(json.dumps(whole), encoding="utf-8")
    assert _answers(given) == (BUILT, CHECKED)


def _records() -> list[Path]:
    found = sorted(path for path in cache.folder().rglob("*") if path.is_file())
    assert [path.parent.name for path in found] == ["builds", "checks"]
    return found


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


# -- a check from the command line ------------------------------------------------------------------------------------


def _without_seconds(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, re.sub(r"\d+\.\d\d s\)", "s)", done.stderr)


BREAKS = {
    "clean": ("title: The flood in the Orn valley", "title: The flood in the Orn valley"),
    "a problem": ("value: 1200", "value: 1300"),
    "unusable": ("topics:\n", "topics: [\n"),
    "no key": ("topics:\n", "topicks:\n"),
}


@pytest.mark.parametrize("style", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("case", BREAKS)
def test_a_second_check_says_the_same_and_loads_nothing_that_judges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, style: str
) -> None:
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    replaced(root / "facts.yaml", *BREAKS[case])
    first = run("check", "--root", root, "--format", style)
    command = [sys.executable, "-X", "importtime", "-m", "generator", "check", "--format", style, "--root", str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8", timeout=60)
    lines = done.stderr.splitlines(keepends=True)
    loaded = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    done.stderr = "".join(line for line in lines if not line.startswith("import time:"))
    assert _without_seconds(done) == _without_seconds(first)
    assert (first.returncode, bool(first.stderr)) == ({"clean": 0, "unusable": 2}.get(case, 1), style == "text")
    assert not {"click", "yaml", "jinja2", "generator.site", "generator.reports", "generator.model"} & loaded
    assert "generator.unchanged" in loaded


def test_a_check_is_answered_only_where_nothing_else_was_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    first = run("check", "--root", root)
    (record,) = (tmp_path / "cache/checks").iterdir()
    kept = json.loads(record.read_bytes())
    kept["said"] = [0, "made up\n", "made up"]
    record.write_text(json.dumps(kept), encoding="utf-8")  # so that it is seen where an answer comes from
    assert run("check", "--root", root).stdout == "made up\n"
    assert run("check", "--root", ".", cwd=root, env={**os.environ, "PYTHONPATH": str(ROOT)}).stdout == "made up\n"
    for more in (["--base", str(VALLEY)], ["--format", "json"], ["--root=" + str(root)]):
        assert "made up" not in run("check", "--root", root, *more).stdout, more
    record.write_text(json.dumps(kept), encoding="utf-8")
    assert _without_seconds(run("check", "--root", root, "--no-memo")) == _without_seconds(first)
    assert json.loads(record.read_bytes()) == kept


@pytest.mark.parametrize(
    ("name", "code"),
    [("facts.yaml", 2), ("content/index.md", 2), ("sources.lock", 2)],
)
def test_what_cannot_be_read_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    assert run("check", "--root", root).returncode == 0
    (root / name).rename(tmp_path / "elsewhere")
    (root / name).symlink_to(tmp_path / "elsewhere")
    records = tree(tmp_path / "cache")
    refused = run("check", "--root", root)
    assert (refused.returncode, "input-outside" in refused.stdout) == (code, True)
    assert tree(tmp_path / "cache") == records


def test_a_reader_who_stops_reading_hears_of_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    replaced(root / "facts.yaml", "value: 1200", "value: 1300")
    command = [sys.executable, "-m", "generator", "check", "--root", str(root)]
    for _ in range(2):
        into, out = os.pipe()
        os.close(into)
        done = subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.PIPE, check=False, timeout=60)
        os.close(out)
        assert (done.returncode, done.stderr) == (1, b"")
        run("check", "--root", root)


def test_an_output_of_few_letters_gets_what_it_got_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    replaced(root / "facts.yaml", "value: 1200", "value: 1300")
    command = [sys.executable, "-m", "generator", "check", "--root", str(root), "--format", "text"]
    env = {**os.environ, "PYTHONIOENCODING": "latin-1:replace", "PYTHONUTF8": "0"}
    first, second = (
        subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False, timeout=60) for _ in range(2)
    )
    assert (first.returncode, first.stdout) == (1, second.stdout)
    assert "“".encode() in run("check", "--root", root).stdout.encode()


def test_a_run_that_judged_ends_with_its_code_and_all_of_its_words(tmp_path: Path) -> None:
    """It does not wait until all is freed; who watches it, as a profiler, still gets to its end."""
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    replaced(root / "facts.yaml", "value: 1200", "value: 1300")
    words = ["-m", "generator", "check", "--no-memo", "--root", str(root)]
    watched = f"""
import atexit, runpy, sys
atexit.register(lambda: sys.stderr.write("the end"))
sys.setprofile(lambda *_: None)
sys.argv = {words[1:]!r}
runpy.run_module("generator", None, "__main__")
"""
    found = [
        subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=False, timeout=60, text=True)
        for command in (words, ["-c", watched])
    ]
    assert [each.returncode for each in found] == [1, 1]
    assert found[0].stdout == found[1].stdout
    assert "number-not-in-quote" in found[0].stdout
    assert [each.stderr.endswith("the end") for each in found] == [False, True]
