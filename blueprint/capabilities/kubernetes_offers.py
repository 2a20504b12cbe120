"""What Kubernetes clusters offer the layers on them, and the pods of their own namespaces."""

from __future__ import annotations

import json

from blueprint.capabilities.contract import Capability, Missing, Offer, Requirement
from blueprint.capabilities.hosts import HostOffers
from blueprint.capabilities.kubernetes_guests import guests_of
from blueprint.fleet import Part, descriptions, parts_of
from blueprint.model import Ceph, Hardware, Kubernetes, Model, OpenStack
from blueprint.model.kubernetes_features import MetalLb
from blueprint.model.openstack_resources import Flavor
from blueprint.values import Ref, Size


def offer(
    ref: Ref, cluster: Kubernetes, requirement: Requirement, model: Model, hosts: HostOffers
) -> Offer:
    """How much a cluster offers of what a layer on it requires."""
    capability = requirement.capability
    match capability.sort:
        case "node":
            assert requirement.part is not None, requirement
            return _nodes(ref, cluster, requirement.part, model)
        case "storage_class":
            return Offer(int(capability.of in storage_classes(ref, cluster, model)))
        case "load_balancer":
            return Offer(int(cluster.load_balancer is not None))
        case "announcer":
            balancer = cluster.load_balancer
            if isinstance(balancer, MetalLb) and balancer.mode == "bgp":
                return Offer(1)  # routers are told where the address is
            parts = parts_of(model, cluster.node_hosts)
            on_it = Capability("l2", capability.of)
            return Offer(int(any(hosts.of(part, on_it) for part in parts)))
        case "pod_memory":
            pools = json.loads(capability.within)
            return Offer(sum(pod_memory(cluster, model, label) for label in pools))
    return Offer(0)


def _nodes(ref: Ref, cluster: Kubernetes, wanted: Part, model: Model) -> Offer:
    """How many of some hosts are nodes that pods may be on."""
    control = {host.ref for host in model.hosts(cluster.control.hosts)}
    workers = {host.ref for pool in cluster.pool.values() for host in model.hosts(pool.hosts)}
    usable = workers | control if cluster.control.schedulable else workers
    count = sum(host.ref in usable for host in wanted.members)
    if count == len(wanted.members):
        return Offer(count)
    rest = [host.ref for host in wanted.members if host.ref not in usable]
    if all(host in control for host in rest):
        return Offer(count, (Missing(ref, ("control",), "not_schedulable"),))
    return Offer(count, (Missing(ref, (), "not_a_node"),))


def storage_classes(
    ref: Ref, cluster: Kubernetes, model: Model
) -> dict[str, tuple[Ref, tuple[str, ...]]]:
    """The storage classes of a cluster by name: where each is stated, here or in a Ceph cluster on it."""
    found: dict[str, tuple[Ref, tuple[str, ...]]] = {
        label: (ref, ("storage_class", label)) for label in cluster.storage_class
    }
    for ceph_ref, ceph in model.of(Ceph).items():
        if ceph.on == ref:
            for field, blocks in (("pool", ceph.pool), ("filesystem", ceph.filesystem)):
                for label, block in blocks.items():
                    if block.storage_class is not None:
                        where = (ceph_ref, (field, label, "storage_class"))
                        found.setdefault(block.storage_class, where)
    return found


def pod_memory(cluster: Kubernetes, model: Model, label: str) -> int:
    """The memory of a pool's nodes that pods may have."""
    pool = cluster.pool[label]
    if cluster.on is None:
        total = 0
        for part in parts_of(model, pool.hosts):
            sizes = {
                id(spec): _left_for_pods(model, spec.hardware, spec.memory.platform)
                for spec in descriptions(part.members)
            }
            total += sum(sizes[id(host.spec)] for host in part.members)
        return total
    region = model.things.get(cluster.on)
    nodes = next((each for each in guests_of(cluster) if each.path == ("pool", label)), None)
    if nodes is None or not isinstance(region, OpenStack):
        return 0
    flavor = region.flavor.get(nodes.flavor)
    return nodes.number * _memory_of(flavor, model)


def _memory_of(flavor: Flavor | None, model: Model) -> int:
    if flavor is None:
        return 0
    if flavor.ram is not None:
        return int(flavor.ram)
    sizes = [
        int(model.at(spec.hardware, Hardware).memory)
        for part in parts_of(model, flavor.baremetal)
        for spec in descriptions(part.members)
    ]
    return min(sizes, default=0)


def _left_for_pods(model: Model, ref: Ref, platform: Size | None) -> int:
    hardware = model.things.get(ref)
    if not isinstance(hardware, Hardware):
        return 0
    return int(hardware.memory) - int(platform or 0) * hardware.numa_nodes
