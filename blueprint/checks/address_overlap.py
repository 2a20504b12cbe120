"""Subnets that share addresses: in one realm, or seen by the same hosts.

Two prefixes either nest or are disjoint, so sorting them by first address (larger first) puts every
prefix behind those that hold it: one pass with a stack finds all overlaps without comparing pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import linked_groups
from blueprint.model import Kubernetes, Model, Network, OpenStack, StarlingX
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ref

ADDRESS_OVERLAP = Rule("OIB5001", "address-overlap")
SEGMENT_OUTSIDE = Rule("OIB5005", "segment-outside-network")
SEGMENT_REPEATED = Rule("OIB5006", "rack-with-two-segments")

#: How many of several subnets are named.
_NAMED = 3


class Subnet(NamedTuple):
    """A prefix: whose, where it is stated, and what a diagnostic calls it if not by its owner."""

    cidr: Cidr
    order: int
    owner: Ref
    path: tuple[str, ...]
    part: str = ""

    @property
    def name(self) -> str:
        """What a diagnostic calls it."""
        return f"{self.owner}.{self.part}" if self.part else str(self.owner)


def address_overlap(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Networks, pods and services whose subnets overlap within a realm, or where one is routed to another."""
    networks = model.of(Network)
    realms: dict[str, list[Subnet]] = {}
    for order, (ref, network) in enumerate(networks.items()):
        realms.setdefault(network.realm, []).extend(subnets_of(ref, network, order))
    clusters = dict(_clusters(model))
    for order, (ref, cluster) in enumerate(clusters.items(), start=len(networks)):
        own = realms.setdefault(cluster.address_realm(ref), [])
        own.extend(pods_and_services(ref, cluster, order))
    reported: set[tuple[str, str]] = set()
    for realm, subnets in realms.items():
        for outer, inside in _by_holder(overlaps(subnets)):
            pairs = [_in_order(each, outer) for each in inside if each.name != outer.name]
            reported.update((first.name, second.name) for first, second in pairs)
            if len(pairs) == 1:
                yield _networks_overlap(spans, *pairs[0], realm)
            elif pairs:
                held = [each for each in inside if each.name != outer.name]
                reason = f"all are in realm `{realm}`, in which every address means one place"
                hint = f"give `{outer.name}` another subnet, or set `realm` where they never meet"
                yield _holds_several(spans, outer, held, reason, hint)
    if len(realms) > 1:
        yield from _joined_realms(model, spans, reported)
        yield from _routed_into_clusters(model, clusters, spans, reported)


def _by_holder(
    found: Iterable[tuple[Subnet, Subnet]],
) -> Iterator[tuple[Subnet, list[Subnet]]]:
    """Subnets that hold others, each with all those that lie right in it."""
    holders: dict[Subnet, list[Subnet]] = {}
    for inner, outer in found:
        holders.setdefault(outer, []).append(inner)
    yield from holders.items()


def _in_order(one: Subnet, other: Subnet) -> tuple[Subnet, Subnet]:
    first, second = sorted((one, other), key=lambda s: (s.order, s.path))
    return first, second


def _clusters(model: Model) -> Iterator[tuple[Ref, Kubernetes | StarlingX]]:
    """The clusters whose addresses are known to meet others: not those that stand somewhere else."""
    yield from model.of(StarlingX).items()
    for ref, cluster in model.of(Kubernetes).items():
        if ref not in model.existing or cluster.realm is not None or cluster.node_hosts:
            yield ref, cluster


def pods_and_services(ref: Ref, cluster: Kubernetes | StarlingX, order: int) -> Iterator[Subnet]:
    """The addresses that a cluster gives its pods and services, and the network made for its nodes."""
    if isinstance(cluster, StarlingX):
        for field in ("pods", "services"):
            for position, cidr in enumerate(getattr(cluster.cluster, field)):
                path: tuple[str, ...] = ("cluster", field, str(position))
                yield Subnet(cidr, order, ref, path, f"cluster.{field}")
        return
    for field in ("pods", "services"):
        for position, cidr in enumerate(getattr(cluster, field)):
            yield Subnet(cidr, order, ref, (field, str(position)), field)
    if cluster.guest_network is not None and not cluster.is_on_hosts:
        path = ("guest_network", "cidr")
        yield Subnet(cluster.guest_network.cidr, order, ref, path, "guest_network")


def _routed_into_clusters(
    model: Model,
    clusters: Mapping[Ref, Kubernetes | StarlingX],
    spans: Spans,
    reported: set[tuple[str, str]],
) -> Iterator[Diagnostic]:
    """Pods, services and guests that can't reach what they are routed to, since it has the same addresses."""
    networks = model.of(Network)
    orders = {ref: order for order, ref in enumerate(networks)}
    for order, (ref, cluster) in enumerate(clusters.items(), start=len(networks)):
        around = {
            near: networks[near] for near in networks_around(cluster, model) if near in networks
        }  # fmt: skip
        subnets = list(pods_and_services(ref, cluster, order))
        for near, network in around.items():
            subnets += subnets_of(near, network, orders[near])
        clashes: dict[Subnet, list[Subnet]] = {}
        for inner, outer in overlaps(subnets):
            first, second = _in_order(inner, outer)
            pair = (first.name, second.name)
            if second.owner != ref or first.name == second.name or pair in reported:
                continue
            reported.add(pair)
            clashes.setdefault(second, []).append(first)
        for second, others in clashes.items():
            first = others[0]
            if len(others) > 1:
                reason = f"nodes of `{ref}` are routed to them, and its pods would never leave them"
                hint = f"give `{second.name}` another subnet"
                yield _holds_several(spans, second, others, reason, hint)
                continue
            reason = f"nodes of `{ref}` are routed to `{first.owner}`, and its pods would never leave them"
            if first.owner == ref:
                reason = f"both are addresses inside `{ref}`"
            yield address_overlaps(
                spans.at(second.owner, *second.path), (second.name, second.cidr),
                (first.name, first.cidr), spans.at(first.owner, *first.path), reason,
                "give one of them another subnet",
            )  # fmt: skip


def networks_around(cluster: Kubernetes | StarlingX, model: Model) -> Iterator[Ref]:
    """The networks that nodes of a cluster are on, or reach through what is below them or above."""
    if isinstance(cluster, StarlingX):
        central = None if cluster.of is None else model.things.get(cluster.of)
        systems = (cluster, central) if isinstance(central, StarlingX) else (cluster,)
        for system in systems:
            yield from (network for _, network in system.platform_networks())
        return
    if cluster.on is None:
        for network in (cluster.node_network, cluster.api.network):
            if network is not None:
                yield network
        return
    region = model.things.get(cluster.on)
    if isinstance(region, OpenStack):
        yield region.api.internal.network
        if region.api.public is not None:
            yield region.api.public.network
        wanted = None if cluster.guest_network is None else cluster.guest_network.external
        for label, external in region.external_network.items():
            if wanted is None or wanted.label == label:
                yield external.network


def subnets_of(ref: Ref, network: Network, order: int) -> Iterator[Subnet]:
    """The subnets of a network: one, or one of each family."""
    for field, cidr in zip(("cidr", "cidr6"), network.subnets, strict=False):
        yield Subnet(cidr, order, ref, (field,))


def _joined_realms(
    model: Model, spans: Spans, reported: set[tuple[str, str]]
) -> Iterator[Diagnostic]:
    """Networks of different realms that overlap and meet on a host, whose routes then clash."""
    networks = model.of(Network)
    orders = {ref: order for order, ref in enumerate(networks)}
    for group, _, links in linked_groups(model):
        carried = {ref for link in links for ref in link.networks}
        if len({networks[ref].realm for ref in carried}) < 2:
            continue
        subnets = [s for r in carried for s in subnets_of(r, networks[r], orders[r])]
        for inner, outer in overlaps(subnets):
            first, second = sorted((inner, outer), key=lambda s: (s.order, s.path))
            if (first.name, second.name) not in reported:
                reported.add((first.name, second.name))
                yield _realms_meet(spans, first, second, group)


def segments(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Segments outside their network, overlapping each other, or two for one rack."""
    for ref, network in model.of(Network).items():
        racks: dict[Ref, str] = {}
        inside: list[Subnet] = []
        for order, (label, segment) in enumerate(network.segment.items()):
            stated = (("cidr", segment.cidr), ("cidr6", segment.cidr6))
            for (field, cidr), whole in zip(stated, network.subnets, strict=False):
                if cidr is None:
                    continue
                path = ("segment", label, field)
                if _holds(whole, cidr):
                    inside.append(Subnet(cidr, order, ref, path))
                else:
                    span, around = spans.at(ref, *path), spans.at(ref, field)
                    yield segment_outside(span, f"segment.{label}", cidr, ref, whole, around)
            other = racks.setdefault(segment.rack, label)
            if other != label:
                first = spans.at(ref, "segment", other, "rack")
                here = spans.at(ref, "segment", label, "rack")
                yield segment_repeated(here, ref, segment.rack, other, label, first)
        for inner, outer in overlaps(inside):
            first_, second = sorted((inner, outer), key=lambda s: (s.order, s.path))
            yield address_overlaps(
                spans.at(ref, *second.path),
                (f"segment.{second.path[1]}", second.cidr),
                (f"segment.{first_.path[1]}", first_.cidr),
                spans.at(ref, *first_.path),
                f"`{ref}` gives each rack a subnet of its own",
                "give each segment its own part of the network",
            )


def overlaps(subnets: Iterable[Subnet]) -> Iterator[tuple[Subnet, Subnet]]:
    """Each subnet that lies in another, with the smallest one that holds it."""

    def place(subnet: Subnet) -> tuple[int, int, int, int]:
        cidr = subnet.cidr
        return (cidr.version, int(cidr.network_address), cidr.prefixlen, subnet.order)

    around: list[Subnet] = []
    for subnet in sorted(subnets, key=place):
        while around and not _holds(around[-1].cidr, subnet.cidr):
            around.pop()
        if around:
            yield subnet, around[-1]
        around.append(subnet)


def _holds(outer: Cidr, inner: Cidr) -> bool:
    return (
        outer.version == inner.version
        and int(outer.network_address) <= int(inner.network_address)
        and int(inner.broadcast_address) <= int(outer.broadcast_address)
    )


def _networks_overlap(spans: Spans, first: Subnet, second: Subnet, realm: str) -> Diagnostic:
    return address_overlaps(
        spans.at(second.owner, *second.path),
        (second.name, second.cidr),
        (first.name, first.cidr),
        spans.at(first.owner, *first.path),
        f"both are in realm `{realm}`, in which every address means one place",
        "give one of them another subnet, or set `realm` where the two never meet",
    )


def _holds_several(
    spans: Spans, outer: Subnet, inside: list[Subnet], reason: str, hint: str
) -> Diagnostic:
    """One subnet that others lie in: it is too large, or in the wrong place."""
    inside = sorted(inside, key=lambda s: (s.order, s.path))
    names = [f"{each.cidr} of `{each.name}`" for each in inside]
    if len(names) > _NAMED:
        names[_NAMED:] = [f"{len(names) - _NAMED} more"]
    first, second = inside[:2]
    return Diagnostic(
        ADDRESS_OVERLAP,
        spans.at(outer.owner, *outer.path),
        f"{outer.cidr} of `{outer.name}` overlaps {', '.join(names[:-1])} and {names[-1]}",
        labels=tuple(
            Label(spans.at(each.owner, *each.path), f"`{each.name}` is here")
            for each in (first, second)
        ),
        notes=(reason,),
        hint=hint,
    )


def _realms_meet(spans: Spans, first: Subnet, second: Subnet, group: Ref) -> Diagnostic:
    return address_overlaps(
        spans.at(second.owner, *second.path),
        (second.name, second.cidr),
        (first.name, first.cidr),
        spans.at(first.owner, *first.path),
        f"they are in different realms, but `{group}` is on both",
        f"give one of them another subnet, or take one off `{group}`",
    )


def address_overlaps(
    span: Span,
    second: tuple[str, Cidr],
    first: tuple[str, Cidr],
    first_span: Span,
    reason: str,
    hint: str,
) -> Diagnostic:
    """Two subnets that share addresses."""
    how = "is also" if first[1] == second[1] else "overlaps"
    whose = "the subnet of " if first[1] == second[1] else f"{first[1]} of "
    return Diagnostic(
        ADDRESS_OVERLAP,
        span,
        f"{second[1]} of `{second[0]}` {how} {whose}`{first[0]}`",
        labels=(Label(first_span, f"`{first[0]}` is here"),),
        notes=(reason,),
        hint=hint,
    )


def segment_outside(
    span: Span, segment: str, cidr: Cidr, network: str, whole: Cidr, whole_span: Span
) -> Diagnostic:
    """A rack's subnet that is not part of its network."""
    return Diagnostic(
        SEGMENT_OUTSIDE,
        span,
        f"{cidr} of `{segment}` is not inside `{network}`",
        labels=(Label(whole_span, f"the network is {whole}"),),
        hint=f"take a part of {whole}, or make the network larger",
    )


def segment_repeated(
    span: Span, network: str, rack: str, first: str, second: str, first_span: Span
) -> Diagnostic:
    """A rack that two segments of a network serve."""
    return Diagnostic(
        SEGMENT_REPEATED,
        span,
        f"`segment.{second}` of `{network}` serves `{rack}`, which `segment.{first}` serves already",
        labels=(Label(first_span, "first served here"),),
        hint="name another rack, or delete one of the segments",
    )
