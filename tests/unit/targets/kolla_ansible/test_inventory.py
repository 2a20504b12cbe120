"""The inventory: who is in which group, and what Ansible must know of each host."""

import pytest

from blueprint.model.hosts import Bond, Port
from blueprint.model.openstack import NetworkRoles
from blueprint.model.openstack_services import Neutron
from blueprint.target import Cause
from blueprint.values import Ref
from targets.kolla_ansible import TARGET
from targets.kolla_ansible.bridges import bridge_name
from targets.kolla_ansible.catalog import catalog
from tests.unit.targets.models import (
    bond,
    collapsed_hosts,
    group,
    network,
    region,
    server,
    three_node_cloud,
    with_hosts,
)
from tests.unit.targets.reading import artifacts, read

RELEASES = ("2024.2", "2025.1", "2025.2", "2026.1")


def groups(model):
    return read(artifacts(TARGET, model)["inventory/groups.yml"])


def variables(model, name):
    return read(artifacts(TARGET, model)[f"inventory/group_vars/oib_{name}.yml"])


@pytest.mark.parametrize("release", RELEASES)
def test_every_group_of_the_release_is_there(release):
    assert set(groups(three_node_cloud(release=release))) == set(catalog(release).groups)


@pytest.mark.parametrize("release", RELEASES)
def test_groups_of_groups_are_those_of_the_release(release):
    made = groups(three_node_cloud(release=release))
    derived = {n: g for n, g in catalog(release).groups.items() if not g.takes_hosts}
    assert {n: tuple(made[n].get("children", ())) for n in derived} == {
        n: g.children for n, g in derived.items()
    }


def test_a_role_that_names_a_declaration_takes_its_group():
    assert groups(region())["compute"] == {"children": {"oib_compute": {}}}


def test_a_role_that_names_single_hosts_takes_them_by_name():
    model = region(compute=(Ref("hosts.compute[1]"), Ref("hosts.compute[3]")))
    assert groups(model)["compute"] == {"hosts": {"cmp-1": {}, "cmp-3": {}}}


def test_hosts_without_a_role_are_not_in_the_inventory():
    model = region(compute=(Ref("hosts.compute[1]"),))
    hosts = read(artifacts(TARGET, model)["inventory/hosts.yml"])
    assert set(hosts["oib_compute"]["hosts"]) == {"cmp-1"}


def test_gateways_are_control_hosts_where_none_are_named():
    assert groups(three_node_cloud(network=()))["network"] == {"children": {"oib_node": {}}}


def test_volume_services_run_on_control_hosts():
    assert groups(region())["storage"] == {"children": {"oib_control": {}}}


def test_nobody_stores_volumes_where_cinder_is_not_run():
    model = region(services=("keystone", "glance", "placement", "nova", "neutron"))
    assert groups(model)["storage"] == {}


def test_tools_run_on_the_local_host_unless_one_is_named():
    local = {"hosts": {"localhost": {"ansible_connection": "local"}}}
    assert groups(three_node_cloud())["deployment"] == local


def test_tools_run_on_the_host_that_is_named():
    model = three_node_cloud(deploy_from=(Ref("hosts.node[1]"),))
    assert groups(model)["deployment"] == {"hosts": {"node-1": {}}}


def test_hosts_are_reached_on_the_network_of_the_internal_api():
    hosts = read(artifacts(TARGET, three_node_cloud())["inventory/hosts.yml"])
    assert hosts["oib_node"]["hosts"]["node-2"]["ansible_host"] == "10.20.0.12"


def test_gateways_of_ovn_are_in_the_zone_of_their_rack():
    hosts = read(artifacts(TARGET, region())["inventory/hosts.yml"])
    assert hosts["oib_gateway"]["hosts"]["net-2"]["neutron_ovn_availability_zones"] == ["az2"]


def test_hosts_that_are_no_gateways_are_in_no_zone_of_ovn():
    hosts = read(artifacts(TARGET, region())["inventory/hosts.yml"])
    assert hosts["oib_compute"]["hosts"]["cmp-2"] == {"ansible_host": "10.20.0.18"}


def test_open_vswitch_knows_no_zones():
    hosts = read(artifacts(TARGET, region(neutron=Neutron(plugin="ovs")))["inventory/hosts.yml"])
    assert hosts["oib_gateway"]["hosts"]["net-2"] == {"ansible_host": "10.20.0.15"}


def test_tools_log_in_as_the_stated_user():
    assert variables(three_node_cloud(), "node")["ansible_user"] == "deploy"


def test_interfaces_of_a_host_with_every_role():
    assert variables(three_node_cloud(), "node") == {
        "ansible_user": "deploy",
        "network_interface": "bond0.20",
        "api_interface": "bond0.20",
        "kolla_external_vip_interface": "bond0.50",
        "tunnel_interface": "bond0.40",
        "migration_interface": "bond0.40",
        "neutron_external_interface": "bond1",
        "neutron_bridge_name": "br-provider",
        "neutron_physical_networks": "provider",
    }


def test_control_hosts_have_no_interface_for_tenants():
    assert set(variables(region(), "control")) == {
        "ansible_user",
        "network_interface",
        "api_interface",
    }


def test_an_untagged_network_is_on_the_link_itself():
    spec = collapsed_hosts(
        bond={
            "bond0": Bond(
                ports=(Ref("nic.slot1[0]"),),
                native=Ref("network.api"),
                networks=(Ref("network.tenant"), Ref("network.external")),
            ),
            "bond1": bond(1, physnet=Ref("physnet.provider")),
        }
    )
    model = with_hosts(three_node_cloud(), group("node", spec, 3))
    assert variables(model, "node")["api_interface"] == "bond0"


def test_a_single_port_goes_by_the_name_of_the_kernel():
    spec = collapsed_hosts(
        bond={"bond0": bond(0, "api", "tenant", "external")},
        port={"nic.slot1[1]": Port(physnet=Ref("physnet.provider"))},
    )
    model = with_hosts(three_node_cloud(), group("node", spec, 3))
    assert variables(model, "node")["neutron_external_interface"] == "ens1f1"


def test_lists_of_physical_networks_have_equal_lengths():
    from blueprint.model import Physnet

    spec = collapsed_hosts(
        bond={
            "bond0": bond(0, "api", "tenant", "external", physnet=Ref("physnet.second")),
            "bond1": bond(1, physnet=Ref("physnet.provider")),
        }
    )
    model = three_node_cloud({"physnet.second": Physnet(type="flat")})
    model = with_hosts(model, group("node", spec, 3))
    found = variables(model, "node")
    assert (
        found["neutron_external_interface"],
        found["neutron_bridge_name"],
        found["neutron_physical_networks"],
    ) == ("bond1,bond0", "br-provider,br-second", "provider,second")


def test_computes_without_a_physical_network_get_no_bridge():
    model = region()
    spec = collapsed_hosts(bond={"bond0": bond(0, "api", "storage", "tenant", "migration")})
    bare = group("compute", spec, 2, host_name="cmp")
    model = with_hosts(model, bare)
    assert variables(model, "compute")["computes_need_external_bridge"] is False


@pytest.mark.parametrize("name", ["provider", "a" * 12])
def test_a_bridge_is_named_after_its_physical_network(name):
    assert bridge_name(name) == f"br-{name}"


@pytest.mark.parametrize("name", ["a" * 13, "a" * 200])
def test_a_long_name_of_a_physical_network_makes_a_bridge_that_linux_takes(name):
    assert len(bridge_name(name)) <= 15


def test_long_names_of_physical_networks_make_bridges_that_differ():
    assert bridge_name("a" * 13 + "1") != bridge_name("a" * 13 + "2")


def test_hosts_of_one_declaration_with_other_hardware_are_classes_of_their_own():
    model = three_node_cloud({"hardware.other": server()})
    (node,) = model.groups.values()
    other = collapsed_hosts(hardware=Ref("hardware.other"))
    from dataclasses import replace

    members = (*node.members[:2], replace(node.members[2], spec=other))
    mixed = type(node)(node.ref, members, is_family=True)
    model = with_hosts(model, mixed)
    assert groups(model)["oib_node"] == {"children": {"oib_node__1": {}, "oib_node__2": {}}}


def test_traffic_without_a_network_of_its_own_takes_that_of_the_internal_api():
    model = three_node_cloud(networks=NetworkRoles())
    assert variables(model, "node")["tunnel_interface"] == "bond0.20"


def test_thousands_of_hosts_are_one_run_with_members():
    artifact = artifacts(TARGET, region(computes=2000))["inventory/hosts.yml"]
    (run,) = (run for run in artifact.runs if len(run.members) == 2000)
    assert run.causes == (
        Cause("the host's name", ("hosts.compute[*].name",)),
        Cause(
            "hosts are reached at their address on the network of the internal API",
            ("hosts.compute[*].address.network.api", "openstack.core.api.internal.network"),
        ),
    )


def test_an_address_of_the_sixth_version_is_quoted_text():
    from blueprint.model import Addresses
    from blueprint.model.addresses import Assignment, Origin
    from tests.unit.targets.models import cidr, ip

    model = three_node_cloud({"network.api": network("2001:db8::/64", 20)})
    (node,) = model.groups.values()
    subnet = cidr("2001:db8::/64")
    table = {
        host.ref: Assignment(int(ip("2001:db8::a")) + host.position, subnet, Origin.ALLOTTED)
        for host in node
    }
    tables = {**model.addresses.tables, Ref("network.api"): table}
    model = type(model)(model.name, None, model.things, model.groups, Addresses(tables))
    hosts = read(artifacts(TARGET, model)["inventory/hosts.yml"])
    assert hosts["oib_node"]["hosts"]["node-1"]["ansible_host"] == "2001:db8::b"
