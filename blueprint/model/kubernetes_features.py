"""What a Kubernetes cluster is given besides its nodes: networks of pods, engines, storage, runtimes, bounds."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from blueprint.model.fields import (
    AddressPools,
    AddressRanges,
    Cidr,
    Count,
    DiskRef,
    Ip,
    Labels,
    Mtu,
    NodePools,
    PhysnetRef,
    TcpPort,
    Vlan,
)
from blueprint.model.schema import Block, Refers
from blueprint.values import Duration, FileRef, Rate, Ref, SecretRef, Size


class Calico(Block):
    """Calico."""

    choice: Literal["calico"] = "calico"
    encapsulation: Literal["vxlan", "vxlan_cross_subnet", "ipip", "ipip_cross_subnet", "none"] = (
        Field("vxlan", description="Overlay between nodes; `none` routes.")
    )
    mtu: Mtu | None = Field(None, description="Of pods; what the overlay leaves where unset.")
    encryption: Literal["none", "wireguard"] = Field(
        "none", description="Encryption of what pods of different nodes say to each other."
    )


class Cilium(Block):
    """Cilium."""

    choice: Literal["cilium"] = "cilium"
    encapsulation: Literal["vxlan", "geneve", "none"] = Field(
        "vxlan", description="Overlay between nodes; `none` routes."
    )
    mtu: Mtu | None = Field(None, description="Of pods; what the overlay leaves where unset.")
    hubble: bool = Field(default=False, description="Whether flows are observed.")
    encryption: Literal["none", "wireguard"] = Field(
        "none", description="Encryption of what pods of different nodes say to each other."
    )
    bandwidth: bool = Field(
        default=False, description="Whether annotations of pods bound what they send."
    )


Cni: TypeAlias = Calico | Cilium


class Containerd(Block):
    """containerd."""

    choice: Literal["containerd"] = "containerd"
    version: str | None = Field(None, description="Version; the tool's where unset.")


class CriO(Block):
    """CRI-O."""

    choice: Literal["cri_o"] = "cri_o"
    version: str | None = Field(None, description="Version; the tool's where unset.")


class Docker(Block):
    """Docker, which has not been a container runtime of Kubernetes since 1.24: refused with the alternatives."""

    choice: Literal["docker"] = "docker"


ContainerEngine: TypeAlias = Containerd | CriO | Docker


class Bfd(Block):
    """How nodes and routers notice that the other is gone (BFD)."""

    interval: Duration = Field(
        Duration.of(300, "ms"), description="Time between two packets, in whole milliseconds."
    )
    multiplier: int = Field(
        3, ge=2, le=255, description="Packets that may be missed before the other is gone."
    )


class MetalLb(Block):
    """MetalLB: addresses of services on the nodes' networks."""

    choice: Literal["metallb"] = "metallb"
    pools: AddressPools = Field((), description="Pools of networks that it gives out.")
    mode: Literal["l2", "bgp"] = Field("l2", description="How addresses are announced.")
    asn: int | None = Field(None, ge=1, le=4294967295, description="Of BGP: the nodes' own number.")
    peer_asn: int | None = Field(
        None, ge=1, le=4294967295, description="Of BGP: the routers' number."
    )
    peers: tuple[Ip, ...] = Field((), description="Of BGP: the routers.")
    bfd: Bfd | None = Field(
        None,
        description="Of BGP: how the fault of a router or node is noticed; by its hold time where unset.",
    )


class KubeVip(Block):
    """kube-vip as the load balancer of services."""

    choice: Literal["kube_vip"] = "kube_vip"
    pools: AddressPools = Field((), description="Pools of networks that it gives out.")


class OctaviaBalancer(Block):
    """Load balancers of the region that the cluster stands on, made by its cloud provider."""

    choice: Literal["octavia"] = "octavia"
    provider: Literal["amphora", "ovn"] | None = Field(
        None, description="What carries them; the region's first provider where unset."
    )


LoadBalancer: TypeAlias = MetalLb | KubeVip | OctaviaBalancer


class SecondaryNetwork(Block):
    """A network that pods may be attached to beside the cluster's own (Multus)."""

    cni: Literal["sriov", "macvlan", "ipvlan", "bridge", "host_device"] = Field(
        description="The plug-in that attaches pods."
    )
    physnet: PhysnetRef = Field(description="The physical network that it leads to.")
    vlan: Vlan | None = Field(None, description="VLAN on the physical network.")
    pools: NodePools = Field((), description="The pools whose nodes are on it; all where unset.")
    vfs: Count | None = Field(
        None, description="Of `sriov`: virtual functions of each port; all of its own where unset."
    )
    driver: Literal["netdevice", "vfio_pci"] = Field(
        "netdevice", description="Of `sriov`: what pods are given; `vfio_pci` for DPDK."
    )
    ipam: Literal["whereabouts", "static", "none"] | None = Field(
        None, description="What gives pods addresses on it: must be said."
    )
    cidr: Cidr | None = Field(None, description="The subnet of pods on it.")
    ranges: AddressRanges = Field(
        (), description="The addresses given out; all of the subnet where unset."
    )
    gateway: Ip | None = Field(None, description="Its router.")
    mtu: Mtu | None = Field(
        None, description="Bytes of payload; the physical network's where unset."
    )
    namespace: str = Field("default", description="The namespace whose pods may use it.")
    min_rate: Rate | None = Field(
        None, description="Of `sriov`: what a virtual function is promised, in whole Mbps."
    )
    max_rate: Rate | None = Field(
        None, description="Of `sriov`: the most that a virtual function sends, in whole Mbps."
    )
    priority: int | None = Field(
        None, ge=0, le=7, description="Of `sriov` with a VLAN: priority of its frames (802.1p)."
    )


class StorageClass(Block):
    """Storage for pods from a Ceph cluster beside the cluster, or from the Cinder below."""

    ceph: Annotated[Ref, Refers("ceph")] | None = Field(
        None, description="The Ceph cluster; the Cinder of the region below where unset."
    )
    pool: str | None = Field(
        None, description="Of Ceph: the pool, by name; the one for Kubernetes where unset."
    )
    volume_type: str | None = Field(
        None, description="Of Cinder: type of volumes; its default where unset."
    )
    default: bool = Field(
        default=False, description="Whether volumes without a class are of this one."
    )
    reclaim: Literal["delete", "retain"] = Field(
        "delete", description="What becomes of volumes in the end."
    )


class KeystoneAuth(Block):
    """Keystone vouches for users."""

    choice: Literal["keystone"] = "keystone"
    region: Annotated[Ref, Refers("openstack")] | None = Field(
        None, description="The region whose Keystone it is; the one below where unset."
    )


class OidcAuth(Block):
    """An OpenID Connect provider vouches for users."""

    choice: Literal["oidc"] = "oidc"
    issuer: str = Field(description="URL of the provider.")
    client_id: str = Field(description="The cluster's identity there.")
    username_claim: str = Field("sub", description="The claim that names the user.")
    groups_claim: str | None = Field(None, description="The claim that lists the user's groups.")


Authentication: TypeAlias = KeystoneAuth | OidcAuth


class Audit(Block):
    """The API server's audit log."""

    policy: FileRef | None = Field(
        None, description="What is logged; the tool's policy where unset."
    )
    max_age: Duration = Field(Duration.of(30, "days"), description="How long it is kept.")
    max_size: Size = Field(Size(100 * 1024**2), description="Size at which a file is closed.")
    max_backups: Count = Field(10, description="How many closed files are kept.")


class Encryption(Block):
    """Encryption of secrets in etcd."""

    provider: Literal["secretbox", "aescbc", "aesgcm"] = Field(
        "secretbox", description="The cipher."
    )


Shim: TypeAlias = Literal[
    "clh", "clh_runtime_rs", "dragonball", "fc", "qemu", "qemu_coco_dev", "qemu_coco_dev_runtime_rs",
    "qemu_nvidia_cpu", "qemu_nvidia_cpu_runtime_rs", "qemu_nvidia_gpu", "qemu_nvidia_gpu_runtime_rs",
    "qemu_nvidia_gpu_snp", "qemu_nvidia_gpu_snp_runtime_rs", "qemu_nvidia_gpu_tdx",
    "qemu_nvidia_gpu_tdx_runtime_rs", "qemu_runtime_rs", "qemu_se", "qemu_se_runtime_rs", "qemu_snp",
    "qemu_snp_runtime_rs", "qemu_tdx", "qemu_tdx_runtime_rs",
]  # fmt: skip


class Runtime(Block):
    """Kata Containers: pods in virtual machines of their own, under RuntimeClass `kata-SHIM`."""

    shim: Shim | tuple[Shim, ...] = Field(
        "qemu", description="The hypervisors, by Kata's names for its shims."
    )
    pools: NodePools = Field((), description="The pools whose nodes have it; all where unset.")
    default: Shim | None = Field(None, description="The shim behind `kata`; the first where unset.")
    snapshotter: Literal["overlayfs", "devmapper", "nydus"] | None = Field(
        None, description="What unpacks images; `fc` needs `devmapper`."
    )
    devmapper_disk: DiskRef | None = Field(
        None, description="Of `devmapper`: the disk of its thin pool on each node."
    )

    @property
    def shims(self) -> tuple[Shim, ...]:
        """The shims, one or several stated."""
        return self.shim if isinstance(self.shim, tuple) else (self.shim,)


class NamespaceQuota(Block):
    """The most that a namespace may have."""

    pods: Count | None = Field(None, description="Pods.")
    cpu: Count | None = Field(None, description="Processors that pods request.")
    memory: Size | None = Field(None, description="Memory that pods request.")
    cpu_limit: Count | None = Field(None, description="Processors that pods may use at most.")
    memory_limit: Size | None = Field(None, description="Memory that pods may use at most.")


class ContainerLimits(Block):
    """What a container has that states no bounds of its own (a LimitRange)."""

    cpu: Count | None = Field(None, description="Processors that it may use.")
    memory: Size | None = Field(None, description="Memory that it may use.")


class Namespace(Block):
    """A namespace: the runtime of its pods, bounds and isolation."""

    runtime: Shim | None = Field(
        None, description="The Kata shim that its pods run under; runc where unset."
    )
    enforce: bool = Field(default=False, description="Whether pods of another runtime are refused.")
    host_network: bool = Field(
        default=False, description="Whether its pods use the nodes' network."
    )
    quota: NamespaceQuota = Field(NamespaceQuota(), description="The most that it may have.")
    limits: ContainerLimits = Field(
        ContainerLimits(), description="Bounds of containers that state none."
    )
    network_policy: Literal["allow", "deny_ingress", "deny_all"] = Field(
        "allow", description="What traffic its pods have before policies of their own."
    )
    pod_security: Literal["privileged", "baseline", "restricted"] | None = Field(
        None, description="Pod security standard; the cluster's where unset."
    )
    labels: Labels = Field({}, description="Labels of the namespace.")


class HelmDelivery(Block):
    """A script of helm commands, safe to run again."""

    choice: Literal["helm"] = "helm"


class GitDelivery(Block):
    """Argo CD or Flux, which read this output folder from a Git repository."""

    choice: Literal["argocd", "flux"]
    repository: str = Field(description="URL of the Git repository that holds the output folder.")
    revision: str = Field("main", description="Branch or tag that is followed.")
    path: str = Field(".", description="Path of the output folder in the repository.")
    credentials: SecretRef | None = Field(
        None, description="Access to the repository, by reference."
    )


Delivery: TypeAlias = HelmDelivery | GitDelivery

__all__ = [
    "Audit", "Authentication", "Bfd", "Calico", "Cilium", "Cni", "ContainerEngine", "ContainerLimits",
    "Containerd", "CriO",
    "Delivery", "Docker", "Encryption", "GitDelivery", "HelmDelivery", "KeystoneAuth", "KubeVip",
    "LoadBalancer", "MetalLb", "Namespace", "NamespaceQuota", "OctaviaBalancer", "OidcAuth",
    "Runtime", "SecondaryNetwork", "Shim", "StorageClass", "TcpPort",
]  # fmt: skip
