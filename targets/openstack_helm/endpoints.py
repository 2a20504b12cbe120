"""Settings of endpoints: region, names for users, routes through the gateway, databases and queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.gateways import GATEWAY_NAMESPACE, gateway_name
from targets.openstack_helm.catalog import Route
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.settings import ChartSetting, at, of_all

_CONSOLES = {"novnc": "compute_novnc_proxy", "spice": "compute_spice_proxy"}
#: Endpoints that only guests or operators reach, inside the cluster.
_INSIDE = frozenset({"compute_metadata", "compute_serial_proxy", "oslo_messaging"})
#: Charts that name no service of the cluster, but in parts that are off here.
_NAMELESS = frozenset({"libvirt", "mariadb", "memcached", "openvswitch"})
_SECURE_PORT, _PLAIN_PORT = 443, 80


def endpoints(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it, by chart."""
    yield from _regions(cloud)
    yield from _cluster(cloud)
    yield from _public(cloud)
    yield from _routes(cloud)


def internal_gateway(cloud: Cloud) -> str | None:
    """The name of the gateway for hosts outside the cluster, where the layer has an address for them."""
    return f"openstack-{cloud.name}-internal".lower() if cloud.layer.api.public else None


def public_host(cloud: Cloud, endpoint: str) -> str:
    """The name by which users reach a service: below the public endpoint's."""
    return f"{service_label(cloud, endpoint)}.{cloud.public.fqdn}"


def service_label(cloud: Cloud, endpoint: str) -> str:
    """The first label of a service's name, as the charts call it."""
    for name in cloud.charts:
        hosts = cloud.facts(name).endpoints.get(endpoint, {}).get("hosts")
        if hosts:
            return str(hosts.get("public") or hosts["default"])
    return endpoint.replace("_", "-")


def routes(cloud: Cloud) -> Iterator[tuple[str, Route]]:
    """What users reach, by chart."""
    console = _CONSOLES.get(cloud.layer.nova.console)
    for name in cloud.charts:
        for route in cloud.facts(name).routes:
            is_other = route.endpoint in _CONSOLES.values() and route.endpoint != console
            if route.endpoint not in _INSIDE and not is_other:
                yield name, route


def _regions(cloud: Cloud) -> Iterator[ChartSetting]:
    cause = Cause("the region's name, for every account", (cloud.path("region"),))
    for name in cloud.charts:
        if name in _NAMELESS:
            continue
        for user in cloud.facts(name).endpoints.get("identity", {}).get("users", ()):
            path = ("endpoints", "identity", "auth", user, "region_name")
            if cloud.reads(name, *path):
                yield at(name, path, cloud.layer.region, cause)


def _cluster(cloud: Cloud) -> Iterator[ChartSetting]:
    domain = Cause("the DNS domain of the cluster's services", (f"{cloud.cluster_ref}.domain",))
    suffix = "endpoints.cluster_domain_suffix"
    with_names = [name for name in cloud.charts if name not in _NAMELESS]
    yield from of_all(cloud, suffix, cloud.cluster.domain, domain, with_names)
    count = replica_count(cloud, "server")
    path = "endpoints.oslo_messaging.statefulset.replicas"
    yield from of_all(cloud, path, count[0], count[1], (c for c in cloud.charts if c != "rabbitmq"))


def replica_count(cloud: Cloud, part: str) -> tuple[int, Cause]:
    """How many pods a part has, and why."""
    stated = cloud.options.replicas
    groups = {
        "api": (stated.api, "api"),
        "conductor": (stated.conductor, "conductor"),
        "server": (None, "default"),
    }
    wish, field = groups.get(part, (None, "default"))
    own = cloud.path("deployer", "replicas", field)
    every = cloud.path("deployer", "replicas", "default")
    if wish is not None:
        return wish, Cause("the stated number of pods", (own,))
    if stated.default is not None and part != "server":
        return stated.default, Cause("the stated number of pods", (every,))
    several = len(cloud.control_hosts) >= 3
    rule = "three pods, or one on fewer than three control hosts"
    return (3 if several else 1), Cause(rule, (cloud.path("control"), own, every))


def _public(cloud: Cloud) -> Iterator[ChartSetting]:
    endpoint, field = cloud.public, cloud.public_field
    if endpoint.fqdn is None:
        return
    named = Cause("the service's name below the public endpoint's", (f"{field}.fqdn",))
    secure = Cause("whether users are served by TLS", (f"{field}.tls",))
    scheme, port = ("https", _SECURE_PORT) if endpoint.tls is not None else ("http", _PLAIN_PORT)
    for own, route in routes(cloud):
        name = route.endpoint
        host = public_host(cloud, name)
        yield from of_all(cloud, f"endpoints.{name}.host_fqdn_override.public.host", host, named)
        yield from of_all(cloud, f"endpoints.{name}.scheme.public", scheme, secure)
        for kind, numbers in (cloud.facts(own).endpoints[name].get("port") or {}).items():
            path = ("endpoints", name, "port", kind, "public")
            if route.port in numbers.values() and cloud.reads(own, *path):
                yield at(own, path, port, secure)


def _routes(cloud: Cloud) -> Iterator[ChartSetting]:
    """Routes of the Gateway API, which the charts take as further objects."""
    if cloud.gateway is None or cloud.public.fqdn is None:
        return
    gateway, label = cloud.gateway
    cause = Cause("a route from the gateway to the service", (str(gateway), cloud.path("services")))
    joins = Cause("the gateway for users", (cloud.path("deployer", "gateway"), str(gateway)))
    parents: list[Any] = [
        Traced({"name": gateway_name(label), "namespace": GATEWAY_NAMESPACE}, joins)
    ]
    inside = internal_gateway(cloud)
    fqdn = cloud.layer.api.internal.fqdn
    if inside is not None and fqdn is not None:
        within = Cause("the gateway for hosts of the cloud", (cloud.path("api", "internal"),))
        parents.append(Traced({"name": inside, "namespace": GATEWAY_NAMESPACE}, within))
    for chart, route in routes(cloud):
        hosts = [
            Traced(
                public_host(cloud, route.endpoint),
                Cause("the name that users call", (f"{cloud.public_field}.fqdn",)),
            )
        ]
        if len(parents) > 1:
            own = Cause("the name that hosts call", (cloud.path("api", "internal", "fqdn"),))
            hosts.append(Traced(f"{service_label(cloud, route.endpoint)}.{fqdn}", own))
        backend = {"name": route.service, "port": route.port}
        spec = {
            "parentRefs": parents,
            "hostnames": hosts,
            "rules": [
                {
                    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                    "backendRefs": [backend],
                }
            ],
        }
        document = {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": route.service, "namespace": cloud.options.namespace},
            "spec": spec,
        }
        yield at(chart, ("extraObjects", f"route_{route.endpoint}"), document, cause)
