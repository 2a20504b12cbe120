"""Interfaces: one class each, platform networks by StarlingX's words, what guests are given by data networks."""

from __future__ import annotations

import pytest

from tests.unit.targets.starlingx.resources_of import of_kind, planned


def interfaces(name, host, *edits):
    """The interfaces of a host by name, with their sort."""
    return {
        each["name"]: {**each, "sort": sort}
        for sort, listed in planned(name, host, *edits)["interfaces"].items()
        for each in listed
    }


def test_a_bond_has_members_a_mode_and_what_spreads_frames():
    bond = interfaces("aio_dx", "controller-0")["pxe0"]
    assert (bond["sort"], bond["class"], bond["platformNetworks"]) == (
        "bond",
        "platform",
        ["pxeboot"],
    )
    assert (bond["members"], bond["mode"]) == (["ens1f0", "ens2f0"], "802.3ad")
    assert bond["transmitHashPolicy"] == "layer2"
    assert "primaryReselect" not in bond


def test_a_bond_with_one_port_at_a_time_says_which_and_spreads_nothing():
    bond = interfaces("aio_dx", "controller-0")["oam0"]
    assert (bond["mode"], bond["primaryReselect"]) == ("active_standby", "always")
    assert "transmitHashPolicy" not in bond


@pytest.mark.parametrize(
    ("stated", "mode", "policy"),
    [
        ("mode = balance_xor", "balanced", "layer2"),
        ("mode = lacp  hash = layer2_3", "802.3ad", "layer2+3"),
    ],
)
def test_modes_have_the_words_of_starlingx(stated, mode, policy):
    bond = interfaces("standard", "controller-0", ("mode = active_backup", stated))["oam0"]
    assert (bond["mode"], bond["transmitHashPolicy"]) == (mode, policy)


def test_tagged_networks_are_vlans_on_their_link():
    vlan = interfaces("aio_dx", "worker-0")["vlan20"]
    assert vlan == {
        "sort": "vlan",
        "class": "platform",
        "name": "vlan20",
        "mtu": 1500,
        "platformNetworks": ["mgmt"],
        "lower": "pxe0",
        "vid": 20,
    }


def test_the_cluster_is_beside_management_where_it_has_no_network_of_its_own():
    edit = ("cluster_host = network.cluster  ", "")
    carried = ("networks = [network.mgmt, network.cluster]", "networks = [network.mgmt]")
    unused = ("network cluster { cidr = 192.168.206.0/24  vlan = 21 }\n", "")
    found = interfaces("aio_dx", "worker-0", edit, carried, unused)
    assert found["vlan20"]["platformNetworks"] == ["mgmt", "cluster-host"]


def test_hosts_are_installed_beneath_the_tagged_management_network_where_nothing_is_said():
    edits = (
        ("  pxeboot = network.pxe\n", "\n"),
        ("    native = network.pxe\n", ""),
        ('network pxe { cidr = 169.254.202.0/24  realm = "pxe" }\n', ""),
    )
    assert interfaces("aio_dx", "worker-0", *edits)["pxe0"]["platformNetworks"] == ["pxeboot"]
    assert interfaces("aio_dx", "controller-0", *edits)["oam0"]["platformNetworks"] == []


def test_a_host_alone_has_its_management_network_inside():
    assert interfaces("aio_sx", "controller-0")["lo"]["platformNetworks"] == [
        "mgmt",
        "cluster-host",
    ]


def test_ports_of_guests_are_data_interfaces():
    port = interfaces("standard", "worker-0")["ens4f0"]
    assert (port["class"], port["dataNetworks"], port["mtu"]) == ("data", ["tenant"], 9000)
    assert port["port"] == {"name": "ens4f0"}


def test_virtual_functions_have_a_count_a_driver_and_a_data_network():
    port = interfaces("aio_sx", "controller-0")["ens3f0"]
    assert (port["class"], port["vfCount"], port["vfDriver"]) == ("pci-sriov", 16, "vfio")
    assert port["dataNetworks"] == ["ran"]


def test_functions_without_a_network_of_their_own_lead_to_that_of_the_port():
    edit = (
        "port nic.fronthaul[0] { sriov { vfs = 16  driver = vfio  physnet = physnet.ran } }",
        "port nic.fronthaul[0] { physnet = physnet.ran  sriov { vfs = 16  driver = netdevice } }",
    )
    port = interfaces("aio_sx", "controller-0", edit)["ens3f0"]
    assert (port["class"], port["dataNetworks"], port["vfDriver"]) == (
        "pci-sriov",
        ["ran"],
        "netdevice",
    )


def test_every_data_network_that_an_interface_names_is_a_resource():
    for name, host in (
        ("standard", "worker-1"),
        ("aio_dx", "controller-0"),
        ("aio_sx", "controller-0"),
    ):
        known = set(of_kind("DataNetwork", name))
        named = {
            n for each in interfaces(name, host).values() for n in each.get("dataNetworks", ())
        }
        assert named <= known


def test_time_services_are_on_the_ports_that_they_name():
    assert interfaces("aio_sx", "controller-0")["ens3f0"]["ptpInterfaces"] == ["fronthaul-ports"]


def test_a_port_that_only_a_time_service_is_on_is_an_interface_of_the_platform():
    edit = ("ports = nic.fronthaul[0]", "ports = nic.fronthaul[1]")
    port = interfaces("aio_sx", "controller-0", edit)["ens3f1"]
    assert (port["class"], port["ptpInterfaces"]) == ("platform", ["fronthaul-ports"])
    assert "ptpInterfaces" not in interfaces("aio_sx", "controller-0", edit)["ens3f0"]


def test_workers_are_on_no_network_of_controllers():
    words = [
        w
        for each in interfaces("aio_dx", "worker-0").values()
        for w in each.get("platformNetworks", ())
    ]
    assert sorted(words) == ["cluster-host", "mgmt", "pxeboot"]
