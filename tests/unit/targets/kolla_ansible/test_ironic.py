"""Bare metal: networks of nodes, the agent, inspection, and what differs between releases."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from blueprint.model import Hosts, Model, Network
from blueprint.model.hosts import OperatingSystem
from blueprint.model.network import Segment
from blueprint.model.openstack_resources import ProviderNetwork
from blueprint.model.openstack_services import DeployImage, Ironic, Neutron
from blueprint.values import FileRef, Range, Ref
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import (
    ALL_SERVICES,
    addresses,
    bond,
    cidr,
    collapsed_hosts,
    group,
    network,
    spans_of,
    three_node_cloud,
)
from tests.unit.targets.reading import artifacts, deployment, options, read

URL = "https://tarballs.example/ipa"
AGENT = DeployImage(kernel=f"{URL}.kernel", ramdisk=f"{URL}.initramfs")
NODES = (Ref("hosts.metal"),)
PROVISION = Ref("network.provision")


def ip(text: str) -> Any:
    return ip_address(text)


def cloud(
    release: str = "2025.1",
    provision: dict[str, Any] | None = None,
    layer: dict[str, Any] | None = None,
    **ironic: Any,
) -> Model:
    """Three hosts that carry everything, the network of nodes too, and two bare-metal servers."""
    own: dict[str, Any] = {
        "gateway": ip("10.11.0.1"),
        "dhcp": (Range(ip("10.11.0.100"), ip("10.11.0.199")),),
        **(provision or {}),
    }
    stated = {"inspection": PROVISION, "nodes": NODES, "deploy_image": AGENT, **ironic}
    install = ProviderNetwork(network=PROVISION, physnet=Ref("physnet.provider"))
    made = three_node_cloud(
        {str(PROVISION): network("10.11.0.0/24", 1011, **own)},
        release=release,
        services=(*ALL_SERVICES, "ironic"),
        provider_network={"install": install},
        ironic=Ironic(provisioning=PROVISION, **stated),
        **(layer or {}),
    )
    carried = ("api", "storage", "tenant", "external", "provision")
    trunk = bond(1, physnet=Ref("physnet.provider"), mtu=9000)
    spec = collapsed_hosts(bond={"bond0": bond(0, *carried, mtu=9000), "bond1": trunk})
    node = group("node", spec, 3)
    system = OperatingSystem(choice="none")
    metal = group("metal", Hosts(hardware=Ref("hardware.r760"), os=system, managed_by="ironic"), 2)
    networks = {r: t for r, t in made.things.items() if isinstance(t, Network)}
    placed = addresses(networks, dict.fromkeys(carried, (node,)))
    return Model("bare metal", None, made.things, {node.ref: node, metal.ref: metal}, placed)


def files(model: Model) -> Any:
    return artifacts(TARGET, model)


def variables(model: Model) -> dict[str, Any]:
    found: dict[str, Any] = read(files(model)["globals.yml"])
    return found


def ironic_conf(model: Model) -> dict[str, dict[str, str]]:
    return options(files(model)["config/ironic.conf"])


def test_nodes_are_cleaned_over_a_network_by_its_name_in_neutron() -> None:
    assert variables(cloud())["ironic_cleaning_network"] == "install"


def test_nodes_are_installed_over_a_network_by_its_name_in_neutron() -> None:
    assert ironic_conf(cloud())["neutron"] == {"provisioning_network": "install"}


def test_nodes_that_are_inspected_get_addresses_with_mask_router_and_clock() -> None:
    assert variables(cloud())["ironic_dnsmasq_dhcp_ranges"] == [
        {
            "range": "10.11.0.100,10.11.0.199,255.255.255.0",
            "routers": "10.11.0.1\n",
            "ntp_server": "10.20.0.2\n",
        }
    ]


def test_a_range_behind_a_relay_has_the_mask_and_router_of_its_segment() -> None:
    behind = Segment(
        rack=Ref("site.dc1.rack.r[1]"), cidr=cidr("10.11.0.64/26"), gateway=ip("10.11.0.65")
    )
    relayed = {"segment": {"r1": behind}, "dhcp": (Range(ip("10.11.0.70"), ip("10.11.0.80")),)}
    assert variables(cloud(provision=relayed))["ironic_dnsmasq_dhcp_ranges"] == [
        {
            "range": "10.11.0.70,10.11.0.80,255.255.255.192",
            "routers": "10.11.0.65\n",
            "ntp_server": "10.20.0.2\n",
        }
    ]


@pytest.mark.parametrize("release", ["2025.1", "2025.2", "2026.1"])
def test_no_dhcp_server_runs_where_nothing_is_inspected(release: str) -> None:
    found = variables(cloud(release, inspection=None))
    assert found["enable_ironic_dnsmasq"] is False
    assert "ironic_dnsmasq_dhcp_ranges" not in found


def test_a_release_whose_dhcp_server_always_runs_gives_nothing_out() -> None:
    found = variables(cloud("2024.2", inspection=None))
    assert found["ironic_dnsmasq_dhcp_ranges"] == []
    assert "enable_ironic_dnsmasq" not in found


@pytest.mark.parametrize(
    ("release", "interface"),
    [("2024.2", "inspector"), ("2025.1", "inspector"), ("2025.2", "agent"), ("2026.1", "agent")],
)
def test_nodes_report_to_what_the_release_has(release: str, interface: str) -> None:
    found = ironic_conf(cloud(release))["DEFAULT"]
    assert found["default_inspect_interface"] == interface
    assert found["enabled_inspect_interfaces"] == f"{interface},redfish,no-inspect"


def test_nodes_that_report_to_ironic_itself_may_boot_unmanaged() -> None:
    assert ironic_conf(cloud("2026.1"))["inspector"] == {"require_managed_boot": "false"}
    assert "inspector" not in ironic_conf(cloud("2025.1"))


@pytest.mark.parametrize(
    ("release", "switch"), [("2025.1", {True}), ("2024.2", set()), ("2026.1", set())]
)
def test_the_inspector_runs_where_the_release_has_it(release: str, switch: set[bool]) -> None:
    found = variables(cloud(release))
    assert {found[name] for name in ("enable_ironic_inspector",) if name in found} == switch


@pytest.mark.parametrize(("release", "store"), [("2024.2", "redis"), ("2025.1", "valkey")])
def test_inspectors_on_several_hosts_share_a_store(release: str, store: str) -> None:
    assert variables(cloud(release, layer={"storage": None}))[f"enable_{store}"] is True


def test_the_agent_comes_from_where_the_conductor_shares_files() -> None:
    assert ironic_conf(cloud())["conductor"] == {
        "automated_clean": "true",
        "deploy_kernel": "file:///var/lib/ironic/httpboot/ironic-agent.kernel",
        "deploy_ramdisk": "file:///var/lib/ironic/httpboot/ironic-agent.initramfs",
    }


def test_plain_pxe_has_its_own_folder_and_boot_interface() -> None:
    model = cloud(boot="pxe")
    found = ironic_conf(model)
    assert variables(model)["ironic_dnsmasq_serve_ipxe"] is False
    assert found["DEFAULT"]["default_boot_interface"] == "pxe"
    assert found["conductor"]["deploy_kernel"].startswith("file:///var/lib/ironic/tftpboot/")


def test_disks_are_kept_where_cleaning_is_off() -> None:
    assert ironic_conf(cloud(clean=False))["conductor"]["automated_clean"] == "false"


def test_controllers_serve_nodes_on_their_network() -> None:
    found = read(files(cloud())["inventory/group_vars/oib_node.yml"])
    names = ("ironic_http_interface", "ironic_tftp_interface", "ironic_dnsmasq_interface")
    assert [found[name] for name in names] == ["bond0.1011"] * 3


def test_each_controller_names_its_own_tftp_server() -> None:
    model = cloud()
    address = model.addresses.text(Ref("hosts.node[2]"), PROVISION)
    own = options(files(model)["config/ironic/node-2/ironic.conf"])
    assert own == {"pxe": {"tftp_server": address}}


def test_one_compute_service_is_over_all_nodes() -> None:
    groups = read(files(cloud())["inventory/groups.yml"])
    assert groups["nova-compute-ironic"] == {"hosts": {"node-1": {}}}


def test_the_compute_service_keeps_its_name_when_it_moves() -> None:
    found = read(files(cloud())["inventory/group_vars/oib_node.yml"])
    assert found["nova_compute_ironic_custom_host"] == "region-1"


def test_neutrons_agents_answer_nodes_in_ovns_place() -> None:
    model = cloud()
    assert variables(model)["neutron_ovn_dhcp_agent"] is True
    ovn = options(files(model)["config/neutron/ml2_conf.ini"])["ovn"]
    assert ovn["disable_ovn_dhcp_for_baremetal_ports"] == "true"


def test_open_vswitch_has_agents_that_answer_anyway() -> None:
    model = cloud(layer={"neutron": Neutron(plugin="ovs")})
    assert "neutron_ovn_dhcp_agent" not in variables(model)


def test_neutron_learns_which_physical_networks_nodes_are_on() -> None:
    assert variables(cloud())["enable_ironic_neutron_agent"] is True


def test_nodes_are_in_no_inventory_and_have_no_address() -> None:
    model = cloud()
    assert "metal" not in files(model)["inventory/hosts.yml"].text
    assert model.addresses.text(Ref("hosts.metal[1]"), PROVISION) is None


def test_the_agent_is_fetched_where_it_is_a_url() -> None:
    (made,) = (s for s in deployment(TARGET, cloud()).steps if "agent" in s.title)
    folder = "/etc/kolla/config/ironic"
    assert made.commands[1] == (f"curl -fL --retry 3 -o {folder}/ironic-agent.kernel {URL}.kernel")
    assert made.checks == (
        f"test -s {folder}/ironic-agent.kernel", f"test -s {folder}/ironic-agent.initramfs",
    )  # fmt: skip


def test_the_agent_is_copied_by_the_operator_where_it_is_a_file() -> None:
    agent = DeployImage(kernel=FileRef("ipa/k"), ramdisk=FileRef("ipa/r"))
    (made,) = (s for s in deployment(TARGET, cloud(deploy_image=agent)).steps if "agent" in s.title)
    assert made.needs[0] == (
        "`/etc/kolla/config/ironic/ironic-agent.kernel`, which is `ipa/k` beside the blueprint"
    )


def test_a_region_without_bare_metal_is_told_nothing_of_it() -> None:
    model = three_node_cloud()
    assert not [name for name in variables(model) if "ironic" in name]
    assert "config/ironic.conf" not in files(model)


@pytest.mark.parametrize("kernel", ["ftp://x/k", "https://x/a b", "https://x/'; reboot; '"])
def test_the_agent_is_fetched_by_http_alone(kernel: str) -> None:
    agent = DeployImage(kernel=kernel, ramdisk=f"{URL}.initramfs")
    model = cloud(deploy_image=agent)
    found = TARGET.check(Ref("openstack.core"), model, spans_of(model))
    assert [d.rule.code for d in found] == ["OIB6003"]
