"""What Magnum is told, read by Magnum's own API, by its client, and by Ansible."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.oracle import openstack_cloud
from tests.oracle.tools import PythonTool, or_skip, python_tool
from tests.unit.targets.magnum.test_magnum import HEAT, deployment, variables

pytestmark = pytest.mark.oracle

READERS = Path(__file__).parent / "readers"
RELEASE = "2025.1"
_PACKAGES = (
    "magnum==20.0.0", "openstacksdk==4.4.0", "python-magnumclient==5.0.0",
    "python-openstackclient==8.0.0",
)  # fmt: skip
CILIUM = ("cni = calico\n", "cni cilium { hubble = true }\n")
NUMBERED = ("count = 6  min = 3  max = 15  autoscale = true  flavor", "count = 7  flavor")
OWN = ("cni = calico\n", "cni = calico\n  tool magnum { etcd_volume_size = 12 }\n")
CASES: dict[str, tuple[tuple[tuple[str, str], ...], tuple[str, ...]]] = {
    "calico": ((), ()),
    "cilium": ((CILIUM,), ()),
    "without autoscaler": ((NUMBERED,), ()),
    "with a label of its own": ((OWN,), ()),
    "heat": (HEAT, ("OIB6650",)),
}


@pytest.fixture(scope="module")
def magnum() -> PythonTool:
    """An environment with Magnum and its client."""
    return or_skip(lambda: python_tool("magnum", _PACKAGES))


def _read(magnum: PythonTool, made: dict[str, Any], folder: Path) -> Any:
    groups = [
        {
            "name": each["name"], "node_count": each["count"], "min_node_count": each["least"],
            "max_node_count": each["most"], "flavor_id": each["flavor"], "labels": each["labels"],
            "role": "worker", "merge_labels": True,
        }
        for each in made["magnum_groups"]
    ]  # fmt: skip
    template = "8f1b1a30-0f0b-4b6e-8a5f-0d6b7d2f3c11"
    cluster = {**made["magnum_cluster"], "cluster_template_id": template}
    given = {"template": made["magnum_template"], "cluster": cluster, "groups": groups}
    for name, each in given.items():
        (folder / f"{name}.json").write_text(json.dumps(each), encoding="utf-8")
    paths = [str(folder / f"{name}.json") for name in given]
    reader = str(READERS / "magnum_bodies.py")
    found = subprocess.run(
        [str(magnum.python), reader, *paths], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr[-3000:]
    return json.loads(found.stdout)


@pytest.mark.parametrize("case", CASES)
def test_the_api_reads_what_is_meant(case: str, magnum: PythonTool, tmp_path: Path) -> None:
    changes, said = CASES[case]
    made = variables(*changes, said=said)
    template, cluster, groups = _read(magnum, made, tmp_path)
    assert template["labels"] == made["magnum_template"]["labels"]
    assert template["master_lb_enabled"] is True
    assert template["floating_ip_enabled"] is True
    assert (cluster["master_count"], cluster["node_count"]) == (
        made["magnum_cluster"]["master_count"], made["magnum_cluster"]["node_count"],
    )  # fmt: skip
    assert [each["name"] for each in groups] == [each["name"] for each in made["magnum_groups"]]


@pytest.mark.parametrize("field", ["network_driver", "server_type", "volume_driver", "coe"])
def test_the_api_refuses_what_it_does_not_know(
    field: str, magnum: PythonTool, tmp_path: Path
) -> None:
    made = json.loads(json.dumps(variables()))
    made["magnum_template"][field] = "nobody"
    with pytest.raises(AssertionError):
        _read(magnum, made, tmp_path)


def _playbook() -> str:
    files = {a.path: a.text for a in deployment().artifacts}
    return files["magnum/playbook.yml"]


def _commands() -> dict[str, set[str]]:
    """The commands of the playbook, each with the options that it is given."""
    found: dict[str, set[str]] = {}
    (play,) = yaml.safe_load(_playbook())
    block = next(task["block"] for task in play["tasks"] if "block" in task)
    for task in block:
        if "ansible.builtin.command" in task:
            text = json.dumps([task["ansible.builtin.command"], task.get("vars", {})])
            words = re.search(r"\"?'?coe'?\"?, ['\"]+(\w+)['\"]+, ['\"]+(\w+)['\"]", text)
            assert words is not None, text
            options = set(re.findall(r"(?<![\w-])--[a-z-]+", text))
            found.setdefault(f"coe {words[1]} {words[2]}", set()).update(options)
    return found


def test_the_client_has_every_command_and_option(magnum: PythonTool) -> None:
    wanted = _commands()
    assert len(wanted) == 5
    reader = str(READERS / "magnum_commands.py")
    found = subprocess.run(
        [str(magnum.python), reader, *wanted], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr[-3000:]
    has = {command: set(options) for command, options in json.loads(found.stdout).items()}
    assert {c: options - has[c] for c, options in wanted.items()} == {c: set() for c in wanted}


def _written(folder: Path) -> Path:
    or_skip(lambda: openstack_cloud.tool(RELEASE))
    for artifact in deployment().artifacts:
        name = artifact.path.removeprefix("magnum/")
        if "/" not in name:
            (folder / name).write_text(artifact.text, encoding="utf-8")
    return folder


def test_ansible_takes_the_playbook(tmp_path: Path) -> None:
    arguments = ["--syntax-check", "playbook.yml"]
    found = openstack_cloud.run(RELEASE, "ansible-playbook", arguments, _written(tmp_path))
    assert found.returncode == 0, found.stderr


def test_the_linter_finds_nothing(tmp_path: Path) -> None:
    arguments = ["--offline", "--nocolor", "--profile", "production", "playbook.yml", "cluster.yml"]
    found = openstack_cloud.run(RELEASE, "ansible-lint", arguments, _written(tmp_path))
    assert found.returncode == 0, found.stdout + found.stderr
