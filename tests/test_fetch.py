"""A page comes from the web whole, bounded and in time, or a sentence says why not. The server is on this machine."""

from __future__ import annotations

import gzip
import socket
import sys
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from generator import fetch

Answer = tuple[int, dict[str, str], bytes]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answers: dict[str, Callable[[Any], Answer | None]]
    asked: list[dict[str, str]]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the class that it extends
        """Say nothing of a reader that left in the middle of an answer; anything else is a mistake of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer as the test says; None where it did so itself."""
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()})
        answer = self.server.answers[self.path](self)
        if answer:
            status, headers, body = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as the class that it extends
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[_Server]:
    """A server on this machine, with no page yet."""
    made = _Server(("127.0.0.1", 0), _Handler)
    made.answers, made.asked = {}, []
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def _at(server: _Server, path: str = "/") -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def test_a_page_comes_with_its_type_its_characters_and_where_it_stood(server: _Server) -> None:
    server.answers["/"] = lambda _: (302, {"Location": "/page"}, b"")
    server.answers["/page"] = lambda _: (200, {"Content-Type": "text/html; charset=KOI8-R"}, b"hello")
    assert fetch.fetch(_at(server)) == fetch.Fetched(b"hello", _at(server, "/page"), "text/html", "koi8-r")
    asked = server.asked[0]
    assert asked["user-agent"].startswith("briefing-generator/")
    assert not {"cookie", "referer"} & asked.keys()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", lambda raw: zlib.compress(raw, wbits=-15))],
)
def test_a_packed_page_is_unpacked(server: _Server, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    server.answers["/"] = lambda _: (200, {"Content-Encoding": encoding}, pack(b"hello"))
    assert fetch.fetch(_at(server)) == fetch.Fetched(b"hello", _at(server))


def _drip(handler: Any) -> None:  # noqa: ANN401 - the handler of the server
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def _silent(_: object) -> None:
    time.sleep(2)


BOMB = gzip.compress(b"\0" * 80_000_000, 1)
HOSTILE: dict[str, tuple[Callable[[Any], Answer | None], str]] = {
    "gone": (lambda _: (404, {}, b""), "the server answers 404 Not Found"),
    "without end": (lambda _: (302, {"Location": "/"}, b""), "the server answers 302 .*"),
    "from step to step": (lambda h: (302, {"Location": f"/?{len(h.server.asked)}"}, b""), "the server answers 302 .*"),
    "to a file": (lambda _: (302, {"Location": "file:///etc/passwd"}, b""), r"the server answers 302 .*is not allowed"),
    "to another service": (lambda _: (302, {"Location": "ftp://a.example/"}, b""), "leads on to 'ftp://a.example/'"),
    "too large": (lambda _: (200, {}, b"x" * (fetch.MOST + 1)), "more than 20 megabytes"),
    "a bomb": (
        lambda _: (200, {"Content-Encoding": "gzip"}, BOMB),
        "more than 20 megabytes",
    ),
    "broken": (lambda _: (200, {"Content-Encoding": "gzip"}, b"\x1f\x8bno"), "broke off or cannot be read"),
    "packed oddly": (lambda _: (200, {"Content-Encoding": "br"}, b"x"), "packs the page as 'br', unasked"),
    "cut off": (lambda _: (200, {"Content-Length": "100"}, b"x"), "broke off or cannot be read"),
    "slow": (_drip, "did not come within|silent for too long"),
    "silent": (_silent, "silent for too long"),
}


@pytest.mark.parametrize(("answer", "said"), HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_the_server_does_ends_in_a_sentence_with_the_way_out(
    server: _Server, answer: Callable[[Any], Answer | None], said: str
) -> None:
    server.answers.clear()

    class _Any(dict[str, Any]):
        def __missing__(self, _: str) -> Callable[[Any], Answer | None]:
            return answer

    server.answers = _Any()
    with pytest.raises(fetch.FetchError, match=said) as error:
        fetch.fetch(_at(server), seconds=1.5)
    assert "save the" in str(error.value)
    assert len(server.asked) <= fetch._STEPS + 1


def test_nobody_is_led_from_the_web_into_the_own_network(server: _Server) -> None:
    server.answers["/"] = lambda _: (302, {"Location": "http://127.0.0.1:1/router"}, b"")
    opener = urllib.request.build_opener(fetch._Redirects(began_private=False))
    with pytest.raises(fetch.FetchError, match=r"'http://127\.0\.0\.1:1/router', within your own network"):
        opener.open(_at(server), timeout=2)


@pytest.mark.parametrize(
    ("address", "private"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("192.168.0.1", True), ("169.254.169.254", True), ("::1", True),
     ("fe80::1%eth0", True), ("100.64.0.1", True), ("93.184.216.34", False), ("2606:2800:220:1::1", False)],
)  # fmt: skip
def test_private_addresses_are_known_by_what_a_name_leads_to(address: str, private: bool) -> None:  # noqa: FBT001
    def resolve(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, 0, 0, "", ("93.184.216.34", 0)), (socket.AF_INET, 0, 0, "", (address, 0))]

    assert fetch.is_private("name.example", resolve) is private


def test_a_host_without_an_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(fetch.FetchError, match=r"cannot be reached: .*not known"):
        fetch.fetch("https://nowhere.example/")


@pytest.mark.parametrize(
    "text", ["page.html", "ftp://a.example/b", "file:///etc/passwd", "http://", "https:///x", "http://[x", ""]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert not fetch.is_address(text)
    with pytest.raises(fetch.FetchError, match="is no address"):
        fetch.fetch(text)
