"""The committed catalogues say what is known of the releases, and can be derived again."""

import pytest

from targets._derivation.packages import cached_wheel
from targets.kolla_ansible.catalog import Catalog, catalog, releases
from targets.kolla_ansible.catalog.derivation import kolla
from targets.kolla_ansible.catalog.derivation.packages import SharedFiles
from targets.kolla_ansible.catalog.derivation.releases import RELEASES
from targets.kolla_ansible.catalog.derive import HERE, kolla_catalogue

every_release = pytest.mark.parametrize("release", releases())


def test_the_releases_of_today_have_a_catalogue() -> None:
    assert {"2025.1", "2026.1"} <= set(releases())


def test_a_release_without_a_catalogue_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalog("2019.1")


@every_release
def test_a_group_names_only_groups_that_exist(release: str) -> None:
    groups = catalog(release).groups
    named = {child for group in groups.values() for child in group.children}
    assert not named - set(groups)


@every_release
def test_the_group_order_starts_as_in_the_multinode_inventory(release: str) -> None:
    first = list(catalog(release).groups)[:6]
    assert first == ["control", "network", "compute", "monitoring", "storage", "deployment"]


@every_release
def test_hosts_go_into_the_first_six_groups_only(release: str) -> None:
    taking = [group.name for group in catalog(release).groups.values() if group.takes_hosts]
    assert taking == ["control", "network", "compute", "monitoring", "storage", "deployment"]


@every_release
def test_the_deployment_host_is_local(release: str) -> None:
    assert catalog(release).groups["deployment"].hosts == {
        "localhost": {"ansible_connection": "local"}
    }


def test_telegraf_and_zun_left_between_2025_1_and_2026_1() -> None:
    older, newer = set(catalog("2025.1").groups), set(catalog("2026.1").groups)
    assert {"telegraf", "zun", "kolla-toolbox", "ironic-inspector"} <= older - newer


def test_groups_with_an_underscore_came_between_2025_1_and_2026_1() -> None:
    older, newer = set(catalog("2025.1").groups), set(catalog("2026.1").groups)
    assert {"kolla_toolbox", "kolla_logs", "neutron-rpc-server"} <= newer - older


def test_nine_groups_came_and_nine_went_between_2025_2_and_2026_1() -> None:
    wheel = cached_wheel("kolla-ansible", RELEASES["2025.2"].kolla_ansible)
    if wheel is None:
        pytest.skip("the kolla-ansible wheel of 2025.2 is not in the cache")
    older = set(kolla.inventory(SharedFiles(wheel))["order"])
    newer = set(catalog("2026.1").groups)
    assert (len(newer - older), len(older - newer)) == (9, 9)


@every_release
def test_a_well_known_variable_is_there(release: str) -> None:
    assert "kolla_internal_vip_address" in catalog(release).variables


@every_release
def test_a_variable_that_never_existed_is_not_there(release: str) -> None:
    assert "storage_interface" not in catalog(release).variables


@every_release
def test_a_variable_that_is_read_without_a_default_is_there(release: str) -> None:
    assert "kolla_serial" in catalog(release).variables


def test_a_name_that_the_sample_shows_but_nothing_reads_is_not_there() -> None:
    assert "disable_firewall" not in catalog("2026.1").variables


@every_release
def test_passwords_are_not_variables(release: str) -> None:
    known = catalog(release)
    assert not set(known.passwords) & set(known.variables)


@every_release
def test_the_plugin_agent_has_closed_words(release: str) -> None:
    assert {"openvswitch", "ovn"} <= set(catalog(release).variables["neutron_plugin_agent"].words)


@every_release
def test_the_virtual_router_id_is_an_integer_with_its_default(release: str) -> None:
    variable = catalog(release).variables["keepalived_virtual_router_id"]
    assert (variable.type, variable.default) == ("int", 51)


@every_release
def test_a_reference_takes_the_type_of_what_it_refers_to(release: str) -> None:
    assert catalog(release).variables["tunnel_interface"].type == "string"


@every_release
def test_a_switch_written_as_a_word_is_a_bool(release: str) -> None:
    variable = catalog(release).variables["enable_barbican"]
    assert (variable.type, variable.default) == ("bool", False)


@pytest.mark.parametrize(("release", "keys"), [("2025.1", 120), ("2026.1", 107)])
def test_the_password_file_has_the_counted_keys(release: str, keys: int) -> None:
    assert len(catalog(release).passwords) == keys


@every_release
def test_passwords_have_the_kind_that_the_generator_gives_them(release: str) -> None:
    passwords = catalog(release).passwords
    kinds = {
        "cinder_rbd_secret_uuid": "uuid",
        "nova_ssh_key": "ssh_key",
        "barbican_crypto_key": "fernet_key",
        "designate_rndc_key": "hmac_md5",
        "docker_registry_password": "stated",
        "database_password": "password",
    }
    assert {name: passwords[name] for name in kinds} == kinds


@every_release
def test_every_switch_is_also_a_variable(release: str) -> None:
    known = catalog(release)
    assert not set(known.services) - set(known.variables)


@every_release
def test_the_core_is_on_and_barbican_off_unless_asked(release: str) -> None:
    services = catalog(release).services
    assert services["enable_openstack_core"].default is True
    assert services["enable_barbican"].default is False


@every_release
def test_a_derived_switch_keeps_its_expression(release: str) -> None:
    assert catalog(release).services["enable_nova"].expression == (
        "{{ enable_openstack_core | bool }}"
    )


@every_release
def test_nothing_is_read_before_it_is_asked_for(release: str) -> None:
    fresh = Catalog(release)
    assert set(vars(fresh)) == {"release"}


@every_release
def test_the_catalogue_is_what_the_package_derives(release: str) -> None:
    if cached_wheel("kolla-ansible", RELEASES[release].kolla_ansible) is None:
        pytest.skip("the kolla-ansible wheel is not in the cache; run derive.py once")
    for name, text in kolla_catalogue(RELEASES[release]).items():
        assert (HERE / release / name).read_text(encoding="utf-8") == text
