"""Subnets that share addresses: in one realm, or seen by the same hosts.

Two prefixes either nest or are disjoint, so sorting them by first address (larger first) puts every
prefix behind those that hold it: one pass with a stack finds all overlaps without comparing pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import linked_groups
from blueprint.model import Model, Network
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ref

ADDRESS_OVERLAP = Rule("OIB5001", "address-overlap")
SEGMENT_OUTSIDE = Rule("OIB5005", "segment-outside-network")
SEGMENT_REPEATED = Rule("OIB5006", "rack-with-two-segments")


class _Subnet(NamedTuple):
    cidr: Cidr
    order: int
    network: Ref
    path: tuple[str, ...]


def address_overlap(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Networks whose subnets overlap within a realm, or on the same hosts."""
    networks = model.of(Network)
    realms: dict[str, list[_Subnet]] = {}
    for order, (ref, network) in enumerate(networks.items()):
        realms.setdefault(network.realm, []).extend(_subnets(ref, network, order))
    reported: set[tuple[Ref, Ref]] = set()
    for realm, subnets in realms.items():
        for inner, outer in _overlaps(subnets):
            first, second = sorted((inner, outer), key=lambda s: s.order)
            if first.network == second.network:
                continue
            reported.add((first.network, second.network))
            yield _networks_overlap(spans, first, second, realm)
    if len(realms) > 1:
        yield from _joined_realms(model, spans, reported)


def _subnets(ref: Ref, network: Network, order: int) -> Iterator[_Subnet]:
    """The subnets of a network: one, or one of each family."""
    for field, cidr in zip(("cidr", "cidr6"), network.subnets, strict=False):
        yield _Subnet(cidr, order, ref, (field,))


def _joined_realms(
    model: Model, spans: Spans, reported: set[tuple[Ref, Ref]]
) -> Iterator[Diagnostic]:
    """Networks of different realms that overlap and meet on a host, whose routes then clash."""
    networks = model.of(Network)
    orders = {ref: order for order, ref in enumerate(networks)}
    for group, _, links in linked_groups(model):
        carried = {ref for link in links for ref in link.networks}
        if len({networks[ref].realm for ref in carried}) < 2:
            continue
        subnets = [s for r in carried for s in _subnets(r, networks[r], orders[r])]
        for inner, outer in _overlaps(subnets):
            first, second = sorted((inner, outer), key=lambda s: s.order)
            if (first.network, second.network) not in reported:
                reported.add((first.network, second.network))
                yield _realms_meet(spans, first, second, group)


def segments(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Segments outside their network, overlapping each other, or two for one rack."""
    for ref, network in model.of(Network).items():
        racks: dict[Ref, str] = {}
        inside: list[_Subnet] = []
        for order, (label, segment) in enumerate(network.segment.items()):
            stated = (("cidr", segment.cidr), ("cidr6", segment.cidr6))
            for (field, cidr), whole in zip(stated, network.subnets, strict=False):
                if cidr is None:
                    continue
                path = ("segment", label, field)
                if _holds(whole, cidr):
                    inside.append(_Subnet(cidr, order, ref, path))
                else:
                    span, around = spans.at(ref, *path), spans.at(ref, field)
                    yield segment_outside(span, f"segment.{label}", cidr, ref, whole, around)
            other = racks.setdefault(segment.rack, label)
            if other != label:
                first = spans.at(ref, "segment", other, "rack")
                here = spans.at(ref, "segment", label, "rack")
                yield segment_repeated(here, ref, segment.rack, other, label, first)
        for inner, outer in _overlaps(inside):
            first_, second = sorted((inner, outer), key=lambda s: s.order)
            yield address_overlaps(
                spans.at(ref, *second.path),
                (f"segment.{second.path[1]}", second.cidr),
                (f"segment.{first_.path[1]}", first_.cidr),
                spans.at(ref, *first_.path),
                f"`{ref}` gives each rack a subnet of its own",
                "give each segment its own part of the network",
            )


def _overlaps(subnets: Iterable[_Subnet]) -> Iterator[tuple[_Subnet, _Subnet]]:
    """Each subnet that lies in another, with the smallest one that holds it."""

    def place(subnet: _Subnet) -> tuple[int, int, int, int]:
        cidr = subnet.cidr
        return (cidr.version, int(cidr.network_address), cidr.prefixlen, subnet.order)

    around: list[_Subnet] = []
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


def _networks_overlap(spans: Spans, first: _Subnet, second: _Subnet, realm: str) -> Diagnostic:
    return address_overlaps(
        spans.at(second.network, *second.path),
        (second.network, second.cidr),
        (first.network, first.cidr),
        spans.at(first.network, *first.path),
        f"both are in realm `{realm}`, in which every address means one place",
        "give one of them another subnet, or set `realm` where the two never meet",
    )


def _realms_meet(spans: Spans, first: _Subnet, second: _Subnet, group: Ref) -> Diagnostic:
    return address_overlaps(
        spans.at(second.network, *second.path),
        (second.network, second.cidr),
        (first.network, first.cidr),
        spans.at(first.network, *first.path),
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
