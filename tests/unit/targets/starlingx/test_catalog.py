"""The committed catalogues say what StarlingX's own repositories say, release by release."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import yaml

from targets.starlingx.catalog import catalog, releases
from targets.starlingx.catalog.derive import HERE, release_catalogue

SHARED = Path(__file__).parents[5] / "shared" / "upstream" / "starlingx"
REPOSITORIES = "OIB_STARLINGX_REPOSITORIES"
every_release = pytest.mark.parametrize("release", releases())


def test_a_release_without_a_catalogue_is_a_key_error():
    with pytest.raises(KeyError):
        catalog("13.0")


@every_release
def test_what_the_playbook_demands_is_a_key(release):
    mandatory = {key.name for key in catalog(release).bootstrap.values() if key.is_mandatory}
    assert {"system_mode", "external_oam_subnet", "cluster_pod_subnet", "dns_servers"} <= mandatory


@every_release
@pytest.mark.parametrize(
    "name",
    ["admin_subnet", "kubernetes_version", "ssl_ca_cert", "management_gateway_address"],
)
def test_overrides_that_no_file_of_defaults_names_are_keys(release, name):
    assert name in catalog(release).bootstrap


@every_release
def test_what_roles_work_out_themselves_is_no_key(release):
    assert not {"check_system", "network_params", "defaults", "presented"} & set(
        catalog(release).bootstrap
    )


@every_release
def test_what_the_manager_gives_is_no_key(release):
    known = catalog(release)
    assert known.given_by_dcmanager & set(known.bootstrap) == set()


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("calico_mtu", "master"),
        ("docker_fs_size", "master"),
        ("management_floating_address", "11.0"),
    ],
)
def test_a_key_is_known_from_the_release_that_brought_it(name, first):
    order = releases()
    assert [r for r in order if name in catalog(r).bootstrap] == list(order[order.index(first) :])


def test_a_key_that_was_removed_is_known_before_alone():
    assert [r for r in releases() if "apiserver_cert_sans" in catalog(r).bootstrap] == [
        "9.0", "10.0", "11.0",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["admin_password", "docker_registries", "system_local_ca_key"])
def test_keys_that_hold_secrets_are_known_as_such(name):
    assert catalog("12.0").bootstrap[name].is_secret


def test_a_key_without_a_secret_is_known_as_such():
    assert not catalog("12.0").bootstrap["external_oam_subnet"].is_secret


def test_two_families_came_with_10():
    assert [r for r in releases() if not catalog(r).is_dual_stack] == ["9.0"]


@every_release
def test_the_default_kubernetes_is_the_newest_that_is_offered(release):
    known = catalog(release)
    assert known.kubernetes[-1] == known.default_kubernetes


def test_versions_are_in_the_order_of_their_numbers():
    assert catalog("master").kubernetes[:2] == ("1.32.2", "1.32.13")


def test_what_is_half_prepared_is_not_offered():
    assert "1.30.6" not in catalog("10.0").kubernetes


def test_labels_have_the_values_that_the_platform_takes():
    labels = catalog("12.0").labels
    assert (labels["kube-memory-mgr-policy"], labels["sriovdp"]) == (
        ("none", "static"),
        ("enabled",),
    )


def test_a_label_of_a_later_release_is_not_known_before():
    assert "lvm-csi" not in catalog("12.0").labels
    assert "lvm-csi" in catalog("master").labels


@pytest.mark.parametrize(
    ("subject", "word"),
    [
        ("ptp_services", "ts2phc"),
        ("data_networks", "vxlan"),
        ("interface_classes", "pci-sriov"),
        ("cpu_functions", "Application-isolated"),
        ("stor_functions", "journal"),
        ("volume_groups", "nova-local"),
        ("aggregation_modes", "802.3ad"),
        ("sriov_drivers", "vfio"),
        ("personalities", "worker"),
        ("storage_backends", "ceph"),
        ("kernels", "lowlatency"),
    ],
)
@every_release
def test_vocabularies_hold_their_words(release, subject, word):
    assert word in catalog(release).words(subject)


def test_ptp_services_grow_with_the_releases():
    assert "gnss-monitor" not in catalog("10.0").words("ptp_services")
    assert "gnss-monitor" in catalog("11.0").words("ptp_services")


def test_file_systems_differ_by_personality():
    known = catalog("12.0")
    assert "instances" in known.filesystems("worker")
    assert "instances" not in known.filesystems("storage")


def test_sizes_and_numbers_are_those_of_the_platform():
    known = catalog("12.0")
    assert (known.size_gib("sb_ceph_mon_gib_max"), known.number("vxlan_mtu_overhead")) == (40, 74)


def test_the_switch_of_openstack_is_one_set_of_labels():
    assert frozenset({"openvswitch=enabled", "dpdk=enabled"}) in catalog("12.0").vswitch_labels


def test_upstreams_own_defaults_fit():
    """The file of defaults is one override file that StarlingX surely takes."""
    if not SHARED.is_dir():
        pytest.skip(f"upstream's defaults are not here: {SHARED}")
    defaults = yaml.safe_load((SHARED / "bootstrap-default.yml").read_text(encoding="utf-8"))
    assert [str(each) for each in catalog("master").judge_bootstrap(defaults)] == []


def test_every_key_of_upstreams_defaults_is_known():
    if not SHARED.is_dir():
        pytest.skip(f"upstream's defaults are not here: {SHARED}")
    defaults = yaml.safe_load((SHARED / "bootstrap-default.yml").read_text(encoding="utf-8"))
    assert set(defaults) <= set(catalog("master").bootstrap)


@every_release
def test_the_catalogue_can_be_derived_again(release):
    stated = os.environ.get(REPOSITORIES)
    if not stated or not shutil.which("git"):
        pytest.skip(f"`{REPOSITORIES}` names no folder of StarlingX's repositories")
    again = release_catalogue(Path(stated), release)
    assert (HERE / f"{release}.json").read_text(encoding="utf-8") == again
