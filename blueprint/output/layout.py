"""Which path each artifact has under the output folder, and which paths no file system should be given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics import output as faults
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref, key_of

MANIFEST = "oib-manifest.json"
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


def check_layout(deployments: Iterable[Deployment], spans: Spans) -> tuple[Diagnostic, ...]:
    """Keys that cannot name folders, paths that leave theirs, and artifacts that would be one file."""
    found: list[Diagnostic] = []
    by_folded: dict[str, str] = {}
    folders: dict[str, str] = {}
    mapped: set[str] = set()
    for path in (MANIFEST, RUNBOOK, ORDER, CONSISTENCY, f"{STATE}/lock"):
        _enter(path, by_folded, folders)
    for deployment in deployments:
        span = _span(spans, deployment.layer)
        wrong = [key for key in _keys(deployment.layer) if not _KEY.fullmatch(key)]
        found += [faults.key_not_allowed(key, span) for key in wrong]
        if wrong:
            continue
        folder = folder_of(deployment.layer)
        paths = [f"{folder}/{artifact.path}" for artifact in deployment.artifacts]
        if folder not in mapped:
            mapped.add(folder)
            paths.insert(0, f"{folder}/{SOURCE_MAP}")
        for path in paths:
            if not is_safe(path):
                found.append(faults.path_not_allowed(path, span))
                continue
            other = _enter(path, by_folded, folders)
            if other is not None:
                found.append(faults.path_clash(other, path, span))
    return tuple(found)


def is_safe(path: str) -> bool:
    """Whether a relative path stays in its folder and every part of it can be a file name anywhere."""
    return all(_is_safe_part(part) for part in path.split("/"))


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
    "CONSISTENCY", "MANIFEST", "ORDER", "RUNBOOK", "SOURCE_MAP", "STATE", "check_layout", "fold", "folder_of",
    "is_safe",
]  # fmt: skip
