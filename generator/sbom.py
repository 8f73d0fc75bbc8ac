"""The lock of the packages -> a bill of materials, as CycloneDX 1.6 (ECMA-424) in JSON.

The lock is what uv writes: of each package its version, its marker, the hashes of its files, and whose need it is.
Nothing is asked of a network or of what is installed; the day is the briefing's, and the serial number comes
from the digest of the inputs, so that the same inputs give the same bytes.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import generator
from generator.manifest import NAME

PATH = "sbom.cdx.json"
"""Where it stands, below the site's root; the name's ending is the one that CycloneDX recommends."""
_PACKAGE = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>[^\\\n]+?))? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
    r"    # via (?P<via>.+)$",
    re.MULTILINE,
)
_OURS = "briefing-generator:"
"""Begins the names of properties that CycloneDX has no word for."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the lock."""

    name: str
    version: str
    marker: str
    """Where it is needed (PEP 508); empty where it is needed everywhere."""
    hashes: tuple[str, ...]
    """Those of its files, of which one is installed."""
    via: tuple[str, ...]
    """Whose need it is."""

    @property
    def purl(self) -> str:
        """Its name among all packages (package-url)."""
        return f"pkg:pypi/{self.name}@{self.version}"


def packages(lock: bytes) -> list[Package]:
    """The packages of a lock, in its order.

    Raises:
        ValueError: a line of it is not as uv writes it; a package would be missing from the bill.

    """
    text = lock.decode("utf-8")
    found = [
        Package(
            match["name"],
            match["version"],
            match["marker"] or "",
            tuple(re.findall(r"sha256:([0-9a-f]{64})", match["hashes"])),
            tuple(re.sub(r" \(.*?\)", "", match["via"]).split(", ")),
        )
        for match in _PACKAGE.finditer(text)
    ]
    rest = [line for line in _PACKAGE.sub("", text).splitlines() if line and not line.startswith("#")]
    if rest:
        msg = f"a line of the lock cannot be read: {rest[0]!r}"
        raise ValueError(msg)
    return found


def make(lock: bytes, digest: str, day: date) -> bytes:
    """The bill of a lock, of a briefing of this day whose inputs have this digest."""
    found = packages(lock)
    ours = f"{NAME}@{generator.__version__}"
    refs = {each.name: each.purl for each in found} | {NAME: ours}
    needs: dict[str, list[str]] = {ref: [] for ref in refs.values()}
    for each in found:
        for via in each.via:
            needs[refs[via]].append(each.purl)
    tree = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"{_OURS}{digest}").urn,
        "version": 1,
        "metadata": {
            "timestamp": f"{day.isoformat()}T00:00:00Z",
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": NAME,
                "version": generator.__version__,
                "licenses": [{"license": {"id": "MIT"}}],
            },
            "properties": [{"name": f"{_OURS}inputs", "value": digest}],
        },
        "components": [_component(each) for each in found],
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs[ref])} for ref in sorted(needs)],
    }
    return f"{json.dumps(tree, ensure_ascii=False, indent=1)}\n".encode()


def _component(each: Package) -> dict[str, Any]:
    """A package; the hashes are of all its files that the lock admits, of which a machine takes the one that fits."""
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": each.purl,
        "name": each.name,
        "version": each.version,
        "scope": "optional" if each.marker else "required",
        "hashes": [{"alg": "SHA-256", "content": content} for content in each.hashes],
        "purl": each.purl,
    }
    return made | ({"properties": [{"name": f"{_OURS}marker", "value": each.marker}]} if each.marker else {})
