"""A briefing -> what MkDocs gets of it: a folder with `docs/`, `theme/`, `mkdocs.yml`, for other renderers to try."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import yaml

from generator import build, files, frames, render, site
from generator.problems import has_errors


class _GotError(render.RenderError):
    """Raised in the place of rendering, so that a build ends there."""


def order_of(root: Path) -> render.Order:
    """What a build of a briefing hands to the renderer, charts drawn and all; nothing is written."""
    judged = site.judge(files.read_inputs(root))
    assert not has_errors(judged.problems), "a briefing that passes the checks"
    with TemporaryDirectory() as folder, mock.patch.object(render, "Rendering", side_effect=_GotError) as caught:
        build.build(judged, root, Path(folder) / "site", lambda _: None)
    order: render.Order = caught.call_args.args[0]
    return replace(order, pages={name: frames.plain(page) for name, page in order.pages.items()})


def lay(root: Path, folder: Path) -> None:
    """Write all of it into a folder, which is to be rendered into its `site/`; no path in it leads out of it."""
    order = order_of(root)
    files.write_tree(folder / "docs", {**{path: text.encode() for path, text in order.pages.items()}, **order.assets})
    shutil.copytree(order.theme, folder / "theme")
    said = yaml.safe_load(render._configuration(order, folder / "docs", folder / "site"))
    said |= {"docs_dir": "docs", "site_dir": "site", "theme": {**said["theme"], "custom_dir": "theme"}}
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8", newline="\n")
