"""Addresses of hosts: stated ones held to the ranges of their networks, each used once, enough for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address

from blueprint.checks.address_ranges import (
    Held,
    address_unusable,
    as_range,
    held_ranges,
    range_text,
    subnets_of,
    unusable,
)
from blueprint.checks.virtual_addresses import virtual_addresses_of
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import descriptions, linked_groups
from blueprint.model import Host, Model, Network
from blueprint.model.addresses import Origin
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ip, Range, Ref

NETWORK_EXHAUSTED = Rule("OIB5008", "network-exhausted")
STATED_OUTSIDE = Rule("OIB5020", "stated-address-outside-subnet")
STATED_TAKEN = Rule("OIB5021", "stated-address-taken")
ADDRESS_REPEATED = Rule("OIB5022", "address-repeated")


def stated_addresses(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Addresses stated for hosts, their controllers' included, that their network can't give them."""
    networks = model.of(Network)
    for ref, table in model.addresses.tables.items():
        stated = {
            host: assigned.number
            for host, assigned in table.items()
            if assigned.origin is Origin.STATED
        }
        if stated and ref in networks:
            path = ("address", ref.name)
            yield from _held_to_ranges(stated, path, ref, networks[ref], spans)
    controllers: dict[Ref, dict[Ref, int]] = {}
    for group in model.groups.values():
        specs = descriptions(group)
        if not any(spec.bmc.network for spec in specs):
            continue
        for host in group.members:
            if host.spec.bmc.network is not None and host.bmc_address is not None:
                numbers = controllers.setdefault(host.spec.bmc.network, {})
                numbers[host.ref] = int(host.bmc_address)
    for ref, numbers in controllers.items():
        if ref in networks:
            yield from _held_to_ranges(numbers, ("bmc", "address"), ref, networks[ref], spans)


def _held_to_ranges(
    numbers: Mapping[Ref, int], path: tuple[str, ...], ref: Ref, network: Network, spans: Spans
) -> Iterator[Diagnostic]:
    version = network.cidr.version
    subnets = [(int(c.network_address), int(c.broadcast_address), c) for c in subnets_of(network)]
    held = [
        h for h in held_ranges(network) if h.owner != "allot" and h.range.first.version == version
    ]
    bounds = [(int(h.range.first), int(h.range.last), h) for h in held]
    for host, number in numbers.items():
        within = next((c for first, last, c in subnets if first <= number <= last), None)
        taken = next((h for first, last, h in bounds if first <= number <= last), None)
        if within is not None and taken is None and unusable(_ip(number, version), within) is None:
            continue
        span = spans.at(host, *path)
        address = _ip(number, version)
        kept = None if within is None else unusable(address, within)
        if within is None:
            yield stated_outside(span, host, address, ref, network.cidr, spans.at(ref, "cidr"))
        elif taken is not None:
            yield stated_taken(span, host, address, ref, taken, spans.at(ref, *taken.path))
        elif kept is not None:
            yield address_unusable(span, host, address, kept, within, spans.at(ref, "cidr"))


def _ip(number: int, version: int) -> Ip:
    return ip_address(number) if version == 4 else ip_address(number.to_bytes(16, "big"))


def repeated_addresses(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Addresses that two hosts have on one network."""
    for ref, table in model.addresses.tables.items():
        numbers = [assigned.number for assigned in table.values()]
        if len(set(numbers)) == len(numbers):
            continue
        owners: dict[int, Ref] = {}
        for host, assigned in table.items():
            other = owners.setdefault(assigned.number, host)
            if other != host:
                yield address_repeated(
                    spans.at(host, "address", ref.name),
                    host,
                    other,
                    _ip(assigned.number, assigned.subnet.version),
                    ref,
                    spans.at(other, "address", ref.name),
                )


def exhausted_networks(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Networks with fewer free addresses than hosts that need one."""
    networks = model.of(Network)
    needing: dict[Ref, list[Host]] = {}
    for group, spec, links in linked_groups(model):
        members = [host for host in model.groups[group].members if host.spec is spec]
        for ref in {ref for link in links for ref in link.networks}:
            needing.setdefault(ref, []).extend(members)
    vips: dict[Ref, list[Ip]] = {}
    for vip in virtual_addresses_of(model):
        vips.setdefault(vip.network, []).append(vip.address)
    for ref, hosts in needing.items():
        network = networks[ref]
        if network.managed_by != "oib":
            continue
        if not network.segment:
            free = free_addresses(network, network.cidr, vips.get(ref, ()))
            if free < len(hosts):
                yield network_exhausted(spans.at(ref, "cidr"), ref, network.cidr, free, len(hosts))
            continue
        in_rack: dict[Ref | None, int] = {}
        for host in hosts:
            in_rack[host.rack] = in_rack.get(host.rack, 0) + 1
        for label, segment in network.segment.items():
            free = free_addresses(network, segment.cidr, vips.get(ref, ()))
            needed = in_rack.get(segment.rack, 0)
            if free < needed:
                span = spans.at(ref, "segment", label, "cidr")
                yield network_exhausted(span, f"{ref}.segment.{label}", segment.cidr, free, needed)


def free_addresses(network: Network, subnet: Cidr, vips: Iterable[Ip]) -> int:
    """How many addresses of a subnet hosts can have."""
    whole = Range(subnet.network_address, subnet.broadcast_address)
    taken = [h.range for h in held_ranges(network) if h.owner != "allot"]
    taken += [Range(vip, vip) for vip in vips]
    if subnet.prefixlen < subnet.max_prefixlen - 1:
        taken.append(Range(whole.first, whole.first))
        if subnet.version == 4:
            taken.append(Range(whole.last, whole.last))
    given = [_clip(as_range(each), whole) for each in network.allot] if network.allot else [whole]
    merged = _merge(each for each in given if each is not None)
    free = sum(each.size for each in merged)
    for part in merged:
        held = (_clip(each, part) for each in taken if each.first.version == subnet.version)
        free -= sum(each.size for each in _merge(each for each in held if each is not None))
    return free


def _clip(each: Range, whole: Range) -> Range | None:
    if each.first.version != whole.first.version or not each.overlaps(whole):
        return None
    return Range(max(each.first, whole.first), min(each.last, whole.last))


def _merge(ranges: Iterable[Range]) -> list[Range]:
    merged: list[Range] = []
    for each in sorted(ranges):
        if merged and each.first <= merged[-1].last:
            merged[-1] = Range(merged[-1].first, max(merged[-1].last, each.last))
        else:
            merged.append(each)
    return merged


def stated_outside(
    span: Span, host: str, address: Ip, network: str, cidr: Cidr, cidr_span: Span
) -> Diagnostic:
    """A stated address that is not in its network."""
    return Diagnostic(
        STATED_OUTSIDE,
        span,
        f"{address} of `{host}` is not in `{network}`",
        labels=(Label(cidr_span, f"the network is {cidr}"),),
        hint="correct the address, or name the network that it is in",
    )


def stated_taken(
    span: Span, host: str, address: Ip, network: str, held: Held, held_span: Span
) -> Diagnostic:
    """A stated address that an attribute of the network holds."""
    return Diagnostic(
        STATED_TAKEN,
        span,
        f"{address} of `{host}` belongs to `{held.name}` of `{network}`",
        labels=(Label(held_span, f"`{held.name}` is {range_text(held.range)}"),),
        hint=f"state another address, or take this one out of `{held.name}`",
    )


def address_repeated(
    span: Span, host: str, other: str, address: Ip, network: str, other_span: Span
) -> Diagnostic:
    """Two hosts with one address."""
    return Diagnostic(
        ADDRESS_REPEATED,
        span,
        f"`{host}` and `{other}` both have {address} on `{network}`",
        labels=(Label(other_span, f"`{other}` has it here"),),
        hint="give one of them another address",
    )


def network_exhausted(span: Span, network: str, cidr: Cidr, free: int, needed: int) -> Diagnostic:
    """A subnet that is too small for the hosts on it."""
    return Diagnostic(
        NETWORK_EXHAUSTED,
        span,
        f"`{network}` has {free:,} free addresses for {needed:,} hosts",
        notes=(f"{cidr} less the gateway, `reserved`, `dhcp`, `pool` and virtual addresses",),
        hint="make the subnet or `allot` larger, or hold back fewer addresses",
    )
