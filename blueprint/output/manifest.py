"""The manifest of the output folder: what was read, with which oib, and every file written.

Its head, `oib-manifest.json`, lists what belongs to no layer; the files of each layer are listed in a part
of their own (`oib-manifest.d/…`), so that runs that make some of the layers each write theirs. A part says
nothing that another layer could change.

While files are put in place, a journal stands beside it (`oib-in-doubt.json`): the paths that are about to
change, each with its digest before and after (none where the file does not exist).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from blueprint.output.layout import JOURNAL, MANIFEST, PARTS, is_safe, part_of
from blueprint.output.scope import WHOLE, Scope
from blueprint.recursion import read_json

VERSION = 2
#: The form before parts: its head lists every file, so that nothing of it gets lost.
_READABLE = (1, VERSION)

Doubt = Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class File:
    """One file to be written, and where it comes from: `openstack.core with kolla_ansible`."""

    data: bytes
    is_executable: bool = False
    layer: str | None = None
    target: str | None = None
    #: Folder of the layer whose part of the manifest lists it; empty for what belongs to no layer.
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one file."""

    sha256: str
    size: int
    is_executable: bool = False
    layer: str | None = None
    target: str | None = None

    @classmethod
    def of(cls, file: File) -> Entry:
        """The entry for a file."""
        digest = hashlib.sha256(file.data).hexdigest()
        return cls(digest, len(file.data), file.is_executable, file.layer, file.target)


@dataclass(frozen=True, slots=True)
class Settings:
    """What was asked for on the command line: everything but the blueprint that decides the output.

    Files of parameters are named relative to the blueprint's folder.
    """

    sets: tuple[tuple[str, str], ...] = ()
    params: tuple[str, ...] = ()
    env: str | None = None
    targets: tuple[str, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The record of compiles. `inputs` are digests by path; one that was looked for in vain has none."""

    oib: str = ""
    digest: str = ""
    blueprint: str = ""
    main: str = ""
    settings: Settings = Settings()
    inputs: Mapping[str, str | None] = field(default_factory=dict)
    diagnostics: tuple[Mapping[str, Any], ...] = ()
    #: Every file, whichever part lists it.
    files: Mapping[str, Entry] = field(default_factory=dict)
    #: Digests of the files that this was read from, by path.
    parts: Mapping[str, str] = field(default_factory=dict)

    def written(self, tree: Mapping[str, File], *, has_head: bool = True) -> dict[str, File]:
        """The files in which the manifest of a tree stands: its head, and a part for each layer."""
        listed: dict[str, dict[str, File]] = {"": {}} if has_head else {}
        for path, file in tree.items():
            if file.folder or has_head:
                listed.setdefault(file.folder, {})[path] = file
        return {
            part_of(folder) if folder else MANIFEST: File(
                self._part(files) if folder else self._head(files)
            )
            for folder, files in listed.items()
        }

    def _head(self, files: Mapping[str, File]) -> bytes:
        """Sorted JSON, a line for each file."""
        head = {
            "manifest": VERSION,
            "oib": {"version": self.oib, "digest": self.digest},
            **self._named(),
            "options": {
                "set": [list(pair) for pair in self.settings.sets],
                "params": list(self.settings.params),
                "env": self.settings.env,
                "targets": list(self.settings.targets),
                "from": self.settings.origin,
            },
        }
        parts = [f"{_json(key)}: {_json(value)}" for key, value in head.items()]
        parts.append(_block("inputs", self.inputs))
        parts.append(f'"diagnostics": {_json(self.diagnostics)}')
        return _document([*parts, _files(files)])

    def _part(self, files: Mapping[str, File]) -> bytes:
        head = {"manifest": VERSION, **self._named()}
        return _document([*(f"{_json(key)}: {_json(head[key])}" for key in head), _files(files)])

    def _named(self) -> dict[str, Any]:
        return {"blueprint": {"name": self.blueprint, "main": self.main}}


def whole_digest(parts: Mapping[str, str]) -> str:
    """A digest of the manifest with all its parts, by the digest of each."""
    lines = "".join(f"{path} {parts[path]}\n" for path in sorted(parts))
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()


def decode(data: bytes) -> Manifest:
    """The head of a manifest that a file holds. Raises ValueError, in words for people, where it holds none."""
    found = _document_in(data)
    with _in_words():
        options = found["options"]
        return Manifest(
            oib=found["oib"]["version"],
            digest=found["oib"]["digest"],
            blueprint=found["blueprint"]["name"],
            main=found["blueprint"]["main"],
            settings=Settings(
                tuple((name, value) for name, value in options["set"]),
                tuple(options["params"]),
                options["env"],
                tuple(options["targets"]),
                options.get("from"),
            ),
            inputs=dict(found["inputs"]),
            diagnostics=tuple(found["diagnostics"]),
            files=_entries(found, ""),
        )


def decode_part(data: bytes, folder: str) -> Manifest:
    """The part of a manifest for the layer of a folder, without the head. Raises ValueError, as above."""
    found = _document_in(data)
    with _in_words():
        named = found["blueprint"]
        return Manifest(
            blueprint=named["name"], main=named["main"], files=_entries(found, f"{folder}/")
        )


def _document_in(data: bytes) -> dict[str, Any]:
    try:
        found = read_json(data)
    except ValueError:
        raise ValueError("it is not JSON") from None
    if not isinstance(found, dict) or "manifest" not in found:
        raise ValueError("it is not a manifest")
    if found["manifest"] not in _READABLE:
        raise ValueError(f"its form is {found['manifest']}, this oib knows {VERSION}")
    return found


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("a part of it is missing or has another form") from None


def _entries(found: Mapping[str, Any], prefix: str) -> dict[str, Entry]:
    files = found["files"]
    if not all(is_safe(path) and path.startswith(prefix) for path in files):
        raise ValueError("a path that leaves the folder")
    return {path: _decoded(entry) for path, entry in files.items()}


class UnreadableError(ValueError):
    """A file of the manifest that can't be used; `path` says which, the message why, in words for people."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


def read_manifest(directory: str) -> Manifest | None:
    """The manifest of a folder, None where it has no head. Raises UnreadableError where it can't be used."""
    return read_owned(directory, WHOLE) if _read(directory, MANIFEST) is not None else None


def read_owned(directory: str, scope: Scope) -> Manifest | None:
    """What the manifest of a folder says of the layers of a scope; None where there is nothing.

    The head is read where it is there, but its files belong to the scope only where the scope has the top.
    """
    head = Manifest()
    files: dict[str, Entry] = {}
    digests: dict[str, str] = {}
    data = _read(directory, MANIFEST)
    if data is not None:
        head = _using(MANIFEST, partial(decode, data))
    if data is not None and scope.has_top:
        files.update(head.files)
        digests[MANIFEST] = hashlib.sha256(data).hexdigest()
    for folder in _folders(os.path.join(directory, PARTS)):
        part = _read(directory, part_of(folder)) if scope.owns(folder) else None
        if part is None:
            continue
        found = _using(part_of(folder), partial(decode_part, part, folder))
        if not head.blueprint:
            head = replace(head, blueprint=found.blueprint, main=found.main)
        files.update(found.files)
        digests[part_of(folder)] = hashlib.sha256(part).hexdigest()
    if data is None and not digests:
        return None
    return replace(head, files=files, parts=digests)


def _folders(place: str) -> Iterator[str]:
    """The folders of layers that have a part of the manifest, sorted."""
    for parent, folders, names in os.walk(place):
        folders.sort()
        inside = os.path.relpath(parent, place).replace(os.sep, "/")
        for name in sorted(names):
            if name.endswith(".json"):
                stem = name.removesuffix(".json")
                yield stem if inside == "." else f"{inside}/{stem}"


def _read(directory: str, path: str) -> bytes | None:
    try:
        with open(os.path.join(directory, path), "rb") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UnreadableError(path, (error.strerror or "it can't be opened").lower()) from None


def _using(path: str, decoding: Callable[[], Manifest]) -> Manifest:
    try:
        return decoding()
    except ValueError as error:
        raise UnreadableError(path, str(error)) from None


def journal(doubt: Doubt) -> bytes:
    """The journal of a write: each path about to change with its digest before and after."""
    return _document([f'"in_doubt": {VERSION}', _block("files", doubt)])


def read_journal(directory: str) -> Doubt:
    """What is in doubt in a folder, nothing as a rule. Raises UnreadableError where that can't be told."""
    data = _read(directory, JOURNAL)
    if data is None:
        return {}
    try:
        found = read_json(data)
        doubt = {path: (before, after) for path, (before, after) in found["files"].items()}
        is_ours = found["in_doubt"] == VERSION and all(is_safe(path) for path in doubt)
    except (KeyError, TypeError, ValueError, AttributeError):
        is_ours = False
    if not is_ours:
        raise UnreadableError(JOURNAL, "it is not a journal of this oib")
    return doubt


def _document(parts: list[str]) -> bytes:
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", "surrogatepass")


def _files(files: Mapping[str, File]) -> str:
    return _block("files", {path: _entry(Entry.of(file)) for path, file in files.items()})


#: Made once: a fleet has a hundred thousand files.
_json = json.JSONEncoder(ensure_ascii=False).encode


def _block(name: str, entries: Mapping[str, Any]) -> str:
    if not entries:
        return f"{_json(name)}: {{}}"
    lines = ",\n".join(f"  {_json(key)}: {_json(entries[key])}" for key in sorted(entries))
    return f"{_json(name)}: {{\n{lines}\n}}"


def _entry(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "sha256": entry.sha256,
        "size": entry.size,
        "mode": "0755" if entry.is_executable else "0644",
    }
    if entry.layer is not None:
        found["source"] = {"layer": entry.layer, "target": entry.target}
    return found


def _decoded(entry: Mapping[str, Any]) -> Entry:
    source = entry.get("source") or {}
    return Entry(
        entry["sha256"],
        entry["size"],
        entry["mode"] == "0755",
        source.get("layer"),
        source.get("target"),
    )


__all__ = [
    "VERSION", "Doubt", "Entry", "File", "Manifest", "Settings", "UnreadableError", "decode",
    "journal", "read_journal", "read_manifest", "read_owned", "whole_digest",
]  # fmt: skip
