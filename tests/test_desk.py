"""The curator's commands, from the arguments to the files: archive, quote, new; for format see `test_layout`."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from generator import files, intake, load, quotes, schema, site
from generator.cli import main
from generator.extract import Extracted, Said
from tests.making import BASE, INDEX, SOURCE_TEXT, lock
from tests.serving import serving
from tests.sites import ROOT, built, run, tree
from tests.test_extract import ARTICLE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small briefing on disk, and a page beside it."""
    root = tmp_path / "briefing"
    files.write_tree(
        root,
        {"facts.yaml": BASE.encode(), "content/index.md": INDEX.encode(), "sources.lock": lock().encode()},
    )
    (tmp_path / "page.html").write_text(ARTICLE, encoding="utf-8")
    return root


def _run(root: Path, command: str, *arguments: str | Path, given: bytes = b"") -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [command, *map(str, arguments), "--root", str(root)], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


# -- archive --------------------------------------------------------------------------------------------------------

RECORD = """\
  - id: herald-mill
    title: Fire at the mill
    author: Tam Orrel
    publisher: The Herald
    kind:
    url: https://herald.example/fire
    published: 2031-05-04
    date_basis: Date in the page’s own data (article:published_time).
    accessed: 2031-06-01
    descriptor:
"""


def test_a_page_gives_a_record_to_paste_a_fingerprint_and_its_text_and_no_more(folder: Path) -> None:
    page = folder.parent / "page.html"
    code, said, told = _run(folder, "archive", "herald-mill", page, "--whole", "--seen", "2031-06-01")
    assert (code, said) == (0, RECORD)
    assert told == (
        "herald-mill: 3 paragraphs, 39 words, whole text, read 2031-06-01\n"
        "    menus, comments and other pages' headlines were left out; read the text through before you quote it\n"
        f"    the text is in {folder}/archive/herald-mill.txt, for your eyes; it belongs to its publisher\n"
        "    for you to write: kind, descriptor\n"
    )
    kept = load.load_lock("", (folder / "sources.lock").read_text(encoding="utf-8"))[0]
    text = (folder / "archive" / "herald-mill.txt").read_text(encoding="utf-8")
    assert kept["herald-mill"] == quotes.make("herald-mill", text, coverage=quotes.WHOLE, seen="2031-06-01")
    assert kept["herald"] == quotes.make("herald", SOURCE_TEXT, coverage=quotes.WHOLE, seen="2031-05-20")
    assert (folder / "sources.lock").read_text(encoding="utf-8") == quotes.dump(kept)
    assert (folder / "facts.yaml").read_text(encoding="utf-8") == BASE
    assert (folder / "archive" / ".gitignore").read_text(encoding="utf-8").endswith("\n*\n")


def test_the_record_is_added_to_the_sources_and_its_id_to_the_schema(folder: Path) -> None:
    (folder / "facts.schema.json").write_text("old", encoding="utf-8")
    page = folder.parent / "page.html"
    code, said, told = _run(folder, "archive", "herald-mill", page, "--excerpt", "--seen", "2031-06-01", "--write")
    assert (code, said) == (0, "")
    assert told.endswith(f"    the record was added to {folder}/facts.yaml\n")
    text = (folder / "facts.yaml").read_text(encoding="utf-8")
    assert text == BASE.replace("measures:\n", f"\n{RECORD}measures:\n", 1)
    assert (folder / "facts.schema.json").read_text(encoding="utf-8") == schema.dump(site.fact_base(text.encode()))
    found = {each.code for each in site.judge(files.read_inputs(folder)).problems}
    assert found == {"value-missing", "source-unused"}, "the curator is asked for what the page does not say"


def test_a_page_on_the_web_is_archived_with_its_address(folder: Path) -> None:
    with serving(folder.parent) as address:
        code, said, _ = _run(folder, "archive", "herald-mill", f"{address}page.html", "--whole", "--language", "de")
    record = yaml.load(said, Loader=yaml.BaseLoader)[0]  # noqa: S506 - makes text only
    today = dt.datetime.now().astimezone().date()
    assert (code, record["url"], record["language"]) == (0, f"{address}page.html", "de")
    assert today - dt.date.fromisoformat(record["accessed"]) <= dt.timedelta(days=1)


def test_whatever_the_order_of_archiving_the_lock_is_the_same(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (tmp_path / "a.txt").write_text("One two three four.", encoding="utf-8")
    for root, order in ((folder, "ab"), (other, "ba")):
        for name in order:
            assert _run(root, "archive", name, tmp_path / "a.txt", "--whole", "--seen", "2031-06-01")[0] == 0
    assert (folder / "sources.lock").read_bytes() == (other / "sources.lock").read_bytes()
    before = (folder / "sources.lock").stat().st_mtime_ns
    assert _run(folder, "archive", "a", tmp_path / "a.txt", "--whole", "--seen", "2031-06-01")[0] == 0
    assert (folder / "sources.lock").stat().st_mtime_ns == before


def test_a_fingerprint_that_proves_quotes_is_not_lost_unless_somebody_insists(folder: Path) -> None:
    page, before = folder.parent / "page.txt", tree(folder)
    page.write_text("The mayor met nobody. On 3 May 2031 the mayor met the mill owners.", encoding="utf-8")
    code, said, told = _run(folder, "archive", "herald", page, "--whole", "--seen", "2031-06-01")
    assert (code, said) == (1, "")
    assert told == (
        "this text lacks 1 quote that the last one proves:\n"
        "    fact sacks-lost: “around 1,200 sacks of flour”\n"
        "nothing was written; read the page again, or replace the fingerprint all the same with --force\n"
    )
    assert tree(folder) == before
    code, _, told = _run(folder, "archive", "herald", page, "--whole", "--seen", "2031-06-01", "--force")
    assert code == 0
    assert told.startswith("this text lacks 1 quote that the last one proves:\n    fact sacks-lost:")
    assert "quote-not-found" in {each.code for each in site.judge(files.read_inputs(folder)).problems}


def test_a_record_that_somebody_wrote_stays_and_differences_are_told(folder: Path) -> None:
    page = folder.parent / "page.html"
    page.write_text(ARTICLE.replace("</article>", f"<p>{SOURCE_TEXT}</p></article>"), encoding="utf-8")
    code, said, told = _run(folder, "archive", "herald", page, "--whole", "--seen", "2031-06-01", "--write")
    assert (code, said) == (0, "")
    assert told.splitlines()[3:] == [
        "    author: the page has “Tam Orrel”, the record has none; the record is as it was"
    ]
    assert (folder / "facts.yaml").read_text(encoding="utf-8") == BASE


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("herald-mill", "page.html"), 2, "was it read from beginning to end (--whole), or only a part of it"),
        (("Herald Mill", "page.html", "--whole"), 2, "'Herald Mill' is no id; wanted: lower-case letters a to z"),
        (("herald-mill", "page.html", "--whole", "--seen", "1 June"), 2, "'1 June' is no day; wanted: a date such as"),
        (
            ("herald-mill", "gone.html", "--whole"),
            2,
            "; name a file that is there, or an address that begins with https://",
        ),
        (("herald-mill", ".", "--whole"), 2, "cannot be read: Is a directory; look at its permissions"),
        (("herald-mill", "short.txt", "--whole"), 2, "its text has only 2 words, too few to prove anything; save its"),
        (("herald-mill", "binary", "--whole"), 2, "it is neither HTML, PDF nor text"),
        (("herald-mill", "large.txt", "--whole"), 2, "has more than 20 megabytes"),
        (("herald-mill", "http://127.0.0.1:9/x", "--whole"), 2, "the server cannot be reached"),
        (("herald-mill", "ftp://a.example/x", "--whole"), 2, "there is no "),
    ],
)
def test_what_cannot_be_archived_is_told_and_nothing_is_written(
    folder: Path, arguments: tuple[str, ...], code: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    Path("short.txt").write_text("Too short", encoding="utf-8")
    Path("binary").write_bytes(b"\x7fELF\0\0")
    Path("large.txt").write_bytes(b"words " * 4_000_000)
    before = tree(folder)
    status, said, words = _run(folder, "archive", *arguments)
    assert (status, said, told in words) == (code, "", True), words
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("name", "raw"), [("facts.yaml", b"facts: ["), ("sources.lock", b"{broken\n"), ("facts.yaml", b"\xff")]
)
def test_broken_inputs_are_told_and_left(folder: Path, name: str, raw: bytes) -> None:
    (folder / name).write_bytes(raw)
    before = tree(folder)
    code, said, _ = _run(folder, "archive", "herald-mill", folder.parent / "page.html", "--whole")
    assert (code, said.startswith(f"{name}:1:1: error") or ": error yaml-syntax" in said) == (2, True)
    assert tree(folder) == before


def test_a_full_disk_leaves_the_lock_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    before = (folder / "sources.lock").read_bytes()
    code, _, told = _run(folder, "archive", "herald-mill", folder.parent / "page.html", "--whole")
    assert (code, told.startswith("not written: the disk is full")) == (2, True)
    assert (folder / "sources.lock").read_bytes() == before
    assert not [*folder.rglob("*.tmp")]


def test_a_kill_while_a_file_is_written_leaves_the_old_one_and_the_next_run_sweeps(folder: Path) -> None:
    script = (
        "import os, signal; from pathlib import Path; from generator import files;"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL);"
        f"path = Path({str(folder / 'sources.lock')!r});"
        "files.replace_file(path, b'new', instead_of=path.read_bytes())"
    )
    before = (folder / "sources.lock").read_bytes()
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, timeout=60).returncode == -9
    assert (folder / "sources.lock").read_bytes() == before
    assert len([*folder.glob(".sources.lock-*.tmp")]) == 1
    files.replace_file(folder / "sources.lock", b"new", instead_of=before)
    assert (folder / "sources.lock").read_bytes() == b"new"
    assert not [*folder.glob(".*.tmp")]


# -- the record -----------------------------------------------------------------------------------------------------

ODD = (
    *(
        ": colon",
        "# hash",
        "'so' \"and\" so",
        "- dash",
        "null",
        "~",
        "[x]",
        "{a: b}",
        "a: b",
        "x #y",
        "é “q”",
        "*",
        "&a",
    ),
    *("&a", "@", "%TAG", "2031-05-04", "no", "back\\slash", "trailing:", "word " * 50),
)


@pytest.mark.parametrize("title", ODD)
def test_whatever_a_title_holds_the_record_says_it(title: str) -> None:
    page = Extracted("a b c", "html", {"title": Said(" ".join(title.split()), "og:title")})
    item = intake.as_yaml(intake.record(page, "odd", url="https://a.example/", seen="2031-06-01"))
    new = intake.appended("facts.yaml", BASE, item)
    (_, source) = site.fact_base(new.encode()).sources
    assert (source.id, source.title) == (
        "odd",
        "" if title in ("null", "~") and not source.title else " ".join(title.split()),
    )
    before, after = (yaml.load(text, Loader=yaml.BaseLoader) for text in (BASE, new))  # noqa: S506 - makes text only
    after["sources"].pop()
    assert after == before


@pytest.mark.parametrize(
    ("old", "new"),
    [("\n", "\r\n"), ("  - id: herald\n", "- id: herald\n"), ("measures:\n", "# of measures\nmeasures:\n")],
    ids=["line ends of Windows", "a dash at the margin", "a comment before the next section"],
)
def test_a_record_is_added_in_the_layout_that_is_there(old: str, new: str) -> None:
    text = BASE
    if old.startswith("  - id"):
        head, listed = text.split("sources:\n")
        listed, rest = listed.split("measures:\n")
        text = f"{head}sources:\n" + "".join(f"{line[2:]}\n" for line in listed.splitlines()) + f"measures:\n{rest}"
    else:
        text = text.replace(old, new)
    added = intake.appended("facts.yaml", text, "  - id: b\n    publisher: P\n")
    margin, ends = ("" if old.startswith("  -") else "  "), ("\r\n" if "\r\n" in new else "\n")
    item = f"{ends}{margin}- id: b{ends}{margin}  publisher: P{ends}"
    assert added.count(item) == 1
    assert added.replace(item, "", 1) == text


@pytest.mark.parametrize("text", ["[]", "x: y\n", "sources:\n", "sources: []\n", "sources: [{id: a}]\n"])
def test_where_there_is_no_list_of_sources_the_record_is_for_you_to_paste(text: str) -> None:
    with pytest.raises(intake.IntakeError):
        intake.appended("facts.yaml", text, "  - id: b\n")


# -- quote ----------------------------------------------------------------------------------------------------------

WHERE = "herald (whole text, read 2031-05-20)"
QUOTES = [
    ("around 1200 sacks of flour", 0, f"proven: the words stand in paragraph 1 of {WHERE}\n"),
    (
        "“Around 1,200 sacks — of flour",
        0,
        (
            f"proven: the words stand in paragraph 1 of {WHERE}\n"
            "    compared: around 1200 sacks of flour\n"
            "              (case, shapes of quotation marks and dashes, spaces and punctuation do not count)\n"
        ),
    ),
    (
        "around 1200 heavy sacks of flour",
        1,
        (
            f"not proven: the words do not stand in {WHERE}\n"
            "    nearest:  paragraph 1 has “sacks of flour”\n"
            "    next:     without “heavy” they stand in paragraph 1\n"
        ),
    ),
    (
        "on 3 may 2031 the mayor saw the mill owners",
        1,
        (
            f"not proven: the words do not stand in {WHERE}\n"
            "    nearest:  paragraph 2 has “on 3 may 2031 the mayor”\n"
            "    next:     with “met” for “saw” they stand in paragraph 2\n"
        ),
    ),
    (
        "were lost in the fire on 3 may 2031",
        1,
        (
            f"not proven: the words do not stand in {WHERE}\n"
            "    nearest:  paragraph 1 has “were lost in the fire”\n"
            "    next:     quote “were lost in the fire” of paragraph 1, or “on 3 may 2031” of paragraph 2\n"
        ),
    ),
    (
        "nothing of this kind",
        1,
        f"not proven: the words do not stand in {WHERE}\n    nearest:  no three of the words stand there in a row\n",
    ),
    (
        "words of another page",
        1,
        (
            f"not proven: the words do not stand in {WHERE}\n"
            "    nearest:  no three of the words stand there in a row\n"
            "    next:     the words stand in paragraph 1 of other\n"
        ),
    ),
]


@pytest.mark.parametrize(("words", "code", "said"), QUOTES)
def test_quote_says_where_words_stand_or_what_comes_nearest(folder: Path, words: str, code: int, said: str) -> None:
    other = lock("Words of another page.", "other", "excerpt")
    (folder / "sources.lock").write_text(lock() + other, encoding="utf-8")
    assert _run(folder, "quote", "herald", words) == (code, said, "")
    assert _run(folder, "quote", "herald", "-", given=f"{words}\n".encode()) == (code, said, "")


def test_of_an_excerpt_absence_is_not_claimed(folder: Path) -> None:
    (folder / "sources.lock").write_text(lock(coverage="excerpt"), encoding="utf-8")
    _, said, _ = _run(folder, "quote", "herald", "nothing of this kind")
    assert said.startswith("not proven: the words do not stand in the part that was read of herald (excerpt, read")


@pytest.mark.parametrize(
    ("source", "words", "given", "told"),
    [
        ("herold", "a b c", b"", "no source with the id 'herold' has a fingerprint; did you mean 'herald'?\n"),
        ("xyz", "a b c", b"", "has a fingerprint; take it: python -m generator archive ID FILE-or-URL\n"),
        ("herald", "two words", b"", "a quote needs at least 3 words, 'two words' has 2\n"),
        ("herald", "-", b"", "a quote needs at least 3 words, '' has 0\n"),
        ("herald", "-", b"\xff\xfe\x00", ""),
    ],
)
def test_what_cannot_be_looked_up_is_told(folder: Path, source: str, words: str, given: bytes, told: str) -> None:
    code, said, words = _run(folder, "quote", source, words, given=given)
    assert (code, told in words, bool(said)) == (2, True, not told)


def test_a_broken_fact_base_does_not_keep_quotes_from_being_looked_up(folder: Path) -> None:
    (folder / "facts.yaml").write_text("facts: [", encoding="utf-8")
    assert _run(folder, "quote", "herald", "around 1200 sacks")[0] == 0
    (folder / "sources.lock").write_text("{broken\n", encoding="utf-8")
    assert _run(folder, "quote", "herald", "around 1200 sacks")[0] == 2


# -- new ------------------------------------------------------------------------------------------------------------


def _new(folder: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["new", str(folder)])
    return result.exit_code, result.stdout, result.stderr


def test_a_new_briefing_checks_and_builds_at_once_and_tells_what_is_next(tmp_path: Path) -> None:
    mine = tmp_path / "my briefing"
    code, said, told = _new(mine)
    assert code == 0
    assert said == (
        f"    python -m generator check --root '{mine}'\n"
        f"    python -m generator serve --root '{mine}'\n"
        f"    python -m generator archive my-first-source FILE-or-URL --whole --write --root '{mine}'\n"
    )
    assert told == f"{mine} holds a briefing; README.md in it tells what to write over. Next:\n"
    assert [path.name for path in tmp_path.iterdir()] == ["my briefing"]
    checked = run("check", "--root", mine)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert checked.stderr.startswith("no problems in 3 facts, 1 source, 1 page and 3 quotes, all proven")
    assert _run(mine, "schema", "--check")[0] == _run(mine, "format", "--check")[0] == 0
    assert (mine / ".gitignore").is_file()
    assert (built(mine, mine / "site") / "index.html").is_file()


def test_the_fingerprint_of_the_new_briefing_is_that_of_its_text(tmp_path: Path) -> None:
    assert _new(tmp_path)[0] == 0, "an empty folder may be filled"
    before = (tmp_path / "sources.lock").read_bytes()
    text = tmp_path / "texts" / "cape-gazette-lamp.txt"
    assert _run(tmp_path, "archive", "cape-gazette-lamp", text, "--whole", "--seen", "2031-05-20")[0] == 0
    assert (tmp_path / "sources.lock").read_bytes() == before


@pytest.mark.parametrize("held", ["letter.txt", ".hidden"])
def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, held: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / held).write_text("dear", encoding="utf-8")
    code, said, told = _new(tmp_path / "mine")
    assert (code, said) == (2, "")
    assert told == f"nothing was made: {tmp_path / 'mine'} is not empty; name a new folder\n"
    file = tmp_path / "mine" / held
    assert _new(file) == (2, "", f"nothing was made: {file} is a file; name a new folder\n")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == [held]


def test_when_the_disk_refuses_no_half_of_a_briefing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_tree", full)
    code, _, told = _new(tmp_path / "mine")
    assert (code, told.startswith("nothing was made: the disk is full")) == (2, True)
    assert not [*tmp_path.iterdir()]
