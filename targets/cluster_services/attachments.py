"""Multus and the networks that pods join beside the cluster's own, on interfaces that the hosts have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from blueprint.model import OpenStack
from blueprint.model.kata import pools_named
from blueprint.model.kubernetes import Interface
from blueprint.model.kubernetes_features import SecondaryNetwork
from blueprint.model.links import Link
from blueprint.target import Cause
from targets._kubernetes.resources import Resource
from targets.cluster_services.addressing import ipam
from targets.cluster_services.services import NodeClass, Services
from targets.cluster_services.sriov import mtu

_API = "k8s.cni.cncf.io/v1"
_CNI_VERSION = "1.0.0"
_TYPES = {"macvlan": "macvlan", "ipvlan": "ipvlan", "host_device": "host-device"}


def links_to(nodes: NodeClass, network: SecondaryNetwork) -> Iterator[Link]:
    """The links of some nodes that lead to a network's physical network."""
    for link in nodes.links:
        if link.physnet == network.physnet:
            yield link


def interface(services: Services, link: Link, network: SecondaryNetwork) -> str | None:
    """The interface on a link that carries a network's frames: the link itself, or that of its VLAN."""
    if network.vlan is None:
        return link.name
    for ref, name in link.networks.items():
        if services.networks[ref].vlan == network.vlan and name != link.name:
            return name
    return None


def guest_interface(
    services: Services, pool: str, network: SecondaryNetwork
) -> tuple[str, Interface] | None:
    """The further interface of guests of a pool that is on a network's physical network and VLAN, with its label."""
    region = services.cluster.on
    for label, each in services.cluster.pool[pool].interface.items():
        physnet, vlan = each.physnet, each.vlan
        if each.network is not None and region is not None:
            named = each.network.label
            layer = services.model.at(region, OpenStack)
            given = layer.provider_network.get(named) or layer.external_network.get(named)
            if given is not None:
                physnet, vlan = given.physnet, services.networks[given.network].vlan
        if (physnet, vlan) == (network.physnet, network.vlan):
            return label, each
    return None


def interfaces(services: Services, network: SecondaryNetwork) -> dict[str, tuple[str, ...]]:
    """The interfaces that nodes of the network's pools have for it, each with the fields that say so."""
    found: dict[str, list[str]] = {}
    for nodes in services.of_pools(network.pools):
        for link in links_to(nodes, network):
            name = interface(services, link, network)
            if name is not None:
                fields = found.setdefault(name, [])
                fields.append(f"{nodes.group}.{'.'.join(link.field)}")
                if link.name_field is not None:
                    fields.append(f"{nodes.hardware_ref}.{'.'.join(link.name_field[:-1])}")
    for pool in pools_named(services.cluster, network.pools):
        guests = (
            None if services.cluster.pool[pool].hosts else guest_interface(services, pool, network)
        )
        if guests is not None and guests[1].name is not None:
            field = services.path("pool", pool, "interface", guests[0])
            found.setdefault(guests[1].name, []).append(field)
    return {name: tuple(dict.fromkeys(fields)) for name, fields in found.items()}


def attachments(services: Services) -> Iterator[Resource]:
    """A NetworkAttachmentDefinition for each network that is no SR-IOV: the operator makes those."""
    for label, network in services.cluster.secondary_network.items():
        if network.cni == "sriov":
            continue
        (name, fields), *_ = interfaces(services, network).items()
        base = services.path("secondary_network", label)
        parts = ("cni", "physnet", "vlan", "ipam", "cidr", "ranges", "gateway", "mtu")
        paths = (*(f"{base}.{part}" for part in parts), *fields)
        text = json.dumps(_configuration(services, label, network, name), sort_keys=True)
        cause = Cause("how pods are attached to the network", paths)
        yield Resource(
            _API, "NetworkAttachmentDefinition", label, cause, network.namespace,
            body={"spec": {"config": text}},
        )  # fmt: skip


def _configuration(
    services: Services, label: str, network: SecondaryNetwork, name: str
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cniVersion": _CNI_VERSION,
        "name": label,
        "type": _TYPES[network.cni],
        "ipam": ipam(network),
    }
    if network.cni == "host_device":
        made["device"] = name
    else:
        made["master"] = name
        made["mode"] = "bridge" if network.cni == "macvlan" else "l2"
        made["mtu"] = mtu(services, label, network).value
    if network.ipam == "static":
        made["capabilities"] = {"ips": True}
    if not made["ipam"]:
        del made["ipam"]
    return made
