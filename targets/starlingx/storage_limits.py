"""Checks storage of a system: the backend of its release, copies, OSDs, and file systems on the system disk."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import descriptions
from blueprint.model import Hardware
from blueprint.model.starlingx_parts import HostCeph, RookCeph
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size
from targets.starlingx.catalog import releases
from targets.starlingx.configuration import has_its_controllers
from targets.starlingx.releases import HARDWARE, release
from targets.starlingx.system import Personality, System

BACKEND = Rule("OIB8026", "backend-not-for-system")
REPLICAS = Rule("OIB8027", "replicas-not-for-system")
FEW_OSDS = Rule("OIB8028", "too-few-osds")
MONITOR_SIZE = Rule("OIB8029", "monitor-size")
FILE_SYSTEMS = Rule("OIB8031", "file-systems-over-disk")
NO_ROOK = Rule("OIB8032", "file-system-of-rook")

RULES: tuple[Rule, ...] = (
    BACKEND, REPLICAS, FEW_OSDS, MONITOR_SIZE, FILE_SYSTEMS, NO_ROOK,
)  # fmt: skip

GB = 10**9
GIB = 1024**3
#: The partition of controllers that survives a new installation, in MiB: metal, kickstart of the installer.
_PLATFORM_BACKUP = 30_000 * 1024**2
#: What controllers have of a file system where nothing is stated, by the platform's name of the size.
_CONTROLLER_SIZES = {
    "backup": "default_small_backup_stor_size",
    "database": "default_small_database_stor_size",
    "docker": "kubernetes_docker_stor_size",
    "docker_distribution": "docker_distribution_stor_size",
    "etcd": "etcd_stor_size",
    "extension": "default_extension_stor_size",
    "kubelet": "kubelet_stor_size",
    "platform": "default_platform_stor_size",
}
#: File systems that workers have too.
_EVERYWHERE = ("docker", "kubelet", "log", "scratch")
_OF_WORKERS = (*_EVERYWHERE, "ceph", "instances")


def storage(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Faults of the storage of a system."""
    refused = list(_backend(system, spans))
    yield from refused
    if not refused:
        wrong = list(_replicas(system, spans))
        yield from wrong or _osds(system, spans)
    yield from _monitor(system, spans)
    yield from _file_systems(system, spans)


def _backend(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Backends that the release or the configuration does not have."""
    layer, ref = system.layer, system.ref
    span = spans.at(ref, "storage")
    if layer.config == "dedicated_storage" and not isinstance(layer.storage, HostCeph):
        text = "`dedicated_storage` keeps its data in the older Ceph on the storage hosts"
        hint = "write `storage ceph { … }`, or have Rook on workers with `config = standard`"
        stated = layer.storage is not None
        there = spans.at(ref, "config")
        yield backend(span if stated else there, text, hint, there if stated else None)
    elif layer.storage is not None:
        known = release(layer.release).ceph_backends
        if layer.storage.choice not in known:
            wanted = layer.storage.choice
            first = next(each for each in releases() if wanted in release(each).ceph_backends)
            text = f"StarlingX {layer.release} has no backend `{layer.storage.choice}`"
            hint = f"write `storage {known[0]}`, or take {first} or later"
            yield backend(span, text, hint, spans.at(ref, "release"))
        elif "workers" in layer.storage_roles and not layer.workers and not _is_open(layer.storage):
            text = "`dedicated` keeps the data on workers, and the system has none"
            hint = "write `deployment = controller`, or name `workers`"
            yield backend(spans.at(ref, "storage", "deployment"), text, hint, None)


def _is_open(found: HostCeph | RookCeph) -> bool:
    return isinstance(found, RookCeph) and found.deployment == "open"


def _allowed(system: System) -> tuple[int, ...] | None:
    """The numbers of copies that StarlingX takes; None for any."""
    layer, known = system.layer, release(system.layer.release).catalog
    if layer.storage is None or _is_open(layer.storage):
        return None
    if layer.config == "aio_sx":
        return known.words("ceph_replication_aio_simplex")
    is_rook_elsewhere = isinstance(layer.storage, RookCeph) and (
        layer.storage.deployment != "controller"
    )
    if layer.config == "aio_dx" and not is_rook_elsewhere:
        return known.words("ceph_replication_aio_duplex")
    return known.words("ceph_replication")


def _replicas(system: System, spans: Spans) -> Iterator[Diagnostic]:
    layer = system.layer
    allowed = None if layer.storage is None else _allowed(system)
    if layer.storage is None or layer.storage.replicas is None or not allowed:
        return
    if layer.storage.replicas not in allowed:
        span = spans.at(system.ref, "storage", "replicas")
        there = spans.at(system.ref, "config")
        yield replicas(span, layer.storage.replicas, layer.config, allowed, there)


def _osds(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Copies for which there are not as many disks or hosts."""
    found = system.layer.storage
    if found is None or not has_its_controllers(system):
        return
    is_single = system.layer.config == "aio_sx"
    wanted = found.replicas or (1 if is_single else 2)
    by_host = (
        (found.failure_domain or ("osd" if is_single else "host")) == "host"
        if isinstance(found, RookCeph)
        else not is_single
    )
    with_osds = [m for m in system.members if m.field in system.layer.storage_roles]
    if not with_osds:
        return  # told of the configuration already
    if by_host:
        count, what = len(with_osds), "host" if len(with_osds) == 1 else "hosts"
    else:
        count = sum(
            sum(1 for ref in found.devices for _ in disks(ref, system.model.hardware(m.host)))
            for m in with_osds
        )
        what = "OSD" if count == 1 else "OSDs"
        if not count:
            return  # the contract tells of disks that are not there
    if count < wanted:
        stated = spans.written(system.ref, "storage", "replicas")
        span = stated or spans.at(system.ref, "storage")
        yield few_osds(span, wanted, count, what, spans.at(system.ref, "storage", "devices"))


def _monitor(system: System, spans: Spans) -> Iterator[Diagnostic]:
    found = system.layer.storage
    if found is None or found.monitor_size is None:
        return
    known = release(system.layer.release).catalog
    least, most = known.size_gib("sb_ceph_mon_gib_min"), known.size_gib("sb_ceph_mon_gib_max")
    if not least * GIB <= found.monitor_size <= most * GIB:
        span = spans.at(system.ref, "storage", "monitor_size")
        yield monitor_size(span, found.monitor_size, least, most)


def disks(ref: Ref, hardware: Hardware) -> Iterator[tuple[str, int]]:
    """The disks of a server that a reference means: name and number; none where it has none such."""
    disk = hardware.disk.get(ref.name)
    if disk is None:
        return
    if ref.key is None:
        yield from ((ref.name, index) for index in range(disk.count))
    elif ref.key.isdigit() and int(ref.key) < disk.count:
        yield ref.name, int(ref.key)


def system_disk(system: System, hardware: Hardware) -> tuple[str, int] | None:
    """The disk of the system on a server: the stated one, or the first of the hardware."""
    if system.layer.system_disk is not None:
        return next(disks(system.layer.system_disk, hardware), None)
    return next(((name, 0) for name in hardware.disk), None)


def _file_systems(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """File systems that don't fit the disk of the system, or that nothing makes."""
    layer, ref = system.layer, system.ref
    sizes = layer.filesystems
    stated = {name: size for name in type(sizes).model_fields if (size := getattr(sizes, name))}
    if not stated:
        return
    if "ceph" in stated and not isinstance(layer.storage, RookCeph):
        yield no_rook(spans.at(ref, "filesystems", "ceph"), spans.at(ref, "storage"))
    wanted: dict[Personality, int] = {
        "controller": _of_controllers(system, stated),
        "worker": _among(stated, _OF_WORKERS),
        "storage": _among(stated, _EVERYWHERE),
    }
    for personality, needed in wanted.items():
        hosts = [m.host for m in system.members if m.personality == personality]
        for spec in descriptions(hosts):
            hardware = system.model.at(spec.hardware, Hardware)
            own = system_disk(system, hardware)
            least = HARDWARE[personality][1] * GB
            if own is not None and least <= hardware.disk[own[0]].size < needed:
                there = spans.at(spec.hardware, "disk", own[0], "size")
                largest = max(stated, key=lambda name: stated[name])
                span = spans.at(ref, "filesystems", largest)
                has = hardware.disk[own[0]].size
                yield over_disk(span, personality, needed, own[0], has, there)
                return


def _of_controllers(system: System, stated: dict[str, Size]) -> int:
    """The least that file systems of a controller need, with those that it has anyway."""
    known = release(system.layer.release).catalog
    sizes = {name: known.size_gib(constant) * GIB for name, constant in _CONTROLLER_SIZES.items()}
    return _PLATFORM_BACKUP + sum({**sizes, **stated}.values())


def _among(stated: dict[str, Size], names: tuple[str, ...]) -> int:
    return sum(size for name, size in stated.items() if name in names)


def backend(span: Span, text: str, hint: str, there: Span | None) -> Diagnostic:
    """A backend that the system can't have."""
    labels = () if there is None else (Label(there, "of this"),)
    return Diagnostic(BACKEND, span, text, labels=labels, hint=hint)


def replicas(
    span: Span, count: int, config: str, allowed: tuple[int, ...], there: Span
) -> Diagnostic:
    """Copies that StarlingX does not keep."""
    return Diagnostic(
        REPLICAS,
        span,
        f"`{config}` can't keep {count} {'copy' if count == 1 else 'copies'} of an object",
        labels=(Label(there, "the configuration"),),
        hint=f"state {' or '.join(str(n) for n in allowed)}",
    )


def few_osds(span: Span, wanted: int, count: int, what: str, devices: Span) -> Diagnostic:
    """Copies that have nowhere to be."""
    are = "is" if count == 1 else "are"
    return Diagnostic(
        FEW_OSDS,
        span,
        f"{wanted} copies of an object are kept, and there {are} {count} {what}",
        labels=(Label(devices, "what becomes OSDs"),),
        notes=("each copy is on another one",),
        hint="name more disks or hosts, or keep fewer copies",
    )


def monitor_size(span: Span, size: Size, least: int, most: int) -> Diagnostic:
    """A monitor whose file system is too small or too large."""
    return Diagnostic(
        MONITOR_SIZE,
        span,
        f"a monitor has {least} to {most} GiB, and not {size}",
        hint=f"state `{least} GiB` to `{most} GiB`",
    )


def over_disk(
    span: Span, personality: str, needed: int, disk: str, size: Size, there: Span
) -> Diagnostic:
    """File systems that together need more than there is."""
    hosts = {"controller": "controllers", "worker": "workers", "storage": "storage hosts"}
    return Diagnostic(
        FILE_SYSTEMS,
        span,
        f"file systems of {hosts[personality]} need {needed / GIB:,.0f} GiB at least, "
        f"and `disk.{disk}` has {size / GIB:,.0f}",
        labels=(Label(there, "the disk of the system"),),
        hint="make them smaller, or state a larger disk",
    )


def no_rook(span: Span, there: Span) -> Diagnostic:
    """A file system that only Rook's daemons have."""
    labels = () if there == span else (Label(there, "the backend"),)
    return Diagnostic(
        NO_ROOK,
        span,
        "`ceph` is the file system of Rook's daemons, and the system has no Rook",
        labels=labels,
        hint="take it out, or write `storage rook { … }`",
    )


__all__ = ["RULES", "disks", "storage", "system_disk"]
