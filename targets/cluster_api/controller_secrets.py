"""Users and passwords of the servers' controllers: brought by hand, or read out of Vault by the manager itself."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.site import VaultStore
from blueprint.target import Cause
from blueprint.values import SecretRef
from targets._kubernetes.external_secrets import cluster_vault, external_secret
from targets._kubernetes.resources import Resource
from targets.cluster_api import metal
from targets.cluster_api.cluster import Cluster

#: The file with what External Secrets makes.
FILE = "controllers.yaml"


def secrets(cluster: Cluster) -> dict[SecretRef, str]:
    """The credentials of the controllers, each with the host group that names it first."""
    found: dict[SecretRef, str] = {}
    if cluster.is_metal:
        for host in cluster.model.hosts(cluster.layer.node_hosts):
            credentials = host.bmc_credentials
            if credentials is not None:
                found.setdefault(credentials, f"{metal.declared(cluster, host)}.bmc.credentials")
    return found


def read_by_manager(cluster: Cluster) -> Iterator[tuple[SecretRef, VaultStore, str]]:
    """Those that lie in a Vault that clusters read, with the place under its mount point."""
    for secret in secrets(cluster):
        store = cluster_vault(cluster.model, secret.store)
        if store is not None:
            yield secret, store, f"{store.path}/{secret.key}"


def resources(cluster: Cluster) -> Iterator[Resource]:
    """What External Secrets makes on the manager."""
    named = secrets(cluster)
    for secret, store, place in read_by_manager(cluster):
        causes = (
            Cause("user and password of controllers", (named[secret],)),
            Cause("where the secrets are kept", (f"{secret.store}.store",)),
        )
        yield external_secret(
            metal.credentials(secret), cluster.namespace, store, place, {}, causes, with_fields=True
        )
