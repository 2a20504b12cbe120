"""Takes clusters from one version of Kubernetes to the next: the machines of the control plane first, then the others."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model
from blueprint.spans import Spans
from blueprint.target import Artifact, Before, Deployment, Step, standing
from blueprint.values import Ref
from targets._kubernetes import managers, upgrades
from targets._kubernetes.access import tools_host
from targets._kubernetes.resources import manifest
from targets.cluster_api import runbook
from targets.cluster_api.cluster import Cluster
from targets.cluster_api.emit import emit, resources
from targets.cluster_api.limits import no_way_of_machines

_NOTICE = "Made by oib for an upgrade: `cluster.yaml` as far as the control plane."
_OF_CLUSTER = "cluster.x-k8s.io/cluster-name"


class ClusterApiUpgrades:
    """Takes clusters that a manager makes from the version that runs to the one of the blueprint."""

    def __init__(self, name: str) -> None:
        """Take the name of the target."""
        self._name = name

    def takes(self, origin: str) -> bool:
        """Whether it is a version of Kubernetes."""
        return upgrades.is_version(origin)

    def check(self, layer: Ref, model: Model, spans: Spans, origin: str) -> tuple[Diagnostic, ...]:
        """Whether one upgrade leads there, and machines can be replaced."""
        cluster = Cluster(layer, model)
        way = upgrades.no_way(model, origin, _goal(cluster)) or _no_spare(cluster, origin)
        return () if way is None else (no_way_of_machines(spans.at(layer, "version"), way),)

    def settled(
        self, layer: Ref, model: Model, spans: Spans, before: Before
    ) -> tuple[Diagnostic, ...]:
        """Nothing: the manager's API refuses what it can't change."""
        del layer, model, spans, before
        return ()

    def emit(self, layer: Ref, model: Model, spans: Spans, origin: str) -> Deployment:
        """What a fresh deployment would be given, the control plane by itself, and the steps of the upgrade."""
        del spans
        cluster = Cluster(layer, model)
        host = tools_host(model, layer)
        if upgrades.is_there(origin, _goal(cluster)):
            stays = Deployment(layer, self._name, emit(cluster), runbook.steps(cluster), host)
            return standing(stays)
        artifacts = sorted((*emit(cluster), _control_plane(cluster)), key=lambda each: each.path)
        return Deployment(layer, self._name, tuple(artifacts), tuple(_steps(cluster, origin)), host)


def _goal(cluster: Cluster) -> str:
    return cluster.version or cluster.layer.version


def _no_spare(cluster: Cluster, origin: str) -> upgrades.NoWay | None:
    """Hosts are all in use: a control plane of one can't be replaced while it runs."""
    is_there = upgrades.is_there(origin, _goal(cluster))
    if is_there or not cluster.is_metal or cluster.control_count != 1:
        return None
    return upgrades.NoWay(
        "the only node of the control plane can't be replaced: no host is left to make the next one on",
        (
            "machines are replaced, never changed, and a control plane of one must keep one until the other runs",
        ),
        "give the control plane three hosts first, in the version that runs",
    )


def _control_plane(cluster: Cluster) -> Artifact:
    """All that comes before the workers, so that nothing touches them yet."""
    made = resources(cluster)
    kinds = [each.kind for each in made]
    upto = kinds.index("KubeadmControlPlane") + 1
    return manifest("cluster_api/control-plane.yaml", made[:upto], (_NOTICE,))


def _steps(cluster: Cluster, origin: str) -> Iterator[Step]:
    if not cluster.is_metal:
        yield from runbook.prerequisites_step(cluster)
    yield _control_step(cluster, origin)
    yield _workers_step(cluster)
    yield from runbook.cluster_step(cluster)
    yield from runbook.ready_step(cluster)


def _control_step(cluster: Cluster, origin: str) -> Step:
    name, namespace = cluster.name, cluster.namespace
    selector = f"{_OF_CLUSTER}={name},cluster.x-k8s.io/control-plane"
    return Step(
        title=f"Take the control plane to Kubernetes {cluster.version}",
        needs=tuple(_needs(cluster, origin)),
        commands=(
            runbook.on_manager(cluster),
            f"kubectl wait cluster/{name} --namespace {namespace} --for=condition=Available --timeout=1m",
            "kubectl apply --filename control-plane.yaml",
            _replaced(cluster, selector, f"v{cluster.version}"),
            (
                f"kubectl wait kubeadmcontrolplane/{name} --namespace {namespace} --for=condition=Available "
                "--timeout=30m"
            ),
        ),
        checks=(f"kubectl get kubeadmcontrolplane {name} --namespace {namespace}",),
        takes=runbook.takes_manager(cluster),
        gives=("nodes of the control plane made anew, one after another",),
    )


def _needs(cluster: Cluster, origin: str) -> Iterator[str]:
    yield f"the cluster runs {origin}, or an upgrade to {cluster.version} that was broken off"
    yield (
        f"the manager has Cluster API {managers.CLUSTER_API}, or another release that makes clusters of "
        f"{upgrades.minor(_goal(cluster))}: `kubectl get providers --all-namespaces` says which"
    )
    if cluster.is_metal:
        yield "the image of the new version lies at its URL; hosts are wiped and written one after another"
        return
    image = cluster.layer.image
    assert image is not None, cluster.ref
    yield (
        f"`{image}` is in the region: where the blueprint has it anew, the playbook of "
        f"`{cluster.region_ref}/openstack_resources` makes it, which may always be run again"
    )
    yield "the project's quota has room for one more node of the control plane, and of each pool in each of its zones"


def _workers_step(cluster: Cluster) -> Step:
    waits = []
    for group in cluster.groups:
        version = cluster.pool_version(cluster.layer.pool[group.pool])
        selector = f"{_OF_CLUSTER}={cluster.name},cluster.x-k8s.io/deployment-name={group.name}"
        waits.append(_replaced(cluster, selector, version))
    needs = ["pods may leave their nodes: each node is drained before it goes"]
    if layers := upgrades.above(cluster.model, cluster.ref):
        listed = ", ".join(f"`{each}`" for each in layers)
        needs.append(f"{listed}: whole, and able to go without one node at a time")
    return Step(
        title="Take the workers there",
        needs=tuple(needs),
        commands=(
            runbook.on_manager(cluster),
            "kubectl apply --filename cluster.yaml",
            *waits,
        ),
        checks=(f"clusterctl describe cluster {cluster.name} --namespace {cluster.namespace}",),
        takes=runbook.takes_manager(cluster),
        gives=("templates of before stay on the manager, where nothing uses them any more",),
    )


def _replaced(cluster: Cluster, selector: str, version: str) -> str:
    """A command that waits until no machine of another version is left."""
    timeout = "6h" if cluster.is_metal else "2h"
    listed = (
        f"kubectl get machines --namespace {cluster.namespace} --selector {selector} "
        '--output "jsonpath={.items[*].spec.version}"'
    )
    others = f'echo $found | tr " " "\\n" | grep -vx -e {version} -e ""'
    loop = f'until found=$({listed}) && test -z "$({others})"; do sleep 20; done'
    return f"timeout {timeout} sh -c {shlex.quote(loop)}"
