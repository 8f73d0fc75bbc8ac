"""An earlier version to compare with: a folder, a git revision, and what is said where there is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator import versions
from tests.making import BASE, INDEX, changed, lock
from tests.sites import run


def _git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A. Miller", "-c", "user.email=miller@mill.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True)


def _write(root: Path, facts: str) -> None:
    (root / "content").mkdir(parents=True, exist_ok=True)
    (root / "facts.yaml").write_text(facts, encoding="utf-8")
    (root / "content" / "index.md").write_text(INDEX, encoding="utf-8")
    (root / "sources.lock").write_text(lock(), encoding="utf-8")


@pytest.fixture
def briefing(tmp_path: Path) -> Path:
    """A briefing below the top of a repository, with one commit."""
    root = tmp_path / "repository" / "briefings" / "mill"
    _write(root, BASE)
    _git(tmp_path / "repository", "init", "-q", "-b", "main")
    _git(tmp_path / "repository", "add", ".")
    _git(tmp_path / "repository", "commit", "-q", "-m", "First")
    return root


ERASED = BASE[: BASE.index("  - id: mayor-visit")] + BASE[BASE.index("charts:") :]


def test_a_fact_that_is_gone_and_a_figure_that_changed_in_silence_are_found_against_a_revision(briefing: Path) -> None:
    assert run("check", "--root", briefing, "--base", "HEAD").returncode == 0
    _write(briefing, ERASED)
    gone = run("check", "--root", briefing, "--base", "main")
    assert gone.returncode == 1
    assert "error fact-erased [fact mayor-visit]" in gone.stdout
    assert "“The mayor met the mill owners on 3 May 2031”" in gone.stdout
    silent = changed("hedge: around", "hedge: around\n    note: Counted twice.")
    silent = silent.replace("value: 1200", "value: 40").replace("hedge: around", "hedge: more than")
    silent = silent.replace("quote: around 1,200 sacks of flour", "quote: promised more than 40 new hydrants")
    _write(briefing, silent.replace("Around 1,200 sacks", "More than 40 sacks"))
    found = run("check", "--root", briefing, "--base", "HEAD")
    assert "error correction-missing [fact sacks-lost]" in found.stdout
    assert "around 1,200 (2 May 2031) was, more than 40 (2 May 2031) is" in found.stdout
    assert "correction-missing" not in run("check", "--root", briefing).stdout


def test_a_folder_is_a_version_too(briefing: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    _write(other, BASE)
    _write(briefing, ERASED)
    assert "fact-erased" in run("check", "--root", briefing, "--base", other).stdout
    (tmp_path / "empty").mkdir()
    refused = run("check", "--root", briefing, "--base", tmp_path / "empty")
    assert (refused.returncode, "holds no facts.yaml" in refused.stderr) == (2, True)


def test_the_inputs_of_a_revision_are_those_that_were_committed(briefing: Path) -> None:
    _write(briefing, ERASED)
    (briefing / "content" / "index.md").unlink()
    found = versions.read(briefing, "HEAD")
    assert found.facts == BASE.encode()
    assert found.pages == {"index.md": INDEX.encode()}
    assert found.lock == lock().encode()


def _files(root: Path, held: dict[str, str]) -> None:
    for name, text in held.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_every_file_of_a_revision_is_read_whatever_lies_beside_it(briefing: Path) -> None:
    pages = {"content/deep/er/page.md": "deep", "content/é.md": "é", "content/zeta.md": "", "content/a b.md": "a b"}
    own = {"reviews.lock": "r", "mkdocs.yml": "m", "editions.yaml": "e"}
    _files(
        briefing, {**pages, **own, "content/picture.svg": "no page", "content/dir.md/x.txt": "no page", "more.md": ""}
    )
    (briefing / "content" / "linked.md").symlink_to("zeta.md")
    _git(briefing, "add", ".")
    _git(briefing, "commit", "-q", "-m", "Second")
    found, first, same = versions.read_all(briefing, "HEAD", "HEAD^", "main")
    assert found.pages == {
        **{name.removeprefix("content/"): text.encode() for name, text in pages.items()},
        "index.md": INDEX.encode(),
        "linked.md": b"zeta.md",
    }
    assert (found.reviews, found.configuration, found.editions) == (b"r", b"m", b"e")
    assert (first.pages, first.reviews, first.lock) == ({"index.md": INDEX.encode()}, None, lock().encode())
    assert same == found
    assert versions.read(briefing, "HEAD^") == first


def test_a_revision_is_read_from_a_repository_without_a_work_tree_and_from_its_top(tmp_path: Path) -> None:
    root = tmp_path / "mill"
    _write(root, BASE)
    _git(root, "init", "-q", "-b", "main")
    _git(root, "add", ".")
    _git(root, "commit", "-q", "-m", "First")
    subprocess.run(["git", "clone", "-q", "--bare", str(root), str(tmp_path / "bare")], check=True, capture_output=True)
    assert versions.read(tmp_path / "bare", "main") == versions.read(root, "main")
    assert versions.read(root, "main").pages == {"index.md": INDEX.encode()}


def test_a_folder_with_the_name_of_a_file_is_none(briefing: Path) -> None:
    _git(briefing, "rm", "-q", "-r", "--cached", ".")
    for name in ("sources.lock", "facts.yaml"):
        (briefing / name).unlink()
        _files(briefing, {f"{name}/x.txt": "x"})
        _git(briefing, "add", ".")
        _git(briefing, "commit", "-q", "-m", name)
        if name == "sources.lock":
            (briefing / "facts.yaml").write_text(BASE, encoding="utf-8")
            assert versions.read(briefing, "HEAD").lock is None
    with pytest.raises(versions.VersionError, match=r"^the revision HEAD holds no briefings/mill/facts\.yaml$"):
        versions.read(briefing, "HEAD")


def test_where_two_branches_parted_is_a_version(briefing: Path) -> None:
    _git(briefing, "checkout", "-q", "-b", "mine")
    _write(briefing, ERASED)
    _git(briefing, "commit", "-q", "-a", "-m", "Mine")
    assert versions.read(briefing, "main...").facts == BASE.encode()
    assert versions.read(briefing, "mine").facts == ERASED.encode()
    with pytest.raises(versions.VersionError, match="a revision that git has: nowhere;"):
        versions.read(briefing, "nowhere...")


def test_what_is_no_version_is_said_with_the_next_step(briefing: Path, tmp_path: Path) -> None:
    for name in ("nowhere", "--help", "HEAD~5", "HEAD:facts.yaml", "\0", "HEAD\0", "HEAD^{tree}", "^HEAD", "a\nHEAD"):
        with pytest.raises(versions.VersionError, match="neither a folder nor a revision"):
            versions.read(briefing, name)
    outside = tmp_path / "outside"
    _write(outside, BASE)
    with pytest.raises(versions.VersionError, match="no git repository"):
        versions.read(outside, "HEAD")


def test_a_shallow_clone_is_told_to_fetch(briefing: Path, tmp_path: Path) -> None:
    repository = briefing.parents[1]
    (repository / "more.txt").write_text("more", encoding="utf-8")
    _git(repository, "add", ".")
    _git(repository, "commit", "-q", "-m", "Second")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", repository.as_uri(), str(clone)], check=True, capture_output=True
    )
    with pytest.raises(versions.VersionError, match="shallow clone"):
        versions.read(clone / "briefings" / "mill", "HEAD~1")


def test_an_earlier_version_that_cannot_be_read_is_a_problem(briefing: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    _write(other, "a: [\n")
    found = run("check", "--root", briefing, "--base", other)
    assert "error base-unusable" in found.stdout
    assert found.returncode == 1
