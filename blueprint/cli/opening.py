"""From a blueprint argument to a loader: a file, a folder that holds `main.oib`, or standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from blueprint.diagnostics import Diagnostic, names
from blueprint.loader import FileLoader

MAIN = "main.oib"
STDIN = "<stdin>"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a blueprint is: its folder, its main file in that folder, and the folder as the user named it."""

    root: str
    main: str
    prefix: str

    @property
    def path(self) -> str:
        """The main file."""
        return os.path.join(self.root, self.main)

    def relative(self, path: str) -> str:
        """A path of the command line, relative to the blueprint's folder."""
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self.root)).replace(
            os.sep, "/"
        )


class CommandLineLoader(FileLoader):
    """Reads a blueprint's folder, the files of parameters named beside it, and standard input as main file."""

    def __init__(
        self, place: Place, outside: Iterable[str] = (), piped: bytes | None = None
    ) -> None:
        super().__init__(Path(place.root), place.main)
        self._outside = frozenset(outside)
        self._piped = piped

    def _names(self, folder: str) -> list[str]:
        named = [path for path in self._outside if os.path.dirname(path) == folder]
        return named or super()._names(folder)

    def _bytes(self, path: str, limit: int) -> bytes | None:
        if self._piped is not None and path == self.main:
            return self._piped[: limit + 1]
        if path in self._outside:
            with open(os.path.join(self._real_root, path), "rb") as stream:
                return stream.read(limit + 1)
        return super()._bytes(path, limit)


def locate(argument: str) -> Place | Diagnostic:
    """The place that a blueprint argument names, or why there is none."""
    if argument == "-":
        return Place(os.curdir, STDIN, "")
    folder, main = (argument, MAIN) if os.path.isdir(argument) else os.path.split(argument)
    path = os.path.join(folder, main)
    if not os.path.exists(path):
        return names.unreadable(None, path, "no such file")
    if not os.path.isfile(path):
        return names.unreadable(None, path, "it is not a file")
    prefix = os.path.normpath(folder) if folder else ""
    return Place(folder or os.curdir, main, "" if prefix == os.curdir else prefix)


def open_place(place: Place, params: Iterable[str] = ()) -> CommandLineLoader:
    """A loader for a place; `params` are the paths of parameter files, relative to it."""
    piped = sys.stdin.buffer.read() if place.main == STDIN else None
    return CommandLineLoader(place, params, piped)
