"""Plans object storage: the gateways of a Ceph cluster behind the region's load balancer, under Swift's name."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Ceph
from blueprint.model.ceph import ObjectStore
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from targets._formats.page import Traced
from targets.kolla_ansible import storage_limits as limits
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of
from targets.kolla_ansible.ports import ports_of
from targets.kolla_ansible.storage import monitor_login
from targets.kolla_ansible.subject import Subject, Variables

#: Where the load balancer serves object storage.
_FRONT_VARIABLE = "ceph_rgw_port"
_FRONT_PORT = 6780
_PASSWORD = "ceph_rgw_keystone_password"  # noqa: S105  # the name of one


def _runs(cloud: Cloud) -> bool:
    return "swift" in cloud.layer.services and cloud.ceph is not None


def _variables(cloud: Cloud) -> Variables:
    ceph, ref = cloud.ceph, cloud.layer.storage
    if not _runs(cloud) or ceph is None or ref is None:
        return
    runs = (cloud.path("services"), cloud.path("storage"))
    served = Cause("object storage by the cluster's gateways", (*runs, f"{ref}.object.swift"))
    yield "enable_ceph_rgw", Traced(value=True, cause=served)
    yield "ceph_rgw_swift_account_in_url", Traced(value=True, cause=served)
    text, network = cloud.model.addresses.text, ceph.public_network
    port = (ceph.object or ObjectStore()).port
    hosts = tuple(cloud.model.hosts(ceph.rgw))
    members = [
        {"host": host.name, "ip": f"[{address}]" if ":" in address else address, "port": port}
        for host in hosts
        if (address := text(host.ref, network)) is not None
    ]
    addresses = tuple(f"{host.ref}.address.{network}" for host in hosts)
    paths = (f"{ref}.rgw", f"{ref}.public_network", f"{ref}.object.port", *runs, *addresses)
    yield "ceph_rgw_hosts", Traced(members, Cause("the gateways behind the load balancer", paths))


def _steps(cloud: Cloud) -> Iterator[Step]:
    """The password that gateways ask the identity service with: it exists once the region's do."""
    ref, login = cloud.layer.storage, monitor_login(cloud)
    if not _runs(cloud) or ref is None:
        return
    section, passwords = f"client.rgw.{ref.plain}", f"{folder_of(cloud)}/passwords.yml"
    if ref in cloud.model.existing or login is None:
        yield Step(
            title="Let the object gateways ask the identity service",
            needs=(
                (
                    f"in `{ref}`, for its object gateways: `rgw_keystone_url` with the URL of this region's "
                    "Keystone, `rgw_keystone_api_version = 3`, `rgw_keystone_admin_user = ceph_rgw`, "
                    "`rgw_keystone_admin_domain = Default`, `rgw_keystone_admin_project = service`, "
                    "`rgw_keystone_accepted_roles = member, admin`, "
                    "`rgw_keystone_accepted_admin_roles = ResellerAdmin`, `rgw_swift_account_in_url = true`, "
                    f"and `rgw_keystone_admin_password`, which is `{_PASSWORD}` in `passwords.yml`"
                ),
            ),
            commands=(),
            checks=("openstack container list",),
        )
        return
    yield Step(
        title="Let the object gateways ask the identity service",
        needs=("SSH to the first monitor's host, with `sudo` there",),
        commands=(
            (
                f"(printf '[{section}]\\nrgw_keystone_admin_password = '; sed -n 's/^{_PASSWORD}: *//p' {passwords}) "
                f"| {login} sudo cephadm shell -- ceph config assimilate-conf -i -"
            ),
            f"{login} sudo cephadm shell -- ceph orch restart rgw.{ref.plain}",
        ),
        checks=("openstack container list",),
        gives=("object storage for users of this region's identity service",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Gateways of any cluster that listen, on hosts of the region, where its own services do."""
    roles = ("network", "control", "monitoring")
    hosts = {h.ref for role in roles for h in cloud.model.hosts(cloud.roles[role].selection)}
    for ref, ceph in cloud.model.of(Ceph).items():
        shared = next((h.group for h in cloud.model.hosts(ceph.rgw) if h.ref in hosts), None)
        if shared is None:
            continue
        port = (ceph.object or ObjectStore()).port
        is_behind = _runs(cloud) and ref == cloud.layer.storage
        taken = _FRONT_VARIABLE if is_behind and port == _FRONT_PORT else ports_of(cloud).get(port)
        if taken is not None:
            span = spans.at(ref, "object", "port")
            yield limits.gateway_port_taken(span, port, taken, shared, ref, spans.at(ref, "rgw"))


SUBJECT = Subject(
    name="objects",
    variables=_variables,
    steps=_steps,
    check=_check,
    rules=(limits.GATEWAY_PORT,),
    derived_variables={
        "ceph_rgw_hosts": "`rgw` of the cluster",
        "ceph_rgw_swift_account_in_url": "`services`",
        "enable_ceph_rgw": "`services`",
    },
)
