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
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

CONTENT = "article.md-content__inner"
"""What of a finished page is ours and not the theme's."""
END = "</>"
"""The end of an element."""

_PIECE = re.compile(r"[^\W_]+|[^\w\s]|_")
_TOKEN = re.compile(
    r"""
    [^<]++
    |<(?:script|style|template)\b.*?</(?:script|style|template)>|<!--.*?-->
    |</?[a-zA-Z][a-zA-Z0-9-]*+(?:\s++[^\s"=<>/]++(?:="[^"]*+")?)*+\s*+/?>
    """,
    re.VERBOSE | re.DOTALL,
)
"""A text, what nobody sees, or a tag, as lexbor writes them: attributes in quotation marks, no `<` in a text."""
_OUT_OF_SIGHT = ("</script>", "</style>", "</template>")
_ATTRIBUTE = re.compile(r'\s+([^\s"=<>/]+)(?:="([^"]*)")?')
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
_UNSEEN, _PERMALINK = "hidden", "headerlink"
"""The classes of what is only heard, and of the link of a heading to itself."""


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
    kept = {name: " ".join(attributes[name].split()) for name in attributes.keys() & _KEPT}
    if "id" in kept and tag in _HEADINGS:  # the renderer's, or one that `aria-labelledby` asks for
        del kept["id"]
    if "href" in kept:
        kept["href"] = _plain(kept["href"])
    if _UNSEEN in attributes.get("class", "").split():
        kept["class"] = _UNSEEN
    said = [f"{name}={kept[name]}" for name in sorted(kept)]
    return f"<{' '.join([tag, *said] if tag in _TELLING else said)}>" if said or tag in _TELLING else ""


def _said(words: str) -> tuple[str, ...]:
    """The pieces of a text as markup has it."""
    return tuple(_PIECE.findall(html.unescape(words) if "&" in words else words))


_label = lru_cache(maxsize=10_000)(_said)
"""The same again of a text that was read before, as most short ones were: labels, dates, spaces between tags."""
_SHORT = 60
"""Characters."""


class _Tag(NamedTuple):
    """The tag with which an element begins."""

    name: str
    """Empty where it is no tag, but what nobody sees."""
    piece: str = ""
    """What the element says of what stands in it; empty where that is nothing."""
    is_permalink: bool = False
    """Whether in a heading it is the link of this to itself."""

    @classmethod
    def of(cls, token: str) -> _Tag:
        """Read what a token says."""
        if token.startswith("<!") or token.endswith(_OUT_OF_SIGHT):
            return cls("")
        name = token[1:-1].split(None, 1)[0]
        attributes = dict(_ATTRIBUTE.findall(token))
        if "&" in token:
            attributes = {each: html.unescape(value) for each, value in attributes.items()}
        return cls(name, _opening(name, attributes), name == "a" and attributes.get("class") == _PERMALINK)


_tag = lru_cache(maxsize=10_000)(_Tag.of)
"""The same again of a tag that was read before."""


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
    for token in _TOKEN.findall(markup):
        if token[0] != "<":
            reader.say(token)
        elif token[1] == "/":
            reader.end(token[2:-1])
        else:
            reader.begin(_tag(token))
    return reader.found


class _Reader:
    """Takes in markup and remembers what it shows."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._open: list[tuple[str, str]] = []
        """Name and last piece of each element that has not ended."""
        self._drawn = 0
        self._is_link = False
        """Whether this is a heading's link to itself, which is the renderer's."""

    def say(self, words: str) -> None:
        """A text between two tags."""
        if self._drawn:
            return
        found = _label(words) if len(words) < _SHORT else _said(words)
        if not self._is_link or any(each.isalnum() for each in found):
            self.found += found

    def begin(self, tag: _Tag) -> None:
        """An element begins."""
        name, piece, is_permalink = tag
        is_drawing = name == "svg"
        self._drawn += is_drawing
        if not name or self._drawn > is_drawing:
            return
        if is_permalink and self._open and self._open[-1][0] in _HEADINGS:
            self._is_link, piece = True, ""
        if piece:
            self.found.append(piece)
        if name not in _EMPTY:
            self._open.append((name, END if piece else ""))
        elif piece:
            self.found.append(END)

    def end(self, name: str) -> None:
        """An element ends."""
        self._drawn -= name == "svg"
        if self._drawn or not self._open:
            return
        _, piece = self._open.pop()
        if name == "a":
            self._is_link = False
        if piece:
            self.found.append(piece)
