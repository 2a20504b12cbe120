"""What Neutron offers beside networks, families of addresses, and lists that Kolla-Ansible wants in step."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.kolla_ansible.catalog import catalog, releases

from .texts import COMPUTE, cloud, emitted, faults

every_release = pytest.mark.parametrize("release", releases())


@every_release
@pytest.mark.parametrize("plugin", ["ovn", "ovs"])
@pytest.mark.parametrize(
    ("attribute", "variable"),
    [
        ("qos", "enable_neutron_qos"),
        ("trunk", "enable_neutron_trunk"),
        ("port_forwarding", "enable_neutron_port_forwarding"),
    ],
)
def test_a_feature_is_a_switch_of_the_release(release, plugin, attribute, variable):
    layer = f"  neutron {{ plugin = {plugin}  {attribute} = true }}\n"
    assert emitted(cloud(layer=layer, release=release)).variables()[variable] is True
    assert catalog(release).variables[variable].type == "bool"


@every_release
def test_vpns_run_with_open_vswitch_in_every_release(release):
    layer = "  neutron { plugin = ovs  vpn = true }\n"
    found = emitted(cloud(layer=layer, release=release)).variables()
    assert found["enable_neutron_vpnaas"] is True


@every_release
def test_vpns_run_with_ovn_where_the_release_has_an_agent_for_them(release):
    found = faults(cloud(layer="  neutron { plugin = ovn  vpn = true }\n", release=release))
    has_agent = "neutron-ovn-vpn-agent" in catalog(release).groups
    assert [each.rule.code for each in found] == ([] if has_agent else ["OIB6050"])


def test_what_is_off_is_not_spoken_of():
    found = emitted(cloud()).variables()
    assert not [
        name
        for name in found
        if name.startswith("enable_neutron_")
        and found[name] is True
        and name != "enable_neutron_provider_networks"
    ]


@pytest.mark.parametrize("field", ["tenant", "migration", "storage"])
def test_a_network_of_both_families_is_refused_where_one_is_taken(field):
    things = "network two { cidr = 10.80.0.0/24  cidr6 = fd00:80::/64  vlan = 80 }\n"
    links = COMPUTE.replace("network.tenant]", "network.tenant, network.two]")
    text = cloud(links, control=links, things=things)
    text = text.replace(
        "networks { tenant = network.tenant }", f"networks {{ {field} = network.two }}"
    )
    assert [each.rule.code for each in faults(text)] == ["OIB6064"]


def test_a_network_of_both_families_may_be_one_of_guests():
    things = "network two { cidr = 10.80.0.0/24  cidr6 = fd00:80::/64  vlan = 180  managed_by = neutron }\n"
    layer = "  provider_network two { network = network.two  physnet = physnet.provider }\n"
    assert "OIB6064" not in [each.rule.code for each in faults(cloud(things=things, layer=layer))]


@pytest.mark.parametrize("gateways", [1, 2, 3])
def test_agents_are_redundant_only_where_there_are_two_gateways_at_least(gateways):
    """kolla.agentha: the switch asks for more than one DHCP and one L3 agent; these run on gateways."""
    hosts = f"""hosts gw {{
  count = {gateways}
  hardware = hardware.server
  memory {{ platform = 16 GiB }}
{COMPUTE}
}}"""
    layer = "  network = hosts.gw\n  neutron { plugin = ovs }\n"
    found = emitted(cloud(things=hosts, layer=layer)).variables()
    assert found["enable_neutron_agent_ha"] is (gateways > 1)


@every_release
@pytest.mark.parametrize("plugin", ["ovn", "ovs"])
def test_the_type_of_tenants_networks_is_one_that_neutron_loads(release, plugin):
    """kolla.tenantnet: `neutron_type_drivers` is flat, vlan, vxlan, and with OVN geneve; nobody may change it."""
    found = emitted(
        cloud(layer=f"  neutron {{ plugin = {plugin} }}\n", release=release)
    ).variables()
    assert found["neutron_tenant_network_types"] == {"ovn": "geneve", "ovs": "vxlan"}[plugin]


def test_the_type_drivers_cannot_be_changed_apart_from_the_plugin():
    layer = '  tool kolla_ansible { neutron_type_drivers = "flat" }\n'
    assert [each.rule.code for each in faults(cloud(layer=layer))] == ["OIB6012"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_lists_of_interfaces_bridges_and_physical_networks_are_equally_long(data):
    """kolla.if.len, pains 18: whatever the links of a host carry."""
    names = data.draw(
        st.lists(
            st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    names = [f"p_{name}" for name in names]
    carried = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    things = "\n".join(f"physnet {name} {{ type = flat }}" for name in names) + "\n"
    places = ["nic.onboard[1]", "nic.fast[0]", "nic.fast[1]", "nic.extra[0]"]
    links = "  port nic.onboard[0] { networks = [network.api, network.tenant] }\n" + "".join(
        f"  port {place} {{ physnet = physnet.{name} }}\n"
        for place, name in zip(places, carried, strict=False)
    )
    text = cloud(links, control=links, things=things).replace("network api {", "network api {", 1)
    text = text.replace(
        "  nic fast {", '  nic extra { speed = 10 Gbps  names = ["ens9"] }\n  nic fast {', 1
    )
    found = emitted(text).variables("oib_cmp")
    parts = [
        found[name].split(",")
        for name in (
            "neutron_external_interface",
            "neutron_bridge_name",
            "neutron_physical_networks",
        )
    ]
    assert [len(each) for each in parts] == [len(carried)] * 3
    assert len(set(parts[1])) == len(carried)
