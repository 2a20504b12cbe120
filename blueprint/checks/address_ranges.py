"""The ranges of a network: inside its subnet, disjoint from each other, and off unusable addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Model, Network
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ip, Range, Ref

RANGE_OUTSIDE = Rule("OIB5002", "range-outside-subnet")
RANGES_OVERLAP = Rule("OIB5003", "ranges-overlap")
UNUSABLE_ADDRESS = Rule("OIB5004", "unusable-address")


class Held(NamedTuple):
    """Addresses of a network that one attribute holds: which, where it stands, what it is called."""

    range: Range
    path: tuple[str, ...]
    name: str
    owner: str


def held_ranges(network: Network) -> Iterator[Held]:
    """Everything that a network's own attributes hold, the gateways as ranges of one address."""
    for field, router in (("gateway", network.gateway), ("gateway6", network.gateway6)):
        if router is not None:
            yield Held(Range(router, router), (field,), field, "gateway")
    for label, segment in network.segment.items():
        for field, router in (("gateway", segment.gateway), ("gateway6", segment.gateway6)):
            if router is not None:
                name = f"segment.{label}.{field}"
                yield Held(Range(router, router), ("segment", label, field), name, "gateway")
    for field in ("reserved", "allot", "dhcp"):
        for position, each in enumerate(getattr(network, field)):
            yield Held(as_range(each), (field, str(position)), field, field)
    for label, pool in network.pool.items():
        for position, each in enumerate(pool.ranges):
            name = f"pool.{label}"
            yield Held(as_range(each), ("pool", label, "ranges", str(position)), name, name)


def as_range(each: Range | Ip) -> Range:
    """A range, or one address as a range of itself."""
    return each if isinstance(each, Range) else Range(each, each)


def is_inside(held: Range, cidr: Cidr) -> bool:
    """Whether all addresses of a range are in a subnet."""
    return (
        held.first.version == cidr.version
        and int(cidr.network_address) <= int(held.first)
        and int(held.last) <= int(cidr.broadcast_address)
    )


def unusable(address: Ip, cidr: Cidr) -> str | None:
    """What a subnet keeps an address for, so that no host can have it; None where one can.

    The first and last address of an IPv4 subnet larger than /31 (RFC 3021 frees both of a /31), and
    the first of an IPv6 subnet larger than /127 (the routers' anycast address, RFC 4291).
    """
    if address not in cidr or cidr.prefixlen >= cidr.max_prefixlen - 1:
        return None
    if address == cidr.network_address:
        return "network address" if cidr.version == 4 else "routers' anycast address"
    if cidr.version == 4 and address == cidr.broadcast_address:
        return "broadcast address"
    return None


def address_ranges(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Ranges and gateways that don't fit the network that states them."""
    for ref, network in model.of(Network).items():
        inside: list[Held] = []
        for held in held_ranges(network):
            home = _home(network, held)
            if home is None:
                continue
            cidr, where = home
            if not is_inside(held.range, cidr):
                span = spans.at(ref, *held.path)
                yield range_outside(span, held, ref, cidr, spans.at(ref, *where))
                continue
            inside.append(held)
            kept = unusable(held.range.first, cidr) if held.owner == "gateway" else None
            if kept is not None:
                span = spans.at(ref, *held.path)
                yield address_unusable(
                    span, f"`{held.name}`", held.range.first, kept, cidr, spans.at(ref, *where)
                )
        yield from _overlapping(ref, inside, spans)


def _home(network: Network, held: Held) -> tuple[Cidr, tuple[str, ...]] | None:
    """The subnet that a range belongs in, and the field that states it.

    None for a second router without a subnet of its family, which is a fault of `address_families`.
    """
    *around, last = held.path
    if last in ("gateway", "gateway6"):
        of = network.segment[around[1]] if around else network
        field = "cidr6" if last == "gateway6" else "cidr"
        cidr = of.cidr6 if field == "cidr6" else of.cidr
        is_there = cidr is not None and (field == "cidr" or network.is_dual)
        return (cidr, (*around, field)) if cidr is not None and is_there else None
    first = held.range.first
    return network.subnet_of(first), (network.field_of(first),)


def _overlapping(ref: Ref, ranges: list[Held], spans: Spans) -> Iterator[Diagnostic]:
    """Ranges of different attributes that share addresses, each once.

    In order of their first addresses, a range can only meet the one that reaches farthest so far.
    """
    farthest: Held | None = None
    for held in sorted(ranges, key=_place):
        if farthest is not None and held.range.first.version != farthest.range.first.version:
            farthest = None
        if farthest is not None and held.range.overlaps(farthest.range):
            owners = {held.owner, farthest.owner}
            if len(owners) == 2 and owners != {"gateway", "reserved"}:
                first, second = sorted((farthest, held), key=lambda h: _written(spans, ref, h))
                if second.owner == "gateway":
                    first, second = second, first
                yield ranges_overlap(
                    spans.at(ref, *second.path), second, first, spans.at(ref, *first.path), ref
                )
        if farthest is None or held.range.last > farthest.range.last:
            farthest = held


def _place(held: Held) -> tuple[int, int, int, tuple[str, ...]]:
    first, last = held.range.first, held.range.last
    return first.version, int(first), int(last), held.path


def _written(spans: Spans, ref: Ref, held: Held) -> tuple[int, tuple[str, ...]]:
    return (spans.at(ref, *held.path).start, held.path)


def range_text(held: Range) -> str:
    """A range as one writes it, a single address alone."""
    return str(held.first) if held.first == held.last else str(held)


def range_outside(span: Span, held: Held, network: str, cidr: Cidr, cidr_span: Span) -> Diagnostic:
    """Addresses of an attribute that are not in the subnet."""
    return Diagnostic(
        RANGE_OUTSIDE,
        span,
        f"`{held.name}` of `{network}` holds {range_text(held.range)}, outside {cidr}",
        labels=(Label(cidr_span, "the subnet is stated here"),),
        hint="correct the addresses or the subnet",
    )


def ranges_overlap(
    span: Span, second: Held, first: Held, first_span: Span, network: str
) -> Diagnostic:
    """Addresses that two attributes of a network hold."""
    return Diagnostic(
        RANGES_OVERLAP,
        span,
        f"`{second.name}` of `{network}` holds {range_text(shared(second.range, first.range))}, "
        f"which `{first.name}` holds already",
        labels=(Label(first_span, f"`{first.name}` is {range_text(first.range)}"),),
        hint=f"take these addresses out of `{second.name}` or out of `{first.name}`",
    )


def shared(one: Range, other: Range) -> Range:
    """The addresses that two overlapping ranges have in common."""
    return Range(max(one.first, other.first), min(one.last, other.last))


def address_unusable(
    span: Span, what: str, address: Ip, kept: str, cidr: Cidr, cidr_span: Span
) -> Diagnostic:
    """An address that its subnet keeps for another purpose."""
    return Diagnostic(
        UNUSABLE_ADDRESS,
        span,
        f"{address} is the {kept} of {cidr}, and {what} can't have it",
        labels=(Label(cidr_span, "the subnet is stated here"),),
        hint=f"take an address between {usable(cidr)}",
    )


def usable(cidr: Cidr) -> str:
    """The first and last address that hosts of a subnet can have, for people."""
    is_small = cidr.prefixlen >= cidr.max_prefixlen - 1
    first = cidr.network_address + (0 if is_small else 1)
    last = cidr.broadcast_address - (1 if cidr.version == 4 and not is_small else 0)
    return f"{first} and {last}"
