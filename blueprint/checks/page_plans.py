"""What memory of each NUMA node is for: huge pages that processors know, and not more than there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import described_groups
from blueprint.model import Hardware, Hosts, Model
from blueprint.model.pages import page_sizes, pages_of_node, size_of_label, vswitch_pages
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Size

UNKNOWN_SIZE = Rule("OIB5504", "unknown-page-size")
MEMORY_OVER = Rule("OIB5505", "memory-over-budget")
NO_SWITCH_CORES = Rule("OIB5506", "dpdk-without-cores")
NO_SWITCH_MEMORY = Rule("OIB5507", "dpdk-without-memory")
OFF_MOUNT = Rule("OIB5540", "switch-pages-off-mount")


def page_plans(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts whose plan of memory names pages that they can't make, or more memory than they have."""
    for group, spec, hardware in described_groups(model):
        sizes = page_sizes(hardware)
        unknown = [name for name in spec.memory.hugepages if size_of_label(name) not in sizes]
        for label in unknown:
            span = spans.key(group, "memory", "hugepages", label)
            cpu = spans.at(spec.hardware, "cpu")
            yield unknown_size(span, label, spec.hardware, sizes, hardware, cpu)
        if not unknown:
            yield from _budget(group, spec, hardware, spans)
            yield from _mounted(group, spec, hardware, spans)
        yield from _switch(group, spec, spans)


def plans_too_much(spec: Hosts, hardware: Hardware) -> bool:
    """Whether the plan of memory is wrong by itself, so that what it leaves guests is not known."""
    sizes = page_sizes(hardware)
    if any(size_of_label(name) not in sizes for name in spec.memory.hugepages):
        return True
    pages = pages_of_node(spec.memory, hardware)
    needed = int(spec.memory.platform or 0) + sum(int(s) * count for s, count in pages.items())
    return needed > int(hardware.memory) // hardware.numa_nodes


def _budget(group: str, spec: Hosts, hardware: Hardware, spans: Spans) -> Iterator[Diagnostic]:
    memory = spec.memory
    node = int(hardware.memory) // hardware.numa_nodes
    kept = int(memory.platform or 0)
    pages = pages_of_node(memory, hardware)
    needed = kept + sum(int(size) * count for size, count in pages.items())
    if not pages or needed <= node or kept >= node:
        return
    if memory.hugepages:
        label = list(memory.hugepages)[-1]
        span = spans.at(group, "memory", "hugepages", label, "count")
    else:
        span = spans.at(group, "memory", "vswitch")
    shares = [f"{count} pages of {size}" for size, count in pages.items()]
    if kept:
        shares.insert(0, f"{Size(kept)} for the platform")
    where = spans.at(spec.hardware, "memory")
    yield memory_over(span, group, Size(needed), Size(node), shares, where)


def _mounted(group: str, spec: Hosts, hardware: Hardware, spans: Spans) -> Iterator[Diagnostic]:
    """Memory of the virtual switch in pages of another size than the default one, which is mounted."""
    switch = vswitch_pages(spec.memory, hardware)
    largest = max(pages_of_node(spec.memory, hardware), default=None)
    if switch is not None and largest is not None and switch[0] != largest:
        span = spans.at(group, "memory", "vswitch")
        where = spans.at(group, "memory", "hugepages")
        yield off_mount(span, group, str(spec.memory.vswitch), switch[0], largest, where)


def _switch(group: str, spec: Hosts, spans: Spans) -> Iterator[Diagnostic]:
    polled = [label for label, port in spec.port.items() if port.datapath == "dpdk"]
    if polled and spec.cores.vswitch is None:
        span = spans.at(group, "port", polled[0], "datapath")
        yield no_switch_cores(span, group, polled[0], memory_too=spec.memory.vswitch is None)
    elif spec.cores.vswitch is not None and spec.memory.vswitch is None:
        yield no_switch_memory(spans.at(group, "cores", "vswitch"), group)


def unknown_size(
    span: Span,
    label: str,
    hardware_ref: str,
    sizes: Sequence[Size],
    hardware: Hardware,
    cpu_span: Span,
) -> Diagnostic:
    """Huge pages of a size that the processors don't have."""
    of_size = size_of_label(label)
    named = f"`{of_size}`" if of_size is not None else f'"{label}"'
    lacks_flag = of_size == Size(2**30) and hardware.arch == "x86_64"
    listed = " and ".join(f"`{size}`" for size in sizes)
    return Diagnostic(
        UNKNOWN_SIZE,
        span,
        f"{named} is no size of huge pages of `{hardware_ref}`",
        labels=(Label(cpu_span, "its flags lack `pdpe1gb`"),) if lacks_flag else (),
        hint="add `pdpe1gb` to `features` of `cpu` if the processors have it, or take pages of `2 MiB`"
        if lacks_flag
        else f"its {hardware.arch} processors have {listed}",
    )


def memory_over(
    span: Span, group: str, needed: Size, node: Size, shares: Sequence[str], hardware_span: Span
) -> Diagnostic:
    """More memory named than each NUMA node has."""
    return Diagnostic(
        MEMORY_OVER,
        span,
        f"`{group}` plans {needed} of the {node} on each NUMA node",
        labels=(Label(hardware_span, "the memory of the whole server, shared by its sockets"),),
        notes=(", ".join(shares),),
        hint="plan fewer pages; they are counted on each NUMA node",
    )


def off_mount(
    span: Span, group: str, wanted: str, size: Size, mounted: Size, pages_span: Span
) -> Diagnostic:
    """Memory of the virtual switch that pages of the mounted size don't make up."""
    return Diagnostic(
        OFF_MOUNT,
        span,
        f"{wanted} for the virtual switch of `{group}` takes pages of {size}, "
        f"and `/dev/hugepages` has those of {mounted}",
        labels=(Label(pages_span, "the largest pages are the default ones"),),
        notes=("DPDK looks in that folder alone, and would take the guests' pages",),
        hint=f"set `vswitch` to a multiple of {mounted}",
    )


def no_switch_cores(span: Span, group: str, port: str, *, memory_too: bool) -> Diagnostic:
    """A port that DPDK polls, and no core that could."""
    wanted = "`cores { vswitch = 1 }`"
    if memory_too:
        wanted += " and `memory { vswitch = 1 GiB }`"
    return Diagnostic(
        NO_SWITCH_CORES,
        span,
        f"`{port}` of `{group}` is polled by the virtual switch, which has no cores",
        notes=("a core of the NUMA node that the card is attached to polls it",),
        hint=f"set {wanted}, or more, per NUMA node",
    )


def no_switch_memory(span: Span, group: str) -> Diagnostic:
    """Cores that poll for a virtual switch without memory for frames."""
    return Diagnostic(
        NO_SWITCH_MEMORY,
        span,
        f"the virtual switch of `{group}` has cores and no huge pages",
        notes=("DPDK keeps frames in huge pages of the NUMA node that a core is on",),
        hint="set `memory { vswitch = 1 GiB }` or more, per NUMA node",
    )
