"""What a host without guests offers them: CPUs, memory and devices, as Nova counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blueprint.model.hardware import Accelerator, Hardware
from blueprint.model.hosts import Hosts
from blueprint.model.pages import guest_pages, pages_of_node
from blueprint.model.processors import core_counts, plans_cores
from blueprint.values import Ref, Size


@dataclass(frozen=True, slots=True)
class GuestOffer:
    """A host's CPUs, memory and devices for guests.

    `pinned_cores` and `memory`, which is that outside of huge pages, and `pages` are those of one NUMA
    node. `shared_cpus` are the CPUs of the whole host for guests that are not pinned, `kept_cpus` how
    many of them Nova takes off.
    """

    nodes: int
    threads: int
    pinned_cores: int
    shared_cpus: int
    kept_cpus: int
    memory: Size
    pages: Mapping[Size, int]
    functions: int
    devices: Mapping[str, int]
    shares_gpus: bool


def guest_offer(spec: Hosts, hardware: Hardware) -> GuestOffer:
    """What hosts of a description offer guests."""
    cpu, cores = hardware.cpu, spec.cores
    counts = core_counts(cores, cpu)
    if plans_cores(cores):
        shared, kept = (counts["shared"] + counts["unnamed"]) * cpu.sockets * cpu.threads, 0
    else:
        shared = cpu.cores * cpu.sockets * cpu.threads
        kept = counts["platform"] * cpu.sockets * cpu.threads
    in_pages = sum(
        int(size) * count for size, count in pages_of_node(spec.memory, hardware).items()
    )
    left = int(hardware.memory) // hardware.numa_nodes - int(spec.memory.platform or 0) - in_pages
    return GuestOffer(
        nodes=hardware.numa_nodes,
        threads=cpu.threads,
        pinned_cores=counts["isolated"],
        shared_cpus=shared,
        kept_cpus=kept,
        memory=Size(max(0, left)),
        pages=guest_pages(spec.memory),
        functions=sum(port.sriov.vfs for port in spec.port.values() if port.sriov is not None),
        devices=given_devices(spec, hardware),
        shares_gpus=bool(spec.vgpu),
    )


def accelerator(ref: Ref, hardware: Hardware) -> Accelerator | None:
    """The devices that `gpu.NAME` or `device.NAME` names, or None where the hardware has none such."""
    return (hardware.gpu if ref.kind == "gpu" else hardware.device).get(ref.name)


def given_devices(spec: Hosts, hardware: Hardware) -> Mapping[str, int]:
    """The devices that guests are given whole: how many of each name."""
    found: dict[str, int] = {}
    for ref in spec.passthrough:
        device = accelerator(ref, hardware)
        if device is not None:
            found[ref.name] = found.get(ref.name, 0) + (device.count if ref.key is None else 1)
    return found
