"""One fact of the blueprint stands in every chart that it concerns, and nothing else is written."""

import pytest
import yaml

from targets._kubernetes.crds import judge
from targets.openstack_helm.catalog import chart
from tests.unit.targets.openstack_helm.regions import compiled, every_region, region

TEXTS = {
    "ovn": region(),
    "ovs": region(plugin="ovs", release="2025.2", cni="cilium { encapsulation = geneve }"),
    "all": every_region(),
    "functions": region(port="sriov { vfs = 8  physnet = physnet.ex }", compute="iommu = true"),
    "without storage": region(services="keystone, glance, placement, nova, neutron"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_every_value_is_one_that_some_template_reads(name):
    made = compiled(TEXTS[name])
    found = {}
    for path in made.files:
        if path.startswith("openstack_helm/values/"):
            each = path.rsplit("/", 1)[1].removesuffix(".yaml")
            strays = [str(stray) for stray in chart(each).strays(made.values(each))]
            if strays:
                found[each] = strays
    assert found == {}


def _each(made):
    for path in made.files:
        if path.startswith("openstack_helm/values/"):
            name = path.rsplit("/", 1)[1].removesuffix(".yaml")
            yield name, made.values(name)


def test_the_region_is_that_of_every_account():
    regions = {
        account["region_name"]
        for _, values in _each(compiled(TEXTS["all"]))
        for account in values.get("endpoints", {}).get("identity", {}).get("auth", {}).values()
    }
    assert regions == {"here-1"}


def test_every_chart_reaches_as_many_queue_servers_as_there_are():
    made = compiled(region("deployer openstack_helm { queue_size = 20 GiB }"))
    counts = {
        values["endpoints"]["oslo_messaging"]["statefulset"]["replicas"]
        for _, values in _each(made)
        if "statefulset" in values.get("endpoints", {}).get("oslo_messaging", {})
    }
    assert counts == {made.values("rabbitmq")["pod"]["replicas"]["server"]} == {3}


def test_one_name_of_a_secret_is_in_libvirt_nova_and_cinder():
    made = compiled(TEXTS["ovn"])
    found = {
        made.values("libvirt")["conf"]["ceph"]["cinder"]["secret_uuid"],
        made.values("nova")["conf"]["nova"]["libvirt"]["rbd_secret_uuid"],
        made.values("cinder")["conf"]["backends"]["rbd1"]["rbd_secret_uuid"],
    }
    assert len(found) == 1


def test_pools_are_those_of_the_cluster():
    made = compiled(TEXTS["ovn"])
    assert made.values("glance")["conf"]["glance"]["rbd"]["rbd_store_pool"] == "images"
    assert made.values("cinder")["conf"]["backends"]["rbd1"]["rbd_pool"] == "volumes"
    assert made.values("nova")["conf"]["nova"]["libvirt"]["images_rbd_pool"] == "vms"


def test_the_adapter_waits_for_all_monitors():
    values = compiled(TEXTS["ovn"]).values("ceph-adapter-rook")
    assert values["conf"]["ceph"]["global"]["mon_count"] == 3


def test_users_call_services_by_names_below_the_public_one():
    values = compiled(TEXTS["ovn"]).values("nova")
    assert (
        values["endpoints"]["compute"]["host_fqdn_override"]["public"]["host"]
        == "nova.cloud.example"
    )
    assert values["endpoints"]["compute"]["scheme"]["public"] == "https"
    assert values["endpoints"]["compute"]["port"]["api"]["public"] == 443


def test_a_route_leads_from_both_gateways_to_the_service():
    route = compiled(TEXTS["ovn"]).values("keystone")["extraObjects"]["route_identity"]
    assert [each["name"] for each in route["spec"]["parentRefs"]] == [
        "public",
        "openstack-core-internal",
    ]
    assert route["spec"]["hostnames"] == ["keystone.cloud.example", "keystone.int.cloud.example"]
    assert route["spec"]["rules"][0]["backendRefs"] == [{"name": "keystone-api", "port": 5000}]


def test_the_internal_gateway_has_the_internal_address():
    text = compiled(TEXTS["ovn"]).text("manifests/internal-gateway/internal-gateway.yaml")
    proxy, gateway = yaml.safe_load_all(text)
    service = proxy["spec"]["provider"]["kubernetes"]["envoyService"]
    assert service["annotations"] == {"metallb.io/loadBalancerIPs": "10.20.3.201"}
    assert gateway["spec"]["listeners"][0]["hostname"] == "*.int.cloud.example"


def test_pods_of_the_internal_gateway_run_where_its_address_is_announced_and_one_may_fail():
    text = compiled(TEXTS["ovn"]).text("manifests/internal-gateway/internal-gateway.yaml")
    proxy, _ = yaml.safe_load_all(text)
    assert judge(proxy) == ()
    deployment = proxy["spec"]["provider"]["kubernetes"]["envoyDeployment"]
    assert deployment["replicas"] == 2
    assert deployment["pod"] == {"nodeSelector": {"openstack-control-plane": "enabled"}}


def test_pods_of_the_internal_gateway_pass_the_taints_of_control_nodes():
    tainted = "pool network { hosts = hosts.gateway  taints = { dedicated = no_schedule } }"
    text = TEXTS["ovn"].replace("pool network { hosts = hosts.gateway }", tainted)
    text = text.replace("control = hosts.control  network", "control = hosts.gateway  network")
    text = text.replace("count = 2  spread = rack", "count = 3  spread = rack")
    proxy, _ = yaml.safe_load_all(
        compiled(text).text("manifests/internal-gateway/internal-gateway.yaml")
    )
    pod = proxy["spec"]["provider"]["kubernetes"]["envoyDeployment"]["pod"]
    assert pod["tolerations"] == [
        {"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}
    ]


def test_images_come_from_the_blueprints_registry():
    tags = compiled(TEXTS["ovn"]).values("nova")["images"]["tags"]
    assert tags["nova_compute"] == "registry.example/osh/airshipit/nova:2025.1-ubuntu_noble"
    assert all(image.startswith("registry.example/osh/") for image in tags.values())


def test_a_stated_image_is_taken_as_it_is():
    body = (
        'deployer openstack_helm { images { nova_compute = "own.example/nova@sha256:'
        + "a" * 64
        + '" } }'
    )
    tags = compiled(region(body)).values("nova")["images"]["tags"]
    assert tags["nova_compute"] == f"own.example/nova@sha256:{'a' * 64}"


def test_tunnels_find_their_interface_by_the_tenants_subnet():
    values = compiled(TEXTS["ovn"]).values("ovn")
    assert values["network"]["interface"]["tunnel_network_cidr"] == "10.22.0.0/22"


def test_live_migration_takes_its_own_network():
    values = compiled(TEXTS["ovn"]).values("nova")
    assert values["conf"]["libvirt"]["live_migration_network_cidr"] == "10.20.0.0/22"


def test_vlans_and_frames_are_those_of_the_physical_network():
    plugin = compiled(TEXTS["ovn"]).values("neutron")["conf"]["plugins"]["ml2_conf"]
    assert plugin["ml2_type_vlan"]["network_vlan_ranges"] == "ex:700:700,ex:1000:1999"
    assert plugin["ml2"]["physical_network_mtus"] == "ex:9000"


def test_pods_on_tainted_nodes_tolerate_the_taint():
    tolerations = compiled(TEXTS["ovn"]).values("libvirt")["pod"]["tolerations"]["libvirt"]
    assert tolerations["enabled"] is True
    assert tolerations["tolerations"] == [
        {"key": "node-role/compute", "operator": "Exists", "effect": "NoSchedule"}
    ]


def test_pods_elsewhere_do_not():
    assert "tolerations" not in compiled(TEXTS["ovn"]).values("keystone")["pod"]


def test_a_stated_number_of_pods_holds_for_apis():
    made = compiled(region("deployer openstack_helm { replicas { api = 5 } }"))
    assert made.values("keystone")["pod"]["replicas"]["api"] == 5
    assert made.values("nova")["pod"]["replicas"]["conductor"] == 3


def test_ratios_are_novas_own_where_nothing_is_said():
    options = compiled(TEXTS["ovn"]).values("nova")["conf"]["nova"]["DEFAULT"]
    assert options["cpu_allocation_ratio"] is None


def test_guests_without_ceph_keep_disks_on_their_hosts():
    values = compiled(TEXTS["without storage"].replace("storage = ceph.rook  ", "")).values("nova")
    assert values["conf"]["ceph"]["enabled"] is False


def test_virtual_functions_lead_to_their_physical_network():
    made = compiled(TEXTS["functions"])
    agent = made.values("neutron")["conf"]["plugins"]["sriov_agent"]["sriov_nic"]
    assert agent["physical_device_mappings"] == "ex:eno2"
    spec = made.values("nova")["conf"]["nova"]["pci"]["device_spec"]
    assert spec == {
        "type": "multistring",
        "values": ['{"devname": "eno2", "physical_network": "ex"}'],
    }
    assert made.values("neutron")["network"]["backend"] == ["ovn", "sriov"]


def test_without_virtual_functions_the_backend_is_ovn_alone():
    assert compiled(TEXTS["ovn"]).values("neutron")["network"]["backend"] == ["ovn"]


def test_load_balancers_find_the_servers_of_ovns_databases():
    conf = compiled(TEXTS["all"]).values("octavia")["conf"]["octavia"]
    assert conf["ovn"]["ovn_nb_connection"].split(",")[2] == (
        "tcp:ovn-ovsdb-nb-2.ovn-ovsdb-nb.openstack.svc.cluster.local:6641"
    )


def test_there_are_as_many_of_them_as_of_the_databases():
    made = compiled(TEXTS["all"])
    listed = made.values("octavia")["conf"]["octavia"]["ovn"]["ovn_sb_connection"].split(",")
    assert len(listed) == made.values("ovn")["pod"]["replicas"]["ovn_ovsdb_sb"]


def test_clusters_of_users_are_made_through_the_manager():
    assert compiled(TEXTS["all"]).values("magnum")["conf"]["capi"]["enabled"] is True
