"""The server shows the finished site and builds again when an input changes."""

from __future__ import annotations

import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from generator import serve


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((serve.HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _await(port: int) -> None:
    """Wait until somebody listens on the port."""
    deadline = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((serve.HOST, port)) == 0:
                return
        assert time.monotonic() < deadline, "nobody listens"
        time.sleep(0.02)


def _get(port: int, path: str = "/") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{serve.HOST}:{port}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_changed_input_is_built_and_a_browser_is_told_to_reload(tmp_path: Path) -> None:
    source, target = tmp_path / "facts.yaml", tmp_path / "site"
    source.write_text("one", encoding="utf-8")

    def rebuild() -> None:
        target.mkdir(exist_ok=True)
        (target / "index.html").write_text(f"<body>{source.read_text(encoding='utf-8')}</body>", encoding="utf-8")

    port = _free_port()
    server = serve.Server(rebuild, target, port)
    thread = threading.Thread(target=serve.serve, args=(server, [source]), daemon=True)
    thread.start()
    _await(port)
    try:
        status, body = _get(port)
        assert status == 404
        assert "see the terminal" in body
        rebuild()
        assert "one" in _get(port)[1]
        assert "livereload(" in _get(port)[1]
        deadline = time.monotonic() + 20
        source.write_text("two, longer", encoding="utf-8")
        while "two" not in (body := _get(port)[1]) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "two" in body
    finally:
        server.shutdown()
        thread.join(timeout=10)
    assert not thread.is_alive()


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        other.listen()
        server = serve.Server(lambda: None, tmp_path, other.getsockname()[1])
        with pytest.raises(serve.PortError, match="is in use: stop what listens there, or choose another with --port"):
            serve.serve(server, [])


def test_the_inputs_watched_are_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").touch()
    (tmp_path / "content").mkdir()
    (tmp_path / "home" / "site_templates").mkdir(parents=True)
    watched = serve.inputs(tmp_path, tmp_path / "home")
    assert watched == [tmp_path / "facts.yaml", tmp_path / "content", tmp_path / "home" / "site_templates"]
