"""Plans where Cinder keeps volumes and backups: Ceph, disks of hosts, NFS shares, and several of these at once.

Only Ceph's driver lets several volume services work as one (`SUPPORTS_ACTIVE_ACTIVE` in Cinder). Beside
disks or NFS shares each service is on its own, and Kolla-Ansible's precheck of a cluster is put off.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from blueprint.diagnostics import Diagnostic
from blueprint.model.ceph import CLIENTS
from blueprint.spans import Spans
from blueprint.target import Artifact, Cause, Step
from targets._formats.page import Page, Traced
from targets.kolla_ansible import storage_limits as limits
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.commands import on_hosts
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.storage import uses
from targets.kolla_ansible.subject import Columns, Files, Subject, Variables
from targets.kolla_ansible.systems import distribution_of

#: Kolla-Ansible's names for the sections of its backends (roles/cinder/defaults/main.yml).
_CEPH, _LVM, _NFS = "rbd-1", "lvm-1", "nfs-1"
_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."
#: lvm(8).
_VOLUME_GROUP = re.compile(r"[A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,126}").fullmatch
#: Distributions for which Kolla builds no image of tgtd (kolla/image/unbuildable.py).
_WITHOUT_TGTD = ("centos", "rocky")
#: Groups of volume services that the newest releases fill with control hosts even where others are named.
_GROUPS = ("cinder-volume", "cinder-volume-multiple", "cinder-backup", "cinder-backup-multiple")


def _runs(cloud: Cloud) -> bool:
    return "cinder" in cloud.layer.services


def backends(cloud: Cloud) -> tuple[str, ...]:
    """The sections of the backends that volumes may be on."""
    cinder = cloud.layer.cinder
    stated = (("cinder" in uses(cloud), _CEPH), (cinder.lvm, _LVM), (cinder.nfs, _NFS))
    return tuple(name for is_stated, name in stated if is_stated) if _runs(cloud) else ()


def _variables(cloud: Cloud) -> Variables:
    if not _runs(cloud):
        return
    cinder, runs = cloud.layer.cinder, cloud.path("services")
    if cinder.lvm is not None:
        on_disks = Cause("volumes on disks of the hosts", (cloud.path("cinder", "lvm"), runs))
        yield "enable_cinder_backend_lvm", Traced(value=True, cause=on_disks)
        named = Cause("the volume group", (cloud.path("cinder", "lvm", "volume_group"), runs))
        yield "cinder_volume_group", Traced(cinder.lvm.volume_group, named)
        helper = _target_helper(cloud)
        if helper is not None:
            yield "cinder_target_helper", helper
    if cinder.nfs is not None:
        shares = Cause("volumes on NFS shares", (cloud.path("cinder", "nfs"), runs))
        yield "enable_cinder_backend_nfs", Traced(value=True, cause=shares)
    yield from _backups(cloud)
    yield from _several_services(cloud)


def _target_helper(cloud: Cloud) -> Traced | None:
    """The iSCSI target where it is stated, or where the release's own has no image."""
    lvm, field = cloud.layer.cinder.lvm, cloud.path("cinder", "lvm", "helper")
    if lvm is not None and lvm.helper is not None:
        return Traced(lvm.helper, Cause("the stated iSCSI target", (field, cloud.path("services"))))
    lacking = _without_tgtd(cloud)
    if lacking is None:
        return None
    return Traced(
        "lioadm", Cause("the iSCSI target that there is an image of", (field, lacking[1]))
    )


def _without_tgtd(cloud: Cloud) -> tuple[str, str] | None:
    """The distribution inside the images where it has no tgtd, and the field that says which it is."""
    stated: str | None = cloud.layer.kolla_ansible.base_distribution
    field = cloud.path("deployer")
    if stated is None:
        control = cloud.classes_of("control")
        stated = distribution_of(control[0].spec.os) if control else None
        field = f"{control[0].group}.os" if control else field
    return (stated, field) if stated in _WITHOUT_TGTD else None


def _backups(cloud: Cloud) -> Variables:
    share, used = cloud.layer.cinder.backup_nfs, uses(cloud)
    by_storage: tuple[str, ...] = (cloud.path("storage"), cloud.path("services"))
    if cloud.layer.storage is not None:
        by_storage = (*by_storage, f"{cloud.layer.storage}.pool")
    field = cloud.path("cinder", "backup_nfs")
    kept = Cause("backups run where there is a pool or a share for them", (field, *by_storage))
    has_pool = "cinder_backup" in used
    yield "enable_cinder_backup", Traced(has_pool or share is not None, kept)
    if share is not None:
        yield "cinder_backup_driver", Traced("nfs", kept)
        yield "cinder_backup_share", Traced(share, Cause("the share of backups", (field,)))
        if "cinder" in used:
            rule = "Kolla-Ansible hands backup services a keyring whatever they keep backups on"
            yield "ceph_cinder_backup_user", Traced(CLIENTS["cinder"], Cause(rule, kept.paths))
    elif has_pool:
        yield "cinder_backup_driver", Traced("ceph", kept)


def _several_services(cloud: Cloud) -> Variables:
    """What several volume services are to each other (roles/cinder/tasks/precheck.yml)."""
    hosts = sum(1 for _ in cloud.model.hosts(cloud.roles["storage"].selection))
    of_hosts = (cloud.field_of("storage"), cloud.path("services"))
    found = backends(cloud)
    if found == (_CEPH,):
        if hosts > 1:
            rule = "volume services on several hosts are one cluster, named after the region"
            named = Cause(rule, (*of_hosts, cloud.path("region")))
            yield "cinder_cluster_name", Traced(cloud.layer.region, named)
        return
    fields = (*of_hosts, cloud.path("cinder", "lvm"), cloud.path("cinder", "nfs"))
    rule = "volume services beside disks or NFS shares are each on their own"
    yield "cinder_cluster_skip_precheck", Traced(value=True, cause=Cause(rule, fields))


def _groups(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    """Volume services run on the hosts of volumes alone, whatever their backends are."""
    if not _runs(cloud) or not cloud.layer.volumes or _GROUPS[1] not in cloud.catalog.groups:
        return
    fields = (cloud.path("volumes"), cloud.path("services"), cloud.path("release"))
    cause = Cause("volume services run on the hosts of volumes", fields)
    for name in _GROUPS:
        yield name, Traced({"children": {"storage": {}}}, cause)


def _storage_addresses(cloud: Cloud, hosts: HostClass) -> tuple[Sequence[str], Cause] | None:
    """Each volume host's address for iSCSI, where a network of storage is stated."""
    network = cloud.layer.networks.storage
    if network is None or not _runs(cloud) or cloud.layer.cinder.lvm is None:
        return None
    if not cloud.has_role(hosts, "storage"):
        return None
    text = cloud.model.addresses.text
    found = [address for ref in hosts.refs if (address := text(ref, network)) is not None]
    if len(found) != len(hosts.refs):
        return None
    fields = (f"{hosts.path}.address.{network}", cloud.path("networks", "storage"))
    paths = (*fields, cloud.path("cinder", "lvm"), cloud.field_of("storage"))
    return found, Cause("volumes on disks are reached over the network of storage", paths)


def _columns(cloud: Cloud, hosts: HostClass) -> Columns:
    found = _storage_addresses(cloud, hosts)
    if found is not None:
        yield "tgtd_interface_address", *found


def _files(cloud: Cloud) -> Files:
    """The address of the iSCSI portal of each volume host, in a file of its own."""
    files: dict[str, dict[str, dict[str, Traced]]] = {}
    for each in cloud.every_class():
        found = _storage_addresses(cloud, each)
        if found is None:
            continue
        addresses, cause = found
        for ref, name, address in zip(each.refs, each.names, addresses, strict=True):
            own = tuple(path.replace(each.path, str(ref), 1) for path in cause.paths)
            traced = Traced(address, Cause(cause.rule, own))
            files[f"cinder/{name}/cinder.conf"] = {_LVM: {"target_ip_address": traced}}
    return files


def _artifacts(cloud: Cloud) -> Iterator[Artifact]:
    nfs = cloud.layer.cinder.nfs
    if not _runs(cloud) or nfs is None:
        return
    page = Page()
    page.line(f"# {_NOTICE}")
    for position, share in enumerate(nfs.shares):
        field = cloud.path("cinder", "nfs", "shares", str(position))
        page.line(share, Cause("a share of volumes", (field,)))
    yield page.artifact("kolla_ansible/config/cinder/nfs_shares")


def _prepares(cloud: Cloud) -> Iterator[Step]:
    lvm = cloud.layer.cinder.lvm
    if not _runs(cloud) or lvm is None:
        return
    group = shlex.quote(lvm.volume_group)
    disks = ", ".join(f"`{disk}`" for disk in lvm.devices)
    yield Step(
        title="Look for the volume group",
        needs=(
            (
                f"on every host of volumes the LVM volume group `{lvm.volume_group}` on {disks}: the preparation "
                "of the hosts makes it"
            ),
        ),
        commands=(),
        checks=(f"{on_hosts(cloud, 'storage')} -b -m command -a 'vgs {group}'",),
    )


def _steps(cloud: Cloud) -> Iterator[Step]:
    """A type of volumes for each backend, where users have the choice."""
    found = backends(cloud)
    if len(found) < 2:
        return
    yield Step(
        title="Make a type of volumes for each backend",
        needs=("volume services that are up: `openstack volume service list`",),
        commands=tuple(
            f"openstack volume type show {name} >/dev/null 2>&1 || "
            f"openstack volume type create --public --property volume_backend_name={name} {name}"
            for name in found
        ),
        checks=("openstack volume type list --long",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if not _runs(cloud):
        return
    cinder, ref = cloud.layer.cinder, cloud.ref
    if cinder.backup_nfs is not None and "cinder_backup" in uses(cloud):
        where = spans.at(cloud.layer.storage or ref, "pool", uses(cloud)["cinder_backup"], "use")
        span = spans.at(ref, "cinder", "backup_nfs")
        yield limits.two_places(span, "backups", "cinder_backup", where)
    if cinder.lvm is None:
        return
    if not _VOLUME_GROUP(cinder.lvm.volume_group) or cinder.lvm.volume_group in {".", ".."}:
        span = spans.at(ref, "cinder", "lvm", "volume_group")
        wanted = "letters, digits, `+`, `_`, `.` and `-`, no `-` first"
        yield unusable_text(span, "volume_group", cinder.lvm.volume_group, wanted)
    lacking = _without_tgtd(cloud)
    if lacking is not None and cinder.lvm.helper == "tgtadm":
        span = spans.at(ref, "cinder", "lvm", "helper")
        yield limits.target_without_image(span, lacking[0])


SUBJECT = Subject(
    name="volumes",
    variables=_variables,
    columns=_columns,
    files=_files,
    artifacts=_artifacts,
    groups=_groups,
    prepares=_prepares,
    steps=_steps,
    check=_check,
    rules=(limits.TWO_PLACES, limits.TARGET_HELPER),
    derived_variables={
        "cinder_backup_driver": "`cinder { backup_nfs }`, or the pool with `use = cinder_backup`",
        "cinder_backup_share": "`cinder { backup_nfs }`",
        "cinder_cluster_name": "`region`",
        "cinder_cluster_skip_precheck": "`cinder { lvm { … } }` or `cinder { nfs { … } }`",
        "cinder_target_helper": "`cinder { lvm { helper } }`",
        "cinder_volume_group": "`cinder { lvm { volume_group } }`",
        "enable_cinder_backend_lvm": "`cinder { lvm { … } }`",
        "enable_cinder_backend_nfs": "`cinder { nfs { … } }`",
        "enable_cinder_backup": "`cinder { backup_nfs }`, or the pool with `use = cinder_backup`",
        "tgtd_interface_address": "`networks { storage }`",
    },
    derived_options={
        ("cinder", _LVM, "target_ip_address"): "`networks { storage }`",
        ("cinder", _LVM, "volume_group"): "`cinder { lvm { volume_group } }`",
    },
)
