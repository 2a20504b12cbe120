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
CASES = {
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
