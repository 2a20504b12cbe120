"""The hosts of a blueprint as an Ansible inventory."""

from __future__ import annotations

from blueprint.inventory import inventory_of
from tests import clouds
from tests.unit.fronts import GROUND, front_of


def found(text):
    return inventory_of(front_of(GROUND + text).model)


def test_hosts_are_grouped_by_declaration_place_and_role():
    groups = inventory_of(clouds.collapsed())
    names = ["node-1", "node-2", "node-3"]
    assert groups["hosts_node"]["hosts"] == names
    assert groups["openstack_core_compute"]["hosts"] == names


def test_a_host_is_reached_on_the_network_of_the_internal_api():
    layer = """
network api { cidr = 10.30.0.0/24  vlan = 30 }
hosts one like hosts.node { port nic.ocp[0] { networks += [network.api] } }
openstack core {
  release = "2025.1"  control = hosts.one  compute = hosts.one  services = [keystone]
  api { internal { network = network.api  vip = 10.30.0.250 } }
}
"""
    assert found(layer)["_meta"]["hostvars"]["one"]["ansible_host"] == "10.30.0.1"


def test_a_host_that_no_layer_uses_is_reached_on_its_first_network():
    groups = found("hosts spare like hosts.node {}")
    assert groups["_meta"]["hostvars"]["spare"]["ansible_host"] == "10.20.0.2"


def test_servers_of_users_are_left_out():
    groups = found(
        "hosts spare like hosts.node {}\nhosts metal like hosts.node { managed_by = ironic }"
    )
    assert list(groups["_meta"]["hostvars"]) == ["spare"]


def test_names_that_become_alike_stay_apart():
    groups = found('hosts a_b[["c"]] like hosts.node {}\nhosts a[["b_c"]] like hosts.node {}')
    assert {"hosts_a_b", "hosts_a"} <= set(groups)


def test_a_name_that_ansible_keeps_is_no_group():
    assert not {"all", "ungrouped"} & set(found("hosts all like hosts.node {}"))
