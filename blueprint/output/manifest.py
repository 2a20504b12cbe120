"""The manifest at the top of the output folder: what was read, with which oib, and every file written.

While files are put in place, the manifest of before stands there with `in_doubt`: the paths that are
about to change, each with its digest before and after (none where the file does not exist).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from blueprint.output.layout import MANIFEST, is_safe

VERSION = 1


@dataclass(frozen=True, slots=True)
class File:
    """One file to be written, and where it comes from: `openstack.core with kolla_ansible`."""

    data: bytes
    is_executable: bool = False
    layer: str | None = None
    target: str | None = None


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
    """The record of one compile. `inputs` are digests by path; one that was looked for in vain has none."""

    oib: str = ""
    digest: str = ""
    blueprint: str = ""
    main: str = ""
    settings: Settings = Settings()
    inputs: Mapping[str, str | None] = field(default_factory=dict)
    diagnostics: tuple[Mapping[str, Any], ...] = ()
    files: Mapping[str, Entry] = field(default_factory=dict)
    in_doubt: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def of(self, files: Mapping[str, File]) -> Manifest:
        """The same record for a tree of files."""
        return replace(self, files={path: Entry.of(file) for path, file in files.items()})

    def encode(self) -> bytes:
        """The manifest as it stands in its file: sorted JSON, a line for each file."""
        head = {
            "manifest": VERSION,
            "oib": {"version": self.oib, "digest": self.digest},
            "blueprint": {"name": self.blueprint, "main": self.main},
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
        parts.append(_block("files", {path: _entry(each) for path, each in self.files.items()}))
        if self.in_doubt:
            parts.append(_block("in_doubt", self.in_doubt))
        return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Manifest:
    """The manifest that a file holds. Raises ValueError, in words for people, where it holds none."""
    try:
        found = json.loads(data)
    except ValueError:
        raise ValueError("it is not JSON") from None
    if not isinstance(found, dict) or "manifest" not in found:
        raise ValueError("it is not a manifest")
    if found["manifest"] != VERSION:
        raise ValueError(f"its form is {found['manifest']}, this oib knows {VERSION}")
    try:
        return _manifest(found)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("a part of it is missing or has another form") from None


def _manifest(found: Mapping[str, Any]) -> Manifest:
    options = found["options"]
    paths = (*found["files"], *found.get("in_doubt", ()))
    if not all(is_safe(path) for path in paths):
        raise ValueError("a path that leaves the folder")
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
        files={path: _decoded(entry) for path, entry in found["files"].items()},
        in_doubt={
            path: (before, after) for path, (before, after) in found.get("in_doubt", {}).items()
        },
    )


def read_manifest(directory: str) -> Manifest | None:
    """The manifest of a folder, None where there is none. Raises ValueError where it can't be used."""
    try:
        with open(os.path.join(directory, MANIFEST), "rb") as stream:
            data = stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ValueError((error.strerror or "it can't be opened").lower()) from None
    return decode(data)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


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


__all__ = ["VERSION", "Entry", "File", "Manifest", "Settings", "decode", "read_manifest"]
