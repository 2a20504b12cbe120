"""The parts of a StarlingX system: its networks and addresses, storage, time, applications, subclouds."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from blueprint.model.fields import (
    Cidrs,
    Count,
    DeviceRef,
    DiskRef,
    Disks,
    HostAddresses,
    HostSet,
    Ip,
    Labels,
    NetworkRef,
    NicRef,
    Nics,
    PhysnetRef,
    Strings,
    Vlan,
)
from blueprint.model.kubernetes_features import NamespaceQuota
from blueprint.model.schema import Block, Refers, Unlabelled
from blueprint.values import FileRef, Ref, SecretRef, Size

#: Releases whose differences are known.
StarlingXRelease: TypeAlias = Literal["9.0", "10.0", "11.0", "12.0"]
PkiRef: TypeAlias = Annotated[Ref, Refers("pki")]
#: Parameters of a program, as its own file has them: names and texts or whole numbers.
Parameters: TypeAlias = Annotated[dict[str, str | int], Unlabelled()]


class PlatformNetworks(Block):
    """The platform networks of a system: those that StarlingX itself gives out addresses on."""

    oam: NetworkRef = Field(description="Operation and management: the APIs, and the way in.")
    mgmt: NetworkRef | None = Field(
        None,
        description="Management, between the hosts of the system; on `aio_sx` alone it may be left to "
        "StarlingX, which has one inside the host.",
    )
    cluster_host: NetworkRef | None = Field(
        None,
        description="Kubernetes between the hosts; where unset, StarlingX's own default beside the management "
        "network.",
    )
    pxeboot: NetworkRef | None = Field(
        None, description="Installation of further hosts; StarlingX's own default where unset."
    )
    admin: NetworkRef | None = Field(
        None, description="Of a distributed cloud: between the system controller and subclouds; "
        "the management network where unset.",
    )  # fmt: skip
    storage: NetworkRef | None = Field(
        None, description="Clients of storage outside of the system; none where unset."
    )


class OamAddresses(Block):
    """Addresses on the OAM network: one, or one of each family."""

    floating: HostAddresses = Field(description="The address of the active controller.")
    node0: HostAddresses = Field(
        (), description="The address of controller-0; the one after `floating` where unset."
    )
    node1: HostAddresses = Field(
        (), description="The address of controller-1; the second after `floating` where unset."
    )


class ClusterNetworks(Block):
    """Subnets of the Kubernetes cluster that comes with the system."""

    pods: Cidrs = Field((IPv4Network("172.16.0.0/16"),), description="Addresses of pods.")
    services: Cidrs = Field((IPv4Network("10.96.0.0/12"),), description="Addresses of services.")
    multicast: Cidrs = Field(
        (IPv4Network("239.1.1.0/28"),), description="Multicast groups of the management network."
    )
    realm: str | None = Field(
        None, description="Address space of `pods` and `services`; the system's own where unset."
    )


class HostCeph(Block):
    """The older backend: Ceph on the hosts themselves."""

    choice: Literal["ceph"] = "ceph"
    replicas: Count | None = Field(
        None, description="Copies of each object; 1 on one host, else 2, where unset."
    )
    devices: Disks = Field(description="Disks that become OSDs, of every host with OSDs.")
    journal: DiskRef | None = Field(None, description="Disk for the OSDs' journals.")
    journal_size: Size | None = Field(
        None, description="Of each OSD's journal, in whole GiB; 1 GiB where unset."
    )
    monitor_size: Size | None = Field(
        None, description="File system of a monitor; StarlingX's default where unset."
    )


class RookCeph(Block):
    """The newer backend: Ceph in pods, by the rook-ceph application."""

    choice: Literal["rook"] = "rook"
    deployment: Literal["controller", "dedicated", "open"] = Field(
        "controller", description="Which hosts carry OSDs: controllers, workers alone, or any."
    )
    replicas: Count | None = Field(
        None, description="Copies of each object; 1 on one host, else 2, where unset."
    )
    failure_domain: Literal["osd", "host"] | None = Field(
        None, description="What may fail as a whole without loss; `osd` on one host, else `host`."
    )
    devices: Disks = Field(description="Disks that become OSDs, of every host with OSDs.")
    services: tuple[Literal["block", "ecblock", "filesystem", "object"], ...] = Field(
        ("block", "filesystem"), description="What it serves."
    )
    monitor_size: Size | None = Field(
        None, description="File system of a monitor; StarlingX's default where unset."
    )


class FileSystems(Block):
    """Sizes of file systems; StarlingX's own defaults where unset."""

    backup: Size | None = Field(None, description="Backups, on controllers.")
    docker: Size | None = Field(None, description="Container images and layers, on every host.")
    docker_distribution: Size | None = Field(
        None, description="The local registry, on controllers."
    )
    database: Size | None = Field(None, description="Databases, on controllers.")
    etcd: Size | None = Field(None, description="The store of Kubernetes, on controllers.")
    extension: Size | None = Field(None, description="Extensions, on controllers.")
    platform: Size | None = Field(None, description="Configuration, on controllers.")
    kubelet: Size | None = Field(None, description="Ephemeral volumes of pods, on every host.")
    log: Size | None = Field(None, description="Logs, on every host.")
    scratch: Size | None = Field(None, description="Temporary files, on every host.")
    ceph: Size | None = Field(None, description="Data of Rook's daemons, on hosts with OSDs.")
    image_conversion: Size | None = Field(
        None, description="Conversion of images by OpenStack, on controllers."
    )
    instances: Size | None = Field(
        None, description="OpenStack guests' own disks, on hosts of guests."
    )


class VolumeGroup(Block):
    """What a volume group of hosts is made of; the group is StarlingX's own where nothing is stated."""

    devices: Disks = Field((), description="Disks that it has as a whole.")
    size: Size | None = Field(None, description="A partition of the system's disk.")

    @property
    def is_stated(self) -> bool:
        """Whether anything is."""
        return bool(self.devices) or self.size is not None


class VolumeGroups(Block):
    """Volume groups of hosts (LVM)."""

    nova_local: VolumeGroup = Field(
        VolumeGroup(), description="OpenStack guests' own disks, on hosts of workloads."
    )
    cgts_vg: VolumeGroup = Field(
        VolumeGroup(), description="Further space for the file systems of every host."
    )


class PtpPorts(Block):
    """Ports of a time service with parameters of their own, beside its others."""

    ports: Nics = Field(description="The ports.")
    parameters: Parameters = Field({}, description="Their parameters.")


class PtpInstance(Block):
    """One instance of a time service, on ports of hosts."""

    service: Literal["ptp4l", "phc2sys", "ts2phc", "clock", "gnss_monitor", "dpll_mgr"] = Field(
        description="The program."
    )
    ports: Nics = Field((), description="The ports that it speaks on.")
    parameters: Parameters = Field({}, description="Its parameters, as its own file has them.")
    port_parameters: Parameters = Field({}, description="Parameters of its ports.")
    port_group: dict[str, PtpPorts] = Field(
        {}, description="Further ports, with parameters of their own."
    )
    hosts: HostSet = Field((), description="The hosts; all with its ports where unset.")
    follows: str | None = Field(
        None,
        description="Of `phc2sys`: the instance of `ptp4l`, by name, whose clock the system's clock follows.",
    )

    @property
    def all_ports(self) -> tuple[Ref, ...]:
        """Every port that it speaks on."""
        grouped = (port for group in self.port_group.values() for port in group.ports)
        return (*self.ports, *grouped)


class NodeLabels(Block):
    """Kubernetes labels of some hosts."""

    hosts: HostSet = Field(description="The hosts.")
    labels: Labels = Field(description="Their labels, beside those of all hosts.")


class SystemRuntime(Block):
    """Kata Containers that come with the release, as a RuntimeClass; the label is its name."""

    overhead: Size | None = Field(
        None,
        description="Memory of a pod's virtual machine beside its containers; what Kata states for QEMU where "
        "unset.",
    )


class PodNetwork(Block):
    """Virtual functions that pods are attached to beside the cluster's own network (Multus, SR-IOV)."""

    physnet: PhysnetRef = Field(
        description="The physical network that the functions of the hosts' ports lead to."
    )
    namespace: str = Field(description="The namespace whose pods may use it.")
    vlan: Vlan | None = Field(
        None, description="VLAN that the card adds and takes off; none where unset."
    )
    trusted: bool = Field(
        default=False, description="Whether pods may change addresses and listen to all."
    )


class SystemNamespace(Block):
    """A namespace of the Kubernetes cluster that comes with the system: bounds and isolation."""

    quota: NamespaceQuota = Field(NamespaceQuota(), description="The most that it may have.")
    network_policy: Literal["allow", "deny_ingress", "deny_all"] = Field(
        "allow", description="What traffic its pods have before policies of their own."
    )
    pod_security: Literal["privileged", "baseline", "restricted"] | None = Field(
        None, description="Pod security standard; the cluster's where unset."
    )
    labels: Labels = Field({}, description="Labels of the namespace.")


class QueueGroups(Block):
    """What the queue groups of an accelerator of forward error correction are for."""

    uplink_5g: int = Field(0, ge=0, description="Decoding, 5G.")
    downlink_5g: int = Field(0, ge=0, description="Encoding, 5G.")
    uplink_4g: int = Field(0, ge=0, description="Decoding, 4G.")
    downlink_4g: int = Field(0, ge=0, description="Encoding, 4G.")
    fft: int = Field(0, ge=0, description="Fourier transforms; of ACC200.")


class RadioAccelerator(Block):
    """Accelerators of forward error correction, whose virtual functions pods are given."""

    device: DeviceRef = Field(description="The devices of the hosts' hardware.")
    vfs: Count = Field(description="Virtual functions of each device.")
    queue_groups: QueueGroups = Field(description="What its queue groups are for.")


class Chart(Block):
    """Values for one chart of an application."""

    namespace: str = Field(description="The chart's namespace.")
    values: FileRef = Field(description="The values, YAML.")
    secret_values: SecretRef | None = Field(
        None, description="Further values, YAML, whose place is that of secrets: by reference."
    )


class Application(Block):
    """An application of the platform that is installed at bootstrap; the label is its name."""

    version: str | None = Field(
        None,
        description="Its version, as its archive's name has it; the one installed where unset.",
    )
    chart: dict[str, Chart] = Field({}, description="Values for its charts.")


class Certificates(Block):
    """Authorities behind the certificates of a system."""

    trusted: PkiRef | None = Field(
        None, description="An authority that the system trusts, beside that of its registry."
    )
    etcd: PkiRef | None = Field(
        None, description="The root authority of etcd; StarlingX makes one where unset."
    )


class SubcloudGroup(Block):
    """Subclouds that are updated together."""

    update: Literal["parallel", "serial"] = Field(
        "parallel", description="Whether several are updated at a time."
    )
    max_parallel: Count = Field(2, description="How many are at most.")
    description: str | None = Field(None, description="What people read of it.")


class Install(Block):
    """Remote installation of a subcloud's first controller by the system controller (Redfish)."""

    console: Literal["serial", "graphical"] = Field(
        "serial", description="Where the installer writes to."
    )
    interface: NicRef | None = Field(
        None, description="The port that installs; the one that carries OAM where unset."
    )
    vlan: Vlan | None = Field(
        None, description="VLAN on it; that of the OAM network, if tagged there, where unset."
    )
    address: Ip | None = Field(
        None, description="Address during the installation; the floating OAM address where unset."
    )
    gateway: Ip | None = Field(
        None, description="Router during the installation; the OAM network's where unset."
    )
    boot_parameters: Strings = Field((), description="Further parameters of the kernel.")
    persistent_size: Size | None = Field(
        None, description="Partition that survives a new installation; 30000 MiB where unset."
    )
    wipe_osds: bool = Field(default=False, description="Whether disks of OSDs are wiped.")
    verify_certificate: bool = Field(
        default=False, description="Whether the certificate of the image's server is checked."
    )


__all__ = [
    "Application", "Certificates", "Chart", "ClusterNetworks", "FileSystems", "HostCeph", "Install",
    "NodeLabels", "OamAddresses", "PlatformNetworks", "PodNetwork", "PtpInstance", "PtpPorts", "QueueGroups",
    "RadioAccelerator", "RookCeph", "StarlingXRelease", "SubcloudGroup", "SystemNamespace", "SystemRuntime",
    "VolumeGroup", "VolumeGroups",
]  # fmt: skip
