"""Templates run within bounds: no reach for Python's inside, no loop or text without end; each fault has its line."""

from __future__ import annotations

import dataclasses
import os
import shutil
import time
from pathlib import Path

import jinja2
import pytest

from generator import build, render, templates
from generator.templates import TemplateError
from tests.sites import BRIEFING, PRODUCT, ROOT, copied, judged, replaced, run, tree
from tests.valley import VALLEY


def _rendered(folder: Path, text: str, **fields: object) -> str:
    (folder / "site_templates" / "pages").mkdir(parents=True, exist_ok=True)
    (folder / "site_templates" / "pages" / "x.html").write_text(text, encoding="utf-8")
    return templates.environment(folder / "site_templates" / "pages").get_template("x.html").render(**fields)


def _told(folder: Path, text: str, **fields: object) -> tuple[str, str]:
    with pytest.raises(TemplateError) as caught:
        _rendered(folder, text, **fields)
    (problem,) = caught.value.problems
    assert problem.code == "template"
    return str(problem.place), problem.found


@dataclasses.dataclass
class Given:
    """What a template is given."""

    name: str = "<b>"
    _inside: str = "secret"

    def words(self, times: int = 1) -> list[str]:
        """A method of it."""
        return [self.name] * times


def test_a_template_shows_fields_loops_calls_and_escapes(tmp_path: Path) -> None:
    text = "{% for each in given.words(2) %}{{ loop.index }} of {{ loop.length }}: {{ each ~ '!' }}\n{% endfor %}"
    assert _rendered(tmp_path, text, given=Given()) == "1 of 2: &lt;b&gt;!\n2 of 2: &lt;b&gt;!\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\n{{ missing }}", "'missing' is undefined"),
        ("a\n{{ given.missing }}", "'tests.test_templates.Given object' has no attribute 'missing'"),
        ("a\n{% for each in", "unexpected 'end of template'"),
        ("a\n{{ 1 | nothing }}", "No filter named 'nothing'."),
        ("a\n{% include 'other.html' %}", "'other.html' not found in search path: "),
        ("a\n{{ given.words('a') }}", "TypeError: can't multiply sequence by non-int of type 'str'"),
        ("a\n{{ none() }}", "TypeError: None is not safely callable"),
    ],
)
def test_what_is_wrong_with_a_template_has_its_line_and_no_traceback(text: str, found: str, tmp_path: Path) -> None:
    place, said = _told(tmp_path, text, given=Given())
    assert place == "site_templates/pages/x.html:2:1"
    assert found in said or said.startswith(found[:10])


REACHING = (
    "{{ given._inside }}",
    "{{ given.__class__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ given.words.__globals__ }}",
    "{{ given.words.__func__.__code__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ ''['__class__'] }}",
    "{{ given['__dict__'] }}",
    "{{ (1).__class__ }}",
    "{{ '{0.__class__}'.format(given) }}",
    "{{ ''.join }}{{ ''.join(['a']) }}",
    "{{ given.__init__.__builtins__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum() }}",
    "{{ range(3) }}",
    "{{ dict(a=1) }}",
    "{{ namespace() }}",
    "{{ joiner() }}",
    "{{ given | attr('__class__') }}",
    "{{ [given] | map(attribute='__class__') | list }}",
    "{{ given.words.__self__ }}",
    "{{ kind() }}",
    "{% set given.name = 'x' %}",
    "{{ words.append('x') }}",
    "{{ words.clear() }}",
    "{{ fields.update({'a': 1}) }}",
    "{% import 'os' as os %}",
    "{% include '/etc/passwd' %}",
    "{% include '../../secret.html' %}",
    "{{ caller() }}",
    "{% for each in words recursive %}{{ loop(words) }}{% endfor %}",
)


@pytest.mark.parametrize("text", REACHING)
def test_nothing_of_pythons_inside_and_no_other_file_is_within_reach(text: str, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    given, words, fields = Given(), ["a"], {"b": 1}
    _told(tmp_path, text, given=given, words=words, fields=fields, kind=Path)
    assert (given, words, fields) == (Given(), ["a"], {"b": 1})


ENDLESS = (
    "{% for a in many %}{% for b in many %}{% for c in many %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in many %}{% for b in many %}{{ a }}{% endfor %}{% endfor %}",
    "{% for a in many if many | list %}{% for b in many %}{% for c in many %}{% endfor %}{% endfor %}{% endfor %}",
    "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    (
        "{% macro f() %}{% for b in many %}{{ caller() }}{% endfor %}{% endmacro %}"
        "{% call f() %}{% for c in many %}{{ c }}{% endfor %}{% endcall %}"
    ),
    "{% set x = 'a' %}" + "{% set x = x ~ x %}" * 40,
    "{% set x = 'aaaaaaaaaa' %}" + "{% set x %}{{ x }}{{ x }}{{ x }}{{ x }}{% endset %}" * 30,
    "{% macro f() %}"
    + "x" * 10_000
    + "{% endmacro %}{% for a in many %}{% for b in many %}{{ f() }}{% endfor %}{% endfor %}",
    "{% for a in many %}{% for b in many %}" + "x" * 10_000 + "{% endfor %}{% endfor %}",
    "{% macro f() %}{% for a in many %}{% for b in many %}"
    + "x" * 10_000
    + "{% endfor %}{% endfor %}{% endmacro %}{{ f() }}",
    "{{ 'x' * 10**10 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ 'x'.center(10000000000) }}",
    "{{ 'x'.ljust(10000000000) }}",
    "{{ 'x' | center(10000000000) }}",
    "{{ 'x' | indent(10000000000) }}",
    "{{ words | batch(10000000000, 'x') | list }}",
    "{{ 'x'.replace('', 'y') }}",
    "{{ words * 1000000 }}",
    "{{ [1] + words }}",
)


@pytest.mark.parametrize("text", ENDLESS, ids=lambda text: text[:70])
def test_no_loop_and_no_text_is_without_end(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST_STEPS", 200_000)
    monkeypatch.setattr(templates, "MOST_CHARACTERS", 2_000_000)
    started = time.process_time()
    place, _ = _told(tmp_path, text, many=range(5_000), words=["a"])
    assert place.startswith("site_templates/pages/x.html:1")
    assert time.process_time() - started < 5


def test_each_text_has_bounds_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST_STEPS", 10)
    for _ in range(5):
        assert _rendered(tmp_path, "{% for each in many %}x{% endfor %}", many=range(9)) == "x" * 9
    assert _told(tmp_path, "{% for each in many %}x{% endfor %}", many=range(11))[1] == (
        "the template has taken more than 10 steps: does it loop without end?"
    )


def test_all_templates_of_the_site_and_the_review_are_within_them() -> None:
    for folder in ("pages", "review"):
        made = templates.environment(build.TEMPLATES / folder)
        assert made.sandboxed
        assert made.undefined is jinja2.StrictUndefined
        if folder == "pages":
            for path in sorted((build.TEMPLATES / folder).glob("*.html")):
                made.get_template(path.name)
    uses = [
        path for path in sorted((ROOT / "generator").rglob("*.py")) if "jinja2.Environment(" in path.read_text("utf-8")
    ]
    assert [path.name for path in uses] == ["prose.py"], "which only lexes"


def _copy(tmp_path: Path) -> Path:
    """A checkout of its own, with a briefing and its last site in it."""
    home = copied(PRODUCT, ROOT, tmp_path / "home")
    copied(BRIEFING, VALLEY, home)
    return home


@pytest.mark.parametrize(
    ("name", "broken", "said"),
    [
        ("pages/table.html", "{{ ''.__class__ }}", "site_templates/pages/table.html:1:1: error template"),
        ("pages/again.html", "{% if %}", "site_templates/pages/again.html:1:1: error template"),
    ],
)
def test_a_build_with_a_broken_template_says_so_and_the_last_site_stands(
    name: str, broken: str, said: str, tmp_path: Path, valley_site: Path
) -> None:
    home = _copy(tmp_path)
    shutil.copytree(valley_site, tmp_path / "last")
    before = tree(tmp_path / "last")
    path = home / "site_templates" / name
    path.write_text(broken + path.read_text(encoding="utf-8"), encoding="utf-8")
    done = run("build", "--root", home, "--site", tmp_path / "last", cwd=home)
    assert (done.returncode, done.stderr) == (2, "nothing was written, the last good site stands\n")
    assert done.stdout.startswith(said)
    assert "Traceback" not in done.stdout
    assert tree(tmp_path / "last") == before


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{% if %}", "TemplateSyntaxError: Expected an expression, got 'end of statement block'"),
        ("{{ nothing.at_all }}", "UndefinedError: 'nothing' is undefined"),
        ("{{ 1 // 0 }}", "ZeroDivisionError: integer division or modulo by zero"),
    ],
)
def test_what_is_wrong_with_a_template_of_the_theme_is_told_at_its_line(
    written: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _copy(tmp_path)
    path = home / "site_templates" / "theme" / "partials" / "masthead.html"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], written, *lines[2:]]), encoding="utf-8")
    monkeypatch.setattr(build, "HOME", home)
    monkeypatch.setattr(build, "TEMPLATES", home / "site_templates")
    (problem,) = build.build(judged(home), home, tmp_path / "site", lambda _: None).problems
    assert f"{problem.place} {problem.code}" == "site_templates/theme/partials/masthead.html:3:1 template"
    assert problem.found == said
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_template_of_the_theme_that_never_ends_is_ended_with_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "_LIMIT", 4)
    home = _copy(tmp_path)
    path = home / "site_templates" / "theme" / "main.html"
    replaced(path, "{% block header %}", "{% block header %}{% for a in range(10 ** 12) %}{% endfor %}")
    monkeypatch.setattr(build, "HOME", home)
    monkeypatch.setattr(build, "TEMPLATES", home / "site_templates")
    done = build.build(judged(home), home, tmp_path / "site", lambda _: None)
    assert [each.found for each in done.problems] == ["MkDocs took more than 4 seconds and was stopped"]
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_folder_is_read_again_when_a_byte_of_it_is_another_whatever_the_clock_says(tmp_path: Path) -> None:
    assert _rendered(tmp_path, "one") == "one"
    file = tmp_path / "site_templates" / "pages" / "x.html"
    first, when = templates.environment(file.parent), file.stat()
    assert templates.environment(file.parent) is first
    file.write_text("two", encoding="utf-8")
    os.utime(file, ns=(when.st_atime_ns, when.st_mtime_ns))
    assert templates.environment(file.parent).get_template("x.html").render() == "two"
