"""Checks a cluster against what Rook can do, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Ceph, Hardware, Model, OpenStack, Site
from blueprint.model.hardware import is_device_path
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref
from targets._kubernetes.names import name_fault, object_name
from targets.rook import limits
from targets.rook.cluster import IMAGES, Cluster
from targets.rook.labels import places

#: Kubernetes that Rook 1.20 is tested on.
_FIRST, _LAST = (1, 31), (1, 36)
#: The most that the custom resource takes.
_MOST = {"monitors": 9, "managers": 5}
#: The bucket that all others are in.
_ROOT = "default"


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a cluster for this tool."""
    cluster = Cluster(layer, model)
    subjects = (
        _versions,
        _alone,
        _counts,
        _network,
        _devices,
        _names,
        _places,
        _classes,
        _gateways,
    )
    return tuple(found for subject in subjects for found in subject(cluster, spans))


def _versions(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer = cluster.layer
    if layer.release not in IMAGES:
        span = spans.at(cluster.ref, "release")
        yield limits.release_not_supported(span, layer.release, tuple(IMAGES))
    minor = cluster.kubernetes.minor
    if not _FIRST <= minor <= _LAST:
        first, last = (".".join(map(str, each)) for each in (_FIRST, _LAST))
        stated = spans.at(cluster.on, "version")
        span, version = spans.at(cluster.ref, "on"), ".".join(map(str, minor))
        yield limits.kubernetes_not_supported(span, version, first, last, stated, cluster.on)
    if layer.fsid is not None:
        yield limits.fsid_unsettable(spans.at(cluster.ref, "fsid"))


def _alone(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    here = [ref for ref, each in cluster.model.of(Ceph).items() if each.on == cluster.on]
    first = min(here, key=lambda ref: (ref not in cluster.model.existing, ref))
    if first != cluster.ref:
        span, other = spans.at(cluster.ref, "on"), spans.at(first, "on")
        yield limits.second_cluster(span, first, cluster.on, other)


def _counts(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for field, most in _MOST.items():
        count = len(tuple(cluster.model.hosts(getattr(cluster.layer, field))))
        if count > most:
            yield limits.too_many(spans.at(cluster.ref, field), field, count, most)


def _network(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer = cluster.layer
    if layer.cluster_network is not None and not layer.host_network:
        span = spans.at(cluster.ref, "cluster_network")
        yield limits.replication_network(span, cluster.ref, spans.at(cluster.ref, "host_network"))


def _devices(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    said: set[tuple[Ref, str]] = set()
    for hardware in cluster.hardware:
        disks = cluster.model.at(hardware, Hardware).disk
        data = {disks[r.name].media: r for r in cluster.layer.devices if r.name in disks}
        for field in ("devices", "db_devices"):
            for position, ref in enumerate(getattr(cluster.layer, field)):
                disk = disks.get(ref.name)
                if disk is None or (hardware, ref.name) in said:
                    continue
                said.add((hardware, ref.name))
                span = spans.at(cluster.ref, field, str(position))
                declared = spans.at(hardware, "disk", ref.name)
                if not disk.paths:
                    yield limits.disk_without_path(span, f"disk.{ref.name}", declared)
                for path in disk.paths:
                    if not is_device_path(path):
                        at = spans.at(hardware, "disk", ref.name, "paths")
                        yield limits.unusable_device_path(at, path)
                if field == "db_devices" and disk.media in data:
                    like = spans.at(hardware, "disk", data[disk.media].name)
                    yield limits.metadata_on_same_medium(span, str(ref), disk.media, like)


def _names(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer = cluster.layer
    for what, field, names in (
        ("pool", "pool", layer.pool),
        ("file system", "filesystem", layer.filesystem),
    ):
        for name in names:
            longest = f"{name}.data" if field == "pool" else name
            reason = name_fault(name) or name_fault(longest)
            if reason is not None:
                yield _unusable(spans.key(cluster.ref, field, name), what, name, reason)
    for field, label, each in cluster.keepers():
        name = each.storage_class or ""
        reason = None if each.storage_class is None else name_fault(name)
        if reason is not None:
            span = spans.at(cluster.ref, field, label, "storage_class")
            yield _unusable(span, "storage class", name, reason)


def _unusable(span: Span, what: str, name: str, reason: str) -> Diagnostic:
    offer = object_name(name)
    return limits.unusable_name(
        span, what, name, reason, offer if name_fault(offer) is None else None
    )


def _places(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    taken: dict[str, Ref] = {}
    sites: dict[Ref, str] = {}
    for host in cluster.members("osds"):
        taken.setdefault(_bucket(host.name), host.ref)
        if host.site is not None and host.site not in sites:
            region = cluster.model.at(host.site, Site).region
            if region is not None:
                sites[host.site] = region
    regions = {region: site for site, region in sites.items()}
    for ref, name in (
        *((site, region) for region, site in regions.items()),
        *places(cluster).items(),
    ):
        bucket = _bucket(name)
        if bucket == _ROOT:
            span = _place(ref, spans)
            yield limits.places_clash(span, bucket, "the root of all", ref, span)
            continue
        other = taken.setdefault(bucket, ref)
        if other != ref:
            here, there = _place(ref, spans), _place(other, spans)
            yield limits.places_clash(here, bucket, other, ref, there)


def _bucket(name: str) -> str:
    """The name of a bucket as Rook writes it."""
    return name.replace(".", "-")


def _place(ref: Ref, spans: Spans) -> Span:
    """The span of a host, of a site, or of a rack or a zone in its site."""
    parts = ref.parts
    for cut in range(len(parts), 0, -1):
        owner = ".".join(parts[:cut])
        if any(key[0] == owner for key in spans.table):
            return spans.at(owner, *parts[cut:])
    return spans.at(ref)


def _classes(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    below = cluster.kubernetes
    names: dict[str, tuple[Ref, tuple[str, ...]]] = {
        name: (cluster.on, ("storage_class", name)) for name in below.storage_class
    }
    defaults: list[tuple[Ref, tuple[str, ...]]] = [
        (cluster.on, ("storage_class", name, "default"))
        for name, each in below.storage_class.items()
        if each.default
    ]
    for kind, label, each in cluster.keepers():
        field = (kind, label, "storage_class")
        if each.storage_class is None:
            if each.default:
                span = spans.at(cluster.ref, kind, label, "default")
                yield limits.default_without_class(span, f"{kind}.{label}")
            continue
        if each.storage_class in names:
            owner, at = names[each.storage_class]
            span, other = spans.at(cluster.ref, *field), spans.at(owner, *at)
            yield limits.class_clash(span, each.storage_class, other, f"{owner}.{'.'.join(at[:2])}")
        names.setdefault(each.storage_class, (cluster.ref, field))
        if each.default:
            defaults.append((cluster.ref, (kind, label, "default")))
    if len(defaults) > 1:
        (owner, at), (second, place), *_ = defaults
        span, other = spans.at(second, *place), spans.at(owner, *at)
        yield limits.several_defaults(span, f"{owner}.{'.'.join(at[:2])}", other)


def _gateways(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer = cluster.layer
    if layer.nfs:
        yield limits.nfs_gateways(spans.at(cluster.ref, "nfs"))
    stored = layer.object
    if stored is not None and not stored.s3 and not stored.swift:
        yield limits.object_without_api(spans.at(cluster.ref, "object"), cluster.ref)
    for ref, region in cluster.model.of(OpenStack).items():
        if (
            region.storage == cluster.ref
            and region.tool_name == "kolla_ansible"
            and "swift" in region.services
        ):
            position = str(region.services.index("swift"))
            span, on = spans.at(ref, "services", position), spans.at(cluster.ref, "on")
            yield limits.swift_of_hosts(span, ref, cluster.ref, on)
