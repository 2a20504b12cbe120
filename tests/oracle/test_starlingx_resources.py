"""Every resource that oib writes for the deployment manager is what the definitions of its kinds take."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from targets._kubernetes.crds import judge
from tests.oracle.custom_resources import SHARED, faults
from tests.unit.targets.starlingx.resources_of import resources as edited
from tests.unit.targets.starlingx.systems import NAMES, cloud, compiled, texts

pytestmark = pytest.mark.oracle
DEFINITIONS = SHARED / "upstream" / "crds" / "starlingx"
REFERENCE = Path(__file__).parents[2] / "reference_blueprints" / "china_unicom"
#: What every system has; the rest depends on what is stated.
ALWAYS = {"System", "HostProfile", "Host"}
ALL = {
    *ALWAYS, "AddressPool", "DataNetwork", "PlatformNetwork", "PtpInstance", "PtpInterface",
}  # fmt: skip

#: The repository of the deployment manager, and its branch for each release of StarlingX.
REPOSITORY_VARIABLE = "OIB_STARLINGX_DEPLOYMENT_MANAGER"
BRANCHES = {
    "9.0": "stable/v2.0.10",
    "10.0": "stable/24.09.300",
    "11.0": "stable/25.09.0",
    "12.0": "stable/26.03.0",
}
#: A system of each shape that every release knows, with its release, and what 9.0 does not know.
OF_RELEASES = (
    ("aio_sx", "12.0", (("  storage rook { devices = disk.osd }\n", ""),)),
    ("standard", "11.0", (("    storage = network.storage\n", ""), (", network.storage]", "]"))),
    ("dedicated_storage", "10.0", ()),
)


def definitions(release, folder):
    """The definitions that the deployment manager of a release brings."""
    repository = os.environ.get(REPOSITORY_VARIABLE)
    if not repository:
        pytest.skip(f"`{REPOSITORY_VARIABLE}` names no repository of the deployment manager")
    tree = f"{BRANCHES[release]}:config/crd/bases"
    git = ("git", "-C", repository, "show")
    listed = subprocess.run([*git, tree], capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if name.endswith(".yaml"):
            text = subprocess.run([*git, f"{tree}/{name}"], capture_output=True, check=True).stdout
            (folder / name).write_bytes(text)
    return sorted(folder.glob("*.yaml"))


@pytest.mark.parametrize("release", BRANCHES)
@pytest.mark.parametrize(("name", "own", "unknown"), OF_RELEASES)
def test_resources_fit_the_deployment_manager_of_the_release(name, own, unknown, release, tmp_path):
    judges = definitions(release, tmp_path)
    edits = () if release == own else ((f'release = "{own}"', f'release = "{release}"'),)
    edits += unknown if release == "9.0" else ()
    documents = [each for each in edited(name, *edits) if each["kind"] != "Namespace"]
    assert faults(documents, *judges) == []


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
