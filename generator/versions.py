"""A folder, or a revision in git -> the inputs of a briefing that stand there."""

from __future__ import annotations

from pathlib import Path

from generator import files
from generator.git import ask as _git
from generator.site import CONFIGURATION, CONTENT, EDITIONS, FACTS, LOCK, REVIEWS, Inputs


class VersionError(Exception):
    """There is no such version, or git cannot show it; the message says what to do."""


def read(root: Path, name: str) -> Inputs:
    """The inputs of a version of the briefing in `root`: of another folder, or of a git revision.

    `main...` is the commit at which the current branch left `main`.

    Raises:
        VersionError: neither a folder with a fact base nor a revision that git has.

    """
    folder = Path(name)
    if folder.is_dir():
        if not (folder / FACTS).is_file():
            msg = f"the folder {name} holds no {FACTS}"
            raise VersionError(msg)
        return files.read_inputs(folder)
    return _of_revision(root, name)


def _of_revision(root: Path, name: str) -> Inputs:
    left, dots, right = name.partition("...")
    if dots:  # the commit at which the two parted, as git has it
        ends = [
            _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{each}^{{commit}}")
            for each in (left, right or "HEAD")
        ]
        if None in ends:
            raise VersionError(_unknown(root, left if ends[0] is None else right))
        parted = _git(root, "merge-base", *((each or b"").decode("ascii", "replace").strip() for each in ends))
        if parted is None:
            raise VersionError(_unknown(root, name))
        name = parted.decode("ascii", "replace").strip()
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit is None:
        raise VersionError(_unknown(root, name))
    revision = commit.decode("ascii", "replace").strip()
    prefix = (_git(root, "rev-parse", "--show-prefix") or b"").decode("utf-8", "replace").strip()
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", revision, "--", f"{prefix}{CONTENT}/")
    pages: dict[str, bytes] = {}
    for path in (listed or b"").decode("utf-8", "surrogateescape").split("\0"):
        raw = _git(root, "cat-file", "blob", f"{revision}:{path}") if path.endswith(".md") else None
        if raw is not None and files.readable_name(path) is None:
            pages[path.removeprefix(f"{prefix}{CONTENT}/")] = raw
    facts = _git(root, "cat-file", "blob", f"{revision}:{prefix}{FACTS}")
    if facts is None:
        msg = f"the revision {name} holds no {prefix}{FACTS}"
        raise VersionError(msg)
    lock, reviews, own, editions = (
        _git(root, "cat-file", "blob", f"{revision}:{prefix}{name}")
        for name in (LOCK, REVIEWS, CONFIGURATION, EDITIONS)
    )
    return Inputs(facts, pages, lock, reviews=reviews, configuration=own, editions=editions)


def _unknown(root: Path, name: str) -> str:
    """Why git does not have a revision, and the next step."""
    inside = _git(root, "rev-parse", "--is-shallow-repository")
    if inside is None:
        return f"there is no folder {name}, and this is no git repository: name a folder with an earlier version"
    if inside.strip() == b"true":
        return f"git does not have {name} in this shallow clone: fetch it (git fetch --unshallow, or fetch-depth: 0)"
    left, dots, right = name.partition("..")
    if dots and left and right:
        return f"{name} is a range, and one version is wanted in its place: name both, as in: review {left} {right}"
    return f"neither a folder nor a revision that git has: {name}; see `git log --oneline`, or fetch the branch"
