"""Writes a plan as the files that Kolla-Ansible reads, each line with its causes."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Artifact
from targets._formats.ini import ini_artifact
from targets._formats.yaml import ansible_string, plain_string, yaml_artifact
from targets.kolla_ansible.addresses import address_list
from targets.kolla_ansible.plan import Plan
from targets.kolla_ansible.subjects import SUBJECTS

_FOLDER = "kolla_ansible"
_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The artifacts of a layer, by path."""
    return tuple(sorted(_artifacts(plan), key=lambda artifact: artifact.path))


def _artifacts(plan: Plan) -> Iterator[Artifact]:
    inventory = plan.inventory
    header = (_NOTICE,)
    yield yaml_artifact(f"{_FOLDER}/inventory/hosts.yml", inventory.hosts, header, ansible_string)
    yield yaml_artifact(f"{_FOLDER}/inventory/groups.yml", inventory.groups, header, ansible_string)
    for group, variables in inventory.variables.items():
        path = f"{_FOLDER}/inventory/group_vars/{group}.yml"
        yield yaml_artifact(path, variables, header, ansible_string)
    yield yaml_artifact(f"{_FOLDER}/globals.yml", plan.variables, header, ansible_string)
    for path, sections in plan.overrides.items():
        yield ini_artifact(f"{_FOLDER}/config/{path}", sections, header)
    names = (_NOTICE, "Names of the secrets that must be in passwords.yml; never a value.")
    yield yaml_artifact(f"{_FOLDER}/secrets.yml", plan.secrets, names, plain_string)
    yield address_list(plan.cloud)
    for subject in SUBJECTS:
        yield from subject.artifacts(plan.cloud)
