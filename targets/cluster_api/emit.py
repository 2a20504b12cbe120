"""Writes a cluster as what its manager is given, what is installed on it, and what the region must have before."""

from __future__ import annotations

from blueprint.model.kubernetes_features import HelmDelivery
from blueprint.target import Artifact
from targets._kubernetes.delivery import Delivered, deliver
from targets._kubernetes.resources import Resource, manifest
from targets.cluster_api import (
    addons,
    controller_secrets,
    encryption,
    metal,
    openstack,
    prerequisites,
    providers,
)
from targets.cluster_api.cluster import Cluster

_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."


def resources(cluster: Cluster) -> tuple[Resource, ...]:
    """All that the manager is given for the cluster."""
    plan = metal.resources if cluster.is_metal else openstack.resources
    return tuple(plan(cluster))


def installed(cluster: Cluster) -> Delivered:
    """What is installed on the cluster: by a script whatever `delivery` says, which needs a network to run."""
    path = cluster.path("delivery")
    return deliver(cluster.ref, "cluster_api", HelmDelivery(), path, addons.items(cluster))


def beside(cluster: Cluster) -> Delivered | None:
    """What is installed on the manager for the cluster, if anything is."""
    items = addons.manager_items(cluster)
    if not items:
        return None
    path = cluster.path("delivery")
    return deliver(cluster.ref, "cluster_api/manager", HelmDelivery(), path, items)


def emit(cluster: Cluster) -> tuple[Artifact, ...]:
    """The artifacts of a cluster, by path."""
    found = [
        manifest("cluster_api/cluster.yaml", resources(cluster), (_NOTICE,)),
        *providers.artifacts(cluster),
        *encryption.artifacts(cluster),
        *installed(cluster).artifacts,
    ]
    brought = list(controller_secrets.resources(cluster))
    if brought:
        found.append(manifest(f"cluster_api/{controller_secrets.FILE}", brought))
    extra = beside(cluster)
    if extra is not None:
        found += extra.artifacts
    if not cluster.is_metal:
        found += prerequisites.artifacts(cluster)
        found.append(addons.cloud_configuration(cluster))
    return tuple(sorted(found, key=lambda artifact: artifact.path))
