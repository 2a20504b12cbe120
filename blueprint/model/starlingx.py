"""StarlingX: one system of one to many hosts, a system controller, or a subcloud of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from blueprint.model.fields import DiskRef, HostSet, Ip, KubernetesVersion, Labels
from blueprint.model.kubernetes_features import OidcAuth
from blueprint.model.schema import Choice, Kind, PassThrough, Refers
from blueprint.model.starlingx_parts import (
    Application,
    Certificates,
    ClusterNetworks,
    FileSystems,
    HostCeph,
    Install,
    NodeLabels,
    OamAddresses,
    PlatformNetworks,
    PodNetwork,
    PtpInstance,
    RadioAccelerator,
    RookCeph,
    StarlingXRelease,
    SubcloudGroup,
    SystemNamespace,
    SystemRuntime,
    VolumeGroups,
)
from blueprint.values import Ref, SecretRef


class StarlingX(Kind):
    """A StarlingX system: its platform, and the Kubernetes cluster that comes with it.

    Its hosts have `managed_by = starlingx`: it installs them, names them and gives them addresses. A
    system with `of` is a subcloud. Name servers, time servers and the place are those of the
    controllers' site.
    """

    kind: ClassVar[str] = "starlingx"
    scopes: ClassVar[tuple[str, ...]] = ("controllers", "workers", "storage_nodes")

    release: StarlingXRelease = Field(description="StarlingX's release.")
    config: Literal["aio_sx", "aio_dx", "standard", "dedicated_storage"] = Field(
        description="All in one on one host or on two, controllers with workers, or with storage hosts too."
    )
    role: Literal["none", "system_controller"] = Field(
        "none", description="Whether it is the system controller of a distributed cloud."
    )
    of: Annotated[Ref, Refers("starlingx")] | None = Field(
        None, description="Of a subcloud: its system controller."
    )
    controllers: HostSet = Field(
        description="The controllers, controller-0 first: one for `aio_sx`, else two."
    )
    workers: HostSet = Field((), description="Hosts of workloads alone.")
    storage_nodes: HostSet = Field((), description="Hosts of storage alone.")
    networks: PlatformNetworks = Field(description="The platform networks.")
    oam: OamAddresses = Field(description="Addresses on the OAM network.")
    cluster: ClusterNetworks = Field(
        ClusterNetworks(), description="Subnets of the Kubernetes cluster."
    )
    kubernetes: KubernetesVersion | None = Field(
        None, description="Version of Kubernetes; the release's newest where unset."
    )
    storage: Annotated[HostCeph | RookCeph, Choice()] | None = Field(
        None,
        description="The storage backend: `ceph` on the hosts, or `rook`; none where unset.",
        discriminator="choice",
    )
    system_disk: DiskRef | None = Field(
        None, description="The disk of the system; the first of the hardware where unset."
    )
    filesystems: FileSystems = Field(FileSystems(), description="Sizes of file systems.")
    volume_groups: VolumeGroups = Field(VolumeGroups(), description="Volume groups of hosts.")
    vswitch: Literal["none", "ovs", "ovs_dpdk"] = Field(
        "none",
        description="The virtual switch of OpenStack: none, in pods, or on the hosts with DPDK.",
    )
    cpu_manager: Literal["none", "static"] = Field(
        "none", description="`static` gives whole CPUs to guaranteed pods."
    )
    topology_manager: Literal["none", "best_effort", "restricted", "single_numa_node"] = Field(
        "none", description="How resources of one NUMA node are kept together."
    )
    memory_manager: Literal["none", "static"] = Field(
        "none", description="`static` keeps memory of guaranteed pods on their NUMA node."
    )
    labels: Labels = Field({}, description="Kubernetes labels of every host of workloads.")
    node_labels: dict[str, NodeLabels] = Field({}, description="Labels of single hosts.")
    ptp_instance: dict[str, PtpInstance] = Field({}, description="Time services of the hosts.")
    runtime: dict[str, SystemRuntime] = Field(
        {}, description="Kata Containers that come with the release: `runtime kata {}`."
    )
    namespace: dict[str, SystemNamespace] = Field(
        {}, description="Namespaces of workloads, by name."
    )
    pod_network: dict[str, PodNetwork] = Field(
        {}, description="Networks of pods beside the cluster's own, on virtual functions."
    )
    radio_accelerator: dict[str, RadioAccelerator] = Field(
        {}, description="Accelerators of forward error correction, for RAN workloads."
    )
    registry: Annotated[Ref, Refers("registry")] | None = Field(
        None, description="Where images come from in place of the public registries."
    )
    proxy: Annotated[Ref, Refers("proxy")] | None = Field(
        None, description="The HTTP proxy of the container engine."
    )
    certificates: Certificates = Field(
        Certificates(), description="Authorities behind its certificates."
    )
    auth: Annotated[OidcAuth, Choice()] | None = Field(
        None, description="Who vouches for users of Kubernetes; certificates alone where unset."
    )
    admin_username: str = Field("admin", description="The administrator of the platform's APIs.")
    admin_password: SecretRef | None = Field(
        None, description="The administrator's password, by reference."
    )
    sysadmin_password: SecretRef | None = Field(
        None, description="Password of `sysadmin` on the hosts, by reference."
    )
    application: dict[str, Application] = Field(
        {}, description="Applications of the platform that are installed at bootstrap."
    )
    description: str | None = Field(None, description="What people read of the system.")
    subcloud_group: dict[str, SubcloudGroup] = Field(
        {}, description="Of a system controller: subclouds that are updated together."
    )
    group: Annotated[Ref, Refers("subcloud_group")] | None = Field(
        None, description="Of a subcloud: its group; StarlingX's `Default` where unset."
    )
    system_controller_gateway: Ip | None = Field(
        None,
        description="Of a subcloud: the router that leads to it, on the system controller's management "
        "network (or its admin network); that network's own gateway where unset.",
    )
    install: Install = Field(
        Install(), description="Of a subcloud: how its first controller is installed."
    )
    prestage: Literal["install", "upgrade"] | None = Field(
        None, description="Of a subcloud: what is copied there beforehand; nothing where unset."
    )
    tool: Annotated[dict[str, dict[str, Any]], PassThrough()] = Field(
        {}, description="StarlingX's own variables, checked against the release."
    )

    @property
    def is_subcloud(self) -> bool:
        """Whether a system controller looks after it."""
        return self.of is not None

    @property
    def is_all_in_one(self) -> bool:
        """Whether controllers carry workloads."""
        return self.config in ("aio_sx", "aio_dx")

    @property
    def hosts(self) -> tuple[Ref, ...]:
        """Every host of the system, controllers first."""
        return (*self.controllers, *self.workers, *self.storage_nodes)

    @property
    def worker_hosts(self) -> tuple[Ref, ...]:
        """Hosts with the worker function: those that carry workloads."""
        return (*self.controllers, *self.workers) if self.is_all_in_one else self.workers

    @property
    def storage_roles(self) -> tuple[str, ...]:
        """The attributes that name hosts with OSDs."""
        if isinstance(self.storage, RookCeph):
            by_deployment: dict[str, tuple[str, ...]] = {
                "controller": ("controllers",),
                "dedicated": ("workers",),
                "open": ("controllers", "workers"),
            }
            return by_deployment[self.storage.deployment]
        return ("storage_nodes",) if self.config == "dedicated_storage" else ("controllers",)

    def address_realm(self, ref: Ref) -> str:
        """Address space of pods and services: as stated, or the system's own."""
        return self.cluster.realm or str(ref)

    def oam_addresses(self) -> Iterator[Ip]:
        """The addresses on the OAM network that the system has: floating, and those of its controllers."""
        oam = self.oam
        yield from (*oam.floating, *oam.node0, *oam.node1)
        if self.config != "aio_sx":
            for number, stated in enumerate((oam.node0, oam.node1), start=1):
                yield from () if stated else (address + number for address in oam.floating)

    def platform_networks(self) -> Iterator[tuple[str, Ref]]:
        """The platform networks that the blueprint describes: attribute and network."""
        for name in ("oam", "mgmt", "cluster_host", "pxeboot", "admin", "storage"):
            network = getattr(self.networks, name)
            if network is not None:
                yield name, network


__all__ = ["StarlingX"]
