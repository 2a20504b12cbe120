"""What a region of OpenStack offers its users: flavors, images, networks, aggregates, projects with quotas."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from blueprint.model.fields import (
    BASE64,
    UUID,
    AddressRanges,
    Count,
    HostSet,
    NetworkRef,
    PhysnetRef,
    Strings,
)
from blueprint.model.openstack_services import AllocationRatio
from blueprint.model.schema import Block, Refers, Unlabelled
from blueprint.values import FileRef, Ref, Size

#: A number that a quota allows; -1 allows any.
Limit: TypeAlias = Annotated[int, Field(ge=-1)]
#: Names and values of a service's own properties.
Properties: TypeAlias = Annotated[dict[str, str | int | bool], Unlabelled()]


class Aggregate(Block):
    """Computes that belong together: their ratios, and what flavors choose them by."""

    hosts: HostSet = Field(description="The computes.")
    cpu_ratio: AllocationRatio | None = Field(
        None, description="Guests' CPUs for each thread of these hosts; the region's where unset."
    )
    ram_ratio: AllocationRatio | None = Field(
        None, description="Guests' memory for each byte of these hosts'; the region's where unset."
    )
    disk_ratio: AllocationRatio | None = Field(
        None, description="Guests' disks for each byte of these hosts'; the region's where unset."
    )
    traits: Strings = Field(
        (), description="Traits of these hosts in Placement, `CUSTOM_…`, which flavors may require."
    )
    metadata: Annotated[dict[str, str], Unlabelled()] = Field(
        {}, description="Further properties of the aggregate."
    )


class Flavor(Block):
    """A size of guests."""

    vcpus: Count | None = Field(None, description="Virtual processors; not for bare metal.")
    ram: Size | None = Field(None, description="Memory; not for bare metal.")
    disk: Size = Field(Size(0), description="Root disk; 0 where guests boot from volumes.")
    ephemeral: Size = Field(Size(0), description="A second disk that lives as long as the guest.")
    swap: Size = Field(Size(0), description="Swap space.")
    aggregate: Annotated[Ref, Refers("aggregate")] | None = Field(
        None, description="The computes that guests of this flavor run on; any where unset."
    )
    cpu_policy: Literal["shared", "dedicated"] | None = Field(
        None, description="Whether virtual processors are pinned to threads of their own."
    )
    cpu_threads: Literal["prefer", "isolate", "require"] | None = Field(
        None, description="Whether pinned processors share cores with their siblings."
    )
    hugepages: Size | None = Field(
        None, description="Size of the pages that its memory is made of."
    )
    numa_nodes: Count | None = Field(None, description="NUMA nodes that the guest sees.")
    vfs: int = Field(0, ge=0, description="Virtual functions (SR-IOV ports) that a guest attaches.")
    devices: Annotated[dict[str, Count], Unlabelled()] = Field(
        {},
        description="PCI devices of the hosts' hardware, by name, and how many a guest is given.",
    )
    vgpus: int = Field(0, ge=0, description="Shares of a graphics processor.")
    baremetal: HostSet = Field(
        (), description="Bare-metal servers that are given out whole under this name."
    )
    memory_encryption: bool = Field(
        default=False,
        description="Whether the guest's memory is encrypted by the processor (AMD SEV).",
    )
    traits: Strings = Field((), description="Traits that hosts must have.")
    projects: Annotated[
        tuple[Annotated[Ref, Refers("project")], ...],
        Field(description="Who may use it; all where unset."),
    ] = ()
    extra_specs: Properties = Field({}, description="Further properties, as Nova names them.")


class Signature(Block):
    """Who vouches for an image: a signature of its file, and the certificate to prove it by."""

    value: Annotated[str, Field(pattern=BASE64)] = Field(
        description="The signature in Base64: what `openssl dgst -sign` makes of the file."
    )
    certificate: Annotated[str, Field(pattern=UUID)] = Field(
        description="Barbican's identifier of the certificate, a UUID."
    )
    key: Literal[
        "RSA-PSS", "DSA", "ECC_SECT571K1", "ECC_SECT409K1", "ECC_SECT571R1", "ECC_SECT409R1",
        "ECC_SECP521R1", "ECC_SECP384R1",
    ] = Field("RSA-PSS", description="Kind of the certificate's key, as Nova names it.")  # fmt: skip
    hash: Literal["SHA-224", "SHA-256", "SHA-384", "SHA-512"] = Field(
        "SHA-256", description="The digest that was signed."
    )


class Image(Block):
    """An image of a system that guests boot."""

    file: FileRef | str = Field(description="The image file, or the URL it is fetched from.")
    sha256: str | None = Field(
        None, pattern=r"^[0-9a-f]{64}$", description="Digest of the file, which is checked."
    )
    signature: Signature | None = Field(
        None, description="A signature, which Glance proves when the file is uploaded."
    )
    format: Literal["qcow2", "raw", "vmdk", "iso", "ami", "aki", "ari"] = Field(
        "qcow2", description="Format of the file."
    )
    arch: Literal["x86_64", "aarch64"] | None = Field(None, description="Instruction set.")
    os: str | None = Field(None, description="Distribution and version, such as `ubuntu-24.04`.")
    kubernetes: str | None = Field(
        None, description="Version of Kubernetes that the image carries, such as `1.33.4`."
    )
    min_disk: Size | None = Field(None, description="The least disk of a guest.")
    min_ram: Size | None = Field(None, description="The least memory of a guest.")
    tags: Strings = Field((), description="Tags.")
    is_public: bool = Field(
        default=True, alias="public", description="Whether all projects see it."
    )
    properties: Properties = Field({}, description="Further properties, as Glance names them.")


class VolumeEncryption(Block):
    """Encryption of volumes by the computes, with a key of each one's own, which Barbican keeps."""

    provider: Literal["luks", "luks2"] = Field("luks", description="The format on the volume.")
    cipher: str = Field(
        "aes-xts-plain64",
        pattern=r"^[a-z0-9]+(-[a-z0-9:]+){1,3}$",
        description="Cipher and mode, as dm-crypt names them.",
    )
    key_size: Literal[128, 256, 512] = Field(256, description="Bits of the key.")


class VolumeType(Block):
    """A kind of volumes that users choose by its name."""

    description: str | None = Field(None, description="What it is for, for people.")
    is_public: bool = Field(
        default=True, alias="public", description="Whether all projects may use it."
    )
    projects: Annotated[
        tuple[Annotated[Ref, Refers("project")], ...],
        Field(description="Who may use it where it is not public."),
    ] = ()
    encryption: VolumeEncryption | None = Field(
        None, description="Encryption of its volumes; none where unset."
    )
    extra_specs: Properties = Field({}, description="Its properties, as Cinder names them.")


class ProviderNetwork(Block):
    """A network of the infrastructure that guests are attached to, made after deployment."""

    network: NetworkRef = Field(description="Its subnet, VLAN and gateway.")
    physnet: PhysnetRef = Field(description="The physical network that carries it.")
    pool: AddressRanges = Field((), description="Addresses that Neutron gives out.")
    shared: bool = Field(default=False, description="Whether all projects may attach guests.")
    dhcp: bool = Field(default=True, description="Whether Neutron answers DHCP on it.")
    port_security: bool = Field(
        default=True, description="Whether guests are held to their own addresses."
    )


class ExternalNetwork(Block):
    """A provider network with floating addresses, made after deployment."""

    network: NetworkRef = Field(description="Its subnet, VLAN and gateway.")
    physnet: PhysnetRef = Field(description="The physical network that carries it.")
    pool: AddressRanges = Field((), description="Addresses that Neutron gives out.")
    shared: bool = Field(default=False, description="Whether all projects may attach guests.")


class Quota(Block):
    """The most that a project may have; the service's own default where unset."""

    cores: Limit | None = Field(None, description="Virtual processors.")
    ram: Size | None = Field(None, description="Memory of guests.")
    instances: Limit | None = Field(None, description="Guests.")
    server_groups: Limit | None = Field(None, description="Groups of guests.")
    key_pairs: Limit | None = Field(None, description="SSH keys of each user.")
    volumes: Limit | None = Field(None, description="Volumes.")
    volumes_size: Size | None = Field(None, description="Size of all volumes and snapshots.")
    snapshots: Limit | None = Field(None, description="Snapshots of volumes.")
    backups: Limit | None = Field(None, description="Backups of volumes.")
    backups_size: Size | None = Field(None, description="Size of all backups.")
    networks: Limit | None = Field(None, description="Networks.")
    subnets: Limit | None = Field(None, description="Subnets.")
    routers: Limit | None = Field(None, description="Routers.")
    ports: Limit | None = Field(None, description="Ports.")
    floating_ips: Limit | None = Field(None, description="Floating addresses.")
    security_groups: Limit | None = Field(None, description="Security groups.")
    security_group_rules: Limit | None = Field(None, description="Rules of security groups.")
    load_balancers: Limit | None = Field(None, description="Load balancers.")


class Project(Block):
    """A project: who owns guests, networks and volumes."""

    domain: str = Field("Default", description="The domain that it belongs to.")
    description: str | None = Field(None, description="What it is for, for people.")
    quota: Quota = Field(Quota(), description="The most that it may have.")


class Cell(Block):
    """A cell of Nova: computes with conductors, a database and a queue of their own."""

    control: HostSet = Field(description="Hosts of the cell's conductors and console proxies.")
    compute: HostSet = Field(description="Those of the region's computes that are in the cell.")


__all__ = [
    "Aggregate", "Cell", "ExternalNetwork", "Flavor", "Image", "Limit", "Project", "Properties",
    "ProviderNetwork", "Quota", "Signature", "VolumeEncryption", "VolumeType",
]  # fmt: skip
