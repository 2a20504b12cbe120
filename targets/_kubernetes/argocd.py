"""Delivery by Argo CD: an Application for each chart and each file of manifests, with sync waves, below one root.

Sync waves order what one Application applies, so the Applications lie below a root. Argo CD does not judge the
health of Applications by itself, without which a wave would not wait for the one before: `argocd/health.yaml`
adds that. It asks for a finished sync as well as health, since an Application that applied half can be healthy.
Charts with passwords are rendered by a plug-in (`argocd_plugin`).
"""

from __future__ import annotations

import shlex
from typing import Any

from blueprint.model.kubernetes_features import GitDelivery
from blueprint.model.site import VaultStore
from blueprint.target import Artifact, Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._formats.yaml import yaml_artifact
from targets._kubernetes import argocd_plugin
from targets._kubernetes.argocd_plugin import NAMESPACE
from targets._kubernetes.delivery_items import Item, Made, Release
from targets._kubernetes.external_secrets import (
    ready,
    repository_access,
    repository_needs,
    repository_secret,
)
from targets._kubernetes.git_folder import path_in_repository, unit_name
from targets._kubernetes.resources import Resource, manifest

_HERE = "https://kubernetes.default.svc"
_HEALTH = """\
local status = obj.status or {}
local health = (status.health or {}).status
local synced = (status.operationState or {}).phase == "Succeeded"
if health == "Healthy" and not synced then
  return { status = "Progressing", message = "the sync has not finished" }
end
return { status = health or "Progressing", message = (status.health or {}).message or "" }
"""


def deliver(
    layer: Ref,
    folder: str,
    delivery: GitDelivery,
    cause: Cause,
    waves: tuple[tuple[Item, ...], ...],
    vault: VaultStore | None,
) -> Made:
    """The root, the Applications, and what Argo CD must be told first."""
    below = f"{folder}/argocd/applications"
    root = _application(
        unit_name(layer, folder),
        cause,
        {"source": _git(delivery, path_in_repository(delivery, layer, below))},
    )
    artifacts = [
        manifest(f"{folder}/argocd/root.yaml", [root]),
        _health(folder, cause),
    ]
    registries: dict[str, Release] = {}
    for number, wave in enumerate(waves):
        for item in wave:
            if isinstance(item, Release) and item.is_oci and not argocd_plugin.is_rendered(item):
                registries.setdefault(item.repository, item)
            made = _of_item(layer, folder, delivery, cause, item, number)
            artifacts.append(manifest(f"{below}/{item.name}.yaml", [made]))
    if registries:
        resources = [_registry(layer, folder, url, item) for url, item in registries.items()]
        artifacts.append(manifest(f"{below}/registries.yaml", resources))
    name = shlex.quote(root.name)
    has_plugin = any(argocd_plugin.is_rendered(item) for wave in waves for item in wave)
    if has_plugin:
        artifacts += argocd_plugin.artifacts(layer, folder, cause)
    if vault is not None:
        access = repository_access(delivery, NAMESPACE, vault, cause)
        artifacts.append(manifest(f"{folder}/argocd/repository.yaml", [access]))
    return Made(
        artifacts=tuple(artifacts),
        needs=(
            f"Argo CD 3 on the cluster, in the namespace `{NAMESPACE}`, and `KUBECONFIG` set",
            (
                f"this output folder in the Git repository `{delivery.repository}`, at `{delivery.path}` of "
                f"`{delivery.revision}`"
            ),
            *_access(delivery, vault),
            *(argocd_plugin.needs(layer, folder) if has_plugin else ()),
        ),
        commands=(
            *(_opened(delivery) if vault is not None else ()),
            *(argocd_plugin.commands() if has_plugin else ()),
            f"kubectl --namespace {NAMESPACE} patch configmap argocd-cm --type merge --patch-file argocd/health.yaml",
            "kubectl apply --filename argocd/root.yaml",
        ),
        checks=(
            (
                f"kubectl --namespace {NAMESPACE} wait application/{name} "
                "--for=jsonpath='{.status.health.status}'=Healthy --timeout=60m"
            ),
        ),
    )


def _opened(delivery: GitDelivery) -> tuple[str, ...]:
    return (
        "kubectl apply --server-side --filename argocd/repository.yaml",
        ready(repository_secret(delivery), NAMESPACE),
    )


def _access(delivery: GitDelivery, vault: VaultStore | None) -> tuple[str, ...]:
    if delivery.credentials is None:
        return ()
    if vault is not None:
        return repository_needs(delivery, vault)
    return (
        f"`{delivery.credentials}` as a repository of Argo CD (`argocd repo add`), which opens that repository",
    )


def _application(
    name: str, cause: Cause, spec: dict[str, Any], wave: int | None = None,
    *, options: tuple[str, ...] = ("CreateNamespace=true", "ServerSideApply=true"),
) -> Resource:  # fmt: skip
    annotations = {} if wave is None else {"argocd.argoproj.io/sync-wave": str(wave)}
    body = {
        "project": "default",
        **spec,
        "destination": {"server": _HERE, **spec.get("destination", {"namespace": NAMESPACE})},
        "syncPolicy": {
            "automated": {"prune": False, "selfHeal": True},
            "syncOptions": list(options),
            "retry": {
                "limit": 10,
                "backoff": {"duration": "30s", "factor": 2, "maxDuration": "5m"},
            },
        },
    }
    return Resource(
        "argoproj.io/v1alpha1", "Application", name, cause,
        namespace=NAMESPACE, annotations=annotations, body={"spec": body},
    )  # fmt: skip


def _git(delivery: GitDelivery, path: str) -> dict[str, Any]:
    return {"repoURL": delivery.repository, "targetRevision": delivery.revision, "path": path}


def _of_item(
    layer: Ref, folder: str, delivery: GitDelivery, cause: Cause, item: Item, wave: int
) -> Resource:
    name = unit_name(layer, folder, item.name)
    if not isinstance(item, Release):
        path = path_in_repository(delivery, layer, folder, item.folder)
        return _application(name, item.cause, {"source": Traced(_git(delivery, path), cause)}, wave)
    where = {"namespace": item.namespace}
    if argocd_plugin.is_rendered(item):
        rendered = argocd_plugin.source(layer, folder, delivery, cause, item)
        spec = {"source": rendered, "destination": where}
        return _application(name, item.cause, spec, wave, options=("CreateNamespace=true",))
    values = path_in_repository(delivery, layer, folder, item.values_file)
    chart = {
        "repoURL": item.repository.removeprefix("oci://"),
        "chart": item.chart,
        "targetRevision": item.version,
        "helm": {"releaseName": item.name, "valueFiles": [f"$values/{values}"]},
    }
    values_of = Traced(
        {"repoURL": delivery.repository, "targetRevision": delivery.revision, "ref": "values"},
        cause,
    )
    from_both = {"sources": [chart, values_of], "destination": where}
    return _application(name, item.cause, from_both, wave)


def _registry(layer: Ref, folder: str, url: str, item: Release) -> Resource:
    """Argo CD takes charts out of a registry only where it is told that it is one; this holds no secret."""
    address = url.removeprefix("oci://")
    return Resource(
        "v1", "Secret", unit_name(layer, folder, address), item.cause, namespace=NAMESPACE,
        labels={"argocd.argoproj.io/secret-type": "repository"},
        annotations={"argocd.argoproj.io/sync-wave": "-1"},
        body={
            "type": "Opaque",
            "stringData": {"name": address, "type": "helm", "url": address, "enableOCI": "true"},
        },
    )  # fmt: skip


def _health(folder: str, cause: Cause) -> Artifact:
    data = {"resource.customizations.health.argoproj.io_Application": Traced(_HEALTH, cause)}
    return yaml_artifact(f"{folder}/argocd/health.yaml", {"data": Traced(data, cause)})
