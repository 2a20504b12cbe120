"""Networks that hosts have addresses on, and the physical networks that tenants' traffic takes."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from blueprint.model.fields import (
    AddressRanges,
    Cidr,
    Ip,
    Mtu,
    RackRef,
    SiteRef,
    Vlan,
    VlanRanges,
)  # fmt: skip
from blueprint.model.schema import Block, Kind


class AddressPool(Block):
    """A range of a network that something else gives out."""

    ranges: AddressRanges = Field(description="The addresses.")
    managed_by: Literal["neutron", "metallb", "operator"] = Field(
        "operator", description="Who gives them out."
    )


class Segment(Block):
    """The subnet of a routed network behind one rack's switches."""

    rack: RackRef = Field(description="The rack that the subnet serves.")
    cidr: Cidr = Field(description="The subnet, inside the network's own.")
    cidr6: Cidr | None = Field(
        None, description="The IPv6 subnet, inside the network's own, where that has one."
    )
    gateway: Ip | None = Field(None, description="Router of the subnet.")
    gateway6: Ip | None = Field(None, description="Router of the IPv6 subnet.")
    vlan: Vlan | None = Field(None, description="VLAN in that rack; the network's where unset.")


class Network(Kind):
    """A network of the infrastructure: one broadcast domain, or one subnet a rack with `segment`.

    Addresses of hosts are allotted from what is left after the gateway, `reserved`, `dhcp`, `pool`
    and the virtual addresses of layers; all of these are disjoint.
    """

    kind: ClassVar[str] = "network"
    scopes: ClassVar[tuple[str, ...]] = ("site",)

    site: SiteRef | None = Field(None, description="The site that the network is in.")
    cidr: Cidr = Field(description="The subnet.")
    cidr6: Cidr | None = Field(
        None, description="The IPv6 subnet of a network of both families; `cidr` is IPv4 then."
    )
    vlan: Vlan | None = Field(None, description="VLAN tag; untagged where unset.")
    mtu: Mtu = Field(1500, description="Bytes of payload of a frame.")
    gateway: Ip | None = Field(None, description="The router.")
    gateway6: Ip | None = Field(None, description="The router for IPv6.")
    routable: bool = Field(default=True, description="Whether other networks reach it.")
    realm: str = Field(
        "global", description="Address space in which subnets are disjoint; others may repeat it."
    )
    reserved: AddressRanges = Field((), description="Addresses that are never given out.")
    allot: AddressRanges = Field((), description="Where set, hosts get addresses only from here.")
    dhcp: AddressRanges = Field((), description="Addresses that a DHCP server gives out.")
    managed_by: Literal["oib", "neutron"] = Field(
        "oib", description="Who gives out addresses: `neutron` for networks of floating addresses."
    )
    pool: dict[str, AddressPool] = Field({}, description="Ranges that something else gives out.")
    segment: dict[str, Segment] = Field({}, description="One subnet a rack, for a routed fabric.")

    @property
    def is_dual(self) -> bool:
        """Whether it has a subnet of each family, stated as it must be."""
        return self.cidr6 is not None and (self.cidr.version, self.cidr6.version) == (4, 6)

    @property
    def subnets(self) -> tuple[Cidr, ...]:
        """The subnet, or one of each family."""
        return (self.cidr, self.cidr6) if self.is_dual and self.cidr6 else (self.cidr,)

    def subnet_of(self, address: Ip) -> Cidr:
        """The subnet of an address's family; of another family, the network's first."""
        return self.subnets[-1] if address.version == 6 else self.cidr

    def field_of(self, address: Ip) -> str:
        """The attribute that states the subnet of an address's family."""
        return "cidr" if self.subnet_of(address) is self.cidr else "cidr6"


class Physnet(Kind):
    """A physical network that carries tenants' or provider networks (Neutron's physical network)."""

    kind: ClassVar[str] = "physnet"

    type: Literal["flat", "vlan"] = Field(description="Whether frames carry VLAN tags.")
    vlans: VlanRanges = Field((), description="The VLANs that may be used on it.")
    mtu: Mtu = Field(1500, description="Bytes of payload of a frame.")
