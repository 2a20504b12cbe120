"""Passwords for Argo CD and Flux: one Secret beside the tool, which a person makes or External Secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator

from blueprint.model.kubernetes_features import GitDelivery
from blueprint.model.site import VaultStore
from blueprint.target import Cause
from targets._kubernetes import argocd_plugin, flux
from targets._kubernetes.external_secrets import cluster_vault, external_secret
from targets._kubernetes.git_folder import password_key, password_secret
from targets._kubernetes.resources import Resource
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.images import PULL_SECRET, mirrored
from targets.openstack_helm.passwords import registry_account, templates

#: The target's folder, and the file with what External Secrets makes.
FOLDER, PASSWORDS = "openstack_helm", "passwords.yaml"


def tool_namespace(cloud: Cloud) -> str | None:
    """The namespace of the tool that reads passwords on the cluster, where one does."""
    delivery = cloud.cluster.delivery
    if not isinstance(delivery, GitDelivery):
        return None
    return argocd_plugin.NAMESPACE if delivery.choice == "argocd" else flux.NAMESPACE


def secret_name(cloud: Cloud) -> str:
    """The Secret with a file of values for each chart."""
    return password_secret(cloud.ref, FOLDER)


def vault(cloud: Cloud) -> VaultStore | None:
    """The store of the passwords, where the cluster reads it itself."""
    if tool_namespace(cloud) is None:
        return None
    return cluster_vault(cloud.model, cloud.layer.secrets)


def place(cloud: Cloud, store: VaultStore) -> str:
    """Where the passwords lie under the mount point: a field for each."""
    return f"{store.path}/{cloud.name}"


def pull_vault(cloud: Cloud) -> tuple[VaultStore, str] | None:
    """The store of the registry's password and the place in it, where the cluster reads it itself."""
    account = registry_account(cloud)
    if tool_namespace(cloud) is None or account is None or account[1] is None:
        return None
    store = cluster_vault(cloud.model, account[1].store)
    return None if store is None else (store, f"{store.path}/{account[1].key}")


def external(cloud: Cloud) -> Iterator[Resource]:
    """What External Secrets makes: the charts' passwords, and access to the registry."""
    namespace, store = tool_namespace(cloud), vault(cloud)
    if namespace is not None and store is not None:
        causes = (
            Cause("passwords of the services", (cloud.path("services"),)),
            Cause(
                "where the secrets are kept",
                (cloud.path("secrets"), f"{cloud.layer.secrets}.store"),
            ),
        )
        data = {password_key(chart): text for chart, text in templates(cloud).items()}
        yield external_secret(
            secret_name(cloud), namespace, store, place(cloud, store), data, causes
        )
    pull = pull_vault(cloud)
    if pull is not None:
        yield _pull_secret(cloud, *pull)


def _pull_secret(cloud: Cloud, store: VaultStore, at: str) -> Resource:
    account, registry = registry_account(cloud), mirrored(cloud, "x/y")
    assert account is not None
    assert registry is not None
    causes = (
        Cause(
            "access to the registry", (cloud.path("registry"), f"{cloud.layer.registry}.username")
        ),
        Cause("where the registry's password is kept", (f"{cloud.layer.registry}.password",)),
    )
    host, user = json.dumps(registry.split("/")[0]), _literal(account[0])
    config = (
        f'{{"auths": {{{host}: {{"username": {{{{ {user} | toJson }}}}, "password": {{{{ .password | toJson }}}}, '
        f'"auth": {{{{ printf "%s:%s" {user} .password | b64enc | toJson }}}} }} }} }}'
    )
    return external_secret(
        PULL_SECRET, cloud.options.namespace, store, at, {".dockerconfigjson": config}, causes,
        of_type="kubernetes.io/dockerconfigjson",
    )  # fmt: skip


def _literal(text: str) -> str:
    """A text as a template of Go has it: JSON's, without pairs of escapes for one sign."""
    return json.dumps(text, ensure_ascii=False)
