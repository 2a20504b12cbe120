"""Checks the runtimes of a cluster against what Kata's shims run on, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import OpenStack
from blueprint.model.hardware import is_device_path
from blueprint.model.kata import LEAST_CONTAINERD, SHIMS
from blueprint.model.kubernetes_features import Containerd, CriO
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.kata import limits, thin_pools
from targets.kata.installation import Installation, Placed

#: Drop-ins, by which the devmapper snapshotter is configured, are read since then.
_LEAST_WITH_DROP_INS = (2, 0)
_LEAST_WITH_POLICIES = (1, 30)
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}").fullmatch


def check(installation: Installation, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the runtimes of a cluster."""
    subjects = (
        _architectures, _snapshotters, _thin_pools, _engine, _graphics, _confidential, _addons,
        _defaults, _pools, _namespaces,
    )  # fmt: skip
    return tuple(found for subject in subjects for found in subject(installation, spans))


def _shim_span(installation: Installation, spans: Spans, placed: Placed) -> Span:
    """Where a shim is written: the word in a list, or the whole value."""
    label = placed.runtimes[0]
    stated = installation.runtime(label).shim
    at: tuple[str, ...] = ("runtime", label, "shim")
    if isinstance(stated, tuple):
        at = (*at, str(stated.index(placed.shim)))
    return spans.at(installation.ref, *at)


def _architectures(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    for placed in installation.shims:
        for pool in placed.pools:
            found = installation.hardware(pool).items()
            wrong = next(
                ((r, h) for r, h in found if h.arch not in placed.facts.architectures), None
            )
            if wrong is not None:
                ref, hardware = wrong
                others = tuple(
                    s for s, facts in SHIMS.items() if hardware.arch in facts.architectures
                )
                span, there = _shim_span(installation, spans, placed), spans.at(ref, "arch")
                yield limits.shim_without_architecture(
                    span, placed.shim, pool, hardware.arch, others, there
                )
                break


def _snapshotters(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    engine = installation.cluster.container_engine
    for placed in installation.shims:
        needed = placed.facts.snapshotter
        found, label = installation.snapshotter(placed)
        if isinstance(engine, CriO):
            if label is not None or needed == "devmapper":
                span = (
                    _shim_span(installation, spans, placed)
                    if label is None
                    else spans.at(installation.ref, "runtime", label, "snapshotter")
                )
                there = spans.at(installation.ref, "container_engine")
                yield limits.shim_without_snapshotter(span, placed.shim, found, "CRI-O", there)
        elif needed is not None and found != needed and label is not None:
            span = spans.at(installation.ref, "runtime", label, "snapshotter")
            yield limits.shim_without_snapshotter(span, placed.shim, needed, found)


def _thin_pools(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    if isinstance(installation.cluster.container_engine, CriO):
        return
    for placed in installation.shims:
        found, stated = installation.snapshotter(placed)
        if found == "devmapper":
            field = "shim" if stated is None else "snapshotter"
            span = spans.at(installation.ref, "runtime", stated or placed.runtimes[0], field)
            yield from _disks(installation, spans, placed, span)
            return


def _disks(
    installation: Installation, spans: Spans, placed: Placed, span: Span
) -> Iterator[Diagnostic]:
    for pool in placed.pools:
        found = thin_pools.disk_of(installation, pool)
        if not installation.cluster.pool[pool].hosts:
            why = f"the nodes of pool `{pool}` are guests without one"
            yield limits.thin_pool_without_disk(
                span, why, "run it on hosts, or choose another shim",
                spans.at(installation.ref, "pool", pool), "the nodes",
            )  # fmt: skip
            return
        if found is None:
            hint = "state `devmapper_disk = disk.NAME`, a disk that has no other use"
            there = spans.at(installation.ref, "pool", pool)
            yield limits.thin_pool_without_disk(span, "none is stated", hint, there, "the nodes")
            return
        disk, label = found
        yield from _disk_of_hardware(installation, spans, pool, disk, label)


def _disk_of_hardware(
    installation: Installation, spans: Spans, pool: str, ref: Ref, label: str
) -> Iterator[Diagnostic]:
    span = spans.at(installation.ref, "runtime", label, "devmapper_disk")
    for owner, hardware in installation.hardware(pool).items():
        disk = hardware.disk.get(ref.name)
        if disk is None:
            continue  # `contract` says so
        path = thin_pools.device(disk, ref)
        if path is None:
            why = f"`{owner}` states no path of `{ref}`"
            hint = "list its `paths`, best under `/dev/disk/by-path/`"
            yield limits.thin_pool_without_disk(span, why, hint, spans.at(owner, "disk", ref.name))
        elif not is_device_path(path):
            at = spans.at(owner, "disk", ref.name, "paths", int(ref.key or 0))
            hint = "write one below `/dev/`, best under `/dev/disk/by-path/`"
            yield limits.thin_pool_without_disk(at, f"`{path}` is no path of one", hint)
    for group in dict.fromkeys(host.group for host in installation.hosts(pool)):
        user = next(h.spec.user for h in installation.hosts(pool) if h.group == group)
        if not _USER(user):
            why = f"`{user}` is no user who could make it"
            yield limits.thin_pool_without_disk(
                spans.at(group, "user"), why, "use lower-case letters, digits, `_` and `-`"
            )


def _engine(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    engine, version = installation.cluster.container_engine, installation.containerd
    if version is None or not isinstance(engine, Containerd) or not installation.shims:
        return
    least, what, asks = LEAST_CONTAINERD, "Kata", spans.at(installation.ref, "runtime")
    if installation.devmapper_pools:
        least, what = _LEAST_WITH_DROP_INS, "the configuration of `devmapper`"
    if version < least:
        span = spans.at(installation.ref, "container_engine", "version")
        asked = ".".join(str(part) for part in least)
        yield limits.engine_too_old(span, str(engine.version), asked, what, asks)


def _graphics(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    for placed in installation.shims:
        lacking = (pool for pool in placed.pools if placed.facts.is_gpu)
        for pool in lacking:
            there = _without_gpu(installation, spans, pool)
            if there is not None:
                span = _shim_span(installation, spans, placed)
                yield limits.shim_without_gpu(span, placed.shim, pool, there)
                break


def _without_gpu(installation: Installation, spans: Spans, pool: str) -> Span | None:
    """Where the nodes of a pool are described that have no graphics processor."""
    for ref, hardware in installation.hardware(pool).items():
        if not hardware.gpu:
            return spans.at(ref)
    flavor = installation.cluster.pool[pool].flavor
    region = installation.cluster.on
    if flavor is None or region is None:
        return None
    labels = installation.model.at(region, OpenStack).flavor
    found = labels.get(flavor.label)
    if found is not None and not found.devices:
        return spans.at(region, "flavor", flavor.label)
    return None


def _confidential(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    for placed in installation.shims:
        feature = placed.facts.cpu_feature
        if feature is None:
            continue
        span = _shim_span(installation, spans, placed)
        for pool in placed.pools:
            if installation.cluster.on is not None:
                there = spans.at(installation.ref, "on")
                yield limits.confidential_without_processor(
                    span, placed.shim, pool, feature, there, are_guests=True
                )
                break
            found = installation.hardware(pool).items()
            lacking = next((r for r, h in found if feature not in h.cpu.features), None)
            if lacking is not None:
                there = spans.at(lacking, "cpu")
                yield limits.confidential_without_processor(
                    span, placed.shim, pool, feature, there, are_guests=False
                )
                break


def _addons(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    addons = installation.cluster.addons
    for placed in installation.shims:
        span = _shim_span(installation, spans, placed)
        if placed.facts.is_gpu and "gpu_operator" not in addons:
            why = "which gives virtual machines the cards and labels the nodes"
            yield limits.shim_without_addon(span, placed.shim, "gpu_operator", why)
        if placed.facts.is_confidential and "node_feature_discovery" not in addons:
            why = "which labels the nodes that can encrypt memory"
            yield limits.shim_without_addon(span, placed.shim, "node_feature_discovery", why)


def _defaults(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    first: tuple[str, str] | None = None
    for label, runtime in installation.cluster.runtime.items():
        if runtime.default is None:
            continue
        span = spans.at(installation.ref, "runtime", label, "default")
        if runtime.default not in runtime.shims:
            yield limits.default_not_among_shims(span, runtime.default, runtime.shims)
        elif first is not None and first[0] != runtime.default:
            there = spans.at(installation.ref, "runtime", first[1], "default")
            yield limits.two_defaults(span, runtime.default, first[0], there)
        first = first or (runtime.default, label)


def _pools(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    for placed in installation.shims:
        if len(placed.pools) > 1 and placed.pools != installation.pools:
            span = spans.at(installation.ref, "runtime", placed.runtimes[0], "pools")
            yield limits.shim_on_some_pools(span, placed.shim, placed.pools, installation.pools)


def _namespaces(installation: Installation, spans: Spans) -> Iterator[Diagnostic]:
    known = tuple(placed.shim for placed in installation.shims)
    cluster = installation.cluster
    for name, space in cluster.namespace.items():
        if space.runtime is None:
            continue
        span = spans.at(installation.ref, "namespace", name, "runtime")
        if space.runtime not in known:
            yield limits.namespace_without_runtime(span, space.runtime, known)
        elif cluster.minor < _LEAST_WITH_POLICIES:
            there = spans.at(installation.ref, "version")
            yield limits.policies_too_new(span, cluster.version, there)
            return
