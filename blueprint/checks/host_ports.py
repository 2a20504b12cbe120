"""Ports of hosts against their hardware: each exists, each is in one link, lists are complete."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.fleet import described_groups
from blueprint.model import Hardware, Hosts, Model
from blueprint.model.hosts import Bond
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

PORT_REUSED = Rule("OIB5101", "port-in-two-links")
NO_SUCH_PORT = Rule("OIB5102", "no-such-port")
LIST_LENGTH = Rule("OIB5103", "hardware-list-length")


def host_ports(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Links on ports that the hardware lacks, or that another link has already."""
    for group, spec, hardware in described_groups(model):
        used: dict[Ref, tuple[str, ...]] = {}
        for ref, path in _used_ports(spec):
            span = spans.at(group, *path)
            port = Ref(f"{ref}[0]") if ref.key is None else ref
            if not _exists(port, hardware):
                yield no_such_port(span, port, spec.hardware, hardware, _where(spans, spec, port))
                continue
            other = used.setdefault(port, path)
            if other != path:
                yield port_reused(
                    span, port, group, " ".join(other[:2]), " ".join(path[:2]),
                    spans.at(group, *other),
                )  # fmt: skip


def _used_ports(spec: Hosts) -> Iterator[tuple[Ref, tuple[str, ...]]]:
    for label, block in (*spec.bond.items(), *spec.port.items()):
        if isinstance(block, Bond):
            for position, ref in enumerate(block.ports):
                yield ref, ("bond", label, "ports", str(position))
        else:
            yield Ref(label), ("port", label)


def _exists(port: Ref, hardware: Hardware) -> bool:
    nic = hardware.nic.get(port.name)
    return (
        nic is not None
        and port.key is not None
        and port.key.isdigit()
        and int(port.key) < nic.ports
    )


def _where(spans: Spans, spec: Hosts, port: Ref) -> Span:
    return spans.at(spec.hardware, "nic", port.name, "ports")


def hardware_lists(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Lists of names, PCI addresses and paths that are longer or shorter than what they list."""
    for ref, hardware in model.of(Hardware).items():
        for label, nic in hardware.nic.items():
            for field in ("names", "pci"):
                listed = len(getattr(nic, field))
                if listed not in (0, nic.ports):
                    yield list_length(
                        spans.at(ref, "nic", label, field), f"{field}` of `nic.{label}", listed,
                        nic.ports, "port", spans.at(ref, "nic", label, "ports"),
                    )  # fmt: skip
        for label, disk in hardware.disk.items():
            devices = 1 if disk.raid is not None else disk.count
            if len(disk.paths) not in (0, disk.count, devices):
                yield list_length(
                    spans.at(ref, "disk", label, "paths"), f"paths` of `disk.{label}",
                    len(disk.paths), disk.count, "disk", spans.at(ref, "disk", label, "count"),
                )  # fmt: skip


def port_reused(
    span: Span, port: str, group: str, first: str, second: str, first_span: Span
) -> Diagnostic:
    """A port that two links of a host claim."""
    twice = f"`{first}` twice" if first == second else f"both `{first}` and `{second}`"
    return Diagnostic(
        PORT_REUSED,
        span,
        f"`{port}` of `{group}` is in {twice}",
        labels=(Label(first_span, "used here first"),),
        hint="a port belongs to one bond, or to one `port` block",
    )


def no_such_port(
    span: Span, port: Ref, hardware_ref: str, hardware: Hardware, hardware_span: Span
) -> Diagnostic:
    """A port that the hardware doesn't have."""
    nic = hardware.nic.get(port.name)
    if nic is None:
        cards = [f"nic.{name}" for name in hardware.nic]
        return Diagnostic(
            NO_SUCH_PORT,
            span,
            f"`{hardware_ref}` has no card `nic.{port.name}`",
            labels=(Label(hardware_span, "the hardware of these hosts"),),
            hint=did_you_mean(f"nic.{port.name}", cards, otherwise="declare the card there"),
        )
    last = nic.ports - 1
    return Diagnostic(
        NO_SUCH_PORT,
        span,
        f"`nic.{port.name}` of `{hardware_ref}` has no port {port.key}",
        labels=(Label(hardware_span, f"{nic.ports} ports" if last else "one port"),),
        hint=f"ports are counted from 0: the last one is `nic.{port.name}[{last}]`",
    )


def list_length(
    span: Span, what: str, listed: int, wanted: int, noun: str, wanted_span: Span
) -> Diagnostic:
    """A list with another length than the number of things that it is about."""
    plural = noun if wanted == 1 else f"{noun}s"
    return Diagnostic(
        LIST_LENGTH,
        span,
        f"`{what}` lists {listed} for {wanted} {plural}",
        labels=(Label(wanted_span, f"{wanted} {plural}"),),
        hint=f"list one for each {noun}, in their order, or leave the list out",
    )
