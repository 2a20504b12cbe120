"""Checks a layer against what Kolla-Ansible can do, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model, Pki, Registry
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.kolla_ansible import limits
from targets.kolla_ansible.certificates import authorities
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.network_service import OVERLAYS, overlay_of
from targets.kolla_ansible.passthrough import options, variables
from targets.kolla_ansible.subjects import SUBJECTS
from targets.kolla_ansible.systems import SYSTEMS, behaves_as, uses_test_images
from targets.kolla_ansible.words import names, texts

#: Kolla-Ansible plans the rotation of keys within a week (roles/keystone/tasks/precheck.yml).
LONGEST_TOKEN_S = 604800
#: Geneve and VXLAN headers have 24 bits for the network (RFC 8926, RFC 7348); Neutron starts at 1.
MOST_NETWORKS = 2**24 - 1
_SECOND = 10**9


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a layer for this tool."""
    cloud = Cloud(layer, model)
    found: list[Diagnostic] = []
    for subject in (
        _host_systems, names, texts, variables, options, _identity, _network, _compute,
        _certificates, _images,
    ):  # fmt: skip
        found.extend(subject(cloud, spans))
    for each in SUBJECTS:
        found.extend(each.check(cloud, spans))
    return tuple(found)


def _host_systems(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    release = cloud.layer.release
    known = SYSTEMS[release]
    reported: set[tuple[str, str]] = set()
    for each in cloud.every_class():
        system = each.spec.os
        key = (each.group, behaves_as(system))
        if behaves_as(system) in known or key in reported or system.name == "none":
            continue  # hosts without a system are told of by the check of bare metal
        reported.add(key)
        stated = ("os",) if system.like is None else ("os", "like")
        span = spans.at(each.group, *stated)
        yield limits.unsupported_host_system(span, system.name, release, known, system.like)


def _identity(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    expiry = cloud.layer.keystone.token_expiry
    if int(expiry) % _SECOND or not 0 < int(expiry) <= LONGEST_TOKEN_S * _SECOND:
        span = spans.at(cloud.ref, "keystone", "token_expiry")
        yield limits.token_expiry_out_of_range(span, str(expiry), LONGEST_TOKEN_S // 86400)


def _network(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    neutron = cloud.layer.neutron
    offered = OVERLAYS[neutron.plugin]
    if overlay_of(neutron) != offered:
        span = spans.at(cloud.ref, "neutron", "overlay")
        yield limits.overlay_not_offered(span, overlay_of(neutron), neutron.plugin, offered)
    vni = neutron.vni
    if vni is not None and not _are_identifiers(vni.first, vni.last):
        span = spans.at(cloud.ref, "neutron", "vni")
        yield limits.network_identifiers_out_of_range(span, str(vni), MOST_NETWORKS)
    if "neutron" not in cloud.layer.services:
        return
    if cloud.layer.external_network:
        return  # that the gateways have its physical network is among what the layers require
    for each in cloud.classes_of("network"):
        if not any(cloud.physnet_link(each, ref) for ref in cloud.physnets):
            role = "network" if cloud.layer.network else "control"
            where = spans.at(cloud.ref, role)
            yield limits.gateway_without_physnet(spans.at(each.group), each.group, where)


def _are_identifiers(first: object, last: object) -> bool:
    if not isinstance(first, int) or not isinstance(last, int):
        return False
    return 1 <= first <= last <= MOST_NETWORKS


def _compute(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    nova = cloud.layer.nova
    if nova.cpu_mode == "custom" and not nova.cpu_models:
        yield limits.custom_processor_without_model(spans.at(cloud.ref, "nova", "cpu_mode"))


def _certificates(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    for ref in authorities(cloud):
        pki = cloud.model.at(ref, Pki)
        own = {
            "ca_certificate": pki.issuer == "internal" and pki.ca_certificate is not None,
            "ca_key": pki.ca_key is not None,
        }
        stated = {field: spans.at(ref, field) for field, is_stated in own.items() if is_stated}
        if stated:
            yield limits.authority_not_adopted(ref, stated)
        if pki.issuer == "provided" and pki.ca_certificate is None and ref == cloud.internal.tls:
            yield limits.authority_without_certificate(spans.at(ref, "issuer"), ref)
    if cloud.layer.api.backend_tls and not authorities(cloud):
        yield limits.backend_tls_without_authority(spans.at(cloud.ref, "api", "backend_tls"))


def _images(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    layer = cloud.layer
    if layer.proxy is not None and layer.kolla_ansible.container_engine != "docker":
        engine = spans.at(cloud.ref, "deployer", "container_engine")
        yield limits.proxy_without_docker(spans.at(cloud.ref, "proxy"), engine)
    if uses_test_images(cloud):
        yield limits.images_for_tests(spans.at(cloud.ref, "release"), layer.release)
    if layer.registry is not None:
        registry = cloud.model.at(layer.registry, Registry)
        if registry.password is not None and registry.username is None:
            span = spans.at(layer.registry, "password")
            yield limits.registry_password_without_user(span, layer.registry)
