"""Plans `cephClusterSpec`: monitors and managers on their hosts, the network, the disks of each node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from blueprint.capabilities.ceph import (
    MANAGER_MEMORY,
    METADATA_MEMORY,
    MONITOR_MEMORY,
    OSD_MEMORY,
)
from blueprint.model import Host
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.resources import quantity
from targets._kubernetes.values import Setting
from targets.rook.cluster import IMAGES, Cluster, Device
from targets.rook.operator import tolerations

_SPEC = "cephClusterSpec"
#: Managers where the blueprint does not say how many: one works, one waits.
_MANAGERS = 2


def cluster_settings(cluster: Cluster) -> Iterator[Setting]:
    """Everything of the cluster but its pools."""
    release = Cause("the release, as Rook's charts name its newest", (cluster.path("release"),))
    repository, _, tag = (cluster.layer.image or "").rpartition(":")
    stated = Cause("the image of the daemons", (cluster.path("image"),))
    image = stated if tag else release
    yield Setting(("cephImage", "repository"), repository or "quay.io/ceph/ceph", image)
    yield Setting(("cephImage", "tag"), tag or IMAGES[cluster.layer.release], image)
    asked = Cause("the client by which people and checks ask the cluster", (str(cluster.ref),))
    yield Setting(("toolbox", "enabled"), value=True, cause=asked)
    allowed = tolerations(cluster)
    if allowed is not None:
        yield Setting(("toolbox", "tolerations"), allowed.value, allowed.cause)
    yield from _daemons(cluster)
    yield from _network(cluster)
    if allowed is not None:
        yield Setting((_SPEC, "placement", "all", "tolerations"), allowed.value, allowed.cause)
    for role, field in (("mon", "monitors"), ("mgr", "managers")):
        placed = on_hosts(cluster, field)
        yield Setting((_SPEC, "placement", role, "nodeAffinity"), placed.value, placed.cause)
    yield from _resources(cluster)
    yield from _storage(cluster)


def _daemons(cluster: Cluster) -> Iterator[Setting]:
    monitors = Cause("one monitor on each of its hosts", (cluster.path("monitors"),))
    yield Setting((_SPEC, "mon", "count"), len(cluster.members("monitors")), monitors)
    yield Setting((_SPEC, "mon", "allowMultiplePerNode"), value=False, cause=monitors)
    field = cluster.stated_field("managers")
    managers = Cause("managers on their hosts", (cluster.path("managers"), cluster.path(field)))
    hosts = len(cluster.members("managers"))
    count = hosts if cluster.layer.managers else min(hosts, _MANAGERS)
    yield Setting((_SPEC, "mgr", "count"), count, managers)
    yield Setting((_SPEC, "mgr", "allowMultiplePerNode"), value=False, cause=managers)


def _network(cluster: Cluster) -> Iterator[Setting]:
    layer = cluster.layer
    if not layer.host_network:
        version = cluster.kubernetes.pods[0].version if cluster.kubernetes.pods else 4
        family = Cause("the family of the pods' addresses", (f"{cluster.on}.pods",))
    else:
        version = cluster.public_network.cidr.version
        family = Cause("the family of the network", (f"{layer.public_network}.cidr",))
        host = Cause("daemons use the nodes' own network", (cluster.path("host_network"),))
        yield Setting((_SPEC, "network", "provider"), "host", host)
        public = Cause(
            "the network that clients use",
            (cluster.path("public_network"), f"{layer.public_network}.cidr"),
        )
        ranges = (_SPEC, "network", "addressRanges")
        yield Setting((*ranges, "public"), [str(cluster.public_network.cidr)], public)
        if cluster.cluster_network is not None:
            inner = Cause(
                "the network for replication",
                (cluster.path("cluster_network"), f"{layer.cluster_network}.cidr"),
            )
            yield Setting((*ranges, "cluster"), [str(cluster.cluster_network.cidr)], inner)
    if version == 6:
        yield Setting((_SPEC, "network", "ipFamily"), "IPv6", family)


def on_hosts(cluster: Cluster, field: str) -> Traced:
    """A node affinity that keeps pods to the hosts of a role."""
    stated = cluster.stated_field(field)
    paths = dict.fromkeys((cluster.path(field), cluster.path(stated)))
    cause = Cause(f"the hosts of `{stated}`", tuple(paths))
    names = [
        Traced(host.name, Cause("the node, by the host's name", (*paths, f"{host.ref}.name")))
        for host in cluster.members(field)
    ]
    expression = {"key": "kubernetes.io/hostname", "operator": "In", "values": names}
    terms = [{"matchExpressions": [expression]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return Traced(required, cause)


def _resources(cluster: Cluster) -> Iterator[Setting]:
    """What each daemon is given is what the sums of the hosts' memory count."""
    for name, amount, field in (
        ("mon", MONITOR_MEMORY, "monitors"),
        ("mgr", MANAGER_MEMORY, cluster.stated_field("managers")),
        ("osd", OSD_MEMORY, "osds"),
    ):
        path = (cluster.path(field),)
        cause = Cause("memory of the daemon, as the sums of the hosts count it", path)
        for bound in ("limits", "requests"):
            yield Setting((_SPEC, "resources", name, bound, "memory"), quantity(amount), cause)


def metadata_server_memory() -> dict[str, Any]:
    """Memory of a metadata server, as the sums count it."""
    amount = quantity(METADATA_MEMORY)
    return {"limits": {"memory": amount}, "requests": {"cpu": "1000m", "memory": amount}}


def _storage(cluster: Cluster) -> Iterator[Setting]:
    ref = cluster.path
    named = Cause("the nodes and disks that are named, no others", (ref("osds"), ref("devices")))
    storage = (_SPEC, "storage")
    yield Setting((*storage, "useAllNodes"), value=False, cause=named)
    yield Setting((*storage, "useAllDevices"), value=False, cause=named)
    if cluster.layer.encrypted:
        encrypted = Cause("whether OSDs are encrypted at rest", (ref("encrypted"),))
        yield Setting((*storage, "config", "encryptedDevice"), "true", encrypted)
    of_hardware = {each: list(_devices(cluster, each)) for each in cluster.hardware}
    nodes = [
        _node(cluster, host, of_hardware[host.spec.hardware]) for host in cluster.members("osds")
    ]
    yield Setting((*storage, "nodes"), nodes, Cause("the hosts of the OSDs", (ref("osds"),)))


def _node(cluster: Cluster, host: Host, devices: Sequence[Traced]) -> Traced:
    hardware = Cause(
        "the disks of the hardware",
        (cluster.path("osds"), cluster.path("devices"), f"{host.group}.hardware"),
    )
    osds = cluster.path("osds")
    name = Traced(host.name, Cause("the node, by the host's name", (osds, f"{host.ref}.name")))
    cause = Cause("a host of the OSDs", (osds, str(host.ref)))
    return Traced({"name": name, "devices": Traced(devices, hardware)}, cause)


def _devices(cluster: Cluster, hardware: Any) -> Iterator[Traced]:
    """The disks of a model of server, each with its metadata's disk in turn and, where pools choose, its class."""
    data = cluster.devices(hardware, "devices")
    metadata = cluster.devices(hardware, "db_devices")
    layer = cluster.layer
    choosing = tuple(
        cluster.path("pool", name, "device_class")
        for name, pool in layer.pool.items()
        if pool.device_class
    )
    for position, device in enumerate(data):
        config: dict[str, Traced] = {}
        if metadata:
            chosen = metadata[position % len(metadata)]
            config["metadataDevice"] = _path(cluster, hardware, chosen, "db_devices")
        if choosing:
            stated = f"{hardware}.{device.disk.family}.media"
            cause = Cause("the class that pools choose their medium by", (*choosing, stated))
            config["deviceClass"] = Traced(device.media, cause)
        name = _path(cluster, hardware, device, "devices")
        yield Traced({"name": name, "config": config} if config else {"name": name}, name.cause)


def _path(cluster: Cluster, hardware: Any, device: Device, field: str) -> Traced:
    paths = (cluster.path(field), f"{hardware}.{device.disk.family}.paths")
    rule = (
        "a disk of the hardware, by its path" if field == "devices" else "a disk for OSDs' metadata"
    )
    return Traced(device.path, Cause(rule, paths))
