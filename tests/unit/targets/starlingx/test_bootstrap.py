"""What the bootstrap of a system is told: addresses, secrets by their places, versions, authorities."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
import yaml

from blueprint.model import StarlingX
from targets.starlingx.addresses import beside
from targets.starlingx.catalog import catalog
from tests.unit.targets.starlingx.systems import NAMES, cloud, compiled, files_of, texts


def read(found, file):
    """The files of a name, by layer."""
    return {
        path.partition("/starlingx/")[0]: yaml.safe_load(text)
        for path, text in texts(found).items()
        if path.endswith(f"/{file}")
    }


def with_lines(name, *changes):
    """The overrides of a blueprint in which texts are exchanged."""
    files = files_of(name)
    main = str(files["main.oib"])
    for old, new in changes:
        assert old in main
        main = main.replace(old, new)
    found = compiled(files | {"main.oib": main})
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return found


@pytest.mark.parametrize("name", NAMES)
def test_places_of_secrets_are_what_the_release_takes(name):
    found = cloud(name)
    systems = found.model.of(StarlingX)
    for layer, values in read(found, "secrets.yml").items():
        assert catalog(systems[layer].release).judge_bootstrap(values) == ()


@pytest.mark.parametrize("name", NAMES)
def test_no_file_for_a_bootstrap_holds_a_password(name):
    for file in ("localhost.yml", "bootstrap-values.yml", "install-values.yml"):
        for values in read(cloud(name), file).values():
            assert "password" not in str(values)


def test_a_minor_version_of_kubernetes_becomes_the_newest_that_the_release_installs():
    found = with_lines("aio_dx", ('release = "12.0"', 'release = "12.0"\n  kubernetes = "1.33"'))
    (values,) = read(found, "localhost.yml").values()
    assert values["kubernetes_version"] == max(
        each for each in catalog("12.0").kubernetes if each.startswith("1.33.")
    )


@pytest.mark.parametrize(
    ("subnet", "router", "first", "last"),
    [
        ("10.0.0.0/24", None, "10.0.0.1", "10.0.0.254"),
        ("10.0.0.0/24", "10.0.0.1", "10.0.0.2", "10.0.0.254"),
        ("10.0.0.0/24", "10.0.0.254", "10.0.0.1", "10.0.0.253"),
        ("10.0.0.0/24", "10.0.0.100", "10.0.0.101", "10.0.0.254"),
        ("fd00::/64", "fd00::1", "fd00::2", "fd00::ffff:ffff:ffff:fffe"),
    ],
)
def test_addresses_are_given_out_beside_the_router(subnet, router, first, last):
    found = beside(ip_network(subnet), None if router is None else ip_address(router))
    assert (str(found.first), str(found.last)) == (first, last)


def test_a_management_network_without_limits_leaves_its_router_alone():
    found = with_lines(
        "distributed_cloud", ("\n    allot = address(cidr, 2)..address(cidr, 20)", "")
    )
    values = read(found, "bootstrap-values.yml")['starlingx.edge["gd-gz-0001"]']
    assert (values["management_start_address"], values["management_end_address"]) == (
        "10.128.0.2", "10.128.0.30",
    )  # fmt: skip


ADMIN = """
  network edge_admin[s.name] {
    site = site.edge[s.name]
    cidr = subnet(10.160.0.0/12, 27, s.seq)
    gateway = address(subnet(10.160.0.0/12, 27, s.seq), 1)
    vlan = 30
  }
  network edge_cluster[s.name] {"""


def test_with_an_admin_network_its_router_is_the_only_one():
    found = with_lines(
        "distributed_cloud",
        ("\n  network edge_cluster[s.name] {", ADMIN),
        ("networks = network.edge_oam[s.name] }",
         "networks = [network.edge_oam[s.name], network.edge_admin[s.name]] }"),
        ("      mgmt = network.edge_mgmt[s.name]",
         "      mgmt = network.edge_mgmt[s.name]\n      admin = network.edge_admin[s.name]"),
    )  # fmt: skip
    values = read(found, "bootstrap-values.yml")['starlingx.edge["gd-gz-0001"]']
    assert "management_gateway_address" not in values
    assert values["admin_gateway_address"] == "10.160.0.1"
    assert catalog("12.0").judge_subcloud(values) == ()


def test_what_is_installed_follows_from_configuration_kernel_and_port():
    values = read(cloud("distributed_cloud"), "install-values.yml")
    assert values['starlingx.edge["gd-gz-0001"]'] == {
        "install_type": 4,
        "bootstrap_interface": "eno1",
        "bootstrap_vlan": 10,
        "bootstrap_address": "10.64.0.2",
        "bootstrap_address_prefix": 29,
        "nexthop_gateway": "10.64.0.1",
        "rootfs_device": "/dev/disk/by-path/pci-0000:01:00.0-nvme-1",
        "boot_device": "/dev/disk/by-path/pci-0000:01:00.0-nvme-1",
        "bmc_address": "10.72.0.1",
        "no_check_certificate": True,
    }


@pytest.mark.parametrize(
    ("stated", "number"),
    [("", 4), ("install { console = graphical }", 5)],
)
def test_the_console_is_part_of_the_type_of_an_installation(stated, number):
    found = with_lines(
        "distributed_cloud", ("\n    config = s.mode", f"\n    {stated}\n    config = s.mode")
    )
    values = read(found, "install-values.yml")['starlingx.edge["gd-gz-0001"]']
    assert values["install_type"] == number


def test_install_values_are_what_the_release_takes_once_the_user_is_there():
    for values in read(cloud("distributed_cloud"), "install-values.yml").values():
        assert catalog("12.0").judge_install(values | {"bmc_username": "root"}) == ()
