"""A finished site, in a folder or on the web -> the hashes of its files, and how they are not what they should be.

What a site says of itself comes from whoever serves it, so a manifest from the web is read as a stranger's: bounded in
size, in the number of its files and in time, and no file is asked for but below the address of the site.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from generator import assets, bundle, editions, fetch, files, manifest
from generator.manifest import Held, Manifest
from generator.problems import Place, Problem
from generator.site import CONTENT

MOST_FILES = 50_000
MOST_BYTES = 2 * 1024**3
"""Of a site on the web: a briefing of ten thousand facts has a tenth of either."""
SECONDS = 3600.0
"""For the whole of it."""
_MOST_OF_MANIFEST = 64 * 1024**2
_WHOLE = "get it again from where it is published, or build it"
_LESS = "remove it, if it is yours; otherwise get the site again from where it is published"


class VerifyError(Exception):
    """The site cannot be held against its manifest; the message says why, and what to do."""


@dataclass(frozen=True)
class Copy:
    """A copy of a site."""

    name: str
    """Where it is, as somebody named it."""
    said: Manifest
    """What it says of itself."""
    files: Mapping[str, Held]
    """What it holds; of a site on the web, as far as its manifest lists it."""
    inputs: Mapping[str, Held] | None = None
    """What an edition holds of what people had written; None where it is a site alone."""
    strange: Mapping[str, Held] = field(default_factory=dict)
    """What an edition holds besides."""


def of_folder(folder: Path) -> Copy:
    """A site in a folder.

    Raises:
        VerifyError: there is none, it has no manifest, or one that cannot be read.

    """
    path = folder / manifest.PATH
    if not folder.is_dir():
        raise VerifyError(f"there is no folder {folder}; build the site, or name its folder or its address")
    try:
        return Copy(f"{folder}", _read(path.read_bytes(), f"{path}"), files.listed(folder))
    except FileNotFoundError as error:
        raise VerifyError(f"there is no {manifest.PATH} in {folder}; name the folder of a finished site") from error
    except OSError as error:
        raise VerifyError(f"{error.filename or path}: {error.strerror or error}") from error


def of_path(path: Path) -> Copy:
    """A site in a folder, or an edition: the zip, or the folder to which it was unpacked.

    Raises:
        VerifyError: there is none, it has no manifest, or one that cannot be read.

    """
    if path.is_file():
        return of_zip(path)
    site, inputs = path / editions.SITE, path / editions.INPUTS
    if (site / manifest.PATH).is_file() and inputs.is_dir() and not (path / manifest.PATH).is_file():
        return replace(of_folder(site), name=f"{path}", inputs=files.listed(inputs))
    return of_folder(path)


def of_zip(path: Path) -> Copy:
    """The zip of an edition; nothing of it is unpacked to the disk.

    Raises:
        VerifyError: it is no zip, one that may not be read, or holds no site with a manifest.

    """
    where = f"{editions.SITE}{manifest.PATH}"
    try:
        with path.open("rb") as file:
            held = bundle.held(file)
            said = bundle.content(file, where, most=_MOST_OF_MANIFEST).get("")
    except bundle.BundleError as error:
        raise VerifyError(f"{path} is no edition: {error}; {_WHOLE}") from error
    except OSError as error:
        raise VerifyError(f"{error.filename or path}: {error.strerror or error}") from error
    if said is None:
        raise VerifyError(f"there is no {where} in {path}; name the zip of an edition")
    found: dict[str, dict[str, Held]] = {editions.SITE: {}, editions.INPUTS: {}, "": {}}
    for name, each in held.items():
        below = next(folder for folder in found if name.startswith(folder))
        found[below][name.removeprefix(below)] = each
    return Copy(f"{path}", _read(said, f"{where} in {path}"), found[editions.SITE], found[editions.INPUTS], found[""])


def of_address(address: str, say: Callable[[str], None], *, seconds: float = SECONDS) -> Copy:
    """A site on the web, at the address of its root; every file that its manifest lists is fetched, and none kept.

    Only the headers need not be there, since they are for the server.

    Raises:
        VerifyError: it has no manifest, or one that cannot be read, or the server is too slow or sends too much.

    """
    if urlsplit(address).path.endswith(".zip"):
        raise VerifyError(f"{address} is a zip: download it, then name the file")
    until = time.monotonic() + seconds
    # where the manifest is found in the end, the site is: an address without its slash, or one that moved, leads there
    base = address if urlsplit(address).path.endswith("/") else f"{address}/"
    try:
        found = fetch.fetch(
            urljoin(base, manifest.PATH), instead="name the address of the folder that holds index.html"
        )
    except fetch.FetchError as error:
        raise VerifyError(f"{urljoin(base, manifest.PATH)}: {error}") from error
    said = _read(found.raw, found.url)
    total = sum(each.size for each in said.files.values())
    if len(said.files) > MOST_FILES or total > MOST_BYTES:
        raise VerifyError(f"{found.url} lists {len(said.files):,} files of {total:,} bytes: too much to be a briefing")
    held: dict[str, Held] = {}
    for number, (path, wanted) in enumerate(said.files.items(), 1):
        if time.monotonic() > until:
            raise VerifyError(
                f"{number - 1} of {len(said.files)} files came in {seconds:g} seconds; try a copy on disk"
            )
        say(f"fetching {number} of {len(said.files)} files")
        if (came := _fetched(urljoin(found.url, quote(path)), path, wanted)) is not None:
            held[path] = came
    return Copy(address, said, held)


def _fetched(address: str, path: str, wanted: Held) -> Held | None:
    """What stands at an address of a site; None where nothing does."""
    try:
        # a byte more than the manifest says is enough to tell that there is more
        came = fetch.fetch(address, most=wanted.size + 1, instead="look at it in a browser")
    except fetch.TooMuchError:
        return Held("", wanted.size + 1)
    except fetch.MissingError:
        return wanted if path == assets.HEADERS else None  # a host that follows the headers shows them to nobody
    except fetch.FetchError as error:
        raise VerifyError(f"{address}: {error}") from error
    return manifest.held(came.raw)


def _read(raw: bytes, where: str) -> Manifest:
    try:
        return manifest.read(raw)
    except manifest.ManifestError as error:
        raise VerifyError(f"{where} cannot be read: {error}; {_WHOLE}") from error


def with_itself(copy: Copy) -> list[Problem]:
    """How a copy is not what its own manifest says; of an edition also how its inputs are not those of its site."""
    ways = [*manifest.differences(copy.files, copy.said.files)]
    if copy.inputs is not None:
        written = {path: each for path, each in copy.said.inputs.items() if _is_written(path)}
        for path, found, wanted in manifest.differences(copy.inputs, written):
            ways.append((f"{editions.INPUTS}{path}", found, wanted))
    ways += [(path, manifest.MORE, "the site and its inputs, and no other") for path in sorted(copy.strange)]
    return [
        Problem(Place(path), "audit-manifest", found, wanted, _LESS if found == manifest.MORE else _WHOLE)
        for path, found, wanted in ways
    ]


def _is_written(path: str) -> bool:
    """Whether an input is what people wrote, and not the program."""
    return "/" not in path or path.startswith(f"{CONTENT}/")


def with_build(copy: Copy, fresh: Copy) -> list[Problem]:
    """How a copy is not what was built afresh: first the inputs that are others, then the files.

    A file that another machine may make otherwise need only be there.
    """
    hint = "take the inputs and the program of the commit that the site was built from"
    theirs, ours = copy.said.inputs, fresh.said.inputs
    inputs = [
        Problem(
            Place(path),
            "audit-manifest",
            "the site was built " + ("from another content of it" if path in theirs else "without it"),
            "the content that it has here" if path in ours else "none of it, as here",
            hint,
        )
        for path, *_ in manifest.differences(theirs, ours)
    ]
    unsteady = fresh.said.unsteady & copy.files.keys()
    return inputs + [
        Problem(Place(path), "audit-manifest", found, f"what the inputs build: {wanted}", _WHOLE)
        for path, found, wanted in manifest.differences(copy.files, fresh.files)
        if path not in unsteady
    ]
