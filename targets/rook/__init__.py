"""Ceph on Kubernetes through Rook."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Ceph, Model
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets.rook.checks import check
from targets.rook.cluster import Cluster
from targets.rook.emit import emit
from targets.rook.limits import RULES


class Rook:
    """The target of the `ceph` layers that stand on a Kubernetes cluster."""

    name = "rook"
    summary = "Ceph on Kubernetes, run by the Rook operator"
    after: tuple[str, ...] = ()
    upgrades = None

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every cluster on Kubernetes that is not there already."""
        return tuple(
            ref
            for ref, layer in model.of(Ceph).items()
            if layer.on is not None and ref not in model.existing
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What Rook can't do or would misunderstand of a cluster."""
        return check(layer, model, spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """Values of Rook's charts, clients, what delivers them, and the steps of the deployment."""
        return emit(Cluster(layer, model))

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = Rook()
