"""Plain data is held to the shapes of a catalogue: keys, types, words, bounds, forms."""

from __future__ import annotations

import pytest

from targets.starlingx.catalog import catalog
from targets.starlingx.catalog.shapes import faults, secret_paths

INSTALL = {
    "bootstrap_interface": "eno1",
    "bootstrap_address": "10.1.0.11",
    "bootstrap_address_prefix": 24,
    "install_type": 2,
    "bmc_username": "admin",
    "bmc_address": "10.9.0.11",
    "nexthop_gateway": "10.1.0.1",
}
SUBCLOUD = {
    "name": "site-0042",
    "system_mode": "simplex",
    "management_subnet": "10.2.0.0/24",
    "management_start_address": "10.2.0.2",
    "management_end_address": "10.2.0.50",
    "management_gateway_address": "10.2.0.1",
    "systemcontroller_gateway_address": "10.3.0.1",
    "external_oam_subnet": "10.1.0.0/24",
    "external_oam_gateway_address": "10.1.0.1",
    "external_oam_floating_address": "10.1.0.11",
}


def bootstrap(release="12.0", **overrides):
    return [str(fault) for fault in catalog(release).judge_bootstrap(overrides)]


def install(release="12.0", **values):
    return [str(fault) for fault in catalog(release).judge_install({**INSTALL, **values})]


def subcloud(without=(), **values):
    stated = {k: v for k, v in {**SUBCLOUD, **values}.items() if k not in without}
    return [str(fault) for fault in catalog("12.0").judge_subcloud(stated)]


def test_an_unknown_key_has_a_nearest_one():
    (fault,) = catalog("12.0").judge_bootstrap({"external_oam_subnets": "10.0.0.0/24"})
    assert (fault.sort, fault.nearest) == ("field", "external_oam_subnet")


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("system_mode", "duplex-direct", "triplex"),
        ("distributed_cloud_role", "systemcontroller", "controller"),
        ("management_dynamic_address_allocation", False, "no"),
        ("external_oam_subnet", "10.0.0.0/24", "10.0.0.1/24"),
        ("external_oam_subnet", "10.0.0.0/24,fd00::/64", "10.0.0.0/24,10.1.0.0/24"),
        ("external_oam_floating_address", "fd00::2", "fd00::2/64"),
        ("pxeboot_subnet", "169.254.202.0/24", "169.254.202.0/24,fd00::/64"),
        ("docker_http_proxy", "http://proxy:3128", "proxy:3128"),
        ("docker_no_proxy", ["10.0.0.1"], "10.0.0.1"),
        ("ssl_ca_cert", "/home/sysadmin/ca.pem", "ca.pem"),
        ("user_dns_host_records", {"host1": "host,10.0.0.1"}, ["host1"]),
        ("docker_registries", {"quay.io": {"url": "r.example.org/quay"}}, {"quay.com": {"url": "x"}}),
        ("docker_registries", {"quay.io": {"secure": False}}, {"quay.io": {"secure": "no"}}),
        ("docker_registries", {"quay.io": None}, {"quay.io": "r.example.org"}),
        ("kubernetes_version", "v1.34.1", "1.34"),
        ("kernel", "lowlatency", "rt"),
        ("applications", [{"/usr/local/a-1.0-0.tgz": None}], ["/usr/local/a-1.0-0.tgz"]),
        (
            "apiserver_oidc",
            {"client_id": "stx", "issuer_url": "https://idp.example.org", "username_claim": "email"},
            {"client_id": "stx"},
        ),
    ],
)  # fmt: skip
def test_a_value_fits_or_does_not(key, good, bad):
    assert bootstrap(**{key: good}) == []
    assert bootstrap(**{key: bad}) != []


@pytest.mark.parametrize(("servers", "count"), [(0, 1), (1, 0), (3, 0), (4, 1)])
def test_one_to_three_name_servers_are_taken(servers, count):
    assert len(bootstrap(dns_servers=[f"10.0.0.{n + 1}" for n in range(servers)])) == count


@pytest.mark.parametrize(("mtu", "count"), [(575, 1), (576, 0), (9216, 0), (9217, 1)])
def test_the_mtu_of_calico_has_bounds(mtu, count):
    assert len(bootstrap(release="master", calico_mtu=mtu)) == count


def test_a_boolean_is_no_number():
    assert bootstrap(release="master", calico_mtu=True) == ["calico_mtu: must be a whole number"]


def test_an_extra_volume_needs_all_its_parts():
    assert bootstrap(
        apiserver_extra_volumes=[{"name": "x", "hostPath": "/x", "mountPath": "/x"}]
    ) == [
        "apiserver_extra_volumes[0].pathType: `pathType` is required",
        "apiserver_extra_volumes[0].readOnly: `readOnly` is required",
    ]


def test_what_ansible_fills_in_is_taken_anywhere():
    assert (
        bootstrap(external_oam_subnet="{{ oam }}", admin_password="{{ vault_admin_password }}")
        == []
    )


def test_values_of_an_installation_fit():
    assert install() == []


def test_a_password_may_come_with_the_command_but_a_user_may_not():
    values = {k: v for k, v in INSTALL.items() if k != "bmc_username"}
    assert [str(f) for f in catalog("12.0").judge_install(values)] == [
        "bmc_username: `bmc_username` is required"
    ]


@pytest.mark.parametrize(("size", "count"), [(29999, 1), (30000, 0)])
def test_the_persistent_partition_has_a_smallest_size(size, count):
    assert len(install(persistent_size=size)) == count


@pytest.mark.parametrize(("kind", "count"), [(-1, 1), (0, 0), (5, 0), (6, 1)])
def test_kinds_of_installation_are_numbered(kind, count):
    assert len(install(install_type=kind)) == count


@pytest.mark.parametrize(("vlan", "count"), [(0, 1), (1, 0), (4094, 0), (4095, 1)])
def test_the_vlan_of_an_installation_has_bounds(vlan, count):
    assert len(install(bootstrap_vlan=vlan)) == count


def test_a_value_of_a_later_release_is_not_known_before():
    assert install("10.0", wipe_osds=True) == ["wipe_osds: no key `wipe_osds`"]
    assert install("11.0", wipe_osds=True) == []


def test_a_password_is_in_base64():
    assert install(bmc_password="c2VjcmV0") == []
    assert install(bmc_password="secret!") != []


def test_values_of_a_subcloud_fit():
    assert subcloud() == []


@pytest.mark.parametrize(
    "name", ["name", "systemcontroller_gateway_address", "external_oam_subnet"]
)
def test_what_a_subcloud_needs_is_missed(name):
    assert subcloud(without=[name]) == [f"{name}: `{name}` is required"]


def test_a_name_of_digits_alone_is_refused():
    assert len(subcloud(name="0042")) == 1


def test_a_part_of_the_management_network_brings_the_rest():
    assert subcloud(without=["management_end_address"]) == [
        "management_end_address: `management_end_address` is required with the rest of management"
    ]


def test_an_admin_network_has_the_one_gateway():
    admin = {
        "admin_subnet": "10.4.0.0/24",
        "admin_start_address": "10.4.0.2",
        "admin_end_address": "10.4.0.20",
        "admin_gateway_address": "10.4.0.1",
    }
    assert subcloud(without=["management_gateway_address"], **admin) == []
    assert subcloud(**admin) == [
        "management_gateway_address: a subcloud has one gateway, on its admin or on its management network"
    ]


def test_texts_in_the_place_of_secrets_are_found():
    shape = {"fields": {key.name: key.shape for key in catalog("12.0").bootstrap.values()}}
    stated = {
        "admin_password": "hunter2",
        "ansible_become_pass": "{{ vault_become }}",
        "docker_registries": {"quay.io": {"url": "x", "password": "y"}},
    }
    assert list(secret_paths(shape, stated)) == [
        ("admin_password",),
        ("docker_registries", "quay.io", "password"),
    ]


def test_null_is_refused_unless_it_is_allowed():
    assert [str(f) for f in faults("string", None)] == [": must not be empty"]
    assert list(faults({"type": "string", "nullable": True}, None)) == []
