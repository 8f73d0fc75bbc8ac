"""Markdown pages -> finished HTML, by MkDocs in a process of its own; nothing of the machine reaches the output.

MkDocs gets a configuration made from `mkdocs.yml` and the briefing. Its clock is the briefing's own date, its zone is
UTC, and what it adds to every site without need (a gzip with a time stamp, source maps) is taken away again.
"""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import yaml

from generator import files
from generator.edtf import Edtf

_LIMIT = 600
"""Seconds: ten thousand facts take six."""
_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})
_UNNEEDED = ("sitemap.xml.gz", "**/*.map")


@dataclass(frozen=True, slots=True)
class Cure:
    """A fault in the theme's own markup, and what stands in its place."""

    fault: str
    """The markup as the theme writes it, to the letter."""
    cured: str
    on_every_page: bool = True
    """Whether it stands exactly once on every page, or somewhere in the site."""


CURES = (
    Cure(' id="__drawer" autocomplete="off">', ' id="__drawer">'),  # HTML: no `autocomplete` on a check box
    Cure(' id="__search" autocomplete="off">', ' id="__search">'),
    Cure('data-md-component="search" role="dialog">', 'data-md-component="search" role="dialog" aria-label="Search">'),
    Cure('_label" tabindex="">', '_label" tabindex="0">', on_every_page=False),  # HTML: a number
)
"""What the theme lacks. No template of it is copied; a cure that finds nothing to cure stops the build."""


class RenderError(Exception):
    """MkDocs refused the pages; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Order:
    """What MkDocs is to render."""

    pages: Mapping[str, str]
    """Markdown by path."""
    assets: Mapping[str, bytes]
    """Files copied as they are, by path."""
    config: Path
    """The `mkdocs.yml` that holds what does not depend on the briefing."""
    theme: Path
    """The folder of templates that extend the theme's."""
    title: str
    """The briefing's title, escaped."""
    name: str
    """The name in the masthead, short enough for a narrow screen, escaped."""
    description: str
    language: str
    nav: list[Any]
    as_of: Edtf


def render(order: Order, work: Path) -> Path:
    """Render the pages within `work`, a folder of our own, and return the folder of the finished site.

    Raises:
        RenderError: MkDocs failed, warned (it runs with --strict), or took too long.
        OSError: the disk refused it, as it would have refused us.

    """
    docs, out, config = work / "docs", work / "site", work / "mkdocs.yml"
    files.write_tree(docs, {**{path: text.encode() for path, text in order.pages.items()}, **order.assets})
    config.write_text(_configuration(order, docs, out), encoding="utf-8", newline="\n")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(config)]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, cwd=work, env=_surroundings(order.as_of), timeout=_LIMIT
        )
    except subprocess.TimeoutExpired:
        msg = f"MkDocs took more than {_LIMIT} seconds and was stopped"
        raise RenderError(msg) from None
    if done.returncode:
        log = done.stderr.decode("utf-8", "replace")
        if refused := _refused(log):
            raise OSError(refused, os.strerror(refused), str(work))
        raise RenderError(_said(log, work))
    for pattern in _UNNEEDED:
        for path in out.glob(pattern):
            path.unlink()
    _cure(out)
    return out


def _cure(out: Path) -> None:
    """Put the cured markup in the place of the theme's."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    for cure in CURES:
        times = {path: html.count(cure.fault) for path, html in pages.items()}
        amiss = next((path for path, count in times.items() if cure.on_every_page and count != 1), None)
        if amiss or not any(times.values()):
            where = f"{amiss.relative_to(out).as_posix()}: {times[amiss]} times" if amiss else "nowhere"
            msg = f"the theme's markup has changed: {cure.fault!r} stands {where}; mend or remove its cure in render.py"
            raise RenderError(msg)
        pages = {path: html.replace(cure.fault, cure.cured) for path, html in pages.items()}
    for path, html in pages.items():
        path.write_text(html, encoding="utf-8", newline="\n")


def _configuration(order: Order, docs: Path, out: Path) -> str:
    base = yaml.safe_load(order.config.read_text(encoding="utf-8"))
    theme = {**base.get("theme", {}), "custom_dir": str(order.theme), "language": order.language}
    extra = {**base.get("extra", {}), "full_title": order.title, "as_of": f"As of {order.as_of.words()}"}
    made = {
        **base,
        "site_name": order.name,
        "site_description": order.description,
        "docs_dir": str(docs),
        "site_dir": str(out),
        "nav": order.nav,
        "theme": theme,
        "extra": extra,
    }
    return yaml.safe_dump(made, allow_unicode=True, sort_keys=True)


def _surroundings(as_of: Edtf) -> dict[str, str]:
    """The environment of the child: the machine's paths, but a clock, zone, locale and hash seed of our own."""
    midnight = datetime.combine(as_of.last, time(), tzinfo=UTC)
    ours = {
        "SOURCE_DATE_EPOCH": str(int(midnight.timestamp())),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "DISABLE_MKDOCS_2_WARNING": "true",
    }
    return {**os.environ, **ours}


def _refused(log: str) -> int:
    """The number of the error with which the disk ended MkDocs; 0 where it was something else."""
    found = re.findall(r"^\w*Error: \[Errno (\d+)\]", log, re.MULTILINE)
    return int(found[-1]) if found and int(found[-1]) in _OF_THE_DISK else 0


def _said(log: str, work: Path) -> str:
    """MkDocs' own warnings and errors, or its last words, without the paths of the temporary folder."""
    lines = [line for line in log.splitlines() if line.startswith(("WARNING", "ERROR", "Error"))]
    lines = lines or log.splitlines()[-3:]
    return "\n".join(lines).replace(str(work) + os.sep, "")
