"""Says which values of a system are decided by its bootstrap for good."""

from __future__ import annotations

from collections.abc import Iterable

from targets.starlingx.bootstrap import overrides
from targets.starlingx.catalog.changes import change_of
from targets.starlingx.system import System


def for_good(file: str, system: System) -> str:
    """What to look at once more before a bootstrap: keys that only a new installation changes.

    Some can be changed on one host alone, while it is locked. Subclouds of one host and of two are told the same.
    """
    sorts = {key: change_of(key).sort for key in overrides(system)}
    never = [key for key, sort in sorts.items() if sort == "never"]
    locked = [key for key, sort in sorts.items() if sort == "locked_simplex"]
    text = f"a last look at `{file}`: only a new installation changes "
    if system.layer.is_subcloud and locked:
        return f"{text}{_listed(never)}, and where there are two controllers also {_listed(locked)}"
    if system.system_mode == "duplex":
        never, locked = never + locked, []
    text += _listed(never)
    return (
        f"{text}; {_listed(locked)} can be changed while the one host is locked" if locked else text
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


__all__ = ["for_good"]
