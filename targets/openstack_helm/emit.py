"""Writes a plan: values and delivery of the charts, labels of nodes, tables of passwords and images."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Artifact
from targets._kubernetes.delivery import Delivered, Item, deliver
from targets._kubernetes.external_secrets import delivery_vault
from targets._kubernetes.resources import manifest
from targets.openstack_helm.external_passwords import FOLDER, PASSWORDS, external, vault
from targets.openstack_helm.federation import mappings
from targets.openstack_helm.gateway import internal_manifests
from targets.openstack_helm.images import image_list
from targets.openstack_helm.passwords import script, table
from targets.openstack_helm.placement import node_labels
from targets.openstack_helm.plan import Plan


def delivered(plan: Plan) -> Delivered:
    """What is installed, in its order, the way the cluster says."""
    cloud = plan.cloud
    items: list[Item] = [*internal_manifests(cloud), *plan.releases()]
    path, delivery = f"{cloud.cluster_ref}.delivery", cloud.cluster.delivery
    return deliver(cloud.ref, FOLDER, delivery, path, items, delivery_vault(cloud.model, delivery))


def emit(plan: Plan, done: Delivered) -> tuple[Artifact, ...]:
    """The artifacts of a layer, by path."""
    return tuple(sorted(_artifacts(plan, done), key=lambda artifact: artifact.path))


def _artifacts(plan: Plan, done: Delivered) -> Iterator[Artifact]:
    yield from done.artifacts
    yield node_labels(plan.cloud)
    yield table(plan.cloud)
    yield from mappings(plan.cloud)
    secrets = list(external(plan.cloud))
    if secrets:
        yield manifest(f"{FOLDER}/{PASSWORDS}", secrets)
    if vault(plan.cloud) is None:
        yield script()
    images = image_list(plan.cloud)
    if images is not None:
        yield images
