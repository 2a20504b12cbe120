"""MetalLB: the addresses that it gives out, those of layers apart, and who announces them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from blueprint.model.kubernetes_features import Bfd, MetalLb
from blueprint.model.naming import POOL_LABEL
from blueprint.target import Cause
from blueprint.values import Duration, Ip, Range, Ref
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import Resource
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import NodeClass, Services, VirtualAddress

NAMESPACE = "metallb-system"
CONTROL_LABEL = "node-role.kubernetes.io/control-plane"
_BFD = "routers"
_API, _BGP_API = "metallb.io/v1beta1", "metallb.io/v1beta2"


@dataclass(frozen=True, slots=True)
class Pool:
    """Addresses that are announced alike: a pool of a network less the addresses of layers, or one of those."""

    name: str
    network: Ref
    addresses: tuple[str, ...]
    is_given_out: bool
    cause: Cause


def balancer(services: Services) -> MetalLb | None:
    """The options of MetalLB, where it is the load balancer."""
    stated = services.cluster.load_balancer
    return stated if isinstance(stated, MetalLb) else None


def values(services: Services) -> dict[str, Any]:
    """Values of the chart: no routing daemon where addresses are announced by ARP."""
    stated = balancer(services)
    assert stated is not None
    mode = services.cause("how addresses are announced", "load_balancer", "mode")
    settings = [Setting(("frrk8s", "enabled"), stated.mode == "bgp", mode)]
    if any(each.pool is None for each in announcers(services)):
        # kubeadm labels control nodes so that load balancers leave them out.
        fields = (services.path("control", "hosts"), services.path("control", "schedulable"))
        cause = Cause("nodes of the control plane announce too", fields)
        settings.append(Setting(("speaker", "ignoreExcludeLB"), value=True, cause=cause))
    tolerated = services.tolerations
    if tolerated is not None:
        settings.append(Setting(("speaker", "tolerations"), tolerated.value, tolerated.cause))
        if stated.mode == "bgp":
            path = ("frr-k8s", "frrk8s", "tolerations")
            settings.append(Setting(path, tolerated.value, tolerated.cause))
    return tree(*settings)


def pools(services: Services) -> tuple[Pool, ...]:
    """The pools in the order of the source, those of layers behind.

    Each address of a layer is a pool of its own, whether it lies in one that is stated or not:
    MetalLB announces no other addresses than those of its pools.
    """
    stated = balancer(services)
    if stated is None:
        return ()
    own = services.virtual_addresses
    return (*_given_out(services, stated, own), *(_of_layer(each) for each in own))


def _pool_of(services: Services, stated: MetalLb, vip: VirtualAddress) -> Ref | None:
    """The pool of a network that an address of a layer lies in."""
    for ref in stated.pools:
        found = network_pool(services, ref)
        if found is not None and any(vip.address in part for part in ranges(found)):
            return ref
    return None


def network_pool(services: Services, ref: Ref) -> tuple[Range | Ip, ...] | None:
    """The ranges of a pool of a network, or None where it is not known."""
    parts = ref.parts
    network = services.networks.get(Ref(".".join(parts[:-2])))
    pool = None if network is None else network.pool.get(ref.name)
    return None if pool is None else pool.ranges


def pool_word(ref: Ref) -> str:
    """What a pool of a network is called on the cluster."""
    return ref.name.replace("_", "-").lower()


def ranges(stated: Iterable[Range | Ip]) -> Iterator[Range]:
    """Ranges and single addresses as ranges."""
    for each in stated:
        yield each if isinstance(each, Range) else Range(each, each)


def _given_out(
    services: Services, stated: MetalLb, own: Sequence[VirtualAddress]
) -> Iterator[Pool]:
    taken = {each.address for each in own}
    for ref in stated.pools:
        found = network_pool(services, ref)
        if found is None:
            continue
        network = Ref(".".join(ref.parts[:-2]))
        left = [part for each in ranges(found) for part in without(each, taken)]
        fields = (f"{ref}.ranges", services.path("load_balancer", "pools"))
        inside = tuple(v.field for v in own if _pool_of(services, stated, v) == ref)
        cause = Cause("what the pool of the network leaves", (*fields, *inside))
        if left:
            name = object_name(network.plain, pool_word(ref))
            yield Pool(name, network, tuple(map(_text, left)), is_given_out=True, cause=cause)


def _of_layer(vip: VirtualAddress) -> Pool:
    cause = Cause("the virtual address of a layer", (vip.field,))
    name, text = object_name(vip.name), _text(Range(vip.address, vip.address))
    return Pool(name, vip.network, (text,), is_given_out=False, cause=cause)


def without(part: Range, taken: Iterable[Ip]) -> Iterator[Range]:
    """What is left of a range without some addresses."""
    first = part.first
    for address in sorted(a for a in taken if a in part):
        if first < address:
            yield Range(first, address - 1)
        first = address + 1
    if first <= part.last:
        yield Range(first, part.last)


def _text(part: Range) -> str:
    if part.first == part.last:
        return str(ipaddress.ip_network(part.first))
    return f"{part.first}-{part.last}"


def announcers(services: Services, network: Ref | None = None) -> tuple[NodeClass, ...]:
    """The nodes on a network, or on any of the pools': workers, and control nodes where they run pods or none else is."""
    stated = balancer(services)
    asked = [network] if network is not None else [pool.network for pool in pools(services)]
    if stated is None:
        return ()
    on_it = [
        c for c in services.classes if any(n in link.networks for n in asked for link in c.links)
    ]
    workers = [each for each in on_it if each.pool is not None]
    if services.cluster.control.schedulable or not workers:
        return tuple(on_it)
    return tuple(workers)


def resources(services: Services) -> Iterator[Resource]:
    """The pools, and how each is announced."""
    stated = balancer(services)
    if stated is None:
        return
    made = pools(services)
    for pool in made:
        spec: dict[str, Any] = {"addresses": Traced(list(pool.addresses), pool.cause)}
        if not pool.is_given_out:
            spec["autoAssign"] = Traced(value=False, cause=pool.cause)
        yield Resource(_API, "IPAddressPool", pool.name, pool.cause, NAMESPACE, body={"spec": spec})
    by_network: dict[Ref, list[Traced]] = {}
    for pool in made:
        by_network.setdefault(pool.network, []).append(Traced(pool.name, pool.cause))
    if stated.mode == "l2":
        for network, names in by_network.items():
            yield _by_arp(services, network, names)
    else:
        yield from _by_routes(services, stated, [name for n in by_network.values() for name in n])


def _by_arp(services: Services, network: Ref, names: list[Traced]) -> Resource:
    classes = announcers(services, network)
    cause = Cause(
        "nodes on the network announce its addresses",
        (services.path("load_balancer"), str(network)),
    )
    spec: dict[str, Any] = {"ipAddressPools": names}
    interfaces = dict.fromkeys(
        link.networks[network] for c in classes for link in c.links if network in link.networks
    )
    if interfaces:
        fields = (f"{network}.vlan", *dict.fromkeys(str(each.group) for each in classes))
        spec["interfaces"] = Traced(list(interfaces), Cause("interfaces on the network", fields))
    selectors = node_selectors(services, classes)
    if selectors is not None:
        spec["nodeSelectors"] = selectors
    name = object_name(network.plain)
    return Resource(_API, "L2Advertisement", name, cause, NAMESPACE, body={"spec": spec})


def node_selectors(services: Services, classes: tuple[NodeClass, ...]) -> Traced | None:
    """Selectors of the classes' nodes, or None where they are all nodes, or guests."""
    if not classes or len(classes) == len(services.classes):
        return None
    selected: list[Any] = []
    chosen = tuple(dict.fromkeys(each.pool for each in classes if each.pool is not None))
    fields = tuple(services.path("pool", name) for name in chosen)
    if chosen:
        expression = {"key": POOL_LABEL, "operator": "In", "values": list(chosen)}
        selected.append({"matchExpressions": [expression]})
    if any(each.pool is None for each in classes):
        selected.append({"matchExpressions": [{"key": CONTROL_LABEL, "operator": "Exists"}]})
        fields = (*fields, services.path("control", "hosts"))
    return Traced(selected, Cause("nodes on the network", fields))


def _watched(services: Services, bfd: Bfd) -> Resource:
    cause = services.cause("how a fault is noticed", "load_balancer", "bfd")
    pace = services.cause("time between two packets", "load_balancer", "bfd", "interval")
    missed = services.cause("packets that may be missed", "load_balancer", "bfd", "multiplier")
    milliseconds = Traced(int(bfd.interval) // Duration.units["ms"], pace)
    spec = {
        "receiveInterval": milliseconds,
        "transmitInterval": milliseconds,
        "detectMultiplier": Traced(bfd.multiplier, missed),
    }
    return Resource(_API, "BFDProfile", _BFD, cause, NAMESPACE, body={"spec": spec})


def _by_routes(services: Services, stated: MetalLb, names: list[Traced]) -> Iterator[Resource]:
    if stated.bfd is not None:
        yield _watched(services, stated.bfd)
    for position, peer in enumerate(stated.peers):
        cause = services.cause("a router", "load_balancer", "peers", str(position))
        spec: dict[str, Any] = {
            "myASN": Traced(
                stated.asn, services.cause("the nodes' number", "load_balancer", "asn")
            ),
            "peerASN": Traced(
                stated.peer_asn, services.cause("the routers' number", "load_balancer", "peer_asn")
            ),
            "peerAddress": Traced(peer, cause),
        }
        if stated.bfd is not None:
            watched = services.cause("how a fault is noticed", "load_balancer", "bfd")
            spec["bfdProfile"] = Traced(_BFD, watched)
        name = object_name("peer", str(peer).replace(":", "-"))
        yield Resource(_BGP_API, "BGPPeer", name, cause, NAMESPACE, body={"spec": spec})
    cause = services.cause("addresses are announced by BGP", "load_balancer", "mode")
    announced = {"ipAddressPools": names}
    yield Resource(_API, "BGPAdvertisement", "all", cause, NAMESPACE, body={"spec": announced})
