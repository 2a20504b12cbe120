"""Frame sizes: what a network asks for has to pass every link that carries it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import linked_groups
from blueprint.model import Model, Network, OpenStack, Physnet
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

MTU_OVER_LINK = Rule("OIB5105", "mtu-over-link")
OVERLAY_TOO_SMALL = Rule("OIB5106", "overlay-mtu-too-small")
MTU_OVER_PHYSNET = Rule("OIB5107", "mtu-over-physnet")

#: Bytes that encapsulation takes over IPv4 (Neutron's MTU guide); IPv6 takes 20 more.
OVERHEAD = {"geneve": 58, "vxlan": 50}
IPV6_EXTRA = 20
#: The least that IPv6 asks of a link (RFC 8200), so the least that guests can work with.
GUEST_MINIMUM = 1280


def link_mtu(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Networks and physical networks with larger frames than a link that carries them."""
    networks, physnets = model.of(Network), model.of(Physnet)
    reported: set[tuple[Ref, str]] = set()
    for group, _, links in linked_groups(model):
        for link in links:
            carried = [(ref, networks[ref].mtu) for ref in link.networks]
            led_to = dict.fromkeys((link.physnet, link.functions_physnet))
            carried += [
                (ref, physnets[ref].mtu) for ref in led_to if ref is not None and ref in physnets
            ]
            over = [(ref, mtu) for ref, mtu in carried if mtu > link.mtu]
            if not over or (group, link.name) in reported:
                continue
            reported.add((group, link.name))
            ref, mtu = max(over, key=lambda each: each[1])
            rest = [each for each, _ in over if each != ref]
            span = spans.written(group, *link.field, "mtu") or spans.at(group, *link.field)
            yield mtu_over_link(
                span, ref, mtu, link.name, group, link.mtu, spans.at(ref, "mtu"), rest
            )


def overlay_mtu(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Tenant networks that leave guests smaller frames than IPv6 works with."""
    networks = model.of(Network)
    for ref, region in model.of(OpenStack).items():
        if "neutron" not in region.services:
            continue
        tenant = region.networks.tenant or region.api.internal.network
        overlay = region.neutron.overlay or (
            "geneve" if region.neutron.plugin == "ovn" else "vxlan"
        )
        network = networks[tenant]
        overhead = OVERHEAD[overlay] + (IPV6_EXTRA if network.cidr.version == 6 else 0)
        if network.mtu - overhead < GUEST_MINIMUM:
            stated = ("networks", "tenant")
            where = stated if region.networks.tenant else ("api", "internal", "network")
            yield overlay_too_small(
                spans.at(tenant, "mtu"), tenant, network.mtu, overlay, overhead, ref,
                spans.at(ref, *where),
            )  # fmt: skip


def external_mtu(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """External and provider networks with larger frames than the physical network that carries them."""
    networks, physnets = model.of(Network), model.of(Physnet)
    for ref, region in model.of(OpenStack).items():
        for kind, label, given in region.neutron_networks():
            network, physnet = networks[given.network], physnets[given.physnet]
            if network.mtu > physnet.mtu:
                yield mtu_over_physnet(
                    spans.at(given.network, "mtu"), given.network, network.mtu,
                    given.physnet, physnet.mtu, spans.at(ref, kind, label, "physnet"),
                )  # fmt: skip


def mtu_over_link(
    span: Span,
    network: str,
    mtu: int,
    link: str,
    group: str,
    link_mtu: int,
    network_span: Span,
    rest: Sequence[str],
) -> Diagnostic:
    """A link with smaller frames than what it carries."""
    return Diagnostic(
        MTU_OVER_LINK,
        span,
        f"`{link}` of `{group}` passes frames of {link_mtu}, but `{network}` has {mtu}",
        labels=(Label(network_span, f"`{network}` asks for {mtu} bytes"),),
        notes=tuple(f"frames of `{each}` don't pass either" for each in rest),
        hint=f"set `mtu = {mtu}` on `{link}`, or lower that of `{network}`",
    )


def overlay_too_small(
    span: Span, network: str, mtu: int, overlay: str, overhead: int, region: str, region_span: Span
) -> Diagnostic:
    """An overlay whose encapsulation leaves too little."""
    return Diagnostic(
        OVERLAY_TOO_SMALL,
        span,
        f"`{network}` leaves guests of `{region}` {mtu - overhead} bytes, "
        f"and IPv6 works from {GUEST_MINIMUM}",
        labels=(Label(region_span, "carries the overlay"),),
        notes=(f"{mtu} bytes less {overhead} that {overlay} takes",),
        hint=f"set `mtu` of `{network}` to {GUEST_MINIMUM + overhead} or more",
    )


def mtu_over_physnet(
    span: Span, network: str, mtu: int, physnet: str, physnet_mtu: int, use_span: Span
) -> Diagnostic:
    """An external network whose frames the physical network doesn't pass."""
    return Diagnostic(
        MTU_OVER_PHYSNET,
        span,
        f"`{network}` has frames of {mtu}, but `{physnet}` passes {physnet_mtu}",
        labels=(Label(use_span, "carried by it here"),),
        hint=f"set `mtu = {mtu}` on `{physnet}`, or lower that of `{network}`",
    )
