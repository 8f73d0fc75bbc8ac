"""A folder of templates -> texts made of them, within bounds, and with a sentence and a line where one is wrong.

A template may read the fields that it is given, loop over them and call what they offer. It runs in Jinja's sandbox, so
nothing of Python's inside is within its reach, with no function but what it is given, and with the filters that are
named here. Each turn of a loop, each call and each character written is counted, and so is what is put together on the
way. A clock would stop another turn on every machine, and no clock stops a single long step; a count is the same
everywhere, and there is no long step here to be taken: no filter, operator or method makes much of little.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import jinja2
import jinja2.visitor
from jinja2 import nodes as syntax
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.problems import Place, Problem, UnusableInputError

MOST_STEPS = 20_000_000
"""Turns of loops and calls in a page: the list of ten thousand facts takes a twentieth."""
MOST_CHARACTERS = 100_000_000
"""Written in a page, parts within parts counted again: the list of ten thousand facts has a tenth."""
_FILTERS = ("escape", "join", "length", "list", "rejectattr", "selectattr", "sort", "string")
_TESTS = ("defined", "eq", "equalto", "false", "in", "mapping", "ne", "none", "sequence", "string", "true", "undefined")
_OPERATORS = frozenset({"**", "*", "%", "+", "-", "/", "//"})
_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        {"endswith", "partition", "removeprefix", "removesuffix", "rpartition", "split", "startswith", "strip"}
    ),
    dict: frozenset({"get", "items", "keys", "values"}),
}
"""What of Python's own types a template may call: nothing that makes much of little."""


class TemplateError(UnusableInputError):
    """A template is wrong, loops without end, or reached for what it is not given; the problem says where."""


class _BoundError(Exception):
    """A template went on for too long, or wrote too much."""


def wrong(place: Place, found: str) -> Problem:
    """What is wrong with a template."""
    wanted, hint = "a template that shows what it is given", "mend it, or restore it from git; nothing was written"
    return Problem(place, "template", found, wanted, hint)


def environment(folder: Path, home: Path | None = None) -> jinja2.Environment:
    """The templates of a folder: escaping on, unknown fields refused, within bounds.

    Messages name a template by its path below `home`, or else below the folder that holds this one's folder. As long as
    no byte of the folder is another, templates that were read stay as they are.
    """
    home = folder.parent.parent if home is None else home
    held = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    known = _KNOWN.get((folder, home))
    if known is None or known[0] != held:
        known = _KNOWN[folder, home] = held, _Environment(folder, home)
    return known[1]


_KNOWN: dict[tuple[Path, Path], tuple[dict[str, bytes], _Environment]] = {}
"""Folders of templates with what they held: to read them all takes a tenth of a second, and `serve` builds often."""


class _Template(jinja2.Template):
    """A template whose text is made within bounds."""

    environment: _Environment

    def render(self, *given: Any, **fields: Any) -> str:  # noqa: ANN401 - as Jinja's own
        """The text that the template makes of its fields.

        Raises:
            TemplateError: it is wrong, or goes beyond its bounds.

        """
        bounds = self.environment
        outer = bounds.steps, bounds.characters
        bounds.steps = bounds.characters = 0
        try:
            pieces = []
            for piece in self.root_render_func(self.new_context(dict(*given, **fields))):
                bounds.write(len(piece))
                pieces.append(piece)
            return "".join(pieces)
        except Exception:  # noqa: BLE001 - whatever a template does wrong is told with its line
            bounds.fail(self.filename)
        finally:
            bounds.steps, bounds.characters = outer


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with less in it, and with a count of what templates do."""

    template_class = _Template
    intercepted_binops = _OPERATORS

    def __init__(self, folder: Path, home: Path) -> None:
        super().__init__(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            finalize=self._counted,
        )
        self._home = home.resolve()
        self._kinds: dict[type, bool] = {}
        self.steps = self.characters = 0
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: self.tests[name] for name in _TESTS}
        self.filters[_TURNS], self.filters[_WHOLE] = self._turns, self._counted

    # -- what is counted

    def write(self, characters: int) -> None:
        """Count what a template has written.

        Raises:
            _BoundError: it is too much.

        """
        self.characters += characters
        if self.characters > MOST_CHARACTERS:
            raise _BoundError(f"the template has written more than {MOST_CHARACTERS:,} characters")

    def _step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > MOST_STEPS:
            raise _BoundError(f"the template has taken more than {MOST_STEPS:,} steps: does it loop without end?")

    def _counted(self, value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
        """A value that is written, or put together from others: it is counted where it is a text."""
        if isinstance(value, str):
            self.write(len(value))
        return value

    def _turns(self, items: Iterable[Any], weight: int) -> Iterator[Any]:
        """The items of a loop, each of which is a step, and as many more as its body writes kilobytes."""
        for item in items:
            self._step(weight)
            yield item

    # -- where it is counted

    def _parse(self, source: str, name: str | None, filename: str | None) -> syntax.Template:
        """A template's tree, in which loops and what puts texts together are counted."""
        tree = super()._parse(source, name, filename)
        for loop in [*tree.find_all(syntax.For)]:
            if loop.recursive:
                raise jinja2.TemplateSyntaxError("a loop that calls itself", loop.lineno, name, filename)
            written = sum(len(each.data) for each in loop.find_all(syntax.TemplateData))
            weight: syntax.Expr = syntax.Const(1 + written // 1_000, lineno=loop.iter.lineno)
            loop.iter = _filtered(loop.iter, _TURNS, [weight])
        return _Concats().visit(tree)  # type: ignore[no-any-return]

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - as Jinja's own
        """A field of what a template is given; of our own records in half the time, as they hold nothing internal."""
        if attribute[0] != "_" and self._is_ours(type(obj)):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)

    def _is_ours(self, kind: type) -> bool:
        if kind not in self._kinds:
            self._kinds[kind] = dataclasses.is_dataclass(kind) and kind.__module__.startswith(f"{__package__}.")
        return self._kinds[kind]

    def call(self, context: Any, called: Any, /, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as Jinja's own
        """Call what a template calls: a macro, or what a field offers."""
        self._step()
        return super().call(context, called, *given, **named)

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401 - as Jinja's own
        """Whether a template may call this: what it was given, macros, and a few methods of Python's own types."""
        if isinstance(obj, type) or not super().is_safe_callable(obj):
            return False
        for kind, names in _METHODS.items():
            if isinstance(getattr(obj, "__self__", None), kind):
                return obj.__name__ in names
        return True

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - as Jinja's own
        """Calculate: with numbers of a size that a page has, and nothing else."""
        for each in (left, right):
            if not isinstance(each, (int, float)) or abs(each) > 10**12:
                raise SecurityError(f"a template that calculates ({operator}) with what is no number of a usual size")
        if operator == "**":
            raise SecurityError("a template that calculates a power")
        return super().call_binop(context, operator, left, right)

    # -- what is said of it

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:  # noqa: A002, ANN401 - as the method it extends
        """A template by its name; `parent` is the one that asks for it.

        Raises:
            TemplateError: there is none, or it cannot be read.

        """
        try:
            return super().get_template(name, parent, globals)
        except jinja2.TemplateNotFound:
            if parent is not None:  # which is told of where it asks
                raise
            self.fail(None)

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Say what is wrong with a template that cannot be read."""
        try:
            super().handle_exception(source)
        except Exception:  # noqa: BLE001 - as above
            self.fail(None)

    def fail(self, filename: str | None) -> NoReturn:
        """Tell of the error that is being handled, with the line of the template.

        Raises:
            TemplateError: always.

        """
        error = sys.exc_info()[1]
        assert error is not None  # noqa: S101 - this is called where one is
        if isinstance(error, TemplateError):
            raise error
        try:
            super().handle_exception()  # gives the frames of the traceback the lines of the template
        except Exception as told:  # noqa: BLE001 - as above
            error = told
        path, line = self._where(error, filename)
        found = str(error) or type(error).__name__
        if not isinstance(error, (jinja2.TemplateError, _BoundError)):
            found = f"{type(error).__name__}: {found}"
        raise TemplateError([wrong(Place(path, line), found)]) from error

    def _where(self, error: BaseException, filename: str | None) -> tuple[str, int]:
        """The file and line of a template at which something went wrong: the innermost."""
        line = 1
        frame = error.__traceback__
        while frame is not None:
            within = Path(frame.tb_frame.f_code.co_filename)
            if within.suffix == ".html":
                filename, line = str(within), frame.tb_lineno
            frame = frame.tb_next
        if isinstance(error, jinja2.TemplateSyntaxError):
            filename, line = error.filename or filename, error.lineno
        elif isinstance(error, jinja2.TemplateNotFound) and filename is None:
            filename = str(error.name)
        path = Path(filename or "templates").resolve() if filename else self._home
        return (path.relative_to(self._home).as_posix() if path.is_relative_to(self._home) else path.name), line


_TURNS, _WHOLE = "counted turns", "counted whole"
"""Names of filters that no template can write, since they hold a space."""


def _filtered(node: syntax.Node, name: str, given: list[syntax.Expr]) -> syntax.Filter:
    return syntax.Filter(node, name, given, [], None, None, lineno=node.lineno)  # an expression, whatever its type says


class _Concats(jinja2.visitor.NodeTransformer):
    """Has what `~` puts together counted."""

    def visit_Concat(self, node: syntax.Concat) -> syntax.Node:  # noqa: N802 - the name of the node
        """Count the text that comes of it."""
        self.generic_visit(node)
        return _filtered(node, _WHOLE, [])
