"""Gives every host its address on every network that it is attached to, the same way each time.

Stated addresses come first. Then the lock file's: a host keeps what it has while that is still
possible. The rest get the lowest free addresses, groups in the order of their names, members in
the order of the family. Nothing is given out that is the network's own, a gateway, `reserved`,
`dhcp`, a `pool`, a virtual address of a layer, or retired in the lock. With segments, a host takes
the subnet of its rack. A network of both families gives each host one address of each, from two tables
that are filled apart.

Free addresses are kept as intervals, so the work grows with hosts, not with the size of prefixes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from blueprint.diagnostics import Diagnostic, addresses
from blueprint.lock import Lock
from blueprint.model import Kind, Kubernetes, OpenStack, StarlingX
from blueprint.model.addresses import Addresses, Assignment, Origin
from blueprint.model.hosts import Attachment, Host, HostGroup
from blueprint.model.network import Network
from blueprint.spans import Spans
from blueprint.values import Cidr, Ip, Range, Ref


@dataclass
class Allotment:
    """The result: the addresses, what is wrong, and what the lock lacks or holds in vain."""

    addresses: Addresses
    diagnostics: list[Diagnostic] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    is_allotted: bool = False


@dataclass
class _Subnet:
    """One prefix that hosts take addresses from, and the intervals that are free in it."""

    cidr: Cidr
    free: list[tuple[int, int]]
    at: int = 0

    def contains(self, number: int) -> bool:
        """Whether an address may be given to a host."""
        return any(first <= number <= last for first, last in self.free)

    def size(self) -> int:
        """How many addresses may be given."""
        return sum(last - first + 1 for first, last in self.free)

    def lowest(self, taken: set[int]) -> Iterator[int]:
        """The free addresses from the lowest."""
        for first, last in self.free:
            for number in range(first, last + 1):
                if number not in taken:
                    yield number


def allot(
    things: Mapping[Ref, Kind],
    groups: Mapping[Ref, HostGroup],
    spans: Spans,
    virtual: Mapping[Ref, list[Ip]] | None = None,
    *,
    lock: Lock | None,
) -> Allotment:
    """The addresses of all hosts; `virtual` are those of layers where the layers are not made yet."""
    result = Allotment(Addresses())
    networks = {ref: thing for ref, thing in things.items() if isinstance(thing, Network)}
    claimed = _claimed(things, groups)
    for network, found in (virtual or {}).items():
        for address in found:
            _claim(claimed, network, address)
    attached = _attached(groups, networks)
    tables: dict[Ref, dict[Ref, Assignment]] = {}
    tables6: dict[Ref, dict[Ref, Assignment]] = {}
    for ref, hosts in attached.items():
        for side in _sides(networks[ref]):
            known = lock.second if lock is not None and side.is_second else lock
            held = claimed.get((ref, side.version), [])
            filled = _Table(ref, networks[ref], side, held, hosts, spans, known, result).fill()
            (tables6 if side.is_second else tables)[ref] = filled
    _check_stated(groups, networks, spans, result)
    if lock is not None:
        _compare(tables, lock, result)
        _compare(tables6, lock.second or Lock(), result)
    result.addresses = Addresses(tables, tables6)
    return result


@dataclass(frozen=True, slots=True)
class _Side:
    """One family of a network: its prefix, its router, and those of its segments by their labels."""

    cidr: Cidr
    gateway: Ip | None
    segments: Mapping[str, tuple[Cidr | None, Ip | None]]
    is_second: bool
    #: Whether the network has the other family as well.
    has_other: bool

    @property
    def version(self) -> int:
        """The family, 4 or 6."""
        return self.cidr.version

    @property
    def field(self) -> str:
        """The attribute that states the prefix."""
        return "cidr6" if self.is_second else "cidr"


def _sides(network: Network) -> Iterator[_Side]:
    """The families of a network: one, or both where they are stated as they must be."""
    parts = network.segment
    is_dual = network.is_dual
    first = {label: (s.cidr, s.gateway) for label, s in parts.items()}
    yield _Side(network.cidr, network.gateway, first, is_second=False, has_other=is_dual)
    for cidr in network.subnets[1:]:
        second = {label: (s.cidr6, s.gateway6) for label, s in parts.items()}
        yield _Side(cidr, network.gateway6, second, is_second=True, has_other=True)


_Claims = dict[tuple[Ref, int], list[tuple[int, int]]]


def _claim(claims: _Claims, network: Ref, address: Ip) -> None:
    claims.setdefault((network, address.version), []).append((int(address), int(address)))


def _claimed(things: Mapping[Ref, Kind], groups: Mapping[Ref, HostGroup]) -> _Claims:
    """What layers and controllers use of each network: virtual addresses, floating ones, BMCs."""
    found: _Claims = {}
    for thing in things.values():
        if isinstance(thing, Kubernetes):
            network = thing.api.network or thing.node_network
            if thing.api.vip is not None and network is not None:
                _claim(found, network, thing.api.vip)
            for gateway in thing.gateway.values():
                if gateway.address is not None:
                    _claim(found, gateway.network, gateway.address)
        if isinstance(thing, StarlingX):
            for reached in thing.oam_addresses():
                _claim(found, thing.networks.oam, reached)
        if not isinstance(thing, OpenStack):
            continue
        for endpoint in (thing.api.internal, thing.api.public):
            if endpoint is not None:
                _claim(found, endpoint.network, endpoint.vip)
        for _, _, given in thing.neutron_networks():
            for version in (4, 6):
                pairs = _pairs(given.pool, version)
                found.setdefault((given.network, version), []).extend(pairs)
    for group in groups.values():
        for host in group:
            network, address = host.spec.bmc.network, host.bmc_address
            if network is not None and address is not None:
                _claim(found, network, address)
    return found


def _attached(
    groups: Mapping[Ref, HostGroup], networks: Mapping[Ref, Network]
) -> dict[Ref, list[Host]]:
    """The hosts on each network, groups by name."""
    found: dict[Ref, list[Host]] = {ref: [] for ref in networks}
    for group in sorted(groups.values(), key=lambda g: g.ref):
        networks_of: dict[int, list[Ref]] = {}
        for host in group:
            refs = networks_of.get(id(host.spec))
            if refs is None:
                refs = [
                    r for r in _networks_of(host) if r in found and networks[r].managed_by == "oib"
                ]
                networks_of[id(host.spec)] = refs
            for ref in refs:
                found[ref].append(host)
    return {ref: hosts for ref, hosts in found.items() if hosts}


def _networks_of(host: Host) -> list[Ref]:
    """The networks on which a host has addresses of ours; who installs a server himself sees to its own."""
    spec = host.spec
    if spec.managed_by != "oib":
        return []
    refs: dict[Ref, None] = {}
    links: list[Attachment] = [*spec.bond.values(), *spec.port.values()]
    for link in links:
        if link.native is not None:
            refs[link.native] = None
        refs.update(dict.fromkeys(link.networks))
    return list(refs)


class _Table:
    """The allotment of one network."""

    def __init__(
        self,
        ref: Ref,
        network: Network,
        side: _Side,
        claimed: list[tuple[int, int]],
        hosts: list[Host],
        spans: Spans,
        lock: Lock | None,
        result: Allotment,
    ) -> None:
        self.ref = ref
        self.network = network
        self.side = side
        self.hosts = hosts
        self.spans = spans
        self.result = result
        self.name = ref.name
        retired = lock.retired.get(ref, {}) if lock else {}
        #: A host that comes back gets the address that was kept for it.
        self.locked = {**retired, **(lock.hosts.get(ref, {}) if lock else {})}
        self.retired = set(retired.values())
        version = side.version
        held = [*_pairs(network.reserved, version), *_pairs(network.dhcp, version), *claimed]
        for pool in network.pool.values():
            held += _pairs(pool.ranges, version)
        self.held = held
        #: Of both families, `allot` limits those that it names.
        self.allowed = _pairs(network.allot, version)
        self.is_misplaced = any(
            r.first not in side.cidr or r.last not in side.cidr
            for r in (a if isinstance(a, Range) else Range(a, a) for a in network.allot)
            if r.first.version == version or not side.has_other
        )
        self.is_limited = bool(self.allowed or (network.allot and not side.has_other))
        self.segments = {
            network.segment[label].rack: self.subnet(cidr, gateway)
            for label, (cidr, gateway) in side.segments.items()
            if cidr is not None
        }
        self.whole = self.subnet(side.cidr, side.gateway)

    def subnet(self, cidr: Cidr, gateway: Ip | None) -> _Subnet:
        """What may be given out of a prefix."""
        first, last = int(cidr.network_address), int(cidr.broadcast_address)
        if cidr.version == 6:
            first += 1
        elif cidr.prefixlen < 31:
            first, last = first + 1, last - 1
        held = [*self.held, *([(int(gateway), int(gateway))] if gateway is not None else [])]
        free = _without([(first, last)], held)
        if self.is_limited:
            free = _within(free, self.allowed)
        return _Subnet(cidr, free)

    def fill(self) -> dict[Ref, Assignment]:
        """The addresses of the hosts on the network."""
        table: dict[Ref, Assignment] = {}
        taken: dict[int, Host] = {}
        waiting: list[tuple[Host, _Subnet]] = []
        name, locked = self.name, self.locked
        for host in self.hosts:
            subnet = self.subnet_of(host)
            if subnet is None:
                return {}
            stated = self.stated(host, name) if host.stated else None
            if stated is None:
                waiting.append((host, subnet))
                continue
            if self.is_stated_well(host, stated, subnet, taken):
                taken[int(stated)] = host
                table[host.ref] = Assignment(int(stated), subnet.cidr, Origin.STATED)
        later: list[tuple[Host, _Subnet]] = []
        for host, subnet in waiting:
            number = locked.get(host.ref)
            if number is not None and number not in taken and subnet.contains(number):
                taken[number] = host
                table[host.ref] = Assignment(number, subnet.cidr, Origin.LOCKED)
            else:
                later.append((host, subnet))
        if later:
            self.allot(later, taken, table)
        return table

    def stated(self, host: Host, name: str) -> Ip | None:
        """The address of this family that a host states on the network."""
        found = host.stated.get(name)
        if found is None:
            return None
        listed = found if isinstance(found, tuple) else (found,)
        mine = [a for a in listed if not self.side.has_other or a.version == self.side.version]
        for more in mine[1:]:
            why = f"`{host.name}` has `{mine[0]}` on `{self.ref}`, and one address of each family at most"
            span = self.spans.at(host.ref, "address", name)
            self.result.diagnostics.append(addresses.stated_outside(span, str(more), why))
        return mine[0] if mine else None

    def subnet_of(self, host: Host) -> _Subnet | None:
        """The prefix that a host takes its address from."""
        if not self.side.segments:
            return self.whole
        found = self.segments.get(host.rack) if host.rack is not None else None
        if found is None:
            self.result.diagnostics.append(self.no_segment(host))
        return found

    def no_segment(self, host: Host) -> Diagnostic:
        """Why a host has no prefix to take its address from."""
        for label, segment in self.network.segment.items():
            if segment.rack == host.rack and host.rack is not None:
                span = self.spans.at(self.ref, "segment", label)
                return addresses.segment_of_one_family(span, label, self.ref, str(self.side.cidr))
        return addresses.no_segment(self.spans.at(host.group), host.ref, self.ref, host.rack)

    def is_stated_well(
        self, host: Host, address: Ip, subnet: _Subnet, taken: Mapping[int, Host]
    ) -> bool:
        """Whether a stated address may be the host's; reports why not."""
        why = None
        if address.version != subnet.cidr.version or address not in subnet.cidr:
            why = f"it lies outside `{subnet.cidr}`"
        elif (
            address in (subnet.cidr.network_address, subnet.cidr.broadcast_address)
            and subnet.cidr.num_addresses > 2
        ):
            why = f"it is the network's own or broadcast address of `{subnet.cidr}`"
        elif not subnet.contains(int(address)):
            why = f"`{self.ref}` holds it for something else"
        other = taken.get(int(address))
        if why is None and other is None:
            return True
        span = self.spans.at(host.ref, "address", self.name)
        if why is not None:
            self.result.diagnostics.append(addresses.stated_outside(span, str(address), why))
        elif other is not None:
            place = self.spans.at(other.ref, "address", self.name)
            self.result.diagnostics.append(
                addresses.stated_taken(span, str(address), host.name, other.name, place)
            )
        return False

    def allot(
        self,
        waiting: list[tuple[Host, _Subnet]],
        taken: dict[int, Host],
        table: dict[Ref, Assignment],
    ) -> None:
        """Gives the lowest free addresses."""
        self.result.is_allotted = True
        blocked = set(taken) | self.retired
        free: dict[int, Iterator[int]] = {}
        for host, subnet in waiting:
            numbers = free.get(id(subnet))
            if numbers is None:
                numbers = subnet.lowest(blocked)
                free[id(subnet)] = numbers
            number = next(numbers, None)
            if number is None and self.is_misplaced:
                return  # the range is reported where it stands
            if number is None:
                wanted = sum(1 for h in self.hosts if self.subnet_of(h) is subnet)
                self.result.diagnostics.append(
                    addresses.exhausted(
                        self.spans.at(self.ref, self.side.field), self.ref, wanted,
                        subnet.size() - len(self.retired), self.spans.at(host.group),
                    )
                )  # fmt: skip
                return
            table[host.ref] = Assignment(number, subnet.cidr, Origin.ALLOTTED)


def _pairs(ranges: Iterable[Range | Ip], version: int) -> list[tuple[int, int]]:
    """The ranges of one family as numbers."""
    both = (r if isinstance(r, Range) else Range(r, r) for r in ranges)
    return [(int(r.first), int(r.last)) for r in both if r.first.version == version]


def _without(free: list[tuple[int, int]], held: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Intervals less intervals; `free` are in order and apart."""
    holes = sorted(held)
    left: list[tuple[int, int]] = []
    at = 0
    for begin, end in free:
        start = begin
        while at < len(holes) and holes[at][1] < start:
            at += 1
        scan = at
        while scan < len(holes) and holes[scan][0] <= end and start <= end:
            first, last = holes[scan]
            if first > start:
                left.append((start, first - 1))
            start = max(start, last + 1)
            scan += 1
        if start <= end:
            left.append((start, end))
    return left


def _within(
    free: list[tuple[int, int]], allowed: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The parts of intervals that lie in others."""
    return [
        (max(start, first), min(end, last))
        for first, last in sorted(allowed)
        for start, end in free
        if max(start, first) <= min(end, last)
    ]


def _check_stated(
    groups: Mapping[Ref, HostGroup],
    networks: Mapping[Ref, Network],
    spans: Spans,
    result: Allotment,
) -> None:
    """Reports addresses that are stated on networks which the hosts are not attached to."""
    names_of: dict[int, set[str]] = {}
    reported: set[tuple[Ref, str]] = set()
    for group in groups.values():
        for host in group:
            if not host.stated:
                continue
            known = names_of.get(id(host.spec))
            if known is None:
                known = {ref.name for ref in _networks_of(host) if ref in networks}
                names_of[id(host.spec)] = known
            for name in host.stated:
                if name not in known and (group.ref, name) not in reported:
                    reported.add((group.ref, name))
                    span = spans.at(group.ref, "address", name)
                    result.diagnostics.append(
                        addresses.unknown_network(span, name, group.ref, known)
                    )


def _compare(tables: Mapping[Ref, Mapping[Ref, Assignment]], lock: Lock, result: Allotment) -> None:
    """Notes where the lock lacks an address, or holds one of a host that is gone."""
    for network, table in tables.items():
        locked = lock.hosts.get(network, {})
        for host, found in table.items():
            if found.origin is not Origin.STATED and locked.get(host) != found.number:
                what = (
                    "its address is no longer possible"
                    if host in locked
                    else "it has no address yet"
                )
                result.stale.append(f"`{host}` on `{network}`: {what}")
            elif found.origin is Origin.STATED and locked.get(host) != found.number:
                result.stale.append(f"`{host}` on `{network}`: another address is stated now")
        gone = [known for known in locked if Ref(known) not in table]
        result.stale += [f"`{known}` on `{network}` is gone" for known in gone]
    for name, entries in lock.hosts.items():
        if entries and Ref(name) not in tables:
            result.stale.append(f"`{name}` is gone or has no hosts")


def updated(allotment: Addresses, lock: Lock | None, *, prune: bool) -> Lock:
    """The lock for an allotment; addresses of hosts that are gone are kept as retired."""
    first = _updated(allotment.tables, lock, prune=prune)
    second = _updated(allotment.tables6, lock.second if lock else None, prune=prune)
    return replace(first, second=second) if second.hosts or second.retired else first


def _updated(
    tables: Mapping[Ref, Mapping[Ref, Assignment]], lock: Lock | None, *, prune: bool
) -> Lock:
    hosts = {
        str(network): {str(host): found.number for host, found in table.items()}
        for network, table in tables.items()
    }
    retired: dict[str, dict[str, int]] = {}
    if lock is not None and not prune:
        for table in (lock.retired, lock.hosts):
            for network, entries in table.items():
                present = hosts.get(network, {})
                in_use = set(present.values())
                for host, number in entries.items():
                    if number not in in_use and present.get(host) != number:
                        retired.setdefault(network, {})[host] = number
    return Lock(hosts, retired)


__all__ = ["Allotment", "allot", "updated"]
