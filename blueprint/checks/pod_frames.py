"""Frames of pods: the overlay between nodes, over the overlay between guests, over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.checks.mtu import GUEST_MINIMUM, IPV6_EXTRA, OVERHEAD
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Kubernetes, Model, Network, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

POD_FRAMES = Rule("OIB5774", "pod-frames-too-large")
TOO_SMALL = Rule("OIB5775", "pod-frames-too-small")

#: Bytes that a network plug-in's encapsulation takes over IPv4 (the plug-ins' own guides to MTU).
ENCAPSULATION: Mapping[str, int] = {
    "vxlan": 50, "vxlan_cross_subnet": 50, "geneve": 50, "ipip": 20, "ipip_cross_subnet": 20, "none": 0,
}  # fmt: skip

#: Bytes that WireGuard takes over IPv4; Calico sends packets by it or by the overlay, never by both.
WIREGUARD = 60


def pod_frames(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Frames of pods or guests that what is below doesn't pass."""
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        node = _of_nodes(cluster, model, spans)
        if node is None:
            continue
        mtu, where, whole = node
        guests = cluster.guest_network
        if guests is not None and guests.mtu is not None and cluster.on is not None:
            if guests.mtu > mtu:
                span = spans.at(ref, "guest_network", "mtu")
                yield frames_too_large(span, f"guests of `{ref}`", guests.mtu, mtu, whole, where)
                continue
            mtu, where, whole = (
                guests.mtu,
                spans.at(ref, "guest_network", "mtu"),
                "the guests' frames",
            )
        is_ipv6 = cluster.node_network is not None and _is_ipv6(cluster.node_network, model)
        takes = ENCAPSULATION[cluster.cni.encapsulation]
        by: str = cluster.cni.encapsulation
        if cluster.cni.encryption == "wireguard" and takes < WIREGUARD:
            takes, by = WIREGUARD, "wireguard"
        takes += IPV6_EXTRA if takes and is_ipv6 else 0
        left = mtu - takes
        stated = cluster.cni.mtu
        notes = f"{mtu} of {whole}, less {takes} that `{by}` takes"
        if stated is not None and stated > left:
            span = spans.at(ref, "cni", "mtu")
            yield frames_too_large(span, f"pods of `{ref}`", stated, left, notes, where)
        elif (stated or left) < GUEST_MINIMUM:
            yield frames_too_small(spans.at(ref, "cni"), ref, stated or left, notes, where)


def _of_nodes(cluster: Kubernetes, model: Model, spans: Spans) -> tuple[int, Span, str] | None:
    """Bytes that pass between nodes, where that is said, and in words."""
    networks = model.of(Network)
    if cluster.on is None:
        network = cluster.node_network or cluster.api.network
        if network is None or network not in networks:
            return None
        return networks[network].mtu, spans.at(network, "mtu"), f"`{network}`"
    region = model.things.get(cluster.on)
    if not isinstance(region, OpenStack):
        return None
    tenant = region.networks.tenant or region.api.internal.network
    overlay = region.neutron.overlay or ("geneve" if region.neutron.plugin == "ovn" else "vxlan")
    network_ = networks[tenant]
    overhead = OVERHEAD[overlay] + (IPV6_EXTRA if network_.cidr.version == 6 else 0)
    whole = f"`{tenant}` ({network_.mtu}) less {overhead} of {overlay}"
    return network_.mtu - overhead, spans.at(tenant, "mtu"), whole


def _is_ipv6(network: Ref, model: Model) -> bool:
    found = model.things.get(network)
    return isinstance(found, Network) and found.cidr.version == 6


def frames_too_large(
    span: Span, who: str, mtu: int, left: int, how: str, below_span: Span
) -> Diagnostic:
    """Frames that the encapsulations below leave no room for."""
    return Diagnostic(
        POD_FRAMES,
        span,
        f"{who} would send frames of {mtu}, and {left} pass",
        labels=(Label(below_span, "the frames below"),),
        notes=(how,),
        hint=f"set `mtu = {left}` or less, or leave it out",
    )


def frames_too_small(span: Span, ref: str, mtu: int, how: str, below_span: Span) -> Diagnostic:
    """Encapsulations that leave too little."""
    return Diagnostic(
        TOO_SMALL,
        span,
        f"pods of `{ref}` are left {mtu} bytes, and IPv6 works from {GUEST_MINIMUM}",
        labels=(Label(below_span, "the frames below"),),
        notes=(how,),
        hint="raise the MTU below, or choose an encapsulation that takes less",
    )
