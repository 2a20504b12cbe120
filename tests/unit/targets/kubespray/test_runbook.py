"""The steps are whole commands, and every line that is emitted says why it is there."""

from __future__ import annotations

import pytest

from blueprint.model.naming import kubeconfig
from blueprint.target import Given, HandOver
from blueprint.values import Ref
from tests.unit.targets.kubespray.made import HOSTS, PLAIN, made
from tests.unit.targets.kubespray.test_variables import NUMA, SECURE, TUNED
from tests.unit.targets.reading import lines_with_causes

EVERYTHING = (
    "  registry = registry.repo\n  proxy = proxy.out\n"
    "  etcd { disk = disk.etcd  backup { every = 6 h  keep = 14 } }\n"
    "  tool kubespray { helm_enabled = true }\n" + SECURE
)
CLUSTERS = {
    "plain": made(),
    "everything": made(EVERYTHING, plain=TUNED, hosts=NUMA),
    "cilium without an overlay": made(
        "  kube_proxy = none\n", cni="cni cilium { encapsulation = none }"
    ),
    "CRI-O": made("  registry = registry.repo\n  container_engine = cri_o\n"),
}
cases = pytest.mark.parametrize("name", CLUSTERS)


@cases
def test_every_line_has_a_cause(name):
    uncaused = {
        line
        for artifact in CLUSTERS[name].deployment.artifacts
        for line, cause, _ in lines_with_causes(artifact)
        if cause is None and line and not line.startswith("# ")
    }
    assert uncaused <= {"---"}


@cases
def test_every_cause_names_a_field(name):
    without = {
        line
        for artifact in CLUSTERS[name].deployment.artifacts
        for line, cause, paths in lines_with_causes(artifact)
        if cause is not None and not paths
    }
    assert without == set()


def test_the_steps_are_in_their_order():
    assert [step.title for step in CLUSTERS["everything"].deployment.steps] == [
        "Install Kubespray 2.31",
        "Put the inventory in its place",
        "Prepare the nodes",
        "Deploy Kubernetes 1.34.7",
        "Look at the cluster",
        "Copy etcd from time to time",
    ]


def test_the_kubeconfig_is_handed_over_where_others_look_for_it():
    ref = Ref("kubernetes.base")
    given = [each for step in made().deployment.steps for each in step.hands_over]
    assert given == [Given(HandOver("kubeconfig", ref), kubeconfig(ref))]


def test_what_kubespray_makes_outlives_a_new_inventory():
    removed = [line for line in made().lines if line.startswith("rm ")]
    assert removed == [
        "rm -rf ~/kubernetes-base/inventory/group_vars ~/kubernetes-base/inventory/hosts.yaml"
    ]


def test_all_nodes_are_waited_for_and_counted():
    assert any(line.endswith('get nodes -o name | wc -l)" -eq 5') for line in made().lines)


def test_nothing_is_prepared_where_nothing_needs_it():
    titles = [step.title for step in made().deployment.steps]
    assert "Prepare the nodes" not in titles
    assert not [path for path in made().paths if path.startswith("playbooks/")]


def test_the_disk_of_etcd_is_mounted_where_etcd_writes():
    (play, _) = CLUSTERS["everything"].read("playbooks/prepare.yml")
    mount = play["tasks"][1]["ansible.posix.mount"]
    assert play["hosts"] == "etcd"
    assert mount["path"] == CLUSTERS["everything"].variables["etcd_data_dir"]
    assert CLUSTERS["everything"].of("oib_control")["oib_etcd_disk"] == "/dev/disk/by-path/a"


def test_copies_of_etcd_are_made_as_often_and_kept_as_long_as_it_is_said():
    timer = CLUSTERS["everything"].artifact("playbooks/files/oib-etcd-backup.timer").text
    script = CLUSTERS["everything"].artifact("playbooks/files/oib-etcd-backup").text
    assert "OnUnitActiveSec=21600s\n" in timer
    assert "head -n -14 |" in script


def test_the_steps_run_on_the_host_that_deploys():
    hosts = (
        HOSTS + 'hosts deployer like hosts.base { count = 1  name = "deploy-1"  user = "root" }\n'
    )
    found = made("  deploy_from = hosts.deployer\n", hosts=hosts)
    assert found.deployment.host == "deploy-1"


def test_a_name_of_the_address_is_in_its_certificate_and_nodes_do_without_it():
    stated = PLAIN.replace("vip = 10.64.3.250", 'vip = 10.64.3.250  fqdn = "k8s.example"')
    found = made(plain=stated).variables
    assert found["apiserver_loadbalancer_domain_name"] == "10.64.3.250"
    assert found["supplementary_addresses_in_ssl_keys"] == ["10.64.3.250", "k8s.example"]
