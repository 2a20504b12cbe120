"""The other regions of a blueprint as one of them sees them: whose identity service it asks, who asks its own.

A region that shares an identity service is told its URLs in full, since its own TLS and ports need not
be the same. Ports are Kolla-Ansible's own, or what the other region says of them in `tool`.
"""

from __future__ import annotations

from blueprint.model import OpenStack, Pki
from blueprint.model.openstack import Endpoint
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.kolla_ansible.certificates import (
    ACME_AUTHORITY,
    AUTHORITY,
    PUBLIC_AUTHORITY,
    authorities,
)
from targets.kolla_ansible.cloud import Cloud

#: Where Keystone listens unless told otherwise (`keystone_public_listen_port`, `keystone_internal_port`).
KEYSTONE_PORT = 5000
_TOOL = "kolla_ansible"


def identity_of(cloud: Cloud) -> Cloud | None:
    """The region whose identity service a region shares, or None where it has its own."""
    ref = cloud.layer.identity
    return None if ref is None else Cloud(ref, cloud.model)


def sharing(cloud: Cloud) -> dict[Ref, OpenStack]:
    """The regions that share the identity service of this one."""
    regions = cloud.model.of(OpenStack)
    return {ref: regions[ref] for ref in sorted(regions) if regions[ref].identity == cloud.ref}


def region_names(cloud: Cloud) -> Traced:
    """The regions that the identity service and the dashboard of a region know."""
    others = sharing(cloud)
    names = [cloud.layer.region, *(region.region for region in others.values())]
    paths = (cloud.path("region"), *(f"{ref}.region" for ref in others))
    if not others:
        return Traced(names, Cause("the name of the region", paths))
    paths += tuple(f"{ref}.identity" for ref in others)
    return Traced(names, Cause("this region and those that share its identity service", paths))


def identity_url(other: Cloud, side: str, via: str) -> Traced:
    """The URL of a region's identity service for another region, `internal` or `public`."""
    endpoint = other.internal if side == "internal" else other.public
    field = other.path("api", "internal") if side == "internal" else other.public_field
    scheme = "http" if endpoint.tls is None else "https"
    cause = Cause(
        "the identity service of the region that has one",
        (f"{field}.fqdn", f"{field}.vip", f"{field}.tls", other.path("tool", _TOOL), via),
    )
    return Traced(f"{scheme}://{_in_url(identity_host(other, side))}:{_port(other, side)}", cause)


def identity_host(other: Cloud, side: str) -> str:
    """The name, or the address, under which a region's identity service is reached."""
    endpoint = other.internal if side == "internal" else other.public
    name = "keystone_internal_fqdn" if side == "internal" else "keystone_external_fqdn"
    return _stated(other, name) or _host(endpoint)


def trusted_apart(cloud: Cloud, other: Cloud) -> dict[Ref, str]:
    """The authorities of another region that a region's own certificates don't bring along.

    By address, with the file of each in the other region's configuration. An authority that every
    system trusts is not among them, nor one that signs for both. One that Kolla-Ansible makes is
    another in each region.
    """
    found: dict[Ref, str] = {}
    sides = [(other.internal.tls, AUTHORITY)]
    if other.public.tls != other.internal.tls:
        place = AUTHORITY if other.internal.tls is None else PUBLIC_AUTHORITY
        sides.append((other.public.tls, place))
    for ref, place in sides:
        if ref is None:
            continue
        pki = cloud.model.at(ref, Pki)
        if pki.issuer != "internal" and (pki.ca_certificate is None or ref in authorities(cloud)):
            continue
        if pki.issuer == "acme":
            found[ref] = ACME_AUTHORITY if ref == other.internal.tls else PUBLIC_AUTHORITY
        else:
            found[ref] = place
    return found


def trust(cloud: Cloud) -> Cause | None:
    """Why containers must be given another region's authority, or None where they need not."""
    other = identity_of(cloud)
    if other is None or not trusted_apart(cloud, other):
        return None
    paths = (
        cloud.path("identity"),
        other.path("api", "internal", "tls"),
        f"{other.public_field}.tls",
    )
    return Cause("services trust the authority of the shared identity service", paths)


def _host(endpoint: Endpoint) -> str:
    return str(endpoint.vip) if endpoint.fqdn is None else endpoint.fqdn


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(other: Cloud, side: str) -> str:
    if side == "internal":
        return _stated(other, "keystone_internal_port") or str(KEYSTONE_PORT)
    single = other.layer.tool.get(_TOOL, {}).get("haproxy_single_external_frontend")
    if single is True:
        stated = _stated(other, "haproxy_single_external_frontend_public_port")
        return stated or ("80" if other.public.tls is None else "443")
    listening = _stated(other, "keystone_public_listen_port")
    return _stated(other, "keystone_public_port") or listening or str(KEYSTONE_PORT)


def _stated(other: Cloud, name: str) -> str | None:
    """A variable of the tool itself that a region states, as text."""
    value = other.layer.tool.get(_TOOL, {}).get(name)
    return None if value is None else str(value)
