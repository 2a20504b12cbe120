"""The bare-metal servers of a region as its API takes them: driver, properties, resource class, ports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from blueprint.model import Hardware, Host, Kubernetes, Model, OpenStack
from blueprint.model.hardware import Disk
from blueprint.values import Ip, Mac, Ref, SecretRef

#: What Placement puts before a resource class of one's own.
_CUSTOM = "CUSTOM_"
_NOT_PLAIN = re.compile(r"[^A-Z0-9]+")
_MIB = 2**20
_GIB = 2**30
_BY_PATH, _WWN = "/dev/disk/by-path/", "/dev/disk/by-id/wwn-"


@dataclass(frozen=True, slots=True)
class Controller:
    """How a node's board management controller is reached; the credentials only by reference."""

    protocol: Literal["redfish", "ipmi"]
    address: Ip | None
    credentials: SecretRef | None
    is_verified: bool


@dataclass(frozen=True, slots=True)
class SwitchPort:
    """Where the boot port is plugged in: chassis address and name of the switch, name of its port."""

    mac: Mac | None
    name: str | None
    port: str | None


@dataclass(frozen=True, slots=True)
class Properties:
    """What a node is made of, in the units of Ironic's properties."""

    cpus: int
    memory_mb: int
    local_gb: int
    cpu_arch: str
    capabilities: Mapping[str, str]
    root_device: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """A server that a region gives out whole.

    `resource_class` is Ironic's word for it; Placement's name of the same is
    `placement_class(resource_class)`. `mac` is the address of the port that boots.
    """

    host: Host
    resource_class: str
    controller: Controller
    properties: Properties
    mac: Mac | None
    switch: SwitchPort | None


def nodes_of(model: Model, region: Ref) -> tuple[Node, ...]:
    """The servers that a region's Ironic gives out, in the order in which the region names them."""
    layer = model.at(region, OpenStack)
    if layer.ironic is None:
        return ()
    classes = resource_classes(model, layer)
    hosts = {host.ref: host for host in model.hosts(layer.ironic.nodes)}
    return tuple(_node(model, host, classes[host.ref]) for host in hosts.values())


def resource_classes(model: Model, layer: OpenStack) -> dict[Ref, str]:
    """The resource class of each node: the first flavor that gives it out, else its declaration.

    A node has one class. A flavor asks for one class, so flavors that share nodes name the same
    ones; `flavors-share-nodes` reports others.
    """
    if layer.ironic is None:
        return {}
    found = {host.ref: fallback_class(host.group) for host in model.hosts(layer.ironic.nodes)}
    stated: set[Ref] = set()
    for label, flavor in layer.flavor.items():
        for host in model.hosts(flavor.baremetal):
            if host.ref in found and host.ref not in stated:
                stated.add(host.ref)
                found[host.ref] = label
    return found


def flavor_class(model: Model, layer: OpenStack, label: str) -> str | None:
    """The resource class that a flavor of bare metal asks for, or None where it is of guests."""
    classes = resource_classes(model, layer)
    hosts = model.hosts(layer.flavor[label].baremetal)
    return next((classes[host.ref] for host in hosts if host.ref in classes), None)


def placement_class(resource_class: str) -> str:
    """The name of a resource class in Placement, as Nova derives it from Ironic's."""
    return _CUSTOM + _NOT_PLAIN.sub("_", resource_class.upper())


def fallback_class(group: Ref) -> str:
    """The resource class of nodes that no flavor gives out: their declaration's name."""
    return "-".join(part for part in group.parts if part != "hosts")


def neutron_network(layer: OpenStack, network: Ref) -> str | None:
    """The name in Neutron of a network of the infrastructure, or None where Neutron has none such."""
    labels: Iterable[tuple[str, Ref]] = (
        *((label, each.network) for label, each in layer.provider_network.items()),
        *((label, each.network) for label, each in layer.external_network.items()),
    )
    return next((label for label, each in labels if each == network), None)


def written_from_images(model: Model) -> frozenset[Ref]:
    """Hosts whose system a managing cluster writes to their disks (Metal3): nobody else prepares them."""
    return frozenset(
        host.ref
        for layer in model.of(Kubernetes).values()
        if layer.is_on_hosts and layer.tool_name == "cluster_api"
        for host in model.hosts(layer.node_hosts)
    )


def _node(model: Model, host: Host, resource_class: str) -> Node:
    hardware, bmc, boot = model.hardware(host), host.spec.bmc, host.spec.boot
    plugged = SwitchPort(host.switch_mac, host.switch, host.switch_port)
    return Node(
        host=host,
        resource_class=resource_class,
        controller=Controller(
            hardware.bmc.protocol, host.bmc_address, host.bmc_credentials, bmc.verify
        ),
        properties=_properties(hardware, boot.mode),
        mac=host.boot_mac,
        switch=plugged if plugged.mac is not None and plugged.port is not None else None,
    )


def _properties(hardware: Hardware, boot_mode: str) -> Properties:
    capabilities = {"boot_mode": boot_mode}
    if hardware.secure_boot:
        capabilities["secure_boot"] = "true"
    size, hint = _root(hardware)
    return Properties(
        cpus=hardware.threads,
        memory_mb=int(hardware.memory) // _MIB,
        local_gb=size // _GIB,
        cpu_arch=hardware.arch,
        capabilities=capabilities,
        root_device=hint,
    )


def _root(hardware: Hardware) -> tuple[int, dict[str, str]]:
    """Bytes of the disk that the system goes on, and what tells it from the others.

    That is the first device of the hardware where its path is known, else the smallest, which
    Ironic takes by itself.
    """
    devices = list(_devices(hardware))
    if not devices:
        return 0, {}
    size, path = devices[0]
    if path is None:
        return min(size for size, _ in devices), {}
    if path.startswith(_BY_PATH):
        return size, {"by_path": path}
    if path.startswith(_WWN):
        return size, {"wwn": path.removeprefix(_WWN)}
    return size, {"name": path}


def _devices(hardware: Hardware) -> Iterator[tuple[int, str | None]]:
    """Size and path of each block device; a RAID is one."""
    for disk in hardware.disk.values():
        if disk.raid is not None:
            yield _usable(disk), disk.paths[0] if len(disk.paths) == 1 else None
            continue
        for index in range(disk.count):
            yield int(disk.size), disk.paths[index] if index < len(disk.paths) else None


def _usable(disk: Disk) -> int:
    """Bytes that a RAID of all disks of a model offers."""
    count = disk.count
    data = {0: count, 1: 1, 5: max(count - 1, 1), 6: max(count - 2, 1), 10: max(count // 2, 1)}
    assert disk.raid is not None
    return int(disk.size) * data[disk.raid]


__all__ = [
    "Controller", "Node", "Properties", "SwitchPort", "fallback_class", "flavor_class",
    "neutron_network", "nodes_of", "placement_class", "resource_classes", "written_from_images",
]  # fmt: skip
