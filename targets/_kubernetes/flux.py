"""Delivery by Flux: HelmReleases that depend on each other, in one Kustomization a wave.

A HelmRelease can depend on HelmReleases only, so manifests between charts are Kustomizations, and each wave waits
for all of the one before. The values stand in the HelmReleases themselves, those with passwords in a Secret.
"""

from __future__ import annotations

import re
import shlex
from typing import Any

from blueprint.model.kubernetes_features import GitDelivery
from blueprint.model.site import VaultStore
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._kubernetes.delivery_items import Item, Made, Release
from targets._kubernetes.external_secrets import (
    ready,
    repository_access,
    repository_needs,
    repository_secret,
)
from targets._kubernetes.git_folder import (
    password_key,
    password_secret,
    path_in_repository,
    unit_name,
)
from targets._kubernetes.resources import Resource, manifest

NAMESPACE = "flux-system"
_COMMIT = re.compile(r"[0-9a-f]{40}").fullmatch
_SOURCE = "source.toolkit.fluxcd.io/v1"


def deliver(
    layer: Ref,
    folder: str,
    delivery: GitDelivery,
    cause: Cause,
    waves: tuple[tuple[Item, ...], ...],
    vault: VaultStore | None,
) -> Made:
    """The source with its Kustomizations, and a folder of HelmReleases for each wave."""
    opened_by = unit_name(layer, folder) if vault is None else repository_secret(delivery)
    source = _git_source(layer, folder, delivery, cause, opened_by)
    roots: list[Resource] = [source]
    artifacts = []
    before: list[str] = []
    for number, wave in enumerate(waves):
        releases = [item for item in wave if isinstance(item, Release)]
        units: list[tuple[str, str, Cause]] = []
        if releases:
            units.append((f"wave-{number}", f"flux/wave-{number}", releases[0].cause))
            resources = [*_repositories(layer, folder, releases, waves[:number])]
            resources += [_helm_release(layer, folder, item, waves) for item in releases]
            artifacts.append(manifest(f"{folder}/flux/wave-{number}/releases.yaml", resources))
        units += [(i.name, i.folder, i.cause) for i in wave if not isinstance(i, Release)]
        names = [unit_name(layer, folder, unit) for unit, _, _ in units]
        for (_, path, why), name in zip(units, names, strict=True):
            inside = path_in_repository(delivery, layer, folder, path)
            made = _kustomization(name, source.name, inside, before, why, timeout_s=_patience(wave))
            roots.append(made)
        before = names
    artifacts.insert(0, manifest(f"{folder}/flux/root.yaml", roots))
    opened: tuple[str, ...] = ()
    if vault is not None:
        access = repository_access(delivery, NAMESPACE, vault, cause)
        artifacts.append(manifest(f"{folder}/flux/repository.yaml", [access]))
        opened = (
            "kubectl apply --server-side --filename flux/repository.yaml",
            ready(access.name, NAMESPACE),
        )
    return Made(
        artifacts=tuple(artifacts),
        needs=(
            f"Flux on the cluster, in the namespace `{NAMESPACE}`, and `KUBECONFIG` set",
            (
                f"this output folder in the Git repository `{delivery.repository}`, at `{delivery.path}` of "
                f"`{delivery.revision}`"
            ),
            *_access(source.name, delivery, vault),
        ),
        commands=(*opened, "kubectl apply --filename flux/root.yaml"),
        checks=tuple(
            f"kubectl --namespace {NAMESPACE} wait kustomization/{shlex.quote(name)} "
            "--for=condition=Ready --timeout=60m"
            for name in before
        ),
    )


def _access(source: str, delivery: GitDelivery, vault: VaultStore | None) -> tuple[str, ...]:
    if delivery.credentials is None:
        return ()
    if vault is not None:
        return repository_needs(delivery, vault)
    return (
        (
            f"a Secret `{source}` in `{NAMESPACE}` made of `{delivery.credentials}` (`flux create secret git`), which opens "
            "that repository"
        ),
    )


def _kind_of(revision: str) -> str:
    """What a revision is to Flux; a bare name is a branch."""
    if revision.startswith("refs/"):
        return "name"
    return "commit" if _COMMIT(revision) else "branch"


def _git_source(
    layer: Ref, folder: str, delivery: GitDelivery, cause: Cause, opened_by: str
) -> Resource:
    name = unit_name(layer, folder)
    spec: dict[str, Any] = {
        "interval": "5m",
        "url": delivery.repository,
        "ref": {_kind_of(delivery.revision): delivery.revision},
    }
    if delivery.credentials is not None:
        spec["secretRef"] = {"name": opened_by}
    return Resource(_SOURCE, "GitRepository", name, cause, namespace=NAMESPACE, body={"spec": spec})


def _patience(wave: tuple[Item, ...]) -> int:
    """How long a wave may take: as long as its slowest release, and no less than half an hour."""
    return max([1800, *(item.timeout_s for item in wave if isinstance(item, Release))])


def _kustomization(
    name: str, source: str, path: str, before: list[str], cause: Cause, timeout_s: int
) -> Resource:
    spec: dict[str, Any] = {
        "interval": "10m",
        "retryInterval": "1m",
        "timeout": f"{timeout_s}s",
        "path": f"./{path}",
        "prune": False,
        "wait": True,
        "sourceRef": {"kind": "GitRepository", "name": source},
    }
    if before:
        spec["dependsOn"] = [{"name": each} for each in before]
    return Resource(
        "kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, cause, namespace=NAMESPACE,
        body={"spec": spec},
    )  # fmt: skip


def _repositories(
    layer: Ref, folder: str, releases: list[Release], earlier: tuple[tuple[Item, ...], ...]
) -> list[Resource]:
    """Sources of charts that no wave before has."""
    there = {item.repository for wave in earlier for item in wave if isinstance(item, Release)}
    made: dict[str, Resource] = {}
    for item in releases:
        if item.repository in there or item.repository in made:
            continue
        spec: dict[str, Any] = {"interval": "1h", "url": item.repository}
        if item.is_oci:
            spec["type"] = "oci"
        made[item.repository] = Resource(
            _SOURCE, "HelmRepository", _repository_name(layer, folder, item), item.cause,
            namespace=NAMESPACE, body={"spec": spec},
        )  # fmt: skip
    return list(made.values())


def _repository_name(layer: Ref, folder: str, item: Release) -> str:
    return unit_name(layer, folder, item.repository.partition("://")[2])


def _helm_release(
    layer: Ref, folder: str, item: Release, waves: tuple[tuple[Item, ...], ...]
) -> Resource:
    releases = {each.name for wave in waves for each in wave if isinstance(each, Release)}
    spec: dict[str, Any] = {
        "interval": "10m",
        "timeout": f"{item.timeout_s}s",
        "releaseName": item.name,
        "targetNamespace": item.namespace,
        "storageNamespace": item.namespace,
        "chart": {
            "spec": {
                "chart": item.chart,
                "version": item.version,
                "sourceRef": {
                    "kind": "HelmRepository", "name": _repository_name(layer, folder, item),
                },
            },
        },
        "install": {"createNamespace": True, "remediation": {"retries": 3}},
        "upgrade": {"crds": "CreateReplace", "remediation": {"retries": 3}},
    }  # fmt: skip
    if not item.is_waited:
        spec["install"]["disableWait"] = spec["upgrade"]["disableWait"] = True
    needed = [need for need in item.needs if need in releases]
    if needed:
        spec["dependsOn"] = [{"name": unit_name(layer, folder, need)} for need in needed]
    if item.has_secrets:
        secret = password_secret(layer, folder)
        key = password_key(item.name)
        spec["valuesFrom"] = [{"kind": "Secret", "name": secret, "valuesKey": key}]
    if item.values:
        spec["values"] = Traced(dict(item.values), item.cause)
    return Resource(
        "helm.toolkit.fluxcd.io/v2", "HelmRelease", unit_name(layer, folder, item.name), item.cause,
        namespace=NAMESPACE, body={"spec": spec},
    )  # fmt: skip
