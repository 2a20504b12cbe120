"""Writes a tree whole or not at all, touching only what is oib's and only what changed.

A folder that does not exist yet is built under another name beside its place and renamed: one step.
In a folder that exists, stand other people's files, so it cannot be exchanged as a whole. There the
new files, the manifest's among them, are staged in `.oib/staging` and synced; then comes a journal that lists
every path about to change with its digest before and after; then the files are renamed into place, one
by one; last the journal is taken away. A run that is killed leaves the old tree (before the second
step), the new one (after the last), or a journal that says exactly what is in doubt, with all that is
needed to finish still staged: the next run does so first.

A run that makes some of the layers writes them in the same way, into a folder that it makes where there is
none, and touches nothing of the others. Such runs wait for each other, for the moment of writing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from blueprint.diagnostics import Diagnostic, Outcome
from blueprint.diagnostics import output as faults
from blueprint.output import settling, state
from blueprint.output.disk import Announce, Disk, state_of
from blueprint.output.layout import STATE, is_manifest
from blueprint.output.manifest import (
    Entry,
    File,
    Manifest,
    UnreadableError,
    read_journal,
    read_owned,
    whole_digest,
)
from blueprint.output.planning import is_as, plan
from blueprint.output.scope import WHOLE, Scope
from blueprint.output.tree import Tree


@dataclass(frozen=True, slots=True)
class Written:
    """What a run did: paths written, paths removed, how many files were as they should be."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: int = 0


def write(
    directory: str,
    tree: Tree,
    manifest: Manifest,
    scope: Scope = WHOLE,
    *,
    is_forced: bool = False,
    announce: Announce | None = None,
) -> Outcome[Written]:
    """Makes a folder hold a tree; where anything is in the way, changes nothing and says what."""
    disk = Disk(announce)
    target = os.path.realpath(directory)
    try:
        if not os.path.lexists(target):
            if scope.is_whole:
                return _write_new(target, tree, manifest, disk)
            disk.make_folders(target)
        with state.locked(target, disk, is_patient=not scope.is_whole):
            state.hide_from_version_control(target, disk)
            return _write_into(target, tree, manifest, scope, disk, is_forced=is_forced)
    except state.BusyError:
        return Outcome(None, (faults.output_busy(directory),))
    except OSError as error:
        return Outcome(None, (_refused(error, directory),))


def repair(directory: str, announce: Announce | None = None) -> Outcome[tuple[str, ...]]:
    """Finishes what a killed run began; the value is the paths that were in doubt."""
    disk = Disk(announce)
    target = os.path.realpath(directory)
    try:
        if not settling.may_need_repair(target):
            return Outcome(())
        with state.locked(target, disk):
            return settling.repair(target, disk)
    except state.BusyError:
        return Outcome(None, (faults.output_busy(directory),))
    except OSError as error:
        return Outcome(None, (_refused(error, directory),))


def compare(
    directory: str, tree: Tree, manifest: Manifest, scope: Scope = WHOLE
) -> tuple[Diagnostic, ...]:
    """How a folder is not what a tree says; changes nothing."""
    target = os.path.realpath(directory)
    try:
        before, doubt = read_owned(target, scope), read_journal(target)
    except UnreadableError:
        before, doubt = None, {}
    whole = _with_manifest(tree, manifest, scope)
    found = []
    for path, file in whole.items():
        standing = state_of(os.path.join(target, path))
        if path in doubt:
            found.append(faults.output_differs(path, "is in doubt"))
        elif standing.kind == "missing":
            found.append(faults.output_differs(path, "is missing"))
        elif not is_as(standing, Entry.of(file)):
            found.append(faults.output_differs(path, "differs"))
    known = {*before.files, *before.parts} if before is not None else set()
    if scope.is_whole:
        known.update(doubt)
    stale = (
        path
        for path in sorted(known - set(whole))
        if state_of(os.path.join(target, path)).kind != "missing"
    )
    return (*found, *(faults.output_differs(path, "is stale") for path in stale))


# ------------------------------------------------------------------------------------ a folder that is new


def _write_new(target: str, tree: Tree, manifest: Manifest, disk: Disk) -> Outcome[Written]:
    parent, name = os.path.split(target)
    disk.make_folders(parent)
    beside = os.path.join(parent, f".{name}.oib-new")
    if not _may_build_in(beside):
        return Outcome(None, (faults.foreign_file(beside),))
    disk.make_folders(beside)
    with state.locked(beside, disk):
        disk.remove_tree(beside, keep=os.path.join(beside, STATE, "lock"))
        state.hide_from_version_control(beside, disk)
        whole = _with_manifest(tree, manifest, WHOLE)
        _stage(beside, whole, disk)
        state.remember_whole(beside, _digest(whole), disk)
        disk.replace(beside, target)
        disk.sync([parent])
    return Outcome(Written(tuple(whole)))


def _may_build_in(beside: str) -> bool:
    """Whether a folder is missing, empty, or left behind by a run of oib."""
    if not os.path.lexists(beside):
        return True
    if os.path.islink(beside) or not os.path.isdir(beside):
        return False
    return os.path.isdir(os.path.join(beside, STATE)) or not os.listdir(beside)


def _stage(folder: str, files: Mapping[str, File], disk: Disk) -> None:
    folders = {folder}
    for path, file in files.items():
        place = os.path.join(folder, path)
        parent = os.path.dirname(place)
        if parent not in folders:
            disk.make_folders(parent)
            folders.add(parent)
        disk.write(place, file.data, is_executable=file.is_executable)
    disk.sync([*(os.path.join(folder, path) for path in files), *sorted(folders)])


# --------------------------------------------------------------------------------- a folder that is there


def _write_into(
    target: str, tree: Tree, manifest: Manifest, scope: Scope, disk: Disk, *, is_forced: bool
) -> Outcome[Written]:
    repaired = settling.repair(target, disk)
    if repaired.value is None:
        return Outcome(None, repaired.diagnostics)
    try:
        before, left = read_owned(target, scope), read_journal(target)
    except UnreadableError as error:
        return Outcome(None, (faults.manifest_unreadable(error.path, str(error)),))
    if left and not scope.is_whole:
        return Outcome(None, (faults.left_in_doubt(min(left), len(left)),))
    if before is not None and not is_forced and before.blueprint not in ("", manifest.blueprint):
        found = faults.other_blueprint(target, before.blueprint, before.main, manifest.blueprint)
        return Outcome(None, (found,))
    whole = _with_manifest(tree, manifest, scope)
    changes, wrong = plan(target, whole, before or Manifest(), left, is_forced=is_forced)
    if wrong:
        return Outcome(None, wrong)
    written = tuple(change.path for change in changes if change.after is not None)
    removed = tuple(change.path for change in changes if change.after is None)
    if changes:
        staged = state.staging(target)
        disk.remove_tree(staged)
        disk.make_folders(staged)
        _stage(staged, {path: whole[path] for path in written}, disk)
        doubt = {c.path: (c.before, c.after) for c in changes}
        settling.put_journal(target, doubt, disk)
        settling.settle(target, doubt, disk)
    if changes or left:
        settling.finish(target, disk)
    if scope.is_whole:
        state.remember_whole(target, _digest(whole), disk)
    return Outcome(Written(written, removed, len(whole) - len(written)))


def _with_manifest(tree: Tree, manifest: Manifest, scope: Scope) -> dict[str, File]:
    return {**tree, **manifest.written(tree, has_head=scope.has_top)}


def _digest(whole: Mapping[str, File]) -> str:
    return whole_digest({path: Entry.of(whole[path]).sha256 for path in whole if is_manifest(path)})


def _refused(error: OSError, directory: str) -> Diagnostic:
    named = error.filename if isinstance(error.filename, str) else directory
    return faults.output_unwritable(named, (error.strerror or type(error).__name__).lower())


__all__ = ["Written", "compare", "repair", "write"]
