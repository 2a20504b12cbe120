"""What oib writes for systems of each configuration is what StarlingX's own playbook and dcmanager take."""

from __future__ import annotations

import os

import pytest
import yaml

from blueprint.model import StarlingX
from blueprint.values import Ref
from tests.oracle.starlingx import (
    DISTCLOUD_VARIABLE,
    PLAYBOOKS_VARIABLE,
    subcloud_faults,
    tool,
)
from tests.oracle.starlingx_bootstrap import ASKS_SYSINV, judge
from tests.oracle.tools import or_skip
from tests.unit.targets.starlingx.systems import NAMES, cloud, compiled, files_of, texts
from tests.unit.targets.starlingx.test_dual_stack import made as dual_stack
from tests.unit.targets.starlingx.test_dual_stack import overrides as of_dual_stack

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("starlingx")]
#: The bootstrap passes over what dcmanager alone reads, and dcmanager gives it what it knows of the system controller.
GIVEN = {
    "distributed_cloud_role": "subcloud",
    "region_name": "3f2c0d0c9b6e4c7f8a1d5e6b7c8d9e0f",
    "system_controller_oam_floating_address": "10.20.0.2",
}


def needs(variable):
    if not os.environ.get(variable):
        pytest.skip(f"`{variable}` names no repository of StarlingX")
    or_skip(tool)


def written(name, file):
    """The files of a name, by layer, read as StarlingX reads them."""
    return {
        path.partition("/starlingx/")[0]: yaml.safe_load(text)
        for path, text in texts(cloud(name)).items()
        if path.endswith(f"/{file}")
    }


def with_password(values):
    """Overrides with the registry's password, which the operator's secrets bring in real life."""
    registries = {
        name: {**access, "password": "secret"} if "username" in access else access
        for name, access in values.get("docker_registries", {}).items()
    }
    return values | ({"docker_registries": registries} if registries else {})


def systems(name):
    return cloud(name).model.of(StarlingX)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n == "aio_sx" else pytest.mark.matrix) for n in NAMES]
)
def test_the_playbook_takes_the_overrides(name, tmp_path):
    needs(PLAYBOOKS_VARIABLE)
    for ref, overrides in written(name, "localhost.yml").items():
        system = systems(name)[ref]
        if system.release in ASKS_SYSINV:
            pytest.skip(f"the scripts of {system.release} ask the controller's own packages")
        kind = "All-in-one" if system.is_all_in_one else "Standard"
        judged = judge(system.release, with_password(overrides), tmp_path, kind)
        assert (judged.task, judged.message) == (None, "")


@pytest.mark.matrix
def test_the_playbook_takes_the_values_of_a_subcloud(tmp_path):
    needs(PLAYBOOKS_VARIABLE)
    found = written("distributed_cloud", "bootstrap-values.yml")
    ref, values = next(iter(found.items()))
    release = systems("distributed_cloud")[ref].release
    judged = judge(release, with_password({**values, **GIVEN}), tmp_path)
    assert (judged.task, judged.message) == (None, "")


@pytest.mark.matrix
@pytest.mark.parametrize("mirror", ["https://mirror.example/hub", "http://mirror.example:5000"])
def test_the_playbook_takes_a_mirror_beside_the_registry(mirror, tmp_path):
    needs(PLAYBOOKS_VARIABLE)
    files = files_of("distributed_cloud")
    registry = 'url = "registry.example:9001"'
    main = str(files["main.oib"]).replace(registry, f'{registry}\n  mirrors = ["{mirror}"]')
    made = texts(compiled(files | {"main.oib": main}))
    overrides = yaml.safe_load(made["starlingx.central/starlingx/localhost.yml"])
    assert len(overrides["docker_registries"]) > 1
    judged = judge("12.0", with_password(overrides), tmp_path)
    assert (judged.task, judged.message) == (None, "")


@pytest.mark.parametrize("release", [
    "12.0", *(pytest.param(each, marks=pytest.mark.matrix) for each in ("11.0",)),
])  # fmt: skip
def test_the_playbook_takes_both_families_on_every_network(release, tmp_path):
    needs(PLAYBOOKS_VARIABLE)
    judged = judge(release, of_dual_stack(dual_stack()), tmp_path)
    assert (judged.task, judged.message) == (None, "")


@pytest.mark.matrix
def test_the_playbook_refuses_a_router_of_one_family(tmp_path):
    needs(PLAYBOOKS_VARIABLE)
    values = of_dual_stack(dual_stack()) | {"external_oam_gateway_address": "10.20.0.1"}
    assert "Not of same size" in judge("12.0", values, tmp_path).message


def test_dcmanager_takes_all_subclouds_one_after_another():
    needs(DISTCLOUD_VARIABLE)
    assert dcmanager_says(cloud("distributed_cloud")) == []


def test_dcmanager_takes_subclouds_with_both_families_on_their_management_networks():
    needs(DISTCLOUD_VARIABLE)
    files = files_of("distributed_cloud")
    old = "    cidr = cidr\n    gateway = address(cidr, 1)\n"
    subnet = "subnet(fd30::/48, 64, s.seq)"
    main = str(files["main.oib"])
    assert old in main
    new = f"{old}    cidr6 = {subnet}\n    gateway6 = address({subnet}, 1)\n"
    assert dcmanager_says(compiled(files | {"main.oib": main.replace(old, new)})) == []


def dcmanager_says(found):
    """What dcmanager refuses of the subclouds, as they are added one after another."""
    made = {
        path: yaml.safe_load(text)
        for path, text in texts(found).items()
        if path.endswith("values.yml")
    }
    central = "starlingx.central"
    overrides = yaml.safe_load(texts(found)[f"{central}/starlingx/localhost.yml"])
    network, _, prefix = overrides["management_subnet"].partition("/")
    pool = {
        "network": network,
        "prefix": int(prefix),
        "start": overrides["management_start_address"],
        "end": overrides["management_end_address"],
    }
    subclouds = [
        {
            "name": values["name"],
            "bootstrap": values,
            "install": {**made[path.replace("bootstrap", "install")], "bmc_username": "root"},
            "bmc_password": "c2VjcmV0",
        }
        for path, values in made.items()
        if path.endswith("bootstrap-values.yml")
    ]
    assert subclouds
    release = found.model.of(StarlingX)[Ref(central)].release
    return subcloud_faults(release, [pool], subclouds)
