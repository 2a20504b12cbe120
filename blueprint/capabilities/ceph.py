"""What Ceph clusters require of their hosts or their platform, and what they offer."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.capabilities.contract import Capability, Offer, Requirement
from blueprint.capabilities.hosts import GIB, as_nodes, disk, hardware_of, on_hosts
from blueprint.fleet import ceph_roles, parts_of
from blueprint.model import Ceph, Hardware, Model
from blueprint.values import Ref

#: What a Ceph daemon is given: `osd_memory_target` and `mon_memory_target` are 4 and 2 GiB by
#: default, and cephadm counts 4 GiB for a manager when it shares out a host's memory.
OSD_MEMORY = 4 * GIB
MONITOR_MEMORY = 2 * GIB
MANAGER_MEMORY = 4 * GIB
#: `mds_cache_memory_limit`.
METADATA_MEMORY = 4 * GIB


def requirements(ref: Ref, cluster: Ceph, model: Model) -> Iterator[Requirement]:
    """What a cluster needs below it; on Kubernetes it is on its networks only with the nodes' own."""
    monitors, managers, osds, rgw, mds, nfs = ceph_roles(ref, cluster)
    is_on_networks = cluster.on is None or cluster.host_network
    for role in (monitors, managers, osds, rgw, mds, nfs):
        if is_on_networks:
            public = Capability("l2", cluster.public_network)
            yield from on_hosts(role, ("public_network",), public, model)
    if cluster.on is not None:
        yield from as_nodes((monitors, managers, osds, rgw, mds), cluster.on, model)
    if cluster.cluster_network is not None and is_on_networks:
        inner = Capability("l2", cluster.cluster_network)
        yield from on_hosts(osds, ("cluster_network",), inner, model)
    for field in ("devices", "db_devices"):
        for position, device in enumerate(getattr(cluster, field)):
            yield from disk(osds, (field, str(position)), device, model)
    memory = Capability("memory")
    of_ceph = f"of `{ref}`"
    yield from on_hosts(
        monitors, ("monitors",), memory, model, MONITOR_MEMORY, f"a monitor {of_ceph}"
    )
    yield from on_hosts(
        managers, (managers.field,), memory, model, MANAGER_MEMORY, f"a manager {of_ceph}"
    )
    servers = f"a metadata server {of_ceph}"
    yield from on_hosts(mds, (mds.field,), memory, model, METADATA_MEMORY, servers)
    for part in parts_of(model, cluster.osds):
        count = max((osds_on(cluster, one) for one in hardware_of(model, part.members)), default=0)
        yield Requirement(
            consumer=ref,
            cause=("osds",),
            provider=part.group.ref,
            choice=("osds", str(part.position)),
            capability=memory,
            quantity=OSD_MEMORY * count,
            part=part,
            purpose=f"{count} OSDs {of_ceph}",
        )


def osds_on(cluster: Ceph, hardware: Hardware) -> int:
    """How many OSDs a host of some hardware runs: one for each device."""
    return sum(_devices(device, hardware) for device in cluster.devices)


def _devices(ref: Ref, hardware: Hardware) -> int:
    found = hardware.disk.get(ref.name)
    if found is None:
        return 0
    return 1 if ref.key is not None or found.raid is not None else found.count


def offer(cluster: Ceph, capability: Capability) -> Offer:
    """How much a cluster offers: the pools for a use."""
    return Offer(sum(pool.use == capability.of for pool in cluster.pool.values()))
