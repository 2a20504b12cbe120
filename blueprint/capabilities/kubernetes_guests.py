"""What Kubernetes clusters whose nodes are guests require of the region below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from blueprint.capabilities.contract import Capability, Requirement
from blueprint.model import Kubernetes, OpenStack
from blueprint.model.kata import runtime_pools
from blueprint.model.kubernetes import Interface
from blueprint.model.openstack_resources import Flavor
from blueprint.values import Ref, Size


class Guests(NamedTuple):
    """Nodes of one size on a region: the block that asks for them, the flavor's label, how many at most."""

    path: tuple[str, ...]
    flavor: str
    number: int
    interfaces: tuple[Capability, ...]
    volume: Size | None


def guests_of(cluster: Kubernetes, region: OpenStack | None = None) -> Iterator[Guests]:
    """The guests of a cluster on a region, pools as large as the autoscaler may make them.

    Which physical networks their interfaces are on, the region says where the cluster does not.
    """
    control = cluster.control
    if control.flavor is not None and control.count is not None:
        yield Guests(("control",), control.flavor.label, control.count, (), control.volume)
    for label, pool in cluster.pool.items():
        if pool.flavor is None:
            continue
        stated = pool.count if pool.count is not None else pool.min
        count = max(stated or 0, pool.max or 0) if pool.autoscale else stated or 0
        functions = tuple(
            Capability("guests", f"functions of {physnet}")
            for each in pool.interface.values()
            if each.vnic != "normal" and (physnet := physnet_of(each, region)) is not None
        )
        yield Guests(("pool", label), pool.flavor.label, count, functions, pool.volume)


def physnet_of(interface: Interface, region: OpenStack | None) -> Ref | None:
    """The physical network that an interface of guests is on."""
    if interface.physnet is not None or interface.network is None or region is None:
        return interface.physnet
    name = interface.network.label
    given = region.provider_network.get(name) or region.external_network.get(name)
    return None if given is None else given.physnet


def of_region(ref: Ref, cluster: Kubernetes, on: Ref, region: OpenStack) -> Iterator[Requirement]:
    """What the guests of a cluster need of the region."""

    def asked(cause: tuple[str, ...], capability: Capability, amount: int = 1) -> Requirement:
        return Requirement(ref, cause, on, ("on",), capability, amount, None, f"`{ref}`")

    for cause, service in _services(cluster):
        yield asked(cause, Capability("service", service))
    for cause, provider in _balancers(cluster):
        yield asked(cause, Capability("balancer", provider))
    nodes = list(guests_of(cluster, region))
    for each in nodes:
        flavor = region.flavor.get(each.flavor)
        if flavor is None:
            continue
        for capability, amount in _used(each, flavor):
            yield asked(each.path, capability, amount * each.number)
    if cluster.project is not None:
        for resource, amount in _quota_used(cluster, region, nodes).items():
            capability = Capability("quota", resource, cluster.project.label)
            yield asked(("project",), capability, amount)
    flavors = {each.path[1]: each.flavor for each in nodes if each.path[0] == "pool"}
    for label, runtime in cluster.runtime.items():
        for name in runtime_pools(cluster, runtime):
            if name in flavors:
                yield asked(("runtime", label), Capability("guest_kvm", flavors[name]))


def _services(cluster: Kubernetes) -> Iterator[tuple[tuple[str, ...], str]]:
    """The services of the region that a cluster calls, and for the sake of what."""
    if cluster.tool_name == "magnum":
        yield ("deployer",), "magnum"
    else:
        for service in ("keystone", "nova", "neutron", "glance"):
            yield ("on",), service
    for cause, _ in _balancers(cluster):
        yield cause, "octavia"
    for label, each in cluster.storage_class.items():
        if each.ceph is None:
            yield ("storage_class", label), "cinder"
    if cluster.control.volume is not None:
        yield ("control", "volume"), "cinder"
    for label, pool in cluster.pool.items():
        if pool.volume is not None:
            yield ("pool", label, "volume"), "cinder"


def _balancers(cluster: Kubernetes) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where load balancers of the region are asked for, and which provider; "" is the region's first."""
    balancer = cluster.api.load_balancer
    if balancer is not None:
        yield ("api", "load_balancer"), balancer.provider or ""
    services = cluster.load_balancer
    if services is not None and services.choice == "octavia":
        yield ("load_balancer",), services.provider or ""


def _used(nodes: Guests, flavor: Flavor) -> Iterator[tuple[Capability, int]]:
    """What one guest takes of the computes: of all of them, and of its flavor's own."""
    if flavor.baremetal:
        yield Capability("guests", "servers", nodes.flavor), 1
        return
    cpus = "pinned CPUs" if flavor.cpu_policy == "dedicated" else "CPUs"
    memory = "memory" if flavor.hugepages is None else f"pages of {flavor.hugepages}"
    pages = 1 if flavor.hugepages is None else int(flavor.hugepages)
    amounts = {cpus: flavor.vcpus or 0, memory: -(-int(flavor.ram or 0) // pages)}
    for capability in nodes.interfaces:
        amounts[capability.of] = amounts.get(capability.of, 0) + 1
    places = [""] if flavor.aggregate is None else [flavor.aggregate.label, ""]
    for what, amount in amounts.items():
        for place in places:
            yield Capability("guests", what, place), amount


def _quota_used(cluster: Kubernetes, region: OpenStack, nodes: list[Guests]) -> dict[str, int]:
    """What a cluster takes of its project's quota."""
    found = dict.fromkeys(("instances", "cores", "ram", "volumes", "volumes_size", "ports"), 0)
    for each in nodes:
        flavor = region.flavor.get(each.flavor)
        if flavor is None:
            continue
        found["instances"] += each.number
        found["ports"] += each.number * (1 + len(cluster_interfaces(cluster, each)))
        if not flavor.baremetal:
            found["cores"] += each.number * (flavor.vcpus or 0)
            found["ram"] += each.number * int(flavor.ram or 0)
        if each.volume is not None:
            found["volumes"] += each.number
            found["volumes_size"] += each.number * int(each.volume)
    found["load_balancers"] = int(cluster.api.load_balancer is not None)
    found["floating_ips"] = int(cluster.api.floating)
    if cluster.guest_network is not None:
        found |= {"networks": 1, "subnets": 1, "routers": 1}
    return {resource: amount for resource, amount in found.items() if amount}


def cluster_interfaces(cluster: Kubernetes, nodes: Guests) -> tuple[str, ...]:
    """The further interfaces of nodes, by name."""
    return tuple(cluster.pool[nodes.path[1]].interface) if nodes.path[0] == "pool" else ()
