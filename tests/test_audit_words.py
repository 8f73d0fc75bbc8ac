"""Whatever changes in a finished page, a word, an element or an attribute, the audit says so, and of what kind it is.

The mutants are made of the second briefing's site: in each text of the content another word, of each kind of element
some that are gone, doubled, moved or hidden, and for each attribute that says something another value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator import audit, build, shown
from generator.problems import Problem
from generator.site import judge as site_of
from generator.views import page_url
from tests.making import BASE, inputs, lock
from tests.sites import drawings, judged
from tests.valley import VALLEY

WIRING = build.wiring(judged(VALLEY))
EXPECTED = audit.expectations(WIRING)
PAGES = sorted(EXPECTED.pages)
OF_A_KIND = 3
"""So many elements of a kind are broken on a page."""
WHOLE = "whole.html"
LONG = frozenset({"rules.html", WHOLE})
APART = 5
"""Of the long pages, whose parts are alike or stand on other pages too, so few texts are broken: each fifth."""
NOT_OURS = frozenset({"headerlink"})
"""What the renderer writes into the content: the link of a heading to itself, and that link's title."""

CODES = {
    "filter": "audit-head",
    "entry entries": "audit-glossary",
    "cures": "audit-correction",
    "updates": "audit-update",
    "judgment scale": "audit-judgment",
    "source worth data-about": "audit-source",
    "svg figcaption chart__foot chart__drawing": "audit-chart",
    "table table-wrap": "audit-table",
    "figure": "audit-chart",
    "fact facts topic": "audit-fact",
    "notes": "audit-note",
    "timeline claims figures claim value quoted marker ours source-name": "audit-claim",
    "standfirst dateline h1": "audit-head",
}
"""Tags, classes and attributes of the element in which a fault is, or of one around it, and the code that it has."""
ON_THE_WHOLE = {
    "again data-chart": "audit-chart",
    "again data-judgment": "audit-judgment",
    "bibliography": "audit-source",
    "h1": "audit-head",
    "h2": "audit-head",
    "standfirst": "audit-head",
    "whole__contents": "audit-head",
}
"""The same of the page that holds them all: all of these have to be there."""
WHOLE_PAGES = {
    "glossary.html": "audit-glossary",
    "sources.html": "audit-source",
    "rules.html": "audit-rule",
    "data.html": "audit-export",
}
"""Pages on which all but the head is of one kind."""
OWN = {page_url(page.path) for page in WIRING.briefing.pages}
SAYING = frozenset(
    (
        *("aria-label", "alt", "title", "data-label", "href", "lang", "dir", "datetime", "id", "aria-labelledby"),
        *(
            f"data-{each}"
            for each in (
                "fact",
                "source",
                "chart",
                "count",
                "date",
                "judgment",
                "correction",
                "rule",
                "update",
                "entry",
            )
        ),
        *("data-scale", "data-about", "value"),
        *(f"data-{each}" for each in ("topic", "kind", "side", "days", "who", "origins", "state", "known")),
    )
)
BEGIN, END = "\ue001", "\ue002"
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Mutant:
    """A page with one change."""

    what: str
    codes: frozenset[str]
    """What the audit may call it."""
    page: str


def _keys(node: LexborNode) -> set[str]:
    return {*(node.attributes.get("class") or "").split(), *node.attributes, str(node.tag)}


def _code(name: str, node: LexborNode) -> str:
    """The code of a fault in an element."""
    keys, around, url = set[str](), node, EXPECTED.pages[name].url
    while "md-content__inner" not in _keys(around):
        keys |= _keys(around)
        assert around.parent is not None
        around = around.parent
    found = next((code for names, code in CODES.items() if keys.intersection(names.split())), "")
    if name == WHOLE:
        found = next((code for names, code in ON_THE_WHOLE.items() if keys.issuperset(names.split())), found)
    if url in WHOLE_PAGES and found != "audit-head":
        return WHOLE_PAGES[url]
    counted = "audit-claim" if "data-count" in node.attributes else ""
    return found or counted or ("audit-prose" if url in OWN or "whole__part" in keys else "audit-head")


def _codes(name: str, node: LexborNode) -> frozenset[str]:
    """The codes of a fault in an element, or in anything in it."""
    return frozenset(_code(name, each) for each in node.traverse(include_text=False))


def _content(text: str) -> list[LexborNode]:
    """The elements and texts of a page's content, in order."""
    content = LexborHTMLParser(text).css_first(shown.CONTENT)
    assert content is not None
    return [*content.traverse(include_text=True)][1:]


def _cut(text: str, number: int) -> tuple[str, str, str]:
    """A page before, within and behind the node of its content that has a number."""
    node = _content(text)[number]
    node.insert_before(BEGIN)
    node.insert_after(END)
    head, _, rest = (node.parser.html or "").partition(BEGIN)
    inner, _, tail = rest.partition(END)
    return head, inner, tail


def _of_texts(name: str, text: str) -> Iterator[Mutant]:
    """In each text with letters, another word."""
    for number, node in enumerate(_content(text)):
        said = node.text_content or "" if node.tag == "-text" else ""
        is_skipped = name in LONG and number % APART
        if WORD.search(said) and node.parent is not None and not is_skipped and not NOT_OURS & _keys(node.parent):
            head, inner, tail = _cut(text, number)
            words = [*WORD.finditer(re.sub(r"&\w+;", lambda entity: "_" * len(entity[0]), inner))]
            word = words[number % len(words)]
            changed = f"{inner[: word.start()]}zebra{inner[word.end() :]}"
            yield Mutant(f"a word of {inner[:60]!r}", _codes(name, node.parent), f"{head}{changed}{tail}")


def _of_elements(name: str, text: str) -> Iterator[Mutant]:
    """Elements that are gone, stand twice, behind the next of their kind, or are hidden."""
    seen: Counter[tuple[str, str]] = Counter()
    for number, node in enumerate(_content(text)):
        kind = str(node.tag), node.attributes.get("class") or ""
        seen[kind] += 1
        if node.tag == "-text" or seen[kind] > OF_A_KIND or NOT_OURS & _keys(node) or not (node.text() or "").strip():
            continue
        head, inner, tail = _cut(text, number)
        codes, what = _codes(name, node), inner[:80]
        yield Mutant(f"without {what}", codes, f"{head}{tail}")
        yield Mutant(f"twice {what}", codes, f"{head}{inner}{inner}{tail}")
        if "svg" not in {around.tag for around in _around(node)}:
            hidden = re.sub(r"(<[a-z0-9]+)", r"\1 hidden", inner, count=1)
            yield Mutant(f"hidden {what}", codes, f"{head}{hidden}{tail}")
        sister = _sister(node)
        if sister and sister != node.html:
            between, _, rest = tail.partition(sister)
            yield Mutant(f"behind the next: {what}", codes, f"{head}{sister}{between}{inner}{rest}")


def _around(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _sister(node: LexborNode) -> str:
    """The next element behind one, where it is of the same kind."""
    after = node.next
    while after is not None and after.tag == "-text":
        after = after.next
    if after is None or (after.tag, after.attributes.get("class")) != (node.tag, node.attributes.get("class")):
        return ""
    return after.html or ""


def _of_attributes(name: str, text: str) -> Iterator[Mutant]:
    """Attributes with another value."""
    seen: Counter[tuple[str, ...]] = Counter()
    for number, node in enumerate(_content(text)):
        for attribute, value in node.attributes.items() if not NOT_OURS & _keys(node) else ():
            kind = (str(node.tag), node.attributes.get("class") or "", attribute)
            seen[kind] += 1
            if attribute in SAYING and seen[kind] <= OF_A_KIND:
                head, inner, tail = _cut(text, number)
                written = re.search(rf'\s{attribute}="([^"]*)"', inner)
                assert written is not None
                other = _other(attribute, value or "")
                changed = f"{inner[: written.start(1)]}{other}{inner[written.end(1) :]}"
                codes = {_code(name, node)} | ({"audit-id", "audit-link"} if attribute == "id" else set())
                yield Mutant(f"{attribute} {other} of {inner[:80]}", frozenset(codes), f"{head}{changed}{tail}")


def _other(attribute: str, value: str) -> str:
    """Another value of an attribute; a link still leads somewhere."""
    if attribute == "href" and ":~:" in value:
        return re.sub(r"[^%=]+$", "zebra", value).replace("&", "&amp;")
    if attribute == "href":
        path, _, anchor = value.partition("#")
        elsewhere = "index.html" if path != "index.html" else "sources.html"
        return (path if anchor and path else elsewhere).replace("&", "&amp;")
    return f"{value}-zebra"


MAKERS = {"texts": _of_texts, "elements": _of_elements, "attributes": _of_attributes}
FEWEST = {"texts": 9, "elements": 28, "attributes": 4}
"""Changes of the smallest page; of all pages there are more than four thousand."""


@pytest.fixture(scope="module")
def bare(valley_site: Path) -> audit.Site:
    """The good site, as the command `audit` sees it: nothing is drawn again."""
    return audit.Site(valley_site, EXPECTED)


@pytest.fixture(scope="module")
def site(valley_site: Path) -> audit.Site:
    """The good site, as a build sees it: with the drawings that were made."""
    return audit.Site(valley_site, audit.expectations(replace(WIRING, drawings=drawings(valley_site))))


def _missed(site: audit.Site, mutants: list[Mutant], name: str) -> list[tuple[str, list[str], list[str]]]:
    """The mutants that the audit takes for good or for something else."""
    missed = []
    for mutant in mutants:
        found = {each.code for each in site.judged(name, LexborHTMLParser(mutant.page))}
        if not found & mutant.codes:
            missed.append((mutant.what, sorted(mutant.codes), sorted(found)))
    return missed


@pytest.mark.parametrize("of", MAKERS)
@pytest.mark.parametrize("name", PAGES)
def test_every_change_of_a_page_is_noticed(site: audit.Site, name: str, of: str) -> None:
    text = site.trees[name].html or ""
    assert [*site.judged(name, LexborHTMLParser(text))] == []
    mutants = [*MAKERS[of](name, text)]
    assert len(mutants) >= FEWEST[of]
    assert _missed(site, mutants, name) == []


def test_the_words_of_drawings_are_compared_with_their_tables_where_nothing_is_drawn(bare: audit.Site) -> None:
    for name, page in EXPECTED.pages.items():
        text = bare.trees[name].html if page.charts else ""
        drawn = [each for each in _of_texts(name, text) if "audit-chart" in each.codes] if text else []
        assert len(drawn) > 8 * len(page.charts) / (APART if name in LONG else 1) or not text
        assert _missed(bare, drawn, name) == []


def _front(site: audit.Site, old: str, new: str) -> list[Problem]:
    """What is wrong with the front page after one change."""
    text = site.trees["index.html"].html or ""
    assert old in text
    return [*site.judged("index.html", LexborHTMLParser(text.replace(old, new, 1)))]


CLAIM = '<span class="claim" data-fact="hay-unpaid">'
ADDED: list[tuple[str, str, str, str]] = [
    ("a sentence before a claim", f"<p>{CLAIM}", f"<p>Nobody paid. {CLAIM}", "audit-chart audit-claim audit-prose"),
    ("a paragraph", f"<p>{CLAIM}", f"<p>Nobody paid.</p><p>{CLAIM}", "audit-chart audit-claim audit-prose"),
    ("a word in a claim", CLAIM, f"{CLAIM}Nearly all ", "audit-claim"),
    ("a word of another element", CLAIM, f"{CLAIM}<b>No</b> ", "audit-claim"),
    ("a claim struck out", f"{CLAIM}Residents", f"{CLAIM}<s>Residents</s>", "audit-claim"),
    ("a claim made invisible", CLAIM, CLAIM.replace('">', '" style="opacity:0">'), "audit-claim"),
    ("a claim only for those who hear", CLAIM, CLAIM.replace("claim", "claim hidden"), "audit-claim"),
    ("a claim only for those who see", CLAIM, CLAIM.replace('">', '" aria-hidden="true">'), "audit-claim"),
    ("another name for a claim", CLAIM, CLAIM.replace('">', '" aria-label="They paid">'), "audit-claim"),
    ("a claim of another fact", CLAIM, CLAIM.replace("hay-unpaid", "opening-4-april"), "audit-claim"),
    (
        "a picture",
        CLAIM,
        f'<img src="assets/cards/index.png" alt="They paid">{CLAIM}',
        "audit-chart audit-claim audit-prose",
    ),
    ("a field with words in it", CLAIM, f'<input value="They paid">{CLAIM}', "audit-chart audit-claim audit-prose"),
    ("a word in a link of a heading to itself", '">#</a>', '"># They paid</a>', "audit-head"),
    (
        "a whole page hidden",
        '<article class="md-content__inner',
        '<article hidden class="md-content__inner',
        "audit-head audit-note",
    ),
    ("another title", "<title>", "<title>No ", "audit-head"),
    ("another summary", '<meta name="description" content="', '<meta name="description" content="No ', "audit-head"),
    ("another colophon", "a build that cannot prove one", "a build that can prove one", "audit-head"),
    ("no content", 'class="md-content__inner', 'class="content', "audit-page"),
]


@pytest.mark.parametrize(("old", "new", "codes"), [row[1:] for row in ADDED], ids=[row[0] for row in ADDED])
def test_what_is_added_or_hidden_is_noticed(site: audit.Site, old: str, new: str, codes: str) -> None:
    found = {each.code for each in _front(site, old, new)} - {"audit-number"}
    assert found
    assert found <= {*codes.split()}


def test_a_message_shows_the_words_that_differ_and_those_around_them(site: audit.Site) -> None:
    (problem,) = _front(site, "have not been told who pays", "have now been told who pays")
    assert (problem.place.path, problem.code, problem.subject) == ("site/index.html", "audit-claim", "fact hay-unpaid")
    assert problem.found == "“Residents of Westholm have [now] been told who pays”"
    assert problem.wanted == "“Residents of Westholm have [not] been told who pays”"


def test_each_thing_that_lacks_words_is_told_once(site: audit.Site) -> None:
    text = site.trees["index.html"].html or ""
    problems = [*site.judged("index.html", LexborHTMLParser(re.sub(r"(?<=>)[^<>]*[a-z][^<>]*(?=</a>)", "x", text)))]
    told = Counter((each.code, each.subject) for each in problems if each.code in ("audit-note", "audit-table"))
    assert len(told) > 10
    assert {*told.values()} == {1}


# -- prose ----------------------------------------------------------------------------------------------------------

FORMS = """\
---
title: The *mill* of_a & <b>
label: Mill & <b>
summary: What is `known` & “quoted” – <i>not</i>.
about: briefing
---
[TOC]

Of *stress*, **bold**, ***all***, `code`, ``a ` tick``, snake_case_word, un**related**, a\\*b, &lt;tag&gt; &amp; &copy;.
A line that ends in spaces\x20\x20
and goes on: [link](second.md "A title & more"), [up](#a-heading), [named][r], [short], [facts](facts/index.md),
[a fact](facts/losses.md#sacks-lost), [self](index.md), [part](index.md#a-heading), [with *stress*](second.md#a-part).

[r]: second.md "Title of it"
[short]: sources.md

## Lists *and* things

- a {{ fact("sacks-lost") }};
- b
    - nested **deep**
    - again

        a paragraph within
- c

A heading
---------

> Said {{ cite("sacks-lost") }}
> going on
>
> - listed

| Head | Other |
| :--- | ----: |
| a {{ value("sacks-lost") }} | b |
| `x` | [l](second.md) |

```python
code = {"a": b}  # comment
```

    indented &amp; code

***

Right before it
{{ chart("losses") }}
and behind. {{ quote("sacks-lost") }} {{ source("herald") }} {{ count("facts") }} {{ ours() }}

* {{ fact("mayor-visit") }}
* **{{ fact("mayor-visit") }}**, *{{ value("sacks-lost") }}* and "{{ date("mayor-visit") }}"

{{ facts(topics=["losses"]) }}
{{ timeline(topics=["losses"]) }}

{{ table(topics=["losses"]) }}

Hard space, naïve, Ünïcode 🙂; it’s -- 'so' ... x^y^ H~z~O ==mark== ~~strike~~ :smile: [^a] {: .class }

!!! note "No extension"
    reads this
"""
SECOND = """\
---
title: A second
summary: More.
about: briefing
---
## A part

## On {{ date("mayor-visit") }}: {{ fact("sacks-lost") }}

[Home](index.md) [self](second.md) [losses](facts/losses.md) [part](index.md#a-heading)
"""


def test_prose_in_every_form_of_markdown_is_expected_as_it_is_shown(tmp_path: Path) -> None:
    given = site_of(inputs(BASE, {"index.md": FORMS, "second.md": SECOND}, lock()))
    assert build.build(given, tmp_path, tmp_path / "site", lambda _: None).problems == []
