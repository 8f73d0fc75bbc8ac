"""A file that somebody saved becomes text, or a sentence that says why not; whatever it holds."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from generator import extract
from generator.extract import Said

ARTICLE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Fire - The Herald</title>
<meta property="og:title" content="Fire at the mill"><meta property="og:site_name" content="The Herald">
<meta name="author" content="Tam Orrel"><meta property="article:published_time" content="2031-05-04T23:30:00-05:00">
<link rel="canonical" href="https://herald.example/fire"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Fire at the mill</h1>
<p>The mill owners said that around 1,200&nbsp;sacks of <b>flour</b> were lost in the fire on Friday evening.</p>
<p>“Nobody was hurt,” said the mayor – who met the owners on 3 May 2031 and promised help.</p></article>
<footer>Imprint and cookies</footer><script>alert("read me")</script></body></html>"""


RUSSIAN = "На мельнице сгорело около тысячи двухсот мешков муки, и мэр обещал новые пожарные колонки городу." * 3


def pdf(*pages: str, about: str = "", packed: bytes | None = None) -> bytes:
    """A small PDF: a line of text for each line of a page."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    streams: dict[int, bytes] = {}
    kids = []
    for page in pages:
        lines = "".join(f"({line}) Tj 0 -14 Td " for line in page.split("\n"))
        body = packed or zlib.compress(f"BT /F1 12 Tf 72 720 Td {lines}ET".encode())
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {len(objects) + 2} 0 R>>"
        )
        kids.append(f"{len(objects)} 0 R")
        objects.append(f"<</Length {len(body)}/Filter/FlateDecode>>")
        streams[len(objects)] = body
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    objects.append(f"<<{about}>>")
    raw, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(raw))
        stream = b"stream\n" + streams[number] + b"\nendstream\n" if number in streams else b""
        raw += f"{number} 0 obj\n{each}\n".encode() + stream + b"endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        raw
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R"
            f"/Info {len(objects)} 0 R>>\nstartxref\n{len(raw)}\n%%EOF"
        ).encode()
    )


def test_a_page_is_its_paragraphs_without_menus_and_says_what_it_is() -> None:
    page = extract.extract(ARTICLE.encode())
    assert page.text.splitlines() == [
        "Fire at the mill",
        "The mill owners said that around 1,200 sacks of flour were lost in the fire on Friday evening.",
        "“Nobody was hurt,” said the mayor – who met the owners on 3 May 2031 and promised help.",
    ]
    assert page.kind == "html"
    assert page.says == {
        "title": Said("Fire at the mill", "og:title"),
        "author": Said("Tam Orrel", "author"),
        "publisher": Said("The Herald", "og:site_name"),
        "published": Said("2031-05-04", "article:published_time"),
        "language": Said("en", "<html>"),
        "url": Said("https://herald.example/fire", "<link>"),
    }


def test_linked_data_goes_before_the_other_tags_and_citation_tags_before_both() -> None:
    head = (
        '<meta name="citation_title" content="Cited"><meta name="citation_author" content="A"><meta'
        ' name="citation_author" content="B"><meta property="og:title" content="Open">'
        '<script type="application/ld+json">{"@graph": [{"@type": "WebPage", "name": "Page"}, {"@type": "NewsArticle",'
        ' "headline": "Linked", "datePublished": "2031-5-4", "publisher": {"name": "The\\n Herald"},'
        ' "inLanguage": "de-AT"}]}'
        '</script><script type="application/ld+json">{broken</script>'
    )
    assert extract.said_by(f"<html><head>{head}</head></html>") == {
        "title": Said("Cited", "citation_title"),
        "author": Said("A; B", "citation_author"),
        "published": Said("2031-05-04", "datePublished of its NewsArticle"),
        "publisher": Said("The Herald", "publisher of its NewsArticle"),
        "language": Said("de", "inLanguage of its NewsArticle"),
        "kind": Said("article", "its NewsArticle"),
    }


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="date" content="yesterday"><meta name="author" content="https://a.example/b">',
        '<meta name="date" content="2031-13-41"><link rel=canonical href="javascript:alert(1)">',
        '<meta property="og:title" content="  "><meta name="og:locale" content="x">',
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">{"@type": {"a": 1}, "headline": 3, "author": [[1], null]}</script>',
    ],
)
def test_what_a_page_says_and_cannot_be_used_is_left_out(head: str) -> None:
    assert extract.said_by(head) == {}


@pytest.mark.parametrize(
    ("raw", "charset", "text", "note"),
    [
        ("déjà vu “so”".encode(), "", "déjà vu “so”", ""),
        (b"\xef\xbb\xbf" + "é".encode(), "latin-1", "é", ""),
        ("déjà “so”".encode(), "iso-8859-1", "déjà “so”", ""),
        ("déjà “so”".encode("cp1252"), "iso-8859-1", "déjà “so”", "read as windows-1252, as the server says"),
        ("Привет, мир".encode("koi8-r"), "koi8-r", "Привет, мир", "read as koi8-r, as the server says"),
        ("Привет".encode("utf-16"), "", "Привет", "read as UTF-16"),
        (RUSSIAN.encode("cp1251"), "no-such", RUSSIAN, "which is a guess"),
    ],
)
def test_characters_are_read_as_they_were_meant(raw: bytes, charset: str, text: str, note: str) -> None:
    read, told = extract.decoded(raw, charset)
    assert (read, note in told, bool(told)) == (text, True, bool(note))


def test_a_page_that_declares_its_encoding_is_read_in_it() -> None:
    raw = ARTICLE.replace("utf-8", "windows-1251").replace("Nobody", "Никто").encode("windows-1251", "ignore")
    page = extract.extract(raw)
    assert "“Никто was hurt,”" in page.text
    assert page.notes[0].startswith("read as windows-1251, as the page says")


def test_a_text_is_a_paragraph_a_line() -> None:
    page = extract.extract(b"\xef\xbb\xbfOne\x00\r\n".replace(b"\x00", b"") + b"\r\n  Two\tand \x07 three\r\n")
    assert (page.text, page.kind, page.says) == ("One\nTwo and three", "text", {})


def test_a_pdf_is_read_page_by_page_and_its_broken_lines_are_joined() -> None:
    raw = pdf(
        "The owners said that around 1,200 sacks of\nflour were lost in the ter-\nrible fire.",
        "Second page.",
        about="/Title(The fire)/Author(Tam)/CreationDate(D:20310504120000Z)",
    )
    page = extract.extract(raw)
    assert page.text.splitlines() == [
        "The owners said that around 1,200 sacks of flour were lost in the terrible fire.",
        "Second page.",
    ]
    assert page.says == {
        "title": Said("The fire", "the PDF's own title"),
        "author": Said("Tam", "the PDF's own author"),
    }
    assert "the PDF was made on 2031-05-04, which need not be the day of publication" in page.notes


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no text was found in it"),
        (b"PK\x03\x04\x00\x00", "it is neither HTML, PDF nor text"),
        (b"%PDF-1.4\nbroken", "the file cannot be read"),
        (b"<html><body></body></html>", "no text was found in it"),
        (pdf("x", packed=zlib.compress(b"\0" * 200_000_000, 9)), "the file cannot be read|no text|more memory"),
        (
            b"<html><body>" + b"<div>" * 200_000 + b"deep",
            "no text|cannot be read|more memory|broke|not read within",
        ),
    ],
    ids=["nothing", "an archive", "a broken PDF", "an empty page", "a PDF that unpacks without end", "a deep page"],
)
def test_what_gives_no_text_is_told_in_a_sentence_with_the_way_out(raw: bytes, said: str) -> None:
    with pytest.raises(extract.ExtractError, match=said) as error:
        extract.extract(raw, seconds=8)
    assert "save its text as a file of one paragraph a line" in str(error.value)


def test_a_file_that_keeps_the_reader_busy_is_given_up() -> None:
    with pytest.raises(extract.ExtractError, match=r"was not read within 0\.01 seconds"):
        extract.extract(ARTICLE.encode(), seconds=0.01)


def test_what_breaks_the_process_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(extract, "_HOME", tmp_path)
    monkeypatch.setenv("PYTHONPATH", "")
    with pytest.raises(extract.ExtractError, match=r"broke the process that reads it .*No module named"):
        extract.extract(ARTICLE.encode())


def test_without_the_packages_it_says_which_and_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "NEEDED", ("pypdf", "no_such_package"))
    with pytest.raises(extract.ExtractError) as error:
        extract.extract(ARTICLE.encode())
    assert str(error.value) == (
        "no_such_package is not installed; use `nox -s archive -- ...`, or install requirements/archive.txt"
    )
