"""Disks and shares of a class of hosts: volume groups for Cinder, NFS for images and guests' disks."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.mounts import mounts_of
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.host_preparation.layer import HostClass, Preparation


def volume_groups(layer: Preparation, hosts: HostClass) -> Iterator[Traced]:
    """The volume groups of the hosts, each with its devices."""
    for ref, region in layer.regions(hosts, "volumes"):
        if region.cinder.lvm is None:
            continue
        lvm = region.cinder.lvm
        devices = [path for disk in lvm.devices for path in paths_of(hosts, disk.name, disk.key)]
        disks = dict.fromkeys(f"{hosts.spec.hardware}.disk.{d.name}.paths" for d in lvm.devices)
        field = "volumes" if region.volumes else "control"
        paths = (f"{ref}.cinder.lvm", f"{ref}.{field}", *disks)
        cause = Cause("the disks that volumes are kept on", paths)
        yield Traced({"name": lvm.volume_group, "devices": devices}, cause)


def paths_of(hosts: HostClass, name: str, key: str | None) -> tuple[str, ...]:
    """The stated device paths of disks of the hosts' hardware."""
    disk = hosts.hardware.disk.get(name)
    if disk is None:
        return ()
    if key is None or not key.isdigit():
        return disk.paths
    return disk.paths[int(key) : int(key) + 1]


def shares(layer: Preparation, hosts: HostClass) -> Iterator[Traced]:
    """The NFS shares that the hosts mount, and where."""
    for role in ("control", "compute"):
        for ref, region in layer.regions(hosts, role):
            for mount in mounts_of(region):
                if mount.role == role:
                    paths = (".".join((str(ref), *mount.field)), f"{ref}.{role}")
                    cause = Cause("a share that services of the hosts keep files on", paths)
                    yield Traced({"share": mount.share, "path": mount.path}, cause)
