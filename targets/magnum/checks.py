"""Checks a cluster against what Magnum and its driver can do, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from blueprint.diagnostics import Diagnostic
from blueprint.model import Kubernetes
from blueprint.model.kubernetes import NodePool
from blueprint.model.kubernetes_features import Cilium, Containerd, CriO, OidcAuth
from blueprint.model.site import Proxy, Registry
from blueprint.spans import Spans
from blueprint.values import Duration
from targets._kubernetes import managers
from targets._kubernetes.admission import ADMISSION_PLUGINS
from targets._kubernetes.names import name_fault
from targets.magnum import limits
from targets.magnum.cluster import FIRST_GROUP, SYSTEMS, Cluster
from targets.magnum.labels import KNOWN
from targets.magnum.plan import derived

_DAY, _MEBIBYTE = Duration.units["day"], 1024**2
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:/?@()*+;%|-]*").fullmatch
_URL = re.compile(r"https?://[A-Za-z0-9\[][A-Za-z0-9._~:/@%+\[\]-]*").fullmatch
_HOST = re.compile(r"[A-Za-z0-9\[][A-Za-z0-9.:\[\]-]*(/[A-Za-z0-9._-]+)*").fullmatch
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*").fullmatch
_AROUND = re.compile(r"[A-Za-z0-9.*\[][A-Za-z0-9.:/*\[\]-]*").fullmatch
_KEY_PAIR = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,254}").fullmatch
_LABEL_VALUE = re.compile(r"[\x20-\x7e]{0,255}").fullmatch
_ROOM = 253
Fits: TypeAlias = Callable[[str], object]
#: What a pool may say that its nodes never hear.
_OF_NODES = (
    "version", "labels", "taints", "max_pods", "interface", "cpu_manager", "topology_manager",
    "memory_manager",
)  # fmt: skip


def check(cluster: Cluster, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a cluster for this tool."""
    subjects = (
        _driver, _names, _version, _manager, _image, _network, _api, _addresses, _not_offered, _pools, _texts,
        _security, _tool,
    )  # fmt: skip
    return tuple(found for subject in subjects for found in subject(cluster, spans))


def _driver(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    span = spans.written(cluster.ref, "deployer", "driver")
    if span is not None and cluster.driver == "heat":
        yield limits.deprecated_driver(span)


def _names(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    reason = name_fault(cluster.name, "service")
    if reason is not None:
        yield limits.unusable_name(spans.at(cluster.ref), "a cluster", cluster.name, reason)
        return
    taken: dict[str, str] = {}
    told: set[str] = set()
    for group in cluster.groups:
        name = cluster.group_name(group)
        reason = name_fault(name, "label") or name_fault(group.pool, "label_value")
        if name in (FIRST_GROUP, "default-master") and group != cluster.groups[0]:
            reason = "Magnum has a group of this name"
        elif reason is None and taken.get(name, group.pool) != group.pool:
            reason = f"its group would be called `{name}` like one of `{taken[name]}`"
        if reason is not None and group.pool not in told:
            told.add(group.pool)
            span = spans.key(cluster.ref, "pool", group.pool)
            yield limits.unusable_name(span, "a pool", group.pool, reason)
        taken.setdefault(name, group.pool)


def _version(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    if cluster.version is None:
        image = cluster.layer.image
        is_known = image is not None and image.label in cluster.region.image
        there = spans.at(cluster.region_ref, "image", image.label) if image and is_known else None
        span = spans.at(cluster.ref, "version")
        yield limits.version_without_patch(span, cluster.layer.version, there)


def _manager(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    """The cluster that Magnum's driver makes this one from, which is given Cluster API in one release."""
    ref = cluster.layer.manager
    if ref is None or cluster.driver != "cluster_api":
        return
    manager = cluster.model.at(ref, Kubernetes)
    low, high = managers.MANAGERS
    if not low <= manager.minor <= high:
        least, most = (".".join(map(str, each)) for each in managers.MANAGERS)
        yield limits.manager_not_for_magnum(
            spans.at(cluster.ref, "manager"), ref, manager.version, managers.CLUSTER_API, least, most,
            spans.at(ref, "version"),
        )  # fmt: skip


def _image(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    ref = cluster.layer.image
    image = None if ref is None else cluster.region.image.get(ref.label)
    if ref is None or image is None or cluster.driver != "cluster_api":
        return
    system = (image.os or "").rpartition("-")[0] or (image.os or "")
    if system not in SYSTEMS:
        there = spans.at(cluster.region_ref, "image", ref.label)
        span = spans.at(cluster.ref, "image")
        yield limits.system_not_with_magnum(span, ref.label, image.os, SYSTEMS, there)


def _network(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    own = cluster.layer.guest_network
    if own is None:
        return
    if cluster.external is None:
        known = tuple(cluster.region.external_network)
        span = spans.at(cluster.ref, "guest_network")
        yield limits.unclear_external_network(span, cluster.region_ref, known)
    if own.mtu is not None:
        reason, hint = "its driver makes the network as Neutron does", "take `mtu` out"
        span = spans.at(cluster.ref, "guest_network", "mtu")
        yield limits.not_with_magnum(
            span, "a network of nodes with an MTU of its own", reason, hint
        )


def _api(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    api, count = cluster.layer.api, cluster.layer.control.count
    if not api.floating:
        span = spans.written(cluster.ref, "api") or spans.at(cluster.ref)
        yield limits.unreachable_api(span)
    if api.load_balancer is None and count is not None and count > 1:
        span = spans.written(cluster.ref, "api") or spans.at(cluster.ref)
        there = spans.at(cluster.ref, "control", "count")
        yield limits.control_nodes_without_balancer(span, count, there)
    if api.port != 6443:
        span = spans.at(cluster.ref, "api", "port")
        reason, hint = "its driver serves the API on 6443", "take `port` out"
        yield limits.not_with_magnum(span, "an API on another port", reason, hint)


def _addresses(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for field in ("pods", "services"):
        listed = getattr(cluster.layer, field)
        if len(listed) > 1 or listed[0].version != 4:
            yield limits.family_not_with_magnum(spans.at(cluster.ref, field), field)


def _not_offered(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for path, what, reason, hint in _refused(cluster):
        yield limits.not_with_magnum(spans.at(cluster.ref, *path), what, reason, hint)


def _refused(cluster: Cluster) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
    layer = cluster.layer
    own = "its driver settles this by itself"
    other = "take `{}` out, or write `deployer = cluster_api`"
    if "encapsulation" in layer.cni.model_fields_set:
        yield (
            ("cni", "encapsulation"),
            "a choice of the overlay",
            own,
            other.format("encapsulation"),
        )
    if layer.cni.mtu is not None:
        yield ("cni", "mtu"), "a choice of the pods' MTU", own, other.format("mtu")
    if layer.cni.encryption != "none":
        yield (
            ("cni", "encryption"),
            "encryption between nodes",
            own,
            other.format("encryption"),
        )
    if isinstance(layer.cni, Cilium) and layer.cni.bandwidth:
        yield ("cni", "bandwidth"), "bounds of what pods send", own, other.format("bandwidth")
    for field in ("max_size", "max_files"):
        if layer.logging is not None and field in layer.logging.model_fields_set:
            yield (
                ("logging", field),
                "a choice of the kubelets' files of logs",
                own,
                other.format(field),
            )
    for name, pool in layer.pool.items():
        if pool.reserved.cpus is not None or pool.reserved.memory is not None:
            yield (
                ("pool", name, "reserved"),
                "a choice of what nodes keep from pods",
                own,
                other.format("reserved"),
            )
    if layer.kube_proxy != "iptables":
        yield ("kube_proxy",), "a choice of kube-proxy's mode", own, other.format("kube_proxy")
    engine = layer.container_engine
    if isinstance(engine, CriO) or (isinstance(engine, Containerd) and engine.version is not None):
        reason = "the image of the nodes carries containerd"
        yield (
            ("container_engine",),
            "a choice of the engine",
            reason,
            other.format("container_engine"),
        )
    for field, default in (("node_prefix", 24), ("node_prefix6", 120)):
        if getattr(layer, field) != default:
            yield (field,), "a choice of nodes' shares of addresses", own, other.format(field)
    if layer.etcd.backup is not None:
        reason = "nodes come and go, and nothing on them copies etcd"
        yield (
            ("etcd", "backup"),
            "copies of etcd",
            reason,
            "take `backup` out, and let a job on the cluster do it",
        )
    security = layer.security
    if security.encryption is not None:
        yield (
            ("security", "encryption"),
            "encryption of secrets in etcd",
            own,
            other.format("encryption"),
        )
    if security.pod_security != "privileged":
        reason = "namespaces alone say it there"
        hint = "state `pod_security` in each `namespace`, or write `deployer = cluster_api`"
        yield ("security", "pod_security"), "a standard for all namespaces", reason, hint
    audit = security.audit
    if audit is not None and (cluster.driver == "heat" or audit.policy is not None):
        what = (
            "an audit log"
            if cluster.driver == "heat"
            else "a policy of one's own for the audit log"
        )
        path = (
            ("security", "audit") if cluster.driver == "heat" else ("security", "audit", "policy")
        )
        yield path, what, own, other.format(path[-1])
    if cluster.driver == "heat" and isinstance(layer.auth, OidcAuth):
        yield (
            ("auth",),
            "a cluster whose users OpenID Connect vouches for",
            "the driver `heat` has no words for it",
            "write `auth = keystone`, or take another driver",
        )
    if cluster.driver == "heat" and len(cluster.zones_of(layer.control.zones)) > 1:
        yield (
            ("control", "zones"),
            "a control plane in several zones",
            "the driver `heat` puts all nodes in one",
            "take `zones` out, or take another driver",
        )
    registry = None if layer.registry is None else cluster.model.at(layer.registry, Registry)
    if registry is not None and (registry.password is not None or registry.ca is not None):
        reason = "nodes pull from it before they are told of anything"
        hint = "take a registry without a password, with a certificate that systems know"
        yield (
            ("registry",),
            "nodes that pull with a password, or trust a registry's own authority",
            reason,
            hint,
        )
    for field in ("labels", "schedulable"):
        if getattr(layer.control, field):
            yield ("control", field), f"a control plane with `{field}`", own, other.format(field)


def _pools(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer = cluster.layer
    if not layer.pool:
        span = spans.at(cluster.ref)
        reason, hint = (
            "each cluster of Magnum's has workers",
            "add a `pool`, or write `deployer = cluster_api`",
        )
        yield limits.not_with_magnum(span, "a cluster without workers", reason, hint)
        return
    for label, pool in layer.pool.items():
        for field in _OF_NODES:
            if getattr(pool, field) not in (None, "none", {}, ()):
                span = spans.at(cluster.ref, "pool", label, field)
                reason = "its API says of nodes how many and how large they are, and no more"
                hint = f"take `{field}` out, or write `deployer = cluster_api`"
                yield limits.not_with_magnum(span, f"a pool with `{field}`", reason, hint)
    first = cluster.groups[0]
    yield from _first(cluster, first.pool, layer.pool[first.pool], spans)


def _first(cluster: Cluster, label: str, pool: NodePool, spans: Spans) -> Iterator[Diagnostic]:
    if pool.volume != cluster.layer.control.volume:
        span = spans.written(cluster.ref, "pool", label, "volume") or spans.at(
            cluster.ref, "pool", label
        )
        reason = "one label says it of the control plane and of the first workers"
        hint = "state the same `volume` in `control` and in the first pool"
        yield limits.not_with_magnum(
            span, "other root disks for the first pool than for the control plane", reason, hint
        )
    if cluster.groups[0].count == 0:
        span = spans.at(cluster.ref, "pool", label)
        reason = "a cluster begins with a worker at least"
        yield limits.not_with_magnum(
            span, "a first pool of no nodes", reason, "begin with one: `count = 1`"
        )


def _texts(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for owner, path, value, what, fits, wanted in _said(cluster):
        if value is not None and (not fits(value) or len(value) > _ROOM):
            yield limits.unusable_text(spans.at(owner, *path), what, value, wanted)


def _said(cluster: Cluster) -> Iterator[tuple[str, tuple[str, ...], str | None, str, Fits, str]]:
    layer, ref = cluster.layer, str(cluster.ref)
    yield (
        ref,
        ("key_pair",),
        layer.key_pair,
        "the name of an SSH key",
        _KEY_PAIR,
        "letters, digits, spaces, `.`, `_` and `-`",
    )
    yield (
        ref,
        ("domain",),
        layer.domain,
        "a domain of services",
        _NAME,
        "letters in lower case, digits, `-` and dots",
    )
    yield (
        ref,
        ("api", "fqdn"),
        layer.api.fqdn,
        "the API's name",
        _NAME,
        "a name of the DNS, in lower case",
    )
    if isinstance(layer.auth, OidcAuth):
        yield ref, ("auth", "issuer"), layer.auth.issuer, "the URL of a provider", _URL, "a URL"
        for field in ("client_id", "username_claim", "groups_claim"):
            yield (
                ref,
                ("auth", field),
                getattr(layer.auth, field),
                "a word of OpenID Connect",
                _PLAIN,
                "letters, digits and plain signs",
            )
    if layer.registry is not None:
        registry, own = cluster.model.at(layer.registry, Registry), str(layer.registry)
        yield (
            own,
            ("url",),
            registry.url,
            "a registry",
            _HOST,
            "a name or an address, with a port where need be",
        )
        yield (
            own,
            ("namespace",),
            registry.namespace,
            "a path in a registry",
            _HOST,
            "letters, digits, `.`, `_`, `-` and `/`",
        )
    if layer.proxy is not None:
        proxy, own = cluster.model.at(layer.proxy, Proxy), str(layer.proxy)
        yield own, ("http",), proxy.http, "a proxy", _URL, "a URL"
        yield own, ("https",), proxy.https, "a proxy", _URL, "a URL"
        for position, each in enumerate(proxy.no_proxy):
            yield (
                own,
                ("no_proxy", str(position)),
                each,
                "a way around a proxy",
                _AROUND,
                "a name, an address or a subnet",
            )


def _security(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    security = cluster.layer.security
    for position, name in enumerate(security.admission_plugins):
        if name not in ADMISSION_PLUGINS:
            span = spans.at(cluster.ref, "security", "admission_plugins", str(position))
            yield limits.unknown_admission_plugin(span, name, ADMISSION_PLUGINS)
    audit = security.audit
    if audit is None or cluster.driver == "heat":
        return
    for field, value, unit, word, example in (
        ("max_age", int(audit.max_age), _DAY, "days", "30 days"),
        ("max_size", int(audit.max_size), _MEBIBYTE, "mebibytes", "100 MiB"),
    ):
        if value % unit or value < unit:
            span = spans.at(cluster.ref, "security", "audit", field)
            yield limits.not_in_whole_units(span, field, word, example)


def _tool(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    for name, stated in cluster.layer.tool.items():
        if name != "magnum":
            yield limits.variables_of_another_tool(spans.key(cluster.ref, "tool", name), name)
            continue
        for label, value in stated.items():
            yield from _label(cluster, label, value, spans)


def _label(cluster: Cluster, label: str, value: object, spans: Spans) -> Iterator[Diagnostic]:
    key = spans.key(cluster.ref, "tool", "magnum", label)
    if label not in KNOWN[cluster.driver]:
        others = [driver for driver, known in KNOWN.items() if label in known]
        other = others[0] if others else None
        yield limits.unknown_label(key, label, cluster.driver, KNOWN[cluster.driver], other=other)
        return
    if cluster.version is not None and cluster.groups and cluster.layer.guest_network is not None:
        names = {name for name, _, _ in derived(cluster)}
        if label in names:
            yield limits.derived_label(key, label)
            return
    is_plain = isinstance(value, bool | int) or (isinstance(value, str) and _LABEL_VALUE(value))
    if not is_plain:
        span = spans.at(cluster.ref, "tool", "magnum", label)
        yield limits.label_of_wrong_type(span, label)
