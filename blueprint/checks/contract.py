"""What the layers require and nothing below them offers: a code and its words for each capability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from blueprint.capabilities import Unmet, unmet
from blueprint.capabilities.kubernetes_guests import guests_of
from blueprint.checks import contract_platforms as platforms
from blueprint.checks.flavors import unusable_flavors
from blueprint.checks.host_resources import shares
from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.fleet import Part, counted, descriptions
from blueprint.model import Hardware, Hosts, Kubernetes, Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size

NO_KVM = Rule("OIB5801", "no-hardware-virtualisation")
NO_INTERFACE = Rule("OIB5802", "no-interface-on-network")
UNREACHABLE = Rule("OIB5803", "storage-unreachable")
NO_PHYSNET = Rule("OIB5804", "no-link-to-physnet")
NO_DISK = Rule("OIB5805", "no-such-disk")
NO_MEMORY = Rule("OIB5806", "too-little-memory")
NO_POOL = Rule("OIB5807", "no-pool-for-service")


def contract(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Requirements of layers that nothing below them meets."""
    lacks = _not_told_elsewhere(list(unmet(model)), model, spans)
    off: dict[tuple[Ref, str], Diagnostic] = {}
    for lack in platforms.told_once(lacks):
        requirement = lack.requirement
        span = spans.at(requirement.consumer, *requirement.choice)
        cause = spans.at(requirement.consumer, *requirement.cause)
        part = requirement.part
        if requirement.capability.sort == "rbd":
            yield no_pool(
                spans.at(requirement.consumer, "storage"), requirement.consumer,
                requirement.capability.of, requirement.provider, spans.at(requirement.provider),
            )  # fmt: skip
        elif part is not None and requirement.provider == part.group.ref:
            fault = _on_hosts(lack, part, model, spans, span, cause)
            if fault.rule not in (NO_INTERFACE, platforms.TOO_FEW_FUNCTIONS):
                yield fault
                continue
            wanted = (requirement.consumer, requirement.capability.of)
            first = off.setdefault(wanted, fault)
            if first is not fault:
                had = f"has {lack.offered:,} of them" if lack.offered else "has none either"
                off[wanted] = replace(first, notes=(*first.notes, f"{counted(part)} {had}"))
        else:
            yield platforms.on_platform(lack, lacks, model, spans)
    yield from off.values()


def _not_told_elsewhere(lacks: list[Unmet], model: Model, spans: Spans) -> list[Unmet]:
    """The lacks that are no consequence of a fault that is told where it stands.

    Hosts that nest guests on processors that don't virtualise are such a fault, and so are flavors
    of which nobody can have a guest.
    """
    found = []
    spoiled = _clusters_of_unusable_flavors(lacks, model, spans)
    without_kvm = {
        lack.requirement.consumer for lack in lacks if lack.requirement.capability.sort == "kvm"
    }
    for lack in lacks:
        requirement = lack.requirement
        match requirement.capability.sort:
            case "quota" | "guests" if spoiled & {r.consumer for r in lack.beside}:
                continue
            case "kvm" if requirement.part is not None and requirement.cause[0] != "runtime":
                if any(_nests_in_vain(model, s) for s in descriptions(requirement.part.members)):
                    continue
            case "guest_kvm" if requirement.provider in without_kvm:
                left = tuple(m for m in lack.missing if m.fault != "no_virtualisation")
                if left:
                    found.append(replace(lack, missing=left))
                continue
        found.append(lack)
    return found


def _clusters_of_unusable_flavors(lacks: list[Unmet], model: Model, spans: Spans) -> set[Ref]:
    if not any(lack.requirement.capability.sort in ("quota", "guests") for lack in lacks):
        return set()
    unusable = unusable_flavors(model, spans)
    regions = model.of(OpenStack)
    return {
        ref
        for ref, cluster in model.of(Kubernetes).items()
        if cluster.on is not None and cluster.on in regions
        for nodes in guests_of(cluster, regions[cluster.on])
        if (cluster.on, nodes.flavor) in unusable
    }


def _nests_in_vain(model: Model, spec: Hosts) -> bool:
    return spec.nested_virtualization and not _kvm(model, spec.hardware)


def _on_hosts(
    lack: Unmet, part: Part, model: Model, spans: Spans, span: Span, cause: Span
) -> Diagnostic:
    requirement = lack.requirement
    hosts = spans.at(part.group.ref)
    wanted = Ref(requirement.capability.of)
    match requirement.capability.sort:
        case "kvm":
            hardware = next(
                s.hardware for s in descriptions(part.members) if not _kvm(model, s.hardware)
            )
            where = spans.at(hardware, "cpu")
            if requirement.cause[0] == "runtime":
                other = (
                    ""
                    if requirement.consumer.kind == "starlingx"
                    else ", or give the runtime other `pools`"
                )
                return platforms.kata_without_kvm(
                    cause, requirement.cause[1], f"{counted(part)} can't offer it",
                    (Label(span, "the nodes"), Label(where, "neither `vmx` nor `svm` is stated")),
                    (), f"add `features = [vmx]` or `[svm]` to `cpu` of `{hardware}`{other}",
                )  # fmt: skip
            stated = spans.written(requirement.consumer, *requirement.cause)
            return no_kvm(
                span, requirement.consumer, part, hardware, spans.at(hardware, "cpu"), stated
            )
        case "l2":
            asked = ".".join(
                requirement.cause[:-1] if requirement.cause[0] == "api" else requirement.cause
            )
            return no_interface(span, requirement.consumer, part, wanted, asked, cause, hosts)
        case "functions":
            return platforms.too_few_functions(cause, lack, part, hosts)
        case "reach" if requirement.choice[0] == "manager":
            return platforms.manager_out_of_reach(span, lack, part, wanted, cause, hosts)
        case "reach" if requirement.cause[0] == "of":
            return platforms.controller_out_of_reach(cause, lack, part, wanted, hosts)
        case "reach" if requirement.cause[0] == "storage_class":
            return unreachable(span, part, wanted, requirement.consumer, cause, hosts)
        case "reach":
            storage = model.at(requirement.consumer, OpenStack).storage
            assert storage is not None, requirement
            where = spans.at(storage, "public_network")
            return unreachable(span, part, wanted, storage, where, hosts)
        case "physnet":
            purpose = "for floating addresses"
            if requirement.cause[0] == "secondary_network":
                purpose = f"for `{'.'.join(requirement.cause)}`"
            return no_physnet(span, requirement.consumer, part, wanted, cause, hosts, purpose)
        case "disk":
            hardware = part.members[0].spec.hardware
            return no_disk(
                cause, requirement.consumer, part, wanted, lack, hardware, model, spans.at(hardware)
            )
    hardware = part.members[0].spec.hardware
    return no_memory(span, part, lack, hardware, spans.at(hardware, "memory"))


def _kvm(model: Model, ref: Ref) -> bool:
    hardware = model.things.get(ref)
    return isinstance(hardware, Hardware) and hardware.has_kvm


def no_kvm(
    span: Span, region: str, part: Part, hardware: str, cpu_span: Span, virt_span: Span | None
) -> Diagnostic:
    """Guests under KVM on processors that don't virtualise."""
    labels = [Label(cpu_span, f"`{hardware}` states neither `vmx` nor `svm`")]
    if virt_span is not None:
        labels.append(Label(virt_span, "guests need `/dev/kvm`"))
    return Diagnostic(
        NO_KVM,
        span,
        f"guests of `{region}` need KVM, and {counted(part)} can't offer it",
        labels=tuple(labels),
        hint=f"add `features = [vmx]` or `[svm]` to `cpu` of `{hardware}`, "
        "or set `virt = qemu` in `nova`",
    )


def no_interface(
    span: Span, layer: str, part: Part, network: str, asked: str, cause: Span, hosts: Span
) -> Diagnostic:
    """Hosts of a role that are not on a network of that role."""
    return Diagnostic(
        NO_INTERFACE,
        span,
        f"{counted(part)} has no interface on `{network}`",
        labels=(
            Label(cause, f"`{layer}` uses the network for `{asked}`"),
            Label(hosts, "on none of its links"),
        ),
        hint=f"add `{network}` to `networks` of a bond or port of `{part.group.ref}`",
    )


def unreachable(
    span: Span, part: Part, network: str, cluster: str, cause: Span, hosts: Span
) -> Diagnostic:
    """Clients of a storage cluster without a way to it."""
    return Diagnostic(
        UNREACHABLE,
        span,
        f"{counted(part)} can't reach `{network}`, on which `{cluster}` serves its clients",
        labels=(Label(cause, "clients connect here"), Label(hosts, "on none of its links")),
        notes=("a network without a gateway, or with `routable = false`, ends at its own hosts",),
        hint=f"add `{network}` to `networks` of a bond or port of `{part.group.ref}`",
    )


def no_physnet(
    span: Span, layer: str, part: Part, physnet: str, cause: Span, hosts: Span, purpose: str
) -> Diagnostic:
    """Gateways, computes with floating addresses of their own, or nodes, off a physical network."""
    return Diagnostic(
        NO_PHYSNET,
        span,
        f"{counted(part)} has no link to `{physnet}`",
        labels=(
            Label(cause, f"`{layer}` needs it there {purpose}"),
            Label(hosts, "on none of its links"),
        ),
        hint=f"set `physnet = {physnet}` on a bond or port of `{part.group.ref}`",
    )


def no_disk(
    span: Span,
    cluster: str,
    part: Part,
    disk: Ref,
    lack: Unmet,
    hardware_ref: Ref,
    model: Model,
    hardware_span: Span,
) -> Diagnostic:
    """Disks for OSDs that the hosts don't have."""
    hardware = model.at(hardware_ref, Hardware)
    label = Label(hardware_span, "the hardware of these hosts")
    if lack.offered:
        number = "one disk" if lack.offered == 1 else f"{lack.offered} disks"
        return Diagnostic(
            NO_DISK,
            span,
            f"`{cluster}` wants `{disk}[{lack.required - 1}]`, and {counted(part)} has {number} of it",
            labels=(label,),
            hint=f"disks are counted from 0: the last one is `{disk}[{lack.offered - 1}]`",
        )
    known = [f"disk.{name}" for name in hardware.disk]
    return Diagnostic(
        NO_DISK,
        span,
        f"`{cluster}` wants `{disk}`, and {counted(part)} has none",
        labels=(label,),
        hint=did_you_mean(disk, known, otherwise=f"declare the disks in `{hardware_ref}`"),
    )


def no_memory(
    span: Span, part: Part, lack: Unmet, hardware: str, hardware_span: Span
) -> Diagnostic:
    """More on a host than its memory holds."""
    return Diagnostic(
        NO_MEMORY,
        span,
        f"what runs on {counted(part)} needs {Size(lack.required)} of memory, "
        f"and each host has {Size(lack.offered)}",
        labels=(Label(hardware_span, f"the memory of `{hardware}`"),),
        notes=shares(lack.beside),
        hint="spread the roles over more hosts, or give them more memory",
    )


def no_pool(span: Span, region: str, use: str, cluster: str, cluster_span: Span) -> Diagnostic:
    """A service with storage, and no pool there for it."""
    return Diagnostic(
        NO_POOL,
        span,
        f"`{use}` of `{region}` has no pool in `{cluster}`",
        labels=(Label(cluster_span, f"no pool here with `use = {use}`"),),
        hint=f"add `pool {POOL_NAMES.get(use, use)} {{ use = {use} }}` to `{cluster}`",
    )


#: The names that pools of services usually have.
POOL_NAMES = {"glance": "images", "cinder": "volumes"}
