"""Runtimes of a cluster become shims and classes of kata-deploy, and policies of namespaces."""

from __future__ import annotations

import pytest

from targets._kubernetes.charts import chart
from tests.unit.targets.clusters import Compiled, cluster, compiled, reported

EVERYTHING = """
  runtime kata { shim = [qemu, clh]  default = clh }
  runtime fast { shim = fc  devmapper_disk = disk.thin }
  namespace tenants { runtime = qemu  enforce = true }
  namespace guests { runtime = clh }
"""


def kata(body: str, **more: str) -> Compiled:
    return compiled(cluster(body, **more), "kata")


def test_only_the_stated_shims_are_installed():
    shims = kata("runtime kata { shim = [qemu, clh] }").values("kata-deploy")["shims"]
    assert shims == {"disableAll": True, "qemu": {"enabled": True}, "clh": {"enabled": True}}


def test_the_class_kata_stands_for_the_stated_default():
    values = kata("runtime kata { shim = [qemu, clh]  default = clh }").values("kata-deploy")
    assert values["defaultShim"] == {"amd64": "clh"}
    assert values["runtimeClasses"] == {"createDefault": True, "defaultName": "kata"}


def test_the_first_shim_is_the_default():
    values = kata("runtime kata { shim = [dragonball, clh] }").values("kata-deploy")
    assert values["defaultShim"]["amd64"] == "dragonball"


def test_nodes_are_those_of_the_pools_with_their_taints():
    pools = 'pool v { hosts = hosts.node }  pool w { hosts = hosts.worker  taints = { "secure" = no_execute } }'
    values = kata("runtime kata { pools = pool.w }", pools=pools).values("kata-deploy")
    terms = values["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    chosen = {"key": "oib/pool", "operator": "In", "values": ["w"]}
    assert terms["nodeSelectorTerms"] == [{"matchExpressions": [chosen]}]
    tolerated = {"key": "secure", "operator": "Exists", "effect": "NoExecute"}
    assert values["tolerations"] == [tolerated]


def test_where_all_workers_have_kata_no_label_is_asked_for():
    assert "affinity" not in kata("runtime kata {}").values("kata-deploy")


def test_a_shim_on_one_pool_of_several_selects_it():
    pools = "pool w { hosts = hosts.worker }  pool v { hosts = hosts.node }"
    body = "runtime kata { shim = qemu }  runtime light { shim = clh  pools = pool.v }"
    shims = kata(body, pools=pools).values("kata-deploy")["shims"]
    assert shims["clh"]["runtimeClass"] == {"nodeSelector": {"oib/pool": "v"}}
    assert "runtimeClass" not in shims["qemu"]


def test_firecracker_has_a_thin_pool_and_a_snapshotter_on_it():
    made = kata("runtime kata { shim = fc  devmapper_disk = disk.thin }")
    values = made.values("kata-deploy")
    assert values["shims"]["fc"]["containerd"] == {"snapshotter": "devmapper"}
    assert 'pool_name = "kata-pool"' in values["containerd"]["userDropIn"]
    disk = "/dev/disk/by-path/pci-0000:5f:00.0"
    lines = made.files["kata/thin_pools.txt"].text.splitlines()
    assert [line.split(" ")[1] for line in lines] == [disk, disk, disk]
    assert made.files["kata/thin_pool.sh"].is_executable


def test_nothing_is_said_of_thin_pools_where_no_shim_needs_one():
    made = kata("runtime kata {}")
    assert "containerd" not in made.values("kata-deploy")
    assert not [path for path in made.files if "thin_pool" in path]


def test_confidential_shims_have_nydus_and_count_their_keys():
    text = cluster("addons = [node_feature_discovery]  runtime kata { shim = qemu_snp }")
    text = text.replace("features = [vmx]", "features = [svm, sev_snp]")
    values = compiled(text, "kata").values("kata-deploy")
    assert values["snapshotter"]["setup"] == ["nydus"]
    assert values["nodeFeatureRules"]["create"] == "true"
    selector = {"amd.feature.node.kubernetes.io/snp": "true"}
    assert values["shims"]["qemu-snp"]["runtimeClass"]["nodeSelector"] == selector


def test_an_enforced_namespace_refuses_and_another_warns():
    bindings = kata(EVERYTHING).of_kind("ValidatingAdmissionPolicyBinding")
    told = {name: each["spec"]["validationActions"] for name, each in bindings.items()}
    assert told == {
        "kata-qemu-pods-enforced": ["Deny"],
        "kata-clh-pods-advised": ["Warn", "Audit"],
    }


def test_the_class_kata_is_allowed_where_it_is_the_namespace_s_shim():
    policies = kata(EVERYTHING).of_kind("ValidatingAdmissionPolicy")
    told = {name: p["spec"]["validations"][0]["expression"] for name, p in policies.items()}
    assert told["kata-clh-pods"].endswith("in ['kata-clh', 'kata']")
    assert told["kata-qemu-pods"].endswith("in ['kata-qemu']")


def test_the_run_book_takes_the_kubeconfig_and_waits_for_the_nodes():
    step = kata("runtime kata {}").deployment.steps[-1]
    assert step.takes[0].what.kind == "kubeconfig"
    assert any("--selector oib/pool=w" in check for check in step.checks)


@pytest.mark.parametrize("delivery", ["argocd", "flux"])
def test_a_repository_may_deliver_it(delivery):
    stated = f'delivery {delivery} {{ repository = "https://git.example.org/x.git" }}'
    made = kata(stated + "  runtime kata {}")
    assert f"kata/{delivery}/root.yaml" in made.files


@pytest.mark.parametrize(
    ("engine", "body", "codes"),
    [
        ("1.7.0", "runtime kata {}", []),
        ("1.6.99", "runtime kata {}", ["OIB7003"]),
        ("2.0.0", "runtime kata { shim = fc  devmapper_disk = disk.thin }", []),
        ("1.7.28", "runtime kata { shim = fc  devmapper_disk = disk.thin }", ["OIB7003"]),
    ],
)
def test_the_least_containerd(engine, body, codes):
    stated = f'container_engine containerd {{ version = "{engine}" }}\n'
    assert reported(cluster(stated + body), "kata") == codes


@pytest.mark.parametrize(("version", "codes"), [("1.30", []), ("1.29", ["OIB7010"])])
def test_the_least_kubernetes_of_policies(version, codes):
    body = "runtime kata {}  namespace tenants { runtime = qemu }"
    found = reported(cluster(body, version=version), "kata")
    assert [code for code in found if code != "OIB5715"] == codes  # both have no more fixes


def test_cri_o_cannot_run_firecracker():
    body = "container_engine = cri_o  runtime kata { shim = fc  devmapper_disk = disk.thin }"
    assert reported(cluster(body), "kata") == ["OIB7001"]


def test_every_value_is_one_that_the_chart_knows_and_reads():
    assert chart("kata-deploy").strays(kata(EVERYTHING).values("kata-deploy")) == ()
