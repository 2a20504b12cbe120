"""What a compile of everything remembers, so that a later one of a few rows need not prove all of it again.

It lies in the state of this machine beside the output, and is only ever a shortcut to the same result: one
that is missing, damaged, of another oib or of another blueprint is ignored. It is read as plain data, held
against its own digest and against the shape that it must have.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from blueprint.output.disk import Disk
from blueprint.output.layout import STATE
from blueprint.output.manifest import Settings
from blueprint.resolve.rows import RowId

_NAME = "register.json"
_FORMAT = 1
#: A register of a hundred thousand sites is smaller; what is larger is none of ours.
_LIMIT = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Claims:
    """What the declarations of a row claim: first and last number of each interval by turns, and MAC addresses."""

    numbers: tuple[int, ...] = ()
    macs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Emitted:
    """The row that a layer was made for, and a digest of all its files."""

    row: RowId
    sha256: str


@dataclass(frozen=True, slots=True)
class Register:
    """The rows of a blueprint in which nothing was wrong."""

    #: The text of each data file that declarations were made for the rows of.
    texts: Mapping[str, str]
    claims: Mapping[RowId, Claims]
    #: Rows whose declarations refer to those of others, or are referred to by them.
    tied: frozenset[RowId]
    #: Columns that others read than a row's own declarations.
    crossed: frozenset[str]
    #: Layers that are made for a row, by their folders.
    layers: Mapping[str, Emitted]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a register is of: which oib, which blueprint, which options, and the inputs with their digests."""

    oib: str
    main: str
    settings: Settings
    inputs: Mapping[str, str | None] = field(default_factory=dict)


def digest_of(files: Mapping[str, Any]) -> str:
    """A digest of the files of a layer: paths, bytes, and whether they can be run."""
    digest = hashlib.sha256()
    for path, file in sorted(files.items()):
        head = f"{path}\0{file.is_executable}\0{len(file.data)}\0"
        digest.update(head.encode("utf-8", "surrogateescape"))
        digest.update(file.data)
    return digest.hexdigest()


def remember(folder: str, register: Register | None, origin: Origin) -> None:
    """Leaves a register for later runs, or none."""
    path = os.path.join(folder, STATE, _NAME)
    with suppress(OSError):  # it only saves time
        if register is None:
            if os.path.lexists(path):
                os.unlink(path)
            return
        body = json.dumps(_as_data(register, origin), separators=(",", ":")).encode()
        Disk().write(f"{path}.new", hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(f"{path}.new", path)


def recall(folder: str) -> tuple[Register, Origin] | None:
    """The register that a run before has left; None where there is none that can be used."""
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe would never end
        with open(os.open(os.path.join(folder, STATE, _NAME), flags), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return None
            text = stream.read(_LIMIT + 1)
    except OSError:
        return None
    digest, _, body = text.partition(b"\n")
    if len(text) > _LIMIT or hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    try:
        return _from_data(json.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _as_data(register: Register, origin: Origin) -> dict[str, Any]:
    files: dict[str, Any] = {
        path: {"text": text, "rows": {}} for path, text in register.texts.items()
    }
    for row, claims in register.claims.items():
        files[row.path]["rows"][str(row.number)] = [claims.numbers, claims.macs]
    return {
        "format": _FORMAT,
        "oib": origin.oib,
        "main": origin.main,
        "settings": asdict(origin.settings),
        "inputs": dict(origin.inputs),
        "crossed": sorted(register.crossed),
        "tied": sorted(register.tied),
        "files": files,
        "layers": {name: [*each.row, each.sha256] for name, each in register.layers.items()},
    }


def _from_data(data: Any) -> tuple[Register, Origin]:
    """Raises ValueError, TypeError, KeyError or AttributeError where something is not as it must be."""
    if data["format"] != _FORMAT:
        raise ValueError(data["format"])
    texts: dict[str, str] = {}
    claims: dict[RowId, Claims] = {}
    for path, file in data["files"].items():
        texts[path] = _text(file["text"])
        for number, (numbers, macs) in file["rows"].items():
            if not all(type(each) is int for each in numbers) or len(numbers) % 2:
                raise ValueError(number)
            claims[RowId(path, int(number))] = Claims(
                tuple(numbers), tuple(_text(mac) for mac in macs)
            )
    layers = {
        name: Emitted(RowId(_text(path), _whole(number)), _text(sha256))
        for name, (path, number, sha256) in data["layers"].items()
    }
    register = Register(
        texts,
        claims,
        frozenset(RowId(_text(path), _whole(number)) for path, number in data["tied"]),
        frozenset(_text(each) for each in data["crossed"]),
        layers,
    )
    given = data["settings"]
    settings = Settings(
        sets=tuple((_text(name), _text(value)) for name, value in given["sets"]),
        params=tuple(_text(each) for each in given["params"]),
        env=None if given["env"] is None else _text(given["env"]),
        targets=tuple(_text(each) for each in given["targets"]),
        origin=None if given["origin"] is None else _text(given["origin"]),
    )
    inputs = {
        path: None if sha256 is None else _text(sha256) for path, sha256 in data["inputs"].items()
    }
    return register, Origin(_text(data["oib"]), _text(data["main"]), settings, inputs)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(value)
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(value)
    return value


__all__ = ["Claims", "Emitted", "Origin", "Register", "digest_of", "recall", "remember"]
