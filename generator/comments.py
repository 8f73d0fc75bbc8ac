"""A review -> text for a terminal, Markdown for a pull request, JSON for other tools, annotations for GitHub.

Nothing here prints. Whatever facts and pages hold is plain text in all of them: characters that nobody sees are shown
by their numbers, and nothing in a Markdown comment is markup, a mention or a link that we did not write.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from generator import safe, wording
from generator.changes import Difference, Weight
from generator.problems import Level, Place, Problem
from generator.reports import Annotation, annotated
from generator.review import Entry, Reach, Review

LIMIT = 64_000
"""Of the 65,535 characters that a comment on GitHub may have, room is left for what posts it to add its own lines;
counted here in bytes, which are never fewer."""
_LONGEST = 1_200
"""Characters of one side of a difference that are shown; a paragraph has fewer."""
_NAMED = 12
"""Names in a row; the rest are counted."""
_FAULTS = 4
"""Faults of one change that are shown; the rest are counted."""
_INDENT = "    "


def shown(difference: Difference) -> tuple[wording.Piece, ...]:
    """A difference of two texts, word by word, without what is far from any change."""
    before, after = (safe.visible(each) for each in (difference.before, difference.after))
    if difference.kind == "typography" or not before or not after:
        found: tuple[wording.Piece, ...] = (wording.Piece("-", before), wording.Piece("+", after))
    else:
        found = wording.clipped(wording.pieces(before, after, difference.language))
    return tuple(wording.Piece(each.mark, clipped(each.text), clipped(each.was)) for each in found if each.text)


def clipped(text: str) -> str:
    """A text that is not too long to be read."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def reached(reach: Reach) -> Iterator[tuple[str, str]]:
    """What rests on a change, as label and words."""
    yield from _named("Charts", [f"{name} {does}" for name, does in reach.charts])
    yield from _named("Enter the chart", reach.entered)
    yield from _named("Leave the chart", reach.left)
    yield from _named("Computed from it", reach.figures)
    yield from _named("Judgments", reach.judgments)
    yield from _named("Pages", reach.pages)
    yield from _named("Facts", reach.facts)
    for each in reach.sentences[:_NAMED]:
        yield "Sentence", f"{each.place.path}:{each.place.line}: {clipped(each.words)}"
    if len(reach.sentences) > _NAMED:
        yield "Sentence", f"and {len(reach.sentences) - _NAMED} more"
    for words in (*reach.conflicts[:_NAMED], *reach.corroboration[:_NAMED]):
        yield ("Conflict" if words in reach.conflicts else "Corroboration"), words
    more = len(reach.corroboration) - _NAMED
    if more > 0:
        yield "Corroboration", f"and of {more} more"


def _named(label: str, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield label, ", ".join(names[:_NAMED]) + more


# -- text -----------------------------------------------------------------------------------------------------------


def as_text(review: Review) -> str:
    """For a person at a terminal: the gravest first, each change in a sentence and then thing by thing."""
    found = [f"{safe.visible(review.summary)}\n"]
    found += [f"\n{_as_problem(each)}" for each in review.problems[:_NAMED]]
    found += _more(len(review.problems) - _NAMED, "faults that belong to no change", "\n")
    for title, group in groupby(review.entries, key=lambda each: each.title):
        found.append(f"\n{title}\n")
        found += [f"\n{_entry_as_text(each)}" for each in group]
    return "".join(found)


def _more(count: int, what: str, before: str = "") -> list[str]:
    return [f"{before}and {count} more {what}"] if count > 0 else []


def _as_problem(each: Problem) -> str:
    return f"{each.place}: breaks {each.code}: {safe.visible(each.found)}\n"


def _entry_as_text(entry: Entry) -> str:
    change = entry.change
    lines = [f"{change.place}: {safe.visible(change.subject)} {change.action}"]
    lines.append(f"{_INDENT}{safe.visible(headline(entry))}")
    lines += [f"{_INDENT}breaks {each.code}: {safe.visible(each.found)}" for each in entry.breaks[:_FAULTS]]
    lines += _more(len(entry.breaks) - _FAULTS, "faults", _INDENT)
    for each in change.differences:
        if each.is_text and each.kind not in ("kept", "moved"):
            marked = "".join(_MARKED[piece.mark].format(piece.text) for piece in shown(each))
            lines.append(f"{_INDENT}{safe.visible(each.name)}: {marked}{_noted(each)}")
    lines += [f"{_INDENT}review {safe.visible(entry.seal)}"] if entry.seal else []
    lines += [f"{_INDENT}{label.lower()}: {safe.visible(words)}" for label, words in reached(entry.reach)]
    lines += [f"{_INDENT}? {safe.visible(each.words)}" for each in entry.questions]
    return "".join(f"{line}\n" for line in lines)


_MARKED = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}


def _noted(each: Difference) -> str:
    return f" ({safe.visible(each.note)})" if each.note else ""


def headline(entry: Entry) -> str:
    """A change in a sentence; long texts, which stand below it word by word, are left to that."""
    change = entry.change
    short = (
        replace(each, kind="told")
        if each.is_text and each.kind not in ("kept", "moved") and len(each.before) + len(each.after) > _SHORT
        else each
        for each in change.differences
    )
    return replace(change, differences=tuple(short)).words


_SHORT = 100
"""Characters of both sides of a difference that a headline holds."""


# -- Markdown -------------------------------------------------------------------------------------------------------

_MARKUP = re.compile(r"[\\`*_\[\]<&|~$]")
"""What is markup within a line of GitHub's Markdown; no text of ours begins a line."""
_LIVELY = re.compile(r"[@#]|:/(?=/)|(?<![a-z])www(?=\.)|\bgh-(?=\d)|:(?=[\w+-]+:)", re.IGNORECASE)
"""What may become a mention, a reference, a link or a picture, although it is no markup."""
_APART = "&#8203;"
"""A space without width: what follows `@` or `#` is then no name and no number, to whoever looks for these in HTML."""


def plain(text: str) -> str:
    """A text in a line of a Markdown comment: no markup, no mention, no reference, no link."""
    still = _LIVELY.sub(lambda match: f"{match[0]}\0", safe.visible(text))  # NUL is no character that is visible
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", still).replace("\0", _APART)


def as_markdown(review: Review) -> str:
    """For a comment on a pull request: less than GitHub's limit, the gravest first, what has no room counted."""
    parts = [f"### {plain(review.summary)}\n\n"]
    parts += [f"- **breaks {each.code}** {plain(f'{each.place}: {each.found}')}\n" for each in review.problems[:_NAMED]]
    if len(review.problems) > _NAMED:
        parts.append(f"- and {len(review.problems) - _NAMED} more that belong to no change\n")
    size = sum(map(_size, parts)) + _size(_left_out(review.entries))
    title = ""
    for number, entry in enumerate(review.entries):
        text = _entry_as_markdown(entry)
        if entry.title != title:
            text = f"\n#### {entry.title}\n\n{text}"
        if size + _size(text) >= LIMIT:
            parts.append(_left_out(review.entries[number:]))
            break
        title = entry.title
        size += _size(text)
        parts.append(text)
    return "".join(parts)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _left_out(entries: Sequence[Entry]) -> str:
    counts = Counter(each.title for each in entries)
    listed = ", ".join(f"{count} under “{title}”" for title, count in counts.items())
    return (
        f"\n**And {len(entries)} more changes**, for which a comment has no room: {listed}."
        " The HTML page has them all.\n"
    )


_MOST = 12
"""Differences of one record that a comment shows."""


def _entry_as_markdown(entry: Entry) -> str:
    change = entry.change
    place = f"{change.place.path}:{change.place.line}"
    lines = [f"**{plain(change.subject)}** {change.action} ({plain(place)})<br>{plain(headline(entry))}\n\n"]
    lines += [f"- **Breaks {each.code}:** {plain(clipped(each.found))}\n" for each in entry.breaks[:_FAULTS]]
    lines += _more(len(entry.breaks) - _FAULTS, "faults\n", "- ")
    for each in change.differences[:_MOST]:
        if each.is_text and each.kind not in ("kept", "moved"):
            marked = "".join(map(_as_html, shown(each)))
            lines.append(
                f"- {plain(each.name)}: {marked.rstrip()}{plain(_noted(each)) and ' ' + plain(_noted(each).strip())}\n"
            )
    if len(change.differences) > _MOST:
        lines.append(f"- and {len(change.differences) - _MOST} more differences\n")
    lines += [f"- Review {plain(entry.seal)}\n"] if entry.seal else []
    lines += [f"- {label}: {plain(words)}\n" for label, words in reached(entry.reach)]
    lines += [f"- **?** {plain(clipped(each.words))}\n" for each in entry.questions[:_MOST]]
    return "".join([*lines, "\n"])


_AS_HTML = {"=": "{}", "-": "<del>{}</del>", "+": "<ins>{}</ins>"}


def _as_html(piece: wording.Piece) -> str:
    """A stretch of text, with the spaces at its ends outside its marks, as Markdown wants them."""
    text = piece.text.strip(" ")
    before, after = (" " * each.startswith(" ") for each in (piece.text, piece.text[::-1]))
    return before + _AS_HTML[piece.mark].format(plain(text)) + after if text else before


# -- JSON -----------------------------------------------------------------------------------------------------------


def as_json(review: Review) -> str:
    """For other tools: an object with `summary`, `broken`, `changes` and `problems`; texts as they are written."""
    found = {
        "summary": review.summary,
        "broken": review.is_broken,
        "changes": [_entry_as_json(each) for each in review.entries],
        "problems": [_problem_as_json(each) for each in review.problems],
        "seals": review.seals,
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _place(place: Place) -> dict[str, object]:
    return {"path": place.path, "line": place.line, "column": place.column}


def _problem_as_json(each: Problem) -> dict[str, object]:
    return {**_place(each.place), "code": each.code, "subject": each.subject, "found": each.found}


def _entry_as_json(entry: Entry) -> dict[str, object]:
    change, reach = entry.change, entry.reach
    return {
        "noun": change.noun,
        "id": change.id,
        "was": change.was,
        "action": change.action,
        "gravity": entry.title,
        "title": change.title,
        "words": change.words,
        **_place(change.place),
        "differences": [
            {
                "name": each.name,
                "before": each.before,
                "after": each.after,
                "weight": each.weight.name.lower(),
                "note": each.note,
                "words": each.words,
                **_place(each.place),
            }
            for each in change.differences
        ],
        "breaks": [_problem_as_json(each) for each in entry.breaks],
        "questions": [{"code": each.code, "words": each.words} for each in entry.questions],
        "reach": {
            "charts": [{"id": name, "does": does} for name, does in reach.charts],
            "pages": reach.pages,
            "figures": reach.figures,
            "judgments": reach.judgments,
            "sentences": [{**_place(each.place), "words": each.words} for each in reach.sentences],
            "facts": reach.facts,
            "entered": reach.entered,
            "left": reach.left,
            "conflicts": reach.conflicts,
            "corroboration": reach.corroboration,
        },
        "seal": entry.seal,
    }


# -- GitHub ---------------------------------------------------------------------------------------------------------


def as_github(review: Review) -> str:
    """Workflow commands for GitHub Actions: what breaks a rule as an error, what changes a claim as a warning."""
    said = [Annotation(Level.ERROR, each.place, each.code, f"{safe.visible(each.found)}.") for each in review.problems]
    for entry in review.entries:
        change = entry.change
        place = Place(change.place.path) if change.action == "erased" else change.place
        faults = [f"Breaks {each.code}: {each.found}." for each in entry.breaks]
        words = " ".join([*faults, f"{headline(entry)}.", *(each.words for each in entry.questions)])
        said.append(
            Annotation(_level(entry), place, safe.visible(f"{change.subject} {change.action}"), safe.visible(words))
        )
    return annotated(said, "run `python -m generator review` to read them")


def _level(entry: Entry) -> Level:
    if entry.breaks:
        return Level.ERROR
    return Level.WARNING if entry.change.weight is Weight.MEANING else Level.NOTE


FORMATS: dict[str, Callable[[Review], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
    "github": as_github,
}
"""How a review can be written, but for the HTML page, which needs its charts drawn."""
