"""A workflow, and a repository on this machine -> what its jobs do there: a hosted runner, as far as ours need one.

Every `run` of a job is run as GitHub runs it, in a fresh clone. Of actions only what they leave is made: a check-out, a
kept artifact. What a workflow asks for and this does not know fails the test, so that nothing is passed over.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from generator import schema, site
from tests.sites import ROOT, copied

FLOWS = ROOT / ".github" / "workflows"
LEFT_BEHIND = (
    ".git",
    ".nox",
    ".venv",
    "site",
    "editions",
    ".site*",
    "build",
    ".*_cache",
    ".hypothesis",
    ".coverage*",
    "__pycache__",
)
INSTALL = (
    "python3 -m venv .venv && .venv/bin/python -m pip install -q --only-binary :all: --require-hashes"
    " -r requirements/nox.txt"
)
WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A. Miller"), ("EMAIL", "miller@mill.example"), ("DATE", "2031-06-02T10:00:00Z"))
}


STAND_IN = """
import os, pathlib, subprocess, sys
code = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "mkdocs.yml"]).returncode
page, slip = pathlib.Path("site/facts/homes.html"), os.environ.get("SLIP")
if slip and sys.argv[0].endswith("properdocs"):
    page.write_text(page.read_text(encoding="utf-8").replace(">Homes<", ">Holes<"), encoding="utf-8")
sys.exit(code)
"""


def workflow(name: str) -> dict[str, Any]:
    """A workflow of this repository; `on` is a key, not a truth."""
    return dict(yaml.load((FLOWS / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506 - text only


def git(root: Path, *arguments: str) -> str:
    """What git answers, without the settings of whoever runs the tests."""
    env = os.environ | WHO | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(root: Path, message: str) -> str:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", message)
    return git(root, "rev-parse", "HEAD")


def checkout_of(target: Path, briefing: Path, names: tuple[str, ...]) -> Path:
    """A repository with the files of this one, as they are now, and another briefing, in one commit."""
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    for name in names:
        path = target / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    copied(names, briefing, target)
    facts = target / site.FACTS
    (target / schema.FILE).write_text(schema.dump(site.fact_base(facts.read_bytes())), encoding="utf-8", newline="\n")
    git(target, "init", "-q", "-b", "main")
    commit(target, "First")
    return target


def furnish(workspace: Path) -> None:
    """Give a clone the environments that nox would install, made of the one that runs the tests, which holds both."""
    for name, modules in (("venv", ("nox",)), ("nox/site", ()), ("nox/dev", ())):
        folder = workspace / f".{name}" / "bin"
        folder.mkdir(parents=True, exist_ok=True)
        for tool, words in (("python", ""), *((each, f"-m {each}") for each in modules)):
            (folder / tool).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n', encoding="utf-8")
            (folder / tool).chmod(0o755)
    for name in ("properdocs", "zensical"):  # MkDocs stands in for them, and changes a word where a test says so
        folder = workspace / ".nox" / name / "bin"
        folder.mkdir(parents=True)
        for tool, text in (("python", ""), (name, STAND_IN)):
            (folder / tool).write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
            (folder / tool).chmod(0o755)
    (workspace / ".nox" / "dev" / "bin" / "zizmor").symlink_to(Path(sysconfig.get_path("scripts"), "zizmor"))
    for name in ("site", "dev", "properdocs", "zensical"):
        listed = (workspace / "requirements" / f"{name}.txt").read_bytes()
        stamp = hashlib.sha256(listed + sys.version.encode()).hexdigest()
        (workspace / ".nox" / name / "made-from").write_text(stamp, encoding="ascii")


@dataclass
class Runner:
    """A machine that runs the steps of one job after the other."""

    workspace: Path
    origin: Path
    ref: str
    """What the event is about: a branch, or a pull request as it would be merged."""
    github: Mapping[str, str]
    """What the event says, as `event.pull_request.number`."""
    env: Mapping[str, str] = field(default_factory=dict)
    """What the runner adds to the environment of each step."""
    matrix: Mapping[str, str] = field(default_factory=dict)
    """What the strategy of the job gives to this one of its jobs, as `briefing.name`."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """What somebody typed who started it by hand."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """What the jobs before it gave, as `list.outputs.briefings`."""
    outputs: dict[str, str] = field(default_factory=dict)
    """What the job gives to those that need it."""
    artifacts: dict[str, bytes] = field(default_factory=dict)
    """What was kept, by name, as a zip."""
    outcomes: dict[str, str] = field(default_factory=dict)
    """What came of each step, by its name."""
    logs: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)
    _given: dict[str, str] = field(default_factory=dict)
    """What steps wrote into their outputs, as `list.briefings`."""

    def run(self, job: Mapping[str, Any]) -> str:
        """Run a job; returns what came of it."""
        self.workspace.mkdir()
        failed = False
        for step in job["steps"]:
            name = step["name"]
            wanted = self._holds(step["if"]) if "if" in step else not failed
            outcome = ("success" if self._step(name, step) else "failure") if wanted else "skipped"
            failed |= outcome == "failure"
            self.outcomes[name] = outcome
            self._ids[step.get("id", "")] = outcome
        self.outputs |= {name: self._value(value) for name, value in job.get("outputs", {}).items()}
        return "failure" if failed else "success"

    # -- expressions

    def _value(self, text: str) -> str:
        """A text in which expressions are replaced by what they stand for."""
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: self._of(match[1]), text)

    def _of(self, name: str) -> str:
        if match := re.fullmatch(r"steps\.([\w-]+)\.outcome", name):
            return self._ids[match[1]]
        if match := re.fullmatch(r"steps\.([\w-]+)\.outputs\.(\w+)", name):
            return self._given.get(f"{match[1]}.{match[2]}", "")
        if match := re.fullmatch(r"inputs\.(\w+) \|\| '([^']*)'", name):
            return self.inputs.get(match[1]) or match[2]
        for known, values in (("matrix.", self.matrix), ("needs.", self.needs)):
            if name.startswith(known):
                return values[name.removeprefix(known)]
        assert name.startswith("github."), name
        return self.github[name.removeprefix("github.")]

    def _holds(self, condition: str) -> bool:
        match = re.fullmatch(r"\$\{\{ (.*) \}\}", condition)
        assert match, condition
        return all(self._term(each) for each in match[1].split(" && "))

    def _term(self, text: str) -> bool:
        if text == "!cancelled()":
            return True
        match = re.fullmatch(r"(\S+) (==|!=) '([^']*)'", text)
        assert match, text
        return (self._of(match[1]) == match[3]) == (match[2] == "==")

    # -- steps

    def _step(self, name: str, step: Mapping[str, Any]) -> bool:
        if "uses" in step:
            action = step["uses"].partition("@")[0].partition("/")[2].replace("-", "_")
            self.logs[name] = ""
            return bool(
                getattr(self, f"_uses_{action}")(
                    **{key.replace("-", "_"): self._value(value) for key, value in step.get("with", {}).items()}
                )
            )
        if step["run"] == INSTALL:  # `.ci/run` has these words too, and runs them
            furnish(self.workspace)
            return True
        files = {
            each: self.workspace.with_name(f"{self.workspace.name}-{each}")
            for each in ("OUTPUT", "STEP_SUMMARY", "ENV")
        }
        for path in files.values():
            path.touch()
        env = {
            **{
                key: value
                for key, value in os.environ.items()
                if key in {"PATH", "HOME", "LANG", "TMPDIR"} or key.startswith("COVERAGE")
            },
            **{f"GITHUB_{key}": str(path) for key, path in files.items()},
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            **self.env,
            **{key: self._value(value) for key, value in step.get("env", {}).items()},
        }
        assert "${{" not in step["run"], "an expression in a script: what it stands for would be run"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            encoding="utf-8",
            timeout=300,
        )
        self.logs[name] = done.stdout
        for line in files["OUTPUT"].read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            self._given[f"{step.get('id', '')}.{key}"] = value
        files["OUTPUT"].write_text("", encoding="utf-8")
        return done.returncode == 0

    def _uses_checkout(self, persist_credentials: str, fetch_depth: str = "1", sparse_checkout: str = "") -> bool:
        assert persist_credentials == "false"
        git(self.workspace, "init", "-q")
        git(self.workspace, "remote", "add", "origin", self.origin.as_uri())
        git(self.workspace, "fetch", "-q", f"--depth={fetch_depth}", "origin", f"+{self.ref}:refs/remotes/{self.ref}")
        if sparse_checkout:
            git(self.workspace, "sparse-checkout", "set", sparse_checkout)
        git(self.workspace, "checkout", "-q", "--detach", f"refs/remotes/{self.ref}")
        return True

    @staticmethod
    def _uses_setup_python(python_version: str) -> bool:
        return tuple(map(int, python_version.split("."))) >= (3, 11)

    def _uses_upload_artifact(self, name: str, path: str, if_no_files_found: str, retention_days: str) -> bool:
        assert (if_no_files_found, retention_days.isdigit()) == ("error", True)
        top = self.workspace / path
        found = [top] if top.is_file() else sorted(each for each in top.rglob("*") if each.is_file())
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
            for each in found:
                opened.write(each, each.name if each == top else each.relative_to(top))
        self.artifacts[name] = held.getvalue()
        return bool(found)

    def _uses_upload_pages_artifact(self, path: str) -> bool:
        return self._uses_upload_artifact("github-pages", path, "error", "1")

    def _uses_download_artifact(self, name: str, path: str) -> bool:
        with zipfile.ZipFile(io.BytesIO(self.artifacts[name])) as opened:
            opened.extractall(self.workspace / path)
        return True
