"""Values of kata-deploy: shims by name, the classes that come of them, the nodes that they go to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kata import SHIMS, shim_name
from blueprint.model.naming import POOL_LABEL
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.values import Setting, tree
from targets.kata.installation import PLAIN, Installation, Placed

#: Name of the RuntimeClass for pods that do not care which hypervisor it is.
DEFAULT_CLASS = "kata"
#: The chart's words for architectures that it has a default shim for.
_ARCHES = {"x86_64": "amd64", "aarch64": "arm64", "s390x": "s390x", "ppc64le": "ppc64le"}
#: Where containerd keeps the state of the snapshotter, and the name of its pool of blocks.
DEVMAPPER_ROOT = "/var/lib/containerd/devmapper"
VOLUME_GROUP, VOLUME = "kata", "pool"
_DROP_IN = f"""[plugins."io.containerd.snapshotter.v1.devmapper"]
  root_path = "{DEVMAPPER_ROOT}"
  pool_name = "{VOLUME_GROUP}-{VOLUME}"
  base_image_size = "10GB"
  discard_blocks = true
"""
_EFFECTS = {
    "no_schedule": "NoSchedule",
    "prefer_no_schedule": "PreferNoSchedule",
    "no_execute": "NoExecute",
}


def values(installation: Installation) -> dict[str, Any]:
    """The tree of values."""
    subjects = (_distribution, _shims, _default, _snapshotters, _nodes, _features)
    return tree(*(setting for subject in subjects for setting in subject(installation)))


def _distribution(installation: Installation) -> Iterator[Setting]:
    cause = Cause("kubeadm's place of containerd's configuration", (str(installation.ref),))
    yield Setting(("k8sDistribution",), "k8s", cause)


def _shims(installation: Installation) -> Iterator[Setting]:
    everything = Cause("only the shims that runtimes state", (installation.path("runtime"),))
    yield Setting(("shims", "disableAll"), value=True, cause=everything)
    for placed in installation.shims:
        yield from _shim(installation, placed)


def _shim(installation: Installation, placed: Placed) -> Iterator[Setting]:
    base = ("shims", shim_name(placed.shim))
    stated = tuple(installation.path("runtime", label, "shim") for label in placed.runtimes)
    yield Setting(
        (*base, "enabled"), value=True, cause=Cause("a shim that a runtime states", stated)
    )
    snapshotter, label = installation.snapshotter(placed)
    if snapshotter != PLAIN:
        said = stated if label is None else (installation.path("runtime", label, "snapshotter"),)
        cause = Cause("the snapshotter that the shim needs", said)
        yield Setting((*base, "containerd", "snapshotter"), snapshotter, cause)
    selector: dict[str, Any] = {}
    needs = Cause("labels of nodes that the shim can run on", stated)
    for key, value in (placed.facts.labels or {}).items():
        selector[key] = Traced(value, needs)
    if placed.pools != installation.pools:  # the check has left one pool
        fields = tuple(installation.path("runtime", label, "pools") for label in placed.runtimes)
        selector[POOL_LABEL] = Traced(placed.pools[0], Cause("the pool of the runtime", fields))
    if selector:
        yield Setting((*base, "runtimeClass", "nodeSelector"), selector, needs)


def _default(installation: Installation) -> Iterator[Setting]:
    shim, label = installation.default
    field = "shim" if installation.runtime(label).default is None else "default"
    cause = Cause("the shim behind `kata`", (installation.path("runtime", label, field),))
    # The class takes its name from the first architecture, whatever the nodes are.
    for arch in dict.fromkeys(("x86_64", *SHIMS[shim].architectures)):
        yield Setting(("defaultShim", _ARCHES[arch]), shim_name(shim), cause)
    yield Setting(("runtimeClasses", "createDefault"), value=True, cause=cause)
    yield Setting(("runtimeClasses", "defaultName"), DEFAULT_CLASS, cause)


def _snapshotters(installation: Installation) -> Iterator[Setting]:
    using = {installation.snapshotter(placed)[0] for placed in installation.shims}
    fields = tuple(installation.path("runtime", label) for label in installation.cluster.runtime)
    needed = ["nydus"] if "nydus" in using else []
    cause = Cause("snapshotters that kata-deploy sets up", fields)
    yield Setting(("snapshotter", "setup"), needed, cause)
    if "devmapper" in using:
        cause = Cause("the snapshotter on the thin pool of each node", fields)
        yield Setting(("containerd", "userDropIn"), _DROP_IN, cause)


def _nodes(installation: Installation) -> Iterator[Setting]:
    if not installation.pools:
        return
    fields = tuple(
        installation.path("runtime", label, "pools") for label in installation.cluster.runtime
    )
    chosen = {"key": POOL_LABEL, "operator": "In", "values": list(installation.pools)}
    required = {"nodeSelectorTerms": [{"matchExpressions": [chosen]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    takes_all = installation.pools == tuple(installation.cluster.pool)
    if not takes_all or installation.cluster.control.schedulable:
        # Left out where all workers have Kata: nodes that an autoscaler adds may have no label yet.
        schedulable = installation.path("control", "schedulable")
        cause = Cause("nodes of the pools of the runtimes", (*fields, schedulable))
        yield Setting(("affinity",), affinity, cause)
    taints = {
        (key, effect): installation.path("pool", name, "taints")
        for name in installation.pools
        for key, effect in installation.cluster.pool[name].taints.items()
    }
    if taints:
        tolerated = [
            Traced(
                {"key": key, "operator": "Exists", "effect": _EFFECTS[effect]},
                Cause("a taint of a pool with Kata", (field,)),
            )
            for (key, effect), field in taints.items()
        ]
        cause = Cause("taints of the pools with Kata", tuple(taints.values()))
        yield Setting(("tolerations",), tolerated, cause)


def _features(installation: Installation) -> Iterator[Setting]:
    """Explicit: what the chart finds out of a running cluster, Argo CD and Flux can't show it."""
    has_nfd = "node_feature_discovery" in installation.cluster.addons
    cause = Cause(
        "node-feature-discovery is the cluster's own affair", (installation.path("addons"),)
    )
    yield Setting(("node-feature-discovery", "enabled"), value=False, cause=cause)
    is_confidential = any(placed.facts.is_confidential for placed in installation.shims)
    keys = "true" if has_nfd and is_confidential else "false"
    yield Setting(("nodeFeatureRules", "create"), keys, cause)
