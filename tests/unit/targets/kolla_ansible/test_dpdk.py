"""Open vSwitch with DPDK: variables of its hosts, the configuration that the role takes, steps, and what can't be."""

from __future__ import annotations

import configparser

import pytest

from targets.kolla_ansible.catalog import catalog, releases

from .texts import COMPUTE, Emitted, cloud, emitted, faults

MEMORY = "  cores { platform = 2  vswitch = 2 }\n  memory { platform = 16 GiB  vswitch = 2 GiB }\n"
API = "  port nic.onboard[0] { networks = [network.api] }\n"
PORT = "networks = [network.tenant]  physnet = physnet.provider  datapath = dpdk"
BESIDE = (
    f"{API}{MEMORY}  port nic.fast[0] {{ datapath = dpdk }}\n"
    "  port nic.onboard[1] { networks = [network.tenant] }\n"
)
POLLING = f"{API}{MEMORY}  port nic.fast[0] {{ {PORT} }}\n"
FAR = "physnet far_away_from { type = vlan  vlans = 200..299 }\n"
ON = "  neutron { plugin = ovs  datapath = dpdk }\n"
every_release = pytest.mark.parametrize("release", releases())


def of_port(attributes: str) -> str:
    return f"{API}{MEMORY}  port nic.fast[0] {{ {attributes} }}\n"


def made(compute: str = POLLING, layer: str = ON, **more: str) -> Emitted:
    return emitted(cloud(compute, layer=layer, **more))


def configuration(found: Emitted) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(found.artifacts["dpdk/oib_cmp.conf"].text)
    return parser


def codes(compute: str, layer: str = ON, **more: str) -> list[str]:
    return [each.rule.code for each in faults(cloud(compute, layer=layer, **more))]


@every_release
def test_hosts_with_a_dpdk_port_run_it_and_others_do_not(release):
    found = made(release=release)
    assert found.variables("oib_cmp")["enable_ovs_dpdk"] is True
    assert "enable_ovs_dpdk" not in found.variables("oib_node") | found.variables()


@every_release
def test_every_variable_is_one_of_the_release(release):
    found = made(release=release)
    names = {*found.variables("oib_cmp"), *found.hosts("oib_cmp")["cmp-1"]}
    known = {*catalog(release).variables, "ansible_user", "ansible_host"}
    assert names - known == set()


def test_bridges_and_ports_are_mapped_in_step():
    found = made().variables("oib_cmp")
    assert (found["ovs_bridge_mappings"], found["ovs_port_mappings"]) == (
        "provider:br_provider",
        "ens5f0:br_provider",
    )


def test_names_of_bridges_have_no_hyphen():
    text = cloud(POLLING.replace("physnet.provider", "physnet.far"), layer=ON, things="")
    text = text.replace("physnet.provider }", "physnet.far }").replace(
        "physnet provider", "physnet far"
    )
    assert emitted(text).variables("oib_cmp")["neutron_bridge_name"] == "br_far"


@pytest.mark.parametrize(("sockets", "memory"), [(1, "2048"), (2, "2048,2048")])
def test_memory_is_given_for_each_numa_node(sockets, memory):
    text = cloud(POLLING, layer=ON).replace("sockets = 2", f"sockets = {sockets}")
    assert emitted(text).variables("oib_cmp")["ovs_socket_mem"] == memory


def test_the_overlay_alone_has_a_bridge_of_its_own():
    found = made(of_port("networks = [network.tenant]  datapath = dpdk")).variables("oib_cmp")
    assert (found["ovs_bridge_mappings"], found["tunnel_interface"]) == (
        "overlay:br_dpdk",
        "br_dpdk",
    )


def test_the_overlay_ends_on_the_bridge():
    found = made()
    assert found.variables("oib_cmp")["tunnel_interface"] == "br_provider"
    own = found.hosts("oib_cmp")["cmp-1"]
    assert own["ovs_cidr_mappings"] == f"br_provider:{own['tunnel_interface_address']}/24"


def test_the_list_of_addresses_names_the_bridge():
    found = made().artifacts["addresses.csv"].text
    assert "cmp-1,br_provider,network.tenant,40,1500," in found


def test_the_cores_that_poll_are_those_of_the_switch_on_each_node():
    """Cores 2 and 3 of both sockets, with their siblings 32 CPUs above (roles of cores in the model)."""
    found = configuration(made())["ovs"]
    cpus = [2, 3, 18, 19, 34, 35, 50, 51]
    assert int(found["pmd_coremask"], 16) == sum(1 << n for n in cpus)


def test_dpdk_itself_runs_on_a_core_of_the_platform():
    assert configuration(made())["ovs"]["ovs_coremask"] == "0x1"


def test_the_port_is_known_by_its_pci_address():
    found = configuration(made())
    assert found["ovs"]["pci_whitelist"] == "-a 0000:5e:00.0"
    assert dict(found["ens5f0"]) == {"address": "0000:5e:00.0", "driver": "vfio-pci"}


def test_a_stated_driver_is_the_kernels_name_of_it():
    found = made(of_port(f"{PORT}  driver = uio_pci_generic"))
    assert configuration(found)["ens5f0"]["driver"] == "uio_pci_generic"


def test_the_configuration_is_in_place_before_the_deployment():
    titles = [step.title for step in made().steps]
    prepared = titles.index("Prepare the hosts that run Open vSwitch with DPDK")
    assert titles.index("Make the hosts ready") < prepared < titles.index("Deploy")


def test_queues_payload_and_the_overlays_tag_are_set_after_it():
    wide = PORT + "  rx_queues = 4  mtu = 9000"
    found = made(of_port(wide)).step("Set up the ports that DPDK drives").commands
    assert [command.split("ovs-vsctl ")[1].rstrip("'") for command in found] == [
        "set Interface ens5f0 options:n_rxq=4 mtu_request=9000",
        "set Port br_provider tag=40",
    ]


def test_an_untagged_overlay_needs_no_tag():
    native = "native = network.tenant  datapath = dpdk"
    titles = [step.title for step in made(of_port(native)).steps]
    assert "Set up the ports that DPDK drives" not in titles


def test_an_upgrade_warns_of_the_restart_and_sets_the_ports_up_again():
    wide = cloud(of_port(f"{PORT}  rx_queues = 4"), layer=ON, release="2025.2")
    found = emitted(wide, origin="2025.1")
    assert any("`oib_cmp`" in need and "cut off" in need for need in found.step("Upgrade").needs)
    titles = [step.title for step in found.steps]
    prepared = titles.index("Prepare the hosts that run Open vSwitch with DPDK")
    again = titles.index("Set up the ports that DPDK drives")
    assert prepared < titles.index("Upgrade to 2025.2") < again
    assert all("ovs-vsctl show" in check for check in found.steps[again].checks)


def test_ports_that_need_no_setting_are_looked_at():
    found = made(of_port("native = network.tenant  datapath = dpdk"))
    step = found.step("Look at the ports that DPDK drives")
    assert "ovs-vsctl show" in step.checks[0]


def test_guests_are_filtered_in_open_vswitch_where_the_kernel_sees_no_frames():
    text = made().artifacts["config/neutron/openvswitch_agent.ini"].text
    assert "{% if 'oib_cmp' in group_names %}\nfirewall_driver = openvswitch\n" in text


@pytest.mark.parametrize(
    ("compute", "layer", "code"),
    [
        (POLLING, "  neutron { plugin = ovn  datapath = dpdk }\n", "OIB6053"),
        (f'  os = "rocky-9"\n{POLLING}', ON, "OIB6054"),
        (f"{POLLING}  bond b {{ ports = [nic.onboard[1]]  datapath = dpdk }}\n", ON, "OIB6055"),
        (BESIDE, ON, "OIB6056"),
        (POLLING.replace("[network.tenant]", "[network.tenant, network.more]"), ON, "OIB6057"),
        (f"{POLLING}  port nic.onboard[1] {{ physnet = physnet.more }}\n", ON, "OIB6058"),
        (POLLING, "  neutron { plugin = ovs }\n", "OIB6059"),
        (COMPUTE, ON, "OIB6059"),
    ],
    ids=["ovn", "system", "bond", "overlay", "network", "kernel", "region", "port"],
)
def test_what_kolla_ansible_cannot_do_is_one_error(compute, layer, code):
    things = "network more { cidr = 10.99.0.0/24  vlan = 99 }\nphysnet more { type = flat }\n"
    assert codes(compute, layer, things=things) == [code]


def test_a_bond_of_the_kernels_without_physical_network_may_stand_beside():
    bond = "  bond b { ports = [nic.onboard[1], nic.fast[1]]  networks = [network.more] }\n"
    things = "network more { cidr = 10.99.0.0/24  vlan = 99 }\n"
    assert codes(POLLING + bond, things=things) == []


def test_dpdk_ports_of_hosts_without_guests_and_gateways_are_not_kollas_matter():
    lone = (
        f"hosts lone {{\n  hardware = hardware.server\n  iommu = true\n{MEMORY}"
        f"{API}  port nic.fast[0] {{ datapath = dpdk }}\n}}\n"
    )
    assert codes(COMPUTE, "", things=lone) == []
