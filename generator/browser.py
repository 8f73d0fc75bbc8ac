"""This machine -> a Chromium that is there and starts; it is driven by its command line, and none is ever installed."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

VARIABLE = "BRIEFING_CHROMIUM"
"""The variable of the environment that names the browser to take."""
_NAMES = (
    "chromium",
    "chromium-browser",  # Ubuntu, Alpine
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_START = 60.0
"""Seconds; a cold start from a slow disk takes ten."""


class BrowserError(RuntimeError):
    """There is no browser that could be used; the message says what to do."""


def flags() -> list[str]:
    """Flags for a quiet browser that asks the network for nothing of its own."""
    return [
        # Chromium refuses to start its sandbox as root, as in most containers; everyone else keeps it
        *(["--no-sandbox"] if is_root() else []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]


def find(also: Iterable[Path] = ()) -> Path | None:
    """The first browser here that starts, or of other places to look in; None where there is none.

    Raises:
        BrowserError: the one that BRIEFING_CHROMIUM names does not start; that is no hint to look further.

    """
    if named := os.environ.get(VARIABLE):
        if not _starts(Path(named)):
            msg = f"{VARIABLE} is {named!r}, which is not a browser that starts; mend the path or unset the variable"
            raise BrowserError(msg)
        return Path(named)
    return next(filter(_starts, chain(_candidates(), also)), None)


def run(command: Sequence[str], *, limit: float, env: Mapping[str, str] | None = None) -> tuple[bool, str]:
    """Whether a command came to a good end within so many seconds, and what it printed."""
    try:
        process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # so that what it starts can be ended with it
        )
    except OSError as error:
        return False, str(error)
    with process:
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            _end(process)
            return False, f"not done after {limit:.0f} seconds"
    return process.returncode == 0, output


def is_root() -> bool:
    """Whether this runs as the user whom Chromium's sandbox refuses."""
    return sys.platform != "win32" and os.geteuid() == 0


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for name in _NAMES if (found := shutil.which(name)))
    yield from filter(Path.is_file, _usual_places())


def _usual_places() -> Iterator[Path]:
    """Where installers put a browser without putting it on PATH."""
    match platform.system():
        case "Darwin":
            for home in (Path("/Applications"), Path.home() / "Applications"):
                for name in ("Chromium", "Google Chrome", "Microsoft Edge"):
                    yield home / f"{name}.app" / "Contents" / "MacOS" / name
        case "Windows":
            homes = filter(None, map(os.environ.get, ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")))
            for home in map(Path, homes):
                yield home / "Chromium" / "Application" / "chrome.exe"
                yield home / "Google" / "Chrome" / "Application" / "chrome.exe"
                yield home / "Microsoft" / "Edge" / "Application" / "msedge.exe"
        case _:
            pass


def _starts(browser: Path) -> bool:
    """Whether it is a program that runs; a download without its libraries or a snap's stub is found, but does not."""
    if sys.platform == "win32":  # there, --version opens a window and prints nothing
        return browser.is_file()
    return run([str(browser), "--version"], limit=_START)[0]


def _end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
