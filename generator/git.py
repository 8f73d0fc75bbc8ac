"""git, alone: a question or an order to a repository -> what git answers, or why it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_SECONDS = 60
"""How long git may take for an answer."""
_FAR = 600
"""How long it may take where a remote is asked."""


class GitError(Exception):
    """Git refused, is not there or did not end; the message is its own last word."""


def ask(root: Path, *arguments: str) -> bytes | None:
    """What git answers to a question about the repository that holds `root`; None where it refuses or is not there."""
    try:
        return _run(root, arguments, {"GIT_TERMINAL_PROMPT": "0"}, _SECONDS)
    except GitError:
        return None


def say(root: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """What git answers to an order, without the white space around it.

    Raises:
        GitError: git refused.

    """
    answer = _run(root, arguments, {"GIT_TERMINAL_PROMPT": "0", **(env or {})}, _SECONDS)
    return answer.decode("utf-8", "replace").strip()


def reach(root: Path, *arguments: str) -> str:
    """As `say`, of an order that asks a remote: it may take longer, and may ask a person at a terminal who they are.

    Raises:
        GitError: git or the remote refused.

    """
    prompt = "1" if sys.stdin is not None and sys.stdin.isatty() else "0"
    return _run(root, arguments, {"GIT_TERMINAL_PROMPT": prompt}, _FAR).decode("utf-8", "replace").strip()


def _run(root: Path, arguments: tuple[str, ...], env: Mapping[str, str], seconds: int) -> bytes:
    """Nothing of the user's git settings that runs programs of its own is wanted: no pager, no needless locks."""
    settings = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat", "LC_ALL": "C", **env}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],  # noqa: S607 - git is where the user's PATH has it
            capture_output=True,
            check=False,
            env=settings,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
        )
    except FileNotFoundError as error:
        raise GitError("there is no git on this machine") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {arguments[0]} did not end within {seconds} seconds") from error
    except (OSError, ValueError) as error:
        raise GitError(f"git {arguments[0]}: {error}") from error
    if done.returncode:
        raise GitError(_gist(done.stderr.decode("utf-8", "replace")) or f"git {arguments[0]} said no")
    return done.stdout


def _gist(words: str) -> str:
    """The lines of git's complaint that say why, without its hints and its leading words."""
    lines = [line.strip() for line in words.splitlines() if line.strip() and not line.startswith("hint:")]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", "!"))] or lines
    return "; ".join(line.removeprefix("fatal:").removeprefix("error:").strip() for line in telling[:4])
