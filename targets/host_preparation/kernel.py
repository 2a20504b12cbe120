"""What the kernel of a class of hosts is started with: huge pages, CPUs kept apart, IOMMU, modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.model.hardware import Accelerator
from blueprint.model.pages import pages_of_node
from blueprint.model.processors import cpu_list, cpus_for
from blueprint.target import Cause
from blueprint.values import Size
from targets._formats.page import Traced
from targets.host_preparation.layer import HostClass
from targets.host_preparation.systems import distribution_of

_UNITS = ((2**30, "G"), (2**20, "M"), (2**10, "K"))
_AMD = frozenset({"svm", "npt", "sev_snp"})
#: Drivers that would take a device before `vfio-pci` could: graphics, and Intel's accelerators.
_RIVALS = (
    "nouveau", "nvidia", "nvidia_drm", "nvidiafb", "amdgpu", "radeon", "i915", "xe", "snd_hda_intel",
    "qat_4xxx", "qat_c62x", "intel_qat",
)  # fmt: skip


def kernel_arguments(hosts: HostClass) -> tuple[Traced, ...]:
    """The arguments of the kernel's command line, in order, each with its cause."""
    return (*_pages(hosts), *_cores(hosts), *_iommu(hosts))


def _pages(hosts: HostClass) -> Iterator[Traced]:
    """Huge pages of the largest size, over all NUMA nodes: the kernel gives each node as many.

    Only they stand in the command line, since boot loaders' tools keep one argument of each name.
    """
    pages = pages_of_node(hosts.spec.memory, hosts.hardware)
    if not pages:
        return
    cause = Cause("huge pages of all NUMA nodes together", _page_fields(hosts))
    size = max(pages)
    yield Traced(f"default_hugepagesz={_page_size(size)}", cause)
    yield Traced(f"hugepagesz={_page_size(size)}", cause)
    yield Traced(f"hugepages={pages[size] * hosts.hardware.numa_nodes}", cause)


def page_files(hosts: HostClass) -> Iterator[Traced]:
    """Lines for systemd-tmpfiles that make huge pages of the smaller sizes, on each NUMA node."""
    pages = pages_of_node(hosts.spec.memory, hosts.hardware)
    cause = Cause("huge pages of each NUMA node", _page_fields(hosts))
    for size in sorted(pages, reverse=True)[1:]:
        for node in range(hosts.hardware.numa_nodes):
            folder = (
                f"/sys/devices/system/node/node{node}/hugepages/hugepages-{int(size) // 1024}kB"
            )
            yield Traced(f"w {folder}/nr_hugepages - - - - {pages[size]}", cause)


def _page_fields(hosts: HostClass) -> tuple[str, ...]:
    cpu = f"{hosts.spec.hardware}.cpu"
    memory = (hosts.field("memory", "hugepages"), hosts.field("memory", "vswitch"))
    return (*memory, f"{cpu}.sockets", f"{cpu}.features")


def _page_size(size: Size) -> str:
    return next(f"{int(size) // unit}{letter}" for unit, letter in _UNITS if int(size) % unit == 0)


def _cores(hosts: HostClass) -> Iterator[Traced]:
    """CPUs that the scheduler leaves alone: those of pinned guests and of the virtual switch."""
    spec, cpu = hosts.spec, hosts.hardware.cpu
    quiet = cpus_for(spec.cores, cpu, "isolated", "vswitch")
    if not quiet:
        return
    paths = (hosts.field("cores"), f"{spec.hardware}.cpu")
    cause = Cause("CPUs of pinned guests and of the virtual switch run nothing else", paths)
    listed = cpu_list(quiet)
    yield Traced(f"isolcpus=managed_irq,domain,{listed}", cause)
    yield Traced(f"nohz_full={listed}", cause)
    yield Traced(f"rcu_nocbs={listed}", cause)
    others = cpus_for(spec.cores, cpu, "platform", "shared", "unnamed")
    if others:
        where = Cause("interrupts go to the CPUs that are not kept apart", paths)
        yield Traced(f"irqaffinity={cpu_list(others)}", where)


def _iommu(hosts: HostClass) -> Iterator[Traced]:
    fields = tuple(iommu_fields(hosts))
    if not fields:
        return
    features = f"{hosts.spec.hardware}.cpu.features"
    arch = f"{hosts.spec.hardware}.arch"
    cause = Cause(
        "devices are isolated so that guests can be given them", (*fields, features, arch)
    )
    if hosts.hardware.arch == "aarch64":
        yield Traced("iommu.passthrough=1", cause)
        return
    if not _AMD.intersection(hosts.hardware.cpu.features):
        yield Traced("intel_iommu=on", cause)
    yield Traced("iommu=pt", cause)


def iommu_fields(hosts: HostClass) -> Iterator[str]:
    """The fields that ask for an IOMMU: the hosts' own word, or devices that need one."""
    spec = hosts.spec
    if spec.iommu:
        yield hosts.field("iommu")
    if spec.passthrough:
        yield hosts.field("passthrough")
    for link in hosts.links:
        if link.sriov is not None:
            yield hosts.field(*link.field, "sriov")
        if link.datapath == "dpdk":
            yield hosts.field(*link.field, "datapath")


def module_options(hosts: HostClass) -> Iterator[Traced]:
    """Lines for modprobe: guests within guests, devices kept for guests."""
    spec = hosts.spec
    features = hosts.hardware.cpu.features
    if spec.nested_virtualization and hosts.hardware.arch == "x86_64":
        paths = (hosts.field("nested_virtualization"), f"{spec.hardware}.cpu.features")
        module = "kvm_amd" if _AMD.intersection(features) else "kvm_intel"
        yield Traced(f"options {module} nested=1", Cause("guests may run guests", paths))
    models = tuple(dict.fromkeys(_models(hosts)))
    if models:
        paths = (hosts.field("passthrough"), str(spec.hardware))
        cause = Cause("devices that guests are given whole are kept from the host's drivers", paths)
        yield Traced(f"options vfio-pci ids={','.join(models)}", cause)
        for rival in _RIVALS:
            yield Traced(f"softdep {rival} pre: vfio-pci", cause)


def _models(hosts: HostClass) -> Iterator[str]:
    """Models of devices that guests are given whole, all of them; libvirt takes single ones itself."""
    parts: dict[str, Mapping[str, Accelerator]] = {
        "gpu": hosts.hardware.gpu,
        "device": hosts.hardware.device,
    }
    for ref in hosts.spec.passthrough:
        found = parts[ref.kind].get(ref.name)
        if ref.key is None and found is not None:
            yield found.model


def modules(hosts: HostClass) -> tuple[Traced, ...]:
    """Modules that are loaded when the system starts."""
    found: list[Traced] = []
    fields = tuple(iommu_fields(hosts))
    if fields:
        cause = Cause("the driver through which devices are given away", fields)
        found.append(Traced("vfio-pci", cause))
    if hosts.secure_pods:
        cause = Cause("what virtual machines of pods speak to the host by", hosts.secure_pods)
        found += [Traced(name, cause) for name in ("vhost_net", "vhost_vsock")]
    return tuple(found)


def kernel_package(hosts: HostClass) -> Traced | None:
    """The package of the kernel for low latency, or None where the distribution's own is meant."""
    if hosts.spec.kernel == "standard":
        return None
    arch = {"x86_64": "amd64", "aarch64": "arm64"}[hosts.hardware.arch]
    names = {"ubuntu": "linux-lowlatency", "debian": f"linux-image-rt-{arch}"}
    name = names.get(distribution_of(hosts.spec.os) or "", "kernel-rt")
    paths = (hosts.field("kernel"), hosts.field("os"), f"{hosts.spec.hardware}.arch")
    return Traced(name, Cause("the kernel for low latency", paths))
