"""Work that is shared among processes: the same results in the same order, whatever becomes of a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from generator import crew
from tests.sites import BRIEFING, copied, tree
from tests.valley import VALLEY

HOME = Path(__file__).parent.parent
BEGIN = """
import os, sys, time, signal
from functools import partial
from generator import crew
crew._processors = lambda: 3
"""


def said(program: str) -> str:
    """What a program of one thread prints, as tests themselves may run in several."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + textwrap.dedent(program)],
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


def test_results_come_in_the_order_of_the_pieces_from_several_processes() -> None:
    answer = said(
        """
        def piece(number):
            time.sleep(0.01)
            return number, os.getpid()
        made = crew.shared([partial(piece, number) for number in range(12)], [100] * 12)
        print([number for number, _ in made] == [*range(12)], len({pid for _, pid in made}))
        """
    )
    assert answer == "True 3"


def test_little_work_is_done_here() -> None:
    assert said("print({*crew.shared([os.getpid] * 5, [10] * 5)} == {os.getpid()})") == "True"


def test_where_a_second_thread_runs_nothing_is_forked() -> None:
    seen: list[set[int]] = []
    other = threading.Thread(target=lambda: seen.append({*crew.shared([os.getpid] * 5, [1000] * 5)}))
    other.start()
    other.join()
    assert seen == [{os.getpid()}]


def test_a_process_that_is_killed_has_its_pieces_done_here() -> None:
    answer = said(
        """
        here = os.getpid()
        def piece(number):
            if os.getpid() != here:
                os.kill(os.getpid(), signal.SIGKILL)
            return number
        print(crew.shared([partial(piece, number) for number in range(6)], [100] * 6))
        """
    )
    assert answer == "[0, 1, 2, 3, 4, 5]"


def test_what_a_piece_raises_is_raised_here_and_no_process_is_left() -> None:
    answer = said(
        """
        here = os.getpid()
        def piece(number):
            if number == 4:
                raise ValueError(f"piece 4, here: {os.getpid() == here}")
            return number
        try:
            crew.shared([partial(piece, number) for number in range(6)], [100] * 6)
        except ValueError as error:
            print(error)
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("none left")
        """
    )
    assert answer == "piece 4, here: True\nnone left"


def test_a_result_that_cannot_be_sent_is_made_here() -> None:
    answer = said("print([made() for made in crew.shared([lambda: lambda: 7] * 4, [100] * 4)])")
    assert answer == "[7, 7, 7, 7]"


def test_where_no_process_can_be_made_all_is_done_here() -> None:
    answer = said(
        """
        def refused():
            raise OSError("no more processes")
        os.fork = refused
        print(crew.shared([partial(int, str(number)) for number in range(6)], [100] * 6))
        """
    )
    assert answer == "[0, 1, 2, 3, 4, 5]"


def test_who_is_left_alone_ends() -> None:
    """When the first process is killed, the others have nobody to tell, and are gone when they are done."""
    program = """
        def piece(number):
            os.write(1, b"%d\\n" % os.getpid())
            time.sleep(0.5)
            return b"x" * 1_000_000
        crew.shared([partial(piece, number) for number in range(3)], [100] * 3)
    """
    command = [sys.executable, "-c", BEGIN + textwrap.dedent(program)]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as first:
        assert first.stdout is not None
        pids = [int(first.stdout.readline()) for _ in range(3)]
        first.kill()
        first.wait()
        assert first.pid in pids
        assert first.stdout.read() == ""  # which ends when nobody is left who could write there


@pytest.mark.parametrize(
    ("costs", "number", "shares"),
    [
        ([5, 4, 3, 3, 3], 2, [[0, 3], [1, 2, 4]]),
        ([1, 1], 4, [[0], [1]]),
        ([9, 1, 1, 1], 2, [[0], [1, 2, 3]]),
        ([], 2, []),
    ],
)
def test_the_dearest_pieces_are_dealt_first(costs: list[float], number: int, shares: list[list[int]]) -> None:
    assert crew._shares(costs, number) == shares
    assert sorted(piece for share in shares for piece in share) == [*range(len(costs))]


def test_facts_are_judged_alike_by_one_processor_and_by_several() -> None:
    answer = said(
        """
        import re
        from generator import site
        from generator.checks import engine
        from tests.bench import bases
        from tests.large import inputs

        made = bases.make(120)
        facts = re.sub("value: [1-9]", "value: 7", made.facts)
        facts = facts.replace("quote: ", "quote: nobody said that ", 3)
        broken = inputs(bases.Base(facts, made.lock, made.pages))
        engine._PART, crew._WORTH = 7, 0
        forked = []
        fork = os.fork
        os.fork = lambda: forked.append(1) or fork()
        several = site.judge(broken)
        assert len(forked) == 2, forked
        known = dict(several.evidence._verdicts)
        crew._processors = lambda: 1
        one = site.judge(broken)
        assert len(forked) == 2
        assert several.problems == one.problems
        assert several.quotes == one.quotes
        assert known == one.evidence._verdicts
        codes = {each.code for each in one.problems}
        assert {"number-not-in-quote", "quote-not-found"} <= codes, codes
        assert one.quotes[1] == 3
        print(len(one.problems) > 20)
        """
    )
    assert answer == "True"


# -- what builds and audits share ------------------------------------------------------------------------------------

SHARED = """
import sys
from generator import cli, crew
crew._WORTH, crew._processors = 0, lambda: 3
cli.main(sys.argv[1:])
"""


def _by_three(*arguments: str | Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """A command whose work is shared by three processes, however small it is."""
    return subprocess.run(
        [sys.executable, "-c", SHARED, *map(str, arguments)],
        cwd=HOME,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_build_by_several_processes_is_to_the_byte_that_of_one(tmp_path: Path, valley_site: Path) -> None:
    root = copied(BRIEFING, VALLEY, tmp_path / "valley")
    done = _by_three("build", "--root", root, cache=tmp_path / "cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(root / "site") == tree(valley_site)
    (root / "site" / "feed.xml").unlink()  # so that it builds again, with what the first build kept
    again = _by_three("build", "--root", root, cache=tmp_path / "cache")
    assert again.returncode == 0, again.stdout + again.stderr
    assert tree(root / "site") == tree(valley_site)


def test_an_audit_by_several_processes_finds_what_one_finds_in_the_same_order(
    tmp_path: Path, valley_site: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(valley_site, site)
    for number, path in enumerate(sorted(site.glob("**/*.html"))):
        if number % 2:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("</article>", '<p>77 <a href="nowhere.html">x</a></p></article>'), "utf-8")
    one = subprocess.run(
        [sys.executable, "-m", "generator", "audit", "--root", VALLEY, "--site", site],
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    three = _by_three("audit", "--root", VALLEY, "--site", site, cache=tmp_path / "cache")
    assert one.returncode == three.returncode == 1
    assert "77" in one.stdout
    assert three.stdout == one.stdout
