"""A change, and what rests on it -> what its reviewer has to decide, as questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator import wording
from generator.changes import Change, Difference, Weight
from generator.hedges import Firmness, firmness
from generator.model import LIKELIHOODS, Fact, Figure


@dataclass(frozen=True, slots=True)
class Question:
    """What a reviewer has to decide, with a name for tools."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What questions are asked of."""

    change: Change
    before: Fact | None = None
    """The fact as it was, where it is one that was there."""
    after: Fact | None = None
    judgments: tuple[str, ...] = ()
    """The judgments that rest on it."""
    figures: int = 0
    """The figures that rest on it: of a measure, those that it counts."""
    lost: str = ""
    """The corroboration that was lost, in words."""

    def of(self, *names: str) -> list[Difference]:
        """The differences with one of some names."""
        return [each for each in self.change.differences if each.name in names]

    def of_kind(self, kind: str) -> list[Difference]:
        """The differences of a kind."""
        return [each for each in self.change.differences if each.kind == kind]

    @property
    def is_proof_changed(self) -> bool:
        """Whether a source or a quote is another one."""
        return any(each.name in ("source", "quote") and each.kind != "kept" for each in self.change.differences)


def asked(matter: Matter) -> list[Question]:
    """The questions of a change, the gravest first, none twice."""
    found = [
        Question(ask.__name__.lstrip("_").replace("_", "-"), words) for ask in _ASKED for words in ask(matter) if words
    ]
    return [*dict.fromkeys(found)]


def _figure_without_source(matter: Matter) -> Iterator[str]:
    if matter.change.noun == "fact" and matter.change.action == "changed" and not matter.is_proof_changed:
        for each in matter.of("value", "unit"):
            yield f"The {each.name} changed, its sources and quotes did not: do they say {each.after}?"


def _date_without_source(matter: Matter) -> Iterator[str]:
    if not matter.is_proof_changed and not matter.of("date basis"):
        for each in matter.of("date"):
            if matter.change.noun == "fact" and each.before and each.after:
                yield f"The date changed, its sources and its basis did not: on what does {each.after} rest?"


def _stance_changed(matter: Matter) -> Iterator[str]:
    for each in matter.of("stance"):
        yield f"Words that were said to have the stance “{each.before}” now have “{each.after}”: which do they have?"


def _word_stronger(matter: Matter) -> Iterator[str]:
    before, after = matter.before, matter.after
    if isinstance(before, Figure) and isinstance(after, Figure) and before.hedge != after.hedge:
        was, now = (firmness(each.hedge, is_range=each.value is None) for each in (before, after))
        if now is Firmness.EXACT and was is not Firmness.EXACT:
            yield f"“{before.hedge}” was dropped from the figure: is the source as firm?"
    if before and after and _is_firmer_date(before, after):
        yield f"The date is firmer than before ({before.date.words()}, now {after.date.words()}): does a source say so?"
    for each in matter.change.differences:
        if not each.is_text or not each.before or not each.after or each.kind == "typography" or each.name == "quote":
            continue
        gone = wording.dropped_doubts(each.before, each.after)
        if gone:
            yield f"The {each.name} is stronger without {_quoted(gone)}: is the source as firm?"
        come = wording.firmer_words(each.before, each.after)
        if come:
            yield f"The {each.name} is stronger with {_quoted(come)}: does the source say so?"


def _is_firmer_date(before: Fact, after: Fact) -> bool:
    """Whether a date leaves out days that it could have meant before, and adds none; or a mark of doubt."""
    old, new = before.date, after.date
    is_within = old.first <= new.first and new.last <= old.last and (old.first, old.last) != (new.first, new.last)
    return is_within or ((old.first, old.last) == (new.first, new.last) and _marks(old.text) > _marks(new.text))


def _marks(text: str) -> int:
    return sum(text.count(mark) for mark in "~?%")


def _quote_shortened(matter: Matter) -> Iterator[str]:
    for each in matter.of("quote"):
        if each.before and each.after and wording.is_shortened(each.before, each.after):
            gone = [piece.text.strip() for piece in wording.pieces(each.before, each.after) if piece.mark == "-"]
            yield f"The quote is shorter: do the words that went change what it says ({_quoted(gone)})?"


def _quote_dropped(matter: Matter) -> Iterator[str]:
    for each in matter.of_kind("quote-dropped"):
        yield f"A quote was dropped ({each.note}): what proves the fact without it?"


def _proof_lost(matter: Matter) -> Iterator[str]:
    for each in matter.of_kind("proof-lost"):
        yield f"A quote that was {each.before} is {each.after} since its source was read again: what does it say now?"


def _quote_unverified(matter: Matter) -> Iterator[str]:
    for each in matter.of("quote"):
        if each.after and "not " in each.note and each.kind not in ("typography", "kept"):
            yield f"The quote is {each.note.rpartition('; ')[2]}: who read it in the source?"


def _attribution_dropped(matter: Matter) -> Iterator[str]:
    for each in matter.of("voices"):
        gone = [name for name in each.before.split("; ") if name not in each.after.split("; ")]
        if gone:
            yield f"Who says so was named before ({'; '.join(gone)}): why no longer?"
    for each in matter.of("attribution"):
        if each.kind != "typography" and wording.is_shortened(each.before, each.after):
            yield f"The attribution says less than before (“{each.before}”): who says so?"
    for each in matter.of("wording"):
        gone = wording.dropped_voices(each.before, each.after)
        if gone and each.kind != "typography":
            yield f"The sentence no longer leaves it to who says so ({_quoted(gone)}): do we say it ourselves now?"


def _corroboration_lost(matter: Matter) -> Iterator[str]:
    if matter.lost:
        yield f"Corroboration was lost, {matter.lost}: is one more source known?"


def _measure_changed(matter: Matter) -> Iterator[str]:
    if matter.change.noun == "measure" and matter.figures:
        for each in matter.of("unit", "nature", "population", "counter"):
            count = "1 figure means" if matter.figures == 1 else f"{matter.figures} figures mean"
            yield f"The {each.name} changed, so {count} something else: are their numbers still right?"


def _origin_changed(matter: Matter) -> Iterator[str]:
    if matter.change.noun == "source":
        for each in matter.of("origin", "publisher", "relays"):
            yield f"The {each.name} changed: who first published it, and which facts have one origin less?"


def _text_reread(matter: Matter) -> Iterator[str]:
    for _ in matter.of_kind("reread"):
        yield "The source was read again, and its text is another one: why, and on which day?"
    for _ in matter.of_kind("hashes"):
        yield "The hashes changed, the text they are of did not: who wrote them?"


def _judgment_stronger(matter: Matter) -> Iterator[str]:
    if matter.change.noun == "judgment":
        for name, scale in (("likelihood", (*LIKELIHOODS,)), ("confidence", ("low", "moderate", "high"))):
            for each in matter.of(name):
                if each.before in scale and each.after in scale and scale.index(each.after) > scale.index(each.before):
                    yield f"The {name} was raised from {each.before} to {each.after}: what became known since?"


def _judgment_stands(matter: Matter) -> Iterator[str]:
    is_grave = matter.change.noun == "fact" and matter.change.weight is Weight.MEANING
    if is_grave and matter.judgments:
        yield f"On it rests what the authors conclude ({', '.join(matter.judgments)}): does it still hold, as firmly?"


def _waiver_added(matter: Matter) -> Iterator[str]:
    for each in matter.of_kind("waiver-added"):
        yield f"A rule is waived ({each.after}): is the reason good enough, and the day near enough?"


def _address_lost(matter: Matter) -> Iterator[str]:
    if matter.change.noun == "fact" and matter.change.was:
        yield f"The address #{matter.change.was} leads nowhere from now on: who may have cited it?"


def _correction_erased(matter: Matter) -> Iterator[str]:
    if matter.change.noun == "correction" and matter.change.action != "added":
        yield "Readers were told of this correction: why is it no longer what they were told?"


_ASKED: tuple[Callable[[Matter], Iterator[str]], ...] = (
    _figure_without_source,
    _date_without_source,
    _stance_changed,
    _proof_lost,
    _word_stronger,
    _attribution_dropped,
    _quote_shortened,
    _quote_dropped,
    _quote_unverified,
    _corroboration_lost,
    _measure_changed,
    _origin_changed,
    _text_reread,
    _judgment_stronger,
    _correction_erased,
    _judgment_stands,
    _waiver_added,
    _address_lost,
)
"""What is asked, the gravest first; the name of the function is the name of the question."""


def _quoted(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
