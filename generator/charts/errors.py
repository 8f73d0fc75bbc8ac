"""A table that cannot be drawn truthfully -> the sentence that says so."""

from __future__ import annotations


class ChartError(Exception):
    """The table cannot be drawn truthfully; the message says why, and what to do."""
