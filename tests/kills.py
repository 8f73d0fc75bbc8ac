"""Builds that are killed at random moments -> what stands afterwards: `python -m tests.kills --times 200`.

The invented briefing is built over an older site of it, and the whole group of processes is killed by SIGKILL: at a
moment of the whole build, at one behind a stage that it has reached, or at one within the audit and the exchange. After
each kill the site must be the old or the new one, whole by its manifest, the inputs must be what they were, and the
next run must leave nothing beside the site, among what is kept between runs, or among the temporary files.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generator import files, verify
from tests.sites import BRIEFING, ROOT, copied, replaced, tree
from tests.valley import VALLEY

STAGES = {
    "started": "",
    "made its folder": ".site-*.tmp",
    "wrote the pages": ".site-*.tmp/docs/sources.md",
    "rendered": ".site-*.tmp/site/sitemap.xml",
    "listed the files": ".site-*.tmp/site/manifest.json",
}
"""How far a build has come, by what stands beside the site."""
_PERIOD = 0.001
_PATIENCE = 300


@dataclass(frozen=True)
class Ground:
    """Where builds are killed: an older site, the inputs of a newer one, and what both must look like."""

    folder: Path
    old: dict[str, str]
    new: dict[str, str]
    inputs: dict[str, str]
    times: dict[str, float]
    """When a build that nobody kills has come how far, in seconds."""

    @property
    def target(self) -> Path:
        """The site that is built over."""
        return self.folder / "beside" / "site"


@dataclass(frozen=True)
class Kill:
    """What came of a build that was killed."""

    stage: str
    stands: str
    """`old`, `new`, or how the site is damaged."""
    litter: int
    """How many files and folders the killed build left."""
    faults: tuple[str, ...]
    """What is wrong afterwards; nothing should be."""


def prepare(folder: Path) -> Ground:
    """Two versions of the briefing, the site of each, and how long a build takes."""
    root = copied(BRIEFING, VALLEY, folder / "briefing")
    target = folder / "beside" / "site"
    target.parent.mkdir(parents=True)
    (folder / "temporary").mkdir()
    _run(folder)
    shutil.copytree(target, folder / "old")
    replaced(root / "facts.yaml", "  title: The flood in the Orn valley", "  title: Another flood in the Orn valley")
    _run(folder)  # all that it draws is kept now
    shutil.copytree(target, folder / "new")
    shutil.copytree(folder / "cache", folder / "warm")
    _reset(folder, warm=True)
    times: dict[str, float] = {}
    started = time.monotonic()
    with _building(folder) as process:
        for name, pattern in STAGES.items():
            _wait(process, target, pattern)
            times[name] = time.monotonic() - started
        process.wait(_PATIENCE)
    times["ended"] = time.monotonic() - started
    return Ground(folder, tree(folder / "old"), tree(folder / "new"), tree(root), times)


def kill(ground: Ground, number: int, seed: int) -> Kill:
    """Start a build, kill it, and look at what it left."""
    chance = random.Random(f"{seed}-{number}")
    folder, target = ground.folder, ground.target
    _reset(folder, warm=number % 4 != 3)
    names = [*STAGES]
    with _building(folder) as process:
        match number % 3:
            case 0:  # somewhere
                time.sleep(chance.uniform(0, ground.times["ended"] * 1.1))
            case 1:  # soon after a stage, wherever the machine is slow
                _wait(process, target, STAGES[chance.choice(names)])
                time.sleep(chance.uniform(0, 0.3))
            case _:  # from the audit to the end
                _wait(process, target, STAGES["listed the files"])
                time.sleep(chance.uniform(0, (ground.times["ended"] - ground.times["listed the files"]) * 1.2))
        ended = process.poll() is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    stage = "ended before" if ended else _stage(target)
    litter = _litter(folder)
    stands, faults = _looked(ground)
    if number % 20 == 0:
        _run(folder)  # a whole build; else what it does first of all
        faults += [] if tree(target) == ground.new else ["the next build made another site"]
    else:
        with _surroundings(folder), files.staged(target):
            pass
        again, more = _looked(ground)
        faults += more + ([] if again == stands else ["the next run changed the site"])
    faults += [f"left: {name}" for name in _litter(folder) if not name.startswith("temporary/")]
    return Kill(stage, stands, len(litter), tuple(faults))


def _looked(ground: Ground) -> tuple[str, list[str]]:
    """Which site stands, and what is wrong with it or the inputs."""
    faults = [] if tree(ground.folder / "briefing") == ground.inputs else ["an input was touched"]
    if not ground.target.is_dir():
        return "none", [*faults, "there is no site"]
    standing = tree(ground.target)
    stands = "old" if standing == ground.old else "new" if standing == ground.new else "damaged"
    if stands == "damaged":
        faults.append("the site is neither the old one nor the new one")
    faults += [f"{each.place.path}: {each.found}" for each in verify.with_itself(verify.of_folder(ground.target))]
    return stands, faults


def _stage(target: Path) -> str:
    """How far a killed build had come."""
    reached = [name for name, pattern in STAGES.items() if not pattern or any(target.parent.glob(pattern))]
    return reached[-1]


def _litter(folder: Path) -> list[str]:
    """What stands where nothing should, once a run has ended."""
    found = [path for path in (folder / "beside").iterdir() if path.name != "site"]
    found += [*(folder / "cache").rglob("*.tmp")] if (folder / "cache").exists() else []
    found += [*(folder / "temporary").iterdir()]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _reset(folder: Path, *, warm: bool) -> None:
    """The old site stands, nothing beside it; what builds keep is there, or nothing."""
    for name in ("beside", "cache", "temporary"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    shutil.copytree(folder / "old", folder / "beside" / "site")
    if warm:
        shutil.copytree(folder / "warm", folder / "cache", dirs_exist_ok=True)


@contextlib.contextmanager
def _surroundings(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of builds: what they keep, and their temporary files, in folders of their own."""
    own = {"BRIEFING_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "temporary")}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        yield {**os.environ, **own}
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _command(folder: Path) -> list[str]:
    target = folder / "beside" / "site"
    return [sys.executable, "-m", "generator", "build", "--root", str(folder / "briefing"), "--site", str(target)]


def _run(folder: Path) -> None:
    """A build that nobody kills, which must succeed."""
    with _surroundings(folder) as env:
        subprocess.run(_command(folder), cwd=ROOT, env=env, check=True, capture_output=True, timeout=_PATIENCE)


@contextlib.contextmanager
def _building(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A build that runs, with all its children in a group of their own, which ends with the block."""
    quiet = subprocess.DEVNULL
    with (
        _surroundings(folder) as env,
        subprocess.Popen(
            _command(folder), cwd=ROOT, env=env, stdout=quiet, stderr=quiet, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _wait(process: subprocess.Popen[bytes], target: Path, pattern: str) -> None:
    """Wait until a build has made something, or until its end."""
    while pattern and process.poll() is None and not any(True for _ in target.parent.glob(pattern)):
        time.sleep(_PERIOD)


def run(times: int, seed: int, say: Callable[[str], None]) -> list[Kill]:
    """Kill so many builds; what came of each."""
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        ground = prepare(Path(name))
        say("a build: " + ", ".join(f"{stage} after {at:.2f} s" for stage, at in ground.times.items()))
        done: list[Kill] = []
        for number in range(times):
            done.append(kill(ground, number, seed))
            for fault in done[-1].faults:
                say(f"kill {number} ({done[-1].stage}): {fault}")
            if len(done) % 20 == 0:
                say(f"{len(done)} of {times}")
    return done


def table(done: list[Kill]) -> str:
    """How many builds were killed how far, and what stands."""
    counts = Counter((each.stage, each.stands) for each in done)
    littered = Counter(each.stage for each in done if each.litter)
    lines = [
        f"{'killed when it had':20} {'kills':>6} {'old site':>9} {'new site':>9} {'damaged':>8} {'left litter':>12}"
    ]
    for stage in (*STAGES, "ended before"):
        kills = sum(count for (at, _), count in counts.items() if at == stage)
        old, new = counts[stage, "old"], counts[stage, "new"]
        lines.append(f"{stage:20} {kills:6} {old:9} {new:9} {kills - old - new:8} {littered[stage]:12}")
    faulty = sum(bool(each.faults) for each in done)
    return "\n".join([*lines, f"{len(done)} kills, {faulty} with a fault after the next run"])


def main() -> int:
    """Kill as many builds as asked for; 1 if one of them left a fault."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--times", type=int, default=200)
    asked.add_argument("--seed", type=int, default=2031)
    given = asked.parse_args()
    done = run(given.times, given.seed, lambda line: print(line, flush=True))
    print(table(done))
    return 1 if any(each.faults for each in done) else 0


if __name__ == "__main__":
    sys.exit(main())
