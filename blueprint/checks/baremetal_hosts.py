"""Servers that a region gives out whole: nobody else's, without a system or a role of ours."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.checks.places import once_a_place
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import described_groups, parts_of, stated_roles
from blueprint.model import Model, OpenStack
from blueprint.model.baremetal import resource_classes
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

SYSTEM = Rule("OIB5320", "system-of-bare-metal")
IN_ROLE = Rule("OIB5321", "bare-metal-in-role")
NOT_BARE_METAL = Rule("OIB5322", "node-not-bare-metal")
NOT_GIVEN_OUT = Rule("OIB5323", "bare-metal-of-nobody")
GIVEN_TWICE = Rule("OIB5324", "bare-metal-given-twice")
SHARED_NODES = Rule("OIB5325", "flavors-share-nodes")
FIRMWARE = Rule("OIB5326", "firmware-against-boot-mode")


def bare_metal_hosts(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts that Ironic installs and oib would too, or neither; nodes that are somebody else's."""
    yield from once_a_place(_systems(model, spans))
    yield from _roles(model, spans)
    yield from _given_out(model, spans)


def _systems(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    for group, spec, hardware in described_groups(model):
        is_ironics = spec.managed_by == "ironic"
        if is_ironics and spec.os.name != "none":
            managed = spans.written(group, "managed_by")
            stated = spans.written(group, "os") or managed or spans.at(group)
            yield system_of_bare_metal(stated, group, spec.os.name, managed)
        elif not is_ironics and spec.os.name == "none":
            yield no_system(spans.at(group, "os"), group)
        if hardware.firmware == "bios" and spec.boot.mode == "uefi" and is_ironics:
            span = spans.written(group, "boot", "mode") or spans.at(group, "hardware")
            where = spans.at(spec.hardware, "firmware")
            yield firmware_against_boot_mode(span, group, spec.hardware, where)
        if hardware.secure_boot and spec.boot.mode == "bios" and is_ironics:
            where = spans.at(spec.hardware, "secure_boot")
            yield secure_boot_without_uefi(
                spans.at(group, "boot", "mode"), group, spec.hardware, where
            )


def _roles(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    for role in stated_roles(model):
        for part in parts_of(model, role.selection):
            if any(host.spec.managed_by == "ironic" for host in part.members):
                span = spans.at(role.layer, *role.path, str(part.position))
                managed = spans.at(part.group.ref, "managed_by")
                yield bare_metal_in_role(span, part.named, role.layer, role.field, managed)


def _given_out(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    owners: dict[Ref, tuple[Ref, Span]] = {}
    for ref, region in model.of(OpenStack).items():
        if region.ironic is None or "ironic" not in region.services:
            continue
        for part in parts_of(model, region.ironic.nodes):
            span = spans.at(ref, "ironic", "nodes", str(part.position))
            if any(host.spec.managed_by != "ironic" for host in part.members):
                yield node_not_bare_metal(span, part.named, ref)
            for host in part.members:
                owner, there = owners.setdefault(host.ref, (ref, span))
                if owner != ref:
                    yield given_twice(span, part.named, ref, owner, there)
                    break
        yield from _classes(ref, region, model, spans)
    if _is_incomplete(model, spans):
        return  # a region that has errors may be the one that gives them out
    for group in model.groups.values():
        for host in group.members:
            if host.spec.managed_by == "ironic" and host.ref not in owners:
                yield bare_metal_of_nobody(spans.at(group.ref, "managed_by"), host.ref)
                break


def _is_incomplete(model: Model, spans: Spans) -> bool:
    """Whether the text declares a region that is not in the model."""
    declared = (key[0] for key in spans.table if len(key) == 1)
    return any(name.startswith("openstack.") and Ref(name) not in model.things for name in declared)


def _classes(ref: Ref, region: OpenStack, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Flavors over nodes of which some have another flavor's class, and over none of the region's."""
    classes = resource_classes(model, region)
    for label, flavor in region.flavor.items():
        for part in parts_of(model, flavor.baremetal):
            span = spans.at(ref, "flavor", label, "baremetal")
            if any(host.ref not in classes for host in part.members):
                nodes = spans.written(ref, "ironic", "nodes")
                yield not_the_regions(span, label, part.named, ref, nodes)
                break
        else:
            asked = {classes[host.ref]: host.ref for host in model.hosts(flavor.baremetal)}
            others = [name for name in asked if name != label]
            if len(asked) > 1:
                other = others[0]
                there = spans.at(ref, "flavor", other) if other in region.flavor else None
                span = spans.at(ref, "flavor", label, "baremetal")
                yield flavors_share_nodes(span, label, other, asked[other], there)


def system_of_bare_metal(span: Span, group: str, system: str, managed: Span | None) -> Diagnostic:
    """A system of ours on a server that its user installs."""
    return Diagnostic(
        SYSTEM,
        span,
        f"`{group}` is installed by Ironic for whoever is given it, not with `{system}`",
        labels=() if managed is None or managed == span else (Label(managed, "by Ironic"),),
        hint="write `os = none`",
    )


def no_system(span: Span, group: str) -> Diagnostic:
    """A server that nobody installs."""
    return Diagnostic(
        SYSTEM,
        span,
        f"`{group}` has no system, and nobody who installs one",
        hint="name its system, or write `managed_by = ironic`",
    )


def bare_metal_in_role(span: Span, hosts: str, layer: str, field: str, managed: Span) -> Diagnostic:
    """A role for hosts that are given away."""
    return Diagnostic(
        IN_ROLE,
        span,
        f"`{hosts}` can't be `{field}` of `{layer}`: Ironic gives it out whole",
        labels=(Label(managed, "managed by Ironic"),),
        hint="name other hosts, or take `managed_by = ironic` out",
    )


def node_not_bare_metal(span: Span, hosts: str, region: str) -> Diagnostic:
    """A node of Ironic's on which oib runs something."""
    return Diagnostic(
        NOT_BARE_METAL,
        span,
        f"`{region}` would wipe `{hosts}` and give it out, and oib installs it",
        hint="write `managed_by = ironic` and `os = none` in it, or take it out of `nodes`",
    )


def bare_metal_of_nobody(span: Span, host: str) -> Diagnostic:
    """A server that waits for an Ironic which no region has."""
    return Diagnostic(
        NOT_GIVEN_OUT,
        span,
        f"no region gives out `{host}`, which is managed by Ironic",
        hint="name it in `ironic { nodes = … }` of a region with `ironic` among its services",
    )


def given_twice(span: Span, hosts: str, region: str, other: str, other_span: Span) -> Diagnostic:
    """A server that two regions wipe in turn."""
    return Diagnostic(
        GIVEN_TWICE,
        span,
        f"`{region}` gives out `{hosts}`, which `{other}` does already",
        labels=(Label(other_span, "given out here"),),
        hint="leave it to one region",
    )


def not_the_regions(
    span: Span, flavor: str, hosts: str, region: str, nodes: Span | None
) -> Diagnostic:
    """A flavor of servers that the region doesn't have."""
    return Diagnostic(
        SHARED_NODES,
        span,
        f"flavor `{flavor}` gives out `{hosts}`, which is no node of `{region}`",
        labels=() if nodes is None else (Label(nodes, "its nodes"),),
        hint="name it in `ironic { nodes = … }` too, or take it out of the flavor",
    )


def flavors_share_nodes(
    span: Span, flavor: str, other: str, host: str, other_span: Span | None
) -> Diagnostic:
    """A flavor over nodes of which some are asked for by another name."""
    return Diagnostic(
        SHARED_NODES,
        span,
        f"flavor `{flavor}` gives out `{host}`, which is of the class `{other}`",
        labels=() if other_span is None else (Label(other_span, "its class is named here"),),
        hint="a node has one resource class: let flavors give out the same nodes or different ones",
    )


def firmware_against_boot_mode(span: Span, group: str, hardware: str, firmware: Span) -> Diagnostic:
    """A server that would boot in a way that its firmware doesn't know."""
    return Diagnostic(
        FIRMWARE,
        span,
        f"`{group}` boots in mode `uefi`, and the firmware of `{hardware}` is `bios`",
        labels=(Label(firmware, "its firmware"),),
        hint="write `boot { mode = bios }`, or correct `firmware`",
    )


def secure_boot_without_uefi(
    span: Span, group: str, hardware: str, secure_boot: Span
) -> Diagnostic:
    """Signed systems only, booted in a way that checks no signatures."""
    return Diagnostic(
        FIRMWARE,
        span,
        f"`{group}` boots in mode `bios`, and `{hardware}` boots signed systems only",
        labels=(Label(secure_boot, "secure boot"),),
        hint="write `boot { mode = uefi }`, or take `secure_boot` out",
    )
