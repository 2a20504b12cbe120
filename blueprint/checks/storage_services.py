"""Storage services that need something of a Ceph cluster: a file system for shares, gateways for objects."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.capabilities import has_router
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Ceph, Model, Network, OpenStack, Physnet
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Range, Ref

NO_FILE_SYSTEM = Rule("OIB5313", "no-file-system-for-shares")
NO_OBJECT_STORE = Rule("OIB5314", "no-object-storage")
NO_GATEWAYS = Rule("OIB5316", "no-gateway-hosts")
NO_WAY_TO_SHARES = Rule("OIB5317", "shares-out-of-reach")


def storage_services(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Services whose data has no place in the cluster, or no way to it."""
    for ref, region in model.of(OpenStack).items():
        if ref in model.existing:
            continue
        found = model.things.get(region.storage) if region.storage is not None else None
        if region.storage is not None and found is None:
            continue  # what is wrong with the cluster is told there
        cluster = found if isinstance(found, Ceph) else None
        if "manila" in region.services:
            yield from _shares(ref, region, cluster, spans)
            yield from _ways_to_shares(ref, region, cluster, model, spans)
        if "swift" in region.services and not _serves_swift(cluster):
            yield no_object_store(
                _service(ref, region, "swift", spans), region.storage, _cluster(region, spans)
            )
    for ref, each in model.of(Ceph).items():
        if each.object is not None and not each.rgw:
            yield no_gateways(spans.at(ref, "object"), ref, "object storage", "rgw")


def _shares(
    ref: Ref, region: OpenStack, cluster: Ceph | None, spans: Spans
) -> Iterator[Diagnostic]:
    in_cephfs = [b for b in region.manila.backends if b.startswith("cephfs")]
    if not in_cephfs:
        return
    if cluster is None or cluster.filesystem_for("manila") is None:
        span = _service(ref, region, "manila", spans)
        yield no_file_system(span, region.storage, _cluster(region, spans))
    elif _lacks_gateways(region, cluster):
        position = region.manila.backends.index("cephfs_nfs")
        written = spans.written(ref, "manila", "backends", str(position))
        span = written or spans.at(ref, "manila", "backends")
        yield no_gateways(span, region.storage or ref, "`cephfs_nfs`", "nfs")


def _lacks_gateways(region: OpenStack, cluster: Ceph) -> bool:
    return "cephfs_nfs" in region.manila.backends and not cluster.nfs


def _ways_to_shares(
    ref: Ref, region: OpenStack, cluster: Ceph | None, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    """Shares on a network that guests are neither attached to nor routed to."""
    backend = next(
        (n for n, b in enumerate(region.manila.backends) if b.startswith("cephfs")), None
    )
    if backend is None or cluster is None or cluster.filesystem_for("manila") is None:
        return
    if _lacks_gateways(region, cluster):
        return
    near = cluster.public_network
    network = model.things.get(near) if near is not None else None
    if near is None or not isinstance(network, Network) or has_router(network):
        return
    if any(given.network == near for _, _, given in region.neutron_networks()):
        return
    if network.vlan is not None and any(
        network.vlan in each if isinstance(each, Range) else network.vlan == each
        for physnet in model.of(Physnet).values()
        for each in physnet.vlans
    ):
        return  # a project's administrator can attach guests to it
    field = ("manila", "backends")
    written = spans.written(ref, *field, str(backend)) or spans.written(ref, *field)
    yield no_way_to_shares(
        written or _service(ref, region, "manila", spans),
        region.manila.backends[backend], near, region.storage or ref, spans.at(near),
    )  # fmt: skip


def _serves_swift(cluster: Ceph | None) -> bool:
    return cluster is not None and cluster.object is not None and cluster.object.swift


def _service(ref: Ref, region: OpenStack, service: str, spans: Spans) -> Span:
    position = next(n for n, listed in enumerate(region.services) if listed == service)
    return spans.at(ref, "services", str(position))


def _cluster(region: OpenStack, spans: Spans) -> Span | None:
    return None if region.storage is None else spans.at(region.storage)


def no_file_system(span: Span, cluster: str | None, cluster_span: Span | None) -> Diagnostic:
    """Shares of Manila without a file system to keep them in."""
    where = "the region has no `storage`" if cluster is None else f"`{cluster}` has none for it"
    return Diagnostic(
        NO_FILE_SYSTEM,
        span,
        f"`manila` keeps its shares in a file system of Ceph, and {where}",
        labels=() if cluster_span is None else (Label(cluster_span, "the cluster"),),
        hint="add `filesystem shares { use = manila }` to the cluster"
        if cluster is not None
        else "set `storage = ceph.…`, or `manila { backends = [generic] }`",
    )


def no_object_store(span: Span, cluster: str | None, cluster_span: Span | None) -> Diagnostic:
    """Swift's API without gateways that serve it."""
    where = "the region has no `storage`" if cluster is None else f"`{cluster}` serves none"
    return Diagnostic(
        NO_OBJECT_STORE,
        span,
        f"`swift` is served by the object gateways of a Ceph cluster, and {where}",
        labels=() if cluster_span is None else (Label(cluster_span, "the cluster"),),
        hint="add `object { swift = true }` and `rgw = hosts.…` to the cluster"
        if cluster is not None
        else "set `storage = ceph.…`, or leave the service out",
    )


def no_gateways(span: Span, cluster: str, what: str, field: str) -> Diagnostic:
    """Something that gateways serve, and no hosts for these."""
    return Diagnostic(
        NO_GATEWAYS,
        span,
        f"{what} has no gateways: `{cluster}` names no hosts as `{field}`",
        hint=f"set `{field} = hosts.…` in the cluster",
    )


def no_way_to_shares(
    span: Span, backend: str, network: str, cluster: str, network_span: Span
) -> Diagnostic:
    """Shares that guests mount from hosts on a network that they can't reach."""
    return Diagnostic(
        NO_WAY_TO_SHARES,
        span,
        f"guests mount shares of `{backend}` from `{cluster}` itself, and none can reach `{network}`",
        labels=(Label(network_span, "without a router, and no network of Neutron"),),
        hint=f"set `gateway` of `{network}`, attach guests to it by a `provider_network`, or set "
        "`backends = [generic]`",
    )
