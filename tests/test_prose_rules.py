"""What is typed by hand is refused where it stands: numbers, dates, quotations, and statements without a citation."""

from __future__ import annotations

import html
import re

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from generator import load, mentions, numerals, site
from generator.checks import passages
from generator.model import Page
from generator.problems import Problem
from tests.making import BASE, INDEX, changed, inputs, judge

FACT = '{{ fact("sacks-lost") }}.'
VALUE = 'fact sacks-lost has this value: write {{ value("sacks-lost") }}'


def _page(body: str, front: str = "title: A\nsummary: B\n") -> str:
    return f"---\n{front}---\n{body}\n"


def _of(body: str, front: str = "title: A\nsummary: B\n") -> list[Problem]:
    """What is wrong with a second page."""
    return judge(pages={"index.md": INDEX, "second.md": _page(body, front)})


def _found(body: str) -> list[tuple[str, int, int]]:
    """Code, line of the body and column of each problem of a page."""
    return [(each.code, each.place.line - 4, each.place.column) for each in _of(body)]


NUMBERS = [
    # what stands behind a fact, with a ^ before the number; what the number is said to be; a part of the next step
    ("That was ^1,200 sacks.", "1,200", VALUE),
    ("That was ^1200 sacks.", "1200", VALUE),
    ("That was ^twelve hundred sacks.", "twelve hundred", VALUE),
    ("That was ^1300 sacks.", "1300", "no fact has it"),
    ("Some say ^−1.5% more.", "−1.5%", "no fact has it"),
    ("It burnt\nfor ^four hours.", "four", "no fact has it"),
    ("It burnt **^four** times.", "four", "no fact has it"),
    ("It burnt ^f*our* times.", "four", "no fact has it"),
    ("They met ^twice.", "twice", "no fact has it"),
    ("^Dozens came.", "Dozens", "no fact has it"),
    ("Of ^tens of thousands nobody came.", "tens of thousands", "no fact has it"),
    ("^A hundred came.", "A hundred", "no fact has it"),
    ("Of ^a dozen mills it was the last.", "a dozen", "no fact has it"),
    ("^Half of it burnt.", "Half", "no fact has it"),
    ("^A third of it burnt.", "A third", "no fact has it"),
    ("Prices ^doubled.", "doubled", "no fact has it"),
    ("It took ^½ of it.", "½", "no fact has it"),
    ("It took ^٧٠ days.", "٧٠", "no fact has it"),
    ("It took ^&#55;0 days.", "70", "no fact has it"),
    ("It was the G^7 that met.", "7", "no fact has it"),
    ("From ^12:30 on it burnt.", "12:30", "no fact has it"),
    ("Of ^two facts it is the last.", "two", 'write {{ count("facts") }}'),
    ("In `code ^5` too.", "5", "no fact has it"),
    ("See [a ^5](index.md).", "5", "no fact has it"),
    ("See ](index-^5.md).", "5", "no fact has it"),
    ("And\n^70. more.", "70", "no fact has it"),
    ("\n\n> 1. x\n\n| Sacks |\n| --- |\n| ^1,300 |", "1,300", "no fact has it"),
    ('It is ^-{{ value("sacks-lost") }} sacks.', "-", "part the two by a space"),
    ('It is {{ value("sacks-lost") }}^% of it.', "%", "part the two by a space"),
    ('It is {{ value("sacks-lost") }}^k sacks.', "k", "part the two by a space"),
    ('It is {{ value("sacks-lost") }} ^thousand sacks.', "thousand", "no fact has it"),
]


def _marked(words: str) -> tuple[str, int, int]:
    """A body with a fact before some words, and the line and column of the ^ in it, which is taken out."""
    body = f"{FACT} {words}"
    before = body[: body.index("^")]
    return body.replace("^", ""), before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize(("words", "number", "hint"), NUMBERS)
def test_a_number_typed_by_hand_is_found_where_it_stands(words: str, number: str, hint: str) -> None:
    body, line, column = _marked(words)
    problems = [each for each in _of(body) if each.code == "prose-number" and each.place.line - 4 == line]
    assert problems, "nothing was found"
    assert problems[0].place.column == column
    assert repr(number) in problems[0].found
    assert hint in problems[0].hint


NO_NUMBERS = [
    "The one mill burnt, once, in the third of the districts.",
    "It was a first, the second day, the 3rd fire, the twenty-first page.",
    "See [the mill](index.md#part-2).",
    "1. the mill\n2. its owners",
    "- It burnt:\n    1. the mill\n    2. its owners",
    "It weighs often; it is weightless, tense, and untoward. A stone, alone, at noon.",
    "A half-hearted double agent met a couple.",
    "## The mill",
]


@pytest.mark.parametrize("words", NO_NUMBERS)
def test_what_is_no_number_passes(words: str) -> None:
    assert [each for each in _of(f"{FACT}\n\n{words}") if each.code == "prose-number"] == []


DATES = [
    ("It burnt on ^2 May 2031.", "2 May 2031", 'fact sacks-lost has this date: write {{ date("sacks-lost") }}'),
    ("It burnt on ^May 2, 2031.", "May 2, 2031", 'write {{ date("sacks-lost") }}'),
    ("It burnt on the ^2nd of May.", "2nd of May", 'write {{ date("sacks-lost") }}'),
    ("It burnt on ^2031-05-03.", "2031-05-03", 'write {{ date("mayor-visit") }}'),
    ("It burnt in ^May 2031.", "May 2031", "take it from the fact of that day"),
    ("It burnt in ^September.", "September", "take it from the fact of that day"),
    ("It burnt on ^Oct. 7.", "Oct. 7", "take it from the fact of that day"),
    ("It burnt in ^2031.", "2031", "take it from the fact of that day"),
    ("It burnt in the ^1990s.", "1990s", "take it from the fact of that day"),
    ("It burnt on ^Friday.", "Friday", "take it from the fact of that day"),
    ("It burnt from ^2 to 5 June.", "2 to 5 June", "take it from the fact of that day"),
    ("It burnt on ^3/5/2031.", "3/5/2031", "take it from the fact of that day"),
]


@pytest.mark.parametrize(("words", "date", "hint"), DATES)
def test_a_date_typed_by_hand_is_found_once_and_is_no_number(words: str, date: str, hint: str) -> None:
    body, line, column = _marked(words)
    (problem,) = _of(body)
    assert (problem.code, problem.place.line - 4, problem.place.column) == ("prose-date", line, column)
    assert repr(date) in problem.found
    assert hint in problem.hint


@pytest.mark.parametrize("words", ["It may burn.", "May it burn.", "They march on.", "An august body.", "A sunny day."])
def test_what_is_no_date_passes(words: str) -> None:
    assert _of(f"{FACT} {words}") == []


QUOTATIONS = [
    ("They said ^“around 1,200 sacks of flour”.", 'quotes these words: write {{ quote("sacks-lost") }}'),
    ("They said ^“all is lost”.", "quote a fact with"),
    ('They said ^"all is lost".', "quote a fact with"),
    ("They said ^«all is lost».", "quote a fact with"),
    ("They said ^„all is lost“.", "quote a fact with"),
    ("They said ^‘all isn’t lost’.", "quote a fact with"),
    ("They said ^'all is lost'.", "quote a fact with"),
    ("They said ^&ldquo;all is lost&rdquo;.", "quote a fact with"),
    ("They call it ^“loss”.", "write a term of your own in italics: *loss*"),
    ('They said ^“{{ fact("mayor-visit") }}”.', "leave out the marks"),
    ("A mark ^” alone.", "quote a fact with"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "hint"), QUOTATIONS)
def test_quoted_words_typed_by_hand_are_found_where_they_begin(words: str, hint: str) -> None:
    body, line, column = _marked(words)
    problems = [each for each in _of(body) if each.code == "prose-quotation"]
    assert [(each.place.line - 4, each.place.column) for each in problems] == [(line, column)]
    assert hint in problems[0].hint


def test_a_block_quote_is_a_quotation_and_an_apostrophe_is_none() -> None:
    assert ("prose-quotation", 3, 1) in _found(f"{FACT}\n\n> All is lost.")
    assert _found(f"{FACT} The owners’ mill, the mayor's house and the reporters' own words.") == []


def test_a_term_in_a_page_on_the_method_is_refused_too() -> None:
    problems = _of("A “fact” is a claim.", "title: A\nsummary: B\nabout: briefing\n")
    assert [(each.code, each.place.line, each.place.column) for each in problems] == [("prose-quotation", 6, 3)]
    assert "in italics: *fact*" in problems[0].hint


LONG = "The mill will not be built again"
UNCITED = [
    (f"{LONG}.", [(3, 1)]),
    (LONG, [(3, 1)]),
    ("It burnt.", [(3, 1)]),
    (f"- {LONG}\n- {FACT}\n- {LONG}", [(3, 3), (5, 3)]),
    (f"1. {LONG}", [(3, 4)]),
    (f"- {FACT}\n\n    {LONG}.", [(5, 5)]),
    (f"**{LONG}.**", [(3, 3)]),
    (f"{LONG}:\n\n{FACT}", [(3, 1)]),
    (f'{LONG}. And so:\n\n{{{{ facts(topics=["losses"]) }}}}', [(3, 1)]),
    ('It burnt on {{ date("sacks-lost") }}.', [(3, 1)]),
    ("More on all that is known of the mill and of its owners is told under [the mill](index.md).", [(3, 1)]),
    ("It is lost. More on [the mill](index.md).", [(3, 1)]),
    ("{{ ours() }} It burnt.", [(3, 4)]),
    (f"{LONG} {{{{ ours() }}}}, it seems.", [(3, 1)]),
    ("It burnt. {{ ours() }}", []),
    ("It burnt {{ ours() }}.", []),
    (f"{LONG}: {FACT}", []),
    ('It burnt{{ cite("sacks-lost") }}.', []),
    ('{{ value("sacks-lost") }} sacks of flour were lost that day.', []),
    ('{{ quote("sacks-lost") }} is what the owners say of it.', []),
    ("## What we know of the mill and of its owners", []),
    ("What we know of the mill and of its owners\n----", []),
    ("More on [the mill](index.md) and on [its owners](index.md).", []),
    ('See {{ source("herald") }}.', []),
    (f'{LONG}:\n\n{{{{ facts(topics=["losses"]) }}}}', []),
    ("Lost sacks", []),
    ("| What is known of the mill | of its owners |\n| --- | --- |\n| it burnt | they weep |", []),
    ("[mill]: index.md", []),
]


@pytest.mark.parametrize(("body", "places"), UNCITED)
def test_what_a_page_states_is_cited_or_the_authors_own(body: str, places: list[tuple[int, int]]) -> None:
    found = [place for code, *place in _found(f"{FACT}\n\n{body}") if code == "prose-uncited"]
    assert [tuple(each) for each in found] == places


def test_a_page_about_the_briefing_needs_no_citation_but_may_not_type_a_number() -> None:
    front = "title: A\nsummary: B\nabout: briefing\n"
    assert _of(f"{LONG}.", front) == []
    assert [each.code for each in _of("There are four.", front)] == ["prose-number"]
    assert [each.code for each in _of("It burnt.", front.replace("briefing", "method"))] == [
        "choice-unknown",
        "prose-uncited",
    ]


FRONT = [
    ("title: The ^four mills\nsummary: B\n", "prose-number"),
    ("title: A\nlabel: 'In ^May 2031'\nsummary: B\n", "prose-date"),
    ("title: A\nsummary: >-\n  What is known\n  of the ^“mill”\n", "prose-quotation"),
    ('title: A\nsummary: "Since ^2031"\n', "prose-date"),
    ('title: A\nsummary: "A \\"mill\\"\\\n  since ^2031"\n', "prose-date"),
]


@pytest.mark.parametrize(("front", "code"), FRONT)
def test_front_matter_is_prose_too(front: str, code: str) -> None:
    before = front[: front.index("^")]
    at = (before.count("\n") + 2, len(before) - before.rfind("\n"))
    if "\\" in front:  # written otherwise than read: the place of the value
        at = (3, 10)
    problem = _of(FACT, front.replace("^", ""))[0]
    assert (problem.code, problem.place.line, problem.place.column) == (code, *at)
    assert "{{" not in problem.hint


def test_the_names_and_summaries_of_the_briefing_and_its_topics_are_prose_too() -> None:
    for old, new in (
        ("title: The mill fire", "title: The ^2 mill fires"),
        ("summary: What is known of a fire", "summary: What is known of ^two fires"),
        ("summary: What was lost.", "summary: What the ^two lost."),
    ):
        text = changed(old, new.replace("^", ""))
        before = changed(old, new).partition("^")[0]
        problems = [each for each in judge(text) if each.code == "prose-number"]
        assert [(each.place.line, each.place.column) for each in problems] == [
            (before.count("\n") + 1, len(before) - before.rfind("\n"))
        ]


def test_a_call_of_our_judgment_takes_nothing() -> None:
    assert [(each.code, each.place.column) for each in _of('It burnt. {{ ours("x") }}')] == [("call-arguments", 14)]
    assert [each.code for each in _of('It burnt. {{ ours(topics=["losses"]) }}')] == ["call-arguments"]


# -- charts ---------------------------------------------------------------------------------------------------------

TITLE = "title: Flour was lost"
EVENTS = """\
  - id: visits
    kind: frequency
    title: The mayor came
    subtitle: Visits by day
    select:
      kinds: [event]
    encoding:
      bin: day
"""
CHARTS = [
    (", 1,200 sacks of it", ""),
    (", around twelve hundred sacks", ""),
    (" on 2 May 2031", ""),
    (" in May 2031", ""),
    (" on a Friday", ""),
    (" (“1,200 sacks”)", ""),
    (", ^1,300 sacks of it", "chart-text-number"),
    (", ^half of it", "chart-text-number"),
    (", ^1,200% of it", "chart-text-number"),
    (" on ^3 May 2031", "chart-text-number"),
    (" in ^May 2032", "chart-text-number"),
    (" on ^Monday", "chart-text-number"),
    (" (^“all of it”)", "prose-quotation"),
]


@pytest.mark.parametrize(("title", "code"), CHARTS)
def test_the_words_around_a_chart_say_what_it_shows(title: str, code: str) -> None:
    before = changed(TITLE, TITLE + title).partition("^")[0]
    found = [
        (each.code, each.place.line, each.place.column)
        for each in judge(changed(TITLE, TITLE + title.replace("^", "")))
    ]
    assert found == ([(code, before.count("\n") + 1, len(before) - before.rfind("\n"))] if code else [])


@pytest.mark.parametrize("field", ["subtitle", "note", "alt"])
def test_each_text_around_a_chart_is_looked_at(field: str) -> None:
    text = BASE.replace("subtitle: Sacks of flour\n", "subtitle: Sacks\n    note: A\n    alt: B\n")
    text = re.sub(rf"(    {field}: \w+)\n", r"\1, 7 of them\n", text)
    assert [each.code for each in judge(text)] == ["chart-text-number"]


def test_events_may_be_counted_in_all_and_by_period() -> None:
    second = BASE[BASE.index("  - id: mayor-visit") : BASE.index("charts:\n")].replace("mayor-visit", "mayor-again")
    third = second.replace("mayor-again", "third").replace(
        "date: 2031-05-03", "date: 2031-05-04\n    date_basis: A note"
    )
    third = third.replace(
        "statement: The mayor met the mill owners on 3 May 2031", "statement: The mayor met the mill owners"
    )
    text = changed("charts:\n", f"{second}{third}charts:\n{EVENTS}")
    for number, is_right in (("three times", True), ("twice", True), ("four times", False)):
        problems = judge(text.replace("title: The mayor came", f"title: The mayor came {number}"))
        assert [each.code for each in problems] == ([] if is_right else ["chart-text-number"])
    (problem,) = judge(text.replace("title: The mayor came", "title: The mayor came 9 times"))
    assert problem.wanted == "one of: 1, 2, 3"


# -- what Markdown makes of it ----------------------------------------------------------------------------------------

_BITS = (
    *(
        "a",
        "mill",
        "7",
        "70",
        "four",
        "1. ",
        "2. ",
        "- ",
        "* ",
        "    ",
        "\n",
        "\n\n",
        " ",
        "[",
        "](index.md)",
        "](a-7.md)",
    ),
    *(
        "`",
        "**",
        "_",
        "\\",
        "#",
        "## ",
        "> ",
        "|",
        "---",
        "| - |",
        ":",
        "&#55;",
        "&amp;",
        "<",
        "```\n",
        "~~~\n",
        "[m]: a-7.md",
        "(",
        ")",
    ),
)


def _shown(text: str) -> str:
    """What a reader sees of Markdown, without the numbers of lists."""
    page = markdown.markdown(text, extensions=["toc", "tables", "fenced_code"])
    return LexborHTMLParser(f"<body>{page}</body>").text(separator="")


def _searched(text: str) -> list[passages.Passage]:
    page, _ = load.load_page("content/a.md", "a.md", _page(text))
    return passages.of_page(page)


@given(st.lists(st.sampled_from(_BITS), max_size=12).map("".join))
def test_no_digit_reaches_a_reader_unseen(text: str) -> None:
    typed = sum(len(mentions.tokens(each.text)) for each in _searched(text))
    shown = mentions.tokens(_shown(text))
    assert typed or not shown


@given(st.lists(st.sampled_from([*_BITS, '{{ fact("x") }}', "{# c #}"]), max_size=12).map("".join))
def test_every_character_of_a_passage_stands_where_it_says(text: str) -> None:
    lines = _page(text).split("\n")
    for passage in _searched(text):
        for offset, char in enumerate(passage.text):
            place = passage.place(offset)
            there = lines[place.line - 1][place.column - 1 :] if place.line <= len(lines) else ""
            if char == passages.CALL:
                assert there.startswith("fact(")
            else:
                assert there[:1] == char.strip("\n") or html.unescape(there).startswith(char)


_WORDS_OF_NUMBERS = st.lists(
    st.sampled_from(
        ["sevenths", "one", "once", "several", "half", "a", "of", "٤", "½", "⑤", "first", "dozen", "İ", "KM"]
    )
    | st.text(max_size=5),
    max_size=6,
).map(" ".join)


@given(_WORDS_OF_NUMBERS)
def test_what_holds_a_number_is_never_passed_over(text: str) -> None:
    if [*numerals.quantities(text)] or mentions.numbers(text):
        assert mentions.may_say(text)


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    for number in mentions.numbers(text):
        assert text[number.start :].startswith(number.text)
    for date in mentions.dates(text):
        assert text[date.start :].startswith(date.text)
    if mentions.tokens(text):
        assert mentions.may_count(text)
        assert mentions.may_say(text)
        found: list[object] = [*mentions.numbers(text), *mentions.dates(text)]
        assert found


def test_the_rules_agree_with_a_page_that_was_read() -> None:
    page = next(iter(site.judge(inputs()).briefing.pages))
    assert isinstance(page, Page)
    assert [(each.kind, each.text) for each in passages.of_page(page)] == [("paragraph", f"{passages.CALL}.")]
