"""Ceph on hosts through cephadm."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Ceph, Model
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets.cephadm.checks import check
from targets.cephadm.cluster import Cluster
from targets.cephadm.emit import emit
from targets.cephadm.limits import RULES
from targets.cephadm.runbook import steps


class Cephadm:
    """The target of the `ceph` layers of a blueprint."""

    name = "cephadm"
    summary = "Ceph in containers on hosts, deployed by cephadm"
    after: tuple[str, ...] = ()
    upgrades = None

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every cluster on hosts that is not there already."""
        return tuple(
            ref
            for ref, cluster in model.of(Ceph).items()
            if cluster.on is None and ref not in model.existing
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What cephadm can't do or would misunderstand of a cluster."""
        return check(layer, model, spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """Host and service specifications, pools and clients, and the steps of the deployment."""
        cluster = Cluster(layer, model)
        first = cluster.first_monitor
        host = None if first is None else first.name
        return Deployment(layer, self.name, emit(cluster), steps(cluster), host)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = Cephadm()
