"""Every resource that oib writes for the deployment manager is what the definitions of its kinds take."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from targets._kubernetes.crds import judge
from tests.oracle.custom_resources import SHARED, faults
from tests.unit.targets.starlingx.systems import NAMES, cloud, compiled, texts

pytestmark = pytest.mark.oracle
DEFINITIONS = SHARED / "upstream" / "crds" / "starlingx"
REFERENCE = Path(__file__).parents[2] / "reference_blueprints" / "china_unicom"
#: What every system has; the rest depends on what is stated.
ALWAYS = {"System", "HostProfile", "Host"}
ALL = {
    *ALWAYS, "AddressPool", "DataNetwork", "PlatformNetwork", "PtpInstance", "PtpInterface",
}  # fmt: skip


@cache
def resources(name):
    """The resources of a blueprint, of all its systems, without the namespace."""
    return tuple(
        document
        for path, text in texts(cloud(name)).items()
        if path.endswith("/deployment-config.yml")
        for document in yaml.safe_load_all(text)
        if document["kind"] != "Namespace"
    )


@pytest.mark.parametrize("name", NAMES)
def test_resources_fit_the_closed_tables(name):
    said = [
        f"{each['kind']} {each['metadata']['name']}: {fault}"
        for each in resources(name)
        for fault in judge(each)
    ]
    assert said == []
    assert {each["kind"] for each in resources(name)} >= ALWAYS


@pytest.mark.parametrize("name", NAMES)
def test_resources_fit_the_definitions_themselves(name):
    if not DEFINITIONS.is_dir():
        pytest.skip("the definitions of the deployment manager's kinds are not at hand")
    assert faults(resources(name), *sorted(DEFINITIONS.glob("*.yaml"))) == []


def test_together_the_blueprints_have_resources_of_every_kind():
    assert {each["kind"] for name in NAMES for each in resources(name)} == ALL


def test_the_judge_refuses_what_no_definition_has():
    (profile,) = (each for each in resources("aio_sx") if each["kind"] == "HostProfile")
    wrong = {**profile, "spec": {**profile["spec"], "kernal": "standard"}}
    assert [fault.nearest for fault in judge(wrong)] == ["kernel"]


@pytest.mark.matrix
def test_resources_of_the_reference_blueprint_fit():
    files = {
        path.relative_to(REFERENCE).as_posix(): path.read_text("utf-8")
        for path in sorted(REFERENCE.rglob("*"))
        if path.is_file()
    }
    found = compiled(files)
    seen = set()
    for path, text in texts(found).items():
        if path.endswith("/deployment-config.yml"):
            for each in yaml.load_all(text, Loader=yaml.CSafeLoader):
                if each["kind"] != "Namespace":
                    seen.add(each["kind"])
                    assert judge(each) == (), path
    assert seen >= ALWAYS
