"""The real charts of Rook take what is emitted for them: each value has an effect, each fact is where it belongs.

`OIB_ROOK` is a checkout of Rook or a folder of its charts, `OIB_CEPH_CSI_OPERATOR` one of the operator of its drivers.
What needs no chart is judged by the definitions of custom resources alone.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest
import yaml

from targets._kubernetes.charts import chart
from targets._kubernetes.charts.catalogue import read
from targets._kubernetes.charts.derive import catalogue_of
from targets._kubernetes.crds import is_known, judge
from tests.oracle import custom_resources
from tests.oracle.helm import assembled, chart_folder, clients, faults_of, without_effect
from tests.oracle.tools import or_skip
from tests.unit.targets.rook.clouds import EVERYTHING, made_of, rook, served_by_name, text

pytestmark = pytest.mark.oracle
NAMESPACE = "rook-ceph"
CHARTS = ("rook-ceph", "ceph-csi-drivers", "rook-ceph-cluster")
TAINTS = 'taints = { "storage" = no_schedule }'
TEXTS = {
    "least": text(taints=TAINTS),
    "most": text(EVERYTHING, taints=TAINTS),
    "objects of a region": served_by_name(),
}


@cache
def made(body):
    return made_of(TEXTS[body])


@pytest.fixture(scope="module")
def charts(tmp_path_factory):
    """The charts with what they depend on, by name."""
    into = tmp_path_factory.mktemp("charts")
    found = {}
    for name in CHARTS:
        variable = "OIB_CEPH_CSI_OPERATOR" if name == "ceph-csi-drivers" else "OIB_ROOK"
        if variable == "OIB_CEPH_CSI_OPERATOR" and not os.environ.get(variable):
            continue
        folder = chart_folder(variable, f"deploy/charts/{name}", name)
        found[name] = assembled(folder, into, *_dependencies(folder))
    return found


def _dependencies(chart):
    stated = os.environ.get("OIB_CEPH_CSI_OPERATOR")
    if chart.name == "rook-ceph" and stated:
        below = Path(stated) / "deploy" / "charts" / "ceph-csi-operator"
        return (below,) if below.is_dir() else ()
    return ()


def rendered(charts, name, values, folder):
    if name not in charts:
        pytest.skip("the chart of the drivers is not here: set OIB_CEPH_CSI_OPERATOR")
    path = folder / "values.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return or_skip(clients).template(charts[name], path, release=name, namespace=NAMESPACE)


@pytest.mark.parametrize("body", TEXTS)
@pytest.mark.parametrize("name", CHARTS)
def test_kubernetes_takes_what_the_charts_render(charts, tmp_path, name, body):
    documents = rendered(charts, name, made(body).values(name), tmp_path)
    assert faults_of(documents, tmp_path) == []
    known = [each for each in documents if is_known(each["apiVersion"], each["kind"])]
    assert [fault for each in known for fault in judge(each)] == []


@pytest.mark.parametrize("name", CHARTS)
def test_every_value_has_an_effect(charts, tmp_path, name):
    values = made("most").values(name)
    assert without_effect(lambda v: rendered(charts, name, v, tmp_path), values) == []


def test_what_a_region_adds_to_its_objects_has_an_effect(charts, tmp_path):
    name = "rook-ceph-cluster"
    values = made("objects of a region").values(name)
    quiet = without_effect(
        lambda v: rendered(charts, name, v, tmp_path), values, "cephObjectStores"
    )
    assert quiet == []


def one(documents, kind, name=None):
    (found,) = [
        each for each in documents
        if each["kind"] == kind and (name is None or each["metadata"]["name"] == name)
    ]  # fmt: skip
    return found


def test_facts_of_the_blueprint_are_where_rook_reads_them(charts, tmp_path):
    documents = rendered(
        charts, "rook-ceph-cluster", made("most").values("rook-ceph-cluster"), tmp_path
    )
    cluster = one(documents, "CephCluster", NAMESPACE)["spec"]
    nodes = cluster["storage"]["nodes"]
    pool = one(documents, "CephBlockPool", "images")["spec"]
    of_class = one(documents, "StorageClass", "bulk")
    store = one(documents, "CephObjectStore")["spec"]
    assert {
        "image": cluster["cephVersion"]["image"],
        "monitors": cluster["mon"]["count"],
        "public": cluster["network"]["addressRanges"]["public"],
        "replication": cluster["network"]["addressRanges"]["cluster"],
        "nodes": [node["name"] for node in nodes],
        "disks": [device["name"] for device in nodes[0]["devices"]],
        "encrypted": cluster["storage"]["config"]["encryptedDevice"],
        "domain of images": pool["failureDomain"],
        "data of the class bulk": of_class["parameters"]["dataPool"],
        "provisioner": of_class["provisioner"],
        "port of objects": store["gateway"]["port"],
    } == {
        "image": "quay.io/ceph/ceph:v20.2.4",
        "monitors": 3,
        "public": ["10.30.0.0/24"],
        "replication": ["10.31.0.0/24"],
        "nodes": ["node-1", "node-2", "node-3"],
        "disks": [f"/dev/disk/by-path/sas-{n}" for n in (1, 2, 3)],
        "encrypted": "true",
        "domain of images": "rack",
        "data of the class bulk": "bulk.data",
        "provisioner": "rook-ceph.rbd.csi.ceph.com",
        "port of objects": 8088,
    }


def test_the_definitions_take_what_the_charts_render(charts, tmp_path):
    documents = rendered(
        charts, "rook-ceph-cluster", made("most").values("rook-ceph-cluster"), tmp_path
    )
    assert custom_resources.faults(documents, *custom_resources.upstream("rook")) == []


@pytest.mark.parametrize("tool", ["argocd", "flux"])
def test_the_definitions_take_what_delivers_them(tool):
    delivery = f'delivery {tool} {{ repository = "https://git.example.org/x.git" }}'
    files = rook(EVERYTHING, delivery=delivery).files
    documents = [
        each
        for path, artifact in files.items()
        if path.endswith(".yaml") and "/values/" not in path
        for each in yaml.safe_load_all(artifact.text)
        if "kind" in each
    ]
    assert documents
    files_of = [*custom_resources.upstream(tool), *custom_resources.upstream("rook")]
    assert custom_resources.faults(documents, *files_of) == []


@pytest.mark.parametrize("name", CHARTS)
def test_helm_finds_nothing_to_say_of_the_values(charts, tmp_path, name):
    if name not in charts:
        pytest.skip("the chart of the drivers is not here: set OIB_CEPH_CSI_OPERATOR")
    path = tmp_path / "values.yaml"
    path.write_text(yaml.safe_dump(made("most").values(name)), encoding="utf-8")
    or_skip(clients).lint(charts[name], path)


@pytest.mark.parametrize("name", ["rook-ceph", "rook-ceph-cluster"])
def test_the_catalogue_says_what_the_chart_says(charts, name):
    pinned = chart(name).version
    tag = yaml.safe_load((charts["rook-ceph"] / "values.yaml").read_text())["image"]["tag"]
    if tag != pinned:
        pytest.skip(f"OIB_ROOK holds {tag}, and the catalogue is of {pinned}")
    derived = {
        read(path): tuple(entry.split()) for path, entry in catalogue_of(charts[name]).items()
    }
    of_others = {path for path in chart(name).values if path[0] == "ceph-csi-operator"}
    committed = {path: each for path, each in chart(name).values.items() if path not in of_others}
    assert {
        path: each for path, each in derived.items() if path[0] != "ceph-csi-operator"
    } == committed


def in_one_order(documents):
    return sorted(json.dumps(each, sort_keys=True) for each in documents)


def test_kubectl_reads_each_folder_that_flux_applies(tmp_path):
    delivery = 'delivery flux { repository = "https://git.example.org/x.git" }'
    files = rook(EVERYTHING, delivery=delivery).files
    units = [
        each["spec"]["path"].removeprefix("./ceph.main/")
        for each in yaml.safe_load_all(files["rook/flux/root.yaml"].text)
        if each["kind"] == "Kustomization"
    ]
    assert units
    for number, unit in enumerate(units):
        folder = tmp_path / str(number)
        folder.mkdir()
        inside = {
            path.rpartition("/")[2]: each
            for path, each in files.items()
            if path.startswith(f"{unit}/")
        }
        for name, artifact in inside.items():
            (folder / name).write_text(artifact.text, encoding="utf-8")
        # Flux makes this file where a folder has none.
        (folder / "kustomization.yaml").write_text(yaml.safe_dump({"resources": sorted(inside)}))
        wanted = [d for each in inside.values() for d in yaml.safe_load_all(each.text)]
        read_back = or_skip(clients).kustomize(folder)
        assert in_one_order(read_back) == in_one_order(wanted)
