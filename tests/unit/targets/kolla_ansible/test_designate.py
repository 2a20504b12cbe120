"""Designate: name servers, the network where they answer, the zone of floating addresses."""

from __future__ import annotations

import pytest

from targets.kolla_ansible.catalog import catalog, releases

from .texts import COMPUTE, Emitted, cloud, emitted, faults

BLOCK = '  designate { zone = "cloud.example."  nameservers = ["ns1.cloud.example."] }\n'
DNS = "network dns { cidr = 10.53.0.0/24  vlan = 53 }\n"
ON_DNS = COMPUTE.replace("network.tenant]", "network.tenant, network.dns]")


def text(layer: str = BLOCK, **more: str) -> str:
    return cloud(layer=layer, services=", designate", **more)


def made(layer: str = BLOCK, **more: str) -> Emitted:
    return emitted(text(layer, **more))


@pytest.mark.parametrize("release", releases())
def test_every_variable_is_one_of_the_release(release):
    found = made(release=release)
    names = {*found.variables(), *found.variables("oib_node")} - {"ansible_user"}
    assert names - set(catalog(release).variables) == set()


def test_names_of_servers_stand_without_the_dot_that_kolla_adds():
    assert made().variables()["designate_ns_record"] == ["ns1.cloud.example"]


def test_guests_are_called_in_the_zone_unless_stated():
    assert made().variables()["neutron_dns_domain"] == "cloud.example."


def test_a_stated_domain_of_guests_stands():
    found = made(BLOCK + '  neutron { dns_domain = "guests.example." }\n')
    assert found.variables()["neutron_dns_domain"] == "guests.example."


def test_names_are_answered_where_the_public_api_is():
    assert made().variables("oib_node")["dns_interface"] == "eno1"


def test_a_network_for_names_is_taken_where_stated():
    blueprint = text(control=ON_DNS, things=DNS)
    blueprint = blueprint.replace("networks { tenant", "networks { dns = network.dns  tenant")
    assert emitted(blueprint).variables("oib_node")["dns_interface"] == "eno1.53"


def test_hosts_that_are_not_on_it_are_refused():
    blueprint = text(things=DNS)
    blueprint = blueprint.replace("networks { tenant", "networks { dns = network.dns  tenant")
    assert [each.rule.code for each in faults(blueprint)] == ["OIB6065"]


def test_the_service_without_its_block_is_refused():
    assert [each.rule.code for each in faults(text(""))] == ["OIB6069"]


@pytest.mark.parametrize("zone", ["cloud.example", ".", "a b.", "x" * 64 + ".", "-a.example."])
def test_a_zone_is_a_domain_with_a_final_dot(zone):
    found = faults(text(BLOCK.replace("cloud.example.", zone, 1)))
    assert [each.rule.code for each in found] == ["OIB6003"]
