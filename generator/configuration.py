"""A briefing's own `mkdocs.yml` -> what in it is refused: it may set words, addresses and marks, and run nothing.

MkDocs' own configuration can name hooks, plugins and Python objects, inherit from other files, and read the
environment. A pull request may bring such a file, and a build must not run or publish what nobody has reviewed. So a
key, a value of the theme or an extension that is not known here to be harmless is a problem, and tags and aliases are.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator import nodes
from generator.nodes import Mapping, Node, Scalar, Sequence
from generator.problems import Place, Problem, did_you_mean

KEYS = frozenset(
    {
        *("site_name", "site_url", "site_description", "site_author", "copyright", "repo_url", "repo_name", "edit_uri"),
        *("theme", "extra", "extra_css", "markdown_extensions", "plugins", "validation", "use_directory_urls"),
    }
)
"""What may be set; some of it is then replaced by what the generator needs."""
THEME = frozenset({"name", "language", "favicon", "font", "features", "palette", "icon", "logo", "direction"})
"""What may be set of the theme."""
EXTENSIONS = frozenset(
    {
        *("abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "legacy_attrs", "legacy_em"),
        *("md_in_html", "meta", "nl2br", "sane_lists", "smarty", "tables", "toc", "wikilinks"),
        *("pymdownx.betterem", "pymdownx.caret", "pymdownx.details", "pymdownx.keys", "pymdownx.mark"),
        *("pymdownx.smartsymbols", "pymdownx.tasklist", "pymdownx.tilde"),
    }
)
"""Extensions of Markdown that read no file, ask no network and call nothing by its name."""

_CLIPPED = 60


def judge(path: str, raw: bytes) -> list[Problem]:
    """What is refused in a `mkdocs.yml`.

    Raises:
        UnusableInputError: it cannot be read.

    """
    root, problems = nodes.parse(path, nodes.decode(path, raw))
    if root is None:
        hint = "remove it; most briefings need no such file"
        found, wanted = "the file holds nothing", "keys and values, as MkDocs has them"
        return problems or [Problem(Place(path), "configuration-refused", found, wanted, hint)]
    if not isinstance(root, Mapping):
        return [*problems, _refused(path, root, "no keys", "keys and values, as MkDocs has them")]
    return [*problems, *_of_keys(path, root)]


def _of_keys(path: str, root: Mapping) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, value in root.items:
        if key.text in seen:
            yield _refused(path, key, f"the key {key.text!r} a second time", "each key once")
        seen.add(key.text)
        if key.text not in KEYS:
            yield _refused(path, key, f"the key {_short(key.text)}", _one_of(KEYS), _near(key.text, KEYS))
        elif key.text == "plugins" and not _is_empty(value):
            yield _refused(path, value, "plugins", "`plugins: []`: a plugin is a program")
        elif key.text == "theme":
            yield from _of_theme(path, value)
        elif key.text == "markdown_extensions":
            yield from _of_extensions(path, value)
        elif key.text == "extra_css":
            yield from _of_files(path, value)


def _of_theme(path: str, theme: Node) -> Iterator[Problem]:
    if isinstance(theme, Scalar):
        theme = Mapping(theme.line, theme.column, [(theme._replace(text="name"), theme)])
    for key, value in theme.items if isinstance(theme, Mapping) else ():
        if key.text not in THEME:
            yield _refused(path, key, f"{_short(key.text)} of the theme", _one_of(THEME), _near(key.text, THEME))
        elif key.text == "name" and not (isinstance(value, Scalar) and value.text == "material"):
            yield _refused(path, value, "another theme", "`name: material`, which the templates extend")
        elif key.text in ("favicon", "logo"):
            yield from _of_files(path, value)


def _of_extensions(path: str, listed: Node) -> Iterator[Problem]:
    items = listed.items if isinstance(listed, Sequence) else [listed]
    for name in (each for item in items for each in _names(item)):
        plain = name.text.removeprefix("markdown.extensions.")
        if plain not in EXTENSIONS:
            yield _refused(
                path, name, f"the extension {_short(name.text)}", _one_of(EXTENSIONS), _near(plain, EXTENSIONS)
            )


def _names(item: Node) -> list[Scalar]:
    """The names of extensions, which may have options."""
    if isinstance(item, Mapping):
        return [key for key, _ in item.items]
    return [item] if isinstance(item, Scalar) else []


def _of_files(path: str, value: Node) -> Iterator[Problem]:
    """Paths below the site's root."""
    for each in value.items if isinstance(value, Sequence) else [value]:
        if isinstance(each, Scalar) and (".." in each.text.split("/") or each.text.startswith(("/", "\\"))):
            yield _refused(path, each, f"the path {_short(each.text)}", "a path below the root of the site")


def _is_empty(value: Node) -> bool:
    return (isinstance(value, Sequence) and not value.items) or (
        isinstance(value, Scalar) and value.plain and value.text in nodes.EMPTY
    )


def _refused(
    path: str, node: Node, found: str, wanted: str, hint: str = "remove it; most briefings need no such file"
) -> Problem:
    return Problem(Place(path, node.line, node.column), "configuration-refused", found, wanted, hint)


def _short(text: str) -> str:
    return repr(text if len(text) <= _CLIPPED else f"{text[: _CLIPPED - 1]}…")


def _one_of(names: frozenset[str]) -> str:
    return f"one of: {', '.join(sorted(names))}"


def _near(name: str, known: frozenset[str]) -> str:
    return did_you_mean(name, known, "remove it; most briefings need no such file")
