"""The front door to everything that checks or remakes the project: `nox -s lint types imports tests`.

Sessions run in the environment that nox itself runs in (`pip install -e '.[dev]'`, or `.ci/environment`):
one environment to look after, and a session starts at once. Outside judges get their own; see
tests/oracle/tools.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "imports", "tests"]
nox.options.default_venv_backend = "none"

PYTHON = sys.executable
SOURCES = ("blueprint", "targets", "tests", "noxfile.py")


@nox.session
def fmt(session: nox.Session) -> None:
    """Format the code and mend what can be mended without thought."""
    session.run(PYTHON, "-m", "ruff", "format", *SOURCES)
    session.run(PYTHON, "-m", "ruff", "check", "--fix", *SOURCES)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and likely mistakes."""
    session.run(PYTHON, "-m", "ruff", "format", "--check", *SOURCES)
    session.run(PYTHON, "-m", "ruff", "check", *SOURCES)


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly."""
    session.run(PYTHON, "-m", "mypy")


@nox.session
def imports(session: nox.Session) -> None:
    """Who may import whom."""
    session.run(str(Path(PYTHON).with_name("lint-imports")), "--cache-dir", ".import_linter_cache")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests that need no more than this machine usually has; arguments go to pytest."""
    session.run(PYTHON, "-m", "pytest", *session.posargs)


@nox.session
def everything(session: nox.Session) -> None:
    """All tests with the matrix of the oracles; a missing judge is a failure."""
    session.run(
        PYTHON,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        *session.posargs,
        env={"CI": "true"},
    )


@nox.session
def golden(session: nox.Session) -> None:
    """Rewrite the expected outputs; read the difference before it is committed."""
    session.run(PYTHON, "-m", "pytest", "--update-golden", "tests/golden", "tests/docs")


@nox.session
def reference(session: nox.Session) -> None:
    """Remake the language reference."""
    page = session.run(
        PYTHON, "-c", "from blueprint.reference import render; print(render(), end='')", silent=True
    )
    Path("grammars/REFERENCE.md").write_text(str(page), encoding="utf-8")


@nox.session
def benchmark(session: nox.Session) -> None:
    """Whole runs of oib beside the same work in other tools, as ratios; see tests/benchmarks/README.md."""
    session.run(PYTHON, "-m", "tests.benchmarks.run", *session.posargs)
    session.run(PYTHON, "-m", "tests.benchmarks.region")
    session.run(PYTHON, "-m", "tests.benchmarks.stack")
    session.run(PYTHON, "-m", "tests.benchmarks.fleet")
