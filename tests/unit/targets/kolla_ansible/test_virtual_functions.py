"""Virtual functions of computes: the agent where they are, Neutron's server, the physical networks behind them."""

from __future__ import annotations

import pytest

from targets.kolla_ansible.catalog import releases

from .texts import COMPUTE, cloud, emitted, faults

FUNCTIONS = "  port nic.fast[0] { sriov { vfs = 16  physnet = physnet.radio } }\n"
BOTH = FUNCTIONS + "  port nic.fast[1] { sriov { vfs = 16  physnet = physnet.radio } }\n"
RADIO = "physnet radio { type = vlan  vlans = 300..399 }"
every_release = pytest.mark.parametrize("release", releases())


@every_release
def test_the_agent_runs_where_virtual_functions_are(release):
    found = emitted(cloud(COMPUTE + FUNCTIONS, things=RADIO, release=release)).variables("oib_cmp")
    assert (found["enable_neutron_sriov"], found["neutron_sriov_physnet_mappings"]) == (
        True,
        {"radio": "ens5f0"},
    )


@every_release
def test_the_server_binds_ports_to_them_and_has_none_of_its_own(release):
    found = emitted(cloud(COMPUTE + FUNCTIONS, things=RADIO, release=release)).variables("oib_node")
    assert (found["enable_neutron_sriov"], found["neutron_sriov_physnet_mappings"]) == (True, {})


def test_two_ports_of_one_physical_network_are_listed_both():
    found = emitted(cloud(COMPUTE + BOTH, things=RADIO)).variables("oib_cmp")
    assert found["neutron_sriov_physnets"] == "radio:ens5f0,radio:ens5f1"


def test_the_vlans_behind_virtual_functions_are_ranges_of_neutron():
    found = emitted(cloud(COMPUTE + FUNCTIONS, things=RADIO)).options("neutron/ml2_conf.ini")
    assert found["ml2_type_vlan"]["network_vlan_ranges"] == "provider:100:199,radio:300:399"


def test_functions_lead_to_the_physical_network_of_their_port_unless_stated():
    text = COMPUTE.replace(
        "physnet = physnet.provider", "physnet = physnet.provider  sriov { vfs = 1 }"
    )
    text = text.replace("nic.onboard[1]", "nic.fast[1]")
    found = emitted(cloud(text)).variables("oib_cmp")
    assert found["neutron_sriov_physnet_mappings"] == {"provider": "ens5f1"}


def test_no_port_is_bridged_that_has_virtual_functions_alone():
    found = emitted(cloud(COMPUTE + FUNCTIONS, things=RADIO)).variables("oib_cmp")
    assert found["neutron_external_interface"] == "eno2"


def test_a_cloud_without_virtual_functions_says_nothing_of_them():
    found = emitted(cloud())
    assert "enable_neutron_sriov" not in found.variables() | found.variables("oib_cmp")


def test_a_port_without_physical_network_is_reported_once_for_all_its_hosts():
    text = cloud(COMPUTE + "  port nic.fast[0] { sriov { vfs = 16 } }\n")
    assert [each.rule.code for each in faults(text)] == ["OIB6051"]
