"""Every code that is no rule's has a page, and the examples on it do what they say."""

from __future__ import annotations

import textwrap

import pytest

from generator import forms
from tests.making import BASE, INDEX, changed, codes, judge

SHOWN = [each for each in forms.FORMS if each.good]
DEPTHS = (0, 2, 4, 6)


def _laid(form: forms.Form) -> tuple[str, str]:
    """Fact base and front page of the tests' briefing, with the bad example in the place of the good one."""
    for text in (BASE, INDEX):
        for depth in DEPTHS:
            bad, good = (f"\n{textwrap.indent(each, ' ' * depth)}" for each in (form.bad, form.good))
            if good in f"\n{text}":
                laid = changed(good, bad, f"\n{text}")[1:]
                return (laid, INDEX) if text is BASE else (BASE, laid)
    pytest.fail(f"the good example of {form.code} is no passage of the tests' briefing")


def test_the_briefing_of_the_tests_which_the_good_examples_are_passages_of_has_no_problem() -> None:
    assert judge() == []


@pytest.mark.parametrize("form", SHOWN, ids=lambda form: form.code)
def test_the_bad_example_of_a_form_has_its_problem(form: forms.Form) -> None:
    facts, page = _laid(form)
    assert form.code in {code for _, code in codes(judge(facts, {"index.md": page}))}


def test_most_forms_of_facts_and_pages_are_shown_by_an_example() -> None:
    of_records = [form for form in forms.OF_INPUTS if not form.code.startswith(("input-", "edition-"))]
    assert len(SHOWN) > len(of_records) / 2


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.code)
def test_every_form_has_a_reason_in_one_line_and_says_more(form: forms.Form) -> None:
    assert form.reason.endswith(".")
    assert len(form.reason) < 130
    assert form.text.endswith(".")
    assert form.manual.startswith(f"{form.reason}\n\n")
    assert bool(form.bad) == bool(form.good)


def test_no_code_is_explained_twice() -> None:
    names = [each.code for each in forms.FORMS]
    assert len(names) == len(set(names))
