"""The whole briefing as a PDF: tagged, with all words and live links, the same bytes twice; or a clear word why not."""

from __future__ import annotations

import io
import os
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from selectolax.lexbor import LexborHTMLParser

from generator import browser, build, paper, safe
from tests.browser import ensure_browser
from tests.sites import judged, run, tree
from tests.valley import VALLEY

ABOUT = judged(VALLEY).briefing.base.briefing


def _env(**more: str) -> dict[str, str]:
    return {**os.environ, "BRIEFING_CHROMIUM": str(ensure_browser()), **more}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the second briefing, built with its PDF."""
    target = tmp_path_factory.mktemp("with-pdf") / "site"
    done = run("build", "--root", VALLEY, "--site", target, "--pdf", env=_env())
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="module")
def pdf(site: Path) -> pypdf.PdfReader:
    """That PDF, as another library reads it."""
    return pypdf.PdfReader(site / "briefing.pdf")


@pytest.fixture(scope="module")
def said(pdf: pypdf.PdfReader) -> str:
    """Its words, without the spaces at which lines break."""
    return _plain("".join(page.extract_text() for page in pdf.pages))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _notes(site: Path) -> set[str]:
    """The facts that have a note."""
    page = LexborHTMLParser((site / "whole.html").read_text(encoding="utf-8"))
    return {str(each.attributes["data-fact"]) for each in page.css("li.note")}


# -- what it is -----------------------------------------------------------------------------------------------------


def test_it_is_tagged_and_says_its_language_and_shows_its_title(pdf: pypdf.PdfReader) -> None:
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    kinds = {str(each["/S"]) for each in _structure(root["/StructTreeRoot"])}
    assert {"/H1", "/H2", "/H3", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= kinds


def test_every_drawing_says_in_its_tag_what_it_shows(pdf: pypdf.PdfReader) -> None:
    root: Any = pdf.trailer["/Root"]
    told = [str(each.get("/Alt", "")) for each in _structure(root["/StructTreeRoot"]) if each["/S"] == "/Figure"]
    tables = build.wiring(judged(VALLEY)).tables.values()
    assert len(tables) == 3
    for table in tables:
        assert any(_plain(table.alt) in _plain(each) for each in told), table.chart.id


def _structure(root: Any) -> list[Any]:  # noqa: ANN401 - the objects of a PDF
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, dict):
            found += [node] if "/S" in node else []
            stack.append(node.get("/K"))
        elif isinstance(node, list):
            stack += node
    return found


def test_it_is_named_and_dated_as_the_briefing_is(pdf: pypdf.PdfReader) -> None:
    assert {name: str(value) for name, value in (pdf.metadata or {}).items()} == {
        "/Title": "The flood in the Orn valley",
        "/Subject": ABOUT.summary,
        "/Author": "The tests of the generator",
        "/Creator": "briefing-generator",
        "/Producer": "Skia/PDF",
        "/CreationDate": "D:20310410000000+00'00'",
        "/ModDate": "D:20310410000000+00'00'",
    }
    known = pdf.xmp_metadata
    assert known is not None
    assert (known.dc_title, known.dc_language) == ({"x-default": ABOUT.title}, ["en"])


def test_its_outline_is_that_of_the_page(pdf: pypdf.PdfReader) -> None:
    def titles(items: list[Any], level: int = 0) -> list[tuple[int, str]]:
        return [
            row
            for each in items
            for row in (titles(each, level + 1) if isinstance(each, list) else [(level, str(each.title))])
        ]

    assert titles(pdf.outline) == [
        (0, "The flood in the Orn valley"),
        (1, "Overview"),
        (1, "When the gates were opened"),
        (2, "All that is known"),
        (2, "Who was warned"),
        (2, "What the authors conclude"),
        (1, "How the reports were read"),
        (1, "Judgments"),
        (1, "Notes"),
        (1, "Sources"),
    ]


def test_it_is_of_the_usual_size_and_every_page_says_what_it_is_of(pdf: pypdf.PdfReader) -> None:
    for number, page in enumerate(pdf.pages, 1):
        assert [round(float(each) / 72 * 25.4) for each in page.mediabox[2:]] == [210, 297]
        words = _plain(page.extract_text())
        assert _plain(f"{number} / {len(pdf.pages)}") in words
        assert _plain("The flood in the Orn valley. As of 10 April 2031.") in words


# -- what it holds --------------------------------------------------------------------------------------------------


def test_every_statement_that_has_a_note_is_there_and_every_quote_of_it(site: Path, said: str) -> None:
    briefing, noted = judged(VALLEY).briefing, _notes(site)
    assert len(noted) > 15
    for fact in (briefing.facts[each] for each in noted):
        assert _plain(fact.statement) in said, fact.id
        for citation in fact.citations:
            if briefing.sources[citation.source].language == "ar":  # which stands there in the order of its sight
                assert all(_plain(word) in said for word in citation.quote.split()), citation.quote
            else:
                assert _plain(citation.quote) in said, citation.quote


def test_the_address_of_every_cited_source_is_there(site: Path, said: str) -> None:
    briefing = judged(VALLEY).briefing
    cited = {each.source for fact in _notes(site) for each in briefing.facts[fact].citations}
    assert [each for each in cited if _plain(briefing.sources[each].url) not in said] == []


def test_what_is_closed_or_hidden_on_a_screen_is_as_paper_needs_it(said: str) -> None:
    assert _plain("Data: Level of the river at the old bridge, in metres") in said
    assert "Menu" not in said
    assert _plain("as a PDF") not in said


def _links(pdf: pypdf.PdfReader) -> tuple[set[str], set[str]]:
    """Where links lead outside, and to which names within."""
    notes = [each.get_object() for page in pdf.pages for each in page.get("/Annots", [])]
    outside = {str(each["/A"]["/URI"]) for each in notes if "/A" in each}
    within = {str(each["/Dest"]).removeprefix("/") for each in notes if "/Dest" in each}
    assert len(notes) == sum("/A" in each or "/Dest" in each for each in notes)
    return outside, within


def test_its_links_lead_to_the_quoted_words_and_to_sources_and_nowhere_else(site: Path, pdf: pypdf.PdfReader) -> None:
    briefing = judged(VALLEY).briefing
    citations = [each for fact in _notes(site) for each in briefing.facts[fact].citations]
    words = {safe.at_words(briefing.sources[each.source].url, each.quote) for each in citations}
    pages = {address for each in briefing.base.sources for address in (each.url, each.archive) if address}
    outside, _ = _links(pdf)
    assert words <= outside
    assert outside <= words | pages


def test_markers_lead_to_their_notes_and_notes_back(site: Path, pdf: pypdf.PdfReader) -> None:
    _, within = _links(pdf)
    there: Any = pdf.trailer["/Root"]
    numbers = range(1, len(_notes(site)) + 1)
    assert {f"note-{each}" for each in numbers} | {f"ref-{each}" for each in numbers} <= within
    assert within <= {str(each).removeprefix("/") for each in there["/Dests"]}


# -- the same bytes -------------------------------------------------------------------------------------------------


def test_the_same_browser_gives_the_same_bytes_elsewhere_and_under_another_clock(site: Path, tmp_path: Path) -> None:
    env = _env(TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="77")
    done = run("build", "--root", VALLEY, "--site", tmp_path / "else where" / "site", "--pdf", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "else where" / "site") == tree(site)


def test_nothing_of_this_machine_is_in_it(site: Path) -> None:
    with pikepdf.open(site / "briefing.pdf") as pdf:
        plain = io.BytesIO()
        pdf.save(plain, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, compress_streams=False)
    held = plain.getvalue().lower()
    for each in ("file:", "localhost", "127.0.0.1", "headlesschrome", "linux", str(site), str(Path.home()) + os.sep):
        assert each.lower().encode() not in held, each


# -- the site knows whether there is one ----------------------------------------------------------------------------


def test_page_and_foot_lead_to_it_only_where_it_is(site: Path, valley_site: Path) -> None:
    for folder, number in ((site, 1), (valley_site, 0)):
        whole = LexborHTMLParser((folder / "whole.html").read_text(encoding="utf-8"))
        topic = LexborHTMLParser((folder / "facts" / "gates.html").read_text(encoding="utf-8"))
        assert len(whole.css(".whole a[href='briefing.pdf']")) == number
        assert len(topic.css("footer a[href='../briefing.pdf']")) == number
    assert {*tree(site)} - {*tree(valley_site)} == {"briefing.pdf"}


def test_the_audit_knows_both_states_and_no_third(site: Path, valley_site: Path, tmp_path: Path) -> None:
    given = judged(VALLEY)
    assert build.look_over(given, VALLEY, site) == []
    lacks = shutil.copytree(site, tmp_path / "lacks")
    (lacks / "briefing.pdf").unlink()
    assert {"audit-link"} <= {each.code for each in build.look_over(given, VALLEY, lacks)}
    more = shutil.copytree(valley_site, tmp_path / "more")
    shutil.copyfile(site / "briefing.pdf", more / "briefing.pdf")
    told = {(each.place.path, each.code) for each in build.look_over(given, VALLEY, more)}
    assert ("site/whole.html", "audit-head") in told
    assert {code for _, code in told} == {"audit-head", "audit-manifest"}


# -- or a clear word ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("/no/such/browser", "BRIEFING_CHROMIUM is '/no/such/browser', which is not a browser that starts"),
        (shutil.which("true") or "", "true printed nothing: it said nothing; see that it starts, or name another"),
    ],
    ids=["no browser", "a program that is none"],
)
def test_without_a_browser_the_last_site_stands(named: str, said: str, tmp_path: Path, valley_site: Path) -> None:
    target = shutil.copytree(valley_site, tmp_path / "site")
    before = tree(target)
    done = run("build", "--root", VALLEY, "--site", target, "--pdf", env=_env(BRIEFING_CHROMIUM=named))
    assert done.returncode == 2
    assert f"not published, the last good site stands: {said}" in done.stderr
    assert tree(target) == before
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_where_no_browser_is_found_the_next_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find", lambda: None)
    with pytest.raises(paper.PaperError, match=r"no Chromium, Chrome or Edge was found.*BRIEFING_CHROMIUM="):
        paper.ready()


def test_where_the_library_is_missing_the_next_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "find_spec", lambda _: None)
    with pytest.raises(paper.PaperError, match=r"pikepdf.*nox -s build -- --pdf"):
        paper.ready()


def test_a_pdf_without_tags_is_refused() -> None:
    plain = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)
    with pytest.raises(paper.PaperError, match="without tags"):
        paper.settled(plain.getvalue(), ABOUT)


def test_a_link_that_leads_to_this_machine_is_refused(site: Path) -> None:
    changed = io.BytesIO()
    with pikepdf.open(site / "briefing.pdf") as pdf:
        links = [each for page in pdf.pages for each in page.obj.get("/Annots", []) if "/A" in each]
        links[0]["/A"]["/URI"] = pikepdf.String("file:///home/somebody/site/facts/gates.html")
        pdf.save(changed)
    with pytest.raises(paper.PaperError, match="leads to 'file:///home/somebody"):
        paper.settled(changed.getvalue(), ABOUT)


# -- links, before it is printed ------------------------------------------------------------------------------------

PAGE = """<html><head>{}</head><body><a href="#note-1">1</a><a href="https://a.example/x#:~:text=y">out</a>
<a href="facts/a.html#known">known</a><a href="facts/a.html#unknown">unknown</a><a href="briefing.pdf">pdf</a>
<ol><li class="note" id="note-1" data-fact="known"><a href="facts/a.html#known">itself</a></li></ol></body></html>"""


@pytest.mark.parametrize(
    ("head", "address"),
    [("", None), ('<link rel="canonical" href="https://b.example/flood/whole.html">', "https://b.example/flood/")],
    ids=["not published", "published"],
)
def test_links_to_other_pages_lead_to_notes_or_to_the_published_site(head: str, address: str | None) -> None:
    tree = LexborHTMLParser(paper.for_paper(PAGE.format(head)))
    assert {each.text(): each.attributes.get("href") for each in tree.css("a")} == {
        "1": "#note-1",
        "out": "https://a.example/x#:~:text=y",
        "known": "#note-1",
        "unknown": address and f"{address}facts/a.html#unknown",
        "pdf": address and f"{address}briefing.pdf",
        "itself": address and f"{address}facts/a.html#known",
    }
    assert len(tree.css("head > link[href='_paper.css']")) == 1
