"""A folder with a briefing -> its site on this machine, shown anew and built again whenever an input changes.

A changed input is judged here; what follows from it is shown as soon as a browser asks (`preview`), while a process of
its own builds and audits the site, as `build` does. A browser that shows a page waits to be told that there is another
state, and loads its page again. A broken input leaves in the browser what was good; its problems are told where the
command runs.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import mimetypes
import os
import posixpath
import re
import signal
import socketserver
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from generator import build, files, memo, render, site
from generator.preview import Preview
from generator.problems import Problem, has_errors

HOST = "127.0.0.1"
_INTERVAL, _QUIET = 0.04, 0.02
"""Seconds between two looks at the inputs, and for which they have to be still before they are read."""
_PATIENCE = 20.0
"""Seconds after which a browser that waits for another state is told that there is none, so that it asks again."""
_LONGEST = 900.0
"""Seconds for which a page waits for the build that it comes from."""

_SCRIPT, _STATE = "/.state.js", "/.state"
_ASKING = """\
// Waits for another state of the site, while somebody looks at the page, and loads it again.
"use strict";
(() => {
  const here = new URL(document.currentScript.src).search.slice(1);
  let isAsking = false;
  const ask = async () => {
    if (isAsking || document.visibilityState !== "visible") return;
    isAsking = true;
    let wait = 0;
    try {
      const answer = await fetch(`STATE?${here}`);
      if (answer.ok && (await answer.text()) !== here) return location.reload();
    } catch {
      wait = 1000;
    }
    isAsking = false;
    setTimeout(ask, wait);
  };
  document.addEventListener("visibilitychange", ask);
  addEventListener("pageshow", ask);
})();
""".replace("STATE", _STATE)
_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}
"""What the tables of some machines do not know, or say otherwise."""
_NOT_THERE = "Nothing of this name is there (yet): the site is being built, or see the terminal for what is in the way."


class PortError(Exception):
    """The port is taken; the message says so."""


# -- what browsers see ----------------------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    """Sends the site in a folder, or a preview of what is going to stand there, to browsers on this machine."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path, port: int) -> None:
        """Take the port.

        Raises:
            PortError: something else listens there.

        """
        self._folder = folder
        self._preview: Preview | None = None
        self._changed = threading.Condition()
        self._state = time.time_ns() // 1_000_000
        """Which state of the site is shown: another number for another, also after a new start."""
        self._one_by_one = threading.Lock()
        self._is_coming = False
        """Whether what the preview shows is being built."""
        self._sent: dict[str, bytes] = {}
        """A hash of what was sent of the folder beside a preview, by path; empty for what was not there."""
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            msg = f"port {port} is in use: stop what listens there, or choose another with --port"
            raise PortError(msg) from None

    def server_bind(self) -> None:
        """Take the port without asking the network for a name of this machine, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Answer browsers meanwhile."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()
            thread.join()

    def show(self, preview: Preview | None, *, is_new: bool) -> None:
        """Show a preview, or without one the folder; where that `is_new` to browsers, they load their pages again.

        So they do where the folder holds something else by now than what they were sent of it beside a preview.
        """
        with self._changed:
            old, self._preview = self._preview, preview
            if preview is None:
                is_new = is_new or any(_digest(self._of_folder(path)) != sent for path, sent in self._sent.items())
                self._sent = {}
            self._state += is_new
            self._is_coming = preview is not None
            self._changed.notify_all()
        if old is not None and old is not preview:
            with self._one_by_one:  # nobody reads from it now
                old.close()

    def give_up(self) -> None:
        """No build of what is shown is coming: what only that can tell is as it was."""
        with self._changed:
            self._is_coming = False
            self._changed.notify_all()

    def state(self, known: int) -> int:
        """The state that is shown; where it is the known one, only after a while, or when there is another."""
        with self._changed:
            self._changed.wait_for(lambda: self._state != known, _PATIENCE)
            return self._state

    def content(self, path: str) -> tuple[bytes | None, int]:
        """A file of the site by its path, None where there is none, and the state that it is of."""
        while True:
            with self._changed:
                preview, state = self._preview, self._state
            if preview is None:
                return self._of_folder(path), state
            try:
                with self._one_by_one:
                    found = preview.file(path) if preview is self._preview else None
            except Exception:  # noqa: BLE001 - it is not known yet, or there is a fault, of which the build tells
                found = None
                with self._changed:
                    self._changed.wait_for(lambda: not self._is_coming or self._preview is not preview, _LONGEST)  # noqa: B023 - it is asked for here
            with self._changed:
                if preview is self._preview:
                    if found is None:
                        found = self._of_folder(path)
                        self._sent[path] = _digest(found)
                    return found, state

    def _of_folder(self, path: str) -> bytes | None:
        try:
            return (self._folder / path).read_bytes()
        except (OSError, ValueError):
            return None

    def handle_error(self, request: object, client_address: object) -> None:
        """Tell of what is wrong here, and not of a browser that went away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder of this name in the site."""
        try:
            return (self._folder / path).is_dir()
        except (OSError, ValueError):  # a name that no file can have
            return False


def _digest(content: bytes | None) -> bytes:
    return b"" if content is None else hashlib.sha256(content).digest()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 120

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == _STATE:
            known = int(url.query) if url.query.isdecimal() else 0
            return self._send(HTTPStatus.OK, "text/plain", f"{self.server.state(known)}".encode())
        if url.path == _SCRIPT:
            return self._send(HTTPStatus.OK, "text/javascript", _ASKING.encode())
        path = posixpath.normpath(f"/{unquote(url.path)}").lstrip("/")  # no step leads out of the folder
        if "\\" in path:  # nor on a system to which this is a slash
            path = "404.html"
        if url.path.endswith("/"):
            path = posixpath.join(path, "index.html")
        elif self.server.is_folder(path):
            there = f"{quote(f'/{path}')}/" + (f"?{url.query}" if url.query else "")
            return self._send(HTTPStatus.FOUND, "text/plain", b"", Location=there)
        content, state = self.server.content(path)
        status = HTTPStatus.OK
        if content is None:
            status = HTTPStatus.NOT_FOUND
            missing = f'<!doctype html><meta charset="utf-8"><title>404</title><p>{_NOT_THERE}</p></body>'.encode()
            path, content = "404.html", self.server.content("404.html")[0] or missing
        if path.endswith(".html"):
            before, end, after = content.rpartition(b"</body>")
            content = before + f'<script src="{_SCRIPT}?{state}"></script>'.encode() + end + after
        return self._send(status, _type(path), content)

    do_HEAD = do_GET  # noqa: N815 - the name that the library calls

    def _send(self, status: HTTPStatus, kind: str, content: bytes, **headers: str) -> None:
        self.send_response(status)
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        told = {"Content-Type": f"{kind}{charset}", "Content-Length": f"{len(content)}", "Cache-Control": "no-store"}
        for name, value in (told | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """What is worth telling, the command tells."""


def _type(path: str) -> str:
    ending = posixpath.splitext(path)[1]
    return _TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"


# -- what people write ----------------------------------------------------------------------------------------------


def inputs(root: Path, home: Path) -> list[Path]:
    """The files and folders whose change calls for a new build: the briefing's, and the templates."""
    own = (site.FACTS, site.LOCK, site.REVIEWS, site.EDITIONS, site.CONTENT, site.CONFIGURATION)
    return [*(root / name for name in own), home / "site_templates"]


_OF_EDITORS = re.compile(r"^[.#]|~$")
"""The names of what editors write beside a file while somebody works on it."""
_Seen = dict[str, tuple[int, int, int]]
"""Of each file that lies there, by path: the time of its last change, its size, and which file it is."""


def _seen(watched: Iterable[Path]) -> _Seen:
    found: _Seen = {}
    waiting = [*watched]
    while waiting:
        path = waiting.pop()
        with contextlib.suppress(OSError):  # it was there a moment ago
            held = path.stat()
            if stat.S_ISDIR(held.st_mode):
                waiting += (each for each in path.iterdir() if not _OF_EDITORS.search(each.name))
            elif path.parent.name != site.CONTENT or path.suffix == ".md":
                found[str(path)] = held.st_mtime_ns, held.st_size, held.st_ino
    return found


class _Build:
    """A build of the site in a process of its own, which may be ended at any moment."""

    def __init__(self, root: Path, folder: Path) -> None:
        known = os.environ.get("PYTHONPATH")
        self._child = subprocess.Popen(
            [sys.executable, "-m", "generator", "build", "--root", os.fspath(root), "--site", os.fspath(folder)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([os.fspath(build.HOME), *([known] if known else ())])},
            start_new_session=True,  # Ctrl+C is for who waits for it
        )

    @property
    def code(self) -> int | None:
        """Its exit code; None while it is at work."""
        return self._child.poll()

    def end(self) -> None:
        """End it, and all that it has begun; the site is as it was."""
        if self.code is None:
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    self._child.kill()
                else:
                    os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()


class Workshop:
    """Where a briefing is looked after: what was judged last, what is built of it, and what browsers are shown."""

    def __init__(
        self,
        server: Server,
        root: Path,
        folder: Path,
        tell: Callable[[Sequence[Problem]], None],
        say: Callable[[str], None],
    ) -> None:
        """Prepare.

        Args:
            server: shows the site.
            root: the folder of the briefing.
            folder: that of its finished site.
            tell: tells a person what is wrong with the inputs.
            say: tells a person something else.

        """
        self._server, self._root, self._folder = server, root, folder
        self._tell, self._say = tell, say
        self._watched = inputs(root, build.HOME)
        self._last: memo.Last | None = None
        self._good: site.Judged | None = None
        self._known: render.Known | None = None
        self._build: _Build | None = None
        self._held: dict[str, bytes] = {}
        """A hash of what each of the inputs holds, by path."""
        self._is_shown = False
        """Whether browsers saw already what is built."""

    def look_after(self) -> None:
        """Build, and build again whenever an input changes, until somebody ends it."""
        seen = _seen(self._watched)
        self._is_other({}, seen)
        over = _interrupted()
        try:
            self._begin()
            judged = self._judged()
            self._good = None if has_errors(judged.problems) else judged  # which the build tells
            while not over.wait(_INTERVAL):
                now = _seen(self._watched)
                if now != seen:
                    before, seen = seen, self._still(now)
                    if self._is_other(before, seen):
                        self._changed()
                elif self._build and self._build.code is not None:
                    self._built(self._build.code)
        finally:
            if self._build:
                self._build.end()

    def _still(self, now: _Seen) -> _Seen:
        """What is seen when nobody writes any more."""
        while True:
            time.sleep(_QUIET)
            before, now = now, _seen(self._watched)
            if before == now:
                return now

    def _is_other(self, before: _Seen, now: _Seen) -> bool:
        """Whether other bytes lie there than before: some programs touch a file and change nothing."""
        touched = [path for path in before.keys() | now.keys() if before.get(path) != now.get(path)]
        held = {}
        for path in touched:
            try:
                held[path] = _digest(Path(path).read_bytes())
            except OSError:
                held[path] = b""
        is_other = any(self._held.get(path, b"") != each for path, each in held.items())
        self._held |= held
        return is_other

    def _judged(self) -> site.Judged:
        self._last = self._last or files.read_memo(self._root)
        judged = site.judge(files.read_inputs(self._root), self._last)
        new = judged.memorised()
        if new:
            self._last = replace(self._last, written=new)
        return judged

    def _begin(self) -> None:
        self._build = _Build(self._root, self._folder)

    def _changed(self) -> None:
        """Judge what somebody wrote; what is good is shown, and built."""
        self._say("an input changed")
        if self._build:  # of what is no more; it might also read what is half good, and tell of it once more
            self._build.end()
            self._build = None
        judged = self._judged()
        if has_errors(judged.problems):
            self._server.give_up()
            self._tell(judged.problems)
            self._say("nothing was written" + (", the last good site stands" if self._folder.is_dir() else ""))
            return
        self._good = judged
        preview = self._preview(judged)
        self._is_shown = preview is not None
        if preview:
            self._server.show(preview, is_new=True)
        self._begin()

    def _preview(self, judged: site.Judged) -> Preview | None:
        try:
            return Preview(judged, self._root, self._known)
        except Exception:  # noqa: BLE001 - whatever is missing, such as a template: the build tells
            return None

    def _built(self, code: int) -> None:
        """Show what was built: what a preview showed is what stands there now, unless the build failed."""
        self._build = None
        self._server.show(None, is_new=bool(code) or not self._is_shown)
        built = self._preview(self._good) if self._good and not code else None
        if built:
            with contextlib.closing(built), contextlib.suppress(Exception):  # as above
                self._known = built.learnt()


def _interrupted() -> threading.Event:
    """Happens when somebody ends the command; an interrupt at any place might leave a build that has just begun."""
    over = threading.Event()

    def end(*_: object) -> None:
        if over.is_set():  # asked a second time
            raise KeyboardInterrupt
        over.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    return over


def serve(server: Server, workshop: Workshop) -> None:
    """Serve until somebody ends it."""
    with server.running():
        workshop.look_after()
