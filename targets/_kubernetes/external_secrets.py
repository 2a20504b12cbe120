"""Secrets that External Secrets reads out of Vault on the cluster, so that no person's machine holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from blueprint.model import Model
from blueprint.model.kubernetes_features import Delivery, GitDelivery
from blueprint.model.site import Secrets, VaultStore
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._kubernetes.resources import Resource


def cluster_vault(model: Model, secrets: Ref | None) -> VaultStore | None:
    """The store, where clusters read it themselves."""
    if secrets is None:
        return None
    store = model.at(secrets, Secrets).store
    return store if isinstance(store, VaultStore) and store.cluster_store is not None else None


def delivery_vault(model: Model, delivery: Delivery) -> VaultStore | None:
    """The store of the access to the repository, where the cluster reads it itself."""
    if not isinstance(delivery, GitDelivery) or delivery.credentials is None:
        return None
    return cluster_vault(model, delivery.credentials.store)


def external_secret(
    name: str, namespace: str, store: VaultStore, place: str, data: Mapping[str, str], causes: tuple[Cause, Cause],
    *, of_type: str = "Opaque", labels: Mapping[str, str] | None = None, with_fields: bool = False,
) -> Resource:  # fmt: skip
    """A Secret made of what lies at a place in Vault; `data` are templates, causes: why it is there, where it is from.

    A template names a field of the place as `{{ .FIELD }}`; one that is not there is an error of External Secrets.
    `with_fields` puts the fields themselves into the Secret too.
    """
    why, where = causes
    template: dict[str, Any] = {"engineVersion": "v2", "type": of_type}
    if data:
        template["data"] = dict(data)
    if data and with_fields:
        template["mergePolicy"] = "Merge"
    if labels:
        template["metadata"] = {"labels": dict(labels)}
    spec = {
        "refreshInterval": "1h",
        "secretStoreRef": Traced(
            {"kind": "ClusterSecretStore", "name": store.cluster_store}, where
        ),
        "target": {"name": name, "template": template},
        "dataFrom": [Traced({"extract": {"key": place}}, where)],
    }
    return Resource(
        "external-secrets.io/v1", "ExternalSecret", name, why, namespace=namespace,
        body={"spec": spec},
    )  # fmt: skip


def store_needs(store: VaultStore) -> tuple[str, ...]:
    """What the run-book asks for: the operator on the cluster, and its way to Vault."""
    return (
        "External Secrets 0.17 or later on the cluster",
        (
            f"its ClusterSecretStore `{store.cluster_store}`, which reads the engine `{store.mount}` (key-value, version 2) "
            f"of the Vault at `{store.address}`"
        ),
    )


def store_check(store: VaultStore) -> str:
    """A command that shows whether External Secrets reaches Vault."""
    return (
        f"kubectl wait clustersecretstore/{store.cluster_store} --for=condition=Ready --timeout=1m"
    )


def repository_secret(delivery: GitDelivery) -> str:
    """The Secret that opens the repository, the same for every layer that is read out of it."""
    named = f"{delivery.repository}\n{delivery.credentials}"
    return f"oib-repository-{hashlib.sha256(named.encode()).hexdigest()[:10]}"


def repository_access(
    delivery: GitDelivery, namespace: str, store: VaultStore, cause: Cause
) -> Resource:
    """What opens the repository, for the tool that lives in the namespace."""
    assert delivery.credentials is not None
    paths = (*cause.paths, f"{delivery.credentials.store}.store")
    where = Cause("where access to the repository is kept", paths)
    is_argocd = delivery.choice == "argocd"
    return external_secret(
        repository_secret(delivery), namespace, store, repository_place(delivery, store),
        {"type": "git", "url": delivery.repository} if is_argocd else {}, (cause, where),
        labels={"argocd.argoproj.io/secret-type": "repository"} if is_argocd else None, with_fields=True,
    )  # fmt: skip


def repository_place(delivery: GitDelivery, store: VaultStore) -> str:
    """Where that access lies under the mount point."""
    assert delivery.credentials is not None
    return f"{store.path}/{delivery.credentials.key}"


def repository_needs(delivery: GitDelivery, store: VaultStore) -> tuple[str, ...]:
    """What the run-book asks for."""
    key = "`sshPrivateKey`" if delivery.choice == "argocd" else "`identity` and `known_hosts`"
    return (
        *store_needs(store),
        f"at `{repository_place(delivery, store)}` of it `username` and `password` of the repository, or for `ssh` {key}",
    )


def ready(name: str, namespace: str) -> str:
    """A command that ends once a Secret is made."""
    return f"kubectl --namespace {namespace} wait externalsecret/{name} --for=condition=Ready --timeout=5m"
