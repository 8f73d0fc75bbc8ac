"""Markdown with calls -> texts and calls, each with its place; and the list of calls that prose may make.

The language is Jinja's, cut down to what a page needs: `{{ name("id", key=["word"]) }}` and `{# comments #}`. There are
no variables, attributes, filters, loops or blocks, so nothing has to be sandboxed: what is not a call is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import jinja2

from generator import nodes
from generator.model import Call, Selection, Text
from generator.problems import Place, Problem, did_you_mean


@dataclass(frozen=True, slots=True)
class CallSpec:
    """What a call takes and what it puts into the page."""

    purpose: str
    target: str = ""
    """The list that its arguments are ids of; empty where it takes none."""
    words: tuple[str, ...] = ()
    """The words that its argument is one of, where it is no id."""
    many: bool = False
    """Whether it takes several ids."""
    selects: bool = False
    """Whether it takes a selection: `topics=["..."]` and so on."""
    is_block: bool = False
    """Whether it stands on a line of its own."""


CALLS: dict[str, CallSpec] = {
    "fact": CallSpec("the fact's statement, without its full stop, with its note", "facts"),
    "value": CallSpec("a figure's number with its hedge, `around 70,000`, with its note", "facts"),
    "date": CallSpec("the fact's date in words", "facts"),
    "quote": CallSpec("the fact's first quote, in quotation marks, with its note", "facts"),
    "cite": CallSpec("the notes of one or more facts, after a clause in your own words", "facts", many=True),
    "ours": CallSpec("the mark of what the authors conclude themselves, at the end of its paragraph"),
    "source": CallSpec("a source's name, linked to its description", "sources"),
    "count": CallSpec(
        "how many there are in the fact base",
        words=(
            *("facts", "figures", "events", "statements", "quotes", "sources", "origins", "excerpts", "charts"),
            *("judgments", "corrections", "withdrawn", "disputed", "corroborated", "anonymous", "partisan"),
        ),
    ),
    "chart": CallSpec("a chart with its titles, notes and table", "charts", is_block=True),
    "preview": CallSpec(
        "charts side by side, without their tables: each leads to the page that has the whole of it",
        "charts",
        many=True,
        is_block=True,
    ),
    "figures": CallSpec("key figures: number, measure and date, each with its note", "facts", many=True, is_block=True),
    "balance": CallSpec(
        "how much the record holds on each side: facts, sources, origins, the latest day", is_block=True
    ),
    "judgment": CallSpec("what the authors conclude, with its likelihood, basis and doubt", "judgments", is_block=True),
    "timeline": CallSpec("the selected facts by date", selects=True, is_block=True),
    "table": CallSpec("the selected facts as a table", selects=True, is_block=True),
    "facts": CallSpec("the selected facts as a list of sentences", selects=True, is_block=True),
}
CITING = frozenset({"fact", "value", "quote", "cite", "figures"})
"""Calls that leave a note with the evidence."""
_DATES = frozenset(name for name, spec in Selection.specs().items() if spec.type == "date")
"""What a selection is given as a single value."""
_FAULTS = 50
"""So often is begun anew behind what Jinja's lexer cannot read: each time it may look at all the rest of the page."""
_ENVIRONMENT = jinja2.Environment(autoescape=True, keep_trailing_newline=True)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: Place


class _SyntaxError(Exception):
    def __init__(self, place: Place, found: str) -> None:
        self.place, self.found = place, found
        super().__init__(found)


def parse(
    path: str, body: str, first_line: int, read_selection: Callable[[nodes.Mapping], Selection]
) -> tuple[tuple[Text | Call, ...], list[Problem]]:
    """Markdown of a page's body -> its parts, and what is wrong with its calls.

    The body starts on `first_line` of the file; the parts' places count from there.
    """
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    parts: list[Text | Call] = []
    problems: list[Problem] = []
    left = 0
    rows = body.split("\n")
    for _ in range(_FAULTS):
        # Jinja's lexer stops at the first fault; the rest of the page starts on the next line.
        first_line, rows = first_line + left, rows[left:]
        taken = _parse("\n".join(rows), (path, first_line), read_selection, parts, problems)
        if taken is None:
            break
        left = taken
    return tuple(parts), problems


def _parse(
    body: str,
    begin: tuple[str, int],
    read_selection: Callable[[nodes.Mapping], Selection],
    parts: list[Text | Call],
    problems: list[Problem],
) -> int | None:
    """Add the parts and problems of a text up to its first fault; how many lines that took, None for all of them."""
    path, first_line = begin
    expression: list[_Token] | None = None
    try:
        for token in _tokens(path, body, first_line):
            match token.kind:
                case "data":
                    parts.append(Text(token.text, token.place))
                case "variable_begin":
                    expression = [token]
                case "variable_end" if expression is not None:
                    parts += _called(expression, problems, read_selection)
                    expression = None
                case "block_begin" | "raw_begin":
                    problems.append(_misread(token.place, f"a Jinja block {token.text.strip()}"))
                case _ if expression is not None:
                    expression.append(token)
                case _:
                    pass
    except jinja2.TemplateSyntaxError as error:
        problems.append(_misread(Place(path, error.lineno + first_line - 1), error.message or "broken Jinja"))
        if "comment" in (error.message or ""):  # it goes on to the end, and so does that of every later line
            return None
        return error.lineno if error.lineno <= body.rstrip("\n").count("\n") else None
    if expression is not None:  # and all that follows was taken for a part of it
        problems.append(_misread(expression[0].place, "a call that is not closed"))
    return None


def _called(
    tokens: list[_Token], problems: list[Problem], read_selection: Callable[[nodes.Mapping], Selection]
) -> Iterator[Call]:
    """The call that stands between two pairs of braces, if it is one."""
    try:
        yield _call(tokens, problems, read_selection)
    except _SyntaxError as error:
        problems.append(_misread(error.place, error.found))


def _misread(place: Place, found: str) -> Problem:
    calls = ", ".join(CALLS)
    return Problem(
        place, "prose-syntax", found, '{{ name("id") }} with one of: ' + calls, "see “Calls in prose” in the manual"
    )


def _tokens(path: str, body: str, first_line: int) -> Iterator[_Token]:
    """Jinja's own tokens, white space and comments left out, each with line and column."""
    line, column = first_line, 1
    for _, kind, text in _ENVIRONMENT.lex(body):
        if kind not in ("whitespace", "comment", "comment_begin", "comment_end", "linecomment"):
            yield _Token(kind, text, Place(path, line, column))
        breaks = text.count("\n")
        line += breaks
        column = len(text) - text.rfind("\n") if breaks else column + len(text)


def _call(tokens: list[_Token], problems: list[Problem], read_selection: Callable[[nodes.Mapping], Selection]) -> Call:
    """`{{ name(arguments) }}` -> the call; its name is known, its arguments have the right form."""
    begin, *rest = tokens
    reader = _Arguments(rest, begin.place)
    name = reader.take("name")
    spec = CALLS.get(name.text)
    if spec is None:
        hint = did_you_mean(name.text, CALLS, "take one of these")
        problems.append(
            Problem(name.place, "call-unknown", f"the call {name.text!r}", f"one of: {', '.join(CALLS)}", hint)
        )
    reader.take("operator", "(")
    args, keywords = reader.arguments()
    if reader.rest:
        raise _SyntaxError(reader.rest[0].place, f"{reader.rest[0].text!r} after the call")
    if spec is not None:
        problems.extend(_misused(name, spec, args, keywords))
    selection = (
        read_selection(nodes.Mapping(begin.place.line, begin.place.column, keywords))
        if spec and spec.selects
        else Selection()
    )
    return Call(
        name.text if spec else "",
        tuple(each.text for each in args),
        selection,
        name.place,
        tuple(Place(name.place.path, each.line, each.column) for each in args),
    )


def _misused(
    name: _Token, spec: CallSpec, args: list[nodes.Scalar], keywords: list[tuple[nodes.Scalar, nodes.Node]]
) -> Iterator[Problem]:
    takes_ids = bool(spec.target or spec.words)
    wanted = f"{name.text}: {spec.purpose}"
    if takes_ids and (not args or (len(args) > 1 and not spec.many)):
        one = f"one of {', '.join(spec.words)}" if spec.words else "the id of one of the " + spec.target
        yield Problem(
            name.place,
            "call-arguments",
            f"{name.text} with {len(args)} arguments",
            f"{one} ({wanted})",
            'write the id in quotation marks: {{ name("id") }}',
        )
    if not takes_ids and args:
        yield Problem(
            name.place,
            "call-arguments",
            f"{name.text} with an argument that has no name",
            f'words with names: {name.text}(topics=["..."])' if spec.selects else f"{name.text}() ({wanted})",
            "name what is selected" if spec.selects else "leave it out",
        )
    if keywords and not spec.selects:
        yield Problem(name.place, "call-arguments", f"{name.text} with {keywords[0][0].text}=", wanted, "leave it out")
    if spec.selects and not keywords:
        yield Problem(
            name.place,
            "call-arguments",
            f"{name.text} that selects nothing",
            f'{name.text}(topics=["..."], kinds=["event"])',
            "say which facts",
        )


class _Arguments:
    """Reads what stands between the parentheses of a call."""

    def __init__(self, tokens: list[_Token], place: Place) -> None:
        self.rest = tokens
        self._last = place

    def take(self, kind: str, text: str = "") -> _Token:
        """The next token, which must be of this kind."""
        if not self.rest:
            raise _SyntaxError(self._last, f"the call ends where {text or f'a {kind}'} was expected")
        token = self.rest.pop(0)
        self._last = token.place
        if token.kind != kind or (text and token.text != text):
            raise _SyntaxError(token.place, f"{token.text!r} where {text or f'a {kind}'} was expected")
        return token

    def _next_is(self, text: str) -> bool:
        return bool(self.rest) and self.rest[0].kind == "operator" and self.rest[0].text == text

    def arguments(self) -> tuple[list[nodes.Scalar], list[tuple[nodes.Scalar, nodes.Node]]]:
        """Strings, then names with a string or a list of strings, up to the closing parenthesis."""
        args: list[nodes.Scalar] = []
        keywords: list[tuple[nodes.Scalar, nodes.Node]] = []
        while not self._next_is(")"):
            if self.rest and self.rest[0].kind == "name":
                key = self.take("name")
                if not self._next_is("="):
                    raise _SyntaxError(key.place, f"{key.text} without quotation marks")
                self.take("operator", "=")
                named = nodes.Scalar(key.text, key.place.line, key.place.column, plain=True)
                keywords.append((named, self._value(key)))
            else:
                args.append(self._string())
            if not self._next_is(")"):
                self.take("operator", ",")
        self.take("operator", ")")
        return args, keywords

    def _value(self, key: _Token) -> nodes.Node:
        """What a name is given: a list, which may be written as its only word, or a date."""
        if not self._next_is("["):
            only = self._string()
            return only if key.text in _DATES else nodes.Sequence(only.line, only.column, [only])
        begin = self.take("operator", "[")
        items: list[nodes.Node] = []
        while not self._next_is("]"):
            items.append(self._string())
            if not self._next_is("]"):
                self.take("operator", ",")
        self.take("operator", "]")
        return nodes.Sequence(begin.place.line, begin.place.column, items)

    def _string(self) -> nodes.Scalar:
        token = self.take("string")
        return nodes.Scalar(token.text[1:-1], token.place.line, token.place.column + 1, plain=False)
