"""Kubernetes on hosts through Kubespray."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Kubernetes, Model
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets.kubespray.checks import check
from targets.kubespray.cluster import Cluster
from targets.kubespray.emit import emit
from targets.kubespray.limits import RULES
from targets.kubespray.runbook import steps
from targets.kubespray.upgrade import KubesprayUpgrades


class Kubespray:
    """The target of the `kubernetes` layers on hosts."""

    name = "kubespray"
    summary = "Kubernetes on hosts, deployed by Kubespray"
    after: tuple[str, ...] = ()
    upgrades = KubesprayUpgrades(name)

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every cluster on hosts that is not there already and that nothing else deploys."""
        return tuple(
            ref
            for ref, layer in model.of(Kubernetes).items()
            if ref not in model.existing and layer.tool_name == "kubespray"
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What Kubespray can't do or would misunderstand of a cluster."""
        return check(layer, model, spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """Inventory and variables, playbooks beside Kubespray's own, and the steps of the deployment."""
        cluster = Cluster(layer, model)
        return Deployment(layer, self.name, emit(cluster), steps(cluster), cluster.deploy_host)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = Kubespray()
