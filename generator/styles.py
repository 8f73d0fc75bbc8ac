"""What can be cited (the briefing, a fact, a chart, a source) -> its citation in each of seven styles, as text.

A `Work` is what is known of it; every style is made from that and says no more. What is not known has no field: a date
that a style cannot write is told in words or left out, a title that nobody saw is called so in brackets, a name is
never cut into first and last. Dates keep their doubt wherever the style has a way to say it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.edtf import Edtf, Point
from generator.evidence import Evidence
from generator.model import Briefing, Chart, Fact, Source
from generator.views import SOURCE_KINDS, Views, fact_url, origins_in_words, page_url, sentence

UNTITLED = "[page without a title seen]"
"""Stands for the title of a source whose title was not seen; brackets mark words that are not the source's own."""
HERE = "\ue000"
"""Stands for the address of the site's root where that is not known; no text of a briefing can hold it."""


@dataclass(frozen=True, slots=True)
class Style:
    """A way to write a citation, and how several of them become one text."""

    key: str
    label: str
    """Its name for readers."""
    suffix: str
    """The usual end of the name of a file in this style."""
    opening: str = ""
    between: str = "\n"
    closing: str = "\n"

    def joined(self, citations: Iterable[str]) -> str:
        """Several citations as the text of a file, or of the clipboard."""
        return f"{self.opening}{self.between.join(citations)}{self.closing}"


STYLES = {
    style.key: style
    for style in (
        Style("plain", "Plain text", "txt"),
        Style("markdown", "Markdown", "md", between="\n\n"),
        Style("bibtex", "BibTeX", "bib", between="\n\n"),
        Style("ris", "RIS", "ris", between="\n\n"),
        Style("csl", "CSL-JSON", "json", opening="[\n", between=",\n", closing="\n]\n"),
        Style("ics", "ICS 206-01", "txt"),
        Style("wikipedia", "Wikipedia", "txt"),
    )
}
"""Every style by its key, in the order in which readers are offered them."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of something that can be cited; an empty field is not known, or does not apply."""

    key: str
    """Unlike that of any other work of the briefing: the id of a source as it is, others with a colon in them."""
    kind: str
    """What it is, as readers are told: `Article`, `Official readout`, `Fact`."""
    form: _Form
    title: str = ""
    author: str = ""
    """As one text: who wrote or answers for it, as named there."""
    publisher: str = ""
    """Who published a source; the title of the briefing that holds a fact or a chart."""
    origin: str = ""
    """Who published it first, where that is another."""
    date: Edtf | None = None
    """The day of publication; of the briefing and its parts, the day up to which it goes."""
    accessed: Edtf | None = None
    url: str = ""
    language: str = ""
    archive: str = ""
    descriptor: str = ""
    """Access, quality, bias and known faults; of a fact, who says so and what is proven."""
    marks: tuple[str, ...] = ()
    """What must be known before it is trusted: `disputed`."""
    happened: Edtf | None = None
    """When it was so, happened or was said: of a fact alone."""
    is_ours: bool = False
    """Whether it is a part of this site, and not a source."""

    @property
    def said_title(self) -> str:
        """The title, or words in brackets that say that none was seen."""
        return self.title or UNTITLED

    @property
    def published_by(self) -> str:
        """`Upland Mirror, carrying Harbour Wire`."""
        return f"{self.publisher}, carrying {self.origin}" if self.origin else self.publisher


@dataclass(frozen=True, slots=True)
class _Form:
    """What a kind of work is called in the formats."""

    csl: str
    ris: str
    wikipedia: str = "cite web"
    is_container: bool = True
    """Whether its publisher is what holds it, as a newspaper holds an article, and not only who issued it."""


_NEWS = _Form("article-newspaper", "NEWS", "cite news")
_PAGE = _Form("webpage", "ELEC")
_FORMS = {
    "article": _NEWS,
    "repost": _NEWS,
    "wire": _NEWS,
    "readout": _PAGE,
    "statement": _PAGE,
    "report": _Form("report", "RPRT", is_container=False),
    "dataset": _Form("dataset", "DATA", is_container=False),
    "social": _Form("post", "ICOMM"),
    "video": _Form("motion_picture", "VIDEO", is_container=False),
}
_CHART = _Form("figure", "FIGURE")


# -- what can be cited ----------------------------------------------------------------------------------------------


def of_source(source: Source) -> Work:
    """A source: what was seen of it."""
    return Work(
        key=source.id,
        kind=SOURCE_KINDS[source.kind],
        form=_FORMS[source.kind],
        title=source.title,
        author=source.author,
        publisher=source.publisher,
        origin=source.origin if source.origin != source.publisher else "",
        date=source.published or None,
        accessed=source.accessed,
        url=source.url,
        language=source.language,
        archive=source.archive,
        descriptor=source.descriptor,
    )


def of_briefing(briefing: Briefing, site: str) -> Work:
    """The briefing as a whole; `site` is the address of the site's root with its slash, `HERE`, or empty."""
    about = briefing.base.briefing
    return _ours(briefing, _key(about.title), "Briefing", about.title, address(site, ""))


def of_chart(briefing: Briefing, chart: Chart, site: str) -> Work:
    """A chart, at its place on the first page that shows it."""
    return _ours(briefing, f"chart:{chart.id}", "Chart", chart.title, address(site, chart_url(briefing, chart)))


def of_fact(briefing: Briefing, evidence: Evidence, fact: Fact, site: str) -> Work:
    """A fact, at its permanent address: its sentence, who says so, and what is proven of its quotes."""
    citations = [each for base in briefing.evidence_of(fact) for each in base.citations]
    proven, unproven = evidence.counts(briefing.evidence_of(fact))
    told = [f"said by: {fact.attribution}", f"dated {fact.date.words()}", origins_in_words(briefing.origins(fact))]
    if citations:
        told.append(f"{proven} of {proven + unproven} quotes found word for word in the text as read")
    return _ours(
        briefing,
        f"fact:{fact.id}",
        "Fact",
        sentence(fact.statement),
        address(site, fact_url(fact)),
        descriptor="; ".join(told),
        marks=tuple(Views(briefing, evidence, "").marks(fact)),
        happened=fact.date,
    )


def _ours(briefing: Briefing, key: str, kind: str, title: str, url: str, **more: Any) -> Work:  # noqa: ANN401 - of Work
    about = briefing.base.briefing
    return Work(
        key=key,
        kind=kind,
        form=_CHART if kind == "Chart" else _PAGE,
        title=title,
        author=about.authors,
        publisher=about.title if kind != "Briefing" else "",
        date=about.as_of,
        url=url,
        language=about.language,
        is_ours=True,
        **more,
    )


def sources_of(briefing: Briefing, facts: Iterable[Fact]) -> list[Source]:
    """The sources on which facts rest, also through those from which they are computed, in order of first use."""
    cited = (each.source for fact in facts for base in briefing.evidence_of(fact) for each in base.citations)
    return [briefing.sources[each] for each in dict.fromkeys(cited)]


def chart_url(briefing: Briefing, chart: Chart) -> str:
    """The place of a chart on the first page that shows it, from the site's root; its front page where none does."""
    for page in briefing.pages:
        if any(call.name == "chart" and call.args[:1] == (chart.id,) for call in page.calls):
            return f"{page_url(page.path)}#chart-{chart.id}"
    return ""


def address(site: str, path: str) -> str:
    """A place of the site as a citation names it; empty where the address of the site is left out."""
    return f"{site}{path}" if site else ""


def _key(title: str) -> str:
    """A key that tells one briefing from another in a collection of many."""
    return "briefing:" + (re.sub(r"[^a-z0-9]+", "-", title.lower())[:60].strip("-") or "untitled")


# -- the styles -----------------------------------------------------------------------------------------------------


def cite(work: Work) -> dict[str, str]:
    """The citation of a work in every style, by the style's key; each without a line break at its end."""
    return cite_all([work])[0]


def cite_all(works: Sequence[Work]) -> list[dict[str, str]]:
    """The same of several works, in less time; no two of them have one key."""
    said = {key: written(key, works) for key in STYLES}
    return [{key: texts[place] for key, texts in said.items()} for place in range(len(works))]


def written(key: str, works: Sequence[Work]) -> list[str]:
    """The citations of several works in a style; no two of them have one key."""
    return _WRITERS[key](works)


def _plain(work: Work) -> str:
    author = _stopped(work.author) if work.author else ""
    title = f"“{work.title}”" if work.title else UNTITLED
    return " ".join(each for each in (author, _stopped(title), *_behind_title(work, str)) if each)


def _markdown(work: Work) -> str:
    author = _stopped(_in_markdown(work.author)) if work.author else ""
    title = f"“{_in_markdown(work.title)}”" if work.title else _in_markdown(UNTITLED)
    linked = f"[{title}](<{work.url}>)" if work.url else title
    title = linked if _stopped(title) == title else f"{linked}."
    line = " ".join(each for each in (author, title, *_behind_title(work, _in_markdown, with_url=False)) if each)
    return _AT_LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}", line, count=1)


def _behind_title(work: Work, written: Callable[[str], str], *, with_url: bool = True) -> Iterable[str]:
    """What prose says behind a title, sentence by sentence."""
    if work.marks:
        yield f"({written('; '.join(work.marks))})."
    day = work.date.words() if work.date else ""
    if work.is_ours:
        held = f"{work.kind} in: {work.publisher}" if work.publisher else work.kind
        yield _stopped(written(f"{held}, as of {day}"))
    else:
        kind = work.kind[:1].lower() + work.kind[1:]
        yield _stopped(written(f"{work.published_by}, {kind}, {day or 'day of publication not known'}"))
    if with_url and work.url:
        yield f"{work.url}."[: None if work.accessed else -1]
    if work.accessed:
        yield f"Read on {written(work.accessed.words())}."


def _stopped(text: str) -> str:
    return text if text.rstrip("”’").endswith((".", "!", "?", "…")) else f"{text}."


_MARKDOWN = re.compile(r"[\\`*_\[\]{}#]|[<>&|~$@^=]|(?<=\w):(?=//)|(?<=www)\.|!(?=\[)|(?<=\W)[-+:](?=\W)", re.ASCII)
_BACKSLASHED = frozenset("\\`*_[]{}#!")
"""What every Markdown lets a backslash make plain; the rest is written as an entity."""
_AT_LINE_START = re.compile(r"^(\d*)([-+>#.)])(?=\s)")
"""What would begin a list, a heading or a quotation."""


def _in_markdown(text: str) -> str:
    """A text that no Markdown reads as anything but text."""
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}" if found[0] in _BACKSLASHED else f"&#{ord(found[0])};", text)


def _ics(work: Work) -> str:
    """Fields between pipes, in the order of ICS 206-01, the descriptor last: a field that is not known says so.

    Author, publisher, title, day of publication, kind, address, day of access, descriptor; author and host are two
    fields. A pipe within a field is written as a broken bar.
    """
    day = work.date.words() if work.date else ""
    fields = (
        work.author or "author not named",
        f"in: {work.publisher}" if work.is_ours and work.publisher else work.published_by,
        f"“{work.title}”" if work.title else UNTITLED,
        f"as of {day}" if work.is_ours else day or "day of publication not known",
        work.kind if work.language in ("", "en") else f"{work.kind} (language: {work.language})",
        work.url,
        f"accessed {work.accessed.words()}" if work.accessed else "",
        "; ".join((*work.marks, *([work.descriptor] if work.descriptor else ()))),
    )
    return " | ".join(each.replace("|", "¦") for each in fields if each)


# -- CSL-JSON -------------------------------------------------------------------------------------------------------


def csl(work: Work) -> dict[str, Any]:
    """A work as an item of CSL-JSON (csl-data.json 1.0.2): an author is a `literal`, as no name is cut into parts."""
    item: dict[str, Any] = {
        "id": work.key,
        "type": work.form.csl,
        "title": work.said_title,
        "author": [{"literal": work.author}] if work.author else [],
        "container-title" if work.form.is_container else "publisher": work.publisher,
        "original-publisher": work.origin,
        "issued": _csl_date(work.date),
        "event-date": _csl_date(work.happened),
        "accessed": _csl_date(work.accessed),
        "URL": work.url,
        "archive_location": work.archive,
        "language": work.language,
        "genre": work.kind if work.kind != SOURCE_KINDS["article"] else "",
        "annote": work.descriptor,
        "status": "; ".join(work.marks),
    }
    return {name: value for name, value in item.items() if value}


def _csl_date(date: Edtf | None) -> dict[str, Any]:
    """A date as CSL has it: one or two lists of numbers, `circa` for doubt, and words for what no numbers can say."""
    if not date:
        return {}
    ends = [date.start, date.end] if date.is_interval else [date.start]
    parts = [_parts(each) for each in ends if each is not None]
    if len(parts) != len(ends) or not all(parts):
        return {"literal": date.words()}
    doubt = {"circa": True} if any(each and each.mark for each in ends) else {}
    return {"date-parts": parts, **doubt}


def _parts(point: Point) -> list[int]:
    """Year, month and day, as far as they are known; nothing for a decade or a century."""
    first, length = point.first, {"year": 1, "month": 2, "day": 3}.get(point.precision, 0)
    return [first.year, first.month, first.day][:length]


# -- BibTeX ---------------------------------------------------------------------------------------------------------

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # not \{, which BibTeX counts as a brace all the same
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        **{each: f"\\{each}" for each in "#$%&_"},
    }
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def bibtex(works: Sequence[Work]) -> list[str]:
    """Each work as BibTeX: `@misc`, which BibTeX and biblatex both know.

    `date` and `urldate` are EDTF, as biblatex reads it, with all their doubt; `year` and `month`, which BibTeX reads,
    stand only beside a date that is in no doubt. Texts are for LaTeX with UTF-8, within a second pair of braces where
    BibTeX would change their letters or cut them into names.
    """
    # only who cites needs it
    from bibtexparser.entrypoint import write_string  # noqa: PLC0415
    from bibtexparser.library import Library  # noqa: PLC0415
    from bibtexparser.middlewares.parsestack import default_unparse_stack  # noqa: PLC0415
    from bibtexparser.model import Entry, Field  # noqa: PLC0415
    from bibtexparser.writer import BibtexFormat  # noqa: PLC0415

    def written(work: Work) -> Entry:
        fields = _bibtex_fields(work).items()
        bare = {"month": "no-enclosing"}  # BibTeX has a name for each
        return Entry("misc", work.key, [Field(name, text, enclosing=bare.get(name)) for name, text in fields if text])

    layout = BibtexFormat()  # type: ignore[no-untyped-call]
    layout.indent, layout.block_separator = "  ", _APART
    stack = default_unparse_stack(allow_inplace_modification=True)
    return _parted(write_string(Library([*map(written, works)]), stack, bibtex_format=layout))


_APART = "\ue002"
"""Stands between two works while a library writes them; no text of a briefing can hold it."""


def _parted(text: str) -> list[str]:
    """What a library wrote, work by work, each without a line break at either end."""
    return [each.strip("\n") for each in text.split(_APART)]


def _bibtex_fields(work: Work) -> Mapping[str, str]:
    def within(text: str) -> str:
        return f"{{{text.translate(_LATEX)}}}" if text else ""

    note = "; ".join((work.kind, *work.marks))
    return {
        "author": within(work.author),
        "title": within(work.said_title),
        "howpublished": within(f"In: {work.publisher}" if work.is_ours and work.publisher else work.published_by),
        "date": f"{work.date or ''}",
        "year": _year(work.date),
        "month": "".join(_MONTHS[each - 1] for each in _certain(work.date)[1:2]),
        "url": work.url,
        "urldate": f"{work.accessed or ''}",
        "language": work.language,
        "note": within(note),
        "annote": within(work.descriptor),
    }


def _certain(date: Edtf | None) -> list[int]:
    """Year, month and day of a date that is in no doubt, as far as they are known."""
    return _parts(date.start) if date and not date.is_interval and date.start and not date.start.mark else []


def _year(date: Edtf | None) -> str:
    return "".join(f"{each:04}" for each in _certain(date)[:1])


# -- RIS ------------------------------------------------------------------------------------------------------------


def ris(works: Sequence[Work]) -> list[str]:
    """Each work as RIS.

    A date is `YYYY/MM/DD/` and then its words where numbers cannot say all of it; a day in doubt has words alone.
    """
    import rispy  # noqa: PLC0415 - as above

    class Writer(rispy.RisWriter):  # type: ignore[misc] # rispy has no types
        """Records without a number before them."""

        SEPARATOR = _APART

        def set_header(self, count: int) -> str:
            """Nothing."""
            del count
            return ""

    return _parted(rispy.dumps([*map(_ris_fields, works)], implementation=Writer))


def _ris_fields(work: Work) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "type_of_reference": work.form.ris,
        "id": work.key,
        "authors": [work.author] if work.author else [],
        "title": work.said_title,
        "secondary_title" if work.form.is_container else "publisher": work.publisher,
        "original_publication": work.origin,
        "year": _year(work.date),
        "date": _ris_date(work.date),
        "access_date": _ris_date(work.accessed),
        "urls": [each for each in (work.url, work.archive) if each],
        "language": work.language,
        "type_of_work": work.kind,
        "notes": [each for each in ("; ".join(work.marks), work.descriptor) if each],
    }
    return {name: value for name, value in fields.items() if value}


def _ris_date(date: Edtf | None) -> str:
    if not date:
        return ""
    certain = _certain(date)
    written = [f"{each:0{width}}" for each, width in zip(certain, (4, 2, 2), strict=False)]
    return "/".join([*written, *[""] * (3 - len(written)), "" if certain else date.words()])


# -- Wikipedia ------------------------------------------------------------------------------------------------------

_WIKITEXT = re.compile(r"[\[\]{}|<>&]|''+|~~~+|__+|(?<=\w):(?=//)|^[*#:;=]")


def _wikipedia(work: Work) -> str:
    """A work as `{{cite web}}` or `{{cite news}}`, for pages in English; what they have no field for is left out.

    The date is one that the template accepts; another stands as a comment in its place.
    """
    is_news = work.form.wikipedia == "cite news"
    is_copy = work.kind == SOURCE_KINDS["repost"] and work.origin
    fields = {
        "author": _in_wikitext(work.author),
        "title": _in_wikitext(work.said_title),
        "url": _WIKI_URL.sub(lambda found: "".join(f"%{ord(each):02X}" for each in found[0]), work.url)
        or "<!-- the address at which it was read -->",
        "work" if is_news or (work.is_ours and work.publisher) else "publisher": _in_wikitext(
            work.origin if is_copy else work.publisher
        ),
        "via": _in_wikitext(work.publisher if is_copy else ""),
        "agency": _in_wikitext(work.origin if is_news and not is_copy else ""),
        "date": _wiki_date(work.date),
        "language": work.language if work.language.partition("-")[0] != "en" else "",
        "access-date": _wiki_date(work.accessed),
    }
    said = " ".join(f"|{name}={value}" for name, value in fields.items() if value)
    return f"{{{{{work.form.wikipedia} {said}}}}}" + (f" ({'; '.join(work.marks)})" if work.marks else "")


_WIKI_URL = re.compile(r"[\[\]]|~~~+")


def _in_wikitext(text: str) -> str:
    """A text without what wikitext reads as markup: entities in its place."""
    return _WIKITEXT.sub(lambda found: "".join(f"&#{ord(each)};" for each in found[0]), text)


def _wiki_date(date: Edtf | None) -> str:
    """A date as the templates accept it: days, months and years, `c.` before a year, and a dash between two."""
    if not date:
        return ""
    ends = {date.start, date.end} if date.is_interval else {date.start}
    if any(each is None or not _parts(each) for each in ends) or date.words().count(" to ") > 1:
        return f"<!-- {date.words()} -->"
    marks = {each.mark for each in ends if each}
    if marks == {"~"} and date.start and date.start.precision == "year" and not date.is_interval:
        return f"c. {date.start.first.year}"
    if marks != {""} or len({each.precision for each in ends if each}) != 1:
        return f"<!-- {date.words()} -->"
    first, _, last = date.words().partition(" to ")
    is_close = first.isdigit() or (" " not in first and " " not in last.rpartition(" ")[0])
    return first + (f"–{last}" if is_close else f" – {last}") if last else first


_WRITERS: dict[str, Callable[[Sequence[Work]], list[str]]] = {
    "plain": lambda works: [*map(_plain, works)],
    "markdown": lambda works: [*map(_markdown, works)],
    "bibtex": bibtex,
    "ris": ris,
    "csl": lambda works: [json.dumps(csl(work), ensure_ascii=False) for work in works],
    "ics": lambda works: [*map(_ics, works)],
    "wikipedia": lambda works: [*map(_wikipedia, works)],
}
