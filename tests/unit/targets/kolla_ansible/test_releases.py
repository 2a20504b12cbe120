"""What is known of each release: it must be known of all that the model takes, and agree with the facts."""

import json
from pathlib import Path
from typing import get_args

import pytest

from blueprint.model.openstack import Release
from targets.kolla_ansible.catalog import catalog, releases
from targets.kolla_ansible.systems import SYSTEMS

FACTS = Path(__file__).parents[5] / "shared" / "facts" / "compat.json"
RELEASES = get_args(Release)


@pytest.fixture(scope="module")
def facts():
    if not FACTS.exists():
        pytest.skip("the table of facts (facts/compat.json) is not beside this checkout")
    return json.loads(FACTS.read_text(encoding="utf-8"))


def test_every_release_of_the_model_has_a_catalogue():
    assert set(RELEASES) == set(releases())


def test_every_release_of_the_model_names_its_host_systems():
    assert set(RELEASES) == set(SYSTEMS)


@pytest.mark.parametrize("release", RELEASES)
def test_the_catalogue_of_a_release_is_of_its_kolla_ansible(release):
    year, half = release.split(".")
    series = 19 + 2 * (int(year) - 2025) + int(half)
    assert catalog(release).kolla_ansible.split(".")[0] == str(series)


@pytest.mark.parametrize("release", RELEASES)
def test_host_systems_are_those_of_the_facts(release, facts):
    listed = facts["kolla_ansible_host_os"]
    if release not in listed:
        pytest.skip(f"the facts do not list the host systems of {release}")
    assert {system.split("(")[0] for system in listed[release]} == set(SYSTEMS[release])


@pytest.mark.parametrize("release", RELEASES)
def test_the_commands_of_a_release_are_known(release):
    assert {"deploy", "pull", "reconfigure", "upgrade"} <= catalog(release).commands


def test_the_check_of_what_runs_came_with_2025_1():
    assert [r for r in RELEASES if "check" in catalog(r).commands] == ["2025.1", "2025.2", "2026.1"]
