"""How a review is written: for a terminal, for a pull request within its limit, for tools, as annotations."""

# ruff: noqa: E501 - what is printed is compared as it is

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from generator import comments, files, review
from generator.changes import Change, Difference, Weight
from generator.problems import Place
from generator.review import Entry, Reach, Review
from tests.test_hostile import HOSTILE
from tests.valley import VALLEY

VALLEY_INPUTS = files.read_inputs(VALLEY)
PLACE = Place("facts.yaml", 7, 5)
BREAKS_NOTHING = "\u202egnihton \u2066\u200bhidden\x1b[31m"


def _reviewed(*pairs: tuple[str, str]) -> Review:
    text = (VALLEY_INPUTS.facts or b"").decode()
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return review.review(VALLEY_INPUTS, replace(VALLEY_INPUTS, facts=text.encode()))


def _entry(number: int, before: str, after: str) -> Entry:
    difference = Difference("note", before, after, Weight.WORDING, PLACE, is_text=True)
    change = Change("fact", f"fact-{number}", "changed", "A title", PLACE, differences=(difference,))
    return Entry(change, Reach(), (), ())


FOUND = (
    ("value: 4.2", "value: 4.3"),
    ("before each opening, not after it", "before each opening"),
    ("  - id: level-3-april\n", "  - id: level-on-3-april\n"),
)


def test_a_review_for_a_terminal_begins_with_what_is_gravest() -> None:
    assert (
        comments.as_text(_reviewed(*FOUND))
        == """\
2 facts changed, 1 renamed; 2 break rules

Breaks a rule

facts.yaml:362:12: fact level-at-old-bridge changed
    Level of the river at the old bridge, Westholm, 1 April 2031: 4.2 -> 4.3; quote unchanged (“The river stood at 4.2 metres by the old bridge”, verified in paragraph 4)
    breaks number-not-in-quote: the value is 4.3; its quotes hold 4.2
    breaks correction-missing: value of a published figure changed: 4.2 (1 April 2031) was, 4.3 (1 April 2031) is: “The river stood at 4.2 metres by the old bridge”
    charts: river-level draws it
    pages: gates.md, index.md
    sentence: content/gates.md:8: By then [fact level-at-old-bridge].
    ? The value changed, its sources and quotes did not: do they say 4.3?

Changes what is claimed

facts.yaml:442:16: fact mayor-asks-for-warning changed
    “The mayor of Eastholm asked for a warning in both towns before each opening”: quote changed: “warn both towns before each opening, not after it” -> “warn both towns before each opening” (verified in paragraph 6)
    quote: warn both towns before each opening[-, not after it-] (verified in paragraph 6)
    review no longer holds: reviewed by T. Orrel on 9 April 2031
    judgments: openings-outpaced-warnings
    pages: gates.md
    ? The quote is shorter: do the words that went change what it says (“, not after it”)?
    ? On it rests what the authors conclude (openings-outpaced-warnings): does it still hold, as firmly?

Renamed

facts.yaml:367:9: fact level-on-3-april renamed
    Level of the river at the old bridge, Westholm, 3 April 2031: renamed from level-3-april to level-on-3-april
    breaks fact-erased: fact level-3-april is gone, which an earlier version had: “The river stood at 4.6 metres by the old bridge on 3 April 2031”
    review no longer holds: reviewed by T. Orrel on 9 April 2031
    charts: river-level draws it
    pages: index.md, gates.md
    ? The address #level-3-april leads nowhere from now on: who may have cited it?
"""
    )


def test_a_review_of_nothing_says_so_in_every_form() -> None:
    nothing = _reviewed()
    assert comments.as_text(nothing) == "no change of facts\n"
    assert comments.as_markdown(nothing) == "### no change of facts\n\n"
    assert comments.as_github(nothing) == ""
    assert json.loads(comments.as_json(nothing)) == {
        "summary": "no change of facts",
        "broken": False,
        "changes": [],
        "problems": [],
        "seals": "",
    }


def test_a_comment_shows_words_that_went_and_came() -> None:
    found = comments.as_markdown(_reviewed(FOUND[1]))
    assert "- quote: warn both towns before each opening<del>, not after it</del> (verified in paragraph 6)\n" in found
    assert found.startswith(
        "### 1 fact changed\n\n\n#### Changes what is claimed\n\n**fact mayor-asks-for-warning** changed"
    )
    assert "- **?** The quote is shorter" in found


@pytest.mark.parametrize("text", ["a" * 300, "é" * 300, "€*" * 200, "@#" * 300, "😀" * 200])
def test_a_comment_of_thousands_of_changes_keeps_the_limit_and_counts_the_rest(text: str) -> None:
    entries = tuple(_entry(number, f"{number}", f"{number} {text}") for number in range(5000))
    found = comments.as_markdown(Review(entries, ()))
    assert len(found.encode()) < comments.LIMIT
    assert len(found.encode()) > comments.LIMIT - 5000
    shown = found.count("\n**fact ")
    assert f"**And {5000 - shown} more changes**, for which a comment has no room: {5000 - shown} under" in found
    assert f"**fact fact-{shown - 1}**" in found


def test_one_change_of_many_long_texts_has_room_in_a_comment() -> None:
    difference = Difference("paragraph", "x " * 4000, "y " * 4000, Weight.WORDING, PLACE, is_text=True)
    change = Change("page", "a.md", "changed", "A", PLACE, differences=(difference,) * 200)
    found = comments.as_markdown(Review((Entry(change, Reach(), (), ()),), ()))
    assert "**page a.md** changed" in found
    assert "- and 188 more differences\n" in found
    assert len(found.encode()) < comments.LIMIT


OURS = re.compile(r"</?(?:del|ins)>|<br>|^#{3,4} |&#\d+;", re.MULTILINE)


@pytest.mark.parametrize(
    "text",
    [*HOSTILE, "@octocat and @org/team", "see #12, GH-12, o/r#3", "mail a@b.example", ":tada: :+1:", BREAKS_NOTHING],
)
def test_hostile_text_is_plain_text_in_a_comment_and_everywhere_else(text: str) -> None:
    hostile = Review((_entry(1, "before", text), _entry(2, text, "after")), ())
    hostile = replace(hostile, entries=tuple(replace(each, seal=text) for each in hostile.entries))
    written = comments.as_markdown(hostile)
    bare = OURS.sub("", written.replace("&#8203;", "\0"))
    assert not re.search(r"<|@(?!\0)|#(?!\0)|(?:http|https):/(?!\0)/|www(?!\0)\.|[`_\[\]$|~\\]", bare), bare
    assert bare.count("*") % 2 == 0
    for form in comments.FORMATS.values():
        lines = form(hostile)
        assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069\x1b]", lines) or form is comments.as_json
    assert all(line.startswith("::") for line in comments.as_github(hostile).splitlines())


def test_annotations_stand_at_the_lines_and_what_breaks_a_rule_is_an_error() -> None:
    lines = comments.as_github(_reviewed(*FOUND)).splitlines()
    assert [line.split("::")[1].partition(",col")[0] for line in lines] == [
        "error file=facts.yaml,line=362",
        "error file=facts.yaml,line=367",
        "warning file=facts.yaml,line=442",
    ]
    erased = _reviewed(
        ("  - id: hay-unpaid\n", "  - id: straw\n"),
        ("statement: Residents of Westholm have not", "statement: Straw"),
        ("quote: has been told who will pay for the ruined hay", "quote: fields as far as 6"),
    )
    assert "::error file=facts.yaml,line=1,col=1,title=fact hay-unpaid erased::" in comments.as_github(erased)


def test_annotations_beyond_what_github_shows_are_counted() -> None:
    lines = comments.as_github(Review(tuple(_entry(number, "a", "b") for number in range(30)), ())).splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::notice::21 more notes: run `python -m generator review` to read them"


def test_json_has_everything_for_other_tools() -> None:
    found = json.loads(comments.as_json(_reviewed(*FOUND)))
    assert (found["summary"], found["broken"]) == ("2 facts changed, 1 renamed; 2 break rules", True)
    first, second, third = found["changes"]
    assert [first["id"], second["id"], third["id"]] == [
        "level-at-old-bridge",
        "mayor-asks-for-warning",
        "level-on-3-april",
    ]
    assert first["differences"][0] == {
        "name": "value",
        "before": "4.2",
        "after": "4.3",
        "weight": "meaning",
        "note": "",
        "words": "4.2 -> 4.3",
        "path": "facts.yaml",
        "line": 362,
        "column": 12,
    }
    assert [each["code"] for each in first["breaks"]] == ["number-not-in-quote", "correction-missing"]
    assert first["reach"]["charts"] == [{"id": "river-level", "does": "draws it"}]
    assert (third["was"], third["gravity"]) == ("level-3-april", "Renamed")
    assert second["questions"][0]["code"] == "quote-shortened"
