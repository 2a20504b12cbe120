"""The network interfaces of a host, by the names that its kernel gives them.

A bond is named by its label, a port by its card's `names`; a tagged network on either is a VLAN
sub-interface `LINK.VLAN`, an untagged one is the link itself. Derived once for each group of equal
hosts, since nothing here differs between its members.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from blueprint.model.hardware import Hardware
from blueprint.model.hosts import Attachment, Bond, Hosts, Port, Sriov
from blueprint.model.network import Network
from blueprint.values import Rate, Ref


@dataclass(frozen=True, slots=True)
class PortUse:
    """One port of a card: which, the kernel's name for it, its speed, and its PCI address if stated."""

    ref: Ref
    interface: str
    speed: Rate
    pci: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A bond or a single port, with what it carries.

    `field` is the path of its block in the `hosts` declaration, such as `bond.bond0`;
    `networks` maps each network to the interface that carries it. `sriov` are the virtual functions of
    a single port.
    """

    name: str
    kind: Literal["bond", "port"]
    field: tuple[str, ...]
    ports: tuple[PortUse, ...]
    mode: str | None
    mtu: int
    networks: Mapping[Ref, str]
    native: Ref | None
    physnet: Ref | None
    datapath: Literal["kernel", "dpdk"] = "kernel"
    sriov: Sriov | None = None

    @property
    def name_field(self) -> tuple[str, ...] | None:
        """The field of the hardware that gives a port its name; None for a bond, whose label is its name."""
        if self.kind == "bond":
            return None
        port = self.ports[0].ref
        return ("nic", port.name, "names", port.key or "0")

    @property
    def functions_physnet(self) -> Ref | None:
        """The physical network that virtual functions lead to, or None where there are none."""
        return None if self.sriov is None else self.sriov.physnet or self.physnet


def links_of(spec: Hosts, hardware: Hardware, networks: Mapping[Ref, Network]) -> tuple[Link, ...]:
    """The links of a group of equal hosts, in the order of the declaration.

    Ports that the hardware lacks are left out; `port-exists` reports them.
    """
    links = []
    blocks: list[tuple[str, Attachment]] = [*spec.bond.items(), *spec.port.items()]
    for label, block in blocks:
        is_bond = isinstance(block, Bond)
        refs = block.ports if isinstance(block, Bond) else (Ref(label),)
        ports = tuple(p for ref in refs if (p := port_of(ref, hardware)) is not None)
        if not is_bond and not ports:
            continue
        name = label if is_bond else ports[0].interface
        carried: dict[Ref, str] = {}
        mtus = [1500]
        for network in (*([block.native] if block.native else []), *block.networks):
            declared = networks.get(network)
            if declared is None:
                continue
            tagged = declared.vlan is not None and network != block.native
            carried.setdefault(network, f"{name}.{declared.vlan}" if tagged else name)
            mtus.append(declared.mtu)
        links.append(
            Link(
                name=name,
                kind="bond" if is_bond else "port",
                field=("bond" if is_bond else "port", label),
                ports=ports,
                mode=block.mode if isinstance(block, Bond) else None,
                mtu=block.mtu or max(mtus),
                networks=carried,
                native=block.native,
                physnet=block.physnet,
                datapath=block.datapath,
                sriov=block.sriov if isinstance(block, Port) else None,
            )
        )
    return tuple(links)


def port_of(ref: Ref, hardware: Hardware) -> PortUse | None:
    """The port that `nic.NAME[index]` names, or None where the hardware has none such."""
    nic = hardware.nic.get(ref.name)
    index = int(ref.key) if ref.key is not None and ref.key.isdigit() else 0
    if nic is None or index >= nic.ports:
        return None
    name = nic.names[index] if index < len(nic.names) else f"{ref.name}{index}"
    return PortUse(ref, name, nic.speed, nic.pci[index] if index < len(nic.pci) else None)


def interface_of(links: tuple[Link, ...], network: Ref) -> str | None:
    """The interface that carries a network, or None."""
    return next((link.networks[network] for link in links if network in link.networks), None)


def physnet_interface(links: tuple[Link, ...], physnet: Ref) -> str | None:
    """The link that is part of a physical network, or None."""
    return next((link.name for link in links if link.physnet == physnet), None)
