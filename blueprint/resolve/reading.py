"""What a reference gives when it is followed: members of families, and fields of things, each worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import Absent, Stop
from blueprint.resolve.declarations import Declaration, Member
from blueprint.resolve.merge import node_of
from blueprint.resolve.nested import no_label
from blueprint.resolve.values import attribute_value
from blueprint.resolve.world import World
from blueprint.shape import fields_of
from blueprint.source import Span
from blueprint.values import Ref

if TYPE_CHECKING:
    from blueprint.resolve.things import References


def fallback_name(family: str, key: str | None) -> str:
    """The name of a host that states none: its family's, and its key."""
    parts = [family, key] if key is not None else [family]
    return "-".join(part.replace("_", "-").lower() for part in parts)


def field(refs: References, ref: str, path: tuple[str, ...], span: Span) -> Any:
    """The value of a field of a thing; the default where it is unset. Raises Stop, or Absent."""
    member: Member | None = refs.world.things.get(ref)
    if member is None:
        family = refs.world.families.get(ref)
        if family is not None and family.is_family:
            raise Stop(names.family_needs_key(span, str(ref), [str(k) for k in family.members]))
        member, around = _around(refs.world, ref)
        path = (*around, *path)
    if member is None:
        raise Stop
    if path in member.memo:
        found = member.memo[path]
        if isinstance(found, Stop):
            raise type(found)
        return found
    title = f"{ref}." + ".".join(path)
    try:
        with refs.world.needing((ref, path), title, span):
            _check_labels(member, path, span)
            value = attribute_value(member, path)
    except Absent:
        if path == ("name",) and member.origin.owner.kind == "hosts":
            value = fallback_name(member.origin.owner.name, member.key)
        else:
            member.memo[path] = Absent()
            raise
    except Stop as stop:
        refs.world.report(stop.diagnostic)
        member.memo[path] = stop
        raise type(stop) from None
    member.memo[path] = value
    return value


def _around(world: World, ref: str) -> tuple[Member | None, tuple[str, ...]]:
    """The thing that a nested one such as `site.dc.rack.r[1]` is part of, and the way to it."""
    parts = Ref(ref).parts
    for end in range(len(parts) - 2, 1, -1):
        member: Member | None = world.things.get(Ref(".".join(parts[:end])))
        if member is not None:
            return member, (parts[end], ".".join(parts[end + 1 :]))
    return None, ()


def _check_labels(member: Member, path: tuple[str, ...], span: Span) -> None:
    """Raises Stop where a path leads through a labelled block that is not there."""
    node = node_of(member)
    for at, name in enumerate(path[:-2]):
        table = node.labelled.get(name)
        if table is not None and path[at + 1] not in table:
            raise Stop(no_label(span, name, path[at + 1], table))
        found = node_of(member).at(path[: at + 1])
        if found is None:
            spec = fields_of(node.model).get(name) if node.model is not None else None
            if spec is not None and spec.form == "labelled" and table is None:
                raise Stop(no_label(span, name, path[at + 1], ()))
            continue
        node = found[0]


def structural(refs: References, member: Member, name: str, wanted: ts.Type) -> Any:
    """The value of an attribute that shapes a family (`count`), seen before there are things."""
    assigns = node_of(member).assigns.get(name)
    if not assigns:
        return None
    code = refs.module.code(assigns[-1].decl.value, assigns[-1].scope, wanted)
    if code.is_broken:
        return None
    if code.sees_things:
        raise Stop(names.structure_sees_things(assigns[-1].span, f"`{name}`"))
    unbound = [binder.name for binder in code.binders if binder not in member.env]
    if unbound:
        raise Stop(names.no_family(assigns[-1].span, min(unbound), str(member.ref), None))
    refs.world.trace.add("attribute", assigns[-1].decl.span, name)
    return code.run(dict(member.env))


def members(refs: References, ref: str) -> tuple[Any, ...]:
    """The members of a family or of several, or what is given where it is none."""
    if isinstance(ref, tuple):
        return tuple(member for each in ref for member in members(refs, each))
    family: Declaration | None = refs.world.families.get(ref)
    if family is not None and family.is_family:
        if family.is_broken:
            raise Stop
        refs.world.rows.family(family.members)
        return tuple(member.ref for member in family.members.values())
    return (ref,)
