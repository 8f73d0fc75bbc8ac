"""The door: every mistake of form in a fact base or a page is reported, with its place, in one run."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import load, site
from generator.model import FactBase, Record
from tests.making import BASE, INDEX, changed, codes, inputs, judge, line_of, lock


def test_a_good_fact_base_has_no_problems() -> None:
    judged = site.judge(inputs())
    assert [*judged.problems] == []
    fact = judged.briefing.facts["sacks-lost"]
    assert (fact.statement, str(fact.date), str(fact.where.place("date"))) == (
        "Around 1,200 sacks of flour burnt",
        "2031-05-02",
        "facts.yaml:40:11",
    )


FORM = [
    # old, new, the passage in whose line the problem stands, code, a part of what was found, of the next step
    ("    value: 1200", "    value: 1,200", "value: 1,200", "number-form", "'1,200' as 'value'", "no thousands comma"),
    ("    value: 1200", "    value: [1200]", "value: [1200]", "type-wrong", "a list as 'value'", "single value"),
    ("    hedge: around", "    hegde: around", "hegde:", "key-unknown", "'hegde' in a fact", "did you mean 'hedge'?"),
    (
        "    hedge: around",
        "    value: 1300",
        "value: 1300",
        "key-duplicate",
        "a second time; the first is on line 44",
        "remove",
    ),
    (
        "kind: figure\n",
        "kind: figur\n",
        "kind: figur\n",
        "choice-unknown",
        "'figur' as 'kind'",
        "did you mean 'figure'?",
    ),
    ("    type: meeting\n", "", "id: mayor-visit", "key-missing", "a fact without 'type'", "add `type:`"),
    ("    type: meeting", "    type:", "type:\n", "value-missing", "'type' has no value", "write it after the colon"),
    ("    type: meeting", "    type: ''", "type: ''", "value-missing", "'type' is an empty text", "between the quotes"),
    (
        "    side: mill\n    date",
        "    side:\n    date",
        "side:\n    date",
        "value-missing",
        "'side' has no value",
        "remove the line",
    ),
    (
        "[mayor]",
        "mayor",
        "participants: mayor",
        "type-wrong",
        "the text 'mayor' as 'participants'",
        "write `participants: [mayor]`",
    ),
    ("2031-05-02", "2031-02-30", "2031-02-30", "date-form", "February 2031 has 28 days", "manual"),
    ("2031-05-02", "2 May 2031", "2 May 2031", "date-form", "is not written as", "manual"),
    (
        "https://herald.example/fire",
        "herald.example/fire",
        "url:",
        "url-form",
        "'herald.example/fire' as 'url'",
        "address bar",
    ),
    (
        "https://herald.example/fire",
        "javascript:alert(1)",
        "url:",
        "url-form",
        "'javascript:alert(1)' as 'url'",
        "address bar",
    ),
    ("https://herald.example/fire", "https://[", "url:", "url-form", "'https://[' as 'url'", "address bar"),
    (
        "id: mayor-visit",
        "id: Mayor's visit",
        "id: Mayor's",
        "id-form",
        "\"Mayor's visit\" as 'id'",
        "write 'mayor-s-visit'",
    ),
    (
        "id: mayor-visit",
        "id: sacks-lost",
        "id: sacks-lost\n    kind: event",
        "id-duplicate",
        "the first is on line 35",
        "rename",
    ),
    (
        "flour burnt",
        "flour \\u202eburnt",
        'statement: "',
        "text-character",
        "U+202E (RIGHT-TO-LEFT OVERRIDE)",
        "delete",
    ),
    ("flour burnt", "flour " + "x" * 300, "statement: Around", "text-too-long", "characters in 'statement'", "shorter"),
    (
        "    publisher: The Herald\n",
        "",
        "id: herald",
        "key-missing",
        "a source without 'publisher'",
        "add `publisher:`",
    ),
    ("    url: https://herald.example/fire\n", "", "id: herald", "key-missing", "a source without 'url'", "add `url:`"),
    (
        "    date_basis: The page's date line.\n",
        "",
        "id: herald",
        "key-missing",
        "a source without 'date_basis'",
        "add",
    ),
    (
        "  - id: mill\n    label: Mill",
        "  - mill",
        "- mill",
        "type-wrong",
        "the text 'mill' in the list of sides",
        "write `- id: ...`",
    ),
    (
        "    encoding:\n      colour: side",
        "    encoding: side",
        "encoding: side",
        "type-wrong",
        "as 'encoding'",
        "key: value",
    ),
]


@pytest.mark.parametrize(("old", "new", "passage", "code", "found", "hint"), FORM)
def test_a_mistake_of_form_is_told_with_its_line_and_the_next_step(
    old: str, new: str, passage: str, code: str, found: str, hint: str
) -> None:
    if "\\u" in new:
        old, new = "statement: Around 1,200 sacks of flour burnt", f'statement: "Around 1,200 sacks of {new}"'
    text = changed(old, new)
    problems = judge(text)
    first = next(each for each in problems if each.code == code)
    assert (first.place.line, code) == (line_of(passage, text), first.code)
    assert found in first.found
    assert hint in first.hint
    assert first.wanted


@pytest.mark.parametrize("name", ["topics", "sources", "facts"])
def test_a_list_that_a_briefing_needs_may_not_be_empty(name: str) -> None:
    start = BASE.index(f"{name}:\n")
    end = min(
        (
            at
            for at in (BASE.find(f"\n{each}:\n", start) for each in ("topics", "sides", "measures", "charts"))
            if at > 0
        ),
        default=-1,
    )
    text = f"{BASE[:start]}{name}: []{BASE[end:]}"
    assert (line_of(f"{name}: []", text), "value-missing") in codes(judge(text))


def test_an_open_date_blanks_no_number() -> None:
    assert judge(changed("date: 2031-05-02", "date: ../2031-05-02")) == []


def test_every_mistake_is_reported_in_the_order_of_the_file() -> None:
    text = BASE
    for old, new in [
        ("language: en", "langauge: en"),
        ("kind: article", "kind: artcle"),
        ("topic: losses\n    side", "topic: loses\n    side"),
        ("value: 1200", "value: 1201"),
        ("On 3 May 2031 the mayor met", "On 3 May 2031 the major met"),
        ("measures: [sacks]", "measures: [sack]"),
    ]:
        text = changed(old, new, text)
    page = INDEX.replace("sacks-lost", "sacks-los")
    problems = judge(text, {"index.md": page})
    assert [(each.place.path, each.place.line, each.code) for each in problems] == [
        ("facts.yaml", 2, "key-missing"),
        ("facts.yaml", 5, "key-unknown"),
        ("facts.yaml", 21, "choice-unknown"),
        ("facts.yaml", 38, "reference-unknown"),
        ("facts.yaml", 44, "number-not-in-quote"),
        ("facts.yaml", 59, "quote-not-found"),
        ("facts.yaml", 66, "chart-selection"),
        ("facts.yaml", 66, "reference-unknown"),
        ("content/index.md", 6, "reference-unknown"),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "input-empty"),
        (b"# only a comment\n", "input-empty"),
        (b"- a list\n", "type-wrong"),
        (b"just text", "type-wrong"),
        (b"facts: [unclosed\n", "yaml-syntax"),
        (BASE.encode("utf-16"), "not-utf-8"),
        (BASE.encode() + b"\xff", "not-utf-8"),
    ],
)
def test_a_fact_base_that_cannot_be_read_is_unusable_and_the_pages_are_still_judged(raw: bytes, code: str) -> None:
    judged = site.judge(inputs(raw, {"index.md": "no front matter"}))
    assert judged.unusable
    assert [each.code for each in judged.problems] == [code, "page-front-matter"]


def test_missing_files_are_named() -> None:
    judged = site.judge(site.Inputs(facts=None))
    assert judged.unusable
    assert [(each.place.path, each.code) for each in judged.problems] == [
        ("facts.yaml", "input-missing"),
        ("sources.lock", "input-missing"),
    ]
    assert "generator new" in judged.problems[0].hint, "who has no briefing yet is told how to begin one"


@pytest.mark.parametrize(
    ("page", "line", "code"),
    [
        ("", 1, "input-empty"),
        ("# Title\n", 1, "page-front-matter"),
        ("---\ntitle: A\n", 1, "page-front-matter"),
        ("---\ntitle: A\n---\ntext", 2, "key-missing"),
        ("---\n---\ntext", 2, "type-wrong"),
        ("---\ntitle: A\nsummary: B\norder: first\n---\ntext", 4, "number-form"),
    ],
)
def test_a_page_without_good_front_matter_is_told_so(page: str, line: int, code: str) -> None:
    problems = judge(pages={"index.md": INDEX, "second.md": page})
    assert codes(problems) == [(line, code)]


def test_pages_stand_in_the_order_they_ask_for_after_the_front_page() -> None:
    pages = {"index.md": INDEX}
    for name, order in (("a", "3"), ("b", "2.5"), ("c", "")):
        front = f"order: {order}\n" if order else ""
        pages[f"{name}.md"] = f"---\ntitle: {name}\nsummary: x\n{front}---\n"
    judged = site.judge(inputs(pages=pages))
    assert [page.path for page in judged.briefing.pages] == ["index.md", "b.md", "a.md", "c.md"]


def test_a_broken_line_of_the_lock_and_a_double_one_are_reported() -> None:
    problems = judge(locked=lock() + "{}\n" + lock())
    assert codes(problems) == [(2, "lock-broken"), (3, "id-duplicate")]


def test_the_model_describes_every_field_it_reads() -> None:
    seen: set[type] = set()

    def walk(cls: type) -> None:
        if cls in seen:
            return
        seen.add(cls)
        for name, spec in cls.specs().items():  # type: ignore[attr-defined]
            assert spec.purpose, f"{cls.__name__}.{name}"
            if spec.record:
                walk(spec.record)

    walk(FactBase)
    assert len(seen) > 8


def test_a_record_made_in_one_step_is_the_one_that_its_class_makes() -> None:
    """What the loader counts on: defaults stand in the class, and nothing else happens when a record is made."""
    waiting, known = [Record], set[type[Record]]()
    while waiting:
        cls = waiting.pop()
        known.add(cls)
        waiting += (each for each in cls.__subclasses__() if each.__module__ == Record.__module__)
        assert not hasattr(cls, "__post_init__"), cls
        for each in dataclasses.fields(cls):
            assert getattr(cls, each.name) is each.default, (cls, each.name)
    assert len(known) > 15
    for fact in site.judge(inputs()).briefing.base.facts:
        written = {name: getattr(fact, name) for name in ("where", *fact.specs())}
        assert type(fact)(**written) == fact
        assert repr(type(fact)(**written)) == repr(fact)


@given(st.text(max_size=200))
def test_any_text_is_judged_without_another_error(text: str) -> None:
    assert [*site.judge(inputs(text.encode("utf-8", "surrogatepass"))).problems]


@given(st.data())
def test_a_fact_base_with_any_one_passage_overwritten_is_judged(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(BASE)))
    length = data.draw(st.integers(0, 40))
    piece = data.draw(
        st.text(max_size=20) | st.sampled_from(["\n", ": ", "- ", "[", "{", "'", "&a ", "*a", "!!x ", "\t", "#"])
    )
    text = BASE[:start] + piece + BASE[start + length :]
    for each in site.judge(inputs(text.encode("utf-8", "surrogatepass"))).problems:
        assert each.code
        assert each.place.line >= 1


def test_records_of_one_shape_share_what_is_known_of_their_places() -> None:
    lines = [
        f"  - id: page-{number}\n    title: Page {number}\n    url: https://a.example/{number}\n" for number in range(3)
    ]
    text = f"sources:\n{''.join(lines)}  - title: Last\n    id: page-3\n    url: https://a.example/3\n"
    *alike, other = load.load_facts("facts.yaml", text)[0].sources
    assert len({id(each.where.fields) for each in alike}) == 1
    assert other.where.fields is not alike[0].where.fields
    places = [
        (each.where.place("id"), each.where.place("url"), each.where.place("language")) for each in (*alike, other)
    ]
    assert [(own.line, own.column, url.line, url.column, none.line) for own, url, none in places] == [
        (2, 9, 4, 10, 2),
        (5, 9, 7, 10, 5),
        (8, 9, 10, 10, 8),
        (12, 9, 13, 10, 11),
    ]
