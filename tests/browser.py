"""This machine -> a Chromium to look at the built site with: the one that is there, or else one installed now.

`python -m tests.browser` does so once, before pytest starts, and prints the path: its workers would otherwise all
install at the same time.
"""

import functools
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from generator.browser import VARIABLE, BrowserError, find, flags, is_root, run

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


class BrowserMissingError(BrowserError):
    """There is no browser and none could be installed; the message says what to do."""


launch_args = flags


@functools.cache
def find_browser() -> Path | None:
    """The first browser here that starts, Playwright's own among them."""
    return find(also=_place_of_playwright())


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


def _place_of_playwright() -> Iterator[Path]:
    works, output = run([sys.executable, "-c", ASK_PLAYWRIGHT], limit=START_LIMIT)
    if works and Path(output.strip()).is_file():
        yield Path(output.strip())


def _install_with_playwright() -> str:
    _say("no browser found: asking Playwright to download Chromium")
    # its own patience of 30 seconds for each of several mirrors is long where there is no network at all
    patience = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", **os.environ}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    works, output = run(command, limit=DOWNLOAD_LIMIT, env=patience)
    return "playwright install: " + ("done, but its browser does not start" if works else _gist(output))


def _install_with_apt() -> str:
    if not (is_root() and shutil.which("apt-get")):
        return "apt-get: not tried, it needs root on Debian or Ubuntu"
    _say("no browser found: installing Debian's chromium")
    unattended = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # a failed update is no reason to stop: the lists that are there may do
    run(["apt-get", "update", "-q"], limit=APT_LIMIT, env=unattended)
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
    works, output = run(command, limit=APT_LIMIT, env=unattended)
    return "apt-get install chromium: " + ("done, but it does not start" if works else _gist(output))


def _gist(output: str) -> str:
    """The line of a long output that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("Error", "E:")) or "timed out" in line]
    return (telling or lines or ["failed without a word"])[-1]


def _say(what: str) -> None:
    print(f"tests.browser: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(ensure_browser())
    except BrowserError as error:
        sys.exit(f"tests.browser: {error}")
