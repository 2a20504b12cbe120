"""OpenStack on StarlingX: values of its charts, the steps, and what stands on it."""

from __future__ import annotations

import pytest
import yaml

from blueprint.driver import Options, check_blueprint
from blueprint.loader import MemoryLoader
from targets.starlingx.catalog import catalog
from tests.unit.targets.starlingx.systems import cloud, compiled, files_of, texts

LAYER = "openstack.cell"


def with_region(*pairs, name="aio_dx"):
    """The blueprint with other words in it."""
    files = files_of(name)
    text = files["main.oib"]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**files, "main.oib": text}


def compiled_region(*pairs):
    found = compiled(with_region(*pairs))
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return found


def values(found, chart):
    return yaml.safe_load(texts(found)[f"{LAYER}/starlingx/stx-openstack/{chart}.yaml"])


def commands(found):
    return [
        command
        for deployment in found.deployments
        if str(deployment.layer) == LAYER
        for step in deployment.steps
        for command in step.commands
    ]


def test_vlans_of_data_networks_are_known_to_neutron_by_the_names_that_hosts_have_them_by():
    found = cloud("aio_dx")
    ml2 = values(found, "neutron")["conf"]["plugins"]["ml2_conf"]
    assert ml2 == {"ml2_type_vlan": {"network_vlan_ranges": "tenant:300:399"}}
    resources = texts(found)["starlingx.cell/starlingx/deployment-config.yml"]
    names = {
        each["metadata"]["name"]
        for each in yaml.safe_load_all(resources)
        if each["kind"] == "DataNetwork"
    }
    assert names == {"tenant"}


def labels_of_profiles(found):
    """The labels of OpenStack and of a switch, of each profile that computes have."""
    resources = texts(found)["starlingx.cell/starlingx/deployment-config.yml"]
    profiles = [
        each["spec"].get("labels", {})
        for each in yaml.safe_load_all(resources)
        if each["kind"] == "HostProfile"
    ]
    switch = {"openvswitch", "dpdk"}
    return [
        {name for name, value in labels.items() if name in switch and value == "enabled"}
        for labels in profiles
        if "openstack-compute-node" in labels
    ]


def test_computes_have_the_labels_of_one_virtual_switch():
    allowed = [
        {each.partition("=")[0] for each in labels} for labels in catalog("12.0").vswitch_labels
    ]
    found = labels_of_profiles(cloud("aio_dx"))
    assert found
    assert all(each == {"openvswitch"} for each in found)
    assert found[0] in allowed


def test_virtual_functions_of_a_compute_are_guests_and_never_pods():
    of_pods = texts(cloud("standard"))["starlingx.plant/starlingx/deployment-config.yml"]
    assert "sriovdp: enabled" in of_pods
    found = compiled_region(
        (
            "port nic.data[0] { physnet = physnet.tenant }",
            (
                "port nic.data[0] { physnet = physnet.tenant }\n"
                "  iommu = true\n"
                "  port nic.data[1] { sriov { vfs = 8  physnet = physnet.tenant } }"
            ),
        ),
    )
    of_guests = texts(found)["starlingx.cell/starlingx/deployment-config.yml"]
    assert "sriov: enabled" in of_guests
    assert "sriovdp" not in of_guests


def test_provider_networks_are_on_data_networks_by_the_same_name():
    files = with_region(
        ("physnet tenant {", "physnet edge_tenant {"),
        ("physnet = physnet.tenant", "physnet = physnet.edge_tenant"),
        (
            "physnet edge_tenant {",
            (
                "network plant { cidr = 10.30.0.0/24  vlan = 310  managed_by = neutron }\n"
                "physnet edge_tenant {"
            ),
        ),
        (
            "  flavor small",
            (
                "  provider_network plant {\n"
                "    network = network.plant\n"
                "    physnet = physnet.edge_tenant\n"
                "  }\n"
                "  flavor small"
            ),
        ),
    )
    from blueprint.driver import compile_blueprint

    found = compile_blueprint(
        MemoryLoader(files), Options(targets=("starlingx", "openstack_resources"))
    )
    assert [d.message for d in found.diagnostics if d.is_error] == []
    written = {
        artifact.path: artifact.text
        for deployment in found.deployments
        if str(deployment.layer) == LAYER
        for artifact in deployment.artifacts
    }
    assert "edge-tenant:300:399" in written["starlingx/stx-openstack/neutron.yaml"]
    assert "edge-tenant" in written["openstack_resources/resources.yml"]
    assert "edge_tenant" not in written["openstack_resources/resources.yml"]


@pytest.mark.parametrize(
    ("stated", "path", "value"),
    [
        ("nova { cpu_mode = host_passthrough }", ("libvirt", "cpu_mode"), "host-passthrough"),
        ("nova { cpu_ratio = 4.0 }", ("DEFAULT", "cpu_allocation_ratio"), 4.0),
        (
            'nova { config "nova.conf" { DEFAULT { max_concurrent_builds = 4 } } }',
            ("DEFAULT", "max_concurrent_builds"),
            4,
        ),
        (
            (
                "tool stx_openstack {\n"
                "    nova = { conf = { nova = { DEFAULT = { max_concurrent_builds = 4 } } } }\n  }"
            ),
            ("DEFAULT", "max_concurrent_builds"),
            4,
        ),
    ],
)
def test_what_is_said_of_nova_is_a_value_of_its_chart(stated, path, value):
    found = compiled_region(
        ("  neutron { plugin = ovs }", f"  neutron {{ plugin = ovs }}\n  {stated}")
    )
    section, option = path
    assert values(found, "nova")["conf"]["nova"][section][option] == value


def test_what_is_passed_through_is_laid_over_what_follows():
    found = compiled_region(
        (
            "  neutron { plugin = ovs }",
            (
                "  neutron { plugin = ovs }\n"
                "  nova { cpu_mode = host_passthrough }\n"
                "  tool stx_openstack {\n"
                '    nova = { conf = { nova = { libvirt = { live_migration_timeout_action = "abort" } } } }\n'
                "  }"
            ),
        )
    )
    assert values(found, "nova")["conf"]["nova"]["libvirt"] == {
        "cpu_mode": "host-passthrough",
        "live_migration_timeout_action": "abort",
    }


def test_charts_are_switched_on_and_off_as_the_services_are():
    found = compiled_region(
        ("heat, horizon]", "barbican]"),
    )
    modified = [each for each in commands(found) if "helm-chart-attribute-modify" in each]
    assert [each.split("--enabled ")[1] for each in modified] == [
        "true stx-openstack barbican openstack",
        "false stx-openstack heat openstack",
        "false stx-openstack horizon openstack",
    ]


def test_charts_are_left_alone_where_all_is_as_the_application_has_it():
    assert not [each for each in commands(cloud("aio_dx")) if "attribute-modify" in each]


def test_every_file_of_values_is_given_to_its_chart():
    given = [each for each in commands(cloud("aio_dx")) if "helm-override-update" in each]
    assert [each.split("--values ")[1] for each in given] == [
        "stx-openstack/keystone.yaml stx-openstack keystone openstack",
        "stx-openstack/neutron.yaml stx-openstack neutron openstack",
    ]


def test_the_archive_is_that_of_the_stated_version():
    found = compiled_region(
        (
            "  neutron { plugin = ovs }",
            (
                "  neutron { plugin = ovs }\n"
                '  deployer stx_openstack { application = "1.0-1-stable-versioned" }'
            ),
        )
    )
    assert [each for each in commands(found) if "application-upload" in each] == [
        (
            "source /etc/platform/openrc && system application-upload "
            "stx-openstack-1.0-1-stable-versioned.tgz"
        )
    ]


def test_other_tools_find_the_cloud_where_the_application_leaves_it():
    (handed,) = [
        given
        for deployment in cloud("aio_dx").deployments
        if str(deployment.layer) == LAYER
        for step in deployment.steps
        for given in step.hands_over
    ]
    assert (handed.what.kind, str(handed.what.layer)) == ("clouds", LAYER)


#: A workload cluster on the region, in which pods run in virtual machines of their own, and the cluster that makes it.
IN_REGION = """
  project plant {}
  image "flatcar-1.34" {
    file = "https://images.example/flatcar.qcow2"  os = "flatcar"  kubernetes = "1.34.1"
    sha256 = "5f1c0e3b7a9d2468ace013579bdf02468ace13579bdf02468ace13579bdf0246"
  }
"""
WORKLOAD = """
hosts seed {
  count = 3
  name = "seed-${n}"
  hardware = hardware.server
  port nic.a[0] { networks = [network.oam] }
}
existing kubernetes seed {
  version = "1.34"
  control { hosts = hosts.seed  schedulable = true }
  node_network = network.oam
  api { network = network.oam  vip = 10.20.0.240 }
  pods = 10.200.0.0/16
  services = 10.201.0.0/16
  cni = cilium
}
kubernetes plant {
  on = openstack.cell
  manager = kubernetes.seed
  project = project.plant
  deployer cluster_api {}
  version = "1.34.1"
  image = image["flatcar-1.34"]
  control { count = 1  flavor = flavor.small }
  pool workers { count = 1  flavor = flavor.small }
  guest_network { cidr = 10.6.0.0/24 }
  pods = 10.100.0.0/16
  services = 10.254.0.0/16
  cni = calico
  runtime kata { shim = qemu }
}
"""


def lacks_of_workload(*pairs):
    files = with_region(
        ("  flavor small", f"{IN_REGION}  flavor small"),
        ("openstack cell {", f"{WORKLOAD}\nopenstack cell {{"),
        *pairs,
    )
    found = check_blueprint(MemoryLoader(files), Options(targets=("starlingx",)))
    return [(d.rule.code, d.message) for d in found.diagnostics if d.is_error]


def test_a_workload_cluster_has_kata_where_guests_may_run_guests():
    nested = (
        "template hosts computes like hosts.system {",
        "template hosts computes like hosts.system {\n  nested_virtualization = true",
    )
    shown = (
        "  neutron { plugin = ovs }",
        "  neutron { plugin = ovs }\n  nova { cpu_mode = host_passthrough }",
    )
    assert lacks_of_workload(nested, shown) == []
    assert [code for code, _ in lacks_of_workload(shown)] == ["OIB5808"]
    assert [code for code, _ in lacks_of_workload(nested)] == ["OIB5808"]
