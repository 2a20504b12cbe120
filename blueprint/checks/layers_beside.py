"""Layers beside each other on the same hosts, or apart where one needs the other's network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import openstack_roles
from blueprint.model import Ceph, Kubernetes, Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

PODS_ONLY = Rule("OIB5770", "storage-on-pod-network")
SAME_PORT = Rule("OIB5771", "layers-share-port")
TWO_ENGINES = Rule("OIB5772", "two-container-engines")
TWO_CLUSTERS = Rule("OIB5773", "node-of-two-clusters")

#: UDP ports of overlays: Neutron's with Open vSwitch or OVN, and those that network plug-ins take.
_OVERLAYS = {"vxlan": 4789, "geneve": 6081}
_CALICO_PORT, _CILIUM_PORTS = 4789, {"vxlan": 8472, "geneve": 6081}
#: Where etcd answers clients; Kolla-Ansible runs one of its own for these services.
_ETCD_PORT = 2379
_WITH_ETCD = ("zun",)


class _Taken(NamedTuple):
    """A port that both layers would listen on, and the fields that ask for it."""

    port: str
    what: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def layers_beside(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Layers that get in each other's way."""
    for ref, ceph in model.of(Ceph).items():
        if ceph.on is not None and not ceph.host_network:
            yield from _clients_outside(ref, ceph.on, model, spans)
    owners: dict[Ref, tuple[Ref, str]] = {}
    for ref, cluster in model.of(Kubernetes).items():
        nodes = dict(_nodes(cluster, model))
        met = next((host for host in nodes if owners.get(host, (ref, ""))[0] != ref), None)
        if met is not None and not {ref, owners[met][0]} <= model.existing:
            other, there = owners[met]
            span = spans.at(ref, *nodes[met].split("."))
            yield two_clusters(span, met, ref, other, spans.at(other, *there.split(".")))
        owners |= {host: (ref, field) for host, field in nodes.items()}
        for region_ref, region in model.of(OpenStack).items() if nodes else ():
            if not {ref, region_ref} <= model.existing:
                yield from _beside(ref, cluster, nodes, region_ref, region, model, spans)


def _nodes(cluster: Kubernetes, model: Model) -> Iterator[tuple[Ref, str]]:
    """The hosts of a cluster, and the field that names each."""
    for host in model.hosts(cluster.control.hosts):
        yield host.ref, "control.hosts"
    for label, pool in cluster.pool.items():
        for host in model.hosts(pool.hosts):
            yield host.ref, f"pool.{label}.hosts"


def _clients_outside(ref: Ref, on: Ref, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Clients on hosts that are no nodes of the cluster whose pods the storage is."""
    for consumer, region in model.of(OpenStack).items():
        if region.storage == ref and region.on != on:
            span = spans.at(consumer, "storage")
            yield pods_only(span, consumer, ref, on, spans.at(ref, "host_network"))
    for consumer, cluster in model.of(Kubernetes).items():
        for label, each in cluster.storage_class.items():
            if each.ceph == ref and consumer != on:
                span = spans.at(consumer, "storage_class", label, "ceph")
                yield pods_only(span, consumer, ref, on, spans.at(ref, "host_network"))


def _beside(
    ref: Ref,
    cluster: Kubernetes,
    nodes: dict[Ref, str],
    region_ref: Ref,
    region: OpenStack,
    model: Model,
    spans: Spans,
) -> Iterator[Diagnostic]:
    met: dict[str, Ref] = {}
    for role in openstack_roles(region_ref, region):
        host = next((h.ref for h in model.hosts(role.selection) if h.ref in nodes), None)
        if host is not None:
            met.setdefault(role.field, host)
    if not met:
        return
    field, host = next(iter(met.items()))
    if region.on is None and region.kolla_ansible.container_engine == "docker":
        span, there = spans.at(region_ref, field), spans.at(ref, *nodes[host].split("."))
        yield two_engines(span, host, region_ref, ref, cluster.container_engine.choice, there)
        return
    for taken in _ports(cluster, region, met):
        span, there = spans.at(region_ref, *taken.mine), spans.at(ref, *taken.theirs)
        yield same_port(span, taken, host, region_ref, ref, there)


def _ports(cluster: Kubernetes, region: OpenStack, met: dict[str, Ref]) -> Iterator[_Taken]:
    plugin = region.neutron.plugin
    overlay = region.neutron.overlay or ("geneve" if plugin == "ovn" else "vxlan")
    if "neutron" in region.services and {"compute", "network", "control"} & set(met):
        theirs = _overlay_port(cluster)
        if theirs == _OVERLAYS[overlay]:
            port = f"UDP port {theirs}"
            what = f"overlays of {overlay.upper() if overlay == 'vxlan' else 'Geneve'}"
            yield _Taken(port, what, ("neutron", "overlay"), ("cni", "encapsulation"))
    service = next((each for each in _WITH_ETCD if each in region.services), None)
    if region.on is None and service is not None and "control" in met and not cluster.etcd.hosts:
        port = f"TCP port {_ETCD_PORT}"
        yield _Taken(port, f"etcd, which `{service}` needs", ("services",), ("control", "hosts"))


def _overlay_port(cluster: Kubernetes) -> int | None:
    """The UDP port of a cluster's overlay; None where it has none."""
    encapsulation = cluster.cni.encapsulation
    if cluster.cni.choice == "cilium":
        return _CILIUM_PORTS.get(encapsulation)
    if not encapsulation.startswith("vxlan"):
        return None
    stated = cluster.tool.get("kubespray", {}).get("calico_vxlan_port")
    return stated if isinstance(stated, int) else _CALICO_PORT


def pods_only(span: Span, consumer: str, ceph: str, cluster: str, ceph_span: Span) -> Diagnostic:
    """Storage that only pods of one cluster reach."""
    return Diagnostic(
        PODS_ONLY,
        span,
        f"`{consumer}` can't reach `{ceph}`, whose daemons have addresses of pods of `{cluster}`",
        labels=(Label(ceph_span, "without the nodes' own network"),),
        hint=f"set `host_network = true` in `{ceph}`",
    )


def same_port(
    span: Span, taken: _Taken, host: str, region: str, cluster: str, cluster_span: Span
) -> Diagnostic:
    """Two layers that listen on one port of the same hosts."""
    hint = "put them on different hosts"
    if taken.mine == ("neutron", "overlay"):
        hint = "choose another encapsulation for one of them: `encapsulation` in `cni`, or `overlay` in `neutron`"
    return Diagnostic(
        SAME_PORT,
        span,
        f"`{region}` and `{cluster}` both take {taken.port} of `{host}`, for {taken.what}",
        labels=(Label(cluster_span, f"`{cluster}` takes it"),),
        hint=hint,
    )


def two_engines(
    span: Span, host: str, region: str, cluster: str, engine: str, cluster_span: Span
) -> Diagnostic:
    """Docker and another engine on one host, under two tools."""
    name = "CRI-O" if engine == "cri_o" else engine
    return Diagnostic(
        TWO_ENGINES,
        span,
        f"`{host}` would run Docker for `{region}` and {name} for `{cluster}`",
        labels=(Label(cluster_span, f"a node of `{cluster}`"),),
        notes=("each of the two tools installs and configures containerd in its own way",),
        hint="give them different hosts, set `deployer kolla_ansible { container_engine = podman }`, "
        f"or let `{region}` stand on it: `on = {cluster}`",
    )


def two_clusters(span: Span, host: str, cluster: str, other: str, other_span: Span) -> Diagnostic:
    """A host with the kubelets of two clusters."""
    return Diagnostic(
        TWO_CLUSTERS,
        span,
        f"`{host}` would be a node of `{cluster}` and of `{other}`",
        labels=(Label(other_span, f"a node of `{other}`"),),
        hint="a host runs one kubelet: give each cluster hosts of its own",
    )
