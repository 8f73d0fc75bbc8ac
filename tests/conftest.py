"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

# The same examples on every run and machine: a red run can be run again, and a slow machine is no failure.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.load_profile("same")
