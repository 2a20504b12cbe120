"""The blueprints of StarlingX that tests share, compiled in memory once each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from blueprint.driver import Compilation, Options, compile_blueprint
from blueprint.loader import MemoryLoader

FOLDER = Path(__file__).parents[3] / "oracle" / "fixtures" / "starlingx"
NAMES = tuple(sorted(path.parent.name for path in FOLDER.glob("*/main.oib")))


def files_of(name: str) -> dict[str, str | bytes]:
    """The files of a blueprint by their names beside its main file."""
    folder = FOLDER / name
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def compiled(files: Mapping[str, str | bytes]) -> Compilation:
    """What is made of a blueprint by this target alone."""
    return compile_blueprint(MemoryLoader(dict(files)), Options(targets=("starlingx",)))


@cache
def cloud(name: str) -> Compilation:
    """What is made of one of the blueprints, in which nothing is wrong."""
    found = compiled(files_of(name))
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return found


def texts(found: Compilation) -> dict[str, str]:
    """The files by layer and path: `starlingx.central/starlingx/localhost.yml`."""
    return {
        f"{deployment.layer}/{artifact.path}": artifact.text
        for deployment in found.deployments
        for artifact in deployment.artifacts
    }
