"""Briefing and evidence -> problems. One rule, one function; its docstring is its page in the manual.

To add a rule, write the function in the module of its subject and name it in `RULES`.
"""

from __future__ import annotations

from dataclasses import replace

from generator.checks import (
    changes,
    charts,
    citations,
    conflicts,
    dates,
    derivations,
    judgments,
    likeness,
    numbers,
    pages,
    prose,
    references,
    reviews,
    sources,
    voices,
    waivers,
)
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
    numbers.unit_not_in_quote,
    numbers.conversion_wrong,
    derivations.derivation_broken,
    derivations.derivation_circular,
    derivations.derivation_wrong,
    derivations.derivation_firmer,
    derivations.derivation_mixed,
    derivations.derivation_later,
    derivations.quote_missing,
    numbers.hedge_unknown,
    numbers.hedge_not_in_quote,
    numbers.hedge_dropped,
    dates.date_without_basis,
    dates.date_in_statement,
    dates.date_after_publication,
    dates.access_before_publication,
    dates.review_overdue,
    dates.weekday_wrong,
    dates.day_not_exact,
    sources.descriptor_thin,
    sources.archive_refused,
    sources.author_is_host,
    sources.title_not_seen,
    sources.source_summary_missing,
    sources.relay_circular,
    sources.relay_mismatch,
    sources.relay_unlinked,
    sources.relay_without_original,
    sources.origins_on_one_page,
    voices.attribution_unlinked,
    voices.person_not_named,
    conflicts.figures_conflict,
    conflicts.dispute_hollow,
    conflicts.fact_disputed,
    conflicts.withdrawn_used,
    judgments.likelihood_in_fact,
    judgments.judgment_likelihood_word,
    judgments.judgment_mixed,
    judgments.judgment_basis,
    judgments.contrary_unacknowledged,
    judgments.judgment_single_origin,
    prose.judgment_text,
    prose.update_text,
    changes.correction_wrong,
    changes.withdrawal_date,
    changes.update_date,
    changes.fact_erased,
    changes.correction_missing,
    likeness.chart_measures_mixed,
    likeness.chart_units_mixed,
    likeness.contiguous_unsupported,
    charts.chart_selection,
    charts.chart_encoding,
    charts.chart_axis,
    charts.chart_thin,
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
    pages.preview_without_chart,
    prose.prose_number,
    prose.prose_date,
    prose.prose_quotation,
    prose.prose_uncited,
    pages.value_kind,
    reviews.seal_void,
    reviews.seal_missing,
    reviews.seal_unknown,
    waivers.waiver_unknown,
    waivers.waiver_expired,
    waivers.waiver_unused,
)
"""Every rule, in the order of the manual."""

CODES = frozenset(each.code for each in RULES)
ALONE = frozenset(each.code for each in RULES if each.alone)
"""The codes of rules that judge each fact by itself."""
_LAST = (waivers.waiver_unknown, waivers.waiver_expired, waivers.waiver_unused)
"""What is asked after all others, of what these left."""

__all__ = ["ALONE", "CODES", "RULES", "Case", "Rule", "check"]


def check(case: Case) -> list[Problem]:
    """Run every rule: all problems of a run but those that a waiver sets aside, which the case keeps."""
    case = replace(case, rules={each.code: each for each in RULES}) if not case.rules else case
    found = [*case.known, *run((each for each in RULES if each not in _LAST), case)]
    found = waivers.apply(case, found, case.rules)
    return [*found, *run(_LAST, case)]
