"""Checks what a system needs to install its further hosts itself: port, controller of the board, disk."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Hardware
from blueprint.source import Span
from blueprint.spans import Spans
from targets.starlingx.storage_limits import system_disk
from targets.starlingx.system import Member, System

NOT_INSTALLABLE = Rule("OIB8030", "host-without-boot-facts")
NO_PATH = Rule("OIB8047", "system-disk-without-path")

RULES: tuple[Rule, ...] = (NOT_INSTALLABLE, NO_PATH)


def boots(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts after the first that controller-0 could not start, find, or install."""
    told: set[str] = set()
    for member in system.members:
        if member == system.first:
            continue
        host = member.host
        if host.boot_mac is None:
            what, fact = "the hardware address of the port that boots", "boot { mac = … }"
            yield not_installable(spans.at(host.ref, "boot", "mac"), member, what, fact)
        elif host.bmc_address is None or host.bmc_credentials is None:
            field = "address" if host.bmc_address is None else "credentials"
            what = "the address of its board management controller"
            what = what if field == "address" else "credentials of its board management controller"
            span = spans.at(host.ref, "bmc", field)
            yield not_installable(span, member, what, f"bmc {{ {field} = … }}")
        hardware = system.model.things.get(host.spec.hardware)
        if isinstance(hardware, Hardware) and host.spec.hardware not in told:
            own = system_disk(system, hardware)
            disk = None if own is None else hardware.disk[own[0]]
            others = sum(each.count for each in hardware.disk.values()) > 1
            if own is not None and disk is not None and others and len(disk.paths) <= own[1]:
                told.add(host.spec.hardware)
                span = spans.at(host.spec.hardware, "disk", own[0])
                yield no_path(span, own[0], host.spec.hardware, spans.at(system.ref, member.field))


def not_installable(span: Span, member: Member, what: str, fact: str) -> Diagnostic:
    """A host that StarlingX could not install."""
    return Diagnostic(
        NOT_INSTALLABLE,
        span,
        f"`{member.host.ref}`, {member.name} of its system, lacks {what}",
        notes=("controller-0 starts every other host by its controller, and knows it by its port",),
        hint=f"state `{fact}`",
    )


def no_path(span: Span, disk: str, hardware: str, there: Span) -> Diagnostic:
    """A disk that the installer would have to guess."""
    return Diagnostic(
        NO_PATH,
        span,
        f"`disk.{disk}` of `{hardware}` holds the system, and has no device path",
        labels=(Label(there, "installed on it"),),
        notes=("the installer wipes the disk that it is told, or the first that it finds",),
        hint="state `paths`, best one under `/dev/disk/by-path`",
    )


__all__ = ["RULES", "boots"]
