"""What Rook can't do is said before anything is written: bounds on both sides, and one fault for one mistake."""

from __future__ import annotations

import pytest

from tests.unit.targets.clusters import reported
from tests.unit.targets.rook.clouds import EVERYTHING, faults, text


def test_sound_clusters_are_taken():
    assert faults(EVERYTHING) == []


@pytest.mark.parametrize(
    ("version", "found"),
    [("1.30", ["OIB6905"]), ("1.31", []), ("1.36", []), ("1.37", ["OIB6905"])],
)
def test_kubernetes_has_a_first_and_a_last_version(version, found):
    whole = text().replace('version = "1.34"', f'version = "{version}"')
    whole = whole.replace("kubernetes infra {", "existing kubernetes infra {")
    assert reported(whole, "rook") == found


@pytest.mark.parametrize(("count", "found"), [(5, []), (6, ["OIB6914"])])
def test_managers_are_five_at_most(count, found):
    assert faults("managers = hosts.node", count=count) == found


@pytest.mark.parametrize(("count", "found"), [(9, 0), (11, 1)])  # of ten there would be no quorum
def test_monitors_are_nine_at_most(count, found):
    whole = text(count=count).replace("rack r[1..9]", "rack r[1..11]")
    whole = whole.replace(
        "monitors = [hosts.node[1], hosts.node[2], hosts.node[3]]", "monitors = hosts.node"
    )
    assert reported(whole, "rook").count("OIB6914") == found


@pytest.mark.parametrize(("length", "found"), [(248, []), (249, ["OIB6903"])])
def test_names_of_pools_leave_room_for_that_of_their_data(length, found):
    name = ".".join(["a" * 50] * 5)[:length].rstrip(".")
    name += "a" * (length - len(name))
    parts = [part for part in name.split(".") if len(part) > 63]
    assert not parts
    assert faults(f'pool "{name}" {{ use = rbd }}') == found


@pytest.mark.parametrize("name", ["Pool", "a_b", "a b", "-a", "a/b", "{{ .Values }}", "ä"])
def test_names_that_are_none_are_refused(name):
    assert faults(f'pool "{name}" {{ use = rbd }}') == ["OIB6903"]
    assert faults(f'pool p {{ use = kubernetes  storage_class = "{name}" }}') == ["OIB6903"]


@pytest.mark.parametrize("path", ["sdb", "/dev/../etc", "/dev/a b", "/dev/{{x}}", "/tmp/x"])
def test_paths_of_no_device_are_refused(path):
    whole = text().replace('"/dev/disk/by-path/sas-${i}"', f'"{path}${{i}}"')
    assert set(reported(whole, "rook")) == {"OIB6902"}


def test_two_defaults_are_one_fault():
    body = """
  pool a { use = kubernetes  storage_class = "a"  default = true }
  pool b { use = kubernetes  storage_class = "b"  default = true }
"""
    assert faults(body) == ["OIB6912"]


def test_a_default_needs_a_class():
    assert faults("pool a { use = kubernetes  default = true }") == ["OIB6912"]


def test_racks_and_nodes_share_no_name():
    whole = text().replace('"node-${n}"', '"r${n}"')
    assert reported(whole, "rook") == ["OIB6909"]


@pytest.mark.parametrize(
    ("pool", "system", "found"),
    [
        ('storage_class = "a"', 'storage_class = "b"', []),
        ('storage_class = "a"', 'storage_class = "a"', ["OIB6912"]),
        ('storage_class = "a"  default = true', 'storage_class = "b"  default = true', ["OIB6912"]),
        ("", "default = true", ["OIB6912"]),
        ("", 'storage_class = "A_B"', ["OIB6903"]),
    ],
)
def test_classes_of_file_systems_are_held_to_what_those_of_pools_are(pool, system, found):
    assert faults(f"pool p {{ use = kubernetes  {pool} }}\n filesystem f {{ {system} }}") == found
