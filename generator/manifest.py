"""A site's files, and what it was built from -> its manifest: every file with its hash, and one digest for the whole.

The manifest cannot list itself, and no page can show a digest of the pages. So there are two digests: that of the
inputs, which stands at the end of every page, and that of the site, which stands in the manifest alone. Both are the
SHA-256 (FIPS 180-4) of a list as `sha256sum --binary` writes it, in the order of the paths, so that nobody needs this
program to work them out. The form is JSON (RFC 8259), UTF-8, the same bytes for the same files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import generator
from generator.edtf import Edtf

PATH = "manifest.json"
"""Where it stands, below the site's root."""
FORM = 1
"""That of the manifest: it grows when a key changes its meaning or goes."""
NAME = "briefing-generator"
SHORT = 12
"""So many digits of a digest are shown where the whole would be too long to read."""
NOTES = tuple(
    " ".join(note.split())
    for note in (
        """
        The manifest lists every file of this site with its size and its SHA-256, and so the inputs: the facts, the
        pages, the fingerprints of the sources, the settings, the program with its templates and the lock of its
        packages. At the end of every page stand the first digits of the digest of the inputs. The digest of the whole
        site stands in the manifest alone, since no page can hold a hash of itself.
        """,
        """
        To compare a copy of this site with its manifest: `python -m generator verify FOLDER`, with the address of the
        site in the place of the folder if it is on the web. To build it once more from its inputs and compare every
        byte: `python -m generator verify --rebuild FOLDER`, in a checkout of the program with those inputs. A copy that
        agrees with its own manifest is whole; that it comes from these inputs only the second shows.
        """,
        """
        Without the program, in the folder of a copy: `jq -r '.site.files[] | .sha256 + " *" + .path' manifest.json |
        sha256sum --check`. The digest of the site is what `sha256sum` says of this list itself, without the files that
        are marked as not reproducible.
        """,
        """
        The bill of materials names each package that the program may use, with its version and the hashes of its files,
        in the form of CycloneDX 1.6.
        """,
    )
)
"""How readers verify a site; `code` in backticks."""
_OWN = ("CNAME", ".nojekyll")
"""Files that belong to a branch from which a site is served, and not to the site."""
_HASH = re.compile(r"[0-9a-f]{64}")


class ManifestError(Exception):
    """It is no manifest; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a file holds."""

    sha256: str
    """In hexadecimal; empty where it is no plain file."""
    size: int


@dataclass(frozen=True)
class Origin:
    """What a site is built from."""

    inputs: Mapping[str, Held] = field(default_factory=dict)
    """What people wrote and the program that reads it, by path."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """The packages at work, with the versions that are installed."""
    lock: bytes = b""
    """The lock of the packages."""

    @property
    def digest(self) -> str:
        """That of the inputs, which every page shows."""
        return digest(self.inputs)


@dataclass(frozen=True)
class Manifest:
    """A manifest that was read."""

    inputs: Mapping[str, Held]
    files: Mapping[str, Held]
    unsteady: frozenset[str]
    """The files that another machine may make otherwise of the same inputs."""

    @property
    def digest(self) -> str:
        """That of the whole site."""
        return digest(self.files, self.unsteady)

    @property
    def built_from(self) -> str:
        """That of the inputs."""
        return digest(self.inputs)


def held(content: bytes) -> Held:
    """What a file with this content holds."""
    return Held(hashlib.sha256(content).hexdigest(), len(content))


def digest(files: Mapping[str, Held], without: Iterable[str] = ()) -> str:
    """One digest for many files: of their list as `sha256sum --binary` writes it, in the order of the paths."""
    skipped = frozenset(without)
    lines = (f"{files[path].sha256} *{path}\n" for path in sorted(files) if path not in skipped)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def make(origin: Origin, title: str, as_of: Edtf, files: Mapping[str, Held], unsteady: Iterable[str] = ()) -> bytes:
    """The manifest of a site with these files, of which another machine may make some otherwise (`unsteady`)."""
    kept = {path: each for path, each in files.items() if not _is_apart(path)}
    shaky = frozenset(unsteady) & kept.keys()
    tree = {
        "form": FORM,
        "briefing": {"title": title, "as_of": as_of.text},
        "made_by": {"name": NAME, "version": generator.__version__, "packages": dict(sorted(origin.packages.items()))},
        "inputs": {
            "digest": origin.digest,
            "files": [_entry(path, each) for path, each in sorted(origin.inputs.items())],
        },
        "site": {
            "digest": digest(kept, shaky),
            "files": [
                _entry(path, each) | ({"reproducible": False} if path in shaky else {})
                for path, each in sorted(kept.items())
            ],
        },
    }
    return f"{json.dumps(tree, ensure_ascii=False, indent=1)}\n".encode()


def _entry(path: str, each: Held) -> dict[str, Any]:
    return {"path": path, "sha256": each.sha256, "size": each.size}


def _is_apart(path: str) -> bool:
    """Whether a file of a folder is none of the site: the manifest, or what the branch has that serves it."""
    return path == PATH or path in _OWN or path.startswith(".git/")


def read(raw: bytes) -> Manifest:
    """Read a manifest that came from anywhere.

    Raises:
        ManifestError: it is none, or its digests are not those of its lists.

    """
    try:
        tree = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"it is no JSON: {error}") from error
    if not isinstance(tree, dict) or tree.get("form") != FORM:
        raise ManifestError(f"it is no manifest of form {FORM}")
    inputs, _ = _list(tree, "inputs")
    files, unsteady = _list(tree, "site")
    return Manifest(inputs, files, unsteady)


def _list(tree: Mapping[str, Any], name: str) -> tuple[dict[str, Held], frozenset[str]]:
    """One of its two lists, held against its own digest."""
    part = tree.get(name)
    entries = part.get("files") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(entries, list):
        raise ManifestError(f"it has no list of files under {name!r}")
    found: dict[str, Held] = {}
    unsteady = set()
    for number, entry in enumerate(entries, 1):
        path, held_there = _read_entry(entry, f"file {number} under {name!r}")
        if path in found:
            raise ManifestError(f"it lists {path} twice")
        found[path] = held_there
        if entry.get("reproducible") is False:
            unsteady.add(path)
    if part.get("digest") != digest(found, unsteady):
        raise ManifestError(f"its digest under {name!r} is not that of the list that stands there")
    return found, frozenset(unsteady)


def _read_entry(entry: Any, which: str) -> tuple[str, Held]:  # noqa: ANN401 - what JSON may hold
    if not isinstance(entry, dict):
        raise ManifestError(f"{which} is no entry")
    path, sha256, size = (entry.get(key) for key in ("path", "sha256", "size"))
    if not isinstance(path, str) or not stays_within(path):
        raise ManifestError(f"{which} has no path within the site: {path!r}")
    if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
        raise ManifestError(f"{which} ({path}) has no SHA-256")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ManifestError(f"{which} ({path}) has no size")
    return path, Held(sha256, size)


def stays_within(path: str) -> bool:
    """Whether a path is a plain one below a folder: it leads nowhere else, and no system misreads it."""
    return (
        bool(path) and path.isprintable() and not set(path) & {"\\", ":"} and not {"", ".", ".."} & {*path.split("/")}
    )


MORE = "a file more"
"""What is found where there should be nothing."""


def differences(found: Mapping[str, Held], wanted: Mapping[str, Held]) -> Iterator[tuple[str, str, str]]:
    """How the files of a copy are not those that are wanted: of each its path, what was found, and what was wanted."""
    for path in sorted({*found, *wanted}):
        if _is_apart(path):
            continue
        has, should = found.get(path), wanted.get(path)
        if has is None and should is not None:
            yield path, "the file is not there", _told(should)
        elif should is None:
            yield path, MORE, "the files of the manifest, and no other"
        elif has is not None and has.sha256 != should.sha256:
            yield path, _told(has), _told(should)


def _told(each: Held) -> str:
    return f"{each.size:,} bytes with SHA-256 {each.sha256[:SHORT]}…" if each.sha256 else "no plain file"
