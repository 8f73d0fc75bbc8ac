"""The page of rules: readers see every rule, in the words that authors get, and as text."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from generator import build, checks, rulebook, safe, templates
from generator.mentions import tokens
from generator.problems import Level
from tests.making import BASE, INDEX, lock
from tests.sites import built

HOSTILE = "</code></pre></div><script>window.hit=true</script> [x](javascript:a) {{ 7 * 7 }}"


@pytest.fixture(scope="module")
def page(valley_site: Path) -> LexborHTMLParser:
    """The finished page of rules."""
    return LexborHTMLParser((valley_site / "rules.html").read_text(encoding="utf-8"))


def _article(page: LexborHTMLParser, code: str) -> LexborNode:
    (found,) = page.css(f"article.rule[id='{code}']")
    return found


def test_the_page_holds_every_rule_once_and_groups_them_by_subject(page: LexborHTMLParser) -> None:
    shown = [str(each.attributes["data-rule"]) for each in page.css("article.rule")]
    assert sorted(shown) == sorted(rule.code for rule in checks.RULES)
    assert shown == [rule.code for group in rulebook.groups() for rule in group.rules]
    heads = [each.text(deep=False).strip() for each in page.css("article.md-content__inner h2")]
    assert heads == [group.title for group in rulebook.groups()]
    contents = [each.text().strip() for each in page.css(".contents a")]
    assert [*dict.fromkeys(each for each in contents if each in heads)] == heads


@pytest.mark.parametrize("rule", checks.RULES, ids=lambda rule: rule.code)
def test_a_rule_is_shown_with_its_page_and_its_examples_to_the_letter(
    page: LexborHTMLParser, rule: checks.Rule
) -> None:
    article = _article(page, rule.code)
    written = [each.text() for each in article.css("h3, p.rule__text")]
    assert "\n\n".join(written) == rule.manual.replace("`", "").replace("*italics*", "italics")
    assert [each.text() for each in article.css("pre > code")] == [rule.bad.rstrip(), rule.good.rstrip()]
    (link,) = article.css("a.rule__code")
    assert (link.text(), link.attributes["href"]) == (rule.code, f"#{rule.code}")
    level = article.css_first(".rule__level")
    assert level is not None
    assert level.text().lower().startswith(f"{rule.level}: ")


def test_the_page_stands_in_the_navigation_with_the_evidence(page: LexborHTMLParser) -> None:
    (here,) = page.css(".menu [aria-current=page]")
    assert here.text() == "How facts are checked"
    (group,) = page.css(".menu summary.menu__here")
    assert group.text() == "Evidence"
    (head,) = page.css("h1")
    assert head.text(deep=False).strip() == "How facts are checked"


def test_the_number_of_rules_is_said(page: LexborHTMLParser) -> None:
    (count,) = page.css("[data-count=rules]")
    assert count.text() == f"{len(checks.RULES)}"


@pytest.mark.parametrize("level", Level)
def test_every_level_has_words_for_readers(level: Level) -> None:
    assert rulebook._LEVELS[str(level)].lower().startswith(f"{level}: ")


@pytest.mark.parametrize("group", rulebook.groups(), ids=lambda group: group.title)
def test_the_sentence_below_a_heading_says_something_of_its_own_and_no_number(group: rulebook.GroupView) -> None:
    assert not group.lead.startswith(f"{group.title}: ")
    assert group.lead[0].isupper()
    assert group.lead.endswith(".")
    assert tokens(group.lead) == []


def test_a_hostile_rule_is_shown_as_text() -> None:
    template = templates.environment(build.TEMPLATES / "pages").get_template("rules.html")
    plain = dict.fromkeys((each.name for each in fields(rulebook.RuleView)), HOSTILE)
    light = {"reason": safe.light(HOSTILE), "paragraphs": (safe.light(HOSTILE),)}
    tree = LexborHTMLParser(template.render(rules=[rulebook.RuleView(**{**plain, **light})]))  # type: ignore[arg-type]
    assert not tree.css("script")
    assert [each.text() for each in tree.css("pre > code, h3, p.rule__text, .rule__level")] == [HOSTILE] * 5
    assert isinstance(light["reason"], Markup)


def test_prose_can_link_to_the_page_and_to_a_rule(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    prose = f"{INDEX}\nSee [the rules](rules.md), such as [that on length](rules.md#quote-length).\n"
    (tmp_path / "content" / "index.md").write_text(prose, encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "sources.lock").write_text(lock(), encoding="utf-8")
    front = LexborHTMLParser((built(tmp_path, tmp_path / "site") / "index.html").read_text(encoding="utf-8"))
    targets = [each.attributes["href"] for each in front.css("article.md-content__inner p a")]
    assert {"rules.html", "rules.html#quote-length"} <= set(targets)
