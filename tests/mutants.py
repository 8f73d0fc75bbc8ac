"""The briefing's own fact base, broken in one place at a time: for every fact and rule, the mutant that breaks it.

An operator takes a fact (or a source, a figure, a chart, a page) and gives mutants; each says which code must be found,
and on which line. It works on the text of the files, as a slip of a curator would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from generator import files, quotes, site
from generator.hedges import Firmness, firmness
from generator.model import Event, Fact, Figure, Source, Statement

ROOT = Path(__file__).parents[1]
INPUTS = files.read_inputs(ROOT)
CLEAN = site.judge(INPUTS)
TEXT = (INPUTS.facts or b"").decode()
LINES = TEXT.splitlines(keepends=True)
FIRST = LINES.index("facts:\n") + 1
FACTS: list[Fact] = [*CLEAN.briefing.base.facts]
SOURCES: list[Source] = [*CLEAN.briefing.base.sources]
FIGURES = [each for each in FACTS if isinstance(each, Figure)]
R = TypeVar("R")
FINGERPRINTS = {json.loads(line)["id"]: line for line in (INPUTS.lock or b"").splitlines(keepends=True)}
PAGES = {name: raw.decode() for name, raw in INPUTS.pages.items()}


@dataclass(frozen=True)
class Mutant:
    """A broken fact base, and what must be said of it."""

    name: str
    text: str
    codes: frozenset[str]
    """One of these must be found."""
    line: int
    """On this line,"""
    last: int = 0
    """or on one up to this, where the text that was broken is folded over several."""
    path: str = "facts.yaml"
    pages: tuple[tuple[str, str], ...] = ()
    """Name and text of the pages judged with it; without them the pages and charts are not of interest."""
    before: str = ""
    """The earlier version that it is compared with."""

    def survives(self) -> str:
        """What is wrong with the answer; empty where the mutant is caught as it must be."""
        made = site.Inputs(
            self.text.encode(),
            {name: text.encode() for name, text in self.pages},
            b"".join(FINGERPRINTS.get(each, b"") for each in sorted({*re.findall(r"- source: (\S+)", self.text)})),
            before=self.before.encode() or None,
        )
        found = [(each.code, each.place.path, each.place.line) for each in site.judge(made).problems]
        lines = range(self.line, max(self.line, self.last) + 1)
        if any(code in self.codes and path == self.path and line in lines for code, path, line in found):
            return ""
        wrong = [each for each in found if not each[0].startswith("page-")]
        return f"{self.name}: wanted {sorted(self.codes)} on {self.path}:{self.line}, found {wrong[:6]}"


Operator = Callable[[Fact], Iterator[Mutant]]
OF_FACTS: list[Operator] = []
OF_SOURCES: list[Callable[[Source], Iterator[Mutant]]] = []
OF_ALL: list[Callable[[], Iterator[Mutant]]] = []


def mutants() -> dict[str, Callable[[], Iterator[Mutant]]]:
    """Every operator by name, each as a maker of all its mutants."""
    made: dict[str, Callable[[], Iterator[Mutant]]] = {each.__name__: partial(_spread_of, each, 60) for each in OF_ALL}
    made |= {each.__name__: partial(_all_of, each, spread(FACTS, 110)) for each in OF_FACTS}
    made |= {each.__name__: partial(_all_of, each, spread(SOURCES, 20)) for each in OF_SOURCES}
    return made


def _spread_of(operator: Callable[[], Iterator[Mutant]], most: int) -> Iterator[Mutant]:
    return iter(spread([*operator()], most))


def spread(items: Sequence[R], most: int) -> Sequence[R]:
    """So many items at most, evenly from all; figures, which are broken in most ways, are among them in their share."""
    return items[:: -(-len(items) // most)]


def _all_of(operator: Callable[[R], Iterator[Mutant]], records: Sequence[R]) -> Iterator[Mutant]:
    return (found for record in records for found in operator(record))


# -- places in the text ---------------------------------------------------------------------------------------------


def block(record: str) -> tuple[int, int]:
    """The lines of a source or a fact, as numbers from 0: from its `- id:` up to the next item or section."""
    return _blocks()[record]


@cache
def _blocks() -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    section, current = "", ""
    for number, line in enumerate([*LINES, "end:\n"]):
        head = re.match(r"  - id: (\S+)", line)
        if (head or re.match(r"[a-z]", line)) and current:
            found[current] = found[current][0], number
            current = ""
        if head and section in ("sources", "facts"):
            current = head[1]
            found[current] = number, number
        elif re.match(r"[a-z]", line):
            section = line.partition(":")[0]
    return found


def only(fact: Fact, start: int, end: int, replacement: str) -> str:
    """The fact base with lines of one fact replaced, and the other facts blank, so that lines keep their numbers."""
    first, last = block(fact.id)
    assert first <= start <= end <= last
    blank = ["\n"] * (first - FIRST)
    return "".join([*_head(fact), *blank, *LINES[first:start], replacement, *LINES[end:last]])


@cache
def _head(fact: Fact) -> list[str]:
    """What stands before the facts; sources that have nothing to do with a fact are blank."""
    lines = LINES[:FIRST]
    for source in SOURCES:
        if source not in sources_near(fact):
            first, last = block(source.id)
            lines[first:last] = ["\n"] * (last - first)
    return lines


@cache
def sources_near(fact: Fact) -> list[Source]:
    """The sources of a fact, those that they relay, and two more."""
    cited = {citation.source for citation in fact.citations}
    cited |= {each.relays for each in SOURCES if each.id in cited}
    return [each for each in SOURCES if each.id in cited] + [each for each in SOURCES if each.id not in cited][:2]


def whole(start: int, end: int, replacement: str) -> str:
    """The whole fact base with lines replaced."""
    return "".join([*LINES[:start], replacement, *LINES[end:]])


def fields(fact: Fact | Source, name: str, indent: int = 4) -> Iterator[tuple[int, int]]:
    """The lines of each field of a name, folded texts whole: (first, behind the last)."""
    first, last = block(fact.id)
    for number in range(first, last):
        if re.match(rf"\s{{{indent}}}(?:- )?{name}:|\s{{{indent - 2}}}- {name}:", LINES[number]):
            end = next(
                (
                    after
                    for after in range(number + 1, last)
                    if len(LINES[after]) - len(LINES[after].lstrip()) <= indent or not LINES[after].strip()
                ),
                last,
            )
            yield number, end


def line_of(fact: Fact | Source, name: str, indent: int = 4) -> tuple[int, int]:
    """The lines of the first field of a name."""
    return next(fields(fact, name, indent))


def _caught(name: str, text: str, codes: str | Sequence[str], number: int, **more: object) -> Mutant:
    """A mutant, with its line as a number from 0."""
    wanted = frozenset([codes] if isinstance(codes, str) else codes)
    return Mutant(name, text, wanted, number + 1, **more)  # type: ignore[arg-type]


def _changed(fact: Fact, field: str, value: str, codes: str | Sequence[str]) -> Iterator[Mutant]:
    """The fact with another value in a field that it has."""
    for start, end in fields(fact, field):
        text = only(fact, start, end, f"    {field}: {value}\n")
        yield _caught(f"{fact.id}: {field}: {value}", text, codes, start)


def _added(fact: Fact, lines: str, codes: str | Sequence[str], offset: int = 0) -> Mutant:
    """The fact with lines added behind its kind."""
    number = line_of(fact, "kind")[1]
    return _caught(f"{fact.id}: {lines.strip()}", only(fact, number, number, lines), codes, number + offset)


def _digits(text: str) -> Iterator[tuple[int, str]]:
    """Each digit's position, and the digit that replaces it."""
    return ((match.start(), str((int(match[0]) + 1) % 10)) for match in re.finditer(r"[0-9]", text))


def of_facts(operator: Operator) -> Operator:
    """Name an operator that breaks facts."""
    OF_FACTS.append(operator)
    return operator


# -- citations and quotes -------------------------------------------------------------------------------------------


@of_facts
def citations_dropped(fact: Fact) -> Iterator[Mutant]:
    """No citations at all."""
    if fact.citations:
        start, _ = line_of(fact, "citations")
        _, end = block(fact.id)
        yield _caught(f"{fact.id}: dropped", only(fact, start, end, ""), "fact-without-citation", block(fact.id)[0])
        emptied = only(fact, start, end, "    citations: []\n")
        yield _caught(f"{fact.id}: emptied", emptied, "fact-without-citation", start)


@of_facts
def stance_turned(fact: Fact) -> Iterator[Mutant]:
    """Every citation disputes the fact."""
    first, last = block(fact.id)
    stance = "        stance: disputes\n"
    body = "".join(LINES[first:last]).replace(stance, "")
    if "citations:" in body:
        turned = re.sub(r"(      - source: \S+\n)", rf"\1{stance}", body)
        number = line_of(fact, "citations")[0] + 1
        yield _caught(fact.id, only(fact, first, last, turned), "fact-without-citation", number)


@of_facts
def source_misspelt(fact: Fact) -> Iterator[Mutant]:
    """A citation of a source that is not listed."""
    for number, _ in fields(fact, "source", 8):
        line = LINES[number].rstrip("\n")
        yield _caught(f"{fact.id}: {line}x", only(fact, number, number + 1, f"{line}x\n"), "reference-unknown", number)


@of_facts
def source_swapped(fact: Fact) -> Iterator[Mutant]:
    """A quote ascribed to another source, which does not hold it."""
    places = zip(fields(fact, "source", 8), fields(fact, "quote", 8), fact.citations, strict=True)
    for (number, _), (quote, _), citation in places:
        others = (each.id for each in sources_near(fact) if not _holds(each, citation.quote))
        other = next(others, "")
        if other:
            text = only(fact, number, number + 1, LINES[number].replace(citation.source, other))
            yield _caught(f"{fact.id}: {other}", text, "quote-not-found", quote)


def _holds(source: Source, quote: str) -> bool:
    return bool(quotes.find(CLEAN.evidence.fingerprints[source.id], quote).paragraphs)


def _quotes(fact: Fact) -> Iterator[tuple[int, str, list[re.Match[str]]]]:
    for number, _ in fields(fact, "quote", 8):
        line = LINES[number].rstrip("\n")
        body = line.index("quote: ") + len("quote: ")
        yield number, line, [match for match in re.finditer(r"[^\W_]+", line) if match.start() >= body]


@of_facts
def quote_reworded(fact: Fact) -> Iterator[Mutant]:
    """Another word in the place of each word of a quote."""
    for number, line, words in _quotes(fact):
        for each in words:
            mutant = f"{line[: each.start()]}zebra{line[each.end() :]}\n"
            yield _caught(mutant.strip(), only(fact, number, number + 1, mutant), "quote-not-found", number)


@of_facts
def quote_digit_changed(fact: Fact) -> Iterator[Mutant]:
    """Another digit in the place of each digit of a quote."""
    for number, line, words in _quotes(fact):
        for position, digit in _digits(line):
            if position >= words[0].start():
                mutant = f"{line[:position]}{digit}{line[position + 1 :]}\n"
                yield _caught(mutant.strip(), only(fact, number, number + 1, mutant), "quote-not-found", number)


@of_facts
def quote_cut_in_the_middle(fact: Fact) -> Iterator[Mutant]:
    """A quote without a word from its middle."""
    for number, line, words in _quotes(fact):
        if len(words) > 4:
            gone = words[len(words) // 2]
            mutant = f"{line[: gone.start()]}{line[gone.end() + 1 :]}\n"
            yield _caught(mutant.strip(), only(fact, number, number + 1, mutant), "quote-not-found", number)


@of_facts
def quote_words_swapped(fact: Fact) -> Iterator[Mutant]:
    """Two words of a quote in each other's place."""
    for number, line, words in _quotes(fact):
        one, other = words[1], words[2]
        if one[0].lower() != other[0].lower():
            mutant = (
                line[: one.start()] + other[0] + line[one.end() : other.start()] + one[0] + line[other.end() :] + "\n"
            )
            yield _caught(mutant.strip(), only(fact, number, number + 1, mutant), "quote-not-found", number)


@of_facts
def quote_too_short_or_long(fact: Fact) -> Iterator[Mutant]:
    """A quote of two words, and one of thirty."""
    number, line, words = next(_quotes(fact))
    head = line[: line.index("quote: ") + len("quote: ")]
    for count in (2, 30):
        mutant = f"{head}{' '.join([words[0][0]] * count)}\n"
        yield _caught(
            f"{fact.id}: {count} words",
            only(fact, number, number + 1, mutant),
            ("quote-length", "text-too-long"),
            number,
        )


# -- numbers --------------------------------------------------------------------------------------------------------

_OF_VALUES = ("number-not-in-quote", "figure-without-value", "number-form", "unit-not-in-quote")


@of_facts
def value_changed(fact: Fact) -> Iterator[Mutant]:
    """Another digit, sign, order of magnitude or decimal in a value or an end of a range."""
    for field in ("value", "low", "high"):
        for number, end in fields(fact, field):
            written = LINES[number].split(": ")[1].strip()
            others = [written[:at] + digit + written[at + 1 :] for at, digit in _digits(written)]
            others += [f"-{written}", f"{written}0", f"{written}.5", f"0.{written}"]
            others += [str(int(written) + 1)] if written.isdigit() else []
            for other in dict.fromkeys(others):
                text = only(fact, number, end, f"    {field}: {other}\n")
                start, last = block(fact.id)
                mutant = _caught(f"{fact.id}: {field}: {other}", text, _OF_VALUES, number)
                # a high end that falls below the low one is said of the low one
                yield (
                    mutant if field != "high" else _on_any_line(mutant, (number, line_of(fact, "low")[0]), start, last)
                )


def _on_any_line(mutant: Mutant, lines: tuple[int, int], start: int, last: int) -> Mutant:
    """The same, wanted on that of some lines on which it is found."""
    assert all(start <= each < last for each in lines)
    found = Mutant(mutant.name, mutant.text, mutant.codes, lines[1] + 1)
    return found if not found.survives() else mutant


@of_facts
def value_dropped(fact: Fact) -> Iterator[Mutant]:
    """A figure without its value, or without an end of its range."""
    for field in ("value", "low", "high"):
        for number, end in fields(fact, field):
            other = {"low": "high", "high": "low"}.get(field)
            line = block(fact.id)[0] if other is None else line_of(fact, other)[0] - (field == "low")
            yield _caught(f"{fact.id}: no {field}", only(fact, number, end, ""), "figure-without-value", line)


@of_facts
def ends_swapped(fact: Fact) -> Iterator[Mutant]:
    """A range with its ends in each other's place."""
    for number, _ in fields(fact, "low"):
        high = line_of(fact, "high")[0]
        assert high == number + 1
        swapped = LINES[high].replace("high", "low") + LINES[number].replace("low", "high")
        yield _caught(fact.id, only(fact, number, high + 1, swapped), "figure-without-value", number)


@of_facts
def hedge_changed(fact: Fact) -> Iterator[Mutant]:
    """A hedge that is unknown, that the source does not have, or that is gone."""
    for number, end in fields(fact, "hedge"):
        hedge = LINES[number].split(": ")[1].strip()
        stranger = "as many as" if firmness(hedge, is_range=False) is Firmness.AT_LEAST else "upwards of"
        for other, code in (("arround", "hedge-unknown"), (stranger, "hedge-not-in-quote")):
            yield _caught(fact.id, only(fact, number, end, f"    hedge: {other}\n"), code, number)
        if any(True for _ in fields(fact, "value")):
            yield _caught(fact.id, only(fact, number, end, ""), "hedge-dropped", line_of(fact, "value")[0])


@of_facts
def statement_digit_changed(fact: Fact) -> Iterator[Mutant]:
    """Another digit in a statement: a count that no quote has, or a date that is not the fact's."""
    start, end = line_of(fact, "statement")
    passage = "".join(LINES[start:end])
    for position, digit in _digits(passage):
        text = only(fact, start, end, passage[:position] + digit + passage[position + 1 :])
        codes = ("number-not-in-quote", "date-in-statement", "unit-not-in-quote")
        yield _caught(f"{fact.id}: {passage[position - 9 : position + 9]}", text, codes, start, last=end)


def _with_words(fact: Fact, words: str, codes: str | Sequence[str]) -> Mutant:
    start, end = line_of(fact, "statement")
    said = fact.statement.rstrip(".").replace('"', "”")
    return _caught(f"{fact.id}: {words}", only(fact, start, end, f'    statement: "{said} {words}"\n'), codes, start)


@of_facts
def number_added_to_statement(fact: Fact) -> Iterator[Mutant]:
    """A number in a statement that no quote has: digits, words, per cent, a vague one, other digits."""
    for words in ("of 4,321", "by ninety-seven", "or 83.5%", "among millions of people", "with ٨٣٢ others"):
        yield _with_words(fact, words, "number-not-in-quote")


@of_facts
def date_added_to_statement(fact: Fact) -> Iterator[Mutant]:
    """A date in a statement that is not the fact's, and in none of its quotes."""
    yield _with_words(fact, "on 3 March 2011", "date-in-statement")
    yield _with_words(fact, "in February 2012", "date-in-statement")


@of_facts
def likelihood_added_to_statement(fact: Fact) -> Iterator[Mutant]:
    """A word of likelihood of the authors' own."""
    for words in ("almost certainly", "as is likely", "we assess", "with a roughly even chance"):
        yield _with_words(fact, words, "likelihood-in-fact")


# -- dates ----------------------------------------------------------------------------------------------------------


@of_facts
def date_impossible(fact: Fact) -> Iterator[Mutant]:
    """Dates that no calendar has, or that are written otherwise."""
    for value in ("2024-02-30", "2024-13", "17.9.2024", "2024-09-20/2024-09-17", "yesterday"):
        yield from _changed(fact, "date", value, "date-form")


@of_facts
def date_late(fact: Fact) -> Iterator[Mutant]:
    """A fact later than the briefing."""
    yield from _changed(fact, "date", "2031-01-01", "date-after-publication")


@of_facts
def date_after_its_source(fact: Fact) -> Iterator[Mutant]:
    """A fact on the day after its source was published."""
    days = [CLEAN.briefing.sources[each.source].published for each in fact.citations if each.stance == "supports"]
    as_of = CLEAN.briefing.base.briefing.as_of
    for day in days:
        if day and day.last < as_of.last:
            late = f"{day.last.fromordinal(day.last.toordinal() + 1)}"
            yield from _changed(fact, "date", late, "date-after-publication")


@of_facts
def date_basis_dropped(fact: Fact) -> Iterator[Mutant]:
    """A date without what it rests on, where no quote states it."""
    for start, end in fields(fact, "date_basis"):
        text = only(fact, start, end, "")
        kept = Mutant(fact.id, text, frozenset({"date-without-basis"}), line_of(fact, "date")[0] + 1)
        if not _states_day(fact):
            yield kept


def _states_day(fact: Fact) -> bool:
    """Whether a quote names a month, so that it may state the date."""
    months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    words = [word[:3].lower() for each in fact.citations for word in re.findall(r"[A-Za-z]+", each.quote)]
    return any(word in months for word in words)


@of_facts
def review_passed(fact: Fact) -> Iterator[Mutant]:
    """A review that should have been."""
    yield _added(fact, "    review_by: 2020-01-01\n", "review-overdue")


# -- references, form -----------------------------------------------------------------------------------------------


@of_facts
def reference_misspelt(fact: Fact) -> Iterator[Mutant]:
    """Ids that are not listed, each on its line."""
    for field in ("topic", "side", "measure"):
        yield from _changed(fact, field, "nowhere", "reference-unknown")
    for field in ("participants", "speaker", "audience", "said_by"):
        yield from _changed(fact, field, "[nobody]", "reference-unknown")
    yield _added(fact, "    disputes:\n      - fact: nothing\n        note: It is wrong.\n", "reference-unknown", 1)


@of_facts
def key_broken(fact: Fact) -> Iterator[Mutant]:
    """A misspelt, doubled or missing key, an unknown kind, a bad id."""
    start = block(fact.id)[0]
    for field in ("statement", "topic", "date", "attribution"):
        first, end = line_of(fact, field)
        passage = "".join(LINES[first:end])
        misspelt = only(fact, first, end, passage.replace(f"{field}:", f"{field}x:", 1))
        yield _caught(f"{fact.id}: {field}x", misspelt, "key-unknown", first)
        yield _caught(f"{fact.id}: {field} twice", only(fact, first, end, passage * 2), "key-duplicate", end)
        yield _caught(f"{fact.id}: no {field}", only(fact, first, end, ""), "key-missing", start)
    yield from _changed(fact, "kind", "rumour", "choice-unknown")
    yield _caught(f"{fact.id}: id", only(fact, start, start + 1, f"  - id: {fact.id}_\n"), "id-form", start)
    first, end = line_of(fact, "attribution")
    yield _caught(f"{fact.id}: hidden", only(fact, first, end, "    attribution: A\u202eb\n"), "text-character", first)
    long = only(fact, first, end, f"    attribution: {'a' * 301}\n")
    yield _caught(f"{fact.id}: long", long, "text-too-long", first)
    if isinstance(fact, Event | Statement):
        field = "type" if isinstance(fact, Event) else "speaker"
        first, end = line_of(fact, field)
        yield _caught(f"{fact.id}: no {field}", only(fact, first, end, ""), "key-missing", start)


@of_facts
def id_doubled(fact: Fact) -> Iterator[Mutant]:
    """The same fact a second time."""
    first, last = block(fact.id)
    text = only(fact, last, last, "".join(LINES[first:last]))
    yield _caught(fact.id, text, "id-duplicate", last)


# -- conflicts, changes, waivers ------------------------------------------------------------------------------------


@of_facts
def dispute_of_itself(fact: Fact) -> Iterator[Mutant]:
    """A fact that disputes itself."""
    yield _added(fact, f"    disputes:\n      - fact: {fact.id}\n        note: It is wrong.\n", "dispute-hollow", 1)


@of_facts
def conflict_unsaid(fact: Fact) -> Iterator[Mutant]:
    """A second figure for the same measure, side and date that disagrees, with no word on it."""
    if isinstance(fact, Figure):
        first, last = block(fact.id)
        second = "".join(LINES[first:last]).replace(f"- id: {fact.id}\n", f"- id: {fact.id}-again\n")
        second = re.sub(r"    disputes:\n(?:      .*\n)+", "", second)
        number = {Firmness.AT_MOST: 10**9, Firmness.AT_LEAST: 1}.get(firmness(fact.hedge, is_range=False), 123)
        second = re.sub(r"(    value:) \S+", rf"\1 {number}", re.sub(r"(    hedge:) .*", r"\1 about", second))
        second = re.sub(r"    low: \S+\n    high: \S+\n", f"    value: {number}\n", second)
        at = second[: second.index("    value:")].count("\n")
        yield _caught(fact.id, only(fact, last, last, second), "figures-conflict", last + at)


@of_facts
def withdrawn_but_used(fact: Fact) -> Iterator[Mutant]:
    """A withdrawn fact that a page still names."""
    number = line_of(fact, "kind")[1]
    withdrawn = "    withdrawn:\n      date: 2024-09-20\n      why: It was wrong.\n"
    for name, text in PAGES.items():
        at = re.search(rf'{{{{ (?:fact|value|date|quote|cite)\([^)]*"{fact.id}"', text)
        if at:
            line = text.count("\n", 0, at.start())
            pages = tuple(PAGES.items())
            made = whole(number, number, withdrawn)
            yield _caught(fact.id, made, "withdrawn-used", line, path=f"content/{name}", pages=pages)
            return


@of_facts
def withdrawn_too_late(fact: Fact) -> Iterator[Mutant]:
    """A withdrawal later than the briefing."""
    lines = "    withdrawn:\n      date: 2031-01-01\n      why: It was wrong.\n"
    yield _added(fact, lines, "withdrawal-date", 1)


@of_facts
def erased(fact: Fact) -> Iterator[Mutant]:
    """A published fact that is gone."""
    first, last = block(fact.id)
    base = "".join([*LINES[:FIRST], *LINES[first:last]])
    other = next(each for each in FACTS if each.id != fact.id)
    kept = "".join([*LINES[:FIRST], *LINES[slice(*block(other.id))]])
    yield _caught(fact.id, kept, "fact-erased", 0, before=base + "".join(LINES[slice(*block(other.id))]))


@of_facts
def changed_in_silence(fact: Fact) -> Iterator[Mutant]:
    """A published figure with another value, hedge, side, measure or date, and no entry under corrections."""
    if isinstance(fact, Figure):
        first, last = block(fact.id)
        now = only(fact, first, first, "")
        for field, value in (
            ("value", "123"),
            ("low", "1"),
            ("high", "123456"),
            ("side", "us"),
            ("date", "2023-11-01"),
        ):
            for start, end in fields(fact, field):
                old = only(fact, start, end, f"    {field}: {value}\n")
                if old != now:
                    yield _caught(f"{fact.id}: {field}", now, "correction-missing", start, before=old)
        assert first < last


@of_facts
def waiver_bad(fact: Fact) -> Iterator[Mutant]:
    """A waiver of no rule, of one that nobody can waive, one that ran out, one that sets nothing aside."""
    for rule, until, code, at in (
        ("hedge-droped", "2031-12-31", "waiver-unknown", 1),
        ("quote-not-found", "2031-12-31", "waiver-unknown", 1),
        ("hedge-dropped", "2020-12-31", "waiver-expired", 4),
        ("hedge-unknown", "2031-12-31", "waiver-unknown", 1),
        ("relay-without-original", "2031-12-31", "waiver-unused", 1),
    ):
        lines = (
            f"    waivers:\n      - rule: {rule}\n        because: So.\n        by: A. Miller\n        until: {until}\n"
        )
        yield _added(fact, lines, code, at)


@of_facts
def correction_wrong(fact: Fact) -> Iterator[Mutant]:
    """A correction of a fact to what it does not say, of an unknown day, of nothing."""
    first, last = block(fact.id)
    own = only(fact, first, first, "")
    lines = own.count("\n")
    for day, was, now, code, at in (
        ("2024-09-20", "it was 17", "it is 4,321", "correction-wrong", 4),
        ("2031-09-20", "it was so", "it is otherwise", "correction-wrong", 2),
        ("2024-09-20", "the same", "the same", "correction-wrong", 4),
    ):
        entry = (
            f"corrections:\n  - fact: {fact.id}\n    date: {day}\n    was: {was}\n    now: {now}\n    why: A slip.\n"
        )
        yield _caught(f"{fact.id}: {now}", own + entry, code, lines + at)
    assert first < last


JUDGMENT = """\
judgments:
  - id: of-ours
    statement: {statement}
    based_on: [{basis}]
    contrary: [{contrary}]
    likelihood: {likelihood}
    confidence: {confidence}
    because: {because}
    would_change: {change}
"""


@of_facts
def judgment_broken(fact: Fact) -> Iterator[Mutant]:
    """A judgment on the fact that says its likelihood, mixes it with confidence, or rests on nothing."""
    own = only(fact, block(fact.id)[0], block(fact.id)[0], "")
    lines = own.count("\n")
    good = {
        "statement": "The calls will go on",
        "basis": fact.id,
        "contrary": "",
        "likelihood": "likely",
        "confidence": "low",
        "because": "The record is thin.",
        "change": "More reports.",
    }
    for field, value, code, at in (
        ("statement", "The calls will probably go on", "judgment-likelihood-word", 2),
        ("statement", "The calls might go on", "judgment-likelihood-word", 2),
        ("statement", "It is likely, with high confidence, that the calls go on", "judgment-mixed", 2),
        ("statement", "The 4,321 calls will go on", "judgment-text", 2),
        ("statement", "The calls of 3 March 2011 will go on", "judgment-text", 2),
        ("basis", "nothing", "reference-unknown", 3),
        ("basis", f"{fact.id}, {fact.id}", "judgment-basis", 3),
        ("contrary", fact.id, "judgment-basis", 4),
        ("contrary", fact.id, "contrary-unacknowledged", 4),
        ("likelihood", "possible", "choice-unknown", 5),
        ("confidence", "great", "choice-unknown", 6),
        ("because", "We have high confidence that it is likely.", "judgment-mixed", 7),
    ):
        text = own + JUDGMENT.format(**{**good, field: value})
        yield _caught(f"{fact.id}: {field}: {value}", text, code, lines + at)


# -- sources --------------------------------------------------------------------------------------------------------


def of_sources(operator: Callable[[Source], Iterator[Mutant]]) -> Callable[[Source], Iterator[Mutant]]:
    """Name an operator that breaks sources."""
    OF_SOURCES.append(operator)
    return operator


@of_sources
def source_broken(source: Source) -> Iterator[Mutant]:
    """A source with a thin descriptor, a refused archive, an author that is the host, a title off the address."""
    for field, value, code in (
        ("descriptor", "A page.", "descriptor-thin"),
        (
            "descriptor",
            f"{source.publisher} published the page {source.publisher} at {source.publisher}",
            "descriptor-thin",
        ),
        ("url", "https://archive.ph/abc", "archive-refused"),
        ("url", "ftp://x.example/", "url-form"),
        ("accessed", "2001-01-01", "access-before-publication" if source.published else "day-not-exact"),
        ("accessed", "2026-11", "day-not-exact"),
        ("kind", "rumour", "choice-unknown"),
    ):
        start, end = line_of(source, field)
        if (field, code) == ("accessed", "day-not-exact") and value == "2001-01-01":
            continue
        yield _caught(f"{source.id}: {field}: {value}", whole(start, end, f"    {field}: {value}\n"), code, start)
    start, end = line_of(source, "publisher")
    for lines, code in (
        (f"    author: {source.publisher}\n", "author-is-host"),
        ("    author: www.site.example\n", "author-is-host"),
        ("    archive: http://archive.today/abc\n", "archive-refused"),
        (f"    relays: {source.id}\n", "relay-circular"),
        ("    relays: nowhere\n", "reference-unknown"),
    ):
        field = lines.strip().partition(":")[0]
        held = next(fields(source, field), (end, end))  # in the place of the one that it has
        yield _caught(f"{source.id}: {lines.strip()}", whole(*held, lines), code, held[0])
    titles = [*fields(source, "title")]
    start, end = titles[0] if titles else (end, end)
    yield _caught(source.id, whole(start, end, "    title: a-title-off-the-address\n"), "title-not-seen", start)
    other = next(each for each in SOURCES if each.id != source.id and each.publisher != source.publisher)
    text = whole(*line_of(source, "publisher"), f"    publisher: {source.publisher}\n    relays: {other.id}\n")
    if other.first_published_by != source.first_published_by:
        at = line_of(source, "origin")[0] + 1 if source.origin else line_of(source, "publisher")[0] + 1
        yield _caught(f"{source.id} relays {other.id}", text, "relay-mismatch", at)


# -- charts and pages -----------------------------------------------------------------------------------------------


def of_all(operator: Callable[[], Iterator[Mutant]]) -> Callable[[], Iterator[Mutant]]:
    """Name an operator that breaks what is neither a fact nor a source."""
    OF_ALL.append(operator)
    return operator


@of_all
def call_misspelt() -> Iterator[Mutant]:
    """Each id in each call of each page, misspelt."""
    for name, text in PAGES.items():
        for match in re.finditer(r'"([a-z0-9-]+)"', text):
            line = text.count("\n", 0, match.start())
            if text.count("---", 0, match.start()) >= 2:
                broken = f"{text[: match.end(1)]}x{text[match.end(1) :]}"
                pages = tuple((PAGES | {name: broken}).items())
                codes = ("reference-unknown", "choice-unknown", "date-form")
                yield _caught(f"{name}: {match[1]}x", TEXT, codes, line, path=f"content/{name}", pages=pages)


@of_all
def prose_typed_by_hand() -> Iterator[Mutant]:
    """A number, a date, a quotation, likelihood with confidence, or a tag at the end of each paragraph of prose."""
    typed = (
        (" There were 4,321.", "prose-number"),
        (" That was in March 2011.", "prose-date"),
        (" It was “as he said”.", "prose-quotation"),
        (" It is likely with high confidence.", "judgment-mixed"),
        (" <b>So</b>", "prose-html"),
        (" See [it](https://a.example/).", "prose-link"),
    )
    for name, text in PAGES.items():
        lines = text.split("\n")
        start = lines.index("---", 1) + 1
        for number in range(start, len(lines)):
            if lines[number] and not lines[number].startswith(
                ("#", "{{ chart", "{{ time", "{{ table", "{{ facts", "{{ judg", "- ")
            ):
                for words, code in typed:
                    changed = "\n".join([*lines[:number], lines[number] + words, *lines[number + 1 :]])
                    pages = tuple((PAGES | {name: changed}).items())
                    yield _caught(f"{name}:{number}{words}", TEXT, code, number, path=f"content/{name}", pages=pages)


@of_all
def chart_broken() -> Iterator[Mutant]:
    """Charts that mix measures without a word, or say what their facts do not."""
    start = LINES.index("charts:\n")
    pages = tuple(PAGES.items())
    for chart in CLEAN.briefing.base.charts:
        first = next(number for number in range(start, len(LINES)) if LINES[number] == f"  - id: {chart.id}\n")
        for lines, code in (("    title: 4,321 people left\n", "key-duplicate"), ("    nonsense: 1\n", "key-unknown")):
            where = (
                first + 1
                if code == "key-unknown"
                else next(number for number in range(first, len(LINES)) if LINES[number].startswith("    title:")) + 1
            )
            yield _caught(f"{chart.id}: {lines}", whole(first + 1, first + 1, lines), code, where, pages=pages)
        if chart.comparability:
            note = next(number for number in range(first, len(LINES)) if LINES[number].startswith("    comparability:"))
            end = next(number for number in range(note + 1, len(LINES)) if not LINES[number].startswith("      "))
            at = next(number for number in range(first, len(LINES)) if LINES[number].startswith("    select:")) + 1
            yield _caught(f"{chart.id}: no note", whole(note, end, ""), "chart-measures-mixed", at, pages=pages)
