"""Prose: every number, date and quotation in it comes from a fact, and whatever it states is cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from generator import quotes
from generator.checks import passages
from generator.checks.engine import Case, finding, rule
from generator.checks.passages import CALL, Passage
from generator.mentions import DateMention, Number, dates, numbers, quotations
from generator.model import Chart, Event, Fact, Figure
from generator.numerals import in_digits, quantities
from generator.problems import Problem
from generator.prose import CALLS, CITING
from generator.tables import per_period

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?;…](?=[\s)\]”’\"']|$)")
_LONG, _POINTER = 6, 12
"""Words that make a statement also without a full stop; the most words of a sentence that only leads elsewhere."""
_SMALL = 12
"""Up to this, a number stands in so many statements that the same number says nothing."""
_SIGNS = "+-−–±~≈<>"
_FIELDS = ("title", "label", "summary")
_OF_CHART = ("title", "subtitle", "note", "comparability", "alt")
_OF_JUDGMENT = ("statement", "because", "would_change", "weighed")


@dataclass(frozen=True, slots=True)
class _Place:
    """A passage, and of which record it is a field, if of any."""

    passage: Passage
    subject: str = ""

    @property
    def takes_calls(self) -> bool:
        return self.passage.kind != "field"

    def finding(self, start: int, found: str, wanted: str, hint: str) -> Problem:
        return finding(self.passage.place(start), found, wanted, hint, self.subject)


def _prose(case: Case) -> Iterator[_Place]:
    """Everything that is prose: the pages with their front matter, and what names the briefing and its topics."""
    base = case.briefing.base
    for page in case.briefing.pages:
        for name in _FIELDS:
            yield _Place(passages.of_field(page.meta, name, case.locate))
        for passage in case.passages(page):
            yield _Place(passage)
    for name in ("title", "short_title", "summary", "source_summary"):
        yield _Place(passages.of_field(base.briefing, name, case.locate), base.briefing.subject)
    for topic in base.topics:
        for name in ("label", "summary"):
            yield _Place(passages.of_field(topic, name, case.locate), topic.subject)


def _nearest_first(case: Case, at: _Place) -> list[Fact]:
    """The facts, those first that the passage names."""
    named = {each for call in at.passage.calls for each in call.args}
    return sorted(case.briefing.base.facts, key=lambda fact: fact.id not in named)


def _bounds(fact: Fact) -> tuple[Decimal, Decimal] | None:
    """The lower and upper end of a figure."""
    if not isinstance(fact, Figure):
        return None
    if fact.value is not None:
        return fact.value, fact.value
    return (fact.low, fact.high) if fact.low is not None and fact.high is not None else None


def _steps(at: _Place, reason: str, call: str) -> str:
    return f"{reason}: write {call}" if at.takes_calls else f"{reason}: leave it out here, and write {call} in a page"


# -- numbers --------------------------------------------------------------------------------------------------------


@rule()
def prose_number(case: Case) -> Iterator[Problem]:
    """Every number in prose comes from a call, and so from a fact.

    Digits, number words (`four`, `twice`, `half`) and vague ones (`dozens`, `tens of thousands`) are refused, in pages,
    in their front matter, and in the names and summaries of the briefing and its topics, where no calls are: there,
    leave the number out. Ordinals, a lone `one` or `once` and the numbers of a numbered list are no numbers. A sign
    right before the call of a value, or a letter or per cent sign right behind it, would change it and is refused too.

    Bad:
        pages:
          index.md: '{{ fact("sacks-lost") }}. That was 1,200 sacks.'

    Good:
        pages:
          index.md: '{{ fact("sacks-lost") }}. That was {{ value("sacks-lost") }} sacks.'
    """
    for at in _prose(case):
        for number in numbers(at.passage.text):
            yield at.finding(
                number.start,
                f"the number {number.text!r}, typed by hand",
                "a number that comes from a fact",
                _number_hint(case, at, number),
            )
        yield from _changed_values(at)


def _changed_values(at: _Place) -> Iterator[Problem]:
    text = at.passage.text
    offsets = [match.start() for match in re.finditer(CALL, text)]
    for offset, call in zip(offsets, at.passage.calls, strict=False):
        before, after = text[max(0, offset - 1) : offset], text[offset + 1 : offset + 2]
        if call.name not in ("value", "count"):
            continue
        if before and before in _SIGNS:
            yield at.finding(
                offset - 1,
                f"{before!r} right before a number",
                "the number as the fact has it",
                "part the two by a space, or say it in a word",
            )
        if after and (after.isalnum() or after in "%‰°"):
            yield at.finding(
                offset + 1,
                f"{after!r} right behind a number",
                "the number as the fact has it",
                "part the two by a space, or say it in a word",
            )


def _number_hint(case: Case, at: _Place, number: Number) -> str:
    behind = number.start + len(number.text)
    counted = _WORD.match(at.passage.text[behind : behind + 80].lstrip())  # of a text without end, no more
    if counted and counted[0].lower() in CALLS["count"].words:
        return _steps(at, "the fact base can be counted", f'{{{{ count("{counted[0].lower()}") }}}}')
    if number.quantity is not None:
        facts = _nearest_first(case, at)
        wanted = number.quantity.low, number.quantity.high
        for fact in facts:
            if _bounds(fact) == wanted:
                return _steps(at, f"fact {fact.id} has this value", f'{{{{ value("{fact.id}") }}}}')
        for fact in facts if wanted[0] > _SMALL else ():
            if any((each.low, each.high) == wanted for each in quantities(fact.statement)):
                return _steps(at, f"fact {fact.id} states it", f'{{{{ fact("{fact.id}") }}}}')
    if at.takes_calls:
        return 'no fact has it: add the fact, and write {{ value("id") }}; or say it without a number'
    return "say it without a number"


# -- dates ----------------------------------------------------------------------------------------------------------


@rule()
def prose_date(case: Case) -> Iterator[Problem]:
    """Every date in prose comes from a call, and so from a fact.

    Days, months, years and days of the week are refused wherever `prose-number` looks; `May` only with a day or a year.

    Bad:
        pages:
          index.md: '{{ fact("sacks-lost") }}. The mayor came on 3 May 2031.'

    Good:
        pages:
          index.md: '{{ fact("sacks-lost") }}. The mayor came on {{ date("mayor-visit") }}.'
    """
    for at in _prose(case):
        for mention in dates(at.passage.text):
            yield at.finding(
                mention.start,
                f"the date {mention.text!r}, typed by hand",
                "a date that comes from a fact",
                _date_hint(case, at, mention),
            )


def _date_hint(case: Case, at: _Place, mention: DateMention) -> str:
    facts = [fact for fact in _nearest_first(case, at) if fact.date]
    for fact in facts:
        if (fact.date.first, fact.date.last) in mention.spans({fact.date.first.year}) and not mention.weekday:
            return _steps(at, f"fact {fact.id} has this date", f'{{{{ date("{fact.id}") }}}}')
    if at.takes_calls:
        return 'take it from the fact of that day: {{ date("id") }}'
    return "say it without a date"


# -- quotations -----------------------------------------------------------------------------------------------------


@rule()
def prose_quotation(case: Case) -> Iterator[Problem]:
    """Quoted words come from a call, and so from a source.

    Quotation marks of any kind and block quotes are refused wherever `prose-number` looks. Words that only seem quoted,
    such as a term of your own, stand in *italics*. In the words around a chart, where no calls are, what stands in
    quotation marks must stand in a quote of a fact that the chart draws.

    Bad:
        pages:
          index.md: 'The owners speak of “around 1,200 sacks of flour”.'

    Good:
        pages:
          index.md: 'The owners speak of {{ quote("sacks-lost") }}.'
    """
    wanted = "quoted words that come from a fact"
    for at in _prose(case):
        if at.passage.kind == "quote":
            yield at.finding(0, "a block quote", wanted, 'write {{ quote("id") }} within a sentence')
        for match in quotations(at.passage.text):
            yield at.finding(
                match.start(), f"{_clip(match[0])}, typed by hand", wanted, _quotation_hint(case, at, match[0])
            )
    for at, chart in _around_charts(case):
        for match in quotations(at.passage.text):
            if not _is_quoted(match[0], case.briefing.drawn(chart)):
                yield at.finding(
                    match.start(),
                    f"{_clip(match[0])}, which no drawn fact quotes",
                    "words of a quote of a fact that the chart draws",
                    "correct the words, or leave out the quotation marks",
                )


def _is_quoted(words: str, facts: Iterable[Fact]) -> bool:
    """Whether words stand in a quote of one of some facts."""
    wanted = quotes.tokens(words)
    return any(_holds(quotes.tokens(each.quote), wanted) for fact in facts for each in fact.citations)


def _holds(text: list[str], words: list[str]) -> bool:
    return bool(words) and any(words == text[start : start + len(words)] for start in range(len(text)))


def _quotation_hint(case: Case, at: _Place, quoted: str) -> str:
    words = quotes.tokens(quoted)
    if CALL in quoted:
        return "leave out the marks: a statement is in the authors' own words"
    for fact in _nearest_first(case, at) if len(words) > 1 else ():
        if any(_holds(quotes.tokens(each.quote), words) for each in fact.citations[:1]):
            return _steps(at, f"fact {fact.id} quotes these words", f'{{{{ quote("{fact.id}") }}}}')
    if len(words) == 1 and at.takes_calls:
        return f"write a term of your own in italics: *{quoted.strip('“”„«»‹›「」‘’' + chr(39) + chr(34))}*"
    return (
        'quote a fact with {{ quote("id") }}, or say it in your own words' if at.takes_calls else "leave out the marks"
    )


def _clip(text: str, length: int = 60) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


# -- citations ------------------------------------------------------------------------------------------------------


@rule()
def prose_uncited(case: Case) -> Iterator[Problem]:
    """What a page states is cited, or marked as the authors' judgment.

    Each paragraph and each item of a list with a full sentence, or with six words, holds a call that leaves a note
    (`fact`, `value`, `quote` or `cite`), or ends with `{{ ours() }}`, which readers see as a mark. Free of this are
    headings and tables, a sentence of at most twelve words that leads to another page or a source, a sentence that ends
    with a colon right before a chart, timeline, table or list of facts, and pages that say `about: briefing` in their
    front matter, since they speak of the work and not of the subject (Wikipedia: Verifiability; ICD 206).

    Bad:
        pages:
          index.md: '{{ fact("sacks-lost") }}.'
          other.md: The mill will never be built again.

    Good:
        pages:
          index.md: '{{ fact("sacks-lost") }}.'
          other.md: The mill will never be built again. {{ ours() }}
    """
    for page in case.briefing.pages:
        found = case.passages(page)
        for passage, following in zip_longest(found, found[1:]):
            at = _Place(passage)
            marks = [number for number, call in enumerate(passage.calls) if call.name == "ours"]
            if marks and not _is_last(passage, marks):
                yield at.finding(
                    0,
                    "the mark of the authors' judgment within a paragraph",
                    "the mark at the end of what it marks",
                    "move {{ ours() }} to the end, or make a paragraph of its own of what it marks",
                )
            elif not marks and page.meta.about != "briefing" and _needs_citation(passage, following):
                yield at.finding(
                    _first_word(passage.text),
                    f"a {'list item' if passage.kind == 'item' else 'paragraph'} that cites nothing:"
                    f" “{_clip(passage.text.replace(CALL, '…').strip())}”",
                    "a citation, or the mark of the authors' judgment",
                    'end it with {{ cite("id") }}, or with {{ ours() }} where you conclude it yourselves',
                )


def _first_word(text: str) -> int:
    match = _WORD.search(text)
    return match.start() if match else 0


def _is_last(passage: Passage, marks: list[int]) -> bool:
    behind = passage.text[passage.text.rfind(CALL) + 1 :]
    return marks == [len(passage.calls) - 1] and not behind.strip(" \n.")


def _needs_citation(passage: Passage, following: Passage | None) -> bool:
    if passage.kind not in ("paragraph", "item") or any(call.name in CITING for call in passage.calls):
        return False
    words = len(_WORD.findall(passage.text))
    ends = len(_SENTENCE_END.findall(passage.text))
    if not words or (words < _LONG and not ends):
        return False
    leads = passage.links or any(call.name == "source" for call in passage.calls)
    if leads and words <= _POINTER and ends <= 1:
        return False
    return not (passage.text.rstrip().endswith(":") and not ends and following is not None and following.kind == "call")


# -- the words around a chart ---------------------------------------------------------------------------------------


def _around_charts(case: Case) -> Iterator[tuple[_Place, Chart]]:
    for chart in case.briefing.base.charts:
        if case.briefing.drawn(chart):  # a chart that draws nothing is another rule's
            for name in _OF_CHART:
                yield _Place(passages.of_field(chart, name, case.locate), chart.subject), chart
            for period in chart.thin:
                yield _Place(passages.of_field(period, "note", case.locate), chart.subject), chart


@rule()
def chart_text_number(case: Case) -> Iterator[Problem]:
    """A number or date in the words around a chart is one that the chart shows.

    Title, subtitle, notes and text alternative are typed by hand and no quote proves them. Each number in them must be
    the value of a drawn fact (`around 70,000`, `four times`), or the number of drawn events, in all or in a period of
    the chart (`twice`). Each date must lie on the chart's axis or within a drawn fact's date, and a day of the week be
    that on which a drawn fact begins or ends.

    Bad:
        charts:
          - id: losses
            title: Around 1,300 sacks of flour were lost

    Good:
        charts:
          - id: losses
            title: Around 1,200 sacks of flour were lost
    """
    for at, chart in _around_charts(case):
        drawn = case.briefing.drawn(chart)
        said = numbers(at.passage.text)
        shown = _shown(case, chart, drawn) if said else set()
        for number in said:
            if number.quantity is None or number.quantity.bounds not in shown:
                yield at.finding(
                    number.start,
                    f"the number {number.text!r}, which the chart does not show",
                    f"one of: {', '.join(_in_words(case, chart, drawn))}",
                    "correct it, or say it without the number",
                )
        for mention in dates(at.passage.text):
            if not _is_on_axis(mention, chart, drawn):
                yield at.finding(
                    mention.start,
                    f"the date {mention.text!r}, which the chart does not show",
                    "a date on the chart's axis, or a day of the week on which a drawn fact begins or ends",
                    "correct it, or say it without the date",
                )


def _shown(case: Case, chart: Chart, drawn: Iterable[Fact]) -> set[tuple[Decimal, Decimal, bool]]:
    """The numbers that a chart shows, as bounds of quantities."""
    values: set[tuple[Decimal, Decimal, bool]] = set()
    for fact in drawn:
        bounds = _bounds(fact)
        if bounds and isinstance(fact, Figure):
            unit = case.briefing.measures[fact.measure].unit if fact.measure in case.briefing.measures else ""
            is_percent = "%" in unit or "per cent" in unit or "percent" in unit
            values |= {(*bounds, is_percent), *((end, end, is_percent) for end in bounds)}
    return values | {(Decimal(count), Decimal(count), False) for count in _counts(case, chart)}


def _counts(case: Case, chart: Chart) -> set[int]:
    """How many events the chart draws: in all, and in each of its periods."""
    days = [fact.date for fact in case.briefing.select(chart.select) if isinstance(fact, Event)]
    return {len(days), *per_period(days, chart.encoding.bin).values()} if days else set()


def _in_words(case: Case, chart: Chart, drawn: Iterable[Fact]) -> list[str]:
    """The numbers that a chart shows, for the message."""
    found: dict[str, None] = {}
    for bounds in filter(None, map(_bounds, drawn)):
        found[" to ".join(dict.fromkeys(map(in_digits, bounds)))] = None
    found |= dict.fromkeys(str(count) for count in sorted(_counts(case, chart)))
    return [*found][:12]


def _is_on_axis(mention: DateMention, chart: Chart, drawn: Iterable[Fact]) -> bool:
    facts = [fact for fact in drawn if fact.date]
    starts = [each.date.first for each in facts if each.date.start]
    ends = [each.date.last for each in facts if each.date.end]
    if mention.weekday:
        return mention.weekday in {day.isoweekday() for day in (*starts, *ends)}
    starts += [chart.since.first] if chart.since else []
    ends += [chart.until.last] if chart.until else []
    if not starts or not ends:
        return True
    low, high = min(starts), max(ends)
    spans = mention.spans(range(low.year, high.year + 1))
    if not mention.days:  # a month or a year: some of it is shown
        return any(first <= high and low <= last for first, last in spans)
    return any(low <= first and last <= high for first, last in spans)


# -- the words of judgments -----------------------------------------------------------------------------------------


@rule()
def judgment_text(case: Case) -> Iterator[Problem]:
    """A number, date or quotation in a judgment is one of the facts that the judgment names.

    The texts of a judgment hold no calls, so what they say is held to the facts of `based_on` and `contrary`: to their
    values and statements, to their dates, and to the words of their quotes.

    Bad:
        judgments:
          - id: mill-rebuilt
            statement: The loss of around 1,300 sacks will delay the mill
            based_on: [sacks-lost]
            likelihood: likely
            confidence: low
            because: A single local report.
            would_change: A word of the owners.

    Good:
        judgments:
          - id: mill-rebuilt
            statement: The loss of around 1,200 sacks will delay the mill
            based_on: [sacks-lost]
            likelihood: likely
            confidence: low
            because: A single local report.
            would_change: A word of the owners.
    """
    for judgment in case.briefing.base.judgments:
        named = [
            case.briefing.facts[each]
            for each in (*judgment.based_on, *judgment.contrary)
            if each in case.briefing.facts
        ]
        for field in _OF_JUDGMENT:
            at = _Place(passages.of_field(judgment, field, case.locate), judgment.subject)
            yield from _unsupported(at, named, "what a fact of `based_on` or `contrary` says")


@rule()
def update_text(case: Case) -> Iterator[Problem]:
    """A number, date or quotation in an update is one of the facts that it names.

    What is told of new information holds no calls, so it is held to the facts that it names, as the texts of judgments
    are.

    Bad:
        updates:
          - id: loss-known
            date: 2031-05-28
            what: The owners put the loss at around 1,300 sacks
            facts: [sacks-lost]

    Good:
        updates:
          - id: loss-known
            date: 2031-05-28
            what: The owners put the loss at around 1,200 sacks
            facts: [sacks-lost]
    """
    for update in case.briefing.base.updates:
        named = [case.briefing.facts[each] for each in update.facts if each in case.briefing.facts]
        at = _Place(passages.of_field(update, "what", case.locate), update.subject)
        yield from _unsupported(at, named, "what a fact of `facts` says")


def _unsupported(at: _Place, named: list[Fact], wanted: str) -> Iterator[Problem]:
    """What a text says in numbers, dates and quotation marks that none of some facts has."""
    text = at.passage.text
    hint = "correct it, or name the fact that says so"
    said = numbers(text)
    known = _stated(named) if said else set()
    for number in said:
        if number.quantity is None or number.quantity.bounds not in known:
            yield at.finding(number.start, f"the number {number.text!r}, which no fact it names has", wanted, hint)
    for mention in dates(text):
        if not _is_dated(mention, named):
            yield at.finding(mention.start, f"the date {mention.text!r}, which no fact it names has", wanted, hint)
    for match in quotations(text):
        if not _is_quoted(match[0], named):
            yield at.finding(match.start(), f"{_clip(match[0])}, which no fact it names quotes", wanted, hint)


def _stated(facts: list[Fact]) -> set[tuple[Decimal, Decimal, bool]]:
    """The numbers of some facts, of their statements and values, as bounds of quantities."""
    found = {each.bounds for fact in facts for each in quantities(fact.statement)}
    for bounds in filter(None, map(_bounds, facts)):
        found |= {(*bounds, False), *((end, end, False) for end in bounds)}
    return found


def _is_dated(mention: DateMention, named: list[Fact]) -> bool:
    """Whether one of some facts is of the days that a text names, or begins or ends on that day of the week."""
    for fact in named:
        if not fact.date:
            continue
        first, last = fact.date.first, fact.date.last
        if mention.weekday:
            if mention.weekday in (first.isoweekday(), last.isoweekday()):
                return True
        elif any(low <= last and first <= high for low, high in mention.spans({first.year, last.year})):
            return True
    return False
