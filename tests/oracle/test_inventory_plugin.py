"""Ansible itself reads blueprints through the plug-in, and what the blueprint says stays data."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.oracle import kolla
from tests.oracle.tools import or_skip

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parents[2]
CLOUD = ROOT / "reference_blueprints" / "three_node_cloud" / "main.oib"
DEMO = """\
blueprint demo { language = 1 }
param size: int = 1
hardware server { cpu { cores = 8 }  memory = 64 GiB  nic ocp { speed = 25 Gbps  names = ["eno1"] } }
network oam { cidr = 10.20.0.0/24 }
hosts node {
  count = size
  hardware = hardware.server
  serial = "{{ lookup('env', 'HOME') }}"
  port nic.ocp[0] { networks = [network.oam] }
}
"""


def read(
    source: Path, *words: str, command: str = "ansible-inventory"
) -> subprocess.CompletedProcess[str]:
    """What one of Ansible's commands says of a source."""
    tool = or_skip(lambda: kolla.tool("2025.1"))
    # the judge's own environment has no oib, so it borrows ours; both are the same Python
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")]),
        "ANSIBLE_INVENTORY_PLUGINS": str(ROOT / "blueprint" / "ansible" / "inventory"),
        "ANSIBLE_INVENTORY_ENABLED": "oib",
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
    }
    return subprocess.run(
        [tool.command(command), "-i", str(source), *words],
        env=environment, capture_output=True, text=True, check=False, cwd=source.parent,
    )  # fmt: skip


def listed(source: Path) -> dict:
    """The inventory that Ansible makes of a source."""
    done = read(source, "--list")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_ansible_reads_a_blueprint() -> None:
    found = listed(CLOUD)
    assert found["openstack_core_control"]["hosts"] == ["node-1", "node-2", "node-3"]
    host = found["_meta"]["hostvars"]["node-1"]
    assert host["ansible_host"] == host["oib"]["addresses"]["api"]


def test_a_yaml_file_names_a_blueprint_and_its_parameters(tmp_path: Path) -> None:
    (tmp_path / "main.oib").write_text(DEMO, encoding="utf-8")
    source = tmp_path / "cloud.yml"
    source.write_text("plugin: oib\nblueprint: main.oib\nset: {size: 3}\n", encoding="utf-8")
    assert listed(source)["hosts_node"]["hosts"] == ["node-1", "node-2", "node-3"]


def test_text_of_a_blueprint_is_never_a_template(tmp_path: Path) -> None:
    source = tmp_path / "main.oib"
    source.write_text(DEMO, encoding="utf-8")
    show = ("all", "-m", "ansible.builtin.debug", "-a", "var=oib.serial")
    done = read(source, *show, command="ansible")
    assert "lookup('env', 'HOME')" in done.stdout


def test_faults_of_a_blueprint_are_ansibles_error(tmp_path: Path) -> None:
    source = tmp_path / "main.oib"
    source.write_text(DEMO.replace("hardware.server", "hardware.sever"), encoding="utf-8")
    done = read(source, "--list")
    assert "did you mean `hardware.server`?" in done.stderr
