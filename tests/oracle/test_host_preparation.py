"""netplan, NMState's schema, Ansible and ansible-lint judge how hosts are prepared; stated facts are looked for.

The facts are written from the blueprints' text, by a person, and looked for where the system reads them: in what
netplan makes for systemd-networkd.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from blueprint.cli import main
from targets.host_preparation import timezones
from targets.host_preparation.runbook import ANSIBLE
from targets.openstack_resources.catalog import ansible_version

from . import host_network, openstack_cloud, yaml_lint
from .clouds import REPOSITORY
from .tools import or_skip, python_tool

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("hosts")]

EDGE = Path(__file__).parent / "fixtures" / "edge_cloud"
BLUEPRINTS = {
    "three_node_cloud": REPOSITORY / "reference_blueprints" / "three_node_cloud",
    "huawei_dual_engine": REPOSITORY / "reference_blueprints" / "huawei_dual_engine",
    "edge_cloud": EDGE,
}
#: Blueprint, host, interface, form of the file, and a line that must stand in it.
FACTS = (
    ("three_node_cloud", "node-1", "bond0", "netdev", "Mode=802.3ad"),
    ("three_node_cloud", "node-1", "bond0", "netdev", "TransmitHashPolicy=layer3+4"),
    ("three_node_cloud", "node-1", "bond0", "netdev", "MTUBytes=9000"),
    ("three_node_cloud", "node-1", "bond0.20", "netdev", "Id=20"),
    ("three_node_cloud", "node-1", "bond0.20", "network", "Address=10.20.0.11/24"),
    ("three_node_cloud", "node-1", "bond0.20", "network", "Gateway=10.20.0.1"),
    ("three_node_cloud", "node-1", "bond0.20", "network", "DNS=10.20.0.2"),
    ("three_node_cloud", "node-3", "bond0.30", "network", "Address=10.30.0.13/24"),
    ("three_node_cloud", "node-3", "bond0.30", "network", "MTUBytes=9000"),
    ("three_node_cloud", "node-2", "bond0.50", "network", "From=198.51.100.0/26"),
    ("three_node_cloud", "node-2", "bond0.50", "network", "Gateway=198.51.100.1"),
    ("three_node_cloud", "node-1", "ens1f1", "network", "Bond=bond1"),
    ("three_node_cloud", "node-1", "bond1", "network", "LinkLocalAddressing=no"),
    ("huawei_dual_engine", "cmp-01", "bond0.50", "network", "Gateway=10.50.1.1"),
    ("huawei_dual_engine", "cmp-01", "bond0.22", "network", "MTUBytes=9000"),
    ("huawei_dual_engine", "net-01", "bond0.30", "network", "From=198.51.100.0/26"),
    ("huawei_dual_engine", "ctl-01", "bond0.20", "network", "Gateway=10.20.0.1"),
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory):
    """The folder of each blueprint's output."""
    found = {}
    for name, source in BLUEPRINTS.items():
        output = tmp_path_factory.mktemp(name) / "output"
        code = main(
            ["compile", str(source), "--target", "host_preparation", "-o", str(output), "--quiet"]
        )
        assert code == 0
        found[name] = output
    return found


def files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(f"hosts.*/host_preparation/{pattern}"))


@pytest.mark.parametrize("name", ["three_node_cloud", "huawei_dual_engine"])
def test_netplan_takes_the_network_of_every_host(compiled, name, tmp_path):
    or_skip(host_network.netplan_root)
    found = files(compiled[name], "netplan/*.yaml")
    said = {path.name: host_network.generate(path, tmp_path / "root").said for path in found}
    assert said
    assert {name: text for name, text in said.items() if text} == {}


@pytest.mark.parametrize(("name", "host", "interface", "form", "line"), FACTS)
def test_the_stated_facts_reach_the_system(compiled, name, host, interface, form, line, tmp_path):
    or_skip(host_network.netplan_root)
    (path,) = files(compiled[name], f"netplan/{host}.yaml")
    generated = host_network.generate(path, tmp_path / "root")
    assert line in generated.of(interface, form)


def test_only_one_default_route_stands_in_the_main_table(compiled, tmp_path):
    or_skip(host_network.netplan_root)
    (path,) = files(compiled["three_node_cloud"], "netplan/node-1.yaml")
    generated = host_network.generate(path, tmp_path / "root")
    routes = [
        block
        for text in generated.files.values()
        for block in text.split("[Route]")[1:]
        if "Destination=0.0.0.0/0" in block
    ]
    assert [block for block in routes if "Table=" not in block.split("[")[0]] == [
        "\nDestination=0.0.0.0/0\nGateway=10.20.0.1\n"
    ]


def test_nmstate_takes_the_network_of_every_host(compiled):
    or_skip(host_network.nmstate_packages)
    found = files(compiled["edge_cloud"], "nmstate/*.yml")
    assert found
    assert {path.name: said for path in found if (said := host_network.check_nmstate(path))} == {}


def test_a_misspelled_key_does_not_pass_for_nmstate(tmp_path):
    or_skip(host_network.nmstate_packages)
    path = tmp_path / "wrong.yml"
    path.write_text(
        "interfaces:\n  - name: a\n    type: bond\n    link-agregation: {mode: 802.3ad}\n"
    )
    assert host_network.check_nmstate(path) == ("`link-agregation` is unknown",)


def playbooks(compiled) -> list[Path]:
    """One playbook of each blueprint and family of tasks."""
    chosen = {"three_node_cloud": "node", "huawei_dual_engine": "compute", "edge_cloud": "node"}
    return [compiled[n] / f"hosts.{group}" / "host_preparation" for n, group in chosen.items()]


def test_ansible_takes_the_playbooks(compiled):
    or_skip(partial(openstack_cloud.tool, "2025.1"))
    for folder in playbooks(compiled):
        arguments = ["-i", "inventory", "playbook.yml", "--syntax-check"]
        finished = openstack_cloud.run("2025.1", "ansible-playbook", arguments, folder)
        assert finished.returncode == 0, finished.stderr


def test_ansible_lint_finds_nothing_in_the_playbooks(compiled):
    or_skip(partial(openstack_cloud.tool, "2025.1"))
    for folder in playbooks(compiled):
        arguments = ["--offline", "--profile", "production", "playbook.yml"]
        finished = openstack_cloud.run("2025.1", "ansible-lint", arguments, folder)
        assert finished.returncode == 0, finished.stdout + finished.stderr


def test_ansible_reads_the_inventory_with_every_host(compiled):
    or_skip(partial(openstack_cloud.tool, "2025.1"))
    folder = compiled["huawei_dual_engine"] / "hosts.compute" / "host_preparation"
    finished = openstack_cloud.run(
        "2025.1", "ansible-inventory", ["-i", "inventory", "--list"], folder
    )
    made = {path.stem for path in (folder / "netplan").iterdir()}
    assert made
    assert all(f'"{name}"' in finished.stdout for name in made)


def test_one_release_of_ansible_serves_all_run_books():
    assert ansible_version() == ANSIBLE


def test_the_yaml_means_the_same_to_two_loaders(compiled):
    for output in compiled.values():
        assert yaml_lint.check(yaml_lint.yaml_files(output)) == ()


def test_the_kernel_of_a_telco_compute_is_started_as_it_is_said(compiled):
    (folder,) = files(compiled["edge_cloud"], "inventory/group_vars")
    text = (folder / "oib_node.yml").read_text(encoding="utf-8")
    for argument in (
        "default_hugepagesz=1G", "hugepages=200", "intel_iommu=on", "iommu=pt",
        "nohz_full=6-27,34-55,62-83,90-111",
        "irqaffinity=0-5,28-33,56-61,84-89",
    ):  # fmt: skip
        assert f'- "{argument}"' in text


def test_the_time_zones_are_those_of_the_database_that_the_list_names():
    listed = Path(timezones.__file__).with_name("timezones.txt").read_text(encoding="utf-8")
    release = listed.partition("release ")[2].partition(".")[0]
    version = f"{release[:4]}.{ord(release[4]) - ord('a') + 1}"
    tool = or_skip(partial(python_tool, "tzdata", (f"tzdata=={version}",)))
    packaged = (tool.packages / "tzdata" / "zones").read_text(encoding="utf-8").split()
    assert [x for x in listed.split("\n") if x and not x.startswith("#")] == sorted(packaged)
