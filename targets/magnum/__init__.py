"""Kubernetes on OpenStack through Magnum, the region's own service for clusters."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Kubernetes, Model
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets._kubernetes.access import tools_host
from targets.magnum.checks import check
from targets.magnum.cluster import Cluster
from targets.magnum.emit import emit
from targets.magnum.limits import RULES
from targets.magnum.runbook import steps
from targets.magnum.upgrade import MagnumUpgrades


class Magnum:
    """The target of the `kubernetes` layers that a region's Magnum makes."""

    name = "magnum"
    summary = "Kubernetes on OpenStack, made by the region's Magnum"
    after: tuple[str, ...] = ()
    upgrades = MagnumUpgrades(name)

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every cluster on OpenStack that is not there already and that Magnum makes."""
        return tuple(
            ref
            for ref, layer in model.of(Kubernetes).items()
            if ref not in model.existing and layer.tool_name == "magnum" and layer.on is not None
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What Magnum and its driver can't do of a cluster, or would refuse."""
        return check(Cluster(layer, model), spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """The template, the cluster and its groups as variables of a playbook, and the steps."""
        cluster = Cluster(layer, model)
        return Deployment(layer, self.name, emit(cluster), steps(cluster), tools_host(model, layer))

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = Magnum()
