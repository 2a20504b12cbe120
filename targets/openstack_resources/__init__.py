"""What a region of OpenStack offers its users, made through its APIs by the collection `openstack.cloud`."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Model, OpenStack
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets.openstack_resources.checks import check
from targets.openstack_resources.emit import emit
from targets.openstack_resources.limits import RULES
from targets.openstack_resources.plan import plan
from targets.openstack_resources.region import Region
from targets.openstack_resources.runbook import steps


class OpenStackResources:
    """The target of what comes after the deployment of the `openstack` layers of a blueprint."""

    name = "openstack_resources"
    summary = (
        "Flavors, images, networks, projects and nodes of a region, by Ansible's openstack.cloud"
    )
    after: tuple[str, ...] = ("kolla_ansible", "openstack_helm", "starlingx")
    upgrades = None

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every region that is not there already and offers anything."""
        return tuple(
            ref
            for ref in model.of(OpenStack)
            if ref not in model.existing and Region(ref, model).offers_anything
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What the APIs of a region don't know or would refuse."""
        return check(layer, model, spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """The playbook and its variables, and the steps that run it."""
        region = Region(layer, model)
        variables = plan(region)
        artifacts, listed = emit(region, variables), steps(region, variables)
        return Deployment(layer, self.name, artifacts, listed, region.deployment_host)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = OpenStackResources()
