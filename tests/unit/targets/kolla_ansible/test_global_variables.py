"""globals.yml: each fact of the blueprint as the variable that Kolla-Ansible reads."""

import pytest

from blueprint.model import Pki, Proxy, Registry
from blueprint.model.hosts import OperatingSystem
from blueprint.model.openstack import KollaAnsible
from blueprint.model.openstack_services import Neutron, Nova
from blueprint.values import Duration, FileRef, Ref, SecretRef
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import (
    api,
    ceph,
    collapsed_hosts,
    group,
    openstack,
    pools,
    three_node_cloud,
    with_hosts,
)
from tests.unit.targets.reading import artifacts, read


def variables(things=None, **changes):
    return read(artifacts(TARGET, three_node_cloud(things, **changes))["globals.yml"])


def test_the_release_is_text():
    assert variables(release="2026.1")["openstack_release"] == "2026.1"


@pytest.mark.parametrize(
    ("system", "like", "distribution"),
    [
        ("ubuntu-24.04", None, "ubuntu"),
        ("debian-12", None, "debian"),
        ("rocky-9", None, "rocky"),
        ("centos-stream-10", None, "rocky"),
        ("openeuler-22.03", "rocky-9", "rocky"),
    ],
)
def test_images_are_of_the_control_hosts_distribution(system, like, distribution):
    model = three_node_cloud()
    spec = collapsed_hosts(os=OperatingSystem(choice=system, like=like))
    node = group("node", spec, 3)
    model = with_hosts(model, node)
    found = read(artifacts(TARGET, model)["globals.yml"])
    assert found["kolla_base_distro"] == distribution


def test_a_stated_distribution_of_images_holds():
    found = variables(deployer=KollaAnsible(base_distribution="rocky"))
    assert found["kolla_base_distro"] == "rocky"


def test_a_stated_tag_of_images_holds():
    assert variables(deployer=KollaAnsible(tag="v1"))["openstack_tag"] == "v1"


def test_the_release_decides_the_tag_where_none_is_stated():
    assert "openstack_tag" not in variables()


def test_both_endpoints_have_addresses_and_names():
    found = variables()
    assert [found[n] for n in ("kolla_internal_vip_address", "kolla_internal_fqdn")] == [
        "10.20.0.250",
        "api.int.cloud.example",
    ]
    assert [found[n] for n in ("kolla_external_vip_address", "kolla_external_fqdn")] == [
        "198.51.100.10",
        "api.cloud.example",
    ]


def test_without_a_public_endpoint_the_tool_uses_the_internal_one():
    found = variables(api=api(public=None))
    assert "kolla_external_vip_address" not in found
    assert found["kolla_enable_tls_external"] is True


def test_tls_follows_each_endpoint():
    from tests.unit.targets.models import Endpoint, ip

    plain = Endpoint(network=Ref("network.api"), vip=ip("10.20.0.250"))
    found = variables(api=api(internal=plain))
    assert (found["kolla_enable_tls_internal"], found["kolla_enable_tls_external"]) == (False, True)


def test_containers_trust_the_authority_of_the_tool():
    found = variables()
    assert found["kolla_copy_ca_into_containers"] is True
    assert found["openstack_cacert"] == "/etc/ssl/certs/ca-certificates.crt"
    assert found["kolla_admin_openrc_cacert"] == "/etc/kolla/certificates/ca/root.crt"


def test_an_authority_that_everybody_knows_is_not_copied():
    from tests.unit.targets.models import Endpoint, ip

    plain = Endpoint(network=Ref("network.api"), vip=ip("10.20.0.250"))
    found = variables({"pki.ca": Pki(issuer="provided")}, api=api(internal=plain))
    assert "kolla_copy_ca_into_containers" not in found


def test_a_second_region_has_a_configuration_folder_of_its_own():
    model = three_node_cloud({"openstack.edge": openstack(region="edge")})
    found = TARGET.emit(Ref("openstack.edge"), model)
    (text,) = (a.text for a in found.artifacts if a.path.endswith("globals.yml"))
    assert "/etc/kolla-edge/certificates/ca/root.crt" in text


def test_a_token_lasts_seconds():
    from blueprint.model.openstack_services import Keystone

    found = variables(keystone=Keystone(token_expiry=Duration.of(90, "min")))
    assert found["fernet_token_expiry"] == 5400


def test_services_that_are_not_listed_are_off():
    found = variables(services=("keystone", "glance"))
    assert [found[f"enable_{s}"] for s in ("keystone", "glance", "nova", "horizon")] == [
        True,
        True,
        False,
        False,
    ]


def test_nova_is_silent_where_it_does_not_run():
    assert "nova_console" not in variables(services=("keystone",))


@pytest.mark.parametrize(
    ("mode", "written"),
    [
        ("host_passthrough", "host-passthrough"),
        ("host_model", "host-model"),
        ("custom", "custom"),
        ("none", "none"),
    ],
)
def test_the_processor_that_guests_see(mode, written):
    assert variables(nova=Nova(cpu_mode=mode))["nova_libvirt_cpu_mode"] == written


def test_the_tool_chooses_the_processor_where_none_is_stated():
    assert "nova_libvirt_cpu_mode" not in variables(nova=Nova())


def test_ovn_distributes_floating_addresses_by_a_switch_of_its_own():
    found = variables(neutron=Neutron(plugin="ovn", distributed_floating_ip=True))
    assert found["neutron_ovn_distributed_fip"] is True
    assert "enable_neutron_dvr" not in found


def test_open_vswitch_distributes_routers():
    found = variables(neutron=Neutron(plugin="ovs", distributed_floating_ip=True))
    assert [found[n] for n in ("neutron_plugin_agent", "enable_neutron_dvr")] == [
        "openvswitch",
        True,
    ]


def test_several_gateways_make_agents_redundant():
    assert variables(neutron=Neutron(plugin="ovs"))["enable_neutron_agent_ha"] is True


def test_one_gateway_is_not_redundant():
    found = variables(neutron=Neutron(plugin="ovs"), network=(Ref("hosts.node[1]"),))
    assert found["enable_neutron_agent_ha"] is False


def test_open_vswitch_resolves_names_with_the_site():
    found = variables(neutron=Neutron(plugin="ovs"))
    assert found["neutron_dnsmasq_dns_servers"] == "10.20.0.2,10.20.0.3"


def test_services_keep_their_data_in_the_pools_of_the_cluster():
    found = variables({"ceph.main": ceph(pool=pools())})
    assert {n: v for n, v in found.items() if n.startswith("ceph_")} == {
        "ceph_glance_pool_name": "images",
        "ceph_glance_user": "glance",
        "ceph_cinder_pool_name": "volumes",
        "ceph_cinder_user": "cinder",
        "ceph_cinder_backup_pool_name": "backups",
        "ceph_cinder_backup_user": "cinder-backup",
        "ceph_nova_pool_name": "vms",
        "ceph_nova_user": "nova",
    }


def test_a_service_without_a_pool_keeps_its_data_itself():
    only = {"volumes": pools()["volumes"]}
    found = variables({"ceph.main": ceph(pool=only)})
    assert [found[f"{s}_backend_ceph"] for s in ("glance", "cinder", "nova")] == [
        False,
        True,
        False,
    ]
    assert found["enable_cinder_backup"] is False


def test_images_come_from_the_registry():
    registry = Registry(
        url="harbor.example:5000",
        namespace="kolla",
        username="robot",
        password=SecretRef('secrets.vault["registry"]'),
        ca=FileRef("ca.pem"),
        insecure=True,
    )
    found = variables({"registry.harbor": registry}, registry=Ref("registry.harbor"))
    assert {n: v for n, v in found.items() if n.startswith("docker_")} == {
        "docker_registry": "harbor.example:5000",
        "docker_namespace": "kolla",
        "docker_registry_username": "robot",
        "docker_registry_insecure": True,
    }


def test_engine_and_containers_go_through_the_proxy():
    proxy = Proxy(http="http://proxy.example:3128", no_proxy=(".example", "10.0.0.0/8"))
    found = variables({"proxy.out": proxy}, proxy=Ref("proxy.out"))
    direct = "localhost,127.0.0.1,10.20.0.250,.example,10.0.0.0/8,api.int.cloud.example"
    assert {n: v for n, v in found.items() if "proxy" in n} == {
        "docker_http_proxy": "http://proxy.example:3128",
        "docker_no_proxy": direct,
        "container_http_proxy": "http://proxy.example:3128",
        "container_no_proxy": direct,
    }


def test_variables_of_the_tool_itself_are_passed_through():
    stated = {"enable_mariabackup": True, "nova_api_workers": 4, "docker_custom_config": {"a": [1]}}
    found = variables(tool={"kolla_ansible": stated})
    assert {n: found[n] for n in stated} == stated


def test_families_of_addresses_are_silent_where_all_are_of_the_fourth_version():
    assert not [n for n in variables() if n.endswith("_address_family")]


def test_families_of_addresses_are_stated_where_any_is_of_the_sixth_version():
    from tests.unit.targets.models import network

    found = variables({"network.tenant": network("2001:db8:4::/64", 40)})
    assert {n: v for n, v in found.items() if n.endswith("_address_family")} == {
        "network_address_family": "ipv4",
        "migration_address_family": "ipv6",
        "tunnel_address_family": "ipv6",
        "storage_address_family": "ipv4",
    }


def test_volume_services_on_several_hosts_are_one_cluster():
    found = variables()
    assert (found["enable_valkey"], found["cinder_cluster_name"]) == (True, "region-1")


def test_a_single_volume_service_is_no_cluster():
    found = variables(control=(Ref("hosts.node[1]"),))
    assert not {"enable_valkey", "cinder_cluster_name"} & set(found)
