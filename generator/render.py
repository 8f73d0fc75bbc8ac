"""Markdown pages -> finished HTML, by MkDocs in a process of its own; nothing of the machine reaches the output.

MkDocs gets a configuration made from `mkdocs.yml` and the briefing. Its clock is the briefing's own date, its zone is
UTC, and what it adds to every site without need (a gzip with a time stamp, source maps) is taken away again.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import Any, Self

import yaml

from generator import files, frames, manifest
from generator.edtf import Edtf
from generator.problems import Place
from generator.stock import Stock

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

    def __init__(self, said: str = "", template: Place | None = None) -> None:
        super().__init__(said)
        self.template = template
        """The line of a template of ours at which it failed, if it was one."""


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
    packages: str = ""
    """Names and versions of what renders."""
    pdf: str = ""
    """Where the site holds the whole briefing as a PDF; empty where it holds none."""


Recall = Callable[[str], bytes | None]
Keep = Callable[[str, bytes], None]


class Rendering:
    """MkDocs at work on an order, or what it made of the same frames before."""

    def __init__(self, order: Order, work: Path, recall: Recall = lambda _: None, keep: Keep = lambda *_: None) -> None:
        """Begin; `recall` and `keep` remember frames by a name.

        Raises:
            OSError: the disk refused what MkDocs is to read.

        """
        self._order, self._work, self._keep = order, work, keep
        self._frames = frames.cut(order.pages)
        texts = {name: frame.text for name, frame in self._frames.items()}
        self._name = _name(order, texts)
        self._known = _unpacked(recall(self._name))
        self._process = None if self._known else _started(order, texts, work)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def finish(self) -> Path:
        """Wait for MkDocs, and return the folder of the finished site, which is within the folder to work in.

        Raises:
            RenderError: MkDocs failed, warned (it runs with --strict), or took too long.
            OSError: the disk refused it, as it would have refused us.

        """
        out = self._work / "site"
        made = self._known or self._rendered(out)
        pages = {name: html for name, html in made.items() if name.endswith(".html")}
        texts = _tidied({name: html.decode() for name, html in pages.items()})
        others = {name: content for name, content in made.items() if name not in pages}
        try:
            files.write_tree(out, Stock({name: partial(self._filled, name, text) for name, text in texts.items()}))
        except frames.FrameError:  # Markdown read a word otherwise than as a word: then it has to read it all
            texts = _tidied(_texts(_rendered_plainly(self._order, self._work)))
            files.write_tree(out, {name: frames.signed(text, *self._digests).encode() for name, text in texts.items()})
        files.write_tree(out, {**others, **self._order.assets})
        return out

    def _rendered(self, out: Path) -> dict[str, bytes]:
        process, self._process = self._process, None
        assert process is not None  # noqa: S101 - there is one, or the frames are known
        _wait(process, self._work, self._order.theme)
        made = _made(out)
        self._keep(self._name, _packed(made))
        return made

    def _filled(self, name: str, text: str) -> bytes:
        """A finished page; they are written one by one, as all of them would be much to hold."""
        frame = self._frames.get(f"{name.removesuffix('.html')}.md")
        return (frame.filled(text, *self._digests) if frame else frames.signed(text, *self._digests)).encode()

    @property
    def _digests(self) -> tuple[str, str]:
        return self._order.built_from, self._order.built_from[: manifest.SHORT]


@dataclass(frozen=True)
class Known:
    """What MkDocs made of the frames of a site; of the same frame it makes the same, while all around is the same."""

    _around: str
    _texts: Mapping[str, bytes]
    """A hash of each frame, by the path of its Markdown."""
    _made: Mapping[str, str]
    """What was made of it, by the path of the page."""

    @classmethod
    def of(cls, order: Order, recall: Recall) -> Self | None:
        """What was made of an order's frames, where that is remembered."""
        texts = {name: frame.text for name, frame in frames.cut(order.pages).items()}
        made = _unpacked(recall(_name(order, texts)))
        if not made:
            return None
        pages = {name: html.decode() for name, html in made.items() if name.endswith(".html")}
        return cls(around(order), {name: _digest(text) for name, text in texts.items()}, _tidied(pages))

    def page(self, name: str, order: Order, now: str) -> bytes | None:
        """The finished page of a Markdown page, as a build of an order will write it; None where only that can tell.

        `now` is what is `around` the pages of the order.

        Raises:
            frames.FrameError: Markdown read a word of the frame otherwise than as a word.

        """
        frame = frames.Frame.of(order.pages[name])
        if now != self._around or self._texts.get(name) != _digest(frame.text):
            return None
        made = self._made[f"{name.removesuffix('.md')}.html"]
        return frame.filled(made, order.built_from, order.built_from[: manifest.SHORT]).encode()


def render(order: Order, work: Path) -> Path:
    """Render the pages within `work`, a folder of our own, and return the folder of the finished site.

    Raises:
        RenderError: MkDocs failed, warned (it runs with --strict), or took too long.
        OSError: the disk refused it, as it would have refused us.

    """
    with Rendering(order, work) as rendering:
        return rendering.finish()


def _rendered_plainly(order: Order, work: Path) -> Path:
    """The same without frames: every word of every page passes through Markdown."""
    shutil.rmtree(work / "docs", ignore_errors=True)  # there is none where the frames were known
    process = _started(order, {name: frames.plain(page) for name, page in order.pages.items()}, work)
    try:
        _wait(process, work, order.theme)
    finally:
        process.kill()
    _made(work / "site")
    return work / "site"


def _name(order: Order, texts: Mapping[str, str]) -> str:
    """The name of what MkDocs makes of frames: a hash of all that it reads, and of what it is."""
    told = hashlib.sha256(around(order).encode())
    for name, text in sorted(texts.items()):
        told.update(f"\0{name}\0{text}".encode())
    return told.hexdigest()[:32]


def around(order: Order) -> str:
    """A hash of all that MkDocs reads but for the frames themselves, and of what it is."""
    told = hashlib.sha256(_configuration(order, Path("docs"), Path("site")).encode())
    for path in sorted(order.theme.rglob("*")):
        if path.is_file():
            told.update(f"\0{path.relative_to(order.theme)}\0".encode() + path.read_bytes())
    told.update(f"\0{sys.version}\0{order.packages}".encode())
    return told.hexdigest()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _started(order: Order, texts: Mapping[str, str], work: Path) -> subprocess.Popen[bytes]:
    docs, out, config = work / "docs", work / "site", work / "mkdocs.yml"
    files.write_tree(docs, {path: text.encode() for path, text in texts.items()})
    config.write_text(_configuration(order, docs, out), encoding="utf-8", newline="\n")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(config)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=work, env=_surroundings(order.as_of)
    )


def _wait(process: subprocess.Popen[bytes], work: Path, theme: Path) -> None:
    try:
        _, said = process.communicate(timeout=_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        msg = f"MkDocs took more than {_LIMIT} seconds and was stopped"
        raise RenderError(msg) from None
    if process.returncode:
        log = said.decode("utf-8", "replace")
        if refused := _refused(log):
            raise OSError(refused, os.strerror(refused), str(work))
        if template := _template(log, theme):
            raise RenderError(log.strip().splitlines()[-1].removeprefix("jinja2.exceptions."), template)
        raise RenderError(_said(log, work))


def _made(out: Path) -> dict[str, bytes]:
    """What MkDocs made, by path, without what no site needs."""
    for pattern in _UNNEEDED:
        for path in sorted(out.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def _texts(out: Path) -> dict[str, str]:
    return {path.relative_to(out).as_posix(): path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}


def _packed(made: Mapping[str, bytes]) -> bytes:
    """Files as one, to be kept: a zip, which knows when it is broken."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as pack:
        for name, content in made.items():
            pack.writestr(name, content)
    return whole.getvalue()


def _unpacked(packed: bytes | None) -> dict[str, bytes]:
    """What was kept; nothing where there is nothing, or where it is broken."""
    if packed is None:
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as pack:
            return {name: pack.read(name) for name in pack.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return {}


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


def _tidied(pages: Mapping[str, str]) -> dict[str, str]:
    """Pages without what the theme writes and no page needs."""
    found = dict(pages)
    for markup in UNWANTED:
        for name, html in found.items():
            if (count := html.count(markup)) != 1:
                where = f"{name}: {count} times"
                msg = f"the theme's markup has changed: {markup!r} stands {where}; mend UNWANTED in render.py"
                raise RenderError(msg)
        found = {name: html.replace(markup, "") for name, html in found.items()}
    return found


def _settings(config: Path) -> dict[str, Any]:
    """What a `mkdocs.yml` says; RenderError where that cannot be known."""
    try:
        said = yaml.safe_load(config.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise RenderError(f"the file cannot be read: {error}") from None
    if not isinstance(said, dict):
        raise RenderError("the file holds no keys")
    return said


def _configuration(order: Order, docs: Path, out: Path) -> str:
    base = _settings(order.config)
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
        "built_from": frames.DIGEST,
        "built_from_short": frames.SHORT_DIGEST,
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
        "validation": _validation(base.get("validation", {})),
        "not_in_nav": "/facts/\n/sources/",  # parts, where there are too many for a list on every page
        "use_directory_urls": False,  # a file for every page: the site works from disk, too
    }
    return yaml.safe_dump(made, allow_unicode=True, sort_keys=True)


def _validation(asked: dict[str, Any]) -> dict[str, Any]:
    """What MkDocs is to look at in links: not at their anchors, of which frames do not have all; the audit does."""
    return {**asked, "links": {**asked.get("links", {}), "anchors": "ignore"}}


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


def _template(log: str, theme: Path) -> Place | None:
    """The line of a template below a folder at which MkDocs failed; None where it was none of these."""
    lines = re.findall(r'^ *File "(.+)", line (\d+), in ', log, re.MULTILINE)
    ours = [(Path(path), int(line)) for path, line in lines if Path(path).is_relative_to(theme)]
    return Place(ours[-1][0].relative_to(theme.parents[1]).as_posix(), ours[-1][1]) if ours else None


def _said(log: str, work: Path) -> str:
    """MkDocs' own warnings and errors, or its last words, without the paths of the temporary folder."""
    lines = [line for line in log.splitlines() if line.startswith(("WARNING", "ERROR", "Error"))]
    lines = lines or log.splitlines()[-3:]
    return "\n".join(lines).replace(str(work) + os.sep, "")
