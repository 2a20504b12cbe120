"""The gateway for hosts of the cloud: the internal endpoint's address, in front of the same services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Pki
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.certificates import certificate
from targets._kubernetes.delivery_items import Manifests
from targets._kubernetes.gateways import GATEWAY_CLASS, GATEWAY_NAMESPACE, certificate_name
from targets._kubernetes.resources import Resource
from targets.openstack_helm.cloud import CONTROL_LABEL, Cloud
from targets.openstack_helm.endpoints import internal_gateway
from targets.openstack_helm.placement import tolerated

#: The item of the delivery, and its file.
ITEM = "internal-gateway"


def internal_manifests(cloud: Cloud) -> Iterator[Manifests]:
    """The gateway, where the layer has an address and a name for hosts beside those for users."""
    name = internal_gateway(cloud)
    if name is None or cloud.layer.api.internal.fqdn is None:
        return
    cause = Cause("the gateway for hosts of the cloud", (cloud.path("api", "internal"),))
    yield Manifests(ITEM, [*_resources(cloud, name, cause), *_certificate(cloud, name)], cause)


def is_issued(cloud: Cloud) -> bool:
    """Whether cert-manager of the cluster below issues the certificate of the gateway for hosts."""
    internal = cloud.layer.api.internal
    if internal.tls is None or internal.fqdn is None:
        return False
    pki = cloud.model.at(internal.tls, Pki)
    return pki.issuer == "internal" and "cert_manager" in cloud.cluster.addons


def _certificate(cloud: Cloud, name: str) -> Iterator[Resource]:
    internal = cloud.layer.api.internal
    if internal.tls is None or not is_issued(cloud):
        return
    cause = Cause("its certificate", (cloud.path("api", "internal", "tls"),))
    named = Cause("the name that hosts call", (cloud.path("api", "internal", "fqdn"),))
    names = Traced([internal.fqdn, f"*.{internal.fqdn}"], named)
    pki = cloud.model.at(internal.tls, Pki)
    yield certificate(certificate_name(name), GATEWAY_NAMESPACE, names, internal.tls, pki, cause)


def _deployment(cloud: Cloud) -> dict[str, Any]:
    """Pods on control nodes: they are on the network, and only a node that has a pod announces the address."""
    field = cloud.field_of("control")
    pod: dict[str, Any] = {
        "nodeSelector": Traced(
            {CONTROL_LABEL: "enabled"}, Cause("control nodes are on the network", (field,))
        )
    }
    taken = tolerated(cloud, ("control",))
    if taken:
        pod["tolerations"] = taken
    count = 2 if len(cloud.roles["control"]) > 1 else 1
    return {
        "replicas": Traced(count, Cause("two where there are nodes for them", (field,))),
        "pod": pod,
    }


def _resources(cloud: Cloud, name: str, cause: Cause) -> Iterator[Resource]:
    internal = cloud.layer.api.internal
    address = Cause("the internal endpoint's address", (cloud.path("api", "internal", "vip"),))
    service: dict[str, Any] = {
        "type": "LoadBalancer",
        "annotations": {"metallb.io/loadBalancerIPs": Traced(str(internal.vip), address)},
    }
    yield Resource(
        "gateway.envoyproxy.io/v1alpha1", "EnvoyProxy", name, cause, namespace=GATEWAY_NAMESPACE,
        body={
            "spec": {
                "provider": {
                    "type": "Kubernetes",
                    "kubernetes": {"envoyDeployment": _deployment(cloud), "envoyService": service},
                },
            },
        },
    )  # fmt: skip
    secure = Cause("whether hosts are served by TLS", (cloud.path("api", "internal", "tls"),))
    named = Cause("the name that hosts call", (cloud.path("api", "internal", "fqdn"),))
    listener: dict[str, Any] = {
        "hostname": Traced(f"*.{internal.fqdn}", named),
        "allowedRoutes": {"namespaces": {"from": "All"}},
    }
    if internal.tls is None:
        listener = {"name": "http", "protocol": "HTTP", "port": 80, **listener}
    else:
        secret = [{"kind": "Secret", "name": certificate_name(name)}]
        ends = {"mode": "Terminate", "certificateRefs": secret}
        listener = {"name": "https", "protocol": "HTTPS", "port": 443, "tls": ends, **listener}
    yield Resource(
        "gateway.networking.k8s.io/v1", "Gateway", name, cause, namespace=GATEWAY_NAMESPACE,
        body={
            "spec": {
                "gatewayClassName": GATEWAY_CLASS,
                "infrastructure": {
                    "parametersRef": {
                        "group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": name,
                    },
                },
                "listeners": [Traced(listener, secure)],
            },
        },
    )  # fmt: skip
