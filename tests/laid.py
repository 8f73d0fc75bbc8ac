"""A briefing -> what MkDocs gets of it: a folder `docs/` and an `mkdocs.yml`, for other renderers to try theirs at."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from generator import build, files, render, site


class _GotError(render.RenderError):
    """Raised in the place of rendering, so that a build ends there."""


def order_of(root: Path) -> render.Order:
    """What a build of a briefing hands to the renderer, charts drawn and all; nothing is written."""
    judged = site.judge(files.read_inputs(root))
    assert not [*judged.problems], "a briefing that passes the checks"
    with TemporaryDirectory() as folder, mock.patch.object(render, "render", side_effect=_GotError) as caught:
        build.build(judged, root, Path(folder) / "site", lambda _: None)
    order: render.Order = caught.call_args.args[0]
    return order


def lay(root: Path, folder: Path) -> None:
    """Write `docs/` and `mkdocs.yml` into a folder, which is to be rendered into its `site/`."""
    order = order_of(root)
    docs = folder / "docs"
    files.write_tree(docs, {**{path: text.encode() for path, text in order.pages.items()}, **order.assets})
    configuration = render._configuration(order, docs, folder / "site")
    (folder / "mkdocs.yml").write_text(configuration, encoding="utf-8", newline="\n")
