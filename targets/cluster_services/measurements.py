"""Measurements: Prometheus and what it asks, nodes, pods and the control plane, and who is told of alarms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kata import pools_named
from blueprint.model.kubernetes_operation import Monitoring
from blueprint.model.naming import POOL_LABEL
from blueprint.target import Cause
from blueprint.values import Duration
from targets._formats.page import Traced
from targets._kubernetes.resources import quantity
from targets._kubernetes.values import Path, Setting, tree
from targets.cluster_services.services import Services

NAMESPACE = "monitoring"
_EVERYWHERE = [{"operator": "Exists", "effect": "NoSchedule"}]
_SECOND = Duration.units["s"]
_STORES: tuple[Path, ...] = (
    ("prometheus", "prometheusSpec"), ("alertmanager", "alertmanagerSpec"),
)  # fmt: skip
#: By default the store asks and warns of nothing that other charts state.
_OWN_ONLY = tuple(
    f"{kind}SelectorNilUsesHelmValues" for kind in ("serviceMonitor", "podMonitor", "probe", "rule")
)


def values(services: Services) -> dict[str, Any]:
    """Values of kube-prometheus-stack; dashboards, which it would bring too, are another chart's."""
    block = services.cluster.monitoring
    assert block is not None
    why = services.cause("measurements and alarms", "monitoring")
    kept = services.cause("how long measurements are kept", "monitoring", "retention")
    number = services.cause("stores that measure alike", "monitoring", "replicas")
    return tree(
        Setting(("grafana", "enabled"), value=False, cause=why),
        Setting(("prometheus", "prometheusSpec", "retention"), _time(block.retention), kept),
        (
            Setting(("prometheus", "prometheusSpec", name), value=False, cause=why)
            for name in _OWN_ONLY
        ),
        (Setting((*path, "replicas"), block.replicas, number) for path in _STORES),
        _volumes(services, block),
        _places(services, block),
        _alarms(services, block),
        _nodes(services),
        _control_plane(services),
    )


def _time(duration: Duration) -> str:
    """A length of time in the store's words, in the largest unit that fits."""
    seconds = int(duration) // _SECOND
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _volumes(services: Services, block: Monitoring) -> Iterator[Setting]:
    if block.storage is None:
        return
    cause = services.cause("the volume of each store", "monitoring", "storage")
    spec: dict[str, Any] = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": Traced(quantity(block.storage), cause)}},
    }
    if block.storage_class is not None:
        chosen = services.cause("the class of the volumes", "monitoring", "storage_class")
        spec["storageClassName"] = Traced(block.storage_class, chosen)
    claim = {"volumeClaimTemplate": {"spec": spec}}
    yield Setting(("prometheus", "prometheusSpec", "storageSpec"), claim, cause)


def _places(services: Services, block: Monitoring) -> Iterator[Setting]:
    """The pools of the stores, whose taints they bear."""
    if not block.pools:
        return
    cause = services.cause("the pools of the stores", "monitoring", "pools")
    names = pools_named(services.cluster, block.pools)
    expression = {"key": POOL_LABEL, "operator": "In", "values": list(names)}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    place = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    taints = [
        Traced(
            {"key": key, "operator": "Exists", "effect": effect},
            Cause("a taint of a pool", (field,)),
        )
        for (key, effect), field in services.taints.items()
        if any(field.startswith(services.path("pool", name) + ".") for name in names)
    ]
    for path in _STORES:
        yield Setting((*path, "affinity"), place, cause)
        if taints:
            yield Setting((*path, "tolerations"), taints, cause)


def _alarms(services: Services, block: Monitoring) -> Iterator[Setting]:
    if block.alerts_to is None:
        return
    cause = services.cause("who is told of alarms", "monitoring", "alerts_to")
    hook = {"url": block.alerts_to, "send_resolved": True}
    receivers = [{"name": "null"}, {"name": "operator", "webhook_configs": [hook]}]
    yield Setting(("alertmanager", "config", "route", "receiver"), "operator", cause)
    yield Setting(("alertmanager", "config", "receivers"), receivers, cause)


def _nodes(services: Services) -> Iterator[Setting]:
    """Every node is measured, whatever it is kept for."""
    cause = services.cause("every node is measured", "monitoring")
    yield Setting(("prometheus-node-exporter", "tolerations"), _EVERYWHERE, cause)


def _control_plane(services: Services) -> Iterator[Setting]:
    """What of the control plane lets itself be asked, and where etcd is that runs in no pod."""
    cluster = services.cluster
    if cluster.tool_name == "magnum":
        cause = services.cause("Magnum's drivers let nobody ask these parts", "deployer")
        for part in ("kubeControllerManager", "kubeScheduler", "kubeEtcd", "kubeProxy"):
            yield Setting((part, "enabled"), value=False, cause=cause)
        return
    if cluster.kube_proxy == "none":
        cause = services.cause("the network balances services", "kube_proxy")
        yield Setting(("kubeProxy", "enabled"), value=False, cause=cause)
    network = cluster.node_network or cluster.api.network
    if cluster.tool_name != "kubespray" or network is None:
        return
    addresses = [
        Traced(text, Cause("a host of etcd", (f"{host.ref}.address.{network}",)))
        for host in services.model.hosts(cluster.etcd_hosts)
        if (text := services.model.addresses.text(host.ref, network)) is not None
    ]
    field = ("etcd", "hosts") if cluster.etcd.hosts else ("control", "hosts")
    yield Setting(
        ("kubeEtcd", "endpoints"),
        addresses,
        services.cause("etcd runs as a service of its hosts", *field),
    )
