"""Values of the charts that `addons` ask for: features of nodes and metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Registry
from blueprint.target import Cause
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import Services

NFD_NAMESPACE = "node-feature-discovery"
METRICS_NAMESPACE = "kube-system"
FALCO_NAMESPACE = "falco"
TRIVY_NAMESPACE = "trivy-system"
_EVERYWHERE = [{"operator": "Exists"}]


def node_features(services: Services) -> dict[str, Any]:
    """Values of node-feature-discovery: its workers run on every node."""
    return tree(*_tolerated(services, "worker", "tolerations"))


def metrics(services: Services) -> dict[str, Any]:
    """Values of metrics-server: kubelets have certificates of their own, which nobody signed."""
    cause = services.cause("kubelets sign their own certificates", "addons")
    several = services.cause("two where there are nodes for them", "pool")
    return tree(
        Setting(("args",), ["--kubelet-insecure-tls"], cause),
        Setting(("replicas",), 2 if services.workers > 1 else 1, several),
    )


def processes(services: Services) -> dict[str, Any]:
    """Values of Falco: on every node, by the kernel's own probes, so that none has to be compiled."""
    cause = services.cause("processes of every node are watched", "addons")
    return tree(
        Setting(("driver", "kind"), "modern_ebpf", cause),
        Setting(("tolerations",), _EVERYWHERE, cause),
        Setting(("falcoctl", "artifact", "follow", "enabled"), value=False, cause=cause),
    )


def scanner(services: Services) -> dict[str, Any]:
    """Values of Trivy's operator: images of what runs, and settings of nodes and workloads."""
    cause = services.cause("what runs is looked at, on every node", "addons")
    settings = [
        Setting(("trivyOperator", "scanJobTolerations"), _EVERYWHERE, cause),
        Setting(("nodeCollector", "tolerations"), _EVERYWHERE, cause),
    ]
    ref = services.cluster.registry
    if ref is not None and services.model.at(ref, Registry).insecure:
        registry = services.model.at(ref, Registry)
        plain = Cause("a registry without TLS", (f"{ref}.insecure", services.path("registry")))
        settings.append(Setting(("trivy", "nonSslRegistries", "own"), registry.url, plain))
    return tree(*settings)


def _tolerated(services: Services, *path: str) -> Iterator[Setting]:
    found = services.tolerations
    if found is not None:
        yield Setting(path, found.value, found.cause)
