"""A copy of a site is held against its manifest, and against what its inputs build: every difference is told."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from generator import audit, manifest, verify
from generator.cli import main
from generator.edtf import parse
from generator.manifest import Held, held
from tests.serving import serving
from tests.sites import ASSETS, BRIEFING, copied, expected, replaced
from tests.valley import VALLEY

SITE = {"a.html": held(b"a"), "b/c.css": held(b"c"), "briefing.pdf": held(b"p")}
ORIGIN = manifest.Origin({"facts.yaml": held(b"f")}, {"click": "8.0"})
MADE = manifest.make(ORIGIN, "The mill fire", parse("2031-06-01"), SITE, ["briefing.pdf"])
HINT = "get it again from where it is published, or build it"
REMOVE = "remove it, if it is yours; otherwise get the site again from where it is published"


@pytest.fixture
def copy(valley_site: Path, tmp_path: Path) -> Path:
    """A copy of the good site, to be broken."""
    return Path(shutil.copytree(valley_site, tmp_path / "site"))


def said(*arguments: str | Path) -> tuple[int, str, str]:
    """The exit code of `verify`, what it printed, and what it said."""
    done = CliRunner().invoke(main, ["verify", *map(str, arguments)], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def _sum(*parts: tuple[str, bytes]) -> str:
    lines = "".join(f"{hashlib.sha256(content).hexdigest()} *{name}\n" for name, content in parts)
    return hashlib.sha256(lines.encode()).hexdigest()


# -- the manifest ---------------------------------------------------------------------------------------------------


def test_a_manifest_lists_files_and_inputs_with_their_hashes_and_one_digest_for_each_list() -> None:
    tree = json.loads(MADE)
    assert tree["form"] == 1
    assert tree["briefing"] == {"title": "The mill fire", "as_of": "2031-06-01"}
    assert tree["made_by"]["packages"] == {"click": "8.0"}
    assert tree["inputs"] == {
        "digest": _sum(("facts.yaml", b"f")),
        "files": [{"path": "facts.yaml", "sha256": hashlib.sha256(b"f").hexdigest(), "size": 1}],
    }
    assert tree["site"]["digest"] == _sum(("a.html", b"a"), ("b/c.css", b"c")), "without what is not reproducible"
    assert [each["path"] for each in tree["site"]["files"]] == ["a.html", "b/c.css", "briefing.pdf"]
    assert [each.get("reproducible") for each in tree["site"]["files"]] == [None, None, False]


def test_the_order_in_which_files_come_is_nothing_and_what_is_of_a_branch_is_no_file_of_the_site() -> None:
    others = {"manifest.json": held(b"old"), "CNAME": held(b"x"), ".nojekyll": held(b""), ".git/HEAD": held(b"y")}
    shuffled = others | dict(reversed(SITE.items()))
    assert manifest.make(ORIGIN, "The mill fire", parse("2031-06-01"), shuffled, ["briefing.pdf"]) == MADE


def test_what_is_made_is_read_as_it_was() -> None:
    read = manifest.read(MADE)
    assert read == manifest.Manifest(ORIGIN.inputs, SITE, frozenset({"briefing.pdf"}))
    assert (read.digest, read.built_from) == (_sum(("a.html", b"a"), ("b/c.css", b"c")), ORIGIN.digest)


def _with(change: Callable[[Any], object]) -> bytes:
    tree = json.loads(MADE)
    change(tree)
    return json.dumps(tree).encode()


def _put(tree: Any, path: object) -> None:  # noqa: ANN401 - what JSON may hold
    tree["site"]["files"][0]["path"] = path


UNREADABLE = [
    (b"<html>", "it is no JSON: Expecting value: line 1 column 1 (char 0)"),
    (b"[" * 100_000, "it is no JSON: "),
    (b"\xff", "it is no JSON: "),
    (b"[]", "it is no manifest of form 1"),
    (_with(lambda tree: tree.update(form=2)), "it is no manifest of form 1"),
    (_with(lambda tree: tree.pop("site")), "it has no list of files under 'site'"),
    (_with(lambda tree: tree["inputs"].update(files={})), "it has no list of files under 'inputs'"),
    (_with(lambda tree: tree["site"]["files"].append(1)), "file 4 under 'site' is no entry"),
    (_with(lambda tree: tree["site"]["files"].append(tree["site"]["files"][0])), "it lists a.html twice"),
    (_with(lambda tree: tree["site"]["files"].pop()), ""),
    (_with(lambda tree: tree["site"]["files"].pop(0)), "its digest under 'site' is not that of the list"),
    (_with(lambda tree: tree["site"]["files"][0].update(size=True)), "file 1 under 'site' (a.html) has no size"),
    (_with(lambda tree: tree["site"]["files"][0].update(sha256="1" * 63)), "file 1 under 'site' (a.html) has no SHA"),
    *(
        (_with(partial(_put, path=path)), "file 1 under 'site' has no path within the site: ")
        for path in ("../a", "/a", "a//b", "a/./b", "", 1, "c:\\a", "a\nb", "https://x.example/a")
    ),
]


@pytest.mark.parametrize(("raw", "words"), UNREADABLE)
def test_what_is_no_manifest_is_told_in_a_sentence(raw: bytes, words: str) -> None:
    if not words:  # what is not reproducible is in no digest
        assert "briefing.pdf" not in manifest.read(raw).files
        return
    with pytest.raises(manifest.ManifestError) as caught:
        manifest.read(raw)
    assert str(caught.value).startswith(words)


# -- a copy in a folder ---------------------------------------------------------------------------------------------


def test_a_good_copy_is_as_its_manifest_says_and_both_digests_are_told(copy: Path) -> None:
    tree = json.loads((copy / "manifest.json").read_bytes())
    count = len(tree["site"]["files"])
    assert said(copy) == (
        0,
        "",
        (
            f"{copy}: {count} files as manifest.json lists them\n"
            f"site   {tree['site']['digest']}\ninputs {tree['inputs']['digest']}\n"
        ),
    )
    foot = f'<a href="manifest.json" title="{tree["inputs"]["digest"]}">{tree["inputs"]["digest"][:12]}</a>'
    assert foot in (copy / "index.html").read_text(encoding="utf-8")


def test_every_file_that_is_missing_changed_or_more_is_named(copy: Path) -> None:
    def told(name: str) -> str:
        return f"{(copy / name).stat().st_size:,} bytes with SHA-256 {held((copy / name).read_bytes()).sha256[:12]}…"

    css = ASSETS["assets/briefing.css"]
    gone, before = told("feed.xml"), told(css)
    (copy / "feed.xml").unlink()
    (copy / css).write_bytes((copy / css).read_bytes() + b" ")
    (copy / "more.html").write_text("x", encoding="utf-8")
    (copy / "start.html").symlink_to("index.html")
    (copy / "CNAME").write_text("flood.example", encoding="utf-8")
    problems = verify.with_itself(verify.of_folder(copy))
    assert [(each.place.path, each.code, each.found, each.wanted, each.hint) for each in problems] == [
        (css, "audit-manifest", told(css), before, HINT),
        ("feed.xml", "audit-manifest", "the file is not there", gone, HINT),
        ("more.html", "audit-manifest", "a file more", "the files of the manifest, and no other", REMOVE),
        ("start.html", "audit-manifest", "a file more", "the files of the manifest, and no other", REMOVE),
    ]
    code, out, words = said(copy)
    listed = len(verify.of_folder(copy).said.files)
    assert (code, words) == (1, f"4 errors in {copy}, of which the manifest lists {listed} files\n")
    assert "feed.xml:1:1: error audit-manifest\n    found:  the file is not there\n" in out


def test_a_file_that_became_a_link_to_its_own_content_is_told(copy: Path) -> None:
    (copy / "feed.xml").rename(copy.parent / "feed.xml")
    (copy / "feed.xml").symlink_to(copy.parent / "feed.xml")
    (problem,) = verify.with_itself(verify.of_folder(copy))
    assert (problem.place.path, problem.found) == ("feed.xml", "no plain file")


def test_what_cannot_be_verified_is_told_with_the_next_step(copy: Path, tmp_path: Path) -> None:
    none, path = tmp_path / "none", copy / "manifest.json"
    assert said(none)[2] == (
        f"not verified: there is no folder {none}; build the site, or name its folder or its address\n"
    )
    path.write_text("{}", encoding="utf-8")
    assert said(copy) == (2, "", f"not verified: {path} cannot be read: it is no manifest of form 1; {HINT}\n")
    path.unlink()
    words = f"not verified: there is no manifest.json in {copy}; name the folder of a finished site\n"
    assert said(copy) == (2, "", words)


def test_without_this_program_the_shell_finds_the_same(copy: Path) -> None:
    if not (shutil.which("jq") and shutil.which("sha256sum")):
        pytest.skip("no jq or sha256sum here")
    (line,) = (note.split("`")[1] for note in manifest.NOTES if "jq -r" in note)

    def run(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", "-c", line], cwd=copy, capture_output=True, check=False, encoding="utf-8")

    assert "FAILED" not in (good := run(line)).stdout
    assert (good.returncode, "index.html: OK" in good.stdout) == (0, True)
    whole = run(line.replace("--check", "")).stdout.split()[0]
    assert whole == json.loads((copy / "manifest.json").read_bytes())["site"]["digest"]
    (copy / "index.html").write_text("x", encoding="utf-8")
    assert "index.html: FAILED" in run(line).stdout


# -- built again ----------------------------------------------------------------------------------------------------


def test_a_copy_is_what_its_inputs_build(copy: Path) -> None:
    code, out, words = said(copy, "--rebuild", "--root", VALLEY)
    assert (code, out) == (0, ""), out
    listed = len(verify.of_folder(copy).said.files)
    assert words.startswith(f"{copy}: {listed} files as manifest.json lists them, and as the inputs build them\n")


def test_a_forged_copy_with_a_manifest_of_its_own_is_told_from_what_the_inputs_build(copy: Path) -> None:
    replaced(copy / "feed.xml", "</feed>", "<!-- forged --></feed>")
    verify_all = {name: each for name, each in verify.of_folder(copy).files.items() if name != "manifest.json"}
    said_before = verify.of_folder(copy).said
    origin = manifest.Origin(said_before.inputs)
    forged = manifest.make(origin, "The flood in the Orn valley", parse("2031-04-10"), verify_all)
    (copy / "manifest.json").write_bytes(forged)
    assert said(copy)[0] == 0
    code, out, _ = said(copy, "--rebuild", "--root", VALLEY)
    assert (code, [line.partition(":")[0] for line in out.splitlines() if line and line[0] != " "]) == (1, ["feed.xml"])


def test_other_inputs_are_named_before_the_files_that_they_change(copy: Path, tmp_path: Path) -> None:
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    with (root / "content" / "reading.md").open("a", encoding="utf-8") as file:
        file.write("\nNothing more is known.\n{ .ours }\n")
    code, out, _ = said(copy, "--rebuild", "--root", root)
    if code == 1 and "error audit-manifest" not in out:
        pytest.fail(out)
    named = [line.partition(":")[0] for line in out.splitlines() if line and line[0] != " "]
    assert (code, named[0]) == (1, "content/reading.md")
    assert "index.html" in named


def test_a_printed_copy_is_not_compared_with_another_print(copy: Path) -> None:
    fresh, printed = verify.of_folder(copy), held(b"%PDF of another browser")
    mine = manifest.Manifest(fresh.said.inputs, {**fresh.files, "briefing.pdf": held(b"")}, frozenset({"briefing.pdf"}))
    theirs = verify.Copy("there", fresh.said, {**fresh.files, "briefing.pdf": printed})
    assert verify.with_build(theirs, verify.Copy("here", mine, mine.files)) == []
    lacking = verify.Copy("there", fresh.said, fresh.files)
    assert [each.place.path for each in verify.with_build(lacking, verify.Copy("here", mine, mine.files))] == [
        "briefing.pdf"
    ]


# -- a site on the web ----------------------------------------------------------------------------------------------


def test_a_site_on_the_web_is_compared_file_by_file(copy: Path) -> None:
    listed = len(verify.of_folder(copy).said.files)
    with serving(copy) as address:
        code, out, words = said(address.rstrip("/"))
        assert (code, out) == (0, "")
        assert f"{address.rstrip('/')}: {listed} files as manifest.json lists them\n" in words
        assert words.endswith("cannot be seen from here; compare a copy in a folder\n")
        (copy / "feed.xml").unlink()
        replaced(copy / "404.html", "</body>", "<p>Forged</p></body>")
        (copy / "index.html").write_text("x", encoding="utf-8")
        code, out, words = said(address)
    named = [line.partition(":")[0] for line in out.splitlines() if line and line[0] != " "]
    assert (code, named) == (1, ["404.html", "feed.xml", "index.html"])


def test_a_site_on_the_web_without_a_manifest_is_told(copy: Path) -> None:
    (copy / "manifest.json").unlink()
    with serving(copy) as address:
        assert said(address) == (
            2,
            "",
            (
                f"not verified: {address}manifest.json: the server answers 404 File not found;"
                " name the address of the folder that holds index.html\n"
            ),
        )


def test_a_manifest_from_the_web_cannot_make_anybody_fetch_without_end(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = len(verify.of_folder(copy).said.files)
    with serving(copy) as address:
        with pytest.raises(verify.VerifyError, match=rf"^0 of {listed} files came in 0 seconds; try a copy on disk$"):
            verify.of_address(address, lambda _: None, seconds=0)
        monkeypatch.setattr(verify, "MOST_FILES", listed - 1)
        with pytest.raises(verify.VerifyError, match=f"lists {listed} files of .* bytes: too much to be a briefing"):
            verify.of_address(address, lambda _: None)


# -- in the audit ---------------------------------------------------------------------------------------------------


def _drop_a_file(site: Path) -> None:
    (site / ASSETS["assets/favicon.svg"]).write_bytes(b"<svg/>")


def _add_a_file(site: Path) -> None:
    (site / "more.txt").write_text("x", encoding="utf-8")


def _no_manifest(site: Path) -> None:
    (site / "manifest.json").unlink()


def _no_json(site: Path) -> None:
    (site / "manifest.json").write_text("x", encoding="utf-8")


def _other_versions(site: Path) -> None:
    replaced(site / "manifest.json", '"version": "0.1.0"', '"version": "0.2.0"')


def _other_inputs(site: Path) -> None:
    read = manifest.read((site / "manifest.json").read_bytes())
    origin = manifest.Origin({**read.inputs, "facts.yaml": Held("ab" * 32, 1)})
    (site / "manifest.json").write_bytes(manifest.make(origin, "x", parse("2031"), read.files))


@pytest.mark.parametrize(
    ("change", "where", "found"),
    [
        (_drop_a_file, ASSETS["assets/favicon.svg"], "6 bytes with SHA-256 "),
        (_add_a_file, "more.txt", "a file more"),
        (_no_manifest, "manifest.json", "the file is not there"),
        (_no_json, "manifest.json", "it is no JSON: "),
        (_other_versions, "manifest.json", "it says something else of the site"),
        (_other_inputs, "manifest.json", "other inputs: facts.yaml"),
    ],
)
def test_the_audit_holds_a_site_against_its_manifest(
    copy: Path, change: Callable[[Path], None], where: str, found: str
) -> None:
    wanted = expected(VALLEY)
    assert audit.audit(copy, wanted) == []
    change(copy)
    told = [each for each in audit.audit(copy, wanted) if each.code != "audit-link"]
    (problem,) = told
    assert (problem.place.path, problem.code) == (f"site/{where}", "audit-manifest")
    assert problem.found.startswith(found)
