"""Disks that storage is made of: each for one purpose, one left for the system, the media that pools ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import Part, descriptions, parts_of
from blueprint.model import Ceph, Hardware, Hosts, Kubernetes, Model, OpenStack
from blueprint.model.kata import runtime_pools
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

DEVICE_TWICE = Rule("OIB5303", "disk-with-two-purposes")
NO_SYSTEM_DISK = Rule("OIB5304", "no-disk-for-system")
NO_MEDIA = Rule("OIB5305", "no-disks-of-class")
NO_DEVICES = Rule("OIB5306", "no-osd-devices")
JOINED_DISK = Rule("OIB5312", "disks-joined-by-raid")


class _Claim(NamedTuple):
    """Disks that one attribute of a layer takes on the hosts that it names."""

    owner: Ref
    field: tuple[str, ...]
    hosts: tuple[Ref, ...]
    disks: tuple[Ref, ...]

    @property
    def name(self) -> str:
        """The attribute as a blueprint writes it."""
        return ".".join(self.field)


class _Taken(NamedTuple):
    """One disk of some hosts, taken: by which claim, at which place of its list, of which hosts."""

    claim: _Claim
    position: int
    members: frozenset[Ref]

    @property
    def path(self) -> tuple[str, ...]:
        """Where it is named."""
        return (*self.claim.field, str(self.position))


def devices(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Disks that are claimed twice, and hosts that are left without one for the system."""
    claims = list(_claims(model))
    taken: dict[tuple[Ref, str, int], list[_Taken]] = {}
    reported: set[tuple[Ref, tuple[str, ...], Ref, tuple[str, ...]]] = set()
    joined: set[tuple[Ref, tuple[str, ...]]] = set()
    for claim in claims:
        if claim.field == ("devices",) and claim.hosts and not claim.disks:
            yield no_devices(spans.at(claim.owner), claim.owner, spans.at(claim.owner, "osds"))
        for part, _, hardware in _described(model, claim.hosts):
            members = frozenset(host.ref for host in part.members)
            for position, disk in enumerate(claim.disks):
                this = _Taken(claim, position, members)
                place = (claim.owner, this.path)
                if place not in joined and _is_wrongly_joined(disk, hardware, claim):
                    joined.add(place)
                    yield joined_disk(
                        spans.at(claim.owner, *this.path), disk, claim.name, claim.owner,
                        spans.at(part.members[0].spec.hardware, "disk", disk.name),
                    )  # fmt: skip
                for name, index in _disks(disk, hardware):
                    others = taken.setdefault((part.group.ref, name, index), [])
                    for other in others:
                        met = (other.claim.owner, other.path, *place)
                        is_itself = other.claim is claim and other.position == position
                        if is_itself or met in reported or not other.members & members:
                            continue
                        reported.add(met)
                        yield device_twice(
                            spans.at(claim.owner, *this.path), f"disk.{name}", claim.name,
                            claim.owner, other.claim.name, other.claim.owner,
                            spans.at(other.claim.owner, *other.path),
                        )  # fmt: skip
                    others.append(this)
    whole = [claim for claim in claims if not any(owner == claim.owner for owner, _ in joined)]
    yield from _without_system(whole, taken, model, spans)


def _claims(model: Model) -> Iterator[_Claim]:
    for ref, cluster in model.of(Ceph).items():
        if ref not in model.existing:
            yield _Claim(ref, ("devices",), cluster.osds, cluster.devices)
            if cluster.devices:
                yield _Claim(ref, ("db_devices",), cluster.osds, cluster.db_devices)
    for ref, region in model.of(OpenStack).items():
        lvm = region.cinder.lvm
        if lvm is not None and ref not in model.existing:
            hosts = region.volumes or region.control
            yield _Claim(ref, ("cinder", "lvm", "devices"), hosts, lvm.devices)
    for ref, nodes in model.of(Kubernetes).items():
        if ref not in model.existing and nodes.on is None:
            yield from _of_nodes(ref, nodes)


def _of_nodes(ref: Ref, cluster: Kubernetes) -> Iterator[_Claim]:
    """The disks of etcd and of thin pools; runtimes on the same hosts share a thin pool."""
    if cluster.etcd.disk is not None:
        yield _Claim(ref, ("etcd", "disk"), cluster.etcd_hosts, (cluster.etcd.disk,))
    seen: set[tuple[Ref, Ref]] = set()
    for label, runtime in cluster.runtime.items():
        disk = runtime.devmapper_disk
        named = (
            cluster.pool[n].hosts for n in runtime_pools(cluster, runtime) if n in cluster.pool
        )
        hosts = [host for pool in named for host in pool]
        if disk is not None:
            new = tuple(host for host in hosts if (host, disk) not in seen)
            seen |= {(host, disk) for host in new}
            yield _Claim(ref, ("runtime", label, "devmapper_disk"), new, (disk,))


def _without_system(
    claims: list[_Claim],
    taken: dict[tuple[Ref, str, int], list[_Taken]],
    model: Model,
    spans: Spans,
) -> Iterator[Diagnostic]:
    """Hosts whose every disk is storage's, once for each description of them."""
    told: set[tuple[Ref, int]] = set()
    for claim in claims:
        if not claim.disks:
            continue
        for part, spec, hardware in _described(model, claim.hosts):
            if (part.group.ref, id(spec)) in told or not hardware.disk:
                continue
            members = {host.ref for host in part.members if host.spec is spec}
            all_taken = all(
                any(t.members & members for t in taken.get((part.group.ref, name, index), ()))
                for name, disk in hardware.disk.items()
                for index in range(disk.count)
            )
            if all_taken:
                told.add((part.group.ref, id(spec)))
                yield no_system_disk(
                    spans.at(claim.owner, *claim.field), claim.owner, part.group.ref,
                    spec.hardware, spans.at(spec.hardware),
                )  # fmt: skip


def _described(model: Model, selection: Iterable[str]) -> Iterator[tuple[Part, Hosts, Hardware]]:
    for part in parts_of(model, selection):
        for spec in descriptions(part.members):
            hardware = model.things.get(spec.hardware)
            if isinstance(hardware, Hardware):
                yield part, spec, hardware


def _is_wrongly_joined(ref: Ref, hardware: Hardware, claim: _Claim) -> bool:
    """Whether disks of a RAID become OSDs, or one member of a RAID is taken by itself."""
    disk = hardware.disk.get(ref.name)
    if disk is None or disk.raid is None or disk.count == 1:
        return False
    return ref.key is not None or claim.field in {("devices",), ("db_devices",)}


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
            for _, _, hardware in _described(model, cluster.osds)
            for disk in cluster.devices
            if disk.name in hardware.disk
        }
        for label, pool in cluster.pool.items():
            if pool.device_class is not None and media and pool.device_class not in media:
                span = spans.at(ref, "pool", label, "device_class")
                yield no_media(span, label, pool.device_class, media, spans.at(ref, "devices"))


def device_twice(
    span: Span, disk: str, field: str, layer: str, other: str, owner: str, other_span: Span
) -> Diagnostic:
    """A disk that is claimed for two purposes."""
    whose = f"`{other}`" if owner == layer else f"`{other}` of `{owner}`"
    return Diagnostic(
        DEVICE_TWICE,
        span,
        f"`{disk}` in `{field}` of `{layer}` is in {whose} already",
        labels=(Label(other_span, "first claimed here"),),
        hint="a disk has one purpose: name others, or single ones such as `disk.osd[0]`",
    )


def no_system_disk(
    span: Span, layer: str, group: str, hardware: str, hardware_span: Span
) -> Diagnostic:
    """Hosts whose every disk is taken for storage."""
    return Diagnostic(
        NO_SYSTEM_DISK,
        span,
        f"`{layer}` takes every disk of `{group}` and leaves none for the system",
        labels=(Label(hardware_span, f"the disks of `{hardware}`"),),
        hint="leave a disk out of `devices`, or declare the one that the system is on",
    )


def joined_disk(span: Span, disk: Ref, field: str, layer: str, disk_span: Span) -> Diagnostic:
    """Disks of a RAID where single disks are wanted."""
    if disk.key is not None:
        message = f"`{disk}` in `{field}` of `{layer}` is one of the disks of a RAID, and no device"
        hint = f"name the whole RAID, `{disk.family}`, or another disk"
    else:
        message = f"`{disk}` in `{field}` of `{layer}` is a RAID, and an OSD takes a disk by itself"
        hint = (
            "name other disks: a RAID is mostly the system's; else take `raid` out of the hardware"
        )
    return Diagnostic(
        JOINED_DISK, span, message, labels=(Label(disk_span, "joined here"),), hint=hint
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
