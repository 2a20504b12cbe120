"""Writes a cluster as the playbook that makes it and its variables, and what its manager is given."""

from __future__ import annotations

from importlib.resources import files

from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets._formats.yaml import ansible_string, yaml_artifact
from targets._kubernetes import managers
from targets.magnum.cluster import Cluster
from targets.magnum.plan import variables

_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."
_MADE = Cause("the playbook is the same for each cluster; its variables say what is made")


def emit(cluster: Cluster) -> tuple[Artifact, ...]:
    """The artifacts of a cluster, by path."""
    found = [
        yaml_artifact("magnum/cluster.yml", variables(cluster), (_NOTICE,), ansible_string),
        _playbook(),
    ]
    if needs_manager(cluster):
        found.append(_manager(cluster))
    return tuple(sorted(found, key=lambda artifact: artifact.path))


def needs_manager(cluster: Cluster) -> bool:
    """Whether a cluster of the blueprint is where Magnum's driver makes this one."""
    return cluster.driver == "cluster_api" and cluster.layer.manager is not None


def _playbook() -> Artifact:
    page = Page()
    page.line(f"# {_NOTICE}", _MADE)
    text = files(__package__).joinpath("playbook.yml").read_text(encoding="utf-8")
    for line in text.splitlines():
        page.line(line, _MADE)
    return page.artifact("magnum/playbook.yml")


def _manager(cluster: Cluster) -> Artifact:
    page = Page()
    cause = cluster.stated("what a manager needs to make clusters", "manager", "deployer")
    for line in (*managers.beginning(), *managers.openstack()):
        page.line(line, cause)
    made = page.artifact("magnum/manager/providers.sh")
    return Artifact(made.path, made.text, made.runs, is_executable=True)
