"""StarlingX's own judges take the radio network: its playbook, dcmanager, the deployment manager's definitions."""

from __future__ import annotations

import os

import pytest

from tests.blueprints.test_telco_edge import CENTRAL, MASTS, REGIONS, read, resources, texts
from tests.oracle.custom_resources import faults
from tests.oracle.starlingx import DISTCLOUD_VARIABLE, PLAYBOOKS_VARIABLE, subcloud_faults, tool
from tests.oracle.starlingx_bootstrap import judge
from tests.oracle.test_starlingx_resources import definitions
from tests.oracle.test_starlingx_systems import GIVEN, with_password
from tests.oracle.tools import or_skip

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("starlingx")]
#: A site of each sort; those of masts differ in their clocks alone, which no bootstrap knows.
SITES = ('starlingx.cu["cu-ber"]', 'starlingx.du["du-ber-01"]', 'starlingx.du["du-ber-02"]')


def needs(variable):
    if not os.environ.get(variable):
        pytest.skip(f"`{variable}` names no repository of StarlingX")
    or_skip(tool)


def test_the_playbook_takes_the_system_controller(tmp_path):
    needs(PLAYBOOKS_VARIABLE)
    judged = judge("12.0", with_password(read(texts("localhost.yml")[CENTRAL])), tmp_path)
    assert (judged.task, judged.message) == (None, "")


@pytest.mark.matrix
@pytest.mark.parametrize("layer", SITES[:2])
def test_the_playbook_takes_a_site_of_each_sort(layer, tmp_path):
    needs(PLAYBOOKS_VARIABLE)
    central = read(texts("localhost.yml")[CENTRAL])["external_oam_floating_address"]
    values = {
        **read(texts("bootstrap-values.yml")[layer]),
        **GIVEN,
        "system_controller_oam_floating_address": central,
    }
    judged = judge("12.0", with_password(values), tmp_path)
    assert (judged.task, judged.message) == (None, "")


@pytest.mark.parametrize("release", ["11.0", "12.0"])
def test_dcmanager_takes_all_sites(release):
    needs(DISTCLOUD_VARIABLE)
    overrides = read(texts("localhost.yml", release)[CENTRAL])
    network, _, prefix = overrides["management_subnet"].partition("/")
    pool = {
        "network": network,
        "prefix": int(prefix),
        "start": overrides["management_start_address"],
        "end": overrides["management_end_address"],
    }
    install = texts("install-values.yml", release)
    subclouds = [
        {
            "name": read(text)["name"],
            "bootstrap": read(text),
            "install": {**read(install[ref]), "bmc_username": "root"},
            "bmc_password": "c2VjcmV0",
        }
        for ref, text in texts("bootstrap-values.yml", release).items()
    ]
    assert len(subclouds) == REGIONS + MASTS
    assert subcloud_faults(release, [pool], subclouds) == []


@pytest.mark.parametrize("release", ["11.0", "12.0"])
def test_resources_fit_the_deployment_manager_of_the_release(release, tmp_path):
    judges = definitions(release, tmp_path)
    for layer in (CENTRAL, *SITES):
        listed = [
            each
            for (kind, _), each in resources(layer, release=release).items()
            if kind != "Namespace"
        ]
        assert faults(listed, *judges) == []
