"""OpenStack on Kubernetes through the charts of OpenStack-Helm."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Model, OpenStack
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets._kubernetes.access import tools_host
from targets.openstack_helm.checks import check
from targets.openstack_helm.emit import delivered, emit
from targets.openstack_helm.limits import RULES
from targets.openstack_helm.plan import plan
from targets.openstack_helm.runbook import steps


class OpenStackHelm:
    """The target of the `openstack` layers that stand on Kubernetes."""

    name = "openstack_helm"
    summary = "OpenStack on Kubernetes, by the charts of OpenStack-Helm"
    after: tuple[str, ...] = ()
    upgrades = None

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every region on a cluster that is not there already."""
        return tuple(
            ref
            for ref, region in model.of(OpenStack).items()
            if ref not in model.existing and region.on is not None and region.tool_name == self.name
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What OpenStack-Helm can't do or doesn't know of a region."""
        return check(layer, model, spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """Values of charts, their delivery, and the steps of the deployment."""
        planned = plan(layer, model)
        done = delivered(planned)
        host = tools_host(model, planned.cloud.cluster_ref)
        return Deployment(layer, self.name, emit(planned, done), steps(planned, done), host)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = OpenStackHelm()
