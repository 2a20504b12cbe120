"""Plans Manila: shares in CephFS, reached natively or by NFS, and shares that guests serve.

NFS in front of CephFS is served by the cluster's own gateways: the driver tells their managers what to
export, and needs no NFS server beside Manila.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from targets._formats.page import Traced
from targets.kolla_ansible import storage_limits as limits
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.subject import Files, Subject, Variables

_SWITCHES = {
    "cephfs_native": "enable_manila_backend_cephfs_native",
    "cephfs_nfs": "enable_manila_backend_cephfs_nfs",
    "generic": "enable_manila_backend_generic",
}
_PROTOCOLS = {"cephfs_native": "CEPHFS", "cephfs_nfs": "NFS", "generic": "NFS"}
_NFS_SECTION = "cephfsnfs1"


def _runs(cloud: Cloud) -> bool:
    return "manila" in cloud.layer.services


def _variables(cloud: Cloud) -> Variables:
    if not _runs(cloud):
        return
    runs = cloud.path("services")
    yield "enable_manila", Traced(value=True, cause=Cause("runs if it is listed", (runs,)))
    cause = Cause("where shares are kept", (cloud.path("manila", "backends"), runs))
    for backend in _distinct(cloud):
        yield _SWITCHES[backend], Traced(value=True, cause=cause)


def _distinct(cloud: Cloud) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cloud.layer.manila.backends))


def _files(cloud: Cloud) -> Files:
    ceph, ref = cloud.ceph, cloud.layer.storage
    if not _runs(cloud) or "cephfs_nfs" not in cloud.layer.manila.backends:
        return {}
    if ceph is None or ref is None:
        return {}
    fields = (f"{ref}.nfs", cloud.path("manila", "backends"), cloud.path("storage"))
    served = Cause("the cluster's own NFS gateways export shares", fields)
    options = {"cephfs_nfs_cluster_id": Traced(ref.plain, served)}
    text, network = cloud.model.addresses.text, ceph.public_network
    hosts = tuple(cloud.model.hosts(ceph.nfs))
    found = [address for host in hosts if (address := text(host.ref, network)) is not None]
    if found:
        paths = tuple(f"{host.ref}.address.{network}" for host in hosts)
        reached = Cause(
            "the gateways' addresses on the cluster's public network", (*fields, *paths)
        )
        options["cephfs_ganesha_export_ips"] = Traced(",".join(found), reached)
    return {"manila/manila-share.conf": {_NFS_SECTION: options}}


def _steps(cloud: Cloud) -> Iterator[Step]:
    if not _runs(cloud):
        return
    backends = _distinct(cloud)
    needs = ["share services that are up: `openstack share service list`"]
    if "generic" in backends:
        needs.append(
            "an image `manila-service-image` of the system that serves shares, and a flavor with the ID 100 "
            "or `service_instance_flavor_id` in `manila-share.conf`"
        )
    yield Step(
        title="Look at the shared file systems",
        needs=tuple(needs),
        commands=("pip install python-manilaclient",),
        checks=("openstack share service list", "openstack share pool list"),
        gives=(
            "shares by "
            + " and ".join(dict.fromkeys(_PROTOCOLS[each] for each in backends))
            + ", once their types are made with all else that the region offers",
        ),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if not _runs(cloud):
        return
    backends = cloud.layer.manila.backends
    for position, backend in enumerate(backends):
        span = spans.at(cloud.ref, "manila", "backends", position)
        if backend in backends[:position]:
            yield limits.backend_twice(span, backend)
        elif backend == "generic" and cloud.layer.neutron.plugin != "ovs":
            plugin = spans.written(cloud.ref, "neutron", "plugin") or spans.at(cloud.ref)
            yield limits.shares_on_guests(span, plugin)


_FILES = {
    "manila.conf": "",
    **dict.fromkeys(
        ("manila-api.conf", "manila-data.conf", "manila-scheduler.conf", "manila-share.conf"),
        "manila.conf",
    ),
}

SUBJECT = Subject(
    name="shares",
    config_files={"manila": _FILES},
    variables=_variables,
    files=_files,
    steps=_steps,
    check=_check,
    rules=(limits.SHARES_ON_GUESTS, limits.BACKEND_TWICE),
    derived_variables={
        "enable_manila": "`services`",
        **dict.fromkeys(_SWITCHES.values(), "`manila { backends }`"),
    },
    derived_options={
        ("manila", _NFS_SECTION, "cephfs_nfs_cluster_id"): "`nfs` of the cluster",
        ("manila", _NFS_SECTION, "cephfs_ganesha_export_ips"): "`nfs` of the cluster",
    },
)
