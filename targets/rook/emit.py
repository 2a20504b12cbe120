"""Writes a cluster as values of Rook's charts and resources beside them, and says how they are brought onto it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause, Deployment
from targets._kubernetes.charts import chart
from targets._kubernetes.delivery import deliver
from targets._kubernetes.delivery_items import Item, Manifests, Release
from targets._kubernetes.external_secrets import delivery_vault
from targets._kubernetes.object_gateways import NAMESPACE
from targets._kubernetes.values import tree
from targets.rook.clients import clients
from targets.rook.cluster import Cluster
from targets.rook.cluster_values import cluster_settings
from targets.rook.labels import labels_script
from targets.rook.operator import driver_values, operator_values
from targets.rook.pools import pool_settings
from targets.rook.runbook import steps

FOLDER = "rook"
#: Making OSDs of hundreds of disks takes its time.
CLUSTER_TIMEOUT_S = 3600


def emit(cluster: Cluster) -> Deployment:
    """The artifacts of a cluster and its steps."""
    items = tuple(_items(cluster))
    path = f"{cluster.on}.delivery"
    delivery = cluster.kubernetes.delivery
    done = deliver(
        cluster.ref, FOLDER, delivery, path, items, delivery_vault(cluster.model, delivery)
    )
    artifacts = [*done.artifacts, *labels_script(cluster)]
    host = next((each.name for each in cluster.model.hosts(cluster.kubernetes.deploy_from)), None)
    return Deployment(
        cluster.ref,
        "rook",
        tuple(sorted(artifacts, key=lambda each: each.path)),
        tuple(steps(cluster, done)),
        host,
    )


def cluster_values(cluster: Cluster) -> dict[str, Any]:
    """Values of the chart `rook-ceph-cluster`."""
    return tree(cluster_settings(cluster), pool_settings(cluster))


def _items(cluster: Cluster) -> Iterator[Item]:
    cause = Cause("Ceph on Kubernetes", (cluster.path("on"),))
    yield Release.of(chart("rook-ceph"), NAMESPACE, cause, operator_values(cluster))
    yield Release.of(
        chart("ceph-csi-drivers"), NAMESPACE, cause, driver_values(cluster), needs=("rook-ceph",)
    )
    ready = (
        (
            f"kubectl --namespace {NAMESPACE} wait cephcluster/{NAMESPACE} "
            f"--for=jsonpath='{{.status.phase}}'=Ready --timeout={CLUSTER_TIMEOUT_S}s"
        ),
    )
    yield Release.of(
        chart("rook-ceph-cluster"), NAMESPACE, cause, cluster_values(cluster),
        needs=("rook-ceph", "ceph-csi-drivers"), timeout_s=CLUSTER_TIMEOUT_S, waits=ready,
    )  # fmt: skip
    made = tuple(clients(cluster))
    if made:
        waits = tuple(
            f"kubectl --namespace {NAMESPACE} wait cephclient/{each.name} "
            "--for=jsonpath='{.status.phase}'=Ready --timeout=10m"
            for each in made
        )
        stated = Cause("clients of services", (cluster.path("pool"), cluster.path("filesystem")))
        yield Manifests("clients", made, stated, needs=("rook-ceph-cluster",), waits=waits)
