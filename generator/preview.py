"""A judged briefing -> the files of its site as a build is going to write them, each made when it is asked for.

Who edits wants to see one page, and soon. A page hangs on its facts, on what MkDocs made of its frame in the last
build, and on charts that were drawn before; all that is known, so the page can be filled in at once. Where it is not
known, as where a heading or a chart was changed, only the build can tell. What is shown here was not audited; it is the
same, byte for byte, as what the build makes and audits meanwhile.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from generator import build, cards, draw, files, frames, listing, pages, render, site
from generator.problems import UnusableInputError


class NotYetError(Exception):
    """Only the build can tell what this file is going to be."""


class _UndrawnError(NotYetError):
    """A chart that was not drawn before."""


class _Drawings(dict[str, pages.Drawing]):
    """The drawings of charts by id."""

    def __missing__(self, name: str) -> pages.Drawing:
        raise _UndrawnError(name)


class Preview:
    """A site before it is built."""

    def __init__(self, judged: site.Judged, root: Path, known: render.Known | None = None) -> None:
        """Prepare; `judged` has no error, and `known` is what the last build's frames came to, if that is known."""
        self._known = known
        self._root = root
        config = build.configuration(root)
        bare = build.wiring(judged, render.address(config))
        self._packs = files.ledger(root).read_only()
        self._bare = build.with_ledger(bare, judged, self._packs)

    def close(self) -> None:
        """Let go of what the last build kept."""
        self._packs.close()

    @cached_property
    def _wired(self) -> pages.Wiring:
        bare = self._bare
        edition = build.edition(bare.briefing)
        drawn = draw.recalled([*bare.tables.values()], build.FONTS, edition, build.MEMORY)
        made = {name: pages.Drawing(each.wide, each.narrow, each.small) for name, each in drawn.items()}
        return replace(bare, drawings=_Drawings(made))

    @cached_property
    def _order(self) -> render.Order:
        return build.ordered(self._wired, build.made_pages(self._wired), {}, self._root)

    @cached_property
    def _around(self) -> str:
        return render.around(self._order)

    @cached_property
    def _others(self) -> Mapping[str, bytes]:
        return ChainMap(cards.files(self._wired), listing.files(self._wired), self._wired.files)  # type: ignore[arg-type]

    def file(self, path: str) -> bytes | None:
        """A file of the site by its path; None where it is none of those that follow from the facts alone.

        Raises:
            NotYetError: the file is one of the site, or may be, and only the build can tell what it holds.

        """
        try:
            if not path.endswith(".html"):
                return self._others.get(path)
            name = f"{path.removesuffix('.html')}.md"
            if name not in self._order.pages:
                return None
            found = self._known.page(name, self._order, self._around) if self._known else None
        except (frames.FrameError, UnusableInputError):  # of which the build tells
            found = None
        if found is None:
            raise NotYetError(path)
        return found

    def learnt(self) -> render.Known | None:
        """What the frames of this site came to, once it is built; what was known before where nobody remembers."""
        try:
            return render.Known.of(self._order, files.recall_frames) or self._known
        except NotYetError:  # a chart is another than the one that was built
            return self._known
