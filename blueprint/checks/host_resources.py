"""Cores and memory that a host keeps from guests, against what it has and what it runs beside them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.capabilities import Requirement, requirements, side_by_side
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.diagnostics.listing import told_apart
from blueprint.fleet import Part, counted, described_groups, descriptions, parts_of
from blueprint.model import Hardware, Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size

MEMORY_OVER = Rule("OIB5130", "platform-memory-too-large")
CORES_OVER = Rule("OIB5131", "platform-cores-too-many")
RESERVE_TOO_SMALL = Rule("OIB5132", "platform-memory-too-small")
NO_VIRTUALISATION = Rule("OIB5133", "nested-without-virtualisation")

#: What Nova keeps for the host where nothing is said (`reserved_host_memory_mb`).
NOVA_RESERVE = 512 * 1024**2


def platform_share(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts that keep more for the platform than they have; computes must leave something."""
    computes = {
        part.group.ref: ref
        for ref, region in model.of(OpenStack).items()
        for part in parts_of(model, region.compute)
    }
    for group, spec, hardware in described_groups(model):
        is_compute = group in computes
        memory, cores = spec.memory.platform, spec.cores.platform
        node = Size(int(hardware.memory) // hardware.numa_nodes)
        if memory is not None and (memory > node or (is_compute and memory == node)):
            yield memory_over(
                spans.at(group, "memory", "platform"), memory, group, node,
                spans.at(spec.hardware, "memory"),
            )  # fmt: skip
        if cores is not None and (
            cores > hardware.cpu.cores or (is_compute and cores == hardware.cpu.cores)
        ):
            yield cores_over(
                spans.at(group, "cores", "platform"), cores, group, hardware.cpu.cores,
                spans.at(spec.hardware, "cpu", "cores"),
            )  # fmt: skip
        if spec.nested_virtualization and not hardware.has_kvm:
            yield no_virtualisation(
                spans.at(group, "nested_virtualization"), group, spec.hardware,
                spans.at(spec.hardware, "cpu"),
            )  # fmt: skip


def platform_memory(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts of guests that keep less memory than what else runs on them needs.

    Hosts of guests alone are left to Nova's own reserve where nothing is stated.
    """
    # StarlingX keeps a share of its own from guests.
    regions = {ref: r for ref, r in model.of(OpenStack).items() if not r.is_on_starlingx}
    sharing: dict[Ref, list[Requirement]] = {}
    for requirement in requirements(model) if regions else ():
        if requirement.capability.sort == "memory":
            sharing.setdefault(requirement.provider, []).append(requirement)
    for ref, region in regions.items():
        for part in parts_of(model, region.compute):
            beside = side_by_side(_on_computes(sharing.get(part.group.ref, []), part))
            if not any(r.consumer != ref or r.cause != ("compute",) for r in beside):
                continue
            needed = sum(r.quantity for r in beside)
            for spec in descriptions(part.members):
                hardware = model.things.get(spec.hardware)
                if not isinstance(hardware, Hardware) or needed > hardware.memory:
                    continue
                stated_share = spec.memory.platform
                nodes = hardware.numa_nodes
                kept = None if stated_share is None else Size(int(stated_share) * nodes)
                if needed > (NOVA_RESERVE if kept is None else kept):
                    stated = spans.written(part.group.ref, "memory", "platform")
                    role = spans.at(ref, "compute", str(part.position))
                    least = Size(-(-needed // (nodes * 2**20)) * 2**20)
                    yield reserve_too_small(stated or role, part, kept, needed, least, beside, role)


def _on_computes(sharing: list[Requirement], computes: Part) -> list[Requirement]:
    """Requirements on hosts that are also in a role's part."""
    if len(computes.members) == len(computes.group):
        return sharing
    chosen = {host.ref for host in computes.members}
    return [r for r in sharing if r.part is None or chosen & {h.ref for h in r.part.members}]


def memory_over(
    span: Span, memory: Size, group: str, available: Size, hardware_span: Span
) -> Diagnostic:
    """More memory kept than the host has, or all of a host of guests."""
    left = "leaves guests nothing of" if memory == available else "is more than"
    return Diagnostic(
        MEMORY_OVER,
        span,
        f"{memory} for the platform of `{group}` {left} the {available} on each NUMA node",
        labels=(Label(hardware_span, "the memory of the whole server, shared by its sockets"),),
        hint="keep less for the platform",
    )


def cores_over(
    span: Span, cores: int, group: str, available: int, hardware_span: Span
) -> Diagnostic:
    """More cores kept on each NUMA node than it has, or all of a host of guests."""
    left = "leave guests none of" if cores == available else "are more than"
    return Diagnostic(
        CORES_OVER,
        span,
        f"{cores} cores for the platform of `{group}` {left} the {available} on each NUMA node",
        labels=(Label(hardware_span, "cores of each socket"),),
        notes=("`cores` are counted on each NUMA node, as many as there are sockets",),
        hint="keep fewer for the platform",
    )


def reserve_too_small(
    span: Span,
    part: Part,
    kept: Size | None,
    needed: int,
    least: Size,
    beside: tuple[Requirement, ...],
    role_span: Span,
) -> Diagnostic:
    """A host of guests and of other things that keeps too little memory for the latter."""
    states = "Nova's own 512 MiB" if kept is None else str(kept)
    return Diagnostic(
        RESERVE_TOO_SMALL,
        span,
        f"{counted(part)} keeps {states} from guests, but what else runs there needs {Size(needed)}",
        labels=() if role_span == span else (Label(role_span, "guests run on these hosts"),),
        notes=shares(beside),
        hint=f"set `memory {{ platform = {least} }}` or more, per NUMA node, in `{part.group.ref}`",
    )


def shares(beside: tuple[Requirement, ...]) -> tuple[str, ...]:
    """Who needs how much of a host's memory, for people."""
    return told_apart([f"{Size(r.quantity)} for {r.purpose}" for r in beside if r.quantity])


def no_virtualisation(span: Span, group: str, hardware: str, hardware_span: Span) -> Diagnostic:
    """Nested virtualisation on processors that don't virtualise at all."""
    return Diagnostic(
        NO_VIRTUALISATION,
        span,
        f"`{group}` can't nest virtual machines: `{hardware}` has neither `vmx` nor `svm`",
        labels=(Label(hardware_span, "its processors"),),
        hint="add the feature if the processors have it, or take `nested_virtualization` out",
    )
