"""Resources of the deployment manager are judged by closed tables: fields, types, words and bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from targets._kubernetes.crds import fields, is_known, judge
from tests.oracle.custom_resources import faults

SHARED = Path(__file__).parents[5] / "shared" / "upstream" / "crds" / "starlingx"
GROUP = "starlingx.windriver.com/v1"
KINDS = (
    "AddressPool", "DataNetwork", "Host", "HostProfile", "PlatformNetwork", "PtpInstance", "PtpInterface", "System",
)  # fmt: skip
DATA = {"type": "vlan", "mtu": 1500}
POOL = {
    "subnet": "10.20.0.0",
    "prefix": 24,
    "floatingAddress": "10.20.0.2",
    "allocation": {"order": "random", "ranges": [{"start": "10.20.0.2", "end": "10.20.0.50"}]},
}
PROFILE = {
    "base": "common",
    "personality": "controller",
    "interfaces": {
        "ethernet": [
            {
                "name": "oam0",
                "class": "platform",
                "port": {"name": "eno1"},
                "platformNetworks": ["oam"],
            }
        ]
    },
    "processors": [{"node": 0, "functions": [{"function": "platform", "count": 2}]}],
    "memory": [{"node": 0, "functions": [{"function": "vm", "pageSize": "1GB", "pageCount": 4}]}],
    "labels": {"sriovdp": "enabled"},
}


def resource(kind, spec):
    return {
        "apiVersion": GROUP,
        "kind": kind,
        "metadata": {"name": "x", "namespace": "deployment"},
        "spec": spec,
    }


def said(kind, spec):
    return [str(fault) for fault in judge(resource(kind, spec))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_the_deployment_manager_has_a_table(kind):
    assert is_known(GROUP, kind)


@pytest.mark.parametrize(
    ("kind", "spec"), [("DataNetwork", DATA), ("AddressPool", POOL), ("HostProfile", PROFILE)]
)
def test_what_the_definitions_take_is_taken(kind, spec):
    assert said(kind, spec) == []
    if SHARED.is_dir():
        assert faults([resource(kind, spec)], *sorted(SHARED.glob("*.yaml"))) == []


def test_an_unknown_field_deep_inside_is_a_fault():
    (found,) = judge(
        resource("HostProfile", {**PROFILE, "interfaces": {"ethernt": []}}),
    )
    assert (found.sort, found.nearest) == ("field", "ethernet")


@pytest.mark.parametrize("word", ["vlan", "vxlan", "flat"])
def test_data_networks_have_three_types(word):
    assert said("DataNetwork", {"type": word}) == []


def test_a_data_network_of_another_type_is_refused():
    assert said("DataNetwork", {"type": "geneve"}) == [
        "spec.type: `geneve` is none of flat, vlan, vxlan"
    ]


@pytest.mark.parametrize(("mtu", "count"), [(575, 1), (576, 0), (9216, 0), (9217, 1)])
def test_the_mtu_of_a_data_network_has_bounds(mtu, count):
    assert len(said("DataNetwork", {**DATA, "mtu": mtu})) == count


@pytest.mark.parametrize(("prefix", "count"), [(0, 1), (1, 0), (128, 0), (129, 1)])
def test_the_prefix_of_a_pool_has_bounds(prefix, count):
    assert len(said("AddressPool", {**POOL, "prefix": prefix})) == count


def test_a_service_that_the_deployment_manager_does_not_start_is_refused():
    assert len(said("PtpInstance", {"service": "synce4l"})) == 1
    assert said("PtpInstance", {"service": "ts2phc"}) == []


def test_a_host_needs_a_profile():
    assert said("Host", {}) == ["spec.profile: `profile` is required"]


def test_overrides_of_a_host_are_a_profile():
    assert set(fields(GROUP, "Host", ("spec", "overrides"))) == set(
        fields(GROUP, "HostProfile", ("spec",))
    )
