"""This machine -> a Chromium to look at the built site with: the one that is there, or else one installed now.

`python -m tests.browser` does so once, before pytest starts, and prints the path: its workers would otherwise all
install at the same time.
"""

import functools
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

VARIABLE = "BRIEFING_CHROMIUM"
NAMES = (
    "chromium",
    "chromium-browser",  # Ubuntu, Alpine
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
# Playwright knows where its own browser belongs, which differs by release and platform. Asked in a process of its own,
# because its synchronous interface may be open only once in each.
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""

START_LIMIT = 60.0  # seconds; a cold start from a slow disk takes ten
DOWNLOAD_LIMIT = 300.0
APT_LIMIT = 600.0


class BrowserMissingError(RuntimeError):
    """There is no browser and none could be installed; the message says what to do."""


def launch_args() -> list[str]:
    """Flags for a quiet browser that asks the network for nothing of its own."""
    return [
        # Chromium refuses to start its sandbox as root, as in most containers; everyone else keeps it
        *(["--no-sandbox"] if _is_root() else []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]


@functools.cache
def find_browser() -> Path | None:
    """The first browser here that starts; a wrong path in BRIEFING_CHROMIUM is an error, not a hint to look further."""
    if named := os.environ.get(VARIABLE):
        if not _starts(Path(named)):
            msg = f"{VARIABLE} is {named!r}, which is not a browser that starts; mend the path or unset the variable"
            raise BrowserMissingError(msg)
        return Path(named)
    return next(filter(_starts, _candidates()), None)


def ensure_browser() -> Path:
    """A browser in any case: found, or downloaded by Playwright, or installed from Debian's packages."""
    if found := find_browser():
        return found
    outcomes = []
    for install in (_install_with_playwright, _install_with_apt):
        outcomes.append(install())
        find_browser.cache_clear()
        if found := find_browser():
            return found
    tried = "\n".join(f"  - {outcome}" for outcome in outcomes)
    msg = f"""\
no Chromium to test with. Do one of these, then run the tests again:
  - install Chromium, Chrome or Edge; on Debian: sudo apt-get install chromium
  - name the one you have: export {VARIABLE}=/path/to/chrome
  - let Playwright fetch one: {sys.executable} -m playwright install --with-deps chromium
Tried already:
{tried}"""
    raise BrowserMissingError(msg)


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from filter(Path.is_file, _usual_places())
    yield from filter(Path.is_file, _place_of_playwright())


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


def _place_of_playwright() -> Iterator[Path]:
    works, output = _run([sys.executable, "-c", ASK_PLAYWRIGHT], limit=START_LIMIT)
    if works:
        yield Path(output.strip())


def _starts(browser: Path) -> bool:
    """Whether it is a program that runs; a download without its libraries or a snap's stub is found, but does not."""
    if sys.platform == "win32":  # there, --version opens a window and prints nothing
        return browser.is_file()
    return _run([str(browser), "--version"], limit=START_LIMIT)[0]


def _install_with_playwright() -> str:
    _say("no browser found: asking Playwright to download Chromium")
    # its own patience of 30 seconds for each of several mirrors is long where there is no network at all
    patience = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", **os.environ}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    works, output = _run(command, limit=DOWNLOAD_LIMIT, env=patience)
    return "playwright install: " + ("done, but its browser does not start" if works else _gist(output))


def _install_with_apt() -> str:
    if not (_is_root() and shutil.which("apt-get")):
        return "apt-get: not tried, it needs root on Debian or Ubuntu"
    _say("no browser found: installing Debian's chromium")
    unattended = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # a failed update is no reason to stop: the lists that are there may do
    _run(["apt-get", "update", "-q"], limit=APT_LIMIT, env=unattended)
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
    works, output = _run(command, limit=APT_LIMIT, env=unattended)
    return "apt-get install chromium: " + ("done, but it does not start" if works else _gist(output))


def _run(command: list[str], *, limit: float, env: Mapping[str, str] | None = None) -> tuple[bool, str]:
    """Whether a command came to a good end within its time, and what it printed."""
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


def _end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _gist(output: str) -> str:
    """The line of a long output that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("Error", "E:")) or "timed out" in line]
    return (telling or lines or ["failed without a word"])[-1]


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _say(what: str) -> None:
    print(f"tests.browser: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(ensure_browser())
    except BrowserMissingError as error:
        sys.exit(f"tests.browser: {error}")
