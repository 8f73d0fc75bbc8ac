"""Pages with finished HTML in them -> frames for a renderer, and what is put into them when it is done.

Finished HTML need not pass through Markdown: nothing of it is to be read, and it is most of a large site. A page marks
it; a frame has a word of letters and digits in its place, which no Markdown changes. So a frame stays the same when a
fact in it changes, and what was rendered once need not be rendered again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_BLOCK, _INLINE, _DATA, _END = "\ue010", "\ue011", "\ue012", "\ue013"
"""Stand around finished HTML in a page; no text of a briefing can hold them."""
_MARKED = re.compile(f"([{_BLOCK}{_INLINE}{_DATA}])([^{_BLOCK}{_INLINE}{_DATA}{_END}]*+){_END}")
_MARKS = re.compile(f"[{_BLOCK}{_INLINE}{_DATA}{_END}]")
_WORD = re.compile(r"(?:<div>)?zfill([0-9]+)fillz(?:</div>)?")
_UNDERLINE = re.compile(r"[^\n]*\n {0,3}(?:=+|-+) *(?:\n|$)")
"""The rest of a line that is a heading by what stands under it."""

DIGEST, SHORT_DIGEST = "zdigestz", "zshortdigestz"
"""Stand in every frame for the digest of the inputs, whole and in short, of which no frame is to depend."""


class FrameError(Exception):
    """A renderer did not leave a frame's words as they were; the message says where."""


def block(html: str) -> str:
    """Mark finished HTML that stands by itself."""
    return f"{_BLOCK}{plain(html)}{_END}"


def inline(html: str) -> str:
    """Mark finished HTML within a line."""
    return f"{_INLINE}{plain(html)}{_END}"


def data(text: str) -> str:
    """Mark a value of the front matter: a text for the head of the page, as JSON writes it."""
    return f"{_DATA}{json.dumps(text)}{_END}"


def plain(page: str) -> str:
    """A page without the marks: what a renderer may read as a whole."""
    return _MARKS.sub("", page) if _END in page else page


@dataclass(frozen=True, slots=True)
class Frame:
    """A page for the renderer, and what belongs into it."""

    text: str
    fills: tuple[bytes, ...]
    """In UTF-8, which takes half of the room: all that is on the pages waits here."""

    @classmethod
    def of(cls, page: str) -> Frame:
        """Cut a page; what stands in a heading stays, since headings make anchors and entries of lists."""
        fills: list[bytes] = []

        def cut(found: re.Match[str]) -> str:
            kind, html = found[1], found[2]
            if kind == _INLINE and _is_in_heading(page, found.start(), found.end()):
                return html
            fills.append((json.loads(html) if kind == _DATA else html).encode())
            word = f"zfill{len(fills) - 1}fillz"
            return f"<div>{word}</div>" if kind == _BLOCK else word

        return cls(_MARKED.sub(cut, page), tuple(fills))

    def filled(self, rendered: str, digest: str, short: str) -> str:
        """The finished page, from its rendered frame.

        Raises:
            FrameError: a word is not found exactly once.

        """
        found: list[int] = []

        def fill(word: re.Match[str]) -> str:
            number = int(word[1])
            found.append(number)
            return self.fills[number].decode() if number < len(self.fills) else ""

        whole = _WORD.sub(fill, signed(rendered, digest, short))
        if sorted(found) != [*range(len(self.fills))]:
            raise FrameError(f"{len(self.fills)} places to fill, and {len(found)} found")
        return whole


def signed(rendered: str, digest: str, short: str) -> str:
    """A rendered page with the digest of the inputs."""
    return rendered.replace(SHORT_DIGEST, short).replace(DIGEST, digest)


def cut(pages: Mapping[str, str]) -> dict[str, Frame]:
    """The frames of pages, by the same names."""
    return {name: Frame.of(page) for name, page in pages.items()}


def _is_in_heading(page: str, start: int, end: int) -> bool:
    before = page[page.rfind("\n", 0, start) + 1 : start]
    return before.lstrip(" ").startswith("#") or _UNDERLINE.match(page, end) is not None
