"""Huge pages of a server: the sizes its processors have, and how many each NUMA node is to hold.

Kernel command line, DPDK, Nova and flavors must agree on these; all of them take them from here.
The virtual switch's memory is made of the largest pages that fit into it: of those that guests have
on the same hosts, or, where guests have none, of those that the processors have.
"""

from __future__ import annotations

from collections.abc import Mapping

from blueprint.model.hardware import Hardware
from blueprint.model.hosts import HostMemory
from blueprint.values import Size

_KIB, _MIB, _GIB = 2**10, 2**20, 2**30


def page_sizes(hardware: Hardware) -> tuple[Size, ...]:
    """The sizes of huge pages that the processors have, smallest first.

    x86-64 has 2 MiB, and 1 GiB where the flag `pdpe1gb` is there; where no flags are stated, all that
    the architecture may have. 64-bit ARM has, with the usual granule of 4 KiB, 64 KiB, 2 MiB, 32 MiB and 1 GiB.
    """
    if hardware.arch == "aarch64":
        return tuple(Size(size) for size in (64 * _KIB, 2 * _MIB, 32 * _MIB, _GIB))
    flags = hardware.cpu.features
    sizes = (2 * _MIB, _GIB) if not flags or "pdpe1gb" in flags else (2 * _MIB,)
    return tuple(Size(size) for size in sizes)


def size_of_label(label: str) -> Size | None:
    """The size that the label of a `hugepages` block means, or None where it is none."""
    return next((size for size in _LABELS if _spelled(label) == _spelled(str(size))), None)


def guest_pages(memory: HostMemory) -> Mapping[Size, int]:
    """Huge pages for guests on one NUMA node: how many of each size, smallest first."""
    found: dict[Size, int] = {}
    for label, pages in memory.hugepages.items():
        size = size_of_label(label)
        if size is not None:
            found[size] = found.get(size, 0) + pages.count
    return dict(sorted(found.items()))


def vswitch_pages(memory: HostMemory, hardware: Hardware) -> tuple[Size, int] | None:
    """The huge pages of the virtual switch on one NUMA node: their size and how many, or None."""
    if memory.vswitch is None:
        return None
    sizes = tuple(guest_pages(memory)) or page_sizes(hardware)
    whole = [size for size in sizes if int(memory.vswitch) % int(size) == 0]
    size = max(whole) if whole else page_sizes(hardware)[0]
    return size, -(-int(memory.vswitch) // int(size))


def pages_of_node(memory: HostMemory, hardware: Hardware) -> Mapping[Size, int]:
    """All huge pages of one NUMA node, guests' and the virtual switch's, smallest size first."""
    found = dict(guest_pages(memory))
    switch = vswitch_pages(memory, hardware)
    if switch is not None:
        found[switch[0]] = found.get(switch[0], 0) + switch[1]
    return dict(sorted(found.items()))


def _spelled(text: str) -> str:
    return "".join(text.split()).lower()


_LABELS = tuple(Size(size) for size in (64 * _KIB, 2 * _MIB, 32 * _MIB, _GIB))
