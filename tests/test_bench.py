"""The measurement: what a process takes, medians, growth, goals and tables, and a small run of ours from end to end."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import site
from tests.bench import __main__ as bench
from tests.bench import bases, jobs, measure, peers, plain, table
from tests.bench.measure import Command, Contender, FailedError, Spent, Taken
from tests.bench.table import Goal, Result, Row
from tests.sites import ROOT


def python(folder: Path, code: str, **env: str) -> Command:
    """A command that runs a line of Python."""
    return Command((sys.executable, "-c", code), folder, tuple(env.items()))


# -- processes ------------------------------------------------------------------------------------------------------


def test_cpu_and_memory_of_children_count(tmp_path: Path) -> None:
    busy = (
        "import time; until = time.process_time() + 0.3; x = bytearray(90_000_000)\n"
        "while time.process_time() < until: pass"
    )
    spent = measure.run(
        python(tmp_path, f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])"), tmp_path / "log"
    )
    assert 0.3 <= spent.cpu < 3
    assert spent.wall >= 0.3
    assert 90e6 < spent.memory < 140e6


def test_the_memory_of_who_measures_does_not_count(tmp_path: Path) -> None:
    held = bytearray(200_000_000)
    held[::4096] = b"x" * len(held[::4096])
    spent = measure.run(python(tmp_path, "pass"), tmp_path / "log")
    assert spent.memory < 40e6
    del held


def test_waiting_is_wall_and_no_cpu(tmp_path: Path) -> None:
    spent = measure.run(python(tmp_path, "import time; time.sleep(0.4)"), tmp_path / "log")
    assert spent.wall >= 0.4
    assert spent.cpu < 0.3


def test_a_command_runs_in_its_folder_with_its_variables_and_its_words_are_kept(tmp_path: Path) -> None:
    told = python(tmp_path, "import os; print(os.getcwd(), os.environ['MILL'])", MILL="weir")
    measure.run(told, tmp_path / "log")
    assert (tmp_path / "log").read_text(encoding="utf-8") == f"{tmp_path} weir\n"


@pytest.mark.parametrize(
    ("code", "limit", "message"),
    [
        ("print('one'); print('the flour is wet'); raise SystemExit(3)", 60, "exit 3: the flour is wet"),
        ("raise SystemExit(1)", 60, "exit 1: failed without a word"),
        ("import time; time.sleep(60)", 0.5, "took more than 0 s"),
    ],
)
def test_a_command_that_fails_says_why(code: str, limit: float, message: str, tmp_path: Path) -> None:
    with pytest.raises(FailedError) as caught:
        measure.run(python(tmp_path, code), tmp_path / "log", limit)
    assert str(caught.value) == message


def test_a_program_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match=r"exit 127: .*No such file"):
        measure.run(Command((str(tmp_path / "miller"),), tmp_path), tmp_path / "log")


def test_what_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    later = f"import time; time.sleep(1.5); open({str(tmp_path / 'late')!r}, 'w')"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {later!r}])"
    with pytest.raises(FailedError):
        measure.run(python(tmp_path, code), tmp_path / "log", 0.5)
    time.sleep(1.7)
    assert not (tmp_path / "late").exists()


def test_commands_one_after_the_other_are_one(tmp_path: Path) -> None:
    marks = [python(tmp_path, f"open('marks', 'a').write('{each}')") for each in "abc"]
    single = measure.run(marks[0], tmp_path / "log")
    spent = measure.run_all(marks, tmp_path / "log")
    assert (tmp_path / "marks").read_text(encoding="utf-8") == "aabc"
    assert spent.memory < 2 * single.memory
    assert Spent(1, 2, 30) + Spent(4, 5, 6) == Spent(5, 7, 30)


def test_tools_take_turns_and_the_first_round_need_not_count(tmp_path: Path) -> None:
    order: list[str] = []
    told: list[str] = []

    def contender(name: str) -> Contender:
        def turn(at: int) -> Spent:
            order.append(f"{name}{at}")
            if name == "b" and at == 1:
                raise FailedError("out of flour")
            return Spent(at, at, at)

        return Contender(name, turn, tmp_path / name)

    for name in "ab":
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "page").write_bytes(b"12345")
    taken = measure.in_turns([contender("a"), contender("b")], 3, warm=True, say=told.append)
    assert order == ["a-1", "b-1", "a0", "b0", "a1", "b1", "a2"]
    assert taken == [
        Taken("a", [Spent(0, 0, 0), Spent(1, 1, 1), Spent(2, 2, 2)], 5, 1),
        Taken("b", [Spent(0, 0, 0)], 5, 1, "out of flour"),
    ]
    assert told[0] == "a: -1.000 s, CPU -1.000 s (does not count)"
    assert "b: out of flour" in told


def test_waiting_ends_when_it_holds_or_after_its_time() -> None:
    left = iter([False, False, True])
    assert 0.009 <= measure.until(lambda: next(left), 10, pause=0.005) < 5
    with pytest.raises(FailedError, match="nothing came within 0 s"):
        measure.until(lambda: False, 0.02)


# -- what is worked out ---------------------------------------------------------------------------------------------


def row(job: str, size: int, tool: str, *walls: float, **more: Any) -> Row:  # noqa: ANN401 - fields of Row
    """What a tool took: CPU is twice the wall, memory ten million times that."""
    return Row(job, size, tool, tuple(Spent(each, 2 * each, int(each * 1e7)) for each in walls), **more)


RESULT = Result(
    (
        row("cold", 100, "ours", 1, 3, 2, bytes=2_000_000, files=60),
        row("cold", 100, "plain", 4, 4, 40, bytes=1_000_000, files=50),
        row("cold", 1_000, "ours", 20.0, bytes=20_000_000, files=90),
        row("cold", 1_000, "plain", 400.0, bytes=4_000_000, files=80),
        row("cold", 1_000, "hugo", failed="exit 1: too much YAML"),
        row("review", 1_000, "ours", 0.5),
        row("review", 1_000, "git", 0.2),
    ),
    {"ours": "0.1.0", "plain": "1.6.1"},
    {"cores": 2, "system": "Linux"},
    3,
    ("zensical",),
    ("a note",),
)


def test_a_row_tells_medians() -> None:
    first = RESULT.rows[0]
    assert (first.wall, first.cpu, first.memory) == (2, 4, 20_000_000)
    assert RESULT.value("cold", 100, "plain", "wall") == 4
    assert RESULT.value("cold", 1_000, "hugo", "wall") is None
    assert RESULT.value("cold", 10, "ours", "wall") is None


@pytest.mark.parametrize(
    ("small", "large", "grows"),
    [((10, 5), (100, 50), 1), ((10, 5), (1000, 50_000), 2), ((10, 5), (100, 5), 0), ((10, 10), (1000, 1), -0.5)],
)
def test_growth_is_an_exponent(small: tuple[float, float], large: tuple[float, float], grows: float) -> None:
    assert table.exponent(small, large) == pytest.approx(grows)


@pytest.mark.parametrize(
    ("goal", "found", "says"),
    [
        (Goal("cold", 100, "wall", 0.5, "plain"), 0.5, "cold at 100: wall over plain: at most 0.5, 0.50: met"),
        (Goal("cold", 100, "wall", 0.4, "plain"), 0.5, "cold at 100: wall over plain: at most 0.4, 0.50: MISSED"),
        (
            Goal("cold", 100, "wall", 0.4, "plain", stretch=True),
            0.5,
            "cold at 100: wall over plain: at most 0.4, 0.50: missed (a stretch)",
        ),
        (Goal("cold", 1_000, "wall", 1, "hugo"), None, "cold at 1,000: wall over hugo: at most 1: not measured"),
        (Goal("cold", 100, "wall", 1, "zensical"), None, "cold at 100: wall over zensical: at most 1: not measured"),
        (Goal("review", 1_000, "wall", 5, "git"), 2.5, "review at 1,000: wall over git: at most 5, 2.50: met"),
        (Goal("cold", 1_000, "wall", 25), 20, "cold at 1,000: wall: at most 25 s, 20.000 s: met"),
        (Goal("cold", 1_000, "memory", 150e6), 200e6, "cold at 1,000: memory: at most 150 MB, 200 MB: MISSED"),
        (
            Goal("cold", 100, "bytes", 1.05, upto=1_000),
            1,
            "cold: growth of bytes from 100 to 1,000 facts: at most 1.05, 1.00: met",
        ),
        (
            Goal("cold", 100, "cpu", 1.05, upto=10_000),
            None,
            "cold: growth of cpu from 100 to 10,000 facts: at most 1.05: not measured",
        ),
    ],
)
def test_a_goal_is_met_missed_or_not_measured(goal: Goal, found: float | None, says: str) -> None:
    (verdict,) = table.verdicts(RESULT, [goal])
    assert verdict.found == (None if found is None else pytest.approx(found))
    assert table._reached(verdict) == says


def test_the_goals_are_of_jobs_and_tools_that_there_are() -> None:
    assert len(set(table.GOALS)) == len(table.GOALS)
    assert {each.job for each in table.GOALS} == {*jobs.NAMES}
    assert {each.over for each in table.GOALS} <= {"", "git", *(each.name for each in peers.PEERS)}


def test_json_holds_every_run_and_comes_back_as_it_was() -> None:
    written = json.loads(json.dumps(table.to_json(RESULT)))
    assert table.from_json(written) == RESULT
    assert [*written] == ["form", "machine", "versions", "missing", "rounds", "notes", "rows", "goals"]
    assert written["rows"][0] == {
        "job": "cold",
        "size": 100,
        "tool": "ours",
        "runs": [{"wall": each, "cpu": 2 * each, "memory": each * 10_000_000} for each in (1, 3, 2)],
        "bytes": 2_000_000,
        "files": 60,
        "failed": "",
    }
    assert {"goal": "cold at 100: wall over plain", "most": 1.0, "found": 0.5, "met": True} in written["goals"]
    with pytest.raises(ValueError, match="found a result of form 0, wanted 1: measure again"):
        table.from_json({**written, "form": 0})


def test_the_table_tells_all_of_it() -> None:
    told = table.text(RESULT, "plain").partition("\ngoals:\n")[0]
    assert (
        told
        == """\
medians of 3 interleaved rounds; cores 2, system Linux
ref: plain; ^: the exponent with which something grew since the size before
ours 0.1.0, plain 1.6.1
not at hand: zensical
a note

job     facts  tool       s   least-most  CPU-s     MB  out-MB  files  s/ref  CPU/ref    ^s  ^CPU  ^out
cold    100    ours    2.00    1.00-3.00   4.00     20     2.0     60   0.50     0.50
cold    100    plain   4.00    4.00-40.0   8.00     40     1.0     50   1.00     1.00
cold    1,000  ours    20.0    20.0-20.0   40.0    200    20.0     90   0.05     0.05  1.00  1.00  1.00
cold    1,000  plain  400.0  400.0-400.0  800.0  4,000     4.0     80   1.00     1.00  2.00  2.00  0.60
cold    1,000  hugo   failed: exit 1: too much YAML
review  1,000  ours   0.500  0.500-0.500   1.00      5                  2.50     2.50
review  1,000  git    0.200  0.200-0.200  0.400      2                  1.00     1.00
"""
    )


def test_the_table_of_the_manual_reckons_beyond_what_was_measured() -> None:
    assert (
        table.markdown(RESULT, reckoned=10_000)
        == """\
| Facts | Cold, s | CPU, s | Memory, MB | Output, MB | One changed, s | None changed, s | `check`, s | Again, s |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| 100 | 2.00 | 4.00 | 20 | 2 | - | - | - | - |
| 1,000 | 20.0 | 40.0 | 200 | 20 | - | - | - | - |
| 10,000 (reckoned) | 200.0 | 400.0 | 2,000 | 200 | - | - | - | - |
"""
    )


# -- the tools ------------------------------------------------------------------------------------------------------


def test_a_changed_fact_ends_with_a_word_that_was_never_there_and_passes_every_check() -> None:
    base = bases.make(60)
    once, again = (bases.changed(base.facts, [30, 7], turn) for turn in (1, 12))
    assert bases.statement(once, 30) == f"{bases.statement(base.facts, 30)} nabe"
    assert bases.statement(again, 7) == f"{bases.statement(base.facts, 7)} nabebi"
    assert len(once) == len(base.facts) + 2 * len(" nabe")
    pages = {name: text.encode() for name, text in base.pages.items()}
    judged = site.judge(site.Inputs(once.encode(), pages, base.lock.encode()))
    assert [*judged.problems] == []


def test_facts_in_many_files_are_the_same_facts() -> None:
    base = bases.make(520)
    whole = yaml.safe_load(base.facts)
    files = {path: yaml.safe_load(text) for path, text in bases.split(base.facts).items()}
    assert files.pop("rest.yaml") == {name: part for name, part in whole.items() if name not in {"facts", "sources"}}
    assert sorted(files) == [
        *(f"facts/topic-{at:05d}.yaml" for at in range(1, 11)),
        "sources/page-0001.yaml",
    ]
    assert [fact for path, part in files.items() if path.startswith("facts/") for fact in part] == whole["facts"]
    assert files["sources/page-0001.yaml"] == whole["sources"]
    assert [len(part) for path, part in sorted(files.items()) if path.startswith("facts/")] == [50] * 9 + [70]


def test_a_changed_fact_is_another_text_in_one_of_many_files(tmp_path: Path) -> None:
    base = bases.make(520)
    peers._many_files(tmp_path, base.facts)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.yaml")}
    peers._many_files(tmp_path, bases.changed(base.facts, [60], 1))
    changed = [path.relative_to(tmp_path).as_posix() for path, at in before.items() if path.stat().st_mtime_ns != at]
    assert changed == ["data/facts/topic-00002.yaml"]


def test_the_plain_way_shows_every_fact_with_its_quotes_and_writes_only_what_changed(tmp_path: Path) -> None:
    base = bases.make(120)
    facts = tmp_path / "facts.yaml"
    facts.write_text(base.facts, encoding="utf-8")
    plain.main(facts, tmp_path)
    pages = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.md")}
    assert [*sorted(pages)] == [
        "docs/index.md",
        "docs/sources/page-1.md",
        "docs/topics/topic-00001.md",
        "docs/topics/topic-00002.md",
    ]
    text = "".join(pages[f"docs/topics/topic-0000{at}.md"].read_text(encoding="utf-8") for at in (1, 2))
    for fact in yaml.safe_load(base.facts)["facts"]:
        assert all(
            part in text
            for part in (fact["statement"], f"#{fact['id']} ", *(each["quote"] for each in fact["citations"]))
        )
    before = {name: path.stat().st_mtime_ns for name, path in pages.items()}
    facts.write_text(bases.changed(base.facts, [80], 1), encoding="utf-8")
    plain.main(facts, tmp_path)
    assert [name for name, path in pages.items() if path.stat().st_mtime_ns != before[name]] == [
        "docs/topics/topic-00002.md"
    ]


def test_a_tool_that_is_not_installed_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "HOME", tmp_path)
    result = bench.measured((10,), 1, ("hugo", "eleventy", "zensical", "properdocs"), ("cold",), tmp_path)
    assert result.missing == ("properdocs", "zensical", "hugo", "eleventy")
    assert (result.rows, result.versions) == ((), {})


def test_peers_are_installed_by_locks_with_hashes() -> None:
    lock = json.loads((ROOT / "tests" / "bench" / "eleventy" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, each in packages.items() if not each["integrity"].startswith("sha512-")] == []
    for name in ("hugo", "properdocs", "zensical"):
        listed = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert f"\n{name}==" in listed
        assert "--hash=sha256:" in listed


def test_a_small_run_of_ours_measures_every_job(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.bench",
            "50",
            "--rounds",
            "1",
            "--tool",
            "ours",
            "--folder",
            tmp_path,
            "--json",
            target,
        ],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    result = table.from_json(json.loads(target.read_text(encoding="utf-8")))
    assert done.stdout == table.text(result, "plain")
    assert [(each.job, each.size, each.tool, len(each.runs)) for each in result.rows] == [
        *((job, 50, "ours", 1) for job in ("cold", "changed", "unchanged", "check", "check-warm", "review")),
        ("review", 50, "git", 1),
        ("serve", 50, "ours", 1),
    ]
    assert [each.failed for each in result.rows] == [""] * 8
    assert all(each.wall > 0 for each in result.rows)
    assert all(each.cpu > 0 and each.memory > 5e6 for each in result.rows if each.job != "serve")
    assert {each.job for each in result.rows if each.files} == {"cold", "changed", "unchanged"}
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]
    again = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--read", target, "--markdown"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout == table.markdown(replace(result))
