"""Puts staged files in their places, and finishes what a killed run began."""

from __future__ import annotations

import os
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Outcome
from blueprint.diagnostics import output as faults
from blueprint.output import state
from blueprint.output.disk import Disk, state_of
from blueprint.output.layout import JOURNAL, STATE
from blueprint.output.manifest import Doubt, UnreadableError, journal, read_journal
from blueprint.output.planning import folder_fault, holds_only


def may_need_repair(target: str) -> bool:
    """Whether a killed run may have left something in a folder."""
    return os.path.isdir(state.staging(target)) or os.path.lexists(os.path.join(target, JOURNAL))


def repair(target: str, disk: Disk) -> Outcome[tuple[str, ...]]:
    """Finishes a killed run where all that it staged is still there and nobody touched the files since.

    Where not, the paths stay in doubt: whatever is written next takes them for oib's in either form.
    """
    try:
        doubt = read_journal(target)
    except UnreadableError as error:
        return Outcome(None, (faults.manifest_unreadable(error.path, str(error)),))
    staged = state.staging(target)
    if not doubt:
        disk.remove_tree(staged)
        return Outcome(())
    if os.path.islink(staged) or not _can_finish(target, doubt):
        return Outcome(())
    settle(target, doubt, disk)
    finish(target, disk)
    return Outcome(tuple(doubt))


def _can_finish(target: str, doubt: Doubt) -> bool:
    staged = state.staging(target)
    entered: dict[str, Diagnostic | None] = {}
    left: dict[str, Diagnostic | None] = {}
    going = {path for path, (_, after) in doubt.items() if after is None}
    for path, (old, new) in doubt.items():
        if new is None:
            bad = folder_fault(target, path, left, None)
        else:
            bad = folder_fault(target, path, entered, going)
        if bad is not None:
            return False
        standing = state_of(os.path.join(target, path))
        if standing.kind == "folder" and new is not None and holds_only(target, path, going):
            standing = state_of(os.path.join(staged, path))
        elif standing.kind not in ("file", "missing") or standing.sha256 not in (None, old, new):
            return False
        is_there = new is None or standing.sha256 == new
        if not is_there and state_of(os.path.join(staged, path)).sha256 != new:
            return False
    return True


def settle(target: str, doubt: Doubt, disk: Disk) -> None:
    """Removes what goes and puts in place what is staged; done twice, the second time does nothing."""
    touched = {target}
    for path, (_, after) in doubt.items():
        if after is None:
            disk.remove(os.path.join(target, path))
            touched.update(_without_empty(target, path, disk))
    staged = state.staging(target)
    for path, (_, after) in doubt.items():
        waiting = os.path.join(staged, path)
        if after is None or not os.path.lexists(waiting):
            continue
        place = os.path.join(target, path)
        if os.path.isdir(place) and not os.path.islink(place):
            _remove_hollow(place, disk)
        disk.make_folders(os.path.dirname(place))
        disk.replace(waiting, place)
        touched.add(os.path.dirname(place))
    disk.sync(sorted(folder for folder in touched if os.path.isdir(folder)))


def _without_empty(target: str, path: str, disk: Disk) -> Iterator[str]:
    """Removes the folders above a removed file that it leaves empty; gives the one that remains."""
    folder = os.path.dirname(os.path.join(target, path))
    while folder != target and disk.remove_empty(folder):
        folder = os.path.dirname(folder)
    yield folder


def _remove_hollow(folder: str, disk: Disk) -> None:
    """Removes a folder that holds nothing but folders."""
    for parent, _, _ in os.walk(folder, topdown=False):
        disk.remove_empty(parent)


def finish(target: str, disk: Disk) -> None:
    """Takes the journal away, which ends all doubt, and clears what was staged."""
    disk.remove(os.path.join(target, JOURNAL))
    disk.sync([target])
    disk.remove_tree(state.staging(target))


def put_journal(target: str, doubt: Doubt, disk: Disk) -> None:
    """Puts the journal in place in one step, by way of a file beside it."""
    path = os.path.join(target, STATE, "journal")
    disk.write(path, journal(doubt))
    disk.sync([path])
    disk.replace(path, os.path.join(target, JOURNAL))
    disk.sync([target])


__all__ = ["finish", "may_need_repair", "put_journal", "repair", "settle"]
