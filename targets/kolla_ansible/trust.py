"""Whose certificates clients of a region trust: one authority's file, or several joined into one."""

from __future__ import annotations

from blueprint.model import Pki
from targets.kolla_ansible.certificates import AUTHORITY, authority, is_known_everywhere
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.regions import identity_of, trust

#: Certificates of all authorities that clients trust, where they are several.
TRUSTED = "certificates/trusted.crt"


def client_bundle(cloud: Cloud) -> str | None:
    """The file that clients on the deployment host trust, or None where the system's own will do."""
    if authority(cloud) is None and trust(cloud) is None:
        return None
    alone = authority(cloud) is not None and trust(cloud) is None
    return AUTHORITY if alone and _one_for_all(cloud) else TRUSTED


def joins_known(cloud: Cloud) -> bool:
    """Whether authorities that every system knows are behind an endpoint that clients reach."""
    regions = [cloud] if (other := identity_of(cloud)) is None else [cloud, other]
    return any(
        is_known_everywhere(each, endpoint)
        for each in regions
        for endpoint in (each.internal, each.public)
    )


def _one_for_all(cloud: Cloud) -> bool:
    """Whether one authority is behind both endpoints, and its certificate is the file of that name."""
    named = {endpoint.tls for endpoint in (cloud.internal, cloud.public)} - {None}
    issuers = {cloud.model.at(ref, Pki).issuer for ref in named if ref is not None}
    return len(named) == 1 and "acme" not in issuers and not joins_known(cloud)
