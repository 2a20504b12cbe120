"""Plans external and provider networks: their place on a physical network, their subnets and pools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from blueprint.model import Network
from blueprint.model.openstack_resources import ExternalNetwork, ProviderNetwork
from blueprint.target import Cause
from blueprint.values import Cidr, Ip, Range
from targets._formats.page import Traced
from targets._formats.yaml import ansible_string, flow_map
from targets.openstack_resources.region import Region, traced

Given = ExternalNetwork | ProviderNetwork


def networks(region: Region) -> dict[str, Any]:
    """The networks by name."""
    return {
        label: Traced(_network(region, kind, label, given), region.stated("a network", kind, label))
        for kind, label, given in networks_of(region)
    }


def subnets(region: Region) -> dict[str, Any]:
    """The subnets by name: one for each family of addresses that a network has."""
    return {
        name: Traced(fields, region.stated("a subnet of the network", kind, label))
        for kind, label, given in networks_of(region)
        for name, fields in _subnets(region, kind, label, given)
    }


def dns_zones(region: Region) -> dict[str, Any]:
    """The zone of the names of floating addresses, by name."""
    designate = region.layer.designate
    if designate is None or not region.runs("designate"):
        return {}
    path = region.path("designate")
    email = designate.email or f"hostmaster@{designate.zone.removesuffix('.')}"
    answers = traced(email, "who answers for the zone", f"{path}.email", f"{path}.zone")
    zone = Cause("the zone of floating addresses' names", (f"{path}.zone",))
    return {designate.zone: Traced({"email": answers}, zone)}


def networks_of(region: Region) -> Iterator[tuple[str, str, Given]]:
    """The field, the label and the description of each network."""
    if not region.runs("neutron"):
        return
    yield from region.layer.neutron_networks()


def _network(region: Region, kind: str, label: str, given: Given) -> dict[str, Any]:
    network, field = region.networks[given.network], region.path(kind, label)
    named = f"{field}.network"
    vlan = (named, f"{given.network}.vlan")
    found: dict[str, Any] = {
        "external": traced(kind == "external_network", "whether routers take it as gateway", field),
        "shared": traced(given.shared, "whether all projects may use it", f"{field}.shared"),
        "type": traced(
            "flat" if network.vlan is None else "vlan", "whether frames are tagged", *vlan
        ),
        "physical_network": traced(
            region.physnets[given.physnet],
            "the physical network by Neutron's name",
            f"{field}.physnet",
            str(given.physnet),
        ),
        "mtu": traced(network.mtu, "bytes of payload", named, f"{given.network}.mtu"),
    }
    if network.vlan is not None:
        found["segment"] = traced(network.vlan, "the VLAN", *vlan)
    zone = next(iter(dns_zones(region)), None)
    if kind == "external_network" and zone is not None:
        rule = "the zone of floating addresses' names"
        found["dns_domain"] = traced(zone, rule, region.path("designate", "zone"))
    if isinstance(given, ProviderNetwork):
        rule = "whether guests are held to their own addresses"
        found["port_security"] = traced(given.port_security, rule, f"{field}.port_security")
    return found


def _subnets(
    region: Region, kind: str, label: str, given: Given
) -> Iterator[tuple[str, dict[str, Any]]]:
    network = region.networks[given.network]
    yield (
        f"{label}-subnet",
        _subnet(region, kind, label, given, "cidr", network.cidr, network.gateway),
    )
    if network.cidr6 is not None:
        fields = _subnet(region, kind, label, given, "cidr6", network.cidr6, network.gateway6)
        yield f"{label}-subnet6", fields


def _subnet(
    region: Region, kind: str, label: str, given: Given, field: str, cidr: Cidr, gateway: Ip | None
) -> dict[str, Any]:
    own, ref = region.path(kind, label), given.network
    subnet = (f"{own}.network", f"{ref}.{field}")
    router = f"{ref}.{field.replace('cidr', 'gateway')}"
    found: dict[str, Any] = {
        "network": traced(label, "the network of the subnet", own),
        "cidr": traced(str(cidr), "the subnet", *subnet),
        "ip_version": traced(cidr.version, "the family of its addresses", *subnet),
    }
    if gateway is not None:
        found["gateway"] = traced(str(gateway), "the router", f"{own}.network", router)
    has_dhcp = isinstance(given, ProviderNetwork) and given.dhcp
    paths = (f"{own}.dhcp",) if isinstance(given, ProviderNetwork) else (own,)
    found["dhcp"] = traced(has_dhcp, "whether Neutron answers DHCP", *paths)
    if has_dhcp and cidr.version == 6:
        rule = "routers outside announce the subnet, and Neutron gives out addresses by DHCPv6"
        found["ipv6_address_mode"] = traced("dhcpv6-stateful", rule, *paths, *subnet)
    pools, cause = allocation_pools(region, kind, label, given, cidr, gateway)
    if pools:
        listed = [
            flow_map({"start": str(each.first), "end": str(each.last)}, ansible_string)
            for each in pools
        ]
        found["allocation_pools"] = Traced(listed, cause)
    return found


def allocation_pools(
    region: Region, kind: str, label: str, given: Given, cidr: Cidr, gateway: Ip | None
) -> tuple[Sequence[Range], Cause]:
    """What Neutron gives out of a subnet; nothing where that is all but the router, its own default.

    Ranges that the network or the infrastructure's network says are Neutron's; else what is left
    when those are taken away that the infrastructure's network keeps for others.
    """
    network, own, ref = region.networks[given.network], region.path(kind, label), given.network
    stated = _of_family(given.pool, cidr)
    if stated:
        return stated, Cause("addresses that Neutron gives out", (f"{own}.pool",))
    for pool in network.pool.values():
        if pool.managed_by == "neutron":
            stated += _of_family(pool.ranges, cidr)
    if stated:
        paths = (f"{own}.network", *(f"{ref}.pool.{name}" for name in network.pool))
        return stated, Cause("ranges of the network that are Neutron's", paths)
    held = _held(network, cidr)
    if not held:
        return (), Cause("all addresses", (f"{own}.network",))
    kept = (*held, *((Range(gateway, gateway),) if gateway is not None else ()))
    paths = tuple(f"{ref}.{name}" for name in ("reserved", "dhcp", "pool", "gateway", "cidr"))
    rule = "the addresses of the network that nothing else has"
    return without(cidr, kept), Cause(rule, (f"{own}.network", *paths))


def _held(network: Network, cidr: Cidr) -> list[Range]:
    found = _of_family(network.reserved, cidr) + _of_family(network.dhcp, cidr)
    for pool in network.pool.values():
        found += _of_family(pool.ranges, cidr)
    return found


def _of_family(ranges: Sequence[Range | Ip], cidr: Cidr) -> list[Range]:
    """Ranges of one family, single addresses as ranges of themselves."""
    listed = [each if isinstance(each, Range) else Range(each, each) for each in ranges]
    return [each for each in listed if each.first.version == cidr.version]


def without(cidr: Cidr, held: Sequence[Range]) -> list[Range]:
    """The ranges of a subnet that are left for hosts without those that are held."""
    small = cidr.prefixlen >= cidr.max_prefixlen - 1
    start = int(cidr.network_address) + (0 if small else 1)
    last = int(cidr.broadcast_address) - (0 if small or cidr.version == 6 else 1)
    found = []
    for first, end in sorted((int(each.first), int(each.last)) for each in held):
        if first > start:
            found.append((start, first - 1))
        start = max(start, end + 1)
    if start <= last:
        found.append((start, last))
    kind = IPv4Address if cidr.version == 4 else IPv6Address
    return [Range(kind(low), kind(high)) for low, high in found]
