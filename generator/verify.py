"""A finished site, in a folder or on the web -> the hashes of its files, and how they are not what they should be.

What a site says of itself comes from whoever serves it, so a manifest from the web is read as a stranger's: bounded in
size, in the number of its files and in time, and no file is asked for but below the address of the site.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from generator import assets, fetch, files, manifest
from generator.manifest import Held, Manifest
from generator.problems import Place, Problem

MOST_FILES = 50_000
MOST_BYTES = 2 * 1024**3
"""Of a site on the web: a briefing of ten thousand facts has a tenth of either."""
SECONDS = 3600.0
"""For the whole of it."""
_WHOLE = "get it again from where it is published, or build it"


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


def of_address(address: str, say: Callable[[str], None], *, seconds: float = SECONDS) -> Copy:
    """A site on the web, at the address of its root; every file that its manifest lists is fetched, and none kept.

    Only the headers need not be there, since they are for the server.

    Raises:
        VerifyError: it has no manifest, or one that cannot be read, or the server is too slow or sends too much.

    """
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
        try:
            # a byte more than the manifest says is enough to tell that there is more
            came = fetch.fetch(urljoin(found.url, quote(path)), most=wanted.size + 1, instead="look at it in a browser")
        except fetch.TooMuchError:
            held[path] = Held("", wanted.size + 1)
        except fetch.MissingError:
            if path == assets.HEADERS:  # a host that follows it shows it to nobody
                held[path] = wanted
        except fetch.FetchError as error:
            raise VerifyError(f"{urljoin(found.url, quote(path))}: {error}") from error
        else:
            held[path] = manifest.held(came.raw)
    return Copy(address, said, held)


def _read(raw: bytes, where: str) -> Manifest:
    try:
        return manifest.read(raw)
    except manifest.ManifestError as error:
        raise VerifyError(f"{where} cannot be read: {error}; {_WHOLE}") from error


def with_itself(copy: Copy) -> list[Problem]:
    """How a copy is not what its own manifest says."""
    return [
        Problem(Place(path), "audit-manifest", found, wanted, _WHOLE)
        for path, found, wanted in manifest.differences(copy.files, copy.said.files)
    ]


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
