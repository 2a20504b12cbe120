"""What would have to change for a folder to hold a tree, and what forbids it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics import output as faults
from blueprint.output.disk import State, state_of
from blueprint.output.layout import is_manifest
from blueprint.output.manifest import Doubt, Entry, File, Manifest


@dataclass(frozen=True, slots=True)
class Change:
    """One path that is not as it should be, with the digest of what stands there and of what will."""

    path: str
    before: str | None
    after: str | None


def plan(
    target: str, whole: Mapping[str, File], before: Manifest, doubt: Doubt, *, is_forced: bool
) -> tuple[tuple[Change, ...], tuple[Diagnostic, ...]]:
    """What has to change, and what forbids it."""
    changes: list[Change] = []
    wrong: list[Diagnostic] = []
    ours = {path: {entry.sha256} for path, entry in before.files.items()}
    ours.update((path, {digest}) for path, digest in before.parts.items())
    for path, digests in doubt.items():
        ours.setdefault(path, set()).update(digest for digest in digests if digest)
    stale = sorted(set(ours) - set(whole))
    folders: dict[str, Diagnostic | None] = {}
    for path in stale:
        bad = folder_fault(target, path, folders, None)
        standing = state_of(os.path.join(target, path))
        if bad is not None:
            wrong.append(bad)
        elif standing.kind == "missing":
            continue
        elif standing.kind == "file" and (standing.sha256 in ours[path] or is_forced):
            changes.append(Change(path, standing.sha256, None))
        else:
            wrong.append(faults.edited_artifact(path))
    going = {change.path for change in changes}
    folders.clear()
    for path, file in whole.items():
        bad = folder_fault(target, path, folders, going)
        if bad is not None:
            wrong.append(bad)
            continue
        standing = state_of(os.path.join(target, path))
        entry = Entry.of(file)
        if is_as(standing, entry):
            continue
        if standing.kind == "link":
            wrong.append(faults.symlink_in_output(path))
        elif standing.kind == "missing" or (standing.kind == "file" and is_manifest(path)):
            changes.append(Change(path, standing.sha256, entry.sha256))
        elif standing.kind == "folder" and holds_only(target, path, going):
            changes.append(Change(path, None, entry.sha256))
        elif standing.kind != "file" or path not in ours:
            wrong.append(faults.foreign_file(path))
        elif standing.sha256 in ours[path] or is_forced:
            changes.append(Change(path, standing.sha256, entry.sha256))
        else:
            wrong.append(faults.edited_artifact(path))
    return tuple(changes), tuple(dict.fromkeys(wrong))


def is_as(standing: State, entry: Entry) -> bool:
    """Whether what stands at a path is what an entry of a manifest says."""
    return standing.sha256 == entry.sha256 and standing.is_executable == entry.is_executable


def folder_fault(
    target: str, path: str, known: dict[str, Diagnostic | None], going: set[str] | None
) -> Diagnostic | None:
    """Why the folders above a path can't be entered: a link, or a file that does not go away.

    Where `going` is None, the path is to be removed, and a file above it means that it is gone.
    """
    for folder in _above(path):
        if folder not in known:
            place = os.path.join(target, folder)
            kind = state_of(place).kind
            known[folder] = None
            if kind == "link":
                known[folder] = faults.symlink_in_output(folder)
            elif kind in ("file", "other") and going is not None and folder not in going:
                known[folder] = faults.foreign_file(folder)
            elif kind == "folder" and not os.access(place, os.W_OK | os.X_OK):
                known[folder] = faults.output_unwritable(folder, "permission denied")
        if known[folder] is not None:
            return known[folder]
    return None


def _above(path: str) -> Iterator[str]:
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def holds_only(target: str, folder: str, going: set[str]) -> bool:
    """Whether nothing is in a folder but files that are about to be removed."""
    for parent, folders, names in os.walk(os.path.join(target, folder)):
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        for name in (*names, *links):
            if os.path.relpath(os.path.join(parent, name), target) not in going:
                return False
    return True


__all__ = ["Change", "folder_fault", "holds_only", "is_as", "plan"]
