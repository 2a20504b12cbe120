"""Plans pools with their storage classes, file systems and the object store, as the cluster's chart makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.ceph import Erasure, Filesystem, ObjectStore, Pool
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.names import through_tpl
from targets._kubernetes.object_gateways import NAMESPACE
from targets._kubernetes.values import Setting
from targets.rook.cluster import Cluster
from targets.rook.cluster_values import metadata_server_memory, on_hosts
from targets.rook.identity import keystone, route
from targets.rook.operator import tolerations

#: Secrets of the drivers that Rook makes, by what uses them.
_SECRETS = {
    "provisioner": "provisioner", "controller-expand": "provisioner", "controller-publish": "provisioner",
    "node-stage": "node",
}  # fmt: skip
#: The pool of a file system's data.
_DATA = "data0"
#: What gateways serve where nothing narrows it down, less the two APIs (`rgw_enable_apis`).
_OTHER_APIS = ("admin", "sts", "iam", "notifications")


def pool_settings(cluster: Cluster) -> Iterator[Setting]:
    """Lists of the chart; those that are not stated are emptied, since the chart has examples in them."""
    layer = cluster.layer
    pools = [each for name in layer.pool for each in _block_pools(cluster, name)]
    yield Setting(("cephBlockPools",), pools, Cause("the pools", (cluster.path("pool"),)))
    systems = [_filesystem(cluster, name, each) for name, each in layer.filesystem.items()]
    stated = Cause("the file systems", (cluster.path("filesystem"),))
    yield Setting(("cephFileSystems",), systems, stated)
    stores = [_object_store(cluster, layer.object or ObjectStore())] if layer.rgw else []
    objects = Cause("object storage", (cluster.path("rgw"), cluster.path("object")))
    yield Setting(("cephObjectStores",), stores, objects)


def _block_pools(cluster: Cluster, name: str) -> Iterator[Traced]:
    """A pool; of an erasure-coded one first the pool of its data, which metadata is kept beside."""
    pool = cluster.layer.pool[name]
    field = cluster.path("pool", name)
    cause = Cause("a pool", (field,))
    data = cluster.layer.data_pool(name)
    if data is not None and pool.erasure is not None:
        spec = _placed(field, pool)
        spec["erasureCoded"] = _erasure(field, pool.erasure)
        if pool.share is not None:
            share = Cause("the expected share of the cluster's data", (f"{field}.share",))
            spec["parameters"] = {"target_size_ratio": Traced(f"{float(pool.share):g}", share)}
        stored = Cause("the data of the pool, erasure-coded", (f"{field}.erasure",))
        yield Traced({"name": data, "spec": spec, "storageClass": {"enabled": False}}, stored)
    spec = _placed(field, pool)
    spec["replicated"] = _replicated(field, pool)
    if pool.min_size is not None and data is None:
        least = Cause("copies that must exist for a write", (f"{field}.min_size",))
        spec["parameters"] = {"min_size": Traced(str(pool.min_size), least)}
    classes = _storage_class(cluster, name, data)
    yield Traced({"name": name, "spec": spec, "storageClass": classes}, cause)


def _placed(field: str, pool: Pool) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "failureDomain": Traced(
            pool.failure_domain, Cause("what data is spread over", (f"{field}.failure_domain",))
        )
    }
    if pool.device_class is not None:
        medium = Cause("the medium of the pool", (f"{field}.device_class",))
        spec["deviceClass"] = Traced(pool.device_class, medium)
    return spec


def _replicated(field: str, pool: Pool) -> dict[str, Any]:
    copies = Cause("copies of each object", (f"{field}.size",))
    found: dict[str, Any] = {"size": Traced(pool.size, copies)}
    if pool.size == 1:
        found["requireSafeReplicaSize"] = Traced(value=False, cause=copies)
    if pool.share is not None and pool.erasure is None:
        share = Cause("the expected share of the cluster's data", (f"{field}.share",))
        found["targetSizeRatio"] = Traced(pool.share, share)
    return found


def _erasure(field: str, code: Erasure) -> Traced:
    cause = Cause("chunks of each object", (f"{field}.erasure.k", f"{field}.erasure.m"))
    return Traced({"dataChunks": code.k, "codingChunks": code.m}, cause)


def _storage_class(cluster: Cluster, name: str, data: str | None) -> dict[str, Any]:
    pool = cluster.layer.pool[name]
    field = cluster.path("pool", name)
    stated = Cause("the storage class of the pool", (f"{field}.storage_class",))
    if pool.storage_class is None:
        return {"enabled": Traced(value=False, cause=stated)}
    default = Cause("whether volumes without a class are kept here", (f"{field}.default",))
    parameters: dict[str, Any] = {"imageFormat": "2", "imageFeatures": "layering"}
    if data is not None:
        coded = Cause("the pool of the data", (f"{field}.erasure",))
        parameters["dataPool"] = Traced(through_tpl(data), coded)
    parameters |= _secrets("rbd")
    parameters["csi.storage.k8s.io/fstype"] = "ext4"
    found = {
        "enabled": True,
        "name": pool.storage_class,
        "isDefault": Traced(pool.default, default),
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
        "parameters": parameters,
    }
    return {
        key: each if isinstance(each, Traced) else Traced(each, stated)
        for key, each in found.items()
    }


def _filesystem(cluster: Cluster, name: str, system: Filesystem) -> Traced:
    field = cluster.path("filesystem", name)
    cause = Cause("a file system", (field,))
    kept = {
        "failureDomain": Traced(
            system.failure_domain, Cause("what data is spread over", (f"{field}.failure_domain",))
        ),
        "replicated": Traced(
            {"size": system.size}, Cause("copies of each object", (f"{field}.size",))
        ),
    }
    placed = on_hosts(cluster, "mds")
    servers = {
        "activeCount": 1,
        "activeStandby": True,
        "placement": _placement(cluster, placed),
        "resources": metadata_server_memory(),
        "priorityClassName": "system-cluster-critical",
    }
    spec = {
        "metadataPool": kept,
        "dataPools": [{"name": _DATA, **kept}],
        "preserveFilesystemOnDelete": True,
        "metadataServer": Traced(servers, placed.cause),
    }
    classes = _file_class(field, system)
    return Traced({"name": name, "spec": spec, "storageClass": classes}, cause)


def _file_class(field: str, system: Filesystem) -> dict[str, Any]:
    """The class of volumes that are folders of a file system."""
    stated = Cause("the storage class of the file system", (f"{field}.storage_class",))
    if system.storage_class is None:
        return {"enabled": Traced(value=False, cause=stated)}
    default = Cause("whether volumes without a class are kept here", (f"{field}.default",))
    found = {
        "enabled": True,
        "name": system.storage_class,
        "isDefault": Traced(system.default, default),
        "pool": _DATA,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
        "parameters": _secrets("cephfs"),
    }
    return {
        key: each if isinstance(each, Traced) else Traced(each, stated)
        for key, each in found.items()
    }


def _secrets(driver: str) -> dict[str, str]:
    """Parameters of a class that name the secrets of a driver."""
    found: dict[str, str] = {}
    for use, of in _SECRETS.items():
        found[f"csi.storage.k8s.io/{use}-secret-name"] = f"rook-csi-{driver}-{of}"
        found[f"csi.storage.k8s.io/{use}-secret-namespace"] = NAMESPACE
    return found


def _placement(cluster: Cluster, placed: Traced) -> Traced:
    found: dict[str, Any] = {"nodeAffinity": placed}
    allowed = tolerations(cluster)
    if allowed is not None:
        found["tolerations"] = allowed
    return Traced(found, placed.cause)


def _object_store(cluster: Cluster, stored: ObjectStore) -> Traced:
    field = cluster.path("object")
    domain = Traced(
        stored.failure_domain, Cause("what objects are spread over", (f"{field}.failure_domain",))
    )
    copies = Traced({"size": stored.size}, Cause("copies of each object", (f"{field}.size",)))
    data: dict[str, Any] = {"failureDomain": domain, "replicated": copies}
    if stored.erasure is not None:
        data = {"failureDomain": domain, "erasureCoded": _erasure(field, stored.erasure)}
    placed = on_hosts(cluster, "rgw")
    port = Cause("the port of the gateways", (f"{field}.port",))
    gateway = {
        "port": Traced(stored.port, port),
        "instances": len(cluster.members("rgw")),
        "placement": _placement(cluster, placed),
        "priorityClassName": "system-cluster-critical",
    }
    spec = {
        "metadataPool": {"failureDomain": domain, "replicated": copies},
        "dataPool": data,
        "preservePoolsOnDelete": True,
        "protocols": _protocols(cluster, stored),
        "gateway": Traced(gateway, placed.cause),
    }
    authenticated = keystone(cluster)
    if authenticated is not None:
        spec["auth"] = {"keystone": authenticated}
    cause = Cause("object storage", (cluster.path("rgw"), field))
    found: dict[str, Any] = {
        "name": cluster.store, "spec": spec, "storageClass": {"enabled": False},
    }  # fmt: skip
    way = route(cluster)
    if way is not None:
        found["route"] = way
    return Traced(found, cause)


def _protocols(cluster: Cluster, stored: ObjectStore) -> Traced:
    field = cluster.path("object")
    served = [
        *(["s3"] if stored.s3 else []),
        *(["swift", "swift_auth"] if stored.swift else []),
        *_OTHER_APIS,
    ]
    cause = Cause("the APIs that are served", (f"{field}.s3", f"{field}.swift"))
    found: dict[str, Any] = {"enableAPIs": served}
    if keystone(cluster) is not None:
        found["s3"] = {"authUseKeystone": stored.s3}
        found["swift"] = {"accountInUrl": True}
    return Traced(found, cause)
