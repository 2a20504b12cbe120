"""Secrets that External Secrets reads out of Vault on the cluster, so that no person's machine holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprint.model import Model
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


def external_secret(
    name: str, namespace: str, store: VaultStore, place: str, data: Mapping[str, str], causes: tuple[Cause, Cause],
    *, of_type: str = "Opaque", labels: Mapping[str, str] | None = None,
) -> Resource:  # fmt: skip
    """A Secret made of what lies at a place in Vault; `data` are templates, causes: why it is there, where it is from.

    A template names a field of the place as `{{ .FIELD }}`; one that is not there is an error of External Secrets.
    """
    why, where = causes
    template: dict[str, Any] = {"engineVersion": "v2", "type": of_type, "data": dict(data)}
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
