"""A judged briefing -> its site, audited and exchanged for the last good one; or problems, and nothing touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path

from markupsafe import escape

from generator import (
    assets,
    audit,
    cards,
    draw,
    exports,
    files,
    installed,
    listing,
    manifest,
    pages,
    paper,
    pictures,
    render,
    safe,
    sbom,
    search,
    shelves,
    site,
    templates,
    whole,
)
from generator.ledger import Ledger
from generator.model import Briefing
from generator.packs import Packs
from generator.problems import Level, Place, Problem, UnusableInputError
from generator.stock import Stock
from generator.tables import chart_table

HOME = Path(__file__).parent.parent
"""The checkout: templates, fonts and mkdocs.yml that a briefing does not bring itself."""
TEMPLATES = HOME / "site_templates"
FONTS = TEMPLATES / "fonts"
MEMORY = draw.Memory(files.recall_picture, files.keep_picture)
"""The pictures that were drawn before."""
_ON_PAPER, _FOOT = "assets/print.css", b'content: "the briefing"'
"""The style sheet of paper, and what in it stands for the words at the foot of every page."""


@dataclass(frozen=True)
class Built:
    """What came of a build."""

    problems: list[Problem] = field(default_factory=list)
    """Empty when the site stands."""
    pages: int = 0
    changed: tuple[str, ...] = ()
    """The inputs that are no longer what they were when they were read: the site is of the earlier state."""
    origin: manifest.Origin = field(default_factory=manifest.Origin)
    """What the site is built from."""


@site.no_garbage_collection()
def build(  # noqa: PLR0913 - what is built, where, and how
    judged: site.Judged,
    root: Path,
    target: Path,
    say: Callable[[str], None],
    *,
    with_pdf: bool = False,
    printed: bytes | None = None,
    clean: bool = False,
) -> Built:
    """Draw, render, audit and publish a briefing that passed the checks; on request with the whole of it as a PDF.

    `say` is told each step in a few words, for a person who waits. A PDF that was `printed` before is taken as it is.
    A `clean` build works out everything but pictures, also what is known from the last one.

    Raises:
        files.DiskError: the disk refused; the last good site stands.
        paper.PaperError: there can be no PDF; the last good site stands.

    """
    chromium = paper.ready() if with_pdf else None
    has_pdf = with_pdf or printed is not None
    bare = replace(wiring(judged, render.address(configuration(root))), has_pdf=has_pdf)
    if not clean:
        bare = with_ledger(bare, judged, files.ledger(root))
    try:
        return _built(judged, bare, root, target, say, chromium=chromium, printed=printed, clean=clean)
    finally:
        bare.ledger.close()


def _built(  # noqa: PLR0913 - as above
    judged: site.Judged,
    bare: pages.Wiring,
    root: Path,
    target: Path,
    say: Callable[[str], None],
    *,
    chromium: Path | None,
    printed: bytes | None,
    clean: bool,
) -> Built:
    say(f"drawing {len(bare.tables)} charts")
    try:
        with draw.Pictures(
            [*bare.tables.values()],
            FONTS,
            edition=edition(judged.briefing),
            memory=MEMORY,
        ) as asked:
            wired = replace(bare, drawings=_Drawings(asked))
            if wired.ledger.is_new:
                judged.read_all()
                pieces = [*_pieces(wired)]
                wired.ledger.prepare([each for _, each in pieces], [facts * _EACH for facts, _ in pieces])
            drawn = asked.finish()
    except draw.DrawingError as error:
        return _unmade(site.FACTS, "chart-drawing", str(error), "charts that can be drawn")
    pages_made = made_pages(wired)
    say(f"rendering {len(pages_made)} pages")
    with files.staged(target) as work:
        order = ordered(wired, pages_made, _pictures(drawn), root)
        try:
            memory = () if clean else (files.recall_frames, files.keep_frames)
            with render.Rendering(order, work, *memory) as rendering:
                shared: files.Shared = {}
                for each in (cards.files(wired), listing.files(wired), wired.files):
                    shared |= files.lay_tree(work / "files", each, target)
                out = rendering.finish()
        except render.RenderError as error:
            return _unrendered(error)
        del rendering, order  # all that they hold is written
        files.move_tree(work / "files", out)
        made = audit.data(out, wired)
        shared |= files.lay_tree(out, made, target)
        if chromium is not None:
            say("printing")
            (out / pages.PDF).write_bytes(paper.make(out, judged.briefing.base.briefing, work, chromium))
        elif printed is not None:
            (out / pages.PDF).write_bytes(printed)
        listed = audit.manifest_of(out, wired)  # all other files, so after them
        (out / manifest.PATH).write_bytes(listed)
        say("auditing")
        problems = audit.audit(out, audit.expectations(wired), made, listed)
        if any(problem.level is Level.ERROR for problem in problems):
            return Built(problems)
        changed = files.changed_since(root, judged.inputs)
        if mixed := _mixed(wired.origin, origin(judged.inputs), changed):
            return Built([mixed])
        files.publish(out, target, shared)
    if not changed:
        wired.ledger.write()
    return Built([], len(pages_made), tuple(changed), wired.origin)


def made_pages(wired: pages.Wiring) -> Stock[str]:
    """All pages of a site, as Markdown, each made when it is asked for."""
    return pages.headed(wired, pages.make(wired).with_more({whole.PATH: cache(partial(whole.make, wired))}))


_EACH = 0.4
"""Milliseconds that it takes to put a fact into a page, a list or a file, about."""


def _pieces(wired: pages.Wiring) -> Iterator[tuple[int, Callable[[], object]]]:
    """What can be made by itself of some facts, and is kept, with how many these are."""
    briefing, by_path = wired.briefing, pages.make(wired)
    for each in briefing.base.topics:
        yield len(briefing.by_topic.get(each.id, ())), partial(by_path.__getitem__, pages.topic_path(each.id))
    for stock in (cards.files(wired), listing.files(wired)):
        share = len(briefing.base.facts) // max(1, len(stock))
        yield from ((share, partial(stock.__getitem__, path)) for path in stock)
    yield from exports.pieces(wired.case)
    yield from search.pieces(briefing, wired.evidence, wired.kept)


def _unmade(path: str, code: str, found: str, wanted: str) -> Built:
    return Built([Problem(Place(path), code, found, wanted, "the site is as it was")])


def _unrendered(error: render.RenderError) -> Built:
    if error.template:
        return Built([templates.wrong(error.template, str(error))])
    return _unmade("mkdocs.yml", "render", str(error), "pages that MkDocs renders without a warning")


class _Drawings(Mapping[str, pages.Drawing]):
    """The drawings of charts by id, for which who asks for one has to wait."""

    def __init__(self, asked: draw.Pictures) -> None:
        self._asked = asked

    @cached_property
    def _made(self) -> dict[str, pages.Drawing]:
        drawn = self._asked.finish().drawings
        return {name: pages.Drawing(each.wide, each.narrow, each.small) for name, each in drawn.items()}

    def __getitem__(self, name: str) -> pages.Drawing:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def _mixed(first: manifest.Origin, last: manifest.Origin, changed: Sequence[str]) -> Problem | None:
    """What changed while it was in use: a site made of it could be of two states of it."""
    names = [
        name
        for name in sorted(first.inputs.keys() | last.inputs.keys())
        if first.inputs.get(name) != last.inputs.get(name)
    ]
    names += [site.CONFIGURATION] if site.CONFIGURATION in changed else []
    if not names:
        return None
    return Problem(
        Place(names[0]),
        "changed-meanwhile",
        "it changed while the site was built",
        "one state of the program, its templates and mkdocs.yml",
        "build again; the site is as it was",
    )


def with_ledger(wired: pages.Wiring, judged: site.Judged, packs: Packs) -> pages.Wiring:
    """What all pages share, with what is known from the last build, which stands in packs."""
    facts = judged.inputs.facts or b""
    return replace(wired, ledger=Ledger.of(judged.briefing, wired.origin, facts, site.FACTS, packs, *about(wired)))


def about(wired: pages.Wiring) -> tuple[str, ...]:
    """What pages depend on besides the inputs and their own facts."""
    placed = shelves.pages(wired.briefing)  # which page holds a source follows from how many facts rest on each
    in_parts = shelves.is_listed_in_parts(wired.briefing)
    return wired.site, f"{wired.has_pdf}", f"{in_parts}", json.dumps(placed)


def wiring(judged: site.Judged, address: str = "") -> pages.Wiring:
    """What all pages of a briefing that passed the checks share, but for the drawings of its charts.

    `address` is that of the site's root, with its slash, where it is known.
    """
    tables = {chart.id: chart_table(judged.briefing, chart) for chart in judged.briefing.base.charts}
    made = templates.environment(TEMPLATES / "pages")
    return pages.Wiring(judged.briefing, judged.evidence, tables, {}, made, address, origin=origin(judged.inputs))


def origin(inputs: site.Inputs) -> manifest.Origin:
    """What a site is built from: what people wrote as it was read, the code that runs, the packages that it uses."""
    product = files.read_product(TEMPLATES.parent)
    lock = product.get(files.PACKAGES, b"")
    everywhere = [each.name for each in sbom.packages(lock) if not each.marker]  # the others differ by the machine
    return manifest.Origin(
        {path: manifest.held(raw) for path, raw in (product | written(inputs)).items()},
        {name: version for name in everywhere if (version := installed.version(name))},
        lock,
    )


def hashes(made_from: manifest.Origin, root: Path) -> dict[Path, str]:
    """The SHA-256 of every file of which a site is made, as it was read, by its absolute path."""
    found = {}
    for name, each in made_from.inputs.items():
        is_own = name.startswith(f"{site.CONTENT}/") or (root / name).is_file()
        found[((root if is_own else HOME) / name).absolute()] = each.sha256
    return found


def written(inputs: site.Inputs) -> dict[str, bytes]:
    """What people wrote, by path: the settings of the program where a briefing brings none of its own."""
    held = inputs.written()
    try:
        own = held.get(site.CONFIGURATION) or (HOME / site.CONFIGURATION).read_bytes()
    except OSError as error:
        found = f"neither the briefing nor the checkout has one that can be read: {error.strerror or error}"
        place, wanted = Place(site.CONFIGURATION), "the settings of MkDocs"
        raise UnusableInputError([Problem(place, "input-missing", found, wanted, "restore it from git")]) from None
    return held | {site.CONFIGURATION: own}


def look_over(judged: site.Judged, root: Path, folder: Path) -> list[Problem]:
    """Everything that a finished site lacks of what a briefing that passed the checks promises; nothing is drawn."""
    has_pdf = (folder / pages.PDF).is_file()
    wired = replace(wiring(judged, render.address(configuration(root))), has_pdf=has_pdf)
    return audit.audit(folder, audit.expectations(wired))


def configuration(root: Path) -> Path:
    """The `mkdocs.yml` of a briefing: its own, or ours."""
    own = root / "mkdocs.yml"
    return own if own.is_file() else HOME / "mkdocs.yml"


def edition(briefing: Briefing) -> draw.Edition:
    """What pictures say of the briefing, and the cards of its pages by their paths in the site."""
    about = briefing.base.briefing
    imprint = pictures.Imprint(about.title, f"As of {about.as_of.words()}")
    return draw.Edition(imprint, {each.path: each.card for each in pages.cards(briefing).values()})


def _pictures(drawn: draw.Drawn) -> dict[str, bytes]:
    """The pictures that stand alone, by their paths in the site."""
    charts = {
        pages.download(name, ending): content
        for name, each in drawn.drawings.items()
        for ending, content in (("svg", each.sheet.encode()), ("png", each.png))
    }
    return charts | drawn.cards


def _robots(address: str) -> bytes:
    """What search engines may read (RFC 9309): all; and where the map is, if the site knows its address."""
    told = "User-agent: *\nAllow: /\n"
    return (told + f"Sitemap: {address}sitemap.xml\n" if address else told).encode()


def ordered(wired: pages.Wiring, made: Mapping[str, str], drawn: Mapping[str, bytes], root: Path) -> render.Order:
    """What MkDocs is to render: the pages, with the pictures by their paths in the site."""
    about = wired.briefing.base.briefing
    own = {
        f"assets/{path.relative_to(TEMPLATES / 'assets').as_posix()}": path.read_bytes()
        for path in sorted((TEMPLATES / "assets").rglob("*"))
        if path.is_file()
    }
    own[_ON_PAPER] = _with_foot(own[_ON_PAPER], f"{about.title}. As of {about.as_of.words()}.")
    named = assets.named(own)
    for_servers = {
        "robots.txt": _robots(wired.site),
        assets.HEADERS: assets.headers(named.names.values(), render.POLICY),
    }
    return render.Order(
        pages=made,
        assets={
            **named.files,
            **drawn,
            **for_servers,
        },
        names=named.names,
        config=configuration(root),
        theme=TEMPLATES / "theme",
        title=str(escape(about.title)),
        name=str(escape(about.short_title or about.title)),
        description=str(escape(about.summary)),
        language=about.language,
        nav=pages.navigation(wired.briefing),
        as_of=about.as_of,
        cards=cards.count(wired.briefing),
        citations=exports.count(wired.briefing),
        built_from=wired.origin.digest,
        packages=" ".join(f"{name}=={version}" for name, version in sorted(wired.origin.packages.items())),
        pdf=pages.PDF if wired.has_pdf else "",
    )


def _with_foot(style: bytes, words: str) -> bytes:
    """The style sheet of paper with the words that stand at the foot of every page."""
    before, found, after = style.partition(_FOOT)
    if not found:
        msg = f"{_ON_PAPER} has no {_FOOT.decode()}, in the place of which the briefing's name stands on paper"
        raise ValueError(msg)
    return before + b"content: " + safe.css_string(words).encode() + after
