"""Nodes that differ get values of their own, by the label of their profile; nodes that agree share one set."""

from tests.unit.targets.openstack_helm.regions import compiled, region

ONE_ZONE = (
    "zone az[1..3] { racks = [rack.r[n]] }",
    "zone az { racks = [for i in 1..3: rack.r[i]] }",
)
OTHER_NAMES = "hardware = hardware.other"


def _one_zone(text):
    spread = text.replace("spread = zone", "spread = rack")
    return spread.replace(*ONE_ZONE)


def test_equal_nodes_have_no_overrides():
    values = compiled(_one_zone(region())).values("ovn")
    assert "overrides" not in values
    assert values["conf"]["auto_bridge_add"] == {"br-ex": "eno2"}


def test_nodes_with_other_names_of_interfaces_are_told_apart():
    values = compiled(_one_zone(region(compute=OTHER_NAMES))).values("ovn")
    labels = values["overrides"]["ovn_controller"]["labels"]
    bridges = {key: each["values"]["conf"]["auto_bridge_add"] for key, each in labels.items()}
    assert bridges == {
        "oib/openstack-profile::compute": {"br-ex": "enp2s0"},
        "oib/openstack-profile::gateway": {"br-ex": "eno2"},
    }


def test_zones_are_those_of_ovn_too():
    labels = compiled(region()).values("ovn")["overrides"]["ovn_controller"]["labels"]
    options = {each["values"]["conf"]["ovn_cms_options"] for each in labels.values()}
    assert options == {f"availability-zones=az{n}" for n in (1, 2, 3)}


def test_open_vswitch_has_the_other_form_of_overrides():
    text = _one_zone(
        region(plugin="ovs", compute=OTHER_NAMES, cni="cilium { encapsulation = geneve }")
    )
    listed = compiled(text).values("neutron")["conf"]["overrides"]["neutron_ovs-agent"]["labels"]
    found = {each["label"]["values"][0]: each["conf"]["auto_bridge_add"] for each in listed}
    assert found == {"compute": {"br-ex": "enp2s0"}, "gateway": {"br-ex": "eno2"}}


def test_every_node_is_labelled_with_what_it_is_for():
    script = compiled(_one_zone(region())).text("label-nodes.sh")
    assert (
        "kubectl label --overwrite node cmp-1 openstack-compute-node=enabled openvswitch=enabled "
        "oib/openstack-profile=compute\n"
    ) in script
    assert "node ctl-1 openstack-control-plane=enabled" in script
    assert "node net-1 openstack-network-node=enabled l3-agent=enabled openvswitch=" in script


def test_an_aggregates_ratio_is_that_of_its_hosts():
    text = _one_zone(region("aggregate dense { hosts = hosts.compute  cpu_ratio = 8.0 }"))
    options = compiled(text).values("nova")["conf"]["nova"]["DEFAULT"]
    assert options["cpu_allocation_ratio"] == 8.0


def test_cores_of_guests_are_those_of_the_plan():
    text = _one_zone(region(compute="cores { platform = 2  isolated = 10 }"))
    assert "cpu_dedicated_set" in compiled(text).values("nova")["conf"]["nova"]["compute"]


def _switched(neutron: str = ""):
    return compiled(
        _one_zone(region(plugin="ovs", neutron=neutron, cni="cilium { encapsulation = geneve }"))
    )


def test_routers_run_where_the_outside_is_reached():
    made = _switched()
    labels = made.values("neutron")["labels"]
    assert labels["agent"]["l3"]["node_selector_key"] == "l3-agent"
    assert labels["agent"]["dhcp"]["node_selector_key"] == "openstack-network-node"
    script = made.text("label-nodes.sh")
    assert {line.split()[4] for line in script.splitlines() if "l3-agent" in line} == {
        "net-1",
        "net-2",
    }


def test_distributed_routers_run_on_computes_too_and_share_addresses_on_gateways_alone():
    made = _switched("distributed_floating_ip = true")
    assert "node cmp-1 openstack-compute-node=enabled l3-agent=enabled" in made.text(
        "label-nodes.sh"
    )
    listed = made.values("neutron")["conf"]["overrides"]["neutron_l3-agent"]["labels"]
    modes = {
        each["label"]["values"][0]: each["conf"]["l3_agent"]["DEFAULT"]["agent_mode"]
        for each in listed
    }
    assert modes == {"compute": "dvr", "gateway": "dvr_snat"}


def test_databases_of_two_gateways_run_on_the_control_plane():
    labels = compiled(region()).values("ovn")["labels"]
    assert {each["node_selector_key"] for each in labels.values()} == {"openstack-control-plane"}
    assert set(labels) == {"ovn_ovsdb_nb", "ovn_ovsdb_sb", "ovn_northd"}


def test_databases_of_three_gateways_run_there():
    text = region().replace(
        "hosts gateway like hosts.machine {\n  count = 2",
        "hosts gateway like hosts.machine {\n  count = 3",
    )
    assert "labels" not in compiled(text).values("ovn")
