"""The playbook of what a region offers, judged by Ansible, by its linter, and by the APIs themselves.

The APIs of a release (Keystone, Placement, Glance, Nova, Neutron, Cinder, Ironic) really run, on SQLite and
without agents; the playbook runs against them twice. A second run that changes anything fails.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from blueprint.cli import main
from targets._derivation.packages import pinned_environment
from targets.openstack_resources.catalog.derive import PINS

from . import openstack_cloud
from .tools import or_skip

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("openstack_resources")]

RELEASE = "2025.1"
HERE = Path(__file__).parent
SOURCE = HERE.parent / "unit" / "targets" / "openstack_resources" / "everything"
COMPUTES = [*(f"cmp-{n}" for n in range(1, 7)), *(f"nfv-{n}" for n in range(1, 4))]
IMAGES = ("images/amphora.raw", "noble.raw", "capi.raw")
CREDENTIALS = """cloud_credentials:
  'secrets.vault["bmc"]': {username: root, password: "swordfish"}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target's folder of a cloud that offers one of everything, compiled as a user would."""
    or_skip(lambda: openstack_cloud.tool(RELEASE))
    output = tmp_path_factory.mktemp("everything")
    assert main(["compile", str(SOURCE), "-o", str(output), "--quiet"]) == 0
    return output / "openstack.core" / "openstack_resources"


def test_ansible_takes_the_playbook(folder: Path) -> None:
    arguments = ["--syntax-check", "playbook.yml", "volume_types.yml"]
    found = openstack_cloud.run(RELEASE, "ansible-playbook", arguments, folder)
    assert found.returncode == 0, found.stderr


def test_the_linter_finds_nothing(folder: Path) -> None:
    arguments = [
        "--offline",
        "--nocolor",
        "--profile",
        "production",
        "playbook.yml",
        "volume_types.yml",
        "resources.yml",
    ]
    found = openstack_cloud.run(RELEASE, "ansible-lint", arguments, folder)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.fixture(scope="module")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The APIs of the release, and a clouds.yaml that leads to them."""
    python = or_skip(lambda: pinned_environment(PINS / f"{RELEASE}.txt"))
    scratch = tmp_path_factory.mktemp("control-plane") / "apis"
    reader = HERE / "readers" / "control_plane.py"
    command = [str(python), str(reader), str(scratch), *COMPUTES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdin is not None
        assert run.stderr is not None
        while run.poll() is None and not (scratch / "ready").exists():
            time.sleep(1)  # other processes start; there is nothing to wait on but their file
        assert run.poll() is None, run.stderr.read()[-4000:]
        yield scratch
        run.stdin.close()


def played(folder: Path, control_plane: Path, *more: str) -> tuple[str, dict[str, int]]:
    """The output of a run of the playbook, and its recap."""
    home = folder / "home"
    (home / "openstack-images" / "images").mkdir(parents=True, exist_ok=True)
    for name in IMAGES:
        shutil.copy(SOURCE / "images" / "amphora.raw", home / "openstack-images" / name)
    (home / "controllers.yml").write_text(CREDENTIALS, encoding="utf-8")
    arguments = ["playbook.yml", "-e", f"@{home}/controllers.yml", *more]
    found = openstack_cloud.run(
        RELEASE, "ansible-playbook", arguments, folder, HOME=str(home), OS_CLOUD="kolla-admin",
        OS_CLIENT_CONFIG_FILE=str(control_plane / "clouds.yaml"),
    )  # fmt: skip
    recap = re.findall(r"(\w+)=(\d+)", found.stdout.rpartition("PLAY RECAP")[2])
    assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
    return found.stdout, {name: int(number) for name, number in recap}


@pytest.fixture(scope="module")
def made(folder: Path, control_plane: Path) -> str:
    """What the first run says."""
    output, recap = played(folder, control_plane)
    assert recap["failed"] == 0
    return output


def shown(folder: Path, control_plane: Path, words: Sequence[str]) -> object:
    """What the command-line client says, as JSON."""
    found = openstack_cloud.run(
        RELEASE, "openstack", [*words, "-f", "json"], folder, OS_CLOUD="kolla-admin",
        OS_CLIENT_CONFIG_FILE=str(control_plane / "clouds.yaml"),
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


@pytest.mark.nightly
@pytest.mark.slow
def test_a_second_run_changes_nothing(folder: Path, control_plane: Path, made: str) -> None:
    output, recap = played(folder, control_plane)
    assert recap["changed"] == 0, output


@pytest.mark.nightly
@pytest.mark.slow
def test_the_apis_hold_what_the_blueprint_says(
    folder: Path, control_plane: Path, made: str
) -> None:
    flavor = shown(folder, control_plane, ["flavor", "show", "nfv.8x16"])
    assert flavor["properties"]["hw:mem_page_size"] == "1GB"
    assert (flavor["ram"], flavor["os-flavor-access:is_public"]) == (16384, False)
    assert len(flavor["access_project_ids"]) == 2
    aggregate = shown(folder, control_plane, ["aggregate", "show", "az2"])
    assert sorted(aggregate["hosts"]) == ["cmp-2", "cmp-5", "nfv-2"]
    image = shown(folder, control_plane, ["image", "show", "amphora"])
    assert (image["tags"], image["visibility"]) == (["amphora"], "private")
    network = shown(folder, control_plane, ["network", "show", "dual"])
    assert (network["provider:segmentation_id"], network["shared"]) == (1001, True)


@pytest.mark.nightly
@pytest.mark.slow
def test_an_address_that_changed_is_written_and_nothing_else(
    folder: Path, control_plane: Path, made: str
) -> None:
    variables = folder / "resources.yml"
    text = variables.read_text(encoding="utf-8")
    variables.write_text(text.replace("10.10.0.102", "10.10.0.202"), encoding="utf-8")
    _, recap = played(folder, control_plane, "--tags", "nodes")
    variables.write_text(text, encoding="utf-8")
    assert recap["changed"] == 1
    node = shown(folder, control_plane, ["baremetal", "node", "show", "metal-2"])
    assert node["driver_info"]["redfish_address"] == "https://10.10.0.202"
    assert node["provision_state"] == "enroll"
