"""The network of a host is the one that the blueprint describes, in both forms."""

from __future__ import annotations

import pytest

from tests.unit.targets.host_preparation.made import BOND, LINKS, made


def vlan(name: str) -> dict:
    return made().netplan["vlans"][name]


def interfaces() -> dict[str, dict]:
    return {each["name"]: each for each in made(os="rocky-10").nmstate["interfaces"]}


def test_ubuntu_has_netplan_and_the_red_hat_family_nmstate():
    assert {p for p in made().paths if "node-1." in p} == {"netplan/node-1.yaml"}
    assert {p for p in made(os="rocky-10").paths if "node-1." in p} == {"nmstate/node-1.yml"}


def test_each_host_has_addresses_of_its_own():
    first, second = (made().text(f"netplan/node-{n}.yaml") for n in (1, 2))
    assert "- 10.20.0.2/24" in first
    assert "- 10.20.0.3/24" in second


def test_a_bond_joins_its_ports_as_it_is_said():
    assert made().netplan["bonds"]["bond0"]["parameters"] == {
        "mode": "802.3ad",
        "lacp-rate": "fast",
        "mii-monitor-interval": 100,
        "transmit-hash-policy": "layer3+4",
    }
    assert made().netplan["bonds"]["bond0"]["interfaces"] == ["ens1f0", "ens1f1"]


def test_a_bond_of_the_red_hat_family_is_the_same():
    assert interfaces()["bond0"]["link-aggregation"] == {
        "mode": "802.3ad",
        "port": ["ens1f0", "ens1f1"],
        "options": {"lacp_rate": "fast", "miimon": 100, "xmit_hash_policy": "layer3+4"},
    }


@pytest.mark.parametrize(
    ("mode", "written"), [("active_backup", "active-backup"), ("balance_xor", "balance-xor")]
)
def test_only_lacp_has_a_rate(mode, written):
    links = f"  bond bond0 {{ {BOND}  mode = {mode}  networks = [network.api] }}\n"
    parameters = {"mode": written, "mii-monitor-interval": 100}
    assert made(links).netplan["bonds"]["bond0"]["parameters"] == parameters


def test_frames_are_as_large_as_the_networks_and_their_link_ask():
    network = made().netplan
    sizes = {
        name: each["mtu"]
        for kind in ("ethernets", "bonds", "vlans")
        for name, each in network[kind].items()
    }
    assert sizes == {
        "ens1f0": 9000, "ens1f1": 9000, "bond0": 9000,
        "bond0.20": 1500, "bond0.50": 9000, "bond0.30": 1500,
    }  # fmt: skip


def test_a_network_of_both_families_gives_an_address_of_each():
    assert vlan("bond0.20")["addresses"] == ["10.20.0.2/24", "2001:db8:20::2/64"]
    assert interfaces()["bond0.20"]["ipv6"] == {
        "enabled": True, "dhcp": False, "autoconf": False,
        "address": [{"ip": "2001:db8:20::2", "prefix-length": 64}],
    }  # fmt: skip


def test_a_native_network_is_on_the_link_itself():
    assert made().netplan["bonds"]["bond0"]["addresses"] == ["10.11.0.2/24"]
    assert interfaces()["bond0"]["ipv4"]["address"] == [{"ip": "10.11.0.2", "prefix-length": 24}]


def test_the_vlan_of_a_rack_is_its_segments_under_the_name_of_the_networks():
    assert vlan("bond0.50")["id"] == 501
    other = made().read("netplan/node-2.yaml")["network"]["vlans"]["bond0.50"]
    assert (other["id"], other["addresses"]) == (502, ["10.50.2.2/24"])


def test_the_network_that_hosts_are_reached_on_carries_the_default_route():
    defaults = [r for r in vlan("bond0.20")["routes"] if r["to"] in ("0.0.0.0/0", "::/0")]
    assert defaults == [
        {"to": "0.0.0.0/0", "via": "10.20.0.1"},
        {"to": "::/0", "via": "2001:db8:20::1"},
    ]


def test_there_is_one_default_route_of_each_family_in_the_main_table():
    routes = made(os="rocky-10").nmstate["routes"]["config"]
    main = [
        r["destination"]
        for r in routes
        if "table-id" not in r and r["destination"] in ("0.0.0.0/0", "::/0")
    ]
    assert sorted(main) == ["0.0.0.0/0", "::/0"]


def test_a_network_that_is_not_routed_carries_none():
    assert "routes" not in made().netplan["bonds"]["bond0"]


def test_other_racks_are_reached_by_the_racks_router():
    assert {"to": "10.50.0.0/20", "via": "10.50.1.1"} in vlan("bond0.50")["routes"]


def test_answers_leave_by_the_network_that_the_question_came_by():
    found = vlan("bond0.30")
    (policy,) = found["routing-policy"]
    assert policy["from"] == "198.51.100.0/24"
    table = policy["table"]
    assert {"to": "0.0.0.0/0", "via": "198.51.100.1", "table": table} in found["routes"]
    assert {"to": "198.51.100.0/24", "scope": "link", "table": table} in found["routes"]


def test_tables_of_networks_differ():
    tables = [vlan(name)["routing-policy"][0]["table"] for name in ("bond0.30", "bond0.50")]
    assert len(set(tables)) == 2


def test_networks_of_another_realm_are_reached_through_the_network_in_it():
    assert {"to": "203.0.113.0/24", "via": "198.51.100.1"} in vlan("bond0.30")["routes"]


def test_name_servers_are_asked_where_the_default_route_is():
    assert vlan("bond0.20")["nameservers"] == {"addresses": ["10.20.0.53", "10.20.0.54"]}
    assert made(os="rocky-10").nmstate["dns-resolver"] == {
        "config": {"server": ["10.20.0.53", "10.20.0.54"]}
    }


def test_the_api_of_a_region_goes_before_the_first_network():
    links = f"  bond bond0 {{ {BOND}  networks = [network.outside, network.api] }}\n"
    region = """
openstack core {
  release = "2025.1"  control = hosts.node  compute = hosts.node  services = [keystone]
  api { internal { network = network.api  vip = 10.20.0.250 } }
}
"""
    alone, named = (
        made(links, count=3),
        made(links + "  memory { platform = 16 GiB }\n", more=region, count=3),
    )
    assert (
        alone.netplan["vlans"]["bond0.30"]["routes"][0],
        named.netplan["vlans"]["bond0.20"]["routes"][0],
    ) == (
        {"to": "0.0.0.0/0", "via": "198.51.100.1"},
        {"to": "0.0.0.0/0", "via": "10.20.0.1"},
    )


def test_a_link_of_a_physical_network_is_up_without_an_address():
    links = LINKS + "  port nic.fast[0] { physnet = physnet.ex  mtu = 9000 }\n"
    assert made(links).netplan["ethernets"]["ens2f0"] == {
        "mtu": 9000, "dhcp4": False, "dhcp6": False, "accept-ra": False, "link-local": [],
    }  # fmt: skip


FUNCTIONS = (
    LINKS
    + "  port nic.fast[0] { physnet = physnet.ex  mtu = 9000  sriov { vfs = 16 } }\n  iommu = true\n"
)


def test_virtual_functions_are_made_with_the_network():
    assert made(FUNCTIONS).netplan["ethernets"]["ens2f0"]["virtual-function-count"] == 16
    found = {each["name"]: each for each in made(FUNCTIONS, os="rocky-10").nmstate["interfaces"]}
    assert found["ens2f0"]["ethernet"] == {"sr-iov": {"total-vfs": 16}}


def test_ports_without_stated_names_are_named_by_their_place():
    links = LINKS + "  port nic.quick[1] { physnet = physnet.ex  mtu = 9000 }\n"
    named = made(links)
    assert "quick1" in named.netplan["ethernets"]
    assert named.variables["oib_named_ports"] == [
        {"name": "quick1", "match": "Path=pci-0000:af:00.1"}
    ]


def test_ports_with_stated_names_keep_them():
    assert made().variables["oib_named_ports"] == []
    assert "Name ports by their PCI addresses" not in made().tasks


def test_hosts_of_one_description_in_one_rack_share_all_but_what_is_theirs():
    first, second = (made(count=4).text(f"netplan/node-{n}.yaml").splitlines() for n in (1, 3))
    differing = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    assert {a.strip()[:2] for a, _ in differing} == {"- "}
