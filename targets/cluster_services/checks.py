"""Checks what is to stand on a cluster against what its charts and operators can do."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Ceph, Pki
from blueprint.spans import Spans
from blueprint.values import Ref
from targets._kubernetes.delivery import Manifests
from targets._kubernetes.names import name_fault
from targets._kubernetes.resources import name_faults
from targets.cluster_services import limits
from targets.cluster_services.checks_networks import networks
from targets.cluster_services.gateways import authorities, names, users
from targets.cluster_services.graphics import gpu_runtimes, has_gpu
from targets.cluster_services.items import items
from targets.cluster_services.load_balancer import balancer, pool_word
from targets.cluster_services.services import Services
from targets.cluster_services.storage import pool_of


def check(services: Services, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with what stands on a cluster."""
    subjects = (_balancer, _gateways, _authorities, _storage, _graphics, networks)
    found = tuple(each for subject in subjects for each in subject(services, spans))
    if found:
        return found  # what is made can be looked at only where nothing is wrong with what is asked for
    return (*_tainted(services, spans), *_names(services, spans))


def _balancer(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    stated = balancer(services)
    if stated is None:
        return
    if stated.mode == "bgp":
        for field in ("asn", "peer_asn", "peers"):
            if not getattr(stated, field):
                yield limits.incomplete_bgp(spans.at(services.ref, "load_balancer", "mode"), field)
                break
    for ref in stated.pools:
        reason = name_fault(pool_word(ref), "label")
        if reason is not None:
            span = spans.key(Ref(".".join(ref.parts[:-2])), "pool", ref.name)
            yield limits.names_clash(span, "IPAddressPool", ref.name, reason)
    # Addresses of layers and gateways are the contract's affair.
    told = {each.network for each in services.virtual_addresses}
    told |= {gateway.network for gateway in services.cluster.gateway.values()}
    for position, ref in enumerate(stated.pools if services.cluster.is_on_hosts else ()):
        network = Ref(".".join(ref.parts[:-2]))
        on_it = any(network in link.networks for c in services.classes for link in c.links)
        if network in services.networks and network not in told and not on_it:
            span = spans.at(services.ref, "load_balancer", "pools", position)
            yield limits.balancer_off_network(span, ref, network, spans.at(network))


def _gateways(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    for label, gateway in services.cluster.gateway.items():
        if gateway.tls is None:
            continue
        span = spans.at(services.ref, "gateway", label, "tls")
        pki = services.model.at(gateway.tls, Pki)
        there = spans.at(gateway.tls, "issuer")
        if pki.issuer != "provided" and not services.has("cert_manager"):
            yield limits.gateway_without_issuer(span, gateway.tls, there)
            continue
        fqdn = next((u.fqdn for u in users(services, label) if u.fqdn is not None), None)
        for position, name in enumerate(gateway.names):
            reason = name_fault(name.removeprefix("*."))
            if reason is not None or name != name.lower():
                at = spans.at(services.ref, "gateway", label, "names", position)
                yield limits.no_host_name(at, name, reason or "it has capital letters")
            elif pki.issuer == "acme" and name.startswith("*."):
                at = spans.at(services.ref, "gateway", label, "names", position)
                yield limits.wildcard_of_public_authority(at, name.removeprefix("*."), there)
        if gateway.names:
            continue
        if pki.issuer == "acme" and fqdn is not None:
            yield limits.wildcard_of_public_authority(span, fqdn, there)
        elif not services.model.is_whole:
            continue  # the names may be those of what was left out
        elif pki.issuer != "provided" and names(services, label, gateway) is None:
            yield limits.certificate_without_names(span, spans.at(gateway.tls))


def _authorities(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    for ref, pki in authorities(services).items() if services.has("cert_manager") else ():
        if pki.issuer != "internal" or (pki.ca_certificate is None) is (pki.ca_key is None):
            continue
        fields = ("ca_certificate", "ca_key")
        stated, missing = fields if pki.ca_key is None else reversed(fields)
        yield limits.half_an_authority(spans.at(ref, stated), ref, missing)


def _storage(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    own = next((r for r, c in services.model.of(Ceph).items() if c.on == services.ref), None)
    for label, stated in services.cluster.storage_class.items():
        if stated.ceph is None:
            continue
        at = ("storage_class", label)
        span = spans.at(services.ref, *at, "ceph")
        ceph = services.model.at(stated.ceph, Ceph)
        if ceph.on == services.ref:
            continue  # a loop, which the graph reports
        if ceph.on is not None:
            there = spans.at(stated.ceph, "on")
            yield limits.class_of_ceph_on_kubernetes(span, stated.ceph, there)
        elif own is not None:
            yield limits.two_operators(span, own, spans.at(own, "on"))
        else:
            usable = ceph.pool_for("kubernetes")
            if usable is None or pool_of(ceph, stated) != usable:
                if stated.pool is not None:
                    span = spans.at(services.ref, *at, "pool")
                yield limits.class_without_pool(span, stated.ceph, stated.pool, usable)


def _tainted(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    cluster = services.cluster
    pools = cluster.pool.values()
    is_tainted = all(any(t != "prefer_no_schedule" for t in p.taints.values()) for p in pools)
    made = items(services) if cluster.addons or cluster.gateway or balancer(services) else ()
    charts = [each.name for each in made if not isinstance(each, Manifests)]
    if cluster.pool and is_tainted and not cluster.control.schedulable and charts:
        first = next(iter(cluster.pool))
        span = spans.at(services.ref, "pool", first, "taints")
        yield limits.all_nodes_tainted(span, ", ".join(f"`{name}`" for name in charts))


def _graphics(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    if services.has("gpu_operator") and not has_gpu(services) and not gpu_runtimes(services):
        position = services.cluster.addons.index("gpu_operator")
        yield limits.gpu_operator_without_gpu(spans.at(services.ref, "addons", position))


def _names(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    """Names of what is made, once all else is right: two blocks may give one name."""
    made = [r for item in items(services) if isinstance(item, Manifests) for r in item.resources]
    for resource, reason in name_faults(made):
        path = next((p for p in resource.cause.paths if p.startswith(str(services.ref))), "")
        parts = Ref(path).parts[len(services.ref.parts) :] if path else ()
        label = Ref(f"x.{parts[1]}").name if len(parts) > 1 else ""
        span = spans.at(services.ref, *parts[:1], *([label] if label else []))
        yield limits.names_clash(span, resource.kind, resource.name, reason)
