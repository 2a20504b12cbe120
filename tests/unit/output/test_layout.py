"""Where artifacts stand, and which paths are refused."""

from __future__ import annotations

import pytest

from blueprint.output.layout import check_layout, folder_of, is_safe
from blueprint.spans import Spans
from blueprint.values import Ref


def deployment(layer: str, *paths: str) -> tuple[Ref, tuple[str, ...]]:
    return Ref(layer), paths


def codes(*layers: tuple[Ref, tuple[str, ...]]) -> list[str]:
    return [fault.rule.code for fault in check_layout(layers, Spans())]


@pytest.mark.parametrize(
    ("layer", "folder"),
    [
        ("openstack.core", "openstack.core"),
        ('starlingx.edge["site-0042"]', "starlingx.edge/site-0042"),
        ("starlingx.edge[7]", "starlingx.edge/7"),
        ('region["bj1"].openstack.core', "region/bj1/openstack.core"),
        ("fabric.hosts.leaf", "fabric/hosts.leaf"),
        ('region["a.b"].hosts.c["x"]', "region/a.b/hosts.c/x"),
    ],
)
def test_a_layer_has_its_folder(layer, folder):
    assert folder == folder_of(Ref(layer))


def test_layers_of_one_name_and_several_kinds_stand_side_by_side():
    assert [] == codes(deployment("openstack.core", "tool/a"), deployment("ceph.core", "tool/a"))


def test_two_targets_of_one_layer_share_its_folder():
    first = deployment("openstack.core", "one/a")
    assert [] == codes(first, deployment("openstack.core", "two/a"))


@pytest.mark.parametrize(
    "key", ["..", ".hidden", "a/b", "", "x" * 64, "日本", "a b", "a\nb", "~", "$(id)"]
)
def test_a_key_that_cannot_name_a_folder_is_refused(key):
    quoted = key.replace("\\", "\\\\")
    assert ["OIB4105"] == codes(deployment(f'starlingx.edge["{quoted}"]', "tool/a"))


@pytest.mark.parametrize("key", ["x" * 63, "site-0042", "_a", "-a", "A.b"])
def test_a_key_that_can_is_not(key):
    assert [] == codes(deployment(f'starlingx.edge["{key}"]', "tool/a"))


def test_keys_that_differ_in_case_only_clash():
    found = codes(deployment('s.e["BJ1"]', "tool/a"), deployment('s.e["bj1"]', "tool/a"))
    assert "OIB4104" in found


def test_two_artifacts_of_one_path_clash():
    assert ["OIB4104"] == codes(deployment("openstack.core", "tool/a", "tool/a"))


def test_a_file_and_a_folder_of_one_name_clash():
    assert ["OIB4104"] == codes(deployment("openstack.core", "tool/a", "tool/a/b"))


def test_a_folder_and_a_file_of_one_name_clash():
    assert ["OIB4104"] == codes(deployment("openstack.core", "tool/a/b", "tool/A"))


def test_folders_that_differ_in_case_only_clash():
    assert ["OIB4104"] == codes(deployment("openstack.core", "tool/a/x", "tool/A/y"))


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "a/../b",
        "/etc/passwd",
        "a//b",
        ".",
        "a\\b",
        "a\nb",
        "a\0b",
        "a\u202eb",
        "x" * 256,
        "a/",
        "a.",
    ],
)
def test_a_path_that_is_not_safe_is_refused(path):
    assert not is_safe(path)


@pytest.mark.parametrize(
    "path", ["a", "a/b.yml", "config/nova/nova.conf", ".ansible", "a b", "日本"]
)
def test_a_path_that_is_safe_is_not(path):
    assert is_safe(path)


def test_an_artifact_that_leaves_its_layer_is_refused():
    assert ["OIB4105"] == codes(deployment("openstack.core", "../../x"))
