"""What a cluster shows outside: pools of addresses, the gateway in front of a region, who balances services."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Kubernetes, Model, Network, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

GATEWAY_ELSEWHERE = Rule("OIB5730", "gateway-off-public-network")
OTHER_MANAGER = Rule("OIB5731", "pool-of-another-manager")
POOL_SHARED = Rule("OIB5732", "pool-of-two-clusters")
NO_PROXY = Rule("OIB5733", "nobody-balances-services")


def kubernetes_exposure(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Addresses that nothing gives, or that two give."""
    for ref, region in model.of(OpenStack).items():
        if region.on is not None and ref not in model.existing:
            yield from _gateway(ref, region, region.on, model, spans)
    owners: dict[Ref, tuple[Ref, Span]] = {}
    networks = model.of(Network)
    for ref, cluster in model.of(Kubernetes).items():
        balancer = cluster.load_balancer
        pools = () if balancer is None or balancer.choice == "octavia" else balancer.pools
        for position, pool in enumerate(pools):
            span = spans.at(ref, "load_balancer", "pools", position)
            owner, label = pool.around, pool.label
            stated = networks[owner].pool.get(label) if owner in networks else None
            if stated is not None and stated.managed_by != "metallb":
                where = spans.at(owner, "pool", label, "managed_by")
                yield other_manager(span, pool, stated.managed_by, where)
                continue
            first, there = owners.setdefault(pool, (ref, span))
            if first != ref:
                yield pool_shared(span, pool, ref, first, there)
        is_ours = ref not in model.existing
        if is_ours and cluster.kube_proxy == "none" and cluster.cni.choice != "cilium":
            yield nobody_balances(spans.at(ref, "kube_proxy"), spans.at(ref, "cni"))


def _gateway(
    ref: Ref, region: OpenStack, on: Ref, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    """The gateway has the address under which users reach the APIs."""
    cluster = model.things.get(on)
    if not isinstance(cluster, Kubernetes) or not cluster.gateway:
        return
    chosen = region.openstack_helm.gateway
    if chosen is None and len(cluster.gateway) > 1:
        return  # the tool says that one has to be chosen
    label = next(iter(cluster.gateway)) if chosen is None else chosen.label
    gateway = cluster.gateway.get(label)
    if gateway is None:
        return
    side = "internal" if region.api.public is None else "public"
    endpoint = region.api.public or region.api.internal
    there = spans.at(on, "gateway", label)
    if gateway.network != endpoint.network:
        span = spans.at(ref, "api", side, "network")
        yield gateway_elsewhere(
            span, f"`{endpoint.network}`", f"`gateway.{label}`", f"`{gateway.network}`", there
        )
    elif gateway.address is not None and gateway.address != endpoint.vip:
        span = spans.at(ref, "api", side, "vip")
        yield gateway_elsewhere(
            span, str(endpoint.vip), f"`gateway.{label}`", str(gateway.address), there
        )


def gateway_elsewhere(
    span: Span, stated: str, gateway: str, at: str, gateway_span: Span
) -> Diagnostic:
    """APIs at an address that the gateway in front of them hasn't."""
    return Diagnostic(
        GATEWAY_ELSEWHERE,
        span,
        f"users would call the APIs on {stated}, and {gateway} in front of them is on {at}",
        labels=(Label(gateway_span, "the way in"),),
        hint="state the same network for both, and leave `address` of the gateway out",
    )


def other_manager(span: Span, pool: str, manager: str, pool_span: Span) -> Diagnostic:
    """Addresses that somebody else gives out already."""
    return Diagnostic(
        OTHER_MANAGER,
        span,
        f"addresses of `{pool}` are given out by `{manager}`, not by a load balancer",
        labels=(Label(pool_span, f"managed by `{manager}`"),),
        hint="set `managed_by = metallb` in the pool, or list another one",
    )


def pool_shared(span: Span, pool: str, cluster: str, other: str, other_span: Span) -> Diagnostic:
    """One pool for two clusters, which give each address twice."""
    return Diagnostic(
        POOL_SHARED,
        span,
        f"`{cluster}` and `{other}` both give out the addresses of `{pool}`",
        labels=(Label(other_span, f"`{other}` gives them out too"),),
        hint="give each cluster a pool of its own",
    )


def nobody_balances(span: Span, cni_span: Span) -> Diagnostic:
    """Neither kube-proxy nor the network plug-in serves addresses of services."""
    return Diagnostic(
        NO_PROXY,
        span,
        "nothing balances services: without kube-proxy, Cilium does, and this cluster has Calico",
        labels=(Label(cni_span, "the network plug-in"),),
        hint="take `kube_proxy = none` out, or write `cni = cilium`",
    )
