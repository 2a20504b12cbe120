"""A sound cloud made by hand, ways to spoil one thing in it, and what the checks then say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

from blueprint.checks import run_checks
from blueprint.diagnostics import Diagnostic
from blueprint.model import (
    Addresses,
    Ceph,
    Hardware,
    Host,
    HostGroup,
    Hosts,
    Kind,
    Model,
    Network,
    OpenStack,
    Physnet,
    Pki,
    Site,
)
from blueprint.model.addresses import Assignment, Origin
from blueprint.model.ceph import Pool
from blueprint.model.hardware import Cpu, Disk, Nic
from blueprint.model.hosts import Bond, HostMemory
from blueprint.model.links import links_of
from blueprint.model.network import AddressPool, Segment
from blueprint.model.openstack import Api, Endpoint, NetworkRoles
from blueprint.model.openstack_resources import ExternalNetwork
from blueprint.model.schema import Block
from blueprint.model.site import Rack, Zone
from blueprint.source import Source, Span
from blueprint.spans import Spans
from blueprint.values import Range, Rate, Ref, Size, keyed

GIB = 1024**3


def gib(amount: int) -> Size:
    return Size(amount * GIB)


def ip(text: str) -> Any:
    return ip_address(text)


def cidr(text: str) -> Any:
    return ip_network(text)


def addresses(text: str) -> Range:
    """`10.0.0.1..10.0.0.9`, or one address as a range of itself."""
    first, _, last = text.partition("..")
    return Range(ip_address(first), ip_address(last or first))


def network(subnet: str, vlan: int | None = None, **more: Any) -> Network:
    return Network(cidr=cidr(subnet), vlan=vlan, **more)


def pool(*ranges: str, managed_by: str = "operator") -> AddressPool:
    return AddressPool(ranges=tuple(addresses(r) for r in ranges), managed_by=managed_by)


def segment(rack: int, subnet: str, **more: Any) -> Segment:
    return Segment(rack=Ref(f"site.dc1.rack.r[{rack}]"), cidr=cidr(subnet), **more)


def server(**changes: Any) -> Hardware:
    fields: dict[str, Any] = {
        "cpu": Cpu(sockets=2, cores=32, threads=2, features=("vmx",)),
        "memory": gib(256),
        "disk": {
            "system": Disk(count=2, size=Size.of(480, "GB"), media="ssd", raid=1),
            "osd": Disk(count=6, size=Size.of(4, "TB"), media="nvme"),
        },
        "nic": {
            "slot1": Nic(ports=2, speed=Rate.of(25, "Gbps"), names=("ens1f0", "ens1f1")),
            "slot2": Nic(ports=2, speed=Rate.of(25, "Gbps"), names=("ens2f0", "ens2f1")),
        },
    }
    return Hardware(**{**fields, **changes})


def bond(port: int, *networks: str, **more: Any) -> Bond:
    ports = (Ref(f"nic.slot1[{port}]"), Ref(f"nic.slot2[{port}]"))
    return Bond(ports=ports, networks=tuple(Ref(f"network.{n}") for n in networks), **more)


def node(**changes: Any) -> Hosts:
    """The description of a host that carries everything."""
    fields: dict[str, Any] = {
        "hardware": Ref("hardware.general"),
        "bond": {
            "bond0": bond(0, "api", "storage", "tenant", "public", mtu=9000),
            "bond1": bond(1, physnet=Ref("physnet.ex"), mtu=9000),
        },
        "memory": HostMemory(platform=gib(64)),
    }
    return Hosts(**{**fields, **changes})


def group(name: str, count: int, spec: Hosts | None = None, racks: int = 3) -> HostGroup:
    """`count` equal hosts with keys from 1, in turn over racks that are zones too."""
    ref = Ref(f"hosts.{name}")
    described = spec or node()
    members = tuple(
        Host(
            ref=keyed(ref, str(n)),
            group=ref,
            key=str(n),
            position=n,
            name=f"{name}-{n}",
            spec=described,
            site=Ref("site.dc1"),
            rack=Ref(f"site.dc1.rack.r[{(n - 1) % racks + 1}]"),
            zone=Ref(f"site.dc1.zone.az[{(n - 1) % racks + 1}]"),
            unit=None,
            serial=None,
            bmc_address=None,
            boot_mac=None,
            stated={},
        )
        for n in range(1, count + 1)
    )
    return HostGroup(ref, members, is_family=True)


def everywhere(name: str = "node") -> tuple[Ref, ...]:
    return (Ref(f"hosts.{name}"),)


def sound_things() -> dict[Ref, Kind]:
    """Everything but the hosts of a cloud that no check finds fault with."""
    things: dict[str, Kind] = {
        "site.dc1": Site(
            rack={f"r[{n}]": Rack(units=42) for n in (1, 2, 3)},
            zone={f"az[{n}]": Zone(racks=(Ref(f"site.dc1.rack.r[{n}]"),)) for n in (1, 2, 3)},
        ),
        "pki.ca": Pki(),
        "hardware.general": server(),
        "network.api": network("10.20.0.0/24", 20, gateway=ip("10.20.0.1")),
        "network.storage": network("10.30.0.0/24", 30, mtu=9000),
        "network.tenant": network("10.40.0.0/24", 40, mtu=9000),
        "network.public": network("198.51.100.0/26", 50, gateway=ip("198.51.100.1")),
        "network.floating": network("203.0.113.0/24", 1000, managed_by="neutron"),
        "physnet.ex": Physnet(type="vlan", vlans=(Range(1000, 1999),), mtu=9000),
        "ceph.main": Ceph(
            monitors=everywhere(),
            osds=everywhere(),
            devices=(Ref("disk.osd"),),
            public_network=Ref("network.storage"),
            pool={
                "images": Pool(use="glance", failure_domain="rack"),
                "volumes": Pool(use="cinder", failure_domain="rack"),
            },
        ),
        "openstack.core": OpenStack(
            release="2025.1",
            control=everywhere(),
            compute=everywhere(),
            storage=Ref("ceph.main"),
            api=Api(
                internal=Endpoint(network=Ref("network.api"), vip=ip("10.20.0.250")),
                public=Endpoint(network=Ref("network.public"), vip=ip("198.51.100.60")),
            ),
            networks=NetworkRoles(tenant=Ref("network.tenant"), storage=Ref("network.storage")),
            services=("keystone", "glance", "placement", "nova", "neutron", "cinder"),
            external_network={
                "public": ExternalNetwork(
                    network=Ref("network.floating"),
                    physnet=Ref("physnet.ex"),
                    pool=(addresses("203.0.113.20..203.0.113.99"),),
                )
            },
        ),
    }
    return {Ref(ref): thing for ref, thing in things.items()}


def cloud(*groups: HostGroup, **things: Kind | None) -> Model:
    """The sound cloud on the given groups, with things added, replaced or (None) left out.

    Names of things use two underscores for the dot: `network__api`.
    """
    declared: dict[Ref, Any] = dict(sound_things())
    declared.update({Ref(name.replace("__", ".")): thing for name, thing in things.items()})
    declared = {ref: thing for ref, thing in declared.items() if thing is not None}
    return with_addresses(
        Model(
            "test", None, declared, {g.ref: g for g in groups or (group("node", 3),)}, Addresses()
        )
    )


def changed(model: Model, ref: str, *path: str, **fields: Any) -> Model:
    """The model with some fields of one declaration, or of a block in it, set to other values."""
    if Ref(ref) in model.groups:
        old = model.groups[Ref(ref)]
        spec = _changed(old.members[0].spec, path, fields)
        members = tuple(replace(host, spec=spec) for host in old.members)
        groups = {**model.groups, Ref(ref): replace(old, members=members)}
        return with_addresses(replace(model, groups=groups))
    thing = _changed(model.things[Ref(ref)], path, fields)
    return with_addresses(replace(model, things={**model.things, Ref(ref): thing}))


def _changed(block: Any, path: tuple[str, ...], fields: dict[str, Any]) -> Any:
    if not path:
        return block.model_copy(update=fields)
    first, *rest = path
    if isinstance(block, dict):
        return {**block, first: _changed(block[first], tuple(rest), fields)}
    return block.model_copy(update={first: _changed(getattr(block, first), tuple(rest), fields)})


def member(model: Model, ref: str, **fields: Any) -> Model:
    """The model with what is one host's own set to other values."""
    wanted = Ref(ref)
    old = model.groups[wanted.family]
    members = tuple(replace(host, **fields) if host.ref == wanted else host for host in old.members)
    return replace(model, groups={**model.groups, old.ref: replace(old, members=members)})


def with_addresses(model: Model) -> Model:
    """The model with an address from the tenth on for every host on every network that it is on."""
    tables: dict[Ref, dict[Ref, Assignment]] = {}
    networks = model.of(Network)
    for each in model.groups.values():
        for spec in {id(host.spec): host.spec for host in each}.values():
            for link in links_of(spec, model.at(spec.hardware, Hardware), networks):
                for name in link.networks:
                    table = tables.setdefault(name, {})
                    first = int(networks[name].cidr.network_address) + 10
                    for host in (h for h in each if h.ref not in table):
                        number = first + len(table)
                        table[host.ref] = Assignment(number, networks[name].cidr, Origin.ALLOTTED)
    return replace(model, addresses=Addresses(tables))


def spans_of(model: Model) -> Spans:
    """A span for everything that the model states; its text is the path, such as `network.api cidr`."""
    paths = [(str(ref), *path) for ref, thing in model.things.items() for path in _stated(thing)]
    for ref, hosts in model.groups.items():
        specs = {id(host.spec): host.spec for host in hosts}
        for spec in specs.values():
            paths += [(str(ref), *path) for path in _stated(spec)]
        if not specs:
            paths.append((str(ref),))
    lines = [" ".join(path) for path in paths]
    source = Source("test.oib", "\n".join(lines))
    table: dict[tuple[str, ...], Span] = {}
    start = 0
    for path, line in zip(paths, lines, strict=True):
        table.setdefault(path, Span(source, start, start + len(line)))
        start += len(line) + 1
    return Spans(table)


def _stated(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(value, Block):
        for name in (n for n in type(value).model_fields if n in value.model_fields_set):
            yield from _stated(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for label, inner in value.items():
            yield from _stated(inner, (*path, label))
    elif isinstance(value, tuple) and not isinstance(value, Range):
        for position, inner in enumerate(value):
            yield from _stated(inner, (*path, str(position)))


def found(model: Model) -> tuple[Diagnostic, ...]:
    """What all checks say of a model."""
    return run_checks(model, spans_of(model))


def faults(model: Model) -> list[tuple[str, str]]:
    """Code and place of everything that the checks find."""
    return [(d.rule.code, "" if d.span is None else d.span.text) for d in found(model)]


def the_fault(model: Model) -> Diagnostic:
    """The only thing that the checks find."""
    (only,) = found(model)
    return only
