"""Networks of pods on guests of a region: what a definition names is what the image's system calls the interface."""

from __future__ import annotations

import json

import pytest
import yaml

from blueprint.driver import Compilation, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from tests.unit.targets.cluster_api.made import sources

NAMED = ("vnic = direct }", 'vnic = direct  name = "ens4" }')
POOL = "pools = [pool.workers]"
CNI = "  cni = calico\n  api {"


def network(text: str, pools: str = POOL) -> tuple[str, str]:
    stated = f"secondary_network data {{ physnet = physnet.ex  {text}  {pools} }}"
    return CNI, f"  cni = calico\n  {stated}\n  api {{"


def made(*changes: tuple[str, str]) -> Compilation:
    options = Options(targets=("cluster_services",))
    return compile_blueprint(MemoryLoader(sources("guests", *changes)), options)


def codes(*changes: tuple[str, str]) -> list[str]:
    return [d.rule.code for d in made(*changes).diagnostics]


def test_a_pod_is_handed_the_interface_by_the_name_that_the_image_gives_it():
    (found,) = made(NAMED, network("vlan = 800  cni = host_device  ipam = none")).deployments
    texts = [a.text for a in found.artifacts if "NetworkAttachmentDefinition" in a.text]
    documents = [d for text in texts for d in yaml.safe_load_all(text)]
    (definition,) = (d for d in documents if d["kind"] == "NetworkAttachmentDefinition")
    stated = json.loads(definition["spec"]["config"])
    assert (stated["type"], stated["device"], "ipam" in stated) == ("host-device", "ens4", False)


@pytest.mark.parametrize("vlan", [700, 801])
def test_the_interface_is_on_the_very_vlan(vlan):
    physnet = ("vlans = [700, 800]", "vlans = [700, 800, 801]")
    assert codes(NAMED, physnet, network(f"vlan = {vlan}  cni = host_device  ipam = none")) == [
        "OIB7048"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "vlan = 800  cni = macvlan  ipam = none",
        "vlan = 800  cni = ipvlan  ipam = static  cidr = 198.51.100.0/24",
        "vlan = 800  cni = host_device  ipam = whereabouts  cidr = 198.51.100.0/24",
    ],
)
def test_addresses_that_neutron_did_not_give_do_not_pass(text):
    assert codes(NAMED, network(text)) == ["OIB7048"]


def test_a_pool_without_the_interface_is_told():
    assert codes(NAMED, network("vlan = 800  cni = host_device  ipam = none", pools="")) == [
        "OIB7048"
    ]


def test_a_port_takes_no_security_group_where_the_network_has_no_port_security():
    off = (
        "physnet = physnet.ex  shared = true }",
        "physnet = physnet.ex  shared = true  port_security = false }",
    )
    options = Options(targets=("cluster_api",))
    found = compile_blueprint(MemoryLoader(sources("guests", off)), options).diagnostics
    assert [(d.rule.code, d.span.text if d.span else "") for d in found] == [
        ("OIB6980", "provider_network.fast")
    ]
