"""Hosts made ready for what is deployed on them: network, kernel, time, storage."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Model
from blueprint.spans import Spans
from blueprint.target import Deployment
from blueprint.values import Ref
from targets.host_preparation.checks import check
from targets.host_preparation.emit import emit
from targets.host_preparation.layer import Preparation
from targets.host_preparation.limits import RULES
from targets.host_preparation.runbook import steps


class HostPreparation:
    """The target of the `hosts` of a blueprint."""

    name = "host_preparation"
    summary = (
        "Network, kernel, time and disks of hosts, by netplan or NMState and an Ansible playbook"
    )
    after: tuple[str, ...] = ()
    upgrades = None

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """Every declaration of hosts that are neither there already nor installed by Ironic or Metal3."""
        return tuple(
            ref
            for ref in model.groups
            if ref not in model.existing and Preparation(ref, model).hosts
        )

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What the network files and the playbook can't do for some hosts."""
        return check(layer, model, spans)

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """Network files, inventory, playbook and files of the hosts, and the steps."""
        preparation = Preparation(layer, model)
        return Deployment(layer, self.name, emit(preparation), steps(preparation))

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report."""
        return RULES


TARGET = HostPreparation()
