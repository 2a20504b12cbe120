"""The resources `AddressPool` and `PlatformNetwork` of the storage network.

The bootstrap makes the pools of all other platform networks, and the deployment manager leaves alone
what no resource names; this one it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Network
from blueprint.target import Cause
from blueprint.values import Cidr, Range, Ref
from targets._formats.page import Traced
from targets.starlingx.resources.common import resource
from targets.starlingx.system import System

NAME = "storage"


def storage_network(system: System) -> Iterator[dict[str, Any]]:
    """The network after its pools, one of each family."""
    known = system.network("storage")
    if known is None:
        return
    ref, network = known
    stated = Cause("the storage network", (system.path("networks", "storage"),))
    names = []
    for subnet in network.subnets:
        names.append(f"{NAME}-ipv{subnet.version}")
        yield resource("AddressPool", names[-1], dict(_pool(ref, network, subnet)), stated)
    spec = {
        "type": Traced(NAME, stated),
        "dynamic": Traced(value=True, cause=stated),
        "associatedAddressPools": Traced(names, stated),
    }
    yield resource("PlatformNetwork", NAME, spec, stated)


def _pool(ref: Ref, network: Network, subnet: Cidr) -> Iterator[tuple[str, Any]]:
    field = "cidr" if subnet is network.cidr else "cidr6"
    cause = Cause("the subnet of the network", (f"{ref}.{field}",))
    yield "subnet", Traced(str(subnet.network_address), cause)
    yield "prefix", Traced(subnet.prefixlen, cause)
    gateway = network.gateway if field == "cidr" else network.gateway6
    if gateway is not None:
        router = "gateway" if field == "cidr" else "gateway6"
        yield (
            "gateway",
            Traced(str(gateway), Cause("the router of the network", (f"{ref}.{router}",))),
        )
    limits = [_range(each) for each in network.allot]
    ranges = [
        {"start": str(first), "end": str(last)}
        for first, last in limits
        if first.version == subnet.version
    ]
    allot = Cause("where hosts get addresses", (f"{ref}.allot", f"{ref}.{field}"))
    allocation: dict[str, Any] = {"order": "random"}
    if ranges:
        allocation["ranges"] = ranges
    yield "allocation", Traced(allocation, allot)


def _range(each: Any) -> tuple[Any, Any]:
    return (each.first, each.last) if isinstance(each, Range) else (each, each)


__all__ = ["NAME", "storage_network"]
