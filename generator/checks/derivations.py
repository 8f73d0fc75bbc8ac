"""Computed figures: each formula can be computed, gives what the figure says, and claims no more than its bases do."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from generator import formula, units
from generator.checks.engine import Case, fact_rule, finding, rule
from generator.checks.numbers import ends, measure_unit, result_of, shown, usable_bases, worth
from generator.formula import Function, Interval, Node, Number, Operation, Reference
from generator.hedges import Firmness, firmness
from generator.model import Fact, Figure
from generator.numerals import in_digits, quantities
from generator.problems import Place, Problem, did_you_mean
from generator.units import Unit


def _computed(case: Case) -> Iterator[Figure]:
    return (each for each in case.briefing.base.facts if isinstance(each, Figure) and each.derived)


def _at(case: Case, fact: Figure, column: int) -> Place:
    """The place of a character of a formula, from 1."""
    return case.locate(fact.where.place("derived"), fact.derived, min(column, len(fact.derived)) - 1)


def _tree(fact: Figure) -> Node | None:
    try:
        return formula.parse(fact.derived)
    except formula.FormulaError:
        return None


# -- formulas -------------------------------------------------------------------------------------------------------


@fact_rule(waivable=False)
def derivation_broken(case: Case, fact: Fact) -> Iterator[Problem]:
    """A formula can be read and computed, and names figures that stand.

    A formula holds ids of figures, decimal numbers, `+ - * /` with spaces around them, brackets, and the functions
    `round(…, digits)`, `sum(…)`, `max(…)` and `min(…)`. It names at least one figure. A figure that was withdrawn
    carries nothing, and nothing is divided by what is or may be zero.

    Bad:
        measures:
          - id: sacks-per-day
            label: Sacks of flour lost in a day
            unit: sacks per day
            nature: flow
            population: flour in the mill
            counted_by: computed here
        facts:
          - id: sacks-lost-daily
            kind: figure
            statement: Around 600 sacks of flour burnt on each of the 2 days
            topic: losses
            date: 2031-05-02
            date_basis: The days of the fire.
            attribution: Computed from what the mill owners say
            measure: sacks-per-day
            value: 600
            hedge: around
            derived: sacks-lots / 2

    Good:
        measures:
          - id: sacks-per-day
            label: Sacks of flour lost in a day
            unit: sacks per day
            nature: flow
            population: flour in the mill
            counted_by: computed here
        facts:
          - id: sacks-lost-daily
            kind: figure
            statement: Around 600 sacks of flour burnt on each of the 2 days
            topic: losses
            date: 2031-05-02
            date_basis: The days of the fire.
            attribution: Computed from what the mill owners say
            measure: sacks-per-day
            value: 600
            hedge: around
            derived: sacks-lost / 2
    """
    if not isinstance(fact, Figure) or not fact.derived:
        return
    wanted = "a formula over figures: `a + b`, `(a - b) / b * 100`, `round(a / 7, 1)`"
    try:
        tree = formula.parse(fact.derived)
    except formula.FormulaError as error:
        yield finding(_at(case, fact, error.column), f"{error} in “{fact.derived}”", wanted, error.hint, fact.subject)
        return
    named = [*formula.references(tree)]
    if not named:
        yield finding(
            fact.where.place("derived"),
            f"“{fact.derived}”, which names no figure",
            wanted,
            "name the figures by their ids",
            fact.subject,
        )
    broken = False
    for each in named:
        if why := _unusable(case, each.id):
            broken = True
            hint = did_you_mean(each.id, _listed(case) - {each.id}, "name a figure that stands")
            yield finding(_at(case, fact, each.column), f"{each.id!r}, {why}", "the id of a figure", hint, fact.subject)
    if not broken:
        yield from _uncomputable(case, fact, tree)


def _unusable(case: Case, name: str) -> str:
    """Why a formula cannot use what it names; empty where it can."""
    base = case.briefing.facts.get(name)
    if base is None:
        return "which could not be read" if name in _listed(case) else "which is not listed"
    if not isinstance(base, Figure):
        return f"which is no figure but a fact of the kind {base.kind!r}"
    if base.withdrawn is not None:
        return "which was withdrawn"
    return "" if worth(base) is not None else "which has no value"


def _listed(case: Case) -> frozenset[str]:
    return case.briefing.declared.get("facts", frozenset())


def _uncomputable(case: Case, fact: Figure, tree: Node) -> Iterator[Problem]:
    known = {name: interval for name, each in usable_bases(case, fact).items() if (interval := worth(each))}
    try:
        formula.evaluate(tree, known)
    except formula.FormulaError as error:
        at = _at(case, fact, error.column)
        yield finding(at, f"{error} in “{fact.derived}”", "a formula with a result", error.hint, fact.subject)


@rule(waivable=False)
def derivation_circular(case: Case) -> Iterator[Problem]:
    """No figure is computed from itself, not even by way of others.

    In a circle every figure proves the next, and none of them rests on a source.

    Bad:
        facts:
          - id: sacks-lost
            derived: sacks-lost * 1

    Good:
        facts:
          - id: sacks-lost
            value: 1200
    """
    for fact in _computed(case):
        path = _circle(case, fact)
        if path and fact.withdrawn is None:
            yield finding(
                fact.where.place("derived"),
                f"computed from itself: {' -> '.join(path)}",
                "a formula over figures that rest on quotes",
                "break the circle: quote the source of one of them",
                fact.subject,
            )


def _circle(case: Case, start: Figure) -> list[str]:
    """The shortest way by formulas from a figure back to itself; empty where there is none."""
    paths, seen = [[start.id]], set[str]()
    while paths:
        path = paths.pop(0)
        here = case.briefing.facts.get(path[-1])
        for base in case.briefing.bases(here) if here else ():
            if base.id == start.id:
                return [*path, base.id]
            if base.id not in seen:
                seen.add(base.id)
                paths.append([*path, base.id])
    return []


@fact_rule()
def derivation_wrong(case: Case, fact: Fact) -> Iterator[Problem]:
    """A computed figure is what its formula gives, exactly.

    Nothing is rounded but by `round(…, digits)`, a half away from zero. Of a range the result is a range, with the
    lowest and the highest end that it can have. Where the statement agrees with the formula, the value is blamed;
    where it agrees with the value, the formula.

    Bad:
        facts:
          - id: sacks-lost-twice
            kind: figure
            statement: Twice as much would be around 2,500 sacks
            topic: losses
            date: 2031-05-02
            date_basis: The day of the fire.
            attribution: Computed from what the mill owners say
            side: mill
            measure: sacks
            value: 2500
            hedge: around
            derived: sacks-lost + sacks-lost
            citations:
              - source: herald
                quote: the mayor met the mill owners twice

    Good:
        facts:
          - id: sacks-lost-twice
            kind: figure
            statement: Twice as much would be around 2,400 sacks
            topic: losses
            date: 2031-05-02
            date_basis: The day of the fire.
            attribution: Computed from what the mill owners say
            side: mill
            measure: sacks
            value: 2400
            hedge: around
            derived: sacks-lost + sacks-lost
            citations:
              - source: herald
                quote: the mayor met the mill owners twice
    """
    if not isinstance(fact, Figure) or not fact.derived:
        return
    given, says = result_of(case, fact), worth(fact)
    if given is None or says is None or given == says:
        return
    has_value = fact.value is not None
    if has_value and not given.is_exact:
        hint = f"write low: {_exact(given.low)} and high: {_exact(given.high)}"
    elif not has_value and given.is_exact:
        hint = f"write value: {_exact(given.low)}"
    else:
        hint = "correct the value or the formula"
        if not ends(given.low) or not ends(given.high):
            hint = f"round it in the formula: round({fact.derived}, 1)"
    yield finding(
        fact.where.place(_blamed(fact, given, says)),
        f"“{fact.derived}” gives {_interval(given)}; the figure says {_interval(says)}",
        "what the formula gives, exactly",
        hint,
        fact.subject,
    )


def _blamed(fact: Figure, given: Interval, says: Interval) -> str:
    """The field that stands alone: the formula where the statement has the figure's number, else the number."""
    stated = {(Fraction(each.low), Fraction(each.high)) for each in quantities(fact.statement)}
    ends = {end for pair in stated for end in pair}
    if (says.low, says.high) in stated or {says.low, says.high} <= ends:
        return "derived"
    if fact.value is not None:
        return "value"
    return "low" if given.low != says.low else "high"


def _exact(value: Fraction) -> str:
    return shown(value).replace(",", "").replace("−", "-")


def _interval(interval: Interval) -> str:
    if interval.is_exact:
        return shown(interval.low)
    return f"{shown(interval.low)} to {shown(interval.high)}"


# -- what a result may claim ----------------------------------------------------------------------------------------

_UP, _DOWN = 1, -1


@fact_rule()
def derivation_firmer(case: Case, fact: Fact) -> Iterator[Problem]:
    """A computed figure is no firmer than the figures from which it is computed.

    Of figures that are `around` a number, the result is `around` one too. Where all of them are the least that there
    can be, a sum is the least as well: `at least`. What is taken away works the other way round: from `at least` comes
    `at most`. Where both meet, the result is `around`. An exact result may be called `around`, where it is rounded.

    Bad:
        facts:
          - id: sacks-lost-double
            kind: figure
            statement: With a second mill the loss would be 2,400 sacks
            topic: losses
            date: 2031-05-02
            date_basis: The day of the fire.
            attribution: Computed from what the mill owners say
            side: mill
            measure: sacks
            value: 2400
            derived: sacks-lost * 2

    Good:
        facts:
          - id: sacks-lost-double
            kind: figure
            statement: With a second mill the loss would be around 2,400 sacks
            topic: losses
            date: 2031-05-02
            date_basis: The day of the fire.
            attribution: Computed from what the mill owners say
            side: mill
            measure: sacks
            value: 2400
            hedge: around
            derived: sacks-lost * 2
    """
    if not isinstance(fact, Figure) or not fact.derived or fact.value is None or result_of(case, fact) is None:
        return
    hedged = [each for each in usable_bases(case, fact).values() if each.hedge]
    allowed = _allowed(case, fact, hedged)
    if firmness(fact.hedge, is_range=False) in allowed:
        return
    words = ", ".join(
        f"{each.id} is “{each.hedge} {in_digits(each.value or each.low or Decimal(0))}”" for each in hedged
    )
    says = f"has the hedge {fact.hedge!r}" if fact.hedge else "has no hedge"
    wanted = " or ".join(f"`{each}`" for each in allowed if each is not Firmness.EXACT)
    yield finding(
        fact.where.place("hedge" if fact.hedge else "value"),
        f"the figure {says}; {words or 'what it is computed from has none'}",
        f"a hedge that means {wanted}" if hedged else f"no hedge, or one that means {wanted}",
        f"write `hedge: {allowed[0]}`" if hedged else "remove the hedge",
        fact.subject,
    )


def _allowed(case: Case, fact: Figure, hedged: list[Figure]) -> tuple[Firmness, ...]:
    """How firm a result may be, by how firm what it is computed from is."""
    if not hedged:
        return (Firmness.EXACT, Firmness.AROUND)
    known = {each: firmness(each.hedge, is_range=False) for each in hedged}
    sides = {
        _direction(case, fact, each) * (_UP if meant is Firmness.AT_LEAST else _DOWN)
        for each, meant in known.items()
        if meant in (Firmness.AT_LEAST, Firmness.AT_MOST)
    }
    if sides in ({_UP}, {_DOWN}):
        one_sided = Firmness.AT_LEAST if sides == {_UP} else Firmness.AT_MOST
        if all(meant in (Firmness.AT_LEAST, Firmness.AT_MOST) for meant in known.values()):
            return (one_sided,)
        return (Firmness.AROUND, one_sided)
    return (Firmness.AROUND,)


def _direction(case: Case, fact: Figure, base: Figure) -> int:
    """Whether the result grows (1), falls (-1) or does neither (0) when one of its bases is a little more."""
    tree, at = _tree(fact), {name: known for name, each in usable_bases(case, fact).items() if (known := worth(each))}
    own = at.get(base.id)
    if tree is None or own is None:
        return 0
    step = max(abs(own.high), Fraction(1)) / 10**6
    tree = _unrounded(tree)
    try:
        first = formula.evaluate(tree, at)
        then = formula.evaluate(tree, {**at, base.id: Interval(own.low + step, own.high + step)})
    except formula.FormulaError:
        return 0
    return (then.high > first.high) - (then.high < first.high)


def _unrounded(tree: Node) -> Node:
    """The same formula without rounding, which hides small changes."""
    match tree:
        case Function(name="round"):
            return _unrounded(tree.parts[0])
        case Function():
            return Function(tree.name, tuple(map(_unrounded, tree.parts)), tree.digits, tree.column)
        case Operation():
            return Operation(tree.sign, _unrounded(tree.left), _unrounded(tree.right), tree.column)
        case _:
            return tree


@fact_rule()
def derivation_mixed(case: Case, fact: Fact) -> Iterator[Problem]:
    """Only numbers of one unit are added, subtracted or compared, and the result has that unit.

    People and families, or miles and kilometres, make no sum. A ratio of like with like has no unit of its own, so that
    `(a - b) / b * 100` is per cent. A figure multiplied or divided by a number of its own may get another unit.

    Bad:
        measures:
          - id: hydrants
            label: Hydrants promised
            unit: hydrants
            nature: stock
            population: hydrants in the town
            counted_by: the mayor
        facts:
          - id: hydrants-promised
            kind: figure
            statement: The mayor promised more than 40 new hydrants
            topic: losses
            date: 2031-05-03
            date_basis: The day of the visit.
            attribution: The mayor
            measure: hydrants
            value: 40
            hedge: more than
            citations:
              - source: herald
                quote: promised more than 40 new hydrants
          - id: sacks-and-hydrants
            kind: figure
            statement: That makes around 1,240 sacks
            topic: losses
            date: 2031-05-03
            date_basis: The day of the visit.
            attribution: Computed from what the mill owners and the mayor say
            side: mill
            measure: sacks
            value: 1240
            hedge: around
            derived: sacks-lost + hydrants-promised

    Good:
        facts:
          - id: sacks-lost
            value: 1200
    """
    tree = _tree(fact) if isinstance(fact, Figure) and fact.derived else None
    if not isinstance(fact, Figure) or tree is None:
        return
    bases = {name: unit for name, each in usable_bases(case, fact).items() if (unit := measure_unit(case, each))}
    mixed: list[tuple[int, Unit, Unit]] = []
    unit = _unit(tree, bases, mixed)
    for column, one, other in mixed[:1]:
        yield finding(
            _at(case, fact, column),
            f"{one.name} and {other.name} in one sum: “{fact.derived}”",
            "figures of one unit",
            "convert one of them first, or choose the figure that counts the same",
            fact.subject,
        )
    own = measure_unit(case, fact)
    if mixed or own is None or unit is None or _alike(unit, own):
        return
    if _is_plain(tree) or (unit is _RATIO and units.is_known(own)):
        yield finding(
            fact.where.place("derived"),
            f"“{fact.derived}” is in {unit.name}; the measure {fact.measure!r} is in {own.name}",
            "the unit of the figures, in the result too",
            "choose the measure that counts this",
            fact.subject,
        )


_RATIO = Unit("a ratio", "share")


def _is_plain(tree: Node) -> bool:
    """Whether nothing is multiplied or divided, so that the unit stays."""
    match tree:
        case Operation():
            return tree.sign in "+-" and _is_plain(tree.left) and _is_plain(tree.right)
        case Function():
            return all(map(_is_plain, tree.parts))
        case _:
            return True


def _unit(tree: Node, known: dict[str, Unit], mixed: list[tuple[int, Unit, Unit]]) -> Unit | None:
    """The unit of a part of a formula, None where it has none or nobody knows; notes what does not go together."""
    match tree:
        case Reference():
            return known.get(tree.id)
        case Number():
            return None
        case Function():
            found = [_unit(part, known, mixed) for part in tree.parts]
            return _together([each for each in found if each], tree.column, mixed)
        case Operation():
            left, right = _unit(tree.left, known, mixed), _unit(tree.right, known, mixed)
            if tree.sign in "+-":
                return _together([each for each in (left, right) if each], tree.column, mixed)
            return _scaled(left, right, tree.sign)


def _scaled(left: Unit | None, right: Unit | None, sign: str) -> Unit | None:
    """The unit of a product or ratio; None for those that have no simple one."""
    if right is None or right.dimension == "share":
        return left
    if left is not None and sign == "/" and units.same(left, right):
        return _RATIO
    return right if sign == "*" and (left is None or left.dimension == "share") else None


def _alike(one: Unit, other: Unit) -> bool:
    """Whether two units make a sum: the same, or both parts of something (per cent, ratios)."""
    return units.same(one, other) or one.dimension == other.dimension == "share"


def _together(found: list[Unit], column: int, mixed: list[tuple[int, Unit, Unit]]) -> Unit | None:
    mixed += [(column, found[0], other) for other in found[1:] if not _alike(found[0], other)]
    return found[0] if found else None


@fact_rule()
def derivation_later(case: Case, fact: Fact) -> Iterator[Problem]:
    """Nothing is computed from figures of a later day.

    A computed figure is of the day of the last figure that it is computed from, or later.

    Bad:
        facts:
          - id: sacks-lost-double
            kind: figure
            statement: With a second mill the loss would be around 2,400 sacks
            topic: losses
            date: 2031-05-01
            date_basis: The day before the fire.
            attribution: Computed from what the mill owners say
            side: mill
            measure: sacks
            value: 2400
            hedge: around
            derived: sacks-lost * 2

    Good:
        facts:
          - id: sacks-lost-double
            kind: figure
            statement: With a second mill the loss would be around 2,400 sacks
            topic: losses
            date: 2031-05-02
            date_basis: The day of the fire.
            attribution: Computed from what the mill owners say
            side: mill
            measure: sacks
            value: 2400
            hedge: around
            derived: sacks-lost * 2
    """
    if not isinstance(fact, Figure) or not fact.derived or not fact.date:
        return
    for base in usable_bases(case, fact).values():
        if base.date and base.date.start and base.date.first > fact.date.last:
            yield finding(
                fact.where.place("date"),
                f"the figure is of {fact.date.words()}; {base.id}, from which it is computed, of {base.date.words()}",
                "a figure no earlier than what it is computed from",
                "correct one of the two dates",
                fact.subject,
            )


@rule()
def quote_missing(case: Case) -> Iterator[Problem]:
    """The call `quote` names a fact that has a quote: a computed figure may have none of its own.

    Bad:
        facts:
          - id: sacks-lost-double
            kind: figure
            statement: With a second mill the loss would be around 2,400 sacks
            topic: losses
            date: 2031-05-02
            date_basis: The day of the fire.
            attribution: Computed from what the mill owners say
            side: mill
            measure: sacks
            value: 2400
            hedge: around
            derived: sacks-lost * 2
        pages:
          index.md: 'The owners say {{ quote("sacks-lost-double") }}.'

    Good:
        pages:
          index.md: 'The owners say {{ quote("sacks-lost") }}.'
    """
    for page in case.briefing.pages:
        for call in page.calls:
            fact = case.briefing.facts.get(call.args[0]) if call.name == "quote" and call.args else None
            if fact and not fact.citations and isinstance(fact, Figure) and fact.derived:
                yield finding(
                    call.places[0] if call.places else call.place,
                    f"quote of {fact.id!r}, which is computed and has no quote",
                    "a fact with a quote",
                    f"quote one of the figures of its formula: {fact.derived}",
                )
