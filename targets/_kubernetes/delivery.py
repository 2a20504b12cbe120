"""How charts and manifests come onto a cluster: by a script of helm commands, by Argo CD, or by Flux.

A target lists what it installs, `Release` for a chart and `Manifests` for resources beside charts, each with the
names of those that it needs first, and `deliver` gives the files and the commands of its run-book's step:

    done = deliver(layer, "rook", cluster.delivery, f"{cluster_ref}.delivery", (operator, drivers, cluster))
    Deployment(layer, "rook", (*done.artifacts, …), (Step("…", needs=done.needs, commands=done.commands,
                                                          checks=done.checks, on_failure=done.on_failure),))

Files of values and manifests are written in each case: `FOLDER/values/RELEASE.yaml`, `FOLDER/manifests/NAME/NAME.yaml`.
Beside them: `FOLDER/deploy.sh` (`helm`); `FOLDER/argocd/root.yaml` with `argocd/applications/*.yaml`, whose sync
waves follow the needs, and where charts take passwords a plug-in that renders them (`argocd_plugin`); or `FOLDER/flux/root.yaml` with a folder of releases for each wave. Argo CD and Flux
read all this out of the Git repository that the cluster's `delivery` names. Passwords of charts are in a file of
values for each, outside of it: in a folder (`helm`), or in one Secret (`git_folder.password_secret`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blueprint.model.kubernetes_features import Delivery, GitDelivery
from blueprint.model.site import VaultStore
from blueprint.target import Artifact, Cause
from blueprint.values import Ref
from targets._kubernetes.access import exports_kubeconfig as use_cluster
from targets._kubernetes.delivery_items import Item, Manifests, Release, waves
from targets._kubernetes.resources import manifest
from targets._kubernetes.values import values_artifact


@dataclass(frozen=True, slots=True)
class Delivered:
    """Files, and what the run-book says: what must be there, the commands, what shows success, what to do else."""

    artifacts: tuple[Artifact, ...]
    needs: tuple[str, ...]
    commands: tuple[str, ...]
    checks: tuple[str, ...]
    on_failure: tuple[str, ...]


def deliver(
    layer: Ref, folder: str, delivery: Delivery, path: str, items: Sequence[Item],
    vault: VaultStore | None = None,
) -> Delivered:  # fmt: skip
    """The items, delivered; `folder` is the target's, `path` the address of the choice in the model.

    `vault` is the store of the access to the repository, where the cluster reads it (`delivery_vault`).
    """
    from targets._kubernetes import argocd, flux, helm_script

    cause = Cause("how charts come onto the cluster", (path,))
    files = [*_contents(folder, items)]
    if isinstance(delivery, GitDelivery):
        tool = argocd if delivery.choice == "argocd" else flux
        in_order = waves(items, by_group=delivery.choice == "argocd")
        made = tool.deliver(layer, folder, delivery, cause, in_order, vault)
    else:
        made = helm_script.deliver(folder, cause, waves(items))
    return Delivered(
        (*files, *made.artifacts), made.needs, made.commands, made.checks, made.on_failure
    )


def _contents(folder: str, items: Sequence[Item]) -> list[Artifact]:
    made: list[Artifact] = []
    for item in items:
        if isinstance(item, Release):
            header = (
                f"Values of {item.chart} {item.version}, release {item.name} in {item.namespace}.",
            )
            made.append(values_artifact(f"{folder}/{item.values_file}", item.values, header))
        else:
            made.append(manifest(f"{folder}/{item.file}", item.resources))
    return made


__all__: Sequence[str] = ("Delivered", "Item", "Manifests", "Release", "deliver", "use_cluster")
