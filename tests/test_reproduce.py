"""The comparison of builds: whatever leaks into a site is found, by the variation that is for it and by no other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import reproduce
from tests.reproduce import Built, explained, otherwise
from tests.valley import VALLEY

LEAKY = """
import datetime, json, locale, os, sys, time
from pathlib import Path

import vl_convert

said = dict(zip(sys.argv[2::2], sys.argv[3::2]))
site, facts = Path(said["--site"]), Path(said["--root"], "facts.yaml")
kept = Path(os.environ["BRIEFING_CACHE"], "once") if "BRIEFING_CACHE" in os.environ else None
word = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><text y="30" font-family="serif">m</text></svg>'
leaks = {
    "cache": kept is not None and kept.exists(),
    "clock": [time.gmtime().tm_year, time.localtime(time.time()).tm_year, time.strftime("%Y")],
    "day": [datetime.date.today().year, datetime.datetime.now(datetime.UTC).year, datetime.datetime.now().year],
    "entries": [each.name for each in os.scandir(facts.parent)],
    "facts": facts.read_text(encoding="utf-8"),
    "fonts": vl_convert.svg_to_png(word).hex(),
    "home": str(Path("~").expanduser()).startswith(os.devnull),
    "length": len(str(Path.cwd())) > 90,
    "locale": [locale.setlocale(locale.LC_ALL, ""), locale.getpreferredencoding()],
    "names": os.listdir(facts.parent),
    "processors": len(os.sched_getaffinity(0)),
    "seed": hash("a"),
    "stood": site.exists(),
    "times": facts.stat().st_mtime < 1e9,
    "zone": time.strftime("%z"),
}
if kept:
    kept.parent.mkdir(exist_ok=True)
    kept.touch()
site.mkdir(exist_ok=True)
for name, leak in leaks.items():
    Path(site, name).write_text(json.dumps(leak))
    Path(site, name).chmod(0o644)
Path(site, "mode").touch()
"""
"""A program that lets everything through; each file of its site tells of one thing."""
FACTS = "facts:\n  - id: a\n    statement: It rained\n"
FOUND = {
    "nothing but another folder and a cold cache": [],
    "a longer folder, with spaces and ü": ["length"],
    "no home": ["home"],
    "time zone UTC+14": ["zone"],
    "time zone UTC-12": ["zone"],
    "locale C without UTF-8": ["locale"],
    "PYTHONHASHSEED 4242": ["seed"],
    "PYTHONHASHSEED random": ["seed"],
    "umask 077": ["mode"],
    "inputs written in 1980": ["times"],
    "clock 400 days ahead": ["clock", "day"],
    "files in reverse order": ["entries", "names"],
    "one processor": ["processors"],
    "no fonts of the system": ["fonts"],
    "a warm cache": ["cache"],
    "upon a site of other facts, and back": ["cache", "stood"],
    "all of it at once": [
        *("clock", "day", "entries", "fonts", "home", "length", "locale", "mode", "names", "processors"),
        *("seed", "stood", "times", "zone"),
    ],
}
"""What each variation finds of it. Where there is no home, nothing can be kept, so all at once says nothing of that."""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a program of its own, which a test has to write, and beside it a briefing."""
    checkout, briefing = tmp_path / "checkout", tmp_path / "briefing"
    for folder in ("generator", "site_templates", "requirements"):
        (checkout / folder).mkdir(parents=True)
    (briefing / "content").mkdir(parents=True)
    (checkout / "generator" / "__init__.py").touch()
    (briefing / "facts.yaml").write_text(FACTS, encoding="utf-8")
    monkeypatch.setattr(reproduce, "CHECKOUT", checkout)
    return checkout / "generator" / "__main__.py"


def told(program: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """The exit code and the lines of a comparison."""
    code = reproduce.main(["--root", f"{program.parents[2] / 'briefing'}", *arguments])
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("means", ["the machine's", "Python's"])
def test_what_leaks_into_a_site_is_found_by_the_variation_that_is_for_it(
    means: str, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_disorderfs = reproduce.has_disorderfs(tmp_path / "tools") and means != "Python's"
    if means == "Python's":
        monkeypatch.setattr(reproduce, "faketime", lambda: None)
    program.write_text(LEAKY, encoding="utf-8")
    python = Path(sys.executable)
    every = reproduce.conditions(tmp_path / "tools", python, [], by_disorderfs=by_disorderfs)
    every = [each for each in every if each.name.partition(" ")[0] != "locale" or " C " in each.name]
    (tmp_path / "work").mkdir()
    found = [*reproduce.compared(program.parents[2] / "briefing", python, every, tmp_path / "work")]
    assert [(each.failed, each.absent, each.files) for each in found] == [("", "", 16)] * (len(FOUND) + 1)
    assert {each.name.partition(", by ")[0]: [*each.differing] for each in found[1:]} == FOUND


def test_a_site_that_differs_is_told_of_with_the_files_and_how_they_differ(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.write_text(LEAKY, encoding="utf-8")
    code, lines = told(program, capsys, "--only", "UTC+14", "--only", "umask")
    assert code == 1
    assert [" ".join(line.split()) for line in lines if not line.startswith("not at hand")] == [
        "variation files differ",
        f"the base: Python {reproduce.version_of(Path(sys.executable))} 16",
        "time zone UTC+14 16 1",
        "zone",
        "zone:",
        "@@ -1 +1 @@",
        '-"+0000"',
        '+"+1400"',
        "umask 077 16 1",
        "mode",
        "mode: its mode is 600, 644 in the base",
        "2 variations: 2 files differ, 0 builds failed",
    ]


def test_a_site_that_is_the_same_is_no_failure_and_says_what_was_not_at_hand(
    program: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reproduce, "faketime", lambda: None)
    monkeypatch.setattr(reproduce, "has_disorderfs", lambda _: False)
    monkeypatch.setattr(reproduce, "_locales", list)
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(reproduce, "SUPPORTED", ("2.7", reproduce.version_of(Path(sys.executable)).rpartition(".")[0]))
    program.write_text(LEAKY.replace('"zone"', '"Z"').replace("%z", ""), encoding="utf-8")
    code, lines = told(program, capsys, "--only", "UTC+14")
    assert (code, lines[2:]) == (
        0,
        [
            f"{'time zone UTC+14':<44} {16:>7} {0:>7}",
            "not at hand: Python 2.7: no build with it",
            "not at hand: libfaketime: sitecustomize sets the clock of Python alone",
            "not at hand: disorderfs: sitecustomize turns the order of files round for Python alone",
            "not at hand: diffoscope: differences are told in a few words of our own",
            "not at hand: the locales tr_TR.UTF-8 and de_DE.UTF-8: only the locale C is varied",
            "1 variations: 0 files differ, 0 builds failed",
        ],
    )


def test_a_condition_that_takes_no_hold_proves_nothing_and_is_said_to_be_not_at_hand(
    program: Path, tmp_path: Path
) -> None:
    program.write_text(LEAKY, encoding="utf-8")
    idle = reproduce.Condition("time zone of nowhere", ("zone",), {"TZ": "No/Where"})
    (tmp_path / "work").mkdir()
    _, outcome = reproduce.compared(tmp_path / "briefing", Path(sys.executable), [idle], tmp_path / "work")
    assert (outcome.differing, outcome.absent) == ((), "a program saw the same zone as under the base")


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("raise SystemExit('it rains in')", 2, "the base was not built: exit code 1: it rains in"),
        (
            f"import os\nif os.environ['TZ'] != 'UTC':\n    raise SystemExit('no zone')\n{LEAKY}",
            1,
            "    exit code 1: no zone",
        ),
    ],
    ids=["the base", "a variation"],
)
def test_a_build_that_fails_is_no_success(
    source: str, code: int, words: str, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.write_text(source, encoding="utf-8")
    found = reproduce.main(["--root", f"{program.parents[2] / 'briefing'}", "--only", "UTC+14"])
    told = capsys.readouterr()
    assert (found, words in (told.out + told.err).splitlines()) == (code, True)


def test_a_variation_that_nobody_knows_is_no_success(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reproduce.main(["--root", f"{program.parents[2] / 'briefing'}", "--only", "phase of the moon"]) == 2
    assert "no variation is named so; there are: nothing but another folder" in capsys.readouterr().err


def test_the_second_briefing_is_the_same_under_all_conditions_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.reproduce", "--root", VALLEY, "--only", "all of it at once"],
        cwd=reproduce.CHECKOUT,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "1 variations: 0 files differ, 0 builds failed"


# -- the parts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("facts:\n  - id: a\n    statement: It rained\n", "statement: Indeed, It rained"),
        ('facts:\n- statement: "It rained"\n', 'statement: "Indeed, It rained"'),
        ("facts:\n  - statement: >-\n      It rained\n      all day\n", "statement: >-\n      Indeed, It rained"),
        ("judgments:\n  - statement: Not this\nfacts:\n  - statement: It\n", "facts:\n  - statement: Indeed, It"),
    ],
)
def test_a_fact_is_told_in_a_word_more_however_it_is_laid_out(before: str, after: str) -> None:
    changed = otherwise(before.encode()).decode()
    assert after in changed
    assert changed.replace("Indeed, ", "", 1) == before


def test_no_fact_no_other_fact_base() -> None:
    with pytest.raises(reproduce.ReproduceError, match="no fact with a statement"):
        otherwise(b"facts: []\n")


def _built(folder: Path, files: dict[str, bytes]) -> Built:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return Built(folder, folder, {}, reproduce.tree(folder))


DIFFOSCOPE = f"""#!{sys.executable}
import json, sys
print(json.dumps([each.rpartition("/")[2] for each in sys.argv[1:]]))
raise SystemExit(1)
"""


def test_differences_are_told_in_words_or_by_diffoscope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = _built(tmp_path / "one", {"a": b"x\ny\n", "b": b"\xff\x00\x01", "c": b"", "same": b"1"})
    other = _built(tmp_path / "other", {"a": b"x\nz\n", "b": b"\xff\x00\x02\x03", "d": b"", "same": b"1"})
    paths = reproduce.differing(one.files, other.files)
    assert paths == ("a", "b", "c", "d")
    monkeypatch.setenv("PATH", f"{tmp_path}")
    assert [*explained(one, other, paths)] == [
        "a:",
        "    @@ -2 +2 @@",
        "    -y",
        "    +z",
        "b:",
        "    3 bytes, and 4; the first that differs is byte 3",
        "c: not there",
        "d: a file more",
    ]
    (tmp_path / "diffoscope").write_text(DIFFOSCOPE, encoding="utf-8")
    (tmp_path / "diffoscope").chmod(0o755)
    asked = ["--text", "-", "--no-progress", "--max-text-report-size", "4000", "a", "a"]
    assert [*explained(one, other, ["a"])] == ["a:", f"    {json.dumps(asked)}"]


def test_a_python_is_at_hand_only_where_it_runs_and_is_of_the_version_that_it_is_named_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def python(path: Path, version: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{f'echo {version}' if version else 'exit 127'}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    python(tmp_path / "shims" / "python8.1", "")  # as pyenv's own, of a version that is installed and not chosen
    python(tmp_path / "shims" / "python8.2", "7.9.9")
    python(tmp_path / "pyenv" / "versions" / "8.1.9" / "bin" / "python", "8.1.9")
    newest = python(tmp_path / "pyenv" / "versions" / "8.1.10" / "bin" / "python", "8.1.10")
    plain = python(tmp_path / "shims" / "python8.3", "8.3.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'shims'}{os.pathsep}/bin")
    monkeypatch.setenv("PYENV_ROOT", f"{tmp_path / 'pyenv'}")
    monkeypatch.setattr(reproduce, "SUPPORTED", ("8.1", "8.2", "8.3"))
    assert reproduce.pythons() == {"8.1": newest, "8.3": plain}
