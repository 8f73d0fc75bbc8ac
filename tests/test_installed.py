"""The versions of packages: what their metadata say, without reading them."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from generator import files, installed, sbom

HOME = Path(__file__).parent.parent


def test_every_package_that_makes_a_site_has_the_version_that_its_metadata_say() -> None:
    names = [each.name for each in sbom.packages(files.read_product(HOME)[files.PACKAGES]) if not each.marker]
    assert len(names) > 20
    assert {name: installed.version(name) for name in names} == {name: metadata.version(name) for name in names}


@pytest.mark.parametrize(
    ("folder", "name", "version"),
    [
        ("some_name-1.2.dist-info", "Some-Name", "1.2"),
        ("some.name-1.2.post1.dist-info", "some_name", "1.2.post1"),
        ("Name-2!1.0a1+local.7.dist-info", "name", "2!1.0a1+local.7"),
        ("old-style-name-3.0.dist-info", "old_style.name", "3.0"),
    ],
)
def test_names_are_compared_as_the_index_compares_them(
    folder: str, name: str, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / folder).mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert installed.version(name) == version


def test_what_comes_goes_or_stands_first_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    (second / "one-1.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(first), str(second), str(tmp_path / "not.zip"), *sys.path])
    assert installed.version("one") == "1"
    (first / "one-2.dist-info").mkdir(parents=True)
    assert installed.version("one") == "2"
    (first / "one-2.dist-info").rmdir()
    assert installed.version("one") == "1"
    assert installed.version("no-such-package") == ""


def test_metadata_are_not_even_imported() -> None:
    program = "import sys; from generator import installed; installed.version('jinja2'); print('email' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
