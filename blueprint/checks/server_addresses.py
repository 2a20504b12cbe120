"""Addresses of name and time servers, which are on the cloud's own networks and must not be given out."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.checks.address_ranges import held_ranges
from blueprint.checks.subnet_index import SubnetIndex
from blueprint.checks.virtual_addresses import virtual_addresses_of
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Model, Network, Site
from blueprint.model.addresses import Origin
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ip, Range, Ref

SERVER_GIVEN_OUT = Rule("OIB5030", "server-address-given-out")


def server_addresses(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Servers whose address a load balancer or a host has, or that DHCP or a pool may give out."""
    networks = model.of(Network)
    virtual = {(vip.network, vip.address): vip for vip in virtual_addresses_of(model)}
    index = SubnetIndex(networks)
    reported: set[tuple[Ref, Ip]] = set()
    for site_ref, site in model.of(Site).items():
        for field in ("dns", "ntp"):
            for position, server in enumerate(getattr(site, field)):
                if isinstance(server, str):
                    continue
                for ref in index.holding(server):
                    network = networks[ref]
                    if (ref, server) in reported or network.site not in (None, site_ref):
                        continue
                    vip = virtual.get((ref, server))
                    if vip is not None:
                        reported.add((ref, server))
                        span = spans.at(vip.layer, *vip.path)
                        yield virtual_as_well(
                            span, server, field, spans.at(site_ref, field, position)
                        )
                        continue
                    holder = _holder(ref, network, server, model, spans)
                    if holder is not None:
                        reported.add((ref, server))
                        span = spans.at(site_ref, field, position)
                        yield server_given_out(span, server, field, ref, *holder)


def _holder(
    ref: Ref, network: Network, server: Ip, model: Model, spans: Spans
) -> tuple[str, Span] | None:
    """Who else gets the address, and where that is said."""
    wanted = Range(server, server)
    for held in held_ranges(network):
        if held.range.first.version != server.version:
            continue
        if held.owner not in ("gateway", "reserved", "allot") and held.range.overlaps(wanted):
            return f"`{held.name}` of `{ref}` gives it out", spans.at(ref, *held.path)
    number = int(server)
    for host, assigned in model.addresses.table(ref, network.subnet_of(server)).items():
        if assigned.number == number and assigned.origin is not Origin.STATED:
            return f"`{host}` has it", spans.at(host)
    return None


def virtual_as_well(span: Span, server: Ip, field: str, server_span: Span) -> Diagnostic:
    """A virtual address that a name or time server has."""
    what = "name server" if field == "dns" else "time server"
    return Diagnostic(
        SERVER_GIVEN_OUT,
        span,
        f"{server} is a {what}, and no load balancer answers for one",
        labels=(Label(server_span, f"the {what}"),),
        hint="take a virtual address that nothing else has",
    )


def server_given_out(
    span: Span, server: Ip, field: str, network: str, holder: str, holder_span: Span
) -> Diagnostic:
    """A server with an address that something else gets."""
    what = "name server" if field == "dns" else "time server"
    return Diagnostic(
        SERVER_GIVEN_OUT,
        span,
        f"{server} is a {what}, and {holder}",
        labels=(Label(holder_span, "the other claim"),),
        hint=f"add {server} to `reserved` of `{network}`",
    )
