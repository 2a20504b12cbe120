"""dcmanager's own validators take every subcloud of China Unicom's blueprint, one after another."""

from __future__ import annotations

import os

import pytest

from tests.blueprints.test_china_unicom import CENTRAL, SITES, read, texts
from tests.oracle.starlingx import DISTCLOUD_VARIABLE, subcloud_faults, tool
from tests.oracle.tools import or_skip

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("starlingx")]


def test_dcmanager_takes_all_sites():
    if not os.environ.get(DISTCLOUD_VARIABLE):
        pytest.skip(f"`{DISTCLOUD_VARIABLE}` names no repository of StarlingX")
    or_skip(tool)
    overrides = read(texts("localhost.yml")[CENTRAL])
    network, _, prefix = overrides["management_subnet"].partition("/")
    pool = {
        "network": network,
        "prefix": int(prefix),
        "start": overrides["management_start_address"],
        "end": overrides["management_end_address"],
    }
    install = texts("install-values.yml")
    subclouds = [
        {
            "name": read(text)["name"],
            "bootstrap": read(text),
            "install": {**read(install[ref]), "bmc_username": "root"},
            "bmc_password": "c2VjcmV0",
        }
        for ref, text in texts("bootstrap-values.yml").items()
    ]
    assert len(subclouds) == SITES
    assert subcloud_faults("12.0", [pool], subclouds) == []
