"""One Ceph layer as Rook sees it: the Kubernetes cluster below, its nodes, who runs where, which disks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Ceph, Hardware, Host, Kubernetes, Model, Network, OpenStack
from blueprint.model.ceph import Filesystem, Pool
from blueprint.model.hardware import Disk
from blueprint.model.kubernetes import Taint
from blueprint.values import Ref
from targets._kubernetes.object_gateways import store_name

#: The image of each release that Rook 1.20 runs: the newest that its charts name.
IMAGES = {"squid": "v19.2.3", "tentacle": "v20.2.4"}
EFFECTS: dict[Taint, str] = {
    "no_schedule": "NoSchedule",
    "prefer_no_schedule": "PreferNoSchedule",
    "no_execute": "NoExecute",
}


@dataclass(frozen=True, slots=True)
class Device:
    """A disk of some hardware: its path, its medium, and the declaration that it is of."""

    path: str
    media: str
    disk: Ref


@dataclass(frozen=True)
class Cluster:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def layer(self) -> Ceph:
        """The declaration."""
        return self.model.at(self.ref, Ceph)

    @property
    def on(self) -> Ref:
        """The address of the Kubernetes cluster below."""
        assert self.layer.on is not None  # `Rook.layers` leaves out what stands on hosts
        return self.layer.on

    @cached_property
    def kubernetes(self) -> Kubernetes:
        """The Kubernetes cluster below."""
        return self.model.at(self.on, Kubernetes)

    def path(self, *parts: str) -> str:
        """The address of a field of the layer."""
        return ".".join((str(self.ref), *parts))

    @cached_property
    def public_network(self) -> Network:
        """The network that clients use."""
        return self.model.at(self.layer.public_network, Network)

    @cached_property
    def cluster_network(self) -> Network | None:
        """The network for replication, where it is another one."""
        ref = self.layer.cluster_network
        return None if ref is None else self.model.at(ref, Network)

    @property
    def store(self) -> str:
        """The name of the object store."""
        return store_name(self.ref)

    def members(self, field: str) -> tuple[Host, ...]:
        """The hosts of a role; managers and metadata servers may run beside the monitors."""
        selection = getattr(self.layer, field)
        if field == "managers" and not selection:
            selection = self.layer.monitors
        elif field == "mds":
            selection = self.layer.metadata_servers
        return tuple(self.model.hosts(selection))

    def stated_field(self, field: str) -> str:
        """The field that names the hosts of a role."""
        stated = getattr(self.layer, field)
        return "monitors" if field in ("managers", "mds") and not stated else field

    @cached_property
    def taints(self) -> dict[str, tuple[str, str]]:
        """Taints of the nodes by key, each with its effect and the field that states it."""
        found: dict[str, tuple[str, str]] = {}
        for name, pool in self.kubernetes.pool.items():
            for key, effect in pool.taints.items():
                found.setdefault(key, (EFFECTS[effect], f"{self.on}.pool.{name}.taints"))
        return found

    def devices(self, hardware: Ref, field: str) -> tuple[Device, ...]:
        """The disks of a model of server that `devices` or `db_devices` name, those with paths."""
        disks = self.model.at(hardware, Hardware).disk
        found: dict[str, Device] = {}
        for ref in getattr(self.layer, field):
            disk = disks.get(ref.name)
            for path in () if disk is None else paths_of(ref, disk):
                assert disk is not None
                found.setdefault(path, Device(path, disk.media, ref))
        return tuple(found.values())

    @cached_property
    def hardware(self) -> tuple[Ref, ...]:
        """The models of server with OSDs."""
        return tuple(sorted({host.spec.hardware for host in self.members("osds")}))

    @cached_property
    def makes_clients(self) -> bool:
        """Whether services that keep data in pools are given clients by Rook.

        The charts of OpenStack-Helm make their own in jobs, and would take turns with Rook in setting
        what these may do. Manila's chart is the exception: it takes a client that is there.
        """
        users = [each for each in self.model.of(OpenStack).values() if each.storage == self.ref]
        return not users or any(each.tool_name != "openstack_helm" for each in users)

    def keepers(self) -> Iterator[tuple[str, str, Pool | Filesystem]]:
        """What volumes may be kept in: pools and file systems, each with its field and label."""
        yield from (("pool", name, each) for name, each in self.layer.pool.items())
        yield from (("filesystem", name, each) for name, each in self.layer.filesystem.items())


def paths_of(ref: Ref, disk: Disk) -> tuple[str, ...]:
    """The stated paths of the disks that a reference means."""
    if ref.key is None or not disk.paths:
        return disk.paths
    position = int(ref.key)
    return disk.paths[position : position + 1]
