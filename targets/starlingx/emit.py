"""Writes a system as the files that StarlingX reads, each line with its causes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets._formats.yaml import ansible_string, yaml_artifact, yaml_documents
from targets.starlingx.bootstrap import overrides, secret_overrides
from targets.starlingx.fleet import bootstrap_values, facts, groups
from targets.starlingx.install import install_values
from targets.starlingx.resources import documents
from targets.starlingx.runtimes import runtime_classes
from targets.starlingx.system import System
from targets.starlingx.workloads import FILE as WORKLOADS
from targets.starlingx.workloads import documents as workload_documents
from targets.starlingx.workloads import has_workloads

_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."


def emit(system: System) -> tuple[Artifact, ...]:
    """The artifacts of a system, by path."""
    return tuple(sorted(_artifacts(system), key=lambda artifact: artifact.path))


def _artifacts(system: System) -> Iterator[Artifact]:
    header = (_NOTICE,)
    yield bootstrap_file(system)
    if system.layer.is_subcloud:
        yield yaml_artifact("starlingx/install-values.yml", install_values(system), header)
        yield _variables(system)
    else:
        yield yaml_artifact("starlingx/secrets.yml", secret_overrides(system), header)
    yield yaml_documents("starlingx/deployment-config.yml", tuple(documents(system)), header)
    if has_workloads(system):
        listed_for_pods = tuple(workload_documents(system))
        yield yaml_documents(f"starlingx/{WORKLOADS}", listed_for_pods, header)
    runtimes = tuple(runtime_classes(system))
    if runtimes:
        yield yaml_documents("starlingx/runtime-classes.yml", runtimes, header)
    listed = list(groups(system))
    if listed:
        yield yaml_artifact("starlingx/subcloud-groups.yml", {"subcloud_groups": listed}, header)


def bootstrap_file(system: System) -> Artifact:
    """What the system is bootstrapped with: overrides of the playbook, or values for the manager of subclouds."""
    if system.layer.is_subcloud:
        return yaml_artifact("starlingx/bootstrap-values.yml", bootstrap_values(system), (_NOTICE,))
    return yaml_artifact("starlingx/localhost.yml", overrides(system), (_NOTICE,), ansible_string)


def _variables(system: System) -> Artifact:
    """What the commands of the run-book are told of a subcloud, so that they are the same for all."""
    page = Page()
    page.line(f"# {_NOTICE}")
    cause = Cause("what the commands of the run-book are told", (str(system.ref),))
    for name, value in facts(system).items():
        page.line(f"{name}={shlex.quote(value)}", cause)
    return page.artifact("starlingx/subcloud.env")


__all__ = ["bootstrap_file", "emit"]
