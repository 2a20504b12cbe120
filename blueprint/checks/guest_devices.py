"""Devices that hosts have for guests: virtual functions, devices given whole, shared graphics processors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.fleet import described_groups
from blueprint.model import Hardware, Hosts, Model
from blueprint.model.guest_offer import accelerator
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

TOO_MANY_FUNCTIONS = Rule("OIB5508", "too-many-virtual-functions")
NO_IOMMU = Rule("OIB5509", "devices-without-iommu")
UNKNOWN_GPU = Rule("OIB5510", "unknown-graphics-processor")
GIVEN_AND_SHARED = Rule("OIB5511", "device-given-and-shared")
NO_SUCH_DEVICE = Rule("OIB5512", "no-such-device")


def guest_devices(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Devices for guests that hosts don't have, or can't give away."""
    for group, spec, hardware in described_groups(model):
        yield from _functions(group, spec, hardware, spans)
        yield from _passthrough(group, spec, hardware, spans)
        yield from _shared(group, spec, hardware, spans)
        using = list(_needing_iommu(spec))
        if using and not spec.iommu:
            (path, what), *more = using
            yield no_iommu(spans.at(group, *path), group, what, [other for _, other in more])


def _functions(group: str, spec: Hosts, hardware: Hardware, spans: Spans) -> Iterator[Diagnostic]:
    for label, port in spec.port.items():
        nic = Ref(label)
        card = hardware.nic.get(nic.name)
        if port.sriov is not None and card is not None and port.sriov.vfs > card.sriov_vfs:
            stated = spans.written(spec.hardware, "nic", nic.name, "sriov_vfs")
            where = stated or spans.at(spec.hardware, "nic", nic.name)
            span = spans.at(group, "port", label, "sriov", "vfs")
            yield too_many_functions(span, label, port.sriov.vfs, card.sriov_vfs, where)


def _needing_iommu(spec: Hosts) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for label, port in spec.port.items():
        if port.sriov is not None:
            yield ("port", label, "sriov"), f"virtual functions of `{label}`"
        if port.datapath == "dpdk" and port.driver in {None, "vfio_pci"}:
            field = "datapath" if port.driver is None else "driver"
            yield ("port", label, field), f"DPDK's driver `vfio-pci` of `{label}`"
    if spec.passthrough:
        yield ("passthrough",), "the devices in `passthrough`"


def _passthrough(group: str, spec: Hosts, hardware: Hardware, spans: Spans) -> Iterator[Diagnostic]:
    for position, ref in enumerate(spec.passthrough):
        device = accelerator(ref, hardware)
        span = spans.at(group, "passthrough", position)
        where = spans.at(spec.hardware)
        if device is None:
            known = [f"gpu.{n}" for n in hardware.gpu] + [f"device.{n}" for n in hardware.device]
            yield no_such_device(span, ref, spec.hardware, 0, known, where)
        elif ref.key is not None and int(ref.key) >= device.count:
            where = spans.at(spec.hardware, ref.kind, ref.name)
            yield no_such_device(span, ref, spec.hardware, device.count, (), where)


def _shared(group: str, spec: Hosts, hardware: Hardware, spans: Spans) -> Iterator[Diagnostic]:
    given = {
        ref.name: position for position, ref in enumerate(spec.passthrough) if ref.kind == "gpu"
    }
    for name in spec.vgpu:
        span = spans.key(group, "vgpu", name)
        if name not in hardware.gpu:
            yield unknown_gpu(span, name, spec.hardware, tuple(hardware.gpu))
        elif name in given:
            yield given_and_shared(span, name, spans.at(group, "passthrough", given[name]))


def too_many_functions(
    span: Span, port: str, wanted: int, offered: int, card_span: Span
) -> Diagnostic:
    """More virtual functions than a port can make."""
    offers = f"offers {offered}" if offered else "offers none"
    return Diagnostic(
        TOO_MANY_FUNCTIONS,
        span,
        f"{wanted} virtual functions of `{port}`, which {offers}",
        labels=(Label(card_span, "functions that each port of the card offers"),),
        hint="make fewer, or set `sriov_vfs` of the card to what it has",
    )


def no_iommu(span: Span, group: str, what: str, others: Sequence[str]) -> Diagnostic:
    """Devices in the hands of guests or of user space, and nothing that keeps them in bounds."""
    return Diagnostic(
        NO_IOMMU,
        span,
        f"`{group}` has the IOMMU off, and {what} can't do without it",
        notes=(f"so do {', '.join(others)}",) if others else (),
        hint="set `iommu = true`; it must be on in the firmware too",
    )


def unknown_gpu(span: Span, name: str, hardware: str, known: Sequence[str]) -> Diagnostic:
    """Shares of a graphics processor that the hardware lacks."""
    return Diagnostic(
        UNKNOWN_GPU,
        span,
        f"`{hardware}` has no graphics processor `{name}`",
        hint=did_you_mean(name, known, otherwise="name one of the hardware's `gpu` blocks"),
    )


def given_and_shared(span: Span, name: str, given: Span) -> Diagnostic:
    """A graphics processor that guests share and are given whole."""
    return Diagnostic(
        GIVEN_AND_SHARED,
        span,
        f"guests can't share `gpu.{name}` and be given it whole",
        labels=(Label(given, "given whole here"),),
        hint="take it out of `passthrough`, or the `vgpu` block out",
    )


def no_such_device(
    span: Span, ref: str, hardware: str, count: int, known: Sequence[str], where: Span
) -> Diagnostic:
    """A device that the hardware lacks."""
    family = Ref(ref).family
    what = f"`{hardware}` has no `{family}`"
    hint = did_you_mean(family, known)
    if count:
        what = f"`{family}` of `{hardware}` has no device {Ref(ref).key}"
        hint = f"there are {count}, counted from 0"
    return Diagnostic(NO_SUCH_DEVICE, span, what, labels=(Label(where, "the hardware"),), hint=hint)
