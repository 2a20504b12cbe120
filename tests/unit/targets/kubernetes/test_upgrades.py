"""From one version of Kubernetes to the next: the ways that there are, and the steps of each tool."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from blueprint.driver import Compilation, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import Deployment
from targets._kubernetes.upgrades import is_there, is_version
from tests.unit.targets.cluster_api.made import sources
from tests.unit.targets.clusters import cluster

#: One host of the three of the control plane.
ONE_HOST = ("if s.role == control]", 'if s.role == control and s.name == "ctl-1"]')
MAGNUM = Path(__file__).parents[1] / "magnum" / "guests" / "main.oib"


def compiled(files: dict[str, str], target: str, origin: str) -> Compilation:
    return compile_blueprint(MemoryLoader(files), Options(targets=(target,), origin=origin))


def one(found: Compilation, layer: str) -> Deployment:
    assert [(d.rule.code, d.message) for d in found.diagnostics] == []
    return next(each for each in found.deployments if each.layer == layer)


def kubespray(origin: str, version: str = "1.34", body: str = "") -> Compilation:
    return compiled({"main.oib": cluster(body, version=version)}, "kubespray", origin)


def guests(origin: str, *changes: tuple[str, str]) -> Compilation:
    return compiled(sources("guests", *changes), "cluster_api", origin)


def metal(origin: str, *changes: tuple[str, str]) -> Compilation:
    return compiled(sources("metal", *changes), "cluster_api", origin)


def magnum(origin: str) -> Compilation:
    return compiled({"main.oib": MAGNUM.read_text(encoding="utf-8")}, "magnum", origin)


def commands(deployment: Deployment) -> str:
    return "\n".join(command for step in deployment.steps for command in step.commands)


def titles(deployment: Deployment) -> list[str]:
    return [step.title for step in deployment.steps]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [("1.34", True), ("v1.34.2", True), ("2025.1", False), ("1.34.2.1", False), ("wallaby", False)],
)
def test_versions_of_kubernetes_are_told_from_releases_of_openstack(origin, expected):
    assert is_version(origin) is expected


@pytest.mark.parametrize(
    ("origin", "goal", "expected"),
    [("1.34", "1.34.2", True), ("1.34.2", "1.34", True), ("1.34.1", "1.34.2", False), ("1.33", "1.34", False)],
)  # fmt: skip
def test_what_is_not_stated_may_be_anything(origin, goal, expected):
    assert is_there(origin, goal) is expected


# The way -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "found"),
    [
        ("1.32", ["OIB6840"]), ("1.33", []), ("v1.33.7", []), ("1.34.1", []), ("1.34", ["OIB6840"]),
        ("1.35", ["OIB6840"]),
    ],
)  # fmt: skip
def test_clusters_on_hosts_go_one_minor_version_at_a_time(origin, found):
    assert [d.rule.code for d in kubespray(origin).diagnostics] == found


@pytest.mark.parametrize(
    ("origin", "found"), [("1.32", ["OIB6979"]), ("1.33", []), ("1.34.2", ["OIB6979"])]
)
def test_clusters_of_cluster_api_go_one_minor_version_at_a_time(origin, found):
    assert [d.rule.code for d in guests(origin).diagnostics] == found


@pytest.mark.parametrize(
    ("origin", "found"), [("1.32", ["OIB6667"]), ("1.33", []), ("1.35", ["OIB6667"])]
)
def test_clusters_of_magnum_go_one_minor_version_at_a_time(origin, found):
    assert [d.rule.code for d in magnum(origin).diagnostics] == found


def test_a_control_plane_of_one_host_has_no_host_for_the_next():
    text = sources("metal")["main.oib"]
    assert ONE_HOST[0] in text
    found = {d.rule.code: d.message for d in metal("1.33", ONE_HOST).diagnostics}
    assert "no host is left" in found["OIB6979"]
    assert "OIB6979" not in {d.rule.code for d in metal("1.33").diagnostics}


def test_a_skipped_version_is_named_in_the_way():
    (fault,) = kubespray("1.31").diagnostics
    assert fault.hint == "upgrade to `1.32`, then `1.33`, then `1.34`"
    assert fault.span is not None
    assert fault.span.text == '"1.34"'


def test_a_release_of_openstack_is_none_of_a_cluster():
    (fault,) = kubespray("2025.1").diagnostics
    assert fault.rule.code == "OIB4117"


def test_a_cluster_that_has_its_version_stays_beside_one_that_is_upgraded():
    other = cluster().split("kubernetes base")[1].replace("10.20.0.250", "10.20.0.251")
    other = other.replace("10.200.0.0/14", "10.208.0.0/14").replace(
        "10.204.0.0/16", "10.212.0.0/16"
    )
    other = other.replace("hosts.node", "hosts.node2").replace("hosts.worker", "hosts.worker2")
    hosts = "hosts node2 like hosts.machine { count = 3 }\nhosts worker2 like hosts.machine { count = 3 }\n"
    text = cluster() + hosts + "kubernetes second" + other.replace('"1.34"', '"1.33"')
    found = compiled({"main.oib": text}, "kubespray", "1.33")
    by_layer = {str(each.layer): titles(each) for each in found.deployments}
    assert by_layer["kubernetes.second"] == ["Leave what stands already"]
    assert len(by_layer["kubernetes.base"]) > 1


# Kubespray -----------------------------------------------------------------------------------------


def test_kubespray_upgrades_with_its_own_playbook_and_never_with_that_of_a_deployment():
    said = commands(one(kubespray("1.33"), "kubernetes.base"))
    assert "-b upgrade-cluster.yml" in said
    assert "cluster.yml" not in said.replace("upgrade-cluster.yml", "")


def test_etcd_is_copied_before_anything_is_touched():
    said = commands(one(kubespray("1.33"), "kubernetes.base"))
    assert "snapshot save /var/lib/etcd-before-v1.34" in said
    assert said.index("snapshot save") < said.index("upgrade-cluster.yml")


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        ("v1.33.7 v1.34.3", 0),
        ("v1.33.7", 0),
        ("v1.32.9 v1.34.3", 1),
        ("v1.34.2", 1),
        ("v1.133.1", 1),
    ],
)
def test_an_upgrade_begins_from_the_origin_or_where_it_was_broken_off(nodes, code, tmp_path):
    deployment = one(kubespray("1.33"), "kubernetes.base")
    version = next(t for t in titles(deployment) if "Take the nodes" in t).rpartition(" ")[2]
    look = next(c for c in commands(deployment).split("\n") if "grep -v" in c)
    fake = tmp_path / "kubectl"
    fake.write_text(f"#!/bin/sh\nprintf '%s\\n' {nodes}\n")
    fake.chmod(0o755)
    start = look.index("~/")
    line = look[:start] + str(fake) + look[look.index(" --kubeconfig") :].replace(version, "1.34.3")
    assert subprocess.run(["sh", "-c", line], check=False).returncode == code


# Cluster API ---------------------------------------------------------------------------------------


def test_the_control_plane_goes_before_the_workers():
    said = commands(one(guests("1.33"), "kubernetes.tenant"))
    assert said.index("control-plane.yaml") < said.index("kubectl apply --filename cluster.yaml")
    assert "cluster.x-k8s.io/control-plane" in said.partition("cluster.yaml")[0]


@pytest.mark.parametrize(
    ("make", "layer"), [(guests, "kubernetes.tenant"), (metal, "kubernetes.edge")]
)
def test_what_is_applied_first_has_the_control_plane_and_no_worker(make, layer):
    files = {a.path: a.text for a in one(make("1.33"), layer).artifacts}
    kinds = [d["kind"] for d in yaml.safe_load_all(files["cluster_api/control-plane.yaml"])]
    assert kinds[-1] == "KubeadmControlPlane"
    assert not {"MachineDeployment", "KubeadmConfigTemplate"} & set(kinds)


def test_a_pool_with_older_kubelets_is_waited_for_in_its_own_version():
    change = ("pool workers {", 'pool workers {\n    version = "1.33.5"')
    found = guests("1.33", change)
    deployment = next(d for d in found.deployments if d.layer == "kubernetes.tenant")
    assert "grep -vx -e v1.33.5" in commands(deployment)


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
@pytest.mark.parametrize(
    ("machines", "code"), [("v1.34.1 v1.34.1", 0), ("v1.33.4 v1.34.1", 124), ("", 0)]
)
def test_the_wait_ends_when_no_machine_of_before_is_left(machines, code, tmp_path):
    said = commands(one(guests("1.33"), "kubernetes.tenant")).split("\n")
    wait = next(line for line in said if line.startswith("timeout"))
    fake = tmp_path / "kubectl"
    fake.write_text(f"#!/bin/sh\nprintf '%s' '{machines}'\n")
    fake.chmod(0o755)
    line = wait.replace("timeout 2h", "timeout 1", 1)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    assert subprocess.run(["sh", "-c", line], env=path, check=False).returncode == code


def test_a_manager_that_does_not_answer_is_no_success(tmp_path):
    said = commands(one(guests("1.33"), "kubernetes.tenant")).split("\n")
    wait = next(line for line in said if line.startswith("timeout"))
    fake = tmp_path / "kubectl"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    line = wait.replace("timeout 2h", "timeout 1", 1)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    assert subprocess.run(["sh", "-c", line], env=path, check=False).returncode == 124


# Magnum --------------------------------------------------------------------------------------------


def test_magnum_makes_a_template_that_the_cluster_follows_and_labels_nodes_again():
    deployment = one(magnum("1.33"), "kubernetes.tenant")
    assert titles(deployment) == [
        "Take the cluster to Kubernetes 1.34.1",
        "Say which pool each node is of",
    ]
    playbook = next(a.text for a in deployment.artifacts if a.path.endswith("playbook.yml"))
    assert playbook.index("follows another template") < playbook.index("whole again")
