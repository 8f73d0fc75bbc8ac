"""A saved page, PDF or text -> its paragraphs and what it says of itself, by a process of its own.

What others made may be broken or hostile: a stream that unpacks to gigabytes, elements nested a million deep. All that
happens to a child with bounded time and memory, and what went wrong is a sentence here. This module is both ends:
imported, it starts the child; run as `python -m generator.extract`, it is the child, and only there are trafilatura,
which finds the text among the menus, and pypdf loaded.
"""

from __future__ import annotations

import codecs
import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator import edtf

NEEDED = ("trafilatura", "lxml_html_clean", "pypdf")
"""Packages that nothing else needs; `requirements/archive.txt` lists them."""
_HOME = Path(__file__).resolve().parent.parent
_MEMORY = 2 * 1024**3
_PAGES = 2_000
_ENTITIES = 300
"""Records of linked data that are looked at."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of itself, and in which part of it."""

    value: str
    where: str


@dataclass(frozen=True)
class Extracted:
    """What was found."""

    text: str
    """One paragraph a line."""
    kind: str
    """`html`, `pdf` or `text`."""
    says: Mapping[str, Said] = field(default_factory=dict)
    """By field of a source: title, author, publisher, published, language, url, kind."""
    notes: tuple[str, ...] = ()
    """What the curator should know: how the characters were read, what was left out."""


class ExtractError(Exception):
    """There is nothing to be had from this file; the message says why, and what to do."""


# -- this end -------------------------------------------------------------------------------------------------------


def extract(raw: bytes, *, media: str = "", charset: str = "", seconds: float = 90) -> Extracted:
    """Find the text of a file, with what the server said of its type and characters, if there was one.

    Raises:
        ExtractError: it is neither HTML, PDF nor text, holds no text, or broke the process that reads it.

    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ExtractError(
            f"{', '.join(missing)} is not installed; use `nox -s archive -- ...`, or install requirements/archive.txt"
        )
    order = json.dumps({"media": media, "charset": charset}).encode() + b"\n" + raw
    try:
        done = subprocess.run(
            [sys.executable, "-m", "generator.extract"],
            input=order,
            capture_output=True,
            check=False,
            cwd=_HOME,
            env={**os.environ, "PYTHONUTF8": "1"},
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise ExtractError(f"the file was not read within {seconds:g} seconds; {_INSTEAD}") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise ExtractError(f"the file broke the process that reads it ({last}); {_INSTEAD}") from error
    if "problem" in answer:
        raise ExtractError(answer["problem"])
    says = {name: Said(*said) for name, said in answer["says"].items()}
    return Extracted(answer["text"], answer["kind"], says, tuple(answer["notes"]))


_INSTEAD = "save its text as a file of one paragraph a line, and name that"


# -- the other end --------------------------------------------------------------------------------------------------


def _child() -> None:
    """Read a file from the standard input, write what was found or the one problem that stands in the way."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what others print must not get into it
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - there is none on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    given = json.loads(sys.stdin.buffer.readline())
    found: dict[str, Any]
    try:
        page = read(sys.stdin.buffer.read(), given["media"], given["charset"])
        says = {name: [said.value, said.where] for name, said in page.says.items()}
        found = {"text": page.text, "kind": page.kind, "says": says, "notes": page.notes}
    except ExtractError as error:
        found = {"problem": str(error)}
    except (MemoryError, RecursionError):
        found = {"problem": f"the file needs more memory than any honest page does; {_INSTEAD}"}
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent says it in a sentence
        said = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        found = {"problem": f"the file cannot be read: {said}; {_INSTEAD}"}
    with answer:
        json.dump(found, answer)


def read(raw: bytes, media: str = "", charset: str = "") -> Extracted:
    """The same as `extract`, here and now.

    Raises:
        ExtractError: as `extract`; and whatever the libraries raise.

    """
    kind = _kind(raw, media)
    page = _pdf(raw) if kind == "pdf" else _html(raw, charset) if kind == "html" else _plain(raw, charset)
    if not page.text:
        raise ExtractError(f"no text was found in it ({kind}); {_INSTEAD}")
    return page


def _kind(raw: bytes, media: str) -> str:
    if raw[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if raw[:2] in _UTF_16:
        raw = raw.decode("utf-16", errors="replace").encode()
    begin = raw[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"\0" in raw[:65536]:
        raise ExtractError(f"it is neither HTML, PDF nor text; {_INSTEAD}")
    is_markup = (
        begin.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<?xml", b"<!--")) or b"<html" in begin
    )
    return "html" if is_markup or media in ("text/html", "application/xhtml+xml") else "text"


_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)


def decoded(raw: bytes, charset: str = "", *, is_html: bool = False) -> tuple[str, str]:
    """Bytes -> text, and a note where the encoding was not plain from the bytes themselves.

    What is valid UTF-8 is UTF-8, whatever else was declared: no other encoding gives that by chance. Then the server's
    word counts, then the page's, and then a guess, which is said to be one.
    """
    if raw[:2] in _UTF_16:
        return raw.decode("utf-16", errors="replace"), "read as UTF-16, by its first bytes"
    with contextlib.suppress(UnicodeDecodeError):
        return raw.decode("utf-8-sig"), ""
    meta = _DECLARED.search(raw[:4096]) if is_html else None
    for name, who in ((charset, "the server"), (meta[1].decode("ascii") if meta else "", "the page")):
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            if name:
                encoding = "windows-1252" if codecs.lookup(name).name in ("iso8859-1", "ascii") else name  # as browsers
                return raw.decode(
                    encoding
                ), f"read as {encoding}, as {who} says; look at its accents and quotation marks"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - as below

    best = from_bytes(raw).best()
    if best is None:
        raise ExtractError(f"its characters are in no encoding that could be told; {_INSTEAD}, in UTF-8")
    return str(best), f"read as {best.encoding}, which is a guess; {_LOOK}"


_LOOK = "look at its accents and quotation marks"


def _paragraphs(lines: Iterable[str]) -> str:
    """One paragraph a line, without what no reader sees."""
    clean = (" ".join(re.sub(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]", " ", each).split()) for each in lines)
    return "\n".join(each for each in clean if each)


def _plain(raw: bytes, charset: str) -> Extracted:
    text, note = decoded(raw, charset)
    return Extracted(_paragraphs(text.splitlines()), "text", {}, (note,) if note else ())


# -- PDF ------------------------------------------------------------------------------------------------------------


def _pdf(raw: bytes) -> Extracted:
    """The text of a PDF: a line break within a passage is a space, and a page ends a paragraph."""
    import io  # noqa: PLC0415 - with the library that it is for

    import pypdf  # noqa: PLC0415 - the parent must not load it

    reader = pypdf.PdfReader(io.BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ExtractError(f"the PDF asks for a password; {_INSTEAD}")
    notes = [f"only the first {_PAGES:,} pages were read"] if len(reader.pages) > _PAGES else []
    passages: list[str] = []
    for page in reader.pages[:_PAGES]:
        passages += _passages(page.extract_text())
    says: dict[str, Said] = {}
    about = reader.metadata
    for name in ("title", "author"):
        _say(says, name, str(getattr(about, name, "") or ""), f"the PDF's own {name}")
    made = str(about.get("/CreationDate", "")) if about else ""
    when = re.match(r"D:(\d{4})(\d\d)(\d\d)", made)
    if when:
        notes.append(f"the PDF was made on {'-'.join(when.groups())}, which need not be the day of publication")
    notes.append("a line of a PDF has no end of its own: what looks like one paragraph may be a whole page")
    return Extracted(_paragraphs(passages), "pdf", says, tuple(notes))


def _passages(text: str) -> list[str]:
    """The lines of a page -> its passages: an empty line parts them, and a hyphen at a line's end goes."""
    joined = re.sub(r"(?<=[^\W\d_])[-\u2010\u00ad]\n(?=[^\W\d_A-Z])", "", text.replace("\r\n", "\n"))
    return [part.replace("\n", " ") for part in re.split(r"\n[ \t]*\n", joined)]


# -- HTML -----------------------------------------------------------------------------------------------------------


def _html(raw: bytes, charset: str) -> Extracted:
    import trafilatura  # noqa: PLC0415 - the parent must not load it

    page, note = decoded(raw, charset, is_html=True)
    page = page.replace("\0", " ")
    text = trafilatura.extract(page, favor_recall=True, include_comments=False, include_tables=True, deduplicate=False)
    notes = [note] if note else []
    notes.append("menus, comments and other pages' headlines were left out; read the text through before you quote it")
    return Extracted(_paragraphs((text or "").splitlines()), "html", said_by(page), tuple(notes))


def said_by(page: str) -> dict[str, Said]:
    """What the head of a page says of it: citation tags, linked data, Open Graph, Dublin Core, HTML's own."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - `check` has no use for it

    tree = LexborHTMLParser(page)
    tags: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop") or ""
        name = name or node.attributes.get("http-equiv") or ""
        tags.setdefault(name.lower(), []).append(node.attributes.get("content") or "")
    says: dict[str, Said] = {}
    for name, wanted in _CITATION.items():
        _tagged(says, name, wanted, tags)
    for linked in _linked(tree):
        _from_linked(says, linked)
    for name, wanted in _TAGS.items():
        _tagged(says, name, wanted, tags)
    _from_elements(says, tree)
    return says


_CITATION = {
    "title": ("citation_title",),
    "author": ("citation_author",),
    "publisher": ("citation_journal_title", "citation_publisher"),
    "published": ("citation_publication_date", "citation_online_date", "citation_date"),
    "language": ("citation_language",),
}
_TAGS = {
    "title": ("og:title", "dc.title", "dcterms.title", "twitter:title"),
    "author": ("author", "dc.creator", "dcterms.creator", "article:author", "parsely-author"),
    "publisher": ("og:site_name", "dc.publisher", "dcterms.publisher", "application-name"),
    "published": (
        *("article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date"),
        *("pubdate", "publishdate", "parsely-pub-date", "date"),
    ),
    "language": ("dc.language", "dcterms.language", "og:locale", "content-language"),
    "url": ("og:url",),
}


def _tagged(says: dict[str, Said], field_name: str, wanted: Iterable[str], tags: Mapping[str, list[str]]) -> None:
    for name in wanted:
        values = tags.get(name, [])
        several = "; ".join(dict.fromkeys(" ".join(each.split()) for each in values if each.strip()))
        _say(says, field_name, several if field_name == "author" else next(iter(values), ""), name)


def _from_elements(says: dict[str, Said], tree: Any) -> None:  # noqa: ANN401 - a parsed page
    for name, selector, attribute in (
        ("title", "title", ""),
        ("published", "time[itemprop='datePublished'], time[pubdate]", "datetime"),
        ("language", "html[lang]", "lang"),
        ("url", "link[rel='canonical']", "href"),
    ):
        node = tree.css_first(selector)
        if node is not None:
            value = node.attributes.get(attribute) if attribute else node.text()
            _say(says, name, value or "", f"<{node.tag}>")


def _linked(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a parsed page
    """The records of its linked data that describe an article or a page, articles first."""
    found: list[dict[str, Any]] = []
    for node in tree.css("script[type='application/ld+json']"):
        with contextlib.suppress(ValueError, RecursionError):
            waiting: list[Any] = [json.loads(node.text())]
            while waiting and len(found) < _ENTITIES:
                each = waiting.pop(0)
                if isinstance(each, list):
                    waiting += each[:_ENTITIES]
                elif isinstance(each, dict):
                    found.append(each)
                    waiting += [each["@graph"]] if "@graph" in each else []
    for ending in ("Article", "Report", "BlogPosting", "WebPage"):
        yield from (each for each in found if any(kind.endswith(ending) for kind in _words(each.get("@type"))))


def _from_linked(says: dict[str, Said], linked: Mapping[str, Any]) -> None:
    kind = next(_words(linked.get("@type")), "")
    for name, key in (
        *(("title", "headline"), ("title", "name"), ("author", "author"), ("publisher", "publisher")),
        *(("published", "datePublished"), ("language", "inLanguage"), ("url", "mainEntityOfPage")),
    ):
        _say(says, name, "; ".join(_words(linked.get(key))), f"{key} of its {kind}")
    if kind.endswith(("Article", "Posting", "Report")):
        _say(says, "kind", "report" if kind == "Report" else "article", f"its {kind}")


def _words(value: Any) -> Iterator[str]:  # noqa: ANN401 - of linked data, anything
    """The names in a value of linked data: a text, a thing with a name, or a list of such."""
    for each in value[:20] if isinstance(value, list) else [value]:
        named = each.get("name") or each.get("@id") or "" if isinstance(each, dict) else each
        if isinstance(named, str) and named.strip():
            yield " ".join(named.split())


_DAY = re.compile(r"\s*(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?!\d)")


def _say(says: dict[str, Said], name: str, value: str, where: str) -> None:
    """Note what is said of a field, if nothing better was said before and it can be used."""
    value = "".join(each if each.isprintable() else " " for each in value)
    value = " ".join(value.split())
    match name:
        case "published":
            value = _day(value)
        case "language":
            tag = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.].*)?", value)
            value = tag[1].lower() if tag else ""
        case "author" if "://" in value:
            value = ""
        case "url" if not re.fullmatch(r"https?://[!#-&(-;=?-\[\]_a-z~]+", value, re.IGNORECASE):
            value = ""
        case _:
            pass
    if value:
        says.setdefault(name, Said(value, where))


def _day(value: str) -> str:
    """The day of a time stamp, as it stands there, whatever the zone; nothing where that is no date."""
    found = _DAY.match(value)
    if not found:
        return ""
    year, month, day = found.groups()
    date = "-".join([year, *(f"{int(each):02}" for each in (month, day) if each)])
    with contextlib.suppress(edtf.EdtfError):
        return str(edtf.parse(date))
    return ""


if __name__ == "__main__":
    _child()
