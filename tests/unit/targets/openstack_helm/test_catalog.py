"""The catalogue knows every chart that this target installs: paths with their effect, facts, images."""

import pytest

from targets.openstack_helm.catalog import chart, facts, images, is_read, releases
from targets.openstack_helm.catalog.charts import CHARTS
from targets.openstack_helm.cloud import ADAPTER, BACKENDS, SERVICES

INSTALLED = (*BACKENDS, ADAPTER, "libvirt", "openvswitch", "ovn", *SERVICES)


def test_every_chart_that_is_installed_is_known():
    assert set(INSTALLED) <= set(CHARTS)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_paths_that_templates_read(name):
    assert any("unread" not in entry for entry in chart(name).values.values())


@pytest.mark.parametrize("name", CHARTS)
def test_an_account_stands_at_a_path_of_its_chart(name):
    for path in facts(name).accounts:
        assert ("endpoints", *path.split(".")) in chart(name).values


def test_the_releases_are_those_with_images():
    assert releases() == ("2025.1", "2025.2", "2026.1")


@pytest.mark.parametrize("release", releases())
@pytest.mark.parametrize("name", CHARTS)
def test_no_image_is_of_another_release(name, release):
    others = [each for each in releases() if each != release]
    found = [i for i in images(release)[name].values() if i and any(f":{o}" in i for o in others)]
    assert found == []


def test_a_value_that_changes_what_is_rendered_is_read():
    assert is_read(chart("keystone"), ("pod", "replicas", "api"))


def test_a_value_that_changes_nothing_is_not_read():
    assert not is_read(chart("keystone"), ("conf", "software", "apache2", "site_dir"))


def test_what_no_chart_states_is_not_read():
    assert not is_read(chart("keystone"), ("pod", "replica", "api"))


def test_sections_of_a_configuration_are_open():
    assert is_read(chart("nova"), ("conf", "nova", "pci", "device_spec"))


def test_what_is_run_as_a_template_is_marked():
    assert chart("nova").passes_tpl(("extraObjects", "route", "metadata", "name"))
    assert not chart("nova").passes_tpl(("conf", "nova", "DEFAULT", "debug"))


def test_where_nothing_stands_yet_a_map_may_stand():
    assert is_read(chart("nova"), ("annotations", "pod", "default", "example.org/key"))
