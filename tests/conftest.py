"""Settings for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.browser import ensure_browser, launch_args
from tests.sites import ROOT, built_once
from tests.valley import VALLEY

# The same examples on every run and machine: a red run can be run again, and a slow machine is no failure.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is one for all workers of a run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def _own_cache(shared: Path) -> Iterator[None]:
    """What builds keep for each other is kept for this run alone, and away from the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRIEFING_CACHE", str(shared / "cache"))
        yield


@pytest.fixture(scope="session")
def briefing_site(shared: Path) -> Path:
    """The finished site of the briefing of this checkout; nobody changes it."""
    return built_once(shared, "briefing", ROOT)


@pytest.fixture(scope="session")
def valley_site(shared: Path) -> Path:
    """The finished site of the second briefing; nobody changes it."""
    return built_once(shared, "valley", VALLEY)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for all tests of a module."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=ensure_browser(), args=launch_args())
        try:
            yield started
        finally:
            started.close()
