"""The network of a class of hosts, whichever tool configures it: interfaces, addresses, routes, name servers.

Hosts of a class that take the same subnets share one plan (`Wiring`); what differs from host to host
stands in it as a *slot*, a text that the host's own address takes the place of.

One network carries the default route: the one that the host is reached on, if routers lead from it, else
the first that they lead from in the order of the declaration. Each other network with a router has a
routing table of its own for what comes from its subnet, so that answers leave by the way the question
came, virtual addresses included. Subnets of a routed network are reached by the router of the host's own
rack; networks of another realm by the router of the network that the host is on in that realm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from blueprint.model import Host, Network
from blueprint.model.hosts import Bond
from blueprint.model.links import Link, PortUse
from blueprint.model.network import Segment
from blueprint.target import Cause
from blueprint.values import Cidr, Ip, Ref
from targets.host_preparation.layer import HostClass, Preparation

#: Routing tables from here on are ours: those of the system end at 255, VRFs of Neutron are elsewhere.
_FIRST_TABLE = 1001
SlotKind: TypeAlias = Literal["address", "address6"]


@dataclass(frozen=True, slots=True)
class Address:
    """An address of an interface; `slot` stands for its text, of one network and host."""

    network: Ref
    slot: str
    subnet: Cidr
    cause: Cause


@dataclass(frozen=True, slots=True)
class Route:
    """A way to a subnet, or to everything where `to` is None; on the link itself without a router."""

    to: Cidr | None
    via: Ip | None
    version: Literal[4, 6]
    table: int | None
    cause: Cause


@dataclass(frozen=True, slots=True)
class Policy:
    """What comes from a subnet is routed by a table of its own."""

    source: Cidr
    table: int
    cause: Cause


class Layer3(NamedTuple):
    """What an interface has of IP: addresses, and the routes that lead on from it."""

    addresses: tuple[Address, ...] = ()
    routes: tuple[Route, ...] = ()
    policies: tuple[Policy, ...] = ()


_NOTHING = Layer3()


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface of the kernel. `link` is its bond or port; VLANs name the link that they are on."""

    name: str
    kind: Literal["ethernet", "bond", "vlan"]
    mtu: int
    link: Link
    cause: Cause
    mtu_cause: Cause
    ports: tuple[PortUse, ...] = ()
    vlan: int | None = None
    vlan_cause: Cause | None = None
    ip: Layer3 = _NOTHING
    vfs: int | None = None
    vfs_cause: Cause | None = None
    bond: Bond | None = None


@dataclass(frozen=True, slots=True)
class NameServers:
    """The name servers of the site, and the interface that leads to them."""

    servers: tuple[Ip, ...]
    interface: str
    cause: Cause


@dataclass(frozen=True)
class Wiring:
    """The network of hosts of a class that take the same subnets of routed networks."""

    layer: Preparation
    hosts: HostClass
    members: tuple[Host, ...]
    rack: Ref | None

    @cached_property
    def interfaces(self) -> tuple[Interface, ...]:
        """Ports first, then bonds, then VLANs: each after what it is on."""
        found = [each for link in self.links for each in self._interfaces(link)]
        order = ("ethernet", "bond", "vlan")
        return tuple(sorted(found, key=lambda each: order.index(each.kind)))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links that the kernel drives; those of a poll-mode driver are not its business."""
        return tuple(link for link in self.hosts.links if link.datapath == "kernel")

    @cached_property
    def carried(self) -> tuple[Ref, ...]:
        """The networks that the hosts have addresses on, in the order of the declaration."""
        tables, host = self.layer.model.addresses.tables, self.members[0].ref
        listed = (ref for link in self.links for ref in link.networks)
        return tuple(ref for ref in listed if host in tables.get(ref, {}))

    @cached_property
    def default_network(self) -> Ref | None:
        """The network that carries the default route, or None where no router leads anywhere."""
        routed = [ref for ref in self.carried if self.is_routed(ref)]
        if self.hosts.management in routed:
            return self.hosts.management
        return routed[0] if routed else None

    @cached_property
    def name_servers(self) -> NameServers | None:
        """The name servers, by the interface of the default route, or of the first network."""
        found = self.layer.site(self.hosts)
        near = self.default_network or self.hosts.management
        if found is None or near is None:
            return None
        ref, site = found
        servers = tuple(s for s in site.dns if not isinstance(s, str))
        interface = next((n for link in self.links if (n := link.networks.get(near))), None)
        if not servers or interface is None:
            return None
        cause = self.cause("the name servers of the site", f"{ref}.dns", self.hosts.field("site"))
        return NameServers(servers, interface, cause)

    def segment(self, network: Ref) -> tuple[str, Segment] | None:
        """The segment of a routed network that the hosts' rack is in, with its label."""
        declared = self.layer.networks[network]
        return next(
            ((label, s) for label, s in declared.segment.items() if s.rack == self.rack), None
        )

    def gateway(self, network: Ref, version: int) -> tuple[Ip | None, str]:
        """The router of a network's subnet of a family for these hosts, and the field that names it."""
        declared = self.layer.networks[network]
        is_second = version != declared.cidr.version
        field = "gateway6" if is_second else "gateway"
        found = self.segment(network)
        if found is None:
            return getattr(declared, field), f"{network}.{field}"
        label, segment = found
        return getattr(segment, field), f"{network}.segment.{label}.{field}"

    def is_routed(self, network: Ref) -> bool:
        """Whether a router leads from a network to others."""
        declared = self.layer.networks[network]
        routers = (self.gateway(network, subnet.version)[0] for subnet in self.subnets(network))
        return declared.routable and any(routers)

    def cause(self, rule: str, *paths: str) -> Cause:
        """A cause that also names the host, whose own file this is."""
        return Cause(rule, (*dict.fromkeys(paths), f"{self.hosts.path}.name"))

    # -------------------------------------------------------------------------------- interfaces

    def _interfaces(self, link: Link) -> Iterator[Interface]:
        block = self.hosts.field(*link.field)
        stated = getattr(self.hosts.spec, link.field[0])[link.field[1]]
        mtus = (f"{ref}.mtu" for ref in link.networks)
        largest = self.cause("frames as large as the link's", f"{block}.mtu", block, *mtus)
        for port in link.ports if isinstance(stated, Bond) else ():
            rule = "a port of the bond"
            yield Interface(
                name=port.interface,
                kind="ethernet",
                mtu=link.mtu,
                link=link,
                cause=self.cause(rule, f"{block}.ports", *self._names(port)),
                mtu_cause=largest,
                ports=(port,),
            )
        untagged = [ref for ref, name in link.networks.items() if name == link.name]
        own = self.cause("a link of the hosts", block, *self._names(*link.ports))
        sriov = self.hosts.functions(link)
        yield Interface(
            name=link.name,
            kind="bond" if isinstance(stated, Bond) else "ethernet",
            mtu=link.mtu,
            link=link,
            cause=own,
            mtu_cause=largest,
            ports=link.ports,
            vfs=None if sriov is None else sriov.vfs,
            vfs_cause=self.cause("virtual functions of the port", f"{block}.sriov.vfs"),
            bond=stated if isinstance(stated, Bond) else None,
            ip=self._layer_three(untagged, link),
        )
        for ref, name in link.networks.items():
            if name != link.name:
                yield self._vlan(ref, name, link, block)

    def _vlan(self, network: Ref, name: str, link: Link, block: str) -> Interface:
        declared = self.layer.networks[network]
        found = self.segment(network)
        vlan, where = declared.vlan, f"{network}.vlan"
        if found is not None and found[1].vlan is not None:
            vlan, where = found[1].vlan, f"{network}.segment.{found[0]}.vlan"
        return Interface(
            name=name,
            kind="vlan",
            mtu=declared.mtu,
            link=link,
            cause=self.cause(
                "a network that the link carries with a tag",
                f"{block}.networks",
                block,
                f"{network}.vlan",
            ),
            mtu_cause=self.cause("the network's frames", f"{network}.mtu"),
            vlan=vlan,
            vlan_cause=self.cause("the network's tag", where, f"{self.hosts.path}.rack"),
            ip=self._layer_three([network], link),
        )

    def _names(self, *ports: PortUse) -> Iterator[str]:
        for port in ports:
            yield f"{self.hosts.spec.hardware}.{port.ref.family}.names"

    # ------------------------------------------------------------------- addresses and routes

    def _layer_three(self, networks: Sequence[Ref], link: Link) -> Layer3:
        """Addresses, routes and policies of the interface that carries these networks."""
        block = self.hosts.field(*link.field)
        on_it = {
            ref: f"{block}.native" if ref == link.native else f"{block}.networks"
            for ref in networks
            if ref in self.carried
        }
        return Layer3(
            tuple(a for ref, field in on_it.items() for a in self._addresses(ref, field)),
            tuple(r for ref, field in on_it.items() for r in self._routes(ref, field)),
            tuple(p for ref, field in on_it.items() for p in self._policies(ref, field)),
        )

    def _addresses(self, network: Ref, carrying: str) -> Iterator[Address]:
        for subnet in self.subnets(network):
            rule = "the host's address on the network"
            declared = self.layer.networks[network]
            field = _subnet_field(network, subnet, declared)
            paths = (f"{self.hosts.path}.address.{network}", field, carrying)
            is_second = subnet.version != declared.cidr.version
            kind: SlotKind = "address6" if is_second else "address"
            yield Address(network, slot(kind, network), subnet, self.cause(rule, *paths))

    def subnets(self, network: Ref) -> tuple[Cidr, ...]:
        """The subnets of a network that these hosts have addresses in, one of each family."""
        addresses = self.layer.model.addresses
        return tuple(f.subnet for f in addresses.assignments(self.members[0].ref, network))

    def _routes(self, network: Ref, carrying: str) -> Iterator[Route]:
        declared = self.layer.networks[network]
        for subnet in self.subnets(network):
            router, field = self.gateway(network, subnet.version)
            if router is None:
                continue
            version: Literal[4, 6] = 6 if subnet.version == 6 else 4
            is_second = subnet.version != declared.cidr.version
            whole = declared.cidr6 if is_second else declared.cidr
            if whole is not None and subnet != whole:
                rule = "the other subnets of the network are reached by the rack's router"
                paths = (field, _subnet_field(network, whole, declared), f"{self.hosts.path}.rack")
                yield Route(whole, router, version, None, self.cause(rule, *paths))
            if not declared.routable:
                continue
            if network == self.default_network:
                rule = "the network that the hosts are reached on carries the default route"
                why = self.cause(rule, field, carrying, *self.hosts.management_cause)
                yield Route(None, router, version, None, why)
                continue
            yield from self._own_table(network, subnet, router, field)
            yield from self._of_realm(network, router, field, version)

    def _own_table(self, network: Ref, subnet: Cidr, router: Ip, field: str) -> Iterator[Route]:
        version: Literal[4, 6] = 6 if subnet.version == 6 else 4
        table = self._table(network)
        rule = "answers leave by the router of the network that the question came by"
        cause = self.cause(rule, field, f"{network}.cidr", *self._default_paths())
        yield Route(None, router, version, table, cause)
        yield Route(subnet, None, version, table, cause)

    def _of_realm(
        self, network: Ref, router: Ip, field: str, version: Literal[4, 6]
    ) -> Iterator[Route]:
        """Networks of a realm that the default route does not lead to."""
        default = self.default_network
        realm = self.layer.networks[network].realm
        if default is None or self.layer.networks[default].realm == realm:
            return
        first = next(r for r in self.carried if self.layer.networks[r].realm == realm)
        if first != network:
            return
        for ref, other in self.layer.networks.items():
            is_there = other.realm == realm and other.routable and other.cidr.version == version
            if is_there and ref not in self.carried and other.gateway is not None:
                rule = "a network of a realm that the default route does not lead to"
                paths = (field, f"{ref}.cidr", f"{ref}.realm", f"{network}.realm")
                yield Route(other.cidr, router, version, None, self.cause(rule, *paths))

    def _policies(self, network: Ref, carrying: str) -> Iterator[Policy]:
        if network == self.default_network or not self.is_routed(network):
            return
        rule = "answers leave by the router of the network that the question came by"
        subnets = (f"{network}.cidr", f"{network}.cidr6", f"{network}.gateway")
        paths = (*subnets, carrying, *self._default_paths())
        for subnet in self.subnets(network):
            if self.gateway(network, subnet.version)[0] is None:
                continue
            yield Policy(subnet, self._table(network), self.cause(rule, *paths))

    def _default_paths(self) -> tuple[str, ...]:
        return self.hosts.management_cause

    def _table(self, network: Ref) -> int:
        """The number of a network's routing table: by its place among the networks of the hosts."""
        return _FIRST_TABLE + self.carried.index(network)


def wirings(layer: Preparation, hosts: HostClass) -> tuple[Wiring, ...]:
    """The plans of a class: one, or one for each rack where routed networks have subnets by rack."""
    carried = {ref for link in hosts.links for ref in link.networks}
    if not any(layer.networks[ref].segment for ref in carried if ref in layer.networks):
        return (Wiring(layer, hosts, hosts.hosts, None),)
    racks: dict[Ref | None, list[Host]] = {}
    for host in hosts.hosts:
        racks.setdefault(host.rack, []).append(host)
    return tuple(Wiring(layer, hosts, tuple(members), rack) for rack, members in racks.items())


def _subnet_field(network: Ref, subnet: Cidr, declared: Network) -> str:
    """The field that states a subnet of a network, or the whole that it is part of."""
    return f"{network}.cidr" if subnet.version == declared.cidr.version else f"{network}.cidr6"


def slot(kind: SlotKind, network: Ref) -> str:
    """The text that stands for a host's own value; no blueprint can hold such a character."""
    return f"\ufdd0{kind} {network}\ufdd1"
