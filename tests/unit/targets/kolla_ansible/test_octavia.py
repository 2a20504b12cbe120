"""Octavia: providers, the network of amphorae on both sides, certificates, the image."""

from __future__ import annotations

import pytest

from targets.kolla_ansible.catalog import catalog, releases

from .texts import COMPUTE, Emitted, cloud, emitted, faults

LB = (
    "network lb { cidr = 10.70.0.0/24  vlan = 170  gateway = 10.70.0.1\n"
    "  pool amphorae { ranges = 10.70.0.100..10.70.0.200  managed_by = neutron } }\n"
)
ON_LB = COMPUTE.replace("network.tenant]", "network.tenant, network.lb]")
BLOCK = "  octavia { network = network.lb  physnet = physnet.provider }\n"
every_release = pytest.mark.parametrize("release", releases())


def made(layer: str = BLOCK, control: str = ON_LB, things: str = LB, **more: str) -> Emitted:
    return emitted(cloud(layer=layer, control=control, things=things, services=", octavia", **more))


def codes(layer: str, control: str = ON_LB, things: str = LB, **more: str) -> list[str]:
    text = cloud(layer=layer, control=control, things=things, services=", octavia", **more)
    return [each.rule.code for each in faults(text)]


@every_release
def test_amphorae_get_a_provider_network_with_addresses_of_their_own(release):
    assert made(release=release).variables()["octavia_amp_network"] == {
        "name": "lb-mgmt-net",
        "mtu": 1500,
        "provider_network_type": "vlan",
        "provider_physical_network": "provider",
        "provider_segmentation_id": 170,
        "external": False,
        "shared": False,
        "subnet": {
            "name": "lb-mgmt-subnet",
            "cidr": "10.70.0.0/24",
            "allocation_pool_start": "10.70.0.100",
            "allocation_pool_end": "10.70.0.200",
            "gateway_ip": "10.70.0.1",
            "enable_dhcp": True,
        },
    }


@every_release
def test_every_variable_is_one_of_the_release(release):
    found = made(release=release)
    names = {*found.variables(), *found.variables("oib_node")} - {"ansible_user"}
    assert names - set(catalog(release).variables) == set()


@every_release
def test_the_jobs_of_amphorae_are_kept_in_the_store_that_the_release_has(release):
    found = made(release=release).variables()
    name = "enable_redis" if release == "2024.2" else "enable_valkey"
    assert {each: found[each] for each in ("enable_redis", "enable_valkey") if each in found} == {
        name: True
    }


def test_controllers_listen_on_the_network_of_amphorae():
    assert made().variables("oib_node")["octavia_network_interface"] == "eno1.170"


def test_computes_have_no_such_interface():
    assert "octavia_network_interface" not in made().variables("oib_cmp")


def test_the_first_provider_is_usual():
    found = made("  octavia { providers = [ovn]  }\n")
    assert found.options("octavia.conf") == {"api_settings": {"default_provider_driver": "ovn"}}


def test_ovn_alone_needs_neither_network_nor_store():
    found = made("  octavia { providers = [ovn] }\n", COMPUTE, "").variables()
    assert not {"octavia_network_type", "octavia_amp_network", "enable_valkey"} & set(found)


def test_where_open_vswitch_runs_on_the_controllers_kolla_makes_the_network():
    found = made("  neutron { plugin = ovs }\n", COMPUTE, "").variables()
    assert found["octavia_network_type"] == "tenant"


def test_its_own_network_must_have_addresses_that_nothing_else_has():
    taken = "network other { cidr = 10.1.0.128/25 }\n"
    assert codes("  neutron { plugin = ovs }\n", COMPUTE, taken) == ["OIB6060"]


def test_a_network_beside_its_own_is_no_matter():
    beside = "network other { cidr = 10.1.1.0/24 }\n"
    assert codes("  neutron { plugin = ovs }\n", COMPUTE, beside) == []


def test_two_amphorae_watch_each_other_where_asked():
    block = BLOCK.replace(" }", "  topology = active_standby }")
    assert made(block).variables()["octavia_loadbalancer_topology"] == "ACTIVE_STANDBY"


def test_certificates_are_made_after_the_passwords_and_before_the_deployment():
    titles = [step.title for step in made().steps]
    certificates = titles.index("Make Octavia's certificates")
    assert titles.index("Generate the passwords") < certificates < titles.index("Deploy")


@pytest.mark.parametrize(
    "name",
    ["client.cert-and-key.pem", "client_ca.cert.pem", "server_ca.cert.pem", "server_ca.key.pem"],
)
def test_provided_certificates_are_the_four_that_are_read(name):
    block = BLOCK.replace(" }", "  tls = pki.lb }")
    found = made(block, things=LB + "pki lb { issuer = provided }\n")
    needs = found.step("Put Octavia's certificates in their places").needs
    assert any(f"/etc/kolla/config/octavia/{name}`" in need for need in needs)


def test_an_image_of_the_regions_own_is_made_with_all_other_images():
    block = BLOCK.replace(" }", "  image = image.lb }")
    found = made(block + '  image lb { file = "https://images.example/a.qcow2" }\n')
    commands = [c for step in found.steps for c in step.commands]
    assert not [command for command in commands if "openstack image" in command]


@pytest.mark.parametrize(
    ("layer", "control", "things", "code"),
    [
        ("", COMPUTE, "", "OIB6060"),
        (BLOCK, COMPUTE, LB, "OIB6061"),
        ("  octavia { network = network.lb }\n", ON_LB, LB, "OIB6062"),
        (BLOCK + "  neutron { plugin = ovs }\n", ON_LB, LB, None),
        (
            "  octavia { providers = [ovn] }\n  neutron { plugin = ovs }\n",
            COMPUTE,
            "",
            "OIB6063",
        ),
        (BLOCK, ON_LB, LB.replace("managed_by = neutron", ""), "OIB6066"),
    ],
    ids=["no network", "controllers", "no physnet", "fine", "provider", "no addresses"],
)
def test_what_kolla_ansible_cannot_do_is_one_error(layer, control, things, code):
    assert codes(layer, control, things) == ([] if code is None else [code])


@pytest.mark.parametrize(
    "release", [each for each in releases() if "octavia.conf" in catalog(each).config_files]
)
def test_options_of_the_service_itself_go_into_its_file(release):
    block = BLOCK.replace(
        " }", '  config "octavia.conf" { controller_worker { amp_active_retries = 30 } } }'
    )
    found = made(block, release=release).options("octavia.conf")
    assert found == {"controller_worker": {"amp_active_retries": "30"}}


def test_a_file_that_the_service_does_not_read_is_refused():
    block = BLOCK.replace(" }", '  config "octavia-agent.conf" { DEFAULT { debug = true } } }')
    assert codes(block) == ["OIB6020"]
