"""The run-book says how Rook comes onto a cluster, what it needs, and what it hands over."""

from __future__ import annotations

import shlex

from blueprint.driver import check_blueprint, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import HandOver
from blueprint.values import Ref
from targets._kubernetes.crds import judge_part
from targets._kubernetes.object_gateways import account_steps
from tests.unit.targets.rook.clouds import (
    EVERYTHING,
    SWIFT,
    cloud_text,
    made_of,
    rook,
    served_by_name,
    text,
)


def handed_over(made):
    return [given.what for step in made.deployment.steps for given in step.hands_over]


def test_the_kubeconfig_is_taken_and_used():
    made = rook()
    (taken,) = made.deployment.steps[-1].takes
    assert taken.what == HandOver("kubeconfig", Ref("kubernetes.infra"))
    assert made.commands == ['export KUBECONFIG="$HOME"/.kube/infra.yaml', "sh deploy.sh"]


def test_the_script_waits_for_the_cluster_before_its_clients():
    script = rook(EVERYTHING).files["rook/deploy.sh"].text
    order = [
        script.index(word)
        for word in ("rook-ceph rook-ceph", "ceph-csi-drivers ceph-csi-drivers", "rook-ceph-cluster rook",
                     "wait cephcluster/rook-ceph", "manifests/clients", "wait cephclient/glance")
    ]  # fmt: skip
    assert order == sorted(order)


def test_keyrings_and_the_configuration_of_clients_are_handed_over():
    ceph = Ref("ceph.main")
    wanted = [HandOver("keyring", ceph, "client.glance"), HandOver("ceph_conf", ceph)]
    assert handed_over(rook("pool p { use = glance }")) == wanted


def test_charts_make_their_clients_but_that_of_shares():
    """Manila's chart takes a key that is there, so that Rook makes it whatever deploys the region."""
    made = made_of(cloud_text("filesystem shares { use = manila }\n mds = hosts.node"))
    ceph = Ref("ceph.main")
    assert handed_over(made) == [
        HandOver("keyring", ceph, "client.manila"),
        HandOver("ceph_conf", ceph),
    ]
    assert set(made.of_kind("CephClient")) == {"manila"}
    assert any("cephclient/manila" in check for check in made.deployment.steps[-1].checks)


def test_charts_without_shares_are_handed_no_key():
    assert handed_over(made_of(cloud_text())) == [HandOver("ceph_conf", Ref("ceph.main"))]


def test_all_osds_are_counted():
    checks = rook(count=4).deployment.steps[-1].checks
    assert any(check.endswith("-ge 12") for check in checks)


def test_lvm_is_asked_for_where_it_is_used():
    needs = [" ".join(rook(body).deployment.steps[-1].needs) for body in ("", "encrypted = true")]
    assert ["lvm2" in each for each in needs] == [False, True]


def test_nodes_of_kubespray_have_their_labels_already():
    assert "rook/labels.sh" not in rook().files


def test_nodes_of_others_are_labelled_first():
    made = made_of(text().replace("kubernetes infra {", "existing kubernetes infra {"))
    script = made.files["rook/labels.sh"].text
    words = [shlex.split(line) for line in script.splitlines() if line.startswith("kubectl")]
    assert words[0] == [
        "kubectl", "label", "node", "node-1", "--overwrite",
        "topology.kubernetes.io/zone=a", "topology.rook.io/rack=r1",
    ]  # fmt: skip
    assert "sh labels.sh" in made.deployment.steps[0].commands


def with_cloud(more=""):
    return made_of(cloud_text(more))


def with_cloud_model(more):
    """The model of the same."""
    found = check_blueprint(
        MemoryLoader({"main.oib": cloud_text(more)}), Options(targets=("rook",))
    )
    assert found.model is not None
    return found.model


def test_charts_of_openstack_make_their_clients_themselves():
    made = with_cloud()
    assert handed_over(made) == [HandOver("ceph_conf", Ref("ceph.main"))]
    assert not any("clients" in path for path in made.files)


def test_gateways_ask_the_keystone_of_the_region_on_the_same_cluster():
    made = with_cloud("rgw = hosts.node\n object { swift = true }")
    (store,) = made.values("rook-ceph-cluster")["cephObjectStores"]
    keystone = store["spec"]["auth"]["keystone"]
    assert keystone["url"] == "http://keystone-api.openstack.svc.cluster.local:5000"
    assert store["spec"]["protocols"]["s3"] == {"authUseKeystone": True}
    assert judge_part("ceph.rook.io/v1", "CephObjectStore", ("spec",), store["spec"]) == ()


def test_the_password_of_gateways_is_made_before_they_are_and_handed_over():
    made = with_cloud("rgw = hosts.node\n object { swift = true }")
    secret = [n for n, command in enumerate(made.commands) if "create secret" in command]
    assert secret[0] < made.commands.index("sh deploy.sh")
    assert HandOver("passwords", Ref("ceph.main"), "ceph_rgw") in handed_over(made)


def test_no_password_is_written():
    made = with_cloud("rgw = hosts.node\n object { swift = true }")
    assert not any("OS_PASSWORD" in artifact.text for artifact in made.files.values())


def test_users_come_to_objects_by_the_gateway_of_their_region():
    (store,) = made_of(served_by_name()).values("rook-ceph-cluster")["cephObjectStores"]
    assert store["route"]["host"]["name"] == "object-store.api.example.org"
    assert store["route"]["parentRefs"] == [{"name": "public", "namespace": "envoy-gateway-system"}]


def test_a_region_without_names_has_no_route():
    (store,) = with_cloud(SWIFT).values("rook-ceph-cluster")["cephObjectStores"]
    assert "route" not in store


def test_the_account_of_gateways_has_the_password_that_they_have():
    (step,) = account_steps(with_cloud_model(SWIFT), Ref("openstack.core"))
    (taken,) = [each for each in step.takes if each.what.kind == "passwords"]
    assert taken.what in handed_over(with_cloud(SWIFT))
    assert any("rgw-keystone" in command for command in step.commands)
    assert any("rook-ceph-rgw-main.rook-ceph.svc" in command for command in step.commands)


def test_a_region_without_objects_has_no_account_of_gateways():
    assert list(account_steps(with_cloud_model(""), Ref("openstack.core"))) == []


def test_what_is_handed_over_needs_nothing_of_the_shell_that_asks():
    given = [
        each
        for step in rook("pool p { use = glance }").deployment.steps
        for each in step.hands_over
    ]
    assert all(
        each.command.startswith('KUBECONFIG="$HOME"/.kube/infra.yaml kubectl ') for each in given
    )


HOSTS = """hosts free like hosts.machine { count = 3 }
openstack core {
  release = "2025.1"
  control = hosts.free
  compute = hosts.free
  services = [keystone, glance]
  storage = ceph.main
  api { internal { network = network.nodes  vip = 10.30.0.251 } }
}
"""


def test_a_region_on_hosts_takes_the_keyrings_that_rook_hands_over():
    whole = text("host_network = true\n pool p { use = glance }", more=HOSTS)
    options = Options(targets=("rook", "kolla_ansible"))
    made = compile_blueprint(MemoryLoader({"main.oib": whole}), options)
    given = {g.what for d in made.deployments for step in d.steps for g in step.hands_over}
    taken = [
        t
        for d in made.deployments
        for step in d.steps
        for t in step.takes
        if t.what.kind == "keyring"
    ]
    assert [(each.what in given, each.is_fetched) for each in taken] == [(True, False)] * len(taken)
    assert taken
