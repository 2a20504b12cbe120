"""Writes a plan as a playbook, the same for each region, and its variables, each line with its causes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets._formats.yaml import ansible_string, plain_string, yaml_artifact
from targets.openstack_resources.nodes import credentials
from targets.openstack_resources.region import Region
from targets.openstack_resources.volume_types import playbook

_FOLDER = "openstack_resources"
_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."
_MADE = Cause("the playbook is the same for each region; resources.yml says what is made")


def emit(region: Region, variables: Mapping[str, Any]) -> tuple[Artifact, ...]:
    """The artifacts of a region, by path."""
    header = (_NOTICE,)
    artifacts = [
        _playbook(),
        *playbook(region, _NOTICE),
        yaml_artifact(f"{_FOLDER}/resources.yml", variables, header, ansible_string),
    ]
    secrets = credentials(region)
    if secrets:
        names = (
            _NOTICE,
            "Names of the credentials that the playbook must be given; never a value.",
        )
        document = {"controllers": secrets}
        artifacts.append(yaml_artifact(f"{_FOLDER}/secrets.yml", document, names, plain_string))
    return tuple(sorted(artifacts, key=lambda artifact: artifact.path))


def _playbook() -> Artifact:
    page = Page()
    page.line(f"# {_NOTICE}", _MADE)
    text = files(__package__).joinpath("playbook.yml").read_text(encoding="utf-8")
    for line in text.splitlines():
        page.line(line, _MADE)
    return page.artifact(f"{_FOLDER}/playbook.yml")
