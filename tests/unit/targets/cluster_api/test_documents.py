"""Nothing that is given to a manager, or to a chart, has a word that its reader does not know."""

from __future__ import annotations

import subprocess

import pytest

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.target import Cause
from targets._kubernetes.charts import chart
from targets._kubernetes.crds import is_known, judge
from targets._kubernetes.resources import Resource, name_faults
from tests.unit.targets.cluster_api.made import made, sources

#: Blueprints, and changes of them that make something else.
CILIUM = ("cni = calico", 'cni cilium { encapsulation = "geneve"  hubble = true }')
ROUTED = ("cni = calico", 'cni calico { encapsulation = "none" }')
CALICO = ("cni = cilium\n  kube_proxy = none", "cni = calico")
PXE = (
    (
        "networks = [network.node, network.storage]",
        "networks = [network.node, network.storage, network.boot]",
    ),
    ("boot { mac = s.boot_mac }", "boot { mac = s.boot_mac  network = network.boot }"),
    ("boot { mac = s.boot_mac }", "boot { mac = s.boot_mac  network = network.boot }"),
)
WATCHED = (
    "  cni = calico",
    """  cni calico { encryption = wireguard }
  monitoring {}
  logging { store loki { address = "https://logs.example.org" }  max_size = 50 MiB  max_files = 8 }""",
)
ENCRYPTED = (
    "cni = calico",
    "cni cilium { encryption = wireguard  bandwidth = true }\n  monitoring {}",
)
CASES = {
    "guests that are watched": ("guests", WATCHED),
    "guests with cilium that encrypts": ("guests", ENCRYPTED),
    "guests": ("guests",),
    "guests with cilium": ("guests", CILIUM),
    "guests with routed pods": ("guests", ROUTED),
    "metal": ("metal",),
    "metal over PXE": ("metal", *PXE),
    "metal with calico": ("metal", CALICO),
}
#: Releases that are no chart of a catalogue: one with definitions only.
UNREAD = {"calico-crds"}
CHARTS = {
    "calico": "tigera-operator",
    "cinder-csi": "openstack-cinder-csi",
}


@pytest.fixture(params=CASES)
def cluster(request):
    return made(*CASES[request.param])


def test_definitions_take_every_custom_resource(cluster):
    judged = [d for d in _documents(cluster) if is_known(d["apiVersion"], d["kind"])]
    assert [(d["kind"], str(fault)) for d in judged for fault in judge(d)] == []
    left = {d["kind"] for d in _documents(cluster)} - {d["kind"] for d in judged}
    assert left <= {"Namespace"}


def _documents(cluster):
    files = [path for path in cluster.files if path in ("cluster.yaml", "manager/ironic.yaml")]
    return [document for path in files for document in cluster.documents(path)]


def test_names_are_those_that_kubernetes_takes(cluster):
    why = Cause("a test")
    resources = [
        Resource(d["apiVersion"], d["kind"], d["metadata"]["name"], why, d["metadata"].get("namespace"))
        for d in _documents(cluster)
    ]  # fmt: skip
    assert list(name_faults(resources)) == []


def test_charts_know_and_read_every_value(cluster):
    for release, values in cluster.values():
        if release not in UNREAD:
            assert chart(CHARTS.get(release, release)).strays(values) == (), release


def test_scripts_are_such(cluster, tmp_path):
    for path, artifact in cluster.files.items():
        if path.endswith(".sh"):
            assert artifact.is_executable
            script = tmp_path / "script.sh"
            script.write_text(artifact.text, encoding="utf-8")
            subprocess.run(["sh", "-n", str(script)], check=True)


def test_commands_are_such(cluster):
    subprocess.run(["sh", "-n"], input="\n".join(cluster.commands), text=True, check=True)


def test_every_file_of_a_command_is_there(cluster):
    text = " ".join(cluster.commands)
    for path in ("cluster.yaml", "deploy.sh", "manager/providers.sh"):
        assert path in text
        assert path in cluster.files


@pytest.mark.parametrize("name", ["guests", "metal"])
def test_every_hand_over_that_is_taken_is_given(name):
    found = compile_blueprint(MemoryLoader(sources(name)), Options())
    assert [d.message for d in found.diagnostics if d.is_error] == []
    steps = [step for each in found.deployments for step in each.steps]
    taken = {each.what for step in steps for each in step.takes}
    given = {each.what for step in steps for each in step.hands_over}
    existing = {"kubernetes.manager"} if name == "guests" else set()
    assert {str(each.layer) for each in taken - given} == existing


def test_the_control_plane_is_measured_where_somebody_asks():
    cluster = made(*CASES["guests that are watched"])
    (plane,) = cluster.of_kind("KubeadmControlPlane").values()
    stated = plane["spec"]["kubeadmConfigSpec"]["clusterConfiguration"]
    address = {"name": "bind-address", "value": "0.0.0.0"}
    assert address in stated["controllerManager"]["extraArgs"]
    assert stated["scheduler"]["extraArgs"] == [address]
    metrics = {"name": "listen-metrics-urls", "value": "http://0.0.0.0:2381"}
    assert stated["etcd"]["local"]["extraArgs"] == [metrics]


def test_kube_proxy_is_measured_where_somebody_asks():
    cluster = made(*CASES["guests that are watched"])
    (plane,) = cluster.of_kind("KubeadmControlPlane").values()
    files = {each["path"]: each for each in plane["spec"]["kubeadmConfigSpec"]["files"]}
    content = files["/etc/kubernetes/kube-proxy.yaml"]["content"]
    assert "metricsBindAddress: 0.0.0.0:10249\n" in content
    assert "mode: iptables\n" in content


def test_kubelets_close_and_keep_files_of_logs_as_stated():
    cluster = made(*CASES["guests that are watched"])
    (plane,) = cluster.of_kind("KubeadmControlPlane").values()
    arguments = plane["spec"]["kubeadmConfigSpec"]["joinConfiguration"]["nodeRegistration"]
    stated = {each["name"]: each["value"] for each in arguments["kubeletExtraArgs"]}
    assert (stated["container-log-max-size"], stated["container-log-max-files"]) == ("50Mi", "8")


@pytest.mark.parametrize(
    ("case", "port"),
    [("guests that are watched", 51820), ("guests with cilium that encrypts", 51871)],
)
def test_security_groups_let_wireguard_and_measurements_through(case, port):
    (spec,) = (d["spec"] for d in made(*CASES[case]).of_kind("OpenStackCluster").values())
    rules = spec["managedSecurityGroups"]["allNodesSecurityGroupRules"]
    ports = {each.get("portRangeMin") for each in rules}
    assert {port, 2381, 9100, 10249, 10257, 10259} <= ports


def test_the_network_of_pods_is_told_of_wireguard():
    (calico,) = [v for n, v in made(*CASES["guests that are watched"]).values() if n == "calico"]
    assert calico["defaultFelixConfiguration"] == {"enabled": True, "wireguardEnabled": True}
    cases = CASES["guests with cilium that encrypts"]
    (cilium,) = [values for name, values in made(*cases).values() if name == "cilium"]
    assert cilium["encryption"] == {"enabled": True, "type": "wireguard"}
    assert cilium["bandwidthManager"] == {"enabled": True}


def test_guests_keep_what_is_stated():
    pool = ("pool workers {", "pool workers {\n    reserved { cpus = 2  memory = 4 GiB }")
    templates = made("guests", pool).of_kind("KubeadmConfigTemplate").values()
    arguments = [
        {each["name"]: each["value"] for each in t["spec"]["template"]["spec"]["joinConfiguration"]["nodeRegistration"]["kubeletExtraArgs"]}
        for t in templates
    ]  # fmt: skip
    assert "cpu=2,memory=3996Mi" in [each.get("kube-reserved") for each in arguments]
