"""Plans the network of bare-metal nodes: pools that give each host its own addresses, and links by interface.

A pool knows each claim before it is made: with `ENABLE_BMH_NAME_BASED_PREALLOCATION` a claim is named after
the host and the pool, so that a host gets the addresses that the blueprint allots it, and nobody else does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Host, Network, Site
from blueprint.model.addresses import Assignment
from blueprint.model.hosts import Bond
from blueprint.model.links import Link, links_of
from blueprint.target import Cause
from blueprint.values import Ip, Ref
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import Resource
from targets.cluster_api import metal
from targets.cluster_api.cluster import METAL3, Cluster, hashed

ADDRESSES = "ipam.metal3.io/v1alpha1"
_MODES = {"lacp": "802.3ad", "active_backup": "active-backup", "balance_xor": "balance-xor"}
_POLICIES = {"layer2": "layer2", "layer2_3": "layer2+3", "layer3_4": "layer3+4"}
#: A parameter that no system knows and all skip: the field must not be empty, and takes no plain value.
_NO_PARAMETER = {"name": "oib"}


def pools(cluster: Cluster) -> Iterator[Resource]:
    """Pools of the addresses of hosts: one for each network and family, with an entry for each host."""
    hosts = [host for _, _, listed in metal.parts(cluster) for host in listed]
    for ref, network in networks(cluster).items():
        for version in (subnet.version for subnet in network.subnets):
            given = [(host, each) for host in hosts for each in _of(cluster, host, ref, version)]
            if given:
                yield _pool(cluster, ref, network, version, given)


def networks(cluster: Cluster) -> dict[Ref, Network]:
    """The networks that hosts of the cluster have addresses on, in the order of their names."""
    refs = {
        ref
        for _, _, hosts in metal.parts(cluster)
        for host in hosts
        for link in links(cluster, host)
        for ref in link.networks
        if cluster.model.addresses.text(host.ref, ref) is not None
    }
    return {ref: cluster.networks[ref] for ref in sorted(refs)}


def links(cluster: Cluster, host: Host) -> tuple[Link, ...]:
    """The links of a host."""
    return links_of(host.spec, cluster.model.hardware(host), cluster.networks)


def pool_name(cluster: Cluster, network: Ref, version: int) -> str:
    """The name of the pool of a network's addresses of a family."""
    plain = str(network).removeprefix("network.")
    return object_name(cluster.name, plain, *(("v6",) if version == 6 else ()))


def _of(cluster: Cluster, host: Host, network: Ref, version: int) -> Iterator[Assignment]:
    for each in cluster.model.addresses.assignments(host.ref, network):
        if each.subnet.version == version:
            yield each


def _pool(
    cluster: Cluster, ref: Ref, network: Network, version: int, given: list[tuple[Host, Assignment]]
) -> Resource:
    name = pool_name(cluster, ref, version)
    plain = str(ref).removeprefix("network.")
    claims, entries = {}, []
    for host, each in given:
        address = each.address
        own = metal.declared(cluster, host)
        cause = Cause("the address of the host", (f"{own}.address.network.{plain}",))
        claims[f"{host.name}-{name}"] = Traced(str(address), cause)
        entry: dict[str, Any] = {
            "start": str(address), "end": str(address), "prefix": each.subnet.prefixlen,
        }  # fmt: skip
        router = gateway(network, each)
        if router is not None:
            entry["gateway"] = str(router)
        entries.append(Traced(entry, cause))
    subnet = next(each for each in network.subnets if each.version == version)
    spec: dict[str, Any] = {
        "clusterName": cluster.name,
        "namePrefix": name,
        "prefix": subnet.prefixlen,
        "pools": entries,
        "preAllocations": claims,
    }
    why = Cause("addresses of hosts on a network", (str(ref),))
    return Resource(ADDRESSES, "IPPool", name, why, cluster.namespace, body={"spec": spec})


def gateway(network: Network, given: Assignment) -> Ip | None:
    """The router of the subnet that an address lies in."""
    for segment in network.segment.values():
        if given.subnet == segment.cidr:
            return segment.gateway
        if given.subnet == segment.cidr6:
            return segment.gateway6
    return network.gateway6 if given.subnet.version == 6 and network.is_dual else network.gateway


def data_template(cluster: Cluster, part: str, field: str, hosts: tuple[Host, ...]) -> Resource:
    """What nodes of a part are told of themselves and of their network; all their hosts are alike."""
    host = hosts[0]
    names = [
        {"key": key, "object": "baremetalhost"}
        for key in ("name", "local-hostname", "local_hostname")
    ]
    spec: dict[str, Any] = {
        "clusterName": cluster.name,
        "metaData": {"objectNames": names},
        "networkData": _network_data(cluster, host),
    }
    why = cluster.stated("the network of these hosts", field)
    name = hashed(object_name(cluster.name, part), spec)
    return Resource(METAL3, "Metal3DataTemplate", name, why, cluster.namespace, body={"spec": spec})


def _network_data(cluster: Cluster, host: Host) -> dict[str, Any]:
    found = links(cluster, host)
    listed: dict[str, list[Any]] = {"ethernets": [], "bonds": [], "vlans": []}
    for link in found:
        cause = Cause("a link of the hosts", (f"{host.group}.{'.'.join(link.field)}",))
        for port in link.ports:
            listed["ethernets"].append(Traced(_ethernet(port.interface, link.mtu), cause))
        if link.kind == "bond":
            listed["bonds"].append(Traced(_bond(host, link), cause))
        listed["vlans"] += _vlans(cluster, host, link)
    data: dict[str, Any] = {"links": {key: each for key, each in listed.items() if each}}
    data["networks"] = dict(_networks(cluster, host, found))
    servers = _name_servers(cluster, host)
    if servers is not None:
        data["services"] = {"dns": servers}
    return data


def _ethernet(name: str, mtu: int) -> dict[str, Any]:
    return {"id": name, "type": "phy", "mtu": mtu, "macAddress": {"fromHostInterface": name}}


def _bond(host: Host, link: Link) -> dict[str, Any]:
    stated = host.spec.bond[link.field[-1]]
    assert isinstance(stated, Bond)
    ports = [port.interface for port in link.ports]
    found: dict[str, Any] = {
        "id": link.name,
        "mtu": link.mtu,
        "macAddress": {"fromHostInterface": ports[0]},
        "bondMode": _MODES[stated.mode],
        "bondLinks": ports,
        "parameters": [_NO_PARAMETER],
    }
    if stated.hash is not None:
        found["bondXmitHashPolicy"] = _POLICIES[stated.hash]
    return found


def _vlans(cluster: Cluster, host: Host, link: Link) -> Iterator[Traced]:
    for ref, interface in link.networks.items():
        vlan = cluster.networks[ref].vlan
        if interface == link.name or vlan is None:
            continue
        cause = Cause(
            "a tagged network", (f"{host.group}.{'.'.join(link.field)}.networks", f"{ref}.vlan")
        )
        first = link.ports[0].interface
        yield Traced(
            {
                "id": interface, "mtu": min(cluster.networks[ref].mtu, link.mtu), "vlanID": vlan,
                "vlanLink": link.name, "macAddress": {"fromHostInterface": first},
            },
            cause,
        )  # fmt: skip


def _networks(
    cluster: Cluster, host: Host, found: tuple[Link, ...]
) -> Iterator[tuple[str, list[Any]]]:
    interfaces = {ref: name for link in found for ref, name in link.networks.items()}
    for version in (4, 6):
        listed = [
            Traced(*_address(cluster, ref, interface, given))
            for ref, interface in interfaces.items()
            for given in _of(cluster, host, ref, version)
        ]
        if listed:
            yield f"ipv{version}", listed


def _address(
    cluster: Cluster, ref: Ref, interface: str, given: Assignment
) -> tuple[dict[str, Any], Cause]:
    version = given.subnet.version
    pool = pool_name(cluster, ref, version)
    entry: dict[str, Any] = {
        "id": object_name(str(ref).removeprefix("network.")),
        "link": interface,
        "ipAddressFromIPPool": pool,
    }
    paths = [str(ref)]
    if ref == cluster.node_network and gateway(cluster.networks[ref], given) is not None:
        everywhere = "0.0.0.0" if version == 4 else "::"  # noqa: S104 - a route, nothing listens
        entry["routes"] = [{"network": everywhere, "prefix": 0, "gateway": {"fromIPPool": pool}}]
        paths.append(cluster.path("node_network"))
    return entry, Cause("the hosts' address on a network", tuple(paths))


def _name_servers(cluster: Cluster, host: Host) -> Traced | None:
    if host.site is None:
        return None
    servers = [str(each) for each in cluster.model.at(host.site, Site).dns if isinstance(each, Ip)]
    if not servers:
        return None
    return Traced(servers, Cause("name servers of the site", (f"{host.site}.dns",)))


def bonds(cluster: Cluster, hosts: tuple[Host, ...]) -> tuple[str, ...]:
    """The bonds of hosts that are alike, by the kernel's names."""
    return (
        tuple(link.name for link in links(cluster, hosts[0]) if link.kind == "bond")
        if hosts
        else ()
    )
