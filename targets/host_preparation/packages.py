"""Packages that a class of hosts needs for what is configured here, by their names in each family."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Ceph
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.host_preparation.layer import HostClass, Preparation
from targets.host_preparation.security import security_packages
from targets.host_preparation.storage import shares, volume_groups
from targets.host_preparation.systems import Family, distribution_of
from targets.host_preparation.timekeeping import keeps_time

#: What the network needs beyond what the system has by itself.
_NETWORK = {
    "ubuntu": ("netplan.io",),
    "debian": ("netplan.io", "systemd-resolved", "dbus"),
}
#: Attributes of clusters that name hosts.
_CEPH = ("monitors", "managers", "osds", "rgw", "mds", "nfs")
_NFS: dict[Family, str] = {"debian": "nfs-common", "redhat": "nfs-utils"}


def packages(layer: Preparation, hosts: HostClass) -> Iterator[Traced]:
    """The packages, each with its cause."""
    distribution = distribution_of(hosts.spec.os) or ""
    network = Cause("the network of the hosts is configured by it", (hosts.field("os"),))
    for name in _NETWORK.get(distribution, ("nmstate", "NetworkManager")):
        yield Traced(name, network)
    if keeps_time(layer, hosts):
        yield Traced(
            "chrony", Cause("the time service", (hosts.field("clock"), hosts.field("site")))
        )
    if hosts.spec.clock == "ptp":
        yield Traced("linuxptp", Cause("the clock follows PTP", (hosts.field("clock"),)))
    made = [(link, f) for link in hosts.links if (f := hosts.functions(link)) is not None]
    if any(functions.driver == "vfio" for _, functions in made):
        fields = tuple(hosts.field(*link.field, "sriov") for link, _ in made)
        yield Traced("driverctl", Cause("virtual functions are bound by it", fields))
    groups, mounted = list(volume_groups(layer, hosts)), list(shares(layer, hosts))
    clusters = [ref for ref in hosts.layers(*_CEPH) if _runs_here(layer, ref)]
    if clusters:
        fields = tuple(f"{r.layer}.{r.field}" for r in hosts.roles if r.layer in clusters)
        cause = Cause("Ceph runs in containers on volumes of LVM", fields)
        yield Traced("podman", cause)
        yield Traced("lvm2", cause)
    elif metadata := _metadata_volumes(layer, hosts):
        yield Traced("lvm2", Cause("Rook keeps metadata of OSDs on volumes of LVM", metadata))
    elif groups:
        yield Traced("lvm2", groups[0].cause)
    yield from security_packages(hosts)
    if mounted:
        yield Traced(_NFS[hosts.family], mounted[0].cause)


def _runs_here(layer: Preparation, ref: Ref) -> bool:
    """Whether cephadm makes a cluster on the hosts themselves."""
    return ref not in layer.model.existing and layer.model.at(ref, Ceph).on is None


def _metadata_volumes(layer: Preparation, hosts: HostClass) -> tuple[str, ...]:
    """The fields that give OSDs on Kubernetes disks for their metadata."""
    clusters = layer.model.of(Ceph)
    return tuple(f"{ref}.db_devices" for ref in hosts.layers("osds") if clusters[ref].db_devices)
