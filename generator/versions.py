"""A folder, or a revision in git -> the inputs of a briefing that stand there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator import files, git
from generator.site import CONFIGURATION, CONTENT, EDITIONS, FACTS, LOCK, REVIEWS, Inputs


class VersionError(Exception):
    """There is no such version, or git cannot show it; the message says what to do."""


def read(root: Path, name: str) -> Inputs:
    """The inputs of a version of the briefing in `root`: of another folder, or of a git revision.

    `main...` is the commit at which the current branch left `main`.

    Raises:
        VersionError: neither a folder with a fact base nor a revision that git has.

    """
    return read_all(root, name)[0]


def read_all(root: Path, *names: str, ahead: git.Ahead | None = None) -> tuple[Inputs, ...]:
    """The same of several, in less time than one after the other; what git has read `ahead` it need not read again.

    Raises:
        VersionError: one is neither a folder with a fact base nor a revision that git has.

    """
    with git.Objects.of(root, ahead) as objects:
        return tuple(_read(root, name, objects) for name in names)


def _read(root: Path, name: str, objects: git.Objects) -> Inputs:
    folder = Path(name)
    if folder.is_dir():
        if not (folder / FACTS).is_file():
            msg = f"the folder {name} holds no {FACTS}"
            raise VersionError(msg)
        return files.read_inputs(folder)
    return _of_revision(root, name, objects)


def _of_revision(root: Path, name: str, objects: git.Objects) -> Inputs:
    commit = objects.get(f"{_parted(root, name)}^{{commit}}")
    if commit is None:
        raise VersionError(_unknown(root, name))
    held = _folder(root, commit, objects)
    facts = held.get(FACTS)
    if facts is None:
        prefix = (git.ask(root, "rev-parse", "--show-prefix") or b"").decode("utf-8", "replace").strip()
        msg = f"the revision {name} holds no {prefix}{FACTS}"
        raise VersionError(msg)
    pages = {
        path.removeprefix(f"{CONTENT}/"): raw
        for path, raw in held.items()
        if path.startswith(f"{CONTENT}/") and files.readable_name(path) is None
    }
    lock, reviews, own, editions = map(held.get, (LOCK, REVIEWS, CONFIGURATION, EDITIONS))
    return Inputs(facts, pages, lock, reviews=reviews, configuration=own, editions=editions)


def _parted(root: Path, name: str) -> str:
    """The name of a revision; of two with three dots between them, the commit at which they parted, as git has it."""
    left, dots, right = name.partition("...")
    if not dots:
        return name
    ends = [
        git.ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{each}^{{commit}}")
        for each in (left, right or "HEAD")
    ]
    if None in ends:
        raise VersionError(_unknown(root, left if ends[0] is None else right))
    parted = git.ask(root, "merge-base", *((each or b"").decode("ascii", "replace").strip() for each in ends))
    if parted is None:
        raise VersionError(_unknown(root, name))
    return parted.decode("ascii", "replace").strip()


def _folder(root: Path, commit: git.Object, objects: git.Objects) -> dict[str, bytes]:
    """The files of the briefing in a commit, by their paths in its folder."""
    prefix = (git.ask(root, "rev-parse", "--show-prefix") or b"").decode("utf-8", "surrogateescape").removesuffix("\n")
    top = objects.get(f"{commit.id}:{prefix}")
    found: dict[str, bytes] = {}
    for mode, name, key in objects.entries(top) if top else ():
        if name in (FACTS, LOCK, REVIEWS, CONFIGURATION, EDITIONS):
            found.update(_blob(name, mode, key, objects))
        elif name == CONTENT and mode == _TREE:
            found.update(_pages(name, key, objects))
    return found


_TREE, _MODULE = "40000", "160000"
"""The modes of a folder, and of another repository within this one."""


def _pages(folder: str, tree: str, objects: git.Objects) -> Iterator[tuple[str, bytes]]:
    """The pages in a folder and in those within it."""
    held = objects.get(tree)
    for mode, name, key in objects.entries(held) if held else ():
        path = f"{folder}/{name}"
        if mode == _TREE:
            yield from _pages(path, key, objects)
        elif name.endswith(".md"):
            yield from _blob(path, mode, key, objects)


def _blob(path: str, mode: str, key: str, objects: git.Objects) -> Iterator[tuple[str, bytes]]:
    held = objects.get(key) if mode not in (_TREE, _MODULE) else None
    if held is not None:
        yield path, held.content


def _unknown(root: Path, name: str) -> str:
    """Why git does not have a revision, and the next step."""
    inside = git.ask(root, "rev-parse", "--is-shallow-repository")
    if inside is None:
        return f"there is no folder {name}, and this is no git repository: name a folder with an earlier version"
    if inside.strip() == b"true":
        return f"git does not have {name} in this shallow clone: fetch it (git fetch --unshallow, or fetch-depth: 0)"
    left, dots, right = name.partition("..")
    if dots and left and right:
        return f"{name} is a range, and one version is wanted in its place: name both, as in: review {left} {right}"
    return f"neither a folder nor a revision that git has: {name}; see `git log --oneline`, or fetch the branch"
