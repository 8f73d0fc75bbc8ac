"""A site's own styles, scripts and fonts -> the same under names that say what they hold, and the headers for servers.

A name has the first digits of the SHA-256 of what it holds, so a browser may keep the file for good, and a cached page
never gets the style of another day: what changes has another name. Pages and data keep their names and are asked
for again each time. `_headers` is in the form that Netlify and Cloudflare Pages share (a path, then indented fields);
each field is set by one rule alone for any path, since these hosts join what two rules say with a comma.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HEADERS = "_headers"
"""Where the headers stand, below the site's root."""
FOR_GOOD = "public, max-age=31536000, immutable"
"""What is sent with a name that says what it holds (RFC 9111, RFC 8246): keep it for a year, and do not ask again."""
THEME = "assets/stylesheets"
"""The folder of the theme's own styles, which have such names from its makers."""
AGAIN = "public, max-age=0, must-revalidate"
"""What is to be sent with all others: a browser may keep them, but asks each time whether they are still so."""
PATTERN = r"\.[0-9a-f]{8}\.(min\.css|css|js|svg|woff2)$"
"""What paths look like that are kept for good, the theme's among them; as servers write patterns, too."""
_DIGITS = 8
_STYLE, _ENDINGS = ".css", (".css", ".js", ".svg", ".woff2")
_URL = re.compile(r"url\(\s*([\"']?)(?![\"']?(?:data:|#))([^)\"']+)\1\s*\)")


@dataclass(frozen=True)
class Named:
    """Files under names that say what they hold."""

    files: Mapping[str, bytes]
    """By their new paths."""
    names: Mapping[str, str]
    """The new paths by the old ones."""


def named(files: Mapping[str, bytes]) -> Named:
    """Give styles, scripts, fonts and icons, by their paths, such names; all others keep theirs.

    What a style names by `url()` comes first, and the style is written anew with the new name, so that its own name
    tells of a change in any of them.

    Raises:
        ValueError: a style names a file that is not among these, or another style, which could name it in turn.

    """
    fixed = {path: content for path, content in files.items() if path.endswith(_ENDINGS)}
    plain = {path: _name(path, content) for path, content in fixed.items() if not path.endswith(_STYLE)}
    found = {plain[path]: fixed[path] for path in plain}
    names = dict(plain)
    for path, content in fixed.items():
        if path.endswith(_STYLE):
            styled = _styled(path, content.decode(), plain).encode()
            names[path] = _name(path, styled)
            found[names[path]] = styled
    return Named({**found, **{path: files[path] for path in files if path not in fixed}}, names)


def _name(path: str, content: bytes) -> str:
    """The path with the first digits of the hash before its ending."""
    stem, dot, ending = path.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:_DIGITS]}{dot}{ending}"


def _styled(path: str, text: str, names: Mapping[str, str]) -> str:
    """A style with the new names of what it names."""
    if "@import" in text:
        raise ValueError(f"{path}: found @import, wanted a style that stands alone; name both in mkdocs.yml")
    folder, _, _ = path.rpartition("/")

    def renamed(match: re.Match[str]) -> str:
        target = f"{folder}/{match[2]}"
        if target not in names:
            raise ValueError(f"{path}: found url({match[2]}), wanted a file beside it, below assets/")
        return f"url({names[target].removeprefix(f'{folder}/')})"

    return _URL.sub(renamed, text)


def always(policy: str) -> dict[str, str]:
    """What is to be sent with every file: what pages say of themselves, and `frame-ancestors`, which they cannot."""
    return {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def headers(named: Iterable[str], policy: str) -> bytes:
    """What a server is to send: the policy with everything, and how long to keep it with names that say what they hold.

    How long pages are kept is not said, since `/*` is the only path that matches all of them however a host spells
    their addresses, and would match the rest, too; these hosts have each asked for again (`max-age=0`) by themselves.
    """
    everything = [f"{name}: {value}" for name, value in always(policy).items()]
    kept = (*sorted(named), f"{THEME}/*")
    rules = [("/*", everything), *((f"/{path}", (f"Cache-Control: {FOR_GOOD}",)) for path in kept)]
    return "\n".join("\n  ".join((path, *fields)) + "\n" for path, fields in rules).encode()
