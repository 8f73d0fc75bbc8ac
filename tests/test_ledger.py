"""What is kept from build to build changes no byte: after any edits the site is what a clean build makes of it."""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from generator import audit, build, cards, listing, memo, pages, search, shelves, site, whole
from generator.ledger import Ledger
from generator.memo import Last
from generator.model import Fact
from generator.packs import Packs
from generator.pages import Drawing
from generator.tables import ChartTable
from tests.bench import bases
from tests.valley import VALLEY

CONTENT = {path.name: path.read_bytes() for path in sorted((VALLEY / "content").glob("*.md"))}
LOCK, REVIEWS = ((VALLEY / name).read_bytes() for name in ("sources.lock", "reviews.lock"))
BASE: dict[str, Any] = yaml.load((VALLEY / "facts.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
IDS = [each["id"] for each in BASE["facts"]]
WORDS = st.sampled_from(["by the water", "in the end", "as was told", "once more", "“<b>&amp;”", "# ہ é {{ x }}"])


def _inputs(base: dict[str, Any], content: dict[str, bytes]) -> site.Inputs:
    text = yaml.dump(base, allow_unicode=True, sort_keys=False, width=10_000)
    return site.Inputs(text.encode(), content, LOCK, reviews=REVIEWS)


def _drawn(table: ChartTable) -> Drawing:
    marks = "".join(f'<path d="M0 0" data-fact="{each}"/>' for each in table.fact_ids)
    drawn = f"<svg>{marks}</svg>"
    return Drawing(drawn, drawn, drawn)


_OPEN: list[Packs] = []


def _packs(folder: Path) -> Packs:
    _OPEN.append(Packs.of(folder, "valley", 1))
    return _OPEN[-1]


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().close()


def _recalled(inputs: site.Inputs, kept: Path) -> site.Judged:
    """What is judged with the memo of the last build, which is kept beside the ledger's folder."""
    memory = kept.with_name(f"{kept.name}.memo")
    judged = site.judge(inputs, Last(b"this code", memory.read_bytes() if memory.exists() else b""))
    with mock.patch.object(memo, "MANY", 3):
        written = judged.memorised()
    if written:
        memory.write_bytes(written)
    return judged


def _wired(inputs: site.Inputs, kept: Path | None = None) -> pages.Wiring:
    judged = _recalled(inputs, kept) if kept else site.judge(inputs)
    bare = build.wiring(judged)
    wired = replace(bare, drawings={name: _drawn(table) for name, table in bare.tables.items()})
    if kept is None:
        return wired
    assert inputs.facts is not None
    ledger = Ledger.of(judged.briefing, wired.origin, inputs.facts, site.FACTS, _packs(kept), *build.about(wired))
    assert ledger.is_open
    return replace(wired, ledger=ledger)


def _all(wired: pages.Wiring) -> dict[str, str | bytes]:
    """Everything that is made of a briefing, but for what MkDocs makes of it."""
    found = search.files(wired.briefing, wired.evidence, {}, wired.kept)
    listed = listing.files(wired)
    made = {**pages.make(wired), whole.PATH: whole.make(wired)}
    return {**pages.headed(wired, made), **cards.files(wired), **listed, **wired.files, **found}


class Edits(RuleBasedStateMachine):
    """Edits of a briefing, one after the other; after each the kept and the clean way are compared."""

    def __init__(self) -> None:
        super().__init__()
        self.base = copy.deepcopy(BASE)
        self.content = dict(CONTENT)
        self.folder = Path(tempfile.mkdtemp())
        self.kept = self.folder / "kept"
        self.kept.mkdir()
        self.added = 0

    @initialize()
    def first(self) -> None:
        self._build()

    def _build(self) -> None:
        inputs = _inputs(self.base, self.content)
        wired = _wired(inputs, self.kept)
        kept = _all(wired)
        assert kept == _all(_wired(inputs))
        wired.ledger.write()

    def _fact(self, name: str) -> dict[str, Any]:
        return next(each for each in self.base["facts"] if each["id"] == name)

    @rule(
        name=st.sampled_from(IDS),
        words=WORDS,
        field=st.sampled_from(["statement", "attribution", "note", "date_basis"]),
    )
    def words_of_a_fact(self, name: str, words: str, field: str) -> None:
        self._fact(name)[field] = f"It was told {words}"

    @rule(
        name=st.sampled_from(IDS),
        day=st.sampled_from(["2031-04-01", "2031-04", "2031-03-29/2031-04-02", "2031-04-05~"]),
    )
    def date_of_a_fact(self, name: str, day: str) -> None:
        self._fact(name)["date"] = day

    @rule(name=st.sampled_from(IDS), topic=st.sampled_from([each["id"] for each in BASE["topics"]]))
    def topic_of_a_fact(self, name: str, topic: str) -> None:
        self._fact(name)["topic"] = topic

    @rule(name=st.sampled_from(IDS), side=st.sampled_from([each["id"] for each in BASE["sides"]]))
    def side_of_a_fact(self, name: str, side: str) -> None:
        self._fact(name)["side"] = side

    @rule(name=st.sampled_from(IDS), value=st.integers(1, 9_999))
    def value_of_a_figure(self, name: str, value: int) -> None:
        if "value" in self._fact(name):
            self._fact(name)["value"] = str(value)

    @rule(name=st.sampled_from(IDS), source=st.sampled_from([each["id"] for each in BASE["sources"]]))
    def source_of_a_quote(self, name: str, source: str) -> None:
        for each in self._fact(name).get("citations", [])[:1]:
            each["source"] = source

    @rule(name=st.sampled_from(IDS), other=st.sampled_from(IDS), words=WORDS)
    def dispute(self, name: str, other: str, words: str) -> None:
        if name != other:
            self._fact(name)["disputes"] = [{"fact": other, "note": f"Another count, {words}"}]

    @rule(name=st.sampled_from(IDS))
    def end_of_a_dispute(self, name: str) -> None:
        self._fact(name).pop("disputes", None)

    @rule(name=st.sampled_from(IDS), words=WORDS)
    def withdrawal(self, name: str, words: str) -> None:
        self._fact(name)["withdrawn"] = {"date": "2031-04-09", "why": f"Nobody stands by it, {words}"}

    @rule(name=st.sampled_from(IDS))
    def return_of_a_fact(self, name: str) -> None:
        self._fact(name).pop("withdrawn", None)

    @rule(one=st.integers(0, len(IDS) - 1), other=st.integers(0, len(IDS) - 1))
    def order(self, one: int, other: int) -> None:
        facts = self.base["facts"]
        facts[one], facts[other] = facts[other], facts[one]

    @rule(name=st.sampled_from(IDS))
    def new_fact(self, name: str) -> None:
        self.added += 1
        self.base["facts"].append({**copy.deepcopy(self._fact(name)), "id": f"another-{self.added}"})

    @precondition(lambda self: self.added)
    @rule()
    def end_of_a_new_fact(self) -> None:
        self.base["facts"] = [each for each in self.base["facts"] if each["id"] in IDS]
        self.added = 0

    @rule(at=st.integers(0, len(BASE["sources"]) - 1), words=WORDS)
    def title_of_a_source(self, at: int, words: str) -> None:
        self.base["sources"][at]["title"] = f"A title {words}"

    @rule(at=st.integers(0, len(BASE["measures"]) - 1), words=WORDS)
    def label_of_a_measure(self, at: int, words: str) -> None:
        self.base["measures"][at]["label"] = f"People {words}"

    @rule(at=st.integers(0, len(BASE["topics"]) - 1), words=WORDS)
    def summary_of_a_topic(self, at: int, words: str) -> None:
        self.base["topics"][at]["summary"] = f"What happened {words}."

    @rule(name=st.sampled_from(IDS), words=WORDS)
    def correction(self, name: str, words: str) -> None:
        told = {"fact": name, "date": "2031-04-09", "was": "It was 3", "now": "It was 4", "why": f"Misread, {words}"}
        self.base["corrections"] = [*BASE["corrections"], told]

    @rule(words=st.sampled_from(["They met.", "They met again.", ""]), name=st.sampled_from(sorted(CONTENT)))
    def prose(self, words: str, name: str) -> None:
        self.content[name] = CONTENT[name] + words.encode()

    @rule()
    def nothing(self) -> None:
        """A build of the same."""

    @rule()
    def all_as_it_was(self) -> None:
        self.base, self.content, self.added = copy.deepcopy(BASE), dict(CONTENT), 0

    @invariant()
    def the_kept_way_is_the_clean_way(self) -> None:
        if any(self.kept.iterdir()):
            self._build()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


class EditsInParts(Edits):
    """The same of a briefing that is so large, as is pretended, that its sources and its list stand in parts."""

    def __init__(self) -> None:
        super().__init__()
        self._small = mock.patch.multiple(shelves, FACTS=5, SOURCES=30, FULL=20, LISTED=2)
        self._small.start()

    def teardown(self) -> None:
        super().teardown()
        self._small.stop()


TestEdits, TestEditsInParts = Edits.TestCase, EditsInParts.TestCase
TestEdits.settings = TestEditsInParts.settings = settings(
    max_examples=6, stateful_step_count=8, deadline=None, phases=(Phase.generate,)
)
"""A step costs a third of a second, and to shrink a failing case takes minutes: it is short enough as it comes."""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first build of the valley kept."""
    kept = tmp_path_factory.mktemp("kept")
    wired = _wired(_inputs(BASE, CONTENT), kept)
    _all(wired)
    wired.ledger.write()
    return kept


def _made_anew(wired: pages.Wiring, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The topics whose pages are made and not recalled."""
    made = []
    ours = pages._made_topic_page

    def spied(wiring: pages.Wiring, topic: str, facts: Any) -> str:  # noqa: ANN401 - as the function that it stands for
        made.append(topic)
        return ours(wiring, topic, facts)

    monkeypatch.setattr(pages, "_made_topic_page", spied)
    assert dict(pages.make(wired))
    return made


def test_only_what_hangs_on_a_changed_fact_is_made_again(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = copy.deepcopy(BASE)
    changed = next(each for each in base["facts"] if each["id"] == "displaced-eastholm-1-april")
    changed["note"] = "Told twice."
    assert _made_anew(_wired(_inputs(BASE, CONTENT), first), monkeypatch) == []
    assert changed["topic"] in _made_anew(_wired(_inputs(base, CONTENT), first), monkeypatch)
    assert len(_made_anew(_wired(_inputs(base, CONTENT), first), monkeypatch)) < len(BASE["topics"])


@pytest.mark.parametrize("of", ["sources", "measures", "topics", "sides", "actors", "charts"])
def test_a_change_of_anything_but_a_fact_makes_everything_again(
    first: Path, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    base = copy.deepcopy(BASE)
    base[of][0]["note"] = "Told twice."
    made = _made_anew(_wired(_inputs(base, CONTENT), first), monkeypatch)
    assert made == [each["id"] for each in BASE["topics"]]


@pytest.mark.parametrize("at", [0, 41, 1000, -1])
@pytest.mark.parametrize("of", ["index", "pack"])
def test_whatever_byte_of_what_is_kept_is_another_the_site_is_the_same(
    first: Path, tmp_path: Path, of: str, at: int
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(first, kept)
    (file,) = kept.glob(f"*.{of}")
    raw = bytearray(file.read_bytes())
    raw[at] ^= 1
    file.write_bytes(raw)
    wired = _wired(_inputs(BASE, CONTENT), kept)
    assert _all(wired) == _all(_wired(_inputs(BASE, CONTENT)))
    wired.ledger.write()
    healed = _wired(_inputs(BASE, CONTENT), kept)
    with mock.patch.object(Packs, "put", side_effect=AssertionError("nothing is to be made again")):
        _all(healed)


def _unread(facts: Sequence[Fact]) -> int:
    return sum("_lines" in vars(fact) for fact in facts)


def test_a_build_after_one_change_reads_few_facts(tmp_path: Path) -> None:
    base = bases.make(640)
    content, lock = {name: text.encode() for name, text in base.pages.items()}, base.lock.encode()

    def made(text: str) -> tuple[int, int]:
        """How many facts had not been read when they were judged, and when all was made."""
        wired = _wired(site.Inputs(text.encode(), content, lock), tmp_path / "kept")
        facts = wired.briefing.base.facts
        first = _unread(facts)
        assert _all(wired)
        wired.ledger.write()
        return first, _unread(facts)

    assert made(base.facts) == (0, 0)
    first, last = made(bases.changed(base.facts, [320], 1))
    assert first > 600
    assert last > 400


@pytest.mark.parametrize("of", ["sources", "topics"])
def test_all_is_new_where_something_that_is_no_fact_is_another(first: Path, of: str) -> None:
    base = copy.deepcopy(BASE)
    assert not _wired(_inputs(base, CONTENT), first).ledger.is_new
    base[of][0]["note"] = "Told twice."
    assert _wired(_inputs(base, CONTENT), first).ledger.is_new


def test_where_the_facts_cannot_be_cut_nothing_is_kept(tmp_path: Path) -> None:
    text = f"facts: {yaml.dump(BASE['facts'][:1], default_flow_style=True, width=10_000)}"
    judged = site.judge(site.Inputs(text.encode()))
    ledger = Ledger.of(judged.briefing, build.origin(judged.inputs), text.encode(), site.FACTS, _packs(tmp_path))
    assert (ledger.is_open, ledger.key("x", (), judged.briefing)) == (False, b"")
    assert ledger.text("x", (), judged.briefing, lambda: "made") == "made"
    ledger.write()
    assert [*tmp_path.iterdir()] == []


def test_what_was_not_asked_for_is_forgotten(first: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(first, kept)
    wired = _wired(_inputs(BASE, CONTENT), kept)
    before = [*_packs(kept)._known]
    assert dict(pages.make(wired))
    wired.ledger.write()
    assert 0 < len(_packs(kept)._known) < len(before)


# -- the audit ------------------------------------------------------------------------------------------------------


def test_a_page_that_is_not_as_it_was_found_good_is_audited_again(tmp_path: Path, valley_site: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(valley_site, folder)
    judged = site.judge(site.Inputs((VALLEY / "facts.yaml").read_bytes(), CONTENT, LOCK, reviews=REVIEWS))
    bare = build.wiring(judged)
    assert judged.inputs.facts is not None

    def audited() -> list[str]:
        packs = _packs(tmp_path / "kept")
        ledger = Ledger.of(judged.briefing, bare.origin, judged.inputs.facts or b"", site.FACTS, packs)
        wired = replace(bare, ledger=ledger)
        found = audit.audit(folder, audit.expectations(wired))
        if not found:
            ledger.write()
        ledger.close()
        return [f"{each.place.path} {each.code}" for each in found if each.code != "audit-manifest"]

    assert audited() == []
    assert audited() == []
    page = folder / "facts" / "homes.html"
    good = page.read_text(encoding="utf-8")
    page.write_text(good.replace("1,200", "1,300"), encoding="utf-8")
    assert {each.split()[0] for each in audited()} >= {"site/facts/homes.html"}
    page.write_text(good, encoding="utf-8")
    slice_ = next((folder / "data" / "cards").iterdir())
    cards_text = slice_.read_text(encoding="utf-8")
    slice_.write_text(cards_text.replace("1,200", "1,300"), encoding="utf-8")
    assert "audit-card" in " ".join(audited())
    slice_.write_text(cards_text, encoding="utf-8")
    sources = folder / "sources.html"
    sources.write_text(sources.read_text(encoding="utf-8").replace(' id="valley-courier', ' id="x'), encoding="utf-8")
    assert "site/facts/homes.html audit-link" in audited(), "a good page that leads nowhere is good no more"
