"""The real Kolla-Ansible renders a region with Open vSwitch, DPDK, virtual functions, load balancers and names.

The sentences about rendered files are written from the blueprint's text, by a person. What is rendered is
limited to the services in question, on one host of each class; the rest of the services are judged on the
reference blueprints.
"""

from __future__ import annotations

import configparser
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from blueprint.cli import main

from . import kolla
from .supplies import write_certificates
from .three_nodes import supply
from .tools import or_skip

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.matrix,  # about a minute on two cores
    pytest.mark.xdist_group("virtual_networks"),
]

HERE = Path(__file__).parent
RELEASE = "2025.1"
TAGS = ("ovs-dpdk", "neutron", "nova", "octavia", "designate")
HOSTS = ("ctl-1", "vf-1", "pmd-1")
CERTIFICATES = (
    "config/octavia/client.cert-and-key.pem",
    "config/octavia/client_ca.cert.pem",
    "config/octavia/server_ca.cert.pem",
    "config/octavia/server_ca.key.pem",
)


@dataclass(frozen=True)
class Region:
    """What was emitted, and what the tool made of it."""

    emitted: Path
    runbook: str
    rendered: kolla.Rendered

    def options(self, host: str, path: str) -> dict[str, dict[str, str]]:
        """A rendered file as sections and options; of a repeated option the last."""
        parser = configparser.ConfigParser(
            interpolation=None, strict=False, default_section="", delimiters=("=",)
        )
        parser.read_string(self.rendered.text(host, path))
        return {name: dict(parser[name]) for name in parser.sections()}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    or_skip(lambda: kolla.tool(RELEASE))
    folder = tmp_path_factory.mktemp("virtual_networks")
    output, supplied = folder / "output", folder / "supplied"
    source = HERE / "fixtures" / "virtual_networks"
    assert main(["compile", str(source), "-o", str(output), "--quiet"]) == 0
    supply(RELEASE, supplied, (), ())
    write_certificates(supplied, CERTIFICATES, ("octavia.example",))
    emitted = output / "openstack.core" / "kolla_ansible"
    facts = HERE / "facts" / "virtual_networks.yml"
    done = kolla.render(RELEASE, emitted, facts, supplied, folder / "scratch", TAGS, HOSTS)
    return Region(emitted, (output / "DEPLOY.md").read_text(encoding="utf-8"), done)


def test_every_task_succeeds_on_every_host(region: Region) -> None:
    assert region.rendered.is_whole, region.rendered.explain()


def test_every_variable_is_known_to_the_release(region: Region) -> None:
    assert kolla.unknown_variables(RELEASE, region.emitted) == ()


def test_the_hosts_that_were_rendered_stand_for_all(region: Region) -> None:
    facts = HERE / "facts" / "virtual_networks.yml"
    classes = kolla.host_classes(RELEASE, region.emitted, facts)
    assert {hosts[0].split("-")[0] for hosts in classes} == {"ctl", "pmd", "vf"}


@pytest.mark.parametrize(
    ("host", "file", "section", "option", "value"),
    [
        ("ctl-1", "neutron-server/ml2_conf.ini", "ml2", "mechanism_drivers", "openvswitch,l2population,sriovnicswitch"),
        ("ctl-1", "neutron-server/ml2_conf.ini", "ml2", "tenant_network_types", "vxlan"),
        ("ctl-1", "neutron-server/ml2_conf.ini", "ml2", "extension_drivers", "qos,port_security,subnet_dns_publish_fixed_ip"),
        ("ctl-1", "neutron-server/ml2_conf.ini", "ml2_type_vlan", "network_vlan_ranges", "provider:100:199,radio:300:349,radio:399:399"),
        ("ctl-1", "neutron-server/neutron.conf", "DEFAULT", "service_plugins", "qos,router,trunk,port_forwarding"),
        ("ctl-1", "neutron-server/neutron.conf", "DEFAULT", "dns_domain", "cloud.example."),
        ("ctl-1", "neutron-server/neutron.conf", "DEFAULT", "external_dns_driver", "designate"),
        ("ctl-1", "neutron-server/neutron.conf", "DEFAULT", "l3_ha", "true"),
        ("ctl-1", "neutron-l3-agent/l3_agent.ini", "agent", "extensions", "port_forwarding"),
        ("ctl-1", "neutron-dhcp-agent/dhcp_agent.ini", "DEFAULT", "dnsmasq_dns_servers", "10.20.0.2"),
        ("ctl-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "ovs", "datapath_type", "system"),
        ("ctl-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "ovs", "bridge_mappings", "provider:br-provider"),
        ("ctl-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "ovs", "local_ip", "10.40.0.11"),
        ("vf-1", "neutron-sriov-agent/sriov_agent.ini", "sriov_nic", "physical_device_mappings", "radio:ens5f0,radio:ens5f1"),
        ("vf-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "FDB", "shared_physical_device_mappings", "radio:ens5f0,radio:ens5f1"),
        ("vf-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "securitygroup", "firewall_driver", "neutron.agent.linux.iptables_firewall.OVSHybridIptablesFirewallDriver"),
        ("pmd-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "ovs", "datapath_type", "netdev"),
        ("pmd-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "ovs", "bridge_mappings", "provider:br_provider"),
        ("pmd-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "ovs", "local_ip", "10.40.0.14"),
        ("pmd-1", "neutron-openvswitch-agent/openvswitch_agent.ini", "securitygroup", "firewall_driver", "openvswitch"),
        ("ctl-1", "octavia-worker/octavia.conf", "controller_worker", "loadbalancer_topology", "ACTIVE_STANDBY"),
        ("ctl-1", "octavia-worker/octavia.conf", "controller_worker", "amp_image_tag", "amphora"),
        ("ctl-1", "octavia-health-manager/octavia.conf", "health_manager", "bind_ip", "10.70.0.1"),
        ("ctl-1", "octavia-health-manager/octavia.conf", "health_manager", "controller_ip_port_list", "10.70.0.1:5555,10.70.0.2:5555,10.70.0.3:5555"),
        ("ctl-1", "octavia-api/octavia.conf", "api_settings", "enabled_provider_drivers", "amphora:Amphora provider"),
        ("ctl-1", "octavia-worker/octavia.conf", "task_flow", "jobboard_enabled", "true"),
        ("ctl-1", "octavia-worker/octavia.conf", "task_flow", "jobboard_backend_hosts", "10.20.0.11,10.20.0.12,10.20.0.13"),
        ("ctl-1", "designate-mdns/designate.conf", "service:mdns", "listen", "10.20.0.11:5354"),
    ],
)  # fmt: skip
def test_a_stated_fact_stands_in_the_rendered_file(
    region: Region, host: str, file: str, section: str, option: str, value: str
) -> None:
    assert region.options(host, file)[section].get(option) == value


def test_nova_gives_guests_the_virtual_functions(region: Region) -> None:
    lines = region.rendered.text("vf-1", "nova-compute/nova.conf").splitlines()
    listed = [
        json.loads(line.partition("=")[2]) for line in lines if line.startswith("device_spec")
    ]
    assert listed == [
        {"address": "0000:5e:00.0", "physical_network": "radio", "trusted": "true"},
        {"address": "0000:5e:00.1", "physical_network": "radio"},
    ]


def test_no_list_of_devices_stands_beside_it(region: Region) -> None:
    assert "passthrough_whitelist" not in region.rendered.text("vf-1", "nova-compute/nova.conf")


def test_the_scheduler_filters_for_devices_and_numa_nodes(region: Region) -> None:
    found = region.options("ctl-1", "nova-scheduler/nova.conf")["filter_scheduler"]
    filters = found["enabled_filters"].split(",")
    assert {"ComputeFilter", "PciPassthroughFilter", "NUMATopologyFilter"} <= set(filters)


def test_computes_without_virtual_functions_run_no_agent_for_them(region: Region) -> None:
    agents = [f for f in region.rendered.files("pmd-1") if f.startswith("neutron-sriov-agent/")]
    assert agents == []


@pytest.mark.parametrize(
    "line",
    [
        "bridge_mappings=provider:br_provider",
        "port_mappings=ens5f0:br_provider",
        "cidr_mappings=br_provider:10.40.0.14/24",
        "ovs_socket_mem=2048,2048",
    ],
)
def test_the_script_that_binds_cards_is_told_what_the_blueprint_says(
    region: Region, line: str
) -> None:
    told = region.rendered.text("pmd-1", "ovsdpdk-db/ovs-dpdkctl.conf.install")
    assert line in told.splitlines()


def test_only_hosts_with_dpdk_run_it(region: Region) -> None:
    with_dpdk = {h for h in HOSTS for f in region.rendered.files(h) if f.startswith("ovsdpdk-db/")}
    assert with_dpdk == {"pmd-1"}


def test_names_are_answered_for_by_the_stated_servers(region: Region) -> None:
    pools = region.rendered.text("ctl-1", "designate-worker/pools.yaml")
    assert "    - hostname: ns1.cloud.example.\n" in pools
