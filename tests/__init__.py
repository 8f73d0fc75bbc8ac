"""What the project promises, one file for each module of `generator`; run by `nox -s tests`."""
