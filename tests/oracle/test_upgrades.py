"""What an upgrade's run-book asks for is done with the real tools of both releases."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from blueprint.model import Secrets
from blueprint.model.site import GeneratedStore
from blueprint.target import Step
from blueprint.values import Ref
from targets.kolla_ansible import TARGET
from targets.kolla_ansible.catalog import catalog
from tests.unit.targets.models import spans_of, three_node_cloud

from . import kolla
from .tools import or_skip

pytestmark = pytest.mark.oracle

ORIGIN, GOAL = "2024.2", "2025.1"


@pytest.fixture(scope="module")
def step() -> Step:
    """The step that merges the passwords of a cloud whose tool made them."""
    model = three_node_cloud({"secrets.vault": Secrets(store=GeneratedStore())}, release=GOAL)
    layer = Ref("openstack.core")
    steps = TARGET.upgrades.emit(layer, model, spans_of(model), ORIGIN).steps
    return next(step for step in steps if step.title == "Merge the passwords")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder with the passwords of the release before."""
    or_skip(lambda: kolla.tool(ORIGIN))
    or_skip(lambda: kolla.tool(GOAL))
    kolla.generate_passwords(ORIGIN, tmp_path / "passwords.yml")
    return tmp_path


def run(command: str, folder: Path) -> int:
    """Run a command of the run-book on `folder` in place of /etc/kolla."""
    tool = kolla.tool(GOAL)
    text = command.replace("/etc/kolla", str(folder)).replace(
        f"~/kolla-venv-{GOAL}", str(tool.path)
    )
    path = f"{tool.path / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", text], env={**os.environ, "PATH": path}, check=False
    ).returncode


def passwords(folder: Path) -> dict:
    return yaml.safe_load((folder / "passwords.yml").read_text(encoding="utf-8"))


def test_old_names_keep_their_passwords_and_new_ones_get_one(step: Step, folder: Path) -> None:
    before = passwords(folder)
    assert [run(command, folder) for command in step.commands] == [0] * len(step.commands)
    merged = passwords(folder)
    asked = {name for name, kind in catalog(GOAL).passwords.items() if kind != "stated"}
    assert {name: merged[name] for name in before} == before
    assert [name for name in asked if not merged.get(name)] == []


def test_valkey_gets_the_password_of_redis(step: Step, folder: Path) -> None:
    for command in step.commands:
        run(command, folder)
    merged = passwords(folder)
    assert merged["valkey_master_password"] == passwords(folder)["redis_master_password"]
    assert [run(check, folder) for check in step.checks] == [0, 0]


def test_another_password_of_valkey_fails_the_check(step: Step, folder: Path) -> None:
    for command in step.commands:
        run(command, folder)
    changed = {**passwords(folder), "valkey_master_password": "another"}
    (folder / "passwords.yml").write_text(yaml.safe_dump(changed), encoding="utf-8")
    assert [run(check, folder) for check in step.checks] == [0, 1]
