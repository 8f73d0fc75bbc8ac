"""Names that say what a file holds, and headers: each name is true, pages ask for it, and a browser keeps to it."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from generator import assets, render, verify
from tests.serving import Host, serving
from tests.sites import ASSETS, ROOT, run

_FIXED = re.compile(r"assets/(?:fonts/)?[\w-]+\.([0-9a-f]{8})\.(?:css|js|svg|woff2)")


# -- names ----------------------------------------------------------------------------------------------------------


def digits(content: bytes) -> str:
    """The digits that a name has for this content."""
    return hashlib.sha256(content).hexdigest()[:8]


def test_a_name_has_the_digits_of_what_the_file_holds() -> None:
    font, script, style = b"font", b"let a = 1;", b"p { color: red }"
    named = assets.named({"a/f.woff2": font, "a/b.js": script, "a/b.css": style, "a/c.png": b"png", "robots.txt": b""})
    assert named.names == {
        "a/f.woff2": f"a/f.{digits(font)}.woff2",
        "a/b.js": f"a/b.{digits(script)}.js",
        "a/b.css": f"a/b.{digits(style)}.css",
    }
    held = {named.names["a/f.woff2"]: font, named.names["a/b.js"]: script, named.names["a/b.css"]: style}
    assert named.files == {**held, "a/c.png": b"png", "robots.txt": b""}


def test_a_style_has_another_name_when_a_font_changes_that_it_names() -> None:
    style = b"""@font-face { src: url(fonts/x.woff2) format("woff2") } a { background: url("i.svg") }
    b { background: url('i.svg') } c { background: url(data:image/png;base64,AA==); filter: url(#blur) }"""
    held = {"assets/s.css": style, "assets/fonts/x.woff2": b"one", "assets/i.svg": b"<svg/>"}
    first = assets.named(held)
    x, i = digits(b"one"), digits(b"<svg/>")
    written = first.files[first.names["assets/s.css"]]
    assert (
        written.decode()
        == f"""@font-face {{ src: url(fonts/x.{x}.woff2) format("woff2") }} a {{ background: url(i.{i}.svg) }}
    b {{ background: url(i.{i}.svg) }} c {{ background: url(data:image/png;base64,AA==); filter: url(#blur) }}"""
    )
    assert first.names["assets/s.css"] == f"assets/s.{digits(written)}.css"
    second = assets.named({**held, "assets/fonts/x.woff2": b"two"})
    assert second.names["assets/s.css"] != first.names["assets/s.css"]
    assert second.names["assets/i.svg"] == first.names["assets/i.svg"]


@pytest.mark.parametrize(
    ("style", "message"),
    [
        ("a { src: url(fonts/none.woff2) }", "assets/s.css: found url(fonts/none.woff2), wanted a file beside it"),
        ("a { src: url(https://x.example/a.png) }", "assets/s.css: found url(https://x.example/a.png), wanted a file"),
        ('@import "other.css";', "assets/s.css: found @import, wanted a style that stands alone"),
    ],
)
def test_a_style_that_names_what_is_not_there_is_refused(style: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        assets.named({"assets/s.css": style.encode()})


def test_the_headers_are_written_in_the_form_that_hosts_share() -> None:
    assert (
        assets.headers(["assets/b.js", "assets/a.css"], "default-src 'none'").decode()
        == """\
/*
  Content-Security-Policy: default-src 'none'; frame-ancestors 'none'
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff

/assets/a.css
  Cache-Control: public, max-age=31536000, immutable

/assets/b.js
  Cache-Control: public, max-age=31536000, immutable

/assets/stylesheets/*
  Cache-Control: public, max-age=31536000, immutable
"""
    )


# -- a site ---------------------------------------------------------------------------------------------------------


def paths(site: Path) -> list[str]:
    """The files of a site."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())


def test_every_name_of_a_site_is_true_and_every_style_script_and_font_has_one(valley_site: Path) -> None:
    fixed = {path: match[1] for path in paths(valley_site) if (match := _FIXED.fullmatch(path))}
    assert {path: digits((valley_site / path).read_bytes()) for path in fixed} == fixed
    theirs = [path for path in paths(valley_site) if path.startswith(f"{assets.THEME}/")]
    assert [path for path in theirs if not re.fullmatch(r"assets/stylesheets/main\.[0-9a-f]{8}\.min\.css", path)] == []
    rest = [path for path in paths(valley_site) if path.startswith("assets/") and path not in {*fixed, *theirs}]
    assert {path.rpartition("/")[0] for path in rest} == {"assets/cards"}
    assert set(ASSETS.values()) <= {*fixed}


def test_no_page_names_a_file_by_its_old_name(valley_site: Path) -> None:
    for path in (each for each in paths(valley_site) if each.endswith((".html", ".css", ".js"))):
        text = (valley_site / path).read_text(encoding="utf-8")
        named = re.findall(r"(?:href|src)=\"[^\"]*?(assets/[^\"]+)\"|url\((fonts/[^)]+)\)", text)
        for one, other in named:
            target = one or f"assets/{other}"
            assert (valley_site / target).is_file(), f"{path}: {target}"


def test_each_file_is_kept_for_good_or_asked_for_again_and_no_field_is_set_twice(valley_site: Path) -> None:
    host = Host.of(valley_site)
    pages = ["", *(f"{path.rpartition('/')[0]}/" for path in paths(valley_site) if path.endswith("/index.html"))]
    bare = [path.removesuffix(".html") for path in paths(valley_site) if path.endswith(".html")]
    found = {path: host.headers(f"/{path}") for path in (*paths(valley_site), *pages, *bare)}
    assert len(host.rules) < 100  # what Cloudflare Pages takes
    for path, fields in found.items():
        kept = bool(_FIXED.fullmatch(path)) or path.startswith("assets/stylesheets/")
        assert fields == {
            "Cache-Control": assets.FOR_GOOD if kept else assets.AGAIN,
            "Content-Security-Policy": f"{render.POLICY}; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }, path
    assert all(len(f"{name}: {value}") < 2000 for _, fields in host.rules for name, value in fields)


def test_a_changed_briefing_changes_the_names_of_what_changed_alone(valley_site: Path, briefing_site: Path) -> None:
    one, other = ({each for each in paths(site) if _FIXED.fullmatch(each)} for site in (valley_site, briefing_site))
    apart = {each.partition(".")[0] for each in one ^ other}
    assert apart == {"assets/print"}  # it has the briefing's name


def test_the_settings_for_other_servers_send_the_same(valley_site: Path) -> None:
    text = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
    (nginx,) = re.findall(r"<!-- made: server nginx -->(.*?)<!-- end -->", text, re.DOTALL)
    (apache,) = re.findall(r"<!-- made: server apache -->(.*?)<!-- end -->", text, re.DOTALL)
    (kept,) = {*re.findall(r'"~(.*)" "', nginx), *re.findall(r'<FilesMatch "(.*)">', apache)}
    host = Host.of(valley_site)
    for path in paths(valley_site):
        sent = host.headers(f"/{path}")
        assert sent.pop("Cache-Control") == (assets.FOR_GOOD if re.search(kept, f"/{path}") else assets.AGAIN), path
        for server in (nginx, apache):
            assert all(f'{name} "{value}"' in server for name, value in sent.items())
            assert f'"{assets.FOR_GOOD}"' in server
            assert f'"{assets.AGAIN}"' in server


# -- a host and a browser -------------------------------------------------------------------------------------------


@pytest.fixture
def hosted(valley_site: Path) -> Iterator[tuple[str, Host]]:
    """The address of a site at a host that follows its headers, and the host."""
    host = Host.of(valley_site)
    with serving(valley_site, host) as address:
        yield address, host


def test_every_page_loads_under_the_headers_without_a_violation(
    browser: Browser, hosted: tuple[str, Host], valley_site: Path
) -> None:
    address, host = hosted
    page = browser.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for name in (path for path in paths(valley_site) if path.endswith(".html") and path != "404.html"):
        page.goto(address + name, wait_until="load")
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Briefing Sans\"'))")
    page.goto(f"{address}gates.html", wait_until="load")
    page.locator("main a[data-fact], a.note, sup a").first.click()
    page.close()
    assert wrong == []
    assert {code for _, code in host.asked} <= {200, 304}


def _wait_for_icon(host: Host) -> None:
    """A browser asks for it beside the page, and again on the next one if it was not there yet."""
    until = time.monotonic() + 10
    while not any("favicon" in path for path, _ in host.asked) and time.monotonic() < until:
        time.sleep(0.02)


def test_what_has_such_a_name_is_asked_for_once_and_pages_each_time(browser: Browser, hosted: tuple[str, Host]) -> None:
    address, host = hosted
    context = browser.new_context()
    page = context.new_page()
    for name in ("index.html", "gates.html", "index.html", "gates.html"):
        page.goto(address + name, wait_until="load")
        _wait_for_icon(host)
    context.close()
    asked = [path.removeprefix("/") for path, _ in host.asked]
    fixed = [path for path in asked if _FIXED.fullmatch(path) or path.startswith("assets/stylesheets/")]
    assert len(fixed) > 8
    assert sorted(fixed) == sorted({*fixed})
    assert (asked.count("index.html"), asked.count("gates.html")) == (2, 2)


def test_no_other_site_can_frame_a_page(browser: Browser, hosted: tuple[str, Host], tmp_path: Path) -> None:
    address, _ = hosted
    for name, target in (("framed", f"{address}index.html"), ("own", "other.html")):
        (tmp_path / f"{name}.html").write_text(f'<!doctype html><iframe src="{target}"></iframe>', encoding="utf-8")
    (tmp_path / "other.html").write_text('<!doctype html><h1 id="seen">Seen</h1>', encoding="utf-8")
    shown = {}
    with serving(tmp_path) as elsewhere:
        page = browser.new_page()
        for name in ("framed", "own"):
            page.goto(f"{elsewhere}{name}.html", wait_until="load")
            shown[name] = page.frames[1].locator("article h1, h1#seen").count()
        page.close()
    assert shown == {"framed": 0, "own": 1}


def test_a_site_at_such_a_host_verifies_though_the_headers_are_shown_to_nobody(hosted: tuple[str, Host]) -> None:
    address, host = hosted
    connection = HTTPConnection(urlsplit(address).netloc)
    connection.request("GET", "/_headers")
    assert connection.getresponse().status == 404
    connection.close()
    done = run("verify", address)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("/_headers", 404) in host.asked


def test_headers_that_were_changed_are_found_in_a_copy(valley_site: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(valley_site, tmp_path / "site"))
    (copy / assets.HEADERS).write_text("/*\n  Access-Control-Allow-Origin: *\n", encoding="utf-8")
    assert [each.place.path for each in verify.with_itself(verify.of_folder(copy))] == [assets.HEADERS]
    (copy / assets.HEADERS).unlink()
    (problem,) = verify.with_itself(verify.of_folder(copy))
    assert (problem.place.path, problem.found) == (assets.HEADERS, "the file is not there")
