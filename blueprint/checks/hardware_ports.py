"""Ports as the hardware declares them: each has a name and a PCI address of its own, on a NUMA node that exists."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Hardware, Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

PORT_NAME_TWICE = Rule("OIB5114", "port-name-twice")
NO_NUMA_NODE = Rule("OIB5115", "no-such-numa-node")

_NOUNS = {"names": "named", "pci": "at"}


def hardware_ports(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Ports that can't be told apart, and cards on processors that the server lacks."""
    for ref, hardware in model.of(Hardware).items():
        for field in _NOUNS:
            yield from _repeated(ref, hardware, field, spans)
        for label, nic in hardware.nic.items():
            if nic.numa is not None and nic.numa >= hardware.cpu.sockets:
                yield no_numa_node(
                    spans.at(ref, "nic", label, "numa"), label, nic.numa, hardware.cpu.sockets,
                    spans.at(ref, "cpu", "sockets"),
                )  # fmt: skip


def _repeated(ref: Ref, hardware: Hardware, field: str, spans: Spans) -> Iterator[Diagnostic]:
    seen: dict[str, tuple[str, int]] = {}
    for label, nic in hardware.nic.items():
        for position, text in enumerate(getattr(nic, field)):
            first = seen.setdefault(text, (label, position))
            if first != (label, position):
                yield port_name_twice(
                    spans.at(ref, "nic", label, field, position), text, _NOUNS[field],
                    f"nic.{label}[{position}]", f"nic.{first[0]}[{first[1]}]",
                    spans.at(ref, "nic", first[0], field, first[1]),
                )  # fmt: skip


def port_name_twice(
    span: Span, text: str, noun: str, port: str, first: str, first_span: Span
) -> Diagnostic:
    """Two ports of a server with one name, or at one PCI address."""
    return Diagnostic(
        PORT_NAME_TWICE,
        span,
        f"`{port}` and `{first}` are both {noun} `{text}`",
        labels=(Label(first_span, f"`{first}` has it here"),),
        hint="correct one of them: `ip link` on such a server shows the names",
    )


def no_numa_node(span: Span, card: str, node: int, sockets: int, sockets_span: Span) -> Diagnostic:
    """A card on a processor that the server doesn't have."""
    nodes = "one NUMA node, 0" if sockets == 1 else f"NUMA nodes 0 to {sockets - 1}"
    return Diagnostic(
        NO_NUMA_NODE,
        span,
        f"`nic.{card}` is on NUMA node {node}, and the server has {nodes}",
        labels=(Label(sockets_span, "one node for each socket"),),
        hint="nodes are counted from 0; leave `numa` out where it is not known",
    )
