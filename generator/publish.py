"""A finished site, and the commit that it was built from -> a commit on a branch of a remote, pushed.

ghp-import, with which MkDocs publishes too, makes a commit of a folder; everything around it is here: what may be
published at all, what would be lost on the branch, and that nothing is ever pushed by force. The branches and the work
tree of whoever publishes stay as they are: the commit is made on a branch that is gone afterwards.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import generator
from generator import git
from generator.site import CONTENT, EDITIONS, FACTS, LOCK, REVIEWS

BRANCH, REMOTE = "gh-pages", "origin"
"""Where sites are published unless somebody names another place; the branch that MkDocs uses."""
BUNDLES = "editions"
"""The folder of the zips of editions, beside the facts; whoever keeps them out of git is not told of them here."""
_KEPT = "CNAME"
"""The file in which GitHub Pages keeps the site's own domain. It is of the branch, not of the build."""
_TRAILER = "Built-from"
_SHOWN = 5
"""How many files a message names before it counts the rest."""


class PublishError(Exception):
    """Nothing was pushed; the message says why, and what to do."""


@dataclass(frozen=True)
class Source:
    """What a site is built from: a commit, and nothing beside it."""

    root: Path
    """The folder of the briefing."""
    commit: str
    maker: str
    """Who builds it: the generator's version, and its commit where it is of another repository."""
    when: str
    """The commit's own date, so that the same site of the same commit makes the same commit again."""

    @property
    def message(self) -> str:
        """What the commit of the site says: whoever looks at the branch finds the sources of each site in it."""
        return f"Publish the site of {self.commit[:12]}\n\n{_TRAILER}: {self.commit}\nBuilt-by: {self.maker}"


@dataclass(frozen=True)
class Target:
    """A branch of a remote, as it stands there now."""

    remote: str
    branch: str
    tip: str
    """Its last commit; empty where there is no such branch yet."""


@dataclass(frozen=True)
class Published:
    """What was pushed."""

    commit: str
    """The new last commit of the branch; empty where it held this very site already."""
    added: int = 0
    changed: int = 0
    removed: int = 0


# -- what it is built from ------------------------------------------------------------------------------------------


def source(root: Path, site: Path, home: Path) -> Source:
    """The commit that a briefing stands at; the finished `site` and the zips of editions within it need not be of it.

    The generator in `home` makes the site too, so where it has a repository of its own, that must be clean as well.

    Raises:
        PublishError: no repository, no commit, or a file that is not as the commit has it.

    """
    top = _top(root)
    if top is None:
        raise PublishError(f"{root} is in no git repository, so nobody could say what the site was built from")
    commit = git.ask(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if commit is None:
        raise PublishError("the repository has no commit yet: commit the briefing, then publish")
    _must_be_clean(top, site, root / BUNDLES)
    _must_be_known(root, top)
    maker = f"briefing-generator {generator.__version__}"
    others = _top(home)
    if others is not None and others != top:
        _must_be_clean(others, site)
        maker += f", commit {git.say(home, 'rev-parse', 'HEAD')}"
    return Source(root, commit.decode("ascii").strip(), maker, git.say(root, "log", "-1", "--format=%cD"))


def _top(folder: Path) -> Path | None:
    """The work tree that a folder is in."""
    found = git.ask(folder, "rev-parse", "--show-toplevel")
    return Path(os.fsdecode(found.rstrip(b"\n"))).resolve() if found else None


def _must_be_clean(top: Path, *apart: Path) -> None:
    made = {each.resolve() for each in apart}
    dirty = [
        name
        for name in _changed(top, "--untracked-files=all", "--", ".")
        if made.isdisjoint((top / name, *(top / name).parents))
    ]
    if dirty:
        raise PublishError(f"not as the last commit of {top} has them: {_some(dirty)}; commit, stash or remove them")


def _must_be_known(root: Path, top: Path) -> None:
    """A page that git was told to ignore is in the site all the same, and in no commit."""
    read = [name for name in (FACTS, CONTENT, LOCK, REVIEWS, EDITIONS, "mkdocs.yml") if (root / name).exists()]
    listed = _changed(root, "--untracked-files=all", "--ignored=matching", "--", *read)
    # git lists an ignored folder whose name begins as that of a file that was asked for: `editions/`, `editions.yaml`
    unknown = [name for name in listed if top / name != (root / BUNDLES).resolve()]
    if unknown:
        raise PublishError(f"git ignores what the site is made of: {_some(unknown)}; commit or remove them")


def _changed(folder: Path, *arguments: str) -> list[str]:
    """The files that `git status` lists, by their path from the top."""
    listed = git.ask(folder, "status", "--porcelain=v1", "-z", "--no-renames", *arguments)
    if listed is None:
        raise PublishError(f"git cannot tell whether everything in {folder} is committed; see `git status`")
    return [os.fsdecode(entry[len(b"XY ") :]) for entry in listed.split(b"\0") if entry]


# -- whether a folder is what was built -----------------------------------------------------------------------------


def differences(site: Path, fresh: Path) -> list[str]:
    """What a finished site has otherwise than a fresh build of it: one sentence for each way, none where they agree."""
    has, wanted = _files(site), _files(fresh)
    ways = {
        "other than the build makes": [
            name
            for name in sorted(has & wanted)
            if (site / name).is_symlink() or not filecmp.cmp(site / name, fresh / name, shallow=False)
        ],
        "of no build": sorted(has - wanted),
        "gone": sorted(wanted - has),
    }
    return [f"{how}: {_some(names)}" for how, names in ways.items() if names]


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


# -- where it goes --------------------------------------------------------------------------------------------------


def target(made: Source, remote: str = REMOTE, branch: str = BRANCH, *, replace: bool = False) -> Target:
    """A branch of a remote, looked up there, and found fit to take a site.

    Raises:
        PublishError: no such remote, or it does not answer; or the branch is one of sources, or holds what somebody
            else put there, and nobody said that this may go (`replace`).

    """
    root = made.root
    if git.ask(root, "check-ref-format", f"refs/heads/{branch}") is None or branch.startswith("-"):
        raise PublishError(f"{branch!r} is no name for a branch")
    known = git.say(root, "remote").split()
    if remote not in known:
        there = f"there are {', '.join(known)}" if known else "there is none: git remote add origin ADDRESS"
        raise PublishError(f"the repository knows no remote {remote!r}; {there}")
    if git.ask(root, "symbolic-ref", "--quiet", "--short", "HEAD") == f"{branch}\n".encode():
        raise PublishError(f"{branch} is the branch of the briefing itself; name another with --branch")
    try:
        tip = git.reach(root, "ls-remote", remote, f"refs/heads/{branch}").partition("\t")[0]
        if tip:
            # by its address in the remote, not by name: no branch of the clone is touched
            git.reach(root, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, f"refs/heads/{branch}")
    except git.GitError as error:
        raise PublishError(f"the remote {remote} does not answer: {error}") from error
    found = Target(remote, branch, tip)
    if tip:
        _must_be_ours(made, found, replace=replace)
    return found


def _must_be_ours(made: Source, found: Target, *, replace: bool) -> None:
    """Whatever stands on the branch goes: that must be a site of ours, or what somebody agreed to lose."""
    top = _top(made.root) or made.root
    facts = (made.root.resolve() / FACTS).relative_to(top).as_posix()
    if git.ask(made.root, "cat-file", "-e", f"{found.tip}:{facts}") is not None:
        raise PublishError(f"{found.branch} of {found.remote} holds sources, not a site; name another with --branch")
    if replace:
        return
    grep = f"--grep=^{_TRAILER}: [0-9a-f]\\{{40,64\\}}$"
    ours = git.say(made.root, "log", "-1", "--first-parent", "--basic-regexp", grep, "--format=%H", found.tip)
    compared = ("diff", "--name-only", ours, found.tip) if ours else ("ls-tree", "-r", "--name-only", found.tip)
    lost = [name for name in git.say(made.root, *compared).splitlines() if name != _KEPT]
    if lost:
        who = git.say(made.root, "log", "-1", "--format=%h by %an, “%s”", found.tip)
        raise PublishError(
            f"on {found.branch} of {found.remote} stands what this command did not put there: {_some(lost)}; "
            f"its last commit is {who}. If that may go (it stays in the history): --replace"
        )


def is_pushed(made: Source, remote: str) -> bool:
    """Whether a branch of the remote, as last seen, holds the commit that the site is built from."""
    held = git.ask(made.root, "for-each-ref", "--count=1", f"--contains={made.commit}", f"refs/remotes/{remote}/")
    return bool(held)


# -- the push -------------------------------------------------------------------------------------------------------


def publish(site: Path, made: Source, to: Target, *, rehearse: bool = False) -> Published:
    """Put a site on the branch, as one commit upon its last one; nothing is pushed where the branch holds it already.

    With `rehearse` everything is done but the push.

    Raises:
        PublishError: git has no name for whoever publishes, or the remote refuses. Nothing was pushed.

    """
    with _aside(made.root, to) as aside:
        try:
            _import(site, made, to, aside)
            new = git.say(made.root, "rev-parse", "--verify", f"refs/heads/{aside}")
            before = to.tip or git.say(made.root, "hash-object", "-t", "tree", "--stdin")  # of nothing
            letters = git.say(made.root, "diff", "--no-renames", "--name-status", before, new).splitlines()
        except git.GitError as error:
            raise PublishError(f"git made no commit of the site: {error}") from error
        if to.tip and not letters:
            return Published("")
        if not rehearse:
            try:
                git.reach(made.root, "push", "--quiet", to.remote, f"{new}:refs/heads/{to.branch}")
            except git.GitError as error:
                raise PublishError(_refused(to, str(error))) from error
    kinds = [line[:1] for line in letters]
    return Published(new, kinds.count("A"), len(kinds) - kinds.count("A") - kinds.count("D"), kinds.count("D"))


def _refused(to: Target, why: str) -> str:
    if "fetch first" in why or "non-fast-forward" in why or "cannot lock ref" in why:
        return f"somebody else has pushed to {to.branch} of {to.remote} in the meantime; look at it, and publish again"
    return f"the remote {to.remote} refused: {why}"


@contextlib.contextmanager
def _aside(root: Path, to: Target) -> Iterator[str]:
    """A branch for ghp-import to work on: where the remote's stands, and gone afterwards."""
    name = f"publishing-{secrets.token_hex(6)}"
    try:
        if to.tip:
            git.say(root, "update-ref", f"refs/heads/{name}", to.tip)
        yield name
    finally:
        with contextlib.suppress(git.GitError):
            git.say(root, "update-ref", "-d", f"refs/heads/{name}")


def _import(site: Path, made: Source, to: Target, aside: str) -> None:
    """Have ghp-import make the commit; in a process of its own, since it works on the current folder."""
    # only a name that somebody gave: git would make one of the user's and the machine's, for everybody to read
    identity = git.ask(made.root, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
    who = re.fullmatch(r"(.+) <(.*)> \d+ [+-]\d+\s*", (identity or b"").decode("utf-8", "replace"))
    if who is None:
        raise PublishError("git does not know who publishes: git config user.name NAME, git config user.email ADDRESS")
    domain = git.ask(made.root, "show", f"{to.tip}:{_KEPT}") if to.tip else None
    order = [
        *(sys.executable, "-m", "ghp_import", "--branch", aside, "--message", made.message),
        *(("--cname", domain.decode("utf-8", "replace")) if domain else ()),
        "--no-jekyll",  # it reads as the opposite: this adds `.nojekyll`, without which files of `_…` are left out
        str(site.resolve()),
    ]
    done = subprocess.run(
        order,
        cwd=made.root,
        env={
            **os.environ,
            "GIT_COMMITTER_NAME": who[1],
            "GIT_COMMITTER_EMAIL": who[2],
            "GIT_COMMITTER_DATE": made.when,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise git.GitError((done.stderr.strip().splitlines() or ["ghp-import failed without a word"])[-1])
