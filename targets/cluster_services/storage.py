"""Storage classes: volumes in a Ceph cluster beside this one, or in the Cinder of the region below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Ceph
from blueprint.model.ceph import KUBERNETES_CLIENT
from blueprint.model.kubernetes_features import StorageClass
from blueprint.target import Cause
from blueprint.values import Ref, labelled
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import Resource
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import Services

NAMESPACE = "ceph-csi"
_DRIVER, _CINDER = "rbd.csi.ceph.com", "cinder.csi.openstack.org"
_API = "csi.ceph.io/v1"
_PORT = 6789
_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_ROLES = ("provisioner", "controller-expand", "controller-publish", "node-stage")


def clusters(services: Services) -> dict[Ref, Ceph]:
    """The Ceph clusters beside this one that classes name, in the order of the source."""
    refs = dict.fromkeys(
        each.ceph for each in services.cluster.storage_class.values() if each.ceph is not None
    )
    return {ref: services.model.at(ref, Ceph) for ref in refs}


def name_of(ceph: Ref) -> str:
    """What a Ceph cluster is called in connections, profiles and secrets."""
    return object_name(*(part for part in ceph.parts if part != "ceph"))


def secret_name(ceph: Ref) -> str:
    """The Secret with the key of the client of a Ceph cluster."""
    return f"{name_of(ceph)}-{KUBERNETES_CLIENT}"


def driver_values(services: Services) -> dict[str, Any]:
    """Values of the chart of the CSI drivers: block devices alone, and how each cluster is reached."""
    fields = services.cause("volumes in Ceph", "storage_class")
    settings = [Setting(("operatorConfig", "namespace"), NAMESPACE, fields)]
    for name, is_on in (("rbd", True), ("cephfs", False), ("nfs", False), ("nvmeof", False)):
        settings.append(Setting(("drivers", name, "enabled"), is_on, fields))
    settings.append(Setting(("drivers", "rbd", "name"), _DRIVER, fields))
    replicas = 2 if services.workers > 1 else 1
    nodes = services.cause("two where there are nodes for them", "pool")
    # The chart states both in the driver itself, so that defaults for all drivers have no effect.
    settings.append(Setting(("drivers", "rbd", "controllerPlugin", "replicas"), replicas, nodes))
    tolerated = services.tolerations
    if tolerated is not None:
        path = ("drivers", "rbd", "nodePlugin", "tolerations")
        settings.append(Setting(path, tolerated.value, tolerated.cause))
    return tree(*settings)


def _bracketed(text: str) -> str:
    return f"[{text}]" if ":" in text else text


def connections(services: Services) -> Iterator[Resource]:
    """How each Ceph cluster is reached, and the profile that classes name."""
    for ref, ceph in clusters(services).items():
        name = name_of(ref)
        fields = (f"{ref}.monitors", f"{ref}.public_network")
        addresses = [
            Traced(
                f"{_bracketed(text)}:{_PORT}",
                Cause("a monitor", (*fields, f"{host.ref}.address.{ceph.public_network}")),
            )
            for host in services.model.hosts(ceph.monitors)
            if (text := services.model.addresses.text(host.ref, ceph.public_network)) is not None
        ]
        cause = Cause("a Ceph cluster of storage classes", (str(ref),))
        monitors = Cause("addresses of the monitors", fields)
        reached = {"spec": {"monitors": Traced(addresses, monitors)}}
        yield Resource(_API, "CephConnection", name, cause, NAMESPACE, body=reached)
        profile = {"spec": {"cephConnectionRef": {"name": name}}}
        yield Resource(_API, "ClientProfile", name, cause, NAMESPACE, body=profile)


def pool_of(ceph: Ceph, stated: StorageClass) -> str | None:
    """The pool of a class: as stated, or the one for Kubernetes."""
    return stated.pool or ceph.pool_for("kubernetes")


def classes(services: Services) -> Iterator[Resource]:
    """The classes in the order of the source."""
    for label, stated in services.cluster.storage_class.items():
        cause = services.cause("a storage class", "storage_class", label)
        default = services.cause(
            "volumes without a class are of this one", "storage_class", label, "default"
        )
        kept = services.cause("what becomes of volumes", "storage_class", label, "reclaim")
        by_ceph = stated.ceph is not None
        body: dict[str, Any] = {
            "provisioner": _DRIVER if by_ceph else _CINDER,
            "parameters": _of_ceph(services, label, stated)
            if by_ceph
            else _of_cinder(services, label, stated),
            "reclaimPolicy": Traced(stated.reclaim.capitalize(), kept),
            "allowVolumeExpansion": True,
            "volumeBindingMode": "Immediate" if by_ceph else "WaitForFirstConsumer",
        }
        annotations = {_DEFAULT: Traced("true" if stated.default else "false", default)}
        yield Resource(
            "storage.k8s.io/v1", "StorageClass", label, cause, annotations=annotations, body=body
        )


def _of_ceph(services: Services, label: str, stated: StorageClass) -> dict[str, Any]:
    assert stated.ceph is not None
    ceph = services.model.at(stated.ceph, Ceph)
    name = pool_of(ceph, stated)
    assert name is not None, "the check has asked for a pool"
    base = services.path("storage_class", label)
    where = Cause("the cluster of the volumes", (f"{base}.ceph",))
    fields = (f"{base}.pool", labelled(stated.ceph, "pool", name))
    pool = Cause("the pool of the volumes", fields)
    made: dict[str, Any] = {
        "clusterID": Traced(name_of(stated.ceph), where),
        "pool": Traced(name, pool),
        "imageFeatures": "layering",
        "csi.storage.k8s.io/fstype": "ext4",
    }
    data = ceph.data_pool(name) if name in ceph.pool else None
    if data is not None:
        made["dataPool"] = Traced(data, pool)
    for role in _ROLES:
        made[f"csi.storage.k8s.io/{role}-secret-name"] = Traced(secret_name(stated.ceph), where)
        made[f"csi.storage.k8s.io/{role}-secret-namespace"] = NAMESPACE
    return made


def _of_cinder(services: Services, label: str, stated: StorageClass) -> dict[str, Any]:
    if stated.volume_type is None:
        return {}
    cause = services.cause("the type of volumes", "storage_class", label, "volume_type")
    return {"type": Traced(stated.volume_type, cause)}
