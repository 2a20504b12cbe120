"""Plans the Kubernetes labels of a host: the stated ones, and those that make it what it is for.

The deployment manager takes labels as a whole, so that all of them stand together here, those of
OpenStack too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.starlingx.openstack_app import FUNCTIONS_LABEL, Region
from targets.starlingx.resources.common import View
from targets.starlingx.resources.storage import has_rook_monitor
from targets.starlingx.system import System

#: What kubelet's managers are told by.
MANAGERS = {
    "cpu_manager": "kube-cpu-mgr-policy",
    "topology_manager": "kube-topology-mgr-policy",
    "memory_manager": "kube-memory-mgr-policy",
}
ROOK_LABELS = ("ceph-mon-placement", "ceph-mgr-placement")


def labels(view: View) -> dict[str, Any]:
    """The labels of the host, each with its cause."""
    return dict(_labels(view))


def _labels(view: View) -> Iterator[tuple[str, Any]]:
    system, layer = view.system, view.system.layer
    if view.has_workloads:
        yield from _of_workloads(view)
    if has_rook_monitor(view):
        for name in ROOK_LABELS:
            yield name, Traced("enabled", _cause(system, "a monitor of Ceph", "storage"))
    yield from _of_regions(view)
    for label, nodes in layer.node_labels.items():
        if any(host.ref == view.member.host.ref for host in system.model.hosts(nodes.hosts)):
            for name, value in nodes.labels.items():
                path = ("node_labels", label, "labels", name)
                yield name, Traced(value, _cause(system, "a stated label", *path))


def _of_workloads(view: View) -> Iterator[tuple[str, Any]]:
    system, layer = view.system, view.system.layer
    for field, name in MANAGERS.items():
        policy = getattr(layer, field)
        if policy != "none":
            value = policy.replace("_", "-")
            yield name, Traced(value, _cause(system, "how kubelet shares out", field))
    has_functions = any(port.sriov is not None for port in view.spec.port.values())
    if has_functions and not is_for_guests(view):
        yield "sriovdp", Traced("enabled", view.cause("virtual functions for pods", "port"))
    for name, value in layer.labels.items():
        yield name, Traced(value, _cause(system, "a stated label", "labels", name))


def _of_regions(view: View) -> Iterator[tuple[str, Any]]:
    """What OpenStack's application looks for."""
    for ref, _ in view.system.regions:
        region = Region(ref, view.system.model)
        for member, stated in region.labels():
            if member.host.ref == view.member.host.ref:
                for each in stated:
                    name, _, value = each.partition("=")
                    cause = _cause(view.system, "a host of OpenStack", "vswitch")
                    if each == FUNCTIONS_LABEL:
                        cause = view.cause("virtual functions for guests", "port")
                    yield name, Traced(value, cause)


def is_for_guests(view: View) -> bool:
    """Whether the host carries guests of OpenStack, which then have its virtual functions: never pods too."""
    model = view.system.model
    return any(
        host.ref == view.member.host.ref
        for _, region in view.system.regions
        for host in model.hosts(region.compute)
    )


def _cause(system: System, rule: str, *fields: str) -> Cause:
    return Cause(rule, (system.path(*fields),))


__all__ = ["MANAGERS", "ROOK_LABELS", "is_for_guests", "labels"]
