"""Plans what a cluster needs before it is one: its network, the cloud provider, volumes; and its autoscaler."""

from __future__ import annotations

from typing import Any

from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets._kubernetes.charts import chart
from targets._kubernetes.delivery import Item, Release
from targets._kubernetes.names import through_tpl
from targets._kubernetes.values import Setting, tree
from targets.cluster_api import network
from targets.cluster_api.cluster import Cluster
from targets.cluster_api.openstack import CLOUD
from targets.cluster_api.versions import cloud_provider_chart

#: The Secret on the cluster with `cloud.conf` and `clouds.yaml`, which the operator makes.
CLOUD_SECRET = "cloud-config"  # noqa: S105 - a name


def items(cluster: Cluster) -> tuple[Item, ...]:
    """What is installed on the cluster itself; its storage classes come with its other services."""
    found = list(network.releases(cluster))
    if cluster.is_metal:
        return tuple(found)
    found.append(_cloud_provider(cluster))
    found.append(_volumes(cluster))
    return tuple(found)


def manager_items(cluster: Cluster) -> tuple[Item, ...]:
    """What is installed on the manager for this cluster: the autoscaler of its workers."""
    pools = [label for label, pool in cluster.layer.pool.items() if pool.autoscale]
    if not pools:
        return ()
    fields = tuple(f"pool.{label}.autoscale" for label in pools)
    why = cluster.stated("workers come and go with the pods that wait", *fields)
    values = tree(
        Setting(("cloudProvider",), "clusterapi", why),
        Setting(("clusterAPIMode",), "kubeconfig-incluster", why),
        Setting(("clusterAPIKubeconfigSecret",), f"{cluster.name}-kubeconfig", why),
        Setting(("autoDiscovery", "clusterName"), through_tpl(cluster.name), why),
        Setting(("autoDiscovery", "namespace"), cluster.namespace, why),
    )
    autoscaler = chart("cluster-autoscaler")
    return (Release.of(autoscaler, cluster.namespace, why, values),)


def _release(
    cluster: Cluster, name: str, release: str, why: Cause, values: dict[str, Any]
) -> Release:
    """A release of cloud-provider-openstack, whose charts go with Kubernetes' minor version."""
    known = chart(name)
    version = cloud_provider_chart(cluster.layer.minor)
    return Release(
        release, "kube-system", name, version, known.repository, why, values,
        needs=(network.release_name(cluster),),
    )  # fmt: skip


def _cloud_provider(cluster: Cluster) -> Release:
    why = cluster.stated("nodes are guests, whom the cloud provider looks after", "on")
    values = tree(
        Setting(("secret", "create"), value=False, cause=why),
        Setting(("secret", "name"), CLOUD_SECRET, why),
        Setting(("cluster", "name"), cluster.name, why),
    )
    return _release(
        cluster, "openstack-cloud-controller-manager", "openstack-cloud-controller-manager", why,
        values,
    )  # fmt: skip


def _volumes(cluster: Cluster) -> Release:
    why = cluster.stated("volumes of the region below", "on", "storage_class")
    values = tree(
        Setting(("secret", "enabled"), value=True, cause=why),
        Setting(("secret", "create"), value=False, cause=why),
        Setting(("secret", "hostMount"), value=False, cause=why),
        Setting(("secret", "name"), CLOUD_SECRET, why),
        Setting(("secret", "filename"), "cloud.conf", why),
        Setting(("storageClass", "enabled"), value=False, cause=why),
        Setting(("clusterID",), cluster.name, why),
    )
    return _release(cluster, "openstack-cinder-csi", "cinder-csi", why, values)


def cloud_configuration(cluster: Cluster) -> Artifact:
    """`cloud.conf` of the cloud provider and of Cinder CSI; credentials stand in `clouds.yaml` beside it."""
    page = Page()
    below = cluster.stated("the region that the nodes are guests of", "on")
    page.line("# Made by oib from the blueprint: change the blueprint, not this file.")
    page.line("[Global]", below)
    for line in ("use-clouds = true", "clouds-file = /etc/config/clouds.yaml", f"cloud = {CLOUD}"):
        page.line(line, below)
    if has_authority(cluster):
        page.line("ca-file = /etc/config/cacert", authority(cluster))
    page.line("")
    page.line("[BlockStorage]", below)
    zones = cluster.stated("Cinder's only zone is not one of Nova's", "on")
    page.line("ignore-volume-az = true", zones)
    page.line("")
    balancer = cluster.layer.load_balancer
    page.line("[LoadBalancer]", below)
    if balancer is not None and balancer.choice == "octavia":
        provider, cause = network.provider(cluster, "load_balancer", balancer)
        page.line(f"lb-provider = {provider}", cause)
        if provider == "ovn":
            page.line("lb-method = SOURCE_IP_PORT", cause)
    else:
        stated = cluster.stated("services have no load balancers of the region", "load_balancer")
        page.line("enabled = false", stated)
    return page.artifact("cluster_api/cloud.conf")


def has_authority(cluster: Cluster) -> bool:
    """Whether the region's APIs have certificates of an authority that nodes must be told."""
    api = cluster.region.api
    public = api.public or api.internal
    return public.tls is not None


def authority(cluster: Cluster) -> Cause:
    """Why nodes are told of an authority."""
    side = "public" if cluster.region.api.public is not None else "internal"
    return Cause(
        "the authority behind the APIs' certificates", (f"{cluster.region_ref}.api.{side}.tls",)
    )
