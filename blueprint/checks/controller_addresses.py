"""Addresses of board management controllers, which blueprints state: in their network, and free.

Addresses of the hosts themselves are held to the same ranges where they are allotted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.checks.address_ranges import address_unusable, held_ranges, range_text, unusable
from blueprint.checks.places import once_a_place
from blueprint.checks.virtual_addresses import virtual_addresses_of
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import descriptions
from blueprint.model import Model, Network
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ip, Ref

CONTROLLER_OUTSIDE = Rule("OIB5020", "controller-address-outside-subnet")
CONTROLLER_TAKEN = Rule("OIB5021", "controller-address-taken")

_FIELD = ("bmc", "address")


def controller_addresses(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Controllers with addresses that the network they are on can't give them."""
    networks = model.of(Network)
    controllers: dict[tuple[Ref, Cidr], dict[Ref, Ip]] = {}
    for group in model.groups.values():
        if not any(spec.bmc.network for spec in descriptions(group)):
            continue
        for host in group.members:
            network = host.spec.bmc.network
            if network is not None and host.bmc_address is not None:
                cidr = networks[network].subnet_of(host.bmc_address)
                controllers.setdefault((network, cidr), {})[host.ref] = host.bmc_address
    for (ref, cidr), stated in controllers.items():
        found = _held_to_subnet(stated, cidr, ref, networks[ref], model, spans)
        yield from once_a_place(found)


def _held_to_subnet(
    stated: Mapping[Ref, Ip], cidr: Cidr, ref: Ref, network: Network, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    first, last = int(cidr.network_address), int(cidr.broadcast_address)
    alike = (h for h in held_ranges(network) if h.range.first.version == cidr.version)
    held = [(int(h.range.first), int(h.range.last), h) for h in alike]
    vips = {v.address: v for v in virtual_addresses_of(model) if v.network == ref}
    owners = {a.number: host for host, a in model.addresses.table(ref, cidr).items()}
    cidr_span = spans.at(ref, network.field_of(cidr.network_address))
    for host, address in stated.items():
        number = int(address)
        if address.version != cidr.version or not first <= number <= last:
            yield controller_outside(spans.at(host, *_FIELD), host, address, ref, cidr, cidr_span)
            continue
        kept = unusable(address, cidr)
        if kept is not None:
            yield address_unusable(
                spans.at(host, *_FIELD),
                f"the controller of `{host}`",
                address,
                kept,
                cidr,
                cidr_span,
            )
            continue
        taken = next((h for f, t, h in held if f <= number <= t and h.owner != "allot"), None)
        if taken is not None:
            what = f"`{taken.name}` of `{ref}`"
            if taken.owner != "gateway":
                what += f", {range_text(taken.range)}"
            yield controller_taken(
                spans.at(host, *_FIELD), host, address, what, spans.at(ref, *taken.path)
            )
        elif address in vips:
            vip = vips[address]
            what = f"`{vip.layer}`, as a virtual address"
            yield controller_taken(
                spans.at(host, *_FIELD), host, address, what, spans.at(vip.layer, *vip.path)
            )
        elif number in owners:
            owner = owners[number]
            where = spans.at(owner, "address", ref.name)
            yield controller_taken(spans.at(host, *_FIELD), host, address, f"`{owner}`", where)


def controller_outside(
    span: Span, host: str, address: Ip, network: str, cidr: Cidr, cidr_span: Span
) -> Diagnostic:
    """A controller's address that is not in its network."""
    return Diagnostic(
        CONTROLLER_OUTSIDE,
        span,
        f"the controller of `{host}` has {address}, which is not in `{network}`",
        labels=(Label(cidr_span, f"the network is {cidr}"),),
        hint="correct the address, or name the network that it is in",
    )


def controller_taken(
    span: Span, host: str, address: Ip, holder: str, holder_span: Span
) -> Diagnostic:
    """A controller's address that something else has."""
    return Diagnostic(
        CONTROLLER_TAKEN,
        span,
        f"the controller of `{host}` has {address}, which belongs to {holder}",
        labels=(Label(holder_span, "held here"),),
        hint="state an address that nothing else has",
    )
