"""Checks a cluster against what Cluster API and its providers can do: versions, names, what has no way to be made."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Kubernetes, StarlingX
from blueprint.model.kubernetes_features import (
    Cilium,
    Containerd,
    CriO,
    KeystoneAuth,
)
from blueprint.spans import Spans
from blueprint.values import Duration
from targets._kubernetes import managers
from targets._kubernetes.admission import ADMISSION_PLUGINS
from targets._kubernetes.names import name_fault
from targets.cluster_api import guest_checks, limits, metal_checks, nodes
from targets.cluster_api.cluster import Cluster
from targets.cluster_api.text_checks import texts

_DAY, _MEBIBYTE = Duration.units["day"], 1024**2


def check(cluster: Cluster, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a cluster for this tool."""
    own = metal_checks.SUBJECTS if cluster.is_metal else guest_checks.SUBJECTS
    subjects = (_names, _versions, _not_offered, _labels, texts, _security, _tool, *own)
    return tuple(found for subject in subjects for found in subject(cluster, spans))


def _names(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    reason = name_fault(cluster.name, "label")
    if reason is not None:
        yield limits.unusable_name(spans.at(cluster.ref), "a cluster", cluster.name, reason)
        return
    taken: dict[str, str] = {}
    for group in cluster.groups:
        span = spans.key(cluster.ref, "pool", group.pool)
        reason = name_fault(group.name, "label") or name_fault(group.pool, "label_value")
        if group.pool == "control-plane":
            reason = "the control plane has this name"
        elif reason is None and group.name in taken and taken[group.name] != group.pool:
            reason = (
                f"its machines would be called `{group.name}` like those of `{taken[group.name]}`"
            )
        if reason is not None and group.pool not in taken.values():
            yield limits.unusable_name(span, "a pool", group.pool, reason)
        taken.setdefault(group.name, group.pool)


def _versions(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer = cluster.layer
    span = spans.at(cluster.ref, "version")
    if not _within(layer.minor, managers.WORKLOADS):
        least, most = map(_minor, managers.WORKLOADS)
        yield limits.version_not_supported(span, layer.version, managers.CLUSTER_API, least, most)
    elif cluster.version is None:
        image = layer.image
        has_image = (
            image is not None and not cluster.is_metal and image.label in cluster.region.image
        )
        there = spans.at(cluster.region_ref, "image", image.label) if image and has_image else None
        yield limits.version_without_patch(span, layer.version, there)
    for label, pool in layer.pool.items():
        if pool.version is not None and pool.version.count(".") < 2:
            same = ".".join(map(str, layer.minor))
            if pool.version != same:
                there = spans.at(cluster.ref, "pool", label, "version")
                yield limits.version_without_patch(there, pool.version, None)
    if cluster.manager is not None:
        yield from _manager_version(cluster, cluster.manager, spans)


def _manager_version(
    cluster: Cluster, manager: Kubernetes | StarlingX, spans: Spans
) -> Iterator[Diagnostic]:
    ref = cluster.layer.manager
    assert ref is not None
    least, most = map(_minor, managers.MANAGERS)
    span = spans.at(cluster.ref, "manager")
    if isinstance(manager, Kubernetes):
        version, field = manager.version, "version"
    elif manager.kubernetes is None:
        yield limits.manager_of_unknown_version(span, ref, least, most, spans.at(ref))
        return
    else:
        version, field = manager.kubernetes, "kubernetes"
    major, minor = version.split(".")[:2]
    if not _within((int(major), int(minor)), managers.MANAGERS):
        there = spans.at(ref, field)
        yield limits.manager_not_supported(span, ref, version, least, most, there)


def _within(minor: tuple[int, int], bounds: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    return bounds[0] <= minor <= bounds[1]


def _minor(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def _not_offered(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for path, what, reason, hint in _refused(cluster):
        span = spans.written(cluster.ref, *path) or spans.at(cluster.ref, *path)
        yield limits.not_with_cluster_api(span, what, reason, hint)


def _refused(cluster: Cluster) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
    layer = cluster.layer
    if layer.etcd.hosts:
        reason = "etcd runs beside each API server, and where the pods of the control plane are"
        yield ("etcd", "hosts"), "etcd on hosts of its own", reason, "take `hosts` out of `etcd`"
    if layer.etcd.backup is not None:
        reason = "nodes come and go, and nothing on them copies etcd"
        yield (
            ("etcd", "backup"),
            "copies of etcd",
            reason,
            "take `backup` out, and let a job on the cluster do it",
        )
    if isinstance(layer.auth, KeystoneAuth):
        reason = "the API server needs a webhook that has to run first"
        yield (
            ("auth",),
            "a cluster whose users Keystone vouches for",
            reason,
            "write `deployer = magnum` on OpenStack, or `auth oidc { … }`",
        )
    engine = layer.container_engine
    if isinstance(engine, Containerd | CriO) and engine.version is not None:
        reason = "the image of the nodes carries it"
        yield (
            ("container_engine", "version"),
            "a choice of the engine's version",
            reason,
            "take `version` out, and take another image",
        )
    registry = cluster.registry
    if registry is not None and registry.password is not None:
        reason = "a password would stand in the clear in what nodes read when they start"
        yield (
            ("registry",),
            "nodes that pull with a password",
            reason,
            "take a registry that is read without one, and give namespaces pull secrets",
        )
    if isinstance(layer.cni, Cilium) and layer.kube_proxy == "nftables":
        reason = "Cilium and kube-proxy's `nftables` have not been seen together"
        yield (
            ("kube_proxy",),
            "Cilium beside kube-proxy with nftables",
            reason,
            "write `kube_proxy = none`, or take it out",
        )


def _labels(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    stated: dict[tuple[str, ...], dict[str, str]]
    stated = {("control", "labels"): cluster.layer.control.labels}
    stated |= {("pool", label, "labels"): p.labels for label, p in cluster.layer.pool.items()}
    for path, labels in stated.items():
        for key in labels:
            if name_fault(key, "label_key") is None and nodes.label_side(key) == "nobody":
                span = spans.key(cluster.ref, *path, key)
                yield limits.label_of_nobody(span, key, nodes.MACHINE_LABELS)


def _security(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    security = cluster.layer.security
    for position, name in enumerate(security.admission_plugins):
        if name not in ADMISSION_PLUGINS:
            span = spans.at(cluster.ref, "security", "admission_plugins", str(position))
            yield limits.unknown_admission_plugin(span, name, ADMISSION_PLUGINS)
    audit = security.audit
    if audit is None:
        return
    for field, value, unit, word, example in (
        ("max_age", int(audit.max_age), _DAY, "days", "30 days"),
        ("max_size", int(audit.max_size), _MEBIBYTE, "mebibytes", "100 MiB"),
    ):
        if value % unit or value < unit:
            span = spans.at(cluster.ref, "security", "audit", field)
            yield limits.not_in_whole_units(span, field, word, example)


def _tool(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for name in cluster.layer.tool:
        yield limits.tool_without_variables(spans.key(cluster.ref, "tool", name), name)
