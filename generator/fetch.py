"""A web address -> the bytes that stand there and what the server says of them; the only module that asks a network.

Only `archive` comes here, and only with an address that somebody typed. Nothing is sent but the request: no cookies, no
address from which somebody came. Whatever the server does, the answer is bounded in size, time and number of steps.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

import generator

MOST = 20 * 1024 * 1024
"""Bytes of a page, packed or not."""
SECONDS = 60.0
"""For the whole of it; no single wait is longer than a third of this."""
_AGENT = f"briefing-generator/{generator.__version__} (a curator reads one page to quote it)"
_ACCEPT = "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.1"
_STEPS = 8
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came."""

    raw: bytes
    url: str
    """Where it stood in the end, after all redirections."""
    type: str = ""
    """Its media type, in small letters; empty where the server did not say."""
    charset: str = ""


class FetchError(Exception):
    """The page was not read; the message says why, and what to do instead."""


def fetch(url: str, *, seconds: float = SECONDS) -> Fetched:
    """Read what stands at an http or https address.

    Raises:
        FetchError: it is no such address, the server does not answer, refuses, is too slow or sends too much.

    """
    if not is_address(url):
        raise FetchError(f"{url!r} is no address; wanted: http:// or https:// and a host")
    until = time.monotonic() + seconds
    opener = urllib.request.build_opener(_Redirects(is_private(urlsplit(url).hostname or "")))
    opener.addheaders = [("User-Agent", _AGENT), ("Accept", _ACCEPT), ("Accept-Encoding", "gzip, deflate")]
    try:
        with opener.open(url, timeout=seconds / 3) as answer:
            raw = _unpacked(_read(answer, until), answer.headers.get("Content-Encoding", ""))
            headers: Message = answer.headers
            kind = headers.get_content_type() if headers.get("Content-Type") else ""
            return Fetched(raw, answer.geturl(), kind, headers.get_content_charset("") or "")
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(f"the server answers {error.code} {error.reason}; {_INSTEAD}") from error
    except TimeoutError as error:
        raise FetchError(f"the server was silent for too long; {_INSTEAD}") from error
    except urllib.error.URLError as error:
        why = "it was silent for too long" if isinstance(error.reason, TimeoutError) else error.reason
        raise FetchError(f"the server cannot be reached: {why}; {_INSTEAD}") from error
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        raise FetchError(
            f"the answer broke off or cannot be read: {str(error) or type(error).__name__}; {_INSTEAD}"
        ) from error


_INSTEAD = "save the page in your browser and name the file"


def is_address(text: str) -> bool:
    """Whether a text is an address on the web, and not the name of a file."""
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_private(host: str, resolve: Callable[..., list[Any]] = socket.getaddrinfo) -> bool:
    """Whether a host is this machine or one of its own network; of a name, whether one of its addresses is."""
    try:
        found = [each[4][0] for each in resolve(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return False  # it will not be reached either
    return any(not ipaddress.ip_address(str(each).partition("%")[0]).is_global for each in found)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirections on the web; none from out there to this machine or its network."""

    max_redirections = _STEPS
    max_repeats = 2

    def __init__(self, began_private: bool) -> None:  # noqa: FBT001 - the one thing to know
        self._began_private = began_private

    def redirect_request(  # noqa: PLR0913, PLR0917 - as the handler that it extends
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,  # noqa: ANN401
        newurl: str,
    ) -> urllib.request.Request | None:
        """The next request; as the handler that it extends."""
        if not is_address(newurl):
            fp.close()
            raise FetchError(f"the server leads on to {newurl!r}, which is no page on the web; {_INSTEAD}")
        if not self._began_private and is_private(urlsplit(newurl).hostname or ""):
            fp.close()
            raise FetchError(f"the server leads on to {newurl!r}, within your own network; {_INSTEAD}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read(answer: Any, until: float) -> bytes:  # noqa: ANN401 - what urllib opens
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        _bounded(size)
        if time.monotonic() > until:
            raise FetchError(f"the page did not come within {SECONDS:g} seconds; {_INSTEAD}")
    if answer.length:  # of what was announced, so much did not come
        raise FetchError(f"the answer broke off or cannot be read: {answer.length} bytes are missing; {_INSTEAD}")
    return b"".join(pieces)


def _bounded(size: int) -> None:
    if size > MOST:
        raise FetchError(f"the page has more than {MOST // 1024**2} megabytes; save the part that is needed as a text")


def _unpacked(raw: bytes, encoding: str) -> bytes:
    """A body as it was before the server packed it; one that grows beyond measure is refused before it does."""
    match encoding.strip().lower():
        case "" | "identity":
            return raw
        case "gzip" | "x-gzip" | "deflate":
            bits = 47 if raw[:1] in (b"\x1f", b"\x78") else -15  # gzip and zlib tell themselves; some send bare deflate
            unpack = zlib.decompressobj(bits)
            whole = unpack.decompress(raw, MOST + 1)
            _bounded(len(whole))
            return whole
        case _:
            raise FetchError(f"the server packs the page as {encoding!r}, unasked; {_INSTEAD}")
