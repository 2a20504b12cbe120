"""Networks of an address: the same as a look at each of them gives."""

from __future__ import annotations

import ipaddress
import random

from blueprint.checks.subnet_index import SubnetIndex
from blueprint.model import Network
from blueprint.values import Ref


def _networks() -> dict[Ref, Network]:
    chance = random.Random(7)  # the same networks each time
    found = {}
    for number in range(200):
        four = ipaddress.ip_network((chance.getrandbits(10) << 22, 32)).supernet(
            new_prefix=chance.choice((8, 12, 24, 29, 32))
        )
        six = ipaddress.ip_network((0x20010DB8 << 96 | chance.getrandbits(8) << 64, 64))
        kept = {0: {"cidr": four}, 1: {"cidr": six}, 2: {"cidr": four, "cidr6": six}}[number % 3]
        found[Ref(f"network.n{number}")] = Network(**kept)
    return found


def test_an_address_is_in_the_networks_that_hold_it():
    networks = _networks()
    index = SubnetIndex(networks)
    addresses = [cidr[0] for network in networks.values() for cidr in network.subnets]
    addresses += [cidr[-1] for network in networks.values() for cidr in network.subnets]
    assert any(len(index.holding(address)) > 1 for address in addresses)
    for address in addresses:
        wanted = [
            ref
            for ref, network in networks.items()
            if any(address in cidr for cidr in network.subnets)
        ]
        assert index.holding(address) == wanted


def test_an_address_in_no_network_is_in_none():
    assert SubnetIndex(_networks()).holding(ipaddress.ip_address("fe80::1")) == []
