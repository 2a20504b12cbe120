"""The judge of subclouds is dcmanager itself: it takes what is right, and refuses what the catalogue refuses."""

from __future__ import annotations

import os

import pytest

from targets.starlingx.catalog import catalog, releases
from tests.oracle.starlingx import DISTCLOUD_VARIABLE, subcloud_faults, tool
from tests.oracle.tools import or_skip
from tests.unit.targets.starlingx.test_shapes import INSTALL, SUBCLOUD

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("starlingx")]

POOLS = [{"network": "10.3.0.0", "prefix": 24, "start": "10.3.0.10", "end": "10.3.0.100"}]
every_release = pytest.mark.parametrize("release", releases())


def said(release, *subclouds):
    if not os.environ.get(DISTCLOUD_VARIABLE):
        pytest.skip(f"`{DISTCLOUD_VARIABLE}` names no repository of StarlingX's distcloud")
    or_skip(tool)
    return subcloud_faults(release, POOLS, subclouds)


def subcloud(install=None, **values):
    stated = {k: v for k, v in {**SUBCLOUD, **values}.items() if v is not None}
    made = {"name": stated.get("name", "unnamed"), "bootstrap": stated}
    if install is not None:
        made |= {"install": {**INSTALL, **install}, "bmc_password": "c2VjcmV0"}
    return made


@every_release
def test_a_subcloud_that_fits_is_taken(release):
    assert said(release, subcloud(install={})) == []


@every_release
@pytest.mark.parametrize(
    "name",
    [
        "systemcontroller_gateway_address",
        "external_oam_subnet",
        "management_end_address",
        "system_mode",
    ],
)
def test_what_is_missed_by_the_manager_is_missed_by_the_catalogue(release, name):
    changed = subcloud(**{name: None})
    assert len(said(release, changed)) == 1
    assert [f.path for f in catalog(release).judge_subcloud(changed["bootstrap"])] == [(name,)]


@every_release
@pytest.mark.parametrize(
    "values",
    [
        {"persistent_size": 29999},
        {"hw_settle": -1},
        {"install_type": 6},
        {"bootstrap_address": "10.1.0.300"},
        {"rd.net.timeout.ipv6dad": 0},
        {"extra_boot_params": ""},
    ],
    ids=lambda values: next(iter(values)),
)
def test_install_values_that_the_manager_refuses_the_catalogue_refuses(release, values):
    assert len(said(release, subcloud(install=values))) == 1
    assert catalog(release).judge_install({**INSTALL, **values}) != ()


def test_a_name_of_digits_is_refused_by_both():
    changed = subcloud(name="0042")
    assert len(said("12.0", changed)) == 1
    assert catalog("12.0").judge_subcloud(changed["bootstrap"]) != ()


@every_release
def test_two_subclouds_share_no_address(release):
    second = subcloud(name="site-0043")
    assert [name for name, _ in said(release, subcloud(), second)] == ["site-0043"]


@every_release
def test_two_subclouds_share_a_subnet_where_the_release_allows_it(release):
    second = subcloud(
        name="site-0043", management_start_address="10.2.0.60", management_end_address="10.2.0.70"
    )
    assert (said(release, subcloud(), second) == []) is catalog(release).shares_subnets


def test_a_gateway_inside_the_pool_of_the_system_controller_is_refused():
    assert len(said("12.0", subcloud(systemcontroller_gateway_address="10.3.0.50"))) == 1


def test_an_admin_network_takes_the_place_of_the_management_networks_gateway():
    admin = {
        "admin_subnet": "10.4.0.0/24",
        "admin_start_address": "10.4.0.2",
        "admin_end_address": "10.4.0.20",
        "admin_gateway_address": "10.4.0.1",
    }
    assert said("12.0", subcloud(management_gateway_address=None, **admin)) == []
    assert len(said("12.0", subcloud(**admin))) == 1
