"""Values of the charts that `addons` ask for: features of nodes, metrics, graphics processors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kata import SHIMS
from targets._formats.page import Traced
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import Services

NFD_NAMESPACE = "node-feature-discovery"
METRICS_NAMESPACE = "kube-system"
GPU_NAMESPACE = "gpu-operator"
#: The taint that the GPU operator's own values tolerate.
_GPU_TAINT = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}


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


def graphics(services: Services) -> dict[str, Any]:
    """Values of NVIDIA's GPU operator, whose ClusterPolicy the chart makes of them."""
    own = services.cause("node-feature-discovery is an add-on of its own", "addons")
    settings = [Setting(("nfd", "enabled"), not services.has("node_feature_discovery"), own)]
    shims = gpu_runtimes(services)
    if shims:
        fields = services.cause("cards go to virtual machines of Kata", "runtime", shims[0], "shim")
        base = ("sandboxWorkloads",)
        settings += [
            Setting((*base, "enabled"), value=True, cause=fields),
            Setting((*base, "defaultWorkload"), "vm-passthrough", fields),
            Setting((*base, "mode"), "kata", fields),
            Setting(("ccManager", "enabled"), _is_confidential(services), fields),
        ]
    tolerated = services.tolerations
    if tolerated is not None:
        both = Traced([_GPU_TAINT, *tolerated.value], tolerated.cause)
        settings.append(Setting(("daemonsets", "tolerations"), both.value, both.cause))
    return tree(*settings)


def gpu_runtimes(services: Services) -> tuple[str, ...]:
    """The runtimes of the cluster that give graphics processors to virtual machines."""
    return tuple(
        label
        for label, runtime in services.cluster.runtime.items()
        if any(SHIMS[shim].is_gpu for shim in runtime.shims)
    )


def _is_confidential(services: Services) -> bool:
    shims = [shim for runtime in services.cluster.runtime.values() for shim in runtime.shims]
    return any(SHIMS[shim].is_gpu and SHIMS[shim].is_confidential for shim in shims)


def _tolerated(services: Services, *path: str) -> Iterator[Setting]:
    found = services.tolerations
    if found is not None:
        yield Setting(path, found.value, found.cause)
