"""The server shows the finished site, and what follows from a changed input before it is built; browsers hear of it."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, expect

from generator import render, serve
from generator.preview import NotYetError, Preview
from tests.sites import BRIEFING, ROOT, copied, replaced
from tests.valley import VALLEY

LIMIT = 60.0
"""Seconds after which what was waited for will not come."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((serve.HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _get(port: int, path: str = "/", method: str = "GET") -> tuple[int, str]:
    asked = urllib.request.Request(f"http://{serve.HOST}:{port}{path}", method=method)
    try:
        with urllib.request.urlopen(asked, timeout=LIMIT) as response:  # noqa: S310 - as above
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def _until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not is_so():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


class _Told(Preview):
    """A preview that knows some files, and waits for the build with others."""

    def __init__(self, known: dict[str, bytes], waiting: frozenset[str] = frozenset()) -> None:
        self.known, self.waiting, self.is_closed = known, waiting, False

    def file(self, path: str) -> bytes | None:
        assert not self.is_closed
        if path in self.waiting:
            raise NotYetError(path)
        return self.known.get(path)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "facts").mkdir(parents=True)
    (folder / "index.html").write_text("<body>one</body>", encoding="utf-8")
    (folder / "facts" / "index.html").write_text("<body>facts</body>", encoding="utf-8")
    (folder / "data.js").write_text("let one;", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture
def server(folder: Path) -> Iterator[serve.Server]:
    server = serve.Server(folder, 0)
    with server.running():
        yield server


# -- what browsers see ----------------------------------------------------------------------------------------------


def test_the_files_of_the_folder_are_sent(server: serve.Server) -> None:
    port = server.server_port
    assert _get(port)[0] == 200
    assert _get(port)[1].startswith("<body>one<script src=")
    assert _get(port, "/index.html") == _get(port)
    assert _get(port, "/facts/")[1].startswith("<body>facts<script")
    assert _get(port, "/facts") == _get(port, "/facts/"), "who forgets the slash is led on"
    with urllib.request.urlopen(f"http://{serve.HOST}:{port}/facts?x=1", timeout=LIMIT) as response:
        assert response.url.endswith("/facts/?x=1")
    assert _get(port, f"/{'long' * 1_000}")[0] == 404
    assert _get(port, "/data.js?x=1#y") == (200, "let one;")
    assert _get(port, "/data.js", "HEAD") == (200, "")
    with urllib.request.urlopen(f"http://{serve.HOST}:{port}/data.js", timeout=LIMIT) as response:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_what_is_not_there_is_told_with_the_next_step_or_by_the_page_of_the_site(
    server: serve.Server, folder: Path
) -> None:
    status, body = _get(server.server_port, "/no.html")
    assert (status, "see the terminal" in body, serve._SCRIPT in body) == (404, True, True)
    (folder / "404.html").write_text("<body>Nothing of that name</body>", encoding="utf-8")
    assert _get(server.server_port, "/no.html")[1].startswith("<body>Nothing of that name<script")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/facts/../../secret.txt",
        "/..\\secret.txt",
        "/%2e%2e/secret.txt",
        "/a%00b",
    ],
)
def test_nothing_from_outside_the_folder_is_sent(server: serve.Server, path: str) -> None:
    status, body = _get(server.server_port, path)
    assert status == 404
    assert "secret" not in body


def test_a_preview_goes_before_the_folder(server: serve.Server) -> None:
    port = server.server_port
    preview = _Told({"index.html": b"<body>two</body>", "data.js": b"let two;"})
    server.show(preview, is_new=True)
    assert "two" in _get(port)[1]
    assert _get(port, "/data.js")[1] == "let two;"
    assert "facts" in _get(port, "/facts/")[1], "what a preview does not know is as it was"
    server.show(None, is_new=False)
    assert preview.is_closed
    assert "one" in _get(port)[1]


def test_what_was_sent_of_the_folder_and_is_another_when_it_is_built_is_loaded_again(
    server: serve.Server, folder: Path
) -> None:
    port = server.server_port

    def state() -> int:
        return int(_get(port, f"{serve._STATE}?0")[1])

    def shown_beside_a_preview(*paths: str) -> int:
        server.show(_Told({"index.html": b"<body>two</body>"}), is_new=True)
        for path in paths:
            _get(port, path)
        return state()

    before = shown_beside_a_preview("/", "/data.js", "/facts/")
    server.show(None, is_new=False)
    assert state() == before, "all of it is as it was sent"
    before = shown_beside_a_preview("/data.js")
    (folder / "data.js").write_text("let three;", encoding="utf-8")
    server.show(None, is_new=False)
    assert state() == before + 1
    before = shown_beside_a_preview("/facts/")
    (folder / "facts" / "index.html").unlink()
    (folder / "data.js").write_text("let four;", encoding="utf-8")
    server.show(None, is_new=False)
    assert state() == before + 1, "a page that is gone is not shown any longer"
    before = shown_beside_a_preview("/facts/index.html")
    server.show(None, is_new=False)
    assert state() == before, "nobody asked for what is another"


def test_a_fault_of_a_preview_is_left_to_the_build(server: serve.Server) -> None:
    class Faulty(_Told):
        def file(self, path: str) -> bytes | None:
            return self.known[path]

    preview = Faulty({})
    server.show(preview, is_new=True)
    threading.Timer(0.2, lambda: server.show(None, is_new=False)).start()
    assert "one" in _get(server.server_port)[1]


def test_a_page_of_which_only_the_build_can_tell_waits_for_it(server: serve.Server, folder: Path) -> None:
    port, found = server.server_port, []
    server.show(_Told({}, frozenset({"index.html"})), is_new=True)
    asking = threading.Thread(target=lambda: found.append(_get(port)[1]))
    asking.start()
    asking.join(0.3)
    assert asking.is_alive()
    assert "let one" in _get(port, "/data.js")[1], "others need not wait"
    (folder / "index.html").write_text("<body>three</body>", encoding="utf-8")
    server.show(None, is_new=False)
    asking.join(LIMIT)
    assert "three" in found[0]


def test_where_no_build_is_coming_nothing_waits_for_it(server: serve.Server) -> None:
    found: list[tuple[int, str]] = []
    server.show(_Told({}, frozenset({"index.html"})), is_new=True)
    asking = threading.Thread(target=lambda: found.append(_get(server.server_port)))
    asking.start()
    asking.join(0.3)
    assert asking.is_alive()
    server.give_up()
    asking.join(LIMIT)
    assert "one" in found[0][1]
    assert "one" in _get(server.server_port)[1]


def test_a_browser_that_asks_for_another_state_is_told_when_there_is_one(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = server.server_port
    state = int(_get(port, f"{serve._STATE}?0")[1])
    assert f'"{serve._SCRIPT}?{state}"' in _get(port)[1]
    threading.Timer(0.2, lambda: server.show(None, is_new=True)).start()
    begun = time.monotonic()
    assert int(_get(port, f"{serve._STATE}?{state}")[1]) == state + 1
    assert time.monotonic() - begun > 0.1
    monkeypatch.setattr(serve, "_PATIENCE", 0.05)
    assert int(_get(port, f"{serve._STATE}?{state + 1}")[1]) == state + 1, "after a while it is to ask again"
    assert int(_get(port, f"{serve._STATE}?nonsense")[1]) == state + 1


def test_a_browser_that_goes_away_is_no_fault(server: serve.Server, capfd: pytest.CaptureFixture[str]) -> None:
    state = _get(server.server_port, f"{serve._STATE}?0")[1]
    with socket.create_connection((serve.HOST, server.server_port)) as gone:
        gone.sendall(f"GET {serve._STATE}?{state} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    server.show(None, is_new=True)
    server.show(None, is_new=True)
    assert _get(server.server_port)[0] == 200
    assert capfd.readouterr().err == ""


def test_a_browser_loads_a_page_again_although_the_page_lets_no_foreign_script_run(
    server: serve.Server, folder: Path, browser: Browser
) -> None:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{render.POLICY}">'
    page = f"<!doctype html><html><head>{policy}<title>t</title></head><body><p>one</p></body></html>"
    (folder / "index.html").write_text(page, encoding="utf-8")
    tab = browser.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    try:
        tab.goto(f"http://{serve.HOST}:{server.server_port}/")
        expect(tab.locator("p")).to_have_text("one")
        for word in ("two", "three"):
            server.show(_Told({"index.html": page.replace("one", word).encode()}), is_new=True)
            expect(tab.locator("p")).to_have_text(word)
    finally:
        tab.close()
    assert [each for each in said if "violates" in each] == []


def test_a_port_in_use_is_told(folder: Path) -> None:
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        other.listen()
        with pytest.raises(serve.PortError, match="is in use: stop what listens there, or choose another with --port"):
            serve.Server(folder, other.getsockname()[1])


# -- what people write ----------------------------------------------------------------------------------------------


def test_what_is_seen_of_inputs_changes_with_each_of_them(tmp_path: Path) -> None:
    root, home = tmp_path / "root", tmp_path / "home"
    (root / "content").mkdir(parents=True)
    (home / "site_templates" / "pages").mkdir(parents=True)
    watched = serve.inputs(root, home)
    seen = [serve._seen(watched)]
    for path in (
        root / "facts.yaml",
        root / "content" / "index.md",
        root / "mkdocs.yml",
        home / "site_templates" / "pages" / "a.html",
    ):
        path.write_text("one", encoding="utf-8")
        seen.append(serve._seen(watched))
    (root / "facts.yaml").unlink()
    seen.append(serve._seen(watched))
    (root / "unasked.txt").touch()
    for name in (".index.md.swp", "index.md~", "#index.md#", "4913"):
        (root / "content" / name).touch()
    assert serve._seen(watched) == seen[-1]
    assert all(one != other for one, other in itertools.pairwise(seen))


class _Serving:
    """`serve` at work in a process of its own."""

    def __init__(self, root: Path, port: int, said: Path, out: IO[bytes]) -> None:
        self.port, self._said = port, said
        self.child = subprocess.Popen(
            [sys.executable, "-m", "generator", "serve", "--root", str(root), "--port", f"{port}"],
            cwd=ROOT,
            stdout=out,
            stderr=out,
        )

    @property
    def said(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def shows(self, words: str, path: str = "/facts/homes.html") -> bool:
        with contextlib.suppress(OSError):
            return words in _get(self.port, path)[1]
        return False

    @property
    def state(self) -> int:
        """Which state of the site browsers are shown."""
        (found,) = re.findall(rf'src="{re.escape(serve._SCRIPT)}\?([0-9]+)"', _get(self.port)[1])
        return int(found)

    def until_built(self, times: int) -> None:
        _until(lambda: self.said.count("all proven") == times)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(BRIEFING, VALLEY, tmp_path / "root")


@pytest.fixture
def serving(root: Path, tmp_path: Path) -> Iterator[_Serving]:
    said = tmp_path / "said.txt"
    with said.open("wb") as out:
        found = _Serving(root, _free_port(), said, out)
        try:
            yield found
        finally:
            if found.child.poll() is None:
                found.child.send_signal(signal.SIGINT)
            assert found.child.wait(LIMIT) == 0
    assert "Traceback" not in found.said


STATEMENT = "Around 1,200 people had left their homes in Eastholm by 1 April 2031"


def test_what_somebody_writes_is_shown_and_built(root: Path, serving: _Serving) -> None:
    page = root / "site" / "facts" / "homes.html"
    serving.until_built(1)
    _until(lambda: serving.shows(STATEMENT))
    for number, told in enumerate((f"{STATEMENT}, as was told", f"{STATEMENT}, as they tell"), 1):
        before = serving.state
        text = (VALLEY / "facts.yaml").read_text(encoding="utf-8")
        (root / "facts.yaml").write_text(text.replace(STATEMENT, told), encoding="utf-8", newline="\n")
        _until(lambda told=told: serving.shows(told))  # type: ignore[misc]
        state = serving.state
        assert state > before
        serving.until_built(1 + number)
        assert told in page.read_text(encoding="utf-8")
        time.sleep(20 * serve._INTERVAL)  # the build tells that it is done before the server sees that it is
        assert serving.shows(told)
        assert serving.state == state, "what is built was shown already: no page is loaded again"


def test_a_file_that_was_touched_and_holds_the_same_is_no_change(root: Path, serving: _Serving) -> None:
    serving.until_built(1)
    (root / "facts.yaml").touch()
    time.sleep(0.5)
    assert "an input changed" not in serving.said
    (root / "content" / "gates.md").write_bytes((root / "content" / "gates.md").read_bytes() + b"\n")
    _until(lambda: serving.said.count("an input changed") == 1)


def test_a_bad_state_that_follows_a_good_one_at_once_is_told_once(root: Path, serving: _Serving) -> None:
    facts, told = root / "facts.yaml", f"{STATEMENT}, as was told"
    serving.until_built(1)
    good = facts.read_text(encoding="utf-8").replace(STATEMENT, told)
    facts.write_text(good, encoding="utf-8", newline="\n")
    _until(lambda: "an input changed" in serving.said)
    time.sleep(0.2)
    facts.write_text(good.replace("value: 1200\n", "value: 1300\n"), encoding="utf-8", newline="\n")
    _until(lambda: "nothing was written" in serving.said)
    time.sleep(2)
    assert serving.said.count("nothing was written") == 1
    assert serving.shows(told) or serving.shows(STATEMENT)


@pytest.mark.parametrize("wait", [0.0, 0.05, 1.5])
def test_settings_that_break_amid_anything_are_told_and_end_nothing(wait: float, root: Path, serving: _Serving) -> None:
    settings = root / "mkdocs.yml"
    serving.until_built(1)
    time.sleep(wait)
    for text in ("theme: [", "", "no keys"):
        settings.write_text(text, encoding="utf-8")
        _until(lambda: "nothing was written" in serving.said.rpartition("an input changed")[2])
        time.sleep(0.1)
    settings.unlink()
    replaced(root / "facts.yaml", STATEMENT, f"{STATEMENT}, as was told")
    _until(lambda: serving.shows(f"{STATEMENT}, as was told"))


def test_a_broken_input_leaves_what_was_good_in_the_browser(root: Path, serving: _Serving) -> None:
    facts = root / "facts.yaml"
    serving.until_built(1)
    good = facts.read_text(encoding="utf-8")
    facts.write_text(good.replace("value: 1200\n", "value: 1300\n"), encoding="utf-8", newline="\n")
    _until(lambda: "nothing was written, the last good site stands" in serving.said)
    assert "number-not-in-quote" in serving.said
    assert serving.shows(STATEMENT)
    facts.write_text("facts: [\n", encoding="utf-8", newline="\n")
    _until(lambda: serving.said.count("nothing was written") == 2)
    assert serving.shows(STATEMENT)
    told = f"{STATEMENT}, as was told"
    facts.write_text(good.replace(STATEMENT, told), encoding="utf-8", newline="\n")
    _until(lambda: serving.shows(told))
    serving.until_built(2)


def test_a_first_build_that_fails_is_told_once_and_mended(root: Path, tmp_path: Path) -> None:
    replaced(root / "facts.yaml", STATEMENT, f"{STATEMENT}, or 1,300")
    said = tmp_path / "said.txt"
    with said.open("wb") as out:
        found = _Serving(root, _free_port(), said, out)
        try:
            _until(lambda: "nothing was written" in found.said)
            assert "see the terminal" in _get(found.port)[1]
            replaced(root / "facts.yaml", f"{STATEMENT}, or 1,300", STATEMENT)
            _until(lambda: found.shows(STATEMENT))
        finally:
            found.child.send_signal(signal.SIGINT)
            assert found.child.wait(LIMIT) == 0
    assert found.said.count("1,300") == found.said.count("error") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a console's interrupt is another thing there")
def test_when_it_ends_no_build_goes_on(root: Path, serving: _Serving) -> None:
    pid = serving.child.pid
    _until(lambda: bool(_children(pid)))
    (build,) = _children(pid)
    serving.child.send_signal(signal.SIGINT)
    assert serving.child.wait(LIMIT) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(build, 0)
    assert not (root / "site").exists()


def _children(pid: int) -> list[int]:
    """The processes that one has begun, by the kernel's own list."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [*map(int, found.read_text(encoding="ascii").split())] if found.exists() else []
