"""What workloads find on a system's Kubernetes: namespaces, networks on virtual functions, accelerators.

StarlingX brings Multus, the plug-in of SR-IOV and its device plug-in, which offers the virtual functions
that lead to a data network as one resource.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from blueprint.model.starlingx_parts import RadioAccelerator, SystemNamespace
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._kubernetes.resources import Resource, quantity
from targets.starlingx.resources.common import View, data_network
from targets.starlingx.system import System

FILE = "workloads.yml"
#: Of the application `sriov-fec-operator`: its name, and the namespace that it looks into.
OPERATOR = "sriov-fec-operator"
OPERATOR_NAMESPACE = "sriov-fec-system"
#: What the operator calls what queue groups are for, in its order.
_QUEUES = {
    "uplink_4g": "uplink4G",
    "downlink_4g": "downlink4G",
    "uplink_5g": "uplink5G",
    "downlink_5g": "downlink5G",
}


class Card(NamedTuple):
    """A card as the operator has it: its name there, how many queue groups it has, and what they may be for."""

    name: str
    groups: int
    queues: Mapping[str, str]


#: Accelerators of forward error correction that are known, by PCI vendor and device.
CARDS = {
    "8086:0d5c": Card("acc100", 8, _QUEUES),
    "8086:57c0": Card("acc200", 16, {**_QUEUES, "fft": "qfft"}),
}
_POD_SECURITY = "pod-security.kubernetes.io"
#: What every example of StarlingX's documents has; the operator takes no other queue size.
_QUEUES_OF_A_GROUP, _DEPTH, _QUEUE_SIZE = 16, 4, 1024


def has_workloads(system: System) -> bool:
    """Whether anything is described for workloads."""
    layer = system.layer
    return bool(layer.namespace or layer.pod_network or layer.radio_accelerator)


def documents(system: System) -> Iterator[dict[str, Any]]:
    """The resources, namespaces first."""
    for part in (_namespaces, _networks, _accelerators):
        for each in part(system):
            yield each.document()


def resource_name(physnet: Ref) -> str:
    """What the device plug-in calls the virtual functions that lead to a physical network."""
    return f"intel.com/pci_sriov_net_{data_network(physnet).replace('-', '_')}"


def accelerated(system: System, accelerator: RadioAccelerator) -> Iterator[View]:
    """The hosts of workloads that have the devices."""
    for member in system.members:
        view = View(system, member)
        if view.has_workloads and accelerator.device.name in view.hardware.device:
            yield view


def _namespaces(system: System) -> Iterator[Resource]:
    for name, space in system.layer.namespace.items():
        yield _namespace(system, name, space)
        hard = dict(_quota(system, name, space))
        cause = _cause(system, "the most that it may have", "namespace", name, "quota")
        if hard:
            yield Resource(
                "v1", "ResourceQuota", "quota", cause, name, body={"spec": {"hard": hard}}
            )
        if space.network_policy != "allow":
            cause = _cause(
                system, "traffic before other policies", "namespace", name, "network_policy"
            )
            types = ["Ingress"] if space.network_policy == "deny_ingress" else ["Ingress", "Egress"]
            label = space.network_policy.replace("_", "-")
            body = {"spec": {"podSelector": {}, "policyTypes": types}}
            api = "networking.k8s.io/v1"
            yield Resource(api, "NetworkPolicy", label, cause, name, body=body)


def _namespace(system: System, name: str, space: SystemNamespace) -> Resource:
    labels: dict[str, Any] = {}
    for key, value in space.labels.items():
        cause = _cause(system, "a label of the namespace", "namespace", name, "labels", key)
        labels[key] = Traced(value, cause)
    if space.pod_security is not None:
        cause = _cause(system, "the standard of its pods", "namespace", name, "pod_security")
        for mode in ("enforce", "audit", "warn"):
            labels[f"{_POD_SECURITY}/{mode}"] = Traced(space.pod_security, cause)
    cause = _cause(system, "a namespace of workloads", "namespace", name)
    return Resource("v1", "Namespace", name, cause, labels=labels)


def _quota(system: System, name: str, space: SystemNamespace) -> Iterator[tuple[str, Any]]:
    quota = space.quota
    for field, key, value in (
        ("pods", "pods", quota.pods),
        ("cpu", "requests.cpu", quota.cpu),
        ("memory", "requests.memory", None if quota.memory is None else quantity(quota.memory)),
    ):
        if value is not None:
            where = ("namespace", name, "quota", field)
            yield key, Traced(str(value), _cause(system, "the most that it may have", *where))


def _networks(system: System) -> Iterator[Resource]:
    """A definition for each network, which names the functions that pods are given with it."""
    for label, network in system.layer.pod_network.items():
        settings: dict[str, Any] = {"cniVersion": "0.3.1", "name": label, "type": "sriov"}
        if network.vlan is not None:
            settings["vlan"] = network.vlan
        if network.trusted:
            settings |= {"spoofchk": "off", "trust": "on"}
        fields = ("physnet", "vlan", "trusted")
        paths = tuple(system.path("pod_network", label, field) for field in fields)
        text = Traced(json.dumps(settings), Cause("how pods are attached to the network", paths))
        functions = _cause(system, "the functions that lead there", "pod_network", label, "physnet")
        yield Resource(
            "k8s.cni.cncf.io/v1",
            "NetworkAttachmentDefinition",
            label,
            _cause(system, "a network of pods", "pod_network", label),
            network.namespace,
            annotations={
                "k8s.v1.cni.cncf.io/resourceName": Traced(resource_name(network.physnet), functions)
            },
            body={"spec": {"config": text}},
        )


def _accelerators(system: System) -> Iterator[Resource]:
    """What the operator makes of the devices of each host."""
    for label, accelerator in system.layer.radio_accelerator.items():
        for view in accelerated(system, accelerator):
            cause = _cause(system, "an accelerator of the host", "radio_accelerator", label)
            yield Resource(
                "sriovfec.intel.com/v2",
                "SriovFecClusterConfig",
                f"{label}-{view.member.name}",
                cause,
                OPERATOR_NAMESPACE,
                body={"spec": dict(_plan(system, label, accelerator, view))},
            )


def _plan(
    system: System, label: str, accelerator: RadioAccelerator, view: View
) -> Iterator[tuple[str, Any]]:
    def cause(rule: str, *field: str) -> Cause:
        return _cause(system, rule, "radio_accelerator", label, *field)

    device = view.hardware.device[accelerator.device.name]
    card, (vendor, _, number) = CARDS[device.model], device.model.partition(":")
    where = (f"{view.spec.hardware}.device.{accelerator.device.name}",)
    chosen: dict[str, Any] = {"vendorID": vendor, "deviceID": number}
    position = accelerator.device.key
    if position is not None and int(position) < len(device.pci):
        chosen["pciAddress"] = device.pci[int(position)]
    elif device.count == 1 and device.pci:
        chosen["pciAddress"] = device.pci[0]
    yield "priority", 1
    yield "nodeSelector", {"kubernetes.io/hostname": view.member.name}
    yield "acceleratorSelector", Traced(chosen, Cause("the device of the hardware", where))
    vfs = Traced(accelerator.vfs, cause("virtual functions of each device", "vfs"))
    groups = {
        name: {
            "numQueueGroups": Traced(
                getattr(accelerator.queue_groups, field),
                cause("what queue groups are for", "queue_groups", field),
            ),
            "numAqsPerGroups": _QUEUES_OF_A_GROUP,
            "aqDepthLog2": _DEPTH,
        }
        for field, name in card.queues.items()
    }
    yield (
        "physicalFunction",
        {
            "pfDriver": "pci-pf-stub",
            "vfDriver": "vfio-pci",
            "vfAmount": vfs,
            "bbDevConfig": {
                card.name: {
                    "pfMode": False,
                    "numVfBundles": vfs,
                    "maxQueueSize": _QUEUE_SIZE,
                    **groups,
                }
            },
        },
    )
    if system.layer.config == "aio_sx":
        yield "drainSkip", Traced(value=True, cause=_cause(system, "nowhere to drain to", "config"))


def _cause(system: System, rule: str, *fields: str) -> Cause:
    return Cause(rule, (system.path(*fields),))


__all__ = [
    "CARDS", "FILE", "OPERATOR", "OPERATOR_NAMESPACE", "Card", "accelerated", "documents", "has_workloads",
    "resource_name",
]  # fmt: skip
