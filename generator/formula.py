"""Formulas: the text of one in; the ids it names, its exact result and its words out.

`a + b`, `(a - b) / b * 100`, `round(a / 7, 1)`: ids of figures, decimal numbers, the four operators, brackets and a few
functions. An id holds hyphens, so an operator has spaces around it. Nothing is evaluated but what this grammar knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

LONGEST = 400
"""Characters of a formula."""
DEEPEST = 20
"""Brackets within brackets."""
_MOST_DIGITS = 12
"""Digits to which a result is rounded, before or behind the point."""


class FormulaError(ValueError):
    """What is wrong with a formula, and the column at which it is, from 1."""

    def __init__(self, found: str, column: int, hint: str = "") -> None:
        self.found, self.column, self.hint = found, column, hint
        super().__init__(f"column {column}: {found}")


@dataclass(frozen=True, slots=True)
class Interval:
    """An exact number, or all between two: what a figure with a range is worth."""

    low: Fraction
    high: Fraction

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in a formula."""

    value: Decimal
    column: int


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of a figure."""

    id: str
    column: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Two parts and what is done with them."""

    sign: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Function:
    """A function and what it is of."""

    name: str
    parts: tuple[Node, ...]
    digits: int
    """The digits of `round`."""
    column: int


Node = Number | Reference | Operation | Function

# -- reading --------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.-]))|(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*(?![\w.-]))|(?P<sign>[-+*/(),]))"
)
_SPACED = re.compile(r"(?<!\S)[-+*/](?!\S)")
_FUNCTIONS = ("round", "sum", "max", "min")
_SPACES_HINT = "an operator has a space before and behind it: `a - b`"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            column = place + len(text[place:]) - len(text[place:].lstrip()) + 1
            yield _Token("wrong", text[column - 1 :].split(maxsplit=1)[0], column)
            return
        kind = str(match.lastgroup)
        yield _Token(kind, match[kind], match.start(kind) + 1)
        place = match.end()


class _Parser:
    """Reads sums of products of operands; one token is looked at before it is taken."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [*_tokens(text)]
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        tree = self._sum()
        if (token := self._peek()) is not None:
            raise self._unexpected(token, "an operator or the end")
        return tree

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, *signs: str) -> _Token | None:
        token = self._peek()
        if token is None or token.kind != "sign" or token.text not in signs:
            return None
        self._next += 1
        return token

    def _operator(self, *signs: str) -> _Token | None:
        token = self._take(*signs)
        if token and not _SPACED.match(self._text, token.column - 1):
            raise FormulaError(f"{token.text!r} without spaces around it", token.column, _SPACES_HINT)
        return token

    def _sum(self) -> Node:
        tree = self._product()
        while token := self._operator("+", "-"):
            tree = Operation(token.text, tree, self._product(), token.column)
        return tree

    def _product(self) -> Node:
        tree = self._operand()
        while token := self._operator("*", "/"):
            tree = Operation(token.text, tree, self._operand(), token.column)
        return tree

    def _operand(self) -> Node:
        token = self._peek()
        if token is None:
            raise FormulaError("the formula ends where a number or an id is wanted", len(self._text) + 1)
        if opening := self._take("("):
            return self._within(opening)
        self._next += 1
        if token.kind == "number":
            return Number(Decimal(token.text), token.column)
        if token.kind == "name":
            if token.text in _FUNCTIONS and (opening := self._take("(")):
                return self._function(token, opening)
            return Reference(token.text, token.column)
        raise self._unexpected(token, "a number or an id")

    def _within(self, opening: _Token) -> Node:
        self._deeper(opening)
        tree = self._sum()
        self._close(opening)
        return tree

    def _function(self, name: _Token, opening: _Token) -> Node:
        self._deeper(opening)
        if name.text == "round":
            part = self._sum()
            if not self._take(","):
                raise FormulaError("round without digits", name.column, "write `round(…, 1)`: digits behind the point")
            digits = self._digits()
            self._close(opening)
            return Function("round", (part,), digits, name.column)
        parts = [self._sum()]
        while self._take(","):
            parts.append(self._sum())
        self._close(opening)
        return Function(name.text, tuple(parts), 0, name.column)

    def _digits(self) -> int:
        minus = self._take("-")
        token = self._peek()
        if token is None or token.kind != "number" or "." in token.text or int(token.text) > _MOST_DIGITS:
            column = token.column if token else len(self._text) + 1
            raise FormulaError(
                "digits of round that are no small whole number", column, f"-{_MOST_DIGITS} to {_MOST_DIGITS}"
            )
        self._next += 1
        return -int(token.text) if minus else int(token.text)

    def _deeper(self, opening: _Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(f"more than {DEEPEST} brackets within brackets", opening.column, "compute it in steps")

    def _close(self, opening: _Token) -> None:
        if not self._take(")"):
            token = self._peek()
            if token is None:
                raise FormulaError("a bracket that is not closed", opening.column, "write `)`")
            raise self._unexpected(token, "`)` or an operator")
        self._depth -= 1

    def _unexpected(self, token: _Token, wanted: str) -> FormulaError:
        hint = f"wanted: {wanted}"
        if token.kind == "wrong" and token.text[0] in "−–×·÷:":
            hint = "the operators are + - * /"
        elif token.text.endswith("-"):
            hint = _SPACES_HINT
        elif token.kind == "sign" and token.text == ",":
            hint = "numbers have no thousands comma"
        return FormulaError(f"unexpected {token.text!r}", token.column, hint)


def parse(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: it does not follow the grammar, or is too long or too deep.

    """
    if len(text) > LONGEST:
        raise FormulaError(f"{len(text)} characters", LONGEST + 1, f"at most {LONGEST}")
    return _Parser(text).whole()


def references(tree: Node) -> Iterator[Reference]:
    """Every id that a formula names, in order, each as often as it stands there."""
    match tree:
        case Reference():
            yield tree
        case Operation():
            yield from references(tree.left)
            yield from references(tree.right)
        case Function():
            for part in tree.parts:
                yield from references(part)
        case Number():
            pass


def numbers(tree: Node) -> Iterator[Decimal]:
    """Every number that is written in a formula."""
    match tree:
        case Number():
            yield tree.value
        case Operation():
            yield from numbers(tree.left)
            yield from numbers(tree.right)
        case Function():
            for part in tree.parts:
                yield from numbers(part)
        case Reference():
            pass


def ids(text: str) -> tuple[str, ...]:
    """The ids that a formula names, each once; none where it cannot be read."""
    try:
        return tuple(dict.fromkeys(each.id for each in references(parse(text))))
    except FormulaError:
        return ()


# -- computing ------------------------------------------------------------------------------------------------------


def evaluate(tree: Node, worth: Mapping[str, Interval]) -> Interval:
    """The exact result; of ranges, the lowest and the highest that it can be.

    Raises:
        FormulaError: a division by what is or may be zero.
        KeyError: an id that nothing is known of.

    """
    match tree:
        case Number():
            return Interval(Fraction(tree.value), Fraction(tree.value))
        case Reference():
            return worth[tree.id]
        case Function():
            return _apply(tree, [evaluate(part, worth) for part in tree.parts])
        case Operation():
            return _operate(tree, evaluate(tree.left, worth), evaluate(tree.right, worth))


def _operate(tree: Operation, left: Interval, right: Interval) -> Interval:
    match tree.sign:
        case "+":
            return Interval(left.low + right.low, left.high + right.high)
        case "-":
            return Interval(left.low - right.high, left.high - right.low)
        case "/":
            if right.low <= 0 <= right.high:
                raise FormulaError("a division by zero", tree.column, "no number can be divided by zero")
            right = Interval(1 / right.high, 1 / right.low)
    ends = [one * other for one in (left.low, left.high) for other in (right.low, right.high)]
    return Interval(min(ends), max(ends))


def _apply(tree: Function, parts: list[Interval]) -> Interval:
    lows, highs = [each.low for each in parts], [each.high for each in parts]
    if tree.name == "round":
        return Interval(rounded(lows[0], tree.digits), rounded(highs[0], tree.digits))
    if tree.name == "sum":
        return Interval(sum(lows, Fraction(0)), sum(highs, Fraction(0)))
    return Interval(max(lows), max(highs)) if tree.name == "max" else Interval(min(lows), min(highs))


def rounded(value: Fraction, digits: int) -> Fraction:
    """A number rounded to digits behind the point (before it, where negative); a half goes away from zero."""
    step = Fraction(10) ** digits
    whole = int(abs(value) * step + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole) / step


def in_words(text: str, said: Callable[[str], str]) -> str:
    """A formula for readers: each id as `said` says it, and everything else as it stands."""
    try:
        found = [*references(parse(text))]
    except FormulaError:
        return text
    for each in sorted(found, key=lambda each: -each.column):
        text = f"{text[: each.column - 1]}{said(each.id)}{text[each.column - 1 + len(each.id) :]}"
    return text
