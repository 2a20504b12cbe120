"""Profiles: hosts that are alike share one, what profiles share is below them, and together they are the plan."""

from __future__ import annotations

import pytest

from blueprint.model import StarlingX
from targets.starlingx.resources.host_profiles import bare, profiles, shared, without
from targets.starlingx.system import System
from tests.unit.targets.starlingx.resources_of import of_kind, planned, resources, whole
from tests.unit.targets.starlingx.systems import NAMES, cloud


def systems(name):
    model = cloud(name).model
    return [System(ref, model) for ref in model.of(StarlingX)]


def ordered(value):
    """A value in which the order of lists says nothing, as the deployment manager compares them."""
    if isinstance(value, dict):
        return {key: ordered(each) for key, each in value.items()}
    return sorted(map(ordered, value), key=str) if isinstance(value, list) else value


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_with_all_below_it_is_the_plan_of_its_hosts(name):
    system = systems(name)[0]
    written = of_kind("HostProfile", name)
    for profile in profiles(system):
        assert ordered(whole(written, profile.name)) == ordered(bare(profile.spec))


@pytest.mark.parametrize("name", NAMES)
def test_every_host_has_a_profile_that_comes_before_it(name):
    seen = set()
    for each in resources(name):
        if each["kind"] == "HostProfile":
            assert each["spec"].get("base", "common-profile") in {*seen, "common-profile"}
            seen.add(each["metadata"]["name"])
        elif each["kind"] == "Host":
            assert each["spec"]["profile"] in seen


def test_one_kind_of_hosts_has_one_profile_on_nothing():
    assert list(of_kind("HostProfile", "aio_sx")) == ["controller-profile"]
    assert "base" not in of_kind("HostProfile", "aio_sx")["controller-profile"]


def test_a_value_stands_below_or_above_and_not_in_both():
    written = of_kind("HostProfile", "dedicated_storage")
    common = written["common-profile"]
    assert common["bootDevice"] == "/dev/disk/by-path/pci-0000:00:17.0-ata-1.0"
    for name, spec in written.items():
        if name != "common-profile":
            assert "bootDevice" not in spec
            assert spec["base"].endswith("common-profile")


def test_profiles_are_called_after_personalities():
    assert {"common-profile", "controller-profile", "storage-profile", "worker-profile"} == set(
        of_kind("HostProfile", "dedicated_storage")
    )


def test_hosts_of_one_personality_that_differ_share_what_they_can():
    written = of_kind("HostProfile", "standard")
    assert written["worker-profile"] == {
        "base": "worker-common-profile",
        "storage": {"monitor": {}},
    }
    assert written["worker-2-profile"] == {"base": "worker-common-profile"}


def test_labels_are_replaced_as_a_whole_so_that_they_stand_in_one_place():
    one = {"labels": {"a": "1", "b": "2"}, "x": 1}
    two = {"labels": {"a": "1"}, "x": 1}
    assert shared([one, two]) == {"x": 1}
    assert without(one, {"x": 1}) == {"labels": {"a": "1", "b": "2"}}


def test_interfaces_are_shared_one_by_one():
    one = {"interfaces": {"bond": ["a", "b"], "vlan": ["c"]}}
    two = {"interfaces": {"bond": ["a"], "vlan": ["d"]}}
    assert shared([one, two]) == {"interfaces": {"bond": ["a"]}}
    assert without(one, shared([one, two])) == {"interfaces": {"bond": ["b"], "vlan": ["c"]}}


def test_one_plan_shares_nothing():
    assert shared([{"x": 1}]) == {}


@pytest.mark.parametrize(
    ("name", "host", "functions"),
    [
        ("aio_sx", "controller-0", ["controller", "worker", "lowlatency"]),
        ("aio_dx", "controller-1", ["controller", "worker"]),
        ("aio_dx", "worker-0", ["worker"]),
        ("standard", "controller-0", None),
        ("dedicated_storage", "storage-0", None),
    ],
)
def test_hosts_of_workloads_have_the_worker_function(name, host, functions):
    plan = planned(name, host)
    assert plan.get("subfunctions") == functions
    assert ("kernel" in plan) == (functions is not None)


def test_an_older_deployment_manager_knows_the_kernel_by_its_function_alone():
    edits = (
        ('release = "12.0"', 'release = "9.0"'),
        ("  storage rook { devices = disk.osd }\n", ""),
    )
    plan = planned("aio_sx", "controller-0", *edits)
    assert "kernel" not in plan
    assert "lowlatency" in plan["subfunctions"]
