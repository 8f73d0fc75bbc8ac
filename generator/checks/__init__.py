"""Briefing and evidence -> problems. One rule, one function; its docstring is its page in the manual.

To add a rule, write the function in the module of its subject and name it in `RULES`.
"""

from __future__ import annotations

from generator.checks import charts, citations, dates, numbers, pages, prose, references
from generator.checks.engine import Case, Rule, run
from generator.problems import Problem

RULES: tuple[Rule, ...] = (
    references.reference_unknown,
    citations.fact_without_citation,
    citations.quote_length,
    citations.quote_not_found,
    citations.unproven_needless,
    citations.source_without_fingerprint,
    citations.source_unused,
    citations.fingerprint_unused,
    numbers.figure_without_value,
    numbers.number_not_in_quote,
    numbers.hedge_unknown,
    numbers.hedge_not_in_quote,
    numbers.hedge_dropped,
    dates.date_without_basis,
    dates.date_in_statement,
    dates.date_after_publication,
    dates.day_not_exact,
    charts.chart_selection,
    charts.chart_encoding,
    charts.chart_axis,
    charts.chart_label,
    prose.chart_text_number,
    pages.page_missing,
    pages.page_name,
    pages.prose_html,
    pages.prose_link,
    pages.language_unsupported,
    pages.link_dead,
    pages.call_not_alone,
    pages.call_empty,
    prose.prose_number,
    prose.prose_date,
    prose.prose_quotation,
    prose.prose_uncited,
    pages.value_kind,
)
"""Every rule, in the order of the manual."""

__all__ = ["RULES", "Case", "Rule", "check"]


def check(case: Case) -> list[Problem]:
    """Run every rule: all problems of a run."""
    return run(RULES, case)
