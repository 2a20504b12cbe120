"""Takes clusters of Magnum from one version of Kubernetes to the next: a new template, which the cluster then follows."""

from __future__ import annotations

from dataclasses import replace

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model
from blueprint.model.naming import kubeconfig
from blueprint.spans import Spans
from blueprint.target import Before, Deployment, Step, standing
from blueprint.values import Ref
from targets._kubernetes import managers, upgrades
from targets._kubernetes.access import tools_host
from targets.magnum import runbook
from targets.magnum.cluster import Cluster
from targets.magnum.emit import emit
from targets.magnum.limits import no_way_with_magnum


class MagnumUpgrades:
    """Takes clusters that a region's Magnum makes from the version that runs to the one of the blueprint."""

    def __init__(self, name: str) -> None:
        """Take the name of the target."""
        self._name = name

    def takes(self, origin: str) -> bool:
        """Whether it is a version of Kubernetes."""
        return upgrades.is_version(origin)

    def check(self, layer: Ref, model: Model, spans: Spans, origin: str) -> tuple[Diagnostic, ...]:
        """Whether one upgrade leads there, and the driver does it for the whole cluster."""
        cluster = Cluster(layer, model)
        way = upgrades.no_way(model, origin, _goal(cluster))
        if (
            way is None
            and cluster.driver == "heat"
            and not upgrades.is_there(origin, _goal(cluster))
        ):
            way = upgrades.NoWay(
                "Magnum's driver `heat` takes no whole cluster to another version",
                ("it replaces one group of nodes at a time, and no release after 2026.1 has it",),
                "make a cluster with `driver = cluster_api` beside it, and move what runs there",
            )
        return () if way is None else (no_way_with_magnum(spans.at(layer, "version"), way),)

    def settled(
        self, layer: Ref, model: Model, spans: Spans, before: Before
    ) -> tuple[Diagnostic, ...]:
        """Nothing: what changes is a new template."""
        del layer, model, spans, before
        return ()

    def emit(self, layer: Ref, model: Model, spans: Spans, origin: str) -> Deployment:
        """What a fresh deployment would be given, and the steps of the upgrade."""
        del spans
        cluster = Cluster(layer, model)
        host = tools_host(model, layer)
        deployed = Deployment(layer, self._name, emit(cluster), runbook.steps(cluster), host)
        if upgrades.is_there(origin, _goal(cluster)):
            return standing(deployed)
        return replace(deployed, steps=(_upgrade(cluster, origin), *runbook.pools_step(cluster)))


def _goal(cluster: Cluster) -> str:
    return cluster.version or cluster.layer.version


def _upgrade(cluster: Cluster, origin: str) -> Step:
    (made,) = runbook.cluster_step(cluster)
    image = cluster.layer.image
    assert image is not None, cluster.ref
    kubectl = f"kubectl --kubeconfig {kubeconfig(cluster.ref)}"
    needs = [
        f"the cluster runs {origin}, or an upgrade to {cluster.version} that was broken off",
        (
            f"the manager of Magnum's driver has Cluster API {managers.CLUSTER_API}, or another release that makes "
            f"clusters of {upgrades.minor(_goal(cluster))}"
        ),
        (
            f"`{image}` is in the region: where the blueprint has it anew, the playbook of "
            f"`{cluster.region_ref}/openstack_resources` makes it, which may always be run again"
        ),
        f"`~/magnum-{cluster.name}` as the deployment left it, with the password of the cluster's user",
        "the project's quota has room for one more node of the control plane, and of each pool in each of its zones",
        "pods may leave their nodes: each node is drained before it goes, those of the control plane first",
    ]
    return replace(
        made,
        title=f"Take the cluster to Kubernetes {cluster.version}",
        needs=(*made.needs, *needs),
        checks=(f'test "$({upgrades.versions_of_nodes(kubectl)})" = v{cluster.version}',),
        gives=(
            "a new cluster template, which the cluster follows; the one of before stays, and is deleted by hand",
        ),
    )
