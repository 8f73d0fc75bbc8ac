"""Seals: who reviewed a fact as it stands, what voids that, and where it is told; a record, no signature."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import files, load, seals, site
from generator.model import Briefing, Seal
from generator.problems import Level, Problem
from tests.making import BASE, changed, inputs
from tests.sites import BRIEFING, ROOT, copied, run
from tests.valley import VALLEY, reviews_of

DAY = dt.date(2031, 5, 30)


def _briefing(facts: str = BASE) -> Briefing:
    base, declared, _ = load.load_facts("facts.yaml", facts)
    return load.assemble(base, (), declared, ())


def _digest(facts: str, name: str = "sacks-lost") -> str:
    briefing = _briefing(facts)
    return seals.digest(briefing, briefing.facts[name])


def _sealed(*names: str, facts: str = BASE, by: str = "A. Miller") -> bytes:
    briefing = _briefing(facts)
    return seals.dump(seals.sealed(briefing, [briefing.facts[each] for each in names], by, DAY)).encode()


def _judged(facts: str, reviews: bytes | None) -> list[Problem]:
    found = site.judge(replace(inputs(facts), reviews=reviews)).problems
    return [each for each in found if each.code.startswith("seal")]


VOIDING = [
    ("Around 1,200 sacks of flour burnt", "Around 1,200 sacks of flour were lost"),
    ("value: 1200", "value: 1201"),
    ("hedge: around", "hedge: about"),
    ("date: 2031-05-02", "date: 2031-05-03"),
    ("attribution: The mill owners", "attribution: The owners"),
    ("quote: around 1,200 sacks of flour", "quote: around 1,200 sacks"),
    ("quote: around 1,200 sacks of flour", "quote: around 1,200 sacks of flour\n        stance: disputes"),
    ("publisher: The Herald", "publisher: The Mirror"),
    ("publisher: The Herald", "publisher: The Herald\n    origin: A Wire"),
    ("descriptor: A local newspaper", "descriptor: A newspaper"),
    ("unit: sacks", "unit: boxes"),
    ("nature: flow", "nature: stock"),
]


@pytest.mark.parametrize(("old", "new"), VOIDING)
def test_a_change_of_the_fact_its_quotes_its_sources_or_its_measure_voids_a_seal(old: str, new: str) -> None:
    after = changed(old, new)
    assert _digest(after) != _digest(BASE)
    (problem,) = [
        each for each in _judged(after, _sealed("sacks-lost", "mayor-visit")) if each.subject == "fact sacks-lost"
    ]
    assert (problem.code, problem.level) == ("seal-void", Level.WARNING)
    assert problem.found == (
        "the fact, a quote, a source or the measure changed since A. Miller reviewed it on 30 May 2031"
    )
    assert problem.hint == "have it reviewed again: python -m generator seal sacks-lost --by NAME"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 1200", "value: 1200.0"),
        ("title: The mill fire\n", "title: A fire\n"),
        ("The mayor met the mill owners on 3 May 2031", "On 3 May 2031 the mayor met the mill owners"),
        ("    value: 1200\n    hedge: around\n", "    hedge: 'around'  # so they say\n    value: 1200\n"),
        (
            "quote: around 1,200 sacks of flour",
            "stance: supports\n        quote: >-\n          around 1,200\n          sacks of flour",
        ),
    ],
)
def test_what_is_of_other_facts_or_of_the_layout_leaves_a_seal_as_it_is(old: str, new: str) -> None:
    assert _digest(changed(old, new)) == _digest(BASE)


@settings(max_examples=30)
@given(st.randoms(use_true_random=False), st.booleans())
def test_the_hash_does_not_depend_on_the_order_of_keys_and_lists(chance: object, flow: object) -> None:
    def shuffled(tree: object) -> object:
        if isinstance(tree, dict):
            return {key: shuffled(tree[key]) for key in chance.sample([*tree], len(tree))}  # type: ignore[attr-defined]
        return [shuffled(each) for each in chance.sample(tree, len(tree))] if isinstance(tree, list) else tree  # type: ignore[attr-defined]

    facts = (VALLEY / "facts.yaml").read_text(encoding="utf-8")
    tree = shuffled(yaml.load(facts, Loader=yaml.BaseLoader))  # noqa: S506
    again = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, default_flow_style=bool(flow))
    for name in ("opening-6-april", "no-warning-in-westholm", "displaced-together-1-april"):
        assert _digest(again, name) == _digest(facts, name)


def test_the_file_is_sorted_and_read_as_it_was_written() -> None:
    text = _sealed("sacks-lost", "mayor-visit").decode()
    assert re.fullmatch(
        r"# Who reviewed .+\n# A record, not a signature\. .+\n"
        r"mayor-visit 2031-05-30 [0-9a-f]{64} A\. Miller\nsacks-lost 2031-05-30 [0-9a-f]{64} A\. Miller\n",
        text,
    )
    found, problems = seals.load("reviews.lock", text)
    assert problems == []
    assert [(each.fact, each.by, each.on, each.place.line) for each in found] == [
        ("mayor-visit", "A. Miller", DAY, 3),
        ("sacks-lost", "A. Miller", DAY, 4),
    ]
    assert seals.dump(reversed(found)) == text


BROKEN = [
    "sacks-lost",
    "sacks-lost 2031-05-30 A. Miller",
    f"sacks-lost 2031-02-30 {'a' * 64} A. Miller",
    f"sacks-lost 2031-05-30 {'A' * 64} A. Miller",
    f"sacks-lost 2031-05-30 {'a' * 64} ",
    f"sacks-lost 2031-05-30 {'a' * 64} A.  Miller",
    f"sacks-lost 2031-05-30 {'a' * 64} A.\u202eMiller",
    f"sacks-lost 2031-05-30 {'a' * 64} {'A' * 121}",
    f"Sacks 2031-05-30 {'a' * 64} A. Miller",
]


@pytest.mark.parametrize("line", BROKEN)
def test_a_line_that_is_no_seal_is_an_error(line: str) -> None:
    (problem,) = _judged(BASE, f"{line}\n{_sealed('sacks-lost', 'mayor-visit').decode()}".encode())
    assert (problem.place.line, problem.code, problem.found) == (1, "seal-broken", "the line is no seal")


def test_two_seals_of_one_reviewer_for_one_fact_are_an_error() -> None:
    text = _sealed("sacks-lost", "mayor-visit").decode()
    (problem,) = _judged(BASE, f"{text}{text.splitlines()[-1]}\n".encode())
    assert problem.found == "a second seal of sacks-lost by A. Miller; the first is on line 4"


def test_a_briefing_without_the_file_is_asked_for_nothing_and_one_with_it_is_told_in_one_note() -> None:
    assert _judged(BASE, None) == []
    (note,) = _judged(BASE, _sealed("sacks-lost"))
    assert (note.code, note.level, str(note.place)) == ("seal-missing", Level.NOTE, "reviews.lock:1:1")
    assert note.found == "1 of 2 facts have no seal: mayor-visit"
    (empty,) = _judged(BASE, b"")
    assert empty.found == "2 of 2 facts have no seal: sacks-lost, mayor-visit"


def test_a_seal_of_a_fact_that_is_not_there_is_told_at_its_line() -> None:
    sealed = _sealed("sacks-lost", "mayor-visit")
    (problem,) = _judged(BASE, sealed + f"sacks-found 2031-05-30 {'a' * 64} A. Miller\n".encode())
    assert (problem.code, problem.place.line) == ("seal-unknown", 5)


def test_one_seal_that_holds_is_enough() -> None:
    briefing = _briefing()
    good = seals.sealed(briefing, [briefing.facts["sacks-lost"], briefing.facts["mayor-visit"]], "A. Miller", DAY)
    old = Seal("sacks-lost", "B. Baker", DAY, "0" * 64)
    assert _judged(BASE, seals.dump((*good, old)).encode()) == []
    known = replace(briefing, seals=(*good, old))
    assert seals.in_words(known, known.facts["sacks-lost"]) == "Reviewed by A. Miller on 30 May 2031"
    assert seals.in_words(replace(known, seals=(old,)), known.facts["sacks-lost"]) == "Not reviewed"
    assert seals.in_words(replace(known, seals=None), known.facts["sacks-lost"]) == ""


# -- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def valley(tmp_path: Path) -> Path:
    """A copy of the second briefing, without its reviews."""
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    (root / "reviews.lock").unlink()
    return root


def test_the_command_writes_seals_and_replaces_those_of_the_same_reviewer(valley: Path) -> None:
    first = run("seal", "hay-unpaid", "level-3-april", "--by", "T. Orrel", "--date", "2031-04-09", "--root", valley)
    assert (first.returncode, first.stdout) == (0, "")
    assert first.stderr == "reviews.lock: 2 facts reviewed by T. Orrel on 9 April 2031 (a record, no signature)\n"
    second = run("seal", "hay-unpaid", "--by", "T. Orrel", "--date", "2031-04-10", "--root", valley)
    assert second.returncode == 0
    lines = (valley / "reviews.lock").read_text(encoding="utf-8").splitlines()[2:]
    assert [line.split(" ")[:2] for line in lines] == [["hay-unpaid", "2031-04-10"], ["level-3-april", "2031-04-09"]]
    assert "seal-void" not in run("check", "--root", valley).stdout


def test_the_command_takes_today_where_no_day_is_named(valley: Path) -> None:
    days = {dt.datetime.now(tz=dt.UTC).astimezone().date().isoformat()}
    assert run("seal", "hay-unpaid", "--by", "T. Orrel", "--root", valley).returncode == 0
    days.add(dt.datetime.now(tz=dt.UTC).astimezone().date().isoformat())
    assert (valley / "reviews.lock").read_text(encoding="utf-8").splitlines()[2].split(" ")[1] in days


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hay-unpayd", "--by", "T. Orrel"], "there is no fact 'hay-unpayd': did you mean 'hay-unpaid'?"),
        (["hay-unpaid", "--by", "T.\tOrrel"], "is no name that a line can hold"),
        (["hay-unpaid", "--by", " "], "is no name that a line can hold"),
        (["hay-unpaid"], "Missing option '--by'"),
        (["--by", "T. Orrel"], "Missing argument 'FACT...'"),
        (["hay-unpaid", "--by", "T. Orrel", "--date", "today"], "does not match the format"),
    ],
)
def test_what_cannot_be_sealed_is_said_and_nothing_is_written(valley: Path, arguments: list[str], said: str) -> None:
    done = run("seal", *arguments, "--root", valley)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not (valley / "reviews.lock").exists()


def test_facts_of_a_briefing_with_errors_are_not_sealed(valley: Path) -> None:
    path = valley / "facts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 4.2", "value: 4.3"), encoding="utf-8")
    done = run("seal", "hay-unpaid", "--by", "T. Orrel", "--root", valley)
    assert done.returncode == 1
    assert "nothing was sealed" in done.stderr
    assert not (valley / "reviews.lock").exists()


# -- the second briefing and the site -------------------------------------------------------------------------------


def test_the_seals_of_the_second_briefing_are_those_of_its_facts() -> None:
    written = (VALLEY / "reviews.lock").read_text(encoding="utf-8")
    assert reviews_of((VALLEY / "facts.yaml").read_text(encoding="utf-8")) == written, "run `python -m tests.valley`"


def test_the_site_tells_who_reviewed_a_fact_where_the_briefing_keeps_reviews(
    valley_site: Path, briefing_site: Path
) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in (valley_site / "facts").rglob("*.html")}
    text = " ".join(pages.values())
    assert "<dd>Reviewed by Ilse Varn on 9 April 2031 and by T. Orrel on 9 April 2031</dd>" in text
    assert text.count("<dd>Not reviewed</dd>") == len(site.judge(files.read_inputs(VALLEY)).briefing.facts) - 3
    own = "".join(path.read_text(encoding="utf-8") for path in (briefing_site / "facts").rglob("*.html"))
    assert own.count("<dd>Not reviewed</dd>") == len(site.judge(files.read_inputs(ROOT)).briefing.facts), (
        "nobody has yet"
    )
