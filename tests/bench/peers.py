"""The tools that are measured: where each is found, what its project is made of, its commands, and what it leaves.

All are fed with the same `facts.yaml`. Ours is this checkout; Hugo, ProperDocs, Zensical and Eleventy are there when
`nox -s peers` has installed them, by locks with hashes.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import generator
from tests.bench import bases
from tests.bench.measure import Command
from tests.sites import ROOT

HERE = Path(__file__).parent
HOME = ROOT / ".nox"
"""Where `nox -s peers` installs."""
_BIN, _EXE = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")


def one_file(folder: Path, facts: str) -> None:
    """Put facts into the one file in which they stand here."""
    _replace(folder / "facts.yaml", facts)


def _many_files(folder: Path, facts: str) -> None:
    """Write only what is another: in one file Hugo takes 10,000 facts for an attack by aliases, and refuses it."""
    for name, text in bases.split(facts).items():
        path = folder / "data" / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, text)


def _replace(path: Path, text: str) -> None:
    """Replace a file in one step, as an editor does."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    fresh.replace(path)


@dataclass(frozen=True)
class Peer:
    """A tool."""

    name: str
    version: Callable[[], str]
    """Empty where the tool is not at hand."""
    lay: Callable[[bases.Base, Path], object]
    """Makes its project in a folder."""
    commands: Callable[[Path], tuple[Command, ...]]
    """What builds its site; more than one where a script has to write the pages first."""
    output: str
    """The folder that it fills, in the project's."""
    put: Callable[[Path, str], None] = one_file
    """Puts other facts into its project."""
    caches: tuple[str, ...] = ()
    """What it leaves for the next run, beside its output."""
    changes: bool = True
    """Whether a changed fact can be told to it."""


def _plain(base: bases.Base, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "facts.yaml").write_text(base.facts, encoding="utf-8", newline="\n")


def _like(name: str, put: Callable[[Path, str], None]) -> Callable[[bases.Base, Path], None]:
    """Copy the project of a tool that reads the facts itself, and put them there."""

    def lay(base: bases.Base, folder: Path) -> None:
        shutil.copytree(HERE / name, folder)
        put(folder, base.facts)
        if name == "eleventy":  # node looks for packages from the project upwards
            (folder / "node_modules").symlink_to(HOME / name / "node_modules", target_is_directory=True)

    return lay


def _rendered(base: bases.Base, folder: Path) -> None:
    from tests import laid  # noqa: PLC0415 - it needs all that builds a site, and most runs need it not

    laid.lay(base.write(folder / "briefing"), folder)


def _pages(folder: Path) -> Command:
    """The script of the plain way."""
    return Command((sys.executable, str(HERE / "plain.py"), "facts.yaml", "."), folder)


def ours(folder: Path, *arguments: str) -> Command:
    """A command of this project, with a cache of its own."""
    words = (sys.executable, "-m", "generator", *arguments)
    return Command(words, ROOT, (("BRIEFING_CACHE", str(folder / "cache")),))


def _build(folder: Path) -> tuple[Command, ...]:
    return (ours(folder, "build", "--root", str(folder), "--site", str(folder / "site")),)


def _mkdocs(folder: Path) -> Command:
    return Command((sys.executable, "-m", "mkdocs", "build", "--quiet"), folder)


def _tool(name: str, *arguments: str) -> Callable[[Path], tuple[Command, ...]]:
    """The script of the plain way, then a program of an environment of its own."""
    return lambda folder: (_pages(folder), Command((program(name), *arguments), folder))


def program(name: str) -> str:
    """Where the program of a package stands that has an environment of its own."""
    return str(HOME / name / _BIN / f"{name}{_EXE}")


def _hugo() -> Path | None:
    """The program itself: what the package puts in its place first asks Python."""
    found = sorted((HOME / "hugo").glob("[Ll]ib/**/site-packages/hugo/binaries/hugo*"))
    return found[0] if found else None


def _said(*command: str) -> str:
    """The first thing like a version that a program tells of itself; empty where there is no such program."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except OSError:
        return ""
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout)
    return found[0] if found and not done.returncode else ""


def _of_package(name: str) -> Callable[[], str]:
    return lambda: _said(program(name), "--version")


def _version_of_hugo() -> str:
    found = _hugo()
    return _said(str(found), "version") if found else ""


_ELEVENTY = ("node", "node_modules/@11ty/eleventy/cmd.cjs")


def _version_of_eleventy() -> str:
    found = HOME / "eleventy" / _ELEVENTY[1]
    return _said("node", str(found), "--version") if found.is_file() else ""


def _version_of_mkdocs() -> str:
    return metadata.version("mkdocs")


PEERS = (
    Peer(
        "ours",
        lambda: generator.__version__,
        bases.Base.write,
        _build,
        "site",
        caches=("cache",),
    ),
    Peer("plain", _version_of_mkdocs, _plain, lambda at: (_pages(at), _mkdocs(at)), "site", caches=("docs",)),
    Peer("mkdocs", _version_of_mkdocs, _rendered, lambda at: (_mkdocs(at),), "site", changes=False),
    Peer(
        "properdocs",
        _of_package("properdocs"),
        _plain,
        _tool("properdocs", "build", "--quiet", "-f", "mkdocs.yml"),
        "site",
        caches=("docs",),
    ),
    Peer("zensical", _of_package("zensical"), _plain, _tool("zensical", "build"), "site", caches=("docs", ".cache")),
    Peer(
        "hugo",
        _version_of_hugo,
        _like("hugo", _many_files),
        lambda at: (Command((str(_hugo()), "--logLevel", "error"), at),),
        "public",
        _many_files,
        caches=("resources", ".hugo_build.lock"),
    ),
    Peer(
        "eleventy",
        _version_of_eleventy,
        _like("eleventy", one_file),
        lambda at: (Command((*_ELEVENTY, "--quiet"), at),),
        "_site",
    ),
)
"""In the order of their turns."""
NAMES = tuple(each.name for each in PEERS)
NOTES = (
    "ours: the whole briefing, checked, with the evidence of every quote, 3 charts, cards, downloads, search and audit",
    "plain: a short script (PyYAML in C, Jinja) and MkDocs with Material; no check, evidence, chart or download",
    "mkdocs: MkDocs alone on the pages and pictures that ours has made, so a part of what ours did at first",
    "properdocs, zensical: in the place of MkDocs in the plain way; its script is counted in",
    "hugo, eleventy: the same words from the same YAML by templates of a few lines; no theme, and a list for a search",
    "hugo: the YAML is split into many files beforehand, since it refuses one as large as that of 10,000 facts",
    "output of all but ours and mkdocs has fewer pages and words; memory is that of the largest process of a run",
)


def machine() -> dict[str, str | int]:
    """What of the machine makes figures what they are."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {"cores": cores, "system": platform.system(), "python": platform.python_version()}
