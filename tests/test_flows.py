"""Where people work: the workflows, step by step on this machine; the hooks; the forms."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import layout
from tests import reproduce
from tests.github import GitHub
from tests.hosting import FLOWS, INSTALL, Runner, checkout_of, commit, furnish, git, workflow
from tests.making import BASE, INDEX, lock
from tests.sites import BRIEFING, ROOT, copied, replaced
from tests.valley import VALLEY

NAMES = sorted(path.name for path in FLOWS.iterdir())
JOBS = [pytest.param(name, job, id=f"{name}, {job}") for name in NAMES for job in workflow(name)["jobs"]]
MARKER = "<!-- review of the briefing -->\n"
SARIF = json.dumps({"version": "2.1.0", "runs": []})
HEAD = "1f" * 20


# -- what the workflows may do --------------------------------------------------------------------------------------


def test_the_workflows_are_these() -> None:
    assert NAMES == [
        "briefings.yml",
        "canary.yml",
        "packages.yml",
        "publish.yml",
        "pull-request.yml",
        "reproduce.yml",
        "review.yml",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_github_s_own_and_pinned_by_hash_with_its_version_beside_it(name: str) -> None:
    used = re.findall(r"uses: (.*)", (FLOWS / name).read_text(encoding="utf-8"))
    assert used
    for each in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each), each


def test_one_action_has_one_version_everywhere() -> None:
    used = {each for name in NAMES for each in re.findall(r"uses: (.*)", (FLOWS / name).read_text(encoding="utf-8"))}
    assert len(used) == len({each.partition("@")[0] for each in used})


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_has_no_right_but_those_that_a_job_names(name: str) -> None:
    assert workflow(name)["permissions"] == {}
    assert "secrets." not in (FLOWS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_every_job_ends_in_time_keeps_no_credentials_and_runs_no_expression(name: str, job: str) -> None:
    spec = workflow(name)["jobs"][job]
    assert 0 < int(spec["timeout-minutes"]) <= 90
    for step in spec["steps"]:
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"
            assert "ref" not in step["with"]


def test_what_a_stranger_wrote_runs_where_nothing_may_be_written() -> None:
    flow = workflow("pull-request.yml")
    assert flow["on"] == {"pull_request": ""}
    assert [job["permissions"] for job in flow["jobs"].values()] == [{"contents": "read"}] * 2
    assert "GH_TOKEN" not in (FLOWS / "pull-request.yml").read_text(encoding="utf-8")


def test_what_may_write_runs_one_script_of_the_default_branch() -> None:
    flow = workflow("review.yml")
    assert [*flow["on"]] == ["workflow_run"]
    (job,) = flow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["python3 .github/post.py review"]
    assert [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step] == ["actions/checkout"]


def test_the_job_that_publishes_runs_nothing_but_the_action_that_does_it() -> None:
    jobs = workflow("publish.yml")["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert [step["uses"].partition("@")[0] for step in jobs["deploy"]["steps"]] == ["actions/deploy-pages"]
    assert jobs["deploy"]["if"] == jobs["scan"]["if"] == "${{ github.ref == 'refs/heads/main' }}"


def linted(folder: Path, *tool: str) -> subprocess.CompletedProcess[str]:
    """What a tool says of the workflows in a folder."""
    program = Path(sysconfig.get_path("scripts"), tool[0])
    return subprocess.run(
        [program, *tool[1:], *map(str, sorted(folder.glob("*.yml")))],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


ACTIONLINT = ("jactionlint", "--shellcheck=", "--pyflakes=")
ZIZMOR = ("zizmor", "--offline", "--persona=pedantic", "--no-progress")


@pytest.mark.parametrize("tool", [ACTIONLINT, ZIZMOR], ids=["actionlint", "zizmor"])
def test_the_workflows_pass_and_a_broken_one_does_not(tool: tuple[str, ...], tmp_path: Path) -> None:
    done = linted(FLOWS, *tool)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in NAMES:
        shutil.copyfile(FLOWS / name, tmp_path / name)
    replaced(tmp_path / "pull-request.yml", "bash .ci/run", "echo ${{ github.event.pull_request.title }}")
    done = linted(tmp_path, *tool)
    assert done.returncode != 0
    assert "injection" in done.stdout + done.stderr or "untrusted" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("steps.check.outcome == 'success' }}", "steps.chekc.outcome == 'success' }}"),
        ("    timeout-minutes: 90", "    timeout: 90"),
        ("  pull_request:\n", "  pull_requests:\n"),
        ("        run: bash .ci/run\n", "        run: bash .ci/run\n    needs: nobody\n"),
    ],
)
def test_a_slip_in_a_workflow_is_found(right: str, wrong: str, tmp_path: Path) -> None:
    text = (FLOWS / "pull-request.yml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "a.yml").write_text(text.replace(right, wrong), encoding="utf-8")
    assert linted(tmp_path, *ACTIONLINT).returncode != 0


# -- a pull request -------------------------------------------------------------------------------------------------


@dataclass
class Pull:
    """A pull request, as it stands on a host."""

    origin: Path
    head: str

    def runner(self, workspace: Path, **env: str) -> Runner:
        """A machine that the host gives to it."""
        return Runner(workspace, self.origin, "refs/pull/7/merge", {"event.pull_request.number": "7"}, env=env)


def pull_of(folder: Path, change: Callable[[Path], None]) -> Pull:
    """A pull request for the second briefing, in a fork that is a commit behind."""
    folder.mkdir(parents=True)
    ours = checkout_of(folder / "ours", VALLEY, BRIEFING)
    git(folder, "clone", "-q", str(ours), "theirs")
    change(folder / "theirs")
    head = commit(folder / "theirs", "A change")
    (ours / "later.txt").write_text("on main\n", encoding="utf-8")
    commit(ours, "Meanwhile")
    git(ours, "fetch", "-q", str(folder / "theirs"), "HEAD")
    git(ours, "checkout", "-q", "--detach", "main")
    git(ours, "merge", "-q", "--no-ff", "-m", "As it would be merged", "FETCH_HEAD")
    git(ours, "update-ref", "refs/pull/7/merge", "HEAD")
    git(folder, "clone", "-q", "--mirror", str(ours), "origin.git")
    return Pull(folder / "origin.git", head)


TITLE = "A winter at the weir"


def _title(root: Path) -> None:
    index = root / "content" / "index.md"
    index.write_text(
        re.sub(r"(?m)^title: .*", f"title: {TITLE}", index.read_text(encoding="utf-8"), count=1), encoding="utf-8"
    )


def _slip(root: Path) -> None:
    facts = root / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    first = re.search(r"(?m)^    value: (\d+)$", text)
    assert first
    facts.write_text(text[: first.start(1)] + "987654" + text[first.end(1) :], encoding="utf-8")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pull, Runner]:
    """A pull request in order, after its job."""
    folder = tmp_path_factory.mktemp("good")
    pull = pull_of(folder / "host", _title)
    runner = pull.runner(folder / "workspace")
    runner.run(workflow("pull-request.yml")["jobs"]["briefing"])
    return pull, runner


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pull, Runner]:
    """A pull request with a number that is not in its quote, after its job."""
    folder = tmp_path_factory.mktemp("bad")
    pull = pull_of(folder / "host", _slip)
    runner = pull.runner(folder / "workspace")
    runner.run(workflow("pull-request.yml")["jobs"]["briefing"])
    return pull, runner


@pytest.mark.parametrize(
    "step",
    [
        "Check out the change as it would be merged",
        "Set up Python",
        "Install",
        "Check",
        "Review",
        "Build",
        "Keep the review for the comment",
        "Keep the review as a page",
        "Keep the preview of the site",
    ],
)
def test_every_step_of_a_pull_request_passes(good: tuple[Pull, Runner], step: str) -> None:
    runner = good[1]
    assert runner.outcomes[step] == "success", runner.logs[step]


def test_no_step_of_a_pull_request_is_left_out_here(good: tuple[Pull, Runner]) -> None:
    steps = [each["name"] for each in workflow("pull-request.yml")["jobs"]["briefing"]["steps"]]
    assert [*good[1].outcomes] == steps
    assert len(set(steps)) == len(steps)


def files_of(archive: bytes) -> dict[str, bytes]:
    """The files of an artifact."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_preview_is_the_site_with_the_change(good: tuple[Pull, Runner]) -> None:
    site = files_of(good[1].artifacts["site"])
    assert TITLE in site["index.html"].decode()
    assert {"sitemap.xml", "404.html", "facts/index.html"} <= {*site}


def test_the_artifact_for_the_comment_has_what_the_script_takes(good: tuple[Pull, Runner]) -> None:
    held = files_of(good[1].artifacts["review"])
    assert sorted(held) == ["check.sarif", "number", "review.md"]
    assert held["number"] == b"7\n"
    assert json.loads(held["check.sarif"])["version"] == "2.1.0"


def test_the_summary_of_the_run_is_the_review(good: tuple[Pull, Runner]) -> None:
    runner = good[1]
    summary = runner.workspace.with_name("workspace-STEP_SUMMARY").read_text(encoding="utf-8")
    assert TITLE in summary
    assert summary == files_of(runner.artifacts["review"])["review.md"].decode()
    assert "<html" in files_of(runner.artifacts["review-page"])["review.html"].decode()


def test_a_slip_is_annotated_and_told_to_code_scanning_and_has_no_preview(bad: tuple[Pull, Runner]) -> None:
    runner = bad[1]
    assert (runner.outcomes["Check"], runner.outcomes["Build"]) == ("failure", "skipped")
    assert re.search(r"(?m)^::error file=facts\.yaml,line=\d+,.*number-not-in-quote", runner.logs["Check"])
    assert "site" not in runner.artifacts
    log = json.loads(files_of(runner.artifacts["review"])["check.sarif"])
    assert "number-not-in-quote" in {each["ruleId"] for each in log["runs"][0]["results"]}


def test_the_check_compares_with_what_it_would_be_merged_into(tmp_path: Path) -> None:
    def erase(root: Path) -> None:
        (root / "facts.yaml").write_text(BASE[: BASE.index("  - id: mayor-visit")] + BASE[BASE.index("charts:") :])

    mill = tmp_path / "mill"
    (mill / "content").mkdir(parents=True)
    for name, text in (("facts.yaml", BASE), ("content/index.md", INDEX), ("sources.lock", lock())):
        (mill / name).write_text(text, encoding="utf-8")
    git(mill, "init", "-q", "-b", "main")
    shutil.copytree(ROOT / "generator", mill / "generator", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("noxfile.py", "requirements"):
        copied((name,), ROOT, mill)
    commit(mill, "First")
    erase(mill)
    commit(mill, "Erase a fact")
    git(mill, "update-ref", "refs/pull/7/merge", "HEAD")
    job = workflow("pull-request.yml")["jobs"]["briefing"]
    runner = Pull(mill, "").runner(tmp_path / "workspace")
    assert runner.run({"steps": job["steps"][:4]}) == "failure"
    assert "fact-erased" in runner.logs["Check"]


def test_the_code_is_judged_by_what_every_change_must_pass() -> None:
    """The same script, to the letter, so that nothing passes in one place and fails in the other."""
    steps = workflow("pull-request.yml")["jobs"]["code"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["bash .ci/run"]


def test_environments_are_installed_as_the_readme_says() -> None:
    for name in ("briefings.yml", "canary.yml", "publish.yml", "pull-request.yml", "reproduce.yml"):
        steps = [step for job in workflow(name)["jobs"].values() for step in job["steps"]]
        assert [step["run"] for step in steps if step["name"] == "Install"] == [INSTALL]
    assert f"{INSTALL} && .venv/bin/nox -s build" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_supported_python_is_there_where_all_are_compared_and_the_oldest_builds_the_base() -> None:
    (job,) = workflow("reproduce.yml")["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    (python,) = [step for step in job["steps"] if "setup-python" in step.get("uses", "")]
    assert python["with"]["python-version"].split() == [*reversed(reproduce.SUPPORTED)]
    assert job["steps"][-1]["run"] == ".venv/bin/nox -s reproduce"


# -- the comment ----------------------------------------------------------------------------------------------------


def posted(host: GitHub, head: str = HEAD, *arguments: str) -> tuple[int, list[str]]:
    """Run the script as the workflow does; returns its exit code and what it told the log."""
    env = {
        "PATH": host.path,
        "GITHUB_REPOSITORY": "mill/briefing",
        "GITHUB_SERVER_URL": "https://github.example",
        "RUN_ID": "4711",
        "HEAD_SHA": head,
    }
    done = subprocess.run(
        [sys.executable, ROOT / ".github" / "post.py", *(arguments or ("review",))],
        env=env,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def archive(**changed: bytes | str | None) -> bytes:
    """An artifact as a run makes it, with other files."""
    files: dict[str, Any] = {"number": "7\n", "review.md": "# One fact changed\n", "check.sarif": SARIF}
    files |= {name.replace("_", "."): held for name, held in changed.items()}
    return zipped({name: held for name, held in files.items() if held is not None})


def zipped(files: dict[str, Any]) -> bytes:
    """Files as a zip."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return held.getvalue()


@pytest.fixture
def host(tmp_path: Path) -> GitHub:
    """A host with a pull request and the artifact of its run."""
    made = GitHub(tmp_path / "gh", HEAD)
    made.keep(archive())
    return made


BODY = (
    MARKER + "Of 1f1f1f1f1f1f, as the code of this pull request tells it: where it changes that code too, read the "
    "diff. This as a page, and the site as it would be, are artifacts of "
    "[the run](https://github.example/mill/briefing/actions/runs/4711).\n\n---\n\n# One fact changed\n"
)


def test_the_review_is_one_comment_made_once_and_updated_from_then_on(host: GitHub) -> None:
    assert posted(host) == (
        0,
        ["::notice::comment on pull request 7: made", "::notice::problems for code scanning: taken"],
    )
    assert host.bodies == [BODY]
    host.keep(archive(review_md="# Two facts changed\n"))
    assert posted(host)[1][0] == "::notice::comment on pull request 7: updated"
    assert host.bodies == [BODY.replace("One fact", "Two facts")]
    assert posted(host)[1][0] == "::notice::comment on pull request 7: left as it was"
    assert [(method, path) for method, path, _ in host.asked if "comments" in path] == [
        ("POST", "issues/7/comments"),
        ("PATCH", "issues/comments/100"),
    ]


def test_the_problems_reach_code_scanning_at_the_commit_that_was_run(host: GitHub) -> None:
    posted(host)
    ((_, _, sent),) = [each for each in host.asked if each[1] == "code-scanning/sarifs"]
    assert gzip.decompress(base64.b64decode(sent.pop("sarif"))).decode() == SARIF
    assert sent == {"commit_sha": HEAD, "ref": "refs/pull/7/head", "tool_name": "briefing-generator"}


def test_a_comment_of_somebody_else_that_begins_in_the_same_way_is_let_alone(host: GitHub) -> None:
    theirs = {"id": 1, "user": {"login": "stranger"}, "body": MARKER + "Approved by the maintainers."}
    other = {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "Of another workflow"}
    host.write(comments=[theirs, other])
    assert posted(host)[0] == 0
    assert host.bodies == [theirs["body"], other["body"], BODY]


def test_a_pull_request_that_stands_elsewhere_by_now_or_is_not_theirs_is_let_alone(host: GitHub) -> None:
    assert posted(host, "2e" * 20) == (
        0,
        ["::notice::pull request 7 does not stand at 2e2e2e2e2e2e: nothing posted"],
    )
    assert host.asked == []


def test_a_run_that_made_no_review_is_no_failure(host: GitHub) -> None:
    host.write(artifacts=[])
    assert posted(host) == (0, ["::notice::the run made no review"])


def test_a_repository_without_code_scanning_has_its_comment_all_the_same(host: GitHub) -> None:
    host.write(refused={"code-scanning/sarifs": 403})
    assert posted(host) == (
        0,
        [
            "::notice::comment on pull request 7: made",
            "::notice::problems for code scanning: not taken: this repository has no code scanning",
        ],
    )


def test_what_github_refuses_is_told_and_cannot_give_orders_to_the_runner(host: GitHub) -> None:
    host.write(refused={"issues/7/comments": 500}, words="50% gone\n::set-output name=a::b")
    asked = "repos/mill/briefing/issues/7/comments?per_page=100"
    assert posted(host) == (
        1,
        [f"::error::{asked}: gh: 50%25 gone%0A::set-output name=a::b (HTTP 500)"],
    )


def test_nobody_is_called_by_a_stranger_s_review(host: GitHub) -> None:
    host.keep(archive(review_md="Thanks @everyone, @org/team and a@mill.example, `@x`, 5 @ 3.\n"))
    posted(host)
    assert "Thanks @\u2060everyone, @\u2060org/team and a@\u2060mill.example, `@\u2060x`, 5 @ 3.\n" in host.bodies[0]
    assert re.search(r"@[A-Za-z0-9]", host.bodies[0]) is None


@pytest.mark.parametrize("sign", ["&#64;", "&#0064;", "&#x40;", "&#X0040;", "&commat;", "@&#8203;", "\\@"])
def test_nobody_is_called_by_an_entity_either(host: GitHub, sign: str) -> None:
    host.keep(archive(review_md=f"Thanks {sign}everyone and {sign}&#111;rg.\n"))
    assert posted(host)[0] == 0
    text = html.unescape(host.bodies[0])
    assert "everyone" in text
    assert re.search(r"@[A-Za-z0-9]", text) is None


def test_a_review_that_is_too_long_for_a_comment_is_cut_at_a_line(host: GitHub) -> None:
    host.keep(archive(review_md="A line of forty characters, more or less.\n" * 5000))
    posted(host)
    assert 64_000 < len(host.bodies[0]) < 65_536
    assert host.bodies[0].endswith("more or less.\n\n… The rest is in the page.\n")


@pytest.mark.parametrize("end", ["```", "<!--", "<details>", "[", "`"])
def test_a_review_cannot_hide_what_is_said_of_it(host: GitHub, end: str) -> None:
    host.keep(archive(review_md=f"Fine.\n\n{end}"))
    posted(host)
    assert host.bodies == [f"{BODY.partition('# One')[0]}Fine.\n\n{end}\n"]


def _link() -> bytes:
    """An artifact in which the review is a link to a file of the runner."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as opened:
        opened.writestr("number", "7\n")
        opened.writestr("check.sarif", SARIF)
        entry = zipfile.ZipInfo("review.md")
        entry.external_attr = 0o120777 << 16
        opened.writestr(entry, "/proc/self/environ")
    return held.getvalue()


def _encrypted() -> bytes:
    """An artifact of which one file says that it is encrypted."""
    raw = bytearray(archive())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


def _truncated() -> bytes:
    raw = archive()
    return raw[: len(raw) // 2]


REFUSED = [
    pytest.param(b"", "the artifact is no zip that can be read: BadZipFile", id="nothing"),
    pytest.param(_truncated(), "the artifact is no zip that can be read: BadZipFile", id="half a zip"),
    pytest.param(_encrypted(), "the artifact is no zip that can be read: RuntimeError", id="encrypted"),
    pytest.param(archive(review_md=None), "the artifact holds 2 entries, which are not", id="a file missing"),
    pytest.param(
        zipped({"../../.bashrc": "x", "number": "7\n", "review.md": "", "check.sarif": SARIF}),
        "the artifact holds 4 entries, which are not number, review.md, check.sarif",
        id="a file out of the folder",
    ),
    pytest.param(archive(review_md="a" * (1 << 20) + "b"), "review.md has more than 1048576 bytes", id="too long"),
    pytest.param(archive(check_sarif=b"0" * (512 << 20)), "check.sarif has more than 8388608 bytes", id="a zip bomb"),
    *(
        pytest.param(archive(number=each), "the number is no number of a pull request", id=f"the number {each!r}")
        for each in ("7", "0\n", "07\n", "-7\n", "7\n8\n", "7/../8\n", "٧\n", "1234567890\n", "", " 7\n")
    ),
    pytest.param(archive(number="7" * 17), "number has more than 16 bytes", id="a number too long"),
    pytest.param(archive(review_md=b"\xe9t\xe9"), "the review is not UTF-8", id="another encoding"),
    pytest.param(archive(review_md="a\x1b[2Jb"), "the review holds the control character U+001B", id="an escape"),
    pytest.param(archive(review_md="a\x00b"), "the review holds the control character U+0000", id="a NUL"),
    pytest.param(archive(review_md="a\r\nb"), "the review holds the control character U+000D", id="a return"),
    pytest.param(archive(review_md="a\u202eb"), "the review holds U+202E, which turns", id="turned round"),
    pytest.param(archive(check_sarif="no"), "the list of problems is not JSON", id="no JSON"),
    pytest.param(archive(check_sarif="[" * 100_000), "the list of problems is not JSON", id="deep JSON"),
    pytest.param(archive(check_sarif="[]"), "the list of problems is no SARIF 2.1.0", id="no SARIF"),
]


@pytest.mark.parametrize(("raw", "why"), REFUSED)
def test_an_artifact_that_no_run_of_ours_makes_is_refused_whole(host: GitHub, raw: bytes, why: str) -> None:
    host.keep(raw)
    code, lines = posted(host)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"::error::{why}")
    assert host.asked == []


def test_a_link_in_the_artifact_is_a_text_and_leads_nowhere(host: GitHub) -> None:
    host.keep(_link())
    assert posted(host)[0] == 0
    assert host.bodies == [BODY.replace("# One fact changed", "/proc/self/environ")]


@pytest.mark.parametrize("size", [9 << 20, 0], ids=["as it says itself", "as it is"])
def test_an_artifact_that_is_too_large_is_not_read(host: GitHub, size: int) -> None:
    host.keep(os.urandom(9 << 20), size_in_bytes=size)
    code, lines = posted(host)
    assert (code, host.asked) == (1, [])
    assert "has 9437184 bytes" in lines[0] or "has more than 8388608 bytes" in lines[0]


@pytest.mark.parametrize(("run", "head"), [("4711/../1", HEAD), ("4711", "main"), ("4711", "")])
def test_a_run_and_a_commit_are_what_they_have_to_be(host: GitHub, run: str, head: str) -> None:
    env = {"PATH": host.path, "GITHUB_REPOSITORY": "mill/briefing", "RUN_ID": run, "HEAD_SHA": head}
    done = subprocess.run(
        [sys.executable, ROOT / ".github" / "post.py", "review"], env=env, capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (1, "::error::RUN_ID and HEAD_SHA do not name a run and a commit\n")


def test_what_a_pull_request_leaves_becomes_its_comment(good: tuple[Pull, Runner], tmp_path: Path) -> None:
    """The second workflow, step by step, upon what the first one kept."""
    pull, first = good
    made = GitHub(tmp_path / "gh", pull.head)
    made.keep(first.artifacts["review"])
    event = {"token": "t", "event.workflow_run.id": "4711", "event.workflow_run.head_sha": pull.head}
    env = {"PATH": made.path, "GITHUB_REPOSITORY": "mill/briefing"}
    second = Runner(tmp_path / "workspace", pull.origin, "refs/heads/main", event, env=env)
    assert second.run(workflow("review.yml")["jobs"]["post"]) == "success", second.logs
    assert [each.partition("\n")[0] for each in made.bodies] == [MARKER.strip()]
    assert files_of(first.artifacts["review"])["review.md"].decode().strip()[:200] in made.bodies[0]
    assert [path for _, path, _ in made.asked] == ["issues/7/comments", "code-scanning/sarifs"]
    assert not (second.workspace / "generator").exists()


# -- publishing -----------------------------------------------------------------------------------------------------


def test_what_lands_on_main_is_built_audited_handed_over_and_told_to_code_scanning(tmp_path: Path) -> None:
    origin = checkout_of(tmp_path / "origin", VALLEY, BRIEFING)
    host = GitHub(tmp_path / "gh", HEAD)
    event = {"token": "t", "ref": "refs/heads/main"}
    env = {
        "PATH": host.path,
        "GITHUB_REPOSITORY": "mill/briefing",
        "GITHUB_SHA": HEAD,
        "GITHUB_REF": "refs/heads/main",
    }
    jobs = workflow("publish.yml")["jobs"]
    build = Runner(tmp_path / "build", origin, "refs/heads/main", event, env=env)
    assert build.run(jobs["build"]) == "success", build.logs
    assert {"index.html", "404.html", "sitemap.xml"} <= {*files_of(build.artifacts["github-pages"])}
    scan = Runner(tmp_path / "scan", origin, "refs/heads/main", event, env=env, artifacts=build.artifacts)
    assert scan.run(jobs["scan"]) == "success", scan.logs
    ((method, path, sent),) = host.asked
    assert (method, path, sent["ref"], sent["commit_sha"]) == (
        "POST",
        "code-scanning/sarifs",
        "refs/heads/main",
        HEAD,
    )
    assert not any("steps" not in job for job in jobs.values())


def test_facts_with_an_error_are_not_handed_over(tmp_path: Path) -> None:
    origin = checkout_of(tmp_path / "origin", VALLEY, BRIEFING)
    _slip(origin)
    commit(origin, "A slip")
    build = Runner(tmp_path / "build", origin, "refs/heads/main", {"ref": "refs/heads/main"})
    assert build.run(workflow("publish.yml")["jobs"]["build"]) == "failure"
    assert build.artifacts == {}


# -- many briefings, and the canary ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with three briefings, of which one has a slip."""
    origin = checkout_of(tmp_path_factory.mktemp("several") / "origin", VALLEY, BRIEFING)
    for name in ("mill", "weir", "dam-b"):
        (origin / "briefings" / name / "content").mkdir(parents=True)
        wrong = ("value: 1200", "value: 1300") if name == "weir" else ("", "")
        for path, text in (
            ("facts.yaml", layout.formatted("facts.yaml", BASE).replace(*wrong)),
            ("content/index.md", INDEX.replace("title: ", f"title: {name} ", 1)),
            ("sources.lock", lock()),
        ):
            (origin / "briefings" / name / path).write_text(text, encoding="utf-8")
    (origin / "briefings" / "notes").mkdir()
    (origin / "briefings" / "notes" / "a.md").write_text("No briefing\n", encoding="utf-8")
    commit(origin, "Three")
    return origin


def test_every_briefing_of_a_folder_gets_a_job_of_its_own(several: Path, tmp_path: Path) -> None:
    jobs = workflow("briefings.yml")["jobs"]
    first = Runner(tmp_path / "list", several, "refs/heads/main", {})
    assert first.run(jobs["list"]) == "success", first.logs
    listed = json.loads(first.outputs["briefings"])
    assert listed == [{"name": name, "path": f"briefings/{name}"} for name in ("dam-b", "mill", "weir")]
    assert jobs["build"]["needs"] == "list"
    strategy = jobs["build"]["strategy"]
    assert strategy["matrix"] == {"briefing": "${{ fromJSON(needs.list.outputs.briefings) }}"}
    assert strategy["fail-fast"] == "false"
    found = {}
    for each in listed:
        given = {f"briefing.{key}": value for key, value in each.items()}
        runner = Runner(tmp_path / each["name"], several, "refs/heads/main", {}, matrix=given)
        found[each["name"]] = (runner.run(jobs["build"]), {*runner.artifacts})
        if each["name"] == "weir":
            assert "number-not-in-quote" in runner.logs["Check"]
            assert re.search(r"(?m)^::error file=.*facts\.yaml,line=\d+", runner.logs["Check"])
        else:
            site = files_of(runner.artifacts[f"site-{each['name']}"])
            assert {"index.html", "manifest.json"} <= {*site}
            assert each["name"] in site["index.html"].decode()
    assert found == {
        "dam-b": ("success", {"site-dam-b"}),
        "mill": ("success", {"site-mill"}),
        "weir": ("failure", set()),
    }


def test_the_folder_of_the_briefings_can_be_named_by_hand(several: Path, tmp_path: Path) -> None:
    job = workflow("briefings.yml")["jobs"]["list"]
    runner = Runner(tmp_path / "list", several, "refs/heads/main", {}, inputs={"folder": "tests/briefings"})
    assert runner.run(job) == "success", runner.logs
    assert {"name": "valley-flood", "path": "tests/briefings/valley-flood"} in json.loads(runner.outputs["briefings"])
    runner = Runner(tmp_path / "none", several, "refs/heads/main", {}, inputs={"folder": "docs"})
    assert runner.run(job) == "failure"
    assert "::error::docs: found no folder with a facts.yaml, wanted one for each briefing" in runner.logs["List"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a", "b c"], "x/b c: found a name with other signs, wanted letters, digits, dots and dashes"),
        ([f"b{at}" for at in range(257)], "x: found 257 briefings, wanted at most 256; spread them over more folders"),
    ],
)
def test_what_no_matrix_can_hold_is_refused(names: list[str], message: str, tmp_path: Path) -> None:
    for name in names:
        (tmp_path / "x" / name).mkdir(parents=True)
        (tmp_path / "x" / name / "facts.yaml").touch()
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "briefings.py", "x"], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"::error::{message}\n")


@pytest.mark.parametrize(
    ("slip", "outcome", "says"),
    [
        ("", "success", "properdocs: 16 pages, none with a difference that is not known"),
        ("Homes", "failure", "properdocs: facts/homes.html, content: without 'Homes', with 'Holes'"),
    ],
)
def test_the_canary_takes_the_newest_releases_and_compares(slip: str, outcome: str, says: str, tmp_path: Path) -> None:
    """The releases are on a network; here MkDocs stands in for both of the others, and one of the two may slip."""
    origin = checkout_of(tmp_path / "origin", VALLEY, BRIEFING)
    flow = workflow("canary.yml")
    assert [*flow["on"]] == ["schedule", "workflow_dispatch"]
    (job,) = flow["jobs"].values()
    steps = {step["name"]: step for step in job["steps"]}
    assert steps.pop("Take the newest releases")["run"] == ".venv/bin/nox -s lock -- --upgrade"
    runner = Runner(tmp_path / "workspace", origin, "refs/heads/main", {}, env={"SLIP": slip})
    assert runner.run({"steps": [*steps.values()]}) == outcome, runner.logs
    assert [*runner.outcomes] == ["Check out", "Set up Python", "Install", "Compare"]
    assert says in runner.logs["Compare"]


# -- hooks ----------------------------------------------------------------------------------------------------------


def pre_commit(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pre-commit in a repository, with a cache of its own."""
    env = {**os.environ, "PRE_COMMIT_HOME": str(root.parent / "pre-commit"), "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments], cwd=root, env=env, capture_output=True, check=False, text=True
    )


def test_the_hooks_are_written_as_pre_commit_reads_them() -> None:
    for command, name in (
        ("validate-config", ".pre-commit-config.yaml"),
        ("validate-manifest", ".pre-commit-hooks.yaml"),
    ):
        done = pre_commit(ROOT, command, name)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout with environments, in which a small briefing stands."""
    mill = tmp_path / "mill"
    (mill / "content").mkdir(parents=True)
    for name, text in (
        ("facts.yaml", layout.formatted("facts.yaml", BASE)),
        ("content/index.md", INDEX),
        ("sources.lock", lock()),
    ):
        (mill / name).write_text(text, encoding="utf-8")
    root = checkout_of(tmp_path / "clone", mill, BRIEFING)
    furnish(root)
    return root


def test_every_hook_of_this_repository_passes_on_all_of_its_files(clone: Path) -> None:
    done = pre_commit(clone, "run", "--all-files")
    assert done.returncode == 0, done.stdout
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert [line.partition("..")[0] for line in done.stdout.splitlines()] == [each["name"] for each in hooks]
    assert "Skipped" not in done.stdout


@pytest.mark.parametrize(
    ("name", "right", "wrong", "hook"),
    [
        ("facts.yaml", "value: 1200", "value: 1300", "check"),
        ("facts.schema.json", '"title"', '"titles"', "schema"),
        ("facts.yaml", "- id: sacks-lost\n", "- id: sacks-of-flour-lost\n", "schema"),
        ("facts.yaml", "value: 1200", "value:   1200", "format"),
        ("generator/git.py", "import sys\n", "import sys, json\n", "ruff"),
        ("generator/git.py", "_SECONDS = 60", "_SECONDS  =  60", "ruff-format"),
        ("docs/manual.md", "# Manual", "# Man" + "aul", "codespell"),
        (".github/workflows/publish.yml", "    needs: build\n", "    needs: nobody\n", "actionlint"),
        (".github/workflows/publish.yml", "persist-credentials: false", "clean: true", "zizmor"),
    ],
)
def test_each_hook_finds_what_it_is_for(clone: Path, name: str, right: str, wrong: str, hook: str) -> None:
    path = clone / name
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    done = pre_commit(clone, "run", hook, "--files", name)
    assert done.returncode == 1, done.stdout


def test_the_hook_for_other_repositories_judges_the_briefing_that_stands_there(clone: Path, tmp_path: Path) -> None:
    offered, tidy = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    elsewhere = copied(BRIEFING, clone, tmp_path / "elsewhere")

    def run(hook: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        script, *arguments = hook["entry"].split()
        return subprocess.run([clone / script, *arguments], cwd=elsewhere, capture_output=True, check=False, text=True)

    (clone / "facts.yaml").unlink()  # not the one that it brings along
    for hook in (offered, tidy):
        done = run(hook)
        assert done.returncode == 0, done.stdout + done.stderr
    replaced(elsewhere / "facts.yaml", "value: 1200", "value:   1300")
    done = run(offered)
    assert done.returncode == 1
    assert "error number-not-in-quote [fact sacks-lost]" in done.stdout
    done = run(tidy)
    assert done.returncode == 1
    assert "has another layout than the canonical one" in done.stdout
    assert "value:   1300" in (elsewhere / "facts.yaml").read_text(encoding="utf-8")
    assert [name for name in ("facts.yaml", "my/facts.yaml") if re.search(tidy["files"], name)] == ["facts.yaml"]
    files = re.compile(offered["files"])
    assert [name for name in ("facts.yaml", "content/a/b.md", "sources.lock") if not files.search(name)] == []
    assert [name for name in ("README.md", "my/facts.yaml", "docs/content/a.md") if files.search(name)] == []


@pytest.mark.parametrize("name", [".ci/run", ".ci/review", ".ci/hook"])
def test_what_is_run_by_its_name_can_be_run(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    assert (ROOT / name).read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


# -- forms ----------------------------------------------------------------------------------------------------------


def test_the_form_for_a_mistake_asks_for_what_a_correction_needs() -> None:
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "mistake.yml").read_text(encoding="utf-8"))
    assert {"name", "description", "title", "body"} == {*form}
    asked = {each["id"]: each for each in form["body"] if each["type"] != "markdown"}
    assert [*asked] == ["where", "wrong", "evidence", "kind"]
    assert {each["type"] for each in asked.values()} <= {"input", "textarea", "dropdown"}
    assert all(each["attributes"]["label"] and each["validations"] == {"required": True} for each in asked.values())


def test_the_reviewer_is_asked_for_all_that_a_machine_cannot_judge() -> None:
    text = (ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")
    asked = re.findall(r"(?m)^- \[ \] \*\*(.*)\.\*\* \S", text.partition("## For the reviewer\n")[2])
    assert asked == [
        *("Evidence", "Numbers", "Attribution", "Date", "Origin", "Corroboration", "Corrections", "Harm", "Words")
    ]
