"""Every rule finds what it is there for, where it is, and nothing in a good fact base."""

from __future__ import annotations

import pytest

from generator import checks, quotes, site
from generator.tallies import Tallies
from tests.making import BASE, INDEX, SOURCE_TEXT, changed, inputs, judge, line_of, lock, overlaid

CITATIONS = """\
    citations:
      - source: herald
        quote: around 1,200 sacks of flour
"""
WHOLE_FACT = """\
  - id: visitors
    kind: figure
    statement: Tens of thousands of visitors are expected
    topic: losses
    side: mill
    date: 2031-05
    date_basis: The page.
    attribution: The Herald
    measure: sacks
    low: 20000
    high: 99999
    hedge: tens of thousands
    citations:
      - source: herald
        quote: Tens of thousands of visitors
charts:
"""

RULES: list[tuple[str, str, str, str, str]] = [
    # rule, old, new, the passage in whose line the problem stands, a part of what is said
    ("fact-without-citation", CITATIONS, "", "- id: sacks-lost", "Around 1,200 sacks of flour burnt"),
    ("fact-without-citation", CITATIONS, "    citations: []\n", "citations: []", "a fact without citations"),
    (
        "fact-without-citation",
        "quote: around 1,200 sacks of flour",
        "quote: around 1,200 sacks of flour\n        stance: disputes",
        "- source: herald\n        quote: around",
        "all dispute it",
    ),
    (
        "reference-unknown",
        "source: herald\n        quote: around",
        "source: herold\n        quote: around",
        "source: herold",
        "did you mean 'herald'?",
    ),
    ("reference-unknown", "participants: [mayor]", "participants: [major]", "participants:", "did you mean 'mayor'?"),
    (
        "reference-unknown",
        "measures: [sacks]",
        "measures: [sacks, bags]",
        "measures: [sacks, bags]",
        "'bags', which is not listed",
    ),
    (
        "quote-length",
        "quote: around 1,200 sacks of flour",
        "quote: 1,200 sacks",
        "quote: 1,200 sacks",
        "a quote of 2 words",
    ),
    (
        "quote-length",
        "quote: around 1,200 sacks of flour",
        "quote: around 1,200 " + "sacks " * 24,
        "quote: around 1,200 sacks",
        "a quote of 26 words",
    ),
    (
        "quote-not-found",
        "quote: around 1,200 sacks of flour",
        "quote: around 1,200 sacks of wheat",
        "quote: around",
        "paragraph 1 has “around 1200 sacks of”; the match breaks at “wheat”",
    ),
    (
        "quote-not-found",
        "quote: around 1,200 sacks of flour",
        "quote: entirely made up words",
        "quote: entirely",
        "is it the right source?",
    ),
    ("number-not-in-quote", "value: 1200", "value: 1201", "value: 1201", "the value is 1,201; its quotes hold 1,200"),
    (
        "number-not-in-quote",
        "Around 1,200 sacks of flour burnt",
        "Around 1,300 sacks of flour burnt",
        "statement: Around",
        "the statement says '1,300'",
    ),
    (
        "number-not-in-quote",
        "The mayor met",
        "Two mayors met",
        "statement: Two",
        "the statement says 'Two'; its quotes hold no number",
    ),
    (
        "number-not-in-quote",
        "charts:\n",
        WHOLE_FACT.replace("low: 20000", "low: 30000"),
        "low: 30000",
        "the low end is 30,000",
    ),
    ("figure-without-value", "    value: 1200\n", "", "- id: sacks-lost", "a figure without a value"),
    (
        "figure-without-value",
        "value: 1200",
        "value: 1200\n    low: 1000\n    high: 1300",
        "value: 1200",
        "a value and a range",
    ),
    ("figure-without-value", "value: 1200", "low: 1200", "low: 1200", "a range with one end"),
    ("figure-without-value", "value: 1200", "low: 1200\n    high: 1200", "low: 1200", "a range from 1200 to 1200"),
    (
        "unproven-needless",
        "quote: around 1,200 sacks of flour",
        "quote: around 1,200 sacks of flour\n        unproven: Because.",
        "unproven: Because.",
        "stands in The Herald",
    ),
    ("hedge-unknown", "hedge: around", "hedge: arund", "hedge: arund", "did you mean 'around'?"),
    ("hedge-not-in-quote", "hedge: around", "hedge: about", "hedge: about", "stands in none of the quotes"),
    (
        "date-without-basis",
        "    date_basis: The day before the mayor's visit.\n",
        "",
        "date: 2031-05-02",
        "2 May 2031, which none of the quotes states",
    ),
    (
        "date-in-statement",
        "The mayor met the mill owners on 3 May 2031",
        "The mayor met the mill owners on 4 May 2031",
        "statement: The mayor",
        "the statement says '4 May 2031'",
    ),
    (
        "date-after-publication",
        "date: 2031-05-03",
        "date: 2031-05-05",
        "date: 2031-05-05",
        "The Herald published on 4 May 2031",
    ),
    (
        "date-after-publication",
        "date: 2031-05-03",
        "date: 2031-06-02",
        "date: 2031-06-02",
        "the briefing is as of 1 June 2031",
    ),
    (
        "access-before-publication",
        "accessed: 2031-05-20",
        "accessed: 2031-05-03",
        "accessed: 2031-05-03",
        "was read on 3 May 2031, published on 4 May 2031",
    ),
    ("chart-selection", "measures: [sacks]", "kinds: [event]", "kinds: [event]", "'mayor-visit'"),
    (
        "chart-selection",
        "measures: [sacks]",
        "measures: [sacks]\n      kinds: [event]",
        "measures: [sacks]",
        "select admits no fact",
    ),
    (
        "chart-encoding",
        "    side: mill\n    date: 2031-05-02",
        "    date: 2031-05-02",
        "- id: sacks-lost",
        "no side, by which chart 'losses'",
    ),
    (
        "chart-encoding",
        "    encoding:",
        "    since: 2031-06-01\n    until: 2031-05-01\n    encoding:",
        "until: 2031-05-01",
        "an axis from 1 June 2031",
    ),
    (
        "chart-axis",
        "    encoding:",
        "    since: 2031-05-03\n    encoding:",
        "date: 2031-05-02",
        "2 May 2031 lies outside chart 'losses'",
    ),
    ("chart-axis", "    encoding:", "    until: 2031-05-01\n    encoding:", "date: 2031-05-02", "lies outside"),
    ("chart-label", "label: Mill\n", "label: مطحنة\n", "label: مطحنة", "which the chart font does not have"),
]


@pytest.mark.parametrize(("code", "old", "new", "passage", "said"), RULES)
def test_a_rule_finds_what_it_is_there_for_on_its_line(code: str, old: str, new: str, passage: str, said: str) -> None:
    text = changed(old, new)
    problems = [each for each in judge(text) if each.code == code]
    assert problems, f"{code} found nothing"
    assert line_of(passage, text) in {each.place.line for each in problems}
    assert any(said in f"{each.found} {each.hint}" for each in problems)


def test_a_range_in_words_is_proven_by_the_words() -> None:
    assert judge(changed("charts:\n", WHOLE_FACT)) == []


def test_an_absent_quote_of_an_excerpt_is_kept_only_with_a_reason_and_never_counted_as_proven() -> None:
    text = changed("quote: around 1,200 sacks of flour", "quote: around 1,200 bags of rye")
    excerpt = lock(coverage="excerpt")
    (problem,) = judge(text, locked=excerpt)
    assert (problem.code, problem.place.line) == ("quote-not-found", line_of("bags of rye", text))
    assert "the excerpt that was read of The Herald" in problem.found
    assert "say in `unproven` why" in problem.hint
    kept = text.replace("bags of rye", "bags of rye\n        unproven: It stood below the fold.")
    judged = site.judge(inputs(kept, locked=excerpt))
    assert [*judged.problems] == []
    assert Tallies(judged.briefing, judged.evidence).of("quotes") == 1
    assert Tallies(judged.briefing, judged.evidence).of("excerpts") == 1


def test_a_reason_does_not_excuse_a_quote_that_a_whole_text_does_not_hold() -> None:
    text = changed("quote: around 1,200 sacks of flour", "quote: around 1,200 bags of rye\n        unproven: Because.")
    assert [each.code for each in judge(text)] == ["quote-not-found"]


def test_a_source_without_fingerprint_is_an_error_and_one_without_facts_a_warning() -> None:
    problems = judge(locked="")
    assert [(each.code, each.level) for each in problems] == [("source-without-fingerprint", "error")]
    second = BASE[BASE.index("  - id: herald") : BASE.index("measures:\n")].replace("id: herald", "id: echo")
    second = second.replace(
        "A local newspaper, read in full; it names", "Another newspaper, read in part; it names too"
    )
    assert [(each.code, each.level) for each in judge(changed("measures:\n  - id", second + "measures:\n  - id"))] == [
        ("source-unused", "warning")
    ]


def test_a_fingerprint_that_no_source_owns_is_a_warning() -> None:
    more = quotes.dump({"zeppelin": quotes.make("zeppelin", SOURCE_TEXT, coverage=quotes.WHOLE, seen="2031-05-20")})
    (problem,) = judge(locked=lock() + more)
    assert (problem.code, str(problem.place), problem.level) == ("fingerprint-unused", "sources.lock:2:1", "warning")


PROSE = [
    ("prose-html", "text\nmore <b>bold</b>", 6, 6, "<b>bold"),
    ("prose-html", "<!-- hidden -->", 5, 1, "<!-- hidden"),
    ("prose-link", "see [it](https://elsewhere.example/x)", 5, 8, "a link to https://elsewhere.example/x"),
    ("prose-link", "see [it]( javascript:alert(1))", 5, 8, "a link to javascript:alert(1"),
    ("prose-link", "see [it][a]\n\n[a]: //elsewhere.example", 7, 1, "a link to //elsewhere.example"),
    ("prose-link", "![x](data:image/png;base64,AA)", 5, 4, "a link to data:image/png"),
    ("link-dead", "see\nthis [page](third.md#top)", 6, 11, "a link to third.md#top"),
    ("link-dead", "see [this](/second/)", 5, 10, "a link to /second/"),
    ("link-dead", "a picture ![x](x.png)", 5, 14, "a link to x.png"),
    ("link-dead", "## The snake_case\n\nsee [it](#the-snakecase)", 7, 8, "a link to second.md#the-snakecase"),
    ("link-dead", "## One *day*\n\nsee [it](second.md#two-days)", 7, 8, "a link to second.md#two-days"),
    ("link-dead", "see [it](facts/losses.md#sacks-los)", 5, 8, "a link to facts/losses.md#sacks-los"),
    ("call-not-alone", 'here {{ chart("losses") }}', 5, 9, "chart within a line"),
    ("call-not-alone", '{{ chart("losses") }}.', 5, 4, "chart within a line"),
    ("call-not-alone", '{{ chart("losses") }}\n\n{{ chart("losses") }}', 7, 11, "the chart 'losses' a second time"),
    ("call-empty", '{{ table(kinds=["statement"]) }}', 5, 4, "table selects no fact"),
    ("prose-syntax", "a {% for x in y %} b", 5, 3, "a Jinja block {%"),
    ("prose-syntax", "{{ fact(sacks-lost) }}", 5, 9, "sacks without quotation marks"),
    ("prose-syntax", '{{ fact("sacks-lost") | upper }}', 5, 23, "'|' after the call"),
    ("prose-syntax", "{{ ().__class__ }}", 5, 4, "'(' where a name was expected"),
    ("prose-syntax", '{{ fact("sacks-lost" }}\n\n{{ fact("x") }}', 5, 1, "unexpected '}'"),
    ("call-unknown", '{{ fakt("sacks-lost") }}', 5, 4, "the call 'fakt'"),
    ("call-arguments", "{{ fact() }}", 5, 4, "fact with 0 arguments"),
    ("call-arguments", '{{ value("sacks-lost", "mayor-visit") }}', 5, 4, "value with 2 arguments"),
    ("call-arguments", "{{ timeline() }}", 5, 4, "timeline that selects nothing"),
    ("call-arguments", '{{ cite("sacks-lost", topics=["losses"]) }}', 5, 4, "cite with topics="),
    ("reference-unknown", '{{ fact("sacks-los") }}', 5, 10, "fact names 'sacks-los'"),
    ("reference-unknown", '{{ cite("sacks-lost", "mayor") }}', 5, 24, "cite names 'mayor'"),
    ("reference-unknown", '{{ chart("loss") }}', 5, 11, "chart names 'loss'"),
    ("reference-unknown", '{{ count("fact") }}', 5, 11, "count of 'fact'"),
    ("reference-unknown", '{{ timeline(topics=["losses", "gains"]) }}', 5, 32, "topics names 'gains'"),
    ("key-unknown", '{{ timeline(topic=["losses"]) }}', 5, 13, "the key 'topic' in a selection"),
    ("choice-unknown", '{{ table(kinds=["figures"]) }}', 5, 18, "'figures' as 'kinds'"),
    ("date-form", '{{ table(until="2031-02-31") }}', 5, 17, "February 2031 has 28 days"),
    ("call-empty", '{{ timeline(topics=["losses"], since="2031-05-04") }}', 5, 4, "timeline selects no fact"),
    ("value-kind", '{{ value("mayor-visit") }}', 5, 11, "value of 'mayor-visit', which is no figure"),
]


@pytest.mark.parametrize(("code", "body", "line", "column", "found"), PROSE)
def test_what_prose_may_not_hold_is_found_to_the_column(
    code: str, body: str, line: int, column: int, found: str
) -> None:
    page = f"---\ntitle: A\nsummary: B\n---\n{body}\n"
    problems = [each for each in judge(pages={"index.md": INDEX, "second.md": page}) if each.code == code]
    assert [(each.place.path, each.place.line, each.place.column) for each in problems][:1] == [
        ("content/second.md", line, column)
    ]
    assert found in problems[0].found


def test_a_fault_in_a_call_does_not_hide_the_faults_after_it() -> None:
    page = '---\ntitle: A\nsummary: B\n---\n{{ fact("sacks-lost" }}\n{{ fact("x") }}\n'
    assert [(each.place.line, each.code) for each in judge(pages={"index.md": INDEX, "second.md": page})] == [
        (5, "prose-syntax"),
        (6, "reference-unknown"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "## The snake_case\n\nsee [it](#the-snake_case)",
        "## One *day*\n\n## One day\n\nsee [it](index.md#one-day) and [it](#one-day_1)",
        'A number{{ cite("sacks-lost") }}, [its note](#note-1), [all notes](#notes).',
        "see [it](facts/losses.md#sacks-lost), [figures](facts/losses.md#figures), [him](sources.md#herald)",
        '## How {{ value("sacks-lost") }}\n\nsee [it](#how-100)',
    ],
)
def test_a_link_to_a_place_that_is_there_or_that_nobody_knows_yet_is_no_problem(body: str) -> None:
    codes = [each.code for each in judge(pages={"index.md": INDEX + body})]
    assert "link-dead" not in codes


def test_a_link_to_a_fact_that_moved_is_told_where_it_stands() -> None:
    topics = BASE.replace("topics:\n", "topics:\n  - id: visits\n    label: Visits\n    summary: Who came.\n", 1)
    page = INDEX + "see [it](facts/visits.md#sacks-lost)"
    (problem,) = (each for each in judge(topics, pages={"index.md": page}) if each.code == "link-dead")
    assert problem.hint == "it stands at facts/losses.md#sacks-lost"


@pytest.mark.parametrize("name", ["Second.md", "sources.md", "facts.md", "rules.md", "deep/page.md", "a_b.md", "ü.md"])
def test_a_file_name_that_makes_no_good_address_is_refused(name: str) -> None:
    problems = judge(pages={"index.md": INDEX, name: "---\ntitle: A\nsummary: B\n---\n"})
    assert [each.code for each in problems] == ["page-name"]


def test_a_briefing_without_a_front_page_is_refused() -> None:
    problems = judge(pages={"other.md": "---\ntitle: A\nsummary: B\n---\n"})
    assert [(each.place.path, each.code) for each in problems] == [("content/index.md", "page-missing")]


@pytest.mark.parametrize("rule", checks.RULES, ids=lambda rule: rule.code)
def test_the_bad_example_of_a_rule_breaks_it_and_the_good_one_breaks_nothing(rule: checks.Rule) -> None:
    found = site.judge(overlaid(rule.bad)).problems
    assert rule.code in {each.code for each in found}
    assert [*site.judge(overlaid(rule.good)).problems] == []


def test_every_rule_has_a_reason_in_one_line() -> None:
    for rule in checks.RULES:
        assert rule.reason.endswith("."), rule.code
        assert len(rule.reason) < 130, rule.code


SECOND_COUNT = """\
  - id: sacks-by-the-mayor
    kind: figure
    statement: More than 40 sacks burnt
    topic: losses
    side: mill
    date: 2031-05-02
    date_basis: The day before the mayor's visit.
    attribution: The mayor
    measure: sacks
    value: 40
    citations:
      - source: herald
        quote: promised more than 40 new hydrants
    hedge: more than
"""


def test_a_contradiction_told_by_both_facts_is_found_in_the_second() -> None:
    first = changed(
        "    hedge: around\n", "    hedge: around\n    disputes:\n      - fact: sacks-by-the-mayor\n        note: A.\n"
    )
    both = first.replace(
        "  - id: mayor-visit",
        SECOND_COUNT + "    disputes:\n      - fact: sacks-lost\n        note: B.\n  - id: mayor-visit",
    )
    (problem,) = [each for each in judge(both) if each.level == "error"]
    assert (problem.code, problem.subject) == ("dispute-hollow", "fact sacks-by-the-mayor")
    assert "that fact sacks-lost (facts.yaml:" in problem.found


def test_figures_that_both_can_be_true_are_no_conflict_and_others_are() -> None:
    wide = changed("  - id: mayor-visit", SECOND_COUNT + "  - id: mayor-visit")
    assert [each.code for each in judge(wide) if each.level == "error"] == []
    narrow = wide.replace("    value: 40\n", "    value: 40\n").replace("    hedge: more than\n", "")
    found = [(each.code, each.place.line) for each in judge(narrow) if each.code == "figures-conflict"]
    assert found == [("figures-conflict", line_of("value: 40", narrow))]
    other_day = narrow.replace(
        "    date: 2031-05-02\n    date_basis: The day before the mayor's visit.\n    attribution: The mayor\n",
        "    date: 2031-05-01\n    date_basis: So.\n    attribution: The mayor\n",
    )
    assert "figures-conflict" not in {each.code for each in judge(other_day)}


def test_a_hedge_of_another_language_stands_for_the_english_one_and_no_other() -> None:
    text = changed("    descriptor: A local", "    language: fr\n    descriptor: A local")
    text = text.replace("quote: around 1,200 sacks of flour", "quote: plus de 1 200 sacs de farine")
    text = text.replace("Around 1,200 sacks", "More than 1,200 sacks").replace("hedge: around", "hedge: more than")
    locked = lock(f"{SOURCE_TEXT}\nplus de 1 200 sacs de farine")
    assert judge(text, locked=locked) == []
    for other, code in (("over", "hedge-not-in-quote"), ("nearly", "hedge-not-in-quote"), ("", "hedge-dropped")):
        wrong = text.replace("    hedge: more than\n", f"    hedge: {other}\n" if other else "")
        assert [each.code for each in judge(wrong, locked=locked)] == [code], other


def test_an_english_hedge_on_a_page_in_another_language_is_seen_too() -> None:
    text = changed("    descriptor: A local", "    language: it\n    descriptor: A local")
    text = text.replace("quote: around 1,200 sacks of flour", "quote: around 1200 sacks of flour")
    locked = lock(f"{SOURCE_TEXT}\naround 1200 sacks of flour")
    assert judge(text, locked=locked) == []
    found = judge(text.replace("    hedge: around\n", ""), locked=locked)
    assert [each.code for each in found] == ["hedge-dropped"]
