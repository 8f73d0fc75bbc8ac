"""Built sites for tests: made once in a run, whichever worker asks first; run, copy, and compare whole folders."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from generator import assets, audit, build, files, pages, site

ROOT = Path(__file__).parent.parent
PRODUCT = ("generator", "site_templates", "requirements", "mkdocs.yml")
"""What of the checkout makes a site of a briefing."""
BRIEFING = ("facts.yaml", "content", "sources.lock", "reviews.lock")
"""What a briefing is; the last only where reviews are recorded."""


def run(
    *arguments: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None, umask: int = -1
) -> subprocess.CompletedProcess[str]:
    """Run `python -m generator` to its end, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "generator", *map(str, arguments)],
        cwd=cwd,
        env=env if env is None else dict(env),
        umask=umask,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=300,
    )


def built(root: Path, target: Path) -> Path:
    """The finished site of a briefing, which must be clean."""
    done = run("build", "--root", root, "--site", target)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def built_once(shared: Path, name: str, root: Path) -> Path:
    """The finished site of a briefing in a folder that all workers of a run share; only the first one builds it."""
    own = shared / f"site-{name}"
    (own / "lock").mkdir(parents=True, exist_ok=True)
    with files._turn(own / "lock" / "once"):
        return own / "site" if (own / "site").is_dir() else built(root, own / "site")


def _assets() -> dict[str, str]:
    """Where styles, scripts and fonts stand in a site, by their paths in the templates; not those of paper."""
    folder = ROOT / "site_templates" / "assets"
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "print.css")
    own = {f"assets/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}
    return dict(assets.named(own).names)


ASSETS = _assets()


def copied(names: tuple[str, ...], source: Path, target: Path) -> Path:
    """A folder with copies of some files and folders of another."""
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif name != "reviews.lock" or (source / name).exists():
            shutil.copyfile(source / name, target / name)
    return target


def replaced(path: Path, old: str, new: str) -> None:
    """Change a file in place; the old text must stand there exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def tree(folder: Path) -> dict[str, str]:
    """Every file and folder below a folder, with its mode and a hash of its bytes."""
    found: dict[str, str] = {}
    for where, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(where, name)
            mode = f"{path.stat().st_mode & 0o7777:o}"
            held = "" if name in folders else hashlib.sha256(path.read_bytes()).hexdigest()
            found[path.relative_to(folder).as_posix()] = f"{mode} {held}".rstrip()
    return found


def drawings(folder: Path) -> dict[str, pages.Drawing]:
    """The drawings of a finished site, by chart."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.rglob("*.html")):
        for figure in LexborHTMLParser(path.read_text(encoding="utf-8")).css("figure[data-chart]"):
            held = found.setdefault(str(figure.attributes["data-chart"]), {})
            for drawing in figure.css("svg"):
                kind = str(drawing.attributes["class"]).rpartition("--")[2]
                held.setdefault(kind, drawing.html or "")
    return {name: pages.Drawing(**held) for name, held in found.items()}


def judged(root: Path) -> site.Judged:
    """A briefing as the commands read it."""
    return site.judge(files.read_inputs(root))


def expected(root: Path) -> audit.Expectations:
    """What the site of a briefing must hold."""
    return audit.expectations(build.wiring(judged(root)))
