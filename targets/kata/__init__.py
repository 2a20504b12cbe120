"""Kata Containers on Kubernetes clusters, through the chart kata-deploy."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Kubernetes, Model
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets._kubernetes.access import tools_host
from targets.kata.checks import check
from targets.kata.emit import emit
from targets.kata.installation import Installation
from targets.kata.limits import RULES


class Kata:
    """The target of clusters with secure runtimes."""

    name = "kata"
    summary = "Kata Containers on Kubernetes, installed by kata-deploy"
    after: tuple[str, ...] = ("kubespray", "cluster_api", "magnum", "cluster_services")
    upgrades = None

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every cluster that has a runtime of Kata, or a namespace that asks for one."""
        return tuple(
            ref
            for ref, cluster in model.of(Kubernetes).items()
            if ref not in model.existing
            and (cluster.runtime or any(each.runtime for each in cluster.namespace.values()))
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What Kata or its chart can't do of a cluster."""
        return check(Installation(layer, model), spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """Values of the chart, policies of namespaces, and the steps."""
        artifacts, steps = emit(Installation(layer, model))
        return Deployment(layer, self.name, artifacts, steps, tools_host(model, layer))

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = Kata()
