"""Graphics processors: values of NVIDIA's GPU operator, and which nodes need a driver that it does not bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprint.model import OpenStack
from blueprint.model.kata import SHIMS
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import Services

NAMESPACE = "gpu-operator"
#: The taint that the operator's own values tolerate.
_TAINT = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
#: Systems that NVIDIA makes images of the driver for. Its operator reads what a node calls itself, so that a
#: system which is only `like` one of them has none.
_WITH_DRIVER = (
    "ubuntu-22.04", "ubuntu-24.04", "ubuntu-26.04", "rhel-8", "rhel-9", "rhel-10",
    "rocky-8", "rocky-9", "rocky-10",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GpuNodes:
    """Nodes with graphics processors: whose they are, what they run, and the field that says it."""

    name: str
    system: str
    field: str

    @property
    def has_image(self) -> bool:
        """Whether NVIDIA makes an image of its driver for the system."""
        return any(self.system == s or self.system.startswith(f"{s}.") for s in _WITH_DRIVER)


def values(services: Services) -> dict[str, Any]:
    """Values of NVIDIA's GPU operator, whose ClusterPolicy the chart makes of them."""
    own = services.cause("node-feature-discovery is an add-on of its own", "addons")
    settings = [Setting(("nfd", "enabled"), not services.has("node_feature_discovery"), own)]
    shims = gpu_runtimes(services)
    bare = [node for node in gpu_nodes(services) if not node.has_image]
    if bare and len(bare) == len(list(gpu_nodes(services))):
        cause = Cause(
            "systems that NVIDIA makes no image of its driver for", tuple(n.field for n in bare)
        )
        settings.append(Setting(("driver", "enabled"), value=False, cause=cause))
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
        both = Traced([_TAINT, *tolerated.value], tolerated.cause)
        settings.append(Setting(("daemonsets", "tolerations"), both.value, both.cause))
    return tree(*settings)


def has_gpu(services: Services) -> bool:
    """Whether a node of the cluster has a graphics processor."""
    return next(gpu_nodes(services), None) is not None


def driver_needs(services: Services) -> Iterator[str]:
    """Drivers that the operator does not bring, for nodes that pods themselves use the processors of."""
    bare = [node for node in gpu_nodes(services) if not node.has_image]
    if services.has("gpu_operator") and bare and not gpu_runtimes(services):
        whose = ", ".join(dict.fromkeys(f"`{node.name}` (`{node.system}`)" for node in bare))
        yield (
            f"NVIDIA's driver on the nodes of {whose}, so that `nvidia-smi` answers there: "
            "the operator has no image of it for these systems"
        )


def gpu_nodes(services: Services) -> Iterator[GpuNodes]:
    """Hosts and guests with graphics processors, by what they run."""
    for each in services.classes:
        if each.hardware.gpu:
            yield GpuNodes(str(each.group), each.hosts[0].spec.os.name, f"{each.group}.os")
    on, image = services.cluster.on, services.cluster.image
    if on is None:
        return
    region = services.model.at(on, OpenStack)
    stated = None if image is None else region.image.get(image.label)
    for label, pool in services.cluster.pool.items():
        flavor = None if pool.flavor is None else region.flavor.get(pool.flavor.label)
        if flavor is not None and flavor.devices:
            system = "" if stated is None else stated.os or ""
            yield GpuNodes(services.path("pool", label), system, services.path("image"))


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
