"""A fleet of which rows change, compiled both ways: with what a compile of everything left, and without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from blueprint.diagnostics.render_json import record
from blueprint.driver import Compiled, Options, Part, Shortcut, compile_files
from blueprint.loader import MemoryLoader
from blueprint.output.register import Register
from tests.benchmarks.fleet import grown

LIST = "subclouds.csv"
Rows = list[list[str]]
Change = Callable[[Rows], None]


@dataclass(frozen=True)
class Fleet:
    """The files of a blueprint, its rows among them."""

    files: dict[str, bytes]

    @classmethod
    def of(cls, folder: Path, sites: int, edit: Callable[[str], str] = str) -> Fleet:
        """The fleet of the benchmark with so many sites, its text edited."""
        grown(folder, sites)
        files = {
            str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()
        }
        return cls(files | {"main.oib": edit(files["main.oib"].decode()).encode()})

    @cached_property
    def whole(self) -> Compiled:
        """A compile of everything."""
        return compile_files(MemoryLoader(self.files), Options(), is_remembered=True)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self.files[LIST].decode().splitlines()[0].split(",")

    def changed(self, change: Change) -> Fleet:
        """The fleet with other rows."""
        head, *lines = self.files[LIST].decode().splitlines()
        rows = [line.split(",") for line in lines]
        change(rows)
        text = "\n".join([head, *(",".join(row) for row in rows)]) + "\n"
        return Fleet(self.files | {LIST: text.encode()})

    def of_rows(self, before: Fleet, register: Register | None, only: Sequence[str]) -> Compiled:
        """A compile of some layers, with what is known of the fleet before."""
        shortcut = None
        if register is not None:
            loader = MemoryLoader(self.files)
            for path in self.files:
                loader.text(path, None, 1 << 20)
            read = {each.path for each in before.whole.found.inputs}
            inputs = tuple(each for each in loader.inputs() if each.path in read)
            shortcut = Shortcut(register, lambda: MemoryLoader(before.files), inputs)
        return compile_files(
            MemoryLoader(self.files), Options(), Part(tuple(only)), shortcut=shortcut
        )


def result_of(compiled: Compiled) -> tuple[Any, ...]:
    """Everything that the command line makes of a compile of some layers."""
    found = compiled.found
    deployments = [(str(each.layer), each.target) for each in found.deployments if each.steps]
    asked = None if compiled.tree.value is None else dict(compiled.tree.value)
    return (
        [record(each) for each in (*found.diagnostics, *compiled.tree.diagnostics)],
        asked,
        deployments,
        compiled.scope if asked is not None else None,
        found.inputs if asked is not None else None,
        found.unlocked_hosts,
    )


__all__ = ["LIST", "Change", "Fleet", "Rows", "result_of"]
