"""A web address -> the bytes that stand there and what the server says of them; the only module that asks a network.

Only `archive` and `verify` come here, and only with an address that somebody typed, or with one below it. Nothing is
sent but the request: no cookies, no address from which somebody came. Whatever the server does, the answer is bounded
in size, time and number of steps.
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
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import urlsplit

import generator

MOST = 20 * 1024 * 1024
"""Bytes of a page, packed or not."""
SECONDS = 60.0
"""For the whole of it; no single wait is longer than a third of this."""
_AGENT = f"briefing-generator/{generator.__version__} (somebody reads a page to quote it, or verifies a site)"
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


class MissingError(FetchError):
    """The server says that nothing stands there (404 and 410 of RFC 9110)."""


class TooMuchError(FetchError):
    """There is more than was wanted."""


_INSTEAD = "save the page in your browser and name the file"


def fetch(url: str, *, seconds: float = SECONDS, most: int = MOST, instead: str = _INSTEAD) -> Fetched:
    """Read what stands at an http or https address: at most so many bytes; `instead` says what to do where it fails.

    Raises:
        FetchError: it is no such address, the server does not answer, refuses, is too slow or sends too much.

    """
    try:
        return _fetch(url, seconds, most)
    except _UnreadError as failure:
        raise failure.kind(f"{failure.why}; {failure.instead or instead}") from failure.__cause__


class _UnreadError(FetchError):
    """Why nothing was read, before it is said what to do."""

    def __init__(self, why: str, kind: type[FetchError] = FetchError, instead: str = "") -> None:
        super().__init__(why)
        self.why, self.kind, self.instead = why, kind, instead


def _fetch(url: str, seconds: float, most: int) -> Fetched:
    if not is_address(url):
        raise _UnreadError(f"{url!r} is no address", instead="wanted: http:// or https:// and a host")
    until = time.monotonic() + seconds
    opener = urllib.request.build_opener(_Redirects(is_private(urlsplit(url).hostname or "")))
    opener.addheaders = [("User-Agent", _AGENT), ("Accept", _ACCEPT), ("Accept-Encoding", "gzip, deflate")]
    try:
        with opener.open(url, timeout=seconds / 3) as answer:
            raw = _unpacked(_read(answer, until, most), answer.headers.get("Content-Encoding", ""), most)
            headers: Message = answer.headers
            kind = headers.get_content_type() if headers.get("Content-Type") else ""
            return Fetched(raw, answer.geturl(), kind, headers.get_content_charset("") or "")
    except urllib.error.HTTPError as error:
        error.close()
        what = MissingError if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) else FetchError
        raise _UnreadError(f"the server answers {error.code} {error.reason}", what) from error
    except TimeoutError as error:
        raise _UnreadError("the server was silent for too long") from error
    except urllib.error.URLError as error:
        why = "it was silent for too long" if isinstance(error.reason, TimeoutError) else error.reason
        raise _UnreadError(f"the server cannot be reached: {why}") from error
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        raise _UnreadError(f"the answer broke off or cannot be read: {str(error) or type(error).__name__}") from error


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
            raise _UnreadError(f"the server leads on to {newurl!r}, which is no page on the web")
        if not self._began_private and is_private(urlsplit(newurl).hostname or ""):
            fp.close()
            raise _UnreadError(f"the server leads on to {newurl!r}, within your own network")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _read(answer: Any, until: float, most: int) -> bytes:  # noqa: ANN401 - what urllib opens
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        _bounded(size, most)
        if time.monotonic() > until:
            raise _UnreadError(f"the page did not come within {SECONDS:g} seconds")
    if answer.length:  # of what was announced, so much did not come
        raise _UnreadError(f"the answer broke off or cannot be read: {answer.length} bytes are missing")
    return b"".join(pieces)


def _bounded(size: int, most: int) -> None:
    if size > most:
        much = f"{most // 1024**2} megabytes" if most >= MOST else f"{most:,} bytes"
        raise _UnreadError(f"the page has more than {much}", TooMuchError, "save the part that is needed as a text")


def _unpacked(raw: bytes, encoding: str, most: int) -> bytes:
    """A body as it was before the server packed it; one that grows beyond measure is refused before it does."""
    match encoding.strip().lower():
        case "" | "identity":
            return raw
        case "gzip" | "x-gzip" | "deflate":
            bits = 47 if raw[:1] in (b"\x1f", b"\x78") else -15  # gzip and zlib tell themselves; some send bare deflate
            unpack = zlib.decompressobj(bits)
            whole = unpack.decompress(raw, most + 1)
            _bounded(len(whole), most)
            return whole
        case _:
            raise _UnreadError(f"the server packs the page as {encoding!r}, unasked")
