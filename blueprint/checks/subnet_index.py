"""Which networks an address is in, without a look at each: a fleet has tens of thousands of both."""

from __future__ import annotations

from collections.abc import Mapping

from blueprint.model import Network
from blueprint.values import Ip, Ref


class SubnetIndex:
    """Networks by the prefixes that they have; a model has few lengths of prefixes, however many networks."""

    def __init__(self, networks: Mapping[Ref, Network]) -> None:
        """Note the subnets of all networks."""
        self._refs = tuple(networks)
        self._found: dict[tuple[int, int, int], list[int]] = {}
        self._lengths: dict[int, dict[int, None]] = {4: {}, 6: {}}
        for order, network in enumerate(networks.values()):
            for cidr in network.subnets:
                lengths = self._lengths[cidr.version]
                lengths[cidr.prefixlen] = None
                shift = cidr.max_prefixlen - cidr.prefixlen
                first = int(cidr.network_address) >> shift
                self._found.setdefault((cidr.version, cidr.prefixlen, first), []).append(order)

    def holding(self, address: Ip) -> list[Ref]:
        """The networks that an address is in, in the order of the source."""
        number, bits = int(address), address.max_prefixlen
        found: list[int] = []
        for length in self._lengths[address.version]:
            key = (address.version, length, number >> (bits - length))
            found += self._found.get(key, ())
        return [self._refs[order] for order in sorted(found)]


__all__ = ["SubnetIndex"]
