"""Charts with the catalogues of their values: what a path holds, and whether it has an effect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from blueprint.diagnostics import nearest

PINS = Path(__file__).parent / "pins.json"
CATALOGUES = Path(__file__).parent / "catalogues"
_TYPES: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int, str),
    "list": (list,),
    "map": (dict,),
    "number": (int, float),
    "string": (str, int, float, bool),
}
_UNESCAPED_DOT = re.compile(r"(?<!\\)\.")


@dataclass(frozen=True, slots=True)
class Stray:
    """A value that a chart would not take as meant.

    `unknown`: the chart has no such path, and `known` are the names that stand beside it. `unread`: it has, but no
    template reads it. `type`: the value is of another type than the chart's own; `expected` is that type.
    """

    path: tuple[str, ...]
    sort: Literal["unknown", "unread", "type"]
    known: tuple[str, ...] = ()
    expected: str = ""

    @property
    def nearest(self) -> str | None:
        """The known name closest to the one that was written, for hints."""
        return nearest(self.path[-1], self.known) if self.known else None

    def __str__(self) -> str:
        detail = f" (must be a {self.expected})" if self.expected else ""
        return f"{written(self.path)}: {self.sort}{detail}"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, its pinned version, and its catalogue: each path with its type and marks (`derive.py`)."""

    name: str
    version: str
    repository: str
    source: str
    values: Mapping[tuple[str, ...], tuple[str, ...]]

    def passes_tpl(self, path: Sequence[str]) -> bool:
        """Whether the chart runs a text at the path, or at one above it, as a template."""
        parts = (tuple(path[: n + 1]) for n in range(len(path)))
        return any("tpl" in self.values.get(part, ()) for part in parts)

    def strays(self, values: Mapping[str, Any]) -> tuple[Stray, ...]:
        """What of a tree of plain values (`resources.plain`) the chart does not know, read or take."""
        return tuple(self._strays(values, ()))

    def stray(self, path: Sequence[str], value: Any) -> Stray | None:
        """The first thing wrong with one value at a path, for what a blueprint passes through."""
        tree: Any = value
        for name in reversed(path):
            tree = {name: tree}
        return next(self._strays(tree, ()), None)

    def names_beside(self, path: Sequence[str]) -> tuple[str, ...]:
        """The names that the chart knows in the same map as the path's last."""
        above = tuple(path[:-1])
        return tuple(p[-1] for p in self.values if p[:-1] == above)

    def _strays(self, values: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[Stray]:
        for name, value in values.items():
            path = (*above, name)
            entry = self.values.get(path)
            if entry is None:
                if not self._is_open(above):
                    yield Stray(path, "unknown", self.names_beside(path))
                continue
            kind, *marks = entry
            if "unread" in marks and not (isinstance(value, Mapping) and value):
                yield Stray(path, "unread")
                continue
            if value is not None and kind in _TYPES and not _is_of(value, kind):
                yield Stray(path, "type", expected=kind)
            elif isinstance(value, Mapping):
                yield from self._strays(value, path)

    def _is_open(self, path: tuple[str, ...]) -> bool:
        """Whether names that the catalogue lacks count in the map at a path."""
        while path:
            entry = self.values.get(path)
            if entry is not None:
                return "whole" in entry
            path = path[:-1]
        return False


def _is_of(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    return isinstance(value, _TYPES[kind])


def written(path: Sequence[str]) -> str:
    """A path as text, dots in its names escaped."""
    return ".".join(name.replace(".", "\\.") for name in path)


def read(text: str) -> tuple[str, ...]:
    """The path that `written` wrote."""
    return tuple(name.replace("\\.", ".") for name in _UNESCAPED_DOT.split(text))


@cache
def chart(name: str) -> Chart:
    """The chart of a name in `pins.json`."""
    pin = _pins()[name]
    loaded = json.loads((CATALOGUES / f"{name}.json").read_text(encoding="utf-8"))
    values = {read(path): tuple(entry.split()) for path, entry in loaded.items()}
    return Chart(name, pin["version"], pin["repository"], pin["source"], values)


def names() -> tuple[str, ...]:
    """The charts that are pinned."""
    return tuple(_pins())


@cache
def _pins() -> Mapping[str, Mapping[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads(PINS.read_text(encoding="utf-8"))
    return loaded
