"""How steps reach a cluster: the host that its tools run on, and the administrator's kubeconfig there."""

from __future__ import annotations

from blueprint.model import Kubernetes, Model
from blueprint.model.naming import kubeconfig
from blueprint.target import HandOver, Taken
from blueprint.values import Ref, labelled


def tools_host(model: Model, cluster: Ref) -> str | None:
    """The host that the tools of a cluster run on, None for the one that the run-book is read on."""
    stated = model.at(cluster, Kubernetes).deploy_from
    return next((host.name for host in model.hosts(stated)), None)


def takes_kubeconfig(cluster: Ref) -> Taken:
    """The administrator's kubeconfig, which the deployment of the cluster has made."""
    return Taken(HandOver("kubeconfig", cluster), kubeconfig(cluster))


def exports_kubeconfig(cluster: Ref) -> str:
    """The command after which helm and kubectl speak to the cluster."""
    place = kubeconfig(cluster).replace("~/", '"$HOME"/')
    return f"export KUBECONFIG={place}"


def field_address(owner: Ref, *path: str) -> str:
    """The address of a field for causes: parts of the path that are free texts are quoted in it."""
    parts = (part if part.isdigit() else labelled("", "", part).lstrip(".") for part in path)
    return ".".join((str(owner), *parts))
