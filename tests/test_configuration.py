"""An own `mkdocs.yml` sets words, addresses and marks; it runs nothing, and brings nothing from elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator import configuration, site
from generator.problems import UnusableInputError
from tests.making import inputs
from tests.sites import ROOT


def test_ours_is_admitted_and_so_is_what_briefings_may_set() -> None:
    own = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    more = "site_url: https://a.example/b/\ncopyright: In nobody's name\nsite_author: A. Miller\nrepo_url: https://a.example/\n"
    assert configuration.judge("mkdocs.yml", (own + more).encode()) == []
    assert configuration.judge("mkdocs.yml", b"theme: material\nplugins:\n") == []


@pytest.mark.parametrize("text", [b"", b"# nothing\n", b"\n\n"])
def test_a_file_that_holds_nothing_is_told(text: bytes) -> None:
    (problem,) = configuration.judge("mkdocs.yml", text)
    assert (problem.code, problem.found) == ("configuration-refused", "the file holds nothing")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hooks: [evil.py]\n", "1:1 the key 'hooks'"),
        ("INHERIT: ../../base.yml\n", "1:1 the key 'INHERIT'"),
        ("watch: [/]\n", "1:1 the key 'watch'"),
        ("site_url: a\nsite_url: b\n", "2:1 the key 'site_url' a second time"),
        ("plugins: [search]\n", "1:10 plugins"),
        ("plugins:\n  - macros: {module_name: evil}\n", "2:3 plugins"),
        ("theme: readthedocs\n", "1:8 another theme"),
        ("theme: {name: null}\n", "1:15 another theme"),
        ("theme:\n  custom_dir: /\n", "2:3 'custom_dir' of the theme"),
        ("theme: {favicon: ../../etc/passwd}\n", "1:18 the path '../../etc/passwd'"),
        ("extra_css: [assets/briefing.css, /etc/passwd]\n", "1:34 the path '/etc/passwd'"),
        ("markdown_extensions: [toc, pymdownx.snippets]\n", "1:28 the extension 'pymdownx.snippets'"),
        ("markdown_extensions:\n  - pymdownx.b64: {base_path: /}\n", "2:5 the extension 'pymdownx.b64'"),
        ("markdown_extensions:\n  evil.module:\n    a: b\n", "2:3 the extension 'evil.module'"),
        ("- a\n", "1:1 no keys"),
        ("copyright: !ENV HOME\n", "1:12 the tag !ENV"),
        ("extra: {a: !!python/name:os.system ''}\n", "1:12 the tag tag:yaml.org,2002:python/name:os.system"),
        ("extra: &a {b: c}\n", "1:8 the anchor &a"),
    ],
)
def test_what_could_run_or_read_something_is_refused_where_it_stands(text: str, told: str) -> None:
    (problem,) = configuration.judge("mkdocs.yml", text.encode())
    assert f"{problem.place.line}:{problem.place.column} {problem.found}" == told


def test_check_says_so_and_names_what_is_meant() -> None:
    problems = site.judge(replace(inputs(), configuration=b"site_ulr: https://a.example/\n")).problems
    assert [(str(each.place), each.code, each.hint) for each in problems] == [
        ("mkdocs.yml:1:1", "configuration-refused", "did you mean 'site_url'?")
    ]
    assert site.judge(replace(inputs(), configuration=b"a: [")).unusable
    with pytest.raises(UnusableInputError):
        configuration.judge("mkdocs.yml", b"[" * 50)
