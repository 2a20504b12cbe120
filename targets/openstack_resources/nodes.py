"""Plans nodes of Ironic and their ports as columns: what differs from server to server, beside what kinds share.

No password is here: a node names its credentials, which whoever runs the playbook brings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from blueprint.model.baremetal import Node, neutron_network
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._formats.yaml import Flow, Rows, ansible_string, flow_map
from targets.openstack_resources.networks import Given
from targets.openstack_resources.region import Region, traced

#: What two nodes of one kind have in common.
Alike = tuple[Ref, str, str, bool]


def kinds(region: Region) -> dict[str, Any]:
    """Kinds of nodes by name: what all nodes of a model of server and a resource class share."""
    found: dict[str, Any] = {}
    for name, nodes in _by_kind(region).items():
        first = nodes[0]
        hardware, group = first.host.spec.hardware, first.host.group
        properties = first.properties
        driver = traced(
            first.controller.protocol, "how controllers are spoken to", f"{hardware}.bmc"
        )
        classed = Cause(
            "the class by which flavors ask for such servers",
            (region.path("ironic", "nodes"), region.path("flavor"), str(group)),
        )
        made = Cause("what the servers are made of", (str(hardware), f"{group}.boot.mode"))
        known = {
            "cpus": properties.cpus,
            "memory_mb": properties.memory_mb,
            "local_gb": properties.local_gb,
            "cpu_arch": properties.cpu_arch,
            "capabilities": ",".join(f"{k}:{v}" for k, v in properties.capabilities.items()),
        }
        if properties.root_device:
            known["root_device"] = dict(properties.root_device)
        found[name] = {
            "driver": driver,
            "resource_class": Traced(first.resource_class, classed),
            "properties": Traced(known, made),
        }
        if first.controller.protocol == "redfish" and not first.controller.is_verified:
            said = Cause(
                "whether certificates of controllers are checked", (f"{group}.bmc.verify",)
            )
            found[name]["driver_info"] = {"redfish_verify_ca": Traced(value=False, cause=said)}
    return found


def nodes(region: Region) -> Mapping[str, Any] | Rows:
    """The nodes by name: kind, address of the controller, name of its credentials."""
    columns: dict[str, list[str]] = {"kind": [], "address": [], "credentials": []}
    kept: list[Node] = []
    names = {node.host.ref: name for name, listed in _by_kind(region).items() for node in listed}
    for node in region.nodes:
        controller = node.controller
        if controller.address is None or controller.credentials is None:
            continue  # `incomplete-node` reports it
        kept.append(node)
        columns["kind"].append(names[node.host.ref])
        columns["address"].append(_address(node))
        columns["credentials"].append(str(controller.credentials))
    return _rows(
        kept,
        [node.host.name for node in kept],
        columns,
        Cause(
            "a server that the region gives out", ("hosts[*].name", region.path("ironic", "nodes"))
        ),
        (
            Cause("servers of one model and class", ("hosts[*].hardware",)),
            Cause("the address of the controller", ("hosts[*].bmc.address", "hosts[*].hardware")),
            Cause("the credentials of the controller, by reference", ("hosts[*].bmc.credentials",)),
        ),
    )


def ports(region: Region) -> Mapping[str, Any] | Rows:
    """The ports that boot, by hardware address: their node, and where they are plugged in."""
    kept = [node for node in region.nodes if node.mac is not None]
    links = [_link(node) for node in kept]
    columns: dict[str, Sequence[str]] = {"node": [node.host.name for node in kept], "link": links}
    return _rows(
        kept,
        [str(node.mac) for node in kept],
        columns,
        Cause("the port that boots", ("hosts[*].boot.mac", region.path("ironic", "nodes"))),
        (
            Cause("the node of the port", ("hosts[*].name",)),
            Cause("where the port is plugged in", ("hosts[*].boot.switch",)),
        ),
    )


def physical_network(region: Region) -> Traced | None:
    """The physical network that nodes are plugged into, where Neutron is to choose ports by it."""
    ironic, layer = region.layer.ironic, region.layer
    if ironic is None or not any(node.switch is not None for node in region.nodes):
        return None
    label = neutron_network(layer, ironic.provisioning)
    given: dict[str, Given] = {**layer.external_network, **layer.provider_network}
    if label is None:
        return None
    kind = "provider_network" if label in layer.provider_network else "external_network"
    physnet = given[label].physnet
    paths = (
        region.path("ironic", "provisioning"),
        region.path(kind, label, "physnet"),
        str(physnet),
    )
    return traced(region.physnets[physnet], "the physical network that nodes boot from", *paths)


def credentials(region: Region) -> dict[str, Traced]:
    """The names of the credentials that must be brought, each with the secret that it is."""
    found: dict[str, list[str]] = {}
    for node in region.nodes:
        secret = node.controller.credentials
        if secret is not None:
            paths = found.setdefault(str(secret), [])
            field = f"{node.host.group}.bmc.credentials"
            if field not in paths:
                paths.append(field)
    return {
        name: traced(f"user and password of {name}", "credentials of controllers", *paths)
        for name, paths in found.items()
    }


def _by_kind(region: Region) -> dict[str, list[Node]]:
    alike: dict[Alike, list[Node]] = {}
    for node in region.nodes:
        spec = node.host.spec
        key = (spec.hardware, node.resource_class, spec.boot.mode, node.controller.is_verified)
        alike.setdefault(key, []).append(node)
    return {f"kind-{number}": listed for number, listed in enumerate(alike.values(), start=1)}


def _address(node: Node) -> str:
    address = node.controller.address
    if node.controller.protocol != "redfish":
        return str(address)
    return f"https://[{address}]" if ":" in str(address) else f"https://{address}"


def _link(node: Node) -> Flow:
    if node.switch is None:
        return Flow("{}")
    link = {"switch_id": str(node.switch.mac), "port_id": node.switch.port}
    if node.switch.name is not None:
        link["switch_info"] = node.switch.name
    return flow_map(link, ansible_string)


def _rows(
    kept: Sequence[Node],
    keys: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    key_cause: Cause,
    causes: tuple[Cause, ...],
) -> Mapping[str, Any] | Rows:
    """Rows of members, or an empty mapping where there are none."""
    if not kept:
        return {}
    return Rows([node.host.ref for node in kept], keys, key_cause, columns, causes)


__all__ = ["credentials", "kinds", "nodes", "physical_network", "ports"]
