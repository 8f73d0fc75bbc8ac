"""Judgments: apart from facts, on one scale of likelihood, with a confidence that says what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator import quotes
from generator.checks.engine import Case, fact_rule, finding, rule
from generator.model import LIKELIHOODS, Fact
from generator.problems import Level, Problem

_ON_SCALE = (
    *("almost no chance", "remote", "very unlikely", "highly improbable", "unlikely", "improbable", "improbably"),
    *("roughly even chance", "roughly even odds", "likely", "probable", "probably", "very likely", "highly probable"),
    *("almost certain", "almost certainly", "nearly certain"),
)
_OFF_SCALE = (
    *(
        "possibly",
        "perhaps",
        "conceivably",
        "presumably",
        "arguably",
        "doubtless",
        "undoubtedly",
        "certainly",
        "surely",
    ),
    *("may", "might", "could", "maybe", "plausible", "plausibly", "potentially", "appears to", "seems to"),
)
_MAY = re.compile(r"\bmay\b(?! \d)(?<!\d may)", re.IGNORECASE)


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b", re.IGNORECASE)


_LIKELY, _VAGUE, _CONFIDENT = _pattern(_ON_SCALE), _pattern(_OFF_SCALE), _pattern(("confidence", "confident"))
_AS_OURS = ("we assess", "we judge", "we believe", "in our view", "in our judgment")
_ASSESSING = _pattern(_AS_OURS)
_LIKELY_PARTS = [
    word
    for word in (*_ON_SCALE, *_AS_OURS)
    if not any(part in word and part != word for part in (*_ON_SCALE, *_AS_OURS))
]
"""A text without any of these has no word of the scale: looked for first, since nearly no fact has one."""
_SENTENCES = re.compile(r"[^.!?;…]+")


@fact_rule()
def likelihood_in_fact(case: Case, fact: Fact) -> Iterator[Problem]:
    """A fact holds no word of likelihood of the authors' own.

    What is likely is a judgment and stands under `judgments`. Where the source itself says `likely`, `probably` or the
    like, a supporting quote holds the word (ICD 203: information and judgment are told apart).

    Bad:
        facts:
          - id: mayor-visit
            statement: The mayor probably met the mill owners on 3 May 2031

    Good:
        facts:
          - id: mayor-visit
            statement: The mayor met the mill owners on 3 May 2031
    """
    text = fact.statement.casefold()
    if not any(each in text for each in _LIKELY_PARTS):
        return
    for match in (*_LIKELY.finditer(fact.statement), *_ASSESSING.finditer(fact.statement)):
        if not _is_quoted(match[0], fact):
            yield finding(
                case.locate(fact.where.place("statement"), fact.statement, match.start()),
                f"“{match[0]}” in the statement “{fact.statement}”, and in none of its quotes",
                "a fact without likelihood, or the source's own word in a quote",
                "take the word out, quote it, or write a judgment",
                fact.subject,
            )


def _is_quoted(said: str, fact: Fact) -> bool:
    words = quotes.tokens(said)
    supporting = (quotes.tokens(each.quote) for each in fact.citations if each.stance == "supports")
    return any(words == text[at : at + len(words)] for text in supporting for at in range(len(text)))


@rule()
def judgment_likelihood_word(case: Case) -> Iterator[Problem]:
    """The sentence of a judgment leaves the likelihood to the field `likelihood`.

    The site writes it in front, with its range in per cent. A second word in the sentence would contradict it or
    repeat it, and a word off the scale (`possibly`, `might`) says nothing that a reader could hold the authors to.

    Bad:
        judgments:
          - id: mill-rebuilt
            statement: The mill will probably be built again
            based_on: [mayor-visit]
            likelihood: likely
            confidence: low
            because: A single local report.
            would_change: A word of the owners.

    Good:
        judgments:
          - id: mill-rebuilt
            statement: The mill will be built again
            based_on: [mayor-visit]
            likelihood: likely
            confidence: low
            because: A single local report.
            would_change: A word of the owners.
    """
    for judgment in case.briefing.base.judgments:
        found = [*_LIKELY.finditer(judgment.statement), *_VAGUE.finditer(judgment.statement)]
        for match in found:
            if match[0].lower() == "may" and not _MAY.search(judgment.statement):
                continue
            yield finding(
                case.locate(judgment.where.place("statement"), judgment.statement, match.start()),
                f"“{match[0]}” in the sentence “{judgment.statement}”; its likelihood is {judgment.likelihood!r}",
                f"a plain sentence; the likelihood is one of: {', '.join(LIKELIHOODS)}",
                "take the word out, and let `likelihood` say it",
                judgment.subject,
            )


@rule()
def judgment_mixed(case: Case) -> Iterator[Problem]:
    """Likelihood and confidence never stand in one sentence.

    How likely something is and how well it is known are two things; `likely with high confidence` blurs them
    (ICD 203). This holds for the texts of a judgment and for prose.

    Bad:
        pages:
          index.md: It is likely with high confidence that the mill is gone. {{ ours() }}

    Good:
        pages:
          index.md: It is gone{{ cite("sacks-lost") }}.
    """
    for judgment in case.briefing.base.judgments:
        for field in ("statement", "because", "would_change", "weighed"):
            text = getattr(judgment, field)
            for sentence in _mixed(text):
                yield finding(
                    case.locate(judgment.where.place(field), text, sentence.start()),
                    f"likelihood and confidence in one sentence: “{sentence[0].strip()}”",
                    "each in a sentence of its own",
                    "leave likelihood to `likelihood`, and write in `because` what the confidence rests on",
                    judgment.subject,
                )
    for page in case.briefing.pages:
        for passage in case.passages(page):
            for sentence in _mixed(passage.text):
                found = _CONFIDENT.search(sentence[0])
                assert found is not None  # noqa: S101 - it is what makes the sentence a mixed one
                yield finding(
                    passage.place(sentence.start() + found.start()),
                    f"likelihood and confidence in one sentence: “{' '.join(sentence[0].split())}”",
                    "each in a sentence of its own",
                    "say how likely it is in one sentence, and how well it is known in another",
                )


def _mixed(text: str) -> Iterator[re.Match[str]]:
    if _CONFIDENT.search(text):
        for sentence in _SENTENCES.finditer(text):
            if _CONFIDENT.search(sentence[0]) and _LIKELY.search(sentence[0]):
                yield sentence


@rule()
def contrary_unacknowledged(case: Case) -> Iterator[Problem]:
    """A judgment names the facts that speak against those on which it rests, and says why they do not overturn it.

    Where a fact of `based_on` is disputed by another, that other stands in `contrary` (or in `based_on` too); where
    words in a source dispute it, or `contrary` names anything, `weighed` says why the judgment holds (ICD 203: contrary
    information is acknowledged).

    Bad:
        judgments:
          - id: mill-rebuilt
            statement: The mill will be built again
            based_on: [mayor-visit]
            contrary: [sacks-lost]
            likelihood: likely
            confidence: low
            because: A single local report.
            would_change: A word of the owners.

    Good:
        judgments:
          - id: mill-rebuilt
            statement: The mill will be built again
            based_on: [mayor-visit]
            contrary: [sacks-lost]
            weighed: The loss is small beside the worth of the mill.
            likelihood: likely
            confidence: low
            because: A single local report.
            would_change: A word of the owners.
    """
    facts = case.briefing.facts
    for judgment in case.briefing.base.judgments:
        known = {*judgment.based_on, *judgment.contrary}
        disputed = False
        for number, each in enumerate(judgment.based_on):
            fact = facts.get(each)
            if fact is None or fact.withdrawn is not None:
                continue
            disputed = disputed or fact.is_denied
            lacking = [other for other, _ in case.briefing.rivals(fact) if other.id not in known]
            for other in lacking:
                yield finding(
                    judgment.where.place(f"based_on.{number}"),
                    f"fact {each} is disputed by fact {other.id}, which is not named: “{other.statement}”",
                    "contrary facts acknowledged",
                    f"add {other.id} to `contrary`, and say in `weighed` why the judgment holds",
                    judgment.subject,
                )
        if (judgment.contrary or disputed) and not judgment.weighed:
            yield finding(
                judgment.where.place("contrary" if judgment.contrary else "based_on"),
                f"facts speak against “{judgment.statement}”, and nothing says why it holds all the same",
                "`weighed`: why the contrary facts do not overturn it",
                "write it in a sentence",
                judgment.subject,
            )


@rule()
def judgment_basis(case: Case) -> Iterator[Problem]:
    """A judgment rests on facts, each named once, and none of them both for it and against it.

    Bad:
        judgments:
          - id: mill-rebuilt
            statement: The mill will be built again
            based_on: [mayor-visit, mayor-visit]
            likelihood: likely
            confidence: low
            because: A single local report.
            would_change: A word of the owners.

    Good:
        judgments:
          - id: mill-rebuilt
            statement: The mill will be built again
            based_on: [mayor-visit, sacks-lost]
            likelihood: likely
            confidence: low
            because: A single local report.
            would_change: A word of the owners.
    """
    for judgment in case.briefing.base.judgments:
        seen: dict[str, str] = {}
        for field in ("based_on", "contrary"):
            for number, each in enumerate(getattr(judgment, field)):
                if each in seen:
                    both = seen[each] != field
                    yield finding(
                        judgment.where.place(f"{field}.{number}"),
                        f"fact {each} stands in `based_on` and in `contrary`" if both else f"fact {each} a second time",
                        "each fact once, for the judgment or against it",
                        "remove one of the two",
                        judgment.subject,
                    )
                seen.setdefault(each, field)


@rule(Level.WARNING)
def judgment_single_origin(case: Case) -> Iterator[Problem]:
    """A judgment of high confidence rests on more than one origin.

    What a single origin says, however often it is repeated, supports a low or moderate confidence (ICD 203: confidence
    follows the number and quality of independent sources).

    Bad:
        judgments:
          - id: mill-rebuilt
            statement: The mill will be built again
            based_on: [mayor-visit]
            likelihood: likely
            confidence: high
            because: The local report is plain.
            would_change: A word of the owners.

    Good:
        judgments:
          - id: mill-rebuilt
            statement: The mill will be built again
            based_on: [mayor-visit]
            likelihood: likely
            confidence: moderate
            because: The local report is plain.
            would_change: A word of the owners.
    """
    facts = case.briefing.facts
    for judgment in case.briefing.base.judgments:
        origins = {
            origin for each in judgment.based_on if each in facts for origin in case.briefing.origins(facts[each])
        }
        if judgment.confidence == "high" and len(origins) == 1:
            yield finding(
                judgment.where.place("confidence"),
                f"high confidence in “{judgment.statement}”, which rests on one origin: {', '.join(origins)}",
                "more than one independent origin, or less confidence",
                "add facts of other origins to `based_on`, or lower the confidence",
                judgment.subject,
            )
