"""Checks a cluster whose nodes are guests: what they are made of, where they are, how their API is reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from targets.cluster_api import limits
from targets.cluster_api.cluster import Cluster

_KEY_PAIR = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,254}").fullmatch
_PORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}").fullmatch


def _networks(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer = cluster.layer
    if layer.guest_network is not None and cluster.external is None:
        known = tuple(cluster.region.external_network)
        span = spans.at(cluster.ref, "guest_network")
        yield limits.unclear_external_network(span, cluster.region_ref, known)
    for label, pool in layer.pool.items():
        for name, interface in pool.interface.items():
            span = spans.key(cluster.ref, "pool", label, "interface", name)
            if not _PORT(name):
                reason = "only letters, digits, `.`, `_` and `-` are allowed, and 63 of them"
                yield limits.unusable_name(span, "an interface", name, reason)
            if cluster.network_of(interface) is None:
                yield limits.interface_without_network(span, name, cluster.region_ref)
            yield from _guarded(cluster, spans, label, name)
    if layer.guest_network is not None:
        family = layer.guest_network.cidr.version
        there = spans.at(cluster.ref, "guest_network", "cidr")
        for position, subnet in enumerate(layer.pods):
            if subnet.version != family:
                span = spans.at(cluster.ref, "pods", str(position))
                yield limits.family_not_on_nodes(span, subnet.version, there)


def _guarded(cluster: Cluster, spans: Spans, pool: str, name: str) -> Iterator[Diagnostic]:
    """Whether ports of an interface may have the security groups that they are given."""
    network = cluster.network_of(cluster.layer.pool[pool].interface[name])
    given = None if network is None else cluster.region.provider_network.get(network)
    if given is not None and not given.port_security and network is not None:
        where = spans.written(cluster.ref, "pool", pool, "interface", name, "network")
        span = where or spans.key(cluster.ref, "pool", pool, "interface", name)
        there = spans.at(cluster.region_ref, "provider_network", network, "port_security")
        yield limits.interface_without_port_security(span, f"provider_network.{network}", there)


def _api(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    api, control = cluster.layer.api, cluster.layer.control
    if not api.floating:
        yield limits.unreachable_api(spans.at(cluster.ref, "api"))
    if api.load_balancer is None and control.count is not None and control.count > 1:
        there = spans.at(cluster.ref, "control", "count")
        span = spans.at(cluster.ref, "api")
        yield limits.address_of_one_control_node(span, control.count, there)


def _key(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    name = cluster.layer.key_pair
    if name is not None and not _KEY_PAIR(name):
        span = spans.at(cluster.ref, "key_pair")
        wanted = "letters, digits, spaces, `.`, `_` and `-`"
        yield limits.unusable_text(span, "the name of an SSH key", name, wanted)


SUBJECTS: tuple[Callable[[Cluster, Spans], Iterator[Diagnostic]], ...] = (_networks, _api, _key)
