"""Plans the storage of a host: OSDs, journals, monitors, volume groups and file systems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.starlingx_parts import HostCeph, RookCeph, VolumeGroup
from blueprint.target import Cause
from blueprint.values import Size
from targets._formats.page import Traced
from targets.starlingx.catalog import catalog
from targets.starlingx.resources.common import View, gibibytes
from targets.starlingx.system import Member, System

ROOK_CLUSTER = "ceph_rook_cluster"
#: Each file system of a host that the blueprint may size, by StarlingX's word for it.
HOST_FILESYSTEMS = {
    "backup": "backup",
    "docker": "docker",
    "kubelet": "kubelet",
    "log": "log",
    "scratch": "scratch",
    "image_conversion": "image-conversion",
    "instances": "instances",
}
VOLUME_GROUPS = {"nova_local": "nova-local", "cgts_vg": "cgts-vg"}
#: Of a journal where nothing is stated: the smallest that the deployment manager can state, in GiB.
JOURNAL_GIB = 1


def storage(view: View) -> dict[str, Any]:
    """What the host stores on: empty where nothing is stated."""
    found: dict[str, Any] = {}
    monitor = _host_monitor(view)
    if monitor is not None:
        found["monitor"] = monitor
    osds = list(_osds(view))
    if osds:
        found["osds"] = osds
    groups = list(_volume_groups(view))
    if groups:
        found["volumeGroups"] = groups
    filesystems = list(_filesystems(view))
    if filesystems:
        found["filesystems"] = filesystems
    return found


def has_osds(view: View) -> bool:
    """Whether the disks of the backend are the host's."""
    layer = view.system.layer
    return layer.storage is not None and view.member.field in layer.storage_roles


def third_monitor(system: System) -> Member | None:
    """The worker that has a monitor beside the two controllers; none where something else is the third.

    All-in-one controllers without workers have one that goes from controller to controller, and of
    storage hosts storage-0 has it.
    """
    layer = system.layer
    if layer.config == "aio_sx" or layer.storage is None:
        return None
    if isinstance(layer.storage, HostCeph) and layer.config != "standard":
        return None
    return next((each for each in system.members if each.personality == "worker"), None)


def has_rook_monitor(view: View) -> bool:
    """Whether a monitor of Rook's Ceph runs on the host."""
    if not isinstance(view.system.layer.storage, RookCeph):
        return False
    return view.member.personality == "controller" or view.member == third_monitor(view.system)


def monitor_size(system: System) -> tuple[int, Cause]:
    """The file system of a monitor of Rook's Ceph, in GiB."""
    layer = system.layer
    paths = (system.path("filesystems", "ceph"), system.path("storage", "monitor_size"))
    stated = layer.filesystems.ceph or (layer.storage.monitor_size if layer.storage else None)
    least = catalog(layer.release).size_gib("sb_ceph_mon_gib")
    size = least if stated is None else max(gibibytes(stated), 1)
    return size, Cause("data of Ceph's daemons", paths)


def _host_monitor(view: View) -> dict[str, Any] | None:
    """The third monitor of Ceph on the hosts, which a worker has."""
    backend = view.system.layer.storage
    if not isinstance(backend, HostCeph) or view.member != third_monitor(view.system):
        return None
    if backend.monitor_size is None:
        return {}
    cause = Cause("the monitor's size", (view.system.path("storage", "monitor_size"),))
    return {"size": Traced(gibibytes(backend.monitor_size), cause)}


def _osds(view: View) -> Iterator[Any]:
    backend = view.system.layer.storage
    if backend is None or not has_osds(view):
        return
    common: dict[str, Any] = {"cluster": ROOK_CLUSTER} if isinstance(backend, RookCeph) else {}
    journal = None
    if isinstance(backend, HostCeph) and backend.journal is not None:
        for path, field in view.disks(backend.journal)[:1]:
            journal = path
            paths = (view.system.path("storage", "journal"), field)
            yield Traced({"function": "journal", "path": path}, Cause("the journals' disk", paths))
    if journal is not None and isinstance(backend, HostCeph):
        common["journal"] = {"location": journal, "size": _journal_size(view, backend)}
    for position, ref in enumerate(backend.devices):
        for path, field in view.disks(ref):
            paths = (view.system.path("storage", "devices", str(position)), field)
            entry = {"function": "osd", "path": path, **common}
            yield Traced(entry, Cause("a disk of the storage backend", paths))


def _journal_size(view: View, backend: HostCeph) -> Traced:
    stated = backend.journal_size
    size = JOURNAL_GIB if stated is None else gibibytes(stated)
    return Traced(
        size, Cause("of each OSD's journal", (view.system.path("storage", "journal_size"),))
    )


def volume_groups(view: View) -> Iterator[tuple[str, VolumeGroup]]:
    """The volume groups that are stated and that the host has, by the attribute of each."""
    stated = view.system.layer.volume_groups
    if stated.nova_local.is_stated and view.has_workloads:
        yield "nova_local", stated.nova_local
    if stated.cgts_vg.is_stated:
        yield "cgts_vg", stated.cgts_vg


def _volume_groups(view: View) -> Iterator[Any]:
    """Volume groups of whole disks, and of a partition of the system's disk."""
    for field, group in volume_groups(view):
        here = ("volume_groups", field)
        volumes: list[Any] = []
        for position, ref in enumerate(group.devices):
            for path, origin in view.disks(ref):
                paths = (view.system.path(*here, "devices", str(position)), origin)
                cause = Cause("a disk of the volume group", paths)
                volumes.append(Traced({"type": "disk", "path": path}, cause))
        if group.size is not None and view.system_disk is not None:
            for path, origin in view.disks(view.system_disk[0])[:1]:
                paths = (view.system.path(*here, "size"), origin)
                entry = {"type": "partition", "path": path, "size": gibibytes(group.size)}
                cause = Cause("a partition of the system's disk", paths)
                volumes.append(Traced(entry, cause))
        why = Cause("a stated volume group", (view.system.path(*here),))
        name = VOLUME_GROUPS[field]
        yield Traced({"name": name, "physicalVolumes": volumes}, why)


def _filesystems(view: View) -> Iterator[Any]:
    """File systems with a stated size, of those that hosts of this personality have."""
    layer = view.system.layer
    known = catalog(layer.release).filesystems(view.member.personality)
    for field, word in HOST_FILESYSTEMS.items():
        size: Size | None = getattr(layer.filesystems, field)
        if size is None or word not in known or (word == "instances" and not view.has_workloads):
            continue
        cause = Cause("the stated size", (view.system.path("filesystems", field),))
        yield Traced({"name": word, "size": gibibytes(size)}, cause)
    is_rook = isinstance(layer.storage, RookCeph)
    if is_rook and (has_osds(view) or has_rook_monitor(view)):
        size_gib, cause = monitor_size(view.system)
        yield Traced({"name": "ceph", "size": size_gib}, cause)


__all__ = [
    "HOST_FILESYSTEMS", "JOURNAL_GIB", "ROOK_CLUSTER", "VOLUME_GROUPS", "has_osds", "has_rook_monitor",
    "monitor_size", "storage", "third_monitor", "volume_groups",
]  # fmt: skip
