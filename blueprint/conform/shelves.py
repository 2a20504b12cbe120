"""Packs as a command line names them, and the files that it thereby lets be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from blueprint.conform.packs import is_path
from blueprint.loader import blueprints_in


def named(
    packs: Iterable[str], relative: Callable[[str], str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Packs as the loader knows them, and the files of those that are named by path."""
    found: list[str] = []
    outside: list[str] = []
    for name in packs:
        if not is_path(name):
            found.append(name)
            continue
        inside = blueprints_in(name)
        if inside is not None:
            outside += [relative(path) for path in inside]
            found.append(f"{relative(name)}/")
        else:
            outside.append(relative(name))
            found.append(relative(name))
    return tuple(found), tuple(outside)
