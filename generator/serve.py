"""A folder with a briefing -> its site on this machine, built again and reloaded whenever an input changes.

The server is MkDocs' own (the theme's live reload comes with it), so there is one less dependency to keep. A broken
input leaves the last good site in the browser; its problems are told where the command runs.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from generator import site

HOST = "127.0.0.1"
_INTERVAL, _QUIET = 0.1, 0.05
"""Seconds between two looks at the inputs, and for which they have to be still before they are read."""


class PortError(Exception):
    """The port is taken; the message says so."""


class Server(LiveReloadServer):
    """Serves the finished site; the watched paths are the inputs, `rebuild` makes it anew."""

    def __init__(self, rebuild: Callable[[], None], target: Path, port: int) -> None:
        logging.getLogger("mkdocs.livereload").setLevel(logging.ERROR)  # what is worth telling, the command tells
        super().__init__(rebuild, HOST, port, str(target), polling_interval=_INTERVAL)
        self.build_delay = _QUIET
        self.error_handler = _missing


def _missing(code: int) -> bytes | None:
    """What a browser sees where there is no page, and before the first good build."""
    text = "Not there (yet): see the terminal for what keeps the site from being built."
    return f"<!doctype html><title>{code}</title><p>{text}</p></body>".encode()


def inputs(root: Path, home: Path) -> list[Path]:
    """The files and folders whose change calls for a new build: the briefing's, and the templates."""
    own = (root / name for name in (site.FACTS, site.LOCK, site.REVIEWS, site.EDITIONS, site.CONTENT, "mkdocs.yml"))
    return [path for path in (*own, home / "site_templates") if path.exists()]


def serve(server: Server, watched: list[Path]) -> None:
    """Serve until interrupted.

    Raises:
        PortError: something else listens on the port.

    """
    for path in watched:
        server.watch(str(path))
    try:
        server.serve()  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        pass
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        msg = f"port {server.server_address[1]} is in use: stop what listens there, or choose another with --port"
        raise PortError(msg) from None
    finally:
        server.shutdown()
