"""A judged briefing and its finished site -> a dated edition beside it, or why there can be none.

What an edition is made of, `editions` knows; here stands what may become one, and in which order it is written: the
zip first, then the entry that names it. Whenever the process is killed, either there is no new edition, or a whole one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from generator import build, bundle, editions, files, manifest, publish, site, versions
from generator.edtf import Edtf, parse
from generator.model import Edition
from generator.site import Inputs, Judged


class ReleaseError(Exception):
    """Nothing was written; the message says why, and what to do."""


@dataclass(frozen=True)
class Plan:
    """What the next edition will be."""

    day: Edtf
    last: Edition | None
    """The edition before; None where this is the first."""
    before: Inputs | None
    """What people had written then."""


@dataclass(frozen=True)
class Released:
    """An edition that was written."""

    entry: Edition
    path: Path
    """Its zip."""


def plan(judged: Judged, root: Path, day: dt.date | None = None) -> Plan | None:
    """What the next edition will be; None where the last one holds what people have written.

    Its day is that up to which the facts were collected, unless somebody names another: never that of a clock.

    Raises:
        ReleaseError: its day is not after that of the last edition; or what the last edition was made of is not to be
            had, so that nobody could say what was changed.

    """
    made = judged.briefing.editions
    last = made[-1] if made else None
    written = build.written(judged.inputs)
    if last is not None and last.inputs == editions.digest(written):
        return None
    as_of = judged.briefing.base.briefing.as_of
    chosen = parse(day.isoformat()) if day is not None else as_of
    if last is not None and chosen.first <= last.date.first:
        raise ReleaseError(
            f"there is an edition of {last.date.text} with other content, and none is changed or comes before it; where"
            f" facts were collected since, say so in as_of ({as_of.text}), or name a later day: release YYYY-MM-DD"
        )
    return Plan(chosen, last, None if last is None else _inputs_of(last, root))


def _inputs_of(last: Edition, root: Path) -> Inputs:
    """What the last edition was made of: from its zip, or where that is not here, from the commit that it names."""
    path = zip_of(root, last.date)
    if path.is_file():
        with path.open("rb") as file:
            try:
                if manifest.held(file.read()).sha256 != last.zip:
                    raise ReleaseError(f"{path} is not the zip that {site.EDITIONS} tells of; get it again")
                found = bundle.content(file, editions.INPUTS)
            except bundle.BundleError as error:
                raise ReleaseError(f"{path}: {error}") from error
        return _inputs(found)
    if last.commit:
        try:
            at_commit = versions.read(root, last.commit)
        except versions.VersionError:
            at_commit = Inputs(None)
        if at_commit.facts is not None and editions.digest(build.written(at_commit)) == last.inputs:
            return at_commit
    raise ReleaseError(
        f"what was changed since the edition of {last.date.text} cannot be told: there is no {path}, and git does not"
        f" have its commit with these inputs; put the zip there"
    )


def _inputs(found: dict[str, bytes]) -> Inputs:
    below = f"{site.CONTENT}/"
    return Inputs(
        found.get(site.FACTS),
        {path.removeprefix(below): raw for path, raw in found.items() if path.startswith(below)},
        found.get(site.LOCK),
        reviews=found.get(site.REVIEWS),
        configuration=found.get(site.CONFIGURATION),
        editions=found.get(site.EDITIONS),
    )


def zip_of(root: Path, day: Edtf) -> Path:
    """Where the zip of an edition lies."""
    return root / publish.BUNDLES / f"{day.text}.zip"


def write(root: Path, judged: Judged, finished: Path, commit: str, planned: Plan) -> Released:
    """Pack a finished site with what it was built from, and add the edition to the list: zip first, then entry.

    Raises:
        ReleaseError: another zip stands there, or the site has no manifest.
        files.DiskError: the disk refused, or somebody changed the list meanwhile.

    """
    written = build.written(judged.inputs)
    held = {path.relative_to(finished).as_posix(): path.read_bytes() for path in _files(finished)}
    now = judged.briefing, judged.evidence
    old = site.judge(planned.before) if planned.before is not None else None
    changes, also = editions.account((old.briefing, old.evidence), now) if old else ((), ())
    title = judged.briefing.base.briefing.title
    told = Edition(date=planned.day, title=title, commit=commit, changes=changes, also=also)
    packed = editions.make(held, written, planned.day)
    try:
        made = editions.entry(packed, written, held, told)
    except manifest.ManifestError as error:
        raise ReleaseError(f"{finished / manifest.PATH}: {error}; build the site again") from error
    path = zip_of(root, planned.day)
    _put(path, packed)
    files.replace_file(
        root / site.EDITIONS, editions.appended(judged.inputs.editions, made), instead_of=judged.inputs.editions
    )
    return Released(made, path)


def _put(path: Path, packed: bytes) -> None:
    """Write a zip where there is none; one that is the same, as a killed run leaves it, stays."""
    try:
        there = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise ReleaseError(f"{path} cannot be read: {error.strerror or error}") from error
    if there is not None and there != packed:
        raise ReleaseError(
            f"{path} is another zip, which {site.EDITIONS} does not tell of; look at it, and move it away"
        )
    if there is None:
        files.replace_file(path, packed, instead_of=None)


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
