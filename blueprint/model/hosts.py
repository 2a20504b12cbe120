"""Hosts: groups of equal servers, what differs from one to the next, and their network interfaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from blueprint.model.fields import (
    Count,
    Devices,
    HardwareRef,
    HostAddresses,
    Ip,
    Mtu,
    NetworkRef,
    Networks,
    Nics,
    PhysnetRef,
    RackRef,
    SiteRef,
    Strings,
)  # fmt: skip
from blueprint.model.schema import Block, Choice, Kind, Unlabelled
from blueprint.model.security import HostSecurity
from blueprint.values import Mac, Ref, SecretRef, Size


class OperatingSystem(Block):
    """The host system; `like` names the supported one that an unlisted one is compatible with.

    `os = none` is a server without one, which a cloud gives to its users whole.
    """

    choice: Literal["none"] | str  # noqa: PYI051  # the word may stand without quotes
    like: str | None = Field(None, description="The listed system that it behaves like.")

    @property
    def name(self) -> str:
        """Distribution and version, such as `ubuntu-24.04`."""
        return self.choice


class HostBmc(Block):
    """How the host's board management controller is reached."""

    network: NetworkRef | None = Field(None, description="The network that it is on.")
    address: Ip | None = Field(None, description="Its address.")
    credentials: SecretRef | None = Field(None, description="User and password, by reference.")
    verify: bool = Field(
        default=True, description="Whether its certificate is checked (Redfish speaks HTTPS)."
    )


class Boot(Block):
    """How the host boots from the network."""

    network: NetworkRef | None = Field(None, description="The provisioning network.")
    mac: Mac | None = Field(None, description="Address of the port that boots.")
    mode: Literal["uefi", "bios"] = Field("uefi", description="Boot firmware in use.")
    switch: str | None = Field(None, description="Name of the switch that the port is on.")
    switch_mac: Mac | None = Field(
        None, description="Chassis address of that switch, as LLDP tells it."
    )
    switch_port: str | None = Field(None, description="Name of the port of that switch.")


class Attachment(Block):
    """What a link of a host carries."""

    mtu: Mtu | None = Field(None, description="The largest of its networks where unset.")
    networks: Networks = Field((), description="Networks that it carries, tagged with their VLANs.")
    native: NetworkRef | None = Field(None, description="The network that it carries untagged.")
    physnet: PhysnetRef | None = Field(None, description="The physical network that it is part of.")
    datapath: Literal["kernel", "dpdk"] = Field(
        "kernel", description="What moves its frames: the kernel, or a poll-mode driver (DPDK)."
    )


class Bond(Attachment):
    """Ports joined to one link; the label is the kernel's interface name."""

    ports: Nics = Field(description="The ports.")
    switches: Strings = Field(
        (), description="Names of the switches that the ports lead to, one a port: facts for rules."
    )
    mode: Literal["lacp", "active_backup", "balance_xor"] = Field(
        "lacp", description="`lacp` is IEEE 802.3ad."
    )
    hash: Literal["layer2", "layer2_3", "layer3_4"] | None = Field(
        None, description="What spreads frames over the ports."
    )


class Sriov(Block):
    """Virtual functions of a port, for guests."""

    vfs: Count = Field(description="How many are made.")
    driver: Literal["netdevice", "vfio"] = Field(
        "netdevice",
        description="What the host binds them to: their kernel driver, or `vfio-pci` for guests that "
        "poll them.",
    )
    physnet: PhysnetRef | None = Field(
        None, description="The physical network that they lead to; the port's own where unset."
    )
    trusted: bool = Field(
        default=False, description="Whether guests may change addresses and listen to all."
    )


class Port(Attachment):
    """A single port in use: `port nic.ocp[0] { … }`."""

    driver: Literal["vfio_pci", "uio_pci_generic", "igb_uio"] | None = Field(
        None, description="What DPDK drives the port with; `vfio_pci` where unset."
    )
    rx_queues: Count | None = Field(
        None, description="Receive queues of a port that DPDK drives; one where unset."
    )
    sriov: Sriov | None = Field(None, description="Virtual functions of the port.")


class HugePages(Block):
    """Huge pages of one size: `hugepages "1 GiB" { count = 8 }`."""

    count: Count = Field(description="How many, per NUMA node.")


class HostMemory(Block):
    """What the memory of each NUMA node is for; what is left is for guests without huge pages."""

    platform: Size | None = Field(
        None, description="Kept for the system and its agents, per NUMA node."
    )
    vswitch: Size | None = Field(
        None, description="Huge pages for the virtual switch, per NUMA node."
    )
    hugepages: dict[str, HugePages] = Field(
        {}, description="Huge pages for guests by their size: `2 MiB` or `1 GiB`."
    )


class HostCores(Block):
    """What the physical cores of each NUMA node are for; those not named are for any guest.

    `rest` stands for all that the others leave.
    """

    platform: Count | None = Field(None, description="Kept for the system, per NUMA node.")
    vswitch: Count | None = Field(
        None, description="Poll for the virtual switch, per NUMA node (DPDK)."
    )
    shared: Count | Literal["rest"] | None = Field(
        None, description="For guests whose CPUs are not pinned, per NUMA node."
    )
    isolated: Count | Literal["rest"] | None = Field(
        None, description="For guests whose CPUs are pinned to them, per NUMA node."
    )


class VirtualGpu(Block):
    """Graphics processors that are shared between guests."""

    type: str = Field(description="Type of the shares, such as `nvidia-319`.")


class Hosts(Kind):
    """A group of equal servers: one, `count` of them, or one for each key of a family."""

    kind: ClassVar[str] = "hosts"
    scopes: ClassVar[tuple[str, ...]] = ("hardware", "site")
    columns: ClassVar[frozenset[str]] = frozenset(
        {
            "name", "rack", "unit", "serial", "bmc.address", "boot.mac", "boot.switch",
            "boot.switch_mac", "boot.switch_port", "address",
        }
    )  # fmt: skip
    structural: ClassVar[frozenset[str]] = frozenset({"count", "without"})

    count: Count | None = Field(None, description="How many, with keys from 1.")
    without: tuple[int, ...] = Field((), description="Keys that were retired: no such members.")
    name: str | None = Field(
        None, description="Host name; the family's name and the key where unset."
    )
    site: SiteRef | None = Field(None, description="The site; the only one where unset.")
    hardware: HardwareRef = Field(description="The model of server.")
    os: Annotated[OperatingSystem, Choice()] = Field(
        OperatingSystem(choice="ubuntu-24.04"),
        description="The host system, as text; `none` where the server has none of its own.",
    )
    user: str = Field("root", description="The user that deployment tools log in as.")
    rack: RackRef | None = Field(None, description="The rack that it stands in.")
    unit: Count | None = Field(None, description="Lowest rack unit that it fills.")
    serial: str | None = Field(None, description="The maker's serial number.")
    spread: Literal["rack", "zone"] | None = Field(
        None, description="Place members in turn over the racks or the zones of the site."
    )
    bmc: HostBmc = Field(HostBmc(), description="The board management controller.")
    boot: Boot = Field(Boot(), description="Booting from the network.")
    bond: dict[str, Bond] = Field({}, description="Bonds, by interface name.")
    port: dict[str, Port] = Field({}, description="Single ports in use, by `nic.NAME[index]`.")
    address: Annotated[dict[str, HostAddresses], Unlabelled()] = Field(
        {},
        description="Stated addresses, by the name of the network; of one with both families one or two.",
    )
    cores: HostCores = Field(HostCores(), description="What cores are for, per NUMA node.")
    memory: HostMemory = Field(HostMemory(), description="What memory is for, per NUMA node.")
    nested_virtualization: bool = Field(
        default=False, description="Whether guests may run guests of their own."
    )
    iommu: bool = Field(
        default=False, description="Whether devices are isolated so that guests can be given them."
    )
    passthrough: Devices = Field((), description="PCI devices that guests are given whole.")
    vgpu: dict[str, VirtualGpu] = Field(
        {}, description="Graphics processors that guests share, by their name in the hardware."
    )
    kernel: Literal["standard", "low_latency"] = Field(
        "standard", description="The kernel: the distribution's own, or the one for low latency."
    )
    clock: Literal["ntp", "ptp"] = Field("ntp", description="What keeps the time.")
    security: HostSecurity = Field(HostSecurity(), description="How the host guards itself.")
    managed_by: Literal["oib", "ironic", "starlingx"] = Field(
        "oib",
        description="Who installs it: `ironic` for servers that a cloud gives to its users whole, "
        "`starlingx` for those of a StarlingX system.",
    )


@dataclass(frozen=True, slots=True)
class Host:
    """One server: what is its own; everything shared with its equals is in `spec`."""

    ref: Ref
    group: Ref
    key: str
    position: int
    name: str
    spec: Hosts
    site: Ref | None
    rack: Ref | None
    zone: Ref | None
    unit: int | None
    serial: str | None
    bmc_address: Ip | None
    boot_mac: Mac | None
    stated: Mapping[str, Ip | tuple[Ip, ...]]
    switch: str | None = None
    switch_mac: Mac | None = None
    switch_port: str | None = None


@dataclass(frozen=True, slots=True)
class HostGroup:
    """The members of one `hosts` declaration, in the order of their keys."""

    ref: Ref
    members: tuple[Host, ...]
    is_family: bool

    def __iter__(self) -> Iterator[Host]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)
