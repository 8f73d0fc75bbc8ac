"""Citations say what is known and no more, and the readers of every format read back what was written."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import markdown
import mwparserfromhell
import pytest
import rispy
from csl_reference import Reference
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from selectolax.lexbor import LexborHTMLParser

from generator import edtf, styles
from generator.columns import Case
from generator.model import Briefing, Source
from generator.styles import STYLES, Work
from generator.tables import chart_table
from generator.views import fact_url
from tests.sites import judged
from tests.test_hostile import HOSTILE
from tests.valley import VALLEY

HELD = judged(VALLEY)
BRIEFING: Briefing = HELD.briefing
CASE = Case(BRIEFING, HELD.evidence, {each.id: chart_table(BRIEFING, each) for each in BRIEFING.base.charts})
SITE = "https://briefing.example/orn/"


def source(**fields: object) -> Work:
    """A source with some fields of its own."""
    dates = {name: edtf.parse(f"{fields.pop(name)}") for name in ("published", "accessed") if name in fields}
    known = Source(
        id="herald-fire",
        title="Fire at the mill",
        publisher="The Herald",
        kind="article",
        url="https://herald.example/fire?page=1#top",
        published=edtf.parse("2031-05-04"),
        accessed=edtf.parse("2031-05-20"),
        descriptor="A local newspaper, read in full; it names nobody.",
    )
    return styles.of_source(replace(known, **fields, **dates))  # type: ignore[arg-type]


# -- whole answers --------------------------------------------------------------------------------------------------


def test_a_source_in_every_style() -> None:
    assert styles.cite(source(author="A. Miller", origin="Harbour Wire", kind="repost")) == {
        "plain": "A. Miller. “Fire at the mill”. The Herald, carrying Harbour Wire, repost, 4 May 2031."
        " https://herald.example/fire?page=1#top. Read on 20 May 2031.",
        "markdown": "A. Miller. [“Fire at the mill”](<https://herald.example/fire?page=1#top>). The Herald, carrying"
        " Harbour Wire, repost, 4 May 2031. Read on 20 May 2031.",
        "bibtex": """\
@misc{herald-fire,
  author = {{A. Miller}},
  title = {{Fire at the mill}},
  howpublished = {{The Herald, carrying Harbour Wire}},
  date = {2031-05-04},
  year = {2031},
  month = may,
  url = {https://herald.example/fire?page=1#top},
  urldate = {2031-05-20},
  language = {en},
  note = {{Repost}},
  annote = {{A local newspaper, read in full; it names nobody.}}
}""",
        "ris": """\
TY  - NEWS
ID  - herald-fire
AU  - A. Miller
TI  - Fire at the mill
T2  - The Herald
OP  - Harbour Wire
PY  - 2031
DA  - 2031/05/04/
Y2  - 2031/05/20/
UR  - https://herald.example/fire?page=1#top
LA  - en
M3  - Repost
N1  - A local newspaper, read in full; it names nobody.
ER  - """,
        "csl": '{"id": "herald-fire", "type": "article-newspaper", "title": "Fire at the mill", "author":'
        ' [{"literal": "A. Miller"}], "container-title": "The Herald", "original-publisher": "Harbour Wire", "issued":'
        ' {"date-parts": [[2031, 5, 4]]}, "accessed": {"date-parts": [[2031, 5, 20]]}, "URL":'
        ' "https://herald.example/fire?page=1#top", "language": "en", "genre": "Repost", "annote": "A local newspaper,'
        ' read in full; it names nobody."}',
        "ics": "A. Miller | The Herald, carrying Harbour Wire | “Fire at the mill” | 4 May 2031 | Repost |"
        " https://herald.example/fire?page=1#top | accessed 20 May 2031 | A local newspaper, read in full; it names"
        " nobody.",
        "wikipedia": "{{cite news |author=A. Miller |title=Fire at the mill"
        " |url=https://herald.example/fire?page=1#top |work=Harbour Wire |via=The Herald |date=4 May 2031"
        " |access-date=20 May 2031}}",
    }


def test_what_is_not_known_is_said_to_be_so_or_left_out_and_never_made_up() -> None:
    unknown = replace(source(kind="statement", title=""), date=None)
    said = styles.cite(unknown)
    assert said["plain"].startswith(
        "[page without a title seen]. The Herald, official statement, day of publication not known. https:"
    )
    assert said["markdown"].startswith("[\\[page without a title seen\\]](<https://")
    assert said["ics"].startswith(
        "author not named | The Herald | [page without a title seen] | day of publication not known | Official"
    )
    assert said["wikipedia"] == (
        "{{cite web |title=&#91;page without a title seen&#93; |url=https://herald.example/fire?page=1#top"
        " |publisher=The Herald |access-date=20 May 2031}}"
    )
    assert "issued" not in json.loads(said["csl"])
    assert "author" not in json.loads(said["csl"])
    assert not re.search("^  (date|year|month|author) =", said["bibtex"], re.MULTILINE)
    assert not re.search("^(DA|PY|AU) ", said["ris"], re.MULTILINE)


def test_a_fact_names_its_sentence_the_briefing_its_day_its_address_and_what_is_doubted_of_it() -> None:
    fact = BRIEFING.facts["displaced-eastholm-1-april"]
    said = styles.cite(styles.of_fact(BRIEFING, HELD.evidence, fact, SITE))
    where = f"{SITE}{fact_url(fact)}"
    sentence = "Around 1,200 people had left their homes in Eastholm by 1 April 2031."
    assert said["plain"] == (
        f"The tests of the generator. “{sentence}” (disputed). Fact in: The flood in the Orn valley, as of"
        f" 10 April 2031. {where}"
    )
    assert said["ics"] == (
        f"The tests of the generator | in: The flood in the Orn valley | “{sentence}” | as of 10 April 2031 | Fact |"
        f" {where} | disputed; said by: Eastholm town council; dated 1 April 2031; 1 origin: Valley Courier; 1 of 1"
        " quotes found word for word in the text as read"
    )
    assert said["wikipedia"] == (
        f"{{{{cite web |author=The tests of the generator |title={sentence} |url={where} |work=The flood in the Orn"
        " valley |date=10 April 2031}} (disputed)"
    )
    item = json.loads(said["csl"])
    assert (item["event-date"], item["status"]) == ({"date-parts": [[2031, 4, 1]]}, "disputed")


def test_the_briefing_and_a_chart_are_cited_with_their_day_and_place() -> None:
    chart = BRIEFING.base.charts[0]
    briefing, drawn = (styles.of_briefing(BRIEFING, SITE), styles.of_chart(BRIEFING, chart, SITE))
    assert styles.cite(briefing)["plain"] == (
        f"The tests of the generator. “The flood in the Orn valley”. Briefing, as of 10 April 2031. {SITE}"
    )
    assert styles.cite(drawn)["plain"] == (
        f"The tests of the generator. “{chart.title}”. Chart in: The flood in the Orn valley, as of 10 April 2031."
        f" {SITE}{styles.chart_url(BRIEFING, chart)}"
    )
    assert styles.chart_url(BRIEFING, chart).endswith(f"#chart-{chart.id}")
    assert (json.loads(styles.cite(drawn)["csl"])["type"], briefing.key) == (
        "figure",
        "briefing:the-flood-in-the-orn-valley",
    )


@pytest.mark.parametrize("style", STYLES)
def test_without_an_address_of_the_site_none_is_made_up_and_a_sign_stands_for_it_only_where_asked(style: str) -> None:
    fact = BRIEFING.base.facts[0]
    without, marked = (
        styles.cite(styles.of_fact(BRIEFING, HELD.evidence, fact, site))[style] for site in ("", styles.HERE)
    )
    assert fact_url(fact) not in without
    assert styles.HERE not in without
    assert marked.count(styles.HERE) == marked.count(f"{styles.HERE}{fact_url(fact)}") == 1


def test_the_sources_of_a_computed_figure_are_those_of_the_figures_it_comes_from() -> None:
    fact = next(each for each in BRIEFING.base.facts if getattr(each, "derived", ""))
    bases = BRIEFING.bases(fact)
    assert [each.id for each in styles.sources_of(BRIEFING, [fact])] == [
        *dict.fromkeys(each.source for base in (fact, *bases) for each in base.citations)
    ]
    assert bases


# -- dates ----------------------------------------------------------------------------------------------------------

DATES = [
    # EDTF, CSL, RIS, the template of Wikipedia, BibTeX's year and month
    ("2031-05-04", {"date-parts": [[2031, 5, 4]]}, "2031/05/04/", "4 May 2031", "2031 may"),
    ("2031-05", {"date-parts": [[2031, 5]]}, "2031/05//", "May 2031", "2031 may"),
    ("2031", {"date-parts": [[2031]]}, "2031///", "2031", "2031"),
    ("0931", {"date-parts": [[931]]}, "0931///", "931", "0931"),
    (
        "2031-05-04~",
        {"date-parts": [[2031, 5, 4]], "circa": True},
        "///around 4 May 2031",
        "<!-- around 4 May 2031 -->",
        "",
    ),
    (
        "2031-05?",
        {"date-parts": [[2031, 5]], "circa": True},
        "///May 2031 (uncertain)",
        "<!-- May 2031 (uncertain) -->",
        "",
    ),
    ("2031~", {"date-parts": [[2031]], "circa": True}, "///around 2031", "c. 2031", ""),
    (
        "2031-05-04/2031-05-06",
        {"date-parts": [[2031, 5, 4], [2031, 5, 6]]},
        "///4 to 6 May 2031",
        "4–6 May 2031",
        "",
    ),
    (
        "2031-04-30/2031-05-06",
        {"date-parts": [[2031, 4, 30], [2031, 5, 6]]},
        "///30 April to 6 May 2031",
        "30 April – 6 May 2031",
        "",
    ),
    (
        "2031-04/2031-05",
        {"date-parts": [[2031, 4], [2031, 5]]},
        "///April to May 2031",
        "April–May 2031",
        "",
    ),
    ("2030/2031", {"date-parts": [[2030], [2031]]}, "///2030 to 2031", "2030–2031", ""),
    (
        "2031-04-30/2031-05",
        {"date-parts": [[2031, 4, 30], [2031, 5]]},
        "///30 April 2031 to May 2031",
        "<!-- 30 April 2031 to May 2031 -->",
        "",
    ),
    ("2031-05/..", {"literal": "since May 2031"}, "///since May 2031", "<!-- since May 2031 -->", ""),
    ("../2031-05", {"literal": "until May 2031"}, "///until May 2031", "<!-- until May 2031 -->", ""),
    ("203X", {"literal": "the 2030s"}, "///the 2030s", "<!-- the 2030s -->", ""),
]


@pytest.mark.parametrize(("written", "csl", "ris", "wikipedia", "year"), DATES, ids=[row[0] for row in DATES])
def test_a_date_keeps_its_doubt_in_every_style(
    written: str, csl: dict[str, object], ris: str, wikipedia: str, year: str
) -> None:
    work = source(published=written)
    said = styles.cite(work)
    assert json.loads(said["csl"])["issued"] == csl
    assert re.findall("^DA  - (.*)$", said["ris"], re.MULTILINE) == [ris]
    found = re.search(r"\|(?:work|publisher)=The Herald \|date=(.*?) \|access", said["wikipedia"])
    assert found is not None
    assert found[1] == wikipedia
    fields = dict(re.findall(r"^  (date|year|month) = \{?(.*?)\}?,$", said["bibtex"], re.MULTILINE))
    assert fields.pop("date") == written
    assert " ".join(fields.values()) == year
    for style in ("plain", "ics"):
        assert edtf.parse(written).words() in said[style]


# -- readers of the formats -----------------------------------------------------------------------------------------

LATEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\textquotedbl{}": '"',
    **{f"\\{each}": each for each in "#$%&_"},
}
"""What LaTeX prints for each of its names for signs."""


def _typeset(value: str) -> str:
    """A value of BibTeX as LaTeX prints it; outside of names for signs it may hold no sign of LaTeX's own."""
    inner = value.removeprefix("{").removesuffix("}")
    names = "|".join(map(re.escape, sorted(LATEX, key=len, reverse=True)))
    assert not re.search(r"[\\{}#$%&_~^]", re.sub(names, "", inner)), value
    return re.sub(names, lambda found: LATEX[found[0]], inner)


TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"]), min_size=1, max_size=60),
    st.text("\\{}[]()<>|*_~^#$%&@!-+=:'\"/. a", min_size=1, max_size=30),
).map(lambda text: " ".join(text.split()) or "x")
URLS = st.text("abc0123-._~:/?#[]@!$&()*+,;=%", max_size=40).map(lambda rest: f"https://herald.example/{rest}")
ANY_DATE = st.sampled_from([row[0] for row in DATES]).map(edtf.parse)
WORKS = st.builds(
    lambda kind, **fields: replace(source(kind=kind), **fields),
    kind=st.sampled_from(["article", "repost", "wire", "readout", "report", "dataset", "social", "video"]),
    title=TEXTS | st.just(""),
    author=TEXTS | st.just(""),
    publisher=TEXTS,
    origin=TEXTS | st.just(""),
    descriptor=TEXTS,
    date=ANY_DATE | st.none(),
    url=URLS,
)


@given(WORKS)
def test_a_reader_of_bibtex_finds_what_was_written(work: Work) -> None:
    (entry,) = parse_string(styles.cite(work)["bibtex"], "bibtex").entries.values()
    found = dict(entry.fields) | {"author": " ".join(map(str, entry.persons.get("author", ())))}
    assert (entry.key, entry.type) == (work.key, "misc")
    assert _typeset(found["title"]) == work.said_title
    assert _typeset(found["author"]) == work.author
    assert _typeset(found["howpublished"]) == work.published_by
    assert _typeset(found["annote"]) == work.descriptor
    assert (found["url"], found.get("date", ""), found["urldate"]) == (work.url, f"{work.date or ''}", "2031-05-20")


@given(st.lists(WORKS, min_size=2, max_size=3))
def test_several_works_in_a_file_stay_apart(works: list[Work]) -> None:
    named = [replace(work, key=f"key-{number}") for number, work in enumerate(works)]
    said = [styles.cite(work) for work in named]
    database = parse_string(STYLES["bibtex"].joined(each["bibtex"] for each in said), "bibtex")
    assert [*database.entries] == [work.key for work in named]
    records = rispy.loads(STYLES["ris"].joined(each["ris"] for each in said))
    assert [record["title"] for record in records] == [work.said_title for work in named]
    items = json.loads(STYLES["csl"].joined(each["csl"] for each in said))
    assert [item["id"] for item in items] == [work.key for work in named]


@given(WORKS)
def test_a_reader_of_ris_finds_what_was_written(work: Work) -> None:
    (record,) = rispy.loads(styles.cite(work)["ris"] + "\n", delimiter_tags_mapping={})
    assert record.get("authors", []) == ([work.author] if work.author else [])
    assert record["title"] == work.said_title
    assert record.get("secondary_title", record.get("publisher")) == work.publisher
    assert record.get("original_publication", "") == work.origin
    assert (record["urls"], record["access_date"], record["notes"]) == ([work.url], "2031/05/20/", [work.descriptor])


@given(WORKS)
def test_the_schema_of_csl_knows_every_field(work: Work) -> None:
    item = styles.csl(work)
    assert json.loads(styles.cite(work)["csl"]) == item
    assert Reference.model_validate(item).csl_dump(mode="json") == item


def test_a_processor_of_csl_makes_bibliographies_of_every_work() -> None:
    works = [
        styles.of_briefing(BRIEFING, SITE),
        *(styles.of_chart(BRIEFING, each, SITE) for each in BRIEFING.base.charts),
        *(styles.of_fact(BRIEFING, HELD.evidence, each, SITE) for each in BRIEFING.base.facts),
        *map(styles.of_source, BRIEFING.base.sources),
        *(source(kind=kind) for kind in styles._FORMS),
        # citeproc-py 0.11 breaks off at any stretch of days; the schema judges those
        *(source(published=row[0]) for row in DATES if "/" not in row[0]),
    ]
    for work in works:
        said = f"{Reference.model_validate(styles.csl(work))}"
        assert work.said_title.rstrip(".") in said, work
        assert work.url in said, work
    assert f"{Reference.model_validate(styles.csl(source(author='A. Miller')))}" == (
        "A. Miller (2031) “Fire at the mill”, The Herald, 4 May. Available at:"
        " https://herald.example/fire?page=1#top (Accessed: May 20, 2031)."
    )


@given(WORKS)
def test_markdown_shows_the_texts_as_they_are_and_one_link(work: Work) -> None:
    html = markdown.markdown(styles.cite(work)["markdown"], extensions=["tables", "fenced_code"])
    tree = LexborHTMLParser(html)
    assert tree.body is not None
    assert {node.tag for node in tree.body.css("*")} <= {"body", "p", "a"}, html
    assert [str(node.attributes["href"]) for node in tree.css("a")] == [work.url]
    shown = " ".join(tree.body.text().split())
    for text in (work.title or styles.UNTITLED, work.author, work.published_by):
        assert " ".join(text.split()) in shown


@given(WORKS)
def test_wikitext_is_one_template_whose_fields_show_the_texts_as_they_are(work: Work) -> None:
    code = mwparserfromhell.parse(styles.cite(work)["wikipedia"])
    (template,) = code.filter_templates()
    assert [f"{node}" for node in code.nodes] == [f"{template}"]
    fields = {f"{each.name}": f"{each.value.strip_code()}".strip() for each in template.params}
    assert fields["title"] == work.said_title
    assert fields.get("author", "") == work.author
    assert work.publisher in fields.values()
    kinds = {
        (f"{each.name}", type(node).__name__)
        for each in template.params
        for node in each.value.nodes
        if type(node).__name__ not in ("Text", "HTMLEntity")
    }
    assert kinds <= {("url", "ExternalLink"), ("date", "Comment")}


@given(WORKS)
def test_a_line_of_ics_has_its_fields_in_order_and_the_descriptor_last(work: Work) -> None:
    fields = styles.cite(work)["ics"].split(" | ")
    assert len(fields) == 8
    assert fields[0] == (work.author or "author not named").replace("|", "¦")
    assert fields[-1] == work.descriptor.replace("|", "¦")


def test_keys_of_sources_facts_charts_and_the_briefing_never_meet() -> None:
    works = [
        styles.of_briefing(BRIEFING, ""),
        *(styles.of_chart(BRIEFING, each, "") for each in BRIEFING.base.charts),
        *(styles.of_fact(BRIEFING, HELD.evidence, each, "") for each in BRIEFING.base.facts),
        *map(styles.of_source, BRIEFING.base.sources),
    ]
    assert len({work.key for work in works}) == len(works)
    assert [work.key for work in works if ":" not in work.key] == [each.id for each in BRIEFING.base.sources]
