"""Settings of storage: which pools services keep their data in, and how they reach the cluster.

The charts' own jobs make the clients of the cluster and set copies and rule of their pools anew, so both are
stated as the cluster's own tool has made them. One UUID names the secret of Cinder's client in Nova, in
Cinder and in libvirt.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from blueprint.capabilities.kubernetes_offers import storage_classes
from blueprint.model.ceph import Ceph
from blueprint.target import Cause
from targets.openstack_helm.cloud import ADAPTER, ROOK_NAMESPACE, Cloud
from targets.openstack_helm.settings import ChartSetting, at

_NAMESPACE = uuid.UUID("6c3a6b2e-5d0c-5f0e-9c33-8f3f6f1d2a54")
_SERVICES = {"glance": "glance", "cinder": "cinder", "cinder_backup": "cinder", "nova": "nova"}
#: The client that Nova and libvirt use: block devices of guests are Cinder's too.
VOLUME_CLIENT = "cinder"
IMAGE_CLIENT = "glance"
BACKUP_CLIENT = "cinder-backup"
#: The ConfigMap with ceph.conf and the Secret with the administrator's key, as all charts look for them.
CONFIG_MAP, ADMIN_SECRET = "ceph-etc", "pvc-ceph-client-key"
#: The size of the volume of images, where no pool is for them: the chart's own has no room for one.
_IMAGES = "100Gi"


def uses(cloud: Cloud) -> dict[str, str]:
    """The uses that services make of the cluster, with each one's pool."""
    ceph = cloud.ceph
    if ceph is None:
        return {}
    return {
        use: pool
        for use, service in _SERVICES.items()
        if cloud.has(service) and (pool := ceph.pool_for(use)) is not None
    }


def secret_uuid(cloud: Cloud) -> str:
    """The name of the secret of Cinder's client in libvirt, one a region."""
    return str(uuid.uuid5(_NAMESPACE, str(cloud.ref)))


def storage(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it, by chart."""
    used = uses(cloud)
    if cloud.rook is not None:
        yield from _adapter(cloud)
    yield from _images(cloud, used.get("glance"))
    if cloud.has("cinder"):
        yield from _volumes(cloud, used)
    if cloud.has("nova"):
        yield from _guests(cloud, used)


def _adapter(cloud: Cloud) -> Iterator[ChartSetting]:
    ceph, ref = cloud.rook, cloud.layer.storage
    assert ceph is not None
    where = Cause("where Rook keeps the cluster", (cloud.path("storage"), f"{ref}.on"))
    yield at(ADAPTER, "ceph_cluster_namespace", ROOK_NAMESPACE, where)
    count = sum(1 for _ in cloud.model.hosts(ceph.monitors))
    monitors = Cause("the number of monitors to wait for", (f"{ref}.monitors",))
    yield at(ADAPTER, "conf.ceph.global.mon_count", count, monitors)


def rule_of(ceph: Ceph, pool: str) -> str:
    """The rule that a pool follows, as the cluster's tool has named it."""
    each = ceph.pool[pool]
    if ceph.on is not None:
        return pool
    medium = f"_{each.device_class}" if each.device_class else ""
    return f"by_{each.failure_domain}{medium}"


def _kept(cloud: Cloud, pool: str) -> tuple[Cause, Cause, Cause]:
    """Causes of a pool's name, of its copies and of its rule."""
    field = f"{cloud.layer.storage}.pool.{pool}"
    return (
        Cause("the pool of the service", (f"{field}.use", cloud.path("storage"))),
        Cause("copies of each object", (f"{field}.size",)),
        Cause("the rule of the pool", (f"{field}.failure_domain", f"{field}.device_class")),
    )


def is_on_one_node(cloud: Cloud) -> bool:
    """Whether images are kept on a volume that pods of one node alone can have: all but those of a file system."""
    if cloud.ceph is not None and cloud.ceph.pool_for("glance") is not None:
        return False
    made = storage_classes(cloud.cluster_ref, cloud.cluster, cloud.model)
    _, where = made.get(cloud.options.storage_class, (None, ()))
    return where[:1] != ("filesystem",)


def _images(cloud: Cloud, pool: str | None) -> Iterator[ChartSetting]:
    if not cloud.has("glance"):
        return
    by_storage = (cloud.path("storage"), cloud.path("services"))
    if pool is None or cloud.ceph is None:
        rule = "images on a volume of the cluster, where no pool is for them"
        cause = Cause(rule, by_storage)
        yield at("glance", "storage", "pvc", cause)
        yield at("glance", "volume.size", _IMAGES, Cause("room for images", by_storage))
        if not is_on_one_node(cloud):
            yield at("glance", "volume.accessModes", ["ReadWriteMany"], cause)
        return
    named, copies, rule_cause = _kept(cloud, pool)
    yield at("glance", "storage", "rbd", named)
    base = ("conf", "glance", "rbd")
    yield at("glance", (*base, "rbd_store_pool"), pool, named)
    yield at("glance", (*base, "rbd_store_user"), IMAGE_CLIENT, named)
    yield at("glance", (*base, "rbd_store_replication"), cloud.ceph.pool[pool].size, copies)
    yield at("glance", (*base, "rbd_store_crush_rule"), rule_of(cloud.ceph, pool), rule_cause)


def _volumes(cloud: Cloud, used: dict[str, str]) -> Iterator[ChartSetting]:
    ceph, pool = cloud.ceph, used.get("cinder")
    if ceph is None or pool is None:
        return  # `check` has refused it
    named, copies, rule = _kept(cloud, pool)
    secret = Cause("the secret of the volumes' client, one for the region", (str(cloud.ref),))
    backend = ("conf", "backends", "rbd1")
    yield at("cinder", (*backend, "rbd_pool"), pool, named)
    yield at("cinder", (*backend, "rbd_user"), VOLUME_CLIENT, named)
    yield at("cinder", (*backend, "rbd_secret_uuid"), secret_uuid(cloud), secret)
    pools = ("conf", "ceph", "pools", pool)
    yield at("cinder", (*pools, "replication"), ceph.pool[pool].size, copies)
    yield at("cinder", (*pools, "crush_rule"), rule_of(ceph, pool), rule)
    yield at("cinder", (*pools, "chunk_size"), 8, named)
    yield at("cinder", (*pools, "app_name"), "rbd", named)
    backups = used.get("cinder_backup")
    if backups is None:
        none = Cause("no backups, where no pool is for them", (cloud.path("storage"),))
        for part in (
            "deployment_backup", "job_backup_storage_init",
        ):  # fmt: skip
            if cloud.reads("cinder", "manifests", part):
                yield at("cinder", ("manifests", part), value=False, cause=none)
        return
    named, copies, rule = _kept(cloud, backups)
    options = ("conf", "cinder", "DEFAULT")
    driver = "cinder.backup.drivers.ceph.CephBackupDriver"
    yield at("cinder", (*options, "backup_driver"), driver, named)
    yield at("cinder", (*options, "backup_ceph_pool"), backups, named)
    yield at("cinder", (*options, "backup_ceph_user"), BACKUP_CLIENT, named)
    pools = ("conf", "ceph", "pools", "backup")
    yield at("cinder", (*pools, "replication"), ceph.pool[backups].size, copies)
    yield at("cinder", (*pools, "crush_rule"), rule_of(ceph, backups), rule)


def _guests(cloud: Cloud, used: dict[str, str]) -> Iterator[ChartSetting]:
    ceph = cloud.ceph
    field = cloud.path("storage")
    has_volumes = "cinder" in used
    reach = Cause("whether guests have disks in the cluster", (field, cloud.path("services")))
    for name in ("nova", "libvirt"):
        yield at(name, "conf.ceph.enabled", ceph is not None and has_volumes, reach)
    if ceph is None or not has_volumes:
        return
    secret = Cause("the secret of the volumes' client, one for the region", (str(cloud.ref),))
    client = Cause("the volumes' client", (field,))
    for name in ("nova", "libvirt"):
        yield at(name, "conf.ceph.cinder.user", VOLUME_CLIENT, client)
    yield at("libvirt", "conf.ceph.cinder.secret_uuid", secret_uuid(cloud), secret)
    libvirt = ("conf", "nova", "libvirt")
    yield at("nova", (*libvirt, "rbd_user"), VOLUME_CLIENT, client)
    yield at("nova", (*libvirt, "rbd_secret_uuid"), secret_uuid(cloud), secret)
    pool = used.get("nova")
    if pool is None:
        return
    named, copies, rule = _kept(cloud, pool)
    yield at("nova", (*libvirt, "images_type"), "rbd", named)
    yield at("nova", (*libvirt, "images_rbd_pool"), pool, named)
    yield at("nova", "rbd_pool.replication", ceph.pool[pool].size, copies)
    yield at("nova", "rbd_pool.crush_rule", rule_of(ceph, pool), rule)
    yield at("nova", "rbd_pool.app_name", "rbd", named)
