"""A few of the many builds that are killed at random moments: `nox -s kill` does it at scale."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests import kills

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes to kill there")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> kills.Ground:
    """An older site, and the inputs of a newer one."""
    return kills.prepare(tmp_path_factory.mktemp("kills"))


@pytest.mark.parametrize("number", range(1, 4))
def test_after_a_kill_one_site_stands_whole_and_the_next_run_leaves_nothing_behind(
    number: int, ground: kills.Ground
) -> None:
    done = kills.kill(ground, number, seed=5)
    assert (done.faults, done.stands in ("old", "new")) == ((), True)


def test_a_site_that_lost_a_file_and_an_input_that_was_touched_would_be_found(ground: kills.Ground) -> None:
    kills._reset(ground.folder, warm=True)
    (ground.target / "index.html").write_bytes(b"")
    facts = ground.folder / "briefing" / "facts.yaml"
    before = facts.read_bytes()
    facts.write_bytes(before + b"\n")
    stands, faults = kills._looked(ground)
    facts.write_bytes(before)
    assert stands == "damaged"
    assert {"an input was touched", "the site is neither the old one nor the new one"} <= {*faults}
    assert any(each.startswith("index.html: ") for each in faults)


def test_what_is_left_is_seen_wherever_it_lies(ground: kills.Ground) -> None:
    kills._reset(ground.folder, warm=False)
    for name in ("beside/.site-x.tmp", "cache/pictures/y.tmp", "temporary/z"):
        path = Path(ground.folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    assert kills._litter(ground.folder) == ["beside/.site-x.tmp", "cache/pictures/y.tmp", "temporary/z"]
    kills._reset(ground.folder, warm=True)
    assert kills._litter(ground.folder) == []
    assert "TMPDIR" not in os.environ or os.environ["TMPDIR"] != str(ground.folder / "temporary")
