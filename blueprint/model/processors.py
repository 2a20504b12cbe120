"""The one place that knows what number Linux gives each CPU, and which CPUs are kept for what.

A *CPU* is what Linux calls one: a hardware thread. A *core* has as many as `cpu { threads }` says.
Linux numbers CPUs as the firmware lists them in the ACPI table MADT, and the ACPI specification
asks firmware to list the first thread of every core before any second thread. So the siblings of a
core stand a whole server's cores apart. In which order cores come is left to the maker:

- `socket`, usual: all cores of socket 0, then all of socket 1: 0-27,56-83 and 28-55,84-111;
- `alternating`, some makers of two-socket servers: in turn one core of each socket: 0,2,4… and 1,3,5…;
- `adjacent`: socket by socket, but siblings beside each other, as virtual machines show them: 0-1 is a core.

`cpu { numbering }` says which; `lscpu --extended` on a server shows it. A NUMA node is a socket.

What `cores` of a `hosts` block sets apart is laid out the same way on each NUMA node, from its first
core on: platform, vswitch, shared, isolated, then the cores not named. So CPU 0 is always the platform's.
Kernel command line, DPDK and Nova must agree on these sets; all of them take them from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from blueprint.model.hardware import Cpu
from blueprint.model.hosts import HostCores

Purpose: TypeAlias = Literal["platform", "vswitch", "shared", "isolated", "unnamed"]
#: What cores are for, in the order in which they are laid out on each NUMA node.
PURPOSES: tuple[Purpose, ...] = ("platform", "vswitch", "shared", "isolated", "unnamed")


def core_counts(cores: HostCores, cpu: Cpu) -> Mapping[Purpose, int]:
    """Cores of one NUMA node for each purpose; `rest` and what is not named are worked out.

    More cores than there are is for a check to report; `rest` and `unnamed` are none then.
    """
    stated = {name: getattr(cores, name) for name in PURPOSES[:-1]}
    left = max(0, cpu.cores - sum(n for n in stated.values() if isinstance(n, int)))
    counts: dict[Purpose, int] = {}
    for name in PURPOSES[:-1]:
        value = stated[name]
        if value == "rest":
            counts[name], left = left, 0
        else:
            counts[name] = value or 0
    counts["unnamed"] = left
    return counts


def core_range(cores: HostCores, cpu: Cpu, purpose: Purpose) -> range:
    """The cores of a purpose by their position on each NUMA node, from 0."""
    counts = core_counts(cores, cpu)
    first = sum(counts[name] for name in PURPOSES[: PURPOSES.index(purpose)])
    return range(min(first, cpu.cores), min(first + counts[purpose], cpu.cores))


def cpus_of_core(cpu: Cpu, node: int, core: int) -> tuple[int, ...]:
    """The numbers of a core's CPUs, its first thread first."""
    if cpu.numbering == "adjacent":
        first = (node * cpu.cores + core) * cpu.threads
        return tuple(range(first, first + cpu.threads))
    position = (
        core * cpu.sockets + node if cpu.numbering == "alternating" else node * cpu.cores + core
    )
    return tuple(position + thread * cpu.sockets * cpu.cores for thread in range(cpu.threads))


def cpus_on_node(cores: HostCores, cpu: Cpu, purpose: Purpose, node: int) -> tuple[int, ...]:
    """The numbers of the CPUs of a purpose on one NUMA node, all threads of its cores, sorted."""
    positions = core_range(cores, cpu, purpose)
    return tuple(sorted(n for core in positions for n in cpus_of_core(cpu, node, core)))


def cpus_for(cores: HostCores, cpu: Cpu, *purposes: Purpose) -> tuple[int, ...]:
    """The numbers of the CPUs of some purposes on all NUMA nodes, sorted."""
    return tuple(
        sorted(
            number
            for purpose in purposes
            for node in range(cpu.sockets)
            for number in cpus_on_node(cores, cpu, purpose, node)
        )
    )


def node_of_cpu(cpu: Cpu, number: int) -> int:
    """The NUMA node that a CPU is on."""
    if cpu.numbering == "adjacent":
        return number // (cpu.cores * cpu.threads)
    position = number % (cpu.sockets * cpu.cores)
    return position % cpu.sockets if cpu.numbering == "alternating" else position // cpu.cores


def cpu_list(numbers: Iterable[int]) -> str:
    """CPU numbers as Linux and Nova write sets of them: `0-3,28-31`; empty for none."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def cpu_mask(numbers: Iterable[int]) -> str:
    """CPU numbers as a mask, one bit a CPU, in hexadecimal: `0xf0000000f`."""
    return hex(sum(1 << number for number in set(numbers)))


def plans_cores(cores: HostCores) -> bool:
    """Whether cores are set apart beyond those of the platform, so that CPUs must be numbered."""
    return any(value is not None for value in (cores.vswitch, cores.shared, cores.isolated))
