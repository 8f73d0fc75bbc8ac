"""The finished page of the whole briefing -> the same as a tagged PDF, by a Chromium of this machine.

The browser prints a copy of the page that stands beside it for so long: its links lead within the document, to a
source, or to the address at which the site is published, and never to this machine. What the browser writes of the day,
of itself and at random is written anew afterwards, so that the same page and the same browser give the same bytes.
Tags, outline, language and alternative texts are the browser's (PDF 1.7, ISO 32000-1, 14.8). To write is pikepdf's
work, which is there only where somebody asked for it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator import browser
from generator.model import About
from generator.views import WHOLE_URL

if TYPE_CHECKING:
    import pikepdf

_LIMIT = 300.0
"""Seconds; a hundred and fifty pages take ten."""
_COPY, _STYLE = "_paper.html", "_paper.css"
"""What stands in the folder of the site while it is printed."""
_LINK = f'<link rel="stylesheet" href="{_STYLE}">'
_FOR_PDF = """\
@page { size: A4; }
@media print { .md-typeset a.note__back { display: inline !important; } }
"""
"""Of a PDF the size is known, and a reader can click back from a note; all else is as on any paper."""
_ORIGIN = "briefing-generator"


class PaperError(Exception):
    """There can be no PDF; the message says why, and the next step."""


def ready() -> Path:
    """The browser that can print here, asked before any work is done.

    Raises:
        PaperError: there is no browser, or the library that writes PDF is not there.

    """
    if find_spec("pikepdf") is None:
        raise PaperError(
            "the package pikepdf, which writes the PDF, is not installed; nox -s build -- --pdf brings it, and so does"
            " python -m pip install --require-hashes -r requirements/pdf.txt"
        )
    try:
        found = browser.find()
    except browser.BrowserError as error:
        raise PaperError(str(error)) from None
    if found is None:
        raise PaperError(
            "no Chromium, Chrome or Edge was found, which prints the PDF; install one, or name yours:"
            f" {browser.VARIABLE}=/path/to/chrome"
        )
    return found


def make(site: Path, about: About, work: Path, chromium: Path) -> bytes:
    """Print the page of the whole briefing, of a finished site, and return the PDF; `work` is a folder of our own.

    Raises:
        PaperError: the browser did not print, or not what it was given.

    """
    copy, style, printed = site / _COPY, site / _STYLE, work / "printed.pdf"
    try:
        copy.write_text(for_paper((site / WHOLE_URL).read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        style.write_text(_FOR_PDF, encoding="utf-8", newline="\n")
        command = [
            *(str(chromium), *browser.flags(), "--headless", f"--user-data-dir={work / 'browser'}"),
            "--host-resolver-rules=MAP * ~NOTFOUND",  # the page asks for nothing from elsewhere; were it otherwise
            "--font-render-hinting=none",  # a line breaks where the font says, not where a screen would
            "--virtual-time-budget=20000",  # what the page loads is there before it is printed
            *("--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={printed}"),
            copy.resolve().as_uri(),
        ]
        _, said = browser.run(command, limit=_LIMIT)
    finally:
        copy.unlink(missing_ok=True)
        style.unlink(missing_ok=True)
    if not printed.is_file():
        last = (said.strip().splitlines() or ["it said nothing"])[-1]
        raise PaperError(f"{chromium.name} printed nothing: {last}; see that it starts, or name another browser")
    return settled(printed.read_bytes(), about)


# -- before it is printed: links ------------------------------------------------------------------------------------


def for_paper(html: str) -> str:
    """The page as it is printed: a link to another page of the site leads to the note of its fact, where there is one.

    Else it leads to the published address, where the page names one, or nowhere.
    """
    tree = LexborHTMLParser(html.replace("</head>", f"{_LINK}</head>", 1))
    notes = {str(each.attributes["data-fact"]): str(each.attributes["id"]) for each in tree.css("li.note[data-fact]")}
    canonical = tree.css_first("link[rel=canonical]")
    address = str(canonical.attributes.get("href") or "") if canonical is not None else ""
    for drawing in tree.css("svg.chart__svg"):
        drawing.attrs["role"] = "img"  # one figure with its alternative text, as on paper nobody walks its marks
    for link in tree.css("a[href]"):
        href = str(link.attributes["href"])
        if not href.startswith("#") and not urlsplit(href).scheme:
            there = _elsewhere(link, href, notes, address)
            if there:
                link.attrs["href"] = there
            else:
                del link.attrs["href"]
    return tree.html or ""


def _elsewhere(link: LexborNode, href: str, notes: dict[str, str], address: str) -> str:
    """Where a link to another page of the site leads from a PDF; empty for nowhere."""
    note = notes.get(urlsplit(href).fragment, "")
    if note and not any(each.attributes.get("id") == note for each in _around(link)):
        return f"#{note}"
    return urljoin(address, href) if address else ""


def _around(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


# -- after it is printed: the same bytes ----------------------------------------------------------------------------


def settled(printed: bytes, about: About) -> bytes:
    """A PDF with nothing in it of this day, this machine or chance; named and dated as the briefing is.

    Raises:
        PaperError: it is not tagged, or a link in it leads to this machine.

    """
    import pikepdf  # noqa: PLC0415 - it is there only where a PDF is asked for

    with pikepdf.open(io.BytesIO(printed)) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            raise PaperError("the browser wrote a PDF without tags; take a Chromium of 2023 or later")
        for target in _targets(pdf):
            if urlsplit(target).scheme not in ("http", "https"):
                raise PaperError(f"a link of the PDF leads to {target!r}: a fault of the templates")
        _renumber(pdf)
        _describe(pdf, about)
        fresh = io.BytesIO()
        pdf.save(
            fresh,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return fresh.getvalue()


def _targets(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Where the links of a PDF lead that lead out of it."""
    for page in pdf.pages:
        for note in page.obj.get("/Annots", []):
            action = note.get("/A")
            if action is not None and "/URI" in action:
                yield str(action["/URI"])


def _renumber(pdf: pikepdf.Pdf) -> None:
    """Name the structure elements in the order of reading; the browser's own names differ from run to run."""
    import pikepdf  # noqa: PLC0415 - as above

    elements = [*_elements(pdf.Root["/StructTreeRoot"])]
    named = [each for each in elements if "/ID" in each]
    names = {bytes(each["/ID"]): f"n{number:07d}" for number, each in enumerate(named)}
    for each in named:
        each["/ID"] = pikepdf.String(names[bytes(each["/ID"])])
    for each in elements:
        for attributes in _listed(each.get("/A")):
            if isinstance(attributes, pikepdf.Dictionary) and "/Headers" in attributes:
                headers = [names.get(bytes(head), "") for head in attributes["/Headers"]]
                attributes["/Headers"] = pikepdf.Array([pikepdf.String(head) for head in headers if head])
    if named:
        pairs = pikepdf.Array([part for each in named for part in (each["/ID"], each)])
        limits = pikepdf.Array([named[0]["/ID"], named[-1]["/ID"]])
        leaf = pdf.make_indirect(pikepdf.Dictionary(Limits=limits, Names=pairs))
        pdf.Root["/StructTreeRoot"]["/IDTree"] = pdf.make_indirect(pikepdf.Dictionary(Kids=pikepdf.Array([leaf])))


def _elements(root: Any) -> Iterator[Any]:  # noqa: ANN401 - pikepdf's objects are of one type for all
    """The structure elements below one, in the order of reading."""
    import pikepdf  # noqa: PLC0415 - as above

    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            stack += reversed(_listed(node.get("/K")))


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - as above
    """What may be one or several, as a list."""
    import pikepdf  # noqa: PLC0415 - as above

    if value is None:
        return []
    return [*value] if isinstance(value, pikepdf.Array) else [value]


def _describe(pdf: pikepdf.Pdf, about: About) -> None:
    """Write what the document is, by whom and of when, in both places where readers look for it (14.3)."""
    import pikepdf  # noqa: PLC0415 - as above

    day = about.as_of.last
    told = {"/Title": about.title, "/Subject": about.summary, "/Author": about.authors, "/Creator": _ORIGIN}
    for name in [*pdf.docinfo]:
        del pdf.docinfo[name]
    for name, words in told.items():
        if words:
            pdf.docinfo[name] = words
    pdf.docinfo["/Producer"] = "Skia/PDF"
    pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = f"D:{day:%Y%m%d}000000+00'00'"
    pdf.Root["/Lang"] = pikepdf.String(about.language)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as known:
        known["dc:title"] = about.title
        known["dc:description"] = about.summary
        known["dc:language"] = [about.language]
        if about.authors:
            known["dc:creator"] = [about.authors]
        known["xmp:CreatorTool"] = _ORIGIN
        known["xmp:CreateDate"] = known["xmp:ModifyDate"] = f"{day:%Y-%m-%d}T00:00:00Z"
