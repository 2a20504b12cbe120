"""The committed option catalogues know the files, sections and options of the services."""

import pytest

from targets._derivation.packages import has_environment
from targets._openstack.options import Option, Section
from targets.kolla_ansible.catalog import Catalog, catalog, releases
from targets.kolla_ansible.catalog.derivation.releases import RELEASES
from targets.kolla_ansible.catalog.derive import OPTIONS, option_catalogue, pins

every_release = pytest.mark.parametrize("release", releases())


def section(release: str, file_name: str, name: str) -> Section:
    found = catalog(release).options(file_name).section(name)
    assert found is not None
    return found


@every_release
@pytest.mark.parametrize(
    ("file_name", "service"),
    [
        ("nova.conf", "nova"),
        ("ml2_conf.ini", "neutron"),
        ("openvswitch_agent.ini", "neutron"),
        ("neutron_ovn_metadata_agent.ini", "neutron"),
        ("keystone.conf", "keystone"),
        ("glance.conf", "glance"),
        ("placement.conf", "placement"),
        ("heat.conf", "heat"),
        ("barbican.conf", "barbican"),
        ("cinder.conf", "cinder"),
        ("aodh.conf", "aodh"),
        ("blazar.conf", "blazar"),
        ("ceilometer.conf", "ceilometer"),
        ("cloudkitty.conf", "cloudkitty"),
        ("cyborg.conf", "cyborg"),
        ("designate.conf", "designate"),
        ("gnocchi.conf", "gnocchi"),
        ("ironic.conf", "ironic"),
        ("ironic_neutron_agent.ini", "neutron"),
        ("magnum.conf", "magnum"),
        ("manila.conf", "manila"),
        ("masakari.conf", "masakari"),
        ("masakari-monitors.conf", "masakari"),
        ("mistral.conf", "mistral"),
        ("octavia.conf", "octavia"),
        ("sriov_agent.ini", "neutron"),
        ("bgp_dragent.ini", "neutron"),
        ("fwaas_driver.ini", "neutron"),
        ("neutron_vpnaas.conf", "neutron"),
        ("tacker.conf", "tacker"),
        ("trove.conf", "trove"),
        ("watcher.conf", "watcher"),
    ],
)
def test_the_files_that_operators_override_are_known(
    release: str, file_name: str, service: str
) -> None:
    assert catalog(release).config_files[file_name] == service


@every_release
def test_a_file_that_no_service_reads_is_a_key_error(release: str) -> None:
    with pytest.raises(KeyError):
        catalog(release).options("nvoa.conf")


@pytest.mark.parametrize(
    ("file_name", "known_in"),
    [
        ("ironic-inspector.conf", {"2024.2", "2025.1"}),
        ("neutron_taas.conf", {"2025.1", "2025.2", "2026.1"}),
        ("zun.conf", {"2024.2", "2025.1", "2025.2"}),
    ],
)
def test_files_of_services_that_come_and_go_are_known_where_they_are(
    file_name: str, known_in: set[str]
) -> None:
    assert {r for r in releases() if file_name in catalog(r).config_files} == known_in


@every_release
def test_every_known_file_can_be_asked_for_its_sections(release: str) -> None:
    known = catalog(release)
    empty = [name for name in known.config_files if not known.options(name).sections]
    assert empty == []


@every_release
def test_a_back_end_of_manila_takes_the_options_of_its_drivers(release: str) -> None:
    assert section(release, "manila.conf", "cephfs1")["cephfs_protocol_helper_type"].choices == (
        "CEPHFS",
        "NFS",
    )


@every_release
def test_an_integer_option_carries_its_bounds(release: str) -> None:
    option = section(release, "nova.conf", "scheduler")["max_attempts"]
    assert (option.type, option.minimum) == ("int", 1)


@every_release
def test_a_string_option_carries_its_choices(release: str) -> None:
    option = section(release, "nova.conf", "libvirt")["cpu_mode"]
    assert set(option.choices) == {"host-model", "host-passthrough", "custom", "none"}


@every_release
def test_a_port_option_is_bounded_by_the_protocol(release: str) -> None:
    option = section(release, "nova.conf", "vnc")["novncproxy_port"]
    assert (option.type, option.minimum, option.maximum) == ("port", 0, 65535)


@every_release
def test_an_option_that_may_stand_more_than_once_says_so(release: str) -> None:
    assert section(release, "nova.conf", "pci")["device_spec"].is_repeatable


@every_release
def test_a_misspelled_option_is_not_there(release: str) -> None:
    assert "max_attempt" not in section(release, "nova.conf", "scheduler")


@every_release
def test_an_unknown_section_is_none(release: str) -> None:
    assert catalog(release).options("nova.conf").section("schedular") is None


@every_release
def test_a_deprecated_name_leads_to_the_option_of_today(release: str) -> None:
    assert section(release, "nova.conf", "pci").renamed("passthrough_whitelist") == "device_spec"


@every_release
def test_options_of_shared_libraries_belong_to_each_file_that_uses_them(release: str) -> None:
    assert "rabbit_quorum_queue" in section(release, "heat.conf", "oslo_messaging_rabbit")


@every_release
def test_a_section_with_an_auth_type_takes_the_options_of_the_password_plugin(
    release: str,
) -> None:
    assert {"auth_url", "username", "password"} <= set(
        section(release, "cinder.conf", "keystone_authtoken")
    )


@every_release
def test_a_cinder_back_end_of_any_name_has_the_options_of_back_ends(release: str) -> None:
    assert "rbd_pool" in section(release, "cinder.conf", "rbd-1")


@every_release
def test_a_glance_store_of_any_name_has_the_options_of_stores(release: str) -> None:
    assert "rbd_store_pool" in section(release, "glance.conf", "rbd")


@every_release
def test_the_sections_of_mediated_devices_are_known_by_their_prefix(release: str) -> None:
    assert section(release, "nova.conf", "mdev_nvidia-35")["max_instances"].minimum == 1


@every_release
def test_a_paste_file_is_open(release: str) -> None:
    assert section(release, "api-paste.ini", "filter:audit").is_open


@every_release
def test_a_paste_file_has_only_sections_of_paste(release: str) -> None:
    assert catalog(release).options("api-paste.ini").section("DEFAULTS") is None


def test_vlan_ranges_of_ml2_are_a_list() -> None:
    assert section("2025.1", "ml2_conf.ini", "ml2_type_vlan")["network_vlan_ranges"] == Option(
        name="network_vlan_ranges",
        type="list",
        item_type="string",
        choices=(),
        minimum=None,
        maximum=None,
        pattern=None,
        is_repeatable=False,
        deprecated_names=(),
    )


def test_asking_for_one_file_reads_no_variables() -> None:
    fresh = Catalog("2025.1")
    fresh.options("nova.conf")
    assert "variables" not in vars(fresh)


@pytest.mark.slow
@pytest.mark.matrix
@every_release
def test_the_option_catalogue_is_what_the_packages_derive(release: str) -> None:
    if not has_environment(pins(RELEASES[release])):
        pytest.skip("the services of the release are not in the cache; run derive.py once")
    for name, text in option_catalogue(RELEASES[release]).items():
        assert (OPTIONS / release / name).read_text(encoding="utf-8") == text


@every_release
@pytest.mark.parametrize(
    ("file_name", "where", "name", "is_secret"),
    [
        ("nova.conf", "DEFAULT", "transport_url", True),
        ("nova.conf", "keystone_authtoken", "password", True),
        ("nova.conf", "keystone_authtoken", "username", False),
        ("cinder.conf", "database", "connection", True),
        ("heat.conf", "DEFAULT", "auth_encryption_key", True),
        ("keystone.conf", "token", "expiration", False),
    ],
)
def test_options_whose_values_are_secrets_are_known(
    release: str, file_name: str, where: str, name: str, is_secret: bool
) -> None:
    assert section(release, file_name, where)[name].is_secret is is_secret


@every_release
def test_the_default_of_a_list_that_is_added_to_is_known(release: str) -> None:
    default = section(release, "nova.conf", "filter_scheduler")["enabled_filters"].default
    assert {"ComputeFilter", "ImagePropertiesFilter"} <= set(default or ())
