"""Checks sizes of journals of Ceph on hosts: what the platform takes, and that all of a host fit on their disk."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Hardware
from blueprint.model.starlingx_parts import HostCeph
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size
from targets.starlingx.system import System

JOURNALS = Rule("OIB8168", "size-of-journals")
RULES: tuple[Rule, ...] = (JOURNALS,)

GIB = 1024**3
#: The largest journal, in MiB: config, sysinv storage.py, `journal_max_size`; the deployment manager states whole GiB.
_MOST = 10 * GIB
#: What the partitions leave free on the disk: the same place.
_AROUND = 2 * 1024**2


def journals(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """A size that is none, or too much for the disk."""
    backend = system.layer.storage
    if not isinstance(backend, HostCeph) or backend.journal_size is None:
        return
    size, span = backend.journal_size, spans.at(system.ref, "storage", "journal_size")
    if backend.journal is None:
        yield no_disk(span)
    elif int(size) % GIB or not GIB <= int(size) <= _MOST:
        yield wrong_size(span, size)
    else:
        yield from _room(system, spans, backend, backend.journal)


def _room(system: System, spans: Spans, backend: HostCeph, disk: Ref) -> Iterator[Diagnostic]:
    told: set[Ref] = set()
    for member in system.members:
        ref = member.host.spec.hardware
        hardware = system.model.things.get(ref)
        has_osds = member.field in system.layer.storage_roles
        if ref in told or not has_osds or not isinstance(hardware, Hardware):
            continue
        told.add(ref)
        own = hardware.disk.get(disk.name)
        count = sum(_count(hardware, each) for each in backend.devices)
        size = int(backend.journal_size or GIB)
        if own is not None and count * size + _AROUND > int(own.size):
            span = spans.at(system.ref, "storage", "journal_size")
            yield no_room(
                span, count, Size(size), disk.name, own.size, spans.at(ref, "disk", disk.name)
            )


def _count(hardware: Hardware, disk: Ref) -> int:
    """Disks that a reference means: all of its name, or one by its number."""
    known = hardware.disk.get(disk.name)
    if known is None:
        return 0
    return known.count if disk.key is None else 1


def no_disk(span: Span) -> Diagnostic:
    """A size of journals that the OSDs have on their own disks."""
    return Diagnostic(
        JOURNALS,
        span,
        "`journal_size` is of journals on a disk of their own, and `journal` names none",
        hint="name a disk in `journal`, or take the size out",
    )


def wrong_size(span: Span, size: Size) -> Diagnostic:
    """A size that the platform refuses, or that the deployment manager can't state."""
    return Diagnostic(
        JOURNALS,
        span,
        f"{size} is no size of a journal",
        hint="take whole GiB, 1 GiB to 10 GiB",
    )


def no_room(span: Span, count: int, size: Size, disk: str, has: Size, there: Span) -> Diagnostic:
    """Journals that are more than their disk holds."""
    return Diagnostic(
        JOURNALS,
        span,
        f"{count} journals of {size} don't fit on `disk.{disk}`, which has {has}",
        labels=(Label(there, "the disk of journals"),),
        hint="take smaller ones, or a larger disk",
    )


__all__ = ["RULES", "journals"]
