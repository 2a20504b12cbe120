"""OpenStack on hosts through Kolla-Ansible."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Model, OpenStack
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets.kolla_ansible.checks import check
from targets.kolla_ansible.emit import emit
from targets.kolla_ansible.limits import RULES
from targets.kolla_ansible.plan import plan
from targets.kolla_ansible.runbook import steps
from targets.kolla_ansible.subjects import SUBJECTS
from targets.kolla_ansible.upgrade import KollaAnsibleUpgrades
from targets.kolla_ansible.upgrade.limits import RULES as UPGRADE_RULES


class KollaAnsible:
    """The target of the `openstack` layers of a blueprint."""

    name = "kolla_ansible"
    summary = "OpenStack in containers on hosts, deployed by Kolla-Ansible"
    after: tuple[str, ...] = ()
    upgrades = KollaAnsibleUpgrades(name)

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every region that is not there already."""
        regions = model.of(OpenStack).items()
        return tuple(
            ref
            for ref, region in regions
            if ref not in model.existing and region.tool_name == self.name
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What Kolla-Ansible can't do or doesn't know of a region."""
        return check(layer, model, spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """Inventory, globals.yml, configuration overrides, and the steps of the deployment."""
        planned = plan(layer, model)
        host = planned.cloud.deployment_host
        return Deployment(layer, self.name, emit(planned), steps(planned), host)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return (*RULES, *UPGRADE_RULES, *(rule for subject in SUBJECTS for rule in subject.rules))


TARGET = KollaAnsible()
