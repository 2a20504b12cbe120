"""What Rook's object gateways and a region on Kubernetes whose users keep objects there must agree on.

The gateways come before the region: their password is made with them. Once the region has a Keystone it makes
their account with that password, and tells its users where objects are kept.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import Ceph, Kubernetes, Model, OpenStack
from blueprint.model.ceph import ObjectStore
from blueprint.model.naming import cloud_access
from blueprint.target import HandOver, Step, Taken
from blueprint.values import Ref
from targets._kubernetes.access import takes_kubeconfig
from targets._kubernetes.delivery import use_cluster
from targets._kubernetes.names import object_name

#: The namespace of Rook, its cluster and its gateways.
NAMESPACE = "rook-ceph"
#: The Secret with the gateways' account, and the account.
SECRET = "rgw-keystone"  # noqa: S105 - the name of one
USER = "ceph_rgw"
PROJECT = "service"
DOMAIN = "Default"


def store_name(ceph: Ref) -> str:
    """The name of the object store of a cluster; its Service is `rook-ceph-rgw-NAME`."""
    return object_name(ceph.plain)


def serves_swift(model: Model, ceph: Ref, region: Ref) -> bool:
    """Whether users of a region keep objects in a cluster beside it on the same Kubernetes cluster, by Swift.

    No chart of the region's serves Swift, so that the cluster of Ceph alone says it. The gateways ask a
    Keystone by its Service, so it is one of that Kubernetes cluster.
    """
    store, layer = model.at(ceph, Ceph), model.at(region, OpenStack)
    if layer.storage != ceph or store.on is None or not store.rgw:
        return False
    is_stated = store.object is not None and store.object.swift
    return is_stated and layer.on == store.on and layer.identity is None


def gateway_label(model: Model, region: Ref) -> str | None:
    """The label of the gateway that users of a region on Kubernetes come by: as stated, or the cluster's only one."""
    layer = model.at(region, OpenStack)
    stated = layer.openstack_helm.gateway
    if stated is not None:
        return stated.plain
    labels = tuple(model.at(layer.on, Kubernetes).gateway) if layer.on is not None else ()
    return labels[0] if len(labels) == 1 else None


def public_name(model: Model, region: Ref) -> str | None:
    """The name by which users of a region on Kubernetes reach the gateways; None where it has no names."""
    layer = model.at(region, OpenStack)
    fqdn = (layer.api.public or layer.api.internal).fqdn
    if fqdn is None or not gateway_label(model, region):
        return None
    return f"object-store.{fqdn}"


def password_command() -> str:
    """The command that prints the gateways' password."""
    return (
        f"kubectl --namespace {NAMESPACE} get secret {SECRET} --output jsonpath='{{.data.OS_PASSWORD}}' "
        "| base64 --decode"
    )


def account_steps(model: Model, region: Ref) -> Iterator[Step]:
    """The step of a region's run-book, after its Keystone answers, that lets its users keep objects; none if they don't."""
    layer = model.at(region, OpenStack)
    ceph = layer.storage
    if ceph is None or ceph not in model.of(Ceph) or not serves_swift(model, ceph, region):
        return
    store = model.at(ceph, Ceph)
    assert store.on is not None  # `serves_swift` says so
    inside = _inside(model, ceph, store.on)
    name = public_name(model, region)
    scheme = "http" if (layer.api.public or layer.api.internal).tls is None else "https"
    outside = inside if name is None else f"{scheme}://{name}"
    password = HandOver("passwords", ceph, USER)
    yield Step(
        title="Let the region's users keep objects",
        needs=(f"the object gateways of `{ceph}`",),
        takes=(takes_kubeconfig(store.on), Taken(password, SECRET, is_fetched=True)),
        commands=(
            use_cluster(store.on),
            cloud_access(model, region).export,
            f"openstack project create --or-show --domain default {PROJECT}",
            f"openstack user create --or-show --domain default {USER}",
            f'openstack user set --domain default --password "$({password_command()})" {USER}',
            (
                f"openstack role add --user {USER} --user-domain default --project {PROJECT} "
                "--project-domain default admin"
            ),
            "openstack service show swift || openstack service create --name swift object-store",
            *(
                _endpoint(layer.region, interface, url)
                for interface, url in (("public", outside), ("internal", inside))
            ),
        ),
        checks=("openstack container list",),
        gives=(f"objects at `{outside}/swift/v1`",),
    )


def _inside(model: Model, ceph: Ref, cluster: Ref) -> str:
    store, domain = model.at(ceph, Ceph), model.at(cluster, Kubernetes).domain
    port = (store.object or ObjectStore()).port
    return f"http://rook-ceph-rgw-{store_name(ceph)}.{NAMESPACE}.svc.{domain}:{port}"


def _endpoint(region: str, interface: str, url: str) -> str:
    where = f"--service swift --interface {interface} --region {shlex.quote(region)}"
    path = shlex.quote(f"{url}/swift/v1/AUTH_%(project_id)s")
    return (
        f"openstack endpoint list {where} --format value --column ID | grep -q . || "
        f"openstack endpoint create --region {shlex.quote(region)} swift {interface} {path}"
    )
