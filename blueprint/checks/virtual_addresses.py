"""Virtual addresses: in the subnet, free, on one broadcast domain, and with a router identifier of their own."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from blueprint.checks.address_ranges import (
    address_unusable,
    held_ranges,
    range_text,
    unusable,
)
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Kubernetes, Model, Network, OpenStack, StarlingX
from blueprint.model.kubernetes_features import MetalLb
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ip, Range, Ref, labelled

VIP_OUTSIDE = Rule("OIB5010", "virtual-address-outside-subnet")
VIP_TAKEN = Rule("OIB5011", "virtual-address-taken")
VIP_ROUTED = Rule("OIB5012", "virtual-address-on-segments")
VRID_REPEATED = Rule("OIB5013", "router-identifier-repeated")
VIP_REPEATED = Rule("OIB5014", "virtual-address-repeated")


class VirtualAddress(NamedTuple):
    """An address that moves between hosts: whose, where it is stated, and on what network it is.

    `balancer` is the Kubernetes cluster whose load balancer gives it out, if one does.
    """

    layer: Ref
    path: tuple[str, ...]
    network: Ref
    address: Ip
    balancer: Ref | None = None

    @property
    def name(self) -> str:
        """The attribute that states it, as messages show it."""
        return f"`{next(part for part in reversed(self.path) if not part.isdigit())}`"

    @property
    def network_path(self) -> tuple[str, ...]:
        """The field of the layer that names the network."""
        if self.path[0] == "oam":
            return ("networks", "oam")
        return (*self.path[:-1], "network")


def virtual_addresses_of(model: Model) -> Iterator[VirtualAddress]:
    """Every virtual address of the blueprint."""
    for ref, region in model.of(OpenStack).items():
        for side, endpoint in (("internal", region.api.internal), ("public", region.api.public)):
            if endpoint is not None and not _is_of_system(model, region, endpoint.vip):
                path = ("api", side, "vip")
                yield VirtualAddress(ref, path, endpoint.network, endpoint.vip, region.on)
    for ref, cluster in model.of(Kubernetes).items():
        network = cluster.api.network or cluster.node_network
        if cluster.api.vip is not None and network is not None and cluster.is_on_hosts:
            yield VirtualAddress(ref, ("api", "vip"), network, cluster.api.vip)
        for label, gateway in cluster.gateway.items():
            if gateway.address is not None and not _is_shared(model, ref, label, gateway.address):
                path = ("gateway", label, "address")
                yield VirtualAddress(ref, path, gateway.network, gateway.address, ref)
    for ref, system in model.of(StarlingX).items():
        for field in ("floating", "node0", "node1"):
            for position, address in enumerate(getattr(system.oam, field)):
                path = ("oam", field, str(position))
                yield VirtualAddress(ref, path, system.networks.oam, address)


def _is_of_system(model: Model, region: OpenStack, address: Ip) -> bool:
    """Whether the address of a region is that of the StarlingX system below it."""
    system = None if region.on is None else model.things.get(region.on)
    return isinstance(system, StarlingX) and address in system.oam.floating


def _is_shared(model: Model, cluster: Ref, gateway: str, address: Ip) -> bool:
    """Whether the address of a gateway is that of the region whose APIs are behind it."""
    for region in model.of(OpenStack).values():
        chosen = region.openstack_helm.gateway
        is_behind = chosen is None or chosen.label == gateway
        public = region.api.public or region.api.internal
        if region.on == cluster and is_behind and public.vip == address:
            return True
    return False


def given_by(model: Model, vip: VirtualAddress) -> AbstractSet[Ref]:
    """The pools of networks that the load balancer in front of an address gives out.

    Where a cluster has none yet, which is a fault of its own (OIB5813), all that are meant for one.
    """
    cluster = None if vip.balancer is None else model.things.get(vip.balancer)
    if not isinstance(cluster, Kubernetes):
        return frozenset()
    if cluster.load_balancer is None:
        pools = model.at(vip.network, Network).pool.items()
        meant = (label for label, pool in pools if pool.managed_by == "metallb")
        return frozenset(labelled(vip.network, "pool", label) for label in meant)
    if cluster.load_balancer.choice == "octavia":
        return frozenset()
    return frozenset(cluster.load_balancer.pools)


def _is_announced_by_routing(model: Model, vip: VirtualAddress) -> bool:
    """Whether routers are told where the address is, so that its holders need no network in common."""
    cluster = None if vip.balancer is None else model.things.get(vip.balancer)
    balancer = cluster.load_balancer if isinstance(cluster, Kubernetes) else None
    return isinstance(balancer, MetalLb) and balancer.mode == "bgp"


def virtual_addresses(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Virtual addresses that their networks can't give."""
    networks = model.of(Network)
    seen: dict[tuple[str, Ip], VirtualAddress] = {}
    for vip in virtual_addresses_of(model):
        network = networks[vip.network]
        cidr = network.subnet_of(vip.address)
        kept = "" if vip.address not in cidr else unusable(vip.address, cidr)
        if kept is not None:  # places are looked up where something is wrong: fleets have thousands
            span = spans.at(vip.layer, *vip.path)
            cidr_span = spans.at(vip.network, network.field_of(vip.address))
            if kept:
                yield address_unusable(span, vip.name, vip.address, kept, cidr, cidr_span)
            else:
                yield vip_outside(span, vip.address, vip.network, cidr, cidr_span)
                continue
        if network.segment and not _is_announced_by_routing(model, vip):
            first = next(iter(network.segment))
            segment_span = spans.at(vip.network, "segment", first)
            where = spans.at(vip.layer, *vip.network_path)
            yield vip_routed(where, vip.network, vip.address, segment_span)
        other = seen.setdefault((network.realm, vip.address), vip)
        # Networks that share an address overlap: that is told of them (OIB5001).
        if other.network == vip.network and other.layer != vip.layer:
            span = spans.at(vip.layer, *vip.path)
            yield vip_repeated(span, vip, other, spans.at(other.layer, *other.path))
        yield from _taken(vip, network, given_by(model, vip), spans)


def _taken(
    vip: VirtualAddress, network: Network, given: AbstractSet[Ref], spans: Spans
) -> Iterator[Diagnostic]:
    wanted = Range(vip.address, vip.address)
    for held in held_ranges(network):
        is_alike = held.range.first.version == vip.address.version
        pool = labelled(vip.network, "pool", held.path[1]) if held.path[0] == "pool" else None
        if held.owner == "allot" or pool in given:
            continue
        if is_alike and held.range.overlaps(wanted):
            what = f"`{held.name}` of `{vip.network}`"
            text = what if held.owner == "gateway" else f"{what}, {range_text(held.range)}"
            where = spans.at(vip.network, *held.path)
            yield vip_taken(spans.at(vip.layer, *vip.path), vip, text, where, held.owner)
            return


def router_identifiers(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions whose load balancers share a VRRP router identifier on one network."""
    seen: dict[tuple[Ref, int], Ref] = {}
    regions = model.of(OpenStack)
    # What stands already keeps its identifier, so it is asked first.
    for ref in sorted(regions, key=lambda ref: ref not in model.existing):
        region = regions[ref]
        if region.on is not None:
            continue  # a load balancer of the cluster holds the address, without VRRP
        network = region.api.internal.network
        other = seen.setdefault((network, region.api.vrid), ref)
        if other != ref and ref not in model.existing:
            yield vrid_repeated(
                spans.at(ref, "api", "vrid"),
                ref,
                region.api.vrid,
                other,
                network,
                spans.at(other, "api", "vrid"),
            )


def vip_outside(span: Span, address: Ip, network: str, cidr: Cidr, cidr_span: Span) -> Diagnostic:
    """A virtual address that is not in its network."""
    return Diagnostic(
        VIP_OUTSIDE,
        span,
        f"{address} is not in `{network}`",
        labels=(Label(cidr_span, f"the network is {cidr}"),),
        hint=f"take a free address of {cidr}, or name the network that {address} is in",
    )


def vip_taken(
    span: Span, vip: VirtualAddress, holder: str, holder_span: Span, owner: str
) -> Diagnostic:
    """A virtual address that something else has."""
    hint = "take an address that nothing else has"
    if owner.startswith("pool.") and vip.balancer is not None:
        hint += (
            f", or add `{vip.network}.{owner}` to the `pools` of `{vip.balancer}`'s load balancer"
        )
    if owner == "reserved":
        hint = "take it out of `reserved`: virtual addresses are never given to hosts anyway"
    return Diagnostic(
        VIP_TAKEN,
        span,
        f"{vip.address} belongs to {holder}",
        labels=(Label(holder_span, "held here"),),
        hint=hint,
    )


def vip_routed(span: Span, network: str, address: Ip, segment_span: Span) -> Diagnostic:
    """A virtual address on a network whose racks don't share a broadcast domain."""
    return Diagnostic(
        VIP_ROUTED,
        span,
        f"{address} can't move between the hosts of `{network}`, which has a subnet for each rack",
        labels=(Label(segment_span, "first of the routed subnets"),),
        notes=("the address is announced by ARP, which ends at the router of the rack",),
        hint="put the API on a network without `segment`, shared by all hosts that hold the address",
    )


def vip_repeated(
    span: Span, vip: VirtualAddress, other: VirtualAddress, other_span: Span
) -> Diagnostic:
    """A virtual address that two layers claim."""
    return Diagnostic(
        VIP_REPEATED,
        span,
        f"{vip.address} is the virtual address of `{other.layer}` too",
        labels=(Label(other_span, f"`{other.layer}` claims it here"),),
        hint="give each of them an address of its own",
    )


def vrid_repeated(
    span: Span, layer: str, vrid: int, other: str, network: str, other_span: Span
) -> Diagnostic:
    """Two layers that use one VRRP router identifier on one broadcast domain."""
    return Diagnostic(
        VRID_REPEATED,
        span,
        f"`{layer}` and `{other}` both use VRRP router identifier {vrid} on `{network}`",
        labels=(Label(other_span, f"`{other}` uses it here"),),
        notes=("their load balancers would take the addresses of each other",),
        hint=f"set `vrid` in `api` of `{layer}` to a number that nobody else uses on the network",
    )
