"""Checks the platform networks of a system: their families and sizes, what StarlingX gives out, the servers it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_network
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Network
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ip, Range, Ref
from targets.starlingx.configuration import has_its_controllers
from targets.starlingx.range_limits import RANGES, ROUTER, SIZE, given_out_of, routers
from targets.starlingx.releases import release
from targets.starlingx.system import System

NAME_SERVERS = Rule("OIB8033", "name-servers-of-site")
PXEBOOT = Rule("OIB8034", "pxeboot-not-ipv4")
FAMILIES = Rule("OIB8035", "families-of-platform-networks")
MULTICAST = Rule("OIB8037", "not-multicast")
DEFAULT_TAKEN = Rule("OIB8038", "default-subnet-taken")
NO_MANAGEMENT = Rule("OIB8039", "no-management-network")
OAM_ADDRESS = Rule("OIB8040", "oam-address-unusable")
SECOND_FAMILY = Rule("OIB8041", "second-family-incomplete")
NODE_ADDRESS = Rule("OIB8058", "node-address-without-effect")

RULES: tuple[Rule, ...] = (
    NAME_SERVERS, PXEBOOT, FAMILIES, SIZE, MULTICAST, DEFAULT_TAKEN, NO_MANAGEMENT, OAM_ADDRESS,
    SECOND_FAMILY, NODE_ADDRESS, RANGES, ROUTER,
)  # fmt: skip

#: Name servers that the bootstrap takes: ansible-playbooks, validate-config.
NAME_SERVERS_AT_MOST = 3
#: What the bootstrap takes for a network that is not stated: ansible-playbooks, host_vars/bootstrap/default.yml.
DEFAULTS = {
    "pxeboot": ip_network("169.254.202.0/24"),
    "mgmt": ip_network("192.168.204.0/24"),
    "cluster_host": ip_network("192.168.206.0/24"),
}
#: Addresses of the cluster's subnets, least and most: ansible-playbooks, validate_address_range.yml.
_CLUSTER_SIZES = {"pods": (65_536, None), "services": (65_536, 1_048_576), "multicast": (6, None)}
#: The shortest prefix of an IPv6 management subnet: ansible-playbooks, validate-config/vars.
_PREFIX6 = 64
#: Networks on which StarlingX gives each host an address.
_GIVEN_OUT = ("mgmt", "cluster_host", "admin")


class Subnets(NamedTuple):
    """What is stated for one of the networks, and where."""

    path: tuple[str, ...]
    cidrs: Sequence[Cidr]
    network: tuple[Ref, Network] | None = None

    @property
    def name(self) -> str:
        """What the blueprint calls it."""
        return ".".join(self.path)

    @property
    def is_dual(self) -> bool:
        """Whether it has a second subnet."""
        return len(self.cidrs) > 1


def addresses(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Faults of the networks of a system."""
    yield from _name_servers(system, spans)
    if system.layer.networks.mgmt is None and system.layer.config != "aio_sx":
        if has_its_controllers(
            system
        ):  # with another number, the configuration may be what is wrong
            yield no_management(spans.at(system.ref, "networks"), system.ref, system.layer.config)
        return
    known = list(_subnets(system))
    wrong = [*_pxeboot(system, spans), *_families(system, spans, known)]
    yield from wrong
    yield from _multicast(system, spans)
    yield from routers(system, spans)
    if not wrong:
        yield from _sizes(system, spans, known)
        yield from _defaults(system, spans, known)
    yield from _oam(system, spans)


def _name_servers(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """One to three name servers, by address: those of the controllers' site."""
    if system.site is None:
        if system.first is not None:
            yield name_servers(spans.at(system.ref, "controllers"), 0, None)
        return
    ref, site = system.site
    if not 1 <= len(site.dns) <= NAME_SERVERS_AT_MOST:
        yield name_servers(spans.at(ref, "dns"), len(site.dns), spans.at(system.ref))
        return
    for position, server in enumerate(site.dns):
        if isinstance(server, str):
            yield name_server_by_name(spans.at(ref, "dns", position), server, spans.at(system.ref))


def _subnets(system: System) -> Iterator[Subnets]:
    """The networks that have to agree: OAM first, StarlingX's own where nothing is stated."""
    for name in ("oam", "mgmt", "cluster_host", "admin"):
        found = system.network(name)
        if found is not None:
            yield Subnets(("networks", name), found[1].subnets, found)
        elif name in DEFAULTS:
            yield Subnets(("networks", name), (DEFAULTS[name],))
    for name in _CLUSTER_SIZES:
        yield Subnets(("cluster", name), getattr(system.layer.cluster, name))


def _pxeboot(system: System, spans: Spans) -> Iterator[Diagnostic]:
    found = system.network("pxeboot")
    if found is not None and (len(found[1].subnets) > 1 or found[1].subnets[0].version != 4):
        field = "cidr6" if len(found[1].subnets) > 1 else "cidr"
        there = spans.at(system.ref, "networks", "pxeboot")
        yield pxeboot(spans.at(found[0], field), found[0], there)


def _families(system: System, spans: Spans, known: Sequence[Subnets]) -> Iterator[Diagnostic]:
    """The first subnets of all are of one family; second ones are on all of the cluster's, and on OAM."""
    if any(not each.cidrs for each in known):
        return
    first = known[0]
    others = [each for each in known[1:] if each.cidrs[0].version != first.cidrs[0].version]
    if others:
        # Whoever stated one of them meant it; the rest are StarlingX's own subnets.
        stated = next((s for o in others if (s := spans.written(system.ref, *o.path))), None)
        span = stated or spans.at(system.ref, *first.path)
        labels = [
            Label(at, f"`{each.name}`, IPv{each.cidrs[0].version}")
            for each in (first, *others)
            if (at := spans.written(system.ref, *each.path)) is not None and at != span
        ]
        yield families(span, first, others, tuple(labels))
        return
    by_name = {each.path[1]: each for each in known}
    dual = [each for each in known if each.is_dual]
    if not release(system.layer.release).catalog.is_dual_stack:
        if dual:
            yield one_family(spans.at(system.ref, *dual[0].path), system.layer.release)
        return
    if len({each.version for each in by_name["pods"].cidrs}) < len(by_name["pods"].cidrs):
        return  # two subnets of one family are told of every cluster
    needed = [by_name[name] for name in ("pods", "services", "cluster_host")]
    if any(each.is_dual for each in needed):
        if by_name["pods"].is_dual:
            needed.append(by_name["oam"])
        single = [each for each in needed if not each.is_dual]
        both = next(each for each in needed if each.is_dual)
        if single:
            span = spans.at(system.ref, *single[0].path)
            yield second_family(span, single, both, spans.at(system.ref, *both.path))


def _sizes(system: System, spans: Spans, known: Sequence[Subnets]) -> Iterator[Diagnostic]:
    """Subnets and ranges with fewer addresses than StarlingX asks for, or than there are hosts."""
    for each in known:
        name = each.path[1]
        for position, cidr in enumerate(each.cidrs):
            if each.network is None:
                if each.path[0] == "cluster":
                    least, most = _CLUSTER_SIZES[name]
                    if cidr.num_addresses < least or (most and cidr.num_addresses > most):
                        span = spans.at(system.ref, *each.path, position)
                        yield size(span, cidr, f"`{name}`", *_prefixes(cidr, least, most))
                continue
            at = (each.network[0], "cidr6" if position else "cidr")
            least = _least(system, name)
            is_managers = system.layer.is_subcloud and name in ("mgmt", "admin")
            what = f"`{name}` of `{system.ref}`"
            if cidr.num_addresses < least and not is_managers:
                yield size(spans.at(*at), cidr, what, *_prefixes(cidr, least, None))
            elif name == "mgmt" and cidr.version == 6 and cidr.prefixlen < _PREFIX6:
                yield size(spans.at(*at), cidr, what, _PREFIX6, None)
            elif name in _GIVEN_OUT and not position:
                yield from given_out_of(system, spans, each.network, name)
    pxe = system.network("pxeboot")
    if pxe is not None:
        yield from given_out_of(system, spans, pxe, "pxeboot")


def _least(system: System, name: str) -> int:
    """Addresses of the subnet of a platform network at least, by release."""
    newer = release(system.layer.release).catalog.software >= "25"
    if newer and system.layer.config == "aio_sx" and name != "oam":
        return 3
    return 6 if name == "mgmt" and not newer else 5


def _prefixes(cidr: Cidr, least: int, most: int | None) -> tuple[int, int | None]:
    """The longest and the shortest prefix that may be."""
    bits = cidr.max_prefixlen
    return bits - (least - 1).bit_length(), None if most is None else bits - most.bit_length() + 1


def _multicast(system: System, spans: Spans) -> Iterator[Diagnostic]:
    for position, cidr in enumerate(system.layer.cluster.multicast):
        if not cidr.is_multicast:
            span = spans.at(system.ref, "cluster", "multicast", position)
            yield not_multicast(span, cidr)


def _defaults(system: System, spans: Spans, known: Sequence[Subnets]) -> Iterator[Diagnostic]:
    """Stated subnets that a default of StarlingX for a network that is not stated lies in."""
    stated = [each for each in known if each.path[1] != "multicast"]
    stated += [
        Subnets(("networks", name), found[1].subnets, found)
        for name in ("pxeboot", "storage")
        if (found := system.network(name)) is not None
    ]
    for name, default in DEFAULTS.items():
        if getattr(system.layer.networks, name) is not None:
            continue
        for each in stated:
            for position, cidr in enumerate(each.cidrs):
                if each.path[1] == name or cidr.version != 4 or not default.overlaps(cidr):
                    continue
                if each.network is not None:
                    span = spans.at(each.network[0], "cidr6" if position else "cidr")
                elif each.path[0] == "cluster":
                    span = spans.at(system.ref, *each.path)
                else:
                    continue  # two defaults, which are apart
                yield default_taken(span, cidr, each, name, default, spans.at(system.ref))


def _oam(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Addresses of the controllers on the OAM network, stated or next to the floating one."""
    oam, found = system.layer.oam, system.network("oam")
    if found is None:
        return
    ref, network = found
    if any(not any(a in c for c in network.subnets) for a in oam.floating):
        return  # told of every virtual address
    if len(oam.floating) != len(network.subnets):
        span = spans.at(system.ref, "oam", "floating")
        yield oam_families(span, ref, spans.at(ref, "cidr6" if network.cidr6 else "cidr"))
        return
    if system.system_mode == "simplex":
        for node in ("node0", "node1"):
            if getattr(oam, node):
                span = spans.key(system.ref, "oam", node)
                yield node_address(span, node, spans.at(system.ref, "config"))
                break
        return
    if any(each.num_addresses < _least(system, "oam") for each in network.subnets):
        return  # told of the subnet, which has to be another one
    held = {a: "the router" for a in (network.gateway, network.gateway6) if a is not None}
    if any(_unusable(address, network, held) for address in oam.floating):
        return  # told of every virtual address
    held |= dict.fromkeys(oam.floating, "the floating address")
    if system.site is not None:
        held |= {a: "a name server" for a in system.site[1].dns if not isinstance(a, str)}
        held |= {a: "a time server" for a in system.site[1].ntp if not isinstance(a, str)}
    for number, given in enumerate(system.node_addresses()[1:]):
        own = spans.written(system.ref, "oam", f"node{number}")
        span = own or spans.at(system.ref, "oam", "floating")
        for address in given:
            fault = _unusable(address, network, held)
            if fault is not None:
                yield oam_address(span, number, address, fault, ref, is_stated=own is not None)
                return
            held[address] = f"that of controller-{number}"


def _unusable(address: Ip, network: Network, held: dict[Ip, str]) -> str | None:
    """Why a controller can't have an address; None where it can."""
    subnet = next((c for c in network.subnets if address in c), None)
    if subnet is None:
        return "is outside of the network"
    if address == subnet.network_address or (subnet.version == 4 and address == subnet[-1]):
        return "is no address of a host"
    if address in held:
        return f"is {held[address]}"
    others = [*network.reserved, *network.dhcp]
    others += [each for pool in network.pool.values() for each in pool.ranges]
    if _is_in(address, others):
        return "is kept from hosts by the network"
    return None


def _is_in(address: Ip, ranges: Iterable[Ip | Range]) -> bool:
    for each in ranges:
        first, last = (each.first, each.last) if isinstance(each, Range) else (each, each)
        if first.version == address.version and int(first) <= int(address) <= int(last):
            return True
    return False


def name_servers(span: Span, count: int, system: Span | None) -> Diagnostic:
    """Too many name servers, or none."""
    are = "none is stated" if count == 0 else f"{count} are stated"
    return Diagnostic(
        NAME_SERVERS,
        span,
        f"StarlingX takes 1 to {NAME_SERVERS_AT_MOST} name servers, and {are}",
        labels=() if system is None else (Label(system, "the system that asks them"),),
        hint="state them in `dns` of the controllers' site",
    )


def name_server_by_name(span: Span, server: str, system: Span) -> Diagnostic:
    """A name server that is not given by its address."""
    return Diagnostic(
        NAME_SERVERS,
        span,
        f"`{server}` is no address, and StarlingX takes name servers by address",
        labels=(Label(system, "the system that asks it"),),
        hint="state its address",
    )


def pxeboot(span: Span, network: str, there: Span) -> Diagnostic:
    """Installation of hosts over IPv6."""
    return Diagnostic(
        PXEBOOT,
        span,
        f"`{network}` installs hosts, which StarlingX does over IPv4 alone",
        labels=(Label(there, "the network of installation"),),
        hint="give it an IPv4 subnet, and no other",
    )


def families(
    span: Span, first: Subnets, others: Sequence[Subnets], labels: tuple[Label, ...]
) -> Diagnostic:
    """Networks of which some are IPv4 and some IPv6."""
    listed = ", ".join(f"`{each.name}`" for each in others)
    own, theirs = first.cidrs[0].version, others[0].cidrs[0].version
    are = "is" if len(others) == 1 else "are"
    return Diagnostic(
        FAMILIES,
        span,
        f"`{first.name}` is IPv{own}, and {listed} {are} IPv{theirs}",
        labels=labels,
        notes=("what is not stated has StarlingX's own subnets, which are IPv4",),
        hint="state the same family first for all of them",
    )


def one_family(span: Span, of: str) -> Diagnostic:
    """A second family before StarlingX had it."""
    return Diagnostic(
        SECOND_FAMILY,
        span,
        f"networks of StarlingX {of} have one family of addresses",
        hint="state one subnet, or take 10.0 or later",
    )


def second_family(span: Span, single: Sequence[Subnets], both: Subnets, there: Span) -> Diagnostic:
    """A second family that is not everywhere where it has to be."""
    listed = " and ".join(f"`{each.name}`" for each in single)
    have = "has" if len(single) == 1 else "have"
    return Diagnostic(
        SECOND_FAMILY,
        span,
        f"`{both.name}` has both families of addresses, and {listed} {have} one",
        labels=(Label(there, "both families"),),
        notes=("pods, services and the cluster's hosts have both or none, and OAM where pods do",),
        hint="state a second subnet there, or take this one out",
    )


def size(span: Span, cidr: Cidr, what: str, longest: int, shortest: int | None) -> Diagnostic:
    """A subnet that the bootstrap refuses for its size."""
    is_small = cidr.prefixlen > longest
    is_long = shortest is None
    fits = (
        f"/{longest} or a shorter prefix" if is_long else f"a prefix from /{shortest} to /{longest}"
    )
    if not is_small and is_long:
        fits = f"/{longest} or a longer prefix"
    return Diagnostic(
        SIZE,
        span,
        f"{cidr} is too {'small' if is_small else 'large'} for {what}",
        hint=f"take {fits}",
    )


def not_multicast(span: Span, cidr: Cidr) -> Diagnostic:
    """A subnet of multicast groups that has none."""
    example = "239.1.1.0/28" if cidr.version == 4 else "ff08::1:1:0/124"
    return Diagnostic(
        MULTICAST,
        span,
        f"{cidr} holds no multicast groups",
        hint=f"take a part of {'224.0.0.0/4' if cidr.version == 4 else 'ff00::/8'}: `{example}`",
    )


def default_taken(
    span: Span, cidr: Cidr, each: Subnets, name: str, default: Cidr, system: Span
) -> Diagnostic:
    """A subnet that StarlingX itself uses for a network that nobody stated."""
    return Diagnostic(
        DEFAULT_TAKEN,
        span,
        f"{cidr} for `{each.name}` overlaps {default}, StarlingX's own for `{name}`",
        labels=(Label(system, f"states no `networks.{name}`"),),
        hint=f"take another subnet, or state `networks.{name}`",
    )


def no_management(span: Span, ref: str, config: str) -> Diagnostic:
    """Hosts that can't reach each other."""
    return Diagnostic(
        NO_MANAGEMENT,
        span,
        f"`{ref}` has several hosts, and no management network",
        notes=(f"only `aio_sx` can have it inside the host, not `{config}`",),
        hint="state `networks { mgmt = network.… }`",
    )


def oam_families(span: Span, network: str, there: Span) -> Diagnostic:
    """Floating addresses that are not one of each subnet."""
    return Diagnostic(
        OAM_ADDRESS,
        span,
        f"the system has an OAM address of each subnet of `{network}`",
        labels=(Label(there, "the network"),),
        hint="state one address of each family that the network has, IPv4 first",
    )


def oam_address(
    span: Span, number: int, address: Ip, fault: str, network: str, *, is_stated: bool
) -> Diagnostic:
    """An address that a controller can't have."""
    how = "" if is_stated else ", next to the floating one,"
    nodes = "another address" if is_stated else f"another floating address, or `node{number}`"
    return Diagnostic(
        OAM_ADDRESS,
        span,
        f"{address} of controller-{number}{how} {fault}",
        notes=(f"controllers have addresses of their own on `{network}`",),
        hint=f"state {nodes}",
    )


def node_address(span: Span, node: str, there: Span) -> Diagnostic:
    """An address of a controller that has the floating one alone."""
    return Diagnostic(
        NODE_ADDRESS,
        span,
        f"`{node}` has no effect: the only controller has the floating address",
        labels=(Label(there, "one controller"),),
        hint="take it out",
    )


__all__ = ["DEFAULTS", "RULES", "addresses"]
