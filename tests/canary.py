"""One folder of generated pages, rendered by MkDocs and by who may follow it -> where readers would see a difference.

`nox -s canary` installs what it needs and runs `python -m tests.canary`. Exit code 1 where a page differs in a way that
is not known, 2 where a renderer is missing or fails. While it is 0, to leave MkDocs is a choice, not an emergency.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

from selectolax.lexbor import LexborHTMLParser

from generator import shown
from tests import laid
from tests.bench import peers
from tests.sites import ROOT

BRIEFING = ROOT / "tests" / "briefings" / "valley-flood"
LIMIT = 300


@dataclass(frozen=True)
class Renderer:
    """What makes a site of `docs/`, `theme/` and `mkdocs.yml`."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Where a page differs from that of MkDocs."""

    page: str
    part: str
    """`page` where it is missing, `title`, `content` (what the audit compares), or `frame`, all that is around it."""
    gone: str = ""
    """What only the page of MkDocs shows there."""
    come: str = ""
    """What only the other does."""

    def words(self) -> str:
        """The difference in a line."""
        told = [f"{what} {pieces!r}" for what, pieces in (("without", self.gone), ("with", self.come)) if pieces]
        return f"{self.page}, {self.part}: {', '.join(told) or 'missing'}"


@dataclass(frozen=True)
class Known:
    """A difference that is known, and why it may be."""

    renderer: str
    part: str
    gone: str
    """A pattern of the whole of it."""
    come: str
    reason: str
    pages: str = r".*"

    def covers(self, found: Difference) -> bool:
        """Whether a difference is this one."""
        pairs = ((self.part, found.part), (self.gone, found.gone), (self.come, found.come), (self.pages, found.page))
        return all(re.fullmatch(pattern, text, re.DOTALL) for pattern, text in pairs)


_SKIP = r"<aria-hidden=true> </> <a href=#__skip>"
_NO_FRONT = "Zensical 0.0.73 does not tell templates which page is the front page (`page.is_homepage`)"
_A_PAGE = "Zensical 0.0.73 hands a page to the template of 404.html, which is known by having none"
KNOWN = (
    Known("zensical", "frame", r"<a href=#\S+>", _SKIP, "the link that skips the frame leads to an anchor of its own"),
    Known(
        "zensical",
        "frame",
        "",
        rf"</> {_SKIP} Skip to content",
        "pages without headings have that link too, beside ours",
        r"404\.html|whole\.html",
    ),
    Known("zensical", "frame", "", r"</> </> <aria-label=On this page> On this page <a .*", _NO_FRONT, r"index\.html"),
    Known("zensical", "frame", "", r"Page of this briefing :", _A_PAGE, r"404\.html"),
    Known("zensical", "title", r"", r"\S+ –", _NO_FRONT, r"index\.html"),
    Known("zensical", "title", r"Page not found –", r"", _A_PAGE, r"404\.html"),
)


def renderers() -> tuple[Renderer, ...]:
    """MkDocs, which is what others are compared with, and the others."""
    return (
        Renderer("mkdocs", (sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "mkdocs.yml")),
        Renderer("properdocs", (peers.program("properdocs"), "build", "--strict", "-f", "mkdocs.yml")),
        Renderer("zensical", (peers.program("zensical"), "build", "--strict", "-f", "mkdocs.yml")),
    )


class FailedError(Exception):
    """A renderer is not there, or did not render; the message says which, and what it said."""


def rendered(renderer: Renderer, source: Path, folder: Path) -> dict[str, LexborHTMLParser]:
    """The pages that a renderer makes of a folder, in a copy of it.

    Raises:
        FailedError: it is not installed, failed, or took too long.

    """
    shutil.copytree(source, folder)
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    try:
        done = subprocess.run(
            renderer.words, cwd=folder, env=env, capture_output=True, check=False, text=True, timeout=LIMIT
        )
    except FileNotFoundError:
        raise FailedError(f"{renderer.name} is not installed: run `nox -s peers`") from None
    except subprocess.TimeoutExpired:
        raise FailedError(f"{renderer.name} took more than {LIMIT} s") from None
    if done.returncode:
        raise FailedError(f"{renderer.name} failed:\n{(done.stdout + done.stderr).strip()}")
    out = folder / "site"
    return {
        path.relative_to(out).as_posix(): LexborHTMLParser(path.read_text(encoding="utf-8"))
        for path in sorted(out.rglob("*.html"))
    }


def compared(ours: dict[str, LexborHTMLParser], theirs: dict[str, LexborHTMLParser]) -> Iterator[Difference]:
    """Where the pages of another show something else than ours, page by page."""
    for name in sorted({*ours, *theirs}):
        if name not in theirs:
            yield Difference(name, "page")
        elif name not in ours:
            yield Difference(name, "page", come="a page that MkDocs does not make")
        else:
            for part in ("title", "content", "frame"):
                yield from _between(name, part, *(_pieces(tree, part) for tree in (ours[name], theirs[name])))


def _between(page: str, part: str, ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Difference]:
    for kind, first, last, start, end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Difference(page, part, " ".join(ours[first:last]), " ".join(theirs[start:end]))


def _pieces(tree: LexborHTMLParser, part: str) -> list[str]:
    """What a part of a page shows."""
    if part == "title":
        title = tree.css_first("head > title")
        return shown.text(title.text()) if title is not None else []
    if part == "content":
        return shown.content(tree) or []
    bare = LexborHTMLParser(tree.html or "")
    for node in bare.css(shown.CONTENT):
        node.decompose()
    return shown.pieces((bare.body and bare.body.html) or "")


def told(renderer: str, found: Sequence[Difference], pages: int) -> tuple[list[str], bool]:
    """What is to be said of a renderer, and whether all of it is known."""
    lines = []
    fresh = [each for each in found if not any(_covers(known, renderer, each) for known in KNOWN)]
    lines += [f"{renderer}: {each.words()}" for each in fresh]
    for known in (each for each in KNOWN if each.renderer == renderer):
        seen = {each.page for each in found if known.covers(each)}
        lines.append(
            f"{renderer}: known, {known.part} of {len(seen)} page{'s' * (len(seen) > 1)}: {known.reason}"
            if seen
            else f"{renderer}: no longer seen, take it from the list: {known.reason}"
        )
    differing = len({each.page for each in fresh})
    lines.append(f"{renderer}: {pages} pages, {differing or 'none'} with a difference that is not known")
    return lines, not fresh


def _covers(known: Known, renderer: str, found: Difference) -> bool:
    return known.renderer == renderer and known.covers(found)


def main(root: Path = BRIEFING) -> int:
    """Render, compare and tell; returns the exit code."""
    code = 0
    with TemporaryDirectory(prefix="canary-") as work:
        source = Path(work) / "source"
        laid.lay(root, source)
        first, *others = renderers()
        try:
            ours = rendered(first, source, Path(work) / first.name)
        except FailedError as error:
            print(error)
            return 2
        for each in others:
            try:
                theirs = rendered(each, source, Path(work) / each.name)
            except FailedError as error:
                print(error)
                code = 2
                continue
            lines, good = told(each.name, [*compared(ours, theirs)], len(ours))
            print(*lines, sep="\n")
            code = code or (0 if good else 1)
    return code


if __name__ == "__main__":
    sys.exit(main())
