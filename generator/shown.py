"""HTML -> what it shows, in order: its words and signs, and the elements that say more than where a line breaks.

A piece is a word, a sign or the beginning or end of an element, as a text: `Around`, `%`, `<q lang=ar>`, `</>`. Two
passages of HTML show the same when their pieces are the same. `text` and `element` make the pieces that are wanted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from selectolax.lexbor import LexborHTMLParser

CONTENT = "article.md-content__inner"
"""What of a finished page is ours and not the theme's."""
END = "</>"
"""The end of an element."""

_PIECE = re.compile(r"[^\W_]+|[^\w\s]|_")
_MARKUP = re.compile(
    r"""
    <(?:script|style|template)\b.*?</(?:script|style|template)>|<!--.*?-->
    |<(?P<end>/)?(?P<tag>[a-z][a-z0-9-]*)(?P<attributes>(?:\s+[^\s"=<>/]+(?:="[^"]*")?)*)\s*/?>
    |(?P<text>[^<]+)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""The markup that lexbor writes: attributes in quotation marks, no `<` in a text."""
_ATTRIBUTE = re.compile(r'\s+([^\s"=<>/]+)(?:="([^"]*)")?')
_PERMALINK = re.compile(r'\sclass="headerlink"')
_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_TELLING = frozenset(
    (
        *("a", "del", "ins", "q", "s", "strike", "sub", "sup", "svg"),
        *(
            "audio",
            "button",
            "canvas",
            "embed",
            "iframe",
            "img",
            "input",
            "math",
            "object",
            "picture",
            "select",
            "video",
        ),
    )
)
"""Elements that change what a text says, or show something themselves."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_RECORDS = (
    "fact",
    "source",
    "chart",
    "rule",
    "judgment",
    "correction",
    "update",
    "edition",
    "entry",
    "scale",
    "about",
    "count",
    "date",
)
FACETS = ("topic", "kind", "side", "days", "who", "origins", "state", "known")
"""By what a script narrows a list of facts, and shows it as it was known on a day."""
_KEPT = frozenset(
    (
        *("alt", "aria-label", "data-label", "placeholder", "title", "value"),  # which readers see or hear
        "data-address",  # which paper shows
        *("href", "id", "lang", "dir", "start", "datetime", "aria-labelledby"),
        *(f"data-{each}" for each in (*_RECORDS, *FACETS)),
        *("hidden", "style", "aria-hidden"),  # which hide what stands there
    )
)
_UNSEEN = "hidden"
"""The class of what is only heard."""


def text(words: str) -> list[str]:
    """The pieces of a text."""
    return _PIECE.findall(words)


def element(tag: str, *content: Iterable[str], **attributes: str) -> list[str]:
    """The pieces of an element; `data_fact` stands for `data-fact`, and an attribute that is empty is not there."""
    opening = _opening(tag, {name.replace("_", "-"): value for name, value in attributes.items() if value})
    inner = [*chain.from_iterable(content)]
    return [opening, *inner, END] if opening else inner


def _opening(tag: str, attributes: dict[str, str]) -> str:
    """The piece of an element's beginning; empty where it says nothing."""
    kept = {name: " ".join(value.split()) for name, value in attributes.items() if name in _KEPT}
    if "id" in kept and tag in _HEADINGS:  # the renderer's, or one that `aria-labelledby` asks for
        del kept["id"]
    if "href" in kept:
        kept["href"] = _plain(kept["href"])
    if _UNSEEN in attributes.get("class", "").split():
        kept["class"] = _UNSEEN
    said = [f"{name}={kept[name]}" for name in sorted(kept)]
    return f"<{' '.join([tag, *said] if tag in _TELLING else said)}>" if said or tag in _TELLING else ""


@lru_cache(maxsize=10_000)
def _read(tag: str, written: str) -> str:
    """The same of attributes as markup has them."""
    return _opening(tag, {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(written)})


def _plain(href: str) -> str:
    """An address without what may be written or not: `./a/#b` and `a#b` are one."""
    path, mark, anchor = href.partition("#")
    path = path.removeprefix("./").removesuffix("/")
    return f"{'' if path == '.' else path}{mark}{anchor}"


def content(tree: LexborHTMLParser) -> list[str] | None:
    """What the content of a page shows; None where it has none."""
    found = tree.css(CONTENT)
    return [piece for each in found for piece in pieces(each.html or "")] if found else None


def pieces(markup: str) -> list[str]:
    """What a passage of HTML shows that lexbor has written; of a drawing, only that it is there."""
    reader = _Reader()
    for match in _MARKUP.finditer(markup):
        if match["text"]:
            reader.say(match["text"])
        elif match["end"]:
            reader.end(match["tag"])
        elif match["tag"]:
            reader.begin(match["tag"], match["attributes"])
    return reader.found


class _Reader:
    """Takes in markup and remembers what it shows."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._open: list[tuple[str, str]] = []
        """Tag and last piece of each element that has not ended."""
        self._drawn = 0
        self._is_link = False
        """Whether this is a heading's link to itself, which is the renderer's."""

    def say(self, words: str) -> None:
        """A text between two tags."""
        if self._drawn:
            return
        found = _PIECE.findall(html.unescape(words) if "&" in words else words)
        if not self._is_link or any(each.isalnum() for each in found):
            self.found += found

    def begin(self, tag: str, written: str) -> None:
        """An element begins."""
        self._drawn += tag == "svg"
        if self._drawn > (tag == "svg"):
            return
        piece = self._opening(tag, written) if written or tag in _TELLING else ""
        if piece:
            self.found.append(piece)
        if tag not in _EMPTY:
            self._open.append((tag, END if piece else ""))
        elif piece:
            self.found.append(END)

    def _opening(self, tag: str, written: str) -> str:
        within = self._open[-1][0] if self._open else ""
        if tag == "a" and within in _HEADINGS and _PERMALINK.search(written):
            self._is_link = True
            return ""
        return _read(tag, written)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._drawn -= tag == "svg"
        if self._drawn or not self._open:
            return
        _, piece = self._open.pop()
        self._is_link = self._is_link and tag != "a"
        if piece:
            self.found.append(piece)
