"""Writes a system as the files that StarlingX reads, each line with its causes."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Artifact
from targets._formats.yaml import ansible_string, yaml_artifact, yaml_documents
from targets.starlingx.bootstrap import overrides
from targets.starlingx.fleet import bootstrap_values, groups
from targets.starlingx.resources import documents
from targets.starlingx.runtimes import runtime_classes
from targets.starlingx.system import System

_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."


def emit(system: System) -> tuple[Artifact, ...]:
    """The artifacts of a system, by path."""
    return tuple(sorted(_artifacts(system), key=lambda artifact: artifact.path))


def _artifacts(system: System) -> Iterator[Artifact]:
    header = (_NOTICE,)
    if system.layer.is_subcloud:
        yield yaml_artifact("starlingx/bootstrap-values.yml", bootstrap_values(system), header)
    else:
        yield yaml_artifact("starlingx/localhost.yml", overrides(system), header, ansible_string)
    yield yaml_documents("starlingx/deployment-config.yml", tuple(documents(system)), header)
    runtimes = tuple(runtime_classes(system))
    if runtimes:
        yield yaml_documents("starlingx/runtime-classes.yml", runtimes, header)
    listed = list(groups(system))
    if listed:
        yield yaml_artifact("starlingx/subcloud-groups.yml", {"subcloud_groups": listed}, header)


__all__ = ["emit"]
