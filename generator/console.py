"""What all commands share: the folder they work in, their exit codes, and words for the person at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from generator import reports
from generator.problems import Problem

ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="The folder of the briefing: facts.yaml, content/, sources.lock. Default: this folder.",
)
CLEAN, PROBLEMS, UNUSABLE = 0, 1, 2


def print_problems(problems: Sequence[Problem], style: str = "text") -> None:
    """Print problems in one of the formats of `reports`, on the standard output."""
    click.echo(reports.FORMATS[style](problems), nl=False)


def say(text: str) -> None:
    """Tell the person at the terminal; not part of a command's output."""
    click.echo(text, err=True)
