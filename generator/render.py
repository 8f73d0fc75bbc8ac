"""Markdown pages -> finished HTML, by MkDocs in a process of its own; nothing of the machine reaches the output.

MkDocs gets a configuration made from `mkdocs.yml` and the briefing. Its clock is the briefing's own date, its zone is
UTC, and what it adds to every site without need (a gzip with a time stamp, source maps) is taken away again.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import yaml

from generator import files
from generator.edtf import Edtf

_LIMIT = 600
"""Seconds: ten thousand facts take six."""
_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})
_UNNEEDED = ("sitemap.xml.gz", "**/*.map", "assets/javascripts", "assets/images", "assets/stylesheets/palette.*")


UNWANTED = (
    '<input class="md-toggle" data-md-toggle="drawer" type="checkbox" id="__drawer" autocomplete="off">',
    '<input class="md-toggle" data-md-toggle="search" type="checkbox" id="__search" autocomplete="off">',
    '<label class="md-overlay" for="__drawer"></label>',
)
"""What the theme writes on every page outside its blocks, to the letter, and is taken out: the hidden switches of its
menu and search, which a keyboard reaches and nobody sees. What is not found exactly once on a page stops the build."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'"
)
"""What a page may load and do: only what is of the site itself, and nothing inline (CSP level 3). Every page carries
it; a server that can send headers sends it as one, with `frame-ancestors 'none'`."""


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
    cards: int
    """How many slices the cards of the facts stand in."""
    citations: int
    """The same of the citations."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Where styles, scripts and fonts stand, by the paths that templates and `mkdocs.yml` know them by."""
    built_from: str = ""
    """The digest of the inputs."""
    pdf: str = ""
    """Where the site holds the whole briefing as a PDF; empty where it holds none."""


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
        for path in sorted(out.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _tidy(out)
    return out


def address(config: Path) -> str:
    """The address of the site's root with its slash, as a `mkdocs.yml` says it; empty where it does not.

    A file that cannot be read says nothing here: to render with it tells what is wrong.
    """
    try:
        written = yaml.safe_load(config.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return ""
    said = written.get("site_url") if isinstance(written, dict) else None
    return f"{said.rstrip('/')}/" if isinstance(said, str) and said.strip() else ""


def _tidy(out: Path) -> None:
    """Take out what the theme writes and no page needs."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    for markup in UNWANTED:
        for path, html in pages.items():
            if (count := html.count(markup)) != 1:
                where = f"{path.relative_to(out).as_posix()}: {count} times"
                msg = f"the theme's markup has changed: {markup!r} stands {where}; mend UNWANTED in render.py"
                raise RenderError(msg)
        pages = {path: html.replace(markup, "") for path, html in pages.items()}
    for path, html in pages.items():
        path.write_text(html, encoding="utf-8", newline="\n")


def _configuration(order: Order, docs: Path, out: Path) -> str:
    base = yaml.safe_load(order.config.read_text(encoding="utf-8"))
    theme = {**base.get("theme", {}), "custom_dir": str(order.theme), "language": order.language}
    if "favicon" in theme:
        theme["favicon"] = order.names.get(theme["favicon"], theme["favicon"])
    ours = {
        "assets": dict(order.names),
        "full_title": order.title,
        "as_of": f"As of {order.as_of.words()}",
        "policy": POLICY,
        "cards": order.cards,
        "citations": order.citations,
        "built_from": order.built_from,
        "pdf": order.pdf,
    }
    made = {
        **base,
        "site_name": order.name,
        "site_description": order.description,
        "docs_dir": str(docs),
        "site_dir": str(out),
        "nav": order.nav,
        "theme": theme,
        "extra_css": [order.names.get(path, path) for path in base.get("extra_css", [])],
        "extra": {**base.get("extra", {}), **ours},
        "use_directory_urls": False,  # a file for every page: the site works from disk, too
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
