"""A number in a fact is proven, computed or converted: one thing changed, and the gate names its code and line."""

from __future__ import annotations

import pytest

from generator import site
from generator.model import Figure
from generator.views import Views
from tests.making import INDEX, SOURCE_TEXT, changed, codes, inputs, judge, line_of, lock

SAID = (
    "The front lies 6 miles from the town.\n"
    "Between 60,000 and 70,000 people fled, 5 per cent more.\n"
    "Resolution 1701 was cited at 12:30 in the 1990s; half of the homes stood, 12 homes burnt.\n"
    "In 2030 some 2031 people came on 17 June.\n"
    "At least 500 sacks were wet."
)
LOCK = lock(f"{SOURCE_TEXT}\n{SAID}")


def _figure(unit: str, statement: str, quote: str, fields: str) -> str:
    """The base with one more figure, on a measure of its own."""
    return changed(
        "facts:\n",
        f"""\
  - id: more
    label: More
    unit: {unit}
    nature: level
    population: everything
    counted_by: not stated
facts:
  - id: more
    kind: figure
    statement: {statement}
    topic: losses
    date: 2031-05-03
    date_basis: The day of the visit.
    attribution: The Herald
    measure: more
    {fields}
    citations:
      - source: herald
        quote: {quote}
""",
    )


FRONT = "The front lies 6 miles from the town"
FLED = "Between 60,000 and 70,000 people fled"
CITED = "Resolution 1701 was cited at 12:30 in the 1990s"
STOOD = "half of the homes stood, 12 homes burnt"
CONVERTED = "value: 10\n    converted: 6 miles"
PROVEN = [
    ("kilometres", "The front lies 10 km (6 miles) away", FRONT, CONVERTED),
    ("kilometres", "The front lies 9.7 km away", FRONT, "value: 9.66\n    converted: 6 miles"),
    ("miles", "The front lies six miles away", FRONT, "value: 6"),
    ("people", "60,000 to 70,000 fled", FLED, "low: 60000\n    high: 70000\n    hedge: between"),
    ("per cent", "That is 5 per cent more", "70,000 people fled, 5 per cent more", "value: 5"),
    ("homes", "Half of the homes stood, but 12 homes burnt", STOOD, "value: 12"),
    ("people", "Some 2031 people came", "In 2030 some 2031 people came", "value: 2031\n    hedge: some"),
]


@pytest.mark.parametrize(("unit", "statement", "quote", "fields"), PROVEN)
def test_a_number_that_a_quote_holds_with_its_unit_is_proven(
    unit: str, statement: str, quote: str, fields: str
) -> None:
    assert judge(_figure(unit, statement, quote, fields), locked=LOCK) == []


REFUSED: list[tuple[str, str, str, str, list[tuple[str, str]]]] = [
    # unit, statement, quote, fields, code and the passage on whose line it stands
    ("kilometres", "It lies 10 miles away", FRONT, CONVERTED, [("unit-not-in-quote", "It lies")]),
    ("kilometres", "It lies 11 km away", FRONT, CONVERTED, [("number-not-in-quote", "It lies")]),
    (
        "kilometres",
        "It lies 10 km away",
        FRONT,
        "value: 11\n    converted: 6 miles",
        [("conversion-wrong", "value: 11")],
    ),
    (
        "kilometres",
        "It lies 10 km away",
        FRONT,
        "value: 97\n    converted: 6 miles",
        [("conversion-wrong", "value: 97")],
    ),
    (
        "kilometres",
        "It lies 10 km away",
        FRONT,
        "value: 9.70\n    converted: 6 miles",
        [("conversion-wrong", "value: 9.70")],
    ),
    (
        "kilometres",
        "It lies 6 miles away",
        FRONT,
        "value: 10\n    converted: 7 miles",
        [("conversion-wrong", "converted:")],
    ),
    ("kilometres", "It lies away", FRONT, "value: 10\n    converted: 6 km", [("conversion-wrong", "converted:")]),
    ("kilometres", "It lies away", FRONT, "value: 10\n    converted: -6 miles", [("conversion-wrong", "converted:")]),
    (
        "kilometres",
        "It lies away",
        FRONT,
        "value: 10\n    converted: six leagues",
        [("conversion-wrong", "converted:")],
    ),
    ("hectares", "It lies away", FRONT, CONVERTED, [("conversion-wrong", "converted:")]),
    ("miles", "It lies away", FRONT, "value: 6\n    converted: 6 miles", [("conversion-wrong", "converted:")]),
    (
        "kilometres",
        "It lies away",
        FRONT,
        "low: 9\n    high: 10\n    converted: 6 miles",
        [("conversion-wrong", "converted:")],
    ),
    ("kilometres", "It lies 6 miles away", FRONT, "value: 6", [("unit-not-in-quote", "value: 6")]),
    ("miles", "It lies 6 km away", FRONT, "value: 6", [("unit-not-in-quote", "It lies")]),
    (
        "people",
        "60,000 fled",
        FLED,
        "value: 60000",
        [("number-not-in-quote", "60,000 fled"), ("number-not-in-quote", "value: 6")],
    ),
    (
        "people",
        "They fled",
        FLED,
        "low: 60000\n    high: 71000\n    hedge: between",
        [("number-not-in-quote", "high:")],
    ),
    ("people", "They fled", FLED, "low: 6000\n    high: 70000\n    hedge: between", [("number-not-in-quote", "low:")]),
    ("families", "They fled", FLED, "low: 60000\n    high: 70000\n    hedge: between", [("unit-not-in-quote", "low:")]),
    (
        "people",
        "There were 5% more",
        "70,000 people fled, 5 per cent more",
        "value: 5",
        [("unit-not-in-quote", "value:")],
    ),
    (
        "per cent",
        "There were 5 more",
        "70,000 people fled, 5 per cent more",
        "value: 5",
        [("number-not-in-quote", "There")],
    ),
    ("homes", "A third of the homes stood", STOOD, "value: 12", [("number-not-in-quote", "A third")]),
    ("homes", "They stood", STOOD, "value: 0.25", [("number-not-in-quote", "value:")]),
    ("homes", "The homes doubled to 12", STOOD, "value: 12", [("number-not-in-quote", "The homes")]),
    ("times", "It was cited", CITED, "value: 1701", [("number-not-in-quote", "value:")]),
    ("times", "It was cited", CITED, "value: 12", [("number-not-in-quote", "value:")]),
    ("times", "It was cited", CITED, "value: 1990", [("number-not-in-quote", "value:")]),
    ("people", "They came", "people came on 17 June", "value: 17", [("number-not-in-quote", "value:")]),
]


@pytest.mark.parametrize(("unit", "statement", "quote", "fields", "found"), REFUSED)
def test_a_number_that_no_quote_holds_so_is_refused_on_its_line(
    unit: str, statement: str, quote: str, fields: str, found: list[tuple[str, str]]
) -> None:
    text = _figure(unit, statement, quote, fields)
    assert codes(judge(text, locked=LOCK)) == [(line_of(passage, text), code) for code, passage in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Resolution 1701", "Resolution 1702"),
        ("12:30", "12:40"),
        ("1990s", "1980s"),
        ("Resolution 1701", "1701 resolutions"),
    ],
)
def test_names_times_and_decades_stand_in_a_quote_as_they_are(old: str, new: str) -> None:
    right = "Resolution 1701 was cited at 12:30 in the 1990s"
    event = "The mayor met the mill owners on 3 May 2031"
    quote = "quote: On 3 May 2031 the mayor met\n"
    text = changed(quote, f"{quote}      - source: herald\n        quote: {CITED}\n", changed(event, right))
    assert judge(text, locked=LOCK) == []
    wrong = changed(f"statement: {right}", f"statement: {right.replace(old, new)}", text)
    assert codes(judge(wrong, locked=LOCK)) == [(line_of("was cited at", wrong), "number-not-in-quote")]


def test_a_number_is_read_in_the_language_of_its_source() -> None:
    text = changed("quote: around 1,200 sacks of flour", "quote: around 1.200 sacks of flour")
    locked = lock("around 1.200 sacks of flour\nOn 3 May 2031 the mayor met the mill owners")
    assert [code for _, code in codes(judge(text, locked=locked))] == ["number-not-in-quote", "number-not-in-quote"]
    spanish = text.replace("    accessed:", "    language: es\n    accessed:")
    assert judge(spanish, locked=locked) == []


# -- computed figures -----------------------------------------------------------------------------------------------

TOTAL = """\
  - {id: share, label: Part of it, unit: per cent, nature: level, population: flour, counted_by: computed}
facts:
  - id: total
    kind: figure
    statement: In all around 1,700 sacks are missing, 1,200 of them by the fire
    topic: losses
    side: mill
    date: 2031-05-03
    date_basis: The last day of both.
    attribution: Computed from what the mill owners say
    measure: sacks
    value: 1700
    hedge: around
    derived: sacks-lost + sacks-wet
  - id: sacks-wet
    kind: figure
    statement: At least 500 sacks were wet
    topic: losses
    side: mill
    date: 2031-05-02
    date_basis: The day of the fire.
    attribution: The mill owners
    measure: sacks
    value: 500
    hedge: at least
    citations:
      - source: herald
        quote: At least 500 sacks were wet
  - id: wet-share
    kind: figure
    statement: That is around 41.7 per cent of those lost
    topic: losses
    side: mill
    date: 2031-05-03
    date_basis: The last day of both.
    attribution: Computed from what the mill owners say
    measure: share
    value: 41.7
    hedge: around
    derived: round(sacks-wet / sacks-lost * 100, 1)
"""
COMPUTED = changed("facts:\n", TOTAL)
SUM = "derived: sacks-lost + sacks-wet"
DATED = (
    "date: 2031-05-03\n    date_basis: The last day of both.\n    attribution: Computed from what the mill owners say\n"
    "    measure: sacks"
)
BROKEN: list[tuple[str, str, list[tuple[str, str]], str]] = [
    # old, new, code and the passage on whose line it stands, a part of what is said
    ("value: 1700", "value: 1800", [("derivation-wrong", "value: 1800")], "gives 1,700; the figure says 1,800"),
    ("value: 1700", "value: -1700", [("derivation-wrong", "value: -1700")], "the figure says −1,700"),
    (SUM, "derived: sacks-lost - sacks-wet", [("derivation-wrong", "derived: s")], "gives 700; the figure says 1,700"),
    (SUM, "derived: sacks-lost + sacks-lost", [("derivation-wrong", "derived: s")], "gives 2,400"),
    (SUM, "derived: sacks-lost + sacks-wet * 10", [("derivation-wrong", "derived: s")], "gives 6,200"),
    (SUM, "derived: sacks-lost + sacks-weta", [("derivation-broken", "derived: s")], "which is not listed"),
    (SUM, "derived: sacks-lost + mayor-visit", [("derivation-broken", "derived: s")], "which is no figure"),
    (SUM, "derived: sacks-lost+sacks-wet", [("derivation-broken", "derived: s")], "column 11: '+' without spaces"),
    (SUM, "derived: 1200 + 500", [("derivation-broken", "derived: 1")], "which names no figure"),
    (SUM, "derived: 1 / (sacks-lost - 1200)", [("derivation-broken", "derived: 1")], "a division by zero"),
    (SUM, "derived: sacks-lost + total", [("derivation-circular", "derived: s")], "total -> total"),
    (SUM, "derived: sacks-lost / 7", [("derivation-wrong", "derived: s")], "gives 171.428571…"),
    ("In all around 1,700", "In all around 1,701", [("number-not-in-quote", "In all")], "neither its value nor its"),
    ("1,200 of them", "1,300 of them", [("number-not-in-quote", "In all")], "says '1,300'"),
    ("1,700 sacks are", "1,700 people are", [("unit-not-in-quote", "In all")], "“1,700 people”: people"),
    (
        "value: 1700\n    hedge: around",
        "value: 1700",
        [("derivation-firmer", "value: 1700")],
        "the figure has no hedge",
    ),
    (
        "value: 1700\n    hedge: around",
        "value: 1700\n    hedge: at most",
        [("derivation-firmer", "hedge: at most")],
        "sacks-wet is “at least 500”",
    ),
    (
        "value: 41.7\n    hedge: around",
        "value: 41.7\n    hedge: at most",
        [("derivation-firmer", "hedge: at most")],
        "sacks-lost is “around 1,200”",
    ),
    (DATED, DATED.replace("05-03", "05-01"), [("derivation-later", "date: 2031-05-01")] * 2, "of 1 May 2031"),
    ("* 100, 1)", "* 10, 1)", [("derivation-wrong", "derived: r")], "gives 4.2; the figure says 41.7"),
    ("* 100, 1)", "* 100, 2)", [("derivation-wrong", "derived: r")], "gives 41.67"),
    ("41.7 per cent of", "41.7 of", [("number-not-in-quote", "That is")], "says '41.7'"),
    (
        "derived: round(sacks-wet / sacks-lost * 100, 1)",
        "derived: total + wet-share",
        [("derivation-circular", "derived: total"), ("derivation-mixed", "derived: total")],
        "wet-share -> wet-share",
    ),
]


def test_computed_figures_need_no_quote() -> None:
    assert judge(COMPUTED, locked=LOCK) == []


@pytest.mark.parametrize(("old", "new", "found", "said"), BROKEN)
def test_one_change_in_a_computed_figure_is_named_with_its_line(
    old: str, new: str, found: list[tuple[str, str]], said: str
) -> None:
    text = changed(old, new, COMPUTED)
    problems = judge(text, locked=LOCK)
    assert codes(problems) == [(line_of(passage, text), code) for code, passage in found]
    assert said in problems[0].found


def test_a_circle_is_told_at_each_of_its_figures() -> None:
    text = changed("    hedge: at least\n", "    hedge: at least\n    derived: total - sacks-lost\n", COMPUTED)
    circular = [each for each in judge(text, locked=LOCK) if each.code == "derivation-circular"]
    assert [(each.place.line, each.found) for each in circular] == [
        (line_of("derived: sacks-lost +", text), "computed from itself: total -> sacks-wet -> total"),
        (line_of("derived: total", text), "computed from itself: sacks-wet -> total -> sacks-wet"),
    ]
    assert site.judge(inputs(text, locked=LOCK)).briefing.origins(site.judge(inputs(text)).briefing.facts["total"])


def test_a_withdrawn_figure_carries_nothing() -> None:
    withdrawn = "    hedge: at least\n    withdrawn:\n      date: 2031-05-20\n      why: It was a guess.\n"
    problems = judge(changed("    hedge: at least\n", withdrawn, COMPUTED), locked=LOCK)
    assert {(each.code, each.subject) for each in problems if each.code.startswith("derivation")} == {
        ("derivation-broken", "fact total"),
        ("derivation-broken", "fact wet-share"),
    }


def test_of_a_range_the_result_is_a_range() -> None:
    ranged = changed("value: 500\n    hedge: at least", "low: 500\n    high: 600\n    hedge: between", COMPUTED)
    ranged = ranged.replace("At least 500 sacks were wet", "Between 500 and 600 sacks were wet")
    locked = lock(f"{SOURCE_TEXT}\nBetween 500 and 600 sacks were wet")
    problems = [each for each in judge(ranged, locked=locked) if each.code.startswith("derivation")]
    assert [(each.code, each.hint) for each in problems] == [
        ("derivation-wrong", "write low: 1700 and high: 1800"),
        ("derivation-wrong", "write low: 41.7 and high: 50"),
    ]
    wide = changed("value: 1700\n    hedge: around", "low: 1700\n    high: 1800\n    hedge: around", ranged)
    wide = wide.replace("around 1,700 sacks", "1,700 to 1,800 sacks")
    left = [each.subject for each in judge(wide, locked=locked) if each.code.startswith("derivation")]
    assert left == ["fact wet-share"]


def test_the_origins_of_a_computed_figure_are_those_of_its_bases() -> None:
    judged = site.judge(inputs(COMPUTED, locked=LOCK))
    assert judged.briefing.origins(judged.briefing.facts["total"]) == ("The Herald",)
    assert [each.id for each in judged.briefing.evidence_of(judged.briefing.facts["total"])] == [
        "total",
        "sacks-lost",
        "sacks-wet",
    ]


def test_a_computed_figure_says_how_it_was_computed_and_a_converted_one_from_what() -> None:
    judged = site.judge(inputs(COMPUTED, locked=LOCK))
    details = dict(Views(judged.briefing, judged.evidence, "").details(judged.briefing.facts["total"]))
    assert details["Computed"] == "around 1,200 (sacks-lost) + at least 500 (sacks-wet)"
    judged = site.judge(inputs(_figure("kilometres", "It lies 10 km away", FRONT, CONVERTED), locked=LOCK))
    fact = judged.briefing.facts["more"]
    assert isinstance(fact, Figure)
    details = dict(Views(judged.briefing, judged.evidence, "").details(fact))
    assert details["Converted"] == "from 6 miles, as the source has it"


def test_a_page_cannot_quote_what_was_computed() -> None:
    page = f'{INDEX}\nThey say {{{{ quote("total") }}}}.\n'
    problems = judge(COMPUTED, {"index.md": page}, locked=LOCK)
    assert [(each.code, each.place.path) for each in problems] == [("quote-missing", "content/index.md")]
