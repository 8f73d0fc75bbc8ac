"""A GitHub of files -> what `gh api` answers, and what it was asked: enough of it for `.github/post.py`.

`GitHub(folder)` writes a program `gh` there, to be put on PATH. It reads `state.json` beside itself, answers, and adds
every request that changes something to `requests.jsonl`.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

PROGRAM = """#!{python}
import base64, json, pathlib, re, sys

here = pathlib.Path(__file__).parent
state = json.loads((here / "state.json").read_text())
_, _, path, *options = sys.argv
method = options[options.index("--method") + 1] if "--method" in options else "GET"
sent = json.load(sys.stdin) if "--input" in options else None
path, _, query = path.removeprefix("repos/mill/briefing/").partition("?")


def answer(value):
    print(json.dumps(value))
    sys.exit()


def refuse(status):
    sys.exit(f"gh: {{state['words']}} (HTTP {{status}})")


if path in state["refused"]:
    refuse(state["refused"][path])
if method != "GET":
    with (here / "requests.jsonl").open("a") as log:
        print(json.dumps([method, path, sent]), file=log)
if (method, path) == ("GET", "actions/runs/4711/artifacts"):
    answer({{"artifacts": state["artifacts"]}})
if method == "GET" and (match := re.fullmatch("actions/artifacts/([0-9]+)/zip", path)):
    sys.stdout.buffer.write(base64.b64decode(state["zips"][match[1]]))
    sys.exit()
if (method, path) == ("GET", "pulls/7"):
    answer({{"head": {{"sha": state["head"]}}}})
if path == "issues/7/comments" and method == "GET" and "--paginate" in options:
    # as gh does, a list for each page, one after the other; here a comment is a page
    sys.stdout.write("".join(json.dumps([each]) for each in state["comments"]) or "[]")
    sys.exit()
if (method, path) == ("POST", "issues/7/comments"):
    made = {{"id": 100 + len(state["comments"]), "user": {{"login": "github-actions[bot]"}}, **sent}}
    state["comments"].append(made)
elif method == "PATCH" and (match := re.fullmatch("issues/comments/([0-9]+)", path)):
    next(each for each in state["comments"] if str(each["id"]) == match[1]).update(sent)
elif (method, path) != ("POST", "code-scanning/sarifs"):
    refuse(404)
(here / "state.json").write_text(json.dumps(state))
answer({{}})
"""


class GitHub:
    """What stands on a GitHub that is none."""

    def __init__(self, folder: Path, head: str) -> None:
        """Make one, in a folder of its own, with a pull request whose last commit is `head`."""
        folder.mkdir()
        self._folder = folder
        program = folder / "gh"
        program.write_text(PROGRAM.format(python=sys.executable), encoding="utf-8")
        program.chmod(0o755)
        self.write(artifacts=[], zips={}, head=head, comments=[], refused={}, words="Not here")

    @property
    def path(self) -> str:
        """A PATH on which this `gh` comes first."""
        return f"{self._folder}{os.pathsep}{os.environ['PATH']}"

    @property
    def state(self) -> dict[str, Any]:
        """What stands there."""
        return dict(json.loads((self._folder / "state.json").read_text(encoding="utf-8")))

    def write(self, **state: object) -> None:
        """Have something else stand there."""
        file = self._folder / "state.json"
        file.write_text(json.dumps((self.state if file.exists() else {}) | state), encoding="utf-8")

    def keep(self, archive: bytes, **changed: object) -> None:
        """Keep an artifact of the run, beside one that ran out and one of another name."""
        artifact = {"id": 3, "name": "review", "expired": False, "size_in_bytes": len(archive)} | changed
        others = [artifact | {"id": 9, "expired": True}, artifact | {"id": 10, "name": "site"}]
        self.write(artifacts=[artifact, *others], zips={"3": base64.b64encode(archive).decode()})

    @property
    def asked(self) -> list[tuple[str, str, Any]]:
        """Every request that changed something: method, path, what was sent."""
        log = self._folder / "requests.jsonl"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [tuple(json.loads(line)) for line in lines]

    @property
    def bodies(self) -> list[str]:
        """The comments."""
        return [each["body"] for each in self.state["comments"]]
