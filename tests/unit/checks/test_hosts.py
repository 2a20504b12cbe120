"""Checks of hosts: ports, VLANs, frame sizes, identity, what is kept from guests."""

import pytest

from blueprint.model.hardware import Cpu, Disk, Nic
from blueprint.model.hosts import HostCores, HostMemory, Port
from blueprint.model.openstack import NetworkRoles
from blueprint.model.openstack_services import Neutron
from blueprint.values import Mac, Rate, Ref
from tests.unit.checks.models import (
    changed,
    cloud,
    everywhere,
    faults,
    found,
    gib,
    group,
    ip,
    member,
    network,
    node,
    server,
    the_fault,
)  # fmt: skip


def with_bond1(**fields):
    return changed(cloud(), "hosts.node", "bond", "bond1", **fields)


# --------------------------------------------------------------------------------- ports


def test_a_port_is_in_one_bond():
    model = with_bond1(ports=(Ref("nic.slot1[1]"), Ref("nic.slot2[0]")))
    fault = the_fault(model)
    assert (fault.rule.code, fault.span.text) == ("OIB5101", "hosts.node bond bond1 ports 1")
    assert fault.labels[0].span.text == "hosts.node bond bond0 ports 1"


def test_a_port_is_not_in_a_bond_and_on_its_own():
    model = changed(cloud(), "hosts.node", port={"nic.slot1[0]": Port()})
    assert faults(model) == [("OIB5101", "hosts.node port nic.slot1[0]")]


def test_a_port_twice_in_one_bond_is_a_fault():
    model = with_bond1(ports=(Ref("nic.slot1[1]"), Ref("nic.slot1[1]")))
    assert faults(model) == [("OIB5101", "hosts.node bond bond1 ports 1")]


@pytest.mark.parametrize(("index", "codes"), [(1, []), (2, ["OIB5102"])])
def test_a_port_exists_below_the_number_of_ports(index, codes):
    model = with_bond1(ports=(Ref("nic.slot1[1]"), Ref(f"nic.slot2[{index}]")))
    assert [code for code, _ in faults(model)] == codes


def test_a_card_that_the_hardware_lacks_is_named_with_the_nearest_one():
    model = with_bond1(ports=(Ref("nic.slot1[1]"), Ref("nic.slott2[1]")))
    fault = the_fault(model)
    assert (fault.rule.code, fault.hint) == ("OIB5102", "did you mean `nic.slot2`?")


@pytest.mark.parametrize(
    ("names", "codes"),
    [(("a", "b"), []), (("a",), ["OIB5103"]), (("a", "b", "c"), ["OIB5103"]), ((), [])],
)
def test_names_are_as_many_as_ports(names, codes):
    cards = {"slot1": Nic(ports=2, speed=Rate.of(25, "Gbps"), names=names)}
    spare = server(nic=cards)
    assert [code for code, _ in faults(cloud(hardware__spare=spare))] == codes


@pytest.mark.parametrize(
    ("field", "noun", "value"), [("names", "named", "x"), ("pci", "at", "0000:3b:00.0")]
)
def test_ports_of_two_cards_are_told_apart(field, noun, value):
    speed = Rate.of(25, "Gbps")
    cards = {
        "slot1": Nic(speed=speed, **{field: (value,)}),
        "slot2": Nic(speed=speed, **{field: (value,)}),
    }
    fault = the_fault(cloud(hardware__spare=server(nic=cards)))
    assert fault.rule.code == "OIB5114"
    assert fault.message == f"`nic.slot2[0]` and `nic.slot1[0]` are both {noun} `{value}`"


@pytest.mark.parametrize(("node", "codes"), [(1, []), (2, ["OIB5115"])])
def test_a_card_is_on_a_node_of_the_server(node, codes):
    spare = server(
        cpu=Cpu(sockets=2, cores=16), nic={"slot1": Nic(speed=Rate.of(25, "Gbps"), numa=node)}
    )
    assert [code for code, _ in faults(cloud(hardware__spare=spare))] == codes


@pytest.mark.parametrize(("count", "codes"), [(2, []), (3, ["OIB5103"])])
def test_paths_are_as_many_as_disks(count, codes):
    disks = {"osd": Disk(count=count, size=gib(100), media="ssd", paths=("/dev/a", "/dev/b"))}
    spare = server(disk=disks)
    assert [code for code, _ in faults(cloud(hardware__spare=spare))] == codes


def test_a_raid_of_two_disks_may_have_one_path():
    disks = {"os": Disk(count=2, size=gib(100), media="ssd", raid=1, paths=("/dev/a",))}
    assert faults(cloud(hardware__spare=server(disk=disks))) == []


# --------------------------------------------------------------------------------- VLANs


def test_two_networks_of_a_link_have_two_vlans():
    model = changed(cloud(), "network.tenant", vlan=30)
    fault = the_fault(model)
    assert (fault.rule.code, fault.span.text) == ("OIB5104", "hosts.node bond bond0 networks 2")
    assert fault.message == "`network.tenant` and `network.storage` are both VLAN 30 on `bond0`"


def test_networks_on_different_links_may_have_one_vlan():
    model = changed(cloud(), "network.tenant", vlan=20)
    model = changed(
        model,
        "hosts.node",
        "bond",
        "bond0",
        networks=tuple(Ref(f"network.{n}") for n in ("api", "storage", "public")),
    )
    model = changed(model, "hosts.node", "bond", "bond1", networks=(Ref("network.tenant"),))
    assert faults(model) == []


def test_two_untagged_networks_of_a_link_are_a_fault():
    model = changed(cloud(), "network.tenant", vlan=None)
    networks = tuple(Ref(f"network.{n}") for n in ("storage", "tenant", "public"))
    model = changed(
        model, "hosts.node", "bond", "bond0", native=Ref("network.api"), networks=networks
    )
    assert [code for code, _ in faults(model)] == ["OIB5104"]


def test_a_network_with_a_tag_is_not_carried_without_it_as_well():
    names = ("api", "storage", "tenant", "public")
    networks = tuple(Ref(f"network.{n}") for n in names)
    native = Ref("network.api")
    model = changed(cloud(), "hosts.node", "bond", "bond0", native=native, networks=networks)
    assert faults(model) == [("OIB5119", "hosts.node bond bond0 networks 0")]


def test_one_untagged_network_of_a_link_is_fine():
    networks = tuple(Ref(f"network.{n}") for n in ("storage", "tenant", "public"))
    native = Ref("network.api")
    model = changed(cloud(), "hosts.node", "bond", "bond0", native=native, networks=networks)
    assert faults(model) == []


@pytest.mark.parametrize(
    ("vlan", "codes"), [(999, []), (1000, ["OIB5104"]), (1999, ["OIB5104"]), (2000, [])]
)
def test_a_hosts_vlan_is_not_one_of_tenants_on_the_same_link(vlan, codes):
    model = cloud(network__spare=network("10.60.0.0/24", vlan))
    model = changed(model, "hosts.node", "bond", "bond1", networks=(Ref("network.spare"),))
    assert [code for code, _ in faults(model)] == codes


def test_a_link_that_the_virtual_switch_takes_carries_nothing_untagged():
    model = cloud(network__spare=network("10.60.0.0/24"))
    model = changed(model, "hosts.node", "bond", "bond1", networks=(Ref("network.spare"),))
    assert faults(model) == [("OIB5110", "hosts.node bond bond1 networks 0")]


def test_a_physical_network_is_on_one_link():
    model = changed(cloud(), "hosts.node", "bond", "bond0", physnet=Ref("physnet.ex"))
    assert faults(model) == [("OIB5111", "hosts.node bond bond1 physnet")]


def test_a_network_is_on_one_link():
    model = changed(cloud(), "hosts.node", "bond", "bond1", networks=(Ref("network.tenant"),))
    assert faults(model) == [("OIB5112", "hosts.node bond bond1 networks 0")]


def test_hosts_are_on_networks_of_their_own_site():
    model = changed(cloud(), "network.tenant", site=Ref("site.far"))
    assert faults(model) == [("OIB5113", "hosts.node bond bond0 networks 2")]


def test_hosts_may_be_on_networks_of_their_site_and_of_none():
    assert faults(changed(cloud(), "network.tenant", site=Ref("site.dc1"))) == []


# --------------------------------------------------------------------------------- frame sizes


@pytest.mark.parametrize(("mtu", "codes"), [(9000, []), (8999, ["OIB5105"])])
def test_a_link_passes_the_frames_of_its_networks(mtu, codes):
    model = changed(cloud(), "hosts.node", "bond", "bond0", mtu=mtu)
    assert [code for code, _ in faults(model)] == codes


@pytest.mark.parametrize(("mtu", "codes"), [(9000, []), (8999, ["OIB5105"])])
def test_a_link_passes_the_frames_of_its_physical_network(mtu, codes):
    model = changed(cloud(), "hosts.node", "bond", "bond1", mtu=mtu)
    assert [code for code, _ in faults(model)] == codes


def test_a_link_without_mtu_takes_that_of_its_networks():
    model = changed(cloud(), "hosts.node", "bond", "bond0", mtu=None)
    assert faults(model) == []


@pytest.mark.parametrize(
    ("overlay", "plugin", "mtu", "codes"),
    [
        ("geneve", "ovn", 1338, []),
        ("geneve", "ovn", 1337, ["OIB5106"]),
        ("vxlan", "ovs", 1330, []),
        ("vxlan", "ovs", 1329, ["OIB5106"]),
        (None, "ovn", 1337, ["OIB5106"]),
        (None, "ovs", 1337, []),
    ],
)
def test_an_overlay_leaves_guests_frames_that_ipv6_works_with(overlay, plugin, mtu, codes):
    model = changed(cloud(), "network.tenant", mtu=mtu)
    model = changed(model, "openstack.core", neutron=Neutron(plugin=plugin, overlay=overlay))
    assert [code for code, _ in faults(model)] == codes


@pytest.mark.parametrize(("mtu", "codes"), [(1358, []), (1357, ["OIB5106"])])
def test_an_overlay_over_ipv6_takes_twenty_bytes_more(mtu, codes):
    model = cloud(network__six=network("2001:db8::/64", 60, mtu=mtu))
    links = tuple(Ref(f"network.{n}") for n in ("api", "storage", "six", "public"))
    model = changed(model, "hosts.node", "bond", "bond0", networks=links)
    model = changed(model, "openstack.core", networks=NetworkRoles(tenant=Ref("network.six")))
    assert [code for code, _ in faults(model)] == codes


@pytest.mark.parametrize(("mtu", "codes"), [(9000, []), (9001, ["OIB5107"])])
def test_an_external_network_fits_its_physical_network(mtu, codes):
    model = changed(cloud(), "network.floating", mtu=mtu)
    assert [code for code, _ in faults(model)] == codes


# --------------------------------------------------------------------------------- identity


def test_names_are_unique_without_regard_to_case():
    model = member(cloud(), "hosts.node[2]", name="NODE-1")
    fault = the_fault(model)
    assert fault.rule.code == "OIB5120"
    assert fault.message == "`hosts.node[2]` and `hosts.node[1]` are both named `NODE-1`"


@pytest.mark.parametrize(
    ("field", "value", "other", "code"),
    [
        ("bmc_address", ip("10.10.0.1"), ip("10.10.0.2"), "OIB5121"),
        ("boot_mac", Mac("02:00:00:00:00:01"), Mac("02:00:00:00:00:02"), "OIB5122"),
    ],
)
def test_what_only_one_host_may_have(field, value, other, code):
    model = member(cloud(), "hosts.node[1]", **{field: value})
    assert faults(member(model, "hosts.node[2]", **{field: other})) == []
    assert [c for c, _ in faults(member(model, "hosts.node[2]", **{field: value}))] == [code]


def test_one_name_for_a_whole_family_is_one_fault():
    model = cloud()
    for n in (1, 2, 3):
        model = member(model, f"hosts.node[{n}]", name="node")
    fault = the_fault(model)
    assert fault.message == "`hosts.node[2]` and `hosts.node[1]` are both named `node`"
    assert fault.notes == ("1 more host is in the same case",)


def test_a_rack_unit_holds_one_host():
    model = member(cloud(group("node", 3)), "hosts.node[1]", unit=4)
    assert faults(member(model, "hosts.node[2]", unit=4)) == []  # in another rack
    same = member(model, "hosts.node[2]", unit=4, rack=Ref("site.dc1.rack.r[1]"))
    assert ("OIB5123", "hosts.node") in faults(same)


@pytest.mark.parametrize(("unit", "codes"), [(42, []), (43, ["OIB5124"])])
def test_a_host_is_inside_its_rack(unit, codes):
    model = member(cloud(), "hosts.node[1]", unit=unit)
    assert [code for code, _ in faults(model)] == codes


# --------------------------------------------------------------------------------- kept from guests


def only_hosts(**fields):
    """Hosts that no layer uses."""
    return cloud(group("node", 3), group("spare", 1, node(bond={}, **fields)))


@pytest.mark.parametrize(("memory", "codes"), [(128, []), (129, ["OIB5130"])])
def test_the_platform_keeps_no_more_memory_than_there_is(memory, codes):
    model = only_hosts(memory=HostMemory(platform=gib(memory)))
    assert [code for code, _ in faults(model)] == codes


@pytest.mark.parametrize(("memory", "codes"), [(127, []), (128, ["OIB5130"])])
def test_the_platform_leaves_guests_some_memory(memory, codes):
    model = changed(cloud(), "hosts.node", "memory", platform=gib(memory))
    assert [code for code, _ in faults(model)] == codes


@pytest.mark.parametrize(("cores", "codes"), [(32, []), (33, ["OIB5131"])])
def test_the_platform_keeps_no_more_cores_than_there_are(cores, codes):
    model = only_hosts(cores=HostCores(platform=cores))
    assert [code for code, _ in faults(model)] == codes


@pytest.mark.parametrize(("cores", "codes"), [(31, []), (32, ["OIB5131"])])
def test_the_platform_leaves_guests_some_cores(cores, codes):
    model = changed(cloud(), "hosts.node", "cores", platform=cores)
    assert [code for code, _ in faults(model)] == codes


# Six OSDs at 4 GiB, a monitor 2, a manager 4, the control plane 8, the system 4.
NEEDED = 6 * 4 + 2 + 4 + 8 + 4


@pytest.mark.parametrize(("memory", "codes"), [(NEEDED // 2, []), (NEEDED // 2 - 1, ["OIB5132"])])
def test_the_platform_keeps_what_runs_beside_guests(memory, codes):
    model = changed(cloud(), "hosts.node", "memory", platform=gib(memory))
    assert [code for code, _ in faults(model)] == codes


def test_nothing_kept_beside_ceph_and_control_is_a_fault_at_the_role():
    model = changed(cloud(), "hosts.node", memory=HostMemory())
    fault = the_fault(model)
    assert (fault.rule.code, fault.span.text) == ("OIB5132", "openstack.core compute 0")
    assert (
        fault.hint
        == f"set `memory {{ platform = {NEEDED // 2} GiB }}` or more, per NUMA node, in `hosts.node`"
    )
    assert len(fault.notes) == 5


def test_hosts_of_guests_alone_may_state_nothing():
    spare = group("guest", 3, node(memory=HostMemory()))
    model = changed(cloud(group("node", 3), spare), "openstack.core", compute=everywhere("guest"))
    assert faults(model) == []


@pytest.mark.parametrize(("memory", "codes"), [(gib(NEEDED), []), (gib(NEEDED - 1), ["OIB5806"])])
def test_what_runs_on_a_host_fits_its_memory(memory, codes):
    small = server(memory=memory)
    kept = HostMemory(platform=gib(1))
    model = cloud(group("node", 3, node(memory=kept)), hardware__general=small)
    seen = [d.rule.code for d in found(model) if d.rule.code != "OIB5132"]
    assert seen == codes


def test_nesting_needs_virtualisation():
    spare = server(cpu=Cpu(cores=8))
    described = node(bond={}, hardware=Ref("hardware.small"), nested_virtualization=True)
    model = cloud(group("node", 3), group("spare", 1, described), hardware__small=spare)
    assert faults(model) == [("OIB5133", "hosts.spare nested_virtualization")]


def test_nesting_is_fine_where_the_processors_virtualise():
    assert faults(changed(cloud(), "hosts.node", nested_virtualization=True)) == []
