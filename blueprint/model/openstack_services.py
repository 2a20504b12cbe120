"""The services of an OpenStack region: what each can be told, and the options for its own files."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from blueprint.model.fields import (
    Disks,
    HostSet,
    NetworkRef,
    Nfs,
    NfsShares,
    Strings,
)
from blueprint.model.schema import Block, Choice, PassThrough, Refers
from blueprint.model.security import Passwords
from blueprint.values import Duration, FileRef, Range, Ref, SecretRef

#: `config "nova.conf" { section { option = value } }`: file, section, option.
Config: TypeAlias = Annotated[dict[str, dict[str, dict[str, Any]]], PassThrough()]
#: Guests' share of something for each unit of the host's.
AllocationRatio: TypeAlias = Annotated[Decimal | int, Field(gt=0)]


class ServiceBlock(Block):
    """Settings of one service; `config` goes into its files, checked against the release."""

    config: Config = Field({}, description="Options for the service's own configuration files.")


class Federation(Block):
    """An identity provider outside the cloud, whose users may log in."""

    protocol: Literal["openid", "saml2"] = Field("openid", description="What is spoken with it.")
    issuer: str = Field(description="URL of the provider, as its tokens name it.")
    client: str = Field(description="The cloud's own name at the provider.")
    secret: SecretRef = Field(description="The secret that goes with the name, by reference.")
    mapping: str = Field(
        description="Rules that map the provider's users to the cloud's, as JSON: "
        '`file("iam/mapping.json")`.'
    )
    title: str | None = Field(
        None, description="What the dashboard calls the provider; its label where unset."
    )
    domain: str = Field("Default", description="The domain that its users belong to.")
    scope: Strings = Field(
        ("openid", "email", "profile"), description="What is asked of the provider (OpenID scopes)."
    )


class Keystone(ServiceBlock):
    """The identity service."""

    token_expiry: Duration = Field(
        Duration.of(1, "days"), description="How long a token is good for."
    )
    federation: dict[str, Federation] = Field(
        {}, description="Identity providers outside, by name."
    )
    passwords: Passwords | None = Field(
        None, description="Rules for passwords of the users that it keeps itself."
    )


class Glance(ServiceBlock):
    """The image service; images are kept in Ceph where `storage` has a pool for them."""

    nfs: Nfs | None = Field(
        None, description="The NFS share that images are kept on, `host:/path`."
    )


class Placement(ServiceBlock):
    """The placement service."""


class Nova(ServiceBlock):
    """The compute service; guests' disks are in Ceph where `storage` has a pool for them."""

    virt: Literal["kvm", "qemu"] = Field("kvm", description="How guests are run.")
    cpu_mode: Literal["host_passthrough", "host_model", "custom", "none"] | None = Field(
        None, description="The processor that guests see."
    )
    cpu_models: Strings = Field(
        (), description="Models of processors that guests see, best last, with `cpu_mode = custom`."
    )
    device_affinity: Literal["required", "preferred", "socket"] | None = Field(
        None,
        description="How near guests' CPUs are to the PCI devices they are given: on their NUMA node, there "
        "where possible, or on their socket; on it where it is known, where unset.",
    )
    console: Literal["novnc", "spice", "none"] = Field("novnc", description="Guests' consoles.")
    cpu_ratio: AllocationRatio | None = Field(
        None, description="Guests' CPUs for each of the host's threads; Nova's own where unset."
    )
    ram_ratio: AllocationRatio | None = Field(
        None, description="Guests' memory for each byte of the host's; Nova's own where unset."
    )
    disk_ratio: AllocationRatio | None = Field(
        None, description="Guests' disks for each byte of the host's; Nova's own where unset."
    )
    nfs: Nfs | None = Field(
        None, description="The NFS share that guests' disks are kept on, `host:/path`."
    )
    migration_tls: bool = Field(
        default=False, description="Whether live migration goes over TLS, between libvirt daemons."
    )
    verify_images: bool = Field(
        default=False,
        description="Whether guests start from images alone whose signature is proven (`image { signature }`).",
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
    datapath: Literal["kernel", "dpdk"] = Field(
        "kernel",
        description="What moves frames of guests: the kernel, or poll-mode drivers (DPDK).",
    )
    distributed_floating_ip: bool = Field(
        default=False, description="Whether computes answer for floating addresses themselves."
    )
    qos: bool = Field(default=False, description="Whether bandwidth of ports can be limited.")
    trunk: bool = Field(default=False, description="Whether guests can tag VLANs on one port.")
    vpn: bool = Field(default=False, description="Whether users can have IPsec VPNs.")
    port_forwarding: bool = Field(
        default=False, description="Whether ports of floating addresses can be forwarded."
    )
    service_chaining: bool = Field(
        default=False, description="Whether traffic can be led through chains of guests."
    )
    dns_domain: str | None = Field(None, description="Domain of guests' names, ending in a dot.")


class Lvm(Block):
    """Volumes on disks of the `volumes` hosts, reached by iSCSI."""

    devices: Disks = Field(description="The disks of the volume group.")
    volume_group: str = Field("cinder-volumes", description="Name of the LVM volume group.")
    helper: Literal["lioadm", "tgtadm"] | None = Field(
        None, description="The iSCSI target; the release's own where unset."
    )


class CinderNfs(Block):
    """Volumes as files on NFS shares."""

    shares: NfsShares = Field(description="The shares, `host:/path` each.")


class Cinder(ServiceBlock):
    """The block storage service; volumes are in Ceph where `storage` has a pool for them."""

    lvm: Lvm | None = Field(None, description="Volumes on disks of the hosts.")
    nfs: CinderNfs | None = Field(None, description="Volumes on NFS shares.")
    backup_nfs: Nfs | None = Field(
        None, description="The NFS share that backups are kept on, `host:/path`."
    )


class Manila(ServiceBlock):
    """The shared file system service; shares are in the cluster's file system for `manila`."""

    backends: tuple[Literal["cephfs_native", "cephfs_nfs", "generic"], ...] = Field(
        ("cephfs_native",), description="Where shares are kept, and how guests reach them."
    )


class Heat(ServiceBlock):
    """The orchestration service."""


class Horizon(ServiceBlock):
    """The dashboard."""


class SimpleCrypto(Block):
    """Keys encrypted with a key of the service's own."""

    choice: Literal["simple_crypto"] = "simple_crypto"


class Hsm(Block):
    """Keys in a hardware security module that speaks PKCS#11."""

    choice: Literal["hsm"] = "hsm"
    library: str = Field(description="Path of the module's PKCS#11 library.")
    token: str | None = Field(None, description="Label of the token; `slot` names it otherwise.")
    slot: int | None = Field(None, ge=0, description="Number of the slot.")
    mounts: Strings = Field(
        (),
        description="Files and folders of the control hosts that the library needs beside it, itself "
        "included; none where the images hold them.",
    )
    pin: SecretRef = Field(description="The PIN, by reference.")


class VaultKeys(Block):
    """Keys in HashiCorp Vault."""

    choice: Literal["vault"] = "vault"
    address: str = Field(description="URL of the Vault server.")
    mount: str = Field("secret", description="Mount point of the key-value engine.")
    role: SecretRef = Field(description="Identifier and secret of the AppRole, by reference.")


class Barbican(ServiceBlock):
    """The key manager."""

    backend: Annotated[SimpleCrypto | Hsm | VaultKeys, Choice()] = Field(
        SimpleCrypto(), discriminator="choice", description="Where keys are kept."
    )


class Octavia(ServiceBlock):
    """The load balancing service."""

    providers: tuple[Literal["amphora", "ovn"], ...] = Field(
        ("amphora",),
        description="What balances: virtual machines, or OVN itself; the first is usual.",
    )
    network: NetworkRef | None = Field(
        None, description="The network between controllers and amphorae."
    )
    physnet: Annotated[Ref, Refers("physnet")] | None = Field(
        None, description="The physical network that carries it to the computes."
    )
    topology: Literal["single", "active_standby"] = Field(
        "single", description="Amphorae for each load balancer: one, or two that watch each other."
    )
    image: Annotated[Ref, Refers("image")] | None = Field(
        None, description="The image of amphorae, one of the region's own."
    )
    tls: Annotated[Ref, Refers("pki")] | None = Field(
        None,
        description="The authority between controllers and amphorae where its certificates are "
        "`provided`; the deployment tool makes them otherwise.",
    )


class Designate(ServiceBlock):
    """The DNS service."""

    zone: str = Field(description="The zone of floating addresses' names, ending in a dot.")
    email: str | None = Field(None, description="Who answers for the zone.")
    nameservers: Strings = Field(description="Names of the servers that answer for the zone.")


class DeployImage(Block):
    """The system that installs, cleans and inspects bare-metal nodes."""

    kernel: FileRef | str = Field(
        description="Kernel of the agent: a file, or where it is fetched."
    )
    ramdisk: FileRef | str = Field(
        description="Initial RAM disk of the agent: a file, or where it is fetched."
    )


class Ironic(ServiceBlock):
    """The bare-metal service."""

    nodes: HostSet = Field((), description="The servers that it gives out; `managed_by = ironic`.")
    provisioning: NetworkRef = Field(
        description="The network that nodes are installed over, a `provider_network` too."
    )
    cleaning: NetworkRef | None = Field(
        None,
        description="The network that nodes are cleaned over; the provisioning one where unset.",
    )
    inspection: NetworkRef | None = Field(
        None, description="The network that nodes are inspected over; with a `dhcp` range."
    )
    deploy_image: DeployImage = Field(description="The system that installs nodes.")
    boot: Literal["ipxe", "pxe"] = Field("ipxe", description="How nodes load their first system.")
    clean: bool = Field(
        default=True, description="Whether disks are wiped between two users of a node."
    )


class Magnum(ServiceBlock):
    """The service for Kubernetes clusters of users."""

    driver: Literal["cluster_api", "heat"] = Field(
        "cluster_api", description="What makes clusters: a Cluster API manager, or Heat."
    )
    kubeconfig: SecretRef | None = Field(
        None, description="Access to the Cluster API manager, by reference."
    )


class Masakari(ServiceBlock):
    """The service that restarts guests of failed hosts."""

    monitors: tuple[Literal["instance", "host"], ...] = Field(
        ("instance", "host"), description="What is watched: guests, or hosts too."
    )


class Prometheus(ServiceBlock):
    """Monitoring."""

    retention: Duration | None = Field(
        None, description="How long measurements are kept; the tool's own where unset."
    )


class OpenSearch(ServiceBlock):
    """The store of logs."""

    retention: Duration | None = Field(
        None, description="How long logs are kept; the tool's own where unset."
    )


class Grafana(ServiceBlock):
    """Dashboards of what is measured."""


class Swift(ServiceBlock):
    """Object storage: the object gateways of the Ceph cluster, under Swift's name in the catalogue."""


class OtherService(ServiceBlock):
    """A service that needs nothing but its name in `services`."""


class Services(Block):
    """The blocks of all services, mixed into a region."""

    keystone: Keystone = Field(Keystone(), description="The identity service.")
    glance: Glance = Field(Glance(), description="The image service.")
    placement: Placement = Field(Placement(), description="The placement service.")
    nova: Nova = Field(Nova(), description="The compute service.")
    neutron: Neutron = Field(Neutron(), description="The network service.")
    cinder: Cinder = Field(Cinder(), description="The block storage service.")
    manila: Manila = Field(Manila(), description="The shared file system service.")
    swift: Swift = Field(Swift(), description="Object storage by Ceph.")
    heat: Heat = Field(Heat(), description="The orchestration service.")
    horizon: Horizon = Field(Horizon(), description="The dashboard.")
    barbican: Barbican = Field(Barbican(), description="The key manager.")
    octavia: Octavia = Field(Octavia(), description="The load balancing service.")
    designate: Designate | None = Field(None, description="The DNS service.")
    ironic: Ironic | None = Field(None, description="The bare-metal service.")
    magnum: Magnum = Field(Magnum(), description="Kubernetes clusters of users.")
    masakari: Masakari = Field(Masakari(), description="Restarts guests of failed hosts.")
    prometheus: Prometheus = Field(Prometheus(), description="Monitoring.")
    grafana: Grafana = Field(Grafana(), description="Dashboards of what is measured.")
    opensearch: OpenSearch = Field(OpenSearch(), description="The store of logs.")
    aodh: OtherService = Field(OtherService(), description="Alarms.")
    blazar: OtherService = Field(OtherService(), description="Reservation of resources.")
    ceilometer: OtherService = Field(OtherService(), description="Measuring of usage.")
    cloudkitty: OtherService = Field(OtherService(), description="Rating of usage.")
    cyborg: OtherService = Field(OtherService(), description="Life cycle of accelerators.")
    gnocchi: OtherService = Field(OtherService(), description="The store of measured usage.")
    mistral: OtherService = Field(OtherService(), description="Workflows.")
    skyline: OtherService = Field(OtherService(), description="The newer dashboard.")
    tacker: OtherService = Field(OtherService(), description="Orchestration of network functions.")
    trove: OtherService = Field(OtherService(), description="Databases of users.")
    watcher: OtherService = Field(OtherService(), description="Optimisation of placement.")
    zun: OtherService = Field(OtherService(), description="Containers of users.")


__all__ = [
    "AllocationRatio", "Barbican", "Cinder", "CinderNfs", "Config", "DeployImage",
    "Designate", "Federation", "Glance", "Grafana", "Heat", "Horizon", "Hsm", "Ironic", "Keystone",
    "Lvm", "Magnum", "Manila", "Masakari", "Neutron", "Nova", "Octavia", "OpenSearch",
    "OtherService", "Placement", "Prometheus", "ServiceBlock", "Services", "SimpleCrypto", "Swift",
    "VaultKeys",
]  # fmt: skip
