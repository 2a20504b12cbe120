"""Models built by hand, for tests of what reads a model: no text, no parser, no front end."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from blueprint.model import (
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
    Registry,
    Secrets,
    Site,
)  # fmt: skip
from blueprint.model.addresses import Addresses
from blueprint.model.ceph import Pool
from blueprint.model.hardware import Cpu, Disk, Nic
from blueprint.model.hosts import Bond, HostBmc
from blueprint.model.openstack import Api, Endpoint, NetworkRoles
from blueprint.model.openstack_resources import ExternalNetwork
from blueprint.model.site import Rack, VaultStore, Zone
from blueprint.source import Source, Span
from blueprint.spans import Spans
from blueprint.values import Range, Rate, Ref, SecretRef, Size, keyed


def group(ref: str, count: int, spec: Hosts, site: str | None = "site.here") -> HostGroup:
    """`count` equal hosts."""
    address = Ref(ref)
    members = tuple(
        Host(
            ref=keyed(address, str(n)),
            group=address,
            key=str(n),
            position=n,
            name=f"{address.name}-{n}",
            spec=spec,
            site=Ref(site) if site else None,
            rack=None,
            zone=None,
            unit=None,
            serial=None,
            bmc_address=None,
            bmc_credentials=spec.bmc.credentials,
            boot_mac=None,
            stated={},
        )
        for n in range(1, count + 1)
    )
    return HostGroup(address, members, is_family=count > 1)


def network(cidr: str, vlan: int | None = None, **more: Any) -> Network:
    """A network of the site."""
    return Network(site=Ref("site.here"), cidr=ip_network(cidr), vlan=vlan, **more)


def hardware(**more: Any) -> Hardware:
    """A server with two cards and twelve disks."""
    return Hardware(
        cpu=Cpu(sockets=2, cores=32, threads=2, features=("vmx",)),
        memory=Size.of(512, "GiB"),
        disk={"osd": Disk(count=6, size=Size.of(3840, "GB"), media="nvme")},
        nic={"slot1": Nic(ports=2, speed=Rate.of(25, "Gbps"), names=("ens1f0", "ens1f1"))},
        **more,
    )


def hosts(*networks: str, physnet: str | None = None, of: str = "hardware.r760") -> Hosts:
    """A group of servers on some networks."""
    bonds = {
        "bond0": Bond(
            ports=(Ref("nic.slot1[0]"),), networks=tuple(Ref(f"network.{n}") for n in networks)
        )
    }
    if physnet:
        bonds["bond1"] = Bond(ports=(Ref("nic.slot1[1]"),), physnet=Ref(physnet))
    return Hosts(
        hardware=Ref(of),
        site=Ref("site.here"),
        bmc=HostBmc(credentials=SecretRef('secrets.vault["bmc"]')),
        bond=bonds,
    )


def _common() -> dict[str, Kind]:
    return {
        "secrets.vault": Secrets(store=VaultStore(address="https://vault:8200", path="x")),
        "pki.ca": Pki(ca_key=SecretRef('secrets.vault["ca"]')),
        "site.here": Site(
            country="DE",
            region="eu-central",
            rack={f"r[{n}]": Rack() for n in (1, 2, 3)},
            zone={f"az[{n}]": Zone(racks=(Ref(f"site.here.rack.r[{n}]"),)) for n in (1, 2, 3)},
        ),
        "hardware.r760": hardware(),
        "network.api": network("10.20.0.0/24", 20),
        "network.storage": network("10.30.0.0/24", 30, mtu=9000),
        "network.tenant": network("10.40.0.0/24", 40, mtu=9000),
        "network.external": network("198.51.100.0/26", 50),
        "network.floating": network("203.0.113.0/24", 1000, managed_by="neutron"),
        "physnet.provider": Physnet(type="vlan", vlans=(Range(1000, 1999),), mtu=9000),
    }


def _ceph(monitors: str, osds: str, **more: Any) -> Ceph:
    return Ceph(
        monitors=(Ref(monitors),),
        osds=(Ref(osds),),
        devices=(Ref("disk.osd"),),
        public_network=Ref("network.storage"),
        pool={
            "images": Pool(use="glance"),
            "volumes": Pool(use="cinder"),
            "vms": Pool(use="nova"),
        },
        **more,
    )


def _openstack(control: str, gateway: str, compute: tuple[str, ...], **more: Any) -> OpenStack:
    return OpenStack(
        release="2025.1",
        control=(Ref(control),),
        network=(Ref(gateway),),
        compute=tuple(Ref(c) for c in compute),
        storage=Ref("ceph.main"),
        secrets=Ref("secrets.vault"),
        api=Api(
            internal=Endpoint(
                network=Ref("network.api"), vip=ip_address("10.20.0.250"), tls=Ref("pki.ca")
            ),
            public=Endpoint(network=Ref("network.external"), vip=ip_address("198.51.100.10")),
        ),
        networks=NetworkRoles(tenant=Ref("network.tenant")),
        services=("keystone", "glance", "placement", "nova", "neutron", "cinder", "heat"),
        external_network={
            "public": ExternalNetwork(
                network=Ref("network.floating"), physnet=Ref("physnet.provider")
            )
        },
        **more,
    )


def model(
    things: Mapping[str, Kind],
    groups: Mapping[str, HostGroup],
    existing: tuple[str, ...] = (),
    name: str = "cloud",
) -> Model:
    """A model of things and groups by address."""
    return Model(
        name=name,
        title=None,
        things={Ref(ref): thing for ref, thing in things.items()},
        groups={Ref(ref): hosts for ref, hosts in groups.items()},
        addresses=Addresses(),
        existing=frozenset(Ref(ref) for ref in existing),
    )


def collapsed() -> Model:
    """Three hosts that carry everything."""
    things = _common() | {
        "ceph.main": _ceph("hosts.node", "hosts.node"),
        "openstack.core": _openstack("hosts.node", "hosts.node", ("hosts.node",)),
    }
    spec = hosts("api", "storage", "tenant", "external", physnet="physnet.provider")
    return model(things, {"hosts.node": group("hosts.node", 3, spec)}, name="collapsed")


def roles_apart() -> Model:
    """Hosts by role, a registry, two networks for Ceph."""
    things = _common() | {
        "hardware.storage": hardware(),
        "registry.harbor": Registry(url="harbor:5000", password=SecretRef('secrets.vault["r"]')),
        "network.migration": network("10.22.0.0/22", 22, mtu=9000),
        "network.replicate": network("10.31.0.0/24", 310, mtu=9000),
        "ceph.main": _ceph(
            "hosts.control", "hosts.storage", cluster_network=Ref("network.replicate")
        ),
        "openstack.core": _openstack(
            "hosts.control",
            "hosts.gateway",
            ("hosts.compute",),
            deploy_from=(Ref("hosts.lcm"),),
            registry=Ref("registry.harbor"),
        ),
    }
    groups = {
        "hosts.control": (3, hosts("api", "storage")),
        "hosts.gateway": (3, hosts("api", "tenant", "external", physnet="physnet.provider")),
        "hosts.compute": (
            24,
            hosts("api", "storage", "tenant", "migration", physnet="physnet.provider"),
        ),
        "hosts.storage": (9, hosts("api", "storage", "replicate", of="hardware.storage")),
        "hosts.lcm": (1, hosts("api")),
    }
    return model(things, {ref: group(ref, *rest) for ref, rest in groups.items()}, name="apart")


def spans_of(cloud: Model) -> Spans:
    """A span for each declaration, in the model's order, as if each stood on a line of its own."""
    names = [*cloud.things, *cloud.groups]
    source = Source("main.oib", "".join(f"{name}\n" for name in names))
    table = {}
    for name, start in zip(names, source.line_starts, strict=False):
        table[str(name),] = Span(source, start, start + len(name))
    return Spans(table)
