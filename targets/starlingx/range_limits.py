"""Checks what StarlingX gives out on a platform network, one range of each family, and the routers beside it."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Network
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ip, Range, Ref
from targets.starlingx.addresses import as_range, beside, gateways, ranges, several
from targets.starlingx.system import System

SIZE = Rule("OIB8036", "platform-subnet-size")
RANGES = Rule("OIB8059", "range-not-for-starlingx")
ROUTER = Rule("OIB8162", "platform-network-without-router")


def given_out_of(
    system: System, spans: Spans, found: tuple[Ref, Network], name: str
) -> Iterator[Diagnostic]:
    """What StarlingX gives out on a network: one range of each family, enough for all, of which nobody else gives any."""
    ref, network = found
    again = several(network)
    if again is not None:
        family = as_range(network.allot[again]).first.version
        yield several_ranges(spans.at(ref, "allot", str(again)), family, ref, system.ref)
        return
    limits = ranges(system, name) or tuple(beside(subnet, None) for subnet in network.subnets)
    for position, (subnet, own) in enumerate(zip(network.subnets, limits, strict=True)):
        least = _needed(system, name)
        count = int(own.last) - int(own.first) + 1
        is_managers = system.layer.is_subcloud and name in ("mgmt", "admin") and count < 3
        if count < least and not is_managers:  # the manager of subclouds asks for three itself
            span = _place(spans, ref, network, subnet, position)
            yield too_few(span, name, count, least, len(system.members), spans.at(system.ref))
            return
        yield from _taken_of(system, spans, ref, network, own)


def _needed(system: System, name: str) -> int:
    """Addresses for all hosts, of which there are two controllers on the admin network, and the floating one."""
    if system.layer.config == "aio_sx":
        return 1
    return (2 if name == "admin" else max(len(system.members), 2)) + 1


def _place(spans: Spans, ref: Ref, network: Network, subnet: Cidr, position: int) -> Span:
    """Where the range of a subnet is stated, or else the subnet."""
    for each, stated in enumerate(network.allot):
        if as_range(stated).first.version == subnet.version:
            return spans.at(ref, "allot", str(each))
    return spans.at(ref, "cidr6" if position else "cidr")


def _taken_of(
    system: System, spans: Spans, ref: Ref, network: Network, limits: Range
) -> Iterator[Diagnostic]:
    for field in ("reserved", "dhcp"):
        for position, each in enumerate(getattr(network, field)):
            yield from _taken(system, spans, ref, (field, str(position)), each, limits)
    for label, pool in network.pool.items():
        for position, each in enumerate(pool.ranges):
            path = ("pool", label, "ranges", str(position))
            yield from _taken(system, spans, ref, path, each, limits)


def _taken(
    system: System, spans: Spans, ref: Ref, path: tuple[str, ...], each: Ip | Range, limits: Range
) -> Iterator[Diagnostic]:
    only = as_range(each)
    if only.first.version == limits.first.version and not (
        int(only.last) < int(limits.first) or int(only.first) > int(limits.last)
    ):
        yield given_out(spans.at(ref, *path), each, limits, ref, system.ref, spans.at(ref, "allot"))


def routers(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Networks with a router in one family alone, and OAM with none: the playbook takes its own default for that."""
    for name in ("oam", "mgmt", "admin"):
        known = system.network(name)
        found, _ = gateways(system, name)
        if known is None:
            continue
        ref, network = known
        # Of a subcloud this is told where its way to the system controller is.
        is_needed = name == "oam" and not system.layer.is_subcloud
        have = {each.version for each in found}
        lacking = [each for each in network.subnets if each.version not in have]
        if lacking and (found or is_needed):
            field = "cidr6" if lacking[0] is network.cidr6 else "cidr"
            there = spans.at(system.ref, "networks", name)
            yield no_router(
                spans.at(ref, field), name, lacking[0], field, there, has_other=bool(found)
            )


def too_few(span: Span, name: str, count: int, least: int, hosts: int, system: Span) -> Diagnostic:
    """Hosts that would find no address left."""
    return Diagnostic(
        SIZE,
        span,
        f"`{name}` has {count} addresses to give out, and {least} are needed",
        labels=(Label(system, f"{hosts} hosts, and the floating address"),),
        hint="take a larger subnet or range",
    )


def several_ranges(span: Span, family: int, network: str, system: str) -> Diagnostic:
    """Ranges that StarlingX can't be told."""
    return Diagnostic(
        RANGES,
        span,
        f"StarlingX gives out one range of IPv{family} addresses of `{network}`, and this is another",
        notes=(f"hosts of `{system}` get their addresses from StarlingX",),
        hint="state one range of each family",
    )


def given_out(
    span: Span, each: Ip | Range, limits: Range, network: str, system: str, allot: Span
) -> Diagnostic:
    """Addresses that StarlingX would give to hosts as well."""
    return Diagnostic(
        RANGES,
        span,
        f"StarlingX gives out {limits.first} to {limits.last} of `{network}`, and so {each} too",
        labels=() if allot == span else (Label(allot, "what it gives out"),),
        notes=(f"hosts of `{system}` get any address of the range",),
        hint="state `allot`, one range without it",
    )


def no_router(
    span: Span, name: str, subnet: Cidr, field: str, there: Span, *, has_other: bool
) -> Diagnostic:
    """A subnet whose router the bootstrap is not told."""
    also = ", and one of the other family" if has_other else ""
    return Diagnostic(
        ROUTER,
        span,
        f"`{name}` has no IPv{subnet.version} router{also}",
        labels=(Label(there, f"the network of `{name}`"),),
        notes=("the bootstrap asks for one router of each subnet that it is told of",),
        hint=f"state `{'gateway6' if field == 'cidr6' else 'gateway'}`",
    )


__all__ = ["RANGES", "ROUTER", "SIZE", "given_out_of", "routers"]
