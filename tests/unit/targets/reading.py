"""Reads artifacts back as the tools do, for tests."""

from __future__ import annotations

import re
from typing import Any

import yaml

from blueprint.model import Model
from blueprint.target import Artifact, Cause, Deployment, Target


class Unsafe(str):
    """A string that Ansible never takes for a template."""

    __slots__ = ()


class _Loader(yaml.CSafeLoader):
    """PyYAML with Ansible's `!unsafe`."""


_Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def deployment(target: Target, model: Model) -> Deployment:
    (layer,) = target.layers(model)
    return target.emit(layer, model)


def artifacts(target: Target, model: Model) -> dict[str, Artifact]:
    made = deployment(target, model).artifacts
    folder = f"{target.name}/"
    return {artifact.path.removeprefix(folder): artifact for artifact in made}


def read(artifact: Artifact) -> Any:
    documents = list(yaml.load_all(artifact.text, _Loader))
    return documents[0] if len(documents) == 1 else documents


def options(artifact: Artifact) -> dict[str, dict[str, str]]:
    """Sections and options of a file without conditions."""
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in artifact.text.splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith(("#", "{%")):
            name, _, value = line.partition("=")
            current[name.strip()] = value.strip()
    return sections


def lines_with_causes(artifact: Artifact) -> list[tuple[str, Cause | None, tuple[str, ...]]]:
    """Every line with its cause and the addresses that the cause names, members filled in."""
    lines = artifact.text.splitlines()
    found = []
    for run in artifact.runs:
        for round_, member in enumerate(run.members or (None,)):
            for place, cause in enumerate(run.causes):
                number = run.first - 1 + round_ * len(run.causes) + place
                paths = () if cause is None else cause.paths
                if member is not None:
                    paths = tuple(re.sub(r"^.*?\[\*\]", str(member), path) for path in paths)
                found.append((number, lines[number], cause, paths))
    assert [number for number, *_ in found] == list(range(len(lines))), artifact.path
    return [entry[1:] for entry in found]
