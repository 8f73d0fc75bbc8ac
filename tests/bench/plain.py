"""facts.yaml -> the Markdown pages that somebody would write a short script for: PyYAML and Jinja, no check, no chart.

A script of its own (`python plain.py facts.yaml FOLDER`), which imports nothing of this project, so that what it takes
is what the plain way takes. FOLDER gets `docs/` and the `mkdocs.yml` with which MkDocs, ProperDocs or Zensical render
it: a page for each topic, one for every 200 sources, and a front page. What stands there already and would be the same
is not written, so that a renderer which looks at times can see what changed.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import jinja2
import yaml

OF_PAGE = 200
"""How many sources stand on a page."""
CONFIGURATION = """site_name: Briefing
site_url: https://briefing.example/
theme:
  name: material
  font: false
markdown_extensions: [attr_list]
plugins: [search]
"""
FRONT = """# {{ about.title }}

{{ facts }} facts, {{ sources }} sources.

## Topics

{% for each in topics %}- [{{ each.label }}](topics/{{ each.id }}.md): {{ counted[each.id] }} facts
{% endfor %}"""
TOPIC = """# {{ topic.label }}

{{ topic.summary }}

{% for fact in facts %}{{ fact.statement }}{% if fact.measure %} **{{ fact.value }} {{ units[fact.measure] }}**\
{% endif %} ({{ fact.date }}, {{ sides[fact.side] }}).{% for each in fact.citations %} "{{ each.quote }}" \
[{{ titles[each.source] }}](../sources/{{ pages[each.source] }}.md#{{ each.source }}){% endfor %}
{: #{{ fact.id }} .fact }

{% endfor %}"""
SOURCES = """# Sources {{ number }}

{% for each in sources %}**{{ each.publisher }}**: [{{ each.title }}]({{ each.url }}), {{ each.published }}
{: #{{ each.id }} .source }

{% endfor %}"""


def pages(base: dict[str, Any]) -> dict[str, str]:
    """The Markdown of a fact base, by path."""
    made = jinja2.Environment()  # noqa: S701 - Markdown, and the words are our own
    shared = {
        "units": {each["id"]: each["unit"] for each in base["measures"]},
        "sides": {each["id"]: each["label"] for each in base["sides"]},
        "titles": {each["id"]: each["title"] for each in base["sources"]},
        "pages": {each["id"]: f"page-{at // OF_PAGE + 1}" for at, each in enumerate(base["sources"])},
    }
    by_topic = defaultdict(list)
    for fact in base["facts"]:
        by_topic[fact["topic"]].append(fact)
    front = made.from_string(FRONT).render(
        about=base["briefing"],
        facts=len(base["facts"]),
        sources=len(base["sources"]),
        topics=base["topics"],
        counted={topic: len(facts) for topic, facts in by_topic.items()},
    )
    found = {"index.md": front}
    of_topic, of_sources = made.from_string(TOPIC), made.from_string(SOURCES)
    for topic in base["topics"]:
        found[f"topics/{topic['id']}.md"] = of_topic.render(topic=topic, facts=by_topic[topic["id"]], **shared)
    for at in range(0, len(base["sources"]), OF_PAGE):
        number = at // OF_PAGE + 1
        found[f"sources/page-{number}.md"] = of_sources.render(
            number=number, sources=base["sources"][at : at + OF_PAGE]
        )
    return found


def main(facts: Path, folder: Path) -> None:
    """Write the pages, and the configuration beside them."""
    base = yaml.load(facts.read_bytes(), Loader=yaml.CSafeLoader)
    for name, text in {"mkdocs.yml": CONFIGURATION, **{f"docs/{at}": page for at, page in pages(base).items()}}.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
