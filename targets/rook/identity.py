"""Plans how object gateways ask a region's Keystone who their users are.

The password that they ask with is made before the region is: a Secret that Rook reads, whose text the region
gives its user `ceph_rgw` when it has a Keystone.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import OpenStack
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._kubernetes.gateways import GATEWAY_NAMESPACE, gateway_name
from targets._kubernetes.object_gateways import (
    DOMAIN,
    NAMESPACE,
    PROJECT,
    SECRET,
    USER,
    gateway_label,
    public_name,
    serves_swift,
)
from targets.rook.cluster import Cluster

#: Where OpenStack-Helm serves Keystone inside the cluster.
_PORT = 5000
_SERVICE = "keystone-api"


def regions(cluster: Cluster) -> Iterator[Ref]:
    """The regions whose users keep objects in the cluster, by Swift."""
    for ref in cluster.model.of(OpenStack):
        if serves_swift(cluster.model, cluster.ref, ref):
            yield ref


def keystone(cluster: Cluster) -> Traced | None:
    """How gateways authenticate, as an object store's `auth.keystone`; None where they don't."""
    region = next(regions(cluster), None)
    if region is None:
        return None
    asked = Cause(
        "users of the region's identity service are users of the object gateways",
        (cluster.path("object", "swift"), f"{region}.storage", f"{region}.services"),
    )
    found = {
        "url": _url(cluster, region),
        "acceptedRoles": ["member", "admin"],
        "implicitTenants": "swift",
        "serviceUserSecretName": SECRET,
    }
    return Traced(found, asked)


def _url(cluster: Cluster, region: Ref) -> Traced:
    cause = Cause(
        "the Service of the region's identity service",
        (f"{region}.deployer.namespace", f"{cluster.on}.domain"),
    )
    layer = cluster.model.at(region, OpenStack)
    namespace, domain = layer.openstack_helm.namespace, cluster.kubernetes.domain
    return Traced(f"http://{_SERVICE}.{namespace}.svc.{domain}:{_PORT}", cause)


def secret_commands(cluster: Cluster) -> tuple[str, ...]:
    """Commands that make the gateways' password, once."""
    if next(regions(cluster), None) is None:
        return ()
    literals = {
        "OS_AUTH_TYPE": "password",
        "OS_IDENTITY_API_VERSION": "3",
        "OS_PROJECT_DOMAIN_NAME": DOMAIN,
        "OS_USER_DOMAIN_NAME": DOMAIN,
        "OS_PROJECT_NAME": PROJECT,
        "OS_USERNAME": USER,
    }
    stated = " ".join(f"--from-literal={name}={value}" for name, value in literals.items())
    return (
        f"kubectl get namespace {NAMESPACE} || kubectl create namespace {NAMESPACE}",
        (
            f"kubectl --namespace {NAMESPACE} get secret {SECRET} || openssl rand -hex 24 | tr -d '\\n' | "
            f"kubectl --namespace {NAMESPACE} create secret generic {SECRET} {stated} "
            "--from-file=OS_PASSWORD=/dev/stdin"
        ),
    )


def route(cluster: Cluster) -> Traced | None:
    """The way of users to the gateways, by the gateway of their region's APIs; None where they come another way."""
    region = next(regions(cluster), None)
    name = None if region is None else public_name(cluster.model, region)
    label = None if region is None else gateway_label(cluster.model, region)
    if region is None or name is None or label is None:
        return None
    field = "public" if cluster.model.at(region, OpenStack).api.public else "internal"
    named = Cause("the name for users, below the region's", (f"{region}.api.{field}.fqdn",))
    parent = {"name": gateway_name(label), "namespace": GATEWAY_NAMESPACE}
    found = {
        "enabled": True,
        "host": {"name": Traced(name, named), "path": "/", "pathType": "PathPrefix"},
        "parentRefs": [parent],
    }
    paths = (f"{region}.deployer.gateway", f"{cluster.on}.gateway", f"{region}.storage")
    return Traced(found, Cause("users come by the gateway of the region's APIs", paths))
