"""Kubernetes through Cluster API: on guests of an OpenStack region, or on bare metal that a manager installs."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Kubernetes, Model
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets._kubernetes.access import tools_host
from targets.cluster_api.checks import check
from targets.cluster_api.cluster import Cluster
from targets.cluster_api.emit import emit
from targets.cluster_api.limits import RULES
from targets.cluster_api.runbook import steps
from targets.cluster_api.upgrade import ClusterApiUpgrades


class ClusterApi:
    """The target of the `kubernetes` layers that another cluster makes."""

    name = "cluster_api"
    summary = "Kubernetes on OpenStack or on bare metal, made by another cluster's Cluster API"
    after: tuple[str, ...] = ()
    upgrades = ClusterApiUpgrades(name)

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every cluster that is not there already and that Cluster API makes."""
        return tuple(
            ref
            for ref, layer in model.of(Kubernetes).items()
            if ref not in model.existing and layer.tool_name == "cluster_api"
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What Cluster API and its providers can't do of a cluster, or would refuse."""
        return check(Cluster(layer, model), spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """What the manager and the region are given, what is installed on the cluster, and the steps."""
        cluster = Cluster(layer, model)
        host = tools_host(model, layer)
        return Deployment(layer, self.name, emit(cluster), steps(cluster), host)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = ClusterApi()
