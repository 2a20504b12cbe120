"""Hosts of StarlingX systems: installed by one system, for one purpose, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.checks.places import once_a_place
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import Part, Role, parts_of, starlingx_roles, stated_roles
from blueprint.model import Host, Model, OpenStack, StarlingX
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

NOT_STARLINGX = Rule("OIB5840", "host-not-managed-by-starlingx")
IN_ROLE = Rule("OIB5841", "starlingx-host-in-role")
OF_NOBODY = Rule("OIB5842", "starlingx-host-of-nobody")
TWO_PURPOSES = Rule("OIB5843", "starlingx-host-with-two-purposes")


def starlingx_hosts(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts that StarlingX installs and another tool would too, or neither; hosts with two purposes."""
    owners: dict[Ref, tuple[Role, Span]] = {}
    strangers: list[Diagnostic] = []
    is_doubled = False
    for ref, system in model.of(StarlingX).items():
        for role in starlingx_roles(ref, system):
            for part in parts_of(model, role.selection):
                span = spans.at(ref, role.field, str(part.position))
                other = next((h for h in part.members if h.spec.managed_by != "starlingx"), None)
                if other is not None and ref not in model.existing:
                    strangers.append(_not_managed(part, other, ref, spans, span))
                for host in part.members:
                    first, there = owners.setdefault(host.ref, (role, span))
                    if first is not role:
                        is_doubled = True  # what another one lacks may be what this one has instead
                        yield two_purposes(span, host.ref, role, first, there)
                        break
    yield from once_a_place(strangers)
    yield from _roles(model, spans)
    if not is_doubled and not _is_incomplete(model, spans):
        yield from once_a_place(_of_nobody(model, spans, owners))


def _not_managed(part: Part, host: Host, ref: Ref, spans: Spans, span: Span) -> Diagnostic:
    stated = spans.written(part.group.ref, "managed_by") or spans.at(part.group.ref)
    return not_managed(stated, host.ref, ref, span, part.group.ref)


def _roles(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Roles of other layers that name hosts of a system."""
    for role in stated_roles(model):
        layer = model.things.get(role.layer)
        is_above = isinstance(layer, OpenStack) and layer.is_on_starlingx
        if is_above or isinstance(layer, StarlingX):
            continue
        for part in parts_of(model, role.selection):
            if any(host.spec.managed_by == "starlingx" for host in part.members):
                span = spans.at(role.layer, *role.path, str(part.position))
                managed = spans.at(part.group.ref, "managed_by")
                yield in_role(span, part.named, role.layer, role.field, managed)


def _of_nobody(
    model: Model, spans: Spans, owners: dict[Ref, tuple[Role, Span]]
) -> Iterator[Diagnostic]:
    wanting = frozenset(_wanting(model))
    for group in model.groups.values():
        if group.ref in wanting:
            continue  # that its system has too few controllers says it
        for host in group:
            is_ours = host.ref not in model.existing and group.ref not in model.existing
            if host.spec.managed_by == "starlingx" and host.ref not in owners and is_ours:
                yield of_nobody(spans.at(group.ref, "managed_by"), host.ref)


def _wanting(model: Model) -> Iterator[Ref]:
    """Groups of which a part are the controllers of a system that has too few of them."""
    for system in model.of(StarlingX).values():
        parts = list(parts_of(model, system.controllers))
        if sum(len(part.members) for part in parts) < (1 if system.config == "aio_sx" else 2):
            yield from (part.group.ref for part in parts)


def _is_incomplete(model: Model, spans: Spans) -> bool:
    """Whether the text declares a system that is not in the model, which may be the one that has them."""
    declared = (key[0] for key in spans.table if len(key) == 1)
    return any(name.startswith("starlingx.") and Ref(name) not in model.things for name in declared)


def not_managed(span: Span, host: str, system: str, named: Span, group: str) -> Diagnostic:
    """A host of a system that another tool would install and prepare."""
    return Diagnostic(
        NOT_STARLINGX,
        span,
        f"`{host}` is a host of `{system}`, and not installed by StarlingX",
        labels=(Label(named, "a host of the system by this"),),
        notes=("StarlingX brings the system of its hosts, their names and their addresses",),
        hint=f"write `managed_by = starlingx` in `{group}`",
    )


def in_role(span: Span, host: str, layer: str, field: str, managed: Span) -> Diagnostic:
    """A host of StarlingX that another tool would deploy something on."""
    return Diagnostic(
        IN_ROLE,
        span,
        f"`{host}` is installed by StarlingX, and can't be in `{field}` of `{layer}`",
        labels=(Label(managed, "by StarlingX"),),
        hint="name other hosts; OpenStack on these hosts is a region with `on = starlingx.…`",
    )


def of_nobody(span: Span, host: str) -> Diagnostic:
    """A host that waits for a system."""
    return Diagnostic(
        OF_NOBODY,
        span,
        f"`{host}` is left to StarlingX, and no system has it",
        hint="name it in `controllers`, `workers` or `storage_nodes` of a `starlingx`",
    )


def two_purposes(span: Span, host: str, role: Role, first: Role, there: Span) -> Diagnostic:
    """A host that is two things."""
    return Diagnostic(
        TWO_PURPOSES,
        span,
        f"`{host}` is in `{role.field}` of `{role.layer}` and in `{first.field}` of `{first.layer}`",
        labels=(Label(there, "the other purpose"),),
        hint="a host has one place in one system: take it out of one of them",
    )


__all__ = ["starlingx_hosts"]
