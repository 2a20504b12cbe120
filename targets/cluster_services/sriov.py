"""SR-IOV: which ports of which nodes are cut into virtual functions, and the networks that pods get of them.

Each network has a share of the functions of every port that leads to its physical network. A port is told by
the name that its kernel gives it, with the numbers of the functions behind it (`ens1f0#0-15`), so shares never
overlap: they are cut one after another, in the order of the source, from function 0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprint.model.kubernetes_features import SecondaryNetwork
from blueprint.model.links import Link, PortUse
from blueprint.model.naming import POOL_LABEL
from blueprint.model.network import Physnet
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import Resource
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.addressing import ipam
from targets.cluster_services.services import NodeClass, Services

NAMESPACE = "sriov-network-operator"
_API = "sriovnetwork.openshift.io/v1"
_MELLANOX = "15b3"
_MEGABIT = 10**6


@dataclass(frozen=True, slots=True)
class Function:
    """A port of some nodes that is cut, and how many functions it has in all."""

    nodes: NodeClass
    link: Link
    port: PortUse
    total: int

    @property
    def size_field(self) -> str:
        """The address of what says how many functions there are: the port's own, else the card's."""
        if self.link.sriov is not None:
            return f"{self.nodes.group}.{'.'.join(self.link.field)}.sriov.vfs"
        return f"{self.nodes.hardware_ref}.nic.{self.port.ref.name}.sriov_vfs"

    @property
    def model(self) -> str | None:
        """PCI vendor and device of the card."""
        return self.nodes.hardware.nic[self.port.ref.name].model


@dataclass(frozen=True, slots=True)
class Share:
    """The functions of a port that a network has, `first` to `last`."""

    label: str
    function: Function
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many they are."""
        return self.last - self.first + 1


def values(services: Services) -> dict[str, Any]:
    """Values of the operator's chart: it configures the nodes with ports for it, one at a time."""
    cause = services.cause("networks of virtual functions", "secondary_network")
    settings = [Setting(("sriovOperatorConfig", "deploy"), value=True, cause=cause)]
    pools = tuple(dict.fromkeys(f.nodes.pool for _, f in _all_functions(services)))
    if len(pools) == 1 and pools[0] is not None:
        chosen = services.cause("the pool with such ports", "pool", pools[0])
        path = ("sriovOperatorConfig", "configDaemonNodeSelector")
        settings.append(Setting(path, {POOL_LABEL: pools[0]}, chosen))
    if services.workers == 1:
        alone = services.cause("pods of the only node have nowhere to go", "pool")
        settings.append(Setting(("sriovOperatorConfig", "disableDrain"), value=True, cause=alone))
    return tree(*settings)


def networks(services: Services) -> dict[str, SecondaryNetwork]:
    """The networks whose pods get virtual functions."""
    found = services.cluster.secondary_network.items()
    return {label: each for label, each in found if each.cni == "sriov"}


def functions(services: Services, network: SecondaryNetwork) -> Iterator[Function]:
    """The ports that lead to a network's physical network, on the nodes of its pools.

    Their functions are the operator's to make, also where the hosts state how many (decision 106).
    """
    for nodes in services.of_pools(network.pools):
        for link in nodes.links:
            leads = (link.functions_physnet or link.physnet) == network.physnet
            if not leads or link.kind == "bond":
                continue
            port = link.ports[0]
            offered = nodes.hardware.nic[port.ref.name].sriov_vfs
            total = offered if link.sriov is None else link.sriov.vfs
            if total:
                yield Function(nodes, link, port, total)


def _all_functions(services: Services) -> Iterator[tuple[str, Function]]:
    for label, network in networks(services).items():
        for function in functions(services, network):
            yield label, function


def shares(services: Services) -> tuple[Share, ...]:
    """What each network has of each port; a network that says no number has what others leave."""
    of_port: dict[tuple[int, str], list[tuple[str, Function]]] = {}
    for label, function in _all_functions(services):
        key = (id(function.nodes), function.port.interface)
        of_port.setdefault(key, []).append((label, function))
    found: list[Share] = []
    for sharing in of_port.values():
        stated = {label: services.cluster.secondary_network[label].vfs for label, _ in sharing}
        rest = sharing[0][1].total - sum(count or 0 for count in stated.values())
        first = 0
        for label, function in sharing:
            count = stated[label] or rest
            found.append(Share(label, function, first, first + count - 1))
            first += count
    return tuple(found)


def resources(services: Services) -> Iterator[Resource]:
    """Policies of the nodes, and the networks made of them."""
    made = shares(services)
    for label, network in networks(services).items():
        groups: dict[tuple[str, int, int, int, str | None], list[Share]] = {}
        for share in (each for each in made if each.label == label):
            function = share.function
            pool = str(function.nodes.pool)
            key = (pool, share.first, share.last, function.total, function.model)
            groups.setdefault(key, []).append(share)
        for number, sharing in enumerate(groups.values(), start=1):
            yield _policy(services, label, network, sharing, number if len(groups) > 1 else None)
        yield _network(services, label, network)


def resource_name(label: str) -> str:
    """The device plug-in's name for a network's functions."""
    return object_name(label).replace("-", "_")


def _policy(
    services: Services,
    label: str,
    network: SecondaryNetwork,
    sharing: list[Share],
    number: int | None,
) -> Resource:
    first = sharing[0]
    function, pool = first.function, str(first.function.nodes.pool)
    own = services.cause("a network of virtual functions", "secondary_network", label)
    ports = tuple(
        dict.fromkeys(
            f"{s.function.nodes.hardware_ref}.nic.{s.function.port.ref.name}.names" for s in sharing
        )
    )
    lead = tuple(f"{s.function.nodes.group}.{'.'.join(s.function.link.field)}" for s in sharing)
    names = list(dict.fromkeys(f"{s.function.port.interface}#{s.first}-{s.last}" for s in sharing))
    sizes = tuple(dict.fromkeys(s.function.size_field for s in sharing))
    cut = tuple(services.path("secondary_network", each, "vfs") for each in networks(services))
    own_physnet = services.path("secondary_network", label, "physnet")
    wanted = (own_physnet, *dict.fromkeys(lead), *ports, *sizes, *cut)
    selector: dict[str, Any] = {
        "pfNames": Traced(names, Cause("ports that lead to the physical network", wanted))
    }
    if function.model is not None:
        vendor, _, device = function.model.partition(":")
        card = Cause("the model of the card", (ports[0].removesuffix("names") + "model",))
        selector |= {"vendor": Traced(vendor, card), "deviceID": Traced(device, card)}
    total = Cause("functions of each port", sizes)
    driver = services.cause("what pods are given", "secondary_network", label, "driver")
    is_mellanox = (function.model or "").startswith(_MELLANOX)
    is_polled = network.driver == "vfio_pci"
    spec: dict[str, Any] = {
        "nodeSelector": {
            POOL_LABEL: Traced(pool, services.cause("nodes of the pool", "pool", pool))
        },
        "nicSelector": selector,
        "numVfs": Traced(function.total, total),
        "resourceName": resource_name(label),
        "deviceType": Traced("vfio-pci" if is_polled and not is_mellanox else "netdevice", driver),
        "mtu": mtu(services, label, network),
    }
    if is_polled and is_mellanox:
        spec["isRdma"] = Traced(value=True, cause=driver)
    name = object_name(label, pool, *([str(number)] if number else []))
    return Resource(_API, "SriovNetworkNodePolicy", name, own, NAMESPACE, body={"spec": spec})


def mtu(services: Services, label: str, network: SecondaryNetwork) -> Traced:
    """The payload of frames on a network: as stated, or the physical network's."""
    if network.mtu is not None:
        return Traced(
            network.mtu, services.cause("the stated payload", "secondary_network", label, "mtu")
        )
    cause = Cause("payload of the physical network", (f"{network.physnet}.mtu",))
    return Traced(services.model.at(network.physnet, Physnet).mtu, cause)


def _network(services: Services, label: str, network: SecondaryNetwork) -> Resource:
    own = services.cause("a network of virtual functions", "secondary_network", label)
    parts = ("ipam", "cidr", "ranges", "gateway")
    fields = tuple(services.path("secondary_network", label, part) for part in parts)
    addresses = Cause("what gives pods addresses", fields)
    spec: dict[str, Any] = {
        "resourceName": resource_name(label),
        "networkNamespace": Traced(
            network.namespace,
            services.cause("whose pods may use it", "secondary_network", label, "namespace"),
        ),
        "ipam": Traced(json.dumps(ipam(network), sort_keys=True), addresses),
    }
    if network.vlan is not None:
        spec["vlan"] = Traced(
            network.vlan, services.cause("the network's VLAN", "secondary_network", label, "vlan")
        )
    for name, field, value in (
        ("minTxRate", "min_rate", network.min_rate and int(network.min_rate) // _MEGABIT),
        ("maxTxRate", "max_rate", network.max_rate and int(network.max_rate) // _MEGABIT),
        ("vlanQoS", "priority", network.priority),
    ):
        if value is not None:
            cause = services.cause("rates and priority", "secondary_network", label, field)
            spec[name] = Traced(value, cause)
    trusted = [f for f in functions(services, network) if f.link.sriov and f.link.sriov.trusted]
    if trusted:
        first = trusted[0]
        field = f"{first.nodes.group}.{'.'.join(first.link.field)}.sriov.trusted"
        spec["trust"] = Traced("on", Cause("whether pods may change addresses", (field,)))
    if network.ipam == "static":
        spec["capabilities"] = Traced(json.dumps({"ips": True}), addresses)
    return Resource(_API, "SriovNetwork", label, own, NAMESPACE, body={"spec": spec})
