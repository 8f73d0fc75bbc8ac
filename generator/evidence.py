"""Citations and fingerprints -> what is proven: for each quote, the paragraph it stands in, or why it is not proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from generator import quotes
from generator.model import Citation, Fact
from generator.problems import Place


class Status(StrEnum):
    """What is known of a quote. Unknown is never rounded up to proven."""

    PROVEN = "proven"
    """The words stand in the source."""
    ABSENT = "absent"
    """The whole text was read, and the words do not stand in it."""
    UNKNOWN = "unknown"
    """Only an excerpt was read, and the words do not stand in that."""
    NO_FINGERPRINT = "no fingerprint"
    """The source was never archived."""
    UNREADABLE = "unreadable"
    """The quote is too short to look up."""


_NOTHING = quotes.Finding()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one citation's quote."""

    status: Status
    finding: quotes.Finding = _NOTHING

    @property
    def paragraph(self) -> int:
        """The first paragraph, from 1, in which the quote stands; 0 where it is not proven."""
        return self.finding.paragraphs[0] if self.finding.paragraphs else 0


@dataclass(frozen=True)
class Evidence:
    """The fingerprints of `sources.lock`, by source id, and the verdicts already reached."""

    fingerprints: Mapping[str, quotes.Fingerprint]
    places: Mapping[str, Place] = field(default_factory=dict)
    is_known: bool = True
    """False where the lock could not be read: then nothing is said of any quote, instead of the same of all."""
    _verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict, compare=False, repr=False)
    _recalled: dict[str, tuple[Status, ...]] = field(default_factory=dict, compare=False, repr=False)

    def verdict(self, citation: Citation) -> Verdict:
        """Whether the quote of a citation stands in its source."""
        key = citation.source, citation.quote
        if key not in self._verdicts:
            self._verdicts[key] = _judge(self.fingerprints.get(citation.source), citation.quote)
        return self._verdicts[key]

    def proven(self, facts: Iterable[Fact]) -> list[tuple[int, ...]]:
        """Of each quote of some facts, in order, the paragraphs in which it stands; none of what is not proven."""
        return [self.verdict(citation).finding.paragraphs for fact in facts for citation in fact.citations]

    def learn(self, facts: Iterable[Fact], proven: Iterable[tuple[int, ...]]) -> None:
        """Take over what `proven` said of the same facts elsewhere; what is not proven is looked up here."""
        citations = (citation for fact in facts for citation in fact.citations)
        for citation, paragraphs in zip(citations, proven, strict=True):
            key = citation.source, citation.quote
            if paragraphs and key not in self._verdicts:
                self._verdicts[key] = _proven(paragraphs)

    def statuses(self, fact: Fact) -> tuple[Status, ...]:
        """What is known of each quote of a fact, in order."""
        recalled = self._recalled.get(fact.id)
        if recalled is not None:
            return recalled
        known = self._verdicts
        return tuple([(known.get((each.source, each.quote)) or self.verdict(each)).status for each in fact.citations])

    def recall(self, statuses: Mapping[str, tuple[Status, ...]]) -> None:
        """Take over what an earlier run said of facts that are as they were, by their ids."""
        self._recalled.update(statuses)

    def counts(self, facts: Iterable[Fact]) -> tuple[int, int]:
        """How many quotes of some facts are proven, and how many are not."""
        found = [each for fact in facts for each in self.statuses(fact)]
        proven = found.count(Status.PROVEN)
        return proven, len(found) - proven


@lru_cache(maxsize=4096)
def _proven(paragraphs: tuple[int, ...]) -> Verdict:
    """One for all quotes that stand in the same paragraphs: there are thousands."""
    return Verdict(Status.PROVEN, quotes.Finding(paragraphs))


def _judge(fingerprint: quotes.Fingerprint | None, quote: str) -> Verdict:
    if fingerprint is None:
        return Verdict(Status.NO_FINGERPRINT)
    try:
        finding = quotes.find(fingerprint, quote)
    except ValueError:
        return Verdict(Status.UNREADABLE)
    if finding.paragraphs:
        return Verdict(Status.PROVEN, finding)
    return Verdict(Status.ABSENT if fingerprint.coverage == quotes.WHOLE else Status.UNKNOWN, finding)
