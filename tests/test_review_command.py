"""`review` from the command line: folders, revisions, a shallow clone, exit codes, and in time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator import cuttings, git
from tests.making import BASE, INDEX, changed, lock
from tests.sites import BRIEFING, ROOT, copied, run

CHANGED = changed("value: 1200", "value: 1300")
WORDS = changed("Around 1,200 sacks of flour burnt", "Around 1,200 sacks of flour were burnt")


def _git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A. Miller", "-c", "user.email=miller@mill.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True)


def _write(root: Path, facts: str = BASE) -> Path:
    (root / "content").mkdir(parents=True, exist_ok=True)
    (root / "facts.yaml").write_text(facts, encoding="utf-8")
    (root / "content" / "index.md").write_text(INDEX, encoding="utf-8")
    (root / "sources.lock").write_text(lock(), encoding="utf-8")
    return root


@pytest.fixture
def briefing(tmp_path: Path) -> Path:
    """A briefing below the top of a repository, with one commit."""
    root = _write(tmp_path / "repository" / "briefings" / "mill")
    _git(tmp_path / "repository", "init", "-q", "-b", "main")
    _git(tmp_path / "repository", "add", ".")
    _git(tmp_path / "repository", "commit", "-q", "-m", "First")
    return root


def _first(*arguments: str | Path) -> tuple[int, str]:
    done = run("review", *arguments)
    return done.returncode, done.stdout.partition("\n")[0]


def test_a_revision_is_compared_with_the_working_tree_or_with_another(briefing: Path) -> None:
    assert _first("HEAD", "--root", briefing) == (0, "no change of facts")
    _write(briefing, WORDS)
    assert _first("HEAD", "--root", briefing) == (0, "1 fact changed")
    _git(briefing, "commit", "-q", "-a", "-m", "Second")
    assert _first("HEAD", "--root", briefing) == (0, "no change of facts")
    assert _first("HEAD~1", "HEAD", "--root", briefing) == (0, "1 fact changed")
    _write(briefing, CHANGED)
    assert _first("main", "--root", briefing) == (1, "1 fact changed; 1 breaks a rule")


def test_git_reads_ahead_what_stands_below_the_top_of_a_repository(briefing: Path) -> None:
    read = [each.content for each in git.Ahead(briefing, ["HEAD:./facts.yaml", "HEAD:./nothing"]).objects()]
    assert read == [BASE.encode()]


def test_two_folders_are_compared_wherever_one_stands(tmp_path: Path) -> None:
    one, other = _write(tmp_path / "a"), _write(tmp_path / "b", CHANGED)
    assert _first(one, other) == (1, "1 fact changed; 1 breaks a rule")
    assert _first(one, "--root", other) == (1, "1 fact changed; 1 breaks a rule")
    assert _first(one, one) == (0, "no change of facts")


def test_what_came_to_the_other_branch_since_is_no_change_of_this_one(briefing: Path) -> None:
    _git(briefing, "checkout", "-q", "-b", "topic")
    _write(briefing, WORDS)
    _git(briefing, "commit", "-q", "-a", "-m", "Words")
    _git(briefing, "checkout", "-q", "main")
    _write(briefing, changed("title: The mill fire\n", "title: A fire\n"))
    _git(briefing, "commit", "-q", "-a", "-m", "Title")
    _git(briefing, "checkout", "-q", "topic")
    assert _first("main", "--root", briefing) == (0, "1 fact changed; 1 briefing changed")
    assert _first("main...", "--root", briefing) == (0, "1 fact changed")
    assert _first("main...topic", "topic", "--root", briefing) == (0, "1 fact changed")
    refused = run("review", "nowhere...", "--root", briefing)
    assert (refused.returncode, "neither a folder nor a revision that git has: nowhere" in refused.stderr) == (2, True)


def test_a_shallow_clone_is_told_what_is_missing_and_how_to_get_it(briefing: Path, tmp_path: Path) -> None:
    _write(briefing, WORDS)
    _git(briefing, "commit", "-q", "-a", "-m", "Second")
    clone = tmp_path / "clone"
    repository = briefing.parents[1].as_uri()
    subprocess.run(["git", "clone", "-q", "--depth", "1", repository, str(clone)], check=True, capture_output=True)
    root = clone / "briefings" / "mill"
    assert _first("HEAD", "--root", root) == (0, "no change of facts")
    for name in ("HEAD~1", "HEAD~1..."):
        refused = run("review", name, "--root", root)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == (
            "git does not have HEAD~1 in this shallow clone: fetch it (git fetch --unshallow, or fetch-depth: 0)\n"
        )


def test_what_cannot_be_compared_is_said_with_the_next_step(briefing: Path, tmp_path: Path) -> None:
    for arguments, said in (
        (["nowhere"], "neither a folder nor a revision that git has: nowhere"),
        ([tmp_path], f"the folder {tmp_path} holds no facts.yaml"),
        (["HEAD", "nowhere"], "neither a folder nor a revision that git has: nowhere"),
        (["--help-me"], "No such option"),
        ([], "Missing argument 'BASE'"),
    ):
        done = run("review", *arguments, "--root", briefing)
        assert (done.returncode, said in done.stderr, done.stdout) == (2, True, ""), done.stderr
    (briefing / "facts.yaml").write_text("a: [\n", encoding="utf-8")
    done = run("review", "HEAD", "--root", briefing)
    assert done.returncode == 2
    assert "error yaml-" in done.stdout
    assert "cannot be read, so nothing can be said of the change" in done.stderr
    (briefing / "facts.yaml").unlink()
    done = run("review", "HEAD", "--root", briefing)
    assert (done.returncode, done.stderr.startswith("there is no facts.yaml in ")) == (2, True)


def test_every_format_is_written_to_standard_output(tmp_path: Path) -> None:
    one, other = _write(tmp_path / "a"), _write(tmp_path / "b", CHANGED)
    begins = {
        "text": "1 fact changed",
        "markdown": "### 1 fact",
        "html": "<!doctype html>",
        "json": "{\n",
        "github": "::error",
    }
    for style, first in begins.items():
        done = run("review", one, other, "--format", style)
        assert (done.returncode, done.stdout.startswith(first)) == (1, True), style
    assert json.loads(run("review", one, other, "--format", "json").stdout)["broken"] is True


def test_nothing_that_draws_is_loaded_but_for_the_page_of_a_chart(tmp_path: Path) -> None:
    one, other = _write(tmp_path / "a"), _write(tmp_path / "b", CHANGED)
    code = (
        "import sys\nfrom generator.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'altair', 'pandas', 'mkdocs', 'vl_convert', 'selectolax'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "review", str(one), str(other)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.endswith("[]\n")


def _worked() -> float:
    """Seconds that processors have worked for programs that we started; a busy machine makes them no more."""
    used = os.times()
    return used.children_user + used.children_system


def test_two_bases_of_10_000_facts_with_20_changes_are_compared_in_less_than_3_seconds(tmp_path: Path) -> None:
    cut = cuttings.Cut.of((ROOT / "facts.yaml").read_bytes())
    assert cut is not None
    items: list[bytes] = []
    for number in range(10_000 // len(cut.items) + 1):
        own = rb"\1-%d" % number if number else rb"\1"
        items += (re.sub(rb"(?m)^((?:id|      - fact): [a-z0-9-]{1,70})$", own, item) for item in cut.items)
    items = items[:10_000]
    counted = [number for number, item in enumerate(items) if re.search(rb"\n    value: \d+\n", item)]
    after = list(items)
    for number in counted[:: len(counted) // 20][:20]:
        after[number] = re.sub(rb"(\n    value: \d+)\n", rb"\g<1>1\n", items[number])
    for name, facts in (("a", items), ("b", after)):
        copied(BRIEFING[1:], ROOT, tmp_path / name)
        (tmp_path / name / "facts.yaml").write_bytes(cut.head + (b"\n" + cut.dash).join(facts) + cut.tail)
    started = _worked()
    done = run("review", tmp_path / "a", tmp_path / "b", "--format", "json")
    assert _worked() - started < 3
    found = json.loads(done.stdout)
    assert [each["noun"] for each in found["changes"]] == ["fact"] * 20
