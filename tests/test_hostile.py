"""Hostile text in any field of a fact, source or page's title is refused, or shows as the text that it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import yaml
from playwright.sync_api import expect, sync_playwright

from generator import build, quotes, shelves
from tests.browser import ensure_browser, launch_args
from tests.making import BASE, INDEX, SOURCE_TEXT
from tests.serving import serving
from tests.sites import built, judged

HOSTILE = (
    "<script>window.hit=true</script>",
    "</p></div></article><script>window.hit=true</script>",
    "<img src=x onerror=window.hit=true>",
    "<svg/onload=window.hit=true>",
    "<iframe srcdoc='<script>parent.hit=true</script>'>",
    "<a href=javascript:window.hit=true>press</a>",
    "<details open ontoggle=window.hit=true>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example/>",
    "<!-- hidden --> shown",
    "--> <script>window.hit=true</script>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    '" onmouseover="window.hit=true" x="',
    "' autofocus onfocus='window.hit=true",
    "[press](javascript:window.hit=true)",
    "[press](JaVaScRiPt:window.hit=true)",
    "[press][ref] [ref]: javascript:window.hit=true",
    "![x](https://evil.example/track.png)",
    "<https://evil.example/>",
    "[x](//evil.example)",
    "text {: onclick=window.hit=true }",
    "# A heading of theirs",
    "| a | b | --- | --- | c | d |",
    "* * *",
    "```\nwindow.hit=true\n```",
    "1. one\n2. two",
    "{{ 7 * 7 }}",
    "{% raw %}{{ config }}{% endraw %}",
    "${window.hit=true} #{7*7} <%= 7*7 %>",
    "&lt;script&gt;window.hit=true&lt;/script&gt;",
    "&#60;script&#62;window.hit=true",
    "&copy; &nbsp; &amp;amp;",
    "\\<script\\> \\[x\\](javascript:window.hit=true)",
    "**bold** _slanted_ `code` ~~struck~~ ==marked==",
    '--8<-- "/etc/passwd"',
    "[TOC]",
    "=cmd|'/C calc'!A0",
    "datum['x'] || 1 == 1 // if(true, 'hit', '')",
    "]]> <![CDATA[ <x/> ]]>",
    "https://evil.example/auto",
)
"""Each is one line of text when its line breaks are folded, as they are on the way in."""

FIELDS = ("statement", "attribution", "date_basis", "note")


class _Plain(yaml.SafeDumper):
    """Writes every value out where it stands."""

    def ignore_aliases(self, data: object) -> bool:
        """Whatever it is."""
        del data
        return True


def _words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A briefing whose every free text is hostile, and its finished site."""
    root = tmp_path_factory.mktemp("hostile")
    base: dict[str, Any] = yaml.load(BASE, Loader=yaml.BaseLoader)  # noqa: S506 - makes text only
    good = next(each for each in base["facts"] if each["kind"] == "event")
    for number, text in enumerate(HOSTILE):
        fact = {
            **good,
            **dict.fromkeys(FIELDS, text),
            "id": f"hostile-{number}",
            "type": text[:40],
            "place": text[:120],
        }
        fact["citations"] = [{"source": "hostile", "quote": f"they wrote {text} there", "note": text}]
        base["facts"].append(fact)
    worst, title = HOSTILE[1], HOSTILE[0]
    base["sources"].append(
        {
            **base["sources"][0],
            "id": "hostile",
            "title": worst,
            "publisher": title,
            "author": f"A. {worst}",
            "origin": worst,
        }
        | {"descriptor": " ".join(HOSTILE)[:899], "date_basis": worst}
    )
    base["topics"][0] |= {"label": title, "summary": worst}
    base["briefing"] |= {"title": title, "short_title": title, "summary": worst, "authors": worst}
    base["sides"][0]["label"], base["measures"][0]["label"] = HOSTILE[2], HOSTILE[3]
    base["measures"][0]["unit"] = "<b>sacks</b>"
    base["charts"][0] |= {"title": worst, "subtitle": HOSTILE[2], "note": HOSTILE[2], "alt": HOSTILE[5]}
    base["actors"][0] |= {"name": HOSTILE[2], "office": worst}
    (root / "content").mkdir()
    (root / "facts.yaml").write_text(
        yaml.dump(base, Dumper=_Plain, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    calls = "\n\n".join(
        f'{{{{ fact("hostile-{number}") }}}}. {{{{ quote("hostile-{number}") }}}}' for number in range(len(HOSTILE))
    )
    front = yaml.safe_dump({"title": title, "label": title[:40], "summary": worst}, allow_unicode=True)
    every = '{{ chart("losses") }}\n\n{{ timeline(topics=["losses"]) }}\n\n{{ table(topics=["losses"]) }}'
    (root / "content" / "index.md").write_text(f"---\n{front}---\n{calls}\n\n{every}\n", encoding="utf-8")
    (root / "content" / "second.md").write_text(INDEX, encoding="utf-8")
    texts = {"herald": SOURCE_TEXT, "hostile": "\n".join(f"they wrote {_words(text)} there" for text in HOSTILE)}
    lock = {name: quotes.make(name, text, coverage=quotes.WHOLE, seen="2031-05-20") for name, text in texts.items()}
    (root / "sources.lock").write_text(quotes.dump(lock), encoding="utf-8")
    return root, built(root, root / "site")


def test_hostile_text_is_no_problem_of_form(hostile: tuple[Path, Path]) -> None:
    root, _ = hostile
    assert [*judged(root).problems] == []


@pytest.fixture(scope="module")
def pages(hostile: tuple[Path, Path]) -> dict[str, dict[str, Any]]:
    """What a browser made of every page, after everything on it was hovered over, focused and opened."""
    seen: dict[str, dict[str, Any]] = {}
    with sync_playwright() as playwright, serving(hostile[1]) as address:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=launch_args())
        page = browser.new_page()
        strayed: list[str] = []
        page.on("request", lambda each: None if each.url.startswith((address, "data:")) else strayed.append(each.url))
        page.on("dialog", lambda each: strayed.append(each.message))
        for path in sorted(hostile[1].rglob("*.html")):
            name = path.relative_to(hostile[1]).as_posix()
            page.goto(address + name)
            page.evaluate(
                """() => { for (const each of document.querySelectorAll("article *")) {
                     each.dispatchEvent(new MouseEvent("mouseover", {bubbles: true}));
                     if (each.focus) each.focus({preventScroll: true}); } }"""
            )
            seen[name] = page.evaluate(
                """() => ({
                     hit: window.hit ?? null,
                     text: document.body.innerText.replace(/\\s+/g, " "),
                     title: document.title,
                     theirs: [...document.querySelectorAll(
                       "article :is(base, blockquote, b, code, em, embed, form, hr, i, iframe, img, meta, object)," +
                       "article :is(pre, s, script, style)")].filter(
                       (each) => !each.closest("[data-rule], .filter, .search, .known") &&
                       !(each.matches("code, pre") && each.closest("[data-about=data]"))).length,
                     handlers: [...document.querySelectorAll("article *")].flatMap(
                       (each) => [...each.attributes].filter((one) => one.name.startsWith("on"))).length,
                     links: [...document.querySelectorAll("article a[href]")].map((each) => each.getAttribute("href")),
                   })"""
            )
            # a card that opened has its links whole
            seen[name]["links"] = [each for each in seen[name]["links"] if not each.startswith(address)]
            seen[name]["strayed"] = [*strayed]
        browser.close()
    return seen


def test_nothing_runs_nothing_is_fetched_and_no_element_of_theirs_stands(pages: dict[str, dict[str, Any]]) -> None:
    assert len(pages) >= 5
    for name, seen in pages.items():
        found = {key: seen[key] for key in ("hit", "theirs", "handlers", "strayed")}
        assert found == {"hit": None, "theirs": 0, "handlers": 0, "strayed": []}, name
        out = [href for href in seen["links"] if href.startswith("//") or urlsplit(href).scheme]
        assert [href for href in out if href.partition("#:~:text=")[0] != "https://herald.example/fire"] == [], name


@pytest.mark.parametrize("text", HOSTILE)
def test_the_text_shows_as_it_was_written(pages: dict[str, dict[str, Any]], text: str) -> None:
    assert _words(text).rstrip(".") in pages["index.html"]["text"]
    assert _words(text) in pages["facts/losses.html"]["text"]


def test_titles_show_as_they_were_written(pages: dict[str, dict[str, Any]]) -> None:
    assert pages["index.html"]["title"] == HOSTILE[0]
    assert HOSTILE[0] in pages["facts/losses.html"]["title"]
    assert HOSTILE[1] in pages["sources.html"]["text"]


def test_what_the_scripts_show_of_it_is_text_as_well(hostile: tuple[Path, Path]) -> None:
    with sync_playwright() as playwright, serving(hostile[1]) as address:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=launch_args())
        page = browser.new_page()
        strayed: list[str] = []
        page.on("request", lambda each: None if each.url.startswith((address, "data:")) else strayed.append(each.url))
        page.on("dialog", lambda each: strayed.append(each.message))
        asked = {"window hit": HOSTILE[0], "onerror": HOSTILE[2], "evil example": HOSTILE[11], "srcdoc": HOSTILE[4]}
        for words, text in asked.items():
            page.goto(f"{address}search.html?q={quote(words)}")
            results = page.locator(".search__results")
            expect(results.locator("li").first).to_be_visible()
            while page.get_by_role("button", name="Show more").is_visible():
                before = results.locator("li").count()
                page.get_by_role("button", name="Show more").click()
                expect(results.locator("li")).not_to_have_count(before)
            assert _words(text) in _words(results.inner_text())
            tags = results.evaluate(
                "(list) => [...new Set([...list.querySelectorAll('*')].map((each) => each.tagName))]"
            )
            assert sorted(tags) == ["A", "LI", "MARK", "P"]
            hrefs = results.evaluate("(list) => [...list.querySelectorAll('a')].map((each) => each.href)")
            assert all(each.startswith(address) for each in hrefs)
        page.goto(f"{address}facts/index.html?topic={quote(HOSTILE[0])}&known=2031-05-01&side={quote(HOSTILE[2])}")
        assert HOSTILE[0] in page.get_by_label("Topic").locator("option").all_inner_texts()
        page.get_by_label("Origin of the source").select_option(HOSTILE[1])
        expect(page.get_by_role("status")).to_have_text(re.compile(r"facts? shown|No fact"))
        page.goto(f"{address}index.html?known={quote(HOSTILE[0])}")
        assert page.evaluate("window.hit ?? null") is None
        assert strayed == []
        browser.close()


def test_where_facts_and_sources_stand_in_parts_it_is_text_as_well(
    hostile: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, number in (("FACTS", 0), ("SOURCES", 0), ("FULL", 1), ("LISTED", 1)):
        monkeypatch.setattr(shelves, name, number)
    site = tmp_path / "site"
    assert build.build(judged(hostile[0]), hostile[0], site, lambda _: None).problems == []
    with sync_playwright() as playwright, serving(site) as address:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=launch_args())
        page = browser.new_page()
        strayed: list[str] = []
        page.on("request", lambda each: None if each.url.startswith((address, "data:")) else strayed.append(each.url))
        page.on("dialog", lambda each: strayed.append(each.message))
        page.goto(f"{address}facts/index.html?kind=event")
        expect(page.get_by_role("status")).to_have_text(re.compile(r"facts shown"))
        listed = page.locator("section.topic li")
        said = _words(" ".join(listed.all_inner_texts()))
        assert [text for text in HOSTILE if _words(text).rstrip(".") not in said] == []
        tags = listed.evaluate_all(
            "(all) => [...new Set(all.flatMap((each) => [...each.querySelectorAll('*')].map((one) => one.tagName)))]"
        )
        assert sorted(tags) == ["A", "SPAN", "TIME"]
        page.goto(f"{address}sources.html#hostile")
        page.wait_for_url("**/sources/*.html#hostile")
        assert HOSTILE[1] in page.locator("article.source").inner_text()
        assert HOSTILE[1] in page.title()
        page.goto(f"{address}sources.html#{quote(HOSTILE[0])}")
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^No source"))
        assert page.evaluate("window.hit ?? null") is None
        assert strayed == []
        browser.close()


@pytest.mark.parametrize("hidden", ["\\0", "\\x07", "\\u202e", "\\u200b", "\\u2066", "\\ufeff", "\\ue000", "\\ufffe"])
def test_hidden_characters_are_refused(tmp_path: Path, hidden: str) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "index.md").write_text(INDEX, encoding="utf-8")
    text = BASE.replace(
        "statement: Around 1,200 sacks of flour burnt", f'statement: "Around 1,200 sacks of flour{hidden} burnt"'
    )
    (tmp_path / "facts.yaml").write_text(text, encoding="utf-8")
    found = judged(tmp_path).problems
    assert ("text-character", "fact sacks-lost") in {(each.code, each.subject) for each in found}
