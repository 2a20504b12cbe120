"""Ports whose kernel names the hardware does not state: they are given the names that everything else uses.

A file for udev (`.link`) names such a port by its PCI address, or, where that is unknown, the boot port
by its MAC address. Ports with stated names keep them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from blueprint.model.links import Link, PortUse
from targets.host_preparation.layer import HostClass


class Naming(NamedTuple):
    """A port with a made-up name: what tells it is its PCI address, or the boot port's MAC address."""

    link: Link
    port: PortUse
    pci: str | None
    is_boot_port: bool

    @property
    def is_possible(self) -> bool:
        """Whether anything tells the port."""
        return self.pci is not None or self.is_boot_port


def namings(hosts: HostClass) -> Iterator[Naming]:
    """The ports of a class that have to be given names."""
    for link in hosts.links:
        for port in link.ports:
            nic = hosts.hardware.nic[port.ref.name]
            if not nic.names:
                yield Naming(link, port, port.pci, _is_boot_port(hosts, link))


def _is_boot_port(hosts: HostClass, link: Link) -> bool:
    """Whether a single port is the one that the hosts boot from, and all of their addresses are known."""
    network = hosts.spec.boot.network
    is_native = link.kind == "port" and network is not None and network == link.native
    return is_native and all(host.boot_mac is not None for host in hosts.hosts)
