"""Plans how object gateways ask a region's Keystone who their users are.

The password that they ask with is made before the region is: a Secret that Rook reads, whose text the region
gives its user `ceph_rgw` when it has a Keystone.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import OpenStack, Pki
from blueprint.target import Cause
from blueprint.values import Ip, Ref
from targets._formats.page import Traced
from targets.rook.cluster import NAMESPACE, Cluster

#: The Secret with the gateways' account, and the account.
SECRET = "rgw-keystone"  # noqa: S105 - the name of one
USER = "ceph_rgw"
PROJECT = "service"
DOMAIN = "Default"
#: Where Keystone is served, by OpenStack-Helm's Service and by the load balancer of a region on hosts.
_PORT = 5000
_SERVICE = "keystone-api"


def regions(cluster: Cluster) -> Iterator[Ref]:
    """The regions whose users keep objects in the cluster, by Swift.

    On hosts a region says so by its services. On Kubernetes no chart of the region's serves Swift, so that the
    cluster alone says it.
    """
    stored = cluster.layer.object
    if stored is None or not stored.swift:
        return
    for ref, region in cluster.model.of(OpenStack).items():
        is_asked = "swift" in region.services or region.tool_name == "openstack_helm"
        if region.storage == cluster.ref and is_asked:
            yield ref


def identity_of(cluster: Cluster, region: Ref) -> tuple[Ref, OpenStack]:
    """The region that runs the identity service of another."""
    layer = cluster.model.at(region, OpenStack)
    if layer.identity is None:
        return region, layer
    return layer.identity, cluster.model.at(layer.identity, OpenStack)


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
    ref, layer = identity_of(cluster, region)
    if layer.tool_name == "openstack_helm":
        namespace, domain = layer.openstack_helm.namespace, cluster.kubernetes.domain
        cause = Cause(
            "the Service of the region's identity service",
            (f"{ref}.deployer.namespace", f"{cluster.on}.domain"),
        )
        return Traced(f"http://{_SERVICE}.{namespace}.svc.{domain}:{_PORT}", cause)
    internal = layer.api.internal
    paths = tuple(f"{ref}.api.internal.{field}" for field in ("fqdn", "vip", "tls"))
    cause = Cause("where the region's identity service answers", paths)
    scheme = "http" if internal.tls is None else "https"
    return Traced(f"{scheme}://{internal.fqdn or _in_url(internal.vip)}:{_PORT}", cause)


def options(cluster: Cluster) -> Traced | None:
    """Options of the gateways that the object store has no field for."""
    region = next(regions(cluster), None)
    if region is None:
        return None
    ref, layer = identity_of(cluster, region)
    tls = layer.api.internal.tls
    if layer.tool_name == "openstack_helm" or tls is None:
        return None
    is_public = cluster.model.at(tls, Pki).issuer == "acme"
    trusted = Cause(
        "the gateways' containers trust public authorities alone",
        (f"{ref}.api.internal.tls", f"{tls}.issuer"),
    )
    return Traced({"rgw_keystone_verify_ssl": "true" if is_public else "false"}, trusted)


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


def password_command() -> str:
    """The command that prints the gateways' password."""
    return (
        f"kubectl --namespace {NAMESPACE} get secret {SECRET} --output jsonpath='{{.data.OS_PASSWORD}}' "
        "| base64 --decode"
    )


def _in_url(address: Ip | None) -> str:
    assert (
        address is not None
    )  # a region without a name or an address for its APIs is refused before
    return f"[{address}]" if address.version == 6 else str(address)
