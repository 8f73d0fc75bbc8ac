"""The memo of the last run changes how long an answer takes, and never the answer."""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import random
import re
import subprocess
import sys
import weakref
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from click.testing import CliRunner

from generator import checks, cli, files, load, memo, model, site
from generator.checks.references import reference_unknown
from tests.making import BASE, INDEX, changed, inputs, lock

CODE = b"this code"
FIRST, _, REST = BASE.partition("facts:\n")[2].partition("  - id: mayor-visit\n")
SECOND, _, CHARTS = REST.partition("charts:\n")


def _fact(number: int) -> str:
    """A fact like those of the small base: some have no fault, some have, and some are of an unusual form."""
    if number % 2:
        text = f"  - id: visit-{number}\n{SECOND}"
        text = (
            text
            if number % 3
            else text.replace("    type:", "    note: Hardly |\n      anybody, they said.\n    type:")
        )
        text = text if number % 5 else text.replace("[mayor]", "[\n      mayor]")
        return text if number % 7 else f"{text}    # On that day.\n\n"
    text = FIRST.replace("sacks-lost", f"sacks-{number}").replace("1,200", "1,201" if number % 4 else "1,200")
    text = text if number % 3 else text.replace("The mill owners", "Mill officials")
    if number % 12 == 0:
        text += "        stance: disputes\n    waivers:\n      - rule: number-not-in-quote\n        because: A test.\n"
        text += f"        by: A. Miller\n        until: {2031 if number % 24 else 2030}-12-31\n"
    if number % 10 == 0:
        text += f"    disputes:\n      - fact: sacks-{number // 2}\n        note: Counted by others.\n"
    if number % 14 == 0:
        text += "    withdrawn:\n      date: 2031-05-30\n      why: >-\n        Counted\n        again.\n"
    if number % 16 == 0:
        text += "    derived: |+\n      sacks-4 + 0\n\n"
    return text


JUDGMENTS = """\
judgments:
  - id: mill-rebuilt
    statement: The mill will be built again
    based_on: [visit-1, sacks-8]
    likelihood: likely
    confidence: high
    because: A single report of around 1,200 sacks.
    would_change: A word of the owners.
"""
LARGE = BASE.partition("facts:\n")[0] + "facts:\n" + "".join(map(_fact, range(1, 41))) + f"charts:\n{CHARTS}{JUDGMENTS}"
LEAST = 1 + LARGE.count("    derived:")
"""Facts that are read in any run: the first, and those computed from others."""
PAGES = {"index.md": INDEX.replace("sacks-lost", "sacks-4"), "b.md": f'{INDEX}\n{{{{ cite("visit-5", "sacks-6") }}}}\n'}


def _seen(value: Any) -> Any:  # noqa: ANN401 - trees of records
    """A value as something that can be compared, with every place, however it was read."""
    if isinstance(value, model.Record):
        kind = getattr(value, "KIND", "") or type(value).__name__
        named = {each.name: _seen(getattr(value, each.name)) for each in fields(value) if each.name != "where"}
        where = value.where
        return kind, named, where.path, where.line, where.column, {**where.fields}
    return tuple(map(_seen, value)) if isinstance(value, tuple) else value


def _answer(judged: site.Judged) -> Any:  # noqa: ANN401 - as above
    briefing = judged.briefing
    return {
        "problems": judged.problems,
        "waived": judged.waived,
        "unusable": judged.unusable,
        "quotes": judged.quotes,
        "declared": briefing.declared,
        "pages": briefing.pages,
        "base": _seen(briefing.base),
        "cited": [(fact.cited, fact.backing, fact.is_denied) for fact in briefing.base.facts],
        "statuses": [judged.evidence.statuses(fact) for fact in briefing.base.facts],
    }


def _large(text: str = LARGE) -> site.Inputs:
    return inputs(text, PAGES)


def _memo_of(given: site.Inputs) -> bytes:
    found = site.judge(given, memo.Last(CODE)).memorised()
    assert found
    return found


def _recalled(given: site.Inputs, written: bytes, code: bytes = CODE) -> int | None:
    """How many facts had to be read, with a memo; None for all. The answer is the same as without, in any case."""
    judged = site.judge(given, memo.Last(code, written))
    assert _answer(judged) == _answer(site.judge(given))
    assert judged.memo
    return len(judged.memo.recalled.new) if judged.memo.recalled else None


# -- what is recalled -----------------------------------------------------------------------------------------------


def test_the_base_of_these_tests_has_problems_and_waivers_but_none_of_form() -> None:
    judged = site.judge(_large())
    assert {each.code for each in judged.problems} <= checks.CODES
    assert {"number-not-in-quote", "attribution-unlinked"} <= {each.code for each in judged.problems} & checks.ALONE
    assert judged.waived


def test_of_a_base_that_is_as_it_was_only_the_first_fact_and_what_is_computed_are_read() -> None:
    assert _recalled(_large(), _memo_of(_large())) == LEAST


EDITS = {
    "a word": (
        "sacks of flour burnt\n    topic: losses\n    side: mill\n",
        "sacks burnt\n    topic: losses\n    side: mill\n",
    ),
    "a line more": ("    type: meeting\n", "    type: meeting\n    place: The town hall\n"),
    "a fact more": ("  - id: visit-9\n", _fact(41) + "  - id: visit-9\n"),
    "a fact less": (_fact(15), ""),
    "another name": ("  - id: visit-9\n", "  - id: visit-of-the-mayor\n"),
    "the last fact": (_fact(40), _fact(40).replace("The mill owners", "The owners")),
    "an unread page's fact": (_fact(5), _fact(5).replace("visit-5", "visit-55")),
    "two facts exchanged": (_fact(20) + _fact(21), _fact(21) + _fact(20)),
    "a basis of what is computed": (_fact(4), _fact(4).replace("1,200", "1,300").replace("value: 1200", "value: 1300")),
    "a chart": ("title: Flour was lost", "title: All 1,300 sacks were lost"),
    "a judgment": ("confidence: high", "confidence: moderate"),
    "a comment": ("  - id: visit-9\n", "  # The ninth.\n\n  - id: visit-9\n"),
}


@pytest.mark.parametrize("name", EDITS)
def test_after_a_change_a_few_facts_are_read(name: str) -> None:
    old, new = EDITS[name]
    found = _recalled(_large(LARGE.replace(old, new, 1)), _memo_of(_large()))
    assert found is not None
    assert found <= LEAST + 2


def test_a_change_of_a_page_needs_no_fact_to_be_read() -> None:
    given = inputs(LARGE, {"index.md": INDEX.replace("sacks-lost", "sacks-2")})
    assert _recalled(given, _memo_of(_large())) == LEAST


OTHERWISE = {
    "the head": changed("label: Losses", "label: Loss", LARGE),
    "two facts of one name": changed("  - id: visit-9\n", "  - id: visit-11\n", LARGE),
    "a fact twice": LARGE.replace(_fact(9), _fact(9) * 2),
    "a key nobody knows": changed("  - id: visit-9\n", "  - id: visit-9\n    colour: red\n", LARGE),
    "an open quote": changed("  - id: visit-9\n", '  - id: visit-9\n    note: "Not\n', LARGE),
    "a tab": changed("  - id: visit-9\n", "  - id: visit-9\n\tnote: Not\n", LARGE),
    "a line at the margin": changed("  - id: visit-9\n", "visits:\n  - id: visit-9\n", LARGE),
    "another dash": changed("  - id: visit-9\n", "- id: visit-9\n", LARGE),
    "a deeper dash": changed("  - id: visit-9\n", "   - id: visit-9\n", LARGE),
    "another document": changed("  - id: visit-9\n", "---\n  - id: visit-9\n", LARGE),
    "an alias": changed("  - id: visit-9\n", "  - &nine\n    id: visit-9\n", LARGE),
    "no facts": LARGE.partition("facts:\n")[0],
    "facts twice": f"{LARGE}facts: []\n",
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_whatever_is_unusual_is_read_as_a_whole(name: str) -> None:
    assert _recalled(_large(OTHERWISE[name]), _memo_of(_large())) is None
    assert site.judge(_large(OTHERWISE[name]), memo.Last(CODE)).memorised() is None or name == "the head"


def test_what_facts_are_judged_by_may_stand_behind_them() -> None:
    head, _, rest = LARGE.partition("sources:\n")
    sources, _, after = rest.partition("measures:\n")
    moved = f"{head}measures:\n{after}sources:\n{sources}"
    assert _recalled(_large(moved), _memo_of(_large(moved))) is not None
    other = changed("published: 2031-05-04", "published: 2031-05-01", moved)
    assert _recalled(_large(other), _memo_of(_large(moved))) is None


def test_a_change_of_the_lock_has_everything_judged() -> None:
    given = _large()
    assert _recalled(replace(given, lock=lock("The mill has burnt.").encode()), _memo_of(given)) is None
    assert _recalled(replace(given, lock=None), _memo_of(given)) is None


def test_an_earlier_version_is_compared_with_what_is_recalled() -> None:
    given = replace(_large(), before=LARGE.replace("1,201", "1,202").replace("value: 1200", "value: 1300").encode())
    assert _recalled(given, _memo_of(_large())) == LEAST
    assert {"correction-missing"} <= {each.code for each in site.judge(given).problems}


def test_whoever_asks_for_more_of_a_recalled_fact_has_it_read() -> None:
    facts = site.judge(_large(), memo.Last(CODE, _memo_of(_large()))).briefing.facts
    fact = facts["sacks-22"]
    assert isinstance(fact, model.Figure)
    assert (fact.topic, fact.hedge, fact.cited) == ("losses", "around", ("herald",))
    assert fact.statement == "Around 1,201 sacks of flour burnt"
    assert "attribution" not in vars(fact)
    assert fact.attribution
    assert type(fact) is model.Figure
    assert fact.citations[0].where.line == fact.where.line + 12


def test_all_facts_can_be_read_at_once() -> None:
    judged = site.judge(_large(), memo.Last(CODE, _memo_of(_large())))
    facts = judged.briefing.base.facts
    assert sum("_lines" in vars(fact) for fact in facts) > len(facts) / 2
    with mock.patch.object(load, "load_fact", side_effect=AssertionError("none is to be read by itself")):
        judged.read_all()
        assert _seen(facts) == _seen(site.judge(_large()).briefing.base.facts)
    assert {*map(type, facts)} <= {*model.FACT_KINDS.values()}


# -- when it is written ---------------------------------------------------------------------------------------------


def test_a_memo_is_written_again_only_when_many_facts_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    first = _memo_of(_large())
    given = _large(changed("visit-9\n", "visit-of-the-mayor\n", LARGE))
    assert site.judge(given, memo.Last(CODE, first)).memorised() is None
    monkeypatch.setattr(memo, "MANY", 2)
    second = site.judge(given, memo.Last(CODE, first)).memorised()
    assert second is not None
    assert _recalled(given, second) == LEAST


@pytest.mark.parametrize("seed", range(40))
def test_after_any_changes_the_answer_is_that_of_a_run_without_a_memo(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    monkeypatch.setattr(memo, "MANY", chance.choice([2, 5, 64]))
    written, good, recalled = _memo_of(_large()), LARGE, 0
    for _ in range(12):
        text = good
        for _ in range(chance.randint(1, 2)):
            text = chance.choice(CHANGES)(text, chance)
        given = _large(text)
        if chance.random() < 0.2:
            given = inputs(text, {"index.md": INDEX.replace("sacks-lost", f"sacks-{chance.randint(0, 40)}")})
        if chance.random() < 0.05:
            given = replace(given, lock=lock("On 3 May 2031 the mayor met the mill owners twice.").encode())
        judged = site.judge(given, memo.Last(CODE, written))
        assert _answer(judged) == _answer(site.judge(given))
        assert judged.memo
        recalled += judged.memo.recalled is not None
        new = judged.memorised()
        written = new or written
        good = text if new or judged.memo.recalled else good
    assert recalled


Change = Callable[[str, random.Random], str]


def _at_a_line(change: Callable[[str, random.Random], str]) -> Change:
    def made(text: str, chance: random.Random) -> str:
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        return "\n".join([*lines[:at], change(lines[at], chance), *lines[at + 1 :]])

    return made


def _at_a_fact(change: Callable[[list[str], int, random.Random], None]) -> Change:
    def made(text: str, chance: random.Random) -> str:
        head, mark, rest = text.partition("facts:\n")
        facts = re.split(r"^(?=  - id: (?:sacks|visit))", rest, flags=re.MULTILINE)
        change(facts, chance.randrange(len(facts)), chance)
        return head + mark + "".join(facts)

    return made


def _exchange(facts: list[str], at: int, chance: random.Random) -> None:
    other = chance.randrange(len(facts))
    facts[at], facts[other] = facts[other], facts[at]


def _remove(facts: list[str], at: int, _: random.Random) -> None:
    del facts[at]


def _other_digits(line: str, chance: random.Random) -> str:
    return re.sub(r"\d+", lambda _: str(chance.randint(1, 2000)), line)


CHANGES: list[Change] = [
    _at_a_line(_other_digits),
    _at_a_line(_other_digits),
    _at_a_line(lambda line, _: line.replace("mill", "mills").replace("around", "some")),
    _at_a_line(lambda line, _: f"{line} # a comment"),
    _at_a_line(lambda line, _: f"{line}\n"),
    _at_a_line(lambda line, _: f"{line}\n# a comment"),
    _at_a_line(lambda line, _: f"{line}\n    note: A word more"),
    _at_a_line(lambda line, _: f"{line}\n    note: |+\n      A word more\n\n"),
    _at_a_line(lambda line, _: f'{line}\n    note: "A word more,\n      and more"'),
    _at_a_line(lambda line, _: f"{line}\n  - {line.strip()}"),
    _at_a_line(lambda line, _: f" {line}"),
    _at_a_line(lambda line, _: f"{line}\r"),
    _at_a_line(lambda line, chance: line + chance.choice(['"', "'", ":", "\t", "|+", "[", "&a", "\u2028", "\ufeff"])),
    _at_a_line(lambda _line, _: "\n  \n"),
    _at_a_line(lambda line, chance: chance.choice(["---", "...", "more:", "- id: a", "? a", "facts:"]) + f"\n{line}"),
    _at_a_fact(_exchange),
    _at_a_fact(_exchange),
    _at_a_fact(_remove),
    _at_a_fact(lambda facts, at, chance: facts.insert(at, _fact(chance.randint(40, 90)))),
    _at_a_fact(lambda facts, at, chance: facts.insert(at, _fact(chance.randint(40, 90)))),
    _at_a_fact(lambda facts, at, _: facts.insert(at, facts[at])),
    lambda text, _: text.replace("\n", "\r\n"),
    lambda text, _: text.rstrip("\n"),
    lambda text, _: text.replace("confidence: high", "confidence: low"),
]


# -- what a memo may not do -----------------------------------------------------------------------------------------


def _packed(content: bytes, given: site.Inputs) -> bytes:
    """A memo with any content at all that has the right seal."""
    assert given.facts
    key = memo.Memo("facts.yaml", given.facts, (given.lock, given.reviews), memo.Last(CODE))._key
    return hashlib.sha256(key + content).digest() + content


class _Hostile:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self._path}",)


def test_a_memo_cannot_run_code(tmp_path: Path) -> None:
    hostile = pickle.dumps({b"": _Hostile(tmp_path / "harm")})
    assert _recalled(_large(), _packed(hostile, _large())) is None
    assert not (tmp_path / "harm").exists()
    pickle.loads(hostile)  # noqa: S301 - to show that it would have
    assert (tmp_path / "harm").exists()


SHAPES: list[object] = [None, [], {}, {b"": ()}, {b"": (1, 2, 3, 4, 5)}, {b"": ("figure", 1, {}, [], 0)}, model.About()]


@pytest.mark.parametrize("content", SHAPES)
def test_a_memo_of_another_shape_is_of_no_use(content: object) -> None:
    assert _recalled(_large(), _packed(pickle.dumps(content), _large())) in (None, 40)


@pytest.mark.parametrize(
    "row", [(), ("riddle", 13, {}, [], (0, 0)), ("figure", "", {}, [], 0), ("figure", 1, [], 1, 1)]
)
def test_a_row_of_another_shape_is_of_no_use(row: tuple[Any, ...]) -> None:
    digests = memo.Memo("facts.yaml", LARGE.encode(), (b"", None), memo.Last(CODE))._digests
    content = pickle.dumps(dict.fromkeys(digests, row))
    assert _recalled(_large(), _packed(content, _large())) is None


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 500, -1])
def test_half_a_memo_is_of_no_use(length: int) -> None:
    assert _recalled(_large(), _memo_of(_large())[:length]) is None


def test_a_memo_of_other_code_or_of_another_briefing_is_of_no_use() -> None:
    written = _memo_of(_large())
    assert _recalled(_large(), written, b"other code") is None
    assert _recalled(_large(changed("The mill fire", "A mill fire", LARGE)), written) is None
    assert _recalled(_large(), written[:100] + bytes([written[100] ^ 1]) + written[101:]) is None


def test_a_rule_of_single_facts_says_the_same_of_a_fact_that_stands_by_itself() -> None:
    for given in (_large(), files.read_inputs(Path(__file__).parents[1])):
        judged = site.judge(given)
        for fact in judged.briefing.base.facts:
            if getattr(fact, "derived", ""):  # is read each time, since it rests on others
                continue
            base = replace(judged.briefing.base, facts=(fact,), charts=(), judgments=(), corrections=())
            declared = {**judged.briefing.declared, "facts": frozenset({fact.id})}
            case = checks.Case(model.Briefing(base, (), declared), judged.evidence, (fact,))
            found = [each for rule in checks.RULES if rule.alone for each in rule.run(case)]
            known = [
                each
                for each in (*judged.problems, *judged.waived)
                if each.code in checks.ALONE and each.subject == fact.subject
            ]
            assert sorted(map(_told, found)) == sorted(map(_told, known))


def _told(problem: Any) -> tuple[str, ...]:  # noqa: ANN401 - a problem
    return problem.code, str(problem.place.line), problem.found, problem.hint


def test_the_quick_look_for_unknown_names_knows_every_field_that_names_something() -> None:
    nested = {
        (field, name)
        for cls in model.FACT_KINDS.values()
        for field, spec in cls.specs().items()
        if spec.record
        for name, inner in spec.record.specs().items()
        if inner.target or inner.record
    }
    assert nested == {("citations", "source"), ("disputes", "fact")}
    assert reference_unknown.code == "reference-unknown"


# -- on disk --------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A briefing on disk that counts as large, and a cache of its own."""
    root = tmp_path / "briefing"
    given = _large()
    files.write_tree(root, {"facts.yaml": given.facts or b"", "sources.lock": given.lock or b""})
    files.write_tree(root / "content", given.pages)
    monkeypatch.setattr(memo, "LARGE", 0)
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "cache"))
    return root


def _check(root: Path, *options: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(cli.main, ["check", "--root", str(root), *options])
    return found.exit_code, found.stdout, found.stderr.rpartition(" (")[0]


def test_check_keeps_a_memo_and_says_the_same_with_it(folder: Path, tmp_path: Path) -> None:
    first = _check(folder, "--no-memo")
    assert not (tmp_path / "cache").exists()
    assert _check(folder) == first
    (kept,) = (tmp_path / "cache").glob("*.memo")
    written = kept.read_bytes()
    assert site.judge(files.read_inputs(folder), files.read_memo(folder)).memorised() is None
    assert _check(folder) == first
    assert [each.read_bytes() for each in (tmp_path / "cache").glob("*.memo")] == [written]


def test_of_a_small_base_nothing_is_kept_but_what_was_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memo, "LARGE", 1_000_000)
    _check(folder)
    assert [each.name for each in (tmp_path / "cache").iterdir()] == ["checks"]


def test_a_memo_belongs_to_its_folder(folder: Path, tmp_path: Path) -> None:
    _check(folder)
    folder.rename(tmp_path / "elsewhere")
    assert files.read_memo(tmp_path / "elsewhere").written == b""


def test_where_no_memo_can_be_kept_check_says_nothing_of_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _check(folder)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("BRIEFING_CACHE", str(tmp_path / "file" / "cache"))
    assert _check(folder) == first
    monkeypatch.delenv("BRIEFING_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setattr(Path, "home", _homeless)
    assert _check(folder) == first


def _homeless() -> Path:
    raise RuntimeError("Could not determine home directory.")


@pytest.mark.skipif(sys.platform == "win32", reason="another folder there")
def test_the_memo_lies_in_the_cache_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRIEFING_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a"))
    assert files._memo(tmp_path).parent == tmp_path / "a" / "briefing"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "b"))
    assert files._memo(tmp_path).parent == tmp_path / "b" / ".cache" / "briefing"


def test_a_broken_memo_is_replaced(folder: Path, tmp_path: Path) -> None:
    first = _check(folder)
    (kept,) = (tmp_path / "cache").glob("*.memo")
    good = kept.read_bytes()
    kept.write_bytes(good[:-1])
    assert _check(folder) == first
    assert _recalled(files.read_inputs(folder), kept.read_bytes(), files.read_memo(folder).code) == LEAST


def test_many_runs_at_once_agree_and_leave_one_memo(folder: Path, tmp_path: Path) -> None:
    code = "from generator import cli, memo; memo.LARGE = 0; memo.MANY = 1; cli.main()"
    command = [sys.executable, "-c", code, "check", "--root", str(folder), "--format", "json"]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[1])
        for _ in range(4)
    ]
    said = {run.communicate() for run in runs}
    assert len(said) == 1
    assert sorted(each.suffix for each in (tmp_path / "cache").iterdir()) == ["", ".memo"]
    assert _recalled(files.read_inputs(folder), files.read_memo(folder).written, files.read_memo(folder).code) == LEAST


def test_what_was_judged_before_does_not_stay_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays is not looked through each time, which would keep what is held by nothing but itself."""

    class Circle:
        own: Circle

    with site.no_garbage_collection():
        circle = Circle()
        circle.own = circle
        left = weakref.ref(circle)
        del circle
    assert gc.isenabled()
    gc.collect()
    monkeypatch.setattr(site, "_FEW", 0)
    monkeypatch.setattr(site, "_frozen", site._Frozen(1000, settled=500))
    with site.no_garbage_collection():
        pass
    assert left() is not None, "little has come since"
    monkeypatch.setattr(site, "_frozen", site._Frozen(1001, settled=500))
    with site.no_garbage_collection():
        assert not gc.isenabled()
        with site.no_garbage_collection():
            pass
        assert not gc.isenabled()
        assert left() is None
    assert site._frozen.values > site._frozen.settled > 1001, "all that there was, and what came since"
    gc.unfreeze()


def test_what_stays_is_counted_without_a_look_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "_frozen", site._Frozen())
    kept = []
    with site.no_garbage_collection():
        kept += [[number] for number in range(10_000)]
    assert 10_000 <= site._frozen.values < 15_000
    gc.unfreeze()
