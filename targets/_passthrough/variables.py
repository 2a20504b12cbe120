"""Variables of a tool that Ansible runs: what a catalogue says of each, and whether a value fits it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

VariableType = Literal["bool", "float", "int", "list", "map", "string", "unknown"]
_WANTED: Mapping[str, str] = {
    "bool": "`true` or `false`", "int": "a whole number", "float": "a number", "string": "a text",
    "list": "a list", "map": "a map",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that a deployer may set.

    `type` is what its defaults show; `unknown` accepts anything. `int` also stands for defaults
    that are digits in quotes. `default` is set only where it is a literal and the same everywhere.
    `words` are what the tool's own roles allow. An unread variable has a default, but nothing uses
    it.
    """

    name: str
    type: VariableType
    default: bool | int | float | str | None = None
    words: tuple[str | int, ...] = ()
    is_read: bool = True


class Variables(Mapping[str, Variable]):
    """The variables of a release by name, from the entries of a catalogue."""

    def __init__(self, raw: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep the raw entries; each becomes a `Variable` when asked for."""
        self._raw = raw

    def __getitem__(self, name: str) -> Variable:
        entry = self._raw[name]
        return Variable(
            name,
            entry["type"],
            entry.get("default"),
            tuple(entry.get("words", ())),
            not entry.get("unread", False),
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, name: object) -> bool:
        return name in self._raw


def wanted(variable: Variable, value: Any) -> str | None:
    """What the variable takes, in words, where `value` is none of it."""
    if variable.type != "unknown" and not _fits(variable.type, value):
        return _WANTED[variable.type]
    if variable.words and value not in variable.words:
        return "one of " + ", ".join(f"`{word}`" for word in variable.words)
    return None


def _fits(kind: str, value: Any) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "float":
        return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    if kind == "list":
        return isinstance(value, (list, tuple))
    if kind == "map":
        return isinstance(value, Mapping)
    addresses = (ipaddress._BaseAddress, ipaddress._BaseNetwork)  # noqa: SLF001 - the one name for both families
    return isinstance(value, (str, *addresses))
