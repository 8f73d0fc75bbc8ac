"""Editions: what was built and looked at becomes a zip and an entry, or nothing does; readers see what changed."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, expect
from selectolax.lexbor import LexborHTMLParser

from generator import audit, build, editions, files, manifest, site
from generator.cli import main
from generator.load import load_editions
from generator.manifest import held
from generator.model import Edition
from generator.problems import Problem, UnusableInputError
from tests.making import BASE, INDEX, inputs, lock
from tests.sites import BRIEFING, ROOT, copied, judged, replaced, tree
from tests.test_access import RULES, VIEWS
from tests.test_publish import WHO, commit, git
from tests.valley import VALLEY

BUILD = build.build
LATER = "2031-06-08"


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A generator in no repository, whatever is being worked on in this one; and a git without anybody's settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WHO.items():
            patch.setenv(name, value)
        patch.setattr(build, "HOME", copied(("mkdocs.yml",), ROOT, tmp_path_factory.mktemp("generator")))
        yield build.HOME


def quick(given: site.Judged, _root: Path, target: Path, _say: object, **_: object) -> build.Built:
    """A build that takes no time: two files and their manifest."""
    about = given.briefing.base.briefing
    made = {"index.html": given.briefing.pages[0].meta.summary.encode(), "404.html": b"Not here"}
    origin = manifest.Origin({path: held(raw) for path, raw in build.written(given.inputs).items()})
    listed = manifest.make(origin, about.title, about.as_of, {path: held(raw) for path, raw in made.items()})
    files.write_tree(target, made | {manifest.PATH: listed})
    return build.Built(pages=1)


@pytest.fixture
def mill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small briefing with its site, committed."""
    monkeypatch.setattr(build, "build", quick)
    root = tmp_path / "mill"
    (root / "content").mkdir(parents=True)
    (root / "facts.yaml").write_text(BASE, encoding="utf-8")
    (root / "content" / "index.md").write_text(INDEX, encoding="utf-8")
    (root / "sources.lock").write_text(lock(), encoding="utf-8")
    (root / ".gitignore").write_text("/site/\n/editions/\n", encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main", "mill")
    commit(root, "First")
    code, words = said("build", "--root", root)
    assert code == 0, words
    return root


def said(*arguments: str | Path) -> tuple[int, str]:
    """The exit code of a command, and what it printed."""
    done = CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)
    return done.exit_code, done.stdout + done.stderr


def release(root: Path, *options: str) -> tuple[int, str]:
    """The exit code of `release`, and what it said but for the words of the build."""
    code, words = said("release", "--root", root, *options)
    return code, "\n".join(line for line in words.splitlines() if not line.startswith("building "))


def follow(root: Path, *changes: tuple[str, str]) -> None:
    """Change the facts, commit, and build anew."""
    for old, new in changes:
        replaced(root / "facts.yaml", old, new)
    commit(root, "Later")
    code, words = said("build", "--root", root)
    assert code == 0, words


def entries(root: Path) -> tuple[Edition, ...]:
    """The list of editions, which must have no fault."""
    read, problems = load_editions(site.EDITIONS, (root / site.EDITIONS).read_text(encoding="utf-8"))
    assert problems == []
    return read


def state(root: Path) -> dict[str, str]:
    """Everything in a folder but what git keeps."""
    return {name: each for name, each in tree(root).items() if not name.startswith(".git/")}


LATER_FACTS = (("as_of: 2031-06-01", f"as_of: {LATER}"), ("  - id: mayor-visit\n", "  - id: visit-of-mayor\n"))
SECOND = (
    ("as_of: 2031-06-01", f"as_of: {LATER}"),
    ("statement: Around 1,200 sacks of flour burnt", "statement: Around 1,200 sacks of flour were burnt"),
)


# -- an edition -----------------------------------------------------------------------------------------------------


def test_the_first_edition_is_one_zip_with_the_site_and_what_was_written_and_an_entry(mill: Path) -> None:
    before, head = state(mill), git(mill, "rev-parse", "HEAD")
    code, words = release(mill)
    path = mill / "editions" / "2031-06-01.zip"
    packed = held(path.read_bytes())
    assert (code, words.splitlines()) == (
        0,
        [
            f"{path}: {packed.size:,} bytes, SHA-256 {packed.sha256}, the first edition",
            "editions.yaml tells of it: commit that, add the url once the zip is where readers get it, and build again",
        ],
    )
    with zipfile.ZipFile(path) as archive:
        holds = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name in holds if name.startswith("site/")] == [
        f"site/{name}" for name in ("404.html", "index.html", "manifest.json")
    ]
    of_site = {name: (mill / name).read_bytes() for name in holds if name.startswith("site/")}
    written = {name: (mill / name).read_bytes() for name in ("content/index.md", "facts.yaml", "sources.lock")}
    written["mkdocs.yml"] = (build.HOME / "mkdocs.yml").read_bytes()
    assert holds == of_site | {f"inputs/{name}": raw for name, raw in written.items()}
    (entry,) = entries(mill)
    assert (entry.date.text, entry.title, int(entry.size or 0)) == ("2031-06-01", "The mill fire", packed.size)
    assert (entry.zip, entry.commit, entry.changes, entry.also) == (packed.sha256, head, (), ())
    assert entry.site == json.loads(holds["site/manifest.json"])["site"]["digest"]
    assert entry.inputs == manifest.digest({name: held(raw) for name, raw in written.items()})
    assert {name for name in state(mill) if name not in before} == {
        *("editions", "editions.yaml", "editions/2031-06-01.zip")
    }


def test_the_same_commit_makes_the_same_zip_and_entry_elsewhere(mill: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "mill", "other place")
    other = tmp_path / "other place"
    assert said("build", "--root", other)[0] == 0
    for path in other.rglob("*.html"):
        os.utime(path, (978307200, 978307200))
    assert (release(mill)[0], release(other)[0]) == (0, 0)
    for name in ("editions.yaml", "editions/2031-06-01.zip"):
        assert (mill / name).read_bytes() == (other / name).read_bytes()


def test_what_is_as_in_the_last_edition_makes_none(mill: Path) -> None:
    release(mill)
    for day in ((), ("2031-07-01",)):
        before = state(mill)
        assert release(mill, *day) == (0, "the briefing is as in its edition of 2031-06-01; nothing was written")
        assert state(mill) == before
    commit(mill, "The list")
    said("build", "--root", mill)
    assert release(mill) == (0, "the briefing is as in its edition of 2031-06-01; nothing was written")


def test_the_next_edition_tells_what_was_changed_about_which_fact(mill: Path) -> None:
    release(mill)
    old = (mill / "editions.yaml").read_bytes()
    follow(
        mill,
        *SECOND,
        ("    attribution: The Herald, in its own words\n", "    attribution: The Herald\n"),
        (
            "    participants: [mayor]\n",
            "    participants: [mayor]\n    withdrawn:\n      date: 2031-06-07\n      why: It was another mayor.\n",
        ),
        ("actors:\n", "actors:\n  - id: clerk\n    name: The clerk\n    kind: office\n"),
    )
    code, words = release(mill)
    assert (code, "; since 2031-06-01: 1 fact withdrawn, 1 fact changed, 1 actor added" in words) == (0, True)
    assert (mill / "editions.yaml").read_bytes().startswith(old)
    _, entry = entries(mill)
    assert (entry.date.text, entry.also) == (LATER, ("1 actor added",))
    assert [(each.fact, each.action, each.says) for each in entry.changes] == [
        ("mayor-visit", "withdrawn", "The mayor met the mill owners on 3 May 2031. It was another mayor."),
        (
            "sacks-lost",
            "changed",
            "Around 1,200 sacks of flour were burnt. Before: “Around 1,200 sacks of flour burnt”.",
        ),
    ]


def test_what_was_changed_is_told_from_the_commit_where_the_zip_is_elsewhere_and_not_guessed(mill: Path) -> None:
    release(mill)
    path = mill / "editions" / "2031-06-01.zip"
    packed = path.read_bytes()
    follow(mill, *SECOND)
    path.write_bytes(packed + b" ")
    before = state(mill)
    assert release(mill) == (
        2,
        f"no edition was made: {path} is not the zip that editions.yaml tells of; get it again",
    )
    path.unlink()
    text = (mill / "editions.yaml").read_text(encoding="utf-8")
    lost = re.sub(r"commit: .*", f'commit: "{"0" * 40}"', text)
    (mill / "editions.yaml").write_text(lost, encoding="utf-8")
    code, words = release(mill)
    assert (code, words.startswith("no edition was made: what was changed since the edition of 2031-06-01")) == (
        2,
        True,
    )
    (mill / "editions.yaml").write_text(text, encoding="utf-8")
    assert release(mill)[0] == 0
    assert [each.fact for each in entries(mill)[1].changes] == ["sacks-lost"]
    assert set(state(mill)) - {*before} == {f"editions/{LATER}.zip"}


def test_what_a_curator_adds_to_the_list_stays(mill: Path) -> None:
    release(mill)
    replaced(mill / "editions.yaml", "    commit:", "    url: https://mill.example/1.zip  # ours\n    commit:")
    text = (mill / "editions.yaml").read_text(encoding="utf-8").rstrip("\n")
    (mill / "editions.yaml").write_text(text, encoding="utf-8")  # as an editor leaves it that adds no line end
    follow(mill, *SECOND)
    assert release(mill)[0] == 0
    assert (mill / "editions.yaml").read_text(encoding="utf-8").startswith(f"{text}\n  - date: {LATER}\n")
    assert [each.url for each in entries(mill)] == ["https://mill.example/1.zip", ""]


# -- its day --------------------------------------------------------------------------------------------------------


def test_the_day_is_that_of_the_briefing_or_one_that_somebody_names(mill: Path) -> None:
    assert release(mill, "2031-06-03")[0] == 0
    assert [each.date.text for each in entries(mill)] == ["2031-06-03"]
    follow(mill, SECOND[1])
    before = state(mill)
    for day in ((), ("2031-06-03",), ("2031-06-02",)):
        code, words = release(mill, *day)
        assert (code, words) == (
            2,
            (
                "no edition was made: there is an edition of 2031-06-03 with other content, and none is changed or"
                " comes before it; where facts were collected since, say so in as_of (2031-06-01), or name a later"
                " day: release YYYY-MM-DD"
            ),
        )
    assert state(mill) == before
    assert release(mill, "2031-06-04")[0] == 0


# -- or nothing -----------------------------------------------------------------------------------------------------


def _dirty(root: Path) -> None:
    (root / "content" / "draft.md").write_text(INDEX, encoding="utf-8")


def _touched(root: Path) -> None:
    replaced(root / "site" / "index.html", "What is known", "What is thought")


def _unbuilt(root: Path) -> None:
    shutil.rmtree(root / "site")


def _wrong(root: Path) -> None:
    replaced(root / "facts.yaml", "value: 1200", "value: 1201")
    commit(root, "A slip")


def _ignored(root: Path) -> None:
    replaced(root / ".gitignore", "/site/\n", "/site/\n/content/draft.md\n")
    commit(root, "Ignore a page")
    _dirty(root)


REFUSED = {
    "a page that is not committed": (_dirty, 2, "not as the last commit of .* has them: content/draft.md"),
    "a page that git ignores": (_ignored, 2, "git ignores what the site is made of: content/draft.md"),
    "a site with another word": (_touched, 1, "site is not what [0-9a-f]{12} builds\n    other than .*index.html"),
    "no site": (_unbuilt, 2, "there is no site in .*/site; build it, and look at it, first"),
    "facts with an error": (_wrong, 1, "these inputs build no site"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_what_its_commit_builds_becomes_no_edition(name: str, mill: Path) -> None:
    harm, code, why = REFUSED[name]
    harm(mill)
    before = state(mill)
    found, words = release(mill)
    assert (found, re.search(f"no edition was made: .*{why}", words) is not None) == (code, True), words
    assert state(mill) == before


def test_a_site_of_earlier_facts_becomes_no_edition(mill: Path) -> None:
    replaced(mill / "facts.yaml", *SECOND[1])
    commit(mill, "Not built")
    code, words = release(mill)
    assert (code, "manifest.json" in words, (mill / "editions").exists()) == (1, True, False)


def test_a_run_that_is_killed_before_the_entry_leaves_a_zip_that_the_next_one_takes(
    mill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = files.replace_file

    def killed(path: Path, content: bytes, *, instead_of: bytes | None) -> None:
        if path.name == site.EDITIONS:
            raise KeyboardInterrupt
        write(path, content, instead_of=instead_of)

    with monkeypatch.context() as patch:
        patch.setattr(files, "replace_file", killed)
        assert CliRunner().invoke(main, ["release", "--root", str(mill)]).exit_code != 0
    path = mill / "editions" / "2031-06-01.zip"
    packed = path.read_bytes()
    assert not (mill / site.EDITIONS).exists()
    follow(mill, SECOND[1])
    assert release(mill) == (
        2,
        (
            f"no edition was made: {path} is another zip, which editions.yaml does not tell of; look at it, and move it"
            " away"
        ),
    )
    assert (path.read_bytes(), (mill / site.EDITIONS).exists()) == (packed, False)
    follow(mill, SECOND[1][::-1])
    assert release(mill)[0] == 0
    assert path.read_bytes() == packed
    assert entries(mill)[0].zip == held(packed).sha256


def test_a_list_that_somebody_changes_meanwhile_is_not_written_over(
    mill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = editions.make

    def meanwhile(*arguments: object) -> bytes:
        (mill / site.EDITIONS).write_text("# mine\n", encoding="utf-8")
        return pack(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(editions, "make", meanwhile)
    code, words = release(mill)
    assert (code, "editions.yaml was changed by somebody else meanwhile" in words) == (2, True)
    assert (mill / site.EDITIONS).read_text(encoding="utf-8") == "# mine\n"


# -- the list -------------------------------------------------------------------------------------------------------

ENTRY = """\
  - date: 2031-06-01
    title: The mill fire
    zip: {a}
    size: 17
    site: {a}
    inputs: {a}
""".format(a="a" * 64)
LIST = f"editions:\n{ENTRY}"
AGAIN = ENTRY.replace("06-01", "06-02")


def listed(text: str | bytes) -> list[Problem]:
    """The problems of the sample briefing with this list."""
    raw = text if isinstance(text, bytes) else text.encode()
    return [each for each in site.judge(replace(inputs(), editions=raw)).problems if each.place.path == site.EDITIONS]


def test_a_list_of_editions_is_read(tmp_path: Path) -> None:
    assert listed(LIST + AGAIN) == []
    (tmp_path / site.EDITIONS).write_text(LIST, encoding="utf-8")
    assert files.read_inputs(tmp_path).editions == LIST.encode()


BROKEN = {
    "empty": ("", (1, 1), "edition-broken", "the file holds no edition"),
    "a comment": ("# nothing yet\n", (1, 1), "edition-broken", "the file holds no edition"),
    "a list": ("- date: 2031-06-01\n", (1, 1), "edition-broken", "the file holds a list"),
    "another key": (f"{LIST}more: 1\n", (8, 1), "key-unknown", "the key 'more' in a list of editions"),
    "no entry": ("editions: []\n", (1, 11), "value-missing", "'editions' is an empty list"),
    "a key of nobody": (LIST.replace("title:", "heading:"), (3, 5), "key-unknown", "the key 'heading' in a edition"),
    "half a hash": (LIST.replace("zip: " + "a" * 64, "zip: abc"), (4, 10), "edition-broken", "'abc' as 'zip'"),
    "capitals": (
        LIST.replace("site: " + "a" * 64, "site: " + "A" * 64),
        (6, 11),
        "edition-broken",
        f"'{'A' * 64}' as 'site'",
    ),
    "no size": (LIST.replace("    size: 17\n", ""), (2, 5), "edition-broken", "no size"),
    "half a byte": (LIST.replace("17", "1.5"), (5, 11), "edition-broken", "1.5 as 'size'"),
    "less than nothing": (LIST.replace("17", "-17"), (5, 11), "edition-broken", "-17 as 'size'"),
    "a month": (LIST.replace("2031-06-01", "2031-06"), (2, 11), "edition-broken", "2031-06 as 'date'"),
    "no day": (LIST.replace("2031-06-01", "2031-06-31"), (2, 11), "date-form", "date: "),
    "one day twice": (LIST + ENTRY, (8, 11), "edition-broken", "an edition of 2031-06-01 behind one of 2031-06-01"),
    "out of order": (
        f"editions:\n{AGAIN}{ENTRY}",
        (8, 11),
        "edition-broken",
        "an edition of 2031-06-01 behind one of 2031-06-02",
    ),
    "a script as address": (
        f"{LIST}    url: javascript:alert(1)\n",
        (8, 10),
        "url-form",
        "'javascript:alert(1)' as 'url'",
    ),
    "a hidden sign": (
        LIST.replace("The mill fire", '"The \\u202emill"'),
        (3, 12),
        "text-character",
        "the character U+202E",
    ),
    "an unknown deed": (
        f"{LIST}    changes:\n      - fact: a\n        action: burnt\n        says: It.\n",
        (10, 17),
        "choice-unknown",
        "'burnt' as 'action'",
    ),
    "an alias": (f"{LIST}    also: &a [x]\n", (8, 11), "yaml-alias", "the anchor &a"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_list_that_nobody_wrote_so_is_told_of_with_its_place(name: str) -> None:
    text, place, code, found = BROKEN[name]
    problems = listed(text)
    assert (place, code) in [((each.place.line, each.place.column), each.code) for each in problems], problems
    assert any(each.found.startswith(found) for each in problems), problems


def test_what_is_no_text_stops_the_reading_of_the_list_alone() -> None:
    assert [each.code for each in listed(b"\xff")] == ["not-utf-8"]
    with pytest.raises(UnusableInputError):
        load_editions(site.EDITIONS, "editions: [")


# -- what readers see -----------------------------------------------------------------------------------------------

MARKUP = "<script>alert(1)</script> [x](javascript:alert(2)) {{ 7*7 }} & “so”"


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second briefing with two editions of it, built for real after the second."""
    root = copied(BRIEFING, VALLEY, tmp_path_factory.mktemp("editions") / "valley")
    (root / ".gitignore").write_text("/site/\n/editions/\n", encoding="utf-8")
    git(root.parent, "init", "-q", "-b", "main", "valley")
    commit(root, "First")
    code, words = said("build", "--root", root)
    assert code == 0, words
    assert release(root)[0] == 0
    replaced(root / "editions.yaml", "    commit:", "    url: https://valley.example/1.zip\n    commit:")
    follow(
        root,
        ("as_of: 2031-04-10", "as_of: 2031-04-12"),
        ("Hundreds of people were waiting in Westholm", "Many hundreds of people were waiting in Westholm"),
    )
    assert release(root)[0] == 0
    # as nobody wrote it: a fact that is gone since, and signs that mean something to a browser or to the renderer
    with (root / "editions.yaml").open("a", encoding="utf-8") as file:
        file.write("    also:\n      - 1 fact & more\n")
    replaced(
        root / "editions.yaml",
        "    changes:\n",
        f"    changes:\n      - fact: gone\n        action: erased\n        says: {json.dumps(MARKUP)}\n",
    )
    commit(root, "The list")
    code, words = said("build", "--root", root)
    assert code == 0, words
    return root


def test_readers_see_each_edition_with_what_was_changed(valley: Path) -> None:
    page = LexborHTMLParser((valley / "site" / "editions.html").read_text(encoding="utf-8"))
    newest, oldest = page.css("main section.edition")
    first, second = entries(valley)

    def shown(node: object) -> list[str]:
        return [" ".join(each.text().split()) for each in node.css("h2, p, dt, dd, li")]  # type: ignore[attr-defined]

    assert shown(oldest) == [
        "10 April 2031",
        "The flood in the Orn valley",
        f"The zip of this edition, {first.size:,} bytes",
        "The first edition.",
        *("SHA-256 of the zip", first.zip, "Digest of the site", first.site),
        *("Digest of what people had written", first.inputs, "Built from the commit", first.commit),
    ]
    assert [each.attributes["href"] for each in oldest.css("a")] == ["https://valley.example/1.zip"]
    assert shown(newest)[:3] == [
        "12 April 2031",
        "The flood in the Orn valley",
        f"A zip of {second.size:,} bytes; where it can be had is not said here, so ask whoever gave you this site.",
    ]
    assert shown(newest)[3:6] == [
        "Since the edition before: 1 fact erased, 1 fact changed, 1 fact & more.",
        f"Fact erased: {MARKUP}",
        (
            "Fact changed: Many hundreds of people were waiting in Westholm."
            " Before: “Hundreds of people were waiting in Westholm”."
        ),
    ]
    assert [each.attributes["href"] for each in newest.css("a")] == ["facts/homes.html#displaced-westholm-8-april"]
    links = [str(each.attributes["href"]) for each in page.css(".menu a")]
    assert links[links.index("changes.html") + 1] == "editions.html"


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("Many hundreds of people", "Many thousands of people", {"audit-edition", "audit-number"}),
        ("The first edition.", "The 1st edition.", {"audit-edition", "audit-number"}),
        ("10 April 2031</time>", "11 April 2031</time>", {"audit-edition", "audit-number"}),
        ("https://valley.example/1.zip", "https://elsewhere.example/1.zip", {"audit-edition", "audit-link"}),
        ("Unpack it and open", "Unpack it or open", {"audit-head"}),
        ("<dt>Digest of the site</dt>", "<dt>Digest of a site</dt>", {"audit-edition"}),
    ],
)
def test_no_word_of_the_page_is_other_than_the_list_promises(old: str, new: str, codes: set[str], valley: Path) -> None:
    path = valley / "site" / "editions.html"
    right = path.read_text(encoding="utf-8")
    assert audit.audit(valley / "site", audit.expectations(build.wiring(judged(valley)))) == []
    try:
        path.write_text(right.replace(old, new, 1), encoding="utf-8")
        assert path.read_text(encoding="utf-8") != right
        found = build.look_over(judged(valley), valley, valley / "site")
    finally:
        path.write_text(right, encoding="utf-8")
    assert {each.code for each in found if each.code != "audit-manifest"} == codes


def test_prose_may_lead_to_the_page_of_editions_where_there_is_one() -> None:
    linked = {"index.md": f"{INDEX}\nSee [the editions](editions.md).\n"}
    codes = [each.code for each in site.judge(inputs(pages=linked)).problems]
    assert codes == ["link-dead"]
    assert [*site.judge(replace(inputs(pages=linked), editions=LIST.encode())).problems] == []
    own = {"index.md": INDEX, "editions.md": INDEX.replace("{{", "Here {{")}
    assert [each.code for each in site.judge(inputs(pages=own)).problems] == ["page-name"]


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_read_the_page_of_editions(view: str, browser: Browser, valley: Path) -> None:
    context = browser.new_context(**VIEWS[view])
    page = context.new_page()
    page.emulate_media(media="print" if view == "on paper" else "screen")
    page.goto((valley / "site" / "editions.html").as_uri())
    options = {"runOnly": RULES, "rules": {"target-size": {"enabled": view != "on paper"}}}
    found = Axe().run(page, options={**options, "resultTypes": ["violations"]}).response
    assert [(each["id"], node["html"]) for each in found["violations"] for node in each["nodes"]] == []
    usual = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.evaluate(f"document.documentElement.style.fontSize = '{2 * usual}px'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


# -- verifying ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unpacked(valley: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second edition, unpacked as a reader does."""
    folder = tmp_path_factory.mktemp("reader") / "an edition"
    with zipfile.ZipFile(valley / "editions" / "2031-04-12.zip") as archive:
        archive.extractall(folder)
    return folder


def test_an_edition_is_compared_with_its_own_manifest_packed_and_unpacked(valley: Path, unpacked: Path) -> None:
    second = entries(valley)[1]
    for copy in (valley / "editions" / "2031-04-12.zip", unpacked, unpacked / "site"):
        code, words = said("verify", copy)
        assert (code, f"site   {second.site}" in words) == (0, True), words


def _repacked(path: Path, target: Path, name: str, raw: bytes | None) -> Path:
    """A zip with one file changed, added or gone."""
    with zipfile.ZipFile(path) as archive:
        held_there = {each: archive.read(each) for each in archive.namelist()}
    held_there = {each: content for each, content in (held_there | {name: raw}).items() if content is not None}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in held_there.items():
            archive.writestr(each, content)
    target.write_bytes(packed.getvalue())
    return target


@pytest.mark.parametrize(
    ("name", "raw", "found"),
    [
        ("site/index.html", b"Nothing", "index.html:1:1: error audit-manifest\n    found:  7 bytes with SHA-256"),
        ("site/index.html", None, "index.html:1:1: error audit-manifest\n    found:  the file is not there"),
        ("site/more.html", b"", "more.html:1:1: error audit-manifest\n    found:  a file more"),
        ("inputs/facts.yaml", b"", "inputs/facts.yaml:1:1: error audit-manifest\n    found:  0 bytes"),
        (
            "inputs/sources.lock",
            None,
            "inputs/sources.lock:1:1: error audit-manifest\n    found:  the file is not there",
        ),
        ("READ-ME.exe", b"", "READ-ME.exe:1:1: error audit-manifest\n    found:  a file more"),
    ],
)
def test_every_file_of_a_zip_that_is_other_than_its_manifest_says_is_told(
    name: str, raw: bytes | None, found: str, valley: Path, tmp_path: Path
) -> None:
    copy = _repacked(valley / "editions" / "2031-04-12.zip", tmp_path / "a.zip", name, raw)
    code, words = said("verify", copy)
    assert (code, found in words, "1 error in" in words) == (1, True, True), words


def test_what_is_no_edition_is_not_verified(valley: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    code, words = said("verify", tmp_path / "a.zip")
    assert (code, words.startswith(f"not verified: {tmp_path / 'a.zip'} is no edition: it is no zip")) == (2, True)
    bare = _repacked(valley / "editions" / "2031-04-12.zip", tmp_path / "b.zip", "site/manifest.json", None)
    assert said("verify", bare) == (
        2,
        f"not verified: there is no site/manifest.json in {bare}; name the zip of an edition\n",
    )
    assert said("verify", valley)[0] == 2, "the folder of a briefing is no edition"
    assert said("verify", "http://127.0.0.1:9/a/2031-06-01.zip?from=here") == (
        2,
        "not verified: http://127.0.0.1:9/a/2031-06-01.zip?from=here is a zip: download it, then name the file\n",
    )


def test_an_edition_is_what_its_inputs_build(unpacked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "build", BUILD)
    code, words = said("verify", "--rebuild", unpacked / "site", "--root", unpacked / "inputs")
    assert (code, "and as the inputs build them" in words) == (0, True), words


# -- from disk ------------------------------------------------------------------------------------------------------


def test_an_edition_opens_from_disk_with_its_search_and_its_charts(browser: Browser, unpacked: Path) -> None:
    page = browser.new_page()
    page.goto((unpacked / "site" / "index.html").as_uri())
    drawing = page.locator("figure[data-chart] svg:visible").first
    expect(drawing).to_be_visible()
    assert drawing.locator("[data-fact]").count() > 0
    page.goto(f"{(unpacked / 'site' / 'search.html').as_uri()}?q=many+hundreds")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ results?$"))
    first = page.locator(".search__title a").first
    expect(first).to_have_text("Many hundreds of people were waiting in Westholm.")
    first.click()
    page.wait_for_url("**/facts/homes.html#displaced-westholm-8-april")
    page.close()
