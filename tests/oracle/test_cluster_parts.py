"""What stands on clusters, judged by the real charts, by Kubernetes' schemas and by custom resource definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.oracle.helm import assembled, chart_folder, clients, faults_of
from tests.unit.targets.cluster_services.telco import services, telco
from tests.unit.targets.cluster_services.watched import watched
from tests.unit.targets.clusters import Compiled, cluster, compiled

pytestmark = pytest.mark.oracle

CRDS = Path(__file__).parents[2].parent / "shared" / "upstream" / "crds"

KATA = """
  runtime kata { shim = [qemu, clh]  default = clh }
  runtime fast { shim = fc  devmapper_disk = disk.thin }
  namespace tenants { runtime = qemu  enforce = true }
  namespace guests { runtime = clh }
"""


def test_kata_deploy_renders_the_classes_that_are_promised(tmp_path):
    folder = chart_folder("OIB_KATA", ".", "tools/packaging/kata-deploy/helm-chart/kata-deploy")
    path = tmp_path / "values.yaml"
    values = compiled(cluster(KATA), "kata").values("kata-deploy")
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    rendered = clients().template(folder, path)
    classes = {d["metadata"]["name"] for d in rendered if d["kind"] == "RuntimeClass"}
    assert classes == {"kata", "kata-qemu", "kata-clh", "kata-fc"}
    assert faults_of(rendered, tmp_path) == []


def test_kubernetes_takes_the_policies_of_namespaces(tmp_path):
    documents = compiled(cluster(KATA), "kata").documents("namespace-runtimes")
    assert faults_of(documents, tmp_path) == []


#: Folders of the charts of releases, in a folder that holds one for each chart.
CHARTS = {
    "ceph-csi-drivers": "ceph-csi-drivers",
    "ceph-csi-operator": "ceph-csi-operator",
    "cert-manager": "cert-manager",
    "gpu-operator": "gpu-operator",
    "metallb": "metallb",
    "metrics-server": "metrics-server",
    "node-feature-discovery": "node-feature-discovery",
    "sriov-network-operator": "sriov-network-operator-chart",
    "whereabouts": "whereabouts-chart",
}
#: The same of what watches a cluster.
WATCHING = {
    "falco": "falco",
    "fluent-bit": "fluent-bit",
    "fluent-bit-events": "fluent-bit",
    "monitoring": "kube-prometheus-stack",
    "policy-controller": "policy-controller",
    "trivy-operator": "trivy-operator",
}


@pytest.fixture(scope="module")
def made() -> Compiled:
    return services(telco("  runtime kata { shim = qemu_nvidia_gpu  pools = pool.edge }"))


@pytest.fixture(scope="module")
def watching() -> Compiled:
    files = {"ca.pem": "ca\n", "cosign.pub": "key\n"}
    return compiled(watched(), "cluster_services", files=files)


def rendered(made: Compiled, release: str, folder: Path) -> list[dict[str, Any]]:
    path = folder / f"{release}.yaml"
    path.write_text(made.files[f"cluster_services/values/{release}.yaml"].text, encoding="utf-8")
    chart = chart_folder("OIB_CLUSTER_CHARTS", {**CHARTS, **WATCHING}[release])
    if chart.name in _WITH_OTHERS:
        chart = assembled(chart, folder)
    return clients().template(chart, path)


#: Charts that name others, of which those that values leave out are not at hand.
_WITH_OTHERS = ("falco", "kube-prometheus-stack")


@pytest.mark.parametrize("release", WATCHING)
def test_a_chart_that_watches_renders_what_kubernetes_takes(watching, release, tmp_path):
    assert faults_of(rendered(watching, release, tmp_path), tmp_path) == []


def test_the_configuration_of_logs_comes_out_of_its_chart_as_it_went_in(watching, tmp_path):
    stated = watching.values("fluent-bit")["config"]
    (config,) = [
        d["data"]["fluent-bit.conf"]
        for d in rendered(watching, "fluent-bit", tmp_path)
        if d["kind"] == "ConfigMap"
    ]
    for part in ("service", "inputs", "filters", "outputs"):
        assert stated[part].strip() in config


def test_the_store_of_measurements_asks_the_hosts_of_etcd(watching, tmp_path):
    documents = rendered(watching, "monitoring", tmp_path)
    (prometheus,) = [d["spec"] for d in documents if d["kind"] == "Prometheus"]
    assert (prometheus["retention"], prometheus["replicas"]) == ("30d", 2)
    found = [
        address["ip"]
        for d in documents if d["kind"] == "Endpoints" and "etcd" in d["metadata"]["name"]
        for subset in d["subsets"] for address in subset["addresses"]
    ]  # fmt: skip
    assert found == ["10.20.0.3", "10.20.0.4", "10.20.0.5"]


@pytest.mark.parametrize("release", CHARTS)
def test_a_chart_renders_what_kubernetes_takes(made, release, tmp_path):
    assert faults_of(rendered(made, release, tmp_path), tmp_path) == []


def test_drivers_of_ceph_are_told_of_taints_where_they_look(made, tmp_path):
    (driver,) = [
        d["spec"] for d in rendered(made, "ceph-csi-drivers", tmp_path) if d["kind"] == "Driver"
    ]
    assert driver["nodePlugin"]["tolerations"][0]["key"] == "core"
    assert driver["controllerPlugin"]["replicas"] == 2


def test_the_policy_of_graphics_processors_says_kata(made, tmp_path):
    (policy,) = [
        d["spec"] for d in rendered(made, "gpu-operator", tmp_path) if d["kind"] == "ClusterPolicy"
    ]
    assert policy["sandboxWorkloads"] == {
        "enabled": True, "defaultWorkload": "vm-passthrough", "mode": "kata"
    }  # fmt: skip


def test_the_operator_of_virtual_functions_looks_at_the_pool_with_ports(made, tmp_path):
    (stated,) = [
        d["spec"]
        for d in rendered(made, "sriov-network-operator", tmp_path)
        if d["kind"] == "SriovOperatorConfig"
    ]
    assert stated["configDaemonNodeSelector"] == {"oib/pool": "upf"}


def test_kubernetes_takes_every_manifest(made, tmp_path):
    names = {path.split("/")[2] for path in made.files if "/manifests/" in path}
    documents = [document for name in sorted(names) for document in made.documents(name)]
    assert faults_of(documents, tmp_path) == []
    assert {"Namespace", "ResourceQuota", "NetworkPolicy", "DaemonSet"} <= {
        d["kind"] for d in documents
    }


@pytest.mark.skipif(not CRDS.is_dir(), reason="the definitions of custom resources are not at hand")
@pytest.mark.parametrize(
    "mode", ["", "  mode = bgp  asn = 64512  peer_asn = 64513  peers = [10.20.0.1]"]
)
def test_the_definitions_themselves_take_every_custom_resource(mode):
    schemas = {
        (f"{crd['spec']['group']}/{version['name']}", crd["spec"]["names"]["kind"]): closed(
            version["schema"]["openAPIV3Schema"]
        )
        for project in ("metallb", "sriov")
        for path in sorted((CRDS / project).glob("*.yaml"))
        for crd in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        if crd and crd.get("kind") == "CustomResourceDefinition"
        for version in crd["spec"]["versions"]
    }
    made = services(telco(mode=mode))
    names = {path.split("/")[2] for path in made.files if "/manifests/" in path}
    judged, faults = set(), []
    for document in (d for name in sorted(names) for d in made.documents(name)):
        schema = schemas.get((document["apiVersion"], document["kind"]))
        if schema is not None:
            judged.add(document["kind"])
            faults += [e.message for e in Draft202012Validator(schema).iter_errors(document)]
    assert faults == []
    assert {"IPAddressPool", "SriovNetwork", "SriovNetworkNodePolicy"} <= judged


def closed(schema: Any) -> Any:
    """A definition's schema as a closed JSON schema: nothing that it does not name is allowed."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items() if not key.startswith("x-")}
    if schema.get("x-kubernetes-int-or-string"):
        return {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    has_names = isinstance(schema.get("properties"), dict)
    is_open = schema.get("x-kubernetes-preserve-unknown-fields")
    if has_names and not is_open and "additionalProperties" not in schema:
        if "metadata" in schema["properties"] and "spec" in schema["properties"]:
            made["properties"]["metadata"] = {"type": "object"}
        made["additionalProperties"] = False
    return made
