"""The house keeps its plan: the map in the package is true, and imports point downwards."""

from __future__ import annotations

import ast
from pathlib import Path

import generator

PACKAGE = Path(generator.__file__).parent
MAP = [
    [line.split()[0] for line in floor.splitlines() if line.strip()]
    for floor in (generator.__doc__ or "").partition("true):\n\n")[2].split("\n\n")
]
FLOOR = {name: number for number, floor in enumerate(MAP) for name in floor}


def _modules() -> dict[str, list[Path]]:
    """The files of each module; a folder is one module to the rest of the house."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if not name.startswith("__"):
            found.setdefault(name, []).append(path)
    return found


def _imports(path: Path) -> set[str]:
    """The modules of this package that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "generator":
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("generator."):
            found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[1] for alias in node.names if alias.name.startswith("generator."))
    return found


def test_the_map_names_every_module_and_no_other() -> None:
    assert sorted(FLOOR) == sorted(_modules())


def test_a_module_imports_only_from_floors_below_its_own() -> None:
    wrong = [
        f"{name} (floor {FLOOR[name]}) imports {other} (floor {FLOOR[other]})"
        for name, paths in _modules().items()
        for path in paths
        for other in sorted(_imports(path) - {name})
        if FLOOR[other] >= FLOOR[name]
    ]
    assert wrong == []


def test_every_module_begins_with_a_sentence_that_says_what_it_is() -> None:
    for paths in _modules().values():
        for path in paths:
            first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
            assert first.endswith("."), path.name


def test_only_the_command_line_prints() -> None:
    for name, paths in _modules().items():
        for path in paths:
            calls = [
                node.func.id
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            ]
            assert "print" not in calls or name == "draw", path.name


def test_check_starts_without_what_only_a_build_needs() -> None:
    heavy = {"altair", "pandas", "mkdocs", "vl_convert", "selectolax"}
    reached, waiting = set(), {"site", "files", "reports", "checks"}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        for path in _modules()[name]:
            text = path.read_text(encoding="utf-8")
            names = {
                alias.name.split(".")[0]
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Import)
                for alias in node.names
            }
            names |= {
                (node.module or "").split(".")[0]
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.ImportFrom)
            }
            assert not names & heavy, path.name
            waiting |= _imports(path) - reached
