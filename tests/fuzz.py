"""Mutated briefings -> whether anything but a clear problem comes of one: `python -m tests.fuzz`.

A case is a number: the seed and the number make the same inputs on every machine. It is made of a small briefing, or
of the tests' own, by changes of bytes, lines, keys, values and structure, and goes through the whole of `site.judge`,
through both readers of YAML; of some, all formats of their problems are written, and pages made of what passes.
A child judges, and is ended where a case takes too long.

`--guided` has a fuzzer that looks at the code's branches (atheris) make the texts instead, for the readers, the loader
and the calls in prose; that one needs the environment `fuzz`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import sys
import time
import traceback
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import yaml

from generator import blocks, build, files, nodes, pages, reports, site
from generator.model import PageMeta, Record
from generator.problems import UnusableInputError
from generator.prose import CALLS
from tests.making import BASE, INDEX, inputs
from tests.valley import VALLEY

LIMIT = 2.0
"""Seconds of a processor that a case may take."""
PATIENCE = 20.0
"""Seconds after which a case counts as one that never ends."""
_EACH = 8
"""Of so many cases, one is looked at thoroughly: it takes three times as long."""
_LONGEST = 2_000
"""Characters that a part of a message may have: what somebody wrote is clipped."""
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

# -- what is put into the place of something else -------------------------------------------------------------------


def _of_each_category() -> Iterator[str]:
    """A character of each of Unicode's categories, and those that end lines or turn the direction."""
    seen: dict[str, str] = {}
    for code in (*range(0xD800), *range(0xE000, 0x110000)):
        seen.setdefault(unicodedata.category(chr(code)), chr(code))
    yield from seen.values()
    yield from "\x00\x07\x1b\x7f\x85\u00a0\u200b\u200e\u202e\u2028\u2029\u2066\ufeff\ufffe\uffff\U0001f468\u200d"


CHARACTERS = tuple(dict.fromkeys(_of_each_category()))
VALUES: tuple[str, ...] = (
    *re.split(
        "  |\n",
        """\
~  null  true  no  0  -1  1e9  1e999999  0x1F  010  1_000  1,200  .5  -0  NaN  .inf  1200  more than 40
tens of thousands  ١٢٠٠  ½  二十  2031-05-02  2031-05  2031  2031-13-45  2031-02-30  0000-00-00  -9999  9999-12-31
2031-05-02~  2031-05-02?  2031-05-01/2031-05-03  2031-05-03/2031-05-01  ../2031  2031/..  /  12:30  Y-17E7
2031-21  198X  2031-05-02/  herald  mayor  sacks  losses  sacks-lost  mayor-visit  mill  nobody  -  --  A  a--b
../../x  figure  event  statement  flow  stock  around  at-least  up-to  alleged  article  meeting  en  ar
xx-YY  https://herald.example/fire  http://[  http://[::1  https://a:99999/  javascript:alert(1)
file:///etc/passwd  //x  *a  &a b  !x y  !!python/object/apply:os.system ['true']  |  >  >-  '  [  ]  {  }  [[
{a: b}  a: b  - a  ? a  # a  %YAML 9  ---  ...  <<  =  @a  `a`  a #b  a:  : a  [a, b]  {a: {b: [c]}}  ''
{{ fact('a') }}  {{ fact("sacks-lost") }}  {% for a in b %}  {{  }}  {#  <script>  </p>  &#0;  &amp;  [x](y)
![x](y)  **x**  | a |  [^1]  [^1]: x  ```  ~~~  a / 0  sacks-lost / (sacks-lost - sacks-lost)  sacks-lost ^ 9
sum(sacks-lost)  round(1, 99)""",
    ),
    *(
        "",
        "9" * 400,
        "0." + "0" * 300 + "1",
        "-" + "1" * 60,
        "a" * 81,
        "https://a/\\",
        '"',
        '""',
        '"\\x00"',
        '"\\ud800"',
        '"\\U0010ffff"',
        '"\\N"',
        '"\\e[31m"',
        "\t",
        "x" * 5_000,
        "a " * 3_000,
        "(" * 300,
        "1" + "+1" * 300,
        "-" * 500,
    ),
)
SHAPES: tuple[Any, ...] = (
    [],
    {},
    [[]],
    [{}],
    {"": ""},
    ["a", ["b"]],
    {"id": []},
    {"id": {"id": "x"}},
    "",
    None,
    ["a"] * 50,
)
CALLED: tuple[str, ...] = (
    *(f'{{{{ {name}("sacks-lost") }}}}' for name in CALLS),
    *(f"{{{{ {name}() }}}}" for name in CALLS),
    *(f'{{{{ {name}(topics=["losses"]) }}}}' for name in CALLS),
    *(
        '{{ timeline(since="2031", until="x") }}',
        "{{ fact(",
        "{{ fact(1) }}",
        '{{ fact("a" "b") }}',
        "{{ a.b }}",
        "{{ '' }}",
        "{{ }}",
    ),
    *(
        "{% if 1 %}",
        "{% raw %}",
        "{# x",
        "{{ range(10**9) }}",
        "{{ ''.__class__ }}",
        '{{ facts(kinds=["event"], sides=[]) }}',
    ),
    *(
        "# H",
        "## H {: #x }",
        "- a\n    - b",
        "> a",
        "[a](#b)",
        "[a](../x.md)",
        "[a](/etc/passwd)",
        "--8<-- 'x'",
        "<b>",
        "1. a",
        "***",
        "a | b\n- | -",
    ),
)


def _names() -> tuple[str, ...]:
    """Every key that a record can have."""
    seen: set[type[Record]] = set()

    def walk(cls: type[Record]) -> Iterator[str]:
        if cls not in seen:
            seen.add(cls)
            for name, spec in cls.specs().items():
                yield name
                if spec.record is not None:
                    yield from walk(spec.record)

    from generator.model import FACT_KINDS, FactBase  # noqa: PLC0415 - read once

    return tuple(sorted({name for cls in (FactBase, PageMeta, *FACT_KINDS.values()) for name in walk(cls)}))


NAMES = _names()

# -- changes of a text ----------------------------------------------------------------------------------------------


def _bytes(chance: random.Random, text: str) -> str | bytes:
    raw = bytearray(text.encode("utf-8", "surrogatepass"))
    start = chance.randrange(len(raw) + 1)
    stop = min(len(raw), start + int(chance.expovariate(0.1)))
    match chance.randrange(6):
        case 0:
            raw[start:stop] = b""
        case 1:
            raw[start:start] = chance.randbytes(chance.randrange(1, 9))
        case 2:
            raw[start:start] = raw[start:stop] * chance.randrange(1, 4)
        case 3 if start < len(raw):
            raw[start] ^= 1 << chance.randrange(8)
        case 4:
            raw[start:start] = chance.choice(b" -:?[]{}#&*!|>'\"%@`,\n\t\r\\0").to_bytes()
        case _:
            del raw[start:]
    return bytes(raw)


def _characters(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(CHARACTERS) * chance.choice((1, 1, 1, 2, 50)) + text[at:]


def _lines(chance: random.Random, text: str) -> str:
    rows = text.splitlines(keepends=True) or [""]
    at, other = chance.randrange(len(rows)), chance.randrange(len(rows))
    match chance.randrange(9):
        case 0:
            del rows[at : at + chance.randrange(1, 5)]
        case 1:
            rows.insert(other, rows[at])
        case 2:
            rows[at], rows[other] = rows[other], rows[at]
        case 3:
            rows[at] = chance.choice((" ", "  ", "    ", "\t", "- ")) + rows[at]
        case 4:
            rows[at] = rows[at][chance.randrange(1, 5) :]
        case 5:
            rows[at] = rows[at].rstrip("\n")
        case 6:
            rows[at : at + 3] = rows[other : other + 6]
        case 7:
            rows[at] = rows[at].rstrip("\n") + chance.choice(
                ("\r\n", "\r", "\n\n", " \n", " # x\n", "\x0c\n", "\u2028")
            )
        case _:
            rows.insert(at, chance.choice(VALUES) + "\n")
    return "".join(rows)


_KEY = re.compile(r"^( *(?:- +)?)([a-z_]+)(:)", re.MULTILINE)


def _keys(chance: random.Random, text: str) -> str:
    found = [*_KEY.finditer(text)]
    if not found:
        return text
    match = chance.choice(found)
    name = match[2]
    wrong = chance.choice(
        (chance.choice(NAMES), name[:-1], name + "x", name.upper(), f'"{name}"', f"? {name}\n{match[1]}", "")
    )
    return text[: match.start(2)] + wrong + text[match.end(2) :]


_VALUE = re.compile(r"(?:: |- )(?=\S)([^\n]+)")


def _values(chance: random.Random, text: str) -> str:
    found = [*_VALUE.finditer(text)]
    if not found:
        return text
    match = chance.choice(found)
    new = chance.choice(VALUES) if chance.random() < 0.7 else chance.choice(found)[1]
    return text[: match.start(1)] + new + text[match.end(1) :]


def _called(chance: random.Random, text: str) -> str:
    at = chance.choice([0, len(text), *(match.start() for match in re.finditer(r"[\n ]", text))])
    return (
        text[:at]
        + chance.choice(("", " ", "\n", "\n\n"))
        + chance.choice(CALLED)
        + chance.choice(("", " ", "\n\n"))
        + text[at:]
    )


OF_TEXT: tuple[Callable[[random.Random, str], str | bytes], ...] = (
    _bytes,
    _characters,
    _lines,
    _lines,
    _keys,
    _values,
    _values,
)

# -- changes of a structure -----------------------------------------------------------------------------------------


def _spots(tree: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - trees of text
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _spots(tree[key])


def _reshaped(chance: random.Random, tree: Any) -> None:  # noqa: ANN401 - trees of text
    spots = [*_spots(tree)]
    if not spots:
        return
    (parent, key), (_, other) = chance.choice(spots), chance.choice(spots)
    (far, at) = chance.choice(spots)
    match chance.randrange(9):
        case 0:
            del parent[key]
        case 1:
            parent[key] = deepcopy(far[at])
        case 2:
            parent[key] = chance.choice(VALUES)
        case 3:
            parent[key] = deepcopy(chance.choice(SHAPES))
        case 4:
            parent[key] = [parent[key]] if chance.random() < 0.5 else {chance.choice(NAMES): parent[key]}
        case 5 if isinstance(parent, dict):
            parent[chance.choice(NAMES)] = deepcopy(far[at])
        case 6 if isinstance(parent, list):
            parent.insert(key, deepcopy(parent[key]) if chance.random() < 0.5 else deepcopy(far[at]))
        case 7 if isinstance(parent[key], dict):
            parent[key]["id" if chance.random() < 0.5 else chance.choice(NAMES)] = f"x-{chance.randrange(9)}"
        case _ if isinstance(parent[key], str):
            words = parent[key].split(" ")
            chance.shuffle(words)
            parent[key] = " ".join(words) + chance.choice(("", chance.choice(CHARACTERS), f" {other}"))
        case _:
            pass


@dataclass(frozen=True)
class _Seed:
    """A briefing to begin with, and its fact base as a tree."""

    inputs: site.Inputs
    text: str
    tree: Any

    @classmethod
    def of(cls, made: site.Inputs) -> _Seed:
        text = (made.facts or b"").decode()
        return cls(made, text, yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - makes text only


_MORE = """\
  - id: mill-words
    kind: statement
    statement: The mill owners said that flour was lost
    topic: losses
    date: 2031-05-02/2031-05-03
    date_basis: The days before the article.
    attribution: The mill owners
    speaker: [mayor]
    disputes: [{fact: sacks-lost, note: They count otherwise}]
    citations:
      - source: herald
        quote: The mill owners said around 1,200 sacks
  - id: sacks-again
    kind: figure
    statement: The sum of sacks
    topic: losses
    side: mill
    date: 2031-05-02
    date_basis: Computed.
    attribution: Ours
    measure: sacks
    value: 2400
    hedge: around
    derived: sacks-lost + sacks-lost
charts:
"""


def seeds() -> tuple[_Seed, ...]:
    """A small briefing, with every kind of fact, and the tests' own."""
    small = inputs(BASE.replace("charts:\n", _MORE), {"index.md": INDEX, "more.md": INDEX})
    return _Seed.of(small), _Seed.of(files.read_inputs(VALLEY))


def case(number: int, seed: int, of: tuple[_Seed, ...]) -> site.Inputs:
    """The inputs of a case."""
    chance = random.Random(f"{seed}-{number}")
    began = of[1] if number % 16 == 15 else of[0]
    made, text = began.inputs, began.text
    kind = chance.random()
    if kind < 0.4:
        tree = deepcopy(began.tree)
        for _ in range(chance.randrange(1, 4)):
            _reshaped(chance, tree)
        style = chance.choice((None, None, False, True))
        text = yaml.dump(
            tree, Dumper=_DUMPER, allow_unicode=chance.random() < 0.5, sort_keys=False, default_flow_style=style
        )
    facts: str | bytes = text
    if kind > 0.3 and kind < 0.85:
        for _ in range(chance.randrange(1, 4)):
            if isinstance(facts, str):
                facts = chance.choice(OF_TEXT)(chance, facts)
    if kind > 0.8 and made.pages:
        name = chance.choice([*made.pages])
        page: str | bytes = made.pages[name].decode()
        for _ in range(chance.randrange(1, 5)):
            if isinstance(page, str):
                page = chance.choice((*OF_TEXT, _called, _called, _called))(chance, page)
        made = replace(made, pages={**made.pages, name: _raw(page)})
    if kind > 0.95:
        change = chance.choice((_bytes, _lines, _characters))
        match chance.randrange(4):
            case 0:
                made = replace(made, lock=_raw(change(chance, (made.lock or b"").decode())))
            case 1:
                made = replace(made, reviews=_raw(change(chance, (made.reviews or b"# none\n").decode())))
            case 2:
                made = replace(made, configuration=_raw(change(chance, "site_url: https://a.example/\n")))
            case _:
                made = replace(made, before=_raw(change(chance, text)))
    return replace(made, facts=_raw(facts))


def _raw(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


# -- what must hold of every case -----------------------------------------------------------------------------------


class BrokenError(Exception):
    """What must hold of every input does not hold of this one."""


def look(made: site.Inputs, *, is_thorough: bool = True) -> site.Judged:
    """Judge inputs, and look at every problem; thoroughly: in every format, and at the pages of what has no errors.

    Raises:
        BrokenError: a problem is not one that a person can use, or the two readers disagree.

    """
    judged = site.judge(made)
    known = {
        site.FACTS,
        site.LOCK,
        site.REVIEWS,
        site.CONFIGURATION,
        *(f"{site.CONTENT}/{name}" for name in made.pages),
    }
    for each in judged.problems:
        if each.place.path not in known or each.place.line < 1 or each.place.column < 1:
            raise BrokenError(f"a place that is none: {each}")
        if each.code not in reports.EXPLAINED:
            raise BrokenError(f"a code without a page: {each.code}")
        if not each.found.strip() or not each.wanted.strip():
            raise BrokenError(f"a problem without words: {each}")
    told = reports.as_text(judged.problems)
    if len(told) > _LONGEST * 4 * len(judged.problems):
        raise BrokenError(f"{len(told):,} characters for {len(judged.problems)} problems")
    for name, write in reports.FORMATS.items() if is_thorough else [("text", reports.as_text)]:
        try:
            told = write(judged.problems)
            told.encode()
        except UnicodeEncodeError as error:
            raise BrokenError(f"the format {name} cannot be printed: {error}") from error
        if name in ("json", "sarif"):
            json.loads(told)
        if name == "text" and (
            bad := next((sign for sign in told if unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n"), "")
        ):
            raise BrokenError(f"the text has U+{ord(bad):04X}, which a terminal may obey")
    _agree(made.facts or b"")
    if is_thorough and not any(each.level == "error" for each in judged.problems):
        wired = build.wiring(judged)
        dict(pages.make(replace(wired, drawings=dict.fromkeys(wired.tables, pages.Drawing("", "", "")))))
    return judged


def _agree(raw: bytes) -> None:
    """The reader that is fast reads nothing in a way of its own, and refuses in the other's words."""
    try:
        text = nodes.decode(site.FACTS, raw)
    except UnusableInputError:
        return
    try:
        strict: object = nodes.parse(site.FACTS, text)
    except UnusableInputError as error:
        strict = error.problems
    try:
        fast: object = blocks.parse(site.FACTS, text)
    except UnusableInputError as error:
        fast = error.problems
    if strict != fast:
        raise BrokenError("the two readers of YAML disagree")


# -- a run ----------------------------------------------------------------------------------------------------------


@dataclass
class Finding:
    """A case that shows a fault."""

    number: int
    what: str


def _worker(pipe: Connection, numbers: range, seed: int) -> None:
    """Judge one case after the other, and tell of each what came of it."""
    of = seeds()
    for number in numbers:
        pipe.send((number, None))
        made = case(number, seed, of)
        started = time.process_time()  # a busy machine is no fault
        try:
            judged = look(made, is_thorough=number % _EACH == 0)
            spent = time.process_time() - started
            outcome = (
                "unusable"
                if judged.unusable
                else "problems"
                if any(each.level == "error" for each in judged.problems)
                else "clean"
            )
            pipe.send((number, (outcome, spent, f"took {spent:.2f} s" if spent > LIMIT else "")))
        except Exception:  # noqa: BLE001 - that is what is looked for
            pipe.send((number, ("fault", time.process_time() - started, traceback.format_exc(limit=-4))))
    pipe.send((-1, None))


def run(numbers: range, seed: int, say: Callable[[str], None]) -> tuple[list[Finding], Counter[str], float]:
    """Judge cases in a child, which is replaced where one never ends; findings, what came of all, the longest time."""
    context = multiprocessing.get_context("spawn")
    found: list[Finding] = []
    counts: Counter[str] = Counter()
    slowest = 0.0
    done = False
    while not done:
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_worker, args=(theirs, numbers, seed), daemon=True)
        child.start()
        theirs.close()
        number = numbers.start
        try:
            while True:
                if not ours.poll(PATIENCE + (40 if number == numbers.start else 0)):
                    found.append(Finding(number, f"did not end in {PATIENCE:.0f} s"))
                    counts["endless"] += 1
                    break
                number, what = ours.recv()
                if number < 0:
                    done = True
                    break
                if what:
                    outcome, spent, words = what
                    counts[outcome] += 1
                    slowest = max(slowest, spent)
                    if words:
                        found.append(Finding(number, words))
                        say(f"case {number}: {words}")
                    if counts.total() % 5_000 == 0:
                        told = f"the longest {slowest:.2f} s, {len(found)} findings"
                        say(f"{counts.total():,} cases, {dict(counts)}, {told}")
        except EOFError:
            found.append(Finding(number, "ended the process"))
            counts["died"] += 1
        child.kill()
        child.join()
        numbers = range(number + 1, numbers.stop)
        done = done or not numbers
    return found, counts, slowest


def guided(seconds: int, corpus: Path) -> None:
    """Have atheris look for texts that reach new branches; it ends the process itself, at the first fault."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415 - not in every environment

    for number, one in enumerate(seeds()):
        corpus.mkdir(parents=True, exist_ok=True)
        (corpus / f"seed-{number}").write_bytes((one.inputs.facts or b"")[:4_000])
        for name, page in one.inputs.pages.items():
            (corpus / f"seed-{number}-{name}").write_bytes(page)
    began = seeds()[0].inputs

    def one_input(raw: bytes) -> None:
        """A page if it begins like one, else a fact base."""
        if raw.startswith(b"---\ntitle"):
            look(replace(began, pages={"index.md": raw}))
        else:
            look(replace(began, facts=raw))

    atheris.instrument_all()
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", str(corpus)], one_input
    )
    atheris.Fuzz()


def main() -> int:
    """Run as many cases as asked for; 1 if one of them shows a fault."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--times", type=int, default=100_000, help="how many cases")
    asked.add_argument("--first", type=int, default=0, help="the number of the first one")
    asked.add_argument("--seed", type=int, default=2031)
    asked.add_argument("--case", type=int, help="judge this case alone, and print its fact base")
    asked.add_argument("--guided", action="store_true", help="by branches of the code, with atheris")
    asked.add_argument("--seconds", type=int, default=600, help="how long a guided run lasts")
    asked.add_argument("--corpus", type=Path, default=Path("build", "fuzz"), help="where a guided run keeps its texts")
    given = asked.parse_args()
    if given.guided:
        guided(given.seconds, given.corpus)
        return 0
    if given.case is not None:
        made = case(given.case, given.seed, seeds())
        sys.stdout.buffer.write(made.facts or b"")
        look(made)
        return 0
    started = time.monotonic()
    found, counts, slowest = run(
        range(given.first, given.first + given.times), given.seed, lambda line: print(line, flush=True)
    )
    print(
        f"{counts.total():,} cases in {time.monotonic() - started:.0f} s: {dict(counts)}; the longest {slowest:.2f} s"
    )
    print(
        f"{len(found)} findings" + "".join(f"\n  {each.number}: {each.what.strip().splitlines()[-1]}" for each in found)
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
