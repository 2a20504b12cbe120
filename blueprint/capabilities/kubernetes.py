"""What Kubernetes clusters require of their hosts or their region, and of themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator

from blueprint.capabilities.contract import Capability, Requirement
from blueprint.capabilities.hosts import GIB, disk, on_hosts
from blueprint.capabilities.kubernetes_guests import of_region
from blueprint.fleet import Role, kubernetes_roles
from blueprint.model import Ceph, Kubernetes, Model, OpenStack, StarlingX
from blueprint.model.kata import SHIMS, runtime_pools
from blueprint.values import Ref

#: The least that Kubespray asks of a node of the control plane and of a worker.
CONTROL_MEMORY = 2 * GIB
NODE_MEMORY = GIB


def requirements(ref: Ref, cluster: Kubernetes, model: Model) -> Iterator[Requirement]:
    """What a cluster needs below it."""
    if cluster.on is None:
        yield from _of_hosts(ref, cluster, model)
    else:
        region = model.things.get(cluster.on)
        if isinstance(region, OpenStack):
            yield from of_region(ref, cluster, cluster.on, region)
    yield from _of_manager(ref, cluster, model)
    yield from _of_itself(ref, cluster)


def _of_hosts(ref: Ref, cluster: Kubernetes, model: Model) -> Iterator[Requirement]:
    roles = kubernetes_roles(ref, cluster)
    memory = Capability("memory")
    network = cluster.node_network or cluster.api.network
    stated = ("api", "network") if cluster.node_network is None else ("node_network",)
    for role in roles:
        inside = role.path
        if network is not None:
            nodes = Capability("l2", network)
            yield from on_hosts(role, stated, nodes, model, choice=inside)
        is_control = role.field == "control"
        amount = CONTROL_MEMORY if is_control else NODE_MEMORY
        what = "the control plane" if is_control else "the kubelet"
        purpose = f"{what} of `{ref}`"
        yield from on_hosts(role, inside, memory, model, amount, purpose, choice=inside)
    control = roles[0]
    is_held = cluster.api.vip is not None and cluster.api.provider != "external"
    if cluster.api.network is not None and is_held:
        holders = Capability("l2", cluster.api.network)
        yield from on_hosts(control, ("api", "network"), holders, model, choice=control.path)
    if cluster.etcd.disk is not None:
        etcd = next((role for role in roles if role.field == "etcd"), control)
        yield from disk(etcd, ("etcd", "disk"), cluster.etcd.disk, model, choice=etcd.path)
    yield from _of_pools(ref, cluster, model)
    for label, each in cluster.storage_class.items():
        ceph = None if each.ceph is None else model.things.get(each.ceph)
        if isinstance(ceph, Ceph) and ceph.on is None:
            reach = Capability("reach", ceph.public_network)
            for role in _open_to_pods(cluster, roles):
                cause = ("storage_class", label, "ceph")
                yield from on_hosts(role, cause, reach, model, choice=role.path)


def _open_to_pods(cluster: Kubernetes, roles: tuple[Role, ...]) -> Iterator[Role]:
    """The roles whose nodes any pod may come to, with its volumes."""
    for role in roles:
        is_pool = role.inside[0] == "pool"
        if (is_pool and not cluster.pool[role.inside[1]].taints) or (
            role.field == "control" and cluster.control.schedulable
        ):
            yield role


def _of_pools(ref: Ref, cluster: Kubernetes, model: Model) -> Iterator[Requirement]:
    """What runtimes and secondary networks need of the hosts of their pools."""
    roles = kubernetes_roles(ref, cluster)
    by_pool = {role.inside[1]: role for role in roles if role.inside[0] == "pool"}
    for label, runtime in cluster.runtime.items():
        cause: tuple[str, ...] = ("runtime", label)
        for name in runtime_pools(cluster, runtime):
            role = by_pool.get(name)
            if role is None:
                continue
            yield from on_hosts(role, cause, Capability("kvm"), model, choice=role.path)
            if runtime.devmapper_disk is not None:
                where = (*cause, "devmapper_disk")
                yield from disk(role, where, runtime.devmapper_disk, model, choice=role.path)
    for label, network in cluster.secondary_network.items():
        names = [each.label for each in network.pools] or list(by_pool)
        is_sriov = network.cni == "sriov"
        for name in names:
            role = by_pool.get(name)
            if role is not None:
                wanted = Capability("functions" if is_sriov else "physnet", network.physnet)
                cause = ("secondary_network", label)
                amount = (network.vfs or 1) if is_sriov else 1
                purpose = f"pods on `secondary_network.{label}` of `{ref}`"
                yield from on_hosts(role, cause, wanted, model, amount, purpose, role.path)


def _of_manager(ref: Ref, cluster: Kubernetes, model: Model) -> Iterator[Requirement]:
    """The nodes of the managing cluster speak to the APIs of the region."""
    if cluster.manager is None or cluster.on is None:
        return
    manager, region = model.things.get(cluster.manager), model.things.get(cluster.on)
    if not isinstance(region, OpenStack):
        return
    if isinstance(manager, StarlingX):
        nodes = manager.worker_hosts
    elif isinstance(manager, Kubernetes):
        nodes = manager.node_hosts
    else:
        return
    endpoint = region.api.public or region.api.internal
    reach = Capability("reach", endpoint.network)
    role = Role(ref, "manager", nodes)
    yield from on_hosts(role, ("on",), reach, model)


def _of_itself(ref: Ref, cluster: Kubernetes) -> Iterator[Requirement]:
    """What parts of a cluster need of others of the same."""
    for label, gateway in cluster.gateway.items():
        cause: tuple[str, ...] = ("gateway", label)
        yield Requirement(ref, cause, ref, cause, Capability("load_balancer"))
        if cluster.on is None:
            announced = Capability("announcer", gateway.network)
            yield Requirement(ref, (*cause, "network"), ref, (*cause, "network"), announced)
    for label, namespace in cluster.namespace.items():
        if namespace.runtime is None or namespace.quota.pods is None:
            continue
        pools = _pools_with(cluster, namespace.runtime)
        overhead = int(SHIMS[namespace.runtime].memory)
        if pools:
            cause = ("namespace", label, "quota", "pods")
            wanted = Capability("pod_memory", within=json.dumps(pools))
            amount = namespace.quota.pods * overhead
            purpose = (
                f"{namespace.quota.pods:,} pods of `namespace.{label}`, "
                f"{SHIMS[namespace.runtime].memory} each under `{namespace.runtime}`"
            )
            yield Requirement(ref, cause, ref, cause, wanted, amount, None, purpose)


def _pools_with(cluster: Kubernetes, shim: str) -> tuple[str, ...]:
    """The pools whose nodes run pods under a shim."""
    names: dict[str, None] = {}
    for runtime in cluster.runtime.values():
        if shim in runtime.shims:
            names |= dict.fromkeys(runtime_pools(cluster, runtime))
    return tuple(name for name in names if name in cluster.pool)
