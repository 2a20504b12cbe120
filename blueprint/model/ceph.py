"""Ceph clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from blueprint.model.fields import Count, Disks, HostSet, NetworkRef, TcpPort
from blueprint.model.schema import Block, Kind, Refers
from blueprint.values import Ratio, Ref

FailureDomain = Literal["host", "rack", "zone"]

#: The client of the cluster that each use of a pool goes by, `client.` before it.
CLIENTS: Mapping[str, str] = {
    "glance": "glance",
    "cinder": "cinder",
    "cinder_backup": "cinder-backup",
    "nova": "nova",
    "manila": "manila",
}
#: The client of Kubernetes clusters beside a Ceph cluster on hosts (Ceph CSI); Rook makes its own.
KUBERNETES_CLIENT = "kubernetes"


class Erasure(Block):
    """Erasure coding: `k` data chunks and `m` coding chunks, each in a failure domain of its own."""

    k: Count = Field(description="Data chunks.")
    m: Count = Field(description="Coding chunks; as many domains may fail.")


class Pool(Block):
    """A pool: what it is for, how often data is kept, and over what it is spread."""

    use: Literal["cinder", "cinder_backup", "glance", "kubernetes", "nova", "rbd"] = Field(
        description="The service that keeps its data in the pool."
    )
    size: Count = Field(3, description="Copies of each object.")
    min_size: Count | None = Field(
        None,
        description="Copies that must exist for a write; half, rounded up, plus one of even sizes.",
    )
    erasure: Erasure | None = Field(None, description="Erasure coding in place of copies.")
    failure_domain: FailureDomain = Field(
        "host", description="What may fail as a whole without loss."
    )
    share: Ratio | None = Field(None, description="Expected share of the cluster's data.")
    device_class: Literal["hdd", "ssd", "nvme"] | None = Field(
        None, description="The medium that the pool is kept on."
    )
    storage_class: str | None = Field(
        None, description="On Kubernetes: name of the storage class that volumes of the pool have."
    )
    default: bool = Field(
        default=False, description="On Kubernetes: whether volumes without a class are kept here."
    )


class Filesystem(Block):
    """A CephFS file system."""

    use: Literal["manila", "cephfs"] = Field(
        "cephfs", description="The service that keeps its shares in it; `cephfs` for any client."
    )
    size: Count = Field(3, description="Copies of each object.")
    failure_domain: FailureDomain = Field(
        "host", description="What may fail as a whole without loss."
    )
    storage_class: str | None = Field(
        None,
        description="On Kubernetes: name of the storage class of volumes in it, which many pods may write at once.",
    )
    default: bool = Field(
        default=False, description="On Kubernetes: whether volumes without a class are kept here."
    )


class ObjectStore(Block):
    """Object storage through the gateways of `rgw`."""

    swift: bool = Field(default=False, description="Whether Swift's API is served.")
    s3: bool = Field(default=True, description="Whether S3's API is served.")
    size: Count = Field(3, description="Copies of each object.")
    erasure: Erasure | None = Field(None, description="Erasure coding in place of copies.")
    failure_domain: FailureDomain = Field(
        "host", description="What may fail as a whole without loss."
    )
    port: TcpPort = Field(7480, description="TCP port of the gateways.")


class Ceph(Kind):
    """A Ceph cluster on hosts (cephadm), on Kubernetes (Rook), or `existing` and only described."""

    kind: ClassVar[str] = "ceph"
    scopes: ClassVar[tuple[str, ...]] = ("osds",)

    on: Annotated[Ref, Refers("kubernetes")] | None = Field(
        None,
        description="The Kubernetes cluster that it runs on; on the hosts themselves where unset.",
    )
    host_network: bool = Field(
        default=False,
        description="On Kubernetes: whether daemons use the nodes' own network, so that clients outside reach them.",
    )
    release: Literal["reef", "squid", "tentacle"] = Field("squid", description="Ceph's release.")
    image: str | None = Field(
        None,
        description="Image of the daemons with registry, path and version; the release's newest that oib knows.",
    )
    registry: Annotated[Ref, Refers("registry")] | None = Field(
        None, description="Where images come from; the public one, or the nodes' own, where unset."
    )
    monitors: HostSet = Field((), description="Hosts of the monitors: odd, three or more.")
    managers: HostSet = Field((), description="Hosts of the managers; the monitors' where unset.")
    osds: HostSet = Field((), description="Hosts of the OSDs.")
    rgw: HostSet = Field((), description="Hosts of the object gateways.")
    mds: HostSet = Field(
        (),
        description="Hosts of the metadata servers; the monitors' where a file system needs them.",
    )
    nfs: HostSet = Field(
        (), description="Hosts of the NFS gateways in front of file systems; none where unset."
    )
    devices: Disks = Field((), description="Disks that become OSDs.")
    db_devices: Disks = Field((), description="Disks for the OSDs' metadata.")
    public_network: NetworkRef = Field(description="The network that clients use.")
    cluster_network: NetworkRef | None = Field(
        None, description="The network for replication; the public one where unset."
    )
    encrypted: bool = Field(default=False, description="Whether OSDs are encrypted at rest.")
    fsid: str | None = Field(None, description="The cluster's UUID, of an existing cluster.")
    pool: dict[str, Pool] = Field({}, description="The pools, by name.")
    filesystem: dict[str, Filesystem] = Field({}, description="The file systems, by name.")
    object: ObjectStore | None = Field(None, description="Object storage.")

    def data_pool(self, name: str) -> str | None:
        """The pool beside an erasure-coded one that holds its data, or None where copies are kept.

        Block devices keep their metadata in copies; only their data can be erasure-coded.
        """
        return f"{name}.data" if self.pool[name].erasure is not None else None

    def pool_for(self, use: str) -> str | None:
        """Name of the pool that a service uses, or None."""
        return next((name for name, pool in self.pool.items() if pool.use == use), None)

    @property
    def metadata_servers(self) -> tuple[Ref, ...]:
        """Hosts of the metadata servers: where a file system needs them, the monitors' by default."""
        return (self.mds or self.monitors) if self.filesystem else self.mds

    def filesystem_for(self, use: str) -> str | None:
        """Name of the file system that a service uses, or None."""
        return next((name for name, each in self.filesystem.items() if each.use == use), None)


__all__ = [
    "CLIENTS", "KUBERNETES_CLIENT", "Ceph", "Erasure", "FailureDomain", "Filesystem", "ObjectStore", "Pool", "Ref",
]  # fmt: skip
