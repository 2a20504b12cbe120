"""Checks a layer against what OpenStack-Helm can do, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model, OpenStack, Registry
from blueprint.model.site import FileStore, Secrets, VaultStore
from blueprint.spans import Spans
from blueprint.values import Ref
from targets._kubernetes.gateways import GATEWAY_NAMESPACE
from targets.openstack_helm import limits
from targets.openstack_helm.bare_metal import check_bare_metal
from targets.openstack_helm.catalog import images as images_of
from targets.openstack_helm.catalog import releases
from targets.openstack_helm.cloud import ROOK_NAMESPACE, SERVICES, Cloud
from targets.openstack_helm.federation import check_federation
from targets.openstack_helm.images import is_used, missing
from targets.openstack_helm.network import OVERLAYS
from targets.openstack_helm.passthrough_checks import options, values
from targets.openstack_helm.password_rules import check_passwords
from targets.openstack_helm.shares import check_shares

#: Services of monitoring: of each that is asked for it is said that there is no chart.
_MONITORING = frozenset({"prometheus", "grafana", "opensearch"})
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*").fullmatch
_REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}").fullmatch
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?").fullmatch
#: Namespaces of the cluster itself, of its gateways and its storage.
_OF_OTHERS = frozenset({"default", GATEWAY_NAMESPACE, ROOK_NAMESPACE})
_CLASS = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?").fullmatch
_IMAGE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._:\[\]-]*(?:/[a-z0-9._-]+)*(?::[A-Za-z0-9._-]+)?(?:@sha256:[0-9a-f]{64})?"
).fullmatch
_REGISTRY = re.compile(r"[A-Za-z0-9.\[\]:-]+").fullmatch
_PATH = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*").fullmatch
_POOL = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*").fullmatch
_INTERFACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}").fullmatch
_URL = re.compile(r"https?://[A-Za-z0-9._~:@%\[\]-]+(?::[0-9]{1,5})?/?").fullmatch
_FILE = re.compile(r"/[^\x00-\x1f\x7f-\x9f\u2028\u2029]*").fullmatch
_VAULT_PATH = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*").fullmatch
_SECOND = 10**9
#: Services that charts exist for, or that Kolla-Ansible runs, and what to do about each here.
_INSTEAD = {
    "aodh": "its alarms need Gnocchi, whose chart has images of 2017 alone: remove it, or deploy with Kolla-Ansible",
    "ceilometer": "it measures into Gnocchi, whose chart has images of 2017 alone: remove it, or deploy with Kolla-Ansible",
    "cloudkitty": "it rates what Gnocchi keeps, whose chart has images of 2017 alone: remove it, or deploy with Kolla-Ansible",
    "gnocchi": "its chart has images of 2017 alone: remove it, or deploy with Kolla-Ansible",
    "grafana": "install it on the cluster beside OpenStack, and remove it here",
    "opensearch": "install it on the cluster beside OpenStack, and remove it here",
    "prometheus": "install it on the cluster beside OpenStack, and remove it here",
    "swift": "the object gateways of Ceph serve it: remove it here, state `object { swift = true }` there",
    "zun": "the project has no chart for it: remove it, or deploy with Kolla-Ansible",
    "cyborg": "its agents need drivers that no image of the project has: deploy with Kolla-Ansible",
    "designate": "its chart answers at ports of nodes alone, where no resolver asks: deploy with Kolla-Ansible",
    "trove": "it asks for a network's identifier, which exists only after the deployment: deploy with Kolla-Ansible",
}


#: Channels inside of the region whose TLS needs certificates for each chart, and what they are.
_CHANNELS = (
    ("api", "database_tls", "to the database"),
    ("api", "queue_tls", "to the queue"),
    ("nova", "migration_tls", "of migrations"),
)


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a layer for this tool."""
    cloud = Cloud(layer, model)
    if cloud.layer.on is None:
        return ()  # that it needs a cluster is said by the check of the deployer
    release = cloud.layer.release
    if release not in releases():
        span = spans.at(layer, "release")
        return (limits.release_without_images(span, release, releases()),)
    found: list[Diagnostic] = []
    for subject in (
        _services, _images, _reach, _network, _storage, _hosts, _texts, values, options,
    ):  # fmt: skip
        found.extend(subject(cloud, spans))
    return tuple(found)


def _services(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    for number, service in enumerate(cloud.layer.services):
        if service not in SERVICES:
            span = spans.at(cloud.ref, "services", number)
            yield limits.service_not_offered(span, service, _INSTEAD[service])
    if cloud.layer.identity is not None:
        span = spans.at(cloud.ref, "identity")
        instead = "deploy the region with Kolla-Ansible, or give it a Keystone of its own"
        yield limits.not_expressible(span, "another region's Keystone", instead)
    if cloud.layer.cell:
        span = spans.at(cloud.ref, "cell")
        instead = "remove it: all computes are in one cell, or deploy with Kolla-Ansible"
        yield limits.not_expressible(span, "cells of one's own", instead)
    if cloud.layer.log_store is not None:
        span = spans.at(cloud.ref, "log_store")
        instead = "state `logging` in the cluster, which collects logs of all its pods"
        yield limits.not_expressible(span, "a store of logs of its own", instead)
    if cloud.layer.proxy is not None:
        span = spans.at(cloud.ref, "proxy")
        instead = "state `proxy` in the cluster, whose nodes pull images through it"
        yield limits.not_expressible(span, "a proxy for pods", instead)
    yield from _roles(cloud, spans)
    octavia, spanned = cloud.layer.octavia, cloud.has("octavia")
    if spanned and "amphora" in octavia.providers:
        span = spans.at(cloud.ref, "octavia", "providers")
        instead = "choose `providers = [ovn]`"
        what = "amphorae here: its chart asks for identifiers that exist only after the deployment"
        yield limits.not_expressible(span, what, instead)
    yield from check_bare_metal(cloud, spans)
    yield from check_shares(cloud, spans)
    yield from check_federation(cloud, spans)
    expiry = cloud.layer.keystone.token_expiry
    if int(expiry) % _SECOND or int(expiry) <= 0:
        span = spans.at(cloud.ref, "keystone", "token_expiry")
        wanted = "whole seconds, more than none"
        yield limits.unusable_text(span, "token_expiry", str(expiry), wanted)
    yield from check_passwords(cloud, spans)
    if cloud.has("barbican") and cloud.layer.barbican.backend.choice != "simple_crypto":
        span = spans.at(cloud.ref, "barbican", "backend")
        instead = "choose `backend = simple_crypto`, or deploy with Kolla-Ansible"
        yield limits.not_expressible(span, "keys kept outside of Barbican", instead)
    if cloud.has("magnum") and cloud.layer.magnum.driver == "heat":
        span = spans.at(cloud.ref, "magnum", "driver")
        instead = "choose `driver = cluster_api`"
        yield limits.not_expressible(span, "Magnum's Heat driver, which its image lacks", instead)


def _roles(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Roles and numbers of tools on hosts, which nothing on a cluster would have an effect of."""
    layer = cloud.layer
    roles = [
        ("volumes", "hosts that keep volumes on their own disks", "keep volumes in Ceph"),
        ("deploy_from", "a host that charts are deployed from", "run the steps where `helm` is"),
    ]
    if not _MONITORING.intersection(layer.services):
        what = "hosts for monitoring, which it does not run"
        roles.insert(0, ("monitoring", what, "deploy with Kolla-Ansible"))
    for field, what, instead in roles:
        if getattr(layer, field):
            yield limits.not_expressible(
                spans.at(cloud.ref, field), what, f"take `{field}` out, or {instead}"
            )
    vrid = spans.written(cloud.ref, "api", "vrid")
    if vrid is not None:
        instead = "take `vrid` out: the cluster's load balancer announces the addresses"
        yield limits.not_expressible(vrid, "an identifier of VRRP", instead)


def _images(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    for name, tags in missing(cloud).items():
        services = cloud.layer.services
        spot = services.index(name) if name in services else None
        span = (
            spans.at(cloud.ref, "release")
            if spot is None
            else spans.at(cloud.ref, "services", spot)
        )
        yield limits.images_missing(span, name, tags, cloud.layer.release)
    known = {
        tag
        for name in cloud.charts
        for tag in images_of(cloud.layer.release).get(name, {})
        if is_used(cloud, name, tag) or cloud.reads(name, "images", "tags", tag)
    }
    for tag, image in cloud.options.images.items():
        if tag not in known:
            span = spans.key(cloud.ref, "deployer", "images", tag)
            yield limits.unknown_image(span, tag, known)
        elif not _IMAGE(image):
            span = spans.at(cloud.ref, "deployer", "images", tag)
            yield limits.unusable_text(span, tag, image, "`HOST/PATH:TAG` or `HOST/PATH@sha256:…`")


def _reach(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    side = "public" if cloud.layer.api.public else "internal"
    if cloud.public.fqdn is None:
        yield limits.public_api_without_name(spans.at(cloud.ref, "api", side))
    if cloud.gateway is None:
        where = spans.at(cloud.cluster_ref)
        span = spans.at(cloud.ref, "on")
        count = len(cloud.cluster.gateway)
        yield limits.public_api_without_gateway(span, count, str(cloud.cluster_ref), where)
    if cloud.layer.api.backend_tls:
        span = spans.at(cloud.ref, "api", "backend_tls")
        instead = "remove it: TLS ends at the gateway; or state sidecars in the charts' own values"
        yield limits.not_expressible(
            span, "TLS between gateway and services by this switch", instead
        )
    for block, field, what in _CHANNELS:
        if getattr(getattr(cloud.layer, block), field):
            span = spans.at(cloud.ref, block, field)
            instead = "remove it; or state `tls` and certificates in the charts' own values (`tool openstack_helm`)"
            yield limits.not_expressible(span, f"TLS {what} by this switch", instead)
    for ref, other in cloud.model.of(OpenStack).items():
        if ref != cloud.ref and other.on == cloud.layer.on and ref < cloud.ref:
            yield limits.two_regions(spans.at(cloud.ref, "on"), str(ref), spans.at(ref, "on"))


def _network(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if not cloud.has("neutron"):
        return
    neutron = cloud.layer.neutron
    if neutron.datapath == "dpdk":
        span = spans.at(cloud.ref, "neutron", "datapath")
        instead = "choose `datapath = kernel`, or deploy with Kolla-Ansible"
        yield limits.not_expressible(span, "poll-mode drivers (DPDK) by this switch", instead)
    if neutron.vpn:
        span = spans.at(cloud.ref, "neutron", "vpn")
        instead = "remove it, or deploy with Kolla-Ansible"
        yield limits.not_expressible(span, "VPNs of users by this switch", instead)
    if neutron.service_chaining:
        span = spans.at(cloud.ref, "neutron", "service_chaining")
        instead = "remove it, or deploy with Kolla-Ansible"
        yield limits.not_expressible(span, "chains of services by this switch", instead)
    offered = OVERLAYS[neutron.plugin]
    if neutron.overlay not in (None, offered):
        span = spans.at(cloud.ref, "neutron", "overlay")
        what = f"`{neutron.overlay}` with this plug-in"
        yield limits.not_expressible(span, what, f"choose `overlay = {offered}`, or leave it out")


def _storage(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    layer = cloud.layer
    if cloud.has("cinder"):
        cinder = layer.cinder
        for field, stated in (
            ("lvm", cinder.lvm), ("nfs", cinder.nfs), ("backup_nfs", cinder.backup_nfs),
        ):  # fmt: skip
            if stated is not None:
                span = spans.at(cloud.ref, "cinder", field)
                instead = "keep volumes in Ceph: a pool with `use = cinder`"
                yield limits.not_expressible(span, "volumes of this kind", instead)
    for service in ("glance", "nova"):
        if cloud.has(service) and getattr(layer, service).nfs is not None:
            span = spans.at(cloud.ref, service, "nfs")
            instead = "keep them in Ceph, or on volumes of the cluster"
            yield limits.not_expressible(span, "an NFS share by this block", instead)
    ceph = cloud.ceph
    if ceph is not None and ceph.on is not None and ceph.on != layer.on:
        span = spans.at(cloud.ref, "storage")
        instead = "use a cluster on the same Kubernetes, or one on hosts"
        yield limits.not_expressible(span, "storage on another Kubernetes cluster", instead)


def _hosts(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """What the scripts of the charts would take for something else in names of interfaces."""
    for profile in cloud.profiles_of("network", "compute"):
        if profile.spec.vgpu:
            span = spans.at(profile.group, "vgpu")
            instead = "remove it, or deploy with Kolla-Ansible"
            yield limits.not_expressible(
                span, "shares of graphics processors by this block", instead
            )
        for link in profile.links:
            carries = link.physnet is not None or link.functions_physnet is not None
            if carries and not _INTERFACE(link.name):
                field = link.name_field
                span = (
                    spans.key(profile.group, *link.field)
                    if field is None
                    else spans.at(profile.spec.hardware, *field)
                )
                wanted = "letters, digits, `_`, `.` and `-`, at most 15"
                yield limits.unusable_text(span, "interface", link.name, wanted)


def _is_of_others(namespace: str) -> bool:
    """Whether a namespace is Kubernetes' own, or one that holds what the region stands on."""
    return namespace in _OF_OTHERS or namespace.startswith("kube-")


def _texts(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    layer, ref = cloud.layer, cloud.ref
    if not _REGION(layer.region):
        wanted = "letters, digits, `.`, `_` and `-`"
        yield limits.unusable_text(spans.at(ref, "region"), "region", layer.region, wanted)
    for side, endpoint in (("internal", layer.api.internal), ("public", layer.api.public)):
        fqdn = None if endpoint is None else endpoint.fqdn
        if fqdn is not None and not (_HOST_NAME(fqdn) and len(fqdn) <= 230):
            span = spans.at(ref, "api", side, "fqdn")
            yield limits.unusable_text(span, "fqdn", fqdn, "a name of the DNS, without a final dot")
    options = cloud.options
    if not _NAMESPACE(options.namespace):
        span = spans.at(ref, "deployer", "namespace")
        wanted = "lower-case letters, digits and `-`, at most 63"
        yield limits.unusable_text(span, "namespace", options.namespace, wanted)
    elif _is_of_others(options.namespace):
        span = spans.at(ref, "deployer", "namespace")
        wanted = "a namespace of the region's own, such as `openstack`"
        yield limits.unusable_text(span, "namespace", options.namespace, wanted)
    if not _CLASS(options.storage_class):
        span = spans.at(ref, "deployer", "storage_class")
        wanted = "lower-case letters, digits, `.` and `-`"
        yield limits.unusable_text(span, "storage_class", options.storage_class, wanted)
    if not _HOST_NAME(cloud.cluster.domain):
        span = spans.at(cloud.cluster_ref, "domain")
        yield limits.unusable_text(span, "domain", cloud.cluster.domain, "a name of the DNS")
    yield from _store(cloud, spans)
    if layer.registry is not None:
        registry = cloud.model.at(layer.registry, Registry)
        if not _REGISTRY(registry.url):
            span = spans.at(layer.registry, "url")
            yield limits.unusable_text(
                span, "url", registry.url, "a host, with a port where need be"
            )
        if registry.namespace is not None and not _PATH(registry.namespace):
            span = spans.at(layer.registry, "namespace")
            wanted = "lower-case words joined by `/`, `.`, `_` or `-`"
            yield limits.unusable_text(span, "namespace", registry.namespace, wanted)
    if cloud.ceph is not None and layer.storage is not None:
        for name in cloud.ceph.pool:
            if not _POOL(name):
                span = spans.key(layer.storage, "pool", name)
                wanted = "letters, digits, `-`, `_` and `.`, a letter first"
                yield limits.unusable_text(span, "pool", name, wanted)
    for position, model in enumerate(layer.nova.cpu_models):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", model):
            span = spans.at(ref, "nova", "cpu_models", position)
            yield limits.unusable_text(span, "cpu_models", model, "a model as libvirt names it")
    domain = layer.neutron.dns_domain
    if domain is not None and not _HOST_NAME(domain.removesuffix(".")):
        span = spans.at(ref, "neutron", "dns_domain")
        yield limits.unusable_text(span, "dns_domain", domain, "a name of the DNS")


def _store(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Where the run-book's commands find passwords."""
    ref = cloud.layer.secrets
    if ref is None:
        return
    store = cloud.model.at(ref, Secrets).store
    if isinstance(store, FileStore) and not _FILE(store.path):
        wanted = "an absolute path of printable characters"
        yield limits.unusable_text(spans.at(ref, "store", "path"), "path", store.path, wanted)
    if isinstance(store, VaultStore):
        for field, value, matches, wanted in (
            ("address", store.address, _URL, "`https://`, a host and a port"),
            ("mount", store.mount, _VAULT_PATH, "letters, digits, `_`, `-`, `.`, joined by `/`"),
            ("path", store.path, _VAULT_PATH, "letters, digits, `_`, `-`, `.`, joined by `/`"),
        ):
            if not matches(value):
                span = spans.at(ref, "store", field)
                yield limits.unusable_text(span, field, value, wanted)
