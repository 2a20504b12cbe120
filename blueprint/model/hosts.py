"""Hosts: groups of equal servers, what differs from one to the next, and their network interfaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from blueprint.model.fields import (
    Count,
    HardwareRef,
    Ip,
    Mtu,
    NetworkRef,
    Networks,
    Nics,
    PhysnetRef,
    RackRef,
    SiteRef,
)  # fmt: skip
from blueprint.model.schema import Block, Choice, Kind, Unlabelled
from blueprint.values import Mac, Ref, SecretRef, Size


class OperatingSystem(Block):
    """The host system; `like` names the supported one that an unlisted one is compatible with."""

    choice: str
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


class Boot(Block):
    """How the host boots from the network."""

    network: NetworkRef | None = Field(None, description="The provisioning network.")
    mac: Mac | None = Field(None, description="Address of the port that boots.")
    mode: Literal["uefi", "bios"] = Field("uefi", description="Boot firmware in use.")


class Attachment(Block):
    """What a link of a host carries."""

    mtu: Mtu | None = Field(None, description="The largest of its networks where unset.")
    networks: Networks = Field((), description="Networks that it carries, tagged with their VLANs.")
    native: NetworkRef | None = Field(None, description="The network that it carries untagged.")
    physnet: PhysnetRef | None = Field(None, description="The physical network that it is part of.")


class Bond(Attachment):
    """Ports joined to one link; the label is the kernel's interface name."""

    ports: Nics = Field(description="The ports.")
    mode: Literal["lacp", "active_backup", "balance_xor"] = Field(
        "lacp", description="`lacp` is IEEE 802.3ad."
    )
    hash: Literal["layer2", "layer2_3", "layer3_4"] | None = Field(
        None, description="What spreads frames over the ports."
    )


class Port(Attachment):
    """A single port in use: `port nic.ocp[0] { … }`."""


class PlatformMemory(Block):
    """Memory of the host that is not for guests."""

    platform: Size | None = Field(
        None, description="Kept for the system and its agents on the whole host."
    )


class PlatformCores(Block):
    """Cores of the host that are not for guests, per NUMA node."""

    platform: int | None = Field(None, ge=1, description="Kept for the system, per NUMA node.")


class Hosts(Kind):
    """A group of equal servers: one, `count` of them, or one for each key of a family."""

    kind: ClassVar[str] = "hosts"
    scopes: ClassVar[tuple[str, ...]] = ("hardware", "site")
    columns: ClassVar[frozenset[str]] = frozenset(
        {"name", "rack", "unit", "serial", "bmc.address", "boot.mac", "address"}
    )
    structural: ClassVar[frozenset[str]] = frozenset({"count", "without"})

    count: Count | None = Field(None, description="How many, with keys from 1.")
    without: tuple[int, ...] = Field((), description="Keys that were retired: no such members.")
    name: str | None = Field(
        None, description="Host name; the family's name and the key where unset."
    )
    site: SiteRef | None = Field(None, description="The site; the only one where unset.")
    hardware: HardwareRef = Field(description="The model of server.")
    os: Annotated[OperatingSystem, Choice()] = Field(
        OperatingSystem(choice="ubuntu-24.04"), description="The host system."
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
    address: Annotated[dict[str, Ip], Unlabelled()] = Field(
        {}, description="Stated addresses, by the name of the network."
    )
    cores: PlatformCores = Field(PlatformCores(), description="Cores kept from guests.")
    memory: PlatformMemory = Field(PlatformMemory(), description="Memory kept from guests.")
    nested_virtualization: bool = Field(
        default=False, description="Whether guests may run guests of their own."
    )


def fallback_name(family: str, key: str | None) -> str:
    """The name of a host that states none: its family's, and its key."""
    parts = [family, key] if key is not None else [family]
    return "-".join(part.replace("_", "-").lower() for part in parts)


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
    stated: Mapping[str, Ip]


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
