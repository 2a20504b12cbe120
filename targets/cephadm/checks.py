"""Checks a cluster against what cephadm can do, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Hardware, Model
from blueprint.model.hardware import is_device_path
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.cephadm import limits
from targets.cephadm.cluster import Cluster
from targets.cephadm.devices import also_selects
from targets.cephadm.gateways import keystone_of, swift_regions

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}").fullmatch
_POOL = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*").fullmatch
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a cluster for this tool."""
    cluster = Cluster(layer, model)
    subjects = (_names, _users, _devices, _pools, _identity, _gateways)
    return tuple(found for subject in subjects for found in subject(cluster, spans))


def _names(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    taken: dict[str, Ref] = {}
    for host, _ in cluster.hosts.values():
        taken.setdefault(host.name, host.ref)
    for ref, name in cluster.buckets.items():
        other = taken.setdefault(name, ref)
        if other != ref:
            here, there = _place(ref, spans), _place(other, spans)
            yield limits.crush_names_clash(here, name, other, ref, there)


def _place(ref: Ref, spans: Spans) -> Span:
    """The span of a host, or of a rack or a zone in its site."""
    parts = ref.parts
    for cut in range(len(parts), 0, -1):
        owner = ".".join(parts[:cut])
        if any(key[0] == owner for key in spans.table):
            return spans.at(owner, *parts[cut:])
    return spans.at(ref)


def _users(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    users: dict[str, Ref] = {}
    for host, _ in cluster.hosts.values():
        users.setdefault(host.spec.user, host.group)
    for user, group in users.items():
        if not _USER(user):
            yield limits.unusable_login_name(spans.at(group, "user"), user)
    if len(users) > 1:
        (first, one), (second, other), *_ = users.items()
        span, there = spans.at(one, "user"), spans.at(other, "user")
        yield limits.several_login_users(span, first, second, there)


def _devices(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for group in cluster.device_groups:
        hardware = cluster.model.at(group.hardware, Hardware)
        for field, wanted in (("devices", group.data), ("db_devices", group.metadata)):
            for ref, disk in wanted:
                for path in disk.paths:
                    if not is_device_path(path):
                        span = spans.at(group.hardware, "disk", ref.name, "paths")
                        yield limits.unusable_device_path(span, path)
            for name, other in hardware.disk.items() if wanted else ():
                if also_selects(wanted, name, other):
                    here = spans.at(cluster.ref, field)
                    there = spans.at(group.hardware, "disk", name)
                    yield limits.ambiguous_devices(here, wanted[0][0], f"disk.{name}", there)


def _pools(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for field, names in (("pool", cluster.layer.pool), ("filesystem", cluster.layer.filesystem)):
        for name in names:
            if not _POOL(name):
                yield limits.unusable_pool_name(spans.at(cluster.ref, field, name), field, name)


def _identity(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    fsid = cluster.layer.fsid
    if fsid is not None and not _UUID(fsid.lower()):
        yield limits.fsid_not_uuid(spans.at(cluster.ref, "fsid"), fsid)


def _gateways(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    stored = cluster.layer.object
    if stored is not None and not stored.s3 and not stored.swift:
        yield limits.object_without_api(spans.at(cluster.ref, "object"), cluster.ref)
    regions = list(swift_regions(cluster.model, cluster.ref))
    identities = {keystone_of(cluster.model, region)[0]: region for region in regions}
    if len(identities) > 1:
        one, other, *_ = identities.values()
        span, there = (spans.at(region, "services") for region in (other, one))
        yield limits.several_identities(span, cluster.ref, other, one, there)
