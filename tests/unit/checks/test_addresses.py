"""Checks of the address space: subnets, ranges, virtual addresses, hosts' addresses, pools."""

from dataclasses import replace

import pytest

from blueprint.model.addresses import Addresses, Origin
from blueprint.values import Range, Ref
from tests.unit.checks.models import (
    addresses,
    changed,
    cloud,
    everywhere,
    faults,
    group,
    ip,
    member,
    network,
    node,
    pool,
    segment,
    sound_things,
    the_fault,
)  # fmt: skip


def test_the_sound_cloud_has_no_fault():
    assert faults(cloud()) == []


# --------------------------------------------------------------------------------- subnets


def test_two_networks_with_one_subnet_are_one_fault_at_the_later_one():
    model = cloud(network__spare=network("10.30.0.0/24"))
    assert faults(model) == [("OIB5001", "network.spare cidr")]


def test_a_subnet_inside_another_overlaps_it():
    fault = the_fault(cloud(network__spare=network("10.30.0.128/25")))
    assert (
        fault.message
        == "10.30.0.128/25 of `network.spare` overlaps 10.30.0.0/24 of `network.storage`"
    )
    assert fault.labels[0].span.text == "network.storage cidr"


@pytest.mark.parametrize("subnet", ["10.29.255.0/24", "10.30.1.0/24"])
def test_neighbouring_subnets_do_not_overlap(subnet):
    assert faults(cloud(network__spare=network(subnet))) == []


def test_a_subnet_that_holds_others_is_one_fault_at_that_subnet():
    model = cloud(network__a=network("10.0.0.0/10"))
    assert faults(model) == [("OIB5001", "network.a cidr")]


def test_realms_may_repeat_subnets_that_never_meet():
    assert faults(cloud(network__spare=network("10.30.0.0/24", realm="edge"))) == []


def test_realms_that_meet_on_a_host_may_not():
    model = cloud(network__spare=network("10.30.0.0/24", 31, realm="edge"))
    bonds = dict(model.groups[Ref("hosts.node")].members[0].spec.bond)
    both = (*bonds["bond0"].networks, Ref("network.spare"))
    model = changed(model, "hosts.node", "bond", "bond0", networks=both)
    assert faults(model) == [("OIB5001", "network.spare cidr")]


def test_families_of_addresses_never_overlap():
    assert faults(cloud(network__six=network("2001:db8::/32"))) == []


def test_a_segment_outside_its_network_is_a_fault():
    spare = network("10.60.0.0/20", segment={"r[1]": segment(1, "10.61.0.0/24")})
    assert faults(cloud(network__spare=spare)) == [("OIB5005", "network.spare segment r[1] cidr")]


def test_segments_overlap_within_a_network():
    parts = {"r[1]": segment(1, "10.60.0.0/24"), "r[2]": segment(2, "10.60.0.0/25")}
    spare = network("10.60.0.0/20", segment=parts)
    assert faults(cloud(network__spare=spare)) == [("OIB5001", "network.spare segment r[2] cidr")]


def test_a_rack_has_one_segment():
    parts = {"a": segment(1, "10.60.0.0/24"), "b": segment(1, "10.60.1.0/24")}
    spare = network("10.60.0.0/20", segment=parts)
    assert faults(cloud(network__spare=spare)) == [("OIB5006", "network.spare segment b rack")]


# --------------------------------------------------------------------------------- ranges


@pytest.mark.parametrize("field", ["reserved", "allot", "dhcp"])
def test_a_range_beyond_the_subnet_is_a_fault(field):
    spare = network("10.60.0.0/24", **{field: (addresses("10.60.0.250..10.60.1.0"),)})
    assert faults(cloud(network__spare=spare)) == [("OIB5002", f"network.spare {field} 0")]


def test_a_range_up_to_the_last_address_is_inside():
    spare = network("10.60.0.0/24", reserved=(addresses("10.60.0.250..10.60.0.255"),))
    assert faults(cloud(network__spare=spare)) == []


def test_a_gateway_beyond_the_subnet_is_a_fault():
    spare = network("10.60.0.0/24", gateway=ip("10.61.0.1"))
    assert faults(cloud(network__spare=spare)) == [("OIB5002", "network.spare gateway")]


def test_dhcp_and_a_pool_overlap():
    spare = network(
        "10.60.0.0/24",
        dhcp=(addresses("10.60.0.10..10.60.0.20"),),
        pool={"lb": pool("10.60.0.20..10.60.0.30")},
    )
    fault = the_fault(cloud(network__spare=spare))
    assert fault.rule.code == "OIB5003"
    assert (
        fault.message == "`pool.lb` of `network.spare` holds 10.60.0.20, which `dhcp` holds already"
    )


def test_neighbouring_ranges_do_not_overlap():
    spare = network(
        "10.60.0.0/24",
        dhcp=(addresses("10.60.0.10..10.60.0.19"),),
        pool={"lb": pool("10.60.0.20..10.60.0.30")},
    )
    assert faults(cloud(network__spare=spare)) == []


def test_two_pools_overlap_behind_a_smaller_range():
    spare = network(
        "10.60.0.0/24",
        pool={"a": pool("10.60.0.10..10.60.0.90"), "b": pool("10.60.0.80..10.60.0.85")},
        dhcp=(addresses("10.60.0.200"),),
    )
    assert faults(cloud(network__spare=spare)) == [("OIB5003", "network.spare pool b ranges 0")]


def test_reserved_addresses_may_hold_the_gateway():
    spare = network(
        "10.60.0.0/24", gateway=ip("10.60.0.1"), reserved=(addresses("10.60.0.1..10.60.0.9"),)
    )
    assert faults(cloud(network__spare=spare)) == []


def test_allotted_addresses_may_not_hold_the_gateway():
    spare = network(
        "10.60.0.0/24", gateway=ip("10.60.0.1"), allot=(addresses("10.60.0.1..10.60.0.9"),)
    )
    fault = the_fault(cloud(network__spare=spare))
    assert (fault.rule.code, fault.span.text) == ("OIB5003", "network.spare allot 0")


@pytest.mark.parametrize(
    ("subnet", "gateway"),
    [
        ("10.60.0.0/24", "10.60.0.0"),
        ("10.60.0.0/24", "10.60.0.255"),
        ("2001:db8::/64", "2001:db8::"),
    ],
)
def test_a_gateway_can_not_have_an_address_that_the_subnet_keeps(subnet, gateway):
    spare = network(subnet, gateway=ip(gateway))
    assert faults(cloud(network__spare=spare)) == [("OIB5004", "network.spare gateway")]


@pytest.mark.parametrize("gateway", ["10.60.0.0", "10.60.0.1"])
def test_both_addresses_of_a_point_to_point_subnet_are_usable(gateway):
    spare = network("10.60.0.0/31", gateway=ip(gateway))
    assert faults(cloud(network__spare=spare)) == []


# --------------------------------------------------------------------------------- virtual addresses


def internal_vip(text):
    return changed(cloud(), "openstack.core", "api", "internal", vip=ip(text))


def test_a_virtual_address_is_in_its_network():
    assert faults(internal_vip("10.21.0.5")) == [("OIB5010", "openstack.core api internal vip")]


@pytest.mark.parametrize("address", ["10.20.0.0", "10.20.0.255"])
def test_a_virtual_address_is_usable(address):
    assert faults(internal_vip(address)) == [("OIB5004", "openstack.core api internal vip")]


def test_a_virtual_address_is_not_the_gateway():
    assert faults(internal_vip("10.20.0.1")) == [("OIB5011", "openstack.core api internal vip")]


@pytest.mark.parametrize("field", ["reserved", "dhcp"])
def test_a_virtual_address_is_in_no_range_of_its_network(field):
    model = changed(cloud(), "network.api", **{field: (addresses("10.20.0.200..10.20.0.250"),)})
    assert faults(model) == [("OIB5011", "openstack.core api internal vip")]


def test_a_virtual_address_beside_a_range_is_free():
    model = changed(cloud(), "network.api", dhcp=(addresses("10.20.0.200..10.20.0.249"),))
    assert faults(model) == []


def test_a_virtual_address_may_be_in_the_range_for_hosts():
    model = changed(cloud(), "network.api", allot=(addresses("10.20.0.10..10.20.0.254"),))
    assert faults(model) == []


def test_a_virtual_address_does_not_move_between_segments():
    parts = {f"r[{n}]": segment(n, f"10.20.0.{64 * n}/26") for n in (1, 2, 3)}
    model = changed(cloud(), "network.api", segment=parts, gateway=None)
    assert faults(model) == [("OIB5012", "openstack.core api internal network")]


def second_region(**changes):
    """The sound cloud and a second region on hosts of its own, which shares the API network."""
    region = changed(cloud(), "openstack.core", region="two", storage=None, external_network={})
    region = changed(region, "openstack.core", "api", "internal", vip=ip("10.20.0.240"))
    region = changed(region, "openstack.core", "api", public=None, vrid=52)
    layer = region.things[Ref("openstack.core")].model_copy(
        update={
            "control": everywhere("far"),
            "compute": everywhere("far"),
            "services": ("keystone",),
        }
    )
    model = cloud(group("node", 3), group("far", 3), openstack__far=layer)
    return changed(model, "openstack.far", **changes) if changes else model


def test_two_regions_may_share_a_network():
    assert faults(second_region()) == []


def test_router_identifiers_are_unique_on_a_network():
    model = changed(second_region(), "openstack.far", "api", vrid=51)
    assert faults(model) == [("OIB5013", "openstack.far api vrid")]


@pytest.mark.parametrize("standing", ["openstack.core", "openstack.far"])
def test_a_region_that_stands_already_keeps_its_router_identifier(standing):
    model = changed(second_region(), "openstack.far", "api", vrid=51)
    model = changed(model, "openstack.core", "api", vrid=51)
    model = replace(model, existing=frozenset({Ref(standing)}))
    (other,) = {"openstack.core", "openstack.far"} - {standing}
    assert faults(model) == [("OIB5013", f"{other} api vrid")]


def test_two_regions_that_stand_already_are_not_judged_by_their_router_identifiers():
    model = changed(second_region(), "openstack.far", "api", vrid=51)
    both = frozenset({Ref("openstack.core"), Ref("openstack.far")})
    assert faults(replace(model, existing=both)) == []


def test_router_identifiers_may_repeat_on_other_networks():
    model = changed(second_region(), "openstack.far", "api", vrid=51)
    model = changed(
        model,
        "openstack.far",
        "api",
        "internal",
        network=Ref("network.storage"),
        vip=ip("10.30.0.9"),
    )
    assert faults(model) == []


def test_a_virtual_address_belongs_to_one_region():
    model = changed(second_region(), "openstack.far", "api", "internal", vip=ip("10.20.0.250"))
    assert faults(model) == [("OIB5014", "openstack.far api internal vip")]


# --------------------------------------------------------------------------------- hosts


def with_controller(address, **changes):
    """The sound cloud with one controller's address stated, on a network of their own."""
    bmc = node().bmc.model_copy(update={"network": Ref("network.bmc")})
    spare = network("10.10.0.0/24", **changes)
    model = cloud(group("node", 3, node(bmc=bmc)), network__bmc=spare)
    return member(model, "hosts.node[1]", bmc_address=ip(address))


def test_a_controllers_address_is_in_its_network():
    assert faults(with_controller("10.10.0.9")) == []
    assert [code for code, _ in faults(with_controller("10.11.0.9"))] == ["OIB5020"]


@pytest.mark.parametrize("address", ["10.10.0.0", "10.10.0.255"])
def test_a_controllers_address_is_usable(address):
    assert [code for code, _ in faults(with_controller(address))] == ["OIB5004"]


@pytest.mark.parametrize(("address", "codes"), [("10.10.0.99", []), ("10.10.0.100", ["OIB5021"])])
def test_a_controllers_address_is_in_no_range_of_its_network(address, codes):
    model = with_controller(address, dhcp=(addresses("10.10.0.100..10.10.0.120"),))
    assert [code for code, _ in faults(model)] == codes


def test_a_controllers_address_may_be_in_the_range_for_hosts():
    assert faults(with_controller("10.10.0.99", allot=(addresses("10.10.0.9..10.10.0.99"),))) == []


@pytest.mark.parametrize(
    ("address", "holder"),
    [
        ("10.20.0.1", "`gateway`"),
        ("10.20.0.250", "`openstack.core`"),
        ("10.20.0.11", "`hosts.node[2]`"),
    ],
)
def test_a_controllers_address_is_nobody_elses(address, holder):
    bmc = node().bmc.model_copy(update={"network": Ref("network.api")})
    model = member(cloud(group("node", 3, node(bmc=bmc))), "hosts.node[1]", bmc_address=ip(address))
    fault = the_fault(model)
    assert fault.rule.code == "OIB5021"
    assert holder in fault.message


# --------------------------------------------------------------------------------- servers


def with_server(address, field="dns", **changes):
    model = changed(cloud(), "site.dc1", **{field: (ip(address),)})
    return changed(model, "network.api", **changes) if changes else model


@pytest.mark.parametrize("field", ["dns", "ntp"])
def test_a_servers_address_is_not_allotted_to_a_host(field):
    fault = the_fault(with_server("10.20.0.11", field))
    assert (fault.rule.code, fault.span.text) == ("OIB5030", f"site.dc1 {field} 0")
    assert "`hosts.node[2]` has it" in fault.message


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("10.20.0.249", []),
        ("10.20.0.250", [("OIB5030", "openstack.core api internal vip")]),
        ("10.20.0.251", []),
    ],
)
@pytest.mark.parametrize("field", ["dns", "ntp"])
def test_a_servers_address_is_not_a_virtual_one(address, found, field):
    assert faults(with_server(address, field)) == found


def test_a_server_may_be_a_host_that_states_its_address():
    model = with_server("10.20.0.11")
    table = dict(model.addresses.tables[Ref("network.api")])
    host = Ref("hosts.node[2]")
    table[host] = table[host]._replace(origin=Origin.STATED)
    tables = {**model.addresses.tables, Ref("network.api"): table}
    assert faults(replace(model, addresses=Addresses(tables))) == []


@pytest.mark.parametrize(("last", "codes"), [(99, []), (100, ["OIB5030"])])
def test_dhcp_does_not_give_out_a_servers_address(last, codes):
    model = with_server("10.20.0.100", dhcp=(addresses(f"10.20.0.90..10.20.0.{last}"),))
    assert [code for code, _ in faults(model)] == codes


def test_a_server_outside_the_clouds_networks_is_nobodys_business():
    assert faults(with_server("192.0.2.53")) == []


# --------------------------------------------------------------------------------- floating pools


def test_hosts_are_not_on_a_network_whose_addresses_neutron_gives_out():
    links = tuple(Ref(f"network.{n}") for n in ("api", "storage", "tenant", "public", "floating"))
    model = changed(cloud(), "hosts.node", "bond", "bond0", networks=links)
    model = changed(
        model, "openstack.core", "external_network", "public", pool=(addresses("203.0.113.90"),)
    )
    assert faults(model) == [("OIB5027", "hosts.node bond bond0 networks 4")]


def floating(*ranges, **changes):
    model = changed(
        cloud(), "openstack.core", "external_network", "public",
        pool=tuple(addresses(r) for r in ranges),
    )  # fmt: skip
    return changed(model, "network.floating", **changes)


def test_a_floating_pool_is_in_its_network():
    fault = the_fault(floating("203.0.113.250..203.0.114.5"))
    assert (fault.rule.code, fault.span.text) == (
        "OIB5024",
        "openstack.core external_network public pool 0",
    )


def test_a_floating_pool_does_not_hold_the_gateway():
    model = floating("203.0.113.1..203.0.113.9", gateway=ip("203.0.113.1"))
    assert [code for code, _ in faults(model)] == ["OIB5025"]


@pytest.mark.parametrize(("first", "codes"), [(31, []), (30, ["OIB5025"])])
def test_neutron_and_dhcp_share_no_address(first, codes):
    model = floating(
        f"203.0.113.{first}..203.0.113.60", dhcp=(addresses("203.0.113.10..203.0.113.30"),)
    )
    assert [code for code, _ in faults(model)] == codes


def test_a_floating_pool_may_be_the_networks_own_pool_for_neutron():
    model = floating(
        "203.0.113.30..203.0.113.60",
        pool={"fip": pool("203.0.113.30..203.0.113.60", managed_by="neutron")},
    )
    assert faults(model) == []


def on_public(**changes):
    model = changed(
        cloud(), "openstack.core", "external_network", "public",
        network=Ref("network.public"), **changes,
    )  # fmt: skip
    return changed(model, "physnet.ex", vlans=(Range(50, 50), Range(1000, 1999)))


def test_a_floating_pool_holds_no_hosts_address():
    model = on_public(pool=(addresses("198.51.100.12..198.51.100.30"),))
    fault = the_fault(model)
    assert (fault.rule.code, fault.message) == (
        "OIB5025",
        "198.51.100.12 in `pool` of `external_network.public` belongs to `hosts.node[3]`",
    )


def test_a_floating_pool_beside_the_hosts_addresses_is_free():
    assert faults(on_public(pool=(addresses("198.51.100.13..198.51.100.30"),))) == []


def test_neutron_is_told_which_addresses_of_a_network_with_hosts_are_its_own():
    assert faults(on_public(pool=())) == [
        ("OIB5026", "openstack.core external_network public network")
    ]


def test_two_external_networks_do_not_share_addresses():
    layer = sound_things()[Ref("openstack.core")]
    first = layer.external_network["public"]
    second = first.model_copy(update={"physnet": Ref("physnet.two")})
    model = changed(cloud(), "openstack.core", external_network={"public": first, "more": second})
    spec = node(bond={**node().bond, "bond1": node().bond["bond1"]})
    model = cloud(group("node", 3, spec), openstack__core=model.things[Ref("openstack.core")],
                  physnet__two=sound_things()[Ref("physnet.ex")])  # fmt: skip
    assert ("OIB5025", "openstack.core external_network more pool 0") in faults(model)
