"""Plans the values of the operator's chart and of the chart of the CSI drivers, without which no volume is mounted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.object_gateways import NAMESPACE
from targets._kubernetes.values import Setting, tree
from targets.rook.cluster import Cluster

#: What Rook's own values for the drivers' chart say: its operator makes this list of images.
_IMAGES = "rook-csi-operator-image-set-configmap"


def tolerations(cluster: Cluster) -> Traced | None:
    """What lets pods run on tainted nodes; None where no node is tainted."""
    if not cluster.taints:
        return None
    found = [
        Traced(
            {"key": key, "operator": "Exists", "effect": effect},
            Cause("nodes with a taint have disks, and pods that use volumes", (path,)),
        )
        for key, (effect, path) in cluster.taints.items()
    ]
    return Traced(found, Cause("taints of the nodes", (f"{cluster.on}.pool",)))


def operator_values(cluster: Cluster) -> dict[str, Any]:
    """Values of the chart `rook-ceph`."""
    return tree(*_operator(cluster))


def _operator(cluster: Cluster) -> Iterator[Setting]:
    named = Cause(
        "the blueprint names the disks, nothing is looked for", (cluster.path("devices"),)
    )
    yield Setting(("enableDiscoveryDaemon",), value=False, cause=named)
    allowed = tolerations(cluster)
    if allowed is not None:
        yield Setting(("tolerations",), allowed.value, allowed.cause)


def driver_values(cluster: Cluster) -> dict[str, Any]:
    """Values of the chart `ceph-csi-drivers`: the drivers under the names that storage classes have."""
    return tree(*_drivers(cluster))


def _drivers(cluster: Cluster) -> Iterator[Setting]:
    on = Cause("Rook's drivers of the cluster", (cluster.path("on"),))
    defaults = ("operatorConfig", "driverSpecDefaults")
    yield Setting(("operatorConfig", "namespace"), NAMESPACE, on)
    yield Setting((*defaults, "imageSet", "name"), _IMAGES, on)
    yield Setting((*defaults, "nodePlugin", "priorityClassName"), "system-node-critical", on)
    yield Setting(
        (*defaults, "controllerPlugin", "priorityClassName"), "system-cluster-critical", on
    )
    allowed = tolerations(cluster)
    if allowed is not None:
        for part in ("nodePlugin", "controllerPlugin"):
            yield Setting((*defaults, part, "tolerations"), allowed.value, allowed.cause)
    files = Cause("whether there is a file system", (cluster.path("filesystem"),))
    for name, is_enabled, cause in (
        ("rbd", True, on),
        ("cephfs", bool(cluster.layer.filesystem), files),
        ("nfs", False, on),
        ("nvmeof", False, on),
    ):
        yield Setting(("drivers", name, "enabled"), is_enabled, cause)
        if is_enabled:
            yield Setting(("drivers", name, "name"), f"{NAMESPACE}.{name}.csi.ceph.com", on)
