"""Checks what a cluster asks for against what Kubespray brings: networks, addresses, access, bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from blueprint.diagnostics import Diagnostic
from blueprint.model import Network, Proxy, Site
from blueprint.model.kubernetes_features import (
    Calico,
    Cilium,
    KeystoneAuth,
    KubeVip,
    OctaviaBalancer,
    OidcAuth,
)
from blueprint.spans import Spans
from blueprint.values import Size
from targets._kubernetes.names import name_fault
from targets.kubespray import limits, passthrough
from targets.kubespray.cluster import Cluster
from targets.kubespray.control_plane import DAY
from targets.kubespray.engine import registry_of
from targets.kubespray.nodes import EVICTION, KUBE_RESERVED, system_memory
from targets.kubespray.values import MEBIBYTE

#: Admission plug-ins of Kubernetes 1.31 to 1.35 that may be asked for (pkg/kubeapiserver/options/plugins.go).
ADMISSION_PLUGINS = frozenset(
    {
        "AlwaysAdmit", "AlwaysDeny", "AlwaysPullImages", "CertificateApproval", "CertificateSigning",
        "CertificateSubjectRestriction", "ClusterTrustBundleAttest", "DefaultIngressClass",
        "DefaultStorageClass", "DefaultTolerationSeconds", "DenyServiceExternalIPs",
        "EventRateLimit", "ExtendedResourceToleration", "ImagePolicyWebhook",
        "LimitPodHardAntiAffinityTopology", "LimitRanger", "MutatingAdmissionWebhook",
        "NamespaceAutoProvision", "NamespaceExists", "NamespaceLifecycle", "NodeRestriction",
        "OwnerReferencesPermissionEnforcement", "PersistentVolumeClaimResize", "PodNodeSelector",
        "PodSecurity", "PodTolerationRestriction", "Priority", "ResourceQuota", "RuntimeClass",
        "ServiceAccount", "StorageObjectInUseProtection", "TaintNodesByCondition",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionWebhook",
    }
)  # fmt: skip
#: Plug-ins that do nothing by themselves, and the variable that configures them, if there is one.
_CONFIGURED = {
    "EventRateLimit": "kube_apiserver_admission_event_rate_limits",
    "ImagePolicyWebhook": None,
}
#: The kubelet's own bound of pods, which holds where a pool states none.
_PODS = 110
_PLAIN = re.compile(r"[^\"\\\x00-\x1f\x7f-\x9f\u2028\u2029{}]+").fullmatch
_USER = re.compile(r"[^:\x00-\x1f\x7f-\x9f\u2028\u2029]+").fullmatch
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?").fullmatch
_NAMESPACE = re.compile(r"[a-z0-9]+([._/-][a-z0-9]+)*").fullmatch
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/%-]*)?").fullmatch


def _encapsulation(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    cni = cluster.layer.cni
    span = spans.at(cluster.ref, "cni", "encapsulation")
    if isinstance(cni, Calico) and cni.encapsulation.startswith("ipip"):
        for position, subnet in enumerate(cluster.layer.pods):
            if subnet.version == 6:
                yield limits.ipip_with_ipv6(span, spans.at(cluster.ref, "pods", str(position)))
    if isinstance(cni, Cilium) and cni.encapsulation == "none":
        ref = cluster.node_network
        segments = () if ref is None else cluster.model.at(ref, Network).segment
        if ref is not None and segments:
            there = spans.at(ref, "segment", next(iter(segments)))
            yield limits.routes_across_segments(span, ref, there)


def _balancer(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    balancer = cluster.layer.load_balancer
    span = spans.at(cluster.ref, "load_balancer")
    if isinstance(balancer, OctaviaBalancer):
        yield limits.load_balancer_not_offered(span, "octavia", "no OpenStack is below these nodes")
    elif isinstance(balancer, KubeVip):
        reason = "what gives out addresses of its pools is not part of Kubespray"
        yield limits.load_balancer_not_offered(span, "kube_vip", reason)


def _api(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    api = cluster.layer.api
    span = spans.at(cluster.ref, "api", "provider")
    if api.provider == "haproxy" and api.vip is not None:
        reason = "Kubespray's HAProxy runs on each node, for that node alone"
        hint = "write `provider = kube_vip`, or `external` for a load balancer that stands already"
        yield limits.address_holder_not_offered(span, "haproxy", reason, hint)
    elif api.provider in ("kube_vip", "external") and api.vip is None:
        hint = "state `vip` in `api`, or take `provider` out"
        yield limits.address_holder_not_offered(span, api.provider, "none is stated", hint)
    elif cluster.holds_address and api.network is None:
        hint = "state `network` in `api`"
        reason = "nothing says on which network the address is"
        yield limits.address_holder_not_offered(
            spans.at(cluster.ref, "api", "vip"), "kube_vip", reason, hint
        )


def _security(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    if isinstance(cluster.layer.auth, KeystoneAuth):
        yield limits.authentication_not_offered(spans.at(cluster.ref, "auth"))
    plugins = cluster.layer.security.admission_plugins
    for position, name in enumerate(plugins):
        span = spans.at(cluster.ref, "security", "admission_plugins", str(position))
        if name not in ADMISSION_PLUGINS:
            yield limits.unknown_admission_plugin(span, name, ADMISSION_PLUGINS)
        elif name in _CONFIGURED and _CONFIGURED[name] not in passthrough.stated(cluster):
            yield limits.admission_plugin_without_configuration(span, name, _CONFIGURED[name])
    audit = cluster.layer.security.audit
    if audit is None:
        return
    for field, value, unit, name in (
        ("max_age", int(audit.max_age), DAY, "days"),
        ("max_size", int(audit.max_size), MEBIBYTE, "mebibytes"),
    ):
        if value % unit:
            span = spans.at(cluster.ref, "security", "audit", field)
            whole = max(1, round(value / unit))
            example = f"{whole} days" if name == "days" else f"{whole} MiB"
            yield limits.not_in_whole_units(span, field, name, example)


def _pods(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    """The same sum as in Kubespray's own check: Calico alone does not hold to a node's share."""
    if cluster.layer.cni.choice == "calico" or 4 not in cluster.families:
        return
    prefix = cluster.layer.node_prefix
    addresses = 2 ** (32 - prefix) - 2
    share = spans.at(cluster.ref, "node_prefix")
    for name, pool in cluster.layer.pool.items():
        pods = pool.max_pods or _PODS
        if pods > addresses:
            span = (
                share if pool.max_pods is None else spans.at(cluster.ref, "pool", name, "max_pods")
            )
            yield limits.more_pods_than_addresses(span, pods, addresses, prefix, share)
            return


def _memory(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    told = set()
    for each in cluster.classes:
        platform = each.spec.memory.platform
        if platform is None or each.group in told or not (each.is_control or each.pools):
            continue
        if system_memory(each, platform) < MEBIBYTE:
            told.add(each.group)
            total = Size(int(platform) * each.hardware.numa_nodes)
            least = Size(KUBE_RESERVED + EVICTION + MEBIBYTE)
            span = spans.at(each.group, "memory", "platform")
            yield limits.platform_memory_too_small(span, str(total), str(least))


def _labels(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    layer = cluster.layer
    blocks: list[tuple[tuple[str, ...], Mapping[str, str], Iterable[str]]] = [
        (("control",), layer.control.labels, ()),
        *((("pool", name), pool.labels, pool.taints) for name, pool in layer.pool.items()),
    ]
    for path, labels, taints in blocks:
        for key, value in labels.items():
            reason = name_fault(key, "label_key")
            if reason is not None:
                span = spans.key(cluster.ref, *path, "labels", key)
                yield limits.unusable_label(span, "the key of a label", key, reason)
                continue
            reason = name_fault(value, "label_value")
            if reason is not None:
                span = spans.at(cluster.ref, *path, "labels", key)
                yield limits.unusable_label(span, "the value of a label", value, reason)
        for key in taints:
            reason = name_fault(key, "label_key")
            if reason is not None:
                span = spans.key(cluster.ref, *path, "taints", key)
                yield limits.unusable_label(span, "the key of a taint", key, reason)
    for place in dict.fromkeys(each.site for each in cluster.classes):
        region = None if place is None else cluster.model.at(place, Site).region
        reason = None if region is None else name_fault(region, "label_value")
        if place is not None and region is not None and reason is not None:
            span = spans.at(place, "region")
            yield limits.unusable_label(
                span, "the label of nodes with their region", region, reason
            )
    for name in cluster.layer.pool:
        reason = name_fault(name, "label_value")
        if reason is not None:
            yield limits.unusable_label(
                spans.key(cluster.ref, "pool", name), "the name of a pool", name, reason
            )


def _texts(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    """Texts that Kubespray puts into files of other formats as they are."""
    layer = cluster.layer
    ref = str(cluster.ref)
    domain = "a name of the DNS: a-z, 0-9, `-` and `.`"
    texts: list[tuple[str, tuple[str, ...], str | None, object, str]] = [
        (ref, ("domain",), layer.domain, _is_name, domain),
        (ref, ("api", "fqdn"), layer.api.fqdn, _is_name, domain),
    ]
    if isinstance(layer.auth, OidcAuth):
        url = "an address that begins with `https://`"
        texts.append((ref, ("auth", "issuer"), layer.auth.issuer, _is_issuer, url))
        plain = "a text without quotes, braces, `\\` and line breaks"
        fields = ("client_id", "username_claim", "groups_claim")
        texts += [(ref, ("auth", f), getattr(layer.auth, f), _PLAIN, plain) for f in fields]
    registry = registry_of(cluster)
    if registry is not None:
        where = str(layer.registry)
        host = "a host name or an address, and a port after `:` where need be"
        texts.append((where, ("url",), registry.url, _HOST, host))
        path = "lower-case letters and digits, with `/`, `-`, `_` or `.` between them"
        texts.append((where, ("namespace",), registry.namespace, _NAMESPACE, path))
        user = "a name without `:` and line breaks"
        texts.append((where, ("username",), registry.username, _USER, user))
        mirror = "an address that begins with `https://` or `http://`"
        for position, each in enumerate(registry.mirrors):
            texts.append((where, ("mirrors", str(position)), each, _URL, mirror))
    if layer.proxy is not None:
        declared = cluster.model.at(layer.proxy, Proxy)
        where = str(layer.proxy)
        address = "an address such as `http://proxy.example:3128`"
        texts += [
            (where, (name,), getattr(declared, name), _URL, address) for name in ("http", "https")
        ]
        direct = "a host name, an address or a network"
        for position, each in enumerate(declared.no_proxy):
            texts.append((where, ("no_proxy", str(position)), each, _is_direct, direct))
    for owner, parts, value, is_usable, wanted in texts:
        if value is not None and not is_usable(value):  # type: ignore[operator]  # a pattern or a function
            field = ".".join(part for part in parts if not part.isdigit())
            yield limits.unusable_text(spans.at(owner, *parts), field, value, wanted)


def _is_name(text: str) -> bool:
    return name_fault(text, "subdomain") is None


def _is_issuer(text: str) -> bool:
    return text.startswith("https://") and _PLAIN(text) is not None


def _is_direct(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9.*:/_\[\]-]+", text) is not None


SUBJECTS = (_encapsulation, _balancer, _api, _security, _pods, _memory, _labels, _texts)
