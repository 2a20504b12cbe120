"""Addresses that Neutron gives out on an infrastructure's network: inside it, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from blueprint.checks.address_ranges import as_range, held_ranges, is_inside, range_text, shared
from blueprint.checks.virtual_addresses import virtual_addresses_of
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import carries, linked_groups
from blueprint.model import Model, Network, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Range, Ref

POOL_OUTSIDE = Rule("OIB5024", "floating-pool-outside-subnet")
POOL_TAKEN = Rule("OIB5025", "floating-pool-taken")
POOL_MISSING = Rule("OIB5026", "floating-pool-missing")
HOSTS_ON_FLOATING = Rule("OIB5027", "hosts-on-network-of-neutron")


class _Pool(NamedTuple):
    region: Ref
    label: str
    path: tuple[str, ...]
    range: Range


def floating_pools(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Pools of external and provider networks that don't fit the network that they are taken from."""
    networks, inspected = model.of(Network), _inspected(model)
    pools: dict[Ref, list[_Pool]] = {}
    unlimited: dict[Ref, tuple[Ref, str, str]] = {}
    for ref, region in model.of(OpenStack).items():
        for kind, label, given in region.neutron_networks():
            network, named = networks[given.network], f"{kind}.{label}"
            inside = pools.setdefault(given.network, [])
            for position, each in enumerate(map(as_range, given.pool)):
                path = (kind, label, "pool", str(position))
                cidr = network.subnet_of(each.first)
                if is_inside(each, cidr):
                    inside.append(_Pool(ref, named, path, each))
                else:
                    cidr_span = spans.at(given.network, network.field_of(each.first))
                    yield pool_outside(
                        spans.at(ref, *path), named, each, given.network, cidr, cidr_span
                    )
            owners = (pool.managed_by for pool in network.pool.values())
            is_said = network.dhcp and given.network in inspected
            if not given.pool and "neutron" not in owners and not is_said:
                unlimited.setdefault(given.network, (ref, kind, label))
    for taken_from, listed in pools.items():
        is_said = taken_from in inspected
        yield from _taken(taken_from, networks[taken_from], listed, model, spans, is_said=is_said)
    if unlimited:
        yield from _shared_with_hosts(unlimited, model, spans)


def _inspected(model: Model) -> frozenset[Ref]:
    """Networks with a DHCP server of Ironic's beside Neutron's, which `two-dhcp-servers` is about."""
    return frozenset(
        region.ironic.inspection
        for region in model.of(OpenStack).values()
        if region.ironic is not None and region.ironic.inspection and "ironic" in region.services
    )


def _taken(
    ref: Ref, network: Network, pools: list[_Pool], model: Model, spans: Spans, *, is_said: bool
) -> Iterator[Diagnostic]:
    holders = [
        (held.range, f"`{held.name}` of `{ref}`", spans.at(ref, *held.path))
        for held in held_ranges(network)
        if not (held.path[0] == "pool" and network.pool[held.path[1]].managed_by == "neutron")
        and not (held.path[0] == "dhcp" and is_said)
    ]
    for vip in virtual_addresses_of(model):
        if vip.network == ref:
            own = Range(vip.address, vip.address)
            what = f"the virtual address of `{vip.layer}`"
            holders.append((own, what, spans.at(vip.layer, *vip.path)))
    for position, pool in enumerate(pools):
        span = spans.at(pool.region, *pool.path)
        version = pool.range.first.version
        alike = ((r, w, s) for r, w, s in holders if r.first.version == version)
        clash = next(((r, w, s) for r, w, s in alike if r.overlaps(pool.range)), None)
        if clash is not None:
            held, what, where = clash
            yield pool_taken(span, pool.label, shared(pool.range, held), what, where)
            continue
        first, last = int(pool.range.first), int(pool.range.last)
        table = model.addresses.table(ref, network.subnet_of(pool.range.first))
        host = next((h for h, a in table.items() if first <= a.number <= last), None)
        if host is not None:
            address = table[host].address
            one = Range(address, address)
            yield pool_taken(
                span, pool.label, one, f"`{host}`", spans.at(host, "address", ref.name)
            )
            continue
        before = (p for p in pools[:position] if p.range.first.version == version)
        earlier = (p for p in before if p.range.overlaps(pool.range))
        other = next((p for p in earlier if (p.region, p.label) != (pool.region, pool.label)), None)
        if other is not None:
            what = f"`{other.label}` of `{other.region}`"
            where = spans.at(other.region, *other.path)
            yield pool_taken(span, pool.label, shared(pool.range, other.range), what, where)


def _shared_with_hosts(
    unlimited: dict[Ref, tuple[Ref, str, str]], model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    for group, _, links in linked_groups(model):
        for link in links:
            for ref in link.networks:
                if ref in unlimited:
                    region, kind, label = unlimited.pop(ref)
                    span, where = (
                        spans.at(region, kind, label, "network"),
                        spans.at(group, *link.field),
                    )
                    yield pool_missing(span, f"{kind}.{label}", ref, group, where)


def hosts_on_floating(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts on networks whose addresses Neutron gives out, so that they get none there."""
    networks = model.of(Network)
    reported: set[tuple[Ref, Ref]] = set()
    for group, _, links in linked_groups(model):
        for link in links:
            for ref in link.networks:
                if networks[ref].managed_by == "neutron" and (group, ref) not in reported:
                    reported.add((group, ref))
                    span = spans.at(group, *carries(link, ref))
                    yield host_on_floating(span, group, ref, spans.at(ref, "managed_by"))


def host_on_floating(span: Span, group: str, network: str, managed_span: Span) -> Diagnostic:
    """Hosts that would have an interface without an address."""
    return Diagnostic(
        HOSTS_ON_FLOATING,
        span,
        f"`{group}` gets no address on `{network}`, whose addresses Neutron gives out",
        labels=(Label(managed_span, "stated here"),),
        hint=f"take `{network}` off the hosts, or take `managed_by` out of it and give Neutron a `pool`",
    )


def pool_outside(
    span: Span, label: str, pool: Range, network: str, cidr: Cidr, cidr_span: Span
) -> Diagnostic:
    """A pool with addresses that are not in its network."""
    return Diagnostic(
        POOL_OUTSIDE,
        span,
        f"`pool` of `{label}` holds {range_text(pool)}, outside `{network}`",
        labels=(Label(cidr_span, f"the network is {cidr}"),),
        hint=f"take addresses of {cidr}",
    )


def pool_taken(span: Span, label: str, both: Range, holder: str, holder_span: Span) -> Diagnostic:
    """Addresses that Neutron and something else give out."""
    verb = "belongs" if both.first == both.last else "belong"
    return Diagnostic(
        POOL_TAKEN,
        span,
        f"{range_text(both)} in `pool` of `{label}` {verb} to {holder}",
        labels=(Label(holder_span, "held here"),),
        hint="leave to Neutron only addresses that nothing else has",
    )


def pool_missing(span: Span, label: str, network: str, group: str, group_span: Span) -> Diagnostic:
    """A network of Neutron's on a subnet with hosts, whose addresses it would give out."""
    return Diagnostic(
        POOL_MISSING,
        span,
        f"`{label}` leaves all of `{network}` to Neutron, but `{group}` has addresses on it",
        labels=(Label(group_span, f"`{group}` is on the network here"),),
        hint="state `pool` with the addresses that Neutron may give out",
    )
