"""What a run made of a pull request -> one comment on it, which later runs update, and its problems in code scanning.

    python3 .github/post.py review          from the artifact of a run: RUN_ID and HEAD_SHA, as GitHub itself says them
    python3 .github/post.py sarif FILE      the problems of the commit at hand: GITHUB_REF, GITHUB_SHA

This runs with the right to write, and what it reads was made by code of a stranger. So the artifact is data: read into
memory with limits, never unpacked to the disk, every file of it looked at; and a pull request that it names must be one
of the very commit that GitHub says was run. It needs nothing but Python and `gh`, which hosted runners have.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

ARTIFACT = "review"
LIMITS = {"number": 16, "review.md": 1 << 20, "check.sarif": 8 << 20}
"""The files of the artifact, and how many bytes each may have."""
ZIP_LIMIT = 8 << 20
ANSWER_LIMIT = 32 << 20
COMMENT_LIMIT = 65_000
"""How many characters of a review are posted; GitHub takes 65,536, and some are ours."""
MARKER = "<!-- review of the briefing -->"
"""The first line of the comment, by which the next run finds it."""
AUTHOR = "github-actions[bot]"
SECONDS = 120


class RefusedError(Exception):
    """What was read is not what a run of ours makes; nothing is posted."""


class ApiError(Exception):
    """GitHub said no; `status` is what it answered, 0 where it did not."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


# -- GitHub ---------------------------------------------------------------------------------------------------------


def api(path: str, *options: str, send: Any = None, limit: int = ANSWER_LIMIT) -> bytes:  # noqa: ANN401 - JSON
    """What GitHub's interface answers; its limits hold while reading, not after."""
    given = ("--input", "-") if send is not None else ()
    with subprocess.Popen(
        ["gh", "api", path, *options, *given],  # noqa: S607 - where the runner has it
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as gh:
        assert gh.stdin and gh.stdout and gh.stderr  # noqa: S101, PT018 - for mypy
        with contextlib.suppress(BrokenPipeError):  # it ends before it has read all: then its code says so
            gh.stdin.write(b"" if send is None else json.dumps(send).encode())
            gh.stdin.close()
        answer = gh.stdout.read(limit + 1)
        if len(answer) > limit:
            gh.kill()
            raise RefusedError(f"the answer to {path} has more than {limit} bytes")
        said = gh.stderr.read(10_000).decode("utf-8", "replace")
        code = gh.wait(SECONDS)
    if code:
        status = re.search(r"\(HTTP (\d{3})\)", said)
        raise ApiError(f"{path}: {said.strip() or f'gh ended with {code}'}", int(status[1]) if status else 0)
    return answer


def listed(path: str) -> list[Any]:
    """A list that may have several pages, which `gh` writes one after the other."""
    text = api(f"{path}?per_page=100", "--paginate").decode()
    found: list[Any] = []
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        page, at = decoder.raw_decode(text, at)
        found += page
        while text[at : at + 1].isspace():
            at += 1
    return found


# -- the artifact ---------------------------------------------------------------------------------------------------


def download(repository: str, run: str) -> bytes | None:
    """The artifact of a run, as a zip; None where the run came to an end before it made one."""
    answer = json.loads(api(f"repos/{repository}/actions/runs/{run}/artifacts?name={ARTIFACT}&per_page=100"))
    ours = [each for each in answer["artifacts"] if each["name"] == ARTIFACT and not each["expired"]]
    if not ours:
        return None
    newest = max(ours, key=lambda each: int(each["id"]))  # a run that is run again makes another one
    if newest["size_in_bytes"] > ZIP_LIMIT:
        raise RefusedError(f"the artifact has {newest['size_in_bytes']} bytes")
    return api(f"repos/{repository}/actions/artifacts/{int(newest['id'])}/zip", limit=ZIP_LIMIT)


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The files of the artifact, in memory: exactly those that it has to have, each within its limit."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            names = sorted(opened.namelist())
            if names != sorted(LIMITS):
                raise RefusedError(f"the artifact holds {len(names)} entries, which are not {', '.join(LIMITS)}")
            files = {}
            for name, limit in LIMITS.items():
                with opened.open(name) as entry:  # whatever its head says of its size
                    files[name] = entry.read(limit + 1)
                if len(files[name]) > limit:
                    raise RefusedError(f"{name} has more than {limit} bytes")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise RefusedError(f"the artifact is no zip that can be read: {type(error).__name__}") from error
    return files


def number_of(raw: bytes) -> int:
    """The number of a pull request."""
    match = re.fullmatch(rb"([1-9][0-9]{0,8})\n", raw)
    if match is None:
        raise RefusedError("the number is no number of a pull request")
    return int(match[1])


def text_of(raw: bytes) -> str:
    """A text of which every character shows what it is."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("the review is not UTF-8") from error
    for character in text:
        # line ends and tabs aside: what drives a terminal, or turns the direction of what follows
        if unicodedata.category(character) == "Cc" and character not in "\n\t":
            raise RefusedError(f"the review holds the control character U+{ord(character):04X}")
        if unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}:
            raise RefusedError(f"the review holds U+{ord(character):04X}, which turns what stands after it round")
    return text


def sarif_of(raw: bytes) -> bytes:
    """A log of SARIF."""
    try:
        log = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise RefusedError("the list of problems is not JSON") from error
    if not isinstance(log, dict) or log.get("version") != "2.1.0" or not isinstance(log.get("runs"), list):
        raise RefusedError("the list of problems is no SARIF 2.1.0")
    return raw


# -- what is posted -------------------------------------------------------------------------------------------------


def comment(review: str, head: str, run: str) -> str:
    """The comment: the review, cut where it is too long, and what a reader should know of it."""
    # an unseen joiner, so that nobody is called: the text is a stranger's, and the caller would be this project;
    # an entity is a sign too, once it is read: both for `@` and for the letter behind it
    quiet = re.sub(r"@(?=[A-Za-z0-9&\\])|&(?:#0*64|#[xX]0*40|commat);?", "@\u2060", review.strip())
    if len(quiet) > COMMENT_LIMIT:
        quiet = quiet[:COMMENT_LIMIT].rpartition("\n")[0] + "\n\n… The rest is in the page."
    # what is ours comes first: an open fence or comment at the end of what is not would swallow it
    return (
        f"{MARKER}\nOf {head[:12]}, as the code of this pull request tells it: where it changes that code too, read "
        f"the diff. This as a page, and the site as it would be, are artifacts of [the run]({run}).\n\n---\n\n{quiet}\n"
    )


def post(repository: str, number: int, body: str) -> str:
    """Make the comment, or update the one that stands there; returns what was done."""
    comments = listed(f"repos/{repository}/issues/{number}/comments")
    # somebody else's comment may begin with the marker as well
    ours = [each for each in comments if each["user"]["login"] == AUTHOR and each["body"].startswith(MARKER)]
    if not ours:
        api(f"repos/{repository}/issues/{number}/comments", "--method", "POST", send={"body": body})
        return "made"
    if ours[0]["body"].strip() == body.strip():
        return "left as it was"
    there = f"repos/{repository}/issues/comments/{int(ours[0]['id'])}"
    api(there, "--method", "PATCH", send={"body": body})
    return "updated"


def scan(repository: str, sarif: bytes, commit: str, ref: str) -> str:
    """Hand problems to code scanning, where the repository has it; returns what was done."""
    log = base64.b64encode(gzip.compress(sarif, mtime=0)).decode("ascii")
    send = {"commit_sha": commit, "ref": ref, "sarif": log, "tool_name": "briefing-generator"}
    try:
        api(f"repos/{repository}/code-scanning/sarifs", "--method", "POST", send=send)
    except ApiError as error:
        if error.status not in {403, 404}:
            raise
        return "not taken: this repository has no code scanning"
    return "taken"


# -- the commands ---------------------------------------------------------------------------------------------------


def review(repository: str, run: str, head: str) -> list[str]:
    """Post what a run made of a pull request; returns what was done."""
    if not re.fullmatch(r"[0-9]+", run) or not re.fullmatch(r"[0-9a-f]{40,64}", head):
        raise RefusedError("RUN_ID and HEAD_SHA do not name a run and a commit")
    archive = download(repository, run)
    if archive is None:
        return ["the run made no review"]
    files = unpacked(archive)
    number = number_of(files["number"])
    text, sarif = text_of(files["review.md"]), sarif_of(files["check.sarif"])
    pull = json.loads(api(f"repos/{repository}/pulls/{number}"))
    if pull["head"]["sha"] != head:
        # somebody has pushed since, and another run is under way; or the number is not theirs
        return [f"pull request {number} does not stand at {head[:12]}: nothing posted"]
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    body = comment(text, head, f"{server}/{repository}/actions/runs/{run}")
    return [
        f"comment on pull request {number}: {post(repository, number, body)}",
        f"problems for code scanning: {scan(repository, sarif, head, f'refs/pull/{number}/head')}",
    ]


def main(arguments: list[str]) -> int:
    """Run one of the commands; what they did, or why they refused, is told to the log of the run."""
    env = os.environ
    try:
        match arguments:
            case ["review"]:
                done = review(env["GITHUB_REPOSITORY"], env["RUN_ID"], env["HEAD_SHA"])
            case ["sarif", name]:
                sarif = sarif_of(Path(name).read_bytes())
                said = scan(env["GITHUB_REPOSITORY"], sarif, env["GITHUB_SHA"], env["GITHUB_REF"])
                done = [f"problems for code scanning: {said}"]
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except (RefusedError, ApiError) as error:
        print(f"::error::{escaped(str(error))}")
        return 1
    for line in done:
        print(f"::notice::{escaped(line)}")
    return 0


def escaped(text: str) -> str:
    """A text that stays the message of a workflow command, whatever it holds."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
