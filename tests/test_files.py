"""The disk: a site is exchanged whole or not at all, whatever happens to the run, the machine or the disk."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest
from click.testing import CliRunner, Result

from generator import draw, files, render, site
from generator.cli import main
from tests.sites import BRIEFING, ROOT, built, built_once, copied, drawings, replaced, run, tree
from tests.valley import VALLEY

OLD = {"index.html": b"old", "404.html": b"old", "sitemap.xml": b"old", "gone/index.html": b"old"}
NEW = {"index.html": b"new", "404.html": b"new", "sitemap.xml": b"new", "fresh/deep/index.html": b"new"}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder with the last good site; nothing stands beside it."""
    files.write_tree(tmp_path / "beside" / "site", OLD)
    return tmp_path / "beside" / "site"


def _held(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _beside(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def _publish(target: Path) -> None:
    with files.staged(target) as work:
        files.write_tree(work / "new", NEW)
        files.publish(work / "new", target)


def _no_exchange(*_: object) -> bool:
    return False


# -- what stays as it is --------------------------------------------------------------------------------------------

posix = pytest.mark.skipif(sys.platform == "win32", reason="there all is written")


def _aged(folder: Path) -> None:
    """As if the site had stood for an hour."""
    then = time.time() - 3600
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


def _laid(target: Path, content: dict[str, bytes]) -> files.Shared:
    """Publish a site that takes what it can from the last one."""
    with files.staged(target) as work:
        shared = files.lay_tree(work / "new", content, target)
        files.publish(work / "new", target, shared)
    return shared


def _inodes(folder: Path) -> dict[str, tuple[int, int]]:
    stats = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {path.relative_to(folder).as_posix(): (at.st_ino, at.st_mtime_ns) for path, at in stats.items()}


@posix
def test_a_file_that_stays_as_it_was_is_the_same_file_and_all_others_are_new(target: Path) -> None:
    _aged(target)
    before = _inodes(target)
    content = {**OLD, "404.html": b"new", "sitemap.xml": b"longer than it was", "gone/more.html": b"more"}
    assert {*_laid(target, content)} == {"index.html", "gone/index.html"}
    after = _inodes(target)
    assert _held(target) == content
    assert {name for name in after if after[name] == before.get(name)} == {"index.html", "gone/index.html"}
    assert {path.stat().st_nlink for path in target.rglob("*") if path.is_file()} == {1}
    assert _beside(target) == ["site"]


@posix
def test_a_build_that_fails_leaves_the_last_site_with_all_that_it_had(target: Path) -> None:
    _aged(target)
    before = _inodes(target)
    with pytest.raises(KeyError), files.staged(target) as work:
        assert len(files.lay_tree(work / "new", OLD, target)) == len(OLD)
        raise KeyError
    assert (_held(target), _inodes(target)) == (OLD, before)


def _touched(target: Path) -> None:
    os.utime(target / "index.html")


def _named_twice(target: Path) -> None:
    (target.parent / "copy.html").hardlink_to(target / "index.html")


def _link_to_a_file(target: Path) -> None:
    (target / "index.html").rename(target.parent / "elsewhere.html")
    (target / "index.html").symlink_to(target.parent / "elsewhere.html")


def _of_another_mode(target: Path) -> None:
    (target / "index.html").chmod(0o600)


def _no_hard_links(_: Path) -> None:
    os.link = _refusing(errno.EPERM)  # undone by the test


@posix
@pytest.mark.parametrize("done", [_touched, _named_twice, _link_to_a_file, _of_another_mode, _no_hard_links])
def test_what_somebody_may_write_into_is_not_shared(
    target: Path, monkeypatch: pytest.MonkeyPatch, done: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(os, "link", os.link)
    _aged(target)
    done(target)
    assert "index.html" not in _laid(target, OLD)
    assert _held(target) == OLD
    for other in ("copy.html", "elsewhere.html"):
        if (target.parent / other).exists():
            (target.parent / other).write_bytes(b"written into")
    assert _held(target) == OLD


@posix
def test_a_folder_that_lies_elsewhere_is_not_shared(target: Path, tmp_path: Path) -> None:
    (target / "gone").rename(tmp_path / "gone")
    _aged(target)
    _aged(tmp_path / "gone")
    (target / "gone").symlink_to(tmp_path / "gone")
    assert "gone/index.html" not in _laid(target, OLD)
    (tmp_path / "gone" / "index.html").write_bytes(b"written into")
    assert _held(target) == OLD


@posix
def test_who_writes_into_the_site_meanwhile_does_not_reach_the_new_one(target: Path) -> None:
    _aged(target)
    with (
        pytest.raises(files.DiskError, match=r"index\.html was changed by somebody else"),
        files.staged(target) as work,
    ):
        shared = files.lay_tree(work / "new", OLD, target)
        (target / "index.html").write_bytes(b"edit")
        files.publish(work / "new", target, shared)
    assert _held(target) == {**OLD, "index.html": b"edit"}
    assert _beside(target) == ["site"]


@posix
def test_what_is_shared_is_not_flushed_again(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _aged(target)
    flushed = []
    ours = os.fsync

    def spied(descriptor: int) -> None:
        flushed.append(os.fstat(descriptor).st_ino)
        ours(descriptor)

    monkeypatch.setattr(os, "fsync", spied)
    _laid(target, {**OLD, "404.html": b"new"})
    files_of = {path.name: path.stat().st_ino for path in target.iterdir() if path.is_file()}
    assert files_of["404.html"] in flushed
    assert not {files_of["index.html"], files_of["sitemap.xml"]} & {*flushed}


# -- one step -------------------------------------------------------------------------------------------------------


def test_a_site_is_published_where_none_was_and_its_folders_are_made(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "site"
    _publish(target)
    assert (_held(target), _beside(target)) == (NEW, ["site"])


def test_a_site_takes_the_place_of_the_last_one_and_nothing_is_left_of_that(target: Path) -> None:
    _publish(target)
    assert (_held(target), _beside(target)) == (NEW, ["site"])


def test_a_site_takes_its_place_where_folders_cannot_be_exchanged(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_renameat2", _no_exchange)
    _publish(target)
    assert (_held(target), _beside(target)) == (NEW, ["site"])


def test_a_link_to_a_folder_stays_a_link_and_the_site_stands_where_it_leads(target: Path, tmp_path: Path) -> None:
    (tmp_path / "www").symlink_to(target)
    _publish(tmp_path / "www")
    assert (tmp_path / "www").is_symlink()
    assert (_held(target), _beside(target)) == (NEW, ["site"])


def test_all_modes_are_the_same_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        _publish(tmp_path / "site")
    finally:
        os.umask(before)
    modes = {name: held.partition(" ")[0] for name, held in tree(tmp_path / "site").items()}
    assert modes == {**dict.fromkeys(NEW, "644"), "fresh": "755", "fresh/deep": "755"}
    assert (tmp_path / "site").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_comes_through_and_the_last_site_stands(target: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), files.staged(target) as work:
        files.write_tree(work / "new", NEW)
        raise error
    assert (_held(target), _beside(target)) == (OLD, ["site"])


@pytest.mark.parametrize(
    "held",
    [
        {"facts.yaml": b"", "content/index.md": b""},
        {"letter.txt": b"dear"},
        {**OLD, "facts.yaml": b""},
        {**OLD, "content/index.md": b""},
        {**OLD, ".git/HEAD": b""},
    ],
    ids=["the inputs", "somebody's folder", "a site among facts", "a site among pages", "a site in a checkout"],
)
def test_a_folder_that_holds_something_else_than_a_site_is_not_touched(tmp_path: Path, held: dict[str, bytes]) -> None:
    files.write_tree(tmp_path / "folder", held)
    with pytest.raises(files.DiskError, match="holds something else than a site, which would be lost"):
        _publish(tmp_path / "folder")
    assert (_held(tmp_path / "folder"), _beside(tmp_path / "folder")) == (held, ["folder"])


def test_an_empty_folder_may_become_a_site(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    _publish(tmp_path / "site")
    assert (_held(tmp_path / "site"), _beside(tmp_path / "site")) == (NEW, ["site"])


# -- inputs ---------------------------------------------------------------------------------------------------------


def test_the_inputs_are_the_facts_the_lock_and_the_markdown_of_content(tmp_path: Path) -> None:
    written = {
        "facts.yaml": b"f",
        "sources.lock": b"l",
        "content/b.md": b"b",
        "content/a.md": b"a",
        "content/sub/c.md": b"c",
        "content/notes.txt": b"-",
        "README.md": b"-",
    }
    files.write_tree(tmp_path, written)
    assert files.read_inputs(tmp_path) == site.Inputs(b"f", {"a.md": b"a", "b.md": b"b", "sub/c.md": b"c"}, b"l")
    files.write_tree(tmp_path, {"mkdocs.yml": b"m", "reviews.lock": b"r"})
    own = files.read_inputs(tmp_path)
    assert (own.configuration, own.reviews) == (b"m", b"r")


def test_of_a_checkout_is_read_what_makes_a_site_and_nothing_that_tools_leave(tmp_path: Path) -> None:
    made = ("generator/a.py", "generator/b/c.py", "site_templates/d.html", "requirements/site.txt")
    left = ("generator/__pycache__/a.pyc", "generator/b/__pycache__/c.py", "site_templates/.e.swp", "generator/f.txt")
    files.write_tree(tmp_path, {name: name.encode() for name in (*made, *left, "requirements/dev.txt", "g.py")})
    assert files.read_product(tmp_path) == {name: name.encode() for name in sorted(made)}


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert files.read_inputs(tmp_path) == site.Inputs(None, {}, None)


def test_every_input_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("content/index.md", "facts.yaml", "sources.lock", "reviews.lock", "mkdocs.yml")
    files.write_tree(tmp_path, dict.fromkeys(names, b""))

    def refuse(path: str, _: int) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)

    monkeypatch.setattr(files, "_opened", refuse)
    found = files.read_inputs(tmp_path).refused
    assert [(each.place.path, each.code, each.found) for each in found] == [
        (name, "input-unreadable", "Permission denied") for name in names
    ]


# -- the disk refuses -----------------------------------------------------------------------------------------------

REFUSALS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your quota of the disk is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "writing is not permitted",
    errno.EPERM: "writing is not permitted",
    errno.EIO: os.strerror(errno.EIO),
}


def _refusing(code: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), "/where/it/happened")

    return refuse


@pytest.mark.parametrize("code", [pytest.param(code, id=errno.errorcode[code]) for code in REFUSALS])
@pytest.mark.parametrize("step", ["write_tree", "same_modes", "_sync", "_exchange", "tempfile.mkdtemp"])
def test_a_disk_that_refuses_a_step_is_told_in_words_and_the_last_site_stands(
    target: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: str
) -> None:
    monkeypatch.setattr(f"generator.files.{step}", _refusing(code))
    with pytest.raises(files.DiskError) as caught:
        _publish(target)
    assert str(caught.value) == (f"{REFUSALS[code]} (/where/it/happened); site/ and the inputs are as they were")
    assert (_held(target), _beside(target)) == (OLD, ["site"])


def test_a_second_rename_that_fails_brings_the_last_site_back(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, calls = Path.rename, []

    def fail_second(path: Path, new: Path) -> Path:
        calls.append(path.name)
        if len(calls) == 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return rename(path, new)

    monkeypatch.setattr(files, "_renameat2", _no_exchange)
    monkeypatch.setattr(Path, "rename", fail_second)
    with pytest.raises(files.DiskError, match="Input/output error"):
        _publish(target)
    assert (_held(target), _beside(target), calls) == (OLD, ["site"], ["site", "new", "new-before"])


@pytest.fixture
def valley(tmp_path: Path, valley_site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the second briefing with its site; drawing and rendering cost no time, all else is as ever."""
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    shutil.copytree(valley_site, root / "site")
    made = {
        name: draw.Drawing(each.wide, each.narrow, each.small, "", b"") for name, each in drawings(valley_site).items()
    }
    monkeypatch.setattr(draw, "draw", lambda *_, **__: draw.Drawn(made))

    class Rendered(contextlib.nullcontext[None]):
        def __init__(self, order: render.Order, work: Path, *_: object) -> None:
            files.write_tree(work / "docs", {path: text.encode() for path, text in order.pages.items()})
            self._work = work

        def __enter__(self) -> Self:  # type: ignore[override]
            return self

        def finish(self) -> Path:
            shutil.copytree(valley_site, self._work / "site")
            return self._work / "site"

    monkeypatch.setattr(render, "Rendering", Rendered)
    return root


def _build(root: Path) -> Result:
    return CliRunner().invoke(main, ["build", "--root", str(root)])


def test_a_build_on_a_sound_disk_succeeds_with_these_stand_ins(valley: Path, valley_site: Path) -> None:
    assert _build(valley).exit_code == 0
    assert tree(valley / "site") == tree(valley_site)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES], ids=lambda code: errno.errorcode[code])
@pytest.mark.parametrize("step", ["write_tree", "_sync", "_exchange"])
def test_a_build_on_a_disk_that_refuses_exits_2_with_a_sentence_and_loses_nothing(
    valley: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: str
) -> None:
    before = tree(valley)
    monkeypatch.setattr(files, step, _refusing(code))
    done = _build(valley)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        f"not published: {REFUSALS[code]} (/where/it/happened); site/ and the inputs are as they were\n",
    )
    assert tree(valley) == before


def test_a_build_into_the_folder_of_the_inputs_exits_2_and_loses_nothing(valley: Path) -> None:
    before = tree(valley)
    done = CliRunner().invoke(main, ["build", "--root", str(valley), "--site", str(valley)])
    assert (done.exit_code, "holds something else than a site" in done.stderr) == (2, True)
    assert tree(valley) == before


def _without_frames(tmp_path: Path) -> dict[str, str]:
    """The surroundings of a build that has to render, though all that it draws is known."""
    cache = Path(os.environ["BRIEFING_CACHE"])
    if not (tmp_path / "cache").exists() and (cache / "pictures").is_dir():
        shutil.copytree(cache / "pictures", tmp_path / "cache" / "pictures", ignore=shutil.ignore_patterns("*.tmp"))
    return {**os.environ, "BRIEFING_CACHE": str(tmp_path / "cache")}


def _on_a_small_disk(tmp_path: Path, site: Path, then: str) -> tuple[int, str, dict[str, str], str]:
    """Build the valley on a disk of its own, with its last site; exit code, message, the site afterwards, the rest."""
    disk, after = tmp_path / "disk", tmp_path / "after"
    disk.mkdir()
    script = f"""
        mount -t tmpfs -o size=4m tmpfs "$1" && cp -a "$2" "$1/site" && {then} || exit 99
        "$4" -m generator build --root "$5" --site "$1/site"; code=$?
        cp -a "$1/site" "$3"; ls -A "$1"; exit $code
    """
    paths = map(str, (disk, site, after, sys.executable, VALLEY))
    command = ["unshare", "--mount", "sh", "-c", script, "sh", *paths]
    env = _without_frames(tmp_path)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8", timeout=120, env=env)
    return done.returncode, done.stderr, tree(after), done.stdout


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0,
    reason="only root may mount a small disk; the tests above inject what it would say",
)
@pytest.mark.parametrize(
    ("then", "said"),
    [
        pytest.param("true", "the disk is full", id="full while MkDocs writes"),
        pytest.param(
            'free=$(df -k --output=avail "$1" | tail -1) && head -c "$((free - 60))k" /dev/zero >"$1/film"',
            "full",
            id="full before",
        ),
        pytest.param('mount -o remount,ro "$1"', "the disk is read-only", id="read-only"),
    ],
)  # fmt: skip
def test_a_real_disk_that_refuses_leaves_the_last_site_and_no_litter(
    tmp_path: Path, valley_site: Path, then: str, said: str
) -> None:
    code, message, after, beside = _on_a_small_disk(tmp_path, valley_site, then)
    assert code == 2, message
    assert said in message
    assert "Traceback" not in message
    assert set(beside.split()) - {"film"} == {"site"}
    assert after == tree(valley_site)


# -- the run is killed ----------------------------------------------------------------------------------------------

DYING = """
import os, pathlib, shutil, signal, sys
from generator import files

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

target, point = pathlib.Path(sys.argv[1]), sys.argv[2]
rename, calls = pathlib.Path.rename, []

def die_at_second(path, new):
    calls.append(path)
    return rename(path, new) if len(calls) == 1 else die()

with files.staged(target) as work:
    files.write_tree(work / "new", {name: b"new" for name in sys.argv[3:]})
    match point:
        case "between two renames":
            files._renameat2 = lambda *_: False
            pathlib.Path.rename = die_at_second
        case "rmtree":
            shutil.rmtree = die
        case _:
            setattr(files, point, die)
    files.publish(work / "new", target)
"""


@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("same_modes", OLD),
        ("_sync", OLD),
        ("_exchange", OLD),
        ("_renameat2", OLD),
        ("rmtree", NEW),
        ("between two renames", None),
    ],
)
def test_a_run_killed_at_any_point_leaves_the_old_site_or_the_new_one_and_the_next_run_sweeps(
    target: Path, point: str, left: dict[str, bytes] | None
) -> None:
    command = [sys.executable, "-c", DYING, str(target), point, *NEW]
    assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode == -signal.SIGKILL
    assert len(_beside(target)) == 1 + (left is not None), "the killed run left its folder"
    assert (_held(target) if target.exists() else None) == left
    with files.staged(target):
        assert _held(target) == (left or OLD), "the next run puts back what was moved aside, before it does anything"
    assert _beside(target) == ["site"]
    _publish(target)
    assert (_held(target), _beside(target)) == (NEW, ["site"])


@pytest.fixture(scope="module")
def two_versions(shared: Path) -> tuple[tuple[Path, Path], tuple[Path, Path]]:
    """Two versions of a briefing that builds fast, as it has no charts: the inputs of each, and its site."""
    versions = []
    for name, title in (("first", "The flood in the Orn valley"), ("second", "Another flood in the Orn valley")):
        root = shared / f"chartless-{name}-{os.environ.get('PYTEST_XDIST_WORKER', '')}"
        if not root.exists():
            copied(BRIEFING, VALLEY, root)
            facts = (root / "facts.yaml").read_text(encoding="utf-8").partition("\ncharts:\n")[0]
            (root / "facts.yaml").write_text(facts, encoding="utf-8")
            replaced(root / "facts.yaml", "  title: The flood in the Orn valley", f"  title: {title}")
            replaced(root / "facts.yaml", "  short_title: Orn valley flood\n", "")
            replaced(root / "content" / "index.md", '{{ preview("gate-openings", "river-level") }}', "")
            replaced(root / "content" / "index.md", '{{ chart("people-out-of-home") }}', "")
            replaced(root / "content" / "gates.md", '{{ chart("gate-openings") }}', "")
            replaced(root / "content" / "gates.md", '{{ chart("river-level") }}', "")
        versions.append((root, built_once(shared, f"chartless-{name}", root)))
    return versions[0], versions[1]


@contextlib.contextmanager
def _building(root: Path, target: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A build that runs, with all its children in a group of their own, which ends with the block."""
    command = [sys.executable, "-m", "generator", "build", "--root", str(root), "--site", str(target)]
    quiet, env = subprocess.DEVNULL, _without_frames(target.parent.parent)
    with subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet, start_new_session=True, env=env) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


STAGES: tuple[str, ...] = (
    "*",  # started
    ".site-*.tmp",  # made its folder
    ".site-*.tmp/docs/sources.md",  # written the pages
    ".site-*.tmp/site/*.html",  # rendered some
    ".site-*.tmp/site/sitemap.xml",  # rendered all
)
CHANGED = len(STAGES)
"""The stage after these: the last site is no longer what it was."""


def _mark(target: Path) -> tuple[object, ...]:
    """What changes first, however a site is replaced."""
    try:
        return target.stat().st_ino, target.stat().st_mtime_ns, sum(1 for _ in target.iterdir())
    except FileNotFoundError:
        return ()


def _wait_until(stage: int, process: subprocess.Popen[bytes], target: Path) -> None:
    """Wait until a build has come to a stage, or to its end."""
    before = _mark(target)
    while process.poll() is None:
        if _mark(target) != before if stage == CHANGED else any(True for _ in target.parent.glob(STAGES[stage])):
            return
        time.sleep(0.0005)


@pytest.mark.parametrize("seed", range(18))
def test_a_build_killed_at_a_random_moment_leaves_the_old_site_or_the_new_one_whole(
    seed: int, tmp_path: Path, two_versions: tuple[tuple[Path, Path], tuple[Path, Path]]
) -> None:
    (_, old), (inputs, new) = two_versions
    target = tmp_path / "beside" / "site"
    shutil.copytree(old, target)
    chance = random.Random(seed)  # noqa: S311 - the same moments in every run
    stage = seed % (CHANGED + 1)
    delay = chance.uniform(0, {0: 0.5, 2: 0.5, CHANGED: 0.004}.get(stage, 0.06))
    with _building(inputs, target) as process:
        _wait_until(stage, process, target)
        time.sleep(delay)
        if seed % 5:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()  # and its child lives on for a while
        process.wait()
        assert tree(target) in (tree(old), tree(new)), f"killed {delay:.3f} s after stage {stage}"
    assert tree(target) in (tree(old), tree(new)), f"killed {delay:.3f} s after stage {stage}"
    with files.staged(target):
        pass
    assert _beside(target) == ["site"]


def test_after_a_kill_the_next_build_succeeds(
    tmp_path: Path, two_versions: tuple[tuple[Path, Path], tuple[Path, Path]]
) -> None:
    (_, old), (inputs, new) = two_versions
    target = tmp_path / "beside" / "site"
    shutil.copytree(old, target)
    with _building(inputs, target) as process:
        _wait_until(2, process, target)
        os.killpg(process.pid, signal.SIGKILL)
    assert len(_beside(target)) == 2
    assert run("build", "--root", inputs, "--site", target).returncode == 0
    assert (tree(target), _beside(target)) == (tree(new), ["site"])


def test_two_builds_at_once_take_turns_and_both_succeed(
    tmp_path: Path, two_versions: tuple[tuple[Path, Path], tuple[Path, Path]]
) -> None:
    (first, old), (second, new) = two_versions
    target = tmp_path / "beside" / "site"
    with _building(first, target) as one, _building(second, target) as other:
        assert (one.wait(60), other.wait(60)) == (0, 0)
    assert tree(target) in (tree(old), tree(new))
    assert _beside(target) == ["site"]


# -- pictures that are kept -----------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the pictures that are kept."""
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pictures"


def test_a_picture_is_recalled_as_it_was_kept_by_nobody_else_and_without_litter(cache: Path) -> None:
    assert files.recall_picture("ab") is None
    files.keep_picture("ab", b"one")
    files.keep_picture("ab", b"two")
    assert files.recall_picture("ab") == b"two"
    assert [path.name for path in cache.iterdir()] == ["ab"]
    if sys.platform != "win32":
        modes = [path.stat().st_mode & 0o777 for path in (cache.parent, cache, cache / "ab")]
        assert modes == [0o700, 0o700, 0o600]


def test_those_that_were_used_last_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PICTURES", 3)
    for number, name in enumerate("abc"):
        files.keep_picture(name, b"x")
        os.utime(cache / name, (number, number))
    assert files.recall_picture("a") == b"x"  # which makes `b` the oldest
    files.keep_picture("d", b"x")
    assert sorted(path.name for path in cache.iterdir()) == ["a", "c", "d"]


def test_where_nothing_can_be_kept_nothing_is_said_of_it(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "file" / "cache"))
    files.keep_picture("ab", b"x")
    assert files.recall_picture("ab") is None
    assert not cache.exists()


def test_a_site_is_the_same_from_a_cold_and_a_warm_cache_and_from_builds_at_once(
    cache: Path, valley: Path, tmp_path: Path, valley_site: Path
) -> None:
    command = [sys.executable, "-m", "generator", "build", "--root", str(valley), "--site"]
    both = [subprocess.Popen([*command, str(tmp_path / name)], cwd=ROOT, stdout=subprocess.PIPE) for name in "ab"]
    assert [each.wait() for each in both] == [0, 0]
    for each in both:
        each.communicate()
    kept = {path.name: path.read_bytes() for path in cache.iterdir()}
    assert len(kept) == 6, "three charts, and the cards of three pages"
    built(valley, tmp_path / "c")
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == kept
    for path in cache.iterdir():
        path.write_bytes(path.read_bytes().replace(b"M", b"m", 1))
    built(valley, tmp_path / "d")
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == kept, "what was damaged is there anew"
    for name in "abcd":
        assert tree(tmp_path / name) == tree(valley_site)
