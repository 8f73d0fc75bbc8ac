"""What a reviewer is told of a change: every change of meaning and nothing else, the gravest first."""

# ruff: noqa: E501 - sentences are compared as they are, in one piece

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import comments, cuttings, delta, files, quotes, review, site, wording
from generator.problems import Place, UnusableInputError
from generator.site import Inputs
from tests.sites import ROOT
from tests.valley import VALLEY, lock_of, source_texts

VALLEY_INPUTS = files.read_inputs(VALLEY)
OWN_INPUTS = files.read_inputs(ROOT)
COURIER = "valley-courier-20310402-river-takes-meadows"


def _laid(inputs: Inputs, *pairs: tuple[str, str], page: str = "") -> Inputs:
    """Inputs with passages of the fact base, or of a page, replaced; each must stand there exactly once."""
    text = (inputs.pages[page] if page else inputs.facts or b"").decode()
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    if page:
        return replace(inputs, pages={**inputs.pages, page: text.encode()})
    return replace(inputs, facts=text.encode())


def _told(before: Inputs, after: Inputs) -> list[str]:
    """Every change in words, in the order in which it is shown."""
    found = review.review(before, after)
    assert found.problems == ()
    return [each.change.words for each in found.entries]


def _entry(before: Inputs, after: Inputs) -> review.Entry:
    (entry,) = review.review(before, after).entries
    return entry


LEVEL = "Level of the river at the old bridge, Westholm, 1 April 2031: "
LEVEL_QUOTE = "(“The river stood at 4.2 metres by the old bridge”, verified in paragraph 4)"
HAY = "“Residents of Westholm have not been told who pays for the hay”: "
HAY_STATEMENT = "statement: Residents of Westholm have not been told who pays for the hay"

PAIRS: list[tuple[str, list[tuple[str, str]], list[str], list[str], list[str]]] = [
    # what changes, how, in which words, the rules that break, the questions that are asked
    (
        "one digit of a value",
        [("value: 4.2", "value: 4.3")],
        [f"{LEVEL}4.2 -> 4.3; quote unchanged {LEVEL_QUOTE}"],
        ["number-not-in-quote", "correction-missing"],
        ["figure-without-source"],
    ),
    (
        "one digit, with a correction",
        [
            ("value: 4.2\n", "value: 4.4\n"),
            ("The river stood at 4.2 metres by the old bridge\n    topic", "The river stood high\n    topic"),
            (
                "corrections:\n",
                (
                    "corrections:\n  - fact: level-at-old-bridge\n    date: 2031-04-09\n    was: 4.2 metres\n"
                    "    now: 4.4 metres\n    why: A slip.\n"
                ),
            ),
        ],
        [
            (
                f"{LEVEL}4.2 -> 4.4; quote unchanged {LEVEL_QUOTE}; wording changed:"
                " “The river stood at 4.2 metres by the old bridge” -> “The river stood high”"
            ),
            "correction added: level-at-old-bridge, 9 April 2031: “4.2 metres” -> “4.4 metres”",
        ],
        ["number-not-in-quote"],
        ["figure-without-source"],
    ),
    (
        "a hedge",
        [
            ("value: 1200\n    hedge: around", "value: 1200"),
            ("statement: Around 1,200 people", "statement: 1,200 people"),
        ],
        [
            (
                "People out of their homes, Eastholm, 1 April 2031: around 1,200 -> 1,200; quote unchanged"
                " (“Around 1,200 people had left their homes in Eastholm”, verified in paragraph 2); wording changed:"
                " “Around 1,200 people had left their homes in Eastholm by 1 April 2031” ->"
                " “1,200 people had left their homes in Eastholm by 1 April 2031”"
            ),
        ],
        ["hedge-dropped", "derivation-firmer", "correction-missing"],
        ["figure-without-source", "word-stronger", "word-stronger", "judgment-stands"],
    ),
    (
        "an end of a vague range",
        [("low: 200\n", "low: 300\n")],
        [
            (
                "People out of their homes, Westholm, around 8 April 2031: hundreds (200 to 999) -> hundreds (300 to 999);"
                " quote unchanged (“hundreds of people wait in Westholm”, verified in paragraph 2)"
            )
        ],
        ["number-not-in-quote", "correction-missing"],
        ["figure-without-source"],
    ),
    (
        "a measure, and with it the unit",
        [("measure: river-level\n    value: 4.2", "measure: reach-of-the-water\n    value: 4.2")],
        [
            (
                "How far below the dam the water stood on fields, Westholm, 1 April 2031: unit changed from metres to"
                " kilometres; measure changed from Level of the river at the old bridge to How far below the dam the water"
                " stood on fields"
            )
        ],
        ["unit-not-in-quote", "correction-missing"],
        ["figure-without-source"],
    ),
    (
        "a date without its mark of doubt",
        [("date: 2031-03-20~/2031-04-09", "date: 2031-03-20/2031-04-09")],
        [
            (
                "Openings of the dam gates, 20 March to 9 April 2031: date changed from around 20 March 2031 to 9 April 2031"
                " to 20 March to 9 April 2031"
            )
        ],
        ["correction-missing"],
        ["date-without-source", "word-stronger"],
    ),
    (
        "an attribution, and who is named by it",
        [("attribution: Residents of Westholm\n    said_by: [westholm-residents]\n", "attribution: The paper\n")],
        [
            (
                "People out of their homes, Eastholm, 1 April 2031: attribution changed: “Residents of Westholm” -> “The"
                " paper”; voices dropped: Residents of Westholm"
            )
        ],
        [],
        ["attribution-dropped", "judgment-stands"],
    ),
    (
        "an attribution within a sentence",
        [
            ("statement: Residents say that the water was in", "statement: The water was in"),
        ],
        [
            (
                "wording changed: “Residents say that the water was in their houses before any warning” -> “The water was in"
                " their houses before any warning”"
            )
        ],
        [],
        ["attribution-dropped", "judgment-stands"],
    ),
    (
        "a source",
        [
            (
                f"{COURIER}\n        quote: has been told",
                "valley-courier-20310409-council-counts-again\n        quote: has been told",
            )
        ],
        [
            (
                f"{HAY}source changed from Valley Courier ({COURIER}) to Valley Courier"
                " (valley-courier-20310409-council-counts-again); quote unchanged (not found in the source)"
            )
        ],
        ["quote-not-found"],
        [],
    ),
    (
        "a source and a quote",
        [
            (
                f"{COURIER}\n        quote: has been told who will pay for the ruined hay",
                "upland-mirror-20310409-second-wave\n        quote: hundreds of people wait in Westholm",
            ),
        ],
        [
            (
                f"{HAY}source changed from Valley Courier to Upland Mirror, carrying Harbour Wire; quote changed: “has been"
                " told who will pay for the ruined hay” -> “hundreds of people wait in Westholm” (verified in paragraph 2)"
            )
        ],
        [],
        [],
    ),
    (
        "a quote that is shorter",
        [("before each opening, not after it", "before each opening")],
        [
            (
                "“The mayor of Eastholm asked for a warning in both towns before each opening”: quote changed: “warn both"
                " towns before each opening, not after it” -> “warn both towns before each opening” (verified in paragraph 6)"
            )
        ],
        [],
        ["quote-shortened", "judgment-stands"],
    ),
    (
        "a stance",
        [("quote: has been told who will", "stance: disputes\n        quote: has been told who will")],
        [f"{HAY}stance changed from supports to disputes"],
        ["fact-without-citation"],
        ["stance-changed", "corroboration-lost"],
    ),
    (
        "typography alone",
        [(HAY_STATEMENT, f'{HAY_STATEMENT[:11]}"Residents of Westholm have not been told who pays for the hay"')],
        [],
        [],
        [],
    ),
    (
        "shapes of quotation marks",
        [("note: “Hundreds” is read as 200 to 999.", "note: '\"Hundreds\" is read as 200 to 999.'")],
        [
            (
                "People out of their homes, Westholm, around 8 April 2031: note changed: ““Hundreds” is read as 200 to 999.”"
                ' -> “"Hundreds" is read as 200 to 999.” (typography only)'
            )
        ],
        [],
        [],
    ),
    (
        "a comma within a number",
        [("statement: More than 12 openings", "statement: More than 1,2 openings")],
        [
            (
                "Openings of the dam gates, around 20 March 2031 to 9 April 2031: wording changed: “More than 12 openings are"
                " counted since the thaw” -> “More than 1,2 openings are counted since the thaw”"
            )
        ],
        ["number-not-in-quote"],
        [],
    ),
    (
        "a dispute",
        [
            (
                (
                    "    disputes:\n      - fact: displaced-eastholm-1-april\n        note: The council counted 1,200 and the"
                    " residents 1,500; how the residents counted is not told.\n"
                ),
                "",
            ),
        ],
        [
            (
                "People out of their homes, Eastholm, 1 April 2031: dispute dropped: displaced-eastholm-1-april: The council"
                " counted 1,200 and the residents 1,500; how the residents counted is not told."
            )
        ],
        ["figures-conflict"],
        ["judgment-stands"],
    ),
    (
        "a withdrawal",
        [
            (
                "    place: Hollin Dam\n",
                "    place: Hollin Dam\n    withdrawn:\n      date: 2031-04-10\n      why: A slip.\n",
            )
        ],
        [
            (
                "fact withdrawn: “The gates of the dam were opened for the first time”; withdrawal added: 10 April 2031, A"
                " slip."
            )
        ],
        ["withdrawn-used"],
        [],
    ),
    (
        "an erased fact",
        [
            ("  - id: hay-unpaid\n", "  - id: straw-is-wet\n"),
            (HAY_STATEMENT, "statement: Straw is wet"),
            ("quote: has been told who will pay for the ruined hay", "quote: at least 340 people slept"),
        ],
        [f"fact erased: {HAY[:-2]}", "fact added: “Straw is wet”"],
        ["fact-erased", "reference-unknown"],
        [],
    ),
    (
        "a rename that all others follow",
        [("  - id: level-3-april\n", "  - id: level-on-3-april\n")],
        [
            (
                "Level of the river at the old bridge, Westholm, 3 April 2031: renamed from level-3-april to"
                " level-on-3-april"
            )
        ],
        ["fact-erased"],
        ["address-lost"],
    ),
    (
        "a unit of a measure",
        [("unit: metres\n", "unit: feet\n")],
        ["Level of the river at the old bridge: unit changed from metres to feet"],
        [],
        ["measure-changed"],
    ),
    (
        "the origin of a source",
        [("    origin: Harbour Wire\n", "")],
        ["Upland Mirror, Second wave: “nobody sleeps by the water”: origin dropped: Harbour Wire"],
        [],
        ["origin-changed"],
    ),
    (
        "a judgment",
        [("likelihood: likely\n    confidence: low", "likelihood: very likely\n    confidence: low")],
        [
            (
                "“People in Westholm were reached by the water before they were reached by a warning”: likelihood changed"
                " from likely to very likely"
            )
        ],
        [],
        ["judgment-stronger"],
    ),
    (
        "a correction that readers were told of",
        [("    was: 4.4 metres\n", "    was: 4.3 metres\n")],
        ["level-at-old-bridge, 6 April 2031: “4.3 metres” -> “4.2 metres”: was changed: “4.4 metres” -> “4.3 metres”"],
        [],
        ["correction-erased"],
    ),
    (
        "a waiver",
        [
            (
                "    hedge: at least\n",
                (
                    "    hedge: at least\n    waivers:\n      - rule: date-in-statement\n        because: It"
                    " is told.\n        by: T. Orrel\n        until: 2031-12-31\n"
                ),
            )
        ],
        [
            (
                "People out of their homes, Westholm, 1 April 2031: waiver added: date-in-statement until 31 December 2031,"
                " T. Orrel: It is told."
            )
        ],
        [],
        ["waiver-added"],
    ),
    (
        "the day of the briefing",
        [("as_of: 2031-04-10", "as_of: 2031-04-11")],
        ["The flood in the Orn valley: as of changed from 10 April 2031 to 11 April 2031"],
        [],
        [],
    ),
    (
        "who is a party",
        [("label: Westholm\n    party: yes", "label: Westholm\n    party: no")],
        ["Westholm: party changed from yes to no"],
        [],
        [],
    ),
    (
        "what a chart draws",
        [("      types: [opening]\n", "      types: [opening, closure]\n")],
        ["The dam was opened at least once every few days: select: types changed from opening to closure, opening"],
        [],
        [],
    ),
]


@pytest.mark.parametrize(
    ("pairs", "words", "broken", "asked"), [each[1:] for each in PAIRS], ids=[each[0] for each in PAIRS]
)
def test_a_change_is_told_in_words_with_its_faults_and_questions_and_nothing_else_is(
    pairs: list[tuple[str, str]], words: list[str], broken: list[str], asked: list[str]
) -> None:
    found = review.review(VALLEY_INPUTS, _laid(VALLEY_INPUTS, *pairs))
    assert [each.change.words for each in found.entries] == words
    codes = [each.code for entry in found.entries for each in entry.breaks] + [each.code for each in found.problems]
    assert sorted(codes) == sorted(broken)
    assert [each.code for entry in found.entries for each in entry.questions] == asked
    assert found.is_broken == bool(broken)


def test_the_sentence_of_a_changed_figure_is_the_one_of_the_manual() -> None:
    after = _laid(
        VALLEY_INPUTS,
        ("value: 1200\n    hedge: around", "low: 2000\n    high: 2600\n    hedge: between"),
        (
            f"{COURIER}\n        quote: Around 1,200 people had left their homes in Eastholm",
            "upland-mirror-20310409-second-wave\n        quote: Between 2,000 and 2,600 people are now out of their homes",
        ),
    )
    assert _told(VALLEY_INPUTS, after) == [
        (
            "People out of their homes, Eastholm, 1 April 2031: around 1,200 -> 2,000 to 2,600; source changed from Valley"
            " Courier to Upland Mirror, carrying Harbour Wire; quote changed: “Around 1,200 people had left their homes in"
            " Eastholm” -> “Between 2,000 and 2,600 people are now out of their homes” (verified in paragraph 2)"
        )
    ]


# -- prose, charts, proof -------------------------------------------------------------------------------------------

PROSE: list[tuple[str, str, str, list[str]]] = [
    (
        "gates.md",
        "The first opening was on",
        "The very first opening was on",
        [
            (
                'When the gates were opened: paragraph changed: “The first opening was on {{ date("opening-29-march") }}.'
                ' {{ fact("opening-4-april") }}. By then {{ fact("level-at-old-bridge") }}.” -> “The very first opening was'
                ' on {{ date("opening-29-march") }}. {{ fact("opening-4-april") }}. By then {{ fact("level-at-old-bridge")'
                " }}.” (cites opening-29-march, opening-4-april, level-at-old-bridge)"
            )
        ],
    ),
    ("gates.md", "By then {{", "By\nthen\n{{", []),
    (
        "gates.md",
        "## Who was warned\n\n",
        "## Who was warned\n\nNobody knows.\n\n",
        ["When the gates were opened: paragraph added: “Nobody knows.”"],
    ),
    (
        "gates.md",
        "title: When the gates",
        "title: How the gates",
        ["How the gates were opened: title changed: “When the gates were opened” -> “How the gates were opened”"],
    ),
    (
        "gates.md",
        '{{ chart("gate-openings") }}\n\n{{ chart("river-level") }}',
        '{{ chart("river-level") }}\n\n{{ chart("gate-openings") }}',
        ["When the gates were opened: paragraph moved"],
    ),
    (
        "gates.md",
        ' {{ fact("opening-4-april") }}.',
        "",
        [
            (
                'When the gates were opened: paragraph changed: “The first opening was on {{ date("opening-29-march") }}.'
                ' {{ fact("opening-4-april") }}. By then {{ fact("level-at-old-bridge") }}.” -> “The first opening was on'
                ' {{ date("opening-29-march") }}. By then {{ fact("level-at-old-bridge") }}.” (cites opening-29-march,'
                " level-at-old-bridge; no longer opening-4-april)"
            )
        ],
    ),
]


@pytest.mark.parametrize(("page", "old", "new", "words"), PROSE)
def test_prose_is_told_by_its_paragraphs_with_the_facts_that_they_cite(
    page: str, old: str, new: str, words: list[str]
) -> None:
    after = _laid(VALLEY_INPUTS, (old, new), page=page)
    assert _told(VALLEY_INPUTS, after) == words
    assert review.review(VALLEY_INPUTS, after).summary.startswith("no change of facts")


def test_a_page_that_came_or_went_is_told() -> None:
    more = replace(VALLEY_INPUTS, pages={**VALLEY_INPUTS.pages, "b.md": b"---\ntitle: B\nsummary: C\n---\nD.\n"})
    assert _told(VALLEY_INPUTS, more) == ["page added: B"]
    assert _told(more, VALLEY_INPUTS) == ["page erased: B"]


def test_what_rests_on_a_changed_fact_is_told_with_its_path() -> None:
    reach = _entry(VALLEY_INPUTS, _laid(VALLEY_INPUTS, ("value: 4.2", "value: 4.3"))).reach
    assert reach == review.Reach(
        charts=(("river-level", "draws it"),),
        pages=("gates.md", "index.md"),
        sentences=(review.Sentence(Place("content/gates.md", 8, 100), "By then [fact level-at-old-bridge]."),),
    )
    council = _laid(VALLEY_INPUTS, ("value: 1200\n    hedge: around", "value: 1250\n    hedge: around"))
    (entry,) = review.review(VALLEY_INPUTS, council).entries
    assert entry.reach.figures == ("displaced-together-1-april",)
    assert entry.reach.judgments == ("eastholm-number",)
    assert entry.reach.charts == (("people-out-of-home", "draws it"),)


def test_a_formula_that_no_longer_gives_its_figure_is_found_though_nobody_touched_it() -> None:
    quote = "quote: at least 340 people slept in the school hall"
    found = review.review(
        VALLEY_INPUTS, _laid(VALLEY_INPUTS, ("    value: 340\n", "    value: 347\n"), (quote, quote.replace("0", "7")))
    )
    assert [(each.change.id, [rule.code for rule in each.breaks]) for each in found.entries] == [
        (
            "displaced-westholm-1-april",
            ["quote-not-found", "number-not-in-quote", "derivation-wrong", "correction-missing"],
        )
    ]


def test_a_fact_that_enters_or_leaves_a_chart_is_told() -> None:
    (entry,) = review.review(
        VALLEY_INPUTS, _laid(VALLEY_INPUTS, ("    type: closure\n", "    type: opening\n"))
    ).entries
    assert entry.reach.charts == (("gate-openings", "draws it from now on"),)
    (entry,) = review.review(
        _laid(VALLEY_INPUTS, ("    type: closure\n", "    type: opening\n")), VALLEY_INPUTS
    ).entries
    assert entry.reach.charts == (("gate-openings", "draws it no longer"),)
    (entry,) = review.review(
        VALLEY_INPUTS, _laid(VALLEY_INPUTS, ("      types: [opening]\n", "      types: [opening, closure]\n"))
    ).entries
    assert (entry.reach.entered, entry.reach.left) == (("bridge-road-closed",), ())


def test_a_conflict_that_is_opened_or_closed_is_told_on_both_sides_of_a_change() -> None:
    dispute = (
        "    disputes:\n      - fact: displaced-eastholm-1-april\n        note: The council counted 1,200 and the residents"
        " 1,500; how the residents counted is not told.\n"
    )
    without = _laid(VALLEY_INPUTS, (dispute, ""))
    said = "with displaced-eastholm-1-april: “Around 1,200 people had left their homes in Eastholm by 1 April 2031”"
    assert _entry(VALLEY_INPUTS, without).reach.conflicts == (f"a conflict was closed {said}",)
    assert _entry(without, VALLEY_INPUTS).reach.conflicts == (f"a conflict was opened {said}",)


SECOND = (
    "quote: where the bridge road is closed\n",
    (
        "quote: where the bridge road is closed\n      - source: valley-courier-20310409-council-counts-again\n        quote:"
        " The meadow wall broke on 5 April\n"
    ),
)


def test_corroboration_that_was_lost_or_gained_is_told() -> None:
    both = _laid(VALLEY_INPUTS, SECOND)
    gained = _entry(VALLEY_INPUTS, both)
    assert gained.reach.corroboration == (
        "gained: 2 origins (Harbour Wire, Valley Courier); before, one origin (Harbour Wire)",
    )
    lost = _entry(both, VALLEY_INPUTS)
    assert lost.reach.corroboration == (
        "now one origin (Harbour Wire); before, 2 origins (Harbour Wire, Valley Courier)",
    )
    assert [each.code for each in lost.questions] == ["quote-dropped", "corroboration-lost"]


def test_an_origin_that_makes_two_reports_one_is_told_with_the_facts_that_lose_by_it() -> None:
    both = _laid(VALLEY_INPUTS, SECOND)
    one = _laid(both, ("    archive: https://keeper", "    origin: Harbour Wire\n    archive: https://keeper"))
    entry = _entry(both, one)
    assert entry.change.subject == "source valley-courier-20310409-council-counts-again"
    assert entry.reach.corroboration == (
        "bridge-road-closed: now one origin (Harbour Wire); before, 2 origins (Harbour Wire, Valley Courier)",
    )


def test_a_source_that_was_read_again_and_quotes_that_are_no_longer_in_it_are_told() -> None:
    texts = source_texts()
    texts[COURIER] = texts[COURIER].replace("at least 340 people", "at least 350 people")
    after = replace(VALLEY_INPUTS, lock=lock_of(texts).encode())
    found = review.review(VALLEY_INPUTS, after)
    assert [(each.change.subject, each.change.words) for each in found.entries] == [
        (
            "fact displaced-westholm-1-april",
            (
                "People out of their homes, Westholm, 1 April 2031: proof of “at least 340 people slept in the school hall”"
                " changed from verified in paragraph 3 to not found in the source"
            ),
        ),
        (
            f"fingerprint {COURIER}",
            (
                "Valley Courier: text of the source changed from 129 words in 7 paragraphs to 129 words in 7 paragraphs (the"
                " text is another one)"
            ),
        ),
    ]
    assert [each.code for each in found.entries[0].breaks] == ["quote-not-found"]
    assert [each.code for each in found.entries[1].questions] == ["text-reread"]


def test_hashes_that_were_changed_without_the_text_are_told() -> None:
    (own,) = [each for _, each in quotes.load(lock_of(source_texts())) if getattr(each, "id", "") == COURIER]
    assert isinstance(own, quotes.Fingerprint)
    forged = replace(own, packed=(*own.packed, own.packed[0]))
    lock = (VALLEY_INPUTS.lock or b"").decode().replace(quotes.dump({COURIER: own}), quotes.dump({COURIER: forged}))
    entry = _entry(VALLEY_INPUTS, replace(VALLEY_INPUTS, lock=lock.encode()))
    assert [each.code for each in entry.questions] == ["text-reread"]
    assert entry.change.words == (
        "Valley Courier: fingerprint changed from hashes of the text to other hashes of the same text (written by hand?)"
    )


# -- reviews --------------------------------------------------------------------------------------------------------


def test_a_change_of_a_reviewed_fact_names_whose_review_no_longer_holds() -> None:
    entry = _entry(VALLEY_INPUTS, _laid(VALLEY_INPUTS, ("value: 4.6", "value: 4.7")))
    assert entry.seal == "no longer holds: reviewed by T. Orrel on 9 April 2031"
    assert _entry(VALLEY_INPUTS, _laid(VALLEY_INPUTS, ("value: 4.2", "value: 4.3"))).seal == ""


def test_seals_that_were_given_or_are_gone_are_counted() -> None:
    bare = replace(VALLEY_INPUTS, reviews=None)
    assert review.review(bare, VALLEY_INPUTS).summary == "no change of facts; 4 seals given"
    assert review.review(VALLEY_INPUTS, bare).summary == "no change of facts; 4 seals gone"


# -- layout ---------------------------------------------------------------------------------------------------------


def _tree(inputs: Inputs) -> Any:  # noqa: ANN401 - a tree of text
    return yaml.load(inputs.facts or b"", Loader=yaml.BaseLoader)  # noqa: S506 - a loader that makes text only


def _shuffled(tree: Any, chance: random.Random) -> Any:  # noqa: ANN401
    """The same with keys and lists in another order."""
    if isinstance(tree, dict):
        return {key: _shuffled(tree[key], chance) for key in chance.sample([*tree], len(tree))}
    if isinstance(tree, list):
        return [_shuffled(each, chance) for each in chance.sample(tree, len(tree))]
    return tree


def _written(tree: Any, **style: Any) -> bytes:  # noqa: ANN401
    return str(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, **style)).encode()


@settings(max_examples=20)
@given(
    st.integers(), st.sampled_from([40, 80, 1000]), st.sampled_from(["auto", "block", "flow"]), st.sampled_from("nr")
)
def test_another_order_and_another_layout_are_no_change_of_facts(seed: int, width: int, flow: str, breaks: str) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    facts = _written(
        _shuffled(_tree(VALLEY_INPUTS), chance),
        width=width,
        default_flow_style={"auto": None, "block": False, "flow": True}[flow],
    )
    facts = facts.replace(b"\n", b"\r\n") if breaks == "r" else facts
    found = review.review(VALLEY_INPUTS, replace(VALLEY_INPUTS, facts=facts))
    assert (found.summary, found.entries, found.problems) == ("no change of facts", (), ())


def test_one_digit_in_a_diff_of_the_whole_own_base_is_the_only_change() -> None:
    chance = random.Random(7)  # noqa: S311
    tree = _shuffled(_tree(OWN_INPUTS), chance)
    assert _told(OWN_INPUTS, replace(OWN_INPUTS, facts=_written(tree))) == []
    fact = next(each for each in tree["facts"] if each.get("value", "").endswith("7"))
    fact["value"] = f"{fact['value'][:-1]}1"
    found = review.review(OWN_INPUTS, replace(OWN_INPUTS, facts=_written(tree)))
    assert [each.change.id for each in found.entries] == [fact["id"]]
    assert found.is_broken


def test_a_dropped_word_among_500_reordered_lines_is_the_only_change() -> None:
    tree = _tree(OWN_INPUTS)
    tree["facts"] = [*tree["facts"][40:], *tree["facts"][:40]]
    fact = next(each for each in tree["facts"] if each["statement"].startswith("Around "))
    fact["statement"] = fact["statement"].replace("Around ", "", 1)
    (entry,) = review.review(OWN_INPUTS, replace(OWN_INPUTS, facts=_written(tree))).entries
    assert entry.change.id == fact["id"]
    assert [each.name for each in entry.change.differences] == ["wording"]
    assert "word-stronger" in [each.code for each in entry.questions]


def _renamed(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text)


def test_when_every_fact_is_renamed_a_hidden_change_comes_first() -> None:
    names = [each["id"] for each in _tree(VALLEY_INPUTS)["facts"]]
    everything = [(VALLEY_INPUTS.facts or b"").decode(), *(raw.decode() for raw in VALLEY_INPUTS.pages.values())]
    for name in names:
        everything = [_renamed(text, name, f"{name}-x") for text in everything]
    pages = dict(zip(VALLEY_INPUTS.pages, (text.encode() for text in everything[1:]), strict=True))
    after = replace(VALLEY_INPUTS, facts=everything[0].encode(), pages=pages, reviews=None)
    before = replace(VALLEY_INPUTS, reviews=None)
    found = review.review(before, after)
    assert found.summary == f"{len(names)} facts renamed; {len(names)} break rules"
    assert {each.change.action for each in found.entries} == {"renamed"}
    assert all(each.reach.conflicts == () and each.reach.corroboration == () for each in found.entries)
    hidden = review.review(before, _laid(after, ("value: 4.2", "value: 4.3")))
    assert hidden.entries[0].change.words.startswith(
        f"{LEVEL}renamed from level-at-old-bridge to level-at-old-bridge-x; 4.2 -> 4.3"
    )
    assert {each.change.action for each in hidden.entries[1:]} == {"renamed"}


RENAMES = [
    ("sides", "eastholm"),
    ("topics", "warnings"),
    ("actors", "water-board"),
    ("sources", "upland-mirror-20310409-second-wave"),
    ("measures", "displaced-together"),
    ("charts", "people-out-of-home"),
    ("judgments", "eastholm-number"),
]


@pytest.mark.parametrize(("collection", "name"), RENAMES)
def test_a_record_of_any_list_may_be_renamed_and_what_follows_is_no_change(collection: str, name: str) -> None:
    tree = _tree(VALLEY_INPUTS)

    def follow(node: Any, key: str = "") -> Any:  # noqa: ANN401
        if isinstance(node, dict):
            return {each: follow(value, each) for each, value in node.items()}
        if isinstance(node, list):
            return [follow(each, key) for each in node]
        return "brand-new" if node == name and key not in ("id", "type") else node

    tree = follow(tree)
    for each in tree[collection]:
        each["id"] = "brand-new" if each["id"] == name else each["id"]
    pages = {path: raw.replace(f'"{name}"'.encode(), b'"brand-new"') for path, raw in VALLEY_INPUTS.pages.items()}
    lock = (VALLEY_INPUTS.lock or b"").replace(f'"id": "{name}"'.encode(), b'"id": "brand-new"')
    after = replace(VALLEY_INPUTS, facts=_written(tree), pages=pages, lock=lock, reviews=None)
    found = review.review(replace(VALLEY_INPUTS, reviews=None), after)
    assert ("renamed", "brand-new", name) in [
        (each.change.action, each.change.id, each.change.was) for each in found.entries
    ]
    assert [
        each.change.words for each in found.entries if each.change.action != "renamed" and each.change.noun != "fact"
    ] == []


# -- parts and the whole --------------------------------------------------------------------------------------------

EDITS: list[Callable[[dict[str, Any], random.Random], None]] = [
    lambda tree, chance: tree["facts"].pop(chance.randrange(len(tree["facts"]))) and None,
    lambda tree, chance: chance.choice(tree["facts"]).update(attribution="Somebody else"),
    lambda tree, chance: chance.choice([each for each in tree["facts"] if "value" in each]).update(value="123456"),
    lambda tree, chance: chance.choice(tree["facts"]).update(date="2024-09-17"),
    lambda tree, chance: chance.choice(tree["facts"]).update(id="brand-new"),
    lambda tree, chance: chance.choice(tree["sources"]).update(origin="Another Wire"),
    lambda tree, chance: chance.choice(tree["measures"]).update(unit="boxes"),
    lambda tree, chance: chance.choice(chance.choice(tree["facts"])["citations"] or [{}]).update(stance="disputes"),
    lambda tree, chance: chance.choice(tree["actors"]).update(name="Somebody else"),
    lambda tree, chance: chance.shuffle(tree["facts"]),
    lambda tree, chance: chance.choice(tree["facts"]).update(id=chance.choice(tree["facts"])["id"]),
    lambda tree, chance: chance.shuffle(tree["sources"]),
    lambda tree, chance: tree["sources"].pop(chance.randrange(len(tree["sources"]))) and None,
    lambda tree, chance: chance.choice(tree["sources"]).update(id="brand-new-page"),
    lambda tree, chance: chance.choice(tree["sources"]).update(id=chance.choice(tree["sources"])["id"]),
    lambda tree, chance: chance.choice(tree["sources"]).update(relays=chance.choice(tree["sources"])["id"]),
    lambda tree, chance: chance.choice(tree["sources"]).update(accessed="some day"),
    lambda tree, chance: chance.choice(tree["facts"]).update(date="some day"),
    lambda tree, chance: chance.choice(tree["measures"]).update(colour="green"),
]


def _edited(tree: dict[str, Any], edits: list[tuple[int, int]]) -> dict[str, Any]:
    for number, seed in edits:
        tree = yaml.load(_written(tree), Loader=yaml.BaseLoader)  # noqa: S506
        with contextlib.suppress(KeyError):  # a computed figure has no citations
            EDITS[number](tree, random.Random(seed))  # noqa: S311
    return tree


LOCK_EDITS: list[Callable[[list[str], random.Random], None]] = [
    lambda lines, chance: lines.remove(chance.choice(lines)),
    lambda lines, chance: chance.shuffle(lines),
    lambda lines, chance: lines.append(chance.choice(lines)),
    lambda lines, _: lines.insert(0, lines.pop().replace('"seen": "2031', '"seen": "2032')),
    lambda lines, _: lines.append(lines.pop().replace('"paragraphs"', '"words"')),
    lambda lines, _: lines.append(lines.pop(0).replace('{"id"', '{ "id"')),
]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, len(EDITS) - 1), st.integers()), max_size=2),
    st.lists(st.tuples(st.integers(0, len(EDITS) - 1), st.integers()), max_size=4),
    st.lists(st.tuples(st.integers(0, len(LOCK_EDITS) - 1), st.integers()), max_size=2),
)
def test_what_is_read_in_parts_is_told_as_what_is_read_whole(
    earlier: list[tuple[int, int]], edits: list[tuple[int, int]], lock_edits: list[tuple[int, int]]
) -> None:
    lines = (VALLEY_INPUTS.lock or b"").decode().splitlines()
    for number, seed in lock_edits:
        LOCK_EDITS[number](lines, random.Random(seed))  # noqa: S311
    before = replace(VALLEY_INPUTS, facts=_written(_edited(_tree(VALLEY_INPUTS), earlier)))
    tree = _edited(_edited(_tree(VALLEY_INPUTS), earlier), edits)
    after = replace(VALLEY_INPUTS, facts=_written(tree), lock="".join(f"{line}\n" for line in lines).encode())
    parts = review.review(before, after)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuttings.Cut, "of", lambda _: None)
        patch.setattr(delta, "_source_of", lambda _: None)
        whole = review.review(before, after)
    assert (parts.summary, parts.entries, parts.problems) == (whole.summary, whole.entries, whole.problems)
    old, new, alone = (cuttings.Text(each.facts or b"") for each in (before, after, before))
    old.is_like(new, *cuttings.differing(old.items, new.items))
    assert not new.has_usual_ids or old.ids == alone.ids
    words = sorted(old.ids | new.ids)[len(edits) % 3 :: 3]
    assert (old.odd, old.holding(words)) == (alone.odd, alone.holding(words))


@given(st.lists(st.sampled_from([b"a", b"b", b"c", b"d"])), st.lists(st.sampled_from([b"a", b"b", b"c", b"d"])))
def test_what_is_left_of_two_lists_without_what_differs_is_the_same(one: list[bytes], other: list[bytes]) -> None:
    mine, others = cuttings.differing(one, other)
    left = [each for number, each in enumerate(one) if number not in mine]
    assert sorted(left) == sorted(each for number, each in enumerate(other) if number not in others)
    assert {one[number] for number in mine}.isdisjoint(other[number] for number in others)


def test_words_are_found_as_words_of_their_own() -> None:
    words = ["river", "river-level", "river-level-2", "a.b"]
    text = b"river river-levels x-river river-level-2: river-level_ (river-level) a.b axb\nriver"
    found = sorted(at for each in cuttings._sought(words) for at in cuttings._places(each, text, 0, len(text)))
    assert [text[at:].split(b" ")[0] for at in found] == [
        b"river",
        b"river-level-2:",
        b"river-level)",
        b"a.b",
        b"river",
    ]


def test_a_fact_that_takes_the_id_of_another_is_told_and_so_is_a_source() -> None:
    for listed in ("facts", "sources"):
        tree = _tree(VALLEY_INPUTS)
        tree[listed].append({**tree[listed][0], "id": tree[listed][1]["id"]})
        problems = review.review(VALLEY_INPUTS, replace(VALLEY_INPUTS, facts=_written(tree))).entries[0].breaks
        assert "id-duplicate" in [each.code for each in problems], listed


def test_a_fault_of_form_around_the_facts_that_was_there_before_is_not_told_again() -> None:
    before = _laid(VALLEY_INPUTS, ("    unit: metres\n", "    unit_of: metres\n"))
    after = _laid(before, ("    value: 4.2\n", "    value: 4.3\n"))
    found = review.review(before, after)
    assert {each.code for each in found.entries[0].breaks} == {"number-not-in-quote", "correction-missing"}
    assert found.problems == ()


def test_few_of_many_sources_and_fingerprints_are_read() -> None:
    after = _laid(OWN_INPUTS, ("value: 842648", "value: 842649"))
    for version in delta.between(OWN_INPUTS, after):
        listed = {each.id for each in version.briefing.base.sources}
        cited = {name for fact in version.briefing.base.facts for name in fact.cited}
        assert cited <= listed
        assert listed <= version.evidence.fingerprints.keys() <= version.briefing.declared["sources"]
        assert len(listed) < len(version.briefing.declared["sources"]) / 2


def test_a_figure_that_nobody_touched_and_that_is_contradicted_now_is_found() -> None:
    after = _laid(
        VALLEY_INPUTS,
        ("date: 2031-04-03\n    attribution", "date: 2031-04-01\n    attribution"),
        ("4.6 metres by the old bridge on 3 April 2031\n", "4.6 metres by the old bridge\n"),
    )
    (entry,) = review.review(VALLEY_INPUTS, after).entries
    assert "figures-conflict" in [each.code for each in entry.breaks]


def test_a_contradiction_that_was_there_before_is_not_new_for_standing_on_another_line() -> None:
    before = _laid(
        VALLEY_INPUTS,
        ("date: 2031-04-03\n    attribution", "date: 2031-04-01\n    attribution"),
        ("4.6 metres by the old bridge on 3 April 2031\n", "4.6 metres by the old bridge\n"),
    )
    said = "attribution: {}\n    said_by: [eastholm-council]\n    measure: river-level\n    value: 4.6"
    other = said.format("Eastholm town council"), said.format("The council of Eastholm")
    after = _laid(before, ("facts:\n", "facts:\n  # newest last\n"), other)
    with pytest.MonkeyPatch.context() as patch:
        for _ in ("in parts", "as a whole"):
            (entry,) = review.review(before, after).entries
            assert [each.code for each in entry.breaks] == []
            patch.setattr(cuttings.Cut, "of", lambda *_: None)
    for inputs in (before, after):
        assert "figures-conflict" in [each.code for each in site.judge(inputs).problems]


@pytest.mark.parametrize(
    "written",
    [
        "measure: river-level",
        "'measure': river-level",
        '"measure" : river-level',
        "measure  : river-level",
        "measure:\n      river-level",
        'measure: "river-level"',
        "measure: &level river-level",
        "? measure\n    : river-level",
        '"m\\u0065asure": river-level',
    ],
)
def test_a_figure_that_nobody_touched_is_found_however_its_measure_is_written(written: str) -> None:
    """A text in which `measure` stands as a word makes no fact odd, so that few are read."""
    before = _laid(
        VALLEY_INPUTS,
        (
            "attribution: Eastholm town council\n    measure: river-level\n    value: 4.2",
            f"attribution: Eastholm town council\n    {written}\n    value: 4.2",
        ),
    )
    after = _laid(
        before,
        ("date: 2031-04-03\n    attribution", "date: 2031-04-01\n    attribution"),
        ("4.6 metres by the old bridge on 3 April 2031\n", "4.6 metres by the old bridge\n"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuttings.Cut, "of", lambda _: None)
        whole = review.review(before, after)
    assert review.review(before, after).entries == whole.entries


def test_words_that_only_look_like_keys_make_no_fact_odd() -> None:
    texts = ("a measure", "measures: none", "who? nobody", "who?", 'he said "no" : yes', "tone’s: x", "it: 5 measure")
    for text in texts:
        facts = f"briefing:\n  title: A\nfacts:\n  - id: a\n    note: {text}\n  - id: b\n"
        found = cuttings.Text(facts.encode()).odd
        assert found == (frozenset({0}) if '" :' in text else frozenset()), text
    for text in ("? measure", "- ? measure", "measure :", "measure: |", "'id': a", '"id"  : a', "\\x61"):
        facts = f"briefing:\n  title: A\nfacts:\n  - id: a\n    {text}\n  - id: b\n"
        assert cuttings.Text(facts.encode()).odd == {0}, text


def test_what_is_computed_from_a_fact_that_cites_a_changed_source_is_found() -> None:
    after = _laid(
        VALLEY_INPUTS,
        (
            "    publisher: Valley Courier\n    kind: article\n    url: https://valley-courier.example/2031/04/02",
            "    publisher: Valley Courier\n    origin: A Wire\n    kind: article\n    url: https://valley-courier.example/2031/04/02",
        ),
    )
    assert _entry(VALLEY_INPUTS, after).reach.figures == ("displaced-together-1-april",)


def test_most_facts_of_a_large_base_are_not_read() -> None:
    after = _laid(OWN_INPUTS, ("value: 842648", "value: 842649"))
    old, new = delta.between(OWN_INPUTS, after)
    assert old.facts == new.facts == len(cuttings.Cut.of(OWN_INPUTS.facts or b"").items)  # type: ignore[union-attr]
    assert 1 <= len(new.briefing.base.facts) == len(old.briefing.base.facts) < 60
    assert len(new.whole.base.facts) == new.facts


def test_what_cannot_be_read_at_all_is_said() -> None:
    for broken in (b"", b"a: [", b"\xff", None):
        with pytest.raises(UnusableInputError):
            review.review(VALLEY_INPUTS, replace(VALLEY_INPUTS, facts=broken))
        with pytest.raises(UnusableInputError):
            review.review(replace(VALLEY_INPUTS, facts=broken), VALLEY_INPUTS)


def test_a_fault_of_form_that_is_new_breaks_a_rule_and_one_that_was_there_does_not() -> None:
    broken = _laid(VALLEY_INPUTS, ("    value: 4.2\n", "    value: some\n"))
    found = review.review(VALLEY_INPUTS, broken)
    assert "number-form" in [each.code for entry in found.entries for each in entry.breaks]
    later = _laid(broken, ("title: The river rose and fell", "title: The river fell"))
    assert not review.review(broken, later).is_broken


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("It was replaced after the storm.", "It was replaced.", "=It was replaced|- after the storm|=."),
        ("It was replaced.", "It was replaced after the storm.", "=It was replaced |+after the storm|=."),
        ("They were replaced.", "They had to be replaced.", "=They |-were |+had to be |=replaced."),
    ],
)
def test_no_space_is_lost_between_the_words_that_went_and_came(before: str, after: str, told: str) -> None:
    found = wording.pieces(before, after)
    assert "|".join(f"{each.mark}{each.text}" for each in found) == told
    assert "".join(each.text for each in found if each.mark != "-") == after


def test_markdown_has_one_space_between_words_outside_its_marks() -> None:
    marked = [comments._as_html(each) for each in wording.pieces("They were late there.", "They had to be late.")]
    assert "".join(marked) == "They <del>were</del> <ins>had to be</ins> late <del>there</del>."
