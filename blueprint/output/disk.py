"""The system calls of the writer, each announced before it is made, so that tests can stop a run at any of them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass

#: Called with what is about to be done, for example `replace out/globals.yml`.
Announce = Callable[[str], None]

#: Above so many files one call that syncs everything is quicker than one for each.
_SYNC_EACH = 200


@dataclass(frozen=True, slots=True)
class State:
    """What stands at a path: nothing (`kind` is `missing`), a `file` with a digest, a `folder`, a `link`, `other`."""

    kind: str
    sha256: str | None = None
    is_executable: bool = False


MISSING = State("missing")


def state_of(path: str) -> State:
    """What stands at a path; no link is followed."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return MISSING
    if stat.S_ISLNK(found.st_mode):
        return State("link")
    if stat.S_ISDIR(found.st_mode):
        return State("folder")
    if not stat.S_ISREG(found.st_mode):
        return State("other")
    with open(path, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return State("file", digest, bool(found.st_mode & stat.S_IXUSR))


def _silent(_: str) -> None:
    pass


class Disk:
    """Writes to the file system one announced step at a time."""

    def __init__(self, announce: Announce | None = None) -> None:
        self._announce = announce or _silent

    def make_folders(self, path: str) -> None:
        """Makes a folder and those above it, where they are missing."""
        if not os.path.isdir(path):
            parent = os.path.dirname(path)
            if parent:
                self.make_folders(parent)
            self._announce(f"mkdir {path}")
            try:
                os.mkdir(path)
            except FileExistsError:  # another run may have made it in between
                if not os.path.isdir(path):
                    raise

    def write(self, path: str, data: bytes, *, is_executable: bool = False) -> None:
        """Makes or overwrites a file."""
        self._announce(f"open {path}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o777 if is_executable else 0o666)
        with open(descriptor, "wb") as stream:
            self._announce(f"write {path}")
            stream.write(data)

    def sync(self, paths: Iterable[str]) -> None:
        """Waits until files and folders are on the disk, not only on their way."""
        listed = list(paths)
        if len(listed) > _SYNC_EACH:
            self._announce("sync")
            os.sync()
            return
        for path in listed:
            self._announce(f"fsync {path}")
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def replace(self, source: str, path: str) -> None:
        """Puts a file or folder in its place in one step."""
        self._announce(f"replace {path}")
        os.replace(source, path)

    def remove(self, path: str) -> None:
        """Removes a file; a missing one is no matter."""
        self._announce(f"unlink {path}")
        try:
            os.unlink(path)
        except (FileNotFoundError, NotADirectoryError):
            return

    def remove_empty(self, path: str) -> bool:
        """Removes a folder where it is empty."""
        self._announce(f"rmdir {path}")
        try:
            os.rmdir(path)
        except OSError:
            return False
        return True

    def remove_tree(self, path: str, *, keep: str | None = None) -> None:
        """Removes a folder and all in it but the file `keep`; links in it are removed, not followed."""
        if os.path.islink(path) or not os.path.isdir(path):
            if os.path.lexists(path) and path != keep:
                self.remove(path)
            return
        with os.scandir(path) as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            self.remove_tree(os.path.join(path, name), keep=keep)
        self.remove_empty(path)


__all__ = ["MISSING", "Announce", "Disk", "State", "state_of"]
