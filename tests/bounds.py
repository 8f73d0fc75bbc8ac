"""Inputs that are far too large, deep or odd -> the time and memory that `check` takes: `python -m tests.bounds`.

Each is judged by a command of its own, whose processor time and largest memory the system tells afterwards. What is
measured is what a person would wait for: reading, judging, and writing all problems.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator import files, nodes
from tests.making import BASE, INDEX, changed, lock
from tests.sites import ROOT

SECONDS, MEGABYTES = 2.0, 500
"""What a check of an input that is refused may take, on a quiet machine."""
_M = 1024 * 1024
_FIFTY = 50 * _M
_MOST = 20 * _M - 4_096
"""Just within what is read of a file."""
_PAGE = nodes.MAX_PAGE - 512
_FRONT = b"---\ntitle: A\nsummary: B\n---\n"
Files = Mapping[str, bytes | int]
"""Content by path; a number is the size of a file of nothing."""


def _base(text: str | bytes) -> Files:
    return {"facts.yaml": text if isinstance(text, bytes) else text.encode()}


def _titled(value: bytes) -> Files:
    """The base with another title."""
    return _base(BASE.encode().replace(b"The mill fire", value, 1))


def _page(piece: bytes) -> Files:
    """A page as long as one may be, in lines as long as they may be."""
    if b"\n" in piece:
        return {"content/index.md": _FRONT + piece * (_PAGE // len(piece))}
    line = piece * (90_000 // len(piece)) + b"\n"
    return {"content/index.md": _FRONT + line * (_PAGE // len(line))}


def _many(times: int) -> bytes:
    """A base of so many times two facts that have no fault of form."""
    head, _, rest = BASE.partition("facts:\n")
    facts, _, charts = rest.partition("charts:\n")
    named = (facts.replace("sacks-lost", f"s{each}").replace("mayor-visit", f"m{each}") for each in range(times))
    return (head + "facts:\n" + "".join(named) + "charts:\n" + charts).encode()


def _bomb() -> str:
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    return "a: &a [x, x]\n" + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairs)


def _everywhere(signs: str) -> Files:
    """A character in each place of a briefing."""
    text = BASE
    for old in ("The mill fire", "id: mayor\n", "sacks of flour burnt", "around 1,200 sacks of flour\n", "value: 1200"):
        text = text.replace(old, f"{old.rstrip()}{signs}\n" if old.endswith("\n") else f"{old}{signs}", 1)
    page = (
        INDEX.replace("What is known.", f"What{signs} is known.") + f'\nProse{signs} and {{{{ fact("x{signs}") }}}}\n'
    )
    cannot = any(sign in "\0/" or unicodedata.category(sign) == "Cs" for sign in signs)
    named = "" if cannot else f"content/a{signs}.md"
    encoded = {"facts.yaml": text, "content/index.md": page, **({named: INDEX} if named else {})}
    return {name: held.encode("utf-8", "surrogatepass") for name, held in encoded.items()}


def _categories() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in range(0x110000):
        found.setdefault(unicodedata.category(chr(code)), chr(code))
    return found


CASES: dict[str, Callable[[], Files]] = {
    "50 MB of spaces": lambda: _base(b" " * _FIFTY),
    "50 MB in one scalar": lambda: _titled(b"x" * _FIFTY),
    "50 MB of copies of a fact": lambda: _base(_many(60_000)),
    "5 GB": lambda: {"facts.yaml": 5 * 1024 * _M},
    "50 MB as a page": lambda: {"content/index.md": _FRONT + b"word " * (_FIFTY // 5)},
    "50 MB as a lock": lambda: {"sources.lock": b"x\n" * (_FIFTY // 2)},
    "50 MB as reviews": lambda: {"reviews.lock": b"x\n" * (_FIFTY // 2)},
    "50 MB as mkdocs.yml": lambda: {"mkdocs.yml": b"a: b\n" * (_FIFTY // 5)},
    "20 MB in one line": lambda: _titled(b"x" * (_MOST - 4_000)),
    "20 MB in one scalar of many lines": lambda: _titled(b"|\n" + (b"    " + b"x" * 99_000 + b"\n") * 190),
    "20 MB of accents on one letter": lambda: _titled(
        b"|\n" + (b"    a" + "\u0316\u0301".encode() * 24_000 + b"\n") * 190
    ),
    "20 MB of random bytes": lambda: _base(os.urandom(_MOST)),
    "20 MB of NUL": lambda: _base(b"\0" * _MOST),
    "20 MB of equal ids": lambda: _base(_many(1)[:-300] + BASE.partition("facts:\n")[2].encode()[:900] * 20_000),
    "1,000,000 keys": lambda: _base("".join(f"k{each}: {each}\n" for each in range(1_000_000))),
    "490,000 keys": lambda: _base("".join(f"k{each}: {each}\n" for each in range(490_000))),
    "490,000 empty facts": lambda: _base(b"facts:\n" + b"- {}\n" * 490_000),
    "2,000,000 items in brackets": lambda: _base(
        b"facts:\n- [" + b",\n  ".join([b"a," * 19_999 + b"a"] * 100) + b"]\n"
    ),
    "200 keys of 90,000 characters": lambda: _base(b"".join(b"? %s%d\n: a\n" % (b"k" * 90_000, n) for n in range(200))),
    "anchors and aliases, 480,000": lambda: _base(b"facts:\n" + b"- &a a\n- *a\n" * 240_000),
    "an alias bomb": lambda: _base(_bomb()),
    "an alias bomb as mkdocs.yml": lambda: {"mkdocs.yml": _bomb().encode()},
    "100,000 brackets within each other": lambda: _base(b"[\n" * 100_000),
    "100,000 braces within each other": lambda: _base(b"{a:\n" * 100_000),
    "100,000 dashes within each other": lambda: _base((b"- " * 40_000 + b"\n") * 3),
    "3,000 keys within each other": lambda: _base("".join(" " * each + "a:\n" for each in range(3_000))),
    "100,000 brackets in a front matter": lambda: {"content/index.md": b"---\n" + b"[\n" * 100_000 + b"---\n"},
    "100,000 brackets in a formula": lambda: _base(changed("value: 1200", f"value: 1200\n    derived: {'(' * 90_000}")),
    "100,000 brackets in a lock": lambda: {"sources.lock": b"[" * 100_000},
    "a number of a million digits in a lock": lambda: {
        "sources.lock": lock().replace('"tokens": ', f'"tokens": 1{"0" * 1_000_000}').encode()
    },
    "2,000,000 paragraphs in a lock": lambda: {
        "sources.lock": lock().replace('"paragraphs": [', '"paragraphs": [' + '"AAAA", ' * 2_000_000).encode()
    },
    "a million seals that are none": lambda: {"reviews.lock": b"x\n" * 490_000},
    "100,000 pages": lambda: {f"content/p{each}.md": b"x" for each in range(100_000)},
    "2,000 pages of one kind": lambda: {f"content/p{each}.md": INDEX.encode() for each in range(1_990)},
    "a page of words": lambda: _page(b"word "),
    "a page of paragraphs": lambda: _page(b"word\n\n"),
    "a page of calls": lambda: _page(b'{{ fact("sacks-lost") }}.\n\n'),
    "a page of calls that do not end": lambda: _page(b"{{ fact(\n"),
    "a page of strings that do not end": lambda: _page(b"{{ '\n"),
    "a page of comments that do not end": lambda: _page(b"{# \n"),
    "a page of Jinja's blocks": lambda: _page(b"{% if %}\n"),
    "a page of brackets": lambda: _page(b"["),
    "a page of links": lambda: _page(b"[a](b) "),
    "a page of references": lambda: _page(b"[a]: b\n"),
    "a page of quotations": lambda: _page(b"> "),
    "a page of tags": lambda: _page(b"<a "),
    "a page of digits": lambda: _page(b"1 "),
    "a page of numbers": lambda: _page(b"1,200 "),
    "a page of number words": lambda: _page(b"one hundred and "),
    "a page of fractions": lambda: _page("½".encode()),
    "a page of dates": lambda: _page(b"3 May 2031 "),
    "a page of quotation marks": lambda: _page("“a” ".encode()),
    "a page of lists": lambda: _page(b"- a\n"),
    "a page of headings": lambda: _page(b"# a\n"),
    "a page of accents": lambda: _page("a\u0301\u0316".encode()),
    "a page of entities": lambda: _page(b"&#60;"),
    **{f"category {name} everywhere": lambda sign=sign: _everywhere(sign) for name, sign in _categories().items()},  # type: ignore[misc]
    **{
        f"U+{ord(sign):04X} everywhere": lambda sign=sign: _everywhere(sign)  # type: ignore[misc]
        for sign in "\0\x1b\x7f\x85\u200b\u202e\u2028\ufeff\uffff\n\r\t"
    },
}
"""What is laid over a small briefing."""
LARGE: dict[str, Callable[[], Files]] = {
    "15,000 good facts in 12 MB": lambda: _base(_many(7_500)),
    "15,000 facts without citations": lambda: _base(
        re.sub(rb"    citations:\n      - source: herald\n        quote: .*\n", b"", _many(7_500))
    ),
    "15,000 figures that conflict": lambda: _base(
        b"".join(
            each.replace(b"value: 1200", b"value: %d" % (1_200 + number))
            for number, each in enumerate(re.split(rb"(?=  - id: s\d)", _many(7_500)))
        )
    ),
}
"""What can be read, and is judged to its end: time grows with the facts, so no two seconds are promised."""


@dataclass(frozen=True)
class Measured:
    """What a command took, and what it said."""

    code: int
    seconds: float
    megabytes: float
    said: str


def measure(made: Files, command: str = "check", *, limit: int = 60) -> Measured:
    """Run a command on a small briefing with some files of its own."""
    import resource  # noqa: PLC0415 - there is none on Windows

    with tempfile.TemporaryDirectory(prefix="bounds-") as name:
        root = Path(name)
        small = {"facts.yaml": BASE.encode(), "content/index.md": INDEX.encode(), "sources.lock": lock().encode()}
        files.write_tree(root, {**small, **{path: held for path, held in made.items() if isinstance(held, bytes)}})
        for path, size in made.items():
            if isinstance(size, int):
                os.truncate(root / path, size)

        def bounded() -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            resource.setrlimit(resource.RLIMIT_AS, (4 * 1024 * _M, 4 * 1024 * _M))

        # a child of a child, so that what the system tells of children is of this one alone
        with (root / "said").open("wb") as said:
            run = [sys.executable, "-m", "generator", command, "--root", str(root)]
            process = subprocess.Popen(run, cwd=ROOT, stdout=said, stderr=said, preexec_fn=bounded)  # noqa: PLW1509
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        text = (root / "said").read_bytes().decode("utf-8", "replace")
        return Measured(process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text)


def main() -> int:
    """Measure all of them; 1 if one takes too much, or ends in anything but an answer."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("words", nargs="*", help="measure those alone whose names hold one of these words")
    given = asked.parse_args()
    wrong = 0
    for name, make in {**CASES, **LARGE}.items():
        if given.words and not any(word in name for word in given.words):
            continue
        found = measure(make())
        is_over = (found.seconds > SECONDS or found.megabytes > MEGABYTES) and name not in LARGE
        faults = [
            *(["too much"] if is_over else []),
            *([f"exit code {found.code}"] if found.code not in (0, 1, 2) else []),
            *(["a traceback"] if "Traceback" in found.said else []),
        ]
        wrong += bool(faults)
        first = found.said.partition("\n")[0][:70]
        print(
            f"{name:42} {found.seconds:5.2f} s {found.megabytes:4.0f} MB  {found.code}  {first!r} {', '.join(faults)}",
            flush=True,
        )
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
