"""What Cluster API is given for the blueprints in these folders: compiled, and read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from blueprint.driver import Compilation, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import Artifact, Deployment

HERE = Path(__file__).parent
LAYERS = {"guests": "kubernetes.tenant", "metal": "kubernetes.edge"}


@dataclass(frozen=True, slots=True)
class Made:
    """The deployment of the cluster of a blueprint."""

    deployment: Deployment
    folder: str = "cluster_api"

    @property
    def files(self) -> dict[str, Artifact]:
        """The artifacts, by path in the target's folder."""
        return {
            each.path.removeprefix(f"{self.folder}/"): each for each in self.deployment.artifacts
        }

    def documents(self, path: str = "cluster.yaml") -> list[dict[str, Any]]:
        """The documents of one artifact."""
        return list(yaml.safe_load_all(self.files[path].text))

    def of_kind(self, kind: str) -> dict[str, dict[str, Any]]:
        """What the manager is given of a kind, by name."""
        return {d["metadata"]["name"]: d for d in self.documents() if d["kind"] == kind}

    def spec(self, kind: str) -> dict[str, Any]:
        """The specification of the only one of its kind."""
        (only,) = self.of_kind(kind).values()
        found: dict[str, Any] = only["spec"]
        return found

    @property
    def commands(self) -> list[str]:
        """All commands of all steps."""
        return [command for step in self.deployment.steps for command in step.commands]

    def values(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each release of a chart with its values."""
        for path in self.files:
            folder, _, name = path.rpartition("/")
            if folder.endswith("values"):
                yield name.removesuffix(".yaml"), self.documents(path)[0] or {}


def sources(name: str, *changes: tuple[str, str]) -> dict[str, str]:
    """The files of a blueprint, with changes of its text, each of which must find its place."""
    folder = HERE / name
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}
    for old, new in changes:
        assert old in files["main.oib"], old
        files["main.oib"] = files["main.oib"].replace(old, new, 1)
    return files


@cache
def made(name: str, *changes: tuple[str, str]) -> Made:
    """What is made of the blueprint of a folder, changed."""
    found = compilation(name, *changes)
    assert [(d.rule.code, d.message) for d in found.diagnostics] == []
    layer = LAYERS[name]
    return Made(
        next(d for d in found.deployments if d.layer == layer and d.target == "cluster_api")
    )


def compilation(name: str, *changes: tuple[str, str]) -> Compilation:
    """All that is said of the blueprint of a folder, changed."""
    return compile_blueprint(
        MemoryLoader(sources(name, *changes)), Options(targets=("cluster_api",))
    )


def codes(name: str, *changes: tuple[str, str]) -> list[str]:
    """The codes of what is wrong with the blueprint of a folder, changed."""
    return [d.rule.code for d in compilation(name, *changes).diagnostics]
