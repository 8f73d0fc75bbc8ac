"""The rows that charts, tables and alternative texts show."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from generator import site
from generator.hedges import HEDGES, Firmness, firmness
from generator.model import Figure
from generator.tables import ChartTable, by_date, chart_table, figure_label, speakers
from tests.making import BASE, changed, inputs

MORE = """\
  - id: visitors
    kind: figure
    statement: Tens of thousands of visitors are expected
    topic: losses
    side: mill
    date: 2031-05
    date_basis: The page.
    attribution: The Herald
    measure: sacks
    low: 20000
    high: 99999
    hedge: tens of thousands
    citations:
      - source: herald
        quote: Tens of thousands of visitors
charts:
"""


def _table(text: str = BASE) -> ChartTable:
    judged = site.judge(inputs(text))
    assert not judged.problems
    return chart_table(judged.briefing, judged.briefing.base.charts[0])


def test_a_chart_has_its_rows_in_order_of_date_with_words_and_bounds() -> None:
    table = _table(changed("charts:\n", MORE))
    rows = [(row.id, row.date_words, row.label, row.low, row.high, row.firmness, row.series) for row in table.figures]
    assert rows == [
        ("visitors", "May 2031", "tens of thousands", Decimal(20000), Decimal(99999), Firmness.RANGE, "Mill"),
        ("sacks-lost", "2 May 2031", "around 1,200", Decimal(1200), Decimal(1200), Firmness.AROUND, "Mill"),
    ]
    assert (table.first, table.last) == (dt.date(2031, 5, 1), dt.date(2031, 5, 31))
    assert table.series == ("Mill",)


def test_the_alternative_text_says_kind_message_and_every_value() -> None:
    assert _table().alt == "Chart: Flour was lost. Sacks of flour. Mill, 2 May 2031: around 1,200 sacks."
    told = _table(changed("    encoding:", "    alt: A dot in May.\n    encoding:"))
    assert told.alt == "A dot in May. Sacks of flour. Mill, 2 May 2031: around 1,200 sacks."


def test_the_axis_is_the_declared_one_where_there_is_one() -> None:
    table = _table(changed("    encoding:", "    since: 2031-01-01\n    until: 2031-12\n    encoding:"))
    assert (table.first, table.last) == (dt.date(2031, 1, 1), dt.date(2031, 12, 31))


def test_the_source_line_names_origins_and_through_whom_they_were_read() -> None:
    assert _table().source_line == "The Herald"
    relayed = changed("    kind: article\n", "    kind: repost\n    origin: The Gazette\n")
    assert _table(relayed).source_line == "The Gazette (via The Herald)"


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ({"value": Decimal(70000), "hedge": "around"}, "around 70,000"),
        ({"value": Decimal(70000)}, "70,000"),
        ({"low": Decimal(60000), "high": Decimal(70000), "hedge": ""}, "60,000 to 70,000"),
        ({"low": Decimal(60000), "high": Decimal(70000), "hedge": "between"}, "60,000 to 70,000"),
        ({"low": Decimal(60000), "high": Decimal(70000), "hedge": "Between"}, "60,000 to 70,000"),
        ({"low": Decimal(60000), "high": Decimal(70000), "hedge": "around"}, "around 60,000 to 70,000"),
        ({"low": Decimal(20000), "high": Decimal(99999), "hedge": "tens of thousands"}, "tens of thousands"),
    ],
)
def test_a_figure_is_said_with_its_hedge_and_a_vague_word_stays_a_word(written: dict[str, object], label: str) -> None:
    assert figure_label(Figure(**written)) == label  # type: ignore[arg-type]


def test_every_hedge_has_a_firmness_and_a_range_is_a_range_whatever_its_hedge() -> None:
    assert {firmness(hedge, is_range=False) for hedge in HEDGES} == {*Firmness} - {Firmness.EXACT}
    assert firmness("", is_range=False) is Firmness.EXACT
    assert firmness("about", is_range=True) is Firmness.RANGE


def test_who_took_part_is_named() -> None:
    briefing = site.judge(inputs()).briefing
    assert [speakers(briefing, fact) for fact in by_date(briefing.base.facts)] == ["", "The mayor"]
