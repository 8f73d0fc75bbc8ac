"""git: what it answers, and in which words it is said that it does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from generator import git


def _fake(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A git that does what it is told to."""
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_an_order_is_answered_without_the_white_space_around_it_and_a_question_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake(tmp_path, monkeypatch, 'printf " %s %s\\n" "$*" "$GIT_TERMINAL_PROMPT$GIT_OPTIONAL_LOCKS$LC_ALL$MORE"')
    assert git.say(tmp_path, "a", "b", env={"MORE": "x"}) == f"-C {tmp_path} a b 00Cx"
    assert git.ask(tmp_path, "a") == f" -C {tmp_path} a 00C\n".encode()
    assert git.reach(tmp_path, "a") == f"-C {tmp_path} a 00C"


def test_where_git_is_not_there_or_ends_or_says_something_else_nothing_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = ("exit 128", "echo HEAD missing", f"echo {'a' * 40} blob 5; echo abc", f"echo {'a' * 40} blob x", "cat")
    for script in scripts:
        _fake(tmp_path, monkeypatch, script)
        with git.Objects.of(tmp_path) as objects:
            assert [objects.get(name) for name in ("HEAD", "HEAD", "a\nb")] == [None] * 3, script
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with git.Objects.of(tmp_path) as objects:
        assert objects.get("HEAD") is None


def test_a_git_that_does_not_answer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(git, "_SECONDS", 0.1)
    started = time.monotonic()
    with git.Objects.of(tmp_path) as objects:
        assert objects.get("HEAD") is None
    assert time.monotonic() - started < 10


def test_what_git_read_ahead_need_not_be_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("able", "unable"):
        (tmp_path / name).mkdir()
    held = f"echo {'a' * 40} blob 5; echo abcde; echo {'b' * 40} tree 0; echo"
    _fake(tmp_path / "able", monkeypatch, f"echo HEAD missing; {held}")
    ahead = git.Ahead(tmp_path, ["HEAD", "a\nb"])
    _fake(tmp_path / "unable", monkeypatch, "exit 128")
    with git.Objects.of(tmp_path, ahead) as objects:
        assert objects.get("a" * 40) == git.Object("a" * 40, "blob", b"abcde")
        assert objects.get("b" * 40) == git.Object("b" * 40, "tree", b"")
        assert objects.get("HEAD") is None
    assert [*ahead.objects()] == []


@pytest.mark.parametrize("script", ["exec sleep 60", f"echo {'a' * 40} blob 9; echo abc", "exit 1"])
def test_what_git_did_not_read_ahead_is_not_waited_for(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake(tmp_path, monkeypatch, script)
    monkeypatch.setattr(git, "_SECONDS", 0.1)
    assert [*git.Ahead(tmp_path, ["HEAD"]).objects()] == []
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert [*git.Ahead(tmp_path, ["HEAD"]).objects()] == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("fatal: not a git repository", "not a git repository"),
        ("warning: x\nerror: failed\nhint: try again\nfatal: the end", "failed; the end"),
        ("some words", "some words"),
        (
            "To a\n ! [rejected] main -> main (fetch first)\nerror: failed",
            "! [rejected] main -> main (fetch first); failed",
        ),
        ("", "git a said no"),
    ],
)
def test_a_refusal_is_told_in_git_s_own_words(
    said: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake(tmp_path, monkeypatch, f"cat >&2 <<'END'\n{said}\nEND\nexit 1" if said else "exit 1")
    for order in (git.say, git.reach):
        with pytest.raises(git.GitError) as refused:
            order(tmp_path, "a")
        assert str(refused.value) == words
    assert git.ask(tmp_path, "a") is None


def test_a_git_that_is_not_there_or_does_not_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(tmp_path, monkeypatch, "exec sleep 5")
    monkeypatch.setattr(git, "_SECONDS", 0.1)
    with pytest.raises(git.GitError, match=r"^git a did not end within 0\.1 seconds$"):
        git.say(tmp_path, "a")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(git.GitError, match=r"^there is no git on this machine$"):
        git.say(tmp_path, "a")
    assert git.ask(tmp_path, "a") is None
