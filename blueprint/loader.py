"""Reads files, and only those that a blueprint may read: what lies in its folder, and the standard library.

Every input is recorded with its digest, so that a later run can tell whether anything changed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import posixpath
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from blueprint.diagnostics import Diagnostic, names
from blueprint.source import Source, Span

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

#: Bytes of one blueprint file or module, of one data file, and the number of files in a compile.
SOURCE_LIMIT = 4 * 2**20
DATA_LIMIT = 64 * 2**20
FILE_LIMIT = 1_000
#: How files of manifests end: what `kubectl apply --filename FOLDER` takes.
MANIFESTS = (".json", ".yaml", ".yml")
#: How a path begins that leads into the standard library, which ships with oib; `use "std/…"` names it.
LIBRARY = "std:"


class Input(NamedTuple):
    """A file that a compile has read: its path relative to the blueprint's folder, and its SHA-256."""

    path: str
    sha256: str


class Loader(Protocol):
    """Where a compile gets its texts from. Paths are relative to the blueprint's folder."""

    #: Path of the main file.
    main: str

    def text(self, path: str, span: Span | None, limit: int) -> Source | Diagnostic:
        """The text of a file, or why it can't be had; `span` is where the blueprint names it."""
        ...

    def exists(self, path: str) -> bool:
        """Whether a file is there, recorded as an input too."""
        ...

    def obstacle(self, path: str) -> str | None:
        """Why a file can't be had, or None where it can; recorded as an input too."""
        ...

    def listing(self, folder: str, *, is_deep: bool = False) -> list[str]:
        """The blueprints in a folder, sorted; empty where there is no such folder."""
        ...

    def files_in(self, folder: str, endings: tuple[str, ...]) -> list[str]:
        """The files in a folder that end so, sorted, recorded as an input too; empty where it is no folder."""
        ...

    def inputs(self) -> tuple[Input, ...]:
        """Everything read so far, by path; folders end in a stroke, and their digest is that of their files' names."""
        ...


def resolve_path(base: str, written: str) -> str | None:
    """The path of a file named in another: relative to that file's folder; None where it leaves the blueprint."""
    if written.startswith(("/", "\\")) or any(c in written for c in ("\\", "\0", ":")):
        return None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(base), written))
    if joined == ".." or joined.startswith(("../", "/")):
        return None
    return joined if joined.startswith(LIBRARY) == base.startswith(LIBRARY) else None


def lock_beside(main: str) -> str:
    """The lock file of a main file: `oib.lock` of `main.oib`, `cloud.oib.lock` of `cloud.oib` beside it."""
    folder, name = posixpath.split(main)
    return posixpath.join(folder, "oib.lock" if name in ("main.oib", "<stdin>") else f"{name}.lock")


def digest_of_names(file_names: Iterable[str], endings: tuple[str, ...] = MANIFESTS) -> str:
    """The digest of a folder: of the names of its files that end so."""
    listed = "\n".join(sorted(name for name in file_names if name.endswith(endings)))
    return hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()


def _library_root() -> Traversable:
    from importlib.resources import files

    return files("blueprint") / "std"


def blueprints_in(folder: str) -> list[str] | None:
    """The paths of the blueprints in a folder, sorted; None where it is no folder."""
    if not os.path.isdir(folder):
        return None
    return sorted(os.path.join(folder, n) for n in os.listdir(folder) if n.endswith(".oib"))


def library() -> list[str]:
    """The modules of the standard library, by the path under `std/`."""
    root = _library_root()
    return sorted(
        f"{folder.name}/{file.name}"
        for folder in root.iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(".oib")
    )


def library_files(folder: str) -> list[str]:
    """The files under a folder of the standard library, by the path under `std/`."""
    found: list[str] = []
    start = _library_root()
    for part in folder.split("/"):
        start = start / part
    todo = [(folder, start)] if start.is_dir() else []
    while todo:
        name, place = todo.pop()
        for inner in place.iterdir():
            path = f"{name}/{inner.name}"
            if inner.is_dir():
                todo.append((path, inner))
            else:
                found.append(path)
    return sorted(found)


class Recorder:
    """What both loaders share: decoding, limits, the record of inputs."""

    def __init__(self, main: str) -> None:
        self.main = main
        self._sources: dict[str, Source] = {}
        self._digests: dict[str, str] = {}

    def inputs(self) -> tuple[Input, ...]:
        """Everything read so far, by path."""
        return tuple(Input(path, self._digests[path]) for path in sorted(self._digests))

    def give(self, path: str, text: str) -> None:
        """Takes a text for that of a file, whatever the file holds."""
        self._sources[path] = Source(path, text)

    def text(self, path: str, span: Span | None, limit: int) -> Source | Diagnostic:
        """The text of a file, or why it can't be had."""
        known = self._sources.get(path)
        if known is not None:
            return known
        if path.startswith(LIBRARY):
            return self._from_library(path, span)
        if len(self._digests) >= FILE_LIMIT:
            return names.file_limit(span, f"more than {FILE_LIMIT:,} files are read")
        raw = self._read(path, limit)
        if isinstance(raw, str):
            return names.unreadable(span, path, raw)
        if len(raw) > limit:
            return names.file_limit(span, f"`{path}` is larger than {limit // 2**20} MiB")
        self._digests[path] = hashlib.sha256(raw).hexdigest()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return names.unreadable(span, path, f"it is not UTF-8 (byte {error.start + 1})")
        source = Source(path, text.replace("\r\n", "\n").replace("\r", "\n"))
        self._sources[path] = source
        return source

    def _from_library(self, path: str, span: Span | None) -> Source | Diagnostic:
        """A file of the standard library; no input, since it comes and goes with oib itself."""
        file = _library_root()
        for part in path.removeprefix(LIBRARY).split("/"):
            file = file / part
        if not file.is_file():
            return names.not_in_library(span, path.removeprefix(LIBRARY), library())
        source = Source(path, file.read_text(encoding="utf-8"))
        self._sources[path] = source
        return source

    def listing(self, folder: str, *, is_deep: bool = False) -> list[str]:
        """The blueprints in a folder, sorted; empty where there is no such folder."""
        if folder.startswith(LIBRARY):
            inside = folder.removeprefix(LIBRARY).strip("/")
            known = library_files(inside)
        else:
            inside = posixpath.normpath(folder)
            known = self._names(inside)
        start = "" if inside == "." else f"{inside}/"
        found = [n for n in known if n.startswith(start) and n.endswith(".oib")]
        prefix = LIBRARY if folder.startswith(LIBRARY) else ""
        return sorted(f"{prefix}{n}" for n in found if is_deep or "/" not in n.removeprefix(start))

    def files_in(self, folder: str, endings: tuple[str, ...]) -> list[str]:
        """The files in a folder that end so, sorted; empty where it is no folder."""
        if folder.startswith(LIBRARY):
            known = [f"{LIBRARY}{n}" for n in library_files(folder.removeprefix(LIBRARY))]
        else:
            known = self._names(folder)
        found = sorted(
            n for n in known if n.endswith(endings) and (posixpath.dirname(n) or ".") == folder
        )
        if found and not folder.startswith(LIBRARY):
            names_ = (posixpath.basename(name) for name in found)
            self._digests[f"{folder}/"] = digest_of_names(names_, endings)
        return found

    def _names(self, folder: str) -> list[str]:
        """The files in a folder, by their path."""
        del folder
        return []

    def exists(self, path: str) -> bool:
        """Whether a file is there."""
        if path.startswith(LIBRARY):
            inside = path.removeprefix(LIBRARY)
            return inside in library_files(posixpath.dirname(inside))
        return self.obstacle(path) is None

    def obstacle(self, path: str) -> str | None:
        """Why a file can't be had, or None where it can."""
        raw = self._read(path, DATA_LIMIT)
        if isinstance(raw, str):
            return raw
        self._digests.setdefault(path, hashlib.sha256(raw).hexdigest())
        return None

    def _read(self, path: str, limit: int) -> bytes | str:
        """The bytes of a file, or why it can't be had."""
        try:
            raw = self._bytes(path, limit)
        except OSError as error:
            return (error.strerror or "it can't be opened").lower()
        return "it lies outside the blueprint's folder" if raw is None else raw

    def _bytes(self, path: str, limit: int) -> bytes | None:
        raise OSError(path, limit)


def read_regular(path: str, limit: int) -> bytes:
    """As much of a file as the limit lets in and one byte more; a pipe or a device, which may never end, is none."""
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    with open(path, "rb") as stream:
        return stream.read(limit + 1)


class FileLoader(Recorder):
    """Reads from a folder of the file system; no link leads out of it."""

    def __init__(self, root: Path, main: str = "main.oib") -> None:
        super().__init__(main)
        self.root = root
        self._real_root = os.path.realpath(root)

    def _names(self, folder: str) -> list[str]:
        real = os.path.realpath(os.path.join(self._real_root, folder))
        if os.path.commonpath([real, self._real_root]) != self._real_root or not os.path.isdir(
            real
        ):
            return []
        return [posixpath.normpath(posixpath.join(folder, name)) for name in os.listdir(real)]

    def _bytes(self, path: str, limit: int) -> bytes | None:
        real = os.path.realpath(os.path.join(self._real_root, path))
        if os.path.commonpath([real, self._real_root]) != self._real_root:
            return None
        return read_regular(real, limit)


class MemoryLoader(Recorder):
    """Reads from a mapping: the loader of tests, and of standard input."""

    def __init__(self, texts: Mapping[str, str | bytes], main: str = "main.oib") -> None:
        super().__init__(main)
        self._texts = texts

    def _names(self, folder: str) -> list[str]:
        del folder
        return list(self._texts)

    def _bytes(self, path: str, limit: int) -> bytes | None:
        content = self._texts.get(path)
        if content is None:
            raise FileNotFoundError(2, "no such file")
        return content.encode() if isinstance(content, str) else content[: limit + 1]
