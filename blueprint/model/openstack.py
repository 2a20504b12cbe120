"""OpenStack regions."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field

from blueprint.model.fields import AddressRanges, HostSet, Ip, NetworkRef, PhysnetRef
from blueprint.model.schema import Block, Choice, Kind, PassThrough, Refers
from blueprint.values import Duration, Range, Ref

Release: TypeAlias = Literal["2024.2", "2025.1", "2025.2", "2026.1"]
Service: TypeAlias = Literal[
    "keystone", "glance", "placement", "nova", "neutron", "cinder", "heat", "horizon", "barbican"
]
#: `config "nova.conf" { section { option = value } }`: file, section, option.
Config: TypeAlias = Annotated[dict[str, dict[str, dict[str, Any]]], PassThrough()]


class Endpoint(Block):
    """An address under which the APIs are reached."""

    network: NetworkRef = Field(description="The network of the virtual address.")
    vip: Ip = Field(description="The virtual address, held by one load balancer at a time.")
    fqdn: str | None = Field(None, description="Name of the virtual address in the DNS.")
    tls: Annotated[Ref, Refers("pki")] | None = Field(
        None, description="The authority behind the certificate; plain HTTP where unset."
    )


class Api(Block):
    """The addresses of the APIs: for the cloud itself and for its users."""

    internal: Endpoint = Field(description="For the services and hosts of the cloud.")
    public: Endpoint | None = Field(None, description="For users; the internal one where unset.")
    vrid: int = Field(
        51, ge=1, le=255, description="VRRP router identifier, unique on the internal network."
    )
    backend_tls: bool = Field(
        default=False, description="TLS between load balancer and services too."
    )


class NetworkRoles(Block):
    """The networks that kinds of traffic take; the internal API's where unset."""

    tenant: NetworkRef | None = Field(None, description="Overlay between hosts.")
    migration: NetworkRef | None = Field(None, description="Live migration.")
    storage: NetworkRef | None = Field(None, description="Clients of the storage.")


class ServiceBlock(Block):
    """Settings of one service; `config` goes into its files, checked against the release."""

    config: Config = Field({}, description="Options for the service's own configuration files.")


class Keystone(ServiceBlock):
    """The identity service."""

    token_expiry: Duration = Field(
        Duration.of(1, "days"), description="How long a token is good for."
    )


class Glance(ServiceBlock):
    """The image service."""


class Placement(ServiceBlock):
    """The placement service."""


class Nova(ServiceBlock):
    """The compute service."""

    virt: Literal["kvm", "qemu"] = Field("kvm", description="How guests are run.")
    cpu_mode: Literal["host_passthrough", "host_model", "custom", "none"] | None = Field(
        None, description="The processor that guests see."
    )
    console: Literal["novnc", "spice", "none"] = Field("novnc", description="Guests' consoles.")
    cpu_ratio: Annotated[Decimal | int, Field(gt=0)] | None = Field(
        None, description="Guests' CPUs for each of the host's threads; Nova's own where unset."
    )
    ram_ratio: Annotated[Decimal | int, Field(gt=0)] | None = Field(
        None, description="Guests' memory for each byte of the host's; Nova's own where unset."
    )


class Neutron(ServiceBlock):
    """The network service."""

    plugin: Literal["ovn", "ovs"] = Field("ovn", description="The mechanism: OVN or Open vSwitch.")
    overlay: Literal["geneve", "vxlan"] | None = Field(
        None, description="Encapsulation of tenants' networks; the plug-in's own where unset."
    )
    vni: Range | None = Field(
        None, description="Network identifiers of the overlay; 1 to 16,777,215."
    )
    distributed_floating_ip: bool = Field(
        default=False, description="Whether computes answer for floating addresses themselves."
    )


class Cinder(ServiceBlock):
    """The block storage service."""


class Heat(ServiceBlock):
    """The orchestration service."""


class Horizon(ServiceBlock):
    """The dashboard."""


class Barbican(ServiceBlock):
    """The key manager."""


class ExternalNetwork(Block):
    """A provider network with floating addresses, made after deployment."""

    network: NetworkRef = Field(description="Its subnet, VLAN and gateway.")
    physnet: PhysnetRef = Field(description="The physical network that carries it.")
    pool: AddressRanges = Field((), description="Addresses that Neutron gives out.")


class KollaAnsible(Block):
    """Deployment with Kolla-Ansible."""

    choice: Literal["kolla_ansible"] = "kolla_ansible"
    container_engine: Literal["docker", "podman"] = Field(
        "docker", description="What runs the containers."
    )
    base_distribution: Literal["debian", "rocky", "ubuntu", "centos"] | None = Field(
        None, description="System inside the images; the release's default where unset."
    )
    tag: str | None = Field(None, description="Tag of the images; the release's where unset.")


class OpenStack(Kind):
    """A region of OpenStack on hosts."""

    kind: ClassVar[str] = "openstack"

    release: Release = Field(description="OpenStack's release.")
    region: str = Field("RegionOne", description="Name of the region in Keystone.")
    control: HostSet = Field(description="Hosts of the APIs, databases and queues.")
    network: HostSet = Field(
        (), description="Hosts of gateways and load balancers; the control hosts where unset."
    )
    compute: HostSet = Field(description="Hosts of guests.")
    monitoring: HostSet = Field((), description="Hosts of monitoring; none where unset.")
    deploy_from: HostSet = Field(
        (), description="The host that the tools run on; the local one where unset."
    )
    storage: Annotated[Ref, Refers("ceph")] | None = Field(
        None, description="The Ceph cluster for images, volumes and guests' disks."
    )
    registry: Annotated[Ref, Refers("registry")] | None = Field(
        None, description="Where images come from; the tool's own registry where unset."
    )
    secrets: Annotated[Ref, Refers("secrets")] | None = Field(
        None, description="Where passwords are kept; generated once by the tool where unset."
    )
    proxy: Annotated[Ref, Refers("proxy")] | None = Field(
        None, description="The HTTP proxy of the hosts."
    )
    api: Api = Field(description="Addresses of the APIs.")
    networks: NetworkRoles = Field(NetworkRoles(), description="Networks by kind of traffic.")
    services: tuple[Service, ...] = Field(description="The services to run.")
    keystone: Keystone = Field(Keystone(), description="The identity service.")
    glance: Glance = Field(Glance(), description="The image service.")
    placement: Placement = Field(Placement(), description="The placement service.")
    nova: Nova = Field(Nova(), description="The compute service.")
    neutron: Neutron = Field(Neutron(), description="The network service.")
    cinder: Cinder = Field(Cinder(), description="The block storage service.")
    heat: Heat = Field(Heat(), description="The orchestration service.")
    horizon: Horizon = Field(Horizon(), description="The dashboard.")
    barbican: Barbican = Field(Barbican(), description="The key manager.")
    external_network: dict[str, ExternalNetwork] = Field(
        {}, description="Provider networks with floating addresses."
    )
    deployer: Annotated[KollaAnsible, Choice()] = Field(
        KollaAnsible(), description="The deployment tool and its options."
    )
    tool: Annotated[dict[str, dict[str, Any]], PassThrough()] = Field(
        {}, description="The tool's own variables, checked against the release."
    )
