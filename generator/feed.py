"""What changed in a briefing -> an Atom feed (RFC 4287), the same bytes whenever it is made.

The standard library writes it: a dozen elements that never change need no package, and ElementTree escapes. Links are
relative, as RFC 4287 allows (2.1, RFC 3986), since nobody knows where a site will stand; so are the ids: a name of the
briefing and of the record, hashed (RFC 9562, version 5), not a `tag:` of a domain that may not be ours.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

from generator import news
from generator.edtf import Edtf
from generator.model import Briefing
from generator.views import CHANGES_URL, FEED_URL, fact_url, sentence

_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that changed."""

    key: str
    """What tells it from every other entry for good."""
    kind: str
    """What sort of change it is, in a word: readers of feeds can sort by it."""
    title: str
    summary: str
    href: str
    """Its place, relative to the site's root, where the feed is."""
    date: Edtf


def entries(briefing: Briefing) -> list[Entry]:
    """What changed, the newest first; on one day mistakes before news."""
    found = [*_cures(briefing), *_news(briefing)]
    return sorted(found, key=lambda each: _day(each.date), reverse=True)


def _cures(briefing: Briefing) -> Iterator[Entry]:
    for each in news.corrections(briefing):
        fact = briefing.facts[each.fact]
        title, key = f"Corrected: {sentence(fact.statement)}", f"correction/{each.fact}/{each.date}/{each.now}"
        said = f"It said “{each.was}” and says “{each.now}”. {sentence(each.why)}"
        yield Entry(key, "correction", title, said, fact_url(fact), each.date)
    for fact in news.withdrawn(briefing):
        if fact.withdrawn is not None:
            title, said = f"Withdrawn: {sentence(fact.statement)}", sentence(fact.withdrawn.why)
            yield Entry(f"withdrawal/{fact.id}", "withdrawal", title, said, fact_url(fact), fact.withdrawn.date)


def _news(briefing: Briefing) -> Iterator[Entry]:
    for each in news.updates(briefing):
        said = " ".join(sentence(briefing.facts[name].statement) for name in each.facts)
        place = f"{CHANGES_URL}#update-{each.id}"
        yield Entry(f"update/{each.id}", "new information", sentence(each.what), said, place, each.date)
    for fact in news.latest(briefing):
        said = f"{fact.date.words()}. Said by: {fact.attribution}."
        known = briefing.known_since(fact)
        yield Entry(f"fact/{fact.id}", "became known", sentence(fact.statement), said, fact_url(fact), known)


def make(briefing: Briefing) -> bytes:
    """The feed, in UTF-8."""
    about = briefing.base.briefing
    space = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:briefing:{about.title}")
    found = entries(briefing)
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": about.language})
    _add(root, "title", f"What changed: {about.title}")
    _add(root, "subtitle", about.summary)
    _add(root, "id", space.urn)
    _add(root, "updated", _instant(max(about.as_of.last, *(_day(each.date) for each in found))))
    _add(root, "link", rel="self", type="application/atom+xml", href=FEED_URL)
    _add(root, "link", rel="alternate", type="text/html", href=CHANGES_URL)
    _add(_add(root, "author"), "name", about.authors or about.title)
    for each in found:
        entry = _add(root, "entry")
        _add(entry, "title", each.title)
        _add(entry, "id", uuid.uuid5(space, each.key).urn)
        _add(entry, "updated", _instant(_day(each.date)))
        _add(entry, "category", term=each.kind)
        _add(entry, "link", rel="alternate", type="text/html", href=each.href)
        _add(entry, "summary", each.summary)
    ET.indent(root)
    written: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}\n'.encode()


def _add(parent: ET.Element, tag: str, words: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, tag, attributes)
    made.text = words or None
    return made


def _day(written: Edtf) -> date:
    """The day that stands for a date: its last, and its first where it has no end."""
    return written.last if written.end is not None else written.first


def _instant(day: date) -> str:
    """A day as RFC 3339 wants it: its first second, since nothing finer is known."""
    return f"{day.isoformat()}T00:00:00Z"
