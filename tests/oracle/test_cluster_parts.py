"""What stands on clusters, judged by the real charts, by Kubernetes' schemas and by custom resource definitions."""

from __future__ import annotations

import pytest
import yaml

from tests.oracle.helm import chart_folder, clients, faults_of
from tests.unit.targets.clusters import cluster, compiled

pytestmark = pytest.mark.oracle

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
