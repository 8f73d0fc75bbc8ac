"""Publishing: what the last commit builds, and nothing else, goes to a branch of a remote, upon what stands there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator import build, files, site
from generator import publish as publishing
from generator.cli import main
from tests.making import BASE, INDEX, lock
from tests.sites import ROOT, copied, replaced, tree

WHO = {
    "GIT_AUTHOR_NAME": "A. Miller",
    "GIT_AUTHOR_EMAIL": "miller@mill.example",
    "GIT_COMMITTER_NAME": "A. Miller",
    "GIT_COMMITTER_EMAIL": "miller@mill.example",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
SEEN = "Published at the mill."
BUILD = build.build


def git(root: Path, *arguments: str, **env: str) -> str:
    """What git answers; it must not refuse."""
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], check=False, capture_output=True, encoding="utf-8", env=os.environ | env
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(root: Path, message: str, when: str = "2031-06-02T10:00:00+02:00") -> str:
    """Commit everything, at a given time."""
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", message, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A generator in no repository, whatever is being worked on in this one; and a git without anybody's settings."""
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(build, "HOME", copied(("mkdocs.yml",), ROOT, tmp_path / "generator"))
    return build.HOME


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that takes no time: three files, of which one has the words of the front page."""

    def make(judged: site.Judged, _root: Path, target: Path, _say: object, **_: object) -> build.Built:
        front = judged.briefing.pages[0].meta.summary
        files.write_tree(target, {"index.html": front.encode(), "404.html": b"Not here", "assets/a.css": b"a {}"})
        return build.Built(pages=1)

    monkeypatch.setattr(build, "build", make)


@pytest.fixture
def mill(home: Path, quick: None, tmp_path: Path) -> Path:  # noqa: ARG001 - each makes the next
    """A small briefing with its site, pushed to a bare repository beside it."""
    root = written(tmp_path / "mill")
    assert said("build", "--root", root)[0] == 0
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "far.git")
    git(root, "init", "-q", "-b", "main")
    git(root, "remote", "add", "origin", str(tmp_path / "far.git"))
    commit(root, "First")
    git(root, "push", "-q", "origin", "main")
    return root


def written(root: Path) -> Path:
    """A small briefing, in no repository yet."""
    (root / "content").mkdir(parents=True)
    (root / "facts.yaml").write_text(BASE, encoding="utf-8")
    (root / "content" / "index.md").write_text(INDEX, encoding="utf-8")
    (root / "sources.lock").write_text(lock(), encoding="utf-8")
    (root / ".gitignore").write_text("/site/\n/content/draft.md\n", encoding="utf-8")
    return root


@pytest.fixture
def far(mill: Path) -> Path:
    """The remote."""
    return mill.parent / "far.git"


def said(*arguments: str | Path) -> tuple[int, str]:
    """The exit code of a command, and what it printed for people."""
    done = CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)
    return done.exit_code, done.stderr


def publish(root: Path, *options: str) -> tuple[int, str]:
    """The exit code of `publish`, and the last of what it said, without the words of the build."""
    code, words = said("publish", "--root", root, *options)
    lines = [line for line in words.splitlines() if not line.startswith(("building ", "/"))]
    return code, "\n".join(lines)


def refs(root: Path) -> str:
    """Every branch and tag of a repository, where it is checked out, and what is not committed."""
    bare = git(root, "rev-parse", "--is-bare-repository") == "true"
    return git(root, "for-each-ref") + ("" if bare else git(root, "status", "--porcelain"))


def test_the_first_site_makes_a_branch_that_holds_it_and_says_what_it_was_built_from(mill: Path, far: Path) -> None:
    head, before = git(mill, "rev-parse", "HEAD"), refs(mill)
    held = {"index.html", "404.html", "assets/a.css"}
    code, words = publish(mill)
    tip = git(far, "rev-parse", "gh-pages")
    assert (code, words) == (
        0,
        f"gh-pages of origin: 4 files new, 0 changed, 0 removed, pushed as {tip[:12]}",
    )
    assert set(git(far, "ls-tree", "-r", "--name-only", "gh-pages").splitlines()) == held | {".nojekyll"}
    assert {line.split()[0] for line in git(far, "ls-tree", "-r", "gh-pages").splitlines()} == {"100644"}
    assert git(far, "log", "--format=%an <%ae> %cI%n%B", "gh-pages").splitlines() == [
        "A. Miller <miller@mill.example> 2031-06-02T10:00:00+02:00",
        f"Publish the site of {head[:12]}",
        "",
        f"Built-from: {head}",
        "Built-by: briefing-generator 0.1.0",
    ]
    assert refs(mill).replace(f"{tip} commit\trefs/remotes/origin/gh-pages\n", "") == before


def test_a_built_site_is_pushed_to_the_byte_and_one_with_another_number_is_not(
    mill: Path, far: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real build and audit, which the other tests do without."""
    monkeypatch.setattr(build, "build", BUILD)
    subprocess.run(["rm", "-r", str(mill / "site")], check=True)
    assert said("build", "--root", mill)[0] == 0
    front = mill / "site" / "index.html"
    text = front.read_text(encoding="utf-8")
    front.write_text(text.replace("1,200 sacks", "1,300 sacks"), encoding="utf-8")
    done = CliRunner().invoke(main, ["publish", "--root", str(mill)])
    assert (done.exit_code, "gh-pages" in refs(far)) == (1, False)
    assert "/index.html:1:1: error audit-number" in done.stdout
    assert "    other than the build makes: index.html\n" in done.stderr
    front.write_text(text, encoding="utf-8")
    assert publish(mill)[0] == 0
    git(mill.parent, "clone", "-q", "-b", "gh-pages", str(far), "seen")
    names = [name for name, mode in tree(mill / "site").items() if " " in mode]
    assert len(names) > 10
    for name in names:
        assert (mill / "site" / name).read_bytes() == (mill.parent / "seen" / name).read_bytes(), name


def test_the_same_commit_published_elsewhere_makes_the_same_commit(mill: Path, far: Path) -> None:
    publish(mill)
    first = git(far, "rev-parse", "gh-pages")
    git(far, "update-ref", "-d", "refs/heads/gh-pages")
    assert publish(mill)[0] == 0
    assert git(far, "rev-parse", "gh-pages") == first


def test_the_next_site_stands_upon_the_last_one(mill: Path, far: Path) -> None:
    publish(mill)
    first = git(far, "rev-parse", "gh-pages")
    replaced(mill / "content" / "index.md", "What is known.", SEEN)
    commit(mill, "Second", "2031-06-03T10:00:00+02:00")
    git(mill, "push", "-q", "origin", "main")
    assert said("build", "--root", mill)[0] == 0
    code, words = publish(mill)
    assert (code, words.partition(" files ")[0]) == (0, "gh-pages of origin: 0")
    assert "0 removed, pushed as" in words
    assert git(far, "rev-parse", "gh-pages^") == first
    assert SEEN in git(far, "show", "gh-pages:index.html")
    changed = git(far, "diff", "--name-only", "gh-pages^", "gh-pages").splitlines()
    assert f" {len(changed)} changed, " in words


def test_a_site_that_stands_there_already_is_not_pushed_again(mill: Path, far: Path) -> None:
    publish(mill)
    before = refs(far)
    (mill / "notes.txt").write_text("of no page\n", encoding="utf-8")
    commit(mill, "Nothing that readers see")
    assert publish(mill) == (0, "gh-pages of origin holds this very site already; nothing was pushed")
    assert refs(far) == before


def test_a_rehearsal_says_what_would_be_pushed_and_pushes_nothing(mill: Path, far: Path) -> None:
    before = refs(far), refs(mill)
    code, words = publish(mill, "--rehearse")
    assert (code, words.endswith("0 changed, 0 removed, not pushed")) == (0, True)
    assert (refs(far), refs(mill)) == before


def test_who_publishes_is_told_that_nobody_else_has_the_commit_yet(mill: Path) -> None:
    (mill / "notes.txt").write_text("of no page\n", encoding="utf-8")
    head = commit(mill, "Not pushed")
    assert publish(mill)[1].splitlines()[1:] == [
        f"no branch of origin is known to hold {head[:12]}, of which the site is built: push that too"
    ]


# -- what is refused ------------------------------------------------------------------------------------------------


def changed(mill: Path) -> None:
    replaced(mill / "facts.yaml", "title: The mill fire", "title: The fire at the mill")


def staged(mill: Path) -> None:
    changed(mill)
    git(mill, "add", "--all")


def removed(mill: Path) -> None:
    (mill / ".gitignore").unlink()
    git(mill, "config", "core.excludesFile", str(mill.parent / "no-such"))


def added(mill: Path) -> None:
    for name in "fabcedg":
        (mill / f"ü {name}.txt").write_text("a\n", encoding="utf-8")


DIRTY = "not published: not as the last commit of {} has them: {}; commit, stash or remove them"


@pytest.mark.parametrize(
    ("dirty", "names"),
    [
        pytest.param(changed, "facts.yaml", id="a change"),
        pytest.param(staged, "facts.yaml", id="a staged change"),
        pytest.param(removed, ".gitignore", id="a removed file; the site itself is no such file"),
        pytest.param(
            added,
            "ü a.txt, ü b.txt, ü c.txt, ü d.txt, ü e.txt and 2 more",
            id="new files",
        ),
    ],
)
def test_what_is_not_committed_is_not_published(mill: Path, far: Path, dirty: object, names: str) -> None:
    assert callable(dirty)
    dirty(mill)
    before = refs(far)
    assert publish(mill) == (2, DIRTY.format(mill, names))
    assert refs(far) == before


def test_a_page_that_git_ignores_is_not_published(mill: Path) -> None:
    (mill / "content" / "draft.md").write_text(INDEX, encoding="utf-8")
    assert publish(mill) == (
        2,
        "not published: git ignores what the site is made of: content/draft.md; commit or remove them",
    )


def test_a_site_of_an_earlier_commit_is_not_published(mill: Path, far: Path) -> None:
    replaced(mill / "content" / "index.md", "What is known.", SEEN)
    head = commit(mill, "Second")
    code, words = publish(mill)
    lines = words.splitlines()
    assert (code, lines[-1]) == (1, "build it again, look at it, then publish: nox -s build")
    assert f"not published: {mill / 'site'} is not what {head[:12]} builds" in lines
    assert any(line.startswith("    other than the build makes: ") and "index.html" in line for line in lines)
    assert "gh-pages" not in refs(far)


@pytest.mark.parametrize(
    ("name", "text", "way"),
    [
        ("assets/a.css", "body { display: none }", "    other than the build makes: assets/a.css"),
        ("assets/extra.js", "fetch('/')", "    of no build: assets/extra.js"),
        ("404.html", None, "    gone: 404.html"),
    ],
)
def test_a_site_that_somebody_touched_is_not_published(
    mill: Path, far: Path, name: str, text: str | None, way: str
) -> None:
    path = mill / "site" / name
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    code, words = publish(mill)
    assert (code, [line for line in words.splitlines() if line.startswith("    ")]) == (1, [way])
    assert "gh-pages" not in refs(far)


def test_a_file_of_the_site_that_is_a_link_to_elsewhere_is_not_published(mill: Path) -> None:
    there = mill.parent / "elsewhere.html"
    (mill / "site" / "404.html").rename(there)
    (mill / "site" / "404.html").symlink_to(there)
    code, words = publish(mill)
    assert (code, "    other than the build makes: 404.html" in words.splitlines()) == (1, True)


def test_facts_with_an_error_are_not_published_although_they_are_committed(mill: Path) -> None:
    replaced(mill / "facts.yaml", "value: 1200", "value: 1300")
    commit(mill, "A slip")
    done = CliRunner().invoke(main, ["publish", "--root", str(mill)])
    assert (done.exit_code, "error number-not-in-quote" in done.stdout) == (1, True)


def test_without_a_site_there_is_nothing_to_publish(mill: Path) -> None:
    subprocess.run(["rm", "-r", str(mill / "site")], check=True)
    there = mill / "site"
    assert publish(mill) == (
        2,
        f"not published: there is no site in {there}; build it, and look at it, first: nox -s build",
    )


# -- remotes and branches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--remote", "upstream"], "the repository knows no remote 'upstream'; there are origin"),
        (["--branch", "a..b"], "'a..b' is no name for a branch"),
        (["--branch", "-f"], "'-f' is no name for a branch"),
        (["--branch", "main"], "main is the branch of the briefing itself; name another with --branch"),
        (["--branch", "kept"], "kept of origin holds sources, not a site; name another with --branch"),
        (["--branch", "kept", "--replace"], "kept of origin holds sources, not a site; name another with --branch"),
    ],
)
def test_no_site_is_put_where_none_belongs(mill: Path, far: Path, options: list[str], words: str) -> None:
    git(mill, "push", "-q", "origin", "main:kept")
    before = refs(far)
    assert publish(mill, *options) == (2, f"not published: {words}")
    assert refs(far) == before


def test_without_a_remote_the_next_step_is_named(mill: Path) -> None:
    git(mill, "remote", "remove", "origin")
    assert publish(mill) == (
        2,
        "not published: the repository knows no remote 'origin'; there is none: git remote add origin ADDRESS",
    )


def test_a_remote_that_does_not_answer_is_told_in_its_own_words(mill: Path, far: Path) -> None:
    far.rename(far.with_name("gone.git"))
    code, words = publish(mill)
    assert code == 2
    assert words.startswith("not published: the remote origin does not answer: ")
    assert f"'{far}' does not appear to be a git repository" in words


def test_a_remote_that_refuses_is_told_in_its_own_words_and_nothing_stays_behind(mill: Path, far: Path) -> None:
    hook = far / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'the branch is protected' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = refs(mill), refs(far)
    code, words = publish(mill)
    assert (code, words.partition(": remote: ")[0]) == (2, "not published: the remote origin refused")
    assert "the branch is protected" in words
    assert (refs(mill), refs(far)) == before
    hook.unlink()
    assert publish(mill)[0] == 0


@pytest.mark.parametrize("during", [False, True], ids=["before the push", "during the push"])
def test_who_is_overtaken_by_somebody_else_loses_none_of_their_work(mill: Path, far: Path, *, during: bool) -> None:
    """The other one comes after the look at the branch."""
    publish(mill)
    theirs = mill.parent / "theirs"
    git(mill.parent, "clone", "-q", "-b", "gh-pages", str(far), str(theirs))
    (theirs / "late.html").write_text("late\n", encoding="utf-8")
    late = commit(theirs, "Late")
    (mill / "site" / "index.html").write_text("Another one\n", encoding="utf-8")
    made = publishing.source(mill, mill / "site", build.HOME)
    to = publishing.target(made)
    if during:
        hook = mill / ".git" / "hooks" / "pre-push"
        hook.write_text(f"#!/bin/sh\ngit -C '{theirs}' push -q origin gh-pages\n", encoding="utf-8")
        hook.chmod(0o755)
    else:
        git(theirs, "push", "-q", "origin", "gh-pages")
    with pytest.raises(publishing.PublishError) as refused:
        publishing.publish(mill / "site", made, to)
    assert str(refused.value) == (
        "somebody else has pushed to gh-pages of origin in the meantime; look at it, and publish again"
    )
    assert git(far, "rev-parse", "gh-pages") == late


def test_what_somebody_else_put_on_the_branch_stays_until_somebody_says_it_may_go(mill: Path, far: Path) -> None:
    publish(mill)
    theirs = mill.parent / "theirs"
    git(mill.parent, "clone", "-q", "-b", "gh-pages", str(far), str(theirs))
    (theirs / "letter.html").write_text("by hand\n", encoding="utf-8")
    by_hand = commit(theirs, "Add a letter")
    git(theirs, "push", "-q")
    code, words = publish(mill)
    assert (code, words.split(": ", 1)[1]) == (
        2,
        (
            "on gh-pages of origin stands what this command did not put there: letter.html; its last commit is "
            f"{by_hand[:7]} by A. Miller, “Add a letter”. If that may go (it stays in the history): --replace"
        ),
    )
    assert git(far, "rev-parse", "gh-pages") == by_hand
    assert publish(mill, "--replace")[0] == 0
    assert git(far, "rev-parse", "gh-pages^") == by_hand
    assert "letter.html" not in git(far, "ls-tree", "--name-only", "gh-pages")


def test_the_domain_of_the_site_is_of_the_branch_and_stays(mill: Path, far: Path) -> None:
    publish(mill)
    theirs = mill.parent / "theirs"
    git(mill.parent, "clone", "-q", "-b", "gh-pages", str(far), str(theirs))
    (theirs / "CNAME").write_text("briefing.example", encoding="utf-8")
    commit(theirs, "Create CNAME")
    git(theirs, "push", "-q")
    assert publish(mill) == (0, "gh-pages of origin holds this very site already; nothing was pushed")
    replaced(mill / "content" / "index.md", "What is known.", SEEN)
    commit(mill, "Second")
    said("build", "--root", mill)
    assert publish(mill)[0] == 0
    assert git(far, "show", "gh-pages:CNAME") == "briefing.example"
    assert SEEN in git(far, "show", "gh-pages:index.html")


def test_a_branch_of_ones_own_with_that_name_is_let_alone(mill: Path, far: Path) -> None:
    git(mill, "branch", "gh-pages")
    mine = git(mill, "rev-parse", "gh-pages")
    assert publish(mill)[0] == 0
    assert git(mill, "rev-parse", "refs/heads/gh-pages") == mine
    assert git(far, "rev-parse", "gh-pages") != mine


# -- repositories ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_a_briefing_below_the_top_of_its_repository_is_published_too(tmp_path: Path) -> None:
    top = tmp_path / "repository"
    assert said("build", "--root", written(top / "briefings" / "mill"))[0] == 0
    git(tmp_path, "init", "-q", "--bare", "far.git")
    git(top, "init", "-q", "-b", "main")
    git(top, "remote", "add", "origin", str(tmp_path / "far.git"))
    commit(top, "First")
    assert publish(top / "briefings" / "mill")[0] == 0
    assert "index.html" in git(tmp_path / "far.git", "ls-tree", "--name-only", "gh-pages").splitlines()
    (top / "README").write_text("not committed\n", encoding="utf-8")
    assert publish(top / "briefings" / "mill") == (2, DIRTY.format(top, "README"))
    (top / "README").unlink()
    git(top, "push", "-q", "origin", "main:gh-pages", "--force")
    assert publish(top / "briefings" / "mill", "--replace")[1].endswith(
        "holds sources, not a site; name another with --branch"
    )


def test_the_generator_has_to_be_clean_too_and_its_commit_is_named(mill: Path, far: Path, home: Path) -> None:
    git(home, "init", "-q", "-b", "main")
    own = commit(home, "First")
    (home / "new.py").write_text("", encoding="utf-8")
    assert publish(mill) == (2, DIRTY.format(home, "new.py"))
    (home / "new.py").unlink()
    assert publish(mill)[0] == 0
    assert git(far, "log", "-1", "--format=%B", "gh-pages").endswith(
        f"\nBuilt-by: briefing-generator 0.1.0, commit {own}"
    )


@pytest.mark.usefixtures("quick")
def test_a_folder_without_a_repository_and_one_without_a_commit_are_not_published(tmp_path: Path) -> None:
    root = written(tmp_path / "mill")
    said("build", "--root", root)
    assert publish(root) == (
        2,
        f"not published: {root} is in no git repository, so nobody could say what the site was built from",
    )
    git(root, "init", "-q")
    assert publish(root) == (
        2,
        "not published: the repository has no commit yet: commit the briefing, then publish",
    )


def test_nobody_publishes_under_the_name_of_their_machine(
    mill: Path, far: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in WHO:
        if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("EMAIL", raising=False)
    assert publish(mill) == (
        2,
        "not published: git does not know who publishes: git config user.name NAME, git config user.email ADDRESS",
    )
    git(mill, "config", "user.name", "Ünal Değirmen")
    git(mill, "config", "user.email", "u@mill.example")
    assert publish(mill)[0] == 0
    assert git(far, "log", "-1", "--format=%cn <%ce>", "gh-pages") == "Ünal Değirmen <u@mill.example>"
