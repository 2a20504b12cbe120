"""Checks what a system describes for workloads: networks that no function leads to, accelerators that no card is."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model.pages import guest_pages, vswitch_pages
from blueprint.model.processors import core_counts
from blueprint.model.starlingx_parts import QueueGroups, RadioAccelerator
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size
from targets.starlingx.resource_checks import views
from targets.starlingx.resources.common import View
from targets.starlingx.resources.labels import is_for_guests
from targets.starlingx.system import System
from targets.starlingx.workloads import CARDS, OPERATOR, Card, accelerated

NO_FUNCTIONS = Rule("OIB8200", "pod-network-without-functions")
NO_NAMESPACE = Rule("OIB8201", "pod-network-without-namespace")
CARD = Rule("OIB8202", "accelerator-unknown")
NO_OPERATOR = Rule("OIB8203", "accelerator-without-operator")
LIMITS = Rule("OIB8204", "accelerator-over-limit")
QUOTA = Rule("OIB8206", "quota-over-hosts")

RULES: tuple[Rule, ...] = (NO_FUNCTIONS, NO_NAMESPACE, CARD, NO_OPERATOR, LIMITS, QUOTA)

#: Virtual functions of a card: its hardware, and the operator's definition.
MOST_FUNCTIONS = 16


def workloads(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Faults of what a system describes for workloads."""
    yield from _networks(system, spans)
    yield from _quotas(system, spans)
    for label, accelerator in system.layer.radio_accelerator.items():
        yield from _accelerator(system, spans, label, accelerator)
    if system.layer.radio_accelerator and OPERATOR not in system.layer.application:
        label = next(iter(system.layer.radio_accelerator))
        yield no_operator(spans.key(system.ref, "radio_accelerator", label), label)


def _networks(system: System, spans: Spans) -> Iterator[Diagnostic]:
    if not system.layer.pod_network:
        return
    reached = {
        port.sriov.physnet or port.physnet
        for view in views(system)
        if view.has_workloads and not is_for_guests(view)
        for port in view.spec.port.values()
        if port.sriov is not None
    }
    for label, network in system.layer.pod_network.items():
        if network.physnet not in reached:
            span = spans.at(system.ref, "pod_network", label, "physnet")
            yield no_functions(span, label, network.physnet, spans.at(network.physnet))
        if network.namespace not in system.layer.namespace:
            span = spans.at(system.ref, "pod_network", label, "namespace")
            yield no_namespace(span, label, network.namespace, tuple(system.layer.namespace))


def _quotas(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Processors and memory that all namespaces together may ask for, and those that the hosts have for pods."""
    spaces = system.layer.namespace
    for field, what in (("cpu", "processors"), ("memory", "memory")):
        asked = {name: int(n) for name, e in spaces.items() if (n := getattr(e.quota, field))}
        if not asked:
            continue
        offered = sum(_offered(View(system, member), field) for member in system.members)
        if sum(asked.values()) > offered:
            largest = max(asked, key=lambda name: asked[name])
            span = spans.at(system.ref, "namespace", largest, "quota", field)
            others = tuple(
                Label(spans.at(system.ref, "namespace", name, "quota", field), "and these")
                for name in asked
                if name != largest
            )
            amounts = (sum(asked.values()), offered)
            said = amounts if field == "cpu" else tuple(map(Size, amounts))
            yield quota_over(span, what, str(said[0]), str(said[1]), others)


def _offered(view: View, field: str) -> int:
    """What a host has for pods that ask for no isolated core and no huge page."""
    if not view.has_workloads:
        return 0
    hardware, spec = view.hardware, view.spec
    if field == "cpu":
        counts = core_counts(spec.cores, hardware.cpu)
        kept = sum(counts[purpose] for purpose in ("platform", "vswitch", "isolated"))
        return max(hardware.cpu.cores - kept, 0) * hardware.cpu.sockets * hardware.cpu.threads
    pages = [*guest_pages(spec.memory).items()]
    switch = vswitch_pages(spec.memory, hardware)
    pages += [] if switch is None else [switch]
    kept = int(spec.memory.platform or 0) + sum(int(size) * count for size, count in pages)
    return max(int(hardware.memory) - kept * hardware.numa_nodes, 0)


def _accelerator(
    system: System, spans: Spans, label: str, accelerator: RadioAccelerator
) -> Iterator[Diagnostic]:
    on = list(accelerated(system, accelerator))
    at_device = spans.at(system.ref, "radio_accelerator", label, "device")
    if not on:
        yield no_device(at_device, accelerator.device, system.ref)
        return
    cards: list[Card] = []
    for ref in dict.fromkeys(view.spec.hardware for view in on):
        view = next(each for each in on if each.spec.hardware == ref)
        device = view.hardware.device[accelerator.device.name]
        if device.model not in CARDS:
            where = spans.at(ref, "device", accelerator.device.name, "model")
            yield unknown_card(at_device, device.model, where)
            return
        cards.append(CARDS[device.model])
    here = ("radio_accelerator", label)
    if accelerator.vfs > MOST_FUNCTIONS:
        span = spans.at(system.ref, *here, "vfs")
        yield over_limit(span, "virtual functions", accelerator.vfs, MOST_FUNCTIONS)
    yield from _groups(spans, (system.ref, (*here, "queue_groups")), accelerator, cards)


def _groups(
    spans: Spans, at: tuple[Ref, tuple[str, ...]], accelerator: RadioAccelerator, cards: list[Card]
) -> Iterator[Diagnostic]:
    """What queue groups are for, on the least of the cards."""
    ref, path = at
    stated = {f: n for f in QueueGroups.model_fields if (n := getattr(accelerator.queue_groups, f))}
    for card in cards:
        for field in stated:
            if field not in card.queues:
                yield no_such_queue(spans.at(ref, *path, field), field, card.name)
                return
    most = min(card.groups for card in cards)
    if sum(stated.values()) > most:
        yield over_limit(spans.at(ref, *path), "queue groups", sum(stated.values()), most)
    elif not stated:
        yield no_groups(spans.at(ref, *path))


def no_functions(span: Span, label: str, physnet: str, there: Span) -> Diagnostic:
    """A network of pods that no virtual function leads to."""
    return Diagnostic(
        NO_FUNCTIONS,
        span,
        f"no host of the system has virtual functions for pods that lead to `{physnet}`",
        labels=(Label(there, "the physical network"),),
        notes=(f"a pod that asks for `{label}` would wait for ever",),
        hint=f"state `sriov {{ vfs = …  physnet = {physnet} }}` for a port of its hosts of workloads",
    )


def no_namespace(span: Span, label: str, namespace: str, known: tuple[str, ...]) -> Diagnostic:
    """A network of pods in a namespace that nobody makes."""
    has = ", ".join(f'`"{each}"`' for each in known)
    return Diagnostic(
        NO_NAMESPACE,
        span,
        f"`{label}` is for pods of the namespace `{namespace}`, which the system does not have",
        hint=f'state `namespace "{namespace}" {{}}`' + (f", or take {has}" if has else ""),
    )


def quota_over(
    span: Span, what: str, asked: str, offered: str, others: tuple[Label, ...]
) -> Diagnostic:
    """Namespaces that may ask for more than there is."""
    return Diagnostic(
        QUOTA,
        span,
        f"namespaces may ask for {asked} of {what}, and the hosts have {offered} for them"
        if what == "memory"
        else f"namespaces may ask for {asked} {what}, and the hosts have {offered} for them",
        labels=others,
        notes=("isolated cores and huge pages are asked for beside these, and count for none",),
        hint="lower the quotas, or keep less of the hosts for the platform, isolated cores and huge pages",
    )


def no_device(span: Span, device: str, system: str) -> Diagnostic:
    """Devices that no host has."""
    return Diagnostic(
        CARD,
        span,
        f"no host of workloads of `{system}` has `{device}`",
        hint="name a `device` of their hardware",
    )


def unknown_card(span: Span, model: str, there: Span) -> Diagnostic:
    """A card that is no accelerator whose settings are known."""
    known = ", ".join(f'`"{card}"` ({each.name.upper()})' for card, each in CARDS.items())
    return Diagnostic(
        CARD,
        span,
        f"`{model}` is no accelerator of forward error correction that oib knows the settings of",
        labels=(Label(there, "the model"),),
        notes=(f"it knows {known}",),
        hint="take the block out, and give the operator a resource of your own for this card",
    )


def no_operator(span: Span, label: str) -> Diagnostic:
    """Accelerators whose operator is not installed."""
    return Diagnostic(
        NO_OPERATOR,
        span,
        f"`{label}` needs the application `{OPERATOR}`",
        notes=("it makes the virtual functions, and offers them to pods",),
        hint=f'state `application "{OPERATOR}" {{}}`',
    )


def over_limit(span: Span, what: str, count: int, most: int) -> Diagnostic:
    """More than the card has."""
    return Diagnostic(
        LIMITS,
        span,
        f"the card has {most} {what}, and {count} are asked for",
        hint=f"take {most} or fewer",
    )


def no_such_queue(span: Span, field: str, card: str) -> Diagnostic:
    """Something that a card does not do."""
    return Diagnostic(
        LIMITS,
        span,
        f"no queue group of {card.upper()} is for `{field}`",
        hint="take it out: the pods work it out themselves",
    )


def no_groups(span: Span) -> Diagnostic:
    """A card that would do nothing."""
    return Diagnostic(
        LIMITS,
        span,
        "no queue group is used: the card would do nothing",
        hint="state `uplink_5g = 4  downlink_5g = 4`",
    )
