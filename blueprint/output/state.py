"""What a run keeps beside the output on this machine: the lock, what is staged, and where the blueprint was."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from blueprint.output.disk import Disk
from blueprint.output.layout import STATE


class BusyError(Exception):
    """Another run holds the lock of the folder."""


@contextmanager
def locked(folder: str, disk: Disk, *, is_patient: bool = False) -> Iterator[None]:
    """Holds the lock of a folder, which must exist. Raises BusyError where another run holds it.

    A patient run waits for the other one instead: runs that make parts of one folder take turns.
    The lock is the operating system's and ends with its process, so the file may stay. The file is
    looked at again once locked: its folder may have been renamed in between.
    """
    path = os.path.join(folder, STATE, "lock")
    disk.make_folders(os.path.dirname(path))
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
            is_same = os.path.samestat(os.fstat(descriptor), os.lstat(path))
        except (BlockingIOError, FileNotFoundError):
            raise BusyError(folder) from None
        if not is_same:
            raise BusyError(folder)
        yield
    finally:
        os.close(descriptor)


def hide_from_version_control(folder: str, disk: Disk) -> None:
    """Keeps the state of this machine out of Git."""
    path = os.path.join(folder, STATE, ".gitignore")
    if not os.path.lexists(path):
        disk.write(path, b"*\n")


def staging(folder: str) -> str:
    """Where files wait until all of them are complete."""
    return os.path.join(folder, STATE, "staging")


def remember_whole(folder: str, digest: str, disk: Disk) -> None:
    """Notes that all of a folder is of one compile, by the digest of its manifest with all parts."""
    if whole(folder) != digest:
        disk.write(os.path.join(folder, STATE, "whole"), f"{digest}\n".encode())


def whole(folder: str) -> str | None:
    """The digest of the manifest that the last compile of everything left here."""
    try:
        with open(os.path.join(folder, STATE, "whole"), encoding="utf-8") as stream:
            return stream.readline().rstrip("\n")
    except (OSError, ValueError):
        return None


def remember_origin(folder: str, blueprint: str) -> None:
    """Notes from which blueprint the folder was made; writes only where that is news."""
    if origin(folder) == os.path.realpath(blueprint):
        return
    relative = os.path.relpath(os.path.realpath(blueprint), os.path.realpath(folder))
    path = os.path.join(folder, STATE, "origin")
    with suppress(OSError), open(path, "wb") as stream:  # a convenience: `explain` can be told
        stream.write(os.fsencode(relative) + b"\n")


def origin(folder: str) -> str | None:
    """The blueprint from which the folder was made, where that is known."""
    try:
        with open(os.path.join(folder, STATE, "origin"), "rb") as stream:
            relative = os.fsdecode(stream.readline().rstrip(b"\n"))
    except OSError:
        return None
    found = os.path.normpath(os.path.join(os.path.realpath(folder), relative))
    return found if relative and os.path.isfile(found) else None


__all__ = [
    "BusyError",
    "hide_from_version_control",
    "locked",
    "origin",
    "remember_origin",
    "remember_whole",
    "staging",
    "whole",
]
