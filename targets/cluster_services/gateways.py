"""Gateways: Envoy Gateway, a Gateway for each way in, at the address of the layer that uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprint.model import Pki
from blueprint.model.kubernetes import Gateway
from blueprint.model.kubernetes_features import KubeVip, MetalLb, OctaviaBalancer
from blueprint.model.kubernetes_operation import RateLimit
from blueprint.target import Cause
from blueprint.values import Ip, Ref, labelled
from targets._formats.page import Traced
from targets._kubernetes.gateways import (
    GATEWAY_CLASS,
    GATEWAY_NAMESPACE,
    certificate_name,
    gateway_name,
)
from targets._kubernetes.resources import Resource
from targets.cluster_services import load_balancer
from targets.cluster_services.services import EFFECTS, Services

_API, _ENVOY_API = "gateway.networking.k8s.io/v1", "gateway.envoyproxy.io/v1alpha1"
_CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"
_CONTROL_TAINT = {
    "key": load_balancer.CONTROL_LABEL, "operator": "Exists", "effect": EFFECTS["no_schedule"]
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class User:
    """A region whose APIs are reached through a gateway: its address there, and the name that they are below."""

    address: Ip
    fqdn: str | None
    fields: tuple[str, ...]


def users(services: Services, label: str) -> Iterator[User]:
    """The regions on the cluster that a gateway serves."""
    ref = labelled(services.ref, "gateway", label)
    for owner, region in services.regions.items():
        stated = region.openstack_helm.gateway
        is_only = stated is None and len(services.cluster.gateway) == 1
        if stated != ref and not is_only:
            continue
        side = "public" if region.api.public is not None else "internal"
        endpoint = region.api.public or region.api.internal
        if endpoint.network == services.cluster.gateway[label].network:
            field = f"{owner}.api.{side}"
            fields = (f"{field}.vip", f"{owner}.deployer.gateway")
            yield User(endpoint.vip, endpoint.fqdn, fields)


def address(services: Services, label: str, gateway: Gateway) -> Traced | None:
    """The address of a gateway: as stated, or that of the layer that uses it."""
    if gateway.address is not None:
        cause = services.cause("the stated address", "gateway", label, "address")
        return Traced(gateway.address, cause)
    for user in users(services, label):
        return Traced(user.address, Cause("the address of the APIs behind it", user.fields))
    return None


def names(services: Services, label: str, gateway: Gateway) -> Traced | None:
    """The names on the certificate of a gateway: as stated, else what its users are below."""
    found = {name: services.path("gateway", label, "names") for name in gateway.names}
    for user in () if found else users(services, label):
        if user.fqdn is not None:
            field = user.fields[0].removesuffix("vip") + "fqdn"
            found |= {user.fqdn: field, f"*.{user.fqdn}": field}
    if not found:
        return None
    fields = tuple(dict.fromkeys(found.values()))
    return Traced(list(found), Cause("the names behind the gateway", fields))


def resources(services: Services) -> Iterator[Resource]:
    """The class, and for each gateway what carries it and the Gateway itself."""
    cluster = services.cluster
    if not cluster.gateway:
        return
    every = services.cause("Envoy Gateway carries the gateways", "gateway")
    body: dict[str, Any] = {"spec": {"controllerName": _CONTROLLER}}
    yield Resource(_API, "GatewayClass", GATEWAY_CLASS, every, body=body)
    for label, gateway in cluster.gateway.items():
        yield _proxy(services, label, gateway)
        yield _gateway(services, label, gateway)
        if gateway.rate_limit is not None:
            yield _bounded(services, label, gateway.rate_limit)


def _bounded(services: Services, label: str, limit: RateLimit) -> Resource:
    """The most that each proxy of a gateway takes, of all who ask."""
    path = ("gateway", label, "rate_limit")
    bound = {
        "requests": Traced(
            limit.requests, services.cause("the most that it takes", *path, "requests")
        ),
        "unit": Traced(limit.per.capitalize(), services.cause("the unit of time", *path, "per")),
    }
    target = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": gateway_name(label)}
    spec = {
        "targetRefs": [target],
        "rateLimit": {"type": "Local", "local": {"rules": [{"limit": bound}]}},
    }
    cause = services.cause("the most that the gateway takes", *path)
    name = gateway_name(label)
    return Resource(
        _ENVOY_API, "BackendTrafficPolicy", name, cause, GATEWAY_NAMESPACE, body={"spec": spec}
    )


def _gateway(services: Services, label: str, gateway: Gateway) -> Resource:
    cause = services.cause("a way in for HTTP", "gateway", label)
    name = gateway_name(label)
    everywhere = {"namespaces": {"from": "All"}}
    plain = {"name": "http", "protocol": "HTTP", "port": 80, "allowedRoutes": everywhere}
    listeners: list[Any] = [plain]
    if gateway.tls is not None:
        secret = {"kind": "Secret", "name": certificate_name(name)}
        secure = {
            "name": "https",
            "protocol": "HTTPS",
            "port": 443,
            "tls": {"mode": "Terminate", "certificateRefs": [secret]},
            "allowedRoutes": everywhere,
        }
        proved = services.model.at(gateway.tls, Pki).issuer == "acme"  # over plain HTTP
        ends = Traced(secure, services.cause("TLS ends here", "gateway", label, "tls"))
        listeners = [plain, ends] if proved else [ends]
    parameters = {"group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": name}
    spec = {
        "gatewayClassName": GATEWAY_CLASS,
        "infrastructure": {"parametersRef": parameters},
        "listeners": listeners,
    }
    return Resource(_API, "Gateway", name, cause, GATEWAY_NAMESPACE, body={"spec": spec})


def _proxy(services: Services, label: str, gateway: Gateway) -> Resource:
    cause = services.cause("what carries the gateway", "gateway", label, "provider")
    service: dict[str, Any] = {"type": "LoadBalancer"}
    found = address(services, label, gateway)
    match services.cluster.load_balancer:
        case MetalLb():
            if found is not None:
                service["annotations"] = {
                    "metallb.io/loadBalancerIPs": Traced(str(found.value), found.cause)
                }
        case KubeVip():
            if found is not None:
                service["annotations"] = {
                    "kube-vip.io/loadbalancerIPs": Traced(str(found.value), found.cause)
                }
        case OctaviaBalancer(provider=provider):
            if found is not None:
                service["loadBalancerIP"] = Traced(str(found.value), found.cause)
            if provider is not None:
                chosen = services.cause("what carries load balancers", "load_balancer", "provider")
                service["annotations"] = {
                    "loadbalancer.openstack.org/class": Traced(provider, chosen)
                }
    kubernetes = {"envoyDeployment": _deployment(services, gateway), "envoyService": service}
    spec = {"provider": {"type": "Kubernetes", "kubernetes": kubernetes}}
    return Resource(
        _ENVOY_API, "EnvoyProxy", gateway_name(label), cause, GATEWAY_NAMESPACE, body={"spec": spec}
    )


def _deployment(services: Services, gateway: Gateway) -> dict[str, Any]:
    """Pods on the nodes that announce the address, so that users' own addresses are seen."""
    deployment: dict[str, Any] = {"replicas": 2 if services.workers > 1 else 1}
    classes = load_balancer.announcers(services, gateway.network)
    selectors = load_balancer.node_selectors(services, classes)
    if selectors is None:
        return deployment
    required = {"nodeSelectorTerms": selectors.value}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    pod: dict[str, Any] = {"affinity": Traced(affinity, selectors.cause)}
    chosen = {each.pool for each in classes}
    tolerated = [
        Traced(
            {"key": key, "operator": "Exists", "effect": effect},
            Cause("a taint of a pool", (field,)),
        )
        for (key, effect), field in services.taints.items()
        if any(field.startswith(f"{services.path('pool', str(pool))}.") for pool in chosen)
    ]
    if None in chosen and not services.cluster.control.schedulable:
        cause = services.cause("only control nodes are on the network", "control", "hosts")
        tolerated.append(Traced(_CONTROL_TAINT, cause))
    if tolerated:
        pod["tolerations"] = tolerated
    return {**deployment, "pod": pod}


def authorities(services: Services) -> dict[Ref, Pki]:
    """The authorities of gateways' certificates and of regions on the cluster, in the order of the source."""
    stated = [g.tls for g in services.cluster.gateway.values()]
    for region in services.regions.values():
        stated += [e.tls for e in (region.api.internal, region.api.public) if e is not None]
    wanted = dict.fromkeys(ref for ref in stated if ref is not None)
    return {ref: services.model.at(ref, Pki) for ref in wanted}
