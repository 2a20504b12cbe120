"""Kubernetes clusters: on hosts, on an OpenStack region, or on bare metal that another cluster manages."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field

from blueprint.model.fields import (
    Cidrs,
    Count,
    DiskRef,
    HostSet,
    Ip,
    KubernetesVersion,
    Labels,
    Mtu,
    NetworkRef,
    PhysnetRef,
    Servers,
    Sha256,
    Strings,
    TcpPort,
    Vlan,
)
from blueprint.model.kubernetes_features import (
    Audit,
    Authentication,
    Cni,
    Containerd,
    ContainerEngine,
    Delivery,
    Encryption,
    HelmDelivery,
    LoadBalancer,
    Namespace,
    OctaviaBalancer,
    Runtime,
    SecondaryNetwork,
    StorageClass,
)
from blueprint.model.kubernetes_operation import ImagePolicy, Logging, Monitoring, RateLimit
from blueprint.model.schema import Block, Choice, Kind, PassThrough, Refers, Unlabelled
from blueprint.values import Cidr, Duration, Ref, Size

Addon: TypeAlias = Literal[
    "cert_manager", "falco", "gpu_operator", "metrics_server", "node_feature_discovery",
    "sriov_network_operator", "trivy_operator",
]  # fmt: skip
FlavorRef: TypeAlias = Annotated[Ref, Refers("flavor")]
Taint: TypeAlias = Literal["no_schedule", "prefer_no_schedule", "no_execute"]


class Control(Block):
    """The nodes of the control plane: hosts, or `count` guests of a flavor."""

    hosts: HostSet = Field((), description="The hosts; on OpenStack `count` is stated.")
    count: Count | None = Field(None, description="Guests of the control plane: odd.")
    flavor: FlavorRef | None = Field(None, description="Size of the guests.")
    zones: Literal["spread"] | Strings = Field(
        (), description="Availability zones of the guests; `spread` takes all of the region's."
    )
    volume: Size | None = Field(
        None, description="Root disk as a volume; the flavor's own where unset."
    )
    schedulable: bool = Field(
        default=False, description="Whether workloads run on these nodes too."
    )
    labels: Labels = Field({}, description="Labels of the nodes.")


class Interface(Block):
    """A further interface of the nodes of a pool, for the pods' secondary networks."""

    network: Annotated[Ref, Refers("provider_network", "external_network")] | None = Field(
        None, description="Of guests: the network of the region that it is attached to."
    )
    physnet: PhysnetRef | None = Field(
        None, description="The physical network that it leads to; the network's where unset."
    )
    vlan: Vlan | None = Field(None, description="VLAN on the physical network.")
    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,14}$")] | None = Field(
        None,
        description="Of guests: what the image's system calls it, such as `ens4`; for `host_device`.",
    )
    vnic: Literal["normal", "direct", "macvtap"] = Field(
        "normal", description="`direct` gives the guest a virtual function (SR-IOV)."
    )


class Reserved(Block):
    """What nodes that are guests keep from pods; hosts say it by `cores` and `memory`."""

    cpus: Count | None = Field(None, description="Processors.")
    memory: Size | None = Field(None, description="Memory, what evicts pods included.")


class NodePool(Block):
    """Workers that are alike."""

    hosts: HostSet = Field((), description="The hosts; on OpenStack `count` is stated.")
    count: int | None = Field(None, ge=0, description="Guests; `min` where unset.")
    min: int | None = Field(None, ge=0, description="The least that the autoscaler leaves.")
    max: Count | None = Field(None, description="The most that the autoscaler makes.")
    autoscale: bool = Field(default=False, description="Whether `min` and `max` are in force.")
    flavor: FlavorRef | None = Field(None, description="Size of the guests.")
    zones: Literal["spread"] | Strings = Field(
        (), description="Availability zones of the guests; `spread` takes all of the region's."
    )
    volume: Size | None = Field(
        None, description="Root disk as a volume; the flavor's own where unset."
    )
    version: KubernetesVersion | None = Field(
        None, description="The kubelets' version; the cluster's where unset."
    )
    labels: Labels = Field({}, description="Labels of the nodes.")
    taints: Annotated[dict[str, Taint], Unlabelled()] = Field(
        {}, description='Taints by key: `{ "node-role/compute" = no_schedule }`.'
    )
    cpu_manager: Literal["none", "static"] = Field(
        "none", description="`static` gives whole CPUs to guaranteed pods."
    )
    topology_manager: Literal["none", "best_effort", "restricted", "single_numa_node"] = Field(
        "none", description="How resources of one NUMA node are kept together."
    )
    memory_manager: Literal["none", "static"] = Field(
        "none", description="`static` keeps memory of guaranteed pods on their NUMA node."
    )
    reserved: Reserved = Field(
        Reserved(), description="Of guests: what is kept for the system and Kubernetes itself."
    )
    max_pods: Count | None = Field(None, description="Pods a node; the kubelet's 110 where unset.")
    interface: dict[str, Interface] = Field({}, description="Further interfaces of the nodes.")


class ApiServer(Block):
    """The API server's address."""

    network: NetworkRef | None = Field(None, description="Of hosts: the network of the address.")
    vip: Ip | None = Field(
        None, description="Of hosts: the virtual address; one control node needs none."
    )
    fqdn: str | None = Field(None, description="Name of the address in the DNS.")
    port: TcpPort = Field(6443, description="TCP port.")
    provider: Literal["kube_vip", "haproxy", "external"] | None = Field(
        None,
        description="What holds the virtual address: `kube_vip` where unset; `external` stands already.",
    )
    load_balancer: Annotated[OctaviaBalancer, Choice()] | None = Field(
        None, description="Of guests: the load balancer in front of the control plane."
    )
    floating: bool = Field(
        default=False, description="Of guests: whether it is reached at a floating address."
    )


class GuestNetwork(Block):
    """The network of guests that are nodes, made for the cluster."""

    cidr: Cidr = Field(description="The subnet.")
    external: Annotated[Ref, Refers("external_network")] | None = Field(
        None, description="Where its router leads; the region's only external network where unset."
    )
    dns: Servers = Field((), description="Name servers of the guests; the site's where unset.")
    mtu: Mtu | None = Field(
        None, description="Bytes of payload; what the overlay leaves where unset."
    )


class EtcdBackup(Block):
    """Copies of etcd."""

    every: Duration = Field(description="Time from one to the next.")
    keep: Count = Field(7, description="How many are kept.")


class Etcd(Block):
    """The cluster's store."""

    hosts: HostSet = Field((), description="Hosts of etcd; the control plane's where unset.")
    disk: DiskRef | None = Field(None, description="The disk that it has to itself.")
    backup: EtcdBackup | None = Field(None, description="Copies; none where unset.")


class Gateway(Block):
    """A way in for HTTP: a Gateway of the Gateway API, with an address of the load balancer."""

    provider: Literal["envoy"] = Field("envoy", description="What carries it.")
    network: NetworkRef = Field(description="The network of its address.")
    address: Ip | None = Field(
        None, description="The address; that of the layer that uses the gateway where unset."
    )
    tls: Annotated[Ref, Refers("pki")] | None = Field(
        None, description="The authority behind its certificates."
    )
    names: Strings = Field(
        (), description="Names on its certificate; those of the layer that uses it where unset."
    )
    rate_limit: RateLimit | None = Field(
        None, description="The most that it takes; all that comes where unset."
    )


class Kubespray(Block):
    """Deployment on hosts with Kubespray."""

    choice: Literal["kubespray"] = "kubespray"
    release: str | None = Field(
        None,
        description="Kubespray's release, such as `2.29`; the newest that knows the version where unset.",
    )


class ManagedByClusterApi(Block):
    """Deployment through the Cluster API of the cluster named by `manager`."""

    choice: Literal["cluster_api"] = "cluster_api"
    image: str | None = Field(
        None, description="On bare metal: URL of the system's image that Metal3 writes to disks."
    )
    sha256: Sha256 | None = Field(None, description="Digest of that image.")
    format: Literal["qcow2", "raw"] = Field("qcow2", description="Format of that image.")


class MagnumCluster(Block):
    """Deployment as a cluster of the region's Magnum."""

    choice: Literal["magnum"] = "magnum"
    driver: Literal["cluster_api", "heat"] | None = Field(
        None, description="Magnum's driver; the region's where unset."
    )


class Security(Block):
    """What the API server keeps and refuses."""

    admission_plugins: Strings = Field(
        (), description="Admission plug-ins that are on beside Kubernetes' own defaults."
    )
    pod_security: Literal["privileged", "baseline", "restricted"] = Field(
        "privileged", description="Pod security standard of namespaces that state none."
    )
    audit: Audit | None = Field(None, description="Audit log of the API server; none where unset.")
    encryption: Encryption | None = Field(
        None, description="Encryption of secrets in etcd; none where unset."
    )
    image_policy: ImagePolicy | None = Field(
        None, description="Which images pods of the cluster's namespaces may have; any where unset."
    )


class Kubernetes(Kind):
    """A Kubernetes cluster on hosts, on OpenStack (`on = openstack.x`), or on managed bare metal."""

    kind: ClassVar[str] = "kubernetes"
    scopes: ClassVar[tuple[str, ...]] = ("on", "control.hosts", "pool.hosts")

    on: Annotated[Ref, Refers("openstack")] | None = Field(
        None, description="The region whose guests are the nodes; hosts are where unset."
    )
    version: KubernetesVersion = Field(
        description="Version, `1.33` or `1.33.4`.", examples=["1.34"]
    )
    manager: Annotated[Ref, Refers("kubernetes", "starlingx")] | None = Field(
        None,
        description="The cluster, or the StarlingX system, whose Cluster API makes this one.",
    )
    project: Annotated[Ref, Refers("project")] | None = Field(
        None, description="On OpenStack: the project that owns the guests."
    )
    image: Annotated[Ref, Refers("image")] | None = Field(
        None, description="On OpenStack: the image of the nodes, which carries this version."
    )
    key_pair: str | None = Field(
        None, description="On OpenStack: name of the SSH key of the nodes; none where unset."
    )
    control: Control = Field(description="The control plane.")
    pool: dict[str, NodePool] = Field({}, description="The workers, by pool.")
    api: ApiServer = Field(ApiServer(), description="The API server's address.")
    etcd: Etcd = Field(Etcd(), description="The cluster's store.")
    node_network: NetworkRef | None = Field(
        None, description="On hosts: the network that nodes speak to each other on."
    )
    guest_network: GuestNetwork | None = Field(
        None, description="On OpenStack: the network that is made for the nodes."
    )
    pods: Cidrs = Field(
        description="Addresses of pods: one subnet, or one of each family.",
        examples=[["10.200.0.0/14"]],
    )
    services: Cidrs = Field(
        description="Addresses of services: one subnet, or one of each family.",
        examples=[["10.204.0.0/16"]],
    )
    node_prefix: int = Field(
        24, ge=8, le=30, description="Prefix length of a node's share of `pods`."
    )
    node_prefix6: int = Field(
        120, ge=64, le=124, description="Prefix length of a node's share of the IPv6 `pods`."
    )
    realm: str | None = Field(
        None,
        description="Address space of `pods` and `services`: the global one on hosts, one of the cluster's "
        "own on OpenStack, where unset.",
    )
    domain: str = Field("cluster.local", description="DNS domain of the services.")
    cni: Annotated[Cni, Choice()] = Field(description="What connects pods.", discriminator="choice")
    kube_proxy: Literal["iptables", "ipvs", "nftables", "none"] = Field(
        "iptables", description="What balances services; `none` where the CNI does."
    )
    container_engine: Annotated[ContainerEngine, Choice()] = Field(
        Containerd(), description="What runs containers.", discriminator="choice"
    )
    load_balancer: Annotated[LoadBalancer, Choice()] | None = Field(
        None, description="What gives services addresses of the outside."
    )
    gateway: dict[str, Gateway] = Field({}, description="Ways in for HTTP.")
    secondary_network: dict[str, SecondaryNetwork] = Field(
        {}, description="Networks that pods are attached to beside the cluster's own (Multus)."
    )
    storage_class: dict[str, StorageClass] = Field(
        {}, description="Storage for pods; that of a Ceph cluster on this one is stated there."
    )
    auth: Annotated[Authentication, Choice()] | None = Field(
        None,
        description="Who vouches for users; certificates alone where unset.",
        discriminator="choice",
    )
    security: Security = Field(Security(), description="What the API server keeps and refuses.")
    runtime: dict[str, Runtime] = Field({}, description="Kata Containers on pools: `runtime kata`.")
    namespace: dict[str, Namespace] = Field({}, description="Namespaces and their bounds.")
    logging: Logging | None = Field(
        None, description="Where logs of pods and nodes are sent; they stay on nodes where unset."
    )
    monitoring: Monitoring | None = Field(
        None, description="Measurements and alarms (Prometheus); none where unset."
    )
    addons: tuple[Addon, ...] = Field((), description="What is installed besides.")
    registry: Annotated[Ref, Refers("registry")] | None = Field(
        None, description="Where images come from, and its mirrors."
    )
    secrets: Annotated[Ref, Refers("secrets")] | None = Field(
        None, description="Where secrets are kept; the operator's hands where unset."
    )
    proxy: Annotated[Ref, Refers("proxy")] | None = Field(
        None, description="The HTTP proxy of the nodes."
    )
    deploy_from: HostSet = Field(
        (), description="The host that the tools run on; the local one where unset."
    )
    deployer: Annotated[Kubespray | ManagedByClusterApi | MagnumCluster, Choice()] | None = Field(
        None,
        description="The deployment tool and its options: Kubespray on hosts, Cluster API elsewhere, where unset.",
        discriminator="choice",
    )
    delivery: Annotated[Delivery, Choice()] = Field(
        HelmDelivery(),
        description="How charts come onto the cluster: by a script, or out of a Git repository.",
        discriminator="choice",
    )
    tool: Annotated[dict[str, dict[str, Any]], PassThrough()] = Field(
        {}, description="The tools' own variables, checked against the release."
    )

    @property
    def tool_name(self) -> Literal["kubespray", "cluster_api", "magnum"]:
        """The deployment tool: as stated, Kubespray on hosts, Cluster API on OpenStack or below a manager."""
        if self.deployer is not None:
            return self.deployer.choice
        return "kubespray" if self.on is None and self.manager is None else "cluster_api"

    @property
    def minor(self) -> tuple[int, int]:
        """Major and minor version: (1, 33)."""
        major, minor = self.version.split(".")[:2]
        return int(major), int(minor)

    @property
    def is_on_hosts(self) -> bool:
        """Whether hosts of the blueprint are its nodes."""
        return self.on is None

    @property
    def etcd_hosts(self) -> tuple[Ref, ...]:
        """Hosts of etcd: the control plane's by default."""
        return self.etcd.hosts or self.control.hosts

    @property
    def node_hosts(self) -> tuple[Ref, ...]:
        """Hosts of the control plane and of all pools, in the order of the source."""
        return (*self.control.hosts, *(ref for pool in self.pool.values() for ref in pool.hosts))

    def address_realm(self, ref: Ref) -> str:
        """The address space of `pods` and `services` of the cluster at an address."""
        if self.realm is not None:
            return self.realm
        return "global" if self.is_on_hosts else str(ref)


__all__ = [
    "Addon", "ApiServer", "Control", "Etcd", "EtcdBackup", "Gateway", "GuestNetwork", "Interface",
    "Kubernetes", "Kubespray", "MagnumCluster", "ManagedByClusterApi", "NodePool", "Reserved",
    "Security", "Taint",
]  # fmt: skip
