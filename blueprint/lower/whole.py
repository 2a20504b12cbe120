"""Leaves out of the model what refers to something that has errors, so that passes see only what is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.lower.declaration import Lowered
from blueprint.values import Range, Ref


def leave_out(found: Lowered) -> None:
    """Removes what refers to what was left out, until nothing does."""
    users = {ref: set(_refs_in(thing)) for ref, thing in found.things.items()}
    for ref, group in found.groups.items():
        specs = {id(host.spec): host.spec for host in group}
        users[ref] = {r for spec in specs.values() for r in _refs_in(spec)}
        users[ref] |= {place for h in group for place in (h.site, h.rack) if place is not None}
    missing = set(found.damaged)
    changed = True
    while changed:
        changed = False
        for ref, refs in users.items():
            if ref not in missing and any(_owner(r, missing) for r in refs):
                missing.add(ref)
                if ref.endswith("]"):
                    missing.add(ref.family)
                changed = True
    for ref in missing:
        found.things.pop(ref, None)
        found.groups.pop(ref, None)


def _owner(ref: str, missing: set[Ref]) -> bool:
    """Whether a reference leads into something that was left out."""
    if ref in missing:
        return True
    parts = Ref(ref).parts
    return any(Ref(".".join(parts[:n])) in missing for n in range(2, len(parts)))


def _refs_in(value: Any) -> Iterator[str]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _refs_in(inner)
    elif isinstance(value, tuple) and not isinstance(value, Range):
        for inner in value:
            yield from _refs_in(inner)
    elif hasattr(value, "__pydantic_fields_set__"):
        for name in type(value).model_fields:
            yield from _refs_in(getattr(value, name))
