"""Authorities whose certificate and key the cluster reads out of Vault itself, in place of a person who brings them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Pki
from blueprint.model.kubernetes_features import GitDelivery
from blueprint.model.site import VaultStore
from blueprint.target import Cause
from blueprint.values import Ref
from targets._kubernetes.external_secrets import cluster_vault, external_secret
from targets._kubernetes.resources import Resource
from targets.cluster_services import certificates, gateways
from targets.cluster_services.services import Services

#: The file with what External Secrets makes.
FILE = "authorities.yaml"


def vault(services: Services, pki: Pki) -> tuple[VaultStore, str] | None:
    """The store of an authority's key and the place in it, where the cluster reads it."""
    if pki.ca_key is None or not isinstance(services.cluster.delivery, GitDelivery):
        return None
    store = cluster_vault(services.model, pki.ca_key.store)
    return None if store is None else (store, f"{store.path}/{pki.ca_key.key}")


def brought(services: Services) -> dict[Ref, Pki]:
    """The authorities that are somebody's own already."""
    if not services.has("cert_manager"):
        return {}
    found = gateways.authorities(services)
    return {ref: pki for ref, pki in found.items() if certificates.is_brought(pki)}


def resources(services: Services) -> Iterator[Resource]:
    """What External Secrets makes of the fields `tls.crt` and `tls.key`."""
    for ref, pki in brought(services).items():
        found = vault(services, pki)
        if found is None or pki.ca_key is None:
            continue
        store, place = found
        causes = (
            Cause("the authority of the blueprint", (f"{ref}.ca_key",)),
            Cause("where the secrets are kept", (f"{pki.ca_key.store}.store", f"{ref}.ca_key")),
        )
        yield external_secret(
            certificates.ca_secret(ref), certificates.NAMESPACE, store, place, {}, causes,
            of_type="kubernetes.io/tls", with_fields=True,
        )  # fmt: skip
