"""The cloud that offers one of everything, and variants of it with one thing changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from blueprint.driver import Compilation, Options, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.target import Artifact, Deployment

FOLDER = Path(__file__).parent / "everything"
TEXT = (FOLDER / "main.oib").read_text(encoding="utf-8")
OPTIONS = Options(targets=("openstack_resources",))


@cache
def compiled(*edits: tuple[str, str], release: str = "2025.1") -> Compilation:
    """The cloud with pieces of its text replaced, each of which must stand in it."""
    text = TEXT
    for old, new in (*edits, (' = "2025.1"', f' = "{release}"')):
        assert old in text, old
        text = text.replace(old, new)
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*")
        if path.is_file()
    }
    return compile_blueprint(MemoryLoader({**files, "main.oib": text}), OPTIONS)


def deployment(*edits: tuple[str, str], release: str = "2025.1") -> Deployment:
    """What is made for the region."""
    found = compiled(*edits, release=release)
    assert found.is_ok, [(d.rule.code, d.message) for d in found.diagnostics]
    (made,) = found.deployments
    return made


def artifact(name: str, *edits: tuple[str, str], release: str = "2025.1") -> Artifact:
    """One of its files."""
    made = deployment(*edits, release=release).artifacts
    return next(a for a in made if a.path == f"openstack_resources/{name}")
