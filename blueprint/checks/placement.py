"""Where roles stand: someone in each, nobody twice, racks in zones, enough gateways."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.fleet import Part, Role, parts_of, stated_roles
from blueprint.model import Host, Model, OpenStack, Site
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

RACK_WITHOUT_ZONE = Rule("OIB5204", "rack-without-zone")
RACK_IN_TWO_ZONES = Rule("OIB5205", "rack-in-two-zones")
SINGLE_GATEWAY = Rule("OIB5206", "single-gateway", Severity.WARNING)
ROLES_MIXED = Rule("OIB5207", "control-on-some-computes", Severity.WARNING)
ZONE_WITHOUT_COMPUTE = Rule("OIB5208", "zone-without-compute", Severity.WARNING)
EMPTY_ROLE = Rule("OIB5210", "empty-role")
HOST_TWICE = Rule("OIB5211", "host-twice-in-role")

#: Roles that a layer can't do without.
NEEDED = ("control", "compute", "monitors", "osds")


def zones(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Racks in two zones, and racks in use that are in none though the site has zones."""
    zoned: dict[Ref, tuple[Ref, str]] = {}
    divided = {ref: site for ref, site in model.of(Site).items() if site.zone}
    for ref, site in divided.items():
        for label, zone in site.zone.items():
            for position, rack in enumerate(zone.racks):
                first, other = zoned.setdefault(rack, (ref, label))
                if other != label:
                    yield rack_in_two_zones(
                        spans.at(ref, "zone", label, "racks", position), rack, other, label,
                        spans.at(first, "zone", other, "racks"),
                    )  # fmt: skip
    if not divided:
        return
    used: dict[Ref, list[Host]] = {}
    for group in model.groups.values():
        for host in group.members:
            if host.rack is not None and host.site in divided:
                used.setdefault(host.rack, []).append(host)
    for rack, hosts in used.items():
        site_ref = hosts[0].site
        if rack not in zoned and site_ref is not None:
            span = spans.at(site_ref, *rack.parts[-2:])
            yield rack_without_zone(
                span, rack, len(hosts), site_ref, spans.at(hosts[0].ref, "rack")
            )


def roles(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Roles without hosts, and roles that name a host twice."""
    empty: set[tuple[Ref, tuple[Ref, ...]]] = set()
    for role in stated_roles(model):
        if role.field in NEEDED and role.layer not in model.existing:
            parts = parts_of(model, role.selection)
            token = (role.layer, tuple(role.selection))
            if token not in empty and not any(part.members for part in parts):
                empty.add(token)
                yield empty_role(spans.at(role.layer, *role.path), role)
        seen: dict[Ref, int] = {}
        families: dict[Ref, int] = {}
        for position, ref in enumerate(role.selection):
            family = Ref(ref).family
            twice = seen.get(ref, seen.get(family))
            if twice is None and ref in model.groups:
                twice = families.get(ref)
            seen.setdefault(ref, position)
            families.setdefault(family, position)
            if twice is None:
                continue
            yield host_twice(
                spans.at(role.layer, *role.path, str(position)), role, ref,
                spans.at(role.layer, *role.path, str(twice)),
            )  # fmt: skip


def gateways(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions with several control hosts and one gateway."""
    for ref, region in model.of(OpenStack).items():
        if ref in model.existing or not region.network:
            continue
        gateway = [h for part in parts_of(model, region.network) for h in part.members]
        control = sum(len(part.members) for part in parts_of(model, region.control))
        if len(gateway) == 1 and control > 1:
            yield single_gateway(spans.at(ref, "network"), ref, gateway[0].ref)


def mixed_roles(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions whose control plane is on some of the computes, but not on all."""
    for ref, region in model.of(OpenStack).items():
        if region.is_on_starlingx:
            continue  # controllers of the system keep a share of their own from guests
        control = {part.group.ref: part for part in parts_of(model, region.control)}
        computes = parts_of(model, region.compute)
        total = sum(len(part.members) for part in computes)
        both = sum(_in_common(part, control.get(part.group.ref)) for part in computes)
        if 0 < both < total:
            yield roles_mixed(spans.at(ref, "compute"), ref, both, total, spans.at(ref, "control"))


def _in_common(part: Part, other: Part | None) -> int:
    if other is None:
        return 0
    if len(part.members) == len(part.group):
        return len(other.members)
    return len({h.ref for h in part.members} & {h.ref for h in other.members})


def compute_zones(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Zones of a site without any compute host, where other zones have some."""
    sites = model.of(Site)
    for ref, region in model.of(OpenStack).items():
        hosts = [h for part in parts_of(model, region.compute) for h in part.members]
        for site_ref in dict.fromkeys(host.site for host in hosts):
            if site_ref is None or len(sites[site_ref].zone) < 2:
                continue
            filled = {host.zone for host in hosts}
            for label in sites[site_ref].zone:
                zone = Ref(f"{site_ref}.zone.{label}")
                if zone not in filled and filled != {None}:
                    span = spans.at(site_ref, "zone", label)
                    yield zone_without_compute(span, zone, ref, spans.at(ref, "compute"))


def rack_without_zone(span: Span, rack: str, count: int, site: str, host_span: Span) -> Diagnostic:
    """A rack in use outside every zone."""
    hosts = "one host stands" if count == 1 else f"{count:,} hosts stand"
    return Diagnostic(
        RACK_WITHOUT_ZONE,
        span,
        f"`{rack}` is in no zone of `{site}`, but {hosts} in it",
        labels=(Label(host_span, "placed there here"),),
        hint="add the rack to `racks` of one zone",
    )


def rack_in_two_zones(
    span: Span, rack: str, first: str, second: str, first_span: Span
) -> Diagnostic:
    """A rack that two zones claim."""
    return Diagnostic(
        RACK_IN_TWO_ZONES,
        span,
        f"`{rack}` is in `zone.{second}` and in `zone.{first}`",
        labels=(Label(first_span, "first claimed here"),),
        hint="a rack fails with one zone: take it out of the other",
    )


def empty_role(span: Span, role: Role) -> Diagnostic:
    """A role that the layer needs and nobody has."""
    return Diagnostic(
        EMPTY_ROLE,
        span,
        f"`{role.field}` of `{role.layer}` has no hosts",
        hint=f"name at least one host: `{role.field} = hosts.…`",
    )


def host_twice(span: Span, role: Role, host: str, first_span: Span) -> Diagnostic:
    """Hosts that a role names twice."""
    return Diagnostic(
        HOST_TWICE,
        span,
        f"`{host}` is twice in `{role.field}` of `{role.layer}`",
        labels=(Label(first_span, "first named here"),),
        hint="name it once",
    )


def single_gateway(span: Span, region: str, host: str) -> Diagnostic:
    """One gateway for a control plane that is doubled."""
    return Diagnostic(
        SINGLE_GATEWAY,
        span,
        f"tenants of `{region}` lose their way out with `{host}`, its only gateway",
        hint="name two hosts or more in `network`",
    )


def roles_mixed(span: Span, region: str, both: int, total: int, control_span: Span) -> Diagnostic:
    """A control plane that shares hosts with some of the guests."""
    some = f"{both:,} of {total:,} compute hosts of `{region}` also run"
    if both == 1:
        some = f"one of {total:,} compute hosts of `{region}` also runs"
    return Diagnostic(
        ROLES_MIXED,
        span,
        f"{some} its control plane",
        labels=(Label(control_span, "the control plane"),),
        notes=("guests there compete with databases and queues, elsewhere they don't",),
        hint="name in `compute` only hosts that are not in `control`",
    )


def zone_without_compute(span: Span, zone: str, region: str, compute_span: Span) -> Diagnostic:
    """A zone in which no guest can run."""
    return Diagnostic(
        ZONE_WITHOUT_COMPUTE,
        span,
        f"`{zone}` has no compute host of `{region}`",
        labels=(Label(compute_span, "its compute hosts"),),
        hint="place compute hosts in the zone, or take it out of the site",
    )
