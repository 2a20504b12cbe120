"""Values of the charts that `addons` ask for: features of nodes and metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import Services

NFD_NAMESPACE = "node-feature-discovery"
METRICS_NAMESPACE = "kube-system"


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


def _tolerated(services: Services, *path: str) -> Iterator[Setting]:
    found = services.tolerations
    if found is not None:
        yield Setting(path, found.value, found.cause)
