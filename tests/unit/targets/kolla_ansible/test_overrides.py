"""Files below `config/`: what only services' own files can say, and what a blueprint passes through."""

import pytest

from blueprint.model import Physnet
from blueprint.model.ceph import Erasure, Pool
from blueprint.model.hosts import HostCores, HostMemory
from blueprint.model.openstack_services import Cinder, Neutron, Nova
from blueprint.values import Range, Ref, Size
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import (
    ceph,
    collapsed_hosts,
    group,
    network,
    region,
    three_node_cloud,
    with_hosts,
)
from tests.unit.targets.reading import artifacts, options


def file(model, path):
    return options(artifacts(TARGET, model)[f"config/{path}"])


def test_neutron_learns_the_vlans_of_physical_networks():
    physnet = Physnet(type="vlan", vlans=(Range(100, 199), 7), mtu=1500)
    found = file(three_node_cloud({"physnet.provider": physnet}), "neutron/ml2_conf.ini")
    assert found["ml2_type_vlan"] == {"network_vlan_ranges": "provider:7:7,provider:100:199"}


def test_a_physical_network_without_vlans_is_left_to_operators():
    found = file(
        three_node_cloud({"physnet.provider": Physnet(type="vlan")}), "neutron/ml2_conf.ini"
    )
    assert found["ml2_type_vlan"] == {"network_vlan_ranges": "provider"}


def test_flat_networks_are_those_without_tags():
    found = file(
        three_node_cloud({"physnet.provider": Physnet(type="flat")}), "neutron/ml2_conf.ini"
    )
    assert found["ml2_type_flat"] == {"flat_networks": "provider"}


def test_a_tagged_physical_network_is_no_flat_one():
    found = file(three_node_cloud(), "neutron/ml2_conf.ini")
    assert found["ml2_type_flat"] == {"flat_networks": ""}


def test_network_identifiers_are_those_of_the_overlay():
    model = three_node_cloud(neutron=Neutron(plugin="ovn", vni=Range(1, 5000)))
    assert file(model, "neutron/ml2_conf.ini")["ml2_type_geneve"] == {"vni_ranges": "1:5000"}


def test_network_identifiers_of_open_vswitch_are_those_of_vxlan():
    model = three_node_cloud(neutron=Neutron(plugin="ovs", vni=Range(1, 5000)))
    assert file(model, "neutron/ml2_conf.ini")["ml2_type_vxlan"] == {"vni_ranges": "1:5000"}


def test_neutron_learns_of_large_frames():
    model = three_node_cloud({"network.tenant": network("10.40.0.0/24", 40, mtu=8000)})
    assert file(model, "neutron/ml2_conf.ini")["ml2"] == {
        "path_mtu": "8000",
        "physical_network_mtus": "provider:9000",
    }
    assert file(model, "neutron.conf") == {"DEFAULT": {"global_physnet_mtu": "9000"}}


def test_neutron_is_not_told_of_ordinary_frames():
    model = three_node_cloud(
        {
            "network.tenant": network("10.40.0.0/24", 40),
            "physnet.provider": Physnet(type="vlan", vlans=(5,)),
        }
    )
    made = artifacts(TARGET, model)
    assert "config/neutron.conf" not in made
    assert "ml2" not in options(made["config/neutron/ml2_conf.ini"])


def test_ovn_resolves_names_with_the_site():
    found = file(three_node_cloud(), "neutron/ml2_conf.ini")
    assert found["ovn"] == {"dns_servers": "10.20.0.2,10.20.0.3"}


def test_computes_keep_memory_and_cores_for_the_system():
    assert file(region(), "nova/nova-compute.conf")["DEFAULT"] == {
        "cpu_allocation_ratio": "4",
        "reserved_host_memory_mb": "65536",
        "reserved_host_cpus": "16",
    }


def test_part_of_a_mebibyte_is_kept_whole():
    spec = collapsed_hosts(memory=HostMemory(platform=Size(2**20 + 1)))
    model = with_hosts(three_node_cloud(), group("node", spec, 3))
    assert file(model, "nova/nova-compute.conf")["DEFAULT"]["reserved_host_memory_mb"] == "3"


def test_computes_that_keep_other_amounts_have_options_of_their_own():
    other = collapsed_hosts(memory=HostMemory(), cores=HostCores(platform=1))
    model = region(compute=(Ref("hosts.compute"), Ref("hosts.storage")))
    model = with_hosts(model, group("storage", other, 6, host_name="sto"))
    text = artifacts(TARGET, model)["config/nova/nova-compute.conf"].text
    assert text.splitlines()[1:] == [
        "[DEFAULT]",
        "cpu_allocation_ratio = 4",
        "{% if 'oib_compute' in group_names %}",
        "reserved_host_memory_mb = 65536",
        "reserved_host_cpus = 16",
        "{% endif %}",
        "{% if 'oib_storage' in group_names %}",
        "reserved_host_cpus = 4",
        "{% endif %}",
    ]


def test_clients_of_ceph_learn_of_the_monitors():
    found = file(three_node_cloud(), "cinder/ceph.conf")
    assert found == {
        "global": {
            "mon_host": "10.30.0.11,10.30.0.12,10.30.0.13",
            "auth_client_required": "cephx",
        }
    }


def test_an_existing_cluster_without_monitors_leaves_its_file_to_the_operator():
    model = three_node_cloud({"ceph.main": ceph(monitors=())})
    assert not [path for path in artifacts(TARGET, model) if path.endswith("ceph.conf")]


def test_clients_of_an_existing_cluster_learn_its_fsid():
    fsid = "6c3f8f8e-94d9-4ab1-9b2a-55d2a1a4b0f7"
    model = three_node_cloud({"ceph.main": ceph(fsid=fsid)})
    assert file(model, "nova/ceph.conf")["global"]["fsid"] == fsid


def test_a_client_of_an_erasure_coded_pool_learns_where_data_goes():
    pool = {"volumes": Pool(use="cinder", erasure=Erasure(k=2, m=1))}
    model = three_node_cloud({"ceph.main": ceph(pool=pool)})
    assert file(model, "cinder/ceph.conf")["client.cinder"] == {
        "rbd_default_data_pool": "volumes.data"
    }


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"nova": Nova(config={"nova.conf": {"scheduler": {"max_attempts": 5}}})}, "nova.conf"),
        (
            {"nova": Nova(config={"nova-scheduler.conf": {"scheduler": {"max_attempts": 5}}})},
            "nova/nova-scheduler.conf",
        ),
        (
            {"cinder": Cinder(config={"cinder-volume.conf": {"DEFAULT": {"debug": True}}})},
            "cinder/cinder-volume.conf",
        ),
        (
            {"neutron": Neutron(config={"l3_agent.ini": {"DEFAULT": {"debug": True}}})},
            "neutron/l3_agent.ini",
        ),
    ],
)
def test_options_go_where_the_tool_reads_them(block, path):
    assert f"config/{path}" in artifacts(TARGET, three_node_cloud(**block))


def test_a_stated_option_joins_those_that_are_derived():
    neutron = Neutron(config={"ml2_conf.ini": {"ml2": {"extension_drivers": ["port_security"]}}})
    found = file(three_node_cloud(neutron=neutron), "neutron/ml2_conf.ini")
    assert found["ml2"]["extension_drivers"] == "port_security"
    assert found["ml2"]["path_mtu"] == "9000"


def test_a_list_is_one_line_where_the_service_reads_one():
    nova = Nova(config={"nova.conf": {"filter_scheduler": {"enabled_filters": ["A", "B"]}}})
    assert file(three_node_cloud(nova=nova), "nova.conf") == {
        "filter_scheduler": {"enabled_filters": "A,B"}
    }


def test_a_list_is_many_lines_where_the_service_reads_many():
    nova = Nova(config={"nova.conf": {"pci": {"alias": ["a", "b"]}}})
    text = artifacts(TARGET, three_node_cloud(nova=nova))["config/nova.conf"].text
    assert text.splitlines()[1:] == ["[pci]", "alias = a", "alias = b"]


def test_no_file_speaks_of_a_service_that_does_not_run():
    model = three_node_cloud(services=("keystone", "glance"))
    found = {path for path in artifacts(TARGET, model) if path.startswith("config/")}
    assert found == {"config/glance/ceph.conf"}
