"""Answers about artifacts that stand in an output folder: which file, which line, and where it comes from."""

from __future__ import annotations

import os
import re

from blueprint.output.layout import MANIFEST, SOURCE_MAP
from blueprint.output.manifest import Manifest
from blueprint.output.source_map import Origin, SourceMap


def folder_above(path: str) -> str | None:
    """The nearest folder at or above a path that oib wrote, by its manifest."""
    folder = os.path.abspath(path)
    while True:
        if os.path.isfile(os.path.join(folder, MANIFEST)):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def matching(manifest: Manifest, name: str) -> tuple[str, ...]:
    """The artifacts that a name means: a whole path, or the end of one (`globals.yml`)."""
    wanted = name.removeprefix("./")
    if wanted in manifest.files:
        return (wanted,)
    return tuple(path for path in manifest.files if path.endswith(f"/{wanted}"))


def explained(manifest: Manifest) -> tuple[str, ...]:
    """The artifacts whose lines come from the blueprint: all but what oib adds of its own."""
    return tuple(path for path, entry in manifest.files.items() if entry.layer is not None)


def lines_that_set(text: str, key: str) -> tuple[int, ...]:
    """The lines (from 1) that give a key a value, as YAML, INI and inventories write it."""
    if key not in text:
        return ()
    start = rf"""^[ \t]*(?:-[ \t]+)?["']?{re.escape(key)}["']?"""
    for end in (r"[ \t]*[:=]", r"(?:[ \t]|$)"):
        found = [match.start() for match in re.finditer(start + end, text, re.MULTILINE)]
        if found:
            return tuple(text.count("\n", 0, at) + 1 for at in found)
    return ()


def keys_of(text: str) -> frozenset[str]:
    """The keys that a text sets, to offer the nearest one."""
    return frozenset(
        re.findall(r"""^[ \t]*["']?([A-Za-z_][\w.-]*)["']?[ \t]*[:=]""", text, re.MULTILINE)
    )


class MapUnreadableError(ValueError):
    """A source map is missing or damaged; `path` is where it should be, in the output folder."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def origin_of(directory: str, manifest: Manifest, path: str, line: int) -> Origin | None:
    """Where a line of an artifact comes from; None where nothing in the blueprint decided it.

    Raises MapUnreadableError where what would tell is missing or damaged: anybody may have edited it.
    """
    folder = os.path.dirname(path)
    while folder and f"{folder}/{SOURCE_MAP}" not in manifest.files:
        folder = os.path.dirname(folder)
    if not folder:
        return None
    try:
        with open(os.path.join(directory, folder, SOURCE_MAP), "rb") as stream:
            known = SourceMap(stream)
            inside = path[len(folder) + 1 :]
            return known.origin(inside, line) if inside in known.paths else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError):
        raise MapUnreadableError(f"{folder}/{SOURCE_MAP}") from None


__all__ = [
    "MapUnreadableError",
    "explained",
    "folder_above",
    "keys_of",
    "lines_that_set",
    "matching",
    "origin_of",
]
