"""Problems as a person, a tool and a workflow read them."""

from __future__ import annotations

import json

from generator import reports
from generator.problems import Level, Place, Problem

FIRST = Problem(
    Place("facts.yaml", 4, 9), "quote-not-found", "“a, b” is not there: 50%", "words\nof it", "look", "fact x"
)
SECOND = Problem(Place("content/a,b.md", 1, 2), "source-unused", "nothing", "something", level=Level.WARNING)


def test_text_says_what_was_found_what_was_wanted_and_the_next_step() -> None:
    assert reports.as_text([FIRST, SECOND]) == (
        "facts.yaml:4:9: error quote-not-found [fact x]\n"
        "    found:  “a, b” is not there: 50%\n"
        "    wanted: words\nof it\n"
        "    next:   look\n"
        "\n"
        "content/a,b.md:1:2: warning source-unused\n"
        "    found:  nothing\n"
        "    wanted: something\n"
    )


def test_json_holds_every_part() -> None:
    assert json.loads(reports.as_json([FIRST])) == [
        {
            "path": "facts.yaml",
            "line": 4,
            "column": 9,
            "level": "error",
            "code": "quote-not-found",
            "subject": "fact x",
            "found": "“a, b” is not there: 50%",
            "wanted": "words\nof it",
            "next": "look",
        }
    ]
    assert json.loads(reports.as_json([])) == []


def test_github_annotations_are_escaped_and_errors_come_first() -> None:
    assert reports.as_github([SECOND, FIRST]) == (
        "::error file=facts.yaml,line=4,col=9,title=quote-not-found%3A fact x::"
        "“a, b” is not there: 50%25. Wanted: words%0Aof it. Next: look.\n"
        "::warning file=content/a%2Cb.md,line=1,col=2,title=source-unused::nothing. Wanted: something.\n"
    )


def test_github_shows_ten_of_a_level_so_the_rest_is_counted() -> None:
    lines = reports.as_github([FIRST] * 12 + [SECOND] * 3).splitlines()
    assert [line.split(" ")[0].split("::")[1] for line in lines] == ["error"] * 10 + ["notice"] + ["warning"] * 3
    assert lines[10] == "::notice::2 more errors: see the log of `python -m generator check`"


def test_the_summary_counts_in_words() -> None:
    assert [reports.summary(each) for each in ([], [FIRST], [FIRST, FIRST, SECOND])] == [
        "no problems",
        "1 error",
        "2 errors and 1 warning",
    ]
