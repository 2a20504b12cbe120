"""Plans what a node is told of itself when it joins: names, labels, taints, how its processors are given out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from blueprint.model.kubernetes import NodePool
from blueprint.model.kubernetes_features import CriO
from blueprint.model.processors import cpu_list, cpus_for
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.cluster_api.cluster import Cluster

#: Domains whose labels Cluster API itself puts on nodes, from those of a machine.
MACHINE_LABELS = (
    "node-role.kubernetes.io",
    "node-restriction.kubernetes.io",
    "node.cluster.x-k8s.io",
)
#: Labels of Kubernetes' own domains that a kubelet may give itself.
_OWN_PREFIXES = ("kubelet.kubernetes.io", "node.kubernetes.io")
_OWN_LABELS = frozenset(
    {
        "kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os", "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region", "node.kubernetes.io/instance-type",
    }
)  # fmt: skip
EFFECTS = {
    "no_schedule": "NoSchedule",
    "prefer_no_schedule": "PreferNoSchedule",
    "no_execute": "NoExecute",
}
#: What static policies keep from pods of guests: processors, and MiB of memory.
_GUESTS_CPUS, _GUESTS_MEMORY = 1, 1024
#: MiB that the kubelet keeps free by evicting pods; kept memory is counted with it.
_THRESHOLD = 100
_MIB = 1024**2
Side = Literal["machine", "kubelet", "nobody"]


def label_side(key: str) -> Side:
    """Who can put a label on a node: Cluster API through its machine, the kubelet, or nobody here."""
    domain, slash, _ = key.rpartition("/")
    if not slash:
        return "kubelet"
    if any(_within(domain, each) for each in MACHINE_LABELS):
        return "machine"
    if not (_within(domain, "kubernetes.io") or _within(domain, "k8s.io")):
        return "kubelet"
    is_own = key in _OWN_LABELS or any(_within(domain, each) for each in _OWN_PREFIXES)
    return "kubelet" if is_own else "nobody"


def _within(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")


def machine_labels(labels: dict[str, Traced]) -> dict[str, Traced]:
    """Those of the labels that a machine carries."""
    return {key: each for key, each in labels.items() if label_side(key) == "machine"}


def registration(
    cluster: Cluster, labels: dict[str, Traced], taints: list[Any] | Traced | None, pool: str | None
) -> dict[str, Any]:
    """What a node is told when it joins; no pool stands for the control plane."""
    found: dict[str, Any] = {"name": node_name(cluster)}
    if isinstance(cluster.layer.container_engine, CriO):
        socket = cluster.stated("what runs containers", "container_engine")
        found["criSocket"] = Traced("unix:///var/run/crio/crio.sock", socket)
    listed = [
        Traced({"name": name, "value": value.value}, value.cause)
        for name, value in _arguments(cluster, labels, pool)
    ]
    if listed:
        found["kubeletExtraArgs"] = listed
    if taints is not None:
        found["taints"] = taints
    return found


def node_name(cluster: Cluster) -> str:
    """The name of a node, as the system's first boot fills it in."""
    if cluster.is_metal:
        return "{{ ds.meta_data.local_hostname }}"
    return "${COREOS_OPENSTACK_HOSTNAME}" if cluster.is_ignition else "{{ local_hostname }}"


def _arguments(
    cluster: Cluster, labels: dict[str, Traced], pool: str | None
) -> Iterator[tuple[str, Traced]]:
    if cluster.is_metal:
        known = Cause("by which Cluster API finds the node of a machine", (str(cluster.ref),))
        identity = "metal3.io/uuid={{ ds.meta_data.uuid }}"
    else:
        below = cluster.stated("nodes are guests, whom the cloud provider looks after", "on")
        yield "cloud-provider", Traced("external", below)
        found = (
            "${COREOS_OPENSTACK_INSTANCE_UUID}" if cluster.is_ignition else "'{{ instance_id }}'"
        )
        yield "provider-id", Traced(f"openstack:///{found}", below)
        known, identity = below, ""
    stated = {k: v for k, v in labels.items() if label_side(k) == "kubelet"}
    texts = [identity] if identity else []
    texts += [f"{key}={each.value}" for key, each in stated.items()]
    if texts:
        paths = tuple(path for each in stated.values() for path in each.cause.paths)
        cause = Cause("labels of the nodes", paths) if paths else known
        yield "node-labels", Traced(",".join(texts), cause)
    logging = cluster.layer.logging
    if logging is not None:
        size = cluster.stated("size of a file of a container's log", "logging.max_size")
        text = f"{int(logging.max_size) // _MIB}Mi"
        yield "container-log-max-size", Traced(text, size)
        number = cluster.stated("files of a container's log", "logging.max_files")
        yield "container-log-max-files", Traced(str(logging.max_files), number)
    if pool is not None:
        yield from _managers(cluster, pool, cluster.layer.pool[pool])


def _managers(cluster: Cluster, label: str, pool: NodePool) -> Iterator[tuple[str, Traced]]:
    def because(rule: str, *fields: str) -> Cause:
        return cluster.stated(rule, *(f"pool.{label}.{field}" for field in fields))

    if pool.cpu_manager == "static":
        cause = because("whole processors for guaranteed pods", "cpu_manager")
        yield "cpu-manager-policy", Traced("static", cause)
    if pool.topology_manager != "none":
        word = pool.topology_manager.replace("_", "-")
        cause = because("how resources of a NUMA node are kept together", "topology_manager")
        yield "topology-manager-policy", Traced(word, cause)
    if pool.memory_manager == "static":
        cause = because("memory of guaranteed pods on their NUMA node", "memory_manager")
        yield "memory-manager-policy", Traced("Static", cause)
    kept = pool.reserved
    is_stated = not cluster.is_metal and (kept.cpus is not None or kept.memory is not None)
    if is_stated or "static" in (pool.cpu_manager, pool.memory_manager):
        yield from _kept(cluster, label, pool)
    if pool.max_pods is not None:
        yield "max-pods", Traced(str(pool.max_pods), because("pods a node", "max_pods"))


def _kept(cluster: Cluster, label: str, pool: NodePool) -> Iterator[tuple[str, Traced]]:
    """What is kept from pods: of hosts what is the platform's, of guests what is stated, or a usual share."""
    fields = ("cpu_manager", "memory_manager")
    paths = [cluster.path(f"pool.{label}.{field}") for field in fields]
    cpus, memory, nodes = _GUESTS_CPUS, _GUESTS_MEMORY, 1
    if not cluster.is_metal:
        paths += [cluster.path(f"pool.{label}.reserved.{field}") for field in ("cpus", "memory")]
        cpus = pool.reserved.cpus or cpus
        if pool.reserved.memory is not None:
            memory = max(int(pool.reserved.memory) // _MIB, _THRESHOLD + 1)
    if cluster.is_metal:
        host = cluster.pool_hosts(label)[0]
        hardware = cluster.model.hardware(host)
        nodes = hardware.numa_nodes
        listed = cpus_for(host.spec.cores, hardware.cpu, "platform")
        paths += [f"{host.group}.cores.platform", f"{host.group}.memory.platform"]
        if listed:
            own = Cause("processors of the platform's cores", tuple(paths))
            yield "reserved-cpus", Traced(cpu_list(listed), own)
            cpus = 0
        platform = host.spec.memory.platform
        memory = memory if platform is None else max(int(platform) // _MIB, _THRESHOLD + 1)
    cause = Cause("what is kept from pods", tuple(paths))
    shares = [f"cpu={cpus}"] if cpus else []
    shares.append(f"memory={memory * nodes - _THRESHOLD}Mi")
    yield "kube-reserved", Traced(",".join(shares), cause)
    if pool.memory_manager == "static":
        each = ";".join(f"{node}:memory={memory}Mi" for node in range(nodes))
        yield "reserved-memory", Traced(each, cause)
        yield "eviction-hard", Traced(f"memory.available<{_THRESHOLD}Mi", cause)


def pool_taints(cluster: Cluster, label: str) -> list[Any] | None:
    """The taints of the nodes of a pool; None leaves the tool's own."""
    stated = cluster.layer.pool[label].taints
    if not stated:
        return None
    return [
        Traced(
            {"key": key, "effect": EFFECTS[effect]},
            cluster.stated("what keeps pods off the nodes", f"pool.{label}.taints.{key}"),
        )
        for key, effect in stated.items()
    ]


def control_taints(cluster: Cluster) -> list[Any] | Traced | None:
    """No taint where workloads run on the control plane; None leaves kubeadm's own."""
    if not cluster.layer.control.schedulable:
        return None
    return Traced([], cluster.stated("workloads run on these nodes too", "control.schedulable"))
