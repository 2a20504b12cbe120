"""Models made by hand: a three-node collapsed cloud, and a region with roles apart on racks."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

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
    Secrets,
    Site,
)
from blueprint.model.addresses import Assignment, Origin
from blueprint.model.ceph import Pool
from blueprint.model.hardware import Cpu, Disk, Nic
from blueprint.model.hosts import Bond, HostCores, HostMemory, OperatingSystem
from blueprint.model.network import Segment
from blueprint.model.openstack import Api, Endpoint, NetworkRoles
from blueprint.model.openstack_resources import ExternalNetwork
from blueprint.model.openstack_services import Keystone, Neutron, Nova
from blueprint.model.site import Rack, VaultStore, Zone
from blueprint.source import Source, Span
from blueprint.spans import Spans
from blueprint.values import Duration, Range, Rate, Ref, Size, keyed

ALL_SERVICES = (
    "keystone", "glance", "placement", "nova", "neutron", "cinder", "heat", "horizon", "barbican",
)  # fmt: skip


def ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(text)


def cidr(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)


def network(subnet: str, vlan: int | None = None, **more: Any) -> Network:
    return Network(cidr=cidr(subnet), vlan=vlan, **more)


def server(**changes: Any) -> Hardware:
    fields: dict[str, Any] = {
        "cpu": Cpu(sockets=2, cores=32, threads=2, features=("vmx", "ept")),
        "memory": Size.of(512, "GiB"),
        "disk": {
            "system": Disk(count=2, size=Size.of(480, "GB"), media="ssd", raid=1),
            "osd": Disk(count=6, size=Size.of(3840, "GB"), media="nvme"),
        },
        "nic": {
            "slot1": Nic(ports=2, speed=Rate.of(25, "Gbps"), names=("ens1f0", "ens1f1")),
            "slot2": Nic(ports=2, speed=Rate.of(25, "Gbps"), names=("ens2f0", "ens2f1")),
        },
    }
    return Hardware(**{**fields, **changes})


def bond(first: int, *networks: str, **more: Any) -> Bond:
    ports = (Ref(f"nic.slot1[{first}]"), Ref(f"nic.slot2[{first}]"))
    return Bond(ports=ports, networks=tuple(Ref(f"network.{n}") for n in networks), **more)


def group(
    name: str,
    spec: Hosts,
    count: int,
    site: str | None = "site.dc1",
    racks: int = 3,
    host_name: str | None = None,
) -> HostGroup:
    """`count` members with keys from 1, in turn over the racks, each rack a zone."""
    ref = Ref(f"hosts.{name}")
    members = []
    for n in range(1, count + 1):
        rack = (n - 1) % racks + 1
        members.append(
            Host(
                ref=keyed(ref, str(n)),
                group=ref,
                key=str(n),
                position=n,
                name=f"{host_name or name}-{n}",
                spec=spec,
                site=None if site is None else Ref(site),
                rack=None if site is None else Ref(f"{site}.rack.r[{rack}]"),
                zone=None if site is None else Ref(f"{site}.zone.az[{rack}]"),
                unit=None,
                serial=None,
                bmc_address=None,
                boot_mac=None,
                stated={},
            )
        )
    return HostGroup(ref, tuple(members), is_family=True)


def addresses(
    networks: Mapping[Ref, Network], placed: Mapping[str, tuple[HostGroup, ...]]
) -> Addresses:
    """Addresses from `.11` on each network, for the groups that are on it."""
    tables: dict[Ref, dict[Ref, Assignment]] = {}
    for name, groups in placed.items():
        ref = Ref(f"network.{name}")
        subnet = networks[ref].cidr
        number = int(subnet.network_address) + 11
        table: dict[Ref, Assignment] = {}
        for each in groups:
            for host in each:
                table[host.ref] = Assignment(number, subnet, Origin.ALLOTTED)
                number += 1
        tables[ref] = table
    return Addresses(tables)


def spans_of(model: Model) -> Spans:
    """A span for every declaration, so that diagnostics have a place to point at."""
    names = [*model.things, *model.groups]
    text = "".join(f"{name} {{}}\n" for name in names)
    source = Source("main.oib", text)
    table, start = {}, 0
    for name in names:
        table[(str(name),)] = Span(source, start, start + len(name))
        start += len(name) + 4
    return Spans(table)


def site() -> Site:
    return Site(
        country="DE",
        timezone="Europe/Berlin",
        dns=(ip("10.20.0.2"), ip("10.20.0.3")),
        ntp=(ip("10.20.0.2"),),
        rack={f"r[{n}]": Rack() for n in (1, 2, 3)},
        zone={f"az[{n}]": Zone(racks=(Ref(f"site.dc1.rack.r[{n}]"),)) for n in (1, 2, 3)},
    )


def pools(**more: Any) -> dict[str, Pool]:
    uses = {"images": "glance", "volumes": "cinder", "backups": "cinder_backup", "vms": "nova"}
    return {name: Pool(use=use, failure_domain="rack", **more) for name, use in uses.items()}


def collapsed_hosts(**changes: Any) -> Hosts:
    fields: dict[str, Any] = {
        "hardware": Ref("hardware.r760"),
        "site": Ref("site.dc1"),
        "os": OperatingSystem(choice="ubuntu-24.04"),
        "user": "deploy",
        "bond": {
            "bond0": bond(0, "api", "storage", "tenant", "external", mtu=9000),
            "bond1": bond(1, physnet=Ref("physnet.provider"), mtu=9000),
        },
        "memory": HostMemory(platform=Size.of(64, "GiB")),
    }
    return Hosts(**{**fields, **changes})


def openstack(**changes: Any) -> OpenStack:
    node = (Ref("hosts.node"),)
    fields: dict[str, Any] = {
        "release": "2025.1",
        "region": "region-1",
        "control": node,
        "network": node,
        "compute": node,
        "storage": Ref("ceph.main"),
        "secrets": Ref("secrets.vault"),
        "api": api(),
        "networks": NetworkRoles(
            tenant=Ref("network.tenant"),
            migration=Ref("network.tenant"),
            storage=Ref("network.storage"),
        ),
        "services": ALL_SERVICES,
        "keystone": Keystone(token_expiry=Duration.of(4, "h")),
        "nova": Nova(cpu_mode="host_passthrough", cpu_ratio=4),
        "neutron": Neutron(plugin="ovn", overlay="geneve", distributed_floating_ip=True),
        "external_network": {
            "public": ExternalNetwork(
                network=Ref("network.floating"),
                physnet=Ref("physnet.provider"),
                pool=(Range(ip("203.0.113.20"), ip("203.0.113.250")),),
            )
        },
    }
    return OpenStack(**{**fields, **changes})


def api(**changes: Any) -> Api:
    fields: dict[str, Any] = {
        "internal": Endpoint(
            network=Ref("network.api"),
            vip=ip("10.20.0.250"),
            fqdn="api.int.cloud.example",
            tls=Ref("pki.ca"),
        ),
        "public": Endpoint(
            network=Ref("network.external"),
            vip=ip("198.51.100.10"),
            fqdn="api.cloud.example",
            tls=Ref("pki.ca"),
        ),
    }
    return Api(**{**fields, **changes})


def ceph(**changes: Any) -> Ceph:
    node = (Ref("hosts.node"),)
    fields: dict[str, Any] = {
        "monitors": node,
        "managers": node,
        "osds": node,
        "devices": (Ref("disk.osd"),),
        "public_network": Ref("network.storage"),
        "pool": pools(),
    }
    return Ceph(**{**fields, **changes})


def three_node_cloud(things: Mapping[str, Kind] | None = None, **changes: Any) -> Model:
    """Three hosts that carry everything. `changes` are fields of the OpenStack layer."""
    declared: dict[Ref, Kind] = {
        Ref("site.dc1"): site(),
        Ref("secrets.vault"): Secrets(
            store=VaultStore(
                address="https://vault.cloud.example:8200", path="openstack/three-node"
            )
        ),
        Ref("pki.ca"): Pki(),
        Ref("hardware.r760"): server(),
        Ref("network.api"): network("10.20.0.0/24", 20, gateway=ip("10.20.0.1")),
        Ref("network.storage"): network("10.30.0.0/24", 30, mtu=9000),
        Ref("network.tenant"): network("10.40.0.0/24", 40, mtu=9000),
        Ref("network.external"): network("198.51.100.0/26", 50, gateway=ip("198.51.100.1")),
        Ref("network.floating"): network(
            "203.0.113.0/24", 1000, gateway=ip("203.0.113.1"), managed_by="neutron"
        ),
        Ref("physnet.provider"): Physnet(type="vlan", vlans=(Range(1000, 1999),), mtu=9000),
        Ref("ceph.main"): ceph(),
        Ref("openstack.core"): openstack(**changes),
    }
    declared.update({Ref(name): thing for name, thing in (things or {}).items()})
    node = group("node", collapsed_hosts(), 3)
    placed = dict.fromkeys(("api", "storage", "tenant", "external"), (node,))
    networks = {r: t for r, t in declared.items() if isinstance(t, Network)}
    return Model(
        "three_node_cloud",
        "Three-node cloud",
        declared,
        {node.ref: node},
        addresses(networks, placed),
    )


def region(computes: int = 6, things: Mapping[str, Kind] | None = None, **changes: Any) -> Model:
    """Control, gateways, computes and storage apart, on three racks; `changes` as above."""
    trunk = bond(1, physnet=Ref("physnet.ex"), mtu=9000)
    control_spec = collapsed_hosts(
        bond={"bond0": bond(0, "api", "storage", mtu=9000)},
        memory=HostMemory(platform=Size.of(128, "GiB")),
    )
    gateway_spec = collapsed_hosts(
        bond={"bond0": bond(0, "api", "storage", "tenant", "external", mtu=9000), "bond1": trunk},
        memory=HostMemory(),
    )
    compute_spec = collapsed_hosts(
        bond={"bond0": bond(0, "api", "storage", "tenant", "migration", mtu=9000), "bond1": trunk},
        memory=HostMemory(platform=Size.of(32, "GiB")),
        cores=HostCores(platform=4),
        nested_virtualization=True,
    )
    storage_spec = collapsed_hosts(
        bond={
            "bond0": bond(0, "api", "storage", mtu=9000),
            "bond1": bond(1, "replicate", mtu=9000),
        },
        memory=HostMemory(),
    )
    control = group("control", control_spec, 3, host_name="ctl")
    gateway = group("gateway", gateway_spec, 3, host_name="net")
    compute = group("compute", compute_spec, computes, host_name="cmp")
    storage = group("storage", storage_spec, 6, host_name="sto")
    everyone = (control, gateway, compute, storage)
    declared: dict[Ref, Kind] = {
        Ref("site.dc1"): site(),
        Ref("secrets.vault"): Secrets(
            store=VaultStore(
                address="https://vault.cs1.example:8200", mount="kv", path="cs1/openstack"
            )
        ),
        Ref("pki.ca"): Pki(),
        Ref("hardware.r760"): server(),
        Ref("network.api"): network("10.20.0.0/16", 20, gateway=ip("10.20.0.1")),
        Ref("network.storage"): network("10.30.0.0/16", 300, mtu=9000),
        Ref("network.replicate"): network("10.31.0.0/24", 310, mtu=9000),
        Ref("network.tenant"): network(
            "10.50.0.0/16",
            50,
            mtu=9000,
            segment={
                "r[1]": Segment(rack=Ref("site.dc1.rack.r[1]"), cidr=cidr("10.50.0.0/18")),
            },
        ),
        Ref("network.migration"): network("10.22.0.0/16", 22, mtu=9000),
        Ref("network.external"): network("198.51.100.0/26", 30, gateway=ip("198.51.100.1")),
        Ref("network.floating"): network(
            "203.0.113.0/24", 600, gateway=ip("203.0.113.1"), managed_by="neutron"
        ),
        Ref("physnet.ex"): Physnet(type="vlan", vlans=(600, Range(1000, 1499)), mtu=9000),
        Ref("ceph.main"): ceph(
            monitors=(Ref("hosts.control"),),
            managers=(Ref("hosts.control"),),
            osds=(Ref("hosts.storage"),),
            cluster_network=Ref("network.replicate"),
        ),
        Ref("openstack.core"): openstack(
            **{
                "region": "cn-south-1",
                "control": (Ref("hosts.control"),),
                "network": (Ref("hosts.gateway"),),
                "compute": (Ref("hosts.compute"),),
                "monitoring": (Ref("hosts.control"),),
                "networks": NetworkRoles(
                    tenant=Ref("network.tenant"),
                    migration=Ref("network.migration"),
                    storage=Ref("network.storage"),
                ),
                "external_network": {
                    "floating": ExternalNetwork(
                        network=Ref("network.floating"), physnet=Ref("physnet.ex")
                    )
                },
                **changes,
            }
        ),
    }
    declared.update({Ref(name): thing for name, thing in (things or {}).items()})
    networks = {r: t for r, t in declared.items() if isinstance(t, Network)}
    placed = {
        "api": everyone,
        "storage": everyone,
        "tenant": (gateway, compute),
        "migration": (compute,),
        "external": (gateway,),
        "replicate": (storage,),
    }
    return Model(
        "region", None, declared, {g.ref: g for g in everyone}, addresses(networks, placed)
    )


def with_hosts(model: Model, *groups: HostGroup) -> Model:
    """The model with these groups in place of those of their names."""
    found = {**model.groups, **{each.ref: each for each in groups}}
    return Model(model.name, model.title, model.things, found, model.addresses, model.existing)
