"""The addresses that hosts have on networks, as columns: one table a network, numbers for addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from blueprint.values import Cidr, Ip, Ref


class Origin(StrEnum):
    """Why a host has its address: the blueprint states it, the lock file keeps it, or it was free."""

    STATED = "stated"
    LOCKED = "locked"
    ALLOTTED = "allotted"


class Assignment(NamedTuple):
    """The address of one host on one network as a number, the subnet it lies in, and its origin."""

    number: int
    subnet: Cidr
    origin: Origin

    @property
    def address(self) -> Ip:
        """The address itself."""
        is_first = self.subnet.version == 4
        return (ipaddress.IPv4Address if is_first else ipaddress.IPv6Address)(self.number)


@dataclass(frozen=True)
class Addresses:
    """Who has which address, by network and host; `tables6` are the second ones, on networks of both families."""

    tables: Mapping[Ref, Mapping[Ref, Assignment]] = field(default_factory=dict)
    tables6: Mapping[Ref, Mapping[Ref, Assignment]] = field(default_factory=dict)

    def of(self, host: Ref, network: Ref) -> Ip | None:
        """The address of a host on a network, or None where it has none."""
        found = self.tables.get(network, {}).get(host)
        if found is None:
            return None
        return found.address

    def text(self, host: Ref, network: Ref) -> str | None:
        """The address as text; the fast way to many of them."""
        found = self.tables.get(network, {}).get(host)
        if found is None:
            return None
        number = found.number
        if found.subnet.version == 4:
            return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        return str(ipaddress.IPv6Address(number))

    def of6(self, host: Ref, network: Ref) -> ipaddress.IPv6Address | None:
        """The IPv6 address of a host on a network of both families, or None where it has none."""
        found = self.tables6.get(network, {}).get(host)
        return None if found is None else ipaddress.IPv6Address(found.number)

    def text6(self, host: Ref, network: Ref) -> str | None:
        """The IPv6 address on a network of both families as text."""
        address = self.of6(host, network)
        return None if address is None else str(address)

    def table(self, network: Ref, subnet: Cidr) -> Mapping[Ref, Assignment]:
        """Who has which address of one of a network's subnets."""
        second = self.tables6.get(network)
        if second is not None and subnet.version == 6:
            return second
        return self.tables.get(network, {})

    def assignments(self, host: Ref, network: Ref) -> Iterator[Assignment]:
        """What a host has on a network: nothing, one address, or one of each family."""
        for tables in (self.tables, self.tables6):
            found = tables.get(network, {}).get(host)
            if found is not None:
                yield found

    def on(self, network: Ref) -> Iterator[tuple[Ref, Ip]]:
        """Hosts and their addresses on one network, in the order of the addresses."""
        for host, found in sorted(self.tables.get(network, {}).items(), key=lambda i: i[1].number):
            address = self.of(host, network)
            assert address is not None, found
            yield host, address
