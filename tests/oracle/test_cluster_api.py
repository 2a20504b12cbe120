"""What managers of clusters are given, judged by the projects' own definitions, by Kubernetes' schemas, and by Ansible."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle import openstack_cloud
from tests.oracle.custom_resources import faults, upstream
from tests.oracle.helm import faults_of
from tests.oracle.tools import or_skip
from tests.unit.targets.cluster_api.made import Made, made
from tests.unit.targets.cluster_api.test_documents import CASES

pytestmark = pytest.mark.oracle

RELEASE = "2025.1"


@pytest.fixture(params=CASES)
def cluster(request: pytest.FixtureRequest) -> Made:
    """A cluster of each sort."""
    return made(*CASES[request.param])


def test_the_definitions_themselves_take_every_custom_resource(cluster: Made) -> None:
    projects = ("capi", "capo", "capm3", "metal3")
    files = [path for project in projects for path in upstream(project)]
    assert faults(cluster.documents(), *files) == []


def test_kubernetes_takes_the_rest(cluster: Made, tmp_path: Path) -> None:
    assert faults_of(cluster.documents(), tmp_path) == []


def _written(folder: Path) -> Path:
    or_skip(lambda: openstack_cloud.tool(RELEASE))
    for path, artifact in made("guests").files.items():
        if "/" not in path:
            (folder / path).write_text(artifact.text, encoding="utf-8")
    return folder


def test_ansible_takes_what_is_made_before(tmp_path: Path) -> None:
    arguments = ["--syntax-check", "prerequisites.yml"]
    found = openstack_cloud.run(RELEASE, "ansible-playbook", arguments, _written(tmp_path))
    assert found.returncode == 0, found.stderr


def test_its_linter_finds_nothing(tmp_path: Path) -> None:
    arguments = ["--offline", "--nocolor", "--profile", "production"]
    files = ["prerequisites.yml", "prerequisites_variables.yml"]
    found = openstack_cloud.run(RELEASE, "ansible-lint", [*arguments, *files], _written(tmp_path))
    assert found.returncode == 0, found.stdout + found.stderr
