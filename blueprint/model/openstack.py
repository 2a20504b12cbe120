"""OpenStack regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, get_args

from pydantic import Field

from blueprint.model.fields import Count, HostSet, Ip, NetworkRef
from blueprint.model.openstack_resources import (
    Aggregate,
    Cell,
    ExternalNetwork,
    Flavor,
    Image,
    Project,
    ProviderNetwork,
    VolumeType,
)
from blueprint.model.openstack_services import Services
from blueprint.model.schema import Block, Choice, Kind, PassThrough, Refers, Unlabelled
from blueprint.values import Ref, SecretRef, Size

Release: TypeAlias = Literal["2024.2", "2025.1", "2025.2", "2026.1"]
Service: TypeAlias = Literal[
    "aodh", "barbican", "blazar", "ceilometer", "cinder", "cloudkitty", "cyborg", "designate", "glance",
    "gnocchi", "grafana", "heat", "horizon", "ironic", "keystone", "magnum", "manila", "masakari",
    "mistral", "neutron", "nova", "octavia", "opensearch", "placement", "prometheus", "skyline",
    "swift", "tacker", "trove", "watcher", "zun",
]  # fmt: skip
#: The names of all services that a region may run.
SERVICES: tuple[str, ...] = get_args(Service)


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
    database_tls: bool | None = Field(
        None, description="TLS to the database's servers; as `backend_tls` says where unset."
    )
    queue_tls: bool = Field(default=False, description="TLS between services and the queue.")


class NetworkRoles(Block):
    """The networks that kinds of traffic take; the internal API's where unset."""

    tenant: NetworkRef | None = Field(None, description="Overlay between hosts.")
    migration: NetworkRef | None = Field(None, description="Live migration.")
    storage: NetworkRef | None = Field(None, description="Clients of the storage.")
    dns: NetworkRef | None = Field(
        None, description="Where the DNS service answers; the public API's network where unset."
    )


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
    images: Annotated[dict[str, str], Unlabelled()] = Field(
        {},
        description="Single images by the tool's name for them, with Podman best by digest: "
        '`{ nova_compute = "harbor.example/kolla/nova-compute:2025.1-r7" }`.',
    )


class LogStore(Block):
    """A store of logs (OpenSearch) outside of a region, which its collectors send to."""

    address: str = Field(description="Where it answers: `https://logs.example:9200`.")
    user: str | None = Field(None, description="The user that collectors log in as.")
    password: SecretRef | None = Field(None, description="The user's password, by reference.")
    index: str = Field("openstack", description="What names of its indices begin with.")


class Replicas(Block):
    """How many pods each part of the services has; three, or one on a single control host, where unset."""

    default: Count | None = Field(None, description="Of all that state no other number.")
    api: Count | None = Field(None, description="Of the APIs.")
    conductor: Count | None = Field(None, description="Of conductors, schedulers and engines.")


class OpenStackHelm(Block):
    """Deployment with the charts of OpenStack-Helm, on the Kubernetes cluster named by `on`."""

    choice: Literal["openstack_helm"] = "openstack_helm"
    namespace: str = Field("openstack", description="The namespace of the services.")
    replicas: Replicas = Field(Replicas(), description="Pods of each part of the services.")
    storage_class: str = Field("general", description="Storage class of databases and queues.")
    database_size: Size = Field(Size(50 * 1024**3), description="Volume of each database server.")
    queue_size: Size = Field(Size(10 * 1024**3), description="Volume of each queue server.")
    gateway: Annotated[Ref, Refers("gateway")] | None = Field(
        None, description="Way in for users of the APIs; the cluster's only gateway where unset."
    )
    images: Annotated[dict[str, str], Unlabelled()] = Field(
        {},
        description="Single images by the charts' name for them, best by digest: "
        '`{ nova_compute = "harbor.example/osh/nova@sha256:…" }`.',
    )


class StarlingXOpenStack(Block):
    """Deployment as the application `stx-openstack`, on the StarlingX system named by `on`."""

    choice: Literal["stx_openstack"] = "stx_openstack"
    application: str | None = Field(
        None,
        description="Version of the application, as its archive's name has it; the release's where unset.",
    )


class OpenStack(Services, Kind):
    """A region of OpenStack, on hosts, on Kubernetes (`on = kubernetes.x`) or on StarlingX (`on = starlingx.x`)."""

    kind: ClassVar[str] = "openstack"
    scopes: ClassVar[tuple[str, ...]] = ("volumes", "control", "compute", "on")

    on: Annotated[Ref, Refers("kubernetes", "starlingx")] | None = Field(
        None,
        description="The Kubernetes cluster or StarlingX system that it runs on; on the hosts themselves "
        "where unset.",
    )
    release: Release = Field(description="OpenStack's release.")
    region: str = Field("RegionOne", description="Name of the region in Keystone.")
    control: HostSet = Field(description="Hosts of the APIs, databases and queues.")
    network: HostSet = Field(
        (), description="Hosts of gateways and load balancers; the control hosts where unset."
    )
    compute: HostSet = Field(description="Hosts of guests.")
    monitoring: HostSet = Field((), description="Hosts of monitoring; none where unset.")
    volumes: HostSet = Field(
        (), description="Hosts of volumes on their own disks; the control hosts where unset."
    )
    deploy_from: HostSet = Field(
        (), description="The host that the tools run on; the local one where unset."
    )
    identity: Annotated[Ref, Refers("openstack")] | None = Field(
        None, description="The region whose identity service and dashboard this one shares."
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
    log_store: LogStore | None = Field(
        None, description="A store of logs outside, beside the region's own where it runs one."
    )
    api: Api = Field(description="Addresses of the APIs.")
    networks: NetworkRoles = Field(NetworkRoles(), description="Networks by kind of traffic.")
    services: tuple[Service, ...] = Field(description="The services to run.")
    external_network: dict[str, ExternalNetwork] = Field(
        {}, description="Provider networks with floating addresses."
    )
    provider_network: dict[str, ProviderNetwork] = Field(
        {}, description="Networks of the infrastructure that guests are attached to."
    )
    aggregate: dict[str, Aggregate] = Field({}, description="Computes that belong together.")
    flavor: dict[str, Flavor] = Field({}, description="Sizes of guests.")
    image: dict[str, Image] = Field({}, description="Images of systems that guests boot.")
    volume_type: dict[str, VolumeType] = Field({}, description="Kinds of volumes.")
    project: dict[str, Project] = Field({}, description="Projects and what they may have.")
    cell: dict[str, Cell] = Field(
        {},
        description="Cells, for many computes; those of `compute` in none are in an unnamed one.",
    )
    deployer: Annotated[KollaAnsible | OpenStackHelm | StarlingXOpenStack, Choice()] | None = Field(
        None,
        description="The deployment tool and its options: Kolla-Ansible on hosts, OpenStack-Helm on Kubernetes, "
        "StarlingX's application on StarlingX, where unset.",
        discriminator="choice",
    )
    tool: Annotated[dict[str, dict[str, Any]], PassThrough()] = Field(
        {}, description="The tool's own variables, checked against the release."
    )

    @property
    def tool_name(self) -> Literal["kolla_ansible", "openstack_helm", "stx_openstack"]:
        """The deployment tool: as stated, or that of what the region stands on."""
        if self.deployer is not None:
            return self.deployer.choice
        if self.on is None:
            return "kolla_ansible"
        return "stx_openstack" if self.is_on_starlingx else "openstack_helm"

    @property
    def is_on_starlingx(self) -> bool:
        """Whether it is an application of a StarlingX system."""
        return self.on is not None and self.on.kind == "starlingx"

    @property
    def kolla_ansible(self) -> KollaAnsible:
        """Options of Kolla-Ansible: as stated, or its defaults."""
        return self.deployer if isinstance(self.deployer, KollaAnsible) else KollaAnsible()

    @property
    def openstack_helm(self) -> OpenStackHelm:
        """Options of OpenStack-Helm: as stated, or its defaults."""
        return self.deployer if isinstance(self.deployer, OpenStackHelm) else OpenStackHelm()

    @property
    def stx_openstack(self) -> StarlingXOpenStack:
        """Options of StarlingX's application: as stated, or its defaults."""
        chosen = self.deployer
        return chosen if isinstance(chosen, StarlingXOpenStack) else StarlingXOpenStack()

    def neutron_networks(self) -> Iterator[tuple[str, str, ExternalNetwork | ProviderNetwork]]:
        """Networks of the infrastructure that Neutron is given: attribute, label and description."""
        for label, external in self.external_network.items():
            yield "external_network", label, external
        for label, provider in self.provider_network.items():
            yield "provider_network", label, provider
