"""Charts that Argo CD renders by a plug-in of its own kind, since it adds no values out of Secrets by itself.

The plug-in is a container beside the repository server, of Argo CD's own image, which has helm. It reads a file of
passwords for each release out of one Secret that it alone mounts, so `helm template` sees the real values: what charts
quote, encode and hash is right. It also turns the jobs that charts install after their pods into jobs of the same
sync; Argo CD would start them only once those pods were healthy, which wait for them.
"""

from __future__ import annotations

import shlex
from importlib.resources import files
from typing import Any

from blueprint.model.kubernetes_features import GitDelivery
from blueprint.target import Artifact, Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._formats.yaml import yaml_artifact
from targets._kubernetes.delivery_items import Item, Release
from targets._kubernetes.git_folder import password_secret, path_in_repository, unit_name
from targets._kubernetes.resources import Resource, manifest

NAMESPACE = "argocd"
#: What stands for Argo CD's own image in the patch, until the command that applies it fills it in.
_IMAGE = "ARGOCD_IMAGE"
_SERVER = "argocd-repo-server"
_CONFIG = "/home/argocd/cmp-server/config"
_SCRIPT = "render.sh"


def is_rendered(item: Item) -> bool:
    """Whether a release needs the plug-in: it takes passwords, or its pods wait for jobs that come after them."""
    return isinstance(item, Release) and (item.has_secrets or not item.is_waited)


def name(layer: Ref, folder: str) -> str:
    """What the plug-in, its container and its ConfigMap are called."""
    return unit_name(layer, folder, "render")


def source(layer: Ref, folder: str, delivery: GitDelivery, cause: Cause, item: Release) -> Traced:
    """The source of an Application: the layer's folder in Git, and what the plug-in renders there."""
    words = {
        "RELEASE": item.name,
        "REPOSITORY": item.repository,
        "CHART": item.chart,
        "VERSION": item.version,
        "PASSWORDS": "yes" if item.has_secrets else "no",
    }
    variables = [{"name": key, "value": value} for key, value in words.items()]
    return Traced(
        {
            "repoURL": delivery.repository,
            "targetRevision": delivery.revision,
            "path": path_in_repository(delivery, layer, folder),
            "plugin": Traced({"name": name(layer, folder), "env": variables}, item.cause),
        },
        cause,
    )


def artifacts(layer: Ref, folder: str, cause: Cause) -> tuple[Artifact, Artifact]:
    """The plug-in, and the patch that puts it beside the repository server."""
    called = name(layer, folder)
    script = files(__package__).joinpath("argocd_render.sh").read_text("utf-8")
    plugin = (
        "apiVersion: argoproj.io/v1alpha1\n"
        "kind: ConfigManagementPlugin\n"
        "metadata:\n"
        f"  name: {called}\n"
        "spec:\n"
        "  generate:\n"
        f"    command: [sh, {_CONFIG}/{_SCRIPT}]\n"
    )
    config = Resource(
        "v1", "ConfigMap", called, cause, namespace=NAMESPACE,
        body={"data": {"plugin.yaml": plugin, _SCRIPT: script}},
    )  # fmt: skip
    pod = {"template": {"spec": _beside(called, password_secret(layer, folder))}}
    return (
        manifest(f"{folder}/argocd/plugin.yaml", [config]),
        yaml_artifact(f"{folder}/argocd/repo-server.yaml", {"spec": Traced(pod, cause)}),
    )


def _beside(called: str, secret: str) -> dict[str, Any]:
    """The container and its volumes; the first two are the repository server's own."""
    mounts = {
        "var-files": "/var/run/argocd",
        "plugins": "/home/argocd/cmp-server/plugins",
        called: _CONFIG,
        f"{called}-tmp": "/tmp",  # noqa: S108 - a folder of the container's own
        f"{called}-passwords": "/passwords",
    }
    container = {
        "name": called,
        "image": _IMAGE,
        "command": ["/var/run/argocd/argocd-cmp-server"],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 999,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [{"name": volume, "mountPath": path} for volume, path in mounts.items()],
    }
    volumes = [
        {"name": called, "configMap": {"name": called}},
        {"name": f"{called}-tmp", "emptyDir": {}},
        {"name": f"{called}-passwords", "secret": {"secretName": secret}},
    ]
    return {"containers": [container], "volumes": volumes}


def commands() -> tuple[str, ...]:
    """What puts the plug-in in place; safe to run again."""
    own = (
        f"kubectl --namespace {NAMESPACE} get deployment {_SERVER} --output "
        f"jsonpath='{{.spec.template.spec.containers[?(@.name==\"{_SERVER}\")].image}}'"
    )
    patch = f"kubectl --namespace {NAMESPACE} patch deployment {_SERVER} --type strategic"
    return (
        "kubectl apply --server-side --filename argocd/plugin.yaml",
        f'{patch} --patch "$(sed "s|{_IMAGE}|$({own})|" argocd/repo-server.yaml)"',
        f"kubectl --namespace {NAMESPACE} rollout status deployment/{_SERVER} --timeout=10m",
    )


def needs(layer: Ref, folder: str) -> tuple[str, ...]:
    """What must be known before: who else writes the repository server, and where passwords go."""
    called = shlex.quote(name(layer, folder))
    return (
        (
            f"where Argo CD was installed by a chart or an operator, `argocd/repo-server.yaml` in its values too (the "
            f"container `{called}` and its volumes beside the repository server), which would take it away again"
        ),
        (
            "Argo CD keeps what it rendered in its Redis, passwords among it: Redis with a password, and nobody else's "
            "pods let through to it (both are so in Argo CD's own manifests)"
        ),
    )
