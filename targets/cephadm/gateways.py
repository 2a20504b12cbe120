"""Plans what stands between a cluster's data and its users: metadata servers, object and NFS gateways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Model, OpenStack, Pki
from blueprint.model.ceph import ObjectStore
from blueprint.target import Cause
from blueprint.values import Ip, Ref
from targets._formats.page import Traced
from targets.cephadm.cluster import Cluster

#: Where NFS is served (RFC 7530).
_NFS_PORT = 2049
#: Where Keystone is served behind the load balancer of a region.
_KEYSTONE_PORT = 5000
#: What the gateways serve where nothing narrows it down (`rgw_enable_apis`), less the two APIs.
_OTHER_APIS = ("admin", "sts", "iam", "notifications")


def gateway_specifications(cluster: Cluster) -> Iterator[dict[str, Any]]:
    """Metadata servers for each file system, NFS gateways, object gateways, where there are any."""
    layer = cluster.layer
    for name in layer.filesystem:
        yield _metadata_servers(cluster, name)
    if layer.nfs:
        yield _nfs(cluster)
    if layer.rgw:
        yield _object(cluster)


def _metadata_servers(cluster: Cluster, name: str) -> dict[str, Any]:
    ref = cluster.ref
    fields = (f"{ref}.mds", f"{ref}.{cluster.stated_field('mds')}", f"{ref}.filesystem.{name}")
    cause = Cause(
        "one metadata server of each file system works, the others wait", _distinct(fields)
    )
    return {
        "service_type": Traced("mds", cause),
        "service_id": Traced(name, cause),
        "placement": Traced({"label": "mds"}, cause),
    }


def _nfs(cluster: Cluster) -> dict[str, Any]:
    cause = Cause("the hosts of the NFS gateways", (f"{cluster.ref}.nfs",))
    return {
        "service_type": Traced("nfs", cause),
        "service_id": Traced(cluster.ref.plain, cause),
        "placement": Traced({"label": "nfs"}, cause),
        "networks": _public(cluster),
        "spec": Traced({"port": _NFS_PORT}, cause),
    }


def _object(cluster: Cluster) -> dict[str, Any]:
    ref = cluster.ref
    hosts = Cause("the hosts of the object gateways", (f"{ref}.rgw",))
    stored = cluster.layer.object or ObjectStore()
    port = Cause("the port of the object gateways", (f"{ref}.object.port",))
    found: dict[str, Any] = {
        "service_type": Traced("rgw", hosts),
        "service_id": Traced(ref.plain, hosts),
        "placement": Traced({"label": "rgw"}, hosts),
        "networks": _public(cluster),
        "spec": Traced({"rgw_frontend_port": Traced(stored.port, port)}, hosts),
    }
    options = dict(_options(cluster, stored))
    if options:
        found["config"] = Traced(options, hosts)
    return found


def _options(cluster: Cluster, stored: ObjectStore) -> Iterator[tuple[str, Traced]]:
    """Options of the gateways: which APIs they serve, and the Keystone that knows their users."""
    ref = cluster.ref
    if not (stored.s3 and stored.swift):
        served = [
            *(["s3"] if stored.s3 else []),
            *(["swift", "swift_auth"] if stored.swift else []),
        ]
        apis = Cause("the APIs that are served", (f"{ref}.object.s3", f"{ref}.object.swift"))
        yield "rgw_enable_apis", Traced(", ".join((*served, *_OTHER_APIS)), apis)
    region = swift_region(cluster.model, ref)
    if region is None:
        return
    keystone, layer = keystone_of(cluster.model, region)
    internal = layer.api.internal
    asked = Cause(
        "users of the region's identity service are users of the object gateways",
        (f"{region}.services", f"{region}.storage", f"{ref}.object.swift"),
    )
    host = internal.fqdn or _in_url(internal.vip)
    url = Cause(
        "where the region's identity service answers",
        tuple(f"{keystone}.api.internal.{field}" for field in ("fqdn", "vip", "tls")),
    )
    scheme = "http" if internal.tls is None else "https"
    yield "rgw_keystone_url", Traced(f"{scheme}://{host}:{_KEYSTONE_PORT}", url)
    fixed = (
        ("rgw_keystone_api_version", "3"),
        ("rgw_keystone_admin_user", "ceph_rgw"),
        ("rgw_keystone_admin_domain", "Default"),
        ("rgw_keystone_admin_project", "service"),
        ("rgw_keystone_accepted_roles", "member, admin"),
        ("rgw_keystone_accepted_admin_roles", "ResellerAdmin"),
        ("rgw_swift_account_in_url", "true"),
    )
    for name, value in fixed:
        yield name, Traced(value, asked)
    s3 = Cause("S3's users are the identity service's too", (f"{ref}.object.s3", *asked.paths))
    yield "rgw_s3_auth_use_keystone", Traced("true" if stored.s3 else "false", s3)
    if internal.tls is not None:
        is_public = cluster.model.at(internal.tls, Pki).issuer == "acme"
        trusted = Cause(
            "the gateways' containers trust public authorities alone",
            (f"{keystone}.api.internal.tls", f"{internal.tls}.issuer"),
        )
        yield "rgw_keystone_verify_ssl", Traced("true" if is_public else "false", trusted)


def swift_region(model: Model, cluster: Ref) -> Ref | None:
    """The region whose object storage a cluster serves; the first, where several do."""
    return next(iter(swift_regions(model, cluster)), None)


def swift_regions(model: Model, cluster: Ref) -> Iterator[Ref]:
    """The regions that list Swift and store in a cluster."""
    for ref, region in model.of(OpenStack).items():
        if "swift" in region.services and region.storage == cluster:
            yield ref


def is_unverified(model: Model, cluster: Ref) -> bool:
    """Whether gateways take the identity service's certificate as it comes."""
    region = swift_region(model, cluster)
    if region is None:
        return False
    tls = keystone_of(model, region)[1].api.internal.tls
    return tls is not None and model.at(tls, Pki).issuer != "acme"


def keystone_name(model: Model, cluster: Ref) -> tuple[str, Ip] | None:
    """The name by which gateways find the identity service, and its address; None where they need none."""
    region = swift_region(model, cluster)
    if region is None:
        return None
    _, layer = keystone_of(model, region)
    internal = layer.api.internal
    return None if internal.fqdn is None else (internal.fqdn, internal.vip)


def keystone_of(model: Model, region: Ref) -> tuple[Ref, OpenStack]:
    """The region that runs the identity service of another."""
    layer = model.at(region, OpenStack)
    if layer.identity is None:
        return region, layer
    return layer.identity, model.at(layer.identity, OpenStack)


def _public(cluster: Cluster) -> Traced:
    network = cluster.layer.public_network
    fields = (f"{cluster.ref}.public_network", f"{network}.cidr")
    cause = Cause("the network that clients use", fields)
    return Traced([str(cluster.public_network.cidr)], cause)


def _in_url(address: Ip) -> str:
    return f"[{address}]" if address.version == 6 else str(address)


def _distinct(fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fields))
