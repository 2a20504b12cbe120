"""What a server is made of."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from blueprint.model.fields import Count, Parts, PciAddresses, PciModel, Strings
from blueprint.model.schema import Block, Kind
from blueprint.values import Rate, Size


class Cpu(Block):
    """The processors of a server."""

    sockets: Count = Field(1, description="Processor packages; one NUMA node each.")
    cores: Count = Field(description="Cores in each socket.")
    threads: Count = Field(1, description="Threads on each core.")
    numbering: Literal["socket", "alternating", "adjacent"] = Field(
        "socket",
        description="How Linux numbers the CPUs: cores socket by socket, or one of each socket in turn, "
        "with siblings after all cores; or siblings beside each other. `lscpu --extended` shows it.",
    )
    features: tuple[
        Literal[
            "vmx", "svm", "ept", "npt", "aes", "avx2", "avx512f", "sgx", "tdx", "sev_snp", "pdpe1gb"
        ],
        ...,
    ] = Field((), description="Flags as the kernel names them; `vmx` or `svm` offers KVM.")
    model: str | None = Field(None, description="Name of the processor, for people.")


#: A path of a device that tools may be given as it is: nothing in it means anything to a shell.
is_device_path = re.compile(r"/dev/(?!.*\.\.)[A-Za-z0-9_.:@+/-]+").fullmatch


class Disk(Block):
    """Disks of one model; `disk.NAME` refers to all of them, `disk.NAME[0]` to the first."""

    count: Parts = Field(1, description="How many.")
    size: Size = Field(description="Capacity of each.")
    media: Literal["hdd", "ssd", "nvme"] = Field(description="The medium.")
    raid: Literal[0, 1, 5, 6, 10] | None = Field(
        None, description="RAID level that joins them to one device."
    )
    paths: Strings = Field(
        (), description="Device paths, one a disk, best stable ones under `/dev/disk/by-path`."
    )
    self_encrypting: bool = Field(
        default=False, description="Whether they encrypt themselves (TCG Opal): a fact for rules."
    )


class Nic(Block):
    """A network card; `nic.NAME[0]` refers to its first port."""

    ports: Parts = Field(1, description="Ports on the card.")
    speed: Rate = Field(description="Speed of each port.")
    names: Strings = Field((), description="The kernel's interface names, one a port.")
    pci: PciAddresses = Field((), description="PCI addresses, one a port.")
    numa: int | None = Field(None, ge=0, description="NUMA node that the card is attached to.")
    sriov_vfs: int = Field(0, ge=0, description="Virtual functions that each port offers.")
    dpdk: bool = Field(default=False, description="Whether a poll-mode driver exists for it.")
    ptp: bool = Field(default=False, description="Whether it has a hardware clock for PTP.")
    synce: bool = Field(
        default=False,
        description="Whether it takes its frequency from the link (Synchronous Ethernet): a fact for rules.",
    )
    offload: Literal["none", "switchdev", "smartnic"] | None = Field(
        None,
        description="What it takes over from the host: switching of frames by `switchdev`, or all with a processor "
        "of its own (SmartNIC): a fact for rules.",
    )
    model: PciModel | None = Field(
        None, description="PCI vendor and device, such as `8086:1592`: `lspci -n` shows them."
    )


class Accelerator(Block):
    """PCI devices of one model that guests may be given: graphics processors, cryptography, FPGAs.

    `gpu.NAME` or `device.NAME` refers to all of them.
    """

    count: Parts = Field(1, description="How many.")
    model: PciModel = Field(
        description="PCI vendor and device, such as `10de:20b5`: `lspci -n` shows them.",
    )
    numa: int | None = Field(None, ge=0, description="NUMA node that they are attached to.")
    pci: PciAddresses = Field((), description="PCI addresses, one a device.")
    sriov: bool = Field(
        default=False,
        description="Whether they have virtual functions of their own, which Nova must know to give "
        "them whole: `lspci -v` shows the capability.",
    )


class Device(Accelerator):
    """PCI devices of one model that are no graphics processors."""

    purpose: (
        Literal["fpga", "crypto", "compression", "transcoding", "ipsec", "inference", "other"]
        | None
    ) = Field(None, description="What they are for: a fact for rules.")


class Pcie(Block):
    """The slots for cards: facts for rules."""

    slots: Count = Field(description="Slots of the server.")
    lanes: Literal[1, 2, 4, 8, 16] = Field(description="Lanes of the slot that has fewest.")
    generation: Annotated[int, Field(ge=1, le=7)] = Field(description="Generation of PCI Express.")


class Bmc(Block):
    """The board management controller."""

    protocol: Literal["redfish", "ipmi"] = Field("redfish", description="How it is spoken to.")


class Hardware(Kind):
    """A model of server. Ports and disks are counted from 0."""

    kind: ClassVar[str] = "hardware"

    arch: Literal["x86_64", "aarch64"] = Field("x86_64", description="Instruction set.")
    cpu: Cpu = Field(description="The processors.")
    memory: Size = Field(description="Main memory of the whole server.")
    disk: dict[str, Disk] = Field({}, description="The disks.")
    nic: dict[str, Nic] = Field({}, description="The network cards.")
    gpu: dict[str, Accelerator] = Field({}, description="The graphics processors.")
    device: dict[str, Device] = Field({}, description="Other PCI devices for guests.")
    bmc: Bmc = Field(Bmc(), description="The board management controller.")
    firmware: Literal["uefi", "bios"] = Field("uefi", description="The boot firmware.")
    secure_boot: bool = Field(default=False, description="Whether only signed systems boot.")
    tpm: Literal["none", "v1_2", "v2"] | None = Field(
        None, description="Trusted Platform Module, by its version: a fact for rules."
    )
    memory_encryption: Literal["none", "sev", "sev_es", "sev_snp", "tme", "tdx"] | None = Field(
        None, description="How the processor encrypts memory, where the firmware has it on."
    )
    pcie: Pcie | None = Field(None, description="The slots for cards.")

    @property
    def numa_nodes(self) -> int:
        """NUMA nodes of the server: one a socket."""
        return self.cpu.sockets

    @property
    def threads(self) -> int:
        """Hardware threads of the whole server."""
        return self.cpu.sockets * self.cpu.cores * self.cpu.threads

    @property
    def has_kvm(self) -> bool:
        """Whether the processors offer hardware virtualisation."""
        return self.arch == "aarch64" or bool({"vmx", "svm"} & set(self.cpu.features))
