"""Checks a cluster against what Kubespray can do, before anything is written: versions and nodes."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model
from blueprint.model.hardware import is_device_path
from blueprint.model.kubernetes_features import Containerd, CriO
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.kubespray import feature_checks, limits, passthrough, systems
from targets.kubespray.catalog import Catalog, catalog, releases
from targets.kubespray.cluster import Cluster, NodeClass
from targets.kubespray.nodes import etcd_device

#: Minor versions that kubelets may be behind; beyond that they are none of the cluster's, which is said elsewhere.
_SKEW = 3


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a cluster for this tool."""
    cluster = Cluster(layer, model)
    if cluster.stated_release is not None and cluster.stated_release not in releases():
        span = spans.at(layer, "deployer", "release")
        return (limits.unknown_release(span, cluster.stated_release, releases()),)
    subjects = (
        _versions, _engine, _systems, _names, _roles, _addresses, _etcd, *feature_checks.SUBJECTS,
        passthrough.variables,
    )  # fmt: skip
    return tuple(found for subject in subjects for found in subject(cluster, spans))


def _versions(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer, stated = cluster.layer, cluster.stated_release
    span = spans.at(cluster.ref, "version")
    if not cluster.offered(cluster.catalog):
        names = releases() if stated is None else (stated,)
        offers = {f"Kubespray {name}": _span_of(catalog(name), layer.version) for name in names}
        yield limits.version_not_offered(span, layer.version, stated, offers)
        return
    for name, pool in layer.pool.items():
        if pool.version is None or _agrees(pool.version, layer.version, cluster.version):
            continue
        if 0 <= layer.minor[1] - int(pool.version.split(".")[1]) <= _SKEW:
            there = spans.at(cluster.ref, "pool", name, "version")
            yield limits.pool_of_another_version(there, name, pool.version, layer.version, span)


def _agrees(stated: str, cluster: str, full: str) -> bool:
    return stated in (cluster, full) or full.startswith(f"{stated}.")


def _span_of(of: Catalog, wanted: str) -> tuple[str, ...]:
    """The patches of the minor version that is wanted, or the minor versions where there are none."""
    minor = ".".join(wanted.split(".")[:2])
    patches = tuple(v for v in of.kubernetes() if v.startswith(f"{minor}."))
    return patches or tuple(dict.fromkeys(".".join(v.split(".")[:2]) for v in of.kubernetes()))


def _engine(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    engine = cluster.layer.container_engine
    if not isinstance(engine, Containerd | CriO) or engine.version is None:
        return
    is_containerd = isinstance(engine, Containerd)
    known = cluster.catalog.engines("containerd" if is_containerd else "crio")
    if not is_containerd:  # CRI-O's minor version is Kubernetes' own
        minor = ".".join(cluster.version.split(".")[:2])
        known = tuple(v for v in known if v.startswith(f"{minor}."))
    if engine.version not in known:
        span = spans.at(cluster.ref, "container_engine", "version")
        name = "containerd" if is_containerd else "CRI-O"
        shown = known[-12:]
        yield limits.engine_version_not_offered(
            span, name, engine.version, cluster.catalog.release, shown
        )


def _systems(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    known = cluster.catalog.systems
    is_crio = isinstance(cluster.layer.container_engine, CriO)
    refused: dict[str, Ref] = {}
    told: set[str] = set()
    for each in cluster.classes:
        system = each.spec.os
        if system.name in told or system.name == "none":
            continue
        told.add(system.name)
        distribution = systems.distribution_of(system, known)
        span = spans.at(each.group, "os")
        if distribution is None:
            listed, release = systems.names(known), cluster.catalog.release
            yield limits.unsupported_host_system(span, system.name, release, listed, system.like)
        elif is_crio and distribution not in systems.CRI_O:
            refused.setdefault(systems.behaves_as(system), each.group)
    if refused:
        (name, group), *_ = refused.items()
        span, there = spans.at(cluster.ref, "container_engine"), spans.at(group, "os")
        yield limits.engine_not_offered_here(span, name, there, sorted(systems.CRI_O))


def _names(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    taken = {*cluster.catalog.groups, "all", "ungrouped"}
    taken |= {each.inventory_group for each in cluster.classes}
    for host in cluster.hosts:
        if host.name in taken:
            yield limits.host_named_as_group(spans.at(host.ref, "name"), host.name, host.ref)


def _roles(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for each in cluster.classes:
        if len(each.pools) > 1:
            one, other = each.pools[:2]
            span, there = (spans.at(cluster.ref, "pool", name, "hosts") for name in (other, one))
            yield limits.node_in_two_pools(span, _group(cluster, each), one, other, there)
        elif each.pools and each.is_control and not cluster.layer.control.schedulable:
            span = spans.at(cluster.ref, "pool", each.pools[0], "hosts")
            there = spans.at(cluster.ref, "control", "hosts")
            yield limits.control_node_in_pool(span, _group(cluster, each), each.pools[0], there)


def _group(cluster: Cluster, each: NodeClass) -> str:
    """The declaration of a class where all of its hosts are in it, else its first host."""
    whole = len(each.hosts) == len(cluster.model.groups[each.group])
    return str(each.group) if whole else str(each.hosts[0].ref)


def _addresses(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    network = cluster.node_network
    if network is None:
        if cluster.layer.on is None:  # of guests, it is told across layers
            yield limits.no_node_network(spans.at(cluster.ref))
        return
    there = _place(cluster, spans)
    have = {subnet.version for subnet in cluster.network.subnets}
    for position, subnet in enumerate(cluster.layer.pods):
        if subnet.version not in have:
            span = spans.at(cluster.ref, "pods", str(position))
            yield limits.family_not_on_node_network(span, subnet.version, network, there)


def _place(cluster: Cluster, spans: Spans) -> Span:
    parts = cluster.node_network_field.removeprefix(f"{cluster.ref}.").split(".")
    return spans.at(cluster.ref, *parts)


def _etcd(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    disk = cluster.layer.etcd.disk
    if disk is None:
        return
    told: set[Ref] = set()
    for each in cluster.classes:
        hardware = each.spec.hardware
        if not each.is_etcd or hardware in told:
            continue
        told.add(hardware)
        device = etcd_device(cluster, each)
        if device is None:
            span, there = spans.at(cluster.ref, "etcd", "disk"), spans.at(each.group, "hardware")
            yield limits.etcd_disk_without_path(span, disk, hardware, there)
        elif not is_device_path(device):
            span = spans.at(hardware, "disk", disk.name, "paths")
            yield limits.etcd_disk_with_no_device(span, device)
