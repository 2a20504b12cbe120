"""Plans what a class of nodes is told: login, kubelet, labels and taints, time, disks of etcd."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Host, Site
from blueprint.model.naming import POOL_LABEL
from blueprint.model.processors import cpu_list, cpus_for
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.kubespray.cluster import Cluster, NodeClass
from targets.kubespray.values import MEBIBYTE, mebibytes

#: What the kubelet and the engine are given of the platform's memory, and what evicts pods (its default).
KUBE_RESERVED = 256 * MEBIBYTE
EVICTION = 100 * MEBIBYTE
EFFECTS = {
    "no_schedule": "NoSchedule", "prefer_no_schedule": "PreferNoSchedule", "no_execute": "NoExecute",
}  # fmt: skip
_TOPOLOGY = {"best_effort": "best-effort", "single_numa_node": "single-numa-node"}


def class_variables(cluster: Cluster, nodes: NodeClass) -> dict[str, Traced]:
    """The variables of a class, all of its hosts alike."""
    user = Cause("the user that deployment tools log in as", (nodes.field("user"),))
    found = {"ansible_user": Traced(nodes.spec.user, user)}
    if nodes.spec.os.like is not None:
        likened = Cause("a system that Kubespray does not know by its name", (nodes.field("os"),))
        found["allow_unsupported_distribution_setup"] = Traced(value=True, cause=likened)
    for part in (
        _address_holder,
        _kubelet,
        _reserved,
        _taints,
        _labels_of_all,
        _time,
        _guard,
        _etcd_disk,
    ):
        found.update(part(cluster, nodes))
    return found


def _address_holder(cluster: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    network = cluster.layer.api.network
    if not (nodes.is_control and cluster.holds_address) or network is None:
        return
    link = next((each for each in nodes.links if network in each.networks), None)
    if link is not None:
        named = link.name_field
        hardware = () if named is None else (".".join((nodes.spec.hardware, *named[:3])),)
        asked = (cluster.path("api", "network"), cluster.path("api", "vip"))
        paths = (*asked, nodes.field(*link.field), *hardware, f"{network}.vlan")
        cause = Cause("the interface that takes the API's address", paths)
        yield "kube_vip_interface", Traced(link.networks[network], cause)


def _kubelet(cluster: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    pool = cluster.pool(nodes)
    if pool is None:
        return

    def field(name: str) -> str:
        return cluster.path("pool", nodes.pools[0], name)

    if pool.max_pods is not None:
        cause = Cause("pods that a node of the pool takes", (field("max_pods"),))
        yield "kubelet_max_pods", Traced(pool.max_pods, cause)
    if pool.cpu_manager != "none":
        cause = Cause("whole CPUs for guaranteed pods", (field("cpu_manager"),))
        yield "kubelet_cpu_manager_policy", Traced(pool.cpu_manager, cause)
    if pool.topology_manager != "none":
        policy = _TOPOLOGY.get(pool.topology_manager, pool.topology_manager)
        cause = Cause("resources of one NUMA node together", (field("topology_manager"),))
        yield "kubelet_topology_manager_policy", Traced(policy, cause)
    if nodes.spec.memory.hugepages and cluster.layer.container_engine.choice == "containerd":
        cause = Cause(
            "containers are held to the huge pages that they ask for",
            (nodes.field("memory", "hugepages"), cluster.path("container_engine")),
        )
        yield "containerd_disable_hugetlb_controller", Traced(value=False, cause=cause)


def _reserved(cluster: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    """What the system keeps: CPUs by number, memory by NUMA node, as the hosts state them."""
    if not nodes.is_control and not nodes.pools:
        return
    spec, hardware = nodes.spec, nodes.hardware
    pool = cluster.pool(nodes)
    extra: dict[str, Traced] = {}
    if spec.cores.platform is not None:
        cpus = cpu_list(cpus_for(spec.cores, hardware.cpu, "platform", "vswitch"))
        paths = (nodes.field("cores"), f"{spec.hardware}.cpu")
        extra["reservedSystemCPUs"] = Traced(cpus, Cause("CPUs of the platform's cores", paths))
    platform = spec.memory.platform
    if platform is not None:
        paths = (nodes.field("memory"), f"{spec.hardware}.cpu.sockets")
        cause = Cause("memory of the platform, beside what the kubelet keeps and evicts by", paths)
        yield "kube_memory_reserved", Traced(mebibytes(KUBE_RESERVED), cause)
        yield "system_memory_reserved", Traced(mebibytes(system_memory(nodes, platform)), cause)
    if platform is not None and pool is not None and pool.memory_manager == "static":
        field = cluster.path("pool", nodes.pools[0], "memory_manager")
        manager = Cause("memory of guaranteed pods stays on their NUMA node", (field,))
        extra["memoryManagerPolicy"] = Traced("Static", manager)
        reserved = Cause(
            "what is kept of each NUMA node: together what the kubelet reserves in all",
            (field, nodes.field("memory"), f"{spec.hardware}.cpu.sockets"),
        )
        limit = {"memory": mebibytes(int(platform))}
        kept = [{"numaNode": node, "limits": limit} for node in range(hardware.numa_nodes)]
        extra["reservedMemory"] = Traced(kept, reserved)
    if extra:
        every = Cause("settings of the kubelet that have no variable", (str(nodes.group),))
        yield "kubelet_config_extra_args", Traced(extra, every)


def system_memory(nodes: NodeClass, platform: int) -> int:
    """What the system keeps of the platform's memory, without the kubelet's share and the eviction's."""
    return int(platform) * nodes.hardware.numa_nodes - KUBE_RESERVED - EVICTION


def _taints(cluster: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    pool = cluster.pool(nodes)
    if pool is not None and pool.taints:
        taints = [
            Traced(
                f"{key}=:{EFFECTS[effect]}",
                Cause("a taint of the pool", (cluster.path("pool", nodes.pools[0], "taints"),)),
            )
            for key, effect in pool.taints.items()
        ]
        cause = Cause("taints of the pool", (cluster.path("pool", nodes.pools[0], "taints"),))
        yield "node_taints", Traced(taints, cause)


def _labels_of_all(cluster: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    """Labels of a class whose hosts do not differ in them; otherwise each host has its own."""
    labels = dict(common_labels(cluster, nodes))
    if labels and not differs(nodes):
        yield (
            "node_labels",
            Traced(labels, Cause("labels of the nodes", _label_paths(cluster, nodes))),
        )


def common_labels(cluster: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    """Labels that all nodes of a class have."""
    if nodes.site is not None:
        region = cluster.model.at(nodes.site, Site).region
        if region is not None:
            cause = Cause("the region of the site", (f"{nodes.site}.region", nodes.field("site")))
            yield "topology.kubernetes.io/region", Traced(region, cause)
    if nodes.pools:
        cause = Cause("the name of the pool", (cluster.path("pool", nodes.pools[0]),))
        yield POOL_LABEL, Traced(nodes.pools[0], cause)
    stated: list[tuple[str, str, str]] = []
    if nodes.is_control:
        stated += [
            (k, v, cluster.path("control", "labels", k))
            for k, v in cluster.layer.control.labels.items()
        ]
    pool = cluster.pool(nodes)
    if pool is not None:
        stated += [
            (k, v, cluster.path("pool", nodes.pools[0], "labels", k))
            for k, v in pool.labels.items()
        ]
    for key, value, path in stated:
        yield key, Traced(value, Cause("a label as stated", (path,)))


def differs(nodes: NodeClass) -> bool:
    """Whether hosts of a class stand in racks or zones, which are labels of each."""
    return (nodes.is_control or bool(nodes.pools)) and any(h.rack or h.zone for h in nodes.hosts)


def labels_of(cluster: Cluster, host: Host, common: dict[str, Any]) -> dict[str, Any]:
    """All labels of one node."""
    found = dict(common)
    if host.zone is not None:
        found.setdefault("topology.kubernetes.io/zone", cluster.zones[host.zone])
    if host.rack is not None:
        found.setdefault("topology.rook.io/rack", cluster.racks[host.rack])
    return found


def label_cause(cluster: Cluster, nodes: NodeClass) -> Cause:
    """Why nodes of a class have the labels that they have."""
    zones = dict.fromkeys(f"{host.zone}.racks" for host in nodes.hosts if host.zone)
    stated = (f"{nodes.path}.rack", nodes.field("spread"))
    paths = (*stated, *zones, *_label_paths(cluster, nodes))
    return Cause("labels of the node: where it stands, its pool, and those stated", paths)


def _label_paths(cluster: Cluster, nodes: NodeClass) -> tuple[str, ...]:
    paths = [] if nodes.site is None else [f"{nodes.site}.region"]
    if nodes.is_control:
        paths.append(cluster.path("control", "labels"))
    if nodes.pools:
        paths.append(cluster.path("pool", nodes.pools[0]))
    return tuple(paths)


def _guard(_: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    """The state of SELinux as the hosts have it, which the tool would loosen."""
    state = nodes.spec.security.lsm
    if state is not None:
        cause = Cause("the state of the hosts' security module", (nodes.field("security", "lsm"),))
        yield "preinstall_selinux_state", Traced(state, cause)


def _time(cluster: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    """Hosts that stand already are given the site's servers; others keep time by their own layer."""
    if nodes.group not in cluster.model.existing:
        cause = Cause("the hosts' own layer keeps their time", (nodes.field("clock"),))
        yield "ntp_enabled", Traced(value=False, cause=cause)
        return
    servers = () if nodes.site is None else cluster.model.at(nodes.site, Site).ntp
    if not servers or nodes.spec.clock != "ntp":
        return
    cause = Cause("the time servers of the site", (f"{nodes.site}.ntp", nodes.field("clock")))
    yield "ntp_enabled", Traced(value=True, cause=cause)
    yield "ntp_manage_config", Traced(value=True, cause=cause)
    yield "ntp_servers", Traced([f"{server} iburst" for server in servers], cause)


def _etcd_disk(cluster: Cluster, nodes: NodeClass) -> Iterator[tuple[str, Traced]]:
    device = etcd_device(cluster, nodes)
    if device is not None:
        disk = cluster.layer.etcd.disk
        assert disk is not None
        paths = (cluster.path("etcd", "disk"), f"{nodes.spec.hardware}.disk.{disk.name}.paths")
        yield "oib_etcd_disk", Traced(device, Cause("the disk that etcd has to itself", paths))


def etcd_device(cluster: Cluster, nodes: NodeClass) -> str | None:
    """The path of the disk of etcd on a class of hosts; None where it has none, or no path is stated."""
    ref: Ref | None = cluster.layer.etcd.disk
    if ref is None or not nodes.is_etcd:
        return None
    disk = nodes.hardware.disk.get(ref.name)
    position = int(ref.key) if ref.key is not None and ref.key.isdigit() else 0
    return disk.paths[position] if disk is not None and position < len(disk.paths) else None
