"""Disks of Ceph's hosts: each for one purpose, one left for the system, the media that pools ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import descriptions, parts_of
from blueprint.model import Ceph, Hardware, Hosts, Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

DEVICE_TWICE = Rule("OIB5303", "disk-with-two-purposes")
NO_SYSTEM_DISK = Rule("OIB5304", "no-disk-for-system")
NO_MEDIA = Rule("OIB5305", "no-disks-of-class")
NO_DEVICES = Rule("OIB5306", "no-osd-devices")


class _Claim(NamedTuple):
    cluster: Ref
    field: str
    position: int


def devices(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Disks that are claimed twice, and hosts that are left without one for the system."""
    claims: dict[tuple[Ref, str, int], _Claim] = {}
    reported: set[tuple[_Claim, _Claim]] = set()
    for ref, cluster in model.of(Ceph).items():
        if ref in model.existing:
            continue
        if cluster.osds and not cluster.devices:
            yield no_devices(spans.at(ref), ref, spans.at(ref, "osds"))
            continue
        for group, spec, hardware in _osd_hosts(model, cluster):
            left = {(name, i) for name, disk in hardware.disk.items() for i in range(disk.count)}
            for field in ("devices", "db_devices"):
                for position, disk in enumerate(getattr(cluster, field)):
                    claim = _Claim(ref, field, position)
                    for name, index in _disks(disk, hardware):
                        left.discard((name, index))
                        other = claims.setdefault((group, name, index), claim)
                        if other != claim and (other, claim) not in reported:
                            reported.add((other, claim))
                            yield device_twice(
                                spans.at(ref, field, position), f"disk.{name}", claim.field, ref,
                                other.field, other.cluster,
                                spans.at(other.cluster, other.field, other.position),
                            )  # fmt: skip
            if not left and hardware.disk:
                yield no_system_disk(
                    spans.at(ref, "devices"), ref, group, spec.hardware, spans.at(spec.hardware)
                )


def _osd_hosts(model: Model, cluster: Ceph) -> Iterator[tuple[Ref, Hosts, Hardware]]:
    for part in parts_of(model, cluster.osds):
        for spec in descriptions(part.members):
            hardware = model.things.get(spec.hardware)
            if isinstance(hardware, Hardware):
                yield part.group.ref, spec, hardware


def _disks(ref: Ref, hardware: Hardware) -> Iterator[tuple[str, int]]:
    disk = hardware.disk.get(ref.name)
    if disk is None:
        return
    if ref.key is None:
        yield from ((ref.name, index) for index in range(disk.count))
    elif ref.key.isdigit() and int(ref.key) < disk.count:
        yield ref.name, int(ref.key)


def device_classes(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Pools for a medium that no OSD of the cluster is on."""
    for ref, cluster in model.of(Ceph).items():
        if ref in model.existing or not cluster.devices:
            continue
        media = {
            hardware.disk[disk.name].media
            for _, _, hardware in _osd_hosts(model, cluster)
            for disk in cluster.devices
            if disk.name in hardware.disk
        }
        for label, pool in cluster.pool.items():
            if pool.device_class is not None and media and pool.device_class not in media:
                span = spans.at(ref, "pool", label, "device_class")
                yield no_media(span, label, pool.device_class, media, spans.at(ref, "devices"))


def device_twice(
    span: Span, disk: str, field: str, cluster: str, other: str, owner: str, other_span: Span
) -> Diagnostic:
    """A disk that is claimed for two purposes."""
    whose = f"`{other}`" if owner == cluster else f"`{other}` of `{owner}`"
    return Diagnostic(
        DEVICE_TWICE,
        span,
        f"`{disk}` in `{field}` of `{cluster}` is in {whose} already",
        labels=(Label(other_span, "first claimed here"),),
        hint="a disk has one purpose: name others, or single ones such as `disk.osd[0]`",
    )


def no_system_disk(
    span: Span, cluster: str, group: str, hardware: str, hardware_span: Span
) -> Diagnostic:
    """Hosts whose every disk becomes an OSD."""
    return Diagnostic(
        NO_SYSTEM_DISK,
        span,
        f"`{cluster}` takes every disk of `{group}` and leaves none for the system",
        labels=(Label(hardware_span, f"the disks of `{hardware}`"),),
        hint="leave a disk out of `devices`, or declare the one that the system is on",
    )


def no_media(
    span: Span, pool: str, wanted: str, found: Iterable[str], devices_span: Span
) -> Diagnostic:
    """A pool for a medium that the cluster doesn't have."""
    media = " and ".join(f"`{each}`" for each in sorted(found))
    return Diagnostic(
        NO_MEDIA,
        span,
        f"`pool.{pool}` is for `{wanted}` disks, and the cluster has none",
        labels=(Label(devices_span, f"these are {media}"),),
        hint=f"choose {media}, or add `{wanted}` disks to `devices`",
    )


def no_devices(span: Span, cluster: str, osds_span: Span) -> Diagnostic:
    """A cluster with hosts of OSDs and no disks for them."""
    return Diagnostic(
        NO_DEVICES,
        span,
        f"`{cluster}` names no disks for its OSDs",
        labels=(Label(osds_span, "hosts of OSDs"),),
        hint="add `devices = disk.…`, by the name of the disks in the hosts' hardware",
    )
