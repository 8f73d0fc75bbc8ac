"""A folder -> a web site on this machine, for as long as a test looks at it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

TYPES = {
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


@dataclass
class Host:
    """What a host of static sites does beyond sending files: it follows their `_headers`, and shows it to nobody."""

    rules: list[tuple[str, list[tuple[str, str]]]]
    asked: list[tuple[str, int]] = field(default_factory=list)
    """The path and the answer of every request."""

    @classmethod
    def of(cls, folder: Path) -> Host:
        """Read the headers of a site: a path on a line of its own, then its fields, indented."""
        rules: list[tuple[str, list[tuple[str, str]]]] = []
        for line in (folder / "_headers").read_text(encoding="utf-8").splitlines():
            if line[:1].isspace():
                name, colon, value = line.strip().partition(": ")
                assert colon, line
                rules[-1][1].append((name, value))
            elif line and not line.startswith("#"):
                rules.append((line, []))
        return cls(rules)

    def headers(self, path: str) -> dict[str, str]:
        """What is sent with a path: what all rules that match say, joined; pages are asked for again by default."""
        found: dict[str, str] = {}
        for pattern, fields in self.rules:
            before, star, after = pattern.partition("*")
            if path == pattern or (star and path.startswith(before) and path.endswith(after)):
                for name, value in fields:
                    found[name] = f"{found[name]}, {value}" if name in found else value
        return {"Cache-Control": "public, max-age=0, must-revalidate"} | found


@contextmanager
def serving(folder: Path, host: Host | None = None) -> Iterator[str]:
    """Serve a folder as a static host would; gives the address of its root, with the slash at the end."""
    server = _Server(("127.0.0.1", 0), partial(_Handler, directory=str(folder), host=host))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    # browsers open connections ahead of need and leave them idle: never wait for those at the end
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  typed so by the standard library
        """Say nothing of a browser that left in the middle of an answer; anything else is a mistake of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, host: Host | None = None, **named: Any) -> None:  # noqa: ANN401  handed on
        self._host = host
        super().__init__(*arguments, **named)

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer, with what the host adds to it."""
        super().send_response(code, message)
        if self._host is not None:
            path = urlsplit(self.path).path
            self._host.asked.append((path, int(code)))
            for name, value in self._host.headers(path).items():
                self.send_header(name, value)

    def translate_path(self, path: str) -> str:
        """Where a file is; that of the headers is nowhere."""
        hidden = self._host is not None and urlsplit(path).path == "/_headers"
        return super().translate_path("/no-such-file" if hidden else path)

    def guess_type(self, path: Any) -> str:  # noqa: ANN401  typed so by the standard library
        """Say what a file is without asking this machine, as machines differ."""
        return TYPES.get(Path(path).suffix) or super().guess_type(path)

    def list_directory(self, path: Any) -> BytesIO | None:  # noqa: ANN401  typed so by the standard library
        """No static host shows a listing: a folder without an index.html is not a page."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)
        return None

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a missing page with the site's own 404.html."""
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", TYPES[".html"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  named so by the standard library
        """Keep the output of the tests to the tests."""
