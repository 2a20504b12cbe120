"""Manila by its chart: shares in the cluster's file system, and what the chart has no way to do."""

from __future__ import annotations

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from tests.unit.targets.openstack_helm.regions import SERVICES, compiled, region, with_shares


def text(body: str = "") -> str:
    return with_shares(region(body, services=f"{SERVICES}, manila"))


def test_shares_are_kept_in_the_clusters_file_system():
    options = compiled(text()).values("manila")["conf"]["manila"]
    assert options["DEFAULT"]["enabled_share_backends"] == "cephfs_native"
    assert options["DEFAULT"]["enabled_share_protocols"] == "CEPHFS"
    assert options["cephfs_native"]["cephfs_filesystem_name"] == "shares"
    assert options["cephfs_native"]["driver_handles_share_servers"] is False


def test_the_key_of_the_client_comes_from_the_cluster():
    made = compiled(text())
    (step,) = [
        s for s in made.deployment.steps if s.title == "Give Manila its key to the Ceph cluster"
    ]
    (taken,) = step.takes
    assert (taken.what.kind, taken.what.layer, taken.what.name) == (
        "keyring", "ceph.rook", "client.manila",
    )  # fmt: skip
    assert made.values("manila")["secrets"]["rbd"] == "manila-keyring"
    assert any("secret generic manila-keyring" in command for command in step.commands)


def test_one_pod_runs_the_shares_as_its_host_has_one_name():
    replicas = compiled(text()).values("manila")["pod"]["replicas"]
    assert "share" not in replicas
    assert replicas["api"] == 3


def test_nothing_is_made_for_servers_of_shares():
    assert compiled(text()).values("manila")["bootstrap"]["enabled"] is False


def test_a_region_without_manila_has_none_of_it():
    made = compiled(with_shares(region()))
    assert "openstack_helm/values/manila.yaml" not in made.files
    assert not [step for step in made.deployment.steps if "Manila" in step.title]


@pytest.mark.parametrize("backends", ["[generic]", "[cephfs_native, generic]"])
def test_servers_of_shares_are_refused(backends):
    found = check_blueprint(
        MemoryLoader({"main.oib": text(f"manila {{ backends = {backends} }}")}),
        Options(targets=("openstack_helm",)),
    )
    said = [d.message for d in found.diagnostics if d.rule.code == "OIB6713"]
    assert said == ["OpenStack-Helm can't have shares of the kind `generic`"]


def test_a_file_system_whose_name_the_chart_would_read_otherwise_is_refused():
    named = text().replace("filesystem shares {", 'filesystem "1; x" {')
    found = check_blueprint(MemoryLoader({"main.oib": named}), Options(targets=("openstack_helm",)))
    assert "OIB6717" in {d.rule.code for d in found.diagnostics}
