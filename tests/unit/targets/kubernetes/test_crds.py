"""Custom resources are judged by closed tables, which say what the projects' definitions say."""

import json
from pathlib import Path

import pytest

from targets._kubernetes.crds import fields, is_known, judge, judge_part
from targets._kubernetes.crds.derive import TABLES, definitions_in, table_of

SHARED = Path(__file__).parents[5] / "shared"
POOL = {
    "apiVersion": "metallb.io/v1beta1",
    "kind": "IPAddressPool",
    "metadata": {"name": "public", "namespace": "metallb-system"},
    "spec": {"addresses": ["10.0.0.1-10.0.0.9"], "autoAssign": False},
}


def _with(**spec):
    return {**POOL, "spec": {**POOL["spec"], **spec}}


def _said(resource):
    return [str(fault) for fault in judge(resource)]


def test_a_right_resource_has_no_fault():
    assert judge(POOL) == ()


def test_an_unknown_field_is_a_fault_with_the_nearest_name():
    (fault,) = judge(_with(autoasign=True))
    assert (fault.path, fault.sort, fault.nearest) == (("spec", "autoasign"), "field", "autoAssign")


def test_a_wrong_type_is_a_fault():
    assert _said(_with(autoAssign="yes")) == ["spec.autoAssign: must be of type boolean"]


def test_a_boolean_is_no_number():
    assert [f.sort for f in judge(_with(serviceAllocation={"priority": True}))] == ["type"]


def test_a_required_field_is_missed():
    resource = {**POOL, "spec": {}}
    assert _said(resource) == ["spec.addresses: `addresses` is required"]


def test_items_of_lists_are_judged():
    assert _said(_with(addresses=["10.0.0.0/24", 5])) == [
        "spec.addresses[1]: must be of type string"
    ]


@pytest.mark.parametrize(("hops", "faults"), [(1, 0), (0, 1), (254, 0), (255, 1)])
def test_bounds_are_held_on_both_sides(hops, faults):
    profile = {**POOL, "kind": "BFDProfile", "spec": {"minimumTtl": hops}}
    assert len(judge(profile)) == faults


def test_a_word_outside_an_enumeration_brings_those_that_are_allowed():
    faults = judge_part(
        "sriovnetwork.openshift.io/v1", "SriovNetworkNodePolicy", ("spec", "deviceType"), "vfio_pci"
    )
    assert [fault.known for fault in faults] == [("netdevice", "vfio-pci")]


def test_a_kind_without_a_table_is_said():
    assert [fault.sort for fault in judge({**POOL, "kind": "IPAdressPool"})] == ["kind"]


def test_a_name_that_kubernetes_refuses_is_a_fault():
    assert [f.path for f in judge({**POOL, "metadata": {"name": "Public_1"}})] == [
        ("metadata", "name")
    ]


def test_what_belongs_to_the_whole_cluster_has_no_namespace():
    node = {
        "apiVersion": "nvidia.com/v1", "kind": "ClusterPolicy",
        "metadata": {"name": "gpu", "namespace": "x"},
    }  # fmt: skip
    assert ("metadata", "namespace") in [fault.path for fault in judge(node)]


def test_a_part_is_judged_from_its_field_on():
    cluster = ("ceph.rook.io/v1", "CephCluster")
    (fault,) = judge_part(*cluster, ("spec", "mon"), {"coumt": 3})
    assert (fault.path, fault.nearest) == (("coumt",), "count")


def test_the_names_at_a_path_are_known():
    assert "allowMultiplePerNode" in fields("ceph.rook.io/v1", "CephCluster", ("spec", "mon"))


def test_what_keeps_unknown_fields_stays_open():
    release = ("helm.toolkit.fluxcd.io/v2", "HelmRelease")
    assert judge_part(*release, ("spec", "values"), {"anything": {"at": ["all"]}}) == ()


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("cluster.x-k8s.io/v1beta2", "Cluster"),
        ("cluster.x-k8s.io/v1beta2", "MachineHealthCheck"),
        ("controlplane.cluster.x-k8s.io/v1beta2", "KubeadmControlPlane"),
        ("infrastructure.cluster.x-k8s.io/v1beta1", "OpenStackCluster"),
        ("infrastructure.cluster.x-k8s.io/v1beta2", "Metal3MachineTemplate"),
        ("metal3.io/v1alpha1", "BareMetalHost"),
        ("ceph.rook.io/v1", "CephClient"),
        ("argoproj.io/v1alpha1", "Application"),
        ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
        ("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy"),
        ("gateway.networking.k8s.io/v1", "HTTPRoute"),
        ("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition"),
        ("nfd.k8s-sigs.io/v1alpha1", "NodeFeatureRule"),
    ],
)
def test_the_kinds_that_targets_emit_are_known(api_version, kind):
    assert is_known(api_version, kind)


def _definitions():
    folder = SHARED / "upstream" / "crds"
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else ["absent"]


@pytest.mark.slow
@pytest.mark.parametrize("project", _definitions())
def test_the_tables_say_what_the_definitions_say(project):
    folder = SHARED / "upstream" / "crds" / project
    if not folder.is_dir():
        pytest.skip(f"the projects' definitions are not here: {folder}")
    committed = json.loads((TABLES / f"{project.replace('-', '_')}.json").read_text())
    derived = table_of(definitions_in(folder))
    assert _whole(derived).items() <= _whole(committed).items()


def _whole(table):
    """The kinds of a table with their shapes filled in."""

    def filled(node):
        if isinstance(node, str) and node.startswith("@"):
            node = table["shapes"][node[1:]]
        if not isinstance(node, dict):
            return node
        return {
            key: {n: filled(e) for n, e in value.items()} if key == "fields"
            else filled(value) if key in ("items", "values") else value
            for key, value in node.items()
        }  # fmt: skip

    return {kind: json.dumps(filled(node), sort_keys=True) for kind, node in table["kinds"].items()}
