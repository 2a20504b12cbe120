"""The parts of subnets that StarlingX gives addresses from, and the routers that its playbook is told of.

Everything here follows from a network alone, so that no other site's row can move an address.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from blueprint.model import Network
from blueprint.target import Cause
from blueprint.values import Ip, Range
from targets.starlingx.system import System

#: The platform networks of the blueprint by what the playbook calls each; it makes none for storage.
NETWORKS = {
    "oam": "external_oam",
    "mgmt": "management",
    "cluster_host": "cluster_host",
    "pxeboot": "pxeboot",
    "admin": "admin",
}
#: Those with a router that the playbook asks for.
_ROUTED = ("oam", "mgmt", "admin")


def gateways(system: System, name: str) -> tuple[tuple[Ip, ...], Cause]:
    """The routers of a platform network, one of each family; none where the playbook is told of none.

    A subcloud has one way to its system controller: with an admin network it is that one's router.
    """
    known = system.network(name)
    cause = Cause("the router of the network", (system.path("networks", name),))
    if known is None or name not in _ROUTED or (name == "mgmt" and system.network("admin")):
        return (), cause
    ref, network = known
    cause = Cause("the router of the network", (f"{ref}.gateway", f"{ref}.gateway6"))
    return tuple(each for each in (network.gateway, network.gateway6) if each is not None), cause


def ranges(system: System, name: str) -> tuple[Range, ...]:
    """Where StarlingX gives out addresses of a platform network, one range of each family.

    As stated with `allot`, which may leave a family open. Otherwise StarlingX takes the whole subnet, with the router in it where there is one;
    so in that case it is the larger part beside the router, for the networks on which StarlingX gives addresses.
    """
    known = system.network(name)
    if known is None:
        return ()
    network = known[1]
    if several(network) is not None:
        return ()
    stated = _stated(network)
    if not stated and name == "oam":
        return ()
    routers = {each.version: each for each in (network.gateway, network.gateway6) if each}
    is_needed = name in ("mgmt", "admin") and system.distributed_cloud_role != "none"
    if not stated and not routers and not is_needed:
        return ()
    return tuple(
        stated[subnet.version][0]
        if subnet.version in stated
        else beside(subnet, routers.get(subnet.version))
        for subnet in network.subnets
    )


def several(network: Network) -> int | None:
    """The position of the range that is the second of its family, which StarlingX can't be told; None without one."""
    again = [position for ranges in _stated_at(network).values() for position in ranges[1:]]
    return min(again, default=None)


def _stated(network: Network) -> dict[int, list[Range]]:
    """The ranges that hosts get addresses from, by their families."""
    return {
        version: [as_range(network.allot[position]) for position in positions]
        for version, positions in _stated_at(network).items()
    }


def _stated_at(network: Network) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for position, each in enumerate(network.allot):
        found.setdefault(as_range(each).first.version, []).append(position)
    return found


def as_range(each: Ip | Range) -> Range:
    """A range, or one address as one."""
    return each if isinstance(each, Range) else Range(each, each)


def beside(subnet: IPv4Network | IPv6Network, router: Ip | None) -> Range:
    """The addresses of a subnet for hosts, or the larger part of them beside its router."""
    first, last = int(subnet.network_address) + 1, int(subnet.broadcast_address) - 1
    address = type(subnet.network_address)
    if router is not None and first <= int(router) <= last:
        if int(router) - first > last - int(router):
            last = int(router) - 1
        else:
            first = min(int(router) + 1, last)
    return Range(address(first), address(last))


__all__ = ["NETWORKS", "as_range", "beside", "gateways", "ranges", "several"]
