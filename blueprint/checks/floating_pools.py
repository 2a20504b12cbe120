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
    """Pools of external networks that don't fit the network that they are taken from."""
    networks = model.of(Network)
    pools: dict[Ref, list[_Pool]] = {}
    unlimited: dict[Ref, tuple[Ref, str]] = {}
    for ref, region in model.of(OpenStack).items():
        for label, external in region.external_network.items():
            network = networks[external.network]
            inside = pools.setdefault(external.network, [])
            for position, each in enumerate(map(as_range, external.pool)):
                path = ("external_network", label, "pool", str(position))
                cidr = network.subnet_of(each.first)
                if is_inside(each, cidr):
                    inside.append(_Pool(ref, label, path, each))
                else:
                    cidr_span = spans.at(external.network, network.field_of(each.first))
                    yield pool_outside(
                        spans.at(ref, *path), label, each, external.network, cidr, cidr_span
                    )
            given = (pool.managed_by for pool in network.pool.values())
            if not external.pool and "neutron" not in given:
                unlimited.setdefault(external.network, (ref, label))
    for taken_from, listed in pools.items():
        yield from _taken(taken_from, networks[taken_from], listed, model, spans)
    if unlimited:
        yield from _shared_with_hosts(unlimited, model, spans)


def _taken(
    ref: Ref, network: Network, pools: list[_Pool], model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    holders = [
        (held.range, f"`{held.name}` of `{ref}`", spans.at(ref, *held.path))
        for held in held_ranges(network)
        if not (held.path[0] == "pool" and network.pool[held.path[1]].managed_by == "neutron")
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
            what = f"`external_network.{other.label}` of `{other.region}`"
            where = spans.at(other.region, *other.path)
            yield pool_taken(span, pool.label, shared(pool.range, other.range), what, where)


def _shared_with_hosts(
    unlimited: dict[Ref, tuple[Ref, str]], model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    for group, _, links in linked_groups(model):
        for link in links:
            for ref in link.networks:
                if ref in unlimited:
                    region, label = unlimited.pop(ref)
                    span = spans.at(region, "external_network", label, "network")
                    yield pool_missing(span, label, ref, group, spans.at(group, *link.field))


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
        f"`pool` of `external_network.{label}` holds {range_text(pool)}, outside `{network}`",
        labels=(Label(cidr_span, f"the network is {cidr}"),),
        hint=f"take addresses of {cidr}",
    )


def pool_taken(span: Span, label: str, both: Range, holder: str, holder_span: Span) -> Diagnostic:
    """Addresses that Neutron and something else give out."""
    verb = "belongs" if both.first == both.last else "belong"
    return Diagnostic(
        POOL_TAKEN,
        span,
        f"{range_text(both)} in `pool` of `external_network.{label}` {verb} to {holder}",
        labels=(Label(holder_span, "held here"),),
        hint="leave to Neutron only addresses that nothing else has",
    )


def pool_missing(span: Span, label: str, network: str, group: str, group_span: Span) -> Diagnostic:
    """An external network on a subnet with hosts, where Neutron would give out their addresses."""
    return Diagnostic(
        POOL_MISSING,
        span,
        f"`external_network.{label}` leaves all of `{network}` to Neutron, "
        f"but `{group}` has addresses on it",
        labels=(Label(group_span, f"`{group}` is on the network here"),),
        hint="state `pool` with the addresses that Neutron may give out",
    )
