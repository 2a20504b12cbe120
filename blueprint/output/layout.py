"""Which path each artifact has under the output folder, and which paths no file system should be given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics import output as faults
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, key_of

MANIFEST = "oib-manifest.json"
#: Folder of the manifest's parts, one a layer: `oib-manifest.d/starlingx.edge/site-0042.json`.
PARTS = "oib-manifest.d"
#: What is about to change while files are put in place; missing at any other time.
JOURNAL = "oib-in-doubt.json"
RUNBOOK = "DEPLOY.md"
ORDER = "order.json"
#: What several tools must agree on, with every file that it went to.
CONSISTENCY = "CONSISTENCY.md"
#: Beside the target folders of a layer: where its lines come from.
SOURCE_MAP = "oib-source-map.jsonl"
#: State of this machine: the lock, what is staged, where the blueprint was. Not part of the output.
STATE = ".oib"

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}")
_PART_BYTES = 255


def folder_of(layer: Ref) -> str:
    """The folder of a layer: `openstack.core`, `starlingx.edge/site-0042`, `region/bj1/openstack.core`."""
    *modules, kind, name = layer.parts
    parts = []
    for part in (*modules, f"{kind}.{name}"):
        key = key_of(part)
        parts.append(part if key is None else part.partition("[")[0])
        if key is not None:
            parts.append(key)
    return "/".join(parts)


def part_of(folder: str) -> str:
    """The part of the manifest that lists the files of a layer, by the layer's folder."""
    return f"{PARTS}/{folder}.json"


def is_manifest(path: str) -> bool:
    """Whether a file is the manifest or a part of it."""
    return path == MANIFEST or path.startswith(f"{PARTS}/")


def check_layout(
    layers: Iterable[tuple[Ref, Iterable[str]]], spans: Spans
) -> tuple[Diagnostic, ...]:
    """Keys that cannot name folders, paths that leave theirs, and artifacts that would be one file.

    Layers come with the paths of their artifacts below the layer's folder.
    """
    found: list[Diagnostic] = []
    by_folded: dict[str, str] = {}
    folders: dict[str, str] = {}
    mapped: set[str] = set()
    for path in (MANIFEST, RUNBOOK, ORDER, CONSISTENCY, JOURNAL, f"{STATE}/lock"):
        _enter(path, by_folded, folders)
    for layer, artifacts in layers:
        wrong = [key for key in _keys(layer) if not _KEY.fullmatch(key)]
        found += [faults.key_not_allowed(key, _span(spans, layer)) for key in wrong]
        if wrong:
            continue
        folder = folder_of(layer)
        paths = [f"{folder}/{path}" for path in artifacts]
        if folder not in mapped:
            mapped.add(folder)
            paths[:0] = (part_of(folder), f"{folder}/{SOURCE_MAP}")
        for path in paths:
            if not is_safe(path):
                found.append(faults.path_not_allowed(path, _span(spans, layer)))
                continue
            other = _enter(path, by_folded, folders)
            if other is not None:
                found.append(faults.path_clash(other, path, _span(spans, layer)))
    return tuple(found)


def is_safe(path: str) -> bool:
    """Whether a relative path stays in its folder and every part of it can be a file name anywhere."""
    return all(_is_safe_part(part) for part in path.split("/"))


@lru_cache(maxsize=1 << 12)  # most parts of a fleet's paths are names of files
def _is_safe_part(part: str) -> bool:
    if part in ("", ".", "..") or "\\" in part or part.endswith((" ", ".")):
        return False
    try:
        encoded = part.encode()
    except UnicodeEncodeError:
        return False
    return part.isprintable() and len(encoded) <= _PART_BYTES


def _enter(path: str, by_folded: dict[str, str], folders: dict[str, str]) -> str | None:
    """Takes a path in, or gives back the one that it cannot stand beside."""
    folded = fold(path)
    other = by_folded.get(folded) or folders.get(folded)
    if other is not None:
        return other
    at = folded.find("/")
    above = []
    while at >= 0:
        folder = folded[:at]
        if folder in by_folded:
            return by_folded[folder]
        known = folders.get(folder)
        if known is not None and known[:at] != path[:at]:
            return known
        above.append(folder)
        at = folded.find("/", at + 1)
    by_folded[folded] = path
    for folder in above:
        folders.setdefault(folder, path)
    return None


def fold(path: str) -> str:
    """The path as a file system without case sees it."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", path).casefold()


def _keys(layer: Ref) -> list[str]:
    return [key for part in layer.parts if (key := key_of(part)) is not None]


def _span(spans: Spans, layer: Ref) -> Span | None:
    try:
        return spans.at(layer)
    except KeyError:
        return None


__all__ = [
    "CONSISTENCY", "JOURNAL", "MANIFEST", "ORDER", "PARTS", "RUNBOOK", "SOURCE_MAP", "STATE",
    "check_layout", "fold", "folder_of", "is_manifest", "is_safe", "part_of",
]  # fmt: skip
