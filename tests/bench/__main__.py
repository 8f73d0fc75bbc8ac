"""Sizes, jobs and tools -> one table, and JSON: `python -m tests.bench --json result.json 100 1000 10000`."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from generator.console import UNUSABLE, say
from tests.bench import bases, jobs, peers, table
from tests.bench.measure import LIMIT, FailedError, in_turns

_WARMED_TO = 10_000
"""Up to this size there is a round that does not count; beyond it a run is long enough to warm what it needs."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("sizes", type=click.IntRange(min=10), nargs=-1)
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="Turns of each tool.")
@click.option("--tool", "wanted", type=click.Choice(peers.NAMES), multiple=True, help="Only these.")
@click.option("--job", "asked", type=click.Choice(jobs.NAMES), multiple=True, help="Only these.")
@click.option("--reference", default="plain", show_default=True, help="The tool to which ratios are given.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Where to work; default: a temporary one."
)
@click.option("--limit", type=float, default=LIMIT, show_default=True, help="Seconds that a command may take.")
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write all runs there.")
@click.option(
    "--read", "source", type=click.Path(path_type=Path, exists=True), help="Measure nothing; show this result."
)
@click.option("--markdown", is_flag=True, help="Print the table of docs/scale.md instead.")
def main(
    sizes: tuple[int, ...],
    rounds: int,
    wanted: tuple[str, ...],
    asked: tuple[str, ...],
    reference: str,
    folder: Path | None,
    limit: float,
    target: Path | None,
    source: Path | None,
    *,
    markdown: bool,
) -> None:
    """Measure whole processes on invented briefings of so many facts (default: 100 1000 10000)."""
    if source is not None:
        result = table.from_json(json.loads(source.read_text(encoding="utf-8")))
    else:
        with TemporaryDirectory(prefix="bench-", dir=folder) as work:
            result = measured(
                sizes or (100, 1_000, 10_000), rounds, wanted, asked or jobs.NAMES, Path(work), limit, target
            )
    click.echo(table.markdown(result) if markdown else table.text(result, reference), nl=False)


def measured(
    sizes: tuple[int, ...],
    rounds: int,
    wanted: tuple[str, ...],
    asked: tuple[str, ...],
    work: Path,
    limit: float = LIMIT,
    target: Path | None = None,
) -> table.Result:
    """Do all of it; after each job what is known so far is written to `target`, since a long run may not end."""
    chosen = [each for each in peers.PEERS if not wanted or each.name in wanted]
    versions = {each.name: each.version() for each in chosen}
    there = [each for each in chosen if versions[each.name]]
    missing = tuple(each.name for each in chosen if not versions[each.name])
    rows: list[table.Row] = []

    def so_far() -> table.Result:
        known = {name: version for name, version in versions.items() if version}
        return table.Result(tuple(rows), known, peers.machine(), rounds, missing, peers.NOTES)

    for size in sorted(sizes):
        place = jobs.Place(bases.make(size), size, work / str(size), limit)
        place.folder.mkdir(parents=True)
        for job in (each for each in jobs.NAMES if each in asked):
            if job not in jobs.OF_ALL and table.OURS not in versions:
                continue
            say(f"-- {job}, {size:,} facts")
            try:
                with jobs.contenders(job, place, there) as contenders:
                    taken = in_turns(contenders, rounds, warm=size <= _WARMED_TO, say=say)
            except FailedError as error:
                said = place.log.read_text(encoding="utf-8", errors="replace") if place.log.is_file() else ""
                say(f"{job}, {size:,} facts: {error}\n{said[-2000:]}")
                raise SystemExit(UNUSABLE) from error
            rows += table.rows(job, size, taken)
            if target is not None:
                target.write_text(json.dumps(table.to_json(so_far()), indent=1) + "\n", encoding="utf-8")
    return so_far()


if __name__ == "__main__":
    main()
