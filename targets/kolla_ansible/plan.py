"""The plan of a layer: all that Kolla-Ansible will be told, as values with their causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blueprint.model import Model
from blueprint.values import Ref
from targets._formats.ini import Section
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.global_variables import plan_globals
from targets.kolla_ansible.inventory import Inventory, plan_inventory
from targets.kolla_ansible.overrides import plan_overrides
from targets.kolla_ansible.secret_list import plan_secrets


@dataclass(frozen=True, slots=True)
class Plan:
    """Inventory, variables, files of services, and the names of the secrets that must exist."""

    cloud: Cloud
    inventory: Inventory
    variables: Mapping[str, Traced]
    overrides: Mapping[str, Mapping[str, Section]]
    secrets: Mapping[str, Traced]


def plan(layer: Ref, model: Model) -> Plan:
    """The plan of a layer in which `check` found nothing wrong."""
    cloud = Cloud(layer, model)
    return Plan(
        cloud=cloud,
        inventory=plan_inventory(cloud),
        variables=plan_globals(cloud),
        overrides=plan_overrides(cloud),
        secrets=plan_secrets(cloud),
    )
