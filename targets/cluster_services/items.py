"""What is installed on a cluster, in the order of its needs: releases of charts, and resources beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from blueprint.target import Cause
from targets._kubernetes.charts import chart
from targets._kubernetes.delivery import Item, Manifests, Release
from targets._kubernetes.gateways import GATEWAY_NAMESPACE
from targets._kubernetes.resources import Resource
from targets.cluster_services import (
    addons,
    attachments,
    certificates,
    encryption,
    gateways,
    graphics,
    image_policy,
    load_balancer,
    logs,
    measurements,
    multus,
    namespaces,
    sriov,
    storage,
)
from targets.cluster_services.services import Services

SYSTEM = "system-namespaces"


def items(services: Services) -> tuple[Item, ...]:
    """Everything for a cluster; namespaces of privileged charts come first."""
    cluster = services.cluster
    found: list[Item] = []
    spaces: dict[str, Cause] = {}

    def release(
        name: str, namespace: str, values: dict[str, Any], cause: Cause, *needs: str
    ) -> None:
        if namespace != "kube-system":
            spaces.setdefault(namespace, cause)
            needs = (SYSTEM, *needs)
        found.append(Release.of(chart(name), namespace, cause, values, needs=needs))

    def beside(name: str, made: Iterable[Resource], cause: Cause, *needs: str) -> None:
        resources = tuple(made)
        if resources:
            found.append(Manifests(name, resources, cause, needs))

    asked = services.cause("an add-on of the cluster", "addons")
    if cluster.namespace:
        cause = services.cause("namespaces of the cluster", "namespace")
        beside("namespaces", namespaces.namespaces(services), cause)
    cause = services.cause("what pods of different nodes say is encrypted", "cni", "encryption")
    beside("pod-encryption", encryption.resources(services), cause)
    if services.has("node_feature_discovery"):
        release(
            "node-feature-discovery", addons.NFD_NAMESPACE, addons.node_features(services), asked
        )
    if services.has("metrics_server"):
        release("metrics-server", addons.METRICS_NAMESPACE, addons.metrics(services), asked)
    if load_balancer.balancer(services) is not None:
        cause = services.cause("the load balancer of services", "load_balancer")
        release("metallb", load_balancer.NAMESPACE, load_balancer.values(services), cause)
        beside("address-pools", load_balancer.resources(services), cause, "metallb")
    if cluster.gateway:
        cause = services.cause("ways in for HTTP", "gateway")
        release("gateway-helm", GATEWAY_NAMESPACE, {}, cause)
        before = [item.name for item in found if item.name in ("gateway-helm", "address-pools")]
        beside("gateways", gateways.resources(services), cause, *before)
    if services.has("cert_manager"):
        before = ["gateway-helm"] if cluster.gateway else []
        release(
            "cert-manager", certificates.NAMESPACE, certificates.values(services), asked, *before
        )
        made = (*certificates.issuers(services), *certificates.certificates(services))
        cause = services.cause("authorities and certificates of gateways", "gateway")
        beside("certificates", made, cause, "cert-manager", *before)
    if services.has("gpu_operator"):
        before = [item.name for item in found if item.name == "node-feature-discovery"]
        release("gpu-operator", graphics.NAMESPACE, graphics.values(services), asked, *before)
    found += _watching(services, spaces)
    found += _secondary(services, spaces)
    found += _storage(services, spaces)
    first = [namespaces.privileged(name, cause) for name, cause in spaces.items()]
    if first:
        everywhere = Cause("namespaces of what configures nodes", (str(services.ref),))
        return (Manifests(SYSTEM, tuple(first), everywhere), *found)
    return tuple(found)


def _watching(services: Services, spaces: dict[str, Cause]) -> Iterator[Item]:
    """What watches the cluster: its images, its processes, its measurements and its logs."""

    def release(name: str, namespace: str, values: dict[str, Any], cause: Cause) -> Release:
        spaces.setdefault(namespace, cause)
        return Release.of(chart(name), namespace, cause, values, needs=(SYSTEM,))

    cluster = services.cluster
    asked = services.cause("an add-on of the cluster", "addons")
    if cluster.security.image_policy is not None:
        cause = services.cause("images that pods may have", "security", "image_policy")
        values = image_policy.values(services)
        yield release("policy-controller", image_policy.NAMESPACE, values, cause)
        made = tuple(image_policy.resources(services))
        yield Manifests("image-policy", made, cause, ("policy-controller",))
    if services.has("falco"):
        yield release("falco", addons.FALCO_NAMESPACE, addons.processes(services), asked)
    if services.has("trivy_operator"):
        yield release("trivy-operator", addons.TRIVY_NAMESPACE, addons.scanner(services), asked)
    if cluster.monitoring is not None:
        cause = services.cause("measurements and alarms", "monitoring")
        own = tuple(
            ("storage-classes",) if cluster.monitoring.storage and cluster.storage_class else ()
        )
        made_of = release(
            "kube-prometheus-stack", measurements.NAMESPACE, measurements.values(services), cause
        )
        yield replace(made_of, name="monitoring", needs=(*made_of.needs, *own))
    if cluster.logging is not None:
        cause = services.cause("logs are sent to one store", "logging")
        yield release("fluent-bit", logs.NAMESPACE, logs.nodes(services), cause)
        if cluster.logging.events:
            made_of = release("fluent-bit", logs.NAMESPACE, logs.events(services), cause)
            yield replace(made_of, name="fluent-bit-events")


def _secondary(services: Services, spaces: dict[str, Cause]) -> Iterator[Item]:
    """Networks beside the cluster's own."""
    stated = services.cluster.secondary_network
    has_functions = bool(sriov.networks(services)) or services.has("sriov_network_operator")
    if not stated and not has_functions:
        return
    cause = services.cause("networks beside the cluster's own", "secondary_network")
    own = "namespaces" if services.cluster.namespace else None
    waits = (
        "kubectl --namespace kube-system rollout status daemonset/kube-multus-ds --timeout=600s",
    )
    yield Manifests("multus", tuple(multus.resources(services)), cause, waits=waits)
    if any(network.ipam == "whereabouts" for network in stated.values()):
        yield Release.of(
            chart("whereabouts-chart"), multus.NAMESPACE, cause, multus.whereabouts(services),
            name="whereabouts", needs=("multus",),
        )  # fmt: skip
    behind = tuple(each for each in ("multus", own) if each)
    if has_functions:
        spaces.setdefault(sriov.NAMESPACE, cause)
        yield Release.of(
            chart("sriov-network-operator-chart"), sriov.NAMESPACE, cause, sriov.values(services),
            name="sriov-network-operator", needs=(SYSTEM, "multus"),
        )  # fmt: skip
        made = tuple(sriov.resources(services))
        if made:
            yield Manifests("sriov", made, cause, ("sriov-network-operator", *behind))
    others = tuple(attachments.attachments(services))
    if others:
        yield Manifests("networks", others, cause, behind)


def _storage(services: Services, spaces: dict[str, Cause]) -> Iterator[Item]:
    """Storage classes, and what makes volumes of them in Ceph."""
    if not services.cluster.storage_class:
        return
    cause = services.cause("storage classes", "storage_class")
    needs: tuple[str, ...] = ()
    if storage.clusters(services):
        spaces.setdefault(storage.NAMESPACE, cause)
        operator = chart("ceph-csi-operator")
        yield Release.of(operator, storage.NAMESPACE, cause, {}, needs=(SYSTEM,))
        needs = ("ceph-csi-operator",)
        drivers = storage.driver_values(services)
        yield Release.of(chart("ceph-csi-drivers"), storage.NAMESPACE, cause, drivers, needs=needs)
        needs = ("ceph-csi-drivers",)
        yield Manifests("ceph-clusters", tuple(storage.connections(services)), cause, needs)
    yield Manifests("storage-classes", tuple(storage.classes(services)), cause, needs)
