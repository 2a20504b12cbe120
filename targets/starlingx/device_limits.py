"""Checks devices of hosts that guests would be given: StarlingX is told of ports and their functions alone."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from targets.starlingx.system import System

DEVICES = Rule("OIB8169", "device-not-for-starlingx")
RULES: tuple[Rule, ...] = (DEVICES,)

_FIELDS = ("passthrough", "vgpu")


def devices(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Devices that are stated for guests, of each group of hosts once."""
    told: set[Span] = set()
    for member in system.members:
        for field in _FIELDS:
            if getattr(member.host.spec, field):
                span = spans.at(member.host.ref, field)
                if span not in told:
                    told.add(span)
                    yield not_told(span, field, system.ref, spans.at(system.ref, member.field))


def not_told(span: Span, field: str, system: str, there: Span) -> Diagnostic:
    """Devices that guests of a system would wait for."""
    return Diagnostic(
        DEVICES,
        span,
        f"no guest of `{system}` would get a device of `{field}`",
        labels=(Label(there, "installed by StarlingX"),),
        notes=(
            (
                "the deployment manager knows interfaces of hosts and no other devices; `system host-device-modify` "
                "enables these by hand"
            ),
        ),
        hint="take it out, and offer functions of ports with `sriov`, or an accelerator with `radio_accelerator`",
    )


__all__ = ["RULES", "devices"]
