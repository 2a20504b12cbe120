"""Plans what is the same on guests and on bare metal: the cluster, its control plane, its workers, their health."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.guests import Group
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import Resource
from targets.cluster_api import kubeadm, nodes
from targets.cluster_api.cluster import (
    BOOTSTRAP,
    CONTROL_PLANE,
    CORE,
    METAL3,
    OPENSTACK,
    Cluster,
    hashed,
    reference,
)

_SIZE = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-"
_CAPACITY = "capacity.cluster-autoscaler.kubernetes.io/"
_LABEL = "cluster.x-k8s.io/cluster-name"
_DEPLOYMENT_LABEL = "cluster.x-k8s.io/deployment-name"
_SILENCE_S = 300
_GUEST_START_S, _METAL_START_S = 1200, 7200


def namespace(cluster: Cluster) -> Resource:
    """The namespace on the manager that holds all that belongs to the cluster."""
    return Resource("v1", "Namespace", cluster.namespace, _of(cluster))


def infrastructure(cluster: Cluster) -> tuple[str, str]:
    """API version of what the machines stand on, and the beginning of its kinds' names."""
    return (METAL3, "Metal3") if cluster.is_metal else (OPENSTACK, "OpenStack")


def cluster_resource(cluster: Cluster) -> Resource:
    """The cluster, which brings the others together."""
    layer = cluster.layer
    version, family = infrastructure(cluster)
    network: dict[str, Any] = {
        "pods": {"cidrBlocks": _blocks(cluster, "pods")},
        "services": {"cidrBlocks": _blocks(cluster, "services")},
        "serviceDomain": Traced(layer.domain, cluster.stated("the domain of services", "domain")),
    }
    if layer.api.port != 6443:
        port = cluster.stated("the port of the API", "api.port")
        network["apiServerPort"] = Traced(layer.api.port, port)
    body = {
        "clusterNetwork": network,
        "controlPlaneRef": reference(CONTROL_PLANE, "KubeadmControlPlane", cluster.name),
        "infrastructureRef": reference(version, f"{family}Cluster", cluster.name),
    }
    return _resource(cluster, CORE, "Cluster", cluster.name, _of(cluster), body)


def control_plane(cluster: Cluster, template: Resource) -> Resource:
    """The control plane, whose machines are made of a template."""
    replicas = cluster.stated("nodes of the control plane", cluster.control_field)
    machine: dict[str, Any] = {
        "spec": {"infrastructureRef": reference(template.api_version, template.kind, template.name)}
    }
    labels = {
        key: Traced(value, cluster.stated("a label of the nodes", f"control.labels.{key}"))
        for key, value in cluster.layer.control.labels.items()
    }
    if carried := nodes.machine_labels(labels):
        machine["metadata"] = {"labels": carried}
    version = Cause("the version of the control plane", cluster.version_paths)
    body: dict[str, Any] = {
        "replicas": Traced(cluster.control_count, replicas),
        "version": Traced(f"v{cluster.version}", version),
        "machineTemplate": machine,
        "kubeadmConfigSpec": kubeadm.control_plane(cluster),
    }
    if cluster.is_metal and cluster.control_count >= 3:
        spare = Cause("an upgrade has no spare host to begin with", replicas.paths)
        body["rollout"] = Traced(_rollout(surge=0, unavailable=None), spare)
    why = cluster.stated("the control plane", "control")
    return _resource(cluster, CONTROL_PLANE, "KubeadmControlPlane", cluster.name, why, body)


def bootstrap_template(cluster: Cluster, pool: str) -> Resource:
    """How nodes of a pool join. It can't be changed: another configuration is another template."""
    inner = {"template": {"spec": kubeadm.worker(cluster, pool)}}
    why = cluster.stated("how nodes of the pool join", f"pool.{pool}")
    name = hashed(object_name(cluster.name, pool), inner)
    return _resource(cluster, BOOTSTRAP, "KubeadmConfigTemplate", name, why, inner)


def deployment(cluster: Cluster, group: Group, bootstrap: Resource, template: Resource) -> Resource:
    """Workers that are alike: so many machines, made and joined as the templates say."""
    pool = cluster.layer.pool[group.pool]
    field = f"pool.{group.pool}"
    own = {_LABEL: cluster.name, _DEPLOYMENT_LABEL: group.name}
    carried = nodes.machine_labels(cluster.pool_labels(group.pool))
    version = Cause(
        "the version of the nodes", (*cluster.version_paths, cluster.path(field, "version"))
    )
    machine: dict[str, Any] = {
        "clusterName": cluster.name,
        "version": Traced(cluster.pool_version(pool), version),
        "bootstrap": {"configRef": reference(BOOTSTRAP, bootstrap.kind, bootstrap.name)},
        "infrastructureRef": reference(template.api_version, template.kind, template.name),
    }
    if group.zone is not None:
        zone = cluster.stated("the zone of these nodes", f"{field}.zones")
        machine["failureDomain"] = Traced(group.zone, zone)
    body: dict[str, Any] = {"clusterName": cluster.name}
    annotations = dict(_autoscaled(cluster, group)) if pool.autoscale else {}
    if not annotations:
        counts = ("hosts",) if cluster.is_metal else ("count", "min", "zones")
        count = cluster.stated("nodes of the pool", *(f"{field}.{each}" for each in counts))
        body["replicas"] = Traced(group.count, count)
    body["selector"] = {"matchLabels": own}
    if cluster.is_metal:
        spare = Cause("an upgrade has no spare host to begin with", (cluster.path(field, "hosts"),))
        body["rollout"] = Traced(_rollout(surge=0, unavailable=1), spare)
    body["template"] = {"metadata": {"labels": {**own, **carried}}, "spec": machine}
    why = cluster.stated("the pool", field)
    made = _resource(cluster, CORE, "MachineDeployment", group.name, why, body)
    return made if not annotations else _annotated(made, annotations)


def health_checks(cluster: Cluster) -> Iterator[Resource]:
    """What replaces machines whose nodes are silent: those of the control plane, and those of each group."""
    control = f"{cluster.name}-control-plane"
    selector = {"cluster.x-k8s.io/control-plane": ""}
    yield _health(cluster, control, selector, "control", "100%")
    for group in cluster.groups:
        selector = {_DEPLOYMENT_LABEL: group.name}
        yield _health(cluster, group.name, selector, f"pool.{group.pool}", "40%")


def _health(
    cluster: Cluster, name: str, selector: dict[str, str], field: str, most: str
) -> Resource:
    conditions = [
        {"type": "Ready", "status": status, "timeoutSeconds": _SILENCE_S}
        for status in ("Unknown", "False")
    ]
    start = _METAL_START_S if cluster.is_metal else _GUEST_START_S
    body = {
        "clusterName": cluster.name,
        "selector": {"matchLabels": selector},
        "checks": {"unhealthyNodeConditions": conditions, "nodeStartupTimeoutSeconds": start},
        "remediation": {"triggerIf": {"unhealthyLessThanOrEqualTo": most}},
    }
    why = cluster.stated("machines whose nodes are silent are replaced", field)
    return _resource(cluster, CORE, "MachineHealthCheck", name, why, body)


def _autoscaled(cluster: Cluster, group: Group) -> Iterator[tuple[str, Traced]]:
    field = f"pool.{group.pool}"
    least = cluster.stated("the least that the autoscaler leaves", f"{field}.min", f"{field}.zones")
    yield f"{_SIZE}min-size", Traced(str(group.least), least)
    most = cluster.stated("the most that the autoscaler makes", f"{field}.max", f"{field}.zones")
    yield f"{_SIZE}max-size", Traced(str(group.most), most)
    ref = cluster.layer.pool[group.pool].flavor
    flavor = cluster.flavor(ref)
    if flavor is None or group.least > 0:
        return
    paths = (cluster.path(field, "flavor"), f"{ref}.vcpus", f"{ref}.ram")
    size = Cause("what a node offers, for a pool that has none yet", paths)
    yield f"{_CAPACITY}cpu", Traced(str(flavor.vcpus or 1), size)
    if flavor.ram is not None:
        yield f"{_CAPACITY}memory", Traced(str(int(flavor.ram)), size)


def _rollout(surge: int, unavailable: int | None) -> dict[str, Any]:
    update: dict[str, Any] = {"maxSurge": surge}
    if unavailable is not None:
        update["maxUnavailable"] = unavailable
    return {"strategy": {"type": "RollingUpdate", "rollingUpdate": update}}


def _blocks(cluster: Cluster, field: str) -> Traced:
    listed = [str(each) for each in getattr(cluster.layer, field)]
    return Traced(listed, cluster.stated(f"addresses of {field}", field))


def _of(cluster: Cluster) -> Cause:
    return Cause("the cluster by its name in the blueprint", (str(cluster.ref),))


def _resource(
    cluster: Cluster, version: str, kind: str, name: str, why: Cause, spec: dict[str, Any]
) -> Resource:
    return Resource(version, kind, name, why, namespace=cluster.namespace, body={"spec": spec})


def _annotated(made: Resource, annotations: dict[str, Any]) -> Resource:
    return Resource(
        made.api_version, made.kind, made.name, made.cause, made.namespace, made.labels,
        annotations, made.body,
    )  # fmt: skip
